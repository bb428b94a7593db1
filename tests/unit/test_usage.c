/* Which parameters a study has a use for: told by hand for small programs, and held against the engine, which changes
 * no figure when an idle parameter changes and some figure when a used one does. */
#include "model/usage.h"
#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HEAD "rehearse: program/1\nname: "

/* Everything that some parameter waits for. */
static const char rich[] = HEAD "rich\n"
                                "currency: USD\n"
                                "incentives:\n"
                                "  - name: Joined\n"
                                "    behavior: {measure: revenue}\n"
                                "    window: quarter\n"
                                "    reward: {levels: [{from: 0, rate: 3%}, {from: 5k, rate: 6%}], kind: non_cash}\n"
                                "    enrollment: opt_in\n"
                                "  - name: Courses\n"
                                "    behavior: {measure: certifications}\n"
                                "    window: quarter\n"
                                "    reward: {levels: [{from: 1, flat: 150}], kind: points}\n"
                                "  - name: Fund\n"
                                "    behavior: {measure: marketing_spend}\n"
                                "    window: quarter\n"
                                "    reward: {match: 50%, fund: {accrues: 3%, of: revenue, expires: 12 months}}\n"
                                "  - name: Beta\n"
                                "    behavior: {measure: revenue, product: [beta]}\n"
                                "    window: month\n"
                                "    reward: {levels: [{from: 0, rate: 5%}]}\n";

static const char courses[] = HEAD "courses\n"
                                   "currency: USD\n"
                                   "incentives:\n"
                                   "  - name: Courses\n"
                                   "    behavior: {measure: certifications}\n"
                                   "    window: quarter\n"
                                   "    reward: {levels: [{from: 1, flat: 150}], paid_to: rep}\n"
                                   "    payout: {claim: required, processing: {mean: 3, sd: 1}}\n";

static const char status[] = HEAD "status\n"
                                  "currency: USD\n"
                                  "incentives:\n"
                                  "  - name: Deals\n"
                                  "    behavior: {measure: deals_won}\n"
                                  "    window: quarter\n"
                                  "    reward: {levels: [{from: 0, per_unit: 20}]}\n"
                                  "    payout: {claim: required, processing: {mean: 3, sd: 1}}\n"
                                  "tiers:\n"
                                  "  review: quarter\n"
                                  "  levels:\n"
                                  "    - {name: base}\n"
                                  "    - {name: gold, when: [{measure: certifications, at_least: 2}], benefits: "
                                  "{rate_bonus: 2%}}\n";

static void find(struct rehearsal *self, const char *in_force, const char *program, struct rh_usage *usage)
{
    const char *const programs[] = {program};
    rehearsal_init(self, 10, in_force, 1, programs);
    rh_usage_find(usage, &self->study, &self->history);
}

/* Names of the parameters that are idle, of those that are not, as one text. */
static void check_names(const struct rh_usage *usage, bool idle, const char *expected)
{
    struct rh_text names;
    rh_text_init(&names);
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        if ((usage->idle[p] != NULL) == idle) {
            rh_text_printf(&names, "%s%s", names.length > 0 ? " " : "", rh_parameter_table[p].name);
        }
    }
    assert_string_equal(rh_text_string(&names), expected);
    rh_text_free(&names);
}

static void test_plain_rebate(void **state)
{
    struct rehearsal self;
    struct rh_usage usage;
    (void)state;
    find(&self, NULL, rehearsal_flat, &usage);
    check_names(&usage, true,
                "rep_effort_elasticity rep_margin activity_elasticity activity_cost complexity_slope noncash_worth "
                "claim_rate_required claim_rate_points goal_gradient capability_gain capability_stock capability_life "
                "fund_use ad_elasticity marketing_base opt_in opt_in_reward opt_in_complexity opt_in_delay "
                "opt_in_trust opt_in_cost");
    assert_string_equal(usage.idle[RH_PARAM_REP_MARGIN], "no program pays the rep for sales");
    rehearsal_free(&self);
}

/* What stands in the program in force is timed in the history already; a change of it is not. */
static void test_timing(void **state)
{
    static const enum rh_parameter timing[] = {RH_PARAM_TOPUP_REACH, RH_PARAM_TOPUP_ABLE, RH_PARAM_LOAD_COST,
                                               RH_PARAM_TOPUP_RETURNED, RH_PARAM_DEFERRAL};
    struct rehearsal self;
    struct rh_usage usage;
    (void)state;
    for (int changed = 0; changed < 2; changed++) {
        find(&self, rehearsal_tiers, rehearsal_tiers, &usage);
        if (changed) {
            self.study.compare[0].incentive[0].level[0].rate++;
            rh_usage_find(&usage, &self.study, &self.history);
        }
        for (size_t k = 0; k < sizeof timing / sizeof *timing; k++) {
            assert_int_equal(usage.idle[timing[k]] == NULL, changed);
        }
        rehearsal_free(&self);
    }
}

