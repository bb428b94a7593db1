/* What relative thresholds relate to: the partner's own year before, its target, its peers. A partner without such a
 * base has no part in the window. */
#include "program/settle_private.h"

#include <stdlib.h>
#include <string.h>

/* The same window one year earlier is in the history. */
static bool has_prior(const struct rh_settle *self, const struct rh_settle_window *window)
{
    return window->first - 12 >= self->data_first;
}

static void nobody(const struct rh_settle *self, struct rh_settle_window *window)
{
    memset(window->eligible, 0, self->num_partners * sizeof *window->eligible);
}

/* Targets for this window, 0 for those without. */
static void fill_targets(const struct rh_settle *self, struct rh_settle_window *window)
{
    const struct rh_targets *targets = &self->history->targets;
    const rh_day start = rh_month_first_day(window->first);
    memset(window->target, 0, self->num_partners * sizeof *window->target);
    for (size_t i = 0; i < targets->num; i++) {
        if (targets->measure[i] == window->bound->target_measure && targets->window_start[i] == start &&
            targets->window[i] == (int32_t)window->bound->incentive->window)
            window->target[self->rank[targets->partner[i]]] = targets->target[i];
    }
}

static int compare_values(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void rh_settle_sort_groups(struct rh_settle *self, enum rh_scope scope, const bool *include, const int64_t *value)
{
    struct rh_groups *groups = &self->groups;
    groups->num = rh_settle_num_groups(self, scope);
    memset(groups->start, 0, (groups->num + 1) * sizeof *groups->start);
    /* A counting sort: start[g + 1] is the end of group g, and comes down to its start while the group is filled. */
    for (size_t k = 0; k < self->num_partners; k++) {
        const size_t g = (size_t)rh_settle_group(self, scope, k);
        groups->start[g + 1] += include[k];
    }
    for (size_t g = 0; g < groups->num; g++)
        groups->start[g + 1] += groups->start[g];
    const size_t num = groups->start[groups->num];
    for (size_t k = self->num_partners; k-- > 0;) {
        const size_t g = (size_t)rh_settle_group(self, scope, k);
        if (include[k])
            groups->value[--groups->start[g + 1]] = value[k];
    }
    memmove(groups->start, groups->start + 1, groups->num * sizeof *groups->start);
    groups->start[groups->num] = num;
    for (size_t g = 0; g < groups->num; g++)
        qsort(groups->value + groups->start[g], groups->start[g + 1] - groups->start[g], sizeof *groups->value,
              compare_values);
}

/* Quantile of type 7 (Hyndman & Fan 1996, doi:10.2307/2684934): at (n - 1)·p/100 between the sorted values, exact in
 * hundredths, rounded half to even. RH_MISSING where it is not above 0. */
static int64_t percentile(const int64_t *value, size_t num, int percent)
{
    if (num == 0)
        return RH_MISSING;
    const size_t place = (num - 1) * (size_t)percent, low = place / 100, rest = place % 100;
    const rh_wide above = rest > 0 ? (rh_wide)value[low + 1] - value[low] : 0;
    const rh_wide hundredths = (rh_wide)value[low] * 100 + above * (rh_wide)rest;
    return hundredths > 0 ? (int64_t)rh_wide_half_even(hundredths, 100) : RH_MISSING;
}

/* Percentiles of one threshold by group, where its scope is the one that is sorted. */
static void fill_percentile(const struct rh_settle *self, const struct rh_bound *bound,
                            const struct rh_threshold *threshold, size_t which, enum rh_scope scope)
{
    const struct rh_groups *groups = &self->groups;
    if (bound->percentile[which] == NULL || threshold->scope != scope)
        return;
    for (size_t g = 0; g < groups->num; g++)
        bound->percentile[which][g] = percentile(groups->value + groups->start[g],
                                                 groups->start[g + 1] - groups->start[g], threshold->percentile);
}

static bool uses_scope(const struct rh_bound *bound, enum rh_scope scope)
{
    const struct rh_incentive *incentive = bound->incentive;
    for (size_t i = 0; i <= incentive->num_levels; i++) {
        const struct rh_threshold *threshold =
            i < incentive->num_levels ? &incentive->level[i].threshold : &incentive->streak_at_least;
        if (bound->percentile[i] != NULL && threshold->scope == scope)
            return true;
    }
    return false;
}

/* Peers are the history's partners who had joined by the earlier window's first day, whoever is in the audience. */
static void fill_percentiles(struct rh_settle *self, const struct rh_settle_window *window)
{
    const struct rh_bound *bound = window->bound;
    const struct rh_incentive *incentive = bound->incentive;
    const rh_day earlier = rh_month_first_day(window->first - 12);
    for (size_t k = 0; k < self->num_partners; k++) {
        const rh_day joined = self->history->partners.joined[self->row[k]];
        self->peer[k] = joined == RH_NO_DAY || joined <= earlier;
        self->scratch[k] = window->prior[k] > 0 ? window->prior[k] : 0;
    }
    for (int scope = RH_SCOPE_ALL; scope <= RH_SCOPE_SEGMENT; scope++) {
        if (!uses_scope(bound, (enum rh_scope)scope))
            continue;
        rh_settle_sort_groups(self, (enum rh_scope)scope, self->peer, self->scratch);
        for (size_t i = 0; i < incentive->num_levels; i++)
            fill_percentile(self, bound, &incentive->level[i].threshold, i, (enum rh_scope)scope);
        fill_percentile(self, bound, &incentive->streak_at_least, incentive->num_levels, (enum rh_scope)scope);
    }
}

/* Each percentile that the incentive asks for is above 0 among the partner's peers. */
static bool has_percentiles(const struct rh_settle *self, const struct rh_bound *bound, size_t k)
{
    const struct rh_incentive *incentive = bound->incentive;
    for (size_t i = 0; i <= incentive->num_levels; i++) {
        const struct rh_threshold *threshold =
            i < incentive->num_levels ? &incentive->level[i].threshold : &incentive->streak_at_least;
        if (bound->percentile[i] != NULL &&
            bound->percentile[i][rh_settle_group(self, threshold->scope, k)] == RH_MISSING)
            return false;
    }
    return true;
}

int rh_settle_base(struct rh_settle *self, struct rh_settle_window *window)
{
    const struct rh_bound *bound = window->bound;
    const bool wants_prior = bound->needs_prior || bound->has_percentile;
    int code = RH_OK;
    if (wants_prior && !has_prior(self, window)) {
        nobody(self, window);
        return RH_OK;
    }
    if (wants_prior)
        code = rh_totals_window(self, bound->total, window->first - 12, window->last - 12, window->prior);
    if (code == RH_OK && bound->needs_target)
        fill_targets(self, window);
    if (code == RH_OK && bound->has_percentile)
        fill_percentiles(self, window);
    const rh_day earlier = wants_prior ? rh_month_first_day(window->first - 12) : RH_NO_DAY;
    for (size_t k = 0; k < self->num_partners && code == RH_OK; k++) {
        const rh_day joined = self->history->partners.joined[self->row[k]];
        bool has_base = !bound->needs_target || window->target[k] > 0;
        if (bound->needs_prior)
            has_base = has_base && window->prior[k] > 0 && (joined == RH_NO_DAY || joined <= earlier);
        window->eligible[k] =
            window->eligible[k] && has_base && (!bound->has_percentile || has_percentiles(self, bound, k));
    }
    return code;
}

int rh_settle_threshold(const struct rh_settle *self, const struct rh_bound *bound,
                        const struct rh_threshold *threshold, size_t which, size_t k, rh_money prior, rh_money target,
                        int64_t *out)
{
    switch (threshold->relation) {
    case RH_RELATIVE_NONE:
        *out = threshold->amount;
        return RH_OK;
    case RH_RELATIVE_PRIOR_YEAR:
        return rh_muldiv(threshold->share, prior, RH_PPM_ONE, out);
    case RH_RELATIVE_TARGET:
        return rh_muldiv(threshold->share, target, RH_PPM_ONE, out);
    case RH_RELATIVE_PERCENTILE:
        *out = bound->percentile[which][rh_settle_group(self, threshold->scope, k)];
        return RH_OK;
    }
    return RH_ERR_OVERFLOW;
}

int rh_settle_reachable(const struct rh_settle *self, struct rh_bound *bound, size_t k, rh_money prior, rh_money target)
{
    struct rh_reachable *out = &bound->reachable;
    const size_t num = bound->incentive->num_levels;
    for (size_t i = 0; i < num; i++) {
        if (rh_settle_threshold(self, bound, &bound->incentive->level[i].threshold, i, k, prior, target,
                                &out->all[i]) != RH_OK)
            return RH_ERR_OVERFLOW;
    }
    /* From the last level down: within reach is what lies below all later thresholds. */
    size_t at = num;
    for (size_t i = num; i-- > 0;) {
        if (at < num && out->all[i] >= out->theta[at])
            continue;
        at--;
        out->theta[at] = out->all[i];
        out->level[at] = (int32_t)i;
    }
    out->num = num - at;
    memmove(out->theta, out->theta + at, out->num * sizeof *out->theta);
    memmove(out->level, out->level + at, out->num * sizeof *out->level);
    return RH_OK;
}
