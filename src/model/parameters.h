/* The model's parameters: what is believed of each before the data speaks, and what a study says instead.
 *
 * Priors and their sources are listed in docs/model.md. A parameter is drawn once per replication from one uniform that
 * all segments share, so that a replication in which partners react strongly is one in which all segments do. */
#ifndef RH_MODEL_PARAMETERS_H
#define RH_MODEL_PARAMETERS_H

#include "core/problems.h"
#include "core/text.h"
#include "history/history.h"
#include "program/study.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum rh_parameter {
    RH_PARAM_EFFORT_ELASTICITY,     /* of sales, on ln(1 + reward / margin), firm */
    RH_PARAM_REP_EFFORT_ELASTICITY, /* the same of the person who is paid a SPIF */
    RH_PARAM_ELASTICITY_SPREAD,     /* log sd between partners */
    RH_PARAM_PARTNER_MARGIN,        /* of its sales, where the partner file has none */
    RH_PARAM_REP_MARGIN,            /* what a rep earns on a sale otherwise */
    RH_PARAM_PASS_THROUGH,          /* share of a firm's reward passed on in the end price */
    RH_PARAM_PRICE_ELASTICITY,      /* of end demand, positive */
    RH_PARAM_RESPONSE_LIMIT,        /* sales change at most by this factor */
    RH_PARAM_ACTIVITY_ELASTICITY,   /* of activities, on ln(1 + reward / effort cost) */
    RH_PARAM_ACTIVITY_COST,         /* effort cost of one completion, share of a mean partner-month's revenue */
    RH_PARAM_ATTENTION,             /* probability that a partner attends to a simple program */
    RH_PARAM_COMPLEXITY_SLOPE,      /* what complexity takes off the logit of it */
    RH_PARAM_NULL_PROGRAM,          /* probability that nobody reacts at all */
    RH_PARAM_FELT_CAP,              /* largest expected marginal reward felt */
    RH_PARAM_NONCASH_WORTH,         /* of a unit's `value`, to the partner */
    RH_PARAM_DISCOUNT_RATE,         /* of partners, per year */
    RH_PARAM_CLAIM_RATE_AUTOMATIC,
    RH_PARAM_CLAIM_RATE_REQUIRED,
    RH_PARAM_CLAIM_RATE_POINTS,
    RH_PARAM_TRUST,             /* partners' trust in being paid right, at first and at rest */
    RH_PARAM_TRUST_WEIGHT,      /* how much a lack of it takes off a reward */
    RH_PARAM_TRUST_STEP,        /* share of the way that a payment in time moves trust; twice as much down */
    RH_PARAM_TRUST_RETURN,      /* share of its distance to rest that trust loses in a month */
    RH_PARAM_PROCESSING_DAYS,   /* from due date to payment: mean */
    RH_PARAM_PROCESSING_SD,     /* its standard deviation */
    RH_PARAM_CLAIM_ERROR,       /* probability that a claim is paid wrong */
    RH_PARAM_OVERPAID,          /* share of all that is claimed */
    RH_PARAM_UNDERPAID,         /* the same */
    RH_PARAM_GOAL_GRADIENT,     /* on the logarithm of sales just below a threshold */
    RH_PARAM_DISPLACEMENT,      /* share of a line's lift that comes out of the partner's other lines */
    RH_PARAM_CAPABILITY_GAIN,   /* most that extra training adds to sales */
    RH_PARAM_CAPABILITY_STOCK,  /* completions that bring 1 - 1/e of it */
    RH_PARAM_CAPABILITY_LIFE,   /* months in which half of it is forgotten */
    RH_PARAM_FUND_USE,          /* share of what a fund would match that is asked for */
    RH_PARAM_AD_ELASTICITY,     /* of sales to marketing */
    RH_PARAM_MARKETING_BASE,    /* marketing that a partner does anyway, share of its sales */
    RH_PARAM_TOPUP_REACH,       /* furthest that a partner buys ahead, share of a window */
    RH_PARAM_TOPUP_ABLE,        /* share of partners that can */
    RH_PARAM_LOAD_COST,         /* what buying ahead costs, share of it */
    RH_PARAM_TOPUP_RETURNED,    /* share of it that comes back within two months */
    RH_PARAM_DEFERRAL,          /* share of the reach that is put off where the next window earns more */
    RH_PARAM_LEAVE_MISSED,      /* on the log hazard of leaving, after a window without a level */
    RH_PARAM_LEAVE_REWARDED,    /* after a reward */
    RH_PARAM_LEAVE_TRUST,       /* per 0.3 of trust, down */
    RH_PARAM_LEAVE_SHARE,       /* on ln(1 + reward per own margin), down */
    RH_PARAM_RECAPTURE,         /* share of a leaver's demand that others take over */
    RH_PARAM_OPT_IN,            /* logit of opting in where the reward is worth its cost */
    RH_PARAM_OPT_IN_REWARD,     /* on ln(expected reward / effort cost) */
    RH_PARAM_OPT_IN_COMPLEXITY, /* what a unit of complexity takes off */
    RH_PARAM_OPT_IN_DELAY,      /* what a month until payment takes off */
    RH_PARAM_OPT_IN_TRUST,      /* on (trust - 0.7) / 0.3 */
    RH_PARAM_OPT_IN_COST,       /* effort cost of taking part, share of the window's expected revenue */
    RH_PARAM_LEVEL_WALK,        /* sd of the log level of a partner, per square root of a month */
    RH_NUM_PARAMETERS
};

