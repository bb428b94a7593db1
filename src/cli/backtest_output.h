/* What a backtest says, as text for the screen and as CSV. */
#ifndef RH_CLI_BACKTEST_OUTPUT_H
#define RH_CLI_BACKTEST_OUTPUT_H

#include "backtest/backtest.h"
#include "core/text.h"

/* In sentences: whether the ranges of what a partner sells in the holdout can be believed, and whether the forecast is
 * closer than those that cost nothing. Of fewer than 30 outcomes the ranges are judged only where they are far off. */
void rh_backtest_verdict(const struct rh_backtest *self, struct rh_text *out);
/* The verdict, the table of scores, ranks, and segments, the worst first. */
void rh_backtest_text(const struct rh_backtest *self, struct rh_text *out);
/* One line per statistic: of, span, segment, statistic, value; empty where there is none. */
void rh_backtest_csv(const struct rh_backtest *self, struct rh_text *out);

#endif
