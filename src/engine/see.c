/* Shows what a partner's month came to, to who looks on (engine/watch.h). */
#include "engine/kernel_private.h"
#include "engine/watch.h"

#include <string.h>

/* In units of what is seen: the kernel counts in 10⁻⁴. */
static double scale_of(enum rh_seen what)
{
    const enum rh_seen_unit unit = rh_seen_table[what].unit;
    return unit == RH_SEEN_MONEY || unit == RH_SEEN_AMOUNT ? 1e-4 : 1.0;
}

void rh_see(const struct rh_kernel *self, enum rh_seen what, int t, int of, const rh_real *value)
{
    const double scale = scale_of(what);
    rh_sums scaled;
    struct rh_sight sight = {.what = what,
                             .program = (int)(self->program - self->plan->program),
                             .partner = (int)(self->partner - self->plan->partner),
                             .month = t,
                             .of = of,
                             .value = scaled};
    for (int l = 0; l < RH_LANES; l++) {
        scaled[l] = scale * value[l];
    }
    self->plan->watch->see(self->plan->watch->user, &sight);
}

/* What was drawn for the month. */
static void see_world(const struct rh_kernel *self, int t)
{
    const rh_month history = self->plan->first_month - self->plan->months_known;
    rh_lanes source, level;
    for (int l = 0; l < RH_LANES; l++) {
        const rh_month month = history + self->source[t][l];
        source[l] = (rh_real)(100.0 * rh_month_year(month) + rh_month_of_year(month));
        level[l] = self->base[t][l] / self->market[t][l];
    }
    rh_see(self, RH_SEEN_SOURCE, t, -1, source);
    rh_see(self, RH_SEEN_MARKET, t, -1, self->market[t]);
    rh_see(self, RH_SEEN_LEVEL, t, -1, level);
}

static void see_series(const struct rh_kernel *self, int t, int k)
{
    const struct rh_stock *stock = &self->stock;
    static const rh_lanes none = {0};
    const int series = (int)self->partner->first_series + k;
    rh_see(self, RH_SEEN_BASELINE, t, series, self->sold[k * self->plan->num_months + t]);
    rh_see(self, RH_SEEN_DEMAND, t, series, self->demand[k]);
    rh_see(self, RH_SEEN_BOUGHT, t, series, self->gross[k]);
    rh_see(self, RH_SEEN_BROUGHT_BACK, t, series, stock->used ? self->back[k] : none);
    rh_see(self, RH_SEEN_STOCK, t, series, stock->used ? stock->inventory[k] : none);
    rh_see(self, RH_SEEN_PUT_OFF, t, series, stock->used ? stock->backlog[k] : none);
}

static void see_incentive(const struct rh_kernel *self, int t, const struct rh_taken *taken)
{
    const int w = taken->incentive->window_of[t], of = (int)(taken->incentive - self->program->incentive);
    rh_lanes part;
    if (w < 0 || !rh_is_eligible(taken, w)) {
        return;
    }
    for (int l = 0; l < RH_LANES; l++) {
        part[l] = rh_takes_part(taken, l) ? 1.0 : 0.0;
    }
    rh_see(self, RH_SEEN_TAKES_PART, t, of, part);
    rh_see(self, RH_SEEN_FELT, t, of, taken->worth);
    rh_see(self, RH_SEEN_ATTAINED, t, of, taken->standing[RH_PATH_OWN].attained);
    if (taken->incentive->incentive->match.given) {
        rh_see(self, RH_SEEN_MATCHED, t, of, taken->matched_now);
    }
}

void rh_see_month(const struct rh_kernel *self, int t, const rh_real *revenue, const rh_real *own)
{
    rh_lanes complexity, taken_over;
    for (int l = 0; l < RH_LANES; l++) {
        complexity[l] = self->complexity;
        taken_over[l] = revenue[l] - own[l];
    }
    see_world(self, t);
    rh_see(self, RH_SEEN_HERE, t, -1, self->relation.here);
    rh_see(self, RH_SEEN_COMPLEXITY, t, -1, complexity);
    rh_see(self, RH_SEEN_ATTENDS, t, -1, self->attends);
    rh_see(self, RH_SEEN_TRUST, t, -1, self->relation.trust);
    rh_see(self, RH_SEEN_CAPABILITY, t, -1, self->capability);
    rh_see(self, RH_SEEN_MARKETING, t, -1, self->marketing);
    rh_see(self, RH_SEEN_REVENUE, t, -1, own);
    rh_see(self, RH_SEEN_TAKEN_OVER, t, -1, taken_over);
    for (int k = 0; k < self->partner->num_series; k++) {
        see_series(self, t, k);
    }
    for (int j = 0; j < self->num_taken; j++) {
        see_incentive(self, t, &self->taken[j]);
    }
}

void rh_see_block(const struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    for (int p = 0; p < plan->num_programs; p++) {
        for (int j = 0; j < plan->program[p].num_paying; j++) {
            const struct rh_plan_incentive *incentive = &plan->program[p].incentive[j];
            for (int w = 0; w < incentive->num_windows; w++) {
                const struct rh_sight sight = {.what = RH_SEEN_KEPT,
                                               .program = p,
                                               .partner = -1,
                                               .month = incentive->window[w].last,
                                               .of = j,
                                               .value = self->keep[p][incentive->first_slot + w]};
                plan->watch->see(plan->watch->user, &sight);
            }
        }
    }
}
