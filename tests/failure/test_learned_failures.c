/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=pwrite,--wrap=ftruncate,--wrap=fsync,--wrap=rename */
/* A model whose memory or disk ends at any point while it is written, read or believed fails with the reason and leaves
 * nothing behind. */
#include "failure/failing_files.h"

#include "support/learning.h"

static void full_disk(void **state)
{
    struct rh_learned self;
    long call = 0;
    (void)state;
    learning_make(&self);
    for (;; call++) {
        struct rh_error error = {0};
        disk_left = call;
        disk_full = false;
        const int code = rh_learned_write(&self, place(), &error);
        const bool failed = disk_full;
        disk_left = -1;
        disk_full = false;
        if (!failed) {
            assert_int_equal(code, RH_OK);
            break;
        }
        assert_int_equal(code, RH_ERR_IO);
        assert_non_null(strstr(error.message, "No space left on device"));
        assert_string_equal(error.file, place());
        assert_int_equal(num_files(), 0);
    }
    assert_true(call > 20);
    unlink(place());
    rh_learned_free(&self);
}

static void no_memory_while_writing(void **state)
{
    struct rh_learned self;
    long call = 0;
    (void)state;
    learning_make(&self);
    for (;; call++) {
        struct rh_error error = {0};
        memory_left = call;
        const int code = rh_learned_write(&self, place(), &error);
        const bool failed = memory_left < 0;
        memory_left = -1;
        if (!failed) {
            assert_int_equal(code, RH_OK);
            break;
        }
        /* The driver's own few bytes are HDF5's to ask for, who calls it a file that cannot be opened. */
        assert_true(code == RH_ERR_NO_MEMORY || code == RH_ERR_IO);
        assert_int_equal(num_files(), 0);
    }
    assert_true(call > 8);
    unlink(place());
    rh_learned_free(&self);
}

static void no_memory_while_reading(void **state)
{
    struct rh_learned self, again;
    long call = 0;
    (void)state;
    learning_make(&self);
    assert_int_equal(rh_learned_write(&self, place(), NULL), RH_OK);
    for (;; call++) {
        struct rh_error error = {0};
        memory_left = call;
        const int code = rh_learned_read(&again, place(), &error);
        const bool failed = memory_left < 0;
        memory_left = -1;
        rh_learned_free(&again);
        if (!failed) {
            assert_int_equal(code, RH_OK);
            break;
        }
        assert_true(code == RH_ERR_NO_MEMORY || code == RH_ERR_FORMAT);
    }
    assert_true(call > 20);
    unlink(place());
    rh_learned_free(&self);
}

static void no_memory_while_believing(void **state)
{
    struct rh_learned self;
    struct rh_names segments;
    struct rh_assumptions assumptions;
    (void)state;
    learning_make(&self);
    rh_names_init(&segments);
    rh_names_add(&segments, "Distributor", 11);
    rh_names_add(&segments, "Other", 5);
    for (long call = 0;; call++) {
        assert_int_equal(rh_assumptions_init(&assumptions, &segments, NULL), RH_OK);
        memory_left = call;
        const int code = rh_learned_believe(&self, &segments, &assumptions, NULL);
        const bool failed = memory_left < 0;
        memory_left = -1;
        rh_assumptions_free(&assumptions);
        assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
        if (!failed) {
            assert_int_equal(call, 7); /* the path, and an origin for each of two parameters and the walk, by segment */
            break;
        }
    }
    rh_names_free(&segments);
    rh_learned_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(full_disk), cmocka_unit_test(no_memory_while_writing),
                                       cmocka_unit_test(no_memory_while_reading),
                                       cmocka_unit_test(no_memory_while_believing)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
