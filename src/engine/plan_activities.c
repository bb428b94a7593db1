/* What partners do beside selling: how often, and what more of it brings. Some of it the history may not hold at all,
 * and the study assume. */
#include "core/memory.h"
#include "engine/plan_parts.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to bind activities");
}

/* The revenue driver of a product; there is one, as the assumptions have been held against the history. */
static int revenue_of(const struct rh_plan *self, const char *product)
{
    int found = RH_NO_YIELD;
    for (int d = 0; d < self->num_drivers; d++) {
        if (self->driver[d].kind == RH_DRIVER_REVENUE &&
            strcmp(self->label[RH_CUT_PRODUCT][self->driver[d].product], product) == 0) {
            found = d;
        }
    }
    return found;
}

/* A yield is one of all drivers of its measure, where the study looks at it. */
static void bind_yield(struct rh_plan *self, const struct rh_yield *yield)
{
    const int line = revenue_of(self, yield->product.text);
    bool used = false;
    for (int d = 0; d < self->num_drivers && line >= 0; d++) {
        struct rh_plan_driver *driver = &self->driver[d];
        if (driver->kind == RH_DRIVER_ACTIVITY && strcmp(self->extra[driver->extra], yield->measure.text) == 0) {
            driver->yield = self->num_yields;
            used = true;
        }
    }
    if (used) {
        self->yield[self->num_yields++] = (struct rh_plan_yield){.yield = yield, .line = line};
    }
}

int rh_plan_bind_assumed(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error)
{
    const struct rh_assumptions *assumptions = self->assumptions;
    for (size_t k = 0; k < assumptions->num_base_rates; k++) {
        const struct rh_base_rate *rate = &assumptions->base_rate[k];
        if (!rh_study_looks_at(from->study, rate->measure.text)) {
            continue;
        }
        if (rh_plan_add_driver(self, rate->measure.text, "", RH_DRIVER_ACTIVITY, -1) != RH_OK) {
            return no_memory(error);
        }
        self->driver[self->num_drivers - 1].rate_of = rate;
    }
    self->yield = rh_calloc(assumptions->num_yields, sizeof *self->yield);
    if (self->yield == NULL) {
        return no_memory(error);
    }
    for (size_t k = 0; k < assumptions->num_yields; k++) {
        bind_yield(self, &assumptions->yield[k]);
    }
    return RH_OK;
}

/* Rates of what is assumed: those of the partner's segment. */
static void assume_rates(const struct rh_base_rate *from, const struct rh_baseline *baseline, double *rate)
{
    for (int i = 0; i < baseline->num_partners; i++) {
        rate[i] = 1e4 * from->rate[baseline->group_segment[baseline->group[i]]].mean;
    }
}

int rh_plan_find_rates(struct rh_plan_rates *rates, const struct rh_plan *self, const struct rh_plan_sources *from,
                       struct rh_error *error)
{
    size_t partners = from->panel->num_partners;
    rates->num_drivers = self->num_drivers;
    rates->of_driver = rh_calloc((size_t)self->num_drivers + 1, sizeof *rates->of_driver);
    int status = RH_OK;
    if (rates->of_driver == NULL) {
        return no_memory(error);
    }
    for (int d = 0; d < self->num_drivers && status == RH_OK; d++) {
        const struct rh_plan_driver *driver = &self->driver[d];
        if (driver->kind != RH_DRIVER_ACTIVITY) {
            continue;
        }
        rates->of_driver[d] = rh_calloc(partners + 1, sizeof **rates->of_driver);
        if (rates->of_driver[d] == NULL) {
            status = no_memory(error);
        } else if (driver->rate_of != NULL) {
            assume_rates(driver->rate_of, from->baseline, rates->of_driver[d]);
        } else {
            status = rh_baseline_rates(from->baseline, from->panel, driver->panel_driver,
                                       from->history->partners.segments.num, rates->of_driver[d], error);
        }
    }
    return status;
}

void rh_plan_free_rates(struct rh_plan_rates *rates)
{
    for (int d = 0; rates->of_driver != NULL && d < rates->num_drivers; d++) {
        free(rates->of_driver[d]);
    }
    free(rates->of_driver);
}

size_t rh_plan_most_activities(const struct rh_plan *self)
{
    size_t most = (size_t)self->num_yields;
    for (int d = 0; d < self->num_drivers; d++) {
        most += self->driver[d].kind == RH_DRIVER_ACTIVITY;
    }
    return most;
}

/* The partner's series of a driver, made where it has none: one that nothing of is usual, of that rate. */
static void give_series(struct rh_plan *self, size_t first, int driver, double rate)
{
    size_t series = first;
    while (series < self->num_series && self->series_driver[series] != driver) {
        series++;
    }
    if (series == self->num_series) {
        self->series_driver[series] = driver;
        self->series_panel[series] = RH_NO_SERIES;
        self->rate[series] = rate;
        self->num_series++;
    } else if (self->driver[driver].kind == RH_DRIVER_ACTIVITY) {
        self->rate[series] = rate;
    }
}

void rh_plan_bind_activities(struct rh_plan *self, const struct rh_plan_rates *rates, size_t first, int partner)
{
    for (int d = 0; d < self->num_drivers; d++) {
        const double rate = rates->of_driver[d] != NULL ? rates->of_driver[d][partner] : 0.0;
        if (rate > 0.0) {
            give_series(self, first, d, rate);
        }
    }
    for (size_t series = first, last = self->num_series; series < last; series++) {
        const int yield = self->driver[self->series_driver[series]].yield;
        if (yield != RH_NO_YIELD) {
            give_series(self, first, self->yield[yield].line, 0.0);
        }
    }
}
