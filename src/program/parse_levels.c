/* Levels of a reward: which thresholds a metric knows, and what its levels may pay. */
#include "program/parse.h"

#include "core/memory.h"

#include <stdlib.h>

#define MOST_TOP 1000000000

/* A list of levels that is being read. */
struct levels {
    const struct rh_parse *parse;
    const struct rh_incentive *incentive;
    bool metric_known;
};

const char *rh_metric_name(enum rh_metric metric)
{
    static const char *const names[] = {
        [RH_METRIC_TOTAL] = "total",   [RH_METRIC_GROWTH] = "growth", [RH_METRIC_RATIO] = "ratio_to",
        [RH_METRIC_STREAK] = "streak", [RH_METRIC_RANK] = "rank_in",  [RH_METRIC_POOLED] = "pooled_by",
    };
    return names[metric];
}

/* In what a threshold of the metric is counted. */
static enum rh_quantity quantity_of(enum rh_metric metric)
{
    return metric == RH_METRIC_RATIO ? RH_QUANTITY_FACTOR : RH_QUANTITY_MONEY;
}

/* What cannot be known, or not be compared, is no threshold of the metric. */
static bool check_relation(const struct levels *self, const struct rh_yaml_node *node,
                           const struct rh_threshold *threshold)
{
    enum rh_metric metric = self->incentive->metric;
    char found[RH_YAML_FOUND];
    if (threshold->relation == RH_RELATIVE_NONE)
        return true;
    if (metric == RH_METRIC_RATIO || metric == RH_METRIC_STREAK) {
        rh_yaml_problem(self->parse->yaml, node, self->parse->problems, RH_ERR_INPUT,
                        "'from' of a level is %s with the metric '%s'; expected a number, as only total, growth and "
                        "pooled_by have relative thresholds",
                        rh_yaml_found(node, found), rh_metric_name(metric));
        return false;
    }
    if (metric == RH_METRIC_POOLED && threshold->relation == RH_RELATIVE_PERCENTILE) {
        rh_yaml_problem(self->parse->yaml, node, self->parse->problems, RH_ERR_INPUT,
                        "'from' of a level is %s with the metric 'pooled_by'; expected an amount, or a share of "
                        "prior_year or target",
                        rh_yaml_found(node, found));
        return false;
    }
    return true;
}

static bool check_streak(const struct levels *self, const struct rh_yaml_node *node, rh_money from)
{
    int streak = self->incentive->streak;
    char found[RH_YAML_FOUND];
    if (streak == 0 || (from % RH_MONEY_ONE == 0 && from <= streak * RH_MONEY_ONE))
        return true;
    rh_yaml_problem(self->parse->yaml, node, self->parse->problems, RH_ERR_INPUT,
                    "'from' of a level is %s; expected a whole number up to %d, the length of the streak",
                    rh_yaml_found(node, found), streak);
    return false;
}

static bool parse_from(const struct levels *self, const struct rh_yaml_node *node, struct rh_level *out)
{
    if (!rh_parse_threshold(self->parse, node, quantity_of(self->incentive->metric), "'from' of a level",
                            &out->threshold))
        return false;
    out->from = out->threshold.amount;
    if (!self->metric_known)
        return true;
    return check_relation(self, node, &out->threshold) &&
           (self->incentive->metric != RH_METRIC_STREAK || check_streak(self, node, out->from));
}

static bool parse_top(const struct levels *self, const struct rh_yaml_node *node, struct rh_level *out)
{
    int64_t top;
    if (!rh_parse_number_within(self->parse, node, RH_QUANTITY_WHOLE, "'top' of a level", 1, MOST_TOP, "a rank from 1",
                                &top))
        return false;
    out->top = (int)top;
    return true;
}

/* `from`, or with `rank_in` `top`. False where it is not known, so that it cannot be compared with others. */
static bool parse_threshold(const struct levels *self, const struct rh_yaml_node *node, struct rh_level *out)
{
    const struct rh_yaml_node *from = rh_yaml_find(node, "from"), *top = rh_yaml_find(node, "top");
    bool rank = self->incentive->metric == RH_METRIC_RANK;
    if (!self->metric_known)
        return top == NULL && from != NULL && parse_from(self, from, out);
    const struct rh_yaml_node *wrong = rank ? from : top;
    if (wrong != NULL)
        rh_yaml_problem(self->parse->yaml, wrong, self->parse->problems, RH_ERR_INPUT,
                        rank ? "'from' of a level with the metric 'rank_in'; expected 'top', the last rank that is paid"
                             : "'top' of a level without the metric 'rank_in'; expected 'from'");
    if (rank && top != NULL)
        return parse_top(self, top, out);
    if (!rank && from != NULL)
        return parse_from(self, from, out);
    if (wrong == NULL)
        rh_parse_missing(self->parse, node, RH_SECTION_LEVEL, rank ? "top" : "from");
    return false;
}

/* What measures of money and counts cannot pay, and metrics that only decide. Other measures are known by the history
 * alone. */
