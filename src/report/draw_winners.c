/* Who wins and who loses: a dot for each partner, its gain's change over its size, in a frame for each of the best
 * programs. Both are skewed over powers of ten: sizes are on a logarithmic scale, changes on that of asinh, which is
 * logarithmic far from 0 and straight around it. */
#include "report/drawing.h"

#include "core/memory.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "report/winners.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PROGRAMS 4
#define MAX_SEGMENTS 6 /* with a color of their own */
#define OTHER 7        /* color of the rest */
#define NAMED_LOSERS 3
#define NAMED_WINNERS 2
#define TOP 158
#define PANEL_HEIGHT 390
#define BOTTOM 30
#define LEFT 122.0
#define BETWEEN 44.0  /* panels */
#define FIRST_LINE 11 /* arrow from a name to its dot */
#define ID_WIDTH 18

struct frame {
    struct rh_winners winners;
    int num, rank[MAX_PROGRAMS];
    int num_segments;  /* with a color */
    bool by_reference; /* the reference pays somebody */
    double floor;      /* size at which those are drawn who are paid nothing */
    double largest;
    double unit;      /* of asinh */
    double low, high; /* of asinh(change/unit) */
    int columns, height;
};

static double panel_width(const struct frame *frame)
{
    return (RH_DRAWING_WIDTH - LEFT - 10.0) / frame->columns - BETWEEN;
}

static int scenario_of(const struct rh_drawing *drawing, const struct frame *frame, int program)
{
    return drawing->comparison->order[frame->rank[program]];
}

static double change_of(const struct rh_drawing *drawing, const struct frame *frame, int program, int partner)
{
    return rh_winners_figure(&frame->winners, RH_PARTNER_CHANGE_MEAN, scenario_of(drawing, frame, program), partner);
}

/* What the reference pays; where it pays nobody, what the program pays. */
static double size_of(const struct rh_drawing *drawing, const struct frame *frame, int program, int partner)
{
    const int scenario = frame->by_reference ? drawing->results->reference : scenario_of(drawing, frame, program);
    return rh_winners_figure(&frame->winners, RH_PARTNER_PAYOUT_MEAN, scenario, partner);
}

static int color_of(const struct rh_drawing *drawing, const struct frame *frame, int partner)
{
    for (int s = 0; s < frame->num_segments; s++) {
        if (strcmp(drawing->results->cut_label[RH_CUT_SEGMENT][s], frame->winners.partners.segment[partner]) == 0) {
            return s;
        }
    }
    return OTHER;
}

