/* Risk is that of `cost`: all of it has to be paid, whoever gets it. Its parts are the rewards paid of each incentive,
 * and the rest: what rewards in kind cost less than they are worth, grossed-up taxes, fixed costs, costs per claim,
 * status kept. So they add up by construction. What reduces revenue is the rewards paid alone. */
#include "report/reserve.h"

#include "core/memory.h"
#include "stats/summary.h"
#include "stats/tail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is read of one program. Replications without a cost are left out of all of it. */
struct figures {
    size_t all, num;                                        /* replications, and those that have a cost */
    double *cost, *paid, *earned, *used, *exhausted, *rest; /* [num]; revenue is in scratch while it is needed */
    double *scratch, *part;                                 /* [all] */
    float *by_incentive;                                    /* [all][incentives] */
    bool *kept;                                             /* [all] */
};

static void figures_free(struct figures *self)
{
    free(self->cost);
    free(self->by_incentive);
    free(self->kept);
}

static int figures_init(struct figures *self, const struct rh_results *results, struct rh_error *error)
{
    enum { NUM = 8 };
    const size_t all = (size_t)results->replications, incentives = (size_t)results->cut_size[RH_CUT_INCENTIVE];
    *self = (struct figures){.all = all, .cost = rh_calloc(all, NUM * sizeof *self->cost)};
    self->by_incentive = rh_calloc(all * (incentives > 0 ? incentives : 1), sizeof *self->by_incentive);
    self->kept = rh_calloc(all, sizeof *self->kept);
    if (self->cost == NULL || self->by_incentive == NULL || self->kept == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to read %zu replications", all);
    }
    double **const column[] = {&self->paid, &self->earned,  &self->used, &self->exhausted,
                               &self->rest, &self->scratch, &self->part};
    for (size_t k = 0; k < NUM - 1; k++) {
        *column[k] = self->cost + (k + 1) * all;
    }
    return RH_OK;
}

/* Reads a figure of the replications that are kept. */
static int read_figure(struct figures *self, const struct rh_results *results, enum rh_kpi kpi, int scenario,
                       double *out, struct rh_error *error)
{
    const int code = rh_results_read_kpi(results, kpi, scenario, out, error);
    size_t num = 0;
    for (size_t i = 0; i < self->all; i++) {
        if (self->kept[i]) {
            out[num++] = out[i];
        }
    }
    return code;
}

static int figures_read(struct figures *self, const struct rh_results *results, int scenario, struct rh_error *error)
{
    int code = rh_results_read_kpi(results, RH_KPI_COST, scenario, self->cost, error);
    self->num = 0;
    for (size_t i = 0; i < self->all && code == RH_OK; i++) {
        self->kept[i] = !isnan(self->cost[i]);
        self->num += self->kept[i];
    }
    const struct {
        enum rh_kpi kpi;
        double *out;
    } figure[] = {{RH_KPI_COST, self->cost},
                  {RH_KPI_PAID, self->paid},
                  {RH_KPI_EARNED, self->earned},
                  {RH_KPI_BUDGET_USED, self->used},
                  {RH_KPI_EXHAUSTED_MONTH, self->exhausted}};
    for (size_t k = 0; code == RH_OK && k < sizeof figure / sizeof *figure; k++) {
        code = read_figure(self, results, figure[k].kpi, scenario, figure[k].out, error);
    }
    if (code == RH_OK && results->cut_size[RH_CUT_INCENTIVE] > 0) {
        code = rh_results_read_cut(results, RH_CUT_INCENTIVE, RH_KPI_PAID, scenario, self->by_incentive, error);
    }
    return code;
}

/* Rewards paid of one incentive, into part. False where the program has no such incentive. */
static bool take_part(struct figures *self, const struct rh_results *results, int incentive)
{
    const size_t width = (size_t)results->cut_size[RH_CUT_INCENTIVE];
    size_t num = 0;
    bool known = false;
    for (size_t i = 0; i < self->all; i++) {
        if (self->kept[i]) {
            const float paid = self->by_incentive[i * width + (size_t)incentive];
            known = known || !isnan(paid);
            self->part[num++] = isnan(paid) ? 0.0 : (double)paid;
        }
    }
    return known;
}

