/* Programs as they are read: every key, every default, and names that a history does not know. */
#include "program/program.h"

#include "build_history.h"
#include "core/file.h"
#include "program/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FULL TEST_DATA "/program-full.yaml"

static void assert_list(const struct rh_reference_list *list, size_t num, const char *first, const char *last)
{
    assert_int_equal(list->num, num);
    if (num > 0) {
        assert_string_equal(list->item[0].text, first);
        assert_string_equal(list->item[num - 1].text, last);
    }
}

static void read_full(struct rh_program *program)
{
    struct rh_problems problems;
    rh_problems_init(&problems);
    int code = rh_program_read(program, FULL, &problems);
    if (code != RH_OK)
        fail_msg("%ld:%ld: %s", problems.items[0].line, problems.items[0].column, problems.items[0].message);
    rh_problems_free(&problems);
}

static void test_whole_program(void **state)
{
    (void)state;
    struct rh_program p;
    read_full(&p);
    assert_string_equal(p.path, FULL);
    assert_non_null(strstr(p.text, "Every key that is supported"));
    char sha256[RH_SHA256_TEXT];
    struct rh_error error;
    assert_int_equal(rh_sha256_file(FULL, sha256, &error), RH_OK);
    assert_string_equal(p.sha256, sha256);
    assert_string_equal(p.name, "Growth tiers");
    assert_int_equal(p.name_line, 3);
    assert_int_equal(p.name_column, 7);
    assert_string_equal(p.description, "Quarterly volume rebate and a spirits SPIF.\n");
    assert_string_equal(p.currency, "EUR");
    assert_int_equal(p.place[RH_AT_CURRENCY].line, 7);
    assert_int_equal(p.year_starts, 4);
    assert_int_equal(p.num_incentives, 2);
    assert_int_equal(p.budget_total, 900000 * RH_MONEY_ONE);
    assert_int_equal(p.when_exhausted, RH_EXHAUSTED_REPORT);
    assert_int_equal(p.budget_reserve, 100000);
    assert_int_equal(p.cost_fixed, 25000 * RH_MONEY_ONE);
    assert_int_equal(p.cost_per_claim, 12345);
    rh_program_free(&p);
}

static void test_incentive(void **state)
{
    (void)state;
    struct rh_program p;
    read_full(&p);
    const struct rh_incentive *incentive = &p.incentive[0];
    assert_string_equal(incentive->name.text, "Volume rebate");
    assert_int_equal(incentive->name.line, 11);
    assert_int_equal(incentive->name.column, 11);
    const struct rh_audience_keys *only = &incentive->audience.only, *except = &incentive->audience.except;
    assert_list(&only->segment, 2, "Grocery", "Liquor store");
    assert_list(&only->region, 1, "East", "East");
    assert_list(&only->tier, 2, "gold", "silver");
    assert_list(&only->partner, 2, "P1", "1002");
    assert_list(&only->parent, 1, "Holding", "Holding");
    assert_true(only->has_tenure_at_least && only->has_tenure_at_most);
    assert_int_equal(only->tenure_at_least.months, 6);
    assert_int_equal(only->tenure_at_most.days, 3650);
    assert_true(incentive->audience.has_except);
    assert_list(&except->region, 1, "North", "North");
    assert_false(except->has_tenure_at_least);
    assert_int_equal(except->tenure_at_most.days, 30);
    assert_int_equal(incentive->window, RH_WINDOW_HALF);
    assert_int_equal(incentive->active_from, rh_month_make(2017, 3));
    assert_int_equal(incentive->active_until, rh_month_make(2017, 12));
    assert_int_equal(incentive->bands, RH_BANDS_RETROACTIVE);
    assert_int_equal(incentive->num_levels, 3);
    const struct rh_level *level = incentive->level;
    assert_true(level[0].has_flat && !level[0].has_rate && !level[0].has_per_unit);
    assert_int_equal(level[0].from, 0);
    assert_int_equal(level[0].flat, 123456);
    assert_true(level[1].has_rate && !level[1].has_flat);
    assert_int_equal(level[1].rate, 10000);
    assert_int_equal(level[2].from, 15500 * RH_MONEY_ONE);
    assert_int_equal(level[2].rate, 25000);
    assert_int_equal(level[2].flat, 500 * RH_MONEY_ONE);
    assert_int_equal(level[2].line, 38);
    assert_int_equal(level[2].column, 11);
    assert_int_equal(incentive->cap_window, 2000 * RH_MONEY_ONE);
    assert_int_equal(incentive->cap_partner, 100002500);
    assert_int_equal(incentive->cap_total, 1000000 * RH_MONEY_ONE);
    assert_int_equal(incentive->payout_after_months, 2);
    assert_int_equal(incentive->payout_after_days, 0);
    assert_int_equal(incentive->claim, RH_CLAIM_REQUIRED);
    assert_true(incentive->has_processing);
    assert_float_equal(incentive->processing_mean_days, 12.5, 0);
    assert_float_equal(incentive->processing_sd_days, 4, 0);
    rh_program_free(&p);
}

