/* What the engine promises exactly, with all constructs of the program language at once: same bytes at any number of
 * threads and with any instruction set, the in-force program as its own candidate, programs that do not disturb one
 * another, horizons that begin later. */
#include "engine/isa.h"
#include "support/everything.h"
#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PARTNERS 16
#define REPLICATIONS 300 /* no multiple of the lanes */

/* Eighteen months of these programs; isa NULL: the best. */
static void rehearse(struct rehearsal *self, const char *in_force, int num, const char *const *programs, int threads,
                     const char *isa)
{
    rehearsal_init(self, PARTNERS, in_force, num, programs);
    self->study.horizon_months = 18;
    self->study.replications = REPLICATIONS;
    rh_assumptions_set(&self->assumptions, RH_PARAM_NULL_PROGRAM, 0.02);
    rehearsal_bind(self);
    self->plan.isa = isa;
    rehearsal_run(self, threads);
}

/* All figures of scenario p of one run and q of another are the same bytes; by cut as well, by incentive where the
 * studies have the same ones. */
static void expect_same(const struct rehearsal *a, int p, const struct rehearsal *b, int q, bool incentives)
{
    for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
        if (memcmp(rehearsal_kpi(a, p, (enum rh_kpi)kpi), rehearsal_kpi(b, q, (enum rh_kpi)kpi),
                   sizeof(double) * REPLICATIONS) != 0) {
            fail_msg("%s differs", rh_kpi_table[kpi].name);
        }
    }
    for (int cut = 0; cut < (incentives ? RH_NUM_CUTS : RH_CUT_INCENTIVE); cut++) {
        const size_t rows = (size_t)(rh_cut_num_kpis((enum rh_cut)cut) * a->plan.num_labels[cut]);
        assert_int_equal(a->plan.num_labels[cut], b->plan.num_labels[cut]);
        assert_memory_equal(a->cut[cut] + (size_t)p * rows * REPLICATIONS,
                            b->cut[cut] + (size_t)q * rows * REPLICATIONS, sizeof(float) * rows * REPLICATIONS);
    }
    for (int k = 0; k < a->plan.num_extra; k++) {
        assert_string_equal(a->plan.extra[k], b->plan.extra[k]);
        assert_memory_equal(a->extra + (p * a->plan.num_extra + k) * REPLICATIONS,
                            b->extra + (q * b->plan.num_extra + k) * REPLICATIONS, sizeof(double) * REPLICATIONS);
    }
}

static void expect_same_runs(const struct rehearsal *a, const struct rehearsal *b)
{
    assert_int_equal(a->plan.num_programs, b->plan.num_programs);
    for (int p = 0; p < a->plan.num_programs; p++) {
        expect_same(a, p, b, p, true);
    }
}

/* Every incentive of `everything` pays somebody in some replication: or it is not tested. */
static void test_everything_pays(void **state)
{
    const char *const programs[] = {everything};
    struct rehearsal self;
    (void)state;
    rehearse(&self, NULL, 1, programs, 2, NULL);
    const size_t labels = (size_t)self.plan.num_labels[RH_CUT_INCENTIVE];
    const size_t kpis = (size_t)rh_cut_num_kpis(RH_CUT_INCENTIVE);
    assert_int_equal(labels, 12); /* and the bonuses of silver and gold */
    for (size_t k = 0; k < labels; k++) {
        const size_t row = (kpis + (size_t)rh_cut_place(RH_CUT_INCENTIVE, RH_KPI_EARNED)) * labels + k;
        double sum = 0.0;
        for (size_t r = 0; r < REPLICATIONS; r++) {
            sum += (double)self.cut[RH_CUT_INCENTIVE][row * REPLICATIONS + r];
        }
        if (!(sum > 10.0 * REPLICATIONS)) {
            fail_msg("'%s' pays %.2f", self.plan.label[RH_CUT_INCENTIVE][k], sum / REPLICATIONS);
        }
    }
    assert_true(rehearsal_mean(&self, 1, RH_KPI_REVENUE) > 1.001 * rehearsal_mean(&self, 0, RH_KPI_REVENUE));
    rehearsal_free(&self);
}

static void test_threads_do_not_matter(void **state)
{
    const char *const programs[] = {nobody_meets, everything};
    static const int threads[] = {2, 7};
    struct rehearsal one, other;
    (void)state;
    rehearse(&one, everything, 2, programs, 1, NULL);
    for (int k = 0; k < 2; k++) {
        rehearse(&other, everything, 2, programs, threads[k], NULL);
        expect_same_runs(&one, &other);
        rehearsal_free(&other);
    }
    rehearsal_free(&one);
}

