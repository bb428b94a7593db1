/* The tables of programs: what each does, how sure the differences are, and every figure. */
#include "report/report_parts.h"

#include "core/memory.h"
#include "report/figure.h"
#include "report/verdict.h"

#include <math.h>
#include <stdlib.h>

void rh_report_cell(const struct rh_report_page *page, enum rh_kpi kpi, double value, double low, double high)
{
    struct rh_text figure, detail;
    rh_text_init(&figure);
    rh_text_init(&detail);
    rh_figure_kpi(&figure, kpi, value);
    rh_figure_range(&detail, kpi, low, high);
    rh_html_number_cell(page->out, value, &figure, &detail);
    rh_text_free(&figure);
    rh_text_free(&detail);
}

void rh_report_mean_cell(const struct rh_report_page *page, double mean, double se)
{
    struct rh_text figure;
    rh_text_init(&figure);
    rh_figure_mean(&figure, RH_KPI_COST, mean, se);
    rh_html_number_cell(page->out, mean, &figure, NULL);
    rh_text_free(&figure);
}

void rh_report_probability_cell(const struct rh_report_page *page, double probability)
{
    struct rh_text figure;
    rh_text_init(&figure);
    rh_figure_probability(&figure, probability);
    rh_html_number_cell(page->out, probability, &figure, NULL);
    rh_text_free(&figure);
}

static void summary_cell(const struct rh_report_page *page, int scenario, enum rh_kpi kpi)
{
    const struct rh_summary *of = rh_comparison_summary(page->comparison, scenario, kpi);
    rh_report_cell(page, kpi, of->quantile[RH_P50], of->quantile[RH_P05], of->quantile[RH_P95]);
}

/* A cell of money, and its share of what is paid below it. */
static void spend_cell(const struct rh_report_page *page, double amount, double paid)
{
    struct rh_text figure, detail;
    rh_text_init(&figure);
    rh_text_init(&detail);
    rh_figure_short(&figure, amount, 3);
    if (paid > 0.0) {
        rh_figure_share(&detail, amount / paid);
    }
    rh_html_number_cell(page->out, amount, &figure, &detail);
    rh_text_free(&figure);
    rh_text_free(&detail);
}

/* Where the money goes. Of the reference there is nothing to tell: all that it pays is for what is done under it. */
static void spend_table(const struct rh_report_page *page)
{
    static const struct {
        enum rh_spend_part part;
        const char *head;
    } parts[RH_NUM_SPEND_PARTS] = {{RH_SPEND_INCREMENTAL, "Incremental"},
                                   {RH_SPEND_PULLED, "Pulled forward"},
                                   {RH_SPEND_WINDFALL, "Windfall"},
                                   {RH_SPEND_ERROR, "Paid by error"},
                                   {RH_SPEND_BREAKAGE, "Never claimed"}};
    struct rh_html_column heads[RH_NUM_SPEND_PARTS + 2] = {{"Program", false}, {"Paid", true}};
    for (size_t k = 0; k < RH_NUM_SPEND_PARTS; k++) {
        heads[k + 2] = (struct rh_html_column){parts[k].head, true};
    }
    rh_html_table_begin(page->out, "Where the money goes: means, and shares of what is paid", heads,
                        RH_NUM_SPEND_PARTS + 2, true);
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        const int scenario = page->comparison->order[rank];
        const struct rh_spend *spend = &page->spend[scenario];
        if (scenario != page->results->reference) {
            rh_html_row_begin(page->out, page->results->scenario[scenario], NULL);
            spend_cell(page, spend->paid, NAN);
            for (size_t k = 0; k < RH_NUM_SPEND_PARTS; k++) {
                spend_cell(page, spend->part[parts[k].part], spend->paid);
            }
            rh_html_row_end(page->out);
        }
    }
    rh_html_table_end(page->out);
}

void rh_report_programs(const struct rh_report_page *page)
{
    static const struct {
        enum rh_kpi kpi;
        const char *head;
    } columns[] = {{RH_KPI_NET_BENEFIT, "Net benefit"},
                   {RH_KPI_COST, "Cost"},
                   {RH_KPI_INCREMENTAL_REVENUE, "Incremental revenue"},
                   {RH_KPI_ROI, "ROI"},
                   {RH_KPI_COST_TO_INCENTIVE, "Paid of revenue"},
                   {RH_KPI_PARTICIPATION, "Participation"}};
    enum { NUM = sizeof columns / sizeof *columns };
    struct rh_html_column heads[NUM + 1] = {{"Program", false}};
    for (size_t i = 0; i < NUM; i++) {
        heads[i + 1] = (struct rh_html_column){columns[i].head, true};
    }
    rh_report_section(page, "programs", "The programs",
                      "Median of the simulated futures; below it the range that holds 90% of them.");
    rh_html_table_begin(page->out, "The programs, in the order of their mean net benefit", heads, NUM + 1, true);
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        const int scenario = page->comparison->order[rank];
        rh_html_row_begin(page->out, page->results->scenario[scenario], page->results->scenario_text[scenario]);
        for (size_t i = 0; i < NUM; i++) {
            summary_cell(page, scenario, columns[i].kpi);
        }
        rh_html_row_end(page->out);
    }
    rh_html_table_end(page->out);
    if (page->results->num_scenarios > 1) {
        spend_table(page);
    }
    rh_report_section_end(page);
}

