/* Numbers and texts as bytes, for files and messages of this project's own: written one after the other, read in the
 * same order. Numbers are as the processor has them; who keeps them for another machine says which kind that is. */
#ifndef RH_CORE_BYTES_H
#define RH_CORE_BYTES_H

#include "core/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Appends to a buffer, which remembers what found no memory. A text goes with its length and a NUL. */
void rh_bytes_put(struct rh_text *self, const void *bytes, size_t length);
void rh_bytes_put_int(struct rh_text *self, int64_t value);
void rh_bytes_put_text(struct rh_text *self, const char *text);

/* What is left to be read. Reading beyond the end is remembered in `failed` and gives zeros, empty texts. */
struct rh_bytes {
    const char *at; /* borrowed */
    size_t left;
    bool failed;
};

/* The next `length` bytes, or NULL where there are fewer. They are not aligned. */
const void *rh_bytes_take(struct rh_bytes *self, size_t length);
/* Copies the next `length` bytes; leaves *out alone and returns false where there are fewer. */
bool rh_bytes_get(struct rh_bytes *self, void *out, size_t length);
int64_t rh_bytes_get_int(struct rh_bytes *self);
/* A number from low to high; anything else is a failure, and 0 or `low`, whichever is allowed. */
int64_t rh_bytes_get_within(struct rh_bytes *self, int64_t low, int64_t high);
/* Borrowed from the bytes; "" where it failed. */
const char *rh_bytes_get_text(struct rh_bytes *self);

#ifdef __cplusplus
}
#endif

#endif
