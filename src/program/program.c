/* A program file as a whole: its own keys, budget and costs, and its incentives. */
#include "program/program.h"

#include "core/file.h"
#include "core/memory.h"
#include "program/parse.h"

#include <stdlib.h>
#include <string.h>

static const struct rh_choice exhaustion_choices[] = {
    {"first_come", RH_EXHAUSTED_FIRST_COME, false}, {"report", RH_EXHAUSTED_REPORT, false}, {NULL, 0, false}};

static void set_defaults(struct rh_program *self)
{
    *self = (struct rh_program){.year_starts = 1, .budget_total = RH_MISSING};
}

void rh_program_free(struct rh_program *self)
{
    free(self->path);
    free(self->text);
    free(self->name);
    free(self->description);
    for (size_t i = 0; i < self->num_incentives; i++)
        rh_incentive_free(&self->incentive[i]);
    free(self->incentive);
    set_defaults(self);
}

static void parse_currency(const struct rh_parse *parse, const struct rh_yaml_node *node, struct rh_program *out)
{
    bool good = node->kind == RH_YAML_SCALAR && node->length == 3;
    for (size_t i = 0; good && i < 3; i++)
        good = node->text[i] >= 'A' && node->text[i] <= 'Z';
    if (!good) {
        char found[RH_YAML_FOUND];
        rh_yaml_problem(parse->yaml, node, parse->problems, RH_ERR_INPUT,
                        "'currency' is %s; expected the three capitals of an ISO 4217 code, such as USD",
                        rh_yaml_found(node, found));
        return;
    }
    memcpy(out->currency, node->text, 4);
    out->currency_line = node->line;
    out->currency_column = node->column;
}

static void parse_budget(const struct rh_parse *parse, const struct rh_yaml_node *node, struct rh_program *out)
{
    if (!rh_parse_keys(parse, node, RH_SECTION_BUDGET))
        return;
    const struct rh_yaml_node *total = rh_yaml_find(node, "total"), *reserve = rh_yaml_find(node, "reserve");
    const struct rh_yaml_node *exhausted = rh_yaml_find(node, "when_exhausted");
    int choice;
    if (total != NULL)
        (void)rh_parse_number_within(parse, total, RH_QUANTITY_CENTS, "'total' of the budget", 1, INT64_MAX,
                                     "money above 0", &out->budget_total);
    if (exhausted != NULL &&
        rh_parse_choice(parse, exhausted, "'when_exhausted' of the budget", exhaustion_choices, &choice))
        out->when_exhausted = (enum rh_exhaustion)choice;
    if (reserve != NULL)
        (void)rh_parse_number_within(parse, reserve, RH_QUANTITY_RATE, "'reserve' of the budget", 0, RH_PPM_ONE,
                                     "a share from 0% to 100%", &out->budget_reserve);
}

static void parse_costs(const struct rh_parse *parse, const struct rh_yaml_node *node, struct rh_program *out)
{
    if (!rh_parse_keys(parse, node, RH_SECTION_COSTS))
        return;
    const struct rh_yaml_node *fixed = rh_yaml_find(node, "fixed"), *per_claim = rh_yaml_find(node, "per_claim");
    if (fixed != NULL)
        (void)rh_parse_number(parse, fixed, RH_QUANTITY_MONEY, "'fixed' of the costs", &out->cost_fixed);
    if (per_claim != NULL)
        (void)rh_parse_number(parse, per_claim, RH_QUANTITY_MONEY, "'per_claim' of the costs", &out->cost_per_claim);
}

/* Tells of incentives that share a name with an earlier one. */
static void check_distinct(const struct rh_parse *parse, const struct rh_yaml_node *list, const struct rh_program *self)
{
    struct rh_names seen;
    rh_names_init(&seen);
    for (size_t i = 0; i < self->num_incentives; i++) {
        const struct rh_reference *name = &self->incentive[i].name;
        if (name->text == NULL)
            continue;
        size_t num_before = seen.num;
        if (rh_names_add(&seen, name->text, strlen(name->text)) < 0)
            parse->problems->failed = RH_ERR_NO_MEMORY;
        else if (seen.num == num_before)
            rh_yaml_problem(parse->yaml, rh_yaml_find(list->item[i], "name"), parse->problems, RH_ERR_INPUT,
                            "a second incentive with the name '%s'; expected a name of its own", name->text);
    }
    rh_names_free(&seen);
}

