/* What each partner gains adds up to what the figures say of all, with and without caps that all partners share; is the
 * same on any number of threads and any instruction set; and is, of a channel of one partner, that channel's. */
#include "engine/isa.h"
#include "stats/outcomes.h"
#include "stats/summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/everything.h"
#include "support/rehearsal.h"

#define PARTNERS 30
#define REPLICATIONS 300 /* the last block is not full */

/* A total cap that binds in most replications, without a budget. */
static const char capped[] = "rehearse: program/1\n"
                             "name: capped\n"
                             "currency: USD\n"
                             "incentives:\n"
                             "  - name: Rebate\n"
                             "    behavior: {measure: revenue}\n"
                             "    window: quarter\n"
                             "    reward: {levels: [{from: 1k, rate: 3%}]}\n"
                             "    cap: {total: 6k}\n";

/* Runs with outcomes; the caller destroys them. */
static struct rh_outcomes *run(struct rehearsal *self, int threads)
{
    struct rh_outcomes *outcomes = rh_outcomes_create(self->plan.num_programs, self->plan.num_partners);
    assert_non_null(outcomes);
    self->plan.outcomes = outcomes;
    rehearsal_run(self, threads);
    self->plan.outcomes = NULL;
    assert_false(rh_outcomes_failed(outcomes));
    return outcomes;
}

static double sum_of(const struct rh_outcomes *self, enum rh_partner_figure figure, int scenario)
{
    double *value = rh_calloc((size_t)rh_outcomes_num_partners(self), sizeof *value), sum = 0.0;
    assert_non_null(value);
    rh_outcomes_read(self, figure, scenario, value);
    for (int i = 0; i < rh_outcomes_num_partners(self); i++) {
        sum += value[i];
    }
    free(value);
    return sum;
}

/* The partners' means add up to that of a figure, less `without`. */
static void assert_sum(const struct rehearsal *self, const struct rh_outcomes *outcomes, int scenario,
                       enum rh_partner_figure figure, enum rh_kpi kpi, double without)
{
    const double sum = sum_of(outcomes, figure, scenario), mean = rehearsal_mean(self, scenario, kpi) - without;
    const double rounding = 0.5e-4 * self->plan.num_partners, revenue = rehearsal_mean(self, scenario, RH_KPI_REVENUE);
    /* Lifts are differences of revenues, and no more exact than these. */
    if (!(fabs(sum - mean) <= 1e-9 * fabs(mean) + 1e-12 * revenue + rounding)) {
        fail_msg("'%s': partners' %s is %.12g, %s %.12g", self->plan.scenario[scenario],
                 rh_partner_figure_table[figure].name, sum, rh_kpi_table[kpi].name, mean);
    }
}

static void assert_sums(struct rehearsal *self, int threads)
{
    struct rh_outcomes *outcomes = run(self, threads);
    for (int p = 0; p < self->plan.num_programs; p++) {
        assert_sum(self, outcomes, p, RH_PARTNER_PAYOUT_MEAN, RH_KPI_PAID, 0.0);
        assert_sum(self, outcomes, p, RH_PARTNER_LIFT_MEAN, RH_KPI_INCREMENTAL_REVENUE, 0.0);
        assert_sum(self, outcomes, p, RH_PARTNER_GAIN_MEAN, RH_KPI_PARTNER_GAIN, 0.0);
        assert_sum(self, outcomes, p, RH_PARTNER_CHANGE_MEAN, RH_KPI_PARTNER_GAIN,
                   rehearsal_mean(self, self->plan.reference, RH_KPI_PAID));
    }
    rh_outcomes_destroy(outcomes);
}

/* Share of the replications in which shared caps or the budget take something off what is earned by itself. */
static double share_cut(const struct rehearsal *self, int scenario, double limit)
{
    double num = 0.0;
    for (int r = 0; r < REPLICATIONS; r++) {
        num += rehearsal_kpi(self, scenario, RH_KPI_EARNED)[r] >= limit * (1.0 - 1e-12) ? 1.0 : 0.0;
    }
    return num / REPLICATIONS;
}

