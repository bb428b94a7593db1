#include "fit/posterior.h"

#include "core/memory.h"
#include "core/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    double passed, price, attention, slope, margin;
    double per_price, per_effort; /* the response is per_price · price + per_effort · effort elasticity */
};

static struct rest rest_of(const struct rh_assumptions *self, int segment, const struct rh_estimate *estimate, int k)
{
    static const enum rh_parameter parameter[] = {RH_PARAM_PASS_THROUGH, RH_PARAM_PRICE_ELASTICITY, RH_PARAM_ATTENTION,
                                                  RH_PARAM_COMPLEXITY_SLOPE, RH_PARAM_PARTNER_MARGIN};
    static const int base[] = {2, PRICE_BASE, 5, 7, 11};
    double value[5];
    for (int p = 0; p < 5; p++) {
        value[p] = rh_belief_of_quantile(&self->belief[(int)parameter[p] * self->num_segments + segment],
                                         halton(k + 1, base[p]));
    }
    struct rest rest = {
        .passed = value[0], .price = value[1], .attention = value[2], .slope = value[3], .margin = value[4]};
    double attends = 1.0;
    if (rest.attention < 1.0) {
        const double p = fmin(fmax(rest.attention, 1e-12), 1.0 - 1e-12);
        attends = 1.0 / (1.0 + (1.0 - p) / p * exp(value[3] * estimate->complexity));
    }
    const double z = estimate->typical, kept = (1.0 - rest.passed) * z, assumed = estimate->assumed;
    const double worked = (1.0 - assumed) * log1p(kept) + assumed * log1p(kept * estimate->margin / value[4]);
    rest.per_price = attends * rest.passed * z * estimate->margin / log1p(z);
    rest.per_effort = attends * worked / log1p(z);
    return rest;
}

static double response_of(double effort, const struct rest *rest)
{
    return rest->per_price * rest->price + rest->per_effort * effort;
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
    double none;                              /* of null programs: probability times likelihood, over the largest */
};

static int make_grid(struct grid *self, const struct rh_assumptions *assumptions, int segment,
                     const struct rh_estimate *estimate)
{
    const struct rh_belief_of *belief = assumptions->belief + segment;
    const int stride = assumptions->num_segments;
    self->estimate = estimate;
    self->null = belief[(int)RH_PARAM_NULL_PROGRAM * stride].mean;
    double nearest = 0.0; /* response to the slope: there the likelihood is largest */
    for (int k = 0; k < EFFORTS; k++) {
        self->effort[k] = rh_belief_of_quantile(&belief[(int)RH_PARAM_EFFORT_ELASTICITY * stride], (k + 0.5) / EFFORTS);
    }
    for (int n = 0; n < RESTS; n++) {
        self->believed[n] = self->rest[n] = rest_of(assumptions, segment, estimate, n);
    }
    if (!isnan(estimate->price) &&
        know_prices(self->rest, &belief[(int)RH_PARAM_PRICE_ELASTICITY * stride], estimate) != RH_OK) {
        return RH_ERR_NO_MEMORY;
    }
    for (int n = 0; n < RESTS; n++) {
        for (int k = 0; k < EFFORTS; k++) {
            const double response = response_of(self->effort[k], &self->rest[n]);
            nearest = fabs(response - estimate->slope) < fabs(nearest - estimate->slope) ? response : nearest;
        }
    }
    self->best = log_likelihood(estimate, nearest);
    self->none = self->null * exp(log_likelihood(estimate, 0.0) - self->best);
    return RH_OK;
}

/* One point of the grid: what is true there, were there a reaction or none, and what either weighs. */
struct point {
    double some[RH_NUM_FIT_QUANTITIES], none[RH_NUM_FIT_QUANTITIES];
    double weight_some, weight_none;
};

