/* Net benefit: the densities of all programs in one frame, so that their overlap is seen, and below it a row for each
 * with its range, its quarters and its median, which also carries the names. */
#include "report/drawing.h"

#include "core/memory.h"
#include "report/density.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "stats/summary.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#define NUM_POINTS 400
#define NAME_WIDTH 26
#define FRAME_HEIGHT 400 /* pixels of the densities */
#define ROW_HEIGHT 34    /* of a program's row */
#define TOP 125          /* title and the lines below it */
#define GAP 14           /* between frame and rows */
#define BOTTOM 80
/* A density this many times as high as the median one is cut: else the others are lines on the floor. */
#define HIGHEST 4.0
/* Below this share of its peak a density is not drawn: it would run along the floor. */
#define LOWEST 0.002

/* What is drawn of one program. */
struct curve {
    const struct rh_summary *summary;
    bool spike;           /* no spread: a line instead of a density */
    double y[NUM_POINTS]; /* density */
    double peak;
    double label_x, label_y;
};

struct frame {
    struct rh_axis x;
    double y_high;
    bool cut; /* a density leaves the frame */
    int num;
    struct curve *curve; /* [num] by rank */
};

static double point(const struct frame *frame, int i)
{
    return frame->x.low + (frame->x.high - frame->x.low) * i / (NUM_POINTS - 1);
}

static int make_curve(const struct rh_drawing *drawing, struct frame *frame, int rank, double *values,
                      struct rh_error *error)
{
    struct curve *curve = &frame->curve[rank];
    int code =
        rh_results_read_kpi(drawing->results, RH_KPI_NET_BENEFIT, drawing->comparison->order[rank], values, error);
    if (code != RH_OK) {
        return code;
    }
    size_t num = 0;
    for (uint64_t r = 0; r < drawing->results->replications; r++) {
        if (!isnan(values[r])) {
            values[num++] = values[r];
        }
    }
    rh_sort_numbers(values, num);
    double bandwidth;
    code = rh_density_bandwidth(values, num, &bandwidth, error);
    if (code != RH_OK) {
        return code;
    }
    curve->spike = bandwidth < 1e-5 * (frame->x.high - frame->x.low);
    if (!curve->spike) {
        rh_density_compute(values, num, bandwidth, frame->x.low, frame->x.high, NUM_POINTS, curve->y);
    }
    for (int i = 0; i < NUM_POINTS; i++) {
        curve->peak = fmax(curve->peak, curve->y[i]);
    }
    return RH_OK;
}

/* The frame holds the central 98% of every program, and zero where it is near. */
static void choose_x(struct frame *frame)
{
    double low = INFINITY, high = -INFINITY;
    for (int rank = 0; rank < frame->num; rank++) {
        const struct rh_summary *summary = frame->curve[rank].summary;
        if (summary->num > 0) {
            low = fmin(low, summary->quantile[RH_P01]);
            high = fmax(high, summary->quantile[RH_NUM_QUANTILES - 1]);
        }
    }
    double room = 0.04 * (high - low);
    if (low > 0.0 && low < 0.3 * high) {
        low = 0.0;
    }
    frame->x = rh_axis_make(low - room, high + room, 8);
    /* Round tics, but no empty margins for the sake of a round end. */
    if (high > low) {
        double step = frame->x.step;
        frame->x.low = fmax(frame->x.low, floor((low - room) / (0.25 * step)) * 0.25 * step);
        frame->x.high = fmin(frame->x.high, ceil((high + room) / (0.25 * step)) * 0.25 * step);
    }
}

static void choose_y(struct frame *frame)
{
    double peaks[64], highest = 0.0;
    size_t num = 0;
    for (int rank = 0; rank < frame->num; rank++) {
        if (!frame->curve[rank].spike && num < sizeof(peaks) / sizeof(peaks[0])) {
            peaks[num++] = frame->curve[rank].peak;
            highest = fmax(highest, frame->curve[rank].peak);
        }
    }
    if (num == 0) {
        frame->y_high = 1.0;
        return;
    }
    rh_sort_numbers(peaks, num);
    double typical = peaks[(num - 1) / 2];
    frame->cut = highest > HIGHEST * typical;
    frame->y_high = 1.13 * (frame->cut ? HIGHEST * typical : highest);
}

