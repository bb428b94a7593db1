/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* Each use of memory of a fit fails once, the first, the second, … until it succeeds: no crash, no leak, an honest
 * error. */
#include "failure/failing_memory.h"

#include "fit/fit.h"
#include "fit/price.h"
#include "support/discounting.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct responding small = {
    .partners = 6, .months = 24, .starts = 18, .ends = 24, .response = 0.3, .noise = 0.5, .seed = 3};

static void fit_without_memory(void **state)
{
    struct rh_history history;
    struct rh_program program;
    (void)state;
    responding_history(&small, &history);
    responding_program(&small, &program);
    for (int mode = RH_FAIL_ONCE; mode <= RH_FAIL_ON; mode++) {
        for (long n = 0;; n++) {
            struct rh_fit fit;
            struct rh_problems problems;
            struct rh_error error = {0};
            rh_problems_init(&problems);
            rh_fail_memory(n, (enum rh_fail_mode)mode);
            const int code = rh_fit_run(&fit, &history, &program, NULL, &problems, &error);
            const bool failed = rh_memory_failed();
            assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
            rh_fit_free(&fit);
            rh_problems_free(&problems);
            if (!failed) {
                assert_true(n >= 100);
                break;
            }
        }
    }
    rh_program_free(&program);
    rh_history_free(&history);
}

static void prices_without_memory(void **state)
{
    const struct discounting world = {
        .partners = 96, .months = 12, .taken = 1.0, .orders = 4.0, .elasticity = 1.5, .seed = 3};
    struct rh_history history;
    (void)state;
    discounting_history(&world, &history);
    for (int mode = RH_FAIL_ONCE; mode <= RH_FAIL_ON; mode++) {
        for (long n = 0;; n++) {
            struct rh_fit_price price;
            struct rh_error error = {0};
            rh_fail_memory(n, (enum rh_fail_mode)mode);
            const int code = rh_price_estimate(&price, &history, &error);
            const bool failed = rh_memory_failed();
            assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
            if (!failed) {
                assert_int_equal(price.verdict, RH_FIT_PRICE_ESTIMATED);
                assert_true(n >= 40);
                break;
            }
        }
    }
    rh_history_free(&history);
}

static void learn_without_memory(void **state)
{
    static const struct rh_fit_sources sources = {"1", "rehearse fit", "h.h5", "00", "p.yaml", "11"};
    struct rh_history history;
    struct rh_program program;
    struct rh_problems problems;
    struct rh_fit fit;
    (void)state;
    responding_history(&small, &history);
    responding_program(&small, &program);
    rh_problems_init(&problems);
    assert_int_equal(rh_fit_run(&fit, &history, &program, NULL, &problems, NULL), RH_OK);
    fit.group[0].used = true; /* so that there are draws */
    fit.num_groups = 1;       /* which take their time */
    for (int mode = RH_FAIL_ONCE; mode <= RH_FAIL_ON; mode++) {
        for (long n = 0;; n++) {
            struct rh_learned learned;
            rh_fail_memory(n, (enum rh_fail_mode)mode);
            const int code = rh_fit_learn(&fit, &sources, &learned, NULL);
            const bool failed = rh_memory_failed();
            assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
            assert_true(failed || learned.num_draws == RH_FIT_DRAWS);
            rh_learned_free(&learned);
            if (!failed) {
                assert_true(n > 20);
                break;
            }
        }
    }
    rh_fit_free(&fit);
    rh_problems_free(&problems);
    rh_program_free(&program);
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fit_without_memory), cmocka_unit_test(prices_without_memory),
                                       cmocka_unit_test(learn_without_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
