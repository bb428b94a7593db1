/* What partners earn, by the same schedule and in the same order of caps as the exact settlement. */
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <math.h>
#include <string.h>

/* History is whole numbers of 10⁻⁴: where it is replayed itself, no level is missed by what a quotient rounds. */
static void round_exactly(const struct rh_plan *plan, rh_real *out)
{
    for (int l = 0; l < RH_LANES && plan->exact; l++) {
        out[l] = rint(out[l]);
    }
}

void rh_attain(const struct rh_kernel *self, size_t series, int view, int t, const rh_real *gross, const rh_real *here,
               rh_real *out)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_view_table *table = &plan->views[series * (size_t)plan->num_views + (size_t)view];
    const int *source = self->source[t];
    if (table->constant) {
        const rh_real conversion = table->conversion;
        for (int l = 0; l < RH_LANES; l++) {
            out[l] = gross[l] * conversion;
        }
        round_exactly(plan, out);
        return;
    }
    const double *ratio = plan->table + table->ratio;
    for (int l = 0; l < RH_LANES; l++) {
        out[l] = gross[l] * (rh_real)ratio[source[l]];
    }
    if (table->lone != RH_NO_VIEW && here != NULL) {
        const double *lone = plan->table + table->lone;
        rh_real usual = plan->exact ? 1.0 : plan->mean[series * (size_t)plan->num_months + (size_t)t];
        for (int l = 0; l < RH_LANES; l++) {
            out[l] += usual * self->base[t][l] * here[l] * (rh_real)lone[source[l]];
        }
    }
    round_exactly(plan, out);
}

void rh_find_views(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    const size_t num = (size_t)self->partner->num_series * (size_t)plan->num_views;
    const struct rh_view_table *table = plan->views + self->partner->first_series * (size_t)plan->num_views;
    for (size_t k = 0; k < num; k++) {
        self->sees_all[k] = table[k].constant && table[k].conversion == 1.0 && !plan->exact;
    }
}

const rh_real *rh_net(const struct rh_kernel *self, size_t series, int t, const rh_real *gross, rh_real *room)
{
    if (rh_sees_all(self, series, 0)) {
        return gross;
    }
    rh_attain(self, series, 0, t, gross, NULL, room);
    return room;
}

/* Which windows end in month t. */
static void find_ending(struct rh_kernel *self, int t)
{
    for (int j = 0; j < self->num_taken; j++) {
        struct rh_taken *taken = &self->taken[j];
        const int w = taken->incentive->window_of[t];
        const bool pays = taken->incentive->first_slot >= 0;
        taken->ending = pays && w >= 0 && taken->incentive->window[w].last == t && rh_is_eligible(taken, w) ? w : -1;
    }
}

/* Which incentives a settlement is about. */
enum which { ALL, LATE };

static bool is_about(const struct rh_taken *taken, enum which which)
{
    return which == ALL || taken->incentive->late;
}

/* Of a group's incentives that end in the month only the one that pays most pays; the first in the file where equal. */
static void exclude_others(struct rh_kernel *self, int group, enum rh_path path)
{
    rh_lanes best = {0};
    for (int j = 0; j < self->num_taken; j++) {
        if (self->taken[j].incentive->group == group && self->taken[j].ending >= 0) {
            const rh_real *amount = self->taken[j].standing[path].amount;
            for (int l = 0; l < RH_LANES; l++) {
                best[l] = rh_vmax(best[l], amount[l]);
            }
        }
    }
    for (int j = 0; j < self->num_taken; j++) {
        if (self->taken[j].incentive->group == group && self->taken[j].ending >= 0) {
            rh_real *amount = self->taken[j].standing[path].amount;
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
    const rh_real minimum = (rh_real)incentive->minimum, once = incentive->once ? 1.0 : 0.0;
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real left = standing->cap_left[l], amount = standing->amount[l] < left ? standing->amount[l] : left;
        const rh_real due = amount + standing->carried[l];
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
    const bool streak = taken->incentive->incentive->metric == RH_METRIC_STREAK;
    if (streak && w >= 0 && taken->incentive->window[w].last == t && !rh_is_eligible(taken, w)) {
        memset(standing->streak, 0, sizeof standing->streak);
    }
}

/* Amounts of the windows that end in month t, by one behavior. */
static void settle_standings(struct rh_kernel *self, int t, enum rh_path path, enum which which)
{
    for (int j = 0; j < self->num_taken; j++) {
        const int w = self->taken[j].ending;
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
            exclude_others(self, group, path);
        }
    }
    for (int j = 0; j < self->num_taken; j++) {
        const int w = self->taken[j].ending;
        if (w >= 0 && is_about(&self->taken[j], which) && rh_looks_back(self->taken[j].incentive->incentive)) {
            cap_and_carry(&self->taken[j], &self->taken[j].standing[path],
                          w == self->taken[j].incentive->num_windows - 1);
        }
    }
}

/* Under the reference both behaviors are one. */
static void copy_amounts(struct rh_kernel *self)
{
    for (int j = 0; j < self->num_taken; j++) {
        struct rh_standing *standing = self->taken[j].standing;
        if (self->taken[j].ending >= 0) {
            memcpy(standing[RH_PATH_REFERENCE].amount, standing[RH_PATH_OWN].amount, sizeof(rh_lanes));
        }
    }
}

static void settle_month(struct rh_kernel *self, int p, int t, enum which which, struct rh_rewarded *rewarded)
{
    find_ending(self, t);
    settle_standings(self, t, RH_PATH_OWN, which);
    if (p == self->plan->reference) {
        copy_amounts(self);
    } else {
        settle_standings(self, t, RH_PATH_REFERENCE, which);
    }
    for (int j = 0; j < self->num_taken; j++) {
        const int w = self->taken[j].ending;
        if (w >= 0 && self->taken[j].incentive->late == (which == LATE)) {
            rh_pay(self, p, &self->taken[j], w, rewarded);
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
    const rh_real cap = incentive->cap_partner == RH_MISSING ? INFINITY : (rh_real)incentive->cap_partner;
    memset(standing->attained, 0, sizeof standing->attained);
    for (int l = 0; rh_looks_back(incentive) && l < RH_LANES; l++) {
        standing->cap_left[l] = cap;
        standing->used[l] = standing->carried[l] = 0.0;
    }
    if (incentive->metric == RH_METRIC_STREAK) {
        memset(standing->streak, 0, sizeof standing->streak);
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
        const double sold = 0.5 * (double)(rh_month_first_day(sale) + rh_month_last_day(sale));
        rh_add_lanes(taken->days, self->gauge[RH_PATH_OWN][taken->incentive->own * plan->num_months + t],
                     (rh_real)(rh_month_last_day(last) - sold));
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
