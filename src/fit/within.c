#include "fit/within.h"

#include "core/variates.h"

#include <math.h>

#define QUANTILES 2048

double rh_fit_within_moved(const struct rh_fit_within *within)
{
    const double before = within->prior.sd, after = within->posterior.sd;
    return before > 0.0 ? 1.0 - after * after / (before * before) : NAN;
}

double rh_fit_within_margin(const struct rh_fit_within *within)
{
    return isnan(within->se)        ? NAN
           : isnan(within->freedom) ? rh_normal(0.975) * within->se
                                    : rh_student_t(within->freedom, 0.975) * within->se;
}

struct rh_moments rh_within_prior(const struct rh_assumptions *priors, enum rh_parameter parameter)
{
    const struct rh_belief_of *belief = &priors->belief[(int)parameter * priors->num_segments];
    double sum = 0.0, square = 0.0;
    for (int k = 0; k < QUANTILES; k++) {
        const double value = rh_belief_of_quantile(belief, (k + 0.5) / QUANTILES);
        sum += value / QUANTILES;
        square += value * value / QUANTILES;
    }
    return (struct rh_moments){sum, sqrt(fmax(square - sum * sum, 0.0))};
}

double rh_within_attends(const struct rh_assumptions *priors, double complexity, double attends[RH_WITHIN_POINTS])
{
    const struct rh_belief_of *belief = priors->belief;
    const int stride = priors->num_segments;
    double sum = 0.0;
    for (int k = 0; k < RH_WITHIN_POINTS; k++) {
        /* A lattice of the two: Kronecker's sequence by the golden ratio beside the middles of equal parts. */
        const double u = (k + 0.5) / RH_WITHIN_POINTS, v = fmod((k + 0.5) * 0.6180339887498949, 1.0);
        const double attention = rh_belief_of_quantile(&belief[(int)RH_PARAM_ATTENTION * stride], u);
        const double slope = rh_belief_of_quantile(&belief[(int)RH_PARAM_COMPLEXITY_SLOPE * stride], v);
        const double p = fmin(fmax(attention, 1e-12), 1.0 - 1e-12);
        attends[k] = attention < 1.0 ? 1.0 / (1.0 + (1.0 - p) / p * exp(slope * complexity)) : 1.0;
        sum += attends[k] / RH_WITHIN_POINTS;
    }
    return sum;
}