enum rh_distribution {
    RH_DIST_FIXED,
    RH_DIST_LOGNORMAL,
    RH_DIST_NORMAL,
    RH_DIST_BETA,
    RH_DIST_HALF_NORMAL,
    RH_DIST_DRAWS
};

/* A distribution with mean and sd of the untruncated variate, truncated to [low, high]; a normal at 0 with low = 0 is
 * max(0, ·). A half-normal is the size of a normal with mean 0 and that sd, at most high; its mean is not read. Draws
 * are equally likely, with these moments and within [low, high], the smallest and the largest of them. */
struct rh_belief_of {
    enum rh_distribution distribution;
    double mean, sd, low, high;
    const double *draw; /* [num_draws] of RH_DIST_DRAWS, borrowed; else NULL */
    size_t num_draws;
};

/* Who draws the row of all beliefs that are draws: one row for all of a replication, so that rows hold values that
 * belong together. */
#define RH_DRAWS_ENTITY "posterior"

/* Certain of a value. */
struct rh_belief_of rh_belief_certain(double value);

struct rh_parameter_info {
    const char *name, *unit, *description;
    struct rh_belief_of prior;
    bool per_segment;      /* an assumptions file may set it by segment */
    const char *mechanism; /* that reads it: "effort", "timing", …; names are a promise to scripts */
};

extern const struct rh_parameter_info rh_parameter_table[RH_NUM_PARAMETERS];

/* Index of the parameter of that name, or -1. */
int rh_parameter_find(const char *name);

/* True of shares, indices and probabilities, which lie in [0, 1]. */
bool rh_parameter_is_share(enum rh_parameter parameter);
/* True where the parameter can have the value, and what it can have, in words: "a number from 0 to 1". Shares lie in
 * [0, 1]; what rewards are divided by is above 0, the limit of a response at least 1; but for those of either sign
 * everything else is not negative. */
bool rh_parameter_allows(enum rh_parameter parameter, double value);
const char *rh_parameter_range(enum rh_parameter parameter);

#define RH_ORIGIN_PRIOR "prior"

/* What of an activity is assumed, as lists and files call it. Texts are owned. */
struct rh_assumed {
    char *name;   /* "yield/leads", "base_rate/leads" */
    char *origin; /* "FILE:LINE" */
    char *description;
};

/* What an extra completion of an activity brings: a file's `yield`. */
struct rh_yield {
    struct rh_assumed as;
    struct rh_reference measure, product;
    struct rh_belief_of revenue; /* sales of the product before returns, in currency */
    int lag_months;              /* from the completion to the sales */
};

/* How often partners do what the history has no row of: a file's `base_rate`. */
struct rh_base_rate {
    struct rh_assumed as;
    struct rh_reference measure;
    struct rh_belief_of *rate; /* [num_segments] fixed: completions per partner and month, 0 where none is given */
};

