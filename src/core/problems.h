/* All that is wrong with a file, told in one pass: each problem with file, line, column, the line itself. */
#ifndef RH_CORE_PROBLEMS_H
#define RH_CORE_PROBLEMS_H

#include "core/error.h"
#include "core/text.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rh_problem {
    int code; /* RH_ERR_INPUT, RH_ERR_UNSUPPORTED, … */
    char *file;
    long line, column; /* 1-based; 0: none */
    char *message;     /* what was found and what was expected */
    char *excerpt;     /* the line of the file, or NULL */
};

struct rh_problems {
    struct rh_problem *items; /* [num], in the order found */
    size_t num, capacity;
    size_t num_total; /* all that were found; more than num where `limit` was reached */
    size_t limit;     /* how many are kept; 0: all */
    int failed;       /* RH_ERR_NO_MEMORY where one could not be kept */
};

void rh_problems_init(struct rh_problems *self);
void rh_problems_free(struct rh_problems *self);

/* Adds one; excerpt may be NULL and is copied. Never fails: lost memory is remembered and told by _status. */
void rh_problems_add(struct rh_problems *self, int code, const char *file, long line, long column, const char *excerpt,
                     const char *format, ...) RH_PRINTF(7, 8);

/* True once so many are there that nobody reads the next: it need not say more than its place and what is wrong. A file
 * made of mistakes would else take its size times that of its lines, or of what a hint has to look through. */
bool rh_problems_many(const struct rh_problems *self);

/* RH_OK where there is none; else the code of the first (or RH_ERR_NO_MEMORY), and *error tells it and how many more.
 */
int rh_problems_status(const struct rh_problems *self, struct rh_error *error);

/* Appends `file:line:column: message`, the line and a caret below the column, each with its line break. Long lines are
 * cut around the column; control characters become U+FFFD, so that a file cannot command the terminal. */
void rh_problem_format(const struct rh_problem *self, struct rh_text *out);

/* Sorts by file (order of first appearance), line, column; stable. Without memory for it the order stays, and _status
 * tells. */
void rh_problems_sort(struct rh_problems *self);

#ifdef __cplusplus
}
#endif

#endif
