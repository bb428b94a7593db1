/* Buying ahead and putting off, by hand: one partner of constant sales, one incentive by the quarter, and a year lived
 * month by month. */
#include "support/constant.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define QUARTERLY "    behavior: {measure: revenue}\n    window: quarter\n"

static const char at_3200[] =
    CONSTANT_HEAD "  - name: Q\n" QUARTERLY "    reward: {levels: [{from: 3200, flat: 100}]}\n";
static const char at_3200_more[] =
    CONSTANT_HEAD "  - name: Q\n" QUARTERLY "    reward: {levels: [{from: 3200, flat: 101}]}\n";
static const char at_3200_rep[] =
    CONSTANT_HEAD "  - name: Q\n" QUARTERLY "    reward: {levels: [{from: 3200, flat: 100}], paid_to: rep}\n";
static const char at_3200_and[] =
    CONSTANT_HEAD "  - name: Q\n" QUARTERLY "    reward: {levels: [{from: 3200, flat: 100}]}\n"
                  "  - name: Beside\n"
                  "    behavior: {measure: revenue}\n"
                  "    window: month\n"
                  "    reward: {levels: [{from: 900k, flat: 100}]}\n";

static void make(struct rehearsal *self, const char *in_force, int num_programs, const char *const *programs)
{
    constant_begin(self);
    build_partner(&self->history, "P", "Reseller", "North", RH_NO_DAY);
    constant_sells(self, "P", "alpha", 600.0);
    constant_sells(self, "P", "beta", 400.0);
    constant_study(self, in_force, num_programs, programs);
    constant_set(self, RH_PARAM_TOPUP_REACH, 0.15);
    constant_set(self, RH_PARAM_TOPUP_ABLE, 1.0);
    constant_set(self, RH_PARAM_LOAD_COST, 0.02);
    constant_set(self, RH_PARAM_TOPUP_RETURNED, 0.1);
    constant_set(self, RH_PARAM_DEFERRAL, 0.0);
}

/* A partner's year as the model says it: what it buys, brings back and holds. */
struct year {
    double bought[12], back[12], held, returned, rewards;
};

static struct year live_by_hand(double threshold, double reach, double returned)
{
    struct year year = {.held = 0.0};
    double attained = 0.0, due = 0.0, later = 0.0;
    for (int t = 0; t < 12; t++) {
        attained = t % 3 == 0 ? 0.0 : attained;
        year.back[t] = fmin(due, year.held);
        due = later;
        later = 0.0;
        year.held -= year.back[t];
        const double from_stock = fmin(year.held, 1000.0);
        year.held -= from_stock;
        year.bought[t] = 1000.0 - from_stock;
        attained += year.bought[t] - year.back[t];
        const double missing = threshold - attained;
        if (t % 3 == 2 && missing > 0.0 && missing < reach * 3000.0) {
            year.bought[t] += missing;
            year.held += missing;
            attained += missing;
            due += 0.5 * returned * missing;
            later += 0.5 * returned * missing;
        }
        year.rewards += t % 3 == 2 && attained >= threshold - 1e-9 ? 100.0 : 0.0;
        year.returned += year.back[t];
    }
    return year;
}

static void assert_year(const struct rehearsal *self, int scenario, const struct year *year)
{
    double bought = 0.0;
    for (int t = 0; t < 12; t++) {
        bought += year->bought[t] - year->back[t];
        assert_true(constant_is(constant_month(self, scenario, RH_KPI_REVENUE, t), year->bought[t] - year->back[t]));
    }
    assert_true(fabs(bought - year->held - 12e3) < 1e-9); /* what is sold to end customers is demand */
    assert_true(constant_is(constant_kpi(self, scenario, RH_KPI_REVENUE), bought));
    assert_true(constant_is(constant_kpi(self, scenario, RH_KPI_EARNED), year->rewards));
    assert_true(constant_is(constant_kpi(self, scenario, RH_KPI_RETURNED), year->returned));
    assert_true(constant_is(constant_kpi(self, scenario, RH_KPI_PULLED_FORWARD), year->held));
    assert_true(fabs(constant_kpi(self, scenario, RH_KPI_INCREMENTAL_REVENUE)) < 1e-6);
}

/* In each quarter's last month what is missing to the threshold is bought, where it is within 15% of a quarter, and
 * later purchases are lower by it: the second quarter reaches further, the third too far. */
