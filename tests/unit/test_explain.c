/* Explanations: every construct has its example, lines have their width, and what cannot be settled has no example. How
 * they read is told by the tests of the command line, which hold them word by word. */
#include "program/explain.h"

#include "support/findings.h"

#include <dirent.h>

static void explain(const char *path, const char *body, enum rh_explain_format format, int width, struct rh_text *out)
{
    struct rh_program program;
    struct rh_problems problems;
    struct rh_error error = {0};
    const struct rh_explain_options options = {format, width};
    rh_problems_init(&problems);
    rh_text_init(out);
    if (body != NULL)
        read_program(&program, path, body);
    else if (rh_program_read(&program, path, &problems) != RH_OK)
        fail_msg("%s: %s", path, problems.items[0].message);
    if (rh_program_explain(&program, &options, out, &error) != RH_OK)
        fail_msg("%s: %s", path, error.message);
    rh_problems_free(&problems);
    rh_program_free(&program);
}

static size_t count(const char *text, const char *word)
{
    size_t num = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        num++;
    return num;
}

/* Words of the language or the code that no partner should have to read. */
static void expect_plain_words(const char *path, const char *text)
{
    static const char *const words[] = {"prior_year",  "per_unit", "sell_through", "non_cash",   "opt_in", "pays_on",
                                        "retroactive", "marginal", "(null)",       "attainment", " nan",   "_"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(text, words[i]) != NULL)
            fail_msg("%s: '%s' in\n%s", path, words[i], text);
    }
    if (strstr(text, "  ") != NULL || strstr(text, " .") != NULL || strstr(text, "..") != NULL)
        fail_msg("%s: spaces or stops in\n%s", path, text);
}

/* Each incentive of a file has a heading and an example; each line its width. */
static void expect_examples(const char *path, int width)
{
    struct rh_text text;
    struct rh_program program;
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_program_read(&program, path, &problems), RH_OK);
    explain(path, NULL, RH_EXPLAIN_TEXT, width, &text);
    if (count(rh_text_string(&text), "\nFor example, ") != program.num_incentives)
        fail_msg("%s: %zu incentives in\n%s", path, program.num_incentives, rh_text_string(&text));
    for (size_t i = 0; i < program.num_incentives; i++)
        assert_non_null(strstr(rh_text_string(&text), program.incentive[i].name.text));
    expect_plain_words(path, rh_text_string(&text));
    for (const char *line = rh_text_string(&text); *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        assert_true(rh_utf8_length(line, length) <= (size_t)width);
        line += length + (line[length] == '\n');
    }
    rh_text_free(&text);
    rh_program_free(&program);
    rh_problems_free(&problems);
}

static void test_every_construct(void **state)
{
    size_t num = 0;
    DIR *folder = opendir(TEST_DATA "/explain");
    (void)state;
    assert_non_null(folder);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[1024];
        if (strstr(entry->d_name, ".yaml") == NULL)
            continue;
        snprintf(path, sizeof path, TEST_DATA "/explain/%s", entry->d_name);
        expect_examples(path, 80);
        expect_examples(path, 100);
        expect_examples(path, 60);
        num++;
    }
    closedir(folder);
    assert_true(num >= 12);
}

/* The example's numbers are those of the settlement: the last words of the explanation. */
static void expect_end(const char *incentive, const char *expected)
{
    struct rh_text body, text;
    rh_text_init(&body);
    rh_text_printf(&body, "incentives:\n  - {name: X, %s}\n", incentive);
    explain("test.yaml", rh_text_string(&body), RH_EXPLAIN_MARKDOWN, 0, &text);
    const char *end = strstr(rh_text_string(&text), "For example");
    if (end == NULL || strstr(end, expected) == NULL)
        fail_msg("%s\nexpected: %s", rh_text_string(&text), expected);
    rh_text_free(&body);
    rh_text_free(&text);
}

