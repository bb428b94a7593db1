/* Studies as they are read, and what only the history can tell to be wrong with them. */
#include "program/study.h"

#include "build_history.h"
#include "core/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STUDIES TEST_DATA "/studies/"

static void read_study(struct rh_study *study, const char *path)
{
    struct rh_problems problems;
    rh_problems_init(&problems);
    int code = rh_study_read(study, path, &problems);
    if (code != RH_OK)
        fail_msg("%s:%ld: %s", problems.items[0].file, problems.items[0].line, problems.items[0].message);
    rh_problems_free(&problems);
}

static void test_whole_study(void **state)
{
    (void)state;
    struct rh_study s;
    read_study(&s, STUDIES "full.yaml");
    assert_string_equal(s.path, STUDIES "full.yaml");
    assert_non_null(strstr(s.text, "Every key of a study"));
    char sha256[RH_SHA256_TEXT];
    struct rh_error error;
    assert_int_equal(rh_sha256_file(STUDIES "full.yaml", sha256, &error), RH_OK);
    assert_string_equal(s.sha256, sha256);
    assert_string_equal(s.title, "2017 store program");
    assert_string_equal(s.history_path, STUDIES "history");
    assert_int_equal(s.horizon_starts, rh_month_make(2017, 1));
    assert_int_equal(s.horizon_months, 18);
    assert_int_equal(s.horizon_line, 5);
    assert_int_equal(s.horizon_column, 19);
    assert_false(s.in_force_none);
    assert_string_equal(s.in_force.name, "Growth tiers");
    assert_int_equal(s.num_compare, 2);
    assert_string_equal(s.compare[0].name, "Flat");
    assert_string_equal(s.compare[0].path, STUDIES "flat.yaml");
    assert_string_equal(s.compare[1].name, "Growth tiers");
    assert_string_equal(s.reference.text, "Flat");
    assert_int_equal(s.replications, 10000);
    assert_true(s.seed == UINT64_MAX);
    assert_int_equal(s.replay, RH_REPLAY_BOOTSTRAP);
    assert_float_equal(s.block_months, 9, 0);
    assert_int_equal(s.phase, 3);
    assert_int_equal(s.together, RH_TOGETHER_PARTNER);
    assert_float_equal(s.follow, .6, 1e-15);
    assert_float_equal(s.outlook_growth, -.025, 1e-15);
    assert_float_equal(s.outlook_sd, .04, 1e-15);
    assert_true(s.says.growth && s.says.growth_sd && s.says.block && s.says.together && s.says.phase);
    assert_string_equal(s.model_path, STUDIES "model.h5");
    assert_string_equal(s.assumptions_path, STUDIES "assumptions.yaml");
    assert_float_equal(s.confidence, .9, 1e-15);
    assert_int_equal(s.num_vendor_margins, 2);
    assert_string_equal(s.vendor_margin_product[1].text, "Tequila & Mezcal");
    assert_float_equal(s.vendor_margin[0], .3, 1e-15);
    assert_float_equal(s.vendor_margin[1], .255, 1e-15);
    rh_study_free(&s);
    rh_study_free(&s);
}

static void assert_defaults(const struct rh_study *s)
{
    assert_true(s->in_force_none);
    assert_string_equal(s->in_force.name, "none");
    assert_int_equal(s->horizon_starts, RH_NO_MONTH);
    assert_int_equal(s->horizon_months, 12);
    assert_string_equal(s->reference.text, "in_force");
    assert_int_equal(s->replications, 1000);
    assert_int_equal(s->seed, 1);
    assert_int_equal(s->replay, RH_REPLAY_BOOTSTRAP);
    assert_float_equal(s->block_months, 6, 0);
    assert_int_equal(s->phase, 0);
    assert_int_equal(s->together, RH_TOGETHER_REGION);
    assert_float_equal(s->follow, .35, 0);
    assert_float_equal(s->outlook_growth, 0, 0);
    assert_float_equal(s->outlook_sd, .03, 0);
    assert_false(s->says.growth || s->says.growth_sd || s->says.block || s->says.together || s->says.phase);
    assert_null(s->model_path);
    assert_null(s->assumptions_path);
    assert_float_equal(s->confidence, .95, 0);
    assert_int_equal(s->num_vendor_margins, 0);
}

