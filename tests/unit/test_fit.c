/* What a fit looks at, by hand; and that every history, whatever it lacks, gives a verdict and no number that is none.
 */
#include "fit/fit.h"
#include "support/responding.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char steps[] =
    "rehearse: program/1\n"
    "name: steps\n"
    "currency: USD\n"
    "incentives:\n"
    "  - name: Rebate\n"
    "    behavior: {measure: revenue}\n"
    "    window: quarter\n"
    "    active: {from: 2021-01}\n"
    "    reward: {bands: retroactive, levels: [{from: 300, rate: 3%}, {from: 400, rate: 6%}]}\n";

static const char flat[] = "rehearse: program/1\n"
                           "name: flat\n"
                           "currency: USD\n"
                           "incentives:\n"
                           "  - name: Rebate\n"
                           "    audience: {segment: [Large]}\n"
                           "    behavior: {measure: revenue}\n"
                           "    window: quarter\n"
                           "    active: {from: 2021-07}\n"
                           "    reward: {levels: [{from: 0, rate: 5%}]}\n"
                           "    payout: {after: 45 days}\n";

static void sell(struct rh_history *history, const char *id, int t, double amount)
{
    char date[RH_DAY_TEXT];
    rh_month_format(rh_month_make(2020, 1) + t, date);
    strcat(date, "-15");
    build_event(history, id, date, "revenue", "alpha", 10000, (rh_money)llround(amount * 100.0) * 100, RH_MISSING);
}

/* `large` and `small` partners of two regions, margin 10%; amount(i, t) of each month, 0: no row. */
static void make(struct rh_history *history, int large, int small, int months, double (*amount)(int i, int t))
{
    rh_history_init(history);
    for (int i = 0; i < large + small; i++) {
        char id[16];
        snprintf(id, sizeof id, "P%03d", i);
        const int32_t row =
            build_partner(history, id, i < large ? "Large" : "Small", i % 2 == 0 ? "North" : "South", RH_NO_DAY);
        history->partners.margin[row] = 0.1;
        for (int t = 0; t < months; t++) {
            if (amount(i, t) != 0.0) {
                sell(history, id, t, amount(i, t));
            }
        }
    }
    assert_int_equal(rh_history_finish(history, NULL), RH_OK);
}

/* No number that is none, and a number wherever it is said that there is one. */
static void expect_sound(const struct rh_fit *self)
{
    const bool bunched = isfinite(self->bunching.ratio);
    assert_int_equal(isfinite(self->price.estimate), self->price.verdict == RH_FIT_PRICE_ESTIMATED);
    assert_true(bunched == isfinite(self->bunching.low) && bunched == isfinite(self->bunching.high));
    for (int q = 0; q < RH_NUM_FIT_WITHIN; q++) {
        const struct rh_fit_within *within = &self->within[q];
        const bool estimated = within->verdict == RH_FIT_WITHIN_ESTIMATED;
        assert_int_equal(isfinite(within->estimate), estimated);
        assert_int_equal(isfinite(within->se), estimated);
        assert_true(isfinite(within->prior.mean) && isfinite(within->prior.sd));
        assert_true(isfinite(within->posterior.mean) && isfinite(within->posterior.sd));
        if (!estimated) {
            assert_memory_equal(&within->prior, &within->posterior, sizeof within->prior);
        }
        double sum = 0.0;
        for (int d = 0; d < RH_FIT_WITHIN_DRAWS; d++) {
            sum += within->draw[d] / RH_FIT_WITHIN_DRAWS;
        }
        assert_true(fabs(sum - within->posterior.mean) < 0.1 * within->prior.sd);
    }
}

