/* Lengths are in pixels of a page 900 wide, as wide as a page of text shows a picture. */
#include "report/beliefs.h"

#include "report/density.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "stats/summary.h"

#include <math.h>

#define WIDTH 900.0
#define COLUMNS 3
#define HEAD 84.0   /* title and a line */
#define LEGEND 34.0 /* below it */
#define TITLE 34.0  /* of a panel, above its frame */
#define HEIGHT 150.0
#define FOOT 44.0 /* below a frame: labels of the axis */
#define SIDE 30.0 /* left and right of it */
#define NUM_POINTS 120
#define CENTRAL 0.99 /* of a curve's draws are in the frame */
#define NAME_WIDTH 22
/* Draws of a fit's grid have 256 values of what is not the effort elasticity: a bandwidth by the draws would show them.
 */
#define NUM_VALUES 256.0
/* Below this share of its peak a density is not drawn: it would run along the floor. */
#define LOWEST 0.004

/* A frame on the page. */
struct frame {
    double left, right, top, bottom, page; /* page: its height */
};

static struct frame place(int panel, double page)
{
    const double wide = WIDTH / COLUMNS;
    const int row = panel / COLUMNS;
    const double top = HEAD + LEGEND + row * (TITLE + HEIGHT + FOOT) + TITLE;
    const double left = (panel % COLUMNS) * wide;
    return (struct frame){left + SIDE, left + wide - SIDE, top, top + HEIGHT, page};
}

/* Prior: gray. All: the first color. Segments: the others, in dashes of their own. */
static const char *color_of(int curve)
{
    return curve == 0 ? "D0D0D0" : rh_gnuplot_color(curve - 1);
}

static const char *dash_of(int curve)
{
    return curve == 0 ? "1" : rh_gnuplot_dash(curve - 1);
}

static void write_legend(const struct rh_beliefs *self, double page, struct rh_text *script)
{
    double x = SIDE;
    for (int c = 0; c < self->num_curves; c++) {
        const double y = 1.0 - (HEAD + 0.5 * LEGEND) / page;
        struct rh_text name;
        rh_text_init(&name);
        rh_figure_cut(&name, self->curve[c], NAME_WIDTH);
        rh_text_printf(script,
                       "    set arrow from screen %.4f,%.4f to screen %.4f,%.4f nohead front lw %s lc rgb '#%s' dt %s\n"
                       "    set label ",
                       x / WIDTH, y, (x + 30.0) / WIDTH, y, c == 0 ? "7" : "3", color_of(c), dash_of(c));
        rh_gnuplot_label(script, rh_text_string(&name));
        rh_text_printf(script, " at screen %.4f,%.4f left\n", (x + 36.0) / WIDTH, y);
        x += 36.0 + 8.8 * (double)rh_figure_width(rh_text_string(&name)) + 22.0;
        script->failed = script->failed || name.failed;
        rh_text_free(&name);
    }
}

/* The margins, and a title at its left end. */
static void write_frame(const struct frame *frame, const char *title, struct rh_text *script)
{
    rh_text_printf(script,
                   "\n    set lmargin at screen %.4f\n    set rmargin at screen %.4f\n    set tmargin at screen %.4f\n"
                   "    set bmargin at screen %.4f\n    set label ",
                   frame->left / WIDTH, frame->right / WIDTH, 1.0 - frame->top / frame->page,
                   1.0 - frame->bottom / frame->page);
    rh_gnuplot_bold(script, title);
    rh_text_printf(script, " at screen %.4f,%.4f left\n", frame->left / WIDTH, 1.0 - (frame->top - 14.0) / frame->page);
}

/* From the least to the largest of what is central in any curve. */
static struct rh_axis find_axis(const struct rh_beliefs *self, const struct rh_beliefs_panel *panel)
{
    double low = INFINITY, high = -INFINITY;
    for (int c = 0; c < self->num_curves; c++) {
        const size_t num = panel->num[c], cut = (size_t)(0.5 * (1.0 - CENTRAL) * (double)num);
        if (num > 0) {
            low = fmin(low, panel->value[c][cut]);
            high = fmax(high, panel->value[c][num - 1 - cut]);
        }
    }
    low = low > 0.0 && low < 0.3 * high ? 0.0 : low;
    return rh_axis_make(low, high, 4);
}

