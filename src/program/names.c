/* A program against a history: every name must be known there, every cell that is compared with a number be one. */
#include "core/memory.h"
#include "program/parse.h"
#include "program/words.h"

#include <stdlib.h>
#include <string.h>

/* What is checked, and where its problems go. */
struct check {
    const struct rh_program *program;
    int input; /* file of the program that the names are in */
    const struct rh_history *history;
    struct rh_problems *problems;
};

static void tell(const struct check *self, long line, long column, const char *message)
{
    rh_program_problem(self->program, self->input, line, column, RH_ERR_INPUT, self->problems, message);
}

static void tell_text(const struct check *self, long line, long column, struct rh_text *message)
{
    if (rh_text_status(message) == RH_OK)
        tell(self, line, column, rh_text_string(message));
    else
        self->problems->failed = RH_ERR_NO_MEMORY;
    rh_text_free(message);
}

#define MOST_LISTED 12 /* names that a message lists */

/* Appends what the history knows instead: the nearest name, or all of them where there are few. */
static void add_known(struct rh_text *out, const struct rh_names *known, const char *name)
{
    const char *nearest = rh_names_nearest(known, name);
    if (nearest != NULL && nearest[0] != '\0') {
        rh_text_printf(out, "; did you mean '%s'?", nearest);
        return;
    }
    size_t num = 0;
    for (size_t i = 0; i < known->num; i++) {
        if (known->name[i][0] == '\0')
            continue;
        if (num++ < MOST_LISTED)
            rh_text_printf(out, "%s'%s'", num == 1 ? "; it has " : ", ", known->name[i]);
    }
    if (num > MOST_LISTED)
        rh_text_printf(out, " and %zu more", num - MOST_LISTED);
    if (num == 0)
        rh_text_puts(out, "; it has none");
}

/* A name that is not known, and a way out (or "") for one that is no slip of the pen. */
static void tell_unknown(const struct check *self, const struct rh_reference *reference, const struct rh_names *known,
                         const char *what, const char *way_out)
{
    struct rh_text message;
    rh_text_init(&message);
    rh_text_printf(&message, "the history has no %s '%s'", what, reference->text);
    add_known(&message, known, reference->text);
    rh_text_puts(&message, rh_names_nearest(known, reference->text) == NULL ? way_out : "");
    tell_text(self, reference->line, reference->column, &message);
}

static void check_name(const struct check *self, const struct rh_reference *reference, const struct rh_names *known,
                       const char *what)
{
    if (rh_names_find(known, reference->text) < 0)
        tell_unknown(self, reference, known, what, "");
}

static void check_list(const struct check *self, const struct rh_reference_list *list, const struct rh_names *known,
                       const char *what)
{
    for (size_t i = 0; i < list->num; i++)
        check_name(self, &list->item[i], known, what);
}

static void check_audience(const struct check *self, const struct rh_audience_keys *keys)
{
    const struct rh_partners *partners = &self->history->partners;
    check_list(self, &keys->segment, &partners->segments, "segment");
    check_list(self, &keys->region, &partners->regions, "region");
    if (self->program->num_tiers == 0) /* else the file knows them itself */
        check_list(self, &keys->tier, &partners->tiers, "tier");
    check_list(self, &keys->partner, &partners->id, "partner");
    check_list(self, &keys->parent, &partners->parents, "parent");
}

/* The id of the measure whose rows a behavior counts: `units` are the quantities of revenue. -1: unknown. */
static int32_t measure_id(const struct rh_history *history, const char *measure)
{
    return rh_names_find(&history->measures, strcmp(measure, "units") == 0 ? "revenue" : measure);
}

static void check_measure(const struct check *self, const struct rh_reference *measure, bool is_money)
{
    if (measure_id(self->history, measure->text) >= 0)
        return;
    if (strcmp(measure->text, "units") == 0)
        tell(self, measure->line, measure->column,
             "the history has no 'revenue', whose quantities are what 'units' counts");
    else
        tell_unknown(self, measure, &self->history->measures, "measure",
                     is_money || rh_measure_is_always_money(measure->text)
                         ? ""
                         : "; for a count a study's assumptions can give a base_rate");
}

/* What the file alone cannot say: whether a measure that is neither always money nor a count is one or the other. */
static void check_nature(const struct check *self, const struct rh_incentive *incentive)
{
    const char *measure = incentive->behavior.measure.text;
    int32_t id = measure_id(self->history, measure);
    if (id < 0 || rh_measure_nature(measure) != RH_MEASURE_OPEN)
        return;
    bool money = self->history->measure_is_money[id] != 0;
    for (size_t i = 0; i < incentive->num_levels; i++) {
        const struct rh_level *level = &incentive->level[i];
        if (money ? !level->has_per_unit : !level->has_rate)
            continue;
        struct rh_text message;
        rh_text_init(&message);
        rh_text_printf(&message,
                       money ? "per_unit on '%s', which is money in this history; expected rate or flat"
                             : "a rate on '%s', which is a count in this history; expected per_unit or flat",
                       measure);
        tell_text(self, level->line, level->column, &message);
    }
}

