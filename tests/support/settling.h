/* Settlements in a few lines, for tests: a ledger of sales, a program as text, a statement as text. */
#ifndef RH_TESTS_SETTLING_H
#define RH_TESTS_SETTLING_H

#include "build_history.h"

#include "program/program.h"
#include "program/settle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A row of the ledger; amount in the partner's currency. */
static inline void sell_product(struct rh_history *history, const char *partner, const char *date, const char *product,
                                double amount)
{
    build_event(history, partner, date, "revenue", product, RH_MISSING, (rh_money)llround(amount * 1e4), RH_MISSING);
}

static inline void sell(struct rh_history *history, const char *partner, const char *date, double amount)
{
    sell_product(history, partner, date, "", amount);
}

/* A row of another measure: its amount, or its quantity. */
static inline void spend(struct rh_history *history, const char *partner, const char *date, const char *measure,
                         double amount)
{
    build_event(history, partner, date, measure, "", RH_MISSING, (rh_money)llround(amount * 1e4), RH_MISSING);
}

static inline void count(struct rh_history *history, const char *partner, const char *date, const char *measure,
                         double quantity)
{
    build_event(history, partner, date, measure, "", (int64_t)llround(quantity * 1e4), RH_MISSING, RH_MISSING);
}

static inline void set_target(struct rh_history *history, const char *partner, const char *measure,
                              enum rh_window_kind window, const char *start, double target)
{
    struct rh_targets *self = &history->targets;
    const size_t row = self->num;
    rh_day day;
    assert_true(rh_day_parse(start, strlen(start), &day));
    BUILD_APPEND(self->partner, row, rh_names_find(&history->partners.id, partner));
    BUILD_APPEND(self->measure, row, build_name(&history->measures, measure));
    BUILD_APPEND(self->window, row, (int32_t)window);
    BUILD_APPEND(self->window_start, row, day);
    BUILD_APPEND(self->target, row, (int64_t)llround(target * 1e4));
    self->num = row + 1;
    self->capacity = self->num;
}

static inline rh_day a_day(const char *text)
{
    rh_day day = RH_NO_DAY;
    assert_true(rh_day_parse(text, strlen(text), &day));
    return day;
}

static inline rh_month a_month(const char *text)
{
    rh_month month = RH_NO_MONTH;
    assert_true(text == NULL || rh_month_parse(text, strlen(text), &month));
    return month;
}

/* A program of these lines behind its head; `\n` between them. */
static inline void read_program(struct rh_program *program, const char *rest)
{
    struct rh_text text;
    struct rh_problems problems;
    rh_text_init(&text);
    rh_problems_init(&problems);
    rh_text_printf(&text, "rehearse: program/1\nname: x\ncurrency: USD\n%s\n", rest);
    if (rh_program_parse(program, "x.yaml", rh_text_string(&text), text.length, &problems) != RH_OK)
        fail_msg("%s in\n%s", problems.num > 0 ? problems.items[0].message : "no memory", rest);
    rh_problems_free(&problems);
    rh_text_free(&text);
}

/* The same of one incentive named A. */
static inline void read_incentive(struct rh_program *program, const char *keys)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "incentives:\n  - {name: A, %s}", keys);
    read_program(program, rh_text_string(&text));
    rh_text_free(&text);
}

/* Finishes the history and checks the program's names against it. */
static inline void make_ready(struct rh_history *history, const struct rh_program *program)
{
    struct rh_error error = {0};
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_history_finish(history, &error), RH_OK);
    if (rh_program_check_names(program, history, &problems) != RH_OK)
        fail_msg("%s", problems.items[0].message);
    rh_problems_free(&problems);
}

/* Settles months `from` to `until` (NULL: the history's) and compares the statement, without its header. */
static inline void assert_settled(struct rh_history *history, const struct rh_program *program, const char *from,
                                  const char *until, const char *expected)
{
    struct rh_statement statement;
    struct rh_text text;
    struct rh_error error = {0};
    make_ready(history, program);
    rh_text_init(&text);
    if (rh_settle(&statement, program, history, a_month(from), a_month(until), NULL, &error) != RH_OK)
        fail_msg("%s", error.message);
    assert_int_equal(rh_statement_csv_lines(statement.line, statement.num, program, history, &text), RH_OK);
    if (strcmp(rh_text_string(&text), expected) != 0)
        fail_msg("expected\n%sfound\n%s", expected, rh_text_string(&text));
    for (size_t i = 0; i < statement.num; i++) {
        const struct rh_line *line = &statement.line[i];
        assert_int_equal(line->payable, line->earned - line->cut + line->carried_in - line->carried_out);
    }
    rh_text_free(&text);
    rh_statement_free(&statement);
}

/* The same of one incentive, from its keys; the program is gone afterwards. */
static inline void assert_incentive(struct rh_history *history, const char *keys, const char *from, const char *until,
                                    const char *expected)
{
    struct rh_program program;
    read_incentive(&program, keys);
    assert_settled(history, &program, from, until, expected);
    rh_program_free(&program);
}

/* And of a whole program. */
static inline void assert_program(struct rh_history *history, const char *rest, const char *from, const char *until,
                                  const char *expected)
{
    struct rh_program program;
    read_program(&program, rest);
    assert_settled(history, &program, from, until, expected);
    rh_program_free(&program);
}

#endif
