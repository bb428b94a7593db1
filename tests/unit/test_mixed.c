/* Mixed precision beside double, with all constructs of the program language at once: the same figures, replication by
 * replication, but where a decision or a threshold falls the other way. */
#include "engine/isa.h"
#include "support/everything.h"
#include "support/rehearsal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PARTNERS 16
#define REPLICATIONS 600 /* no multiple of the lanes */
#define NEAR 1e-5        /* of a figure's usual size */
#define MOST_APART                                                                                    \
    0.02 /* share of replications in which a figure may be farther off: some partner's fell otherwise \
          */
#define NEAR_IN_MEAN 9e-6

static const char *const programs[] = {nobody_meets, everything};

/* Eighteen months of these programs. */
static void rehearse(struct rehearsal *self, bool mixed, int threads, const char *isa)
{
    rehearsal_init(self, PARTNERS, everything, 2, programs);
    self->study.horizon_months = 18;
    self->study.replications = REPLICATIONS;
    self->study.arithmetic = mixed ? RH_ARITHMETIC_MIXED : RH_ARITHMETIC_DOUBLE;
    rehearsal_bind(self);
    assert_int_equal(self->plan.mixed, mixed);
    self->plan.isa = isa;
    self->plan.verify = true;
    rehearsal_run(self, threads);
}

/* One figure of one program: its usual size is the mean of its absolute values, of revenue for money. */
static void expect_near(const struct rehearsal *doubles, const struct rehearsal *mixed, int p, enum rh_kpi kpi)
{
    const double *a = rehearsal_kpi(doubles, p, kpi), *b = rehearsal_kpi(mixed, p, kpi);
    const double *revenue = rehearsal_kpi(doubles, p, RH_KPI_REVENUE);
    double size = 0.0, sum_a = 0.0, sum_b = 0.0, money = 0.0;
    int apart = 0, num = 0;
    for (int r = 0; r < REPLICATIONS; r++) {
        assert_int_equal(isnan(a[r]), isnan(b[r]));
        size += isnan(a[r]) ? 0.0 : fabs(a[r]);
        num += isnan(a[r]) ? 0 : 1;
        money += revenue[r];
    }
    size = fmax(size / fmax(num, 1.0), 1e-12);
    size = fmax(size, rh_kpi_table[kpi].unit == RH_UNIT_MONEY ? 1e-2 * money / REPLICATIONS : 1e-2);
    for (int r = 0; r < REPLICATIONS; r++) {
        apart += !isnan(a[r]) && fabs(a[r] - b[r]) > NEAR * size;
        sum_a += isnan(a[r]) ? 0.0 : a[r];
        sum_b += isnan(b[r]) ? 0.0 : b[r];
    }
    if (apart > MOST_APART * REPLICATIONS || fabs(sum_a - sum_b) > NEAR_IN_MEAN * size * fmax(num, 1.0)) {
        fail_msg("program %d, %s: %d of %d replications are apart, the means %g of %g", p, rh_kpi_table[kpi].name,
                 apart, num, (sum_b - sum_a) / fmax(num, 1.0), size);
    }
}

static void test_figures_are_those_of_double(void **state)
{
    struct rehearsal doubles, mixed;
    (void)state;
    rehearse(&doubles, false, 2, NULL);
    rehearse(&mixed, true, 2, NULL);
    for (int p = 0; p < doubles.plan.num_programs; p++) {
        for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
            expect_near(&doubles, &mixed, p, (enum rh_kpi)kpi);
        }
    }
    assert_memory_not_equal(rehearsal_kpi(&doubles, 2, RH_KPI_PAID), rehearsal_kpi(&mixed, 2, RH_KPI_PAID),
                            sizeof(double) * REPLICATIONS);
    rehearsal_free(&mixed);
    rehearsal_free(&doubles);
}

static void test_threads_and_instruction_sets_do_not_matter(void **state)
{
    struct rehearsal one, other;
    (void)state;
    rehearse(&one, true, 1, rh_kernel_code_name(0));
    for (int k = 0; rh_kernel_code_name(k) != NULL; k++) {
        rehearse(&other, true, 3, rh_kernel_code_name(k));
        for (int p = 0; p < one.plan.num_programs; p++) {
            for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
                assert_memory_equal(rehearsal_kpi(&one, p, (enum rh_kpi)kpi),
                                    rehearsal_kpi(&other, p, (enum rh_kpi)kpi), sizeof(double) * REPLICATIONS);
            }
        }
        rehearsal_free(&other);
    }
    rehearsal_free(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_figures_are_those_of_double),
                                       cmocka_unit_test(test_threads_and_instruction_sets_do_not_matter)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
