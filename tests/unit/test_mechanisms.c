/* What partners' sales answer to beside the next sale's worth, each mechanism by hand on partners of constant sales:
 * the goal gradient, displacement, training, marketing. Each at its neutral value does nothing, whatever its other
 * parameters are; and all together leave the program in force as it is. */
#include "support/constant.h"

#include "engine/watch.h"
#include "model/belief.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define FAR_GOAL                         \
    "  - name: Far\n"                    \
    "    behavior: {measure: revenue}\n" \
    "    window: year\n"                 \
    "    reward: {levels: [{from: 100k, flat: 10}]}\n"
#define NEAR_GOAL                        \
    "  - name: Near\n"                   \
    "    behavior: {measure: revenue}\n" \
    "    window: half\n"                 \
    "    reward:\n"                      \
    "      levels: [{from: 3100, flat: 10}, {from: 5900, flat: 30}]\n"
static const char goal_firm[] = CONSTANT_HEAD NEAR_GOAL FAR_GOAL;
static const char goal_rep[] = CONSTANT_HEAD NEAR_GOAL "      paid_to: rep\n" FAR_GOAL;

static double closeness(double attained, double threshold)
{
    return attained > 0.0 && attained < threshold ? fmax(2.0 * attained / threshold - 1.0, 0.0) : 0.0;
}

/* Sales follow the closest threshold ahead; what pays the rep sets no goal. */
static void test_goal_gradient(void **state)
{
    const char *const programs[] = {goal_firm, goal_rep};
    struct rehearsal self;
    double attained = 0.0, most = 0.0;
    (void)state;
    constant_begin(&self);
    build_partner(&self.history, "P", "Reseller", "North", RH_NO_DAY);
    constant_sells(&self, "P", "alpha", 1000.0);
    constant_study(&self, NULL, 2, programs);
    constant_set(&self, RH_PARAM_GOAL_GRADIENT, 0.2);
    constant_bind(&self);
    rehearsal_run(&self, 1);
    for (int t = 0; t < 12; t++) {
        attained = t % 6 == 0 ? 0.0 : attained;
        const double goal = fmax(closeness(attained, 3100.0), closeness(attained, 5900.0));
        const double sold = 1000.0 * exp(0.2 * goal);
        assert_true(constant_is(constant_month(&self, 1, RH_KPI_REVENUE, t), sold));
        assert_true(constant_is(constant_month(&self, 2, RH_KPI_REVENUE, t), 1000.0)); /* the rep has none */
        attained += sold;
        most = fmax(most, goal);
    }
    assert_true(most > 0.7);
    rehearsal_free(&self);
}

static const char on_alpha[] = CONSTANT_HEAD "  - name: A\n"
                                             "    behavior: {measure: revenue, product: [alpha]}\n"
                                             "    window: month\n"
                                             "    reward: {levels: [{from: 0, rate: 5%}]}\n";
static const char on_all[] = CONSTANT_HEAD "  - name: All\n"
                                           "    behavior: {measure: revenue}\n"
                                           "    window: month\n"
                                           "    reward: {levels: [{from: 0, rate: 5%}]}\n";
static const char on_both[] = CONSTANT_HEAD "  - name: A\n"
                                            "    behavior: {measure: revenue, product: [alpha]}\n"
                                            "    window: month\n"
                                            "    reward: {levels: [{from: 0, rate: 5%}]}\n"
                                            "  - name: B\n"
                                            "    behavior: {measure: revenue, product: [beta]}\n"
                                            "    window: month\n"
                                            "    reward: {levels: [{from: 0, rate: 2%}]}\n";

