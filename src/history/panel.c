/* Ledger rows summed to partner × month × driver.
 *
 * Rows are put into the order (partner, measure, product) by three stable counting sorts, least significant key first:
 * linear in the rows, and rows of one series keep the ledger's order. The series of each row is kept, so that a view is
 * one pass down the columns it needs. */
#include "history/panel.h"

#include "core/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Doubles hold whole numbers exactly below this. */
#define EXACT_BELOW 0x1p53

static int no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
}

/* rank[id]: place of the id in the byte order of the names. Where order is not NULL it gets order[rank] = id. */
static int names_ranks(const struct rh_names *names, int32_t **rank, int32_t **order)
{
    int32_t *sorted = rh_calloc(names->num, sizeof *sorted);
    *rank = rh_calloc(names->num, sizeof **rank);
    if (sorted == NULL || *rank == NULL) {
        free(sorted);
        return RH_ERR_NO_MEMORY;
    }
    rh_names_sorted(names, sorted);
    for (size_t k = 0; k < names->num; k++) {
        (*rank)[sorted[k]] = (int32_t)k;
    }
    if (order != NULL) {
        *order = sorted;
    } else {
        free(sorted);
    }
    return RH_OK;
}

/* Puts the rows of `from` (NULL: 0, 1, 2 …) into `to`, ascending by rank[key[row]] and otherwise as they were. */
static int sort_rows(size_t num, const int32_t *key, const int32_t *rank, size_t num_keys, const int32_t *from,
                     int32_t *to)
{
    size_t *next = rh_calloc(num_keys + 1, sizeof *next);
    if (next == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t k = 0; k < num; k++) {
        next[rank[key[k]] + 1]++;
    }
    for (size_t k = 0; k < num_keys; k++) {
        next[k + 1] += next[k];
    }
    for (size_t k = 0; k < num; k++) {
        const int32_t row = from == NULL ? (int32_t)k : from[k];
        to[next[rank[key[row]]]++] = row;
    }
    free(next);
    return RH_OK;
}

/* driver_of[row] and the table of drivers, from rows in the order (measure, product). */
static int make_drivers(struct rh_panel *self, const struct rh_history *history, const int32_t *order,
                        int32_t *driver_of)
{
    const struct rh_events *events = &history->events;
    size_t capacity = 0;
    for (size_t k = 0; k < events->num; k++) {
        const int32_t row = order[k];
        const int32_t measure = events->measure[row], product = events->product[row];
        const struct rh_driver *last = self->num_drivers > 0 ? &self->driver[self->num_drivers - 1] : NULL;
        if (last == NULL || last->measure != measure || last->product != product) {
            if (rh_reserve(&self->driver, &capacity, self->num_drivers + 1, sizeof *self->driver) != RH_OK) {
                return RH_ERR_NO_MEMORY;
            }
            self->driver[self->num_drivers++] = (struct rh_driver){
                .measure = measure, .product = product, .money = history->measure_is_money[measure] != 0};
        }
        driver_of[row] = (int32_t)(self->num_drivers - 1);
    }
    self->driver_sales = rh_calloc(self->num_drivers, sizeof *self->driver_sales);
    self->driver_cost = rh_calloc(self->num_drivers, sizeof *self->driver_cost);
    return self->driver_sales == NULL || self->driver_cost == NULL ? RH_ERR_NO_MEMORY : RH_OK;
}

/* The table of series and event_series, from rows in the order (partner, driver). */
static int make_series(struct rh_panel *self, const struct rh_history *history, const int32_t *order,
                       const int32_t *partner_rank, const int32_t *driver_of)
{
    size_t capacity = 0;
    for (size_t k = 0; k < history->events.num; k++) {
        const int32_t row = order[k];
        const int32_t partner = partner_rank[history->events.partner[row]];
        const struct rh_series *last = self->num_series > 0 ? &self->series[self->num_series - 1] : NULL;
        if (last == NULL || last->partner != partner || last->driver != driver_of[row]) {
            if (rh_reserve(&self->series, &capacity, self->num_series + 1, sizeof *self->series) != RH_OK) {
                return RH_ERR_NO_MEMORY;
            }
            self->series[self->num_series++] = (struct rh_series){.partner = partner, .driver = driver_of[row]};
            self->partner_series[partner + 1] = self->num_series;
        }
        self->event_series[row] = (int32_t)(self->num_series - 1);
    }
    for (size_t k = 0; k < self->num_partners; k++) { /* partners without an event */
        if (self->partner_series[k + 1] < self->partner_series[k]) {
            self->partner_series[k + 1] = self->partner_series[k];
        }
    }
    return RH_OK;
}

