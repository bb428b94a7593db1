/* Who takes part, which rows count, which windows exist. */
#include "program/program.h"

#include "build_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Reads a program with one incentive that has these further keys. */
static void read_incentive(struct rh_program *program, const char *keys)
{
    struct rh_text text;
    struct rh_problems problems;
    rh_text_init(&text);
    rh_problems_init(&problems);
    rh_text_printf(&text,
                   "rehearse: program/1\nname: x\ncurrency: USD\nincentives:\n"
                   "  - {name: a, reward: {levels: [{from: 0, flat: 1}]}, %s}\n",
                   keys);
    if (rh_program_parse(program, "x.yaml", rh_text_string(&text), text.length, &problems) != RH_OK)
        fail_msg("%s: %s", keys, problems.items[0].message);
    rh_problems_free(&problems);
    rh_text_free(&text);
}

static rh_day day(const char *text)
{
    rh_day out;
    assert_true(rh_day_parse(text, strlen(text), &out));
    return out;
}

static rh_month month(const char *text)
{
    rh_month out;
    assert_true(rh_month_parse(text, strlen(text), &out));
    return out;
}

static void build_partners(struct rh_history *history)
{
    rh_history_init(history);
    build_partner(history, "P0", "Grocery", "East", RH_NO_DAY);
    build_partner(history, "P1", "Grocery", "West", day("2015-08-31"));
    build_partner(history, "P2", "Bar", "East", day("2017-02-10"));
    build_partner(history, "P3", "", "", day("2016-12-31"));
    history->partners.tier[1] = build_name(&history->partners.tiers, "gold");
    history->partners.parent[2] = build_name(&history->partners.parents, "P0");
}

/* The partners in the audience in the window, as a text of their numbers. */
static void assert_eligible(const struct rh_history *history, const char *audience, const char *first, const char *last,
                            const char *expected)
{
    struct rh_program program;
    char keys[256], found[8] = "";
    snprintf(keys, sizeof keys, "behavior: {measure: revenue}, window: month, audience: %s", audience);
    read_incentive(&program, keys);
    for (int32_t row = 0; row < 4; row++) {
        if (rh_incentive_eligible(&program.incentive[0], history, row, day(first), day(last)))
            found[strlen(found)] = (char)('0' + row);
    }
    if (strcmp(found, expected) != 0)
        fail_msg("%s, %s to %s: '%s', expected '%s'", audience, first, last, found, expected);
    rh_program_free(&program);
}

static void test_audience(void **state)
{
    (void)state;
    struct rh_history h;
    build_partners(&h);
    const char *first = "2017-04-01", *last = "2017-04-30";
    assert_eligible(&h, "{}", first, last, "0123");
    assert_eligible(&h, "{segment: [Grocery]}", first, last, "01");
    assert_eligible(&h, "{segment: [Grocery, Bar]}", first, last, "012");
    assert_eligible(&h, "{segment: [Grocery], region: [West]}", first, last, "1");
    assert_eligible(&h, "{tier: [gold]}", first, last, "1");
    assert_eligible(&h, "{partner: [P3, P0]}", first, last, "03");
    assert_eligible(&h, "{parent: [P0]}", first, last, "2");
    assert_eligible(&h, "{except: {region: [East]}}", first, last, "13");
    assert_eligible(&h, "{except: {region: [East], segment: [Bar]}}", first, last, "013");
    assert_eligible(&h, "{region: [East], except: {partner: [P0]}}", first, last, "2");
    rh_history_free(&h);
}

static void test_joining(void **state)
{
    (void)state;
    struct rh_history h;
    build_partners(&h);
    /* A window that ends before the day is not the partner's, one that ends on it is. */
    assert_eligible(&h, "{}", "2017-01-01", "2017-02-09", "013");
    assert_eligible(&h, "{}", "2017-01-01", "2017-02-10", "0123");
    assert_eligible(&h, "{}", "2017-02-01", "2017-02-28", "0123");
    assert_eligible(&h, "{}", "2016-12-01", "2016-12-30", "01");
    rh_history_free(&h);
}

