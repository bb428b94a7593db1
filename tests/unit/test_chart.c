/* Charts: quantiles, the data beside a picture, and axes that hold what is drawn. gnuplot's own opinion of the scripts
 * is asked by tests/cli/assumptions-plots. */
#include "report/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rh_chart chart;
static struct rh_picture picture;

static int set_up(void **state)
{
    (void)state;
    rh_chart_init(&chart, "Title's");
    picture = (struct rh_picture){.name = "some-chart"};
    rh_text_init(&picture.data);
    rh_text_init(&picture.script);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_chart_free(&chart);
    rh_text_free(&picture.data);
    rh_text_free(&picture.script);
    return 0;
}

static void write_chart(void)
{
    struct rh_error error = {0};
    assert_int_equal(rh_chart_write(&chart, &(struct rh_plot_options){.png = true}, &picture, &error), RH_OK);
}

static bool says(const char *text)
{
    return strstr(rh_text_string(&picture.script), text) != NULL;
}

/* The numbers behind " set xrange [" of the k-th panel; y: of its heights. */
static void range_of(int k, bool y, double *low, double *high)
{
    const char *at = rh_text_string(&picture.script);
    for (int i = 0; i <= k; i++) {
        at = strstr(at + 1, y ? "set yrange [" : "set xrange [");
        assert_non_null(at);
    }
    char *end;
    *low = strtod(strchr(at, '[') + 1, &end);
    *high = strtod(end + 1, &end);
}

static void test_quantiles(void **state)
{
    (void)state;
    double values[101];
    struct rh_chart_panel *panel = rh_chart_panel(&chart, NULL, "x", "y");
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, "all");
    for (int i = 0; i <= 100; i++) {
        values[(37 * i) % 101] = i;
    }
    rh_chart_add(&chart, series, 2.5, values, 101);
    rh_chart_add_value(&chart, series, 3.0, -7.0);
    const double expected[] = {5.0, 25.0, 50.0, 75.0, 95.0};
    for (int k = 0; k < RH_CHART_LEVELS; k++) {
        assert_true(chart.point[0].level[k] == expected[k]);
        assert_true(chart.point[1].level[k] == -7.0);
    }
    write_chart();
    assert_string_equal(rh_text_string(&picture.data), "# Title's\n# block 0: all\n# x p05 p25 p50 p75 p95\n"
                                                       "2.5 5 25 50 75 95\n3 -7 -7 -7 -7 -7\n\n\n");
}

/* Blocks are numbered over all panels as the script reads them. */
static void test_blocks(void **state)
{
    (void)state;
    for (int p = 0; p < 2; p++) {
        struct rh_chart_panel *panel = rh_chart_panel(&chart, p == 0 ? "First" : "Second", "x", "y");
        for (int s = 0; s < 2; s++) {
            struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_FAN, s == 0 ? "a_b" : "c");
            for (int i = 0; i < 3; i++) {
                rh_chart_add_value(&chart, series, i, 100.0 * p + 10.0 * s + i);
            }
        }
    }
    write_chart();
    assert_non_null(strstr(rh_text_string(&picture.data), "# block 0: First, a_b\n"));
    assert_non_null(strstr(rh_text_string(&picture.data), "# block 3: Second, c\n# x p05 p25 p50 p75 p95\n0 110 110"));
    assert_true(says("index 0 using 1:4") && says("index 3 using 1:4") && !says("index 4"));
    assert_true(says("'a\\_b'"));           /* a legend, not markup */
    assert_true(says("{/:Bold Title''s}")); /* quoted */
    double low, high;
    range_of(0, true, &low, &high);
    assert_true(low == 0.0 && high >= 12.0 && high < 30.0); /* 0 belongs to it; the other panel has its own */
    range_of(1, true, &low, &high);
    assert_true(low == 0.0 && high >= 112.0);
    range_of(0, false, &low, &high);
    assert_true(low == 0.0 && high == 2.0);
}

/* Heights: of all panels alike, as given, or as found without 0. */
static void test_heights(void **state)
{
    (void)state;
    double low, high;
    for (int p = 0; p < 2; p++) {
        struct rh_chart_panel *panel = rh_chart_panel(&chart, NULL, "x", "y");
        struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_LINE, NULL);
        rh_chart_add_value(&chart, series, 0.0, 60.0);
        rh_chart_add_value(&chart, series, 1.0, p == 0 ? 80.0 : 480.0);
    }
    chart.panel[0].without_zero = true;
    write_chart();
    range_of(0, true, &low, &high);
    assert_true(low == 60.0 && high == 80.0);
    rh_text_clear(&picture.script);
    chart.same_height = true;
    write_chart();
    range_of(0, true, &low, &high);
    assert_true(low == 0.0 || low == 60.0);
    assert_true(high >= 480.0);
    rh_text_clear(&picture.script);
    chart.same_height = false;
    chart.panel[0].without_zero = false;
    chart.panel[0].y_high = 100.0;
    write_chart();
    range_of(0, true, &low, &high);
    assert_true(low == 0.0 && high == 100.0);
}

/* Rows run along the axis and stand one below the other; the axis holds their ranges. */
static void test_rows(void **state)
{
    (void)state;
    double values[] = {1.0, 2.0, 30.5}, low, high;
    struct rh_chart_panel *panel = rh_chart_panel(&chart, NULL, "x", NULL);
    rh_chart_add(&chart, rh_chart_series(panel, RH_CHART_ROW, "one"), 0.0, values, 3);
    rh_chart_add_value(&chart, rh_chart_series(panel, RH_CHART_ROW, "it's"), 0.0, 9.0);
    write_chart();
    range_of(0, true, &low, &high);
    assert_true(low == 1.5 && high == -0.5);
    range_of(0, false, &low, &high);
    assert_true(low <= 1.1 && high >= 30.0);
    assert_true(says("'one' 0, 'it''s' 1"));
}

/* Axes of months are marked by the quarter, the half, the year. */
static void test_months(void **state)
{
    static const struct {
        int months;
        const char *tics;
    } cases[] = {{12, "'0' 0, '3' 3, '6' 6"}, {36, "'0' 0, '6' 6, '12' 12"}, {60, "'0' 0, '12' 12, '24' 24"}};
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct rh_chart_panel *panel;
        rh_chart_free(&chart);
        rh_chart_init(&chart, "");
        panel = rh_chart_panel(&chart, NULL, "x", "y");
        struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_LINE, NULL);
        panel->months = true;
        rh_chart_add_value(&chart, series, 0.0, 1.0);
        rh_chart_add_value(&chart, series, cases[k].months, 1.0);
        rh_text_clear(&picture.script);
        write_chart();
        assert_true(says(cases[k].tics));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_quantiles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_blocks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_heights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_months, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
