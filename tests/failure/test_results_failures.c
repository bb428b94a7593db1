/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=pwrite,--wrap=ftruncate,--wrap=fsync,--wrap=rename */
/* A run whose memory or disk ends at any point fails with the reason, leaves nothing behind and can be repeated. */
#include "build_results.h"
#include "core/h5.h"
#include "stats/summary.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

/* Calls left until one fails; negative: none does. */
static long memory_left = -1, disk_left = -1;

static int fails(long *left)
{
    if (*left < 0) {
        return 0;
    }
    return (*left)-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t num, size_t size);
void *__real_realloc(void *old, size_t size);
ssize_t __real_pwrite(int descriptor, const void *bytes, size_t size, off_t at);
int __real_ftruncate(int descriptor, off_t length);
int __real_fsync(int descriptor);
int __real_rename(const char *from, const char *to);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t num, size_t size);
void *__wrap_realloc(void *old, size_t size);
ssize_t __wrap_pwrite(int descriptor, const void *bytes, size_t size, off_t at);
int __wrap_ftruncate(int descriptor, off_t length);
int __wrap_fsync(int descriptor);
int __wrap_rename(const char *from, const char *to);

void *__wrap_malloc(size_t size)
{
    return fails(&memory_left) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t num, size_t size)
{
    return fails(&memory_left) ? NULL : __real_calloc(num, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails(&memory_left) ? NULL : __real_realloc(old, size);
}

/* A full disk first takes a part, and stays full. */
static bool disk_full;

ssize_t __wrap_pwrite(int descriptor, const void *bytes, size_t size, off_t at)
{
    if (disk_full || fails(&disk_left)) {
        if (!disk_full && size > 1) {
            disk_full = true;
            return __real_pwrite(descriptor, bytes, size / 2, at);
        }
        disk_full = true;
        errno = ENOSPC;
        return -1;
    }
    return __real_pwrite(descriptor, bytes, size, at);
}

static int refuse(void)
{
    disk_full = true;
    errno = ENOSPC;
    return -1;
}

int __wrap_ftruncate(int descriptor, off_t length)
{
    return disk_full || fails(&disk_left) ? refuse() : __real_ftruncate(descriptor, length);
}

int __wrap_fsync(int descriptor)
{
    return disk_full || fails(&disk_left) ? refuse() : __real_fsync(descriptor);
}

int __wrap_rename(const char *from, const char *to)
{
    return disk_full || fails(&disk_left) ? refuse() : __real_rename(from, to);
}

static int setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/rh_results_failures_XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int teardown(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static const char *place(void)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/r.h5", folder);
    return path;
}

static int num_files(void)
{
    int num = 0;
    DIR *stream = opendir(folder);
    assert_non_null(stream);
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        num += entry->d_name[0] != '.';
    }
    closedir(stream);
    return num;
}

/* Every call at first, then in growing steps: a run makes thousands. */
static long next(long call)
{
    return call + 1 + call / 12;
}

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