static void check_nature(const struct levels *self, const struct rh_yaml_node *level)
{
    const struct rh_yaml_node *rate = rh_yaml_find(level, "rate"), *per_unit = rh_yaml_find(level, "per_unit");
    enum rh_metric metric = self->incentive->metric;
    const char *measure = self->incentive->behavior.measure.text;
    enum rh_measure_nature nature = measure != NULL ? rh_measure_nature(measure) : RH_MEASURE_OPEN;
    if (self->metric_known && (metric == RH_METRIC_STREAK || metric == RH_METRIC_RANK)) {
        const struct rh_yaml_node *wrong = rate != NULL ? rate : per_unit;
        if (wrong != NULL)
            rh_yaml_problem(self->parse->yaml, wrong, self->parse->problems, RH_ERR_INPUT,
                            "'%s' of a level with the metric '%s'; expected flat, which is all that it pays",
                            rate != NULL ? "rate" : "per_unit", rh_metric_name(metric));
        return;
    }
    if (rate != NULL && nature == RH_MEASURE_COUNT)
        rh_yaml_problem(self->parse->yaml, rate, self->parse->problems, RH_ERR_INPUT,
                        "a rate on '%s', which is a count; expected per_unit or flat", measure);
    if (per_unit != NULL && nature == RH_MEASURE_MONEY)
        rh_yaml_problem(self->parse->yaml, per_unit, self->parse->problems, RH_ERR_INPUT,
                        "per_unit on '%s', which is money; expected rate or flat", measure);
}

/* False where the threshold is not known. */
static bool parse_level(const struct levels *self, const struct rh_yaml_node *node, struct rh_level *out)
{
    const struct rh_parse *parse = self->parse;
    out->line = node->line;
    out->column = node->column;
    if (!rh_parse_keys(parse, node, RH_SECTION_LEVEL))
        return false;
    const struct rh_yaml_node *rate = rh_yaml_find(node, "rate"), *per_unit = rh_yaml_find(node, "per_unit");
    const struct rh_yaml_node *flat = rh_yaml_find(node, "flat");
    bool known = parse_threshold(self, node, out);
    if (rate != NULL)
        out->has_rate = rh_parse_number_within(parse, rate, RH_QUANTITY_RATE, "'rate' of a level", 0, RH_PPM_ONE,
                                               "at most 100%, written as 2.5% or 0.025", &out->rate);
    if (per_unit != NULL)
        out->has_per_unit =
            rh_parse_number(parse, per_unit, RH_QUANTITY_MONEY, "'per_unit' of a level", &out->per_unit);
    if (flat != NULL)
        out->has_flat = rh_parse_number(parse, flat, RH_QUANTITY_MONEY, "'flat' of a level", &out->flat);
    if (rate == NULL && per_unit == NULL && flat == NULL)
        rh_yaml_problem(parse->yaml, node, parse->problems, RH_ERR_INPUT,
                        "a level that says nothing of what it pays; expected rate, per_unit or flat");
    check_nature(self, node);
    return known;
}

/* Thresholds are compared within a form: amounts, shares of the same thing, percentiles of the same peers, ranks. */
static int64_t form_and_height(const struct rh_level *level, int *form)
{
    const struct rh_threshold *threshold = &level->threshold;
    *form = 8 * (int)threshold->relation + (int)threshold->scope;
    switch (threshold->relation) {
    case RH_RELATIVE_NONE:
        return level->top > 0 ? level->top : level->from;
    case RH_RELATIVE_PERCENTILE:
        return threshold->percentile;
    default:
        return threshold->share;
    }
}

/* The last known level before i of the same form, whose threshold must be below; NULL where there is none. */
static const struct rh_level *level_before(const struct rh_level *level, const bool *known, size_t i)
{
    int form, other;
    (void)form_and_height(&level[i], &form);
    while (i > 0) {
        (void)form_and_height(&level[--i], &other);
        if (known[i] && other == form)
            return &level[i];
    }
    return NULL;
}

static void check_order(const struct rh_parse *parse, const struct rh_yaml_node *list, const struct rh_incentive *out,
                        const bool *known)
{
    for (size_t i = 0; i < out->num_levels; i++) {
        const struct rh_level *level = &out->level[i];
        const struct rh_level *before = known[i] ? level_before(out->level, known, i) : NULL;
        int form;
        if (before == NULL || form_and_height(level, &form) > form_and_height(before, &form))
            continue;
        const char *key = level->top > 0 ? "top" : "from";
        const struct rh_yaml_node *node = rh_yaml_find(list->item[i], key);
        char found[RH_YAML_FOUND];
        rh_yaml_problem(
            parse->yaml, node, parse->problems, RH_ERR_INPUT,
            "'%s' of a level is %s, not above that of the level before%s; expected levels in ascending order", key,
            rh_yaml_found(node, found),
            level->threshold.relation == RH_RELATIVE_NONE ? "" : " that is relative to the same");
    }
}

void rh_parse_levels(const struct rh_parse *self, const struct rh_yaml_node *node, bool metric_known,
                     struct rh_incentive *out)
{
    bool rank = metric_known && out->metric == RH_METRIC_RANK;
    if (!rh_parse_filled_list(self, node, "'levels' of the reward",
                              rank ? "a list of levels, such as [{top: 3, flat: 5k}]"
                                   : "a list of levels, such as [{from: 5k, rate: 1%}]"))
        return;
    bool *known = rh_calloc(node->num, sizeof *known);
    out->level = rh_calloc(node->num, sizeof *out->level);
    if (out->level == NULL || known == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        free(known);
        return;
    }
    const struct levels levels = {self, out, metric_known};
    for (size_t i = 0; i < node->num; i++)
        known[i] = parse_level(&levels, node->item[i], &out->level[out->num_levels++]);
    check_order(self, node, out, known);
    free(known);
}
