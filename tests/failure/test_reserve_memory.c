/* The reserve where memory ends at any call. */
/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
#include "report/reserve.h"

#include "support/plain_results.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "failing_memory.h"
#include "scratch_files.h"

static double figure(int scenario, enum rh_kpi kpi, uint64_t r)
{
    const double amount = 100.0 * (scenario + 1) + (double)(r * 7919 % 101);
    return kpi == RH_KPI_EXHAUSTED_MONTH ? (r % 3 == 0 ? 2.0 : NAN) : amount;
}

static float paid(int scenario, int incentive, uint64_t r)
{
    return incentive == 0 ? (float)(r * 7919 % 101) : 100.0f * (float)scenario;
}

/* All of it: computed, told in words and as CSV. */
static int work(const struct rh_results *results, struct rh_text *out, struct rh_error *error)
{
    struct rh_reserves reserves;
    const struct rh_reserve_options options = {0.9, 0.8, 1};
    int code = rh_reserves_init(&reserves, results, &options, error);
    if (code == RH_OK) {
        rh_reserves_text(&reserves, 80, false, out);
        rh_reserves_csv(&reserves, out);
        code = rh_text_status(out);
    }
    rh_reserves_free(&reserves);
    return code;
}

static void test_memory_ends(void **state)
{
    (void)state;
    const struct plain_results plain = {2, 2, 60, figure, paid};
    struct rh_results results;
    struct rh_error error = {0};
    const char *path = scratch_path("results.h5");
    assert_int_equal(plain_results_write(&plain, path, &error), RH_OK);
    assert_int_equal(rh_results_open(&results, path, &error), RH_OK);
    long n = 0;
    for (;; n++) {
        struct rh_text out;
        rh_text_init(&out);
        rh_fail_memory(n, RH_FAIL_ONCE);
        const int code = work(&results, &out, &error);
        const bool failed = rh_memory_failed();
        if (code != (failed ? RH_ERR_NO_MEMORY : RH_OK)) {
            fail_msg("call %ld: code %d", n, code);
        }
        rh_text_free(&out);
        if (!failed) {
            break;
        }
    }
    assert_true(n > 20);
    rh_results_close(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory_ends)};
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
