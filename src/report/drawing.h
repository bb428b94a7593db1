/* The pictures, one function each: from the comparison to a gnuplot script and its data. */
#ifndef RH_REPORT_DRAWING_H
#define RH_REPORT_DRAWING_H

#include "core/text.h"
#include "report/comparison.h"
#include "report/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RH_DRAWING_WIDTH 1200 /* pixels */

/* One picture in the making. */
struct rh_drawing {
    const struct rh_comparison *comparison;
    const struct rh_results *results;
    const char *name; /* of the plot: NAME.gp, NAME.dat */
    const struct rh_plot_options *options;
    struct rh_text script, data;
    struct rh_text skipped; /* why there is nothing to draw; empty where there is */
};

/* Each fills script and data, or says in `skipped` why not. */
int rh_draw_net_benefit(struct rh_drawing *drawing, struct rh_error *error);
int rh_draw_roi_cost(struct rh_drawing *drawing, struct rh_error *error);
int rh_draw_cost_by_month(struct rh_drawing *drawing, struct rh_error *error);
int rh_draw_money(struct rh_drawing *drawing, struct rh_error *error);
int rh_draw_segments(struct rh_drawing *drawing, struct rh_error *error);
int rh_draw_tornado(struct rh_drawing *drawing, struct rh_error *error);
int rh_draw_winners(struct rh_drawing *drawing, struct rh_error *error);

/* Name of the program of that rank, without what breaks a line, in at most `width` columns. */
void rh_drawing_name(struct rh_text *out, const struct rh_drawing *self, int rank, size_t width);
/* "1 volume-tiers". */
void rh_drawing_ranked_name(struct rh_text *out, const struct rh_drawing *self, int rank, size_t width);
/* "Demo channel · 12 months from 2014-01 · 10,000 replications". */
void rh_drawing_source(struct rh_text *out, const struct rh_drawing *self);
/* Title, source and a note below it, at the top of the page. */
void rh_drawing_title(struct rh_drawing *self, int height, const char *title, const char *note);
/* " EUR", or nothing where the currency is not known. */
void rh_drawing_currency(struct rh_text *out, const struct rh_drawing *self);
/* "Net benefit, EUR". */
void rh_drawing_axis_label(struct rh_text *script, const struct rh_drawing *self, const char *axis, enum rh_kpi kpi);

#ifdef __cplusplus
}
#endif

#endif
