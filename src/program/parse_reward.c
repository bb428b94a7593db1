/* What is paid: levels or a match, caps, and how it reaches the partner. */
#include "program/parse.h"

#include <string.h>

#define MOST_MONEY INT64_MAX
#define MOST_CLAWBACK 120 /* months */

static const struct rh_choice bands_choices[] = {
    {"marginal", RH_BANDS_MARGINAL}, {"retroactive", RH_BANDS_RETROACTIVE}, {NULL, 0}};
static const struct rh_choice payee_choices[] = {{"firm", RH_PAID_TO_FIRM}, {"rep", RH_PAID_TO_REP}, {NULL, 0}};
static const struct rh_choice claim_choices[] = {
    {"automatic", RH_CLAIM_AUTOMATIC}, {"required", RH_CLAIM_REQUIRED}, {NULL, 0}};
static const struct rh_choice pays_on_choices[] = {{"attainment", false}, {"growth", true}, {NULL, 0}};
static const struct rh_choice kind_choices[] = {{"cash", RH_KIND_CASH},
                                                {"credit", RH_KIND_CREDIT},
                                                {"points", RH_KIND_POINTS},
                                                {"non_cash", RH_KIND_NON_CASH},
                                                {NULL, 0}};

static void parse_fund(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_match *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_FUND))
        return;
    const struct rh_yaml_node *accrues = rh_yaml_find(node, "accrues"), *of = rh_yaml_find(node, "of");
    const struct rh_yaml_node *expires = rh_yaml_find(node, "expires");
    struct rh_duration duration;
    if (accrues != NULL)
        (void)rh_parse_number_within(self, accrues, RH_QUANTITY_RATE, "'accrues' of the fund", 1, RH_PPM_ONE,
                                     "a share above 0% and at most 100%, such as 2%", &out->accrues);
    if (of != NULL && rh_parse_name(self, of, "'of' of the fund", &out->of) &&
        rh_measure_nature(out->of.text) == RH_MEASURE_COUNT)
        rh_yaml_problem(self->yaml, of, self->problems, RH_ERR_INPUT,
                        "'of' of the fund is '%s', which is a count; expected a measure of money", out->of.text);
    if (expires == NULL || !rh_parse_duration(self, expires, "'expires' of the fund", &duration))
        return;
    out->expires_months = duration.months;
    if (duration.months == 0) {
        char found[RH_YAML_FOUND];
        rh_yaml_problem(self->yaml, expires, self->problems, RH_ERR_INPUT,
                        "'expires' of the fund is %s; expected whole months above 0, such as 6 months",
                        rh_yaml_found(expires, found));
    }
}

static void refuse_with_match(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                              const char *instead)
{
    if (node != NULL)
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s with 'match'; expected %s", what, instead);
}

/* Spend that is reimbursed from a fund, in place of levels. */
static void parse_match(const struct rh_parse *self, const struct rh_yaml_node *node, bool metric_known,
                        struct rh_incentive *out)
{
    const struct rh_yaml_node *match = rh_yaml_find(node, "match"), *fund = rh_yaml_find(node, "fund");
    const struct rh_yaml_node *pays_on = rh_yaml_find(node, "pays_on");
    const char *measure = out->behavior.measure.text;
    out->match.given = true;
    (void)rh_parse_number_within(self, match, RH_QUANTITY_RATE, "'match' of the reward", 1, RH_PPM_ONE,
                                 "a share above 0% and at most 100%, such as 50%", &out->match.share);
    if (fund != NULL)
        parse_fund(self, fund, &out->match);
    else
        rh_parse_missing(self, node, RH_SECTION_REWARD, "fund");
    if (measure != NULL && strcmp(measure, "marketing_spend") != 0)
        rh_yaml_problem(self->yaml, match, self->problems, RH_ERR_INPUT,
                        "'match' on '%s'; expected the measure 'marketing_spend', of which a share is reimbursed",
                        measure);
    if (metric_known && out->metric != RH_METRIC_TOTAL)
        rh_yaml_problem(self->yaml, match, self->problems, RH_ERR_INPUT,
                        "'match' with the metric '%s'; expected total, as spend is reimbursed month by month",
                        rh_metric_name(out->metric));
    refuse_with_match(self, rh_yaml_find(node, "levels"), "'levels'",
                      "none, as the share and the fund say what is paid");
    refuse_with_match(self, rh_yaml_find(node, "bands"), "'bands'", "none, as there are no levels");
    if (out->pays_on_growth)
        refuse_with_match(self, pays_on, "'pays_on: growth'", "attainment, as there are no levels");
}

static void check_pays_on(const struct rh_parse *self, const struct rh_yaml_node *pays_on,
                          const struct rh_incentive *out)
{
    if (!out->pays_on_growth || out->metric == RH_METRIC_TOTAL || out->metric == RH_METRIC_POOLED)
        return;
    rh_yaml_problem(self->yaml, pays_on, self->problems, RH_ERR_INPUT,
                    "'pays_on: growth' with the metric '%s'; expected attainment, or total or pooled_by as metric%s",
                    rh_metric_name(out->metric),
                    out->metric == RH_METRIC_GROWTH ? " (the metric 'growth' pays on growth by itself)" : "");
}

