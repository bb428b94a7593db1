/* The statement as a file, and as one partner reads it. */
#include "support/settling.h"

static void reasons_stand_in_the_order_of_the_steps(void **state)
{
    (void)state;
    char text[RH_REASONS_TEXT];
    assert_string_equal(rh_reasons_text(0, text), "");
    assert_string_equal(rh_reasons_text(RH_REASON_BUDGET | RH_REASON_ONCE, text), "once+budget");
    assert_string_equal(rh_reasons_text((1U << RH_NUM_REASONS) - 1, text),
                        "once+window_cap+exclusive+partner_cap+minimum+total_cap+budget");
    assert_true(strlen(text) < RH_REASONS_TEXT);
}

static void build(struct rh_history *history)
{
    rh_history_init(history);
    build_partner(history, "P,1", "Shop", "East", RH_NO_DAY);
    build_partner(history, "P2", "Shop", "East", RH_NO_DAY);
    free(history->partners.name[1]);
    history->partners.name[1] = rh_strdup("Zoë's Wines");
}

/* The header, quotes, an attainment that needs all its decimals, and the largest number there is. */
static void the_file_is_as_documented(void **state)
{
    (void)state;
    struct rh_history history;
    struct rh_program program;
    struct rh_text text;
    build(&history);
    read_program(&program, "incentives:\n  - {name: 'A \"b\"', behavior: {measure: revenue}, window: month, reward: "
                           "{levels: [{from: 0, flat: 1}]}}\n");
    struct rh_line lines[] = {{.partner = 0,
                               .first = a_month("2016-01"),
                               .last = a_month("2016-03"),
                               .attainment = 5,
                               .level = 12,
                               .multiplier = 1,
                               .earned = INT64_MAX / 100 * 100,
                               .cut = 100,
                               .carried_in = 1000,
                               .carried_out = 10000,
                               .payable = 0,
                               .reasons = RH_REASON_MINIMUM}};
    const struct rh_statement statement = {.line = lines, .num = 1};
    rh_text_init(&text);
    assert_int_equal(rh_statement_csv(&statement, &program, &history, &text), RH_OK);
    assert_string_equal(
        rh_text_string(&text),
        "partner_id,incentive,window_start,window_end,attainment,level,multiplier,earned,cut,carried_in,"
        "carried_out,payable,reason\n"
        "\"P,1\",\"A \"\"b\"\"\",2016-01-01,2016-03-31,0.0005,12,0.000001,922337203685477.58,0.01,0.10,"
        "1.00,0.00,minimum\n");
    rh_text_free(&text);
    rh_program_free(&program);
    rh_history_free(&history);
}

static int discard(void *user, const struct rh_line *line, size_t num, struct rh_error *error)
{
    (void)user;
    (void)line;
    (void)num;
    (void)error;
    return RH_OK;
}

/* What partner `id` reads of a settlement. */
static void assert_reads(struct rh_history *history, const char *id, const char *rest, const char *from,
                         const char *expected)
{
    struct rh_program program;
    struct rh_arithmetic arithmetic = {0};
    struct rh_error error = {0};
    struct rh_text text;
    rh_money left;
    read_program(&program, rest);
    make_ready(history, &program);
    const struct rh_settle_request request = {.from = a_month(from),
                                              .until = RH_NO_MONTH,
                                              .sink = discard,
                                              .partner = rh_names_find(&history->partners.id, id),
                                              .arithmetic = &arithmetic};
    if (rh_settle_months(&program, history, &request, &left, NULL, &error) != RH_OK)
        fail_msg("%s", error.message);
    rh_text_init(&text);
    assert_int_equal(rh_arithmetic_text(&arithmetic, request.partner, &program, history, &text), RH_OK);
    if (strcmp(rh_text_string(&text), expected) != 0)
        fail_msg("expected\n%s\nfound\n%s", expected, rh_text_string(&text));
    rh_text_free(&text);
    rh_arithmetic_free(&arithmetic);
    rh_program_free(&program);
}

