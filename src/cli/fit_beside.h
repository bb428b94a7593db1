/* What a fit says beside the response to rewards, private to the command. */
#ifndef RH_CLI_FIT_BESIDE_H
#define RH_CLI_FIT_BESIDE_H

#include "core/text.h"
#include "fit/fit.h"

/* "no_discounts": a promise to scripts. */
const char *rh_fit_price_verdict_name(enum rh_fit_price_verdict verdict);

/* A line of what there is to know of the price response. */
void rh_fit_add_price(const struct rh_fit *self, struct rh_text *out);

#endif
