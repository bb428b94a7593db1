/* An incentive bound to the history: names become ids, lists become tables, so that what is asked of each partner in
 * each window is a look-up. */
#include "core/memory.h"
#include "program/settle_private.h"

#include <stdlib.h>
#include <string.h>

int32_t rh_settle_group(const struct rh_settle *self, enum rh_scope scope, size_t k)
{
    const struct rh_partners *partners = &self->history->partners;
    switch (scope) {
    case RH_SCOPE_REGION:
        return partners->region[self->row[k]];
    case RH_SCOPE_SEGMENT:
        return partners->segment[self->row[k]];
    case RH_SCOPE_ALL:
        break;
    }
    return 0;
}

size_t rh_settle_num_groups(const struct rh_settle *self, enum rh_scope scope)
{
    const struct rh_partners *partners = &self->history->partners;
    return scope == RH_SCOPE_REGION ? partners->regions.num : scope == RH_SCOPE_SEGMENT ? partners->segments.num : 1;
}

/* A table of the names that are in the list; NULL in *out where the list asks nothing. */
static int listed(const struct rh_settle *self, const struct rh_reference_list *list, const struct rh_names *names,
                  bool **out)
{
    *out = NULL;
    if (list->num == 0)
        return RH_OK;
    *out = rh_calloc(names->num, sizeof **out);
    if (*out == NULL)
        return rh_settle_no_memory(self);
    for (size_t i = 0; i < list->num; i++) {
        const int32_t id = rh_names_find(names, list->item[i].text);
        if (id >= 0)
            (*out)[id] = true;
    }
    return RH_OK;
}

/* Takes the bit from partners whose id in the column is not in the list. */
static int narrow(const struct rh_settle *self, const struct rh_reference_list *list, const struct rh_names *names,
                  const int32_t *column, unsigned char bit, unsigned char *audience)
{
    bool *in;
    const int code = listed(self, list, names, &in);
    for (size_t k = 0; k < self->num_partners && in != NULL && code == RH_OK; k++) {
        const int32_t row = self->row[k];
        if (!in[column != NULL ? column[row] : row])
            audience[k] = (unsigned char)(audience[k] & ~bit);
    }
    free(in);
    return code;
}

/* Levels of the status program that are in the list; NULL where the list asks nothing. */
static int listed_tiers(const struct rh_settle *self, const struct rh_reference_list *list, bool **out)
{
    if (list->num == 0)
        return RH_OK;
    *out = rh_calloc(self->program->num_tiers, sizeof **out);
    if (*out == NULL)
        return rh_settle_no_memory(self);
    for (size_t t = 0; t < self->program->num_tiers; t++) {
        for (size_t i = 0; i < list->num; i++)
            (*out)[t] |= strcmp(list->item[i].text, self->program->tier[t].name.text) == 0;
    }
    return RH_OK;
}

/* The keys that do not change from window to window. */
static int bind_keys(const struct rh_settle *self, const struct rh_audience_keys *keys, unsigned char bit,
                     unsigned char *audience, bool **tiers)
{
    const struct rh_partners *partners = &self->history->partners;
    for (size_t k = 0; k < self->num_partners; k++)
        audience[k] |= bit;
    int code = narrow(self, &keys->segment, &partners->segments, partners->segment, bit, audience);
    if (code == RH_OK)
        code = narrow(self, &keys->region, &partners->regions, partners->region, bit, audience);
    if (code == RH_OK)
        code = narrow(self, &keys->parent, &partners->parents, partners->parent, bit, audience);
    if (code == RH_OK)
        code = narrow(self, &keys->partner, &partners->id, NULL, bit, audience);
    if (code == RH_OK && self->program->num_tiers > 0)
        code = listed_tiers(self, &keys->tier, tiers);
    else if (code == RH_OK)
        code = narrow(self, &keys->tier, &partners->tiers, partners->tier, bit, audience);
    return code;
}