static struct point point_of(const struct grid *self, const struct rest *rest, int k)
{
    const double effort = self->effort[k], response = response_of(effort, rest);
    return (struct point){{response, effort, rest->passed, rest->price, rest->attention, 0.0},
                          {0.0, effort, rest->passed, rest->price, rest->attention, 1.0},
                          (1.0 - self->null) * exp(log_likelihood(self->estimate, response) - self->best),
                          self->none};
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
    for (int n = 0; n < RESTS; n++) {
        for (int k = 0; k < EFFORTS; k++) {
            const struct point believed = point_of(grid, &grid->believed[n], k),
                               point = point_of(grid, &grid->rest[n], k);
            add(&before, 1.0 - grid->null, believed.some);
            add(&before, grid->null, believed.none);
            add(&after, point.weight_some, point.some);
            add(&after, point.weight_none, point.none);
        }
    }
    moments(&before, prior);
    moments(isnan(estimate->slope) && isnan(estimate->price) ? &before : &after, posterior);
    free(grid);
    return RH_OK;
}

/* Adds a point's weight to the value that it equals, or to what lies between the values around it. */
static void add_share(const double *value, size_t num, double at, double weight, double *below, double *equal)
{
    size_t low = 0, high = num; /* the first value that is not below */
    while (low < high) {
        const size_t middle = (low + high) / 2;
        low = value[middle] < at ? middle + 1 : low;
        high = value[middle] < at ? high : middle;
    }
    if (low < num) {
        *(value[low] == at ? &equal[low] : &below[low]) += weight;
    }
}

int rh_posterior_shares(const struct rh_assumptions *assumptions, int segment, const struct rh_estimate *estimate,
                        enum rh_fit_quantity quantity, const double *value, size_t num, double *below, double *equal,
                        struct rh_error *error)
{
    struct grid *grid = rh_calloc(1, sizeof *grid);
    if (grid == NULL || make_grid(grid, assumptions, segment, estimate) != RH_OK) {
        free(grid);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the posterior");
    }
    double all = 0.0;
    memset(below, 0, num * sizeof *below);
    memset(equal, 0, num * sizeof *equal);
    for (int n = 0; n < RESTS; n++) {
        for (int k = 0; k < EFFORTS; k++) {
            const struct point point = point_of(grid, &grid->rest[n], k);
            add_share(value, num, point.some[quantity], point.weight_some, below, equal);
            add_share(value, num, point.none[quantity], point.weight_none, below, equal);
            all += point.weight_some + point.weight_none;
        }
    }
    double sum = 0.0; /* so far between values become all that is below each */
    for (size_t k = 0; k < num; k++) {
        sum += below[k];
        below[k] = sum / all;
        sum += equal[k];
        equal[k] /= all;
    }
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

/* Weight of a point of the grid, were there a reaction. */
static double weight_of(const struct grid *self, double response)
{
    return (1.0 - self->null) * exp(log_likelihood(self->estimate, response) - self->best);
}

static double grid_weight(const struct grid *grid)
{
    double sum = RESTS * (double)EFFORTS * grid->none;
    for (int n = 0; n < RESTS; n++) {
        for (int k = 0; k < EFFORTS; k++) {
            sum += weight_of(grid, response_of(grid->effort[k], &grid->rest[n]));
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
                const double response = response_of(grid->effort[k], &grid->rest[n]);
                take(&sampler, null ? grid->none : weight_of(grid, response),
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
    if (grid == NULL || drawn == NULL || make_grid(grid, assumptions, segment, estimate) != RH_OK) {
        free(grid);
        free(drawn);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for draws of the posterior");
    }
    sample(grid, seed, drawn, num);
    qsort(drawn, num, sizeof *drawn, by_response);
    for (size_t r = 0; r < num; r++) {
        const struct rest *rest = &grid->rest[drawn[r].n];
        const double value[RH_FIT_NUM_DRAWN] = {
            grid->effort[drawn[r].k],  rest->passed, rest->price, rest->attention, rest->slope,
            drawn[r].null ? 1.0 : 0.0, rest->margin};
        response[r] = drawn[r].response;
        for (size_t p = 0; p < RH_FIT_NUM_DRAWN; p++) {
            draw[p * num + r] = value[p];
        }
    }
    free(grid);
    free(drawn);
    return RH_OK;
}
