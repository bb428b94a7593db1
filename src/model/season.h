/* Seasonal factors by group and driver: ratio to the centered twelve-month average, shrunk towards the level above. */
#ifndef RH_MODEL_SEASON_H
#define RH_MODEL_SEASON_H

#include "core/calendar.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Factors of the twelve calendar months (index 0 is January), mean 1, in [0.2, 5], and the standard error that is left
 * in each after shrinkage. */
struct rh_season {
    double factor[12], error[12];
    double noise; /* variance of a monthly ratio around its calendar month's mean; NaN where it cannot be told */
};

/* No season at all: factors 1, errors 0. */
struct rh_season rh_season_flat(void);

/* Season of the monthly totals total[num_months] that begin in first_month, shrunk towards `parent`. */
struct rh_season rh_season_estimate(const double *total, int num_months, rh_month first_month,
                                    const struct rh_season *parent);

#ifdef __cplusplus
}
#endif

#endif
