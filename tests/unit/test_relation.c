/* Trust, leaving and payments, by hand: partners of constant sales, and for what is luck its law. Bounds of shares and
 * means are 4 standard errors. */
#include "support/constant.h"

#include "core/rng.h"
#include "core/variates.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

static const char monthly[] = CONSTANT_HEAD "  - name: Rebate\n"
                                            "    behavior: {measure: revenue}\n"
                                            "    window: month\n"
                                            "    reward: {levels: [{from: 0, rate: 5%}]}\n"
                                            "    payout: {after: 0 days}\n";
static const char yearly[] = CONSTANT_HEAD "  - name: Rebate\n"
                                           "    behavior: {measure: revenue}\n"
                                           "    window: year\n"
                                           "    reward: {levels: [{from: 0, rate: 5%}]}\n"
                                           "    payout: {after: 0 days}\n";
static const char halves[] = CONSTANT_HEAD "  - name: Rebate\n"
                                           "    behavior: {measure: revenue}\n"
                                           "    window: half\n"
                                           "    reward: {levels: [{from: 0, rate: 5%}]}\n"
                                           "    payout: {after: 0 days}\n";
static const char unreached[] = CONSTANT_HEAD "  - name: Rebate\n"
                                              "    behavior: {measure: revenue}\n"
                                              "    window: quarter\n"
                                              "    reward: {levels: [{from: 90k, flat: 5}]}\n";

static void make(struct rehearsal *self, const char *in_force, int num_programs, const char *const *programs)
{
    constant_begin(self);
    build_partner(&self->history, "P", "Reseller", "North", RH_NO_DAY);
    constant_sells(self, "P", "alpha", 1000.0);
    constant_study(self, in_force, num_programs, programs);
}

/* A payment in time each month, one that is always late, one that is always wrong: trust goes its way, and what is felt
 * of the next reward goes with it. */
static void test_trust_path(void **state)
{
    static const struct {
        double days, error;
        bool right;
    } cases[] = {{10.0, 0.0, true}, {20.0, 0.0, true}, {21.0, 0.0, false}, {10.0, 1.0, false}};
    const char *const programs[] = {monthly};
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct rehearsal self;
        double trust = 0.7;
        make(&self, NULL, 1, programs);
        constant_set(&self, RH_PARAM_TRUST_STEP, 0.1);
        constant_set(&self, RH_PARAM_TRUST_WEIGHT, 0.8);
        constant_set(&self, RH_PARAM_PROCESSING_DAYS, cases[k].days);
        constant_set(&self, RH_PARAM_CLAIM_ERROR, cases[k].error);
        constant_set(&self, RH_PARAM_EFFORT_ELASTICITY, 0.5);
        constant_bind(&self);
        rehearsal_run(&self, 1);
        for (int t = 0; t < 12; t++) {
            trust += 0.02 * (0.7 - trust);
            if (t > 0) { /* the first window is paid in the second month */
                trust += cases[k].right ? 0.1 * (1.0 - trust) : -0.2 * trust;
            }
            const double felt = 0.05 * (1.0 - 0.8 * (1.0 - trust));
            assert_true(constant_is(constant_month(&self, 1, RH_KPI_REVENUE, t), 1000.0 * sqrt(1.0 + felt / 0.1)));
        }
        assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_TRUST_INDEX), trust));
        assert_true(constant_is(constant_kpi(&self, 0, RH_KPI_TRUST_INDEX), 0.7));
        assert_true(constant_kpi(&self, 1, RH_KPI_PAYOUT_ACCURACY) == 1.0 - cases[k].error);
        rehearsal_free(&self);
    }
}

