/* Binding programs: schedules, windows of the horizon, who may take part in which. */
#include "core/memory.h"
#include "engine/plan_parts.h"
#include "program/burden.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to bind the programs");
}

static int bind_windows(struct rh_plan *self, struct rh_plan_incentive *bound, int year_starts, struct rh_error *error)
{
    rh_month first, last, until = self->first_month + self->num_months - 1;
    bound->window = rh_calloc((size_t)self->num_months, sizeof *bound->window);
    bound->window_of = rh_calloc((size_t)self->num_months, sizeof *bound->window_of);
    if (bound->window == NULL || bound->window_of == NULL) {
        return no_memory(error);
    }
    for (int t = 0; t < self->num_months; t++) {
        bound->window_of[t] = -1;
    }
    while (rh_incentive_window(bound->incentive, year_starts, self->first_month, until, bound->num_windows, &first,
                               &last)) {
        struct rh_plan_window *window = &bound->window[bound->num_windows];
        window->first = (int)(first - self->first_month);
        window->last = (int)(last - self->first_month);
        for (int t = window->first; t <= window->last; t++) {
            bound->window_of[t] = bound->num_windows;
        }
        bound->num_windows++;
    }
    return RH_OK;
}

/* The prior year is asked for in any form. */
static bool relates_to_prior(const struct rh_incentive *incentive)
{
    bool relates =
        incentive->metric == RH_METRIC_GROWTH || incentive->pays_on_growth ||
        (incentive->metric == RH_METRIC_STREAK && incentive->streak_at_least.relation == RH_RELATIVE_PRIOR_YEAR);
    for (size_t k = 0; k < incentive->num_levels; k++) {
        relates = relates || incentive->level[k].threshold.relation == RH_RELATIVE_PRIOR_YEAR;
    }
    return relates;
}

