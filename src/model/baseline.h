/* The baseline: what each partner would do, learned from its history (docs/model.md, "Baseline and replay").
 *
 * Partners are in panel order (byte order of their id), series in panel order. Amounts are 10⁻⁴. */
#ifndef RH_MODEL_BASELINE_H
#define RH_MODEL_BASELINE_H

#include "history/panel.h"
#include "model/life.h"
#include "model/season.h"
#include "model/tuning.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RH_NO_SOURCE (-1)

struct rh_baseline {
    int num_partners, num_months, num_drivers, num_groups;
    rh_month first_month;    /* of the history */
    struct rh_tuning tuning; /* what it was learned with; its phase is the order rhythm that was found, if 0 */

    /* Groups: region × segment, in byte order of (region, segment). */
    int *group;                  /* [num_partners] */
    int32_t *group_region;       /* [num_groups] id of the region */
    int32_t *group_segment;      /* [num_groups] id of the segment */
    struct rh_season *season;    /* [num_groups][num_drivers] */
    double season_error_all[12]; /* relative standard error of the revenue factors that all groups share */
    double *season_error;        /* [num_groups][12] of the group's beyond that, relative */

    /* Partners. */
    int *span_first, *span_last;   /* [num_partners] active months of the history; last < first: never bought */
    double *cv;                    /* [num_partners] of a month around its own mean, in [0.05, 1.5] */
    double lasting;                /* share of what a month of a regular partner is off by that is left in the next */
    double *level_variance;        /* [num_partners] of the level, relative */
    double *rarity;                /* [num_partners] 0 to 1: how much of what is not known of the level is how often
                                      the partner buys, as a share of its standard deviation; 0 of a regular one */
    struct rh_life *life;          /* [num_partners] of its size class */
    struct rh_life_record *record; /* [num_partners] in periods of tuning.phase months */
    struct rh_life_year leaving;   /* when in the year partners leave: all of them */
    double *alive;                 /* [num_partners] probability of being alive at the history's end */
    int16_t *source_month;         /* [num_partners][num_months] own month that stands for this one; RH_NO_SOURCE: a
                                      peer's, whose ratio `ratio` holds */

    /* Series. */
    double *level; /* [num_series] per month, without season */
    double *scale; /* [num_series][num_months] season · kernel mean: what a month's ratio is relative to */
    double
        *ratio; /* [num_series][num_months] month relative to scale, mean 1 over the span; 0 where nothing was sold */
};

/* Learns the baseline. tuning NULL: rh_tuning_defaults. */
int rh_baseline_init(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                     const struct rh_tuning *tuning, struct rh_error *error);
void rh_baseline_free(struct rh_baseline *self);

/* Expected gross sales of a series in a month, were the partner alive: level · season. */
double rh_baseline_mean(const struct rh_baseline *self, int partner, int driver, size_t series, rh_month month);
/* Monthly rate of a count driver for each partner, in 10⁻⁴ of one: its own shrunk to its segment's (Gamma-Poisson, with
 * the prior's moments from the partners of the segment), so that one that never did it may still begin. rate:
 * [num_partners]. RH_OK or RH_ERR_NO_MEMORY. */
int rh_baseline_rates(const struct rh_baseline *self, const struct rh_panel *panel, int driver, size_t num_segments,
                      double *rate, struct rh_error *error);
/* Probability that the partner still buys in the month `ahead` ≥ 0 months after the month that follows the history. */
double rh_baseline_survival(const struct rh_baseline *self, int partner, int ahead);

#ifdef __cplusplus
}
#endif

#endif