static void fit_to(struct rh_fit *self, const struct rh_history *history, const char *text)
{
    struct rh_program program;
    struct rh_problems problems;
    struct rh_error error = {0};
    rh_problems_init(&problems);
    if (rh_program_parse(&program, "p.yaml", text, strlen(text), &problems) != RH_OK ||
        rh_fit_run(self, history, &program, NULL, &problems, &error) != RH_OK) {
        fail_msg("%s%s", error.message, problems.num > 0 ? problems.items[0].message : "");
    }
    for (size_t g = 0; g < self->num_groups; g++) {
        for (int q = 0; q < RH_NUM_FIT_QUANTITIES; q++) {
            assert_true(isfinite(self->group[g].prior[q].mean) && isfinite(self->group[g].posterior[q].mean));
            assert_true(isfinite(self->group[g].prior[q].sd) && isfinite(self->group[g].posterior[q].sd));
        }
        assert_int_equal(isfinite(self->group[g].response.slope), self->group[g].response.verdict == RH_PPML_ESTIMATED);
    }
    expect_sound(self);
    rh_problems_free(&problems);
    rh_program_free(&program);
}

static void expect(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9 * fmax(fabs(expected), 1.0))) {
        fail_msg("%.12g is not %.12g", value, expected);
    }
}

/* A number between -1 and 1 that follows no rule. */
static double luck(int i, int t)
{
    uint64_t state = 1000u * (uint64_t)i + (uint64_t)t;
    return 2.0 * responding_uniform(&state) - 1.0;
}

/* From July 2021 large partners are offered 5%, felt as 5% times what a unit is felt as, and sell 20% more. */
static double lifted(int i, int t)
{
    return (100.0 + i) * (1.0 + 0.2 * luck(i, t)) * (i < 40 && t >= 18 ? 1.2 : 1.0);
}

static void a_flat_rebate_by_hand(void **state)
{
    (void)state;
    struct rh_history history;
    struct rh_fit self;
    make(&history, 40, 40, 37, lifted);
    fit_to(&self, &history, flat);
    const struct rh_fit_group *all = &self.group[0];
    const double reward = log(1.0 + 0.05 * RESPONDING_FELT / 0.1);
    assert_int_equal(self.num_groups, 3);
    assert_string_equal(self.group[1].segment, "Large");
    assert_string_equal(self.program, "flat");
    assert_int_equal(all->partners, 80);
    assert_int_equal(self.months_cut, 1); /* 37 months: the last begins a quarter */
    assert_int_equal(self.too_short, 0);
    assert_true(all->used);
    assert_int_equal(all->response.num, 80 * 24); /* months 13 to 36 */
    expect(all->typical, 0.05 * RESPONDING_FELT / 0.1);
    expect(all->share_offered, 40.0 * 18.0 / (80.0 * 24.0));
    assert_int_equal(all->response.verdict, RH_PPML_ESTIMATED);
    /* With y of mean 1 in each unit the slope is not the ratio of sums, but close to it. */
    assert_true(fabs(all->response.slope - log(1.2) / reward) < 3.0 * all->response.se);
    assert_true(all->response.se < 0.1 && all->response.effective > 70.0);
    assert_true(rh_fit_moved(all, RH_FIT_RESPONSE) > 0.3);
    /* Within a segment the month explains the offer. */
    assert_int_equal(self.group[1].response.verdict, RH_PPML_NO_VARIATION);
    assert_int_equal(self.group[2].response.verdict, RH_PPML_NO_VARIATION);
    assert_memory_equal(self.group[1].prior, self.group[1].posterior, sizeof self.group[1].prior);
    rh_fit_free(&self);
    rh_history_free(&history);
}

/* What is sold in the months looked at does not enter the offer: the threshold decides by the first year alone. */
static double doubling(int i, int t)
{
    return i % 2 == 0 && t >= 12 ? 2000.0 : 1000.0 + 100.0 * luck(i, t);
}

static void offers_go_by_the_first_year(void **state)
{
    (void)state;
    static const char above[] = "rehearse: program/1\n"
                                "name: above\n"
                                "currency: USD\n"
                                "incentives:\n"
                                "  - name: Rebate\n"
                                "    behavior: {measure: revenue}\n"
                                "    window: quarter\n"
                                "    reward: {levels: [{from: 5k, rate: 5%}]}\n";
    struct rh_history history;
    struct rh_fit self;
    make(&history, 4, 4, 36, doubling); /* 3,000 a quarter in the first year, then 6,000 for half of them */
    fit_to(&self, &history, above);
    assert_true(self.group[0].typical < 1e-3);
    assert_false(self.group[0].used); /* so little cannot be told from anything else */
    assert_memory_equal(self.group[0].prior, self.group[0].posterior, sizeof self.group[0].prior);
    rh_fit_free(&self);
    rh_history_free(&history);
}

