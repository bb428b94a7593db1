/* What the next sale is worth to a partner (docs/model.md, "What the next sale is worth"), over lanes. */
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <string.h>

/* Attainment that the partner expects of the rest of the window, this month included. */
static double expected_rest(const struct rh_kernel *self, const struct rh_taken *taken, int t, int last)
{
    const struct rh_plan *plan = self->plan;
    double sum = 0.0;
    for (int k = 0; k < self->partner->num_series; k++) {
        size_t series = self->partner->first_series + (size_t)k;
        double conversion = rh_conversion(plan, series, taken->incentive);
        for (int month = t; conversion != 0.0 && month <= last; month++) {
            sum += conversion * rh_plan_expected(plan, series, month);
        }
    }
    return sum;
}

/* One piece of the schedule, in `num` lanes: a constant at every call, so that the loop becomes vector code. */
static inline void add_piece(const struct rh_piece piece, double beta, double alpha, const double *attained, double *g,
                             int num)
{
    const double inverse = 1.0 / alpha;
    for (int l = 0; l < num; l++) {
        double x = piece.start - attained[l], ahead = x > 0.0 ? x : alpha;
        double z = beta * rh_vlog(ahead * inverse);
        z = z > RH_BELIEF_CLAMP ? RH_BELIEF_CLAMP : z;
        z = z < -RH_BELIEF_CLAMP ? -RH_BELIEF_CLAMP : z;
        double odds = rh_vexp(z), survival = 1.0 / (1.0 + odds);
        double expected = piece.slope_change * survival + piece.jump * (beta / ahead) * (survival * (odds * survival));
        g[l] += x > 0.0 ? expected : piece.slope_change;
    }
}

/* Without any expectation only what is reached already counts. */
static inline void add_reached(const struct rh_piece piece, const double *attained, double *g, int num)
{
    for (int l = 0; l < num; l++) {
        g[l] += piece.start <= attained[l] ? piece.slope_change : 0.0;
    }
}

void rh_marginal_reward(const struct rh_schedule *schedule, struct rh_belief belief, const double *attained, double *g)
{
    memset(g, 0, sizeof(rh_lanes));
    for (int p = 0; p < schedule->num; p++) {
        if (belief.alpha > 0.0) {
            add_piece(schedule->piece[p], belief.beta, belief.alpha, attained, g, RH_LANES);
        } else {
            add_reached(schedule->piece[p], attained, g, RH_LANES);
        }
    }
}

/* The same where a window opens: nothing is attained yet in any lane, so one lane tells all. */
static void opening_reward(const struct rh_schedule *schedule, struct rh_belief belief, double *g)
{
    double nothing = 0.0, opening = 0.0;
    for (int p = 0; p < schedule->num; p++) {
        if (belief.alpha > 0.0) {
            add_piece(schedule->piece[p], belief.beta, belief.alpha, &nothing, &opening, 1);
        } else {
            add_reached(schedule->piece[p], &nothing, &opening, 1);
        }
    }
    for (int l = 0; l < RH_LANES; l++) {
        g[l] = opening;
    }
}

/* Starts counting, and makes the schedule where it depends on the partner. */
static void open_window(struct rh_kernel *self, struct rh_taken *taken, int w)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    size_t window = (size_t)(self->partner - self->plan->partner) * (size_t)bound->num_windows + (size_t)w;
    memset(taken->own.attained, 0, sizeof taken->own.attained);
    memset(taken->reference.attained, 0, sizeof taken->reference.attained);
    memset(taken->days, 0, sizeof taken->days);
    if (bound->threshold != NULL || bound->prior != NULL || taken->multiplier != 1.0) {
        const struct rh_terms terms = {
            .threshold = bound->threshold != NULL ? bound->threshold + window * bound->incentive->num_levels : NULL,
            .prior = bound->prior != NULL ? bound->prior[window] : 0.0,
            .multiplier = taken->multiplier};
        rh_schedule_bind(&taken->own_schedule, bound->incentive, &terms);
        taken->schedule = &taken->own_schedule;
    }
}

void rh_find_worth(struct rh_kernel *self, struct rh_taken *taken, int t)
{
    int w = taken->incentive->window_of[t];
    if (w < 0 || !rh_is_eligible(taken, w)) {
        memset(taken->worth, 0, sizeof taken->worth);
        return;
    }
    const struct rh_plan_window window = taken->incentive->window[w];
    const struct rh_belief belief =
        rh_belief_make(expected_rest(self, taken, t, window.last), self->partner->cv, window.last - t + 1);
    const double *feel = self->feel[taken->feel + t];
    if (t == window.first) {
        open_window(self, taken, w);
        opening_reward(taken->schedule, belief, taken->worth);
    } else {
        rh_marginal_reward(taken->schedule, belief, taken->own.attained, taken->worth);
    }
    for (int l = 0; l < RH_LANES; l++) {
        double open = taken->own.cap_left[l] > 0.0 && taken->own.used[l] == 0.0 ? self->attends[l] : 0.0;
        taken->worth[l] *= feel[l] * open;
    }
}
