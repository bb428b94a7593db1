/* What lanes find in a small table, such as of the months of a history. */
#ifndef RH_ENGINE_LOOK_UP_H
#define RH_ENGINE_LOOK_UP_H

#include "engine/real.h"

#if defined(RH_MIXED) && defined(__AVX512F__)
#include <immintrin.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if defined(RH_MIXED) && defined(__AVX512F__)
#define RH_IN_REGISTERS 64 /* floats of a table that four registers hold */

/* A table that registers hold is looked up by two instructions that choose among them, not float by float. */
static inline void rh_look_up_in_registers(const double *table, int num, const int *place, float scale, const float *by,
                                           float *out)
{
    float value[RH_IN_REGISTERS] __attribute__((aligned(64))) = {0};
    for (int k = 0; k < num; k++) {
        value[k] = (float)table[k];
    }
    const __m512 first = _mm512_load_ps(value), second = _mm512_load_ps(value + 16);
    const __m512 third = _mm512_load_ps(value + 32), fourth = _mm512_load_ps(value + 48);
    const __m512i half = _mm512_set1_epi32(32);
    for (int l = 0; l < RH_LANES; l += 16) {
        const __m512i at = _mm512_loadu_si512(place + l);
        const __m512 low = _mm512_permutex2var_ps(first, at, second), high = _mm512_permutex2var_ps(third, at, fourth);
        const __m512 found = _mm512_mask_blend_ps(_mm512_test_epi32_mask(at, half), low, high);
        _mm512_storeu_ps(out + l, _mm512_mul_ps(_mm512_mul_ps(_mm512_set1_ps(scale), found), _mm512_loadu_ps(by + l)));
    }
}
#endif

/* out[l] = scale · table[place[l]] · by[l], 0 <= place[l] < num. place, by, out: [RH_LANES]. */
static inline void rh_look_up(const double *table, int num, const int *place, rh_real scale, const rh_real *by,
                              rh_real *out)
{
#if defined(RH_MIXED) && defined(__AVX512F__)
    if (num <= RH_IN_REGISTERS) {
        rh_look_up_in_registers(table, num, place, scale, by, out);
        return;
    }
#else
    (void)num;
#endif
    for (int l = 0; l < RH_LANES; l++) {
        out[l] = scale * (rh_real)table[place[l]] * by[l];
    }
}

#ifdef __cplusplus
}
#endif

#endif
