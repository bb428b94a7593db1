/* What results.h5 holds, as data: the writer makes files from these tables, docs/results-format.md is checked against
 * them. */
#ifndef RH_RESULTS_LAYOUT_H
#define RH_RESULTS_LAYOUT_H

#include "core/h5.h"
#include "stats/finance.h"
#include "stats/kpi.h"
#include "stats/outcomes.h"
#include "stats/summary.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_RESULTS_FORMAT "rehearse-results"
#define RH_RESULTS_VERSION 1 /* written */
#define RH_RESULTS_OLDEST 1  /* the oldest that is still read */

/* ---- Attributes of the root ---- */

struct rh_layout_attribute {
    const char *name;
    bool number; /* a 64-bit integer, else text */
    const char *description;
};
#define RH_NUM_ROOT_ATTRIBUTES 16
extern const struct rh_layout_attribute rh_layout_attributes[RH_NUM_ROOT_ATTRIBUTES];

/* ---- Dimensions ---- */

/* The axes of the cuts stand in the order of enum rh_cut, from RH_AXIS_MONTH on. */
enum rh_axis {
    RH_AXIS_SCENARIO,
    RH_AXIS_REPLICATION,
    RH_AXIS_MONTH,
    RH_AXIS_SEGMENT,
    RH_AXIS_REGION,
    RH_AXIS_TIER,
    RH_AXIS_PRODUCT,
    RH_AXIS_INCENTIVE,
    RH_AXIS_PARTNER,
    RH_AXIS_VERSUS,
    RH_AXIS_SUMMARY_STATISTIC,
    RH_AXIS_DIFFERENCE_STATISTIC,
    RH_AXIS_PARAMETER,
    RH_AXIS_INPUT,
    RH_AXIS_EXTRA,
    RH_AXIS_UNUSED,
    RH_AXIS_NOTE,
    RH_NUM_AXES
};

/* A dimension scale; each group that uses it has its own copy, the root those up to RH_AXIS_INCENTIVE. Text, but for
 * replication, which is RH_H5_INT64. */
struct rh_layout_axis {
    const char *name; /* of the dimension and of its scale */
    const char *long_name;
    const char *description;
};
extern const struct rh_layout_axis rh_layout_axes[RH_NUM_AXES];

/* ---- Groups of numbers ---- */

enum rh_members {
    RH_MEMBERS_KPIS,       /* a dataset for each figure */
    RH_MEMBERS_CUT,        /* a dataset for each figure that is kept by the group's cut */
    RH_MEMBERS_PARTNERS,   /* a dataset for each figure of rh_partner_figure_table */
    RH_MEMBERS_EXTRAS,     /* a dataset for each activity measure */
    RH_MEMBERS_PARAMETERS, /* a dataset for each parameter that is drawn */
    RH_MEMBERS_FINANCE,    /* a dataset for each figure of rh_finance_table */
};

#define RH_LAYOUT_MAX_RANK 3
struct rh_layout_group {
    const char *name;
    enum rh_members members;
    enum rh_cut cut; /* of RH_MEMBERS_CUT */
    enum rh_h5_type type;
    int rank;
    enum rh_axis axis[RH_LAYOUT_MAX_RANK];
    const char *description;
};

enum rh_group {
    RH_GROUP_KPI,
    RH_GROUP_BY_MONTH,
    RH_GROUP_BY_SEGMENT,
    RH_GROUP_BY_REGION,
    RH_GROUP_BY_TIER,
    RH_GROUP_BY_PRODUCT,
    RH_GROUP_BY_INCENTIVE,
    RH_GROUP_PARTNER,
    RH_GROUP_EXTRA,
    RH_GROUP_PARAMETERS,
    RH_GROUP_SUMMARY,
    RH_GROUP_DIFFERENCE,
    RH_GROUP_FINANCE,
    RH_NUM_GROUPS
};
extern const struct rh_layout_group rh_layout_groups[RH_NUM_GROUPS];

/* ---- Texts ---- */

enum rh_text_column {
    RH_TEXT_SCENARIO_DESCRIPTION,
    RH_TEXT_PARTNER_SEGMENT,
    RH_TEXT_PARTNER_REGION,
    RH_TEXT_PARTNER_TIER,
    RH_TEXT_INPUT_ROLE,
    RH_TEXT_INPUT_SHA256,
    RH_TEXT_INPUT_TEXT,
    RH_TEXT_PARAMETER_UNIT,
    RH_TEXT_PARAMETER_DESCRIPTION,
    RH_TEXT_PARAMETER_ORIGIN,
    RH_TEXT_PARAMETER_DISTRIBUTION,
    RH_TEXT_PARAMETER_DRAWN,
    RH_TEXT_PARAMETER_MECHANISM,
    RH_TEXT_UNUSED_REASON,
    RH_NUM_TEXTS
};

struct rh_layout_text {
    const char *path;
    enum rh_axis axis; /* its one dimension */
    const char *long_name;
    const char *description;
};
extern const struct rh_layout_text rh_layout_texts[RH_NUM_TEXTS];

/* Group of the axes parameter, input, extra, unused and note. */
#define RH_LAYOUT_PROVENANCE "provenance"

/* ---- Statistics ---- */

#define RH_NUM_SUMMARY_STATISTICS (4 + 4 * RH_NUM_QUANTILES + 4)
#define RH_NUM_DIFFERENCE_STATISTICS (9 + 3 * RH_NUM_DIFFERENCE_QUANTILES + 5)
extern const char *const rh_summary_statistics[RH_NUM_SUMMARY_STATISTICS];
extern const char *const rh_difference_statistics[RH_NUM_DIFFERENCE_STATISTICS];

/* Between a structure and a row of the file, in the order of the names above. The number of values is kept as the share
 * of missing ones of `replications`. */
void rh_summary_pack(const struct rh_summary *self, double row[RH_NUM_SUMMARY_STATISTICS]);
void rh_summary_unpack(struct rh_summary *self, const double row[RH_NUM_SUMMARY_STATISTICS], uint64_t replications);
void rh_difference_pack(const struct rh_difference *self, uint64_t replications,
                        double row[RH_NUM_DIFFERENCE_STATISTICS]);
void rh_difference_unpack(struct rh_difference *self, const double row[RH_NUM_DIFFERENCE_STATISTICS],
                          uint64_t replications);

/* ---- Names ---- */

/* The path GROUP/NAME, where `name` comes from a user: a slash in it becomes a colon, and a name that is a dimension's
 * gets a trailing underscore. NULL where there is no memory; free with free(). */
char *rh_layout_path(enum rh_group group, const char *name);

#ifdef __cplusplus
}
#endif

#endif
