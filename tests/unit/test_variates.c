/* Inverse distribution functions against closed forms, against GSL's distribution functions and their inverses, and
 * against known moments by quadrature over u. */
#include "core/variates.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PI 3.14159265358979323846

static void check_near(double found, double expected, double relative, const char *what, double at)
{
    if (!(fabs(found - expected) <= relative * fabs(expected)))
        fail_msg("%s at %.17g: %.17g, expected %.17g", what, at, found, expected);
}

/* Uniforms that cover (0, 1) evenly and both ends of it: 2⁻⁵³ … 1 - 2⁻⁵³. */
#define NUM_UNIFORMS 307

static double uniform(int i)
{
    if (i < 53)
        return ldexp(1, i - 53);
    if (i < 106)
        return 1 - ldexp(1, -(i - 52));
    return (i - 106 + 0.5) / (NUM_UNIFORMS - 106);
}

/* The u of the normal quantile z. */
static double at_normal(double z)
{
    return rh_normal_cdf(z);
}

/* ∫ Q(u)^power du by the trapezoidal rule in z, u = Φ(z): exact to all digits for smooth Q that do not grow too fast.
 */
struct variate {
    double (*quantile)(const struct variate *, double u);
    double a, b, low, high;
};

static double moment(const struct variate *variate, int power, double center)
{
    const double step = 1.0 / 64;
    double sum = 0, weights = 0;
    for (int i = -8 * 64; i <= 8 * 64; i++) {
        double z = i * step, weight = exp(-0.5 * z * z);
        sum += weight * pow(variate->quantile(variate, at_normal(z)) - center, power);
        weights += weight;
    }
    return sum / weights;
}

static void check_moments(const struct variate *variate, double mean, double sd, double relative, const char *what)
{
    check_near(moment(variate, 1, 0), mean, relative, what, variate->a);
    check_near(sqrt(moment(variate, 2, mean)), sd, relative, what, variate->a);
}

static void test_normal(void **state)
{
    (void)state;
    /* Wichura's own check values. */
    check_near(rh_normal(0.25), -0.6744897501960817, 1e-15, "normal", 0.25);
    check_near(rh_normal(0.001), -3.090232306167814, 1e-15, "normal", 0.001);
    check_near(rh_normal(1e-20), -9.262340089798408, 1e-15, "normal", 1e-20);
    check_near(rh_normal(1e-300), -37.0471, 1e-6, "normal", 1e-300);
    assert_true(rh_normal(0.5) == 0);
    for (int i = 0; i < NUM_UNIFORMS; i++) {
        double u = uniform(i), x = rh_normal(u);
        if (i > 0 && i < 106)
            assert_true(x == -rh_normal(1 - u));
        check_near(x, gsl_cdf_ugaussian_Pinv(u), 4e-15, "normal", u);
        /* Not GSL, which has the same method: the distribution function, on its accurate side. */
        if (x < 0)
            check_near(rh_normal_cdf(x), u, 4e-14, "normal cdf", u);
        check_near(rh_normal_cdf(x), gsl_cdf_ugaussian_P(x), 2e-13, "normal cdf", x);
    }
}

static double lognormal_quantile(const struct variate *self, double u)
{
    return rh_lognormal(self->a, self->b, u);
}

static void test_lognormal(void **state)
{
    (void)state;
    static const double sds[] = {0.01, 0.5, 1, 2};
    for (size_t i = 0; i < 4; i++) {
        struct variate variate = {.quantile = lognormal_quantile, .a = 1.7, .b = sds[i] * 1.7};
        check_near(moment(&variate, 1, 0), 1.7, 1e-9, "lognormal mean", sds[i]);
        if (sds[i] <= 1)
            check_moments(&variate, 1.7, sds[i] * 1.7, 1e-6, "lognormal");
    }
    for (int i = 0; i < NUM_UNIFORMS; i++) {
        assert_true(rh_lognormal(2.5, 0, uniform(i)) == 2.5);
        double s = sqrt(log(1 + 0.16));
        check_near(rh_lognormal(10, 4, uniform(i)), gsl_cdf_lognormal_Pinv(uniform(i), log(10) - s * s / 2, s), 1e-13,
                   "lognormal", uniform(i));
    }
}