/* Lines of 1000, 500 and `least` a month; a share of the lift goes over. */
static void make_lines(struct rehearsal *self, double least, double displacement)
{
    const char *const programs[] = {on_alpha, on_all, on_both};
    constant_begin(self);
    build_partner(&self->history, "P", "Reseller", "North", RH_NO_DAY);
    constant_sells(self, "P", "alpha", 1000.0);
    constant_sells(self, "P", "beta", 500.0);
    constant_sells(self, "P", "gamma", least);
    constant_study(self, NULL, 3, programs);
    constant_set(self, RH_PARAM_EFFORT_ELASTICITY, 0.5);
    constant_set(self, RH_PARAM_DISPLACEMENT, displacement);
    constant_bind(self);
    rehearsal_run(self, 1);
}

/* A rate of 5% on a margin of 10% lifts by 1.5^0.5; of 2% by 1.2^0.5. */
static void test_displacement(void **state)
{
    const double a = sqrt(1.5), b = sqrt(1.2);
    struct rehearsal self, without;
    (void)state;
    make_lines(&without, 250.0, 0.0);
    make_lines(&self, 250.0, 0.3);
    const double lost = 12.0 * 0.3 * 1000.0 * (a - 1.0);
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_DISPLACED), lost));
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_REVENUE), 12.0 * (1000.0 * a + 750.0) - lost));
    assert_true(constant_is(constant_kpi(&without, 1, RH_KPI_REVENUE), 12.0 * (1000.0 * a + 750.0)));
    /* a rebate on all lines lifts none above the others */
    assert_memory_equal(rehearsal_kpi(&self, 2, RH_KPI_REVENUE), rehearsal_kpi(&without, 2, RH_KPI_REVENUE),
                        RH_NUM_KPIS * sizeof(double));
    assert_true(constant_kpi(&self, 2, RH_KPI_DISPLACED) == 0.0);
    /* two lines lifted unlike: of alpha what is above beta and gamma, of beta what is above alpha and gamma */
    const double above_a = 1000.0 * (a - (500.0 * b + 250.0) / 750.0);
    const double above_b = fmax(500.0 * (b - (1000.0 * a + 250.0) / 1250.0), 0.0);
    const double sums = above_a / (500.0 * b + 250.0), other = above_b / (1000.0 * a + 250.0);
    const double both = 0.3 * (sums * (500.0 * b + 250.0) + other * (1000.0 * a + 250.0));
    assert_true(constant_is(constant_kpi(&self, 3, RH_KPI_DISPLACED), 12.0 * both));
    rehearsal_free(&self);
    rehearsal_free(&without);
}

/* No line loses more than it sells, though a lift of alpha is twice all that the others do. */
static void test_displacement_is_limited(void **state)
{
    const char *const programs[] = {on_alpha};
    struct rehearsal self;
    (void)state;
    constant_begin(&self);
    build_partner(&self.history, "P", "Reseller", "North", RH_NO_DAY);
    constant_sells(&self, "P", "alpha", 1000.0);
    constant_sells(&self, "P", "beta", 70.0);
    constant_sells(&self, "P", "gamma", 30.0);
    constant_study(&self, NULL, 1, programs);
    constant_set(&self, RH_PARAM_EFFORT_ELASTICITY, 0.5);
    constant_set(&self, RH_PARAM_DISPLACEMENT, 0.9);
    constant_bind(&self);
    rehearsal_run(&self, 1);
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_DISPLACED), 1200.0));
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_REVENUE), 12e3 * sqrt(1.5)));
    rehearsal_free(&self);
}

static const char certified[] = CONSTANT_HEAD "  - name: Certified\n"
                                              "    behavior: {measure: certifications}\n"
                                              "    window: month\n"
                                              "    reward: {levels: [{from: 0, flat: 0, per_unit: 60}]}\n";
static const char nothing[] = CONSTANT_HEAD "  - name: Nothing\n"
                                            "    behavior: {measure: certifications}\n"
                                            "    window: month\n"
                                            "    reward: {levels: [{from: 1000, per_unit: 1}]}\n";

