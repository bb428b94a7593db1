/* What becomes of an amount that is payable: whether it is claimed, when it is paid, and whether rightly.
 *
 * A claim's luck depends on partner, incentive and month alone. It is drawn when a program first asks for it and kept
 * for the programs that follow, in which an incentive of the same name meets the same luck. */
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <math.h>
#include <string.h>

#define LATE_DAYS 20.0     /* after the due date */
#define NOT_CLAIMED (-1.0) /* in place of days */

/* Mean of the days from the due date to the payment, and spread of their logarithm. */
static void find_processing(const struct rh_kernel *self, const struct rh_incentive *incentive, double *mean,
                            double *spread)
{
    if (!incentive->has_processing) {
        memcpy(mean, rh_drawn(self, RH_PARAM_PROCESSING_DAYS, 0), sizeof(rh_lanes));
        memcpy(spread, self->processing_spread, sizeof(rh_lanes));
        return;
    }
    const double own = rh_log_spread(incentive->processing_mean_days, incentive->processing_sd_days);
    for (int l = 0; l < RH_LANES; l++) {
        mean[l] = incentive->processing_mean_days;
        spread[l] = own;
    }
}

/* Errors are of the size that makes over- and underpayments their shares of all that is claimed. */
static void draw_errors(const struct rh_kernel *self, rh_words_lanes words, double *share)
{
    const double *error = rh_drawn(self, RH_PARAM_CLAIM_ERROR, 0);
    const double *over = rh_drawn(self, RH_PARAM_OVERPAID, 0), *under = rh_drawn(self, RH_PARAM_UNDERPAID, 0);
    for (int l = 0; l < RH_LANES; l++) {
        const double half = 0.5 * error[l], part = under[l] / half;
        const double paid = rh_vuniform(words[3][l]) < 0.5 ? 1.0 + over[l] / half : 1.0 - (part < 1.0 ? part : 1.0);
        share[l] = rh_vuniform(words[2][l]) < error[l] ? -paid : 1.0;
    }
}

/* The luck of a claim of month t. */
static void draw_luck(struct rh_kernel *self, const struct rh_taken *taken, int t, struct rh_luck *luck)
{
    const struct rh_incentive *incentive = taken->incentive->incentive;
    const double *rate = rh_drawn(self, rh_claim_rate(incentive), 0);
    rh_words_lanes words;
    rh_lanes mean, spread;
    find_processing(self, incentive, mean, spread);
    rh_draw_words(self, taken->entity, RH_DRAW_CLAIM, (uint32_t)t, 0, words);
    for (int l = 0; l < RH_LANES; l++) {
        const double z = rh_vnormal(rh_vuniform(words[1][l]));
        const double days = mean[l] * rh_vexp(spread[l] * z - 0.5 * spread[l] * spread[l]);
        luck->days[l] = rh_vuniform(words[0][l]) < rate[l] ? days : NOT_CLAIMED;
    }
    if (self->errs) {
        draw_errors(self, words, luck->share);
    }
}

static const struct rh_luck *luck_of(struct rh_kernel *self, const struct rh_taken *taken, int t)
{
    const int i = (int)(self->partner - self->plan->partner);
    const int place = taken->incentive->luck * self->plan->num_months + t;
    if (self->luck_of[place] != i) {
        draw_luck(self, taken, t, &self->luck[place]);
        self->luck_of[place] = i;
    }
    return &self->luck[place];
}

/* The month of the horizon in which each payment arrives: num_months where it is a later one, -1 where none is made. */
static void find_arrivals(const struct rh_kernel *self, const struct rh_plan_incentive *bound, int w,
                          const double *payable, const struct rh_luck *luck, int32_t *restrict arrives)
{
    const int32_t from = bound->window[w].last + 1, never = self->plan->num_months;
    for (int l = 0; l < RH_LANES; l++) {
        const double months = (bound->payout_days + luck->days[l]) / RH_DAYS_PER_MONTH;
        const bool paid = (payable[l] > 0.0) & (luck->days[l] >= 0.0);
        const int32_t month = from + (int32_t)rh_vmin(months, never); /* of whole months */
        arrives[l] = !paid ? -1 : month < never ? month : never;
    }
}

/* Payments that answer with trust, among those of their months: few months, so that each takes a pass. */
static void remember_payments(struct rh_kernel *self, const struct rh_plan_incentive *bound, int w,
                              const double *payable, const struct rh_luck *luck)
{
    const int32_t never = self->plan->num_months;
    int32_t arrives[RH_LANES], first = never, last = -1;
    rh_lanes wrong;
    find_arrivals(self, bound, w, payable, luck, arrives);
    for (int l = 0; l < RH_LANES; l++) {
        const int32_t month = arrives[l] < 0 ? never : arrives[l];
        first = month < first ? month : first;
        last = arrives[l] > last ? arrives[l] : last;
    }
    for (int l = 0; l < RH_LANES; l++) {
        wrong[l] = luck->days[l] > LATE_DAYS ? 1.0 : 0.0;
    }
    for (int l = 0; self->errs && l < RH_LANES; l++) {
        wrong[l] = signbit(luck->share[l]) ? 1.0 : wrong[l];
    }
    for (int t = first; t <= last && t < never; t++) {
        double *restrict now_right = self->relation.right[t], *restrict now_wrong = self->relation.wrong[t];
        for (int l = 0; l < RH_LANES; l++) {
            const double now = arrives[l] == t ? 1.0 : 0.0;
            now_wrong[l] += now * wrong[l];
            now_right[l] += now * (1.0 - wrong[l]);
        }
    }
}

