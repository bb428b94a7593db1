/* docs/model.md names the parameters and figures as the tables of src/model/parameters.c and src/stats/kpi.c do. A row
 * of the document begins with what the table says; where a prior comes from and how a figure is computed follow in
 * words. */
#include "core/file.h"
#include "core/text.h"
#include "model/parameters.h"
#include "stats/kpi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MARK "checked by tests/unit/test_model_docs.c -->\n"

struct document {
    char *path, *text;
};

static int open_document(void **state)
{
    static struct document document;
    struct rh_error error;
    size_t length;
    document.path = rh_path_beside(__FILE__, "../../docs/model.md");
    assert_non_null(document.path);
    if (rh_file_read(document.path, 1u << 20, &document.text, &length, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
    *state = &document;
    return 0;
}

static int close_document(void **state)
{
    struct document *document = *state;
    free(document->path);
    free(document->text);
    return 0;
}

/* Start of the line behind the next line break. */
static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end == NULL ? line + strlen(line) : end + 1;
}

/* First row of the table that the mark `<!-- NAME: checked by …` announces, behind its head and rule. */
static const char *table_start(const struct document *document, const char *name)
{
    struct rh_text mark;
    rh_text_init(&mark);
    rh_text_printf(&mark, "<!-- %s: " MARK, name);
    const char *start = strstr(document->text, rh_text_string(&mark));
    if (start == NULL) {
        fail_msg("%s has no line %s", document->path, rh_text_string(&mark));
    }
    rh_text_free(&mark);
    return next_line(next_line(next_line(start)));
}

/* The row at `line` begins with `expected` and says something more; returns the next one. */
static const char *check_row(const struct document *document, const char *line, const struct rh_text *expected)
{
    const char *end = next_line(line), *start = rh_text_string(expected);
    assert_int_equal(rh_text_status(expected), RH_OK);
    if (strncmp(line, start, expected->length) != 0) {
        fail_msg("%s:\nfound    %.*s\nexpected %s…", document->path, (int)(end - line - 1), line, start);
    }
    if (end - line < (ptrdiff_t)expected->length + 8) {
        fail_msg("%s: the row ends behind %s", document->path, start);
    }
    return end;
}

static void test_parameters(void **state)
{
    const struct document *document = *state;
    const char *line = table_start(document, "parameters");
    struct rh_text row;
    rh_text_init(&row);
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        const struct rh_parameter_info *info = &rh_parameter_table[p];
        rh_text_clear(&row);
        rh_text_printf(&row, "| `%s` | %s | ", info->name, info->description);
        rh_text_printf(&row, "%s | ", info->unit);
        rh_belief_of_describe(&info->prior, &row);
        rh_text_printf(&row, " | %s | ", info->per_segment ? "yes" : "no");
        line = check_row(document, line, &row);
    }
    assert_int_not_equal(*line, '|'); /* no row is left of a parameter that is gone */
    rh_text_free(&row);
}

/* The table of mechanisms names each of them once, in the order in which parameters have them. */
static void test_mechanisms(void **state)
{
    const struct document *document = *state;
    const char *line = table_start(document, "mechanisms");
    struct rh_text row;
    rh_text_init(&row);
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        const char *mechanism = rh_parameter_table[p].mechanism;
        bool told = false;
        for (int before = 0; before < p; before++) {
            told = told || strcmp(rh_parameter_table[before].mechanism, mechanism) == 0;
        }
        if (!told) {
            rh_text_clear(&row);
            rh_text_printf(&row, "| %s | ", mechanism);
            line = check_row(document, line, &row);
        }
    }
    assert_int_not_equal(*line, '|');
    rh_text_free(&row);
}

static void test_figures(void **state)
{
    const struct document *document = *state;
    const char *line = table_start(document, "figures");
    struct rh_text row;
    rh_text_init(&row);
    for (int k = 0; k < RH_NUM_KPIS; k++) {
        const struct rh_kpi_info *info = &rh_kpi_table[k];
        rh_text_clear(&row);
        rh_text_printf(&row, "| `%s` | %s | ", info->name, rh_unit_text(info->unit));
        line = check_row(document, line, &row);
    }
    assert_int_not_equal(*line, '|');
    rh_text_free(&row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_mechanisms),
        cmocka_unit_test(test_figures),
    };
    return cmocka_run_group_tests(tests, open_document, close_document);
}