/* Orders the rows and makes drivers and series. */
static int make_tables(struct rh_panel *self, const struct rh_history *history)
{
    const struct rh_events *events = &history->events;
    int32_t *partner_rank = NULL, *measure_rank = NULL, *product_rank = NULL;
    int32_t *order = rh_calloc(events->num, sizeof *order), *scratch = rh_calloc(events->num, sizeof *scratch);
    int code = RH_ERR_NO_MEMORY;

    if (order == NULL || scratch == NULL ||
        names_ranks(&history->partners.id, &partner_rank, &self->partner_row) != RH_OK ||
        names_ranks(&history->measures, &measure_rank, NULL) != RH_OK ||
        names_ranks(&history->products, &product_rank, NULL) != RH_OK) {
        goto out;
    }
    self->event_series = rh_calloc(events->num, sizeof *self->event_series);
    self->partner_series = rh_calloc(self->num_partners + 1, sizeof *self->partner_series);
    if (self->event_series == NULL || self->partner_series == NULL ||
        sort_rows(events->num, events->product, product_rank, history->products.num, NULL, scratch) != RH_OK ||
        sort_rows(events->num, events->measure, measure_rank, history->measures.num, scratch, order) != RH_OK ||
        /* the drivers go where the series of the rows will be: one array less at the peak */
        make_drivers(self, history, order, self->event_series) != RH_OK ||
        sort_rows(events->num, events->partner, partner_rank, history->partners.num, order, scratch) != RH_OK ||
        make_series(self, history, scratch, partner_rank, self->event_series) != RH_OK) {
        goto out;
    }
    code = RH_OK;
out:
    free(order);
    free(scratch);
    free(partner_rank);
    free(measure_rank);
    free(product_rank);
    return code;
}

/* What a row adds to its driver: its amount where that is money, else its quantity; nothing where it is missing. */
static int64_t row_value(const struct rh_events *events, size_t row, bool by_amount)
{
    const int64_t value = by_amount ? events->amount[row] : events->quantity[row];
    return value == RH_MISSING ? 0 : value;
}

static int too_large(const struct rh_panel *self, const struct rh_history *history, size_t cell, struct rh_error *error)
{
    const struct rh_series *series = &self->series[cell / (size_t)self->num_months];
    const struct rh_driver *driver = &self->driver[series->driver];
    char month[RH_DAY_TEXT];
    rh_month_format(self->first_month + (rh_month)(cell % (size_t)self->num_months), month);
    return rh_error_set(error, RH_ERR_OVERFLOW, "%s of partner '%s', product '%s' in %s is beyond 900,719,925,474",
                        history->measures.name[driver->measure],
                        history->partners.id.name[self->partner_row[series->partner]],
                        history->products.name[driver->product], month);
}

/* Each month of the series of money times the partner's exchange rate, rounded half to even. value:
 * [num_series][num_months], exact. */
static int convert(const struct rh_panel *self, const struct rh_history *history, double *value, struct rh_error *error)
{
    const size_t num_months = (size_t)self->num_months;
    for (size_t series = 0; self->exchange != NULL && series < self->num_series; series++) {
        const rh_ppm rate = self->exchange[self->series[series].partner];
        if (rate == RH_PPM_ONE || !self->driver[self->series[series].driver].money) {
            continue;
        }
        for (size_t cell = series * num_months; cell < (series + 1) * num_months; cell++) {
            int64_t converted;
            if (rh_muldiv((int64_t)value[cell], rate, RH_PPM_ONE, &converted) != RH_OK ||
                converted >= (int64_t)EXACT_BELOW || converted <= -(int64_t)EXACT_BELOW) {
                return too_large(self, history, cell, error);
            }
            value[cell] = (double)converted;
        }
    }
    return RH_OK;
}

/* What one of the partner's currency is in the panel's. */
static double exchange_rate(const struct rh_panel *self, int32_t partner)
{
    return self->exchange != NULL ? (double)self->exchange[partner] / (double)RH_PPM_ONE : 1.0;
}

