/* Segments: which take part, and what each brings. Shares of partners to the left, net benefit with its ranges to the
 * right; a group of rows for each segment, a row for each program. */
#include "report/drawing.h"

#include "core/memory.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "report/winners.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PROGRAMS 6 /* as many as there are colors */
#define MAX_SEGMENTS 12
#define NUM_LEVELS 5
#define TOP 178
#define ROW_HEIGHT 30
#define GROUP_GAP 0.6 /* of a row */
#define BOTTOM 84
#define LEFT 275
#define SHARES_WIDTH 300 /* pixels of the frame to the left */
#define BETWEEN 76
#define NAME_WIDTH 24

static const double levels[NUM_LEVELS] = {0.05, 0.25, 0.50, 0.75, 0.95};

struct cell {
    double mean, quantile[NUM_LEVELS]; /* of net benefit */
    double paid;                       /* share of the segment's partners; NaN: not known */
};

struct frame {
    int num_programs, rank[MAX_PROGRAMS];
    int num_segments, *segment; /* [num_segments] in the order shown */
    struct cell *cell;          /* [segment of the file][MAX_PROGRAMS] */
    bool shares;                /* of partners are known */
    int left_out;               /* programs */
    int height;
};

static struct cell *cell_of(const struct frame *frame, int segment, int program)
{
    return &frame->cell[(size_t)segment * MAX_PROGRAMS + (size_t)program];
}

static int read_benefit(const struct rh_drawing *drawing, struct frame *frame, int program, float *values,
                        double *column, struct rh_error *error)
{
    const size_t replications = (size_t)drawing->results->replications;
    const int segments = drawing->results->cut_size[RH_CUT_SEGMENT];
    const int scenario = drawing->comparison->order[frame->rank[program]];
    const int code = rh_results_read_cut(drawing->results, RH_CUT_SEGMENT, RH_KPI_NET_BENEFIT, scenario, values, error);
    for (int s = 0; s < segments && code == RH_OK; s++) {
        struct cell *cell = cell_of(frame, s, program);
        for (size_t r = 0; r < replications; r++) {
            column[r] = (double)values[r * (size_t)segments + (size_t)s];
        }
        rh_sort_numbers(column, replications);
        cell->mean = rh_sum(column, replications) / (double)replications;
        for (int i = 0; i < NUM_LEVELS; i++) {
            cell->quantile[i] = rh_quantile_sorted(column, replications, levels[i]);
        }
    }
    return code;
}

/* Of each segment's partners those that a program pays in more than half of the replications. */
static void count_paid(const struct rh_drawing *drawing, struct frame *frame, const struct rh_winners *winners)
{
    for (int s = 0; s < drawing->results->cut_size[RH_CUT_SEGMENT]; s++) {
        const char *label = drawing->results->cut_label[RH_CUT_SEGMENT][s];
        for (int p = 0; p < frame->num_programs; p++) {
            const int scenario = drawing->comparison->order[frame->rank[p]];
            int all = 0, paid = 0;
            for (int i = 0; i < winners->partners.num; i++) {
                const bool in = strcmp(winners->partners.segment[i], label) == 0;
                all += in ? 1 : 0;
                paid += in && rh_winners_figure(winners, RH_PARTNER_PAYOUT_P50, scenario, i) > 0.0 ? 1 : 0;
            }
            cell_of(frame, s, p)->paid = all > 0 ? (double)paid / all : NAN;
        }
    }
}

/* The segments that are shown: by what the best program brings there, best first; of too many those where it brings or
 * costs most. */
static void choose_segments(const struct rh_drawing *drawing, struct frame *frame)
{
    const int segments = drawing->results->cut_size[RH_CUT_SEGMENT];
    for (int pass = 0; pass < 2; pass++) { /* by size, then of these by value */
        const int num = pass == 0 ? segments : frame->num_segments;
        for (int i = 1; i < num; i++) {
            const int s = frame->segment[i];
            const double value = cell_of(frame, s, 0)->mean;
            int k = i;
            for (; k > 0; k--) {
                const double other = cell_of(frame, frame->segment[k - 1], 0)->mean;
                if (pass == 0 ? fabs(other) >= fabs(value) : other >= value) {
                    break;
                }
                frame->segment[k] = frame->segment[k - 1];
            }
            frame->segment[k] = s;
        }
        frame->num_segments = num < MAX_SEGMENTS ? num : MAX_SEGMENTS;
    }
}

