/* Where a partner stands with the vendor: trust in being paid, what it has learned, marketing that was matched, and
 * whether it stays (docs/model.md, "Trust", "Leaving"). All of it enters as the difference to what the program in force
 * makes of it, so that a program is its own candidate to the last bit. */
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <math.h>
#include <string.h>

static void find_trusted(struct rh_kernel *self)
{
    struct rh_relation_state *state = &self->relation;
    const rh_real *weight = rh_drawn(self, RH_PARAM_TRUST_WEIGHT, 0);
    for (int l = 0; l < RH_LANES; l++) {
        state->trusted[l] = 1.0 - weight[l] * (1.0 - state->trust[l]);
    }
}

void rh_relation_start(struct rh_kernel *self)
{
    struct rh_relation_state *state = &self->relation;
    const rh_real *trust = rh_drawn(self, RH_PARAM_TRUST, 0);
    memcpy(state->trust, trust, sizeof state->trust);
    find_trusted(self);
    memset(state->num_payments, 0, (size_t)self->plan->num_months * sizeof *state->num_payments);
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

/* True where some value is above k. */
static bool any_above(const rh_real *value, int k)
{
    int any = 0;
    for (int l = 0; l < RH_LANES; l++) {
        any |= value[l] > (rh_real)k;
    }
    return any != 0;
}

/* Trust falls back to where it rests, then answers the month's payments. */
static void move_trust(struct rh_kernel *self, int t)
{
    struct rh_relation_state *state = &self->relation;
    const rh_real *rest = rh_drawn(self, RH_PARAM_TRUST, 0), *back = rh_drawn(self, RH_PARAM_TRUST_RETURN, 0);
    const rh_real *step = rh_drawn(self, RH_PARAM_TRUST_STEP, 0), *right = state->right[t], *wrong = state->wrong[t];
    rh_real *trust = state->trust;
    const int payments = state->num_payments[t];
    for (int l = 0; l < RH_LANES; l++) {
        trust[l] += back[l] * (rest[l] - trust[l]);
    }
    for (int k = 0; k < payments && (k == 0 || any_above(right, k)); k++) {
        const rh_real before = (rh_real)k;
        for (int l = 0; l < RH_LANES; l++) {
            trust[l] += right[l] > before ? step[l] * (1.0 - trust[l]) : 0.0;
        }
    }
    for (int k = 0; k < payments && (k == 0 || any_above(wrong, k)); k++) {
        const rh_real before = (rh_real)k;
        for (int l = 0; l < RH_LANES; l++) {
            trust[l] -= wrong[l] > before ? 2.0 * step[l] * trust[l] : 0.0;
        }
    }
    find_trusted(self);
}

/* Binary logarithm of the hazard of leaving, up to what the baseline makes of it. */
static void find_hazard(const struct rh_kernel *self, rh_real *hazard)
{
    const struct rh_relation_state *state = &self->relation;
    const rh_real *missed = rh_drawn(self, RH_PARAM_LEAVE_MISSED, 0);
    const rh_real *rewarded = rh_drawn(self, RH_PARAM_LEAVE_REWARDED, 0);
    const rh_real *trust = rh_drawn(self, RH_PARAM_LEAVE_TRUST, 0), *share = rh_drawn(self, RH_PARAM_LEAVE_SHARE, 0);
    const rh_real *margin = rh_drawn(self, RH_PARAM_PARTNER_MARGIN, self->partner->segment_id);
    const bool assumed = isnan(self->partner->margin);
    const rh_real own = self->partner->margin > RH_LEAST_MARGIN ? self->partner->margin : RH_LEAST_MARGIN;
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real otherwise = (assumed ? margin[l] : own) * state->sold[l];
        const rh_real earned = otherwise > 0.0 ? state->earned[l] : 0.0, of = otherwise > 0.0 ? otherwise : 1.0;
        const rh_real other =
            missed[l] * state->missed[l] + rewarded[l] * state->rewarded[l] - trust[l] * (state->trust[l] - 0.7) / 0.3;
        hazard[l] = RH_LOG2_E * other - share[l] * rh_short_log2(1.0 + earned / of);
    }
}

static bool differ(const rh_real *a, const rh_real *b)
{
    int any = 0;
    for (int l = 0; l < RH_LANES; l++) {
        any |= a[l] != b[l];
    }
    return any != 0;
}