/* Trust that was lost makes fewer opt in: at a logit of 4 · (trust - 0.7)/0.3 half of the partners at first. */
static void test_trust_and_enrollment(void **state)
{
    static const char opt_in[] = CONSTANT_HEAD "  - name: Rebate\n"
                                               "    behavior: {measure: revenue}\n"
                                               "    window: half\n"
                                               "    enrollment: opt_in\n"
                                               "    reward: {levels: [{from: 0, rate: 5%}]}\n"
                                               "    payout: {after: 0 days}\n";
    const char *const programs[] = {opt_in};
    const int R = 4000;
    struct rehearsal self;
    double first = 0.0, second = 0.0;
    (void)state;
    make(&self, NULL, 1, programs);
    self.study.replications = R;
    constant_set(&self, RH_PARAM_TRUST_STEP, 0.1);
    constant_set(&self, RH_PARAM_TRUST_RETURN, 0.0);
    constant_set(&self, RH_PARAM_CLAIM_ERROR, 1.0);
    constant_set(&self, RH_PARAM_PROCESSING_DAYS, 0.0); /* in the second half's first month */
    constant_set(&self, RH_PARAM_OPT_IN, 0.0);
    constant_set(&self, RH_PARAM_OPT_IN_REWARD, 0.0);
    constant_set(&self, RH_PARAM_OPT_IN_COMPLEXITY, 0.0);
    constant_set(&self, RH_PARAM_OPT_IN_DELAY, 0.0);
    constant_set(&self, RH_PARAM_OPT_IN_TRUST, 4.0);
    constant_bind(&self);
    rehearsal_run(&self, 1);
    const int row = rh_cut_num_kpis(RH_CUT_MONTH) + rh_cut_place(RH_CUT_MONTH, RH_KPI_EARNED);
    for (int r = 0; r < R; r++) {
        const float *earned = self.cut[RH_CUT_MONTH] + (size_t)(row * 12) * (size_t)R + r;
        first += earned[5 * R] > 0.0f;
        second += earned[11 * R] > 0.0f;
        assert_true(earned[5 * R] > 0.0f || earned[11 * R] == 0.0f); /* one uniform for all windows */
    }
    const double chance = 1.0 / (1.0 + exp(4.0 * 0.2 * 0.7 / 0.3));
    assert_true(fabs(first / R - 0.5) < 4.0 * sqrt(0.25 / R));
    assert_true(fabs(second / R - chance) < 4.0 * sqrt(chance * (1.0 - chance) / R));
    rehearsal_free(&self);
}

/* The uniform by which the partner lives: a fifth of the variance behind it is common to all partners. */
static double life_of(const struct rehearsal *self, int64_t r)
{
    const uint64_t seed = self->study.seed, entity = self->plan.partner[0].entity;
    const struct rh_words own = rh_draw(seed, entity, (uint32_t)r, RH_DRAW_PARTNER, 0, 0);
    const struct rh_words common = rh_draw(seed, rh_entity("life"), (uint32_t)r, RH_DRAW_MARKET, 0, 2);
    return gsl_cdf_ugaussian_P(sqrt(0.2) * gsl_cdf_ugaussian_Pinv(rh_uniform(common.w[0])) +
                               sqrt(0.8) * gsl_cdf_ugaussian_Pinv(rh_uniform(own.w[1])));
}

/* Monthly dropout of 4% in the baseline. */
static void let_leave(struct rehearsal *self)
{
    for (int t = 0; t < 12; t++) {
        self->plan.partner[0].alive[t] = 0.9 * pow(0.96, t);
    }
}

/* In every replication the partner is there as long as its uniform is below alive · the program's factor. */
static void assert_leaves(const struct rehearsal *self, int scenario, const double *hazard)
{
    const int64_t R = self->study.replications;
    const double *left = rehearsal_kpi(self, scenario, RH_KPI_ATTRITION);
    const double *revenue = rehearsal_kpi(self, scenario, RH_KPI_REVENUE);
    int leavers = 0;
    for (int64_t r = 0; r < R; r++) {
        double stays = 1.0, sold = 0.0, here = 0.0;
        const double life = life_of(self, r);
        for (int t = 0; t < 12; t++) {
            stays *= t > 0 ? pow(0.96, exp(hazard[t]) - 1.0) : 1.0;
            here = life < 0.9 * pow(0.96, t) * stays ? 1.0 : 0.0;
            sold += 1000.0 * here;
        }
        if (life >= 0.9) {
            assert_true(isnan(left[r])); /* nobody was there to leave */
            continue;
        }
        assert_true(left[r] == 1.0 - here);
        assert_true(constant_is(revenue[r], sold));
        leavers += here == 0.0;
    }
    assert_in_range(leavers, R / 10, R - R / 10);
}

static void make_leaving(struct rehearsal *self, const char *in_force, int num_programs, const char *const *programs,
                         enum rh_parameter parameter, double value)
{
    make(self, in_force, num_programs, programs);
    self->study.replications = 512;
    constant_set(self, RH_PARAM_RECAPTURE, 0.0);
    constant_set(self, parameter, value);
    if (parameter == RH_PARAM_LEAVE_TRUST) {
        constant_set(self, RH_PARAM_TRUST_STEP, 0.1);
        constant_set(self, RH_PARAM_TRUST_RETURN, 0.0);
    }
    constant_bind(self);
    let_leave(self);
    rehearsal_run(self, 1);
}

