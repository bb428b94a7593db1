/* Caps over all partners and the budget: by hand on a bare kernel, and what follows from them through a study. */
#include "engine/kernel_private.h"
#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MONTHS 4
#define MOST_SLOTS 8

/* A program of up to two incentives with monthly windows, and what is due in each, in currency units. */
struct bare {
    struct rh_program source;
    struct rh_incentive incentive[2];
    struct rh_plan_window window[MONTHS];
    int window_of[MONTHS];
    struct rh_plan_incentive bound[2];
    struct rh_plan_program program;
    struct rh_plan plan;
    struct rh_tally tally;
    struct rh_kernel *kernel;
    rh_lanes due[RH_NUM_DUES * MOST_SLOTS], keep[MOST_SLOTS], exhausted;
};

static struct bare self;

/* due[j][month]; lanes hold multiples of it: lane l is due · l. cap 0, spendable 0: none. */
static void make(int incentives, double (*due)[MONTHS], const double *cap, double spendable, bool report)
{
    memset(&self, 0, sizeof self);
    self.kernel = rh_alloc_aligned(1, sizeof *self.kernel);
    memset(self.kernel, 0, sizeof *self.kernel);
    self.source.when_exhausted = report ? RH_EXHAUSTED_REPORT : RH_EXHAUSTED_FIRST_COME;
    for (int t = 0; t < MONTHS; t++) {
        self.window[t] = (struct rh_plan_window){t, t};
        self.window_of[t] = t;
    }
    for (int j = 0; j < incentives; j++) {
        self.incentive[j].cap_total = cap[j] > 0.0 ? (rh_money)(cap[j] * 1e4) : RH_MISSING;
        self.bound[j] = (struct rh_plan_incentive){.incentive = &self.incentive[j],
                                                   .window = self.window,
                                                   .num_windows = MONTHS,
                                                   .window_of = self.window_of,
                                                   .first_slot = j * MONTHS};
        for (int t = 0; t < MONTHS; t++) {
            for (int l = 0; l < RH_LANES; l++) {
                self.due[RH_DUE_PAYABLE * incentives * MONTHS + j * MONTHS + t][l] = due[j][t] * 1e4 * l;
                self.due[RH_DUE_WINDFALL * incentives * MONTHS + j * MONTHS + t][l] = due[j][t] * 5e3 * l;
            }
        }
    }
    self.program = (struct rh_plan_program){.program = &self.source,
                                            .incentive = self.bound,
                                            .num_incentives = incentives,
                                            .num_paying = incentives,
                                            .num_slots = incentives * MONTHS,
                                            .spendable = spendable > 0.0 ? spendable * 1e4 : INFINITY};
    self.plan.num_months = MONTHS;
    self.plan.program = &self.program;
    self.plan.num_programs = 1;
    self.tally.due = self.due;
    self.kernel->plan = &self.plan;
    self.kernel->tally = &self.tally;
}

static void couple(enum rh_due what)
{
    rh_couple(self.kernel, 0, what, self.keep, self.exhausted);
}

/* Shares that are kept in a lane; exact where 0 or 1. */
static void expect_keep(int lane, const double *expected)
{
    for (int slot = 0; slot < self.program.num_slots; slot++) {
        const double keep = self.keep[slot][lane];
        assert_true(fabs(keep - expected[slot]) < 1e-15);
        assert_true((expected[slot] != 0.0 && expected[slot] != 1.0) || keep == expected[slot]);
    }
}

static void test_cap_total(void **state)
{
    static double due[1][MONTHS] = {{60, 60, 60, 10}};
    static const double cap[1] = {100};
    static const double one[] = {1, 2.0 / 3.0, 0, 0}, two[] = {5.0 / 6.0, 0, 0, 0}, none[] = {1, 1, 1, 1};
    (void)state;
    make(1, due, cap, 0, false);
    couple(RH_DUE_PAYABLE);
    expect_keep(0, none);
    expect_keep(1, one);
    expect_keep(2, two);
    assert_true(isnan(self.exhausted[1])); /* a cap is no budget */
    couple(RH_DUE_WINDFALL);               /* half as much is due */
    expect_keep(1, none);
    expect_keep(2, one);
    free(self.kernel);
}