static const char *segment_name(const struct rh_drawing *drawing, int segment)
{
    const char *label = drawing->results->cut_label[RH_CUT_SEGMENT][segment];
    return label[0] != '\0' ? label : "(no segment)";
}

/* Rows from the top; a gap after each group. */
static double row_of(const struct frame *frame, int place, int program)
{
    return place * (frame->num_programs + GROUP_GAP) + program;
}

static void write_data(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *data = &drawing->data;
    rh_text_puts(data, "# Segments: share of partners paid in more than half of the replications, and net benefit; one "
                       "block per program (best mean net benefit first).\n");
    for (int p = 0; p < frame->num_programs; p++) {
        rh_text_printf(data, "# block %d: ", p);
        rh_drawing_ranked_name(data, drawing, frame->rank[p], 200);
        rh_text_puts(data, "\n# row paid_percent mean p05 p25 p50 p75 p95 segment\n");
        for (int i = 0; i < frame->num_segments; i++) {
            const struct cell *cell = cell_of(frame, frame->segment[i], p);
            rh_text_printf(data, "%.6g %.4g %.7g", row_of(frame, i, p), 100.0 * cell->paid, cell->mean);
            for (int k = 0; k < NUM_LEVELS; k++) {
                rh_text_printf(data, " %.7g", cell->quantile[k]);
            }
            rh_text_puts(data, " \"");
            rh_figure_cut(data, segment_name(drawing, frame->segment[i]), 200);
            rh_text_puts(data, "\"\n");
        }
        rh_text_puts(data, "\n\n");
    }
}

/* Where the best program brings something on average. */
static void finding(const struct rh_drawing *drawing, const struct frame *frame, struct rh_text *out)
{
    int pays = 0, last = 0;
    for (int i = 0; i < frame->num_segments; i++) {
        if (cell_of(frame, frame->segment[i], 0)->mean > 0.0) {
            pays++;
            last = frame->segment[i];
        }
    }
    rh_drawing_name(out, drawing, frame->rank[0], 34);
    if (pays == 0) {
        rh_text_puts(out, " brings nothing in any segment on average");
    } else if (pays == frame->num_segments) {
        rh_text_puts(out, " brings something in every segment on average");
    } else if (pays == 1) {
        rh_text_puts(out, " brings something on average only in the segment ");
        rh_figure_cut(out, segment_name(drawing, last), 34);
    } else {
        rh_text_printf(out, " brings something on average in %d of %d segments", pays, frame->num_segments);
    }
}

static void write_head(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text title, note, name;
    double x = 32.0;
    rh_text_init(&title);
    rh_text_init(&note);
    rh_text_init(&name);
    finding(drawing, frame, &title);
    rh_text_puts(&note, "Mark: mean. Bars: half and 90% of the replications.");
    const int hidden = drawing->results->cut_size[RH_CUT_SEGMENT] - frame->num_segments;
    if (hidden > 0) {
        rh_text_printf(&note, " Not shown: %d segment%s that matter less.", hidden, hidden == 1 ? "" : "s");
    }
    if (frame->left_out > 0) {
        rh_text_printf(&note, " Not shown: %d program%s of less net benefit.", frame->left_out,
                       frame->left_out == 1 ? "" : "s");
    }
    rh_drawing_title(drawing, frame->height, rh_text_string(&title), rh_text_string(&note));
    for (int p = 0; p < frame->num_programs; p++) {
        rh_drawing_ranked_name(&name, drawing, frame->rank[p], frame->num_programs > 3 ? 14 : 26);
        x = rh_gnuplot_key(&drawing->script, rh_text_string(&name), rh_gnuplot_color(frame->rank[p]),
                           rh_gnuplot_point(frame->rank[p]), x, 120.0, RH_DRAWING_WIDTH, frame->height);
        rh_gnuplot_again(&drawing->script, &name);
    }
    drawing->script.failed = drawing->script.failed || title.failed || note.failed || name.failed;
    rh_text_free(&title);
    rh_text_free(&note);
    rh_text_free(&name);
}

