/* Who opts in: what taking part is expected to pay, metric by metric, against quadratures of the rules; how often that
 * leads to enrolling, against the logit of docs/model.md; and that a partner's mind is its own in all windows. */
#include "support/scene.h"

/* ---- What taking part in a window is expected to pay */

static void expect_pay(struct gamble *gamble, const struct scene *self, double found)
{
    const double expected = gamble_expectation(gamble, 0.0);
    if (!(fabs(found - expected) <= 1e-6 * expected && expected > 1e4)) {
        fail_msg("%s: the kernel expects %.4f, the quadrature %.4f", self->taken->incentive->incentive->name.text,
                 found, expected);
    }
}

static double pays_levels(const void *user, double total)
{
    (void)user;
    return fmin(total >= 4000.0 * MONEY ? 0.03 * total + 20.0 * MONEY : 0.01 * total, 150.0 * MONEY);
}

static void test_total(void **state)
{
    static const char program[] =
        SCENE_HEAD "  - name: Total\n    behavior: {measure: revenue}\n    window: quarter\n    cap: {window: 150}\n"
                   "    enrollment: opt_in\n    reward:\n      bands: retroactive\n"
                   "      levels: [{from: 0, rate: 1%}, {from: 4k, rate: 3%, flat: 20}]\n";
    struct scene self;
    rh_lanes pay;
    (void)state;
    scene_live_alone(&self, program, 12, 0.6);
    for (int w = 0; w < 4; w++) {
        struct gamble gamble = {pays_levels, NULL, {4000.0 * MONEY, 130.0 * MONEY / 0.03}, .num_breaks = 2};
        gamble_believe(&gamble, scene_usual(&self, 0, "revenue", 3 * w, 3 * w + 2), 0.6, 3);
        scene_open(&self, w);
        rh_expect_reward(self.kernel, self.taken, w, pay);
        expect_pay(&gamble, &self, pay[0]);
        assert_true(pay[0] == pay[RH_LANES - 1]);
    }
    scene_end(&self);
}

static double pays_growth(const void *user, double total)
{
    return 0.05 * fmax(total - *(const double *)user, 0.0);
}

static void test_growth_on_the_path(void **state)
{
    static const char program[] = SCENE_HEAD "  - name: Growth\n    behavior: {measure: revenue}\n    metric: growth\n"
                                             "    window: quarter\n    enrollment: opt_in\n"
                                             "    reward: {levels: [{from: 0, rate: 5%}]}\n";
    struct scene self;
    rh_lanes pay;
    (void)state;
    scene_live_alone(&self, program, 24, 0.6);
    for (int t = 3; t < 6; t++) {
        scene_gauge(&self, self.taken->incentive->own, t, 500.0 * MONEY, 10.0 * MONEY);
    }
    scene_open(&self, 5);
    rh_expect_reward(self.kernel, self.taken, 5, pay);
    for (int l = 0; l < RH_LANES; l += 9) {
        const double prior = 3.0 * (500.0 + 10.0 * l) * MONEY;
        struct gamble gamble = {pays_growth, &prior, {prior}, .num_breaks = 1};
        gamble_believe(&gamble, scene_usual(&self, 0, "revenue", 15, 17), 0.6, 3);
        expect_pay(&gamble, &self, pay[l]);
    }
    scene_end(&self);
}

static double pays_ratio(const void *user, double total)
{
    const double share = total / *(const double *)user;
    return share >= 0.2 ? 0.04 * total + 20.0 * MONEY : 0.0;
}

static void test_ratio(void **state)
{
    static const char program[] = SCENE_HEAD "  - name: Mix\n    behavior: {measure: revenue, product: [beta]}\n"
                                             "    metric: {ratio_to: {measure: revenue}}\n    window: quarter\n"
                                             "    enrollment: opt_in\n"
                                             "    reward: {levels: [{from: 20%, rate: 4%, flat: 20}]}\n";
    struct scene self;
    rh_lanes pay;
    (void)state;
    scene_live_alone(&self, program, 12, 0.6);
    const double denominator = scene_usual(&self, 0, "revenue", 3, 5);
    struct gamble gamble = {pays_ratio, &denominator, {0.2 * denominator}, .num_breaks = 1};
    gamble_believe(&gamble, scene_usual(&self, 0, "revenue/beta", 3, 5), 0.6, 3);
    scene_open(&self, 1);
    rh_expect_reward(self.kernel, self.taken, 1, pay);
    expect_pay(&gamble, &self, pay[3]);
    scene_end(&self);
}

