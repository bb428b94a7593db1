/* What happens where a window opens: the status that is held, the requirements that are met, the prior year that is the
 * base, the multiplier, and who enrolls (docs/model.md, "Taking part"). */
#include "core/rng.h"
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <string.h>
#include <tgmath.h>

#define LARGEST_LOGIT 700.0 /* e^x is still a number */
#define LARGEST_LOG 40.0    /* of reward per effort cost, where one of them is nothing */

double rh_expected(const struct rh_kernel *self, const struct rh_plan_count *count, int first, int last)
{
    const struct rh_plan *plan = self->plan;
    double sum = 0.0;
    for (int k = 0; k < self->partner->num_series; k++) {
        size_t series = self->partner->first_series + (size_t)k;
        double conversion = rh_plan_conversion(plan, series, count);
        for (int month = first; conversion != 0.0 && month <= last; month++) {
            sum += conversion * rh_plan_expected(plan, series, month);
        }
    }
    return sum;
}

void rh_gauge_total(const struct rh_kernel *self, enum rh_path path, int gauge, int first, int last, int known,
                    rh_real *out)
{
    const struct rh_plan_gauge *source = &self->program->gauge[gauge];
    const size_t i = (size_t)(self->partner - self->plan->partner);
    rh_lanes *months = self->gauge[path] + (ptrdiff_t)gauge * self->plan->num_months;
    double sum = last >= known ? rh_expected(self, source->count, first > known ? first : known, last) : 0.0;
    for (int month = first; month <= last && month < 0; month++) {
        sum += month >= -RH_MONTHS_BEFORE ? source->before[i * RH_MONTHS_BEFORE + (size_t)(month + RH_MONTHS_BEFORE)]
                                          : 0.0;
    }
    for (int l = 0; l < RH_LANES; l++) {
        out[l] = sum;
    }
    for (int month = first > 0 ? first : 0; month <= last && month < known; month++) {
        rh_add_lanes(out, months[month], 1.0);
    }
}

int rh_review_of(const struct rh_kernel *self, int t)
{
    const struct rh_plan_status *status = &self->program->status;
    const int length = status->review[0].last - status->review[0].first + 1;
    return (t - status->review[0].first) / length;
}

/* Levels held in review window v: the highest whose conditions all held in the window before. */
static void review(struct rh_kernel *self, enum rh_path path, int v)
{
    const struct rh_plan_status *status = &self->program->status;
    const struct rh_plan_window window = status->review[v];
    const int last = window.first - 1, first = last - (window.last - window.first);
    const bool unknown = first < -self->plan->months_known; /* no review is over yet: the lowest level */
    rh_real *held = self->status[path][v];
    for (int l = 0; l < RH_LANES; l++) {
        held[l] = unknown ? 0.0 : -1.0;
    }
    for (int k = 0; k < status->num_tiers && !unknown; k++) {
        const struct rh_tier *tier = &self->program->program->tier[k];
        rh_lanes total, meets;
        for (int l = 0; l < RH_LANES; l++) {
            meets[l] = 1.0;
        }
        for (size_t c = 0; c < tier->num_when; c++) {
            rh_gauge_total(self, path, status->condition[k][c], first, last, window.first, total);
            for (int l = 0; l < RH_LANES; l++) {
                meets[l] = total[l] >= (rh_real)tier->when[c].at_least ? meets[l] : 0.0;
            }
        }
        for (int l = 0; l < RH_LANES; l++) {
            held[l] = meets[l] > 0.0 ? (rh_real)k : held[l];
        }
    }
}

void rh_find_status(struct rh_kernel *self, int t)
{
    const int v = self->program->status.num_tiers > 0 ? rh_review_of(self, t) : 0;
    if (self->program->status.num_tiers > 0 && (t == 0 || self->program->status.review[v].first == t)) {
        review(self, RH_PATH_OWN, v);
        review(self, RH_PATH_REFERENCE, v);
    }
}

