#include "fit/posterior.h"

#include "core/memory.h"
#include "core/rng.h"

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
    double passed, price, attention, slope, attends;
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
    struct rest rest = {value[0], value[1], value[2], value[3], 1.0};
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

/* ---- Draws ---- */

/* A point of the grid that was drawn. */
struct drawn {
    double response, would_be; /* would_be: were the program not null */
    bool null;
    int n, k;
};

static int by_response(const void *a, const void *b)
{
    const struct drawn *x = a, *y = b;
    if (x->response != y->response) {
        return x->response < y->response ? -1 : 1;
    }
    if (x->would_be != y->would_be) {
        return x->would_be < y->would_be ? -1 : 1;
    }
    return x->n != y->n ? x->n - y->n : x->k - y->k;
}

/* Takes a point as often as marks lie in the weight that it adds. There is one mark in each of num equal parts of the
 * weight, anywhere in it: marks one apart fall in step with the grid, and see the same few efforts again and again. */
struct sampler {
    struct drawn *drawn; /* [num] */
    size_t num, taken;
    double scale, sum, mark; /* parts per weight; parts passed so far; where the next mark is */
    uint64_t seed;
    struct drawn last; /* that weighs anything */
};

static void set_mark(struct sampler *self)
{
    const struct rh_words words = rh_draw(self->seed, 0, (uint32_t)self->taken, RH_DRAW_POSTERIOR, 0, 0);
    self->mark = (double)self->taken + rh_uniform(words.w[0]);
}

static void take(struct sampler *self, double weight, struct drawn point)
{
    self->sum += self->scale * weight;
    self->last = weight > 0.0 ? point : self->last;
    while (self->taken < self->num && self->mark < self->sum) {
        self->drawn[self->taken++] = point;
        set_mark(self);
    }
}

/* Weight of a point of the grid, were there a reaction; of one in a null program. */
static double weight_of(const struct grid *self, double response)
{
    return (1.0 - self->null) * exp(log_likelihood(self->estimate, response) - self->best);
}

static double null_weight(const struct grid *self)
{
    return self->null * exp(log_likelihood(self->estimate, 0.0) - self->best);
}

static double grid_weight(const struct grid *grid)
{
    double sum = RESTS * (double)EFFORTS * null_weight(grid);
    for (int n = 0; n < RESTS; n++) {
        for (int k = 0; k < EFFORTS; k++) {
            sum += weight_of(grid, response_of(grid->estimate, grid->effort[k], grid->rest[n]));
        }
    }
    return sum;
}

/* First all points with a reaction, then all without: so either are as many as their weight, to one. Efforts run up and
 * down in turn, so that a part of the weight that has points of two rests has such as are alike. */
static void sample(const struct grid *grid, uint64_t seed, struct drawn *drawn, size_t num)
{
    struct sampler sampler = {.drawn = drawn, .num = num, .scale = (double)num / grid_weight(grid), .seed = seed};
    set_mark(&sampler);
    for (int null = 0; null < 2; null++) {
        for (int n = 0; n < RESTS; n++) {
            for (int e = 0; e < EFFORTS; e++) {
                const int k = n % 2 == 0 ? e : EFFORTS - 1 - e;
                const double response = response_of(grid->estimate, grid->effort[k], grid->rest[n]);
                take(&sampler, null ? null_weight(grid) : weight_of(grid, response),
                     (struct drawn){null ? 0.0 : response, response, null == 1, n, k});
            }
        }
    }
    while (sampler.taken < num) { /* the sum, rounded, may fall short of the last mark */
        drawn[sampler.taken++] = sampler.last;
    }
}

int rh_posterior_draw(const struct rh_assumptions *assumptions, int segment, const struct rh_estimate *estimate,
                      uint64_t seed, size_t num, double *response, double *draw, struct rh_error *error)
{
    struct grid *grid = rh_calloc(1, sizeof *grid);
    struct drawn *drawn = rh_calloc(num, sizeof *drawn);
    if (grid == NULL || drawn == NULL) {
        free(grid);
        free(drawn);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for draws of the posterior");
    }
    make_grid(grid, assumptions, segment, estimate);
    sample(grid, seed, drawn, num);
    qsort(drawn, num, sizeof *drawn, by_response);
    for (size_t r = 0; r < num; r++) {
        const struct rest *rest = &grid->rest[drawn[r].n];
        const double value[RH_FIT_NUM_DRAWN] = {grid->effort[drawn[r].k], rest->passed, rest->price,
                                                rest->attention,          rest->slope,  drawn[r].null ? 1.0 : 0.0};
        response[r] = drawn[r].response;
        for (size_t p = 0; p < RH_FIT_NUM_DRAWN; p++) {
            draw[p * num + r] = value[p];
        }
    }
    free(grid);
    free(drawn);
    return RH_OK;
}
