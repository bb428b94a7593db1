/* Inverse distribution functions. Those of GSL are not used: they stop the program by default where their iteration
 * fails, and are not monotone in the last digits. GSL's distribution functions are, and a bracketed Halley iteration
 * on the logarithm of the nearer tail inverts them.
 *
 * Near the ends of (0, 1) the distance of u from 1 counts, and 1 - u is exact for every u that rng.h makes. */
#include "core/variates.h"

#include <assert.h>
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdbool.h>

#define PI 3.14159265358979323846

static double polynomial(const double *coefficients, int num, double x)
{
    double value = coefficients[num - 1];
    for (int i = num - 2; i >= 0; i--)
        value = value * x + coefficients[i];
    return value;
}

/* PPND16 of AS 241 for p in [0, 1]; the ends give the infinities. */
static double normal_quantile(double p)
{
    static const double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[8] = {1.0,
                                4.2313330701600911252e+1,
                                6.8718700749205790830e+2,
                                5.3941960214247511077e+3,
                                2.1213794301586595867e+4,
                                3.9307895800092710610e+4,
                                2.8729085735721942674e+4,
                                5.2264952788528545610e+3};
    static const double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[8] = {1.0,
                                2.05319162663775882187e0,
                                1.67638483018380384940e0,
                                6.89767334985100004550e-1,
                                1.48103976427480074590e-1,
                                1.51986665636164571966e-2,
                                5.47593808499534494600e-4,
                                1.05075007164441684324e-9};
    static const double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[8] = {1.0,
                                5.99832206555887937690e-1,
                                1.36929880922735805310e-1,
                                1.48753612908506148525e-2,
                                7.86869131145613259100e-4,
                                1.84631831751005468180e-5,
                                1.42151175831644588870e-7,
                                2.04426310338993978564e-15};
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(a, 8, r) / polynomial(b, 8, r);
    }
    double tail = q < 0 ? p : 1 - p;
    if (!(tail > 0))
        return q < 0 ? -INFINITY : INFINITY;
    double r = sqrt(-log(tail));
    double z = r <= 5 ? polynomial(c, 8, r - 1.6) / polynomial(d, 8, r - 1.6)
                      : polynomial(e, 8, r - 5) / polynomial(f, 8, r - 5);
    return q < 0 ? -z : z;
}

double rh_normal(double u)
{
    assert(u > 0 && u < 1);
    return normal_quantile(u);
}

double rh_normal_cdf(double x)
{
    return 0.5 * erfc(-x * 0.70710678118654752440);
}

/* Standard deviation of the logarithm of a lognormal of that mean and standard deviation. */
static double log_deviation(double mean, double sd)
{
    double ratio = sd / mean;
    return sqrt(log1p(ratio * ratio));
}

double rh_lognormal(double mean, double sd, double u)
{
    assert(mean > 0 && sd >= 0);
    double s = log_deviation(mean, sd);
    return mean * exp(s * (rh_normal(u) - 0.5 * s));
}

/* The variate of that mean, standard deviation, skewness and excess kurtosis by the expansion of Cornish & Fisher
 * (1938), for distributions that are nearly normal. */
static double cornish_fisher(double mean, double sd, double skewness, double kurtosis, double u)
{
    double z = normal_quantile(u);
    double z2 = z * z;
    double third = (z2 - 1) * skewness / 6;
    double fourth = z * (z2 - 3) * kurtosis / 24 - z * (2 * z2 - 5) * skewness * skewness / 36;
    return mean + sd * (z + third + fourth);
}

/* GSL's continued fraction for the beta distribution fails beyond shapes of about 10⁶, and its series for the gamma
 * distribution has lost half of its digits at 10⁵. From here on expansions about the normal are as good. */
#define NEARLY_NORMAL_BETA 1e5
#define NEARLY_NORMAL_GAMMA 1e4
#define NEARLY_NORMAL_T 1e5

/* A distribution on positive numbers, to be inverted in z = ln x, where the logarithms of its tails are nearly
 * straight lines: Beta(a, b), or Gamma(a) where b is infinite. */
struct positive {
    double a, b;
    double log_norm; /* the logarithm of the beta or gamma function */
};

/* Logarithm of a tail's probability at z and its first derivative by z; curve: the second by the first. */
static double log_tail(const struct positive *self, bool upper, double z, double *slope, double *curve)
{
    double x = exp(z), probability, log_density, growth; /* of the density's logarithm */
    if (isinf(self->b)) {
        probability = upper ? gsl_cdf_gamma_Q(x, self->a, 1) : gsl_cdf_gamma_P(x, self->a, 1);
        log_density = self->a * z - x - self->log_norm;
        growth = self->a - x;
    } else {
        probability = upper ? gsl_cdf_beta_Q(x, self->a, self->b) : gsl_cdf_beta_P(x, self->a, self->b);
        log_density = self->a * z + (self->b - 1) * log1p(-x) - self->log_norm;
        growth = self->a - (self->b - 1) * x / (1 - x);
    }
    double density = exp(log_density) / probability;
    *slope = upper ? -density : density;
    *curve = growth - *slope;
    return log(probability);
}

