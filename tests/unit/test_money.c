/* Parsing, formatting and the edges of exact arithmetic; random cases are in property/test_money.c. */
#include "core/money.h"

#include "core/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check_parse(const char *text, int decimals, char point, char grouping, enum rh_decimal_status status,
                        int64_t expected)
{
    int64_t value = 4711;
    enum rh_decimal_status found = rh_decimal_parse(text, strlen(text), decimals, point, grouping, &value);
    if (found != status || value != (status == RH_DECIMAL_OK ? expected : 4711))
        fail_msg("\"%s\": status %d, value %lld", text, (int)found, (long long)value);
}

static void test_parse(void **state)
{
    (void)state;
    check_parse("0", 4, '.', 0, RH_DECIMAL_OK, 0);
    check_parse("-0.0", 4, '.', 0, RH_DECIMAL_OK, 0);
    check_parse("12.34", 4, '.', 0, RH_DECIMAL_OK, 123400);
    check_parse("-12.3456", 4, '.', 0, RH_DECIMAL_OK, -123456);
    check_parse("+7", 0, '.', 0, RH_DECIMAL_OK, 7);
    check_parse("007.50", 1, '.', 0, RH_DECIMAL_OK, 75);
    check_parse("1.23450000000000000000000", 4, '.', 0, RH_DECIMAL_OK, 12345);
    check_parse("0000000000000000000000000001", 4, '.', 0, RH_DECIMAL_OK, 10000);
    check_parse("0.000000001", 9, '.', 0, RH_DECIMAL_OK, 1);
    check_parse("1,5", 4, ',', 0, RH_DECIMAL_OK, 15000);
    check_parse("1.23456", 4, '.', 0, RH_DECIMAL_TOO_PRECISE, 0);
    check_parse("0.00001", 4, '.', 0, RH_DECIMAL_TOO_PRECISE, 0);
    check_parse("1.5", 0, '.', 0, RH_DECIMAL_TOO_PRECISE, 0);
    check_parse("1.0", 0, '.', 0, RH_DECIMAL_OK, 1);
}

static void test_parse_refuses(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",    "-",   "+",    ".",    "1.",   ".5",  "-.5",      "1.2.3", " 1",
                                        "1 ",  "1e3", "0x10", "nan",  "inf",  "--1", "+-1",      "1-",    "1,000",
                                        "1'0", "$1",  "1.2x", "1..2", "1.-2", "１",  "1.99999x", "NULL"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_parse(wrong[i], 4, '.', 0, RH_DECIMAL_NOT_A_NUMBER, 0);
    int64_t value;
    assert_int_equal(rh_decimal_parse("12,3", 2, 4, '.', 0, &value), RH_DECIMAL_OK); /* so many bytes and no more */
    assert_int_equal(value, 120000);
    assert_int_equal(rh_decimal_parse("1\0", 2, 4, '.', 0, &value), RH_DECIMAL_NOT_A_NUMBER);
}

