/* Summaries against closed forms, GSL and brute force. */
#include "stats/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

static void assert_near(double a, double b, double relative)
{
    if (!(fabs(a - b) <= relative * fmax(1.0, fmax(fabs(a), fabs(b))))) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

/* Numbers between -1e6 and 1e6 of very different sizes. */
static double *numbers(size_t num, unsigned long seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double *out = malloc(num * sizeof *out);
    assert_non_null(rng);
    assert_non_null(out);
    gsl_rng_set(rng, seed);
    for (size_t i = 0; i < num; i++) {
        const double size = pow(10.0, 12.0 * gsl_rng_uniform(rng) - 6.0);
        out[i] = gsl_rng_uniform(rng) < 0.3 ? -size : size;
    }
    gsl_rng_free(rng);
    return out;
}

static void test_sum_is_compensated(void **state)
{
    (void)state;
    const double big[] = {1.0, 1e100, 1.0, -1e100};
    assert_true(rh_sum(big, 4) == 2.0);
    assert_true(rh_sum(NULL, 0) == 0.0);
    double tenths[1000];
    for (int i = 0; i < 1000; i++) {
        tenths[i] = 0.1;
    }
    assert_true(rh_sum(tenths, 1000) == 100.0);
    const double infinite[] = {1.0, INFINITY, 2.0};
    assert_true(isinf(rh_sum(infinite, 3)));
}

static void test_closed_form(void **state)
{
    (void)state;
    struct rh_summary s;
    struct rh_error error;
    double values[101];
    for (int i = 0; i <= 100; i++) {
        values[(i * 37) % 101] = i; /* 0 to 100 out of order */
    }
    assert_int_equal(rh_summary_compute(&s, values, NULL, 101, &error), RH_OK);
    assert_int_equal(s.num, 101);
    assert_true(s.missing == 0.0);
    assert_true(s.mean == 50.0);
    assert_near(s.sd, sqrt(101.0 * 102.0 / 12.0), 1e-15);
    assert_near(s.mean_se, s.sd / sqrt(101.0), 1e-15);
    for (int q = 0; q < RH_NUM_QUANTILES; q++) {
        assert_near(s.quantile[q], 100.0 * rh_quantile_levels[q], 1e-14);
    }
    assert_int_equal((int)values[0], 0); /* the caller's values stay as they are */
    assert_int_equal((int)values[37], 1);
}

static void test_a_constant_is_exact(void **state)
{
    (void)state;
    struct rh_summary s;
    struct rh_error error;
    double values[777];
    for (int i = 0; i < 777; i++) {
        values[i] = 0.1;
    }
    assert_int_equal(rh_summary_compute(&s, values, NULL, 777, &error), RH_OK);
    assert_true(s.mean == 0.1);
    assert_true(s.sd == 0.0 && s.mean_se == 0.0);
    assert_true(s.quantile[0] == 0.1 && s.quantile_low[4] == 0.1 && s.quantile_high[4] == 0.1);
    /* Sum and division round; the mean must not. */
    for (int k = 1; k < 2000; k++) {
        for (int i = 0; i < 777; i++) {
            values[i] = sqrt(k);
        }
        assert_int_equal(rh_summary_compute(&s, values, NULL, 777, &error), RH_OK);
        assert_true(s.mean == sqrt(k) && s.sd == 0.0);
    }
}

static void test_moments_and_quantiles_against_gsl(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 4, 10, 63, 64, 1000, 5003};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct rh_summary s;
        struct rh_error error;
        const size_t n = sizes[k];
        double *values = numbers(n, 11 + (unsigned long)k);
        assert_int_equal(rh_summary_compute(&s, values, NULL, n, &error), RH_OK);
        assert_near(s.mean, gsl_stats_mean(values, 1, n), 1e-10);
        if (n > 1) {
            assert_near(s.sd, gsl_stats_sd(values, 1, n), 1e-10);
        } else {
            assert_true(isnan(s.sd) && isnan(s.mean_se));
        }
        gsl_sort(values, 1, n);
        for (int q = 0; q < RH_NUM_QUANTILES; q++) {
            assert_near(s.quantile[q], gsl_stats_quantile_from_sorted_data(values, 1, n, rh_quantile_levels[q]), 1e-13);
        }
        for (int step = 0; step <= 50; step++) {
            const double level = step / 50.0;
            assert_near(rh_quantile_sorted(values, n, level), gsl_stats_quantile_from_sorted_data(values, 1, n, level),
                        1e-13);
        }
        free(values);
    }
    assert_true(isnan(rh_quantile_sorted(NULL, 0, 0.5)));
}

