#include "fit/fit.h"

#include "core/memory.h"
#include "core/variates.h"
#include "fit/doubt.h"
#include "fit/posterior.h"
#include "fit/price.h"
#include "fit/rewards.h"
#include "fit/within.h"
#include "program/study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const rh_fit_quantity_name[RH_NUM_FIT_QUANTITIES] = {
    "response", "effort_elasticity", "pass_through", "price_elasticity", "attention", "null_program"};

const char *const rh_fit_verdict_name[RH_NUM_PPML_VERDICTS] = {
    [RH_PPML_ESTIMATED] = "estimated",       [RH_PPML_NOTHING] = "nothing_observed",
    [RH_PPML_NO_VARIATION] = "no_variation", [RH_PPML_FEW_CLUSTERS] = "few_partners",
    [RH_PPML_NO_NOISE] = "no_noise",         [RH_PPML_NOT_CONVERGED] = "not_converged"};

void rh_fit_free(struct rh_fit *self)
{
    for (size_t k = 0; k < self->num_doubtful; k++) {
        free(self->doubtful[k].incentive);
    }
    free(self->doubtful);
    free(self->group);
    free(self->program);
    memset(self, 0, sizeof *self);
}

bool rh_fit_tells(const struct rh_fit *self)
{
    bool any = self->price.verdict == RH_FIT_PRICE_ESTIMATED;
    for (size_t g = 0; g < self->num_groups; g++) {
        any = any || self->group[g].used;
    }
    for (int q = 0; q < RH_NUM_FIT_WITHIN; q++) {
        any = any || self->within[q].verdict == RH_FIT_WITHIN_ESTIMATED;
    }
    return any;
}

double rh_fit_moved(const struct rh_fit_group *group, enum rh_fit_quantity quantity)
{
    const double before = group->prior[quantity].sd, after = group->posterior[quantity].sd;
    return before > 0.0 ? 1.0 - after * after / (before * before) : NAN;
}

double rh_fit_margin_of_error(const struct rh_fit_group *group)
{
    return isnan(group->response.se) ? NAN : rh_student_t(group->freedom, 0.975) * group->response.se;
}

bool rh_fit_conflicts(const struct rh_fit_group *group)
{
    const struct rh_moments *prior = &group->prior[RH_FIT_RESPONSE];
    return fabs(group->response.slope - prior->mean) > 3.0 * hypot(group->response.se, prior->sd);
}

/* Everything that one fit holds beside what it returns. */
struct job {
    struct rh_study study;
    bool borrows; /* study.in_force is the caller's */
    struct rh_panel panel;
    struct rh_baseline baseline;
    struct rh_assumptions priors, neutral;
    struct rh_plan plan;
    struct rh_rewards rewards;
    double *y, *x; /* of a group's observations */
    int *unit, *cell, *partner;
};

static void free_job(struct job *self)
{
    free(self->y);
    free(self->x);
    free(self->unit);
    free(self->cell);
    free(self->partner);
    rh_rewards_free(&self->rewards);
    rh_plan_free(&self->plan);
    rh_assumptions_free(&self->neutral);
    rh_assumptions_free(&self->priors);
    rh_baseline_free(&self->baseline);
    rh_panel_free(&self->panel);
    if (self->borrows) {
        memset(&self->study.in_force, 0, sizeof self->study.in_force);
    }
    rh_study_free(&self->study);
}

/* A study of the program in force on the last months of the history. */
static int make_study(struct job *self, const struct rh_history *history, const struct rh_program *in_force)
{
    struct rh_study *study = &self->study;
    const int months = (int)(history->last_month - history->first_month) + 1;
    const int status = rh_study_of_history(study, history);
    if (status != RH_OK) {
        return status;
    }
    rh_program_free(&study->in_force);
    study->in_force = *in_force;
    self->borrows = true;
    study->in_force_none = false;
    study->horizon_months = months < RH_MAX_HORIZON ? months : RH_MAX_HORIZON;
    study->replications = 1;
    study->replay = RH_REPLAY_EXACT;
    study->phase = 1; /* source months are not drawn */
    return RH_OK;
}

/* What an offer is felt as, before anybody answers: everybody attends and nobody reacts; claims, delay and trust at the
 * means of their priors. */
