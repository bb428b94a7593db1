/* What the assumptions file says of activities.
 *
 *     yield:
 *       leads: {revenue: 12k, lag: 2 months, product: Cloud}
 *       deals_registered: {revenue: {mean: 9000, sd: 3000}, product: Cloud}
 *     base_rate:
 *       leads: 0.4
 *       referrals: {segments: {Retailer: 0.2}}
 *
 * A yield says what an extra completion brings, a base rate how often partners do what the history has no row of. */
#include "core/memory.h"
#include "model/assumptions_parts.h"
#include "program/parse.h"
#include "program/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_OFTEN 1e6 /* completions per partner and month */

static const struct rh_yaml_key yield_keys[] = {
    {"revenue", true, "Sales that an extra completion brings: money in the programs' currency, or {mean, sd}."},
    {"lag", false, "Months from the completion to the sales (default 0 months)."},
    {"product", true, "Product line that is sold."},
    {NULL, false, NULL},
};

static const struct rh_yaml_key rate_keys[] = {
    {"segments", true, "Rates by segment; in segments not named nobody does it."},
    {NULL, false, NULL},
};

/* ---- Reading ---- */

/* A copy of a name and where it stands. */
static struct rh_reference reference(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node)
{
    const struct rh_reference out = {rh_strdup(node->text), node->line, node->column};
    if (out.text == NULL) {
        rh_assumptions_no_memory(reader);
    }
    return out;
}

/* Money as in programs; false, and told, where the node is none. */
static bool money(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node, double *out)
{
    int64_t value = 0;
    char found[RH_YAML_FOUND];
    if (node == NULL) {
        return false; /* a missing key has been told */
    }
    if (node->kind != RH_YAML_SCALAR || node->quoted ||
        rh_value_number(node->text, node->length, RH_QUANTITY_MONEY, &value) != RH_VALUE_OK) {
        rh_yaml_problem(reader->yaml, node, reader->problems, RH_ERR_INPUT,
                        "expected money with at most 4 decimals, such as 1500 or 12k, found %s",
                        rh_yaml_found(node, found));
        return false;
    }
    *out = (double)value * 1e-4;
    return true;
}

static void read_revenue(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node,
                         struct rh_belief_of *out)
{
    double mean = 0.0, sd = 0.0;
    if (node == NULL || node->kind != RH_YAML_MAPPING) {
        *out = money(reader, node, &mean) ? rh_belief_certain(mean) : rh_belief_certain(0.0);
        return;
    }
    *out = rh_belief_certain(0.0);
    (void)rh_yaml_check_keys(reader->yaml, node, rh_assumptions_moments_keys, "revenue", reader->problems);
    const struct rh_yaml_node *mean_node = rh_yaml_find(node, "mean"), *sd_node = rh_yaml_find(node, "sd");
    const bool has_mean = money(reader, mean_node, &mean), has_sd = money(reader, sd_node, &sd);
    if (has_mean && has_sd && !(mean > 0.0 && sd > 0.0)) {
        rh_yaml_problem(reader->yaml, mean > 0.0 ? sd_node : mean_node, reader->problems, RH_ERR_INPUT,
                        "expected more than 0; what is certain is money alone, without an sd");
    } else if (has_mean && has_sd) {
        *out = (struct rh_belief_of){.distribution = RH_DIST_LOGNORMAL, .mean = mean, .sd = sd, .high = INFINITY};
    }
}

static int read_lag(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node)
{
    struct rh_duration lag = {0, 0};
    char found[RH_YAML_FOUND];
    if (node != NULL && (node->kind != RH_YAML_SCALAR || node->quoted ||
                         !rh_duration_parse(node->text, node->length, &lag) || lag.days > 0)) {
        rh_yaml_problem(reader->yaml, node, reader->problems, RH_ERR_INPUT,
                        "expected a number of months, such as 2 months, found %s", rh_yaml_found(node, found));
    }
    return lag.months;
}