/* Of a streak what the window pays and what it adds to the streak: two half-years are left. */
static void test_streak(void **state)
{
    static const char program[] = SCENE_HEAD "  - name: Row\n    behavior: {measure: revenue}\n    window: half\n"
                                             "    metric: {streak: 2, at_least: 7k}\n    enrollment: opt_in\n"
                                             "    reward: {levels: [{from: 1, flat: 30}, {from: 2, flat: 100}]}\n";
    struct scene self;
    struct gamble gamble;
    rh_lanes pay;
    (void)state;
    scene_live_alone(&self, program, 12, 0.6);
    gamble_believe(&gamble, scene_usual(&self, 0, "revenue", 0, 5), 0.6, 6);
    const double chance = gamble_survival(&gamble, 7000.0 * MONEY);
    scene_open(&self, 0);
    rh_expect_reward(self.kernel, self.taken, 0, pay);
    assert_true(fabs(pay[5] - chance * (30.0 + chance * (130.0 - 30.0)) * MONEY) < 1.0);
    scene_open(&self, 1);
    self.taken->standing[RH_PATH_OWN].streak[5] = 1.0;
    rh_expect_reward(self.kernel, self.taken, 1, pay);
    assert_true(fabs(pay[4] - chance * 30.0 * MONEY) < 1.0 && fabs(pay[5] - chance * 130.0 * MONEY) < 1.0);
    scene_end(&self);
}

static double pays_pool(const void *user, double total)
{
    return *(const double *)user * (total >= 8000.0 * MONEY ? 0.02 * total : 0.0);
}

/* A third of the pool, more of it for gold. */
static void test_pool(void **state)
{
    static const char program[] = SCENE_HEAD
        "  - name: Pool\n    behavior: {measure: revenue}\n    metric: {pooled_by: parent}\n    window: quarter\n"
        "    enrollment: opt_in\n    multiplier: {tier: {gold: 1.5}}\n"
        "    reward: {bands: retroactive, levels: [{from: 8k, rate: 2%}]}\n"
        "tiers:\n  review: half\n  levels:\n    - {name: silver}\n"
        "    - {name: gold, when: [{measure: revenue, at_least: 7.4k}]}\n";
    struct scene self;
    rh_lanes pay;
    (void)state;
    scene_begin(&self);
    scene_partner(&self.study.history, "A", 1000.0, 0.0, 1);
    scene_partner(&self.study.history, "B", 1000.0, 0.0, 1);
    scene_partner(&self.study.history, "P", 1000.0, 0.0, 1);
    scene_study(&self, program, 12);
    scene_live(&self);
    for (int l = 0; l < RH_LANES; l++) {
        self.kernel->status[RH_PATH_OWN][0][l] = l % 2;
    }
    scene_open(&self, 0);
    rh_expect_reward(self.kernel, self.taken, 0, pay);
    for (int l = 0; l < 2; l++) {
        const double share = (l == 0 ? 1.0 : 1.5) / 3.0;
        struct gamble gamble = {pays_pool, &share, {8000.0 * MONEY}, .num_breaks = 1};
        gamble_believe(&gamble, 3.0 * scene_usual(&self, 2, "revenue", 0, 2), self.study.plan.partner[2].cv / sqrt(3.0),
                       3);
        expect_pay(&gamble, &self, pay[l]);
    }
    scene_end(&self);
}

/* A fund pays what it holds and accrues before the last month, no more than is spent and the cap lets through. */
static void test_match(void **state)
{
    static const char program[] = SCENE_HEAD "  - name: Fund\n    behavior: {measure: marketing_spend}\n"
                                             "    window: quarter\n    enrollment: opt_in\n"
                                             "    multiplier: {region: {North: 1.2}}\n    cap: {window: 170}\n"
                                             "    reward: {match: 50%, fund: {accrues: 2%, of: revenue}}\n";
    struct scene self;
    rh_lanes pay;
    (void)state;
    scene_live_alone(&self, program, 12, 0.6);
    scene_open(&self, 1);
    for (int l = 0; l < RH_LANES; l++) {
        self.taken->standing[RH_PATH_OWN].fund[2][l] = l * MONEY;
    }
    rh_expect_reward(self.kernel, self.taken, 1, pay);
    const double wanted = 0.5 * scene_usual(&self, 0, "marketing_spend", 3, 5),
                 accrued = 0.02 * scene_usual(&self, 0, "revenue", 3, 4);
    for (int l = 0; l < RH_LANES; l++) {
        assert_true(fabs(pay[l] - fmin(1.2 * fmin(wanted, l * MONEY + accrued), 170.0 * MONEY)) < 1e-6 * pay[l]);
    }
    assert_true(pay[0] < pay[50] && 1.2 * wanted > 170.0 * MONEY);
    scene_end(&self);
}

