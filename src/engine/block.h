/* Room for the figures of one block of replications (stats/kpi.h, struct rh_block). */
#ifndef RH_ENGINE_BLOCK_H
#define RH_ENGINE_BLOCK_H

#include "engine/plan.h"
#include "stats/kpi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Takes room for as many replications as the kernel has lanes. False where there is no memory; freed in either case. */
bool rh_block_init(struct rh_block *self, const struct rh_plan *plan);
void rh_block_free(struct rh_block *self);

#ifdef __cplusplus
}
#endif

#endif
