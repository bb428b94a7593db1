/* What a plan says about its results file: names, inputs, parameters. The engine and the file do not know each other; this
 * is where they meet. */
#ifndef RH_CLI_RUN_RESULTS_H
#define RH_CLI_RUN_RESULTS_H

#include "engine/plan.h"
#include "results/results.h"

/* Opens the results file of a plan. */
int rh_run_results_create(struct rh_results_writer **out, const char *path, const struct rh_study *study,
                          const struct rh_plan *plan, struct rh_error *error);

/* The engine's sink: user is the writer. */
int rh_run_results_append(void *user, const struct rh_block *block, struct rh_error *error);

#endif
