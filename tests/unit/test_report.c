/* The page: nothing that a results file says is more than text in it, whatever it says and wherever. */
#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "build_results.h"
#include "scratch_files.h"

#define EVIL "<script>alert(\"1\")</script>'&amp;\x1b"
#define HARMLESS "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;amp; "

/* The example's numbers, under names that are all hostile, each with its own end. */
static void write_hostile(void)
{
    static const char *const scenarios[] = {EVIL "scenario", "b " EVIL, "c " EVIL}, *const texts[] = {"", EVIL "text",
                                                                                                      ""};
    static const char *const segments[] = {"Grocery", EVIL "segment"}, *const tiers[] = {"", EVIL "tier"};
    static const char *const incentives[] = {EVIL "incentive"}, *const notes[] = {EVIL "note", "fine"};
    static const struct rh_results_partner partners[EXAMPLE_PARTNERS] = {
        {EVIL "partner", EVIL "segment", "North", ""}, {"P2", "Grocery", "Île", EVIL "tier"}, {"P3", "", "", ""}};
    static const struct rh_results_parameter parameters[] = {
        {EVIL "parameter", EVIL "unit", EVIL "description", EVIL "origin", EVIL "distribution", "effort", true},
        {"claim_cost", "currency", "Cost.", "prior", "3.5", "claims", false},
        {"pass_through", "1", "Share.", "prior", "Beta", "price", true}};
    static const struct rh_results_input inputs[] = {{EVIL "role", EVIL "input", "", EVIL "hash"},
                                                     {"history", "history.h5", "", "11ee"}};
    struct rh_results_header header = example_header(50);
    struct rh_results_writer *writer = NULL;
    struct rh_error error = {0};
    struct rh_block block;
    header.title = EVIL "title";
    header.currency = EVIL "currency";
    header.scenario = scenarios;
    header.scenario_text = texts;
    header.cut_label[RH_CUT_SEGMENT] = segments;
    header.cut_label[RH_CUT_TIER] = tiers;
    header.cut_label[RH_CUT_INCENTIVE] = incentives;
    header.partner = partners;
    header.note = notes;
    header.parameter = parameters;
    header.input = inputs;
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("results.h5"), &header, &error), RH_OK);
    assert_true(example_block(&block, 0, 50));
    assert_int_equal(rh_results_writer_append(writer, &block, &error), RH_OK);
    assert_int_equal(example_write_partners(writer, 50, &error), RH_OK);
    assert_int_equal(rh_results_writer_finish(writer, &error), RH_OK);
    rh_results_writer_destroy(writer);
    example_block_free(&block);
}

static struct rh_text page(void)
{
    const struct rh_report_options options = {.gnuplot = "gnuplot"};
    struct rh_results results;
    struct rh_error error = {0};
    struct rh_text out;
    rh_text_init(&out);
    assert_int_equal(rh_results_open(&results, scratch_path("results.h5"), &error), RH_OK);
    if (rh_report(&results, &options, NULL, &out, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
    rh_results_close(&results);
    return out;
}

static int occurrences(const char *text, const char *part)
{
    int num = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        num++;
    }
    return num;
}

static void test_names_are_only_names(void **state)
{
    (void)state;
    static const char *const places[] = {"scenario",  "text",  "segment", "tier",        "incentive", "note",
                                         "partner",   "title", "unit",    "description", "origin",    "distribution",
                                         "parameter", "role",  "input",   "hash",        "currency"};
    write_hostile();
    struct rh_text out = page();
    const char *html = rh_text_string(&out);
    assert_int_equal(occurrences(html, "<script"), 1); /* the page's own */
    assert_int_equal(occurrences(html, "alert(\""), 0);
    assert_null(strchr(html, '\x1b'));
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char wanted[200];
        snprintf(wanted, sizeof wanted, HARMLESS "%s", places[i]);
        if (strstr(html, wanted) == NULL) {
            fail_msg("the page tells no %s", places[i]);
        }
    }
    rh_text_free(&out);
}

/* Every piece is there, whole, with what the file says. */
static void test_example(void **state)
{
    (void)state;
    struct rh_error error = {0};
    assert_int_equal(example_write(scratch_path("results.h5"), 90, 45, &error), RH_OK);
    struct rh_text out = page();
    const char *html = rh_text_string(&out);
    assert_int_equal(strncmp(html, "<!DOCTYPE html>", 15), 0);
    assert_int_equal(occurrences(html, "<h1>"), 1);
    assert_int_equal(occurrences(html, "<section"), occurrences(html, "</section>"));
    assert_int_equal(occurrences(html, "<table"), occurrences(html, "</table>"));
    assert_int_equal(occurrences(html, "<svg"), 0);
    assert_non_null(strstr(html, "The vendor&#39;s margin of some products"));
    assert_non_null(strstr(html, "lognormal, mean 0.2, sd 0.1"));
    assert_non_null(strstr(html, "18446744073709551615"));
    assert_non_null(strstr(html, "<dt>Simulated by</dt><dd>rehearse "));
    assert_non_null(strstr(html, "Ünal &amp; Söhne"));
    assert_null(strstr(html, ">nan"));
    rh_text_free(&out);
}

/* gnuplot missing is told before anything is drawn, with the package and with the way without it. */
static void test_without_gnuplot(void **state)
{
    (void)state;
    const struct rh_report_options options = {.folder = ".", .gnuplot = "no-such-gnuplot"};
    struct rh_results results;
    struct rh_error error = {0};
    struct rh_text out;
    rh_text_init(&out);
    assert_int_equal(example_write(scratch_path("results.h5"), 90, 45, &error), RH_OK);
    assert_int_equal(rh_results_open(&results, scratch_path("results.h5"), &error), RH_OK);
    assert_int_equal(rh_report(&results, &options, NULL, &out, &error), RH_ERR_IO);
    assert_non_null(strstr(error.message, "gnuplot-nox"));
    assert_non_null(strstr(error.message, "--no-plots"));
    rh_results_close(&results);
    rh_text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_only_names),
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_without_gnuplot),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
