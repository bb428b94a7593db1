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

/* Of two vectors of words the lower halves in turn, the first's first. */
static inline rh_vector_words rh_interleave(rh_vector_words even, rh_vector_words odd)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return even << 32 | (odd & 0xffffffffu);
#else
    return (even & 0xffffffffu) | odd << 32;
#endif
}

/* The words of a draw of replications first … first + num - 1, num being a multiple of 16: word k of the draw of
 * replication first + l is words[k · num + l], as rh_draw makes it. Restrictions as there. */
static inline void rh_draw_lanes(uint64_t seed, uint64_t entity, uint32_t first, enum rh_purpose purpose,
                                 uint32_t month, uint32_t index, int num, uint32_t *words)
{
    const rh_vector_words zero = {0}, low = zero + 0xffffffffu;
    const rh_vector_words factor0 = zero + 0xD2511F53u, factor1 = zero + 0xCD9E8D57u; /* of Philox 4×32 */
    rh_vector_words lane;
    for (int k = 0; k < RH_VECTOR_WORDS; k++) {
        lane[k] = 2 * (uint64_t)k;
    }
    for (int l = 0; l < num; l += 2 * RH_VECTOR_WORDS) {
        rh_vector_words c[2][4]; /* of the even replications, of the odd ones */
        for (int odd = 0; odd < 2; odd++) {
            c[odd][0] = zero + (uint32_t)entity;
            c[odd][1] = zero + (uint32_t)(entity >> 32);
            c[odd][2] = (lane + (first + (uint64_t)(l + odd))) & low;
            c[odd][3] = zero + ((uint32_t)purpose << 24 | month << 8 | index);
        }
        uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
        for (int round = 0; round < 10; round++) {
            for (int odd = 0; odd < 2; odd++) { /* upper halves of words 1 and 3 are left over and never looked at */
                const rh_vector_words product0 = rh_multiply_low(factor0, c[odd][0]);
                const rh_vector_words product1 = rh_multiply_low(factor1, c[odd][2]);
                c[odd][0] = (product1 >> 32) ^ (c[odd][1] ^ key0);
                c[odd][1] = product1;
                c[odd][2] = (product0 >> 32) ^ (c[odd][3] ^ key1);
                c[odd][3] = product0;
            }
            key0 += 0x9E3779B9u;
            key1 += 0xBB67AE85u;
        }
        for (int k = 0; k < 4; k++) {
            const rh_vector_words drawn = rh_interleave(c[0][k], c[1][k]);
            memcpy(words + (ptrdiff_t)k * num + l, &drawn, sizeof drawn);
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
