/* Problems are kept, sorted, counted and shown with their line. */
#include "core/problems.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check_format(const struct rh_problem *problem, const char *expected)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_problem_format(problem, &text);
    assert_int_equal(rh_text_status(&text), RH_OK);
    assert_string_equal(rh_text_string(&text), expected);
    rh_text_free(&text);
}

static void test_none(void **state)
{
    (void)state;
    struct rh_problems problems;
    struct rh_error error = {0};
    rh_problems_init(&problems);
    rh_problems_sort(&problems);
    assert_int_equal(rh_problems_status(&problems, &error), RH_OK);
    rh_problems_free(&problems);
}

static void test_status_tells_the_first_and_how_many_more(void **state)
{
    (void)state;
    struct rh_problems problems;
    struct rh_error error;
    rh_problems_init(&problems);
    rh_problems_add(&problems, RH_ERR_UNSUPPORTED, "p.yaml", 3, 5, NULL, "no %s", "tax");
    assert_int_equal(rh_problems_status(&problems, &error), RH_ERR_UNSUPPORTED);
    assert_string_equal(error.file, "p.yaml");
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 5);
    assert_string_equal(error.message, "no tax");
    rh_problems_add(&problems, RH_ERR_INPUT, "p.yaml", 4, 1, NULL, "other");
    rh_problems_status(&problems, &error);
    assert_string_equal(error.message, "no tax (and 1 more problem)");
    rh_problems_add(&problems, RH_ERR_INPUT, "p.yaml", 4, 1, NULL, "other");
    assert_int_equal(rh_problems_status(&problems, NULL), RH_ERR_UNSUPPORTED);
    rh_problems_status(&problems, &error);
    assert_string_equal(error.message, "no tax (and 2 more problems)");
    rh_problems_free(&problems);
}

static void test_limit(void **state)
{
    (void)state;
    struct rh_problems problems;
    struct rh_error error;
    rh_problems_init(&problems);
    problems.limit = 10;
    for (int i = 0; i < 1000; i++)
        rh_problems_add(&problems, RH_ERR_INPUT, "l.csv", i + 1, 0, NULL, "row %d", i);
    assert_int_equal(problems.num, 10);
    assert_int_equal(problems.num_total, 1000);
    rh_problems_status(&problems, &error);
    assert_string_equal(error.message, "row 0 (and 999 more problems)");
    rh_problems_free(&problems);
}

static void test_sort(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        long line, column;
    } given[] = {{"z", 9, 1}, {"a", 2, 2}, {"z", 1, 7}, {"z", 1, 3}, {"a", 1, 1}, {"z", 1, 3}, {"a", 0, 0}};
    static const char *const expected[] = {"3", "5", "2", "0", "6", "4", "1"};
    struct rh_problems problems;
    rh_problems_init(&problems);
    for (int i = 0; i < 7; i++)
        rh_problems_add(&problems, RH_ERR_INPUT, given[i].file, given[i].line, given[i].column, NULL, "%d", i);
    rh_problems_sort(&problems);
    for (size_t i = 0; i < 7; i++)
        assert_string_equal(problems.items[i].message, expected[i]);
    rh_problems_free(&problems);
}

static void test_format(void **state)
{
    (void)state;
    struct rh_problem problem = {
        .file = "p.yaml", .line = 12, .column = 7, .message = "found x, expected y", .excerpt = "  pay: x"};
    check_format(&problem, "p.yaml:12:7: found x, expected y\n    pay: x\n        ^\n");
    problem.column = 0;
    check_format(&problem, "p.yaml:12: found x, expected y\n    pay: x\n");
    problem.excerpt = NULL;
    problem.line = 0;
    check_format(&problem, "p.yaml: found x, expected y\n");
    problem.file = "";
    check_format(&problem, "found x, expected y\n");
}

static void test_caret_stands_below_characters(void **state)
{
    (void)state;
    struct rh_problem problem = {.file = "f", .line = 1, .column = 4, .message = "m", .excerpt = "Zür\tx"};
    check_format(&problem, "f:1:4: m\n  Zür\tx\n     ^\n");
    problem.column = 5;
    check_format(&problem, "f:1:5: m\n  Zür\tx\n     \t^\n");
    problem.column = 6; /* behind the end */
    check_format(&problem, "f:1:6: m\n  Zür\tx\n     \t ^\n");
    problem.column = 999;
    check_format(&problem, "f:1:999: m\n  Zür\tx\n     \t ^\n");
}

static void test_files_cannot_command_the_terminal(void **state)
{
    (void)state;
    struct rh_problem problem = {.file = "f\x1b",
                                 .line = 1,
                                 .column = 3,
                                 .message = "found \x1b[2J\xFF\xC2\x9B",
                                 .excerpt = "a\x1b[31m\xC3\r\n"};
    check_format(&problem, "f�:1:3: found �[2J��\n  a�[31m�\n    ^\n");
}

static void test_long_lines_are_cut_around_the_column(void **state)
{
    (void)state;
    char line[2001];
    for (size_t i = 0; i < 2000; i++)
        line[i] = (char)('a' + i % 26);
    line[2000] = '\0';
    static const long columns[] = {1, 50, 109, 111, 1000, 1999, 2000};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        struct rh_problem problem = {.file = "f", .line = 1, .column = columns[i], .message = "m", .excerpt = line};
        struct rh_text text;
        rh_text_init(&text);
        rh_problem_format(&problem, &text);
        char *shown = strchr(text.bytes, '\n') + 1;
        char *below = strchr(shown, '\n') + 1;
        size_t num_shown = rh_utf8_length(shown, (size_t)(below - shown) - 1);
        assert_true(num_shown <= 120);
        /* The character above the caret is the one of the column. */
        size_t before_caret = strcspn(below, "^");
        size_t cut = (unsigned char)shown[2] == 0xE2 ? 2 : 0; /* "…" has three bytes for one column */
        assert_int_equal(shown[before_caret + cut], line[columns[i] - 1]);
        rh_text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_status_tells_the_first_and_how_many_more),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_sort),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_caret_stands_below_characters),
        cmocka_unit_test(test_files_cannot_command_the_terminal),
        cmocka_unit_test(test_long_lines_are_cut_around_the_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
