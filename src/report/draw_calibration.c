/* Lengths are in pixels of a page 900 wide, as wide as a page of text shows a picture. */
#include "report/calibration.h"

#include "core/variates.h"
#include "report/figure.h"
#include "report/gnuplot.h"

#include <math.h>

#define WIDTH 900.0
#define BAND 0.99   /* of the shares that right forecasts give */
#define HEAD 106.0  /* title and two lines */
#define SIDE 46.0   /* left of a frame: labels of heights */
#define GAP 18.0    /* right of it */
#define FOOT 34.0   /* below it: labels of the axis */
#define TITLE 40.0  /* above it: its title */
#define LINE 22.0   /* a line below that */
#define LEGEND 36.0 /* above all frames */
#define TENTHS_HEIGHT 150.0
#define RANGES_HEIGHT 270.0

/* A frame on the page. */
struct frame {
    double left, right, top, bottom, page; /* page: its height */
};

/* ---- Shares, in percent ---- */

/* Where the share of num outcomes is in BAND of all cases, if each counts with probability p. */
static void find_band(size_t num, double p, double *low, double *high)
{
    *low = 100.0 * (double)rh_binomial((int64_t)num, p, 0.5 * (1.0 - BAND)) / (double)num;
    *high = 100.0 * (double)rh_binomial((int64_t)num, p, 0.5 * (1.0 + BAND)) / (double)num;
}

static double percent(size_t part, size_t num)
{
    return 100.0 * (double)part / (double)num;
}

/* ---- What both pictures have ---- */

static void write_head(const struct rh_calibration *self, const struct rh_plot_options *options, const char *title,
                       const char *how, double height, struct rh_picture *picture)
{
    const char *const lines[] = {self->source, how};
    rh_gnuplot_begin(&picture->script, picture->name, title, options, (int)WIDTH, (int)height);
    rh_text_puts(&picture->script, "    set multiplot\n");
    rh_gnuplot_title(&picture->script, (int)height, title, lines, 2);
    rh_text_puts(&picture->script, "    set border 1 lc rgb '#888888'\n    set style line 9 lc rgb '#DDDDDD' lw 1\n"
                                   "    set grid noxtics ytics ls 9\n");
    rh_text_printf(&picture->data, "# %s\n", title);
}

static struct frame place(int column, int columns, double top, double height, double page)
{
    const double wide = WIDTH / columns;
    return (struct frame){column * wide + SIDE, (column + 1) * wide - GAP, top, top + height, page};
}

/* The margins, and a title at its left end. */
static void write_frame(const struct frame *frame, const char *title, double above, struct rh_text *script)
{
    rh_text_printf(script,
                   "\n    set lmargin at screen %.4f\n    set rmargin at screen %.4f\n    set tmargin at screen %.4f\n"
                   "    set bmargin at screen %.4f\n    set label ",
                   frame->left / WIDTH, frame->right / WIDTH, 1.0 - frame->top / frame->page,
                   1.0 - frame->bottom / frame->page);
    rh_gnuplot_bold(script, title);
    rh_text_printf(script, " at screen %.4f,%.4f left\n", (frame->left - 28.0) / WIDTH,
                   1.0 - (frame->top - above) / frame->page);
}

/* Round heights of percentages. */
static void write_heights(double low, double high, int steps, struct rh_text *script)
{
    const struct rh_axis axis = rh_axis_make(low, high, steps);
    rh_text_printf(script, "    set yrange [%.10g:%.10g]\n", axis.low, axis.high);
    rh_gnuplot_tics(script, "y", &axis, true);
    rh_text_puts(script, "    set ytics nomirror scale 0\n");
}

/* What one panel has is not for the next; the title of the page is drawn by then. */
static void end_panel(struct rh_text *script)
{
    rh_text_puts(script, "    unset label\n    unset object\n    unset arrow\n");
}

/* ---- In which part of its forecast each outcome fell ---- */

static double highest_share(const struct rh_calibration *self, int of, int span, double band)
{
    double highest = band;
    for (int bin = 0; bin < self->num_bins; bin++) {
        highest = fmax(highest, percent(self->rank[of][span][bin], self->num[of][span]));
    }
    return highest;
}

static void write_tenths_data(const struct rh_calibration *self, int of, int span, struct rh_text *data)
{
    const size_t num = self->num[of][span];
    double low, high;
    find_band(num, 1.0 / self->num_bins, &low, &high);
    rh_text_printf(data, "%s, %s: %zu outcomes\n# from to share low high, in percent\n", self->of[of], self->span[span],
                   num);
    for (int bin = 0; bin < self->num_bins; bin++) {
        rh_text_printf(data, "%.6g %.6g %.6g %.6g %.6g\n", 100.0 * bin / self->num_bins,
                       100.0 * (bin + 1) / self->num_bins, percent(self->rank[of][span][bin], num), low, high);
    }
    rh_text_puts(data, "\n\n");
}

