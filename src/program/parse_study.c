/* A study, key by key. */
#include "program/parse_study.h"

#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

static const struct rh_choice method_choices[] = {
    {"bootstrap", RH_REPLAY_BOOTSTRAP}, {"exact", RH_REPLAY_EXACT}, {NULL, 0}};
static const struct rh_choice together_choices[] = {{"all", RH_TOGETHER_ALL},
                                                    {"region", RH_TOGETHER_REGION},
                                                    {"segment", RH_TOGETHER_SEGMENT},
                                                    {"partner", RH_TOGETHER_PARTNER},
                                                    {NULL, 0}};

static void parse_horizon(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_study *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_HORIZON))
        return;
    const struct rh_yaml_node *starts = rh_yaml_find(node, "starts"), *months = rh_yaml_find(node, "months");
    int64_t number = out->horizon_months;
    if (starts != NULL)
        (void)rh_parse_month(self, starts, "'starts' of the horizon", &out->horizon_starts);
    if (months != NULL)
        (void)rh_parse_number_within(self, months, RH_QUANTITY_WHOLE, "'months' of the horizon", 1, 120,
                                     "a number of months from 1 to 120", &number);
    out->horizon_months = (int)number;
    const struct rh_yaml_node *place = starts != NULL ? starts : months != NULL ? months : node;
    out->horizon_line = place->line;
    out->horizon_column = place->column;
}

static void parse_block(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_study *out)
{
    struct rh_duration block;
    if (!rh_parse_duration(self, node, "'block' of the replay", &block))
        return;
    if (block.days != 0 || block.months < 1 || block.months > 120) {
        char found[RH_YAML_FOUND];
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "'block' of the replay is %s; expected 1 to 120 months, such as 6 months",
                        rh_yaml_found(node, found));
        return;
    }
    out->block_months = block.months;
    out->says.block = true;
}

static void parse_replay(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_study *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_REPLAY))
        return;
    const struct rh_yaml_node *method = rh_yaml_find(node, "method"), *block = rh_yaml_find(node, "block");
    const struct rh_yaml_node *phase = rh_yaml_find(node, "phase"), *together = rh_yaml_find(node, "together");
    const struct rh_yaml_node *follow = rh_yaml_find(node, "follow");
    int choice;
    if (method != NULL && rh_parse_choice(self, method, "'method' of the replay", method_choices, &choice))
        out->replay = (enum rh_replay_method)choice;
    if (together != NULL && rh_parse_choice(self, together, "'together' of the replay", together_choices, &choice)) {
        out->together = (enum rh_together)choice;
        out->says.together = true;
    }
    int64_t number = 0;
    if (follow != NULL && rh_parse_number_within(self, follow, RH_QUANTITY_RATE, "'follow' of the replay", 0,
                                                 RH_PPM_ONE, "a share from 0% to 100%", &number))
        out->follow = (double)number / (double)RH_PPM_ONE;
    if (block != NULL)
        parse_block(self, block, out);
    bool automatic = phase != NULL && phase->kind == RH_YAML_SCALAR && strcmp(phase->text, "auto") == 0;
    out->says.phase = phase != NULL;
    if (phase != NULL && !automatic &&
        rh_parse_number_within(self, phase, RH_QUANTITY_WHOLE, "'phase' of the replay", 1, 12,
                               "auto, or a number of months from 1 to 12", &number))
        out->phase = (int)number;
}

/* The one number of the language that may have a sign. */
static void parse_growth(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_study *out)
{
    static const char range[] = "a share above -100% and at most 1000%, such as 3% or -2.5%";
    static const char what[] = "'growth' of the outlook";
    bool negative = node->kind == RH_YAML_SCALAR && !node->quoted && node->text[0] == '-';
    int64_t growth;
    if (!negative) {
        if (rh_parse_number_within(self, node, RH_QUANTITY_RATE, what, 0, 10 * RH_PPM_ONE, range, &growth))
            out->outlook_growth = (double)growth / (double)RH_PPM_ONE;
        return;
    }
    if (rh_value_number(node->text + 1, node->length - 1, RH_QUANTITY_RATE, &growth) == RH_VALUE_OK &&
        growth < RH_PPM_ONE) {
        out->outlook_growth = growth == 0 ? 0 : -(double)growth / (double)RH_PPM_ONE;
        return;
    }
    char found[RH_YAML_FOUND];
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s; expected %s", what,
                    rh_yaml_found(node, found), range);
}

static void parse_outlook(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_study *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_OUTLOOK))
        return;
    const struct rh_yaml_node *growth = rh_yaml_find(node, "growth"), *sd = rh_yaml_find(node, "sd");
    int64_t number;
    out->says.growth = growth != NULL;
    out->says.growth_sd = sd != NULL;
    if (growth != NULL)
        parse_growth(self, growth, out);
    if (sd != NULL && rh_parse_number_within(self, sd, RH_QUANTITY_RATE, "'sd' of the outlook", 0, RH_PPM_ONE,
                                             "a share from 0% to 100%", &number))
        out->outlook_sd = (double)number / (double)RH_PPM_ONE;
}