/* What P(X <= x) is of a quantile, on the accurate side. */
static void check_tails(double p, double q, double u, double relative, const char *what)
{
    if (u <= 0.5)
        check_near(p, u, relative, what, u);
    else
        check_near(q, 1 - u, relative, what, u);
}

static void test_beta_closed_forms(void **state)
{
    (void)state;
    static const double shapes[] = {0.01, 0.3, 1, 2.5, 80, 5000};
    for (int i = 0; i < NUM_UNIFORMS; i++) {
        double u = uniform(i);
        for (size_t j = 0; j < sizeof shapes / sizeof *shapes; j++) {
            double a = shapes[j];
            check_near(rh_beta(a, 1, u), pow(u, 1 / a), 4e-12, "Beta(a, 1)", u);
            check_near(rh_beta(1, a, u), -expm1(log1p(-u) / a), 4e-12, "Beta(1, b)", u);
        }
        check_near(rh_beta(0.5, 0.5, u), pow(sin(0.5 * PI * u), 2), 1e-12, "Beta(1/2, 1/2)", u);
    }
}

static void test_beta_against_gsl(void **state)
{
    (void)state;
    static const double shapes[] = {0.05, 0.2, 0.7, 1, 1.5, 3.5, 6.5, 20, 300, 4e4, 2e5};
    const int num = sizeof shapes / sizeof *shapes;
    for (int i = 0; i < num; i++) {
        for (int j = 0; j < num; j++) {
            double a = shapes[i], b = shapes[j], last = 0;
            for (int k = 1; k < 200; k++) {
                double u = k / 200.0, x = rh_beta(a, b, u);
                assert_true(x >= last && x <= 1);
                last = x;
                /* Where x is next to 1 it has no room for the digits of its tail. */
                double room = x > 0.5 ? 1e-15 * b / (1 - x) : 0;
                if (x > 0 && room < 1e-3)
                    check_tails(gsl_cdf_beta_P(x, a, b), gsl_cdf_beta_Q(x, a, b), u, 2e-8 + room, "beta");
            }
        }
    }
    for (int i = 0; i < NUM_UNIFORMS; i++) {
        double u = uniform(i);
        if (u > 1e-6 && u < 1 - 1e-6)
            check_near(rh_beta(3.5, 6.5, u), gsl_cdf_beta_Pinv(u, 3.5, 6.5), 1e-9, "beta", u);
    }
}

static double beta_quantile(const struct variate *self, double u)
{
    return rh_beta(self->a, self->b, u);
}

static void test_beta_moments(void **state)
{
    (void)state;
    static const double shapes[][2] = {{0.5, 0.5}, {3.5, 6.5},   {8, 2},     {2.5, 7.5},
                                       {84, 1.7},  {99999, 3e5}, {1e5, 3e5}, {1e8, 1e7}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        double a = shapes[i][0], b = shapes[i][1];
        struct variate variate = {.quantile = beta_quantile, .a = a, .b = b};
        check_moments(&variate, a / (a + b), sqrt(a * b / (a + b + 1)) / (a + b), 2e-8, "beta moment");
    }
}

/* By quadrature with 40 digits. */
static void test_nearly_normal_shapes(void **state)
{
    (void)state;
    check_near(rh_gamma(1e4, 1e-12), 9312.62896985422639, 1e-11, "gamma", 1e-12);
    check_near(rh_gamma(1e4, 0.16), 9900.55218841888733, 1e-12, "gamma", 0.16);
    check_near(rh_gamma(1e4, 0.5), 9999.66666864204742, 1e-12, "gamma", 0.5);
    check_near(rh_gamma(1e4, 0.999), 10311.875224539538, 1e-12, "gamma", 0.999);
    check_near(rh_beta(1e5, 3e5, 1e-12), 0.245204146067025674, 4e-9, "beta", 1e-12);
    check_near(rh_beta(1e5, 3e5, 0.16), 0.249319137000361528, 4e-11, "beta", 0.16);
    check_near(rh_beta(1e5, 3e5, 0.5), 0.249999583332998972, 4e-11, "beta", 0.5);
    check_near(rh_beta(1e5, 3e5, 0.999), 0.252119288910567154, 4e-11, "beta", 0.999);
}