static void test_tenure(void **state)
{
    (void)state;
    struct rh_history h;
    build_partners(&h);
    /* P1 joined on 31 August: six months later is the end of February. */
    assert_eligible(&h, "{tenure: {at_least: 6 months}}", "2016-02-29", "2016-03-31", "1");
    assert_eligible(&h, "{tenure: {at_least: 6 months}}", "2016-02-28", "2016-03-31", "");
    assert_eligible(&h, "{tenure: {at_most: 6 months}}", "2016-02-29", "2016-03-31", "1");
    assert_eligible(&h, "{tenure: {at_most: 6 months}}", "2016-03-01", "2016-03-31", "");
    assert_eligible(&h, "{tenure: {at_least: 59 days}}", "2017-02-28", "2017-03-31", "13");
    assert_eligible(&h, "{tenure: {at_least: 60 days}}", "2017-02-28", "2017-03-31", "1");
    assert_eligible(&h, "{tenure: {at_least: 1 days, at_most: 90 days}}", "2017-03-01", "2017-03-31", "23");
    /* One that has joined within the window has no tenure at its first day, and fits any `at_most`. */
    assert_eligible(&h, "{tenure: {at_least: 0 days}}", "2017-02-01", "2017-02-28", "13");
    assert_eligible(&h, "{tenure: {at_most: 0 days}}", "2017-02-01", "2017-02-28", "2");
    assert_eligible(&h, "{except: {tenure: {at_most: 90 days}}}", "2017-03-01", "2017-03-31", "01");
    /* The calendar ends before the time is over. */
    h.partners.joined[0] = day("9999-12-30");
    assert_eligible(&h, "{tenure: {at_least: 1200 months}}", "9999-12-30", "9999-12-31", "123");
    assert_eligible(&h, "{tenure: {at_most: 1200 months}}", "9999-12-30", "9999-12-31", "0");
    rh_history_free(&h);
}

static void add_cells(struct rh_history *history, const char *name, const char *const *cells)
{
    struct rh_events *events = &history->events;
    struct rh_attribute column = {.name = rh_strdup(name), .code = rh_calloc(events->num, sizeof(int32_t))};
    for (size_t row = 0; row < events->num; row++)
        column.code[row] = build_name(&column.values, cells[row]);
    BUILD_APPEND(events->attribute, events->num_attributes, column);
    events->num_attributes++;
}

static void build_rows(struct rh_history *history)
{
    static const int64_t days[] = {300000, 300001, RH_MISSING, 0, -10000};
    static const char *const channel[] = {"web", "shop", "", "none", "web"};
    static const char *const score[] = {"10", "10.0000001", "-10.0000001", "", "99999999999999999999"};
    rh_history_init(history);
    build_partner(history, "P", "", "", RH_NO_DAY);
    for (size_t row = 0; row < 5; row++) {
        build_event(history, "P", "2016-01-05", "revenue", "", 10000, 10000, 0);
        history->events.days[row] = days[row];
    }
    add_cells(history, "channel", channel);
    add_cells(history, "score", score);
}

static void assert_rows(const struct rh_history *history, const char *where, const char *expected)
{
    struct rh_program program;
    char keys[256], found[8] = "";
    snprintf(keys, sizeof keys, "window: month, behavior: {measure: revenue, where: %s}", where);
    read_incentive(&program, keys);
    for (size_t row = 0; row < history->events.num; row++) {
        if (rh_behavior_passes(&program.incentive[0].behavior, history, row))
            found[strlen(found)] = (char)('0' + row);
    }
    if (strcmp(found, expected) != 0)
        fail_msg("%s: '%s', expected '%s'", where, found, expected);
    rh_program_free(&program);
}

static void test_where_on_texts(void **state)
{
    (void)state;
    struct rh_history h;
    build_rows(&h);
    assert_rows(&h, "{channel: web}", "04");
    assert_rows(&h, "{channel: [web, shop]}", "014");
    assert_rows(&h, "{channel: none}", "2");
    assert_rows(&h, "{channel: 'none'}", "3");
    assert_rows(&h, "{channel: [none, shop]}", "12");
    assert_rows(&h, "{channel: \"= web\"}", "04");
    assert_rows(&h, "{channel: \"!= web\"}", "123");
    assert_rows(&h, "{channel: \"!=none\"}", "0134");
    assert_rows(&h, "{channel: web, score: \"<= 10\"}", "0");
    assert_rows(&h, "{elsewhere: web}", "");
    rh_history_free(&h);
}

static void test_where_on_numbers(void **state)
{
    (void)state;
    struct rh_history h;
    build_rows(&h);
    assert_rows(&h, "{days: \"<= 30\"}", "034");
    assert_rows(&h, "{days: \"< 30\"}", "34");
    assert_rows(&h, "{days: \"> 30\"}", "1");
    assert_rows(&h, "{days: \">= 30\"}", "01");
    assert_rows(&h, "{days: \"> 30.00005\"}", "1");
    assert_rows(&h, "{days: none}", "2");
    assert_rows(&h, "{days: \"!= none\"}", "0134");
    assert_rows(&h, "{days: 30}", "0");
    assert_rows(&h, "{days: [30.0, 0, none]}", "023");
    assert_rows(&h, "{days: \"!= 0\"}", "0124");
    /* Cells are compared to their last digit, however many there are. */
    assert_rows(&h, "{score: \"> 10\"}", "14");
    assert_rows(&h, "{score: \">= 10\"}", "014");
    assert_rows(&h, "{score: \"<= 10\"}", "02");
    assert_rows(&h, "{score: \"< 10\"}", "2");
    assert_rows(&h, "{score: \"< 10.000001\"}", "012");
    rh_history_free(&h);
}