/* A horizon of so many months of a partner that certifies six people a month. */
static void make_trained(struct rehearsal *self, const char *in_force, const char *program, int months)
{
    const char *const programs[] = {program};
    constant_begin(self);
    build_partner(&self->history, "P", "Reseller", "North", RH_NO_DAY);
    constant_sells(self, "P", "alpha", 1000.0);
    constant_rows(self, "P", "certifications", "", 6.0, 0.0);
    constant_study(self, in_force, 1, programs);
    self->study.horizon_months = months;
    constant_set(self, RH_PARAM_ACTIVITY_ELASTICITY, 0.3);
    constant_set(self, RH_PARAM_CAPABILITY_GAIN, 0.1);
    constant_set(self, RH_PARAM_CAPABILITY_STOCK, 4.0);
    constant_set(self, RH_PARAM_CAPABILITY_LIFE, 3.0);
    constant_bind(self);
    rehearsal_run(self, 1);
}

/* Extra completions of each month, from horizons of 1, 2, 3, … months, are the stock of the months after, half of which
 * is forgotten in 3 months. Where a program brings fewer than the one in force, they are missed. */
static void test_capability(void **state)
{
    static const struct {
        const char *in_force, *program;
    } cases[] = {{NULL, certified}, {certified, nothing}};
    (void)state;
    for (int c = 0; c < 2; c++) {
        const int scenario = c == 0 ? 1 : 2;
        double stock = 0.0, so_far = 0.0, most = 0.0;
        for (int months = 1; months <= 6; months++) {
            struct rehearsal self;
            make_trained(&self, cases[c].in_force, cases[c].program, months);
            const double extra = self.extra[scenario * self.plan.num_extra];
            const double effect = 0.1 * (1.0 - exp(-fabs(stock) / 4.0));
            const double sold = 1000.0 * (stock > 0.0 ? 1.0 + effect : 1.0 - effect);
            assert_true(constant_is(constant_month(&self, scenario, RH_KPI_REVENUE, months - 1), sold));
            most = fmax(most, effect);
            stock = stock * exp2(-1.0 / 3.0) + (extra - so_far);
            so_far = extra;
            rehearsal_free(&self);
        }
        assert_true(most > 0.05 && (c == 0 ? so_far > 0.0 : so_far < 0.0));
    }
}

static const char fund_small[] = CONSTANT_HEAD "  - name: Fund\n"
                                               "    behavior: {measure: marketing_spend}\n"
                                               "    window: quarter\n"
                                               "    reward: {match: 20%, fund: {accrues: 5%, of: revenue}}\n";
static const char fund_large[] = CONSTANT_HEAD "  - name: Fund\n"
                                               "    behavior: {measure: marketing_spend}\n"
                                               "    window: quarter\n"
                                               "    reward: {match: 60%, fund: {accrues: 2%, of: revenue}}\n";

/* What a month's match was multiplies the next month's sales, relative to the program in force; partners ask for a
 * share of what the fund would match. The fund is what earlier months have accrued. */
static void test_marketing(void **state)
{
    const char *const programs[] = {fund_large, fund_small};
    const double use = 0.7, own = 0.02 * 1000.0;
    (void)state;
    for (int c = 0; c < 2; c++) {
        struct rehearsal self;
        double fund = 0.0, given = 0.0, before = 0.0, matched = 0.0, most = 0.0;
        constant_begin(&self);
        build_partner(&self.history, "P", "Reseller", "North", RH_NO_DAY);
        constant_sells(&self, "P", "alpha", 1000.0);
        constant_rows(&self, "P", "marketing_spend", "", 1.0, 40.0);
        constant_study(&self, c == 0 ? NULL : fund_small, 2, programs);
        constant_set(&self, RH_PARAM_AD_ELASTICITY, 0.2);
        constant_set(&self, RH_PARAM_FUND_USE, use);
        constant_bind(&self);
        rehearsal_run(&self, 1);
        const int large = c == 0 ? 1 : 2, small = large + 1;
        for (int t = 0; t < 12; t++) {
            const double factor = pow((1.0 + given / own) / (1.0 + before / own), 0.2);
            assert_true(constant_is(constant_month(&self, large, RH_KPI_REVENUE, t), 1000.0 * factor));
            given = fmin(fund, use * 0.6 * 40.0);
            before = c == 1 && t > 0 ? use * 0.2 * 40.0 : 0.0; /* its fund of 50 a month is never empty */
            fund += 0.02 * 1000.0 * factor - given;
            matched += given;
            most = fmax(most, factor);
        }
        assert_true(constant_is(constant_kpi(&self, large, RH_KPI_EARNED), matched));
        assert_true(most > 1.05);
        if (c == 1) { /* what stands moves nothing */
            assert_true(constant_kpi(&self, small, RH_KPI_REVENUE) == constant_kpi(&self, 0, RH_KPI_REVENUE));
        }
        rehearsal_free(&self);
    }
}

