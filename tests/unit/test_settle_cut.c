/* Steps 5 to 10: what is taken off what was earned. */
#include "support/settling.h"

#define ON_REVENUE "behavior: {measure: revenue}, "
#define MONTHLY ON_REVENUE "window: month, "
#define TENTH "reward: {levels: [{from: 0, rate: 10%}]}"

/* Partner P1, with these sales on the 15th of each month of 2016. */
static void build_months(struct rh_history *history, const char *partner, int num, const double *sales)
{
    if (rh_names_find(&history->partners.id, partner) < 0)
        build_partner(history, partner, "Shop", "East", RH_NO_DAY);
    for (int month = 0; month < num; month++) {
        char date[32];
        snprintf(date, sizeof date, "2016-%02d-15", month + 1);
        if (sales[month] != 0)
            sell(history, partner, date, sales[month]);
    }
}

/* The first month earns nothing and leaves `once` unused; the second is paid, the third is not. */
static void once_pays_once(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_months(&history, "P1", 4, (const double[]){50, 200, 0, 300});
    assert_incentive(&history, MONTHLY "once: true, reward: {levels: [{from: 100, flat: 7}]}", NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,50.0000,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n"
                     "P1,A,2016-02-01,2016-02-29,200.0000,1,1.000000,7.00,0.00,0.00,0.00,7.00,\n"
                     "P1,A,2016-04-01,2016-04-30,300.0000,1,1.000000,7.00,7.00,0.00,0.00,0.00,once\n");
    rh_history_free(&history);
}

/* In February both the window's cap and the partner's bind; in March nothing is left. A cap that is hit exactly took
 * nothing away. */
static void caps_of_window_and_partner_bind_in_the_same_month(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_months(&history, "P1", 3, (const double[]){100, 300, 50});
    assert_incentive(&history, MONTHLY "cap: {window: 20, partner: 25}, " TENTH, NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                     "P1,A,2016-02-01,2016-02-29,300.0000,1,1.000000,30.00,15.00,0.00,0.00,15.00,"
                     "window_cap+partner_cap\n"
                     "P1,A,2016-03-01,2016-03-31,50.0000,1,1.000000,5.00,5.00,0.00,0.00,0.00,partner_cap\n");
    assert_incentive(&history, MONTHLY "cap: {window: 10, partner: 10}, " TENTH, NULL, "2016-01",
                     "P1,A,2016-01-01,2016-01-31,100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n");
    rh_history_free(&history);
}

/* January: B's 20 beat A's 10. February: both pay 5, the first in the file stays. March: C, of no group, stays too, and
 * A's window cap acts before the comparison. */
static void of_an_exclusive_group_the_best_one_pays(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partner(&history, "P1", "Shop", "East", RH_NO_DAY);
    sell_product(&history, "P1", "2016-01-15", "Gin", 100);
    sell_product(&history, "P1", "2016-01-15", "Rum", 200);
    sell_product(&history, "P1", "2016-02-15", "Gin", 50);
    sell_product(&history, "P1", "2016-02-15", "Rum", 50);
    sell_product(&history, "P1", "2016-03-15", "Gin", 1000);
    sell_product(&history, "P1", "2016-03-15", "Rum", 400);
    assert_program(
        &history,
        "incentives:\n"
        "  - {name: A, exclusive: g, cap: {window: 30}, behavior: {measure: revenue, product: [Gin]}, window: "
        "month, " TENTH "}\n"
        "  - {name: B, exclusive: g, behavior: {measure: revenue, product: [Rum]}, window: month, " TENTH "}\n"
        "  - {name: C, behavior: {measure: revenue, product: [Rum]}, window: quarter, " TENTH "}\n",
        NULL, NULL,
        "P1,A,2016-01-01,2016-01-31,100.0000,1,1.000000,10.00,10.00,0.00,0.00,0.00,exclusive\n"
        "P1,B,2016-01-01,2016-01-31,200.0000,1,1.000000,20.00,0.00,0.00,0.00,20.00,\n"
        "P1,A,2016-02-01,2016-02-29,50.0000,1,1.000000,5.00,0.00,0.00,0.00,5.00,\n"
        "P1,B,2016-02-01,2016-02-29,50.0000,1,1.000000,5.00,5.00,0.00,0.00,0.00,exclusive\n"
        "P1,A,2016-03-01,2016-03-31,1000.0000,1,1.000000,100.00,100.00,0.00,0.00,0.00,"
        "window_cap+exclusive\n"
        "P1,B,2016-03-01,2016-03-31,400.0000,1,1.000000,40.00,0.00,0.00,0.00,40.00,\n"
        "P1,C,2016-01-01,2016-03-31,650.0000,1,1.000000,65.00,0.00,0.00,0.00,65.00,\n");
    rh_history_free(&history);
}

