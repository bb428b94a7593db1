/* What channels of both kinds are drawn with. */
#ifndef CALIBRATION_CHANNELS_H
#define CALIBRATION_CHANNELS_H

#include "build_history.h"
#include "core/variates.h"
#include "model/parameters.h"

/* splitmix64 (Steele et al. 2014): no change of the product's generator changes the channels. */
static inline double draw_uniform(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static inline double draw_normal(uint64_t *state)
{
    return rh_normal(draw_uniform(state));
}

static inline double draw_within(uint64_t *state, double low, double high)
{
    return low + (high - low) * draw_uniform(state);
}

static inline double draw_prior(enum rh_parameter parameter, uint64_t *state)
{
    return rh_belief_of_quantile(&rh_parameter_table[parameter].prior, draw_uniform(state));
}

static inline double prior_mean(enum rh_parameter parameter)
{
    return rh_parameter_table[parameter].prior.mean;
}

#define CHANNEL_FIRST_MONTH rh_month_make(2020, 1)

/* A sale in the t-th month, in currency. */
static inline void add_sale(struct rh_history *history, const char *id, int t, double sold)
{
    char date[RH_DAY_TEXT];
    rh_month_format(CHANNEL_FIRST_MONTH + t, date);
    strcat(date, "-15");
    build_event(history, id, date, "revenue", "alpha", 10000, (rh_money)llround(sold * 100.0) * 100, RH_MISSING);
}

#endif
