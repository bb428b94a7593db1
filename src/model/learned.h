/* What a fit has learned from a history, kept for runs: what the baseline is tuned to, and draws of what is believed of
 * the response after the history has spoken (docs/fit.md). */
#ifndef RH_MODEL_LEARNED_H
#define RH_MODEL_LEARNED_H

#include "model/parameters.h"
#include "model/tuning.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rh_learned_moment {
    RH_LEARNED_PRIOR_MEAN,
    RH_LEARNED_PRIOR_SD,
    RH_LEARNED_ESTIMATE,       /* of the history alone; NaN: there is none */
    RH_LEARNED_STANDARD_ERROR, /* NaN: there is none */
    RH_LEARNED_POSTERIOR_MEAN,
    RH_LEARNED_POSTERIOR_SD,
    RH_NUM_LEARNED_MOMENTS
};

/* A value of the baseline that was chosen by forecasts of the history. */
struct rh_learned_choice {
    char *name;           /* owned */
    double usual, chosen; /* without a model, and with this one */
    double gain;          /* by how much the mean logarithm of the forecasts' scores fell */
};

/* Texts and arrays are owned. The first group is of all partners, the others of a segment each; a segment of a study's
 * history that is none of them is believed to do as all. Row k of the draws is one draw of all parameters of all
 * groups, all rows are equally likely, and a row is the same quantile of the response in each group. */
struct rh_learned {
    char *path; /* of the file that it was read from; NULL: it was not read */
    char sha256[65];
    char *version, *command; /* of the rehearse that made it; how it was called */
    char *history;           /* name of the file */
    char *history_sha256;
    char *first_month, *last_month; /* of what was looked at, "2023-01" */
    char *program, *program_sha256; /* file of what was in force; "": none */

    struct rh_tuning tuning;
    size_t num_choices;
    struct rh_learned_choice *choice; /* [num_choices] */

    size_t num_groups; /* ≥ 1 */
    char **segment;    /* [num_groups] name; the first is not read */
    size_t num_quantities;
    char **quantity;                        /* [num_quantities] "response", or the name of a parameter */
    double *moment[RH_NUM_LEARNED_MOMENTS]; /* [num_quantities][num_groups] each */
    char *
        *verdict; /* [num_quantities × num_groups] what came of the estimate, a word: "estimated"; "": none was tried */

    size_t num_parameters;        /* that have draws; 0: the history tells nothing, the priors stand */
    enum rh_parameter *parameter; /* [num_parameters] */
    size_t num_draws;
    double *draw; /* [num_parameters][num_groups][num_draws] */
};

#define RH_LEARNED_MOST_DRAWS 1000000
#define RH_LEARNED_MOST_GROUPS 100000

/* Zeroed memory is an empty one. */
void rh_learned_free(struct rh_learned *self);

/* Draws of a parameter in a group: [num_draws], borrowed. */
const double *rh_learned_draws(const struct rh_learned *self, size_t i_parameter, size_t i_group);

/* What is believed in place of the priors, and where it is from; the walk of levels, too. Draws are borrowed. RH_OK or
 * RH_ERR_NO_MEMORY. */
int rh_learned_believe(const struct rh_learned *self, const struct rh_names *segments,
                       struct rh_assumptions *assumptions, struct rh_error *error);

/* What a study uses of what was learned (NULL: the defaults): what its file says of growth, blocks, phase and who
 * replays together goes before. The study gets what it does not say. */
struct rh_tuning rh_learned_tuning(const struct rh_learned *self, struct rh_study *study);

/* model.h5: docs/model-format.md. Written beside and renamed. */
int rh_learned_write(const struct rh_learned *self, const char *path, struct rh_error *error);
/* Refuses what is no model, of another version, damaged, or says what cannot be: RH_ERR_FORMAT, RH_ERR_TOO_OLD,
 * RH_ERR_TOO_NEW. *self may be freed after failure. */
int rh_learned_read(struct rh_learned *self, const char *path, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
