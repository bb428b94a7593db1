/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=fwrite */
/* An artificial channel where memory runs out, or the disk is full, at each place in turn: an honest error, no leak, no
 * file left behind. */
#include "failure/failing_memory.h"

#include "synth/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

size_t __real_fwrite(const void *data, size_t size, size_t num, FILE *stream);
size_t __wrap_fwrite(const void *data, size_t size, size_t num, FILE *stream);

static long writes_left = -1; /* negative: writing works */

size_t __wrap_fwrite(const void *data, size_t size, size_t num, FILE *stream)
{
    if (writes_left >= 0 && num > 0 && writes_left-- == 0) {
        errno = ENOSPC;
        return 0;
    }
    return __real_fwrite(data, size, num, stream);
}

static int create_world(struct rh_world **world, const char *path)
{
    struct rh_problems problems;
    rh_problems_init(&problems);
    int code = rh_world_create(world, path, &problems);
    rh_problems_free(&problems);
    return code;
}

/* A world takes thousands of allocations; of those of its nodes, which are all alike, some stand for all. */
static void test_reading_without_memory(void **state)
{
    (void)state;
    /* With one program, and with a list of them: a small world, of which every allocation fails once. */
    static const char *const paths[] = {NULL, TEST_DATA "/../../scenarios/truth/world.yaml"};
    static const long steps[] = {13, 1};
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
        bool failed = true;
        for (long n = 0; failed; n += n < 100 ? 1 : steps[k]) {
            struct rh_world *world = NULL;
            rh_fail_memory(n, n % 2 == 0 ? RH_FAIL_ONCE : RH_FAIL_ON);
            int code = create_world(&world, paths[k]);
            failed = rh_memory_failed();
            assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
            assert_true(failed ? world == NULL : world != NULL);
            rh_world_destroy(world);
        }
    }
}

static size_t remove_files(const char *folder)
{
    size_t num = 0;
    char path[512];
    DIR *stream = opendir(folder);
    assert_non_null(stream);
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            unlink(path);
            num++;
        }
    }
    closedir(stream);
    return num;
}

static void test_writing_without_memory(void **state)
{
    (void)state;
    char folder[] = "/tmp/rehearse-synth-XXXXXX";
    struct rh_world *world = NULL;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(create_world(&world, NULL), RH_OK);
    for (int mode = RH_FAIL_ONCE; mode <= RH_FAIL_ON; mode++) {
        bool failed = true;
        for (long n = 0; failed; n++) {
            struct rh_world_options options = {.partners = 15, .months = 2, .seed = 1, .truth = true};
            struct rh_world_counts counts;
            struct rh_error error;
            rh_fail_memory(n, (enum rh_fail_mode)mode);
            int code = rh_world_write(world, &options, folder, NULL, &counts, &error);
            failed = rh_memory_failed();
            assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
            size_t num = remove_files(folder);
            /* What fails after the first rename leaves whole files, never parts. */
            assert_true(failed ? num <= 6 : num == 6);
        }
    }
    assert_int_equal(rmdir(folder), 0);
    rh_world_destroy(world);
}

static void test_writing_to_a_full_disk(void **state)
{
    (void)state;
    char folder[] = "/tmp/rehearse-synth-XXXXXX";
    struct rh_world *world = NULL;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(create_world(&world, NULL), RH_OK);
    bool failed = true;
    for (long n = 0; failed; n++) {
        struct rh_world_options options = {.partners = 5, .months = 2, .seed = 1, .truth = true};
        struct rh_world_counts counts;
        struct rh_error error;
        writes_left = n;
        int code = rh_world_write(world, &options, folder, NULL, &counts, &error);
        failed = writes_left < 0;
        writes_left = -1;
        assert_int_equal(code, failed ? RH_ERR_IO : RH_OK);
        assert_int_equal(remove_files(folder), failed ? 0 : 6);
        assert_true(!failed || strstr(error.message, "No space left") != NULL);
    }
    assert_int_equal(rmdir(folder), 0);
    rh_world_destroy(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading_without_memory),
        cmocka_unit_test(test_writing_without_memory),
        cmocka_unit_test(test_writing_to_a_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
