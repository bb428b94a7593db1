/* Sizes that wrap are refused, arrays grow and keep what they hold. */
#include "core/memory.h"

#include "core/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_zeroed(void **state)
{
    (void)state;
    unsigned char *bytes = rh_calloc(100, 7);
    assert_non_null(bytes);
    for (size_t i = 0; i < 700; i++)
        assert_int_equal(bytes[i], 0);
    free(bytes);
    void *empty = rh_calloc(0, 8);
    assert_non_null(empty);
    free(empty);
    assert_null(rh_calloc(SIZE_MAX / 2, 3));
    assert_null(rh_calloc(SIZE_MAX, SIZE_MAX));
    assert_null(rh_calloc((size_t)1 << 33, (size_t)1 << 31));
}

static void test_alloc_aligned(void **state)
{
    (void)state;
    for (size_t num = 0; num < 200; num += 13) {
        char *bytes = rh_alloc_aligned(num, 3);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % 64, 0);
        memset(bytes, 1, num * 3);
        free(bytes);
    }
    assert_null(rh_alloc_aligned(SIZE_MAX / 2, 3));
    assert_null(rh_alloc_aligned(SIZE_MAX, 1));
}

static void test_reserve(void **state)
{
    (void)state;
    int *array = NULL;
    size_t capacity = 0;
    size_t num_grown = 0;
    for (size_t i = 0; i < 100000; i++) {
        size_t old = capacity;
        assert_int_equal(rh_reserve(&array, &capacity, i + 1, sizeof *array), RH_OK);
        assert_true(capacity > i);
        num_grown += capacity != old;
        array[i] = (int)i;
    }
    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(array[i], i);
    assert_true(num_grown < 40); /* geometric */
    int *kept = array;
    size_t kept_capacity = capacity;
    assert_int_equal(rh_reserve(&array, &capacity, SIZE_MAX / 2, sizeof *array), RH_ERR_NO_MEMORY);
    assert_int_equal(rh_reserve(&array, &capacity, SIZE_MAX, sizeof *array), RH_ERR_NO_MEMORY);
    assert_ptr_equal(array, kept);
    assert_int_equal(capacity, kept_capacity);
    assert_int_equal(rh_reserve(&array, &capacity, 5, sizeof *array), RH_OK);
    assert_int_equal(capacity, kept_capacity); /* never shrinks */
    free(array);
}

static void test_copies(void **state)
{
    (void)state;
    char *copy = rh_strdup("partner");
    assert_string_equal(copy, "partner");
    free(copy);
    copy = rh_strndup("partner", 4);
    assert_string_equal(copy, "part");
    free(copy);
    copy = rh_strndup(NULL, 0);
    assert_string_equal(copy, "");
    free(copy);
    assert_null(rh_strndup("x", SIZE_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed),
        cmocka_unit_test(test_alloc_aligned),
        cmocka_unit_test(test_reserve),
        cmocka_unit_test(test_copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
