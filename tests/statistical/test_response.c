/* What partners do and earn under a program, against closed forms. */
#include "support/steady.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define REBATE(name, window, claim)                                                       \
    "rehearse: program/1\nname: " name "\ncurrency: USD\nincentives:\n  - name: Rebate\n" \
    "    behavior: {measure: revenue}\n    window: " window "\n"                          \
    "    reward: {levels: [{from: 0, rate: 4%}]}\n    payout: {after: 45 days, claim: " claim "}\n"

static const char rebate[] = REBATE("rebate", "month", "automatic");
static const char quarterly_rebate[] = REBATE("quarterly", "quarter", "automatic");
static const char claimed_rebate[] = REBATE("claimed", "month", "required");

/* What a flat rebate lifts sales by: months is the delay from sale to payment. */
static double rebate_lift(double claim, double months)
{
    const double felt = 0.04 * claim * exp(-0.25 * months / 12.0) * (1.0 - 0.3 * (1.0 - 0.7));
    return exp(0.3 * log(1.0 + (1.0 - 0.35) * felt / 0.1) + 1.5 * 0.35 * felt);
}

/* A flat rebate costs its rate of the revenue of those it is open to, and lifts sales as the formula says: exactly, in
 * every replication, also of a random market; by window, claim and delay. */
static void test_flat_rebate(void **state)
{
    const char *const programs[] = {rebate, quarterly_rebate, claimed_rebate};
    struct rehearsal self;
    (void)state;
    steady(&self, 4, 2, 1000.0, 0, NULL, 3, programs);
    self.study.outlook_sd = 0.1;
    self.study.replications = 200;
    rh_assumptions_set(&self.assumptions, RH_PARAM_PROCESSING_DAYS, 10.0);
    bind_immortal(&self);
    rehearsal_run(&self, 2);
    const double wait = 55.0 / 30.4375 + 0.5;
    for (int64_t r = 0; r < 200; r++) {
        const double before = rehearsal_kpi(&self, 0, RH_KPI_REVENUE)[r],
                     monthly = rehearsal_kpi(&self, 1, RH_KPI_REVENUE)[r];
        const double claimed = rehearsal_kpi(&self, 3, RH_KPI_REVENUE)[r];
        assert_true(fabs(monthly / before / rebate_lift(1.0, wait) - 1.0) < 1e-12);
        assert_true(fabs(claimed / before / rebate_lift(0.8, wait) - 1.0) < 1e-12);
        for (int p = 1; p <= 2; p++) {
            const double revenue = rehearsal_kpi(&self, p, RH_KPI_REVENUE)[r];
            const double cost = rehearsal_kpi(&self, p, RH_KPI_COST)[r];
            assert_true(fabs(cost / (0.04 * revenue) - 1.0) < 1e-12);
            assert_true(rehearsal_kpi(&self, p, RH_KPI_PAID)[r] == cost &&
                        rehearsal_kpi(&self, p, RH_KPI_EARNED)[r] == cost);
            assert_true(fabs(rehearsal_kpi(&self, p, RH_KPI_WINDFALL)[r] / (0.04 * before) - 1.0) < 1e-12);
            assert_true(fabs(rehearsal_kpi(&self, p, RH_KPI_COST_TO_INCENTIVE)[r] - 0.04) < 1e-12);
            assert_true(fabs(rehearsal_kpi(&self, p, RH_KPI_NET_BENEFIT)[r] - (0.3 * (revenue - before) - cost)) <
                        1e-6);
            assert_true(fabs(rehearsal_kpi(&self, p, RH_KPI_PARTNER_GAIN)[r] - (cost + 0.1 * (revenue - before))) <
                        1e-6);
            assert_true(fabs(rehearsal_kpi(&self, p, RH_KPI_TIME_TO_PAYOUT)[r] - 55.0) < 1e-9);
            /* from the middle of a month, or of a quarter, to its end: months of 28 to 31 days, quarters of 90 to 92 */
            const double waited = rehearsal_kpi(&self, p, RH_KPI_SALE_TO_CASH)[r] - 55.0;
            assert_true(p == 1 ? waited >= 13.5 && waited <= 15.0 : waited >= 43.5 && waited <= 45.5);
        }
        /* of each month of a quarter: 2½, 1½ and ½ months to its end */
        double lifts[3];
        for (int m = 0; m < 3; m++) {
            lifts[m] = rebate_lift(1.0, wait + 2.0 - m);
        }
        const double low = fmin(lifts[0], lifts[2]), high = fmax(lifts[0], lifts[2]);
        const double lift = rehearsal_kpi(&self, 2, RH_KPI_REVENUE)[r] / before;
        assert_true(lift > low && lift < high);
        const size_t row = (size_t)(rh_cut_place(RH_CUT_MONTH, RH_KPI_REVENUE) * 12),
                     stride = (size_t)(rh_cut_num_kpis(RH_CUT_MONTH) * 12);
        for (size_t t = 0; t < 12; t++) {
            const double month = (double)self.cut[RH_CUT_MONTH][(2 * stride + row + t) * 200 + (size_t)r];
            const double usual = (double)self.cut[RH_CUT_MONTH][(row + t) * 200 + (size_t)r];
            assert_true(fabs(month / usual / lifts[t % 3] - 1.0) < 1e-6);
        }
    }
    rehearsal_free(&self);
}