/* Net benefit less that of the reference, paired. */
static void differences(const struct rh_report_page *page)
{
    static const struct rh_html_column heads[] = {
        {"Program", false}, {"Mean", true}, {"Median", true}, {"Better in", true}};
    const struct rh_comparison *comparison = page->comparison;
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "Net benefit less that of %s in the same future",
                   page->results->scenario[comparison->versus]);
    rh_html_table_begin(page->out, rh_text_string(&text), heads, 4, true);
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        const int scenario = comparison->order[rank];
        const struct rh_difference *of = rh_comparison_difference(comparison, scenario, RH_KPI_NET_BENEFIT);
        if (scenario != comparison->versus) {
            rh_html_row_begin(page->out, page->results->scenario[scenario], NULL);
            rh_report_mean_cell(page, of->mean, of->mean_se);
            rh_report_cell(page, RH_KPI_NET_BENEFIT, of->p50, of->p05, of->p95);
            rh_report_probability_cell(page, rh_difference_p_better(of, true));
            rh_html_row_end(page->out);
        }
    }
    rh_html_table_end(page->out);
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

/* Beyond this many nobody reads every pair. */
#define MOST_PAIRS 10

static void pairs(const struct rh_report_page *page)
{
    const int num = page->results->num_scenarios;
    struct rh_html_column heads[MOST_PAIRS + 1] = {{"Better than", false}};
    if (num < 3 || num > MOST_PAIRS) {
        return;
    }
    for (int rank = 0; rank < num; rank++) {
        heads[rank + 1] = (struct rh_html_column){page->results->scenario[page->comparison->order[rank]], true};
    }
    rh_html_table_begin(page->out, "How often the program of the row is better than that of the column", heads, num + 1,
                        true);
    for (int row = 0; row < num; row++) {
        const int first = page->comparison->order[row];
        rh_html_row_begin(page->out, page->results->scenario[first], NULL);
        for (int column = 0; column < num; column++) {
            const int second = page->comparison->order[column];
            const struct rh_difference *pair = rh_comparison_pair(page->comparison, first, second);
            rh_report_probability_cell(page, first == second ? NAN : rh_difference_p_better(pair, true));
        }
        rh_html_row_end(page->out);
    }
    rh_html_table_end(page->out);
}

/* Each program and the next: which is better, or what would settle it. */
static void verdicts(const struct rh_report_page *page)
{
    const struct rh_comparison *comparison = page->comparison;
    struct rh_text text;
    rh_text_init(&text);
    rh_text_puts(page->out, "<ul>\n");
    for (int rank = 0; rank + 1 < page->results->num_scenarios; rank++) {
        const int first = comparison->order[rank], second = comparison->order[rank + 1];
        rh_verdict_sentence(rh_comparison_pair(comparison, first, second), page->results->scenario[first],
                            page->results->scenario[second], &text);
        rh_text_puts(page->out, "<li>");
        rh_html_text(page->out, rh_text_string(&text));
        rh_text_puts(page->out, "</li>\n");
        page->out->failed = page->out->failed || text.failed;
        rh_text_clear(&text);
    }
    rh_text_puts(page->out, "</ul>\n");
    rh_text_free(&text);
}

void rh_report_certainty(const struct rh_report_page *page)
{
    struct rh_text text;
    if (page->results->num_scenarios < 2) {
        return;
    }
    rh_text_init(&text);
    rh_report_section(page, "certainty", "How sure is that?",
                      "All programs meet the same demand, the same partners and the same luck, future by future. "
                      "± is the Monte Carlo standard error: what more futures would make smaller. What they cannot "
                      "settle, as the assumptions themselves are not sure, a pilot could.");
    verdicts(page);
    differences(page);
    pairs(page);
    rh_verdict_common_numbers(page->comparison, &text);
    if (text.length > 0) {
        rh_report_paragraph(page, &text);
    }
    rh_report_section_end(page);
    rh_text_free(&text);
}

void rh_report_figures(const struct rh_report_page *page)
{
    const int num = page->results->num_scenarios;
    struct rh_html_column *heads = rh_calloc((size_t)num + 1, sizeof *heads);
    if (heads == NULL) {
        page->out->failed = true;
        return;
    }
    heads[0].head = "Figure";
    for (int rank = 0; rank < num; rank++) {
        heads[rank + 1] = (struct rh_html_column){page->results->scenario[page->comparison->order[rank]], true};
    }
    rh_report_section(page, "figures", "All figures",
                      "Median of the simulated futures; below it the range that holds 90% of them. – is missing.");
    rh_html_table_begin(page->out, "Every figure of every program", heads, num + 1, false);
    for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
        rh_html_row_begin(page->out, rh_kpi_table[kpi].long_name, rh_kpi_table[kpi].description);
        for (int rank = 0; rank < num; rank++) {
            summary_cell(page, page->comparison->order[rank], (enum rh_kpi)kpi);
        }
        rh_html_row_end(page->out);
    }
    rh_html_table_end(page->out);
    rh_report_section_end(page);
    free(heads);
}
