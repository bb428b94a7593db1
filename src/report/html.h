/* What pages of HTML are set with: text that is only text, figures, tables that sort, pictures. All of it is
 * well-formed XML as well. */
#ifndef RH_REPORT_HTML_H
#define RH_REPORT_HTML_H

#include "core/text.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Appends text so that it stands for itself, between tags and in quoted attributes: & < > " ' as entities, control
 * characters as spaces, bytes that are no UTF-8 as U+FFFD. */
void rh_html_text(struct rh_text *out, const char *text);
/* Appends a figure with minus signs in the place of hyphens, as plain text, and clears it; that it failed stays known
 * to out. */
void rh_html_minus(struct rh_text *out, struct rh_text *figure);
/* The same, escaped. */
void rh_html_figure(struct rh_text *out, struct rh_text *figure);

/* A column of a table; a column of numbers is set right. */
struct rh_html_column {
    const char *head;
    bool number;
};
/* Begins a table of num columns. It scrolls by itself where the page is too narrow for it. Where it sorts, script makes
 * buttons of its heads. caption: what it is of. */
void rh_html_table_begin(struct rh_text *out, const char *caption, const struct rh_html_column *columns, int num,
                         bool sorts);
void rh_html_table_end(struct rh_text *out);
/* Begins a row with its name, and ends it. detail: a line below the name; "" or NULL: none. */
void rh_html_row_begin(struct rh_text *out, const char *name, const char *detail);
void rh_html_row_end(struct rh_text *out);
/* Appends a cell of words. */
void rh_html_cell(struct rh_text *out, const char *text);
/* Appends a cell of a number, sorted by `value` (NaN: after all others), which shows `figure`, and `detail` below it;
 * both are cleared, detail may be NULL. */
void rh_html_number_cell(struct rh_text *out, double value, struct rh_text *figure, struct rh_text *detail);

/* Appends the <svg> element of a file of gnuplot's, to stand among others in a page: each id, and what refers to it,
 * begins with `prefix`, a name of letters, digits and hyphens; it is an image of that title and description, as wide as
 * there is room. False, and nothing appended, where the file holds no such element. */
bool rh_html_svg(struct rh_text *out, const char *file, const char *prefix, const char *title, const char *description);
/* Appends the words at the head of a file of gnuplot's, its title in bold and the lines below it, as sentences; nothing
 * where there are none. */
void rh_html_svg_words(struct rh_text *out, const char *file);

#ifdef __cplusplus
}
#endif

#endif
