/* What partners earn, by the same schedule and in the same order of caps as the exact settlement. */
#include "core/rng.h"
#include "core/variates.h"
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <math.h>
#include <string.h>

#define LATE_DAYS 20.0 /* after the due date */

/* History is whole numbers of 10⁻⁴: where it is replayed itself, no level is missed by what a quotient rounds. */
static void round_exactly(const struct rh_plan *plan, double *out)
{
    for (int l = 0; l < RH_LANES && plan->exact; l++) {
        out[l] = rint(out[l]);
    }
}

void rh_attain(const struct rh_kernel *self, size_t series, int view, int t, const double *gross, const double *here,
               double *out)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_view_table *table = &plan->views[series * (size_t)plan->num_views + (size_t)view];
    const int *source = self->source[t];
    if (table->constant) {
        for (int l = 0; l < RH_LANES; l++) {
            out[l] = gross[l] * table->conversion;
        }
        round_exactly(plan, out);
        return;
    }
    const double *ratio = plan->table + table->ratio;
    for (int l = 0; l < RH_LANES; l++) {
        out[l] = gross[l] * ratio[source[l]];
    }
    if (table->lone != RH_NO_VIEW && here != NULL) {
        const double *lone = plan->table + table->lone;
        double usual = plan->exact ? 1.0 : plan->mean[series * (size_t)plan->num_months + (size_t)t];
        for (int l = 0; l < RH_LANES; l++) {
            out[l] += usual * self->base[t][l] * here[l] * lone[source[l]];
        }
    }
    round_exactly(plan, out);
}

/* One incentive's row of a due of all slots of program p, in the totals and in the partner's segment, region and tier.
 */
static void tally_due(struct rh_kernel *self, int p, int slot, enum rh_due due, const double *value)
{
    const struct rh_tally *tally = self->into;
    const struct rh_plan_program *program = &self->plan->program[p];
    const int block = rh_num_dues(program) * program->num_slots, place = (int)due * program->num_slots + slot;
    double *all = tally->due[place];
    double *segment = tally->due_segment[self->partner->segment * block + place];
    double *region = tally->due_region[self->partner->region * block + place];
    double *tier = tally->due_tier[self->partner->tier_label * block + place];
    for (int l = 0; l < RH_LANES; l++) {
        all[l] += value[l];
        segment[l] += value[l];
        region[l] += value[l];
        tier[l] += value[l];
    }
}

/* Window of the incentive that ends in month t, pays, and that the partner may take part in, or -1. */
static int ending(const struct rh_taken *taken, int t)
{
    int w = taken->incentive->window_of[t];
    const bool pays = taken->incentive->first_slot >= 0;
    return pays && w >= 0 && taken->incentive->window[w].last == t && rh_is_eligible(taken, w) ? w : -1;
}

/* Which incentives a settlement is about. */
enum which { ALL, LATE };

static bool is_about(const struct rh_taken *taken, enum which which)
{
    return which == ALL || taken->incentive->late;
}

