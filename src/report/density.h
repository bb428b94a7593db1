/* The density of simulated values, for pictures: a Gaussian kernel with a bandwidth chosen by the data. */
#ifndef RH_REPORT_DENSITY_H
#define RH_REPORT_DENSITY_H

#include "core/error.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bandwidth for values[num] sorted ascending, without NaN; 0 where they are all the same or fewer than two. */
int rh_density_bandwidth(const double *sorted, size_t num, double *bandwidth, struct rh_error *error);

/* density[i] at low + i (high - low) / (num_points - 1), per unit of the values; bandwidth > 0, low < high,
 * num_points ≥ 2, sorted as above with num ≥ 1. */
void rh_density_compute(const double *sorted, size_t num, double bandwidth, double low, double high, size_t num_points,
                        double *density);

#ifdef __cplusplus
}
#endif

#endif
