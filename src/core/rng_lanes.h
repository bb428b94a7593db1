/* One draw of many replications at once: the words of rng.h, bit for bit.
 *
 * The counters of a draw's replications differ in one word, so that Philox runs over vectors of 64-bit elements that
 * hold 32-bit words. Inline, as each of the kernel's instruction sets has a vector of its own width. The widening
 * product is the one instruction that compilers do not find by themselves; without it the same words are found in
 * plain C. */
#ifndef RH_CORE_RNG_LANES_H
#define RH_CORE_RNG_LANES_H

#include "core/rng.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__AVX512F__)
#define RH_VECTOR_WORDS 8
#elif defined(__AVX2__)
#define RH_VECTOR_WORDS 4
#else
#define RH_VECTOR_WORDS 2
#endif

typedef uint64_t rh_vector_words __attribute__((vector_size(8 * RH_VECTOR_WORDS)));

/* Products of the low halves of the elements. */
static inline rh_vector_words rh_multiply_low(rh_vector_words a, rh_vector_words b)
{
#if defined(__AVX512F__)
    return (rh_vector_words)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (rh_vector_words)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
    return (rh_vector_words)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & 0xffffffffu) * (b & 0xffffffffu);
#endif
}

/* The words of a draw of replications first … first + num - 1, num being a multiple of 8: word k of the draw of
 * replication first + l is words[k · num + l], as rh_draw makes it. Restrictions as there. */
static inline void rh_draw_lanes(uint64_t seed, uint64_t entity, uint32_t first, enum rh_purpose purpose,
                                 uint32_t month, uint32_t index, int num, uint64_t *words)
{
    const rh_vector_words zero = {0}, low = zero + 0xffffffffu;
    const rh_vector_words factor0 = zero + 0xD2511F53u, factor1 = zero + 0xCD9E8D57u; /* of Philox 4×32 */
    rh_vector_words lane;
    for (int k = 0; k < RH_VECTOR_WORDS; k++) {
        lane[k] = (uint64_t)k;
    }
    for (int l = 0; l < num; l += RH_VECTOR_WORDS) {
        rh_vector_words c0 = zero + (uint32_t)entity, c1 = zero + (uint32_t)(entity >> 32);
        rh_vector_words c2 = (lane + (first + (uint64_t)l)) & low;
        rh_vector_words c3 = zero + ((uint32_t)purpose << 24 | month << 8 | index);
        uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
        for (int round = 0; round < 10; round++) {
            const rh_vector_words product0 = rh_multiply_low(factor0, c0), product1 = rh_multiply_low(factor1, c2);
            c0 = (product1 >> 32) ^ (c1 ^ key0); /* the high halves of c1 and c3 are left over and never looked at */
            c1 = product1;
            c2 = (product0 >> 32) ^ (c3 ^ key1);
            c3 = product0;
            key0 += 0x9E3779B9u;
            key1 += 0xBB67AE85u;
        }
        const rh_vector_words drawn[4] = {c0 & low, c1 & low, c2 & low, c3 & low};
        for (int k = 0; k < 4; k++) {
            memcpy(words + (ptrdiff_t)k * num + l, &drawn[k], sizeof drawn[k]);
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
