/* How the lines of one partner came about, written down while they are settled, so that a statement shows the numbers
 * that were used and not others like them. */
#include "core/memory.h"
#include "program/settle_private.h"

#include <stdlib.h>
#include <string.h>

static const struct rh_line_arithmetic nothing = {.total = RH_MISSING,
                                                  .prior = RH_MISSING,
                                                  .target = RH_MISSING,
                                                  .denominator = RH_MISSING,
                                                  .at_least = RH_MISSING,
                                                  .pool_total = RH_MISSING,
                                                  .pool_reward = RH_MISSING};

static void line_free(struct rh_line_arithmetic *self)
{
    free(self->threshold);
    free(self->match);
}

void rh_arithmetic_free(struct rh_arithmetic *self)
{
    for (size_t i = 0; i < self->num; i++)
        line_free(&self->line[i]);
    free(self->line);
    memset(self, 0, sizeof *self);
}

void rh_trace_window(struct rh_settle *self)
{
    if (self->draft == NULL)
        return;
    line_free(self->draft);
    *self->draft = nothing;
    self->draft_capacity = 0;
}

int rh_trace_thresholds(struct rh_settle *self, const struct rh_bound *bound)
{
    const struct rh_reachable *reachable = &bound->reachable;
    const size_t num = bound->incentive->num_levels;
    free(self->draft->threshold);
    self->draft->threshold = rh_calloc(num, sizeof *self->draft->threshold);
    if (self->draft->threshold == NULL)
        return rh_settle_no_memory(self);
    self->draft->num_thresholds = num;
    for (size_t i = 0; i < num; i++)
        self->draft->threshold[i] = RH_MISSING;
    for (size_t i = 0; i < reachable->num; i++)
        self->draft->threshold[reachable->level[i]] = reachable->theta[i];
    return RH_OK;
}

/* 10⁻¹⁰ as money, for the reader. */
static rh_money shown(rh_wide value)
{
    const rh_wide money = rh_wide_half_even(value, RH_PPM_ONE);
    return money > INT64_MAX ? INT64_MAX : (rh_money)money;
}

int rh_trace_match(struct rh_settle *self, rh_month month, int64_t spend, rh_wide wanted, rh_wide held, rh_wide paid)
{
    struct rh_line_arithmetic *draft = self->draft;
    if (rh_reserve(&draft->match, &self->draft_capacity, draft->num_match + 1, sizeof *draft->match) != RH_OK)
        return rh_settle_no_memory(self);
    draft->match[draft->num_match++] = (struct rh_match_month){
        .month = month, .spend = spend, .wanted = shown(wanted), .fund = shown(held), .paid = shown(paid)};
    return RH_OK;
}

/* What the window's columns say of the partner. */
static int fill_draft(struct rh_settle *self, const struct rh_settle_window *window, size_t k)
{
    const struct rh_bound *bound = window->bound;
    const enum rh_metric metric = bound->incentive->metric;
    struct rh_line_arithmetic *draft = self->draft;
    draft->total = window->total[k];
    if (metric == RH_METRIC_RATIO)
        draft->denominator = window->denominator[k];
    if (metric == RH_METRIC_POOLED || metric == RH_METRIC_RANK || bound->incentive->match.given)
        return RH_OK;
    draft->prior = bound->needs_prior ? window->prior[k] : RH_MISSING;
    draft->target = bound->needs_target ? window->target[k] : RH_MISSING;
    return rh_trace_thresholds(self, bound);
}

int rh_trace_line(struct rh_settle *self, const struct rh_settle_window *window, size_t k)
{
    if (self->draft == NULL || (int32_t)k != self->traced)
        return RH_OK;
    struct rh_arithmetic *out = self->request->arithmetic;
    const size_t num_new = out->num - self->num_finished;
    if (rh_reserve(&out->line, &out->capacity, out->num + 1, sizeof *out->line) != RH_OK ||
        rh_reserve(&self->traced_line, &self->traced_capacity, num_new + 1, sizeof *self->traced_line) != RH_OK)
        return rh_settle_no_memory(self);
    if (window == NULL) {
        rh_trace_window(self);
        self->draft->total = self->line[self->num_lines - 1].attainment;
    } else {
        const int code = fill_draft(self, window, k);
        if (code != RH_OK)
            return code;
    }
    self->traced_line[num_new] = self->num_lines - 1;
    out->line[out->num++] = *self->draft;
    *self->draft = nothing;
    self->draft_capacity = 0;
    return RH_OK;
}

void rh_trace_cut(struct rh_settle *self, size_t i, unsigned reason, rh_money amount)
{
    if (self->draft == NULL || self->line[i].partner != self->request->partner)
        return;
    struct rh_arithmetic *out = self->request->arithmetic;
    for (size_t j = self->num_finished; j < out->num; j++) {
        for (int bit = 0; bit < RH_NUM_REASONS; bit++) {
            if (self->traced_line[j - self->num_finished] == i && reason == 1U << bit)
                out->line[j].cut_by[bit] += amount;
        }
    }
}

void rh_trace_month(struct rh_settle *self)
{
    if (self->draft == NULL)
        return;
    struct rh_arithmetic *out = self->request->arithmetic;
    for (size_t j = self->num_finished; j < out->num; j++)
        out->line[j].line = self->line[self->traced_line[j - self->num_finished]];
    self->num_finished = out->num;
}

void rh_trace_free(struct rh_settle *self)
{
    if (self->draft != NULL)
        line_free(self->draft);
    free(self->draft);
    free(self->traced_line);
}
