/* What a comparison of programs rests on: summaries of every figure, paired differences, the ranking, and what it
 * takes to tell two programs apart. Tables, pictures and exports draw on it. */
#ifndef RH_REPORT_COMPARISON_H
#define RH_REPORT_COMPARISON_H

#include "results/results.h"
#include "stats/summary.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_comparison {
    const struct rh_results *results; /* borrowed */
    int versus;                       /* scenario that `difference` is taken to */
    int *order;                       /* [num_scenarios] by mean net benefit, best first; missing means last */
    struct rh_summary *summary;       /* [num_scenarios][RH_NUM_KPIS] */
    struct rh_difference *difference; /* [num_scenarios][RH_NUM_KPIS] scenario - versus */
    struct rh_difference *pair;       /* [num_scenarios][num_scenarios] net benefit of the first - of the second */
};

/* Reads all of it; versus -1: the file's reference. RH_ERR_ARGUMENT where versus is no scenario. On failure *self may
 * be passed to _free. */
int rh_comparison_init(struct rh_comparison *self, const struct rh_results *results, int versus,
                       struct rh_error *error);
void rh_comparison_free(struct rh_comparison *self);

const struct rh_summary *rh_comparison_summary(const struct rh_comparison *self, int scenario, enum rh_kpi kpi);
const struct rh_difference *rh_comparison_difference(const struct rh_comparison *self, int scenario, enum rh_kpi kpi);
const struct rh_difference *rh_comparison_pair(const struct rh_comparison *self, int a, int b);

/* Share of replications in which the first is better (ties count half); NaN where there are none. */
double rh_difference_p_better(const struct rh_difference *self, bool higher_is_better);
/* Replications at which a mean difference of this size would be two standard errors: num (2 se / mean)², rounded up
 * to two digits; INFINITY where the mean is 0, NaN where it is missing. */
double rh_difference_replications(const struct rh_difference *self);
/* "more_replications", "cannot_tell", …: stable names for exports. */
const char *rh_verdict_name(enum rh_verdict verdict);

#ifdef __cplusplus
}
#endif

#endif