static void test_activities_alone(void **state)
{
    struct rehearsal self;
    struct rh_usage usage;
    (void)state;
    find(&self, NULL, courses, &usage);
    check_names(&usage, false,
                "elasticity_spread partner_margin response_limit activity_elasticity activity_cost attention "
                "complexity_slope null_program discount_rate claim_rate_required trust trust_weight trust_step "
                "trust_return claim_error overpaid underpaid displacement capability_gain capability_stock "
                "capability_life leave_missed leave_rewarded leave_trust leave_share recapture level_walk");
    rehearsal_free(&self);
}

/* A status pays a bonus on revenue, automatically, for what it asks; a status without one moves nobody. */
static void test_status(void **state)
{
    struct rehearsal self;
    struct rh_usage usage;
    (void)state;
    find(&self, NULL, status, &usage);
    assert_null(usage.idle[RH_PARAM_EFFORT_ELASTICITY]);
    assert_null(usage.idle[RH_PARAM_ACTIVITY_ELASTICITY]);
    assert_null(usage.idle[RH_PARAM_CAPABILITY_GAIN]);
    assert_null(usage.idle[RH_PARAM_CLAIM_RATE_AUTOMATIC]);
    assert_null(usage.idle[RH_PARAM_PROCESSING_DAYS]);
    self.study.compare[0].tier[1].has_rate_bonus = false;
    rh_usage_find(&usage, &self.study, &self.history);
    assert_string_equal(usage.idle[RH_PARAM_EFFORT_ELASTICITY], "no program rewards the firm for sales");
    assert_null(usage.idle[RH_PARAM_ACTIVITY_ELASTICITY]);
    assert_non_null(usage.idle[RH_PARAM_CAPABILITY_GAIN]);
    assert_non_null(usage.idle[RH_PARAM_CLAIM_RATE_AUTOMATIC]);
    assert_non_null(usage.idle[RH_PARAM_PROCESSING_DAYS]);
    rehearsal_free(&self);
}

/* Replay, margins and product lines decide as well. */
static void test_history(void **state)
{
    struct rehearsal self;
    struct rh_usage usage;
    (void)state;
    find(&self, rehearsal_flat, courses, &usage);
    assert_null(usage.idle[RH_PARAM_EFFORT_ELASTICITY]); /* what it loses without the program in force */
    assert_null(usage.idle[RH_PARAM_DISPLACEMENT]);
    assert_null(usage.idle[RH_PARAM_PARTNER_MARGIN]);
    assert_null(usage.idle[RH_PARAM_LEVEL_WALK]);
    self.study.replay = RH_REPLAY_EXACT;
    for (size_t i = 0; i < self.history.partners.num; i++) {
        self.history.partners.margin[i] = 0.2;
    }
    for (size_t e = 0; e < self.history.events.num; e++) {
        self.history.events.product[e] = 0;
    }
    rh_usage_find(&usage, &self.study, &self.history);
    assert_string_equal(usage.idle[RH_PARAM_LEAVE_MISSED], "in an exact replay nobody leaves");
    assert_non_null(usage.idle[RH_PARAM_RECAPTURE]);
    assert_non_null(usage.idle[RH_PARAM_LEVEL_WALK]);
    assert_non_null(usage.idle[RH_PARAM_PARTNER_MARGIN]);
    assert_string_equal(usage.idle[RH_PARAM_DISPLACEMENT], "the history has one product line");
    rehearsal_free(&self);
}

