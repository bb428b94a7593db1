/* What extra completions bring, month by month by hand on partners of constant sales; and counts that the history
 * lacks, drawn around an assumed rate. */
#include "support/assume.h"
#include "support/constant.h"

#include "core/rng.h"
#include "core/variates.h"
#include "engine/isa.h"
#include "engine/kernel_private.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define LEADS                          \
    "  - name: Leads\n"                \
    "    behavior: {measure: leads}\n" \
    "    window: month\n"              \
    "    reward: {levels: [{from: 0, per_unit: 60}]}\n"
static const char leads[] = CONSTANT_HEAD LEADS;
static const char nothing[] = CONSTANT_HEAD "  - name: Nothing\n"
                                            "    behavior: {measure: leads}\n"
                                            "    window: month\n"
                                            "    reward: {levels: [{from: 1000, per_unit: 1}]}\n";
static const char leads_and_beta[] = CONSTANT_HEAD LEADS "  - name: Beta\n"
                                                         "    behavior: {measure: revenue, product: [beta]}\n"
                                                         "    window: month\n"
                                                         "    reward: {levels: [{from: 0, rate: 10%}]}\n"
                                                         "  - name: Boxes\n"
                                                         "    behavior: {measure: units, product: [beta]}\n"
                                                         "    window: month\n"
                                                         "    reward: {levels: [{from: 0, per_unit: 3}]}\n";

/* A partner with six leads and 1000 of alpha a month, and so much of beta. */
static void begin(struct rehearsal *self, double beta)
{
    constant_begin(self);
    build_partner(&self->history, "P", "Reseller", "North", RH_NO_DAY);
    constant_sells(self, "P", "alpha", 1000.0);
    if (beta > 0.0) {
        constant_sells(self, "P", "beta", beta);
    }
    constant_rows(self, "P", "leads", "", 6.0, 0.0);
}

/* Runs one program over so many months. */
static void run(struct rehearsal *self, const char *in_force, const char *program, const char *assumed, int months)
{
    constant_study(self, in_force, 1, &program);
    self->study.horizon_months = months;
    constant_set(self, RH_PARAM_ACTIVITY_ELASTICITY, 0.3);
    assume(self, assumed);
    constant_bind(self);
    rehearsal_run(self, 1);
}

static double extra_of(const struct rehearsal *self, int scenario)
{
    return self->extra[scenario * self->plan.num_extra];
}

/* Extra completions of each month, from horizons of 1, 2, 3, … months. */
static void find_extra(const char *in_force, const char *program, int scenario, double extra[12])
{
    double so_far = 0.0;
    for (int t = 0; t < 12; t++) {
        struct rehearsal self;
        begin(&self, 500.0);
        run(&self, in_force, program, ASSUMPTIONS "parameters: {}\n", t + 1);
        extra[t] = extra_of(&self, scenario) - so_far;
        so_far += extra[t];
        rehearsal_free(&self);
    }
    assert_true(fabs(so_far) > 5.0);
}

static double product_revenue(const struct rehearsal *self, int scenario, int product)
{
    const int row = scenario * rh_cut_num_kpis(RH_CUT_PRODUCT) + rh_cut_place(RH_CUT_PRODUCT, RH_KPI_REVENUE);
    return (double)self->cut[RH_CUT_PRODUCT][row * self->plan.num_labels[RH_CUT_PRODUCT] + product];
}

/* Two months later beta sells more, at its margin; what comes behind the horizon counts nowhere. The partner earns its
 * own margin on it. */
static void test_extra_brings_revenue(void **state)
{
    struct rehearsal self;
    double extra[12], sum = 0.0;
    (void)state;
    find_extra(NULL, leads, 1, extra);
    begin(&self, 500.0);
    run(&self, NULL, leads, ASSUMPTIONS "yield: {leads: {revenue: 80, lag: 2 months, product: beta}}\n", 12);
    for (int t = 0; t < 12; t++) {
        const double brought = t < 2 ? 0.0 : 80.0 * extra[t - 2];
        assert_true(constant_is(constant_month(&self, 1, RH_KPI_REVENUE, t), 1500.0 + brought));
        sum += brought;
    }
    assert_true(sum > 0.0);
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_INCREMENTAL_REVENUE), sum));
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_INCREMENTAL_MARGIN), 0.3 * sum));
    assert_true(constant_is(product_revenue(&self, 1, 0), 12e3));
    assert_true(constant_is(product_revenue(&self, 1, 1), 6e3 + sum));
    const double gain = constant_kpi(&self, 1, RH_KPI_PAID) + 0.1 * sum;
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_PARTNER_GAIN), gain));
    assert_true(constant_is(constant_kpi(&self, 0, RH_KPI_REVENUE), 18e3));
    rehearsal_free(&self);
}

