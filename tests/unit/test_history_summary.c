/* The data summary, whole: what a reader sees. */
#include "build_history.h"
#include "history/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void expect_summary(const struct rh_history *history, const char *expected)
{
    struct rh_text text;
    struct rh_error error;
    rh_text_init(&text);
    assert_int_equal(rh_history_summarize(history, &text, &error), RH_OK);
    assert_string_equal(rh_text_string(&text), expected);
    rh_text_free(&text);
}

/* Currency of a partner that was built without one. */
static void set_currency(struct rh_history *history, int32_t partner, const char *currency)
{
    history->partners.currency[partner] = build_name(&history->partners.currencies, currency);
}

static void test_small(void **state)
{
    struct rh_history history;
    struct rh_error error;
    (void)state;
    rh_history_init(&history);
    build_partner(&history, "A", "Shop", "", RH_NO_DAY);
    build_partner(&history, "B", "Club", "", RH_NO_DAY);
    build_partner(&history, "C", "", "", RH_NO_DAY);
    build_partner(&history, "D", "Shop", "", RH_NO_DAY);
    build_event(&history, "A", "2014-12-31", "revenue", "x", 10000, 12345678905, 9000000000);
    build_event(&history, "A", "2015-03-01", "revenue", "x", -10000, -55050, RH_MISSING);
    build_event(&history, "D", "2015-03-02", "revenue", "x", RH_MISSING, 49, RH_MISSING);
    build_event(&history, "B", "2015-05-02", "training", "", 25000, RH_MISSING, RH_MISSING);
    build_event(&history, "B", "2015-05-03", "renewals", "", 10000, 70000, RH_MISSING);
    build_event(&history, "B", "2015-05-03", "renewals", "", 20000, RH_MISSING, RH_MISSING);
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    expect_summary(
        &history, "Ledger    6 rows, 2014-12-31 to 2015-05-03 (6 months)\n"
                  "Partners  4, 2 of them with sales\n"
                  "\n"
                  "Partners by segment\n"
                  "  segment      partners  with sales       revenue\n"
                  "  Shop                2           2  1,234,562.39\n"
                  "  Club                1           0          0.00\n"
                  "  (not given)         1           0          0.00\n"
                  "\n"
                  "Totals by measure and year\n"
                  "  measure                  2014    2015         total  rows\n"
                  "  revenue          1,234,567.89   -5.50  1,234,562.39     3\n"
                  "  training, count             0  2.5000        2.5000     1\n"
                  "  renewals                 0.00    7.00          7.00     2\n"
                  "  of revenue, returns: -5.50\n"
                  "  of renewals, rows without an amount, which count as 0: 1\n"
                  "\n"
                  "Cost      given for 100.0% of revenue; the vendor's margin there is 27.1%\n"
                  "Months    without sales: 2015-01, 2015-02, 2015-04, 2015-05\n"
                  "Silent    2 partners without sales: B, C\n"
                  "Gaps      1 partner with months without sales between others, 0 with 6 such months on end or more;\n"
                  "          the longest: A, 2 months from 2015-01\n"
                  "Outliers  0 revenue rows far from the others of the same product\n");
    rh_history_free(&history);
}

static void test_currencies_and_many_years(void **state)
{
    struct rh_history history;
    struct rh_error error;
    char day[] = "2010-01-01";
    (void)state;
    rh_history_init(&history);
    build_partner(&history, "A", "Shop", "", RH_NO_DAY);
    build_partner(&history, "B", "Shop", "", RH_NO_DAY);
    rh_names_free(&history.partners.currencies);
    set_currency(&history, 0, "USD");
    set_currency(&history, 1, "EUR");
    for (int k = 0; k < 7; k++) {
        day[3] = (char)('0' + k);
        build_event(&history, k % 2 == 0 ? "A" : "B", day, "revenue", "", RH_MISSING, 10000 * (k + 1), RH_MISSING);
    }
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    expect_summary(
        &history,
        "Ledger    7 rows, 2010-01-01 to 2016-01-01 (73 months)\n"
        "Partners  2, 2 of them with sales\n"
        "\n"
        "Partners by segment\n"
        "  segment  partners  with sales\n"
        "  Shop            2           2\n"
        "\n"
        "Totals by measure and year\n"
        "  measure       2010  2011  2012  2013  2014\n"
        "  revenue, USD  1.00  0.00  3.00  0.00  5.00\n"
        "  revenue, EUR  0.00  2.00  0.00  4.00  0.00\n"
        "  measure       2015  2016  total  rows\n"
        "  revenue, USD  0.00  7.00  16.00     4\n"
        "  revenue, EUR  6.00  0.00  12.00     3\n"
        "\n"
        "Months    without sales: 2010-02, 2010-03, 2010-04, 2010-05, 2010-06, 2010-07, 2010-08, 2010-09, "
        "2010-10, 2010-11 and 56 more\n"
        "Silent    no partner is without sales\n"
        "Gaps      2 partners with months without sales between others, 2 with 6 such months on end or more;\n"
        "          the longest: A, 23 months from 2010-02\n"
        "Outliers  0 revenue rows far from the others of the same product\n");
    rh_history_free(&history);
}

