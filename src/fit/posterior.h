/* What an estimate of the response says of the model's parameters, private to the room. */
#ifndef RH_FIT_POSTERIOR_H
#define RH_FIT_POSTERIOR_H

#include "fit/fit.h"
#include "model/parameters.h"

/* What the estimate is of. Partners attend with probability p and, where they do, answer as docs/model.md says; to
 * first order that is a slope on ln(1 + felt / margin) of response = p · [effort · ln(1 + (1 - passed) z) + price ·
 * passed · z · margin] / ln(1 + z),  z = felt / margin at the typical offer; 0 in a null program. Where no margin is on
 * file, one was assumed for it, and effort answers to the true one: there (1 - passed) z · margin / true margin. */
struct rh_estimate {
    double slope, se; /* NaN: nothing was estimated */
    double freedom;   /* of the Student t that the error follows */
    double typical;   /* z */
    double margin, complexity;
    double assumed; /* share of the observations whose margin is */
};

/* Prior and posterior moments of what a group's partners do, `segment` being the history's id whose priors count. The
 * posterior is that of a grid: 2048 quantiles of the effort elasticity by 256 points of the others (Halton 1960,
 * doi:10.1007/BF01386213). RH_OK or RH_ERR_NO_MEMORY. */
int rh_posterior_find(const struct rh_assumptions *assumptions, int segment, const struct rh_estimate *estimate,
                      struct rh_moments prior[RH_NUM_FIT_QUANTITIES],
                      struct rh_moments posterior[RH_NUM_FIT_QUANTITIES], struct rh_error *error);

/* Posterior probabilities that the quantity is less than each of value[num], ascending, and that it is exactly that:
 * below[num], equal[num]. An estimate whose slope is NaN: prior probabilities. RH_OK or RH_ERR_NO_MEMORY. */
int rh_posterior_shares(const struct rh_assumptions *assumptions, int segment, const struct rh_estimate *estimate,
                        enum rh_fit_quantity quantity, const double *value, size_t num, double *below, double *equal,
                        struct rh_error *error);

#endif
