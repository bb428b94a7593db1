/* What a backtest says, as text for the screen, as CSV, in pictures. */
#ifndef RH_CLI_BACKTEST_OUTPUT_H
#define RH_CLI_BACKTEST_OUTPUT_H

#include "backtest/backtest.h"
#include "core/text.h"
#include "report/picture.h"

/* Names of what is forecast, as they stand in text, CSV and pictures. */
const char *rh_backtest_of_name(enum rh_backtest_of of);
const char *rh_backtest_span_name(enum rh_backtest_span span);

/* In sentences: whether the ranges of what a partner sells in the holdout can be believed, and whether the forecast is
 * closer than those that cost nothing. Of fewer than 30 outcomes the ranges are judged only where they are far off. */
void rh_backtest_verdict(const struct rh_backtest *self, struct rh_text *out);
/* The verdict, the table of scores, ranks, and segments, the worst first. */
void rh_backtest_text(const struct rh_backtest *self, struct rh_text *out);
/* One line per statistic: of, span, segment, statistic, value; empty where there is none. */
void rh_backtest_csv(const struct rh_backtest *self, struct rh_text *out);
/* Pictures with scripts and data, as rh_gallery_write makes them: in which tenth of its forecast each outcome fell, and
 * how many outcomes the intervals held. */
int rh_backtest_plots(const struct rh_backtest *self, const struct rh_plot_options *options,
                      const struct rh_progress *progress, struct rh_error *error);

#endif