static void test_parse_grouping(void **state)
{
    (void)state;
    check_parse("1,234,567.89", 2, '.', ',', RH_DECIMAL_OK, 123456789);
    check_parse("-1.234.567,89", 2, ',', '.', RH_DECIMAL_OK, -123456789);
    check_parse("12 345", 0, '.', ' ', RH_DECIMAL_OK, 12345);
    check_parse("1234567", 0, '.', ',', RH_DECIMAL_OK, 1234567);
    check_parse("999,999", 0, '.', ',', RH_DECIMAL_OK, 999999);
    static const char *const wrong[] = {"12,5",     "1,23",      "1,2345", ",123",     "1,",       "1,234,",  "1,,234",
                                        "1234,567", "1,234.5,6", "-,123",  "1,234567", "1,234,56", "1,23,456"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_parse(wrong[i], 4, '.', ',', RH_DECIMAL_NOT_A_NUMBER, 0);
}

static void test_parse_limits(void **state)
{
    (void)state;
    check_parse("922337203685477.5807", 4, '.', 0, RH_DECIMAL_OK, INT64_MAX);
    check_parse("-922337203685477.5807", 4, '.', 0, RH_DECIMAL_OK, -INT64_MAX);
    check_parse("922337203685477.5808", 4, '.', 0, RH_DECIMAL_TOO_LARGE, 0);
    check_parse("-922337203685477.5808", 4, '.', 0, RH_DECIMAL_TOO_LARGE, 0); /* RH_MISSING */
    check_parse("9223372036854775807", 0, '.', 0, RH_DECIMAL_OK, INT64_MAX);
    check_parse("9223372036854775808", 0, '.', 0, RH_DECIMAL_TOO_LARGE, 0);
    check_parse("18446744073709551617", 0, '.', 0, RH_DECIMAL_TOO_LARGE, 0); /* 2⁶⁴ + 1 */
    check_parse("9223372036854775807", 1, '.', 0, RH_DECIMAL_TOO_LARGE, 0);
    check_parse("99999999999999999999999999999999999999999999", 4, '.', 0, RH_DECIMAL_TOO_LARGE, 0);
}

static void check_format(int64_t value, int scale, int decimals, const char *expected)
{
    char text[RH_DECIMAL_TEXT];
    assert_string_equal(rh_decimal_format(value, scale, decimals, text), expected);
}

static void test_format(void **state)
{
    (void)state;
    check_format(0, 0, 0, "0");
    check_format(0, 4, 2, "0.00");
    check_format(123400, 4, 2, "12.34");
    check_format(-123400, 4, 2, "-12.34");
    check_format(5, 4, 4, "0.0005");
    check_format(-5, 4, 4, "-0.0005");
    check_format(-49, 4, 2, "0.00");
    check_format(-50, 4, 2, "0.00"); /* half to even */
    check_format(-51, 4, 2, "-0.01");
    check_format(150, 4, 2, "0.02");
    check_format(250, 4, 2, "0.02");
    check_format(5000, 4, 0, "0");
    check_format(15000, 4, 0, "2");
    check_format(9999999, 4, 2, "1000.00");
    check_format(INT64_MAX, 4, 4, "922337203685477.5807");
    check_format(-INT64_MAX, 4, 4, "-922337203685477.5807");
    check_format(-INT64_MAX, 0, 0, "-9223372036854775807");
    check_format(-INT64_MAX, 18, 18, "-9.223372036854775807");
    check_format(1, 18, 18, "0.000000000000000001");
    check_format(INT64_MAX, 18, 0, "9");
    check_format(RH_MISSING, 4, 2, "");
}

static void test_muldiv(void **state)
{
    (void)state;
    int64_t out = 1;
    assert_int_equal(rh_muldiv(INT64_MAX, INT64_MAX, INT64_MAX, &out), RH_OK);
    assert_int_equal(out, INT64_MAX);
    assert_int_equal(rh_muldiv(-INT64_MAX, INT64_MAX, INT64_MAX, &out), RH_OK);
    assert_int_equal(out, -INT64_MAX);
    assert_int_equal(rh_muldiv(5, 1, 2, &out), RH_OK);
    assert_int_equal(out, 2);
    assert_int_equal(rh_muldiv(-7, 1, 2, &out), RH_OK);
    assert_int_equal(out, -4);
    assert_int_equal(rh_muldiv(3000000000, 3000000001, 6000000000, &out), RH_OK); /* 1500000000.5 */
    assert_int_equal(out, 1500000000);
    assert_int_equal(rh_muldiv(30000000000, 30000000001, 60000000000, &out),
                     RH_OK); /* 15000000000.5 of a wide product */
    assert_int_equal(out, 15000000000);
    assert_int_equal(rh_muldiv(30000000000, 30000000003, 60000000000, &out), RH_OK);
    assert_int_equal(out, 15000000002);
    out = 77;
    assert_int_equal(rh_muldiv(INT64_MAX, 2, 1, &out), RH_ERR_OVERFLOW);
    assert_int_equal(rh_muldiv(INT64_MAX, INT64_MAX, 1, &out), RH_ERR_OVERFLOW);
    assert_int_equal(rh_muldiv((int64_t)1 << 62, -2, 1, &out), RH_ERR_OVERFLOW); /* would be RH_MISSING */
    assert_int_equal(rh_muldiv((int64_t)1 << 62, -4, 2, &out), RH_ERR_OVERFLOW);
    assert_int_equal(rh_muldiv(RH_MISSING, 1, 2, &out), RH_ERR_OVERFLOW);
    assert_int_equal(rh_muldiv(0, RH_MISSING, 2, &out), RH_ERR_OVERFLOW);
    assert_int_equal(out, 77);
}

static void test_add_and_subtract(void **state)
{
    (void)state;
    int64_t out = 77;
    assert_int_equal(rh_add(INT64_MAX, 1, &out), RH_ERR_OVERFLOW);
    assert_int_equal(rh_add(-INT64_MAX, -1, &out), RH_ERR_OVERFLOW); /* RH_MISSING is no result */
    assert_int_equal(rh_sub(-INT64_MAX, 1, &out), RH_ERR_OVERFLOW);
    assert_int_equal(rh_sub(0, RH_MISSING, &out), RH_ERR_OVERFLOW);
    assert_int_equal(rh_sub(-1, RH_MISSING, &out), RH_ERR_OVERFLOW);
    assert_int_equal(rh_sub(RH_MISSING, 0, &out), RH_ERR_OVERFLOW);
    assert_int_equal(rh_add(RH_MISSING, INT64_MAX, &out), RH_ERR_OVERFLOW);
    assert_int_equal(rh_add(1, RH_MISSING, &out), RH_ERR_OVERFLOW);
    assert_int_equal(out, 77);
    assert_int_equal(rh_add(INT64_MAX, -INT64_MAX, &out), RH_OK);
    assert_int_equal(out, 0);
    assert_int_equal(rh_sub(-1, INT64_MAX - 1, &out), RH_OK);
    assert_int_equal(out, -INT64_MAX);
}

static void test_division_and_cents(void **state)
{
    (void)state;
    static const int64_t expected[] = {-2, -2, -2, -1, 0, 0, 0, 1, 2, 2, 2}; /* -10/4 … 10/4 in steps of 2 */
    for (int64_t i = -5; i <= 5; i++)
        assert_int_equal(rh_div_half_even(2 * i, 4), expected[i + 5]);
    assert_int_equal(rh_div_half_even(INT64_MAX, INT64_MAX), 1);
    assert_int_equal(rh_div_half_even(INT64_MAX, 2), (int64_t)1 << 62);
    assert_int_equal(rh_div_half_even(RH_MISSING, 2), RH_MISSING);
    rh_money cents;
    assert_int_equal(rh_money_to_cents(12350, &cents), RH_OK);
    assert_int_equal(cents, 12400); /* 1.235 */
    assert_int_equal(rh_money_to_cents(12250, &cents), RH_OK);
    assert_int_equal(cents, 12200);
    assert_int_equal(rh_money_to_cents(-12350, &cents), RH_OK);
    assert_int_equal(cents, -12400);
    assert_int_equal(rh_money_to_cents(INT64_MAX - 7, &cents), RH_OK);
    assert_int_equal(cents, INT64_MAX - 7); /* …5800 */
    assert_int_equal(rh_money_to_cents(INT64_MAX, &cents), RH_OK);
    assert_int_equal(cents, INT64_MAX - 7);
    assert_int_equal(rh_money_to_cents(RH_MISSING, &cents), RH_ERR_OVERFLOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_refuses),
        cmocka_unit_test(test_parse_grouping),
        cmocka_unit_test(test_parse_limits),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_muldiv),
        cmocka_unit_test(test_add_and_subtract),
        cmocka_unit_test(test_division_and_cents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
