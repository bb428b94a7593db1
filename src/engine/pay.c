/* What becomes of an amount that is payable: whether it is claimed, when it is paid, and whether rightly.
 *
 * A claim's luck depends on partner, incentive and month alone. It is drawn when a program first asks for it and kept
 * for the programs that follow, in which an incentive of the same name meets the same luck. */
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <string.h>
#include <tgmath.h>

#define LATE_DAYS 20.0     /* after the due date */
#define NOT_CLAIMED (-1.0) /* in place of days */

/* Mean of the days from the due date to the payment, and spread of their logarithm. */
static void find_processing(const struct rh_kernel *self, const struct rh_incentive *incentive, rh_real *mean,
                            rh_real *spread)
{
    if (!incentive->has_processing) {
        memcpy(mean, rh_drawn(self, RH_PARAM_PROCESSING_DAYS, 0), sizeof(rh_lanes));
        memcpy(spread, self->processing_spread, sizeof(rh_lanes));
        return;
    }
    const rh_real own = rh_log_spread(incentive->processing_mean_days, incentive->processing_sd_days);
    for (int l = 0; l < RH_LANES; l++) {
        mean[l] = incentive->processing_mean_days;
        spread[l] = own;
    }
}

/* Errors are of the size that makes over- and underpayments their shares of all that is claimed. */
static void draw_errors(const struct rh_kernel *self, rh_words_lanes words, rh_real *share)
{
    const rh_real *error = rh_drawn(self, RH_PARAM_CLAIM_ERROR, 0);
    const rh_real *over = rh_drawn(self, RH_PARAM_OVERPAID, 0), *under = rh_drawn(self, RH_PARAM_UNDERPAID, 0);
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real half = 0.5 * error[l], part = under[l] / half;
        const rh_real paid = rh_vuniform(words[3][l]) < 0.5 ? 1.0 + over[l] / half : 1.0 - (part < 1.0 ? part : 1.0);
        share[l] = rh_vuniform(words[2][l]) < error[l] ? -paid : 1.0;
    }
}

/* Between which days payments arrive, so that months without any need not be looked at. */
static void find_days(struct rh_luck *luck)
{
    int32_t soonest = INT16_MAX, latest = -1;
    for (int l = 0; l < RH_LANES; l++) {
        const int32_t day = (int32_t)rh_vmin(luck->days[l], INT16_MAX);
        const int32_t claimed = luck->days[l] >= 0.0 ? day : INT16_MAX;
        soonest = claimed < soonest ? claimed : soonest;
        latest = day > latest ? day : latest;
    }
    luck->soonest = soonest;
    luck->latest = latest;
}

/* The luck of a claim of month t. */
static void draw_luck(struct rh_kernel *self, const struct rh_taken *taken, int t, struct rh_luck *luck)
{
    const struct rh_incentive *incentive = taken->incentive->incentive;
    const rh_real *rate = rh_drawn(self, rh_claim_rate(incentive), 0);
    rh_words_lanes words;
    rh_lanes mean, spread;
    find_processing(self, incentive, mean, spread);
    rh_draw_words(self, taken->entity, RH_DRAW_CLAIM, (uint32_t)t, 0, words);
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real z = rh_vnormal(rh_vuniform(words[1][l]));
        const rh_real days = mean[l] * rh_vexp(spread[l] * z - 0.5 * spread[l] * spread[l]);
        luck->days[l] = rh_vuniform(words[0][l]) < rate[l] ? days : NOT_CLAIMED;
    }
    find_days(luck);
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

/* What is claimed of a window, counted in the cell's rows of it; days: from the window's end to the payment. */
static void claim(const rh_real *restrict payable, const rh_real *restrict windfall, const rh_real *restrict luck,
                  rh_real payout_days, rh_lanes *restrict into, rh_real *restrict claimed, rh_real *restrict days)
{
    for (int l = 0; l < RH_LANES; l++) {
        const bool claims = (payable[l] > 0.0) & (luck[l] >= 0.0);
        claimed[l] = claims ? payable[l] : 0.0;
        days[l] = claims ? payout_days + luck[l] : 0.0;
        into[RH_DUE_PAYABLE][l] += payable[l];
        into[RH_DUE_CLAIMED][l] += claimed[l];
        into[RH_DUE_CLAIMS][l] += claims ? 1.0 : 0.0;
        into[RH_DUE_WINDFALL][l] += windfall[l];
    }
}

