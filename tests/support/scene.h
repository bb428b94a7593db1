/* One partner's place in the kernel, and what a total that it believes in pays: expectations by quadrature, without the
 * kernel's code. */
#ifndef SCENE_H
#define SCENE_H

#include "engine/kernel_private.h"
#include "stats/summary.h"
#include "support/rehearsal.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SCENE_HEAD "rehearse: program/1\nname: p\ncurrency: USD\nincentives:\n"
#define GAMBLE_WORKSPACE 400
#define GAMBLE_BREAKS 8
#define MONEY 1e4 /* 10⁻⁴ */

/* ---- A partner's place in the kernel */

/* A study of one program, and the kernel after the last partner has lived it. */
struct scene {
    struct rehearsal study;
    struct rh_kernel *kernel;
    struct rh_taken *taken; /* the incentive that is looked at */
};

/* A partner that sells about `amount` of alpha a month, and a quarter of it of beta; spread: by how much months differ.
 */
static inline void scene_partner(struct rh_history *history, const char *id, double amount, double spread,
                                 uint64_t seed)
{
    uint64_t random = seed;
    int32_t row = build_partner(history, id, "Reseller", "North", RH_NO_DAY);
    history->partners.parent[row] = build_name(&history->partners.parents, "HQ");
    for (int t = 0; t < 36; t++) {
        const double factor = 1.0 + spread * (2.0 * rehearsal_uniform(&random) - 1.0);
        const rh_month month = rh_month_make(2022, 1) + t;
        rehearsal_event(history, id, month, "revenue", "alpha", 10.0, floor(amount * factor));
        rehearsal_event(history, id, month, "revenue", "beta", 10.0, floor(0.25 * amount * factor));
        rehearsal_event(history, id, month, "marketing_spend", "", 1.0, 100.0);
        rehearsal_event(history, id, month, "certifications", "", 1.0, 0.0);
    }
}

static inline void scene_begin(struct scene *self)
{
    memset(self, 0, sizeof *self);
    rh_history_init(&self->study.history);
}

static inline void scene_block(struct rh_block *self, const struct rh_plan *plan)
{
    const size_t scenarios = (size_t)plan->num_programs;
    memset(self, 0, sizeof *self);
    self->kpi = rh_calloc(scenarios * RH_NUM_KPIS * RH_LANES, sizeof *self->kpi);
    self->extra = rh_calloc(scenarios * (size_t)plan->num_extra * RH_LANES + 1, sizeof *self->extra);
    self->parameter = rh_calloc((size_t)plan->num_drawn * RH_LANES + 1, sizeof *self->parameter);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        const size_t rows = scenarios * (size_t)rh_cut_num_kpis((enum rh_cut)cut) * (size_t)plan->num_labels[cut];
        self->cut[cut] = rh_calloc(rows * RH_LANES + 1, sizeof *self->cut[cut]);
    }
}

static inline void scene_free_block(struct rh_block *self)
{
    free(self->kpi);
    free(self->extra);
    free(self->parameter);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        free(self->cut[cut]);
    }
}

/* A study of the partners that were added and one program. All attend, until the test says otherwise. */
static inline void scene_study(struct scene *self, const char *program, int months)
{
    int status = rh_history_finish(&self->study.history, NULL);
    assert(status == RH_OK);
    rehearsal_study(&self->study, NULL, 1, &program);
    self->study.study.horizon_months = months;
    rehearsal_plain(&self->study);
    rh_assumptions_set(&self->study.assumptions, RH_PARAM_NULL_PROGRAM, 0.0);
    rh_assumptions_set(&self->study.assumptions, RH_PARAM_ATTENTION, 1.0);
}

/* Lives the program; what stands in the kernel then is the last partner's. */
static inline void scene_live(struct scene *self)
{
    struct rh_block block;
    rehearsal_bind(&self->study);
    self->kernel = rh_kernel_create(&self->study.plan);
    assert_non_null(self->kernel);
    scene_block(&block, &self->study.plan);
    rh_kernel_run(self->kernel, 0, RH_LANES, &block);
    scene_free_block(&block);
    assert_ptr_equal(self->kernel->partner, &self->study.plan.partner[self->study.plan.num_partners - 1]);
    assert_ptr_equal(self->kernel->program, &self->study.plan.program[1]);
    self->taken = &self->kernel->taken[0];
}

