/* What relative thresholds relate to, for all partners at once, so that it can be said how near somebody came to them.
 * The prior year's totals are those of a settlement without audience and levels: a partner may not have been in the
 * audience then. */
#include "program/check_parts.h"

#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

static int keep_totals(void *user, const struct rh_line *line, size_t num, struct rh_error *error)
{
    struct rh_check_base *self = user;
    (void)error;
    for (size_t i = 0; i < num; i++)
        self->total[(size_t)(line[i].first - self->first) * self->num_partners + (size_t)line[i].partner] =
            line[i].attainment;
    return RH_OK;
}

static bool needs_prior(const struct rh_incentive *incentive)
{
    for (size_t k = 0; k < incentive->num_levels; k++) {
        if (incentive->level[k].threshold.relation == RH_RELATIVE_PRIOR_YEAR)
            return true;
    }
    return false;
}

int rh_check_base_init(struct rh_check_base *self, const struct rh_check *check, const struct rh_incentive *incentive)
{
    const struct rh_history *history = check->history;
    rh_month first, last;
    memset(self, 0, sizeof *self);
    if (!needs_prior(incentive) || incentive->metric == RH_METRIC_POOLED || incentive->window == RH_WINDOW_PROGRAM)
        return RH_OK;
    struct rh_level level = {.has_flat = true, .flat = RH_MONEY_ONE};
    struct rh_incentive plain = {.name = incentive->name,
                                 .input = incentive->input,
                                 .behavior = incentive->behavior,
                                 .window = incentive->window,
                                 .clawback_months = incentive->clawback_months,
                                 .active_from = RH_NO_MONTH,
                                 .active_until = RH_NO_MONTH,
                                 .vendor_cost = RH_PPM_ONE,
                                 .partner_value = RH_PPM_ONE,
                                 .cap_window = RH_MISSING,
                                 .cap_partner = RH_MISSING,
                                 .cap_total = RH_MISSING,
                                 .level = &level,
                                 .num_levels = 1};
    struct rh_program program = *check->program;
    program.incentive = &plain;
    program.num_incentives = 1;
    program.num_tiers = program.num_withholdings = 0;
    program.budget_total = RH_MISSING;
    if (!rh_incentive_window(&plain, program.year_starts, history->first_month, history->last_month, 0, &first, &last))
        return RH_OK;
    self->first = history->first_month;
    self->num_months = history->last_month - history->first_month + 1;
    self->num_partners = history->partners.num;
    self->total = rh_calloc((size_t)self->num_months, self->num_partners * sizeof *self->total);
    if (self->total == NULL)
        return rh_error_set(check->error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    const struct rh_settle_request request = {
        .from = RH_NO_MONTH, .until = RH_NO_MONTH, .sink = keep_totals, .user = self, .partner = -1};
    rh_money budget_left;
    return rh_settle_months(&program, history, &request, &budget_left, check->options->progress, check->error);
}

void rh_check_base_free(struct rh_check_base *self)
{
    free(self->total);
    memset(self, 0, sizeof *self);
}

/* Targets are sorted by partner, measure, window kind and start. */
static int64_t find_target(const struct rh_history *history, int32_t partner, int32_t measure, int32_t window,
                           rh_day start)
{
    const struct rh_targets *targets = &history->targets;
    size_t low = 0, high = targets->num;
    while (low < high) {
        const size_t i = low + (high - low) / 2;
        const int32_t found[] = {targets->partner[i], targets->measure[i], targets->window[i],
                                 targets->window_start[i]};
        const int32_t wanted[] = {partner, measure, window, start};
        size_t k = 0;
        while (k < 4 && found[k] == wanted[k])
            k++;
        if (k == 4)
            return targets->target[i];
        if (found[k] < wanted[k])
            low = i + 1;
        else
            high = i;
    }
    return 0;
}

int64_t rh_check_base_of(const struct rh_check_base *self, const struct rh_check *check,
                         const struct rh_incentive *incentive, const struct rh_threshold *threshold, int32_t partner,
                         rh_month window_first)
{
    const rh_month month = window_first - 12 - self->first;
    if (incentive->metric == RH_METRIC_POOLED)
        return 0;
    if (threshold->relation == RH_RELATIVE_TARGET)
        return find_target(check->history, partner,
                           rh_names_find(&check->history->measures, incentive->behavior.measure.text),
                           (int32_t)incentive->window, rh_month_first_day(window_first));
    if (threshold->relation != RH_RELATIVE_PRIOR_YEAR || self->total == NULL || month < 0 || month >= self->num_months)
        return 0;
    return self->total[(size_t)month * self->num_partners + (size_t)partner];
}
