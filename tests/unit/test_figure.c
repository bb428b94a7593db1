/* Figures and names for people. */
#include "report/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

static struct rh_text text;

static const char *taken(void)
{
    static char copy[256];
    assert_int_equal(rh_text_status(&text), RH_OK);
    snprintf(copy, sizeof(copy), "%s", rh_text_string(&text));
    rh_text_free(&text);
    return copy;
}

static void test_short(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *expected;
    } cases[] = {{0.0, "0"},       {-0.0, "0"},         {1.0, "1.00"},      {12.345, "12.3"},    {999.4, "999"},
                 {999.6, "1.00k"}, {-1234.0, "-1.23k"}, {999499.0, "999k"}, {999960.0, "1.00M"}, {2.5e9, "2.50B"},
                 {7e12, "7.00T"},  {1.5e16, "15000T"},  {0.0123, "0.0123"}, {NAN, "–"},          {INFINITY, "–"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rh_figure_short(&text, cases[i].value, 3);
        assert_string_equal(taken(), cases[i].expected);
    }
    rh_figure_short(&text, 123456.0, 2);
    assert_string_equal(taken(), "123k");
}

static void test_kpi(void **state)
{
    (void)state;
    rh_figure_kpi(&text, RH_KPI_PARTICIPATION, 0.4123);
    assert_string_equal(taken(), "41.2%");
    rh_figure_kpi(&text, RH_KPI_COST_TO_INCENTIVE, 0.0231);
    assert_string_equal(taken(), "2.31%");
    rh_figure_kpi(&text, RH_KPI_ROI, -0.4567);
    assert_string_equal(taken(), "-0.46");
    rh_figure_kpi(&text, RH_KPI_ROI, -0.001);
    assert_string_equal(taken(), "0.00");
    rh_figure_kpi(&text, RH_KPI_PARTICIPATION, NAN);
    assert_string_equal(taken(), "–");
    rh_figure_range(&text, RH_KPI_PARTICIPATION, 0.25, 0.5);
    assert_string_equal(taken(), "25.0…50.0%");
    rh_figure_range(&text, RH_KPI_COST, 999e3, 1.2e6);
    assert_string_equal(taken(), "999k…1.20M");
    rh_figure_range(&text, RH_KPI_COST, 1.2001e6, 1.2002e6);
    assert_string_equal(taken(), "");
}

static void test_mean(void **state)
{
    (void)state;
    static const struct {
        enum rh_kpi kpi;
        double mean, error;
        const char *expected;
    } cases[] = {{RH_KPI_COST, 1154700.0, 2110.0, "1.155±0.002M"},
                 {RH_KPI_COST, 555318.0, 6939.0, "555±7k"},
                 {RH_KPI_COST, 12.0, 3400.0, "0±3k"},
                 {RH_KPI_ROI, -0.344, 0.0127, "-0.34±0.01"},
                 {RH_KPI_PARTICIPATION, 0.4151, 0.0022, "41.5±0.2%"},
                 {RH_KPI_COST, 0.0, 0.0, "0±0"},
                 {RH_KPI_COST, NAN, NAN, "–"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rh_figure_mean(&text, cases[i].kpi, cases[i].mean, cases[i].error);
        assert_string_equal(taken(), cases[i].expected);
    }
}

static void test_probability(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *expected;
    } cases[] = {{0.0, "<0.1%"},     {0.001, "0.1%"},   {0.5, "50%"},    {0.97, "97%"}, {0.991, "99.1%"},
                 {0.9995, ">99.9%"}, {0.9994, "99.9%"}, {1.0, ">99.9%"}, {NAN, "–"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rh_figure_probability(&text, cases[i].value);
        assert_string_equal(taken(), cases[i].expected);
    }
}

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(rh_figure_width(""), 0);
    assert_int_equal(rh_figure_width("Prämie"), 6);
    assert_int_equal(rh_figure_width("販売店"), 6);
    assert_int_equal(rh_figure_width("e\xCC\x81"), 1);            /* e and a combining acute accent */
    assert_int_equal(rh_figure_width("\xF0\x9F\x9A\x80"), 1 + 1); /* a rocket */
    assert_int_equal(rh_figure_width("a\xFF"
                                     "b"),
                     3);                              /* not UTF-8: a byte is a column */
    assert_int_equal(rh_figure_width("\xE2\x82"), 2); /* cut in the middle */
}

static void test_pad(void **state)
{
    (void)state;
    rh_figure_pad(&text, "abc", 5, false);
    assert_string_equal(taken(), "abc  ");
    rh_figure_pad(&text, "abc", 5, true);
    assert_string_equal(taken(), "  abc");
    rh_figure_pad(&text, "abcdef", 5, false);
    assert_string_equal(taken(), "abcd…");
    rh_figure_pad(&text, "販売店", 5, false); /* the third character would need column six */
    assert_string_equal(taken(), "販売…");
    rh_figure_pad(&text, "販売店", 4, true);
    assert_string_equal(taken(), " 販…");
    rh_figure_cut(&text, "a\nb\tc", 9);
    assert_string_equal(taken(), "a b c");
    rh_figure_cut(&text, "Prämie", 6);
    assert_string_equal(taken(), "Prämie");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short),       cmocka_unit_test(test_kpi),   cmocka_unit_test(test_mean),
        cmocka_unit_test(test_probability), cmocka_unit_test(test_width), cmocka_unit_test(test_pad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