/* The z in [low, high] with P(ln X <= z) = lower, 0 < lower < 1; the nearer end where it lies outside. Halley steps
 * from `guess`, far from the quantile Newton steps, until what is left, about the cube of the last, is less than can be
 * told; a step that leaves the bracket, or a tail that underflows, becomes a bisection. */
static double invert(const struct positive *self, double lower, double low, double high, double guess)
{
    bool upper = lower > 0.5;
    double target = log(upper ? 1 - lower : lower);
    double z = isnan(guess) ? 0.5 * (low + high) : fmin(fmax(guess, low), high);
    for (int i = 0; i < 200; i++) {
        double slope, curve;
        double above = log_tail(self, upper, z, &slope, &curve) - target;
        if (above == 0)
            break;
        if ((above > 0) != upper)
            high = z;
        else
            low = z;
        double newton = above / slope, bend = 0.5 * newton * curve;
        double step = fabs(bend) < 0.5 ? newton / (1 - bend) : newton;
        double left = fabs(step) * fmin(above * above, 1);
        if (left <= 0x1p-52 * (1 + fabs(z)))
            return fmin(fmax(z - step, low), high);
        z -= step;
        if (!(z > low && z < high))
            z = 0.5 * (low + high);
    }
    return z;
}

#define LOG_LEAST (-744.4) /* logarithm of the least positive double */

/* Beta(a, b) and what is left of it to 1, each to full relative accuracy. */
struct share {
    double x, rest;
};

/* Logarithm of a quantile where both shapes are above 1, to about a hundredth: Abramowitz & Stegun 26.5.22. */
static double guess_beta(double a, double b, double lower)
{
    double y = -normal_quantile(lower), in_a = 1 / (2 * a - 1), in_b = 1 / (2 * b - 1), h = 2 / (in_a + in_b);
    double lambda = (y * y - 3) / 6;
    double w = y * sqrt(h + lambda) / h - (in_b - in_a) * (lambda + 5.0 / 6 - 2 / (3 * h));
    return -log1p(b / a * exp(2 * w));
}

/* For a quantile of at most 1/2, or little more. */
static double small_beta(double a, double b, double lower)
{
    struct positive beta = {a, b, gsl_sf_lnbeta(a, b)};
    /* where one shape is below 1, that where x^a/(a B(a, b)) is the whole of it */
    double guess = a > 1 && b > 1 ? guess_beta(a, b, lower) : (log(lower) + log(a) + beta.log_norm) / a;
    double z = invert(&beta, lower, LOG_LEAST, -0.1, guess);
    return z <= LOG_LEAST + 0.1 ? 0 : exp(z);
}

static struct share beta_share(double a, double b, double u)
{
    bool small = a > 1 && b > 1 ? guess_beta(a, b, u) <= -0.69314718055994531 : u <= gsl_cdf_beta_P(0.5, a, b);
    if (small) {
        double x = small_beta(a, b, u);
        return (struct share){x, 1 - x};
    }
    double rest = small_beta(b, a, 1 - u);
    return (struct share){1 - rest, rest};
}

double rh_beta(double a, double b, double u)
{
    assert(a > 0 && b > 0 && u > 0 && u < 1);
    if (fmin(a, b) < NEARLY_NORMAL_BETA)
        return beta_share(a, b, u).x;
    double sum = a + b, product = a * b;
    double skewness = 2 * (b - a) * sqrt(sum + 1) / ((sum + 2) * sqrt(product));
    double kurtosis = 6 * ((a - b) * (a - b) * (sum + 1) - product * (sum + 2)) / (product * (sum + 2) * (sum + 3));
    return cornish_fisher(a / sum, sqrt(product / (sum + 1)) / sum, skewness, kurtosis, u);
}

/* Goldberg & Levine (1946), "Approximate formulas for the percentage points and normalization of t and χ²". */
static double nearly_normal_gamma(double shape, double z)
{
    double z2 = z * z, root = sqrt(shape);
    double fifth = z * ((9 * z2 + 256) * z2 - 433) / (38880 * shape * root);
    double fourth = -((3 * z2 + 7) * z2 - 16) / (810 * shape);
    return shape + root * z + (z2 - 1) / 3 + z * (z2 - 7) / (36 * root) + fourth + fifth;
}

