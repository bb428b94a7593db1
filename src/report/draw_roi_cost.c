/* Return against cost: every replication a dot, so that a program's bargain and its tail are seen together, and the
 * middle of each cloud with its 90% ranges on top. */
#include "report/drawing.h"

#include "core/memory.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>

#define MAX_DOTS 1000 /* of one program: more are a blot, and a heavy SVG */
#define MAX_ALL_DOTS 6000
#define HEIGHT 820
#define NAME_WIDTH 26

/* The dots of one program. */
struct cloud {
    size_t num, first;      /* dots, and where they begin in the frame's arrays */
    double cost[5], roi[5]; /* p05 p25 p50 p75 p95 */
};

struct frame {
    int num;             /* programs */
    size_t most;         /* dots of a program */
    struct cloud *cloud; /* [num] by rank */
    double *x, *y;       /* [num * most] */
    size_t used;
};

static const int quantiles[5] = {1, 3, 4, 5, 7};

/* Replications are independent: every k-th of them is a fair sample. */
static int read_cloud(const struct rh_drawing *drawing, struct frame *frame, int rank, double *cost, double *roi,
                      struct rh_error *error)
{
    int scenario = drawing->comparison->order[rank];
    struct cloud *cloud = &frame->cloud[rank];
    cloud->first = frame->used;
    const struct rh_summary *cost_summary = rh_comparison_summary(drawing->comparison, scenario, RH_KPI_COST);
    const struct rh_summary *roi_summary = rh_comparison_summary(drawing->comparison, scenario, RH_KPI_ROI);
    for (int i = 0; i < 5; i++) {
        cloud->cost[i] = cost_summary->quantile[quantiles[i]];
        cloud->roi[i] = roi_summary->quantile[quantiles[i]];
    }
    int code = rh_results_read_kpi(drawing->results, RH_KPI_COST, scenario, cost, error);
    if (code == RH_OK) {
        code = rh_results_read_kpi(drawing->results, RH_KPI_ROI, scenario, roi, error);
    }
    if (code != RH_OK) {
        return code;
    }
    uint64_t stride = (drawing->results->replications + frame->most - 1) / frame->most;
    for (uint64_t r = 0; r < drawing->results->replications; r += stride) {
        if (!isnan(cost[r]) && !isnan(roi[r])) {
            frame->x[frame->used] = cost[r];
            frame->y[frame->used] = roi[r];
            frame->used++;
            cloud->num++;
        }
    }
    return RH_OK;
}

