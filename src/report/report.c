#include "report/report.h"

#include "core/file.h"
#include "report/gnuplot.h"
#include "report/plot.h"
#include "report/report_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#define MOST_PICTURE ((size_t)64 << 20) /* bytes */

/* report.css and report.js, made part of the library by the build. */
extern const char rh_report_css[], rh_report_js[];

/* What the page is made from. */
struct sources {
    struct rh_comparison comparison;
    struct rh_winners winners;
    struct rh_reserves reserves;
    struct rh_spend *spend; /* [num_scenarios] */
    struct rh_conclusions conclusions;
};

static int sources_init(struct sources *self, const struct rh_results *results, struct rh_error *error)
{
    const struct rh_reserve_options reserve = {results->confidence, RH_RESERVE_LIKELY, -1};
    *self = (struct sources){.winners = {.results = results}};
    int code = rh_comparison_init(&self->comparison, results, -1, error);
    if (code == RH_OK) {
        code = rh_winners_init(&self->winners, results, error);
    }
    if (code == RH_OK) {
        code = rh_reserves_init(&self->reserves, results, &reserve, error);
    }
    if (code == RH_OK) {
        code = rh_spend_read_all(&self->spend, results, error);
    }
    if (code == RH_OK) {
        rh_conclusions_init(&self->conclusions, &self->comparison, &self->winners, &self->reserves, self->spend);
    }
    return code;
}

static void sources_free(struct sources *self)
{
    rh_comparison_free(&self->comparison);
    rh_winners_free(&self->winners);
    rh_reserves_free(&self->reserves);
    free(self->spend);
}

/* ---- Pictures ---- */

/* Draws all of them. gnuplot is looked for first: where it is missing there is another way to get a page. */
static int draw(const struct rh_results *results, const struct rh_report_options *options,
                const struct rh_progress *progress, struct rh_error *error)
{
    const struct rh_plot_options plot = {.folder = options->folder, .svg = true, .gnuplot = options->gnuplot};
    bool missing = false;
    const int code = rh_gnuplot_run(options->gnuplot, options->folder, "/dev/null", &missing, error);
    if (missing) {
        return rh_error_set(error, RH_ERR_IO,
                            "'%s' is not installed: get the Debian package gnuplot-nox (apt install gnuplot-nox), or "
                            "write the page without pictures (--no-plots)",
                            options->gnuplot);
    }
    return code == RH_OK ? rh_plot(results, &plot, progress, error) : code;
}

static void figure(const struct rh_report_page *page, const char *name, const char *description, const char *file)
{
    struct rh_text prefix, title, words;
    rh_text_init(&prefix);
    rh_text_init(&title);
    rh_text_init(&words);
    rh_text_printf(&prefix, "%s-", name);
    rh_text_printf(&title, "%c%s", toupper((unsigned char)description[0]), description + 1);
    rh_html_svg_words(&words, file);
    rh_text_puts(page->out, "<figure>\n<figcaption>");
    rh_html_text(page->out, rh_text_string(&title));
    rh_text_puts(page->out, "</figcaption>\n<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"");
    rh_html_text(page->out, rh_text_string(&title));
    rh_text_puts(page->out, "\">");
    rh_html_svg(page->out, file, rh_text_string(&prefix), rh_text_string(&title), rh_text_string(&words));
    rh_text_puts(page->out, "</div>\n</figure>\n");
    page->out->failed = page->out->failed || prefix.failed || title.failed || words.failed;
    rh_text_free(&prefix);
    rh_text_free(&title);
    rh_text_free(&words);
}

/* Puts the k-th picture into the page where there is one. */
static int add_picture(const struct rh_report_page *page, const char *folder, int k, struct rh_error *error)
{
    struct rh_text path;
    char *bytes = NULL;
    size_t length;
    rh_text_init(&path);
    rh_text_printf(&path, "%s/%s.svg", folder, rh_plot_name(k));
    int code = path.failed ? rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY)) : RH_OK;
    if (code == RH_OK && access(path.bytes, F_OK) == 0) {
        code = rh_file_read(path.bytes, MOST_PICTURE, &bytes, &length, error);
        if (code == RH_OK) {
            figure(page, rh_plot_name(k), rh_plot_description(k), bytes);
        }
    }
    free(bytes);
    rh_text_free(&path);
    return code;
}

static int pictures(const struct rh_report_page *page, const char *folder, struct rh_error *error)
{
    int code = RH_OK;
    rh_report_section(page, "pictures", "Pictures", "");
    for (int k = 0; rh_plot_name(k) != NULL && code == RH_OK; k++) {
        code = add_picture(page, folder, k, error);
    }
    rh_report_section_end(page);
    return code;
}

/* ---- The page ---- */

/* Whatever the page holds, it asks nothing of a network. */
static void begin(const struct rh_report_page *page)
{
    rh_text_puts(page->out, "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
                            "<meta charset=\"utf-8\"/>\n"
                            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                            "'unsafe-inline'; script-src 'unsafe-inline'\"/>\n<title>");
    rh_html_text(page->out, page->results->title[0] != '\0' ? page->results->title : "Comparison of programs");
    rh_text_puts(page->out, "</title>\n<style>\n");
    rh_text_puts(page->out, rh_report_css);
    rh_text_puts(page->out, "</style>\n</head>\n<body>\n<main>\n");
}

static void end(const struct rh_report_page *page)
{
    rh_text_puts(page->out, "</main>\n<script>\n");
    rh_text_puts(page->out, rh_report_js);
    rh_text_puts(page->out, "</script>\n</body>\n</html>\n");
}

static int write_page(const struct rh_report_page *page, const char *folder, struct rh_error *error)
{
    int code = RH_OK;
    begin(page);
    rh_report_head(page);
    rh_report_findings(page);
    rh_report_programs(page);
    if (folder != NULL) {
        code = pictures(page, folder, error);
    }
    rh_report_certainty(page);
    rh_report_partners(page);
    rh_report_finance(page);
    rh_report_figures(page);
    if (code == RH_OK) {
        code = rh_report_basis(page, error);
    }
    end(page);
    return code;
}

int rh_report(const struct rh_results *results, const struct rh_report_options *options,
              const struct rh_progress *progress, struct rh_text *out, struct rh_error *error)
{
    struct sources sources;
    int code = sources_init(&sources, results, error);
    if (code == RH_OK && options->folder != NULL) {
        code = draw(results, options, progress, error);
    }
    if (code == RH_OK) {
        const struct rh_report_page page = {.results = results,
                                            .comparison = &sources.comparison,
                                            .winners = &sources.winners,
                                            .reserves = &sources.reserves,
                                            .spend = sources.spend,
                                            .conclusions = &sources.conclusions,
                                            .out = out};
        code = write_page(&page, options->folder, error);
    }
    if (code == RH_OK && rh_text_status(out) != RH_OK) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    sources_free(&sources);
    return code;
}
