/* What the engine promises exactly: same bytes at any number of threads, history replayed to the cent, the in-force
 * program as its own candidate, a program against itself, programs that do not disturb one another. */

#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const enum rh_kpi money[] = {RH_KPI_REVENUE, RH_KPI_EARNED, RH_KPI_PAID, RH_KPI_COST, RH_KPI_NET_BENEFIT};

/* 1, 2 and 7 threads: compared as bytes, all figures and cuts. */
static void test_threads_do_not_matter(void **state)
{
    const char *const programs[] = {rehearsal_flat, rehearsal_mix};
    static const int threads[] = {2, 7};
    struct rehearsal one, other;
    (void)state;
    rehearsal_init(&one, 24, rehearsal_tiers, 2, programs);
    one.study.replications = 1000; /* no multiple of the lanes */
    rehearsal_bind(&one);
    rehearsal_run(&one, 1);
    for (int k = 0; k < 2; k++) {
        rehearsal_init(&other, 24, rehearsal_tiers, 2, programs);
        other.study.replications = 1000;
        rehearsal_bind(&other);
        rehearsal_run(&other, threads[k]);
        assert_memory_equal(one.kpi, other.kpi, sizeof(double) * (size_t)one.plan.num_programs * RH_NUM_KPIS * 1000);
        for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
            size_t rows =
                (size_t)(one.plan.num_programs * rh_cut_num_kpis((enum rh_cut)cut) * one.plan.num_labels[cut]);
            assert_memory_equal(one.cut[cut], other.cut[cut], sizeof(float) * rows * 1000);
        }
        rehearsal_free(&other);
    }
    rehearsal_free(&one);
}

/* Money of the history's last 12 months, by hand: net revenue in currency units. */
static double history_revenue(const struct rh_history *history)
{
    rh_day first = rh_month_first_day(history->last_month - 11);
    double sum = 0.0;
    for (size_t e = 0; e < history->events.num; e++) {
        const char *measure = history->measures.name[history->events.measure[e]];
        if (history->events.date[e] >= first && strcmp(measure, "revenue") == 0) {
            sum += (double)history->events.amount[e];
        }
    }
    return sum * 1e-4;
}

/* With every mechanism neutral, an exact replay is the history, to the cent, in every replication and program. */
static void test_neutral_replay_is_history(void **state)
{
    const char *const programs[] = {rehearsal_tiers, rehearsal_mix};
    struct rehearsal self;
    (void)state;
    rehearsal_init(&self, 24, NULL, 2, programs);
    self.study.replay = RH_REPLAY_EXACT;
    rh_assumptions_neutral(&self.assumptions);
    rehearsal_bind(&self);
    rehearsal_run(&self, 2);
    double expected = history_revenue(&self.history);
    assert_true(expected > 1e5);
    for (int p = 0; p < self.plan.num_programs; p++) {
        for (int64_t r = 0; r < self.study.replications; r++) {
            assert_true(fabs(rehearsal_kpi(&self, p, RH_KPI_REVENUE)[r] - expected) < 0.005);
        }
    }
    rehearsal_free(&self);
}

/* What a program owes on the actual history, window by window and partner by partner, without the kernel. */
static double owed_on_history(const struct rehearsal *self, const struct rh_incentive *incentive, bool quantity,
                              const char *measure)
{
    const struct rh_history *history = &self->history;
    rh_month from = history->last_month - 11, first, last;
    struct rh_schedule schedule;
    double owed = 0.0;
    int status = rh_schedule_init(&schedule, incentive, NULL);
    assert(status == RH_OK);
    for (int k = 0; rh_incentive_window(incentive, 1, from, history->last_month, k, &first, &last); k++) {
        for (size_t i = 0; i < history->partners.num; i++) {
            double attained = 0.0;
            for (size_t e = 0; e < history->events.num; e++) {
                rh_month month = rh_day_month(history->events.date[e]);
                const char *product = history->products.name[history->events.product[e]];
                bool counts = strcmp(history->measures.name[history->events.measure[e]], measure) == 0 &&
                              (incentive->behavior.product.num == 0 ||
                               strcmp(incentive->behavior.product.item[0].text, product) == 0);
                if (counts && history->events.partner[e] == (int32_t)i && month >= first && month <= last) {
                    attained += (double)(quantity ? history->events.quantity[e] : history->events.amount[e]);
                }
            }
            if (rh_incentive_eligible(incentive, history, (int32_t)i, rh_month_first_day(first),
                                      rh_month_last_day(last))) {
                owed += rh_schedule_reward(&schedule, attained);
            }
        }
    }
    rh_schedule_free(&schedule);
    return owed * 1e-4;
}

