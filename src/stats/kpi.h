/* The figures a rehearsal reports: one table of names, units and meanings that engine, file and reports share. */
#ifndef RH_STATS_KPI_H
#define RH_STATS_KPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum rh_unit { RH_UNIT_MONEY, RH_UNIT_RATIO, RH_UNIT_SHARE, RH_UNIT_DAYS, RH_UNIT_MONTH, RH_UNIT_COUNT };

/* Cuts in which an additive figure is also kept. */
enum rh_cut { RH_CUT_MONTH, RH_CUT_SEGMENT, RH_CUT_REGION, RH_CUT_TIER, RH_CUT_PRODUCT, RH_CUT_INCENTIVE, RH_NUM_CUTS };

enum rh_kpi {
    RH_KPI_REVENUE,
    RH_KPI_ELIGIBLE_REVENUE,
    RH_KPI_INCREMENTAL_REVENUE,
    RH_KPI_PULLED_FORWARD,
    RH_KPI_DISPLACED,
    RH_KPI_RETURNED,
    RH_KPI_INCREMENTAL_MARGIN,
    RH_KPI_EARNED,
    RH_KPI_PAID,
    RH_KPI_BREAKAGE,
    RH_KPI_WINDFALL,
    RH_KPI_COST,
    RH_KPI_CASH,
    RH_KPI_NET_BENEFIT,
    RH_KPI_ROI,
    RH_KPI_COST_TO_INCENTIVE,
    RH_KPI_INCREMENTAL_PER_COST,
    RH_KPI_PARTICIPATION,
    RH_KPI_ENROLLED,
    RH_KPI_EARNING,
    RH_KPI_BASELINE_EARNING,
    RH_KPI_TIME_TO_PAYOUT,
    RH_KPI_SALE_TO_CASH,
    RH_KPI_PAYOUT_ACCURACY,
    RH_KPI_TRUST_INDEX,
    RH_KPI_ATTRITION,
    RH_KPI_BUDGET_USED,
    RH_KPI_EXHAUSTED_MONTH,
    RH_KPI_PARTNER_GAIN,
    RH_NUM_KPIS
};

struct rh_kpi_info {
    const char *name;      /* as in the file: "net_benefit" */
    const char *long_name; /* for tables and plots: "Net benefit" */
    enum rh_unit unit;
    bool higher_is_better; /* for sorting and for P(better) */
    uint32_t cuts;         /* bit (1 << enum rh_cut) where the figure is kept by that cut */
    /* A ratio's headline is the ratio of means, mean(ratio * denominator) / mean(denominator): the KPI it is divided
     * by, or -1 where the headline is the plain mean. */
    int denominator;
    const char *description; /* one sentence, the definition */
};

/* [RH_NUM_KPIS], in the order of enum rh_kpi. */
extern const struct rh_kpi_info rh_kpi_table[RH_NUM_KPIS];

/* The enum value of a name, or -1. */
int rh_kpi_find(const char *name);
/* "month", "segment", … of a cut. */
const char *rh_cut_name(enum rh_cut cut);
/* HDF5 units attribute of a unit: "currency", "1", "day", "month". */
const char *rh_unit_text(enum rh_unit unit);

/* Outcome of one block of replications: what the engine hands on, in order of `first`, and results.h5 appends.
 * Missing values are NaN. Figures for people, so money is in currency units (not 10⁻⁴). */
struct rh_block {
    uint64_t first;     /* first replication */
    int num;            /* replications in this block */
    const char *broken; /* what does not hold of all that must, where the engine looks at itself; else NULL */
    int num_scenarios;
    int num_extra;     /* activity measures, see rh_block.extra */
    int num_windows;   /* of all incentives of all scenarios, see rh_block.window; 0: not asked for */
    double *kpi;       /* [scenario][RH_NUM_KPIS][num] */
    double *extra;     /* [scenario][num_extra][num] extra completions of each activity measure */
    double *parameter; /* [num_parameters][num] drawn parameters */
    int num_parameters;
    float *window;             /* [num_windows][num] cost of the rewards of each; windows: as the results' header */
    int cut_size[RH_NUM_CUTS]; /* months, segments, regions, tiers, products, incentives */
    float *cut[RH_NUM_CUTS];   /* [scenario][kpi of this cut, in table order][cut_size][num] */
};

/* How many KPIs a cut holds, and the place of a KPI among them (-1: not kept in this cut). */
int rh_cut_num_kpis(enum rh_cut cut);
int rh_cut_place(enum rh_cut cut, enum rh_kpi kpi);

#ifdef __cplusplus
}
#endif

#endif