static void write_rows(struct rh_drawing *drawing, const struct frame *frame, bool names)
{
    struct rh_text *script = &drawing->script, name;
    rh_text_init(&name);
    rh_text_printf(script, "    set yrange [%.6g:-0.8]\n    set ytics (",
                   row_of(frame, frame->num_segments - 1, frame->num_programs - 1) + 0.8);
    for (int i = 0; i < frame->num_segments; i++) {
        rh_figure_cut(&name, segment_name(drawing, frame->segment[i]), NAME_WIDTH);
        rh_text_puts(script, i > 0 ? ", " : "");
        rh_gnuplot_label(script, names ? rh_text_string(&name) : "");
        rh_text_printf(script, " %.6g", row_of(frame, i, 0) + 0.5 * (frame->num_programs - 1));
        rh_gnuplot_again(script, &name);
    }
    rh_text_puts(script, ") nomirror scale 0 textcolor rgb 'black'\n    unset arrow\n");
    for (int i = 1; i < frame->num_segments; i++) {
        const double y = row_of(frame, i, 0) - 0.5 * (1.0 + GROUP_GAP);
        rh_text_printf(script,
                       "    set arrow from graph 0, first %.6g to graph 1, first %.6g nohead lc rgb '#CCCCCC'\n", y, y);
    }
    script->failed = script->failed || name.failed;
    rh_text_free(&name);
}

static void write_shares(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *script = &drawing->script;
    rh_text_puts(script, "\n    # Shares of partners\n    set xrange [0:100]\n"
                         "    set xtics 0,25,100 nomirror out scale 0.6 format '%g%%' textcolor rgb '#333333'\n"
                         "    set xlabel 'Partners that are paid' textcolor rgb 'black'\n");
    write_rows(drawing, frame, true);
    rh_text_puts(script, "    plot \\\n");
    for (int p = 0; p < frame->num_programs; p++) {
        rh_text_printf(script,
                       "%s        '%s.dat' index %d using (0):1:2:(0) with vectors nohead lw 3 lc rgb '#%s' notitle, "
                       "\\\n        '' index %d using 2:1 with points pt %d ps 1.6*size lc rgb '#%s' notitle",
                       p > 0 ? ", \\\n" : "", drawing->name, p, rh_gnuplot_color(frame->rank[p]), p,
                       rh_gnuplot_point(frame->rank[p]), rh_gnuplot_color(frame->rank[p]));
    }
    rh_text_puts(script, "\n");
    rh_gnuplot_title_done(script, 2);
    rh_text_puts(script, "    unset label\n");
}

static struct rh_axis benefit_axis(const struct frame *frame)
{
    double low = 0.0, high = 0.0;
    for (int i = 0; i < frame->num_segments; i++) {
        for (int p = 0; p < frame->num_programs; p++) {
            const struct cell *cell = cell_of(frame, frame->segment[i], p);
            low = fmin(low, cell->quantile[0]);
            high = fmax(high, cell->quantile[NUM_LEVELS - 1]);
        }
    }
    return rh_axis_make(low, high, 6);
}

static void write_benefit(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *script = &drawing->script;
    const struct rh_axis x = benefit_axis(frame);
    rh_text_printf(script, "\n    # Net benefit\n    set xrange [%.10g:%.10g]\n", x.low, x.high);
    rh_gnuplot_tics(script, "x", &x, true);
    rh_text_puts(script, "    set xtics nomirror out scale 0.6\n");
    rh_drawing_axis_label(script, drawing, "x", RH_KPI_NET_BENEFIT);
    write_rows(drawing, frame, !frame->shares);
    rh_text_puts(script, "    set arrow from first 0, graph 0 to first 0, graph 1 nohead lc rgb '#555555' lw 1.4\n"
                         "    plot \\\n");
    for (int p = 0; p < frame->num_programs; p++) {
        const char *color = rh_gnuplot_color(frame->rank[p]);
        rh_text_printf(script,
                       "%s        '%s.dat' index %d using 4:1:($8-$4):(0) with vectors nohead lw 2 lc rgb '#%s' "
                       "notitle, \\\n"
                       "        '' index %d using 5:1:($7-$5):(0) with vectors nohead lw 7 lc rgb '#%s' notitle, \\\n"
                       "        '' index %d using 3:1 with points pt %d ps 2.1*size lc rgb 'white' notitle, \\\n"
                       "        '' index %d using 3:1 with points pt %d ps 1.5*size lc rgb 'black' notitle",
                       p > 0 ? ", \\\n" : "", drawing->name, p, color, p, color, p, rh_gnuplot_point(frame->rank[p]), p,
                       rh_gnuplot_point(frame->rank[p]));
    }
    rh_text_puts(script, "\n");
}

