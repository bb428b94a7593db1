/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* An assumptions file is read, held against a history, and bound to a plan, while memory runs out at each call in turn:
 * never a crash or a leak, and never a file that is taken for sound. */
#include "model/parameters.h"

#include "failure/failing_memory.h"
#include "scratch_files.h"
#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char text[] = "rehearse: assumptions/1\n"
                           "parameters: {trust: 0.6, partner_margin: {segments: {Reseller: 0.1}}}\n"
                           "yield:\n"
                           "  deals_won: {revenue: {mean: 900, sd: 200}, lag: 2 months, product: beta}\n"
                           "  leads: {revenue: 12k, product: alpha}\n"
                           "base_rate: {leads: 0.4, visits: {segments: {Distributor: 2}}}\n";
static const char program[] = "rehearse: program/1\n"
                              "name: p\n"
                              "currency: USD\n"
                              "incentives:\n"
                              "  - name: Deals\n"
                              "    behavior: {measure: deals_won}\n"
                              "    window: quarter\n"
                              "    reward: {levels: [{from: 0, per_unit: 50}]}\n"
                              "    requires: [{measure: visits, at_least: 1, window: quarter}]\n"
                              "  - name: Leads\n"
                              "    behavior: {measure: leads}\n"
                              "    window: quarter\n"
                              "    reward: {levels: [{from: 0, per_unit: 50}]}\n";

/* The work of one attempt, on a history of its own. */
struct work {
    const char *path;
    struct rehearsal study;
};

static int read_and_bind(struct work *self)
{
    struct rehearsal *study = &self->study;
    struct rh_problems problems;
    struct rh_error error = {0};
    rh_problems_init(&problems);
    rh_assumptions_free(&study->assumptions);
    int status = rh_assumptions_of_study(&study->assumptions, &study->study, NULL, &study->history, &problems, &error);
    if (status == RH_OK) {
        status = rh_plan_init(&study->plan, &study->study, &study->history, &study->panel, &study->baseline,
                              &study->assumptions, &error);
    }
    if (status != RH_OK && problems.num_total == 0 && problems.failed == 0) {
        assert_int_equal(error.code, status);
    }
    rh_problems_free(&problems);
    return status;
}

static void set_up_work(struct work *self)
{
    const char *const programs[] = {program};
    rehearsal_init(&self->study, 6, NULL, 1, programs);
    self->study.study.assumptions_path = rh_strdup(self->path);
    const struct rh_tuning tuning = {.level_half_life = 3.0, .kernel_half_life = 12.0, .phase = 1};
    assert_int_equal(rh_panel_init(&self->study.panel, &self->study.history, NULL, NULL), RH_OK);
    assert_int_equal(rh_baseline_init(&self->study.baseline, &self->study.panel, &self->study.history, &tuning, NULL),
                     RH_OK);
}

static void test_memory(void **state)
{
    (void)state;
    for (int mode = 0; mode < 2; mode++) {
        long n = 0;
        for (bool failed = true; failed; n++) {
            struct work work = {.path = scratch_write("a.yaml", text)};
            set_up_work(&work);
            rh_fail_memory(n, mode == 0 ? RH_FAIL_ONCE : RH_FAIL_ON);
            const int status = read_and_bind(&work);
            failed = rh_memory_failed();
            if (status != (failed ? RH_ERR_NO_MEMORY : RH_OK)) {
                fail_msg("call %ld: code %d", n, status);
            }
            assert_int_equal(work.study.plan.num_yields, failed ? 0 : 2);
            rehearsal_free(&work.study);
        }
        assert_true(n > 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory)};
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
