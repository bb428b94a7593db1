/* The functions of engine/vmath_double.h for floats, in the kernels of mixed precision: the same bits on every
 * instruction set by the same means. Errors are those of test_vmath_single. */
#ifndef RH_ENGINE_VMATH_SINGLE_H
#define RH_ENGINE_VMATH_SINGLE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_LOG2_E 1.44269504f

static inline uint32_t rh_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float rh_from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline float rh_vmin(float a, float b)
{
    return a < b ? a : b;
}

static inline float rh_vmax(float a, float b)
{
    return a > b ? a : b;
}

/* Binary logarithm of a normal x > 0, within 2·10⁻⁷ of itself and of 1. Exactly 0 of 1. The minimax polynomial (Remez)
 * of log2(1 + f)/f for 1 + f in [√½, √2), in Estrin's order: a division would take longer, and what a higher degree is
 * nearer is lost in rounding. */
static inline float rh_short_log2(float x)
{
    const uint32_t root = 0x3f3504f3u, shifted = rh_bits(x) - root; /* root: √½ */
    const float f = rh_from_bits((shifted & 0x007fffffu) + root) - 1.0f, ff = f * f, ffff = ff * ff;
    const float exponent = (float)((int32_t)shifted >> 23);
    const float p01 = 0x1.715472p+0f + -0x1.7155b8p-1f * f, p23 = 0x1.ec7b60p-2f + -0x1.70baf0p-2f * f;
    const float p45 = 0x1.2596ecp-2f + -0x1.00100ap-2f * f, p67 = 0x1.e522acp-3f + -0x1.2a82fcp-3f * f;
    const float p = (p01 + ff * p23) + ffff * (p45 + ff * p67);
    return exponent + f * p;
}

/* 2 to the x, within 3·10⁻⁷ of itself, for x in [-120, 120] alone. Exactly 1 of 0. */
static inline float rh_short_exp2(float x)
{
    const float magic = 0x1.8p23f;
    const float shifted = x + magic, r = x - (shifted - magic), rr = r * r;
    const float p01 = 1.0f + 0x1.62e42ap-1f * r, p23 = 0x1.ebf9bcp-3f + 0x1.c6b752p-5f * r;
    const float p45 = 0x1.3cea88p-7f + 0x1.5bba14p-10f * r, p = (p01 + rr * p23) + rr * rr * p45;
    return rh_from_bits(rh_bits(p) + (rh_bits(shifted) << 23)); /* into the exponent: sooner than a product */
}

#define RH_MOST_EXP2 100.0f

/* The same for all x but NaN; beyond ± most ≤ RH_MOST_EXP2 the value there. */
static inline float rh_exp2_within(float x, float most)
{
    const float below = x < most ? x : most;
    return rh_short_exp2(below > -most ? below : -most);
}

static inline float rh_bounded_exp2(float x)
{
    return rh_exp2_within(x, RH_MOST_EXP2);
}

/* Logarithms and inverses of four numbers: nothing is shared, for the product of four may be above any float. */
static inline void rh_short_log2_of_four(const float *x, float *log)
{
    for (int k = 0; k < 4; k++) {
        log[k] = rh_short_log2(x[k]);
    }
}

static inline void rh_invert_four(const float *x, float *inverse)
{
    for (int k = 0; k < 4; k++) {
        inverse[k] = 1.0f / x[k];
    }
}

/* Natural logarithm of a normal x > 0, within 3·10⁻⁷ of itself and of 1. */
static inline float rh_vlog(float x)
{
    return 0.693147182f * rh_short_log2(x);
}

/* e to the x, within 2·10⁻⁷ · (1 + |x|) of itself; beyond ± 69 the value there. */
static inline float rh_vexp(float x)
{
    return rh_bounded_exp2(RH_LOG2_E * x);
}

/* The uniform in (0, 1) of a random word: of its upper 23 bits, so that neither 0 nor 1 comes. */
static inline float rh_vuniform(uint32_t word)
{
    return ((float)(int32_t)(word >> 9) + 0.5f) * 0x1p-23f;
}

/* Standard normal quantile of a uniform of rh_vuniform, within 4·10⁻⁷ of itself and of 1: the inverse error function of
 * Giles (2010, "Approximating the erfinv function", GPU Computing Gems 2, doi:10.1016/B978-0-12-385963-1.00010-1), in
 * single precision. */
static inline float rh_vnormal(float u)
{
    const float w = -rh_vlog(4.0f * u * (1.0f - u));
    const int in = w < 5.0f;
    const float x = in ? w - 2.5f : sqrtf(w) - 3.0f;
    float p = in ? 2.81022636e-08f : -0.000200214257f;
    p = p * x + (in ? 3.43273939e-07f : 0.000100950558f);
    p = p * x + (in ? -3.5233877e-06f : 0.00134934322f);
    p = p * x + (in ? -4.39150654e-06f : -0.00367342844f);
    p = p * x + (in ? 0.00021858087f : 0.00573950773f);
    p = p * x + (in ? -0.00125372503f : -0.0076224613f);
    p = p * x + (in ? -0.00417768164f : 0.00943887047f);
    p = p * x + (in ? 0.246640727f : 1.00167406f);
    p = p * x + (in ? 1.50140941f : 2.83297682f);
    return 1.41421356f * p * (2.0f * u - 1.0f);
}

/* Standard normal distribution function, within 4·10⁻⁷: formula 26.2.17 of Abramowitz & Stegun (1964, Handbook of
 * Mathematical Functions), of Hastings. */
static inline float rh_vnormal_cdf(float x)
{
    const float t = 1.0f / (1.0f + 0.2316419f * fabsf(x));
    const float p =
        ((((1.330274429f * t - 1.821255978f) * t + 1.781477937f) * t - 0.356563782f) * t + 0.319381530f) * t;
    const float tail = 0.398942280f * rh_vexp(-0.5f * x * x) * p;
    return x > 0.0f ? 1.0f - tail : tail;
}

#ifdef __cplusplus
}
#endif

#endif