/* Silverman's rule (1986, doi:10.1201/9781315140919, equation 3.31) for so many values. */
static double find_bandwidth(const double *sorted, size_t num)
{
    double mean = 0.0, square = 0.0;
    for (size_t k = 0; k < num; k++) {
        mean += sorted[k] / (double)num;
    }
    for (size_t k = 0; k < num; k++) {
        square += (sorted[k] - mean) * (sorted[k] - mean) / (double)num;
    }
    const double quarters =
        num > 0 ? (rh_quantile_sorted(sorted, num, 0.75) - rh_quantile_sorted(sorted, num, 0.25)) / 1.34 : 0.0;
    return 0.9 * fmin(sqrt(square), quarters) * pow(NUM_VALUES, -0.2);
}

/* Densities of one panel, a block of data each, of none an empty one; *highest: the largest. */
static void write_densities(const struct rh_beliefs *self, const struct rh_beliefs_panel *panel,
                            const struct rh_axis *axis, int *block, double *highest, struct rh_text *data)
{
    double density[NUM_POINTS] = {0};
    *highest = 0.0;
    for (int c = 0; c < self->num_curves; c++) {
        const double bandwidth = find_bandwidth(panel->value[c], panel->num[c]);
        double peak = 0.0;
        rh_text_printf(data, "# block %d: %s, %s: %zu draws\n# value density\n", (*block)++, panel->title,
                       self->curve[c], panel->num[c]);
        if (bandwidth > 0.0) {
            rh_density_compute(panel->value[c], panel->num[c], bandwidth, axis->low, axis->high, NUM_POINTS, density);
        }
        for (int i = 0; i < NUM_POINTS && bandwidth > 0.0; i++) {
            peak = fmax(peak, density[i]);
        }
        for (int i = 0; i < NUM_POINTS && bandwidth > 0.0; i++) {
            if (density[i] > LOWEST * peak) {
                rh_text_printf(data, "%.5g %.5g\n", axis->low + (axis->high - axis->low) * i / (NUM_POINTS - 1),
                               density[i]);
            }
        }
        rh_text_puts(data, "\n\n");
        *highest = fmax(*highest, peak);
    }
}

/* The prior first, filled; of all last, on top. Curves without draws are none. */
static void write_curves(const struct rh_beliefs *self, const struct rh_beliefs_panel *panel, int first_block,
                         struct rh_picture *picture)
{
    const char *separator = "    plot ";
    for (int k = 0; k < self->num_curves; k++) {
        const int c = k == 0 ? 0 : self->num_curves - k;
        if (panel->num[c] > 1) {
            rh_text_printf(&picture->script, "%s'%s.dat' index %d using 1:2 with ", separator, picture->name,
                           first_block + c);
            rh_text_printf(&picture->script,
                           c == 0 ? "filledcurves y=0 fc rgb '#D0D0D0' fs solid noborder notitle"
                                  : "lines lw %s lc rgb '#%s' dt %s notitle",
                           c == 1 ? "3" : "2", color_of(c), dash_of(c));
            separator = ", \\\n        ";
        }
    }
    rh_text_puts(&picture->script, "\n");
}

static void write_panel(const struct rh_beliefs *self, const struct rh_beliefs_panel *panel, int *block,
                        struct rh_picture *picture)
{
    const struct rh_axis axis = find_axis(self, panel);
    const int first = *block;
    double highest;
    write_densities(self, panel, &axis, block, &highest, &picture->data);
    if (highest > 0.0) {
        rh_text_printf(&picture->script, "    set xrange [%.10g:%.10g]\n    set yrange [0:%.6g]\n    unset ytics\n",
                       axis.low, axis.high, 1.05 * highest);
        rh_gnuplot_tics(&picture->script, "x", &axis, true);
        rh_text_puts(&picture->script, "    set xtics nomirror out scale 0.5\n");
        write_curves(self, panel, first, picture);
    }
}

