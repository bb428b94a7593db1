/* What forecasts of sums missed, and what that says of the market's growth. Private to the room. */
#ifndef RH_BACKTEST_GROWTH_H
#define RH_BACKTEST_GROWTH_H

#include "backtest/forecast.h"

/* Sums over segments, regions and all partners, each over all months held out, weighted by what was expected of them.
 * A miss is ln(sold / expected) per year from the origin to the middle of these months: what growth would have to be.
 */
struct rh_misses {
    double weight, miss; /* sums of weights; of misses by weight */
    double own;          /* of the variances that forecasts expected of them */
    double excess;       /* of their squares, less these variances */
};

/* Adds those of one origin. The forecast must not be uncertain of growth. RH_OK or RH_ERR_NO_MEMORY. */
int rh_misses_add(struct rh_misses *self, const struct rh_history *history, const struct rh_outcomes *outcomes,
                  const struct rh_forecast *forecast, rh_month origin, struct rh_error *error);

/* Growth and its uncertainty after misses of so many years held out. */
void rh_misses_learn(const struct rh_misses *self, double years, struct rh_tuning *tuning);

#endif
