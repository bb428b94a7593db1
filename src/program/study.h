/* A study as written: which programs to compare, on which history, over which horizon. */
#ifndef RH_PROGRAM_STUDY_H
#define RH_PROGRAM_STUDY_H

#include "history/panel.h"
#include "program/program.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_DEFAULT_CONFIDENCE .95 /* of finance figures */

enum rh_replay_method { RH_REPLAY_BOOTSTRAP, RH_REPLAY_EXACT };
enum rh_together { RH_TOGETHER_ALL, RH_TOGETHER_REGION, RH_TOGETHER_SEGMENT, RH_TOGETHER_PARTNER };

/* How the model's uncertain parameters are drawn: each on its own, or together by a quasi-random sequence. */
enum rh_sampling { RH_SAMPLING_RANDOM, RH_SAMPLING_SOBOL, RH_NUM_SAMPLINGS };
/* [RH_NUM_SAMPLINGS] "random", "sobol" */
extern const char *const rh_sampling_names[RH_NUM_SAMPLINGS];
/* The sampling of that name, or -1. */
int rh_sampling_find(const char *name);

/* What a replication is lived in: doubles, or floats whose sums over partners are doubles. */
enum rh_arithmetic_kind { RH_ARITHMETIC_DOUBLE, RH_ARITHMETIC_MIXED, RH_NUM_ARITHMETICS };
/* [RH_NUM_ARITHMETICS] "double", "mixed" */
extern const char *const rh_arithmetic_names[RH_NUM_ARITHMETICS];
/* The arithmetic of that name, or -1. */
int rh_arithmetic_find(const char *name);

struct rh_study {
    char *path, *text;
    char sha256[65];
    char *title;                       /* the file's name where not given */
    char *history_path;                /* resolved beside the study file */
    rh_month horizon_starts;           /* RH_NO_MONTH: the month after the history's last */
    int horizon_months;                /* 12 */
    long horizon_line, horizon_column; /* where the file says so; 0 where it does not */
    bool in_force_none;                /* `in_force: none` */
    struct rh_program in_force;        /* the program `none` where in_force_none */
    struct rh_program *compare;        /* [num_compare], in the order of the file */
    size_t num_compare;
    struct rh_reference reference;      /* "in_force", "none" or a program's name; default in_force */
    int64_t replications;               /* 1000 */
    uint64_t seed;                      /* 1 */
    enum rh_sampling sampling;          /* random; not in the file */
    enum rh_arithmetic_kind arithmetic; /* double; not in the file */
    enum rh_replay_method replay;       /* bootstrap */
    double block_months;                /* 6 */
    int phase;                          /* 0: auto */
    enum rh_together together;          /* region */
    double follow;                      /* share of the blocks that a partner replays with the others; .35 */
    double outlook_growth, outlook_sd;  /* per year; 0, .03 */
    struct {
        bool growth, growth_sd, block, together, phase;
    } says;                                     /* true: the file does; else a model may */
    char *assumptions_path;                     /* resolved, or NULL */
    char *model_path;                           /* of what `rehearse fit` learned; resolved, or NULL */
    double confidence;                          /* .95 */
    struct rh_reference *vendor_margin_product; /* [num_vendor_margins] */
    double *vendor_margin;                      /* share of sales; overrides the ledger's cost */
    size_t num_vendor_margins;
};

/* Reads a study and all the programs it names; all problems of all of these files in one pass, also of those that
 * cannot be opened. RH_OK, or the code of the first problem. *self may be freed in either case. */
int rh_study_read(struct rh_study *self, const char *path, struct rh_problems *problems);
/* The same with another history in the place of the study's, which need not exist; NULL: the study's. */
int rh_study_read_with(struct rh_study *self, const char *path, const char *history_path, struct rh_problems *problems);
/* A study of these program files with all defaults, on a history assumed to be under no program; path and text are "",
 * the title is the name of the history's file. Returns as rh_study_read. */
int rh_study_of_programs(struct rh_study *self, const char *history_path, const char *const *program_paths,
                         size_t num_programs, struct rh_problems *problems);
/* A study of no program with all defaults, to look at what partners of the history do; vendor margins are 0, so that
 * none is asked for. path, text, title and history_path are "". RH_OK or RH_ERR_NO_MEMORY; *self may be freed in either
 * case. */
int rh_study_of_history(struct rh_study *self, const struct rh_history *history);
void rh_study_free(struct rh_study *self);

/* Checks names against the history (programs, vendor_margin products), that the engine simulates all that the programs
 * say, that they have one currency and one rate for each other one of the history's, the horizon, and that each
 * incentive has a whole window in it (one of the in-force program: in the history or the horizon). Program names must
 * differ, and none be called "none" or "in_force". The horizon begins after the history's last month; with exact replay
 * it is the history's last months. RH_OK, or the code of the first problem. */
int rh_study_check(const struct rh_study *self, const struct rh_history *history, struct rh_problems *problems);

/* True where a program of the study looks at the measure, where one rewards it; see program.h. */
bool rh_study_looks_at(const struct rh_study *self, const char *measure);
bool rh_study_rewards(const struct rh_study *self, const char *measure);

/* Rates into the currency of the programs, by row of the partner table: *out, for free(), or NULL where all money of
 * the history is in it already. Needs a study that rh_study_check has passed. */
int rh_study_exchange(const struct rh_study *self, const struct rh_history *history, rh_ppm **out,
                      struct rh_error *error);

/* The panel of the history, with money in the currency of the programs. Needs what rh_study_exchange needs; *panel may
 * be freed after failure. */
int rh_study_panel(const struct rh_study *self, const struct rh_history *history, struct rh_panel *panel,
                   struct rh_error *error);

/* First and last month of the horizon on that history, which must have events. */
void rh_study_horizon(const struct rh_study *self, const struct rh_history *history, rh_month *first, rh_month *last);

#ifdef __cplusplus
}
#endif

#endif
