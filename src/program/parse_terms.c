/* What concerns the whole program: exchange rates, tax, status tiers. */
#include "program/parse.h"

#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

void rh_exchanges_free(struct rh_program *self)
{
    for (size_t i = 0; i < self->num_exchanges; i++)
        free(self->exchange[i].currency.text);
    free(self->exchange);
    self->exchange = NULL;
    self->num_exchanges = 0;
}

void rh_withholdings_free(struct rh_program *self)
{
    for (size_t i = 0; i < self->num_withholdings; i++)
        free(self->withholding[i].region.text);
    free(self->withholding);
    self->withholding = NULL;
    self->num_withholdings = 0;
    self->gross_up = false;
}

void rh_tiers_free(struct rh_program *self)
{
    for (size_t i = 0; i < self->num_tiers; i++) {
        free(self->tier[i].name.text);
        rh_requirements_free(self->tier[i].when, self->tier[i].num_when);
    }
    free(self->tier);
    self->tier = NULL;
    self->num_tiers = 0;
}

static bool is_currency(const struct rh_yaml_node *node)
{
    bool good = node->length == 3;
    for (size_t i = 0; good && i < 3; i++)
        good = node->text[i] >= 'A' && node->text[i] <= 'Z';
    return good;
}

void rh_parse_fx(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_program *out)
{
    rh_exchanges_free(out);
    if (!rh_parse_filled(self, node, "'fx'", "currencies and their rates, such as {EUR: 1.08}"))
        return;
    out->exchange = rh_calloc(node->num, sizeof *out->exchange);
    if (out->exchange == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    for (size_t i = 0; i < node->num; i++) {
        struct rh_exchange *exchange = &out->exchange[out->num_exchanges];
        (void)rh_parse_number_within(self, node->item[i], RH_QUANTITY_FACTOR, "a rate of fx", 1, 1000000 * RH_PPM_ONE,
                                     "a number above 0 and at most 1M", &exchange->rate);
        char found[RH_YAML_FOUND];
        if (!is_currency(node->key[i]))
            rh_yaml_problem(self->yaml, node->key[i], self->problems, RH_ERR_INPUT,
                            "a currency of fx is %s; expected the three capitals of an ISO 4217 code, such as EUR",
                            rh_yaml_found(node->key[i], found));
        else if (rh_parse_name(self, node->key[i], "a currency of fx", &exchange->currency))
            out->num_exchanges++;
    }
}

void rh_parse_withholding(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_program *out)
{
    rh_withholdings_free(out);
    if (!rh_parse_keys(self, node, RH_SECTION_WITHHOLDING))
        return;
    const struct rh_yaml_node *regions = rh_yaml_find(node, "region"), *gross_up = rh_yaml_find(node, "gross_up");
    if (gross_up != NULL)
        (void)rh_parse_bool(self, gross_up, "'gross_up' of the withholding", &out->gross_up);
    if (regions == NULL ||
        !rh_parse_filled(self, regions, "'region' of the withholding", "regions and their shares, such as {DE: 15%}"))
        return;
    out->withholding = rh_calloc(regions->num, sizeof *out->withholding);
    if (out->withholding == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    for (size_t i = 0; i < regions->num; i++) {
        struct rh_withholding *withholding = &out->withholding[out->num_withholdings];
        (void)rh_parse_number_within(self, regions->item[i], RH_QUANTITY_RATE, "a share of the withholding", 0,
                                     RH_PPM_ONE - 1, "a share from 0% to below 100%", &withholding->rate);
        if (rh_parse_name(self, regions->key[i], "a region of the withholding", &withholding->region))
            out->num_withholdings++;
    }
}

static void parse_tier(const struct rh_parse *self, const struct rh_yaml_node *node, bool lowest, struct rh_tier *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_TIER))
        return;
    const struct rh_yaml_node *name = rh_yaml_find(node, "name"), *when = rh_yaml_find(node, "when");
    const struct rh_yaml_node *benefits = rh_yaml_find(node, "benefits");
    if (name != NULL)
        (void)rh_parse_name(self, name, "'name' of a level of the tiers", &out->name);
    if (when != NULL)
        rh_parse_requirements(self, when, "when", false, &out->when, &out->num_when);
    else if (!lowest)
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "a level of the tiers above the first has no 'when'; expected conditions, without which nobody "
                        "would hold the levels below");
    if (benefits == NULL || !rh_parse_keys(self, benefits, RH_SECTION_BENEFITS))
        return;
    const struct rh_yaml_node *bonus = rh_yaml_find(benefits, "rate_bonus");
    if (bonus != NULL)
        out->has_rate_bonus =
            rh_parse_number_within(self, bonus, RH_QUANTITY_RATE, "'rate_bonus' of the benefits", 0, RH_PPM_ONE,
                                   "a share from 0% to 100%, such as 0.5%", &out->rate_bonus);
}

