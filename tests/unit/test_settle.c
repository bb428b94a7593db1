/* Who takes part, what counts, which level is reached, how it is rounded: steps 1 to 4 of the settlement on totals. */
#include "support/settling.h"

/* Partners P1 and P2 of all time, East and West. */
static void build_two(struct rh_history *history)
{
    rh_history_init(history);
    build_partner(history, "P2", "Shop", "West", RH_NO_DAY); /* rows are not in byte order of ids */
    build_partner(history, "P1", "Shop", "East", RH_NO_DAY);
}

#define FLAT_1 "reward: {levels: [{from: 0, rate: 1%}]}"
#define ON_REVENUE "behavior: {measure: revenue}, "

static void lines_are_sorted_by_window_incentive_and_partner(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    sell(&history, "P2", "2016-01-31", 100);
    sell(&history, "P1", "2016-01-01", 200);
    sell(&history, "P1", "2016-02-29", 300);
    sell(&history, "P1", "2016-03-01", 400);
    assert_program(&history,
                   "incentives:\n"
                   "  - {name: Q, " ON_REVENUE "window: quarter, " FLAT_1 "}\n"
                   "  - {name: 'M, of \"months\"', " ON_REVENUE "window: month, " FLAT_1 "}\n",
                   NULL, NULL,
                   "P1,\"M, of \"\"months\"\"\",2016-01-01,2016-01-31,200.0000,1,1.000000,2.00,0.00,0.00,0.00,2.00,\n"
                   "P2,\"M, of \"\"months\"\"\",2016-01-01,2016-01-31,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                   "P1,\"M, of \"\"months\"\"\",2016-02-01,2016-02-29,300.0000,1,1.000000,3.00,0.00,0.00,0.00,3.00,\n"
                   "P1,Q,2016-01-01,2016-03-31,900.0000,1,1.000000,9.00,0.00,0.00,0.00,9.00,\n"
                   "P2,Q,2016-01-01,2016-03-31,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                   "P1,\"M, of \"\"months\"\"\",2016-03-01,2016-03-31,400.0000,1,1.000000,4.00,0.00,0.00,0.00,4.00,\n");
    rh_history_free(&history);
}

static void marginal_levels_pay_the_part_inside_and_all_flats(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    sell(&history, "P1", "2016-01-01", 20000); /* 1% · 10,000 + 2.5% · 5,000 + 500 */
    sell(&history, "P2", "2016-01-01", 15000); /* the threshold exactly: 1% · 10,000 + 500 */
    assert_incentive(&history,
                     ON_REVENUE "window: month, reward: {levels: [{from: 5k, rate: 1%}, {from: 15k, rate: 2.5%, flat: "
                                "500}]}",
                     NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,20000.0000,2,1.000000,725.00,0.00,0.00,0.00,725.00,\n"
                     "P2,A,2016-01-01,2016-01-31,15000.0000,2,1.000000,600.00,0.00,0.00,0.00,600.00,\n");
    rh_history_free(&history);
}

static void retroactive_levels_pay_the_highest_on_all(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    sell(&history, "P1", "2016-01-01", 15000); /* 2.5% · 15,000 + 500 */
    sell(&history, "P2", "2016-01-01",
         14999.9999); /* one ten-thousandth below: 1%, and a level with no line's reward */
    assert_incentive(&history,
                     ON_REVENUE
                     "window: month, reward: {bands: retroactive, levels: [{from: 5k, rate: 1%}, {from: 15k, "
                     "rate: 2.5%, flat: 500}]}",
                     NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,15000.0000,2,1.000000,875.00,0.00,0.00,0.00,875.00,\n"
                     "P2,A,2016-01-01,2016-01-31,14999.9999,1,1.000000,150.00,0.00,0.00,0.00,150.00,\n");
    rh_history_free(&history);
}

