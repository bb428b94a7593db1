/* Tables and pictures of a study: what was recovered, and ranks beside the band of uniform ones. */
#include "report/picture.h"
#include "calibration/study.h"
#include "report/gnuplot.h"

#include <math.h>
#include <stdio.h>

void study_table(const struct study *self, const struct study_found *found, struct rh_text *out)
{
    rh_text_printf(out,
                   "| quantity | mean rank | sd of ranks | distribution function off by at most | counts | within the "
                   "bands |\n| --- | --- | --- | --- | --- | --- |\n| *uniform* | *0.500* | *0.289* | *0* | *%d to %d* "
                   "| |\n",
                   found->band.bin_low, found->band.bin_high);
    for (int k = 0; k < self->num; k++) {
        const struct uniform_found *one = &found->found[k];
        int least = one->bin[0], most = one->bin[0];
        for (int b = 1; b < UNIFORM_BINS; b++) {
            least = one->bin[b] < least ? one->bin[b] : least;
            most = one->bin[b] > most ? one->bin[b] : most;
        }
        rh_text_printf(out, "| %s | %.3f | %.3f | %s%.3f | %d to %d | %s |\n", self->quantity[k], one->mean, one->sd,
                       one->distance < 0.0 ? "−" : "", fabs(one->distance), least, most,
                       one->inside && one->bin_inside ? "yes" : "**no**");
    }
}

#define PANEL_WIDTH 560
#define RECOVERED_HEIGHT 620
#define RANK_WIDTH 260
#define RANKS_HEIGHT 600

static void recovered_data(const struct study *self, const struct study_found *found, struct rh_text *data)
{
    for (int k = 0; k < self->num_recovered; k++) {
        rh_text_printf(data, "%s# block %d: %s\n# truth middle low high\n", k > 0 ? "\n\n" : "", k,
                       self->panel[k].title);
        for (int w = 0; w < self->num_worlds; w++) {
            const struct recovered *one = &found->recovered[k][w];
            rh_text_printf(data, "%.4g %.4g %.4g %.4g\n", one->truth, one->middle, one->low, one->high);
        }
    }
}

static void draw_recovered(const struct study *self, struct rh_text *script, const char *name)
{
    const char *const lines[] = {
        "A dot is a channel that was made for it, gray the range; on the line it is as it was."};
    rh_gnuplot_begin(script, name, self->recovers, &(struct rh_plot_options){.png = true},
                     PANEL_WIDTH * self->num_recovered, RECOVERED_HEIGHT);
    rh_gnuplot_title(script, RECOVERED_HEIGHT, self->recovers, lines, 1);
    rh_text_puts(script, "    set multiplot\n    unset key\n    set border 3 lc rgb '#888888'\n    set tics nomirror\n"
                         "    set grid lc rgb '#eeeeee' lt 1\n");
    for (int k = 0; k < self->num_recovered; k++) {
        const struct recovered_panel *panel = &self->panel[k];
        const double left = (k + 0.15) / self->num_recovered, right = (k + 0.96) / self->num_recovered;
        rh_text_printf(script, "    set lmargin at screen %.3f\n    set rmargin at screen %.3f\n", left, right);
        rh_text_puts(script, "    set tmargin at screen 0.80\n    set bmargin at screen 0.12\n    set title ");
        rh_gnuplot_label(script, panel->title);
        rh_text_puts(script, "\n    set xlabel ");
        rh_gnuplot_label(script, panel->truth);
        rh_text_puts(script, "\n    set ylabel ");
        rh_gnuplot_label(script, panel->belief);
        rh_text_printf(script, "\n    set xrange [%g:%g]\n    set yrange [%g:%g]\n", panel->truth_low,
                       panel->truth_high, panel->low, panel->high);
        rh_text_printf(script,
                       "    plot '%s.dat' index %d using 1:2:3:4 with yerrorbars pt 0 ps 0 lc rgb '#cccccc', "
                       "x with lines lc rgb '#444444' dt 2, '%s.dat' index %d using 1:2 with points pt 7 ps 0.7*size "
                       "lc rgb '#%s'\n",
                       name, k, name, k, rh_gnuplot_color(0));
        if (k == 0) {
            rh_gnuplot_title_done(script, 1);
        }
    }
    rh_gnuplot_end(script);
}

