/* What partners share: an amount split to the last cent, a pool's reward, places in a ranking. */
#include "core/memory.h"
#include "program/settle_private.h"

#include <assert.h>
#include <stdlib.h>

/* Largest remainder first; ties to the lower index. */
static int compare_remainders(const void *a, const void *b)
{
    const struct rh_remainder *x = a, *y = b;
    return x->rest != y->rest ? (x->rest < y->rest) - (x->rest > y->rest)
                              : (x->index > y->index) - (x->index < y->index);
}

/* Method of the largest remainder (Hamilton): whole shares first, then one more for those who lost most by rounding. */
int rh_settle_split(struct rh_settle *self, size_t num, const int64_t *weight, int64_t amount, int64_t *part)
{
    rh_wide sum = 0, given = 0;
    for (size_t i = 0; i < num; i++)
        sum += weight[i];
    assert(sum > 0 && amount >= 0);
    if (rh_reserve(&self->remainder, &self->remainder_capacity, num, sizeof *self->remainder) != RH_OK)
        return rh_settle_no_memory(self);
    for (size_t i = 0; i < num; i++) {
        const rh_wide product = (rh_wide)amount * weight[i];
        part[i] = (int64_t)(product / sum);
        given += part[i];
        self->remainder[i] = (struct rh_remainder){product % sum, i};
    }
    const rh_wide spare = amount - given;
    if (spare > 0)
        qsort(self->remainder, num, sizeof *self->remainder, compare_remainders);
    for (size_t i = 0; (rh_wide)i < spare; i++)
        part[self->remainder[i].index]++;
    return RH_OK;
}

/* Number of the ascending values that are at most `value`. */
static size_t num_up_to(const int64_t *values, size_t num, int64_t value)
{
    size_t low = 0, high = num;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (values[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int rh_settle_ranks(struct rh_settle *self, struct rh_settle_window *window)
{
    const enum rh_scope scope = window->bound->incentive->rank_scope;
    const struct rh_groups *groups = &self->groups;
    for (size_t k = 0; k < self->num_partners; k++)
        self->peer[k] = window->eligible[k] && window->total[k] > 0;
    rh_settle_sort_groups(self, scope, self->peer, window->total);
    for (size_t k = 0; k < self->num_partners; k++) {
        const size_t g = (size_t)rh_settle_group(self, scope, k), num = groups->start[g + 1] - groups->start[g];
        window->rank[k] = 0;
        if (self->peer[k])
            window->rank[k] = 1 + (int64_t)(num - num_up_to(groups->value + groups->start[g], num, window->total[k]));
        if (self->draft != NULL && (int32_t)k == self->traced) {
            self->draft->rank = window->rank[k];
            self->draft->num_ranked = (int64_t)num;
        }
    }
    return RH_OK;
}

/* What a pool of eligible members has together. */
struct pool {
    size_t num; /* members in self->weight and member */
    int64_t total, prior, target;
    struct rh_due due;
    rh_money cents;
};

static int gather(struct rh_settle *self, const struct rh_settle_window *window, size_t i, struct pool *out)
{
    const struct rh_bound *bound = window->bound;
    *out = (struct pool){0};
    int code = RH_OK;
    for (size_t m = bound->pool_start[i]; m < bound->pool_start[i + 1] && code == RH_OK; m++) {
        const size_t k = (size_t)bound->pool_member[m];
        if (!window->eligible[k])
            continue;
        const int64_t contribution = window->total[k] > 0 ? window->total[k] : 0;
        self->weight[out->num++] = contribution;
        code = rh_add(out->total, contribution, &out->total);
        if (code == RH_OK && bound->needs_prior)
            code = rh_add(out->prior, window->prior[k], &out->prior);
        if (code == RH_OK && bound->needs_target)
            code = rh_add(out->target, window->target[k], &out->target);
    }
    return code;
}

/* The pool's level and reward in cents. */
static int reward_pool(const struct rh_settle *self, struct rh_bound *bound, struct pool *pool)
{
    rh_money reward;
    if (bound->relative && rh_settle_reachable(self, bound, 0, pool->prior, pool->target) != RH_OK)
        return RH_ERR_OVERFLOW;
    if (rh_bands_pay(bound, pool->total, 0, bound->incentive->pays_on_growth ? pool->prior : 0, &pool->due) != RH_OK ||
        rh_wide_earned(pool->due.gross, RH_PPM_ONE, &reward) != RH_OK)
        return RH_ERR_OVERFLOW;
    pool->cents = reward / RH_MONEY_PER_CENT;
    return RH_OK;
}

/* Hands each eligible member its level and share. */
static int hand_out(struct rh_settle *self, struct rh_settle_window *window, size_t i, const struct pool *pool)
{
    const struct rh_bound *bound = window->bound;
    int code = RH_OK;
    if (pool->num == 1)
        self->part[0] = pool->cents;
    else if (pool->total > 0)
        code = rh_settle_split(self, pool->num, self->weight, pool->cents, self->part);
    size_t at = 0;
    for (size_t m = bound->pool_start[i]; m < bound->pool_start[i + 1] && code == RH_OK; m++) {
        const size_t k = (size_t)bound->pool_member[m];
        if (!window->eligible[k])
            continue;
        window->level[k] = pool->due.level;
        window->share[k] = pool->total > 0 ? self->part[at] * RH_MONEY_PER_CENT : 0;
        at++;
        if (self->draft != NULL && (int32_t)k == self->traced) {
            self->draft->pool_total = pool->total;
            self->draft->pool_reward = pool->cents * RH_MONEY_PER_CENT;
            self->draft->pool_members = pool->num;
            self->draft->prior = bound->needs_prior ? pool->prior : RH_MISSING;
            self->draft->target = bound->needs_target ? pool->target : RH_MISSING;
            code = rh_trace_thresholds(self, bound);
        }
    }
    return code;
}

int rh_settle_pools(struct rh_settle *self, struct rh_settle_window *window)
{
    struct rh_bound *bound = window->bound;
    if (rh_reserve(&self->weight, &self->weight_capacity, self->num_partners, sizeof *self->weight) != RH_OK ||
        rh_reserve(&self->part, &self->part_capacity, self->num_partners, sizeof *self->part) != RH_OK)
        return rh_settle_no_memory(self);
    int code = RH_OK;
    for (size_t i = 0; i < bound->num_pools && code == RH_OK; i++) {
        struct pool pool;
        if (bound->pool_start[i] == bound->pool_start[i + 1])
            continue;
        if (gather(self, window, i, &pool) != RH_OK || reward_pool(self, bound, &pool) != RH_OK)
            return rh_settle_overflow(self, bound, (size_t)bound->pool_member[bound->pool_start[i]], window->first,
                                      window->last);
        if (pool.num > 0)
            code = hand_out(self, window, i, &pool);
    }
    return code;
}
