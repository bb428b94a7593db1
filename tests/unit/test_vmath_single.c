/* The functions of the kernels of mixed precision against the C library's of doubles, over all of their ranges. */
#include "core/variates.h"
#include "engine/vmath_single.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define POINTS 4000000

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* The k-th of POINTS from low to high. */
static float point(int k, double low, double high)
{
    return (float)(low + (high - low) * k / (POINTS - 1));
}

static void test_log2(void **state)
{
    double worst = 0.0;
    (void)state;
    for (int k = 0; k < POINTS; k++) {
        const float x = exp2f(point(k, -125.9, 127.9)), near = point(k, .5, 2.0);
        const double log = log2((double)x), log_near = log2((double)near);
        worst = larger(worst, fabs((double)rh_short_log2(x) - log) / larger(fabs(log), 1.0));
        worst = larger(worst, fabs((double)rh_short_log2(near) - log_near));
    }
    print_message("log2: %.2g\n", worst);
    assert_true(worst < 2e-7);
    assert_true(rh_short_log2(1.0f) == 0.0f);
    assert_true(rh_short_log2(0x1p-100f) == -100.0f && rh_short_log2(0x1p100f) == 100.0f);
}

static void test_exp2(void **state)
{
    double worst = 0.0;
    (void)state;
    for (int k = 0; k < POINTS; k++) {
        const float x = point(k, -120.0, 120.0);
        worst = larger(worst, fabs((double)rh_short_exp2(x) / exp2((double)x) - 1.0));
    }
    print_message("exp2: %.2g\n", worst);
    assert_true(worst < 3e-7);
    assert_true(rh_short_exp2(0.0f) == 1.0f && rh_short_exp2(-120.0f) == 0x1p-120f);
    assert_true(rh_bounded_exp2(INFINITY) == 0x1p100f && rh_bounded_exp2(-INFINITY) == 0x1p-100f);
    assert_true(rh_bounded_exp2(1.5f) == rh_short_exp2(1.5f));
}

static void test_log_and_exp(void **state)
{
    double worst_log = 0.0, worst_exp = 0.0;
    (void)state;
    for (int k = 0; k < POINTS; k++) {
        const float x = exp2f(point(k, -125.9, 127.9)), y = point(k, -69.0, 69.0);
        const double log_x = log((double)x);
        worst_log = larger(worst_log, fabs((double)rh_vlog(x) - log_x) / larger(fabs(log_x), 1.0));
        worst_exp = larger(worst_exp, fabs((double)rh_vexp(y) / exp((double)y) - 1.0) / (1.0 + fabs((double)y)));
    }
    print_message("log: %.2g, exp: %.2g (1 + |x|)\n", worst_log, worst_exp);
    assert_true(worst_log < 3e-7);
    assert_true(worst_exp < 2e-7);
    assert_true(rh_vexp(0.0f) == 1.0f && rh_vlog(1.0f) == 0.0f);
}

static void test_four_at_a_time(void **state)
{
    const float x[4] = {1e-30f, 0.3f, 7.0f, 1e30f};
    float log[4], inverse[4];
    (void)state;
    rh_short_log2_of_four(x, log);
    rh_invert_four(x, inverse);
    for (int k = 0; k < 4; k++) {
        assert_true(log[k] == rh_short_log2(x[k]));
        assert_true(inverse[k] == 1.0f / x[k]);
    }
}

static void test_uniform(void **state)
{
    (void)state;
    assert_true(rh_vuniform(0) > 0.0f && rh_vuniform(0) < 1e-7f);
    assert_true(rh_vuniform(UINT32_MAX) < 1.0f && rh_vuniform(UINT32_MAX) > 1.0f - 1e-6f);
    assert_true(rh_vuniform(1u << 31) > 0.5f && rh_vuniform((1u << 31) - 1) < 0.5f);
}

/* The least and the greatest uniform are among the points. */
static void test_normal(void **state)
{
    double worst = 0.0;
    (void)state;
    for (uint64_t word = 0; word <= UINT32_MAX; word += 1021) {
        const float u = rh_vuniform((uint32_t)word);
        const double z = rh_normal((double)u);
        worst = larger(worst, fabs((double)rh_vnormal(u) - z) / larger(fabs(z), 1.0));
    }
    for (uint32_t word = 0; word < 1u << 22; word += 512) {
        const float low = rh_vuniform(word), high = rh_vuniform(UINT32_MAX - word);
        worst = larger(worst, fabs((double)rh_vnormal(low) / rh_normal((double)low) - 1.0));
        worst = larger(worst, fabs((double)rh_vnormal(high) / rh_normal((double)high) - 1.0));
    }
    print_message("normal quantile: %.2g\n", worst);
    assert_true(worst < 4e-7);
}

static void test_normal_cdf(void **state)
{
    double worst = 0.0;
    (void)state;
    for (int k = 0; k < POINTS; k++) {
        const float x = point(k, -9.0, 9.0);
        worst = larger(worst, fabs((double)rh_vnormal_cdf(x) - rh_normal_cdf((double)x)));
    }
    print_message("normal distribution function: %.2g\n", worst);
    assert_true(worst < 4e-7);
    assert_true(rh_vnormal_cdf(-40.0f) >= 0.0f && rh_vnormal_cdf(40.0f) <= 1.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_log2),           cmocka_unit_test(test_exp2),
                                       cmocka_unit_test(test_log_and_exp),    cmocka_unit_test(test_uniform),
                                       cmocka_unit_test(test_four_at_a_time), cmocka_unit_test(test_normal),
                                       cmocka_unit_test(test_normal_cdf)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