/* A partner that asks for a part of the match alone spends for that part alone. */
static void test_use_of_a_fund(void **state)
{
    const char *const programs[] = {fund_small};
    const double share = 0.7 * 0.2;
    struct rehearsal self;
    double fund = 0.0, matched = 0.0, most = 0.0;
    (void)state;
    constant_begin(&self);
    build_partner(&self.history, "P", "Reseller", "North", RH_NO_DAY);
    constant_sells(&self, "P", "alpha", 180.0);
    constant_rows(&self, "P", "marketing_spend", "", 1.0, 40.0);
    constant_study(&self, NULL, 1, programs);
    constant_set(&self, RH_PARAM_EFFORT_ELASTICITY, 0.5);
    constant_set(&self, RH_PARAM_FUND_USE, 0.7);
    constant_bind(&self);
    rehearsal_run(&self, 1);
    const struct rh_belief belief = rh_belief_make(40e4, self.plan.partner[0].cv, 1);
    for (int t = 0; t < 12; t++) {
        const double felt = fund > 0.0 ? share * (1.0 - rh_belief_survival(belief, fund * 1e4 / share)) : 0.0;
        const double given = fmin(fund, share * 40.0 * sqrt(1.0 + felt / 0.1));
        matched += given;
        fund += 9.0 - given;
        most = fmax(most, felt);
    }
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_EARNED), matched));
    assert_true(most > 0.05);
    rehearsal_free(&self);
}

static const char everything[] = "rehearse: program/1\n"
                                 "name: everything\n"
                                 "currency: USD\n"
                                 "incentives:\n"
                                 "  - name: Volume\n"
                                 "    behavior: {measure: revenue}\n"
                                 "    window: quarter\n"
                                 "    reward:\n"
                                 "      bands: retroactive\n"
                                 "      levels: [{from: 3k, rate: 2%}, {from: 8k, rate: 5%}]\n"
                                 "    cap: {window: 900}\n"
                                 "  - name: Alpha\n"
                                 "    behavior: {measure: revenue, product: [alpha]}\n"
                                 "    window: half\n"
                                 "    enrollment: opt_in\n"
                                 "    reward: {levels: [{from: 5k, flat: 300}, {from: 15k, flat: 900}]}\n"
                                 "    payout: {after: 30 days, claim: required}\n"
                                 "  - name: Certified\n"
                                 "    behavior: {measure: certifications}\n"
                                 "    window: quarter\n"
                                 "    reward: {levels: [{from: 0, per_unit: 100}]}\n"
                                 "  - name: Fund\n"
                                 "    behavior: {measure: marketing_spend}\n"
                                 "    window: quarter\n"
                                 "    reward: {match: 50%, fund: {accrues: 2%, of: revenue}}\n"
                                 "  - name: Spif\n"
                                 "    behavior: {measure: units, product: [beta]}\n"
                                 "    window: month\n"
                                 "    reward: {levels: [{from: 5, per_unit: 2}], paid_to: rep}\n";

struct setting {
    enum rh_parameter parameter;
    double value;
};

