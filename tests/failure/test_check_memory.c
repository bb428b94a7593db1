/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* Programs are checked and explained while memory runs out at each call in turn: never a crash, never a leak, never
 * half an answer that looks like a whole one. */
#include "program/check.h"
#include "program/explain.h"

#include "build_history.h"
#include "failure/failing_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char body[] =
    "rehearse: program/1\nname: Test\ncurrency: USD\n"
    "incentives:\n"
    "  - {name: A, behavior: {measure: revenue, where: {days: '<= 30'}}, window: month,\n"
    "     reward: {bands: retroactive, levels: [{from: 1, rate: 1%}, {from: 110% of prior_year, rate: 9%}]},\n"
    "     cap: {window: 1M, partner: 1M}}\n"
    "  - {name: B, behavior: {measure: revenue}, metric: {pooled_by: parent}, window: month,\n"
    "     reward: {levels: [{from: 1, rate: 1%}, {from: 900k, rate: 0.5%, flat: 5}]}}\n"
    "budget: {total: 1}\n";

struct fixture {
    struct rh_program program;
    struct rh_history history;
};

static int set_up(void **state)
{
    struct fixture *self = calloc(1, sizeof *self);
    struct rh_problems problems;
    assert_non_null(self);
    rh_problems_init(&problems);
    assert_int_equal(rh_program_parse(&self->program, "test.yaml", body, strlen(body), &problems), RH_OK);
    rh_problems_free(&problems);
    rh_history_init(&self->history);
    for (int k = 0; k < 3; k++) {
        const char *const id[] = {"P", "Q", "R"};
        build_partner(&self->history, id[k], "S", "E", RH_NO_DAY);
        for (int m = 0; m < 14; m++) {
            char date[16];
            snprintf(date, sizeof date, "%d-%02d-01", 2024 + m / 12, m % 12 + 1);
            const size_t row = build_event(&self->history, id[k], date, "revenue", "X", RH_MONEY_ONE, 90 * RH_MONEY_ONE,
                                           100 * RH_MONEY_ONE);
            self->history.events.days[row] = 10 * RH_MONEY_ONE;
        }
    }
    assert_int_equal(rh_history_finish(&self->history, NULL), RH_OK);
    *state = self;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *self = *state;
    rh_program_free(&self->program);
    rh_history_free(&self->history);
    free(self);
    return 0;
}

static int check(const struct fixture *self, char **out)
{
    struct rh_findings findings;
    struct rh_complexity complexity;
    struct rh_error error = {0};
    struct rh_text text;
    const struct rh_check_options options = {.history = &self->history,
                                             .in_force = &self->program,
                                             .horizon_first = rh_month_make(2025, 3),
                                             .horizon_last = rh_month_make(2026, 2)};
    rh_findings_init(&findings);
    rh_text_init(&text);
    int code = rh_program_check(&self->program, &options, &findings, &complexity, &error);
    for (size_t i = 0; i < findings.num && code == RH_OK; i++)
        rh_finding_format(&findings.item[i], &text);
    code = code == RH_OK ? rh_text_status(&text) : code;
    if (code == RH_OK)
        *out = strdup(rh_text_string(&text));
    rh_text_free(&text);
    rh_findings_free(&findings);
    return code;
}

static int explain(const struct fixture *self, char **out)
{
    const struct rh_explain_options options = {RH_EXPLAIN_TEXT, 80};
    struct rh_error error = {0};
    struct rh_text text;
    rh_text_init(&text);
    const int code = rh_program_explain(&self->program, &options, &text, &error);
    if (code == RH_OK)
        *out = strdup(rh_text_string(&text));
    rh_text_free(&text);
    return code;
}

static void exhaust(const struct fixture *self, int (*work)(const struct fixture *self, char **out),
                    enum rh_fail_mode mode)
{
    char *whole = NULL;
    assert_int_equal(work(self, &whole), RH_OK);
    for (long n = 0;; n++) {
        char *text = NULL;
        rh_fail_memory(n, mode);
        const int code = work(self, &text);
        const bool failed = rh_memory_failed();
        /* A spare room that could not be had may be done without, but then the answer is the same. */
        if (code == RH_OK && text != NULL)
            assert_string_equal(text, whole);
        else if (!failed || (code != RH_ERR_NO_MEMORY && code != RH_OK))
            fail_msg("call %ld: code %d", n, code);
        free(text);
        if (!failed) {
            assert_true(n > 20);
            break;
        }
    }
    free(whole);
}

static void test_check(void **state)
{
    exhaust(*state, check, RH_FAIL_ONCE);
    exhaust(*state, check, RH_FAIL_ON);
}

static void test_explain(void **state)
{
    exhaust(*state, explain, RH_FAIL_ONCE);
    exhaust(*state, explain, RH_FAIL_ON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_explain),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
