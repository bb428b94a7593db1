/* The reserve as a workbook: one sheet per question of finance, with charts, and one of what it rests on. */
#ifndef RH_REPORT_RESERVE_WORKBOOK_H
#define RH_REPORT_RESERVE_WORKBOOK_H

#include "report/reserve.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes an Office Open XML workbook (.xlsx) to path, whole or not at all. Figures are those of rh_reserves_csv, as
 * numbers; shares, sums and differences of them are formulas. The same reserves give the same bytes: the date of
 * creation is the first day of the horizon, and neither host nor user is named. */
int rh_reserves_workbook(const struct rh_reserves *self, const char *path, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
