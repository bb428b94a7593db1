/* The table of figures explains itself, and its cuts fit together. */
#include "stats/kpi.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_each_figure_is_explained(void **state)
{
    (void)state;
    for (int k = 0; k < RH_NUM_KPIS; k++) {
        const struct rh_kpi_info *info = &rh_kpi_table[k];
        assert_non_null(info->name);
        assert_true(strlen(info->name) > 0 && strlen(info->long_name) > 0);
        for (const char *c = info->name; *c != '\0'; c++) {
            assert_true(islower((unsigned char)*c) || *c == '_');
        }
        assert_int_equal(info->description[strlen(info->description) - 1], '.');
        assert_true(isupper((unsigned char)info->description[0]));
        assert_int_equal(rh_kpi_find(info->name), k);
    }
    assert_int_equal(rh_kpi_find("no such figure"), -1);
    assert_int_equal(rh_kpi_find(""), -1);
}

static void test_places_in_a_cut_count_up(void **state)
{
    (void)state;
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        int expected = 0;
        for (int k = 0; k < RH_NUM_KPIS; k++) {
            const int place = rh_cut_place((enum rh_cut)cut, (enum rh_kpi)k);
            if (place >= 0) {
                assert_int_equal(place, expected);
                expected++;
            } else {
                assert_int_equal(place, -1);
            }
        }
        assert_int_equal(rh_cut_num_kpis((enum rh_cut)cut), expected);
        assert_true(expected > 0);
        assert_true(strlen(rh_cut_name((enum rh_cut)cut)) > 0);
    }
}

/* Only what adds up may be cut, and only a ratio has a denominator, which is itself no ratio. */
static void test_units_fit(void **state)
{
    (void)state;
    for (int k = 0; k < RH_NUM_KPIS; k++) {
        const struct rh_kpi_info *info = &rh_kpi_table[k];
        assert_int_equal(info->cuts >> RH_NUM_CUTS, 0);
        if (info->cuts != 0) {
            assert_true(info->unit == RH_UNIT_MONEY || info->unit == RH_UNIT_COUNT);
        }
        assert_true(info->denominator >= -1 && info->denominator < RH_NUM_KPIS);
        if (info->denominator >= 0) {
            assert_int_equal(rh_kpi_table[info->denominator].unit, RH_UNIT_MONEY);
            assert_true(info->unit == RH_UNIT_RATIO || info->unit == RH_UNIT_DAYS);
        }
        if (info->unit == RH_UNIT_RATIO) {
            assert_true(info->denominator >= 0);
        }
    }
    assert_string_equal(rh_unit_text(RH_UNIT_MONEY), "currency");
    assert_string_equal(rh_unit_text(RH_UNIT_SHARE), "1");
    assert_string_equal(rh_unit_text(RH_UNIT_RATIO), "1");
    assert_string_equal(rh_unit_text(RH_UNIT_COUNT), "1");
    assert_string_equal(rh_unit_text(RH_UNIT_DAYS), "day");
    assert_string_equal(rh_unit_text(RH_UNIT_MONTH), "month");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_figure_is_explained),
        cmocka_unit_test(test_places_in_a_cut_count_up),
        cmocka_unit_test(test_units_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
