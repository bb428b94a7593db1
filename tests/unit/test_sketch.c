/* Sketches of quantiles: within 1% of the value that has the rank, whatever the values; exact merging. */
#include "stats/sketch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUM 20000

/* SplitMix64 (Steele et al. 2014). */
static double uniform(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

/* Values of one kind: positive with a heavy tail, all signs with zeros, the whole range, a few units, constant. */
enum kind { HEAVY, SIGNS, RANGE, UNITS, CONSTANT, NUM_KINDS };

static int64_t value_of(enum kind kind, uint64_t *state)
{
    const double u = uniform(state), v = uniform(state);
    switch (kind) {
    case HEAVY:
        return (int64_t)(1e6 * pow(u, -0.7));
    case SIGNS:
        return u < 0.3 ? 0 : (int64_t)llround((u < 0.6 ? -1.0 : 3.0) * exp(20.0 * v));
    case RANGE:
        return (int64_t)((u < 0.5 ? -1.0 : 1.0) * exp(v * log((double)RH_SKETCH_MOST)));
    case UNITS:
        return (int64_t)(7.0 * u) - 3;
    default:
        return -123456789;
    }
}

static int ascending(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void fill(enum kind kind, int64_t *value, size_t num)
{
    uint64_t state = 17 + (uint64_t)kind;
    for (size_t i = 0; i < num; i++) {
        value[i] = value_of(kind, &state);
    }
}

static void test_relative_error(void **state)
{
    (void)state;
    static int64_t value[NUM];
    for (int kind = 0; kind < NUM_KINDS; kind++) {
        for (size_t num = 1; num <= NUM; num *= 7) {
            struct rh_sketch sketch;
            rh_sketch_init(&sketch);
            fill((enum kind)kind, value, num);
            assert_true(rh_sketch_count(&sketch, value, (int)num, 1));
            qsort(value, num, sizeof *value, ascending);
            assert_int_equal(sketch.num, num);
            for (int level = 0; level <= 100; level++) {
                const double exact = (double)value[(size_t)(level / 100.0 * (double)(num - 1))];
                const double found = rh_sketch_quantile(&sketch, level / 100.0);
                if (fabs(found - exact) > RH_SKETCH_ERROR * (1.0 + 1e-9) * fabs(exact)) {
                    fail_msg("kind %d, %zu values: %d%% is %.17g, not %.17g", kind, num, level, found, exact);
                }
            }
            rh_sketch_free(&sketch);
        }
    }
}

/* The bounds of buckets are where errors are largest: powers of the factor, and one to both sides of them. */
static void test_bounds_of_buckets(void **state)
{
    (void)state;
    for (int i = 0; i < 2145; i++) {
        for (int64_t beside = -1; beside <= 1; beside++) {
            const int64_t value = (int64_t)floor(pow(1.01 / 0.99, i)) + beside;
            for (int sign = -1; sign <= 1 && value > 0; sign += 2) {
                struct rh_sketch sketch;
                rh_sketch_init(&sketch);
                const int64_t signed_value = sign * value;
                assert_true(rh_sketch_count(&sketch, &signed_value, 1, 1));
                const double found = rh_sketch_quantile(&sketch, 0.5);
                assert_true(fabs(found - (double)(sign * value)) <=
                            RH_SKETCH_ERROR * (1.0 + 1e-9) * fabs((double)value));
                rh_sketch_free(&sketch);
            }
        }
    }
}

static void assert_same(const struct rh_sketch *a, const struct rh_sketch *b)
{
    assert_int_equal(a->num, b->num);
    for (int level = 0; level <= 1000; level++) {
        const double x = rh_sketch_quantile(a, level / 1000.0), y = rh_sketch_quantile(b, level / 1000.0);
        assert_memory_equal(&x, &y, sizeof x);
    }
}

/* Parts in any order are the whole, to the last bit; what is taken back was never there. */
static void test_merging_is_exact(void **state)
{
    (void)state;
    static int64_t value[NUM];
    for (int kind = 0; kind < NUM_KINDS; kind++) {
        struct rh_sketch whole, merged, part[5];
        fill((enum kind)kind, value, NUM);
        rh_sketch_init(&whole);
        rh_sketch_init(&merged);
        assert_true(rh_sketch_count(&whole, value, NUM, 1));
        for (size_t k = 0; k < 5; k++) {
            rh_sketch_init(&part[k]);
            assert_true(rh_sketch_count(&part[k], value + k * (NUM / 5), NUM / 5, 1));
        }
        for (size_t k = 5; k-- > 0;) {
            assert_true(rh_sketch_merge(&merged, &part[k]));
            rh_sketch_free(&part[k]);
        }
        assert_same(&whole, &merged);
        assert_int_equal(rh_sketch_bytes(&whole), rh_sketch_bytes(&merged));
        assert_true(rh_sketch_count(&whole, value, NUM / 2, -1));
        rh_sketch_free(&merged);
        assert_true(rh_sketch_count(&merged, value + NUM / 2, NUM / 2, 1));
        assert_same(&whole, &merged);
        rh_sketch_free(&whole);
        rh_sketch_free(&merged);
    }
}

/* Memory is that of the spread: a factor of ten is 115 buckets, whose counts take one byte, two or four. */
static void test_memory_follows_the_spread(void **state)
{
    (void)state;
    static const int32_t times[] = {1, 10, 4000};
    for (size_t k = 0; k < 3; k++) {
        struct rh_sketch sketch;
        uint64_t random = 5;
        rh_sketch_init(&sketch);
        assert_true(isnan(rh_sketch_quantile(&sketch, 0.5)));
        assert_true(rh_sketch_count(&sketch, &(int64_t){0}, 1, 1000));
        assert_true(rh_sketch_quantile(&sketch, 0.5) == 0.0);
        assert_int_equal(rh_sketch_bytes(&sketch), 0);
        for (int i = 0; i < NUM; i++) {
            const int64_t value = (int64_t)(1e6 * exp(log(10.0) * uniform(&random)));
            assert_true(rh_sketch_count(&sketch, &value, 1, times[k]));
        }
        assert_int_equal(sketch.num, 1000 + (uint64_t)NUM * (uint64_t)times[k]);
        assert_in_range(rh_sketch_bytes(&sketch), 115u << k, (115u + 2 * 32) << k);
        rh_sketch_free(&sketch);
    }
}

/* Counts of any width come back, are added to others, and have the same bytes; cut short they are refused. */
static void test_packing(void **state)
{
    (void)state;
    static const int32_t times[] = {1, 300, 70000};
    static int64_t value[NUM];
    for (int kind = 0; kind < NUM_KINDS; kind++) {
        struct rh_sketch sketch, twice, back;
        struct rh_text packed, again;
        rh_sketch_init(&sketch);
        rh_sketch_init(&twice);
        rh_sketch_init(&back);
        rh_text_init(&packed);
        rh_text_init(&again);
        fill((enum kind)kind, value, NUM);
        for (int k = 0; k < 3; k++) {
            assert_true(rh_sketch_count(&sketch, value + 10 * k, 10, times[k]));
        }
        rh_sketch_pack(&sketch, &packed);
        struct rh_bytes bytes = {.at = rh_text_string(&packed), .left = packed.length};
        assert_true(rh_sketch_unpack(&back, &bytes) && !bytes.failed && bytes.left == 0);
        assert_same(&sketch, &back);
        rh_sketch_pack(&back, &again);
        assert_int_equal(packed.length, again.length);
        assert_memory_equal(rh_text_string(&packed), rh_text_string(&again), packed.length);
        bytes = (struct rh_bytes){.at = rh_text_string(&packed), .left = packed.length};
        assert_true(rh_sketch_unpack(&back, &bytes));
        assert_true(rh_sketch_merge(&twice, &sketch) && rh_sketch_merge(&twice, &sketch));
        assert_same(&twice, &back);
        bytes = (struct rh_bytes){.at = rh_text_string(&packed), .left = packed.length - 1};
        rh_sketch_unpack(&back, &bytes);
        assert_true(bytes.failed);
        rh_sketch_free(&sketch);
        rh_sketch_free(&twice);
        rh_sketch_free(&back);
        rh_text_free(&packed);
        rh_text_free(&again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relative_error),   cmocka_unit_test(test_bounds_of_buckets),
        cmocka_unit_test(test_merging_is_exact), cmocka_unit_test(test_memory_follows_the_spread),
        cmocka_unit_test(test_packing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
