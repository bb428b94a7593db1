/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=pwrite,--wrap=ftruncate,--wrap=fsync,--wrap=rename */
/* A run whose memory or disk ends at any point fails with the reason, keeps what it has done, and goes on to the same
 * bytes when there is room again. */
#include "failure/failing_files.h"

#include "build_parts.h"
#include "core/file.h"

#include <sys/stat.h>

#define REPLICATIONS 100
#define BLOCK 10

/* A run to place() that keeps after every second block, from wherever it stands, to the end. */
static int run(struct rh_error *error)
{
    const struct rh_results_header header = example_header(REPLICATIONS);
    struct rh_outcomes *outcomes = rh_outcomes_create(EXAMPLE_SCENARIOS, EXAMPLE_PARTNERS);
    struct rh_checkpoint *checkpoint = NULL;
    uint64_t done = 0, handed = 0;
    int status = outcomes != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    if (status == RH_OK) {
        status = rh_checkpoint_open(&checkpoint, place(), &header, 0, RH_CHECKPOINT_RESUME, error);
    }
    if (status == RH_OK) {
        status = rh_checkpoint_replay(checkpoint, REPLICATIONS, example_forget, &handed, outcomes, &done, NULL, error);
    }
    while (status == RH_OK && done < REPLICATIONS) {
        const uint64_t end = done + 2 * BLOCK < REPLICATIONS ? done + 2 * BLOCK : REPLICATIONS;
        status = example_go_on(checkpoint, outcomes, done, end, BLOCK, error);
        if (status == RH_OK && rh_outcomes_failed(outcomes)) {
            status = RH_ERR_NO_MEMORY;
        }
        if (status == RH_OK) {
            status = rh_checkpoint_keep(checkpoint, outcomes, end, error);
        }
        done = end;
    }
    if (status == RH_OK) {
        status = rh_checkpoint_finish_part(checkpoint, outcomes, place(), error);
    }
    rh_checkpoint_destroy(checkpoint);
    rh_outcomes_destroy(outcomes);
    return status;
}

static void digest(char sha256[RH_SHA256_TEXT])
{
    struct rh_error error = {0};
    assert_int_equal(rh_sha256_file(place(), sha256, &error), RH_OK);
    unlink(place());
    assert_int_equal(num_files(), 0); /* and nothing else was there */
}

/* After the failure: no part file that is not whole, and the run goes on to the same bytes. */
static void go_on(const char expected[RH_SHA256_TEXT])
{
    struct rh_error error = {0};
    char sha256[RH_SHA256_TEXT];
    assert_int_equal(run(&error), RH_OK);
    digest(sha256);
    assert_string_equal(sha256, expected);
}

static void test_disk_full(void **state)
{
    char expected[RH_SHA256_TEXT];
    struct rh_error error = {0};
    long call = 0;
    (void)state;
    assert_int_equal(run(&error), RH_OK);
    digest(expected);
    for (;; call++) {
        error = (struct rh_error){0};
        disk_left = call;
        disk_full = false;
        const int status = run(&error);
        const bool failed = disk_full;
        disk_left = -1;
        disk_full = false;
        if (!failed) {
            assert_int_equal(status, RH_OK);
            break;
        }
        assert_int_equal(status, RH_ERR_IO);
        assert_non_null(strstr(error.message, "No space left on device"));
        assert_int_equal(access(place(), F_OK), -1);
        go_on(expected);
    }
    assert_true(call > 60);
    digest(expected);
}

static void test_no_memory(void **state)
{
    char expected[RH_SHA256_TEXT];
    struct rh_error error = {0};
    long call = 0;
    (void)state;
    assert_int_equal(run(&error), RH_OK);
    digest(expected);
    for (;; call = next(call)) {
        memory_left = call;
        const int status = run(&error);
        const bool failed = memory_left < 0;
        memory_left = -1;
        if (!failed) {
            assert_int_equal(status, RH_OK);
            break;
        }
        assert_int_equal(status, RH_ERR_NO_MEMORY);
        assert_int_equal(access(place(), F_OK), -1);
        go_on(expected);
    }
    assert_true(call > 100);
    digest(expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disk_full),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
