/* Findings that a history tells: each with a program that has it, and one that nearly has it. The history is small
 * enough for the mind: ten partners, P1 to P10, of which Pk buys k thousand of product A each month of 2024 and 2025
 * (and 1.1 k thousand in 2025), half of it as cost, and one unit for each hundred. */
#include "support/findings.h"

#include "build_history.h"

#include <math.h>

#define THOUSAND (1000 * RH_MONEY_ONE)

static void build(struct rh_history *history)
{
    rh_history_init(history);
    for (int k = 1; k <= 10; k++) {
        char id[8];
        snprintf(id, sizeof id, "P%d", k);
        build_partner(history, id, k <= 5 ? "Small" : "Large", k % 2 == 0 ? "Even" : "Odd", RH_NO_DAY);
        history->partners.parent[k - 1] = build_name(&history->partners.parents, k <= 2 ? "Holding" : "");
        for (int m = 0; m < 24; m++) {
            char date[16];
            snprintf(date, sizeof date, "%d-%02d-15", 2024 + m / 12, m % 12 + 1);
            const rh_money amount = m < 12 ? k * THOUSAND : k * 1100 * RH_MONEY_ONE;
            build_event(history, id, date, "revenue", "A", amount / 100, amount, amount / 2);
        }
        build_event(history, id, "2025-03-01", "leads", "", k * RH_MONEY_ONE, RH_MISSING, RH_MISSING);
        build_event(history, id, "2025-03-01", "revenue", "B", RH_MONEY_ONE, 100 * RH_MONEY_ONE, 103 * RH_MONEY_ONE);
    }
    assert_int_equal(rh_history_finish(history, NULL), RH_OK);
}

static int set_up(void **state)
{
    struct rh_history *history = malloc(sizeof *history);
    assert_non_null(history);
    build(history);
    *state = history;
    return 0;
}

static int tear_down(void **state)
{
    rh_history_free(*state);
    free(*state);
    return 0;
}

static void expect(void **state, const char *body, const char *expected)
{
    struct rh_check_options options = no_options();
    options.history = *state;
    expect_with(body, &options, expected);
}

#define A_ALONE(window, rest) \
    "incentives:\n  - name: X\n    behavior: {measure: revenue, product: [A]}\n    window: " window "\n    " rest "\n"
#define LEVELS(list) A_ALONE("quarter", "reward: {levels: [" list "]}")

static void test_never_reached(void **state)
{
    /* The best quarter is 10 · 3 · 1.1 = 33k; 80% of 41.25k. */
    expect(state, LEVELS("{from: 0, rate: 1%}, {from: 41250, rate: 2%}"), "");
    expect(state, LEVELS("{from: 0, rate: 1%}, {from: 41251, rate: 2%}"), "never-reached 8:44");
    /* Only partners of the audience count: P5's best is 16.5k. */
    expect(state, A_ALONE("quarter", "reward: {levels: [{from: 0, rate: 1%}, {from: 25k, rate: 2%}]}"), "");
    expect(state,
           A_ALONE("quarter", "reward: {levels: [{from: 0, rate: 1%}, {from: 25k, rate: 2%}]}\n"
                              "    audience: {segment: [Small]}"),
           "never-reached 8:44");
    /* Nothing to count at all. */
    expect(state,
           "incentives:\n  - {name: X, behavior: {measure: revenue, product: [C]}, window: month,\n"
           "     reward: {levels: [{from: 0, rate: 1%}]}}\n",
           "never-reached 5:25");
}

static void test_never_reached_relative(void **state)
{
    /* Everybody grew by 10%: 80% of 137.5%. Of what is reached by all, nothing is asked: see below. */
    expect(state, LEVELS("{from: 137.5% of prior_year, flat: 1}"), "");
    expect(state, LEVELS("{from: 137.6% of prior_year, flat: 1}"), "never-reached 8:23");
    /* Growth itself: 3k for the largest. */
    expect(state, A_ALONE("quarter", "metric: growth\n    reward: {levels: [{from: 3750, rate: 1%}]}"), "");
    expect(state, A_ALONE("quarter", "metric: growth\n    reward: {levels: [{from: 3751, rate: 1%}]}"),
           "never-reached 9:23");
    /* 24 months in a row at most. */
    expect(state, A_ALONE("month", "metric: {streak: 40, at_least: 1k}\n    reward: {levels: [{from: 30, flat: 1}]}"),
           "");
    expect(state, A_ALONE("month", "metric: {streak: 40, at_least: 1k}\n    reward: {levels: [{from: 31, flat: 1}]}"),
           "never-reached 9:23");
}

