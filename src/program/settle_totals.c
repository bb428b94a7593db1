/* Totals by month and partner. One pass over the ledger per choice of rows, into columns by month: what a window's
 * total needs is then the sum of a few columns, whatever the number of partners.
 *
 * Under `clawback` a return belongs to the earliest window on the calendar's grid whose end it follows by at most N
 * months, else to its own. So it is moved, once and for all, to the last month of that window; every total of the
 * window then has it, and no other. The window of a whole program has no grid, and keeps its returns apart. */
#include "core/memory.h"
#include "program/settle_private.h"

#include <stdlib.h>
#include <string.h>

/* `where` as a table of verdicts by the codes of its columns: the texts of a column are compared once, not per row. */
struct filter {
    const struct rh_history *history;
    const struct rh_behavior *behavior; /* NULL: everything passes */
    const struct rh_attribute **column; /* [num_where]; NULL: `days` */
    signed char **verdict;              /* [num_where][values] 0: not asked yet, 1: passes, -1: does not */
};

static void filter_free(struct filter *self)
{
    for (size_t i = 0; self->verdict != NULL && i < self->behavior->num_where; i++)
        free(self->verdict[i]);
    free(self->verdict);
    free(self->column);
}

static int filter_init(struct filter *self, const struct rh_history *history, const struct rh_behavior *behavior)
{
    *self = (struct filter){.history = history, .behavior = behavior};
    if (behavior == NULL)
        return RH_OK;
    self->column = rh_calloc(behavior->num_where, sizeof *self->column);
    self->verdict = rh_calloc(behavior->num_where, sizeof *self->verdict);
    if (self->column == NULL || self->verdict == NULL)
        return RH_ERR_NO_MEMORY;
    for (size_t i = 0; i < behavior->num_where; i++) {
        const int index = rh_history_event_attribute(history, behavior->where[i].column.text);
        if (index < 0)
            continue;
        self->column[i] = &history->events.attribute[index];
        self->verdict[i] = rh_calloc(self->column[i]->values.num, sizeof *self->verdict[i]);
        if (self->verdict[i] == NULL)
            return RH_ERR_NO_MEMORY;
    }
    return RH_OK;
}

static bool filter_passes(const struct filter *self, size_t row)
{
    for (size_t i = 0; self->behavior != NULL && i < self->behavior->num_where; i++) {
        const struct rh_behavior one = {.where = &self->behavior->where[i], .num_where = 1};
        if (self->column[i] == NULL) {
            if (!rh_behavior_passes(&one, self->history, row))
                return false;
            continue;
        }
        signed char *verdict = &self->verdict[i][self->column[i]->code[row]];
        if (*verdict == 0)
            *verdict = rh_behavior_passes(&one, self->history, row) ? 1 : -1;
        if (*verdict < 0)
            return false;
    }
    return true;
}

/* The row's partner and month, in words. */
static int too_large(const struct rh_settle *self, const struct rh_totals *totals, size_t k, int month)
{
    char text[RH_DAY_TEXT];
    return rh_error_set(self->error, RH_ERR_OVERFLOW, "'%s' of partner '%s' in %s: the total is too large",
                        totals->rows.measure, self->history->partners.id.name[self->row[k]],
                        rh_month_format(self->data_first + month, text));
}

/* Products that count; NULL in *out: all. */
static int wanted_products(const struct rh_settle *self, const struct rh_reference_list *list, bool **out)
{
    *out = NULL;
    if (list == NULL || list->num == 0)
        return RH_OK;
    *out = rh_calloc(self->history->products.num, sizeof **out);
    if (*out == NULL)
        return RH_ERR_NO_MEMORY;
    for (size_t i = 0; i < list->num; i++) {
        const int32_t id = rh_names_find(&self->history->products, list->item[i].text);
        if (id >= 0)
            (*out)[id] = true;
    }
    return RH_OK;
}

