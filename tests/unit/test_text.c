/* The text buffer, names, numbers for people, quoting, UTF-8. */
#include "core/text.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_buffer(void **state)
{
    (void)state;
    struct rh_text text;
    rh_text_init(&text);
    assert_string_equal(rh_text_string(&text), "");
    rh_text_add(&text, NULL, 0);
    rh_text_puts(&text, "abc");
    rh_text_printf(&text, "-%05d-%s", 42, "x");
    assert_string_equal(rh_text_string(&text), "abc-00042-x");
    assert_int_equal(text.length, 11);
    for (int i = 0; i < 5000; i++)
        rh_text_printf(&text, "%d,", i % 10);
    assert_int_equal(text.length, 10011);
    assert_int_equal(strlen(text.bytes), 10011);
    assert_int_equal(rh_text_status(&text), RH_OK);
    rh_text_clear(&text);
    assert_string_equal(rh_text_string(&text), "");
    rh_text_add(&text, "a\0b", 3);
    assert_int_equal(text.length, 3);
    rh_text_free(&text);
    rh_text_free(&text);
}

static void test_a_failed_append_is_remembered(void **state)
{
    (void)state;
    struct rh_text text;
    rh_text_init(&text);
    rh_text_puts(&text, "kept");
    rh_text_add(&text, "x", SIZE_MAX - 1);
    assert_int_equal(rh_text_status(&text), RH_ERR_NO_MEMORY);
    rh_text_puts(&text, "lost");
    rh_text_printf(&text, "%d", 1);
    rh_text_number(&text, 1, 1);
    rh_text_short_number(&text, 0.5);
    assert_string_equal(rh_text_string(&text), "kept");
    rh_text_free(&text);
}

static void check_number(double value, int decimals, const char *expected)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_text_number(&text, value, decimals);
    assert_string_equal(rh_text_string(&text), expected);
    rh_text_free(&text);
}

static void check_short(double value, const char *expected)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_text_short_number(&text, value);
    assert_string_equal(rh_text_string(&text), expected);
    rh_text_free(&text);
}

static void check_numbers(void)
{
    check_number(0, 0, "0");
    check_number(1234567.891, 2, "1,234,567.89");
    check_number(-1234567.891, 1, "-1,234,567.9");
    check_number(999, 0, "999");
    check_number(1000, 0, "1,000");
    check_number(999999.5, 0, "1,000,000");
    check_number(-0.004, 2, "0.00");
    check_number(-0.006, 2, "-0.01");
    check_number(-0.0, 1, "0.0");
    check_number(NAN, 2, "–");
    check_number(INFINITY, 2, "∞");
    check_number(-INFINITY, 2, "-∞");
    check_number(1e18, 0, "1,000,000,000,000,000,000");
    check_short(0, "0");
    check_short(42, "42");
    check_short(12.5, "12.5");
    check_short(0.123456, "0.1235");
    check_short(-0.000123449, "-0.0001234");
    check_short(1e-12, "0");
    check_short(999.94, "999.9");
    check_short(999.96, "1.000k");
    check_short(1234, "1.234k");
    check_short(12344567, "12.34M");
    check_short(-12344567, "-12.34M");
    check_short(999949.9, "999.9k");
    check_short(999960, "1.000M");
    check_short(2.5e9, "2.500B");
    check_short(123456e9, "123,456B");
    check_short(NAN, "–");
}

static void test_numbers(void **state)
{
    (void)state;
    check_numbers();
    /* The style is the project's, whatever the locale. */
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8") != NULL) {
        check_numbers();
        setlocale(LC_NUMERIC, "C");
    }
}

static void check_quoting(const char *string, const char *json, const char *csv)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_text_json(&text, string);
    assert_string_equal(rh_text_string(&text), json);
    rh_text_clear(&text);
    rh_text_csv(&text, string);
    assert_string_equal(rh_text_string(&text), csv);
    rh_text_free(&text);
}

static void test_quoting(void **state)
{
    (void)state;
    check_quoting("", "\"\"", "");
    check_quoting("plain text", "\"plain text\"", "plain text");
    check_quoting("a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\"\"b\\c\"");
    check_quoting("1,2", "\"1,2\"", "\"1,2\"");
    check_quoting("a\nb\r\tc", "\"a\\nb\\r\\tc\"", "\"a\nb\r\tc\"");
    check_quoting("\x01\x1b\x7f", "\"\\u0001\\u001b\\u007f\"", "\x01\x1b\x7f");
    check_quoting("Zürich €", "\"Zürich €\"", "Zürich €");
    check_quoting("a\xFF"
                  "b\xC3",
                  "\"a\\ufffdb\\ufffd\"",
                  "a\xFF"
                  "b\xC3");
}

