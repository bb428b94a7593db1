/* /summary and /difference from /kpi. */
#ifndef RH_RESULTS_SUMMARIZE_H
#define RH_RESULTS_SUMMARIZE_H

#include "core/h5.h"
#include "core/progress.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Fills the datasets of both groups, which exist, from those of /kpi, one figure at a time: memory for num_scenarios +
 * 1 values per replication. Stopped by progress between figures: RH_ERR_INTERRUPTED. */
int rh_results_summarize(hid_t file, int num_scenarios, uint64_t replications, const struct rh_progress *progress,
                         struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
