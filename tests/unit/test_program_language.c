/* The language beyond amounts and totals: metrics, relative thresholds, conditions, terms, programs that extend
 * others. */
#include "program/program.h"

#include "build_history.h"
#include "core/file.h"
#include "scratch_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PROGRAMS TEST_DATA "/programs/"

static void read_program(struct rh_program *program, const char *path)
{
    struct rh_problems problems;
    rh_problems_init(&problems);
    int code = rh_program_read(program, path, &problems);
    if (code != RH_OK)
        fail_msg("%s:%ld:%ld: %s", problems.items[0].file, problems.items[0].line, problems.items[0].column,
                 problems.items[0].message);
    rh_problems_free(&problems);
}

static void assert_place(const struct rh_incentive *incentive, enum rh_incentive_place at, long line, long column)
{
    assert_int_equal(incentive->place[at].input, incentive->input);
    assert_int_equal(incentive->place[at].line, line);
    assert_int_equal(incentive->place[at].column, column);
}

static void assert_threshold(const struct rh_threshold *threshold, enum rh_relation relation, int64_t number,
                             enum rh_scope scope)
{
    assert_int_equal(threshold->relation, relation);
    assert_int_equal(threshold->scope, scope);
    assert_int_equal(threshold->amount, relation == RH_RELATIVE_NONE ? number : 0);
    assert_int_equal(threshold->percentile, relation == RH_RELATIVE_PERCENTILE ? number : 0);
    bool share = relation == RH_RELATIVE_PRIOR_YEAR || relation == RH_RELATIVE_TARGET;
    assert_int_equal(threshold->share, share ? number : 0);
}

static void test_relative_thresholds(void **state)
{
    (void)state;
    struct rh_program p;
    read_program(&p, PROGRAMS "every-key.yaml");
    assert_int_equal(p.num_incentives, 6);
    const struct rh_incentive *growth = &p.incentive[0];
    assert_int_equal(growth->metric, RH_METRIC_GROWTH);
    assert_int_equal(growth->num_levels, 9);
    const struct rh_level *level = growth->level;
    assert_threshold(&level[0].threshold, RH_RELATIVE_NONE, 5000 * RH_MONEY_ONE, RH_SCOPE_ALL);
    assert_int_equal(level[0].from, 5000 * RH_MONEY_ONE);
    assert_threshold(&level[1].threshold, RH_RELATIVE_PRIOR_YEAR, 100000, RH_SCOPE_ALL);
    assert_int_equal(level[1].from, 0);
    assert_threshold(&level[2].threshold, RH_RELATIVE_PRIOR_YEAR, 255000, RH_SCOPE_ALL);
    assert_threshold(&level[3].threshold, RH_RELATIVE_TARGET, 1000000, RH_SCOPE_ALL);
    assert_threshold(&level[4].threshold, RH_RELATIVE_PERCENTILE, 50, RH_SCOPE_REGION);
    assert_threshold(&level[5].threshold, RH_RELATIVE_PERCENTILE, 75, RH_SCOPE_REGION);
    assert_threshold(&level[6].threshold, RH_RELATIVE_PERCENTILE, 50, RH_SCOPE_SEGMENT);
    assert_threshold(&level[7].threshold, RH_RELATIVE_PERCENTILE, 0, RH_SCOPE_ALL);
    assert_threshold(&level[8].threshold, RH_RELATIVE_PERCENTILE, 100, RH_SCOPE_ALL);
    rh_program_free(&p);
}

static void test_conditions(void **state)
{
    (void)state;
    struct rh_program p;
    read_program(&p, PROGRAMS "every-key.yaml");
    const struct rh_incentive *growth = &p.incentive[0];
    assert_int_equal(growth->num_requirements, 2);
    assert_string_equal(growth->requirement[0].measure.text, "certifications");
    assert_int_equal(growth->requirement[0].product.num, 2);
    assert_int_equal(growth->requirement[0].at_least, 15000);
    assert_int_equal(growth->requirement[0].window, RH_WINDOW_YEAR);
    assert_int_equal(growth->requirement[1].product.num, 0);
    assert_int_equal(growth->requirement[1].window, RH_WINDOW_HALF);
    assert_place(growth, RH_AT_REQUIRES, 12, 7);
    assert_int_equal(growth->kind, RH_KIND_NON_CASH);
    assert_int_equal(growth->vendor_cost, 800000);
    assert_int_equal(growth->partner_value, 1100000);
    assert_int_equal(growth->num_multipliers, 4);
    const struct rh_multiplier *multiplier = growth->multiplier;
    assert_int_equal(multiplier[0].of, RH_MULTIPLIER_REGION);
    assert_string_equal(multiplier[1].name.text, "West");
    assert_int_equal(multiplier[1].factor, 900000);
    assert_int_equal(multiplier[2].of, RH_MULTIPLIER_SEGMENT);
    assert_int_equal(multiplier[2].factor, 1000001);
    assert_int_equal(multiplier[3].of, RH_MULTIPLIER_TIER);
    assert_int_equal(multiplier[3].factor, 1500000);
    assert_place(growth, RH_AT_MULTIPLIER, 28, 17);
    assert_true(growth->once);
    assert_string_equal(growth->exclusive, "volume");
    assert_int_equal(growth->minimum, 255000);
    assert_int_equal(growth->clawback_months, 2);
    assert_int_equal(growth->enrollment, RH_ENROLLMENT_OPT_IN);
    assert_place(growth, RH_AT_CLAWBACK, 32, 15);
    assert_int_equal(growth->place[RH_AT_AUDIENCE].line, 0);
    rh_program_free(&p);
}

