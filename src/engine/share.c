/* Incentives in which partners meet. A first pass over all partners adds up what each pool and each ranking holds,
 * window by window; the pass that counts then settles each partner by it. What partners do does not depend on it, so
 * that both passes live the same paths. */
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <math.h>
#include <string.h>

#define CENT 100.0 /* 10⁻⁴ */

static ptrdiff_t num_cells(const struct rh_plan_incentive *bound)
{
    return (ptrdiff_t)bound->num_windows * bound->pools.num;
}

/* Calls work for each meeting of each path. */
static void for_each(struct rh_kernel *self, void (*work)(struct rh_kernel *self, const struct rh_plan_incentive *bound,
                                                          struct rh_meeting *meeting))
{
    for (int p = 0; p < self->plan->num_programs; p++) {
        const struct rh_plan_program *program = &self->plan->program[p];
        for (int j = 0; j < program->num_incentives; j++) {
            for (int path = 0; path < RH_NUM_PATHS; path++) {
                work(self, &program->incentive[j], &self->meeting[program->first_incentive + j][path]);
            }
        }
    }
}

static void clear(struct rh_kernel *self, const struct rh_plan_incentive *bound, struct rh_meeting *meeting)
{
    const size_t size = (size_t)num_cells(bound) * sizeof(rh_sums);
    (void)self;
    if (meeting->sum != NULL) {
        memset(meeting->sum, 0, size);
    }
    if (meeting->prior != NULL) {
        memset(meeting->prior, 0, size);
    }
    if (meeting->target != NULL) {
        memset(meeting->target, 0, size);
    }
    if (meeting->best != NULL) {
        memset(meeting->best, 0, (size_t)(num_cells(bound) * bound->places) * sizeof(rh_lanes));
    }
}

void rh_clear_meetings(struct rh_kernel *self)
{
    for_each(self, clear);
}

/* Keeps the best totals in order, the best first. */
static void rank(rh_lanes *best, int places, const rh_real *total, const rh_real *may)
{
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real value = may == NULL || may[l] > 0.0 ? total[l] : 0.0;
        int place = places;
        while (place > 0 && value > best[place - 1][l]) {
            place--;
        }
        for (int k = places - 1; k > place; k--) {
            best[k][l] = best[k - 1][l];
        }
        if (place < places) {
            best[place][l] = value;
        }
    }
}

void rh_meet(struct rh_kernel *self, const struct rh_taken *taken, int w, enum rh_path path)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const size_t i = (size_t)(self->partner - self->plan->partner);
    const int group = bound->pools.of != NULL ? bound->pools.of[i] : -1;
    const struct rh_standing *standing = &taken->standing[path];
    const struct rh_meeting *meeting = &self->meeting[taken->index][path];
    const rh_real *may = taken->selects ? standing->may : NULL;
    if (group < 0) {
        return;
    }
    const ptrdiff_t cell = (ptrdiff_t)w * bound->pools.num + group;
    if (meeting->best != NULL) {
        rank(meeting->best + cell * bound->places, bound->places, standing->attained, may);
        return;
    }
    const size_t base = i * (size_t)bound->num_windows + (size_t)w;
    for (int l = 0; l < RH_LANES; l++) {
        const bool joins = may == NULL || may[l] > 0.0;
        meeting->sum[cell][l] += joins ? rh_vmax(standing->attained[l], 0.0) : 0.0;
        if (meeting->prior != NULL) {
            meeting->prior[cell][l] += !joins ? 0.0 : bound->several_values ? standing->prior[l] : bound->prior[base];
        }
        if (meeting->target != NULL) {
            meeting->target[cell][l] += joins ? bound->target[base] : 0.0;
        }
    }
}

/* What a pool earns, in whole cents, per unit that it attained. */
static double earned_per_unit(struct rh_kernel *self, const struct rh_plan_incentive *bound,
                              const struct rh_meeting *meeting, ptrdiff_t cell, int l)
{
    const struct rh_incentive *incentive = bound->incentive;
    const double total = meeting->sum[cell][l];
    const double prior = meeting->prior != NULL ? meeting->prior[cell][l] : 0.0;
    const double target = meeting->target != NULL ? meeting->target[cell][l] : 0.0;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        self->thresholds[k] = rh_threshold_amount(&incentive->level[k].threshold, prior, target);
    }
    const struct rh_terms terms = {.threshold = self->thresholds, .prior = prior, .multiplier = 1.0, .uncapped = true};
    struct rh_schedule schedule = {.piece = self->pieces};
    rh_schedule_bind(&schedule, incentive, &terms);
    const double cents = rint(rh_schedule_reward(&schedule, total) / CENT);
    return total > 0.0 ? cents * CENT / total : 0.0;
}

static void finish(struct rh_kernel *self, const struct rh_plan_incentive *bound, struct rh_meeting *meeting)
{
    for (ptrdiff_t cell = 0; meeting->sum != NULL && cell < num_cells(bound); cell++) {
        for (int l = 0; l < RH_LANES; l++) {
            meeting->sum[cell][l] = earned_per_unit(self, bound, meeting, cell, l);
        }
    }
}

void rh_finish_meetings(struct rh_kernel *self)
{
    for_each(self, finish);
}
