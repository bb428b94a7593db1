/* Lengths are in pixels of a page 900 wide, as wide as a page of text shows a picture. */
#include "report/chart.h"

#include "core/memory.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "stats/summary.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 900.0
#define LINE_HEIGHT 25.0 /* of the note */
#define AXIS_HEIGHT 66.0 /* labels below a panel */
#define PANEL_HEIGHT 250.0
#define ROW_HEIGHT 36.0

static const double levels[RH_CHART_LEVELS] = {0.05, 0.25, 0.50, 0.75, 0.95};
enum { P05, P25, P50, P75, P95 };

void rh_chart_init(struct rh_chart *self, const char *title)
{
    memset(self, 0, sizeof *self);
    self->title = title;
    rh_text_init(&self->note);
    rh_text_init(&self->source);
}

void rh_chart_free(struct rh_chart *self)
{
    rh_text_free(&self->note);
    rh_text_free(&self->source);
    free(self->point);
    memset(self, 0, sizeof *self);
}

struct rh_chart_panel *rh_chart_panel(struct rh_chart *self, const char *title, const char *x, const char *y)
{
    assert(self->num_panels < RH_CHART_PANELS);
    struct rh_chart_panel *panel = &self->panel[self->num_panels++];
    *panel = (struct rh_chart_panel){
        .title = title, .x = x, .y = y, .x_low = NAN, .x_high = NAN, .y_low = NAN, .y_high = NAN};
    return panel;
}

struct rh_chart_series *rh_chart_series(struct rh_chart_panel *panel, enum rh_chart_kind kind, const char *name)
{
    assert(panel->num_series < RH_CHART_SERIES);
    struct rh_chart_series *series = &panel->series[panel->num_series];
    *series = (struct rh_chart_series){.kind = kind, .name = name, .color = panel->num_series};
    panel->num_series++;
    return series;
}

void rh_chart_mark(struct rh_chart_panel *panel, double at, double where, const char *label)
{
    assert(panel->num_marks < RH_CHART_MARKS);
    panel->mark[panel->num_marks++] = (struct rh_chart_mark){at, where, label};
}

void rh_chart_add(struct rh_chart *self, struct rh_chart_series *series, double x, double *values, size_t num)
{
    if (self->failed || rh_reserve(&self->point, &self->capacity, self->num_points + 1, sizeof *self->point) != RH_OK) {
        self->failed = true;
        return;
    }
    if (series->num == 0) {
        series->first = self->num_points;
    }
    assert(series->first + series->num == self->num_points);
    struct rh_chart_point *point = &self->point[self->num_points++];
    series->num++;
    rh_sort_numbers(values, num);
    point->x = x;
    for (int i = 0; i < RH_CHART_LEVELS; i++) {
        point->level[i] = rh_quantile_sorted(values, num, levels[i]);
    }
}

void rh_chart_add_value(struct rh_chart *self, struct rh_chart_series *series, double x, double value)
{
    rh_chart_add(self, series, x, &value, 1);
}

/* ---- Data ---- */

static void write_data(const struct rh_chart *self, struct rh_text *data)
{
    int block = 0;
    rh_text_printf(data, "# %s\n", self->title);
    for (int p = 0; p < self->num_panels; p++) {
        const struct rh_chart_panel *panel = &self->panel[p];
        for (int s = 0; s < panel->num_series; s++) {
            const struct rh_chart_series *series = &panel->series[s];
            rh_text_printf(data, "# block %d: ", block++);
            rh_text_printf(data, "%s%s%s\n# x p05 p25 p50 p75 p95\n", panel->title != NULL ? panel->title : "",
                           panel->title != NULL && series->name != NULL ? ", " : "",
                           series->name != NULL ? series->name : "");
            for (size_t i = series->first; i < series->first + series->num; i++) {
                const struct rh_chart_point *point = &self->point[i];
                rh_text_printf(data, "%.6g", point->x);
                for (int k = 0; k < RH_CHART_LEVELS; k++) {
                    rh_text_printf(data, " %.5g", point->level[k]);
                }
                rh_text_puts(data, "\n");
            }
            rh_text_puts(data, "\n\n");
        }
    }
}