/* What is handed out, and what one unit of its face value costs and is worth. */
static void parse_kind(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    static const char range[] = "a share from 0% to 1000%, such as 80%";
    const struct rh_yaml_node *kind = rh_yaml_find(node, "kind"), *cost = rh_yaml_find(node, "cost");
    const struct rh_yaml_node *value = rh_yaml_find(node, "value");
    int choice;
    if (kind != NULL && rh_parse_choice(self, kind, "'kind' of the reward", kind_choices, &choice))
        out->kind = (enum rh_reward_kind)choice;
    if (cost != NULL)
        (void)rh_parse_number_within(self, cost, RH_QUANTITY_RATE, "'cost' of the reward", 0, 10 * RH_PPM_ONE, range,
                                     &out->vendor_cost);
    if (value != NULL)
        (void)rh_parse_number_within(self, value, RH_QUANTITY_RATE, "'value' of the reward", 0, 10 * RH_PPM_ONE, range,
                                     &out->partner_value);
}

static void keep_places(const struct rh_yaml_node *node, struct rh_incentive *out)
{
    static const struct {
        const char *key;
        enum rh_incentive_place place;
    } keys[] = {{"bands", RH_AT_BANDS}, {"pays_on", RH_AT_PAYS_ON}, {"match", RH_AT_MATCH}, {"paid_to", RH_AT_PAID_TO},
                {"kind", RH_AT_KIND},   {"cost", RH_AT_COST},       {"value", RH_AT_VALUE}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        out->place[keys[i].place] = rh_parse_place(rh_yaml_find(node, keys[i].key));
}

void rh_parse_reward(const struct rh_parse *self, const struct rh_yaml_node *node, bool metric_known,
                     struct rh_incentive *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_REWARD))
        return;
    keep_places(node, out);
    const struct rh_yaml_node *bands = rh_yaml_find(node, "bands"), *levels = rh_yaml_find(node, "levels");
    const struct rh_yaml_node *paid_to = rh_yaml_find(node, "paid_to"), *pays_on = rh_yaml_find(node, "pays_on");
    const struct rh_yaml_node *fund = rh_yaml_find(node, "fund");
    int choice;
    if (bands != NULL && rh_parse_choice(self, bands, "'bands' of the reward", bands_choices, &choice))
        out->bands = (enum rh_bands)choice;
    if (paid_to != NULL && rh_parse_choice(self, paid_to, "'paid_to' of the reward", payee_choices, &choice))
        out->paid_to = (enum rh_payee)choice;
    if (pays_on != NULL && rh_parse_choice(self, pays_on, "'pays_on' of the reward", pays_on_choices, &choice))
        out->pays_on_growth = choice != 0;
    parse_kind(self, node, out);
    if (rh_yaml_find(node, "match") != NULL) {
        parse_match(self, node, metric_known, out);
        return;
    }
    if (fund != NULL)
        rh_yaml_problem(self->yaml, fund, self->problems, RH_ERR_INPUT,
                        "'fund' without 'match'; expected the share of the spend that it reimburses");
    if (metric_known)
        check_pays_on(self, pays_on, out);
    if (metric_known && bands != NULL && out->metric == RH_METRIC_RANK)
        rh_yaml_problem(self->yaml, bands, self->problems, RH_ERR_INPUT,
                        "'bands' with 'rank_in'; expected none, as the best level that is reached pays alone");
    if (levels != NULL)
        rh_parse_levels(self, levels, metric_known, out);
    else
        rh_parse_missing(self, node, RH_SECTION_REWARD, "levels");
}

void rh_parse_cap(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_CAP))
        return;
    const struct {
        const char *key, *what;
        rh_money *cap;
        enum rh_incentive_place place;
    } caps[] = {{"window", "'window' of the cap", &out->cap_window, RH_AT_CAP_WINDOW},
                {"partner", "'partner' of the cap", &out->cap_partner, RH_AT_CAP_PARTNER},
                {"total", "'total' of the cap", &out->cap_total, RH_AT_CAP_TOTAL}};
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        const struct rh_yaml_node *cap = rh_yaml_find(node, caps[i].key);
        out->place[caps[i].place] = rh_parse_place(cap);
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

/* The fewest days that so many months can have, a day clamped to a month's end included. */
static int least_days(int months)
{
    static const int days[12] = {0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334};
    return months / 12 * 365 + days[months % 12];
}

/* Nothing that is settled is reopened: the returns must be known when it is paid. */
void rh_parse_clawback(const struct rh_parse *self, const struct rh_yaml_node *node, bool payout_known,
                       struct rh_incentive *out)
{
    char found[RH_YAML_FOUND];
    struct rh_duration duration;
    if (!rh_parse_keys(self, node, RH_SECTION_CLAWBACK))
        return;
    const struct rh_yaml_node *within = rh_yaml_find(node, "within");
    if (within == NULL || !rh_parse_duration(self, within, "'within' of clawback", &duration))
        return;
    if (duration.months < 1 || duration.months > MOST_CLAWBACK) {
        rh_yaml_problem(self->yaml, within, self->problems, RH_ERR_INPUT,
                        "'within' of clawback is %s; expected 1 to %d months, such as 2 months",
                        rh_yaml_found(within, found), MOST_CLAWBACK);
        return;
    }
    out->clawback_months = duration.months;
    int needed = duration.months * 31;
    if (payout_known && out->payout_after_days + least_days(out->payout_after_months) < needed)
        rh_yaml_problem(
            self->yaml, within, self->problems, RH_ERR_INPUT,
            "'within' of clawback is %s, but the payout comes earlier; expected 'after' of the payout to be "
            "at least %d days",
            rh_yaml_found(within, found), needed);
}
