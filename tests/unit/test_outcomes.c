/* What programs bring partners, added up: moments against plain sums, any order and any threads the same bits, values
 * that are taken back. */
#include "stats/outcomes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NUM 4096
#define THREADS 4

/* Values in 10⁻⁴: whole ones, so that a test can know sums exactly. */
static double value_at(int i)
{
    return i % 5 == 0 ? 0.0 : floor(1e6 * sin(0.37 * i) * exp(0.001 * i)) - 2e5;
}

static double figure(const struct rh_outcomes *self, enum rh_partner_figure which)
{
    double out[3];
    rh_outcomes_read(self, which, 1, out);
    return out[2];
}

/* All figures of scenario 1, partner 2. */
static void figures(const struct rh_outcomes *self, double out[RH_NUM_PARTNER_FIGURES])
{
    for (int k = 0; k < RH_NUM_PARTNER_FIGURES; k++) {
        out[k] = figure(self, (enum rh_partner_figure)k);
    }
}

static void add_all(struct rh_outcomes *self, const double *value, int num)
{
    for (int outcome = 0; outcome < RH_NUM_OUTCOMES; outcome++) {
        rh_outcomes_add(self, 1, 2, (enum rh_outcome)outcome, value, num);
    }
}

static void test_figures(void **state)
{
    (void)state;
    double value[NUM], sum = 0.0, squares = 0.0, out[3];
    int positive = 0, negative = 0;
    struct rh_outcomes *self = rh_outcomes_create(2, 3);
    assert_non_null(self);
    assert_true(isnan(figure(self, RH_PARTNER_GAIN_MEAN)) && isnan(figure(self, RH_PARTNER_P_GAIN)) &&
                isnan(figure(self, RH_PARTNER_LIFT_P50)));
    for (int i = 0; i < NUM; i++) {
        value[i] = value_at(i);
        sum += value[i];
        positive += value[i] > 0.0;
        negative += value[i] < 0.0;
    }
    add_all(self, value, NUM);
    for (int i = 0; i < NUM; i++) {
        squares += (value[i] - sum / NUM) * (value[i] - sum / NUM);
    }
    const double sd = 1e-4 * sqrt(squares / (NUM - 1));
    assert_true(fabs(figure(self, RH_PARTNER_GAIN_MEAN) - 1e-4 * sum / NUM) <= 1e-14 * fabs(1e-4 * sum / NUM));
    assert_true(fabs(figure(self, RH_PARTNER_PAYOUT_SD) - sd) <= 1e-12 * sd);
    assert_true(figure(self, RH_PARTNER_P_GAIN) == positive / (double)NUM);
    assert_true(figure(self, RH_PARTNER_P_LOSS) == negative / (double)NUM);
    assert_true(figure(self, RH_PARTNER_LIFT_P05) < figure(self, RH_PARTNER_LIFT_P50));
    assert_true(figure(self, RH_PARTNER_LIFT_P50) < figure(self, RH_PARTNER_LIFT_P95));
    rh_outcomes_read(self, RH_PARTNER_GAIN_MEAN, 0, out);
    assert_true(isnan(out[0]) && isnan(out[2]));
    rh_outcomes_destroy(self);
}

/* A large mean takes no digit off the spread; what is the same everywhere has exactly none. */
static void test_spread_is_exact(void **state)
{
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        double value[1000], constant[1000];
        struct rh_outcomes *self = rh_outcomes_create(2, 3);
        assert_non_null(self);
        for (int i = 0; i < 1000; i++) {
            constant[i] = sign * 1152921504606846000.0; /* nearly 2^60 */
            value[i] = sign * (1e15 + (i % 2));
        }
        rh_outcomes_add(self, 1, 2, RH_OUTCOME_GAIN, constant, 1000);
        rh_outcomes_add(self, 1, 2, RH_OUTCOME_PAYOUT, value, 1000);
        assert_true(figure(self, RH_PARTNER_GAIN_SD) == 0.0);
        assert_true(figure(self, RH_PARTNER_GAIN_MEAN) == sign * 1152921504606846000.0 * 1e-4);
        assert_true(fabs(figure(self, RH_PARTNER_PAYOUT_SD) - 1e-4 * sqrt(250.0 / 999.0)) < 1e-16);
        rh_outcomes_destroy(self);
    }
}

struct work {
    struct rh_outcomes *outcomes;
    const double *value;
    int first;
};

/* Every THREADS-th batch of seven. */
static void *add_some(void *user)
{
    const struct work *work = user;
    for (int first = 7 * work->first; first < NUM; first += 7 * THREADS) {
        add_all(work->outcomes, work->value + first, NUM - first < 7 ? NUM - first : 7);
    }
    return NULL;
}

static void test_order_and_threads_do_not_matter(void **state)
{
    (void)state;
    double value[NUM], one[RH_NUM_PARTNER_FIGURES], other[RH_NUM_PARTNER_FIGURES];
    struct rh_outcomes *whole = rh_outcomes_create(2, 3), *parts = rh_outcomes_create(2, 3);
    struct work work[THREADS];
    pthread_t thread[THREADS];
    assert_true(whole != NULL && parts != NULL);
    for (int i = 0; i < NUM; i++) {
        value[i] = value_at(i) + 0.25;
    }
    add_all(whole, value, NUM);
    for (int k = 0; k < THREADS; k++) {
        work[k] = (struct work){parts, value, k};
        assert_int_equal(pthread_create(&thread[k], NULL, add_some, &work[k]), 0);
    }
    for (int k = 0; k < THREADS; k++) {
        pthread_join(thread[k], NULL);
    }
    figures(whole, one);
    figures(parts, other);
    assert_memory_equal(one, other, sizeof one);
    assert_int_equal(rh_outcomes_bytes(whole), rh_outcomes_bytes(parts));
    assert_false(rh_outcomes_failed(whole));
    rh_outcomes_destroy(whole);
    rh_outcomes_destroy(parts);
}

static void test_taken_back(void **state)
{
    (void)state;
    double value[NUM], one[RH_NUM_PARTNER_FIGURES], other[RH_NUM_PARTNER_FIGURES];
    struct rh_outcomes *never = rh_outcomes_create(2, 3), *back = rh_outcomes_create(2, 3);
    assert_true(never != NULL && back != NULL);
    for (int i = 0; i < NUM; i++) {
        value[i] = 1e11 * value_at(i);
    }
    add_all(never, value + 100, NUM - 100);
    add_all(back, value, NUM);
    for (int outcome = 0; outcome < RH_NUM_OUTCOMES; outcome++) {
        rh_outcomes_remove(back, 1, 2, (enum rh_outcome)outcome, value, 100);
    }
    figures(never, one);
    figures(back, other);
    assert_memory_equal(one, other, sizeof one);
    rh_outcomes_destroy(never);
    rh_outcomes_destroy(back);
}

/* Every figure has a name and says what it is. */
static void test_table(void **state)
{
    (void)state;
    for (int k = 0; k < RH_NUM_PARTNER_FIGURES; k++) {
        const struct rh_partner_figure_info *info = &rh_partner_figure_table[k];
        assert_true(strlen(info->name) > 0 && strlen(info->long_name) > 0);
        assert_true(info->description[strlen(info->description) - 1] == '.');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_spread_is_exact),
        cmocka_unit_test(test_order_and_threads_do_not_matter),
        cmocka_unit_test(test_taken_back),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
