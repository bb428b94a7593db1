/* A made-up history of a few partners, for worked examples. Not installed.
 *
 * Failures of memory are remembered in `failed` and make all later calls no-ops. */
#ifndef RH_PROGRAM_EXPLAIN_HISTORY_H
#define RH_PROGRAM_EXPLAIN_HISTORY_H

#include "program/program.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_made_up {
    struct rh_history history;
    const struct rh_behavior *behavior; /* whose `where` all rows of its measure pass */
    bool failed;
};

struct rh_made_up_partner {
    const char *id, *segment, *region, *tier, *parent;
    rh_day joined;
};

/* Columns of the ledger are those of the behavior's `where`; of the partners, `column` where it is not NULL. */
void rh_made_up_init(struct rh_made_up *self, const struct rh_behavior *behavior, const char *column);
void rh_made_up_free(struct rh_made_up *self);
/* Adds a partner; its row. Its cell of `column` is the same for all. */
int32_t rh_made_up_partner(struct rh_made_up *self, const struct rh_made_up_partner *partner);
/* Adds a row of the ledger on the first day of the month: an amount of a money measure, a quantity of others, of
 * `units` the quantity of a row of revenue. product may be "". */
void rh_made_up_event(struct rh_made_up *self, int32_t partner, rh_month month, const char *measure, bool money,
                      const char *product, int64_t value);
/* Adds a target; those of a partner in the order of their windows, partners in order. */
void rh_made_up_target(struct rh_made_up *self, int32_t partner, const char *measure, enum rh_window_kind window,
                       rh_month first, int64_t target);
/* Derives what readers need. */
int rh_made_up_finish(struct rh_made_up *self, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
