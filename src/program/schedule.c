/* Levels become pieces: a slope and a jump at each threshold (docs/model.md, "What the next sale is worth"). Both kinds of
 * bands have the same form; retroactive levels carry their re-rating of earlier sales in the jump. The cap is folded in
 * piece by piece, also where rates fall and the reward is not monotone. */
#include "program/schedule.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A straight stretch of the reward: value(a) = at_start + slope · (a - start) for start ≤ a < end. */
struct stretch {
    double start, end, at_start, slope;
};

/* Slope of a level in 10⁻⁴ of currency per 10⁻⁴ of the measure. */
static double level_slope(const struct rh_level *level)
{
    return level->has_rate       ? (double)level->rate / (double)RH_PPM_ONE
           : level->has_per_unit ? (double)level->per_unit / (double)RH_MONEY_ONE
                                 : 0.0;
}

static double level_flat(const struct rh_level *level)
{
    return level->has_flat ? (double)level->flat : 0.0;
}

static void add_piece(struct rh_schedule *self, double *last_value, double *last_slope, double *last_start,
                      const struct stretch *stretch)
{
    double reached = *last_value + *last_slope * (stretch->start - *last_start);
    struct rh_piece *piece = &self->piece[self->num++];
    piece->start = stretch->start;
    piece->jump = stretch->at_start - reached;
    piece->slope_change = stretch->slope - *last_slope;
    *last_value = stretch->at_start;
    *last_slope = stretch->slope;
    *last_start = stretch->start;
}

/* Adds a stretch cut off at the cap: up to two pieces. */
static void add_capped(struct rh_schedule *self, double *value, double *slope, double *start, struct stretch stretch,
                       double cap)
{
    double crossing = stretch.slope > 0.0 ? stretch.start + (cap - stretch.at_start) / stretch.slope : INFINITY;
    if (stretch.at_start >= cap) {
        stretch.at_start = cap;
        stretch.slope = 0.0;
        add_piece(self, value, slope, start, &stretch);
    } else if (crossing < stretch.end) {
        add_piece(self, value, slope, start, &stretch);
        struct stretch flat = {crossing, stretch.end, cap, 0.0};
        add_piece(self, value, slope, start, &flat);
    } else {
        add_piece(self, value, slope, start, &stretch);
    }
}

int rh_schedule_init(struct rh_schedule *self, const struct rh_incentive *incentive, struct rh_error *error)
{
    memset(self, 0, sizeof *self);
    self->first_paid = INFINITY;
    self->piece = rh_calloc(2 * incentive->num_levels + 1, sizeof *self->piece);
    if (self->piece == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the levels of an incentive");
    }
    double cap = incentive->cap_window == RH_MISSING ? INFINITY : (double)incentive->cap_window;
    double value = 0.0, slope = 0.0, start = 0.0; /* of the capped reward so far */
    double marginal = 0.0;                        /* uncapped reward of the marginal bands at the level's threshold */
    for (size_t k = 0; k < incentive->num_levels; k++) {
        const struct rh_level *level = &incentive->level[k];
        struct stretch stretch = {.start = (double)level->from, .end = INFINITY, .slope = level_slope(level)};
        if (k + 1 < incentive->num_levels) {
            stretch.end = (double)incentive->level[k + 1].from;
        }
        if (incentive->bands == RH_BANDS_RETROACTIVE) {
            stretch.at_start = level_flat(level) + stretch.slope * stretch.start;
        } else {
            marginal += level_flat(level);
            stretch.at_start = marginal;
            marginal += isfinite(stretch.end) ? stretch.slope * (stretch.end - stretch.start) : 0.0;
        }
        if (level->from > 0 && !isfinite(self->first_paid)) {
            self->first_paid = stretch.start;
        }
        add_capped(self, &value, &slope, &start, stretch, cap);
    }
    return RH_OK;
}

void rh_schedule_free(struct rh_schedule *self)
{
    free(self->piece);
    memset(self, 0, sizeof *self);
}

double rh_schedule_reward(const struct rh_schedule *self, double a)
{
    double reward = 0.0;
    for (int p = 0; p < self->num && a > 0.0 && self->piece[p].start <= a; p++) {
        reward += self->piece[p].jump + self->piece[p].slope_change * (a - self->piece[p].start);
    }
    return reward;
}
