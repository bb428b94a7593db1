/* Records of CSV files: fields, lines, columns, and what is no CSV. */
#include "core/text.h"
#include "history/csv.h"
#include "history/source.h"
#include "scratch_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <zlib.h>

#include <cmocka.h>

/* All of a file as text: a line per record, "LINE: field|field", or "bad", then the problems as they are printed
 * without their path. */
static char *read_file(const char *path, char delimiter)
{
    struct rh_problems problems;
    struct rh_csv *csv;
    struct rh_text out;
    const struct rh_csv_field *field;
    size_t num;
    rh_text_init(&out);
    rh_problems_init(&problems);
    int status = rh_csv_create(&csv, path, delimiter, &problems);
    while (status >= 0 && (status = rh_csv_next(csv, &field, &num)) > 0) {
        if (status == RH_CSV_BAD) {
            rh_text_puts(&out, "bad\n");
            continue;
        }
        rh_text_printf(&out, "%ld:", rh_csv_line(csv));
        for (size_t k = 0; k < num; k++) {
            assert_int_equal(field[k].length, strlen(field[k].text));
            rh_text_printf(&out, "%s%s", k == 0 ? " " : "|", field[k].text);
        }
        rh_text_puts(&out, "\n");
    }
    if (status < 0) {
        rh_text_printf(&out, "failed %d\n", status);
    }
    for (size_t k = 0; k < problems.num; k++) {
        const struct rh_problem *problem = &problems.items[k];
        rh_text_printf(&out, "%ld:%ld: %s [%s]\n", problem->line, problem->column, problem->message,
                       problem->excerpt == NULL ? "none" : problem->excerpt);
    }
    rh_csv_destroy(csv);
    rh_problems_free(&problems);
    assert_int_equal(rh_text_status(&out), RH_OK);
    return out.bytes == NULL ? strdup("") : out.bytes;
}

static void expect_bytes(const void *bytes, size_t length, char delimiter, const char *expected)
{
    char *found = read_file(scratch_write_bytes("a.csv", bytes, length), delimiter);
    assert_string_equal(found, expected);
    free(found);
}

static void expect(const char *text, const char *expected)
{
    expect_bytes(text, strlen(text), ',', expected);
}

static void test_plain(void **state)
{
    (void)state;
    expect("", "");
    expect("\n\r\n\n", "");
    expect("a,b\n1,2\n", "1: a|b\n2: 1|2\n");
    expect("a,b\n1,2", "1: a|b\n2: 1|2\n");
    expect("a,b\r\n1,2\r\n", "1: a|b\n2: 1|2\n");
    expect("a,b\r", "1: a|b\n");
    expect("a\n\n\r\nb\n", "1: a\n4: b\n");
    expect(",\n", "1: |\n");
    expect("a,\n", "1: a|\n");
    expect(" a , b\t\n", "1:  a | b\t\n"); /* spaces are text */
    expect_bytes("a;b,c\n", 6, ';', "1: a|b,c\n");
    expect_bytes("a\t\tb\n", 5, '\t', "1: a||b\n");
}

static void test_quoted(void **state)
{
    (void)state;
    expect("\"a\",\"b,c\"\n", "1: a|b,c\n");
    expect("\"say \"\"hi\"\"\",2\n", "1: say \"hi\"|2\n");
    expect("\"\"\n", "1: \n");
    expect("\"\",\"\"\n", "1: |\n");
    expect("\"two\nlines\",x\ny,z\n", "1: two\nlines|x\n3: y|z\n");
    expect("\"two\r\nlines\",x\r\ny,z\r\n", "1: two\r\nlines|x\n3: y|z\n");
    expect("\"a\n\n\nb\",x\ny,z\n", "1: a\n\n\nb|x\n5: y|z\n");
    expect("\"mac\rtext\"\n", "1: mac\rtext\n");
    expect("x,\"end\"", "1: x|end\n");
}