/* Of each quantity a block of the distribution function less that of uniform ranks and one of counts. */
static void rank_data(const struct study *self, const struct study_found *found, struct rh_text *data)
{
    const struct uniform_band *band = &found->band;
    for (int k = 0; k < self->num; k++) {
        rh_text_printf(data, "%s# block %d: %s\n# rank off low high\n0 0 0 0\n", k > 0 ? "\n\n" : "", 2 * k,
                       self->quantity[k]);
        for (int p = 0; p < UNIFORM_POINTS; p++) {
            const double z = (p + 1.0) / UNIFORM_POINTS;
            rh_text_printf(data, "%.2f %.3f %.3f %.3f\n", z, (double)found->found[k].below[p] / band->num - z,
                           (double)band->low[p] / band->num - z, (double)band->high[p] / band->num - z);
        }
        rh_text_printf(data, "\n\n# block %d: %s\n# rank count low high\n", 2 * k + 1, self->quantity[k]);
        for (int b = 0; b < UNIFORM_BINS; b++) {
            rh_text_printf(data, "%.3f %d %d %d\n", (b + 0.5) / UNIFORM_BINS, found->found[k].bin[b], band->bin_low,
                           band->bin_high);
        }
    }
}

static void rank_panel(const struct study *self, int k, int row, struct rh_text *script, const char *name)
{
    const double left = (k + 0.22) / self->num, right = (k + 0.95) / self->num;
    rh_text_printf(script, "    set lmargin at screen %.4f\n    set rmargin at screen %.4f\n", left, right);
    if (row == 0) {
        rh_text_puts(script, "    set tmargin at screen 0.74\n    set bmargin at screen 0.45\n    set title ");
        rh_gnuplot_label(script, self->quantity[k]);
        rh_text_printf(script,
                       "\n    set yrange [-0.2:0.2]\n    set ytics -0.2,0.1\n"
                       "    plot '%s.dat' index %d using 1:3:4 with filledcurves fc rgb '#dddddd', 0 with lines lc rgb "
                       "'#888888', '%s.dat' index %d using 1:2 with lines lw 2 lc rgb '#%s'\n",
                       name, 2 * k, name, 2 * k, rh_gnuplot_color(0));
    } else {
        rh_text_puts(script, "    set tmargin at screen 0.36\n    set bmargin at screen 0.08\n    unset title\n");
        rh_text_printf(script,
                       "    set yrange [0:%d]\n    set ytics 0,%d\n    set boxwidth %g\n"
                       "    plot '%s.dat' index %d using 1:3:4 with filledcurves fc rgb '#dddddd', '%s.dat' index %d "
                       "using 1:2 with boxes fs solid 0.5 noborder lc rgb '#%s'\n",
                       3 * self->num_worlds / 20, self->num_worlds / 20, 0.8 / UNIFORM_BINS, name, 2 * k + 1, name,
                       2 * k + 1, rh_gnuplot_color(0));
    }
}

static void draw_ranks(const struct study *self, struct rh_text *script, const char *name)
{
    char counts[128];
    snprintf(counts, sizeof counts,
             "Above: distribution function of the ranks, less the uniform one. Below: how many of %d fall in each "
             "twentieth.",
             self->num_worlds);
    const char *const lines[] = {
        "Where the truth falls in what was believed of it. Gray: where 99 of 100 such pictures stay.", counts};
    rh_gnuplot_begin(script, name, self->title, &(struct rh_plot_options){.png = true}, RANK_WIDTH * self->num,
                     RANKS_HEIGHT);
    rh_gnuplot_title(script, RANKS_HEIGHT, self->title, lines, 2);
    rh_text_puts(script, "    set multiplot\n    unset key\n    set border 3 lc rgb '#888888'\n    set tics nomirror\n"
                         "    set xrange [0:1]\n    set xtics 0,0.5\n");
    for (int k = 0; k < self->num; k++) {
        rank_panel(self, k, 0, script, name);
        if (k == 0) {
            rh_gnuplot_title_done(script, 2);
        }
        rank_panel(self, k, 1, script, name);
    }
    rh_gnuplot_end(script);
}

void study_picture(const struct study *self, const struct study_found *found, int k, struct rh_text *script,
                   struct rh_text *data)
{
    if (k == 0) {
        recovered_data(self, found, data);
        draw_recovered(self, script, self->picture(k));
    } else {
        rank_data(self, found, data);
        draw_ranks(self, script, self->picture(k));
    }
}
