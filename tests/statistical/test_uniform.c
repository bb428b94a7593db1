/* The bands of tests/calibration: uniform ranks keep each of them as often as it says, others do not. */
#include "calibration/channels.h"
#include "calibration/uniform.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SETS 3000
#define RANKS 200

/* Share of the sets of ranks that stay within the bands, the ranks being u^power: uniform where it is 1. */
static void stay(double power, double *inside, double *bins)
{
    struct uniform_band band;
    uint64_t random = 5;
    int num = 0, num_bins = 0;
    uniform_band_find(&band, RANKS);
    for (int k = 0; k < SETS; k++) {
        double rank[RANKS];
        struct uniform_found found;
        for (int n = 0; n < RANKS; n++) {
            rank[n] = pow(draw_uniform(&random), power);
        }
        uniform_find(&found, &band, rank);
        num += found.inside;
        num_bins += found.bin_inside;
    }
    *inside = (double)num / SETS;
    *bins = (double)num_bins / SETS;
}

/* Counts are whole, so that both bands are kept a little more often than they must be. */
static void bands_are_kept(void **state)
{
    (void)state;
    const double error = sqrt(UNIFORM_LEVEL * (1.0 - UNIFORM_LEVEL) / SETS);
    double inside, bins;
    stay(1.0, &inside, &bins);
    print_message("within the band %.4f, the bins %.4f of %d sets\n", inside, bins, SETS);
    assert_true(inside >= UNIFORM_LEVEL - 3.0 * error && inside <= UNIFORM_LEVEL + 0.005);
    assert_true(bins >= UNIFORM_LEVEL - 3.0 * error);
}

static void others_leave_them(void **state)
{
    (void)state;
    double inside, bins;
    stay(1.6, &inside, &bins);
    assert_true(inside < 0.1 && bins < 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bands_are_kept), cmocka_unit_test(others_leave_them)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
