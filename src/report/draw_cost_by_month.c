/* Cost by month: what finance will have to provide for, and when. A frame for each program, all to one scale; a month's
 * cost is an amount of that month, so the fan has a step for each and is not drawn as if it ran between them. */
#include "report/drawing.h"

#include "core/memory.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>

#define NUM_LEVELS 5
#define TOP 118
#define BOTTOM 20
#define PANEL_HEIGHT 332

static const double levels[NUM_LEVELS] = {0.05, 0.25, 0.50, 0.75, 0.95};

struct frame {
    int num_months;
    int num;     /* programs with a frame of their own */
    int *rank;   /* [num] */
    double *fan; /* [num][num_months][NUM_LEVELS] */
    double highest;
};

/* Appends the program of that rank to the frame, unless it never costs anything. */
static int read_fan(const struct rh_drawing *drawing, struct frame *frame, int rank, float *values, double *column,
                    struct rh_error *error)
{
    size_t replications = (size_t)drawing->results->replications, months = (size_t)frame->num_months;
    int code = rh_results_read_cut(drawing->results, RH_CUT_MONTH, RH_KPI_COST, drawing->comparison->order[rank],
                                   values, error);
    if (code != RH_OK) {
        return code;
    }
    double *fan = &frame->fan[(size_t)frame->num * months * NUM_LEVELS];
    bool costs = false;
    for (size_t t = 0; t < months; t++) {
        size_t num = 0;
        for (size_t r = 0; r < replications; r++) {
            if (!isnan(values[r * months + t])) {
                column[num++] = (double)values[r * months + t];
            }
        }
        rh_sort_numbers(column, num);
        costs = costs || (num > 0 && (column[0] < 0.0 || column[num - 1] > 0.0));
        for (size_t i = 0; i < NUM_LEVELS; i++) {
            fan[t * NUM_LEVELS + i] = rh_quantile_sorted(column, num, levels[i]);
        }
    }
    if (costs) {
        for (size_t i = 0; i < months * NUM_LEVELS; i++) {
            frame->highest = fan[i] > frame->highest ? fan[i] : frame->highest;
        }
        frame->rank[frame->num++] = rank;
    }
    return RH_OK;
}

static void write_data(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *data = &drawing->data;
    char month[RH_DAY_TEXT];
    rh_text_puts(data, "# Cost by month: one block per program (best mean net benefit first).\n");
    for (int k = 0; k < frame->num; k++) {
        rh_text_printf(data, "# block %d: ", k);
        rh_drawing_ranked_name(data, drawing, frame->rank[k], 200);
        rh_text_puts(data, "\n# place month p05 p25 p50 p75 p95\n");
        for (int t = 0; t < frame->num_months; t++) {
            const double *fan = &frame->fan[((size_t)k * (size_t)frame->num_months + (size_t)t) * NUM_LEVELS];
            rh_text_printf(data, "%d %s %.7g %.7g %.7g %.7g %.7g\n", t + 1,
                           rh_month_format(drawing->results->first_month + t, month), fan[0], fan[1], fan[2], fan[3],
                           fan[4]);
        }
        rh_text_puts(data, "\n\n");
    }
}

/* Months of a calendar quarter, half or year; the year stands below the first label and each January. */
static void month_tics(struct rh_text *script, const struct rh_drawing *drawing, int num_months)
{
    static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int step = num_months <= 6 ? 1 : num_months <= 18 ? 3 : num_months <= 36 ? 6 : 12;
    bool first = true;
    rh_text_puts(script, "    set xtics (");
    for (int t = 0; t < num_months; t++) {
        rh_month month = drawing->results->first_month + t;
        int of_year = rh_month_of_year(month);
        if ((of_year - 1) % step != 0) {
            continue;
        }
        rh_text_printf(script, "%s\"%s", first ? "" : ", ", names[of_year - 1]);
        if (first || of_year == 1) {
            rh_text_printf(script, "\\n%d", rh_month_year(month));
        }
        rh_text_printf(script, "\" %d", t + 1);
        first = false;
    }
    rh_text_puts(script, ") nomirror out scale 0.5 textcolor rgb '#333333'\n");
}