static void test_never_reached_target(void **state)
{
    struct rh_history history;
    struct rh_check_options options = no_options();
    (void)state;
    build(&history);
    options.history = &history;
    /* P10 bought 132k in 2025 and has a target of 200k. */
    BUILD_APPEND(history.targets.partner, 0, 9);
    BUILD_APPEND(history.targets.measure, 0, rh_names_find(&history.measures, "revenue"));
    BUILD_APPEND(history.targets.window, 0, RH_WINDOW_YEAR);
    BUILD_APPEND(history.targets.window_start, 0, rh_day_make(2025, 1, 1));
    BUILD_APPEND(history.targets.target, 0, 200 * THOUSAND);
    history.targets.num = history.targets.capacity = 1;
    expect_with(A_ALONE("year", "reward: {levels: [{from: 82.5% of target, flat: 1}]}"), &options, "");
    expect_with(A_ALONE("year", "reward: {levels: [{from: 82.6% of target, flat: 1}]}"), &options,
                "never-reached 8:23");
    rh_history_free(&history);
}

static void test_always_reached(void **state)
{
    /* 80 quarters of partners; those of P1 in 2024 are 3k, in 2025 3.3k: 76 of 80 are 95%. */
    expect(state, LEVELS("{from: 3001, flat: 1}"), "always-reached 8:23");
    expect(state, LEVELS("{from: 3301, flat: 1}"), "");
    expect(state, LEVELS("{from: 0, flat: 1}"), "");
    expect(state, LEVELS("{from: 110% of prior_year, flat: 1}"), "always-reached 8:23");
    expect(state, LEVELS("{from: 110.1% of prior_year, flat: 1}"), "");
    /* Five compete in each region. */
    const char *const contest = "metric: {rank_in: region}\n    reward: {levels: [{top: %s, flat: 100}]}";
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "incentives:\n  - name: X\n    behavior: {measure: revenue}\n    window: quarter\n    ");
    const size_t length = text.length;
    rh_text_printf(&text, contest, "4");
    rh_text_puts(&text, "\n");
    expect(state, rh_text_string(&text), "negative-margin 6:15");
    text.length = length;
    rh_text_printf(&text, contest, "5");
    rh_text_puts(&text, "\n");
    expect(state, rh_text_string(&text), "negative-margin 6:15, always-reached 9:23");
    rh_text_free(&text);
}

static void test_pools(void **state)
{
    /* P1 and P2 together: 9.9k in a quarter of 2025; P10 alone 33k. */
    const char *const only = "metric: {pooled_by: parent}\n    audience: {parent: [Holding]}\n    reward: {levels: "
                             "[{from: 0, rate: 1%%}, {from: %s, rate: 2%%}]}";
    struct rh_text text;
    rh_text_init(&text);
    rh_text_puts(&text,
                 "incentives:\n  - name: X\n    behavior: {measure: revenue, product: [A]}\n    window: quarter\n    ");
    const size_t length = text.length;
    rh_text_printf(&text, only, "12375");
    rh_text_puts(&text, "\n");
    expect(state, rh_text_string(&text), "");
    text.length = length;
    rh_text_printf(&text, only, "12376");
    rh_text_puts(&text, "\n");
    expect(state, rh_text_string(&text), "never-reached 10:44");
    rh_text_free(&text);
    /* Those without a parent are pools of their own: P10 is the largest of all. */
    expect(state,
           A_ALONE("quarter",
                   "metric: {pooled_by: parent}\n    reward: {levels: [{from: 0, rate: 1%}, {from: 41250, rate: 2%}]}"),
           "");
    expect(state,
           A_ALONE("quarter",
                   "metric: {pooled_by: parent}\n    reward: {levels: [{from: 0, rate: 1%}, {from: 41251, rate: 2%}]}"),
           "never-reached 9:44");
}

static void test_window_cap(void **state)
{
    /* 1%: the largest quarter earns 330, the smallest 30. */
    struct rh_text text;
    rh_text_init(&text);
    static const char *const caps[][2] = {
        {"330", "cap-never-binds 9:19"}, {"329.99", ""}, {"30", ""}, {"29.99", "cap-always-binds 9:19"}};
    for (size_t i = 0; i < 4; i++) {
        rh_text_clear(&text);
        rh_text_printf(&text,
                       "incentives:\n  - name: X\n    behavior: {measure: revenue, product: [A]}\n    window: quarter\n"
                       "    reward: {levels: [{from: 0, rate: 1%%}]}\n    cap: {window: %s}\n",
                       caps[i][0]);
        expect(state, rh_text_string(&text), caps[i][1]);
    }
    rh_text_free(&text);
}