/* What an exclusive group takes away leaves `once` and the partner's cap untouched. */
static void what_exclusive_takes_uses_nothing_up(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partner(&history, "P1", "Shop", "East", RH_NO_DAY);
    sell_product(&history, "P1", "2016-01-15", "Gin", 100);
    sell_product(&history, "P1", "2016-01-15", "Rum", 200);
    sell_product(&history, "P1", "2016-02-15", "Gin", 100);
    assert_program(&history,
                   "incentives:\n"
                   "  - {name: A, exclusive: g, once: true, cap: {partner: 10}, behavior: {measure: revenue, product: "
                   "[Gin]}, window: month, " TENTH "}\n"
                   "  - {name: B, exclusive: g, behavior: {measure: revenue, product: [Rum]}, window: month, " TENTH
                   "}\n",
                   NULL, NULL,
                   "P1,A,2016-01-01,2016-01-31,100.0000,1,1.000000,10.00,10.00,0.00,0.00,0.00,exclusive\n"
                   "P1,B,2016-01-01,2016-01-31,200.0000,1,1.000000,20.00,0.00,0.00,0.00,20.00,\n"
                   "P1,A,2016-02-01,2016-02-29,100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n");
    rh_history_free(&history);
}

/* 6 is carried, with 4 it is exactly the minimum and paid; what follows is carried through a month without a line, and
 * with too little at the last window both are lost. */
static void what_is_below_the_minimum_is_carried_and_lost_at_the_end(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_months(&history, "P1", 5, (const double[]){60, 40, 30, 0, 50});
    assert_incentive(&history, MONTHLY "minimum: 10, " TENTH, NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,60.0000,1,1.000000,6.00,0.00,0.00,6.00,0.00,minimum\n"
                     "P1,A,2016-02-01,2016-02-29,40.0000,1,1.000000,4.00,0.00,6.00,0.00,10.00,\n"
                     "P1,A,2016-03-01,2016-03-31,30.0000,1,1.000000,3.00,0.00,0.00,3.00,0.00,minimum\n"
                     "P1,A,2016-05-01,2016-05-31,50.0000,1,1.000000,5.00,8.00,3.00,0.00,0.00,minimum\n");
    rh_history_free(&history);
}

/* A line that earns nothing carries the balance on; what is carried is not capped again; without a line in the last
 * window it is lost without one. */
static void a_balance_waits_and_is_not_capped_again(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_months(&history, "P1", 4, (const double[]){900, 10, 900, 0});
    build_months(&history, "P2", 4, (const double[]){0, 0, 0, 1});
    assert_incentive(&history,
                     "audience: {partner: [P1]}, " MONTHLY
                     "minimum: 50, cap: {window: 40}, reward: {levels: [{from: 100, rate: 10%}]}",
                     NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,900.0000,1,1.000000,80.00,40.00,0.00,40.00,0.00,window_cap+minimum\n"
                     "P1,A,2016-02-01,2016-02-29,10.0000,0,1.000000,0.00,0.00,40.00,40.00,0.00,minimum\n"
                     "P1,A,2016-03-01,2016-03-31,900.0000,1,1.000000,80.00,40.00,40.00,0.00,80.00,window_cap\n");
    rh_history_free(&history);
}