/* All mechanisms, strongly. */
static const struct setting strong[] = {
    {RH_PARAM_NULL_PROGRAM, 0.0},   {RH_PARAM_EFFORT_ELASTICITY, 0.5}, {RH_PARAM_GOAL_GRADIENT, 0.2},
    {RH_PARAM_DISPLACEMENT, 0.4},   {RH_PARAM_CAPABILITY_GAIN, 0.1},   {RH_PARAM_AD_ELASTICITY, 0.2},
    {RH_PARAM_FUND_USE, 0.6},       {RH_PARAM_TOPUP_REACH, 0.3},       {RH_PARAM_TOPUP_ABLE, 0.8},
    {RH_PARAM_LOAD_COST, 0.003},    {RH_PARAM_DEFERRAL, 0.5},          {RH_PARAM_TRUST_STEP, 0.2},
    {RH_PARAM_PROCESSING_SD, 20.0}, {RH_PARAM_CLAIM_ERROR, 0.3},       {RH_PARAM_LEAVE_MISSED, 1.0},
    {RH_PARAM_LEAVE_REWARDED, 0.7}, {RH_PARAM_LEAVE_TRUST, 1.0},       {RH_PARAM_LEAVE_SHARE, 0.8},
    {RH_PARAM_RECAPTURE, 0.3},      {RH_PARAM_TOPUP_RETURNED, 0.2},
};

static void apply(struct rehearsal *self, const struct setting *setting, size_t num)
{
    for (size_t k = 0; k < num; k++) {
        rh_assumptions_set(&self->assumptions, setting[k].parameter, setting[k].value);
    }
}

/* All figures of two scenarios, of one or two runs, bit for bit. */
static bool same_figures(const struct rehearsal *a, int p, const struct rehearsal *b, int q)
{
    return memcmp(rehearsal_kpi(a, p, (enum rh_kpi)0), rehearsal_kpi(b, q, (enum rh_kpi)0),
                  RH_NUM_KPIS * (size_t)a->study.replications * sizeof(double)) == 0;
}

/* The same of completions. */
static bool same_extra(const struct rehearsal *a, int p, const struct rehearsal *b, int q)
{
    const size_t size = (size_t)a->plan.num_extra * (size_t)a->study.replications;
    assert_true(size > 0);
    return memcmp(a->extra + (size_t)p * size, b->extra + (size_t)q * size, size * sizeof(double)) == 0;
}

/* With everything on, the program in force as its own candidate changes nothing: also where another is the reference,
 * and next to programs that differ in one of its incentives. */
static void test_in_force_stays(void **state)
{
    static const char *const references[] = {NULL, "none", "tiers"};
    const char *const programs[] = {rehearsal_tiers, everything};
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct rehearsal self;
        rehearsal_init(&self, 24, everything, 2, programs);
        apply(&self, strong, sizeof strong / sizeof *strong);
        if (references[k] != NULL) {
            self.study.reference = (struct rh_reference){rh_strdup(references[k]), 1, 1};
        }
        rehearsal_bind(&self);
        rehearsal_run(&self, 2);
        assert_true(same_figures(&self, 0, &self, 3));
        assert_false(same_figures(&self, 0, &self, 2));
        assert_true(rehearsal_mean(&self, 2, RH_KPI_ATTRITION) != rehearsal_mean(&self, 0, RH_KPI_ATTRITION));
        assert_true(rehearsal_mean(&self, 2, RH_KPI_TRUST_INDEX) != rehearsal_mean(&self, 0, RH_KPI_TRUST_INDEX));
        assert_true(rehearsal_mean(&self, 2, RH_KPI_RETURNED) > rehearsal_mean(&self, 0, RH_KPI_RETURNED));
        rehearsal_free(&self);
    }
}

/* One mechanism: what else must be on for it to act on, and what switches it on, all else being neutral. 0: no more. */
struct mechanism {
    const char *name;
    struct setting with[2], on[5];
};

