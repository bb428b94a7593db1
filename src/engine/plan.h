/* A study made ready to run: everything the kernel looks up, and the order in which it walks.
 *
 * Money is double in 10⁻⁴ of currency, counts in 10⁻⁴; months are counted from the horizon's first. The plan is
 * read-only while the engine runs and is shared by all threads. */
#ifndef RH_ENGINE_PLAN_H
#define RH_ENGINE_PLAN_H

#include "history/panel.h"
#include "model/baseline.h"
#include "model/parameters.h"
#include "model/replay.h"
#include "program/schedule.h"
#include "program/study.h"
#include "stats/kpi.h"
#include "stats/sobol.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RH_MAX_HORIZON 120
/* Replications of a block: part of no result, but of memory and speed. RH_LANES is that of the kernel that is compiled.
 */
#define RH_DOUBLE_LANES 128
#define RH_MIXED_LANES 256
#ifdef RH_MIXED
#define RH_LANES RH_MIXED_LANES
#else
#define RH_LANES RH_DOUBLE_LANES
#endif
#define RH_NO_VIEW ((size_t)-1)
#define RH_NO_SERIES ((size_t)-1)
#define RH_NO_YIELD (-1)
#define RH_NO_GAUGE (-1)
#define RH_DAYS_PER_MONTH 30.4375
#define RH_MONTHS_BEFORE 24 /* months before the horizon that a prior year, a requirement or a review may look at */

enum rh_driver_kind { RH_DRIVER_REVENUE, RH_DRIVER_MONEY, RH_DRIVER_ACTIVITY };

struct rh_plan_driver {
    enum rh_driver_kind kind;
    int panel_driver;     /* -1: the history has none of it, see rate_of */
    int product;          /* by_product label of a revenue driver, else -1 */
    int extra;            /* activity measure (rh_plan.extra), else -1 */
    double vendor_margin; /* share of revenue; 0 for others */
    bool trains;          /* an activity from which partners learn: training, certifications */
    int yield;            /* what an extra completion of an activity brings (rh_plan.yield), or RH_NO_YIELD */
    const struct rh_base_rate *rate_of; /* of an activity that is assumed: all of it counts, whatever `product` and
                                           `where` ask for; else NULL */
    const char *name;                   /* "measure/product", owned; its entity for rounding and activities */
};

/* What extra completions of an activity bring. */
struct rh_plan_yield {
    const struct rh_yield *yield;
    int line;  /* revenue driver */
    int drawn; /* column of the revenue per completion among those that are drawn */
};

/* How a view counts a series: attainment = gross · ratio[source] + base · lone[source], base being the month's mean
 * times the market (1 in an exact replay). */
struct rh_view_table {
    double conversion; /* attainment per gross, over the whole history; 0 where nothing was sold */
    bool constant;     /* ratio is `conversion` in every month that sold, and lone is 0 */
    size_t ratio;      /* first of [history_months] in rh_plan.table */
    size_t lone;       /* the same, or RH_NO_VIEW where no month has returns without sales */
};

enum rh_view_part { RH_VIEW_NET, RH_VIEW_SALES, RH_VIEW_RETURNS };

/* What behaviors count: amounts or quantities of the rows that pass a filter. View 0 is all rows' own value, net. */
struct rh_plan_view {
    bool quantity;
    const struct rh_behavior *behavior; /* whose `where` filters; NULL: all rows */
    enum rh_view_part part;
};

/* Which rows of a measure a total counts. */
struct rh_plan_count {
    bool *drivers; /* [num_drivers] */
    int view;      /* net of returns; under clawback the sales alone */
    int returns;   /* under clawback the view of returns alone, else -1 */
    int *returned; /* [num_months] under clawback the month of the horizon in which a return dated there counts, -1: in
                      none of them; else NULL */
};

/* A total that is kept month by month: what a ratio is divided by, what a fund accrues with, what requirements, reviews
 * and prior years within the horizon look at, and the attainment of incentives that are settled later. */