static void test_instruction_sets_do_not_matter(void **state)
{
    const char *const programs[] = {nobody_meets, everything};
    struct rehearsal one, other;
    const char *isa;
    (void)state;
    rehearse(&one, NULL, 2, programs, 2, rh_kernel_code_name(0));
    for (int k = 1; (isa = rh_kernel_code_name(k)) != NULL; k++) {
        rehearse(&other, NULL, 2, programs, 2, isa);
        expect_same_runs(&one, &other);
        rehearsal_free(&other);
    }
    rehearsal_free(&one);
}

/* In force and candidate: the same in every figure, and what is sold is what history would go on to sell, whatever
 * the reference. */
static void test_in_force_as_candidate(void **state)
{
    const char *const programs[] = {everything, nobody_meets};
    static const char *const references[] = {NULL, "none", "nobody meets"};
    struct rehearsal self, free_of_it;
    (void)state;
    rehearse(&free_of_it, NULL, 2, programs, 2, NULL);
    for (int k = 0; k < 3; k++) {
        rehearsal_init(&self, PARTNERS, everything, 2, programs);
        self.study.horizon_months = 18;
        self.study.replications = REPLICATIONS;
        rh_assumptions_set(&self.assumptions, RH_PARAM_NULL_PROGRAM, 0.02);
        if (references[k] != NULL) {
            self.study.reference = (struct rh_reference){rh_strdup(references[k]), 1, 1};
        }
        rehearsal_bind(&self);
        rehearsal_run(&self, 2);
        expect_same(&self, 0, &self, 2, true);
        assert_memory_equal(rehearsal_kpi(&self, 2, RH_KPI_REVENUE), rehearsal_kpi(&free_of_it, 0, RH_KPI_REVENUE),
                            sizeof(double) * REPLICATIONS);
        assert_true(rehearsal_mean(&self, 1, RH_KPI_REVENUE) < rehearsal_mean(&self, 0, RH_KPI_REVENUE));
        rehearsal_free(&self);
    }
    rehearsal_free(&free_of_it);
}

static void test_program_against_itself(void **state)
{
    const char *const programs[] = {everything, everything};
    struct rehearsal self;
    (void)state;
    rehearse(&self, nobody_meets, 2, programs, 2, NULL);
    expect_same(&self, 2, &self, 3, true);
    rehearsal_free(&self);
}

/* Programs added in front and behind, and another order, change nothing of a program, with a contest or without. */
static void test_programs_do_not_disturb(void **state)
{
    const char *const alone[] = {everything}, *const other[] = {nobody_meets};
    const char *const among[] = {rehearsal_mix, everything, nobody_meets}, *const turned[] = {nobody_meets, everything};
    struct rehearsal one, plain, three, two;
    (void)state;
    rehearse(&one, rehearsal_tiers, 1, alone, 2, NULL);
    rehearse(&plain, rehearsal_tiers, 1, other, 2, NULL);
    rehearse(&three, rehearsal_tiers, 3, among, 2, NULL);
    rehearse(&two, rehearsal_tiers, 2, turned, 2, NULL);
    assert_true(one.plan.shares && !plain.plan.shares && three.plan.shares);
    for (int p = 0; p < 2; p++) {
        expect_same(&one, p, &three, p, false);
        expect_same(&plain, p, &three, p, false);
    }
    expect_same(&one, 2, &three, 3, false);
    expect_same(&one, 2, &two, 3, false);
    expect_same(&plain, 2, &three, 4, false);
    expect_same(&plain, 2, &two, 2, false);
    rehearsal_free(&one);
    rehearsal_free(&plain);
    rehearsal_free(&three);
    rehearsal_free(&two);
}

/* What a contest or a pool has paid depends on others, and moves nobody: or those who are ranked would not be those who
 * are paid. */