/* Every incentive of the program, and what of the cost is no incentive's. */
static int allocate(struct rh_reserve *self, struct figures *figures, const struct rh_results *results,
                    double confidence, struct rh_error *error)
{
    const int incentives = results->cut_size[RH_CUT_INCENTIVE];
    struct rh_tail_members tail;
    self->part = rh_calloc((size_t)incentives + 1, sizeof *self->part);
    if (self->part == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %d incentives", incentives);
    }
    int code = rh_tail_members_init(&tail, figures->cost, figures->num, confidence, error);
    if (code == RH_OK) {
        memcpy(figures->rest, figures->cost, figures->num * sizeof *figures->rest);
        rh_contribution_compute(&self->cost, &tail, figures->cost, figures->cost, figures->scratch);
        for (int k = 0; k < incentives; k++) {
            if (take_part(figures, results, k)) {
                for (size_t i = 0; i < figures->num; i++) {
                    figures->rest[i] -= figures->part[i];
                }
                struct rh_reserve_part *part = &self->part[self->num_parts++];
                part->incentive = results->cut_label[RH_CUT_INCENTIVE][k];
                rh_contribution_compute(&part->cost, &tail, figures->part, figures->cost, figures->scratch);
            }
        }
        rh_contribution_compute(&self->part[self->num_parts++].cost, &tail, figures->rest, figures->cost,
                                figures->scratch);
    }
    rh_tail_members_free(&tail);
    return code;
}

static struct rh_estimate share(size_t hits, size_t num)
{
    return (struct rh_estimate){(double)hits / (double)num, rh_share_se((double)hits, (double)hits, num)};
}

/* The budget shows in figures that are missing without one. Spendable is in cents. */
static int look_at_budget(struct rh_reserve *self, const struct figures *figures, const struct rh_results *results,
                          struct rh_error *error)
{
    const int months = results->cut_size[RH_CUT_MONTH];
    size_t num_over = 0;
    double most = 0.0;
    self->spendable = NAN;
    self->exhausted = rh_calloc((size_t)months, sizeof *self->exhausted);
    size_t *hits = rh_calloc((size_t)months, sizeof *hits);
    if (self->exhausted == NULL || hits == NULL) {
        free(hits);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %d months", months);
    }
    for (size_t i = 0; i < figures->num; i++) {
        const double month = figures->exhausted[i];
        self->has_budget = self->has_budget || !isnan(figures->used[i]);
        if (figures->used[i] > most) { /* the one that tells the budget best */
            most = figures->used[i];
            self->spendable = round(100.0 * figures->earned[i] / figures->used[i]) / 100.0;
        }
        if (month >= 1.0 && month <= months) {
            hits[(int)month - 1]++;
            num_over++;
        }
    }
    self->over = share(num_over, figures->num);
    for (int t = 0; t < months; t++) {
        self->exhausted[t] = share(hits[t], figures->num);
    }
    free(hits);
    return RH_OK;
}

/* Expected value, most likely amount and constraint of the rewards paid. The bound is a quantile q of level p, whose
 * influence is (1{x > q} - (1 - p)) / f(q): its covariance with the mean is (1 - p) (shortfall - mean) / (n f(q)), and
 * 1 / f(q) is what its own standard error sqrt(p (1 - p) / n) / f(q) tells. */
static int look_at_revenue(struct rh_reserve *self, struct figures *figures, double p, struct rh_error *error)
{
    const double n = (double)figures->num;
    struct rh_summary summary;
    struct rh_tail tail;
    int code = rh_mode_compute(&self->paid_mode, figures->paid, figures->num, error);
    if (code == RH_OK) {
        code = rh_summary_compute(&summary, figures->paid, NULL, figures->num, error);
    }
    if (code != RH_OK) {
        return code;
    }
    rh_sort_numbers(figures->paid, figures->num);
    rh_tail_sorted(&tail, RH_TAIL_HIGH, p, figures->paid, figures->num);
    self->paid = (struct rh_estimate){summary.mean, summary.mean_se};
    self->paid_bound = (struct rh_estimate){tail.at_risk, tail.at_risk_se};
    const double both = tail.at_risk_se / sqrt(n * p * (1.0 - p)) * (1.0 - p) * (tail.shortfall - summary.mean);
    const double variance = tail.at_risk_se * tail.at_risk_se + summary.mean_se * summary.mean_se - 2.0 * both;
    self->constraint.value = fmax(tail.at_risk - summary.mean, 0.0);
    self->constraint.se = isnan(variance) ? NAN : sqrt(fmax(variance, 0.0));
    return RH_OK;
}

