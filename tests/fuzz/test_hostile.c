/* Files that are made to hurt: each is refused with an error that says where and what, in bounded memory and time. They
 * are made here, since most of them are large. */
#include "history/import.h"
#include "history/map.h"
#include "model/parameters.h"
#include "program/study.h"
#include "scratch_files.h"
#include "synth/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#define MIB ((size_t)1024 * 1024)
#define MOST_MEMORY (768 * MIB)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* gcc */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1 /* clang */
#endif
#endif
#ifdef SANITIZED
#define MOST_SECONDS 120.0 /* and the address space is the sanitizer's */
#else
#define SANITIZED 0
#define MOST_SECONDS 15.0 /* a tenth of it is used; what takes the square of a file's size takes hours */
#endif

/* ---- Large texts ---- */

static struct rh_text text;

static void start(const char *first)
{
    rh_text_free(&text);
    rh_text_puts(&text, first);
}

static void repeat(const char *part, size_t num)
{
    for (size_t i = 0; i < num; i++)
        rh_text_puts(&text, part);
}

/* Appends parts that differ: the format takes a number. */
static void count_up(const char *before, const char *after, size_t num)
{
    for (size_t i = 0; i < num; i++)
        rh_text_printf(&text, "%s%zu%s", before, i, after);
}

/* ---- Readers ---- */

enum reader { PROGRAM, STUDY, MAP, WORLD, ASSUMPTIONS, NUM_READERS };

static int read_map(const char *path, struct rh_problems *problems)
{
    struct rh_map map;
    int code = rh_map_read(&map, path, problems);
    rh_map_free(&map);
    return code;
}

static int read_world(const char *path, struct rh_problems *problems)
{
    struct rh_world *world;
    int code = rh_world_create(&world, path, problems);
    rh_world_destroy(world);
    return code;
}

static int read_study(const char *path, struct rh_problems *problems)
{
    struct rh_study study;
    int code = rh_study_read(&study, path, problems);
    rh_study_free(&study);
    return code;
}

static int read_assumptions(const char *path, struct rh_problems *problems)
{
    struct rh_assumptions assumptions;
    struct rh_names segments;
    struct rh_error error;
    rh_names_init(&segments);
    assert_int_equal(rh_names_add(&segments, "Shop", 4), 0);
    assert_int_equal(rh_assumptions_init(&assumptions, &segments, &error), RH_OK);
    int code = rh_assumptions_read(&assumptions, path, &segments, problems);
    rh_assumptions_free(&assumptions);
    rh_names_free(&segments);
    return code;
}

static int read_program(const char *path, struct rh_problems *problems)
{
    struct rh_program program;
    int code = rh_program_read(&program, path, problems);
    rh_program_free(&program);
    return code;
}

static int read_file(enum reader reader, const char *path, struct rh_problems *problems)
{
    static int (*const read[NUM_READERS])(const char *path, struct rh_problems *problems) = {
        read_program, read_study, read_map, read_world, read_assumptions};
    return read[reader](path, problems);
}

/* ---- What is expected ---- */

struct clock {
    clock_t start;
};

static struct clock start_clock(void)
{
    return (struct clock){clock()};
}

static void stop_clock(struct clock self)
{
    assert_true((double)(clock() - self.start) / CLOCKS_PER_SEC < MOST_SECONDS);
}

static bool tells(const struct rh_problem *problem, long line, const char *what)
{
    return problem->line == line && strstr(problem->message, what) != NULL;
}

/* One of the problems is at that line and contains `what`. */
static void assert_refused(const struct rh_problems *problems, int code, long line, const char *what)
{
    assert_int_not_equal(code, RH_OK);
    assert_int_not_equal(code, RH_ERR_NO_MEMORY);
    assert_int_equal(problems->failed, 0);
    assert_true(problems->num > 0);
    for (size_t i = 0; i < problems->num; i++) {
        if (tells(&problems->items[i], line, what))
            return;
    }
    const struct rh_problem *first = &problems->items[0];
    fail_msg("found line %ld: %.300s\nexpected line %ld: %s", first->line, first->message, line, what);
}

