/* Points that fill the unit cube more evenly than random ones: Sobol's sequence, scrambled so that each point is still
 * uniform, and any of them found without those before it. */
#ifndef RH_STATS_SOBOL_H
#define RH_STATS_SOBOL_H

#include "core/error.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_SOBOL_DIMENSIONS 40 /* as many as GSL has */
#define RH_SOBOL_BITS 30

struct rh_sobol {
    int num_bits;                                           /* points 0 … 2^num_bits - 1 are known */
    uint32_t direction[RH_SOBOL_DIMENSIONS][RH_SOBOL_BITS]; /* 30-bit numbers, the first bit the highest */
};

/* Makes ready for points 0 … num - 1, num at most 2^30. Takes as long as GSL needs for that many points. */
int rh_sobol_init(struct rh_sobol *self, uint64_t num, struct rh_error *error);

/* Coordinate of a point, as 30 bits: that which GSL's gsl_qrng_sobol gives at call `point`, calls counted from 1; point
 * 0 is the origin, which GSL leaves out. In Gray code order (Antonov & Saleev 1979, doi:10.1016/0041-5553(79)90085-5),
 * so that any 2^k points from a multiple of 2^k on are a net. */
uint32_t rh_sobol_bits(const struct rh_sobol *self, int dimension, uint32_t point);

/* Scrambles 30 bits by Owen's nested uniform permutations (Owen 1995, doi:10.1007/978-1-4612-2552-2_19): each bit is
 * turned over or not by a draw of the bits before it, of seed and entity. Points stay a net, and each becomes uniform.
 */
uint32_t rh_owen_scramble(uint32_t bits, uint64_t seed, uint64_t entity);

/* Uniform in (0, 1) of a replication: the 30 bits of its point, scrambled by seed and name, and behind them bits that
 * are drawn for the name and the replication. */
double rh_sobol_uniform(const struct rh_sobol *self, int dimension, uint64_t seed, const char *name,
                        uint32_t replication);

#ifdef __cplusplus
}
#endif

#endif
