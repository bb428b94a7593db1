/* Steps 5 to 10: from what a line earned to what is paid of it. Each step runs over the month's incentives in the order
 * of the file, partners by id, before the next one begins. */
#include "core/memory.h"
#include "program/settle_private.h"

#include <string.h>

/* Takes amount off what the line still pays. */
static void cut(struct rh_settle *self, size_t i, unsigned reason, rh_money amount)
{
    struct rh_line *line = &self->line[i];
    line->payable -= amount;
    line->cut += amount;
    line->reasons |= reason;
    rh_trace_cut(self, i, reason, amount);
}

static size_t partner_of(const struct rh_settle *self, size_t i)
{
    return (size_t)self->rank[self->line[i].partner];
}

/* Step 5 and 6. */
static void cut_once(struct rh_settle *self, const struct rh_slice *slice)
{
    for (size_t i = slice->begin; i < slice->end && slice->bound->used != NULL; i++) {
        if (slice->bound->used[partner_of(self, i)] && self->line[i].payable > 0)
            cut(self, i, RH_REASON_ONCE, self->line[i].payable);
    }
}

static void cut_window(struct rh_settle *self, const struct rh_slice *slice)
{
    const rh_money cap = slice->bound->incentive->cap_window;
    for (size_t i = slice->begin; i < slice->end && cap != RH_MISSING; i++) {
        if (self->line[i].payable > cap)
            cut(self, i, RH_REASON_WINDOW_CAP, self->line[i].payable - cap);
    }
}

/* Step 7 for the group of slice `s`, which is its first of the month: finds each partner's best line, and cuts the
 * others. The earlier line stays where two are alike. */
static void cut_exclusive(struct rh_settle *self, size_t s)
{
    const char *group = self->slice[s].bound->incentive->exclusive;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t t = s; t < self->num_slices; t++) {
            const struct rh_slice *slice = &self->slice[t];
            if (slice->bound == NULL || slice->bound->incentive->exclusive == NULL ||
                strcmp(slice->bound->incentive->exclusive, group) != 0)
                continue;
            for (size_t i = slice->begin; i < slice->end; i++) {
                size_t *best = &self->best[partner_of(self, i)];
                if (pass == 0 && (*best == 0 || self->line[i].payable > self->line[*best - 1].payable))
                    *best = i + 1;
                else if (pass == 1 && *best != i + 1 && self->line[i].payable > 0)
                    cut(self, i, RH_REASON_EXCLUSIVE, self->line[i].payable);
            }
        }
    }
    memset(self->best, 0, self->num_partners * sizeof *self->best);
}

static bool first_of_group(const struct rh_settle *self, size_t s)
{
    const struct rh_bound *bound = self->slice[s].bound;
    if (bound == NULL || bound->incentive->exclusive == NULL)
        return false;
    for (size_t t = 0; t < s; t++) {
        const char *other = self->slice[t].bound->incentive->exclusive;
        if (other != NULL && strcmp(other, bound->incentive->exclusive) == 0)
            return false;
    }
    return true;
}

/* Step 8: what the partner's cap leaves after earlier windows; and `once` is used up by what is left here. */
static void cut_partner(struct rh_settle *self, const struct rh_slice *slice)
{
    struct rh_bound *bound = slice->bound;
    for (size_t i = slice->begin; i < slice->end; i++) {
        const size_t k = partner_of(self, i);
        if (bound->kept != NULL) {
            const rh_money left = bound->incentive->cap_partner - bound->kept[k];
            if (self->line[i].payable > left)
                cut(self, i, RH_REASON_PARTNER_CAP, self->line[i].payable - left);
            bound->kept[k] += self->line[i].payable;
        }
        if (bound->used != NULL && self->line[i].payable > 0)
            bound->used[k] = true;
    }
}

/* Step 9: too little is carried to the partner's next window, and lost at the last one. */
static int carry(struct rh_settle *self, const struct rh_slice *slice)
{
    struct rh_bound *bound = slice->bound;
    for (size_t i = slice->begin; i < slice->end && bound->carry != NULL; i++) {
        struct rh_line *line = &self->line[i];
        rh_money *balance = &bound->carry[partner_of(self, i)];
        line->carried_in = *balance;
        *balance = 0;
        rh_money most; /* more than this is never paid or cut */
        if (rh_add(line->earned, line->carried_in, &most) != RH_OK)
            return rh_settle_overflow(self, bound, partner_of(self, i), line->first, line->last);
        line->payable += line->carried_in;
        if (line->payable >= bound->incentive->minimum || line->payable == 0)
            continue;
        if (slice->is_last) {
            cut(self, i, RH_REASON_MINIMUM, line->payable);
            continue;
        }
        line->carried_out = *balance = line->payable;
        line->payable = 0;
        line->reasons |= RH_REASON_MINIMUM;
    }
    return RH_OK;
}

