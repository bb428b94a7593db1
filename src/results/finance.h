/* /finance from /by_month and /kpi. */
#ifndef RH_RESULTS_FINANCE_H
#define RH_RESULTS_FINANCE_H

#include "core/h5.h"
#include "core/progress.h"
#include "results/results.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_results_finance {
    hid_t file;
    int num_scenarios, num_months;
    uint64_t replications;
    int num_windows;
    const struct rh_results_window *window; /* [num_windows] */
    const double *window_cost;              /* [num_windows] mean over the replications */
    const struct rh_progress *progress;     /* or NULL */
};

/* Fills the datasets of the group, which exist. Memory: num_scenarios + 1 values per replication, or 16 MiB. Stopped by
 * progress: RH_ERR_INTERRUPTED. */
int rh_results_finance(const struct rh_results_finance *self, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