double rh_multiplied(const struct rh_plan *plan, const struct rh_plan_partner *partner,
                     const struct rh_incentive *incentive, const char *tier)
{
    const struct rh_partners *partners = &plan->history->partners;
    const char *const names[] = {[RH_MULTIPLIER_REGION] = partners->regions.name[partners->region[partner->row]],
                                 [RH_MULTIPLIER_SEGMENT] = partners->segments.name[partners->segment[partner->row]],
                                 [RH_MULTIPLIER_TIER] = tier};
    double product = 1.0;
    for (size_t k = 0; k < incentive->num_multipliers; k++) {
        const struct rh_multiplier *multiplier = &incentive->multiplier[k];
        if (strcmp(multiplier->name.text, names[multiplier->of]) == 0) {
            product *= (double)multiplier->factor / (double)RH_PPM_ONE;
        }
    }
    return rint(product * (double)RH_PPM_ONE) / (double)RH_PPM_ONE;
}

/* Name of a level of the status program; -1: none. */
static const char *tier_name(const struct rh_kernel *self, int level)
{
    return level < 0 ? "" : self->program->program->tier[level].name.text;
}

/* may *= the audience takes the holder of the status in. */
static void select_by_status(struct rh_kernel *self, const struct rh_taken *taken, struct rh_plan_window window,
                             const rh_real *held, rh_real *may)
{
    const struct rh_plan *plan = self->plan;
    const rh_day first = rh_month_first_day(plan->first_month + window.first);
    const rh_day last = rh_month_last_day(plan->first_month + window.last);
    for (int level = -1; level < self->program->status.num_tiers; level++) {
        const bool fits = taken->incentive->role == RH_ROLE_TIER_BONUS
                              ? level == taken->incentive->tier
                              : rh_incentive_eligible_as(taken->incentive->incentive, plan->history, self->partner->row,
                                                         tier_name(self, level), first, last);
        for (int l = 0; l < RH_LANES; l++) {
            may[l] = held[l] == level && !fits ? 0.0 : may[l];
        }
    }
}

/* may *= the requirement was met in the last whole window of its kind. */
static void select_by_requirement(struct rh_kernel *self, const struct rh_taken *taken, int opens, size_t k,
                                  enum rh_path path, rh_real *may)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_requirement *requirement = &taken->incentive->incentive->requirement[k];
    rh_month first, last;
    rh_lanes total;
    rh_window_around(requirement->window, self->program->program->year_starts, plan->first_month + opens, &first,
                     &last);
    const int until = (int)(first - plan->first_month) - 1, from = until - rh_window_months(requirement->window) + 1;
    rh_gauge_total(self, path, taken->incentive->requirement[k], from, until, opens, total);
    for (int l = 0; l < RH_LANES; l++) {
        const bool met = from >= -plan->months_known && total[l] >= (rh_real)requirement->at_least;
        may[l] = met ? may[l] : 0.0;
    }
}

void rh_learn_prior(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path, int known)
{
    const struct rh_plan_window window = taken->incentive->window[w];
    const bool overlaps = window.last - window.first >= 12; /* its prior year */
    if (overlaps && taken->incentive->ahead[w] && taken->incentive->needs_prior) {
        rh_gauge_total(self, path, taken->incentive->own, window.first - 12, window.last - 12, known,
                       taken->standing[path].prior);
    }
}

/* The path's own prior year, and the multiplier of the status held. */
static void find_values(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_plan_window window = bound->window[w];
    struct rh_standing *standing = &taken->standing[path];
    const size_t i = (size_t)(self->partner - self->plan->partner);
    if (bound->ahead[w] && bound->needs_prior) {
        rh_gauge_total(self, path, bound->own, window.first - 12, window.last - 12, window.first, standing->prior);
    } else {
        const rh_real prior = bound->prior != NULL ? bound->prior[i * (size_t)bound->num_windows + (size_t)w] : 0.0;
        for (int l = 0; l < RH_LANES; l++) {
            standing->prior[l] = prior;
        }
    }
    for (int l = 0; l < RH_LANES; l++) {
        standing->multiplier[l] = taken->multiplier;
    }
    if (isnan(taken->multiplier)) {
        const rh_real *held = self->status[path][rh_review_of(self, window.first)];
        for (int level = -1; level < self->program->status.num_tiers; level++) {
            const rh_real factor = rh_multiplied(self->plan, self->partner, bound->incentive, tier_name(self, level));
            for (int l = 0; l < RH_LANES; l++) {
                standing->multiplier[l] = held[l] == level ? factor : standing->multiplier[l];
            }
        }
    }
}

