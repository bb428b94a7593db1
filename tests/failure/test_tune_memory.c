/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* Uses of memory of a choice of the baseline fail once, the first ones all, later ones here and there: no crash, no
 * leak, an honest error. */
#include "failure/failing_memory.h"

#include "backtest/tune.h"
#include "build_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ALL 120 /* uses that fail one by one; a forecast and its scores have fewer */
#define STEP 61

static void make(struct rh_history *history)
{
    static const char *const id[] = {"A", "B"};
    rh_history_init(history);
    for (int i = 0; i < 2; i++) {
        build_partner(history, id[i], i == 0 ? "Big" : "Small", "North", RH_NO_DAY);
        for (int t = 0; t < 15; t++) {
            char date[32];
            snprintf(date, sizeof date, "%d-%02d-15", 2020 + t / 12, t % 12 + 1);
            build_event(history, id[i], date, "revenue", "alpha", 10000, (100 + 7 * (t * 5 % 4)) * 10000, RH_MISSING);
        }
    }
    assert_int_equal(rh_history_finish(history, NULL), RH_OK);
}

static void tune_without_memory(void **state)
{
    struct rh_history history;
    const struct rh_tuning tuning = rh_tuning_defaults();
    const struct rh_tune_options options = rh_tune_defaults();
    (void)state;
    make(&history);
    for (long n = 0;; n += n < ALL ? 1 : STEP) {
        struct rh_tune tune;
        struct rh_error error = {0};
        rh_fail_memory(n, RH_FAIL_ONCE);
        const int code = rh_tune_run(&tune, &history, &tuning, &options, NULL, &error);
        const bool failed = rh_memory_failed();
        assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
        assert_int_equal(error.message[0] != '\0', failed);
        if (!failed) {
            assert_true(n > ALL);
            break;
        }
    }
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tune_without_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
