/* Binding the baseline: which series are replayed, with which means, ratios and views.
 *
 * Ratios are scaled once more, so that the mean over all source sequences and the horizon is the baseline's: a short
 * block or an order rhythm would else tilt it. */
#include "core/memory.h"
#include "core/rng.h"
#include "engine/plan_parts.h"
#include "model/usage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to bind the baseline");
}

/* Vendor's margin on a product: as the study says, else from the ledger's cost. */
static int vendor_margin(struct rh_plan *self, const struct rh_plan_sources *from, int panel_driver, double *margin,
                         struct rh_error *error)
{
    const struct rh_study *study = from->study;
    const char *product = from->history->products.name[from->panel->driver[panel_driver].product];
    double sales = from->panel->driver_sales[panel_driver], cost = from->panel->driver_cost[panel_driver];
    for (size_t k = 0; k < study->num_vendor_margins; k++) {
        if (strcmp(study->vendor_margin_product[k].text, product) == 0) {
            self->margin_assumed = true;
            *margin = study->vendor_margin[k];
            return RH_OK;
        }
    }
    if (!(sales > 0.0)) {
        return rh_error_set_at(
            error, RH_ERR_INPUT, study->path, 0, 0,
            "the ledger has no cost for product '%s', so the vendor's margin on it is unknown: import "
            "a cost column, or say finance: {vendor_margin: {%s: 30%%}} in the study",
            product, *product != '\0' ? product : "\"\"");
    }
    *margin = 1.0 - cost / sales;
    return RH_OK;
}

static int extra_measure(struct rh_plan *self, const char *measure)
{
    for (int k = 0; k < self->num_extra; k++) {
        if (strcmp(self->extra[k], measure) == 0) {
            return k;
        }
    }
    self->extra[self->num_extra] = measure;
    return self->num_extra++;
}