/* Ranks that a table gives, counted from 1. */
static void test_known_ranks(void **state)
{
    (void)state;
    static const struct {
        size_t num;
        double level;
        size_t low, high;
    } known[] = {{1000, 0.95, 936, 964}, {10000, 0.95, 9457, 9543}, {10000, 0.99, 9880, 9920}};
    size_t low, high;
    for (size_t i = 0; i < 3; i++) {
        assert_true(rh_quantile_ranks(known[i].num, known[i].level, 0.95, &low, &high));
        assert_int_equal(low + 1, known[i].low);
        assert_int_equal(high + 1, known[i].high);
    }
    /* The median of 6 lies between the extremes with 1 - 2/64 = 96.9%; of 5 with 1 - 2/32 = 93.8%, too little. */
    assert_true(rh_quantile_ranks(6, 0.5, 0.95, &low, &high));
    assert_int_equal(low, 0);
    assert_int_equal(high, 5);
    assert_false(rh_quantile_ranks(5, 0.5, 0.95, &low, &high));
    assert_false(rh_quantile_ranks(100, 0.99, 0.95, &low, &high));
    assert_false(rh_quantile_ranks(0, 0.5, 0.95, &low, &high));
    assert_false(rh_quantile_ranks(100, 0.0, 0.95, &low, &high));
}

/* log of the binomial coefficient times the powers, summed naively. */
static double binomial_between(size_t from, size_t to, size_t n, double p)
{
    double sum = 0.0;
    for (size_t k = from; k <= to; k++) {
        sum += exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) + (double)k * log(p) +
                   (double)(n - k) * log1p(-p));
    }
    return sum;
}

/* P(X_(r) <= q <= X_(s)) = P(r <= B <= s - 1): enough, and each end one further in would leave too much outside. */
static void test_ranks_are_tight(void **state)
{
    (void)state;
    static const size_t sizes[] = {8, 30, 73, 200, 999, 4000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int q = 0; q < RH_NUM_QUANTILES; q++) {
            const size_t n = sizes[i];
            const double p = rh_quantile_levels[q];
            size_t low, high;
            if (!rh_quantile_ranks(n, p, 0.95, &low, &high)) {
                assert_true(binomial_between(0, 0, n, p) > 0.025 || binomial_between(n, n, n, p) > 0.025);
                continue;
            }
            const size_t r = low + 1, s = high + 1;
            assert_true(binomial_between(r, s - 1, n, p) >= 0.95 - 1e-9);
            assert_true(binomial_between(0, r, n, p) > 0.025 - 1e-9);
            assert_true(binomial_between(s - 1, n, n, p) > 0.025 - 1e-9);
        }
    }
}

static void test_interval_is_the_order_statistics(void **state)
{
    (void)state;
    struct rh_summary s;
    struct rh_error error;
    double values[1000];
    for (int i = 0; i < 1000; i++) {
        values[(i * 7) % 1000] = i + 1; /* the rank */
    }
    assert_int_equal(rh_summary_compute(&s, values, NULL, 1000, &error), RH_OK);
    assert_true(s.quantile_low[7] == 936.0 && s.quantile_high[7] == 964.0);
    assert_int_equal(rh_summary_compute(&s, values, NULL, 20, &error), RH_OK);
    assert_true(isnan(s.quantile_low[0]) && isnan(s.quantile_high[8]));
    assert_true(!isnan(s.quantile_low[4]));
}

