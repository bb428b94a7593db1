/* Memory that runs out on demand: malloc, calloc, realloc and aligned_alloc of this program and of the library (by
 * `--wrap` of the linker) fail from the n-th call on that is counted, or only at the n-th.
 *
 * A test runs its work with the first call failing, then the second, and so on until the work is done:
 *
 *     for (long n = 0; ; n++) {
 *         rh_fail_memory(n, RH_FAIL_ONCE);
 *         int rc = work();
 *         if (!rh_memory_failed())
 *             break;              // no call was left to fail
 *         assert_int_equal(rc, RH_ERR_NO_MEMORY);
 *     }
 *
 * Included by one file of a program. */
#ifndef RH_TESTS_FAILING_MEMORY_H
#define RH_TESTS_FAILING_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t num, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t num, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

enum rh_fail_mode {
    RH_FAIL_ONCE, /* one call fails, later ones succeed */
    RH_FAIL_ON    /* memory stays out */
};

static struct {
    bool armed;
    enum rh_fail_mode mode;
    _Atomic long left; /* calls that succeed before one fails */
    _Atomic bool failed;
} rh_memory;

/* Lets `n` calls succeed and the next fail. */
static inline void rh_fail_memory(long n, enum rh_fail_mode mode)
{
    rh_memory.armed = true;
    rh_memory.mode = mode;
    rh_memory.left = n;
    rh_memory.failed = false;
}

/* Ends failing; true where a call has failed since rh_fail_memory. */
static inline bool rh_memory_failed(void)
{
    rh_memory.armed = false;
    return rh_memory.failed;
}

static bool rh_memory_fails(void)
{
    if (!rh_memory.armed)
        return false;
    if (rh_memory.left-- > 0)
        return false;
    if (rh_memory.failed && rh_memory.mode == RH_FAIL_ONCE)
        return false;
    rh_memory.failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return rh_memory_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t num, size_t size)
{
    return rh_memory_fails() ? NULL : __real_calloc(num, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return rh_memory_fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return rh_memory_fails() ? NULL : __real_aligned_alloc(alignment, size);
}

#endif
