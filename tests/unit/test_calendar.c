/* Days against a count of every day there is, windows against the months of fiscal years, and strict parsing. */
#include "core/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_known_days(void **state)
{
    (void)state;
    assert_int_equal(rh_day_make(1970, 1, 1), 0);
    assert_int_equal(rh_day_make(1969, 12, 31), -1);
    assert_int_equal(rh_day_make(2000, 2, 29), 11016);
    assert_int_equal(rh_day_make(2014, 3, 31), 16160);
    assert_int_equal(rh_day_make(2038, 1, 19), 24855);
    assert_int_equal(rh_day_make(1, 1, 1), -719162);
    assert_int_equal(rh_day_make(9999, 12, 31), 2932896);
}

/* Every day of the calendar, counted by the rule of leap years as one would by hand. */
static void test_every_day(void **state)
{
    (void)state;
    static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    rh_day day = -719162;
    for (int year = 1; year <= 9999; year++) {
        int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month_of_year = 1; month_of_year <= 12; month_of_year++) {
            int length = lengths[month_of_year - 1] + (month_of_year == 2 ? leap : 0);
            rh_month month = rh_month_make(year, month_of_year);
            if (rh_month_first_day(month) != day || rh_month_num_days(month) != length ||
                rh_month_last_day(month) != day + length - 1 || rh_month_year(month) != year ||
                rh_month_of_year(month) != month_of_year || month != year * 12 + month_of_year - 1)
                fail_msg("month %d-%d", year, month_of_year);
            for (int day_of_month = 1; day_of_month <= length; day_of_month++, day++) {
                int y, m, d;
                rh_day_split(day, &y, &m, &d);
                if (rh_day_make(year, month_of_year, day_of_month) != day || y != year || m != month_of_year ||
                    d != day_of_month || rh_day_month(day) != month)
                    fail_msg("day %d-%d-%d", year, month_of_year, day_of_month);
            }
            if (rh_day_valid(year, month_of_year, length + 1))
                fail_msg("day %d-%d-%d", year, month_of_year, length + 1);
        }
    }
}

static void test_impossible_days(void **state)
{
    (void)state;
    assert_false(rh_day_valid(0, 1, 1));
    assert_false(rh_day_valid(10000, 1, 1));
    assert_false(rh_day_valid(2014, 0, 1));
    assert_false(rh_day_valid(2014, 13, 1));
    assert_false(rh_day_valid(2014, 1, 0));
    assert_false(rh_day_valid(2014, 1, -1));
    assert_false(rh_day_valid(1900, 2, 29));
    assert_true(rh_day_valid(2000, 2, 29));
}

static void test_add_months(void **state)
{
    (void)state;
    rh_day end_of_january = rh_day_make(2014, 1, 31);
    assert_int_equal(rh_day_add_months(end_of_january, 1), rh_day_make(2014, 2, 28));
    assert_int_equal(rh_day_add_months(end_of_january, 2), rh_day_make(2014, 3, 31));
    assert_int_equal(rh_day_add_months(end_of_january, 25), rh_day_make(2016, 2, 29));
    assert_int_equal(rh_day_add_months(end_of_january, -2), rh_day_make(2013, 11, 30));
    assert_int_equal(rh_day_add_months(end_of_january, 0), end_of_january);
    assert_int_equal(rh_day_add_months(end_of_january, -13), rh_day_make(2012, 12, 31));
}

static void check_day(const char *text, rh_day expected)
{
    rh_day day = 12345;
    bool parsed = rh_day_parse(text, strlen(text), &day);
    if (parsed != (expected != RH_NO_DAY) || day != (parsed ? expected : 12345))
        fail_msg("\"%s\" gave %d %d", text, parsed, day);
}

