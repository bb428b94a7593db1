/* Numbers and durations: what is read, exactly, and what is refused rather than rounded. */
#include "program/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum rh_quantity quantity;
        enum rh_value_status status;
        int64_t value;
    } cases[] = {
        {"0", RH_QUANTITY_MONEY, RH_VALUE_OK, 0},
        {"1500", RH_QUANTITY_MONEY, RH_VALUE_OK, 15000000},
        {"50k", RH_QUANTITY_MONEY, RH_VALUE_OK, 500000000},
        {"2.5M", RH_QUANTITY_MONEY, RH_VALUE_OK, 25000000000},
        {"0.0001", RH_QUANTITY_MONEY, RH_VALUE_OK, 1},
        {"0.00001", RH_QUANTITY_MONEY, RH_VALUE_TOO_PRECISE, 0},
        {"1.23456k", RH_QUANTITY_MONEY, RH_VALUE_OK, 12345600},
        {"1.23456789k", RH_QUANTITY_MONEY, RH_VALUE_TOO_PRECISE, 0},
        {"1.50000000", RH_QUANTITY_MONEY, RH_VALUE_OK, 15000},
        {"007", RH_QUANTITY_MONEY, RH_VALUE_OK, 70000},
        {"0.000000000000000000", RH_QUANTITY_MONEY, RH_VALUE_TOO_MANY_DIGITS, 0},
        {"0.00000000000000000", RH_QUANTITY_MONEY, RH_VALUE_OK, 0},
        {"922337203685477", RH_QUANTITY_MONEY, RH_VALUE_OK, 9223372036854770000},
        {"922337203685477.5807", RH_QUANTITY_MONEY, RH_VALUE_TOO_MANY_DIGITS, 0},
        {"922337203685478", RH_QUANTITY_MONEY, RH_VALUE_TOO_LARGE, 0},
        {"999999999999999999", RH_QUANTITY_MONEY, RH_VALUE_TOO_LARGE, 0},
        {"999999999999999999", RH_QUANTITY_WHOLE, RH_VALUE_OK, 999999999999999999},
        {"9999999999999999999", RH_QUANTITY_WHOLE, RH_VALUE_TOO_MANY_DIGITS, 0},
        {"999999999999999999M", RH_QUANTITY_WHOLE, RH_VALUE_TOO_LARGE, 0},
        {"5%", RH_QUANTITY_MONEY, RH_VALUE_PERCENT, 0},
        {"10.25", RH_QUANTITY_CENTS, RH_VALUE_OK, 102500},
        {"10.250", RH_QUANTITY_CENTS, RH_VALUE_OK, 102500},
        {"10.251", RH_QUANTITY_CENTS, RH_VALUE_TOO_PRECISE, 0},
        {"2.5%", RH_QUANTITY_RATE, RH_VALUE_OK, 25000},
        {"0.025", RH_QUANTITY_RATE, RH_VALUE_OK, 25000},
        {"0.0001%", RH_QUANTITY_RATE, RH_VALUE_OK, 1},
        {"0.00001%", RH_QUANTITY_RATE, RH_VALUE_TOO_PRECISE, 0},
        {"0.000001", RH_QUANTITY_RATE, RH_VALUE_OK, 1},
        {"0.0000001", RH_QUANTITY_RATE, RH_VALUE_TOO_PRECISE, 0},
        {"100%", RH_QUANTITY_RATE, RH_VALUE_OK, 1000000},
        {"12", RH_QUANTITY_WHOLE, RH_VALUE_OK, 12},
        {"1.5k", RH_QUANTITY_WHOLE, RH_VALUE_OK, 1500},
        {"1.5", RH_QUANTITY_WHOLE, RH_VALUE_TOO_PRECISE, 0},
        {"30.123456", RH_QUANTITY_DECIMAL, RH_VALUE_OK, 30123456},
        {"30.1234567", RH_QUANTITY_DECIMAL, RH_VALUE_TOO_PRECISE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 0;
        enum rh_value_status status = rh_value_number(cases[i].text, strlen(cases[i].text), cases[i].quantity, &value);
        if (status != cases[i].status || value != cases[i].value)
            fail_msg("%s: status %d, value %lld", cases[i].text, (int)status, (long long)value);
    }
}