static const struct mechanism mechanisms[] = {
    {"effort", {{0}}, {{RH_PARAM_EFFORT_ELASTICITY, 0.5}, {RH_PARAM_REP_EFFORT_ELASTICITY, 0.4}}},
    {"price", {{0}}, {{RH_PARAM_PASS_THROUGH, 0.6}}},
    {"activities", {{0}}, {{RH_PARAM_ACTIVITY_ELASTICITY, 0.7}}},
    {"attention", {{RH_PARAM_EFFORT_ELASTICITY, 0.5}}, {{RH_PARAM_ATTENTION, 0.6}, {RH_PARAM_COMPLEXITY_SLOPE, 0.8}}},
    {"null programs", {{RH_PARAM_EFFORT_ELASTICITY, 0.5}}, {{RH_PARAM_NULL_PROGRAM, 0.4}}},
    {"discounting", {{RH_PARAM_EFFORT_ELASTICITY, 0.5}}, {{RH_PARAM_DISCOUNT_RATE, 0.8}, {RH_PARAM_FELT_CAP, 0.1}}},
    {"claims",
     {{RH_PARAM_EFFORT_ELASTICITY, 0.5}},
     {{RH_PARAM_CLAIM_RATE_AUTOMATIC, 0.7}, {RH_PARAM_CLAIM_RATE_REQUIRED, 0.4}}},
    {"trust", {{RH_PARAM_EFFORT_ELASTICITY, 0.5}}, {{RH_PARAM_TRUST_STEP, 0.3}, {RH_PARAM_TRUST_WEIGHT, 0.9}}},
    {"errors and delays",
     {{RH_PARAM_EFFORT_ELASTICITY, 0.5}, {RH_PARAM_TRUST_STEP, 0.3}},
     {{RH_PARAM_CLAIM_ERROR, 0.4}, {RH_PARAM_PROCESSING_SD, 40.0}}},
    {"goal gradient", {{0}}, {{RH_PARAM_GOAL_GRADIENT, 0.2}}},
    {"displacement", {{RH_PARAM_EFFORT_ELASTICITY, 0.5}}, {{RH_PARAM_DISPLACEMENT, 0.5}}},
    {"training", {{RH_PARAM_ACTIVITY_ELASTICITY, 0.7}}, {{RH_PARAM_CAPABILITY_GAIN, 0.12}}},
    {"marketing", {{0}}, {{RH_PARAM_AD_ELASTICITY, 0.2}}},
    {"timing",
     {{0}},
     {{RH_PARAM_TOPUP_REACH, 0.4},
      {RH_PARAM_TOPUP_ABLE, 0.8},
      {RH_PARAM_LOAD_COST, 0.003},
      {RH_PARAM_DEFERRAL, 0.5},
      {RH_PARAM_TOPUP_RETURNED, 0.3}}},
    {"leaving",
     {{0}},
     {{RH_PARAM_LEAVE_MISSED, 1.0},
      {RH_PARAM_LEAVE_REWARDED, 0.7},
      {RH_PARAM_LEAVE_SHARE, 0.8},
      {RH_PARAM_RECAPTURE, 0.3}}},
    {"leaving by trust", {{RH_PARAM_TRUST_STEP, 0.3}}, {{RH_PARAM_LEAVE_TRUST, 1.5}}},
    {"opting in", {{RH_PARAM_EFFORT_ELASTICITY, 0.5}}, {{RH_PARAM_OPT_IN, 0.1}, {RH_PARAM_OPT_IN_REWARD, 0.5}}},
    {"level", {{0}}, {{RH_PARAM_LEVEL_WALK, 0.1}}},
};

/* What is seen of the program in force as its own candidate, against what history would have had. */
struct copy {
    const struct rh_plan *plan;
    int program;
    double here[RH_LANES], baseline[RH_LANES];
    bool moved; /* something is not as usual */
};

