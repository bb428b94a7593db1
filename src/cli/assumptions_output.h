/* Parameters as `rehearse assumptions` tells them: for people, as CSV, as JSON. */
#ifndef RH_CLI_ASSUMPTIONS_OUTPUT_H
#define RH_CLI_ASSUMPTIONS_OUTPUT_H

#include "core/text.h"
#include "model/usage.h"

/* What is told. Without a study: the priors. */
struct rh_assumptions_output {
    const struct rh_assumptions *assumptions;
    const struct rh_names *segments;
    const struct rh_study *study; /* or NULL */
    const struct rh_usage *usage; /* of the study; NULL without one */
};

void rh_assumptions_print_text(const struct rh_assumptions_output *self, struct rh_text *out);
/* One line, or object, for each parameter, or for each segment where segments differ. Names of columns and keys are a
 * promise to scripts: they are added to, never changed. */
void rh_assumptions_print_csv(const struct rh_assumptions_output *self, struct rh_text *out);
void rh_assumptions_print_json(const struct rh_assumptions_output *self, struct rh_text *out);

#endif
