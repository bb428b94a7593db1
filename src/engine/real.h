/* The numbers of the kernel, over the replications of a block.
 *
 * What a partner does is lived in rh_real: a double, or in the kernels of mixed precision (RH_MIXED) a float, of which
 * a register holds twice as many. What is summed over partners is a double in both. */
#ifndef RH_ENGINE_REAL_H
#define RH_ENGINE_REAL_H

#include "engine/plan.h"

#include <limits.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef RH_MIXED
typedef float rh_real;
#define RH_MOST_OF_PART 64 /* partners whose sum may be a float */
#define RH_SUM_ERROR 1e-6f /* of a window's total: more than a partner's sums are off by */
#else
typedef double rh_real;
#define RH_MOST_OF_PART INT_MAX
#define RH_SUM_ERROR 0.0 /* less than a unit of 10⁻⁴ */
#endif

/* One value per replication of the block. Aligned, so that no register's load spans two cache lines. */
typedef rh_real rh_lanes[RH_LANES] __attribute__((aligned(64)));
typedef double rh_sums[RH_LANES] __attribute__((aligned(64)));

#ifdef __cplusplus
}
#endif

#endif