/* "yield/leads", where it was said, and what it is. */
static void name(const struct rh_assumptions_reader *reader, const char *kind, const struct rh_yaml_node *key,
                 struct rh_text *description, struct rh_assumed *out)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "%s/%s", kind, key->text);
    out->name = rh_strdup(rh_text_string(&text));
    out->description = rh_strdup(rh_text_string(description));
    out->origin = rh_assumptions_origin(reader, key);
    if (rh_text_status(&text) != RH_OK || rh_text_status(description) != RH_OK || out->name == NULL ||
        out->description == NULL) {
        rh_assumptions_no_memory(reader);
    }
    rh_text_free(&text);
    rh_text_free(description);
}

static void read_yield(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *key,
                       const struct rh_yaml_node *node)
{
    struct rh_yield *out = &reader->self->yield[reader->self->num_yields];
    char found[RH_YAML_FOUND];
    if (!rh_yaml_check_keys(reader->yaml, node, yield_keys, "a yield", reader->problems)) {
        return;
    }
    reader->self->num_yields++;
    const struct rh_yaml_node *product = rh_yaml_find(node, "product");
    read_revenue(reader, rh_yaml_find(node, "revenue"), &out->revenue);
    out->lag_months = read_lag(reader, rh_yaml_find(node, "lag"));
    out->measure = reference(reader, key);
    if (product != NULL && product->kind == RH_YAML_SCALAR) {
        out->product = reference(reader, product);
    } else if (product != NULL) {
        rh_yaml_problem(reader->yaml, product, reader->problems, RH_ERR_INPUT, "expected one product, found %s",
                        rh_yaml_found(product, found));
    }
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "Sales of '%s' that an extra completion of '%s' brings",
                   out->product.text != NULL ? out->product.text : "", key->text);
    if (out->lag_months > 0) {
        rh_text_printf(&text, ", %d month%s later", out->lag_months, out->lag_months == 1 ? "" : "s");
    }
    name(reader, "yield", key, &text, &out->as);
}

static bool rate(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node, struct rh_belief_of *out)
{
    double value = 0.0;
    if (!rh_assumptions_number(reader, node, &value)) {
        return false;
    }
    if (!(value >= 0.0 && value <= MOST_OFTEN)) {
        rh_yaml_problem(reader->yaml, node, reader->problems, RH_ERR_INPUT,
                        "%g completions per partner and month; expected 0 to %g", value, MOST_OFTEN);
        return false;
    }
    *out = rh_belief_certain(value);
    return true;
}

static void read_rates(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node,
                       struct rh_belief_of *out)
{
    if (node->kind != RH_YAML_MAPPING) {
        struct rh_belief_of all = rh_belief_certain(0.0);
        for (int s = 0; rate(reader, node, &all) && s < reader->self->num_segments; s++) {
            out[s] = all;
        }
        return;
    }
    const struct rh_yaml_node *map = rh_yaml_find(node, "segments");
    if (map == NULL || map->kind != RH_YAML_MAPPING) {
        rh_yaml_problem(reader->yaml, map != NULL ? map : node, reader->problems, RH_ERR_INPUT,
                        "expected completions per partner and month, such as 0.4, or {segments: {NAME: RATE}}");
        return;
    }
    (void)rh_yaml_check_keys(reader->yaml, node, rate_keys, "a base_rate", reader->problems);
    for (size_t k = 0; k < map->num; k++) {
        const int32_t segment = rh_names_find(reader->segments, map->key[k]->text);
        if (segment < 0) {
            rh_yaml_problem(reader->yaml, map->key[k], reader->problems, RH_ERR_INPUT,
                            "the history has no segment '%s'", map->key[k]->text);
        } else {
            (void)rate(reader, map->item[k], &out[segment]);
        }
    }
}

static void read_base_rate(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *key,
                           const struct rh_yaml_node *node)
{
    const int segments = reader->self->num_segments;
    struct rh_base_rate *out = &reader->self->base_rate[reader->self->num_base_rates++];
    struct rh_text text;
    out->rate = rh_calloc((size_t)segments, sizeof *out->rate);
    out->measure = reference(reader, key);
    if (out->rate == NULL) {
        rh_assumptions_no_memory(reader);
    } else {
        for (int s = 0; s < segments; s++) {
            out->rate[s] = rh_belief_certain(0.0);
        }
        read_rates(reader, node, out->rate);
    }
    rh_text_init(&text);
    rh_text_printf(&text, "Completions of '%s', of which the history has none", key->text);
    name(reader, "base_rate", key, &text, &out->as);
}