static int make_assumptions(struct job *self, const struct rh_history *history, struct rh_error *error)
{
    static const enum rh_parameter usual[] = {
        RH_PARAM_CLAIM_RATE_AUTOMATIC, RH_PARAM_CLAIM_RATE_REQUIRED, RH_PARAM_CLAIM_RATE_POINTS,
        RH_PARAM_DISCOUNT_RATE,        RH_PARAM_TRUST_WEIGHT,        RH_PARAM_FELT_CAP,
        RH_PARAM_NONCASH_WORTH,        RH_PARAM_PARTNER_MARGIN,      RH_PARAM_FUND_USE};
    int status = rh_assumptions_init(&self->priors, &history->partners.segments, error);
    if (status == RH_OK) {
        status = rh_assumptions_init(&self->neutral, &history->partners.segments, error);
    }
    if (status == RH_OK) {
        rh_assumptions_neutral(&self->neutral);
        for (size_t k = 0; k < sizeof usual / sizeof usual[0]; k++) {
            rh_assumptions_set(&self->neutral, usual[k], rh_parameter_table[usual[k]].prior.mean);
        }
    }
    return status;
}

/* Everything up to the observations. */
static int observe(struct job *self, const struct rh_history *history, const struct rh_program *in_force,
                   const struct rh_progress *progress, struct rh_problems *problems, struct rh_error *error)
{
    int status = make_study(self, history, in_force);
    if (status != RH_OK) {
        return rh_error_set(error, status, "no memory for a study of the history");
    }
    const struct rh_tuning tuning = rh_tuning_of_study(&self->study);
    status = rh_study_check(&self->study, history, problems);
    if (status == RH_OK) {
        rh_progress_report(progress, "learning the baseline", 0, 0);
        status = rh_study_panel(&self->study, history, &self->panel, error);
    }
    if (status == RH_OK) {
        status = rh_baseline_init(&self->baseline, &self->panel, history, &tuning, error);
    }
    if (status == RH_OK) {
        rh_rewards_steady(&self->baseline, &self->panel, self->panel.num_months - self->study.horizon_months);
        status = rh_plan_init(&self->plan, &self->study, history, &self->panel, &self->baseline, &self->neutral, error);
    }
    if (status == RH_OK) {
        rh_progress_report(progress, "replaying the history", 0, 0);
        status = rh_rewards_init(&self->rewards, &self->plan, &self->panel, &self->baseline, error);
    }
    return status;
}

/* What a group's observations have in common. */
static void describe_group(struct rh_fit_group *group, const struct rh_offer *offer, double complexity)
{
    if (offer->felt > 0.0) {
        group->share_offered += 1.0;
        group->typical += offer->felt / offer->margin;
    }
    group->margin += offer->margin;
    group->margin_assumed += offer->assumed ? 1.0 : 0.0;
    group->complexity += complexity;
}

/* Copies the observations of a segment (-1: all); returns how many there are. */
static size_t gather(struct job *self, int segment, struct rh_fit_group *group, struct rh_estimate *estimate)
{
    const struct rh_rewards *rewards = &self->rewards;
    size_t num = 0;
    for (size_t k = 0; k < rewards->num; k++) {
        const struct rh_offer *offer = &rewards->offer[k];
        if (segment >= 0 && offer->segment != segment) {
            continue;
        }
        group->partners += num == 0 || self->partner[num - 1] != offer->partner;
        self->y[num] = offer->sold;
        self->x[num] = offer->reward;
        self->unit[num] = offer->unit;
        self->cell[num] = offer->cell;
        self->partner[num++] = offer->partner;
        describe_group(group, offer, rewards->complexity[offer->partner]);
    }
    group->typical = group->share_offered > 0.0 ? group->typical / group->share_offered : NAN;
    const double all = fmax((double)num, 1.0);
    group->share_offered /= all;
    group->margin = num > 0 ? group->margin / all : rh_parameter_table[RH_PARAM_PARTNER_MARGIN].prior.mean;
    group->margin_assumed /= all;
    group->complexity /= all;
    estimate->typical = isnan(group->typical) ? RH_USUAL_OFFER : group->typical;
    estimate->margin = group->margin;
    estimate->assumed = group->margin_assumed;
    estimate->complexity = group->complexity;
    return num;
}