static void test_top_up(void **state)
{
    static const double reaches[] = {0.15, 0.1, 0.25};
    const char *const programs[] = {at_3200};
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct rehearsal self;
        make(&self, NULL, 1, programs);
        constant_set(&self, RH_PARAM_TOPUP_REACH, reaches[k]);
        constant_bind(&self);
        rehearsal_run(&self, 1);
        const struct year year = live_by_hand(3200.0, reaches[k], 0.1);
        assert_true(year.returned > 0.0 && year.rewards >= 200.0);
        assert_true(constant_is(constant_month(&self, 1, RH_KPI_REVENUE, 2), 1200.0)); /* exactly to the threshold */
        assert_year(&self, 1, &year);
        if (k == 1) { /* the second quarter is out of reach: both together bought what was demanded */
            double two = 0.0;
            for (int t = 0; t < 6; t++) {
                two += constant_month(&self, 1, RH_KPI_REVENUE, t);
            }
            assert_true(constant_is(two, 6000.0));
        }
        rehearsal_free(&self);
    }
}

/* Rounding leaves no top-up short of its threshold: three lines, counted in units of unlike prices. */
static void test_no_hair_short(void **state)
{
    struct rehearsal self;
    (void)state;
    for (int k = 0; k < 24; k++) {
        char text[400];
        const char *const programs[] = {text};
        const int threshold = 91 + k / 2;
        snprintf(text, sizeof text,
                 CONSTANT_HEAD "  - name: Q\n    behavior: {measure: units}\n    window: quarter\n"
                               "    reward: {levels: [{from: %d, flat: 1000}]}\n",
                 threshold);
        constant_begin(&self);
        build_partner(&self.history, "P", "Reseller", "North", RH_NO_DAY);
        for (int line = 0; line < 3; line++) {
            static const char *const lines[] = {"alpha", "beta", "gamma"};
            constant_sells(&self, "P", lines[line], 100.0 / (3.0 + line + k % 2));
        }
        constant_study(&self, NULL, 1, programs);
        self.study.horizon_months = 3;
        constant_set(&self, RH_PARAM_TOPUP_REACH, 0.2);
        constant_set(&self, RH_PARAM_TOPUP_ABLE, 1.0);
        constant_bind(&self);
        rehearsal_run(&self, 1);
        assert_true(constant_kpi(&self, 1, RH_KPI_PULLED_FORWARD) > 0.0);
        assert_true(constant_kpi(&self, 1, RH_KPI_EARNED) == 1000.0);
        rehearsal_free(&self);
    }
}

/* Returns come within two months, if anything is left by then: 4000 ahead are sold in four months. */
static void test_returned_in_two_months(void **state)
{
    static const char far[] = CONSTANT_HEAD "  - name: H\n"
                                            "    behavior: {measure: revenue}\n"
                                            "    window: half\n"
                                            "    reward: {levels: [{from: 10k, flat: 5000}]}\n";
    const char *const programs[] = {far};
    struct rehearsal self;
    (void)state;
    make(&self, NULL, 1, programs);
    constant_set(&self, RH_PARAM_TOPUP_REACH, 0.7);
    constant_bind(&self);
    rehearsal_run(&self, 1);
    /* 4000 more in June; 200 back in July and in August, which their months' purchases, from stock alone, do not cover
     */
    static const double sold[] = {1000.0, 1000.0, 1000.0, 1000.0, 1000.0, 5000.0,
                                  -200.0, -200.0, 0.0,    400.0,  1000.0, 1000.0};
    for (int t = 0; t < 12; t++) {
        assert_true(constant_is(constant_month(&self, 1, RH_KPI_REVENUE, t), sold[t]));
    }
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_RETURNED), 400.0));
    assert_true(fabs(constant_kpi(&self, 1, RH_KPI_PULLED_FORWARD)) < 1e-6);
    rehearsal_free(&self);
}

/* Nobody tops up who has no reason to, or cannot; bit for bit. */
static void test_no_top_up(void **state)
{
    static const struct {
        enum rh_parameter parameter;
        double value;
        bool tops_up;
    } cases[] = {{RH_PARAM_TOPUP_REACH, 0.066, false}, {RH_PARAM_TOPUP_REACH, 0.067, true},
                 {RH_PARAM_LOAD_COST, 0.51, false},    {RH_PARAM_LOAD_COST, 0.49, true},
                 {RH_PARAM_TOPUP_ABLE, 0.0, false},    {RH_PARAM_ATTENTION, 0.0, false},
                 {RH_PARAM_NULL_PROGRAM, 1.0, false},  {RH_PARAM_CLAIM_RATE_AUTOMATIC, 0.03, false},
                 {RH_PARAM_TRUST_WEIGHT, 0.5, true}};
    const char *const programs[] = {at_3200};
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct rehearsal self;
        make(&self, NULL, 1, programs);
        constant_set(&self, cases[k].parameter, cases[k].value);
        constant_bind(&self);
        rehearsal_run(&self, 1);
        const double before = constant_month(&self, 0, RH_KPI_REVENUE, 2);
        assert_true((constant_month(&self, 1, RH_KPI_REVENUE, 2) != before) == cases[k].tops_up);
        rehearsal_free(&self);
    }
}