/* Limits that leave half a percent of the dots outside on each side: a ratio has wild tails. */
static int choose_axis(const double *values, size_t num, bool with_zero, struct rh_axis *axis, struct rh_error *error)
{
    double *sorted = rh_calloc(num, sizeof(*sorted));
    if (sorted == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    for (size_t i = 0; i < num; i++) {
        sorted[i] = values[i];
    }
    rh_sort_numbers(sorted, num);
    double low = rh_quantile_sorted(sorted, num, 0.005), high = rh_quantile_sorted(sorted, num, 0.995);
    free(sorted);
    if (with_zero) {
        low = fmin(low, 0.0);
        high = fmax(high, 0.0);
    } else if (low > 0.0 && low < 0.35 * high) {
        low = 0.0;
    }
    *axis = rh_axis_make(low, high, 7);
    double room = 0.03 * (high - low);
    axis->low = low == 0.0 ? low : low - room;
    axis->high = high == 0.0 ? high + room : high + 2.0 * room;
    return RH_OK;
}

static size_t outside(const struct frame *frame, const struct rh_axis *x, const struct rh_axis *y)
{
    size_t num = 0;
    for (size_t i = 0; i < frame->used; i++) {
        num += frame->x[i] < x->low || frame->x[i] > x->high || frame->y[i] < y->low || frame->y[i] > y->high ? 1 : 0;
    }
    return num;
}

static void write_data(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *data = &drawing->data;
    rh_text_puts(data,
                 "# ROI against cost: one block of replications per program (best mean net benefit first), then one "
                 "block of quantiles.\n");
    for (int rank = 0; rank < frame->num; rank++) {
        const struct cloud *cloud = &frame->cloud[rank];
        rh_text_printf(data, "# block %d: ", rank);
        rh_drawing_ranked_name(data, drawing, rank, 200);
        rh_text_puts(data, "\n# cost roi\n");
        for (size_t i = cloud->first; i < cloud->first + cloud->num; i++) {
            rh_text_printf(data, "%.7g %.5g\n", frame->x[i], frame->y[i]);
        }
        if (cloud->num == 0) {
            rh_text_puts(data, "NaN NaN\n");
        }
        rh_text_puts(data, "\n\n");
    }
    rh_text_printf(data, "# block %d: rank cost_p05 cost_p50 cost_p95 roi_p05 roi_p50 roi_p95\n", frame->num);
    for (int rank = 0; rank < frame->num; rank++) {
        const struct cloud *cloud = &frame->cloud[rank];
        rh_text_printf(data, "%d %.9g %.9g %.9g %.9g %.9g %.9g\n", rank + 1, cloud->cost[0], cloud->cost[2],
                       cloud->cost[4], cloud->roi[0], cloud->roi[2], cloud->roi[4]);
    }
}

/* How many programs pay for themselves in the median replication. */
static void finding(const struct rh_drawing *drawing, const struct frame *frame, struct rh_text *out)
{
    int shown = 0, paying = 0, last = 0;
    for (int rank = 0; rank < frame->num; rank++) {
        if (frame->cloud[rank].num > 0) {
            shown++;
            if (frame->cloud[rank].roi[2] > 0.0) {
                paying++;
                last = rank;
            }
        }
    }
    if (paying == 0) {
        rh_text_puts(out, "No program earns back its cost in the median replication");
    } else if (paying == 1) {
        rh_text_puts(out, shown > 1 ? "Only " : "");
        rh_drawing_name(out, drawing, last, 40);
        rh_text_puts(out, " earns back its cost in the median replication");
    } else if (paying == shown) {
        rh_text_printf(out, "All %d programs earn back their cost in the median replication", shown);
    } else {
        rh_text_printf(out, "%d of %d programs earn back their cost in the median replication", paying, shown);
    }
}

static void write_title(struct rh_drawing *drawing, const struct frame *frame, size_t lost)
{
    struct rh_text title, source, how;
    rh_text_init(&title);
    rh_text_init(&source);
    rh_text_init(&how);
    finding(drawing, frame, &title);
    rh_drawing_source(&source, drawing);
    rh_text_puts(&how, "Dot: a replication. Mark: medians, with the ranges of 90% of the replications.");
    if (lost > 0) {
        rh_text_puts(&how, " Outside the frame: ");
        rh_figure_short(&how, 100.0 * (double)lost / (double)frame->used, 2);
        rh_text_puts(&how, "% of the dots.");
    }
    const char *const lines[] = {rh_text_string(&source), rh_text_string(&how)};
    rh_gnuplot_title(&drawing->script, HEIGHT, rh_text_string(&title), lines, 2);
    drawing->script.failed = drawing->script.failed || title.failed || source.failed || how.failed;
    rh_text_free(&title);
    rh_text_free(&source);
    rh_text_free(&how);
}

/* Where the number of a mark stands: away from the nearest other one. */
static const char *corner(const struct frame *frame, int rank, const struct rh_axis *x, const struct rh_axis *y)
{
    const struct cloud *own = &frame->cloud[rank];
    double least = INFINITY;
    const char *place = "1.5,1.0";
    for (int other = 0; other < frame->num; other++) {
        const double right = (own->cost[2] - frame->cloud[other].cost[2]) / (x->high - x->low);
        const double up = (own->roi[2] - frame->cloud[other].roi[2]) / (y->high - y->low);
        if (other != rank && frame->cloud[other].num > 0 && hypot(right, up) < least) {
            least = hypot(right, up);
            place = right < 0.0 ? (up < 0.0 ? "-1.5,-1.0" : "-1.5,1.0") : (up < 0.0 ? "1.5,-1.0" : "1.5,1.0");
        }
    }
    return place;
}

static void write_plot(struct rh_drawing *drawing, const struct frame *frame, const struct rh_axis *x,
                       const struct rh_axis *y)
{
    struct rh_text *script = &drawing->script, name;
    rh_text_init(&name);
    rh_text_puts(script, "    plot \\\n");
    for (int rank = frame->num - 1; rank >= 0; rank--) {
        if (frame->cloud[rank].num > 0) {
            rh_text_printf(
                script,
                "        '%s.dat' index %d using 1:2 with points pt 7 ps 0.45*size lc rgb '#80%s' notitle, \\\n",
                drawing->name, rank, rh_gnuplot_color(rank));
        }
    }
    bool first = true;
    for (int rank = 0; rank < frame->num; rank++) {
        if (frame->cloud[rank].num == 0) {
            continue;
        }
        const char *color = rh_gnuplot_color(rank);
        int point = rh_gnuplot_point(rank);
        rh_drawing_ranked_name(&name, drawing, rank, NAME_WIDTH);
        rh_text_printf(script,
                       "%s        '%s.dat' index %d every ::%d::%d using 3:6:2:4:5:7 with xyerrorbars pt 0 lw 4.5 "
                       "lc rgb 'white' notitle, \\\n"
                       "        '' index %d every ::%d::%d using 3:6:2:4:5:7 with xyerrorbars pt 0 lw 2 "
                       "lc rgb '#%s' notitle, \\\n"
                       "        '' index %d every ::%d::%d using 3:6 with points pt %d ps 3.1*size lc rgb 'white' "
                       "notitle, \\\n"
                       "        '' index %d every ::%d::%d using 3:6 with points pt %d ps 2.3*size lc rgb '#%s' title ",
                       first ? "" : ", \\\n", drawing->name, frame->num, rank, rank, frame->num, rank, rank, color,
                       frame->num, rank, rank, point, frame->num, rank, rank, point, color);
        rh_gnuplot_label(script, rh_text_string(&name));
        rh_gnuplot_again(script, &name);
        first = false;
    }
    for (int rank = 0; rank < frame->num; rank++) {
        if (frame->cloud[rank].num > 0) {
            rh_text_printf(script,
                           ", \\\n        '%s.dat' index %d every ::%d::%d using 3:6:1 with labels boxed "
                           "offset %s textcolor rgb 'black' notitle",
                           drawing->name, frame->num, rank, rank, corner(frame, rank, x, y));
        }
    }
    rh_text_puts(script, "\n");
    script->failed = script->failed || name.failed;
    rh_text_free(&name);
}

/* Pixels of the widest name and its mark. */
static double legend_width(const struct rh_drawing *drawing, const struct frame *frame)
{
    size_t widest = 0;
    for (int rank = 0; rank < frame->num; rank++) {
        struct rh_text name;
        rh_text_init(&name);
        rh_drawing_ranked_name(&name, drawing, rank, NAME_WIDTH);
        size_t width = rh_figure_width(rh_text_string(&name));
        widest = width > widest ? width : widest;
        rh_text_free(&name);
    }
    return 55.0 + 10.2 * (double)widest;
}

static int write_script(struct rh_drawing *drawing, const struct frame *frame, struct rh_error *error)
{
    struct rh_text *script = &drawing->script;
    struct rh_axis x = {0}, y = {0};
    int code = choose_axis(frame->x, frame->used, false, &x, error);
    if (code == RH_OK) {
        code = choose_axis(frame->y, frame->used, true, &y, error);
    }
    if (code != RH_OK) {
        return code;
    }
    rh_gnuplot_begin(script, drawing->name, "Return on investment against cost, one dot per replication",
                     drawing->options, RH_DRAWING_WIDTH, HEIGHT);
    rh_text_puts(script, "    set multiplot\n");
    write_title(drawing, frame, outside(frame, &x, &y));
    double legend = legend_width(drawing, frame);
    rh_text_printf(script,
                   "    set lmargin at screen 0.09\n    set rmargin at screen %.4f\n"
                   "    set tmargin at screen %.4f\n    set bmargin at screen %.4f\n",
                   1.0 - (legend + 15.0) / RH_DRAWING_WIDTH, 1.0 - 130.0 / HEIGHT, 85.0 / HEIGHT);
    rh_text_printf(script, "    set xrange [%.10g:%.10g]\n    set yrange [%.10g:%.10g]\n", x.low, x.high, y.low,
                   y.high);
    rh_gnuplot_tics(script, "x", &x, true);
    rh_gnuplot_tics(script, "y", &y, true);
    rh_text_puts(script, "    set xtics nomirror out scale 0.6\n    set ytics nomirror out scale 0.6\n"
                         "    set border 3 lc rgb '#888888'\n"
                         "    set style line 9 lc rgb '#E4E4E4' lw 1\n    set grid ls 9\n");
    rh_drawing_axis_label(script, drawing, "x", RH_KPI_COST);
    rh_text_printf(
        script,
        "    set ylabel 'ROI: net benefit against no program, per unit of cost' textcolor rgb 'black'\n"
        "    set key at screen %.4f,screen 0.80 left top Left reverse samplen 1.2 spacing 1.35 textcolor rgb 'black'\n"
        "    set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead lc rgb '#555555' lw 1.4 front\n"
        "    set style textbox opaque noborder fillcolor rgb 'white' margins 0.6,0.4\n"
        "    set label 4 'breaks even' at graph 1, first 0 right offset -0.5,0.8 boxed front "
        "textcolor rgb '#444444'\n\n",
        1.0 - legend / RH_DRAWING_WIDTH);
    write_plot(drawing, frame, &x, &y);
    rh_gnuplot_end(script);
    return RH_OK;
}

int rh_draw_roi_cost(struct rh_drawing *drawing, struct rh_error *error)
{
    struct frame frame = {.num = drawing->results->num_scenarios};
    size_t share = MAX_ALL_DOTS / (size_t)frame.num;
    frame.most = share < MAX_DOTS ? share : MAX_DOTS;
    frame.most = frame.most > 0 ? frame.most : 1;
    size_t replications = (size_t)drawing->results->replications;
    int code = RH_OK;
    double *cost = rh_calloc(replications, sizeof(*cost)), *roi = rh_calloc(replications, sizeof(*roi));
    frame.cloud = rh_calloc((size_t)frame.num, sizeof(*frame.cloud));
    frame.x = rh_calloc((size_t)frame.num * frame.most, sizeof(*frame.x));
    frame.y = rh_calloc((size_t)frame.num * frame.most, sizeof(*frame.y));
    if (cost == NULL || roi == NULL || frame.cloud == NULL || frame.x == NULL || frame.y == NULL) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
        goto out;
    }
    for (int rank = 0; rank < frame.num; rank++) {
        code = read_cloud(drawing, &frame, rank, cost, roi, error);
        if (code != RH_OK) {
            goto out;
        }
    }
    if (frame.used == 0) {
        rh_text_puts(&drawing->skipped, "no program has a return on investment, for none costs anything to speak of");
        goto out;
    }
    write_data(drawing, &frame);
    code = write_script(drawing, &frame, error);
out:
    free(frame.y);
    free(frame.x);
    free(frame.cloud);
    free(roi);
    free(cost);
    return code;
}