static void test_partner_and_total_cap(void **state)
{
    /* In 2025, at 1%: P10 earns 1,320, P1 132, all together 7,260, of which 1,815 in the first quarter. */
    static const char *const caps[][2] = {{"partner: 1320", "cap-never-binds 9:20"},
                                          {"partner: 1319.99", ""},
                                          {"partner: 132", ""},
                                          {"partner: 131.99", "cap-always-binds 9:20"},
                                          {"total: 7260", "cap-never-binds 9:18"},
                                          {"total: 7259.99", ""},
                                          {"total: 1815", ""},
                                          {"total: 1814.99", "cap-always-binds 9:18"}};
    struct rh_text text;
    rh_text_init(&text);
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        rh_text_clear(&text);
        rh_text_printf(&text,
                       "incentives:\n  - name: X\n    behavior: {measure: revenue, product: [A]}\n    window: quarter\n"
                       "    reward: {levels: [{from: 0, rate: 1%%}]}\n    cap: {%s}\n",
                       caps[i][0]);
        expect(state, rh_text_string(&text), caps[i][1]);
    }
    rh_text_free(&text);
}

static void test_budget(void **state)
{
    /* 7,260 in 2025; of 8,066.67 with 10% in reserve 7,260.00 are left. */
    expect(state, LEVELS("{from: 0, rate: 1%}") "budget: {total: 7260}\n", "");
    expect(state, LEVELS("{from: 0, rate: 1%}") "budget: {total: 7259.99}\n", "budget-short 9:9");
    expect(state, LEVELS("{from: 0, rate: 1%}") "budget: {total: 8066.67, reserve: 10%}\n", "");
    expect(state, LEVELS("{from: 0, rate: 1%}") "budget: {total: 8066.65, reserve: 10%}\n", "budget-short 9:9");
}

static void test_year_is_the_horizon_years_earlier(void **state)
{
    /* The second half of 2026 is looked at in 2025: 3,630. */
    struct rh_check_options options = no_options();
    options.history = *state;
    options.horizon_first = rh_month_make(2026, 7);
    options.horizon_last = rh_month_make(2026, 12);
    expect_with(LEVELS("{from: 0, rate: 1%}") "budget: {total: 3630}\n", &options, "");
    expect_with(LEVELS("{from: 0, rate: 1%}") "budget: {total: 3629.99}\n", &options, "budget-short 9:9");
    /* Active months move along: one quarter costs 1,815. */
    expect_with(
        A_ALONE("quarter",
                "reward: {levels: [{from: 0, rate: 1%}]}\n    active: {from: 2026-10}\n") "budget: {total: 1815}\n",
        &options, "");
    expect_with(
        A_ALONE("quarter",
                "reward: {levels: [{from: 0, rate: 1%}]}\n    active: {from: 2026-10}\n") "budget: {total: 1814.99}\n",
        &options, "budget-short 11:9");
}

static void test_negative_margin(void **state)
{
    char name[] = "A";
    const struct rh_reference product = {.text = name};
    const double loss = -0.01, gain = 0.01;
    struct rh_check_options options = no_options();
    expect(state,
           "incentives:\n  - {name: X, behavior: {measure: revenue, product: [A]}, window: month,\n"
           "     reward: {levels: [{from: 0, rate: 1%}]}}\n",
           "");
    expect(state,
           "incentives:\n  - {name: X, behavior: {measure: units, product: [A, B]}, window: month,\n"
           "     reward: {levels: [{from: 0, per_unit: 1}]}}\n",
           "negative-margin 5:55");
    expect(state,
           "incentives:\n  - {name: X, behavior: {measure: leads}, window: month,\n"
           "     reward: {levels: [{from: 0, per_unit: 1}]}}\n",
           "");
    /* What a study assumes goes before what the ledger says. */
    options.history = *state;
    options.vendor_margin_product = &product;
    options.vendor_margin = &loss;
    options.num_vendor_margins = 1;
    expect_with(LEVELS("{from: 0, rate: 1%}"), &options, "negative-margin 6:44");
    options.vendor_margin = &gain;
    expect_with(LEVELS("{from: 0, rate: 1%}"), &options, "");
}

static void test_pays_twice_by_partners(void **state)
{
    /* Both keys of the audience can be met, but by nobody: of the small ones P1 and P2 are in the holding. */
    const char *const pair =
        "incentives:\n"
        "  - {name: X, behavior: {measure: leads}, window: month, reward: {levels: [{from: 0, flat: 1}]},\n"
        "     audience: {parent: [Holding]}}\n"
        "  - {name: Y, behavior: {measure: leads}, window: month, reward: {levels: [{from: 0, flat: 1}]},\n"
        "     audience: {segment: [%s]}}\n";
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, pair, "Small");
    expect(state, rh_text_string(&text), "pays-twice 7:25");
    rh_text_clear(&text);
    rh_text_printf(&text, pair, "Large");
    expect(state, rh_text_string(&text), "");
    rh_text_free(&text);
    /* The first pays from 10 leads, which P10 alone has; the second small partners. */
    expect(state,
           "incentives:\n"
           "  - {name: X, behavior: {measure: leads}, window: month, reward: {levels: [{from: 10, flat: 1}]}}\n"
           "  - {name: Y, behavior: {measure: leads}, window: month, reward: {levels: [{from: 0, flat: 1}]},\n"
           "     audience: {segment: [Small]}}\n",
           "");
}