static double gamma_quantile(const struct variate *self, double u)
{
    return rh_gamma(self->a, u);
}

static void test_gamma(void **state)
{
    (void)state;
    static const double shapes[] = {0.01, 0.2, 1, 1.5, 7, 100, 3000, 9999, 1e4, 12345};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        double last = -1;
        for (int k = 1; k < 500; k++) {
            double u = k / 500.0, x = rh_gamma(shapes[i], u);
            assert_true(x >= last);
            last = x;
            if (x > 0)
                check_tails(gsl_cdf_gamma_P(x, shapes[i], 1), gsl_cdf_gamma_Q(x, shapes[i], 1), u, 2e-8, "gamma");
        }
        struct variate variate = {.quantile = gamma_quantile, .a = shapes[i]};
        if (shapes[i] >= 1)
            check_moments(&variate, shapes[i], sqrt(shapes[i]), 1e-8, "gamma moment");
    }
    for (int i = 0; i < NUM_UNIFORMS; i++) {
        double u = uniform(i);
        check_near(rh_gamma(1, u), -log1p(-u), 1e-12, "Gamma(1)", u);
        if (u > 1e-3)
            check_near(2 * rh_gamma(0.5, u), pow(rh_normal((1 - u) / 2), 2), 1e-12, "Gamma(1/2)", u);
        check_near(rh_gamma(1e4, u), rh_gamma(nextafter(1e4, 0), u), 1e-10, "gamma at the switch", u);
    }
    assert_true(rh_gamma(1e-5, 0.1) == 0); /* less than the least double */
}

static void test_student_t(void **state)
{
    (void)state;
    for (int i = 0; i < NUM_UNIFORMS; i++) {
        double u = uniform(i), c = 2 * u - 1;
        double tail = u < 0.5 ? u : 1 - u, sign = u < 0.5 ? -1 : 1;
        check_near(rh_student_t(1, u), sign / tan(PI * tail) * (tail == 0.5 ? 0 : 1), 1e-12, "t(1)", u);
        check_near(rh_student_t(2, u), sign * fabs(c) * sqrt(1 / (2 * tail * (1 - tail))), 1e-11, "t(2)", u);
        check_near(rh_student_t(1e5, u), rh_student_t(nextafter(1e5, 0), u), 1e-10, "t at the switch", u);
        check_near(rh_student_t(1e15, u), rh_normal(u), 1e-12, "t(∞)", u);
        static const double nus[] = {0.5, 3, 4.5, 30, 1000};
        for (size_t j = 0; j < sizeof nus / sizeof *nus; j++) {
            double t = rh_student_t(nus[j], u);
            check_tails(gsl_cdf_tdist_P(t, nus[j]), gsl_cdf_tdist_Q(t, nus[j]), u, 1e-8, "t");
            assert_true(u == 0.5 ? t == 0 : (t < 0) == (u < 0.5));
        }
    }
}

/* A generator of the test's own. */
static uint64_t next_random(uint64_t *seed)
{
    uint64_t x = *seed += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

static double random_uniform(uint64_t *seed)
{
    return ((double)(next_random(seed) >> 12) + 0.5) * 0x1p-52;
}

/* k is the least with P(X <= k) >= u, but for u that GSL cannot tell from a step. */
static void check_least(double below, double at, double u, const char *what, double parameter)
{
    const double slack = 1e-11;
    if (!(below < u + slack) || !(at > u - slack))
        fail_msg("%s(%g) at %.17g: between %.17g and %.17g", what, parameter, u, below, at);
}

static void test_poisson(void **state)
{
    (void)state;
    static const double means[] = {1e-9, 0.01, 0.3, 0.999, 1, 1.5, 4, 15.7, 17, 100, 1234.5, 50000, 1e6};
    uint64_t seed = 1;
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
        double mean = means[i];
        for (int j = 0; j < (mean > 1e4 ? 300 : 3000) + NUM_UNIFORMS; j++) {
            double u = j < NUM_UNIFORMS ? uniform(j) : random_uniform(&seed);
            int64_t k = rh_poisson(mean, u);
            check_least(k == 0 ? 0 : gsl_cdf_poisson_P((unsigned)k - 1, mean), gsl_cdf_poisson_P((unsigned)k, mean), u,
                        "poisson", mean);
        }
    }
    for (int j = 0; j < NUM_UNIFORMS; j++) {
        assert_int_equal(rh_poisson(0, uniform(j)), 0);
        assert_in_range(rh_poisson(nextafter(1e6, 2e6), uniform(j)) - rh_poisson(1e6, uniform(j)) + 1, 0, 2);
        assert_in_range(rh_poisson(1e30, uniform(j)), INT64_MAX, INT64_MAX);
    }
}

