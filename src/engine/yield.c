/* What extra completions of activities bring, and missing ones take away (docs/model.md, "Activities"): sales of a
 * product line, some months later, on top of what the partner sells of it. They belong to its demand, so that they are
 * returned, held in stock, attained and paid for as any sale. */
#include "engine/kernel_private.h"

#include <string.h>

void rh_yield_start(struct rh_kernel *self)
{
    if (self->coming != NULL) {
        const size_t months = (size_t)self->partner->num_series * (size_t)self->plan->num_months;
        memset(self->coming, 0, months * sizeof *self->coming);
    }
}

static int driver_of(const struct rh_kernel *self, int k)
{
    return self->plan->series_driver[self->partner->first_series + (size_t)k];
}

/* What series k, an activity, brings by the month's completions. */
static void take_down(struct rh_kernel *self, int k, int t, const rh_real *gross)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_yield *yield = &plan->yield[plan->driver[driver_of(self, k)].yield];
    const rh_real *revenue = self->parameter[yield->drawn], *usual = self->sold[k * plan->num_months + t];
    const int due = t + yield->yield->lag_months;
    int line = 0;
    while (driver_of(self, line) != yield->line) {
        line++;
    }
    rh_real *into = due < plan->num_months ? self->coming[line * plan->num_months + due]
                    : self->units != NULL  ? self->units[line].lapsed
                                           : NULL;
    for (int l = 0; l < RH_LANES && into != NULL; l++) { /* 10⁻⁴ of a completion × currency: 10⁻⁴ of currency */
        into[l] += revenue[l] * (gross[l] - usual[l] * self->relation.here[l]);
    }
}

/* Adds what is due. Nobody sells less than nothing: what a month is too small to miss, the next one misses. */
static void add_due(struct rh_kernel *self, int k, int t, rh_real *gross)
{
    const int months = self->plan->num_months;
    rh_real *due = self->coming[k * months + t], *next = t + 1 < months ? self->coming[k * months + t + 1] : NULL;
    const rh_real *here = self->relation.here;
    rh_lanes added, left;
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real most = -gross[l];
        added[l] = here[l] * (due[l] > most ? due[l] : most);
        left[l] = here[l] * due[l] - added[l];
        gross[l] += added[l];
    }
    if (next != NULL) {
        rh_add_lanes(next, left, 1.0);
    }
    for (int l = 0; self->units != NULL && l < RH_LANES; l++) {
        self->units[k].yielded[l] += added[l];
        self->units[k].lapsed[l] += (1.0 - here[l]) * due[l] + (next != NULL ? 0.0 : left[l]);
    }
    if (self->seen) {
        rh_see(self, RH_SEEN_YIELDED, t, (int)self->partner->first_series + k, added);
    }
}

void rh_yield_month(struct rh_kernel *self, int t, rh_lanes *gross)
{
    const struct rh_plan *plan = self->plan;
    if (self->coming == NULL) {
        return;
    }
    for (int k = 0; k < self->partner->num_series; k++) {
        if (plan->driver[driver_of(self, k)].yield != RH_NO_YIELD) {
            take_down(self, k, t, gross[k]);
        }
    }
    for (int k = 0; k < self->partner->num_series; k++) {
        if (plan->driver[driver_of(self, k)].kind == RH_DRIVER_REVENUE) {
            add_due(self, k, t, gross[k]);
        }
    }
}
