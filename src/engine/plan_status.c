/* The status program as the engine sees it: a bonus is an incentive on the month's revenue for who holds the level; a
 * condition is an incentive that pays nothing and brings the level's benefits of the next review window. */
#include "core/memory.h"
#include "engine/plan_parts.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to bind the status program");
}

size_t rh_plan_num_made(const struct rh_program *program)
{
    size_t num = 0;
    for (size_t k = 0; k < program->num_tiers; k++) {
        num += program->tier[k].has_rate_bonus;
        num += program->tier[k].num_when;
    }
    return num;
}

/* Months of the review windows that hold a month of the horizon or the first one after it. */
static int find_reviews(const struct rh_plan *self, const struct rh_program *program, struct rh_plan_status *status)
{
    const int length = rh_window_months(program->tier_review);
    rh_month first, last;
    rh_window_around(program->tier_review, program->year_starts, self->first_month, &first, &last);
    int start = (int)(first - self->first_month);
    status->num_reviews = (self->num_months - start) / length + 1;
    status->review = rh_calloc((size_t)status->num_reviews, sizeof *status->review);
    for (int v = 0; status->review != NULL && v < status->num_reviews; v++, start += length) {
        status->review[v] = (struct rh_plan_window){start, start + length - 1};
    }
    return status->review != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

/* A name that the plan owns, among what was made; "" where there is no memory for it. */
static int add_made(struct rh_plan_program *bound, struct rh_incentive **out, const char *name)
{
    const size_t place = (size_t)bound->num_incentives - bound->program->num_incentives;
    struct rh_incentive *made = &bound->made[place];
    made->name.text = rh_strdup(name);
    made->cap_window = made->cap_partner = made->cap_total = RH_MISSING;
    made->active_from = made->active_until = RH_NO_MONTH;
    made->vendor_cost = made->partner_value = RH_PPM_ONE;
    made->payout_after_days = 30;
    *out = made;
    return made->name.text != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

static int add_bonus(struct rh_plan_program *bound, const struct rh_tier *tier, int k)
{
    struct rh_incentive *made;
    struct rh_text name;
    rh_text_init(&name);
    rh_text_printf(&name, "tier:%s", tier->name.text);
    int status = rh_text_status(&name) == RH_OK ? add_made(bound, &made, rh_text_string(&name)) : RH_ERR_NO_MEMORY;
    rh_text_free(&name);
    if (status != RH_OK) {
        return status;
    }
    made->behavior.measure.text = (char *)(uintptr_t) "revenue";
    made->window = RH_WINDOW_MONTH;
    made->level = rh_calloc(1, sizeof *made->level);
    made->num_levels = made->level != NULL ? 1 : 0;
    if (made->level == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    made->level->has_rate = true;
    made->level->rate = tier->rate_bonus;
    bound->incentive[bound->num_incentives++] =
        (struct rh_plan_incentive){.incentive = made, .role = RH_ROLE_TIER_BONUS, .tier = k, .group = -1};
    return RH_OK;
}

/* Windows of a review as far as they are in the horizon. */
static int clip_reviews(const struct rh_plan *self, const struct rh_plan_status *status, struct rh_plan_incentive *out)
{
    out->window = rh_calloc((size_t)status->num_reviews, sizeof *out->window);
    out->window_of = rh_calloc((size_t)self->num_months, sizeof *out->window_of);
    for (int v = 0; out->window != NULL && out->window_of != NULL && v < status->num_reviews; v++) {
        const struct rh_plan_window review = status->review[v];
        if (review.first >= self->num_months) {
            break;
        }
        const struct rh_plan_window window = {review.first > 0 ? review.first : 0,
                                              review.last < self->num_months ? review.last : self->num_months - 1};
        for (int t = window.first; t <= window.last; t++) {
            out->window_of[t] = v;
        }
        out->window[out->num_windows++] = window;
    }
    return out->window != NULL && out->window_of != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

static int add_review(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_program *bound, int k,
                      size_t condition)
{
    const struct rh_requirement *when = &bound->program->tier[k].when[condition];
    struct rh_incentive *made;
    int status = rh_plan_find_gauge(self, from, bound, when->measure.text, &when->product,
                                    &bound->status.condition[k][condition]);
    if (status == RH_OK) {
        status = add_made(bound, &made, when->measure.text);
    }
    if (status != RH_OK) {
        return status;
    }
    made->behavior.measure = when->measure;
    made->behavior.product = when->product;
    made->window = bound->program->tier_review;
    struct rh_plan_incentive *out = &bound->incentive[bound->num_incentives++];
    *out = (struct rh_plan_incentive){.incentive = made, .role = RH_ROLE_TIER_REVIEW, .tier = k, .group = -1};
    return clip_reviews(self, &bound->status, out);
}

static int add_all(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_program *bound)
{
    const struct rh_program *program = bound->program;
    int status = find_reviews(self, program, &bound->status);
    for (size_t k = 0; k < program->num_tiers && status == RH_OK; k++) {
        status = program->tier[k].has_rate_bonus ? add_bonus(bound, &program->tier[k], (int)k) : RH_OK;
    }
    for (size_t k = 0; k < program->num_tiers && status == RH_OK; k++) {
        bound->status.condition[k] = rh_calloc(program->tier[k].num_when + 1, sizeof **bound->status.condition);
        status = bound->status.condition[k] != NULL ? RH_OK : RH_ERR_NO_MEMORY;
        for (size_t c = 0; c < program->tier[k].num_when && status == RH_OK; c++) {
            status = add_review(self, from, bound, (int)k, c);
        }
    }
    return status;
}

int rh_plan_bind_status(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_program *bound,
                        struct rh_error *error)
{
    const struct rh_program *program = bound->program;
    if (program->num_tiers == 0) {
        return RH_OK;
    }
    bound->made = rh_calloc(rh_plan_num_made(program) + 1, sizeof *bound->made);
    bound->status.condition = rh_calloc(program->num_tiers, sizeof *bound->status.condition);
    if (bound->made == NULL || bound->status.condition == NULL) {
        return no_memory(error);
    }
    bound->status.num_tiers = (int)program->num_tiers;
    return add_all(self, from, bound) == RH_OK ? RH_OK : no_memory(error);
}

/* Expected net revenue of a partner in months [first, last] of any time. */
static double expected_revenue(const struct rh_plan *self, const struct rh_plan_sources *from,
                               const struct rh_plan_count *revenue, int i, int first, int last)
{
    double sum = 0.0;
    for (int month = first; month <= last; month++) {
        sum += rh_plan_expected_count(self, from, revenue, i, month);
    }
    return sum;
}

/* What reviews that end after the horizon expect behind it. */
static int bind_after(struct rh_plan *self, const struct rh_plan_sources *from, const struct rh_plan_status *status,
                      struct rh_plan_incentive *bound)
{
    const int last = bound->num_windows > 0 ? status->review[bound->num_windows - 1].last : -1;
    if (last < self->num_months) {
        return RH_OK;
    }
    bound->after = rh_calloc((size_t)self->num_partners + 1, sizeof *bound->after);
    for (int i = 0; bound->after != NULL && i < self->num_partners; i++) {
        bound->after[i] = expected_revenue(self, from, &bound->count, i, self->num_months, last);
    }
    return bound->after != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

static int bind_revenue(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_status *status,
                        const struct rh_plan_count *revenue)
{
    const int num = status->num_reviews, length = status->review[0].last - status->review[0].first + 1;
    const int end = status->review[num - 1].last;
    status->revenue = rh_calloc((size_t)self->num_partners * (size_t)(num + 1) + 1, sizeof *status->revenue);
    status->revenue_after = rh_calloc((size_t)self->num_partners + 1, sizeof *status->revenue_after);
    if (status->revenue == NULL || status->revenue_after == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (int i = 0; i < self->num_partners; i++) {
        for (int v = 0; v <= num; v++) {
            const int first = status->review[0].first + v * length;
            status->revenue[i * (num + 1) + v] = expected_revenue(self, from, revenue, i, first, first + length - 1);
        }
        status->revenue_after[i] = expected_revenue(self, from, revenue, i, self->num_months, end);
    }
    return RH_OK;
}

int rh_plan_bind_benefits(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error)
{
    const struct rh_plan_rows rows = {.measure = "revenue", .product = &(const struct rh_reference_list){0}};
    int status = RH_OK;
    for (int p = 0; p < self->num_programs && status == RH_OK; p++) {
        struct rh_plan_program *program = &self->program[p];
        struct rh_plan_count revenue = {0};
        if (program->status.num_tiers > 0) {
            status = rh_plan_count_init(self, from, &rows, &revenue);
        }
        if (program->status.num_tiers > 0 && status == RH_OK) {
            status = bind_revenue(self, from, &program->status, &revenue);
        }
        rh_plan_count_free(&revenue);
        for (int j = 0; j < program->num_incentives && status == RH_OK; j++) {
            if (program->incentive[j].role == RH_ROLE_TIER_REVIEW) {
                status = bind_after(self, from, &program->status, &program->incentive[j]);
            }
        }
    }
    return status == RH_OK ? RH_OK : no_memory(error);
}

void rh_plan_status_free(struct rh_plan_program *self)
{
    const size_t num = self->made != NULL ? rh_plan_num_made(self->program) : 0;
    for (size_t k = 0; k < num; k++) {
        free(self->made[k].name.text);
        free(self->made[k].level);
    }
    for (int k = 0; self->status.condition != NULL && k < self->status.num_tiers; k++) {
        free(self->status.condition[k]);
    }
    free(self->made);
    free(self->status.condition);
    free(self->status.review);
    free(self->status.revenue);
    free(self->status.revenue_after);
}