static void test_byte_order_mark(void **state)
{
    (void)state;
    expect("\xEF\xBB\xBF"
           "a,b\n",
           "1: a|b\n");
    expect("\xEF\xBB\xBF", "");
    expect_bytes("\xFF\xFE"
                 "a\0b\0",
                 6, ',', "failed -3\n0:0: is UTF-16, expected UTF-8 [none]\n");
}

static void test_bad_quotes(void **state)
{
    static const char message[] =
        "found a quote inside of a field or text behind its closing quote, expected the whole "
        "field in quotes and quotes in it written twice";
    char expected[512];
    (void)state;
    snprintf(expected, sizeof expected, "1: a|b\nbad\n3: 3|4\n2:2: %s [5\" disk,2]\n", message);
    expect("a,b\n5\" disk,2\n3,4\n", expected);
    snprintf(expected, sizeof expected, "1: a|b\nbad\n3: 3|4\n2:6: %s [1,\"x\"y]\n", message);
    expect("a,b\n1,\"x\"y\n3,4\n", expected);
    /* the line behind the record's first one is read again */
    snprintf(expected, sizeof expected, "1: a|b\nbad\n3: 3|4\n4: 5|6\n3:1: %s [3,4]\n", message);
    expect("a,b\n1,\"x\n3,4\n5,6\n", "1: a|b\nbad\n3: 3|4\n4: 5|6\n"
                                     "2:3: found a quote that is not closed before the end of the file [1,\"x]\n");
}

static void test_reads_on_behind_broken_record(void **state)
{
    (void)state;
    /* the quote of line 2 closes at the one of line 4, and text follows: line 3 is a record all the same */
    expect("a,b\n1,\"x\n3,4\n5,\"y\"\n7,8\n",
           "1: a|b\nbad\n3: 3|4\n4: 5|y\n5: 7|8\n"
           "4:4: found a quote inside of a field or text behind its closing quote, expected the whole field in quotes "
           "and quotes in it written twice [5,\"y\"]\n");
}

static void test_stray_returns(void **state)
{
    static const char message[] =
        "found a carriage return inside of a line, expected lines that end in LF or CRLF [a,b\rc,d]\n";
    char expected[256];
    (void)state;
    snprintf(expected, sizeof expected, "bad\n2: e|f\n1:4: %s", message);
    expect("a,b\rc,d\ne,f\n", expected);
    snprintf(expected, sizeof expected, "bad\n1:4: %s", message);
    expect("a,b\rc,d", expected);
    expect("a\rb",
           "bad\n1:2: found a carriage return inside of a line, expected lines that end in LF or CRLF [a\rb]\n");
}

static void test_not_text(void **state)
{
    (void)state;
    expect("a\nM\xC3\xBCller,caf\xE9\nb\n", "1: a\nbad\n3: b\n2:11: found byte 0xE9, which is not UTF-8 "
                                            "[M\xC3\xBCller,caf\xE9]\n");
    expect_bytes("a\nx\0y\nb\n", 8, ',', "1: a\nbad\n3: b\n2:2: found a NUL byte, expected text [none]\n");
    expect_bytes("1234\0"
                 "6789,abcdefghijk\n",
                 22, ',', "bad\n1:5: found a NUL byte, expected text [none]\n");
    expect("12345678901234567890\xED\xA0\x80\n",
           "bad\n1:21: found byte 0xED, which is not UTF-8 [12345678901234567890\xED\xA0\x80]\n");
    /* in a record of two lines, too, and the record ends where it ends */
    expect("\"a\n\xFF\",b\nc,d\n", "bad\n3: c|d\n2:1: found byte 0xFF, which is not UTF-8 [\xFF\",b]\n");
}

