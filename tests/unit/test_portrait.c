/* The pictures of the mechanisms show what docs/model.md says: with certain parameters each curve is its formula, with
 * neutral ones nothing happens. */
#include "portrait/draw.h"
#include "portrait/portrait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define P50 2

static struct rh_assumptions assumptions;
static struct rh_chart chart;

static int set_up(void **state)
{
    struct rh_names segments;
    (void)state;
    rh_names_init(&segments);
    assert_int_equal(rh_assumptions_init(&assumptions, &segments, NULL), RH_OK);
    rh_names_free(&segments);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_chart_free(&chart);
    rh_assumptions_free(&assumptions);
    return 0;
}

static void set(enum rh_parameter parameter, double value)
{
    rh_assumptions_set(&assumptions, parameter, value);
}

static void draw(rh_portrait_draw *function)
{
    struct rh_error error = {0};
    const struct rh_subject subject = {&assumptions, 0, NAN};
    rh_chart_free(&chart);
    rh_chart_init(&chart, "");
    if (function(&subject, &chart, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
    assert_false(chart.failed);
}

static const struct rh_chart_series *series_of(int panel, int series)
{
    assert_true(panel < chart.num_panels && series < chart.panel[panel].num_series);
    return &chart.panel[panel].series[series];
}

/* Each point of a series is what `formula` makes of its x, in all draws. */
static void check_curve(int panel, int series, double (*formula)(double x), double bound)
{
    const struct rh_chart_series *self = series_of(panel, series);
    assert_true(self->num > 4);
    for (size_t i = self->first; i < self->first + self->num; i++) {
        const struct rh_chart_point *point = &chart.point[i];
        const double expected = formula(point->x);
        for (int k = 0; k < RH_CHART_LEVELS; k++) {
            if (!(fabs(point->level[k] - expected) <= bound)) {
                fail_msg("panel %d, at %g: found %.9g, expected %.9g", panel, point->x, point->level[k], expected);
            }
        }
    }
}

/* The same of medians alone: of shares of 200 partners, whose luck is in the draws. */
static void check_medians(int panel, double (*formula)(double x), double bound)
{
    const struct rh_chart_series *self = series_of(panel, 0);
    for (size_t i = self->first; i < self->first + self->num; i++) {
        const struct rh_chart_point *point = &chart.point[i];
        if (!(fabs(point->level[P50] - formula(point->x)) <= bound)) {
            fail_msg("panel %d, at %g: found %.9g, expected %.9g", panel, point->x, point->level[P50],
                     formula(point->x));
        }
    }
}

static void test_names(void **state)
{
    int k = 0;
    (void)state;
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        const char *mechanism = rh_parameter_table[p].mechanism;
        bool told = false;
        for (int before = 0; before < p; before++) {
            told = told || strcmp(rh_parameter_table[before].mechanism, mechanism) == 0;
        }
        if (!told) {
            assert_string_equal(rh_portrait_mechanism(k), mechanism);
            assert_true(strncmp(rh_portrait_name(k), "mechanism-", 10) == 0);
            k++;
        }
    }
    assert_null(rh_portrait_name(k));
    assert_null(rh_portrait_mechanism(k));
    assert_null(rh_portrait_name(-1));
}

static double effort_of_firm(double x)
{
    return 100.0 * (pow(1.0 + 0.01 * x / 0.1, 0.3) - 1.0);
}

static double effort_of_rep(double x)
{
    return fmin(100.0 * (pow(1.0 + 0.01 * x / 0.02, 0.4) - 1.0), 50.0);
}

static double price(double x)
{
    return 100.0 * (exp(2.0 * 0.25 * 0.01 * x) - 1.0);
}

static void test_rewards(void **state)
{
    (void)state;
    set(RH_PARAM_EFFORT_ELASTICITY, 0.3);
    set(RH_PARAM_REP_EFFORT_ELASTICITY, 0.4);
    set(RH_PARAM_ELASTICITY_SPREAD, 0.0);
    set(RH_PARAM_PARTNER_MARGIN, 0.1);
    set(RH_PARAM_REP_MARGIN, 0.02);
    set(RH_PARAM_RESPONSE_LIMIT, 1.5);
    draw(rh_draw_effort);
    check_curve(0, 0, effort_of_firm, 1e-9);
    check_curve(1, 0, effort_of_rep, 1e-9);
    set(RH_PARAM_PASS_THROUGH, 0.25);
    set(RH_PARAM_PRICE_ELASTICITY, 2.0);
    draw(rh_draw_price);
    check_curve(0, 0, price, 1e-9);
}

static double goal(double x)
{
    return x < 100.0 ? 100.0 * (exp(0.2 * fmax(2.0 * x / 100.0 - 1.0, 0.0)) - 1.0) : 0.0;
}

static double displacement(double x)
{
    return -0.4 * x; /* of lines of one size */
}

/* A threshold is in whole money: closeness is that of x within 1e-4. */
static void test_goal_and_displacement(void **state)
{
    (void)state;
    set(RH_PARAM_GOAL_GRADIENT, 0.2);
    set(RH_PARAM_DISPLACEMENT, 0.4);
    draw(rh_draw_goal);
    check_curve(0, 0, goal, 5e-3);
    draw(rh_draw_displacement);
    check_curve(0, 0, displacement, 1e-6);
}

static double activities(double x)
{
    return 100.0 * (pow(1.0 + 0.01 * x / 0.05, 0.3) - 1.0);
}

static double training(double x)
{
    return 100.0 * 0.1 * (1.0 - exp(-x / 4.0));
}

static double marketing(double x)
{
    return 100.0 * (pow(1.0 + 0.5 * 0.01 * x / 0.02, 0.2) - 1.0);
}

static void test_means(void **state)
{
    (void)state;
    set(RH_PARAM_ACTIVITY_ELASTICITY, 0.3);
    set(RH_PARAM_ACTIVITY_COST, 0.05);
    draw(rh_draw_activities);
    check_curve(0, 0, activities, 1e-9);
    set(RH_PARAM_CAPABILITY_GAIN, 0.1);
    set(RH_PARAM_CAPABILITY_STOCK, 4.0);
    set(RH_PARAM_CAPABILITY_LIFE, 6.0);
    draw(rh_draw_training);
    check_curve(0, 0, training, 1e-9);
    set(RH_PARAM_FUND_USE, 0.5);
    set(RH_PARAM_AD_ELASTICITY, 0.2);
    set(RH_PARAM_MARKETING_BASE, 0.02);
    draw(rh_draw_marketing);
    check_curve(0, 0, marketing, 1e-6);
}

/* Of a share p of 200 partners the median of 512 draws is within a percent, by far. */
#define OF_CROWD 1.0

static double logistic(double z)
{
    return 100.0 / (1.0 + exp(-z));
}

static double attention(double x)
{
    return logistic(log(0.8 / 0.2) - 0.5 * x);
}

/* Logit of opting in to a reward of x% of sales, with so much delay and complexity. */
static double joins(double x, double delay, double complexity)
{
    return x > 0.0 ? logistic(0.3 + 0.7 * log(0.01 * x / 0.004) - 0.2 * complexity - 0.06 * delay) : 0.0;
}

static double joins_simple(double x)
{
    return joins(x, 0.5, 0.0);
}

/* Two incentives of four or five levels, retroactive and to be claimed: 0.3 + 0.85 and 0.75. */
static double joins_hard(double x)
{
    return joins(x, 1.5 + 6.0, 0.3 + 0.5 * (0.8 + 0.7));
}

static void test_choices(void **state)
{
    (void)state;
    set(RH_PARAM_ATTENTION, 0.8);
    set(RH_PARAM_COMPLEXITY_SLOPE, 0.5);
    draw(rh_draw_attention);
    check_medians(0, attention, OF_CROWD);
    set(RH_PARAM_OPT_IN, 0.3);
    set(RH_PARAM_OPT_IN_REWARD, 0.7);
    set(RH_PARAM_OPT_IN_COMPLEXITY, 0.2);
    set(RH_PARAM_OPT_IN_DELAY, 0.06);
    set(RH_PARAM_OPT_IN_COST, 0.004);
    draw(rh_draw_opting_in);
    check_medians(0, joins_simple, OF_CROWD);
    check_medians(1, joins_hard, OF_CROWD);
}

static double felt_in_cash(double x)
{
    return 100.0 * exp(-0.3 * x / 12.0);
}

static double felt_in_kind(double x)
{
    return 0.8 * felt_in_cash(x);
}

static void test_worth(void **state)
{
    (void)state;
    set(RH_PARAM_DISCOUNT_RATE, 0.3);
    set(RH_PARAM_NONCASH_WORTH, 0.8);
    draw(rh_draw_worth);
    check_curve(1, 0, felt_in_cash, 1e-9);
    check_curve(1, 1, felt_in_kind, 1e-9);
    /* the example of docs/model.md: 60,000 attained of 100,000, 30,000 expected */
    static const double example[] = {3.37, 0.23};
    for (int b = 0; b < 2; b++) {
        const struct rh_chart_series *series = series_of(0, b);
        bool found = false;
        for (size_t i = series->first; i < series->first + series->num; i++) {
            found = found || (chart.point[i].x == 60.0 && fabs(chart.point[i].level[P50] - example[b]) < 0.005);
        }
        assert_true(found);
    }
}

/* One payment moves trust by the step, or twice as far down; then it wears back. */
static void test_trust(void **state)
{
    (void)state;
    set(RH_PARAM_TRUST, 0.6);
    set(RH_PARAM_TRUST_STEP, 0.1);
    set(RH_PARAM_TRUST_RETURN, 0.05);
    set(RH_PARAM_TRUST_WEIGHT, 0.4);
    draw(rh_draw_trust);
    for (int late = 0; late < 2; late++) {
        const struct rh_chart_point *once = &chart.point[series_of(0, late)->first];
        const struct rh_chart_point *always = &chart.point[series_of(1, late)->first];
        double one = late ? 0.6 * (1.0 - 0.2) : 0.6 + 0.1 * 0.4, all = 0.6;
        assert_true(fabs(once[0].level[P50] - 0.6) < 1e-9);
        for (int t = 1; t < 20; t++) {
            all += 0.05 * (0.6 - all);
            all += late ? -0.2 * all : 0.1 * (1.0 - all);
            assert_true(fabs(once[t].level[P50] - one) < 1e-9);
            assert_true(fabs(always[t].level[P50] - all) < 1e-9);
            one += 0.05 * (0.6 - one);
        }
    }
    const struct rh_chart_series *felt = series_of(2, 0);
    for (size_t i = felt->first; i < felt->first + felt->num; i++) {
        assert_true(fabs(chart.point[i].level[P50] - 100.0 * (1.0 - 0.4 * (1.0 - chart.point[i].x))) < 1e-9);
    }
}

static void test_payment(void **state)
{
    static const double expected[] = {0.0, 20.0, 6.0, 2.0};
    (void)state;
    set(RH_PARAM_CLAIM_RATE_AUTOMATIC, 1.0);
    set(RH_PARAM_CLAIM_RATE_REQUIRED, 0.75);
    set(RH_PARAM_CLAIM_RATE_POINTS, 0.5);
    draw(rh_draw_claims);
    for (int k = 0; k < 3; k++) {
        assert_true(fabs(chart.point[series_of(0, k)->first].level[P50] - 100.0 + 25.0 * k) < 0.2);
    }
    set(RH_PARAM_PROCESSING_DAYS, 12.0);
    set(RH_PARAM_PROCESSING_SD, 0.0);
    set(RH_PARAM_CLAIM_ERROR, 0.2);
    set(RH_PARAM_OVERPAID, 0.06);
    set(RH_PARAM_UNDERPAID, 0.02);
    draw(rh_draw_payment);
    for (int k = 0; k < 4; k++) {
        assert_true(fabs(chart.point[series_of(1, k)->first].level[P50] - expected[k]) < 0.2);
    }
    const struct rh_chart_point *day = &chart.point[series_of(0, 0)->first];
    assert_true(day[11].level[P50] == 0.0 && day[12].level[P50] == 100.0);
}

static double nothing(double x)
{
    (void)x;
    return 0.0;
}

static double staying(double x)
{
    return 100.0 * pow(0.98, x);
}

/* What takes time: nothing happens without the mechanism; with it quarters end high and begin low, and who is paid late
 * leaves. */
static void test_time(void **state)
{
    (void)state;
    set(RH_PARAM_TOPUP_REACH, 0.15);
    set(RH_PARAM_TOPUP_ABLE, 0.5);
    set(RH_PARAM_LOAD_COST, 0.0);
    draw(rh_draw_timing);
    const struct rh_chart_point *bought = &chart.point[series_of(0, 0)->first];
    const struct rh_chart_point *stock = &chart.point[series_of(1, 0)->first];
    assert_true(bought[2].level[P50] > 0.5 && bought[3].level[P50] < -0.5 && bought[5].level[P50] > 0.5);
    assert_true(stock[2].level[P50] > 0.5 && fabs(stock[1].level[P50]) < 1e-9);
    set(RH_PARAM_TOPUP_REACH, 0.0);
    draw(rh_draw_timing);
    check_curve(0, 0, nothing, 1e-9);
    check_curve(1, 0, nothing, 1e-9);
    set(RH_PARAM_TRUST_STEP, 0.05);
    set(RH_PARAM_LEAVE_MISSED, 0.0);
    set(RH_PARAM_LEAVE_REWARDED, 0.0);
    set(RH_PARAM_LEAVE_TRUST, 0.5);
    set(RH_PARAM_LEAVE_SHARE, 0.0);
    draw(rh_draw_leaving);
    check_curve(0, 0, staying, 1e-9);
    check_curve(0, 1, staying, 1e-9);
    const int last = (int)series_of(1, 0)->num - 1;
    assert_true(chart.point[series_of(1, 0)->first + (size_t)last].level[P50] > staying(last) + 0.5);
    assert_true(chart.point[series_of(2, 0)->first + (size_t)last].level[P50] < staying(last) - 0.5);
}

/* The fan widens with time by the walk, and stands where history ends. */
static void test_baseline(void **state)
{
    double width[2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        set(RH_PARAM_LEVEL_WALK, k == 0 ? 0.0 : 0.1);
        draw(rh_draw_baseline);
        const struct rh_chart_series *level = series_of(1, 0);
        const struct rh_chart_point *last = &chart.point[level->first + level->num - 1];
        width[k] = last->level[4] - last->level[0];
        assert_true(fabs(chart.point[series_of(0, 1)->first].level[P50] - RH_STAGE_SALES) < 0.05 * RH_STAGE_SALES);
    }
    assert_true(width[1] > 2.0 * width[0]);
}

/* What one segment believes is drawn of that segment alone. */
static void test_segment(void **state)
{
    struct rh_names segments;
    (void)state;
    rh_names_init(&segments);
    assert_int_equal(rh_names_add(&segments, "A", 1), 0);
    assert_int_equal(rh_names_add(&segments, "B", 1), 1);
    rh_assumptions_free(&assumptions);
    assert_int_equal(rh_assumptions_init(&assumptions, &segments, NULL), RH_OK);
    rh_names_free(&segments);
    set(RH_PARAM_PASS_THROUGH, 0.25);
    set(RH_PARAM_PRICE_ELASTICITY, 0.0);
    assumptions.belief[RH_PARAM_PRICE_ELASTICITY * 2 + 1].mean = 2.0;
    for (int s = 0; s < 2; s++) {
        struct rh_error error = {0};
        const struct rh_subject subject = {&assumptions, s, NAN};
        rh_chart_free(&chart);
        rh_chart_init(&chart, "");
        assert_int_equal(rh_draw_price(&subject, &chart, &error), RH_OK);
        check_curve(0, 0, s == 0 ? nothing : price, 1e-9);
    }
}

/* The median of a segment's margins, where half of its partners have one. */
static void test_margin(void **state)
{
    double margin[] = {0.3, 0.1, NAN, 0.2, NAN, 0.9, NAN, NAN, 0.5}, found;
    int32_t segment[] = {0, 0, 0, 0, 1, 1, 2, 2, 2};
    static const double expected[] = {0.2, 0.9, NAN};
    const struct rh_partners partners = {.num = 9, .segment = segment, .margin = margin};
    struct rh_error error = {0};
    (void)state;
    for (int s = 0; s < 3; s++) {
        assert_int_equal(rh_portrait_margin(&partners, s, &found, &error), RH_OK);
        assert_true(s < 2 ? fabs(found - expected[s]) < 1e-12 : isnan(found));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rewards, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_goal_and_displacement, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_means, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_choices, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_worth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_trust, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_payment, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_baseline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_segment, set_up, tear_down),
        cmocka_unit_test(test_margin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
