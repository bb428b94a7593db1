/* What the tables of the comparison are set with: paragraphs, cells, rules, as wide as the page. */
#ifndef RH_REPORT_PAGE_H
#define RH_REPORT_PAGE_H

#include "report/compare.h"
#include "report/comparison.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RH_PAGE_GAP 2   /* spaces between columns */
#define RH_PAGE_CELL 64 /* bytes of a cell's text */

/* Everything a part of the text needs. */
struct rh_page {
    const struct rh_comparison *comparison;
    const struct rh_results *results;
    const struct rh_compare_options *options;
    struct rh_text *out;
    size_t width, name_width;
    size_t label_width; /* of the first column in the table of programs */
    bool own_line;      /* names stand there on a line of their own */
};

/* Appends what heads every table of results: their title or, where they have none, `title`; months, replications, seed,
 * currency. */
void rh_page_heading(const struct rh_page *self, const char *title);
/* Appends what a reader of the results must know. */
void rh_page_notes(const struct rh_page *self);
/* Switches to an SGR style ("0": none) where the page has color. */
void rh_page_style(const struct rh_page *self, const char *code);
void rh_page_spaces(struct rh_text *out, size_t num);
/* Appends text broken at spaces so that no line is wider than the page; later lines are indented. */
void rh_page_paragraph(const struct rh_page *self, const char *text, size_t indent);
/* The same, and clears the text. */
void rh_page_paragraph_text(const struct rh_page *self, struct rh_text *text, size_t indent);
/* Makes a cell of what fits of the text, and clears it; that it failed stays known. */
void rh_page_copy(char out[RH_PAGE_CELL], struct rh_text *text);
int rh_page_rank_digits(const struct rh_page *self);
/* Appends rank and name of a program in `width` columns. */
void rh_page_name(const struct rh_page *self, int rank, size_t width);
/* Appends a cell right-aligned; spaces wait in *pending until something follows, so that no line ends in them. */
void rh_page_cell(const struct rh_page *self, const char *text, size_t width, size_t *pending);
void rh_page_rule(const struct rh_page *self, size_t width);

#ifdef __cplusplus
}
#endif

#endif