static void test_parse_day(void **state)
{
    (void)state;
    check_day("2014-03-31", 16160);
    check_day("0001-01-01", -719162);
    check_day("9999-12-31", 2932896);
    static const char *const wrong[] = {"",
                                        "2014",
                                        "2014-03",
                                        "2014-3-31",
                                        "2014-03-32",
                                        "2014-02-29",
                                        "0000-01-01",
                                        "2014-00-01",
                                        "2014-13-01",
                                        "2014-03-00",
                                        " 2014-03-31",
                                        "2014-03-31 ",
                                        "2014-03-31T00",
                                        "2014/03/31",
                                        "14-03-31",
                                        "+014-03-31",
                                        "2014-+3-31",
                                        "2014- 3-31",
                                        "20140331",
                                        "-2014-03-31",
                                        "2014-03-3x",
                                        "２014-03-31",
                                        "2014-03--1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_day(wrong[i], RH_NO_DAY);
    rh_day day;
    assert_true(rh_day_parse("2014-03-31,x", 10, &day)); /* only so many bytes are looked at */
    assert_false(rh_day_parse("2014-03-31", 9, &day));
    assert_false(rh_day_parse("2014-03-31\0", 11, &day));
}

static void test_parse_month(void **state)
{
    (void)state;
    rh_month month;
    assert_true(rh_month_parse("2014-03", 7, &month));
    assert_int_equal(month, 2014 * 12 + 2);
    static const char *const wrong[] = {"",        "2014",       "2014-3",   "2014-00", "2014-13",
                                        "0000-01", "2014-03-01", "2014-03 ", "2014/03", "2014-0x"};
    month = 77;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(rh_month_parse(wrong[i], strlen(wrong[i]), &month));
    assert_int_equal(month, 77);
}

static void test_parse_format(void **state)
{
    (void)state;
    static const struct {
        const char *format, *text, *expected; /* NULL: does not fit */
    } cases[] = {
        {"%d.%m.%Y", "31.03.2014", "2014-03-31"},
        {"%d.%m.%Y", "1.3.2014", "2014-03-01"},
        {"%d.%m.%Y", "31.03.14", NULL},
        {"%d.%m.%Y", "31/03/2014", NULL},
        {"%d.%m.%Y", "31.02.2014", NULL},
        {"%d.%m.%Y", "31.03.2014 ", NULL},
        {"%d.%m.%Y", " 31.03.2014", NULL},
        {"%d.%m.%Y", "31.03.20145", NULL},
        {"%d.%m.%Y", "31.03.", NULL},
        {"%d.%m.%Y", "", NULL},
        {"%m/%d/%y", "03/31/14", "2014-03-31"},
        {"%m/%d/%y", "03/31/69", "1969-03-31"},
        {"%m/%d/%y", "03/31/68", "2068-03-31"},
        {"%m/%d/%y", "03/31/4", NULL},
        {"%Y%m%d", "20140331", "2014-03-31"},
        {"%d-%b-%Y", "31-Mar-2014", "2014-03-31"},
        {"%d-%b-%Y", "31-MARCH-2014", "2014-03-31"},
        {"%d-%b-%Y", "5-may-2014", "2014-05-05"},
        {"%b %d, %Y", "September 9, 2014", "2014-09-09"},
        {"%d-%b-%Y", "31-Mär-2014", NULL},
        {"%d-%b-%Y", "31-M", NULL},
        {"%Y-%m-%dT%H:%M:%S.%f", "2014-03-31T23:59:60.000001", "2014-03-31"},
        {"%Y-%m-%d %H:%M", "2014-03-31 24:00", NULL},
        {"%Y-%m-%d %H:%M", "2014-03-31 23:60", NULL},
        {"%Y-%m-%d %H:%M", "2014-03-31", NULL},
        {"%Y-%m", "2014-03", "2014-03-01"},
        {"100%% %Y-%m-%d", "100% 2014-03-31", "2014-03-31"},
        {"%Y-%d", "2014-03", NULL}, /* no month */
        {"%m-%d", "03-03", NULL},   /* no year */
        {"%Y-%m-%q", "2014-03-01", NULL},
        {"%Y-%m-%", "2014-03-01", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_day day = RH_NO_DAY;
        char text[RH_DAY_TEXT];
        bool parsed = rh_day_parse_format(cases[i].text, strlen(cases[i].text), cases[i].format, &day);
        const char *expected = cases[i].expected != NULL ? cases[i].expected : "";
        if (parsed != (cases[i].expected != NULL) || strcmp(rh_day_format(day, text), expected) != 0)
            fail_msg("\"%s\" by \"%s\": %d \"%s\"", cases[i].text, cases[i].format, parsed, text);
    }
}

static void test_format(void **state)
{
    (void)state;
    char text[RH_DAY_TEXT];
    assert_string_equal(rh_day_format(0, text), "1970-01-01");
    assert_string_equal(rh_day_format(-719162, text), "0001-01-01");
    assert_string_equal(rh_day_format(RH_NO_DAY, text), "");
    assert_string_equal(rh_month_format(2014 * 12 + 11, text), "2014-12");
    assert_string_equal(rh_month_format(RH_NO_MONTH, text), "");
    for (rh_day day = -719162; day <= 2932896; day += 997) {
        rh_day again;
        assert_true(rh_day_parse(rh_day_format(day, text), 10, &again));
        assert_int_equal(again, day);
    }
}

static void test_windows(void **state)
{
    (void)state;
    static const enum rh_window_kind kinds[] = {RH_WINDOW_MONTH, RH_WINDOW_QUARTER, RH_WINDOW_HALF, RH_WINDOW_YEAR};
    static const int lengths[] = {1, 3, 6, 12};
    for (int k = 0; k < 4; k++) {
        assert_int_equal(rh_window_months(kinds[k]), lengths[k]);
        for (int year_starts = 1; year_starts <= 12; year_starts++) {
            for (rh_month month = rh_month_make(2013, 1); month <= rh_month_make(2016, 12); month++) {
                rh_month first, last;
                rh_window_around(kinds[k], year_starts, month, &first, &last);
                assert_true(first <= month && month <= last);
                assert_int_equal(last - first + 1, lengths[k]);
                /* It starts a whole number of windows after the fiscal year does. */
                int from_start = rh_month_of_year(first) - year_starts;
                assert_int_equal((from_start + 12) % lengths[k], 0);
                assert_true(lengths[k] < 12 || rh_month_of_year(first) == year_starts);
            }
        }
    }
    assert_int_equal(rh_window_months(RH_WINDOW_PROGRAM), 0);
    rh_month first, last;
    rh_window_around(RH_WINDOW_QUARTER, 4, rh_month_make(2014, 2), &first, &last);
    assert_int_equal(first, rh_month_make(2014, 1));
    rh_window_around(RH_WINDOW_YEAR, 4, rh_month_make(2014, 2), &first, &last);
    assert_int_equal(first, rh_month_make(2013, 4));
    assert_int_equal(last, rh_month_make(2014, 3));
    rh_window_around(RH_WINDOW_HALF, 2, rh_month_make(2014, 1), &first, &last);
    assert_int_equal(first, rh_month_make(2013, 8));
    assert_string_equal(rh_window_name(RH_WINDOW_MONTH), "month");
    assert_string_equal(rh_window_name(RH_WINDOW_QUARTER), "quarter");
    assert_string_equal(rh_window_name(RH_WINDOW_HALF), "half");
    assert_string_equal(rh_window_name(RH_WINDOW_YEAR), "year");
    assert_string_equal(rh_window_name(RH_WINDOW_PROGRAM), "program");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_days),   cmocka_unit_test(test_every_day), cmocka_unit_test(test_impossible_days),
        cmocka_unit_test(test_add_months),   cmocka_unit_test(test_parse_day), cmocka_unit_test(test_parse_month),
        cmocka_unit_test(test_parse_format), cmocka_unit_test(test_format),    cmocka_unit_test(test_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
