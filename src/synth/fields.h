/* Reading mappings of numbers and texts by a table: one line per key says what it is, its range, where it goes. */
#ifndef RH_SYNTH_FIELDS_H
#define RH_SYNTH_FIELDS_H

#include "core/problems.h"
#include "core/yaml.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum rh_field_kind {
    RH_FIELD_NUMBER,  /* double at `offset`, in [low, high] */
    RH_FIELD_WHOLE,   /* the same without a fraction */
    RH_FIELD_NUMBERS, /* double[count] at `offset` from a list, each in [low, high] */
    RH_FIELD_TEXT,    /* char * at `offset`, owned by the object, not empty */
    RH_FIELD_TRUTH,   /* bool at `offset` */
    RH_FIELD_OTHER    /* read by the caller */
};

/* A table ends with key = NULL; at most RH_MAX_FIELDS keys. */
#define RH_MAX_FIELDS 32
struct rh_field {
    const char *key;
    enum rh_field_kind kind;
    size_t offset; /* into the object */
    size_t count;  /* RH_FIELD_NUMBERS: how many */
    double low, high;
    bool optional;
    const char *doc; /* one sentence with the unit */
};

/* Number in the form of the program language, with an optional minus: digits, an optional fraction, an optional k, M
 * or %. */
bool rh_field_number(const char *text, double *out);

/* Reads what the table describes from the mapping into object; keys that are absent leave it as it is. `what` names
 * the mapping in problems. False where the node is not a mapping; RH_FIELD_OTHER keys are only checked for presence. */
bool rh_fields_read(const struct rh_yaml *yaml, const struct rh_yaml_node *node, const struct rh_field *fields,
                    const char *what, void *object, struct rh_problems *problems);

#ifdef __cplusplus
}
#endif

#endif