/* Bands, multiplier, caps, what is carried, and when it is due. */
static void a_partner_sees_each_step(void **state)
{
    (void)state;
    struct rh_history history;
    build(&history);
    sell(&history, "P2", "2016-01-10", 20000);
    sell(&history, "P2", "2016-02-10", 8000);
    assert_reads(
        &history, "P2",
        "budget: {total: 1000, reserve: 10%}\n"
        "withholding: {region: {East: 25%}}\n"
        "incentives:\n"
        "  - {name: A, behavior: {measure: revenue}, window: month, multiplier: {region: {East: 1.2}}, reward: "
        "{levels: [{from: 5k, rate: 1%}, {from: 15k, rate: 2.5%, flat: 500}]}, cap: {window: 800, partner: 820}, "
        "minimum: 30, payout: {after: 45 days, claim: required}}\n",
        NULL,
        "Zoë's Wines (P2): x, in USD\n"
        "\n"
        "2016-01-01 to 2016-01-31  A\n"
        "    revenue                                                                  20,000.00\n"
        "    level 2 of 2: from 15,000.00\n"
        "    1% of 10,000.00                                                             100.00\n"
        "    2.5% of 5,000.00                                                            125.00\n"
        "    for reaching level 2                                                        500.00\n"
        "    times 1.2\n"
        "    earned                                                                      870.00\n"
        "    cap of a window, 800.00                                                     -70.00\n"
        "    payable, due 2016-03-16, once claimed                                       800.00\n"
        "    of which withheld                                                           200.00\n"
        "\n"
        "2016-02-01 to 2016-02-29  A\n"
        "    revenue                                                                   8,000.00\n"
        "    level 1 of 2: from 5,000.00; level 2 begins at 15,000.00\n"
        "    1% of 3,000.00                                                               30.00\n"
        "    times 1.2\n"
        "    earned                                                                       36.00\n"
        "    cap of a partner, 820.00 over the program                                   -16.00\n"
        "    below the minimum of 30.00 in the last window                               -20.00\n"
        "    payable                                                                       0.00\n"
        "\n"
        "    Payable over all lines                                                      800.00\n");
    rh_history_free(&history);
}

/* Pools, ranks and matches have numbers of their own. */
static void a_partner_sees_what_others_decide(void **state)
{
    (void)state;
    struct rh_history history;
    build(&history);
    sell(&history, "P,1", "2016-01-10", 3000);
    sell(&history, "P2", "2016-01-10", 1000);
    spend(&history, "P2", "2016-02-10", "marketing_spend", 100);
    assert_reads(
        &history, "P2",
        "incentives:\n"
        "  - {name: C, behavior: {measure: revenue}, metric: {rank_in: segment}, window: month, reward: {levels: "
        "[{top: 1, flat: 9}, {top: 2, flat: 3}]}}\n"
        "  - {name: P, behavior: {measure: revenue}, metric: {pooled_by: segment}, window: month, reward: {levels: "
        "[{from: 0, rate: 1%}]}}\n"
        "  - {name: M, behavior: {measure: marketing_spend}, window: month, reward: {match: 50%, fund: {accrues: "
        "2%, of: revenue, expires: 2 months}}}\n",
        NULL,
        "Zoë's Wines (P2): x, in USD\n"
        "\n"
        "2016-01-01 to 2016-01-31  C\n"
        "    revenue                                                                   1,000.00\n"
        "    rank 2 of 2 in its segment\n"
        "    level 2 of 2: ranks 1 to 2\n"
        "    for reaching level 2                                                          3.00\n"
        "    earned                                                                        3.00\n"
        "    payable, due 2016-03-01                                                       3.00\n"
        "\n"
        "2016-01-01 to 2016-01-31  P\n"
        "    revenue                                                                   1,000.00\n"
        "    the pool's, of 2 members                                                  4,000.00\n"
        "    level 1 of 1: from 0.00\n"
        "    1% of 4,000.00                                                               40.00\n"
        "    the pool's reward                                                            40.00\n"
        "    of which by its contribution 25%\n"
        "    earned                                                                       10.00\n"
        "    payable, due 2016-03-01                                                      10.00\n"
        "\n"
        "2016-02-01 to 2016-02-29  M\n"
        "    marketing_spend                                                             100.00\n"
        "    2016-02: 50% of 100.00 spent; the fund held 20.00                            20.00\n"
        "    earned                                                                       20.00\n"
        "    payable, due 2016-03-30                                                      20.00\n"
        "\n"
        "    Payable over all lines                                                       33.00\n");
    rh_history_free(&history);
}

