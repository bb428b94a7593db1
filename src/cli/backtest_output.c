#include "cli/backtest_output.h"

#include "core/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BAR 40            /* widest bar of the ranks */
#define MOST_SEGMENTS 8   /* that are shown */
#define LEAST_SEGMENT 120 /* outcomes by which a segment is judged */

static const char *const of_names[] = {"partner", "segment", "region", "all partners"};
static const char *const span_names[] = {"month", "holdout"};
static const char *const forecaster_names[] = {"model", "resampled", "naive"};

const char *rh_backtest_of_name(enum rh_backtest_of of)
{
    return of_names[of];
}

const char *rh_backtest_span_name(enum rh_backtest_span span)
{
    return span_names[span];
}

static double share(size_t part, size_t num)
{
    return num > 0 ? (double)part / (double)num : NAN;
}

static double covered(const struct rh_backtest_score *score, int interval)
{
    return share(score->covered[interval], score->num);
}

/* A share as a percentage, or "-" where there is none, in `width` columns. */
static void add_percentage(double value, int width, int decimals, struct rh_text *out)
{
    if (isnan(value)) {
        rh_text_printf(out, "%*s", width, "-");
    } else {
        rh_text_printf(out, "%*.*f%%", width - 1, decimals, 100.0 * value);
    }
}

static void add_row(const struct rh_backtest_score *score, const char *of, const char *span, struct rh_text *out)
{
    if (span != NULL) {
        rh_text_printf(out, "%-14s %-10s", of, span);
    } else {
        rh_text_printf(out, "%-25s", of);
    }
    for (int k = 0; k < RH_NUM_FORECASTERS; k++) {
        const double relative = rh_backtest_relative(score, (enum rh_forecaster)k);
        if (isnan(relative)) {
            rh_text_printf(out, " %9s", "-");
        } else {
            rh_text_printf(out, " %9.3f", relative);
        }
    }
    rh_text_puts(out, "  ");
    for (int k = 0; k < RH_BACKTEST_INTERVALS; k++) {
        add_percentage(covered(score, k), 6, 0, out);
    }
    rh_text_printf(out, " %8zu\n", score->num);
}

static void add_table(const struct rh_backtest *self, struct rh_text *out)
{
    rh_text_puts(out, "\n                          CRPS / mean outcome          outcomes within the\n"
                      "forecast of                 model resampled     naive     50%   80%   90%   95%  outcomes\n");
    for (int of = 0; of < RH_NUM_BACKTEST_OF; of++) {
        for (int span = 0; span < RH_NUM_BACKTEST_SPANS; span++) {
            add_row(&self->score[of][span], of_names[of], span_names[span], out);
        }
    }
}

/* Where outcomes fell in the model's distribution of a partner's months. */
static void add_ranks(const struct rh_backtest *self, struct rh_text *out)
{
    const struct rh_backtest_score *score = &self->score[RH_BACKTEST_PARTNER][RH_BACKTEST_MONTH];
    size_t most = 1;
    for (int bin = 0; bin < RH_BACKTEST_BINS; bin++) {
        most = score->rank[bin] > most ? score->rank[bin] : most;
    }
    rh_text_puts(out,
                 "\nA partner's months by tenth of their forecast; all alike is right, high ends are too narrow:\n");
    for (int bin = 0; bin < RH_BACKTEST_BINS; bin++) {
        const int width = (int)(BAR * score->rank[bin] / most);
        rh_text_printf(out, "  %3d-%3d%%  ", 100 * bin / RH_BACKTEST_BINS, 100 * (bin + 1) / RH_BACKTEST_BINS);
        for (int k = 0; k < width; k++) {
            rh_text_puts(out, "#");
        }
        rh_text_puts(out, " ");
        add_percentage(share(score->rank[bin], score->num), 0, 1, out);
        rh_text_puts(out, "\n");
    }
}

/* How far the 90% interval is from holding 90%. */
static double distance(const struct rh_backtest_score *score)
{
    return fabs(covered(score, 2) - 0.9);
}