/* How free a place is, in units of the frame: the distance to the other curves and to the labels placed before. */
static double freedom(const struct frame *frame, int rank, int i, double x, double y)
{
    double free = 0.06;
    for (int other = 0; other < frame->num; other++) {
        const struct curve *curve = &frame->curve[other];
        if (other != rank && !curve->spike) {
            free = fmin(free, fabs(curve->y[i] / frame->y_high - y));
        }
        double place = (curve->label_x - frame->x.low) / (frame->x.high - frame->x.low);
        double aside = curve->spike || other < rank ? fabs(place - x) * 2.0 : 1.0;
        double above = curve->spike ? 0.0 : fabs(curve->label_y / frame->y_high - y);
        free = fmin(free, fmax(aside, above));
    }
    return free;
}

/* Each curve's number stands on its upper half, where the others leave room; the peak is the first choice. */
static void place_labels(struct frame *frame)
{
    for (int rank = 0; rank < frame->num; rank++) {
        struct curve *curve = &frame->curve[rank];
        if (curve->spike) {
            curve->label_x = curve->summary->mean;
            curve->label_y = frame->y_high;
            continue;
        }
        double best = -1.0;
        for (int i = NUM_POINTS / 50; i < NUM_POINTS - NUM_POINTS / 50; i++) {
            if (curve->y[i] < 0.3 * curve->peak || curve->y[i] > 0.95 * frame->y_high) {
                continue;
            }
            double x = (double)i / (NUM_POINTS - 1), y = curve->y[i] / frame->y_high;
            double score = freedom(frame, rank, i, x, y) + 0.02 * curve->y[i] / curve->peak;
            if (score > best) {
                best = score;
                curve->label_x = point(frame, i);
                curve->label_y = curve->y[i];
            }
        }
    }
}

static void write_data(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *data = &drawing->data;
    rh_text_puts(data, "# Net benefit: densities, one block per program (best mean first), then one block of rows.\n");
    for (int rank = 0; rank < frame->num; rank++) {
        const struct curve *curve = &frame->curve[rank];
        rh_text_printf(data, "# block %d: ", rank);
        rh_drawing_ranked_name(data, drawing, rank, 200);
        rh_text_puts(data, "\n# net_benefit density\n");
        for (int i = 0; i < NUM_POINTS && !curve->spike; i++) {
            if (!(curve->y[i] > LOWEST * curve->peak)) {
                continue;
            }
            rh_text_printf(data, "%.9g %.6g\n", point(frame, i), curve->y[i]);
        }
        if (curve->spike) {
            rh_text_printf(data, "%.9g 0\n%.9g %.6g\n", curve->label_x, curve->label_x, frame->y_high);
        }
        rh_text_puts(data, "\n\n");
    }
    rh_text_printf(data, "# block %d: rank mean p05 p25 p50 p75 p95\n", frame->num);
    for (int rank = 0; rank < frame->num; rank++) {
        const struct rh_summary *summary = frame->curve[rank].summary;
        rh_text_printf(data, "%d %.9g %.9g %.9g %.9g %.9g %.9g\n", rank + 1, summary->mean, summary->quantile[RH_P05],
                       summary->quantile[RH_P25], summary->quantile[RH_P50], summary->quantile[RH_P75],
                       summary->quantile[RH_P95]);
    }
}

/* What is seen, in a sentence: who leads, and how surely. */
static void finding(const struct rh_drawing *drawing, struct rh_text *out)
{
    const struct rh_comparison *comparison = drawing->comparison;
    rh_drawing_name(out, drawing, 0, 24);
    if (drawing->results->num_scenarios < 2) {
        rh_text_puts(out, ": net benefit and how sure it is");
        return;
    }
    const struct rh_difference *pair = rh_comparison_pair(comparison, comparison->order[0], comparison->order[1]);
    switch (rh_difference_verdict(pair, 1)) {
    case RH_VERDICT_SAME:
        rh_text_puts(out, " and ");
        rh_drawing_name(out, drawing, 1, 20);
        rh_text_puts(out, " have the same net benefit");
        return;
    case RH_VERDICT_MORE_REPLICATIONS:
        rh_text_puts(out, " and ");
        rh_drawing_name(out, drawing, 1, 20);
        rh_text_puts(out, " lead and cannot be told apart");
        return;
    default:
        rh_text_puts(out, " leads, better than ");
        rh_drawing_name(out, drawing, 1, 20);
        rh_text_puts(out, " in ");
        rh_figure_probability(out, rh_difference_p_better(pair, true));
        rh_text_puts(out, " of the replications");
        return;
    }
}