/* The headline of a ratio and its error by leaving out one replication after the other. */
static void test_ratio_against_brute_force(void **state)
{
    (void)state;
    struct rh_summary s;
    struct rh_error error;
    enum { N = 60 };
    double ratio[N + 2], x[N + 2];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 3);
    for (int i = 0; i < N; i++) {
        x[i] = 10.0 + 90.0 * gsl_rng_uniform(rng);
        ratio[i] = 3.0 * gsl_rng_uniform(rng) - 1.0 + 0.01 * x[i];
    }
    gsl_rng_free(rng);
    ratio[N] = NAN; /* missing on either side: left out of both means */
    x[N] = 1e9;
    ratio[N + 1] = 5.0;
    x[N + 1] = NAN;
    double left_out[N], total = 0.0, product = 0.0;
    for (int i = 0; i < N; i++) {
        double sum_x = 0.0, sum_y = 0.0;
        for (int j = 0; j < N; j++) {
            sum_x += j == i ? 0.0 : x[j];
            sum_y += j == i ? 0.0 : x[j] * ratio[j];
        }
        left_out[i] = sum_y / sum_x;
        total += x[i];
        product += x[i] * ratio[i];
    }
    const double mean = gsl_stats_mean(left_out, 1, N);
    double squares = 0.0;
    for (int i = 0; i < N; i++) {
        squares += (left_out[i] - mean) * (left_out[i] - mean);
    }
    assert_int_equal(rh_summary_compute(&s, ratio, x, N + 2, &error), RH_OK);
    assert_near(s.mean, product / total, 1e-14);
    assert_near(s.mean_se, sqrt((N - 1.0) / N * squares), 1e-10);
    assert_int_equal(s.num, N + 1);
    assert_near(s.missing, 1.0 / (N + 2), 1e-15);
    /* Equal denominators: the headline is the mean, the error its standard error. */
    struct rh_summary plain;
    for (int i = 0; i < N; i++) {
        x[i] = 4.0;
    }
    assert_int_equal(rh_summary_compute(&s, ratio, x, N, &error), RH_OK);
    assert_int_equal(rh_summary_compute(&plain, ratio, NULL, N, &error), RH_OK);
    assert_near(s.mean, plain.mean, 1e-14);
    assert_near(s.mean_se, plain.mean_se, 1e-10);
}

static void test_missing_values(void **state)
{
    (void)state;
    struct rh_summary s;
    struct rh_error error;
    const double some[] = {NAN, 3.0, NAN, 1.0, 2.0}, none[] = {NAN, NAN}, zero[] = {0.0, 0.0};
    assert_int_equal(rh_summary_compute(&s, some, NULL, 5, &error), RH_OK);
    assert_int_equal(s.num, 3);
    assert_near(s.missing, 0.4, 1e-15);
    assert_true(s.mean == 2.0 && s.sd == 1.0 && s.quantile[4] == 2.0);
    assert_int_equal(rh_summary_compute(&s, none, NULL, 2, &error), RH_OK);
    assert_int_equal(s.num, 0);
    assert_true(s.missing == 1.0 && isnan(s.mean) && isnan(s.mean_se) && isnan(s.sd) && isnan(s.quantile[4]));
    assert_int_equal(rh_summary_compute(&s, NULL, NULL, 0, &error), RH_OK);
    assert_true(s.missing == 0.0 && isnan(s.mean));
    assert_int_equal(rh_summary_compute(&s, zero, zero, 2, &error), RH_OK);
    assert_true(isnan(s.mean) && isnan(s.mean_se) && s.quantile[4] == 0.0); /* 0 / 0 */
}

/* Against GSL's, with ties; extremes, one number and none. */
static void test_numbers_sort(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 400; n += 57) {
        double *values = numbers(n, n), *expected = malloc(n * sizeof *expected);
        assert_non_null(expected);
        for (size_t i = 2; i < n; i += 3) {
            values[i] = values[i / 2];
        }
        memcpy(expected, values, n * sizeof *expected);
        gsl_sort(expected, 1, n);
        rh_sort_numbers(values, n);
        assert_memory_equal(values, expected, n * sizeof *expected);
        free(expected);
        free(values);
    }
    double extreme[] = {INFINITY, 1e-310, -1e300, -INFINITY, -1e-310, 0.0};
    const double in_order[] = {-INFINITY, -1e300, -1e-310, 0.0, 1e-310, INFINITY};
    rh_sort_numbers(extreme, 0);
    assert_true(extreme[0] == (double)INFINITY);
    rh_sort_numbers(extreme, 6);
    assert_memory_equal(extreme, in_order, sizeof in_order);
}