static void test_given_in_vain(void **state)
{
    struct rehearsal self;
    struct rh_usage usage;
    struct rh_unused unused;
    (void)state;
    find(&self, NULL, rehearsal_flat, &usage);
    assert_false(rh_usage_given_in_vain(&usage, &self.assumptions, 0, &unused));
    static const enum rh_parameter given[] = {RH_PARAM_EFFORT_ELASTICITY, RH_PARAM_OPT_IN, RH_PARAM_REP_MARGIN};
    for (size_t k = 0; k < sizeof given / sizeof *given; k++) { /* for the last segment alone */
        char **origin = &self.assumptions.origin[((int)given[k] + 1) * self.assumptions.num_segments - 1];
        free(*origin);
        *origin = rh_strdup("a.yaml:3");
    }
    assert_true(rh_usage_given_in_vain(&usage, &self.assumptions, 0, &unused));
    assert_string_equal(unused.name, "rep_margin");
    assert_string_equal(unused.reason, "no program pays the rep for sales");
    assert_true(rh_usage_given_in_vain(&usage, &self.assumptions, 1, &unused));
    assert_string_equal(unused.name, "opt_in");
    assert_false(rh_usage_given_in_vain(&usage, &self.assumptions, 2, &unused));
    rehearsal_free(&self);
}

/* ---- Against the engine ---- */

/* All figures of a run, in one array. */
static double *run(struct rehearsal *self, size_t *num)
{
    const size_t R = (size_t)self->study.replications, S = (size_t)self->plan.num_programs;
    rehearsal_run(self, 1);
    const size_t kpis = S * RH_NUM_KPIS * R, extras = S * (size_t)self->plan.num_extra * R;
    *num = kpis + extras;
    double *all = rh_calloc(*num + 1, sizeof *all);
    memcpy(all, self->kpi, kpis * sizeof *all);
    memcpy(all + kpis, self->extra, extras * sizeof *all);
    return all;
}

/* A value that is legal and far from the prior. */
static double other_value(enum rh_parameter p)
{
    const struct rh_parameter_info *info = &rh_parameter_table[p];
    const double value = 1.7 * info->prior.mean + 0.1;
    const bool share = info->prior.distribution == RH_DIST_BETA || strcmp(info->unit, "index") == 0;
    return share && value > 0.95 ? 0.3 : value;
}

/* Changes each parameter alone: figures change where it is used, and only there. */
static void check_against_engine(const char *in_force, int num_programs, const char *const *programs, bool exact,
                                 bool all_matter)
{
    struct rehearsal self;
    struct rh_usage usage;
    size_t num;
    rehearsal_init(&self, 12, in_force, num_programs, programs);
    self.study.replications = 128;
    self.study.replay = exact ? RH_REPLAY_EXACT : RH_REPLAY_BOOTSTRAP;
    rh_assumptions_set(&self.assumptions, RH_PARAM_TRUST, 0.8); /* at 0.7 it has no say in opting in */
    rehearsal_bind(&self);
    rh_usage_find(&usage, &self.study, &self.history);
    double *before = run(&self, &num);
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        if (usage.idle[p] == NULL && !all_matter) {
            continue;
        }
        const size_t segments = (size_t)self.assumptions.num_segments;
        struct rh_belief_of *belief = self.assumptions.belief + (size_t)p * segments;
        const struct rh_belief_of kept = belief[0];
        rh_assumptions_set(&self.assumptions, (enum rh_parameter)p, other_value((enum rh_parameter)p));
        double *after = run(&self, &num);
        const bool same = memcmp(before, after, num * sizeof *before) == 0;
        if (usage.idle[p] != NULL && !same) {
            fail_msg("%s is idle (%s) and changes figures", rh_parameter_table[p].name, usage.idle[p]);
        }
        if (usage.idle[p] == NULL && same && all_matter) {
            fail_msg("%s is used and changes nothing", rh_parameter_table[p].name);
        }
        for (size_t s = 0; s < segments; s++) {
            belief[s] = kept;
        }
        free(after);
    }
    free(before);
    rehearsal_free(&self);
}

static void test_idle_ones_change_nothing(void **state)
{
    const char *const flat[] = {rehearsal_flat}, *const learn[] = {courses}, *const tiers[] = {rehearsal_tiers},
                      *const held[] = {status};
    (void)state;
    check_against_engine(NULL, 1, flat, false, false);
    check_against_engine(NULL, 1, learn, false, false);
    check_against_engine(rehearsal_tiers, 1, tiers, false, false);
    check_against_engine(rehearsal_mix, 1, tiers, true, false);
    check_against_engine(NULL, 1, held, false, false);
}

static void test_used_ones_matter(void **state)
{
    const char *const programs[] = {rich, rehearsal_mix};
    (void)state;
    check_against_engine(rehearsal_tiers, 2, programs, false, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_rebate),
        cmocka_unit_test(test_timing),
        cmocka_unit_test(test_activities_alone),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_given_in_vain),
        cmocka_unit_test(test_idle_ones_change_nothing),
        cmocka_unit_test(test_used_ones_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
