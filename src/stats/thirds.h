/* How much one thing moves with another: the mean of y where x is large less that where x is small. Unlike a
 * correlation it is in the units of y, and it needs no straight line. */
#ifndef RH_STATS_THIRDS_H
#define RH_STATS_THIRDS_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_THIRDS_SURE 3.0 /* standard errors: of many x that move nothing one in 370 seems to */

struct rh_thirds {
    size_t num_low, num_high; /* pairs in the bottom and the top third of x */
    double low, high;         /* mean of y in each */
    double difference;        /* high - low; NaN where x does not vary, or a third has fewer than two pairs */
    double difference_se;     /* Monte Carlo standard error: √(s²_low/n_low + s²_high/n_high), pairs independent */
};

/* x, y: [num]; pairs with a missing (NaN) value are left out. The thirds end at the quantiles 1/3 and 2/3 of x, and
 * hold all pairs with x ≤ and ≥ these; where both are the same value, what is below and above it, or at it where there
 * is nothing. RH_OK or RH_ERR_NO_MEMORY. */
int rh_thirds_compute(struct rh_thirds *self, const double *x, const double *y, size_t num, struct rh_error *error);
/* Whether the difference is at least RH_THIRDS_SURE standard errors. */
bool rh_thirds_moves(const struct rh_thirds *self);

#ifdef __cplusplus
}
#endif

#endif
