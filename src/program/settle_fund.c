/* Market development money: a fund that accrues with what a partner sells, and pays a share of what it spends. Amounts
 * in the fund are exact (10⁻¹⁰); what a month has accrued is kept apart, since it is usable from the next month on, for
 * a time, oldest first. */
#include "core/memory.h"
#include "program/settle_private.h"

#include <stdlib.h>

int rh_fund_init(struct rh_settle *self, struct rh_bound *bound)
{
    const struct rh_match *match = &bound->incentive->match;
    bound->fund = rh_calloc((size_t)self->num_months, self->num_partners * sizeof *bound->fund);
    bound->fund_oldest = rh_calloc(self->num_partners, sizeof *bound->fund_oldest);
    if (bound->fund == NULL || bound->fund_oldest == NULL)
        return rh_settle_no_memory(self);
    for (int month = 0; month < self->num_months; month++) {
        rh_wide *accrued = bound->fund + (size_t)month * self->num_partners;
        const int code = rh_totals_window(self, bound->accrual, self->from + month, self->from + month, self->scratch);
        if (code != RH_OK)
            return code;
        for (size_t k = 0; k < self->num_partners; k++)
            accrued[k] = self->scratch[k] > 0 ? (rh_wide)match->accrues * self->scratch[k] : 0;
    }
    return RH_OK;
}

/* Takes at most `wanted` from what is usable in the month (from the horizon's first); what it gave. */
static rh_wide draw(const struct rh_settle *self, struct rh_bound *bound, size_t k, int month, rh_wide wanted)
{
    const int expires = bound->incentive->match.expires_months;
    int32_t *oldest = &bound->fund_oldest[k];
    rh_wide left = wanted;
    if (expires > 0 && *oldest < month - expires)
        *oldest = month - expires;
    while (*oldest < month) {
        rh_wide *held = &bound->fund[(size_t)*oldest * self->num_partners + k];
        const rh_wide taken = *held < left ? *held : left;
        *held -= taken;
        left -= taken;
        if (*held > 0)
            break; /* all that was wanted is there */
        ++*oldest;
    }
    return wanted - left;
}

/* What is usable in the month, for the reader. */
static rh_wide usable(const struct rh_settle *self, const struct rh_bound *bound, size_t k, int month)
{
    const int expires = bound->incentive->match.expires_months;
    rh_wide sum = 0;
    for (int m = expires > 0 && month > expires ? month - expires : 0; m < month; m++)
        sum += bound->fund[(size_t)m * self->num_partners + k];
    return sum;
}

int rh_fund_match(struct rh_settle *self, const struct rh_settle_window *window, size_t k, rh_wide *out)
{
    struct rh_bound *bound = window->bound;
    const struct rh_match *match = &bound->incentive->match;
    *out = 0;
    for (rh_month month = window->first; month <= window->last; month++) {
        const int64_t spend = rh_totals_month(self, bound->total, k, month, window->last);
        const rh_wide wanted = spend > 0 ? (rh_wide)match->share * spend : 0;
        const bool traced = self->draft != NULL && (int32_t)k == self->traced;
        const rh_wide held = traced ? usable(self, bound, k, month - self->from) : 0;
        const rh_wide paid = draw(self, bound, k, month - self->from, wanted);
        if (rh_wide_add(*out, paid, out) != RH_OK)
            return RH_ERR_OVERFLOW;
        if (traced && rh_trace_match(self, month, spend, wanted, held, paid) != RH_OK)
            return RH_ERR_NO_MEMORY;
    }
    return RH_OK;
}
