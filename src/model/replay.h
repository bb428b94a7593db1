/* Which past month a future month replays: the stationary bootstrap (Politis & Romano 1994, doi:10.2307/2290993) that
 * keeps an order rhythm, and the chance of each source. */
#ifndef RH_MODEL_REPLAY_H
#define RH_MODEL_REPLAY_H

#include "core/calendar.h"
#include "core/error.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A block starts at a source month of the same rank modulo phase as the month it stands for, goes on month by month
 * with probability 1 - 1/block, and wraps from the history's last month to the first such month. */
struct rh_replay {
    int history_months;
    int phase;           /* 1 to 12; history_months ≥ phase */
    int first_offset;    /* (first month of the horizon - first month of the history) modulo phase */
    double block_months; /* mean length of a block, ≥ 1 */
};

struct rh_replay rh_replay_make(rh_month history_first, int history_months, rh_month horizon_first, int phase,
                                double block_months);

/* First source month (0 ≤ · < history_months) of the class of horizon month t, and how many the class has. */
int rh_replay_class_first(const struct rh_replay *self, int t);
int rh_replay_class_size(const struct rh_replay *self, int t);

/* Source of horizon month t given that of month t - 1 (ignored for t = 0) and two uniforms. */
int rh_replay_next(const struct rh_replay *self, int t, int previous, double u_new_block, double u_start);

/* weight[num_months][history_months]: probability that month t replays each source month. */
void rh_replay_weights(const struct rh_replay *self, int num_months, double *weight);

/* Order rhythm of partners in months: the first of 3, 2, 6, 12 by which purchases recur beyond chance, else 1.
 * bought[num_partners][num_months] is 1 where a partner bought; span_first, span_last [num_partners] its active months
 * (last < first: none). */
int rh_replay_detect_phase(const unsigned char *bought, const int *span_first, const int *span_last, int num_partners,
                           int num_months);

#ifdef __cplusplus
}
#endif

#endif