static void test_where(void **state)
{
    (void)state;
    struct rh_program p;
    read_full(&p);
    const struct rh_behavior *behavior = &p.incentive[0].behavior;
    assert_string_equal(behavior->measure.text, "revenue");
    assert_list(&behavior->product, 2, "Whiskey", "Tequila & Mezcal");
    assert_int_equal(behavior->num_where, 6);
    const struct rh_predicate *where = behavior->where;
    assert_string_equal(where[0].column.text, "days");
    assert_true(where[0].numeric);
    assert_int_equal(where[0].comparison, RH_LESS_EQUAL);
    assert_int_equal(where[0].number, 30500000);
    assert_false(where[1].numeric);
    assert_int_equal(where[1].comparison, RH_EQUAL);
    assert_list(&where[1].texts, 3, "web", "none");
    assert_string_equal(where[1].texts.item[1].text, ""); /* the plain one; in quotes it is a text */
    assert_list(&where[2].texts, 1, "", "");
    assert_int_equal(where[3].comparison, RH_NOT_EQUAL);
    assert_list(&where[3].texts, 1, "", "");
    assert_int_equal(where[4].comparison, RH_EQUAL);
    assert_list(&where[4].texts, 1, "<odd>", "<odd>");
    assert_list(&where[5].texts, 1, "plain", "plain");
    rh_program_free(&p);
}

static void test_defaults(void **state)
{
    (void)state;
    struct rh_program p;
    read_full(&p);
    const struct rh_incentive *incentive = &p.incentive[1];
    assert_false(incentive->audience.has_except);
    assert_int_equal(incentive->behavior.product.num + incentive->behavior.num_where, 0);
    assert_int_equal(incentive->active_from, RH_NO_MONTH);
    assert_int_equal(incentive->active_until, RH_NO_MONTH);
    assert_int_equal(incentive->bands, RH_BANDS_MARGINAL);
    assert_int_equal(incentive->paid_to, RH_PAID_TO_REP);
    assert_int_equal(incentive->level[0].per_unit, 5000);
    assert_true(incentive->cap_window == RH_MISSING && incentive->cap_partner == RH_MISSING &&
                incentive->cap_total == RH_MISSING);
    assert_int_equal(incentive->payout_after_days, 30);
    assert_int_equal(incentive->payout_after_months, 0);
    assert_int_equal(incentive->claim, RH_CLAIM_AUTOMATIC);
    assert_false(incentive->has_processing);
    assert_int_equal(incentive->metric, RH_METRIC_TOTAL);
    assert_int_equal(incentive->vendor_cost, RH_PPM_ONE);
    assert_int_equal(incentive->partner_value, RH_PPM_ONE);
    assert_int_equal(incentive->kind, RH_KIND_CASH);
    assert_int_equal(incentive->enrollment, RH_ENROLLMENT_AUTOMATIC);
    assert_int_equal(incentive->num_multipliers + incentive->num_requirements, 0);
    assert_true(incentive->exclusive == NULL && !incentive->once && !incentive->pays_on_growth);
    assert_false(incentive->match.given);
    assert_int_equal(incentive->minimum + incentive->clawback_months, 0);
    assert_int_equal(incentive->place[RH_AT_MULTIPLIER].line, 0);
    rh_program_free(&p);
    static const char text[] = "rehearse: program/1\nname: x\ncurrency: USD\nincentives:\n"
                               "  - {name: a, behavior: {measure: leads}, window: year,\n"
                               "     reward: {levels: [{from: 1, flat: 1}]}}\n";
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_program_parse(&p, "x.yaml", text, sizeof text - 1, &problems), RH_OK);
    assert_null(p.description);
    assert_int_equal(p.year_starts, 1);
    assert_true(p.budget_total == RH_MISSING);
    assert_int_equal(p.when_exhausted, RH_EXHAUSTED_FIRST_COME);
    assert_int_equal(p.budget_reserve + p.cost_fixed + p.cost_per_claim, 0);
    rh_program_free(&p);
    rh_problems_free(&problems);
}