/* The text is refused by the reader, at that line, with a message that contains `what`. */
static void expect(enum reader reader, long line, const char *what)
{
    struct rh_problems problems;
    assert_int_equal(rh_text_status(&text), RH_OK);
    const char *path = scratch_write_bytes("file.yaml", text.bytes, text.length);
    struct clock clock = start_clock();
    rh_problems_init(&problems);
    int code = read_file(reader, path, &problems);
    stop_clock(clock);
    assert_refused(&problems, code, line, what);
    assert_string_equal(problems.items[0].file, path);
    rh_problems_free(&problems);
}

static void expect_everywhere(long line, const char *what)
{
    for (int reader = 0; reader < NUM_READERS; reader++)
        expect((enum reader)reader, line, what);
}

/* The text as a ledger of the partners A and B. */
static void expect_ledger(long line, const char *what)
{
    struct rh_problems problems;
    struct rh_history history;
    struct rh_import_report report;
    const struct rh_import_options options = {.ledger = scratch_write_bytes("ledger.csv", text.bytes, text.length),
                                              .partners = scratch_write("partners.csv", "partner_id\nA\nB\n")};
    assert_int_equal(rh_text_status(&text), RH_OK);
    struct clock clock = start_clock();
    rh_problems_init(&problems);
    problems.limit = 20;
    int code = rh_import(&history, &options, NULL, &report, &problems);
    stop_clock(clock);
    assert_refused(&problems, code, line, what);
    rh_history_free(&history);
    rh_problems_free(&problems);
}

#define LEDGER "partner_id,date,product,amount\n"

/* ---- YAML ---- */

/* Nine levels of nine aliases each would be 400 million values. */
static void test_alias_bomb(void **state)
{
    (void)state;
    start("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (char c = 'b'; c <= 'i'; c++) {
        rh_text_printf(&text, "%c: &%c [", c, c);
        for (int i = 0; i < 9; i++)
            rh_text_printf(&text, "*%c%s", c - 1, i < 8 ? ", " : "]\n");
    }
    expect_everywhere(1, "an anchor ('&'); expected a plain value");
    start("a: *a\n");
    expect_everywhere(1, "an alias ('*'); expected a plain value");
    start("a: 1\n<<: *a\n");
    expect_everywhere(2, "an alias ('*'); expected a plain value");
}

static void test_deep_nesting(void **state)
{
    (void)state;
    static const char *const opening[] = {"[", "{a: ", "- ", "? "};
    for (size_t i = 0; i < sizeof opening / sizeof *opening; i++) {
        start("");
        repeat(opening[i], MIB / 4);
        for (int reader = 0; reader < NUM_READERS; reader++)
            expect((enum reader)reader, 1, i < 3 ? "nested more than 64 deep" : "a key that is a list or a mapping");
    }
    start("rehearse: program/1\nname: x\nincentives:\n");
    for (int depth = 0; depth < 100; depth++) {
        for (int i = 0; i < depth; i++)
            rh_text_puts(&text, "  ");
        rh_text_puts(&text, "- a:\n");
    }
    expect(PROGRAM, 35, "nested more than 64 deep");
}

static void test_huge_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *number, *what;
    } table[] = {
        {"1e308", "1e308"},
        {"-1e308", "-1e308"},
        {"99999999999999999999999999", "99999999999999999999999999"},
        {"922337203685478", "922337203685478"},
        {".inf", ".inf"},
        {"nan", "nan"},
        {"0x10", "0x10"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        start(
            "rehearse: program/1\nname: x\ncurrency: USD\nincentives:\n  - name: y\n    behavior: {measure: revenue}\n"
            "    window: month\n    reward:\n      levels:\n");
        rh_text_printf(&text, "        - {from: %s, rate: 1%%}\n", table[i].number);
        expect(PROGRAM, 10, table[i].what);
        start("rehearse: study/1\nhistory: file.yaml\nin_force: none\n");
        rh_text_printf(&text, "replications: %s\ncompare: [x]\n", table[i].number);
        expect(STUDY, 4, table[i].what);
    }
    start("rehearse: program/1\nyear_starts: ");
    repeat("9", MIB / 2);
    expect(PROGRAM, 2, "99999999");
    start("rehearse: assumptions/1\nparameters:\n  pass_through: 1e308\n");
    expect(ASSUMPTIONS, 3, "is 1e+308; expected a number from 0 to 1");
    start("rehearse: assumptions/1\nparameters:\n  pass_through: nan\n");
    expect(ASSUMPTIONS, 3, "expected a number, found 'nan'");
}

