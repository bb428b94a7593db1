/* docs/results-format.md says what the layout tables say, and a file holds nothing else. After a change of the tables,
 * `test_results_format --print` prints what belongs between the two marks of the document. */
#include "build_results.h"
#include "core/file.h"
#include "core/h5.h"
#include "core/text.h"
#include "results/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define BEGIN "<!-- tables begin: checked by tests/unit/test_results_format.c -->\n"
#define END "<!-- tables end -->\n"

static const char *type_name(enum rh_h5_type type)
{
    static const char *const names[] = {"int32", "int64", "float32", "float64"};
    return names[type];
}

static void print_attributes(struct rh_text *out)
{
    rh_text_puts(out, "### Attributes of the root\n\n| attribute | type | meaning |\n| --- | --- | --- |\n");
    for (int i = 0; i < RH_NUM_ROOT_ATTRIBUTES; i++) {
        const struct rh_layout_attribute *info = &rh_layout_attributes[i];
        rh_text_printf(out, "| `%s` | %s | %s |\n", info->name, info->number ? "int64" : "text", info->description);
    }
}

static void print_axes(struct rh_text *out)
{
    rh_text_puts(out, "\n### Dimensions\n\n| scale | type | meaning |\n| --- | --- | --- |\n");
    for (int axis = 0; axis < RH_NUM_AXES; axis++) {
        const struct rh_layout_axis *info = &rh_layout_axes[axis];
        rh_text_printf(out, "| `%s`%s | %s | %s |\n", info->name,
                       axis == RH_AXIS_SUMMARY_STATISTIC      ? " of `/summary` and `/finance`"
                       : axis == RH_AXIS_DIFFERENCE_STATISTIC ? " of `/difference`"
                                                              : "",
                       axis == RH_AXIS_REPLICATION ? "int64" : "text", info->description);
    }
}

static void print_groups(struct rh_text *out)
{
    static const char *const members[] = {"FIGURE", "FIGURE", "OUTCOME", "MEASURE", "PARAMETER", "BOOKED"};
    rh_text_puts(out, "\n### Numbers\n\n| path | dimensions | type | holds |\n| --- | --- | --- | --- |\n");
    for (int group = 0; group < RH_NUM_GROUPS; group++) {
        const struct rh_layout_group *info = &rh_layout_groups[group];
        rh_text_printf(out, "| `/%s/%s` | ", info->name, members[info->members]);
        for (int i = 0; i < info->rank; i++) {
            rh_text_printf(out, "%s%s", i == 0 ? "" : ", ", rh_layout_axes[info->axis[i]].name);
        }
        rh_text_printf(out, " | %s | %s |\n", type_name(info->type), info->description);
    }
}

static void print_texts(struct rh_text *out)
{
    rh_text_puts(out, "\n### Texts\n\n| path | dimension | holds |\n| --- | --- | --- |\n");
    for (int i = 0; i < RH_NUM_TEXTS; i++) {
        const struct rh_layout_text *info = &rh_layout_texts[i];
        rh_text_printf(out, "| `/%s` | %s | %s |\n", info->path, rh_layout_axes[info->axis].name, info->description);
    }
}

static void print_figures(struct rh_text *out)
{
    rh_text_puts(out, "\n### Figures\n\n| FIGURE | units | also by | headline | definition |\n"
                      "| --- | --- | --- | --- | --- |\n");
    for (int k = 0; k < RH_NUM_KPIS; k++) {
        const struct rh_kpi_info *info = &rh_kpi_table[k];
        rh_text_printf(out, "| `%s` | %s | ", info->name, rh_unit_text(info->unit));
        const char *separator = "";
        for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
            if (rh_cut_place((enum rh_cut)cut, (enum rh_kpi)k) >= 0) {
                rh_text_printf(out, "%s%s", separator, rh_cut_name((enum rh_cut)cut));
                separator = ", ";
            }
        }
        if (info->denominator < 0) {
            rh_text_printf(out, " | mean | %s |\n", info->description);
        } else {
            rh_text_printf(out, " | ratio of means, over `%s` | %s |\n", rh_kpi_table[info->denominator].name,
                           info->description);
        }
    }
}

static void print_outcomes(struct rh_text *out)
{
    rh_text_puts(out, "\n### Outcomes of partners\n\n| OUTCOME | units | is |\n| --- | --- | --- |\n");
    for (int k = 0; k < RH_NUM_PARTNER_FIGURES; k++) {
        const struct rh_partner_figure_info *info = &rh_partner_figure_table[k];
        rh_text_printf(out, "| `%s` | %s | %s |\n", info->name, rh_unit_text(info->unit), info->description);
    }
}

static void print_finance(struct rh_text *out)
{
    rh_text_puts(out, "\n### What is booked\n\n| BOOKED | units | is |\n| --- | --- | --- |\n");
    for (int k = 0; k < RH_NUM_FINANCE; k++) {
        const struct rh_finance_info *info = &rh_finance_table[k];
        rh_text_printf(out, "| `%s` | %s | %s |\n", info->name, rh_unit_text(info->unit), info->description);
    }
}