static void test_none(void **state)
{
    (void)state;
    struct rh_program p;
    assert_int_equal(rh_program_none(&p), RH_OK);
    assert_string_equal(p.name, "none");
    assert_string_equal(p.text, "");
    assert_int_equal(p.num_incentives, 0);
    assert_true(p.budget_total == RH_MISSING);
    assert_int_equal(p.year_starts, 1);
    rh_program_free(&p);
    rh_program_free(&p);
}

static void test_missing_file(void **state)
{
    (void)state;
    struct rh_program p;
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_program_read(&p, "no/such.yaml", &problems), RH_ERR_IO);
    assert_int_equal(problems.num, 1);
    rh_program_free(&p);
    rh_problems_free(&problems);
}

/* Problems of an earlier file stay first, and do not make this one fail. */
static void test_problems_of_several_files(void **state)
{
    (void)state;
    struct rh_program p;
    struct rh_problems problems;
    rh_problems_init(&problems);
    rh_problems_add(&problems, RH_ERR_IO, "other.yaml", 0, 0, NULL, "no");
    assert_int_equal(rh_program_read(&p, FULL, &problems), RH_OK);
    rh_program_free(&p);
    assert_int_equal(rh_program_parse(&p, "x.yaml", "a: 1", 4, &problems), RH_ERR_INPUT);
    rh_program_free(&p);
    assert_string_equal(problems.items[0].file, "other.yaml");
    rh_problems_free(&problems);
}

static void add_attribute(struct rh_history *history, const char *name, const char *const *cells)
{
    struct rh_events *events = &history->events;
    struct rh_attribute column = {.name = rh_strdup(name), .code = rh_calloc(events->num, sizeof(int32_t))};
    for (size_t row = 0; row < events->num; row++)
        column.code[row] = build_name(&column.values, cells[row]);
    BUILD_APPEND(events->attribute, events->num_attributes, column);
    events->num_attributes++;
}

static void build(struct rh_history *history)
{
    rh_history_init(history);
    build_partner(history, "P1", "Grocery", "East", RH_NO_DAY);
    build_partner(history, "P2", "Bar", "West", RH_NO_DAY);
    build_event(history, "P1", "2016-01-05", "revenue", "Vodka", 20000, 1000000, 1);
    build_event(history, "P2", "2016-02-05", "revenue", "Gin", 20000, 1000000, 1);
    build_event(history, "P2", "2016-03-05", "leads", "", 20000, RH_MISSING, RH_MISSING);
    build_event(history, "P2", "2016-03-06", "bookings", "", RH_MISSING, 1, RH_MISSING);
    static const char *const margin[] = {"12.5", "low", "x", ""};
    static const char *const channel[] = {"web", "shop", "shop", ""};
    add_attribute(history, "margin", margin);
    add_attribute(history, "channel", channel);
    struct rh_error error;
    assert_int_equal(rh_history_finish(history, &error), RH_OK);
}

/* Checks a program with these incentives and more keys: num problems, of which the first says so. */
static void check_program(const struct rh_history *history, const char *incentives, const char *more, size_t num,
                          const char *says)
{
    struct rh_text text;
    struct rh_problems problems;
    struct rh_program p;
    rh_text_init(&text);
    rh_problems_init(&problems);
    rh_text_printf(&text, "rehearse: program/1\nname: x\ncurrency: USD\nincentives:\n%s%s", incentives, more);
    if (rh_program_parse(&p, "x.yaml", rh_text_string(&text), text.length, &problems) != RH_OK)
        fail_msg("%s: %s", incentives, problems.items[0].message);
    int code = rh_program_check_names(&p, history, &problems);
    assert_int_equal(code, num == 0 ? RH_OK : RH_ERR_INPUT);
    if (problems.num != num)
        fail_msg("%zu problems with %s, the first: %s", problems.num, incentives,
                 problems.num > 0 ? problems.items[0].message : "");
    if (num > 0 && strcmp(problems.items[0].message, says) != 0)
        fail_msg("it says: %s", problems.items[0].message);
    if (num > 0)
        assert_true(problems.items[0].line > 0 && problems.items[0].excerpt != NULL);
    rh_program_free(&p);
    rh_problems_free(&problems);
    rh_text_free(&text);
}

