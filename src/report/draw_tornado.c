/* A tornado of assumptions: for each drawn parameter the mean net benefit where it is small and where it is large, in a
 * frame for each of the best programs. */
#include "report/drawing.h"

#include "report/figure.h"
#include "report/gnuplot.h"
#include "report/tornado.h"
#include "report/winners.h"

#include <math.h>
#include <string.h>

#define MAX_PROGRAMS 3
#define MAX_ROWS 16
#define TOP 178
#define ROW_HEIGHT 32
#define BOTTOM 84
#define LEFT 320
#define NAME_WIDTH 30
#define LOW_COLOR "E69F00"  /* light, also in gray */
#define HIGH_COLOR "0072B2" /* dark */

struct frame {
    struct rh_tornado tornado;
    int num, rank[MAX_PROGRAMS];
    int rows, height;
};

static double mean_of(const struct rh_drawing *drawing, const struct frame *frame, int program)
{
    const int scenario = drawing->comparison->order[frame->rank[program]];
    return rh_comparison_summary(drawing->comparison, scenario, RH_KPI_NET_BENEFIT)->mean;
}

static void write_data(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *data = &drawing->data;
    rh_text_puts(data, "# Mean net benefit in the third of the replications where a parameter is smallest and largest, "
                       "their difference\n# and its Monte Carlo standard error; one block per program (best mean net "
                       "benefit first). moves 0: not told from 0.\n");
    for (int p = 0; p < frame->num; p++) {
        const double mean = mean_of(drawing, frame, p);
        rh_text_printf(data, "# block %d: ", p);
        rh_drawing_ranked_name(data, drawing, frame->rank[p], 200);
        rh_text_puts(data, "\n# row mean low high difference difference_se moves parameter\n");
        for (int i = 0; i < frame->rows; i++) {
            const int parameter = frame->tornado.order[i];
            const struct rh_thirds *thirds = rh_tornado_thirds(&frame->tornado, parameter, p);
            rh_text_printf(data, "%d %.7g %.7g %.7g %.5g %.3g %d \"%s\"\n", i, mean, thirds->low, thirds->high,
                           thirds->difference, thirds->difference_se, rh_thirds_moves(thirds) ? 1 : 0,
                           frame->tornado.parameters.name[parameter]);
        }
        rh_text_puts(data, "\n\n");
    }
}

/* "effort_elasticity/Grocery" as "effort elasticity, Grocery". */
static void add_name(struct rh_text *out, const char *parameter)
{
    struct rh_text name;
    rh_text_init(&name);
    for (const char *at = parameter; *at != '\0'; at++) {
        if (*at == '/') {
            rh_text_puts(&name, ", ");
            rh_text_puts(&name, at + 1);
            break;
        }
        rh_text_add(&name, *at == '_' ? " " : at, 1);
    }
    rh_figure_cut(out, rh_text_string(&name), NAME_WIDTH);
    out->failed = out->failed || name.failed;
    rh_text_free(&name);
}

/* What the best program that depends on anything depends on most. */
static void finding(const struct rh_drawing *drawing, const struct frame *frame, struct rh_text *out)
{
    for (int p = 0; p < frame->num; p++) {
        for (int i = 0; i < frame->tornado.num_order; i++) {
            if (rh_tornado_share(&frame->tornado, frame->tornado.order[i], p) == 1.0) {
                rh_drawing_name(out, drawing, frame->rank[p], 34);
                rh_text_puts(out, ": net benefit depends most on ");
                add_name(out, frame->tornado.parameters.name[frame->tornado.order[i]]);
                return;
            }
        }
    }
}

