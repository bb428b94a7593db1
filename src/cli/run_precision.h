/* run --precision: how many replications make figures as sure as is asked for. */
#ifndef RH_CLI_RUN_PRECISION_H
#define RH_CLI_RUN_PRECISION_H

#include "cli/run_simulate.h"
#include "core/text.h"

struct rh_run_precision {
    const char **text; /* [num] as stats/precision.h reads them */
    size_t num;
    uint64_t most; /* replications */
    /* What came of it. */
    bool missed;         /* some precision is not reached */
    struct rh_text told; /* a line for each */
};

/* Simulates the study, at most as many replications as it is ready for, in rounds of whole blocks, and holds in memory
 * only the figures that are asked about; the rest is kept where the task says so (rh_run_pilot). Sets the replications
 * of study and plan to those of the last round: all precisions are reached by then, or cannot be by `most`. The number
 * does not depend on threads, nor on what was kept before. *simulated: replications that were not there before.
 * self->told is initialized. */
int rh_run_precision(struct rh_run_precision *self, struct rh_ready *run, const struct rh_run_task *task,
                     uint64_t *simulated, const struct rh_progress *progress, struct rh_error *error);

#endif
