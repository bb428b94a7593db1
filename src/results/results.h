/* results.h5: the distributions a run writes, block by block, and what the reports read. Layout:
 * docs/results-format.md. */
#ifndef RH_RESULTS_RESULTS_H
#define RH_RESULTS_RESULTS_H

#include "core/calendar.h"
#include "core/progress.h"
#include "stats/finance.h"
#include "stats/kpi.h"
#include "stats/outcomes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One file that went into the run. */
struct rh_results_input {
    const char *role; /* "study", "program", "in_force", "base", "history", "model", "assumptions" */
    const char *path;
    const char *text; /* "" for binary files */
    const char *sha256;
};

/* One parameter of the model as used. */
struct rh_results_parameter {
    const char *name; /* "effort_elasticity", "effort_elasticity/Grocery" */
    const char *unit;
    const char *description;
    const char *origin;       /* "prior", "assumptions.yaml:12", … */
    const char *distribution; /* in words: "lognormal, mean 0.2, sd 0.1, in [0.02, 0.7]" */
    const char *mechanism;    /* that reads it: "effort", "timing", … */
    bool drawn;               /* kept per replication in /parameters */
};

/* One partner that is simulated; "" is what the partner file does not say. */
struct rh_results_partner {
    const char *id, *segment, *region, *tier;
};

/* One window of an incentive, in the order of rh_block.window. */
struct rh_results_window {
    int scenario;
    int first, last; /* months of the horizon */
};

#define RH_RESULTS_CONFIDENCE 0.95 /* where nobody says otherwise */

/* What a results file is about. Strings are borrowed during _create only, progress until the writer is gone. */
struct rh_results_header {
    const char *title;
    const char *currency;
    const char *program_version, *build; /* of rehearse; no host, no time */
    const char *instruction_set;
    uint64_t seed;
    const char *arithmetic; /* what replications were lived in: "double", "mixed"; NULL: "double" */
    const char *sampling;   /* how parameters were drawn: "random", "sobol"; NULL: "random" */
    uint64_t replications;
    int num_scenarios;
    const char *const *scenario;            /* [num_scenarios]; "in_force" or "none" first, candidates in study order */
    const char *const *scenario_text;       /* [num_scenarios] description or "" */
    int reference;                          /* scenario that "incremental" is measured against */
    bool margin_assumed;                    /* vendor margin overridden for a product or more */
    rh_month first_month;                   /* of the horizon */
    double confidence;                      /* of the figures for finance, in (0, 1); 0: RH_RESULTS_CONFIDENCE */
    int num_windows;                        /* 0: nothing is accrued for windows */
    const struct rh_results_window *window; /* [num_windows] */
    int cut_size[RH_NUM_CUTS];
    const char *const *cut_label[RH_NUM_CUTS]; /* [cut_size]; unused (NULL) for RH_CUT_MONTH */
    int num_partners;                          /* 0: nothing is kept of single partners */
    const struct rh_results_partner *partner;  /* [num_partners] */
    int num_extra;
    const char *const *extra; /* [num_extra] activity measures */
    int num_parameters;
    const struct rh_results_parameter
        *parameter; /* [num_parameters]; the drawn ones, in order, are rh_block.parameter */
    int num_inputs;
    const struct rh_results_input *input;
    int num_unused;
    const char *const *unused;        /* [num_unused] parameters given but read by nobody */
    const char *const *unused_reason; /* [num_unused] */
    const char *const *note; /* [num_notes] what a reader must know: "history assumed to be under no program" */
    int num_notes;
    const char *temporary; /* name of the file until it is whole, on the same disk; NULL: one beside it */
    const struct rh_progress
        *progress; /* of laying out and summarizing, which take long of 10⁸ replications; or NULL */
};

struct rh_results_writer; /* opaque */

/* Opens a temporary file beside path. Stopped by progress, it and _finish return RH_ERR_INTERRUPTED. */
int rh_results_writer_create(struct rh_results_writer **out, const char *path, const struct rh_results_header *header,
                             struct rh_error *error);
/* Appends a block; blocks come in order of `first`, without gaps. Memory used does not grow with replications. */
int rh_results_writer_append(struct rh_results_writer *self, const struct rh_block *block, struct rh_error *error);
/* Writes what each program brings each partner, of as many as the header has; once, and before _finish. */
int rh_results_writer_partners(struct rh_results_writer *self, const struct rh_outcomes *outcomes,
                               struct rh_error *error);
