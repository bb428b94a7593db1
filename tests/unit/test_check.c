/* Findings that the file alone tells: each with a program that has it, and one that nearly has it. */
#include "program/burden.h"
#include "support/findings.h"

#include <math.h>

static void expect(const char *body, const char *expected)
{
    const struct rh_check_options options = no_options();
    expect_with(body, &options, expected);
}

/* An incentive on quarterly revenue with this reward. */
#define REVENUE(reward) \
    "incentives:\n  - name: A\n    behavior: {measure: revenue}\n    window: quarter\n    reward: " reward "\n"

static void test_cliff_of_bands_that_rerate(void **state)
{
    (void)state;
    /* From 1% to 2.45%: 1.45% / 5% + 1% = 30%, and a little more is more. */
    expect(REVENUE("{bands: retroactive, levels: [{from: 10k, rate: 1%}, {from: 20k, rate: 2.45%}]}"), "");
    expect(REVENUE("{bands: retroactive, levels: [{from: 10k, rate: 1%}, {from: 20k, rate: 2.46%}]}"), "cliff 8:66");
    expect(REVENUE("{bands: retroactive, levels: [{from: 10k, rate: 1.5%}]}"), "");
    expect(REVENUE("{bands: retroactive, levels: [{from: 10k, rate: 1.51%}]}"), "cliff 8:43");
    /* Bands that add up have no jump. */
    expect(REVENUE("{levels: [{from: 10k, rate: 1%}, {from: 20k, rate: 20%}]}"), "");
}

static void test_cliff_of_flats(void **state)
{
    (void)state;
    expect(REVENUE("{levels: [{from: 10k, flat: 150}]}"), "");
    expect(REVENUE("{levels: [{from: 10k, flat: 151}]}"), "cliff 8:23");
    /* The last 5% also earn their rate: 140/500 + 2% = 30%. */
    expect(REVENUE("{levels: [{from: 0, rate: 2%}, {from: 10k, rate: 2%, flat: 140}]}"), "");
    expect(REVENUE("{levels: [{from: 0, rate: 2%}, {from: 10k, rate: 2%, flat: 141}]}"), "cliff 8:44");
    /* A limit takes the cliff away. */
    expect(REVENUE("{levels: [{from: 10k, flat: 151}]}\n    cap: {window: 150}"), "");
    /* At zero there is nothing to climb, and a count has no price. */
    expect(REVENUE("{levels: [{from: 0, flat: 1k}]}"), "");
    expect("incentives:\n  - {name: A, behavior: {measure: leads}, window: month, reward: {levels: [{from: 10, flat: "
           "1k}]}}\n",
           "");
}

static void test_cliff_of_relative_thresholds(void **state)
{
    (void)state;
    expect(REVENUE("{bands: retroactive, levels: [{from: 105% of prior_year, rate: 1.5%}]}"), "");
    expect(REVENUE("{bands: retroactive, levels: [{from: 105% of prior_year, rate: 1.51%}]}"), "cliff 8:43");
    expect(REVENUE("{bands: retroactive, levels: [{from: 100% of target, rate: 1%}, {from: p75 of region, rate: 3%}]}"),
           "cliff 8:77");
    /* Paid on growth it re-rates only what lies above the prior year: at 105% one part in 21. */
    expect(REVENUE("{bands: retroactive, pays_on: growth, levels: [{from: 105% of prior_year, rate: 10%}]}"), "");
    expect(REVENUE("{bands: retroactive, pays_on: growth, levels: [{from: 105% of prior_year, rate: 31.51%}]}"),
           "cliff 8:60");
}