struct rh_plan_gauge {
    const struct rh_plan_count *count; /* an incentive's, or its own */
    struct rh_plan_count own;
    double *before; /* [num_partners][RH_MONTHS_BEFORE] the months before the horizon, the last one just before it;
                       expected where the history has ended */
};

struct rh_plan_window {
    int first, last; /* months of the horizon */
};

/* What an incentive of the plan stands for. */
enum rh_role {
    RH_ROLE_INCENTIVE,   /* one of the program's file */
    RH_ROLE_TIER_BONUS,  /* what a status level adds to each sale of who holds it */
    RH_ROLE_TIER_REVIEW, /* one condition of a status level: pays nothing, and brings the level's benefits */
};

/* Pools of `pooled_by`, and what their members are expected to bring. */
struct rh_plan_pools {
    int *of;           /* [num_partners] pool, -1: the partner is one of its own */
    int num;           /* of pools with two partners or more */
    double *rest;      /* [num][num_months] expected from the month to its window's end, of all members */
    double *variance;  /* [num][num_months] of that */
    double *so_far;    /* [num][num_months] expected from the window's start to the month before */
    double *prior;     /* [num][num_windows] sum of the members' bases; NULL: not needed */
    double *threshold; /* [num][num_windows][num_levels] of the sums of the members' bases; NULL: as written */
};

struct rh_plan_incentive {
    const struct rh_incentive *incentive;
    enum rh_role role;
    int tier;                    /* of a bonus or a review: level of the status program, else -1 */
    int label;                   /* by_incentive; -1: none */
    int luck;                    /* of its claims: the same for incentives of all programs that share it */
    struct rh_schedule schedule; /* for a partner of whom nothing need be known */
    double *threshold; /* [num_partners][num_windows][num_levels] relative thresholds worked out, 10⁻⁴ of the measure,
                          NaN without a base; with `rank_in` what the places took; NULL: thresholds are as written */
    double *prior;     /* [num_partners][num_windows] total one year earlier, NaN without; NULL: not needed */
    double *target;    /* [num_partners][num_windows] NaN without; NULL: not needed */
    double *at_least;    /* [num_partners][num_windows] of a streak, NaN without a base */
    bool *ahead;         /* [num_windows] the prior year lies, in part, beyond the history: it is the path's own */
    bool needs_prior;    /* the prior year is a base, without which there is no part in the window */
    bool stands;         /* the program in force has the very same incentive: its timing is in history */
    int group;           /* of incentives that exclude one another, in the program; -1: none */
    bool shares;         /* its amounts depend on other partners: rank, pool, or exclusive with such a one */
    bool late;           /* settled when the whole horizon is known: `shares`, `clawback`, exclusive with such a one */
    bool by_status;      /* its multiplier is that of the status held */
    bool several_values; /* thresholds or multiplier may differ between the replications of a partner */
    int places;          /* `rank_in`: totals that are kept of each group */
    struct rh_plan_pools pools; /* `pooled_by`; with `rank_in` only `of`, the groups, and `num` */
    struct rh_plan_count count;
    int own, denominator, accrual; /* gauges of the program, or RH_NO_GAUGE */
    int *requirement;              /* [num_requirements] gauges */
    double *after;                 /* [num_partners] of a review that ends after the horizon: expected behind it */
    struct rh_plan_window *window; /* [num_windows], in order, not overlapping */
    int num_windows;
    int *window_of;     /* [num_months] index of the month's window, or -1 */
    int first_slot;     /* of its windows among the program's slots; -1: it pays nothing */
    double burden;      /* share of the program's complexity */
    double payout_days; /* from window end to due date, months counted as RH_DAYS_PER_MONTH */
};

/* The status program: reviews are those that hold a month of the horizon or the first month after it. */
struct rh_plan_status {
    int num_tiers; /* 0: none */
    int num_reviews;
    struct rh_plan_window *review; /* [num_reviews] months of the horizon, the first and the last may lie outside */
    int **condition;               /* [num_tiers][conditions] gauges */
    double *revenue;       /* [num_partners][num_reviews + 1] expected net revenue of each review and the one after */
    double *revenue_after; /* [num_partners] of the last review's months after the horizon */
};

