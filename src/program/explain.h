/* A program as its partners should read it: one paragraph per incentive in plain language, and below it an example in
 * real numbers, which the settlement itself has computed. */
#ifndef RH_PROGRAM_EXPLAIN_H
#define RH_PROGRAM_EXPLAIN_H

#include "program/program.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rh_explain_format { RH_EXPLAIN_TEXT, RH_EXPLAIN_MARKDOWN };

struct rh_explain_options {
    enum rh_explain_format format;
    int width; /* of the lines of RH_EXPLAIN_TEXT, in characters; at least 40 */
};

/* Appends the explanation. Needs no history: names are taken as the program writes them. RH_OK, RH_ERR_NO_MEMORY, or an
 * overflow of the example's settlement. */
int rh_program_explain(const struct rh_program *self, const struct rh_explain_options *options, struct rh_text *out,
                       struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
