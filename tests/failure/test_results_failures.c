/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=pwrite,--wrap=ftruncate,--wrap=fsync,--wrap=rename */
/* A run whose memory or disk ends at any point fails with the reason, leaves nothing behind and can be repeated. */
#include "failure/failing_files.h"

#include "build_results.h"
#include "core/h5.h"
#include "stats/summary.h"

static void test_disk_full_while_writing(void **state)
{
    (void)state;
    long call = 0;
    for (;; call = next(call)) {
        struct rh_error error = {0};
        disk_left = call;
        disk_full = false;
        const int ret = example_write(place(), 600, 100, &error);
        const bool failed = disk_full;
        disk_left = -1;
        disk_full = false;
        if (!failed) {
            assert_int_equal(ret, RH_OK);
            break;
        }
        assert_int_equal(ret, RH_ERR_IO);
        assert_non_null(strstr(error.message, "No space left on device"));
        assert_string_equal(error.file, place());
        assert_int_equal(num_files(), 0);
    }
    assert_true(call > 100); /* there was something to fail */
    assert_int_equal(num_files(), 1);
    unlink(place());
}

static void test_no_memory_while_writing(void **state)
{
    (void)state;
    long call = 0;
    for (;; call = next(call)) {
        struct rh_error error = {0};
        memory_left = call;
        const int ret = example_write(place(), 20, 20, &error);
        const bool failed = memory_left < 0;
        memory_left = -1;
        if (!failed) {
            assert_int_equal(ret, RH_OK);
            break;
        }
        /* The driver's own few bytes are HDF5's to ask for, who calls it a file that cannot be opened. */
        assert_true(ret == RH_ERR_NO_MEMORY || ret == RH_ERR_IO);
        assert_int_equal(num_files(), 0);
    }
    assert_true(call > 100);
    unlink(place());
}

static void test_no_memory_while_reading(void **state)
{
    (void)state;
    struct rh_error error = {0};
    assert_int_equal(example_write(place(), 20, 20, &error), RH_OK);
    for (long call = 0;; call++) {
        struct rh_results results;
        struct rh_difference difference;
        double values[20];
        memory_left = call;
        int ret = rh_results_open(&results, place(), &error);
        if (ret == RH_OK) {
            ret = rh_results_read_kpi(&results, RH_KPI_COST, 0, values, &error);
        }
        if (ret == RH_OK) {
            ret = rh_results_read_difference(&results, RH_KPI_COST, 0, 1, &difference, &error);
        }
        const bool failed = memory_left < 0;
        memory_left = -1;
        rh_results_close(&results);
        if (!failed) {
            assert_int_equal(ret, RH_OK);
            break;
        }
        assert_true(ret == RH_ERR_NO_MEMORY || ret == RH_ERR_FORMAT);
    }
    unlink(place());
}

static void test_no_memory_for_summaries(void **state)
{
    (void)state;
    const double values[] = {3.0, 1.0, 2.0}, zeros[3] = {0};
    struct rh_error error = {0};
    struct rh_summary summary;
    struct rh_difference difference;
    for (long call = 0; call < 3; call++) {
        memory_left = call;
        const int ret = rh_summary_compute(&summary, values, NULL, 3, &error);
        memory_left = call;
        const int other = rh_difference_compute(&difference, values, zeros, 3, &error);
        memory_left = -1;
        assert_int_equal(ret, RH_ERR_NO_MEMORY);
        assert_int_equal(other, RH_ERR_NO_MEMORY);
    }
    assert_int_equal(rh_summary_compute(&summary, values, NULL, 3, &error), RH_OK);
    assert_true(summary.mean == 2.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disk_full_while_writing),
        cmocka_unit_test(test_no_memory_while_writing),
        cmocka_unit_test(test_no_memory_while_reading),
        cmocka_unit_test(test_no_memory_for_summaries),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