static void test_defaults(void **state)
{
    (void)state;
    struct rh_study s;
    read_study(&s, STUDIES "least.yaml");
    assert_defaults(&s);
    assert_string_equal(s.title, "least.yaml");
    assert_int_equal(s.num_compare, 1);
    rh_study_free(&s);
}

static void test_of_programs(void **state)
{
    (void)state;
    const char *const paths[] = {STUDIES "flat.yaml", STUDIES "rebate.yaml", STUDIES "flat.yaml"};
    struct rh_study s;
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_study_of_programs(&s, "some/history.h5", paths, 2, &problems), RH_OK);
    assert_defaults(&s);
    assert_string_equal(s.title, "history.h5");
    assert_string_equal(s.history_path, "some/history.h5");
    assert_string_equal(s.path, "");
    assert_string_equal(s.text, "");
    assert_int_equal(s.num_compare, 2);
    assert_string_equal(s.compare[1].name, "Growth tiers");
    rh_study_free(&s);
    assert_int_equal(rh_study_of_programs(&s, "history.h5", paths, 3, &problems), RH_ERR_INPUT);
    assert_int_equal(problems.num, 1); /* two of one name */
    assert_int_equal(problems.items[0].line, 2);
    rh_study_free(&s);
    rh_problems_free(&problems);
    const char *const missing[] = {"no/such.yaml", "nor/this.yaml"};
    assert_int_equal(rh_study_of_programs(&s, "history.h5", missing, 2, &problems), RH_ERR_IO);
    assert_int_equal(problems.num, 2);
    rh_study_free(&s);
    rh_problems_free(&problems);
}

static void test_missing_file(void **state)
{
    (void)state;
    struct rh_study s;
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_study_read(&s, "no/such.yaml", &problems), RH_ERR_IO);
    assert_int_equal(problems.num, 1);
    rh_study_free(&s);
    rh_problems_free(&problems);
}

/* Two partners' sales from 2015-11 to 2016-12. */
static void build(struct rh_history *history)
{
    rh_history_init(history);
    build_partner(history, "P1", "Grocery", "East", RH_NO_DAY);
    build_event(history, "P1", "2015-11-05", "revenue", "Vodka", 20000, 1000000, 1);
    build_event(history, "P1", "2016-12-05", "revenue", "Tequila & Mezcal", 20000, 1000000, 1);
    struct rh_error error;
    assert_int_equal(rh_history_finish(history, &error), RH_OK);
}

/* Checks the study: num problems, of which the first is there and says so. */
static void assert_check(const struct rh_study *study, const struct rh_history *history, size_t num, const char *file,
                         long line, const char *says)
{
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_study_check(study, history, &problems), num == 0 ? RH_OK : RH_ERR_INPUT);
    if (problems.num != num)
        fail_msg("%zu problems, the first: %s", problems.num, problems.num > 0 ? problems.items[0].message : "");
    if (num > 0) {
        const struct rh_problem *first = &problems.items[0];
        if (strcmp(first->message, says) != 0)
            fail_msg("it says: %s", first->message);
        assert_string_equal(first->file, file);
        assert_int_equal(first->line, line);
    }
    rh_problems_free(&problems);
}

static void test_check(void **state)
{
    (void)state;
    struct rh_history h;
    struct rh_study s;
    rh_month first, last;
    build(&h);
    read_study(&s, STUDIES "full.yaml");
    assert_check(&s, &h, 0, "", 0, "");
    rh_study_horizon(&s, &h, &first, &last);
    assert_int_equal(first, rh_month_make(2017, 1));
    assert_int_equal(last, rh_month_make(2018, 6));
    s.vendor_margin_product[0].text[0] = 'W';
    assert_check(&s, &h, 1, STUDIES "full.yaml", 15, "the history has no product 'Wodka'; did you mean 'Vodka'?");
    s.vendor_margin_product[0].text[0] = 'V';
    s.compare[1].incentive[0].behavior.measure.text[0] = 'R';
    assert_check(&s, &h, 0, "", 0, ""); /* the same file as the program in force, which is fine */
    s.in_force.incentive[0].behavior.measure.text[0] = 'R';
    assert_check(&s, &h, 1, STUDIES "rebate.yaml", 6, "the history has no measure 'Revenue'; did you mean 'revenue'?");
    rh_study_free(&s);
    rh_history_free(&h);
}

