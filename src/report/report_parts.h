/* The pieces of the report's page, a screen each. They append to `out`, with every text of the results escaped. */
#ifndef RH_REPORT_REPORT_PARTS_H
#define RH_REPORT_REPORT_PARTS_H

#include "report/conclusions.h"
#include "report/html.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What all pieces need. */
struct rh_report_page {
    const struct rh_results *results;
    const struct rh_comparison *comparison;
    const struct rh_winners *winners;
    const struct rh_reserves *reserves;
    const struct rh_spend *spend; /* [num_scenarios] */
    const struct rh_conclusions *conclusions;
    struct rh_text *out;
};

/* A section with its heading and, where it is not "", a line below it. */
void rh_report_section(const struct rh_report_page *page, const char *id, const char *heading, const char *line);
void rh_report_section_end(const struct rh_report_page *page);
/* A paragraph of text, which is cleared. */
void rh_report_paragraph(const struct rh_report_page *page, struct rh_text *text);
/* Appends a cell: a figure as rh_figure_kpi shows it, and "low…high" below it where they differ. */
void rh_report_cell(const struct rh_report_page *page, enum rh_kpi kpi, double value, double low, double high);
/* Appends a cell: a mean of money with its standard error. */
void rh_report_mean_cell(const struct rh_report_page *page, double mean, double se);
/* Appends a cell: a probability. */
void rh_report_probability_cell(const struct rh_report_page *page, double probability);

/* The pieces, in the order of the page. */
void rh_report_head(const struct rh_report_page *page);
void rh_report_findings(const struct rh_report_page *page);
void rh_report_programs(const struct rh_report_page *page);
void rh_report_certainty(const struct rh_report_page *page);
void rh_report_partners(const struct rh_report_page *page);
void rh_report_finance(const struct rh_report_page *page);
void rh_report_figures(const struct rh_report_page *page);
int rh_report_basis(const struct rh_report_page *page, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
