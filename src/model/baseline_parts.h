/* Steps of rh_baseline_init that have a file of their own; not for other callers. */
#ifndef RH_MODEL_BASELINE_PARTS_H
#define RH_MODEL_BASELINE_PARTS_H

#include "model/baseline.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Groups and their seasons: all → segment → region × segment. Fills group*, season, season_error*. */
int rh_baseline_learn_season(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                             struct rh_error *error);
/* BG/BB by size class, in periods of the order rhythm; size[num_partners] is the mean revenue of an active month. Needs
 * record; fills life, alive. */
int rh_baseline_learn_life(struct rh_baseline *self, const double *size, struct rh_error *error);
/* Mean size of a sale of each series, without season, shrunk to its segment's. mean_size: [num_series]. */
int rh_baseline_mean_sizes(const struct rh_baseline *self, const struct rh_panel *panel,
                           const struct rh_history *history, double *mean_size, struct rh_error *error);
/* Level of a series of a partner with a span, ≥ 0, in 10⁻⁴ a month. sold, usual: [num_months] gross and season;
 * believed_size: of a sale, by rh_baseline_mean_sizes. Needs life, alive. */
double rh_baseline_series_level(const struct rh_baseline *self, int partner, const double *sold, const double *usual,
                                double believed_size);
/* Correlation of a partner's month with the month before, around what season and its own mean would have it sell, freed
 * of the bias that its own mean brings (Marriott & Pope 1954, doi:10.1093/biomet/41.3-4.390). False of one that is not
 * regular, or known for less than a year. sold, usual: as below. */
bool rh_baseline_month_correlation(const struct rh_baseline *self, int partner, const double *sold, const double *usual,
                                   double *correlation);
/* What is believed of it, from the sum over `num` partners. */
double rh_baseline_lasting(double sum, int num);
/* Variation of a partner's months around what season and its own mean would have it sell, and what that means for its
 * level. sold, usual: [num_months] of all its sales; usual > 0 where sold is, within the span, which it has. Needs
 * alive, lasting; fills cv, level_variance, rarity. */
void rh_baseline_learn_variation(struct rh_baseline *self, int partner, const double *sold, const double *usual);
/* Months outside a partner's span get a stand-in. Needs phase and ratio; fills source_month and the rest of ratio. */
int rh_baseline_fill_gaps(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                          struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