static void test_falling_rate(void **state)
{
    (void)state;
    expect(REVENUE("{levels: [{from: 0, rate: 2%}, {from: 10k, rate: 2%}]}"), "");
    expect(REVENUE("{levels: [{from: 0, rate: 2%}, {from: 10k, rate: 1.9%}]}"), "falling-rate 8:44");
    /* A level without a rate pays nothing beyond its flat amount. */
    expect(REVENUE("{levels: [{from: 0, rate: 2%}, {from: 100k, flat: 100}]}"), "falling-rate 8:44");
    /* Where none has a rate, flat amounts add up, or only the highest pays. */
    expect(REVENUE("{levels: [{from: 10k, flat: 100}, {from: 20k, flat: 50}]}"), "");
    expect(REVENUE("{bands: retroactive, levels: [{from: 10k, flat: 100}, {from: 20k, flat: 50}]}"),
           "falling-rate 8:67");
    expect("incentives:\n"
           "  - {name: A, behavior: {measure: leads}, window: month,\n"
           "     reward: {levels: [{from: 0, per_unit: 5}, {from: 9, per_unit: 4}]}}\n",
           "falling-rate 6:48");
    expect("incentives:\n"
           "  - {name: A, behavior: {measure: leads}, metric: {rank_in: all}, window: month,\n"
           "     reward: {levels: [{top: 1, flat: 500}, {top: 3, flat: 500}]}}\n",
           "");
    expect("incentives:\n"
           "  - {name: A, behavior: {measure: leads}, metric: {rank_in: all}, window: month,\n"
           "     reward: {levels: [{top: 1, flat: 500}, {top: 3, flat: 501}]}}\n",
           "falling-rate 6:45");
}

/* Two incentives with these further keys. */
static void expect_pair(const char *a, const char *b, bool twice)
{
    struct rh_text body;
    rh_text_init(&body);
    rh_text_printf(&body,
                   "incentives:\n"
                   "  - {name: A, window: month, reward: {levels: [{from: 0, flat: 1}]}, %s}\n"
                   "  - {name: B, window: month, reward: {levels: [{from: 0, flat: 1}]}, %s}\n",
                   a, b);
    const char *at = strstr(b, "behavior: ");
    char expected[64] = "";
    if (twice)
        snprintf(expected, sizeof expected, "pays-twice 6:%d", (int)(at - b) + 70 + (int)strlen("behavior: "));
    expect(rh_text_string(&body), expected);
    rh_text_free(&body);
}

static void test_pays_twice(void **state)
{
    (void)state;
    const char *all = "behavior: {measure: revenue}";
    expect_pair(all, all, true);
    expect_pair(all, "behavior: {measure: units}", true); /* the same rows */
    expect_pair(all, "behavior: {measure: sell_through}", false);
    expect_pair("behavior: {measure: revenue, product: [P, Q]}", "behavior: {measure: revenue, product: [Q]}", true);
    expect_pair("behavior: {measure: revenue, product: [P, Q]}", "behavior: {measure: revenue, product: [R]}", false);
    expect_pair("exclusive: x, behavior: {measure: revenue}", "exclusive: x, behavior: {measure: revenue}", false);
    expect_pair("exclusive: x, behavior: {measure: revenue}", "exclusive: y, behavior: {measure: revenue}", true);
    expect_pair("active: {until: 2026-03}, behavior: {measure: revenue}",
                "active: {from: 2026-04}, behavior: {measure: revenue}", false);
    expect_pair("active: {until: 2026-04}, behavior: {measure: revenue}",
                "active: {from: 2026-04}, behavior: {measure: revenue}", true);
}

static void test_pays_twice_by_audience(void **state)
{
    (void)state;
    const char *all = "behavior: {measure: revenue}";
    expect_pair("audience: {segment: [S, T]}, behavior: {measure: revenue}",
                "audience: {segment: [T]}, behavior: {measure: revenue}", true);
    expect_pair("audience: {segment: [S]}, behavior: {measure: revenue}",
                "audience: {segment: [T]}, behavior: {measure: revenue}", false);
    expect_pair("audience: {segment: [S]}, behavior: {measure: revenue}",
                "audience: {region: [E]}, behavior: {measure: revenue}", true);
    expect_pair("audience: {except: {segment: [S, T]}}, behavior: {measure: revenue}",
                "audience: {segment: [S]}, behavior: {measure: revenue}", false);
    expect_pair("audience: {except: {segment: [S]}}, behavior: {measure: revenue}",
                "audience: {segment: [S, T]}, behavior: {measure: revenue}", true);
    expect_pair("audience: {except: {segment: [S], region: [E]}}, behavior: {measure: revenue}",
                "audience: {segment: [S]}, behavior: {measure: revenue}", true);
    expect_pair("audience: {tenure: {at_most: 6 months}}, behavior: {measure: revenue}",
                "audience: {tenure: {at_least: 185 days}}, behavior: {measure: revenue}", true);
    expect_pair("audience: {tenure: {at_most: 6 months}}, behavior: {measure: revenue}",
                "audience: {tenure: {at_least: 187 days}}, behavior: {measure: revenue}", false);
    expect_pair(all, "audience: {tier: [gold]}, behavior: {measure: revenue}", true);
}

