/* How behaviors count what partners sell: for each series and view, attainment per gross sales in every past month. */
#include "core/memory.h"
#include "engine/plan_parts.h"

#include <math.h>
#include <stdlib.h>

static bool passes(const struct rh_history *history, size_t row, void *user)
{
    return rh_behavior_passes(user, history, row);
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

/* All series seen through view v; counted: [panel series][history_months]. */
static int bind_view(struct rh_plan *self, const struct rh_plan_sources *from, int v, const double *counted,
                     const double *ones, const int16_t *own_months, size_t *capacity)
{
    size_t H = (size_t)self->history_months;
    int status = RH_OK;
    for (int i = 0; i < self->num_partners; i++) {
        const struct rh_plan_partner *partner = &self->partner[i];
        const int16_t *source =
            self->exact ? own_months : from->baseline->source_month + (size_t)partner->panel_partner * H;
        for (size_t s = partner->first_series; s < partner->first_series + (size_t)partner->num_series; s++) {
            struct rh_view_table *table = &self->views[s * (size_t)self->num_views + (size_t)v];
            if (self->series_panel[s] == RH_NO_SERIES) { /* nothing was ever counted: all that is done counts */
                *table = (struct rh_view_table){.conversion = 1.0, .constant = true, .lone = RH_NO_VIEW};
                continue;
            }
            size_t cell = self->series_panel[s] * H;
            const double *scale = self->exact ? ones : from->baseline->scale + cell;
            status = status == RH_OK
                         ? fill_table(self, table, capacity, counted + cell, from->panel->gross + cell, source, scale)
                         : status;
        }
    }
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

int rh_plan_bind_views(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error)
{
    size_t H = (size_t)self->history_months, capacity = 0;
    double *net = net_of_returns(from->panel), *ones = rh_calloc(H, sizeof *ones);
    int16_t *own_months = rh_calloc(H, sizeof *own_months);
    self->views = rh_calloc(self->num_series * (size_t)self->num_views + 1, sizeof *self->views);
    int status = net != NULL && ones != NULL && own_months != NULL && self->views != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    for (size_t h = 0; h < H && status == RH_OK; h++) {
        ones[h] = 1.0;
        own_months[h] = (int16_t)h;
    }
    if (status == RH_OK) {
        status = bind_view(self, from, 0, net, ones, own_months, &capacity);
    }
    if (status == RH_OK) {
        status = rh_plan_bind_bases(self, from, 0, net, error);
    }
    for (int v = 1; v < self->num_views && status == RH_OK; v++) {
        const struct rh_plan_view *what = &self->view[v];
        struct rh_view view;
        status = rh_view_init(&view, from->panel, from->history, what->quantity, NULL,
                              what->behavior != NULL ? passes : NULL, (void *)(uintptr_t)what->behavior, error);
        if (status == RH_OK) {
            status = bind_view(self, from, v, view.value, ones, own_months, &capacity);
            status = status == RH_OK ? rh_plan_bind_bases(self, from, v, view.value, error) : status;
            rh_view_free(&view);
        }
    }
    free(net);
    free(ones);
    free(own_months);
    return status == RH_ERR_NO_MEMORY ? rh_error_set(error, status, "no memory for what behaviors count") : status;
}
