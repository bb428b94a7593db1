/* The panel: rows summed to partner, month and driver; the views of it. */
#include "build_history.h"
#include "history/panel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* Partners and products are out of byte order, so that order is something the panel makes. */
static int set_up(void **state)
{
    struct rh_history *history = malloc(sizeof *history);
    struct rh_error error;
    rh_history_init(history);
    build_partner(history, "zeta", "Shop", "East", RH_NO_DAY);
    build_partner(history, "Quiet", "Shop", "West", RH_NO_DAY);
    build_partner(history, "alpha", "Club", "East", RH_NO_DAY);
    build_partner(history, "beta", "Club", "East", RH_NO_DAY);
    build_event(history, "zeta", "2014-03-31", "revenue", "Wine", 20000, 1000000, 600000);
    build_event(history, "zeta", "2014-03-01", "revenue", "Wine", -5000, -250000, -150000);
    build_event(history, "zeta", "2014-03-05", "revenue", "Beer", 10000, 70000, RH_MISSING);
    build_event(history, "alpha", "2014-01-15", "revenue", "Wine", RH_MISSING, 330000, 110000);
    build_event(history, "alpha", "2014-05-01", "training", "", 30000, RH_MISSING, RH_MISSING);
    build_event(history, "alpha", "2014-05-31", "training", "", -10000, RH_MISSING, RH_MISSING);
    build_event(history, "zeta", "2014-02-28", "renewals", "", 40000, 900000, RH_MISSING);
    build_event(history, "zeta", "2014-02-28", "renewals", "", 50000, RH_MISSING, RH_MISSING);
    build_event(history, "zeta", "2014-03-02", "revenue", "Wine", 10000, 0, 0);
    assert_int_equal(rh_history_finish(history, &error), RH_OK);
    *state = history;
    return 0;
}

static int tear_down(void **state)
{
    rh_history_free(*state);
    free(*state);
    return 0;
}

/* The series of a partner and a driver by their names; the test fails where there is none. */
static size_t series_of(const struct rh_panel *panel, const struct rh_history *history, const char *partner,
                        const char *measure, const char *product)
{
    for (size_t k = 0; k < panel->num_series; k++) {
        const struct rh_driver *driver = &panel->driver[panel->series[k].driver];
        if (strcmp(history->partners.id.name[panel->partner_row[panel->series[k].partner]], partner) == 0 &&
            strcmp(history->measures.name[driver->measure], measure) == 0 &&
            strcmp(history->products.name[driver->product], product) == 0) {
            return k;
        }
    }
    fail_msg("no series of %s, %s, %s", partner, measure, product);
    return 0;
}

static void test_money_or_count(void **state)
{
    const struct rh_history *history = *state;
    assert_int_equal(history->measure_is_money[rh_names_find(&history->measures, "revenue")], 1);
    assert_int_equal(history->measure_is_money[rh_names_find(&history->measures, "renewals")], 1);
    assert_int_equal(history->measure_is_money[rh_names_find(&history->measures, "training")], 0);
}

static void test_named_money_without_amounts(void **state)
{
    static const char *const names[] = {"revenue", "sell_through", "recurring_revenue", "marketing_spend", "leads"};
    struct rh_history history;
    struct rh_error error;
    (void)state;
    rh_history_init(&history);
    build_partner(&history, "a", "", "", RH_NO_DAY);
    for (size_t k = 0; k < 5; k++) {
        build_event(&history, "a", "2020-01-01", names[k], "", 10000, RH_MISSING, RH_MISSING);
    }
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    for (size_t k = 0; k < 5; k++) {
        assert_int_equal(history.measure_is_money[rh_names_find(&history.measures, names[k])], k < 4);
    }
    rh_history_free(&history);
}

