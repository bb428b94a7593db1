/* Quantiles of whole numbers, each within 1% of the number that has the rank. Values are counted in buckets whose
 * bounds grow by one factor, so sketches add up exactly, whatever the order; memory grows with the spread of the
 * values, not with their number. */
#ifndef RH_STATS_SKETCH_H
#define RH_STATS_SKETCH_H

#include "core/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_SKETCH_ERROR 0.01       /* relative */
#define RH_SKETCH_PAGES 139        /* that the buckets of all values are split into */
#define RH_SKETCH_MOST (1LL << 62) /* largest value, in either direction */

struct rh_sketch {
    void *count;  /* [num_pages][buckets of a page] of `width` bytes each, in the order in which pages were needed */
    uint64_t num; /* values, all counts together */
    uint32_t zeros;
    uint8_t place[RH_SKETCH_PAGES]; /* of each page among those, from 1; 0: nothing is counted there */
    uint8_t num_pages, width;
};

void rh_sketch_init(struct rh_sketch *self);
void rh_sketch_free(struct rh_sketch *self);

/* Counts each value `change` times more, or less; it must have been counted as often. False where there is no memory:
 * then some are counted. value: [num]. */
bool rh_sketch_count(struct rh_sketch *self, const int64_t *value, int num, int32_t change);
/* Adds all that `other` has counted. False where there is no memory. */
bool rh_sketch_merge(struct rh_sketch *self, const struct rh_sketch *other);
/* Appends all that was counted, the same bytes for the same counts. */
void rh_sketch_pack(const struct rh_sketch *self, struct rh_text *out);
/* Adds what _pack wrote. False where there is no memory; bytes that are no sketch are a failure of `bytes`. */
bool rh_sketch_unpack(struct rh_sketch *self, struct rh_bytes *bytes);

/* The value that has the rank ⌊level · (number of values − 1)⌋ (0: the least), within RH_SKETCH_ERROR of it; NaN where
 * nothing was counted. level in [0, 1]. */
double rh_sketch_quantile(const struct rh_sketch *self, double level);
/* Bytes that it takes beside the struct. */
size_t rh_sketch_bytes(const struct rh_sketch *self);

#ifdef __cplusplus
}
#endif

#endif
