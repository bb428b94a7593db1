/* Accruals, true-ups and what is owed, of two replications that are worked out by hand. */
#include "stats/finance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MONTHS 4

/* A quarter's rebate and a month's, of the first three months; 5 a month besides. Sales of 100 a month on average. The
 * quarter costs 30 on average, 10% of 300; the second month's window 4, 4% of 100. */
static const struct rh_finance_window windows[] = {{0, 2, 30.0}, {1, 1, 4.0}};
static const double mean_sales[MONTHS] = {100.0, 100.0, 100.0, 100.0};
static const double mean_cost[MONTHS] = {5.0, 9.0, 35.0, 5.0};

static void expect(const double *found, double a, double b, double c, double d)
{
    const double expected[MONTHS] = {a, b, c, d};
    for (int t = 0; t < MONTHS; t++) {
        assert_true(fabs(found[t] - expected[t]) < 1e-9);
    }
}

static void test_by_hand(void **state)
{
    struct rh_accruals accruals;
    double out[RH_NUM_FINANCE * MONTHS];
    (void)state;
    assert_true(rh_accruals_init(&accruals, windows, 2, mean_sales, mean_cost, MONTHS));
    expect(accruals.other, 5.0, 5.0, 5.0, 5.0);
    expect(accruals.month_rate, 0.10, 0.14, 0.10, 0.0);
    /* More is sold, and still more is owed: 50 for the quarter, 8 for the month. */
    const struct rh_finance_months high = {.sales = (const float[MONTHS]){150.0F, 100.0F, 150.0F, 200.0F},
                                           .cost = (const float[MONTHS]){5.0F, 13.0F, 55.0F, 5.0F},
                                           .cash = (const float[MONTHS]){5.0F, 5.0F, 13.0F, 45.0F},
                                           .earned = (const float[MONTHS]){0.0F, 8.0F, 50.0F, 0.0F},
                                           .all_earned = 58.0,
                                           .budget_used = 0.58};
    rh_finance_compute(&accruals, &high, out);
    expect(out + RH_FINANCE_ACCRUAL * MONTHS, 20.0, 19.0, 20.0, 5.0);
    expect(out + RH_FINANCE_TRUE_UP * MONTHS, 0.0, 4.0, 10.0, 0.0); /* 8 - 4, 50 - 40 */
    expect(out + RH_FINANCE_CASH * MONTHS, 5.0, 5.0, 13.0, 45.0);
    expect(out + RH_FINANCE_LIABILITY * MONTHS, 15.0, 33.0, 50.0, 10.0); /* 78 owed, 68 paid */
    expect(out + RH_FINANCE_SALES * MONTHS, 150.0, 100.0, 150.0, 200.0);
    expect(out + RH_FINANCE_EARNED * MONTHS, 0.0, 8.0, 50.0, 0.0);
    expect(out + RH_FINANCE_BUDGET_USED * MONTHS, 0.0, 0.08, 0.58, 0.58);
    /* Nothing is owed, as no level is reached: what was accrued is taken back. */
    const struct rh_finance_months low = {.sales = (const float[MONTHS]){50.0F, 100.0F, 50.0F, 0.0F},
                                          .cost = (const float[MONTHS]){5.0F, 5.0F, 5.0F, 5.0F},
                                          .cash = (const float[MONTHS]){5.0F, 5.0F, 5.0F, 5.0F},
                                          .earned = (const float[MONTHS]){0.0F},
                                          .budget_used = NAN};
    rh_finance_compute(&accruals, &low, out);
    expect(out + RH_FINANCE_ACCRUAL * MONTHS, 10.0, 19.0, 10.0, 5.0);
    expect(out + RH_FINANCE_TRUE_UP * MONTHS, 0.0, -4.0, -20.0, 0.0);
    expect(out + RH_FINANCE_LIABILITY * MONTHS, 5.0, 15.0, 0.0, 0.0);
    assert_true(isnan(out[RH_FINANCE_BUDGET_USED * MONTHS]));
    rh_accruals_free(&accruals);
}

/* Of replications whose means these are, true-ups have mean 0. */
static void test_true_ups_have_no_mean(void **state)
{
    const float sales[2][MONTHS] = {{150.0F, 120.0F, 90.0F, 100.0F}, {50.0F, 80.0F, 110.0F, 100.0F}};
    const float cost[2][MONTHS] = {{5.0F, 15.0F, 60.0F, 5.0F}, {5.0F, 3.0F, 10.0F, 5.0F}};
    struct rh_accruals accruals;
    double out[2][RH_NUM_FINANCE * MONTHS];
    (void)state;
    assert_true(rh_accruals_init(&accruals, windows, 2, mean_sales, mean_cost, MONTHS));
    for (int r = 0; r < 2; r++) {
        const struct rh_finance_months months = {
            .sales = sales[r], .cost = cost[r], .cash = cost[r], .earned = cost[r], .budget_used = NAN};
        rh_finance_compute(&accruals, &months, out[r]);
    }
    for (int t = 0; t < MONTHS; t++) {
        assert_true(fabs(out[0][RH_FINANCE_TRUE_UP * MONTHS + t] + out[1][RH_FINANCE_TRUE_UP * MONTHS + t]) < 1e-9);
    }
    assert_true(fabs(out[0][RH_FINANCE_TRUE_UP * MONTHS + 2]) > 1.0);
    rh_accruals_free(&accruals);
}

/* A window without sales accrues nothing. */
static void test_no_sales(void **state)
{
    const double none[MONTHS] = {0.0};
    struct rh_accruals accruals;
    (void)state;
    assert_true(rh_accruals_init(&accruals, windows, 2, none, mean_cost, MONTHS));
    expect(accruals.month_rate, 0.0, 0.0, 0.0, 0.0);
    rh_accruals_free(&accruals);
    assert_true(rh_accruals_init(&accruals, NULL, 0, mean_sales, mean_cost, MONTHS));
    expect(accruals.other, 5.0, 9.0, 35.0, 5.0);
    rh_accruals_free(&accruals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_true_ups_have_no_mean),
        cmocka_unit_test(test_no_sales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