/* Adds the rows' values, sales to `sales` and returns to `returns` (which may be the same). */
static int sum_rows(const struct rh_settle *self, const struct rh_totals *totals, int64_t *sales, int64_t *returns)
{
    const struct rh_events *events = &self->history->events;
    const bool units = strcmp(totals->rows.measure, "units") == 0;
    const int32_t measure = rh_names_find(&self->history->measures, units ? "revenue" : totals->rows.measure);
    const bool amounts = measure >= 0 && self->history->measure_is_money[measure] != 0 && !units;
    const int64_t *values = amounts ? events->amount : events->quantity;
    struct filter filter = {0};
    bool *wanted = NULL;
    int code = wanted_products(self, totals->rows.product, &wanted);
    if (code == RH_OK)
        code = filter_init(&filter, self->history, totals->rows.where);
    if (code != RH_OK)
        (void)rh_settle_no_memory(self);
    for (size_t row = 0; row < events->num && code == RH_OK; row++) {
        const int64_t value = values[row];
        if (events->measure[row] != measure || value == RH_MISSING || value == 0 ||
            (wanted != NULL && !wanted[events->product[row]]) || !filter_passes(&filter, row))
            continue;
        const size_t k = (size_t)self->rank[events->partner[row]];
        int64_t *cell = (value < 0 ? returns : sales) + (size_t)self->event_month[row] * self->num_partners + k;
        if (rh_add(*cell, value, cell) != RH_OK)
            code = too_large(self, totals, k, self->event_month[row]);
    }
    filter_free(&filter);
    free(wanted);
    return code;
}

/* Each month's sum times the partner's exchange rate, rounded half to even to 10⁻⁴. */
static int convert(const struct rh_settle *self, const struct rh_totals *totals, int64_t *value)
{
    for (int month = 0; month < self->num_data_months; month++) {
        int64_t *column = value + (size_t)month * self->num_partners;
        for (size_t k = 0; k < self->num_partners; k++) {
            if (self->exchange[k] != RH_PPM_ONE && column[k] != 0 &&
                rh_muldiv(column[k], self->exchange[k], RH_PPM_ONE, &column[k]) != RH_OK)
                return too_large(self, totals, k, month);
        }
    }
    return RH_OK;
}

static int move_returns(const struct rh_settle *self, const struct rh_totals *totals, const int64_t *returns)
{
    for (int month = 0; month < self->num_data_months; month++) {
        const rh_month to = rh_clawback_month(totals->rows.window, self->program->year_starts,
                                              totals->rows.clawback_months, self->data_first + month);
        if (to < self->data_first)
            continue;
        const int64_t *from = returns + (size_t)month * self->num_partners;
        int64_t *column = totals->value + (size_t)(to - self->data_first) * self->num_partners;
        for (size_t k = 0; k < self->num_partners; k++) {
            if (rh_add(column[k], from[k], &column[k]) != RH_OK)
                return too_large(self, totals, k, to - self->data_first);
        }
    }
    return RH_OK;
}

static bool is_money(const struct rh_settle *self, const char *measure)
{
    const int32_t id = rh_names_find(&self->history->measures, measure);
    return strcmp(measure, "units") != 0 && id >= 0 && self->history->measure_is_money[id] != 0;
}

static int totals_fill(const struct rh_settle *self, struct rh_totals *totals)
{
    const size_t num_cells = (size_t)self->num_data_months * self->num_partners;
    const bool clawback = totals->rows.clawback_months > 0;
    totals->value = rh_calloc(num_cells, sizeof *totals->value);
    int64_t *returns = clawback ? rh_calloc(num_cells, sizeof *returns) : totals->value;
    if (totals->value == NULL || returns == NULL) {
        free(returns != totals->value ? returns : NULL);
        return rh_settle_no_memory(self);
    }
    int code = sum_rows(self, totals, totals->value, returns);
    if (code == RH_OK && self->exchanges && is_money(self, totals->rows.measure)) {
        code = convert(self, totals, totals->value);
        if (code == RH_OK && clawback)
            code = convert(self, totals, returns);
    }
    if (clawback && totals->rows.window == RH_WINDOW_PROGRAM) {
        totals->returns = returns;
        return code;
    }
    if (code == RH_OK && clawback)
        code = move_returns(self, totals, returns);
    free(clawback ? returns : NULL);
    return code;
}