/* The reward counts as it is felt: trust of 0.7 with a weight of 0.5 leaves 85% of it. */
static void test_worth_is_felt(void **state)
{
    static const struct {
        double weight, load;
        bool tops_up;
    } cases[] = {{0.5, 0.42, true}, {0.5, 0.43, false}, {0.0, 0.43, true}};
    const char *const programs[] = {at_3200};
    (void)state;
    for (int k = 0; k < 3; k++) { /* 100 · (1 - 0.5 · 0.3) against 200 · load */
        struct rehearsal self;
        make(&self, NULL, 1, programs);
        constant_set(&self, RH_PARAM_TRUST_WEIGHT, cases[k].weight);
        constant_set(&self, RH_PARAM_LOAD_COST, cases[k].load);
        constant_bind(&self);
        rehearsal_run(&self, 1);
        assert_true((constant_month(&self, 1, RH_KPI_REVENUE, 2) > 1100.0) == cases[k].tops_up);
        rehearsal_free(&self);
    }
}

/* History holds the timing of what stands unchanged in the program in force, beside whatever else; an incentive that
 * differs is answered, one that pays the rep is not. */
static void test_what_stands(void **state)
{
    const char *const programs[] = {at_3200, at_3200_and, at_3200_more, at_3200_rep};
    struct rehearsal self;
    (void)state;
    make(&self, at_3200, 4, programs);
    constant_bind(&self);
    rehearsal_run(&self, 1);
    for (int p = 0; p < 6; p++) {
        const double pulled = constant_kpi(&self, p, RH_KPI_PULLED_FORWARD);
        assert_true(p == 4 ? pulled > 100.0 : pulled == 0.0);
    }
    rehearsal_free(&self);
}

static const char capped[] =
    CONSTANT_HEAD "  - name: Q\n" QUARTERLY "    reward: {levels: [{from: 0, rate: 5%}]}\n    cap: {window: 120}\n";
static const char rising[] =
    CONSTANT_HEAD "  - name: Q\n" QUARTERLY "    reward: {levels: [{from: 0, rate: 1%}, {from: 2k, rate: 5%}]}\n";
static const char twice[] = CONSTANT_HEAD "  - name: H\n"
                                          "    behavior: {measure: revenue}\n"
                                          "    window: half\n"
                                          "    reward: {levels: [{from: 0, rate: 5%}]}\n    cap: {window: 120}\n";

/* What earns nothing any more this quarter is put off where the next one pays: a share 0.5 · 0.2 of the last month's
 * sales. Not where the next quarter begins with less, nor out of the last window. */
static void test_deferral(void **state)
{
    const char *const programs[] = {capped, rising, twice};
    struct rehearsal self;
    (void)state;
    make(&self, NULL, 3, programs);
    constant_set(&self, RH_PARAM_DEFERRAL, 0.5);
    constant_set(&self, RH_PARAM_TOPUP_REACH, 0.2);
    constant_bind(&self);
    rehearsal_run(&self, 1);
    double off = 0.0;
    for (int t = 0; t < 12; t++) {
        const double demand = 1000.0 + off;
        off = t % 3 == 2 && t < 11 ? 0.1 * demand : 0.0;
        assert_true(constant_is(constant_month(&self, 1, RH_KPI_REVENUE, t), demand - off));
        assert_true(constant_is(constant_month(&self, 2, RH_KPI_REVENUE, t), 1000.0));
        assert_true(
            constant_is(constant_month(&self, 1, RH_KPI_PULLED_FORWARD, t), (t % 3 == 0 && t > 0 ? 100.0 : 0.0) - off));
        const double half = t == 5 ? 900.0 : t == 6 ? 1100.0 : 1000.0;
        assert_true(constant_is(constant_month(&self, 3, RH_KPI_REVENUE, t), half));
    }
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_REVENUE), 12e3));
    rehearsal_free(&self);
}

/* What is held at the horizon's end is pulled forward: it brings neither the vendor nor the partner a margin yet. */
static void test_margin_of_stock(void **state)
{
    const char *const programs[] = {at_3200};
    struct rehearsal self;
    (void)state;
    make(&self, NULL, 1, programs);
    constant_set(&self, RH_PARAM_TOPUP_RETURNED, 0.0);
    constant_bind(&self);
    rehearsal_run(&self, 1);
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_PULLED_FORWARD), 200.0));
    assert_true(fabs(constant_kpi(&self, 1, RH_KPI_INCREMENTAL_MARGIN)) < 1e-6);
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_PARTNER_GAIN), 300.0)); /* three rewards and no margin */
    assert_true(constant_is(constant_kpi(&self, 1, RH_KPI_NET_BENEFIT), -300.0));
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_top_up),
        cmocka_unit_test(test_no_hair_short),
        cmocka_unit_test(test_returned_in_two_months),
        cmocka_unit_test(test_no_top_up),
        cmocka_unit_test(test_worth_is_felt),
        cmocka_unit_test(test_what_stands),
        cmocka_unit_test(test_deferral),
        cmocka_unit_test(test_margin_of_stock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