static inline void scene_end(struct scene *self)
{
    rh_kernel_destroy(self->kernel);
    rehearsal_free(&self->study);
}

/* The one partner of most tests. */
static inline void scene_live_alone(struct scene *self, const char *program, int months, double cv)
{
    scene_begin(self);
    scene_partner(&self->study.history, "P", 1000.0, 0.0, 1);
    scene_study(self, program, months);
    scene_live(self);
    self->study.plan.partner[0].cv = cv;
}

/* A window that opens with nothing behind it. */
static inline void scene_open(struct scene *self, int w)
{
    for (int path = 0; path < RH_NUM_PATHS; path++) {
        rh_standing_clear(self->kernel, self->taken, &self->taken->standing[path]);
    }
    if (self->taken->incentive->incentive->metric == RH_METRIC_STREAK) {
        rh_expect_streaks(self->kernel, self->taken);
    }
    rh_open_window(self->kernel, self->taken, w, false);
}

/* Attainment of replication l: from 0 to `top`, off all thresholds of whole currency units. */
static inline double scene_attained(int l, double top)
{
    return floor(top * l / RH_LANES) + 0.37;
}

static inline void scene_attain(struct scene *self, double top)
{
    for (int l = 0; l < RH_LANES; l++) {
        self->taken->standing[RH_PATH_OWN].attained[l] = scene_attained(l, top);
    }
}

/* Months of a gauge as they were: in replication l month t has brought this. */
static inline void scene_gauge(struct scene *self, int gauge, int t, double value, double step)
{
    rh_lanes *months = self->kernel->gauge[RH_PATH_OWN] + (ptrdiff_t)gauge * self->study.plan.num_months;
    for (int l = 0; l < RH_LANES; l++) {
        months[t][l] = value + step * l;
    }
}

/* Worth before what is felt of it. */
static inline void scene_worth(struct scene *self, int t, double *out)
{
    rh_find_worth(self->kernel, self->taken, t);
    for (int l = 0; l < RH_LANES; l++) {
        out[l] =
            self->taken->worth[l] / (self->kernel->feel[self->taken->feel + t][l] * self->kernel->relation.trusted[l]);
    }
}

/* What a partner usually sells of a product (NULL: of all) in months of the horizon; of a count: does. */
static inline double scene_usual(const struct scene *self, int i, const char *name, int first, int last)
{
    const struct rh_plan *plan = &self->study.plan;
    const struct rh_plan_partner *partner = &plan->partner[i];
    double sum = 0.0;
    for (size_t s = partner->first_series; s < partner->first_series + (size_t)partner->num_series; s++) {
        const struct rh_plan_driver *driver = &plan->driver[plan->series_driver[s]];
        for (int t = first; t <= last && strncmp(driver->name, name, strlen(name)) == 0; t++) {
            sum += isnan(plan->rate[s]) ? plan->mean[s * (size_t)plan->num_months + (size_t)t] : plan->rate[s];
        }
    }
    return sum;
}

/* ---- Expectations, without the kernel's code */

/* What a total pays, believed to be q + R. */
struct gamble {
    double (*pays)(const void *user, double total);
    const void *user;
    double breaks[GAMBLE_BREAKS]; /* totals at which it jumps or bends */
    int num_breaks;
    double alpha, beta;
    double q, h;
    double (*integrand)(double r, void *user);
};

/* The log-logistic of docs/model.md. */
static inline void gamble_believe(struct gamble *self, double mean, double cv_month, int left)
{
    const double variance = cv_month * cv_month / left;
    self->alpha = mean / sqrt(1.0 + variance);
    self->beta = acos(-1.0) / sqrt(3.0 * log(1.0 + variance));
}