static void write_title(struct rh_drawing *drawing, const struct frame *frame, int height)
{
    struct rh_text title, source, how;
    rh_text_init(&title);
    rh_text_init(&source);
    rh_text_init(&how);
    finding(drawing, &title);
    rh_drawing_source(&source, drawing);
    rh_text_puts(&source, " · against ");
    rh_figure_cut(&source, drawing->results->scenario[drawing->results->reference], 24);
    rh_text_puts(&how, "Above: probability density");
    rh_text_puts(&how, frame->cut ? ", the highest cut off. " : ". ");
    rh_text_puts(&how, "Below: dot, the median; thick, half of the replications; thin, 90% of them.");
    const char *const lines[] = {rh_text_string(&source), rh_text_string(&how)};
    rh_gnuplot_title(&drawing->script, height, rh_text_string(&title), lines, 2);
    drawing->script.failed = drawing->script.failed || title.failed || source.failed || how.failed;
    rh_text_free(&title);
    rh_text_free(&source);
    rh_text_free(&how);
}

/* Above the curve at its peak, beside it on a slope. */
static const char *label_place(const struct frame *frame, const struct curve *curve)
{
    if (curve->spike) {
        return "left offset 0.5,0";
    }
    if (curve->label_y > 0.9 * curve->peak) {
        return "center offset 0,0.75";
    }
    for (int i = 0; i < NUM_POINTS; i++) {
        if (curve->y[i] >= curve->peak) {
            return curve->label_x < point(frame, i) ? "right offset -0.5,0.2" : "left offset 0.5,0.2";
        }
    }
    return "center offset 0,0.75";
}

static void write_densities(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *script = &drawing->script;
    rh_text_printf(script, "    set yrange [0:%.9g]\n    unset ytics\n    set border 1 lc rgb '#888888'\n",
                   frame->y_high);
    rh_text_puts(script, "    set ylabel 'Density' textcolor rgb '#444444'\n");
    for (int rank = 0; rank < frame->num; rank++) {
        const struct curve *curve = &frame->curve[rank];
        rh_text_printf(script, "    set label %d '{/:Bold %d}' at %.9g,%.9g %s front textcolor rgb '#%s'\n", rank + 11,
                       rank + 1, curve->label_x, curve->spike ? 0.97 * frame->y_high : curve->label_y,
                       label_place(frame, curve), rh_gnuplot_color(rank));
    }
    rh_text_puts(script, "    plot \\\n");
    for (int rank = 0; rank < frame->num; rank++) {
        if (!frame->curve[rank].spike && rank < RH_NUM_COLORS) {
            rh_text_printf(script,
                           "        '%s.dat' index %d using 1:2 with filledcurves y=0 fc rgb '#%s' "
                           "fs transparent solid 0.10 noborder notitle, \\\n",
                           drawing->name, rank, rh_gnuplot_color(rank));
        }
    }
    for (int rank = frame->num - 1; rank >= 0; rank--) {
        rh_text_printf(script, "        '%s.dat' index %d using 1:2 with lines lw %s lc rgb '#%s' dt %s notitle%s\n",
                       drawing->name, rank, rank < RH_NUM_COLORS ? "2.5" : "1.2", rh_gnuplot_color(rank),
                       rh_gnuplot_dash(rank), rank > 0 ? ", \\" : "");
    }
    for (int rank = 0; rank < frame->num; rank++) {
        rh_text_printf(script, "    unset label %d\n", rank + 11);
    }
}

static void write_rows(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *script = &drawing->script, name;
    rh_text_init(&name);
    rh_text_printf(script, "    set yrange [%d.5:0.5]\n    unset ylabel\n    set ytics (", frame->num);
    for (int rank = 0; rank < frame->num; rank++) {
        rh_drawing_ranked_name(&name, drawing, rank, NAME_WIDTH);
        rh_text_puts(script, rank > 0 ? ", " : "");
        rh_gnuplot_label(script, rh_text_string(&name));
        rh_text_printf(script, " %d", rank + 1);
        rh_gnuplot_again(script, &name);
    }
    rh_text_puts(script, ") scale 0 nomirror textcolor rgb 'black'\n");
    rh_gnuplot_tics(script, "x", &frame->x, true);
    rh_text_puts(script, "    set xtics nomirror out\n");
    rh_drawing_axis_label(script, drawing, "x", RH_KPI_NET_BENEFIT);
    for (int rank = 0; rank < frame->num; rank++) {
        rh_figure_short(&name, frame->curve[rank].summary->quantile[RH_P50], 3);
        rh_text_printf(script, "    set label %d '%s' at graph 1.012, first %d left textcolor rgb '#444444'\n",
                       rank + 11, rh_text_string(&name), rank + 1);
        rh_gnuplot_again(script, &name);
    }
    rh_text_puts(script,
                 "    set label 10 'median' at graph 1.012, graph 1 left offset 0,0.55 textcolor rgb '#444444'\n");
    rh_text_puts(script, "    plot \\\n");
    for (int rank = 0; rank < frame->num; rank++) {
        rh_text_printf(script,
                       "        '%s.dat' index %d every ::%d::%d using 3:1:($7-$3):(0) with vectors nohead lw 2 "
                       "lc rgb '#%s' notitle, \\\n"
                       "        '' index %d every ::%d::%d using 4:1:4:6:($1-0.17):($1+0.17) with boxxyerror "
                       "fc rgb '#%s' fs solid noborder notitle, \\\n",
                       drawing->name, frame->num, rank, rank, rh_gnuplot_color(rank), frame->num, rank, rank,
                       rh_gnuplot_color(rank));
    }
    rh_text_printf(script,
                   "        '%s.dat' index %d using 5:1 with points pt 7 ps 1.5*size lc rgb 'white' notitle, \\\n"
                   "        '' index %d using 5:1 with points pt 7 ps 0.9*size lc rgb 'black' notitle\n",
                   drawing->name, frame->num, frame->num);
    script->failed = script->failed || name.failed;
    rh_text_free(&name);
}