/* A rep feels its own money against its own margin, and passes nothing on. */
static void test_rep_rebate(void **state)
{
    static const char rep[] = "rehearse: program/1\nname: rep\ncurrency: USD\nincentives:\n  - name: Spif\n"
                              "    behavior: {measure: units}\n    window: month\n"
                              "    reward: {levels: [{from: 0, per_unit: 1}], paid_to: rep}\n"
                              "    payout: {after: 45 days}\n";
    const char *const programs[] = {rep};
    struct rehearsal self;
    (void)state;
    steady(&self, 2, 1, 1000.0, 0, NULL, 1, programs); /* units of 100 */
    rh_assumptions_set(&self.assumptions, RH_PARAM_REP_EFFORT_ELASTICITY, 0.15);
    rh_assumptions_set(&self.assumptions, RH_PARAM_REP_MARGIN, 0.03);
    rh_assumptions_set(&self.assumptions, RH_PARAM_PROCESSING_DAYS, 10.0);
    bind_immortal(&self);
    rehearsal_run(&self, 1);
    const double felt = 0.01 * exp(-0.25 * (55.0 / 30.4375 + 0.5) / 12.0) * (1.0 - 0.3 * 0.3);
    const double lift = exp(0.15 * log(1.0 + felt / 0.03));
    for (int r = 0; r < 256; r++) {
        const double revenue = rehearsal_kpi(&self, 1, RH_KPI_REVENUE)[r];
        assert_true(fabs(revenue / rehearsal_kpi(&self, 0, RH_KPI_REVENUE)[r] / lift - 1.0) < 1e-12);
        assert_true(fabs(rehearsal_kpi(&self, 1, RH_KPI_EARNED)[r] / (0.01 * revenue) - 1.0) < 1e-12);
    }
    rehearsal_free(&self);
}

/* The share of partners that react, from what they sell: lift is all or nothing. */
static double attending_share(struct rehearsal *self, int p, double lift, double *error)
{
    const double n = (double)self->study.replications * self->plan.num_partners;
    const double share =
        (rehearsal_mean(self, p, RH_KPI_REVENUE) / rehearsal_mean(self, 0, RH_KPI_REVENUE) - 1.0) / (lift - 1.0);
    *error = sqrt(share * (1.0 - share) / n);
    return share;
}

