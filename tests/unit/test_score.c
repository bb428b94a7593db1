/* Scores of forecasts against closed forms, and that a right forecast has uniform ranks. */
#include "core/rng.h"
#include "core/variates.h"
#include "stats/score.h"
#include "stats/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define MEMBERS 20000

/* Quantiles of a standard normal: as good as members without noise. */
static void normal_members(double *out, size_t num)
{
    for (size_t k = 0; k < num; k++) {
        out[k] = rh_normal(((double)k + 0.5) / (double)num);
    }
}

/* Of a standard normal: y (2Φ(y) - 1) + 2φ(y) - 1/√π. */
static double normal_crps(double y)
{
    const double pi = 3.14159265358979323846;
    return y * (2.0 * rh_normal_cdf(y) - 1.0) + 2.0 * exp(-0.5 * y * y) / sqrt(2.0 * pi) - 1.0 / sqrt(pi);
}

static void crps_of_a_normal(void **state)
{
    (void)state;
    double *members = malloc(MEMBERS * sizeof *members);
    normal_members(members, MEMBERS);
    for (int k = -4; k <= 4; k++) {
        const double y = 0.5 * k;
        assert_true(fabs(rh_score_crps(members, MEMBERS, y) - normal_crps(y)) < 1e-4);
    }
    assert_true(fabs(normal_crps(0.0) - 0.23370) < 1e-5 && fabs(normal_crps(1.0) - 0.60244) < 1e-5);
    free(members);
}

static void crps_by_hand(void **state)
{
    (void)state;
    const double one[] = {3.0}, two[] = {1.0, 4.0};
    assert_true(rh_score_crps(one, 1, 5.5) == 2.5);
    assert_true(fabs(rh_score_crps(two, 2, 2.0) - (1.5 - 0.75)) < 1e-15); /* E|X - 2| = 1.5, E|X - X'| = 1.5 */
    assert_true(fabs(rh_score_crps(two, 2, 9.0) - (6.5 - 0.75)) < 1e-15);
}

static void pit_by_hand(void **state)
{
    (void)state;
    const double members[] = {1.0, 2.0, 2.0, 7.0};
    assert_true(fabs(rh_score_pit(members, 4, 0.0, 0.5) - 0.1) < 1e-15);
    assert_true(fabs(rh_score_pit(members, 4, 9.0, 0.5) - 0.9) < 1e-15);
    assert_true(fabs(rh_score_pit(members, 4, 2.0, 0.0) - 0.2) < 1e-15); /* ranks 2 to 4 of 5 */
    assert_true(fabs(rh_score_pit(members, 4, 2.0, 1.0) - 0.8) < 1e-15);
}

/* Members and outcomes of one law, half of them 0: each tenth of the transform is as frequent, within 4 standard
 * errors. */
static void pit_is_uniform(void **state)
{
    enum { TRIALS = 20000, SIZE = 19 };
    int bins[10] = {0};
    (void)state;
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        double value[SIZE + 1];
        for (uint32_t k = 0; k <= SIZE; k++) {
            const struct rh_words words = rh_draw(5, 7, trial, RH_DRAW_WORLD, k, 0);
            value[k] = rh_uniform(words.w[0]) < 0.5 ? 0.0 : rh_uniform(words.w[1]);
        }
        const struct rh_words words = rh_draw(5, 8, trial, RH_DRAW_WORLD, 0, 0);
        const double y = value[SIZE];
        rh_sort_numbers(value, SIZE);
        bins[(int)(10.0 * rh_score_pit(value, SIZE, y, rh_uniform(words.w[0])))]++;
    }
    for (int b = 0; b < 10; b++) {
        assert_true(fabs(bins[b] - 0.1 * TRIALS) < 4.0 * sqrt(TRIALS * 0.1 * 0.9));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crps_of_a_normal),
        cmocka_unit_test(crps_by_hand),
        cmocka_unit_test(pit_by_hand),
        cmocka_unit_test(pit_is_uniform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
