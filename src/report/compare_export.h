/* The comparison for machines: every figure and statistic, in full precision. */
#ifndef RH_REPORT_COMPARE_EXPORT_H
#define RH_REPORT_COMPARE_EXPORT_H

#include "core/text.h"
#include "report/comparison.h"
#include "report/spend.h"
#include "report/winners.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends a header line and one line per program (best first) and figure; missing values are empty fields. */
void rh_compare_csv(const struct rh_comparison *comparison, struct rh_text *out);
/* The same with one line per program (best first) and partner, of results that tell of partners. */
void rh_compare_partners_csv(const struct rh_comparison *comparison, const struct rh_winners *winners,
                             struct rh_text *out);
/* Appends one JSON object; missing values are null. spend: [num_scenarios]. */
void rh_compare_json(const struct rh_comparison *comparison, const struct rh_winners *winners,
                     const struct rh_spend *spend, struct rh_text *out);

#ifdef __cplusplus
}
#endif

#endif