/* By code of the column's texts: whether a row that the behavior counts holds it. NULL where memory is out. */
static bool *find_seen(const struct check *self, const struct rh_behavior *behavior, const struct rh_attribute *column)
{
    const struct rh_events *events = &self->history->events;
    bool *seen = rh_calloc(column->values.num, sizeof *seen);
    bool *wanted = rh_calloc(self->history->products.num, sizeof *wanted);
    if (seen == NULL || wanted == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        free(seen);
        free(wanted);
        return NULL;
    }
    for (size_t i = 0; i < behavior->product.num; i++) {
        int32_t id = rh_names_find(&self->history->products, behavior->product.item[i].text);
        if (id >= 0)
            wanted[id] = true;
    }
    int32_t measure = measure_id(self->history, behavior->measure.text);
    for (size_t row = 0; row < events->num; row++) {
        if (events->measure[row] == measure && (behavior->product.num == 0 || wanted[events->product[row]]))
            seen[column->code[row]] = true;
    }
    free(wanted);
    return seen;
}

/* Sign, digits, fraction: what rh_behavior_passes can compare. */
static bool is_number(const char *cell)
{
    static const char digits[] = "0123456789";
    cell += *cell == '-' || *cell == '+';
    size_t num_integer = strspn(cell, digits);
    cell += num_integer;
    if (num_integer == 0 || *cell == '\0')
        return num_integer > 0;
    size_t num_fraction = *cell == '.' ? strspn(cell + 1, digits) : 0;
    return num_fraction > 0 && cell[1 + num_fraction] == '\0';
}

/* A column that is compared with a number: tells of the first cell that is none, and how many other texts are none. */
static void check_cells(const struct check *self, const struct rh_behavior *behavior,
                        const struct rh_predicate *predicate, const struct rh_attribute *column)
{
    bool *seen = find_seen(self, behavior, column);
    if (seen == NULL)
        return;
    const char *first = NULL;
    size_t num = 0;
    for (size_t i = 0; i < column->values.num; i++) {
        const char *cell = column->values.name[i];
        if (!seen[i] || cell[0] == '\0' || is_number(cell))
            continue;
        first = first != NULL ? first : cell;
        num++;
    }
    if (num > 0) {
        struct rh_text message;
        rh_text_init(&message);
        rh_text_printf(&message, "the history's column '%s' holds '%s'", column->name, first);
        if (num > 1)
            rh_text_printf(&message, " and %zu more texts that are no numbers", num - 1);
        rh_text_puts(&message, "; expected a number in every cell that is compared with one");
        tell_text(self, predicate->column.line, predicate->column.column, &message);
    }
    free(seen);
}

static void check_column(const struct check *self, const struct rh_behavior *behavior,
                         const struct rh_predicate *predicate)
{
    if (strcmp(predicate->column.text, "days") == 0)
        return;
    const struct rh_events *events = &self->history->events;
    int index = rh_history_event_attribute(self->history, predicate->column.text);
    if (index >= 0) {
        const struct rh_attribute *column = &events->attribute[index];
        if (predicate->numeric)
            check_cells(self, behavior, predicate, column);
        for (size_t i = 0; i < predicate->texts.num; i++) {
            if (predicate->texts.item[i].text[0] != '\0')
                check_name(self, &predicate->texts.item[i], &column->values, "cell of that column with");
        }
        return;
    }
    struct rh_names columns;
    rh_names_init(&columns);
    if (rh_names_add(&columns, "days", 4) < 0)
        self->problems->failed = RH_ERR_NO_MEMORY;
    for (size_t i = 0; i < events->num_attributes; i++) {
        const char *name = events->attribute[i].name;
        if (rh_names_add(&columns, name, strlen(name)) < 0)
            self->problems->failed = RH_ERR_NO_MEMORY;
    }
    check_name(self, &predicate->column, &columns, "further column");
    rh_names_free(&columns);
}

/* A fund takes a share of money. */
static void check_fund(const struct check *self, const struct rh_reference *measure)
{
    check_measure(self, measure, true);
    int32_t id = measure_id(self->history, measure->text);
    if (id < 0 || rh_measure_nature(measure->text) != RH_MEASURE_OPEN || self->history->measure_is_money[id] != 0)
        return;
    struct rh_text message;
    rh_text_init(&message);
    rh_text_printf(&message, "'of' of the fund is '%s', which is a count in this history; expected a measure of money",
                   measure->text);
    tell_text(self, measure->line, measure->column, &message);
}

