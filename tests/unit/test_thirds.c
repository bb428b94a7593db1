/* Thirds: means where x is small and where it is large, what ties and missing values do to them, and when a difference
 * counts as one. */
#include "stats/thirds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#define NUM 9

static struct rh_thirds thirds_of(const double *x, const double *y, size_t num)
{
    struct rh_thirds self;
    assert_int_equal(rh_thirds_compute(&self, x, y, num, NULL), RH_OK);
    return self;
}

/* Out of order, so that x has to be ranked. Quantiles 1/3 and 2/3 of 1 to 9 are 11/3 and 19/3: three on each side. */
static void test_means(void **state)
{
    (void)state;
    const double x[NUM] = {9, 1, 5, 2, 7, 4, 3, 8, 6}, y[NUM] = {12, 1, 100, 2, 10, 100, 6, 14, 100};
    const struct rh_thirds self = thirds_of(x, y, NUM);
    assert_int_equal(self.num_low, 3);
    assert_int_equal(self.num_high, 3);
    assert_true(fabs(self.low - 3.0) <= 1e-12);
    assert_true(fabs(self.high - 12.0) <= 1e-12);
    assert_true(fabs(self.difference - 9.0) <= 1e-12);
    /* Variances 7 and 4, of means of three. */
    assert_true(fabs(self.difference_se - sqrt(7.0 / 3.0 + 4.0 / 3.0)) <= 1e-12);
    assert_true(rh_thirds_moves(&self));
}

static void test_missing(void **state)
{
    (void)state;
    const double x[NUM] = {1, 2, NAN, 4, 5, 6, 7, 8, 9}, y[NUM] = {1, 3, 50, NAN, 0, 0, 0, 4, 8};
    const struct rh_thirds self = thirds_of(x, y, NUM);
    assert_int_equal(self.num_low, 3); /* of 1 2 5 6 7 8 9: 1 2 5, and 7 8 9 */
    assert_true(fabs(self.low - 4.0 / 3.0) <= 1e-12);
    assert_true(fabs(self.high - 4.0) <= 1e-12);
}

/* Where most draws are 0 the ones that are not stand against them. */
static void test_ties(void **state)
{
    (void)state;
    const double x[NUM] = {0, 0, 0, 0, 0, 0, 0, 2, 3}, y[NUM] = {1, 1, 1, 1, 1, 1, 1, 5, 7};
    const struct rh_thirds self = thirds_of(x, y, NUM);
    assert_int_equal(self.num_low, 7);
    assert_int_equal(self.num_high, 2);
    assert_true(fabs(self.difference - 5.0) <= 1e-12);
}

static void test_nothing(void **state)
{
    (void)state;
    const double same[NUM] = {4, 4, 4, 4, 4, 4, 4, 4, 4}, y[NUM] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const struct rh_thirds constant = thirds_of(same, y, NUM), flat = thirds_of(y, same, NUM),
                           none = thirds_of(y, y, 0);
    assert_true(isnan(constant.difference) && !rh_thirds_moves(&constant));
    assert_true(flat.difference == 0.0 && !rh_thirds_moves(&flat));
    assert_true(isnan(none.difference) && !rh_thirds_moves(&none));
}

/* Three standard errors are enough, less is not. */
static void test_bound(void **state)
{
    (void)state;
    const struct rh_thirds enough = {.difference = -3.0, .difference_se = 1.0};
    const struct rh_thirds less = {.difference = 2.99, .difference_se = 1.0};
    assert_true(rh_thirds_moves(&enough));
    assert_false(rh_thirds_moves(&less));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_means),   cmocka_unit_test(test_missing), cmocka_unit_test(test_ties),
        cmocka_unit_test(test_nothing), cmocka_unit_test(test_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
