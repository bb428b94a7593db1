/* Studies of partners that do the same in every month and of whom everything is certain, so that what one mechanism of
 * the response does to them can be worked out by hand: nobody leaves, nothing is uncertain, and no mechanism is on but
 * those that a test sets. */
#ifndef CONSTANT_H
#define CONSTANT_H

#include "support/rehearsal.h"

#define CONSTANT_MONTHS 12

static inline void constant_begin(struct rehearsal *self)
{
    memset(self, 0, sizeof *self);
    rh_history_init(&self->history);
}

/* 36 months of the same rows of one measure. */
static inline void constant_rows(struct rehearsal *self, const char *partner, const char *measure, const char *product,
                                 double quantity, double amount)
{
    for (int t = 0; t < 36; t++) {
        rehearsal_event(&self->history, partner, rh_month_make(2022, 1) + t, measure, product, quantity, amount);
    }
}

static inline void constant_sells(struct rehearsal *self, const char *partner, const char *product, double amount)
{
    constant_rows(self, partner, "revenue", product, 10.0, amount);
}

/* A study of one replication and one year; in_force NULL: none. */
static inline void constant_study(struct rehearsal *self, const char *in_force, int num_programs,
                                  const char *const *programs)
{
    static const struct {
        enum rh_parameter parameter;
        double value;
    } fixed[] = {{RH_PARAM_LEVEL_WALK, 0.0},
                 {RH_PARAM_NULL_PROGRAM, 0.0},
                 {RH_PARAM_ATTENTION, 1.0},
                 {RH_PARAM_ELASTICITY_SPREAD, 0.0},
                 {RH_PARAM_FELT_CAP, 1.0},
                 {RH_PARAM_EFFORT_ELASTICITY, 0.0},
                 {RH_PARAM_REP_EFFORT_ELASTICITY, 0.0},
                 {RH_PARAM_PARTNER_MARGIN, 0.1},
                 {RH_PARAM_REP_MARGIN, 0.03},
                 {RH_PARAM_PASS_THROUGH, 0.0},
                 {RH_PARAM_PRICE_ELASTICITY, 0.0},
                 {RH_PARAM_DISCOUNT_RATE, 0.0},
                 {RH_PARAM_ACTIVITY_ELASTICITY, 0.0},
                 {RH_PARAM_ACTIVITY_COST, 0.02},
                 {RH_PARAM_TRUST, 0.7},
                 {RH_PARAM_TRUST_WEIGHT, 0.0},
                 {RH_PARAM_PROCESSING_DAYS, 10.0},
                 {RH_PARAM_CLAIM_RATE_AUTOMATIC, 1.0},
                 {RH_PARAM_CLAIM_RATE_REQUIRED, 1.0}};
    int status = rh_history_finish(&self->history, NULL);
    assert(status == RH_OK);
    rehearsal_study(self, in_force, num_programs, programs);
    self->study.replications = 1;
    self->study.outlook_growth = self->study.outlook_sd = 0.0;
    rehearsal_plain(self);
    for (size_t k = 0; k < sizeof fixed / sizeof *fixed; k++) {
        rh_assumptions_set(&self->assumptions, fixed[k].parameter, fixed[k].value);
    }
}

static inline void constant_set(struct rehearsal *self, enum rh_parameter parameter, double value)
{
    rh_assumptions_set(&self->assumptions, parameter, value);
}

/* Binds, and takes the doubt out of levels and lives. */
static inline void constant_bind(struct rehearsal *self)
{
    rehearsal_bind(self);
    for (int i = 0; i < self->plan.num_partners; i++) {
        self->plan.partner[i].level_shape = INFINITY;
        self->plan.partner[i].cv = 0.4;
        for (int t = 0; t < self->plan.num_months; t++) {
            self->plan.partner[i].alive[t] = 1.0;
        }
    }
}

/* A figure of one month, in currency, in the first replication. */
static inline double constant_month(const struct rehearsal *self, int scenario, enum rh_kpi kpi, int t)
{
    const int row = scenario * rh_cut_num_kpis(RH_CUT_MONTH) + rh_cut_place(RH_CUT_MONTH, kpi);
    const size_t place = (size_t)(row * self->plan.num_months + t);
    return (double)self->cut[RH_CUT_MONTH][place * (size_t)self->study.replications];
}

static inline double constant_kpi(const struct rehearsal *self, int scenario, enum rh_kpi kpi)
{
    return rehearsal_kpi(self, scenario, kpi)[0];
}

/* Equal as far as the cuts keep it, in float. */
static inline bool constant_is(double found, double expected)
{
    const bool is = fabs(found - expected) <= 1e-6 * fmax(fabs(expected), 1.0);
    if (!is) {
        fprintf(stderr, "found %.9g, by hand %.9g\n", found, expected);
    }
    return is;
}

#define CONSTANT_HEAD "rehearse: program/1\nname: tried\ncurrency: USD\nincentives:\n"

#endif