static void select_lanes(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_plan_window window = bound->window[w];
    struct rh_standing *standing = &taken->standing[path];
    for (int l = 0; l < RH_LANES; l++) {
        standing->may[l] = 1.0;
    }
    if (self->program->status.num_tiers > 0 && bound->role != RH_ROLE_TIER_REVIEW) {
        select_by_status(self, taken, window, self->status[path][rh_review_of(self, window.first)], standing->may);
    }
    for (size_t k = 0; k < bound->incentive->num_requirements; k++) {
        select_by_requirement(self, taken, window.first, k, path, standing->may);
    }
    for (int l = 0; bound->needs_prior && bound->ahead[w] && l < RH_LANES; l++) {
        standing->may[l] = standing->prior[l] > 0.0 ? standing->may[l] : 0.0;
    }
}

/* Money that taking part costs: a share of what the window is expected to bring. */
static double window_revenue(const struct rh_kernel *self, struct rh_plan_window window)
{
    const struct rh_plan *plan = self->plan;
    double sum = 0.0;
    for (int k = 0; k < self->partner->num_series; k++) {
        size_t series = self->partner->first_series + (size_t)k;
        double conversion = plan->views[series * (size_t)plan->num_views].conversion;
        bool revenue = plan->driver[plan->series_driver[series]].kind == RH_DRIVER_REVENUE;
        for (int t = window.first; revenue && t <= window.last; t++) {
            sum += conversion * rh_plan_expected(plan, series, t);
        }
    }
    return sum;
}

/* Who opts in to window w, nobody where nothing is expected of it; the partner's uniform is the same in all windows. */
static void decide_enrollment(struct rh_kernel *self, struct rh_taken *taken, int w)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_plan_window window = bound->window[w];
    const rh_real *base = rh_drawn(self, RH_PARAM_OPT_IN, 0), *gain = rh_drawn(self, RH_PARAM_OPT_IN_REWARD, 0);
    const rh_real *burden = rh_drawn(self, RH_PARAM_OPT_IN_COMPLEXITY, 0),
                  *wait = rh_drawn(self, RH_PARAM_OPT_IN_DELAY, 0);
    const rh_real *faith = rh_drawn(self, RH_PARAM_OPT_IN_TRUST, 0), *trust = self->relation.trust;
    const rh_real *cost = rh_drawn(self, RH_PARAM_OPT_IN_COST, 0);
    const double baseline = window_revenue(self, window);
    rh_lanes reward;
    rh_expect_reward(self, taken, w, reward);
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real days = rh_processing_days(self, bound->incentive, l);
        const rh_real half = 0.5 * (rh_real)(window.last - window.first + 1);
        const rh_real delay = half + (bound->payout_days + days) / RH_DAYS_PER_MONTH;
        const rh_real worth = reward[l] > 0.0 ? rh_vlog(reward[l] / (cost[l] * baseline + 1e-9)) : -LARGEST_LOG;
        const rh_real clamped = fmin(fmax(worth, -LARGEST_LOG), LARGEST_LOG);
        const rh_real logit = base[l] + gain[l] * clamped - burden[l] * self->complexity - wait[l] * delay +
                              faith[l] * (trust[l] - 0.7) / 0.3;
        const rh_real chance = 1.0 / (1.0 + rh_vexp(-fmin(fmax(logit, -LARGEST_LOGIT), LARGEST_LOGIT)));
        struct rh_words words =
            rh_draw(self->plan->seed, taken->entity, self->first + (uint32_t)l, RH_DRAW_OPT_IN, 0, 0);
        taken->enrolled[w][l] = self->attends[l] > 0.0 && reward[l] > 0.0 && rh_uniform(words.w[0]) < chance;
    }
}

