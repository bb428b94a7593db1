/* Forecasts from one origin, private to the room. Amounts are net revenue in currency. */
#ifndef RH_BACKTEST_FORECAST_H
#define RH_BACKTEST_FORECAST_H

#include "backtest/backtest.h"
#include "history/panel.h"

/* What all partners sold, by row of the partner table and month of the whole history. */
struct rh_outcomes {
    size_t num_partners;
    rh_month first_month;
    int num_months;
    double *value; /* [num_partners][num_months] */
};

int rh_outcomes_init(struct rh_outcomes *self, const struct rh_history *history, struct rh_error *error);
void rh_outcomes_free(struct rh_outcomes *self);
static inline double rh_outcome(const struct rh_outcomes *self, size_t row, rh_month month)
{
    return self->value[row * (size_t)self->num_months + (size_t)(month - self->first_month)];
}

/* The model's members. */
struct rh_forecast {
    int num_partners, num_months, num_members;
    int32_t *row;  /* [num_partners] of the partner table */
    float *member; /* [num_partners][num_months][num_members] */
};

/* Learns from `known`, which ends before the origin, and simulates the months from it on. */
int rh_forecast_init(struct rh_forecast *self, const struct rh_history *known,
                     const struct rh_backtest_options *options, struct rh_error *error);
void rh_forecast_free(struct rh_forecast *self);

#endif
