/* Parts of an explanation; each appends whole sentences, with a space between them, to a paragraph of one line. */
#ifndef RH_PROGRAM_EXPLAIN_PARTS_H
#define RH_PROGRAM_EXPLAIN_PARTS_H

#include "program/words.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Who takes part, what counts, limits and payment of an incentive. */
void rh_explain_incentive(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out);
/* What its levels pay. */
void rh_explain_levels(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out);
/* Appends "at least $20,000 in purchases of Whiskey", "at least 2 certifications". */
void rh_explain_requirement(const struct rh_program *program, const struct rh_requirement *requirement,
                            struct rh_text *out);

/* A worked example: a partner that the incentive is made for, settled. Nothing where no such partner can be made up, as
 * where the audience excludes itself. */
int rh_explain_example(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out,
                       struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
