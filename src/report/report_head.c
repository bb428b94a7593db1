/* What the page opens with: the answer, the figures that everybody asks for, and the findings. */
#include "report/report_parts.h"

#include "report/figure.h"

#include <math.h>

void rh_report_section(const struct rh_report_page *page, const char *id, const char *heading, const char *line)
{
    rh_text_printf(page->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id, heading);
    if (line[0] != '\0') {
        rh_text_puts(page->out, "<p class=\"note\">");
        rh_html_text(page->out, line);
        rh_text_puts(page->out, "</p>\n");
    }
}

void rh_report_section_end(const struct rh_report_page *page)
{
    rh_text_puts(page->out, "</section>\n");
}

void rh_report_paragraph(const struct rh_report_page *page, struct rh_text *text)
{
    rh_text_puts(page->out, "<p>");
    rh_html_text(page->out, rh_text_string(text));
    rh_text_puts(page->out, "</p>\n");
    page->out->failed = page->out->failed || text->failed;
    rh_text_clear(text);
}

/* What was simulated, in a line. */
static void source(const struct rh_report_page *page)
{
    const struct rh_results *results = page->results;
    const int months = results->cut_size[RH_CUT_MONTH];
    rh_text_puts(page->out, "<p class=\"source\">");
    if (months > 0) {
        rh_html_text(page->out, results->cut_label[RH_CUT_MONTH][0]);
        rh_text_puts(page->out, " to ");
        rh_html_text(page->out, results->cut_label[RH_CUT_MONTH][months - 1]);
        rh_text_puts(page->out, " · ");
    }
    rh_text_number(page->out, (double)results->replications, 0);
    rh_text_puts(page->out, " simulated futures · measured against ");
    rh_html_text(page->out, results->scenario[results->reference]);
    if (results->currency[0] != '\0') {
        rh_text_puts(page->out, " · money in ");
        rh_html_text(page->out, results->currency);
    }
    rh_text_puts(page->out, "</p>\n");
}

/* One figure of the best program, in large. */
static void tile(const struct rh_report_page *page, const char *label, struct rh_text *figure, struct rh_text *detail)
{
    rh_text_printf(page->out, "<div><dt>%s</dt><dd>", label);
    rh_html_figure(page->out, figure);
    if (detail->length > 0) {
        rh_text_puts(page->out, "<small>");
        rh_html_figure(page->out, detail);
        rh_text_puts(page->out, "</small>");
    }
    rh_text_puts(page->out, "</dd></div>\n");
    page->out->failed = page->out->failed || detail->failed;
    rh_text_clear(detail);
}

static void tiles(const struct rh_report_page *page)
{
    static const enum rh_kpi kpis[] = {RH_KPI_NET_BENEFIT, RH_KPI_COST, RH_KPI_ROI, RH_KPI_PARTICIPATION};
    const struct rh_conclusions *conclusions = page->conclusions;
    const struct rh_difference *pair =
        rh_comparison_difference(page->comparison, conclusions->best, RH_KPI_NET_BENEFIT);
    struct rh_text figure, detail;
    rh_text_init(&figure);
    rh_text_init(&detail);
    rh_text_puts(page->out, "<h2 class=\"tiles\" id=\"key\">Key figures of ");
    rh_html_text(page->out, page->results->scenario[conclusions->best]);
    rh_text_puts(page->out, "</h2>\n<dl class=\"tiles\" aria-labelledby=\"key\">\n");
    if (conclusions->best != page->comparison->versus && pair->num > 0) {
        rh_figure_probability(&figure, pair->p_positive);
        rh_text_puts(&detail, "of the futures");
        tile(page, "Better than reference", &figure, &detail);
    }
    for (size_t i = 0; i < sizeof kpis / sizeof *kpis; i++) {
        const struct rh_summary *of = rh_comparison_summary(page->comparison, conclusions->best, kpis[i]);
        rh_figure_kpi(&figure, kpis[i], of->quantile[RH_P50]);
        rh_figure_range(&detail, kpis[i], of->quantile[RH_P05], of->quantile[RH_P95]);
        tile(page, rh_kpi_table[kpis[i]].long_name, &figure, &detail);
    }
    rh_text_puts(page->out, "</dl>\n<p class=\"note\">Medians; below them the range that holds 90% of the "
                            "futures.</p>\n");
    rh_text_free(&figure);
    rh_text_free(&detail);
}

void rh_report_head(const struct rh_report_page *page)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_text_puts(page->out, "<header>\n<p class=\"study\">");
    rh_html_text(page->out, page->results->title[0] != '\0' ? page->results->title : "Comparison of programs");
    rh_text_puts(page->out, "</p>\n<h1>");
    rh_conclusions_headline(page->conclusions, &text);
    rh_html_text(page->out, rh_text_string(&text));
    rh_text_puts(page->out, "</h1>\n");
    rh_text_clear(&text);
    rh_conclusions_answer(page->conclusions, &text);
    if (text.length > 0) {
        rh_text_puts(page->out, "<p class=\"answer\">");
        rh_html_text(page->out, rh_text_string(&text));
        rh_text_puts(page->out, "</p>\n");
    }
    source(page);
    tiles(page);
    rh_text_puts(page->out, "</header>\n");
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

void rh_report_findings(const struct rh_report_page *page)
{
    const char *label = NULL;
    struct rh_text text;
    rh_text_init(&text);
    rh_report_section(page, "findings", "Findings", "");
    rh_text_puts(page->out, "<dl class=\"findings\">\n");
    for (int k = 0; rh_conclusions_sentence(page->conclusions, k, &label, &text); k++) {
        if (text.length > 0) {
            rh_text_printf(page->out, "<div><dt>%s</dt><dd>", label);
            rh_html_text(page->out, rh_text_string(&text));
            rh_text_puts(page->out, "</dd></div>\n");
        }
        page->out->failed = page->out->failed || text.failed;
        rh_text_clear(&text);
    }
    rh_text_puts(page->out, "</dl>\n");
    rh_report_section_end(page);
    rh_text_free(&text);
}