/* Bars, and before them the band with what is right in its middle. */
static void write_tenths_plot(const struct rh_calibration *self, int of, int span, int block,
                              struct rh_picture *picture)
{
    struct rh_text *script = &picture->script;
    const double right = 100.0 / self->num_bins;
    double low, high;
    char tint[7];
    find_band(self->num[of][span], 1.0 / self->num_bins, &low, &high);
    rh_text_puts(script, "    set xrange [0:100]\n    set xtics ('0' 0, '50' 50, '100' 100) nomirror out scale 0.5 "
                         "offset 0,lift textcolor rgb '#333333'\n");
    write_heights(0.0, highest_share(self, of, span, high), 4, script);
    rh_text_printf(script,
                   "    set object rectangle from 0,%.6g to 100,%.6g front fc rgb '#333333' "
                   "fs transparent solid 0.25 noborder\n"
                   "    set arrow from 0,%.6g to 100,%.6g nohead front lw 1.4 lc rgb '#333333'\n"
                   "    plot '%s.dat' index %d using (0.5*($1+$2)):3:(0.86*($2-$1)) with boxes fs solid noborder "
                   "lc rgb '#%s' notitle\n",
                   low, high, right, right, picture->name, block, rh_gnuplot_tint(0, 0.7, tint));
    end_panel(script);
}

static void write_tenths(const struct rh_calibration *self, int of, int span, int block, const struct frame *frame,
                         struct rh_picture *picture)
{
    struct rh_text *script = &picture->script, title;
    rh_text_init(&title);
    rh_text_printf(&title, "%s, %s", self->of[of], self->span[span]);
    write_frame(frame, rh_text_string(&title), 16.0 + LINE, script);
    rh_text_puts(script, "    set label '");
    rh_text_number(script, (double)self->num[of][span], 0);
    rh_text_printf(script, " outcome%s' at screen %.4f,%.4f left textcolor rgb '#444444'\n",
                   self->num[of][span] == 1 ? "" : "s", (frame->left - 28.0) / WIDTH,
                   1.0 - (frame->top - 18.0) / frame->page);
    write_tenths_plot(self, of, span, block, picture);
    rh_text_printf(&picture->data, "# block %d: ", block);
    write_tenths_data(self, of, span, &picture->data);
    script->failed = script->failed || title.failed;
    rh_text_free(&title);
}

static void draw_tenths(const struct rh_calibration *self, const struct rh_plot_options *options,
                        struct rh_picture *picture)
{
    const double row = TITLE + LINE + TENTHS_HEIGHT + FOOT, page = HEAD + self->num_spans * row;
    int block = 0;
    write_head(self, options, "In which part of its forecast each outcome fell",
               "Percent of outcomes by tenth of their forecast. Gray: where 99 of 100 bars of a right forecast are.",
               page, picture);
    for (int span = 0; span < self->num_spans; span++) {
        for (int of = 0; of < self->num_of; of++) {
            if (self->num[of][span] > 0) {
                const struct frame frame =
                    place(of, self->num_of, HEAD + span * row + TITLE + LINE, TENTHS_HEIGHT, page);
                write_tenths(self, of, span, block++, &frame, picture);
            }
        }
    }
    rh_gnuplot_end(&picture->script);
}

/* ---- How many outcomes ranges held ---- */

/* The least share that is drawn. */
static double lowest_share(const struct rh_calibration *self)
{
    double lowest = 100.0, low, high;
    for (int of = 0; of < self->num_of; of++) {
        for (int span = 0; span < self->num_spans; span++) {
            for (int range = 0; self->num[of][span] > 0 && range < self->num_ranges; range++) {
                find_band(self->num[of][span], self->range[range], &low, &high);
                lowest = fmin(lowest, fmin(low, percent(self->covered[of][span][range], self->num[of][span])));
            }
        }
    }
    return lowest;
}

static void write_ranges_data(const struct rh_calibration *self, int of, int span, int block, struct rh_text *data)
{
    const size_t num = self->num[of][span];
    rh_text_printf(data, "# block %d: %s, %s: %zu outcomes\n# range held low high, in percent\n", block, self->of[of],
                   self->span[span], num);
    for (int range = 0; range < self->num_ranges; range++) {
        double low, high;
        find_band(num, self->range[range], &low, &high);
        rh_text_printf(data, "%.6g %.6g %.6g %.6g\n", 100.0 * self->range[range],
                       percent(self->covered[of][span][range], num), low, high);
    }
    rh_text_puts(data, "\n\n");
}

static void write_ranges_axes(const struct rh_calibration *self, const struct frame *frame, struct rh_text *script)
{
    rh_text_printf(script, "    set xrange [-0.5:%d.5]\n    set xtics (", self->num_ranges - 1);
    for (int range = 0; range < self->num_ranges; range++) {
        rh_text_printf(script, "%s'%.4g%%%%' %d", range > 0 ? ", " : "", 100.0 * self->range[range], range);
    }
    rh_text_printf(script,
                   ") nomirror scale 0 offset 0,lift textcolor rgb '#333333'\n"
                   "    set label 'range that should hold' at screen %.4f,%.4f center\n",
                   0.5 * (frame->left + frame->right) / WIDTH, 1.0 - (frame->bottom + 48.0) / frame->page);
    write_heights(lowest_share(self), 100.0, 5, script);
    for (int range = 0; range < self->num_ranges; range++) {
        rh_text_printf(script, "    set arrow from %.2f,%.6g to %.2f,%.6g nohead front lw 1.2 lc rgb '#333333'\n",
                       range - 0.45, 100.0 * self->range[range], range + 0.45, 100.0 * self->range[range]);
    }
}

