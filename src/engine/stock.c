/* Buying ahead and putting off (docs/model.md, "Timing"). In a window's last month a partner that can may buy what is
 * missing to the next threshold, and sells it later; or puts purchases off where the next window earns more for them.
 * After every month: purchases - what came back - demand = inventory - backlog. */
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <math.h>
#include <string.h>

void rh_stock_start(struct rh_kernel *self)
{
    const size_t size = (size_t)self->plan->max_series * sizeof(rh_lanes); /* the last partner may have had more */
    struct rh_stock *stock = &self->stock;
    if (stock->used) {
        memset(stock->inventory, 0, size);
        memset(stock->backlog, 0, size);
        memset(stock->returning[0], 0, size);
        memset(stock->returning[1], 0, size);
    }
    stock->used = false;
}

/* One series' month: what was put off is bought, what comes back is taken from stock, and so is what it can serve.
 * False: nothing comes back, in no replication. */
static bool purchase(const struct rh_stock *stock, int k, rh_real *__restrict gross, rh_real *__restrict back)
{
    rh_real *__restrict held = stock->inventory[k], *__restrict off = stock->backlog[k];
    rh_real *__restrict due = stock->returning[0][k], *__restrict later = stock->returning[1][k];
    int any = 0;
    for (int l = 0; l < RH_LANES; l++) {
        back[l] = due[l] < held[l] ? due[l] : held[l];
        any |= back[l] > 0.0;
        due[l] = later[l];
        later[l] = 0.0;
        const rh_real left = held[l] - back[l], from_stock = left < gross[l] ? left : gross[l];
        held[l] = left - from_stock;
        gross[l] += off[l] - from_stock;
        off[l] = 0.0;
    }
    return any != 0;
}

bool rh_stock_purchases(struct rh_kernel *self, rh_lanes *gross, rh_lanes *back)
{
    bool any = false;
    for (int k = 0; k < self->partner->num_series; k++) {
        any |= purchase(&self->stock, k, gross[k], back[k]);
    }
    return any;
}

/* What the month added to the incentive's attainment, without returns that came alone, and its money. */
static void count_month(const struct rh_kernel *self, const struct rh_taken *taken, int t, rh_real *attained,
                        rh_real *money)
{
    const struct rh_plan_count *count = &taken->incentive->count;
    rh_lanes value;
    memset(attained, 0, sizeof(rh_lanes));
    memset(money, 0, sizeof(rh_lanes));
    for (int k = 0; k < self->partner->num_series; k++) {
        const size_t series = self->partner->first_series + (size_t)k;
        if (count->drivers[self->plan->series_driver[series]]) {
            rh_attain(self, series, count->view, t, self->gross[k], NULL, value);
            rh_add_lanes(attained, value, 1.0);
            rh_add_lanes(money, self->gross[k], 1.0);
        }
    }
}

/* Attainment that is missing to the next threshold, INFINITY without one; and what a sale earns now. */
static void look_ahead(const struct rh_schedule *schedule, const rh_real *attained, rh_real *__restrict missing,
                       rh_real *__restrict slope)
{
    for (int l = 0; l < RH_LANES; l++) {
        missing[l] = INFINITY;
        slope[l] = 0.0;
    }
    for (int p = 0; p < schedule->num; p++) {
        const struct rh_real_piece piece = rh_real_piece_of(schedule->piece[p]);
        const rh_real none = piece.jump > 0.0 || piece.slope_change > 0.0 ? 0.0 : INFINITY;
        for (int l = 0; l < RH_LANES; l++) {
            const rh_real x = piece.start - attained[l], ahead = x > 0.0 ? x + none : INFINITY;
            slope[l] += x > 0.0 ? 0.0 : piece.slope_change;
            missing[l] = missing[l] < ahead ? missing[l] : ahead;
        }
    }
}

/* The same where schedules differ between replications. */
static void look_ahead_each(struct rh_kernel *self, struct rh_taken *taken, int w, rh_real *missing, rh_real *slope)
{
    const rh_real *attained = taken->standing[RH_PATH_OWN].attained;
    for (int l = 0; l < RH_LANES; l++) {
        const struct rh_schedule *schedule = rh_bind_lane(self, taken, w, RH_PATH_OWN, l, 0.0);
        missing[l] = INFINITY;
        slope[l] = 0.0;
        for (int p = 0; p < schedule->num; p++) {
            const struct rh_piece *piece = &schedule->piece[p];
            const rh_real x = piece->start - attained[l];
            slope[l] += x <= 0.0 ? piece->slope_change : 0.0;
            missing[l] = x > 0.0 && (piece->jump > 0.0 || piece->slope_change > 0.0) ? fmin(missing[l], x) : missing[l];
        }
    }
}

