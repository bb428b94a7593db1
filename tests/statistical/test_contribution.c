/* Expected shortfall and Euler contributions against closed forms, normal and lognormal, and their standard errors
 * against what many repetitions show. Fixed seed; bounds are standard errors. */
#include "report/mode.h"
#include "stats/contribution.h"
#include "stats/summary.h"
#include "stats/tail.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#define NUM 200000
#define BOUND 4.0 /* standard errors */

static double total[NUM], part[2][NUM], scratch[NUM];

static void assert_within(const char *what, double found, double se, double truth)
{
    if (!(fabs(found - truth) <= BOUND * se)) {
        fail_msg("%s: %g, in truth %g, which is %.1f standard errors", what, found, truth, (found - truth) / se);
    }
}

/* Contributions of total and both parts at the confidence, and the value at risk. */
static void compute(size_t num, double confidence, struct rh_contribution out[3], struct rh_tail *at)
{
    struct rh_tail_members tail;
    assert_int_equal(rh_tail_members_init(&tail, total, num, confidence, NULL), RH_OK);
    rh_contribution_compute(&out[0], &tail, total, total, scratch);
    rh_contribution_compute(&out[1], &tail, part[0], total, scratch);
    rh_contribution_compute(&out[2], &tail, part[1], total, scratch);
    rh_tail_members_free(&tail);
    rh_sort_numbers(total, num);
    rh_tail_sorted(at, RH_TAIL_HIGH, confidence, total, num);
}

/* Two normal parts, correlated by r. */
static void draw_normal(gsl_rng *rng, size_t num, double r, const double mean[2], const double sd[2])
{
    for (size_t i = 0; i < num; i++) {
        const double a = gsl_ran_ugaussian(rng), b = r * a + sqrt(1.0 - r * r) * gsl_ran_ugaussian(rng);
        part[0][i] = mean[0] + sd[0] * a;
        part[1][i] = mean[1] + sd[1] * b;
        total[i] = part[0][i] + part[1][i];
    }
}

/* A normal sum: shortfall mean + sd h with h = density(z) / (1 - confidence); a part contributes its mean + its
 * covariance with the sum / sd of the sum x h (Tasche 1999). */
static void test_normal(void **state)
{
    (void)state;
    static const double confidences[] = {0.8, 0.95, 0.99};
    const double mean[2] = {100.0, 40.0}, sd[2] = {10.0, 25.0}, r = -0.3;
    const double sum_sd = sqrt(sd[0] * sd[0] + sd[1] * sd[1] + 2.0 * r * sd[0] * sd[1]);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 1);
    for (size_t c = 0; c < 3; c++) {
        struct rh_contribution found[3];
        struct rh_tail at;
        const double z = gsl_cdf_ugaussian_Pinv(confidences[c]);
        const double h = gsl_ran_ugaussian_pdf(z) / (1.0 - confidences[c]);
        draw_normal(rng, NUM, r, mean, sd);
        compute(NUM, confidences[c], found, &at);
        assert_within("value at risk", at.at_risk, at.at_risk_se, 140.0 + z * sum_sd);
        assert_within("shortfall", found[0].tail, found[0].tail_se, 140.0 + h * sum_sd);
        assert_within("reserve", found[0].excess, found[0].excess_se, h * sum_sd);
        for (int k = 0; k < 2; k++) {
            const double covariance = sd[k] * sd[k] + r * sd[0] * sd[1];
            assert_within("part", found[1 + k].tail, found[1 + k].tail_se, mean[k] + covariance / sum_sd * h);
            assert_within("part's reserve", found[1 + k].excess, found[1 + k].excess_se, covariance / sum_sd * h);
        }
    }
    gsl_rng_free(rng);
}

