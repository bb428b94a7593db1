/* What is said about files with mistakes in them, word for word: tests/data/program-errors/NAME.yaml is a program (a
 * study, where the name starts with "study-"), NAME.txt what is said of it.
 *
 * With the argument --write the texts are written instead of compared, to be read before they are committed. */
#include "core/file.h"
#include "program/program.h"
#include "program/study.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FEWEST_CASES 100

/* What is said of the file. */
static void tell(const char *path, struct rh_text *out)
{
    struct rh_problems problems;
    rh_problems_init(&problems);
    int code;
    if (strncmp(path, "study-", 6) == 0) {
        struct rh_study study;
        code = rh_study_read(&study, path, &problems);
        rh_study_free(&study);
    } else {
        struct rh_program program;
        code = rh_program_read(&program, path, &problems);
        rh_program_free(&program);
    }
    assert_true(problems.num > 0);
    assert_int_equal(code, problems.items[0].code);
    for (size_t i = 0; i < problems.num; i++)
        rh_problem_format(&problems.items[i], out);
    assert_int_equal(rh_text_status(out), RH_OK);
    rh_problems_free(&problems);
}

static void compare(const char *path, const struct rh_text *said)
{
    char *expected;
    size_t length;
    struct rh_error error;
    int code = rh_file_read(path, 1 << 20, &expected, &length, &error);
    if (code != RH_OK)
        fail_msg("%s: %s", path, error.message);
    if (strcmp(expected, rh_text_string(said)) != 0)
        fail_msg("%s: expected\n%sbut it says\n%s", path, expected, rh_text_string(said));
    free(expected);
}

static void write_text(const char *path, const struct rh_text *said)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    assert_int_equal(fputs(rh_text_string(said), stream) < 0, 0);
    assert_int_equal(fclose(stream), 0);
}

/* Calls compare or write_text for each case. */
static size_t visit_cases(void (*visit)(const char *path, const struct rh_text *said))
{
    size_t num = 0;
    DIR *folder = opendir(".");
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || strcmp(dot, ".yaml") != 0)
            continue;
        struct rh_text said;
        char path[300];
        rh_text_init(&said);
        tell(entry->d_name, &said);
        snprintf(path, sizeof path, "%.*s.txt", (int)(dot - entry->d_name), entry->d_name);
        visit(path, &said);
        rh_text_free(&said);
        num++;
    }
    closedir(folder);
    return num;
}

static void test_messages(void **state)
{
    (void)state;
    assert_true(visit_cases(compare) >= FEWEST_CASES);
}

int main(int argc, char **argv)
{
    if (chdir(TEST_DATA "/program-errors") != 0)
        return 1;
    if (argc > 1 && strcmp(argv[1], "--write") == 0)
        return visit_cases(write_text) == 0;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_messages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