static void check_names(const struct rh_history *history, const char *incentives, size_t num, const char *says)
{
    check_program(history, incentives, "", num, says);
}

#define HEAD "  - {name: a, window: month, "
#define PAYS ", reward: {levels: [{from: 0, flat: 1}]}}\n"

static void test_names(void **state)
{
    (void)state;
    struct rh_history h;
    build(&h);
    check_names(&h, HEAD "behavior: {measure: revenue, product: [Gin]}, audience: {region: [East]}" PAYS, 0, "");
    check_names(&h, HEAD "behavior: {measure: units}" PAYS, 0, "");
    check_names(&h, HEAD "behavior: {measure: revenu}" PAYS, 1,
                "the history has no measure 'revenu'; did you mean 'revenue'?");
    check_names(&h, HEAD "behavior: {measure: training}" PAYS, 1,
                "the history has no measure 'training'; it has 'revenue', 'leads', 'bookings'"
                "; for a count a study's assumptions can give a base_rate");
    check_names(&h, HEAD "behavior: {measure: revenue, product: [Gin, Rum]}" PAYS, 1,
                "the history has no product 'Rum'; it has 'Vodka', 'Gin'");
    check_names(&h,
                HEAD "behavior: {measure: revenue}, audience: {segment: [Groccery], region: [Est], tier: [gold], "
                     "partner: [P3], parent: [X], except: {region: [Wst]}}" PAYS,
                6, "the history has no segment 'Groccery'; did you mean 'Grocery'?");
    check_names(&h, HEAD "behavior: {measure: revenue}, audience: {tier: [gold]}" PAYS, 1,
                "the history has no tier 'gold'; it has none");
    rh_history_free(&h);
}

static void test_columns(void **state)
{
    (void)state;
    struct rh_history h;
    build(&h);
    check_names(&h, HEAD "behavior: {measure: revenue, where: {days: \"> 3\", channel: [web, none]}}" PAYS, 0, "");
    check_names(&h, HEAD "behavior: {measure: revenue, where: {chanel: web}}" PAYS, 1,
                "the history has no further column 'chanel'; did you mean 'channel'?");
    check_names(&h, HEAD "behavior: {measure: revenue, where: {channel: \"!= phone\"}}" PAYS, 1,
                "the history has no cell of that column with 'phone'; it has 'web', 'shop'");
    check_names(&h, HEAD "behavior: {measure: revenue, where: {margin: \"> 3\"}}" PAYS, 1,
                "the history's column 'margin' holds 'low'; expected a number in every cell that is compared with one");
    check_names(&h, HEAD "behavior: {measure: units, where: {channel: \"> 3\"}}" PAYS, 1,
                "the history's column 'channel' holds 'web' and 1 more texts that are no numbers; expected a number in "
                "every cell that is compared with one");
    /* Cells of rows that the behavior does not count may be what they are. */
    check_names(&h, HEAD "behavior: {measure: revenue, product: [Vodka], where: {margin: \"> 3\"}}" PAYS, 0, "");
    check_names(&h, HEAD "behavior: {measure: bookings, where: {margin: \"> 3\"}}" PAYS, 0, "");
    rh_history_free(&h);
}

static void test_nature_of_measures(void **state)
{
    (void)state;
    struct rh_history h;
    build(&h);
    check_names(&h, HEAD "behavior: {measure: leads}, reward: {levels: [{from: 0, per_unit: 1}]}}\n", 0, "");
    check_names(&h, HEAD "behavior: {measure: bookings}, reward: {levels: [{from: 0, rate: 1%}]}}\n", 0, "");
    check_names(&h, HEAD "behavior: {measure: leads}, reward: {levels: [{from: 0, rate: 1%}]}}\n", 1,
                "a rate on 'leads', which is a count in this history; expected per_unit or flat");
    check_names(&h, HEAD "behavior: {measure: bookings}, reward: {levels: [{from: 0, per_unit: 1}]}}\n", 1,
                "per_unit on 'bookings', which is money in this history; expected rate or flat");
    rh_history_free(&h);
}

