/* Random reward schedules, and what they pay by the rules of the program language word for word. */
#ifndef RANDOM_SCHEDULE_H
#define RANDOM_SCHEDULE_H

#include "program/schedule.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define RANDOM_LEVELS 5

/* A small generator of its own: splitmix64 (Steele et al. 2014). */
static inline uint64_t random_word(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline double random_uniform(uint64_t *state)
{
    return ((double)(random_word(state) >> 11) + 0.5) * 0x1p-53;
}

/* A whole number from 0 to below `end`. */
static inline int random_below(uint64_t *state, int end)
{
    return (int)(random_word(state) % (uint64_t)end);
}

/* An incentive with 1 to RANDOM_LEVELS levels in level[]: rates or money for one (falling ones too), flats, thresholds
 * up to `top` (10⁻⁴ of the measure), the first at 0 now and then, sometimes capped. */
static inline struct rh_incentive random_incentive(uint64_t *state, double top, struct rh_level *level)
{
    struct rh_incentive self;
    memset(&self, 0, sizeof self);
    self.bands = random_below(state, 2) == 0 ? RH_BANDS_MARGINAL : RH_BANDS_RETROACTIVE;
    self.level = level;
    self.num_levels = (size_t)(1 + random_below(state, RANDOM_LEVELS));
    self.cap_window = self.cap_partner = self.cap_total = RH_MISSING;
    const bool per_unit = random_below(state, 3) == 0, from_zero = random_below(state, 3) == 0;
    double from = from_zero ? 0.0 : random_uniform(state) * top * 0.3;
    for (size_t k = 0; k < self.num_levels; k++) {
        const int what = random_below(state, 3); /* slope, flat, both */
        memset(&level[k], 0, sizeof level[k]);
        level[k].from = (rh_money)from;
        level[k].has_rate = what != 1 && !per_unit;
        level[k].has_per_unit = what != 1 && per_unit;
        level[k].has_flat = what != 0;
        level[k].rate = random_below(state, 100000);
        level[k].per_unit = random_below(state, 100000);
        level[k].flat = (rh_money)(random_uniform(state) * top * 0.02);
        from = floor(from + 1.0 + random_uniform(state) * top * 0.3);
    }
    if (random_below(state, 3) == 0) {
        self.cap_window = (rh_money)(1.0 + random_uniform(state) * top * 0.1);
    }
    return self;
}

static inline double direct_slope(const struct rh_level *level)
{
    return level->has_rate ? (double)level->rate / 1e6 : level->has_per_unit ? (double)level->per_unit / 1e4 : 0.0;
}

/* Reward of attainment a, straight from the rules: a level is reached if a > 0 and a ≥ its threshold; marginal: each
 * level's rate on the part of attainment inside it, and all reached flats; retroactive: the highest level's rate on all
 * of it, and its flat alone; at most the window's cap. */
static inline double direct_reward(const struct rh_incentive *incentive, double a)
{
    double reward = 0.0;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        const struct rh_level *level = &incentive->level[k];
        const double from = (double)level->from, flat = level->has_flat ? (double)level->flat : 0.0;
        const double end = k + 1 < incentive->num_levels ? (double)incentive->level[k + 1].from : INFINITY;
        if (!(a > 0.0) || a < from) {
            continue;
        }
        reward = incentive->bands == RH_BANDS_RETROACTIVE ? direct_slope(level) * a + flat
                                                          : reward + direct_slope(level) * (fmin(a, end) - from) + flat;
    }
    return incentive->cap_window == RH_MISSING ? reward : fmin(reward, (double)incentive->cap_window);
}

#endif