static void test_orders(void **state)
{
    static const char *const drivers[][2] = {
        {"renewals", ""}, {"revenue", "Beer"}, {"revenue", "Wine"}, {"training", ""}};
    const struct rh_history *history = *state;
    struct rh_panel panel;
    struct rh_error error;
    assert_int_equal(rh_panel_init(&panel, history, NULL, &error), RH_OK);
    assert_int_equal(panel.num_partners, 4);
    assert_int_equal(panel.partner_row[0], 1); /* "Quiet" < "alpha" < "beta" < "zeta" by bytes */
    assert_int_equal(panel.partner_row[1], 2);
    assert_int_equal(panel.partner_row[2], 3);
    assert_int_equal(panel.partner_row[3], 0);
    assert_int_equal(panel.first_month, rh_month_make(2014, 1));
    assert_int_equal(panel.num_months, 5);
    assert_int_equal(panel.num_drivers, 4);
    for (size_t k = 0; k < 4; k++) {
        assert_string_equal(history->measures.name[panel.driver[k].measure], drivers[k][0]);
        assert_string_equal(history->products.name[panel.driver[k].product], drivers[k][1]);
        assert_int_equal(panel.driver[k].money, k < 3);
    }
    assert_int_equal(panel.num_series, 5);
    assert_int_equal(panel.partner_series[0], 0);
    assert_int_equal(panel.partner_series[1], 0); /* a partner without an event has no series */
    assert_int_equal(panel.partner_series[2], 2);
    assert_int_equal(panel.partner_series[3], 2);
    assert_int_equal(panel.partner_series[4], 5);
    for (size_t k = 1; k < panel.num_series; k++) {
        const struct rh_series *a = &panel.series[k - 1], *b = &panel.series[k];
        assert_true(a->partner < b->partner || (a->partner == b->partner && a->driver < b->driver));
    }
    rh_panel_free(&panel);
}

static void test_sums(void **state)
{
    const struct rh_history *history = *state;
    struct rh_panel panel;
    struct rh_error error;
    assert_int_equal(rh_panel_init(&panel, history, NULL, &error), RH_OK);

    const size_t wine = series_of(&panel, history, "zeta", "revenue", "Wine");
    for (int month = 0; month < 5; month++) {
        assert_true(panel.gross[wine * 5 + (size_t)month] == (month == 2 ? 1000000.0 : 0.0));
        assert_true(panel.returns[wine * 5 + (size_t)month] == (month == 2 ? 250000.0 : 0.0));
    }
    const size_t training = series_of(&panel, history, "alpha", "training", "");
    assert_true(panel.gross[training * 5 + 4] == 30000.0);
    assert_true(panel.returns[training * 5 + 4] == 10000.0);
    /* a money measure counts with its amount: the row that has none adds nothing */
    const size_t renewals = series_of(&panel, history, "zeta", "renewals", "");
    assert_true(panel.gross[renewals * 5 + 1] == 900000.0);
    /* only rows with a cost speak of the margin */
    const int32_t driver = panel.series[wine].driver;
    assert_true(panel.driver_sales[driver] == 1000000.0 - 250000.0 + 330000.0);
    assert_true(panel.driver_cost[driver] == 600000.0 - 150000.0 + 110000.0);
    assert_true(panel.driver_sales[panel.series[series_of(&panel, history, "zeta", "revenue", "Beer")].driver] == 0.0);
    rh_panel_free(&panel);
}

static void test_event_series(void **state)
{
    const struct rh_history *history = *state;
    struct rh_panel panel;
    struct rh_error error;
    assert_int_equal(rh_panel_init(&panel, history, NULL, &error), RH_OK);
    for (size_t row = 0; row < history->events.num; row++) {
        const struct rh_series *series = &panel.series[panel.event_series[row]];
        assert_int_equal(panel.partner_row[series->partner], history->events.partner[row]);
        assert_int_equal(panel.driver[series->driver].measure, history->events.measure[row]);
        assert_int_equal(panel.driver[series->driver].product, history->events.product[row]);
    }
    rh_panel_free(&panel);
}

static bool not_on_the_first(const struct rh_history *history, size_t row, void *user)
{
    int year, month, day;
    ++*(int *)user;
    rh_day_split(history->events.date[row], &year, &month, &day);
    return day != 1;
}

