/* Made-up histories are histories: the settlement cannot tell them from real ones. */
#include "program/explain_history.h"

#include "core/memory.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Makes room for one more element in an array of a table that has `num`; arrays of a table share their number. */
static void room(struct rh_made_up *self, void *array_address, size_t num, size_t size)
{
    size_t capacity = num; /* grown by one each time: these histories have a few dozen rows */
    if (!self->failed && rh_reserve(array_address, &capacity, num + 1, size) != RH_OK)
        self->failed = true;
}
#define ROOM(array, num) room(self, &(array), (num), sizeof *(array))

static int32_t name(struct rh_made_up *self, struct rh_names *names, const char *text)
{
    const int32_t id = self->failed ? -1 : rh_names_add(names, text, strlen(text));
    self->failed = self->failed || id < 0;
    return id < 0 ? 0 : id;
}

static void add_attribute(struct rh_made_up *self, struct rh_attribute **list, size_t *num, const char *text)
{
    ROOM(*list, *num);
    if (self->failed)
        return;
    struct rh_attribute *attribute = &(*list)[*num];
    memset(attribute, 0, sizeof *attribute);
    rh_names_init(&attribute->values);
    attribute->name = rh_strdup(text);
    self->failed = attribute->name == NULL;
    (*num)++;
    (void)name(self, &attribute->values, "");
}

static bool is_partner_column(const char *column)
{
    static const char *const known[] = {"parent", "region", "segment", "tier", "currency"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i], column) == 0)
            return true;
    }
    return false;
}

void rh_made_up_init(struct rh_made_up *self, const struct rh_behavior *behavior, const char *column)
{
    *self = (struct rh_made_up){.behavior = behavior};
    rh_history_init(&self->history);
    struct rh_events *events = &self->history.events;
    for (size_t i = 0; i < behavior->num_where; i++) {
        const char *text = behavior->where[i].column.text;
        if (strcmp(text, "days") != 0 && rh_history_event_attribute(&self->history, text) < 0)
            add_attribute(self, &events->attribute, &events->num_attributes, text);
    }
    struct rh_partners *partners = &self->history.partners;
    if (column != NULL && !is_partner_column(column))
        add_attribute(self, &partners->attribute, &partners->num_attributes, column);
}

void rh_made_up_free(struct rh_made_up *self)
{
    rh_history_free(&self->history);
}

int32_t rh_made_up_partner(struct rh_made_up *self, const struct rh_made_up_partner *partner)
{
    struct rh_partners *to = &self->history.partners;
    const size_t row = to->num;
    ROOM(to->name, row);
    ROOM(to->segment, row);
    ROOM(to->region, row);
    ROOM(to->tier, row);
    ROOM(to->parent, row);
    ROOM(to->currency, row);
    ROOM(to->joined, row);
    ROOM(to->margin, row);
    for (size_t i = 0; i < to->num_attributes; i++)
        ROOM(to->attribute[i].code, row);
    const int32_t id = name(self, &to->id, partner->id);
    if (self->failed)
        return 0;
    assert((size_t)id == row);
    (void)id;
    to->name[row] = rh_strdup(partner->id);
    to->num = row + 1;
    to->segment[row] = name(self, &to->segments, partner->segment);
    to->region[row] = name(self, &to->regions, partner->region);
    to->tier[row] = name(self, &to->tiers, partner->tier);
    to->parent[row] = name(self, &to->parents, partner->parent);
    to->currency[row] = name(self, &to->currencies, "");
    to->joined[row] = partner->joined;
    to->margin[row] = NAN;
    for (size_t i = 0; i < to->num_attributes; i++)
        to->attribute[i].code[row] = name(self, &to->attribute[i].values, "the same");
    self->failed = self->failed || to->name[row] == NULL;
    return (int32_t)row;
}

/* A number that passes the comparison, in 10⁻⁶. */
static int64_t passing_number(const struct rh_predicate *predicate)
{
    switch (predicate->comparison) {
    case RH_LESS:
    case RH_NOT_EQUAL:
        return predicate->number - RH_PPM_ONE;
    case RH_GREATER:
        return predicate->number < INT64_MAX - RH_PPM_ONE ? predicate->number + RH_PPM_ONE : INT64_MAX;
    default:
        return predicate->number;
    }
}

