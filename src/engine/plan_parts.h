/* Steps of rh_plan_init that have a file of their own; not for other callers. */
#ifndef RH_ENGINE_PLAN_PARTS_H
#define RH_ENGINE_PLAN_PARTS_H

#include "engine/plan.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a plan is made from. */
struct rh_plan_sources {
    const struct rh_study *study;
    const struct rh_history *history;
    const struct rh_panel *panel;
    const struct rh_baseline *baseline;
};

/* Programs, their incentives, windows, views, labels; needs the horizon and drivers. */
int rh_plan_bind_programs(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Who may take part in which window; needs programs and partners. */
int rh_plan_bind_eligible(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Drivers that the study needs: all revenue, and what any of its incentives looks at. */
int rh_plan_bind_drivers(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Partners and their series: means, ratios with their normalization, views. */
int rh_plan_bind_series(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Tables of the views of all series, and what incentives relate to; needs views and series. */
int rh_plan_bind_views(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Prior years, targets and percentiles of the incentives that look through view v; counted: [panel
 * series][history_months]. */
int rh_plan_bind_bases(struct rh_plan *self, const struct rh_plan_sources *from, int v, const double *counted,
                       struct rh_error *error);
/* True where the partner has every base that the incentive needs in window w. */
bool rh_plan_has_bases(const struct rh_plan_incentive *incentive, int partner, int w);

#ifdef __cplusplus
}
#endif

#endif
