/* Euler contributions: how much of the expected shortfall of a sum is due to each of its parts. */
#ifndef RH_STATS_CONTRIBUTION_H
#define RH_STATS_CONTRIBUTION_H

#include "core/error.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The tail of the highest values of a sum, replication by replication, as rh_tail_sorted has it. */
struct rh_tail_members {
    size_t num;
    double size;      /* num (1 - confidence), which need not be whole */
    double *weight;   /* [num], in the order of the sum: 1 in the tail, 0 outside; what cuts through equal values gives
                         each of them the same part. Adds up to size */
    double low, high; /* sums around the tail's beginning: those between them tell what a part is there */
};

/* total: [num], num > 0, none NaN; confidence in (0, 1). On failure *self may be passed to _free. */
int rh_tail_members_init(struct rh_tail_members *self, const double *total, size_t num, double confidence,
                         struct rh_error *error);
void rh_tail_members_free(struct rh_tail_members *self);

/* What is said of one part of the sum, or of the sum itself. */
struct rh_contribution {
    double mean, mean_se;
    double tail, tail_se;     /* its mean in the tail of the sum: its Euler contribution to the expected shortfall */
    double excess, excess_se; /* tail - mean: its contribution to the reserve */
};

/* part, total: [num] of self, none NaN; scratch: [num], written to. Expected shortfall is homogeneous of degree one in
 * the parts, so that by Euler's theorem its derivatives along them add up to it: E[part | sum in the tail] (Tasche
 * 1999, "Risk contributions and performance measurement", TU München). The contributions of parts that add up to the
 * sum add up to that of the sum, but for rounding. Standard errors follow from the influence of each replication, that
 * on where the tail begins included; those of the tail are NaN where it has less than two values. */
void rh_contribution_compute(struct rh_contribution *out, const struct rh_tail_members *self, const double *part,
                             const double *total, double *scratch);

#ifdef __cplusplus
}
#endif

#endif