static void test_pays_twice_by_rows(void **state)
{
    (void)state;
    expect_pair("behavior: {measure: revenue, where: {days: \"<= 30\"}}",
                "behavior: {measure: revenue, where: {days: \"> 30\"}}", false);
    expect_pair("behavior: {measure: revenue, where: {days: \"<= 30\"}}",
                "behavior: {measure: revenue, where: {days: \">= 30\"}}", true);
    expect_pair("behavior: {measure: revenue, where: {days: \"< 30\"}}",
                "behavior: {measure: revenue, where: {days: \">= 30\"}}", false);
    expect_pair("behavior: {measure: revenue, where: {channel: web}}",
                "behavior: {measure: revenue, where: {channel: [shop, none]}}", false);
    expect_pair("behavior: {measure: revenue, where: {channel: web}}",
                "behavior: {measure: revenue, where: {channel: \"!= web\"}}", false);
    expect_pair("behavior: {measure: revenue, where: {channel: [web, shop]}}",
                "behavior: {measure: revenue, where: {channel: \"!= web\"}}", true);
    expect_pair("behavior: {measure: revenue, where: {channel: web}}",
                "behavior: {measure: revenue, where: {campaign: spring}}", true);
}

static rh_month month(const char *text)
{
    rh_month out;
    assert_true(rh_month_parse(text, strlen(text), &out));
    return out;
}

static void expect_in(const char *body, const char *first, const char *last, const char *expected)
{
    struct rh_check_options options = no_options();
    options.horizon_first = month(first);
    options.horizon_last = month(last);
    expect_with(body, &options, expected);
}

static void test_uncovered_months(void **state)
{
    (void)state;
    const char *const quarterly = REVENUE("{levels: [{from: 0, rate: 1%}]}");
    expect_in(quarterly, "2026-01", "2026-12", "");
    expect_in(quarterly, "2026-02", "2026-12", "uncovered-months 7:13");
    expect_in(quarterly, "2026-01", "2026-11", "uncovered-months 7:13");
    expect(quarterly, ""); /* without a horizon there is nothing to cover */
    /* The fiscal year decides. */
    expect_in("year_starts: 2\n" REVENUE("{levels: [{from: 0, rate: 1%}]}"), "2026-02", "2027-01", "");
    const char *const active = REVENUE("{levels: [{from: 0, rate: 1%}]}\n    active: {from: 2026-02, until: 2026-09}");
    expect(active, "uncovered-months 9:13");
    expect_in(active, "2026-01", "2026-12", "uncovered-months 9:13");
    expect_in(active, "2026-04", "2026-06", ""); /* the horizon cuts the months that are not covered */
    expect("incentives:\n  - {name: A, behavior: {measure: revenue}, window: program, active: {from: 2026-02, until: "
           "2026-05},\n"
           "     reward: {levels: [{from: 0, rate: 1%}]}}\n",
           "");
}

/* The message's end, after the last ';'. */
static void expect_nearest(const char *first, const char *last, const char *expected)
{
    struct rh_program program;
    struct rh_findings findings;
    struct rh_check_options options = no_options();
    options.horizon_first = month(first);
    options.horizon_last = month(last);
    rh_findings_init(&findings);
    read_program(&program, "test.yaml", REVENUE("{levels: [{from: 0, rate: 1%}]}"));
    assert_int_equal(rh_program_check(&program, &options, &findings, NULL, NULL), RH_OK);
    assert_int_equal(findings.num, 1);
    assert_string_equal(strrchr(findings.item[0].at.message, ';') + 2, expected);
    rh_findings_free(&findings);
    rh_program_free(&program);
}