/* Tails that are far out are where rounding would end a search too early or never. GSL's tails have ten digits. */
static void test_poisson_tails(void **state)
{
    (void)state;
    for (int i = 2; i <= 53; i++) {
        double u = ldexp(1, -i);
        for (double mean = 0.5; mean < 2e5; mean *= 7) {
            int64_t k = rh_poisson(mean, u), above = rh_poisson(mean, 1 - u);
            assert_true(gsl_cdf_poisson_P((unsigned)k, mean) >= u * (1 - 1e-6));
            assert_true(k == 0 || gsl_cdf_poisson_P((unsigned)k - 1, mean) < u * (1 + 1e-6));
            assert_true(gsl_cdf_poisson_Q((unsigned)above, mean) <= u * (1 + 1e-6));
            assert_true(above == 0 || gsl_cdf_poisson_Q((unsigned)above - 1, mean) > u * (1 - 1e-6));
        }
    }
    assert_int_equal(rh_poisson(1000, 1e-300), 93); /* summed with 50 digits */
    assert_in_range(rh_poisson(1000, 0x1p-1074), 0, 93);
    assert_in_range(rh_binomial(1000, 0.5, 0x1p-1074), 0, 1);
}

/* The u at which a count steps from k to k + 1, by bisection; n < 0: Poisson of mean p. */
static double find_step(int64_t n, double p, int64_t k)
{
    double low = 0, high = 1;
    for (int i = 0; i < 52; i++) {
        double u = 0.5 * (low + high);
        if ((n < 0 ? rh_poisson(p, u) : rh_binomial(n, p, u)) <= k)
            low = u;
        else
            high = u;
    }
    return high;
}

/* It steps at P(X <= k), to all digits that GSL has. */
static void test_steps(void **state)
{
    (void)state;
    static const double means[] = {0.2, 2.5, 11, 16.2, 17.9, 40, 333.3, 4000};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
        for (int64_t k = (int64_t)means[i]; (double)k > means[i] - 3 * sqrt(means[i]) && k >= 0; k -= 1 + k / 20)
            check_near(find_step(-1, means[i], k), gsl_cdf_poisson_P((unsigned)k, means[i]), 1e-11, "poisson",
                       means[i]);
        unsigned n = (unsigned)(3 * means[i] + 2);
        double p = means[i] / n;
        for (int64_t k = (int64_t)means[i]; (double)k > means[i] - 3 * sqrt(means[i]) && k >= 0; k -= 1 + k / 20)
            check_near(find_step(n, p, k), gsl_cdf_binomial_P((unsigned)k, p, n), 1e-11, "binomial", means[i]);
    }
}

