/* Two incentives that pay for the same sale. They do unless something keeps them apart: their measures, products,
 * months, audiences or what they ask of a row, or an exclusive group. Only what is certain keeps them apart. */
#include "program/check_parts.h"

#include <string.h>

static const char *rows_of(const struct rh_incentive *incentive)
{
    const char *measure = incentive->behavior.measure.text;
    return strcmp(measure, "units") == 0 ? "revenue" : measure;
}

static bool months_meet(const struct rh_incentive *a, const struct rh_incentive *b)
{
    const bool before =
        a->active_until != RH_NO_MONTH && b->active_from != RH_NO_MONTH && a->active_until < b->active_from;
    const bool after =
        b->active_until != RH_NO_MONTH && a->active_from != RH_NO_MONTH && b->active_until < a->active_from;
    return !before && !after;
}

static bool same_group(const struct rh_incentive *a, const struct rh_incentive *b)
{
    return a->exclusive != NULL && b->exclusive != NULL && strcmp(a->exclusive, b->exclusive) == 0;
}

/* ---- What is asked of a row */

/* The numbers that pass: from `low` to `high`, the ends included or not. */
struct range {
    int64_t low, high; /* 10⁻⁶ */
    bool low_open, high_open;
};

static struct range range_of(const struct rh_predicate *predicate)
{
    struct range self = {INT64_MIN, INT64_MAX, false, false};
    switch (predicate->comparison) {
    case RH_LESS:
    case RH_LESS_EQUAL:
        self.high = predicate->number;
        self.high_open = predicate->comparison == RH_LESS;
        break;
    case RH_GREATER:
    case RH_GREATER_EQUAL:
        self.low = predicate->number;
        self.low_open = predicate->comparison == RH_GREATER;
        break;
    default:
        break;
    }
    return self;
}

static bool ends_before(const struct range *a, const struct range *b)
{
    return a->high < b->low || (a->high == b->low && (a->high_open || b->low_open));
}

static bool contains_all(const struct rh_reference_list *all, const struct rh_reference_list *list)
{
    for (size_t i = 0; i < list->num; i++) {
        bool found = false;
        for (size_t k = 0; k < all->num; k++)
            found = found || strcmp(all->item[k].text, list->item[i].text) == 0;
        if (!found)
            return false;
    }
    return true;
}

/* False where no cell can pass both. */
static bool predicates_meet(const struct rh_predicate *a, const struct rh_predicate *b)
{
    if (a->numeric && b->numeric) {
        const struct range x = range_of(a), y = range_of(b);
        return !ends_before(&x, &y) && !ends_before(&y, &x);
    }
    if (a->numeric || b->numeric)
        return true;
    if (a->comparison == RH_EQUAL && b->comparison == RH_EQUAL)
        return rh_check_lists_meet(&a->texts, &b->texts);
    if (a->comparison == RH_EQUAL)
        return !contains_all(&b->texts, &a->texts);
    return b->comparison != RH_EQUAL || !contains_all(&a->texts, &b->texts);
}

static bool rows_meet(const struct rh_behavior *a, const struct rh_behavior *b)
{
    for (size_t i = 0; i < a->num_where; i++) {
        for (size_t k = 0; k < b->num_where; k++) {
            if (strcmp(a->where[i].column.text, b->where[k].column.text) == 0 &&
                !predicates_meet(&a->where[i], &b->where[k]))
                return false;
        }
    }
    return rh_check_lists_meet(&a->product, &b->product);
}

/* ---- Audiences */

/* Days that the duration has at most, at least. */
static int most_days(const struct rh_duration *duration)
{
    return duration->days + 31 * duration->months;
}

static int least_days(const struct rh_duration *duration)
{
    return duration->days + 28 * duration->months;
}

static bool tenures_meet(const struct rh_audience_keys *a, const struct rh_audience_keys *b)
{
    const bool before = a->has_tenure_at_most && b->has_tenure_at_least &&
                        most_days(&a->tenure_at_most) < least_days(&b->tenure_at_least);
    const bool after = b->has_tenure_at_most && a->has_tenure_at_least &&
                       most_days(&b->tenure_at_most) < least_days(&a->tenure_at_least);
    return !before && !after;
}

/* True where every partner of `keys` is among `others`: each list that those ask for holds all of the own one. */
static bool is_within(const struct rh_audience_keys *keys, const struct rh_audience_keys *others)
{
    const struct {
        const struct rh_reference_list *own, *other;
    } lists[] = {{&keys->segment, &others->segment},
                 {&keys->region, &others->region},
                 {&keys->tier, &others->tier},
                 {&keys->partner, &others->partner},
                 {&keys->parent, &others->parent}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (lists[i].other->num > 0 && (lists[i].own->num == 0 || !contains_all(lists[i].other, lists[i].own)))
            return false;
    }
    return !others->has_tenure_at_least && !others->has_tenure_at_most;
}

static bool audiences_meet(const struct rh_audience *a, const struct rh_audience *b)
{
    return rh_check_lists_meet(&a->only.segment, &b->only.segment) &&
           rh_check_lists_meet(&a->only.region, &b->only.region) && rh_check_lists_meet(&a->only.tier, &b->only.tier) &&
           rh_check_lists_meet(&a->only.partner, &b->only.partner) &&
           rh_check_lists_meet(&a->only.parent, &b->only.parent) && tenures_meet(&a->only, &b->only) &&
           !(a->has_except && is_within(&b->only, &a->except)) && !(b->has_except && is_within(&a->only, &b->except));
}