static void check_requirements(const struct check *self, const struct rh_requirement *requirement, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        check_measure(self, &requirement[i].measure, false);
        check_list(self, &requirement[i].product, &self->history->products, "product");
    }
}

/* Columns of the partner file that a pool may be made by. */
static void check_pool(const struct check *self, const struct rh_reference *column)
{
    static const char *const own[] = {"segment", "region", "tier", "parent", "currency"};
    const struct rh_partners *partners = &self->history->partners;
    struct rh_names columns;
    rh_names_init(&columns);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (rh_names_add(&columns, own[i], strlen(own[i])) < 0)
            self->problems->failed = RH_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < partners->num_attributes; i++) {
        const char *name = partners->attribute[i].name;
        if (rh_names_add(&columns, name, strlen(name)) < 0)
            self->problems->failed = RH_ERR_NO_MEMORY;
    }
    check_name(self, column, &columns, "column of the partners");
    rh_names_free(&columns);
}

static void check_multiplier(const struct check *self, const struct rh_multiplier *multiplier)
{
    const struct rh_partners *partners = &self->history->partners;
    if (multiplier->of == RH_MULTIPLIER_REGION)
        check_name(self, &multiplier->name, &partners->regions, "region");
    else if (multiplier->of == RH_MULTIPLIER_SEGMENT)
        check_name(self, &multiplier->name, &partners->segments, "segment");
    else if (self->program->num_tiers == 0)
        check_name(self, &multiplier->name, &partners->tiers, "tier");
}

/* The factor that the name has, or 1; for a tier of the status program, which a partner may come to hold, the highest.
 */
static rh_ppm factor_of(const struct rh_incentive *incentive, enum rh_multiplier_of of, const char *name)
{
    rh_ppm factor = RH_PPM_ONE;
    bool any = false;
    for (size_t i = 0; i < incentive->num_multipliers; i++) {
        const struct rh_multiplier *multiplier = &incentive->multiplier[i];
        if (multiplier->of != of || (name != NULL && strcmp(multiplier->name.text, name) != 0))
            continue;
        factor = any && factor > multiplier->factor ? factor : multiplier->factor;
        any = true;
    }
    return factor;
}

/* An empty list asks nothing. */
static bool holds(const struct rh_reference_list *list, const char *name)
{
    bool found = list->num == 0;
    for (size_t i = 0; i < list->num && !found; i++)
        found = strcmp(list->item[i].text, name) == 0;
    return found;
}

static bool fits(const struct rh_audience_keys *keys, const struct rh_partners *partners, size_t row)
{
    return holds(&keys->segment, partners->segments.name[partners->segment[row]]) &&
           holds(&keys->region, partners->regions.name[partners->region[row]]) &&
           holds(&keys->partner, partners->id.name[row]) &&
           holds(&keys->parent, partners->parents.name[partners->parent[row]]);
}

/* False where names in the audience keep the partner out for good: its tenure changes, and so does its tier where the
 * program has tiers of its own (`status`). */
static bool may_include(const struct rh_audience *self, const struct rh_partners *partners, size_t row, bool status)
{
    const struct rh_audience_keys *except = &self->except;
    const char *tier = partners->tiers.name[partners->tier[row]];
    bool passing = except->has_tenure_at_least || except->has_tenure_at_most || (status && except->tier.num > 0);
    if (!fits(&self->only, partners, row) || (!status && !holds(&self->only.tier, tier)))
        return false;
    return !self->has_except || passing || !fits(except, partners, row) || !holds(&except->tier, tier);
}

/* Products of more than 100, with the tier that would give most where the program has tiers of its own. */
static void check_products(const struct check *self, const struct rh_incentive *incentive)
{
    const struct rh_partners *partners = &self->history->partners;
    bool status = self->program->num_tiers > 0;
    for (size_t row = 0; row < partners->num && incentive->num_multipliers > 1; row++) {
        if (!may_include(&incentive->audience, partners, row, status))
            continue;
        rh_ppm region = factor_of(incentive, RH_MULTIPLIER_REGION, partners->regions.name[partners->region[row]]);
        rh_ppm segment = factor_of(incentive, RH_MULTIPLIER_SEGMENT, partners->segments.name[partners->segment[row]]);
        rh_ppm tier =
            factor_of(incentive, RH_MULTIPLIER_TIER, status ? NULL : partners->tiers.name[partners->tier[row]]);
        /* Each is at most 100, so that the product is at most 10⁶: in doubles it is off by less than what counts. */
        double product = (double)region / 1e6 * ((double)segment / 1e6) * ((double)tier / 1e6);
        if (product < 100.0000005)
            continue;
        struct rh_text message;
        rh_text_init(&message);
        rh_text_printf(&message, "the factors of partner '%s' multiply to ", partners->id.name[row]);
        rh_text_number(&message, product, product < 100.01 ? 6 : 2);
        rh_text_puts(&message, "; expected at most 100");
        const struct rh_place *place = &incentive->place[RH_AT_MULTIPLIER];
        tell_text(self, place->line, place->column, &message);
        return;
    }
}