int rh_plan_add_driver(struct rh_plan *self, const char *measure, const char *product, enum rh_driver_kind kind,
                       int panel_driver)
{
    struct rh_plan_driver *driver = &self->driver[self->num_drivers];
    struct rh_text name;
    rh_text_init(&name);
    rh_text_printf(&name, "%s/%s", measure, product);
    *driver = (struct rh_plan_driver){.kind = kind,
                                      .panel_driver = panel_driver,
                                      .product = -1,
                                      .extra = -1,
                                      .yield = RH_NO_YIELD,
                                      .name = rh_text_status(&name) == RH_OK ? rh_strdup(rh_text_string(&name)) : NULL};
    rh_text_free(&name);
    if (driver->name == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    self->num_drivers++;
    if (kind == RH_DRIVER_ACTIVITY) {
        driver->extra = extra_measure(self, measure);
        driver->trains = rh_measure_trains(measure);
        self->trains = self->trains || driver->trains;
    }
    return RH_OK;
}

static int bind_driver(struct rh_plan *self, const struct rh_plan_sources *from, int panel_driver,
                       struct rh_error *error)
{
    const struct rh_driver *source = &from->panel->driver[panel_driver];
    const char *measure = from->history->measures.name[source->measure];
    const char *product = from->history->products.name[source->product];
    const bool revenue = strcmp(measure, "revenue") == 0;
    if (!revenue && !rh_study_looks_at(from->study, measure)) {
        return RH_OK;
    }
    const enum rh_driver_kind kind = revenue ? RH_DRIVER_REVENUE : source->money ? RH_DRIVER_MONEY : RH_DRIVER_ACTIVITY;
    if (rh_plan_add_driver(self, measure, product, kind, panel_driver) != RH_OK) {
        return no_memory(error);
    }
    if (!revenue) {
        return RH_OK;
    }
    struct rh_plan_driver *driver = &self->driver[self->num_drivers - 1];
    driver->product = self->num_labels[RH_CUT_PRODUCT];
    self->label[RH_CUT_PRODUCT][self->num_labels[RH_CUT_PRODUCT]++] = product;
    return vendor_margin(self, from, panel_driver, &driver->vendor_margin, error);
}

int rh_plan_bind_drivers(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error)
{
    size_t num = from->panel->num_drivers + self->assumptions->num_base_rates + 1;
    self->driver = rh_calloc(num, sizeof *self->driver);
    self->extra = rh_calloc(num, sizeof *self->extra);
    self->label[RH_CUT_PRODUCT] = rh_calloc(num, sizeof *self->label[RH_CUT_PRODUCT]);
    if (self->driver == NULL || self->extra == NULL || self->label[RH_CUT_PRODUCT] == NULL) {
        return no_memory(error);
    }
    int status = RH_OK;
    for (size_t d = 0; d < from->panel->num_drivers && status == RH_OK; d++) {
        status = bind_driver(self, from, (int)d, error);
    }
    return status;
}

/* Panel partners by group, then id. */
struct ordered {
    int group, partner;
};

static int by_group(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;
    return x->group != y->group ? x->group - y->group : x->partner - y->partner;
}

/* Index among the plan's drivers of a panel driver, or -1. */
static int plan_driver(const struct rh_plan *self, int panel_driver)
{
    for (int d = 0; d < self->num_drivers; d++) {
        if (self->driver[d].panel_driver == panel_driver) {
            return d;
        }
    }
    return -1;
}

static bool is_expected(const struct rh_plan *self, const struct rh_plan_sources *from, size_t panel_series)
{
    return self->exact || from->baseline->level[panel_series] > 0.0;
}

static bool is_replayed(const struct rh_plan *self, const struct rh_plan_sources *from, size_t panel_series)
{
    return plan_driver(self, from->panel->series[panel_series].driver) >= 0 && is_expected(self, from, panel_series);
}

/* Scale that makes the mean of mean · ratio over all source sequences and the horizon equal to that of mean. */
static double horizon_scale(const struct rh_plan *self, const double *weight, const double *mean, const double *ratio)
{
    double replayed = 0.0, expected = 0.0;
    for (int t = 0; t < self->num_months; t++) {
        double average = 0.0;
        for (int h = 0; h < self->history_months; h++) {
            average += weight[t * self->history_months + h] * ratio[h];
        }
        replayed += mean[t] * average;
        expected += mean[t];
    }
    return replayed > 0.0 ? expected / replayed : 1.0;
}

static void bind_one_series(struct rh_plan *self, const struct rh_plan_sources *from, const double *weight, int partner,
                            size_t panel_series)
{
    size_t T = (size_t)self->num_months, H = (size_t)self->history_months;
    int panel_driver = from->panel->series[panel_series].driver;
    double *mean = self->mean + self->num_series * T, *ratio = self->ratio + self->num_series * H;
    self->series_driver[self->num_series] = plan_driver(self, panel_driver);
    self->series_panel[self->num_series] = panel_series;
    self->rate[self->num_series] = NAN;
    for (int t = 0; t < self->num_months; t++) {
        mean[t] = rh_baseline_mean(from->baseline, partner, panel_driver, panel_series, self->first_month + t);
    }
    const double *source = self->exact ? from->panel->gross : from->baseline->ratio;
    memcpy(ratio, source + panel_series * H, H * sizeof *ratio);
    if (!self->exact) {
        double scale = horizon_scale(self, weight, mean, ratio);
        for (size_t h = 0; h < H; h++) {
            ratio[h] *= scale;
        }
    }
    self->num_series++;
}

static int bind_partner(struct rh_plan *self, const struct rh_plan_sources *from, const double *weight,
                        const struct rh_plan_rates *rates, int partner, struct rh_error *error)
{
    const struct rh_baseline *baseline = from->baseline;
    struct rh_plan_partner *bound = &self->partner[self->num_partners];
    size_t first = self->num_series;
    bool expected = false; /* also of drivers that no program of this study looks at: others may, and who is there must
                              not depend on them */
    for (size_t s = from->panel->partner_series[partner]; s < from->panel->partner_series[partner + 1]; s++) {
        expected = expected || is_expected(self, from, s);
        if (is_replayed(self, from, s)) {
            bind_one_series(self, from, weight, partner, s);
        }
    }
    if (!expected) {
        return RH_OK;
    }
    rh_plan_bind_activities(self, rates, first, partner);
    bound->alive = rh_calloc((size_t)self->num_months, sizeof *bound->alive);
    if (bound->alive == NULL) {
        return no_memory(error);
    }
    self->num_partners++;
    bound->row = from->panel->partner_row[partner];
    bound->panel_partner = partner;
    bound->entity = rh_entity(from->history->partners.id.name[bound->row]);
    bound->group = baseline->group[partner];
    bound->segment_id = baseline->group_segment[bound->group];
    bound->cv = baseline->cv[partner] > 0.0 ? baseline->cv[partner] : 1.5;
    bound->level_shape =
        self->exact || !(baseline->level_variance[partner] > 0.0) ? INFINITY : 1.0 / baseline->level_variance[partner];
    bound->rarity = baseline->rarity[partner];
    bound->tier = from->history->partners.tier[bound->row];
    bound->margin = from->history->partners.margin[bound->row];
    bound->first_series = first;
    bound->num_series = (int)(self->num_series - first);
    self->max_series = bound->num_series > self->max_series ? bound->num_series : self->max_series;
    for (int t = 0; t < self->num_months; t++) {
        bound->alive[t] = self->exact ? 1.0 : rh_baseline_survival(baseline, partner, self->months_ahead + t);
    }
    return RH_OK;
}

/* Mean revenue of a partner-month, the yardstick of effort costs. */
static void find_mean_month(struct rh_plan *self)
{
    double sum = 0.0;
    for (size_t s = 0; s < self->num_series; s++) {
        for (int t = 0; self->driver[self->series_driver[s]].kind == RH_DRIVER_REVENUE && t < self->num_months; t++) {
            sum += self->mean[s * (size_t)self->num_months + (size_t)t];
        }
    }
    self->mean_month = self->num_partners > 0 ? sum / ((double)self->num_partners * self->num_months) : 0.0;
}

int rh_plan_bind_series(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error)
{
    size_t series = 0, partners = from->panel->num_partners;
    size_t T = (size_t)self->num_months, H = (size_t)self->history_months;
    for (size_t s = 0; s < from->panel->num_series; s++) {
        series += is_replayed(self, from, s);
    }
    series += partners * rh_plan_most_activities(self);
    struct rh_plan_rates rates = {NULL, 0};
    struct ordered *order = rh_calloc(partners + 1, sizeof *order);
    double *weight = rh_calloc(T * H, sizeof *weight);
    self->partner = rh_calloc(partners + 1, sizeof *self->partner);
    self->series_driver = rh_calloc(series + 1, sizeof *self->series_driver);
    self->series_panel = rh_calloc(series + 1, sizeof *self->series_panel);
    self->rate = rh_calloc(series + 1, sizeof *self->rate);
    self->mean = rh_calloc(series * T + 1, sizeof *self->mean);
    self->ratio = rh_calloc(series * H + 1, sizeof *self->ratio);
    int status = RH_OK;
    if (order == NULL || weight == NULL || self->partner == NULL || self->series_driver == NULL ||
        self->series_panel == NULL || self->rate == NULL || self->mean == NULL || self->ratio == NULL) {
        status = no_memory(error);
        goto out;
    }
    status = rh_plan_find_rates(&rates, self, from, error);
    rh_replay_weights(&self->replay, self->num_months, weight);
    for (size_t i = 0; i < partners; i++) {
        order[i] = (struct ordered){from->baseline->group[i], (int)i};
    }
    qsort(order, partners, sizeof *order, by_group);
    for (size_t k = 0; k < partners && status == RH_OK; k++) {
        status = bind_partner(self, from, weight, &rates, order[k].partner, error);
    }
    find_mean_month(self);
    if (status == RH_OK && self->num_extra > 0 && self->num_partners > 0 && !(self->mean_month > 0.0)) {
        status = rh_error_set_at(error, RH_ERR_INPUT, from->study->history_path, 0, 0,
                                 "the history has no revenue to replay, in shares of which the effort of '%s' is told",
                                 self->extra[0]);
    }
out:
    rh_plan_free_rates(&rates);
    free(order);
    free(weight);
    return status;
}