/* ---- Axes ---- */

static bool has_rows(const struct rh_chart_panel *panel)
{
    return panel->num_series > 0 && panel->series[0].kind == RH_CHART_ROW;
}

/* Widens [*low, *high] to what a series shows. */
static void widen(const struct rh_chart *self, const struct rh_chart_series *series, bool along, double *low,
                  double *high)
{
    const bool ranges = series->kind != RH_CHART_LINE;
    for (size_t i = series->first; i < series->first + series->num; i++) {
        const struct rh_chart_point *point = &self->point[i];
        *low = fmin(*low, along ? point->x : point->level[ranges ? P05 : P50]);
        *high = fmax(*high, along ? point->x : point->level[ranges ? P95 : P50]);
    }
}

static struct rh_axis height_of(const struct rh_chart *self, const struct rh_chart_panel *only)
{
    const struct rh_chart_panel *first = only != NULL ? only : &self->panel[0];
    double low = first->without_zero ? INFINITY : 0.0, high = first->without_zero ? -INFINITY : 0.0;
    for (int p = 0; p < self->num_panels; p++) {
        const struct rh_chart_panel *panel = &self->panel[p];
        for (int s = 0; s < panel->num_series && (only == NULL || only == panel); s++) {
            widen(self, &panel->series[s], false, &low, &high);
        }
    }
    low = isnan(first->y_low) ? low : first->y_low;
    high = isnan(first->y_high) ? high : first->y_high;
    return rh_axis_make(low, high, 5);
}

static struct rh_axis length_of(const struct rh_chart *self, const struct rh_chart_panel *panel)
{
    double low = INFINITY, high = -INFINITY;
    const bool rows = has_rows(panel);
    for (int s = 0; s < panel->num_series; s++) {
        widen(self, &panel->series[s], !rows, &low, &high);
    }
    low = isnan(panel->x_low) ? low : panel->x_low;
    high = isnan(panel->x_high) ? high : panel->x_high;
    struct rh_axis axis = rh_axis_make(low, high, self->num_panels > 2 ? 3 : self->num_panels > 1 ? 5 : 8);
    if (panel->months) {
        const double steps = (self->num_panels > 1 ? 5.0 : 8.0) / (high - low);
        axis.step = 3.0 * steps >= 1.0 ? 3.0 : 6.0 * steps >= 1.0 ? 6.0 : 12.0;
    }
    if (!rows && isfinite(high - low)) { /* tics are round, ends are where the curves end */
        axis.low = low;
        axis.high = high;
    }
    return axis;
}

/* ---- Script ---- */

/* Where things are on the page. */
struct page {
    double height, top, bottom; /* of the frames */
    double left[RH_CHART_PANELS], right[RH_CHART_PANELS];
};

static int num_lines(const struct rh_chart *self)
{
    return (self->note.length > 0 ? 1 : 0) + (self->source.length > 0 ? 1 : 0);
}

/* Pixels of the widest name of a row. */
static double names_width(const struct rh_chart_panel *panel)
{
    size_t widest = 0;
    for (int s = 0; s < panel->num_series; s++) {
        const size_t width = rh_figure_width(panel->series[s].name);
        widest = width > widest ? width : widest;
    }
    return 9.2 * (double)widest;
}

static bool has_legend(const struct rh_chart *self)
{
    bool legend = false;
    for (int p = 0; p < self->num_panels; p++) {
        for (int s = 0; s < self->panel[p].num_series; s++) {
            legend = legend || (!has_rows(&self->panel[p]) && self->panel[p].series[s].name != NULL);
        }
    }
    return legend;
}

