/* Where a partner stands with the vendor: trust in being paid, what it has learned, marketing that was matched, and
 * whether it stays (docs/model.md, "Trust", "Leaving"). All of it enters as the difference to what the program in force
 * makes of it, so that a program is its own candidate to the last bit. */
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <math.h>
#include <string.h>

void rh_relation_start(struct rh_kernel *self)
{
    struct rh_relation_state *state = &self->relation;
    const double *trust = rh_drawn(self, RH_PARAM_TRUST, 0);
    const size_t months = (size_t)self->plan->num_months * sizeof(rh_lanes);
    memcpy(state->trust, trust, sizeof state->trust);
    memset(state->right, 0, months);
    memset(state->wrong, 0, months);
    memset(state->missed, 0, sizeof state->missed);
    memset(state->rewarded, 0, sizeof state->rewarded);
    memset(state->earned, 0, sizeof state->earned);
    memset(state->sold, 0, sizeof state->sold);
    memset(state->learned, 0, sizeof state->learned);
    memset(state->funded, 0, sizeof state->funded);
    for (int l = 0; l < RH_LANES; l++) {
        state->staying[l] = 1.0;
    }
}

/* Trust falls back to where it rests, then answers the month's payments. */
static void move_trust(struct rh_kernel *self, int t)
{
    struct rh_relation_state *state = &self->relation;
    const double *rest = rh_drawn(self, RH_PARAM_TRUST, 0), *back = rh_drawn(self, RH_PARAM_TRUST_RETURN, 0);
    const double *step = rh_drawn(self, RH_PARAM_TRUST_STEP, 0);
    for (int l = 0; l < RH_LANES; l++) {
        double trust = state->trust[l] + back[l] * (rest[l] - state->trust[l]);
        for (int k = 0; k < (int)state->right[t][l]; k++) {
            trust += step[l] * (1.0 - trust);
        }
        for (int k = 0; k < (int)state->wrong[t][l]; k++) {
            trust -= 2.0 * step[l] * trust;
        }
        state->trust[l] = trust;
    }
}

/* ln of the hazard of leaving, up to what the baseline makes of it. */
static void find_hazard(const struct rh_kernel *self, double *hazard)
{
    const struct rh_relation_state *state = &self->relation;
    const double *missed = rh_drawn(self, RH_PARAM_LEAVE_MISSED, 0);
    const double *rewarded = rh_drawn(self, RH_PARAM_LEAVE_REWARDED, 0);
    const double *trust = rh_drawn(self, RH_PARAM_LEAVE_TRUST, 0), *share = rh_drawn(self, RH_PARAM_LEAVE_SHARE, 0);
    const double *margin = rh_drawn(self, RH_PARAM_PARTNER_MARGIN, self->partner->segment_id);
    const double own = self->partner->margin;
    for (int l = 0; l < RH_LANES; l++) {
        const double earned_otherwise = (isnan(own) ? margin[l] : fmax(own, RH_LEAST_MARGIN)) * state->sold[l];
        const double ratio = earned_otherwise > 0.0 ? state->earned[l] / earned_otherwise : 0.0;
        hazard[l] = missed[l] * state->missed[l] + rewarded[l] * state->rewarded[l] -
                    trust[l] * (state->trust[l] - 0.7) / 0.3 - share[l] * rh_vlog(1.0 + ratio);
    }
}