static void write_script(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *script = &drawing->script;
    int height = TOP + FRAME_HEIGHT + GAP + ROW_HEIGHT * frame->num + BOTTOM;
    size_t widest = 8;
    struct rh_text name;
    rh_text_init(&name);
    for (int rank = 0; rank < frame->num; rank++) {
        rh_gnuplot_again(script, &name);
        rh_drawing_ranked_name(&name, drawing, rank, NAME_WIDTH);
        size_t width = rh_figure_width(rh_text_string(&name));
        widest = width > widest ? width : widest;
    }
    rh_text_free(&name);
    double left = (30.0 + 10.6 * (double)widest) / RH_DRAWING_WIDTH;
    double rows_top = (double)(BOTTOM + ROW_HEIGHT * frame->num) / height;
    rh_gnuplot_begin(script, drawing->name, "Net benefit: densities, ranges and medians of the programs",
                     drawing->options, RH_DRAWING_WIDTH, height);
    rh_text_puts(script, "    set multiplot\n");
    write_title(drawing, frame, height);
    rh_text_printf(script, "    set lmargin at screen %.4f\n    set rmargin at screen 0.92\n", left);
    rh_text_printf(script, "    set xrange [%.10g:%.10g]\n", frame->x.low, frame->x.high);
    rh_text_puts(script, "    set style line 9 lc rgb '#DDDDDD' lw 1\n    set grid xtics ls 9\n");
    rh_gnuplot_tics(script, "x", &frame->x, false);
    rh_text_puts(script, "    set xtics nomirror scale 0\n");
    if (frame->x.low < 0.0 && frame->x.high > 0.0) {
        rh_text_puts(script,
                     "    set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead lc rgb '#777777' lw 1.2\n");
    }
    rh_text_puts(script, "\n    # Densities\n");
    rh_text_printf(script, "    set tmargin at screen %.4f\n    set bmargin at screen %.4f\n",
                   1.0 - (double)TOP / height, rows_top + (double)GAP / height);
    write_densities(drawing, frame);
    rh_gnuplot_title_done(script, 2);
    rh_text_puts(script, "\n    # Ranges, one row per program\n");
    rh_text_printf(script, "    set tmargin at screen %.4f\n    set bmargin at screen %.4f\n", rows_top,
                   (double)BOTTOM / height);
    write_rows(drawing, frame);
    rh_gnuplot_end(script);
}

int rh_draw_net_benefit(struct rh_drawing *drawing, struct rh_error *error)
{
    struct frame frame = {.num = drawing->results->num_scenarios};
    int code = RH_OK;
    double *values = rh_calloc((size_t)drawing->results->replications, sizeof(*values));
    frame.curve = rh_calloc((size_t)frame.num, sizeof(*frame.curve));
    if (values == NULL || frame.curve == NULL) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
        goto out;
    }
    for (int rank = 0; rank < frame.num; rank++) {
        frame.curve[rank].summary =
            rh_comparison_summary(drawing->comparison, drawing->comparison->order[rank], RH_KPI_NET_BENEFIT);
    }
    choose_x(&frame);
    for (int rank = 0; rank < frame.num; rank++) {
        code = make_curve(drawing, &frame, rank, values, error);
        if (code != RH_OK) {
            goto out;
        }
    }
    choose_y(&frame);
    place_labels(&frame);
    write_data(drawing, &frame);
    write_script(drawing, &frame);
out:
    free(frame.curve);
    free(values);
    return code;
}
