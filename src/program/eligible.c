/* Who takes part, which rows count, which windows exist. */
#include "core/money.h"
#include "program/program.h"

#include <assert.h>
#include <string.h>

/* An empty list asks nothing. */
static bool holds(const struct rh_reference_list *list, const char *name)
{
    for (size_t i = 0; i < list->num; i++) {
        if (strcmp(list->item[i].text, name) == 0)
            return true;
    }
    return list->num == 0;
}

/* Beyond the calendar's last day no window begins. */
static rh_day add_duration(rh_day day, const struct rh_duration *duration)
{
    if (rh_day_month(day) > rh_month_make(9999, 12) - duration->months)
        return INT32_MAX;
    return rh_day_add_months(day, duration->months) + duration->days;
}

bool rh_audience_tenure_fits(const struct rh_audience_keys *self, rh_day joined, rh_day window_first)
{
    if (!self->has_tenure_at_least && !self->has_tenure_at_most)
        return true;
    if (joined == RH_NO_DAY)
        return false;
    if (self->has_tenure_at_least && add_duration(joined, &self->tenure_at_least) > window_first)
        return false;
    return !self->has_tenure_at_most || add_duration(joined, &self->tenure_at_most) >= window_first;
}

static bool fits(const struct rh_audience_keys *self, const struct rh_partners *partners, int32_t row, const char *tier,
                 rh_day window_first)
{
    return holds(&self->segment, partners->segments.name[partners->segment[row]]) &&
           holds(&self->region, partners->regions.name[partners->region[row]]) && holds(&self->tier, tier) &&
           holds(&self->partner, partners->id.name[row]) &&
           holds(&self->parent, partners->parents.name[partners->parent[row]]) &&
           rh_audience_tenure_fits(self, partners->joined[row], window_first);
}

bool rh_incentive_eligible(const struct rh_incentive *self, const struct rh_history *history, int32_t partner_row,
                           rh_day window_first, rh_day window_last)
{
    const struct rh_partners *partners = &history->partners;
    assert(partner_row >= 0 && (size_t)partner_row < partners->num);
    return rh_incentive_eligible_as(self, history, partner_row, partners->tiers.name[partners->tier[partner_row]],
                                    window_first, window_last);
}

bool rh_incentive_eligible_as(const struct rh_incentive *self, const struct rh_history *history, int32_t partner_row,
                              const char *tier, rh_day window_first, rh_day window_last)
{
    const struct rh_partners *partners = &history->partners;
    rh_day joined = partners->joined[partner_row];
    if (joined != RH_NO_DAY && window_last < joined)
        return false;
    return fits(&self->audience.only, partners, partner_row, tier, window_first) &&
           !(self->audience.has_except && fits(&self->audience.except, partners, partner_row, tier, window_first));
}

/* Sign of cell - number, where the cell is a decimal of any length and number is in 10⁻⁶; false where the cell is no
 * decimal. Digits beyond the sixth decimal are cut and remembered, so that the comparison is exact. */
static bool compare_cell(const char *cell, int64_t number, int *order)
{
    size_t length = strlen(cell);
    const char *point = strchr(cell, '.');
    bool more = false;
    if (point != NULL && strlen(point + 1) > 6) {
        const char *rest = point + 7;
        if (strspn(rest, "0123456789") != strlen(rest))
            return false;
        more = rest[strspn(rest, "0")] != '\0';
        length = (size_t)(rest - cell);
    }
    int64_t value;
    bool negative = cell[0] == '-';
    switch (rh_decimal_parse(cell, length, 6, '.', 0, &value)) {
    case RH_DECIMAL_OK:
        *order = value > number ? 1 : value < number ? -1 : more ? (negative ? -1 : 1) : 0;
        return true;
    case RH_DECIMAL_TOO_LARGE:
        *order = negative ? -1 : 1;
        return true;
    default:
        return false;
    }
}

