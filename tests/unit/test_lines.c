/* Lines that differ: by hand, at the edges, and whether putting them in and taking them out gives the other text. */
#include "report/lines.h"

#include "core/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "-2 b", "+3 c", … with spaces between. */
static void assert_changes(const char *first, const char *second, const char *expected)
{
    struct rh_line_change *change;
    struct rh_error error = {0};
    size_t num, length = 0;
    char found[256] = "";
    assert_int_equal(rh_lines_compare(first, second, &change, &num, &error), RH_OK);
    for (size_t k = 0; k < num; k++) {
        length +=
            (size_t)snprintf(found + length, sizeof found - length, "%s%c%zu %.*s", k > 0 ? " " : "",
                             change[k].side == 0 ? '-' : '+', change[k].number, (int)change[k].length, change[k].text);
    }
    free(change);
    assert_string_equal(found, expected);
}

static void test_by_hand(void **state)
{
    (void)state;
    assert_changes("", "", "");
    assert_changes("a\nb\n", "a\nb\n", "");
    assert_changes("a\nb", "a\r\nb\n", "");
    assert_changes("", "a\n", "+1 a");
    assert_changes("a\n\n", "a\n", "-2 ");
    assert_changes("a\nb\nc\n", "a\nx\nc\n", "-2 b +2 x");
    assert_changes("a\nb\nc\nd\n", "b\nc\ne\nd\n", "-1 a +3 e");
    assert_changes("a\nb\na\nb\n", "b\na\nb\na\n", "-1 a +4 a");
    assert_changes("k: 1\nl: 2\nm: 3\n", "k: 1\nm: 4\nn: 5\n", "-2 l: 2 -3 m: 3 +2 m: 4 +3 n: 5");
}

/* Random texts of few letters: what is left of each without its changes is the same. */
static void test_random(void **state)
{
    (void)state;
    unsigned random = 1;
    for (int round = 0; round < 300; round++) {
        char text[2][128], rest[2][128];
        for (int side = 0; side < 2; side++) {
            size_t length = 0;
            const unsigned lines = (random = random * 1103515245u + 12345u) / 65536u % 20u;
            for (unsigned i = 0; i < lines; i++) {
                random = random * 1103515245u + 12345u;
                text[side][length++] = (char)('a' + random / 65536u % 3u);
                text[side][length++] = '\n';
            }
            text[side][length] = '\0';
            strcpy(rest[side], text[side]);
        }
        struct rh_line_change *change;
        struct rh_error error = {0};
        size_t num;
        assert_int_equal(rh_lines_compare(text[0], text[1], &change, &num, &error), RH_OK);
        for (size_t k = 0; k < num; k++) {
            rest[change[k].side][2 * (change[k].number - 1)] = '.';
        }
        free(change);
        for (int side = 0; side < 2; side++) {
            size_t length = 0;
            for (size_t i = 0; rest[side][i] != '\0'; i += 2) {
                if (rest[side][i] != '.') {
                    rest[side][length++] = rest[side][i];
                }
            }
            rest[side][length] = '\0';
        }
        assert_string_equal(rest[0], rest[1]);
    }
}

/* Rewritten files are told whole, in bounded memory. */
static void test_large(void **state)
{
    (void)state;
    enum { LINES = 3000 };
    char *text[2];
    for (int side = 0; side < 2; side++) {
        char *out = text[side] = rh_calloc(LINES + 3, 16);
        assert_non_null(out);
        out += sprintf(out, "same\n");
        for (int i = 0; i < LINES; i++) {
            out += sprintf(out, "%s\n", i % 2 == 0 ? "common" : side == 0 ? "first" : "second");
        }
    }
    struct rh_line_change *change;
    struct rh_error error = {0};
    size_t num;
    assert_int_equal(rh_lines_compare(text[0], text[1], &change, &num, &error), RH_OK);
    assert_int_equal(num, 2 * (LINES - 1)); /* the first "common" is of the common beginning */
    assert_int_equal(change[0].number, 3);
    free(change);
    free(text[0]);
    free(text[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_hand), cmocka_unit_test(test_random),
                                       cmocka_unit_test(test_large)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
