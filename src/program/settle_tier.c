/* The status program: what a partner did in one review window decides the level it holds in the next. */
#include "core/memory.h"
#include "program/settle_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Months of the review window around the month. */
static void review_around(const struct rh_settle *self, rh_month month, rh_month *first, rh_month *last)
{
    rh_window_around(self->program->tier_review, self->program->year_starts, month, first, last);
}

static int bind_conditions(struct rh_settle *self, size_t t)
{
    const struct rh_tier *tier = &self->program->tier[t];
    self->condition[t] = rh_calloc(tier->num_when, sizeof *self->condition[t]);
    if (self->condition[t] == NULL)
        return rh_settle_no_memory(self);
    for (size_t i = 0; i < tier->num_when; i++) {
        const struct rh_row_choice rows = {.measure = tier->when[i].measure.text, .product = &tier->when[i].product};
        const int code = rh_settle_totals(self, &rows, &self->condition[t][i]);
        if (code != RH_OK)
            return code;
    }
    return RH_OK;
}

int rh_settle_tiers_init(struct rh_settle *self)
{
    const size_t num_tiers = self->program->num_tiers;
    if (num_tiers == 0)
        return RH_OK;
    rh_month first, last, end_first, end_last;
    review_around(self, self->from, &first, &last);
    review_around(self, self->until, &end_first, &end_last);
    self->num_reviews = (size_t)((end_first - first) / (last - first + 1)) + 1;
    self->status = rh_calloc(self->num_reviews, sizeof *self->status);
    self->condition = rh_calloc(num_tiers, sizeof *self->condition);
    if (self->status == NULL || self->condition == NULL)
        return rh_settle_no_memory(self);
    int code = RH_OK;
    bool bonus = false;
    for (size_t t = 0; t < num_tiers && code == RH_OK; t++) {
        bonus |= self->program->tier[t].has_rate_bonus;
        code = bind_conditions(self, t);
    }
    const struct rh_row_choice revenue = {.measure = "revenue"};
    if (code == RH_OK && bonus)
        code = rh_settle_totals(self, &revenue, &self->revenue);
    return code;
}

void rh_settle_tiers_free(struct rh_settle *self)
{
    for (size_t i = 0; self->status != NULL && i < self->num_reviews; i++)
        free(self->status[i]);
    for (size_t t = 0; self->condition != NULL && t < self->program->num_tiers; t++)
        free(self->condition[t]);
    free(self->status);
    free(self->condition);
}

/* Raises to level t those who meet all of its conditions over the review window. */
static int raise_to(struct rh_settle *self, size_t t, rh_month first, rh_month last, int32_t *status)
{
    const struct rh_tier *tier = &self->program->tier[t];
    bool *meets = self->window.eligible; /* not in use while statuses are made */
    memset(meets, 1, self->num_partners * sizeof *meets);
    for (size_t i = 0; i < tier->num_when; i++) {
        const int code = rh_totals_window(self, self->condition[t][i], first, last, self->scratch);
        if (code != RH_OK)
            return code;
        for (size_t k = 0; k < self->num_partners; k++)
            meets[k] &= self->scratch[k] >= tier->when[i].at_least;
    }
    for (size_t k = 0; k < self->num_partners; k++)
        status[k] = meets[k] ? (int32_t)t : status[k];
    return RH_OK;
}

/* Levels held in the review window that starts in `first`. */
static int review(struct rh_settle *self, rh_month first, int num_months, int32_t *status)
{
    if (first - num_months < self->data_first)
        return RH_OK; /* no review window in the data is over: all hold the lowest level, 0 */
    for (size_t k = 0; k < self->num_partners; k++)
        status[k] = -1;
    int code = RH_OK;
    for (size_t t = 0; t < self->program->num_tiers && code == RH_OK; t++)
        code = raise_to(self, t, first - num_months, first - 1, status);
    return code;
}

int rh_settle_status(struct rh_settle *self, rh_month month, const int32_t **out)
{
    *out = NULL;
    if (self->program->num_tiers == 0)
        return RH_OK;
    rh_month first, last, start, start_last;
    review_around(self, month, &first, &last);
    review_around(self, self->from, &start, &start_last);
    const int num_months = last - first + 1;
    int32_t **status = &self->status[(first - start) / num_months];
    if (*status == NULL) {
        *status = rh_calloc(self->num_partners, sizeof **status);
        if (*status == NULL)
            return rh_settle_no_memory(self);
        const int code = review(self, first, num_months, *status);
        if (code != RH_OK)
            return code;
    }
    *out = *status;
    return RH_OK;
}

/* One partner's bonus of the month. */
static int add_bonus(struct rh_settle *self, size_t t, rh_month month, size_t k)
{
    const rh_money revenue = self->scratch[k];
    const struct rh_line line = {.partner = self->row[k],
                                 .incentive = (int32_t)(self->program->num_incentives + t),
                                 .first = month,
                                 .last = month,
                                 .attainment = revenue,
                                 .level = (int32_t)t + 1,
                                 .multiplier = RH_PPM_ONE};
    rh_money earned;
    if (rh_wide_earned((rh_wide)self->program->tier[t].rate_bonus * revenue, RH_PPM_ONE, &earned) != RH_OK)
        return rh_settle_overflow(self, NULL, k, month, month);
    return rh_settle_add_line(self, &line, earned, NULL, k);
}

int rh_settle_tier_lines(struct rh_settle *self, rh_month month)
{
    if (self->revenue == NULL)
        return RH_OK;
    const int32_t *status;
    int code = rh_settle_status(self, month, &status);
    assert(code != RH_OK || status != NULL); /* a bonus is a level's */
    if (code == RH_OK)
        code = rh_totals_window(self, self->revenue, month, month, self->scratch);
    for (size_t t = 0; t < self->program->num_tiers && code == RH_OK; t++) {
        if (!self->program->tier[t].has_rate_bonus)
            continue;
        struct rh_slice *slice = &self->slice[self->num_slices++];
        *slice = (struct rh_slice){.begin = self->num_lines};
        for (size_t k = 0; k < self->num_partners && code == RH_OK; k++) {
            if (status[k] == (int32_t)t && self->scratch[k] > 0)
                code = add_bonus(self, t, month, k);
        }
        slice->end = self->num_lines;
    }
    return code;
}