static void test_names_of_metrics_and_conditions(void **state)
{
    (void)state;
    struct rh_history h;
    build(&h);
    check_names(&h, HEAD "behavior: {measure: revenue}, metric: {ratio_to: {measure: leads, product: [Gin]}}" PAYS, 0,
                "");
    check_names(&h, HEAD "behavior: {measure: revenue}, metric: {ratio_to: {measure: lead, product: [Rum]}}" PAYS, 2,
                "the history has no measure 'lead'; did you mean 'leads'?");
    check_names(&h, HEAD "behavior: {measure: revenue}, metric: {pooled_by: parent}" PAYS, 0, "");
    check_names(&h, HEAD "behavior: {measure: revenue}, metric: {pooled_by: group}" PAYS, 1,
                "the history has no column of the partners 'group'; it has 'segment', 'region', 'tier', 'parent', "
                "'currency'");
    check_names(&h,
                HEAD
                "behavior: {measure: revenue}, requires: [{measure: leads, at_least: 1, window: year}, {measure: "
                "units, product: [Rum], at_least: 1, window: month}, {measure: x, at_least: 1, window: half}]" PAYS,
                2, "the history has no product 'Rum'; it has 'Vodka', 'Gin'");
    rh_history_free(&h);
}

static void test_names_of_multipliers(void **state)
{
    (void)state;
    struct rh_history h;
    build(&h);
    check_names(&h, HEAD "behavior: {measure: leads}, multiplier: {region: {East: 2}, segment: {Bar: 3}}" PAYS, 0, "");
    check_names(&h, HEAD "behavior: {measure: leads}, multiplier: {region: {Est: 2}, tier: {gold: 2}}" PAYS, 2,
                "the history has no region 'Est'; did you mean 'East'?");
    /* P1 is a grocer in the East, P2 a bar in the West. */
    check_names(&h, HEAD "behavior: {measure: leads}, multiplier: {region: {East: 10}, segment: {Grocery: 10}}" PAYS, 0,
                "");
    check_names(&h, HEAD "behavior: {measure: leads}, multiplier: {region: {East: 10}, segment: {Bar: 11}}" PAYS, 0,
                "");
    check_names(&h, HEAD "behavior: {measure: leads}, multiplier: {region: {East: 10}, segment: {Grocery: 10.01}}" PAYS,
                1, "the factors of partner 'P1' multiply to 100.10; expected at most 100");
    /* As many decimals as it takes to be more than 100. */
    check_names(&h,
                HEAD "behavior: {measure: leads}, multiplier: {region: {East: 10}, segment: {Grocery: 10.0001}}" PAYS,
                1, "the factors of partner 'P1' multiply to 100.001000; expected at most 100");
    check_names(&h,
                HEAD
                "behavior: {measure: leads}, audience: {region: [West]}, multiplier: {region: {East: 10}, segment: "
                "{Grocery: 10.01}}" PAYS,
                0, "");
    check_names(&h,
                HEAD "behavior: {measure: leads}, audience: {except: {segment: [Grocery]}}, multiplier: {region: "
                     "{East: 10}, segment: {Grocery: 10.01}}" PAYS,
                0, "");
    static const char tiers[] =
        "tiers: {review: year, levels: [{name: registered}, {name: gold, when: [{measure: leads, "
        "at_least: 1}]}]}\n";
    check_program(&h, HEAD "behavior: {measure: leads}, multiplier: {region: {East: 10}, tier: {gold: 10}}" PAYS, tiers,
                  0, "");
    check_program(&h, HEAD "behavior: {measure: leads}, multiplier: {region: {East: 10}, tier: {gold: 11}}" PAYS, tiers,
                  1, "the factors of partner 'P1' multiply to 110.00; expected at most 100");
    rh_history_free(&h);
}

