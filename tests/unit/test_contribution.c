/* Euler contributions: they add up whatever the sum looks like, and are the plain mean of the tail where that is plain.
 */
#include "stats/contribution.h"

#include "stats/summary.h"
#include "stats/tail.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NUM 1000
#define PARTS 4

static double part[PARTS][NUM], total[NUM], scratch[NUM];

/* A fixed sequence in [0, 1). */
static double uniform(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) / 16777216.0;
}

/* Contributions of the first num replications; of the sum and, added up, of its parts. */
static void add_up(size_t num, double confidence, struct rh_contribution *whole, struct rh_contribution *sum)
{
    struct rh_tail_members tail;
    struct rh_error error = {0};
    struct rh_contribution one;
    assert_int_equal(rh_tail_members_init(&tail, total, num, confidence, &error), RH_OK);
    assert_true(fabs(rh_sum(tail.weight, num) - tail.size) <= 1e-9 * (double)num);
    rh_contribution_compute(whole, &tail, total, total, scratch);
    *sum = (struct rh_contribution){0};
    for (int k = 0; k < PARTS; k++) {
        rh_contribution_compute(&one, &tail, part[k], total, scratch);
        sum->mean += one.mean;
        sum->tail += one.tail;
        sum->excess += one.excess;
    }
    rh_tail_members_free(&tail);
}

static void assert_close(double a, double b, double scale)
{
    if (!(fabs(a - b) <= 1e-9 * scale)) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

/* Any number of replications and any confidence, with and without ties of the sum where the tail begins; parts that are
 * large, small, negative and nothing. */
static void test_adds_up(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 7, 19, 20, 21, 100, 999, 1000};
    static const double confidences[] = {0.5, 0.9, 0.95, 0.99, 0.999, 0.999999};
    unsigned seed = 7;
    for (int ties = 0; ties < 3; ties++) {
        for (size_t i = 0; i < NUM; i++) {
            part[0][i] = 1e6 * uniform(&seed);
            part[1][i] = 1e-3 * uniform(&seed);
            part[2][i] = -2e5 * uniform(&seed);
            part[3][i] = 0.0;
            for (int k = 0; ties > 0 && k < 3; k++) { /* a few sums; with ties == 2 of parts that differ */
                part[k][i] = ties == 1 ? floor(part[k][i] / 2e5) * 2e5 : part[k][i];
            }
            if (ties == 2) {
                part[1][i] = 5e5 - part[0][i] - part[2][i];
            }
            total[i] = part[0][i] + part[1][i] + part[2][i];
        }
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            for (size_t c = 0; c < sizeof confidences / sizeof *confidences; c++) {
                struct rh_contribution whole, sum;
                struct rh_tail tail;
                double sorted[NUM];
                add_up(sizes[s], confidences[c], &whole, &sum);
                assert_close(sum.mean, whole.mean, 1e6);
                assert_close(sum.tail, whole.tail, 1e6);
                assert_close(sum.excess, whole.excess, 1e6);
                memcpy(sorted, total, sizeof sorted);
                rh_sort_numbers(sorted, sizes[s]);
                rh_tail_sorted(&tail, RH_TAIL_HIGH, confidences[c], sorted, sizes[s]);
                assert_close(whole.tail, tail.shortfall, 1e6);
                assert_true(whole.excess >= -1e-9 * 1e6);
            }
        }
    }
}

/* Ten replications, the worst three of which are the tail; then the third of them is a tie of two. */
static void test_by_hand(void **state)
{
    (void)state;
    const double first[10] = {1, 2, 3, 4, 5, 6, 7, 0, 2, 9}, second[10] = {0, 0, 0, 0, 0, 0, 1, 10, 6, 2};
    struct rh_tail_members tail;
    struct rh_contribution one;
    for (size_t i = 0; i < 10; i++) {
        total[i] = first[i] + second[i]; /* 1 2 3 4 5 6 8 10 8 11 */
    }
    assert_int_equal(rh_tail_members_init(&tail, total, 10, 0.8, NULL), RH_OK);
    rh_contribution_compute(&one, &tail, first, total, scratch);
    assert_close(one.tail, (0.0 + 9.0) / 2.0, 1.0);
    assert_close(one.mean, 3.9, 1.0);
    assert_close(one.excess, 0.6, 1.0);
    rh_tail_members_free(&tail);
    assert_int_equal(rh_tail_members_init(&tail, total, 10, 0.7, NULL), RH_OK);
    rh_contribution_compute(&one, &tail, first, total, scratch);
    assert_close(tail.weight[6], 0.5, 1.0);
    assert_close(tail.weight[8], 0.5, 1.0);
    assert_close(one.tail, (0.0 + 9.0 + 0.5 * 7.0 + 0.5 * 2.0) / 3.0, 1.0);
    rh_contribution_compute(&one, &tail, second, total, scratch);
    assert_close(one.tail, (10.0 + 2.0 + 0.5 * 1.0 + 0.5 * 6.0) / 3.0, 1.0);
    rh_tail_members_free(&tail);
}

/* Nothing varies: no excess and no error. One replication, or a tail of less than two: no error can be told. */
static void test_degenerate(void **state)
{
    (void)state;
    struct rh_contribution whole, sum;
    for (size_t i = 0; i < NUM; i++) {
        part[0][i] = total[i] = 5.0;
        part[1][i] = part[2][i] = part[3][i] = 0.0;
    }
    add_up(NUM, 0.95, &whole, &sum);
    assert_true(whole.mean == 5.0 && whole.tail == 5.0 && whole.excess == 0.0);
    assert_true(whole.mean_se == 0.0 && whole.tail_se == 0.0 && whole.excess_se == 0.0);
    add_up(1, 0.95, &whole, &sum);
    assert_true(whole.mean == 5.0 && whole.tail == 5.0 && whole.excess == 0.0);
    assert_true(isnan(whole.mean_se) && isnan(whole.tail_se) && isnan(whole.excess_se));
    add_up(30, 0.95, &whole, &sum);
    assert_true(!isnan(whole.mean_se) && isnan(whole.tail_se) && isnan(whole.excess_se));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_adds_up), cmocka_unit_test(test_by_hand),
                                       cmocka_unit_test(test_degenerate)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
