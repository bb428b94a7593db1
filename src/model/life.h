/* Is a partner that has not bought for a while gone? BG/BB: in each period a living partner buys with a probability of
 * its own, and before each it leaves for good with a probability of its own (Fader, Hardie & Shang 2010,
 * doi:10.1287/mksc.1100.0580). A period is a month, or as many as partners' order rhythm has. */
#ifndef RH_MODEL_LIFE_H
#define RH_MODEL_LIFE_H

#include "core/error.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Beta(alpha, beta) of the buying probability, Beta(gamma, delta) of the dropout probability, per period. */
struct rh_life {
    double alpha, beta, gamma, delta;
};

/* What is seen of one partner: periods after that of its first purchase, in how many it bought, and in which it last
 * did (0: never again). */
struct rh_life_record {
    int periods, purchases, last;
};

/* Log-likelihood of one record. */
double rh_life_log_likelihood(struct rh_life self, struct rh_life_record record);
/* Posterior probability of being alive after the last observed period. */
double rh_life_alive(struct rh_life self, struct rh_life_record record);
/* Probability that a partner alive now lives at least `periods` ≥ 0 more; within a period the hazard is constant. */
double rh_life_survival(struct rh_life self, struct rh_life_record record, double periods);
/* Posterior mean of the buying probability of a living partner. */
double rh_life_frequency(struct rh_life self, struct rh_life_record record);

/* Maximum of the likelihood times a weak prior (which decides where records are few), by Nelder and Mead on the
 * logarithms. records are reordered. RH_OK, RH_ERR_NO_MEMORY, or RH_ERR_OVERFLOW; with GSL's
 * own handler of errors the process ends instead (rh_gsl_return_errors). */
int rh_life_fit(struct rh_life *out, struct rh_life_record *records, size_t num, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
