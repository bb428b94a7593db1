/* Seasonal factors by group and driver: ratio to the year around each month, shrunk towards the level above. */
#ifndef RH_MODEL_SEASON_H
#define RH_MODEL_SEASON_H

#include "core/calendar.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_SEASON_PRIOR_ERROR 0.15 /* relative; of a factor of which nothing was seen to repeat, at least */

/* Factors of the twelve calendar months (index 0 is January), mean 1, in [0.2, 5], and the standard error that is left
 * in each after shrinkage. */
struct rh_season {
    double factor[12], error[12];
    bool known[12]; /* the calendar month was seen, and what repeats a year later too, here or at a level above */
    double noise;   /* variance of a monthly ratio around its calendar month's; NaN where it cannot be told */
};

/* No season at all: factors 1, errors 0, nothing known. */
struct rh_season rh_season_flat(void);

/* Season of the monthly totals total[num_months] ≥ 0, num_months ≥ 1, that begin in first_month, shrunk towards
 * `parent`; of what would be believed beyond it the share `trust`, 0 to 1. */
struct rh_season rh_season_estimate(const double *total, int num_months, rh_month first_month,
                                    const struct rh_season *parent, double trust);

/* Relative error of a calendar month's factor (0 is January), at least the prior's where the month is not known. */
double rh_season_relative_error(const struct rh_season *self, int month);

#ifdef __cplusplus
}
#endif

#endif