static inline double gamble_survival(const struct gamble *self, double x)
{
    return x <= 0.0 ? 1.0 : 1.0 / (1.0 + pow(x / self->alpha, self->beta));
}

static inline double gamble_density(const struct gamble *self, double r)
{
    const double odds = pow(r / self->alpha, self->beta);
    return r > 0.0 ? self->beta / r / ((1.0 + odds) * (1.0 + 1.0 / odds)) : 0.0;
}

static inline double gamble_slope(double r, void *user)
{
    const struct gamble *self = user;
    const double density = gamble_density(self, r);
    return density > 0.0
               ? density *
                     (self->pays(self->user, self->q + self->h + r) - self->pays(self->user, self->q - self->h + r)) /
                     (2.0 * self->h)
               : 0.0;
}

static inline double gamble_pay(double r, void *user)
{
    const struct gamble *self = user;
    const double density = gamble_density(self, r);
    return density > 0.0 ? density * self->pays(self->user, self->q + r) : 0.0;
}

/* Where the integrand has a kink or a jump, h to either side, and some quantiles so that no peak is missed; ascending,
 * from 0. */
static inline size_t gamble_cuts(const struct gamble *self, double *at)
{
    static const double quantiles[] = {1e-9, 1e-4, 0.05, 0.5, 0.95, 1.0 - 1e-4, 1.0 - 1e-9};
    size_t num = 1;
    at[0] = 0.0;
    for (size_t k = 0; k < sizeof quantiles / sizeof *quantiles; k++) {
        at[num++] = self->alpha * pow(quantiles[k] / (1.0 - quantiles[k]), 1.0 / self->beta);
    }
    for (int k = 0; k < 2 * self->num_breaks; k++) {
        const double r = self->breaks[k / 2] - self->q + (k % 2 == 0 ? self->h : -self->h);
        at[num] = r;
        num += r > 0.0;
    }
    rh_sort_numbers(at, num);
    return num;
}

/* The integrand of a tail, which may be a heavy one: by P(R > r) instead of r. */
static inline double gamble_tail(double beyond, void *user)
{
    struct gamble *self = user;
    const double r = self->alpha * pow(1.0 / beyond - 1.0, 1.0 / self->beta);
    const double density = self->beta / r * beyond * (1.0 - beyond);
    return isfinite(r) && density > 0.0 ? self->integrand(r, user) / density : 0.0;
}

static inline double gamble_integrate(struct gamble *self, double (*integrand)(double r, void *user))
{
    double at[2 * GAMBLE_BREAKS + 8], sum = 0.0, part, error;
    const size_t num = gamble_cuts(self, at);
    self->integrand = integrand;
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(GAMBLE_WORKSPACE);
    gsl_function function = {integrand, self}, tail = {gamble_tail, self};
    for (size_t k = 1; k < num; k++) {
        if (at[k] > at[k - 1]) {
            gsl_integration_qags(&function, at[k - 1], at[k], 1e-15, 1e-10, GAMBLE_WORKSPACE, workspace, &part, &error);
            sum += part;
        }
    }
    gsl_integration_qags(&tail, 0.0, gamble_survival(self, at[num - 1]), 1e-15, 1e-10, GAMBLE_WORKSPACE, workspace,
                         &part, &error);
    gsl_integration_workspace_free(workspace);
    gsl_set_error_handler(handler);
    return sum + part;
}

/* (E[pays(q + h + R)] − E[pays(q − h + R)]) / 2h. */
static inline double gamble_difference(struct gamble *self, double q)
{
    double nearest = self->alpha;
    for (int k = 0; k < self->num_breaks; k++) {
        nearest = fmin(nearest, fabs(self->breaks[k] - q));
    }
    self->q = q;
    self->h = 1e-4 * nearest;
    return gamble_integrate(self, gamble_slope);
}

/* E[pays(q + R)]. */
static inline double gamble_expectation(struct gamble *self, double q)
{
    self->q = q;
    self->h = 0.0;
    return gamble_integrate(self, gamble_pay);
}

#endif
