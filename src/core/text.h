/* Text: a growing buffer, an interning dictionary of names, numbers for people. */
#ifndef RH_CORE_TEXT_H
#define RH_CORE_TEXT_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A growing, NUL-terminated buffer. A failed append is remembered in `failed` and makes all later ones no-ops, so that
 * a writer checks once, at the end. */
struct rh_text {
    char *bytes; /* never NULL after a successful append; rh_text_string() is always safe */
    size_t length, capacity;
    bool failed;
};

void rh_text_init(struct rh_text *self);
void rh_text_free(struct rh_text *self);
void rh_text_clear(struct rh_text *self);
void rh_text_add(struct rh_text *self, const char *bytes, size_t length);
void rh_text_puts(struct rh_text *self, const char *string);
void rh_text_printf(struct rh_text *self, const char *format, ...) RH_PRINTF(2, 3);
const char *rh_text_string(const struct rh_text *self); /* "" when empty */
int rh_text_status(const struct rh_text *self);         /* RH_OK or RH_ERR_NO_MEMORY */

/* Appends value with `decimals` decimals and a comma between thousands: 1,234,567.89; NaN is "–". Zero has no
 * sign. */
void rh_text_number(struct rh_text *self, double value, int decimals);
/* Appends value shortened to about four significant digits with k, M or B: 12.34M, 1.000k; below 1000
 * without zeros at the end: 12.5. */
void rh_text_short_number(struct rh_text *self, double value);
/* Appends s as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void rh_text_json(struct rh_text *self, const char *string);
/* Appends s as an RFC 4180 field: quoted where it holds a comma, a quote or a line break. */
void rh_text_csv(struct rh_text *self, const char *string);

/* Names interned in the order of their first appearance: id 0, 1, 2 … Names compare by bytes. */
struct rh_names {
    char **name; /* [num] */
    size_t num, capacity;
    int32_t *slots; /* open-addressing table, internal */
    size_t num_slots;
};

void rh_names_init(struct rh_names *self);
void rh_names_free(struct rh_names *self);
/* The id of the name (which holds no NUL: asserts), added where it is new; a negative rh_code where memory is out, and
 * then nothing has changed. */
int32_t rh_names_add(struct rh_names *self, const char *name, size_t length);
/* The id of the name, or -1 where it is not there. */
int32_t rh_names_find(const struct rh_names *self, const char *name);
/* Order of the ids by the bytes of their names: order[k] is the id of the k-th name. order: [num]. */
void rh_names_sorted(const struct rh_names *self, int32_t *order);
/* The name nearest to `name` by edit distance where it is near enough to be a slip of the pen, else NULL. */
const char *rh_names_nearest(const struct rh_names *self, const char *name);

/* True where bytes are valid UTF-8 without NUL. */
bool rh_utf8_valid(const char *bytes, size_t length);
/* Number of characters (code points) of valid UTF-8. */
size_t rh_utf8_length(const char *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
