/* From a study made ready to its results file, or to a part of it; what is done on the way survives. */
#ifndef RH_CLI_RUN_SIMULATE_H
#define RH_CLI_RUN_SIMULATE_H

#include "cli/ready.h"
#include "engine/ranks.h"
#include "results/checkpoint.h"

struct rh_run_task {
    const char *output;  /* results file, or part file */
    uint64_t first, end; /* replications first … end - 1 */
    bool part;           /* write a part file; else first is 0 */
    bool keep;           /* keep a checkpoint */
    enum rh_checkpoint_start start;
    int threads;                  /* 0: as many as there are processors */
    const struct rh_ranks *ranks; /* that share the work, or NULL */
};

/* Simulates and writes; of several ranks, rank 0 alone writes. *simulated is the number of replications that were not
 * there before. Where what is done is kept, the message of a failure says how to go on. */
int rh_run_simulate(struct rh_ready *run, const struct rh_run_task *task, uint64_t *simulated,
                    const struct rh_progress *progress, struct rh_error *error);

#endif
