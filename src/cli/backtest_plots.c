/* The pictures of a backtest. */
#include "cli/backtest_output.h"

#include "report/calibration.h"

static void add_source(const struct rh_backtest *self, struct rh_text *out)
{
    rh_text_printf(out, "%zu partner%s · %d month%s from ", self->num_partners, self->num_partners == 1 ? "" : "s",
                   self->options.holdout, self->options.holdout == 1 ? "" : "s");
    for (int k = 0; k < self->num_origins && k < 4; k++) {
        char month[RH_DAY_TEXT];
        rh_text_printf(out, "%s%s", k == 0 ? "" : ", ", k < 3 ? rh_month_format(self->origin[k], month) : "…");
    }
    rh_text_printf(out, " · %d futures each", self->options.replications);
}

int rh_backtest_plots(const struct rh_backtest *self, const struct rh_plot_options *options,
                      const struct rh_progress *progress, struct rh_error *error)
{
    struct rh_calibration calibration = {.num_of = RH_NUM_BACKTEST_OF,
                                         .num_spans = RH_NUM_BACKTEST_SPANS,
                                         .num_bins = RH_BACKTEST_BINS,
                                         .num_ranges = RH_BACKTEST_INTERVALS,
                                         .range = rh_backtest_interval};
    struct rh_text source;
    for (int of = 0; of < RH_NUM_BACKTEST_OF; of++) {
        calibration.of[of] = rh_backtest_of_name((enum rh_backtest_of)of);
        for (int span = 0; span < RH_NUM_BACKTEST_SPANS; span++) {
            const struct rh_backtest_score *score = &self->score[of][span];
            calibration.span[span] = rh_backtest_span_name((enum rh_backtest_span)span);
            calibration.num[of][span] = score->num;
            calibration.rank[of][span] = score->rank;
            calibration.covered[of][span] = score->covered;
        }
    }
    rh_text_init(&source);
    add_source(self, &source);
    calibration.source = rh_text_string(&source);
    const int status = source.failed ? rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY))
                                     : rh_calibration_write(&calibration, options, progress, error);
    rh_text_free(&source);
    return status;
}
