/* Whether two incentives are one and the same: every key, wherever it stands in its file. */
#include "program/program.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_list(const struct rh_reference_list *a, const struct rh_reference_list *b)
{
    bool same = a->num == b->num;
    for (size_t k = 0; same && k < a->num; k++)
        same = same_text(a->item[k].text, b->item[k].text);
    return same;
}

static bool same_duration(bool has_a, struct rh_duration a, bool has_b, struct rh_duration b)
{
    return has_a == has_b && (!has_a || (a.days == b.days && a.months == b.months));
}

static bool same_keys(const struct rh_audience_keys *a, const struct rh_audience_keys *b)
{
    return same_list(&a->segment, &b->segment) && same_list(&a->region, &b->region) && same_list(&a->tier, &b->tier) &&
           same_list(&a->partner, &b->partner) && same_list(&a->parent, &b->parent) &&
           same_duration(a->has_tenure_at_least, a->tenure_at_least, b->has_tenure_at_least, b->tenure_at_least) &&
           same_duration(a->has_tenure_at_most, a->tenure_at_most, b->has_tenure_at_most, b->tenure_at_most);
}

static bool same_audience(const struct rh_audience *a, const struct rh_audience *b)
{
    return same_keys(&a->only, &b->only) && a->has_except == b->has_except &&
           (!a->has_except || same_keys(&a->except, &b->except));
}

bool rh_predicates_equal(const struct rh_behavior *a, const struct rh_behavior *b)
{
    bool same = a->num_where == b->num_where;
    for (size_t k = 0; same && k < a->num_where; k++) {
        const struct rh_predicate *x = &a->where[k], *y = &b->where[k];
        same = same_text(x->column.text, y->column.text) && x->comparison == y->comparison &&
               x->numeric == y->numeric && (!x->numeric || x->number == y->number) && same_list(&x->texts, &y->texts);
    }
    return same;
}

static bool same_behavior(const struct rh_behavior *a, const struct rh_behavior *b)
{
    return same_text(a->measure.text, b->measure.text) && same_list(&a->product, &b->product) &&
           rh_predicates_equal(a, b);
}

static bool same_threshold(const struct rh_threshold *a, const struct rh_threshold *b)
{
    return a->relation == b->relation && a->amount == b->amount && a->share == b->share &&
           a->percentile == b->percentile && a->scope == b->scope;
}

static bool same_levels(const struct rh_incentive *a, const struct rh_incentive *b)
{
    bool same = a->num_levels == b->num_levels && a->bands == b->bands && a->pays_on_growth == b->pays_on_growth;
    for (size_t k = 0; same && k < a->num_levels; k++) {
        const struct rh_level *x = &a->level[k], *y = &b->level[k];
        same = x->from == y->from && same_threshold(&x->threshold, &y->threshold) && x->top == y->top &&
               x->has_rate == y->has_rate && x->has_per_unit == y->has_per_unit && x->has_flat == y->has_flat &&
               (!x->has_rate || x->rate == y->rate) && (!x->has_per_unit || x->per_unit == y->per_unit) &&
               (!x->has_flat || x->flat == y->flat);
    }
    return same;
}

static bool same_metric(const struct rh_incentive *a, const struct rh_incentive *b)
{
    if (a->metric != b->metric)
        return false;
    switch (a->metric) {
    case RH_METRIC_RATIO:
        return same_text(a->ratio_measure.text, b->ratio_measure.text) &&
               same_list(&a->ratio_product, &b->ratio_product);
    case RH_METRIC_STREAK:
        return a->streak == b->streak && same_threshold(&a->streak_at_least, &b->streak_at_least);
    case RH_METRIC_RANK:
        return a->rank_scope == b->rank_scope;
    case RH_METRIC_POOLED:
        return same_text(a->pooled_by.text, b->pooled_by.text);
    case RH_METRIC_TOTAL:
    case RH_METRIC_GROWTH:
        break;
    }
    return true;
}

static bool same_conditions(const struct rh_incentive *a, const struct rh_incentive *b)
{
    bool same = a->num_requirements == b->num_requirements && a->num_multipliers == b->num_multipliers;
    for (size_t k = 0; same && k < a->num_requirements; k++) {
        const struct rh_requirement *x = &a->requirement[k], *y = &b->requirement[k];
        same = same_text(x->measure.text, y->measure.text) && same_list(&x->product, &y->product) &&
               x->at_least == y->at_least && x->window == y->window;
    }
    for (size_t k = 0; same && k < a->num_multipliers; k++) {
        const struct rh_multiplier *x = &a->multiplier[k], *y = &b->multiplier[k];
        same = x->of == y->of && same_text(x->name.text, y->name.text) && x->factor == y->factor;
    }
    return same;
}

static bool same_match(const struct rh_match *a, const struct rh_match *b)
{
    return a->given == b->given &&
           (!a->given || (a->share == b->share && a->accrues == b->accrues && a->expires_months == b->expires_months &&
                          same_text(a->of.text, b->of.text)));
}

static bool same_terms(const struct rh_incentive *a, const struct rh_incentive *b)
{
    return a->window == b->window && a->active_from == b->active_from && a->active_until == b->active_until &&
           a->paid_to == b->paid_to && a->kind == b->kind && a->vendor_cost == b->vendor_cost &&
           a->partner_value == b->partner_value && a->once == b->once && same_text(a->exclusive, b->exclusive) &&
           a->minimum == b->minimum && a->clawback_months == b->clawback_months && a->enrollment == b->enrollment &&
           a->cap_window == b->cap_window && a->cap_partner == b->cap_partner && a->cap_total == b->cap_total &&
           a->payout_after_days == b->payout_after_days && a->payout_after_months == b->payout_after_months &&
           a->claim == b->claim && a->has_processing == b->has_processing &&
           (!a->has_processing ||
            (a->processing_mean_days == b->processing_mean_days && a->processing_sd_days == b->processing_sd_days));
}

bool rh_incentive_equal(const struct rh_incentive *a, const struct rh_incentive *b)
{
    return same_text(a->name.text, b->name.text) && same_audience(&a->audience, &b->audience) &&
           same_behavior(&a->behavior, &b->behavior) && same_metric(a, b) && same_levels(a, b) &&
           same_conditions(a, b) && same_match(&a->match, &b->match) && same_terms(a, b);
}

bool rh_program_has(const struct rh_program *self, const struct rh_incentive *incentive)
{
    for (size_t j = 0; j < self->num_incentives; j++) {
        if (rh_incentive_equal(&self->incentive[j], incentive)) {
            return true;
        }
    }
    return false;
}
