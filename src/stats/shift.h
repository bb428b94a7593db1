/* By how much a figure moved from one run to another, in Monte Carlo standard errors. */
#ifndef RH_STATS_SHIFT_H
#define RH_STATS_SHIFT_H

#include "stats/summary.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One figure of one run. */
struct rh_shift_run {
    const struct rh_summary *summary; /* its statistics */
    const double *value;              /* [num] by replication, NaN where missing; NULL: unknown, num is 0 */
    const double *denominator;        /* [num] where the headline is a ratio of means, else NULL */
    size_t num;
};

struct rh_shift {
    double before, after;
    double change; /* after - before; NaN where one of them is missing */
    double se;     /* standard error of the change; NaN where the replications are too few */
    double z;      /* change / se: 0 where nothing changed, infinite where no replication doubts the change */
};

/* The headline mean (rh_summary.mean), and the median.
 *
 * Where `common` (replications of the same number met the same luck) the standard error is that of paired runs: each
 * replication's influence on the one figure is taken off its influence on the other, sqrt(sum (u_i - v_i)²). The
 * influence on a mean, or ratio of means, is the jackknife's; on a median the sign of the distance from it, scaled to
 * the median's own standard error (Hampel 1974, doi:10.1080/01621459.1974.10482962). Replications that one run alone
 * has count by themselves, so the numbers of replications need not agree. Else it is sqrt(se² + se²) of the summaries,
 * and the values are not looked at. RH_ERR_NO_MEMORY. */
int rh_shift_mean(struct rh_shift *self, const struct rh_shift_run *before, const struct rh_shift_run *after,
                  bool common, struct rh_error *error);
int rh_shift_median(struct rh_shift *self, const struct rh_shift_run *before, const struct rh_shift_run *after,
                    bool common, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