static void test_what_others_did_moves_nobody(void **state)
{
#define SHARED(name, once, cap)                                                                                   \
    "rehearse: program/1\nname: " name "\ncurrency: USD\nincentives:\n"                                           \
    "  - name: Contest\n    behavior: {measure: revenue}\n    metric: {rank_in: all}\n    window: month\n" cap    \
    "    reward: {levels: [{top: 3, flat: 300}]}\n"                                                               \
    "  - name: Pool\n    behavior: {measure: revenue, product: [alpha]}\n    metric: {pooled_by: segment}\n" once \
    "    window: quarter\n    reward: {levels: [{from: 20k, rate: 3%}]}\n"
    static const char open_ended[] = SHARED("open", "", ""),
                      limited[] = SHARED("limited", "    once: true\n", "    cap: {partner: 600}\n");
    const char *const programs[] = {open_ended, limited};
    struct rehearsal self;
    (void)state;
    rehearse(&self, NULL, 2, programs, 2, NULL);
    assert_memory_equal(rehearsal_kpi(&self, 1, RH_KPI_REVENUE), rehearsal_kpi(&self, 2, RH_KPI_REVENUE),
                        sizeof(double) * REPLICATIONS);
    assert_true(rehearsal_mean(&self, 2, RH_KPI_EARNED) < 0.8 * rehearsal_mean(&self, 1, RH_KPI_EARNED));
    rehearsal_free(&self);
}

/* A pool's prior year in the horizon is what its members sold on this path. */
static void test_pool_grows_on_its_own_path(void **state)
{
    static const char growing[] =
        "rehearse: program/1\nname: p\ncurrency: USD\nincentives:\n  - name: Pool\n    behavior: {measure: revenue}\n"
        "    metric: {pooled_by: segment}\n    window: year\n    active: {from: 2026-01}\n"
        "    reward: {pays_on: growth, levels: [{from: 1% of prior_year, rate: 5%}]}\n";
    const char *const programs[] = {growing};
    struct rehearsal self;
    int grew = 0;
    (void)state;
    memset(&self, 0, sizeof self);
    rh_history_init(&self.history);
    build_partner(&self.history, "P", "Reseller", "North", RH_NO_DAY);
    build_partner(&self.history, "Q", "Reseller", "South", RH_NO_DAY);
    for (int t = 0; t < 36; t++) {
        rehearsal_event(&self.history, "P", rh_month_make(2022, 1) + t, "revenue", "alpha", 9.0, 700.0 + t * t % 97);
        rehearsal_event(&self.history, "Q", rh_month_make(2022, 1) + t, "revenue", "alpha", 9.0, 400.0 + t * t % 83);
    }
    assert_int_equal(rh_history_finish(&self.history, NULL), RH_OK);
    rehearsal_study(&self, NULL, 1, programs);
    self.study.horizon_months = 24;
    rehearsal_bind(&self);
    for (int k = 0; k < 48; k++) {
        self.plan.partner[k / 24].alive[k % 24] = 1.0;
    }
    rehearsal_run(&self, 1);
    const size_t kpis = (size_t)rh_cut_num_kpis(RH_CUT_MONTH), R = (size_t)self.study.replications;
    const size_t revenue = (kpis + (size_t)rh_cut_place(RH_CUT_MONTH, RH_KPI_REVENUE)) * 24;
    for (size_t r = 0; r < R; r++) {
        double grown = 0.0;
        for (size_t t = 0; t < 24; t++) {
            grown += (t < 12 ? -1.0 : 1.0) * (double)self.cut[RH_CUT_MONTH][(revenue + t) * R + r];
        }
        assert_true(fabs(rehearsal_kpi(&self, 1, RH_KPI_EARNED)[r] - fmax(0.05 * grown, 0.0)) < 0.01);
        grew += grown > 0.0;
    }
    assert_in_range(grew, R / 5, R - R / 5);
    rehearsal_free(&self);
}

/* Of constant sales under an exact replay: days from the middle of the month of sale to the window's end, in every
 * window anew, whether it is settled at its end or, for a clawback, later. */
