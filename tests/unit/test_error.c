/* Errors are filled, cut and told. */
#include "core/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_codes_have_messages(void **state)
{
    (void)state;
    const char *unknown = rh_code_message(-1000);
    for (int code = RH_OK; code >= RH_ERR_ARGUMENT; code--) {
        assert_non_null(rh_code_message(code));
        assert_string_not_equal(rh_code_message(code), unknown);
        for (int other = RH_OK; other > code; other--)
            assert_string_not_equal(rh_code_message(code), rh_code_message(other));
    }
    assert_string_equal(rh_code_message(RH_ERR_TOO_NEW), "the file was written by a newer version");
}

static void test_set_fills_everything(void **state)
{
    (void)state;
    struct rh_error error;
    memset(&error, 0x5A, sizeof error);
    assert_int_equal(rh_error_set_at(&error, RH_ERR_INPUT, "a.csv", 7, 3, "found %d", 42), RH_ERR_INPUT);
    assert_int_equal(error.code, RH_ERR_INPUT);
    assert_string_equal(error.file, "a.csv");
    assert_int_equal(error.line, 7);
    assert_int_equal(error.column, 3);
    assert_string_equal(error.message, "found 42");
    assert_int_equal(rh_error_set(&error, RH_ERR_IO, "gone"), RH_ERR_IO);
    assert_string_equal(error.file, "");
    assert_int_equal(error.line, 0);
    assert_int_equal(error.column, 0);
    assert_string_equal(error.message, "gone");
}

static void test_null_is_fine(void **state)
{
    (void)state;
    assert_int_equal(rh_error_set(NULL, RH_ERR_IO, "%s", "x"), RH_ERR_IO);
    assert_int_equal(rh_error_set_at(NULL, RH_ERR_FORMAT, NULL, 0, 0, "x"), RH_ERR_FORMAT);
}

static void test_an_error_can_be_told_again_with_more(void **state)
{
    (void)state;
    struct rh_error error;
    rh_error_set_at(&error, RH_ERR_INPUT, "b.yaml", 1, 2, "inner");
    rh_error_set_at(&error, error.code, error.file, error.line, error.column, "outer: %s", error.message);
    assert_string_equal(error.message, "outer: inner");
    assert_string_equal(error.file, "b.yaml");
}

static void test_long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    struct rh_error error;
    char text[4096];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        size_t length = shift;
        for (; length + 4 < sizeof text; length += 4)
            memcpy(text + length, "\xF0\x9F\x98\x80", 4);
        text[length] = '\0';
        rh_error_set_at(&error, RH_ERR_IO, text, 0, 0, "%s", text);
        size_t kept = strlen(error.message), kept_file = strlen(error.file);
        assert_int_equal((kept - shift) % 4, 0);
        assert_int_equal((kept_file - shift) % 4, 0);
        assert_true(kept >= sizeof error.message - 4 && kept < sizeof error.message);
        assert_true(kept_file >= sizeof error.file - 4 && kept_file < sizeof error.file);
        assert_memory_equal(error.message, text, kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_have_messages),
        cmocka_unit_test(test_set_fills_everything),
        cmocka_unit_test(test_null_is_fine),
        cmocka_unit_test(test_an_error_can_be_told_again_with_more),
        cmocka_unit_test(test_long_texts_are_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
