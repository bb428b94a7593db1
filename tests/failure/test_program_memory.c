/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* Programs and studies are read, and checked against a history, while memory runs out at each call in turn: never a
 * crash, never a leak, never a file that is taken for sound or for faulty when it could not be read. */
#include "program/program.h"
#include "program/study.h"

#include "build_history.h"
#include "failure/failing_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Runs `work` until no call is left to fail. It returns a code and fills problems. */
static void exhaust(int (*work)(struct rh_problems *problems), enum rh_fail_mode mode, int expected)
{
    long num_calls = 0;
    for (long n = 0;; n++) {
        struct rh_problems problems;
        rh_problems_init(&problems);
        rh_fail_memory(n, mode);
        int code = work(&problems);
        bool failed = rh_memory_failed();
        if (!failed)
            assert_int_equal(code, expected);
        else if (code != RH_ERR_NO_MEMORY)
            fail_msg("call %ld: code %d", n, code);
        if (failed) {
            struct rh_error error;
            assert_int_equal(rh_problems_status(&problems, &error), RH_ERR_NO_MEMORY);
        }
        rh_problems_free(&problems);
        num_calls = n;
        if (!failed)
            break;
    }
    assert_true(num_calls > 20);
}

static void exhaust_both(int (*work)(struct rh_problems *problems), int expected)
{
    exhaust(work, RH_FAIL_ONCE, expected);
    exhaust(work, RH_FAIL_ON, expected);
}

static int read_program(struct rh_problems *problems)
{
    struct rh_program program;
    int code = rh_program_read(&program, TEST_DATA "/program-full.yaml", problems);
    rh_program_free(&program);
    return code;
}

static int read_faulty_program(struct rh_problems *problems)
{
    struct rh_program program;
    int code = rh_program_read(&program, TEST_DATA "/program-errors/many-at-once.yaml", problems);
    rh_program_free(&program);
    return code;
}

static int read_broken_file(struct rh_problems *problems)
{
    struct rh_program program;
    int code = rh_program_read(&program, TEST_DATA "/program-errors/yaml-bracket-open.yaml", problems);
    rh_program_free(&program);
    return code;
}

static int read_all(const char *path, struct rh_problems *problems)
{
    struct rh_program read;
    int code = rh_program_read(&read, path, problems);
    rh_program_free(&read);
    return code;
}

static int read_every_key(struct rh_problems *problems)
{
    return read_all(TEST_DATA "/programs/every-key.yaml", problems);
}

static int read_extending(struct rh_problems *problems)
{
    return read_all(TEST_DATA "/programs/extends-again.yaml", problems);
}

static int read_extending_faulty(struct rh_problems *problems)
{
    return read_all(TEST_DATA "/program-errors/extends-bad-base.yaml", problems);
}

static int read_removing_unknown(struct rh_problems *problems)
{
    return read_all(TEST_DATA "/program-errors/extends-remove-unknown.yaml", problems);
}

static int read_unknown_tiers(struct rh_problems *problems)
{
    return read_all(TEST_DATA "/program-errors/tiers-unknown-names.yaml", problems);
}

static int read_study(struct rh_problems *problems)
{
    struct rh_study study;
    int code = rh_study_read(&study, TEST_DATA "/studies/full.yaml", problems);
    rh_study_free(&study);
    return code;
}

static int read_faulty_study(struct rh_problems *problems)
{
    struct rh_study study;
    int code = rh_study_read(&study, TEST_DATA "/program-errors/study-bad-programs.yaml", problems);
    rh_study_free(&study);
    return code;
}

static int make_study(struct rh_problems *problems)
{
    const char *const paths[] = {TEST_DATA "/studies/flat.yaml", TEST_DATA "/studies/rebate.yaml"};
    struct rh_study study;
    int code = rh_study_of_programs(&study, "history.h5", paths, 2, problems);
    rh_study_free(&study);
    return code;
}

/* What a check is run on; it must not need memory to build while memory fails. */
static struct rh_history history;
static struct rh_program program;

static int check_names(struct rh_problems *problems)
{
    return rh_program_check_names(&program, &history, problems);
}

static void build(const char *path)
{
    struct rh_error error;
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_program_read(&program, path, &problems), RH_OK);
    rh_problems_free(&problems);
    rh_history_init(&history);
    build_partner(&history, "P1", "Grocery", "East", RH_NO_DAY);
    build_event(&history, "P1", "2016-01-05", "revenue", "Whiskey", 20000, 1000000, 1);
    struct rh_attribute column = {.name = rh_strdup("channel"), .code = rh_calloc(1, sizeof(int32_t))};
    build_name(&column.values, "phone");
    BUILD_APPEND(history.events.attribute, history.events.num_attributes, column);
    history.events.num_attributes++;
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
}

static void test_programs(void **state)
{
    (void)state;
    exhaust_both(read_program, RH_OK);
    exhaust_both(read_faulty_program, RH_ERR_INPUT);
    exhaust_both(read_broken_file, RH_ERR_INPUT);
    exhaust_both(read_every_key, RH_OK);
    exhaust_both(read_extending, RH_OK);
    exhaust_both(read_extending_faulty, RH_ERR_INPUT);
    exhaust_both(read_removing_unknown, RH_ERR_INPUT);
    exhaust_both(read_unknown_tiers, RH_ERR_INPUT);
}

static void test_studies(void **state)
{
    (void)state;
    exhaust_both(read_study, RH_OK);
    exhaust_both(read_faulty_study, RH_ERR_INPUT);
    exhaust_both(make_study, RH_OK);
}

static void test_names(void **state)
{
    (void)state;
    build(TEST_DATA "/program-full.yaml");
    exhaust_both(check_names, RH_ERR_INPUT);
    rh_program_free(&program);
    rh_history_free(&history);
    build(TEST_DATA "/programs/every-key.yaml");
    exhaust_both(check_names, RH_ERR_INPUT);
    rh_program_free(&program);
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_studies),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