/* Who is still there in month t: the baseline's dropout, times what the program makes of its hazard. */
static void find_here(struct rh_kernel *self, int p, int t)
{
    struct rh_relation_state *state = &self->relation;
    const double *alive = self->partner->alive;
    const double dropout = t > 0 && alive[t - 1] > 0.0 ? 1.0 - alive[t] / alive[t - 1] : 0.0;
    double *before = self->shadow_hazard[t];
    if (self->leaves && t > 0 && dropout > 0.0 && dropout < 1.0 &&
        (p == 0 || self->num_taken > 0 || self->shadow_takes)) {
        rh_lanes hazard;
        find_hazard(self, hazard);
        if (p == 0) {
            memcpy(before, hazard, sizeof hazard);
        }
        const double stays = log1p(-dropout);
        for (int l = 0; l < RH_LANES; l++) {
            state->staying[l] *= rh_vexp((rh_vexp(hazard[l] - before[l]) - 1.0) * stays);
        }
    }
    for (int l = 0; l < RH_LANES; l++) {
        state->here[l] = self->life[l] < alive[t] * state->staying[l] ? 1.0 : 0.0;
    }
}

void rh_relation_begin(struct rh_kernel *self, int p, int t)
{
    move_trust(self, t);
    find_here(self, p, t);
    if (p == self->plan->reference) {
        memcpy(self->reference_here[t], self->relation.here, sizeof self->relation.here);
    }
}

/* What the windows that ended brought: rewards, or no level where there was one to reach. */
static void remember_windows(struct rh_kernel *self, int t)
{
    struct rh_relation_state *state = &self->relation;
    memset(state->missed, 0, sizeof state->missed);
    memset(state->rewarded, 0, sizeof state->rewarded);
    for (int j = 0; j < self->num_taken; j++) {
        const struct rh_taken *taken = &self->taken[j];
        const struct rh_plan_incentive *bound = taken->incentive;
        const struct rh_standing *own = &taken->standing[RH_PATH_OWN];
        const int w = bound->window_of[t];
        if (bound->role != RH_ROLE_INCENTIVE || bound->shares || w < 0 || bound->window[w].last != t ||
            !rh_is_eligible(taken, w)) {
            continue;
        }
        const bool has_level = bound->incentive->num_levels > 0 && isfinite(taken->schedule->first_paid);
        for (int l = 0; l < RH_LANES; l++) {
            state->earned[l] += own->amount[l];
            state->rewarded[l] = own->amount[l] > 0.0 ? 1.0 : state->rewarded[l];
            state->missed[l] = has_level && rh_takes_part(taken, l) && own->reached[l] == 0.0 ? 1.0 : state->missed[l];
        }
    }
}

/* Extra completions of training and certifications stay for a while. */
static void remember_training(struct rh_kernel *self, int t)
{
    const struct rh_plan *plan = self->plan;
    struct rh_relation_state *state = &self->relation;
    const double *life = rh_drawn(self, RH_PARAM_CAPABILITY_LIFE, 0);
    for (int l = 0; l < RH_LANES; l++) {
        state->learned[l] *= state->learned[l] != 0.0 ? exp2(-1.0 / life[l]) : 1.0;
    }
    for (int k = 0; k < self->partner->num_series; k++) {
        if (plan->driver[plan->series_driver[self->partner->first_series + (size_t)k]].trains) {
            const double *usual = self->sold[k * plan->num_months + t];
            for (int l = 0; l < RH_LANES; l++) {
                state->learned[l] += 1e-4 * (self->gross[k][l] - usual[l] * state->here[l]);
            }
        }
    }
}

void rh_relation_end(struct rh_kernel *self, int p, int t, const double *revenue)
{
    struct rh_relation_state *state = &self->relation;
    if (self->leaves) {
        remember_windows(self, t);
        rh_add_lanes(state->sold, revenue, 1.0);
    }
    if (self->learns) {
        remember_training(self, t);
    }
    memset(state->funded, 0, sizeof state->funded);
    for (int j = 0; self->markets && j < self->num_taken; j++) {
        const struct rh_taken *taken = &self->taken[j];
        for (int l = 0; taken->incentive->incentive->match.given && l < RH_LANES; l++) {
            state->funded[l] += taken->matched_now[l] * self->attends[l];
        }
    }
    if (p == 0) {
        memcpy(self->shadow_funded[t], state->funded, sizeof state->funded);
    }
}