/* True where the node is a mapping by measure; told where it is something else. */
static bool by_measure(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *map, const char *what)
{
    if (map != NULL && map->kind != RH_YAML_MAPPING) {
        rh_yaml_problem(reader->yaml, map, reader->problems, RH_ERR_INPUT, "expected %s by measure", what);
    }
    return map != NULL && map->kind == RH_YAML_MAPPING;
}

/* Room for what a mapping gives; told where there is none. */
static void *room(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *map, size_t size)
{
    void *out = rh_calloc(map->num, size);
    if (out == NULL) {
        rh_assumptions_no_memory(reader);
    }
    return out;
}

bool rh_assumptions_read_activities(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *root)
{
    const struct rh_yaml_node *yields = rh_yaml_find(root, "yield"), *rates = rh_yaml_find(root, "base_rate");
    struct rh_assumptions *self = reader->self;
    if (by_measure(reader, yields, "yields")) {
        self->yield = room(reader, yields, sizeof *self->yield);
        for (size_t k = 0; self->yield != NULL && k < yields->num; k++) {
            read_yield(reader, yields->key[k], yields->item[k]);
        }
    }
    if (by_measure(reader, rates, "base rates")) {
        self->base_rate = room(reader, rates, sizeof *self->base_rate);
        for (size_t k = 0; self->base_rate != NULL && k < rates->num; k++) {
            read_base_rate(reader, rates->key[k], rates->item[k]);
        }
    }
    return yields != NULL || rates != NULL;
}

static void free_assumed(struct rh_assumed *self)
{
    free(self->name);
    free(self->origin);
    free(self->description);
}

void rh_assumptions_free_activities(struct rh_assumptions *self)
{
    for (size_t k = 0; k < self->num_yields; k++) {
        free_assumed(&self->yield[k].as);
        free(self->yield[k].measure.text);
        free(self->yield[k].product.text);
    }
    for (size_t k = 0; k < self->num_base_rates; k++) {
        free_assumed(&self->base_rate[k].as);
        free(self->base_rate[k].measure.text);
        free(self->base_rate[k].rate);
    }
    free(self->yield);
    free(self->base_rate);
}

bool rh_base_rate_by_segment(const struct rh_base_rate *self, int num_segments)
{
    bool differs = false;
    for (int s = 1; s < num_segments; s++) {
        differs = differs || self->rate[s].mean != self->rate[0].mean;
    }
    return differs;
}

/* ---- Binding ---- */

/* What the history has rows of. */
struct seen {
    bool *measure; /* [measures.num] */
    bool *product; /* [products.num] with revenue */
};

/* A file that is held against a history. */
struct binding {
    const struct rh_assumptions *assumptions;
    const struct rh_study *study; /* or NULL */
    const struct rh_history *history;
    struct seen seen;
    struct rh_problems *problems;
};

/* Tells of a name, with the nearest that is known (or NULL). */
static void tell(const struct binding *self, const struct rh_reference *at, const struct rh_names *known,
                 struct rh_text *message)
{
    const struct rh_assumptions *from = self->assumptions;
    const struct rh_yaml file = {.path = from->path, .text = from->text, .length = strlen(from->text)};
    const struct rh_yaml_node node = {.line = at->line, .column = at->column};
    const char *nearest = known != NULL ? rh_names_nearest(known, at->text) : NULL;
    if (nearest != NULL && nearest[0] != '\0') {
        rh_text_printf(message, "; did you mean '%s'?", nearest);
    }
    rh_yaml_problem(&file, &node, self->problems, RH_ERR_INPUT, "%s", rh_text_string(message));
    if (rh_text_status(message) != RH_OK) {
        self->problems->failed = RH_ERR_NO_MEMORY;
    }
    rh_text_free(message);
}

