/* Where the money goes: a bar for each program, of what is paid by what it is paid for, and beyond it what is earned
 * but never claimed. */
#include "report/drawing.h"

#include "core/memory.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "report/spend.h"

#include <math.h>
#include <stdlib.h>

#define TOP 158 /* title, the lines below it, legend */
#define ROW_HEIGHT 64
#define BOTTOM 84
#define LEFT 300
#define NAME_WIDTH 26
#define NARROW 0.045 /* of the axis: no percentage fits into a narrower part */

struct bar {
    int rank;
    struct rh_spend money;
};

struct frame {
    int num;
    struct bar *bar; /* [num] by rank */
    double low, high;
    int height;
};

/* Dark to light, so that neighbors differ in gray as well. */
static const struct {
    const char *name, *color;
    int point;
} looks[RH_NUM_SPEND_PARTS] = {
    [RH_SPEND_INCREMENTAL] = {"incremental sales", "0072B2", 5},    [RH_SPEND_PULLED] = {"pulled forward", "56B4E9", 5},
    [RH_SPEND_WINDFALL] = {"windfall: done anyway", "F4D79C", 5},   [RH_SPEND_ERROR] = {"payment errors", "D55E00", 5},
    [RH_SPEND_BREAKAGE] = {"never claimed, not paid", "8C8C8C", 4},
};

/* Where a part begins; a negative error goes to the left of 0. */
static double begin_of(const struct rh_spend *money, enum rh_spend_part part)
{
    double begin = 0.0;
    for (int k = 0; k < (int)part; k++) {
        begin += fmax(0.0, money->part[k]);
    }
    return part == RH_SPEND_ERROR && money->part[part] < 0.0 ? money->part[part] : begin;
}

/* The reference is left out: all that it pays is for what is done under it. */
static int read_bars(struct rh_drawing *drawing, struct frame *frame, struct rh_error *error)
{
    const struct rh_results *results = drawing->results;
    int code = RH_OK;
    for (int rank = 0; rank < results->num_scenarios && code == RH_OK; rank++) {
        const int scenario = drawing->comparison->order[rank];
        struct bar *bar = &frame->bar[frame->num];
        bar->rank = rank;
        if (scenario == results->reference) {
            continue;
        }
        code = rh_spend_read(&bar->money, results, scenario, error);
        if (code == RH_OK && (bar->money.paid > 0.0 || bar->money.part[RH_SPEND_BREAKAGE] > 0.0)) {
            frame->low = fmin(frame->low, bar->money.part[RH_SPEND_ERROR]);
            frame->high = fmax(frame->high, begin_of(&bar->money, RH_NUM_SPEND_PARTS));
            frame->high = fmax(frame->high, bar->money.paid_p95);
            frame->num++;
        }
    }
    return code;
}

static void write_data(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *data = &drawing->data;
    rh_text_puts(data, "# Where the money goes: means over the replications, by program (best mean net benefit first). "
                       "The first four parts add up to paid.\n# row rank");
    for (int k = 0; k < RH_NUM_SPEND_PARTS; k++) {
        rh_text_printf(data, " %s", rh_spend_part_name((enum rh_spend_part)k));
    }
    rh_text_puts(data, " paid paid_p05 paid_p95 name\n");
    for (int i = 0; i < frame->num; i++) {
        const struct bar *bar = &frame->bar[i];
        rh_text_printf(data, "%d %d", i, bar->rank + 1);
        for (int k = 0; k < RH_NUM_SPEND_PARTS; k++) {
            rh_text_printf(data, " %.7g", bar->money.part[k]);
        }
        rh_text_printf(data, " %.7g %.7g %.7g \"", bar->money.paid, bar->money.paid_p05, bar->money.paid_p95);
        rh_drawing_name(data, drawing, bar->rank, 200);
        rh_text_puts(data, "\"\n");
    }
}

/* The program of whose payments most is for incremental sales. */
static void finding(const struct rh_drawing *drawing, const struct frame *frame, struct rh_text *out)
{
    int best = -1;
    double most = -INFINITY;
    for (int i = 0; i < frame->num; i++) {
        const struct rh_spend *money = &frame->bar[i].money;
        const double share = money->paid > 0.0 ? money->part[RH_SPEND_INCREMENTAL] / money->paid : NAN;
        if (share > most) {
            most = share;
            best = i;
        }
    }
    if (best < 0) {
        rh_text_puts(out, "Nothing of what is earned is ever paid");
        return;
    }
    const struct rh_spend *money = &frame->bar[best].money;
    rh_drawing_name(out, drawing, frame->bar[best].rank, 28);
    rh_text_printf(out, " pays %.0f%% for incremental sales, %.0f%% for windfall", 100.0 * most,
                   100.0 * money->part[RH_SPEND_WINDFALL] / money->paid);
}

static void write_head(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text title;
    double x = 32.0;
    rh_text_init(&title);
    finding(drawing, frame, &title);
    rh_drawing_title(drawing, frame->height, rh_text_string(&title),
                     "Means; percentages are of what is paid. Diamond: paid, with the range of 90% of the "
                     "replications.");
    for (int k = 0; k < RH_NUM_SPEND_PARTS; k++) {
        x = rh_gnuplot_key(&drawing->script, looks[k].name, looks[k].color, looks[k].point, x, 124.0, RH_DRAWING_WIDTH,
                           frame->height);
    }
    drawing->script.failed = drawing->script.failed || title.failed;
    rh_text_free(&title);
}