static void print_statistics(struct rh_text *out)
{
    rh_text_puts(out, "\n### Statistics\n\nOf `/summary` and `/finance`:");
    for (int i = 0; i < RH_NUM_SUMMARY_STATISTICS; i++) {
        rh_text_printf(out, "%s`%s`", i % 10 == 0 ? "\n" : " ", rh_summary_statistics[i]);
    }
    rh_text_puts(out, "\n\nOf `/difference`:\n");
    for (int i = 0; i < RH_NUM_DIFFERENCE_STATISTICS; i++) {
        rh_text_printf(out, "%s`%s`", i == 0 ? "" : " ", rh_difference_statistics[i]);
    }
    rh_text_puts(out, "\n");
}

static void print_tables(struct rh_text *out)
{
    rh_text_printf(out, BEGIN "This is format version %d.\n\n", RH_RESULTS_VERSION);
    print_attributes(out);
    print_axes(out);
    print_groups(out);
    print_figures(out);
    print_outcomes(out);
    print_finance(out);
    print_statistics(out);
    print_texts(out);
    rh_text_puts(out, END);
}

static void test_document_holds_the_tables(void **state)
{
    (void)state;
    struct rh_error error;
    struct rh_text expected;
    char *document = NULL;
    size_t length = 0;
    char *path = rh_path_beside(__FILE__, "../../docs/results-format.md");
    assert_non_null(path);
    rh_text_init(&expected);
    print_tables(&expected);
    assert_int_equal(rh_text_status(&expected), RH_OK);
    if (rh_file_read(path, 1u << 20, &document, &length, &error) != RH_OK) {
        fail_msg("%s: %s", path, error.message);
    }
    const char *begin = strstr(document, BEGIN);
    const char *end = begin == NULL ? NULL : strstr(begin, END);
    assert_non_null(begin);
    assert_non_null(end);
    const size_t found = (size_t)(end - begin) + strlen(END);
    if (found != expected.length || memcmp(begin, expected.bytes, found) != 0) {
        fail_msg("%s differs from the tables of src/results/layout.c and src/stats/kpi.c: run this with --print", path);
    }
    rh_text_free(&expected);
    free(document);
    free(path);
}

static void assert_sentence(const char *text)
{
    assert_non_null(text);
    assert_true(strlen(text) > 3);
    assert_int_equal(text[strlen(text) - 1], '.');
}

static void test_everything_is_described(void **state)
{
    (void)state;
    for (int i = 0; i < RH_NUM_ROOT_ATTRIBUTES; i++) {
        assert_sentence(rh_layout_attributes[i].description);
    }
    for (int i = 0; i < RH_NUM_AXES; i++) {
        assert_true(strlen(rh_layout_axes[i].name) > 0 && strlen(rh_layout_axes[i].long_name) > 0);
        assert_sentence(rh_layout_axes[i].description);
    }
    for (int i = 0; i < RH_NUM_GROUPS; i++) {
        assert_true(strlen(rh_layout_groups[i].name) > 0);
        assert_sentence(rh_layout_groups[i].description);
    }
    for (int i = 0; i < RH_NUM_TEXTS; i++) {
        assert_true(strlen(rh_layout_texts[i].path) > 0 && strlen(rh_layout_texts[i].long_name) > 0);
        assert_sentence(rh_layout_texts[i].description);
    }
}

/* The axes and groups of the cuts stand in the order of enum rh_cut, on which writer and reader count. */
static void test_cuts_are_in_order(void **state)
{
    (void)state;
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        const struct rh_layout_group *group = &rh_layout_groups[RH_GROUP_BY_MONTH + cut];
        assert_int_equal(group->members, RH_MEMBERS_CUT);
        assert_int_equal(group->cut, cut);
        assert_int_equal(group->axis[2], RH_AXIS_MONTH + cut);
        assert_string_equal(rh_layout_axes[RH_AXIS_MONTH + cut].name, rh_cut_name((enum rh_cut)cut));
        assert_int_equal(strncmp(group->name, "by_", 3), 0);
        assert_string_equal(group->name + 3, rh_cut_name((enum rh_cut)cut));
    }
}