static struct page lay_out(const struct rh_chart *self)
{
    struct page page = {0};
    double names = 0.0;
    int most_rows = 0;
    bool titles = false, heights = false;
    for (int p = 0; p < self->num_panels; p++) {
        const bool rows = has_rows(&self->panel[p]);
        names += rows ? names_width(&self->panel[p]) : 0.0;
        most_rows = rows && self->panel[p].num_series > most_rows ? self->panel[p].num_series : most_rows;
        titles = titles || self->panel[p].title != NULL;
        heights = heights || !rows;
    }
    page.top = 52.0 + LINE_HEIGHT * num_lines(self) + (titles ? 28.0 : 6.0) + (heights ? 30.0 : 0.0) +
               (has_legend(self) ? 24.0 : 0.0);
    page.bottom = page.top + (heights ? PANEL_HEIGHT : ROW_HEIGHT * most_rows);
    page.height = page.bottom + AXIS_HEIGHT;
    const double wide = (WIDTH - names - 14.0) / self->num_panels;
    double left = 0.0;
    for (int p = 0; p < self->num_panels; p++) {
        const bool rows = has_rows(&self->panel[p]);
        page.left[p] = left + (rows ? 30.0 + names_width(&self->panel[p]) : 62.0);
        left += wide + (rows ? names_width(&self->panel[p]) : 0.0);
        page.right[p] = left - 14.0;
    }
    return page;
}

static void write_title(const struct rh_chart *self, const struct page *page, struct rh_text *script)
{
    const char *const lines[] = {rh_text_string(&self->note), rh_text_string(&self->source)};
    rh_gnuplot_title(script, (int)page->height, self->title, self->note.length > 0 ? lines : lines + 1,
                     num_lines(self));
}

/* A label of the panel, above its frame. */
static void write_label(struct rh_text *script, const char *text, bool bold, double x, double y,
                        const struct page *page)
{
    rh_text_puts(script, "    set label ");
    if (bold) {
        rh_gnuplot_bold(script, text);
    } else {
        rh_gnuplot_label(script, text);
    }
    rh_text_printf(script, " at screen %.4f,%.4f left\n", x / WIDTH, 1.0 - y / page->height);
}

static void write_frame(const struct rh_chart *self, const struct page *page, int p, struct rh_text *script)
{
    const struct rh_chart_panel *panel = &self->panel[p];
    const bool rows = has_rows(panel);
    const double start = page->left[p] - (rows ? names_width(panel) + 12.0 : 44.0);
    double y = page->top - 20.0 - (has_legend(self) ? 24.0 : 0.0);
    rh_text_printf(script,
                   "\n    # Panel %d\n    set lmargin at screen %.4f\n    set rmargin at screen %.4f\n"
                   "    set tmargin at screen %.4f\n    set bmargin at screen %.4f\n",
                   p + 1, page->left[p] / WIDTH, page->right[p] / WIDTH, 1.0 - page->top / page->height,
                   1.0 - page->bottom / page->height);
    if (!rows) {
        write_label(script, panel->y, false, start, y, page);
        y -= 24.0;
    }
    if (panel->title != NULL) {
        write_label(script, panel->title, true, start, y, page);
    }
    rh_text_puts(script, "    set label ");
    rh_gnuplot_label(script, panel->x);
    rh_text_printf(script, " at screen %.4f,%.4f center\n", 0.5 * (page->left[p] + page->right[p]) / WIDTH,
                   1.0 - (page->bottom + 50.0) / page->height);
}

