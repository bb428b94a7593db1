#include "history/until.h"

#include <string.h>

void rh_history_until_free(struct rh_history *out)
{
    rh_events_free(&out->events);
    memset(out, 0, sizeof *out);
}

static bool is_known(const struct rh_events *events, size_t row, rh_day end, const unsigned char *keep)
{
    return events->date[row] < end && (keep == NULL || keep[events->partner[row]] != 0);
}

static size_t count_rows(const struct rh_events *events, rh_day end, const unsigned char *keep)
{
    size_t num = 0;
    for (size_t row = 0; row < events->num; row++) {
        num += is_known(events, row, end, keep);
    }
    return num;
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

int rh_history_until(const struct rh_history *self, rh_month end, const unsigned char *keep, struct rh_history *out,
                     struct rh_error *error)
{
    const rh_day end_day = rh_month_first_day(end);
    const size_t num = count_rows(&self->events, end_day, keep);
    *out = *self;
    memset(&out->events, 0, sizeof out->events);
    if (num == 0) {
        return rh_error_set(error, RH_ERR_INPUT, "the history has no row before that month");
    }
    if (rh_events_init(&out->events, num) != RH_OK) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for a part of the history");
    }
    for (size_t row = 0; row < self->events.num; row++) {
        if (is_known(&self->events, row, end_day, keep)) {
            copy_row(&self->events, row, &out->events);
        }
    }
    out->last_month = end - 1; /* also where nothing was sold in it */
    return RH_OK;
}
