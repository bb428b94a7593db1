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

/* Pieces of an incentive's levels with cap.window folded in: min(reward, cap). */
int rh_schedule_init(struct rh_schedule *self, const struct rh_incentive *incentive, struct rh_error *error);
void rh_schedule_free(struct rh_schedule *self);

/* Reward of attainment a. */
double rh_schedule_reward(const struct rh_schedule *self, double a);

#ifdef __cplusplus
}
#endif

#endif