static void test_not_numbers(void **state)
{
    (void)state;
    static const char *const texts[] = {"",    ".",   "%",   "k",     "-1",  "+1",  "1e5", "1,000", "1 000", "1_000",
                                        ".5",  "5.",  "5.k", "1.2.3", "1kk", "1K",  "1m",  "1 k",   "1%%",   "k1",
                                        "0x1", "inf", "nan", "1e308", "１",  "1\n", "1k%", " 1",    "1 ",    "٣"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t value = 7;
        if (rh_value_number(texts[i], strlen(texts[i]), RH_QUANTITY_RATE, &value) != RH_VALUE_NOT_A_NUMBER)
            fail_msg("'%s' is a number", texts[i]);
        assert_int_equal(value, 7);
    }
    /* Not a byte beyond the length is looked at. */
    int64_t value;
    assert_int_equal(rh_value_number("12k5", 2, RH_QUANTITY_WHOLE, &value), RH_VALUE_OK);
    assert_int_equal(value, 12);
}

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int months, days;
    } cases[] = {
        {"45 days", true, 0, 45},
        {"1 day", true, 0, 1},
        {"6 months", true, 6, 0},
        {"1 month", true, 1, 0},
        {"0 days", true, 0, 0},
        {"45  days", true, 0, 45},
        {"36500 days", true, 0, 36500},
        {"36501 days", false, 0, 0},
        {"1200 months", true, 1200, 0},
        {"1201 months", false, 0, 0},
        {"99999999999999999999 days", false, 0, 0},
        {"", false, 0, 0},
        {"45", false, 0, 0},
        {"days", false, 0, 0},
        {"45days", false, 0, 0},
        {"45 Days", false, 0, 0},
        {"-45 days", false, 0, 0},
        {"4.5 days", false, 0, 0},
        {"45 days ", false, 0, 0},
        {"6 weeks", false, 0, 0},
        {"1 month 2 days", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rh_duration duration = {0};
        bool good = rh_duration_parse(cases[i].text, strlen(cases[i].text), &duration);
        if (good != cases[i].good || duration.months != cases[i].months || duration.days != cases[i].days)
            fail_msg("'%s': %d, %d months, %d days", cases[i].text, good, duration.months, duration.days);
    }
}

static void test_days(void **state)
{
    (void)state;
    double days = -1;
    assert_true(rh_days_parse("12.5", 4, &days));
    assert_float_equal(days, 12.5, 0);
    assert_true(rh_days_parse("10 days", 7, &days));
    assert_float_equal(days, 10, 0);
    static const char *const texts[] = {"", " days", "10k", "10%", "-1", "1 month", "10 day", "1000000", "0.00001"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(rh_days_parse(texts[i], strlen(texts[i]), &days));
    assert_float_equal(days, 10, 0);
}

static void test_relative(void **state)
{
    (void)state;
    static const struct {
        const char *text, *left, *right;
    } relative[] = {{"110% of prior_year", "110%", "prior_year"},
                    {"p75 of region", "p75", "region"},
                    {"10%  of   target", "10%", "target"},
                    {"a of b of c", "a", "b of c"}};
    static const char *const absolute[] = {"", "5k", "of", " of ", "x of ", " of all", "15 off", "officer of", "1 of"};
    size_t num_left, right;
    for (size_t i = 0; i < sizeof relative / sizeof *relative; i++) {
        const char *text = relative[i].text;
        assert_true(rh_value_relative(text, strlen(text), &num_left, &right));
        assert_int_equal(num_left, strlen(relative[i].left));
        assert_memory_equal(text, relative[i].left, num_left);
        assert_string_equal(text + right, relative[i].right);
    }
    for (size_t i = 0; i < sizeof absolute / sizeof *absolute; i++)
        assert_false(rh_value_relative(absolute[i], strlen(absolute[i]), &num_left, &right));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_not_numbers), cmocka_unit_test(test_durations),
        cmocka_unit_test(test_days),    cmocka_unit_test(test_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