/* ---- How often that leads to enrolling */

static const struct {
    enum rh_parameter parameter;
    double value;
} logit[] = {{RH_PARAM_OPT_IN, 0.2},        {RH_PARAM_OPT_IN_REWARD, 0.55}, {RH_PARAM_OPT_IN_COMPLEXITY, 0.8},
             {RH_PARAM_OPT_IN_DELAY, 0.07}, {RH_PARAM_OPT_IN_TRUST, 0.9},   {RH_PARAM_OPT_IN_COST, 0.003},
             {RH_PARAM_TRUST, 0.55},        {RH_PARAM_PROCESSING_DAYS, 20}, {RH_PARAM_NULL_PROGRAM, 0.0},
             {RH_PARAM_ATTENTION, 1.0}};

static void fix(struct scene *self)
{
    for (size_t k = 0; k < sizeof logit / sizeof *logit; k++) {
        rh_assumptions_set(&self->study.assumptions, logit[k].parameter, logit[k].value);
    }
}

#define OFFER                                                                                                      \
    SCENE_HEAD "  - name: Simple\n    behavior: {measure: revenue}\n    window: quarter\n    enrollment: opt_in\n" \
               "    cap: {window: 150}\n    payout: {after: 45 days, claim: required}\n    reward:\n"              \
               "      bands: retroactive\n      levels: [{from: 0, rate: 1%}, {from: 4k, rate: 3%, flat: 20}]\n"
static const char alone[] = OFFER;
static const char beside[] = OFFER "  - name: Another\n    behavior: {measure: certifications}\n    window: year\n"
                                   "    enrollment: opt_in\n    reward: {levels: [{from: 6, flat: 300}]}\n";

/* Probability by hand that a partner of constant sales takes the offer beside the other incentive: two levels,
 * retroactive, to be claimed. */
static double chance_of(const struct scene *self)
{
    struct gamble gamble = {pays_levels, NULL, {4000.0 * MONEY, 130.0 * MONEY / 0.03}, .num_breaks = 2};
    const double sells = scene_usual(self, 0, "revenue", 0, 2);
    gamble_believe(&gamble, sells, self->study.plan.partner[0].cv, 3);
    const double complexity = 0.3 + 0.5 * (0.1 + 0.2 + 0.2), delay = 1.5 + (45.0 + 20.0) / 30.4375;
    const double z = 0.2 + 0.55 * log(gamble_expectation(&gamble, 0.0) / (0.003 * sells)) - 0.8 * complexity -
                     0.07 * delay + 0.9 * (0.55 - 0.7) / 0.3;
    return 1.0 / (1.0 + exp(-z));
}

/* Frequency within 4 standard errors; the same in all windows that are alike; of the other incentive another one. */
static void test_frequency(void **state)
{
    const int blocks = 150, replications = blocks * RH_LANES;
    struct scene self;
    struct rh_block block;
    int took = 0, differs = 0;
    (void)state;
    scene_begin(&self);
    scene_partner(&self.study.history, "P", 1000.0, 0.0, 1);
    scene_study(&self, beside, 12);
    fix(&self);
    scene_live(&self);
    scene_block(&block, &self.study.plan);
    for (int b = 0; b < blocks; b++) {
        rh_kernel_run(self.kernel, (uint64_t)(b * RH_LANES), RH_LANES, &block);
        for (int l = 0; l < RH_LANES; l++) {
            const int first = self.taken->enrolled[0][l];
            took += first;
            differs += first != self.kernel->taken[1].enrolled[0][l];
            for (int w = 1; w < 4; w++) {
                assert_int_equal(self.taken->enrolled[w][l], first);
            }
        }
    }
    const double chance = chance_of(&self), found = (double)took / replications;
    assert_true(chance > 0.3 && chance < 0.7);
    if (!(fabs(found - chance) <= 4.0 * sqrt(chance * (1.0 - chance) / replications))) {
        fail_msg("%.4f enroll, by the logit %.4f", found, chance);
    }
    assert_in_range(differs, replications / 10, replications);
    scene_free_block(&block);
    scene_end(&self);
}

