/* A reward schedule as a function of attainment: what `settle` pays and what a partner's belief differentiates.
 *
 * reward(a) = Σ over pieces with start ≤ a of jump + slope_change · (a - start), for a > 0; reward(a) = 0 for a ≤ 0.
 * Attainment is in 10⁻⁴ of the measure, reward in 10⁻⁴ of currency. */
#ifndef RH_PROGRAM_SCHEDULE_H
#define RH_PROGRAM_SCHEDULE_H

#include "program/program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* At attainment `start` the reward jumps and its slope changes. */
struct rh_piece {
    double start;        /* attainment from which the piece counts, ≥ 0 */
    double jump;         /* added at start */
    double slope_change; /* added to the slope from start on */
};

struct rh_schedule {
    struct rh_piece *piece; /* [num], start ascending */
    int num;
    double first_paid; /* lowest threshold above 0, INFINITY where the only level is `from: 0` */
};

/* What a schedule needs to know of one partner and window. */
struct rh_terms {
    const double *threshold; /* [num_levels] in 10⁻⁴ of the measure, relative ones worked out; NULL: as written */
    double prior;            /* total of the same window one year earlier, ≥ 0: growth metrics and pays_on */
    double multiplier;       /* of the reward, before cap.window */
    bool uncapped;           /* leaves cap.window out: a pool's reward, whose cap is on the members' shares */
};

/* A threshold in 10⁻⁴ of the measure (10⁻⁶ of a ratio), given what it may relate to. Not for percentiles. */
double rh_threshold_amount(const struct rh_threshold *self, double prior, double target);

/* What a level pays: per 10⁻⁴ of the measure, and at once, in 10⁻⁴ of currency. */
double rh_level_slope(const struct rh_level *self);
double rh_level_flat(const struct rh_level *self);

/* Most pieces that an incentive's levels can make. */
int rh_schedule_most_pieces(const struct rh_incentive *incentive);

/* Pieces of an incentive's levels for one partner and window, with cap.window folded in: min(multiplier · reward, cap).
 * Attainment is the window's total, also where the metric or the pay is growth; with `ratio_to` it is the numerator,
 * and thresholds are shares of a denominator that the caller has worked out; with `rank_in` thresholds are the totals
 * that the best places took, so descending; with `streak` attainment is the count (10⁻⁴ of a window). self->piece has
 * room for rh_schedule_most_pieces and stays the caller's. */
void rh_schedule_bind(struct rh_schedule *self, const struct rh_incentive *incentive, const struct rh_terms *terms);

/* The same for a partner of whom nothing need be known, with memory of its own. */
int rh_schedule_init(struct rh_schedule *self, const struct rh_incentive *incentive, struct rh_error *error);
void rh_schedule_free(struct rh_schedule *self);

/* Reward of attainment a. */
double rh_schedule_reward(const struct rh_schedule *self, double a);

#ifdef __cplusplus
}
#endif

#endif
