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
};

/* Needs a study that rh_study_check has passed on this history. */
void rh_usage_find(struct rh_usage *self, const struct rh_study *study, const struct rh_history *history);

/* Parameters that assumptions give and the study has no use for, in the order of the table. Returns how many; out:
 * [RH_NUM_PARAMETERS]. */
int rh_usage_given_in_vain(const struct rh_usage *self, const struct rh_assumptions *assumptions,
                           enum rh_parameter *out);

/* True of activities from which partners learn: training and certifications. */
bool rh_measure_trains(const char *measure);

#ifdef __cplusplus
}
#endif

#endif
