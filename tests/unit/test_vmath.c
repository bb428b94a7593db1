/* The kernel's logarithm and exponential against the C library's, in units of the last place; its normal quantile
 * against core/variates and GSL. */
#include "core/rng.h"
#include "core/variates.h"
#include "engine/vmath_double.h"
#include "support/random_schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

/* Distance of two finite doubles in representable numbers. */
static int64_t steps_between(double a, double b)
{
    int64_t x, y;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    x = x < 0 ? INT64_MIN - x : x;
    y = y < 0 ? INT64_MIN - y : y;
    return x > y ? x - y : y - x;
}

static void test_log(void **state)
{
    uint64_t random = 1;
    (void)state;
    assert_true(rh_vlog(1.0) == 0.0);
    for (int n = 0; n < 2000000; n++) {
        const double u = random_uniform(&random);
        const double x = n % 4 == 0   ? 1.0 + (u - 0.5) * 1e-3
                         : n % 4 == 1 ? exp2(2000.0 * u - 1000.0)
                         : n % 4 == 2 ? 0.5 + 2.0 * u
                                      : 1.0 + (u - 0.5) * 1e-12;
        assert_true(steps_between(rh_vlog(x), log(x)) <= 2);
    }
    for (int e = -1022; e <= 1023; e++) {
        assert_true(steps_between(rh_vlog(ldexp(1.0, e)), log(ldexp(1.0, e))) <= 2);
    }
    assert_true(steps_between(rh_vlog(0x1.fffffffffffffp1023), log(0x1.fffffffffffffp1023)) <= 2);
    assert_true(steps_between(rh_vlog(nextafter(1.0, 0.0)), log(nextafter(1.0, 0.0))) <= 2);
    assert_true(steps_between(rh_vlog(nextafter(1.0, 2.0)), log(nextafter(1.0, 2.0))) <= 2);
}

static void test_exp(void **state)
{
    uint64_t random = 2;
    (void)state;
    assert_true(rh_vexp(0.0) == 1.0 && rh_vexp(-0.0) == 1.0);
    for (int n = 0; n < 2000000; n++) {
        const double u = random_uniform(&random);
        const double x = n % 3 == 0 ? 1400.0 * u - 700.0 : n % 3 == 1 ? 2.0 * u - 1.0 : (u - 0.5) * 1e-9;
        assert_true(steps_between(rh_vexp(x), exp(x)) <= 2);
    }
    assert_true(steps_between(rh_vexp(700.0), exp(700.0)) <= 2 && steps_between(rh_vexp(-700.0), exp(-700.0)) <= 2);
    assert_true(rh_vexp(701.0) == rh_vexp(700.0) && rh_vexp(INFINITY) == rh_vexp(700.0));
    assert_true(rh_vexp(-701.0) == rh_vexp(-700.0) && rh_vexp(-INFINITY) == rh_vexp(-700.0));
}

/* Words at both ends, around the bound of the two ranges (|q| = 0.425) and between. */
static uint32_t word_of(int n)
{
    const uint32_t bound = (uint32_t)(0.075 * 0x1p32), k = (uint32_t)n;
    return n % 4 == 0 ? k : n % 4 == 1 ? UINT32_MAX - k : n % 4 == 2 ? bound - 1000 + k % 2000 : k * 2654435761u;
}

static void test_normal(void **state)
{
    int64_t worst = 0, worst_gsl = 0;
    (void)state;
    assert_true(rh_vuniform(0) == rh_uniform(0) && rh_vuniform(UINT32_MAX) == rh_uniform(UINT32_MAX));
    for (int n = 0; n < 2000000; n++) {
        const uint32_t word = word_of(n);
        const double u = rh_uniform(word);
        assert_true(rh_vuniform(word) == u);
        const int64_t steps = steps_between(rh_vnormal(u), rh_normal(u));
        worst = steps > worst ? steps : worst;
    }
    for (int n = 0; n < 2000000; n++) {
        const double u = rh_uniform(word_of(n)),
                     other = u < 0.5 ? gsl_cdf_ugaussian_Pinv(u) : gsl_cdf_ugaussian_Qinv(1.0 - u);
        const int64_t steps = steps_between(rh_vnormal(u), other);
        worst_gsl = steps > worst_gsl ? steps : worst_gsl;
    }
    assert_in_range(worst, 0, 8);
    assert_in_range(worst_gsl, 0, 8);
}

/* What is promised of the short ones, over all arguments that they take. */
static void test_short(void **state)
{
    uint64_t random = 3;
    (void)state;
    assert_true(rh_short_log2(1.0) == 0.0 && rh_short_exp2(0.0) == 1.0 && rh_short_exp2(-0.0) == 1.0);
    for (int n = 0; n < 2000000; n++) {
        const double u = random_uniform(&random);
        const double x = n % 3 == 0 ? exp2(2000.0 * u - 1000.0) : n % 3 == 1 ? 0.5 + 2.0 * u : 1.0 + (u - 0.5) * 1e-9;
        const double y = n % 3 == 0 ? 2000.0 * u - 1000.0 : n % 3 == 1 ? 2.0 * u - 1.0 : (u - 0.5) * 1e-9;
        assert_true(fabs(rh_short_log2(x) - log2(x)) <= 1e-13 * fabs(log2(x)));
        assert_true(fabs(rh_short_exp2(y) - exp2(y)) <= 2e-13 * exp2(y));
    }
    for (int e = -1022; e <= 1023; e++) {
        assert_true(rh_short_log2(ldexp(1.0, e)) == e);
        assert_true(e < -1000 || e > 1000 || rh_short_exp2(e) == ldexp(1.0, e));
    }
    assert_true(rh_bounded_exp2(INFINITY) == 0x1p500 && rh_bounded_exp2(-INFINITY) == 0x1p-500);
    assert_true(rh_bounded_exp2(3.25) == rh_short_exp2(3.25));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_log), cmocka_unit_test(test_exp),
                                       cmocka_unit_test(test_normal), cmocka_unit_test(test_short)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