static void parse_incentives(const struct rh_parse *parse, const struct rh_yaml_node *node, struct rh_program *out)
{
    char found[RH_YAML_FOUND];
    if (node->kind != RH_YAML_SEQUENCE || node->num == 0) {
        rh_yaml_problem(parse->yaml, node, parse->problems, RH_ERR_INPUT,
                        "'incentives' is %s; expected a list of at least one incentive",
                        node->kind == RH_YAML_SEQUENCE ? "empty" : rh_yaml_found(node, found));
        return;
    }
    out->incentive = rh_calloc(node->num, sizeof *out->incentive);
    if (out->incentive == NULL) {
        parse->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    out->num_incentives = node->num;
    for (size_t i = 0; i < node->num; i++)
        rh_parse_incentive(parse, node->item[i], &out->incentive[i]);
    check_distinct(parse, node, out);
}

static void parse_root(const struct rh_parse *parse, const struct rh_yaml_node *root, struct rh_program *out)
{
    if (!rh_parse_format(parse, root, "program") || !rh_parse_keys(parse, root, RH_SECTION_PROGRAM))
        return;
    const struct rh_yaml_node *name = rh_yaml_find(root, "name"), *description = rh_yaml_find(root, "description");
    const struct rh_yaml_node *currency = rh_yaml_find(root, "currency"), *starts = rh_yaml_find(root, "year_starts");
    const struct rh_yaml_node *budget = rh_yaml_find(root, "budget"), *costs = rh_yaml_find(root, "costs");
    const struct rh_yaml_node *incentives = rh_yaml_find(root, "incentives");
    struct rh_reference reference = {0};
    int64_t month = 1;
    if (name != NULL && rh_parse_name(parse, name, "'name' of the program", &reference)) {
        out->name = reference.text;
        out->name_line = reference.line;
        out->name_column = reference.column;
    }
    if (description != NULL)
        (void)rh_parse_text(parse, description, "'description'", &out->description);
    if (currency != NULL)
        parse_currency(parse, currency, out);
    if (starts != NULL)
        (void)rh_parse_number_within(parse, starts, RH_QUANTITY_WHOLE, "'year_starts'", 1, 12, "a month from 1 to 12",
                                     &month);
    out->year_starts = (int)month;
    if (budget != NULL)
        parse_budget(parse, budget, out);
    if (costs != NULL)
        parse_costs(parse, costs, out);
    if (incentives != NULL)
        parse_incentives(parse, incentives, out);
}

/* Takes the file's text for provenance, and what its tree says. */
static void fill(struct rh_program *self, const struct rh_yaml *yaml, struct rh_problems *problems)
{
    self->path = rh_strdup(yaml->path);
    self->text = rh_strndup(yaml->text, yaml->length);
    if (self->path == NULL || self->text == NULL) {
        problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    rh_sha256(yaml->text, yaml->length, self->sha256);
    const struct rh_parse parse = {yaml, problems};
    if (yaml->root != NULL)
        parse_root(&parse, yaml->root, self);
}

/* Says what is missing where a sound file holds no tree. */
static void check_empty(const struct rh_yaml *yaml, int yaml_code, struct rh_problems *problems)
{
    if (yaml_code == RH_OK && yaml->root == NULL)
        rh_problems_add(problems, RH_ERR_INPUT, yaml->path, 0, 0, NULL,
                        "the file is empty; expected a program that starts with 'rehearse: program/1'");
}

int rh_program_parse(struct rh_program *self, const char *path, const char *text, size_t length,
                     struct rh_problems *problems)
{
    set_defaults(self);
    size_t num_before = problems->num_total;
    struct rh_yaml yaml;
    int code = rh_yaml_parse(&yaml, path, text, length, problems);
    check_empty(&yaml, code, problems);
    if (problems->failed == 0)
        fill(self, &yaml, problems);
    rh_yaml_free(&yaml);
    return rh_parse_status(problems, num_before);
}

int rh_program_read(struct rh_program *self, const char *path, struct rh_problems *problems)
{
    set_defaults(self);
    size_t num_before = problems->num_total;
    struct rh_yaml yaml;
    int code = rh_yaml_read(&yaml, path, problems);
    check_empty(&yaml, code, problems);
    if (problems->failed == 0 && yaml.text != NULL)
        fill(self, &yaml, problems);
    rh_yaml_free(&yaml);
    return rh_parse_status(problems, num_before);
}

int rh_program_none(struct rh_program *self)
{
    set_defaults(self);
    self->path = rh_strdup("");
    self->text = rh_strdup("");
    self->name = rh_strdup("none");
    self->incentive = rh_calloc(0, sizeof *self->incentive);
    rh_sha256("", 0, self->sha256);
    bool good = self->path != NULL && self->text != NULL && self->name != NULL && self->incentive != NULL;
    return good ? RH_OK : RH_ERR_NO_MEMORY;
}

void rh_program_problem(const struct rh_program *self, long line, long column, struct rh_problems *problems,
                        const char *message)
{
    const struct rh_yaml file = {.path = self->path, .text = self->text, .length = strlen(self->text)};
    const struct rh_yaml_node node = {.line = line, .column = column};
    rh_yaml_problem(&file, &node, problems, RH_ERR_INPUT, "%s", message);
}
