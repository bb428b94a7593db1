/* Value at risk and expected shortfall against closed forms and by hand. */
#include "stats/tail.h"

#include "core/variates.h"
#include "stats/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_near(double a, double b, double relative)
{
    if (!(fabs(a - b) <= relative * fmax(1.0, fabs(b)))) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

static void test_by_hand(void **state)
{
    (void)state;
    double values[100];
    struct rh_tail tail;
    for (int i = 0; i < 100; i++) {
        values[i] = i + 1.0;
    }
    rh_tail_sorted(&tail, RH_TAIL_HIGH, 0.95, values, 100);
    assert_near(tail.shortfall, 98.0, 1e-14); /* 96 … 100 */
    assert_near(tail.at_risk, 95.05, 1e-14);
    rh_tail_sorted(&tail, RH_TAIL_LOW, 0.95, values, 100);
    assert_near(tail.shortfall, 3.0, 1e-14);
    assert_near(tail.at_risk, 5.95, 1e-14);
    /* 2.5 values: the third counts by half. Excesses over it are 2, 1, 0 of values 100, 99, 98. */
    rh_tail_sorted(&tail, RH_TAIL_HIGH, 0.975, values, 100);
    assert_near(tail.shortfall, (100.0 + 99.0 + 0.5 * 98.0) / 2.5, 1e-14);
    assert_near(tail.shortfall_se, sqrt((5.0 / 100.0 - 0.03 * 0.03) / 99.0) / 0.025, 1e-12);
    /* Less than two values have no error, less than one is the outermost. */
    rh_tail_sorted(&tail, RH_TAIL_HIGH, 0.99, values, 100);
    assert_true(tail.shortfall == 100.0 && isnan(tail.shortfall_se) && isnan(tail.at_risk_se));
    rh_tail_sorted(&tail, RH_TAIL_LOW, 0.95, values, 7);
    assert_true(tail.shortfall == 1.0);
    rh_tail_sorted(&tail, RH_TAIL_HIGH, 0.95, values, 0);
    assert_true(isnan(tail.at_risk) && isnan(tail.shortfall) && isnan(tail.shortfall_se));
}

/* Where a tail begins within equal values, it takes as many of them as it needs. */
static void test_equal_values(void **state)
{
    (void)state;
    double values[200] = {0};
    struct rh_tail tail;
    for (int i = 196; i < 200; i++) {
        values[i] = 10.0;
    }
    rh_tail_sorted(&tail, RH_TAIL_HIGH, 0.95, values, 200); /* ten values, four of which are 10 */
    assert_near(tail.shortfall, 4.0, 1e-14);
    assert_true(tail.at_risk == 0.0);
    assert_near(tail.shortfall_se, sqrt(0.02 * 0.98 * 100.0 / 199.0) / 0.05, 1e-12);
    rh_tail_sorted(&tail, RH_TAIL_LOW, 0.95, values, 200);
    assert_true(tail.shortfall == 0.0 && tail.shortfall_se == 0.0);
}

/* Quantiles at (i + ½)/n in place of draws, so that only the grid is off: of a normal phi(z)/(1 - c), of a lognormal
 * exp(s²/2) Phi(s - z)/(1 - c). Standard errors by the same integrals. */
static void test_closed_forms(void **state)
{
    enum { NUM = 200000 };
    const double s = 0.5, pi = 3.14159265358979323846;
    double *normal = malloc(NUM * sizeof *normal), *lognormal = malloc(NUM * sizeof *lognormal);
    (void)state;
    for (int i = 0; i < NUM; i++) {
        normal[i] = rh_normal((i + 0.5) / NUM);
        lognormal[i] = exp(s * normal[i]);
    }
    static const double confidences[] = {0.5, 0.9, 0.95, 0.99};
    for (size_t k = 0; k < 4; k++) {
        const double c = confidences[k], z = rh_normal(c), density = exp(-0.5 * z * z) / sqrt(2.0 * pi);
        struct rh_tail tail;
        rh_tail_sorted(&tail, RH_TAIL_HIGH, c, normal, NUM);
        assert_near(tail.at_risk, z, 1e-4);
        assert_near(tail.shortfall, density / (1.0 - c), 1e-3);
        const double excess = density - z * (1.0 - c), square = (1.0 + z * z) * (1.0 - c) - z * density;
        assert_near(tail.shortfall_se * sqrt(NUM), sqrt(square - excess * excess) / (1.0 - c), 5e-3);
        assert_near(tail.at_risk_se * sqrt(NUM), sqrt(c * (1.0 - c)) / density, 1e-2);
        const double shortfall = tail.shortfall;
        rh_tail_sorted(&tail, RH_TAIL_LOW, c, normal, NUM);
        assert_near(tail.shortfall, -shortfall, 1e-9);
        rh_tail_sorted(&tail, RH_TAIL_HIGH, c, lognormal, NUM);
        assert_near(tail.at_risk, exp(s * z), 1e-4);
        assert_near(tail.shortfall, exp(0.5 * s * s) * rh_normal_cdf(s - z) / (1.0 - c), 2e-3);
    }
    free(normal);
    free(lognormal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_equal_values),
        cmocka_unit_test(test_closed_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