static void test_budget_first_come(void **state)
{
    static double due[2][MONTHS] = {{30, 0, 60, 5}, {10, 20, 60, 5}};
    static const double cap[2] = {0, 0};
    static const double one[] = {1, 1, 1.0 / 3.0, 0, 1, 1, 1.0 / 3.0, 0}, half[] = {1, 1, 1, 1, 1, 1, 1, 1};
    static const double two[] = {1, 0.5, 0, 0, 1, 0.5, 0, 0};
    (void)state;
    make(2, due, cap, 100, false);
    couple(RH_DUE_PAYABLE);
    expect_keep(0, half);
    expect_keep(1, one);
    expect_keep(2, two);
    assert_true(isnan(self.exhausted[0]) && self.exhausted[1] == 3.0 && self.exhausted[2] == 2.0);
    couple(RH_DUE_WINDFALL);
    expect_keep(1, half);
    assert_true(isnan(self.exhausted[1]) && self.exhausted[2] == 3.0);
    free(self.kernel);
}

/* A budget that is met to the cent is not exhausted, and what comes later gets nothing. */
static void test_budget_met_exactly(void **state)
{
    static double due[1][MONTHS] = {{60, 40, 0, 0.01}};
    static const double cap[1] = {0};
    static const double keep[] = {1, 1, 1, 0};
    (void)state;
    make(1, due, cap, 100, false);
    couple(RH_DUE_PAYABLE);
    expect_keep(1, keep);
    assert_true(self.exhausted[1] == 4.0);
    free(self.kernel);
}

/* `report` pays all and tells the month. */
static void test_budget_report(void **state)
{
    static double due[2][MONTHS] = {{30, 0, 60, 5}, {10, 20, 60, 5}};
    static const double cap[2] = {0, 0};
    static const double all[] = {1, 1, 1, 1, 1, 1, 1, 1};
    (void)state;
    make(2, due, cap, 100, true);
    couple(RH_DUE_PAYABLE);
    expect_keep(1, all);
    expect_keep(2, all);
    assert_true(isnan(self.exhausted[0]) && self.exhausted[1] == 3.0 && self.exhausted[2] == 2.0);
    free(self.kernel);
}

/* The caps come first, the budget sees what they leave. */
static void test_cap_then_budget(void **state)
{
    static double due[2][MONTHS] = {{80, 80, 0, 0}, {40, 40, 40, 0}};
    static const double cap[2] = {100, 0};
    /* month 1: 80 + 40 of 150; month 2: 20 + 40 of 30 left, a half of each; month 3: nothing left */
    static const double keep[] = {1, 0.125, 1, 1, 1, 0.5, 0, 1};
    (void)state;
    make(2, due, cap, 150, false);
    couple(RH_DUE_PAYABLE);
    for (int slot = 0; slot < 8; slot++) {
        const double due_here = self.due[slot][1];
        assert_true(due_here == 0.0 || fabs(self.keep[slot][1] - keep[slot]) < 1e-15);
    }
    assert_true(self.keep[6][1] == 0.0 && self.exhausted[1] == 2.0);
    free(self.kernel);
}

/* In no lane is more kept than there is, whatever the amounts, and after the cap nothing at all. */
static void test_never_more_than_the_cap(void **state)
{
    uint64_t random = 31;
    static const double cap[2] = {37.31, 0};
    (void)state;
    for (int n = 0; n < 200; n++) {
        double due[2][MONTHS];
        for (int k = 0; k < 2 * MONTHS; k++) {
            due[k / MONTHS][k % MONTHS] = 3.0 * rehearsal_uniform(&random);
        }
        make(2, due, cap, 61.77, false);
        couple(RH_DUE_PAYABLE);
        for (int l = 0; l < RH_LANES; l++) {
            double capped = 0.0, all = 0.0;
            bool cut = false;
            for (int t = 0; t < MONTHS; t++) {
                const double keep = self.keep[t][l], other = self.keep[MONTHS + t][l];
                assert_true(keep >= 0.0 && keep <= 1.0 && other >= 0.0 && other <= 1.0);
                assert_true(!cut || (keep == 0.0 && other == 0.0) || self.due[t][l] + self.due[MONTHS + t][l] == 0.0);
                cut = cut || other < 1.0; /* the second incentive has no cap: the budget ran out */
                capped += keep * self.due[t][l];
                all += keep * self.due[t][l] + other * self.due[MONTHS + t][l];
            }
            assert_true(capped <= 37.31e4 * (1.0 + 1e-12) && all <= 61.77e4 * (1.0 + 1e-12));
        }
        free(self.kernel);
    }
}