static void test_binomial(void **state)
{
    (void)state;
    static const int64_t trials[] = {1, 2, 3, 10, 37, 500, 20000, 200000};
    static const double probabilities[] = {1e-12, 1e-3, 0.1, 0.3, 0.5, 0.77, 0.98, 1 - 1e-9};
    uint64_t seed = 2;
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
        for (size_t j = 0; j < sizeof probabilities / sizeof *probabilities; j++) {
            int64_t n = trials[i];
            double p = probabilities[j];
            for (int l = 0; l < (n > 1000 ? 100 : 1000) + NUM_UNIFORMS; l++) {
                double u = l < NUM_UNIFORMS ? uniform(l) : random_uniform(&seed);
                int64_t k = rh_binomial(n, p, u);
                assert_in_range(k, 0, n);
                check_least(k == 0 ? 0 : gsl_cdf_binomial_P((unsigned)k - 1, p, (unsigned)n),
                            gsl_cdf_binomial_P((unsigned)k, p, (unsigned)n), u, "binomial", p);
            }
        }
    }
    for (int l = 0; l < NUM_UNIFORMS; l++) {
        double u = uniform(l);
        assert_int_equal(rh_binomial(0, 0.3, u), 0);
        assert_int_equal(rh_binomial(9, 0, u), 0);
        assert_int_equal(rh_binomial(9, 1, u), 9);
        assert_int_equal(rh_binomial(1, 0.3, u), u > 0.7);
        assert_in_range(rh_binomial(4000004, 0.5, u) - rh_binomial(4000000, 0.5, u), 1, 3); /* over the switch */
        assert_in_range(rh_binomial(11111112, 0.1, u) - rh_binomial(11111111, 0.1, u) + 1, 0, 2);
    }
}

/* Sums over all counts: the mean is Σ P(X > k), found from where the variate steps. */
static void test_counts_are_monotone(void **state)
{
    (void)state;
    static const double means[] = {0.7, 6, 80, 3000};
    for (size_t i = 0; i < 4; i++) {
        const int num = 20000;
        int64_t last = 0, last_binomial = 0;
        double sum = 0, sum_binomial = 0;
        for (int j = 0; j < num; j++) {
            double u = (j + 0.5) / num;
            int64_t k = rh_poisson(means[i], u), l = rh_binomial(10000, means[i] / 10000, u);
            assert_true(k >= last && l >= last_binomial);
            last = k;
            last_binomial = l;
            sum += (double)k;
            sum_binomial += (double)l;
        }
        check_near(sum / num, means[i], 1e-3, "poisson mean", means[i]);
        check_near(sum_binomial / num, means[i], 1e-3, "binomial mean", means[i]);
    }
}

static double truncated_quantile(const struct variate *self, double u)
{
    return rh_normal_truncated(self->a, self->b, self->low, self->high, u);
}

static void test_normal_truncated(void **state)
{
    (void)state;
    static const double bounds[][2] = {{-INFINITY, INFINITY},
                                       {0, INFINITY},
                                       {-INFINITY, 0},
                                       {-1, 2},
                                       {1, 2},
                                       {-2, -1},
                                       {6, 7},
                                       {-7, -6},
                                       {20, 30},
                                       {-30, -20},
                                       {9, INFINITY},
                                       {-INFINITY, -9}};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        double a = bounds[i][0], b = bounds[i][1];
        struct variate variate = {.quantile = truncated_quantile, .a = 3, .b = 2, .low = 3 + 2 * a, .high = 3 + 2 * b};
        /* E = mean + sd (φ(a) - φ(b))/(Φ(b) - Φ(a)), seen from the side on which Φ has its digits. */
        double density = exp(-0.5 * a * a) - exp(-0.5 * b * b);
        double mass = a > 0 ? rh_normal_cdf(-a) - rh_normal_cdf(-b) : rh_normal_cdf(b) - rh_normal_cdf(a);
        check_near(moment(&variate, 1, 0), 3 + 2 * density / sqrt(2 * PI) / mass, 1e-9, "truncated normal", a);
        double last = -INFINITY;
        for (int k = 1; k < 1000; k++) {
            double x = rh_normal_truncated(3, 2, variate.low, variate.high, k / 1000.0);
            assert_true(x > last && x >= variate.low && x <= variate.high);
            last = x;
        }
    }
    for (int i = 0; i < NUM_UNIFORMS; i++)
        check_near(rh_normal_truncated(0, 1, -INFINITY, INFINITY, uniform(i)), rh_normal(uniform(i)), 1e-15, "", 0);
}

