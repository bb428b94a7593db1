/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* Each use of memory of a backtest fails once, the first, the second, … until it succeeds: no crash, no leak, an honest
 * error. */
#include "failure/failing_memory.h"

#include "backtest/backtest.h"
#include "build_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* 16 months of two partners of two segments, a third from the tenth month on. */
static void make(struct rh_history *history)
{
    static const char *const id[] = {"A", "B", "C"};
    rh_history_init(history);
    for (int i = 0; i < 3; i++) {
        build_partner(history, id[i], i == 0 ? "Big" : "Small", "North", RH_NO_DAY);
    }
    for (int t = 0; t < 16; t++) {
        for (int i = 0; i < (t < 9 ? 2 : 3); i++) {
            char date[32];
            snprintf(date, sizeof date, "%d-%02d-15", 2020 + t / 12, t % 12 + 1);
            build_event(history, id[i], date, "revenue", "alpha", 10000, (100 + 7 * (t * 5 % 4)) * 10000, RH_MISSING);
        }
    }
    assert_int_equal(rh_history_finish(history, NULL), RH_OK);
}

static void backtest_without_memory(void **state)
{
    struct rh_history history;
    struct rh_backtest_options options = rh_backtest_defaults();
    (void)state;
    make(&history);
    options.holdout = 2;
    options.origins = 1;
    options.replications = 1;
    for (int mode = RH_FAIL_ONCE; mode <= RH_FAIL_ON; mode++) {
        for (long n = 0;; n++) {
            struct rh_backtest backtest;
            struct rh_error error = {0};
            rh_fail_memory(n, (enum rh_fail_mode)mode);
            const int code = rh_backtest_run(&backtest, &history, &options, NULL, &error);
            const bool failed = rh_memory_failed();
            assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
            assert_int_equal(error.message[0] != '\0', failed);
            rh_backtest_free(&backtest);
            if (!failed) {
                assert_true(n >= 100);
                break;
            }
        }
    }
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(backtest_without_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