static void check_incentive(const struct check *self, const struct rh_incentive *incentive)
{
    check_audience(self, &incentive->audience.only);
    if (incentive->audience.has_except)
        check_audience(self, &incentive->audience.except);
    check_measure(self, &incentive->behavior.measure, rh_words_is_money(incentive));
    check_nature(self, incentive);
    check_list(self, &incentive->behavior.product, &self->history->products, "product");
    for (size_t i = 0; i < incentive->behavior.num_where; i++)
        check_column(self, &incentive->behavior, &incentive->behavior.where[i]);
    if (incentive->metric == RH_METRIC_RATIO) {
        check_measure(self, &incentive->ratio_measure, false);
        check_list(self, &incentive->ratio_product, &self->history->products, "product");
    }
    if (incentive->metric == RH_METRIC_POOLED)
        check_pool(self, &incentive->pooled_by);
    check_requirements(self, incentive->requirement, incentive->num_requirements);
    if (incentive->match.given)
        check_fund(self, &incentive->match.of);
    for (size_t i = 0; i < incentive->num_multipliers; i++)
        check_multiplier(self, &incentive->multiplier[i]);
    check_products(self, incentive);
}

/* Partners whose currency is not given are in that of the program. */
static void check_currencies(const struct check *self)
{
    const struct rh_partners *partners = &self->history->partners;
    const char *currency = self->program->currency;
    for (size_t i = 0; i < partners->currencies.num; i++) {
        const char *other = partners->currencies.name[i];
        size_t num = 0;
        for (size_t row = 0; row < partners->num; row++)
            num += (size_t)partners->currency[row] == i;
        if (num == 0 || rh_program_exchange(self->program, other) != 0)
            continue;
        struct rh_text message;
        rh_text_init(&message);
        rh_text_printf(
            &message,
            "the program is in %s, but %zu partner%s of the history in '%s'; expected its rate in 'fx', such as "
            "{%s: 1.08}",
            currency, num, num == 1 ? "" : "s", other, other);
        const struct rh_place *at = &self->program->place[RH_AT_FX];
        if (at->line == 0)
            at = &self->program->place[RH_AT_CURRENCY];
        const struct check here = {self->program, at->input, self->history, self->problems};
        tell_text(&here, at->line, at->column, &message);
    }
}

/* Exchange rates, taxes and tiers, each from the file that has the key. */
static void check_terms(const struct check *self)
{
    const struct rh_program *program = self->program;
    const struct rh_partners *partners = &self->history->partners;
    const struct check fx = {program, program->place[RH_AT_FX].input, self->history, self->problems};
    const struct check tax = {program, program->place[RH_AT_WITHHOLDING].input, self->history, self->problems};
    const struct check tiers = {program, program->place[RH_AT_TIERS].input, self->history, self->problems};
    for (size_t i = 0; i < program->num_exchanges; i++)
        check_name(&fx, &program->exchange[i].currency, &partners->currencies, "partner with the currency");
    for (size_t i = 0; i < program->num_withholdings; i++)
        check_name(&tax, &program->withholding[i].region, &partners->regions, "region");
    for (size_t i = 0; i < program->num_tiers; i++)
        check_requirements(&tiers, program->tier[i].when, program->tier[i].num_when);
}

/* Bonuses of tiers are paid on revenue. */
static void check_bonus(const struct check *self)
{
    const struct rh_program *program = self->program;
    for (size_t i = 0; i < program->num_tiers; i++) {
        const struct rh_tier *tier = &program->tier[i];
        if (!tier->has_rate_bonus || rh_names_find(&self->history->measures, "revenue") >= 0)
            continue;
        const struct check tiers = {program, program->place[RH_AT_TIERS].input, self->history, self->problems};
        tell(&tiers, tier->name.line, tier->name.column, "the history has no 'revenue', which a rate_bonus is paid on");
        return;
    }
}

int rh_program_check_names(const struct rh_program *self, const struct rh_history *history,
                           struct rh_problems *problems)
{
    size_t num_before = problems->num_total;
    struct check check = {self, 0, history, problems};
    check_currencies(&check);
    check_terms(&check);
    check_bonus(&check);
    for (size_t i = 0; i < self->num_incentives; i++) {
        check.input = self->incentive[i].input;
        check_incentive(&check, &self->incentive[i]);
    }
    return rh_parse_status(problems, num_before);
}