/* A lognormal sum: shortfall mean x Phi(sigma - z) / (1 - confidence). */
static void test_lognormal(void **state)
{
    (void)state;
    static const double confidences[] = {0.8, 0.95, 0.99};
    const double mu = 2.0, sigma = 0.6, mean = exp(mu + 0.5 * sigma * sigma);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 2);
    for (size_t c = 0; c < 3; c++) {
        struct rh_contribution found[3];
        struct rh_tail at;
        const double z = gsl_cdf_ugaussian_Pinv(confidences[c]);
        const double shortfall = mean * gsl_cdf_ugaussian_P(sigma - z) / (1.0 - confidences[c]);
        for (size_t i = 0; i < NUM; i++) {
            total[i] = gsl_ran_lognormal(rng, mu, sigma);
            part[0][i] = 0.25 * total[i]; /* a share of the sum contributes its share */
            part[1][i] = 0.75 * total[i];
        }
        compute(NUM, confidences[c], found, &at);
        assert_within("value at risk", at.at_risk, at.at_risk_se, exp(mu + z * sigma));
        assert_within("shortfall", found[0].tail, found[0].tail_se, shortfall);
        assert_within("reserve", found[0].excess, found[0].excess_se, shortfall - mean);
        assert_within("a quarter", found[1].excess, found[1].excess_se, 0.25 * (shortfall - mean));
        assert_within("the rest", found[2].tail, found[2].tail_se, 0.75 * shortfall);
    }
    gsl_rng_free(rng);
}

/* Stated against observed standard errors over 1,000 repetitions of 2,000 replications: the standard deviation of an
 * estimate over the repetitions has itself a relative error of 1 / sqrt(2,000), and what is stated is asymptotic, which
 * a tail of 100 values is within 5% of. */
static void test_stated_errors(void **state)
{
    (void)state;
    enum { REPETITIONS = 1000, SIZE = 2000, FIGURES = 6 };
    static double estimate[FIGURES][REPETITIONS];
    const double mean[2] = {100.0, 40.0}, sd[2] = {10.0, 25.0};
    double stated[FIGURES] = {0};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 3);
    for (int i = 0; i < REPETITIONS; i++) {
        struct rh_contribution found[3];
        struct rh_tail at;
        draw_normal(rng, SIZE, 0.5, mean, sd);
        compute(SIZE, 0.95, found, &at);
        for (int k = 0; k < 3; k++) {
            estimate[2 * k][i] = found[k].tail;
            estimate[2 * k + 1][i] = found[k].excess;
            stated[2 * k] += found[k].tail_se / REPETITIONS;
            stated[2 * k + 1] += found[k].excess_se / REPETITIONS;
        }
    }
    gsl_rng_free(rng);
    for (int k = 0; k < FIGURES; k++) {
        struct rh_summary observed;
        assert_int_equal(rh_summary_compute(&observed, estimate[k], NULL, REPETITIONS, NULL), RH_OK);
        const double ratio = stated[k] / observed.sd;
        if (fabs(ratio - 1.0) > 0.05 + BOUND / sqrt(2.0 * REPETITIONS)) {
            fail_msg("figure %d: stated error %g, observed %g", k, stated[k], observed.sd);
        }
    }
}

/* The top of a density is where a normal and, but for what the kernel smooths, a lognormal have theirs. */
static void test_mode(void **state)
{
    (void)state;
    enum { SIZE = 20000 };
    struct rh_mode mode;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 4);
    for (size_t i = 0; i < SIZE; i++) {
        total[i] = 50.0 + 8.0 * gsl_ran_ugaussian(rng);
        part[0][i] = gsl_ran_lognormal(rng, 2.0, 0.6);
    }
    gsl_rng_free(rng);
    assert_int_equal(rh_mode_compute(&mode, total, SIZE, NULL), RH_OK);
    assert_within("normal", mode.value, mode.se, 50.0);
    assert_true(mode.se < 1.0 && mode.share == 0.0);
    assert_int_equal(rh_mode_compute(&mode, part[0], SIZE, NULL), RH_OK);
    assert_within("lognormal", mode.value, mode.se, exp(2.0 - 0.36));
    assert_true(mode.se < 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_normal), cmocka_unit_test(test_lognormal),
                                       cmocka_unit_test(test_stated_errors), cmocka_unit_test(test_mode)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