static void test_signed_zeros_and_extremes_sort(void **state)
{
    (void)state;
    struct rh_summary s;
    struct rh_error error;
    const double values[] = {0.0, -INFINITY, 1e-310, -0.0, INFINITY, -1e300, 1e300, -1e-310, 7.0};
    assert_int_equal(rh_summary_compute(&s, values, NULL, 9, &error), RH_OK);
    assert_true(s.quantile[4] == 0.0);
    assert_true(s.quantile[3] == -1e-310); /* third of nine */
    assert_true(s.quantile[5] == 7.0);     /* seventh */
}

static void test_difference(void **state)
{
    (void)state;
    struct rh_difference d;
    struct rh_error error;
    const double a[] = {1.0, 5.0, NAN, 4.0, 2.0, 9.0}, b[] = {2.0, 3.0, 1.0, 4.0, NAN, 1.0};
    assert_int_equal(rh_difference_compute(&d, a, b, 6, &error), RH_OK); /* -1, 2, 0, 8 */
    assert_int_equal(d.num, 4);
    assert_true(d.mean == 2.25);
    assert_near(d.sd, sqrt((3.25 * 3.25 + 0.25 * 0.25 + 2.25 * 2.25 + 5.75 * 5.75) / 3.0), 1e-14);
    assert_near(d.mean_se, d.sd / 2.0, 1e-15);
    assert_true(d.p50 == 1.0);
    assert_near(d.p05, -1.0 + 0.15, 1e-14);
    assert_near(d.p95, 8.0 - 0.15 * 6.0, 1e-14);
    assert_true(d.p_positive == 0.625);
    const double four = 4.0 + 2.0 * 1.9207, share = (2.5 + 1.9207) / four;
    assert_near(d.p_positive_se, sqrt(((2.25 + 1.9207) / four - share * share) / four), 1e-14);
    /* a is 1, 5, 4, 9 there and b 2, 3, 4, 1: squares about the means 32.75 and 5, of the differences 48.75. */
    assert_near(d.variance_ratio, 48.75 / (32.75 + 5.0), 1e-14);
    assert_true(d.tails.low == -1.0 && d.tails.high == 8.0 && isnan(d.tails.high_se));
    assert_true(isnan(d.quantile_low[1]) && isnan(d.quantile_se[1]));
    /* No ties: the binomial error, of four of five and two of each more. */
    const double ones[] = {1.0, 1.0, 1.0, 0.0, 1.0}, halves[] = {0.5, 0.5, 0.5, 0.5, 0.5};
    assert_int_equal(rh_difference_compute(&d, ones, halves, 5, &error), RH_OK);
    const double p = (4.0 + 1.9207) / (5.0 + 2.0 * 1.9207);
    assert_near(d.p_positive_se, sqrt(p * (1.0 - p) / (5.0 + 2.0 * 1.9207)), 1e-14);
    assert_near(d.variance_ratio, 1.0, 1e-14);
    assert_int_equal(rh_difference_compute(&d, halves, halves, 5, &error), RH_OK);
    assert_true(isnan(d.variance_ratio));
    assert_int_equal(rh_difference_compute(&d, NULL, NULL, 0, &error), RH_OK);
    assert_true(isnan(d.mean) && isnan(d.p_positive) && isnan(d.p_positive_se) && isnan(d.p50));
}

/* An interval of 1.96 errors about the share covers its truth, by the exact binomial distribution: also where no
 * replication, or each, is a hit; there the error is 1.386 / num. */
