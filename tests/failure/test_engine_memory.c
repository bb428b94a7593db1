/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* Each use of memory on the way from a history to figures fails once, the first, the second, … until the work is done:
 * no crash, no leak, an honest error, and freeing afterwards is fine. */
#include "failure/failing_memory.h"

#include "engine/watch.h"
#include "stats/outcomes.h"
#include "support/everything.h"
#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define UNTOUCHED (-1.5) /* what no figure is */

static struct rehearsal self;

/* A small study with all that takes memory: returns, activities, units, caps, a budget, gross-up, every metric, pools,
 * ranks, funds, status; three programs. */
static int set_up(void **state)
{
    static const char taxed[] = "rehearse: program/1\n"
                                "name: taxed\n"
                                "currency: USD\n"
                                "incentives:\n"
                                "  - name: Rebate\n"
                                "    behavior: {measure: revenue, product: [alpha]}\n"
                                "    window: month\n"
                                "    reward: {levels: [{from: 0, rate: 2%}]}\n"
                                "withholding: {region: {North: 20%}, gross_up: true}\n";
    static const char *const programs[] = {rehearsal_mix, taxed, everything};
    (void)state;
    rehearsal_init(&self, 5, rehearsal_tiers, 3, programs);
    self.study.horizon_months = 14; /* prior years in it, a review that ends after it */
    self.study.replications = 3;
    rehearsal_bind(&self);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rehearsal_free(&self);
    return 0;
}

/* Runs work with each of its allocations failing in turn, for one call and for good. */
static void fail_each(int (*work)(struct rh_error *error), long least)
{
    for (int mode = RH_FAIL_ONCE; mode <= RH_FAIL_ON; mode++) {
        for (long n = 0;; n++) {
            struct rh_error error = {0};
            rh_fail_memory(n, (enum rh_fail_mode)mode);
            const int code = work(&error);
            const bool failed = rh_memory_failed();
            assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
            assert_int_equal(error.code, code);
            assert_true(!failed || error.message[0] != '\0');
            if (!failed) {
                assert_true(n >= least);
                break;
            }
        }
    }
}

static int learn(struct rh_error *error)
{
    struct rh_baseline baseline;
    const int code = rh_baseline_init(&baseline, &self.panel, &self.history, NULL, error);
    rh_baseline_free(&baseline);
    rh_baseline_free(&baseline);
    return code;
}

static int bind(struct rh_error *error)
{
    struct rh_plan plan;
    const int code =
        rh_plan_init(&plan, &self.study, &self.history, &self.panel, &self.baseline, &self.assumptions, error);
    rh_plan_free(&plan);
    rh_plan_free(&plan);
    return code;
}

static int exchange(struct rh_error *error)
{
    rh_ppm *rate;
    const int code = rh_study_exchange(&self.study, &self.history, &rate, error);
    free(rate);
    return code;
}

static int taken;

static int take(void *user, const struct rh_block *block, struct rh_error *error)
{
    (void)user;
    (void)error;
    taken += block->num;
    return RH_OK;
}

static int run(struct rh_error *error)
{
    taken = 0;
    const int code = rh_engine_run(&self.plan, 1, take, NULL, NULL, error);
    assert_int_equal(taken, code == RH_OK ? 3 : 0); /* all or nothing */
    return code;
}

/* The same with what each partner gains. */
static int run_for_partners(struct rh_error *error)
{
    self.plan.outcomes = rh_outcomes_create(self.plan.num_programs, self.plan.num_partners);
    const int code =
        self.plan.outcomes != NULL ? run(error) : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for partners");
    rh_outcomes_destroy(self.plan.outcomes);
    self.plan.outcomes = NULL;
    return code;
}

static void count_sight(void *user, const struct rh_sight *sight)
{
    (void)sight;
    ++*(long *)user;
}

/* A block that somebody looks on: without memory nothing is seen, and no figure is handed out. */
static int look_on(struct rh_error *error)
{
    double figure[5 * RH_NUM_KPIS];
    long seen = 0;
    int lane, given = 0;
    const struct rh_watch watch = {.partner = RH_WATCH_ALL, .see = count_sight, .user = &seen};
    assert_int_equal(self.plan.num_programs, 5);
    for (int k = 0; k < 5 * RH_NUM_KPIS; k++) {
        figure[k] = UNTOUCHED;
    }
    const int code = rh_engine_watch(&self.plan, 2, &watch, &lane, figure, error);
    for (int k = 0; k < 5 * RH_NUM_KPIS; k++) {
        given += figure[k] != UNTOUCHED;
    }
    assert_true(code == RH_OK ? seen > 0 : seen == 0);
    assert_int_equal(given, code == RH_OK ? 5 * RH_NUM_KPIS : 0);
    return code;
}

static int assume(struct rh_error *error)
{
    struct rh_assumptions assumptions;
    const int code = rh_assumptions_init(&assumptions, &self.history.partners.segments, error);
    rh_assumptions_free(&assumptions);
    rh_assumptions_free(&assumptions);
    return code;
}

static int schedule(struct rh_error *error)
{
    struct rh_schedule made;
    const int code = rh_schedule_init(&made, &self.study.in_force.incentive[0], error);
    rh_schedule_free(&made);
    return code;
}

static int fit(struct rh_error *error)
{
    struct rh_life_record records[] = {{30, 12, 28}, {30, 3, 4}, {20, 20, 20}};
    const struct rh_life_year even = RH_LIFE_EVEN;
    struct rh_life life;
    return rh_life_fit(&life, &even, records, 3, error);
}

static void test_assumptions(void **state)
{
    (void)state;
    fail_each(assume, RH_NUM_PARAMETERS);
}

static void test_schedule(void **state)
{
    (void)state;
    fail_each(schedule, 1);
}

static void test_fit(void **state)
{
    (void)state;
    fail_each(fit, 1);
}

static void test_baseline(void **state)
{
    (void)state;
    fail_each(learn, 20);
}

static void test_exchange(void **state)
{
    (void)state;
    fail_each(exchange, 1);
}

static void test_plan(void **state)
{
    (void)state;
    fail_each(bind, 60);
}

static void test_run(void **state)
{
    (void)state;
    fail_each(run, 60);
}

static void test_run_for_partners(void **state)
{
    (void)state;
    fail_each(run_for_partners, 130);
}

static void test_look_on(void **state)
{
    (void)state;
    fail_each(look_on, 60);
}

/* One thread of several without memory: nothing is handed on, and all come back. */
static int run_three(struct rh_error *error)
{
    taken = 0;
    const int code = rh_engine_run(&self.plan, 3, take, NULL, NULL, error);
    assert_int_equal(taken, code == RH_OK ? 3 : 0);
    return code;
}

static void test_run_on_threads(void **state)
{
    (void)state;
    for (long n = 0; n < 300; n += 17) {
        struct rh_error error = {0};
        rh_fail_memory(n, RH_FAIL_ON);
        const int code = run_three(&error);
        assert_int_equal(code, rh_memory_failed() ? RH_ERR_NO_MEMORY : RH_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_assumptions),      cmocka_unit_test(test_schedule),       cmocka_unit_test(test_fit),
        cmocka_unit_test(test_baseline),         cmocka_unit_test(test_plan),           cmocka_unit_test(test_run),
        cmocka_unit_test(test_run_for_partners), cmocka_unit_test(test_run_on_threads), cmocka_unit_test(test_exchange),
        cmocka_unit_test(test_look_on),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
