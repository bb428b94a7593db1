/* What is made of a behavior in a window, what must have come before it, and what its reward is multiplied with. */
#include "program/parse.h"

#include "core/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_STREAK 120                /* windows */
#define MOST_FACTOR (100 * RH_PPM_ONE) /* of a multiplier */

/* The forms of a metric that are mappings. */
static const struct {
    const char *key;
    enum rh_metric metric;
} forms[] = {{"ratio_to", RH_METRIC_RATIO},
             {"streak", RH_METRIC_STREAK},
             {"rank_in", RH_METRIC_RANK},
             {"pooled_by", RH_METRIC_POOLED}};
#define NUM_FORMS (sizeof forms / sizeof *forms)

static void parse_ratio(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_RATIO))
        return;
    const struct rh_yaml_node *measure = rh_yaml_find(node, "measure"), *product = rh_yaml_find(node, "product");
    if (measure != NULL)
        (void)rh_parse_name(self, measure, "'measure' of ratio_to", &out->ratio_measure);
    if (product != NULL)
        (void)rh_parse_names(self, product, "'product' of ratio_to", &out->ratio_product);
}

static void parse_streak(const struct rh_parse *self, const struct rh_yaml_node *metric, struct rh_incentive *out)
{
    const struct rh_yaml_node *at_least = rh_yaml_find(metric, "at_least");
    int64_t length;
    if (rh_parse_number_within(self, rh_yaml_find(metric, "streak"), RH_QUANTITY_WHOLE, "'streak' of the metric", 1,
                               MOST_STREAK, "a number of windows from 1 to 120", &length))
        out->streak = (int)length;
    out->place[RH_AT_STREAK_AT_LEAST] = rh_parse_place(at_least);
    if (at_least == NULL)
        rh_parse_missing(self, metric, RH_SECTION_METRIC, "at_least");
    else
        (void)rh_parse_threshold(self, at_least, RH_QUANTITY_MONEY, "'at_least' of the streak", &out->streak_at_least);
}

static void parse_rank(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    static const struct rh_choice scopes[] = {
        {"region", RH_SCOPE_REGION}, {"segment", RH_SCOPE_SEGMENT}, {"all", RH_SCOPE_ALL}, {NULL, 0}};
    int choice;
    if (rh_parse_choice(self, node, "'rank_in' of the metric", scopes, &choice))
        out->rank_scope = (enum rh_scope)choice;
}

/* Tells of forms beyond the first, and of `at_least` without a streak. */
static void check_one_form(const struct rh_parse *self, const struct rh_yaml_node *node, const char *first)
{
    for (size_t i = 0; i < NUM_FORMS; i++) {
        const struct rh_yaml_node *other = rh_yaml_find(node, forms[i].key);
        if (other != NULL && strcmp(forms[i].key, first) != 0)
            rh_yaml_problem(self->yaml, other, self->problems, RH_ERR_INPUT,
                            "'%s' in a metric that has '%s'; expected one", forms[i].key, first);
    }
    const struct rh_yaml_node *at_least = rh_yaml_find(node, "at_least");
    if (at_least != NULL && rh_yaml_find(node, "streak") == NULL)
        rh_yaml_problem(self->yaml, at_least, self->problems, RH_ERR_INPUT,
                        "'at_least' of the metric without 'streak', which it is for");
}

static bool parse_form(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_METRIC))
        return false;
    size_t i = 0;
    while (i < NUM_FORMS && rh_yaml_find(node, forms[i].key) == NULL)
        i++;
    if (i == NUM_FORMS) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "'metric' says nothing; expected ratio_to, streak, rank_in or pooled_by");
        return false;
    }
    const struct rh_yaml_node *value = rh_yaml_find(node, forms[i].key);
    out->metric = forms[i].metric;
    if (out->metric == RH_METRIC_RATIO)
        parse_ratio(self, value, out);
    else if (out->metric == RH_METRIC_STREAK)
        parse_streak(self, node, out);
    else if (out->metric == RH_METRIC_RANK)
        parse_rank(self, value, out);
    else
        (void)rh_parse_name(self, value, "'pooled_by' of the metric", &out->pooled_by);
    check_one_form(self, node, forms[i].key);
    return true;
}

bool rh_parse_metric(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    if (node->kind == RH_YAML_MAPPING)
        return parse_form(self, node, out);
    bool known = node->kind == RH_YAML_SCALAR;
    if (known && strcmp(node->text, "total") == 0)
        out->metric = RH_METRIC_TOTAL;
    else if (known && strcmp(node->text, "growth") == 0)
        out->metric = RH_METRIC_GROWTH;
    else
        known = false;
    char found[RH_YAML_FOUND];
    if (!known)
        rh_yaml_problem(
            self->yaml, node, self->problems, RH_ERR_INPUT,
            "'metric' is %s; expected total, growth, or a mapping with ratio_to, streak, rank_in or pooled_by",
            rh_yaml_found(node, found));
    return known;
}

