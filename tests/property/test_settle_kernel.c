/* The kernel's settlement against the exact one: with every mechanism neutral and the history itself replayed, each
 * incentive pays what `rh_settle` says, within half a cent per line, and earns partners alike. */
#include "support/rehearsal.h"

#include "program/settle.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* One program per construct; HEAD comes first. */
#define HEAD "rehearse: program/1\nname: p\ncurrency: USD\nincentives:\n"
static const char *const programs[] = {
    HEAD "  - name: Growth\n    behavior: {measure: revenue}\n    metric: growth\n    window: quarter\n"
         "    reward: {levels: [{from: 0, rate: 5%}, {from: 500, rate: 8%, flat: 20}, {from: 2k, rate: 2%}]}\n",
    HEAD
    "  - name: Growth, retroactive\n    behavior: {measure: revenue, product: [alpha]}\n    metric: growth\n"
    "    window: month\n    reward: {bands: retroactive, levels: [{from: 100, rate: 3%}, {from: 400, rate: 9%}]}\n",
    HEAD "  - name: Pays on growth\n    behavior: {measure: revenue}\n    window: quarter\n    reward:\n"
         "      pays_on: growth\n      levels: [{from: 2k, rate: 4%}, {from: 9k, rate: 6%, flat: 50}]\n",
    HEAD
    "  - name: Pays on growth, retroactive\n    behavior: {measure: revenue}\n    window: half\n    reward:\n"
    "      pays_on: growth\n      bands: retroactive\n      levels: [{from: 4k, rate: 4%}, {from: 20k, rate: 6%}]\n",
    HEAD "  - name: Over the prior year\n    behavior: {measure: revenue}\n    window: quarter\n    reward:\n"
         "      bands: retroactive\n      levels: [{from: 90% of prior_year, rate: 1%}, {from: 110% of prior_year, "
         "rate: 2.5%}]\n    cap: {window: 150}\n",
    HEAD "  - name: Some relative\n    behavior: {measure: units}\n    window: year\n    reward:\n"
         "      levels: [{from: 200, per_unit: 0.5}, {from: 105% of prior_year, per_unit: 2}]\n",
    HEAD "  - name: Better than peers\n    behavior: {measure: revenue}\n    window: quarter\n    reward:\n"
         "      levels: [{from: p25 of segment, rate: 1%}, {from: p75 of segment, rate: 3%}]\n",
    HEAD "  - name: Multiplied\n    behavior: {measure: revenue}\n    window: month\n"
         "    multiplier: {region: {North: 1.2, East: 0.75}, segment: {Reseller: 1.1}}\n"
         "    reward: {levels: [{from: 1k, rate: 2%, flat: 7}]}\n    cap: {window: 90, partner: 500}\n",
    HEAD "  - name: Once\n    behavior: {measure: certifications}\n    window: month\n    once: true\n"
         "    reward: {levels: [{from: 1, flat: 100}]}\n",
    HEAD "  - name: Small ones wait\n    behavior: {measure: revenue}\n    window: month\n    minimum: 40\n"
         "    reward: {levels: [{from: 0, rate: 1%}]}\n    cap: {partner: 300}\n",
    HEAD "  - name: A\n    behavior: {measure: revenue}\n    window: quarter\n    exclusive: best\n"
         "    reward: {levels: [{from: 3k, rate: 2%}]}\n"
         "  - name: B\n    behavior: {measure: units, product: [beta]}\n    window: month\n    exclusive: best\n"
         "    reward: {levels: [{from: 10, per_unit: 1.25}]}\n    cap: {partner: 400}\n"
         "  - name: C\n    behavior: {measure: revenue}\n    window: month\n    exclusive: best\n    once: true\n"
         "    reward: {levels: [{from: 5k, flat: 90}]}\n",
    HEAD "  - name: Points\n    behavior: {measure: revenue}\n    window: month\n"
         "    reward: {kind: points, cost: 80%, value: 90%, levels: [{from: 0, rate: 1%}]}\n    cap: {total: 2k}\n"
         "  - name: Trip\n    behavior: {measure: revenue}\n    window: year\n"
         "    reward: {kind: non_cash, cost: 60%, levels: [{from: 60k, flat: 900}]}\n"
         "budget: {total: 4k, when_exhausted: first_come}\n",
};

/* What the exact settlement owes by incentive, in currency units, and how many lines that takes. */
static void settle_exactly(const struct rehearsal *self, const struct rh_program *program, double *owed, int *lines)
{
    struct rh_statement statement;
    struct rh_error error = {0};
    int status = rh_settle(&statement, program, &self->history, self->history.last_month - 11, self->history.last_month,
                           NULL, &error);
    if (status != RH_OK) {
        fail_msg("%s", error.message);
    }
    for (size_t k = 0; k < statement.num; k++) {
        owed[statement.line[k].incentive] += (double)statement.line[k].payable * 1e-4;
        lines[statement.line[k].incentive]++;
    }
    rh_statement_free(&statement);
}

static void test_kernel_settles_alike(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof programs / sizeof *programs; k++) {
        struct rehearsal self;
        double owed[4] = {0.0};
        int lines[4] = {0}, kept = rh_cut_num_kpis(RH_CUT_INCENTIVE);
        rehearsal_init(&self, 24, NULL, 1, &programs[k]);
        self.study.replay = RH_REPLAY_EXACT;
        self.study.replications = 8;
        rh_assumptions_neutral(&self.assumptions);
        rehearsal_bind(&self);
        rehearsal_run(&self, 1);
        settle_exactly(&self, &self.study.compare[0], owed, lines);
        for (int j = 0; j < (int)self.study.compare[0].num_incentives; j++) {
            size_t row = ((size_t)(kept + rh_cut_place(RH_CUT_INCENTIVE, RH_KPI_EARNED))) *
                             (size_t)self.plan.num_labels[RH_CUT_INCENTIVE] +
                         (size_t)j;
            double paid = (double)self.cut[RH_CUT_INCENTIVE][row * 8];
            assert_true(owed[j] > 50.0); /* the construct is met at all */
            if (!(fabs(paid - owed[j]) <= 0.005 * lines[j] + 1e-6 * owed[j])) {
                fail_msg("'%s': the kernel pays %.4f, the settlement %.4f in %d lines",
                         self.study.compare[0].incentive[j].name.text, paid, owed[j], lines[j]);
            }
        }
        rehearsal_free(&self);
    }
}

/* Costs: what is paid in kind costs the vendor its share. */
static void test_kind_costs(void **state)
{
    static const char trip[] = HEAD "  - name: Trip\n    behavior: {measure: revenue}\n    window: year\n"
                                    "    reward: {kind: non_cash, cost: 60%, levels: [{from: 60k, flat: 900}]}\n";
    const char *const one[] = {trip};
    struct rehearsal self;
    (void)state;
    rehearsal_init(&self, 24, NULL, 1, one);
    rehearsal_bind(&self);
    rehearsal_run(&self, 2);
    for (int r = 0; r < 256; r++) {
        double paid = rehearsal_kpi(&self, 1, RH_KPI_PAID)[r], cost = rehearsal_kpi(&self, 1, RH_KPI_COST)[r];
        assert_true(fabs(cost - 0.6 * paid) <= 1e-9 * paid);
    }
    assert_true(rehearsal_mean(&self, 1, RH_KPI_PAID) > 100.0);
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kernel_settles_alike), cmocka_unit_test(test_kind_costs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
