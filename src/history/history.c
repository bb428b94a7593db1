/* The history's life in memory. Events are columns, not records: what a study does is run down one or two of them. */
#include "history/history.h"

#include "core/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void attributes_free(struct rh_attribute *attribute, size_t num)
{
    for (size_t k = 0; k < num; k++) {
        free(attribute[k].name);
        free(attribute[k].code);
        rh_names_free(&attribute[k].values);
    }
    free(attribute);
}

int rh_events_init(struct rh_events *self, size_t capacity)
{
    memset(self, 0, sizeof *self);
    self->capacity = capacity;
    self->partner = rh_calloc(capacity, sizeof *self->partner);
    self->date = rh_calloc(capacity, sizeof *self->date);
    self->measure = rh_calloc(capacity, sizeof *self->measure);
    self->product = rh_calloc(capacity, sizeof *self->product);
    self->quantity = rh_calloc(capacity, sizeof *self->quantity);
    self->amount = rh_calloc(capacity, sizeof *self->amount);
    self->cost = rh_calloc(capacity, sizeof *self->cost);
    self->discount = rh_calloc(capacity, sizeof *self->discount);
    self->days = rh_calloc(capacity, sizeof *self->days);
    const bool made = self->partner != NULL && self->date != NULL && self->measure != NULL && self->product != NULL &&
                      self->quantity != NULL && self->amount != NULL && self->cost != NULL && self->discount != NULL &&
                      self->days != NULL;
    return made ? RH_OK : RH_ERR_NO_MEMORY;
}

void rh_events_free(struct rh_events *self)
{
    free(self->partner);
    free(self->date);
    free(self->measure);
    free(self->product);
    free(self->quantity);
    free(self->amount);
    free(self->cost);
    free(self->discount);
    free(self->days);
    attributes_free(self->attribute, self->num_attributes);
    memset(self, 0, sizeof *self);
}

static void partners_free(struct rh_partners *self)
{
    for (size_t k = 0; self->name != NULL && k < self->num; k++) {
        free(self->name[k]);
    }
    free(self->name);
    free(self->segment);
    free(self->region);
    free(self->tier);
    free(self->parent);
    free(self->currency);
    free(self->joined);
    free(self->margin);
    rh_names_free(&self->id);
    rh_names_free(&self->segments);
    rh_names_free(&self->regions);
    rh_names_free(&self->tiers);
    rh_names_free(&self->parents);
    rh_names_free(&self->currencies);
    attributes_free(self->attribute, self->num_attributes);
}

static void targets_free(struct rh_targets *self)
{
    free(self->partner);
    free(self->measure);
    free(self->window);
    free(self->window_start);
    free(self->target);
}

void rh_history_init(struct rh_history *self)
{
    memset(self, 0, sizeof *self);
    rh_names_init(&self->measures);
    rh_names_init(&self->products);
    rh_names_init(&self->partners.id);
    rh_names_init(&self->partners.segments);
    rh_names_init(&self->partners.regions);
    rh_names_init(&self->partners.tiers);
    rh_names_init(&self->partners.parents);
    rh_names_init(&self->partners.currencies);
    self->first_month = RH_NO_MONTH;
    self->last_month = RH_NO_MONTH;
}

void rh_history_free(struct rh_history *self)
{
    rh_events_free(&self->events);
    partners_free(&self->partners);
    targets_free(&self->targets);
    rh_names_free(&self->measures);
    rh_names_free(&self->products);
    free(self->measure_is_money);
    free(self->ledger_path);
    free(self->partners_path);
    free(self->targets_path);
    rh_history_init(self);
}

bool rh_measure_is_always_money(const char *name)
{
    static const char *const money[] = {"revenue", "sell_through", "recurring_revenue", "marketing_spend"};
    for (size_t k = 0; k < sizeof money / sizeof money[0]; k++) {
        if (strcmp(name, money[k]) == 0) {
            return true;
        }
    }
    return false;
}

int rh_history_finish(struct rh_history *self, struct rh_error *error)
{
    const struct rh_events *events = &self->events;
    int32_t *is_money = rh_calloc(self->measures.num, sizeof *is_money);
    if (is_money == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    for (size_t k = 0; k < self->measures.num; k++) {
        is_money[k] = rh_measure_is_always_money(self->measures.name[k]);
    }
    rh_day first = 0, last = 0;
    for (size_t row = 0; row < events->num; row++) {
        assert(events->measure[row] >= 0 && (size_t)events->measure[row] < self->measures.num);
        assert(events->date[row] != RH_NO_DAY);
        if (events->amount[row] != RH_MISSING) {
            is_money[events->measure[row]] = 1;
        }
        if (row == 0 || events->date[row] < first) {
            first = events->date[row];
        }
        if (row == 0 || events->date[row] > last) {
            last = events->date[row];
        }
    }
    free(self->measure_is_money);
    self->measure_is_money = is_money;
    self->first_month = events->num > 0 ? rh_day_month(first) : RH_NO_MONTH;
    self->last_month = events->num > 0 ? rh_day_month(last) : RH_NO_MONTH;
    return RH_OK;
}

int rh_history_add_count(struct rh_history *self, const char *measure)
{
    if (rh_names_find(&self->measures, measure) >= 0) {
        return RH_OK;
    }
    const size_t num = self->measures.num;
    int32_t *is_money = rh_calloc(num + 1, sizeof *is_money);
    if (is_money == NULL || rh_names_add(&self->measures, measure, strlen(measure)) < 0) {
        free(is_money);
        return RH_ERR_NO_MEMORY;
    }
    for (size_t k = 0; k < num; k++) {
        is_money[k] = self->measure_is_money[k];
    }
    free(self->measure_is_money);
    self->measure_is_money = is_money;
    return RH_OK;
}

static int attribute_find(const struct rh_attribute *attribute, size_t num, const char *name)
{
    for (size_t k = 0; k < num; k++) {
        if (strcmp(attribute[k].name, name) == 0) {
            return (int)k;
        }
    }
    return -1;
}

int rh_history_event_attribute(const struct rh_history *self, const char *name)
{
    return attribute_find(self->events.attribute, self->events.num_attributes, name);
}

int rh_history_partner_attribute(const struct rh_history *self, const char *name)
{
    return attribute_find(self->partners.attribute, self->partners.num_attributes, name);
}

bool rh_history_partner_column(const struct rh_history *self, const char *name, const int32_t **ids,
                               const struct rh_names **names)
{
    const struct rh_partners *partners = &self->partners;
    const struct {
        const char *name;
        const int32_t *ids;
        const struct rh_names *names;
    } columns[] = {{"segment", partners->segment, &partners->segments},
                   {"region", partners->region, &partners->regions},
                   {"tier", partners->tier, &partners->tiers},
                   {"parent", partners->parent, &partners->parents},
                   {"currency", partners->currency, &partners->currencies}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        if (strcmp(columns[i].name, name) == 0) {
            *ids = columns[i].ids;
            *names = columns[i].names;
            return true;
        }
    }
    const int index = rh_history_partner_attribute(self, name);
    if (index < 0)
        return false;
    *ids = partners->attribute[index].code;
    *names = &partners->attribute[index].values;
    return true;
}
