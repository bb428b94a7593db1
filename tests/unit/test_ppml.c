/* Slopes and errors in closed form, and what is said where there is none. */
#include "fit/ppml.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>

static struct rh_ppml fit(size_t num, const double *y, const double *x, const int *unit, const int *cell)
{
    const struct rh_ppml_data data = {.num = num,
                                      .y = y,
                                      .x = x,
                                      .unit = unit,
                                      .cell = cell,
                                      .cluster = unit,
                                      .num_units = 5,
                                      .num_cells = 3,
                                      .num_clusters = 5};
    struct rh_ppml self;
    assert_int_equal(rh_ppml_fit(&self, &data, NULL), RH_OK);
    return self;
}

static void expect(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9 * fmax(fabs(expected), 1.0))) {
        fail_msg("%.15g is not %.15g", value, expected);
    }
}

/* Four units, two months, x = 1 for two of them in the second month: sums over the two pairs are fitted exactly, so the
 * slope is the logarithm of the ratio of ratios of sums. Score of a unit: with p the pair's share of the second month,
 * y2 - p (y1 + y2), times the 1/2 of x that the other pair's months leave, and so on; checked against sums by hand. */
static const int unit[] = {0, 0, 1, 1, 2, 2, 3, 3}, cell[] = {0, 1, 0, 1, 0, 1, 0, 1};
static const double on[] = {0, 1, 0, 1, 0, 0, 0, 0};

static void a_difference_of_differences(void **state)
{
    (void)state;
    const double y[] = {10, 30, 20, 20, 40, 30, 5, 25};
    const struct rh_ppml self = fit(8, y, on, unit, cell);
    const double treated[] = {30, 50}, others[] = {45, 55};
    assert_int_equal(self.verdict, RH_PPML_ESTIMATED);
    expect(self.slope, log(treated[1] / treated[0] * others[0] / others[1]));
    /* Of each pair the slope's part is that of a logit of the second month; a unit's influence on the pair's log odds
     * is (y2 - p n) / (p (1 - p) N), N the pair's sum. */
    double sum = 0.0;
    for (int u = 0; u < 4; u++) {
        const double *pair = u < 2 ? treated : others, total = pair[0] + pair[1], p = pair[1] / total;
        const double influence = (y[2 * u + 1] - p * (y[2 * u] + y[2 * u + 1])) / (p * (1.0 - p) * total);
        sum += influence * influence;
    }
    expect(self.se, sqrt(sum * 4.0 / 3.0));
    assert_int_equal(self.num, 8);
    assert_int_equal(self.clusters, 4);
}

/* A unit and a month that sold nothing are left out, and change nothing. */
static void zeros_are_left_out(void **state)
{
    (void)state;
    const double y[] = {10, 30, 20, 20, 40, 30, 5, 25, 0, 0, 0, 0};
    const double x[] = {0, 1, 0, 1, 0, 0, 0, 0, 5, 0, 1, 7};
    const int units[] = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 1, 2}, cells[] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2, 2};
    const struct rh_ppml self = fit(12, y, x, units, cells), without = fit(8, y, x, units, cells);
    assert_int_equal(self.verdict, RH_PPML_ESTIMATED);
    assert_int_equal(self.num, 8);
    expect(self.slope, without.slope);
    expect(self.se, without.se);
}

static void verdicts(void **state)
{
    (void)state;
    const double y[] = {10, 30, 20, 20, 40, 30, 5, 25}, zero[8] = {0}, flat[] = {1, 2, 2, 4, 3, 6, 4, 8};
    const double by_month[] = {0, 1, 0, 1, 0, 1, 0, 1}, one[] = {0, 1, 0, 0, 0, 0, 0, 0};
    const double never[] = {10, 0, 20, 0, 40, 30, 5, 25};
    assert_int_equal(fit(8, zero, on, unit, cell).verdict, RH_PPML_NOTHING);
    assert_int_equal(fit(0, y, on, unit, cell).verdict, RH_PPML_NOTHING);
    assert_int_equal(fit(8, y, zero, unit, cell).verdict, RH_PPML_NO_VARIATION);
    assert_int_equal(fit(8, y, by_month, unit, cell).verdict, RH_PPML_NO_VARIATION); /* the month explains it */
    assert_int_equal(fit(2, y, on, unit, cell).verdict, RH_PPML_NO_VARIATION);       /* one unit */
    assert_int_equal(fit(8, flat, on, unit, cell).verdict, RH_PPML_NO_NOISE);
    assert_int_equal(fit(8, never, on, unit, cell).verdict, RH_PPML_NOT_CONVERGED);
    assert_int_equal(fit(8, y, one, unit, cell).verdict, RH_PPML_FEW_CLUSTERS); /* it is one unit that has x */
    const struct rh_ppml none = fit(8, y, by_month, unit, cell);
    assert_true(isnan(none.slope) && isnan(none.se));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_difference_of_differences),
                                       cmocka_unit_test(zeros_are_left_out), cmocka_unit_test(verdicts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
