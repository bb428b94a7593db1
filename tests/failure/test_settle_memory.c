/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* A settlement of all that the language has, its statement and a partner's arithmetic, while memory runs out at each
 * call in turn: never a crash, never a leak, never a statement that is not whole. */
#include "support/settling.h"

#include "failure/failing_memory.h"

static const char everything[] =
    "year_starts: 1\n"
    "fx: {EUR: 1.1}\n"
    "withholding: {region: {East: 10%}, gross_up: true}\n"
    "budget: {total: 10}\n"
    "tiers:\n"
    "  review: quarter\n"
    "  levels:\n"
    "    - {name: base}\n"
    "    - {name: top, when: [{measure: revenue, at_least: 10}], benefits: {rate_bonus: 1%}}\n"
    "incentives:\n"
    "  - {name: A, audience: {tier: [base, top], region: [East], except: {partner: [P9]}}, requires: [{measure: "
    "training, "
    "at_least: 1, window: month}], behavior: {measure: revenue, product: [Gin], where: {days: '>= 0', promo: web}}, "
    "window: "
    "month, once: true, minimum: 5, cap: {window: 9, partner: 90, total: 99}, exclusive: g, clawback: {within: 1 "
    "months}, "
    "payout: {after: 40 days}, multiplier: {region: {East: 2}, tier: {top: 1.5}}, reward: {levels: [{from: 10% of "
    "prior_year, rate: 10%}, {from: p75 of region, flat: 3}]}}\n"
    "  - {name: B, behavior: {measure: revenue}, metric: {rank_in: region}, window: month, exclusive: g, reward: "
    "{levels: "
    "[{top: 1, flat: 5}]}}\n"
    "  - {name: C, behavior: {measure: revenue}, metric: {pooled_by: parent}, window: month, reward: {levels: [{from: "
    "50% "
    "of target, flat: 5}]}}\n"
    "  - {name: D, behavior: {measure: marketing_spend}, window: month, reward: {match: 50%, fund: {accrues: 2%, of: "
    "revenue, expires: 2 months}}}\n"
    "  - {name: E, behavior: {measure: revenue}, metric: {streak: 2, at_least: p50 of all}, window: month, reward: "
    "{levels: [{from: 1, flat: 2}]}}\n"
    "  - {name: F, behavior: {measure: revenue}, metric: {ratio_to: {measure: revenue, product: [Gin]}}, window: "
    "program, "
    "clawback: {within: 1 months}, payout: {after: 40 days}, active: {from: 2016-01, until: 2016-01}, reward: {levels: "
    "[{from: 0.5, rate: 1%}]}}\n";

static void build(struct rh_history *history)
{
    rh_history_init(history);
    const char *const ids[] = {"P3", "P1", "P2", "P9"};
    const char *const dates[] = {"2015-01-10", "2015-11-05", "2015-12-06", "2016-01-10", "2016-02-10", "2016-02-20"};
    for (int k = 0; k < 4; k++) {
        const int32_t row = build_partner(history, ids[k], "Shop", "East", RH_NO_DAY);
        history->partners.parent[row] = build_name(&history->partners.parents, k < 2 ? "G" : "");
        history->partners.currency[row] = build_name(&history->partners.currencies, k == 0 ? "EUR" : "USD");
        for (int i = 0; i < 6; i++)
            sell_product(history, ids[k], dates[i], "Gin", i == 5 ? -1 : 100 + k);
        spend(history, ids[k], "2016-02-02", "marketing_spend", 10);
        count(history, ids[k], "2015-12-02", "training", 1);
        set_target(history, ids[k], "revenue", RH_WINDOW_MONTH, "2016-01-01", 50);
    }
    history->events.attribute = calloc(1, sizeof *history->events.attribute);
    history->events.num_attributes = 1;
    history->events.attribute->name = rh_strdup("promo");
    for (size_t row = 0; row < history->events.num; row++) {
        BUILD_APPEND(history->events.attribute->code, row, build_name(&history->events.attribute->values, "web"));
        history->events.days[row] = RH_MONEY_ONE;
    }
}

static int discard(void *user, const struct rh_line *line, size_t num, struct rh_error *error)
{
    (void)line;
    (void)error;
    *(size_t *)user += num;
    return RH_OK;
}

/* The whole way: the statement with its CSV, and partner P1's arithmetic with its text. */
static int work(const struct rh_program *program, const struct rh_history *history, struct rh_text *csv,
                struct rh_text *text, struct rh_error *error)
{
    struct rh_statement statement;
    struct rh_arithmetic arithmetic = {0};
    size_t num = 0;
    rh_money left;
    const rh_month from = a_month("2016-01");
    const int32_t partner = rh_names_find(&history->partners.id, "P1");
    const struct rh_settle_request request = {.from = from,
                                              .until = RH_NO_MONTH,
                                              .sink = discard,
                                              .user = &num,
                                              .partner = partner,
                                              .arithmetic = &arithmetic};
    int code = rh_settle(&statement, program, history, from, RH_NO_MONTH, NULL, error);
    if (code == RH_OK)
        code = rh_statement_csv(&statement, program, history, csv);
    if (code == RH_OK)
        code = rh_settle_months(program, history, &request, &left, NULL, error);
    if (code == RH_OK)
        code = rh_arithmetic_text(&arithmetic, partner, program, history, text);
    rh_statement_free(&statement);
    rh_arithmetic_free(&arithmetic);
    return code;
}

static void exhaust(enum rh_fail_mode mode)
{
    struct rh_history history;
    struct rh_program program;
    struct rh_text whole_csv, whole_text;
    struct rh_error error = {0};
    build(&history);
    read_program(&program, everything);
    make_ready(&history, &program);
    rh_text_init(&whole_csv);
    rh_text_init(&whole_text);
    if (work(&program, &history, &whole_csv, &whole_text, &error) != RH_OK)
        fail_msg("%s", error.message);
    assert_non_null(strstr(rh_text_string(&whole_csv), ",budget\n"));
    long num_calls = 0;
    for (long n = 0;; n++) {
        struct rh_text csv, text;
        rh_text_init(&csv);
        rh_text_init(&text);
        rh_fail_memory(n, mode);
        const int code = work(&program, &history, &csv, &text, &error);
        const bool failed = rh_memory_failed();
        if (failed && code != RH_ERR_NO_MEMORY)
            fail_msg("call %ld: code %d", n, code);
        if (!failed) {
            assert_string_equal(rh_text_string(&csv), rh_text_string(&whole_csv));
            assert_string_equal(rh_text_string(&text), rh_text_string(&whole_text));
        }
        rh_text_free(&csv);
        rh_text_free(&text);
        num_calls = n;
        if (!failed)
            break;
    }
    assert_true(num_calls > 100);
    rh_text_free(&whole_csv);
    rh_text_free(&whole_text);
    rh_program_free(&program);
    rh_history_free(&history);
}

static void one_call_fails(void **state)
{
    (void)state;
    exhaust(RH_FAIL_ONCE);
}

static void memory_stays_out(void **state)
{
    (void)state;
    exhaust(RH_FAIL_ON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_call_fails),
        cmocka_unit_test(memory_stays_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
