/* The two real ledgers by the maps of scenarios/, against the totals their publishers' files have. They are no part of
 * this repository: looked for in $REHEARSE_DATA or ../shared/data beside it, and skipped, aloud, where they are not. */
#include "core/money.h"
#include "history/import.h"
#include "history/panel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The repository, from this file's own path as the compiler was given it. */
static void find_source(char *out, size_t room)
{
    snprintf(out, room, "%s", __FILE__);
    for (int levels = 3; levels > 0; levels--) {
        char *slash = strrchr(out, '/');
        if (slash == NULL) {
            snprintf(out, room, ".");
            return;
        }
        *slash = '\0';
    }
}

struct ledger {
    const char *name, *ledger, *partners;
    size_t num_rows, num_partners, num_selling;
    rh_money total_cents;
    rh_month first, last;
};

static int32_t revenue_of(const struct rh_history *history)
{
    return rh_names_find(&history->measures, "revenue");
}

static void check_ledger(const struct ledger *ledger)
{
    char source[512], data[1024], paths[3][2048];
    struct rh_history history;
    struct rh_import_report report;
    struct rh_problems problems;
    const char *folder = getenv("REHEARSE_DATA");
    find_source(source, sizeof source);
    snprintf(data, sizeof data, "%s/../shared/data", source);
    snprintf(paths[0], sizeof paths[0], "%s/%s/%s", folder != NULL ? folder : data, ledger->name, ledger->ledger);
    snprintf(paths[1], sizeof paths[1], "%s/%s/%s", folder != NULL ? folder : data, ledger->name, ledger->partners);
    snprintf(paths[2], sizeof paths[2], "%s/scenarios/%s/map.yaml", source, ledger->name);
    if (access(paths[0], R_OK) != 0) {
        print_message("skipped: %s is not here\n", paths[0]);
        skip();
    }
    const struct rh_import_options options = {.ledger = paths[0], .partners = paths[1], .map = paths[2]};
    rh_problems_init(&problems);
    assert_int_equal(rh_import(&history, &options, NULL, &report, &problems), RH_OK);
    assert_int_equal(problems.num_total, 0);
    assert_int_equal(history.events.num, ledger->num_rows);
    assert_int_equal(history.partners.num, ledger->num_partners);
    assert_int_equal(history.first_month, ledger->first);
    assert_int_equal(history.last_month, ledger->last);

    rh_money total = 0, cents = 0;
    for (size_t k = 0; k < history.events.num; k++) {
        assert_int_equal(history.events.measure[k], revenue_of(&history));
        total += history.events.amount[k];
    }
    assert_int_equal(rh_money_to_cents(total, &cents), RH_OK);
    assert_int_equal(cents, ledger->total_cents);

    /* the panel holds the same money */
    struct rh_panel panel;
    struct rh_error error;
    double sum = 0.0;
    size_t num_selling = 0;
    assert_int_equal(rh_panel_init(&panel, &history, NULL, &error), RH_OK);
    for (size_t cell = 0; cell < panel.num_series * (size_t)panel.num_months; cell++) {
        sum += panel.gross[cell] - panel.returns[cell];
    }
    for (size_t k = 0; k < panel.num_partners; k++) {
        num_selling += panel.partner_series[k + 1] > panel.partner_series[k];
    }
    assert_true(sum == (double)total);
    assert_int_equal(num_selling, ledger->num_selling);
    rh_panel_free(&panel);
    rh_history_free(&history);
    rh_problems_free(&problems);
}

static void test_adventureworks(void **state)
{
    (void)state;
    const struct ledger ledger = {
        "adventureworks",       "sales.csv", "resellers.csv", 60855, 701, 635, 804505969800, rh_month_make(2010, 12),
        rh_month_make(2013, 11)};
    check_ledger(&ledger);
}

static void test_iowa(void **state)
{
    (void)state;
    const struct ledger ledger = {"iowa",        "ledger.csv",           "partners.csv",         138898, 215, 215,
                                  1367877297100, rh_month_make(2014, 1), rh_month_make(2016, 12)};
    check_ledger(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_adventureworks), cmocka_unit_test(test_iowa)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