double rh_gamma(double shape, double u)
{
    assert(shape > 0 && u > 0 && u < 1);
    if (shape >= NEARLY_NORMAL_GAMMA)
        return nearly_normal_gamma(shape, normal_quantile(u));
    struct positive gamma = {shape, INFINITY, gsl_sf_lngamma(shape)};
    double guess = (log(u) + log(shape) + gamma.log_norm) / shape;
    if (shape > 1)
        guess = log(cornish_fisher(shape, sqrt(shape), 2 / sqrt(shape), 6 / shape, u));
    /* P(X > shape + sqrt(2 shape t) + t) <= exp(-t) (Boucheron, Lugosi & Massart 2013, §2.4), here less than 2⁻⁵³. */
    double most = log(shape + sqrt(80 * shape) + 40);
    double z = invert(&gamma, u, LOG_LEAST, most, guess);
    return z <= LOG_LEAST + 0.1 ? 0 : exp(z);
}

/* Abramowitz & Stegun 26.7.5. */
static double nearly_normal_t(double nu, double z)
{
    double z2 = z * z;
    double first = (z2 + 1) / 4, second = ((5 * z2 + 16) * z2 + 3) / 96;
    return z * (1 + (first + second / nu) / nu);
}

double rh_student_t(double nu, double u)
{
    assert(nu > 0 && u > 0 && u < 1);
    if (nu >= NEARLY_NORMAL_T)
        return nearly_normal_t(nu, normal_quantile(u));
    double tail = u < 0.5 ? u : 1 - u;
    if (tail == 0.5)
        return 0;
    /* nu/(nu + t²) is Beta(nu/2, 1/2) (Abramowitz & Stegun 26.7.1). */
    struct share share = beta_share(0.5 * nu, 0.5, 2 * tail);
    double t = sqrt(nu * share.rest / share.x);
    return u < 0.5 ? -t : t;
}

/* What a binomial or Poisson distribution is in the steps from one count to the next. */
struct counts {
    int64_t n;   /* greatest count; INT64_MAX: Poisson */
    double mean; /* Poisson: the mean */
    double odds; /* binomial: p/(1 - p) */
};

/* P(k + 1)/P(k). */
static double ratio(const struct counts *self, int64_t k)
{
    if (self->n == INT64_MAX)
        return self->mean / (double)(k + 1);
    return (double)(self->n - k) / (double)(k + 1) * self->odds;
}

/* Tails below this are added up from their far end: next to 1 rounding would hide them. */
#define THIN_TAIL 0x1p-20

/* The least k with P(X <= k) >= tail, or with P(X > k) <= tail, for a thin tail. */
static int64_t search_thin_tail(const struct counts *self, int64_t mode, double at_mode, bool upper, double tail)
{
    const double negligible = fmax(0x1p-70 * tail, DBL_MIN);
    int64_t k = mode;
    double term = at_mode, sum = 0;
    if (upper) {
        while (term > negligible && k < self->n)
            term *= ratio(self, k++);
        while (k > 0 && sum + term <= tail) {
            sum += term;
            term /= ratio(self, --k);
        }
        return k;
    }
    while (term > negligible && k > 0)
        term /= ratio(self, --k);
    while (k < self->n && sum + term < tail) {
        sum += term;
        term *= ratio(self, k++);
    }
    return k;
}

/* The least k with P(X <= k) >= u, searched from the mode. The sums on the way depend on u in no way, which keeps the
 * result monotone in u. */
static int64_t search(const struct counts *self, int64_t mode, double at_mode, double u)
{
    if (fmin(u, 1 - u) < THIN_TAIL)
        return search_thin_tail(self, mode, at_mode, u > 0.5, fmin(u, 1 - u));
    double below = 0, term = at_mode; /* P(X < k), P(X = k) */
    for (int64_t k = mode; k > 0 && term > 0x1p-70 * at_mode; k--) {
        term /= ratio(self, k - 1);
        below += term;
    }
    term = at_mode;
    int64_t k = mode;
    if (u > below) {
        for (double above = 1 - below - at_mode; above > 1 - u && k < self->n; above -= term)
            term *= ratio(self, k++);
        return k;
    }
    while (k > 0 && u <= below) {
        term /= ratio(self, --k);
        below -= term;
    }
    return k;
}

/* ln k! less Stirling's formula for it. */
static double stirling_error(double k)
{
    if (k < 16)
        return gsl_sf_lngamma(k + 1) - (k + 0.5) * log(k) + k - 0.91893853320467274178;
    double k2 = k * k;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / k2) / k2) / k2) / k2) / k;
}

