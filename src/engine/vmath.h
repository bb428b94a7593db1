/* Logarithm and exponential that compilers turn into vector code and that give the same bits on every instruction set:
 * plain IEEE operations in a fixed order, no contraction (-ffp-contract=off), no table, no branch.
 *
 * log: argument reduction to [√½, √2) and the series of the inverse hyperbolic tangent; exp: reduction by the magic
 * number 1.5·2⁵² and a Taylor polynomial. Both are within 2 units in the last place of the C library's (test_vmath). */
#ifndef RH_ENGINE_VMATH_H
#define RH_ENGINE_VMATH_H

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

#ifdef __cplusplus
}
#endif

#endif
