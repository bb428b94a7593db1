/* Thresholds that relate to something: the year before, a target, the peers; and what partners need for them. */
#include "support/settling.h"

#define ON_REVENUE "behavior: {measure: revenue}, "

/* Sales of January 2015 and of January 2016. */
static void build_two_years(struct rh_history *history)
{
    rh_history_init(history);
    build_partner(history, "P1", "Shop", "East", RH_NO_DAY);
    build_partner(history, "P2", "Shop", "East", RH_NO_DAY);
    build_partner(history, "P3", "Bar", "West", a_day("2015-01-01"));
    build_partner(history, "P4", "Bar", "West", a_day("2015-01-02")); /* joined after the earlier window's first day */
    sell(history, "P1", "2015-01-05", 1000);
    sell(history, "P1", "2016-01-05", 1100);
    sell(history, "P2", "2016-01-06", 500); /* nothing the year before */
    sell(history, "P3", "2015-01-07", 100.0005);
    sell(history, "P3", "2016-01-07", 110.0005);
    sell(history, "P4", "2015-01-08", 900);
    sell(history, "P4", "2016-01-08", 900);
}

/* 110% of 1,000 is hit exactly; 110% of 100.0005 is 110.00055, rounded half to even to 110.0006, and missed. */
static void prior_year_thresholds_are_rounded_half_to_even(void **state)
{
    (void)state;
    struct rh_history history;
    build_two_years(&history);
    assert_incentive(&history, ON_REVENUE "window: month, reward: {levels: [{from: 110% of prior_year, flat: 10}]}",
                     "2016-01", "2016-01",
                     "P1,A,2016-01-01,2016-01-31,1100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                     "P3,A,2016-01-01,2016-01-31,110.0005,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n");
    rh_history_free(&history);
}

/* Without the same window in the history nobody has a base; one relative level is enough to need it. */
static void the_prior_window_must_be_wholly_in_the_data(void **state)
{
    (void)state;
    struct rh_history history;
    build_two_years(&history);
    sell(&history, "P1", "2016-03-31", 10);
    assert_incentive(&history,
                     ON_REVENUE "window: month, reward: {levels: [{from: 0, flat: 1}, {from: 50% of prior_year, "
                                "flat: 10}]}",
                     NULL, "2016-01",
                     "P1,A,2016-01-01,2016-01-31,1100.0000,2,1.000000,11.00,0.00,0.00,0.00,11.00,\n"
                     "P3,A,2016-01-01,2016-01-31,110.0005,2,1.000000,11.00,0.00,0.00,0.00,11.00,\n");
    rh_history_free(&history);
}

/* Targets are found by window kind and first day; of P2's two, the quarter's is not the month's. */
static void targets_belong_to_a_window(void **state)
{
    (void)state;
    struct rh_history history;
    build_two_years(&history);
    set_target(&history, "P1", "revenue", RH_WINDOW_MONTH, "2016-01-01", 2200);
    set_target(&history, "P1", "revenue", RH_WINDOW_QUARTER, "2016-01-01", 10);
    set_target(&history, "P1", "revenue", RH_WINDOW_MONTH, "2015-12-01", 10);
    set_target(&history, "P1", "units", RH_WINDOW_MONTH, "2016-01-01", 10);
    set_target(&history, "P2", "revenue", RH_WINDOW_QUARTER, "2016-01-01", 500);
    set_target(&history, "P3", "revenue", RH_WINDOW_MONTH, "2016-02-01", 100);
    set_target(&history, "P4", "revenue", RH_WINDOW_MONTH, "2016-01-01", 0);
    assert_incentive(&history,
                     ON_REVENUE "window: month, reward: {levels: [{from: 50% of target, rate: 1%}, {from: 100% of "
                                "target, rate: 2%}]}",
                     "2016-01", "2016-01",
                     "P1,A,2016-01-01,2016-01-31,1100.0000,1,1.000000,0.00,0.00,0.00,0.00,0.00,\n");
    rh_history_free(&history);
}

/* Peers of the region: P1 1,000 and P2 0 in the East; P3 100.0005 alone in the West, where P4 had not joined. P4 is
 * held against it all the same. */
static void percentiles_are_of_the_peers_of_a_year_ago(void **state)
{
    (void)state;
    struct rh_history history;
    build_two_years(&history);
    assert_incentive(&history,
                     ON_REVENUE "window: month, reward: {bands: retroactive, levels: [{from: p50 of region, flat: "
                                "1}, {from: p75 of region, flat: 2}]}",
                     "2016-01", "2016-01",
                     /* p50 of {0, 1000} is 500, p75 is 750; in the West both are 100.0005: the lower is out of reach */
                     "P1,A,2016-01-01,2016-01-31,1100.0000,2,1.000000,2.00,0.00,0.00,0.00,2.00,\n"
                     "P2,A,2016-01-01,2016-01-31,500.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                     "P3,A,2016-01-01,2016-01-31,110.0005,2,1.000000,2.00,0.00,0.00,0.00,2.00,\n"
                     "P4,A,2016-01-01,2016-01-31,900.0000,2,1.000000,2.00,0.00,0.00,0.00,2.00,\n");
    rh_history_free(&history);
}

/* Type 7 of {0, 0, 100, 100.0003} at 50%: half way from 0 to 100. At 83%: 2.49 steps, 100 + 0.49 · 0.0003 = 100.000147,
 * to 100.0001. */
static void percentiles_interpolate_and_count_zeros(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    const char *const ids[] = {"P1", "P2", "P3", "P4"};
    for (int k = 0; k < 4; k++)
        build_partner(&history, ids[k], "Shop", "East", RH_NO_DAY);
    sell(&history, "P2", "2015-01-02", -50); /* who sold less than nothing counts as 0 */
    sell(&history, "P3", "2015-01-02", 100);
    sell(&history, "P4", "2015-01-02", 100.0003);
    sell(&history, "P1", "2016-01-02", 50);
    sell(&history, "P2", "2016-01-02", 49.9999);
    sell(&history, "P3", "2016-01-02", 100.0001);
    sell(&history, "P4", "2016-01-02", 100);
    assert_incentive(&history,
                     ON_REVENUE "window: month, reward: {levels: [{from: p50 of all, flat: 1}, {from: p83 of "
                                "segment, flat: 2}]}",
                     "2016-01", "2016-01",
                     "P1,A,2016-01-01,2016-01-31,50.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                     "P2,A,2016-01-01,2016-01-31,49.9999,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n"
                     "P3,A,2016-01-01,2016-01-31,100.0001,2,1.000000,3.00,0.00,0.00,0.00,3.00,\n"
                     "P4,A,2016-01-01,2016-01-31,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n");
    /* p25 of {0, 0, 100, 100.0003} is 0: nobody has a base. */
    assert_incentive(&history, ON_REVENUE "window: month, reward: {levels: [{from: p25 of all, flat: 1}]}", "2016-01",
                     "2016-01", "");
    rh_history_free(&history);
}

/* Whoever sold less than nothing counts as 0: p50 of {-50, 100} is 50, not 25. */
static void peers_below_zero_count_as_zero(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partner(&history, "P1", "Shop", "East", RH_NO_DAY);
    build_partner(&history, "P2", "Shop", "East", RH_NO_DAY);
    sell(&history, "P1", "2015-01-02", -50);
    sell(&history, "P2", "2015-01-02", 100);
    sell(&history, "P1", "2016-01-02", 50);
    sell(&history, "P2", "2016-01-02", 49.9999);
    assert_incentive(&history, ON_REVENUE "window: month, reward: {levels: [{from: p50 of segment, flat: 1}]}",
                     "2016-01", "2016-01",
                     "P1,A,2016-01-01,2016-01-31,50.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                     "P2,A,2016-01-01,2016-01-31,49.9999,0,1.000000,0.00,0.00,0.00,0.00,0.00,\n");
    rh_history_free(&history);
}

/* For P1 60% of last year are 600, not below the 500 behind it: that level is out of reach, its flat is not paid, and
 * the first one's band ends at 500. For P3 60% are 60.0003, and 500 is far. */
static void a_level_above_a_later_one_is_out_of_reach(void **state)
{
    (void)state;
    struct rh_history history;
    build_two_years(&history);
    assert_incentive(&history,
                     ON_REVENUE "window: month, reward: {levels: [{from: 0, rate: 1%}, {from: 60% of prior_year, "
                                "rate: 2%, flat: 7}, {from: 500, rate: 3%}]}",
                     "2016-01", "2016-01",
                     /* 600 ≥ 500: 1% · 500 + 3% · 600; and 60.0003: 1% · 60.0003 + 2% · 50.0002 + 7 */
                     "P1,A,2016-01-01,2016-01-31,1100.0000,3,1.000000,23.00,0.00,0.00,0.00,23.00,\n"
                     "P3,A,2016-01-01,2016-01-31,110.0005,2,1.000000,8.60,0.00,0.00,0.00,8.60,\n");
    rh_history_free(&history);
}

/* 50% of last year are 500, as much as the level behind it asks: only that one is reached. */
static void of_equal_thresholds_the_later_one_counts(void **state)
{
    (void)state;
    struct rh_history history;
    build_two_years(&history);
    assert_incentive(&history,
                     "audience: {partner: [P1]}, " ON_REVENUE
                     "window: month, reward: {levels: [{from: 50% of prior_year, flat: 7}, {from: 500, flat: 2}]}",
                     "2016-01", "2016-01",
                     "P1,A,2016-01-01,2016-01-31,1100.0000,2,1.000000,2.00,0.00,0.00,0.00,2.00,\n");
    rh_history_free(&history);
}

static void growth_is_what_is_above_the_year_before(void **state)
{
    (void)state;
    struct rh_history history;
    build_two_years(&history);
    sell(&history, "P3", "2016-01-20", -50); /* 60.0005 is less than last year: no growth, no line */
    assert_incentive(&history,
                     ON_REVENUE "metric: growth, window: month, reward: {bands: retroactive, levels: [{from: 10% of "
                                "prior_year, rate: 5%}]}",
                     "2016-01", "2016-01",
                     "P1,A,2016-01-01,2016-01-31,100.0000,1,1.000000,5.00,0.00,0.00,0.00,5.00,\n");
    rh_history_free(&history);
}

/* Levels by the total 1,100; paid is what lies above the 1,000 of last year: 100 of the second band, none of the first.
 */
static void pays_on_growth_pays_the_part_above_the_year_before(void **state)
{
    (void)state;
    struct rh_history history;
    build_two_years(&history);
    assert_incentive(&history,
                     "audience: {partner: [P1]}, " ON_REVENUE "window: month, reward: {pays_on: growth, levels: "
                     "[{from: 100, rate: 1%, flat: 2}, {from: 950, rate: 2%}, {from: 1050, rate: 4%}]}",
                     "2016-01", "2016-01",
                     "P1,A,2016-01-01,2016-01-31,1100.0000,3,1.000000,5.00,0.00,0.00,0.00,5.00,\n");
    assert_incentive(&history,
                     "audience: {partner: [P1]}, " ON_REVENUE "window: month, reward: {pays_on: growth, bands: "
                     "retroactive, levels: [{from: 100, rate: 1%, flat: 2}, {from: 1050, rate: 4%, flat: 3}]}",
                     "2016-01", "2016-01",
                     "P1,A,2016-01-01,2016-01-31,1100.0000,2,1.000000,7.00,0.00,0.00,0.00,7.00,\n");
    rh_history_free(&history);
}

/* `requires` looks at the last whole window of its kind that ended before this one began. */
static void requirements_hold_in_the_last_whole_window_before(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partner(&history, "P1", "", "", RH_NO_DAY);
    build_partner(&history, "P2", "", "", RH_NO_DAY);
    sell(&history, "P1", "2016-01-01", 1);
    count(&history, "P1", "2016-03-31", "certifications", 2);
    count(&history, "P2", "2016-04-01", "certifications", 2); /* in the next quarter */
    for (int month = 4; month <= 7; month++) {
        char date[32];
        snprintf(date, sizeof date, "2016-%02d-15", month);
        sell(&history, "P1", date, 100);
        sell(&history, "P2", date, 200);
    }
    assert_incentive(&history,
                     "requires: [{measure: certifications, at_least: 2, window: quarter}], " ON_REVENUE
                     "window: month, reward: {levels: [{from: 0, rate: 1%}]}",
                     NULL, NULL,
                     "P1,A,2016-04-01,2016-04-30,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                     "P1,A,2016-05-01,2016-05-31,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                     "P1,A,2016-06-01,2016-06-30,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                     "P2,A,2016-07-01,2016-07-31,200.0000,1,1.000000,2.00,0.00,0.00,0.00,2.00,\n");
    rh_history_free(&history);
}

/* The first quarter begins before the history: whatever is asked of it is not met, even nothing. */
static void requirements_need_their_window_in_the_history(void **state)
{
    (void)state;
    struct rh_history history;
    rh_history_init(&history);
    build_partner(&history, "P1", "", "", RH_NO_DAY);
    for (int month = 2; month <= 7; month++) {
        char date[32];
        snprintf(date, sizeof date, "2016-%02d-15", month);
        sell(&history, "P1", date, 100);
    }
    assert_incentive(&history,
                     "requires: [{measure: revenue, at_least: 1, window: quarter}], " ON_REVENUE
                     "window: month, reward: {levels: [{from: 0, rate: 1%}]}",
                     NULL, NULL, "P1,A,2016-07-01,2016-07-31,100.0000,1,1.000000,1.00,0.00,0.00,0.00,1.00,\n");
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prior_year_thresholds_are_rounded_half_to_even),
        cmocka_unit_test(the_prior_window_must_be_wholly_in_the_data),
        cmocka_unit_test(targets_belong_to_a_window),
        cmocka_unit_test(percentiles_are_of_the_peers_of_a_year_ago),
        cmocka_unit_test(percentiles_interpolate_and_count_zeros),
        cmocka_unit_test(peers_below_zero_count_as_zero),
        cmocka_unit_test(a_level_above_a_later_one_is_out_of_reach),
        cmocka_unit_test(of_equal_thresholds_the_later_one_counts),
        cmocka_unit_test(growth_is_what_is_above_the_year_before),
        cmocka_unit_test(pays_on_growth_pays_the_part_above_the_year_before),
        cmocka_unit_test(requirements_hold_in_the_last_whole_window_before),
        cmocka_unit_test(requirements_need_their_window_in_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