static void see_copy(void *user, const struct rh_sight *sight)
{
    struct copy *self = user;
    if (sight->program != self->program) {
        return;
    }
    for (int l = 0; l < RH_LANES; l++) {
        const double value = sight->value[l];
        switch (sight->what) {
        case RH_SEEN_HERE:
            self->here[l] = value;
            break;
        case RH_SEEN_BASELINE:
            self->baseline[l] = value;
            break;
        case RH_SEEN_DEMAND:
        case RH_SEEN_BOUGHT:
            self->moved = self->moved || value != self->here[l] * self->baseline[l];
            break;
        case RH_SEEN_CAPABILITY:
        case RH_SEEN_MARKETING:
        case RH_SEEN_CHANGE:
            self->moved = self->moved || value != 1.0;
            break;
        case RH_SEEN_STOCK:
        case RH_SEEN_PUT_OFF:
        case RH_SEEN_BROUGHT_BACK:
        case RH_SEEN_TAKEN_OVER:
            self->moved = self->moved || value != 0.0;
            break;
        default:
            break;
        }
    }
}

/* A run with `everything` in force and as the second candidate; on: with the mechanism itself. */
static void run_mechanism(struct rehearsal *self, const struct mechanism *mechanism, bool on)
{
    const char *const programs[] = {rehearsal_tiers, everything};
    rehearsal_init(self, 24, everything, 2, programs);
    rh_assumptions_neutral(&self->assumptions);
    for (size_t k = 0; k < 2 && mechanism->with[k].value > 0.0; k++) {
        apply(self, &mechanism->with[k], 1);
    }
    for (size_t k = 0; on && k < 5 && mechanism->on[k].value > 0.0; k++) {
        apply(self, &mechanism->on[k], 1);
    }
    rehearsal_bind(self);
    rehearsal_run(self, 2);
}

/* The shadow carries every mechanism: with each alone the program in force, as a candidate, returns what history would
 * have had, bit for bit, while another candidate does not. */
static void test_shadow_of_each(void **state)
{
    (void)state;
    for (size_t m = 0; m < sizeof mechanisms / sizeof *mechanisms; m++) {
        struct rehearsal with, without;
        run_mechanism(&with, &mechanisms[m], true);
        run_mechanism(&without, &mechanisms[m], false);
        struct copy copy = {.plan = &with.plan, .program = 3};
        const struct rh_watch watch = {RH_WATCH_ALL, see_copy, &copy};
        int lane;
        assert_int_equal(rh_engine_watch(&with.plan, 0, &watch, &lane, NULL, NULL), RH_OK);
        if (!same_figures(&with, 0, &with, 3) || !same_extra(&with, 0, &with, 3) || copy.moved) {
            fail_msg("%s: the program in force is not its own candidate", mechanisms[m].name);
        }
        if (same_figures(&with, 2, &without, 2) && same_extra(&with, 2, &without, 2)) {
            fail_msg("%s: does nothing", mechanisms[m].name);
        }
        rehearsal_free(&with);
        rehearsal_free(&without);
    }
}

