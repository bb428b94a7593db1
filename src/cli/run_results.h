/* What a plan says about its results file: names, inputs, parameters. The engine and the file do not know each other;
 * this is where they meet. */
#ifndef RH_CLI_RUN_RESULTS_H
#define RH_CLI_RUN_RESULTS_H

#include "engine/plan.h"
#include "results/results.h"

#include <time.h>

/* Opens the results file of a plan; progress is borrowed until the writer is gone. */
int rh_run_results_create(struct rh_results_writer **out, const char *path, const struct rh_study *study,
                          const struct rh_plan *plan, const struct rh_progress *progress, struct rh_error *error);

/* The files that went into a run of the plan, as its results name them: out is for free(), strings are borrowed from
 * study, plan and history_sha256. */
int rh_run_results_inputs(const struct rh_study *study, const struct rh_plan *plan, const char *history_sha256,
                          struct rh_results_input **out, int *num);

/* What a reader of a run must know, a sentence or two each. */
struct rh_run_notes {
    char **note; /* [num] */
    int num;
    int first_said; /* from here on they are about this study's assumptions, and `run` tells them, too */
    bool failed;    /* there is no memory for all of them */
};

void rh_run_notes_find(struct rh_run_notes *self, const struct rh_study *study, const struct rh_plan *plan);
void rh_run_notes_free(struct rh_run_notes *self);

/* The engine's sink: user is the writer. */
int rh_run_results_append(void *user, const struct rh_block *block, struct rh_error *error);

/* What varies between two runs that give the same results: when, where, how fast. */
struct rh_run_record {
    int argc;
    char **argv;
    time_t started;
    double seconds; /* of the simulation, plan included */
    int threads;
    const char *isa;
};

/* Writes it as RESULTS.run.json, beside the results. */
int rh_run_record_write(const struct rh_run_record *record, const char *results_path, const struct rh_plan *plan,
                        struct rh_error *error);

#endif
