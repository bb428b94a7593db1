/* No file may crash the parser: what is not a program is refused with at least one problem that can be shown. */
#include "core/file.h"
#include "program/program.h"
#include "program/study.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NUM_MUTANTS 10000 /* of each file */
#define LARGEST_MUTANT 16384

/* SplitMix64: the mutants are the same in every run. */
static uint64_t next(uint64_t *seed)
{
    uint64_t z = *seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static size_t below(uint64_t *seed, size_t bound)
{
    return (size_t)(next(seed) % bound);
}

/* Parses the bytes; whether they are a program, all problems can be shown and none has a place outside the file. */
static bool try_program(const char *bytes, size_t length)
{
    struct rh_program program;
    struct rh_problems problems;
    struct rh_text shown;
    rh_problems_init(&problems);
    rh_text_init(&shown);
    int code = rh_program_parse(&program, "m.yaml", bytes, length, &problems);
    assert_int_equal(code == RH_OK, problems.num_total == 0);
    assert_int_not_equal(code, RH_ERR_NO_MEMORY);
    for (size_t i = 0; i < problems.num; i++) {
        rh_problem_format(&problems.items[i], &shown);
        assert_true(problems.items[i].line >= 0 && problems.items[i].column >= 0);
        assert_true(problems.items[i].line <= (long)length + 1);
    }
    assert_true(rh_utf8_valid(rh_text_string(&shown), shown.length));
    if (code == RH_OK)
        assert_true(program.num_incentives > 0 && program.name != NULL &&
                    (program.incentive[0].num_levels > 0 || program.incentive[0].match.given));
    rh_text_free(&shown);
    rh_program_free(&program);
    rh_problems_free(&problems);
    return code == RH_OK;
}

/* Puts `with` in the place of `num` bytes at `at`. */
static void splice(char *bytes, size_t *length, size_t at, size_t num, const char *with, size_t num_with)
{
    if (*length - num + num_with > LARGEST_MUTANT)
        return;
    memmove(bytes + at + num_with, bytes + at + num, *length - at - num);
    memcpy(bytes + at, with, num_with);
    *length = *length - num + num_with;
}

static void mutate(char *bytes, size_t *length, uint64_t *seed)
{
    static const char *const words[] = {":",          "- ",
                                        "{",          "}",
                                        "[",          "]",
                                        "\n",         "  ",
                                        "\t",         "\"",
                                        "'",          "#",
                                        "&a",         "*a",
                                        "!t",         "|\n",
                                        ">\n",        "? ",
                                        "---\n",      "...\n",
                                        "%",          "\r",
                                        "~",          "null",
                                        "-1",         "1e308",
                                        "\\0",        "\xEF\xBB\xBF",
                                        "é",          "\xff",
                                        "<<",         "none",
                                        ",",          "0",
                                        "999",        "@",
                                        "k",          "110% of target",
                                        "p50 of all", "extends: "};
    char copy[64];
    size_t at = below(seed, *length + 1), num = below(seed, 24);
    num = num < *length - at ? num : *length - at;
    size_t from = below(seed, *length - num + 1);
    memcpy(copy, bytes + from, num);
    const char *word = words[below(seed, sizeof words / sizeof *words)];
    char byte = (char)next(seed);
    switch (below(seed, 5)) {
    case 0:
        splice(bytes, length, at, at < *length, &byte, 1);
        break;
    case 1:
        splice(bytes, length, at, 0, word, strlen(word));
        break;
    case 2:
        splice(bytes, length, at, num, "", 0);
        break;
    case 3:
        splice(bytes, length, at, 0, copy, num);
        break;
    default:
        splice(bytes, length, at, num, word, strlen(word));
        break;
    }
}

/* Files that together have every key. */
static const char *const whole[] = {TEST_DATA "/program-full.yaml", TEST_DATA "/programs/every-key.yaml"};
#define NUM_WHOLE (sizeof whole / sizeof *whole)

static void mutate_file(const char *path, uint64_t seed)
{
    static char bytes[LARGEST_MUTANT];
    char *text;
    size_t num_text, num_good = 0;
    struct rh_error error;
    assert_int_equal(rh_file_read(path, LARGEST_MUTANT, &text, &num_text, &error), RH_OK);
    assert_true(try_program(text, num_text));
    for (int i = 0; i < NUM_MUTANTS; i++) {
        size_t length = num_text;
        memcpy(bytes, text, num_text);
        for (size_t k = 1 + below(&seed, 4); k > 0; k--)
            mutate(bytes, &length, &seed);
        num_good += try_program(bytes, length);
    }
    /* Some changes do no harm (in names, in comments), most do. */
    assert_in_range(num_good, NUM_MUTANTS / 100, NUM_MUTANTS / 2);
    free(text);
}

static void test_mutants(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_WHOLE; i++)
        mutate_file(whole[i], 20240607 + i);
}

