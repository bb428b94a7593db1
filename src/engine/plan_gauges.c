/* What totals count: the rows that behaviors, denominators, funds, requirements and reviews look at, and the totals
 * that are kept month by month. */
#include "core/memory.h"
#include "engine/plan_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Index of a view, added where it is new. self->view has room. */
static int find_view(struct rh_plan *self, const struct rh_plan_view *wanted)
{
    for (int v = 0; v < self->num_views; v++) {
        const struct rh_plan_view *view = &self->view[v];
        const bool plain = view->behavior == NULL || wanted->behavior == NULL;
        if (view->quantity == wanted->quantity && view->part == wanted->part &&
            (plain ? view->behavior == wanted->behavior : rh_predicates_equal(view->behavior, wanted->behavior))) {
            return v;
        }
    }
    self->view[self->num_views] = *wanted;
    return self->num_views++;
}

static bool list_has(const struct rh_reference_list *list, const char *name)
{
    for (size_t k = 0; k < list->num; k++) {
        if (strcmp(list->item[k].text, name) == 0) {
            return true;
        }
    }
    return list->num == 0;
}

int rh_plan_count_init(struct rh_plan *self, const struct rh_plan_sources *from, const struct rh_plan_rows *rows,
                       struct rh_plan_count *count)
{
    const bool units = strcmp(rows->measure, "units") == 0, clawed = rows->clawed != NULL;
    const char *measure = units ? "revenue" : rows->measure;
    struct rh_plan_view view = {.quantity = units,
                                .behavior = rows->where != NULL && rows->where->num_where > 0 ? rows->where : NULL,
                                .part = clawed ? RH_VIEW_SALES : RH_VIEW_NET};
    *count = (struct rh_plan_count){.view = find_view(self, &view), .returns = -1};
    if (clawed) {
        view.part = RH_VIEW_RETURNS;
        count->returns = find_view(self, &view);
    }
    count->drivers = rh_calloc((size_t)self->num_drivers + 1, sizeof *count->drivers);
    for (int d = 0; count->drivers != NULL && d < self->num_drivers; d++) {
        const struct rh_base_rate *assumed = self->driver[d].rate_of;
        if (assumed != NULL) {
            count->drivers[d] = strcmp(assumed->measure.text, measure) == 0;
            continue;
        }
        const struct rh_driver *driver = &from->panel->driver[self->driver[d].panel_driver];
        count->drivers[d] = strcmp(from->history->measures.name[driver->measure], measure) == 0 &&
                            list_has(rows->product, from->history->products.name[driver->product]);
    }
    return count->drivers != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

void rh_plan_count_free(struct rh_plan_count *self)
{
    free(self->drivers);
    free(self->returned);
}

int rh_plan_find_gauge(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_program *program,
                       const char *measure, const struct rh_reference_list *product, int *index)
{
    const struct rh_plan_rows rows = {.measure = measure, .product = product};
    struct rh_plan_count count;
    int status = rh_plan_count_init(self, from, &rows, &count);
    for (int g = 0; g < program->num_gauges && status == RH_OK; g++) {
        const struct rh_plan_count *other = program->gauge[g].count;
        if (other->view == count.view && other->returns < 0 &&
            memcmp(other->drivers, count.drivers, (size_t)self->num_drivers * sizeof *count.drivers) == 0) {
            *index = g;
            rh_plan_count_free(&count);
            return RH_OK;
        }
    }
    if (status == RH_OK) {
        *index = program->num_gauges++;
        program->gauge[*index].own = count;
        program->gauge[*index].count = &program->gauge[*index].own;
    }
    return status;
}

int rh_plan_own_gauge(struct rh_plan_program *program, struct rh_plan_incentive *bound)
{
    program->gauge[program->num_gauges].count = &bound->count;
    return program->num_gauges++;
}

void rh_plan_gauge_free(struct rh_plan_gauge *self)
{
    rh_plan_count_free(&self->own);
    free(self->before);
}

int rh_plan_bind_returns(struct rh_plan *self, struct rh_plan_incentive *bound, int year_starts)
{
    const struct rh_incentive *incentive = bound->incentive;
    const bool whole = incentive->window == RH_WINDOW_PROGRAM;
    const int last = bound->num_windows > 0 ? bound->window[0].last : 0;
    bound->count.returned = rh_calloc((size_t)self->num_months, sizeof *bound->count.returned);
    if (bound->count.returned == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (int t = 0; t < self->num_months; t++) {
        if (whole) { /* its own months, and those after it as long as returns are clawed back */
            bound->count.returned[t] = t <= last ? t : t <= last + incentive->clawback_months ? last : -1;
        } else {
            const rh_month to =
                rh_clawback_month(incentive->window, year_starts, incentive->clawback_months, self->first_month + t);
            bound->count.returned[t] = to >= self->first_month ? (int)(to - self->first_month) : -1;
        }
    }
    return RH_OK;
}

double rh_plan_expected_count(const struct rh_plan *self, const struct rh_plan_sources *from,
                              const struct rh_plan_count *count, int partner, int month)
{
    const struct rh_plan_partner *who = &self->partner[partner];
    double sum = 0.0;
    for (size_t s = who->first_series; s < who->first_series + (size_t)who->num_series; s++) {
        const double conversion = rh_plan_conversion(self, s, count), rate = self->rate[s];
        const bool inside = month >= 0 && month < self->num_months;
        if (conversion == 0.0) {
            continue;
        }
        sum += conversion * (!isnan(rate) ? rate
                             : inside     ? self->mean[s * (size_t)self->num_months + (size_t)month]
                                          : rh_baseline_mean(from->baseline, who->panel_partner,
                                                             self->driver[self->series_driver[s]].panel_driver,
                                                             self->series_panel[s], self->first_month + month));
    }
    return sum;
}

/* True where a count looks at a driver of the panel. */
static bool looks_at(const struct rh_plan *self, const struct rh_plan_count *count, int panel_driver)
{
    for (int d = 0; d < self->num_drivers; d++) {
        if (self->driver[d].panel_driver == panel_driver) {
            return count->drivers[d];
        }
    }
    return false;
}

/* One partner's months before the horizon: what the ledger has, also of series that have ended, and what is expected in
 * a gap behind it. */
static void fill_before(const struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_gauge *gauge,
                        const double *counted, int i)
{
    const struct rh_panel *panel = from->panel;
    const int partner = self->partner[i].panel_partner, H = self->history_months;
    double *before = gauge->before + (size_t)i * RH_MONTHS_BEFORE;
    for (size_t s = panel->partner_series[partner]; s < panel->partner_series[partner + 1]; s++) {
        for (int k = 0; looks_at(self, gauge->count, panel->series[s].driver) && k < RH_MONTHS_BEFORE; k++) {
            const int past = self->months_known + k - RH_MONTHS_BEFORE;
            before[k] += past >= 0 && past < H ? counted[s * (size_t)H + (size_t)past] : 0.0;
        }
    }
    for (int k = 0; k < RH_MONTHS_BEFORE; k++) {
        const int gap = self->months_known + k - RH_MONTHS_BEFORE - H;
        if (gap >= 0) {
            before[k] = rh_plan_expected_count(self, from, gauge->count, i, k - RH_MONTHS_BEFORE) *
                        rh_baseline_survival(from->baseline, partner, gap);
        }
    }
}

int rh_plan_fill_gauge(const struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_gauge *gauge,
                       const double *counted)
{
    gauge->before = rh_calloc((size_t)self->num_partners * RH_MONTHS_BEFORE + 1, sizeof *gauge->before);
    for (int i = 0; gauge->before != NULL && i < self->num_partners; i++) {
        fill_before(self, from, gauge, counted, i);
    }
    return gauge->before != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}
