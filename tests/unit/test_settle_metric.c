/* Metrics other than totals: ratios, streaks, ranks, pools. */
#include "support/settling.h"

#define ON_REVENUE "behavior: {measure: revenue}, "

static void build_partners(struct rh_history *history, int num, const char *region)
{
    for (int k = 1; k <= num; k++) {
        char id[32];
        snprintf(id, sizeof id, "P%d", k);
        build_partner(history, id, "Shop", region, RH_NO_DAY);
    }
}

/* P1 has 1/3, rounded to 0.333333, which is a threshold that is hit; the level's rate pays on the behavior's total. */
static void ratios_decide_the_level_and_pay_on_the_total(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partners(&history, 4, "East");
    sell_product(&history, "P1", "2016-01-01", "Support", 100);
    sell_product(&history, "P1", "2016-01-01", "Device", 300);
    sell_product(&history, "P2", "2016-01-01", "Support", 200);
    sell_product(&history, "P2", "2016-01-01", "Device", 200);
    sell_product(&history, "P3", "2016-01-01", "Support", 50); /* nothing to divide by: 0, no line */
    sell_product(&history, "P4", "2016-01-01", "Device", 500);
    assert_incentive(
        &history,
        "behavior: {measure: revenue, product: [Support]}, metric: {ratio_to: {measure: revenue, product: "
        "[Device]}}, window: month, reward: {levels: [{from: 0.333333, rate: 1%, flat: 5}, {from: 1, rate: "
        "10%, flat: 7}]}",
        NULL, NULL,
        "P1,A,2016-01-01,2016-01-31,0.333333,1,1.000000,6.00,0.00,0.00,0.00,6.00,\n"
        "P2,A,2016-01-01,2016-01-31,1.000000,2,1.000000,32.00,0.00,0.00,0.00,32.00,\n");
    rh_history_free(&history);
}