/* What the engine does not know is refused before anything is simulated. */
static void test_horizon(void **state)
{
    (void)state;
    struct rh_history h, empty;
    struct rh_study s;
    rh_month first, last;
    build(&h);
    rh_history_init(&empty);
    read_study(&s, STUDIES "least.yaml");
    assert_check(&s, &h, 0, "", 0, "");
    rh_study_horizon(&s, &h, &first, &last);
    assert_int_equal(first, rh_month_make(2017, 1));
    assert_int_equal(last, rh_month_make(2017, 12));
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_study_check(&s, &empty, &problems), RH_ERR_INPUT);
    assert_string_equal(problems.items[0].message, "the history has no rows; expected sales to replay");
    rh_problems_free(&problems);
    rh_study_free(&s);
    read_study(&s, STUDIES "full.yaml");
    s.horizon_starts = rh_month_make(2016, 12);
    assert_check(&s, &h, 1, STUDIES "full.yaml", 5,
                 "the horizon starts in the history, 2015-11 to 2016-12; expected 2017-01 or later, or 'method: exact' "
                 "to replay the history itself");
    s.horizon_starts = rh_month_make(9999, 1);
    assert_check(&s, &h, 1, STUDIES "full.yaml", 5, "the horizon ends after the year 9999");
    rh_study_free(&s);
    rh_history_free(&h);
}

static void test_exact_replay(void **state)
{
    (void)state;
    struct rh_history h;
    struct rh_study s;
    rh_month first, last;
    build(&h);
    read_study(&s, STUDIES "exact.yaml");
    assert_int_equal(s.replay, RH_REPLAY_EXACT);
    assert_string_equal(s.reference.text, "none");
    assert_check(&s, &h, 0, "", 0, "");
    rh_study_horizon(&s, &h, &first, &last);
    assert_int_equal(first, rh_month_make(2016, 7));
    assert_int_equal(last, rh_month_make(2016, 12));
    s.horizon_months = 14;
    assert_check(&s, &h, 0, "", 0, "");
    s.horizon_months = 15;
    assert_check(
        &s, &h, 1, STUDIES "exact.yaml", 3,
        "the horizon has 15 months, but the history, 2015-11 to 2016-12, only 14; exact replay takes them from "
        "there");
    rh_study_free(&s);
    rh_history_free(&h);
}

static void test_windows(void **state)
{
    (void)state;
    struct rh_history h;
    struct rh_study s;
    build(&h);
    read_study(&s, STUDIES "full.yaml");
    s.horizon_starts = rh_month_make(2017, 2);
    s.horizon_months = 4;
    assert_check(
        &s, &h, 1, STUDIES "rebate.yaml", 5,
        "'Volume rebate' has no whole window (quarter, as years start in month 1) that lies both in its active "
        "months and in the horizon, 2017-02 to 2017-05"); /* the program in force had quarters in history */
    s.compare[1].incentive[0].window = RH_WINDOW_PROGRAM;
    assert_check(&s, &h, 0, "", 0, "");
    s.compare[1].incentive[0].active_from = rh_month_make(2017, 1);
    assert_check(&s, &h, 1, STUDIES "rebate.yaml", 5,
                 "the months in which 'Volume rebate' is active are not all inside the horizon, 2017-02 to 2017-05");
    s.compare[1].incentive[0].active_from = rh_month_make(2017, 3);
    s.in_force.incentive[0].active_until = rh_month_make(2015, 12);
    assert_check(
        &s, &h, 1, STUDIES "rebate.yaml", 5,
        "'Volume rebate' has no whole window (quarter, as years start in month 1) that lies both in its active "
        "months and in the history and the horizon, 2015-11 to 2017-05");
    rh_study_free(&s);
    rh_history_free(&h);
}