/* Whichever scenario is the reference: the program in force, none, a capped candidate. */
static void test_sums_are_the_figures(void **state)
{
    (void)state;
    static const char *const programs[] = {rehearsal_flat, capped, rehearsal_mix};
    static const char *const references[] = {NULL, "none", "flat", "capped"};
    for (size_t k = 0; k < sizeof references / sizeof *references; k++) {
        for (int in_force = 0; in_force < 2; in_force++) {
            struct rehearsal self;
            rehearsal_init(&self, PARTNERS, in_force == 0 ? NULL : rehearsal_tiers, 3, programs);
            self.study.replications = REPLICATIONS;
            if (references[k] != NULL && (in_force == 1 || k > 1)) {
                self.study.reference = (struct rh_reference){rh_strdup(references[k]), 1, 1};
            }
            rehearsal_bind(&self);
            assert_sums(&self, 2);
            const int last = self.plan.num_programs - 1;
            assert_true(share_cut(&self, last - 1, 6000.0) > 0.5 && share_cut(&self, last, 13500.0) > 0.1);
            rehearsal_free(&self);
        }
    }
}

/* Every construct of the language at once: what is settled late, pools, rankings, status. */
static void test_sums_with_everything(void **state)
{
    (void)state;
    static const char *const programs[] = {everything, capped};
    struct rehearsal self;
    rehearsal_init(&self, PARTNERS, everything, 2, programs);
    self.study.replications = REPLICATIONS;
    rehearsal_bind(&self);
    assert_sums(&self, 2);
    rehearsal_free(&self);
}

static void assert_same(const struct rh_outcomes *a, const struct rh_outcomes *b)
{
    const size_t num = (size_t)rh_outcomes_num_partners(a);
    double *x = rh_calloc(num, sizeof *x), *y = rh_calloc(num, sizeof *y);
    assert_true(x != NULL && y != NULL);
    for (int p = 0; p < rh_outcomes_num_scenarios(a); p++) {
        for (int figure = 0; figure < RH_NUM_PARTNER_FIGURES; figure++) {
            rh_outcomes_read(a, (enum rh_partner_figure)figure, p, x);
            rh_outcomes_read(b, (enum rh_partner_figure)figure, p, y);
            assert_memory_equal(x, y, num * sizeof *x);
        }
    }
    free(x);
    free(y);
}

/* The figures are those of a run that does not look at partners, and the partners' the same on any number of threads,
 * any instruction set, and with any room for payments. */
static void assert_same_everywhere(const char *reference)
{
    static const char *const programs[] = {rehearsal_flat, capped, rehearsal_mix};
    struct rehearsal self;
    rehearsal_init(&self, PARTNERS, rehearsal_tiers, 3, programs);
    self.study.replications = 400;
    if (reference != NULL) {
        self.study.reference = (struct rh_reference){rh_strdup(reference), 1, 1};
    }
    rehearsal_bind(&self);
    rehearsal_run(&self, 2);
    const size_t size = (size_t)self.plan.num_programs * RH_NUM_KPIS * 400 * sizeof(double);
    double *plain = malloc(size);
    assert_non_null(plain);
    memcpy(plain, self.kpi, size);
    struct rh_outcomes *one = run(&self, 1);
    assert_memory_equal(plain, self.kpi, size);
    for (int threads = 2; threads <= 7; threads += 5) {
        struct rh_outcomes *other = run(&self, threads);
        assert_same(one, other);
        rh_outcomes_destroy(other);
    }
    for (int k = 0; rh_kernel_code_name(k) != NULL; k++) {
        self.plan.isa = rh_kernel_code_name(k);
        struct rh_outcomes *other = run(&self, 2);
        assert_same(one, other);
        rh_outcomes_destroy(other);
    }
    self.plan.isa = NULL;
    for (size_t lanes = 0; lanes < 1000; lanes += 333) { /* room for some partners' payments, not for all */
        self.plan.payment_room = lanes * 128 * sizeof(double);
        struct rh_outcomes *other = run(&self, 2);
        assert_same(one, other);
        rh_outcomes_destroy(other);
    }
    rh_outcomes_destroy(one);
    free(plain);
    rehearsal_free(&self);
}