static void check_distinct(const struct rh_parse *self, const struct rh_yaml_node *list, const struct rh_program *out)
{
    struct rh_names seen;
    rh_names_init(&seen);
    for (size_t i = 0; i < out->num_tiers; i++) {
        const char *name = out->tier[i].name.text;
        size_t num_before = seen.num;
        if (name == NULL)
            continue;
        if (rh_names_add(&seen, name, strlen(name)) < 0)
            self->problems->failed = RH_ERR_NO_MEMORY;
        else if (seen.num == num_before)
            rh_yaml_problem(self->yaml, rh_yaml_find(list->item[i], "name"), self->problems, RH_ERR_INPUT,
                            "a second level of the tiers with the name '%s'; expected a name of its own", name);
    }
    rh_names_free(&seen);
}

void rh_parse_tiers(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_program *out)
{
    rh_tiers_free(out);
    if (!rh_parse_keys(self, node, RH_SECTION_TIERS))
        return;
    const struct rh_yaml_node *review = rh_yaml_find(node, "review"), *levels = rh_yaml_find(node, "levels");
    if (review != NULL)
        (void)rh_parse_window(self, review, "'review' of the tiers", false, &out->tier_review);
    if (levels == NULL || !rh_parse_filled_list(self, levels, "'levels' of the tiers",
                                                "a list of levels, lowest first, such as [{name: registered}]"))
        return;
    out->tier = rh_calloc(levels->num, sizeof *out->tier);
    if (out->tier == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    out->num_tiers = levels->num;
    for (size_t i = 0; i < levels->num; i++)
        parse_tier(self, levels->item[i], i == 0, &out->tier[i]);
    check_distinct(self, levels, out);
}

/* The program whose names are looked up, and what its tiers are called. */
struct tier_check {
    const struct rh_program *program;
    struct rh_names names;
    struct rh_problems *problems;
};

static void check_tier(const struct tier_check *self, const struct rh_incentive *incentive,
                       const struct rh_reference *reference)
{
    if (rh_names_find(&self->names, reference->text) >= 0)
        return;
    struct rh_text message;
    rh_text_init(&message);
    rh_text_printf(&message, "the program's tiers have no level '%s'", reference->text);
    bool many = rh_problems_many(self->problems);
    const char *nearest = many ? NULL : rh_names_nearest(&self->names, reference->text);
    if (nearest != NULL)
        rh_text_printf(&message, "; did you mean '%s'?", nearest);
    else
        for (size_t i = 0; i < self->names.num && !many; i++)
            rh_text_printf(&message, "%s'%s'", i == 0 ? "; they have " : ", ", self->names.name[i]);
    rh_program_problem(self->program, incentive->input, reference->line, reference->column, RH_ERR_INPUT,
                       self->problems, rh_text_string(&message));
    if (rh_text_status(&message) != RH_OK)
        self->problems->failed = RH_ERR_NO_MEMORY;
    rh_text_free(&message);
}

/* Statements call the bonus of a tier by a name of this form. */
static void check_incentive_name(const struct tier_check *self, const struct rh_incentive *incentive)
{
    static const char prefix[] = "tier:";
    const char *name = incentive->name.text;
    if (name == NULL || strncmp(name, prefix, sizeof prefix - 1) != 0 ||
        rh_names_find(&self->names, name + sizeof prefix - 1) < 0)
        return;
    rh_program_problem(self->program, incentive->input, incentive->name.line, incentive->name.column, RH_ERR_INPUT,
                       self->problems,
                       "the name of an incentive is that of a tier's bonus in statements; expected another one");
}

static void check_tiers_of(const struct tier_check *self, const struct rh_incentive *incentive)
{
    const struct rh_reference_list *lists[] = {&incentive->audience.only.tier, &incentive->audience.except.tier};
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < lists[k]->num; i++)
            check_tier(self, incentive, &lists[k]->item[i]);
    }
    for (size_t i = 0; i < incentive->num_multipliers; i++) {
        if (incentive->multiplier[i].of == RH_MULTIPLIER_TIER)
            check_tier(self, incentive, &incentive->multiplier[i].name);
    }
    check_incentive_name(self, incentive);
}

void rh_program_check_tiers(const struct rh_program *self, struct rh_problems *problems)
{
    struct tier_check check = {.program = self, .problems = problems};
    rh_names_init(&check.names);
    bool known = self->num_tiers > 0;
    for (size_t i = 0; i < self->num_tiers && known; i++) {
        const char *name = self->tier[i].name.text;
        known = name != NULL;
        if (known && rh_names_add(&check.names, name, strlen(name)) < 0)
            problems->failed = RH_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < self->num_incentives && known && problems->failed == 0; i++)
        check_tiers_of(&check, &self->incentive[i]);
    rh_names_free(&check.names);
}