/* At once, and of nothing in a horizon that is no longer than the lag. */
static void test_lags(void **state)
{
    struct rehearsal now, late;
    (void)state;
    begin(&now, 500.0);
    run(&now, NULL, leads, ASSUMPTIONS "yield: {leads: {revenue: 80, product: beta}}\n", 12);
    begin(&late, 500.0);
    run(&late, NULL, leads, ASSUMPTIONS "yield: {leads: {revenue: 80, lag: 12 months, product: beta}}\n", 12);
    assert_true(constant_is(constant_kpi(&now, 1, RH_KPI_INCREMENTAL_REVENUE), 80.0 * extra_of(&now, 1)));
    assert_true(constant_kpi(&late, 1, RH_KPI_INCREMENTAL_REVENUE) == 0.0);
    assert_true(extra_of(&now, 1) > 0.0 && extra_of(&now, 1) == extra_of(&late, 1));
    rehearsal_free(&now);
    rehearsal_free(&late);
}

/* Leads that a program no longer brings are missed: at most what is sold of the line, the rest in the next month. */
static void test_missing_completions(void **state)
{
    struct rehearsal self;
    double extra[12], owed = 0.0, sum = 0.0;
    bool limited = false;
    (void)state;
    find_extra(leads, nothing, 2, extra);
    begin(&self, 500.0);
    run(&self, leads, nothing, ASSUMPTIONS "yield: {leads: {revenue: 230, lag: 1 month, product: beta}}\n", 12);
    for (int t = 0; t < 12; t++) {
        owed += t < 1 ? 0.0 : 230.0 * extra[t - 1];
        const double missed = fmax(owed, -500.0);
        assert_true(constant_is(constant_month(&self, 2, RH_KPI_REVENUE, t), 1500.0 + missed));
        owed -= missed;
        sum += missed;
        limited = limited || owed < 0.0;
    }
    assert_true(limited && sum < 0.0);
    assert_true(constant_is(constant_kpi(&self, 2, RH_KPI_INCREMENTAL_REVENUE), sum));
    rehearsal_free(&self);
}

/* With a partner that has left is lost what its last leads would have brought. */
static void test_leavers(void **state)
{
    const char *const programs[] = {leads};
    struct rehearsal self;
    (void)state;
    begin(&self, 500.0);
    constant_study(&self, NULL, 1, programs);
    constant_set(&self, RH_PARAM_ACTIVITY_ELASTICITY, 0.3);
    assume(&self, ASSUMPTIONS "yield: {leads: {revenue: 80, lag: 2 months, product: beta}}\n");
    constant_bind(&self);
    for (int t = 6; t < 12; t++) {
        self.plan.partner[0].alive[t] = 0.0;
    }
    rehearsal_run(&self, 1);
    double before = 0.0;
    for (int t = 0; t < 12; t++) {
        const double sold = constant_month(&self, 1, RH_KPI_REVENUE, t);
        before += t < 6 ? sold - 1500.0 : 0.0;
        assert_true(t < 6 || sold == 0.0);
    }
    assert_true(before > 0.0 && before < 79.0 * extra_of(&self, 1));
    rehearsal_free(&self);
}

/* What extra leads bring is the partner's own sale: it counts for incentives on it. */
static void test_it_is_attained(void **state)
{
    struct rehearsal self;
    (void)state;
    begin(&self, 500.0);
    run(&self, NULL, leads_and_beta, ASSUMPTIONS "yield: {leads: {revenue: 80, product: beta}}\n", 12);
    const double extra = extra_of(&self, 1), sold = 6e3 + 80.0 * extra;
    assert_true(extra > 0.0);
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_EARNED),
                            60.0 * (72.0 + extra) + 0.1 * sold + 3.0 * sold * 10.0 / 500.0));
    rehearsal_free(&self);
}