/* Estimates the response of a group and adds the group, where it has partners or is that of all. */
static int add_group(struct rh_fit *self, struct job *job, int segment, const char *name, struct rh_error *error)
{
    struct rh_fit_group *group = &self->group[self->num_groups];
    struct rh_estimate estimate = {0};
    *group = (struct rh_fit_group){.segment = name, .freedom = NAN};
    const struct rh_ppml_data data = {.num = gather(job, segment, group, &estimate),
                                      .y = job->y,
                                      .x = job->x,
                                      .unit = job->unit,
                                      .cell = job->cell,
                                      .cluster = job->partner,
                                      .num_units = job->rewards.num_units,
                                      .num_cells = job->rewards.num_cells,
                                      .num_clusters = job->rewards.num_partners};
    if (segment >= 0 && data.num == 0) {
        return RH_OK;
    }
    int status = rh_ppml_fit(&group->response, &data, error);
    if (status == RH_OK) {
        if (group->response.verdict == RH_PPML_ESTIMATED) {
            group->freedom = fmax(group->response.effective - 1.0, 1.0);
        }
        group->used =
            group->response.verdict == RH_PPML_ESTIMATED && group->response.variation >= RH_FIT_LEAST_VARIATION;
        estimate.slope = group->used ? group->response.slope : NAN;
        estimate.se = group->response.se;
        estimate.freedom = group->freedom;
        estimate.price = self->price.estimate;
        estimate.price_se = self->price.se;
        estimate.price_freedom = self->price.freedom;
        status = rh_posterior_find(&job->priors, segment < 0 ? 0 : segment, &estimate, group->prior, group->posterior,
                                   error);
        self->num_groups++;
    }
    return status;
}

static int estimate_groups(struct rh_fit *self, struct job *job, const struct rh_history *history,
                           const struct rh_progress *progress, struct rh_error *error)
{
    const struct rh_names *segments = &history->partners.segments;
    const size_t room = job->rewards.num + 1;
    int32_t *order = rh_calloc(segments->num + 1, sizeof *order);
    self->group = rh_calloc(segments->num + 1, sizeof *self->group);
    job->y = rh_calloc(room, sizeof *job->y);
    job->x = rh_calloc(room, sizeof *job->x);
    job->unit = rh_calloc(room, sizeof *job->unit);
    job->cell = rh_calloc(room, sizeof *job->cell);
    job->partner = rh_calloc(room, sizeof *job->partner);
    if (order == NULL || self->group == NULL || job->y == NULL || job->x == NULL || job->unit == NULL ||
        job->cell == NULL || job->partner == NULL) {
        free(order);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to fit %zu observations", job->rewards.num);
    }
    rh_names_sorted(segments, order);
    int status = add_group(self, job, -1, NULL, error);
    for (size_t k = 0; status == RH_OK && k < segments->num; k++) {
        rh_progress_report(progress, "fitting segments", k, segments->num);
        status = rh_progress_stopped(progress) ? rh_error_set(error, RH_ERR_INTERRUPTED,
                                                              "interrupted after %zu of %zu segments", k, segments->num)
                                               : add_group(self, job, (int)order[k], segments->name[order[k]], error);
    }
    free(order);
    return status;
}

/* Before anything is known: each parameter as it was believed. */
static void begin_within(struct rh_fit *self, const struct rh_assumptions *priors)
{
    static const enum rh_parameter parameter[RH_NUM_FIT_WITHIN] = {[RH_FIT_GOAL_GRADIENT] = RH_PARAM_GOAL_GRADIENT,
                                                                   [RH_FIT_TOPUP_ABLE] = RH_PARAM_TOPUP_ABLE,
                                                                   [RH_FIT_TOPUP_REACH] = RH_PARAM_TOPUP_REACH};
    static const long stride[RH_NUM_FIT_WITHIN] = {811, 389, 613};
    for (int q = 0; q < RH_NUM_FIT_WITHIN; q++) {
        struct rh_fit_within *within = &self->within[q];
        *within = (struct rh_fit_within){
            .parameter = parameter[q], .verdict = RH_FIT_WITHIN_NO_PROGRAM, .estimate = NAN, .se = NAN, .freedom = NAN};
        within->prior = within->posterior = rh_within_prior(priors, parameter[q]);
        for (int d = 0; d < RH_FIT_WITHIN_DRAWS; d++) {
            within->draw[(int)(d * stride[q] % RH_FIT_WITHIN_DRAWS)] = rh_belief_of_quantile(
                &priors->belief[(int)parameter[q] * priors->num_segments], (d + 0.5) / RH_FIT_WITHIN_DRAWS);
        }
    }
    self->bunching = (struct rh_fit_bunching){.ratio = NAN, .low = NAN, .high = NAN, .expected = NAN};
}

