/* What a fit chose for the baseline, in its report. */
#ifndef RH_CLI_FIT_BASELINE_H
#define RH_CLI_FIT_BASELINE_H

#include "backtest/tune.h"
#include "core/text.h"

/* Both append to out; the rows have the columns of rh_fit_csv. */
void rh_fit_baseline_text(const struct rh_tune *self, struct rh_text *out);
void rh_fit_baseline_csv(const struct rh_tune *self, struct rh_text *out);

#endif