static void test_too_long(void **state)
{
    const size_t length = RH_CSV_MAX_RECORD + 10;
    char *text = malloc(length + 16);
    (void)state;
    memset(text, 'x', length);
    memcpy(text + length, "\na,b\n", 6);
    expect(text, "bad\n2: a|b\n1:1: found a line of more than 1 MiB, expected a shorter one [none]\n");
    /* the longest that is read */
    memcpy(text + RH_CSV_MAX_RECORD - 1, "\na,b\n", 6);
    char *found = read_file(scratch_write("a.csv", text), ',');
    assert_int_equal(strlen(found), strlen("1: \n2: a|b\n") + RH_CSV_MAX_RECORD - 1);
    assert_string_equal(found + strlen(found) - 7, "2: a|b\n");
    free(found);
    /* a quote that is open for longer */
    memset(text, 'x', length);
    memcpy(text, "a,\"b\n", 5);
    text[500000] = '\n';
    memcpy(text + length, "\na,b\n", 6);
    found = read_file(scratch_write("a.csv", text), ',');
    assert_non_null(strstr(found, "1:3: found a quote that is not closed within 1 MiB [a,\"b]\n"));
    assert_non_null(strstr(found, "bad\n2: xxxx"));
    assert_non_null(strstr(found, "\n4: a|b\n"));
    free(found);
    free(text);
}

/* Lines cross the pieces in which the file is read, at every offset. */
static void test_pieces(void **state)
{
    enum { ROWS = 60000 };
    char *text = malloc(ROWS * 24), *end = text, expected[64];
    struct rh_problems problems;
    struct rh_csv *csv;
    const struct rh_csv_field *field;
    size_t num;
    (void)state;
    for (int k = 0; k < ROWS; k++) {
        end += sprintf(end, k % 3 == 0 ? "%d,\"a\nb\"\n" : "%d,a\n", k);
    }
    rh_problems_init(&problems);
    assert_int_equal(rh_csv_create(&csv, scratch_write("a.csv", text), ',', &problems), RH_OK);
    long line = 1;
    for (int k = 0; k < ROWS; k++) {
        assert_int_equal(rh_csv_next(csv, &field, &num), RH_CSV_RECORD);
        snprintf(expected, sizeof expected, "%d", k);
        assert_string_equal(field[0].text, expected);
        assert_string_equal(field[1].text, k % 3 == 0 ? "a\nb" : "a");
        assert_int_equal(rh_csv_line(csv), line);
        line += k % 3 == 0 ? 2 : 1;
    }
    assert_int_equal(rh_csv_next(csv, &field, &num), RH_CSV_END);
    assert_int_equal(rh_csv_next(csv, &field, &num), RH_CSV_END);
    assert_int_equal(rh_csv_done(csv), end - text);
    assert_int_equal(rh_csv_total(csv), end - text);
    char found[RH_SHA256_TEXT], wanted[RH_SHA256_TEXT];
    rh_csv_sha256(csv, found);
    rh_sha256(text, (size_t)(end - text), wanted);
    assert_string_equal(found, wanted);
    rh_csv_destroy(csv);
    rh_problems_free(&problems);
    free(text);
}

static void test_complain(void **state)
{
    struct rh_problems problems;
    struct rh_csv *csv;
    const struct rh_csv_field *field;
    size_t num;
    (void)state;
    rh_problems_init(&problems);
    problems.limit = 4;
    assert_int_equal(rh_csv_create(&csv, scratch_write("a.csv", "\xEF\xBB\xBFx\n\xC3\xBC,\"a,\n\xC3\xA9,\"\"b\",c\r\n"),
                                   ',', &problems),
                     RH_OK);
    rh_csv_next(csv, &field, &num);
    assert_int_equal(rh_csv_next(csv, &field, &num), RH_CSV_RECORD);
    assert_int_equal(num, 3);
    rh_csv_complain(csv, 0, "first");
    rh_csv_complain(csv, 1, "second");
    rh_csv_complain(csv, 2, "third %d", 3);
    rh_csv_complain(csv, 3, "behind");
    rh_csv_complain(csv, 0, "only counted");
    static const struct {
        long line, column;
        const char *message, *excerpt;
    } expected[] = {{2, 1, "first", "\xC3\xBC,\"a,"},
                    {2, 3, "second", "\xC3\xBC,\"a,"},
                    {3, 8, "third 3", "\xC3\xA9,\"\"b\",c"},
                    {3, 9, "behind", "\xC3\xA9,\"\"b\",c"}};
    assert_int_equal(problems.num, 4);
    assert_int_equal(problems.num_total, 5);
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(problems.items[k].line, expected[k].line);
        assert_int_equal(problems.items[k].column, expected[k].column);
        assert_string_equal(problems.items[k].message, expected[k].message);
        assert_string_equal(problems.items[k].excerpt, expected[k].excerpt);
        assert_int_equal(problems.items[k].code, RH_ERR_INPUT);
    }
    rh_csv_destroy(csv);
    rh_problems_free(&problems);
}