/* Scales of both axes: the unit is the median of what changes. */
static int choose_scales(const struct rh_drawing *drawing, struct frame *frame, struct rh_error *error)
{
    const int partners = frame->winners.partners.num;
    size_t num = 0;
    double *changes = rh_calloc((size_t)partners * (size_t)frame->num, sizeof *changes), smallest = INFINITY;
    if (changes == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    for (int p = 0; p < frame->num; p++) {
        for (int i = 0; i < partners; i++) {
            const double change = fabs(change_of(drawing, frame, p, i)), size = size_of(drawing, frame, p, i);
            if (change > 0.0) {
                changes[num++] = change;
            }
            smallest = size >= 1.0 ? fmin(smallest, size) : smallest;
            frame->largest = fmax(frame->largest, size);
        }
    }
    rh_sort_numbers(changes, num);
    frame->unit = num > 0 ? rh_quantile_sorted(changes, num, 0.5) : 1.0;
    frame->floor = isfinite(smallest) ? pow(10.0, floor(log10(smallest)) - 0.5) : 0.3;
    frame->largest = fmax(frame->largest, 10.0 * frame->floor);
    free(changes);
    for (int p = 0; p < frame->num; p++) {
        for (int i = 0; i < partners; i++) {
            const double height = asinh(change_of(drawing, frame, p, i) / frame->unit);
            frame->low = fmin(frame->low, height);
            frame->high = fmax(frame->high, height);
        }
    }
    const double room = 0.08 * (frame->high - frame->low) + 0.1;
    frame->low -= room;
    frame->high += room;
    return RH_OK;
}

static void write_data(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *data = &drawing->data;
    const struct rh_results_partners *partners = &frame->winners.partners;
    rh_text_printf(data,
                   "# Partners: mean payout under %s, and mean change of the gain against the reference; one block per "
                   "program (best mean net benefit first).\n# place: the payout, and where it is below the smallest "
                   "shown, its place at the left edge. height: asinh(change/%.6g). color: the segment's.\n",
                   frame->by_reference ? "the reference" : "the program", frame->unit);
    for (int p = 0; p < frame->num; p++) {
        rh_text_printf(data, "# block %d: ", p);
        rh_drawing_ranked_name(data, drawing, frame->rank[p], 200);
        rh_text_puts(data, "\n# place height color size change side partner segment\n");
        for (int i = 0; i < partners->num; i++) {
            const double size = size_of(drawing, frame, p, i), change = change_of(drawing, frame, p, i);
            rh_text_printf(data, "%.5g %.4f %d %.6g %.6g %s \"", fmax(size, frame->floor), asinh(change / frame->unit),
                           color_of(drawing, frame, i), size, change,
                           rh_side_name(rh_winners_side(&frame->winners, scenario_of(drawing, frame, p), i)));
            rh_figure_cut(data, partners->id[i], 200);
            rh_text_puts(data, "\" \"");
            rh_figure_cut(data, partners->segment[i], 200);
            rh_text_puts(data, "\"\n");
        }
        rh_text_puts(data, "\n\n");
    }
}

static void finding(const struct rh_drawing *drawing, const struct frame *frame, struct rh_text *out)
{
    int sides[RH_NUM_SIDES];
    rh_winners_count(&frame->winners, scenario_of(drawing, frame, 0), NULL, NULL, sides);
    const double all = frame->winners.partners.num;
    rh_drawing_name(out, drawing, frame->rank[0], 34);
    rh_text_printf(out, ": %.0f%% of partners are better off, %.0f%% worse off", 100.0 * sides[RH_SIDE_WINS] / all,
                   100.0 * sides[RH_SIDE_LOSES] / all);
}

static void write_head(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *script = &drawing->script, title, note, name;
    double x = 32.0;
    rh_text_init(&title);
    rh_text_init(&note);
    rh_text_init(&name);
    finding(drawing, frame, &title);
    rh_text_puts(&note,
                 "Dot: a partner, and how its gain changes against the reference. Pale: win or lose is not sure. "
                 "Named: the extremes.");
    rh_drawing_title(drawing, frame->height, rh_text_string(&title), rh_text_string(&note));
    const int segments = drawing->results->cut_size[RH_CUT_SEGMENT];
    for (int s = 0; s < frame->num_segments; s++) {
        const char *label = drawing->results->cut_label[RH_CUT_SEGMENT][s];
        rh_figure_cut(&name, label[0] != '\0' ? label : "(no segment)", frame->num_segments > 4 ? 13 : 26);
        x = rh_gnuplot_key(script, rh_text_string(&name), rh_gnuplot_color(s), rh_gnuplot_point(s), x, 118.0,
                           RH_DRAWING_WIDTH, frame->height);
        rh_gnuplot_again(script, &name);
    }
    if (segments > frame->num_segments) {
        (void)rh_gnuplot_key(script, "others", rh_gnuplot_color(OTHER), rh_gnuplot_point(OTHER), x, 118.0,
                             RH_DRAWING_WIDTH, frame->height);
    }
    script->failed = script->failed || title.failed || note.failed || name.failed;
    rh_text_free(&title);
    rh_text_free(&note);
    rh_text_free(&name);
}

/* Once for all panels. */
static void write_labels(struct rh_drawing *drawing, const struct frame *frame)
{
    struct rh_text *script = &drawing->script, label;
    rh_text_init(&label);
    rh_text_printf(&label, "Size of the partner: what %s pays it on average%s",
                   frame->by_reference ? "the reference" : "the program",
                   drawing->results->currency[0] != '\0' ? "," : "");
    rh_drawing_currency(&label, drawing);
    rh_text_puts(script, "    set label ");
    rh_gnuplot_label(script, rh_text_string(&label));
    rh_text_printf(script, " at screen 0.5,%.4f center textcolor rgb 'black'\n", 22.0 / frame->height);
    rh_gnuplot_again(script, &label);
    rh_text_puts(&label, drawing->results->currency[0] != '\0' ? "Change of mean gain," : "Change of mean gain");
    rh_drawing_currency(&label, drawing);
    rh_text_puts(script, "    set label ");
    rh_gnuplot_label(script, rh_text_string(&label));
    rh_text_printf(script, " at screen %.4f,%.4f center rotate by 90 textcolor rgb 'black'\n", 22.0 / RH_DRAWING_WIDTH,
                   0.5 * (frame->height - TOP + BOTTOM) / frame->height);
    script->failed = script->failed || label.failed;
    rh_text_free(&label);
}

/* Powers of ten, on both sides of 0. */
static void write_y_tics(struct rh_text *script, const struct frame *frame, bool labels)
{
    struct rh_text label;
    rh_text_init(&label);
    rh_text_printf(script, "    set ytics ('%s' 0", labels ? "0" : "");
    const double span = fmax(frame->high, -frame->low);
    const int first = (int)ceil(log10(frame->unit)), last = (int)floor(log10(frame->unit * sinh(span)));
    const int step = last - first >= 4 ? 2 : 1;
    for (int power = first; power <= last; power += step) {
        for (int sign = -1; sign <= 1; sign += 2) {
            const double at = asinh(sign * pow(10.0, power) / frame->unit);
            if (at > frame->low && at < frame->high) {
                rh_text_puts(&label, sign < 0 ? "−" : "+");
                rh_figure_short(&label, pow(10.0, power), 1);
                rh_text_printf(script, ", '%s' %.6g", labels ? rh_text_string(&label) : "", at);
                rh_gnuplot_again(script, &label);
            }
        }
    }
    rh_text_puts(script, ") nomirror scale 0 textcolor rgb '#333333'\n");
    script->failed = script->failed || label.failed;
    rh_text_free(&label);
}

static void write_x_tics(struct rh_text *script, const struct frame *frame)
{
    struct rh_text label;
    rh_text_init(&label);
    rh_text_printf(script, "    set xrange [%.6g:%.6g]\n    set xtics ('none' %.6g", 0.7 * frame->floor,
                   1.6 * frame->largest, frame->floor);
    const int first = (int)ceil(log10(frame->floor)), last = (int)floor(log10(1.6 * frame->largest));
    const int step = last - first >= 5 ? 2 : 1;
    for (int power = first + step - 1; power <= last; power += step) {
        rh_figure_short(&label, pow(10.0, power), 1);
        rh_text_printf(script, ", '%s' %.6g", rh_text_string(&label), pow(10.0, power));
        rh_gnuplot_again(script, &label);
    }
    rh_text_puts(script, ") nomirror out scale 0.5 textcolor rgb '#333333'\n");
    script->failed = script->failed || label.failed;
    rh_text_free(&label);
}

/* Names where no dots are: to the left, where partners are small and so is what changes, winners above and losers
 * below, each with a line to its dot. */
static void write_names(struct rh_drawing *drawing, const struct frame *frame, int program, bool losers)
{
    struct rh_text *script = &drawing->script, name;
    int partner[RH_WINNERS_SHOWN];
    int num = rh_winners_largest(&frame->winners, scenario_of(drawing, frame, program), losers, partner);
    const int most = losers ? NAMED_LOSERS : NAMED_WINNERS;
    num = num < most ? num : most;
    rh_text_init(&name);
    for (int k = 0; k < num; k++) {
        const double height = asinh(change_of(drawing, frame, program, partner[k]) / frame->unit);
        const double size = fmax(size_of(drawing, frame, program, partner[k]), frame->floor);
        const double y = losers ? 0.05 + 0.08 * k : 0.95 - 0.08 * k;
        rh_figure_cut(&name, frame->winners.partners.id[partner[k]], ID_WIDTH);
        const double width = 14.0 + 9.6 * (double)rh_figure_width(rh_text_string(&name));
        rh_text_puts(script, "    set label ");
        rh_gnuplot_label(script, rh_text_string(&name));
        rh_text_printf(script,
                       " at graph 0.02, graph %.3f left textcolor rgb '#333333'\n"
                       "    set arrow %d from graph %.4f, graph %.3f to first %.6g, first %.6g nohead back lw 0.8 "
                       "lc rgb '#999999'\n",
                       y, FIRST_LINE + k + (losers ? NAMED_WINNERS : 0), 0.02 + width / panel_width(frame), y, size,
                       height);
        rh_gnuplot_again(script, &name);
    }
    script->failed = script->failed || name.failed;
    rh_text_free(&name);
}

static void write_dots(struct rh_drawing *drawing, const struct frame *frame, int program)
{
    rh_text_puts(&drawing->script, "    plot \\\n");
    for (int pass = 0; pass < 2; pass++) { /* the sure ones on top */
        for (int s = 0; s <= frame->num_segments; s++) {
            const int color = s < frame->num_segments ? s : OTHER;
            rh_text_printf(&drawing->script,
                           "%s        '%s.dat' index %d using 1:($3==%d && (strcol(6) eq 'wins' || strcol(6) eq "
                           "'loses') == %d ? $2 : NaN) with points pt %d ps %s*size lc rgb '#%s%s' notitle",
                           pass + s > 0 ? ", \\\n" : "", drawing->name, program, color, pass, rh_gnuplot_point(color),
                           pass > 0 ? "0.9" : "0.7", pass > 0 ? "40" : "B0", rh_gnuplot_color(color));
        }
    }
    rh_text_puts(&drawing->script, "\n");
}

static void write_panel(struct rh_drawing *drawing, const struct frame *frame, int p)
{
    struct rh_text *script = &drawing->script, name;
    const double wide = panel_width(frame) + BETWEEN;
    const int column = p % frame->columns, row = p / frame->columns;
    const double left = LEFT + column * wide, top = TOP + row * (double)PANEL_HEIGHT;
    const struct rh_frame place = {left, left + panel_width(frame), top + 56.0, top + PANEL_HEIGHT - 50.0};
    int sides[RH_NUM_SIDES];
    rh_winners_count(&frame->winners, scenario_of(drawing, frame, p), NULL, NULL, sides);
    rh_text_init(&name);
    rh_drawing_ranked_name(&name, drawing, frame->rank[p], (size_t)(wide / 12.5));
    rh_text_printf(script, "\n    # Panel %d\n    set label 10 ", p + 1);
    rh_gnuplot_bold(script, rh_text_string(&name));
    rh_text_printf(script,
                   " at graph 0, graph 1 left offset 0,1.85 textcolor rgb 'black'\n"
                   "    set label 11 '%d win, %d lose, %d unclear' at graph 0, graph 1 left offset 0,0.75 "
                   "textcolor rgb '#444444'\n",
                   sides[RH_SIDE_WINS], sides[RH_SIDE_LOSES], sides[RH_SIDE_UNCLEAR]);
    rh_gnuplot_frame(script, &place, RH_DRAWING_WIDTH, frame->height);
    write_x_tics(script, frame);
    write_y_tics(script, frame, column == 0);
    write_names(drawing, frame, p, true);
    write_names(drawing, frame, p, false);
    write_dots(drawing, frame, p);
    rh_text_puts(script, "    unset label\n"); /* the page has its own by then */
    for (int k = 0; k < NAMED_WINNERS + NAMED_LOSERS; k++) {
        rh_text_printf(script, "    unset arrow %d\n", FIRST_LINE + k);
    }
    script->failed = script->failed || name.failed;
    rh_text_free(&name);
}

static void write_script(struct rh_drawing *drawing, struct frame *frame)
{
    struct rh_text *script = &drawing->script;
    frame->columns = frame->num == 1 ? 1 : frame->num == 3 ? 3 : 2;
    frame->height = TOP + BOTTOM + (frame->num + frame->columns - 1) / frame->columns * PANEL_HEIGHT;
    rh_gnuplot_begin(script, drawing->name, "Partners: who wins and who loses, by size", drawing->options,
                     RH_DRAWING_WIDTH, frame->height);
    rh_text_printf(script,
                   "    set multiplot\n    set border 1 lc rgb '#888888'\n"
                   "    set style line 9 lc rgb '#DDDDDD' lw 1\n    set grid noxtics ytics ls 9\n"
                   "    set logscale x\n    set yrange [%.6g:%.6g]\n"
                   "    set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead lc rgb '#555555' lw 1.4\n",
                   frame->low, frame->high);
    write_head(drawing, frame);
    write_labels(drawing, frame);
    for (int p = 0; p < frame->num; p++) {
        write_panel(drawing, frame, p);
    }
    rh_gnuplot_end(script);
}

int rh_draw_winners(struct rh_drawing *drawing, struct rh_error *error)
{
    const struct rh_results *results = drawing->results;
    struct frame frame = {0};
    int code = rh_winners_init(&frame.winners, results, error);
    for (int rank = 0; rank < results->num_scenarios && frame.num < MAX_PROGRAMS; rank++) {
        if (rh_winners_is_candidate(&frame.winners, drawing->comparison->order[rank])) {
            frame.rank[frame.num++] = rank;
        }
    }
    for (int i = 0; i < frame.winners.partners.num && code == RH_OK; i++) {
        frame.by_reference = frame.by_reference ||
                             rh_winners_figure(&frame.winners, RH_PARTNER_PAYOUT_MEAN, results->reference, i) > 0.0;
    }
    const int segments = results->cut_size[RH_CUT_SEGMENT];
    frame.num_segments = segments < MAX_SEGMENTS ? segments : MAX_SEGMENTS;
    if (code == RH_OK && (frame.winners.partners.num == 0 || frame.num == 0)) {
        rh_text_puts(&drawing->skipped, frame.num == 0 ? "there is no program but the reference"
                                                       : "the results keep nothing of single partners");
    } else if (code == RH_OK) {
        code = choose_scales(drawing, &frame, error);
        if (code == RH_OK) {
            write_data(drawing, &frame);
            write_script(drawing, &frame);
        }
    }
    rh_winners_free(&frame.winners);
    return code;
}