/* Names of what is forecast, in one line above all frames. */
static void write_legend(const struct rh_calibration *self, double y, double page, struct rh_text *script)
{
    double x = 24.0;
    for (int of = 0; of < self->num_of; of++) {
        rh_text_puts(script, "    set label ");
        rh_gnuplot_label(script, self->of[of]);
        rh_text_printf(script, " at screen %.4f,%.4f left offset 1,0 point pt %d ps 1.3*size lc rgb '#%s'\n", x / WIDTH,
                       1.0 - y / page, rh_gnuplot_point(of), rh_gnuplot_color(of));
        x += 34.0 + 8.8 * (double)rh_figure_width(self->of[of]) + 14.0;
    }
}

/* Bands of all below the points of all; side by side within each range. */
static void write_ranges_plot(const struct rh_calibration *self, int span, int first_block, struct rh_picture *picture)
{
    struct rh_text *script = &picture->script;
    const char *separator = "    plot ";
    for (int pass = 0; pass < 2; pass++) {
        int block = first_block;
        for (int of = 0; of < self->num_of; of++) {
            const double aside = 0.2 * (of - 0.5 * (self->num_of - 1));
            if (self->num[of][span] == 0) {
                continue;
            }
            rh_text_printf(script, "%s'%s.dat' index %d using ($0%+.2f):", separator, picture->name, block++, aside);
            if (pass == 0) {
                rh_text_printf(script,
                               "2:($0%+.2f):($0%+.2f):3:4 with boxxyerror fs solid 1 noborder lc rgb '#C8C8C8' notitle",
                               aside - 0.07, aside + 0.07);
            } else {
                rh_text_printf(script,
                               "2 with points pt %d ps 1.9*size lc rgb 'white' notitle, \\\n"
                               "        '' index %d using ($0%+.2f):2 with points pt %d ps 1.3*size lc rgb '#%s' "
                               "notitle",
                               rh_gnuplot_point(of), block - 1, aside, rh_gnuplot_point(of), rh_gnuplot_color(of));
            }
            separator = ", \\\n        ";
        }
    }
    rh_text_puts(script, "\n");
    end_panel(script);
}

static void draw_ranges(const struct rh_calibration *self, const struct rh_plot_options *options,
                        struct rh_picture *picture)
{
    const double top = HEAD + LEGEND + TITLE, page = top + RANGES_HEIGHT + 2.0 * FOOT;
    int block = 0;
    write_head(self, options, "How many outcomes the ranges held",
               "Percent of outcomes. Line: what is right. Gray: where 99 of 100 points of a right forecast are.", page,
               picture);
    write_legend(self, HEAD + 18.0, page, &picture->script);
    for (int span = 0; span < self->num_spans; span++) {
        const struct frame frame = place(span, self->num_spans, top, RANGES_HEIGHT, page);
        const int first = block;
        for (int of = 0; of < self->num_of; of++) {
            if (self->num[of][span] > 0) {
                write_ranges_data(self, of, span, block++, &picture->data);
            }
        }
        if (block > first) {
            write_frame(&frame, self->span[span], 16.0, &picture->script);
            write_ranges_axes(self, &frame, &picture->script);
            write_ranges_plot(self, span, first, picture);
        }
    }
    rh_gnuplot_end(&picture->script);
}

/* ---- The list ---- */

static const struct {
    const char *name;
    void (*draw)(const struct rh_calibration *self, const struct rh_plot_options *options, struct rh_picture *picture);
} pictures[] = {
    {"backtest-tenths", draw_tenths},
    {"backtest-ranges", draw_ranges},
};
#define NUM_PICTURES ((int)(sizeof pictures / sizeof pictures[0]))

const char *rh_calibration_name(int k)
{
    return k >= 0 && k < NUM_PICTURES ? pictures[k].name : NULL;
}

struct session {
    const struct rh_calibration *calibration;
    const struct rh_plot_options *options;
};

static int draw(void *user, int k, struct rh_picture *picture, struct rh_error *error)
{
    const struct session *session = user;
    (void)error;
    bool any = false;
    for (int of = 0; of < session->calibration->num_of; of++) {
        for (int span = 0; span < session->calibration->num_spans; span++) {
            any = any || session->calibration->num[of][span] > 0;
        }
    }
    if (!any) {
        rh_text_puts(&picture->skipped, "nothing was forecast");
        return RH_OK;
    }
    pictures[k].draw(session->calibration, session->options, picture);
    return RH_OK;
}

int rh_calibration_write(const struct rh_calibration *self, const struct rh_plot_options *options,
                         const struct rh_progress *progress, struct rh_error *error)
{
    struct session session = {self, options};
    const struct rh_gallery gallery = {
        .num = NUM_PICTURES, .name = rh_calibration_name, .draw = draw, .user = &session};
    return rh_gallery_write(&gallery, options, progress, error);
}
