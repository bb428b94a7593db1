/* What is paid out, and when, of partners that sell 1,000 every month: months and amounts are known. */
#include "support/constant.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MONTHS CONSTANT_MONTHS

/* The figure of candidate 1 in month t, in the only replication. */
static double by_month(const struct rehearsal *self, enum rh_kpi kpi, int t)
{
    const size_t place = (size_t)rh_cut_place(RH_CUT_MONTH, kpi), kpis = (size_t)rh_cut_num_kpis(RH_CUT_MONTH);
    return (double)self->cut[RH_CUT_MONTH][(kpis + place) * MONTHS + (size_t)t];
}

static void live(struct rehearsal *self, const char *program, int partners)
{
    const char *const programs[] = {program};
    char id[16];
    constant_begin(self);
    for (int i = 0; i < partners; i++) {
        snprintf(id, sizeof id, "P%d", i);
        build_partner(&self->history, id, "Reseller", i == 0 ? "North" : "South", RH_NO_DAY);
        constant_sells(self, id, "alpha", 1000.0);
    }
    constant_study(self, NULL, 1, programs);
    constant_bind(self);
    rehearsal_run(self, 1);
}

/* Cash of all months as expected; of cost what is left is later. */
static void expect(const struct rehearsal *self, const double cash[MONTHS], double cost)
{
    double sum = 0.0;
    for (int t = 0; t < MONTHS; t++) {
        const double found = by_month(self, RH_KPI_CASH, t);
        sum += cash[t];
        if (fabs(found - cash[t]) > 1e-4) {
            fail_msg("month %d: %.9g are paid out, expected %.9g", t + 1, found, cash[t]);
        }
    }
    assert_true(fabs(*(rehearsal_kpi(self, 1, RH_KPI_CASH)) - sum) < 1e-6);
    assert_true(fabs(*(rehearsal_kpi(self, 1, RH_KPI_COST)) - cost) < 1e-6);
}

#define HEAD                \
    "rehearse: program/1\n" \
    "name: cash\n"          \
    "currency: USD\n"       \
    "incentives:\n"
#define QUARTERS                                    \
    "  - name: Rebate\n"                            \
    "    behavior: {measure: revenue}\n"            \
    "    window: quarter\n"                         \
    "    reward: {levels: [{from: 0, rate: 3%}]}\n" \
    "    payout: {after: 45 days, processing: {mean: 10, sd: 0}}\n"

/* 90 a quarter, 55 days after it: in the second month behind it. The last quarter's is paid after the horizon. */
static void test_quarters(void **state)
{
    struct rehearsal self;
    (void)state;
    live(&self, HEAD QUARTERS, 1);
    expect(&self, (const double[MONTHS]){[4] = 90.0, [7] = 90.0, [10] = 90.0}, 360.0);
    rehearsal_free(&self);
}

/* In kind, at 80% of its worth, and taxed at a fifth in the north: 10 a month cost 8 there and 2.50 of tax. A claim
 * costs 2, and all of it 10 a month besides. 30 days are less than a month, 61 are two. Six months are 6,000 but for
 * rounding. */
static void test_all_costs(void **state)
{
    static const char program[] = HEAD "  - name: Gift\n"
                                       "    behavior: {measure: revenue}\n"
                                       "    window: month\n"
                                       "    reward: {levels: [{from: 0, rate: 1%}], kind: non_cash, cost: 80%}\n"
                                       "    payout: {after: 20 days, processing: {mean: 10, sd: 0}}\n"
                                       "  - name: Bonus\n"
                                       "    behavior: {measure: revenue}\n"
                                       "    window: half\n"
                                       "    reward: {levels: [{from: 5999.9999, flat: 100}]}\n"
                                       "    payout: {after: 51 days, processing: {mean: 10, sd: 0}}\n"
                                       "costs: {fixed: 120, per_claim: 2}\n"
                                       "withholding: {region: {North: 20%}, gross_up: true}\n";
    struct rehearsal self;
    double cash[MONTHS];
    (void)state;
    live(&self, program, 2);
    for (int t = 0; t < MONTHS; t++) {
        cash[t] = 10.0 + (t > 0 ? 2.0 * (8.0 + 2.0) + 2.5 : 0.0);
    }
    cash[8] += 2.0 * (100.0 + 2.0) + 25.0;
    expect(&self, cash, 120.0 + 12.0 * 22.5 + 2.0 * 229.0);
    rehearsal_free(&self);
}

/* A budget of 200: the second quarter is paid in full, of the third 20, of the last nothing. What a claim costs is paid
 * where anything is left of it. */
static void test_budget(void **state)
{
    struct rehearsal self;
    (void)state;
    live(&self, HEAD QUARTERS "budget: {total: 200, when_exhausted: first_come}\ncosts: {per_claim: 2}\n", 1);
    expect(&self, (const double[MONTHS]){[4] = 92.0, [7] = 92.0, [10] = 22.0}, 206.0);
    rehearsal_free(&self);
}

/* Returns are waited for: what is settled late is paid in the same month as anything else. */
static void test_settled_late(void **state)
{
    static const char program[] = HEAD "  - name: Rebate\n"
                                       "    behavior: {measure: revenue}\n"
                                       "    window: quarter\n"
                                       "    reward: {levels: [{from: 0, rate: 3%}]}\n"
                                       "    clawback: {within: 1 months}\n"
                                       "    payout: {after: 45 days, processing: {mean: 10, sd: 0}}\n";
    struct rehearsal self;
    (void)state;
    live(&self, program, 1);
    expect(&self, (const double[MONTHS]){[4] = 90.0, [7] = 90.0, [10] = 90.0}, 360.0);
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quarters),
        cmocka_unit_test(test_all_costs),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_settled_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