/* What is paid of it, where errors are made. */
static void err(const rh_real *restrict claimed, const rh_real *restrict share, rh_lanes *restrict into,
                rh_lanes *restrict whole, rh_real *restrict paid)
{
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real wrong = signbit(share[l]) ? 1.0 : 0.0;
        whole[RH_DUE_WRONG - RH_NUM_CUT_DUES][l] += claimed[l] > 0.0 ? wrong : 0.0;
        paid[l] = claimed[l] * fabs(share[l]);
        into[RH_DUE_PAID][l] += paid[l];
    }
}

/* How long payments take: after the window's end, and before it since the sales. */
static void time_payment(const struct rh_taken *taken, const rh_real *restrict paid, const rh_real *restrict days,
                         rh_lanes *restrict whole)
{
    const rh_real *attained = taken->standing[RH_PATH_OWN].attained;
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real of = attained[l] > 0.0 ? attained[l] : INFINITY;
        whole[RH_DUE_PAY_DAYS - RH_NUM_CUT_DUES][l] += paid[l] * days[l];
        whole[RH_DUE_SALE_DAYS - RH_NUM_CUT_DUES][l] += paid[l] * taken->days[l] / of;
    }
}

/* Adds what arrives from day `begins` to before `ends` to the cash of that month. cost: of a unit that is paid. */
static void add_arrivals(const rh_real *restrict paid, const rh_real *restrict days, rh_real begins, rh_real ends,
                         rh_real cost, rh_real *restrict cash)
{
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real arrives = ((days[l] >= begins) & (days[l] < ends)) ? paid[l] : 0.0;
        cash[l] += cost * arrives;
    }
}

/* Counts the claims of which that is true. */
static void add_claims(const rh_real *restrict claimed, const rh_real *restrict days, rh_real begins, rh_real ends,
                       rh_real *restrict claims)
{
    for (int l = 0; l < RH_LANES; l++) {
        claims[l] += ((claimed[l] > 0.0) & (days[l] >= begins) & (days[l] < ends)) ? 1.0 : 0.0;
    }
}

/* Payments that partners answer with trust: in time and as claimed, or not. */
static void find_wrong(const struct rh_kernel *self, const struct rh_luck *luck, rh_real *restrict wrong)
{
    for (int l = 0; l < RH_LANES; l++) {
        wrong[l] = luck->days[l] > LATE_DAYS ? 1.0 : 0.0;
    }
    for (int l = 0; self->errs && l < RH_LANES; l++) {
        wrong[l] = signbit(luck->share[l]) ? 1.0 : wrong[l];
    }
}

/* The same among those that trust looks at in the month. */
static void remember_payments(struct rh_relation_state *state, int month, const rh_real *restrict claimed,
                              const rh_real *restrict days, rh_real begins, rh_real ends, const rh_real *restrict wrong)
{
    rh_real *restrict now_right = state->right[month], *restrict now_wrong = state->wrong[month];
    if (state->num_payments[month]++ == 0) {
        memset(now_right, 0, sizeof(rh_lanes));
        memset(now_wrong, 0, sizeof(rh_lanes));
    }
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real now = ((claimed[l] > 0.0) & (days[l] >= begins) & (days[l] < ends)) ? 1.0 : 0.0;
        now_wrong[l] += now * wrong[l];
        now_right[l] += now * (1.0 - wrong[l]);
    }
}

/* What is paid, by the months of the horizon in which it arrives: few, so that each takes a pass. cost: of a unit that
 * is paid. */