/* Without what depends on the day, and without tiers where the program has its own. */
static struct rh_incentive timeless(const struct rh_program *program, const struct rh_incentive *incentive)
{
    struct rh_incentive self = *incentive;
    struct rh_audience_keys *keys[] = {&self.audience.only, &self.audience.except};
    for (size_t i = 0; i < 2; i++) {
        if (i == 1 && (keys[i]->has_tenure_at_least || keys[i]->has_tenure_at_most ||
                       (program->num_tiers > 0 && keys[i]->tier.num > 0)))
            self.audience.has_except = false;
        keys[i]->has_tenure_at_least = keys[i]->has_tenure_at_most = false;
        if (program->num_tiers > 0)
            keys[i]->tier.num = 0;
    }
    return self;
}

/* Whether a partner of the history can be in both. */
static bool partners_meet(const struct rh_check *self, const struct rh_incentive *a, const struct rh_incentive *b)
{
    if (self->history == NULL)
        return true;
    const struct rh_incentive one = timeless(self->program, a), other = timeless(self->program, b);
    const rh_day day = rh_month_last_day(self->history->last_month);
    for (size_t row = 0; row < self->history->partners.num; row++) {
        if (rh_incentive_eligible(&one, self->history, (int32_t)row, day, day) &&
            rh_incentive_eligible(&other, self->history, (int32_t)row, day, day))
            return true;
    }
    return false;
}

/* ---- The finding */

/* Whether two incentives of the program pay for the same sale, as far as the file and the partners tell. */
static bool pay_twice(const struct rh_check *self, const struct rh_incentive *a, const struct rh_incentive *b)
{
    return strcmp(rows_of(a), rows_of(b)) == 0 && !same_group(a, b) && months_meet(a, b) &&
           rows_meet(&a->behavior, &b->behavior) && audiences_meet(&a->audience, &b->audience) &&
           partners_meet(self, a, b);
}

/* What the past says of two incentives: partners that both would have paid, and the smaller part of what they got.
 * False where it cannot be said. */
static bool find_past(const struct rh_check *self, size_t i, size_t k, size_t *num, rh_money *sum)
{
    const struct rh_past *year = &self->year;
    *num = 0;
    *sum = 0;
    if (!year->settled || year->facts[i].num_windows == 0 || year->facts[k].num_windows == 0)
        return false;
    for (size_t p = 0; p < self->history->partners.num; p++) {
        const rh_money a = year->facts[i].paid[p], b = year->facts[k].paid[p];
        if (a > 0 && b > 0) {
            (*num)++;
            *sum += a < b ? a : b;
        }
    }
    return true;
}

/* Appends "'Tiers' (line 5; 212 partners, $81,200)": the line, and the past where it is known. */
static void add_other(const struct rh_check *self, size_t i, const struct rh_incentive *incentive, bool past,
                      size_t num, rh_money sum, struct rh_text *out)
{
    const struct rh_incentive *other = &self->program->incentive[i];
    const bool line = other->name.line > 0 && other->input == incentive->input;
    rh_text_printf(out, "'%s'", other->name.text);
    if (!line && !past)
        return;
    rh_text_puts(out, " (");
    if (line)
        rh_text_printf(out, "line %ld%s", other->name.line, past ? "; " : "");
    if (past) {
        rh_text_puts(out, "both to ");
        rh_text_number(out, (double)num, 0);
        rh_text_puts(out, num == 1 ? " partner, the smaller part " : " partners, the smaller part ");
        rh_words_money(out, sum, self->program->currency);
    }
    rh_text_puts(out, ")");
}

/* One finding for all earlier incentives that pay for what incentive k pays for. Two that would not have paid the same
 * partner last year are left alone. */
static void check_incentive(const struct rh_check *self, size_t k)
{
    const struct rh_incentive *incentive = &self->program->incentive[k];
    struct rh_text message;
    bool any_past = false;
    size_t told = 0;
    rh_text_init(&message);
    for (size_t i = 0; i < k; i++) {
        size_t num;
        rh_money sum;
        if (!pay_twice(self, &self->program->incentive[i], incentive))
            continue;
        const bool past = find_past(self, i, k, &num, &sum);
        if (past && num == 0)
            continue;
        if (told == 0)
            rh_text_printf(&message, "'%s' pays for sales that are paid for already by ", incentive->name.text);
        else
            rh_text_puts(&message, ", ");
        add_other(self, i, incentive, past, num, sum, &message);
        any_past = any_past || past;
        told++;
    }
    if (any_past) {
        rh_text_puts(&message, " in ");
        rh_check_months(&message, self->year.first, self->year.last);
    }
    if (told > 0)
        rh_check_tell_at(self, incentive, RH_FINDING_PAYS_TWICE, RH_AT_BEHAVIOR, &message);
    else
        rh_text_free(&message);
}

void rh_check_overlaps(struct rh_check *self)
{
    for (size_t k = 1; k < self->program->num_incentives; k++)
        check_incentive(self, k);
}
