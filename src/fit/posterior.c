#include "fit/posterior.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

#define EFFORTS 2048
#define RESTS 256

/* The radical inverse: the digits of k in that base, behind the point. Within (0, 1) for k ≥ 1. */
static double halton(int k, int base)
{
    double value = 0.0, digit = 1.0 / base;
    for (; k > 0; k /= base, digit /= base) {
        value += digit * (k % base);
    }
    return value;
}

/* Sums for the moments of a quantity. */
struct sums {
    double weight, value[RH_NUM_FIT_QUANTITIES], square[RH_NUM_FIT_QUANTITIES];
};

static void add(struct sums *self, double weight, const double *value)
{
    self->weight += weight;
    for (int k = 0; k < RH_NUM_FIT_QUANTITIES; k++) {
        self->value[k] += weight * value[k];
        self->square[k] += weight * value[k] * value[k];
    }
}

static void moments(const struct sums *self, struct rh_moments *out)
{
    for (int k = 0; k < RH_NUM_FIT_QUANTITIES; k++) {
        const double mean = self->value[k] / self->weight;
        out[k] = (struct rh_moments){mean, sqrt(fmax(self->square[k] / self->weight - mean * mean, 0.0))};
    }
}

/* One point of all that is not known beside the effort elasticity. */
struct rest {
    double passed, price, attention, attends;
};

static struct rest rest_of(const struct rh_assumptions *self, int segment, double complexity, int k)
{
    static const enum rh_parameter parameter[] = {RH_PARAM_PASS_THROUGH, RH_PARAM_PRICE_ELASTICITY, RH_PARAM_ATTENTION,
                                                  RH_PARAM_COMPLEXITY_SLOPE};
    static const int base[] = {2, 3, 5, 7};
    double value[4];
    for (int p = 0; p < 4; p++) {
        value[p] = rh_belief_of_quantile(&self->belief[(int)parameter[p] * self->num_segments + segment],
                                         halton(k + 1, base[p]));
    }
    struct rest rest = {value[0], value[1], value[2], 1.0};
    if (rest.attention < 1.0) {
        const double p = fmin(fmax(rest.attention, 1e-12), 1.0 - 1e-12);
        rest.attends = 1.0 / (1.0 + (1.0 - p) / p * exp(value[3] * complexity));
    }
    return rest;
}

static double response_of(const struct rh_estimate *estimate, double effort, struct rest rest)
{
    const double z = estimate->typical;
    const double worked = effort * log1p((1.0 - rest.passed) * z) + rest.price * rest.passed * z * estimate->margin;
    return rest.attends * worked / log1p(z);
}

/* Logarithm of the likelihood, to a constant: a Student t, as the error rests on few clusters. */
static double log_likelihood(const struct rh_estimate *self, double response)
{
    if (isnan(self->slope)) {
        return 0.0;
    }
    const double d = (response - self->slope) / self->se;
    return -0.5 * (self->freedom + 1.0) * log1p(d * d / self->freedom);
}

/* The grid: effort by quantiles of its prior, the rest point by point. */
struct grid {
    const struct rh_estimate *estimate;
    double effort[EFFORTS];
    struct rest rest[RESTS];
    double null; /* probability that nobody reacts */
    double best; /* logarithm of the largest likelihood */
};

static void make_grid(struct grid *self, const struct rh_assumptions *assumptions, int segment,
                      const struct rh_estimate *estimate)
{
    const struct rh_belief_of *belief = assumptions->belief + segment;
    const int stride = assumptions->num_segments;
    self->estimate = estimate;
    self->null = belief[(int)RH_PARAM_NULL_PROGRAM * stride].mean;
    self->best = log_likelihood(estimate, 0.0);
    for (int k = 0; k < EFFORTS; k++) {
        self->effort[k] = rh_belief_of_quantile(&belief[(int)RH_PARAM_EFFORT_ELASTICITY * stride], (k + 0.5) / EFFORTS);
    }
    for (int n = 0; n < RESTS; n++) {
        self->rest[n] = rest_of(assumptions, segment, estimate->complexity, n);
        for (int k = 0; k < EFFORTS; k++) {
            self->best =
                fmax(self->best, log_likelihood(estimate, response_of(estimate, self->effort[k], self->rest[n])));
        }
    }
}

/* What the values of a point are, were there a reaction or none. */
static void add_point(const struct grid *self, int n, int k, struct sums *before, struct sums *after)
{
    const struct rest *rest = &self->rest[n];
    const double response = response_of(self->estimate, self->effort[k], *rest);
    const double some[] = {response, self->effort[k], rest->passed, rest->price, rest->attention, 0.0};
    const double none[] = {0.0, self->effort[k], rest->passed, rest->price, rest->attention, 1.0};
    add(before, 1.0 - self->null, some);
    add(before, self->null, none);
    add(after, (1.0 - self->null) * exp(log_likelihood(self->estimate, response) - self->best), some);
    add(after, self->null * exp(log_likelihood(self->estimate, 0.0) - self->best), none);
}

int rh_posterior_find(const struct rh_assumptions *assumptions, int segment, const struct rh_estimate *estimate,
                      struct rh_moments prior[RH_NUM_FIT_QUANTITIES],
                      struct rh_moments posterior[RH_NUM_FIT_QUANTITIES], struct rh_error *error)
{
    struct grid *grid = rh_calloc(1, sizeof *grid);
    struct sums before = {0}, after = {0};
    if (grid == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the posterior");
    }
    make_grid(grid, assumptions, segment, estimate);
    for (int n = 0; n < RESTS; n++) {
        for (int k = 0; k < EFFORTS; k++) {
            add_point(grid, n, k, &before, &after);
        }
    }
    moments(&before, prior);
    moments(isnan(estimate->slope) ? &before : &after, posterior);
    free(grid);
    return RH_OK;
}