/* Computes /summary, /difference and /finance, flushes, renames. The writer must still be destroyed. */
int rh_results_writer_finish(struct rh_results_writer *self, struct rh_error *error);
/* Frees; removes the temporary file where the writer was not finished. NULL is fine. */
void rh_results_writer_destroy(struct rh_results_writer *self);

/* A results file open for reading. Strings are owned by it. */
struct rh_results {
    int64_t file; /* handle of the file, internal */
    char *path, *title, *currency;
    char *arithmetic; /* what replications were lived in: "double" or "mixed" */
    char *sampling;   /* how parameters were drawn: "random" or "sobol" */
    uint64_t seed, replications;
    int num_scenarios;
    char **scenario, **scenario_text;
    int reference;
    bool margin_assumed;
    rh_month first_month;
    double confidence; /* of the figures for finance, as the study has it */
    bool has_finance;  /* false: the file is of a rehearse that did not book by month */
    int cut_size[RH_NUM_CUTS];
    char **cut_label[RH_NUM_CUTS]; /* months as ISO 8601 for RH_CUT_MONTH */
    int num_extra;
    char **extra;
    int num_notes;
    char **note;
    int num_inputs; /* files that went into the run */
    char **input_path, **input_role, **input_sha256;
};

/* Refuses what is not a finished results file of a known version: RH_ERR_FORMAT, RH_ERR_TOO_OLD, RH_ERR_TOO_NEW. */
int rh_results_open(struct rh_results *self, const char *path, struct rh_error *error);
void rh_results_close(struct rh_results *self);

/* Of `cash`, which older files do not have, all that follow say in place of an error that it is missing, NaN; but for
 * the cut. */
/* out: [replications]. */
int rh_results_read_kpi(const struct rh_results *self, enum rh_kpi kpi, int scenario, double *out,
                        struct rh_error *error);
/* *out: of one replication. */
int rh_results_read_figure(const struct rh_results *self, enum rh_kpi kpi, int scenario, uint64_t replication,
                           double *out, struct rh_error *error);
/* out: [replications][cut_size]. RH_ERR_ARGUMENT where the KPI is not kept in this cut. */
int rh_results_read_cut(const struct rh_results *self, enum rh_cut cut, enum rh_kpi kpi, int scenario, float *out,
                        struct rh_error *error);
/* out: [replications], of measure `i_extra` of extra. */
int rh_results_read_extra(const struct rh_results *self, int i_extra, int scenario, double *out,
                          struct rh_error *error);
/* What each program brings each partner. Texts are owned. */
struct rh_results_partners {
    int num; /* 0: the file does not tell, and the rest is NULL */
    char **id, **segment, **region, **tier;
    double *figure[RH_NUM_PARTNER_FIGURES]; /* [num_scenarios][num] */
};
/* On failure *out may be passed to _free. */
int rh_results_read_partners(const struct rh_results *self, struct rh_results_partners *out, struct rh_error *error);
void rh_results_partners_free(struct rh_results_partners *self);
/* The model's parameters as the run used them. Texts are owned. */
struct rh_results_parameters {
    int num; /* 0: the file names none, and the rest is NULL */
    char **name, **unit, **description, **origin, **distribution;
    char **drawn; /* "yes" where the file holds what was drawn of it, replication by replication */
};
/* On failure *out may be passed to _free. */
int rh_results_read_parameters(const struct rh_results *self, struct rh_results_parameters *out,
                               struct rh_error *error);
void rh_results_parameters_free(struct rh_results_parameters *self);
/* out: [replications], what was drawn of it. */
int rh_results_read_parameter(const struct rh_results *self, const char *name, double *out, struct rh_error *error);
/* What made the file, and of what. Texts are owned. */
struct rh_results_origin {
    int num_inputs;    /* as many as the file names */
    char **input_text; /* [num_inputs]; "" for binary files */
    char *program_version, *build;
};
/* On failure *out may be passed to _free. */
int rh_results_read_origin(const struct rh_results *self, struct rh_results_origin *out, struct rh_error *error);
void rh_results_origin_free(struct rh_results_origin *self);
/* The statistics of stats/summary.h as the file holds them. */
struct rh_summary;
struct rh_difference;
int rh_results_read_summary(const struct rh_results *self, enum rh_kpi kpi, int scenario, struct rh_summary *out,
                            struct rh_error *error);
/* A figure of /finance, out: [months]; of a file that has it. */
int rh_results_read_finance(const struct rh_results *self, enum rh_finance figure, int scenario, struct rh_summary *out,
                            struct rh_error *error);
int rh_results_read_difference(const struct rh_results *self, enum rh_kpi kpi, int scenario, int versus,
                               struct rh_difference *out, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
