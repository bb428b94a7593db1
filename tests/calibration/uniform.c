#include "calibration/uniform.h"

#include "core/variates.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* P(k of n), each with probability p. */
static double binomial(int k, int n, double p)
{
    if (p <= 0.0 || p >= 1.0) {
        return (p <= 0.0 ? k == 0 : k == n) ? 1.0 : 0.0;
    }
    return exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) + k * log(p) + (n - k) * log1p(-p));
}

/* Bounds that each count keeps with probability 1 - gamma. */
static void make_bounds(struct uniform_band *self, double gamma)
{
    for (int k = 0; k < UNIFORM_POINTS; k++) {
        const double z = (k + 1.0) / UNIFORM_POINTS;
        self->low[k] = z < 1.0 ? (int)rh_binomial(self->num, z, 0.5 * gamma) : self->num;
        self->high[k] = z < 1.0 ? (int)rh_binomial(self->num, z, 1.0 - 0.5 * gamma) : self->num;
    }
}

/* Probability that a count from uniform numbers stays within the bounds throughout. Given how many are below one point,
 * those between it and the next are binomial. */
static double coverage(const struct uniform_band *self, double *now, double *next)
{
    const size_t size = sizeof *now * ((size_t)self->num + 1);
    double sum = 0.0;
    memset(now, 0, size);
    now[0] = 1.0;
    for (int k = 0; k < UNIFORM_POINTS; k++) {
        const double p = 1.0 / (UNIFORM_POINTS - k);
        memset(next, 0, size);
        for (int from = k > 0 ? self->low[k - 1] : 0; from <= (k > 0 ? self->high[k - 1] : 0); from++) {
            for (int to = from > self->low[k] ? from : self->low[k]; to <= self->high[k]; to++) {
                next[to] += now[from] * binomial(to - from, self->num - from, p);
            }
        }
        memcpy(now, next, size);
    }
    for (int k = 0; k <= self->num; k++) {
        sum += now[k];
    }
    return sum;
}

/* The narrowest bounds that are kept with that probability, by bisection on the logarithm of gamma. */
void uniform_band_find(struct uniform_band *self, int num)
{
    double *now = calloc(2 * ((size_t)num + 1), sizeof *now), low = log(1e-6), high = log(1.0 - UNIFORM_LEVEL);
    assert(now != NULL);
    self->num = num;
    for (int step = 0; step < 20; step++) {
        make_bounds(self, exp(0.5 * (low + high)));
        if (coverage(self, now, now + num + 1) >= UNIFORM_LEVEL) {
            low = 0.5 * (low + high);
        } else {
            high = 0.5 * (low + high);
        }
    }
    make_bounds(self, exp(low));
    free(now);
    const double each = (1.0 - UNIFORM_LEVEL) / UNIFORM_BINS; /* Bonferroni: bins are nearly independent */
    self->bin_low = (int)rh_binomial(num, 1.0 / UNIFORM_BINS, 0.5 * each);
    self->bin_high = (int)rh_binomial(num, 1.0 / UNIFORM_BINS, 1.0 - 0.5 * each);
}

void uniform_find(struct uniform_found *self, const struct uniform_band *band, const double *rank)
{
    double square = 0.0;
    *self = (struct uniform_found){.inside = true, .bin_inside = true};
    for (int w = 0; w < band->num; w++) {
        assert(rank[w] >= 0.0 && rank[w] <= 1.0);
        self->mean += rank[w] / band->num;
        square += rank[w] * rank[w] / band->num;
        self->bin[(int)fmin(rank[w] * UNIFORM_BINS, UNIFORM_BINS - 1.0)]++;
        for (int k = 0; k < UNIFORM_POINTS; k++) {
            self->below[k] += rank[w] <= (k + 1.0) / UNIFORM_POINTS;
        }
    }
    self->sd = sqrt(fmax(square - self->mean * self->mean, 0.0));
    for (int k = 0; k < UNIFORM_POINTS; k++) {
        const double off = (double)self->below[k] / band->num - (k + 1.0) / UNIFORM_POINTS;
        self->distance = fabs(off) > fabs(self->distance) ? off : self->distance;
        self->inside = self->inside && self->below[k] >= band->low[k] && self->below[k] <= band->high[k];
    }
    for (int b = 0; b < UNIFORM_BINS; b++) {
        self->bin_inside = self->bin_inside && self->bin[b] >= band->bin_low && self->bin[b] <= band->bin_high;
    }
}