static void parse_margins(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_study *out)
{
    char found[RH_YAML_FOUND];
    if (node->kind != RH_YAML_MAPPING || node->num == 0) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "'vendor_margin' of finance is %s; expected products and their margins, such as {Vodka: 30%%}",
                        node->kind == RH_YAML_MAPPING ? "empty" : rh_yaml_found(node, found));
        return;
    }
    out->vendor_margin_product = rh_calloc(node->num, sizeof *out->vendor_margin_product);
    out->vendor_margin = rh_calloc(node->num, sizeof *out->vendor_margin);
    if (out->vendor_margin_product == NULL || out->vendor_margin == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    for (size_t i = 0; i < node->num; i++) {
        size_t k = out->num_vendor_margins;
        int64_t margin = 0;
        (void)rh_parse_number_within(self, node->item[i], RH_QUANTITY_RATE, "a vendor_margin", 0, RH_PPM_ONE,
                                     "a share from 0% to 100%", &margin);
        if (!rh_parse_name(self, node->key[i], "a product of vendor_margin", &out->vendor_margin_product[k]))
            continue;
        out->vendor_margin[k] = (double)margin / (double)RH_PPM_ONE;
        out->num_vendor_margins++;
    }
}

static void parse_finance(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_study *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_FINANCE))
        return;
    const struct rh_yaml_node *confidence = rh_yaml_find(node, "confidence");
    const struct rh_yaml_node *margins = rh_yaml_find(node, "vendor_margin");
    int64_t number;
    if (confidence != NULL &&
        rh_parse_number_within(self, confidence, RH_QUANTITY_RATE, "'confidence' of finance", RH_PPM_ONE / 2,
                               RH_PPM_ONE - 1, "a share from 50% to below 100%, such as 95%", &number))
        out->confidence = (double)number / (double)RH_PPM_ONE;
    if (margins != NULL)
        parse_margins(self, margins, out);
}

/* All 64 bits, so that any seed of another tool will do. */
static void parse_seed(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_study *out)
{
    uint64_t seed = 0;
    bool good = node->kind == RH_YAML_SCALAR && !node->quoted && node->length > 0;
    for (size_t i = 0; good && i < node->length; i++) {
        char c = node->text[i];
        good = c >= '0' && c <= '9' && seed <= (UINT64_MAX - (uint64_t)(c - '0')) / 10;
        seed = good ? seed * 10 + (uint64_t)(c - '0') : 0;
    }
    if (good) {
        out->seed = seed;
        return;
    }
    char found[RH_YAML_FOUND];
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                    "'seed' is %s; expected a whole number from 0 to 18446744073709551615", rh_yaml_found(node, found));
}

/* Keys whose value is a mapping. */
static void parse_parts(const struct rh_parse *self, const struct rh_yaml_node *root, struct rh_study *out)
{
    const struct {
        const char *key;
        void (*parse)(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_study *out);
    } parts[] = {{"horizon", parse_horizon},
                 {"replay", parse_replay},
                 {"outlook", parse_outlook},
                 {"finance", parse_finance},
                 {"seed", parse_seed}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct rh_yaml_node *node = rh_yaml_find(root, parts[i].key);
        if (node != NULL)
            parts[i].parse(self, node, out);
    }
    const struct rh_yaml_node *starts = rh_yaml_find(rh_yaml_find(root, "horizon"), "starts");
    if (starts != NULL && out->replay == RH_REPLAY_EXACT)
        rh_yaml_problem(
            self->yaml, starts, self->problems, RH_ERR_INPUT,
            "'starts' of the horizon, with 'method: exact'; expected no such key, as the horizon then is the "
            "history's last months");
}

static void replace(char **text, char *with)
{
    free(*text);
    *text = with;
}

/* A history that is replaced may be gone, but is still to be the name of a file. */
static void parse_history(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_study *out)
{
    bool replaced = out->history_path != NULL;
    char *path = NULL;
    (void)rh_parse_path(self, node, "the history", !replaced, replaced ? &path : &out->history_path);
    free(path);
}

bool rh_parse_study(const struct rh_parse *self, const struct rh_yaml_node *root, struct rh_study *out)
{
    if (!rh_parse_format(self, root, "study") || !rh_parse_keys(self, root, RH_SECTION_STUDY))
        return false;
    const struct rh_yaml_node *title = rh_yaml_find(root, "title"), *history = rh_yaml_find(root, "history");
    const struct rh_yaml_node *reference = rh_yaml_find(root, "reference");
    const struct rh_yaml_node *replications = rh_yaml_find(root, "replications");
    const struct rh_yaml_node *assumptions = rh_yaml_find(root, "assumptions"), *model = rh_yaml_find(root, "model");
    struct rh_reference name;
    if (title != NULL && rh_parse_name(self, title, "'title'", &name))
        replace(&out->title, name.text);
    if (history != NULL)
        parse_history(self, history, out);
    if (reference != NULL && rh_parse_name(self, reference, "'reference'", &name)) {
        free(out->reference.text);
        out->reference = name;
    }
    if (replications != NULL)
        (void)rh_parse_number_within(self, replications, RH_QUANTITY_WHOLE, "'replications'", 1, 1000000000,
                                     "a whole number from 1 to 1000M", &out->replications);
    if (assumptions != NULL)
        (void)rh_parse_path(self, assumptions, "the file of assumptions", true, &out->assumptions_path);
    if (model != NULL)
        (void)rh_parse_path(self, model, "the model", false, &out->model_path);
    parse_parts(self, root, out);
    return true;
}
