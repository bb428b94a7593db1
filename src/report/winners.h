/* Who wins by a program and who loses: the partners of a results file, by what they gain more than under the reference,
 * and how sure that is. */
#ifndef RH_REPORT_WINNERS_H
#define RH_REPORT_WINNERS_H

#include "results/results.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of a program, for one partner. */
enum rh_side {
    RH_SIDE_WINS,       /* is better off on average, and in over 90% of the replications */
    RH_SIDE_LOSES,      /* is worse off on average, and better off in less than 10% */
    RH_SIDE_UNCLEAR,    /* neither of these */
    RH_SIDE_UNAFFECTED, /* is neither better nor worse off in any replication */
    RH_NUM_SIDES
};

#define RH_WINNERS_SHOWN 5 /* of the largest winners, of the largest losers */

struct rh_winners {
    const struct rh_results *results;    /* borrowed */
    struct rh_results_partners partners; /* num 0: the file does not tell */
};

/* On failure *self may be passed to _free. */
int rh_winners_init(struct rh_winners *self, const struct rh_results *results, struct rh_error *error);
void rh_winners_free(struct rh_winners *self);

/* A figure of partner i under a scenario. */
double rh_winners_figure(const struct rh_winners *self, enum rh_partner_figure figure, int scenario, int i);
enum rh_side rh_winners_side(const struct rh_winners *self, int scenario, int i);
/* "wins", "loses", …: stable names for exports. */
const char *rh_side_name(enum rh_side side);

/* A program that is compared: not the reference, not what history happened under, not none. */
bool rh_winners_is_candidate(const struct rh_winners *self, int scenario);
/* How many partners whose text in `column` (such as partners.segment; NULL: all partners) is label are on each side. */
void rh_winners_count(const struct rh_winners *self, int scenario, char *const *column, const char *label,
                      int out[RH_NUM_SIDES]);
/* Partners whose gain grows most on average, as far as it does, the first by most; or falls. Returns how many. */
int rh_winners_largest(const struct rh_winners *self, int scenario, bool losers, int out[RH_WINNERS_SHOWN]);

#ifdef __cplusplus
}
#endif

#endif