/* Of a line that the partner never sold it sells as those do who sell it: as many units, as many returns. */
static void test_a_line_never_sold(void **state)
{
    struct rehearsal self;
    (void)state;
    begin(&self, 0.0);
    build_partner(&self.history, "Q", "Reseller", "North", RH_NO_DAY);
    constant_rows(&self, "Q", "revenue", "beta", 20.0, 400.0);
    constant_rows(&self, "Q", "revenue", "beta", -2.0, -40.0);
    run(&self, NULL, leads_and_beta, ASSUMPTIONS "yield: {leads: {revenue: 80, product: beta}}\n", 12);
    const double extra = extra_of(&self, 1), net = 80.0 * 0.9 * extra, units = 80.0 * 18.0 / 400.0 * extra;
    assert_true(extra > 0.0);
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_INCREMENTAL_REVENUE), net));
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_INCREMENTAL_MARGIN), 0.3 * net));
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_EARNED),
                            60.0 * (72.0 + extra) + 0.1 * (12.0 * 360.0 + net) + 3.0 * (12.0 * 18.0 + units)));
    rehearsal_free(&self);
}

/* Two leads' worth in one replication is two in all: what one brings is drawn once per replication, under its name. */
static void test_revenue_is_drawn(void **state)
{
    const char *const programs[] = {leads};
    struct rehearsal self;
    double least = INFINITY, most = 0.0;
    (void)state;
    begin(&self, 500.0);
    constant_study(&self, NULL, 1, programs);
    self.study.replications = 200;
    constant_set(&self, RH_PARAM_ACTIVITY_ELASTICITY, 0.3);
    assume(&self, ASSUMPTIONS "yield: {leads: {revenue: {mean: 80, sd: 30}, product: beta}}\n");
    constant_bind(&self);
    rehearsal_run(&self, 2);
    for (uint32_t r = 0; r < 200; r++) {
        const double worth = rh_belief_of_draw(&self.assumptions.yield[0].revenue, rh_entity("yield/leads"), 3, r);
        const double extra = self.extra[self.plan.num_extra * 200 + (int)r];
        assert_true(constant_is(rehearsal_kpi(&self, 1, RH_KPI_INCREMENTAL_REVENUE)[r], worth * extra));
        least = fmin(least, worth);
        most = fmax(most, worth);
    }
    assert_true(least < 40.0 && most > 140.0);
    assert_string_equal(self.plan.drawn[self.plan.num_drawn - 1].name, "yield/leads");
    rehearsal_free(&self);
}

#define ON_DEALS                         \
    "rehearse: program/1\n"              \
    "name: deals\n"                      \
    "currency: USD\n"                    \
    "incentives:\n"                      \
    "  - name: Volume\n"                 \
    "    behavior: {measure: revenue}\n" \
    "    window: quarter\n"              \
    "    reward:\n"                      \
    "      bands: retroactive\n"         \
    "      levels: [{from: 3k, rate: 2%}, {from: 8k, rate: 5%}]\n"
static const char deals[] = ON_DEALS "  - name: Deals\n"
                                     "    behavior: {measure: deals_won}\n"
                                     "    window: quarter\n"
                                     "    reward: {levels: [{from: 0, per_unit: 50}]}\n"
                                     "  - name: Referrals\n"
                                     "    behavior: {measure: referrals, product: [alpha]}\n"
                                     "    window: half\n"
                                     "    enrollment: opt_in\n"
                                     "    reward: {levels: [{from: 2, flat: 90}]}\n";
static const char deals_yield[] = ASSUMPTIONS "yield:\n"
                                              "  deals_won: {revenue: {mean: 700, sd: 200}, lag: 1 month, product: "
                                              "beta}\n"
                                              "  referrals: {revenue: 300, lag: 3 months, product: alpha}\n"
                                              "base_rate: {referrals: {segments: {Reseller: 0.5, Distributor: 2}}}\n";

/* A study of the small channel with its leavers, stocks and quirks; verified as all are. */
static void rehearse(struct rehearsal *self, const char *in_force, const char *program, const char *assumed,
                     int threads, const char *isa)
{
    const char *const programs[] = {rehearsal_tiers, program};
    rehearsal_init(self, 24, in_force, 2, programs);
    rh_assumptions_set(&self->assumptions, RH_PARAM_TOPUP_REACH, 0.3);
    rh_assumptions_set(&self->assumptions, RH_PARAM_TOPUP_ABLE, 0.8);
    rh_assumptions_set(&self->assumptions, RH_PARAM_LEAVE_REWARDED, 0.7);
    rh_assumptions_set(&self->assumptions, RH_PARAM_ACTIVITY_ELASTICITY, 0.4);
    assume(self, assumed);
    rehearsal_bind(self);
    self->plan.isa = isa;
    rehearsal_run(self, threads);
}