/* Relative thresholds, ratios, streaks, what is carried on, and a bonus of a tier. */
static void a_partner_sees_what_thresholds_relate_to(void **state)
{
    (void)state;
    struct rh_history history;
    build(&history);
    sell_product(&history, "P2", "2015-01-10", "Gin", 1000);
    sell_product(&history, "P2", "2016-01-10", "Gin", 1500);
    assert_reads(
        &history, "P2",
        "tiers: {review: month, levels: [{name: base, benefits: {rate_bonus: 0.5%}}]}\n"
        "incentives:\n"
        "  - {name: G, behavior: {measure: revenue}, metric: growth, window: month, reward: {bands: retroactive, "
        "levels: [{from: 10% of prior_year, rate: 1%}, {from: 60% of prior_year, rate: 2%}]}}\n"
        "  - {name: R, behavior: {measure: revenue}, metric: {ratio_to: {measure: revenue, product: [Gin]}}, "
        "window: month, reward: {levels: [{from: 0.5, rate: 1%}]}}\n"
        "  - {name: S, behavior: {measure: revenue}, metric: {streak: 2, at_least: 90% of prior_year}, window: "
        "month, reward: {levels: [{from: 1, flat: 4}]}}\n",
        "2016-01",
        "Zoë's Wines (P2): x, in USD\n"
        "\n"
        "2016-01-01 to 2016-01-31  G\n"
        "    revenue                                                                   1,500.00\n"
        "    the same window one year earlier                                          1,000.00\n"
        "    growth                                                                      500.00\n"
        "    level 1 of 2: from 100.00 (10% of prior_year); level 2 begins at 600.00 (60% of prior_year)\n"
        "    1% of 500.00                                                                  5.00\n"
        "    earned                                                                        5.00\n"
        "    payable, due 2016-03-01                                                       5.00\n"
        "\n"
        "2016-01-01 to 2016-01-31  R\n"
        "    revenue                                                                   1,500.00\n"
        "    over revenue                                                              1,500.00\n"
        "    ratio 1.00\n"
        "    level 1 of 1: from 0.50\n"
        "    1% of 1,500.00                                                               15.00\n"
        "    earned                                                                       15.00\n"
        "    payable, due 2016-03-01                                                      15.00\n"
        "\n"
        "2016-01-01 to 2016-01-31  S\n"
        "    revenue                                                                   1,500.00\n"
        "    the same window one year earlier                                          1,000.00\n"
        "    at least 900.00 for 1 of 2 windows in a row\n"
        "    level 1 of 1: from 1\n"
        "    for reaching level 1                                                          4.00\n"
        "    earned                                                                        4.00\n"
        "    payable, due 2016-03-01                                                       4.00\n"
        "\n"
        "2016-01-01 to 2016-01-31  tier:base\n"
        "    revenue of the month                                                      1,500.00\n"
        "    0.5% of it for holding base\n"
        "    earned                                                                        7.50\n"
        "    payable                                                                       7.50\n"
        "\n"
        "    Payable over all lines                                                       31.50\n");
    rh_history_free(&history);
}

static void a_partner_without_lines_is_told_so(void **state)
{
    (void)state;
    struct rh_history history;
    build(&history);
    sell(&history, "P2", "2016-01-10", 1000);
    assert_reads(
        &history, "P,1",
        "incentives:\n  - {name: A, behavior: {measure: revenue}, window: month, reward: {levels: [{from: 0, flat: "
        "1}]}}\n",
        NULL,
        "P,1 (P,1): x, in USD\n"
        "\n"
        "No line: the partner took part in nothing, or did nothing of what is rewarded.\n"
        "\n"
        "    Payable over all lines                                                        0.00\n");
    rh_history_free(&history);
}

/* 25% of 0.02 are half a cent, to the even 0; grossed up, a third of it is two thirds of a cent, to 0.01. */
static void withholding_stands_beside_the_payable_amount(void **state)
{
    (void)state;
    struct rh_history history;
    struct rh_program program;
    struct rh_statement statement;
    struct rh_error error = {0};
    build(&history);
    sell(&history, "P2", "2016-01-10", 0.02);
    sell(&history, "P,1", "2016-01-10", 30);
    for (int grossed = 0; grossed < 2; grossed++) {
        char rest[512];
        snprintf(rest, sizeof rest,
                 "withholding: {region: {East: 25%%}, gross_up: %s}\nincentives:\n  - {name: A, behavior: {measure: "
                 "revenue}, "
                 "window: month, reward: {levels: [{from: 0, rate: 100%%}]}}\n",
                 grossed ? "true" : "false");
        read_program(&program, rest);
        make_ready(&history, &program);
        assert_int_equal(rh_settle(&statement, &program, &history, RH_NO_MONTH, RH_NO_MONTH, NULL, &error), RH_OK);
        assert_int_equal(statement.num, 2);
        assert_int_equal(statement.line[0].payable, 300000);
        assert_int_equal(statement.line[0].withheld, grossed ? 100000 : 75000);
        assert_int_equal(statement.line[0].gross_up, grossed ? 100000 : 0);
        assert_int_equal(statement.line[1].payable, 200);
        assert_int_equal(statement.line[1].withheld, grossed ? 100 : 0);
        rh_statement_free(&statement);
        rh_program_free(&program);
    }
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reasons_stand_in_the_order_of_the_steps),
        cmocka_unit_test(the_file_is_as_documented),
        cmocka_unit_test(a_partner_sees_each_step),
        cmocka_unit_test(a_partner_sees_what_others_decide),
        cmocka_unit_test(a_partner_sees_what_thresholds_relate_to),
        cmocka_unit_test(a_partner_without_lines_is_told_so),
        cmocka_unit_test(withholding_stands_beside_the_payable_amount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
