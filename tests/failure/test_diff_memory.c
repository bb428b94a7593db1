/* The difference of two runs where memory ends at any call. */
/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
#include "report/diff.h"

#include "support/plain_results.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "failing_memory.h"
#include "scratch_files.h"

static double first(int scenario, enum rh_kpi kpi, uint64_t r)
{
    (void)kpi;
    return 100.0 * (scenario + 1) + (double)(r * 7919 % 101);
}

static double second(int scenario, enum rh_kpi kpi, uint64_t r)
{
    return first(scenario, kpi, r) + (double)(r % 3);
}

static float paid(int scenario, int incentive, uint64_t r)
{
    return (float)(scenario + incentive) + (float)r;
}

/* All of it: compared, told in words and as CSV. */
static int work(const struct rh_results *results, struct rh_text *out, struct rh_error *error)
{
    struct rh_diff diff;
    int code = rh_diff_init(&diff, &results[0], &results[1], error);
    code = code == RH_OK ? rh_diff_text(&diff, 80, false, false, out, error) : code;
    code = code == RH_OK ? rh_diff_csv(&diff, out, error) : code;
    code = code == RH_OK ? rh_text_status(out) : code;
    rh_diff_free(&diff);
    return code;
}

static void test_memory_ends(void **state)
{
    (void)state;
    struct rh_results results[2];
    struct rh_error error = {0};
    for (int k = 0; k < 2; k++) {
        const struct plain_results plain = {1 + k, 1, 5 + (uint64_t)k, k == 0 ? first : second, paid};
        const char *path = scratch_path(k == 0 ? "first.h5" : "second.h5");
        assert_int_equal(plain_results_write(&plain, path, &error), RH_OK);
        assert_int_equal(rh_results_open(&results[k], path, &error), RH_OK);
    }
    long n = 0;
    for (;; n++) {
        struct rh_text out;
        rh_text_init(&out);
        rh_fail_memory(n, RH_FAIL_ONCE);
        const int code = work(results, &out, &error);
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
    rh_results_close(&results[0]);
    rh_results_close(&results[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory_ends)};
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
