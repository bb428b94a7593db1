/* A window lived by hand: one partner of constant sales under retroactive tiers, whose every month is worked out from
 * the belief of what is left of the window, the schedule, and the response. */
#include "support/rehearsal.h"

#include "model/belief.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char tiers[] = "rehearse: program/1\n"
                            "name: tiers\n"
                            "currency: USD\n"
                            "incentives:\n"
                            "  - name: Tiers\n"
                            "    behavior: {measure: revenue}\n"
                            "    window: half\n"
                            "    reward:\n"
                            "      bands: retroactive\n"
                            "      levels:\n"
                            "        - {from: 3k, rate: 1%}\n"
                            "        - {from: 6.2k, rate: 2%, flat: 40}\n"
                            "        - {from: 9k, rate: 3%}\n"
                            "    payout: {after: 45 days}\n";

static void make(struct rehearsal *self, double cv)
{
    const char *const programs[] = {tiers};
    memset(self, 0, sizeof *self);
    rh_history_init(&self->history);
    build_partner(&self->history, "P", "Reseller", "North", RH_NO_DAY);
    for (int t = 0; t < 36; t++) {
        rehearsal_event(&self->history, "P", rh_month_make(2022, 1) + t, "revenue", "alpha", 10.0, 1000.0);
    }
    int status = rh_history_finish(&self->history, NULL);
    assert(status == RH_OK);
    rehearsal_study(self, NULL, 1, programs);
    self->study.replications = 1;
    self->study.outlook_growth = self->study.outlook_sd = 0.0;
    rehearsal_plain(self);
    static const struct {
        enum rh_parameter parameter;
        double value;
    } fixed[] = {{RH_PARAM_LEVEL_WALK, 0.0},
                 {RH_PARAM_NULL_PROGRAM, 0.0},
                 {RH_PARAM_ATTENTION, 1.0},
                 {RH_PARAM_ELASTICITY_SPREAD, 0.0},
                 {RH_PARAM_FELT_CAP, 1.0},
                 {RH_PARAM_EFFORT_ELASTICITY, 0.3},
                 {RH_PARAM_PARTNER_MARGIN, 0.1},
                 {RH_PARAM_PASS_THROUGH, 0.35},
                 {RH_PARAM_PRICE_ELASTICITY, 1.5},
                 {RH_PARAM_DISCOUNT_RATE, 0.25},
                 {RH_PARAM_TRUST, 0.7},
                 {RH_PARAM_TRUST_WEIGHT, 0.3},
                 {RH_PARAM_PROCESSING_DAYS, 10.0},
                 {RH_PARAM_CLAIM_RATE_AUTOMATIC, 1.0}};
    for (size_t k = 0; k < sizeof fixed / sizeof *fixed; k++) {
        rh_assumptions_set(&self->assumptions, fixed[k].parameter, fixed[k].value);
    }
    rehearsal_bind(self);
    self->plan.partner[0].level_shape = INFINITY;
    self->plan.partner[0].cv = cv;
    for (int t = 0; t < 12; t++) {
        self->plan.partner[0].alive[t] = 1.0;
    }
}

/* Sales of a month after q (10⁻⁴) has been attained, with `left` months left in the window, this one included. */
static double month_by_hand(const struct rh_schedule *schedule, double cv, double q, int left)
{
    const struct rh_belief belief = rh_belief_make(1e7 * left, cv, left);
    const double delay = left - 0.5 + 55.0 / 30.4375;
    const double felt = rh_belief_marginal_reward(belief, schedule, q) * exp(-0.25 * delay / 12.0) * (1.0 - 0.3 * 0.3);
    const double change = exp(0.3 * log(1.0 + 0.65 * fmax(felt, 0.0) / 0.1) + 1.5 * 0.35 * fmax(felt, 0.0));
    return 1e7 * fmin(change, 1.6);
}

static void test_window_by_hand(void **state)
{
    static const double cvs[] = {0.05, 0.4, 1.5};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct rehearsal self;
        struct rh_schedule schedule;
        double earned = 0.0, attained = 0.0, most = 0.0;
        make(&self, cvs[k]);
        rehearsal_run(&self, 1);
        assert_int_equal(rh_schedule_init(&schedule, &self.study.compare[0].incentive[0], NULL), RH_OK);
        const size_t row = (size_t)((rh_cut_num_kpis(RH_CUT_MONTH) + rh_cut_place(RH_CUT_MONTH, RH_KPI_REVENUE)) * 12);
        for (int t = 0; t < 12; t++) {
            attained = t % 6 == 0 ? 0.0 : attained;
            const double sold = month_by_hand(&schedule, cvs[k], attained, 6 - t % 6);
            const double found = (double)self.cut[RH_CUT_MONTH][row + (size_t)t];
            assert_true(fabs(found * 1e4 / sold - 1.0) < 1e-6); /* kept as float */
            most = fmax(most, sold);
            attained += sold;
            earned += t % 6 == 5 ? rh_schedule_reward(&schedule, attained) : 0.0;
        }
        assert_true(most > 1.02e7); /* or nothing is tested */
        assert_true(fabs(rehearsal_kpi(&self, 1, RH_KPI_EARNED)[0] * 1e4 / earned - 1.0) < 1e-10);
        rh_schedule_free(&schedule);
        rehearsal_free(&self);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_window_by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