/* In one line, which gnuplot's own would break in a narrow frame. */
static void write_legend(const struct rh_chart_panel *panel, const struct page *page, int p, struct rh_text *script)
{
    const double y = page->top - 21.0;
    double x = page->left[p] - 44.0;
    for (int s = 0; s < panel->num_series && !has_rows(panel); s++) {
        const struct rh_chart_series *series = &panel->series[s];
        if (series->name == NULL) {
            continue;
        }
        rh_text_printf(script,
                       "    set arrow from screen %.4f,%.4f to screen %.4f,%.4f nohead lw 2.4 dt %s lc rgb '#%s'\n",
                       x / WIDTH, 1.0 - y / page->height, (x + 30.0) / WIDTH, 1.0 - y / page->height,
                       rh_gnuplot_dash(series->color), rh_gnuplot_color(series->color));
        rh_text_printf(script, "    set label ");
        rh_gnuplot_label(script, series->name);
        rh_text_printf(script, " at screen %.4f,%.4f left\n", (x + 37.0) / WIDTH, 1.0 - y / page->height);
        x += 37.0 + 8.6 * (double)rh_figure_width(series->name) + 22.0;
    }
}

static void write_axes(const struct rh_chart *self, int p, struct rh_text *script)
{
    const struct rh_chart_panel *panel = &self->panel[p];
    const struct rh_axis x = length_of(self, panel);
    rh_text_printf(script, "    set xrange [%.10g:%.10g]\n", x.low, x.high);
    rh_gnuplot_tics(script, "x", &x, true);
    rh_text_puts(script, "    set xtics nomirror out scale 0.5 offset 0,lift\n    unset arrow\n");
    if (has_rows(panel)) {
        rh_text_puts(script, "    set ytics (");
        for (int s = 0; s < panel->num_series; s++) {
            rh_text_puts(script, s > 0 ? ", " : "");
            rh_gnuplot_label(script, panel->series[s].name);
            rh_text_printf(script, " %d", s);
        }
        rh_text_printf(script,
                       ") nomirror scale 0 textcolor rgb 'black'\n    set yrange [%d.5:-0.5]\n"
                       "    set grid xtics noytics ls 9\n",
                       panel->num_series - 1);
    } else {
        const struct rh_axis y = height_of(self, self->same_height ? NULL : panel);
        rh_text_printf(script, "    set yrange [%.10g:%.10g]\n", y.low, y.high);
        rh_gnuplot_tics(script, "y", &y, true);
        rh_text_puts(script, "    set ytics nomirror scale 0\n    set grid noxtics ytics ls 9\n");
        if (y.low < 0.0 && y.high > 0.0) {
            rh_text_puts(script, "    set arrow from graph 0, first 0 to graph 1, first 0 nohead lc rgb '#888888'\n");
        }
    }
    for (int m = 0; m < panel->num_marks; m++) {
        rh_text_printf(
            script,
            "    set arrow from first %.10g, graph 0 to first %.10g, graph 1 nohead lc rgb '#555555' dt '-'\n"
            "    set label %d ",
            panel->mark[m].at, panel->mark[m].at, 12 + m);
        rh_gnuplot_label(script, panel->mark[m].label);
        rh_text_printf(script, " at first %.10g, graph %.4g left offset 0.6,0 textcolor rgb '#444444'\n",
                       panel->mark[m].at, panel->mark[m].where);
    }
}

static void plot_row(const struct rh_chart_series *series, const char *file, int block, int row, struct rh_text *script)
{
    const char *color = rh_gnuplot_color(series->color);
    rh_text_printf(script,
                   "'%s' index %d using 2:(%d):($6-$2):(0) with vectors nohead lw 2 lc rgb '#%s' notitle, \\\n"
                   "        '' index %d using 3:(%d):($5-$3):(0) with vectors nohead lw 9 lc rgb '#%s' notitle, \\\n"
                   "        '' index %d using 4:(%d) with points pt 7 ps 1.5*size lc rgb 'white' notitle, \\\n"
                   "        '' index %d using 4:(%d) with points pt 7 ps 1.0*size lc rgb 'black' notitle",
                   file, block, row, color, block, row, color, block, row, block, row);
}