/* Index of the segment that is worst of those not told yet; num_segments where none is left. */
static size_t worst_segment(const struct rh_backtest *self, const bool *told)
{
    size_t worst = self->num_segments;
    for (size_t k = 0; k < self->num_segments; k++) {
        const bool judged = self->segment_score[k].num >= LEAST_SEGMENT && !told[k];
        if (judged && (worst == self->num_segments ||
                       distance(&self->segment_score[k]) > distance(&self->segment_score[worst]))) {
            worst = k;
        }
    }
    return worst;
}

static void add_segments(const struct rh_backtest *self, struct rh_text *out)
{
    bool *told = rh_calloc(self->num_segments + 1, sizeof *told);
    size_t k = told != NULL ? worst_segment(self, told) : self->num_segments;
    out->failed |= told == NULL;
    if (k < self->num_segments) {
        rh_text_puts(out,
                     "\nSegments by how far the 90% interval of a partner's month is from holding 90%:\n"
                     "                          CRPS / mean outcome          outcomes within the\n"
                     "segment                     model resampled     naive     50%   80%   90%   95%  outcomes\n");
    }
    for (int shown = 0; k < self->num_segments && shown < MOST_SEGMENTS; shown++) {
        add_row(&self->segment_score[k], self->segment[k], NULL, out);
        told[k] = true;
        k = worst_segment(self, told);
    }
    free(told);
}

void rh_backtest_text(const struct rh_backtest *self, struct rh_text *out)
{
    rh_text_printf(out, "%zu partner%s, %d month%s held out", self->num_partners, self->num_partners == 1 ? "" : "s",
                   self->options.holdout, self->options.holdout == 1 ? "" : "s");
    for (int k = 0; k < self->num_origins; k++) {
        char month[RH_DAY_TEXT];
        rh_text_printf(out, "%s%s",
                       k == 0                      ? " from "
                       : k + 1 < self->num_origins ? ", "
                                                   : " and ",
                       rh_month_format(self->origin[k], month));
    }
    rh_text_printf(out, "; %d simulated futures each\n\n", self->options.replications);
    rh_backtest_verdict(self, out);
    add_table(self, out);
    add_ranks(self, out);
    add_segments(self, out);
}

static void add_statistic(const char *of, const char *span, const char *segment, const char *statistic, double value,
                          struct rh_text *out)
{
    rh_text_printf(out, "%s,%s,", of, span);
    rh_text_csv(out, segment);
    rh_text_printf(out, ",%s,", statistic);
    if (!isnan(value)) {
        rh_text_printf(out, "%.17g", value);
    }
    rh_text_puts(out, "\n");
}

static void add_statistics(const struct rh_backtest_score *score, const char *of, const char *span, const char *segment,
                           struct rh_text *out)
{
    char name[40];
    add_statistic(of, span, segment, "outcomes", (double)score->num, out);
    add_statistic(of, span, segment, "mean_outcome", score->num > 0 ? score->outcome / (double)score->num : NAN, out);
    for (int k = 0; k < RH_NUM_FORECASTERS; k++) {
        snprintf(name, sizeof name, "crps_%s", forecaster_names[k]);
        add_statistic(of, span, segment, name, score->num > 0 ? score->crps[k] / (double)score->num : NAN, out);
    }
    for (int k = 0; k < RH_BACKTEST_INTERVALS; k++) {
        snprintf(name, sizeof name, "covered_%.0f", 100.0 * rh_backtest_interval[k]);
        add_statistic(of, span, segment, name, covered(score, k), out);
    }
    for (int bin = 0; bin < RH_BACKTEST_BINS; bin++) {
        snprintf(name, sizeof name, "rank_%d", bin);
        add_statistic(of, span, segment, name, share(score->rank[bin], score->num), out);
    }
}

void rh_backtest_csv(const struct rh_backtest *self, struct rh_text *out)
{
    rh_text_puts(out, "of,span,segment,statistic,value\n");
    for (int of = 0; of < RH_NUM_BACKTEST_OF; of++) {
        for (int span = 0; span < RH_NUM_BACKTEST_SPANS; span++) {
            add_statistics(&self->score[of][span], of_names[of], span_names[span], "", out);
        }
    }
    for (size_t k = 0; k < self->num_segments; k++) {
        add_statistics(&self->segment_score[k], "partner", "month", self->segment[k], out);
    }
}