/* January: 30, 30 and 10 of a cap of 50. 50/70 of each: 21.428571, 21.428571, 7.142857; floors leave two cents, to P1
 * and P2 for .8571 each, before P3 with .2857. February gets nothing. */
static void the_total_cap_is_shared_by_largest_remainder(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_months(&history, "P2", 1, (const double[]){300});
    build_months(&history, "P3", 2, (const double[]){100, 100});
    build_months(&history, "P1", 1, (const double[]){300});
    assert_incentive(&history, MONTHLY "cap: {total: 50}, " TENTH, NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,300.0000,1,1.000000,30.00,8.57,0.00,0.00,21.43,total_cap\n"
                     "P2,A,2016-01-01,2016-01-31,300.0000,1,1.000000,30.00,8.57,0.00,0.00,21.43,total_cap\n"
                     "P3,A,2016-01-01,2016-01-31,100.0000,1,1.000000,10.00,2.86,0.00,0.00,7.14,total_cap\n"
                     "P3,A,2016-02-01,2016-02-29,100.0000,1,1.000000,10.00,10.00,0.00,0.00,0.00,total_cap\n");
    rh_history_free(&history);
}

/* Equal remainders: one cent over for two lines of 0.05 that share 0.05 goes to the first in the file, then by id. */
static void equal_remainders_go_by_file_and_id(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_months(&history, "P2", 1, (const double[]){0.5});
    build_months(&history, "P1", 1, (const double[]){0.5});
    assert_program(&history,
                   "budget: {total: 0.11}\n"
                   "incentives:\n"
                   "  - {name: B, " MONTHLY TENTH "}\n"
                   "  - {name: A, " MONTHLY TENTH "}\n",
                   NULL, NULL,
                   "P1,B,2016-01-01,2016-01-31,0.5000,1,1.000000,0.05,0.02,0.00,0.00,0.03,budget\n"
                   "P2,B,2016-01-01,2016-01-31,0.5000,1,1.000000,0.05,0.02,0.00,0.00,0.03,budget\n"
                   "P1,A,2016-01-01,2016-01-31,0.5000,1,1.000000,0.05,0.02,0.00,0.00,0.03,budget\n"
                   "P2,A,2016-01-01,2016-01-31,0.5000,1,1.000000,0.05,0.03,0.00,0.00,0.02,budget\n");
    rh_history_free(&history);
}

/* Of 100 less 33.335% 66.665 may be spent, and 66.66 in whole cents. January takes 40, February the rest, March finds
 * nothing. cap.total of A is used up by its own step, although the budget cuts it further. */
static void the_budget_is_first_come_within_its_reserve(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_months(&history, "P1", 3, (const double[]){400, 400, 400});
    assert_program(&history,
                   "budget: {total: 100, reserve: 33.335%}\n"
                   "incentives:\n"
                   "  - {name: A, cap: {total: 60}, " MONTHLY TENTH "}\n",
                   NULL, NULL,
                   "P1,A,2016-01-01,2016-01-31,400.0000,1,1.000000,40.00,0.00,0.00,0.00,40.00,\n"
                   "P1,A,2016-02-01,2016-02-29,400.0000,1,1.000000,40.00,20.00,0.00,0.00,20.00,total_cap\n"
                   "P1,A,2016-03-01,2016-03-31,400.0000,1,1.000000,40.00,40.00,0.00,0.00,0.00,total_cap\n");
    assert_program(&history,
                   "budget: {total: 100, reserve: 33.335%}\n"
                   "incentives:\n"
                   "  - {name: A, " MONTHLY TENTH "}\n",
                   NULL, NULL,
                   "P1,A,2016-01-01,2016-01-31,400.0000,1,1.000000,40.00,0.00,0.00,0.00,40.00,\n"
                   "P1,A,2016-02-01,2016-02-29,400.0000,1,1.000000,40.00,13.34,0.00,0.00,26.66,budget\n"
                   "P1,A,2016-03-01,2016-03-31,400.0000,1,1.000000,40.00,40.00,0.00,0.00,0.00,budget\n");
    rh_history_free(&history);
}