static void test_views(void **state)
{
    const struct rh_history *history = *state;
    struct rh_panel panel;
    struct rh_view view;
    struct rh_error error;
    assert_int_equal(rh_panel_init(&panel, history, NULL, &error), RH_OK);
    const size_t wine = series_of(&panel, history, "zeta", "revenue", "Wine");
    const size_t beer = series_of(&panel, history, "zeta", "revenue", "Beer");

    /* everything: the panel, net */
    assert_int_equal(rh_view_init(&view, &panel, history, false, NULL, NULL, NULL, &error), RH_OK);
    for (size_t cell = 0; cell < panel.num_series * 5; cell++) {
        assert_true(view.value[cell] == panel.gross[cell] - panel.returns[cell]);
    }
    rh_view_free(&view);

    /* units of the revenue rows: quantity with its sign */
    assert_int_equal(rh_view_init(&view, &panel, history, true, NULL, NULL, NULL, &error), RH_OK);
    assert_true(view.value[wine * 5 + 2] == 25000.0);
    assert_true(view.value[beer * 5 + 2] == 10000.0);
    rh_view_free(&view);

    /* one driver, and not the return of the month's first day; the filter is asked for no other driver's rows */
    bool wanted[4] = {false};
    int asked = 0;
    wanted[panel.series[wine].driver] = true;
    assert_int_equal(rh_view_init(&view, &panel, history, false, wanted, not_on_the_first, &asked, &error), RH_OK);
    assert_true(view.value[wine * 5 + 2] == 1000000.0);
    assert_true(view.value[beer * 5 + 2] == 0.0);
    assert_int_equal(asked, 4);
    rh_view_free(&view);
    rh_panel_free(&panel);
}

/* Two partners of whom one accounts in a currency of half the worth: each month's gross and returns are summed up,
 * converted and rounded half to even to 10⁻⁴, apart from each other; a view's net is rounded once. */
static void test_conversion(void **state)
{
    const rh_ppm exchange[] = {500000, RH_PPM_ONE}; /* by row: "zeta" comes first in the table, last in the panel */
    struct rh_history history;
    struct rh_panel panel;
    struct rh_view view;
    struct rh_error error;
    (void)state;
    rh_history_init(&history);
    build_partner(&history, "zeta", "", "", RH_NO_DAY);
    build_partner(&history, "alpha", "", "", RH_NO_DAY);
    build_event(&history, "zeta", "2020-01-01", "revenue", "x", 70000, 1, 10000);
    build_event(&history, "zeta", "2020-01-02", "revenue", "x", 10000, 2, 20000);
    build_event(&history, "zeta", "2020-01-03", "revenue", "x", -10000, -5, RH_MISSING);
    build_event(&history, "zeta", "2020-02-01", "revenue", "x", 10000, 7, RH_MISSING);
    build_event(&history, "zeta", "2020-02-01", "training", "", 30000, RH_MISSING, RH_MISSING);
    build_event(&history, "alpha", "2020-01-01", "revenue", "x", 10000, 9, 40000);
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    assert_int_equal(rh_panel_init(&panel, &history, exchange, &error), RH_OK);
    assert_true(panel.exchange[0] == RH_PPM_ONE && panel.exchange[1] == 500000);
    const size_t other = series_of(&panel, &history, "zeta", "revenue", "x") * 2;
    const size_t own = series_of(&panel, &history, "alpha", "revenue", "x") * 2;
    const size_t training = series_of(&panel, &history, "zeta", "training", "") * 2;
    assert_true(panel.gross[other] == 2.0);     /* 1.5 */
    assert_true(panel.returns[other] == 2.0);   /* 2.5 */
    assert_true(panel.gross[other + 1] == 4.0); /* 3.5 */
    assert_true(panel.gross[own] == 9.0);
    assert_true(panel.gross[training + 1] == 30000.0);
    const int32_t driver = panel.series[other / 2].driver;
    assert_true(panel.driver_sales[driver] == 0.5 * 3.0 + 9.0);
    assert_true(panel.driver_cost[driver] == 0.5 * 30000.0 + 40000.0);

    assert_int_equal(rh_view_init(&view, &panel, &history, false, NULL, NULL, NULL, &error), RH_OK);
    assert_true(view.value[other] == -1.0); /* (3 - 5) · 0.5 */
    assert_true(view.value[other + 1] == 4.0);
    assert_true(view.value[own] == 9.0);
    assert_true(view.value[training + 1] == 30000.0);
    rh_view_free(&view);
    assert_int_equal(rh_view_init(&view, &panel, &history, true, NULL, NULL, NULL, &error), RH_OK);
    assert_true(view.value[other] == 70000.0); /* units are no money */
    rh_view_free(&view);
    rh_panel_free(&panel);
    rh_history_free(&history);
}

