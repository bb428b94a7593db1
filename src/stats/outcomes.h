/* What each program brings each partner, added up over replications: moments, how often it gains or loses, quantiles.
 *
 * Values are rounded to 10⁻⁴ of currency and added up as integers, so neither the order nor the number of threads that
 * add shows in any bit of the results. */
#ifndef RH_STATS_OUTCOMES_H
#define RH_STATS_OUTCOMES_H

#include "core/bytes.h"
#include "stats/kpi.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is added up, in 10⁻⁴ of currency. */
enum rh_outcome {
    RH_OUTCOME_GAIN,   /* payments and own margin on the lift */
    RH_OUTCOME_CHANGE, /* the gain, less what the reference pays */
    RH_OUTCOME_LIFT,   /* revenue sold through, less the reference's */
    RH_OUTCOME_PAYOUT, /* paid */
    RH_NUM_OUTCOMES
};

/* What is reported of it. */
enum rh_partner_figure {
    RH_PARTNER_GAIN_MEAN,
    RH_PARTNER_GAIN_SD,
    RH_PARTNER_P_GAIN,
    RH_PARTNER_P_LOSS,
    RH_PARTNER_CHANGE_MEAN,
    RH_PARTNER_CHANGE_SD,
    RH_PARTNER_P_BETTER,
    RH_PARTNER_P_WORSE,
    RH_PARTNER_LIFT_MEAN,
    RH_PARTNER_LIFT_SD,
    RH_PARTNER_LIFT_P05,
    RH_PARTNER_LIFT_P50,
    RH_PARTNER_LIFT_P95,
    RH_PARTNER_PAYOUT_MEAN,
    RH_PARTNER_PAYOUT_SD,
    RH_PARTNER_PAYOUT_P05,
    RH_PARTNER_PAYOUT_P50,
    RH_PARTNER_PAYOUT_P95,
    RH_NUM_PARTNER_FIGURES
};

struct rh_partner_figure_info {
    const char *name; /* as in the file: "gain_mean" */
    const char *long_name;
    enum rh_unit unit;
    const char *description; /* one sentence, the definition */
};

/* [RH_NUM_PARTNER_FIGURES], in the order of enum rh_partner_figure. */
extern const struct rh_partner_figure_info rh_partner_figure_table[RH_NUM_PARTNER_FIGURES];

struct rh_outcomes; /* opaque */

/* Empty; NULL where there is no memory. */
struct rh_outcomes *rh_outcomes_create(int num_scenarios, int num_partners);
void rh_outcomes_destroy(struct rh_outcomes *self);
int rh_outcomes_num_scenarios(const struct rh_outcomes *self);
int rh_outcomes_num_partners(const struct rh_outcomes *self);

/* Adds one outcome of so many replications. Several threads may add at the same time. What finds no memory is not
 * added, and remembered: rh_outcomes_failed. value: [num], finite; what is beyond ±10¹⁴ of currency counts as that. */
void rh_outcomes_add(struct rh_outcomes *self, int scenario, int partner, enum rh_outcome outcome, const double *value,
                     int num);
/* Takes back what was added. */
void rh_outcomes_remove(struct rh_outcomes *self, int scenario, int partner, enum rh_outcome outcome,
                        const double *value, int num);
bool rh_outcomes_failed(const struct rh_outcomes *self);

/* A figure of all partners, money in currency units; NaN where nothing was added, and of spread where that was one
 * value. out: [num_partners]. Nobody may add meanwhile. */
void rh_outcomes_read(const struct rh_outcomes *self, enum rh_partner_figure figure, int scenario, double *out);
/* Appends what was added up of `num` pairs of program and partner from pair `first` on, of num_scenarios ·
 * num_partners, partners fastest; the same bytes for the same sums. Nobody may add meanwhile. */
void rh_outcomes_pack(const struct rh_outcomes *self, size_t first, size_t num, struct rh_text *out);
/* Adds what _pack wrote of as many pairs to those from `first` on: sums of sums, exact. What finds no memory is
 * remembered as in rh_outcomes_add; bytes that are no such sums are a failure of `bytes`. */
void rh_outcomes_unpack(struct rh_outcomes *self, size_t first, size_t num, struct rh_bytes *bytes);
/* Forgets all that was added. */
void rh_outcomes_clear(struct rh_outcomes *self);
/* Bytes that all of it takes. */
size_t rh_outcomes_bytes(const struct rh_outcomes *self);

#ifdef __cplusplus
}
#endif

#endif