static void test_every_beginning(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_WHOLE; i++) {
        char *text;
        size_t length;
        struct rh_error error;
        assert_int_equal(rh_file_read(whole[i], LARGEST_MUTANT, &text, &length, &error), RH_OK);
        for (size_t end = 0; end < length; end++)
            (void)try_program(text, end);
        free(text);
    }
}

static void test_hostile_files(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\xEF\xBB\xBF",
        "\xFF\xFEr\0e\0",
        "rehearse",
        "rehearse: program/1",
        "rehearse: [program/1]",
        "rehearse: program/99999999999999999999",
        "rehearse: program/1\nincentives: [,]",
        "rehearse: program/1\nincentives: [[], {}, x, null, ~, ]",
        "rehearse: program/1\nincentives:\n-\n-\n",
        "rehearse: program/1\nincentives: [{reward: {levels: [{from: 1e308, rate: 1e308, flat: nan}]}}]",
        "rehearse: program/1\nincentives: [{reward: {levels: [{from: 99999999999999999999999999}]}}]",
        "rehearse: program/1\nincentives: [{metric: {streak: 1e308, at_least: p of all}, multiplier: [[]], requires: "
        "[,]}]",
        "rehearse: program/1\nname: x\nextends: /dev/null\nremove: [a, a, \"\"]",
        "rehearse: program/1\nname: x\nextends: /\nfx: {? : 1}\ntiers: {levels: [[], {when: {}}]}",
        "? \n: \n",
        ": \n",
        "{? }",
        "'",
        "\"\\",
        "&a [*a]",
        "<<: *a",
        "a: &a [&b [*a, *b]]",
        "!!binary x",
        "!<tag:yaml.org,2002:str> x",
        "%TAG ! tag:x,2000:\n---\na: 1",
        "--- |\n x\n--- >\n y",
        "- - - - - - - - - -",
        "\"\\ud800\"",
        "\"\\UFFFFFFFF\"",
        "\"\\x00\": 1",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(try_program(texts[i], strlen(texts[i])));
    assert_false(try_program("rehearse: program/1\0", 20));
    size_t many = ((size_t)1 << 20) - 1; /* odd: of a text of nothing but pairs of quotes, libfyaml loses memory */
    char *large = malloc(many);
    assert_non_null(large);
    static const char fills[] = "[{-?:&*!|>'\"%@`#, x\t\n\r\xC3\x80";
    for (size_t i = 0; i < sizeof fills; i++) {
        memset(large, fills[i], many);
        assert_false(try_program(large, many));
    }
    free(large);
}

/* A number as long as a file, a name as long as a file. */
static void test_huge_scalars(void **state)
{
    (void)state;
    size_t many = (size_t)4 << 20;
    char *large = malloc(many + 100);
    assert_non_null(large);
    static const char *const heads[] = {"year_starts: ", "rehearse: ", "rehearse: program/",
                                        "currency: ",    "x: ",        "name: \""};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        size_t num = strlen(heads[i]);
        memcpy(large, heads[i], num);
        memset(large + num, '1', many);
        assert_false(try_program(large, num + many));
    }
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutants),
        cmocka_unit_test(test_every_beginning),
        cmocka_unit_test(test_hostile_files),
        cmocka_unit_test(test_huge_scalars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
