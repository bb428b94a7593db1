/* Steps of rh_baseline_init that have a file of their own; not for other callers. */
#ifndef RH_MODEL_BASELINE_PARTS_H
#define RH_MODEL_BASELINE_PARTS_H

#include "model/baseline.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Groups and their seasons: all → segment → region × segment. Fills group*, season, season_error. */
int rh_baseline_learn_season(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                             struct rh_error *error);
/* BG/BB by size class; size[num_partners] is the mean revenue of an active month. Needs record; fills life, alive. */
int rh_baseline_learn_life(struct rh_baseline *self, const double *size, struct rh_error *error);
/* Mean size of a sale of each series, without season, shrunk to its segment's. mean_size: [num_series]. */
int rh_baseline_mean_sizes(const struct rh_baseline *self, const struct rh_panel *panel,
                           const struct rh_history *history, double *mean_size, struct rh_error *error);
/* Months outside a partner's span get a stand-in. Needs phase and ratio; fills source_month and the rest of ratio. */
int rh_baseline_fill_gaps(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                          struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
