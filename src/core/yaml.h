/* YAML 1.2 as a tree that knows where each of its nodes stands, so that every complaint can name line and column.
 *
 * Parsed by libfyaml. Refused with a problem at their place: duplicate keys, keys that are not plain text, anchors,
 * aliases and tags, more than one document, directives, invalid UTF-8, control characters other than tab and line
 * breaks (escaped ones in double quotes are fine, but for NUL), nesting deeper than 64, lines and texts over 1 MiB,
 * more than 250,000 values, files over RH_YAML_LARGEST. */
#ifndef RH_CORE_YAML_H
#define RH_CORE_YAML_H

#include "core/problems.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_YAML_LARGEST ((size_t)4 * 1024 * 1024) /* bytes of a file; libfyaml takes up to 150 times as many */

enum rh_yaml_kind { RH_YAML_SCALAR, RH_YAML_SEQUENCE, RH_YAML_MAPPING };

struct rh_yaml_node {
    enum rh_yaml_kind kind;
    long line, column;          /* 1-based, of its first character; of its key or list where it is empty */
    bool quoted;                /* scalar in quotes or a block: always text, never a number or a missing value */
    char *text;                 /* scalar: its value; NULL for others */
    size_t length;              /* bytes of text */
    struct rh_yaml_node **item; /* sequence: items; mapping: values */
    struct rh_yaml_node **key;  /* mapping: keys (scalars); NULL for others */
    size_t num;                 /* items or pairs */
};

struct rh_yaml {
    char *path; /* as given; what problems name */
    char *text; /* the whole file */
    size_t length;
    unsigned *line_start; /* [num_lines] offsets into text, for excerpts; may be NULL */
    size_t num_lines;
    struct rh_yaml_node *root; /* NULL for an empty file, and where the file is too damaged for a tree */
};

/* Reads the file ("-": standard input), or parses text already in memory. What is wrong with it goes to problems;
 * returns RH_OK, or the code of the first problem. Where the tree could be built all the same (duplicate keys, of which
 * the first is kept; anchors, tags, a second document), root is set, so that a caller can tell what else is wrong.
 * *self may be freed in either case. */
int rh_yaml_read(struct rh_yaml *self, const char *path, struct rh_problems *problems);
int rh_yaml_parse(struct rh_yaml *self, const char *path, const char *text, size_t length,
                  struct rh_problems *problems);
void rh_yaml_free(struct rh_yaml *self);

/* The value of a key of a mapping, or NULL. */
const struct rh_yaml_node *rh_yaml_find(const struct rh_yaml_node *mapping, const char *key);

/* Adds a problem at the node, with the line of the file as excerpt unless there are many (rh_problems_many). */
void rh_yaml_problem(const struct rh_yaml *self, const struct rh_yaml_node *node, struct rh_problems *problems,
                     int code, const char *format, ...) RH_PRINTF(5, 6);

#define RH_YAML_FOUND 64 /* room for what rh_yaml_found writes */
/* What stands at the node, for a message: 'its text' (cut where long), "nothing", "a list", "a mapping". */
const char *rh_yaml_found(const struct rh_yaml_node *node, char out[RH_YAML_FOUND]);

/* One key that a mapping may hold. A table of keys ends with name = NULL and is also what documentation is made of. */
struct rh_yaml_key {
    const char *name;
    bool required;
    const char *doc; /* one sentence */
};

/* Checks a mapping against its table: unknown keys (with the nearest known one), required keys that are missing. `what`
 * names the mapping: "incentive", "budget". A node that is not a mapping is a problem. True where the node is a
 * mapping. */
bool rh_yaml_check_keys(const struct rh_yaml *self, const struct rh_yaml_node *node, const struct rh_yaml_key *keys,
                        const char *what, struct rh_problems *problems);

#ifdef __cplusplus
}
#endif

#endif
