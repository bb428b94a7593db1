/* The part of the comparison that tells who gains and who loses. */
#ifndef RH_REPORT_COMPARE_WINNERS_H
#define RH_REPORT_COMPARE_WINNERS_H

#include "report/page.h"
#include "report/winners.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends it for people; nothing where the results tell of no partners, or compare no program with the reference. The
 * largest winners and losers are those of the best candidate, or of each where `all`. */
void rh_compare_winners(const struct rh_page *page, const struct rh_winners *winners, bool all);

#ifdef __cplusplus
}
#endif

#endif
