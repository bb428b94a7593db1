#include "fit/within.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LAST_PART 0.05 /* of a usual window, by which what reaching a threshold pays is told */

void rh_ends_free(struct rh_ends *self)
{
    free(self->end);
    memset(self, 0, sizeof *self);
}

bool rh_within_looks_at(const struct rh_plan_incentive *incentive)
{
    const struct rh_incentive *of = incentive->incentive;
    return incentive->role == RH_ROLE_INCENTIVE && of->paid_to == RH_PAID_TO_FIRM && of->metric == RH_METRIC_TOTAL &&
           !of->pays_on_growth && !of->match.given && !incentive->several_values && !incentive->late &&
           strcmp(of->behavior.measure.text, "revenue") == 0 && incentive->num_windows > 0;
}

int rh_within_thresholds(const struct rh_plan_incentive *incentive, int partner, int window,
                         struct rh_schedule *schedule, double *threshold)
{
    const size_t at = (size_t)partner * (size_t)incentive->num_windows + (size_t)window;
    const size_t levels = incentive->incentive->num_levels;
    const struct rh_terms terms = {.threshold =
                                       incentive->threshold != NULL ? &incentive->threshold[at * levels] : NULL,
                                   .prior = incentive->prior != NULL ? incentive->prior[at] : 0.0,
                                   .multiplier = 1.0};
    int num = 0;
    for (size_t k = 0; terms.threshold != NULL && k < levels; k++) {
        if (isnan(terms.threshold[k])) {
            return 0;
        }
    }
    rh_schedule_bind(schedule, incentive->incentive, &terms);
    for (int p = 0; p < schedule->num; p++) {
        const struct rh_piece *piece = &schedule->piece[p];
        if (piece->start > 0.0 && (piece->jump > 0.0 || piece->slope_change > 0.0)) {
            threshold[num++] = piece->start;
        }
    }
    return num;
}

/* While one partner's windows of an incentive are gone through. */
struct walk {
    const struct rh_plan_incentive *incentive;
    const struct rh_rewards *rewards;
    const float *attained; /* [num_months] */
    int partner;
    struct rh_schedule schedule;
    double *threshold;
};

/* What was attained in a window; NaN where the partner took no part, or the window is not known whole. */
static double total_of(const struct walk *self, int w)
{
    const struct rh_plan_window *window = &self->incentive->window[w];
    double total = window->last <= self->rewards->last_month ? self->attained[window->last] : NAN;
    for (int t = window->first; t <= window->last; t++) {
        total = isnan(self->attained[t]) ? NAN : total;
    }
    return total;
}

/* What the last part below the threshold earns on reaching it, per unit. */
static double pays_at(const struct rh_schedule *schedule, double threshold, double usual)
{
    const double part = LAST_PART * (usual > 0.0 ? usual : threshold);
    return (rh_schedule_reward(schedule, threshold * (1.0 + 1e-9)) -
            rh_schedule_reward(schedule, fmax(threshold - part, 0.0))) /
           part;
}

static int add_ends(struct rh_ends *out, struct walk *self, int w, double attained, double usual)
{
    const int num = rh_within_thresholds(self->incentive, self->partner, w, &self->schedule, self->threshold);
    int nearest = 0;
    if (rh_reserve(&out->end, &out->capacity, out->num + (size_t)num, sizeof *out->end) != RH_OK) {
        return RH_ERR_NO_MEMORY;
    }
    for (int k = 1; k < num; k++) {
        nearest = fabs(self->threshold[k] - attained) < fabs(self->threshold[nearest] - attained) ? k : nearest;
    }
    for (int k = 0; k < num; k++) {
        const double threshold = self->threshold[k];
        if (k == nearest || fabs(attained / threshold - 1.0) <= 0.5) {
            out->end[out->num++] = (struct rh_end){.partner = self->partner,
                                                   .nearest = k == nearest,
                                                   .attained = attained,
                                                   .threshold = threshold,
                                                   .usual = usual,
                                                   .pays = pays_at(&self->schedule, threshold, usual)};
        }
    }
    return RH_OK;
}

static int walk_windows(struct rh_ends *out, struct walk *self)
{
    double sum = 0.0;
    int num = 0, status = RH_OK;
    for (int w = 0; w < self->incentive->num_windows; w++) {
        const double total = total_of(self, w);
        sum += isnan(total) ? 0.0 : total;
        num += !isnan(total);
    }
    for (int w = 0; w < self->incentive->num_windows && status == RH_OK; w++) {
        const double total = total_of(self, w);
        if (total > 0.0) {
            status = add_ends(out, self, w, total, num > 1 ? (sum - total) / (num - 1) : NAN);
        }
    }
    return status;
}

int rh_ends_init(struct rh_ends *self, const struct rh_plan *plan, const struct rh_rewards *rewards,
                 struct rh_error *error)
{
    const struct rh_plan_program *program = &plan->program[0];
    int status = RH_OK, most = 1;
    memset(self, 0, sizeof *self);
    for (int j = 0; j < program->num_incentives; j++) {
        const int pieces = rh_schedule_most_pieces(program->incentive[j].incentive);
        most = pieces > most ? pieces : most;
    }
    struct walk walk = {.rewards = rewards, .threshold = rh_calloc((size_t)most, sizeof *walk.threshold)};
    walk.schedule.piece = rh_calloc((size_t)most, sizeof *walk.schedule.piece);
    if (walk.threshold == NULL || walk.schedule.piece == NULL) {
        status = RH_ERR_NO_MEMORY;
    }
    for (int i = 0; i < plan->num_partners && status == RH_OK; i++) {
        for (int j = 0; j < program->num_incentives && status == RH_OK; j++) {
            walk.incentive = &program->incentive[j];
            walk.partner = i;
            walk.attained = rewards->attained +
                            ((size_t)i * (size_t)rewards->num_incentives + (size_t)j) * (size_t)rewards->num_months;
            status = rh_within_looks_at(walk.incentive) ? walk_windows(self, &walk) : RH_OK;
        }
    }
    free(walk.threshold);
    free(walk.schedule.piece);
    return status == RH_OK ? RH_OK : rh_error_set(error, status, "no memory for how windows ended");
}
