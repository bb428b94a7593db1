/* One incentive, key by key. */
#include "program/parse.h"

#include <stdlib.h>

static const struct rh_choice window_choices[] = {
    {"month", RH_WINDOW_MONTH, false}, {"quarter", RH_WINDOW_QUARTER, false}, {"half", RH_WINDOW_HALF, false},
    {"year", RH_WINDOW_YEAR, false},   {"program", RH_WINDOW_PROGRAM, false}, {NULL, 0, false}};
static const struct rh_choice metric_choices[] = {{"total", 0, false}, {"growth", 1, true}, {NULL, 0, false}};
static const struct rh_choice once_choices[] = {{"false", 0, false}, {"true", 1, true}, {NULL, 0, false}};
static const struct rh_choice enrollment_choices[] = {{"automatic", 0, false}, {"opt_in", 1, true}, {NULL, 0, false}};

void rh_incentive_free(struct rh_incentive *self)
{
    free(self->name.text);
    rh_audience_free(&self->audience);
    rh_behavior_free(&self->behavior);
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

static void parse_metric(const struct rh_parse *self, const struct rh_yaml_node *node)
{
    static const char *const later[] = {"ratio_to", "streak", "rank_in", "pooled_by"};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        if (rh_yaml_find(node, later[i]) != NULL) {
            rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_UNSUPPORTED,
                            "'%s' as 'metric' is not supported in this version", later[i]);
            return;
        }
    }
    int unused;
    (void)rh_parse_choice(self, node, "'metric'", metric_choices, &unused);
}

/* Keys of which this version knows the default alone. */
static void parse_defaults(const struct rh_parse *self, const struct rh_yaml_node *node)
{
    const struct rh_yaml_node *metric = rh_yaml_find(node, "metric"), *once = rh_yaml_find(node, "once");
    const struct rh_yaml_node *enrollment = rh_yaml_find(node, "enrollment"), *minimum = rh_yaml_find(node, "minimum");
    const struct rh_yaml_node *multiplier = rh_yaml_find(node, "multiplier");
    int unused;
    int64_t number;
    if (metric != NULL)
        parse_metric(self, metric);
    if (once != NULL)
        (void)rh_parse_choice(self, once, "'once'", once_choices, &unused);
    if (enrollment != NULL)
        (void)rh_parse_choice(self, enrollment, "'enrollment'", enrollment_choices, &unused);
    if (minimum != NULL && rh_parse_number(self, minimum, RH_QUANTITY_CENTS, "'minimum'", &number) && number != 0)
        rh_yaml_problem(self->yaml, minimum, self->problems, RH_ERR_UNSUPPORTED,
                        "'minimum' other than 0 is not supported in this version");
    if (multiplier == NULL)
        return;
    if (multiplier->kind == RH_YAML_MAPPING)
        rh_yaml_problem(self->yaml, multiplier, self->problems, RH_ERR_UNSUPPORTED,
                        "'multiplier' other than 1 is not supported in this version");
    else
        (void)rh_parse_number_within(self, multiplier, RH_QUANTITY_RATE, "'multiplier'", RH_PPM_ONE, RH_PPM_ONE, "1",
                                     &number);
}

static void set_defaults(struct rh_incentive *out)
{
    *out = (struct rh_incentive){
        .active_from = RH_NO_MONTH,
        .active_until = RH_NO_MONTH,
        .cap_window = RH_MISSING,
        .cap_partner = RH_MISSING,
        .cap_total = RH_MISSING,
        .vendor_cost = RH_PPM_ONE,
        .partner_value = RH_PPM_ONE,
        .payout_after_days = 30,
    };
}

void rh_parse_incentive(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out)
{
    set_defaults(out);
    if (!rh_parse_keys(self, node, RH_SECTION_INCENTIVE))
        return;
    const struct rh_yaml_node *name = rh_yaml_find(node, "name"), *window = rh_yaml_find(node, "window");
    int choice;
    if (name != NULL)
        (void)rh_parse_name(self, name, "'name' of an incentive", &out->name);
    if (window != NULL && rh_parse_choice(self, window, "'window' of an incentive", window_choices, &choice))
        out->window = (enum rh_window_kind)choice;
    parse_defaults(self, node);
    /* The reward needs to know the behavior. */
    const struct {
        const char *key;
        void (*parse)(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
    } parts[] = {
        {"active", parse_active}, {"reward", rh_parse_reward}, {"cap", rh_parse_cap}, {"payout", rh_parse_payout}};
    const struct rh_yaml_node *audience = rh_yaml_find(node, "audience"), *behavior = rh_yaml_find(node, "behavior");
    if (audience != NULL)
        rh_parse_audience(self, audience, &out->audience);
    if (behavior != NULL)
        rh_parse_behavior(self, behavior, &out->behavior);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct rh_yaml_node *part = rh_yaml_find(node, parts[i].key);
        if (part != NULL)
            parts[i].parse(self, part, out);
    }
}
