/* How behaviors count what partners sell: for each series and view, attainment per gross sales in every past month. */
#include "core/memory.h"
#include "engine/plan_parts.h"

#include <math.h>
#include <stdlib.h>

static bool passes(const struct rh_history *history, size_t row, void *user)
{
    const struct rh_plan_view *view = user;
    const struct rh_events *events = &history->events;
    const bool money = !view->quantity && events->amount[row] != RH_MISSING;
    const bool returned = (money ? events->amount[row] : events->quantity[row]) < 0;
    return (view->part == RH_VIEW_NET || returned == (view->part == RH_VIEW_RETURNS)) &&
           (view->behavior == NULL || rh_behavior_passes(view->behavior, history, row));
}

/* Room for one more table of H months at the pool's end. */
static int grow_pool(struct rh_plan *self, size_t *capacity, size_t *place)
{
    size_t H = (size_t)self->history_months;
    int status = rh_reserve(&self->table, capacity, self->table_size + H, sizeof *self->table);
    *place = self->table_size;
    self->table_size += status == RH_OK ? H : 0;
    return status;
}

/* One series seen through one view. counted, gross: [history_months] of the panel; source: [history_months] own month
 * that stands for each; scale: [history_months] what gross is relative to (an exact replay: 1). */
static int fill_table(struct rh_plan *self, struct rh_view_table *out, size_t *capacity, const double *counted,
                      const double *gross, const int16_t *source, const double *scale)
{
    double sold = 0.0, seen = 0.0;
    bool constant = true, lone = false;
    size_t H = (size_t)self->history_months;
    for (size_t h = 0; h < H; h++) {
        sold += gross[h];
        seen += gross[h] > 0.0 ? counted[h] : 0.0;
        lone = lone || (gross[h] <= 0.0 && counted[h] != 0.0);
    }
    out->conversion = sold > 0.0 ? seen / sold : 0.0;
    for (size_t h = 0; h < H; h++) {
        constant = constant && (gross[h] <= 0.0 || counted[h] == out->conversion * gross[h]);
    }
    out->constant = constant && !lone;
    out->lone = RH_NO_VIEW;
    int status = grow_pool(self, capacity, &out->ratio);
    for (size_t h = 0; h < H && status == RH_OK; h++) {
        size_t own = source[h] == RH_NO_SOURCE ? h : (size_t)source[h];
        bool told = source[h] != RH_NO_SOURCE && gross[own] > 0.0;
        self->table[out->ratio + h] = told ? counted[own] / gross[own] : out->conversion;
    }
    if (status == RH_OK && lone) {
        status = grow_pool(self, capacity, &out->lone);
    }
    for (size_t h = 0; h < H && status == RH_OK && lone; h++) {
        size_t own = source[h] == RH_NO_SOURCE ? h : (size_t)source[h];
        bool told = source[h] != RH_NO_SOURCE && gross[own] <= 0.0 && counted[own] != 0.0 && scale[own] > 0.0;
        self->table[out->lone + h] = told ? counted[own] / scale[own] : 0.0;
    }
    return status;
}

/* What a view counts of a series that the history lacks, by driver: of an activity that was never done all, of a
 * product line that the partner never sold as much as of those who sold it. unseen: [num_drivers]. */
static void find_unseen(const struct rh_plan *self, int v, const double *counted, const struct rh_panel *panel,
                        double *unseen)
{
    const size_t H = (size_t)self->history_months;
    for (int d = 0; d < self->num_drivers; d++) {
        unseen[d] = self->view[v].part == RH_VIEW_RETURNS ? 0.0 : 1.0;
    }
    for (int y = 0; y < self->num_yields; y++) {
        const int line = self->yield[y].line;
        double sold = 0.0, seen = 0.0;
        for (size_t s = 0; s < panel->num_series; s++) {
            for (size_t h = 0; panel->series[s].driver == self->driver[line].panel_driver && h < H; h++) {
                const double gross = panel->gross[s * H + h];
                sold += gross;
                seen += gross > 0.0 ? counted[s * H + h] : 0.0;
            }
        }
        unseen[line] = sold > 0.0 ? seen / sold : 0.0;
    }
}

/* All series seen through view v; counted: [panel series][history_months]. */
static int bind_view(struct rh_plan *self, const struct rh_plan_sources *from, int v, const double *counted,
                     const double *ones, const int16_t *own_months, size_t *capacity)
{
    size_t H = (size_t)self->history_months;
    double *unseen = rh_calloc((size_t)self->num_drivers, sizeof *unseen);
    int status = unseen != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    if (status == RH_OK) {
        find_unseen(self, v, counted, from->panel, unseen);
    }
    for (int i = 0; i < self->num_partners && status == RH_OK; i++) {
        const struct rh_plan_partner *partner = &self->partner[i];
        const int16_t *source =
            self->exact ? own_months : from->baseline->source_month + (size_t)partner->panel_partner * H;
        for (size_t s = partner->first_series; s < partner->first_series + (size_t)partner->num_series; s++) {
            struct rh_view_table *table = &self->views[s * (size_t)self->num_views + (size_t)v];
            if (self->series_panel[s] == RH_NO_SERIES) {
                *table = (struct rh_view_table){
                    .conversion = unseen[self->series_driver[s]], .constant = true, .lone = RH_NO_VIEW};
                continue;
            }
            size_t cell = self->series_panel[s] * H;
            const double *scale = self->exact ? ones : from->baseline->scale + cell;
            status = status == RH_OK
                         ? fill_table(self, table, capacity, counted + cell, from->panel->gross + cell, source, scale)
                         : status;
        }
    }
    free(unseen);
    return status;
}

