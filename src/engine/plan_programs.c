/* Binding programs: schedules, windows of the horizon, who may take part in which. */
#include "core/memory.h"
#include "engine/plan_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_PER_MONTH 30.4375

static int no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to bind the programs");
}

static bool same_predicates(const struct rh_behavior *a, const struct rh_behavior *b)
{
    if (a == b) {
        return true;
    }
    if (a->num_where != b->num_where) {
        return false;
    }
    for (size_t k = 0; k < a->num_where; k++) {
        const struct rh_predicate *x = &a->where[k], *y = &b->where[k];
        if (strcmp(x->column.text, y->column.text) != 0 || x->comparison != y->comparison || x->numeric != y->numeric ||
            (x->numeric && x->number != y->number) || x->texts.num != y->texts.num) {
            return false;
        }
        for (size_t i = 0; i < x->texts.num; i++) {
            if (strcmp(x->texts.item[i].text, y->texts.item[i].text) != 0) {
                return false;
            }
        }
    }
    return true;
}

/* Index of the view that a behavior needs, added where it is new. self->view has room. */
static int find_view(struct rh_plan *self, const struct rh_behavior *behavior)
{
    bool quantity = strcmp(behavior->measure.text, "units") == 0;
    bool plain = behavior->num_where == 0;
    for (int v = 0; v < self->num_views; v++) {
        const struct rh_plan_view *view = &self->view[v];
        if (view->quantity == quantity &&
            (plain ? view->behavior == NULL : view->behavior != NULL && same_predicates(view->behavior, behavior))) {
            return v;
        }
    }
    self->view[self->num_views] = (struct rh_plan_view){quantity, plain ? NULL : behavior};
    return self->num_views++;
}

static bool list_has(const struct rh_reference_list *list, const char *name)
{
    for (size_t k = 0; k < list->num; k++) {
        if (strcmp(list->item[k].text, name) == 0) {
            return true;
        }
    }
    return list->num == 0;
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

/* An incentive's share of the complexity: docs/model.md, "What the partner feels". */
static double burden_of(const struct rh_incentive *incentive)
{
    bool relative = incentive->metric == RH_METRIC_GROWTH || incentive->pays_on_growth;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        relative = relative || incentive->level[k].threshold.relation != RH_RELATIVE_NONE;
    }
    return 0.3 * relative + 0.1 * fmax((double)incentive->num_levels - 1.0, 0.0) +
           0.2 * (incentive->bands == RH_BANDS_RETROACTIVE) + 0.2 * (incentive->claim == RH_CLAIM_REQUIRED);
}

static int bind_incentive(struct rh_plan *self, const struct rh_plan_sources *from, const struct rh_program *program,
                          struct rh_plan_incentive *bound, const struct rh_incentive *incentive, struct rh_error *error)
{
    bool units = strcmp(incentive->behavior.measure.text, "units") == 0;
    const char *measure = units ? "revenue" : incentive->behavior.measure.text;
    bound->incentive = incentive;
    bound->burden = burden_of(incentive);
    bound->payout_days = incentive->payout_after_days + DAYS_PER_MONTH * incentive->payout_after_months;
    bound->view = find_view(self, &incentive->behavior);
    bound->counts = rh_calloc((size_t)self->num_drivers, sizeof *bound->counts);
    if (bound->counts == NULL) {
        return no_memory(error);
    }
    for (int d = 0; d < self->num_drivers; d++) {
        const struct rh_driver *driver = &from->panel->driver[self->driver[d].panel_driver];
        bound->counts[d] = strcmp(from->history->measures.name[driver->measure], measure) == 0 &&
                           list_has(&incentive->behavior.product, from->history->products.name[driver->product]);
    }
    int status = rh_schedule_init(&bound->schedule, incentive, error);
    return status == RH_OK ? bind_windows(self, bound, program->year_starts, error) : status;
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

static int bind_program(struct rh_plan *self, const struct rh_plan_sources *from, const struct rh_program *program,
                        struct rh_error *error)
{
    struct rh_plan_program *bound = &self->program[self->num_programs++];
    bound->program = program;
    bound->first_incentive = self->num_incentives;
    bound->spendable = INFINITY;
    if (program->budget_total != RH_MISSING) {
        rh_money kept;
        if (rh_muldiv(program->budget_total, RH_PPM_ONE - program->budget_reserve, RH_PPM_ONE, &kept) != RH_OK) {
            return rh_error_set(error, RH_ERR_OVERFLOW, "%s: the budget is too large", program->path);
        }
        bound->spendable = floor((double)kept / 100.0) * 100.0;
    }
    bound->incentive = rh_calloc(program->num_incentives + 1, sizeof *bound->incentive);
    if (bound->incentive == NULL) {
        return no_memory(error);
    }
    int status = bind_gross_up(bound, from->history, error);
    for (size_t j = 0; j < program->num_incentives && status == RH_OK; j++) {
        struct rh_plan_incentive *incentive = &bound->incentive[bound->num_incentives++];
        status = bind_incentive(self, from, program, incentive, &program->incentive[j], error);
        incentive->label = find_label(self, program->incentive[j].name.text);
        incentive->first_slot = bound->num_slots;
        incentive->group = find_group(program, j);
        bound->num_slots += incentive->num_windows;
    }
    self->num_incentives += bound->num_incentives;
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
    size_t incentives = study->in_force.num_incentives, programs = study->num_compare + 2;
    for (size_t k = 0; k < study->num_compare; k++) {
        incentives += study->compare[k].num_incentives;
    }
    self->program = rh_calloc(programs, sizeof *self->program);
    self->scenario = rh_calloc(programs, sizeof *self->scenario);
    self->view = rh_calloc(incentives + 1, sizeof *self->view);
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
                rh_day first = rh_month_first_day(self->first_month + bound->window[w].first);
                rh_day last = rh_month_last_day(self->first_month + bound->window[w].last);
                if (rh_incentive_eligible(bound->incentive, from->history, self->partner[i].row, first, last) &&
                    rh_plan_has_bases(bound, i, w)) {
                    bits[w / 64] |= (uint64_t)1 << (w % 64);
                }
            }
        }
    }
    return RH_OK;
}
