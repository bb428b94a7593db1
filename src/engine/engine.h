/* Running a plan: blocks of replications over threads, handed on in order. */
#ifndef RH_ENGINE_ENGINE_H
#define RH_ENGINE_ENGINE_H

#include "core/progress.h"
#include "engine/plan.h"
#include "stats/block.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Runs all replications of the plan on `threads` threads (0: as many as there are processors). The sink is called by
 * one thread at a time, in order of rh_block.first, and what it sees does not depend on the number of threads.
 * RH_ERR_INTERRUPTED where progress says so. */
int rh_engine_run(const struct rh_plan *plan, int threads, rh_block_sink sink, void *user,
                  const struct rh_progress *progress, struct rh_error *error);

/* Called between blocks, by one thread while no other works: replications up to `done` have been handed on and are
 * those, and no others, that plan->outcomes counts. A negative rh_code stops the run. */
typedef int (*rh_engine_pause)(void *user, uint64_t done, struct rh_error *error);

/* Some replications of a plan: first … end - 1. Both may be any; blocks are counted from `first`, and what a
 * replication is does not depend on the block that it is in. */
struct rh_engine_job {
    uint64_t first, end;
    int threads; /* 0: as many as there are processors */
    rh_block_sink sink;
    rh_engine_pause pause;   /* NULL: none is wanted */
    bool (*due)(void *user); /* asked about every pause_seconds: whether a pause is wanted now; NULL: always */
    double pause_seconds;
    void *user; /* of all three */
    const struct rh_progress *progress;
};

/* Runs a job. Who stops it by `progress` gets RH_ERR_INTERRUPTED when the blocks that were begun are handed on and a
 * last pause was made, if it was due; errors of any other kind come without one. */
int rh_engine_run_job(const struct rh_plan *plan, const struct rh_engine_job *job, struct rh_error *error);

/* Threads that rh_engine_run uses for 0. */
int rh_engine_threads(void);

#ifdef __cplusplus
}
#endif

#endif