static double nothing(int i, int t)
{
    return t == 0 ? 1.0 : i == 0 && t == 35 ? 0.001 : 0.0; /* once, and a row of 0.00 at the end */
}

static double zeros(int i, int t)
{
    (void)i;
    (void)t;
    return 0.001; /* a row of 0.00 */
}

static double constant(int i, int t)
{
    (void)t;
    return 100.0 + i;
}

static double giant(int i, int t)
{
    return lifted(i, t) * (i == 0 ? 1e6 : 1.0);
}

static double intermittent(int i, int t)
{
    return luck(i, t + 500) > 0.8 ? lifted(i, t) : 0.0;
}

static double negative(int i, int t)
{
    return t % 5 == 0 ? -50.0 : lifted(i, t);
}

static enum rh_ppml_verdict verdict_of(int large, int small, int months, double (*amount)(int i, int t))
{
    struct rh_history history;
    struct rh_fit self;
    make(&history, large, small, months, amount);
    fit_to(&self, &history, flat);
    const enum rh_ppml_verdict verdict = self.group[0].response.verdict;
    rh_fit_free(&self);
    rh_history_free(&history);
    return verdict;
}

static void whatever_a_history_lacks(void **state)
{
    (void)state;
    assert_int_equal(verdict_of(1, 0, 36, lifted), RH_PPML_NO_VARIATION);
    assert_int_equal(verdict_of(1, 40, 36, lifted), RH_PPML_FEW_CLUSTERS);
    assert_int_equal(verdict_of(40, 0, 36, lifted), RH_PPML_NO_VARIATION);
    assert_int_equal(verdict_of(40, 40, 36, nothing), RH_PPML_NOTHING);
    assert_int_equal(verdict_of(40, 40, 36, zeros), RH_PPML_NOTHING);
    assert_int_equal(verdict_of(40, 40, 36, constant), RH_PPML_NO_NOISE);
    assert_int_equal(verdict_of(40, 40, 36, giant), RH_PPML_ESTIMATED);
    assert_int_equal(verdict_of(40, 40, 36, intermittent), RH_PPML_ESTIMATED);
    assert_int_equal(verdict_of(40, 40, 36, negative), RH_PPML_ESTIMATED);
    assert_int_equal(verdict_of(40, 40, 24, lifted), RH_PPML_ESTIMATED);
}

static void expect_within(int partners, int months, double (*amount)(int i, int t), enum rh_fit_within_verdict goal,
                          enum rh_fit_within_verdict topup)
{
    struct rh_history history;
    struct rh_fit self;
    make(&history, partners, 0, months, amount);
    fit_to(&self, &history, steps);
    if (self.within[RH_FIT_GOAL_GRADIENT].verdict != goal || self.within[RH_FIT_TOPUP_ABLE].verdict != topup) {
        fail_msg("verdicts %d, %d are not %d, %d", (int)self.within[RH_FIT_GOAL_GRADIENT].verdict,
                 (int)self.within[RH_FIT_TOPUP_ABLE].verdict, (int)goal, (int)topup);
    }
    rh_fit_free(&self);
    rh_history_free(&history);
}