static void test_bytes_that_are_no_text(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *what;
    } table[] = {
        {"\x01", "the control character 0x01"},
        {"\x7F", "the control character 0x7f"},
        {"\xFF", "the byte 0xff"},
        {"\xC3(", "the byte 0xc3"},
        {"\xC0\x80", "the byte 0xc0"},
        {"\xED\xA0\x80", "the byte 0xed"},
        {"\xF5\x80\x80\x80", "the byte 0xf5"},
        {"\xE2\x82", "the byte 0xe2"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        start("rehearse: program/1\nname: ");
        rh_text_puts(&text, table[i].bytes);
        expect_everywhere(2, table[i].what);
    }
    start("rehearse: program/1\nname: a");
    rh_text_add(&text, "\0b\n", 3);
    expect_everywhere(2, "the control character 0x00; expected text in UTF-8");
    start("rehearse: program/1\nname: \"a\\0b\"\n");
    expect_everywhere(2, "an escape stands for NUL");
}

/* What a value of that many bytes is called, in each style that there is. */
static void expect_large_scalar(size_t size, long line, const char *what)
{
    static const char *const quote[] = {"", "'", "\""};
    for (size_t i = 0; i < 3; i++) {
        start("rehearse: program/1\nname: ");
        rh_text_puts(&text, quote[i]);
        repeat("0123456789", size / 10);
        rh_text_puts(&text, quote[i]);
        expect_everywhere(line, what);
    }
}

static void test_large_scalars(void **state)
{
    (void)state;
    expect_large_scalar(10 * MIB, 0, "larger than 4194304 bytes, the most that is read");
    expect_large_scalar(2 * MIB, 2, "bytes; expected at most 1048576");
    start("rehearse: program/1\nname: |\n");
    repeat("  0123456\n", MIB / 4);
    expect_everywhere(3, "a text of 2097152 bytes; expected at most 1048576");
    start("rehearse: program/1\n");
    repeat("0123456789", MIB / 4);
    rh_text_puts(&text, ": 1\n");
    expect_everywhere(2, "a line of 2621444 bytes; expected at most 1048576");
}

static void test_many_values(void **state)
{
    (void)state;
    static const char *const part[] = {"a, ", "[], ", "{}, ", "{a: }, ", "'', ", "? , "};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        start("[\n");
        for (int line = 0; line < 7; line++) {
            repeat(part[i], MIB / 2 / strlen(part[i]));
            rh_text_puts(&text, "\n");
        }
        rh_text_puts(&text, "]");
        expect_everywhere(part[i][0] == '?' ? 2 : 3, "more than 250000 values");
    }
    start("");
    repeat("- a\n", MIB - 1);
    expect_everywhere(250000, "more than 250000 values");
}

/* Everything in them is wrong, and each problem could bring its line along. */
static void test_many_problems(void **state)
{
    (void)state;
    start("rehearse: program/1\nname: x\n");
    count_up("key", ": 1\n", 100000);
    expect(PROGRAM, 1, "");
    start("rehearse: program/1\nname: x\n");
    for (int line = 0; line < 100; line++) {
        rh_text_printf(&text, "k%d: {", line);
        repeat("a: ,", 1000);
        rh_text_puts(&text, "}\n");
    }
    expect(PROGRAM, 1, "");
    start("rehearse: program/1\nname: x\nincentives: [");
    for (int line = 0; line < 240; line++) {
        repeat("&a ,", 1000);
        rh_text_puts(&text, "\n ");
    }
    rh_text_puts(&text, "]\n");
    expect(PROGRAM, 3, "an anchor");
}

static void test_long_lists(void **state)
{
    (void)state;
    start("rehearse: study/1\nhistory: file.yaml\nin_force: none\ncompare: [");
    count_up("p", ",\n ", 200000);
    rh_text_puts(&text, "x]\n");
    expect(STUDY, 4, "'compare' lists 200001 programs; expected at most 1000");
    start("rehearse: program/1\nname: x\ncurrency: USD\nincentives: [");
    repeat("{},\n ", 200000);
    rh_text_puts(&text, "{}]\n");
    expect(PROGRAM, 4, "'incentives' has 200001 entries; expected at most 10000");
    start("rehearse: map/1\nledger:\n  keep: [");
    count_up("c", ",\n   ", 200000);
    rh_text_puts(&text, "x]\n");
    expect(MAP, 3, "found 200001 columns, expected at most 4096");
    /* names that nobody has, each to be looked for in many */
    start("rehearse: program/1\nname: x\ncurrency: USD\ntiers:\n  review: year\n  levels: [");
    count_up("{name: tier number ", "}, ", 9000);
    rh_text_puts(&text, "]\nincentives:\n  - name: y\n    behavior: {measure: revenue}\n    window: month\n"
                        "    reward: {levels: [{from: 1, rate: 1%}]}\n    audience: {tier: [");
    count_up("treat mumble ", ",\n      ", 100000);
    rh_text_puts(&text, "]}\n");
    expect(PROGRAM, 6, "");
}

