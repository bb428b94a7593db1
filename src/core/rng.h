/* Randomness as a function of what is drawn.
 *
 * Philox 4×32-10 (Salmon, Moraes, Dror & Shaw 2011, doi:10.1145/2063384.2063405) of Random123. The key is the seed; the
 * counter says what is drawn: a 64-bit hash of the entity's name, the replication, and purpose, month and index. So a
 * draw does not depend on threads, ranks, file order, or on what else is in a study. */
#ifndef RH_CORE_RNG_H
#define RH_CORE_RNG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a draw is for. Values are part of the promise "same seed, same bytes": append, never renumber. */
enum rh_purpose {
    RH_DRAW_PARAMETER = 1,    /* model parameters, entity: parameter name (and segment) */
    RH_DRAW_NULL_PROGRAM = 2, /* nobody reacts in this replication */
    RH_DRAW_SOURCE = 3,       /* source months of the replay, entity: group */
    RH_DRAW_MARKET = 4,       /* market path, entity: group */
    RH_DRAW_PARTNER = 5,      /* a partner's attention, life, level and elasticity, entity: partner */
    RH_DRAW_LEVEL = 6,        /* random walk of a partner's level, entity: partner */
    RH_DRAW_ROUND = 7,        /* stochastic rounding of counts, or counts around a rate, entity: partner and driver */
    RH_DRAW_ACTIVITY = 8,     /* extra completions of an activity, entity: partner and driver */
    RH_DRAW_CLAIM = 9,        /* claims, entity: partner and incentive */
    RH_DRAW_OPT_IN = 10,      /* enrollment, entity: partner and incentive */
    RH_DRAW_POSTERIOR = 11,   /* which points of a fit's posterior are kept, entity: 0, replication: the draw */
    RH_DRAW_SCRAMBLE = 12,    /* turns of the bits of quasi-random points, entity: parameter name, replication: the bits
                                 before, month: their number */
    RH_DRAW_WORLD = 64        /* the artificial channel of `synth` */
};

/* Four random words. */
struct rh_words {
    uint32_t w[4];
};

/* The words of one draw. month: 0-65535, index: 0-255, purpose: 0-255. */
struct rh_words rh_draw(uint64_t seed, uint64_t entity, uint32_t replication, enum rh_purpose purpose, uint32_t month,
                        uint32_t index);

/* 64-bit hash of a name: the first eight bytes, little end first, of its SHA-256. */
uint64_t rh_entity(const char *name);
/* The same of `first`, a unit separator (0x1f), and `second`: a draw for a pair. */
uint64_t rh_entity_pair(const char *first, const char *second);

/* A word as a uniform in (0, 1): (w + ½)·2⁻³². Two words as a uniform in (0, 1), an odd
 * multiple of 2⁻⁵³: so is its distance from 1. */
static inline double rh_uniform(uint32_t word)
{
    return ((double)word + 0.5) * 0x1p-32;
}
double rh_uniform53(uint32_t high, uint32_t low);

#ifdef __cplusplus
}
#endif

#endif
