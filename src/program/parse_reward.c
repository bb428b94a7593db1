/* What is paid: levels, caps, and how it reaches the partner. */
#include "program/parse.h"

#include "core/memory.h"

#include <stdlib.h>

#define MOST_MONEY INT64_MAX

static const struct rh_choice bands_choices[] = {
    {"marginal", RH_BANDS_MARGINAL, false}, {"retroactive", RH_BANDS_RETROACTIVE, false}, {NULL, 0, false}};
static const struct rh_choice payee_choices[] = {
    {"firm", RH_PAID_TO_FIRM, false}, {"rep", RH_PAID_TO_REP, false}, {NULL, 0, false}};
static const struct rh_choice claim_choices[] = {
    {"automatic", RH_CLAIM_AUTOMATIC, false}, {"required", RH_CLAIM_REQUIRED, false}, {NULL, 0, false}};
static const struct rh_choice pays_on_choices[] = {{"attainment", 0, false}, {"growth", 1, true}, {NULL, 0, false}};
static const struct rh_choice kind_choices[] = {
    {"cash", 0, false}, {"credit", 1, true}, {"points", 2, true}, {"non_cash", 3, true}, {NULL, 0, false}};

/* A threshold, which may be relative in the language, though not yet here. */
static bool parse_from(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_level *out)
{
    if (node->kind == RH_YAML_SCALAR && !node->quoted && rh_value_relative(node->text, node->length)) {
        char found[RH_YAML_FOUND];
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_UNSUPPORTED,
                        "'from' of a level is %s: relative thresholds are not supported in this version",
                        rh_yaml_found(node, found));
        return false;
    }
    return rh_parse_number(self, node, RH_QUANTITY_MONEY, "'from' of a level", &out->from);
}

/* What measures of money and counts cannot pay. Other measures are known by the history alone. */
static void check_nature(const struct rh_parse *self, const struct rh_yaml_node *level, const char *measure)
{
    const struct rh_yaml_node *rate = rh_yaml_find(level, "rate"), *per_unit = rh_yaml_find(level, "per_unit");
    enum rh_measure_nature nature = rh_measure_nature(measure);
    if (rate != NULL && nature == RH_MEASURE_COUNT)
        rh_yaml_problem(self->yaml, rate, self->problems, RH_ERR_INPUT,
                        "a rate on '%s', which is a count; expected per_unit or flat", measure);
    if (per_unit != NULL && nature == RH_MEASURE_MONEY)
        rh_yaml_problem(self->yaml, per_unit, self->problems, RH_ERR_INPUT,
                        "per_unit on '%s', which is money; expected rate or flat", measure);
}

/* False where the threshold is not known, so that it cannot be compared with others. */
static bool parse_level(const struct rh_parse *self, const struct rh_yaml_node *node, const char *measure,
                        struct rh_level *out)
{
    out->line = node->line;
    out->column = node->column;
    if (!rh_parse_keys(self, node, RH_SECTION_LEVEL))
        return false;
    const struct rh_yaml_node *from = rh_yaml_find(node, "from"), *rate = rh_yaml_find(node, "rate");
    const struct rh_yaml_node *per_unit = rh_yaml_find(node, "per_unit"), *flat = rh_yaml_find(node, "flat");
    bool known = from != NULL && parse_from(self, from, out);
    if (rate != NULL)
        out->has_rate = rh_parse_number_within(self, rate, RH_QUANTITY_RATE, "'rate' of a level", 0, RH_PPM_ONE,
                                               "at most 100%, written as 2.5% or 0.025", &out->rate);
    if (per_unit != NULL)
        out->has_per_unit = rh_parse_number(self, per_unit, RH_QUANTITY_MONEY, "'per_unit' of a level", &out->per_unit);
    if (flat != NULL)
        out->has_flat = rh_parse_number(self, flat, RH_QUANTITY_MONEY, "'flat' of a level", &out->flat);
    if (rate == NULL && per_unit == NULL && flat == NULL)
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "a level that says nothing of what it pays; expected rate, per_unit or flat");
    check_nature(self, node, measure);
    return known;
}

static void parse_levels(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    char found[RH_YAML_FOUND];
    if (node->kind != RH_YAML_SEQUENCE || node->num == 0) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "'levels' of the reward is %s; expected a list of levels, such as [{from: 5k, rate: 1%%}]",
                        node->kind == RH_YAML_SEQUENCE ? "empty" : rh_yaml_found(node, found));
        return;
    }
    out->level = rh_calloc(node->num, sizeof *out->level);
    if (out->level == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    const char *measure = out->behavior.measure.text != NULL ? out->behavior.measure.text : "";
    bool any_known = false;
    rh_money last_from = 0;
    for (size_t i = 0; i < node->num; i++) {
        struct rh_level *level = &out->level[out->num_levels++];
        if (!parse_level(self, node->item[i], measure, level))
            continue;
        if (any_known && level->from <= last_from) {
            const struct rh_yaml_node *from = rh_yaml_find(node->item[i], "from");
            rh_yaml_problem(self->yaml, from, self->problems, RH_ERR_INPUT,
                            "'from' of a level is %s, not above that of the level before; expected levels in ascending "
                            "order",
                            rh_yaml_found(from, found));
        }
        any_known = true;
        last_from = level->from;
    }
}