static int bind_audience(const struct rh_settle *self, struct rh_bound *bound)
{
    const struct rh_audience *audience = &bound->incentive->audience;
    bound->audience = rh_calloc(self->num_partners, sizeof *bound->audience);
    if (bound->audience == NULL)
        return rh_settle_no_memory(self);
    int code = bind_keys(self, &audience->only, RH_AUDIENCE_ONLY, bound->audience, &bound->tier_only);
    if (code == RH_OK && audience->has_except)
        code = bind_keys(self, &audience->except, RH_AUDIENCE_EXCEPT, bound->audience, &bound->tier_except);
    return code;
}

/* The factor of each name; *table is made when the first one is set. */
static int set_factor(const struct rh_settle *self, rh_ppm **table, size_t num, int32_t id, rh_ppm factor)
{
    if (*table == NULL) {
        *table = rh_calloc(num, sizeof **table);
        if (*table == NULL)
            return rh_settle_no_memory(self);
        for (size_t i = 0; i < num; i++)
            (*table)[i] = RH_PPM_ONE;
    }
    if (id >= 0)
        (*table)[id] = factor;
    return RH_OK;
}

static int32_t tier_index(const struct rh_program *program, const char *name)
{
    for (size_t t = 0; t < program->num_tiers; t++) {
        if (strcmp(program->tier[t].name.text, name) == 0)
            return (int32_t)t;
    }
    return -1;
}

static int bind_factors(const struct rh_settle *self, struct rh_bound *bound)
{
    const struct rh_partners *partners = &self->history->partners;
    const size_t num_tiers = self->program->num_tiers;
    int code = RH_OK;
    for (size_t i = 0; i < bound->incentive->num_multipliers && code == RH_OK; i++) {
        const struct rh_multiplier *multiplier = &bound->incentive->multiplier[i];
        const char *name = multiplier->name.text;
        if (multiplier->of == RH_MULTIPLIER_REGION)
            code = set_factor(self, &bound->factors.region, partners->regions.num,
                              rh_names_find(&partners->regions, name), multiplier->factor);
        else if (multiplier->of == RH_MULTIPLIER_SEGMENT)
            code = set_factor(self, &bound->factors.segment, partners->segments.num,
                              rh_names_find(&partners->segments, name), multiplier->factor);
        else if (num_tiers > 0)
            code =
                set_factor(self, &bound->factors.tier, num_tiers, tier_index(self->program, name), multiplier->factor);
        else
            code = set_factor(self, &bound->factors.tier, partners->tiers.num, rh_names_find(&partners->tiers, name),
                              multiplier->factor);
    }
    return code;
}

/* Members by pool, then partner: a counting sort. Partners with an empty cell are pools of their own, behind the rest.
 */
static int fill_pools(const struct rh_settle *self, struct rh_bound *bound, const int32_t *ids,
                      const struct rh_names *names)
{
    const int32_t empty = rh_names_find(names, "");
    bound->num_pools = names->num + self->num_partners;
    bound->pool_start = rh_calloc(bound->num_pools + 1, sizeof *bound->pool_start);
    bound->pool_member = rh_calloc(self->num_partners, sizeof *bound->pool_member);
    size_t *next = rh_calloc(bound->num_pools, sizeof *next);
    if (bound->pool_start == NULL || bound->pool_member == NULL || next == NULL) {
        free(next);
        return rh_settle_no_memory(self);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t k = 0; k < self->num_partners; k++) {
            const int32_t id = ids[self->row[k]];
            const size_t pool = id == empty ? names->num + k : (size_t)id;
            if (pass == 0)
                bound->pool_start[pool + 1]++;
            else
                bound->pool_member[next[pool]++] = (int32_t)k;
        }
        for (size_t pool = 0; pool < bound->num_pools && pass == 0; pool++) {
            next[pool] = bound->pool_start[pool];
            bound->pool_start[pool + 1] += bound->pool_start[pool];
        }
    }
    free(next);
    return RH_OK;
}

