/* What is said of two programs that are compared: the sentences of every report. */
#ifndef RH_REPORT_VERDICT_H
#define RH_REPORT_VERDICT_H

#include "core/text.h"
#include "report/comparison.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends the sentence about the net benefits of two programs, the first of which has the higher mean: which is better
 * and how sure that is, or what it takes to tell them apart. pair: first less second. */
void rh_verdict_sentence(const struct rh_difference *pair, const char *first, const char *second, struct rh_text *out);
/* Appends the sentence about what it is worth that programs meet the same replications; nothing where that cannot be
 * told. */
void rh_verdict_common_numbers(const struct rh_comparison *comparison, struct rh_text *out);

#ifdef __cplusplus
}
#endif

#endif
