/* What a fit says beside the response to rewards, private to the command. */
#ifndef RH_CLI_FIT_BESIDE_H
#define RH_CLI_FIT_BESIDE_H

#include "core/text.h"
#include "fit/fit.h"

/* A comma and the number; an empty field where there is none. */
void rh_fit_add_field(double value, struct rh_text *out);

/* Rows of what sales within windows tell, as those of other parameters. */
void rh_fit_add_within(const struct rh_fit *self, struct rh_text *out);
void rh_fit_add_within_csv(const struct rh_fit *self, struct rh_text *out);

/* Lines of what there is to know of these, and of bunching. */
void rh_fit_add_within_notes(const struct rh_fit *self, struct rh_text *out);

/* A line of what there is to know of the price response. */
void rh_fit_add_price(const struct rh_fit *self, struct rh_text *out);

#endif
