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

/* When in the year partners leave: a period lasts as long for leaving as its weight says. weight[k] is of the period k
 * periods before the last observed one, of that a year before it, and so on; num, 1 to 12, are a year, and their mean
 * is 1. Periods after the last follow in turn. */
struct rh_life_year {
    int num;
    double weight[12];
};

/* Leaving is as likely in all periods. */
#define RH_LIFE_EVEN \
    {                \
        1,           \
        {            \
            1.0      \
        }            \
    }

/* What is seen of one partner: periods after that of its first purchase, in how many it bought, and in which it last
 * did (0: never again). */
struct rh_life_record {
    int periods, purchases, last;
};

/* Probability of living through a period of weight w, the weights of the lived ones before it being W in sum: that of
 * the beta-geometric law, (delta + W)/(gamma + delta + W), to the power w. */

/* Log-likelihood of one record. */
double rh_life_log_likelihood(struct rh_life self, const struct rh_life_year *year, struct rh_life_record record);
/* Posterior probability of being alive after the last observed period. */
double rh_life_alive(struct rh_life self, const struct rh_life_year *year, struct rh_life_record record);
/* Probability that a partner alive now lives at least `periods` ≥ 0 more; within a period the hazard is constant. */
double rh_life_survival(struct rh_life self, const struct rh_life_year *year, struct rh_life_record record,
                        double periods);
/* Posterior mean of the buying probability of a living partner, and its posterior standard deviation relative to that.
 */
double rh_life_frequency(struct rh_life self, struct rh_life_record record);
double rh_life_frequency_error(struct rh_life self, struct rh_life_record record);

/* Maximum of the likelihood times a weak prior (which decides where records are few), by Nelder and Mead on the
 * logarithms. records are reordered. RH_OK, RH_ERR_NO_MEMORY, or RH_ERR_OVERFLOW; with GSL's
 * own handler of errors the process ends instead (rh_gsl_return_errors). */
int rh_life_fit(struct rh_life *out, const struct rh_life_year *year, struct rh_life_record *records, size_t num,
                struct rh_error *error);

/* Adds what one record tells of the periods of the year: how many are expected to have left in them, and how many would
 * have, had every period the weight 1. Both [year->num]. */
void rh_life_count_leavers(struct rh_life self, const struct rh_life_year *year, struct rh_life_record record,
                           double *left, double *usual);
/* The year's weights from these counts over `years` of history: left over usual, both shrunk towards even leaving by 10
 * leavers and by an even year. year->num is given. */
void rh_life_weigh(struct rh_life_year *year, const double *left, const double *usual, double years);

#ifdef __cplusplus
}
#endif

#endif