static void test_numbers(void **state)
{
    (void)state;
    /* 24,000: 1% of 10,000 + 2% of 10,000 + 3% of 4,000. */
    expect_end("behavior: {measure: revenue}, window: month, reward: {levels: [{from: 0, rate: 1%}, {from: 10k, rate: "
               "2%}, {from: 20k, rate: 3%}]}",
               "You earn $420.");
    /* Rounded half to even: 0.0125% of 20,600 is 2.575, and of 20,200 2.525. */
    expect_end("behavior: {measure: revenue}, window: month, reward: {bands: retroactive, levels: [{from: 17k, rate: "
               "0.0125%}]}",
               "You earn 0.0125% of $21,000: $2.62.");
    /* 60 + 40 leads of two partners; 60% of 1,500. */
    expect_end("behavior: {measure: revenue}, metric: {pooled_by: parent}, window: month, reward: {bands: retroactive, "
               "levels: [{from: 50k, rate: 2.5%}]}",
               "The group earns $1,500, and your share of it is $900.");
    /* Two factors: 1.2 · 1.25. */
    expect_end("behavior: {measure: leads}, window: month, reward: {levels: [{from: 0, per_unit: 100}]}, audience: "
               "{region: [East], tier: [gold]}, multiplier: {region: {East: 1.2}, tier: {gold: 1.25}}",
               "For you it is multiplied by 1.5: $600. You earn $600.");
    /* A fund of 3% of 50,000 gives 40% of 3,000. */
    expect_end(
        "behavior: {measure: marketing_spend}, window: month, reward: {match: 40%, fund: {accrues: 3%, of: revenue, "
        "expires: 3 months}}",
        "puts $1,500 into your fund. Later you spend $3,000 on marketing, and we pay back 40% of it. You get back "
        "$1,200.");
}

/* Audiences and conditions that a made-up partner can only just meet. */
static void test_partners_are_found(void **state)
{
    (void)state;
    const char *const rest = "behavior: {measure: revenue}, window: quarter, reward: {levels: [{from: 0, rate: 1%}]}";
    static const char *const audiences[] = {
        "audience: {tenure: {at_most: 30 days}}",
        "audience: {tenure: {at_least: 10 months, at_most: 310 days}}",
        "audience: {segment: [A, B], except: {segment: [A]}}",
        "audience: {tier: [gold], tenure: {at_least: 3 months}, except: {tenure: {at_most: 300 days}, region: [E]}}",
        "requires: [{measure: revenue, at_least: 1M, window: month}, {measure: certifications, at_least: 1, window: "
        "year}]",
    };
    for (size_t i = 0; i < sizeof audiences / sizeof *audiences; i++) {
        struct rh_text incentive;
        rh_text_init(&incentive);
        rh_text_printf(&incentive, "%s, %s", audiences[i], rest);
        expect_end(rh_text_string(&incentive), "You earn 1% of $20,000: $200.");
        rh_text_free(&incentive);
    }
}

static void expect_no_example(const char *incentive)
{
    struct rh_text body, text;
    rh_text_init(&body);
    rh_text_printf(&body, "incentives:\n  - {name: X, %s}\n", incentive);
    explain("test.yaml", rh_text_string(&body), RH_EXPLAIN_TEXT, 80, &text);
    assert_null(strstr(rh_text_string(&text), "For example"));
    assert_non_null(strstr(rh_text_string(&text), "Open to"));
    rh_text_free(&body);
    rh_text_free(&text);
}

static void test_no_example(void **state)
{
    (void)state;
    /* Nobody is in it. */
    expect_no_example("behavior: {measure: revenue}, window: month, reward: {levels: [{from: 0, rate: 1%}]}, audience: "
                      "{segment: [A], except: {segment: [A]}}");
    /* Too large to be settled. */
    expect_no_example("behavior: {measure: revenue}, window: month, reward: {levels: [{from: 900000000M, rate: 1%}]}");
}

static void test_markdown(void **state)
{
    (void)state;
    struct rh_text text;
    explain("test.yaml",
            "description: '- A *bold* claim_ [here](x) <b>'\n"
            "incentives:\n"
            "  - {name: 'A_b*', behavior: {measure: revenue, product: ['x_y', '`z`']}, window: month,\n"
            "     reward: {levels: [{from: 0, rate: 1%}]}}\n",
            RH_EXPLAIN_MARKDOWN, 0, &text);
    assert_non_null(strstr(rh_text_string(&text), "# Test\n\n\\- A \\*bold\\* claim\\_ \\[here\\](x) \\<b\\>\n"));
    assert_non_null(strstr(rh_text_string(&text), "\n## A\\_b\\*\n"));
    assert_non_null(strstr(rh_text_string(&text), "purchases of x\\_y and \\`z\\`"));
    assert_non_null(strstr(rh_text_string(&text), "\n*For example,* your purchases"));
    rh_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_construct),    cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_partners_are_found), cmocka_unit_test(test_no_example),
        cmocka_unit_test(test_markdown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