static void write_script(struct rh_drawing *drawing, struct frame *frame)
{
    struct rh_text *script = &drawing->script;
    frame->height =
        TOP + BOTTOM + (int)(ROW_HEIGHT * (row_of(frame, frame->num_segments - 1, frame->num_programs - 1) + 1.6));
    struct rh_frame place = {LEFT, LEFT + SHARES_WIDTH, TOP - 20.0, frame->height - (double)BOTTOM};
    rh_gnuplot_begin(script, drawing->name, "Segments: which take part, and what each brings", drawing->options,
                     RH_DRAWING_WIDTH, frame->height);
    rh_text_puts(script, "    set multiplot\n    set border 1 lc rgb '#888888'\n"
                         "    set style line 9 lc rgb '#DDDDDD' lw 1\n    set grid xtics noytics ls 9\n");
    write_head(drawing, frame);
    if (frame->shares) {
        rh_gnuplot_frame(script, &place, RH_DRAWING_WIDTH, frame->height);
        write_shares(drawing, frame);
        place.left = place.right + BETWEEN;
    }
    place.right = RH_DRAWING_WIDTH - 40.0;
    rh_gnuplot_frame(script, &place, RH_DRAWING_WIDTH, frame->height);
    write_benefit(drawing, frame);
    rh_gnuplot_end(script);
}

static void choose_programs(const struct rh_drawing *drawing, struct frame *frame)
{
    const struct rh_winners all = {.results = drawing->results};
    for (int rank = 0; rank < drawing->results->num_scenarios; rank++) {
        if (!rh_winners_is_candidate(&all, drawing->comparison->order[rank])) {
            continue;
        }
        if (frame->num_programs < MAX_PROGRAMS) {
            frame->rank[frame->num_programs++] = rank;
        } else {
            frame->left_out++;
        }
    }
}

static int read_all(struct rh_drawing *drawing, struct frame *frame, struct rh_error *error)
{
    const size_t replications = (size_t)drawing->results->replications;
    const size_t segments = (size_t)drawing->results->cut_size[RH_CUT_SEGMENT];
    struct rh_winners winners = {0};
    int code = RH_OK;
    float *values = rh_calloc(replications * segments, sizeof *values);
    double *column = rh_calloc(replications, sizeof *column);
    frame->segment = rh_calloc(segments, sizeof *frame->segment);
    frame->cell = rh_calloc(segments * MAX_PROGRAMS, sizeof *frame->cell);
    if (values == NULL || column == NULL || frame->segment == NULL || frame->cell == NULL) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    for (int p = 0; p < frame->num_programs && code == RH_OK; p++) {
        code = read_benefit(drawing, frame, p, values, column, error);
    }
    if (code == RH_OK) {
        code = rh_winners_init(&winners, drawing->results, error);
        frame->shares = code == RH_OK && winners.partners.num > 0;
    }
    if (code == RH_OK) {
        count_paid(drawing, frame, &winners);
        for (int s = 0; s < (int)segments; s++) {
            frame->segment[s] = s;
        }
        choose_segments(drawing, frame);
    }
    rh_winners_free(&winners);
    free(column);
    free(values);
    return code;
}

int rh_draw_segments(struct rh_drawing *drawing, struct rh_error *error)
{
    struct frame frame = {0};
    int code = RH_OK;
    choose_programs(drawing, &frame);
    if (drawing->results->cut_size[RH_CUT_SEGMENT] < 1) {
        rh_text_puts(&drawing->skipped, "the results are not kept by segment");
    } else if (frame.num_programs == 0) {
        rh_text_puts(&drawing->skipped, "there is no program but the reference");
    } else {
        code = read_all(drawing, &frame, error);
        if (code == RH_OK) {
            write_data(drawing, &frame);
            write_script(drawing, &frame);
        }
    }
    free(frame.cell);
    free(frame.segment);
    return code;
}
