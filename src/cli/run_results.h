/* What a plan says about its results file: names, inputs, parameters. The engine and the file do not know each other;
 * this is where they meet. */
#ifndef RH_CLI_RUN_RESULTS_H
#define RH_CLI_RUN_RESULTS_H

#include "core/file.h"
#include "engine/plan.h"
#include "results/results.h"

#include <time.h>

/* What a reader of a run must know, a sentence or two each. */
struct rh_run_notes {
    char **note; /* [num] */
    int num;
    int first_said; /* from here on they are about this study's assumptions, and `run` tells them, too */
    bool failed;    /* there is no memory for all of them */
};

/* What the results of a plan are about. Study, plan and progress are borrowed as long as the header is used. */
struct rh_run_header {
    struct rh_results_header header;
    struct rh_results_parameter *parameter;
    struct rh_text *drafts; /* [plan->num_drawn] distributions in words */
    struct rh_results_input *inputs;
    const char **texts;
    struct rh_results_partner *partners;
    struct rh_results_window *windows;
    int num_windows;
    struct rh_run_in_vain {
        int num;
        const char **name, **reason; /* [num] */
    } in_vain;                       /* what was given in vain */
    struct rh_run_notes notes;
    char history_sha256[RH_SHA256_TEXT];
};

/* Free in either case. */
int rh_run_header_make(struct rh_run_header *self, const struct rh_study *study, const struct rh_plan *plan,
                       const struct rh_progress *progress, struct rh_error *error);
void rh_run_header_free(struct rh_run_header *self, const struct rh_plan *plan);

/* The files that went into a run of the plan, as its results name them: out is for free(), strings are borrowed from
 * study, plan and history_sha256. */
int rh_run_results_inputs(const struct rh_study *study, const struct rh_plan *plan, const char *history_sha256,
                          struct rh_results_input **out, int *num);

void rh_run_notes_find(struct rh_run_notes *self, const struct rh_study *study, const struct rh_plan *plan);
void rh_run_notes_free(struct rh_run_notes *self);

/* What varies between two runs that give the same results: when, where, how fast. */
struct rh_run_record {
    int argc;
    char **argv;
    time_t started;
    double seconds;        /* of the simulation, plan included */
    uint64_t replications; /* that were simulated in these seconds */
    int threads, ranks;    /* threads of each rank */
    const char *isa;
};

/* Writes it as RESULTS.run.json, beside the results. */
int rh_run_record_write(const struct rh_run_record *record, const char *results_path, const struct rh_plan *plan,
                        struct rh_error *error);

#endif
