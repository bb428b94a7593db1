/* Which lines of a text differ from another's: a shortest list of lines to take out and to put in. */
#ifndef RH_REPORT_LINES_H
#define RH_REPORT_LINES_H

#include "core/error.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A line of one text that the other has not, in this place. */
struct rh_line_change {
    int side;         /* 0: of the first text, 1: of the second */
    size_t number;    /* of the line in its text, from 1 */
    const char *text; /* into that text; not terminated */
    size_t length;    /* without the end of line */
};

/* Where the lines that differ make up more than this many pairs (a rewritten file), all between the first and the last
 * of them count as changed, instead of a shortest list. */
#define RH_LINES_MOST_PAIRS 4000000

/* *out, for free(): [*num] the lines that are in one text alone, in the order of the texts; lines taken out come before
 * those in their place. Lines end in "\n", "\r\n" or at the end of the text, all alike. Texts are borrowed. */
int rh_lines_compare(const char *first, const char *second, struct rh_line_change **out, size_t *num,
                     struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