/* The total cap leaves A all of its 20, of which the budget pays 16: 40/50 of it. In February it is the cap that has
 * nothing left, not only the budget. */
static void a_total_cap_is_used_up_by_what_its_step_leaves(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_months(&history, "P1", 2, (const double[]){300, 100});
    build_months(&history, "P2", 2, (const double[]){300, 100});
    assert_program(&history,
                   "budget: {total: 40}\n"
                   "incentives:\n"
                   "  - {name: A, audience: {partner: [P1]}, cap: {total: 20}, " MONTHLY TENTH "}\n"
                   "  - {name: B, audience: {partner: [P2]}, " MONTHLY TENTH "}\n",
                   NULL, NULL,
                   "P1,A,2016-01-01,2016-01-31,300.0000,1,1.000000,30.00,14.00,0.00,0.00,16.00,total_cap+budget\n"
                   "P2,B,2016-01-01,2016-01-31,300.0000,1,1.000000,30.00,6.00,0.00,0.00,24.00,budget\n"
                   "P1,A,2016-02-01,2016-02-29,100.0000,1,1.000000,10.00,10.00,0.00,0.00,0.00,total_cap\n"
                   "P2,B,2016-02-01,2016-02-29,100.0000,1,1.000000,10.00,10.00,0.00,0.00,0.00,budget\n");
    rh_history_free(&history);
}

/* With `report` all is paid, and what is left goes below 0. */
static void a_budget_may_only_report(void **state)
{
    (void)state;
    struct rh_history history;
    struct rh_program program;
    struct rh_statement statement;
    struct rh_error error = {0};
    rh_history_init(&history);
    build_months(&history, "P1", 2, (const double[]){400, 400});
    read_program(&program, "budget: {total: 100, reserve: 33.335%, when_exhausted: report}\n"
                           "incentives:\n"
                           "  - {name: A, " MONTHLY TENTH "}\n");
    make_ready(&history, &program);
    assert_int_equal(rh_settle(&statement, &program, &history, RH_NO_MONTH, RH_NO_MONTH, NULL, &error), RH_OK);
    assert_int_equal(statement.num, 2);
    assert_int_equal(statement.line[1].payable, 40 * RH_MONEY_ONE);
    assert_int_equal(statement.line[1].reasons, 0);
    assert_int_equal(statement.budget_left, -133400); /* of 66.66: 66.665 in whole cents */
    rh_statement_free(&statement);
    rh_program_free(&program);
    rh_history_free(&history);
}

/* Settlement begins where --from says: caps and balances of earlier months do not exist. */
static void memory_starts_empty_with_the_horizon(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_months(&history, "P1", 2, (const double[]){400, 100});
    assert_incentive(&history, MONTHLY "once: true, cap: {partner: 10}, " TENTH, "2016-02", NULL,
                     "P1,A,2016-02-01,2016-02-29,100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n");
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once_pays_once),
        cmocka_unit_test(caps_of_window_and_partner_bind_in_the_same_month),
        cmocka_unit_test(of_an_exclusive_group_the_best_one_pays),
        cmocka_unit_test(what_exclusive_takes_uses_nothing_up),
        cmocka_unit_test(what_is_below_the_minimum_is_carried_and_lost_at_the_end),
        cmocka_unit_test(a_balance_waits_and_is_not_capped_again),
        cmocka_unit_test(the_total_cap_is_shared_by_largest_remainder),
        cmocka_unit_test(equal_remainders_go_by_file_and_id),
        cmocka_unit_test(the_budget_is_first_come_within_its_reserve),
        cmocka_unit_test(a_total_cap_is_used_up_by_what_its_step_leaves),
        cmocka_unit_test(a_budget_may_only_report),
        cmocka_unit_test(memory_starts_empty_with_the_horizon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