struct rh_plan_program {
    const struct rh_program *program;
    struct rh_plan_incentive *incentive; /* [num_incentives] the file's, bonuses, reviews */
    int num_incentives;
    int num_paying;              /* of them that have slots: they come first */
    struct rh_incentive *made;   /* [bonuses + reviews] what bonuses and reviews say as incentives */
    struct rh_plan_gauge *gauge; /* [num_gauges] */
    int num_gauges;
    struct rh_plan_status status;
    bool shares;         /* some incentive does */
    bool late;           /* some incentive is */
    int num_slots;       /* (incentive, window) pairs */
    int first_incentive; /* index of its first incentive among all of the plan's */
    double spendable;    /* budget less reserve, INFINITY without one */
    bool couples;        /* caps over all partners or a budget may take something off its payments */
    double *gross_up;    /* [regions of the history] tax on top of a reward, as a share of it; NULL: none anywhere */
};

struct rh_plan_partner {
    int row;           /* in the history's partner table */
    int panel_partner; /* in the panel and the baseline */
    uint64_t entity;
    int group;                       /* of the baseline: region × segment */
    int segment, region, tier_label; /* by_segment, by_region, by_tier labels */
    int segment_id;                  /* in the history, and of the parameters */
    double cv;
    double level_shape; /* shape of the gamma factor of its level; INFINITY: certain */
    double rarity;      /* of its level: the power of it, below 1, that is the chance of each month to be there */
    double margin;      /* own margin, NaN: as assumed */
    size_t first_series;
    int num_series;
    int tier;      /* id in the history */
    double *alive; /* [num_months] probability of still buying, falling */
    bool shares;   /* meets an incentive that shares */
};

struct rh_plan {
    int num_months, history_months;
    rh_month first_month; /* of the horizon */
    int months_known;     /* months of history and gap before the horizon */
    int months_ahead;     /* from the history's end to the horizon's start, 0: it follows at once */
    bool exact;           /* the horizon is the end of the history itself */
    uint64_t seed, replications;
    struct rh_sobol *points; /* quasi-random points of the replications, owned; NULL: all is pseudo-random. Dimension 0
                                says whether nobody reacts, the others belong to drawn */
    bool mixed;              /* in mixed precision (engine/real.h) */
    const char *isa;         /* kernel to run (engine/isa.h), borrowed; NULL: the best there is */
    bool verify;             /* the kernel checks after every month what must hold; RH_ERR_BROKEN where it does not */
    const struct rh_watch *watch; /* who looks on (engine/watch.h), borrowed; NULL: nobody */
    struct rh_replay replay;
    enum rh_together together;
    double follow;            /* share of the blocks in which a partner replays with the others, 0 to 1 */
    double growth, growth_sd; /* per year */
    const struct rh_assumptions *assumptions;
    const struct rh_history *history;

    int num_drivers;
    struct rh_plan_driver *driver;
    int num_extra;
    const char **extra; /* [num_extra] activity measures */
    int num_yields;
    struct rh_plan_yield *yield; /* of the activities among the drivers */
    double mean_month;           /* mean revenue of a partner-month of the baseline */

    int num_partners; /* who is expected to do anything, by group, then id */
    struct rh_plan_partner *partner;
    int *walk; /* [num_partners] in which order: by group, then cell (segment, region and tier), then id */
    size_t num_series;
    int max_series;       /* of a partner */
    int *series_driver;   /* [num_series] index in driver */
    size_t *series_panel; /* [num_series] series of the panel; RH_NO_SERIES: an activity that the partner never did, or
                             a product line that it never sold but extra completions may bring */
    double *rate;         /* [num_series] monthly rate of an activity, shrunk to its segment's or assumed; 0 of a line
                             that was never sold; NaN for others */
    double *mean;         /* [num_series][num_months] expected gross of a living partner */
    double *ratio;        /* [num_series][history_months] relative to mean; in an exact replay the gross itself */
    int num_views;
    struct rh_plan_view *view;
    struct rh_view_table *views; /* [num_series][num_views] */
    double *table;               /* pool of the views' ratios */
    size_t table_size;