static void test_where_on_negative_cells(void **state)
{
    (void)state;
    struct rh_history h;
    build_rows(&h);
    struct rh_program program;
    read_incentive(&program, "window: month, behavior: {measure: revenue, where: {score: \"< 10\"}}");
    struct rh_predicate *predicate = program.incentive[0].behavior.where;
    predicate->number = -10000000; /* the language has no sign, the structure has */
    assert_true(rh_behavior_passes(&program.incentive[0].behavior, &h, 2));
    predicate->comparison = RH_GREATER_EQUAL;
    assert_false(rh_behavior_passes(&program.incentive[0].behavior, &h, 2));
    rh_program_free(&program);
    rh_history_free(&h);
}

/* All windows of an incentive, as "first..last first..last". */
static void assert_windows(const char *keys, int year_starts, const char *horizon_first, const char *horizon_last,
                           const char *expected)
{
    struct rh_program program;
    struct rh_text found;
    char all[128];
    snprintf(all, sizeof all, "behavior: {measure: revenue}, %s", keys);
    read_incentive(&program, all);
    rh_text_init(&found);
    rh_month first, last;
    int k = 0;
    for (; rh_incentive_window(&program.incentive[0], year_starts, month(horizon_first), month(horizon_last), k, &first,
                               &last);
         k++) {
        char from[RH_DAY_TEXT], until[RH_DAY_TEXT];
        rh_text_printf(&found, "%s%s..%s", k > 0 ? " " : "", rh_month_format(first, from),
                       rh_month_format(last, until));
    }
    if (strcmp(rh_text_string(&found), expected) != 0)
        fail_msg("%s: '%s', expected '%s'", keys, rh_text_string(&found), expected);
    assert_false(rh_incentive_window(&program.incentive[0], year_starts, month(horizon_first), month(horizon_last), -1,
                                     &first, &last));
    assert_false(rh_incentive_window(&program.incentive[0], year_starts, month(horizon_first), month(horizon_last),
                                     INT32_MAX, &first, &last));
    rh_text_free(&found);
    rh_program_free(&program);
}

static void test_windows(void **state)
{
    (void)state;
    assert_windows("window: month", 1, "2016-12", "2017-01", "2016-12..2016-12 2017-01..2017-01");
    assert_windows("window: quarter", 1, "2017-01", "2017-06", "2017-01..2017-03 2017-04..2017-06");
    assert_windows("window: quarter", 1, "2017-02", "2017-08", "2017-04..2017-06");
    assert_windows("window: quarter", 2, "2017-02", "2017-08", "2017-02..2017-04 2017-05..2017-07");
    assert_windows("window: quarter", 1, "2017-02", "2017-05", "");
    assert_windows("window: half", 4, "2017-01", "2018-03", "2017-04..2017-09 2017-10..2018-03");
    assert_windows("window: year", 1, "2017-01", "2017-12", "2017-01..2017-12");
    assert_windows("window: year", 7, "2017-01", "2018-12", "2017-07..2018-06");
    assert_windows("window: year", 12, "2017-01", "2017-12", "");
    assert_windows("window: month, active: {from: 2017-03, until: 2017-04}", 1, "2017-01", "2017-12",
                   "2017-03..2017-03 2017-04..2017-04");
    assert_windows("window: quarter, active: {from: 2017-02}", 1, "2017-01", "2017-06", "2017-04..2017-06");
    assert_windows("window: quarter, active: {until: 2017-05}", 1, "2017-01", "2017-06", "2017-01..2017-03");
    assert_windows("window: month, active: {from: 2019-01}", 1, "2017-01", "2017-12", "");
    assert_windows("window: month, active: {from: 9999-12}", 1, "9999-12", "9999-12", "9999-12..9999-12");
}

static void test_program_windows(void **state)
{
    (void)state;
    assert_windows("window: program", 1, "2017-02", "2017-12", "2017-02..2017-12");
    assert_windows("window: program, active: {from: 2017-03, until: 2017-05}", 1, "2017-02", "2017-12",
                   "2017-03..2017-05");
    assert_windows("window: program, active: {from: 2017-03}", 1, "2017-02", "2017-12", "2017-03..2017-12");
    assert_windows("window: program, active: {until: 2017-03}", 1, "2017-02", "2017-12", "2017-02..2017-03");
    /* It is one window, which must be whole. */
    assert_windows("window: program, active: {from: 2017-01, until: 2017-05}", 1, "2017-02", "2017-12", "");
    assert_windows("window: program, active: {from: 2017-03, until: 2018-01}", 1, "2017-02", "2017-12", "");
    assert_windows("window: program, active: {from: 2018-01}", 1, "2017-02", "2017-12", "");
    assert_windows("window: program, active: {until: 2017-01}", 1, "2017-02", "2017-12", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_audience),         cmocka_unit_test(test_joining),
        cmocka_unit_test(test_tenure),           cmocka_unit_test(test_where_on_texts),
        cmocka_unit_test(test_where_on_numbers), cmocka_unit_test(test_where_on_negative_cells),
        cmocka_unit_test(test_windows),          cmocka_unit_test(test_program_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