/* A streak of 3: the counts go 1, 2, 3, 1, 2, break, 1. */
static void streaks_count_begin_again_and_break(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partners(&history, 1, "East");
    const double sales[] = {500, 100, 100, 100, 250, 100, 99.9999, 100};
    for (int month = 0; month < 8; month++) {
        char date[32];
        snprintf(date, sizeof date, "2016-%02d-15", month + 1);
        sell(&history, "P1", date, sales[month]);
    }
    /* Settled from February: January's 500 is not counted, since streaks start at 0. */
    assert_incentive(&history,
                     ON_REVENUE "metric: {streak: 3, at_least: 100}, window: month, reward: {levels: [{from: 2, "
                                "flat: 10}, {from: 3, flat: 50}]}",
                     "2016-02", NULL,
                     "P1,A,2016-02-01,2016-02-29,1.0000,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n"
                     "P1,A,2016-03-01,2016-03-31,2.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                     "P1,A,2016-04-01,2016-04-30,3.0000,2,1.000000,60.00,0.00,0.00,0.00,60.00,\n"
                     "P1,A,2016-05-01,2016-05-31,1.0000,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n"
                     "P1,A,2016-06-01,2016-06-30,2.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                     "P1,A,2016-08-01,2016-08-31,1.0000,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n");
    rh_history_free(&history);
}

/* A window in which the partner has no part breaks the streak, whatever it sold. */
static void a_streak_breaks_where_the_partner_has_no_part(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partners(&history, 1, "East");
    const int training[] = {1, 1, 0, 1};
    for (int month = 0; month < 5; month++) {
        char date[32];
        snprintf(date, sizeof date, "2016-%02d-15", month + 1);
        sell(&history, "P1", date, 100);
        if (month < 4 && training[month] > 0)
            count(&history, "P1", date, "training", 1);
    }
    assert_incentive(&history,
                     "requires: [{measure: training, at_least: 1, window: month}], " ON_REVENUE
                     "metric: {streak: 9, at_least: 100}, window: month, reward: {levels: [{from: 1, flat: 10}]}",
                     NULL, NULL,
                     "P1,A,2016-02-01,2016-02-29,1.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                     "P1,A,2016-03-01,2016-03-31,2.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                     "P1,A,2016-05-01,2016-05-31,1.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n");
    rh_history_free(&history);
}

/* P2 and P3 share the second place; nobody is third; `top: 3` takes places 1, 2, 2, and the smallest top pays. */
static void ranks_count_those_strictly_above(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partners(&history, 5, "East");
    build_partner(&history, "W1", "Shop", "West", RH_NO_DAY);
    const double sales[] = {900, 700, 700, 600, -5};
    for (int k = 0; k < 5; k++) {
        char id[32];
        snprintf(id, sizeof id, "P%d", k + 1);
        sell(&history, id, "2016-01-15", sales[k]);
    }
    sell(&history, "W1", "2016-01-15", 1);
    assert_incentive(&history,
                     ON_REVENUE "metric: {rank_in: region}, window: month, reward: {levels: [{top: 1, flat: 500}, "
                                "{top: 3, flat: 100}]}",
                     NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,900.0000,1,1.000000,500.00,0.00,0.00,0.00,500.00,\n"
                     "P2,A,2016-01-01,2016-01-31,700.0000,2,1.000000,100.00,0.00,0.00,0.00,100.00,\n"
                     "P3,A,2016-01-01,2016-01-31,700.0000,2,1.000000,100.00,0.00,0.00,0.00,100.00,\n"
                     "P4,A,2016-01-01,2016-01-31,600.0000,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n"
                     "W1,A,2016-01-01,2016-01-31,1.0000,1,1.000000,500.00,0.00,0.00,0.00,500.00,\n");
    rh_history_free(&history);
}

/* Who is not in the audience takes no place. */
static void ranks_are_among_the_eligible(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partners(&history, 3, "East");
    sell(&history, "P1", "2016-01-15", 900);
    sell(&history, "P2", "2016-01-15", 800);
    sell(&history, "P3", "2016-01-15", 700);
    assert_incentive(&history,
                     "audience: {except: {partner: [P1]}}, " ON_REVENUE
                     "metric: {rank_in: all}, window: month, reward: {levels: [{top: 1, flat: 500}]}",
                     NULL, NULL,
                     "P2,A,2016-01-01,2016-01-31,800.0000,1,1.000000,500.00,0.00,0.00,0.00,500.00,\n"
                     "P3,A,2016-01-01,2016-01-31,700.0000,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n");
    rh_history_free(&history);
}

/* Three equal members share 10.00: 3.33 each, the spare cent to the first id; P2's multiplier acts on its share. The
 * one without a parent is a pool of its own, and the group's head, whose cell is empty, is not in the group's. */
static void pools_are_shared_by_largest_remainder(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    const char *const ids[] = {"P3", "P2", "P1"};
    for (int k = 0; k < 3; k++) {
        const int32_t row = build_partner(&history, ids[k], "Shop", k == 1 ? "West" : "East", RH_NO_DAY);
        history.partners.parent[row] = build_name(&history.partners.parents, "G");
        sell(&history, ids[k], "2016-01-15", 100);
    }
    build_partner(&history, "G", "Shop", "East", RH_NO_DAY);
    build_partner(&history, "H", "Shop", "East", RH_NO_DAY);
    sell(&history, "G", "2016-01-15", 299);
    sell(&history, "H", "2016-01-15", 300);
    assert_incentive(&history,
                     ON_REVENUE "metric: {pooled_by: parent}, multiplier: {region: {West: 2}}, window: month, "
                                "reward: {levels: [{from: 300, flat: 10}]}",
                     NULL, NULL,
                     "G,A,2016-01-01,2016-01-31,299.0000,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n"
                     "H,A,2016-01-01,2016-01-31,300.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                     "P1,A,2016-01-01,2016-01-31,100.0000,1,1.000000,3.34,0.00,0.00,0.00,3.34,\n"
                     "P2,A,2016-01-01,2016-01-31,100.0000,1,2.000000,6.66,0.00,0.00,0.00,6.66,\n"
                     "P3,A,2016-01-01,2016-01-31,100.0000,1,1.000000,3.33,0.00,0.00,0.00,3.33,\n");
    rh_history_free(&history);
}

/* The pool sells 300 + 0 (P2's -100 counts as 0); its threshold is 110% of 200 + 50. 1% of 300 is split 2 : 0 : 1. */
static void pools_add_up_totals_and_bases(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partners(&history, 4, "East");
    for (int32_t row = 0; row < 4; row++)
        history.partners.parent[row] = build_name(&history.partners.parents, "G");
    sell(&history, "P1", "2015-01-15", 200);
    sell(&history, "P2", "2015-01-15", 30);
    sell(&history, "P3", "2015-01-15", 20);
    sell(&history, "P1", "2016-01-15", 200);
    sell(&history, "P2", "2016-01-15", -100);
    sell(&history, "P3", "2016-01-15", 100);
    sell(&history, "P4", "2016-01-15", 5000); /* without a base: not a member */
    assert_incentive(&history,
                     ON_REVENUE "metric: {pooled_by: parent}, window: month, reward: {levels: [{from: 110% of "
                                "prior_year, flat: 0}, {from: 120% of prior_year, rate: 1%}], bands: retroactive}",
                     "2016-01", "2016-01",
                     "P1,A,2016-01-01,2016-01-31,200.0000,2,1.000000,2.00,0.00,0.00,0.00,2.00,\n"
                     "P3,A,2016-01-01,2016-01-31,100.0000,2,1.000000,1.00,0.00,0.00,0.00,1.00,\n");
    /* On what is above the 250 of the year before: 10% of 50. */
    assert_incentive(&history,
                     ON_REVENUE "metric: {pooled_by: parent}, window: month, reward: {levels: [{from: 0, rate: "
                                "10%}], pays_on: growth}",
                     "2016-01", "2016-01",
                     "P1,A,2016-01-01,2016-01-31,200.0000,1,1.000000,3.33,0.00,0.00,0.00,3.33,\n"
                     "P3,A,2016-01-01,2016-01-31,100.0000,1,1.000000,1.67,0.00,0.00,0.00,1.67,\n");
    rh_history_free(&history);
}

/* cap.window is the partner's, not the pool's. */
static void a_pools_shares_are_capped_one_by_one(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partners(&history, 2, "East");
    sell(&history, "P1", "2016-01-15", 300);
    sell(&history, "P2", "2016-01-15", 100);
    assert_incentive(&history,
                     ON_REVENUE "metric: {pooled_by: region}, cap: {window: 50}, window: month, reward: {levels: "
                                "[{from: 400, flat: 100}]}",
                     NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,300.0000,1,1.000000,75.00,25.00,0.00,0.00,50.00,window_cap\n"
                     "P2,A,2016-01-01,2016-01-31,100.0000,1,1.000000,25.00,0.00,0.00,0.00,25.00,\n");
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratios_decide_the_level_and_pay_on_the_total),
        cmocka_unit_test(streaks_count_begin_again_and_break),
        cmocka_unit_test(a_streak_breaks_where_the_partner_has_no_part),
        cmocka_unit_test(ranks_count_those_strictly_above),
        cmocka_unit_test(ranks_are_among_the_eligible),
        cmocka_unit_test(pools_are_shared_by_largest_remainder),
        cmocka_unit_test(pools_add_up_totals_and_bases),
        cmocka_unit_test(a_pools_shares_are_capped_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