/* Share of partners that take part under a program in each of 512 replications, and what they earn. */
static void run(struct scene *self, const char *program, double attention)
{
    scene_begin(self);
    for (int i = 0; i < 6; i++) {
        const char id[] = {'A', (char)('A' + i), '\0'};
        scene_partner(&self->study.history, id, 400.0 + 300.0 * i, 0.3, (uint64_t)i);
    }
    scene_study(self, program, 12);
    self->study.study.replications = 512;
    fix(self);
    rh_assumptions_set(&self->study.assumptions, RH_PARAM_ATTENTION, attention);
    rehearsal_bind(&self->study);
    rehearsal_run(&self->study, 2);
}

/* `enrolled` is the share of partners that opt in, none of those that do not attend, all where nobody is asked. */
static void test_figure(void **state)
{
    static const char automatic[] = SCENE_HEAD "  - name: Simple\n    behavior: {measure: revenue}\n"
                                               "    window: quarter\n    reward: {levels: [{from: 0, rate: 1%}]}\n";
    struct scene self;
    (void)state;
    run(&self, alone, 1.0);
    const double share = rehearsal_mean(&self.study, 1, RH_KPI_ENROLLED);
    assert_true(share > 0.3 && share < 0.8);
    for (int r = 0; r < 512; r++) { /* whoever takes part earns: the first level is that of any sale */
        assert_true(rehearsal_kpi(&self.study, 1, RH_KPI_ENROLLED)[r] ==
                    rehearsal_kpi(&self.study, 1, RH_KPI_EARNING)[r]);
    }
    rehearsal_free(&self.study);
    run(&self, alone, 0.0); /* nor would they earn by what they would do anyway */
    assert_true(rehearsal_mean(&self.study, 1, RH_KPI_ENROLLED) == 0.0);
    assert_true(rehearsal_mean(&self.study, 1, RH_KPI_EARNED) == 0.0);
    assert_true(rehearsal_mean(&self.study, 1, RH_KPI_WINDFALL) == 0.0);
    rehearsal_free(&self.study);
    run(&self, automatic, 0.0);
    assert_true(rehearsal_mean(&self.study, 1, RH_KPI_ENROLLED) == 1.0);
    assert_true(rehearsal_mean(&self.study, 1, RH_KPI_EARNED) > 0.0);
    rehearsal_free(&self.study);
}

/* Nobody opts in to what pays nothing, also who does not look at the money: a fund that is empty for its first month.
 */
static void test_nothing_to_gain(void **state)
{
    static const char program[] = SCENE_HEAD "  - name: Fund\n    behavior: {measure: marketing_spend}\n"
                                             "    window: month\n    enrollment: opt_in\n"
                                             "    reward: {match: 50%, fund: {accrues: 2%, of: revenue}}\n";
    struct scene self;
    int took = 0;
    (void)state;
    scene_begin(&self);
    scene_partner(&self.study.history, "P", 1000.0, 0.0, 1);
    scene_study(&self, program, 3);
    fix(&self);
    rh_assumptions_set(&self.study.assumptions, RH_PARAM_OPT_IN, 2.0);
    rh_assumptions_set(&self.study.assumptions, RH_PARAM_OPT_IN_REWARD, 0.0);
    scene_live(&self);
    for (int l = 0; l < RH_LANES; l++) {
        assert_int_equal(self.taken->enrolled[0][l], 0);
        took += self.taken->enrolled[1][l];
    }
    assert_in_range(took, RH_LANES / 2, RH_LANES);
    scene_end(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_total),
        cmocka_unit_test(test_growth_on_the_path),
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_streak),
        cmocka_unit_test(test_pool),
        cmocka_unit_test(test_match),
        cmocka_unit_test(test_frequency),
        cmocka_unit_test(test_figure),
        cmocka_unit_test(test_nothing_to_gain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