static void write_head(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text title, note;
    double x = 32.0;
    rh_text_init(&title);
    rh_text_init(&note);
    finding(drawing, frame, &title);
    rh_text_printf(&note, "%sGray: less than %g standard errors from nothing.",
                   frame->num > 1 ? "Each program to its own scale. " : "", RH_THIRDS_SURE);
    const int none = frame->tornado.num_drawn - frame->tornado.num_order;
    if (none > 0) {
        rh_text_printf(&note, " %d other assumption%s no effect that is seen.", none, none == 1 ? " has" : "s have");
    }
    if (frame->tornado.num_order > frame->rows) {
        rh_text_printf(&note, " %d smaller not shown.", frame->tornado.num_order - frame->rows);
    }
    rh_drawing_title(drawing, frame->height, rh_text_string(&title), rh_text_string(&note));
    x = rh_gnuplot_key(&drawing->script, "where it is small (lowest third)", LOW_COLOR, 5, x, 120.0, RH_DRAWING_WIDTH,
                       frame->height);
    (void)rh_gnuplot_key(&drawing->script, "where it is large (highest third)", HIGH_COLOR, 5, x, 120.0,
                         RH_DRAWING_WIDTH, frame->height);
    drawing->script.failed = drawing->script.failed || title.failed || note.failed;
    rh_text_free(&title);
    rh_text_free(&note);
}

static struct rh_axis axis_of(const struct rh_drawing *drawing, const struct frame *frame, int program)
{
    const double mean = mean_of(drawing, frame, program);
    double low = 0.0, high = 0.0;
    for (int i = 0; i < frame->rows; i++) {
        const struct rh_thirds *thirds = rh_tornado_thirds(&frame->tornado, frame->tornado.order[i], program);
        low = fmin(low, fmin(thirds->low, thirds->high) - mean);
        high = fmax(high, fmax(thirds->low, thirds->high) - mean);
    }
    int steps = frame->num > 1 ? 3 : 8;
    struct rh_axis axis = rh_axis_make(low, high, steps);
    while (axis.step > fmax(-low, high) && steps < 8) { /* else 0 is the only tic */
        axis = rh_axis_make(low, high, ++steps);
    }
    const double room = 0.04 * (high - low);
    axis.low = low - room; /* round tics, but no empty margins for the sake of a round end */
    axis.high = high + room;
    return axis;
}

static void write_rows(struct rh_drawing *drawing, const struct frame *frame, bool names)
{
    struct rh_text *script = &drawing->script, name;
    rh_text_init(&name);
    rh_text_printf(script, "    set yrange [%d.6:-0.6]\n    set ytics (", frame->rows - 1);
    for (int i = 0; i < frame->rows; i++) {
        rh_text_puts(script, i > 0 ? ", " : "");
        if (names) {
            add_name(&name, frame->tornado.parameters.name[frame->tornado.order[i]]);
        }
        rh_gnuplot_label(script, rh_text_string(&name));
        rh_text_printf(script, " %d", i);
        rh_gnuplot_again(script, &name);
    }
    rh_text_puts(script, ") nomirror scale 0 textcolor rgb 'black'\n");
    script->failed = script->failed || name.failed;
    rh_text_free(&name);
}

/* From the overall mean, which is at 0, to the mean of a third. */
static void write_bars(struct rh_drawing *drawing, int block)
{
    static const struct {
        int column;
        const char *from, *to, *color;
    } halves[] = {{3, "-0.34", "+0.0", LOW_COLOR}, {4, "-0.0", "+0.34", HIGH_COLOR}};
    for (int k = 0; k < 4; k++) {
        const bool moves = k < 2;
        rh_text_printf(&drawing->script,
                       "%s'%s.dat' index %d using ($7==%d ? $%d-$2 : NaN):1:(0):($%d-$2):($1%s):($1%s) with boxxyerror "
                       "fc rgb '#%s' fs solid border lc rgb '#FFFFFF' notitle",
                       k > 0 ? ", \\\n        " : "    plot \\\n        ", drawing->name, block, moves ? 1 : 0,
                       halves[k % 2].column, halves[k % 2].column, halves[k % 2].from, halves[k % 2].to,
                       moves ? halves[k % 2].color : "C8C8C8");
    }
    rh_text_puts(&drawing->script, "\n");
}

