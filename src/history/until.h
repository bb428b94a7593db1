/* A history as it was known at a past month: what came after is left out. For judging forecasts by what followed. */
#ifndef RH_HISTORY_UNTIL_H
#define RH_HISTORY_UNTIL_H

#include "history/history.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The rows dated before the first day of `end` of the partners whose row in keep[partners.num] is not 0 (NULL: of all);
 * of the same partners, measures and products: tables and names are
 * borrowed from self, which must outlive *out, and what rows say of further columns is left out. RH_ERR_INPUT where no
 * row is left. *out may be freed after failure. */
int rh_history_until(const struct rh_history *self, rh_month end, const unsigned char *keep, struct rh_history *out,
                     struct rh_error *error);
/* Frees the rows, and nothing that is borrowed. */
void rh_history_until_free(struct rh_history *out);

#ifdef __cplusplus
}
#endif

#endif