#define RH_YIELD_UNIT "currency per completion"
#define RH_BASE_RATE_UNIT "completions per partner and month"
#define RH_ASSUMED_MECHANISM "activities" /* of both */

struct rh_learned;

/* What a study uses: priors, in their place what a model has learned, and what a file says; and what it assumes of
 * activities. */
struct rh_assumptions {
    char *learned; /* owned: path of the model, the origin of what it has learned; NULL without one */
    char learned_sha256[65];
    char *path, *text; /* NULL without a file */
    char sha256[65];
    int num_segments;
    struct rh_belief_of *belief; /* [RH_NUM_PARAMETERS][num_segments] */
    char **origin; /* [RH_NUM_PARAMETERS][num_segments] owned: RH_ORIGIN_PRIOR, the model's path, or "FILE:LINE" */
    size_t num_yields, num_base_rates;
    struct rh_yield *yield;         /* [num_yields], one per measure, in the order of the file */
    struct rh_base_rate *base_rate; /* [num_base_rates], alike */
};

/* All priors, for a history with these segments. */
int rh_assumptions_init(struct rh_assumptions *self, const struct rh_names *segments, struct rh_error *error);
/* Overrides from a file; see docs/model.md, "Assumptions". All problems in one pass. */
int rh_assumptions_read(struct rh_assumptions *self, const char *path, const struct rh_names *segments,
                        struct rh_problems *problems);
/* Holds what is assumed of activities against the history: yields name measures that are counted and product lines that
 * have revenue, base rates measures without a row, which become counts of the history; and against a study (or NULL),
 * since an exact replay has no place for what did not happen. */
int rh_assumptions_bind(const struct rh_assumptions *self, const struct rh_study *study, struct rh_history *history,
                        struct rh_problems *problems);
/* What a study assumes: priors, what a model has learned (NULL: there is none), the study's file where it names one,
 * each in place of what stands before it, bound to its history. Before rh_study_check, since programs may use measures
 * that have a base rate. Draws are borrowed from the model. What is wrong with the file goes to problems, the rest to
 * *error. *self may be freed in either case. */
int rh_assumptions_of_study(struct rh_assumptions *self, const struct rh_study *study, const struct rh_learned *learned,
                            struct rh_history *history, struct rh_problems *problems, struct rh_error *error);
/* Fixes a parameter in all segments. */
void rh_assumptions_set(struct rh_assumptions *self, enum rh_parameter parameter, double value);
/* Every mechanism at its neutral value: nobody reacts, every reward is claimed, no noise of levels. */
void rh_assumptions_neutral(struct rh_assumptions *self);
void rh_assumptions_free(struct rh_assumptions *self);

/* True where an assumptions file says something of the parameter, for a segment at least. */
bool rh_assumptions_given(const struct rh_assumptions *self, enum rh_parameter parameter);
/* True where the parameter differs between segments. */
bool rh_assumptions_by_segment(const struct rh_assumptions *self, enum rh_parameter parameter);

/* Value of the parameter in a replication. */
double rh_assumptions_draw(const struct rh_assumptions *self, enum rh_parameter parameter, int segment, uint64_t seed,
                           uint32_t replication);

/* What is drawn at u in (0, 1): rh_belief_of_quantile, but of draws the one in row ⌊u · num_draws⌋, so that all beliefs
 * that are draws are of one row at one u. */
double rh_belief_of_value(const struct rh_belief_of *belief, double u);
/* Who draws what is believed under that name: the draws of a model are all of one row. */
uint64_t rh_belief_of_entity(const struct rh_belief_of *belief, const char *name);
/* Value in a replication of what that entity draws. */
double rh_belief_of_draw(const struct rh_belief_of *belief, uint64_t entity, uint64_t seed, uint32_t replication);
/* True where the rates of segments differ. */
bool rh_base_rate_by_segment(const struct rh_base_rate *self, int num_segments);
/* The value that the belief puts below with probability u in (0, 1); of draws that takes as long as passing over them
 * some fifty times. */
double rh_belief_of_quantile(const struct rh_belief_of *belief, double u);

/* Appends "lognormal, mean 0.2, sd 0.1, in [0.02, 0.7]". */
void rh_belief_of_describe(const struct rh_belief_of *self, struct rh_text *out);

#ifdef __cplusplus
}
#endif

#endif
