/* A small history made by hand, for tests. Failures of memory end the test. */
#ifndef RH_TESTS_BUILD_HISTORY_H
#define RH_TESTS_BUILD_HISTORY_H

#include "core/memory.h"
#include "history/history.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Appends num copies of value to an array of `have` elements of its type. */
#define BUILD_APPEND(array, have, value)                                 \
    do {                                                                 \
        void *grown_ = realloc((array), ((have) + 1) * sizeof *(array)); \
        assert(grown_ != NULL);                                          \
        (array) = grown_;                                                \
        (array)[have] = (value);                                         \
    } while (0)

static inline int32_t build_name(struct rh_names *names, const char *name)
{
    const int32_t id = rh_names_add(names, name, strlen(name));
    assert(id >= 0);
    return id;
}

/* A partner of a segment and region, joined on the day; its row. */
static inline int32_t build_partner(struct rh_history *history, const char *id, const char *segment, const char *region,
                                    rh_day joined)
{
    struct rh_partners *self = &history->partners;
    const size_t row = self->num;
    build_name(&self->id, id);
    BUILD_APPEND(self->name, row, rh_strdup(id));
    BUILD_APPEND(self->segment, row, build_name(&self->segments, segment));
    BUILD_APPEND(self->region, row, build_name(&self->regions, region));
    BUILD_APPEND(self->tier, row, build_name(&self->tiers, ""));
    BUILD_APPEND(self->parent, row, build_name(&self->parents, ""));
    BUILD_APPEND(self->currency, row, build_name(&self->currencies, ""));
    BUILD_APPEND(self->joined, row, joined);
    BUILD_APPEND(self->margin, row, NAN);
    self->num = row + 1;
    self->capacity = self->num;
    return (int32_t)row;
}

/* A row of the ledger; quantity, amount and cost in 10⁻⁴ or RH_MISSING. */
static inline size_t build_event(struct rh_history *history, const char *partner, const char *date, const char *measure,
                                 const char *product, int64_t quantity, rh_money amount, rh_money cost)
{
    struct rh_events *self = &history->events;
    const size_t row = self->num;
    const int32_t partner_row = rh_names_find(&history->partners.id, partner);
    rh_day day;
    assert(partner_row >= 0);
    const bool is_day = rh_day_parse(date, strlen(date), &day);
    assert(is_day);
    BUILD_APPEND(self->partner, row, partner_row);
    BUILD_APPEND(self->date, row, day);
    BUILD_APPEND(self->measure, row, build_name(&history->measures, measure));
    BUILD_APPEND(self->product, row, build_name(&history->products, product));
    BUILD_APPEND(self->quantity, row, quantity);
    BUILD_APPEND(self->amount, row, amount);
    BUILD_APPEND(self->cost, row, cost);
    BUILD_APPEND(self->discount, row, RH_MISSING);
    BUILD_APPEND(self->days, row, RH_MISSING);
    self->num = row + 1;
    self->capacity = self->num;
    return row;
}

#endif