/* Far beyond what doubles can hold of the probability, the excess over the bound is exponential. */
static void test_normal_truncated_far_out(void **state)
{
    (void)state;
    static const double far[] = {40, 100, 1e4, 1e8};
    for (size_t i = 0; i < 4; i++) {
        for (int j = 0; j < NUM_UNIFORMS; j++) {
            double u = uniform(j), low = far[i], excess = -log1p(-u) / low;
            double x = rh_normal_truncated(0, 1, low, INFINITY, u);
            assert_true(x >= low);
            assert_true(fabs(x - low - excess) <= 0.03 * excess + 4e-16 * low);
            assert_true(rh_normal_truncated(0, 1, -INFINITY, -low, 1 - u) == -x);
            x = rh_normal_truncated(0, 1, low, low * (1 + 0x1p-50), u);
            assert_true(x >= low && x <= low * (1 + 0x1p-50));
        }
    }
    for (int j = 0; j < NUM_UNIFORMS; j++) {
        double u = uniform(j), high = nextafter(1, 2);
        double x = rh_normal_truncated(0, 1, 1, high, u);
        assert_true(x == 1 || x == high);
        x = rh_normal_truncated(0, 1, 0, 0x1p-1030, u);
        assert_true(x >= 0 && x <= 0x1p-1030);
        assert_true(rh_normal_truncated(5, 0, 6, 7, u) == 6);
        assert_true(rh_normal_truncated(5, 0, 1, 2, u) == 2);
        assert_true(rh_normal_truncated(5, 0, 1, 7, u) == 5);
    }
}

static double truncated_lognormal_quantile(const struct variate *self, double u)
{
    return rh_lognormal_truncated(self->a, self->b, self->low, self->high, u);
}

static void test_lognormal_truncated(void **state)
{
    (void)state;
    static const double bounds[][2] = {{0, INFINITY}, {-5, INFINITY}, {0.003, 0.08}, {0.5, 2}, {30, INFINITY}};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        double mean = 0.9, sd = 0.6, low = bounds[i][0], high = bounds[i][1];
        double s = sqrt(log(1 + sd * sd / mean / mean)), mu = log(mean) - s * s / 2;
        double a = low > 0 ? (log(low) - mu) / s : -INFINITY, b = (log(high) - mu) / s;
        double mass = a > 0 ? rh_normal_cdf(-a) - rh_normal_cdf(-b) : rh_normal_cdf(b) - rh_normal_cdf(a);
        double weighted =
            a > s ? rh_normal_cdf(s - a) - rh_normal_cdf(s - b) : rh_normal_cdf(b - s) - rh_normal_cdf(a - s);
        struct variate variate = {
            .quantile = truncated_lognormal_quantile, .a = mean, .b = sd, .low = low, .high = high};
        check_near(moment(&variate, 1, 0), mean * weighted / mass, 1e-7, "truncated lognormal", low);
        for (int j = 0; j < NUM_UNIFORMS; j++) {
            double x = rh_lognormal_truncated(mean, sd, low, high, uniform(j));
            assert_true(x >= low && x <= high && x > 0);
            if (i < 2)
                check_near(x, rh_lognormal(mean, sd, uniform(j)), 1e-14, "untruncated lognormal", uniform(j));
        }
    }
    assert_true(rh_lognormal_truncated(0.5, 0, 1, 2, 0.3) == 1);
    assert_true(rh_lognormal_truncated(3, 0, 1, 2, 0.3) == 2);
    assert_true(rh_lognormal_truncated(1.5, 0, 1, 2, 0.3) == 1.5);
    double high = nextafter(1e300, INFINITY); /* their logarithms are the same */
    double x = rh_lognormal_truncated(1, 1, 1e300, high, 0.5);
    assert_true(x == 1e300 || x == high);
}

int main(void)
{
    /* GSL's default handler stays: a variate that made GSL fail would stop this program, as it would any other. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_lognormal),
        cmocka_unit_test(test_beta_closed_forms),
        cmocka_unit_test(test_beta_against_gsl),
        cmocka_unit_test(test_beta_moments),
        cmocka_unit_test(test_nearly_normal_shapes),
        cmocka_unit_test(test_gamma),
        cmocka_unit_test(test_student_t),
        cmocka_unit_test(test_poisson),
        cmocka_unit_test(test_poisson_tails),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_binomial),
        cmocka_unit_test(test_counts_are_monotone),
        cmocka_unit_test(test_normal_truncated),
        cmocka_unit_test(test_normal_truncated_far_out),
        cmocka_unit_test(test_lognormal_truncated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
