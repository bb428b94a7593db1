/* What is seen of partners in one replication, kept as rows: for the CSV and for the story. */
#ifndef RH_CLI_TRACE_ROWS_H
#define RH_CLI_TRACE_ROWS_H

#include "core/text.h"
#include "engine/watch.h"

struct rh_trace_row {
    enum rh_seen what;
    int program, month, of; /* as in struct rh_sight */
    double value;
};

/* Rows of one partner at a time, by program, month, what is seen, and of what. */
struct rh_trace_rows {
    const struct rh_plan *plan;
    int lane;    /* of the replication */
    int program; /* scenario that is kept, -1: all */
    int partner; /* whose rows these are, -1: nobody's */
    const char *currency;
    struct rh_trace_row *row; /* [num] */
    size_t num, room;
    double *kept; /* [incentives of the plan][num_months] of payables, after shared caps and budget */
    bool failed;  /* no memory, or the sink said so */
    /* Takes the rows of a partner that is done, sorted; false ends the trace. NULL: rows stay. */
    bool (*done)(void *user, const struct rh_trace_rows *self);
    void *user;
};

int rh_trace_rows_init(struct rh_trace_rows *self, const struct rh_plan *plan);
void rh_trace_rows_free(struct rh_trace_rows *self);

/* Sees for the engine: user is the trace. */
void rh_trace_rows_see(void *user, const struct rh_sight *sight);
/* Sorts the rows of the last partner and hands them on. */
void rh_trace_rows_finish(struct rh_trace_rows *self);

/* Share of the incentive's payables of a window ending in that month that are kept. */
double rh_trace_rows_kept(const struct rh_trace_rows *self, int program, int incentive, int month);

/* True where the incentive counts money: amounts, not units, and of a measure that has them. */
bool rh_trace_rows_money(const struct rh_plan *plan, const struct rh_plan_incentive *incentive);

/* Appends the column names, and the rows as lines. */
void rh_trace_rows_csv_head(struct rh_text *out);
void rh_trace_rows_csv(const struct rh_trace_rows *self, struct rh_text *out);

/* Appends the partner's path under one program as sentences, month by month, and what it adds up to. */
void rh_trace_rows_story(const struct rh_trace_rows *self, int program, struct rh_text *out);

#endif