/* What the next attainment[l] more would pay. */
static void pay_more(struct rh_kernel *self, struct rh_taken *taken, int w, const rh_real *more, rh_real *pays)
{
    const rh_real *attained = taken->standing[RH_PATH_OWN].attained;
    rh_lanes then, now;
    for (int l = 0; l < RH_LANES; l++) {
        then[l] = attained[l] + more[l];
    }
    if (taken->incentive->several_values) {
        for (int l = 0; l < RH_LANES; l++) {
            const struct rh_schedule *schedule = rh_bind_lane(self, taken, w, RH_PATH_OWN, l, 0.0);
            pays[l] = rh_schedule_reward(schedule, then[l]) - rh_schedule_reward(schedule, attained[l]);
        }
        return;
    }
    rh_reward(taken->schedule, then, pays);
    rh_reward(taken->schedule, attained, now);
    rh_add_lanes(pays, now, -1.0);
}

/* Who decides at all: partners that attend, can buy ahead, and have something to gain. */
static void find_able(const struct rh_kernel *self, const struct rh_taken *taken, rh_real *able)
{
    const rh_real *chance = rh_drawn(self, RH_PARAM_TOPUP_ABLE, self->partner->segment_id);
    for (int l = 0; l < RH_LANES; l++) {
        able[l] = ((self->able[l] < chance[l]) & (self->relation.here[l] > 0.0)) ? self->attends[l] : 0.0;
    }
    rh_leave_open(taken, able);
}

/* What the first sale of the next window is expected to earn, as felt in month t; below 0 without such a window. Where
 * thresholds or multiplier differ between replications they are those of this window. */
static void worth_of_next(struct rh_kernel *self, struct rh_taken *taken, int w, int t, rh_real *worth)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const bool follows =
        w + 1 < bound->num_windows && bound->window[w + 1].first == t + 1 && rh_is_eligible(taken, w + 1);
    struct rh_belief belief = {0};
    if (follows) {
        const struct rh_plan_window next = bound->window[w + 1];
        belief = rh_belief_make(rh_expected(self, &bound->count, next.first, next.last), self->partner->cv,
                                next.last - next.first + 1);
    }
    const bool any = belief.alpha > 0.0, several = any && bound->several_values;
    const rh_real common = !any ? -1.0 : several ? 0.0 : rh_belief_marginal_reward(belief, taken->schedule, 0.0);
    for (int l = 0; l < RH_LANES; l++) {
        worth[l] = common;
    }
    for (int l = 0; several && l < RH_LANES; l++) {
        worth[l] = rh_belief_marginal_reward(belief, rh_bind_lane(self, taken, w, RH_PATH_OWN, l, 0.0), 0.0);
    }
    for (int l = 0; any && l < RH_LANES; l++) {
        worth[l] *= self->feel[taken->feel + t + 1][l];
    }
}

/* Who buys how much more: what is missing, where it is within reach. */
static void find_more(const struct rh_taken *taken, const rh_real *able, const rh_real *attained,
                      const rh_real *missing, const rh_real *reach, rh_real baseline, rh_real *__restrict more)
{
    const rh_real *so_far = taken->standing[RH_PATH_OWN].attained;
    for (int l = 0; l < RH_LANES; l++) { /* a little over, so that rounding does not fall short of the threshold */
        const rh_real enough = missing[l] * (1.0 + 1e-9) + 1.0 + RH_SUM_ERROR * (so_far[l] + missing[l]);
        const int reaches = (able[l] > 0.0) & (attained[l] > 0.0) & (missing[l] < reach[l] * baseline);
        more[l] = reaches ? enough : 0.0;
    }
}

bool rh_stock_decide(struct rh_kernel *self, struct rh_taken *taken, int t, rh_real *factor)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const int w = bound->window_of[t], segment = self->partner->segment_id;
    const rh_real *reach = rh_drawn(self, RH_PARAM_TOPUP_REACH, segment);
    const rh_real *put_off = rh_drawn(self, RH_PARAM_DEFERRAL, segment);
    const rh_real *load = rh_drawn(self, RH_PARAM_LOAD_COST, segment);
    const rh_real *feel = self->feel[taken->feel + t];
    const rh_real baseline = rh_expected(self, &bound->count, bound->window[w].first, bound->window[w].last);
    rh_lanes attained, money, missing, slope, able, more, pays, next;
    int decided = 0;
    count_month(self, taken, t, attained, money);
    if (bound->several_values) {
        look_ahead_each(self, taken, w, missing, slope);
    } else {
        look_ahead(taken->schedule, taken->standing[RH_PATH_OWN].attained, missing, slope);
    }
    find_able(self, taken, able);
    worth_of_next(self, taken, w, t, next);
    find_more(taken, able, attained, missing, reach, baseline, more);
    pay_more(self, taken, w, more, pays);
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real part = more[l] > 0.0 ? more[l] / attained[l] : 0.0;
        const int tops_up =
            (more[l] > 0.0) & (pays[l] * feel[l] * self->relation.trusted[l] > load[l] * part * money[l]);
        const int puts_off = (able[l] > 0.0) & (next[l] > slope[l] * feel[l]);
        const rh_real less = puts_off ? -put_off[l] * reach[l] : 0.0;
        factor[l] = tops_up ? part : less;
        decided |= factor[l] != 0.0;
    }
    return decided != 0;
}
