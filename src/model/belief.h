/* What the next sale is worth to a partner: the expected marginal reward (docs/model.md, "What the next sale is
 * worth").
 *
 * The partner believes that the rest of the window brings R more attainment, log-logistic with median alpha and shape
 * beta. This is the plain formula; the kernel evaluates the same over lanes. */
#ifndef RH_MODEL_BELIEF_H
#define RH_MODEL_BELIEF_H

#include "program/schedule.h"

#ifdef __cplusplus
extern "C" {
#endif

/* z = beta · ln(x / alpha) is clamped to ± this: F is 0 or 1 to 10⁻¹⁷ beyond it. */
#define RH_BELIEF_CLAMP 40.0

struct rh_belief {
    double alpha; /* median of R, in 10⁻⁴ of the measure; ≤ 0: nothing is expected */
    double beta;  /* shape */
};

/* What of a belief is the same whatever its mean. */
struct rh_belief_shape {
    double root; /* mean per median: √(1+cv²); INFINITY where nothing varies */
    double beta;
};

/* The two steps of rh_belief_make. */
struct rh_belief_shape rh_belief_shape_make(double cv_month, int months_left);
static inline struct rh_belief rh_belief_of_mean(struct rh_belief_shape shape, double mean)
{
    const struct rh_belief self = {mean > 0.0 ? mean / shape.root : 0.0, shape.beta};
    return self;
}

/* Belief of mean `mean` (10⁻⁴ of the measure) and coefficient of variation cv_month of one month, with months_left
 * months left in the window (this one included). Method of moments as if R were lognormal: median mean/√(1+cv²),
 * shape π/(√3·√ln(1+cv²)), cv = cv_month/√months_left. */
struct rh_belief rh_belief_make(double mean, double cv_month, int months_left);

/* P(R > x) and density of R at x; x > 0. */
double rh_belief_survival(struct rh_belief self, double x);
double rh_belief_density(struct rh_belief self, double x);

/* dE[reward(Q + R)]/dQ at attainment q: money (10⁻⁴) per attainment (10⁻⁴). Exact for q ≥ 0 where no threshold equals
 * q; a jump at a threshold that is reached no longer counts. */
double rh_belief_marginal_reward(struct rh_belief self, const struct rh_schedule *schedule, double q);

/* E[reward(Q + R)] at attainment q, money (10⁻⁴). Shapes above 1, as months of a coefficient of variation up to 1.5
 * make them. */
double rh_belief_expected_reward(struct rh_belief self, const struct rh_schedule *schedule, double q);

#ifdef __cplusplus
}
#endif

#endif