static void parse_requirement(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                              bool windows, struct rh_requirement *out)
{
    char name[96];
    if (!rh_parse_keys(self, node, windows ? RH_SECTION_REQUIREMENT : RH_SECTION_CONDITION))
        return;
    const struct rh_yaml_node *measure = rh_yaml_find(node, "measure"), *product = rh_yaml_find(node, "product");
    const struct rh_yaml_node *at_least = rh_yaml_find(node, "at_least"), *window = rh_yaml_find(node, "window");
    snprintf(name, sizeof name, "'measure' of %s", what);
    if (measure != NULL)
        (void)rh_parse_name(self, measure, name, &out->measure);
    snprintf(name, sizeof name, "'product' of %s", what);
    if (product != NULL)
        (void)rh_parse_names(self, product, name, &out->product);
    snprintf(name, sizeof name, "'at_least' of %s", what);
    if (at_least != NULL)
        (void)rh_parse_number_within(self, at_least, RH_QUANTITY_MONEY, name, 1, INT64_MAX, "a number above 0",
                                     &out->at_least);
    snprintf(name, sizeof name, "'window' of %s", what);
    if (windows && window != NULL)
        (void)rh_parse_window(self, window, name, false, &out->window);
}

void rh_parse_requirements(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, bool windows,
                           struct rh_requirement **out, size_t *num)
{
    char name[64];
    snprintf(name, sizeof name, "'%s'", what);
    if (!rh_parse_filled_list(self, node, name,
                              windows ? "a list such as [{measure: certifications, at_least: 1, window: year}]"
                                      : "a list such as [{measure: revenue, at_least: 100k}]"))
        return;
    *out = rh_calloc(node->num, sizeof **out);
    if (*out == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    *num = node->num;
    for (size_t i = 0; i < node->num; i++)
        parse_requirement(self, node->item[i], what, windows, &(*out)[i]);
}

void rh_requirements_free(struct rh_requirement *requirement, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        free(requirement[i].measure.text);
        rh_reference_list_free(&requirement[i].product);
    }
    free(requirement);
}

void rh_parse_requires(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    rh_parse_requirements(self, node, "requires", true, &out->requirement, &out->num_requirements);
}

/* What a multiplier may look at, by enum rh_multiplier_of. */
static const char *const bases[] = {
    [RH_MULTIPLIER_REGION] = "region", [RH_MULTIPLIER_SEGMENT] = "segment", [RH_MULTIPLIER_TIER] = "tier"};
#define NUM_BASES (sizeof bases / sizeof *bases)

static void parse_factors(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_multiplier_of of,
                          struct rh_incentive *out)
{
    char what[48], name[48];
    snprintf(what, sizeof what, "'%s' of the multiplier", bases[of]);
    snprintf(name, sizeof name, "a %s of the multiplier", bases[of]);
    if (!rh_parse_filled(self, node, what, "names and their factors, such as {East: 1.2}"))
        return;
    for (size_t i = 0; i < node->num; i++) {
        struct rh_multiplier *factor = &out->multiplier[out->num_multipliers];
        factor->of = of;
        (void)rh_parse_number_within(self, node->item[i], RH_QUANTITY_FACTOR, "a factor of the multiplier", 0,
                                     MOST_FACTOR, "a number from 0 to 100", &factor->factor);
        if (rh_parse_name(self, node->key[i], name, &factor->name))
            out->num_multipliers++;
    }
}

void rh_parse_multiplier(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    static const char expected[] = "1, or a mapping such as {region: {East: 1.2}, tier: {gold: 1.5}}";
    char found[RH_YAML_FOUND];
    int64_t one = 0;
    if (node->kind == RH_YAML_SCALAR && !node->quoted &&
        rh_value_number(node->text, node->length, RH_QUANTITY_FACTOR, &one) == RH_VALUE_OK && one == RH_PPM_ONE)
        return;
    if (node->kind != RH_YAML_MAPPING || node->num == 0) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "'multiplier' is %s; expected %s",
                        node->kind == RH_YAML_MAPPING ? "empty" : rh_yaml_found(node, found), expected);
        return;
    }
    (void)rh_parse_keys(self, node, RH_SECTION_MULTIPLIER);
    size_t num = 0;
    for (size_t i = 0; i < NUM_BASES; i++) {
        const struct rh_yaml_node *factors = rh_yaml_find(node, bases[i]);
        num += factors != NULL ? factors->num : 0;
    }
    out->multiplier = rh_calloc(num, sizeof *out->multiplier);
    if (out->multiplier == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    for (size_t i = 0; i < NUM_BASES; i++) {
        const struct rh_yaml_node *factors = rh_yaml_find(node, bases[i]);
        if (factors != NULL)
            parse_factors(self, factors, (enum rh_multiplier_of)i, out);
    }
}
