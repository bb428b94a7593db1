/* The part of the comparison that tells where the money of each program goes. */
#ifndef RH_REPORT_COMPARE_SPEND_H
#define RH_REPORT_COMPARE_SPEND_H

#include "report/page.h"
#include "report/spend.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends it for people; nothing where no program but the reference pays. spend: [num_scenarios]. */
void rh_compare_spend(const struct rh_page *page, const struct rh_spend *spend);

#ifdef __cplusplus
}
#endif

#endif