static int bind_pools(const struct rh_settle *self, struct rh_bound *bound)
{
    const struct rh_reference *column = &bound->incentive->pooled_by;
    const int32_t *ids;
    const struct rh_names *names;
    if (!rh_history_partner_column(self->history, column->text, &ids, &names))
        return rh_error_set_at(self->error, RH_ERR_INPUT, rh_settle_path(self, bound->incentive->input), column->line,
                               column->column, "pooled_by '%s': the partners have no such column of texts",
                               column->text);
    return fill_pools(self, bound, ids, names);
}

static int bind_totals(struct rh_settle *self, struct rh_bound *bound)
{
    const struct rh_incentive *incentive = bound->incentive;
    const struct rh_row_choice rows = {.measure = incentive->behavior.measure.text,
                                       .product = &incentive->behavior.product,
                                       .where = incentive->behavior.num_where > 0 ? &incentive->behavior : NULL,
                                       .clawback_months = incentive->clawback_months,
                                       .window = incentive->window};
    const struct rh_row_choice ratio = {.measure = incentive->ratio_measure.text, .product = &incentive->ratio_product};
    const struct rh_row_choice accrual = {.measure = incentive->match.of.text};
    int code = rh_settle_totals(self, &rows, &bound->total);
    if (code == RH_OK && incentive->metric == RH_METRIC_RATIO)
        code = rh_settle_totals(self, &ratio, &bound->denominator);
    if (code == RH_OK && incentive->match.given)
        code = rh_settle_totals(self, &accrual, &bound->accrual);
    bound->requirement = rh_calloc(incentive->num_requirements, sizeof *bound->requirement);
    if (bound->requirement == NULL)
        return rh_settle_no_memory(self);
    for (size_t i = 0; i < incentive->num_requirements && code == RH_OK; i++) {
        const struct rh_row_choice asked = {.measure = incentive->requirement[i].measure.text,
                                            .product = &incentive->requirement[i].product};
        code = rh_settle_totals(self, &asked, &bound->requirement[i]);
    }
    return code;
}

/* What a threshold asks for. */
static int bind_threshold(const struct rh_settle *self, struct rh_bound *bound, const struct rh_threshold *threshold,
                          size_t which)
{
    bound->needs_prior |= threshold->relation == RH_RELATIVE_PRIOR_YEAR;
    bound->needs_target |= threshold->relation == RH_RELATIVE_TARGET;
    if (threshold->relation != RH_RELATIVE_PERCENTILE)
        return RH_OK;
    bound->has_percentile = true;
    bound->percentile[which] = rh_calloc(rh_settle_num_groups(self, threshold->scope), sizeof **bound->percentile);
    return bound->percentile[which] != NULL ? RH_OK : rh_settle_no_memory(self);
}

static int bind_thresholds(const struct rh_settle *self, struct rh_bound *bound)
{
    const struct rh_incentive *incentive = bound->incentive;
    const size_t num = incentive->num_levels;
    struct rh_reachable *reachable = &bound->reachable;
    bound->percentile = rh_calloc(num + 1, sizeof *bound->percentile);
    reachable->level = rh_calloc(num, sizeof *reachable->level);
    reachable->theta = rh_calloc(num, sizeof *reachable->theta);
    reachable->all = rh_calloc(num, sizeof *reachable->all);
    if (bound->percentile == NULL || reachable->level == NULL || reachable->theta == NULL || reachable->all == NULL)
        return rh_settle_no_memory(self);
    int code = RH_OK;
    for (size_t i = 0; i < num && code == RH_OK; i++) {
        bound->relative |= incentive->level[i].threshold.relation != RH_RELATIVE_NONE;
        code = bind_threshold(self, bound, &incentive->level[i].threshold, i);
    }
    if (code == RH_OK && incentive->metric == RH_METRIC_STREAK)
        code = bind_threshold(self, bound, &incentive->streak_at_least, num);
    bound->needs_prior |= incentive->metric == RH_METRIC_GROWTH || incentive->pays_on_growth;
    bound->target_measure = rh_names_find(&self->history->measures, incentive->behavior.measure.text);
    if (code == RH_OK && !bound->relative && incentive->metric != RH_METRIC_RANK)
        code = rh_settle_reachable(self, bound, 0, RH_MISSING, RH_MISSING);
    return code;
}