static void test_statistics_are_named_by_their_levels(void **state)
{
    (void)state;
    double row[RH_NUM_SUMMARY_STATISTICS];
    struct rh_summary summary = {.num = 75, .missing = 0.25, .mean = 1, .mean_se = 2, .sd = 3}, back;
    for (int q = 0; q < RH_NUM_QUANTILES; q++) {
        char name[16];
        const int level = (int)(100.0 * rh_quantile_levels[q] + 0.5);
        snprintf(name, sizeof name, "p%02d", level);
        assert_string_equal(rh_summary_statistics[4 + q], name);
        snprintf(name, sizeof name, "p%02d_low", level);
        assert_string_equal(rh_summary_statistics[4 + RH_NUM_QUANTILES + 2 * q], name);
        snprintf(name, sizeof name, "p%02d_high", level);
        assert_string_equal(rh_summary_statistics[4 + RH_NUM_QUANTILES + 2 * q + 1], name);
        summary.quantile[q] = 10.0 + q;
        summary.quantile_low[q] = 20.0 + q;
        summary.quantile_high[q] = 30.0 + q;
        snprintf(name, sizeof name, "p%02d_se", level);
        assert_string_equal(rh_summary_statistics[4 + 3 * RH_NUM_QUANTILES + q], name);
        summary.quantile_se[q] = 40.0 + q;
    }
    assert_string_equal(rh_summary_statistics[RH_NUM_SUMMARY_STATISTICS - 1], "es95_se");
    summary.tails = (struct rh_tails){50, 51, 52, 53};
    rh_summary_pack(&summary, row);
    rh_summary_unpack(&back, row, 100);
    assert_memory_equal(&summary, &back, sizeof back);
    assert_true(row[4 + 4] == 14.0);                        /* p50 */
    assert_true(row[4 + RH_NUM_QUANTILES + 2 * 8] == 28.0); /* p99_low */
    struct rh_difference
        difference = {33, 1, 2, 3, 4, 5, 6, 7, 8, {10, 11, 12}, {20, 21, 22}, {30, 31, 32}, {40, 41, 42, 43}, 50},
        again;
    rh_difference_pack(&difference, 100, row);
    rh_difference_unpack(&again, row, 100);
    assert_memory_equal(&difference, &again, sizeof again);
}

/* Where each object of a file should be named: the group, or the text's path. */
static herr_t is_in_tables(hid_t object, const char *name, const H5O_info_t *info, void *data)
{
    int *unknown = data;
    (void)object;
    if (info->type != H5O_TYPE_DATASET) {
        return 0;
    }
    const char *slash = strchr(name, '/');
    const size_t folder = slash == NULL ? 0 : (size_t)(slash - name);
    const char *last = slash == NULL ? name : slash + 1;
    for (int axis = 0; axis < RH_NUM_AXES; axis++) {
        if (strcmp(last, rh_layout_axes[axis].name) == 0) {
            return 0;
        }
    }
    for (int i = 0; i < RH_NUM_TEXTS; i++) {
        if (strcmp(name, rh_layout_texts[i].path) == 0) {
            return 0;
        }
    }
    for (int group = 0; group < RH_NUM_GROUPS; group++) {
        const struct rh_layout_group *known = &rh_layout_groups[group];
        if (strlen(known->name) == folder && strncmp(known->name, name, folder) == 0 &&
            (known->members > RH_MEMBERS_CUT || rh_kpi_find(last) >= 0)) {
            return 0;
        }
    }
    print_error("'%s' is in no table\n", name);
    (*unknown)++;
    return 0;
}

static herr_t is_attribute_known(hid_t object, const char *name, const H5A_info_t *info, void *data)
{
    int *num = data;
    (void)object;
    (void)info;
    for (int i = 0; i < RH_NUM_ROOT_ATTRIBUTES; i++) {
        *num += strcmp(name, rh_layout_attributes[i].name) == 0;
    }
    return 0;
}

static void test_a_file_holds_what_the_tables_say(void **state)
{
    (void)state;
    struct rh_error error;
    hid_t file;
    int unknown = 0, num_known = 0;
    hsize_t position = 0;
    char path[] = "/tmp/rh_format_XXXXXX";
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    assert_int_equal(example_write(path, 10, 10, &error), RH_OK);
    assert_int_equal(rh_h5_open(&file, path, &error), RH_OK);
    assert_true(H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, is_in_tables, &unknown) >= 0);
    assert_int_equal(unknown, 0);
    assert_true(H5Aiterate2(file, H5_INDEX_CRT_ORDER, H5_ITER_INC, &position, is_attribute_known, &num_known) >= 0);
    assert_int_equal(num_known, RH_NUM_ROOT_ATTRIBUTES);
    assert_int_equal(position, RH_NUM_ROOT_ATTRIBUTES);
    for (int group = 0; group < RH_NUM_GROUPS; group++) {
        assert_true(rh_h5_exists(file, rh_layout_groups[group].name));
    }
    for (int i = 0; i < RH_NUM_TEXTS; i++) {
        assert_true(rh_h5_exists(file, rh_layout_texts[i].path));
    }
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    unlink(path);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_document_holds_the_tables),
        cmocka_unit_test(test_everything_is_described),
        cmocka_unit_test(test_cuts_are_in_order),
        cmocka_unit_test(test_statistics_are_named_by_their_levels),
        cmocka_unit_test(test_a_file_holds_what_the_tables_say),
    };
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        struct rh_text out;
        rh_text_init(&out);
        print_tables(&out);
        fputs(rh_text_string(&out), stdout);
        rh_text_free(&out);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
