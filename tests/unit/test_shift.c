/* Changes between runs against what paired and independent statistics say of the same numbers. */
#include "stats/shift.h"

#include "core/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NUM 400

/* A number in (0, 1) that depends on its place alone (SplitMix64). */
static double uniform(uint64_t place)
{
    uint64_t z = (place + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return ((double)(z >> 11) + 0.5) / 9007199254740992.0;
}

static struct rh_shift_run run_of(const double *value, const double *denominator, size_t num,
                                  struct rh_summary *summary)
{
    struct rh_error error = {0};
    assert_int_equal(rh_summary_compute(summary, value, denominator, num, &error), 0);
    return (struct rh_shift_run){summary, value, denominator, num};
}

static void assert_close(double found, double expected)
{
    if (!(fabs(found - expected) <= 1e-12 * fmax(1.0, fabs(expected)))) {
        fail_msg("%.17g is not %.17g", found, expected);
    }
}

/* With nothing missing the mean's error is that of the paired differences; with other luck, of two runs. */
static void test_mean(void **state)
{
    (void)state;
    double a[NUM], b[NUM];
    struct rh_summary first, second;
    struct rh_difference difference;
    struct rh_shift shift;
    struct rh_error error = {0};
    for (size_t i = 0; i < NUM; i++) {
        a[i] = uniform(i);
        b[i] = 1.1 * a[i] + 0.01 * uniform(NUM + i);
    }
    const struct rh_shift_run before = run_of(a, NULL, NUM, &first), after = run_of(b, NULL, NUM, &second);
    assert_int_equal(rh_difference_compute(&difference, b, a, NUM, &error), 0);
    assert_int_equal(rh_shift_mean(&shift, &before, &after, true, &error), 0);
    assert_close(shift.change, difference.mean);
    assert_close(shift.se, difference.mean_se);
    assert_close(shift.z, difference.mean / difference.mean_se);
    assert_int_equal(rh_shift_mean(&shift, &before, &after, false, &error), 0);
    assert_close(shift.se, sqrt(first.mean_se * first.mean_se + second.mean_se * second.mean_se));
    assert_true(shift.se > 5.0 * difference.mean_se);
}

/* A ratio of means against the jackknife done by leaving out; some values are missing in one run alone. */
static void test_ratio(void **state)
{
    (void)state;
    enum { FEW = 60 };
    double a[FEW], b[FEW], x[FEW], y[FEW], change[FEW], total = 0.0, squares = 0.0;
    struct rh_summary first, second;
    struct rh_shift shift;
    struct rh_error error = {0};
    for (size_t i = 0; i < FEW; i++) {
        a[i] = uniform(i);
        b[i] = a[i] + 0.2 * uniform(100 + i);
        x[i] = 1.0 + uniform(200 + i);
        y[i] = x[i] + 0.1 * uniform(300 + i);
    }
    const struct rh_shift_run before = run_of(a, x, FEW, &first), after = run_of(b, y, FEW, &second);
    assert_int_equal(rh_shift_mean(&shift, &before, &after, true, &error), 0);
    for (size_t out = 0; out < FEW; out++) {
        double ax = 0.0, by = 0.0, sum_x = 0.0, sum_y = 0.0;
        for (size_t i = 0; i < FEW; i++) {
            ax += i != out ? a[i] * x[i] : 0.0;
            by += i != out ? b[i] * y[i] : 0.0;
            sum_x += i != out ? x[i] : 0.0;
            sum_y += i != out ? y[i] : 0.0;
        }
        change[out] = by / sum_y - ax / sum_x;
        total += change[out];
    }
    for (size_t i = 0; i < FEW; i++) {
        squares += (change[i] - total / FEW) * (change[i] - total / FEW);
    }
    assert_close(shift.se, sqrt((FEW - 1.0) / FEW * squares));
    assert_true(shift.se < 0.5 * first.mean_se);
}

/* The error of a change of medians against the spread of changes in 400 pairs of runs, within a tenth. */
static void test_median(void **state)
{
    (void)state;
    enum { PAIRS = 400, SIZE = 401 };
    double total = 0.0, squares = 0.0, errors = 0.0;
    for (size_t pair = 0; pair < PAIRS; pair++) {
        double a[SIZE], b[SIZE];
        struct rh_summary first, second;
        struct rh_shift shift;
        struct rh_error error = {0};
        for (size_t i = 0; i < SIZE; i++) {
            const uint64_t place = 2 * (pair * SIZE + i);
            a[i] = -log(uniform(place));
            b[i] = a[i] + 0.3 * uniform(place + 1);
        }
        const struct rh_shift_run before = run_of(a, NULL, SIZE, &first), after = run_of(b, NULL, SIZE, &second);
        assert_int_equal(rh_shift_median(&shift, &before, &after, true, &error), 0);
        total += shift.change;
        squares += shift.change * shift.change;
        errors += shift.se;
    }
    const double observed = sqrt((squares - total * total / PAIRS) / (PAIRS - 1));
    /* 400 pairs tell a standard deviation to 3.5%, three of which are 11%. */
    if (fabs(errors / PAIRS / observed - 1.0) > 0.11) {
        fail_msg("stated %.4g, observed %.4g", errors / PAIRS, observed);
    }
}

/* Of the same run nothing changed; a change that is the same in each replication is beyond doubt; runs of other
 * lengths share what both have; what one run alone misses has no change. */
static void test_edges(void **state)
{
    (void)state;
    double a[NUM], b[NUM], missing[NUM];
    struct rh_summary first, second, half, none;
    struct rh_shift shift;
    struct rh_error error = {0};
    for (size_t i = 0; i < NUM; i++) {
        a[i] = floor(64.0 * uniform(i));
        b[i] = a[i] + 8.0;
        missing[i] = NAN;
    }
    const struct rh_shift_run before = run_of(a, NULL, NUM, &first), after = run_of(b, NULL, NUM, &second);
    const struct rh_shift_run shorter = run_of(a, NULL, NUM / 2, &half), empty = run_of(missing, NULL, NUM, &none);
    assert_int_equal(rh_shift_mean(&shift, &before, &before, true, &error), 0);
    assert_true(shift.change == 0.0 && shift.se == 0.0 && shift.z == 0.0);
    assert_int_equal(rh_shift_median(&shift, &before, &after, true, &error), 0);
    assert_true(shift.change == 8.0 && shift.se == 0.0 && shift.z == INFINITY);
    /* Half of the replications against all: half the variance of the half is shared, half is its own. */
    assert_int_equal(rh_shift_mean(&shift, &shorter, &before, true, &error), 0);
    const double apart = sqrt(half.mean_se * half.mean_se + first.mean_se * first.mean_se);
    assert_true(shift.se < 0.65 * apart && shift.se > 0.5 * apart);
    assert_int_equal(rh_shift_mean(&shift, &before, &empty, true, &error), 0);
    assert_true(isnan(shift.change) && isnan(shift.z));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mean), cmocka_unit_test(test_ratio),
                                       cmocka_unit_test(test_median), cmocka_unit_test(test_edges)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