static bool order_fits(enum rh_comparison comparison, int order)
{
    switch (comparison) {
    case RH_LESS:
        return order < 0;
    case RH_LESS_EQUAL:
        return order <= 0;
    case RH_GREATER:
        return order > 0;
    case RH_GREATER_EQUAL:
        return order >= 0;
    case RH_EQUAL:
        return order == 0;
    case RH_NOT_EQUAL:
        return order != 0;
    }
    assert(!"a comparison out of its range");
    return false;
}

/* `days`: in 10⁻⁴; RH_MISSING is the empty cell. */
static bool days_pass(const struct rh_predicate *self, int64_t days)
{
    if (self->numeric) {
        if (days == RH_MISSING)
            return false;
        /* Equal units: 10⁻⁶ = 10⁻⁴ · 100, in 128 bits since days may be anything. */
        __extension__ typedef __int128 wide;
        wide difference = (wide)days * 100 - self->number;
        return order_fits(self->comparison, (difference > 0) - (difference < 0));
    }
    bool equal = false;
    for (size_t i = 0; i < self->texts.num && !equal; i++) {
        const char *text = self->texts.item[i].text;
        int64_t wanted = RH_MISSING;
        if (*text != '\0' && rh_value_number(text, strlen(text), RH_QUANTITY_MONEY, &wanted) != RH_VALUE_OK)
            continue;
        equal = days == wanted;
    }
    return equal == (self->comparison == RH_EQUAL);
}

static bool cell_passes(const struct rh_predicate *self, const char *cell)
{
    if (!self->numeric)
        return holds(&self->texts, cell) == (self->comparison == RH_EQUAL);
    int order;
    return *cell != '\0' && compare_cell(cell, self->number, &order) && order_fits(self->comparison, order);
}

bool rh_behavior_passes(const struct rh_behavior *self, const struct rh_history *history, size_t row)
{
    const struct rh_events *events = &history->events;
    assert(row < events->num);
    for (size_t i = 0; i < self->num_where; i++) {
        const struct rh_predicate *predicate = &self->where[i];
        if (strcmp(predicate->column.text, "days") == 0) {
            if (!days_pass(predicate, events->days[row]))
                return false;
            continue;
        }
        int index = rh_history_event_attribute(history, predicate->column.text);
        if (index < 0)
            return false;
        const struct rh_attribute *column = &events->attribute[index];
        if (!cell_passes(predicate, column->values.name[column->code[row]]))
            return false;
    }
    return true;
}

/* The windows that claw a return back are those before its own whose end is at most N months away; the earliest takes
 * it. */
rh_month rh_clawback_month(enum rh_window_kind window, int year_starts, int clawback_months, rh_month month)
{
    rh_month first, last;
    rh_window_around(window, year_starts, month, &first, &last);
    const int away = month - first + 1, length = rh_window_months(window);
    if (clawback_months < away)
        return month;
    return first - 1 - (clawback_months - away) / length * length;
}

bool rh_incentive_window(const struct rh_incentive *self, int year_starts, rh_month horizon_first,
                         rh_month horizon_last, int k, rh_month *first, rh_month *last)
{
    rh_month from = self->active_from, until = self->active_until;
    if (k < 0)
        return false;
    if (self->window == RH_WINDOW_PROGRAM) {
        *first = from != RH_NO_MONTH ? from : horizon_first;
        *last = until != RH_NO_MONTH ? until : horizon_last;
        return k == 0 && *first >= horizon_first && *last <= horizon_last && *first <= *last;
    }
    from = from != RH_NO_MONTH && from > horizon_first ? from : horizon_first;
    until = until != RH_NO_MONTH && until < horizon_last ? until : horizon_last;
    rh_month months = rh_window_months(self->window), grid_first, grid_last;
    rh_window_around(self->window, year_starts, from, &grid_first, &grid_last);
    if (grid_first < from)
        grid_first += months;
    int64_t k_first = grid_first + (int64_t)k * months;
    if (k_first + months - 1 > until)
        return false;
    *first = (rh_month)k_first;
    *last = *first + months - 1;
    return true;
}
