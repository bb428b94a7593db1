/* Levels become pieces: a slope and a jump at each threshold (docs/model.md, "What the next sale is worth"). Both kinds
 * of bands have the same form; retroactive levels carry their re-rating of earlier sales in the jump. The cap is folded
 * in piece by piece, also where rates fall and the reward is not monotone.
 *
 * Growth as a metric shifts all thresholds by the prior year; pay on growth leaves them, and pays only the part of each
 * band above the prior year. A ratio's levels are retroactive in their rates, whatever the bands say of their flats. */
#include "program/schedule.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A straight stretch of the reward: value(a) = at_start + slope · (a - start) for start ≤ a < end. */
struct stretch {
    double start, end, at_start, slope;
};

/* The schedule as far as it is made. */
struct builder {
    struct rh_schedule *schedule;
    double cap;                /* of the reward */
    double value, slope, from; /* of the last piece: reward at its start, slope, start */
};

double rh_level_slope(const struct rh_level *self)
{
    return self->has_rate       ? (double)self->rate / (double)RH_PPM_ONE
           : self->has_per_unit ? (double)self->per_unit / (double)RH_MONEY_ONE
                                : 0.0;
}

double rh_level_flat(const struct rh_level *self)
{
    return self->has_flat ? (double)self->flat : 0.0;
}

/* Where a stretch goes on from the one before, what is left of the difference is rounding: no jump, hence no goal. */
#define LEAST_JUMP 1e-9 /* of the reward */

static void add_piece(struct builder *builder, const struct stretch *stretch)
{
    const double reached = builder->value + builder->slope * (stretch->start - builder->from);
    const double jump = stretch->at_start - reached;
    builder->schedule->piece[builder->schedule->num++] =
        (struct rh_piece){stretch->start, fabs(jump) > LEAST_JUMP * fabs(stretch->at_start) ? jump : 0.0,
                          stretch->slope - builder->slope};
    builder->value = stretch->at_start;
    builder->slope = stretch->slope;
    builder->from = stretch->start;
}

/* Adds a stretch cut off at the cap: up to two pieces. */
static void add_capped(struct builder *builder, struct stretch stretch)
{
    double crossing =
        stretch.slope > 0.0 ? stretch.start + (builder->cap - stretch.at_start) / stretch.slope : INFINITY;
    if (stretch.at_start >= builder->cap) {
        stretch.at_start = builder->cap;
        stretch.slope = 0.0;
        add_piece(builder, &stretch);
    } else if (crossing < stretch.end) {
        const struct stretch flat = {crossing, stretch.end, builder->cap, 0.0};
        add_piece(builder, &stretch);
        add_piece(builder, &flat);
    } else {
        add_piece(builder, &stretch);
    }
}

/* Adds a level's stretch that pays its slope only above pays_from. */
static void add_level(struct builder *builder, struct stretch stretch, double pays_from)
{
    struct stretch unpaid = stretch;
    if (pays_from > stretch.start) {
        unpaid.slope = 0.0;
        unpaid.end = fmin(stretch.end, pays_from);
        add_capped(builder, unpaid);
        stretch.start = pays_from;
    }
    if (stretch.start < stretch.end) {
        add_capped(builder, stretch);
    }
}

double rh_threshold_amount(const struct rh_threshold *self, double prior, double target)
{
    const double share = (double)self->share / (double)RH_PPM_ONE;
    return self->relation == RH_RELATIVE_PRIOR_YEAR ? rint(share * prior)
           : self->relation == RH_RELATIVE_TARGET   ? rint(share * target)
                                                    : (double)self->amount;
}

static double threshold_of(const struct rh_incentive *incentive, const struct rh_terms *terms, size_t k)
{
    return terms->threshold != NULL ? terms->threshold[k] : (double)incentive->level[k].from;
}