/* ---- The ledger ---- */

static void test_ledger_fields(void **state)
{
    (void)state;
    start(LEDGER "A,2014-01-15,");
    repeat("x", 10 * MIB);
    rh_text_puts(&text, ",1\nB,2014-01-16,x,1\n");
    expect_ledger(2, "found a line of more than 1 MiB, expected a shorter one");
    start(LEDGER "A,2014-01-15,\"");
    repeat("x\n", 5 * MIB);
    rh_text_puts(&text, "\",1\n");
    expect_ledger(2, "found a quote that is not closed within 1 MiB");
    start("");
    repeat("x,", 10000000);
    rh_text_puts(&text, "\nA\n");
    expect_ledger(1, "found a line of more than 1 MiB, expected a shorter one");
    start("partner_id,date");
    count_up(",", "", 150000);
    rh_text_puts(&text, "\nA\n");
    expect_ledger(1, "found 150002 columns, expected at most 4096");
    start(LEDGER "A,2014-01-15,x,1\nA,2014-01-15,");
    repeat(",", MIB / 2);
    expect_ledger(3, "found 524291 fields, expected 4 as in the header");
}

static void test_ledger_bytes(void **state)
{
    (void)state;
    start(LEDGER "A,2014-01-15,x,1\nA,2014-01-15,");
    rh_text_add(&text, "\0,1\n", 4);
    expect_ledger(3, "found a NUL byte, expected text");
    start("");
    for (size_t i = 0; i < 4 * MIB; i++)
        rh_text_add(&text, "\0", 1);
    expect_ledger(1, "found a line of more than 1 MiB");
    start(LEDGER "A,2014-01-15,\xFF,1\n");
    expect_ledger(2, "found byte 0xFF, which is not UTF-8");
    start(LEDGER "A,2014-01-15,\"x,1\n");
    expect_ledger(2, "found a quote that is not closed before the end of the file");
    start(LEDGER "A,2014-01-15,x,1\n");
    repeat("\"\n", 5 * MIB + 1);
    expect_ledger(4, "found 1 field, expected 4 as in the header");
    start(LEDGER);
    repeat("A,2014-01-15,\"x,1\n", 400000); /* each opens a quote that the next one closes in the wrong place */
    expect_ledger(3, "found a quote inside of a field or text behind its closing quote");
    start(LEDGER);
    repeat("\"\n\n", 3 * MIB);
    expect_ledger(4, "found 1 field, expected 4 as in the header");
}

static void test_ledger_numbers(void **state)
{
    (void)state;
    static const char *const number[] = {"1e308", "-1e308", "99999999999999999999999", "922337203685478", "nan", "inf"};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        start(LEDGER "A,2014-01-15,x,");
        rh_text_printf(&text, "%s\n", number[i]);
        expect_ledger(2, number[i]);
    }
    start(LEDGER "A,2014-01-15,x,");
    repeat("9", MIB / 2);
    expect_ledger(2, "amount: found '9999");
    start(LEDGER "A,");
    repeat("9", MIB / 2);
    rh_text_puts(&text, ",x,1\n");
    expect_ledger(2, "date: found '9999");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alias_bomb),     cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_huge_numbers),   cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_large_scalars),  cmocka_unit_test(test_many_values),
        cmocka_unit_test(test_many_problems),  cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_ledger_fields),  cmocka_unit_test(test_ledger_bytes),
        cmocka_unit_test(test_ledger_numbers),
    };
    const struct rlimit memory = {MOST_MEMORY, MOST_MEMORY};
    if (!SANITIZED && setrlimit(RLIMIT_AS, &memory) != 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
    rh_text_free(&text);
    return failed;
}