static void test_too_large_converted(void **state)
{
    const rh_ppm exchange[] = {2 * RH_PPM_ONE};
    struct rh_history history;
    struct rh_panel panel;
    struct rh_view view;
    struct rh_error error;
    (void)state;
    rh_history_init(&history);
    build_partner(&history, "a", "", "", RH_NO_DAY);
    build_event(&history, "a", "2020-01-01", "revenue", "x", 10000, 1LL << 52, RH_MISSING);
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    assert_int_equal(rh_panel_init(&panel, &history, exchange, &error), RH_ERR_OVERFLOW);
    assert_string_equal(error.message, "revenue of partner 'a', product 'x' in 2020-01 is beyond 900,719,925,474");
    rh_panel_free(&panel);
    history.events.amount[0] = -((1LL << 52) - 1);
    assert_int_equal(rh_panel_init(&panel, &history, exchange, &error), RH_OK);
    panel.exchange[0]++; /* what a view nets is not what the panel has: it looks for itself */
    assert_int_equal(rh_view_init(&view, &panel, &history, false, NULL, NULL, NULL, &error), RH_ERR_OVERFLOW);
    rh_view_free(&view);
    rh_panel_free(&panel);
    rh_history_free(&history);
}

static void test_empty_history(void **state)
{
    struct rh_history history;
    struct rh_panel panel;
    struct rh_error error;
    (void)state;
    rh_history_init(&history);
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    assert_int_equal(history.first_month, RH_NO_MONTH);
    assert_int_equal(rh_panel_init(&panel, &history, NULL, &error), RH_ERR_INPUT);
    assert_string_equal(error.message, "the history has no rows, expected at least one");
    rh_panel_free(&panel);
    rh_history_free(&history);
}

static void test_too_large(void **state)
{
    struct rh_history history;
    struct rh_panel panel;
    struct rh_view view;
    struct rh_error error;
    (void)state;
    rh_history_init(&history);
    build_partner(&history, "a", "", "", RH_NO_DAY);
    build_event(&history, "a", "2020-01-01", "revenue", "x", INT64_MAX, 1LL << 52, RH_MISSING);
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    assert_int_equal(rh_panel_init(&panel, &history, NULL, &error), RH_OK);
    assert_int_equal(rh_view_init(&view, &panel, &history, true, NULL, NULL, NULL, &error), RH_ERR_OVERFLOW);
    rh_view_free(&view);
    rh_panel_free(&panel);

    build_event(&history, "a", "2020-01-31", "revenue", "x", 0, 1LL << 52, RH_MISSING);
    assert_int_equal(rh_panel_init(&panel, &history, NULL, &error), RH_ERR_OVERFLOW);
    assert_string_equal(error.message, "revenue of partner 'a', product 'x' in 2020-01 is beyond 900,719,925,474");
    rh_panel_free(&panel);
    rh_history_free(&history);
}

static void test_attribute_lookup(void **state)
{
    struct rh_history *history = *state;
    history->events.attribute = rh_calloc(1, sizeof *history->events.attribute);
    history->events.num_attributes = 1;
    history->events.attribute[0].name = rh_strdup("promo");
    rh_names_init(&history->events.attribute[0].values);
    assert_int_equal(rh_history_event_attribute(history, "promo"), 0);
    assert_int_equal(rh_history_event_attribute(history, "prom"), -1);
    assert_int_equal(rh_history_partner_attribute(history, "promo"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_money_or_count, set_up, tear_down),
        cmocka_unit_test(test_named_money_without_amounts),
        cmocka_unit_test_setup_teardown(test_orders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sums, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_event_series, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_views, set_up, tear_down),
        cmocka_unit_test(test_conversion),
        cmocka_unit_test(test_too_large_converted),
        cmocka_unit_test(test_empty_history),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test_setup_teardown(test_attribute_lookup, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
