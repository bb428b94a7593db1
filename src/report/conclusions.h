/* What the results say, in sentences: an answer, and what stands behind it. Plain text; figures have minus signs. */
#ifndef RH_REPORT_CONCLUSIONS_H
#define RH_REPORT_CONCLUSIONS_H

#include "core/text.h"
#include "report/comparison.h"
#include "report/reserve.h"
#include "report/spend.h"
#include "report/winners.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What findings are drawn from; all but the numbers borrowed. */
struct rh_conclusions {
    const struct rh_comparison *comparison; /* to the reference */
    const struct rh_winners *winners;
    const struct rh_reserves *reserves; /* of all programs */
    const struct rh_spend *spend;       /* [num_scenarios] */
    int best;                           /* candidate with the highest mean net benefit; without candidates the best of
                                           all but the reference, and it where it is alone */
    int next;                           /* candidate after it; -1: none */
};

void rh_conclusions_init(struct rh_conclusions *self, const struct rh_comparison *comparison,
                         const struct rh_winners *winners, const struct rh_reserves *reserves,
                         const struct rh_spend *spend);

/* Appends the answer in a line: which program, against which reference. */
void rh_conclusions_headline(const struct rh_conclusions *self, struct rh_text *out);
/* Appends how sure that is, by how much, and whether paying nothing is better still. */
void rh_conclusions_answer(const struct rh_conclusions *self, struct rh_text *out);
/* Appends the k-th finding, and says in *label what it is of; nothing where the results do not tell it. False past the
 * last. */
bool rh_conclusions_sentence(const struct rh_conclusions *self, int k, const char **label, struct rh_text *out);

#ifdef __cplusplus
}
#endif

#endif
