/* The most likely of simulated amounts. */
#ifndef RH_REPORT_MODE_H
#define RH_REPORT_MODE_H

#include "core/error.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rh_mode {
    double value, se;
    double share; /* of the values that are exactly this one; 0 where the value is the top of a density */
};

/* values: [num] in the order of the replications, none NaN; num > 0. An amount that at least RH_MODE_SHARE of the
 * values are, such as nothing, or all of a budget, is the mode, without an error. Otherwise it is the top of a Gaussian
 * kernel density with the bandwidth of report/density.h, and its standard error a jackknife that leaves out a twentieth
 * of the replications at a time; NaN below 40 values. */
#define RH_MODE_SHARE 0.1
int rh_mode_compute(struct rh_mode *self, const double *values, size_t num, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
