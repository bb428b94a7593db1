/* A small channel in memory, made to show one mechanism: partners that do the same in every month, believed of as
 * somebody's assumptions say in that mechanism, and neutral in all others. */
#ifndef RH_PORTRAIT_STAGE_H
#define RH_PORTRAIT_STAGE_H

#include "engine/watch.h"
#include "model/baseline.h"
#include "program/study.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RH_STAGE_DRAWS 512  /* replications: quantiles at 5% are within about a tenth of a standard deviation */
#define RH_STAGE_SALES 10e3 /* money of a partner and month */
#define RH_STAGE_PROGRAMS 40
#define RH_STAGE_LINES 3

/* Whose beliefs are shown. */
struct rh_subject {
    const struct rh_assumptions *assumptions;
    int segment;
    double margin; /* of its partners, where their file says; NaN: as believed */
};

/* What a partner does in a month: money of `revenue` and `marketing_spend`, a number of anything else. */
struct rh_stage_line {
    const char *measure, *product;
    double amount;
};

/* What the channel is like. Members that are 0 have the value in brackets. */
struct rh_stage_setting {
    int partners;                              /* [1] */
    int months;                                /* of the horizon [1] */
    struct rh_stage_line line[RH_STAGE_LINES]; /* up to one without a measure [revenue of RH_STAGE_SALES] */
    double uneven;                             /* coefficient of variation of months [0] */
    bool future; /* the horizon follows the history, and replays its months at random; else it is its last months */
};

/* Where something failed, `status` says so, and all that follows does nothing. */
struct rh_stage {
    const struct rh_subject *subject;
    struct rh_stage_setting setting;
    struct rh_history history;
    struct rh_study study;
    struct rh_panel panel;
    struct rh_baseline baseline;
    struct rh_assumptions assumptions;
    struct rh_plan plan;
    int status;
    struct rh_error *error;
};

/* What is remembered of a watch: the sum over partners. */
struct rh_take {
    enum rh_seen what;
    int of;                      /* the k-th line of a partner (in order of measure and product), or incentive */
    double (*map)(double value); /* applied before it is summed; NULL: nothing is */
    double *value;               /* [programs][months][RH_STAGE_DRAWS], owned; programs as they were added */
};

/* Begins with a channel of the setting and neutral assumptions. Needs rh_stage_free in any case. */
void rh_stage_init(struct rh_stage *self, const struct rh_subject *subject, struct rh_stage_setting setting,
                   struct rh_error *error);
void rh_stage_free(struct rh_stage *self);

/* Believes what the subject does in a mechanism (as rh_parameter_table names it); or of one parameter a value. */
void rh_stage_believe(struct rh_stage *self, const char *mechanism);
void rh_stage_set(struct rh_stage *self, enum rh_parameter parameter, double value);
/* Adds a program with these incentives: items of a YAML list in the program language, indented by two. */
void rh_stage_program(struct rh_stage *self, const char *incentives, ...) RH_PRINTF(2, 3);
/* Month t of the horizon as programs write it. Returns out. */
const char *rh_stage_month(const struct rh_stage *self, int t, char out[RH_DAY_TEXT]);
/* Binds; then the plan may be changed before it is watched. */
void rh_stage_bind(struct rh_stage *self);
/* Simulates, and fills the values of all takes. */
void rh_stage_watch(struct rh_stage *self, struct rh_take *takes, int num_takes);

/* Draws of a program, by the order in which they were added (-1: no program), and a month. [RH_STAGE_DRAWS], to be
 * sorted at will. */
double *rh_stage_draws(const struct rh_stage *self, const struct rh_take *take, int program, int month);
/* Frees the values. */
void rh_stage_forget(struct rh_take *takes, int num_takes);

#ifdef __cplusplus
}
#endif

#endif