static bool same_figures(const struct rehearsal *a, int p, const struct rehearsal *b, int q)
{
    return memcmp(rehearsal_kpi(a, p, (enum rh_kpi)0), rehearsal_kpi(b, q, (enum rh_kpi)0),
                  RH_NUM_KPIS * (size_t)a->study.replications * sizeof(double)) == 0;
}

/* The program in force as its own candidate changes nothing, on any number of threads and any instruction set. */
static void test_in_force_stays(void **state)
{
    struct rehearsal self;
    (void)state;
    rehearse(&self, deals, deals, deals_yield, 1, NULL);
    assert_true(same_figures(&self, 0, &self, 3));
    assert_false(same_figures(&self, 0, &self, 2));
    for (int k = 0; rh_kernel_code_name(k) != NULL; k++) {
        struct rehearsal again;
        rehearse(&again, deals, deals, deals_yield, 3, rh_kernel_code_name(k));
        for (int p = 0; p < self.plan.num_programs; p++) {
            assert_true(same_figures(&self, p, &again, p));
        }
        rehearsal_free(&again);
    }
    rehearsal_free(&self);
}

/* A yield of nothing is none, bit for bit; a base rate changes nothing of programs that do not look at it. */
static void test_neutral(void **state)
{
    static const char rate[] = "base_rate: {referrals: {segments: {Reseller: 0.5, Distributor: 2}}}\n";
    struct rehearsal with, without, plain;
    char zero[256], none[256];
    (void)state;
    snprintf(zero, sizeof zero, "%s%syield: {deals_won: {revenue: 0, lag: 1 month, product: beta}}\n", ASSUMPTIONS,
             rate);
    snprintf(none, sizeof none, "%s%s", ASSUMPTIONS, rate);
    rehearse(&with, NULL, deals, zero, 1, NULL);
    rehearse(&without, NULL, deals, none, 1, NULL);
    rehearse(&plain, NULL, rehearsal_flat, ASSUMPTIONS "parameters: {}\n", 1, NULL);
    for (int p = 0; p < 3; p++) {
        assert_true(same_figures(&with, p, &without, p));
    }
    for (int p = 0; p < 2; p++) {
        assert_true(same_figures(&without, p, &plain, p));
    }
    rehearsal_free(&with);
    rehearsal_free(&without);
    rehearsal_free(&plain);
}

static const char referred[] = CONSTANT_HEAD "  - name: Referred\n"
                                             "    behavior: {measure: referrals, product: [alpha]}\n"
                                             "    window: month\n"
                                             "    reward: {levels: [{from: 0, per_unit: 10}]}\n";

/* Counts are Poisson around the rate of the partner's segment, by the uniforms of its rounding. */
static void test_base_rate(void **state)
{
    const char *const programs[] = {referred};
    struct rehearsal self;
    double sum = 0.0, squares = 0.0;
    (void)state;
    constant_begin(&self);
    build_partner(&self.history, "P", "Reseller", "North", RH_NO_DAY);
    build_partner(&self.history, "Q", "Distributor", "North", RH_NO_DAY);
    constant_sells(&self, "P", "alpha", 1000.0);
    constant_sells(&self, "Q", "alpha", 1000.0);
    constant_study(&self, NULL, 1, programs);
    self.study.replications = 400;
    assume(&self, ASSUMPTIONS "base_rate: {referrals: {segments: {Reseller: 0.4}}}\n");
    constant_bind(&self);
    rehearsal_run(&self, 2);
    for (uint32_t r = 0; r < 400; r++) {
        double referrals = 0.0;
        for (uint32_t t = 0; t < 12; t++) {
            const struct rh_words words = rh_draw(3, rh_entity_pair("P", "referrals/"), r, RH_DRAW_ROUND, t / 4, 0);
            referrals += (double)rh_poisson(0.4, rh_uniform(words.w[t % 4]));
        }
        assert_true(constant_is(rehearsal_kpi(&self, 1, RH_KPI_EARNED)[r], 10.0 * referrals));
        sum += referrals;
        squares += referrals * referrals;
    }
    const double mean = sum / 400.0, variance = squares / 400.0 - mean * mean; /* both 4.8 */
    assert_true(fabs(mean - 4.8) < 4.0 * sqrt(4.8 / 400.0));
    assert_true(fabs(variance - 4.8) < 4.0 * sqrt((4.8 + 2.0 * 4.8 * 4.8) / 400.0));
    assert_int_equal(self.plan.partner[0].num_series + self.plan.partner[1].num_series, 3);
    rehearsal_free(&self);
}

