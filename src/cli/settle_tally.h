/* What a settlement comes to: totals by incentive and by segment, for the screen. */
#ifndef RH_CLI_SETTLE_TALLY_H
#define RH_CLI_SETTLE_TALLY_H

#include "program/settle.h"

/* Sums of a row of the table. Money in 10⁻⁴. */
struct rh_settle_sum {
    uint64_t lines, partners; /* partners: that are paid something */
    rh_money earned, cut, carried, payable, withheld, gross_up;
};

struct rh_settle_tally {
    const struct rh_program *program; /* not owned */
    const struct rh_history *history;
    size_t num_incentives, num_segments;
    struct rh_settle_sum *incentive; /* [num_incentives] tier lines behind the program's */
    struct rh_settle_sum *segment;   /* [num_segments] by id of the history's */
    struct rh_settle_sum all;
    bool *paid;     /* [num_incentives][partners] */
    bool *any_paid; /* [partners] */
};

int rh_settle_tally_init(struct rh_settle_tally *self, const struct rh_program *program,
                         const struct rh_history *history, struct rh_error *error);
void rh_settle_tally_free(struct rh_settle_tally *self);
/* Adds a line to its sums; RH_ERR_OVERFLOW where one does not fit. */
int rh_settle_tally_add(struct rh_settle_tally *self, const struct rh_line *line, struct rh_error *error);
/* Appends both tables and, where there is a budget, what is left of it. */
int rh_settle_tally_text(const struct rh_settle_tally *self, rh_money budget_left, struct rh_text *out);

#endif
