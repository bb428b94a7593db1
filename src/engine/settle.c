/* What partners earn, by the same schedule and in the same order of caps as the exact settlement. */
#include "core/rng.h"
#include "engine/kernel_private.h"

#include <math.h>
#include <string.h>

void rh_attain(const struct rh_kernel *self, size_t series, int view, int t, const double *gross, double *out)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_view_table *table = &plan->views[series * (size_t)plan->num_views + (size_t)view];
    const int *source = self->source[t];
    if (table->constant) {
        for (int l = 0; l < RH_LANES; l++) {
            out[l] = gross[l] * table->conversion;
        }
        return;
    }
    const double *ratio = plan->table + table->ratio;
    for (int l = 0; l < RH_LANES; l++) {
        out[l] = gross[l] * ratio[source[l]];
    }
    if (table->lone != RH_NO_VIEW) {
        const double *lone = plan->table + table->lone;
        double usual = plan->exact ? 1.0 : plan->mean[series * (size_t)plan->num_months + (size_t)t];
        for (int l = 0; l < RH_LANES; l++) {
            out[l] += usual * self->base[t][l] * lone[source[l]];
        }
    }
}

/* Reward of a schedule at attained[l]; none at or below 0. */
static void reward(const struct rh_schedule *schedule, const double *attained, double *out)
{
    memset(out, 0, sizeof(rh_lanes));
    for (int p = 0; p < schedule->num; p++) {
        const struct rh_piece piece = schedule->piece[p];
        for (int l = 0; l < RH_LANES; l++) {
            double value = piece.jump + piece.slope_change * (attained[l] - piece.start);
            out[l] += attained[l] > 0.0 && attained[l] >= piece.start ? value : 0.0;
        }
    }
}

/* One incentive's row of a due of all slots of program p, in the totals and in the partner's segment and region. */
static void tally_due(struct rh_kernel *self, int p, int slot, enum rh_due due, const double *value)
{
    const struct rh_tally *tally = self->into;
    const struct rh_plan_program *program = &self->plan->program[p];
    const int block = rh_num_dues(program) * program->num_slots, place = (int)due * program->num_slots + slot;
    double *all = tally->due[place];
    double *segment = tally->due_segment[self->partner->segment * block + place];
    double *region = tally->due_region[self->partner->region * block + place];
    for (int l = 0; l < RH_LANES; l++) {
        all[l] += value[l];
        segment[l] += value[l];
        region[l] += value[l];
    }
}

/* Window of the incentive that ends in month t and that the partner may take part in, or -1. */
static int ending(const struct rh_taken *taken, int t)
{
    int w = taken->incentive->window_of[t];
    return w >= 0 && taken->incentive->window[w].last == t && rh_is_eligible(taken, w) ? w : -1;
}

static struct rh_standing *standing_of(struct rh_taken *taken, bool reference)
{
    return reference ? &taken->reference : &taken->own;
}

/* What the levels pay, capped by window; nothing where `once` has paid. */
static void find_amount(const struct rh_taken *taken, struct rh_standing *standing)
{
    reward(taken->schedule, standing->attained, standing->amount);
    for (int l = 0; l < RH_LANES; l++) {
        standing->amount[l] = standing->used[l] > 0.0 || standing->amount[l] < 0.0 ? 0.0 : standing->amount[l];
    }
}

/* Of a group's incentives that end in the month only the one that pays most pays; the first in the file where equal. */
static void exclude_others(struct rh_kernel *self, int t, int group, bool reference)
{
    rh_lanes best = {0};
    for (int j = 0; j < self->num_taken; j++) {
        if (self->taken[j].incentive->group == group && ending(&self->taken[j], t) >= 0) {
            const double *amount = standing_of(&self->taken[j], reference)->amount;
            for (int l = 0; l < RH_LANES; l++) {
                best[l] = fmax(best[l], amount[l]);
            }
        }
    }
    for (int j = 0; j < self->num_taken; j++) {
        if (self->taken[j].incentive->group == group && ending(&self->taken[j], t) >= 0) {
            double *amount = standing_of(&self->taken[j], reference)->amount;
            for (int l = 0; l < RH_LANES; l++) {
                bool pays = amount[l] == best[l] && amount[l] > 0.0;
                amount[l] = pays ? amount[l] : 0.0;
                best[l] = pays ? INFINITY : best[l]; /* taken: nothing equals it any more */
            }
        }
    }
}

