/* What an estimate of the response says of the model's parameters, private to the room. */
#ifndef RH_FIT_POSTERIOR_H
#define RH_FIT_POSTERIOR_H

#include "fit/fit.h"
#include "model/parameters.h"

/* What the estimate is of. Partners attend with probability p and, where they do, answer as docs/model.md says; to
 * first order that is a slope on ln(1 + felt / margin) of response = p · [effort · ln(1 + (1 - passed) z) + price ·
 * passed · z · margin] / ln(1 + z),  z = felt / margin at the typical offer; 0 in a null program. */
struct rh_estimate {
    double slope, se; /* NaN: nothing was estimated */
    double freedom;   /* of the Student t that the error follows */
    double typical;   /* z */
    double margin, complexity;
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

#endif
