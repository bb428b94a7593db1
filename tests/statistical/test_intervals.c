/* The errors that summaries report are those they make: coverage over many repetitions, fixed seed. */
#include "stats/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#define REPETITIONS 2000
#define NUM 400

/* `hits` of REPETITIONS is `expected` within 4 standard errors, or above it where `at_least`. */
static void assert_share(int hits, double expected, int at_least)
{
    const double error = sqrt(expected * (1.0 - expected) / REPETITIONS);
    const double share = (double)hits / REPETITIONS;
    if (share < expected - 4.0 * error || (!at_least && share > expected + 4.0 * error)) {
        fail_msg("covered %.4f, expected %.4f (error %.4f)", share, expected, error);
    }
}

/* Skewed like money: lognormal. The interval of each quantile holds the true one in at least 95% of the cases, and not
 * in all: ranks are whole numbers, which adds at most a few percent at this size. */
static void test_quantile_intervals(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 20240601);
    int hits[RH_NUM_QUANTILES] = {0};
    static double values[NUM];
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
        struct rh_summary s;
        for (int i = 0; i < NUM; i++) {
            values[i] = gsl_ran_lognormal(rng, 1.0, 0.8);
        }
        assert_int_equal(rh_summary_compute(&s, values, NULL, NUM, NULL), RH_OK);
        for (int q = 0; q < RH_NUM_QUANTILES; q++) {
            const double truth = gsl_cdf_lognormal_Pinv(rh_quantile_levels[q], 1.0, 0.8);
            hits[q] += s.quantile_low[q] <= truth && truth <= s.quantile_high[q];
        }
    }
    gsl_rng_free(rng);
    for (int q = 0; q < RH_NUM_QUANTILES; q++) {
        const double level = rh_quantile_levels[q];
        size_t low, high;
        if (rh_quantile_ranks(NUM, level, 0.95, &low, &high)) {
            const double exact =
                gsl_cdf_binomial_P((unsigned)high, level, NUM) - gsl_cdf_binomial_P((unsigned)low, level, NUM);
            assert_true(exact >= 0.95);
            assert_share(hits[q], exact, 0);
        } else {
            assert_int_equal(hits[q], 0);
        }
    }
}

static void test_mean_and_p_positive(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 7);
    int mean_hits = 0, share_hits = 0;
    static double a[NUM], b[NUM];
    const double truth_share = gsl_cdf_ugaussian_P(0.3);
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
        struct rh_difference d;
        for (int i = 0; i < NUM; i++) {
            const double common = gsl_ran_gaussian(rng, 5.0);
            b[i] = common;
            a[i] = common + 0.3 + gsl_ran_gaussian(rng, 1.0);
        }
        assert_int_equal(rh_difference_compute(&d, a, b, NUM, NULL), RH_OK);
        mean_hits += fabs(d.mean - 0.3) <= 1.959964 * d.mean_se;
        share_hits += fabs(d.p_positive - truth_share) <= 1.959964 * d.p_positive_se;
    }
    gsl_rng_free(rng);
    assert_share(mean_hits, 0.95, 0);
    assert_share(share_hits, 0.95, 0);
}

/* y and x depend on each other: the jackknife covers the ratio of means, which the mean of ratios misses. */
static void test_ratio_of_means(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 99);
    int hits = 0;
    double mean_of_ratios = 0.0;
    static double ratio[NUM], x[NUM];
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
        struct rh_summary s;
        for (int i = 0; i < NUM; i++) {
            x[i] = gsl_ran_gamma(rng, 4.0, 0.25);
            ratio[i] = (2.0 + gsl_ran_gaussian(rng, 1.0)) / x[i] + 1.0; /* E(ratio x) / E(x) = 3 */
            mean_of_ratios += ratio[i] / ((double)NUM * REPETITIONS);
        }
        assert_int_equal(rh_summary_compute(&s, ratio, x, NUM, NULL), RH_OK);
        hits += fabs(s.mean - 3.0) <= 1.965927 * s.mean_se; /* Student's t of 399 degrees */
    }
    gsl_rng_free(rng);
    assert_share(hits, 0.95, 0);
    assert_true(mean_of_ratios > 3.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantile_intervals),
        cmocka_unit_test(test_mean_and_p_positive),
        cmocka_unit_test(test_ratio_of_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
