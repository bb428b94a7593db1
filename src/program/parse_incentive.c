/* One incentive, key by key. */
#include "program/parse.h"

#include <stdlib.h>

static const struct rh_choice enrollment_choices[] = {
    {"automatic", RH_ENROLLMENT_AUTOMATIC}, {"opt_in", RH_ENROLLMENT_OPT_IN}, {NULL, 0}};

void rh_incentive_free(struct rh_incentive *self)
{
    free(self->name.text);
    rh_audience_free(&self->audience);
    rh_behavior_free(&self->behavior);
    free(self->ratio_measure.text);
    rh_reference_list_free(&self->ratio_product);
    free(self->pooled_by.text);
    rh_requirements_free(self->requirement, self->num_requirements);
    free(self->match.of.text);
    for (size_t i = 0; i < self->num_multipliers; i++)
        free(self->multiplier[i].name.text);
    free(self->multiplier);
    free(self->exclusive);
    free(self->level);
    *self = (struct rh_incentive){0};
}

static void parse_active(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_ACTIVE))
        return;
    const struct rh_yaml_node *from = rh_yaml_find(node, "from"), *until = rh_yaml_find(node, "until");
    bool both = from != NULL && until != NULL;
    if (from != NULL)
        both = rh_parse_month(self, from, "'from' of active", &out->active_from) && both;
    if (until != NULL)
        both = rh_parse_month(self, until, "'until' of active", &out->active_until) && both;
    if (both && out->active_from > out->active_until) {
        char found[RH_YAML_FOUND];
        rh_yaml_problem(self->yaml, until, self->problems, RH_ERR_INPUT,
                        "'until' of active is %s, before its 'from', '%s'; expected a later month",
                        rh_yaml_found(until, found), from->text);
    }
    if (node->num == 0)
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "active is empty; expected from or until");
}

static void parse_exclusive(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    struct rh_reference group = {0};
    if (rh_parse_name(self, node, "'exclusive' of an incentive", &group))
        out->exclusive = group.text;
}

static void parse_once(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    (void)rh_parse_bool(self, node, "'once'", &out->once);
}

static void parse_minimum(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    (void)rh_parse_number(self, node, RH_QUANTITY_CENTS, "'minimum'", &out->minimum);
}

static void parse_enrollment(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    int choice;
    if (rh_parse_choice(self, node, "'enrollment'", enrollment_choices, &choice))
        out->enrollment = (enum rh_enrollment)choice;
}

static void parse_window(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    if (!rh_parse_window(self, node, "'window' of an incentive", true, &out->window))
        return;
    if (out->metric == RH_METRIC_STREAK && out->window == RH_WINDOW_PROGRAM)
        rh_yaml_problem(
            self->yaml, node, self->problems, RH_ERR_INPUT,
            "'window' is program with the metric 'streak'; expected a shorter one, as a program is one window "
            "and a streak several");
}

static void parse_audience(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    rh_parse_audience(self, node, &out->audience);
}

static void parse_behavior(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    rh_parse_behavior(self, node, &out->behavior);
}

static void set_defaults(struct rh_incentive *out)
{
    *out = (struct rh_incentive){
        .active_from = RH_NO_MONTH,
        .active_until = RH_NO_MONTH,
        .cap_window = RH_MISSING,
        .cap_partner = RH_MISSING,
        .cap_total = RH_MISSING,
        .payout_after_days = 30,
        .vendor_cost = RH_PPM_ONE,
        .partner_value = RH_PPM_ONE,
    };
}

/* Keys that need no other. */
static void parse_parts(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    const struct {
        const char *key;
        enum rh_incentive_place place;
        void (*parse)(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
    } parts[] = {
        {"audience", RH_AT_AUDIENCE, parse_audience},
        {"behavior", RH_AT_BEHAVIOR, parse_behavior},
        {"window", RH_AT_WINDOW, parse_window},
        {"active", RH_AT_ACTIVE, parse_active},
        {"requires", RH_AT_REQUIRES, rh_parse_requires},
        {"multiplier", RH_AT_MULTIPLIER, rh_parse_multiplier},
        {"once", RH_AT_ONCE, parse_once},
        {"exclusive", RH_AT_EXCLUSIVE, parse_exclusive},
        {"minimum", RH_AT_MINIMUM, parse_minimum},
        {"enrollment", RH_AT_ENROLLMENT, parse_enrollment},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct rh_yaml_node *part = rh_yaml_find(node, parts[i].key);
        out->place[parts[i].place] = rh_parse_place(part);
        if (part != NULL)
            parts[i].parse(self, part, out);
    }
    const struct rh_yaml_node *cap = rh_yaml_find(node, "cap");
    if (cap != NULL)
        rh_parse_cap(self, cap, out);
}

void rh_parse_incentive(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    set_defaults(out);
    if (!rh_parse_keys(self, node, RH_SECTION_INCENTIVE))
        return;
    const struct rh_yaml_node *name = rh_yaml_find(node, "name"), *metric = rh_yaml_find(node, "metric");
    const struct rh_yaml_node *reward = rh_yaml_find(node, "reward"), *clawback = rh_yaml_find(node, "clawback");
    if (name != NULL)
        (void)rh_parse_name(self, name, "'name' of an incentive", &out->name);
    out->place[RH_AT_METRIC] = rh_parse_place(metric);
    bool metric_known = metric == NULL || rh_parse_metric(self, metric, out);
    parse_parts(self, node, out);
    /* The reward goes with metric and behavior, the clawback with the payout. */
    out->place[RH_AT_REWARD] = rh_parse_place(reward);
    if (reward != NULL)
        rh_parse_reward(self, reward, metric_known, out);
    const struct rh_yaml_node *payout = rh_yaml_find(node, "payout");
    out->place[RH_AT_PAYOUT] = rh_parse_place(payout);
    size_t num_before = self->problems->num_total;
    if (payout != NULL)
        rh_parse_payout(self, payout, out);
    out->place[RH_AT_CLAWBACK] = rh_parse_place(clawback);
    if (clawback != NULL)
        rh_parse_clawback(self, clawback, self->problems->num_total == num_before, out);
}
