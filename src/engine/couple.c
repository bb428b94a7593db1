/* What couples partners: caps over all of them and the budget, from the block's totals (docs/program-language.md,
 * "Settlement", step 10). Payables of a month that exceed what is left are cut in one proportion; the cents that an
 * exact settlement hands out by largest remainder are below what a rehearsal resolves. */
#include "engine/kernel_private.h"

#include <math.h>

/* cap.total of one incentive: what of each window's due it leaves. */
static void cap_incentive(const struct rh_plan_incentive *incentive, rh_sums *due, rh_sums *keep)
{
    double cap = incentive->incentive->cap_total == RH_MISSING ? INFINITY : (double)incentive->incentive->cap_total;
    for (int l = 0; l < RH_LANES; l++) {
        double left = cap;
        for (int w = 0; w < incentive->num_windows; w++) {
            int slot = incentive->first_slot + w;
            keep[slot][l] = due[slot][l] > left ? left / due[slot][l] : 1.0;
            left = due[slot][l] > left ? 0.0 : left - due[slot][l]; /* nothing is left, not what rounding leaves */
        }
    }
}

/* Slot of the window of an incentive that ends in month t, or -1. */
static int slot_ending(const struct rh_plan_incentive *incentive, int t)
{
    int w = incentive->window_of[t];
    return w >= 0 && incentive->window[w].last == t ? incentive->first_slot + w : -1;
}

/* Budget of one month, over all incentives: takes what the month uses off left. */
static void spend_month(const struct rh_plan_program *program, rh_sums *due, int t, double *left, rh_sums *keep,
                        double *exhausted)
{
    bool pays_all = program->program->when_exhausted == RH_EXHAUSTED_REPORT;
    for (int l = 0; l < RH_LANES; l++) {
        double sum = 0.0;
        for (int j = 0; j < program->num_paying; j++) {
            int slot = slot_ending(&program->incentive[j], t);
            sum += slot >= 0 ? due[slot][l] * keep[slot][l] : 0.0;
        }
        if (sum > left[l] && isnan(exhausted[l])) {
            exhausted[l] = t + 1;
        }
        bool cut = sum > left[l] && !pays_all;
        double share = cut ? left[l] / sum : 1.0;
        left[l] = cut ? 0.0 : left[l] - sum;
        for (int j = 0; j < program->num_paying; j++) {
            int slot = slot_ending(&program->incentive[j], t);
            if (slot >= 0) {
                keep[slot][l] *= share;
            }
        }
    }
}

void rh_couple(const struct rh_kernel *self, int p, enum rh_due what, rh_sums *keep, double *exhausted)
{
    const struct rh_plan_program *program = &self->plan->program[p];
    rh_sums *due = self->tally[p].due + (ptrdiff_t)what * program->num_slots;
    rh_sums left;
    for (int j = 0; j < program->num_paying; j++) {
        cap_incentive(&program->incentive[j], due, keep);
    }
    for (int l = 0; l < RH_LANES; l++) {
        exhausted[l] = NAN;
        left[l] = program->spendable;
    }
    for (int t = 0; isfinite(program->spendable) && t < self->plan->num_months; t++) {
        spend_month(program, due, t, left, keep, exhausted);
    }
}