/* Windows whose prior year is not wholly in the history. */
static int find_ahead(const struct rh_plan *self, struct rh_plan_incentive *bound, bool *any)
{
    bound->ahead = rh_calloc((size_t)bound->num_windows + 1, sizeof *bound->ahead);
    for (int w = 0; bound->ahead != NULL && w < bound->num_windows; w++) {
        bound->ahead[w] = self->months_known + bound->window[w].last - 12 >= self->history_months;
        if (self->exact) { /* the horizon is in the history, but another program may have made another past */
            bound->ahead[w] = bound->window[w].last >= 12;
        }
        *any = *any || bound->ahead[w];
    }
    return bound->ahead != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

/* Gauges of what the incentive looks at beside its attainment, and of that itself where more than the open window of it
 * is asked for. */
static int bind_gauges(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_program *program,
                       struct rh_plan_incentive *bound)
{
    static const struct rh_reference_list all = {0};
    const struct rh_incentive *incentive = bound->incentive;
    bool ahead = false;
    int status = find_ahead(self, bound, &ahead);
    bound->needs_prior = relates_to_prior(incentive);
    bound->several_values = bound->needs_prior && ahead;
    bound->requirement = rh_calloc(incentive->num_requirements + 1, sizeof *bound->requirement);
    status = bound->requirement == NULL ? RH_ERR_NO_MEMORY : status;
    for (size_t k = 0; k < incentive->num_requirements && status == RH_OK; k++) {
        status = rh_plan_find_gauge(self, from, program, incentive->requirement[k].measure.text,
                                    &incentive->requirement[k].product, &bound->requirement[k]);
    }
    if (status == RH_OK && incentive->metric == RH_METRIC_RATIO) {
        status = rh_plan_find_gauge(self, from, program, incentive->ratio_measure.text, &incentive->ratio_product,
                                    &bound->denominator);
    }
    if (status == RH_OK && incentive->match.given) {
        status = rh_plan_find_gauge(self, from, program, incentive->match.of.text, &all, &bound->accrual);
    }
    if (status == RH_OK && bound->role == RH_ROLE_TIER_REVIEW) {
        status = rh_plan_find_gauge(self, from, program, incentive->behavior.measure.text, &incentive->behavior.product,
                                    &bound->own);
    } else if (bound->late || incentive->match.given || bound->several_values) {
        bound->own = rh_plan_own_gauge(program, bound);
    }
    for (size_t k = 0; k < incentive->num_multipliers; k++) {
        bound->by_status =
            bound->by_status || (program->status.num_tiers > 0 && incentive->multiplier[k].of == RH_MULTIPLIER_TIER);
    }
    bound->several_values = bound->several_values || bound->by_status;
    return status;
}

/* Windows, what is counted and what it pays. */
static int bind_incentive(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_program *program,
                          struct rh_plan_incentive *bound, struct rh_error *error)
{
    const struct rh_incentive *incentive = bound->incentive;
    const struct rh_plan_rows rows = {.measure = incentive->behavior.measure.text,
                                      .product = &incentive->behavior.product,
                                      .where = &incentive->behavior,
                                      .clawed = incentive->clawback_months > 0 ? incentive : NULL};
    bound->payout_days = incentive->payout_after_days + RH_DAYS_PER_MONTH * incentive->payout_after_months;
    bound->own = bound->denominator = bound->accrual = RH_NO_GAUGE;
    int status = rh_plan_count_init(self, from, &rows, &bound->count) == RH_OK ? RH_OK : no_memory(error);
    if (status == RH_OK) {
        status = rh_schedule_init(&bound->schedule, incentive, error);
    }
    if (status == RH_OK && bound->role != RH_ROLE_TIER_REVIEW) {
        status = bind_windows(self, bound, program->program->year_starts, error);
    }
    if (status == RH_OK && rows.clawed != NULL) {
        status = rh_plan_bind_returns(self, bound, program->program->year_starts) == RH_OK ? RH_OK : no_memory(error);
    }
    return status;
}

/* by_incentive label of a name, added where it is new. */
static int find_label(struct rh_plan *self, const char *name)
{
    int *num = &self->num_labels[RH_CUT_INCENTIVE];
    for (int k = 0; k < *num; k++) {
        if (strcmp(self->label[RH_CUT_INCENTIVE][k], name) == 0) {
            return k;
        }
    }
    self->label[RH_CUT_INCENTIVE][*num] = name;
    return (*num)++;
}

/* True where two incentives of one name draw the same luck: a claim is as likely, and takes as long. */
static bool share_luck(const struct rh_incentive *a, const struct rh_incentive *b)
{
    const bool same_time = !a->has_processing || (a->processing_mean_days == b->processing_mean_days &&
                                                  a->processing_sd_days == b->processing_sd_days);
    return (a->kind == RH_KIND_POINTS) == (b->kind == RH_KIND_POINTS) && a->claim == b->claim &&
           a->has_processing == b->has_processing && same_time;
}

/* Luck of the claims of an incentive that is the last one bound so far. */
static int find_luck(struct rh_plan *self, const struct rh_plan_incentive *bound)
{
    for (int p = 0; p < self->num_programs; p++) {
        for (int j = 0; j < self->program[p].num_incentives; j++) {
            const struct rh_plan_incentive *other = &self->program[p].incentive[j];
            if (other == bound) {
                return self->num_lucks++;
            }
            if (other->label == bound->label && share_luck(other->incentive, bound->incentive)) {
                return other->luck;
            }
        }
    }
    return self->num_lucks++;
}

/* Index of the first incentive of the same exclusive group; -1 without a group. */
static int find_group(const struct rh_program *program, size_t j)
{
    const char *group = program->incentive[j].exclusive;
    for (size_t first = 0; group != NULL && first <= j; first++) {
        const char *other = program->incentive[first].exclusive;
        if (other != NULL && strcmp(other, group) == 0) {
            return (int)first;
        }
    }
    return -1;
}

/* What is withheld of a reward and its gross-up together is just the gross-up: rate / (1 - rate) of the reward. */
static int bind_gross_up(struct rh_plan_program *self, const struct rh_history *history, struct rh_error *error)
{
    const struct rh_program *program = self->program;
    const struct rh_names *regions = &history->partners.regions;
    if (!program->gross_up || program->num_withholdings == 0) {
        return RH_OK;
    }
    self->gross_up = rh_calloc(regions->num, sizeof *self->gross_up);
    if (self->gross_up == NULL) {
        return no_memory(error);
    }
    for (size_t k = 0; k < program->num_withholdings; k++) {
        const int32_t region = rh_names_find(regions, program->withholding[k].region.text);
        const rh_ppm rate = program->withholding[k].rate;
        if (region >= 0) {
            self->gross_up[region] = (double)rate / (double)(RH_PPM_ONE - rate);
        }
    }
    return RH_OK;
}

/* Incentives whose amounts depend on other partners, and those that are settled when the whole horizon is known: also
 * who is in an exclusive group with such a one. */
static void find_late(struct rh_plan_program *program)
{
    for (int j = 0; j < program->num_incentives; j++) {
        struct rh_plan_incentive *bound = &program->incentive[j];
        for (int other = 0; other < program->num_incentives; other++) {
            const struct rh_plan_incentive *mate = &program->incentive[other];
            const enum rh_metric metric = mate->incentive->metric;
            if (other == j || (bound->group >= 0 && mate->group == bound->group)) {
                bound->shares = bound->shares || metric == RH_METRIC_RANK || metric == RH_METRIC_POOLED;
                bound->late = bound->late || bound->shares || mate->incentive->clawback_months > 0;
            }
        }
        program->shares = program->shares || bound->shares;
        program->late = program->late || bound->late;
    }
}

/* Room for an incentive of the plan each of the file's, each bonus and each review of the status program, and gauges.
 */
static int make_room(struct rh_plan_program *bound, size_t num)
{
    const struct rh_program *program = bound->program;
    size_t gauges = 4 * num + 1;
    for (size_t j = 0; j < program->num_incentives; j++) {
        gauges += program->incentive[j].num_requirements;
    }
    bound->incentive = rh_calloc(num + 1, sizeof *bound->incentive);
    bound->gauge = rh_calloc(gauges, sizeof *bound->gauge);
    return bound->incentive != NULL && bound->gauge != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

static int find_spendable(struct rh_plan_program *bound, struct rh_error *error)
{
    const struct rh_program *program = bound->program;
    bound->spendable = INFINITY;
    if (program->budget_total != RH_MISSING) {
        rh_money kept;
        if (rh_muldiv(program->budget_total, RH_PPM_ONE - program->budget_reserve, RH_PPM_ONE, &kept) != RH_OK) {
            return rh_error_set(error, RH_ERR_OVERFLOW, "%s: the budget is too large", program->path);
        }
        bound->spendable = floor((double)kept / 100.0) * 100.0;
    }
    return RH_OK;
}

/* Incentives of the file, then what the status program adds. */
static int bind_incentives(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_program *bound,
                           struct rh_error *error)
{
    const struct rh_program *program = bound->program;
    int status = RH_OK;
    for (size_t j = 0; j < program->num_incentives; j++) {
        struct rh_plan_incentive *incentive = &bound->incentive[bound->num_incentives++];
        incentive->incentive = &program->incentive[j];
        incentive->tier = -1;
        incentive->group = find_group(program, j);
        const struct rh_burden burden = rh_incentive_burden(incentive->incentive);
        incentive->burden = rh_burden_sum(&burden);
        self->matches = self->matches || incentive->incentive->match.given;
        incentive->stands = rh_program_has(self->program[0].program, incentive->incentive);
    }
    status = rh_plan_bind_status(self, from, bound, error);
    find_late(bound);
    for (int j = 0; j < bound->num_incentives && status == RH_OK; j++) {
        struct rh_plan_incentive *incentive = &bound->incentive[j];
        const bool pays = incentive->role != RH_ROLE_TIER_REVIEW;
        status = bind_incentive(self, from, bound, incentive, error);
        if (status == RH_OK && bind_gauges(self, from, bound, incentive) != RH_OK) {
            status = no_memory(error);
        }
        incentive->label = pays ? find_label(self, incentive->incentive->name.text) : -1;
        incentive->luck = pays ? find_luck(self, incentive) : -1;
        incentive->first_slot = pays ? bound->num_slots : -1;
        bound->num_slots += pays ? incentive->num_windows : 0;
        bound->num_paying += pays;
        bound->couples = bound->couples || (pays && incentive->incentive->cap_total != RH_MISSING);
    }
    bound->couples =
        bound->couples || (isfinite(bound->spendable) && program->when_exhausted == RH_EXHAUSTED_FIRST_COME);
    return status;
}

static int bind_program(struct rh_plan *self, const struct rh_plan_sources *from, const struct rh_program *program,
                        struct rh_error *error)
{
    struct rh_plan_program *bound = &self->program[self->num_programs++];
    bound->program = program;
    bound->first_incentive = self->num_incentives;
    if (make_room(bound, program->num_incentives + rh_plan_num_made(program)) != RH_OK) {
        return no_memory(error);
    }
    int status = find_spendable(bound, error);
    if (status == RH_OK) {
        status = bind_gross_up(bound, from->history, error);
    }
    if (status == RH_OK) {
        status = bind_incentives(self, from, bound, error);
    }
    self->num_incentives += bound->num_incentives;
    self->shares = self->shares || bound->shares;
    return status;
}

static int find_reference(struct rh_plan *self, const struct rh_study *study, struct rh_error *error)
{
    const char *name = study->reference.text;
    self->reference = name == NULL || strcmp(name, "in_force") == 0 ? 0 : strcmp(name, "none") == 0 ? self->none : -1;
    for (int s = 0; s < self->num_programs && self->reference < 0; s++) {
        if (strcmp(self->scenario[s], name) == 0) {
            self->reference = s;
        }
    }
    if (self->reference < 0) {
        return rh_error_set_at(error, RH_ERR_INPUT, study->path, study->reference.line, study->reference.column,
                               "reference '%s' is none of in_force, none and the programs compared", name);
    }
    return RH_OK;
}

static const struct rh_program no_program = {
    .name = (char *)(uintptr_t) "none", .budget_total = RH_MISSING, .year_starts = 1};

int rh_plan_bind_programs(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error)
{
    const struct rh_study *study = from->study;
    bool under_program = !study->in_force_none && study->in_force.num_incentives > 0;
    size_t incentives = study->in_force.num_incentives + rh_plan_num_made(&study->in_force);
    size_t programs = study->num_compare + 2;
    for (size_t k = 0; k < study->num_compare; k++) {
        incentives += study->compare[k].num_incentives + rh_plan_num_made(&study->compare[k]);
    }
    self->program = rh_calloc(programs, sizeof *self->program);
    self->scenario = rh_calloc(programs, sizeof *self->scenario);
    self->view = rh_calloc(2 * incentives + 3, sizeof *self->view); /* sales and returns; net; units */
    self->label[RH_CUT_INCENTIVE] = rh_calloc(incentives + 1, sizeof *self->label[RH_CUT_INCENTIVE]);
    if (self->program == NULL || self->scenario == NULL || self->view == NULL ||
        self->label[RH_CUT_INCENTIVE] == NULL) {
        return no_memory(error);
    }
    self->num_views = 1; /* view 0: all rows' own value */
    self->scenario[0] = under_program ? "in_force" : "none";
    int status = bind_program(self, from, under_program ? &study->in_force : &no_program, error);
    if (status == RH_OK && under_program) {
        self->none = self->num_programs;
        self->scenario[self->none] = "none";
        status = bind_program(self, from, &no_program, error);
    }
    for (size_t k = 0; k < study->num_compare && status == RH_OK; k++) {
        self->scenario[self->num_programs] = study->compare[k].name;
        status = bind_program(self, from, &study->compare[k], error);
    }
    return status == RH_OK ? find_reference(self, study, error) : status;
}

/* True where the partner may be in the audience: with a status program, as the holder of any status or of none. */
static bool may_be_eligible(const struct rh_plan *self, const struct rh_plan_sources *from,
                            const struct rh_plan_program *program, const struct rh_plan_incentive *bound, int i, int w)
{
    const int32_t row = self->partner[i].row;
    const rh_day first = rh_month_first_day(self->first_month + bound->window[w].first);
    const rh_day last = rh_month_last_day(self->first_month + bound->window[w].last);
    if (bound->role != RH_ROLE_INCENTIVE) { /* the status program is for all */
        return true;
    }
    bool eligible = program->status.num_tiers == 0
                        ? rh_incentive_eligible(bound->incentive, from->history, row, first, last)
                        : rh_incentive_eligible_as(bound->incentive, from->history, row, "", first, last);
    for (int k = 0; k < program->status.num_tiers && !eligible; k++) {
        eligible = rh_incentive_eligible_as(bound->incentive, from->history, row, program->program->tier[k].name.text,
                                            first, last);
    }
    return eligible && rh_plan_has_bases(bound, i, w);
}

int rh_plan_bind_eligible(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error)
{
    size_t num = (size_t)self->num_partners * (size_t)self->num_incentives;
    self->eligible = rh_calloc(num + 1, sizeof *self->eligible);
    if (self->eligible == NULL) {
        return no_memory(error);
    }
    for (int p = 0; p < self->num_programs; p++) {
        const struct rh_plan_program *program = &self->program[p];
        for (int k = 0; k < self->num_partners * program->num_incentives; k++) {
            int i = k / program->num_incentives, j = k % program->num_incentives;
            const struct rh_plan_incentive *bound = &program->incentive[j];
            uint64_t *bits =
                self->eligible[(size_t)i * (size_t)self->num_incentives + (size_t)(program->first_incentive + j)];
            for (int w = 0; w < bound->num_windows; w++) {
                if (may_be_eligible(self, from, program, bound, i, w)) {
                    bits[w / 64] |= (uint64_t)1 << (w % 64);
                    self->partner[i].shares = self->partner[i].shares || bound->shares;
                }
            }
        }
    }
    return RH_OK;
}