static void test_settlement_on_history(void **state)
{
    const char *const programs[] = {rehearsal_tiers, rehearsal_flat};
    struct rehearsal self;
    (void)state;
    rehearsal_init(&self, 24, NULL, 2, programs);
    self.study.replay = RH_REPLAY_EXACT;
    rh_assumptions_neutral(&self.assumptions);
    rehearsal_bind(&self);
    rehearsal_run(&self, 1);
    for (int p = 0; p < 2; p++) {
        double owed = owed_on_history(&self, &self.study.compare[p].incentive[0], false, "revenue");
        assert_true(owed > 100.0);
        assert_true(fabs(rehearsal_kpi(&self, 1 + p, RH_KPI_EARNED)[0] - owed) < 1e-9 * owed);
        assert_true(fabs(rehearsal_kpi(&self, 1 + p, RH_KPI_WINDFALL)[0] - owed) < 1e-9 * owed);
    }
    rehearsal_free(&self);
}

/* The in-force program as a candidate gives the in-force scenario back, bit by bit, for any parameters. */
static void test_in_force_as_candidate(void **state)
{
    static const char *const in_force[] = {rehearsal_tiers, rehearsal_flat, rehearsal_mix};
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct rehearsal self;
        const char *const programs[] = {in_force[k]};
        rehearsal_init(&self, 24, in_force[k], 1, programs);
        rh_assumptions_set(&self.assumptions, RH_PARAM_NULL_PROGRAM, 0.0);
        rh_assumptions_set(&self.assumptions, RH_PARAM_EFFORT_ELASTICITY, 0.2 + 0.2 * k);
        self.study.replay = k == 1 ? RH_REPLAY_EXACT : RH_REPLAY_BOOTSTRAP;
        rehearsal_bind(&self);
        rehearsal_run(&self, 2);
        assert_int_equal(self.plan.num_programs, 3); /* in_force, none, the candidate */
        for (size_t m = 0; m < sizeof money / sizeof *money; m++) {
            assert_memory_equal(rehearsal_kpi(&self, 0, money[m]), rehearsal_kpi(&self, 2, money[m]),
                                sizeof(double) * (size_t)self.study.replications);
        }
        double moved = rehearsal_mean(&self, 0, RH_KPI_REVENUE) - rehearsal_mean(&self, 1, RH_KPI_REVENUE);
        double completed = self.plan.num_extra > 0 ? 1.0 : 0.0;
        assert_true(moved > 0.0 || completed > 0.0); /* without it less would be sold: the shadow is no empty one */
        rehearsal_free(&self);
    }
}

/* A program twice in a study differs from itself by exactly 0. */
static void test_program_against_itself(void **state)
{
    const char *const programs[] = {rehearsal_mix, rehearsal_mix};
    struct rehearsal self;
    (void)state;
    rehearsal_init(&self, 24, rehearsal_tiers, 2, programs);
    rehearsal_bind(&self);
    rehearsal_run(&self, 2);
    for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
        assert_memory_equal(rehearsal_kpi(&self, 2, (enum rh_kpi)kpi), rehearsal_kpi(&self, 3, (enum rh_kpi)kpi),
                            sizeof(double) * (size_t)self.study.replications);
    }
    rehearsal_free(&self);
}

/* Adding a program, in front of or behind another, changes no figure of the other. */
static void test_programs_do_not_disturb(void **state)
{
    const char *const alone[] = {rehearsal_mix}, *const among[] = {rehearsal_flat, rehearsal_mix, rehearsal_tiers};
    struct rehearsal one, three;
    (void)state;
    rehearsal_init(&one, 24, rehearsal_tiers, 1, alone);
    rehearsal_bind(&one);
    rehearsal_run(&one, 2);
    rehearsal_init(&three, 24, rehearsal_tiers, 3, among);
    rehearsal_bind(&three);
    rehearsal_run(&three, 2);
    for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
        assert_memory_equal(rehearsal_kpi(&one, 2, (enum rh_kpi)kpi), rehearsal_kpi(&three, 3, (enum rh_kpi)kpi),
                            sizeof(double) * 256);
    }
    rehearsal_free(&one);
    rehearsal_free(&three);
}