/* At its neutral value a mechanism does nothing: nothing depends on its other parameters any more. */
static void test_neutral_values(void **state)
{
    static const struct {
        struct setting neutral, other[4]; /* 0: no more */
    } cases[] = {
        {{RH_PARAM_CAPABILITY_GAIN, 0.0}, {{RH_PARAM_CAPABILITY_STOCK, 0.5}, {RH_PARAM_CAPABILITY_LIFE, 40.0}}},
        {{RH_PARAM_AD_ELASTICITY, 0.0}, {{RH_PARAM_MARKETING_BASE, 0.0001}}},
        {{RH_PARAM_TOPUP_REACH, 0.0},
         {{RH_PARAM_TOPUP_ABLE, 0.99},
          {RH_PARAM_LOAD_COST, 0.08},
          {RH_PARAM_DEFERRAL, 0.01},
          {RH_PARAM_TOPUP_RETURNED, 0.9}}},
        {{RH_PARAM_TOPUP_ABLE, 0.0},
         {{RH_PARAM_TOPUP_REACH, 0.9},
          {RH_PARAM_LOAD_COST, 0.08},
          {RH_PARAM_DEFERRAL, 0.01},
          {RH_PARAM_TOPUP_RETURNED, 0.9}}},
        {{RH_PARAM_CLAIM_ERROR, 0.0}, {{RH_PARAM_OVERPAID, 0.4}, {RH_PARAM_UNDERPAID, 0.3}}},
        {{RH_PARAM_TRUST_STEP, 0.0}, {{RH_PARAM_TRUST_RETURN, 0.9}, {RH_PARAM_LEAVE_TRUST, 3.0}}},
    };
    const char *const programs[] = {everything};
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct rehearsal one, other, on;
        struct rehearsal *const runs[] = {&one, &other, &on};
        for (int k = 0; k < 3; k++) {
            rehearsal_init(runs[k], 24, rehearsal_tiers, 1, programs);
            apply(runs[k], strong, sizeof strong / sizeof *strong);
            for (int o = 0; k == 1 && o < 4 && cases[c].other[o].value > 0.0; o++) {
                apply(runs[k], &cases[c].other[o], 1);
            }
            if (k < 2) {
                apply(runs[k], &cases[c].neutral, 1);
            }
            rehearsal_bind(runs[k]);
            rehearsal_run(runs[k], 2);
        }
        assert_true(same_figures(&one, 2, &other, 2));
        assert_false(same_figures(&one, 2, &on, 2));
        for (int k = 0; k < 3; k++) {
            rehearsal_free(runs[k]);
        }
    }
}

/* On in one segment alone, a mechanism leaves the other segment's sales as they are without it, bit for bit. */
static void test_neutral_in_a_segment(void **state)
{
    static const enum rh_parameter parameters[] = {RH_PARAM_GOAL_GRADIENT, RH_PARAM_DISPLACEMENT,
                                                   RH_PARAM_CAPABILITY_GAIN, RH_PARAM_AD_ELASTICITY,
                                                   RH_PARAM_TOPUP_REACH};
    const char *const programs[] = {everything};
    (void)state;
    for (size_t c = 0; c < sizeof parameters / sizeof *parameters; c++) {
        struct rehearsal off, half;
        struct rehearsal *const runs[] = {&off, &half};
        for (int k = 0; k < 2; k++) {
            rehearsal_init(runs[k], 24, NULL, 1, programs);
            apply(runs[k], strong, sizeof strong / sizeof *strong);
            rehearsal_plain(runs[k]);
            const int place = (int)parameters[c] * runs[k]->assumptions.num_segments;
            runs[k]->assumptions.belief[place + 1].mean = k == 1 ? 0.3 : 0.0;
            rehearsal_bind(runs[k]);
            rehearsal_run(runs[k], 2);
        }
        const size_t R = 256, rows = (size_t)rh_cut_num_kpis(RH_CUT_SEGMENT) +
                                     (size_t)rh_cut_place(RH_CUT_SEGMENT, RH_KPI_REVENUE);
        const float *a = off.cut[RH_CUT_SEGMENT] + rows * 2 * R, *b = half.cut[RH_CUT_SEGMENT] + rows * 2 * R;
        const bool first_same = memcmp(a, b, R * sizeof *a) == 0,
                   second_same = memcmp(a + R, b + R, R * sizeof *a) == 0;
        assert_true(first_same != second_same);
        rehearsal_free(&off);
        rehearsal_free(&half);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goal_gradient),
        cmocka_unit_test(test_displacement),
        cmocka_unit_test(test_displacement_is_limited),
        cmocka_unit_test(test_capability),
        cmocka_unit_test(test_marketing),
        cmocka_unit_test(test_use_of_a_fund),
        cmocka_unit_test(test_in_force_stays),
        cmocka_unit_test(test_shadow_of_each),
        cmocka_unit_test(test_neutral_values),
        cmocka_unit_test(test_neutral_in_a_segment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
