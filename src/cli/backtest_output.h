/* What a backtest says, as text for the screen and as CSV. */
#ifndef RH_CLI_BACKTEST_OUTPUT_H
#define RH_CLI_BACKTEST_OUTPUT_H

#include "backtest/backtest.h"
#include "core/text.h"

/* The verdict, the table of scores, ranks, and segments, the worst first. */
void rh_backtest_text(const struct rh_backtest *self, struct rh_text *out);
/* One line per statistic: of, span, segment, statistic, value. */
void rh_backtest_csv(const struct rh_backtest *self, struct rh_text *out);

#endif
