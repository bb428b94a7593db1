/* The comparison: text that fits, exports that lose nothing, verdicts that follow from the figures.
 *
 * REHEARSE_KEEP=results.h5 makes this program write the results that the tests of the command line read, gzipped:
 * gzip -9nc results.h5 >tests/data/results.h5.gz. After a change of the figures, their goldens follow with
 * REHEARSE_UPDATE=1 (tests/cli/run). */
#include "report/compare.h"

#include "report/comparison.h"
#include "report/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/fake_results.h"

static char folder[] = "test_compare_XXXXXX";

/* Opens faked results of so many programs. */
static void open_results(struct rh_results *results, int num_scenarios, bool no_cost)
{
    char path[64];
    struct rh_error error = {0};
    struct fake_results fake = {.num_scenarios = num_scenarios, .replications = 500, .no_cost = no_cost};
    snprintf(path, sizeof(path), "%s/%d-%d.h5", folder, num_scenarios, no_cost);
    if (access(path, R_OK) != 0) {
        assert_int_equal(fake_results_write(&fake, path, &error), RH_OK);
    }
    if (rh_results_open(results, path, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
}

static struct rh_text compare(int num_scenarios, struct rh_compare_options options)
{
    struct rh_results results;
    struct rh_error error = {0};
    struct rh_text text;
    rh_text_init(&text);
    open_results(&results, num_scenarios, false);
    if (rh_compare(&results, &options, &text, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
    rh_results_close(&results);
    return text;
}

/* No line is wider than the page, none ends in a space, and every program is told apart from the next. */
static void test_text_fits(void **state)
{
    (void)state;
    static const int sizes[] = {2, 3, 4, 9, 20};
    static const int widths[] = {80, 100, 140};
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < 6; k++) {
            struct rh_text text =
                compare(sizes[i], (struct rh_compare_options){.versus = -1, .width = widths[k / 2], .all = k % 2 == 1});
            int verdicts = 0;
            for (char *line = strtok(text.bytes, "\n"); line != NULL; line = strtok(NULL, "\n")) {
                if (rh_figure_width(line) > (size_t)widths[k / 2]) {
                    fail_msg("%d programs, wider than %d: %s", sizes[i], widths[k / 2], line);
                }
                assert_true(line[strlen(line) - 1] != ' ');
                verdicts += strncmp(line, "•", strlen("•")) == 0;
            }
            assert_int_equal(verdicts, sizes[i] - 1);
            rh_text_free(&text);
        }
    }
}

static void test_text_says(void **state)
{
    (void)state;
    struct rh_text text = compare(6, (struct rh_compare_options){.versus = -1});
    const char *all = rh_text_string(&text);
    assert_non_null(strstr(all, "12 months, 2025-01 to 2025-12 · 500 replications · seed 7 · money in EUR"));
    assert_non_null(strstr(all, "are measured against in_force."));
    assert_non_null(strstr(all, "Note: the history is taken to be under the in-force program throughout"));
    assert_non_null(strstr(all, "1 spif-on-new-products"));
    assert_non_null(strstr(all, "spif-on-new-products is better than in_force with P"));
    assert_non_null(strstr(all, "are not distinguishable at 500 replications"));
    assert_non_null(strstr(all, "the assumptions cannot tell, a pilot could"));
    assert_null(strchr(all, '\x1b'));
    rh_text_free(&text);
    text = compare(6, (struct rh_compare_options){.versus = 2, .color = true});
    all = rh_text_string(&text);
    assert_non_null(strstr(all, "Net benefit less that of flat-rebate"));
    assert_non_null(strstr(all, "\x1b[1m"));
    rh_text_free(&text);
}

/* Where the money goes: parts that add up to what is paid, of each candidate, as for machines. */
static void test_spend(void **state)
{
    (void)state;
    struct rh_text text = compare(6, (struct rh_compare_options){.versus = -1});
    const char *all = rh_text_string(&text),
               *money = strstr(all, "Where the money goes: what is paid for sales beyond");
    assert_non_null(money);
    assert_true(strstr(money, "spif-on-new-products") < strstr(money, "Winners"));
    assert_null(strstr(money, " none  "));
    const char *own = strstr(money, " in_force  "); /* the reference has no row of it */
    assert_true(own == NULL || own > strstr(money, "Winners"));
    rh_text_free(&text);
    text = compare(6, (struct rh_compare_options){.versus = -1, .format = RH_TABLE_JSON});
    int programs = 0;
    for (const char *at = rh_text_string(&text); (at = strstr(at, "\"spend\": {\"paid\": ")) != NULL; programs++) {
        double paid, part[5];
        assert_int_equal(sscanf(at,
                                "\"spend\": {\"paid\": %lf, \"incremental\": %lf, \"pulled_forward\": %lf, "
                                "\"windfall\": %lf, \"error\": %lf, \"breakage\": %lf}",
                                &paid, &part[0], &part[1], &part[2], &part[3], &part[4]),
                         6);
        assert_true(fabs(part[0] + part[1] + part[2] + part[3] - paid) <= 1e-9 * fabs(paid));
        at++;
    }
    assert_int_equal(programs, 6);
    rh_text_free(&text);
}

/* Winners and losers of each candidate, whose names are as they were given but for what would move the cursor; nothing
 * where the results do not tell. */
static void test_winners_and_losers(void **state)
{
    (void)state;
    struct rh_text text = compare(6, (struct rh_compare_options){.versus = -1, .width = 140});
    assert_non_null(strstr(rh_text_string(&text), "spif-on-new-products: the largest winners and losers"));
    assert_null(strstr(rh_text_string(&text), "volume-tiers: the largest winners")); /* not the best */
    rh_text_free(&text);
    text = compare(6, (struct rh_compare_options){.versus = -1, .width = 140, .all = true});
    const char *all = rh_text_string(&text);
    assert_non_null(strstr(all, "Winners and losers: partners by what they gain more than under in_force"));
    assert_non_null(strstr(all, "volume-tiers: the largest winners and losers"));
    assert_null(strstr(all, "in_force: the largest winners"));
    assert_non_null(strstr(all, "    no tier "));
    assert_non_null(strstr(all, "株式会社東京システム販売 · Silver "));
    assert_non_null(strstr(all, "it's `date`  [31m · Silver"));
    rh_text_free(&text);
    struct fake_results fake = {.num_scenarios = 3, .replications = 100, .no_partners = true};
    struct rh_compare_options partners = {.versus = -1, .format = RH_TABLE_CSV, .partners = true};
    struct rh_results results;
    struct rh_error error = {0};
    char path[64];
    snprintf(path, sizeof(path), "%s/none.h5", folder);
    rh_text_init(&text);
    assert_int_equal(fake_results_write(&fake, path, NULL), RH_OK);
    assert_int_equal(rh_results_open(&results, path, NULL), RH_OK);
    assert_int_equal(rh_compare(&results, &(struct rh_compare_options){.versus = -1}, &text, NULL), RH_OK);
    assert_null(strstr(rh_text_string(&text), "Winners"));
    assert_int_equal(rh_compare(&results, &partners, &text, &error), RH_ERR_INPUT);
    assert_non_null(strstr(error.message, "tells nothing of single partners"));
    rh_text_free(&text);
    rh_results_close(&results);
    assert_int_equal(remove(path), 0);
}

/* The higher mean is not the one that is usually better. */
static void test_rare_gains(void **state)
{
    (void)state;
    struct fake_results fake = {.num_scenarios = 2, .replications = 500, .lottery = true};
    struct rh_results results;
    struct rh_text text;
    char path[64];
    snprintf(path, sizeof(path), "%s/lottery.h5", folder);
    rh_text_init(&text);
    assert_int_equal(fake_results_write(&fake, path, NULL), RH_OK);
    assert_int_equal(rh_results_open(&results, path, NULL), RH_OK);
    assert_int_equal(remove(path), 0);
    assert_int_equal(rh_compare(&results, &(struct rh_compare_options){.versus = -1, .width = 200}, &text, NULL),
                     RH_OK);
    assert_non_null(strstr(rh_text_string(&text), "• volume-tiers has the higher mean, but in_force is better with P = "
                                                  "95%: rare large gains carry it (mean difference "));
    rh_text_free(&text);
    rh_results_close(&results);
}

/* Without any cost there is no return on investment. */
static void test_missing_figures(void **state)
{
    (void)state;
    struct rh_results results;
    struct rh_text text;
    rh_text_init(&text);
    open_results(&results, 2, true);
    assert_int_equal(rh_compare(&results, &(struct rh_compare_options){.versus = -1}, &text, NULL), RH_OK);
    assert_non_null(strstr(rh_text_string(&text), "–"));
    rh_text_clear(&text);
    struct rh_compare_options json = {.versus = -1, .format = RH_TABLE_JSON};
    assert_int_equal(rh_compare(&results, &json, &text, NULL), RH_OK);
    assert_non_null(
        strstr(rh_text_string(&text), "\"roi\": {\"unit\": \"1\", \"num\": 0, \"missing\": 1, \"mean\": null"));
    assert_null(strstr(rh_text_string(&text), "nan"));
    rh_text_free(&text);
    rh_results_close(&results);
}

/* Fields of one line; quoted ones hold no line break here. Changes the line. */
static int split(char *line, char *fields[96])
{
    int num = 0;
    while (line != NULL && num < 96) {
        char *out = line;
        fields[num++] = out;
        bool quoted = *line == '"';
        line += quoted;
        for (; *line != '\0' && (quoted || *line != ','); line++) {
            if (quoted && *line == '"') {
                if (line[1] != '"') {
                    quoted = false;
                    continue;
                }
                line++;
            }
            *out++ = *line;
        }
        bool more = *line == ',';
        *out = '\0';
        line = more ? line + 1 : NULL;
    }
    return num;
}

/* Every partner under every program, and each number reads back to the very double that the file holds. */
static void test_partners_csv_loses_nothing(void **state)
{
    (void)state;
    enum { NUM = 4 };
    struct rh_results results;
    struct rh_results_partners partners;
    struct rh_text text =
        compare(NUM, (struct rh_compare_options){.versus = -1, .format = RH_TABLE_CSV, .partners = true});
    open_results(&results, NUM, false);
    assert_int_equal(rh_results_read_partners(&results, &partners, NULL), RH_OK);
    char *fields[96] = {0}, *rest = NULL;
    char *line = strtok_r(text.bytes, "\n", &rest);
    assert_int_equal(split(line, fields), 7 + RH_NUM_PARTNER_FIGURES);
    assert_string_equal(fields[2], "partner");
    int lines = 0;
    while ((line = strtok_r(NULL, "\n", &rest)) != NULL) {
        const int i = lines % FAKE_PARTNERS;
        int scenario = 0;
        assert_int_equal(split(line, fields), 7 + RH_NUM_PARTNER_FIGURES);
        while (scenario < NUM - 1 && strcmp(results.scenario[scenario], fields[0]) != 0) {
            scenario++;
        }
        assert_int_equal(atoi(fields[1]), lines / FAKE_PARTNERS + 1);
        assert_string_equal(fields[2], fake_partners[i].id);
        assert_string_equal(fields[3], fake_partners[i].segment);
        assert_string_equal(fields[4], fake_partners[i].region);
        assert_string_equal(fields[5], fake_partners[i].tier);
        for (int k = 0; k < RH_NUM_PARTNER_FIGURES; k++) {
            assert_true(strtod(fields[7 + k], NULL) == partners.figure[k][scenario * FAKE_PARTNERS + i]);
        }
        lines++;
    }
    assert_int_equal(lines, NUM * FAKE_PARTNERS);
    rh_results_partners_free(&partners);
    rh_results_close(&results);
    rh_text_free(&text);
}

/* Every figure of every program, and each number reads back to the very double that the file holds. */
static void test_csv_loses_nothing(void **state)
{
    (void)state;
    enum { NUM = 9 };
    struct rh_results results;
    struct rh_text text = compare(NUM, (struct rh_compare_options){.versus = 1, .format = RH_TABLE_CSV});
    open_results(&results, NUM, false);
    char *fields[96] = {0}, *rest = NULL;
    char *line = strtok_r(text.bytes, "\n", &rest);
    int columns = split(line, fields);
    const int errors = 9 + 3 * RH_NUM_QUANTILES + 9; /* first of the columns that came later */
    assert_int_equal(columns, errors + RH_NUM_QUANTILES + 8 + 3 * RH_NUM_DIFFERENCE_QUANTILES + 1);
    assert_string_equal(fields[0], "scenario");
    assert_string_equal(fields[errors - 1], "p_better_se");
    assert_string_equal(fields[errors + 7], "p95_se");
    assert_string_equal(fields[errors + RH_NUM_QUANTILES + 4], "difference_es05");
    assert_string_equal(fields[columns - 2], "difference_p95_se");
    assert_string_equal(fields[columns - 1], "variance_ratio");
    int lines = 0;
    double last_mean = INFINITY;
    while ((line = strtok_r(NULL, "\n", &rest)) != NULL) {
        assert_int_equal(split(line, fields), columns);
        int kpi = rh_kpi_find(fields[2]), scenario = -1;
        for (int i = 0; i < NUM; i++) {
            scenario = strcmp(results.scenario[i], fields[0]) == 0 ? i : scenario;
        }
        assert_true(scenario >= 0);
        assert_int_equal(kpi, lines % RH_NUM_KPIS);
        assert_int_equal(atoi(fields[1]), lines / RH_NUM_KPIS + 1);
        struct rh_summary summary;
        struct rh_difference difference;
        assert_int_equal(rh_results_read_summary(&results, (enum rh_kpi)kpi, scenario, &summary, NULL), RH_OK);
        assert_int_equal(rh_results_read_difference(&results, (enum rh_kpi)kpi, scenario, 1, &difference, NULL), RH_OK);
        if (isnan(summary.mean)) {
            assert_string_equal(fields[6], "");
        } else {
            assert_true(strtod(fields[6], NULL) == summary.mean);
            assert_true(strtod(fields[9 + 3 * 4], NULL) == summary.quantile[4]);
            assert_true(strtod(fields[9 + 3 * RH_NUM_QUANTILES + 1], NULL) == difference.mean);
            assert_true(strtod(fields[errors + 7], NULL) == summary.quantile_se[7]);
            assert_true(strtod(fields[errors + RH_NUM_QUANTILES + 3], NULL) == summary.tails.high_se);
            assert_true(strtod(fields[errors + RH_NUM_QUANTILES + 4], NULL) == difference.tails.low);
            assert_true(strtod(fields[columns - 2], NULL) == difference.quantile_se[2]);
            assert_true(isnan(difference.variance_ratio)
                            ? fields[columns - 1][0] == '\0'
                            : strtod(fields[columns - 1], NULL) == difference.variance_ratio);
        }
        if (kpi == RH_KPI_NET_BENEFIT) {
            assert_true(summary.mean <= last_mean);
            last_mean = summary.mean;
        }
        lines++;
    }
    assert_int_equal(lines, NUM * RH_NUM_KPIS);
    rh_results_close(&results);
    rh_text_free(&text);
}

/* Braces and brackets match outside of strings; python reads it in tests/cli/compare-json. */
static void test_json_is_whole(void **state)
{
    (void)state;
    struct rh_text text = compare(20, (struct rh_compare_options){.versus = -1, .format = RH_TABLE_JSON});
    char open[32];
    size_t depth = 0;
    bool inside = false;
    for (const char *at = rh_text_string(&text); *at != '\0'; at++) {
        if (inside && *at == '\\') {
            at++;
        } else if (*at == '"') {
            inside = !inside;
        } else if (!inside && (*at == '{' || *at == '[')) {
            assert_true(depth < sizeof(open));
            open[depth++] = *at == '{' ? '}' : ']';
        } else if (!inside && (*at == '}' || *at == ']')) {
            assert_true(depth > 0 && open[--depth] == *at);
        }
    }
    assert_int_equal(depth, 0);
    assert_false(inside);
    rh_text_free(&text);
}

static void test_replications_needed(void **state)
{
    (void)state;
    /* At n replications the error is se; at n (2 se / mean)² it is mean / 2. */
    struct rh_difference difference = {.num = 1000, .mean = 10.0, .mean_se = 10.0};
    assert_true(rh_difference_replications(&difference) == 4000.0);
    difference.mean = -3.0;
    assert_true(rh_difference_replications(&difference) == 45000.0); /* 44,444 rounded up to two digits */
    difference.mean = 0.0;
    assert_true(isinf(rh_difference_replications(&difference)));
    difference.num = 0;
    assert_true(isnan(rh_difference_replications(&difference)));
}

static void test_p_better(void **state)
{
    (void)state;
    struct rh_difference difference = {.num = 10, .p_positive = 0.3};
    assert_true(rh_difference_p_better(&difference, true) == 0.3);
    assert_true(rh_difference_p_better(&difference, false) == 0.7);
    difference.num = 0;
    assert_true(isnan(rh_difference_p_better(&difference, true)));
}

static void test_unknown_scenario(void **state)
{
    (void)state;
    struct rh_results results;
    struct rh_error error = {0};
    struct rh_text text;
    rh_text_init(&text);
    open_results(&results, 2, false);
    assert_int_equal(rh_compare(&results, &(struct rh_compare_options){.versus = 2}, &text, &error), RH_ERR_ARGUMENT);
    assert_true(strlen(error.message) > 0);
    rh_results_close(&results);
    rh_text_free(&text);
}

static int make_folder(void **state)
{
    (void)state;
    const char *keep = getenv("REHEARSE_KEEP");
    struct fake_results fake = {.num_scenarios = 5, .replications = 100};
    if (keep != NULL && fake_results_write(&fake, keep, NULL) != RH_OK) {
        return -1;
    }
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char path[64];
    for (int i = 0; i < 2 * FAKE_MAX_SCENARIOS + 2; i++) {
        snprintf(path, sizeof(path), "%s/%d-%d.h5", folder, i / 2, i % 2);
        (void)remove(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_fits),          cmocka_unit_test(test_text_says),
        cmocka_unit_test(test_missing_figures),    cmocka_unit_test(test_csv_loses_nothing),
        cmocka_unit_test(test_json_is_whole),      cmocka_unit_test(test_replications_needed),
        cmocka_unit_test(test_rare_gains),         cmocka_unit_test(test_p_better),
        cmocka_unit_test(test_unknown_scenario),   cmocka_unit_test(test_spend),
        cmocka_unit_test(test_winners_and_losers), cmocka_unit_test(test_partners_csv_loses_nothing),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
