/* What the pictures share: gnuplot's syntax, axes, colors, and the run of gnuplot itself. */
#ifndef RH_REPORT_GNUPLOT_H
#define RH_REPORT_GNUPLOT_H

#include "core/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends text as a single-quoted string: nothing in it is expanded or run; control characters become spaces. */
void rh_gnuplot_string(struct rh_text *script, const char *text);
/* The same for text that is drawn: what enhanced text takes for markup (^ _ @ & ~ { } \) stands for itself. */
void rh_gnuplot_label(struct rh_text *script, const char *text);
/* The same in bold. */
void rh_gnuplot_bold(struct rh_text *script, const char *text);
/* Clears a text that was written into the script, for the next; that it found no memory the script remembers. */
void rh_gnuplot_again(struct rh_text *script, struct rh_text *text);

/* Round limits around values, and the distance of their tics. */
struct rh_axis {
    double low, high, step;
};
/* About `target` steps of 1, 2 or 5 times a power of ten around [low, high]; equal or missing limits are widened. */
struct rh_axis rh_axis_make(double low, double high, int target);
/* Appends `set xtics (…)` (axis "x" or "y") with every label in the same unit, none, k, M, B or T; empty ones where
 * `labels` is false. */
void rh_gnuplot_tics(struct rh_text *script, const char *axis, const struct rh_axis *scale, bool labels);

/* Colors of Okabe & Ito (2008), distinct for the color-blind, as "RRGGBB"; the k-th program by rank has the k-th, all
 * from the eighth on are gray. */
#define RH_NUM_COLORS 8
const char *rh_gnuplot_color(int k);
/* The color mixed with white: share 1 is the color, 0 is white. out: "RRGGBB" and NUL. */
char *rh_gnuplot_tint(int k, double share, char out[7]);
/* Dash and point types of the k-th program, distinct within eight. */
const char *rh_gnuplot_dash(int k);
int rh_gnuplot_point(int k);

struct rh_plot_options;
/* Appends the head of a script (comment, loop over the options' pictures, terminals of that size in pixels) and its
 * end. For the script it sets size (factor of point sizes), title_font and lift (by so many
 * characters labels of an axis stand too low). */
void rh_gnuplot_begin(struct rh_text *script, const char *name, const char *comment,
                      const struct rh_plot_options *options, int width, int height);
void rh_gnuplot_end(struct rh_text *script);
/* Appends a title in bold and lines in gray below it, at the top of the page. lines: [num]. */
void rh_gnuplot_title(struct rh_text *script, int height, const char *title, const char *const *lines, int num);
/* Takes that title away, so that the page's other plots do not draw it again. */
void rh_gnuplot_title_done(struct rh_text *script, int num);

/* Appends the margins of a frame, in pixels from the left and the top of a page of that width and height. */
struct rh_frame {
    double left, right, top, bottom;
};
void rh_gnuplot_frame(struct rh_text *script, const struct rh_frame *frame, double width, double height);
/* Appends an entry of a legend, a point and a word beside it, x and y in such pixels. Returns the x of the next. */
double rh_gnuplot_key(struct rh_text *script, const char *text, const char *color, int point, double x, double y,
                      double width, double height);

/* Runs `command` on folder/script, in that folder, without a shell and without the user's own settings. RH_ERR_IO
 * where it cannot be started (the message names the Debian package) or fails (the message holds what it said);
 * *missing tells the two apart. */
int rh_gnuplot_run(const char *command, const char *folder, const char *script, bool *missing, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
