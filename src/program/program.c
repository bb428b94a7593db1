/* A program file as a whole: its own keys, budget and costs, and its incentives. */
#include "program/program.h"

#include "core/file.h"
#include "core/memory.h"
#include "program/parse.h"

#include <stdlib.h>
#include <string.h>

static const struct rh_choice exhaustion_choices[] = {
    {"first_come", RH_EXHAUSTED_FIRST_COME}, {"report", RH_EXHAUSTED_REPORT}, {NULL, 0}};

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
    for (size_t i = 0; i < self->num_bases; i++) {
        free(self->base[i].path);
        free(self->base[i].text);
    }
    free(self->base);
    rh_exchanges_free(self);
    rh_withholdings_free(self);
    rh_tiers_free(self);
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
}

static void parse_starts(const struct rh_parse *parse, const struct rh_yaml_node *node, struct rh_program *out)
{
    int64_t month = 1;
    (void)rh_parse_number_within(parse, node, RH_QUANTITY_WHOLE, "'year_starts'", 1, 12, "a month from 1 to 12",
                                 &month);
    out->year_starts = (int)month;
}

static void parse_description(const struct rh_parse *parse, const struct rh_yaml_node *node, struct rh_program *out)
{
    char *text;
    if (!rh_parse_text(parse, node, "'description'", &text))
        return;
    free(out->description);
    out->description = text;
}

static void parse_budget(const struct rh_parse *parse, const struct rh_yaml_node *node, struct rh_program *out)
{
    out->budget_total = RH_MISSING;
    out->when_exhausted = RH_EXHAUSTED_FIRST_COME;
    out->budget_reserve = 0;
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
    out->cost_fixed = out->cost_per_claim = 0;
    if (!rh_parse_keys(parse, node, RH_SECTION_COSTS))
        return;
    const struct rh_yaml_node *fixed = rh_yaml_find(node, "fixed"), *per_claim = rh_yaml_find(node, "per_claim");
    if (fixed != NULL)
        (void)rh_parse_number(parse, fixed, RH_QUANTITY_MONEY, "'fixed' of the costs", &out->cost_fixed);
    if (per_claim != NULL)
        (void)rh_parse_number(parse, per_claim, RH_QUANTITY_MONEY, "'per_claim' of the costs", &out->cost_per_claim);
}

