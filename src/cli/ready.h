/* A study made ready to be simulated: everything it needs, in the order in which it is made. */
#ifndef RH_CLI_READY_H
#define RH_CLI_READY_H

#include "core/progress.h"
#include "engine/plan.h"
#include "model/learned.h"

struct rh_ready {
    struct rh_study study; /* read by the command */
    struct rh_history history;
    struct rh_panel panel;
    struct rh_baseline baseline;
    struct rh_learned learned; /* empty where the study names no model */
    struct rh_assumptions assumptions;
    struct rh_plan plan;
};

/* Zeroed memory is an empty one. */
void rh_ready_free(struct rh_ready *self);

/* Reads the history of self->study, and its model where it names one, and makes the study ready. A model of another
 * history is told as a line of the log. What is wrong with files goes to problems, the rest to
 * *error. */
int rh_ready_make(struct rh_ready *self, const struct rh_progress *progress, struct rh_problems *problems,
                  struct rh_error *error);

#endif