/* cap.partner, `once`, and the minimum below which amounts are carried on. */
static void cap_and_carry(const struct rh_taken *taken, struct rh_standing *standing, bool last_window)
{
    const struct rh_incentive *incentive = taken->incentive->incentive;
    const double minimum = (double)incentive->minimum, once = incentive->once ? 1.0 : 0.0;
    for (int l = 0; l < RH_LANES; l++) {
        double amount = fmin(standing->amount[l], standing->cap_left[l]), due = amount + standing->carried[l];
        standing->cap_left[l] -= amount;
        standing->used[l] = amount > 0.0 ? once : standing->used[l];
        bool waits = due < minimum;
        standing->carried[l] = waits && !last_window ? due : 0.0;
        standing->amount[l] = waits ? 0.0 : due;
    }
}

/* Amounts of all windows that end in month t, by own or by the reference's behavior. */
static void settle_standings(struct rh_kernel *self, int t, bool reference)
{
    for (int j = 0; j < self->num_taken; j++) {
        if (ending(&self->taken[j], t) >= 0) {
            find_amount(&self->taken[j], standing_of(&self->taken[j], reference));
        }
    }
    for (int j = 0; j < self->num_taken; j++) {
        int group = self->taken[j].incentive->group;
        bool first = group >= 0;
        for (int before = 0; before < j; before++) {
            first = first && self->taken[before].incentive->group != group;
        }
        if (first) {
            exclude_others(self, t, group, reference);
        }
    }
    for (int j = 0; j < self->num_taken; j++) {
        int w = ending(&self->taken[j], t);
        if (w >= 0) {
            cap_and_carry(&self->taken[j], standing_of(&self->taken[j], reference),
                          w == self->taken[j].incentive->num_windows - 1);
        }
    }
}

/* Claims what is payable and counts it. */
static void pay(struct rh_kernel *self, int p, const struct rh_taken *taken, int w, struct rh_rewarded *rewarded)
{
    const struct rh_plan *plan = self->plan;
    const double first_paid = taken->schedule->first_paid, *gross_up = plan->program[p].gross_up;
    const double *rate = rh_drawn(self, rh_claim_rate(taken->incentive->incentive), 0);
    rh_lanes due[RH_NUM_DUES];
    for (int l = 0; l < RH_LANES; l++) {
        double payable = taken->own.amount[l], claim = 0.0;
        if (payable > 0.0) {
            struct rh_words words = rh_draw(plan->seed, taken->claim_entity, self->first + (uint32_t)l, RH_DRAW_CLAIM,
                                            (uint32_t)taken->incentive->window[w].last, 0);
            claim = rh_uniform(words.w[0]) < rate[l] ? 1.0 : 0.0;
        }
        bool sold = taken->own.attained[l] > 0.0;
        due[RH_DUE_PAYABLE][l] = payable;
        due[RH_DUE_WINDFALL][l] = taken->reference.amount[l];
        due[RH_DUE_CLAIMED][l] = payable * claim;
        due[RH_DUE_CLAIMS][l] = claim;
        due[RH_DUE_SALE_DAYS][l] = claim > 0.0 && sold ? payable * taken->days[l] / taken->own.attained[l] : 0.0;
        rewarded->earned[l] = payable > 0.0 ? 1.0 : rewarded->earned[l];
        rewarded->reached[l] = payable > 0.0 && taken->own.attained[l] >= first_paid ? 1.0 : rewarded->reached[l];
        rewarded->reference[l] = taken->reference.amount[l] > 0.0 ? 1.0 : rewarded->reference[l];
    }
    if (gross_up != NULL) {
        const double tax = gross_up[plan->history->partners.region[self->partner->row]];
        for (int l = 0; l < RH_LANES; l++) {
            due[RH_DUE_GROSS_UP][l] = tax * due[RH_DUE_CLAIMED][l];
        }
    }
    for (int d = 0; d < rh_num_dues(&plan->program[p]); d++) {
        tally_due(self, p, taken->incentive->first_slot + w, (enum rh_due)d, due[d]);
    }
}

void rh_settle_month(struct rh_kernel *self, int p, int t, struct rh_rewarded *rewarded)
{
    settle_standings(self, t, false);
    settle_standings(self, t, true);
    for (int j = 0; j < self->num_taken; j++) {
        int w = ending(&self->taken[j], t);
        if (w >= 0) {
            pay(self, p, &self->taken[j], w, rewarded);
        }
    }
}