/* The hazard of leaving, term by term, against no program in force; which itself keeps the baseline's. */
static void test_leaving(void **state)
{
    const char *const programs[] = {monthly, unreached};
    static const double none[12] = {0.0};
    (void)state;
    for (int term = 0; term < 4; term++) {
        static const enum rh_parameter parameters[] = {RH_PARAM_LEAVE_MISSED, RH_PARAM_LEAVE_REWARDED,
                                                       RH_PARAM_LEAVE_TRUST, RH_PARAM_LEAVE_SHARE};
        struct rehearsal self;
        double by_month[12] = {0.0}, by_quarter[12] = {0.0}, trust = 0.7;
        make_leaving(&self, NULL, 2, programs, parameters[term], 0.9);
        for (int t = 1; t < 12; t++) {
            trust += 0.1 * (1.0 - trust);
            by_month[t] = term == 1   ? 0.9
                          : term == 2 ? -0.9 * (trust - 0.7) / 0.3
                          : term == 3 ? -0.9 * log(1.0 + 0.05 / 0.1)
                                      : 0.0;
            by_quarter[t] = term == 0 && t % 3 == 0 ? 0.9 : 0.0;
        }
        assert_leaves(&self, 0, none);
        assert_leaves(&self, 1, by_month);
        assert_leaves(&self, 2, by_quarter);
        rehearsal_free(&self);
    }
}

/* History holds what the program in force does: none at all keeps more partners than a program that they miss. */
static void test_leaving_against_in_force(void **state)
{
    const char *const programs[] = {unreached, monthly};
    static const double none[12] = {0.0};
    double better[12];
    struct rehearsal self;
    (void)state;
    make_leaving(&self, unreached, 2, programs, RH_PARAM_LEAVE_MISSED, 0.9);
    for (int t = 0; t < 12; t++) {
        better[t] = t > 0 && t % 3 == 0 ? -0.9 : 0.0;
    }
    assert_leaves(&self, 0, none);
    assert_leaves(&self, 1, better); /* none */
    assert_leaves(&self, 2, none);
    assert_leaves(&self, 3, better);
    rehearsal_free(&self);
}

/* Others take over a share of what leavers would have sold, and lose it where a program keeps them. */
static void test_recapture(void **state)
{
    const char *const programs[] = {monthly, unreached};
    struct rehearsal without, with;
    (void)state;
    make_leaving(&without, NULL, 2, programs, RH_PARAM_LEAVE_REWARDED, 0.9);
    make_leaving(&with, NULL, 2, programs, RH_PARAM_LEAVE_REWARDED, 0.9);
    constant_set(&with, RH_PARAM_RECAPTURE, 0.25);
    rehearsal_run(&with, 1);
    double moved = 0.0;
    for (int r = 0; r < 512; r++) {
        const double stayed = rehearsal_kpi(&without, 0, RH_KPI_REVENUE)[r];
        const double left = rehearsal_kpi(&without, 1, RH_KPI_REVENUE)[r];
        assert_true(rehearsal_kpi(&with, 0, RH_KPI_REVENUE)[r] == stayed);
        assert_true(constant_is(rehearsal_kpi(&with, 1, RH_KPI_REVENUE)[r], left + 0.25 * (stayed - left)));
        assert_true(rehearsal_kpi(&with, 1, RH_KPI_EARNED)[r] == rehearsal_kpi(&without, 1, RH_KPI_EARNED)[r]);
        moved += stayed - left;
    }
    assert_true(moved > 1e4);
    rehearsal_free(&without);
    rehearsal_free(&with);
}

/* What others lose of a partner that a program keeps is not taken off its own sales, by which rewards are measured. */
static void test_recapture_is_of_others(void **state)
{
    const char *const programs[] = {monthly};
    struct rehearsal without, with;
    (void)state;
    make_leaving(&without, NULL, 1, programs, RH_PARAM_LEAVE_SHARE, 2.0);
    make_leaving(&with, NULL, 1, programs, RH_PARAM_LEAVE_SHARE, 2.0);
    constant_set(&with, RH_PARAM_RECAPTURE, 0.9);
    rehearsal_run(&with, 1);
    assert_memory_equal(rehearsal_kpi(&with, 1, RH_KPI_ATTRITION), rehearsal_kpi(&without, 1, RH_KPI_ATTRITION),
                        512 * sizeof(double));
    assert_true(rehearsal_mean(&with, 1, RH_KPI_REVENUE) < rehearsal_mean(&without, 1, RH_KPI_REVENUE));
    rehearsal_free(&without);
    rehearsal_free(&with);
}