/* Attention: its probability for a simple program, less on the logit by complexity (a claim weighs .2). */
static void test_attention(void **state)
{
    const char *const programs[] = {rebate, claimed_rebate};
    struct rehearsal self;
    double error;
    (void)state;
    steady(&self, 20, 1, 1000.0, 0, NULL, 2, programs);
    self.study.replications = 2000;
    rh_assumptions_set(&self.assumptions, RH_PARAM_ATTENTION, 0.7);
    rh_assumptions_set(&self.assumptions, RH_PARAM_COMPLEXITY_SLOPE, 2.0);
    bind_immortal(&self);
    rehearsal_run(&self, 2);
    const double wait = 55.0 / 30.4375 + 0.5, logit = log(0.7 / 0.3);
    const double simple = attending_share(&self, 1, rebate_lift(1.0, wait), &error);
    assert_true(fabs(simple - 0.7) < BOUND * error);
    const double harder = attending_share(&self, 2, rebate_lift(0.8, wait), &error);
    assert_true(fabs(harder - 1.0 / (1.0 + exp(-(logit - 2.0 * 0.2)))) < BOUND * error);
    rehearsal_free(&self);
}

/* In a null program nobody reacts, in the others everybody; the same replications for all programs. */
static void test_null_program(void **state)
{
    const char *const programs[] = {rebate, claimed_rebate};
    struct rehearsal self;
    (void)state;
    steady(&self, 5, 1, 1000.0, 0, NULL, 2, programs);
    self.study.replications = 5000;
    rh_assumptions_set(&self.assumptions, RH_PARAM_NULL_PROGRAM, 0.3);
    bind_immortal(&self);
    rehearsal_run(&self, 2);
    int null = 0;
    for (int r = 0; r < 5000; r++) {
        const double before = rehearsal_kpi(&self, 0, RH_KPI_REVENUE)[r];
        const bool first = rehearsal_kpi(&self, 1, RH_KPI_REVENUE)[r] == before;
        assert_int_equal(first, rehearsal_kpi(&self, 2, RH_KPI_REVENUE)[r] == before);
        assert_true(first || rehearsal_kpi(&self, 1, RH_KPI_REVENUE)[r] > 1.05 * before);
        null += first;
    }
    assert_true(fabs(null - 1500.0) < BOUND * sqrt(5000 * 0.3 * 0.7));
    rehearsal_free(&self);
}

/* What is claimed of what is earned; breakage is the rest. */
static void test_claim_rate(void **state)
{
    const char *const programs[] = {claimed_rebate};
    struct rehearsal self;
    (void)state;
    steady(&self, 10, 1, 1000.0, 0, NULL, 1, programs);
    self.study.replications = 1000;
    bind_immortal(&self);
    rehearsal_run(&self, 2);
    const double earned = rehearsal_mean(&self, 1, RH_KPI_EARNED), paid = rehearsal_mean(&self, 1, RH_KPI_PAID);
    const double windows = 10.0 * 12.0 * 1000.0;
    assert_true(fabs(paid / earned - 0.8) < BOUND * sqrt(0.8 * 0.2 / windows));
    assert_true(fabs(earned - paid - rehearsal_mean(&self, 1, RH_KPI_BREAKAGE)) < 1e-6);
    rehearsal_free(&self);
}

/* Attention has nothing to do with life: of those that live as many react. */
static void test_attention_of_the_living(void **state)
{
    const char *const programs[] = {rebate};
    struct rehearsal self;
    (void)state;
    steady(&self, 20, 1, 1000.0, 0, NULL, 1, programs);
    self.study.replications = 2000;
    rh_assumptions_set(&self.assumptions, RH_PARAM_ATTENTION, 0.7);
    bind_immortal(&self);
    for (int i = 0; i < 20; i++) {
        for (int t = 0; t < 12; t++) {
            self.plan.partner[i].alive[t] = 0.5;
        }
    }
    rehearsal_run(&self, 2);
    double error;
    const double share = attending_share(&self, 1, rebate_lift(1.0, 55.0 / 30.4375 + 0.5), &error);
    assert_true(fabs(share - 0.7) < BOUND * sqrt(0.7 * 0.3 / 20000.0));
    int someone = 0;
    for (int r = 0; r < 2000; r++) {
        const double earning = rehearsal_kpi(&self, 1, RH_KPI_EARNING)[r];
        assert_true(earning == 1.0 ||
                    isnan(earning)); /* the gone are not counted; where all are gone there is no share */
        someone += earning == 1.0;
    }
    assert_true(someone > 1900);
    rehearsal_free(&self);
}

