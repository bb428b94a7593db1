#include "history/until.h"

#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

void rh_history_until_free(struct rh_history *out)
{
    free(out->events.partner);
    free(out->events.date);
    free(out->events.measure);
    free(out->events.product);
    free(out->events.quantity);
    free(out->events.amount);
    free(out->events.cost);
    free(out->events.discount);
    free(out->events.days);
    memset(out, 0, sizeof *out);
}

static size_t count_rows(const struct rh_events *events, rh_day end)
{
    size_t num = 0;
    for (size_t row = 0; row < events->num; row++) {
        num += events->date[row] < end;
    }
    return num;
}

/* Room for num rows; false where there is no memory. */
static bool make_room(struct rh_events *self, size_t num)
{
    self->partner = rh_calloc(num, sizeof *self->partner);
    self->date = rh_calloc(num, sizeof *self->date);
    self->measure = rh_calloc(num, sizeof *self->measure);
    self->product = rh_calloc(num, sizeof *self->product);
    self->quantity = rh_calloc(num, sizeof *self->quantity);
    self->amount = rh_calloc(num, sizeof *self->amount);
    self->cost = rh_calloc(num, sizeof *self->cost);
    self->discount = rh_calloc(num, sizeof *self->discount);
    self->days = rh_calloc(num, sizeof *self->days);
    return self->partner != NULL && self->date != NULL && self->measure != NULL && self->product != NULL &&
           self->quantity != NULL && self->amount != NULL && self->cost != NULL && self->discount != NULL &&
           self->days != NULL;
}

static void copy_row(const struct rh_events *from, size_t row, struct rh_events *to)
{
    const size_t k = to->num++;
    to->partner[k] = from->partner[row];
    to->date[k] = from->date[row];
    to->measure[k] = from->measure[row];
    to->product[k] = from->product[row];
    to->quantity[k] = from->quantity[row];
    to->amount[k] = from->amount[row];
    to->cost[k] = from->cost[row];
    to->discount[k] = from->discount[row];
    to->days[k] = from->days[row];
}

int rh_history_until(const struct rh_history *self, rh_month end, struct rh_history *out, struct rh_error *error)
{
    const rh_day end_day = rh_month_first_day(end);
    const size_t num = count_rows(&self->events, end_day);
    *out = *self;
    memset(&out->events, 0, sizeof out->events);
    if (num == 0) {
        return rh_error_set(error, RH_ERR_INPUT, "the history has no row before that month");
    }
    if (!make_room(&out->events, num)) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for a part of the history");
    }
    for (size_t row = 0; row < self->events.num; row++) {
        if (self->events.date[row] < end_day) {
            copy_row(&self->events, row, &out->events);
        }
    }
    out->last_month = end - 1; /* also where nothing was sold in it */
    return RH_OK;
}