static void write_panel(struct rh_drawing *drawing, const struct frame *frame, int p)
{
    struct rh_text *script = &drawing->script, name;
    const double wide = (RH_DRAWING_WIDTH - 20.0 - LEFT) / frame->num;
    const struct rh_axis x = axis_of(drawing, frame, p);
    const struct rh_frame place = {LEFT + p * wide, LEFT + (p + 1) * wide - 64.0, TOP, frame->height - (double)BOTTOM};
    rh_text_init(&name);
    rh_text_printf(script, "\n    # Panel %d\n    set label 10 ", p + 1);
    rh_drawing_ranked_name(&name, drawing, frame->rank[p], (size_t)(wide / 12.5));
    rh_gnuplot_bold(script, rh_text_string(&name));
    rh_text_puts(script, " at graph 0, graph 1 left offset 0,0.9 textcolor rgb 'black'\n");
    rh_gnuplot_frame(script, &place, RH_DRAWING_WIDTH, frame->height);
    rh_text_printf(script, "    set xrange [%.10g:%.10g]\n", x.low, x.high);
    rh_gnuplot_tics(script, "x", &x, true);
    rh_text_puts(script, "    set xtics nomirror out scale 0.6\n");
    write_rows(drawing, frame, p == 0);
    write_bars(drawing, p);
    if (p == 0) {
        rh_gnuplot_title_done(script, 2);
        rh_text_puts(script, "    unset label\n");
    }
    script->failed = script->failed || name.failed;
    rh_text_free(&name);
}

static void write_script(struct rh_drawing *drawing, struct frame *frame)
{
    struct rh_text *script = &drawing->script, label;
    frame->height = TOP + frame->rows * ROW_HEIGHT + BOTTOM;
    rh_gnuplot_begin(script, drawing->name, "Assumptions: how much each moves the net benefit", drawing->options,
                     RH_DRAWING_WIDTH, frame->height);
    rh_text_puts(script,
                 "    set multiplot\n    set border 1 lc rgb '#888888'\n"
                 "    set style line 9 lc rgb '#DDDDDD' lw 1\n    set grid xtics noytics ls 9\n"
                 "    set arrow from first 0, graph 0 to first 0, graph 1 nohead front lc rgb '#555555' lw 1.4\n");
    write_head(drawing, frame);
    rh_text_init(&label);
    rh_text_puts(&label, "Mean net benefit less its overall mean");
    rh_text_puts(&label, drawing->results->currency[0] != '\0' ? "," : "");
    rh_drawing_currency(&label, drawing);
    rh_text_puts(script, "    set label ");
    rh_gnuplot_label(script, rh_text_string(&label));
    rh_text_printf(script, " at screen %.4f,%.4f center textcolor rgb 'black'\n",
                   0.5 * (LEFT + RH_DRAWING_WIDTH - 40.0) / RH_DRAWING_WIDTH, 24.0 / frame->height);
    script->failed = script->failed || label.failed;
    rh_text_free(&label);
    for (int p = 0; p < frame->num; p++) {
        write_panel(drawing, frame, p);
    }
    rh_gnuplot_end(script);
}

int rh_draw_tornado(struct rh_drawing *drawing, struct rh_error *error)
{
    const struct rh_results *results = drawing->results;
    const struct rh_winners all = {.results = results};
    struct frame frame = {0};
    int scenario[MAX_PROGRAMS];
    for (int rank = 0; rank < results->num_scenarios && frame.num < MAX_PROGRAMS; rank++) {
        if (rh_winners_is_candidate(&all, drawing->comparison->order[rank])) {
            scenario[frame.num] = drawing->comparison->order[rank];
            frame.rank[frame.num++] = rank;
        }
    }
    int code = rh_tornado_init(&frame.tornado, results, scenario, frame.num, error);
    frame.rows = frame.tornado.num_order < MAX_ROWS ? frame.tornado.num_order : MAX_ROWS;
    if (code == RH_OK && frame.num == 0) {
        rh_text_puts(&drawing->skipped, "there is no program but the reference");
    } else if (code == RH_OK && frame.tornado.num_drawn == 0) {
        rh_text_puts(&drawing->skipped, "the results name no assumption that is drawn");
    } else if (code == RH_OK && frame.rows == 0) {
        rh_text_puts(&drawing->skipped, "no assumption that is drawn moves the net benefit so much that it is seen");
    } else if (code == RH_OK) {
        write_data(drawing, &frame);
        write_script(drawing, &frame);
    }
    rh_tornado_free(&frame.tornado);
    return code;
}