/* Step 10: leaves `left` to lines [begin, end), in proportion to what they would pay, whole cents by largest remainder.
 * *paid is what they pay then. */
static int limit(struct rh_settle *self, size_t begin, size_t end, unsigned reason, rh_money left, rh_money *paid)
{
    rh_wide sum = 0;
    for (size_t i = begin; i < end; i++)
        sum += self->line[i].payable;
    *paid = sum <= left ? (rh_money)sum : left;
    if (sum <= left)
        return RH_OK;
    const size_t num = end - begin;
    if (rh_reserve(&self->weight, &self->weight_capacity, num, sizeof *self->weight) != RH_OK ||
        rh_reserve(&self->part, &self->part_capacity, num, sizeof *self->part) != RH_OK)
        return rh_settle_no_memory(self);
    for (size_t i = 0; i < num; i++)
        self->weight[i] = self->line[begin + i].payable / RH_MONEY_PER_CENT;
    const int code = rh_settle_split(self, num, self->weight, left / RH_MONEY_PER_CENT, self->part);
    for (size_t i = 0; i < num && code == RH_OK; i++) {
        const rh_money kept = self->part[i] * RH_MONEY_PER_CENT;
        if (kept < self->line[begin + i].payable)
            cut(self, begin + i, reason, self->line[begin + i].payable - kept);
    }
    return code;
}

static int cut_total(struct rh_settle *self, const struct rh_slice *slice)
{
    struct rh_bound *bound = slice->bound;
    rh_money paid;
    if (bound->total_left == RH_MISSING)
        return RH_OK;
    const int code = limit(self, slice->begin, slice->end, RH_REASON_TOTAL_CAP, bound->total_left, &paid);
    if (code == RH_OK)
        bound->total_left -= paid;
    return code;
}

/* What all lines of the month pay; RH_ERR_OVERFLOW where that does not fit. */
static int sum_month(const struct rh_settle *self, rh_money *out)
{
    rh_wide sum = 0;
    for (size_t i = 0; i < self->num_lines; i++)
        sum += self->line[i].payable;
    if (sum > INT64_MAX)
        return rh_error_set(self->error, RH_ERR_OVERFLOW, "what is payable in a month is too large");
    *out = (rh_money)sum;
    return RH_OK;
}

static int cut_budget(struct rh_settle *self)
{
    rh_money paid = 0;
    if (self->budget_left == RH_MISSING)
        return RH_OK;
    int code = self->program->when_exhausted == RH_EXHAUSTED_REPORT
                   ? sum_month(self, &paid)
                   : limit(self, 0, self->num_lines, RH_REASON_BUDGET, self->budget_left, &paid);
    if (code == RH_OK && rh_sub(self->budget_left, paid, &self->budget_left) != RH_OK)
        code = rh_error_set(self->error, RH_ERR_OVERFLOW, "what is paid beyond the budget is too large");
    return code;
}

/* One step over the incentives of the month. */
static void each(struct rh_settle *self, void (*step)(struct rh_settle *self, const struct rh_slice *slice))
{
    for (size_t s = 0; s < self->num_slices; s++) {
        if (self->slice[s].bound != NULL)
            step(self, &self->slice[s]);
    }
}

int rh_settle_cut(struct rh_settle *self)
{
    each(self, cut_once);
    each(self, cut_window);
    for (size_t s = 0; s < self->num_slices; s++) {
        if (first_of_group(self, s))
            cut_exclusive(self, s);
    }
    each(self, cut_partner);
    int code = RH_OK;
    for (size_t s = 0; s < self->num_slices && code == RH_OK; s++)
        code = self->slice[s].bound != NULL ? carry(self, &self->slice[s]) : RH_OK;
    for (size_t s = 0; s < self->num_slices && code == RH_OK; s++)
        code = self->slice[s].bound != NULL ? cut_total(self, &self->slice[s]) : RH_OK;
    return code == RH_OK ? cut_budget(self) : code;
}