/* Time from due to paid is lognormal: its mean, and by what it does to trust the share that is late. */
static void test_processing_time(void **state)
{
    const char *const programs[] = {halves};
    const int R = 6400;
    struct rehearsal self;
    double mean = 0.0, late = 0.0;
    (void)state;
    make(&self, NULL, 1, programs);
    self.study.replications = R;
    constant_set(&self, RH_PARAM_PROCESSING_DAYS, 15.0);
    constant_set(&self, RH_PARAM_PROCESSING_SD, 9.0);
    constant_set(&self, RH_PARAM_TRUST_STEP, 0.1);
    constant_set(&self, RH_PARAM_TRUST_RETURN, 0.0);
    constant_bind(&self);
    rehearsal_run(&self, 2);
    for (int r = 0; r < R; r++) {
        const double trust = rehearsal_kpi(&self, 1, RH_KPI_TRUST_INDEX)[r];
        const bool is_late = fabs(trust - 0.56) < 1e-9;
        assert_true(is_late || fabs(trust - 0.73) < 1e-9); /* the second half is paid after the horizon */
        mean += rehearsal_kpi(&self, 1, RH_KPI_TIME_TO_PAYOUT)[r] / R;
        late += is_late ? 1.0 / R : 0.0;
    }
    const double variance = log(1.0 + 0.36), mu = log(15.0) - 0.5 * variance;
    const double expected = 1.0 - rh_normal_cdf((log(20.0) - mu) / sqrt(variance));
    assert_true(fabs(mean - 15.0) < 4.0 * 9.0 / sqrt(2.0 * R));
    assert_true(fabs(late - expected) < 4.0 * sqrt(expected * (1.0 - expected) / R));
    rehearsal_free(&self);
}

/* Of all that is claimed 3.5% is paid too much and 1.5% too little, by errors in 10% of claims. */
static void test_claim_errors(void **state)
{
    const char *const programs[] = {yearly};
    const int R = 12800;
    struct rehearsal self;
    double over = 0.0, under = 0.0, claims = 0.0, right = 0.0;
    (void)state;
    make(&self, NULL, 1, programs);
    self.study.replications = R;
    constant_set(&self, RH_PARAM_CLAIM_RATE_AUTOMATIC, 0.8);
    constant_set(&self, RH_PARAM_CLAIM_ERROR, 0.1);
    constant_set(&self, RH_PARAM_OVERPAID, 0.035);
    constant_set(&self, RH_PARAM_UNDERPAID, 0.015);
    constant_bind(&self);
    rehearsal_run(&self, 2);
    for (int r = 0; r < R; r++) {
        const double earned = rehearsal_kpi(&self, 1, RH_KPI_EARNED)[r], paid = rehearsal_kpi(&self, 1, RH_KPI_PAID)[r];
        const double claimed = earned - rehearsal_kpi(&self, 1, RH_KPI_BREAKAGE)[r];
        const double accuracy = rehearsal_kpi(&self, 1, RH_KPI_PAYOUT_ACCURACY)[r];
        assert_true(fabs(earned - 600.0) < 1e-6);
        if (claimed == 0.0) {
            assert_true(paid == 0.0 && isnan(accuracy));
            continue;
        }
        assert_true(accuracy == (paid == claimed ? 1.0 : 0.0));
        over += fmax(paid / claimed - 1.0, 0.0);
        under += fmax(1.0 - paid / claimed, 0.0);
        claims += 1.0;
        right += accuracy;
    }
    assert_true(fabs(claims / R - 0.8) < 4.0 * sqrt(0.16 / R));
    assert_true(fabs(right / claims - 0.9) < 4.0 * sqrt(0.09 / claims));
    assert_true(fabs(over / claims - 0.035) < 4.0 * 0.7 * sqrt(0.05 * 0.95 / claims));
    assert_true(fabs(under / claims - 0.015) < 4.0 * 0.3 * sqrt(0.05 * 0.95 / claims));
    rehearsal_free(&self);
}

/* In a null program nobody reacts, and it is as frequent as its probability. */
static void test_null_program(void **state)
{
    const char *const programs[] = {monthly};
    const int R = 2560;
    struct rehearsal self;
    double nulls = 0.0;
    (void)state;
    make(&self, NULL, 1, programs);
    self.study.replications = R;
    constant_set(&self, RH_PARAM_EFFORT_ELASTICITY, 0.5);
    constant_set(&self, RH_PARAM_NULL_PROGRAM, 0.25);
    constant_bind(&self);
    rehearsal_run(&self, 2);
    for (int r = 0; r < R; r++) {
        const double lift = rehearsal_kpi(&self, 1, RH_KPI_INCREMENTAL_REVENUE)[r];
        assert_true(lift == 0.0 || constant_is(lift, 12e3 * (sqrt(1.5) - 1.0)));
        nulls += lift == 0.0;
    }
    assert_true(fabs(nulls / R - 0.25) < 4.0 * sqrt(0.1875 / R));
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trust_path),      cmocka_unit_test(test_trust_and_enrollment),
        cmocka_unit_test(test_leaving),         cmocka_unit_test(test_leaving_against_in_force),
        cmocka_unit_test(test_recapture),       cmocka_unit_test(test_recapture_is_of_others),
        cmocka_unit_test(test_processing_time), cmocka_unit_test(test_claim_errors),
        cmocka_unit_test(test_null_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