/* Tells of incentives that share a name with an earlier one. */
static void check_distinct(const struct rh_parse *parse, const struct rh_yaml_node *list,
                           const struct rh_incentive *incentive)
{
    struct rh_names seen;
    rh_names_init(&seen);
    for (size_t i = 0; i < list->num; i++) {
        const struct rh_reference *name = &incentive[i].name;
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
    if (!rh_parse_filled_list(parse, node, "'incentives'", "a list of at least one incentive"))
        return;
    struct rh_incentive *incentive = rh_calloc(node->num, sizeof *incentive);
    if (incentive == NULL) {
        parse->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    for (size_t i = 0; i < node->num; i++)
        rh_parse_incentive(parse, node->item[i], &incentive[i]);
    check_distinct(parse, node, incentive);
    if (rh_program_merge(out, incentive, node->num) != RH_OK)
        parse->problems->failed = RH_ERR_NO_MEMORY;
    free(incentive);
}

/* What a program cannot do without, unless it has it from the one it extends. */
static void check_whole(const struct rh_parse *parse, const struct rh_yaml_node *root)
{
    static const char *const needed[] = {"currency", "incentives"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (rh_yaml_find(root, needed[i]) == NULL)
            rh_parse_missing(parse, root, RH_SECTION_PROGRAM, needed[i]);
    }
    const struct rh_yaml_node *without = rh_yaml_find(root, "remove");
    if (without != NULL)
        rh_yaml_problem(parse->yaml, without, parse->problems, RH_ERR_INPUT,
                        "'remove' without 'extends'; expected the program whose incentives it names");
}

static void parse_name(const struct rh_parse *parse, const struct rh_yaml_node *node, struct rh_program *out)
{
    struct rh_reference name = {0};
    if (!rh_parse_name(parse, node, "'name' of the program", &name))
        return;
    out->name = name.text;
    out->name_line = name.line;
    out->name_column = name.column;
}

/* Top-level keys, each of which replaces the extended program's as a whole. */
static void parse_parts(const struct rh_parse *parse, const struct rh_yaml_node *root, struct rh_program *out)
{
    static const struct {
        const char *key;
        int place; /* enum rh_program_place, or -1 */
        void (*parse)(const struct rh_parse *parse, const struct rh_yaml_node *node, struct rh_program *out);
    } parts[] = {
        {"name", -1, parse_name},
        {"description", -1, parse_description},
        {"currency", RH_AT_CURRENCY, parse_currency},
        {"year_starts", -1, parse_starts},
        {"budget", RH_AT_BUDGET, parse_budget},
        {"costs", RH_AT_COSTS, parse_costs},
        {"fx", RH_AT_FX, rh_parse_fx},
        {"withholding", RH_AT_WITHHOLDING, rh_parse_withholding},
        {"tiers", RH_AT_TIERS, rh_parse_tiers},
        {"incentives", -1, parse_incentives},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct rh_yaml_node *node = rh_yaml_find(root, parts[i].key);
        if (node == NULL)
            continue;
        if (parts[i].place >= 0)
            out->place[parts[i].place] = rh_parse_place(node);
        parts[i].parse(parse, node, out);
    }
}

/* The program's own currency has no rate. */
static void check_exchanges(const struct rh_program *self, struct rh_problems *problems)
{
    for (size_t i = 0; i < self->num_exchanges; i++) {
        const struct rh_reference *currency = &self->exchange[i].currency;
        if (strcmp(currency->text, self->currency) == 0)
            rh_program_problem(self, self->place[RH_AT_FX].input, currency->line, currency->column, RH_ERR_INPUT,
                               problems, "a rate of fx for the program's own currency; expected those of other ones");
    }
}

static void parse_root(const struct rh_parse *parse, const struct rh_yaml_node *root, const struct rh_lineage *lineage,
                       struct rh_program *out)
{
    if (!rh_parse_format(parse, root, "program") || !rh_parse_keys(parse, root, RH_SECTION_PROGRAM))
        return;
    const struct rh_yaml_node *extends = rh_yaml_find(root, "extends"), *without = rh_yaml_find(root, "remove");
    bool known = extends == NULL || rh_parse_extends(parse, extends, lineage, out);
    if (extends == NULL)
        check_whole(parse, root);
    else if (without != NULL && known)
        rh_parse_remove(parse, without, out);
    parse_parts(parse, root, out);
    if (known && extends != NULL && out->num_incentives == 0 && rh_yaml_find(root, "incentives") == NULL)
        rh_yaml_problem(parse->yaml, without != NULL ? without : extends, parse->problems, RH_ERR_INPUT,
                        "no incentive is left; expected at least one");
    /* What depends on several parts is told of the program that was asked for, not of those that it changes. */
    if (known && lineage == NULL) {
        check_exchanges(out, parse->problems);
        rh_program_check_tiers(out, parse->problems);
    }
}

/* Takes the file's text for provenance, and what its tree says. */
static void fill(struct rh_program *self, const struct rh_yaml *yaml, const struct rh_lineage *lineage,
                 struct rh_problems *problems)
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
        parse_root(&parse, yaml->root, lineage, self);
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
    return rh_program_parse_base(self, path, text, length, NULL, problems);
}

int rh_program_parse_base(struct rh_program *self, const char *path, const char *text, size_t length,
                          const struct rh_lineage *lineage, struct rh_problems *problems)
{
    set_defaults(self);
    size_t num_before = problems->num_total;
    struct rh_yaml yaml;
    int code = rh_yaml_parse(&yaml, path, text, length, problems);
    check_empty(&yaml, code, problems);
    if (problems->failed == 0)
        fill(self, &yaml, lineage, problems);
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
        fill(self, &yaml, NULL, problems);
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

rh_ppm rh_program_exchange(const struct rh_program *self, const char *currency)
{
    if (currency[0] == '\0' || self->currency[0] == '\0' || strcmp(currency, self->currency) == 0)
        return RH_PPM_ONE;
    for (size_t i = 0; i < self->num_exchanges; i++) {
        if (strcmp(self->exchange[i].currency.text, currency) == 0)
            return self->exchange[i].rate;
    }
    return 0;
}

static bool is_named(const struct rh_reference *name, const char *measure)
{
    return name->text != NULL && strcmp(name->text, measure) == 0;
}

static bool is_required(const struct rh_requirement *requirement, size_t num, const char *measure)
{
    for (size_t i = 0; i < num; i++) {
        if (is_named(&requirement[i].measure, measure))
            return true;
    }
    return false;
}

static bool asked_by_tiers(const struct rh_program *self, const char *measure)
{
    bool asked = false;
    for (size_t i = 0; i < self->num_tiers && !asked; i++)
        asked = is_required(self->tier[i].when, self->tier[i].num_when, measure);
    return asked;
}

bool rh_program_looks_at(const struct rh_program *self, const char *measure)
{
    for (size_t i = 0; i < self->num_incentives; i++) {
        const struct rh_incentive *incentive = &self->incentive[i];
        if (is_named(&incentive->behavior.measure, measure) || is_named(&incentive->ratio_measure, measure) ||
            is_named(&incentive->match.of, measure) ||
            is_required(incentive->requirement, incentive->num_requirements, measure))
            return true;
    }
    return asked_by_tiers(self, measure);
}

bool rh_program_rewards(const struct rh_program *self, const char *measure)
{
    bool rewards = false, bonus = false;
    for (size_t i = 0; i < self->num_incentives; i++)
        rewards = rewards || is_named(&self->incentive[i].behavior.measure, measure);
    for (size_t i = 0; i < self->num_tiers; i++)
        bonus = bonus || self->tier[i].has_rate_bonus;
    return rewards || (bonus && asked_by_tiers(self, measure));
}

static bool is_there(const struct rh_problems *problems, const char *file, long line, long column, const char *message)
{
    for (size_t i = 0; i < problems->num; i++) {
        const struct rh_problem *problem = &problems->items[i];
        if (problem->line == line && problem->column == column && strcmp(problem->file, file) == 0 &&
            strcmp(problem->message, message) == 0)
            return true;
    }
    return false;
}

void rh_program_problem(const struct rh_program *self, int input, long line, long column, int code,
                        struct rh_problems *problems, const char *message)
{
    const struct rh_source *base = input > 0 ? &self->base[input - 1] : NULL;
    char *path = base != NULL ? base->path : self->path, *text = base != NULL ? base->text : self->text;
    if (base != NULL && is_there(problems, path, line, column, message))
        return;
    const struct rh_yaml file = {.path = path, .text = text, .length = strlen(text)};
    const struct rh_yaml_node node = {.line = line, .column = column};
    rh_yaml_problem(&file, &node, problems, code, "%s", message);
}
