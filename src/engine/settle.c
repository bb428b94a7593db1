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

/* Reward of attained[l] as far as the partner's cap still goes; takes it off the cap. */
static void reward_within_cap(const struct rh_schedule *schedule, const double *attained, double *cap_left, double *out)
{
    reward(schedule, attained, out);
    for (int l = 0; l < RH_LANES; l++) {
        out[l] = out[l] < cap_left[l] ? out[l] : cap_left[l];
        cap_left[l] -= out[l];
    }
}

/* One incentive's row of a due of all slots of program p, in the totals and in the partner's segment and region. */
static void tally_due(struct rh_kernel *self, int p, int slot, enum rh_due due, const double *value)
{
    const struct rh_tally *tally = self->into;
    const int slots = self->plan->program[p].num_slots, place = (int)due * slots + slot;
    double *all = tally->due[place];
    double *segment = tally->due_segment[self->partner->segment * RH_NUM_DUES * slots + place];
    double *region = tally->due_region[self->partner->region * RH_NUM_DUES * slots + place];
    for (int l = 0; l < RH_LANES; l++) {
        all[l] += value[l];
        segment[l] += value[l];
        region[l] += value[l];
    }
}

void rh_settle_window(struct rh_kernel *self, int p, struct rh_taken *taken, int w, double *earned, double *reached,
                      double *reference_earned)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_incentive *bound = taken->incentive;
    const int slot = bound->first_slot + w, last = bound->window[w].last;
    const double first_paid = bound->schedule.first_paid;
    bool required = bound->incentive->claim == RH_CLAIM_REQUIRED;
    const double *rate = rh_drawn(self, required ? RH_PARAM_CLAIM_RATE_REQUIRED : RH_PARAM_CLAIM_RATE_AUTOMATIC, 0);
    rh_lanes due[RH_NUM_DUES];
    reward_within_cap(&bound->schedule, taken->attained, taken->cap_left, due[RH_DUE_PAYABLE]);
    reward_within_cap(&bound->schedule, taken->reference, taken->reference_cap_left, due[RH_DUE_WINDFALL]);
    for (int l = 0; l < RH_LANES; l++) {
        double payable = due[RH_DUE_PAYABLE][l], claim = 0.0;
        if (payable > 0.0) {
            struct rh_words words = rh_draw(plan->seed, taken->claim_entity, self->first + (uint32_t)l, RH_DRAW_CLAIM,
                                            (uint32_t)last, 0);
            claim = rh_uniform(words.w[0]) < rate[l] ? 1.0 : 0.0;
        }
        due[RH_DUE_CLAIMED][l] = payable * claim;
        due[RH_DUE_CLAIMS][l] = claim;
        due[RH_DUE_SALE_DAYS][l] = claim > 0.0 ? payable * taken->days[l] / taken->attained[l] : 0.0;
        earned[l] = payable > 0.0 ? 1.0 : earned[l];
        reached[l] = payable > 0.0 && taken->attained[l] >= first_paid ? 1.0 : reached[l];
        reference_earned[l] = due[RH_DUE_WINDFALL][l] > 0.0 ? 1.0 : reference_earned[l];
    }
    for (int d = 0; d < RH_NUM_DUES; d++) {
        tally_due(self, p, slot, (enum rh_due)d, due[d]);
    }
}