static void test_no_file(void **state)
{
    char *found;
    (void)state;
    found = read_file(scratch_path("none.csv"), ',');
    assert_string_equal(found, "failed -2\n0:0: cannot be opened: No such file or directory [none]\n");
    free(found);
    found = read_file(scratch_folder, ',');
    assert_string_equal(found, "failed -2\n0:0: cannot be read: Is a directory [none]\n");
    free(found);
}

/* Writes text as gzip in two members. */
static size_t write_gzip(const char *name, const char *text)
{
    const size_t half = strlen(text) / 2;
    size_t length;
    gzFile file = gzopen(scratch_path(name), "wb");
    gzwrite(file, text, (unsigned)half);
    gzclose(file);
    file = gzopen(scratch_path(name), "ab");
    gzwrite(file, text + half, (unsigned)(strlen(text) - half));
    gzclose(file);
    free(scratch_read(scratch_path(name), &length));
    return length;
}

static void test_gzip(void **state)
{
    enum { ROWS = 20000 };
    char *text = malloc(ROWS * 16), *end = text, *bytes, *found;
    struct rh_text expected;
    size_t length;
    (void)state;
    rh_text_init(&expected);
    for (int k = 0; k < ROWS; k++) {
        end += sprintf(end, "%d,x\n", k);
        rh_text_printf(&expected, "%d: %d|x\n", k + 1, k);
    }
    length = write_gzip("a.csv.gz", text);
    found = read_file(scratch_path("a.csv.gz"), ',');
    assert_string_equal(found, rh_text_string(&expected));
    free(found);
    /* by its content, not by its name */
    bytes = scratch_read(scratch_path("a.csv.gz"), NULL);
    found = read_file(scratch_write_bytes("b.csv", bytes, length), ',');
    assert_string_equal(found, rh_text_string(&expected));
    free(found);
    /* cut anywhere it is not whole, or the end of the first member */
    for (size_t cut = 2; cut < length; cut += 997) {
        found = read_file(scratch_write_bytes("c.csv.gz", bytes, cut), ',');
        assert_non_null(strstr(found, "failed -4\n0:0: ends in the middle of its gzip data"));
        free(found);
    }
    bytes[length / 3] ^= 0x55;
    found = read_file(scratch_write_bytes("c.csv.gz", bytes, length), ',');
    assert_non_null(strstr(found, "failed -4\n0:0: is damaged gzip: "));
    free(found);
    bytes[length / 3] ^= 0x55;
    bytes[length] = 'x';
    found = read_file(scratch_write_bytes("c.csv.gz", bytes, length + 1), ',');
    assert_non_null(strstr(found, "failed -4\n0:0: has bytes behind its gzip data that are not gzip"));
    free(found);
    found = read_file(scratch_write("d.csv.gz", "a,b\n"), ',');
    assert_string_equal(found, "failed -4\n0:0: is not gzip, as its name says [none]\n");
    free(found);
    free(bytes);
    free(text);
    rh_text_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_quoted),
        cmocka_unit_test(test_byte_order_mark),
        cmocka_unit_test(test_bad_quotes),
        cmocka_unit_test(test_reads_on_behind_broken_record),
        cmocka_unit_test(test_stray_returns),
        cmocka_unit_test(test_not_text),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_complain),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_gzip),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
