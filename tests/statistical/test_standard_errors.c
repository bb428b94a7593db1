/* Stated standard errors against observed ones: each statistic of 1,000 runs with seeds of their own scatters as its
 * standard error says, within 10% (1,000 runs know that to 2.2%). */
#include "support/rehearsal.h"

#include "stats/summary.h"
#include "stats/tail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#define RUNS 1000
#define WITHIN 0.10

/* A statistic and the error stated of it, over the runs. */
struct claim {
    const char *name;
    double value[RUNS], error[RUNS];
};

static void assert_agree(const char *of, const struct claim *claim)
{
    double mean = 0.0, squares = 0.0, stated = 0.0;
    for (int k = 0; k < RUNS; k++) {
        mean += claim->value[k] / RUNS;
        stated += claim->error[k] / RUNS;
    }
    for (int k = 0; k < RUNS; k++) {
        squares += (claim->value[k] - mean) * (claim->value[k] - mean);
    }
    const double observed = sqrt(squares / (RUNS - 1));
    if (!(fabs(stated - observed) <= WITHIN * observed)) {
        fail_msg("%s of %s: stated %g, observed %g, ratio %.3f", claim->name, of, stated, observed, stated / observed);
    }
}

enum { MEAN, P05, P50, P95, ES05, ES95, VAR99, ES99, OF_SUMMARY };
static const char *const summary_names[OF_SUMMARY] = {"mean", "p05", "p50", "p95", "es05", "es95", "VaR 99", "ES 99"};

/* The tail of 1% is asked of a function of its own. */
static void claim_summary(struct claim *claim, int run, const double *value, size_t num, double *room)
{
    struct rh_summary s;
    struct rh_tail tail;
    assert_int_equal(rh_summary_compute(&s, value, NULL, num, NULL), RH_OK);
    memcpy(room, value, num * sizeof *room);
    rh_sort_numbers(room, num);
    rh_tail_sorted(&tail, RH_TAIL_HIGH, 0.99, room, num);
    const double values[OF_SUMMARY] = {s.mean,      s.quantile[1], s.quantile[4], s.quantile[7],
                                       s.tails.low, s.tails.high,  tail.at_risk,  tail.shortfall};
    const double errors[OF_SUMMARY] = {s.mean_se,      s.quantile_se[1], s.quantile_se[4], s.quantile_se[7],
                                       s.tails.low_se, s.tails.high_se,  tail.at_risk_se,  tail.shortfall_se};
    for (int k = 0; k < OF_SUMMARY; k++) {
        claim[k].name = summary_names[k];
        claim[k].value[run] = values[k];
        claim[k].error[run] = errors[k];
    }
}

enum { NORMAL, LOGNORMAL, MIXTURE };

/* The mixture is like a figure of a program: nothing in a tenth of the replications, else skewed and around a positive
 * value, with losses in a part. */
static double variate(gsl_rng *rng, int distribution)
{
    switch (distribution) {
    case NORMAL:
        return 50.0 + gsl_ran_gaussian(rng, 10.0);
    case LOGNORMAL:
        return gsl_ran_lognormal(rng, 3.0, 0.5);
    default:
        return gsl_rng_uniform(rng) < 0.1   ? 0.0
               : gsl_rng_uniform(rng) < 0.2 ? -gsl_ran_exponential(rng, 20.0)
                                            : gsl_ran_gamma(rng, 4.0, 25.0);
    }
}

static void test_summaries(void **state)
{
    enum { NUM = 8000 };
    static const char *const names[] = {"normal", "lognormal", "mixture"};
    struct claim *claim = calloc(OF_SUMMARY, sizeof *claim);
    double *value = malloc(2 * NUM * sizeof *value);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    (void)state;
    gsl_rng_set(rng, 20261122);
    for (int distribution = NORMAL; distribution <= MIXTURE; distribution++) {
        for (int run = 0; run < RUNS; run++) {
            for (int i = 0; i < NUM; i++) {
                value[i] = variate(rng, distribution);
            }
            claim_summary(claim, run, value, NUM, value + NUM);
        }
        for (int k = 0; k < OF_SUMMARY; k++) {
            assert_agree(names[distribution], &claim[k]);
        }
    }
    gsl_rng_free(rng);
    free(value);
    free(claim);
}