/* What the shape of sales within windows tells, once the response is known. */
static int look_within(struct rh_fit *self, const struct job *job, const struct rh_progress *progress,
                       struct rh_error *error)
{
    struct rh_ends ends;
    double complexity = 0.0;
    for (int i = 0; i < job->rewards.num_partners; i++) {
        complexity += job->rewards.complexity[i] / job->rewards.num_partners;
    }
    rh_progress_report(progress, "looking within windows", 0, 0);
    int status = rh_ends_init(&ends, &job->plan, &job->rewards, error);
    if (status == RH_OK) {
        status = rh_bunching_find(&self->bunching, &ends, error);
    }
    if (status == RH_OK) {
        status = rh_topup_find(&self->within[RH_FIT_TOPUP_ABLE], &self->within[RH_FIT_TOPUP_REACH], &ends, &job->priors,
                               complexity, error);
    }
    if (status == RH_OK) {
        status = rh_goal_find(&self->within[RH_FIT_GOAL_GRADIENT], &job->plan, &job->panel, &job->rewards, &job->priors,
                              self->group[0].posterior[RH_FIT_RESPONSE].mean, complexity, error);
    }
    rh_ends_free(&ends);
    return status;
}

int rh_fit_run(struct rh_fit *self, const struct rh_history *history, const struct rh_program *in_force,
               const struct rh_progress *progress, struct rh_problems *problems, struct rh_error *error)
{
    struct job job = {0};
    const bool replays = in_force != NULL && in_force->num_incentives + in_force->num_tiers > 0;
    memset(self, 0, sizeof *self);
    self->baseline.tuning = rh_tuning_defaults();
    if (history->first_month == RH_NO_MONTH) {
        return rh_error_set(error, RH_ERR_INPUT, "the history has no rows");
    }
    self->last = history->last_month;
    self->first = history->last_month - history->first_month < RH_MAX_HORIZON
                      ? history->first_month
                      : history->last_month - RH_MAX_HORIZON + 1;
    int status = make_assumptions(&job, history, error);
    if (status == RH_OK) {
        begin_within(self, &job.priors);
    }
    if (status == RH_OK && replays) {
        self->program = rh_strdup(in_force->name);
        status = self->program != NULL ? rh_fit_find_doubts(self, in_force) : RH_ERR_NO_MEMORY;
        if (status != RH_OK) {
            rh_error_set(error, status, "no memory for the program in force");
        }
    }
    if (status == RH_OK) {
        rh_progress_report(progress, "comparing prices", 0, 0);
        status = rh_price_estimate(&self->price, history, error);
    }
    if (status == RH_OK && replays) {
        status = observe(&job, history, in_force, progress, problems, error);
        self->months_cut = status == RH_OK ? job.plan.num_months - 1 - job.rewards.last_month : 0;
        self->too_short = job.rewards.too_short;
        self->margin_assumed = job.rewards.margin_assumed;
        self->by_region = job.rewards.by_region;
    }
    if (status == RH_OK) {
        status = estimate_groups(self, &job, history, progress, error);
    }
    if (status == RH_OK && replays) {
        status = look_within(self, &job, progress, error);
    }
    free_job(&job);
    return status;
}

int rh_fit_baseline(struct rh_fit *self, const struct rh_history *history, const struct rh_progress *progress,
                    struct rh_error *error)
{
    const struct rh_tuning usual = rh_tuning_defaults();
    const struct rh_tune_options options = rh_tune_defaults();
    self->chooses_baseline = true;
    return rh_tune_run(&self->baseline, history, &usual, &options, progress, error);
}
