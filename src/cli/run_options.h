/* run: what was asked for on the command line. */
#ifndef RH_CLI_RUN_OPTIONS_H
#define RH_CLI_RUN_OPTIONS_H

#include "cli/run_precision.h"
#include "engine/ranks.h"

#include <stdbool.h>
#include <stdint.h>

struct rh_run_options {
    const char **file; /* [num_files]: a study, or a history and programs */
    size_t num_files;
    const char *output, *history, *model, *isa;
    long threads;
    int64_t first, replications; /* simulated are first … replications - 1; 0: as many as the study says */
    bool part;                   /* the numbers were given as A:B */
    bool resume, restart, no_checkpoint;
    bool has_seed, quiet, verify, no_partners;
    uint64_t seed;
    int sampling;   /* enum rh_sampling */
    int arithmetic; /* enum rh_arithmetic_kind */
    bool has_most;
    struct rh_run_precision precision;
    struct rh_ranks *ranks; /* processes that share the work, or NULL; the command sets it */
};

/* Reads and checks them; false where the command ends with *exit_code instead. Free in either case. */
bool rh_run_options_init(struct rh_run_options *self, int argc, char **argv, int *exit_code);
void rh_run_options_free(struct rh_run_options *self);

#endif
