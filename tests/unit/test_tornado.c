/* The tornado: of faked results, whose programs live of one parameter alone, that one is found and no other. */
#include "report/tornado.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "report/spend.h"
#include "scratch_files.h"
#include "support/fake_results.h"

#define REPLICATIONS 600

static struct rh_results results;

static int set_up(void **state)
{
    const struct fake_results fake = {.num_scenarios = 3, .replications = REPLICATIONS};
    struct rh_error error = {0};
    if (scratch_set_up(state) != 0) {
        return -1;
    }
    const char *path = scratch_path("results.h5");
    return fake_results_write(&fake, path, &error) == RH_OK && rh_results_open(&results, path, &error) == RH_OK ? 0
                                                                                                                : -1;
}

static int tear_down(void **state)
{
    rh_results_close(&results);
    return scratch_tear_down(state);
}

static void test_order(void **state)
{
    (void)state;
    const int scenario[] = {1, 2};
    struct rh_tornado self;
    assert_int_equal(rh_tornado_init(&self, &results, scenario, 2, NULL), RH_OK);
    assert_int_equal(self.parameters.num, 3);
    assert_int_equal(self.num_drawn, 2);
    assert_int_equal(self.num_order, 1);
    assert_string_equal(self.parameters.name[self.order[0]], "effort_elasticity");
    assert_true(rh_tornado_thirds(&self, self.order[0], 0)->difference > 0.0);
    assert_true(rh_tornado_share(&self, self.order[0], 0) == 1.0);
    for (int i = 0; i < self.parameters.num; i++) {
        if (i != self.order[0]) {
            assert_true(rh_tornado_share(&self, i, 1) == 0.0);
        }
    }
    rh_tornado_free(&self);
}

/* Each column is that of its scenario. */
static void test_columns(void **state)
{
    (void)state;
    const int scenario[] = {2, 1};
    struct rh_tornado self;
    double x[REPLICATIONS], y[REPLICATIONS];
    assert_int_equal(rh_tornado_init(&self, &results, scenario, 2, NULL), RH_OK);
    for (int s = 0; s < 2; s++) {
        struct rh_thirds expected;
        assert_int_equal(rh_results_read_parameter(&results, "effort_elasticity", x, NULL), RH_OK);
        assert_int_equal(rh_results_read_kpi(&results, RH_KPI_NET_BENEFIT, scenario[s], y, NULL), RH_OK);
        assert_int_equal(rh_thirds_compute(&expected, x, y, REPLICATIONS, NULL), RH_OK);
        const struct rh_thirds *found = rh_tornado_thirds(&self, self.order[0], s);
        assert_true(found->low == expected.low);
        assert_true(found->high == expected.high);
    }
    rh_tornado_free(&self);
}

static void test_no_such_parameter(void **state)
{
    (void)state;
    struct rh_error error = {0};
    double x[REPLICATIONS];
    assert_int_not_equal(rh_results_read_parameter(&results, "claim_cost", x, &error), RH_OK);
    assert_non_null(strstr(error.message, "claim_cost"));
}

/* The parts of the same file's money add up, and are those of its figures: a twentieth is never claimed, four fifths
 * of the rest are windfall. */
static void test_money(void **state)
{
    (void)state;
    struct rh_spend money;
    assert_int_equal(rh_spend_read(&money, &results, 1, NULL), RH_OK);
    double sum = 0.0;
    for (int k = 0; k < RH_SPEND_BREAKAGE; k++) {
        sum += money.part[k];
    }
    assert_true(fabs(sum - money.paid) <= 1e-6 * money.paid);
    assert_true(fabs(money.part[RH_SPEND_BREAKAGE] - money.paid / 19.0) <= 1e-6 * money.paid);
    assert_true(fabs(money.part[RH_SPEND_WINDFALL] - 0.8 * money.paid) <= 1e-6 * money.paid);
    assert_true(money.paid_p05 < money.paid && money.paid < money.paid_p95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_no_such_parameter),
        cmocka_unit_test(test_money),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