static void pay_out(struct rh_kernel *self, const struct rh_plan_incentive *bound, int w, const struct rh_luck *luck,
                    const rh_real *claimed, const rh_real *paid, const rh_real *days, rh_real cost)
{
    const struct rh_tally *into = self->into;
    const int row = into->cash_row[bound->first_slot + w], first = bound->window[w].last + 1;
    const int left = self->plan->num_months - 1 - first;
    const bool remembers = self->trusts && !bound->late, counts = self->program->program->cost_per_claim > 0;
    rh_lanes wrong;
    const rh_real soonest = bound->payout_days + luck->soonest, latest = bound->payout_days + luck->latest + 1.0;
    const int from = (int)(soonest / RH_DAYS_PER_MONTH), to = (int)(latest / RH_DAYS_PER_MONTH);
    const int last = to < left ? to : left;
    if (remembers && from <= last) {
        find_wrong(self, luck, wrong);
    }
    for (int k = from; k <= last; k++) {
        const rh_real begins = (rh_real)k * RH_DAYS_PER_MONTH, ends = begins + RH_DAYS_PER_MONTH;
        add_arrivals(paid, days, begins, ends, cost, into->part[RH_PART_CASH][row + first + k]);
        if (counts) {
            add_claims(claimed, days, begins, ends, into->part[RH_PART_CLAIMS][row + first + k]);
        }
        if (remembers) {
            remember_payments(&self->relation, first + k, claimed, days, begins, ends, wrong);
        }
    }
}

static void see_payment(const struct rh_kernel *self, const struct rh_taken *taken, int w, const rh_real *claimed,
                        const rh_real *paid, const rh_real *days)
{
    const int t = taken->incentive->window[w].last, of = (int)(taken->incentive - self->program->incentive);
    rh_see(self, RH_SEEN_COUNTED, t, of, taken->standing[RH_PATH_OWN].attained);
    rh_see(self, RH_SEEN_PAYABLE, t, of, taken->standing[RH_PATH_OWN].amount);
    rh_see(self, RH_SEEN_CLAIMED, t, of, claimed);
    rh_see(self, RH_SEEN_PAID, t, of, paid);
    rh_see(self, RH_SEEN_DAYS, t, of, days);
}

/* What the window brought, as far as anything is left to be said of it; false: nothing, in no replication. */
static bool reward(const struct rh_taken *taken, struct rh_rewarded *rewarded)
{
    const rh_real *restrict amount = taken->standing[RH_PATH_OWN].amount;
    const rh_real *restrict reaches = taken->standing[RH_PATH_OWN].reached;
    const rh_real *restrict windfall = taken->standing[RH_PATH_REFERENCE].amount;
    rh_real *restrict earned = rewarded->earned, *restrict reached = rewarded->reached;
    rh_real *restrict reference = rewarded->reference;
    int any = 0;
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real earns = amount[l] > 0.0 ? 1.0 : 0.0, falls = windfall[l] > 0.0 ? 1.0 : 0.0;
        const rh_real beyond = earns * reaches[l];
        earned[l] = rh_vmax(earned[l], earns);
        reached[l] = rh_vmax(reached[l], beyond);
        reference[l] = rh_vmax(reference[l], falls);
        any |= earns + falls > 0.0;
    }
    return any != 0;
}

void rh_pay(struct rh_kernel *self, int p, const struct rh_taken *taken, int w, struct rh_rewarded *rewarded)
{
    const struct rh_plan_program *program = &self->plan->program[p];
    const struct rh_plan_incentive *bound = taken->incentive;
    const rh_real *payable = taken->standing[RH_PATH_OWN].amount;
    const int slot = bound->first_slot + w;
    rh_lanes claimed, with_errors, days;
    rh_real tax = 0.0;
    if (!reward(taken, rewarded) && !self->seen) {
        return;
    }
    const struct rh_luck *luck = luck_of(self, taken, bound->window[w].last);
    rh_lanes *into = rh_tally_slot(self->into, slot), *whole = rh_tally_whole(self->into, program, slot);
    claim(payable, taken->standing[RH_PATH_REFERENCE].amount, luck->days, bound->payout_days, into, claimed, days);
    if (self->errs) {
        err(claimed, luck->share, into, whole, with_errors);
    }
    const rh_real *paid = self->errs ? with_errors : claimed;
    time_payment(taken, paid, days, whole);
    if (program->gross_up != NULL) {
        tax = program->gross_up[self->plan->history->partners.region[self->partner->row]];
        rh_add_lanes(into[RH_DUE_GROSS_UP], paid, tax);
    }
    pay_out(self, bound, w, luck, claimed, paid, days,
            (rh_real)bound->incentive->vendor_cost / (rh_real)RH_PPM_ONE + tax);
    if (self->seen) {
        see_payment(self, taken, w, claimed, paid, days);
    }
    if (self->plan->outcomes != NULL) {
        rh_brought_pay(self, p, slot, paid);
    }
}