/* Complexity of two incentives, the one retroactive with three levels, the other to be claimed: .3 + (.4 + .2) / 2. */
static void test_complexity(void **state)
{
    static const char program[] = "rehearse: program/1\nname: complex\ncurrency: USD\nincentives:\n  - name: Tiers\n"
                                  "    behavior: {measure: revenue}\n    window: month\n    reward:\n"
                                  "      bands: retroactive\n      levels:\n        - {from: 0, rate: 1%}\n"
                                  "        - {from: 2k, rate: 2%}\n        - {from: 3k, rate: 3%}\n  - name: Claimed\n"
                                  "    behavior: {measure: revenue}\n    window: month\n"
                                  "    reward: {levels: [{from: 0, rate: 1%}]}\n    payout: {claim: required}\n";
    const char *const programs[] = {program};
    struct rehearsal self;
    int moved = 0;
    (void)state;
    steady(&self, 1, 1, 1000.0, 0, NULL, 1, programs);
    self.study.replications = 20000;
    rh_assumptions_set(&self.assumptions, RH_PARAM_ATTENTION, 0.8);
    rh_assumptions_set(&self.assumptions, RH_PARAM_COMPLEXITY_SLOPE, 1.5);
    bind_immortal(&self);
    rehearsal_run(&self, 2);
    for (int r = 0; r < 20000; r++) {
        moved += rehearsal_kpi(&self, 1, RH_KPI_REVENUE)[r] != rehearsal_kpi(&self, 0, RH_KPI_REVENUE)[r];
    }
    const double p = 1.0 / (1.0 + exp(-(log(4.0) - 1.5 * 0.6)));
    assert_true(fabs(moved / 20000.0 - p) < BOUND * sqrt(p * (1.0 - p) / 20000.0));
    rehearsal_free(&self);
}

/* What is felt, and what sales change by, has its limits, upwards and downwards. */
static void test_limits(void **state)
{
    const char *const programs[] = {rebate};
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct rehearsal self;
        steady(&self, 2, 1, 1000.0, 0, kind == 2 ? rebate : NULL, kind == 2 ? 0 : 1, programs);
        if (kind == 0) {
            rh_assumptions_set(&self.assumptions, RH_PARAM_FELT_CAP, 0.01);
        } else {
            rh_assumptions_set(&self.assumptions, RH_PARAM_RESPONSE_LIMIT, 1.03);
        }
        bind_immortal(&self);
        rehearsal_run(&self, 1);
        const double change = rehearsal_kpi(&self, 1, RH_KPI_REVENUE)[9] / rehearsal_kpi(&self, 0, RH_KPI_REVENUE)[9];
        const double capped = exp(0.3 * log(1.0 + 0.65 * 0.01 / 0.1) + 1.5 * 0.35 * 0.01);
        assert_true(fabs(change / (kind == 0 ? capped : kind == 1 ? 1.03 : 1.0 / 1.03) - 1.0) < 1e-12);
        rehearsal_free(&self);
    }
}

/* A partner's cap that the first month uses up ends its interest: the other months are the usual ones. */
static void test_cap_partner_ends_it(void **state)
{
    static const char capped[] = "rehearse: program/1\nname: capped\ncurrency: USD\nincentives:\n  - name: Rebate\n"
                                 "    behavior: {measure: revenue}\n    window: month\n"
                                 "    reward: {levels: [{from: 0, rate: 4%}]}\n    cap: {partner: 30}\n"
                                 "    payout: {after: 45 days}\n";
    const char *const programs[] = {capped};
    struct rehearsal self;
    (void)state;
    steady(&self, 2, 1, 1000.0, 0, NULL, 1, programs);
    bind_immortal(&self);
    rehearsal_run(&self, 1);
    const double lift = rebate_lift(1.0, 55.0 / 30.4375 + 0.5);
    for (int r = 0; r < 256; r++) {
        assert_true(fabs(rehearsal_kpi(&self, 1, RH_KPI_REVENUE)[r] / (2000.0 * (11.0 + lift)) - 1.0) < 1e-12);
        assert_true(fabs(rehearsal_kpi(&self, 1, RH_KPI_EARNED)[r] - 60.0) < 1e-9);
    }
    rehearsal_free(&self);
}

