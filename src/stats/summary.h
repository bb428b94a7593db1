/* Summaries of simulated figures, each with its Monte Carlo error. NaN values are missing: they are counted and left
 * out. */
#ifndef RH_STATS_SUMMARY_H
#define RH_STATS_SUMMARY_H

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Places in rh_quantile_levels: .01 .05 .10 .25 .50 .75 .90 .95 .99. */
enum { RH_P01, RH_P05, RH_P10, RH_P25, RH_P50, RH_P75, RH_P90, RH_P95, RH_P99, RH_NUM_QUANTILES };
extern const double rh_quantile_levels[RH_NUM_QUANTILES];

/* Expected shortfall at 95% to both sides, with its standard error (stats/tail.h): mean of the lowest 5%, and of the
 * highest 5%. */
struct rh_tails {
    double low, low_se;
    double high, high_se;
};

struct rh_summary {
    uint64_t num;         /* values that are not missing */
    double missing;       /* share of missing values */
    double mean, mean_se; /* headline: of a ratio the ratio of means, with its jackknife error */
    double sd;
    double quantile[RH_NUM_QUANTILES];      /* type 7 (Hyndman & Fan 1996, doi:10.2307/2684934) */
    double quantile_low[RH_NUM_QUANTILES];  /* 95% interval of the quantile by binomial order statistics; NaN where */
    double quantile_high[RH_NUM_QUANTILES]; /* there are too few values for one */
    double quantile_se[RH_NUM_QUANTILES];   /* standard error of the quantile (rh_quantile_se) */
    struct rh_tails tails;
};

#define RH_NUM_DIFFERENCE_QUANTILES 3 /* .05 .50 .95 */
extern const double rh_difference_levels[RH_NUM_DIFFERENCE_QUANTILES];

/* Paired difference a - b. */
struct rh_difference {
    uint64_t num;
    double mean, mean_se, sd;
    double p05, p50, p95;
    double p_positive, p_positive_se; /* share of replications with a > b (ties count half), by rh_share_se; 0 where
                                         nothing differs in any replication */
    /* Of p05, p50 and p95, as in struct rh_summary. */
    double quantile_low[RH_NUM_DIFFERENCE_QUANTILES], quantile_high[RH_NUM_DIFFERENCE_QUANTILES];
    double quantile_se[RH_NUM_DIFFERENCE_QUANTILES];
    struct rh_tails tails;
    double variance_ratio; /* var(a - b) / (var(a) + var(b)): what common random numbers leave of the variance that an
                              independent comparison would have; NaN where neither a nor b varies */
};

/* Kahan-Neumaier compensated sum in the order given. */
double rh_sum(const double *values, size_t num);

/* Standard error of the mean score, sum / num, of replications that score 0, 1 or between (ties 1/2); squares: the sum
 * of the squared scores. Both with 1.92 replications more that score 1, and as many that score 0 (Agresti & Coull 1998,
 * doi:10.2307/2685469): a share of 0 or 1 is no certainty. Its two standard errors are then 2.8 / num, near the rule of
 * three; the mean plus or minus 1.96 of them holds the truth in at least 93 of 100 runs of 200. NaN where num is 0. */
double rh_share_se(double sum, double squares, size_t num);

/* Sorts value[num] ascending, in place; none may be NaN. */
void rh_sort_numbers(double *value, size_t num);

/* value: [num]; denominator: [num] or NULL (see rh_kpi_info). Needs memory for a sorted copy. */
int rh_summary_compute(struct rh_summary *self, const double *value, const double *denominator, size_t num,
                       struct rh_error *error);
/* a, b: [num] paired by replication; pairs with a missing value are left out. */
int rh_difference_compute(struct rh_difference *self, const double *a, const double *b, size_t num,
                          struct rh_error *error);
/* Type-7 quantile of sorted values without NaN; level in [0, 1]; NaN where num is 0. */
double rh_quantile_sorted(const double *sorted, size_t num, double level);
/* Ranks (0-based) [*low, *high] of the order statistics that cover the quantile with at least `coverage`, found in the
 * binomial distribution; false where there is no such pair. */
int rh_quantile_ranks(size_t num, double level, double coverage, size_t *low, size_t *high);

/* What a paired comparison says (docs/model.md, "Telling A from B"). */
enum rh_verdict {
    RH_VERDICT_SAME,              /* identical in every replication */
    RH_VERDICT_MORE_REPLICATIONS, /* |mean difference| < 2 standard errors */
    RH_VERDICT_CANNOT_TELL,       /* P(better) between 10 and 90%: the assumptions cannot tell, a pilot could */
    RH_VERDICT_BETTER,
    RH_VERDICT_WORSE
};
enum rh_verdict rh_difference_verdict(const struct rh_difference *self, int higher_is_better);

#ifdef __cplusplus
}
#endif

#endif