/* A thousand rows of 80 to 120, and two that are not. */
static void test_outliers(void **state)
{
    struct rh_history history;
    struct rh_text text;
    struct rh_error error;
    (void)state;
    rh_history_init(&history);
    build_partner(&history, "A", "", "", RH_NO_DAY);
    for (int k = 0; k < 1000; k++) {
        build_event(&history, "A", "2015-01-31", "revenue", "Wine", RH_MISSING, 800000 + 400 * k, RH_MISSING);
    }
    build_event(&history, "A", "2015-01-30", "revenue", "Wine", RH_MISSING, 100000000, RH_MISSING);
    build_event(&history, "A", "2015-01-29", "revenue", "Wine", RH_MISSING, -2000, RH_MISSING);
    build_event(&history, "A", "2015-01-28", "revenue", "Wine", RH_MISSING, 0, RH_MISSING);
    build_event(&history, "A", "2015-01-28", "revenue", "Rare", RH_MISSING, 1, RH_MISSING);
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    rh_text_init(&text);
    assert_int_equal(rh_history_summarize(&history, &text, &error), RH_OK);
    assert_non_null(strstr(rh_text_string(&text), "2015-01-28 to 2015-01-31 (1 month)\n"));
    assert_non_null(strstr(rh_text_string(&text),
                           "Outliers  2 revenue rows far from the others of the same product, the farthest:\n"
                           "  2015-01-29  A  Wine      -0.20  about half are 88.47 to 111.4\n"
                           "  2015-01-30  A  Wine  10,000.00  about half are 88.47 to 111.4\n"));
    rh_text_free(&text);
    rh_history_free(&history);
}

/* Without a measure `revenue` every row is a sale, and there is no revenue to tell. */
static void test_no_revenue(void **state)
{
    struct rh_history history;
    struct rh_text text;
    struct rh_error error;
    (void)state;
    rh_history_init(&history);
    build_partner(&history, "A", "", "", RH_NO_DAY);
    build_event(&history, "A", "2015-01-31", "leads", "", 30000, RH_MISSING, RH_MISSING);
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    rh_text_init(&text);
    assert_int_equal(rh_history_summarize(&history, &text, &error), RH_OK);
    assert_non_null(strstr(rh_text_string(&text), "Partners  1, 1 of them with sales\n"));
    assert_non_null(strstr(rh_text_string(&text), "  leads, count     3      3     1\n"));
    assert_null(strstr(rh_text_string(&text), "Outliers"));
    assert_null(strstr(rh_text_string(&text), "Cost"));
    rh_text_free(&text);
    rh_history_free(&history);
}

static void test_errors(void **state)
{
    struct rh_history history;
    struct rh_text text;
    struct rh_error error;
    (void)state;
    rh_text_init(&text);
    rh_history_init(&history);
    assert_int_equal(rh_history_summarize(&history, &text, &error), RH_ERR_INPUT);
    build_partner(&history, "A", "", "", RH_NO_DAY);
    build_event(&history, "A", "2015-01-31", "revenue", "", RH_MISSING, INT64_MAX, RH_MISSING);
    build_event(&history, "A", "2015-01-31", "revenue", "", RH_MISSING, 1, RH_MISSING);
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    assert_int_equal(rh_history_summarize(&history, &text, &error), RH_ERR_OVERFLOW);
    assert_string_equal(error.message, "a total is beyond 922,337,203,685,477, expected less");
    rh_text_free(&text);
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),    cmocka_unit_test(test_currencies_and_many_years),
        cmocka_unit_test(test_outliers), cmocka_unit_test(test_no_revenue),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