/* What is booked by month. */
static int look_at_months(struct rh_reserve *self, const struct rh_results *results, struct rh_error *error)
{
    const size_t months = (size_t)results->cut_size[RH_CUT_MONTH];
    if (!results->has_finance || months == 0) {
        return RH_OK;
    }
    self->booked = rh_calloc(RH_NUM_FINANCE * months, sizeof *self->booked);
    int code = self->booked != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %zu months", months);
    for (size_t k = 0; code == RH_OK && k < RH_NUM_FINANCE; k++) {
        code = rh_results_read_finance(results, (enum rh_finance)k, self->scenario, self->booked + k * months, error);
    }
    return code;
}

const struct rh_summary *rh_reserve_booked(const struct rh_reserves *self, const struct rh_reserve *program,
                                           enum rh_finance figure, int t)
{
    return &program->booked[(int)figure * self->results->cut_size[RH_CUT_MONTH] + t];
}

double rh_reserve_accrual_rate(const struct rh_reserves *self, const struct rh_reserve *program, int t)
{
    const double sales = rh_reserve_booked(self, program, RH_FINANCE_SALES, t)->mean;
    return sales > 0.0 ? rh_reserve_booked(self, program, RH_FINANCE_ACCRUAL, t)->mean / sales : NAN;
}

static int compute(struct rh_reserve *self, struct figures *figures, const struct rh_reserves *reserves,
                   struct rh_error *error)
{
    const struct rh_results *results = reserves->results;
    struct rh_summary revenue;
    struct rh_tail tail;
    int code = figures_read(figures, results, self->scenario, error);
    self->num = figures->num;
    self->missing = (double)(figures->all - figures->num) / (double)figures->all;
    if (code != RH_OK || figures->num == 0) {
        return code;
    }
    code = allocate(self, figures, results, reserves->options.confidence, error);
    if (code == RH_OK) {
        code = look_at_budget(self, figures, results, error);
    }
    if (code == RH_OK) {
        code = look_at_months(self, results, error);
    }
    if (code == RH_OK) {
        code = look_at_revenue(self, figures, reserves->options.likely, error);
    }
    if (code == RH_OK) {
        code = read_figure(figures, results, RH_KPI_REVENUE, self->scenario, figures->scratch, error);
    }
    if (code == RH_OK) {
        code = rh_summary_compute(&revenue, figures->scratch, NULL, figures->num, error);
    }
    if (code == RH_OK) {
        self->revenue = (struct rh_estimate){revenue.mean, revenue.mean_se};
        rh_sort_numbers(figures->cost, figures->num);
        rh_tail_sorted(&tail, RH_TAIL_HIGH, reserves->options.confidence, figures->cost, figures->num);
        self->at_risk = (struct rh_estimate){tail.at_risk, tail.at_risk_se};
    }
    return code;
}

static bool is_probability(double p)
{
    return p > 0.0 && p < 1.0;
}

int rh_reserves_init(struct rh_reserves *self, const struct rh_results *results,
                     const struct rh_reserve_options *options, struct rh_error *error)
{
    struct figures figures = {0};
    *self = (struct rh_reserves){.results = results, .options = *options};
    if (!is_probability(options->confidence) || !is_probability(options->likely)) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "a confidence is between 0 and 1, found %g and %g",
                            options->confidence, options->likely);
    }
    if (options->scenario >= results->num_scenarios) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "scenario %d of %d", options->scenario, results->num_scenarios);
    }
    const int num = options->scenario < 0 ? results->num_scenarios : 1;
    self->program = rh_calloc((size_t)num, sizeof *self->program);
    if (self->program == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %d programs", num);
    }
    int code = figures_init(&figures, results, error);
    while (code == RH_OK && self->num < num) {
        struct rh_reserve *program = &self->program[self->num++]; /* counted where it fails too: it is freed */
        program->scenario = options->scenario < 0 ? self->num - 1 : options->scenario;
        code = compute(program, &figures, self, error);
    }
    figures_free(&figures);
    return code;
}

void rh_reserves_free(struct rh_reserves *self)
{
    for (int i = 0; i < self->num; i++) {
        free(self->program[i].part);
        free(self->program[i].exhausted);
        free(self->program[i].booked);
    }
    free(self->program);
    *self = (struct rh_reserves){0};
}