/* Incremental figures depend on the reference; revenue and payments do not. */
static void test_reference_is_free(void **state)
{
    const char *const programs[] = {rehearsal_flat, rehearsal_mix};
    static const char *const references[] = {"none", "flat"};
    struct rehearsal self, other;
    (void)state;
    rehearsal_init(&self, 24, rehearsal_tiers, 2, programs);
    rehearsal_bind(&self);
    rehearsal_run(&self, 1);
    for (int k = 0; k < 2; k++) {
        rehearsal_init(&other, 24, rehearsal_tiers, 2, programs);
        other.study.reference = (struct rh_reference){rh_strdup(references[k]), 1, 1};
        rehearsal_bind(&other);
        rehearsal_run(&other, 1);
        assert_int_equal(other.plan.reference, k + 1);
        for (int p = 0; p < self.plan.num_programs; p++) {
            const double *a = rehearsal_kpi(&self, p, RH_KPI_REVENUE), *b = rehearsal_kpi(&other, p, RH_KPI_REVENUE);
            const double *reference = rehearsal_kpi(&other, k + 1, RH_KPI_REVENUE);
            assert_memory_equal(a, b, sizeof(double) * 256);
            assert_memory_equal(rehearsal_kpi(&self, p, RH_KPI_PAID), rehearsal_kpi(&other, p, RH_KPI_PAID),
                                sizeof(double) * 256);
            for (int r = 0; r < 256; r++) {
                const double gained = rehearsal_kpi(&other, p, RH_KPI_INCREMENTAL_REVENUE)[r] +
                                      rehearsal_kpi(&other, p, RH_KPI_PULLED_FORWARD)[r];
                assert_true(fabs(gained - (b[r] - reference[r])) <= 1e-12 * b[r]);
            }
        }
        rehearsal_free(&other);
    }
    rehearsal_free(&self);
}

/* Cuts add up to the whole; float rounding apart. Every third partner has a tier. */
static void test_cuts_add_up(void **state)
{
    static const enum rh_cut cuts[] = {RH_CUT_MONTH, RH_CUT_SEGMENT, RH_CUT_REGION,
                                       RH_CUT_TIER,  RH_CUT_PRODUCT, RH_CUT_INCENTIVE};
    const char *const programs[] = {rehearsal_flat, rehearsal_mix};
    struct rehearsal self;
    (void)state;
    rehearsal_init(&self, 24, rehearsal_tiers, 2, programs);
    for (int i = 0; i < 24; i += 3) {
        self.history.partners.tier[i] = build_name(&self.history.partners.tiers, i % 2 == 0 ? "Gold" : "Silver");
    }
    rehearsal_bind(&self);
    rehearsal_run(&self, 2);
    assert_int_equal(self.plan.num_labels[RH_CUT_TIER], 3);
    assert_string_equal(self.plan.label[RH_CUT_TIER][0], "");
    assert_string_equal(self.plan.label[RH_CUT_TIER][2], "Silver");
    for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++) {
        for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
            int place = rh_cut_place(cuts[c], (enum rh_kpi)kpi), size = self.plan.num_labels[cuts[c]];
            for (int p = 0; p < self.plan.num_programs && place >= 0; p++) {
                double whole = rehearsal_kpi(&self, p, (enum rh_kpi)kpi)[7], sum = 0.0, largest = 1.0;
                for (int k = 0; k < size; k++) {
                    size_t row = ((size_t)p * (size_t)rh_cut_num_kpis(cuts[c]) + (size_t)place) * (size_t)size;
                    double part = (double)self.cut[cuts[c]][(row + (size_t)k) * 256 + 7];
                    sum += isnan(part) ? 0.0 : part;
                    largest = isnan(part) ? largest : fmax(largest, fabs(part));
                }
                assert_true(fabs(sum - whole) < 1e-5 * largest * size);
            }
        }
    }
    rehearsal_free(&self);
}

/* Caps and budget hold in every replication. */
static void test_caps_and_budget_hold(void **state)
{
    const char *const programs[] = {rehearsal_mix, rehearsal_tiers};
    struct rehearsal self;
    int exhausted = 0;
    (void)state;
    rehearsal_init(&self, 40, NULL, 2, programs);
    rehearsal_bind(&self);
    rehearsal_run(&self, 2);
    for (int r = 0; r < 256; r++) {
        double used = rehearsal_kpi(&self, 1, RH_KPI_BUDGET_USED)[r];
        bool ran_out = !isnan(rehearsal_kpi(&self, 1, RH_KPI_EXHAUSTED_MONTH)[r]);
        assert_true(rehearsal_kpi(&self, 1, RH_KPI_EARNED)[r] <= 13500.0 + 1e-6);
        assert_true(ran_out ? fabs(used - 1.0) < 1e-9 : used <= 1.0);
        assert_true(isnan(rehearsal_kpi(&self, 2, RH_KPI_BUDGET_USED)[r]));
        exhausted += ran_out;
    }
    assert_in_range(exhausted, 1, 256);
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_do_not_matter),  cmocka_unit_test(test_neutral_replay_is_history),
        cmocka_unit_test(test_settlement_on_history),  cmocka_unit_test(test_in_force_as_candidate),
        cmocka_unit_test(test_program_against_itself), cmocka_unit_test(test_programs_do_not_disturb),
        cmocka_unit_test(test_reference_is_free),      cmocka_unit_test(test_cuts_add_up),
        cmocka_unit_test(test_caps_and_budget_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
