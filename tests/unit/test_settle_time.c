/* What reaches over windows: clawback of returns, the fund of a match, the status program and its bonus. */
#include "support/settling.h"

#define ON_REVENUE "behavior: {measure: revenue}, "
#define TENTH "reward: {levels: [{from: 0, rate: 10%}]}"
#define LATE "payout: {after: 400 days}, "

static void build_one(struct rh_history *history)
{
    rh_history_init(history);
    build_partner(history, "P1", "Shop", "East", RH_NO_DAY);
}

/* Months, two of them to claw back: March's return is January's, the earlier of the two it could belong to. January was
 * cut although March is not settled yet; and no later window loses anything. */
static void a_return_belongs_to_the_earliest_window(void **state)
{
    (void)state;
    struct rh_history history;
    build_one(&history);
    sell(&history, "P1", "2016-01-10", 100);
    sell(&history, "P1", "2016-02-10", 100);
    sell(&history, "P1", "2016-03-10", 100);
    sell(&history, "P1", "2016-03-11", -30);
    assert_incentive(&history, ON_REVENUE "window: month, clawback: {within: 2 months}, " LATE TENTH, NULL, NULL,
                     "P1,A,2016-01-01,2016-01-31,70.0000,1,1.000000,7.00,0.00,0.00,0.00,7.00,\n"
                     "P1,A,2016-02-01,2016-02-29,100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                     "P1,A,2016-03-01,2016-03-31,100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n");
    rh_history_free(&history);
}

/* Quarters, one month: April's return is the first quarter's, May's its own quarter's. Settled from April, the first
 * quarter takes its return all the same. */
static void a_return_outside_the_time_counts_when_dated(void **state)
{
    (void)state;
    struct rh_history history;
    build_one(&history);
    sell(&history, "P1", "2016-01-10", 100);
    sell(&history, "P1", "2016-04-10", 200);
    sell(&history, "P1", "2016-04-30", -30);
    sell(&history, "P1", "2016-05-01", -40);
    sell(&history, "P1", "2016-06-01", 1);
    assert_incentive(&history, ON_REVENUE "window: quarter, clawback: {within: 1 months}, " LATE TENTH, NULL, NULL,
                     "P1,A,2016-01-01,2016-03-31,70.0000,1,1.000000,7.00,0.00,0.00,0.00,7.00,\n"
                     "P1,A,2016-04-01,2016-06-30,161.0000,1,1.000000,16.10,0.00,0.00,0.00,16.10,\n");
    assert_incentive(&history, ON_REVENUE "window: quarter, clawback: {within: 1 months}, " LATE TENTH, "2016-04", NULL,
                     "P1,A,2016-04-01,2016-06-30,161.0000,1,1.000000,16.10,0.00,0.00,0.00,16.10,\n");
    rh_history_free(&history);
}

/* Months with eight to claw back, and quarters with seven: far more than one window. */
static void clawback_may_reach_over_several_windows(void **state)
{
    (void)state;
    struct rh_history history;
    build_one(&history);
    for (int month = 1; month <= 9; month++) {
        char date[32];
        snprintf(date, sizeof date, "2016-%02d-10", month);
        sell(&history, "P1", date, 100);
    }
    sell(&history, "P1", "2016-08-20", -5);
    /* August is the seventh month after January's end, and the fifth after the first quarter's. */
    assert_incentive(&history, ON_REVENUE "window: month, clawback: {within: 8 months}, " LATE TENTH, NULL, "2016-01",
                     "P1,A,2016-01-01,2016-01-31,100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n");
    assert_incentive(&history, ON_REVENUE "window: month, clawback: {within: 7 months}, " LATE TENTH, NULL, "2016-01",
                     "P1,A,2016-01-01,2016-01-31,95.0000,1,1.000000,9.50,0.00,0.00,0.00,9.50,\n");
    assert_incentive(&history, ON_REVENUE "window: quarter, clawback: {within: 7 months}, " LATE TENTH, NULL, "2016-06",
                     "P1,A,2016-01-01,2016-03-31,295.0000,1,1.000000,29.50,0.00,0.00,0.00,29.50,\n"
                     "P1,A,2016-04-01,2016-06-30,300.0000,1,1.000000,30.00,0.00,0.00,0.00,30.00,\n");
    assert_incentive(&history, ON_REVENUE "window: quarter, clawback: {within: 4 months}, " LATE TENTH, NULL, "2016-06",
                     "P1,A,2016-01-01,2016-03-31,300.0000,1,1.000000,30.00,0.00,0.00,0.00,30.00,\n"
                     "P1,A,2016-04-01,2016-06-30,295.0000,1,1.000000,29.50,0.00,0.00,0.00,29.50,\n");
    rh_history_free(&history);
}

/* A program of two months has no grid: the returns of its months and of the one after are its own. */
static void a_program_window_takes_its_own_and_later_returns(void **state)
{
    (void)state;
    struct rh_history history;
    build_one(&history);
    sell(&history, "P1", "2016-01-10", 100);
    sell(&history, "P1", "2016-02-10", -1);
    sell(&history, "P1", "2016-03-10", -10);
    sell(&history, "P1", "2016-04-10", -20);
    assert_incentive(&history,
                     ON_REVENUE "window: program, active: {until: 2016-02}, clawback: {within: 1 months}, " LATE TENTH,
                     NULL, NULL, "P1,A,2016-01-01,2016-02-29,89.0000,1,1.000000,8.90,0.00,0.00,0.00,8.90,\n");
    rh_history_free(&history);
}

/* The year before is reckoned the same way: February 2015's return is January 2015's. */
static void the_year_before_is_clawed_back_too(void **state)
{
    (void)state;
    struct rh_history history;
    build_one(&history);
    sell(&history, "P1", "2015-01-10", 100);
    sell(&history, "P1", "2015-02-10", -20);
    sell(&history, "P1", "2016-01-10", 100);
    assert_incentive(&history, ON_REVENUE "metric: growth, window: month, clawback: {within: 1 months}, " LATE TENTH,
                     "2016-01", NULL, "P1,A,2016-01-01,2016-01-31,20.0000,1,1.000000,2.00,0.00,0.00,0.00,2.00,\n");
    rh_history_free(&history);
}

/* Sales and returns of a month are converted apart: 0.0001 · 1.5 = 0.00015 to 0.0002, and 0.0003 · 1.5 = 0.00045 to
 * 0.0004; together they were -0.0003. */
static void returns_are_converted_apart(void **state)
{
    (void)state;
    struct rh_history history;
    build_one(&history);
    history.partners.currency[0] = build_name(&history.partners.currencies, "EUR");
    sell(&history, "P1", "2016-01-01", 1);
    sell(&history, "P1", "2016-02-01", 0.0001);
    sell(&history, "P1", "2016-02-02", -0.0003);
    assert_program(&history,
                   "fx: {EUR: 1.5}\nincentives:\n  - {name: A, " ON_REVENUE
                   "window: month, clawback: {within: 1 months}, " LATE TENTH "}\n",
                   NULL, NULL,
                   "P1,A,2016-01-01,2016-01-31,1.4996,1,1.000000,0.15,0.00,0.00,0.00,0.15,\n"
                   "P1,A,2016-02-01,2016-02-29,0.0002,1,1.000000,0.00,0.00,0.00,0.00,0.00,\n");
    rh_history_free(&history);
}

/* ---- Match */

#define MATCH                                                                                              \
    "behavior: {measure: marketing_spend}, window: quarter, reward: {match: 50%, fund: {accrues: 2%, of: " \
    "revenue, expires: 2 months}}"

/* January's sales of 1,000 accrue 20, usable in February and March; its own spend finds an empty fund. February's 500
 * accrue 10, March's 4,000 accrue 80. February: 50% of 30 = 15 of 20. March: 50% of 100 = 50, of 5 + 10 = 15 that are
 * left. April: March's 80, 50% of 60. June: March's are over, April's and May's nothing. */
static void a_match_draws_on_what_has_accrued(void **state)
{
    (void)state;
    struct rh_history history;
    build_one(&history);
    sell(&history, "P1", "2016-01-10", 1000);
    sell(&history, "P1", "2016-02-10", 500);
    sell(&history, "P1", "2016-03-10", 4000);
    sell(&history, "P1", "2016-05-10", -4000); /* accrues nothing, and takes nothing back */
    spend(&history, "P1", "2016-01-20", "marketing_spend", 70);
    spend(&history, "P1", "2016-02-20", "marketing_spend", 30);
    spend(&history, "P1", "2016-03-20", "marketing_spend", 100);
    spend(&history, "P1", "2016-04-20", "marketing_spend", 60);
    spend(&history, "P1", "2016-06-20", "marketing_spend", 60);
    assert_incentive(&history, MATCH, NULL, NULL,
                     "P1,A,2016-01-01,2016-03-31,200.0000,0,1.000000,30.00,0.00,0.00,0.00,30.00,\n"
                     "P1,A,2016-04-01,2016-06-30,120.0000,0,1.000000,30.00,0.00,0.00,0.00,30.00,\n");
    rh_history_free(&history);
}

/* The fund starts empty at the horizon's first month, and fills in months in which the incentive is not active. */
static void a_fund_fills_outside_the_active_months(void **state)
{
    (void)state;
    struct rh_history history;
    build_one(&history);
    sell(&history, "P1", "2016-01-10", 10000);
    sell(&history, "P1", "2016-02-10", 500);
    sell(&history, "P1", "2016-03-10", 100);
    spend(&history, "P1", "2016-04-20", "marketing_spend", 100);
    sell(&history, "P1", "2016-06-10", 100);
    /* 2% of February's 500 and March's 100, oldest first; January is not in the horizon. */
    assert_incentive(&history, "active: {from: 2016-04}, " MATCH, "2016-02", NULL,
                     "P1,A,2016-04-01,2016-06-30,100.0000,0,1.000000,12.00,0.00,0.00,0.00,12.00,\n");
    rh_history_free(&history);
}

/* Nothing is rounded on the way: twice 50% of 0.01 are one cent, not two halves to even. */
static void a_match_is_rounded_once(void **state)
{
    (void)state;
    struct rh_history history;
    build_one(&history);
    sell(&history, "P1", "2016-01-10", 10000);
    spend(&history, "P1", "2016-02-20", "marketing_spend", 0.01);
    spend(&history, "P1", "2016-03-20", "marketing_spend", 0.01);
    assert_incentive(&history, MATCH, NULL, NULL,
                     "P1,A,2016-01-01,2016-03-31,0.0200,0,1.000000,0.01,0.00,0.00,0.00,0.01,\n");
    rh_history_free(&history);
}

/* ---- The status program */

#define TIERS                                                                                                     \
    "tiers:\n"                                                                                                    \
    "  review: quarter\n"                                                                                         \
    "  levels:\n"                                                                                                 \
    "    - {name: registered}\n"                                                                                  \
    "    - {name: silver, when: [{measure: revenue, at_least: 1000}], benefits: {rate_bonus: 1%}}\n"              \
    "    - {name: gold, when: [{measure: revenue, at_least: 2000}, {measure: training, at_least: 1}], benefits: " \
    "{rate_bonus: 2%}}\n"

/* The history begins in February: its first whole review quarter is the second, so that until July all are registered.
 * P1 has 3,000 there, but no training: silver. P2 has 2,000 exactly and the training: gold. */
static void build_status(struct rh_history *history)
{
    rh_history_init(history);
    build_partner(history, "P1", "Shop", "East", RH_NO_DAY);
    build_partner(history, "P2", "Shop", "East", RH_NO_DAY);
    history->partners.tier[0] = build_name(&history->partners.tiers, "gold"); /* replaced by the status program */
    sell(history, "P1", "2016-02-10", 9000);
    sell(history, "P1", "2016-05-10", 3000);
    sell(history, "P2", "2016-06-10", 2500);
    sell(history, "P2", "2016-06-20", -500);
    count(history, "P2", "2016-04-10", "training", 1);
    sell(history, "P1", "2016-07-10", 100);
    sell(history, "P2", "2016-07-10", 200);
    sell(history, "P2", "2016-10-10", 300); /* the third quarter's 200 make nobody silver */
}

static void tiers_are_earned_in_one_review_and_held_in_the_next(void **state)
{
    (void)state;
    struct rh_history history;
    build_status(&history);
    assert_program(&history,
                   TIERS "incentives:\n"
                         "  - {name: A, audience: {tier: [gold, silver]}, multiplier: {tier: {gold: 1.5}}, " ON_REVENUE
                         "window: month, " TENTH "}\n",
                   NULL, NULL,
                   "P1,A,2016-07-01,2016-07-31,100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                   "P2,A,2016-07-01,2016-07-31,200.0000,1,1.500000,30.00,0.00,0.00,0.00,30.00,\n"
                   "P1,tier:silver,2016-07-01,2016-07-31,100.0000,2,1.000000,1.00,0.00,0.00,0.00,1.00,\n"
                   "P2,tier:gold,2016-07-01,2016-07-31,200.0000,3,1.000000,4.00,0.00,0.00,0.00,4.00,\n");
    rh_history_free(&history);
}

/* Tier lines share the budget with the incentives, behind them. */
static void tier_lines_go_through_the_budget(void **state)
{
    (void)state;
    struct rh_history history;
    build_status(&history);
    assert_program(&history,
                   TIERS "budget: {total: 9}\nincentives:\n"
                         "  - {name: A, audience: {partner: [P1]}, " ON_REVENUE "window: month, " TENTH "}\n",
                   "2016-07", "2016-07",
                   /* 9/15 of 10, 1 and 4 */
                   "P1,A,2016-07-01,2016-07-31,100.0000,1,1.000000,10.00,4.00,0.00,0.00,6.00,budget\n"
                   "P1,tier:silver,2016-07-01,2016-07-31,100.0000,2,1.000000,1.00,0.40,0.00,0.00,0.60,budget\n"
                   "P2,tier:gold,2016-07-01,2016-07-31,200.0000,3,1.000000,4.00,1.60,0.00,0.00,2.40,budget\n");
    rh_history_free(&history);
}

/* The status is that of the window's first day: a half year that begins in a registered quarter is registered's. Where
 * not even the lowest level's conditions hold, there is none. */
static void a_window_has_the_status_of_its_first_day(void **state)
{
    (void)state;
    struct rh_history history;
    build_status(&history);
    sell(&history, "P1", "2016-01-10", 5);
    sell(&history, "P1", "2016-12-10", 50);
    assert_program(&history,
                   "tiers:\n"
                   "  review: quarter\n"
                   "  levels:\n"
                   "    - {name: base, when: [{measure: revenue, at_least: 1000}]}\n"
                   "incentives:\n"
                   "  - {name: A, audience: {tier: [base]}, " ON_REVENUE "window: half, " TENTH "}\n",
                   NULL, NULL,
                   /* until the first review is over everyone is base; in July both are; */
                   "P1,A,2016-01-01,2016-06-30,12005.0000,1,1.000000,1200.50,0.00,0.00,0.00,1200.50,\n"
                   "P2,A,2016-01-01,2016-06-30,2000.0000,1,1.000000,200.00,0.00,0.00,0.00,200.00,\n"
                   "P1,A,2016-07-01,2016-12-31,150.0000,1,1.000000,15.00,0.00,0.00,0.00,15.00,\n"
                   "P2,A,2016-07-01,2016-12-31,500.0000,1,1.000000,50.00,0.00,0.00,0.00,50.00,\n");
    /* and in the fourth quarter, after 100 and 200 in the third, neither is. */
    assert_program(&history,
                   "tiers:\n"
                   "  review: quarter\n"
                   "  levels:\n"
                   "    - {name: base, when: [{measure: revenue, at_least: 1000}]}\n"
                   "incentives:\n"
                   "  - {name: A, audience: {tier: [base]}, " ON_REVENUE "window: quarter, " TENTH "}\n",
                   "2016-07", NULL,
                   "P1,A,2016-07-01,2016-09-30,100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                   "P2,A,2016-07-01,2016-09-30,200.0000,1,1.000000,20.00,0.00,0.00,0.00,20.00,\n");
    rh_history_free(&history);
}

/* A review window that begins with the history is wholly in it. */
static void the_first_review_may_begin_with_the_history(void **state)
{
    (void)state;
    struct rh_history history;
    build_one(&history);
    sell(&history, "P1", "2016-01-10", 2000);
    sell(&history, "P1", "2016-04-10", 100);
    count(&history, "P1", "2016-04-11", "training", 1); /* too late for gold */
    assert_program(&history,
                   TIERS "incentives:\n"
                         "  - {name: A, audience: {tier: [silver]}, " ON_REVENUE "window: month, " TENTH "}\n",
                   NULL, NULL,
                   "P1,A,2016-04-01,2016-04-30,100.0000,1,1.000000,10.00,0.00,0.00,0.00,10.00,\n"
                   "P1,tier:silver,2016-04-01,2016-04-30,100.0000,2,1.000000,1.00,0.00,0.00,0.00,1.00,\n");
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_return_belongs_to_the_earliest_window),
        cmocka_unit_test(a_return_outside_the_time_counts_when_dated),
        cmocka_unit_test(clawback_may_reach_over_several_windows),
        cmocka_unit_test(a_program_window_takes_its_own_and_later_returns),
        cmocka_unit_test(the_year_before_is_clawed_back_too),
        cmocka_unit_test(returns_are_converted_apart),
        cmocka_unit_test(a_match_draws_on_what_has_accrued),
        cmocka_unit_test(a_fund_fills_outside_the_active_months),
        cmocka_unit_test(a_match_is_rounded_once),
        cmocka_unit_test(tiers_are_earned_in_one_review_and_held_in_the_next),
        cmocka_unit_test(tier_lines_go_through_the_budget),
        cmocka_unit_test(a_window_has_the_status_of_its_first_day),
        cmocka_unit_test(the_first_review_may_begin_with_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
