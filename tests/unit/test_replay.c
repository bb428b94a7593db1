/* Which past months are replayed: chances, phase, wrap, blocks, and the order rhythm found in purchases. */
#include "model/replay.h"
#include "support/random_schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define MONTHS 14
#define MOST_HISTORY 60

static const struct {
    int history, phase, gap;
    double block;
} cases[] = {{36, 1, 0, 6.0}, {37, 3, 0, 6.0}, {48, 12, 5, 3.0}, {25, 6, 1, 12.0},
             {13, 2, 0, 1.0}, {7, 3, 4, 2.5},  {1, 1, 0, 6.0}};

#define NUM_CASES (sizeof cases / sizeof *cases)

static struct rh_replay replay_of(size_t k)
{
    const rh_month first = rh_month_make(2020, 5);
    return rh_replay_make(first, cases[k].history, first + cases[k].history + cases[k].gap, cases[k].phase,
                          cases[k].block);
}

/* Months of one class are phase apart and of the rank of the month they stand for; all classes together are the
 * history. */
static void test_classes(void **state)
{
    (void)state;
    for (size_t k = 0; k < NUM_CASES; k++) {
        const struct rh_replay self = replay_of(k);
        int all = 0;
        for (int t = 0; t < MONTHS; t++) {
            const int first = rh_replay_class_first(&self, t), size = rh_replay_class_size(&self, t);
            assert_in_range(first, 0, self.phase - 1);
            assert_int_equal((cases[k].history + cases[k].gap + t - first) % self.phase, 0);
            assert_true(first + (size - 1) * self.phase < self.history_months);
            assert_true(first + size * self.phase >= self.history_months);
            all += t < self.phase ? size : 0;
        }
        assert_int_equal(all, self.history_months);
    }
}

static void test_weights_sum_to_one(void **state)
{
    double weight[MONTHS * MOST_HISTORY];
    (void)state;
    for (size_t k = 0; k < NUM_CASES; k++) {
        const struct rh_replay self = replay_of(k);
        rh_replay_weights(&self, MONTHS, weight);
        for (int t = 0; t < MONTHS; t++) {
            double sum = 0.0;
            for (int h = 0; h < self.history_months; h++) {
                const double w = weight[t * self.history_months + h];
                assert_true(w >= 0.0);
                assert_true(w == 0.0 || (h - rh_replay_class_first(&self, t)) % self.phase == 0);
                sum += w;
            }
            assert_true(fabs(sum - 1.0) < 1e-13);
        }
    }
}

/* The chances are those of what is drawn: 40,000 sequences, every month's frequency within 4.5 standard errors of its
 * weight (about 1,400 comparisons). */
static void test_weights_are_frequencies(void **state)
{
    enum { SEQUENCES = 40000 };
    static double weight[MONTHS * MOST_HISTORY], seen[MONTHS * MOST_HISTORY];
    uint64_t random = 3;
    (void)state;
    for (size_t k = 0; k < NUM_CASES; k++) {
        const struct rh_replay self = replay_of(k);
        const int H = self.history_months;
        rh_replay_weights(&self, MONTHS, weight);
        memset(seen, 0, sizeof seen);
        for (int n = 0; n < SEQUENCES; n++) {
            int source = -7; /* ignored */
            for (int t = 0; t < MONTHS; t++) {
                const double u = random_uniform(&random);
                source = rh_replay_next(&self, t, source, u, random_uniform(&random));
                assert_in_range(source, 0, H - 1);
                seen[t * H + source] += 1.0;
            }
        }
        for (int c = 0; c < MONTHS * H; c++) {
            const double error = sqrt(SEQUENCES * weight[c] * (1.0 - weight[c]));
            assert_true(fabs(seen[c] - SEQUENCES * weight[c]) <= 4.5 * error + 1e-6);
        }
    }
}

