/* Steps 2 and 3: attainment by metric, the level it reaches, and what that pays. */
#include "program/settle_private.h"

static int64_t not_below_zero(int64_t value)
{
    return value > 0 ? value : 0;
}

/* Counts of windows in a row. Whoever has no part in the window, or too little in it, starts again from 0. */
static int count_streaks(struct rh_settle *self, const struct rh_settle_window *window)
{
    const struct rh_bound *bound = window->bound;
    const struct rh_incentive *incentive = bound->incentive;
    for (size_t k = 0; k < self->num_partners; k++) {
        int64_t at_least = 0;
        if (window->eligible[k] && rh_settle_threshold(self, bound, &incentive->streak_at_least, incentive->num_levels,
                                                       k, window->prior[k], window->target[k], &at_least) != RH_OK)
            return rh_settle_overflow(self, bound, k, window->first, window->last);
        if (self->draft != NULL && (int32_t)k == self->traced)
            self->draft->at_least = at_least;
        bound->streak[k] =
            window->eligible[k] && window->total[k] >= at_least ? bound->streak[k] % incentive->streak + 1 : 0;
    }
    return RH_OK;
}

int rh_settle_metric(struct rh_settle *self, struct rh_settle_window *window)
{
    switch (window->bound->incentive->metric) {
    case RH_METRIC_RATIO:
        return rh_totals_window(self, window->bound->denominator, window->first, window->last, window->denominator);
    case RH_METRIC_STREAK:
        return count_streaks(self, window);
    case RH_METRIC_RANK:
        return rh_settle_ranks(self, window);
    case RH_METRIC_POOLED:
        return rh_settle_pools(self, window);
    case RH_METRIC_TOTAL:
    case RH_METRIC_GROWTH:
        break;
    }
    return RH_OK;
}

/* The best of the levels whose `top` takes the rank in. */
static int due_by_rank(const struct rh_incentive *incentive, int64_t rank, struct rh_due *out)
{
    for (size_t i = 0; i < incentive->num_levels; i++) {
        if (rank > 0 && rank <= incentive->level[i].top) {
            out->level = (int32_t)i + 1;
            out->gross = (rh_wide)(incentive->level[i].has_flat ? incentive->level[i].flat : 0) * RH_PPM_ONE;
            break;
        }
    }
    return RH_OK;
}

/* total / denominator in 10⁻⁶. */
static int due_by_ratio(const struct rh_settle_window *window, size_t k, struct rh_due *out)
{
    const int64_t total = not_below_zero(window->total[k]), denominator = window->denominator[k];
    if (denominator <= 0)
        return RH_OK;
    if (rh_muldiv(total, RH_PPM_ONE, denominator, &out->attainment) != RH_OK)
        return RH_ERR_OVERFLOW;
    return rh_bands_pay(window->bound, out->attainment, total, 0, out);
}

static int due_by_bands(const struct rh_settle *self, const struct rh_settle_window *window, size_t k,
                        struct rh_due *out)
{
    struct rh_bound *bound = window->bound;
    const struct rh_incentive *incentive = bound->incentive;
    const int64_t prior = bound->needs_prior ? window->prior[k] : RH_MISSING;
    const int64_t target = bound->needs_target ? window->target[k] : RH_MISSING;
    int64_t a = window->total[k];
    if (incentive->metric == RH_METRIC_STREAK)
        a = (int64_t)bound->streak[k] * RH_MONEY_ONE;
    else if (incentive->metric == RH_METRIC_GROWTH && rh_sub(a, prior, &a) != RH_OK)
        return RH_ERR_OVERFLOW;
    out->attainment = not_below_zero(a);
    if (bound->relative && rh_settle_reachable(self, bound, k, prior, target) != RH_OK)
        return RH_ERR_OVERFLOW;
    return rh_bands_pay(bound, out->attainment, 0, incentive->pays_on_growth ? prior : 0, out);
}

static int due(struct rh_settle *self, struct rh_settle_window *window, size_t k, struct rh_due *out)
{
    const struct rh_incentive *incentive = window->bound->incentive;
    if (incentive->match.given)
        return rh_fund_match(self, window, k, &out->gross);
    switch (incentive->metric) {
    case RH_METRIC_RANK:
        return due_by_rank(incentive, window->rank[k], out);
    case RH_METRIC_RATIO:
        out->attainment = 0;
        return due_by_ratio(window, k, out);
    case RH_METRIC_POOLED:
        out->level = window->level[k];
        out->gross = (rh_wide)window->share[k] / RH_MONEY_PER_CENT * RH_GROSS_PER_CENT;
        return RH_OK;
    case RH_METRIC_TOTAL:
    case RH_METRIC_GROWTH:
    case RH_METRIC_STREAK:
        break;
    }
    return due_by_bands(self, window, k, out);
}

int rh_settle_due(struct rh_settle *self, struct rh_settle_window *window, size_t k, struct rh_due *out)
{
    *out = (struct rh_due){.attainment = not_below_zero(window->total[k])};
    const int code = due(self, window, k, out);
    return code == RH_ERR_OVERFLOW ? rh_settle_overflow(self, window->bound, k, window->first, window->last) : code;
}
