/* How sure a figure is to be: what a user asks for, whether so many replications give it, and how many would. */
#ifndef RH_STATS_PRECISION_H
#define RH_STATS_PRECISION_H

#include "core/error.h"
#include "stats/kpi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* FIGURE [of PROGRAM] [vs PROGRAM] WIDTH. FIGURE is the name of a figure, whose headline is meant, or pNN(NAME), a
 * quantile; WIDTH is the half-width of a 95% interval, a number in the figure's unit or N% of the estimate's size. */
struct rh_precision {
    const char *text; /* as it was given, borrowed */
    enum rh_kpi kpi;
    double level;         /* of a quantile; 0: the headline */
    int scenario, versus; /* -1: each; -1: none */
    double width;
    bool relative; /* width is a share */
};

/* text: as above. Names of scenarios: [num_scenarios]. The number may end in k or M. RH_ERR_ARGUMENT with what was
 * found and what was expected. */
int rh_precision_parse(struct rh_precision *self, const char *text, const char *const *scenario, int num_scenarios,
                       struct rh_error *error);

/* How far it is. */
struct rh_precision_state {
    double estimate, half_width; /* NaN where there is none yet */
    double needed;               /* replications that it takes, extrapolated by their square root; INFINITY: none do */
    double needed_at_least;      /* the same where the estimate is as far from 0 as its 95% interval allows */
};

/* State after num replications. value: of the figure, versus: of the scenario that is subtracted, or NULL, denominator:
 * of a ratio whose headline is wanted, else NULL; each [num], paired by replication. */
int rh_precision_state(const struct rh_precision *self, const double *value, const double *versus,
                       const double *denominator, size_t num, struct rh_precision_state *out, struct rh_error *error);

/* True where the half-width is as small as is asked for. */
bool rh_precision_reached(const struct rh_precision *self, const struct rh_precision_state *state);

#ifdef __cplusplus
}
#endif

#endif
