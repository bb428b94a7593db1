/* Step 1, but for the base: who takes part in a window, as of its first day; and the factor of the reward. */
#include "program/settle_private.h"

#include <string.h>

/* Level of the partner among the names that its factors and audiences are by; -1: none. */
static int32_t tier_of(const struct rh_settle *self, const int32_t *status, size_t k)
{
    return status != NULL ? status[k] : self->history->partners.tier[self->row[k]];
}

/* One side of the audience: keys that do not change, tenure, level of the status program. */
static bool fits(const struct rh_settle *self, const struct rh_settle_window *window,
                 const struct rh_audience_keys *keys, enum rh_audience_bit bit, const bool *tiers, size_t k,
                 rh_day first_day)
{
    if ((window->bound->audience[k] & bit) == 0)
        return false;
    if (tiers != NULL && (window->status[k] < 0 || !tiers[window->status[k]]))
        return false;
    return rh_audience_tenure_fits(keys, self->history->partners.joined[self->row[k]], first_day);
}

static void find_audience(const struct rh_settle *self, struct rh_settle_window *window)
{
    const struct rh_bound *bound = window->bound;
    const struct rh_audience *audience = &bound->incentive->audience;
    const rh_day first_day = rh_month_first_day(window->first), last_day = rh_month_last_day(window->last);
    for (size_t k = 0; k < self->num_partners; k++) {
        const rh_day joined = self->history->partners.joined[self->row[k]];
        window->eligible[k] = (joined == RH_NO_DAY || joined <= last_day) &&
                              fits(self, window, &audience->only, RH_AUDIENCE_ONLY, bound->tier_only, k, first_day) &&
                              !(audience->has_except && fits(self, window, &audience->except, RH_AUDIENCE_EXCEPT,
                                                             bound->tier_except, k, first_day));
    }
}

/* All of `requires` must hold in the last whole window of its kind before this one's first day. */
static int find_met(struct rh_settle *self, struct rh_settle_window *window, size_t i)
{
    const struct rh_requirement *requirement = &window->bound->incentive->requirement[i];
    rh_month first, last;
    rh_window_around(requirement->window, self->program->year_starts, window->first, &first, &last);
    last = first - 1;
    first -= rh_window_months(requirement->window);
    if (first < self->data_first) {
        memset(window->eligible, 0, self->num_partners * sizeof *window->eligible);
        return RH_OK;
    }
    const int code = rh_totals_window(self, window->bound->requirement[i], first, last, self->scratch);
    for (size_t k = 0; k < self->num_partners && code == RH_OK; k++)
        window->eligible[k] &= self->scratch[k] >= requirement->at_least;
    return code;
}

int rh_settle_eligible(struct rh_settle *self, struct rh_settle_window *window)
{
    int code = rh_settle_status(self, window->first, &window->status);
    if (code == RH_OK)
        find_audience(self, window);
    for (size_t i = 0; i < window->bound->incentive->num_requirements && code == RH_OK; i++)
        code = find_met(self, window, i);
    return code;
}

static int too_high(const struct rh_settle *self, const struct rh_settle_window *window, size_t k)
{
    const struct rh_reference *name = &window->bound->incentive->name;
    return rh_error_set_at(self->error, RH_ERR_INPUT, rh_settle_path(self, window->bound->incentive->input), name->line,
                           name->column,
                           "'%s': the multipliers of partner '%s' make more than 100 together; expected at most 100",
                           name->text, self->history->partners.id.name[self->row[k]]);
}

int rh_settle_multiplier(const struct rh_settle *self, const struct rh_settle_window *window, size_t k, rh_ppm *out)
{
    const struct rh_factors *factors = &window->bound->factors;
    const struct rh_partners *partners = &self->history->partners;
    const int32_t row = self->row[k], tier = tier_of(self, window->status, k);
    const rh_wide one = (rh_wide)RH_PPM_ONE * RH_PPM_ONE;
    if (factors->region == NULL && factors->segment == NULL && factors->tier == NULL) {
        *out = RH_PPM_ONE;
        return RH_OK;
    }
    const rh_ppm region = factors->region != NULL ? factors->region[partners->region[row]] : RH_PPM_ONE;
    const rh_ppm segment = factors->segment != NULL ? factors->segment[partners->segment[row]] : RH_PPM_ONE;
    const rh_ppm of_tier = factors->tier != NULL && tier >= 0 ? factors->tier[tier] : RH_PPM_ONE;
    rh_wide product; /* 10⁻¹⁸, of three factors of 10⁻⁶ */
    if (rh_wide_mul((rh_wide)region * segment, of_tier, &product) != RH_OK || product > one * RH_PPM_ONE * 100)
        return too_high(self, window, k);
    *out = (rh_ppm)rh_wide_half_even(product, one);
    return RH_OK;
}
