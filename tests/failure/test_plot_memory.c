/* Plots where memory ends at any call: told, and no picture half made. */
/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
#include "report/plot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "failing_memory.h"
#include "scratch_files.h"
#include "support/fake_results.h"

static void test_memory_ends(void **state)
{
    (void)state;
    const struct fake_results fake = {.num_scenarios = 2, .replications = 60};
    const struct rh_progress progress = {0};
    const char *path = scratch_path("results.h5");
    const struct rh_plot_options options = {.folder = scratch_path("plots"),
                                            .svg = true,
                                            .pdf = true,
                                            .theme = RH_THEME_DARK,
                                            .only = "money,segments,tornado,winners",
                                            .gnuplot = "no-such-gnuplot"};
    struct rh_results results;
    struct rh_error error = {0};
    assert_int_equal(fake_results_write(&fake, path, &error), RH_OK);
    assert_int_equal(rh_results_open(&results, path, &error), RH_OK);
    long n = 0;
    for (;; n++) {
        rh_fail_memory(n, RH_FAIL_ONCE);
        const int code = rh_plot(&results, &options, &progress, &error);
        const bool failed = rh_memory_failed();
        rh_fail_memory(-1, RH_FAIL_ONCE);
        if (code != (failed ? RH_ERR_NO_MEMORY : RH_ERR_IO)) {
            fail_msg("call %ld: code %d, %s", n, code, error.message);
        }
        if (!failed) {
            break;
        }
    }
    assert_true(n > 100);
    rh_results_close(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory_ends)};
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
