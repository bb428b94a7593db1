/* Quasi-random points: those of GSL, any of them at once; scrambled, they are a net still, and each is uniform. */
#include "stats/sobol.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_qrng.h>

static void test_points_are_those_of_gsl(void **state)
{
    (void)state;
    struct rh_sobol self;
    double point[RH_SOBOL_DIMENSIONS];
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, RH_SOBOL_DIMENSIONS);
    assert_non_null(sequence);
    assert_int_equal(rh_sobol_init(&self, 5000, NULL), RH_OK);
    assert_int_equal(self.num_bits, 13);
    for (uint32_t r = 1; r < 5000; r++) {
        gsl_qrng_get(sequence, point);
        for (int d = 0; d < RH_SOBOL_DIMENSIONS; d++) {
            assert_true(ldexp(rh_sobol_bits(&self, d, r), -RH_SOBOL_BITS) == point[d]);
        }
    }
    for (int d = 0; d < RH_SOBOL_DIMENSIONS; d++) {
        assert_int_equal(rh_sobol_bits(&self, d, 0), 0);
    }
    gsl_qrng_free(sequence);
}

/* More points change none of those that there were. */
static void test_longer_is_the_same(void **state)
{
    (void)state;
    struct rh_sobol shorter, longer;
    assert_int_equal(rh_sobol_init(&shorter, 129, NULL), RH_OK);
    assert_int_equal(rh_sobol_init(&longer, 100000, NULL), RH_OK);
    for (uint32_t r = 0; r < 129; r++) {
        for (int d = 0; d < RH_SOBOL_DIMENSIONS; d++) {
            assert_true(rh_sobol_uniform(&shorter, d, 7, "attention", r) ==
                        rh_sobol_uniform(&longer, d, 7, "attention", r));
        }
    }
}

/* Of any 2^k points from a multiple of 2^k on each of 2^k equal parts of a coordinate holds one, scrambled or not. */
static void test_scrambled_points_are_a_net(void **state)
{
    enum { POINTS = 256 };
    (void)state;
    struct rh_sobol self;
    assert_int_equal(rh_sobol_init(&self, 4 * POINTS, NULL), RH_OK);
    for (int d = 0; d < RH_SOBOL_DIMENSIONS; d++) {
        for (uint32_t first = 0; first < 4 * POINTS; first += POINTS) {
            int count[POINTS] = {0};
            for (uint32_t r = first; r < first + POINTS; r++) {
                const double u = rh_sobol_uniform(&self, d, 11, "pass_through", r);
                assert_true(u > 0.0 && u < 1.0);
                count[(int)(u * POINTS)]++;
            }
            for (int k = 0; k < POINTS; k++) {
                assert_int_equal(count[k], 1);
            }
        }
    }
    /* And in two coordinates: the first two are a (0, 8, 2)-net, 16 by 16 parts hold one each. */
    int count[POINTS] = {0};
    for (uint32_t r = 0; r < POINTS; r++) {
        const double u = rh_sobol_uniform(&self, 0, 11, "a", r), v = rh_sobol_uniform(&self, 1, 11, "b", r);
        count[(int)(u * 16.0) * 16 + (int)(v * 16.0)]++;
    }
    for (int k = 0; k < POINTS; k++) {
        assert_int_equal(count[k], 1);
    }
}

/* Over seeds each point is uniform and any two of a net are nearly independent; seeds and names differ. */
static void test_each_point_is_uniform(void **state)
{
    enum { SEEDS = 4000, BINS = 20 };
    (void)state;
    struct rh_sobol self;
    assert_int_equal(rh_sobol_init(&self, 64, NULL), RH_OK);
    static const uint32_t points[] = {0, 1, 37};
    for (size_t p = 0; p < 3; p++) {
        int count[BINS] = {0};
        double square = 0.0;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            count[(int)(BINS * rh_sobol_uniform(&self, 3, seed, "trust_weight", points[p]))]++;
        }
        for (int k = 0; k < BINS; k++) {
            const double expected = (double)SEEDS / BINS;
            square += (count[k] - expected) * (count[k] - expected) / expected;
        }
        assert_true(square < 49.6); /* chi square of 19 degrees exceeds it with probability .0002 */
    }
    assert_true(rh_sobol_uniform(&self, 3, 1, "a", 5) != rh_sobol_uniform(&self, 3, 2, "a", 5));
    assert_true(rh_sobol_uniform(&self, 3, 1, "a", 5) != rh_sobol_uniform(&self, 3, 1, "b", 5));
}

/* The point of it: the mean of a smooth sum of ten parameters scatters far less over seeds. */
static void test_means_are_closer(void **state)
{
    enum { POINTS = 256, SEEDS = 50, DIMENSIONS = 10 };
    (void)state;
    struct rh_sobol self;
    double squares = 0.0;
    assert_int_equal(rh_sobol_init(&self, POINTS, NULL), RH_OK);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        double mean = 0.0;
        for (uint32_t r = 0; r < POINTS; r++) {
            for (int d = 0; d < DIMENSIONS; d++) {
                const char name[] = {(char)('a' + d), '\0'};
                mean += (rh_sobol_uniform(&self, d, seed, name, r) - 0.5) / POINTS;
            }
        }
        squares += mean * mean / SEEDS;
    }
    /* Random draws have DIMENSIONS / 12 / POINTS; a one-dimensional net of its own in each dimension a 256² of that. */
    assert_true(squares < DIMENSIONS / 12.0 / POINTS / 10000.0);
    assert_true(squares > 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points_are_those_of_gsl),    cmocka_unit_test(test_longer_is_the_same),
        cmocka_unit_test(test_scrambled_points_are_a_net), cmocka_unit_test(test_each_point_is_uniform),
        cmocka_unit_test(test_means_are_closer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