static void test_metrics(void **state)
{
    (void)state;
    struct rh_program p;
    read_program(&p, PROGRAMS "every-key.yaml");
    const struct rh_incentive *ratio = &p.incentive[1], *streak = &p.incentive[2], *rank = &p.incentive[3];
    const struct rh_incentive *pool = &p.incentive[4], *match = &p.incentive[5];
    assert_int_equal(ratio->metric, RH_METRIC_RATIO);
    assert_string_equal(ratio->ratio_measure.text, "revenue");
    assert_string_equal(ratio->ratio_product.item[0].text, "Vodka");
    assert_int_equal(ratio->level[0].from, 1); /* 10⁻⁶ */
    assert_int_equal(ratio->level[1].threshold.amount, 125000);
    assert_int_equal(ratio->kind, RH_KIND_POINTS);
    assert_int_equal(streak->metric, RH_METRIC_STREAK);
    assert_int_equal(streak->streak, 4);
    assert_threshold(&streak->streak_at_least, RH_RELATIVE_PRIOR_YEAR, 1050000, RH_SCOPE_ALL);
    assert_place(streak, RH_AT_STREAK_AT_LEAST, 48, 35);
    assert_int_equal(streak->level[1].from, 4 * RH_MONEY_ONE);
    assert_int_equal(streak->kind, RH_KIND_CREDIT);
    assert_int_equal(rank->metric, RH_METRIC_RANK);
    assert_int_equal(rank->rank_scope, RH_SCOPE_SEGMENT);
    assert_int_equal(rank->level[0].top, 1);
    assert_int_equal(rank->level[1].top, 3);
    assert_int_equal(pool->metric, RH_METRIC_POOLED);
    assert_string_equal(pool->pooled_by.text, "parent");
    assert_true(pool->pays_on_growth);
    assert_true(match->match.given);
    assert_int_equal(match->match.share, 500000);
    assert_int_equal(match->match.accrues, 20000);
    assert_string_equal(match->match.of.text, "revenue");
    assert_int_equal(match->match.expires_months, 6);
    assert_int_equal(match->num_levels, 0);
    rh_program_free(&p);
}

static void test_terms(void **state)
{
    (void)state;
    struct rh_program p;
    read_program(&p, PROGRAMS "every-key.yaml");
    assert_int_equal(p.num_exchanges, 2);
    assert_string_equal(p.exchange[1].currency.text, "JPY");
    assert_int_equal(p.exchange[1].rate, 6542);
    assert_int_equal(p.num_withholdings, 2);
    assert_string_equal(p.withholding[0].region.text, "East");
    assert_int_equal(p.withholding[1].rate, 5000);
    assert_true(p.gross_up);
    assert_int_equal(p.tier_review, RH_WINDOW_YEAR);
    assert_int_equal(p.num_tiers, 3);
    assert_string_equal(p.tier[0].name.text, "registered");
    assert_int_equal(p.tier[0].num_when, 0);
    assert_false(p.tier[0].has_rate_bonus);
    assert_string_equal(p.tier[1].when[0].product.item[0].text, "Vodka");
    assert_int_equal(p.tier[1].rate_bonus, 5000);
    assert_int_equal(p.tier[2].num_when, 2);
    assert_int_equal(p.tier[2].when[1].at_least, 2 * RH_MONEY_ONE);
    assert_true(p.tier[2].has_rate_bonus);
    assert_int_equal(p.place[RH_AT_TIERS].line, 78);
    assert_int_equal(p.num_bases, 0);
    rh_program_free(&p);
}

static void assert_names(const struct rh_program *p, size_t num, const char *const *names)
{
    assert_int_equal(p->num_incentives, num);
    for (size_t i = 0; i < num; i++)
        assert_string_equal(p->incentive[i].name.text, names[i]);
}

