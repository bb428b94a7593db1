/* What an estimate of the response says of the model's parameters, private to the room. */
#ifndef RH_FIT_POSTERIOR_H
#define RH_FIT_POSTERIOR_H

#include "fit/fit.h"
#include "model/parameters.h"

/* Felt reward / own margin, where there was none to look at: the priors hardly depend on it. */
#define RH_USUAL_OFFER .05

/* What the estimate is of. Partners attend with probability p and, where they do, answer as docs/model.md says; to
 * first order that is a slope on ln(1 + felt / margin) of response = p · [effort · ln(1 + (1 - passed) z) + price ·
 * passed · z · margin] / ln(1 + z),  z = felt / margin at the typical offer; 0 in a null program. Where no margin is on
 * file, one was assumed for it, and effort answers to the true one: there (1 - passed) z · margin / true margin. */
struct rh_estimate {
    double slope, se; /* NaN: nothing was estimated */
    double freedom;   /* of the Student t that the error follows */
    double typical;   /* z */
    double margin, complexity;
    double assumed;                        /* share of the observations whose margin is */
    double price, price_se, price_freedom; /* of the price elasticity by itself; NaN: nothing was estimated */
};

/* Logarithm of the density of a value under a Student t around an estimate, to a constant: errors rest on few clusters.
 * 0 where nothing was estimated. */
double rh_log_student(double estimate, double se, double freedom, double value);

/* Prior and posterior moments of what a group's partners do, `segment` being the history's id whose priors count. The
 * posterior is that of a grid: 2048 quantiles of the effort elasticity by 256 points of the others (Halton 1960,
 * doi:10.1007/BF01386213), those of the price elasticity being quantiles of what its own estimate leaves of its prior.
 * RH_OK or RH_ERR_NO_MEMORY. */
int rh_posterior_find(const struct rh_assumptions *assumptions, int segment, const struct rh_estimate *estimate,
                      struct rh_moments prior[RH_NUM_FIT_QUANTITIES],
                      struct rh_moments posterior[RH_NUM_FIT_QUANTITIES], struct rh_error *error);

/* Posterior probabilities that the quantity is less than each of value[num], ascending, and that it is exactly that:
 * below[num], equal[num]. An estimate whose slope is NaN: prior probabilities. RH_OK or RH_ERR_NO_MEMORY. */
int rh_posterior_shares(const struct rh_assumptions *assumptions, int segment, const struct rh_estimate *estimate,
                        enum rh_fit_quantity quantity, const double *value, size_t num, double *below, double *equal,
                        struct rh_error *error);

/* Equally likely draws of the posterior (of the prior where the slope is NaN): draw[k][r] of parameter
 * rh_fit_drawn[k], k below RH_FIT_NUM_DRAWN, r below num, and response[r], which rises with r; where it is equal, in
 * null programs, the response that there would be rises. A null program has null_program 1, others 0. Stratified
 * sampling of the grid (Kitagawa 1996, doi:10.2307/1390750) with uniforms that `seed` decides: each draw stands for
 * the same weight, and what is believed alike of two groups is drawn alike. num ≥ 1. RH_OK or RH_ERR_NO_MEMORY. */
int rh_posterior_draw(const struct rh_assumptions *assumptions, int segment, const struct rh_estimate *estimate,
                      uint64_t seed, size_t num, double *response, double *draw, struct rh_error *error);

#endif