static void whatever_windows_lack(void **state)
{
    (void)state;
    expect_within(40, 48, lifted, RH_FIT_WITHIN_ESTIMATED, RH_FIT_WITHIN_ESTIMATED);
    expect_within(40, 48, giant, RH_FIT_WITHIN_ESTIMATED, RH_FIT_WITHIN_ESTIMATED);
    expect_within(40, 48, negative, RH_FIT_WITHIN_ESTIMATED, RH_FIT_WITHIN_ESTIMATED);
    expect_within(200, 48, intermittent, RH_FIT_WITHIN_ESTIMATED, RH_FIT_WITHIN_ESTIMATED);
    expect_within(1, 48, lifted, RH_FIT_WITHIN_NO_VARIATION, RH_FIT_WITHIN_FEW);
    expect_within(40, 48, zeros, RH_FIT_WITHIN_NO_THRESHOLDS, RH_FIT_WITHIN_NO_THRESHOLDS);
    expect_within(40, 48, nothing, RH_FIT_WITHIN_NO_THRESHOLDS, RH_FIT_WITHIN_NO_THRESHOLDS);
    expect_within(40, 48, constant, RH_FIT_WITHIN_NO_VARIATION, RH_FIT_WITHIN_ESTIMATED);
    expect_within(40, 15, lifted, RH_FIT_WITHIN_NO_VARIATION, RH_FIT_WITHIN_FEW);
}

/* A window needs its months: 21 months hold the program's first quarter, 20 do not, and a month holds nothing. */
static void short_histories(void **state)
{
    (void)state;
    struct rh_program program;
    struct rh_problems problems;
    struct rh_history history;
    struct rh_fit self;
    rh_problems_init(&problems);
    assert_int_equal(rh_program_parse(&program, "p.yaml", flat, sizeof flat - 1, &problems), RH_OK);
    make(&history, 40, 40, 1, lifted);
    assert_int_equal(rh_fit_run(&self, &history, &program, NULL, &problems, NULL), RH_ERR_INPUT);
    assert_int_equal(problems.num, 1);
    rh_fit_free(&self);
    assert_int_equal(rh_fit_run(&self, &history, NULL, NULL, &problems, NULL), RH_OK);
    assert_int_equal(self.group[0].response.verdict, RH_PPML_NOTHING);
    assert_memory_equal(self.group[0].prior, self.group[0].posterior, sizeof self.group[0].prior);
    assert_null(self.program);
    assert_int_equal(self.within[RH_FIT_GOAL_GRADIENT].verdict, RH_FIT_WITHIN_NO_PROGRAM);
    expect_sound(&self);
    rh_fit_free(&self);
    rh_history_free(&history);
    rh_program_free(&program);
    rh_problems_free(&problems);
    assert_int_equal(verdict_of(40, 40, 21, lifted), RH_PPML_ESTIMATED);
}

static void doubts(void **state)
{
    (void)state;
    static const char text[] = "rehearse: program/1\n"
                               "name: doubtful\n"
                               "currency: USD\n"
                               "incentives:\n"
                               "  - {name: Plain, behavior: {measure: revenue}, window: quarter,\n"
                               "     reward: {levels: [{from: 0, rate: 1%}]}}\n"
                               "  - {name: Growth, behavior: {measure: revenue}, metric: growth, window: quarter,\n"
                               "     reward: {levels: [{from: 0, rate: 1%}]}}\n"
                               "  - {name: Rep, behavior: {measure: revenue}, window: month,\n"
                               "     reward: {paid_to: rep, levels: [{from: 0, rate: 1%}]}}\n"
                               "  - {name: Rank, behavior: {measure: revenue}, metric: {rank_in: region},\n"
                               "     window: quarter, reward: {levels: [{top: 1, flat: 100}]}}\n";
    static const enum rh_fit_doubt expected[] = {RH_FIT_OWN_PAST, RH_FIT_REP, RH_FIT_OTHERS};
    struct rh_history history;
    struct rh_fit self;
    make(&history, 5, 5, 30, lifted);
    fit_to(&self, &history, text);
    assert_int_equal(self.num_doubtful, 3);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(self.doubtful[k].doubt, expected[k]);
    }
    assert_string_equal(self.doubtful[0].incentive, "Growth");
    rh_fit_free(&self);
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flat_rebate_by_hand),    cmocka_unit_test(offers_go_by_the_first_year),
        cmocka_unit_test(whatever_a_history_lacks), cmocka_unit_test(whatever_windows_lack),
        cmocka_unit_test(short_histories),          cmocka_unit_test(doubts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