static void test_names(void **state)
{
    (void)state;
    struct rh_names names;
    rh_names_init(&names);
    assert_int_equal(rh_names_find(&names, "x"), -1);
    char name[32];
    for (int i = 0; i < 20000; i++) {
        int length = snprintf(name, sizeof name, "P%d", i * 7919 % 20000);
        assert_int_equal(rh_names_add(&names, name, (size_t)length), i);
    }
    for (int i = 19999; i >= 0; i--) {
        int length = snprintf(name, sizeof name, "P%d", i * 7919 % 20000);
        assert_int_equal(rh_names_find(&names, name), i);
        assert_int_equal(rh_names_add(&names, name, (size_t)length), i);
        assert_string_equal(names.name[i], name);
    }
    assert_int_equal(names.num, 20000);
    assert_int_equal(rh_names_find(&names, "P20000"), -1);
    assert_int_equal(rh_names_find(&names, "P"), -1);
    assert_int_equal(rh_names_add(&names, "P123456", 1), 20000); /* "P" */
    assert_int_equal(rh_names_find(&names, "P"), 20000);
    assert_int_equal(rh_names_add(&names, "", 0), 20001);
    assert_int_equal(rh_names_find(&names, ""), 20001);

    int32_t *order = malloc(names.num * sizeof *order);
    assert_non_null(order);
    rh_names_sorted(&names, order);
    for (size_t k = 1; k < names.num; k++)
        assert_true(strcmp(names.name[order[k - 1]], names.name[order[k]]) < 0);
    free(order);
    rh_names_free(&names);
    rh_names_free(&names);
}

static void test_sorted_compares_bytes(void **state)
{
    (void)state;
    static const char *const given[] = {"é", "z", "Z", "a", "aa", ""};
    static const char *const sorted[] = {"", "Z", "a", "aa", "z", "é"};
    struct rh_names names;
    rh_names_init(&names);
    rh_names_sorted(&names, NULL);
    int32_t order[6];
    for (size_t i = 0; i < 6; i++)
        rh_names_add(&names, given[i], strlen(given[i]));
    rh_names_sorted(&names, order);
    for (size_t k = 0; k < 6; k++)
        assert_string_equal(names.name[order[k]], sorted[k]);
    rh_names_free(&names);
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const keys[] = {"incentives", "budget", "currency", "from", "to", "q1", "q2", "pays"};
    static const struct {
        const char *name, *nearest;
    } cases[] = {{"incentivs", "incentives"},
                 {"icnentives", "incentives"},
                 {"Budget", "budget"},
                 {"BUDGET", "budget"},
                 {"curency", "currency"},
                 {"form", "from"},
                 {"ot", "to"},
                 {"q3", "q1"},
                 {"pay", "pays"},
                 {"colour", NULL},
                 {"x", NULL},
                 {"", NULL},
                 {"incentive_rules_x", NULL}};
    struct rh_names names;
    rh_names_init(&names);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        rh_names_add(&names, keys[i], strlen(keys[i]));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *nearest = rh_names_nearest(&names, cases[i].name);
        if (cases[i].nearest == NULL)
            assert_null(nearest);
        else
            assert_string_equal(nearest, cases[i].nearest);
    }
    char longest[400];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_null(rh_names_nearest(&names, longest));
    rh_names_add(&names, longest, strlen(longest));
    longest[80] = '\0';
    rh_names_add(&names, longest, 80);
    longest[79] = 'b';
    assert_int_equal(strlen(rh_names_nearest(&names, longest)), 80);
    rh_names_free(&names);
}

static void test_utf8(void **state)
{
    (void)state;
    static const char *const valid[] = {"", "abc", "é", "€", "😀", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"};
    static const size_t lengths[] = {0, 3, 1, 1, 1, 1, 1, 1};
    static const char *const invalid[] = {
        "\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
        "\xF5", "\xFF",     "\xC3",     "\xE2\x82",     "\xF0\x9F\x98", "a\xC3(",           "\xE2\x28\xA1"};
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        assert_true(rh_utf8_valid(valid[i], strlen(valid[i])));
        assert_int_equal(rh_utf8_length(valid[i], strlen(valid[i])), lengths[i]);
    }
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++)
        assert_false(rh_utf8_valid(invalid[i], strlen(invalid[i])));
    assert_false(rh_utf8_valid("a\0b", 3));
    assert_true(rh_utf8_valid("é€", 2)); /* only so many bytes are looked at */
    assert_false(rh_utf8_valid("é€", 3));
    assert_int_equal(rh_utf8_length("Zürich €5", 12), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buffer),  cmocka_unit_test(test_a_failed_append_is_remembered),
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_quoting),
        cmocka_unit_test(test_names),   cmocka_unit_test(test_sorted_compares_bytes),
        cmocka_unit_test(test_nearest), cmocka_unit_test(test_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
