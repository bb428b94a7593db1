/* What the page rests on: the run, the files that went into it, and what is assumed of partners. */
#include "report/report_parts.h"

#include "core/build.h"

#include <inttypes.h>
#include <string.h>

static void fact(const struct rh_report_page *page, const char *what, const char *value)
{
    rh_text_printf(page->out, "<div><dt>%s</dt><dd>", what);
    rh_html_text(page->out, value);
    rh_text_puts(page->out, "</dd></div>\n");
}

static void facts(const struct rh_report_page *page, const struct rh_results_origin *origin)
{
    const struct rh_results *results = page->results;
    struct rh_text text;
    rh_text_init(&text);
    rh_text_puts(page->out, "<dl class=\"findings\">\n");
    fact(page, "Reference", results->scenario[results->reference]);
    rh_text_number(&text, (double)results->replications, 0);
    fact(page, "Replications", rh_text_string(&text));
    rh_text_clear(&text);
    rh_text_printf(&text, "%" PRIu64, results->seed);
    fact(page, "Seed", rh_text_string(&text));
    fact(page, "Sampling", results->sampling);
    fact(page, "Arithmetic", results->arithmetic);
    fact(page, "Results", results->path);
    rh_text_clear(&text);
    rh_text_printf(&text, "rehearse %s, %s", origin->program_version, origin->build);
    fact(page, "Simulated by", rh_text_string(&text));
    fact(page, "Page written by", "rehearse " RH_BUILD_VERSION);
    if (results->margin_assumed) {
        fact(page, "Assumed", "The vendor's margin of some products is not from the history.");
    }
    for (int i = 0; i < results->num_notes; i++) {
        fact(page, "Note", results->note[i]);
    }
    rh_text_puts(page->out, "</dl>\n");
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

static void inputs(const struct rh_report_page *page)
{
    static const struct rh_html_column heads[] = {{"File", false}, {"Role", false}, {"SHA-256", false}};
    if (page->results->num_inputs == 0) {
        return;
    }
    rh_html_table_begin(page->out, "Files that went into the run", heads, 3, true);
    for (int i = 0; i < page->results->num_inputs; i++) {
        rh_html_row_begin(page->out, page->results->input_path[i], NULL);
        rh_html_cell(page->out, page->results->input_role[i]);
        rh_html_cell(page->out, page->results->input_sha256[i]);
        rh_html_row_end(page->out);
    }
    rh_html_table_end(page->out);
}

static void parameters(const struct rh_report_page *page, const struct rh_results_parameters *known)
{
    static const struct rh_html_column heads[] = {
        {"Parameter", false}, {"Value or distribution", false}, {"Unit", false}, {"Where from", false}};
    if (known->num == 0) {
        return;
    }
    rh_html_table_begin(page->out, "What is assumed of partners", heads, 4, true);
    for (int i = 0; i < known->num; i++) {
        rh_html_row_begin(page->out, known->name[i], known->description[i]);
        rh_html_cell(page->out, known->distribution[i]);
        rh_html_cell(page->out, known->unit[i]);
        rh_html_cell(page->out, known->origin[i]);
        rh_html_row_end(page->out);
    }
    rh_html_table_end(page->out);
}

int rh_report_basis(const struct rh_report_page *page, struct rh_error *error)
{
    struct rh_results_parameters known = {0};
    struct rh_results_origin origin;
    int code = rh_results_read_origin(page->results, &origin, error);
    if (code == RH_OK) {
        code = rh_results_read_parameters(page->results, &known, error);
    }
    if (code == RH_OK) {
        rh_report_section(page, "basis", "What this rests on", "");
        facts(page, &origin);
        parameters(page, &known);
        inputs(page);
        rh_report_section_end(page);
    }
    rh_results_parameters_free(&known);
    rh_results_origin_free(&origin);
    return code;
}