static void find_seen(const struct rh_history *history, struct seen *out)
{
    const int32_t revenue = rh_names_find(&history->measures, "revenue");
    for (size_t e = 0; e < history->events.num; e++) {
        out->measure[history->events.measure[e]] = true;
        if (history->events.measure[e] == revenue) {
            out->product[history->events.product[e]] = true;
        }
    }
}

/* True where the study replays what happened, and looks at what did not. */
static bool lacks_place(const struct binding *self, const char *measure)
{
    return self->study != NULL && self->study->replay == RH_REPLAY_EXACT && rh_study_looks_at(self->study, measure);
}

static void bind_base_rate(const struct binding *self, struct rh_history *history, const struct rh_base_rate *rate)
{
    const char *measure = rate->measure.text;
    const int32_t id = rh_names_find(&history->measures, measure);
    const bool units = strcmp(measure, "units") == 0, seen = id >= 0 && self->seen.measure[id];
    const bool counted = !units && rh_measure_nature(measure) != RH_MEASURE_MONEY;
    struct rh_text message;
    rh_text_init(&message);
    if (seen) {
        rh_text_printf(&message, "the history has '%s'; a base_rate is for a measure that it has no row of", measure);
    } else if (!counted) {
        rh_text_printf(&message, "'%s' %s; a base_rate is for a measure that is counted", measure,
                       units ? "are what of 'revenue' is sold" : "is money");
    } else if (lacks_place(self, measure)) {
        rh_text_printf(&message,
                       "the history has no '%s', and an exact replay is of what happened; a base_rate needs "
                       "replay: {method: bootstrap}",
                       measure);
    }
    if (counted && rh_history_add_count(history, measure) != RH_OK) {
        self->problems->failed = RH_ERR_NO_MEMORY;
    }
    if (message.length > 0 || rh_text_status(&message) != RH_OK) {
        tell(self, &rate->measure, NULL, &message);
    }
}

static void bind_yield(const struct binding *self, const struct rh_yield *yield)
{
    const struct rh_history *history = self->history;
    const int32_t measure = rh_names_find(&history->measures, yield->measure.text);
    const int32_t product = rh_names_find(&history->products, yield->product.text);
    struct rh_text message;
    rh_text_init(&message);
    if (measure < 0) {
        rh_text_printf(&message, "the history has no measure '%s'", yield->measure.text);
        tell(self, &yield->measure, &history->measures, &message);
    } else if (history->measure_is_money[measure] != 0) {
        rh_text_printf(&message, "'%s' is money in this history; a yield is for a measure that is counted",
                       yield->measure.text);
        tell(self, &yield->measure, NULL, &message);
    }
    if (product < 0 || !self->seen.product[product]) {
        rh_text_init(&message);
        rh_text_printf(&message, "the history has no revenue of product '%s'", yield->product.text);
        tell(self, &yield->product, product < 0 ? &history->products : NULL, &message);
    }
}

int rh_assumptions_bind(const struct rh_assumptions *self, const struct rh_study *study, struct rh_history *history,
                        struct rh_problems *problems)
{
    const size_t before = problems->num_total;
    struct binding binding = {self, study, history, {NULL, NULL}, problems};
    if (self->num_yields + self->num_base_rates == 0) {
        return RH_OK;
    }
    binding.seen.measure = rh_calloc(history->measures.num, sizeof *binding.seen.measure);
    binding.seen.product = rh_calloc(history->products.num, sizeof *binding.seen.product);
    if (binding.seen.measure == NULL || binding.seen.product == NULL) {
        problems->failed = RH_ERR_NO_MEMORY;
        goto out;
    }
    find_seen(history, &binding.seen);
    for (size_t k = 0; k < self->num_base_rates; k++) {
        bind_base_rate(&binding, history, &self->base_rate[k]);
    }
    for (size_t k = 0; k < self->num_yields; k++) {
        bind_yield(&binding, &self->yield[k]);
    }
out:
    free(binding.seen.measure);
    free(binding.seen.product);
    return problems->num_total == before && problems->failed == 0 ? RH_OK : rh_problems_status(problems, NULL);
}