static void test_nearest_horizon(void **state)
{
    (void)state;
    expect_nearest("2026-02", "2027-01", "the nearest horizon that fits is 2026-01 to 2026-12");
    expect_nearest("2026-03", "2026-12", "the nearest horizon that fits is 2026-04 to 2026-12");
    expect_nearest("2026-01", "2026-11", "the nearest horizon that fits is 2026-01 to 2026-12");
    expect_nearest("2026-01", "2026-04", "the nearest horizon that fits is 2026-01 to 2026-03");
    expect_nearest("2026-02", "2026-03", "the nearest horizon that fits is 2026-01 to 2026-03");
    expect_nearest("2026-03", "2026-03", "the nearest horizon that fits is 2026-04 to 2026-06");
}

/* Against a program in force with levels at 10k and 20k of quarterly revenue. */
static void expect_dropped(const char *body, const char *expected)
{
    struct rh_program in_force;
    struct rh_check_options options = no_options();
    read_program(&in_force, "now.yaml",
                 REVENUE("{levels: [{from: 0, rate: 1%}, {from: 10k, rate: 2%}, {from: 20k, rate: 3%}]}"));
    options.in_force = &in_force;
    expect_with(body, &options, expected);
    rh_program_free(&in_force);
}

static void test_dropped_threshold(void **state)
{
    (void)state;
    expect_dropped(REVENUE("{levels: [{from: 10k, rate: 2%}, {from: 20k, rate: 4%}]}"), "");
    expect_dropped(REVENUE("{levels: [{from: 10k, rate: 2%}, {from: 21k, rate: 4%}]}"),
                   "dropped-threshold now.yaml:8:67");
    expect_dropped(REVENUE("{levels: [{from: 0, rate: 2%}]}"), "dropped-threshold now.yaml:8:44");
    /* The same number of something else is another threshold. */
    expect_dropped("incentives:\n"
                   "  - {name: A, behavior: {measure: revenue}, window: month,\n"
                   "     reward: {levels: [{from: 10k, rate: 2%}, {from: 20k, rate: 4%}]}}\n",
                   "dropped-threshold now.yaml:8:44");
    expect_dropped("incentives:\n"
                   "  - {name: A, behavior: {measure: sell_through}, window: quarter,\n"
                   "     reward: {levels: [{from: 10k, rate: 2%}, {from: 20k, rate: 4%}]}}\n",
                   "dropped-threshold now.yaml:8:44");
}

static void test_complexity(void **state)
{
    (void)state;
    struct rh_program program;
    struct rh_findings findings;
    struct rh_complexity complexity;
    struct rh_text text;
    const struct rh_check_options options = no_options();
    rh_findings_init(&findings);
    rh_text_init(&text);
    read_program(
        &program, "test.yaml",
        "incentives:\n"
        "  - {name: A, behavior: {measure: revenue}, window: month, payout: {claim: required},\n"
        "     reward: {bands: retroactive, levels: [{from: 100% of prior_year, rate: 1%}, {from: 9k, rate: 2%}]}}\n"
        "  - {name: B, behavior: {measure: leads}, window: month, reward: {levels: [{from: 0, per_unit: 1}]}}\n");
    assert_int_equal(rh_program_check(&program, &options, &findings, &complexity, NULL), RH_OK);
    /* .3 · 1 + mean(.1 + .2 + .3 + .2, 0) */
    assert_true(fabs(complexity.index - (0.3 + 0.8 / 2.0)) < 1e-12);
    assert_int_equal(complexity.num_partners, 0);
    rh_complexity_format(&complexity, &text);
    assert_string_equal(rh_text_string(&text), "at most 0.70 of 3: incentives at once 0.30, relative thresholds 0.15, "
                                               "retroactive bands 0.10, claims 0.10, levels 0.05");
    rh_text_free(&text);
    rh_findings_free(&findings);
    rh_program_free(&program);
}