/* Taking part: earning at a level above 0, or raising sales by 1%; earning alone is none. */
static void test_participation(void **state)
{
    static const char small[] = "rehearse: program/1\nname: small\ncurrency: USD\nincentives:\n  - name: Rebate\n"
                                "    behavior: {measure: revenue}\n    window: month\n"
                                "    reward: {levels: [{from: 0, rate: 0.1%}]}\n";
    static const char reached[] =
        "rehearse: program/1\nname: reached\ncurrency: USD\nincentives:\n  - name: Flat\n"
        "    audience: {segment: [Reseller]}\n    behavior: {measure: revenue}\n    window: month\n"
        "    reward: {levels: [{from: 900, flat: 1}]}\n";
    static const char beyond[] = "rehearse: program/1\nname: beyond\ncurrency: USD\nincentives:\n  - name: Flat\n"
                                 "    behavior: {measure: revenue}\n    window: month\n"
                                 "    reward: {levels: [{from: 0, flat: 1}, {from: 90k, flat: 1}]}\n";
    static const char fixed[] =
        "rehearse: program/1\nname: fixed\ncurrency: USD\nincentives:\n  - name: Rebate\n"
        "    audience: {segment: [Reseller]}\n    behavior: {measure: revenue}\n    window: month\n"
        "    reward: {levels: [{from: 0, rate: 4%}]}\n    payout: {after: 45 days}\n"
        "costs: {fixed: 120, per_claim: 2}\n";
    const char *const programs[] = {small, reached, beyond, fixed};
    static const double participation[] = {0.0, 1.0, 0.0, 1.0};
    struct rehearsal self;
    (void)state;
    steady(&self, 4, 2, 1000.0, 0, NULL, 4, programs);
    bind_immortal(&self);
    rehearsal_run(&self, 1);
    for (int p = 0; p < 4; p++) {
        assert_true(rehearsal_mean(&self, 1 + p, RH_KPI_EARNING) == 1.0);
        assert_true(rehearsal_mean(&self, 1 + p, RH_KPI_BASELINE_EARNING) == 1.0);
        assert_true(rehearsal_mean(&self, 1 + p, RH_KPI_ENROLLED) == 1.0);
        assert_true(rehearsal_mean(&self, 1 + p, RH_KPI_PARTICIPATION) == participation[p]);
    }
    /* half of the partners are open to the fourth: its cost, its eligible revenue, its fixed costs by month and segment
     */
    const double revenue = rehearsal_mean(&self, 4, RH_KPI_ELIGIBLE_REVENUE);
    assert_true(fabs(revenue / (24000.0 * rebate_lift(1.0, 55.0 / 30.4375 + 0.5)) - 1.0) < 1e-12);
    assert_true(fabs(rehearsal_mean(&self, 4, RH_KPI_COST) - (0.04 * revenue + 120.0 + 2.0 * 24.0)) < 1e-6);
    const size_t cost = (size_t)(4 * rh_cut_num_kpis(RH_CUT_SEGMENT) + rh_cut_place(RH_CUT_SEGMENT, RH_KPI_COST)) * 2;
    const double of_retailers = (double)self.cut[RH_CUT_SEGMENT][(cost + 1) * 256];
    assert_true(fabs(of_retailers - 60.0) < 1e-3);
    rehearsal_free(&self);
}

