/* The CSV reader against a naive one on random texts: the same records where the text is CSV, a complaint where it is
 * not, and never a crash. */
#include "core/text.h"
#include "history/csv.h"
#include "scratch_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static uint64_t seed;

/* SplitMix64, of 0 to bound - 1. */
static size_t draw(size_t bound)
{
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (size_t)((z ^ z >> 31) % bound);
}

static void end_line(struct rh_text *out)
{
    rh_text_puts(out, "\x01\n");
}

/* Character by character: appends each record as "LINE\x02field\x02field\x01\n"; false where the text is no CSV. */
static bool read_naively(const char *text, struct rh_text *out)
{
    enum { RECORD, FIELD, BARE, QUOTED, CLOSED } state = RECORD;
    long line = 1;
    for (const char *at = text;; at++) {
        const bool line_end = *at == '\n' || (*at == '\r' && (at[1] == '\n' || at[1] == '\0')) || *at == '\0';
        if (state == QUOTED) {
            if (*at == '\0') {
                return false;
            }
            if (*at == '"' && at[1] == '"') {
                rh_text_add(out, at++, 1);
            } else if (*at == '"') {
                state = CLOSED;
            } else {
                rh_text_add(out, at, 1);
            }
        } else if (line_end) {
            if (state != RECORD) {
                end_line(out);
            }
            state = RECORD;
            at += *at == '\r' && at[1] == '\n';
        } else if (*at == '\r') {
            return false;
        } else {
            if (state == RECORD) {
                rh_text_printf(out, "%ld", line);
                rh_text_puts(out, "\x02");
                state = FIELD;
            }
            if (*at == ',') {
                rh_text_puts(out, "\x02");
                state = FIELD;
            } else if (*at == '"') {
                if (state != FIELD) {
                    return false;
                }
                state = QUOTED;
            } else {
                if (state == CLOSED) {
                    return false;
                }
                rh_text_add(out, at, 1);
                state = BARE;
            }
        }
        line += *at == '\n';
        if (*at == '\0') {
            return true;
        }
    }
}

/* The same by the library; returns the number of bad records. */
static size_t read_well(const char *text, struct rh_text *out)
{
    struct rh_problems problems;
    struct rh_csv *csv;
    const struct rh_csv_field *field;
    size_t num, num_bad = 0;
    int status;
    rh_problems_init(&problems);
    assert_int_equal(rh_csv_create(&csv, scratch_write("a.csv", text), ',', &problems), RH_OK);
    while ((status = rh_csv_next(csv, &field, &num)) > 0) {
        if (status == RH_CSV_BAD) {
            num_bad++;
            continue;
        }
        rh_text_printf(out, "%ld", rh_csv_line(csv));
        for (size_t k = 0; k < num; k++) {
            rh_text_puts(out, "\x02");
            rh_text_puts(out, field[k].text);
        }
        end_line(out);
    }
    assert_int_equal(status, RH_CSV_END);
    assert_int_equal(problems.num > 0, num_bad > 0);
    for (size_t k = 0; k < problems.num; k++) {
        assert_true(problems.items[k].line >= 1 && problems.items[k].column >= 1);
    }
    rh_csv_destroy(csv);
    rh_problems_free(&problems);
    return num_bad;
}

/* 1 where the text is CSV. */
static int compare(const char *text)
{
    struct rh_text naive, well;
    rh_text_init(&naive);
    rh_text_init(&well);
    const bool is_csv = read_naively(text, &naive);
    const size_t num_bad = read_well(text, &well);
    assert_int_equal(num_bad == 0, is_csv);
    if (is_csv) {
        assert_string_equal(rh_text_string(&well), rh_text_string(&naive));
    }
    rh_text_free(&naive);
    rh_text_free(&well);
    return is_csv;
}

/* Any text of a few characters: most are no CSV. */
static void test_any_text(void **state)
{
    static const char *const parts[] = {"a", ",", "\"", "\n", "\r\n", "\r", "\xC3\xBC", "\"\"", ",\"", "\",", "\"\n"};
    int num_csv = 0;
    (void)state;
    seed = 1;
    for (int k = 0; k < 10000; k++) {
        char text[256] = "";
        for (size_t left = draw(24); left > 0; left--) {
            strcat(text, parts[draw(sizeof parts / sizeof parts[0])]);
        }
        num_csv += compare(text);
    }
    assert_true(num_csv > 1000 && num_csv < 9000);
}

/* Tables written as CSV: all are, and long ones cross the reader's pieces. */
static void test_tables(void **state)
{
    (void)state;
    seed = 2;
    for (int k = 0; k < 60; k++) {
        struct rh_text text;
        const size_t num_fields = 1 + draw(6), num_rows = draw(k % 10 == 0 ? 40000 : 300);
        rh_text_init(&text);
        for (size_t row = 0; row < num_rows; row++) {
            for (size_t field = 0; field < num_fields; field++) {
                char value[64] = "x";
                for (size_t left = draw(6); left > 0; left--) {
                    strcat(value, (const char *[]){"ab", ",", "\"", "\n", "\r\n", " ", "\xE2\x82\xAC", "0"}[draw(8)]);
                }
                rh_text_puts(&text, field == 0 ? "" : ",");
                rh_text_csv(&text, value);
            }
            rh_text_puts(&text, draw(2) == 0 ? "\n" : "\r\n");
        }
        assert_int_equal(rh_text_status(&text), RH_OK);
        assert_true(compare(rh_text_string(&text)));
        rh_text_free(&text);
    }
}

/* Bytes of any kind, also NUL: read to the end without a crash. */
static void test_any_bytes(void **state)
{
    (void)state;
    seed = 3;
    for (int k = 0; k < 2000; k++) {
        unsigned char bytes[300];
        const size_t length = draw(sizeof bytes);
        struct rh_problems problems;
        struct rh_csv *csv;
        const struct rh_csv_field *field;
        size_t num;
        int status;
        for (size_t at = 0; at < length; at++) {
            bytes[at] = (unsigned char)(draw(3) == 0 ? draw(256) : (size_t) "a,\"\n\r\xC3\xBC\0"[draw(8)]);
        }
        rh_problems_init(&problems);
        problems.limit = 3;
        assert_int_equal(rh_csv_create(&csv, scratch_write_bytes("a.csv", bytes, length), ',', &problems), RH_OK);
        while ((status = rh_csv_next(csv, &field, &num)) > 0) {
            rh_csv_complain(csv, draw(4), "anything");
        }
        assert_true(status == RH_CSV_END || problems.num > 0);
        rh_csv_destroy(csv);
        rh_problems_free(&problems);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_text),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
