/* The tails of a distribution: value at risk and expected shortfall, each with its Monte Carlo standard error. */
#ifndef RH_STATS_TAIL_H
#define RH_STATS_TAIL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum rh_tail_side {
    RH_TAIL_LOW, /* the lowest values: of what is gained */
    RH_TAIL_HIGH /* the highest: of what is lost or paid */
};

/* Of num values those are the tail that lie beyond all but a share 1 - confidence of them. */
struct rh_tail {
    double at_risk, at_risk_se;     /* value at risk: where the tail begins, a type-7 quantile */
    double shortfall, shortfall_se; /* expected shortfall: mean of the tail */
};

/* sorted: [num] ascending, none NaN; confidence in (0, 1), such as .95 for the worst 5%. O(num (1 - confidence)).
 * The shortfall is the mean of the num (1 - confidence) outermost values, the last of which may count in part (Acerbi &
 * Tasche 2002, doi:10.1016/S0378-4266(02)00283-2), so that a tail which cuts through equal values is right as well. Its
 * standard error is the asymptotic one, sd(excess over the value at risk) / ((1 - confidence) sqrt(num)) (Manistre &
 * Hancock 2005, doi:10.1080/10920277.2005.10596207): it needs a tail of about a hundred values, is too small by a tenth
 * at twenty of a skewed tail, and NaN at less than two. That of the value at risk is rh_quantile_se's. All is NaN where
 * num is 0. */
void rh_tail_sorted(struct rh_tail *self, enum rh_tail_side side, double confidence, const double *sorted, size_t num);

/* Standard error of the type-7 quantile at `level` in (0, 1) of the sorted values, by two order statistics: the slope
 * of the quantiles between the ranks of rh_quantile_ranks at 95%, times the standard deviation of the rank, sqrt(num
 * level (1 - level)) (Bloch & Gastwirth 1968, doi:10.1214/aoms/1177698342). 0 within equal values; NaN where there are
 * too few values for the ranks. */
double rh_quantile_se(const double *sorted, size_t num, double level);

#ifdef __cplusplus
}
#endif

#endif