static void test_names_of_programs(void **state)
{
    (void)state;
    struct rh_history h;
    struct rh_study s;
    build(&h);
    read_study(&s, STUDIES "full.yaml");
    s.reference.text[0] = 'f';
    assert_check(&s, &h, 1, STUDIES "full.yaml", 8,
                 "'reference' is 'flat'; expected in_force, none, or the name of a program that is compared: 'Flat', "
                 "'Growth tiers'");
    s.reference.text[0] = 'F';
    strcpy(s.compare[1].name, "none");
    assert_check(&s, &h, 1, STUDIES "rebate.yaml", 2,
                 "the name of the program is 'none', which means something else in a study; expected another name");
    strcpy(s.compare[1].name, "Flat");
    assert_check(&s, &h, 1, STUDIES "rebate.yaml", 2,
                 "the name of the program is 'Flat', and so is that of " STUDIES
                 "flat.yaml; expected names that differ");
    rh_study_free(&s);
    rh_history_free(&h);
}

/* A rate of a program. */
static void give_rate(struct rh_program *program, const char *currency, rh_ppm rate)
{
    program->exchange = rh_calloc(1, sizeof *program->exchange);
    program->exchange[0] = (struct rh_exchange){{rh_strdup(currency), 3, 6}, rate};
    program->num_exchanges = 1;
    program->place[RH_AT_FX] = (struct rh_place){0, 3, 5};
}

/* The rates that the study has for its partners; NULL where none are needed. */
static rh_ppm *rates_of(const struct rh_study *study, const struct rh_history *history)
{
    struct rh_error error;
    rh_ppm *rate;
    assert_int_equal(rh_study_exchange(study, history, &rate, &error), RH_OK);
    return rate;
}

/* Programs of a study must convert alike, or one history would be two. */
static void test_currencies(void **state)
{
    (void)state;
    struct rh_history h;
    struct rh_study s;
    build(&h);
    build_partner(&h, "P2", "Grocery", "East", RH_NO_DAY);
    h.partners.currency[0] = build_name(&h.partners.currencies, "EUR");
    read_study(&s, STUDIES "full.yaml");
    struct rh_program *flat = &s.compare[0];
    give_rate(&s.in_force, "EUR", 1080000);
    assert_check(&s, &h, 1, STUDIES "flat.yaml", 3,
                 "the program is in USD, but 1 partner of the history in 'EUR'; expected its rate in 'fx', such as "
                 "{EUR: 1.08}");
    give_rate(flat, "EUR", 1100000);
    s.in_force.num_exchanges = 0;
    assert_check(&s, &h, 1, STUDIES "rebate.yaml", 3,
                 "the program is in USD, but 1 partner of the history in 'EUR'; expected its rate in 'fx', such as "
                 "{EUR: 1.08}");
    s.in_force.num_exchanges = 1;
    assert_check(&s, &h, 1, STUDIES "flat.yaml", 3,
                 "one EUR is 1.10 USD, but in 'Growth tiers' it is 1.08; expected one rate in a study");
    flat->exchange[0].rate = 1080000;
    assert_check(&s, &h, 0, "", 0, "");
    rh_ppm *rate = rates_of(&s, &h);
    assert_int_equal(rate[0], 1080000);
    assert_int_equal(rate[1], RH_PPM_ONE); /* not given: the programs' own */
    free(rate);
    strcpy(flat->currency, "GBP");
    assert_check(&s, &h, 1, STUDIES "flat.yaml", 3,
                 "the program is in GBP, but 'Growth tiers' in USD; expected one currency in a study");
    strcpy(flat->currency, "USD");
    h.partners.currency[0] = build_name(&h.partners.currencies, "USD");
    assert_null(rates_of(&s, &h));
    rh_study_free(&s);
    rh_history_free(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_study),  cmocka_unit_test(test_defaults), cmocka_unit_test(test_of_programs),
        cmocka_unit_test(test_missing_file), cmocka_unit_test(test_check),    cmocka_unit_test(test_horizon),
        cmocka_unit_test(test_exact_replay), cmocka_unit_test(test_windows),  cmocka_unit_test(test_names_of_programs),
        cmocka_unit_test(test_currencies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
