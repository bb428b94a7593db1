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
    bool piloted;                 /* all was simulated by rh_run_pilot, and is kept */
    int threads;                  /* 0: as many as there are processors */
    const struct rh_ranks *ranks; /* that share the work, or NULL */
};

/* Simulates and writes; of several ranks, rank 0 alone writes. *simulated is the number of replications that were not
 * there before. Where what is done is kept, the message of a failure says how to go on. */
int rh_run_simulate(struct rh_ready *run, const struct rh_run_task *task, uint64_t *simulated,
                    const struct rh_progress *progress, struct rh_error *error);

/* Simulates replications 0 … *end - 1 of a task, at most task->end, without writing results. The sink sees each block
 * once and in order, and may move *end on while it looks at the last one. With task->keep all of it is kept, what was
 * kept before is not simulated again, and rh_run_simulate makes the results of it when it is told to resume; the sink
 * may then see more than it asked for. Ranks do not share it. *simulated as above. The plan's outcomes are as empty
 * after as before. */
int rh_run_pilot(struct rh_ready *run, const struct rh_run_task *task, rh_block_sink sink, void *user,
                 const uint64_t *end, uint64_t *simulated, const struct rh_progress *progress, struct rh_error *error);

#endif
