/* A channel in which nothing is random but what a test draws, and moments of what came out: for tests against closed
 * forms, with fixed seeds and bounds in standard errors. */
#ifndef STEADY_H
#define STEADY_H

#include "support/rehearsal.h"

#include <math.h>

#define BOUND 4.0 /* standard errors */

/* Partners that each sold the same amount of one product in each of 36 months, and completed as many certifications.
 * Groups 0 and 1 are two segments of one region, 2 and 3 of another. */
static inline void steady(struct rehearsal *self, int partners, int groups, double amount, int certifications,
                          const char *in_force, int num_programs, const char *const *programs)
{
    memset(self, 0, sizeof *self);
    rh_history_init(&self->history);
    for (int i = 0; i < partners; i++) {
        char id[16];
        snprintf(id, sizeof id, "P%04d", i);
        build_partner(&self->history, id, i % groups % 2 == 0 ? "Reseller" : "Retailer",
                      i % groups < 2 ? "North" : "South", RH_NO_DAY);
        for (int t = 0; t < 36; t++) {
            rehearsal_event(&self->history, id, rh_month_make(2022, 1) + t, "revenue", "alpha", amount / 100.0, amount);
            if (certifications > 0) {
                rehearsal_event(&self->history, id, rh_month_make(2022, 1) + t, "certifications", "", certifications,
                                0.0);
            }
        }
    }
    int status = rh_history_finish(&self->history, NULL);
    assert(status == RH_OK);
    rehearsal_study(self, in_force, num_programs, programs);
    self->study.outlook_growth = 0.0;
    self->study.outlook_sd = 0.0;
    rehearsal_plain(self);
    rh_assumptions_set(&self->assumptions, RH_PARAM_LEVEL_WALK, 0.0);
    rh_assumptions_set(&self->assumptions, RH_PARAM_NULL_PROGRAM, 0.0);
    rh_assumptions_set(&self->assumptions, RH_PARAM_ATTENTION, 1.0);
    rh_assumptions_set(&self->assumptions, RH_PARAM_COMPLEXITY_SLOPE, 0.0);
    rh_assumptions_set(&self->assumptions, RH_PARAM_ELASTICITY_SPREAD, 0.0);
    rh_assumptions_set(&self->assumptions, RH_PARAM_EFFORT_ELASTICITY, 0.3);
    rh_assumptions_set(&self->assumptions, RH_PARAM_ACTIVITY_ELASTICITY, 0.3);
    rh_assumptions_set(&self->assumptions, RH_PARAM_ACTIVITY_COST, 0.02);
    rh_assumptions_set(&self->assumptions, RH_PARAM_PARTNER_MARGIN, 0.1);
    rh_assumptions_set(&self->assumptions, RH_PARAM_PASS_THROUGH, 0.35);
    rh_assumptions_set(&self->assumptions, RH_PARAM_PRICE_ELASTICITY, 1.5);
    rh_assumptions_set(&self->assumptions, RH_PARAM_DISCOUNT_RATE, 0.25);
    rh_assumptions_set(&self->assumptions, RH_PARAM_TRUST, 0.7);
    rh_assumptions_set(&self->assumptions, RH_PARAM_TRUST_WEIGHT, 0.3);
    rh_assumptions_set(&self->assumptions, RH_PARAM_FELT_CAP, 0.9);
    rh_assumptions_set(&self->assumptions, RH_PARAM_CLAIM_RATE_AUTOMATIC, 1.0);
    rh_assumptions_set(&self->assumptions, RH_PARAM_CLAIM_RATE_REQUIRED, 0.8);
}

/* Binds; nobody leaves and levels are certain, so that only what a test draws is random. */
static inline void bind_immortal(struct rehearsal *self)
{
    rehearsal_bind(self);
    for (int i = 0; i < self->plan.num_partners; i++) {
        self->plan.partner[i].level_shape = INFINITY;
        for (int t = 0; t < self->plan.num_months; t++) {
            self->plan.partner[i].alive[t] = 1.0;
        }
    }
}

struct moments {
    double mean, sd, error; /* error: of the mean */
    double sd_error;
};

static inline struct moments moments_of(const double *value, int64_t num)
{
    struct moments out = {0.0, 0.0, 0.0, 0.0};
    double second = 0.0, fourth = 0.0;
    for (int64_t r = 0; r < num; r++) {
        out.mean += value[r] / (double)num;
    }
    for (int64_t r = 0; r < num; r++) {
        const double d = value[r] - out.mean;
        second += d * d / (double)(num - 1);
        fourth += d * d * d * d / (double)num;
    }
    out.sd = sqrt(second);
    out.error = out.sd / sqrt((double)num);
    out.sd_error = second > 0.0 ? sqrt((fourth - second * second) / (double)num) / (2.0 * out.sd) : 0.0;
    return out;
}

#endif