static void test_names_of_terms(void **state)
{
    (void)state;
    struct rh_history h;
    build(&h);
    check_program(&h, HEAD "behavior: {measure: leads}" PAYS, "withholding: {region: {East: 10%}}\n", 0, "");
    check_program(&h, HEAD "behavior: {measure: leads}" PAYS, "withholding: {region: {Est: 10%}}\n", 1,
                  "the history has no region 'Est'; did you mean 'East'?");
    check_program(&h, HEAD "behavior: {measure: leads}, audience: {tier: [b]}" PAYS,
                  "tiers: {review: year, levels: [{name: a}, {name: b, when: [{measure: trainings, product: [Rum], "
                  "at_least: 1}], benefits: {rate_bonus: 1%}}]}\n",
                  2,
                  "the history has no measure 'trainings'; it has 'revenue', 'leads', 'bookings'"
                  "; for a count a study's assumptions can give a base_rate");
    static const char match[] =
        "  - {name: a, window: month, behavior: {measure: marketing_spend}, reward: {match: 50%%, "
        "fund: {accrues: 2%%, of: %s}}}\n";
    char text[200];
    build_event(&h, "P1", "2016-01-05", "marketing_spend", "", RH_MISSING, 1000000, RH_MISSING);
    struct rh_error error;
    free(h.measure_is_money);
    h.measure_is_money = NULL;
    for (size_t i = 0; i < h.events.num_attributes; i++)
        h.events.attribute[i].code = realloc(h.events.attribute[i].code, h.events.num * sizeof(int32_t));
    for (size_t i = 0; i < h.events.num_attributes; i++)
        h.events.attribute[i].code[h.events.num - 1] = 0;
    assert_int_equal(rh_history_finish(&h, &error), RH_OK);
    snprintf(text, sizeof text, match, "bookings");
    check_names(&h, text, 0, "");
    snprintf(text, sizeof text, match, "leads");
    check_names(&h, text, 1,
                "'of' of the fund is 'leads', which is a count in this history; expected a measure of money");
    snprintf(text, sizeof text, match, "sales");
    check_names(&h, text, 1,
                "the history has no measure 'sales'; it has 'revenue', 'leads', 'bookings', "
                "'marketing_spend'");
    rh_history_free(&h);
}

static void test_currencies(void **state)
{
    (void)state;
    struct rh_history h;
    build(&h);
    h.partners.currency[0] = build_name(&h.partners.currencies, "USD");
    build_name(&h.partners.currencies, "CHF"); /* of no partner */
    check_names(&h, HEAD "behavior: {measure: revenue}" PAYS, 0, "");
    h.partners.currency[1] = build_name(&h.partners.currencies, "EUR");
    check_names(&h, HEAD "behavior: {measure: revenue}" PAYS, 1,
                "the program is in USD, but 1 partner of the history in 'EUR'; expected its rate in 'fx', such as "
                "{EUR: 1.08}");
    check_program(&h, HEAD "behavior: {measure: revenue}" PAYS, "fx: {EUR: 1.08}\n", 0, "");
    check_program(&h, HEAD "behavior: {measure: revenue}" PAYS, "fx: {EUR: 1.08, GBP: 1.3}\n", 1,
                  "the history has no partner with the currency 'GBP'; it has 'USD', 'CHF', 'EUR'");
    struct rh_program none;
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_program_none(&none), RH_OK);
    assert_int_equal(rh_program_check_names(&none, &h, &problems), RH_OK);
    rh_program_free(&none);
    rh_problems_free(&problems);
    rh_history_free(&h);
}

static void test_every_key_is_documented(void **state)
{
    (void)state;
    for (int i = 0; i < RH_NUM_SECTIONS; i++) {
        assert_non_null(rh_sections[i].name);
        for (const struct rh_yaml_key *key = rh_sections[i].keys; key->name != NULL; key++) {
            size_t length = strlen(key->doc);
            assert_true(length > 10 && key->doc[length - 1] == '.');
            for (const struct rh_yaml_key *other = rh_sections[i].keys; other != key; other++)
                assert_string_not_equal(other->name, key->name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_program),
        cmocka_unit_test(test_incentive),
        cmocka_unit_test(test_where),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_problems_of_several_files),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_nature_of_measures),
        cmocka_unit_test(test_names_of_metrics_and_conditions),
        cmocka_unit_test(test_names_of_multipliers),
        cmocka_unit_test(test_names_of_terms),
        cmocka_unit_test(test_currencies),
        cmocka_unit_test(test_every_key_is_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