/* x ln(x/m) + m - x, the deviance, without cancellation where x is near m: with v = (x - m)/(x + m) the logarithm is
 * 2 atanh(v). */
static double deviance(double x, double m)
{
    double v = (x - m) / (x + m);
    if (fabs(v) > 0.1)
        return x * log(x / m) + m - x;
    double sum = (x - m) * v, term = 2 * x * v, v2 = v * v;
    for (int j = 1; j < 30; j++) {
        term *= v2;
        sum += term / (2 * j + 1);
    }
    return sum;
}

/* Probabilities of a count by the saddle-point form of Loader (2000, "Fast and accurate computation of binomial
 * probabilities"), which keeps its digits where logarithms of factorials would cancel. */
static double poisson_probability(double k, double mean)
{
    if (k < 1)
        return exp(-mean);
    return exp(-stirling_error(k) - deviance(k, mean)) / sqrt(2 * PI * k);
}

static double binomial_probability(double k, double n, double p)
{
    if (k < 1)
        return exp(n * log1p(-p));
    if (k > n - 1)
        return exp(n * log(p));
    double exponent = stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(k, n * p) -
                      deviance(n - k, n * (1 - p));
    return exp(exponent) * sqrt(n / (2 * PI * k * (n - k)));
}

/* A nearly normal count: the continuous variate rounded at the half, kept in [0, n]. */
static int64_t round_count(double x, int64_t n)
{
    double k = ceil(x - 0.5);
    if (k >= (double)n)
        return n;
    return k > 0 ? (int64_t)k : 0;
}

#define NEARLY_NORMAL_VARIANCE 1e6

int64_t rh_poisson(double mean, double u)
{
    assert(mean >= 0 && u > 0 && u < 1);
    if (mean == 0)
        return 0;
    if (mean > NEARLY_NORMAL_VARIANCE)
        return round_count(cornish_fisher(mean, sqrt(mean), 1 / sqrt(mean), 1 / mean, u), INT64_MAX);
    int64_t mode = (int64_t)mean;
    struct counts counts = {.n = INT64_MAX, .mean = mean};
    return search(&counts, mode, poisson_probability((double)mode, mean), u);
}

int64_t rh_binomial(int64_t n, double p, double u)
{
    assert(n >= 0 && n < INT64_MAX && p >= 0 && p <= 1 && u > 0 && u < 1);
    if (n == 0 || p == 0)
        return 0;
    if (p == 1)
        return n;
    double mean = (double)n * p, variance = mean * (1 - p);
    if (variance > NEARLY_NORMAL_VARIANCE) {
        double sd = sqrt(variance);
        return round_count(cornish_fisher(mean, sd, (1 - 2 * p) / sd, (1 - 6 * p * (1 - p)) / variance, u), n);
    }
    struct counts counts = {.n = n, .odds = p / (1 - p)};
    double at = floor(mean + p);
    int64_t mode = at >= (double)n ? n : (int64_t)at;
    return search(&counts, mode, binomial_probability((double)mode, (double)n, p), u);
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Standard normal truncated to [low, high], which does not lie wholly above 0. */
static double truncated_quantile(double low, double high, double u)
{
    double below = rh_normal_cdf(low), width = rh_normal_cdf(high) - below;
    if (width > 0x1p-1000)
        return normal_quantile(below + u * width);
    /* So far out that there is nothing left of the probability: there the density grows exponentially toward the
     * bound nearer to 0; or the interval is so narrow that it is flat. */
    if (high > -1)
        return low + u * (high - low);
    return high - log(u + (1 - u) * exp(high * (high - low))) / high;
}

double rh_normal_truncated(double mean, double sd, double low, double high, double u)
{
    assert(sd >= 0 && low < high && u > 0 && u < 1);
    if (sd == 0)
        return clamp(mean, low, high);
    double from = (low - mean) / sd, to = (high - mean) / sd;
    /* Probabilities are exact near 0 and not near 1, so that an interval above 0 is looked at from the other side. */
    double z = from > 0 ? -truncated_quantile(-to, -from, 1 - u) : truncated_quantile(from, to, u);
    return clamp(mean + sd * z, low, high);
}

double rh_lognormal_truncated(double mean, double sd, double low, double high, double u)
{
    assert(mean > 0 && sd >= 0 && low < high && high > 0 && u > 0 && u < 1);
    if (sd == 0)
        return clamp(mean, low, high);
    double s = log_deviation(mean, sd);
    double from = low > 0 ? log(low) : -INFINITY, to = log(high);
    if (!(from < to))
        return low; /* the bounds are neighbors that have the same logarithm */
    return clamp(exp(rh_normal_truncated(log(mean) - 0.5 * s * s, s, from, to, u)), low, high);
}