/* The month that costs most, of all programs. */
static void finding(const struct rh_drawing *drawing, const struct frame *frame, struct rh_text *out)
{
    int best = 0, where = 0;
    double highest = -INFINITY;
    for (int k = 0; k < frame->num; k++) {
        for (int t = 0; t < frame->num_months; t++) {
            double p50 = frame->fan[((size_t)k * (size_t)frame->num_months + (size_t)t) * NUM_LEVELS + 2];
            if (p50 > highest) {
                highest = p50;
                best = k;
                where = t;
            }
        }
    }
    char month[RH_DAY_TEXT];
    rh_text_puts(out, "The dearest month: ");
    rh_figure_short(out, highest, 3);
    rh_text_puts(out, drawing->results->currency[0] != '\0' ? " " : "");
    rh_text_puts(out, drawing->results->currency);
    rh_text_puts(out, " for ");
    rh_drawing_name(out, drawing, frame->rank[best], 40);
    rh_text_printf(out, " in %s (median)", rh_month_format(drawing->results->first_month + where, month));
}

static void write_title(struct rh_drawing *drawing, const struct frame *frame, int height)
{
    struct rh_text title, source;
    rh_text_init(&title);
    rh_text_init(&source);
    finding(drawing, frame, &title);
    rh_text_puts(&source, "Cost by month");
    rh_text_puts(&source, drawing->results->currency[0] != '\0' ? ", " : "");
    rh_text_printf(&source, "%s · ", drawing->results->currency);
    rh_drawing_source(&source, drawing);
    const char *const lines[] = {
        rh_text_string(&source),
        "Line: the median; dark, half of the replications; light, 90% of them. “All” is the sum of the months."};
    rh_gnuplot_title(&drawing->script, height, rh_text_string(&title), lines, 2);
    drawing->script.failed = drawing->script.failed || title.failed || source.failed;
    rh_text_free(&title);
    rh_text_free(&source);
}

/* Places of the panels, in pixels. */
struct grid {
    int columns, rows, height;
    double left, panel_width;
};

/* Cost of the horizon, and the budget where there is one: what is earned over how much of it that is. */
static void write_all(const struct rh_drawing *drawing, int rank, struct rh_text *out)
{
    const int scenario = drawing->comparison->order[rank];
    const struct rh_summary *cost = rh_comparison_summary(drawing->comparison, scenario, RH_KPI_COST);
    const struct rh_summary *earned = rh_comparison_summary(drawing->comparison, scenario, RH_KPI_EARNED);
    const struct rh_summary *used = rh_comparison_summary(drawing->comparison, scenario, RH_KPI_BUDGET_USED);
    rh_text_puts(out, "all ");
    rh_figure_short(out, cost->quantile[RH_P50], 3);
    rh_text_puts(out, " (");
    rh_figure_short(out, cost->quantile[RH_P05], 3);
    rh_text_puts(out, "…");
    rh_figure_short(out, cost->quantile[RH_P95], 3);
    rh_text_puts(out, ")");
    if (used->mean > 0.0) {
        rh_text_puts(out, ", budget ");
        rh_figure_short(out, earned->mean / used->mean, 3);
    }
}

