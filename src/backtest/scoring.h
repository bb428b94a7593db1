/* Scores of the forecasts of one origin, private to the room. */
#ifndef RH_BACKTEST_SCORING_H
#define RH_BACKTEST_SCORING_H

#include "backtest/forecast.h"

/* One origin: what was known, what followed, the model's members. All borrowed. */
struct rh_scoring {
    const struct rh_history *history;
    const struct rh_outcomes *outcomes;
    const struct rh_forecast *forecast;
    rh_month month; /* first that is held out */
    uint64_t seed;
    int index;  /* of the origin, so that each draws its own months */
    bool peers; /* score the forecasts that cost nothing too; else their scores are 0 */
};

/* Where scores are added up. */
struct rh_scores {
    struct rh_backtest_score of[RH_NUM_BACKTEST_OF][RH_NUM_BACKTEST_SPANS];
    struct rh_backtest_score *segment; /* [segments of the history] of partners' months; NULL: not wanted */
};

/* Adds the scores of the origin. RH_OK or RH_ERR_NO_MEMORY. */
int rh_scoring_run(const struct rh_scoring *self, struct rh_scores *scores, struct rh_error *error);

#endif
