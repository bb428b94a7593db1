/* The expected marginal reward in closed form. E[reward(Q + R)] = Σ over pieces of jump · P(R > Θ - Q) + slope_change ·
 * E[(Q + R - Θ)⁺], whose derivative in Q is Σ of jump · f(Θ - Q) + slope_change · P(R > Θ - Q). The log-logistic stands
 * for the lognormal because its distribution function is elementary; median and log-variance are those of the
 * lognormal. */
#include "model/belief.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>

struct rh_belief_shape rh_belief_shape_make(double cv_month, int months_left)
{
    const double variance = cv_month * cv_month / (double)months_left;
    struct rh_belief_shape self = {INFINITY, 1.0};
    if (variance > 0.0) {
        self.root = sqrt(1.0 + variance);
        self.beta = acos(-1.0) / (sqrt(3.0) * sqrt(log1p(variance)));
    }
    return self;
}

struct rh_belief rh_belief_make(double mean, double cv_month, int months_left)
{
    return rh_belief_of_mean(rh_belief_shape_make(cv_month, months_left), mean);
}

/* F / (1 - F), so that both tails keep their digits. */
static double odds(struct rh_belief self, double x)
{
    double z = self.beta * log(x / self.alpha);
    return exp(fmin(fmax(z, -RH_BELIEF_CLAMP), RH_BELIEF_CLAMP));
}

double rh_belief_survival(struct rh_belief self, double x)
{
    return self.alpha > 0.0 ? 1.0 / (1.0 + odds(self, x)) : 0.0;
}

double rh_belief_density(struct rh_belief self, double x)
{
    if (!(self.alpha > 0.0)) {
        return 0.0;
    }
    double below = odds(self, x), survival = 1.0 / (1.0 + below);
    return self.beta / x * survival * (below * survival);
}

double rh_belief_marginal_reward(struct rh_belief self, const struct rh_schedule *schedule, double q)
{
    double g = 0.0;
    for (int p = 0; p < schedule->num; p++) {
        const struct rh_piece *piece = &schedule->piece[p];
        double x = piece->start - q;
        if (x <= 0.0) {
            g += piece->slope_change;
        } else {
            g += piece->slope_change * rh_belief_survival(self, x) + piece->jump * rh_belief_density(self, x);
        }
    }
    return g;
}

/* E[(R - x)⁺]. With u = F(R) uniform, R = α·(u / (1 - u))^(1/β), so that the mean beyond x is an incomplete beta
 * function. */
static double expected_excess(struct rh_belief self, double x)
{
    const double inverse = 1.0 / self.beta, angle = acos(-1.0) * inverse;
    const double mean = self.alpha * angle / sin(angle);
    if (x <= 0.0) {
        return mean - x;
    }
    const double below = odds(self, x), share = below / (1.0 + below);
    return mean * (1.0 - gsl_sf_beta_inc(1.0 + inverse, 1.0 - inverse, share)) - x / (1.0 + below);
}

double rh_belief_expected_reward(struct rh_belief self, const struct rh_schedule *schedule, double q)
{
    double expected = 0.0;
    if (!(self.alpha > 0.0)) {
        return rh_schedule_reward(schedule, q);
    }
    for (int p = 0; p < schedule->num; p++) {
        const struct rh_piece *piece = &schedule->piece[p];
        const double x = piece->start - q, reached = x > 0.0 ? rh_belief_survival(self, x) : 1.0;
        expected += piece->jump * reached + piece->slope_change * expected_excess(self, x);
    }
    return expected;
}
