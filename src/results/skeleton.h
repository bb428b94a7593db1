/* A results file before its numbers: attributes, dimensions, texts, and datasets full of missing values. */
#ifndef RH_RESULTS_SKELETON_H
#define RH_RESULTS_SKELETON_H

#include "core/h5.h"
#include "results/results.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rows (replications) that a chunk of `width` values of `size` bytes each holds: a power of two, at least
 * RH_RESULTS_MIN_ROWS. */
#define RH_RESULTS_MIN_ROWS 256
uint64_t rh_results_chunk_rows(uint64_t width, size_t size);

/* Makes all of results.h5 but its numbers and the attribute `complete`. */
int rh_results_make_skeleton(hid_t file, const struct rh_results_header *header, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