static int sum_rows(struct rh_panel *self, const struct rh_history *history, struct rh_error *error)
{
    const struct rh_events *events = &history->events;
    const size_t num_months = (size_t)self->num_months;
    self->gross = rh_calloc(self->num_series, num_months * sizeof *self->gross);
    self->returns = rh_calloc(self->num_series, num_months * sizeof *self->returns);
    if (self->gross == NULL || self->returns == NULL) {
        return no_memory(error);
    }
    for (size_t row = 0; row < events->num; row++) {
        const size_t series = (size_t)self->event_series[row];
        const int32_t driver = self->series[series].driver;
        const size_t cell = series * num_months + (size_t)(rh_day_month(events->date[row]) - self->first_month);
        const int64_t value = row_value(events, row, self->driver[driver].money);
        if (value >= 0) {
            self->gross[cell] += (double)value;
        } else {
            self->returns[cell] -= (double)value;
        }
        if (events->cost[row] != RH_MISSING && events->amount[row] != RH_MISSING) {
            const double rate = exchange_rate(self, self->series[series].partner);
            self->driver_sales[driver] += rate * (double)events->amount[row];
            self->driver_cost[driver] += rate * (double)events->cost[row];
        }
    }
    /* sums of numbers of one sign are exact up to the bound, and do not come back below it */
    for (size_t cell = 0; cell < self->num_series * num_months; cell++) {
        if (self->gross[cell] >= EXACT_BELOW || self->returns[cell] >= EXACT_BELOW) {
            return too_large(self, history, cell, error);
        }
    }
    const int code = convert(self, history, self->gross, error);
    return code == RH_OK ? convert(self, history, self->returns, error) : code;
}

/* The rates in the panel's order; none where there are none. */
static int set_exchange(struct rh_panel *self, const rh_ppm *by_row)
{
    if (by_row == NULL) {
        return RH_OK;
    }
    self->exchange = rh_calloc(self->num_partners, sizeof *self->exchange);
    if (self->exchange == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t k = 0; k < self->num_partners; k++) {
        self->exchange[k] = by_row[self->partner_row[k]];
        assert(self->exchange[k] > 0);
    }
    return RH_OK;
}

int rh_panel_init(struct rh_panel *self, const struct rh_history *history, const rh_ppm *exchange,
                  struct rh_error *error)
{
    memset(self, 0, sizeof *self);
    self->num_partners = history->partners.num;
    if (history->events.num == 0) {
        return rh_error_set(error, RH_ERR_INPUT, "the history has no rows, expected at least one");
    }
    if (history->events.num > INT32_MAX) {
        return rh_error_set(error, RH_ERR_OVERFLOW, "the history has %zu rows, expected at most %d",
                            history->events.num, INT32_MAX);
    }
    assert(history->first_month != RH_NO_MONTH && history->measure_is_money != NULL);
    self->first_month = history->first_month;
    self->num_months = (int)(history->last_month - history->first_month) + 1;
    if (make_tables(self, history) != RH_OK || set_exchange(self, exchange) != RH_OK) {
        return no_memory(error);
    }
    return sum_rows(self, history, error);
}

void rh_panel_free(struct rh_panel *self)
{
    free(self->partner_row);
    free(self->driver);
    free(self->series);
    free(self->partner_series);
    free(self->event_series);
    free(self->exchange);
    free(self->gross);
    free(self->returns);
    free(self->driver_sales);
    free(self->driver_cost);
    memset(self, 0, sizeof *self);
}

int rh_view_init(struct rh_view *self, const struct rh_panel *panel, const struct rh_history *history, bool quantity,
                 const bool *wanted, rh_event_filter filter, void *user, struct rh_error *error)
{
    const struct rh_events *events = &history->events;
    const size_t num_months = (size_t)panel->num_months;
    memset(self, 0, sizeof *self);
    self->value = rh_calloc(panel->num_series, num_months * sizeof *self->value);
    if (self->value == NULL) {
        return no_memory(error);
    }
    for (size_t row = 0; row < events->num; row++) {
        const size_t series = (size_t)panel->event_series[row];
        const int32_t driver = panel->series[series].driver;
        if ((wanted != NULL && !wanted[driver]) || (filter != NULL && !filter(history, row, user))) {
            continue;
        }
        const size_t cell = series * num_months + (size_t)(rh_day_month(events->date[row]) - panel->first_month);
        self->value[cell] += (double)row_value(events, row, panel->driver[driver].money && !quantity);
        if (self->value[cell] >= EXACT_BELOW || self->value[cell] <= -EXACT_BELOW) {
            return too_large(panel, history, cell, error);
        }
    }
    return quantity ? RH_OK : convert(panel, history, self->value, error);
}

void rh_view_free(struct rh_view *self)
{
    free(self->value);
    memset(self, 0, sizeof *self);
}