static void write_panel(struct rh_drawing *drawing, const struct frame *frame, const struct grid *grid,
                        const struct rh_axis *y, int k)
{
    struct rh_text *script = &drawing->script, name;
    rh_text_init(&name);
    int rank = frame->rank[k], row = k / grid->columns, column = k % grid->columns;
    double left = grid->left + column * grid->panel_width, top = TOP + row * PANEL_HEIGHT;
    char light[7], dark[7];
    rh_drawing_ranked_name(&name, drawing, rank, (size_t)(grid->panel_width / 12.0) - 3);
    rh_text_printf(script, "\n    # Panel %d\n    set label 10 ", k + 1);
    rh_gnuplot_bold(script, rh_text_string(&name));
    rh_gnuplot_again(script, &name);
    rh_text_printf(script, " at graph 0, graph 1 left offset 0,1.75 textcolor rgb 'black'\n");
    write_all(drawing, rank, &name);
    rh_text_printf(script, "    set label 11 '%s' at graph 0, graph 1 left offset 0,0.7 textcolor rgb '#444444'\n",
                   rh_text_string(&name));
    rh_text_printf(script,
                   "    set lmargin at screen %.4f\n    set rmargin at screen %.4f\n"
                   "    set tmargin at screen %.4f\n    set bmargin at screen %.4f\n",
                   left / RH_DRAWING_WIDTH, (left + grid->panel_width - 22.0) / RH_DRAWING_WIDTH,
                   1.0 - (top + 52.0) / grid->height, 1.0 - (top + PANEL_HEIGHT - 84.0) / grid->height);
    rh_gnuplot_tics(script, "y", y, column == 0);
    rh_text_puts(script, "    set ytics nomirror scale 0\n");
    rh_gnuplot_tint(rank, 0.25, light);
    rh_gnuplot_tint(rank, 0.60, dark);
    rh_text_printf(script,
                   "    plot '%s.dat' index %d using 1:3:($1-0.5):($1+0.5):3:7 with boxxyerror fc rgb '#%s' fs solid "
                   "border lc rgb '#%s' notitle, \\\n"
                   "        '' index %d using 1:3:($1-0.5):($1+0.5):4:6 with boxxyerror fc rgb '#%s' fs solid "
                   "border lc rgb '#%s' notitle, \\\n"
                   "        '' index %d using ($1-0.5):5:(1):(0) with vectors nohead lw 3 lc rgb 'black' notitle\n",
                   drawing->name, k, light, light, k, dark, dark, k);
    if (k == 0) {
        rh_gnuplot_title_done(script, 2);
    }
    script->failed = script->failed || name.failed;
    rh_text_free(&name);
}

static void write_script(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *script = &drawing->script;
    struct grid grid = {.columns = frame->num == 4  ? 2
                                   : frame->num < 3 ? frame->num
                                   : frame->num > 9 ? 4
                                                    : 3,
                        .left = 110.0};
    grid.rows = (frame->num + grid.columns - 1) / grid.columns;
    grid.height = TOP + grid.rows * PANEL_HEIGHT + BOTTOM;
    grid.panel_width = (RH_DRAWING_WIDTH - grid.left - 10.0) / grid.columns;
    struct rh_axis y = rh_axis_make(0.0, frame->highest, 5);
    rh_gnuplot_begin(script, drawing->name,
                     "Cost by month: median, half and 90% of the replications, program by program", drawing->options,
                     RH_DRAWING_WIDTH, grid.height);
    rh_text_puts(script, "    set multiplot\n");
    write_title(drawing, frame, grid.height);
    rh_text_printf(script, "    set xrange [0.4:%d.6]\n    set yrange [0:%.10g]\n", frame->num_months, y.high);
    month_tics(script, drawing, frame->num_months);
    rh_text_puts(script, "    set border 1 lc rgb '#888888'\n"
                         "    set style line 9 lc rgb '#DDDDDD' lw 1\n    set grid ytics ls 9\n");
    for (int k = 0; k < frame->num; k++) {
        write_panel(drawing, frame, &grid, &y, k);
    }
    rh_gnuplot_end(script);
}

int rh_draw_cost_by_month(struct rh_drawing *drawing, struct rh_error *error)
{
    struct frame frame = {.num_months = drawing->results->cut_size[RH_CUT_MONTH]};
    size_t replications = (size_t)drawing->results->replications, months = (size_t)frame.num_months;
    size_t num = (size_t)drawing->results->num_scenarios;
    int code = RH_OK;
    float *values = rh_calloc(replications * months, sizeof(*values));
    double *column = rh_calloc(replications, sizeof(*column));
    frame.rank = rh_calloc(num, sizeof(*frame.rank));
    frame.fan = rh_calloc(num * months * NUM_LEVELS, sizeof(*frame.fan));
    if (values == NULL || column == NULL || frame.rank == NULL || frame.fan == NULL) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
        goto out;
    }
    for (int rank = 0; rank < (int)num; rank++) {
        code = read_fan(drawing, &frame, rank, values, column, error);
        if (code != RH_OK) {
            goto out;
        }
    }
    if (frame.num == 0) {
        rh_text_puts(&drawing->skipped, "no program costs anything in any month");
        goto out;
    }
    write_data(drawing, &frame);
    write_script(drawing, &frame);
out:
    free(frame.fan);
    free(frame.rank);
    free(column);
    free(values);
    return code;
}