/* Of a group's incentives that end in the month only the one that pays most pays; the first in the file where equal. */
static void exclude_others(struct rh_kernel *self, int t, int group, enum rh_path path)
{
    rh_lanes best = {0};
    for (int j = 0; j < self->num_taken; j++) {
        if (self->taken[j].incentive->group == group && ending(&self->taken[j], t) >= 0) {
            const double *amount = self->taken[j].standing[path].amount;
            for (int l = 0; l < RH_LANES; l++) {
                best[l] = fmax(best[l], amount[l]);
            }
        }
    }
    for (int j = 0; j < self->num_taken; j++) {
        if (self->taken[j].incentive->group == group && ending(&self->taken[j], t) >= 0) {
            double *amount = self->taken[j].standing[path].amount;
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
        const double left = standing->cap_left[l], amount = standing->amount[l] < left ? standing->amount[l] : left;
        const double due = amount + standing->carried[l];
        standing->cap_left[l] -= amount;
        standing->used[l] = amount > 0.0 ? once : standing->used[l];
        bool waits = due < minimum;
        standing->carried[l] = waits && !last_window ? due : 0.0;
        standing->amount[l] = waits ? 0.0 : due;
    }
}

/* A window that the partner cannot take part in ends its streak. */
static void break_streak(const struct rh_taken *taken, int t, struct rh_standing *standing)
{
    const int w = taken->incentive->window_of[t];
    if (w >= 0 && taken->incentive->window[w].last == t && !rh_is_eligible(taken, w)) {
        memset(standing->streak, 0, sizeof standing->streak);
    }
}

/* Amounts of the windows that end in month t, by one behavior. */
static void settle_standings(struct rh_kernel *self, int t, enum rh_path path, enum which which)
{
    for (int j = 0; j < self->num_taken; j++) {
        const int w = ending(&self->taken[j], t);
        if (w >= 0 && is_about(&self->taken[j], which)) {
            rh_find_amount(self, &self->taken[j], w, path);
        }
        break_streak(&self->taken[j], t, &self->taken[j].standing[path]);
    }
    for (int j = 0; j < self->num_taken; j++) {
        int group = self->taken[j].incentive->group;
        bool first = group >= 0 && is_about(&self->taken[j], which); /* who is late is so with the whole group */
        for (int before = 0; before < j; before++) {
            first = first && self->taken[before].incentive->group != group;
        }
        if (first) {
            exclude_others(self, t, group, path);
        }
    }
    for (int j = 0; j < self->num_taken; j++) {
        int w = ending(&self->taken[j], t);
        if (w >= 0 && is_about(&self->taken[j], which)) {
            cap_and_carry(&self->taken[j], &self->taken[j].standing[path],
                          w == self->taken[j].incentive->num_windows - 1);
        }
    }
}

/* What becomes of one amount that is payable. */
struct payment {
    double claimed, paid, days; /* days from the due date to the payment */
    bool claim, wrong;
};

/* One claim's luck: whether it is made, how long it takes, whether it is paid wrong. Errors are of the size that makes
 * over- and underpayments their shares of all that is claimed. spread: of the logarithm of its processing time. */
static struct payment pay_one(const struct rh_kernel *self, const struct rh_taken *taken, int month, double payable,
                              double rate, double spread, int l)
{
    const struct rh_incentive *incentive = taken->incentive->incentive;
    const struct rh_words words =
        rh_draw(self->plan->seed, taken->entity, self->first + (uint32_t)l, RH_DRAW_CLAIM, (uint32_t)month, 0);
    const double error = rh_drawn(self, RH_PARAM_CLAIM_ERROR, 0)[l];
    const double over = rh_drawn(self, RH_PARAM_OVERPAID, 0)[l], under = rh_drawn(self, RH_PARAM_UNDERPAID, 0)[l];
    const double mean = rh_processing_days(self, incentive, l);
    struct payment payment = {.claim = rh_uniform(words.w[0]) < rate, .days = mean};
    if (!payment.claim) {
        return payment;
    }
    if (spread > 0.0) {
        payment.days *= rh_vexp(spread * rh_normal(rh_uniform(words.w[1])) - 0.5 * spread * spread);
    }
    payment.claimed = payment.paid = payable;
    payment.wrong = rh_uniform(words.w[2]) < error;
    if (payment.wrong) {
        const double half = 0.5 * error;
        payment.paid *= rh_uniform(words.w[3]) < 0.5 ? 1.0 + over / half : 1.0 - fmin(under / half, 1.0);
    }
    return payment;
}

/* The month in which a payment arrives, among those that answer it with trust. */
static void remember_payment(struct rh_kernel *self, const struct rh_plan_incentive *bound, int w, int l,
                             const struct payment *payment)
{
    const double months = (bound->payout_days + payment->days) / RH_DAYS_PER_MONTH;
    const double arrives = bound->window[w].last + 1.0 + floor(months);
    if (payment->claim && arrives < self->plan->num_months && !bound->late) {
        const bool wrong = payment->wrong || payment->days > LATE_DAYS;
        (wrong ? self->relation.wrong : self->relation.right)[(int)arrives][l] += 1.0;
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

/* Claims what is payable and counts it. */
static void pay(struct rh_kernel *self, int p, const struct rh_taken *taken, int w, struct rh_rewarded *rewarded)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_standing *own = &taken->standing[RH_PATH_OWN];
    const double *windfall = taken->standing[RH_PATH_REFERENCE].amount, *gross_up = plan->program[p].gross_up;
    const double *rate = rh_drawn(self, rh_claim_rate(bound->incentive), 0);
    const double tax = gross_up != NULL ? gross_up[plan->history->partners.region[self->partner->row]] : 0.0;
    const double own_spread = bound->incentive->has_processing ? rh_log_spread(bound->incentive->processing_mean_days,
                                                                               bound->incentive->processing_sd_days)
                                                               : 0.0;
    rh_lanes due[RH_NUM_DUES], days;
    for (int l = 0; l < RH_LANES; l++) {
        const double payable = own->amount[l];
        struct payment payment = {0};
        if (payable > 0.0) {
            payment = pay_one(self, taken, bound->window[w].last, payable, rate[l],
                              bound->incentive->has_processing ? own_spread : self->processing_spread[l], l);
            remember_payment(self, bound, w, l, &payment);
        }
        const bool sold = own->attained[l] > 0.0;
        days[l] = payment.claim ? bound->payout_days + payment.days : 0.0;
        due[RH_DUE_PAYABLE][l] = payable;
        due[RH_DUE_WINDFALL][l] = windfall[l];
        due[RH_DUE_CLAIMED][l] = payment.claimed;
        due[RH_DUE_PAID][l] = payment.paid;
        due[RH_DUE_CLAIMS][l] = payment.claim ? 1.0 : 0.0;
        due[RH_DUE_WRONG][l] = payment.wrong ? 1.0 : 0.0;
        due[RH_DUE_PAY_DAYS][l] = payment.paid * (bound->payout_days + payment.days);
        due[RH_DUE_SALE_DAYS][l] = sold ? payment.paid * taken->days[l] / own->attained[l] : 0.0;
        due[RH_DUE_GROSS_UP][l] = payment.paid * tax;
        rewarded->earned[l] = payable > 0.0 ? 1.0 : rewarded->earned[l];
        rewarded->reached[l] = payable > 0.0 && own->reached[l] > 0.0 ? 1.0 : rewarded->reached[l];
        rewarded->reference[l] = windfall[l] > 0.0 ? 1.0 : rewarded->reference[l];
    }
    if (self->seen) {
        see_payment(self, taken, w, due, days);
    }
    for (int d = 0; d < rh_num_dues(&plan->program[p]); d++) {
        tally_due(self, p, bound->first_slot + w, (enum rh_due)d, due[d]);
    }
    if (plan->outcomes != NULL) {
        rh_brought_pay(self, p, bound->first_slot + w, due[RH_DUE_PAID]);
    }
}

static void settle_month(struct rh_kernel *self, int p, int t, enum which which, struct rh_rewarded *rewarded)
{
    settle_standings(self, t, RH_PATH_OWN, which);
    settle_standings(self, t, RH_PATH_REFERENCE, which);
    for (int j = 0; j < self->num_taken; j++) {
        int w = ending(&self->taken[j], t);
        if (w >= 0 && self->taken[j].incentive->late == (which == LATE)) {
            pay(self, p, &self->taken[j], w, rewarded);
        }
    }
}

void rh_settle_month(struct rh_kernel *self, int p, int t, struct rh_rewarded *rewarded)
{
    settle_month(self, p, t, ALL, rewarded);
}

void rh_standing_clear(const struct rh_kernel *self, const struct rh_taken *taken, struct rh_standing *standing)
{
    const struct rh_incentive *incentive = taken->incentive->incentive;
    const double cap = incentive->cap_partner == RH_MISSING ? INFINITY : (double)incentive->cap_partner;
    memset(standing->attained, 0, sizeof standing->attained);
    memset(standing->used, 0, sizeof standing->used);
    memset(standing->carried, 0, sizeof standing->carried);
    memset(standing->streak, 0, sizeof standing->streak);
    for (int l = 0; l < RH_LANES; l++) {
        standing->cap_left[l] = cap;
    }
    if (incentive->match.given) {
        memset(standing->fund, 0, (size_t)self->plan->num_months * sizeof *standing->fund);
    }
}

/* Attainment of window w from the months that were kept, returns where they count. */
static void attain_late(struct rh_kernel *self, struct rh_taken *taken, int w)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_window window = taken->incentive->window[w];
    const rh_month last = plan->first_month + window.last;
    for (int path = 0; path < RH_NUM_PATHS; path++) {
        rh_learn_prior(self, taken, w, (enum rh_path)path, window.last + 1);
        rh_gauge_total(self, (enum rh_path)path, taken->incentive->own, window.first, window.last, window.last + 1,
                       taken->standing[path].attained);
    }
    memset(taken->days, 0, sizeof taken->days);
    for (int t = window.first; t <= window.last; t++) {
        const rh_month sale = plan->first_month + t;
        rh_add_lanes(taken->days, self->gauge[RH_PATH_OWN][taken->incentive->own * plan->num_months + t],
                     rh_month_last_day(last) - 0.5 * (rh_month_first_day(sale) + rh_month_last_day(sale)));
    }
}

/* Month t of one incentive that is settled late. */
static void live_late(struct rh_kernel *self, struct rh_taken *taken, int t)
{
    const int w = taken->incentive->window_of[t];
    const bool takes_part = w >= 0 && rh_is_eligible(taken, w);
    if (takes_part && taken->incentive->window[w].first == t) {
        rh_open_window(self, taken, w, false);
    }
    for (int path = 0; taken->incentive->incentive->match.given && path < RH_NUM_PATHS; path++) {
        rh_match_month(self, taken, t, (enum rh_path)path);
    }
    if (takes_part && taken->incentive->window[w].last == t) {
        attain_late(self, taken, w);
    }
    for (int path = 0; self->meets && takes_part && taken->incentive->window[w].last == t && path < RH_NUM_PATHS;
         path++) {
        rh_meet(self, taken, w, (enum rh_path)path);
    }
}

void rh_settle_late(struct rh_kernel *self, int p, struct rh_rewarded *rewarded)
{
    for (int j = 0; j < self->num_taken; j++) {
        for (int path = 0; self->taken[j].incentive->late && path < RH_NUM_PATHS; path++) {
            rh_standing_clear(self, &self->taken[j], &self->taken[j].standing[path]);
        }
    }
    for (int t = 0; t < self->plan->num_months; t++) {
        for (int j = 0; j < self->num_taken; j++) {
            if (self->taken[j].incentive->late) {
                live_late(self, &self->taken[j], t);
            }
        }
        if (!self->meets) {
            settle_month(self, p, t, LATE, rewarded);
        }
    }
}
