#include "fit/posterior.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

#define EFFORTS 2048
#define RESTS 256
#define PRICES 8192  /* quantiles of the price elasticity's prior, of which its posterior is made */
#define PRICE_BASE 3 /* of its sequence */

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
    static const int base[] = {2, PRICE_BASE, 5, 7};
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

double rh_log_student(double estimate, double se, double freedom, double value)
{
    if (isnan(estimate)) {
        return 0.0;
    }
    const double d = (value - estimate) / se;
    return -0.5 * (freedom + 1.0) * log1p(d * d / freedom);
}

static double log_likelihood(const struct rh_estimate *self, double response)
{
    return rh_log_student(self->slope, self->se, self->freedom, response);
}

/* The price elasticities of the points once its own estimate is known: quantiles of prior × likelihood, so that points
 * are where the posterior is, however sharp. */
static int know_prices(struct rest *rest, const struct rh_belief_of *prior, const struct rh_estimate *estimate)
{
    double best = -INFINITY, sum = 0.0;
    double *value = rh_calloc(2 * PRICES, sizeof *value);
    if (value == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    double *weight = value + PRICES;
    for (int k = 0; k < PRICES; k++) {
        value[k] = rh_belief_of_quantile(prior, (k + 0.5) / PRICES);
        weight[k] = rh_log_student(estimate->price, estimate->price_se, estimate->price_freedom, value[k]);
        best = fmax(best, weight[k]);
    }
    for (int k = 0; k < PRICES; k++) {
        sum += exp(weight[k] - best);
        weight[k] = sum;
    }
    for (int n = 0; n < RESTS; n++) {
        const double share = halton(n + 1, PRICE_BASE) * sum;
        int low = 0, high = PRICES - 1;
        while (low < high) {
            const int middle = (low + high) / 2;
            if (weight[middle] < share) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        rest[n].price = value[low];
    }
    free(value);
    return RH_OK;
}

/* The grid: effort by quantiles of its prior, the rest point by point. */
struct grid {
    const struct rh_estimate *estimate;
    double effort[EFFORTS];
    struct rest rest[RESTS], believed[RESTS]; /* the second before the price elasticity's own estimate */
    double null;                              /* probability that nobody reacts */
    double best;                              /* logarithm of the largest likelihood */
};

static int make_grid(struct grid *self, const struct rh_assumptions *assumptions, int segment,
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
        self->believed[n] = self->rest[n] = rest_of(assumptions, segment, estimate->complexity, n);
    }
    if (!isnan(estimate->price) &&
        know_prices(self->rest, &belief[(int)RH_PARAM_PRICE_ELASTICITY * stride], estimate) != RH_OK) {
        return RH_ERR_NO_MEMORY;
    }
    for (int n = 0; n < RESTS; n++) {
        for (int k = 0; k < EFFORTS; k++) {
            self->best =
                fmax(self->best, log_likelihood(estimate, response_of(estimate, self->effort[k], self->rest[n])));
        }
    }
    return RH_OK;
}

/* What the values of a point are, were there a reaction or none; each with its weight. */
static void add_point(struct sums *sums, double effort, const struct rest *rest, double response, double some,
                      double none)
{
    const double reacting[] = {response, effort, rest->passed, rest->price, rest->attention, 0.0};
    const double null[] = {0.0, effort, rest->passed, rest->price, rest->attention, 1.0};
    add(sums, some, reacting);
    add(sums, none, null);
}

static void add_points(const struct grid *self, struct sums *before, struct sums *after)
{
    const struct rh_estimate *estimate = self->estimate;
    const double none = self->null * exp(log_likelihood(estimate, 0.0) - self->best);
    for (int n = 0; n < RESTS; n++) {
        for (int k = 0; k < EFFORTS; k++) {
            const double effort = self->effort[k], response = response_of(estimate, effort, self->rest[n]);
            add_point(before, effort, &self->believed[n], response_of(estimate, effort, self->believed[n]),
                      1.0 - self->null, self->null);
            add_point(after, effort, &self->rest[n], response,
                      (1.0 - self->null) * exp(log_likelihood(estimate, response) - self->best), none);
        }
    }
}

int rh_posterior_find(const struct rh_assumptions *assumptions, int segment, const struct rh_estimate *estimate,
                      struct rh_moments prior[RH_NUM_FIT_QUANTITIES],
                      struct rh_moments posterior[RH_NUM_FIT_QUANTITIES], struct rh_error *error)
{
    struct grid *grid = rh_calloc(1, sizeof *grid);
    struct sums before = {0}, after = {0};
    if (grid == NULL || make_grid(grid, assumptions, segment, estimate) != RH_OK) {
        free(grid);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the posterior");
    }
    add_points(grid, &before, &after);
    moments(&before, prior);
    moments(isnan(estimate->slope) && isnan(estimate->price) ? &before : &after, posterior);
    free(grid);
    return RH_OK;
}
