/* Logarithm, exponential and normal quantile that compilers turn into vector code and that give the same bits on every
 * instruction set: plain IEEE operations in a fixed order, no contraction (-ffp-contract=off), no table, no branch.
 *
 * log: argument reduction to [√½, √2) and the series of the inverse hyperbolic tangent; exp: reduction by the magic
 * number 1.5·2⁵² and a Taylor polynomial. Both are within 2 units in the last place of the C library's (test_vmath).
 * The normal quantile is PPND16 of AS 241 (Wichura 1988, doi:10.2307/2347330), as that of core/variates. */
#ifndef RH_ENGINE_VMATH_DOUBLE_H
#define RH_ENGINE_VMATH_DOUBLE_H

#include "core/variates.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline uint64_t rh_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double rh_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The lesser and the greater of two numbers: one instruction each, unlike fmin and fmax, which care for NaN. */
static inline double rh_vmin(double a, double b)
{
    return a < b ? a : b;
}

static inline double rh_vmax(double a, double b)
{
    return a > b ? a : b;
}

/* Natural logarithm of a normal x > 0. */
static inline double rh_vlog(double x)
{
    const uint64_t bits = rh_bits(x);
    const double mantissa = rh_from_bits((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
    const double exponent = rh_from_bits((bits >> 52) | 0x4330000000000000u) - 0x1p52 - 1023.0;
    const int high = mantissa > 1.4142135623730951;
    const double m = high ? 0.5 * mantissa : mantissa, e = high ? exponent + 1.0 : exponent;
    const double f = (m - 1.0) / (m + 1.0), s = f * f;
    double p = 1.0 / 21.0;
    p = p * s + 1.0 / 19.0;
    p = p * s + 1.0 / 17.0;
    p = p * s + 1.0 / 15.0;
    p = p * s + 1.0 / 13.0;
    p = p * s + 1.0 / 11.0;
    p = p * s + 1.0 / 9.0;
    p = p * s + 1.0 / 7.0;
    p = p * s + 1.0 / 5.0;
    p = p * s + 1.0 / 3.0;
    const double log_m = 2.0 * f + 2.0 * f * s * p;
    return e * 0x1.62e42feep-1 + (log_m + e * 0x1.a39ef35793c76p-33);
}

/* e to the x, for x in [-700, 700]; beyond it the value at the end. rh_vexp(0) is exactly 1. */
static inline double rh_vexp(double x)
{
    const double magic = 0x1.8p52;
    const double low = x < -700.0 ? -700.0 : x, y = low > 700.0 ? 700.0 : low;
    const double shifted = y * 0x1.71547652b82fep0 + magic, n = shifted - magic;
    const double r = (y - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    return p * rh_from_bits((rh_bits(shifted) + 1023u) << 52);
}

/* The uniform in (0, 1) of a random word: rh_uniform(word). */
static inline double rh_vuniform(uint32_t word)
{
    return (rh_from_bits(word | 0x4330000000000000u) - (0x1p52 - 0.5)) * 0x1p-32;
}

/* Standard normal quantile of a uniform of rh_vuniform. Of the three ranges of AS 241 such uniforms lie in two, and the
 * coefficients of the one are taken or those of the other. Within 8 units in the last place of rh_normal (test_vmath).
 */
static inline double rh_vnormal(double u)
{
    const double q = u - 0.5, tail = q < 0.0 ? u : 1.0 - u;
    const int in = fabs(q) <= 0.425;
    const double r = in ? 0.180625 - q * q : sqrt(-rh_vlog(tail)) - 1.6;
    double above = in ? 2.5090809287301226727e+3 : 7.74545014278341407640e-4;
    above = above * r + (in ? 3.3430575583588128105e+4 : 2.27238449892691845833e-2);
    above = above * r + (in ? 6.7265770927008700853e+4 : 2.41780725177450611770e-1);
    above = above * r + (in ? 4.5921953931549871457e+4 : 1.27045825245236838258e0);
    above = above * r + (in ? 1.3731693765509461125e+4 : 3.64784832476320460504e0);
    above = above * r + (in ? 1.9715909503065514427e+3 : 5.76949722146069140550e0);
    above = above * r + (in ? 1.3314166789178437745e+2 : 4.63033784615654529590e0);
    above = above * r + (in ? 3.3871328727963666080e0 : 1.42343711074968357734e0);
    double below = in ? 5.2264952788528545610e+3 : 1.05075007164441684324e-9;
    below = below * r + (in ? 2.8729085735721942674e+4 : 5.47593808499534494600e-4);
    below = below * r + (in ? 3.9307895800092710610e+4 : 1.51986665636164571966e-2);
    below = below * r + (in ? 2.1213794301586595867e+4 : 1.48103976427480074590e-1);
    below = below * r + (in ? 5.3941960214247511077e+3 : 6.89767334985100004550e-1);
    below = below * r + (in ? 6.8718700749205790830e+2 : 1.67638483018380384940e0);
    below = below * r + (in ? 4.2313330701600911252e+1 : 2.05319162663775882187e0);
    below = below * r + 1.0;
    return (in ? q : q < 0.0 ? -1.0 : 1.0) * above / below;
}

/* Standard normal distribution function. */
static inline double rh_vnormal_cdf(double x)
{
    return rh_normal_cdf(x);
}

/* ---- Short ones, for what need not be known to the last digit ----
 *
 * To base 2, so that no constant is multiplied in and out. Polynomials are the minimax ones (Remez) in Estrin's order,
 * whose sums do not wait for one another: half the time of the two above. Exact where the result is 0 and 1. */

#define RH_LOG2_E 1.4426950408889634

/* A normal x > 0 as 2^exponent · (1 + f)/(1 - f), f = above / below within ± 0.172: the division is left to the caller,
 * who may have several to do at once. */
struct rh_log_parts {
    double exponent, above, below;
};

static inline struct rh_log_parts rh_split_log2(double x)
{
    const uint64_t root = 0x3fe6a09e667f3bcdu, shifted = rh_bits(x) + (0x3ff0000000000000u - root); /* root: √½ */
    const double m = rh_from_bits((shifted & 0x000fffffffffffffu) + root);
    const struct rh_log_parts parts = {rh_from_bits((shifted >> 52) | 0x4330000000000000u) - (0x1p52 + 1023.0), m - 1.0,
                                       m + 1.0};
    return parts;
}

/* The logarithm of such an x. */
static inline double rh_join_log2(double exponent, double f)
{
    const double s = f * f, ss = s * s;
    const double low = 0x1.71547652b8251p+1 + 0x1.ec709dc53c67ap-1 * s;
    const double middle = 0x1.2776c2933e20ep-1 + 0x1.a61a2eca04271p-2 * s;
    const double high = 0x1.4795562e5bb93p-2 + 0x1.21b0eabf2c3dbp-2 * s;
    return exponent + f * (low + ss * (middle + ss * high));
}

/* Binary logarithm of a normal x > 0, within 10⁻¹³ of itself. */
static inline double rh_short_log2(double x)
{
    const struct rh_log_parts parts = rh_split_log2(x);
    return rh_join_log2(parts.exponent, parts.above / parts.below);
}

/* Inverses of four numbers, whose product is a number, by one division, which takes as long as ten products. */
static inline void rh_invert_four(const double *x, double *inverse)
{
    const double first = x[0] * x[1], second = x[2] * x[3], all = 1.0 / (first * second);
    const double of_first = all * second, of_second = all * first;
    inverse[0] = of_first * x[1];
    inverse[1] = of_first * x[0];
    inverse[2] = of_second * x[3];
    inverse[3] = of_second * x[2];
}

/* Logarithms of four numbers. */
static inline void rh_short_log2_of_four(const double *x, double *log)
{
    double exponent[4], above[4], below[4], quotient[4];
    for (int k = 0; k < 4; k++) {
        const struct rh_log_parts parts = rh_split_log2(x[k]);
        exponent[k] = parts.exponent;
        above[k] = parts.above;
        below[k] = parts.below;
    }
    rh_invert_four(below, quotient);
    for (int k = 0; k < 4; k++) {
        log[k] = rh_join_log2(exponent[k], above[k] * quotient[k]);
    }
}

/* 2 to the x, within 2·10⁻¹³ of itself, for x in [-1000, 1000] alone. */
static inline double rh_short_exp2(double x)
{
    const double magic = 0x1.8p52;
    const double shifted = x + magic, r = x - (shifted - magic), rr = r * r, rrrr = rr * rr;
    const double p01 = 1.0 + 0x1.62e42fefa08dcp-1 * r, p23 = 0x1.ebfbdff823df0p-3 + 0x1.c6b08d7a95130p-5 * r;
    const double p45 = 0x1.3b2ab717fb244p-7 + 0x1.5d87ebe41d1f9p-10 * r;
    const double p67 = 0x1.4308acc63c34dp-13 + 0x1.fffd75357fa45p-17 * r;
    const double p89 = 0x1.63d0ec7b63a54p-20 + 0x1.89c47b8a18d02p-24 * r;
    const double p = (p01 + rr * p23) + rrrr * ((p45 + rr * p67) + rrrr * p89);
    return p * rh_from_bits((rh_bits(shifted) + 1023u) << 52);
}

#define RH_MOST_EXP2 500.0

/* The same for all x but NaN; beyond ± most ≤ RH_MOST_EXP2 the value there. */
static inline double rh_exp2_within(double x, double most)
{
    const double below = x < most ? x : most;
    return rh_short_exp2(below > -most ? below : -most);
}

static inline double rh_bounded_exp2(double x)
{
    return rh_exp2_within(x, RH_MOST_EXP2);
}

#ifdef __cplusplus
}
#endif

#endif