static void test_extends(void **state)
{
    (void)state;
    struct rh_program p;
    read_program(&p, PROGRAMS "extends.yaml");
    assert_string_equal(p.name, "East");
    assert_string_equal(p.path, PROGRAMS "extends.yaml");
    assert_string_equal(p.description, "What all regions have in common.");
    assert_string_equal(p.currency, "EUR");
    assert_int_equal(p.year_starts, 4);
    static const char *const names[] = {"Volume", "Training", "New partners"};
    assert_names(&p, 3, names);
    assert_int_equal(p.incentive[0].window, RH_WINDOW_HALF); /* replaced in its place */
    assert_int_equal(p.incentive[0].input, 0);
    assert_int_equal(p.incentive[1].input, 1);
    assert_int_equal(p.incentive[1].name.line, 16);
    assert_place(&p.incentive[1], RH_AT_WINDOW, 18, 13);
    /* The budget is another one as a whole, the costs are the base's. */
    assert_int_equal(p.budget_total, 50000 * RH_MONEY_ONE);
    assert_int_equal(p.budget_reserve, 0);
    assert_int_equal(p.when_exhausted, RH_EXHAUSTED_FIRST_COME);
    assert_int_equal(p.cost_fixed, 1000 * RH_MONEY_ONE);
    assert_int_equal(p.place[RH_AT_BUDGET].input, 0);
    assert_int_equal(p.place[RH_AT_COSTS].input, 1);
    char sha256[RH_SHA256_TEXT];
    struct rh_error error;
    assert_int_equal(p.num_bases, 1);
    assert_string_equal(p.base[0].path, PROGRAMS "base.yaml");
    assert_non_null(strstr(p.base[0].text, "name: Base"));
    assert_int_equal(rh_sha256_file(PROGRAMS "base.yaml", sha256, &error), RH_OK);
    assert_string_equal(p.base[0].sha256, sha256);
    assert_non_null(strstr(p.text, "extends: base.yaml"));
    rh_program_free(&p);
}

static void test_extends_again(void **state)
{
    (void)state;
    struct rh_program p;
    read_program(&p, PROGRAMS "extends-again.yaml");
    static const char *const names[] = {"Volume"};
    assert_names(&p, 1, names);
    assert_int_equal(p.incentive[0].input, 1);
    assert_int_equal(p.year_starts, 1);
    assert_int_equal(p.place[RH_AT_BUDGET].input, 1);
    assert_int_equal(p.place[RH_AT_CURRENCY].input, 2);
    assert_int_equal(p.num_bases, 2);
    assert_string_equal(p.base[0].path, PROGRAMS "extends.yaml");
    assert_string_equal(p.base[1].path, PROGRAMS "base.yaml");
    rh_program_free(&p);
}

/* What a history does not know is told in the file that names it, also when two programs extend that file once. */
static void test_problems_of_bases(void **state)
{
    (void)state;
    struct rh_program p, again;
    struct rh_history h;
    struct rh_problems problems;
    struct rh_error error;
    read_program(&p, PROGRAMS "extends.yaml");
    read_program(&again, PROGRAMS "extends-again.yaml");
    rh_history_init(&h);
    build_partner(&h, "P1", "Grocery", "East", RH_NO_DAY);
    build_event(&h, "P1", "2016-01-05", "revenue", "Vodka", 20000, 1000000, 1);
    h.partners.currency[0] = build_name(&h.partners.currencies, "CHF");
    assert_int_equal(rh_history_finish(&h, &error), RH_OK);
    rh_problems_init(&problems);
    assert_int_equal(rh_program_check_names(&p, &h, &problems), RH_ERR_INPUT);
    assert_int_equal(problems.num, 2);
    for (size_t i = 0; i < problems.num; i++)
        assert_string_equal(problems.items[i].file, PROGRAMS "base.yaml");
    assert_int_equal(problems.items[0].line, 5); /* the currency */
    assert_string_equal(problems.items[0].excerpt, "currency: EUR");
    assert_int_equal(problems.items[1].line, 17);
    assert_string_equal(problems.items[1].message, "the history has no measure 'training'; it has 'revenue'"
                                                   "; for a count a study's assumptions can give a base_rate");
    (void)rh_program_check_names(&again, &h, &problems);
    assert_int_equal(problems.num, 2);
    rh_problems_free(&problems);
    rh_program_free(&p);
    rh_program_free(&again);
    rh_history_free(&h);
}

/* As deep as is allowed, and one more. */
static void test_depth(void **state)
{
    (void)state;
    struct rh_program p;
    struct rh_problems problems;
    char name[16], text[300];
    for (int i = 0; i <= 16; i++) {
        snprintf(name, sizeof name, "%d.yaml", i);
        int length = snprintf(text, sizeof text, "rehearse: program/1\nname: Number %d\n", i);
        if (i == 0)
            snprintf(text + length, sizeof text - (size_t)length,
                     "currency: USD\nincentives: [{name: a, behavior: {measure: revenue}, window: month, reward: "
                     "{levels: [{from: 0, rate: 1%%}]}}]\n");
        else
            snprintf(text + length, sizeof text - (size_t)length, "extends: %d.yaml\n", i - 1);
        (void)scratch_write(name, text);
    }
    read_program(&p, scratch_path("15.yaml"));
    assert_int_equal(p.num_bases, 15);
    assert_int_equal(p.incentive[0].input, 15);
    rh_program_free(&p);
    rh_problems_init(&problems);
    assert_int_equal(rh_program_read(&p, scratch_path("16.yaml"), &problems), RH_ERR_INPUT);
    bool told = false;
    for (size_t i = 0; i < problems.num; i++)
        told = told || strcmp(problems.items[i].message, "'extends' goes on through more than 16 programs") == 0;
    assert_true(told);
    rh_program_free(&p);
    rh_problems_free(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relative_thresholds),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_metrics),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_extends),
        cmocka_unit_test(test_extends_again),
        cmocka_unit_test(test_problems_of_bases),
        cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