/* The schedule of all replications, where they have one. */
static void bind_schedule(struct rh_kernel *self, struct rh_taken *taken, int w)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const size_t windows = (size_t)bound->num_windows, levels = bound->incentive->num_levels;
    const size_t i = (size_t)(self->partner - self->plan->partner);
    const int pool = bound->incentive->metric == RH_METRIC_POOLED ? bound->pools.of[i] : -1;
    const size_t cell = pool < 0 ? i * windows + (size_t)w : (size_t)pool * windows + (size_t)w;
    const double *thresholds = pool < 0 ? bound->threshold : bound->pools.threshold;
    const double *priors = pool < 0 ? bound->prior : bound->pools.prior;
    struct rh_terms terms = {.threshold = thresholds != NULL ? thresholds + cell * levels : NULL,
                             .prior = priors != NULL ? priors[cell] : 0.0,
                             .multiplier = isnan(taken->multiplier) ? 1.0 : taken->multiplier};
    if (pool >= 0) { /* what the pool earns, as far as it is the partner's */
        const size_t row = (size_t)pool * (size_t)self->plan->num_months;
        const double all = bound->pools.rest[row + (size_t)bound->window[w].first];
        const double own = rh_expected(self, &bound->count, bound->window[w].first, bound->window[w].last);
        terms.multiplier *= all > 0.0 ? own / all : 0.0;
    } else if (thresholds == NULL && priors == NULL && terms.multiplier == 1.0) {
        return;
    }
    rh_schedule_bind(&taken->own_schedule, bound->incentive, &terms);
    taken->schedule = &taken->own_schedule;
}

void rh_open_window(struct rh_kernel *self, struct rh_taken *taken, int w, bool decides)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const size_t i = (size_t)(self->partner - self->plan->partner);
    for (int path = 0; path < RH_NUM_PATHS; path++) {
        struct rh_standing *standing = &taken->standing[path];
        memset(standing->attained, 0, sizeof standing->attained);
        if (bound->incentive->match.given) {
            memset(standing->matched, 0, sizeof standing->matched);
        }
        if (bound->several_values) {
            find_values(self, taken, w, (enum rh_path)path);
        }
        if (taken->selects) {
            select_lanes(self, taken, w, (enum rh_path)path);
        }
    }
    memset(taken->days, 0, sizeof taken->days);
    bind_schedule(self, taken, w);
    if (bound->role == RH_ROLE_TIER_REVIEW && bound->window[w].first == 0) { /* the review began before the horizon */
        const struct rh_plan_status *status = &self->program->status;
        const struct rh_plan_gauge *gauge = &self->program->gauge[taken->incentive->own];
        double sum = 0.0;
        for (int month = status->review[w].first; month < 0; month++) {
            sum += gauge->before[i * RH_MONTHS_BEFORE + (size_t)(month + RH_MONTHS_BEFORE)];
        }
        for (int l = 0; l < RH_LANES; l++) {
            taken->standing[RH_PATH_OWN].attained[l] = sum;
        }
    }
    if (bound->incentive->enrollment == RH_ENROLLMENT_OPT_IN && decides) {
        decide_enrollment(self, taken, w);
    }
    for (int path = 0; bound->incentive->enrollment == RH_ENROLLMENT_OPT_IN && path < RH_NUM_PATHS; path++) {
        for (int l = 0; l < RH_LANES; l++) {
            taken->standing[path].may[l] *= taken->enrolled[w][l];
        }
    }
}

const struct rh_schedule *rh_bind_lane(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path, int l,
                                       double denominator)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_incentive *incentive = bound->incentive;
    const struct rh_standing *standing = &taken->standing[path];
    const size_t cell = (size_t)(self->partner - self->plan->partner) * (size_t)bound->num_windows + (size_t)w;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        const struct rh_threshold *threshold = &incentive->level[k].threshold;
        self->thresholds[k] = incentive->metric == RH_METRIC_RATIO
                                  ? (double)threshold->amount / (double)RH_PPM_ONE * denominator
                              : bound->ahead[w] && threshold->relation == RH_RELATIVE_PRIOR_YEAR
                                  ? rh_threshold_amount(threshold, standing->prior[l], 0.0)
                              : bound->threshold != NULL ? bound->threshold[cell * incentive->num_levels + k]
                                                         : (double)incentive->level[k].from;
    }
    const struct rh_terms terms = {.threshold = self->thresholds,
                                   .prior = bound->several_values ? standing->prior[l] : 0.0,
                                   .multiplier = rh_multiplier_of(taken, standing, l)};
    rh_schedule_bind(&taken->lane_schedule, incentive, &terms);
    return &taken->lane_schedule;
}
