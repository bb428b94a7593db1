/* Charts of medians and ranges: panels side by side, in which something runs over an axis, or stands in rows. */
#ifndef RH_REPORT_CHART_H
#define RH_REPORT_CHART_H

#include "report/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RH_CHART_PANELS 3
#define RH_CHART_SERIES 4 /* of a panel */
#define RH_CHART_MARKS 2  /* of a panel */
#define RH_CHART_BLACK 6  /* of the colors, for what is certain */
#define RH_CHART_LEVELS 5 /* p05 p25 p50 p75 p95 */

enum rh_chart_kind {
    RH_CHART_BAND, /* median, and the range of 90% of the draws around it */
    RH_CHART_FAN,  /* the same, and the range of half of them */
    RH_CHART_LINE, /* the median alone */
    RH_CHART_ROW   /* one point in a row of its own: median and both ranges along the panel's axis */
};

struct rh_chart_point {
    double x, level[RH_CHART_LEVELS];
};

struct rh_chart_series {
    enum rh_chart_kind kind;
    const char *name; /* for the legend, or of the row; NULL: none */
    int color;        /* of rh_gnuplot_color; its dashes too */
    bool dots;        /* a dot at each point: between them there is nothing */
    size_t first, num;
};

/* A line through the panel, with a word to it. */
struct rh_chart_mark {
    double at;    /* on the panel's axis */
    double where; /* the word: from 0, below, to 1, above */
    const char *label;
};

/* Its series are all of rows, or none is. Texts are borrowed. */
struct rh_chart_panel {
    const char *title;    /* NULL: none */
    const char *x, *y;    /* what runs along the axis, and what height is (of rows: NULL) */
    double x_low, x_high; /* of the axis; NaN: as far as there is something */
    double y_low, y_high; /* the same of heights */
    bool without_zero;    /* 0 belongs to heights that are found, but here */
    bool months;          /* the axis is of months: marked by the quarter, half or year */
    struct rh_chart_series series[RH_CHART_SERIES];
    int num_series;
    struct rh_chart_mark mark[RH_CHART_MARKS];
    int num_marks;
};

struct rh_chart {
    const char *title;
    struct rh_text note, source; /* lines below it: what is seen, and of whom; empty: none */
    struct rh_chart_panel panel[RH_CHART_PANELS];
    int num_panels;
    bool same_height; /* of the axes of all panels */
    struct rh_chart_point *point;
    size_t num_points, capacity;
    bool failed; /* no memory; all that follows does nothing */
};

void rh_chart_init(struct rh_chart *self, const char *title);
void rh_chart_free(struct rh_chart *self);

/* The next panel, all of its limits open. At most RH_CHART_PANELS. */
struct rh_chart_panel *rh_chart_panel(struct rh_chart *self, const char *title, const char *x, const char *y);
/* The panel's next series, of no points. At most RH_CHART_SERIES; the points of one are added before those of the
 * next. */
struct rh_chart_series *rh_chart_series(struct rh_chart_panel *panel, enum rh_chart_kind kind, const char *name);
void rh_chart_mark(struct rh_chart_panel *panel, double at, double where, const char *label);

/* Adds the quantiles of values[num], num ≥ 1 and none of them NaN, which are sorted in place. */
void rh_chart_add(struct rh_chart *self, struct rh_chart_series *series, double x, double *values, size_t num);
/* Adds a point of one certain value. */
void rh_chart_add_value(struct rh_chart *self, struct rh_chart_series *series, double x, double value);

/* Writes the chart as the picture's script and data. RH_OK or RH_ERR_NO_MEMORY. */
int rh_chart_write(const struct rh_chart *self, const struct rh_plot_options *options, struct rh_picture *picture,
                   struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