static void write_rows(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *script = &drawing->script, name;
    rh_text_init(&name);
    rh_text_printf(script, "    set yrange [%d.5:-0.5]\n    set ytics (", frame->num - 1);
    for (int i = 0; i < frame->num; i++) {
        rh_drawing_ranked_name(&name, drawing, frame->bar[i].rank, NAME_WIDTH);
        rh_text_puts(script, i > 0 ? ", " : "");
        rh_gnuplot_label(script, rh_text_string(&name));
        rh_text_printf(script, " %d", i);
        rh_gnuplot_again(script, &name);
    }
    rh_text_puts(script, ") nomirror scale 0 textcolor rgb 'black'\n");
    script->failed = script->failed || name.failed;
    rh_text_free(&name);
}

/* What share of the payments a part is, inside of it. */
static void write_shares(struct rh_text *script, const struct frame *frame)
{
    for (int i = 0; i < frame->num; i++) {
        const struct rh_spend *money = &frame->bar[i].money;
        for (int k = 0; k < RH_SPEND_BREAKAGE; k++) {
            if (money->part[k] > NARROW * (frame->high - frame->low) && money->paid > 0.0) {
                rh_text_printf(script,
                               "    set label '%.0f%%' at first %.10g,%.2f center front textcolor rgb 'ink on #%s'\n",
                               100.0 * money->part[k] / money->paid,
                               begin_of(money, (enum rh_spend_part)k) + 0.5 * money->part[k], i - 0.09, looks[k].color);
            }
        }
    }
}

static void write_plot(struct rh_drawing *drawing)
{
    static const char *const begins[RH_NUM_SPEND_PARTS] = {"(0)", "3", "($3+$4)", "($6<0 ? $6 : $3+$4+$5)",
                                                           "($3+$4+$5+($6>0 ? $6 : 0))"};
    static const char *const ends[RH_NUM_SPEND_PARTS] = {"3", "($3+$4)", "($3+$4+$5)", "($6<0 ? 0 : $3+$4+$5+$6)",
                                                         "($3+$4+$5+($6>0 ? $6 : 0)+$7)"};
    struct rh_text *script = &drawing->script;
    rh_text_puts(script, "    plot \\\n");
    for (int k = 0; k < RH_NUM_SPEND_PARTS; k++) {
        const bool open = k == RH_SPEND_BREAKAGE;
        rh_text_printf(script,
                       "        '%s.dat' using 3:1:%s:%s:($1-0.34):($1+0.16) with boxxyerror fc rgb '#%s' fs solid "
                       "border lc rgb '#%s' notitle, \\\n",
                       drawing->name, begins[k], ends[k], open ? "FFFFFF" : looks[k].color,
                       open ? looks[k].color : "FFFFFF");
    }
    rh_text_printf(script,
                   "        '%s.dat' using 9:($1+0.32):($10-$9):(0) with vectors nohead lw 2 lc rgb '#333333' notitle, "
                   "\\\n        '' using 8:($1+0.32) with points pt 13 ps 1.5*size lc rgb 'black' notitle\n",
                   drawing->name);
}

static void write_script(struct rh_drawing *drawing, struct frame *frame)
{
    struct rh_text *script = &drawing->script;
    frame->height = TOP + frame->num * ROW_HEIGHT + BOTTOM;
    const struct rh_axis x = rh_axis_make(frame->low, frame->high, 8);
    const struct rh_frame place = {LEFT, RH_DRAWING_WIDTH - 40.0, TOP, frame->height - (double)BOTTOM};
    rh_gnuplot_begin(script, drawing->name, "Where the money goes: what is paid, by what it is paid for",
                     drawing->options, RH_DRAWING_WIDTH, frame->height);
    rh_text_puts(script, "    set multiplot\n");
    write_head(drawing, frame);
    rh_gnuplot_frame(script, &place, RH_DRAWING_WIDTH, frame->height);
    rh_text_printf(script, "    set xrange [%.10g:%.10g]\n", x.low, x.high);
    rh_gnuplot_tics(script, "x", &x, true);
    rh_text_puts(script, "    set xtics nomirror out scale 0.6\n    set border 1 lc rgb '#888888'\n"
                         "    set style line 9 lc rgb '#DDDDDD' lw 1\n    set grid xtics noytics ls 9\n");
    rh_drawing_axis_label(script, drawing, "x", RH_KPI_PAID);
    write_rows(drawing, frame);
    write_shares(script, frame);
    write_plot(drawing);
    rh_gnuplot_end(script);
}

int rh_draw_money(struct rh_drawing *drawing, struct rh_error *error)
{
    struct frame frame = {.bar = rh_calloc((size_t)drawing->results->num_scenarios, sizeof *frame.bar)};
    int code = frame.bar != NULL ? read_bars(drawing, &frame, error)
                                 : rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    if (code == RH_OK && frame.num == 0) {
        rh_text_puts(&drawing->skipped, "no program but the reference pays anything");
    } else if (code == RH_OK) {
        write_data(drawing, &frame);
        write_script(drawing, &frame);
    }
    free(frame.bar);
    return code;
}