static void test_shares(void **state)
{
    (void)state;
    static const size_t nums[] = {20, 50, 200, 1000};
    static const double least[] = {0.86, 0.90, 0.93, 0.935};
    for (size_t k = 0; k < 4; k++) {
        const size_t n = nums[k];
        for (int i = 1; i < 200; i++) {
            const double p = i / 400.0;
            double covered = 0.0;
            for (size_t hits = 0; hits <= n; hits++) {
                const double error = rh_share_se((double)hits, (double)hits, n);
                const bool holds = fabs((double)hits / (double)n - p) <= 1.96 * error;
                covered += holds ? binomial_between(hits, hits, n, p) : 0.0;
            }
            if (covered < least[k]) {
                fail_msg("%zu replications, share %.4f: covered with %.3f", n, p, covered);
            }
        }
        assert_near(rh_share_se(0.0, 0.0, n), rh_share_se((double)n, (double)n, n), 1e-12);
    }
    assert_near(1000.0 * rh_share_se(0.0, 0.0, 1000), 1.386, 5e-3);
    assert_true(isnan(rh_share_se(0.0, 0.0, 0)));
}

static void test_a_program_against_itself(void **state)
{
    (void)state;
    struct rh_difference d;
    struct rh_error error;
    double *values = numbers(500, 5);
    assert_int_equal(rh_difference_compute(&d, values, values, 500, &error), RH_OK);
    assert_true(d.mean == 0.0 && d.mean_se == 0.0 && d.sd == 0.0);
    assert_true(d.p05 == 0.0 && d.p50 == 0.0 && d.p95 == 0.0);
    assert_true(d.p_positive == 0.5 && d.p_positive_se == 0.0);
    assert_true(d.variance_ratio == 0.0 && d.tails.low == 0.0 && d.quantile_se[1] == 0.0);
    assert_int_equal(rh_difference_verdict(&d, 1), RH_VERDICT_SAME);
    free(values);
}

static void test_verdicts(void **state)
{
    (void)state;
    struct rh_difference d = {.num = 1000, .mean = 10.0, .mean_se = 1.0, .sd = 31.0, .p_positive = 0.95};
    assert_int_equal(rh_difference_verdict(&d, 1), RH_VERDICT_BETTER);
    assert_int_equal(rh_difference_verdict(&d, 0), RH_VERDICT_WORSE);
    d.mean = -10.0;
    assert_int_equal(rh_difference_verdict(&d, 1), RH_VERDICT_CANNOT_TELL); /* usually better, worse on average */
    d.p_positive = 0.05;
    assert_int_equal(rh_difference_verdict(&d, 1), RH_VERDICT_WORSE);
    assert_int_equal(rh_difference_verdict(&d, 0), RH_VERDICT_BETTER);
    d.p_positive = 0.6;
    assert_int_equal(rh_difference_verdict(&d, 1), RH_VERDICT_CANNOT_TELL);
    d.mean = 1.9;
    d.p_positive = 0.95;
    assert_int_equal(rh_difference_verdict(&d, 1), RH_VERDICT_MORE_REPLICATIONS);
    d.num = 1;
    d.mean = 5.0;
    d.mean_se = d.sd = NAN;
    assert_int_equal(rh_difference_verdict(&d, 1), RH_VERDICT_MORE_REPLICATIONS);
    d.num = 0;
    d.mean = NAN;
    assert_int_equal(rh_difference_verdict(&d, 1), RH_VERDICT_MORE_REPLICATIONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sum_is_compensated),
        cmocka_unit_test(test_closed_form),
        cmocka_unit_test(test_a_constant_is_exact),
        cmocka_unit_test(test_moments_and_quantiles_against_gsl),
        cmocka_unit_test(test_known_ranks),
        cmocka_unit_test(test_ranks_are_tight),
        cmocka_unit_test(test_interval_is_the_order_statistics),
        cmocka_unit_test(test_ratio_against_brute_force),
        cmocka_unit_test(test_missing_values),
        cmocka_unit_test(test_numbers_sort),
        cmocka_unit_test(test_signed_zeros_and_extremes_sort),
        cmocka_unit_test(test_difference),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_a_program_against_itself),
        cmocka_unit_test(test_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