/* Bars side by side, with their heights above them. */
static void write_bars(const struct rh_beliefs *self, const struct rh_beliefs_panel *panel, int *block,
                       struct rh_picture *picture)
{
    struct rh_text *script = &picture->script;
    double highest = 0.0;
    rh_text_printf(&picture->data, "# block %d: %s\n# curve percent\n", *block, panel->title);
    for (int c = 0; c < self->num_curves; c++) {
        const double percent = panel->num[c] > 0 ? 100.0 * panel->value[c][0] : 0.0;
        rh_text_printf(&picture->data, "%d %.5g\n", c, percent);
        rh_text_printf(script, "    set label '%.1f' at %d,%.6g center offset 0,0.7 textcolor rgb '#333333'\n", percent,
                       c, percent);
        highest = fmax(highest, percent);
    }
    rh_text_puts(&picture->data, "\n\n");
    rh_text_printf(script,
                   "    set xrange [-0.7:%.1f]\n    set yrange [0:%.6g]\n    unset xtics\n    unset ytics\n    plot ",
                   self->num_curves - 0.3, highest > 0.0 ? 1.25 * highest : 1.0);
    for (int c = 0; c < self->num_curves; c++) {
        rh_text_printf(script,
                       "%s'%s.dat' index %d every ::%d::%d using 1:2:(0.6) with boxes fs solid %s lc rgb '#%s' notitle",
                       c > 0 ? ", \\\n        " : "", picture->name, *block, c, c, "noborder", color_of(c));
    }
    rh_text_puts(script, "\n");
    (*block)++;
}

static void draw(const struct rh_beliefs *self, const struct rh_plot_options *options, struct rh_picture *picture)
{
    static const char title[] = "What is believed of the response: before, and with the history";
    const int rows = (self->num_panels + COLUMNS - 1) / COLUMNS;
    const double page = HEAD + LEGEND + rows * (TITLE + HEIGHT + FOOT);
    const char *const lines[] = {self->source};
    int block = 0;
    rh_gnuplot_begin(&picture->script, picture->name, title, options, (int)WIDTH, (int)page);
    rh_text_puts(&picture->script, "    set multiplot\n");
    rh_gnuplot_title(&picture->script, (int)page, title, lines, 1);
    rh_text_puts(&picture->script, "    set border 1 lc rgb '#888888'\n");
    rh_text_printf(&picture->data, "# %s\n", title);
    write_legend(self, page, &picture->script);
    for (int k = 0; k < self->num_panels; k++) {
        const struct frame frame = place(k, page);
        write_frame(&frame, self->panel[k].title, &picture->script);
        if (self->panel[k].probability) {
            write_bars(self, &self->panel[k], &block, picture);
        } else {
            write_panel(self, &self->panel[k], &block, picture);
        }
        rh_text_puts(&picture->script, "    unset label\n    unset arrow\n"); /* the page has its own by then */
    }
    rh_gnuplot_end(&picture->script);
}

/* ---- The list of one ---- */

struct session {
    const struct rh_beliefs *beliefs;
    const struct rh_plot_options *options;
};

static const char *name_of(int k)
{
    return k == 0 ? RH_BELIEFS_PICTURE : NULL;
}

static int draw_one(void *user, int k, struct rh_picture *picture, struct rh_error *error)
{
    const struct session *session = user;
    (void)k;
    (void)error;
    if (session->beliefs->num_curves == 0) {
        rh_text_puts(&picture->skipped, "the history tells nothing of the response");
        return RH_OK;
    }
    draw(session->beliefs, session->options, picture);
    return RH_OK;
}

int rh_beliefs_write(const struct rh_beliefs *self, const struct rh_plot_options *options,
                     const struct rh_progress *progress, struct rh_error *error)
{
    struct session session = {self, options};
    const struct rh_gallery gallery = {.num = 1, .name = name_of, .draw = draw_one, .user = &session};
    return rh_gallery_write(&gallery, options, progress, error);
}
