/* Kernel densities: against densities that are known. */
#include "report/density.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

enum { NUM = 4000, POINTS = 2001 };
static double values[NUM], density[POINTS];

/* The quantiles of a normal distribution: a sample without noise. */
static void fill_normal(double mean, double sd, double *out, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        out[i] = mean + gsl_cdf_gaussian_Pinv(((double)i + 0.5) / (double)num, sd);
    }
}

static double integral(double low, double high)
{
    double sum = 0.0;
    for (size_t i = 0; i < POINTS; i++) {
        sum += density[i] * (i == 0 || i == POINTS - 1 ? 0.5 : 1.0);
    }
    return sum * (high - low) / (POINTS - 1);
}

static void test_normal(void **state)
{
    (void)state;
    double bandwidth;
    fill_normal(3e6, 2e5, values, NUM);
    assert_int_equal(rh_density_bandwidth(values, NUM, &bandwidth, NULL), RH_OK);
    /* The best bandwidth for a normal density is 1.06 sd n^-1/5 = 0.2 sd. */
    assert_true(bandwidth > 0.12 * 2e5 && bandwidth < 0.3 * 2e5);
    rh_density_compute(values, NUM, bandwidth, 1e6, 5e6, POINTS, density);
    assert_true(fabs(integral(1e6, 5e6) - 1.0) < 1e-6);
    double top = gsl_ran_gaussian_pdf(0.0, 2e5);
    for (size_t i = 0; i < POINTS; i++) {
        double x = 1e6 + 4e6 * (double)i / (POINTS - 1);
        assert_true(fabs(density[i] - gsl_ran_gaussian_pdf(x - 3e6, 2e5)) < 0.05 * top);
    }
}

/* Two humps ten of their widths apart: a rule for one hump would smooth them away. */
static void test_two_humps(void **state)
{
    (void)state;
    double bandwidth;
    fill_normal(-5.0, 1.0, values, NUM / 4);
    fill_normal(5.0, 1.0, values + NUM / 4, NUM - NUM / 4);
    assert_int_equal(rh_density_bandwidth(values, NUM, &bandwidth, NULL), RH_OK);
    assert_true(bandwidth > 0.1 && bandwidth < 0.3); /* Silverman: 0.5 */
    rh_density_compute(values, NUM, bandwidth, -10.0, 10.0, POINTS, density);
    size_t at_left = (POINTS - 1) / 4, at_right = 3 * (POINTS - 1) / 4, between = (POINTS - 1) / 2;
    assert_true(fabs(density[at_left] - 0.25 * gsl_ran_gaussian_pdf(0.0, 1.0)) < 0.01);
    assert_true(fabs(density[at_right] - 0.75 * gsl_ran_gaussian_pdf(0.0, 1.0)) < 0.02);
    assert_true(density[between] < 1e-4);
}

/* An outlier far away, values with many ties, all the same, too few. */
static void test_hard_values(void **state)
{
    (void)state;
    double plain, bandwidth;
    fill_normal(0.0, 1.0, values, NUM);
    assert_int_equal(rh_density_bandwidth(values, NUM, &plain, NULL), RH_OK);
    values[NUM - 1] = 1e4;
    assert_int_equal(rh_density_bandwidth(values, NUM, &bandwidth, NULL), RH_OK);
    assert_true(bandwidth > 0.7 * plain && bandwidth < 1.4 * plain);

    for (size_t i = 0; i < NUM; i++) {
        values[i] = floor((double)i / 400.0);
    }
    assert_int_equal(rh_density_bandwidth(values, NUM, &bandwidth, NULL), RH_OK);
    assert_true(bandwidth > 0.1 && bandwidth < 2.0);

    for (size_t i = 0; i < NUM; i++) {
        values[i] = 42.0;
    }
    assert_int_equal(rh_density_bandwidth(values, NUM, &bandwidth, NULL), RH_OK);
    assert_true(bandwidth == 0.0);
    assert_int_equal(rh_density_bandwidth(values, 0, &bandwidth, NULL), RH_OK);
    assert_true(bandwidth == 0.0);
    values[NUM - 1] = 43.0; /* one value stands out, the central 98% are the same */
    assert_int_equal(rh_density_bandwidth(values, NUM, &bandwidth, NULL), RH_OK);
    assert_true(bandwidth > 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_two_humps),
        cmocka_unit_test(test_hard_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
