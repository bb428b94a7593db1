/* What a study cannot do without, counted from its plan, and done. */
#include "floor.h"

#include "core/memory.h"
#include "engine/kernel.h"
#include "floor_loops.h"
#include "model/parameters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const floor_operation_name[FLOOR_NUM_OPERATIONS] = {
    "random draw (four words)", "logarithm",         "exponential",
    "short logarithm",          "short exponential", "normal quantile",
    "look-up of a month",       "step of a walk",    "sum"};

#define MOST_TAKEN 256

/* One partner under one program. */
struct meeting {
    const struct rh_plan *plan;
    const struct rh_plan_partner *partner;
    const struct rh_plan_program *program;
    const struct rh_plan_incentive *taken[MOST_TAKEN];
    const uint64_t *eligible[MOST_TAKEN];
    int num_taken;
};

static struct meeting meet(const struct rh_plan *plan, int i, int p)
{
    struct meeting self = {.plan = plan, .partner = &plan->partner[i], .program = &plan->program[p]};
    for (int j = 0; j < self.program->num_incentives && self.num_taken < MOST_TAKEN; j++) {
        const uint64_t *eligible =
            plan->eligible[(ptrdiff_t)i * plan->num_incentives + self.program->first_incentive + j];
        if (eligible[0] != 0 || eligible[1] != 0) {
            self.taken[self.num_taken] = &self.program->incentive[j];
            self.eligible[self.num_taken++] = eligible;
        }
    }
    return self;
}

/* Window of incentive j that holds month t and that the partner may take part in, or -1. */
static int window_in(const struct meeting *self, int j, int t)
{
    const int w = self->taken[j]->window_of[t];
    return w >= 0 && (self->eligible[j][w / 64] >> (w % 64) & 1u) != 0 ? w : -1;
}

static double weight(const struct meeting *self, int k, int j)
{
    return rh_plan_conversion(self->plan, self->partner->first_series + (size_t)k, &self->taken[j]->count);
}

/* True where series k and e answer program and program in force alike. */
static bool alike(const struct meeting *self, const struct meeting *in_force, int k, int e)
{
    bool same = true;
    for (int j = 0; j < self->num_taken; j++) {
        same = same && weight(self, k, j) == weight(self, e, j);
    }
    for (int j = 0; j < in_force->num_taken; j++) {
        same = same && weight(in_force, k, j) == weight(in_force, e, j);
    }
    return same;
}

/* Answers of one month, by class. */
static void count_answers(const struct meeting *self, const struct meeting *in_force, double times, double *count)
{
    const bool changes = self->program != in_force->program && (self->num_taken > 0 || in_force->num_taken > 0);
    for (int k = 0; k < self->partner->num_series; k++) {
        bool first = true, firm = false, rep = false;
        for (int e = 0; e < k && first; e++) {
            first = !alike(self, in_force, k, e);
        }
        for (int j = 0; first && j < self->num_taken; j++) {
            const bool paid_to_rep = self->taken[j]->incentive->paid_to == RH_PAID_TO_REP;
            firm = firm || (weight(self, k, j) > 0.0 && !paid_to_rep);
            rep = rep || (weight(self, k, j) > 0.0 && paid_to_rep);
        }
        count[FLOOR_SHORT_LOG] += times * ((firm ? 1.0 : 0.0) + (rep ? 1.0 : 0.0));
        count[FLOOR_SHORT_EXP] += first && changes ? times : 0.0;
    }
}

/* True where the parameter may be above 0. */
static bool is_on(const struct rh_plan *plan, enum rh_parameter parameter)
{
    const struct rh_belief_of *belief = &plan->assumptions->belief[(int)parameter * plan->assumptions->num_segments];
    return belief->mean != 0.0 || belief->sd != 0.0;
}

/* Dues of a window that are summed: not the tax, and with no claim paid wrong neither these nor what is paid. */
static int num_dues(const struct rh_plan *plan)
{
    return RH_NUM_DUES - (is_on(plan, RH_PARAM_CLAIM_ERROR) ? 1 : 3);
}