/* Through a study: claims are paid for only where something is paid, so that a budget that is gone stops their cost. */
static void test_no_claims_after_exhaustion(void **state)
{
    static const char program[] = "rehearse: program/1\n"
                                  "name: claims\n"
                                  "currency: USD\n"
                                  "incentives:\n"
                                  "  - name: Rebate\n"
                                  "    behavior: {measure: revenue}\n"
                                  "    window: month\n"
                                  "    reward: {levels: [{from: 0, rate: 3%}]}\n"
                                  "budget: {total: 1k, when_exhausted: first_come}\n"
                                  "costs: {fixed: 12, per_claim: 5}\n";
    const char *const programs[] = {program};
    struct rehearsal study;
    (void)state;
    rehearsal_init(&study, 24, NULL, 1, programs);
    rehearsal_plain(&study);
    rh_assumptions_set(&study.assumptions, RH_PARAM_CLAIM_RATE_AUTOMATIC, 1.0);
    rehearsal_bind(&study);
    rehearsal_run(&study, 1);
    for (int r = 0; r < 256; r++) {
        const double month = rehearsal_kpi(&study, 1, RH_KPI_EXHAUSTED_MONTH)[r];
        const double cost = rehearsal_kpi(&study, 1, RH_KPI_COST)[r];
        assert_true(month <= 2.0);
        assert_true(fabs(rehearsal_kpi(&study, 1, RH_KPI_PAID)[r] - 1000.0) < 1e-6);
        /* without the lift the budget would have run out too, by shares of its own */
        assert_true(fabs(rehearsal_kpi(&study, 1, RH_KPI_WINDFALL)[r] - 1000.0) < 1e-6);
        /* at most one claim of each of 24 partners in each month up to the last that pays */
        assert_true(cost - 1012.0 > 0.0 && cost - 1012.0 <= 5.0 * 24.0 * month + 1e-6);
        const double claims = (cost - 1012.0) / 5.0;
        assert_true(fabs(claims - round(claims)) < 1e-6);
    }
    rehearsal_free(&study);
}

/* A claim costs where one is made: half of what is earned is claimed at a rate of one half. */
static void test_cost_per_claim(void **state)
{
    static const char program[] = "rehearse: program/1\n"
                                  "name: claims\n"
                                  "currency: USD\n"
                                  "incentives:\n"
                                  "  - name: Rebate\n"
                                  "    behavior: {measure: revenue}\n"
                                  "    window: month\n"
                                  "    reward: {levels: [{from: 0, rate: 3%}]}\n"
                                  "    payout: {claim: required}\n"
                                  "costs: {per_claim: 5}\n";
    const char *const programs[] = {program};
    double claims[2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct rehearsal study;
        rehearsal_init(&study, 24, NULL, 1, programs);
        rh_assumptions_set(&study.assumptions, RH_PARAM_EFFORT_ELASTICITY, 0.0);
        rh_assumptions_set(&study.assumptions, RH_PARAM_PASS_THROUGH, 0.0);
        rh_assumptions_set(&study.assumptions, RH_PARAM_CLAIM_RATE_REQUIRED, k == 0 ? 1.0 : 0.5);
        rehearsal_bind(&study);
        rehearsal_run(&study, 1);
        claims[k] = (rehearsal_mean(&study, 1, RH_KPI_COST) - rehearsal_mean(&study, 1, RH_KPI_PAID)) / 5.0;
        rehearsal_free(&study);
    }
    assert_true(claims[0] > 100.0 && claims[0] < 24.0 * 12.0); /* some months nothing is earned */
    assert_true(fabs(claims[1] / claims[0] - 0.5) < 4.0 * sqrt(0.25 / (256.0 * claims[0])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cap_total),
        cmocka_unit_test(test_budget_first_come),
        cmocka_unit_test(test_budget_met_exactly),
        cmocka_unit_test(test_budget_report),
        cmocka_unit_test(test_cap_then_budget),
        cmocka_unit_test(test_never_more_than_the_cap),
        cmocka_unit_test(test_no_claims_after_exhaustion),
        cmocka_unit_test(test_cost_per_claim),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