static bool same_products(const struct rh_reference_list *a, const struct rh_reference_list *b)
{
    const size_t num = a != NULL ? a->num : 0;
    if (num != (b != NULL ? b->num : 0))
        return false;
    for (size_t i = 0; i < num; i++) {
        if (strcmp(a->item[i].text, b->item[i].text) != 0)
            return false;
    }
    return true;
}

static bool same_rows(const struct rh_row_choice *a, const struct rh_row_choice *b)
{
    return strcmp(a->measure, b->measure) == 0 && a->where == b->where && a->clawback_months == b->clawback_months &&
           (a->clawback_months == 0 || a->window == b->window) && same_products(a->product, b->product);
}

int rh_settle_totals(struct rh_settle *self, const struct rh_row_choice *rows, const struct rh_totals **out)
{
    for (size_t i = 0; i < self->num_totals; i++) {
        if (same_rows(&self->totals[i]->rows, rows)) {
            *out = self->totals[i];
            return RH_OK;
        }
    }
    if (rh_progress_stopped(self->progress))
        return rh_error_set(self->error, RH_ERR_INTERRUPTED, "%s", rh_code_message(RH_ERR_INTERRUPTED));
    if (rh_reserve(&self->totals, &self->totals_capacity, self->num_totals + 1, sizeof *self->totals) != RH_OK)
        return rh_settle_no_memory(self);
    struct rh_totals *totals = rh_calloc(1, sizeof *totals);
    if (totals == NULL)
        return rh_settle_no_memory(self);
    self->totals[self->num_totals++] = totals;
    totals->rows = *rows;
    *out = totals;
    return totals_fill(self, totals);
}

void rh_totals_free(struct rh_totals *self)
{
    if (self != NULL) {
        free(self->value);
        free(self->returns);
        free(self);
    }
}

/* Adds months [first, last], as far as the history has them, of a matrix. */
static int add_months(const struct rh_settle *self, const struct rh_totals *totals, const int64_t *matrix,
                      rh_month first, rh_month last, int64_t *out)
{
    const rh_month data_last = self->data_first + self->num_data_months - 1;
    first = first > self->data_first ? first : self->data_first;
    last = last < data_last ? last : data_last;
    for (rh_month month = first; month <= last; month++) {
        const int64_t *column = matrix + (size_t)(month - self->data_first) * self->num_partners;
        bool overflow = false;
        for (size_t k = 0; k < self->num_partners; k++)
            overflow |= __builtin_add_overflow(out[k], column[k], &out[k]);
        for (size_t k = 0; k < self->num_partners && overflow; k++) {
            /* Where a sum wrapped, adding a value of one sign has moved it the other way. */
            if ((column[k] > 0 && out[k] < INT64_MIN + column[k]) || (column[k] < 0 && out[k] > INT64_MAX + column[k]))
                return too_large(self, totals, k, month - self->data_first);
        }
    }
    return RH_OK;
}

int rh_totals_window(const struct rh_settle *self, const struct rh_totals *totals, rh_month first, rh_month last,
                     int64_t *out)
{
    memset(out, 0, self->num_partners * sizeof *out);
    int code = add_months(self, totals, totals->value, first, last, out);
    if (code == RH_OK && totals->returns != NULL)
        code = add_months(self, totals, totals->returns, first, last + totals->rows.clawback_months, out);
    return code;
}

int64_t rh_totals_month(const struct rh_settle *self, const struct rh_totals *totals, size_t k, rh_month month,
                        rh_month last)
{
    const rh_month data_last = self->data_first + self->num_data_months - 1;
    int64_t sum = totals->value[(size_t)(month - self->data_first) * self->num_partners + k];
    if (totals->returns == NULL)
        return sum;
    const rh_month until = month < last ? month : last + totals->rows.clawback_months;
    for (rh_month m = month; m <= until && m <= data_last; m++) {
        const int64_t returned = totals->returns[(size_t)(m - self->data_first) * self->num_partners + k];
        sum = sum < INT64_MIN - returned ? INT64_MIN + 1 : sum + returned; /* far below 0 is all that is asked */
    }
    return sum;
}