static void test_cliff_of_units(void **state)
{
    /* A unit costs 100: the last 5% of 100 units cost 500. */
    expect(state,
           "incentives:\n  - {name: X, behavior: {measure: units, product: [A]}, window: quarter,\n"
           "     reward: {levels: [{from: 0, per_unit: 2}, {from: 100, flat: 139, per_unit: 2}]}}\n",
           "");
    expect(state,
           "incentives:\n  - {name: X, behavior: {measure: units, product: [A]}, window: quarter,\n"
           "     reward: {levels: [{from: 0, per_unit: 2}, {from: 100, flat: 141, per_unit: 2}]}}\n",
           "cliff 6:48");
}

static void test_complexity_of_partners(void **state)
{
    struct rh_program program;
    struct rh_findings findings;
    struct rh_complexity complexity;
    struct rh_check_options options = no_options();
    options.history = *state;
    rh_findings_init(&findings);
    read_program(
        &program, "test.yaml",
        "incentives:\n"
        "  - {name: X, behavior: {measure: revenue}, window: month,\n"
        "     reward: {levels: [{from: 0, rate: 1%}, {from: 9k, rate: 2%}]}}\n"
        "  - {name: Y, behavior: {measure: leads}, window: month, reward: {levels: [{from: 0, per_unit: 1}]},\n"
        "     audience: {segment: [Small]}, payout: {claim: required}}\n"
        "  - {name: Z, behavior: {measure: leads}, window: month, reward: {levels: [{from: 0, per_unit: 1}]},\n"
        "     audience: {tenure: {at_least: 1 month}}}\n");
    assert_int_equal(rh_program_check(&program, &options, &findings, &complexity, NULL), RH_OK);
    /* Five partners meet one incentive, .1, five meet two: .3 + (.1 + .2)/2. Nobody's `joined` is known. */
    assert_int_equal(complexity.num_partners, 10);
    assert_true(fabs(complexity.least - 0.1) < 1e-12 && fabs(complexity.most - 0.45) < 1e-12);
    assert_true(fabs(complexity.index - 0.275) < 1e-12);
    assert_true(fabs(complexity.incentives - 0.15) < 1e-12 && fabs(complexity.levels - 0.075) < 1e-12);
    assert_true(fabs(complexity.claims - 0.05) < 1e-12);
    rh_findings_free(&findings);
    rh_program_free(&program);
}

/* The sentences have the numbers. */
static void test_sentences(void **state)
{
    struct rh_program program;
    struct rh_findings findings;
    struct rh_check_options options = no_options();
    options.history = *state;
    rh_findings_init(&findings);
    read_program(&program, "test.yaml",
                 LEVELS("{from: 1k, rate: 1%}, {from: 66k, rate: 2%}") "budget: {total: 5k, reserve: 20%}\n");
    assert_int_equal(rh_program_check(&program, &options, &findings, NULL, NULL), RH_OK);
    assert_int_equal(findings.num, 3);
    assert_string_equal(
        findings.item[0].at.message,
        "reached anyway: 80 of 80 partner quarters with something to count, 2024-01 to 2025-12, came to "
        "$1,000, so that it asks for nothing");
    assert_string_equal(findings.item[1].at.message,
                        "never reached: $66,000 was out of reach in all of 80 partner quarters of 2024-01 to 2025-12; "
                        "the best came to 50% of it: $33,000 by 'P10' in 2025-01 to 2025-03");
    assert_string_equal(findings.item[2].at.message,
                        "the budget is short: what partners did in 2025-01 to 2025-12 would have cost $6,860 without "
                        "anybody selling more, and the budget has $4,000 after its reserve of 20%");
    rh_findings_free(&findings);
    rh_program_free(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_never_reached),
        cmocka_unit_test(test_never_reached_relative),
        cmocka_unit_test(test_never_reached_target),
        cmocka_unit_test(test_always_reached),
        cmocka_unit_test(test_pools),
        cmocka_unit_test(test_window_cap),
        cmocka_unit_test(test_partner_and_total_cap),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_year_is_the_horizon_years_earlier),
        cmocka_unit_test(test_negative_margin),
        cmocka_unit_test(test_pays_twice_by_partners),
        cmocka_unit_test(test_cliff_of_units),
        cmocka_unit_test(test_complexity_of_partners),
        cmocka_unit_test(test_sentences),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
