/* GSL walks through the sequence and cannot jump. Its n-th call, n from 0, adds (exclusive or) the direction number of
 * the number of trailing ones of n; so the calls 0, 1, 3, 7 … show one number each, and from these any point follows.
 */
#include "stats/sobol.h"

#include "core/rng.h"

#include <assert.h>
#include <gsl/gsl_qrng.h>
#include <stdbool.h>
#include <string.h>

int rh_sobol_init(struct rh_sobol *self, uint64_t num, struct rh_error *error)
{
    double point[RH_SOBOL_DIMENSIONS];
    uint32_t before[RH_SOBOL_DIMENSIONS] = {0};
    assert(num <= UINT64_C(1) << RH_SOBOL_BITS);
    memset(self, 0, sizeof *self);
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, RH_SOBOL_DIMENSIONS);
    if (sequence == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the sequence that parameters are drawn from");
    }
    for (uint64_t call = 0; num > UINT64_C(1) << self->num_bits; call++) {
        const bool shows = call + 1 == UINT64_C(1) << self->num_bits;
        gsl_qrng_get(sequence, point);
        for (int d = 0; d < RH_SOBOL_DIMENSIONS; d++) {
            const uint32_t bits = (uint32_t)(point[d] * (double)(UINT32_C(1) << RH_SOBOL_BITS));
            self->direction[d][self->num_bits] = shows ? bits ^ before[d] : 0;
            before[d] = bits;
        }
        self->num_bits += shows;
    }
    gsl_qrng_free(sequence);
    return RH_OK;
}

uint32_t rh_sobol_bits(const struct rh_sobol *self, int dimension, uint32_t point)
{
    const uint32_t *direction = self->direction[dimension];
    uint32_t bits = 0;
    assert(dimension >= 0 && dimension < RH_SOBOL_DIMENSIONS && (uint64_t)point >> self->num_bits == 0);
    for (uint32_t gray = point ^ point >> 1; gray != 0; gray >>= 1, direction++) {
        bits ^= (gray & 1) != 0 ? *direction : 0;
    }
    return bits;
}

#define DRAWN_LEVELS 7 /* levels of the tree of bits whose 127 turns are the bits of one draw */

uint32_t rh_owen_scramble(uint32_t bits, uint64_t seed, uint64_t entity)
{
    uint32_t turned = 0;
    struct rh_words words = {{0}};
    uint32_t node = 0; /* of the drawn levels, the root is 1, below n are 2n and 2n + 1 */
    for (uint32_t level = 0; level < RH_SOBOL_BITS; level++) {
        const uint32_t bit = bits >> (RH_SOBOL_BITS - 1 - level) & 1;
        if (level % DRAWN_LEVELS == 0) {
            words = rh_draw(seed, entity, bits >> (RH_SOBOL_BITS - level), RH_DRAW_SCRAMBLE, level, 0);
            node = 1;
        }
        turned = turned << 1 | (bit ^ (words.w[node / 32] >> node % 32 & 1));
        node = 2 * node + bit;
    }
    return turned;
}

double rh_sobol_uniform(const struct rh_sobol *self, int dimension, uint64_t seed, const char *name,
                        uint32_t replication)
{
    const uint64_t entity = rh_entity(name);
    const struct rh_words rest = rh_draw(seed, entity, replication, RH_DRAW_PARAMETER, 0, 0);
    const uint32_t bits = rh_owen_scramble(rh_sobol_bits(self, dimension, replication), seed, entity);
    return rh_uniform53(bits << (32 - RH_SOBOL_BITS) | rest.w[0] >> RH_SOBOL_BITS, rest.w[1]);
}