/* What lies below the curve: ranges, with thin edges that are seen where two of them lie on each other. */
static void plot_ranges(const struct rh_chart_series *series, const char *file, int block, struct rh_text *script)
{
    const char *color = rh_gnuplot_color(series->color);
    if (series->kind == RH_CHART_BAND || series->kind == RH_CHART_FAN) {
        rh_text_printf(script,
                       "'%s' index %d using 1:2:6 with filledcurves fc rgb '#%s' fs transparent solid 0.16 noborder "
                       "notitle, \\\n        "
                       "'' index %d using 1:2 with lines lw 0.7 lc rgb '#%s' notitle, \\\n        "
                       "'' index %d using 1:6 with lines lw 0.7 lc rgb '#%s' notitle, \\\n        ",
                       file, block, color, block, color, block, color);
    }
    if (series->kind == RH_CHART_FAN) {
        rh_text_printf(script,
                       "'%s' index %d using 1:3:5 with filledcurves fc rgb '#%s' fs transparent solid 0.30 noborder "
                       "notitle, \\\n        ",
                       file, block, color);
    }
}

static void plot_curve(const struct rh_chart_series *series, const char *file, int block, struct rh_text *script)
{
    rh_text_printf(script, "'%s' index %d using 1:4 with %s", file, block, series->dots ? "linespoints" : "lines");
    rh_text_printf(script, " lw 2.4 dt %s lc rgb '#%s'", rh_gnuplot_dash(series->color),
                   rh_gnuplot_color(series->color));
    if (series->dots) {
        rh_text_printf(script, " pt %d ps 0.8*size", rh_gnuplot_point(series->color));
    }
    rh_text_puts(script, " notitle");
}

/* Ranges of all series lie below all curves. */
static void write_plot(const struct rh_chart *self, int p, int first_block, const char *file, struct rh_text *script)
{
    const struct rh_chart_panel *panel = &self->panel[p];
    rh_text_puts(script, "    plot \\\n        ");
    for (int s = 0; s < panel->num_series; s++) {
        plot_ranges(&panel->series[s], file, first_block + s, script);
    }
    for (int s = 0; s < panel->num_series; s++) {
        rh_text_puts(script, s > 0 ? ", \\\n        " : "");
        if (has_rows(panel)) {
            plot_row(&panel->series[s], file, first_block + s, s, script);
        } else {
            plot_curve(&panel->series[s], file, first_block + s, script);
        }
    }
    rh_text_puts(script, "\n");
}

static void write_script(const struct rh_chart *self, const struct rh_plot_options *options, const char *name,
                         struct rh_text *script)
{
    const struct page page = lay_out(self);
    struct rh_text file;
    int block = 0;
    rh_text_init(&file);
    rh_text_printf(&file, "%s.dat", name);
    rh_gnuplot_begin(script, name, self->title, options, (int)WIDTH, (int)page.height);
    rh_text_puts(script, "    set multiplot\n");
    write_title(self, &page, script);
    rh_text_puts(script, "    set border 1 lc rgb '#888888'\n    set style line 9 lc rgb '#DDDDDD' lw 1\n");
    for (int p = 0; p < self->num_panels; p++) {
        write_frame(self, &page, p, script);
        write_axes(self, p, script);
        write_legend(&self->panel[p], &page, p, script);
        write_plot(self, p, block, rh_text_string(&file), script);
        block += self->panel[p].num_series;
        rh_text_puts(script, "    unset label\n"); /* the title, too: it is there */
    }
    rh_gnuplot_end(script);
    script->failed = script->failed || file.failed;
    rh_text_free(&file);
}

int rh_chart_write(const struct rh_chart *self, const struct rh_plot_options *options, struct rh_picture *picture,
                   struct rh_error *error)
{
    if (!self->failed) {
        write_data(self, &picture->data);
        write_script(self, options, picture->name, &picture->script);
    }
    if (self->failed || self->note.failed || self->source.failed || picture->data.failed || picture->script.failed) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    return RH_OK;
}