/* What happened holds nothing of it: told where the rate is given, unless no program looks at it. */
static void test_exact_replay(void **state)
{
    static const char text[] = ASSUMPTIONS "base_rate:\n  referrals: 0.4\n";
    (void)state;
    for (int looked_at = 0; looked_at < 2; looked_at++) {
        const char *const programs[] = {looked_at ? referred : leads};
        struct rehearsal self;
        struct rh_problems problems;
        rh_problems_init(&problems);
        begin(&self, 0.0);
        constant_study(&self, NULL, 1, programs);
        self.study.replay = RH_REPLAY_EXACT;
        assert_int_equal(rh_assumptions_read(&self.assumptions, scratch_write("a.yaml", text),
                                             &self.history.partners.segments, &problems),
                         RH_OK);
        const int status = rh_assumptions_bind(&self.assumptions, &self.study, &self.history, &problems);
        assert_int_equal(status, looked_at ? RH_ERR_INPUT : RH_OK);
        assert_int_equal(problems.num, looked_at);
        if (looked_at) {
            assert_int_equal(problems.items[0].line, 3);
            assert_int_equal(problems.items[0].column, 3);
            assert_non_null(strstr(problems.items[0].message, "the history has no 'referrals', and an exact replay"));
        }
        rh_problems_free(&problems);
        rehearsal_free(&self);
    }
}

/* The engine's look at itself sees a completion that brought nothing. */
static void test_verify(void **state)
{
    const char *const programs[] = {leads};
    struct rehearsal self;
    struct rh_block block;
    (void)state;
    begin(&self, 500.0);
    constant_study(&self, NULL, 1, programs);
    assume(&self, ASSUMPTIONS "yield: {leads: {revenue: 80, product: beta}}\n");
    constant_bind(&self);
    struct rh_kernel *kernel = rh_kernel_create(&self.plan);
    memset(&block, 0, sizeof block);
    block.kpi = rh_calloc((size_t)self.plan.num_programs * RH_NUM_KPIS, sizeof(double));
    block.extra = rh_calloc((size_t)self.plan.num_programs, sizeof(double));
    block.parameter = rh_calloc((size_t)self.plan.num_drawn, sizeof(double));
    rh_kernel_run(kernel, 0, 1, &block); /* no cuts: their sizes are 0 */
    assert_null(block.broken);
    for (int spoiled = 0; spoiled < 2; spoiled++) {
        for (int k = 0; spoiled && k < kernel->partner->num_series; k++) {
            kernel->gross[k][5] += kernel->gross[k][5] == 6e4 ? 1e4 : 0.0; /* a seventh lead */
            kernel->demand[k][5] = kernel->gross[k][5];
        }
        kernel->broken[0] = '\0';
        rh_verify_start(kernel);
        rh_verify_month(kernel, 11);
        assert_int_equal(strstr(kernel->broken, "extra completions bring 800000, of which 0 came") != NULL, spoiled);
    }
    free(block.kpi);
    free(block.extra);
    free(block.parameter);
    rh_kernel_destroy(kernel);
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extra_brings_revenue),
        cmocka_unit_test(test_lags),
        cmocka_unit_test(test_leavers),
        cmocka_unit_test(test_missing_completions),
        cmocka_unit_test(test_it_is_attained),
        cmocka_unit_test(test_a_line_never_sold),
        cmocka_unit_test(test_revenue_is_drawn),
        cmocka_unit_test(test_in_force_stays),
        cmocka_unit_test(test_neutral),
        cmocka_unit_test(test_base_rate),
        cmocka_unit_test(test_exact_replay),
        cmocka_unit_test(test_verify),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