/* A block goes on month by month, wraps to the first month of the class, and ends with probability 1 / block. */
static void test_blocks(void **state)
{
    const struct rh_replay self = replay_of(1); /* 37 months, phase 3 */
    (void)state;
    for (int t = 1; t < MONTHS; t++) {
        for (int source = rh_replay_class_first(&self, t - 1); source < 37; source += 3) {
            const int expected = source == 36 ? rh_replay_class_first(&self, t) : source + 1;
            assert_int_equal(rh_replay_next(&self, t, source, 1.0 / 6.0 + 1e-9, 0.3), expected);
        }
        const int first = rh_replay_class_first(&self, t), size = rh_replay_class_size(&self, t);
        assert_int_equal(rh_replay_next(&self, t, 5, 1.0 / 6.0 - 1e-9, 1e-12), first);
        assert_int_equal(rh_replay_next(&self, t, 5, 0.0, 1.0 - 1e-16), first + 3 * (size - 1));
        assert_int_equal(rh_replay_next(&self, t, 5, 0.0, 1.5 / size), first + 3);
    }
    const struct rh_replay single = replay_of(4); /* blocks of one month */
    assert_int_equal(rh_replay_next(&single, 1, 0, 1.0 - 1e-12, 0.0), rh_replay_class_first(&single, 1));
}

/* A history shorter than the phase cannot keep it. */
static void test_short_history(void **state)
{
    const struct rh_replay self = rh_replay_make(rh_month_make(2020, 1), 5, rh_month_make(2020, 6), 12, 6.0);
    (void)state;
    assert_int_equal(self.phase, 1);
    assert_int_equal(rh_replay_class_size(&self, 3), 5);
}

struct channel {
    unsigned char bought[60 * 120];
    int first[60], last[60], partners, months;
};

/* Everyone buys every `every` months, from a month of its own on, also now and then between. every 0: at random. */
static struct channel *channel_of(int partners, int months, int every, double between)
{
    static struct channel self;
    uint64_t random = 9;
    self.partners = partners;
    self.months = months;
    for (int i = 0; i < partners; i++) {
        const int own = every > 0 ? random_below(&random, every) : 0;
        self.first[i] = 0;
        self.last[i] = months - 1;
        for (int t = 0; t < months; t++) {
            const double chance = every > 0 && t % every == own ? 0.95 : between;
            self.bought[i * months + t] = random_uniform(&random) < chance;
        }
    }
    return &self;
}

static int phase_of(const struct channel *self)
{
    return rh_replay_detect_phase(self->bought, self->first, self->last, self->partners, self->months);
}

static void test_rhythms_are_found(void **state)
{
    static const int rhythms[] = {2, 3, 6, 12};
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(phase_of(channel_of(60, 48, rhythms[k], 0.05)), rhythms[k]);
        assert_int_equal(phase_of(channel_of(60, 37, rhythms[k], 0.0)), rhythms[k]);
    }
    assert_int_equal(phase_of(channel_of(60, 17, 12, 0.0)), 1); /* a year that has not come twice */
}

static void test_no_rhythm(void **state)
{
    (void)state;
    assert_int_equal(phase_of(channel_of(60, 48, 0, 0.1)), 1);
    assert_int_equal(phase_of(channel_of(60, 48, 0, 0.6)), 1);
    assert_int_equal(phase_of(channel_of(60, 48, 0, 1.0)), 1);
    assert_int_equal(phase_of(channel_of(60, 48, 0, 0.0)), 1);
    assert_int_equal(phase_of(channel_of(60, 5, 3, 0.0)), 1);
    assert_int_equal(phase_of(channel_of(1, 1, 0, 1.0)), 1);
    struct channel *none = channel_of(60, 48, 3, 0.0);
    for (int i = 0; i < 60; i++) {
        none->last[i] = none->first[i] - 1;
    }
    assert_int_equal(phase_of(none), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_weights_sum_to_one),
        cmocka_unit_test(test_weights_are_frequencies),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_short_history),
        cmocka_unit_test(test_rhythms_are_found),
        cmocka_unit_test(test_no_rhythm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