/* What the program makes of the probability of staying in a month in which a share of `dropout` leaves. */
static void find_staying(struct rh_kernel *self, int p, int t, rh_real dropout)
{
    rh_real *before = self->shadow_hazard[t], *staying = self->relation.staying;
    rh_lanes hazard;
    find_hazard(self, hazard);
    if (p == 0) {
        memcpy(before, hazard, sizeof hazard);
    }
    if (differ(hazard, before)) {
        const rh_real stays = RH_LOG2_E * log1p(-dropout), far = rh_unknown(RH_MOST_EXP2);
        for (int l = 0; l < RH_LANES; l++) {
            const rh_real times = rh_exp2_within(hazard[l] - before[l], far);
            staying[l] *= rh_exp2_within((times - 1.0) * stays, far);
        }
    }
}

/* Who is still there in month t: the baseline's dropout, times what the program makes of its hazard. */
static void find_here(struct rh_kernel *self, int p, int t)
{
    struct rh_relation_state *state = &self->relation;
    const double *alive = self->partner->alive;
    const double dropout = t > 0 && alive[t - 1] > 0.0 ? 1.0 - alive[t] / alive[t - 1] : 0.0;
    if (self->leaves && t > 0 && dropout > 0.0 && dropout < 1.0 &&
        (p == 0 || self->num_taken > 0 || self->shadow_takes)) {
        find_staying(self, p, t, dropout);
    }
    const rh_real living = (rh_real)alive[t];
    for (int l = 0; l < RH_LANES; l++) {
        state->here[l] = self->life[l] < living * state->staying[l] ? 1.0 : 0.0;
    }
}

void rh_relation_begin(struct rh_kernel *self, int p, int t)
{
    if (self->trusts) {
        move_trust(self, t);
    }
    find_here(self, p, t);
    if (p == self->plan->reference) {
        memcpy(self->reference_here[t], self->relation.here, sizeof self->relation.here);
    }
}

/* What one window that ended brought; has_level: there was one to reach. */
static void remember_window(const struct rh_taken *taken, bool has_level, struct rh_relation_state *state)
{
    const struct rh_standing *own = &taken->standing[RH_PATH_OWN];
    rh_real *__restrict earned = state->earned, *__restrict rewarded = state->rewarded;
    rh_real *__restrict missed = state->missed;
    for (int l = 0; l < RH_LANES; l++) {
        earned[l] += own->amount[l];
        rewarded[l] = own->amount[l] > 0.0 ? 1.0 : rewarded[l];
    }
    for (int l = 0; has_level && !taken->selects && l < RH_LANES; l++) {
        missed[l] = own->reached[l] == 0.0 ? 1.0 : missed[l];
    }
    for (int l = 0; has_level && taken->selects && l < RH_LANES; l++) {
        missed[l] = ((own->may[l] > 0.0) & (own->reached[l] == 0.0)) ? 1.0 : missed[l];
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
        const int w = bound->window_of[t];
        if (bound->role != RH_ROLE_INCENTIVE || bound->shares || w < 0 || bound->window[w].last != t ||
            !rh_is_eligible(taken, w)) {
            continue;
        }
        const bool has_level = bound->incentive->num_levels > 0 && isfinite(taken->schedule->first_paid);
        remember_window(taken, has_level, state);
    }
}

/* Extra completions of training and certifications stay for a while. */
static void remember_training(struct rh_kernel *self, int t)
{
    const struct rh_plan *plan = self->plan;
    struct rh_relation_state *state = &self->relation;
    for (int l = 0; l < RH_LANES; l++) {
        state->learned[l] *= self->retained[l];
    }
    for (int k = 0; k < self->partner->num_series; k++) {
        if (plan->driver[plan->series_driver[self->partner->first_series + (size_t)k]].trains) {
            const rh_real *usual = self->sold[k * plan->num_months + t];
            for (int l = 0; l < RH_LANES; l++) {
                state->learned[l] += 1e-4 * (self->gross[k][l] - usual[l] * state->here[l]);
            }
        }
    }
}

/* Marketing that was matched works in the month after. */
static void remember_marketing(struct rh_kernel *self, int p, int t)
{
    struct rh_relation_state *state = &self->relation;
    memset(state->funded, 0, sizeof state->funded);
    for (int j = 0; j < self->num_taken; j++) {
        const struct rh_taken *taken = &self->taken[j];
        if (taken->incentive->incentive->match.given) {
            rh_add_product(state->funded, taken->matched_now, self->attends);
        }
    }
    if (p == 0) {
        memcpy(self->shadow_funded[t], state->funded, sizeof state->funded);
    }
}

void rh_relation_end(struct rh_kernel *self, int p, int t, const rh_real *revenue)
{
    struct rh_relation_state *state = &self->relation;
    if (self->leaves) {
        remember_windows(self, t);
        rh_add_lanes(state->sold, revenue, 1.0);
    }
    if (self->learns) {
        remember_training(self, t);
    }
    if (self->markets) {
        remember_marketing(self, p, t);
    }
}