/* Net of returns: what view 0 counts. */
static double *net_of_returns(const struct rh_panel *panel)
{
    size_t num = panel->num_series * (size_t)panel->num_months;
    double *net = rh_calloc(num, sizeof *net);
    for (size_t k = 0; net != NULL && k < num; k++) {
        net[k] = panel->gross[k] - panel->returns[k];
    }
    return net;
}

/* What the plan's view v counts: [panel series][history_months], owned by the caller; NULL: an error. */
static double *count_rows(const struct rh_plan *self, const struct rh_plan_sources *from, int v, int *status,
                          struct rh_error *error)
{
    const struct rh_plan_view *what = &self->view[v];
    struct rh_view view = {NULL};
    if (v == 0) {
        view.value = net_of_returns(from->panel);
        *status = view.value == NULL ? RH_ERR_NO_MEMORY : RH_OK;
        return view.value;
    }
    const bool all = what->behavior == NULL && what->part == RH_VIEW_NET;
    *status = rh_view_init(&view, from->panel, from->history, what->quantity, NULL, all ? NULL : passes,
                           (void *)(uintptr_t)what, error);
    return *status == RH_OK ? view.value : NULL;
}

/* Bases and gauges of all programs that look through view v. */
static int bind_counted(struct rh_plan *self, const struct rh_plan_sources *from, int v, const double *counted,
                        struct rh_error *error)
{
    int status = RH_OK;
    for (int p = 0; p < self->num_programs; p++) {
        struct rh_plan_program *program = &self->program[p];
        for (int j = 0; j < program->num_incentives && status == RH_OK; j++) {
            const struct rh_plan_count *count = &program->incentive[j].count;
            if (count->view == v && count->returns < 0) {
                status = rh_plan_bind_bases(self, from, &program->incentive[j], counted, error);
            }
        }
        for (int g = 0; g < program->num_gauges && status == RH_OK; g++) {
            const struct rh_plan_count *count = program->gauge[g].count;
            if (count->view == v && count->returns < 0) {
                status = rh_plan_fill_gauge(self, from, &program->gauge[g], counted);
            }
        }
    }
    return status;
}

/* Month of the history in which a return of month h counts, as far as prior years are asked for; below 0: in none. */
static int returned_in(const struct rh_plan *self, const struct rh_panel *panel, const struct rh_plan_program *program,
                       const struct rh_plan_incentive *bound, int h)
{
    const struct rh_incentive *incentive = bound->incentive;
    if (incentive->window != RH_WINDOW_PROGRAM) {
        return (int)(rh_clawback_month(incentive->window, program->program->year_starts, incentive->clawback_months,
                                       panel->first_month + h) -
                     panel->first_month);
    }
    const int last = self->months_known + (bound->num_windows > 0 ? bound->window[0].last : 0) - 12;
    return h <= last ? h : h <= last + incentive->clawback_months ? last : -1;
}

/* The same for incentives with a clawback: sales, and returns where they count. */
static int bind_clawed(struct rh_plan *self, const struct rh_plan_sources *from, const struct rh_plan_program *program,
                       struct rh_plan_incentive *bound, struct rh_error *error)
{
    const size_t H = (size_t)self->history_months;
    int status = RH_OK;
    double *sales = count_rows(self, from, bound->count.view, &status, error);
    double *returns = sales != NULL ? count_rows(self, from, bound->count.returns, &status, error) : NULL;
    for (size_t s = 0; returns != NULL && s < from->panel->num_series; s++) {
        for (size_t h = 0; h < H; h++) {
            const int to = returned_in(self, from->panel, program, bound, (int)h);
            sales[s * H + (size_t)(to < 0 ? 0 : to)] += to < 0 ? 0.0 : returns[s * H + h];
        }
    }
    if (status == RH_OK) {
        status = rh_plan_bind_bases(self, from, bound, sales, error);
    }
    for (int g = 0; g < program->num_gauges && status == RH_OK; g++) {
        if (program->gauge[g].count == &bound->count) {
            status = rh_plan_fill_gauge(self, from, &program->gauge[g], sales);
        }
    }
    free(sales);
    free(returns);
    return status;
}

static int bind_all(struct rh_plan *self, const struct rh_plan_sources *from, const double *ones,
                    const int16_t *own_months, struct rh_error *error)
{
    size_t capacity = 0;
    int status = RH_OK;
    for (int v = 0; v < self->num_views && status == RH_OK; v++) {
        double *counted = count_rows(self, from, v, &status, error);
        if (status == RH_OK) {
            status = bind_view(self, from, v, counted, ones, own_months, &capacity);
        }
        if (status == RH_OK) {
            status = bind_counted(self, from, v, counted, error);
        }
        free(counted);
    }
    for (int p = 0; p < self->num_programs; p++) {
        for (int j = 0; j < self->program[p].num_incentives && status == RH_OK; j++) {
            struct rh_plan_incentive *bound = &self->program[p].incentive[j];
            status = bound->count.returns >= 0 ? bind_clawed(self, from, &self->program[p], bound, error) : RH_OK;
        }
    }
    return status;
}

int rh_plan_bind_views(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error)
{
    size_t H = (size_t)self->history_months;
    double *ones = rh_calloc(H, sizeof *ones);
    int16_t *own_months = rh_calloc(H, sizeof *own_months);
    self->views = rh_calloc(self->num_series * (size_t)self->num_views + 1, sizeof *self->views);
    int status = ones != NULL && own_months != NULL && self->views != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    for (size_t h = 0; h < H && status == RH_OK; h++) {
        ones[h] = 1.0;
        own_months[h] = (int16_t)h;
    }
    status = status == RH_OK ? bind_all(self, from, ones, own_months, error) : status;
    free(ones);
    free(own_months);
    return status == RH_ERR_NO_MEMORY ? rh_error_set(error, status, "no memory for what behaviors count") : status;
}