/* Thresholds of one incentive over its windows, and what these sum up to. */
static void count_incentive(const struct meeting *self, int j, double *count)
{
    const struct rh_schedule *schedule = &self->taken[j]->schedule;
    int thresholds = 0;
    for (int q = 0; q < schedule->num; q++) {
        thresholds += schedule->piece[q].start > 0.0;
    }
    for (int t = 0; t < self->plan->num_months; t++) {
        const int w = window_in(self, j, t);
        if (w < 0) {
            continue;
        }
        const bool opens = self->taken[j]->window[w].first == t, ends = self->taken[j]->window[w].last == t;
        count[FLOOR_SHORT_LOG] += opens ? 0.0 : thresholds;
        count[FLOOR_SHORT_EXP] += opens ? 0.0 : thresholds;
        count[FLOOR_SUM] += 3.0 + (ends && self->taken[j]->first_slot >= 0 ? num_dues(self->plan) : 0);
    }
}

/* True where an earlier program has an incentive of the name with a window that ends in the month: luck is the same. */
static bool paid_before(const struct meeting *self, int j, int t)
{
    const struct rh_plan *plan = self->plan;
    const int i = (int)(self->partner - plan->partner), p = (int)(self->program - plan->program);
    for (int before = 0; before < p; before++) {
        const struct meeting other = meet(plan, i, before);
        for (int k = 0; k < other.num_taken; k++) {
            const int w = window_in(&other, k, t);
            if (w >= 0 && other.taken[k]->window[w].last == t && other.taken[k]->first_slot >= 0 &&
                strcmp(other.taken[k]->incentive->name.text, self->taken[j]->incentive->name.text) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void count_claims(const struct meeting *self, int j, double *count)
{
    for (int t = 0; t < self->plan->num_months && self->taken[j]->first_slot >= 0; t++) {
        const int w = window_in(self, j, t);
        if (w >= 0 && self->taken[j]->window[w].last == t && !paid_before(self, j, t)) {
            count[FLOOR_WORDS] += 1.0;
            count[FLOOR_NORMAL] += 1.0;
            count[FLOOR_EXP] += 1.0;
        }
    }
}

/* Months in which the hazard of leaving moves: there is one. */
static double num_hazards(const struct meeting *self, bool in_force)
{
    const double *alive = self->partner->alive;
    const bool leaves = is_on(self->plan, RH_PARAM_LEAVE_MISSED) || is_on(self->plan, RH_PARAM_LEAVE_REWARDED) ||
                        is_on(self->plan, RH_PARAM_LEAVE_TRUST) || is_on(self->plan, RH_PARAM_LEAVE_SHARE);
    int num = 0;
    for (int t = 1; leaves && (self->num_taken > 0 || in_force) && t < self->plan->num_months; t++) {
        num += alive[t] < alive[t - 1];
    }
    return num;
}

/* What is drawn of a partner, and what all programs look up. */
static void count_partner(const struct rh_plan *plan, const struct rh_plan_partner *partner, double *count)
{
    const double months = plan->num_months, fours = ceil(months / 4.0);
    count[FLOOR_WORDS] += (is_on(plan, RH_PARAM_TOPUP_REACH) ? 2.0 : 1.0) + fours;
    count[FLOOR_LOG] += 1.0;
    count[FLOOR_NORMAL] += 2.0;
    count[FLOOR_EXP] += 1.0;
    count[FLOOR_LOOK_UP] += months * partner->num_series;
    count[FLOOR_STEP] += months;
    for (int k = 0; k < partner->num_series; k++) {
        const int driver = plan->series_driver[partner->first_series + (size_t)k];
        count[FLOOR_WORDS] += plan->driver[driver].kind == RH_DRIVER_ACTIVITY ? fours : 0.0;
    }
}

/* Growth and season of a group, and the source months that it replays. */
static void count_group(const struct rh_plan *plan, double *count)
{
    const double months = plan->num_months;
    count[FLOOR_WORDS] += 4.0 + months;
    count[FLOOR_NORMAL] += 13.0;
    count[FLOOR_EXP] += months;
}

static void count_path(const struct rh_plan *plan, int i, int p, double *count)
{
    const double months = plan->num_months;
    const struct meeting self = meet(plan, i, p), in_force = meet(plan, i, 0);
    const double hazards = num_hazards(&self, in_force.num_taken > 0);
    count_answers(&self, &in_force, months, count);
    for (int j = 0; j < self.num_taken; j++) {
        count_incentive(&self, j, count);
        count_claims(&self, j, count);
    }
    count[FLOOR_SHORT_LOG] += hazards;
    count[FLOOR_SHORT_EXP] += 2.0 * hazards;
    count[FLOOR_SUM] += months * (self.partner->num_series + 1.0);
}

struct floor_counts floor_count(const struct rh_plan *plan)
{
    struct floor_counts self = {.steps = (double)plan->num_partners * plan->num_months * plan->num_programs};
    for (int i = 0; i < plan->num_partners; i++) {
        if (i == 0 || plan->partner[i].group != plan->partner[i - 1].group) {
            count_group(plan, self.per_step);
        }
        count_partner(plan, &plan->partner[i], self.per_step);
        for (int p = 0; p < plan->num_programs; p++) {
            count_path(plan, i, p, self.per_step);
        }
    }
    for (int o = 0; o < FLOOR_NUM_OPERATIONS; o++) {
        self.per_step[o] /= self.steps;
    }
    for (int p = 0; p < plan->num_programs; p++) {
        self.num_sums += (size_t)plan->num_months * (size_t)(plan->num_drivers + 1) +
                         (size_t)num_dues(plan) * (size_t)plan->program[p].num_slots;
    }
    return self;
}

static const struct floor_code *find_code(const char *isa, bool mixed)
{
    if (rh_kernel_code_find(isa, mixed) == NULL) {
        return NULL;
    }
#ifdef RH_HAS_X86_KERNELS
    if (strcmp(isa, "avx512") == 0) {
        return mixed ? &floor_code_avx512_mixed : &floor_code_avx512;
    }
    if (strcmp(isa, "avx2") == 0) {
        return mixed ? &floor_code_avx2_mixed : &floor_code_avx2;
    }
#endif
    return mixed ? &floor_code_baseline_mixed : &floor_code_baseline;
}

bool floor_run(const char *isa, bool mixed, const struct floor_counts *counts, double replications)
{
    const struct floor_code *code = find_code(isa, mixed);
    struct floor_room *room = code == NULL ? NULL : code->make(counts->num_sums);
    const double steps = counts->steps * replications / (mixed ? RH_MIXED_LANES : RH_DOUBLE_LANES);
    double open[FLOOR_NUM_OPERATIONS] = {0};
    if (room == NULL) {
        return false;
    }
    for (double step = 0.0; step < steps; step += 1.0) { /* in the mix that the study has */
        for (int o = 0; o < FLOOR_NUM_OPERATIONS; o++) {
            for (open[o] += counts->per_step[o]; open[o] >= 1.0; open[o] -= 1.0) {
                code->operate(room, (enum floor_operation)o);
            }
        }
    }
    code->destroy(room);
    return true;
}

bool floor_repeat(const char *isa, bool mixed, enum floor_operation operation, const struct floor_counts *counts,
                  double values)
{
    const struct floor_code *code = find_code(isa, mixed);
    struct floor_room *room = code == NULL ? NULL : code->make(counts->num_sums);
    if (room == NULL) {
        return false;
    }
    for (double done = 0.0; done < values; done += mixed ? RH_MIXED_LANES : RH_DOUBLE_LANES) {
        code->operate(room, operation);
    }
    code->destroy(room);
    return true;
}