    int num_groups;
    uint64_t *market_entity, *source_entity; /* [num_groups] */
    double *season_error;                    /* [num_groups][12] relative, beyond that of all */
    double season_error_all[12];

    int num_programs; /* 0: what history happened under; 1: none, where that is another; then the candidates */
    struct rh_plan_program *program;
    const char **scenario;     /* [num_programs] names: "in_force" or "none", then the programs' */
    int none, reference;       /* scenarios */
    int num_incentives;        /* of all programs together */
    uint64_t (*eligible)[2];   /* [num_partners][num_incentives] bit w: its window w */
    int num_lucks;             /* incentives of one name, claimed as likely and processed as fast, share their luck */
    uint64_t *claim_entity;    /* [num_partners][by_incentive labels] of partner and incentive */
    uint64_t *activity_entity; /* [num_series] of partner and driver of an activity; 0 of others */

    int num_labels[RH_NUM_CUTS];
    const char **label[RH_NUM_CUTS];
    int num_drawn; /* parameters, yields and base rates, kept per replication */
    struct rh_plan_drawn {
        int parameter;      /* enum rh_parameter; RH_NUM_PARAMETERS: none of them */
        int segment;        /* -1: the same in all segments */
        char *name;         /* owned */
        const char *entity; /* that draws it, the same for all segments */
        const struct rh_belief_of *belief;
        int dimension; /* of the points, -1: pseudo-random */
        const char *unit, *description, *origin, *mechanism;
    } * drawn;
    bool margin_assumed;
    bool shares;                  /* some program has incentives whose amounts depend on other partners */
    bool trains, matches;         /* the study looks at training; some program has a fund that matches */
    struct rh_outcomes *outcomes; /* takes what each program brings each partner (stats/outcomes.h): empty, of
                                     num_programs × num_partners; borrowed, NULL: nobody asks */
    size_t payment_room;          /* bytes in which each kernel remembers payments that shared caps may reduce; partners
                                     whose payments do not fit are simulated twice where they do */
};

/* Name of who draws the uniform of what is drawn; borrowed. */
const char *rh_plan_drawn_by(const struct rh_plan_drawn *drawn);

/* Binds a checked study to its history. The plan borrows study, history, panel and assumptions. */
int rh_plan_init(struct rh_plan *self, const struct rh_study *study, const struct rh_history *history,
                 const struct rh_panel *panel, const struct rh_baseline *baseline,
                 const struct rh_assumptions *assumptions, struct rh_error *error);
void rh_plan_free(struct rh_plan *self);

/* What a count sees of a unit of a series' gross, over the whole history; 0 where it does not look at it. */
/* Replications of a block of the kernel that lives the plan. */
static inline int rh_plan_lanes(const struct rh_plan *self)
{
    return self->mixed ? RH_MIXED_LANES : RH_DOUBLE_LANES;
}

static inline double rh_plan_conversion(const struct rh_plan *self, size_t series, const struct rh_plan_count *count)
{
    const struct rh_view_table *views = self->views + series * (size_t)self->num_views;
    return !count->drivers[self->series_driver[series]] ? 0.0
           : count->returns < 0                         ? views[count->view].conversion
                                : views[count->view].conversion + views[count->returns].conversion;
}

/* What a living partner is expected to do in a month: the mean, or the rate of an activity. */
static inline double rh_plan_expected(const struct rh_plan *self, size_t series, int t)
{
    double rate = self->rate[series];
    return rate == rate ? rate : self->mean[series * (size_t)self->num_months + (size_t)t];
}

#ifdef __cplusplus
}
#endif

#endif