/* Keys of which this version knows the default alone. */
static void parse_defaults(const struct rh_parse *self, const struct rh_yaml_node *node)
{
    const struct rh_yaml_node *pays_on = rh_yaml_find(node, "pays_on"), *kind = rh_yaml_find(node, "kind");
    int unused;
    if (pays_on != NULL)
        (void)rh_parse_choice(self, pays_on, "'pays_on' of the reward", pays_on_choices, &unused);
    if (kind != NULL)
        (void)rh_parse_choice(self, kind, "'kind' of the reward", kind_choices, &unused);
    static const char *const shares[][2] = {{"cost", "'cost' of the reward"}, {"value", "'value' of the reward"}};
    for (size_t i = 0; i < 2; i++) {
        const struct rh_yaml_node *share = rh_yaml_find(node, shares[i][0]);
        int64_t number;
        if (share != NULL && rh_parse_number(self, share, RH_QUANTITY_RATE, shares[i][1], &number) &&
            number != RH_PPM_ONE)
            rh_yaml_problem(self->yaml, share, self->problems, RH_ERR_UNSUPPORTED,
                            "%s other than 100%% is not supported in this version", shares[i][1]);
    }
}

void rh_parse_reward(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_REWARD))
        return;
    const struct rh_yaml_node *bands = rh_yaml_find(node, "bands"), *levels = rh_yaml_find(node, "levels");
    const struct rh_yaml_node *paid_to = rh_yaml_find(node, "paid_to");
    int choice;
    if (bands != NULL && rh_parse_choice(self, bands, "'bands' of the reward", bands_choices, &choice))
        out->bands = (enum rh_bands)choice;
    if (paid_to != NULL && rh_parse_choice(self, paid_to, "'paid_to' of the reward", payee_choices, &choice))
        out->paid_to = (enum rh_payee)choice;
    if (levels != NULL)
        parse_levels(self, levels, out);
    parse_defaults(self, node);
}

void rh_parse_cap(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_CAP))
        return;
    const struct {
        const char *key, *what;
        rh_money *cap;
    } caps[] = {{"window", "'window' of the cap", &out->cap_window},
                {"partner", "'partner' of the cap", &out->cap_partner},
                {"total", "'total' of the cap", &out->cap_total}};
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        const struct rh_yaml_node *cap = rh_yaml_find(node, caps[i].key);
        if (cap != NULL)
            (void)rh_parse_number_within(self, cap, RH_QUANTITY_CENTS, caps[i].what, 1, MOST_MONEY, "money above 0",
                                         caps[i].cap);
    }
    if (node->num == 0)
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "cap is empty; expected window, partner or total");
}

static bool parse_days(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, bool above_zero,
                       double *out)
{
    double days;
    if (node->kind == RH_YAML_SCALAR && !node->quoted && rh_days_parse(node->text, node->length, &days) &&
        (days > 0 || !above_zero)) {
        *out = days;
        return true;
    }
    char found[RH_YAML_FOUND];
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                    "%s is %s; expected a number of days%s, such as 12.5", what, rh_yaml_found(node, found),
                    above_zero ? " above 0" : "");
    return false;
}

static void parse_processing(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_PROCESSING))
        return;
    const struct rh_yaml_node *mean = rh_yaml_find(node, "mean"), *sd = rh_yaml_find(node, "sd");
    bool good = mean != NULL && parse_days(self, mean, "'mean' of processing", true, &out->processing_mean_days);
    bool good_sd = sd != NULL && parse_days(self, sd, "'sd' of processing", false, &out->processing_sd_days);
    out->has_processing = good && good_sd;
}

void rh_parse_payout(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_PAYOUT))
        return;
    const struct rh_yaml_node *after = rh_yaml_find(node, "after"), *claim = rh_yaml_find(node, "claim");
    const struct rh_yaml_node *processing = rh_yaml_find(node, "processing");
    struct rh_duration duration;
    int choice;
    if (after != NULL && rh_parse_duration(self, after, "'after' of the payout", &duration)) {
        out->payout_after_days = duration.days;
        out->payout_after_months = duration.months;
    }
    if (claim != NULL && rh_parse_choice(self, claim, "'claim' of the payout", claim_choices, &choice))
        out->claim = (enum rh_claim)choice;
    if (processing != NULL)
        parse_processing(self, processing, out);
}