enum { DIFFERENCE, DIFFERENCE_P05, DIFFERENCE_P50, DIFFERENCE_ES05, P_POSITIVE, OF_DIFFERENCE };
static const char *const difference_names[OF_DIFFERENCE] = {"mean", "p05", "p50", "es05", "P(> 0)"};

static void claim_difference(struct claim *claim, int run, const double *a, const double *b, size_t num)
{
    struct rh_difference d;
    assert_int_equal(rh_difference_compute(&d, a, b, num, NULL), RH_OK);
    const double values[OF_DIFFERENCE] = {d.mean, d.p05, d.p50, d.tails.low, d.p_positive};
    const double errors[OF_DIFFERENCE] = {d.mean_se, d.quantile_se[0], d.quantile_se[1], d.tails.low_se,
                                          d.p_positive_se};
    for (int k = 0; k < OF_DIFFERENCE; k++) {
        claim[k].name = difference_names[k];
        claim[k].value[run] = values[k];
        claim[k].error[run] = errors[k];
    }
}

/* Two programs that share their luck, and do the same in a tenth of the replications. */
static void test_differences(void **state)
{
    enum { NUM = 3000 };
    struct claim *claim = calloc(OF_DIFFERENCE, sizeof *claim);
    double *a = malloc(NUM * sizeof *a), *b = malloc(NUM * sizeof *b);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    (void)state;
    gsl_rng_set(rng, 5);
    for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < NUM; i++) {
            b[i] = gsl_ran_lognormal(rng, 3.0, 0.5);
            a[i] = gsl_rng_uniform(rng) < 0.1 ? b[i] : 1.1 * b[i] - 1.0 + gsl_ran_gaussian(rng, 2.0);
        }
        claim_difference(claim, run, a, b, NUM);
    }
    for (int k = 0; k < OF_DIFFERENCE; k++) {
        assert_agree("differences", &claim[k]);
    }
    gsl_rng_free(rng);
    free(a);
    free(b);
    free(claim);
}

/* The engine itself: a tiny channel under two programs, 256 replications, 1,000 seeds. */
static void test_engine(void **state)
{
    enum { NUM = 256, ROI = OF_DIFFERENCE, NET_BENEFIT, COST_P50 };
    const char *const programs[] = {rehearsal_tiers, rehearsal_flat};
    struct claim *claim = calloc(COST_P50 + 1, sizeof *claim);
    struct rehearsal self;
    (void)state;
    rehearsal_init(&self, 3, NULL, 2, programs);
    self.study.replications = NUM;
    rehearsal_bind(&self);
    self.plan.verify = false;
    for (int run = 0; run < RUNS; run++) {
        struct rh_summary roi, benefit, cost;
        self.plan.seed = (uint64_t)run + 1;
        rehearsal_run(&self, 1);
        claim_difference(claim, run, rehearsal_kpi(&self, 1, RH_KPI_INCREMENTAL_REVENUE),
                         rehearsal_kpi(&self, 2, RH_KPI_INCREMENTAL_REVENUE), NUM);
        rh_summary_compute(&roi, rehearsal_kpi(&self, 1, RH_KPI_ROI), rehearsal_kpi(&self, 1, RH_KPI_COST), NUM, NULL);
        rh_summary_compute(&benefit, rehearsal_kpi(&self, 2, RH_KPI_NET_BENEFIT), NULL, NUM, NULL);
        rh_summary_compute(&cost, rehearsal_kpi(&self, 2, RH_KPI_COST), NULL, NUM, NULL);
        const double values[] = {roi.mean, benefit.mean, cost.quantile[4]};
        const double errors[] = {roi.mean_se, benefit.mean_se, cost.quantile_se[4]};
        for (int k = 0; k < 3; k++) {
            claim[ROI + k].value[run] = values[k];
            claim[ROI + k].error[run] = errors[k];
        }
    }
    claim[ROI].name = "ROI";
    claim[NET_BENEFIT].name = "net benefit";
    claim[COST_P50].name = "median cost";
    for (int k = 0; k <= COST_P50; k++) {
        /* Tails of 13 values are too few for their errors (stats/tail.h). */
        if (k != DIFFERENCE_ES05 && k != DIFFERENCE_P05) {
            assert_agree("the engine", &claim[k]);
        }
    }
    rehearsal_free(&self);
    free(claim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summaries),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
