/* What is asked for, and how far it is. */
#include "stats/precision.h"

#include "stats/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const scenarios[] = {"in_force", "Flat rebate", "Salt of the earth", "A vs B"};

static struct rh_precision parse(const char *text)
{
    struct rh_precision self;
    struct rh_error error;
    if (rh_precision_parse(&self, text, scenarios, 4, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
    return self;
}

static void test_goals_are_read(void **state)
{
    (void)state;
    struct rh_precision self = parse("net_benefit 1%");
    assert_int_equal(self.kpi, RH_KPI_NET_BENEFIT);
    assert_true(self.level == 0.0 && self.relative && fabs(self.width - 0.01) < 1e-15);
    assert_int_equal(self.scenario, -1);
    assert_int_equal(self.versus, -1);
    self = parse("  p97.5(cost) of Flat rebate vs in_force 2.5k ");
    assert_int_equal(self.kpi, RH_KPI_COST);
    assert_true(fabs(self.level - 0.975) < 1e-15 && !self.relative && self.width == 2500.0);
    assert_int_equal(self.scenario, 1);
    assert_int_equal(self.versus, 0);
    assert_int_equal(parse("revenue vs Flat rebate 1M").versus, 1);
    assert_true(parse("revenue vs Flat rebate 1M").width == 1e6);
    assert_true(parse("participation 0.01").width == 0.01);
}

static void test_what_is_no_goal(void **state)
{
    static const char *const texts[] = {"",
                                        "net_benefit",
                                        "net_benefit 0%",
                                        "net_benefit -1",
                                        "net_benefit 1%%",
                                        "benefit 1%",
                                        "p0(cost) 1",
                                        "p100(cost) 1",
                                        "q5(cost) 1",
                                        "p5(cost 1",
                                        "p(cost) 1",
                                        "cost of X 1",
                                        "cost vs  1",
                                        "cost of 1%",
                                        "of Flat rebate 1%",
                                        "net_benefit inf",
                                        "cost nan",
                                        "p5x(cost) 1",
                                        "cost 1 k",
                                        "cost in_force 1",
                                        "cost of in_force vs in_force 1"};
    (void)state;
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct rh_precision self;
        struct rh_error error = {0};
        assert_int_equal(rh_precision_parse(&self, texts[k], scenarios, 4, &error), RH_ERR_ARGUMENT);
        assert_non_null(strstr(error.message, "--precision"));
    }
}

static void test_how_far_it_is(void **state)
{
    enum { NUM = 400 };
    double value[NUM], other[NUM], missing[NUM];
    struct rh_precision_state s;
    (void)state;
    for (int i = 0; i < NUM; i++) {
        value[i] = 100.0 + (i % 2 == 0 ? 10.0 : -10.0);
        other[i] = value[i] - i;
        missing[i] = NAN;
    }
    const double half = 1.959963984540054 * sqrt(100.0 * NUM / (NUM - 1)) / sqrt(NUM);
    struct rh_precision self = parse("revenue 1%");
    assert_int_equal(rh_precision_state(&self, value, NULL, NULL, NUM, &s, NULL), RH_OK);
    assert_true(fabs(s.estimate - 100.0) < 1e-12 && fabs(s.half_width - half) < 1e-12);
    assert_true(fabs(s.needed - NUM * half * half) < 1e-9);
    assert_true(s.needed_at_least < s.needed);
    assert_true(rh_precision_reached(&self, &s));
    self = parse("revenue 0.9");
    assert_int_equal(rh_precision_state(&self, value, NULL, NULL, NUM, &s, NULL), RH_OK);
    assert_false(rh_precision_reached(&self, &s));
    assert_true(fabs(s.needed - NUM * half * half / 0.81) < 1e-9 && s.needed_at_least == s.needed);
    /* The differences are 0 … 399. */
    self = parse("p50(revenue) vs Flat rebate 1");
    assert_int_equal(rh_precision_state(&self, value, other, NULL, NUM, &s, NULL), RH_OK);
    size_t low, high;
    assert_true(rh_quantile_ranks(NUM, 0.5, 0.95, &low, &high));
    assert_true(fabs(s.estimate - 199.5) < 1e-9 && fabs(s.half_width - 0.5 * (double)(high - low)) < 1e-9);
    /* About 0: as many as any number, but at least so many. */
    for (int i = 0; i < NUM; i++) {
        other[i] = i % 2 == 0 ? 1.0 : -1.0;
    }
    self = parse("net_benefit 1%");
    assert_int_equal(rh_precision_state(&self, other, NULL, NULL, NUM, &s, NULL), RH_OK);
    assert_true(isinf(s.needed));
    assert_true(fabs(s.needed_at_least - NUM * 1e4) < 1e-3);
    assert_false(rh_precision_reached(&self, &s));
    /* What is 0 in all replications is sure, what is missing in all of them is not there. */
    memset(other, 0, sizeof other);
    assert_int_equal(rh_precision_state(&self, other, NULL, NULL, NUM, &s, NULL), RH_OK);
    assert_true(rh_precision_reached(&self, &s) && s.needed == 0.0);
    assert_int_equal(rh_precision_state(&self, missing, NULL, NULL, NUM, &s, NULL), RH_OK);
    assert_true(isnan(s.estimate));
    assert_false(rh_precision_reached(&self, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goals_are_read),
        cmocka_unit_test(test_what_is_no_goal),
        cmocka_unit_test(test_how_far_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