/* The next level that can be reached after k: one is out of reach where any later threshold does not exceed its own. */
static size_t next_reachable(const struct rh_incentive *incentive, const struct rh_terms *terms, size_t k)
{
    for (size_t next = k; next < incentive->num_levels; next++) {
        bool reachable = true;
        for (size_t later = next + 1; later < incentive->num_levels; later++) {
            reachable = reachable && threshold_of(incentive, terms, later) > threshold_of(incentive, terms, next);
        }
        if (reachable) {
            return next;
        }
    }
    return incentive->num_levels;
}

/* Places in a ranking, the last one that pays first: each is worth its own prize alone, from the total it took. */
static void add_places(struct builder *builder, const struct rh_incentive *incentive, const struct rh_terms *terms)
{
    for (size_t k = incentive->num_levels; k-- > 0;) {
        const double from = threshold_of(incentive, terms, k);
        const double until = k > 0 ? threshold_of(incentive, terms, k - 1) : INFINITY;
        const struct stretch stretch = {from, until, terms->multiplier * rh_level_flat(&incentive->level[k]), 0.0};
        if (from < until) {
            builder->schedule->first_paid = fmin(builder->schedule->first_paid, from);
            add_capped(builder, stretch);
        }
    }
}

int rh_schedule_most_pieces(const struct rh_incentive *incentive)
{
    return 4 * (int)incentive->num_levels + 1;
}

void rh_schedule_bind(struct rh_schedule *self, const struct rh_incentive *incentive, const struct rh_terms *terms)
{
    const bool uncapped = terms->uncapped || incentive->cap_window == RH_MISSING;
    struct builder builder = {.schedule = self, .cap = uncapped ? INFINITY : (double)incentive->cap_window};
    const bool grows = incentive->metric == RH_METRIC_GROWTH;
    const double shift = grows ? terms->prior : 0.0;
    const double pays_from = incentive->pays_on_growth ? terms->prior : 0.0;
    double marginal = 0.0; /* uncapped reward of the marginal bands at the level's threshold */
    self->num = 0;
    self->first_paid = INFINITY;
    if (incentive->metric == RH_METRIC_RANK) {
        add_places(&builder, incentive, terms);
        return;
    }
    for (size_t k = next_reachable(incentive, terms, 0), next; k < incentive->num_levels; k = next) {
        const struct rh_level *level = &incentive->level[k];
        next = next_reachable(incentive, terms, k + 1);
        const double from = threshold_of(incentive, terms, k);
        const double until = next < incentive->num_levels ? threshold_of(incentive, terms, next) : INFINITY;
        struct stretch stretch = {from + shift, until + shift, 0.0, terms->multiplier * rh_level_slope(level)};
        if (grows && from == 0.0) { /* growth above 0 is reached by more than the prior year, not by as much */
            stretch.start = nextafter(terms->prior, INFINITY);
        }
        const double flat = terms->multiplier * rh_level_flat(level);
        if (incentive->metric == RH_METRIC_RATIO) { /* the highest level pays on all of the numerator */
            marginal = incentive->bands == RH_BANDS_RETROACTIVE ? flat : marginal + flat;
            stretch.at_start = marginal + stretch.slope * from;
        } else if (incentive->bands == RH_BANDS_RETROACTIVE) {
            stretch.at_start = flat + stretch.slope * fmax(from - pays_from, 0.0);
        } else {
            marginal += flat;
            stretch.at_start = marginal;
            marginal += isfinite(until) ? stretch.slope * fmax(until - fmax(from, pays_from), 0.0) : 0.0;
        }
        if (from > 0.0 && !isfinite(self->first_paid)) {
            self->first_paid = stretch.start;
        }
        add_level(&builder, stretch, pays_from);
    }
}

int rh_schedule_init(struct rh_schedule *self, const struct rh_incentive *incentive, struct rh_error *error)
{
    const struct rh_terms terms = {.threshold = NULL, .prior = 0.0, .multiplier = 1.0};
    memset(self, 0, sizeof *self);
    self->first_paid = INFINITY;
    self->piece = rh_calloc((size_t)rh_schedule_most_pieces(incentive), sizeof *self->piece);
    if (self->piece == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the levels of an incentive");
    }
    rh_schedule_bind(self, incentive, &terms);
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
