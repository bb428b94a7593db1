/* Which parameters of the model a study has a use for: what its programs say decides, with what its history holds. */
#ifndef RH_MODEL_USAGE_H
#define RH_MODEL_USAGE_H

#include "history/history.h"
#include "model/parameters.h"
#include "program/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A parameter that is idle changes no figure of any scenario, whatever its value. Where that is not sure from the
 * programs and the history alone it is not idle: values are not looked at, so that `load_cost` is no idle one where
 * `topup_reach` is 0. */
struct rh_usage {
    const char *idle[RH_NUM_PARAMETERS]; /* why, in words: "no program pays …"; NULL: it is used */
    const struct rh_study *study;        /* borrowed */
};

/* Needs a study that rh_study_check has passed on this history. */
void rh_usage_find(struct rh_usage *self, const struct rh_study *study, const struct rh_history *history);

/* Why the study has no use for a yield, for a base rate; NULL: it has. */
const char *rh_usage_idle_yield(const struct rh_usage *self, const struct rh_yield *yield);
const char *rh_usage_idle_base_rate(const struct rh_usage *self, const struct rh_base_rate *rate);

/* What was given and is idle. */
struct rh_unused {
    const char *name, *reason;
};

/* The k-th of what assumptions give and the study has no use for: parameters in the order of the table, then yields and
 * base rates in the order of the file. False: there are no more. */
bool rh_usage_given_in_vain(const struct rh_usage *self, const struct rh_assumptions *assumptions, int k,
                            struct rh_unused *out);

/* True of activities from which partners learn: training and certifications. */
bool rh_measure_trains(const char *measure);

#ifdef __cplusplus
}
#endif

#endif