static void test_same_everywhere(void **state)
{
    (void)state;
    assert_same_everywhere(NULL);
    assert_same_everywhere("capped");
}

static void assert_quantiles(const struct rh_outcomes *self, int scenario, enum rh_partner_figure first, double *value)
{
    static const double level[] = {0.05, 0.5, 0.95};
    rh_sort_numbers(value, REPLICATIONS);
    for (size_t k = 0; k < 3; k++) {
        const double exact = value[(size_t)(level[k] * (REPLICATIONS - 1))];
        const double found = sum_of(self, (enum rh_partner_figure)((size_t)first + k), scenario);
        assert_true(fabs(found - exact) <= 0.0101 * fabs(exact) + 1e-4);
    }
}

/* Mean, spread and signs of one outcome of a channel's only partner. value: [REPLICATIONS]. */
static void assert_moments(const struct rh_outcomes *self, int scenario, enum rh_partner_figure first,
                           const double *value)
{
    double mean = 0.0, squares = 0.0, above = 0.0, below = 0.0;
    for (int r = 0; r < REPLICATIONS; r++) {
        mean += value[r] / REPLICATIONS;
        above += value[r] > 0.5e-4 ? 1.0 / REPLICATIONS : 0.0;
        below += value[r] < -0.5e-4 ? 1.0 / REPLICATIONS : 0.0;
    }
    for (int r = 0; r < REPLICATIONS; r++) {
        squares += (value[r] - mean) * (value[r] - mean);
    }
    assert_true(fabs(sum_of(self, first, scenario) - mean) < 1e-4);
    assert_true(fabs(sum_of(self, first + 1, scenario) - sqrt(squares / (REPLICATIONS - 1))) < 1e-4);
    assert_true(fabs(sum_of(self, first + 2, scenario) - above) < 1e-9);
    assert_true(fabs(sum_of(self, first + 3, scenario) - below) < 1e-9);
}

/* A channel of one partner, whose payments a cap over all cuts: its figures are those of the replications, also where
 * the capped program is the reference. */
static void test_one_partner(void **state)
{
    (void)state;
    static const char *const programs[] = {capped, rehearsal_flat};
    for (int reference = 0; reference < 3; reference += 2) {
        struct rehearsal self;
        rehearsal_init(&self, 1, rehearsal_tiers, 2, programs);
        self.study.replications = REPLICATIONS;
        self.study.compare[0].incentive[0].cap_total = 150 * 10000;
        if (reference > 0) {
            self.study.reference = (struct rh_reference){rh_strdup("capped"), 1, 1};
        }
        rehearsal_bind(&self);
        struct rh_outcomes *outcomes = run(&self, 2);
        const double cut = share_cut(&self, 2, 150.0);
        assert_int_equal(self.plan.reference, reference);
        assert_true(cut > 0.2 && cut < 0.9);
        for (int p = 0; p < self.plan.num_programs; p++) {
            double value[REPLICATIONS];
            memcpy(value, rehearsal_kpi(&self, p, RH_KPI_PARTNER_GAIN), sizeof value);
            assert_moments(outcomes, p, RH_PARTNER_GAIN_MEAN, value);
            for (int r = 0; r < REPLICATIONS; r++) {
                value[r] -= rehearsal_kpi(&self, reference, RH_KPI_PAID)[r];
            }
            assert_moments(outcomes, p, RH_PARTNER_CHANGE_MEAN, value);
            memcpy(value, rehearsal_kpi(&self, p, RH_KPI_PAID), sizeof value);
            assert_quantiles(outcomes, p, RH_PARTNER_PAYOUT_P05, value);
            memcpy(value, rehearsal_kpi(&self, p, RH_KPI_INCREMENTAL_REVENUE), sizeof value);
            assert_quantiles(outcomes, p, RH_PARTNER_LIFT_P05, value);
        }
        rh_outcomes_destroy(outcomes);
        rehearsal_free(&self);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_are_the_figures),
        cmocka_unit_test(test_sums_with_everything),
        cmocka_unit_test(test_same_everywhere),
        cmocka_unit_test(test_one_partner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
