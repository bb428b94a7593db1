/* Amounts and names as a person writes them. */
#include "program/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct rh_text text;

static void expect(const char *expected)
{
    assert_string_equal(rh_text_string(&text), expected);
    rh_text_free(&text);
}

static void test_numbers(void **state)
{
    static const struct {
        int64_t value;
        int scale, decimals;
        const char *expected;
    } cases[] = {{0, 4, 0, "0"},
                 {12345678, 4, 0, "1,234.5678"},
                 {12345000, 4, 0, "1,234.5"},
                 {12345000, 4, 2, "1,234.50"},
                 {12340000, 4, 2, "1,234"},
                 {-12340001, 4, 2, "-1,234.0001"},
                 {9990000, 4, 0, "999"},
                 {10000000, 4, 0, "1,000"},
                 {INT64_MAX, 4, 2, "922,337,203,685,477.5807"},
                 {1234567, 0, 0, "1,234,567"},
                 {1, 6, 0, "0.000001"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_words_number(&text, cases[i].value, cases[i].scale, cases[i].decimals);
        expect(cases[i].expected);
    }
}

static void test_money(void **state)
{
    (void)state;
    rh_words_money(&text, 12345000, "USD");
    expect("$1,234.50");
    rh_words_money(&text, -50000, "EUR");
    expect("-€5");
    rh_words_money(&text, 10000, "SEK");
    expect("SEK 1");
    rh_words_money(&text, 10000, "");
    expect("1");
    rh_words_money(&text, 1, "GBP");
    expect("£0.0001");
}

static void test_percent(void **state)
{
    (void)state;
    rh_words_percent(&text, 25000);
    expect("2.5%");
    rh_words_percent(&text, 1100000);
    expect("110%");
    rh_words_percent(&text, 1);
    expect("0.0001%");
}

static void test_ordinals(void **state)
{
    static const struct {
        int number;
        const char *expected;
    } cases[] = {{1, "1st"},   {2, "2nd"},   {3, "3rd"},   {4, "4th"},     {11, "11th"},
                 {12, "12th"}, {13, "13th"}, {21, "21st"}, {102, "102nd"}, {111, "111th"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_words_ordinal(&text, cases[i].number);
        expect(cases[i].expected);
    }
}

static void test_lists(void **state)
{
    char a[] = "A", b[] = "B", c[] = "C & D";
    struct rh_reference item[] = {{.text = a}, {.text = b}, {.text = c}};
    struct rh_reference_list list = {item, 0};
    (void)state;
    rh_words_list(&text, &list, "and");
    expect("");
    list.num = 1;
    rh_words_list(&text, &list, "and");
    expect("A");
    list.num = 2;
    rh_words_list(&text, &list, "or");
    expect("A or B");
    list.num = 3;
    rh_words_list(&text, &list, "and");
    expect("A, B and C & D");
}

static void test_measures(void **state)
{
    char a[] = "You", b[] = "100%p";
    struct rh_reference item[] = {{.text = a}, {.text = b}};
    const struct rh_reference_list none = {NULL, 0}, two = {item, 2};
    (void)state;
    rh_words_total(&text, "revenue", &none);
    expect("your purchases");
    rh_words_total(&text, "revenue", &two);
    expect("your purchases of You and 100%p");
    rh_words_total_of_others(&text, "units", &two);
    expect("the units of You and 100%p they buy");
    rh_words_total_of_others(&text, "certifications", &none);
    expect("the certifications their people earn");
    rh_words_total_of_others(&text, "demo_rooms", &two);
    expect("their demo rooms for You and 100%p");
    rh_words_amount(&text, "leads", false, RH_MONEY_ONE, "USD");
    expect("1 lead");
    rh_words_amount(&text, "leads", false, 12500000, "USD");
    expect("1,250 leads");
    rh_words_act(&text, "leads", &none, false, 120000, "USD");
    expect("you bring us 12 leads");
    rh_words_act(&text, "marketing_spend", &none, true, 120000, "USD");
    expect("your marketing spend comes to $12");
    rh_words_act(&text, "service_fees", &two, true, 120000, "USD");
    expect("you have $12 of service fees for You and 100%p");
}

/* Each measure that the language names has words, and they name their products. */
static void test_all_measures(void **state)
{
    static const char *const names[] = {
        "revenue",          "sell_through", "units",          "recurring_revenue", "new_customers", "deals_won",
        "deals_registered", "renewals",     "leads",          "referrals",         "training",      "certifications",
        "campaigns",        "references",   "marketing_spend"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct rh_measure_words *words = rh_measure_words(names[i]);
        assert_non_null(words);
        assert_non_null(strstr(words->total, "%p"));
        assert_non_null(words->one);
        assert_non_null(words->many);
        assert_int_equal(words->money, rh_measure_is_always_money(names[i]));
        if (words->act != NULL)
            assert_non_null(strstr(words->act, "%a"));
    }
    assert_null(rh_measure_words("demo_rooms"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),      cmocka_unit_test(test_money), cmocka_unit_test(test_percent),
        cmocka_unit_test(test_ordinals),     cmocka_unit_test(test_lists), cmocka_unit_test(test_measures),
        cmocka_unit_test(test_all_measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
