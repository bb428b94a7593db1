/* What finance books month by month, from the months of each simulated future: accruals, their true-ups, what is owed
 * at the end of a month, and how far the budget is used. docs/finance.md tells what each figure is for. */
#ifndef RH_STATS_FINANCE_H
#define RH_STATS_FINANCE_H

#include "stats/kpi.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rh_finance {
    RH_FINANCE_SALES,
    RH_FINANCE_EARNED,
    RH_FINANCE_ACCRUAL,
    RH_FINANCE_TRUE_UP,
    RH_FINANCE_CASH,
    RH_FINANCE_LIABILITY,
    RH_FINANCE_BUDGET_USED,
    RH_NUM_FINANCE
};

struct rh_finance_info {
    const char *name;      /* as in the file: "true_up" */
    const char *long_name; /* for tables: "True-up" */
    enum rh_unit unit;
    const char *description; /* one sentence, the definition */
};

/* [RH_NUM_FINANCE], in the order of enum rh_finance. */
extern const struct rh_finance_info rh_finance_table[RH_NUM_FINANCE];

/* A window of an incentive of a scenario. */
struct rh_finance_window {
    int first, last; /* months of the horizon */
    double cost;     /* mean over the replications, of its rewards, in currency */
};

/* Where accruals of a scenario come from: what is owed for a window at its end is accrued with the sales of its
 * months, at its mean cost per mean sales. What of the cost is no window's is accrued at its mean. */
struct rh_accruals {
    int num_months, num_windows;
    const struct rh_finance_window *window; /* [num_windows], borrowed */
    double *rate;                           /* [num_windows] accrued per unit of sales */
    double *month_rate;                     /* [num_months] of all windows that the month is in */
    double *other;                          /* [num_months] accrued whatever is sold */
};

/* sales, cost: [num_months] means over the replications, in currency. A window without mean sales above 0 accrues
 * nothing: all of it is true-up. False where there is no memory; free in any case. */
bool rh_accruals_init(struct rh_accruals *self, const struct rh_finance_window *window, int num_windows,
                      const double *sales, const double *cost, int num_months);
void rh_accruals_free(struct rh_accruals *self);

/* One replication of a scenario: by_month figures of results.h5, [num_months] each, in currency, and two of its KPIs.
 */
struct rh_finance_months {
    const float *sales; /* eligible_revenue */
    const float *cost, *cash, *earned;
    double all_earned, budget_used; /* of the whole horizon; budget_used NaN: no budget */
};

/* out: [RH_NUM_FINANCE][num_months]. */
void rh_finance_compute(const struct rh_accruals *accruals, const struct rh_finance_months *months, double *out);

#ifdef __cplusplus
}
#endif

#endif