/* A text that passes: one of those, or one that is none of them. */
static const char *passing_text(const struct rh_predicate *predicate)
{
    static const char *const others[] = {"yes", "other", ""};
    if (predicate->comparison == RH_EQUAL)
        return predicate->texts.item[0].text;
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        bool named = false;
        for (size_t i = 0; i < predicate->texts.num; i++)
            named = named || strcmp(predicate->texts.item[i].text, others[k]) == 0;
        if (!named)
            return others[k];
    }
    return "another";
}

static void pass_days(struct rh_events *events, size_t row, const struct rh_predicate *predicate)
{
    int64_t days;
    const char *text = predicate->numeric ? "" : passing_text(predicate);
    if (predicate->numeric)
        events->days[row] = passing_number(predicate) / 100;
    else if (*text != '\0' && rh_value_number(text, strlen(text), RH_QUANTITY_MONEY, &days) == RH_VALUE_OK)
        events->days[row] = days;
}

static void pass_where(struct rh_made_up *self, size_t row)
{
    struct rh_events *events = &self->history.events;
    for (size_t i = 0; i < self->behavior->num_where; i++) {
        const struct rh_predicate *predicate = &self->behavior->where[i];
        const int index = rh_history_event_attribute(&self->history, predicate->column.text);
        char number[RH_DECIMAL_TEXT];
        if (index < 0) {
            pass_days(events, row, predicate);
            continue;
        }
        struct rh_attribute *column = &events->attribute[index];
        const char *text =
            predicate->numeric ? rh_decimal_format(passing_number(predicate), 6, 6, number) : passing_text(predicate);
        column->code[row] = name(self, &column->values, text);
    }
}

void rh_made_up_event(struct rh_made_up *self, int32_t partner, rh_month month, const char *measure, bool money,
                      const char *product, int64_t value)
{
    struct rh_events *events = &self->history.events;
    const bool units = strcmp(measure, "units") == 0;
    const size_t row = events->num;
    ROOM(events->partner, row);
    ROOM(events->date, row);
    ROOM(events->measure, row);
    ROOM(events->product, row);
    ROOM(events->quantity, row);
    ROOM(events->amount, row);
    ROOM(events->cost, row);
    ROOM(events->discount, row);
    ROOM(events->days, row);
    for (size_t i = 0; i < events->num_attributes; i++)
        ROOM(events->attribute[i].code, row);
    if (self->failed)
        return;
    events->partner[row] = partner;
    events->date[row] = rh_month_first_day(month);
    events->measure[row] = name(self, &self->history.measures, units ? "revenue" : measure);
    events->product[row] = name(self, &self->history.products, product);
    events->quantity[row] = money ? RH_MISSING : value;
    events->amount[row] = money ? value : units ? 0 : RH_MISSING;
    events->cost[row] = events->discount[row] = events->days[row] = RH_MISSING;
    for (size_t i = 0; i < events->num_attributes; i++)
        events->attribute[i].code[row] = 0; /* the empty cell */
    events->num = row + 1;
    if (strcmp(measure, self->behavior->measure.text) == 0)
        pass_where(self, row);
}

void rh_made_up_target(struct rh_made_up *self, int32_t partner, const char *measure, enum rh_window_kind window,
                       rh_month first, int64_t target)
{
    struct rh_targets *targets = &self->history.targets;
    const size_t row = targets->num;
    ROOM(targets->partner, row);
    ROOM(targets->measure, row);
    ROOM(targets->window, row);
    ROOM(targets->window_start, row);
    ROOM(targets->target, row);
    if (self->failed)
        return;
    targets->partner[row] = partner;
    targets->measure[row] = name(self, &self->history.measures, measure);
    targets->window[row] = (int32_t)window;
    targets->window_start[row] = rh_month_first_day(first);
    targets->target[row] = target;
    targets->num = row + 1;
}

int rh_made_up_finish(struct rh_made_up *self, struct rh_error *error)
{
    if (self->failed)
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    return rh_history_finish(&self->history, error);
}