static void test_days_from_sale_to_window_end(void **state)
{
    static const char at_once[] = "rehearse: program/1\nname: p\ncurrency: USD\nincentives:\n  - name: Rebate\n"
                                  "    behavior: {measure: revenue}\n    window: quarter\n"
                                  "    payout: {after: 70 days}\n    reward: {levels: [{from: 0, rate: 2%}]}\n";
    static const char later[] = "rehearse: program/1\nname: q\ncurrency: USD\nincentives:\n  - name: Clawed\n"
                                "    behavior: {measure: revenue}\n    window: quarter\n"
                                "    clawback: {within: 2 months}\n    payout: {after: 70 days}\n"
                                "    reward: {levels: [{from: 0, rate: 2%}]}\n";
    const char *const programs[] = {at_once, later};
    struct rehearsal self;
    double days = 0.0;
    (void)state;
    memset(&self, 0, sizeof self);
    rh_history_init(&self.history);
    build_partner(&self.history, "P", "Reseller", "North", RH_NO_DAY);
    for (int t = 0; t < 36; t++) {
        rehearsal_event(&self.history, "P", rh_month_make(2022, 1) + t, "revenue", "alpha", 10.0, 1000.0);
    }
    assert_int_equal(rh_history_finish(&self.history, NULL), RH_OK);
    for (int t = 0; t < 12; t++) {
        const rh_month sale = self.history.last_month - 11 + t, end = self.history.last_month - 11 + t / 3 * 3 + 2;
        days += (rh_month_last_day(end) - 0.5 * (rh_month_first_day(sale) + rh_month_last_day(sale))) / 12.0;
    }
    rehearsal_study(&self, NULL, 2, programs);
    self.study.replay = RH_REPLAY_EXACT;
    rh_assumptions_neutral(&self.assumptions);
    rehearsal_bind(&self);
    rehearsal_run(&self, 1);
    for (int p = 1; p < 3; p++) {
        const double cash = rehearsal_kpi(&self, p, RH_KPI_SALE_TO_CASH)[0];
        assert_true(fabs(cash - rehearsal_kpi(&self, p, RH_KPI_TIME_TO_PAYOUT)[0] - days) < 1e-9);
    }
    rehearsal_free(&self);
}

/* Months between the history's end and the horizon: prior years, reviews and requirements look at what is expected of
 * them. Five months, and so many that nothing of the history is left to look at. */
static void test_horizon_that_starts_later(void **state)
{
    static const int gaps[] = {0, 5, 40};
    static const enum rh_kpi money[] = {RH_KPI_REVENUE, RH_KPI_EARNED,   RH_KPI_PAID,
                                        RH_KPI_COST,    RH_KPI_WINDFALL, RH_KPI_NET_BENEFIT};
    static const enum rh_kpi shares[] = {RH_KPI_PARTICIPATION, RH_KPI_ENROLLED, RH_KPI_EARNING, RH_KPI_BASELINE_EARNING,
                                         RH_KPI_ATTRITION};
    const char *const programs[] = {everything, nobody_meets};
    double earned[3][2];
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct rehearsal self;
        rehearsal_init(&self, PARTNERS, rehearsal_tiers, 2, programs);
        self.study.horizon_months = 26;
        self.study.horizon_starts = gaps[k] == 0 ? RH_NO_MONTH : self.history.last_month + 1 + gaps[k];
        self.study.replications = REPLICATIONS;
        rehearsal_bind(&self);
        rehearsal_run(&self, 2);
        for (int p = 0; p < self.plan.num_programs; p++) {
            for (int r = 0; r < REPLICATIONS; r++) {
                for (size_t m = 0; m < sizeof money / sizeof *money; m++) {
                    assert_true(isfinite(rehearsal_kpi(&self, p, money[m])[r]));
                }
                for (size_t m = 0; m < sizeof shares / sizeof *shares; m++) {
                    const double share = rehearsal_kpi(&self, p, shares[m])[r];
                    assert_true(isnan(share) ? p == 1 : share >= 0.0 && share <= 1.0);
                }
                assert_true(rehearsal_kpi(&self, p, RH_KPI_BREAKAGE)[r] >= -1e-6);
            }
        }
        for (int p = 0; p < 2; p++) {
            earned[k][p] = rehearsal_mean(&self, 2 + p, RH_KPI_EARNED) / rehearsal_mean(&self, 2 + p, RH_KPI_REVENUE);
        }
        rehearsal_free(&self);
    }
    for (int p = 0; p < 2; p++) { /* partners are a little fewer, programs as generous as ever */
        assert_true(fabs(earned[1][p] / earned[0][p] - 1.0) < 0.2 && fabs(earned[2][p] / earned[0][p] - 1.0) < 0.4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_pays),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_instruction_sets_do_not_matter),
        cmocka_unit_test(test_in_force_as_candidate),
        cmocka_unit_test(test_program_against_itself),
        cmocka_unit_test(test_programs_do_not_disturb),
        cmocka_unit_test(test_horizon_that_starts_later),
        cmocka_unit_test(test_days_from_sale_to_window_end),
        cmocka_unit_test(test_pool_grows_on_its_own_path),
        cmocka_unit_test(test_what_others_did_moves_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
