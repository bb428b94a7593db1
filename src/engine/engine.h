/* Running a plan: blocks of replications over threads, handed on in order. */
#ifndef RH_ENGINE_ENGINE_H
#define RH_ENGINE_ENGINE_H

#include "core/progress.h"
#include "engine/plan.h"
#include "stats/kpi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Takes a finished block; the block is the engine's and valid during the call. A negative rh_code stops the run. Called
 * by one thread at a time, in order of rh_block.first. */
typedef int (*rh_block_sink)(void *user, const struct rh_block *block, struct rh_error *error);

/* Runs all replications of the plan on `threads` threads (0: as many as there are processors). What the sink sees does
 * not depend on the number of threads. RH_ERR_INTERRUPTED where progress says so. */
int rh_engine_run(const struct rh_plan *plan, int threads, rh_block_sink sink, void *user,
                  const struct rh_progress *progress, struct rh_error *error);

/* Threads that rh_engine_run uses for 0. */
int rh_engine_threads(void);

#ifdef __cplusplus
}
#endif

#endif
