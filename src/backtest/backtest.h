/* Backtesting: the baseline, learned from a part of the history, against what followed (docs/backtest.md).
 *
 * At each origin the history before it is all that is known. The engine simulates the months held out with no program,
 * and what partners, segments, regions and all together sold in them is held against the distribution, next to two
 * forecasts that cost nothing: the same month a year earlier, and months of the last year drawn at random. */
#ifndef RH_BACKTEST_BACKTEST_H
#define RH_BACKTEST_BACKTEST_H

#include "core/progress.h"
#include "history/history.h"
#include "model/tuning.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RH_BACKTEST_LEAST_HISTORY 12 /* months before an origin */
#define RH_BACKTEST_BINS 10          /* of ranks */

enum rh_forecaster {
    RH_FORECAST_MODEL,
    RH_FORECAST_RESAMPLED, /* months of the last year, drawn at random, the same for all partners */
    RH_FORECAST_NAIVE,     /* the same month a year earlier, for sure */
    RH_NUM_FORECASTERS
};

/* What is forecast. */
enum rh_backtest_of {
    RH_BACKTEST_PARTNER,
    RH_BACKTEST_SEGMENT,
    RH_BACKTEST_REGION,
    RH_BACKTEST_TOTAL,
    RH_NUM_BACKTEST_OF
};
enum rh_backtest_span { RH_BACKTEST_MONTH, RH_BACKTEST_HOLDOUT, RH_NUM_BACKTEST_SPANS };

#define RH_BACKTEST_INTERVALS 4
extern const double rh_backtest_interval[RH_BACKTEST_INTERVALS]; /* .50 .80 .90 .95, central */

/* Sums over what was forecast, in currency where not said. */
struct rh_backtest_score {
    size_t num;
    double outcome; /* sum of what happened */
    double crps[RH_NUM_FORECASTERS];
    size_t covered[RH_BACKTEST_INTERVALS]; /* outcomes within the model's interval, by their rank */
    size_t rank[RH_BACKTEST_BINS];         /* outcomes by tenth of the model's distribution */
};

struct rh_backtest_options {
    int holdout;      /* months, 1 to RH_MAX_HORIZON */
    int origins;      /* most; fewer where the history is short */
    int step;         /* months between origins */
    int replications; /* members of the model's forecast; rounded up to blocks of the engine */
    uint64_t seed;
    struct rh_tuning tuning; /* of the baseline, at every origin */
    bool tune;               /* choose it at every origin, from what was known there */
};

struct rh_backtest {
    struct rh_backtest_options options;
    int num_origins;
    rh_month *origin;    /* [num_origins] first month that is held out, the last origin first */
    size_t num_partners; /* forecast at the last origin */
    double newcomers;    /* share of all outcomes by partners that the origin did not know: not forecast */
    struct rh_backtest_score score[RH_NUM_BACKTEST_OF][RH_NUM_BACKTEST_SPANS];
    size_t num_segments;
    const char **segment;                    /* [num_segments] borrowed from the history */
    struct rh_backtest_score *segment_score; /* [num_segments] of the partners of a segment, month by month */
};

/* 12 months, 3 origins 3 months apart, 512 members, seed 1, rh_tuning_defaults. */
struct rh_backtest_options rh_backtest_defaults(void);

/* Runs it. history is borrowed until rh_backtest_free. RH_ERR_INPUT where it has fewer than RH_BACKTEST_LEAST_HISTORY
 * months before the months held out, or where nobody sold anything before an origin, which the message then names;
 * partners in several currencies are RH_ERR_INPUT too. *self may be freed after failure. */
int rh_backtest_run(struct rh_backtest *self, const struct rh_history *history,
                    const struct rh_backtest_options *options, const struct rh_progress *progress,
                    struct rh_error *error);
void rh_backtest_free(struct rh_backtest *self);

/* Mean score relative to the mean outcome; NaN where nothing was sold. */
double rh_backtest_relative(const struct rh_backtest_score *self, enum rh_forecaster forecaster);

#ifdef __cplusplus
}
#endif

#endif