/* What is remembered from window to window, each where the incentive asks for it. */
static int bind_memory(struct rh_settle *self, struct rh_bound *bound)
{
    const struct rh_incentive *incentive = bound->incentive;
    const size_t num = self->num_partners;
    bound->total_left = incentive->cap_total;
    bound->used = incentive->once ? rh_calloc(num, sizeof *bound->used) : NULL;
    bound->kept = incentive->cap_partner != RH_MISSING ? rh_calloc(num, sizeof *bound->kept) : NULL;
    bound->carry = incentive->minimum > 0 ? rh_calloc(num, sizeof *bound->carry) : NULL;
    bound->streak = incentive->metric == RH_METRIC_STREAK ? rh_calloc(num, sizeof *bound->streak) : NULL;
    if ((incentive->once && bound->used == NULL) || (incentive->cap_partner != RH_MISSING && bound->kept == NULL) ||
        (incentive->minimum > 0 && bound->carry == NULL) ||
        (incentive->metric == RH_METRIC_STREAK && bound->streak == NULL))
        return rh_settle_no_memory(self);
    return incentive->match.given ? rh_fund_init(self, bound) : RH_OK;
}

static int count_windows(const struct rh_settle *self, struct rh_bound *bound)
{
    const struct rh_incentive *incentive = bound->incentive;
    rh_month first, last;
    char from[RH_DAY_TEXT], until[RH_DAY_TEXT];
    while (rh_incentive_window(incentive, self->program->year_starts, self->from, self->until, bound->num_windows,
                               &first, &last))
        bound->num_windows++;
    if (bound->num_windows > 0)
        return RH_OK;
    return rh_error_set_at(
        self->error, RH_ERR_INPUT, rh_settle_path(self, incentive->input), incentive->name.line, incentive->name.column,
        "'%s' has no whole window of a %s inside its active months and %s to %s", incentive->name.text,
        rh_window_name(incentive->window), rh_month_format(self->from, from), rh_month_format(self->until, until));
}

int rh_bound_init(struct rh_settle *self, struct rh_bound *bound, int32_t index)
{
    bound->incentive = &self->program->incentive[index];
    bound->index = index;
    bound->total_left = RH_MISSING;
    int code = count_windows(self, bound);
    if (code == RH_OK)
        code = bind_totals(self, bound);
    if (code == RH_OK)
        code = bind_audience(self, bound);
    if (code == RH_OK)
        code = bind_factors(self, bound);
    if (code == RH_OK)
        code = bind_thresholds(self, bound);
    if (code == RH_OK && bound->incentive->metric == RH_METRIC_POOLED)
        code = bind_pools(self, bound);
    if (code == RH_OK)
        code = bind_memory(self, bound);
    return code;
}

void rh_bound_free(struct rh_bound *self)
{
    for (size_t i = 0; self->percentile != NULL && i <= self->incentive->num_levels; i++)
        free(self->percentile[i]);
    free(self->percentile);
    free(self->requirement);
    free(self->audience);
    free(self->tier_only);
    free(self->tier_except);
    free(self->reachable.level);
    free(self->reachable.theta);
    free(self->reachable.all);
    free(self->factors.region);
    free(self->factors.segment);
    free(self->factors.tier);
    free(self->pool_start);
    free(self->pool_member);
    free(self->used);
    free(self->kept);
    free(self->carry);
    free(self->streak);
    free(self->fund);
    free(self->fund_oldest);
    memset(self, 0, sizeof *self);
}
