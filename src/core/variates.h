/* Variates by inversion: each is a function of one uniform u in (0, 1), monotone in it, so that common random numbers
 * stay common. Checked against GSL's distribution functions. Arguments out of their ranges assert. Thread-safe. */
#ifndef RH_CORE_VARIATES_H
#define RH_CORE_VARIATES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Standard normal quantile (Wichura 1988, AS 241 PPND16, doi:10.2307/2347330); relative error about 10⁻¹⁵. */
double rh_normal(double u);
/* Standard normal distribution function. */
double rh_normal_cdf(double x);
/* Lognormal of the given mean (> 0) and standard deviation (≥ 0) of the variate itself, not of its logarithm. */
double rh_lognormal(double mean, double sd, double u);
/* Beta(a, b), a > 0, b > 0. */
double rh_beta(double a, double b, double u);
/* Poisson of mean ≥ 0 (0 gives 0): the least k with P(X ≤ k) ≥ u, by search from the mode, at a cost that grows with
 * the standard deviation; means above 10⁶ by the normal with Cornish-Fisher terms. */
int64_t rh_poisson(double mean, double u);
/* Binomial of n ≥ 0 trials with probability p in [0, 1], in the same way; variances above 10⁶ by the normal. */
int64_t rh_binomial(int64_t n, double p, double u);
/* Gamma of the given shape (> 0), scale 1. */
double rh_gamma(double shape, double u);
/* Student t with nu > 0 degrees of freedom. */
double rh_student_t(double nu, double u);

/* Normal and lognormal (mean and sd of the untruncated variate) truncated to [low, high] through the inverse
 * distribution function; low < high, either may be infinite (for the lognormal high > 0). An sd of 0 gives the mean,
 * clamped. Wherever the bounds lie, the variate is within them. */
double rh_normal_truncated(double mean, double sd, double low, double high, double u);
double rh_lognormal_truncated(double mean, double sd, double low, double high, double u);

#ifdef __cplusplus
}
#endif

#endif
