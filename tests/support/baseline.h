/* Baselines of histories that a test writes itself, from FIRST on. */
#ifndef SUPPORT_BASELINE_H
#define SUPPORT_BASELINE_H

#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define FIRST rh_month_make(2022, 1)

/* A rehearsal whose history the test writes itself. */
static inline void begin(struct rehearsal *self)
{
    memset(self, 0, sizeof *self);
    rh_history_init(&self->history);
}

static inline void partner(struct rehearsal *self, const char *id, const char *segment, rh_day joined)
{
    build_partner(&self->history, id, segment, "North", joined);
}

static inline void sale(struct rehearsal *self, const char *id, int t, const char *product, double amount)
{
    rehearsal_event(&self->history, id, FIRST + t, "revenue", product, 1.0, amount);
}

static inline void count(struct rehearsal *self, const char *id, int t, const char *measure, double quantity)
{
    rehearsal_event(&self->history, id, FIRST + t, measure, "", quantity, 0.0);
}

static inline void learn(struct rehearsal *self, int num_programs, const char *const *programs)
{
    assert_int_equal(rh_history_finish(&self->history, NULL), RH_OK);
    rehearsal_study(self, NULL, num_programs, programs);
}

static inline int index_of(const struct rehearsal *self, const char *id)
{
    for (size_t i = 0; i < self->panel.num_partners; i++) {
        if (strcmp(self->history.partners.id.name[self->panel.partner_row[i]], id) == 0) {
            return (int)i;
        }
    }
    fail();
    return -1;
}

/* Everything that was learned and bound is a number, within its range. */
static inline void check_finite(const struct rehearsal *self)
{
    const struct rh_baseline *b = &self->baseline;
    const size_t H = (size_t)b->num_months, T = (size_t)self->plan.num_months;
    for (int i = 0; i < b->num_partners; i++) {
        const bool bought = b->span_last[i] >= b->span_first[i];
        assert_true(!bought || (b->cv[i] >= 0.05 && b->cv[i] <= 1.5));
        assert_true(b->level_variance[i] >= 0.0 && b->level_variance[i] <= 1.5);
        assert_true(b->alive[i] >= 0.0 && b->alive[i] <= 1.0);
    }
    for (size_t k = 0; k < self->panel.num_series * H; k++) {
        assert_true(isfinite(b->ratio[k]) && b->ratio[k] >= 0.0 && isfinite(b->scale[k]) && b->scale[k] >= 0.0);
    }
    for (size_t s = 0; s < self->panel.num_series; s++) {
        assert_true(isfinite(b->level[s]) && b->level[s] >= 0.0);
    }
    for (int k = 0; k < 12 * b->num_groups; k++) {
        assert_true(isfinite(b->season_error[k]) && b->season_error[k] >= 0.0);
        assert_true(isfinite(b->season_error_all[k % 12]) && b->season_error_all[k % 12] >= 0.0);
    }
    for (size_t k = 0; k < self->plan.num_series * T; k++) {
        assert_true(isfinite(self->plan.mean[k]) && self->plan.mean[k] >= 0.0);
    }
    for (size_t k = 0; k < self->plan.num_series * H; k++) {
        assert_true(isfinite(self->plan.ratio[k]) && self->plan.ratio[k] >= 0.0);
    }
    for (size_t k = 0; k < self->plan.table_size; k++) {
        assert_true(isfinite(self->plan.table[k]));
    }
}

/* Money figures are numbers in all replications and scenarios. */
static inline void check_run(struct rehearsal *self)
{
    static const enum rh_kpi kpis[] = {RH_KPI_REVENUE,
                                       RH_KPI_EARNED,
                                       RH_KPI_PAID,
                                       RH_KPI_WINDFALL,
                                       RH_KPI_COST,
                                       RH_KPI_NET_BENEFIT,
                                       RH_KPI_INCREMENTAL_REVENUE,
                                       RH_KPI_PARTNER_GAIN};
    check_finite(self);
    rehearsal_run(self, 1);
    for (int p = 0; p < self->plan.num_programs; p++) {
        for (size_t k = 0; k < sizeof kpis / sizeof *kpis; k++) {
            for (int64_t r = 0; r < self->study.replications; r++) {
                assert_true(isfinite(rehearsal_kpi(self, p, kpis[k])[r]));
            }
        }
    }
}

#endif