static void see_payment(const struct rh_kernel *self, const struct rh_taken *taken, int w, rh_lanes *due,
                        const double *days)
{
    const int t = taken->incentive->window[w].last, of = (int)(taken->incentive - self->program->incentive);
    rh_see(self, RH_SEEN_COUNTED, t, of, taken->standing[RH_PATH_OWN].attained);
    rh_see(self, RH_SEEN_PAYABLE, t, of, due[RH_DUE_PAYABLE]);
    rh_see(self, RH_SEEN_CLAIMED, t, of, due[RH_DUE_CLAIMED]);
    rh_see(self, RH_SEEN_PAID, t, of, due[RH_DUE_PAID]);
    rh_see(self, RH_SEEN_DAYS, t, of, days);
}

/* What is due of a window whose claims have this luck. */
static void find_dues(const struct rh_kernel *self, const struct rh_taken *taken, const struct rh_luck *luck,
                      rh_lanes *due, double *days)
{
    const struct rh_standing *own = &taken->standing[RH_PATH_OWN];
    const double payout_days = taken->incentive->payout_days;
    for (int l = 0; l < RH_LANES; l++) {
        const bool claims = own->amount[l] > 0.0 && luck->days[l] >= 0.0;
        const double claimed = claims ? own->amount[l] : 0.0;
        days[l] = claims ? payout_days + luck->days[l] : 0.0;
        due[RH_DUE_PAYABLE][l] = own->amount[l];
        due[RH_DUE_CLAIMED][l] = due[RH_DUE_PAID][l] = claimed;
        due[RH_DUE_CLAIMS][l] = claims ? 1.0 : 0.0;
        due[RH_DUE_WRONG][l] = 0.0;
    }
    for (int l = 0; self->errs && l < RH_LANES; l++) {
        due[RH_DUE_PAID][l] = due[RH_DUE_CLAIMED][l] * fabs(luck->share[l]);
        due[RH_DUE_WRONG][l] = signbit(luck->share[l]) ? due[RH_DUE_CLAIMS][l] : 0.0;
    }
    for (int l = 0; l < RH_LANES; l++) {
        const double attained = own->attained[l] > 0.0 ? own->attained[l] : INFINITY;
        due[RH_DUE_PAY_DAYS][l] = due[RH_DUE_PAID][l] * days[l];
        due[RH_DUE_SALE_DAYS][l] = due[RH_DUE_PAID][l] * taken->days[l] / attained;
    }
}

/* What the window brought, as far as anything is left to be said of it; false: nothing, in no replication. */
static bool reward(const struct rh_taken *taken, struct rh_rewarded *rewarded)
{
    const struct rh_standing *own = &taken->standing[RH_PATH_OWN];
    const double *windfall = taken->standing[RH_PATH_REFERENCE].amount;
    int any = 0;
    for (int l = 0; l < RH_LANES; l++) {
        const bool earns = own->amount[l] > 0.0;
        rewarded->earned[l] = earns ? 1.0 : rewarded->earned[l];
        rewarded->reached[l] = earns && own->reached[l] > 0.0 ? 1.0 : rewarded->reached[l];
        rewarded->reference[l] = windfall[l] > 0.0 ? 1.0 : rewarded->reference[l];
        any |= (own->amount[l] > 0.0) | (windfall[l] > 0.0);
    }
    return any != 0;
}

void rh_pay(struct rh_kernel *self, int p, const struct rh_taken *taken, int w, struct rh_rewarded *rewarded)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_incentive *bound = taken->incentive;
    const double *gross_up = plan->program[p].gross_up;
    rh_lanes due[RH_NUM_DUES], days;
    if (!reward(taken, rewarded) && !self->seen) {
        return;
    }
    const struct rh_luck *luck = luck_of(self, taken, bound->window[w].last);
    find_dues(self, taken, luck, due, days);
    memcpy(due[RH_DUE_WINDFALL], taken->standing[RH_PATH_REFERENCE].amount, sizeof *due);
    for (int l = 0; gross_up != NULL && l < RH_LANES; l++) {
        due[RH_DUE_GROSS_UP][l] = due[RH_DUE_PAID][l] * gross_up[plan->history->partners.region[self->partner->row]];
    }
    if (self->trusts && !bound->late) {
        remember_payments(self, bound, w, due[RH_DUE_PAYABLE], luck);
    }
    if (self->seen) {
        see_payment(self, taken, w, due, days);
    }
    rh_tally_due(self, &plan->program[p], bound->first_slot + w, due);
    if (plan->outcomes != NULL) {
        rh_brought_pay(self, p, bound->first_slot + w, due[RH_DUE_PAID]);
    }
}
