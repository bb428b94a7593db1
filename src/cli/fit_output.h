/* What a fit says: for people, and as CSV. */
#ifndef RH_CLI_FIT_OUTPUT_H
#define RH_CLI_FIT_OUTPUT_H

#include "core/text.h"
#include "fit/fit.h"

/* Both append to out. */
void rh_fit_text(const struct rh_fit *self, struct rh_text *out);
void rh_fit_csv(const struct rh_fit *self, struct rh_text *out);

#endif