static void below_the_first_level_there_is_a_line_without_reward(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    sell(&history, "P1", "2016-01-01", 4999.9999);
    sell(&history, "P2", "2016-01-01", 50);
    sell(&history, "P2", "2016-01-02", -80); /* below 0 counts as 0: no line */
    assert_incentive(&history, ON_REVENUE "window: month, reward: {levels: [{from: 5k, rate: 1%}]}", NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,4999.9999,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n");
    rh_history_free(&history);
}

/* 1% of 0.50 and 1.50 are half a cent and one and a half: to the even cent, 0 and 2. */
static void cents_are_rounded_half_to_even_once(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    const char *const ids[] = {"P1", "P2", "P3", "P4"};
    const double sales[] = {0.5, 1.5, 2.5001, 0.4999};
    for (int k = 0; k < 4; k++) {
        build_partner(&history, ids[k], "", "", RH_NO_DAY);
        sell(&history, ids[k], "2016-01-01", sales[k]);
    }
    assert_incentive(&history, ON_REVENUE "window: month, " FLAT_1, NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,0.5000,1,1.000000,0.00,0.00,0.00,0.00,0.00,\n"
                     "P2,A,2016-01-01,2016-01-31,1.5000,1,1.000000,0.02,0.00,0.00,0.00,0.02,\n"
                     "P3,A,2016-01-01,2016-01-31,2.5001,1,1.000000,0.03,0.00,0.00,0.00,0.03,\n"
                     "P4,A,2016-01-01,2016-01-31,0.4999,1,1.000000,0.00,0.00,0.00,0.00,0.00,\n");
    rh_history_free(&history);
}

/* The multiplier acts before the one rounding: 0.5 · 1% · 1.5 is 0.0075 and becomes 0.01, although 0.005 rounds to 0.
 */
static void the_multiplier_acts_before_rounding(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    sell(&history, "P1", "2016-01-01", 0.5);
    sell(&history, "P2", "2016-01-01", 100);
    assert_incentive(&history,
                     ON_REVENUE "window: month, multiplier: {region: {East: 1.5, West: 0.333333}, segment: {Shop: "
                                "1.000001}}, " FLAT_1,
                     NULL, NULL,
                     /* 1.5 · 1.000001 = 1.5000015, a tie at 10⁻⁶: to the even 1.500002; 0.333333 · 1.000001 is
                      * 0.333333333333 */
                     "P1,A,2016-01-01,2016-01-31,0.5000,1,1.500002,0.01,0.00,0.00,0.00,0.01,\n"
                     "P2,A,2016-01-01,2016-01-31,100.0000,1,0.333333,0.33,0.00,0.00,0.00,0.33,\n");
    rh_history_free(&history);
}

static void returns_count_when_they_are_dated(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    sell(&history, "P1", "2016-01-20", 100);
    sell(&history, "P1", "2016-02-01", -30);
    sell(&history, "P1", "2016-02-02", 50);
    assert_incentive(&history, ON_REVENUE "window: month, " FLAT_1, NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                     "P1,A,2016-02-01,2016-02-29,20.0000,1,1.000000,0.20,0.00,0.00,0.00,0.20,\n");
    rh_history_free(&history);
}

static void product_and_where_choose_rows(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    sell_product(&history, "P1", "2016-01-01", "Gin", 100);
    sell_product(&history, "P1", "2016-01-02", "Rum", 1000);
    sell_product(&history, "P1", "2016-01-03", "Gin", 10);
    sell_product(&history, "P1", "2016-01-04", "Gin", -1);
    history.events.attribute = calloc(1, sizeof *history.events.attribute);
    history.events.num_attributes = 1;
    struct rh_attribute *promo = history.events.attribute;
    promo->name = rh_strdup("promo");
    const char *const cells[] = {"web", "web", "shop", "web"};
    for (size_t row = 0; row < 4; row++) {
        const int32_t code = build_name(&promo->values, cells[row]);
        BUILD_APPEND(promo->code, row, code);
        history.events.days[row] = (int64_t)row * RH_MONEY_ONE;
    }
    assert_incentive(&history,
                     "behavior: {measure: revenue, product: [Gin], where: {promo: web}}, window: month, " FLAT_1, NULL,
                     NULL, "P1,A,2016-01-01,2016-01-31,99.0000,1,1.000000,0.99,0.00,0.00,0.00,0.99,\n");
    assert_incentive(&history,
                     "behavior: {measure: revenue, where: {days: '< 3', promo: [web, shop]}}, window: month, " FLAT_1,
                     NULL, NULL, "P1,A,2016-01-01,2016-01-31,1110.0000,1,1.000000,11.10,0.00,0.00,0.00,11.10,\n");
    rh_history_free(&history);
}

/* Units are the signed quantities of revenue's rows; other measures without amounts are counts. */
static void counts_are_paid_per_unit(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    build_event(&history, "P1", "2016-01-01", "revenue", "", 30000, 1000000, RH_MISSING);
    build_event(&history, "P1", "2016-01-02", "revenue", "", -5000, -100000, RH_MISSING);
    count(&history, "P2", "2016-01-03", "training", 2);
    assert_program(&history,
                   "incentives:\n"
                   "  - {name: U, behavior: {measure: units}, window: month, reward: {levels: [{from: 0, per_unit: "
                   "0.5}]}}\n"
                   "  - {name: T, behavior: {measure: training}, window: month, reward: {levels: [{from: 1, per_unit: "
                   "10, flat: 3}]}}\n",
                   NULL, NULL,
                   "P1,U,2016-01-01,2016-01-31,2.5000,1,1.000000,1.25,0.00,0.00,0.00,1.25,\n"
                   "P2,T,2016-01-01,2016-01-31,2.0000,1,1.000000,13.00,0.00,0.00,0.00,13.00,\n");
    rh_history_free(&history);
}

/* A month's sum is converted, and rounded half to even to 10⁻⁴, not its rows: 0.0001 + 0.0002 at 1.5 is 0.00045, to the
 * even 0.0004; row by row it were 0.0002 + 0.0003. */
static void currencies_are_converted_by_month(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    history.partners.currency[1] = build_name(&history.partners.currencies, "EUR");
    history.partners.currency[0] = build_name(&history.partners.currencies, "USD");
    sell(&history, "P1", "2016-01-01", 0.0001);
    sell(&history, "P1", "2016-01-02", 0.0002);
    sell(&history, "P1", "2016-02-02", 100);
    sell(&history, "P2", "2016-02-02", 100);
    count(&history, "P1", "2016-02-02", "training", 1); /* counts are not converted */
    assert_program(&history,
                   "fx: {EUR: 1.5}\n"
                   "incentives:\n"
                   "  - {name: M, " ON_REVENUE "window: month, " FLAT_1 "}\n"
                   "  - {name: T, behavior: {measure: training}, window: month, reward: {levels: [{from: 0, per_unit: "
                   "1}]}}\n",
                   NULL, NULL,
                   "P1,M,2016-01-01,2016-01-31,0.0004,1,1.000000,0.00,0.00,0.00,0.00,0.00,\n"
                   "P1,M,2016-02-01,2016-02-29,150.0000,1,1.000000,1.50,0.00,0.00,0.00,1.50,\n"
                   "P2,M,2016-02-01,2016-02-29,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                   "P1,T,2016-02-01,2016-02-29,1.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n");
    rh_history_free(&history);
}

static void the_audience_is_of_the_windows_first_day(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partner(&history, "P1", "Shop", "East", a_day("2015-08-31")); /* six months are over on 2016-02-29 */
    build_partner(&history, "P2", "Shop", "West", a_day("2015-08-01"));
    build_partner(&history, "P3", "Bar", "East", a_day("2016-02-10"));
    build_partner(&history, "P4", "Shop", "East", RH_NO_DAY);
    for (const char *const *id = (const char *const[]){"P1", "P2", "P3", "P4", NULL}; *id != NULL; id++) {
        sell(&history, *id, "2016-02-01", 100);
        sell(&history, *id, "2016-03-01", 200);
    }
    assert_incentive(&history, "audience: {tenure: {at_least: 6 months}}, " ON_REVENUE "window: month, " FLAT_1, NULL,
                     NULL,
                     "P2,A,2016-02-01,2016-02-29,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                     "P1,A,2016-03-01,2016-03-31,200.0000,1,1.000000,2.00,0.00,0.00,0.00,2.00,\n"
                     "P2,A,2016-03-01,2016-03-31,200.0000,1,1.000000,2.00,0.00,0.00,0.00,2.00,\n");
    assert_incentive(&history,
                     "audience: {region: [East], except: {segment: [Bar]}}, " ON_REVENUE "window: month, " FLAT_1,
                     "2016-02", "2016-02",
                     "P1,A,2016-02-01,2016-02-29,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                     "P4,A,2016-02-01,2016-02-29,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n");
    /* P3 joined in the month: it has the whole window. */
    assert_incentive(&history, "audience: {segment: [Bar]}, " ON_REVENUE "window: month, " FLAT_1, "2016-02", "2016-02",
                     "P3,A,2016-02-01,2016-02-29,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n");
    rh_history_free(&history);
}

static void who_has_not_joined_by_the_windows_end_has_no_part(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partner(&history, "P1", "", "", a_day("2016-01-31"));
    build_partner(&history, "P2", "", "", a_day("2016-02-01"));
    sell(&history, "P1", "2016-01-10", 100);
    sell(&history, "P2", "2016-01-10", 100);
    assert_incentive(&history, ON_REVENUE "window: month, " FLAT_1, NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n");
    rh_history_free(&history);
}

/* Windows lie wholly inside the horizon and the active months; a fiscal year may begin in any month. */
static void only_whole_windows_are_settled(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    for (int month = 1; month <= 12; month++) {
        char date[32];
        snprintf(date, sizeof date, "2016-%02d-01", month);
        sell(&history, "P1", date, month * 100);
    }
    assert_program(&history, "year_starts: 2\nincentives:\n  - {name: A, " ON_REVENUE "window: quarter, " FLAT_1 "}\n",
                   "2016-03", "2016-12",
                   "P1,A,2016-05-01,2016-07-31,1800.0000,1,1.000000,18.00,0.00,0.00,0.00,18.00,\n"
                   "P1,A,2016-08-01,2016-10-31,2700.0000,1,1.000000,27.00,0.00,0.00,0.00,27.00,\n");
    assert_incentive(&history, ON_REVENUE "window: program, active: {from: 2016-02, until: 2016-04}, " FLAT_1, NULL,
                     NULL, "P1,A,2016-02-01,2016-04-30,900.0000,1,1.000000,9.00,0.00,0.00,0.00,9.00,\n");
    rh_history_free(&history);
}

/* ---- What cannot be settled */

static void assert_fails(struct rh_history *history, const char *rest, const char *from, const char *until, int code,
                         const char *message)
{
    struct rh_program program;
    struct rh_statement statement;
    struct rh_error error = {0};
    read_program(&program, rest);
    make_ready(history, &program);
    assert_int_equal(rh_settle(&statement, &program, history, a_month(from), a_month(until), NULL, &error), code);
    if (strstr(error.message, message) == NULL)
        fail_msg("expected '%s', found '%s'", message, error.message);
    rh_statement_free(&statement);
    rh_program_free(&program);
}

#define MONTHLY "incentives:\n  - {name: A, " ON_REVENUE "window: month, " FLAT_1 "}\n"

static void months_outside_the_history_are_refused(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    sell(&history, "P1", "2016-01-01", 100);
    sell(&history, "P1", "2016-03-01", 100);
    assert_fails(&history, MONTHLY, "2015-12", NULL, RH_ERR_ARGUMENT, "within 2016-01 to 2016-03");
    assert_fails(&history, MONTHLY, NULL, "2016-04", RH_ERR_ARGUMENT, "2016-01 to 2016-04 cannot be settled");
    assert_fails(&history, MONTHLY, "2016-03", "2016-02", RH_ERR_ARGUMENT, "cannot be settled");
    assert_fails(&history, "incentives:\n  - {name: A, " ON_REVENUE "window: year, " FLAT_1 "}\n", NULL, NULL,
                 RH_ERR_INPUT, "'A' has no whole window of a year");
    rh_history_free(&history);
}

/* Amounts that do not fit are errors that say whose they are. */
static void what_does_not_fit_is_told(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    build_event(&history, "P1", "2016-01-01", "revenue", "", RH_MISSING, INT64_MAX - 1, RH_MISSING);
    build_event(&history, "P2", "2016-01-01", "revenue", "", RH_MISSING, 1, RH_MISSING);
    assert_fails(&history,
                 "incentives:\n  - {name: A, " ON_REVENUE "multiplier: {region: {East: 2}}, window: month, reward: "
                 "{levels: [{from: 0, rate: 100%}]}}\n",
                 NULL, NULL, RH_ERR_OVERFLOW, "'A', partner 'P1', 2016-01-01 to 2016-01-31");
    build_event(&history, "P1", "2016-01-01", "revenue", "", RH_MISSING, 2, RH_MISSING);
    assert_fails(&history, MONTHLY, NULL, NULL, RH_ERR_OVERFLOW, "'revenue' of partner 'P1' in 2016-01");
    rh_history_free(&history);
}

static void a_window_that_does_not_fit_is_told(void **state)
{
    (void)state;
    struct rh_history history;
    build_two(&history);
    build_event(&history, "P1", "2016-01-01", "revenue", "", RH_MISSING, INT64_MAX - 1, RH_MISSING);
    build_event(&history, "P1", "2016-02-01", "revenue", "", RH_MISSING, INT64_MAX - 1, RH_MISSING);
    build_event(&history, "P1", "2016-03-01", "revenue", "", RH_MISSING, 1, RH_MISSING);
    assert_fails(&history, "incentives:\n  - {name: A, " ON_REVENUE "window: quarter, " FLAT_1 "}\n", NULL, NULL,
                 RH_ERR_OVERFLOW, "'revenue' of partner 'P1' in 2016-02");
    rh_history_free(&history);
}

static void stop_at_once(void *user, const char *what, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    if (strcmp(what, "settling") == 0)
        *(int *)user = 1;
}

static void a_settlement_can_be_stopped(void **state)
{
    (void)state;
    struct rh_history history;
    struct rh_program program;
    struct rh_statement statement;
    struct rh_error error = {0};
    int stop = 0;
    const struct rh_progress progress = {.report = stop_at_once, .user = &stop, .stop = &stop};
    build_two(&history);
    sell(&history, "P1", "2016-01-01", 100);
    read_program(&program, MONTHLY);
    make_ready(&history, &program);
    assert_int_equal(rh_settle(&statement, &program, &history, RH_NO_MONTH, RH_NO_MONTH, &progress, &error),
                     RH_ERR_INTERRUPTED);
    rh_statement_free(&statement);
    rh_program_free(&program);
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_sorted_by_window_incentive_and_partner),
        cmocka_unit_test(marginal_levels_pay_the_part_inside_and_all_flats),
        cmocka_unit_test(retroactive_levels_pay_the_highest_on_all),
        cmocka_unit_test(below_the_first_level_there_is_a_line_without_reward),
        cmocka_unit_test(cents_are_rounded_half_to_even_once),
        cmocka_unit_test(the_multiplier_acts_before_rounding),
        cmocka_unit_test(returns_count_when_they_are_dated),
        cmocka_unit_test(product_and_where_choose_rows),
        cmocka_unit_test(counts_are_paid_per_unit),
        cmocka_unit_test(currencies_are_converted_by_month),
        cmocka_unit_test(the_audience_is_of_the_windows_first_day),
        cmocka_unit_test(who_has_not_joined_by_the_windows_end_has_no_part),
        cmocka_unit_test(only_whole_windows_are_settled),
        cmocka_unit_test(months_outside_the_history_are_refused),
        cmocka_unit_test(what_does_not_fit_is_told),
        cmocka_unit_test(a_window_that_does_not_fit_is_told),
        cmocka_unit_test(a_settlement_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
