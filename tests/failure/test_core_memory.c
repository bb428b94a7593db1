/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* Each use of memory in core fails once, the first, the second, … until the work is done: no crash, no leak, an honest
 * error, and what was there before is still there. */
#include "failure/failing_memory.h"

#include "core/error.h"
#include "core/file.h"
#include "core/memory.h"
#include "core/problems.h"
#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Runs work with each of its allocations failing in turn, for one call and for good. `work` checks itself: it gets
 * told nothing and gives RH_OK or RH_ERR_NO_MEMORY. At least `least` allocations are expected. */
static void fail_each(int (*work)(void), long least)
{
    for (int mode = RH_FAIL_ONCE; mode <= RH_FAIL_ON; mode++) {
        for (long n = 0;; n++) {
            rh_fail_memory(n, (enum rh_fail_mode)mode);
            int rc = work();
            bool failed = rh_memory_failed();
            assert_int_equal(rc, failed ? RH_ERR_NO_MEMORY : RH_OK);
            if (!failed) {
                assert_true(n >= least);
                break;
            }
        }
    }
}

static int allocate(void)
{
    int *array = NULL;
    size_t capacity = 0;
    void *zeroed = rh_calloc(3, 4), *aligned = rh_alloc_aligned(10, 8);
    char *copy = rh_strdup("text");
    int rc = zeroed == NULL || aligned == NULL || copy == NULL ? RH_ERR_NO_MEMORY : RH_OK;
    for (size_t i = 0; i < 100; i++) {
        if (rh_reserve(&array, &capacity, i + 1, sizeof *array) != RH_OK) {
            rc = RH_ERR_NO_MEMORY;
            break;
        }
        array[i] = (int)i;
    }
    if (rc == RH_OK && array[99] != 99)
        rc = RH_ERR_INPUT;
    free(zeroed);
    free(aligned);
    free(copy);
    free(array);
    return rc;
}

static void test_memory(void **state)
{
    (void)state;
    fail_each(allocate, 7);
}

/* A text keeps what it held when memory ran out. */
static int write_text(void)
{
    struct rh_text text;
    rh_text_init(&text);
    for (int i = 0; i < 100; i++) {
        rh_text_printf(&text, "%d:", i);
        rh_text_number(&text, 1234.5 * i, 2);
        rh_text_json(&text, "a\"b");
        rh_text_csv(&text, "a,b");
        rh_text_short_number(&text, 0.25);
    }
    int rc = rh_text_status(&text);
    bool whole = strlen(rh_text_string(&text)) == text.length;
    rh_text_free(&text);
    return whole ? rc : RH_ERR_INPUT;
}

static void test_text(void **state)
{
    (void)state;
    fail_each(write_text, 5);
}

/* After a failed addition the names are as before it, and adding goes on where there is memory again. */
static int add_names(void)
{
    struct rh_names names;
    rh_names_init(&names);
    int rc = RH_OK;
    char name[16];
    for (int i = 0; i < 100; i++) {
        int length = snprintf(name, sizeof name, "name %d", i);
        size_t num = names.num;
        int32_t id = rh_names_add(&names, name, (size_t)length);
        if (id < 0) {
            rc = (int)id;
            if (names.num != num || rh_names_find(&names, name) != -1)
                rc = RH_ERR_INPUT;
            break;
        }
        if (id != i || rh_names_find(&names, "name 0") != 0)
            rc = RH_ERR_INPUT;
    }
    rh_names_free(&names);
    return rc;
}

static void test_names(void **state)
{
    (void)state;
    fail_each(add_names, 100);
}

static int collect_problems(void)
{
    struct rh_problems problems;
    struct rh_text text;
    struct rh_error error;
    rh_problems_init(&problems);
    rh_text_init(&text);
    for (int i = 0; i < 20; i++)
        rh_problems_add(&problems, RH_ERR_INPUT, i % 2 == 0 ? "a" : "b", 20 - i, 1, "excerpt\twith a tab", "problem %d",
                        i);
    rh_problems_sort(&problems);
    for (size_t i = 0; i < problems.num; i++) {
        problems.items[i].column = 9;
        rh_problem_format(&problems.items[i], &text);
    }
    int rc = rh_problems_status(&problems, &error);
    if (rc != error.code || problems.num_total != 20)
        rc = RH_ERR_FORMAT;
    if (rc == RH_ERR_INPUT) /* there are problems and all are told */
        rc = rh_text_status(&text);
    rh_problems_free(&problems);
    rh_text_free(&text);
    return rc;
}

static void test_problems(void **state)
{
    (void)state;
    fail_each(collect_problems, 60);
}

/* Each step fails alone: paths, the output's own, reading back. */
static int use_files(void)
{
    struct rh_output output = {0};
    struct rh_error error = {0};
    char *bytes = NULL, *beside = NULL;
    size_t length;
    int rc = rh_make_folder("made/deep", &error);
    if (rc == RH_OK)
        rc = rh_output_open(&output, "made/a.txt", &error);
    if (rc == RH_OK) {
        fputs("text", output.stream);
        rc = rh_output_commit(&output, &error);
        if (rc == RH_OK)
            rc = rh_file_read("made/a.txt", 100, &bytes, &length, &error);
        if (rc == RH_OK && strcmp(bytes, "text") != 0)
            rc = RH_ERR_FORMAT;
        beside = rh_path_beside("made/a.txt", "b.txt");
        if (rc == RH_OK && beside == NULL)
            rc = rh_error_set(&error, RH_ERR_NO_MEMORY, "no path");
    } else {
        rh_output_abort(&output);
    }
    free(bytes);
    free(beside);
    return rc == error.code || rc == RH_OK ? rc : RH_ERR_FORMAT;
}

static void test_files(void **state)
{
    (void)state;
    char folder[] = "/tmp/rh_test_core_memory_XXXXXX", start[4096];
    assert_non_null(getcwd(start, sizeof start));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    fail_each(use_files, 4);
    assert_int_equal(unlink("made/a.txt"), 0);
    assert_int_equal(rmdir("made/deep"), 0);
    assert_int_equal(rmdir("made"), 0); /* and no temporary file is left in it */
    assert_int_equal(chdir(start), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),   cmocka_unit_test(test_text),  cmocka_unit_test(test_names),
        cmocka_unit_test(test_problems), cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