/* What relates to more than the sales of now: growth, and a streak of relative totals, as much as a relative level. */
static void test_relative_burden(void **state)
{
    static const struct {
        const char *metric;
        double burden;
    } cases[] = {{"metric: growth, reward: {levels: [{from: 0, rate: 1%}]}", 0.3},
                 {"metric: {streak: 3, at_least: 90% of prior_year}, reward: {levels: [{from: 1, flat: 5}]}", 0.3},
                 {"metric: {streak: 3, at_least: 9k}, reward: {levels: [{from: 1, flat: 5}, {from: 2, flat: 9}]}", 0.1},
                 {"reward: {pays_on: growth, levels: [{from: 9k, rate: 1%}]}", 0.3},
                 {"reward: {levels: [{from: 9k, rate: 1%}]}", 0.0}};
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct rh_program program;
        char text[300];
        snprintf(text, sizeof text, "incentives:\n  - {name: A, behavior: {measure: revenue}, window: month, %s}\n",
                 cases[k].metric);
        read_program(&program, "test.yaml", text);
        const struct rh_burden burden = rh_incentive_burden(&program.incentive[0]);
        assert_true(fabs(rh_burden_sum(&burden) - cases[k].burden) < 1e-12);
        assert_true(fabs(rh_complexity_of(2, 2.0 * rh_burden_sum(&burden)) - (0.3 + cases[k].burden)) < 1e-12);
        rh_program_free(&program);
    }
}

static void test_complexity_has_an_end(void **state)
{
    (void)state;
    struct rh_program program;
    struct rh_findings findings;
    struct rh_complexity complexity;
    struct rh_text body;
    const struct rh_check_options options = no_options();
    rh_findings_init(&findings);
    rh_text_init(&body);
    rh_text_puts(&body, "incentives:\n");
    for (int i = 0; i < 12; i++)
        rh_text_printf(
            &body, "  - {name: A%d, behavior: {measure: m%d}, window: month, reward: {levels: [{from: 0, flat: 1}]}}\n",
            i, i);
    read_program(&program, "test.yaml", rh_text_string(&body));
    assert_int_equal(rh_program_check(&program, &options, &findings, &complexity, NULL), RH_OK);
    assert_true(complexity.index == RH_MOST_COMPLEX);
    assert_int_equal(findings.num, 0);
    rh_text_free(&body);
    rh_findings_free(&findings);
    rh_program_free(&program);
}

static void test_format(void **state)
{
    (void)state;
    struct rh_program program;
    struct rh_findings findings;
    struct rh_text text;
    const struct rh_check_options options = no_options();
    rh_findings_init(&findings);
    rh_text_init(&text);
    read_program(&program, "test.yaml", REVENUE("{levels: [{from: 0, rate: 2%}, {from: 10k, rate: 1%}]}"));
    assert_int_equal(rh_program_check(&program, &options, &findings, NULL, NULL), RH_OK);
    rh_finding_format(&findings.item[0], &text);
    assert_string_equal(rh_text_string(&text),
                        "test.yaml:8:44: finding: the rate falls from 2% to 1% at $10,000: who sells more is paid less "
                        "for it [falling-rate]\n"
                        "      reward: {levels: [{from: 0, rate: 2%}, {from: 10k, rate: 1%}]}\n"
                        "                                             ^\n");
    rh_text_free(&text);
    rh_findings_free(&findings);
    rh_program_free(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cliff_of_bands_that_rerate),
        cmocka_unit_test(test_cliff_of_flats),
        cmocka_unit_test(test_cliff_of_relative_thresholds),
        cmocka_unit_test(test_falling_rate),
        cmocka_unit_test(test_pays_twice),
        cmocka_unit_test(test_pays_twice_by_audience),
        cmocka_unit_test(test_pays_twice_by_rows),
        cmocka_unit_test(test_uncovered_months),
        cmocka_unit_test(test_nearest_horizon),
        cmocka_unit_test(test_dropped_threshold),
        cmocka_unit_test(test_complexity),
        cmocka_unit_test(test_relative_burden),
        cmocka_unit_test(test_complexity_has_an_end),
        cmocka_unit_test(test_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
