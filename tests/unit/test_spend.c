/* Where the money goes: the division of one replication's payments, by hand. */
#include "report/spend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

static void check(const struct rh_spend_figures *figures, double incremental, double pulled, double windfall,
                  double error, double breakage)
{
    const double expected[RH_NUM_SPEND_PARTS] = {incremental, pulled, windfall, error, breakage};
    double part[RH_NUM_SPEND_PARTS], paid = 0.0;
    rh_spend_divide(figures, part);
    for (int k = 0; k < RH_NUM_SPEND_PARTS; k++) {
        assert_true(fabs(part[k] - expected[k]) <= 1e-9);
        paid += k < RH_SPEND_BREAKAGE ? part[k] : 0.0;
    }
    assert_true(fabs(paid - figures->paid) <= 1e-9);
}

/* 80 are claimed of 100 earned; 60% of it is windfall, of the other 32 a quarter is pulled forward; 5 are overpaid. */
static void test_parts(void **state)
{
    (void)state;
    struct rh_spend_figures figures = {
        .earned = 100, .paid = 85, .breakage = 20, .windfall = 60, .incremental_revenue = 300, .pulled_forward = 100};
    check(&figures, 24, 8, 48, 5, 20);
    figures.paid = 77; /* underpaid */
    check(&figures, 24, 8, 48, -3, 20);
}

static void test_signs(void **state)
{
    (void)state;
    struct rh_spend_figures figures = {
        .earned = 100, .paid = 100, .windfall = 50, .incremental_revenue = 10, .pulled_forward = -30};
    check(&figures, 50, 0, 50, 0, 0); /* put off rather than pulled forward */
    figures.pulled_forward = 30;
    figures.incremental_revenue = -10;
    check(&figures, 0, 50, 50, 0, 0); /* all that is changed is pulled forward */
    figures.pulled_forward = -1;
    check(&figures, 50, 0, 50, 0, 0);
    figures.windfall = 130; /* it would have earned more by doing as before */
    check(&figures, 0, 0, 100, 0, 0);
}

static void test_nothing_earned(void **state)
{
    (void)state;
    const struct rh_spend_figures figures = {.incremental_revenue = 10, .pulled_forward = 10};
    check(&figures, 0, 0, 0, 0, 0);
}

static void test_names(void **state)
{
    (void)state;
    for (int k = 0; k < RH_NUM_SPEND_PARTS; k++) {
        for (int other = 0; other < k; other++) {
            assert_string_not_equal(rh_spend_part_name((enum rh_spend_part)k),
                                    rh_spend_part_name((enum rh_spend_part)other));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_nothing_earned),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
