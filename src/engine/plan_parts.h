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

/* Steps in their order. */

/* Drivers that the study needs: all revenue, and what any of its programs looks at (plan_series.c). */
int rh_plan_bind_drivers(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Programs, their incentives, windows, counts, labels (plan_programs.c). */
int rh_plan_bind_programs(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Activities that the study assumes, and what activities bring, after the drivers (plan_activities.c). */
int rh_plan_bind_assumed(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Partners and their series: means, ratios with their normalization (plan_series.c). */
int rh_plan_bind_series(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Tables of the views of all series; with them bases and gauges, which look at the same rows (plan_views.c). */
int rh_plan_bind_views(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* What status levels are worth (plan_status.c). */
int rh_plan_bind_benefits(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Who may take part in which window (plan_programs.c). */
int rh_plan_bind_eligible(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);
/* Pools, rankings, and what their members expect of one another (plan_shares.c). */
int rh_plan_bind_shares(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error);

/* ---- plan_series.c: drivers */

/* Adds a driver of a measure; self->driver has room. product: "" where it is of none. */
int rh_plan_add_driver(struct rh_plan *self, const char *measure, const char *product, enum rh_driver_kind kind,
                       int panel_driver);

/* ---- plan_activities.c: what partners do beside selling */

/* Monthly rates of the study's activities: [num_drivers] arrays of [panel partners], NULL for other drivers. */
struct rh_plan_rates {
    double **of_driver;
    int num_drivers;
};

int rh_plan_find_rates(struct rh_plan_rates *rates, const struct rh_plan *self, const struct rh_plan_sources *from,
                       struct rh_error *error);
void rh_plan_free_rates(struct rh_plan_rates *rates);
/* Series that a partner may have of activities, and of product lines that these bring, beyond what it sells. */
size_t rh_plan_most_activities(const struct rh_plan *self);
/* Gives each activity of the partner, whose series begin at `first`, its rate; and a series to what it never did but
 * may begin, or never sold but may come to sell. */
void rh_plan_bind_activities(struct rh_plan *self, const struct rh_plan_rates *rates, size_t first, int partner);

/* ---- plan_gauges.c: what is counted */

/* Rows of a measure: these products (empty: all), `where` of a behavior (NULL: all rows); under the clawback of
 * `clawed` (NULL: returns count when dated). */
struct rh_plan_rows {
    const char *measure;
    const struct rh_reference_list *product;
    const struct rh_behavior *where;
    const struct rh_incentive *clawed;
};

int rh_plan_count_init(struct rh_plan *self, const struct rh_plan_sources *from, const struct rh_plan_rows *rows,
                       struct rh_plan_count *count);
void rh_plan_count_free(struct rh_plan_count *self);
/* Index of a gauge of these rows, added where the program has none; program->gauge has room. */
int rh_plan_find_gauge(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_program *program,
                       const char *measure, const struct rh_reference_list *product, int *index);
/* Gauge of the incentive's own attainment. */
int rh_plan_own_gauge(struct rh_plan_program *program, struct rh_plan_incentive *bound);
/* Fills `returned` of a clawback, once the windows are known. */
int rh_plan_bind_returns(struct rh_plan *self, struct rh_plan_incentive *bound, int year_starts);
/* Fills `before` of a gauge; counted: [panel series][history_months] of its rows. */
int rh_plan_fill_gauge(const struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_gauge *gauge,
                       const double *counted);
void rh_plan_gauge_free(struct rh_plan_gauge *self);
/* What a living partner is expected to add to a count in a month, relative to the horizon's first: any month. */
double rh_plan_expected_count(const struct rh_plan *self, const struct rh_plan_sources *from,
                              const struct rh_plan_count *count, int partner, int month);

/* ---- plan_bases.c: what thresholds relate to */

/* Prior years, targets and percentiles of an incentive; counted: [panel series][history_months] of its rows. */
int rh_plan_bind_bases(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_incentive *bound,
                       const double *counted, struct rh_error *error);
/* True where the partner has every base that the incentive needs in window w, as far as the history tells. */
bool rh_plan_has_bases(const struct rh_plan_incentive *incentive, int partner, int w);

/* ---- plan_status.c: the status program */

/* Number of bonuses and reviews of a program. */
size_t rh_plan_num_made(const struct rh_program *program);
/* Reviews, gauges of conditions, and what bonuses and reviews say as incentives. */
int rh_plan_bind_status(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_program *bound,
                        struct rh_error *error);
void rh_plan_status_free(struct rh_plan_program *self);

#ifdef __cplusplus
}
#endif

#endif