/* Differences between partners' elasticities have mean 1: a small rebate's mean lift is nearly that without them. */
static void test_elasticity_spread(void **state)
{
    const char *const programs[] = {rebate};
    struct rehearsal self;
    (void)state;
    steady(&self, 20, 1, 1000.0, 0, NULL, 1, programs);
    self.study.replications = 2000;
    rh_assumptions_set(&self.assumptions, RH_PARAM_ELASTICITY_SPREAD, 0.5);
    rh_assumptions_set(&self.assumptions, RH_PARAM_EFFORT_ELASTICITY, 0.01);
    rh_assumptions_set(&self.assumptions, RH_PARAM_PASS_THROUGH, 0.0);
    bind_immortal(&self);
    rehearsal_run(&self, 2);
    const double felt = 0.04 * exp(-0.25 * (55.0 / 30.4375 + 0.5) / 12.0) * 0.91, effect = 0.01 * log(1.0 + felt / 0.1);
    const double lift = rehearsal_mean(&self, 1, RH_KPI_REVENUE) / rehearsal_mean(&self, 0, RH_KPI_REVENUE) - 1.0;
    const double error = effect * sqrt(expm1(0.25)) / sqrt(20.0 * 2000.0);
    assert_true(fabs(lift - effect - 0.5 * effect * effect * exp(0.25)) < BOUND * error);
    rehearsal_free(&self);
}

static const char paid_certifications[] =
    "rehearse: program/1\nname: certified\ncurrency: USD\nincentives:\n  - name: C\n"
    "    behavior: {measure: certifications}\n    window: month\n"
    "    reward: {levels: [{from: 0, per_unit: 30}]}\n    payout: {after: 45 days}\n";

/* Extra completions: Poisson of mean λ(q − 1), λ = 3 a month and partner, q by the effort cost of 2% of 1000. */
static void test_extra_completions(void **state)
{
    const char *const programs[] = {paid_certifications};
    struct rehearsal self;
    (void)state;
    steady(&self, 5, 1, 1000.0, 3, NULL, 1, programs);
    self.study.replications = 2000;
    bind_immortal(&self);
    rehearsal_run(&self, 2);
    const double felt = 30.0 * exp(-0.25 * (55.0 / 30.4375 + 0.5) / 12.0) * 0.91;
    const double factor = exp(0.3 * log(1.0 + felt / 20.0)), mean = 5.0 * 12.0 * 3.0 * (factor - 1.0);
    const struct moments found = moments_of(self.extra + 2000, 2000);
    assert_true(fabs(found.mean - mean) < BOUND * sqrt(mean / 2000.0));
    assert_true(fabs(found.sd - sqrt(mean)) < BOUND * found.sd_error);
    assert_true(fabs(rehearsal_mean(&self, 1, RH_KPI_EARNED) - 30.0 * (540.0 / 3.0 + found.mean)) < 1e-6);
    rehearsal_free(&self);
}

/* Without what was in force fewer are completed: each of the usual ones stays with probability 1 / q. */
static void test_fewer_completions(void **state)
{
    struct rehearsal self;
    (void)state;
    steady(&self, 5, 1, 1000.0, 3, paid_certifications, 0, NULL);
    self.study.replications = 2000;
    bind_immortal(&self);
    rehearsal_run(&self, 2);
    const double felt = 30.0 * exp(-0.25 * (55.0 / 30.4375 + 0.5) / 12.0) * 0.91;
    const double stay = exp(-0.3 * log(1.0 + felt / 20.0)), mean = 180.0 * (1.0 - stay);
    const struct moments found = moments_of(self.extra + 2000, 2000); /* scenario none against in_force */
    assert_true(fabs(found.mean + mean) < BOUND * sqrt(180.0 * stay * (1.0 - stay) / 2000.0));
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat_rebate),
        cmocka_unit_test(test_rep_rebate),
        cmocka_unit_test(test_attention),
        cmocka_unit_test(test_null_program),
        cmocka_unit_test(test_attention_of_the_living),
        cmocka_unit_test(test_complexity),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_cap_partner_ends_it),
        cmocka_unit_test(test_participation),
        cmocka_unit_test(test_claim_rate),
        cmocka_unit_test(test_elasticity_spread),
        cmocka_unit_test(test_extra_completions),
        cmocka_unit_test(test_fewer_completions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
