/* Seasons: found where they are, shrunk where noise or a short history hides them, always mean 1 within the bounds. */
#include "model/season.h"
#include "support/random_schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FIRST rh_month_make(2019, 4)

static const double true_factor[12] = {0.7, 0.8, 1.1, 0.9, 1.0, 1.05, 0.75, 0.85, 1.05, 1.1, 1.3, 1.4};

static double mean_of(const struct rh_season *self)
{
    double sum = 0.0;
    for (int c = 0; c < 12; c++) {
        sum += self->factor[c];
    }
    return sum / 12.0;
}

static void check_bounds(const struct rh_season *self)
{
    assert_true(fabs(mean_of(self) - 1.0) < 1e-9);
    for (int c = 0; c < 12; c++) {
        assert_true(self->factor[c] >= 0.2 - 1e-9 && self->factor[c] <= 5.0 + 1e-9);
        assert_true(self->error[c] >= 0.0 && isfinite(self->error[c]));
    }
}

static int calendar(int t)
{
    return rh_month_of_year(FIRST + t) - 1;
}

/* Monthly totals: the true season times level, times 1 ± noise. */
static void make_total(double *total, int months, double noise, uint64_t seed)
{
    for (int t = 0; t < months; t++) {
        total[t] = 1e6 * true_factor[calendar(t)] * (1.0 + noise * (2.0 * random_uniform(&seed) - 1.0));
    }
}

static void test_clean_season_is_found(void **state)
{
    const struct rh_season flat = rh_season_flat();
    double total[48];
    (void)state;
    make_total(total, 48, 0.0, 1);
    const struct rh_season self = rh_season_estimate(total, 48, FIRST, &flat, 1.0);
    for (int c = 0; c < 12; c++) {
        assert_true(fabs(self.factor[c] - true_factor[c]) < 1e-9);
        assert_true(self.error[c] < 1e-6);
    }
    check_bounds(&self);
}

/* Constant sales have no season, and no doubt about it. */
static void test_constant_sales(void **state)
{
    const struct rh_season flat = rh_season_flat();
    double total[40];
    (void)state;
    for (int t = 0; t < 40; t++) {
        total[t] = 12345.0;
    }
    const struct rh_season self = rh_season_estimate(total, 40, FIRST, &flat, 1.0);
    for (int c = 0; c < 12; c++) {
        assert_true(fabs(self.factor[c] - 1.0) < 1e-12 && self.error[c] < 1e-9);
    }
}

/* Noise moves the estimate towards the parent: less is believed of the same ratios, and never more than all of them. */
static void test_noise_shrinks(void **state)
{
    const struct rh_season flat = rh_season_flat();
    double total[36], previous = INFINITY;
    (void)state;
    for (int k = 0; k < 4; k++) {
        double spread = 0.0;
        make_total(total, 36, 0.0, 1);
        for (int t = 0; t < 36; t++) { /* a noise that cancels within each calendar month, so the mean ratios stay */
            total[t] *= 1.0 + 0.08 * k * ((t / 12) % 2 == 0 ? 1.0 : -1.0) * (t % 2 == 0 ? 1.0 : -1.0);
        }
        const struct rh_season self = rh_season_estimate(total, 36, FIRST, &flat, 1.0);
        for (int c = 0; c < 12; c++) {
            spread += (self.factor[c] - 1.0) * (self.factor[c] - 1.0);
        }
        check_bounds(&self);
        assert_true(spread < previous);
        previous = spread;
    }
}

/* Noise alone, 300 times: the mean squared factor around 1 is a small part of the raw ratios' own. */
static void test_noise_alone_is_no_season(void **state)
{
    const struct rh_season flat = rh_season_flat();
    double total[36], found = 0.0;
    uint64_t random = 4;
    (void)state;
    for (int n = 0; n < 300; n++) {
        for (int t = 0; t < 36; t++) {
            total[t] = 1.0 + 0.3 * (2.0 * random_uniform(&random) - 1.0);
        }
        const struct rh_season self = rh_season_estimate(total, 36, FIRST, &flat, 1.0);
        check_bounds(&self);
        for (int c = 0; c < 12; c++) {
            found += (self.factor[c] - 1.0) * (self.factor[c] - 1.0) / (300.0 * 12.0);
        }
    }
    /* each month's mean of two ratios has variance .03 / 2; positive-part shrinkage leaves well under half */
    assert_true(found < 0.4 * 0.015);
}

/* 18 months: six ratios, one for each of six calendar months; belief is (18/24)² · spread / (spread + noise), the
 * parent's noise standing in. The months without a ratio keep the parent's factor, up to the common scale. */
static void test_short_history(void **state)
{
    struct rh_season parent = rh_season_flat();
    double total[18], raw[12], spread = 0.0;
    (void)state;
    parent.noise = 0.01;
    make_total(total, 18, 0.0, 1);
    for (int t = 6; t < 12; t++) {
        double sum = 0.5 * (total[t - 6] + total[t + 6]);
        for (int k = -5; k <= 5; k++) {
            sum += total[t + k];
        }
        raw[calendar(t)] = total[t] / (sum / 12.0);
        spread += pow(raw[calendar(t)] - 1.0, 2.0) - 0.01;
    }
    spread /= 6.0;
    assert_true(spread > 0.0);
    const struct rh_season self = rh_season_estimate(total, 18, FIRST, &parent, 1.0);
    const double belief = 0.5625 * spread / (spread + 0.01), scale = self.factor[calendar(0)];
    for (int t = 6; t < 12; t++) {
        const double expected = 1.0 + belief * (raw[calendar(t)] - 1.0);
        assert_true(fabs(self.factor[calendar(t)] / scale - expected) < 1e-12);
        assert_true(fabs(self.error[calendar(t)] - sqrt(spread * (1.0 - belief))) < 1e-12);
    }
    for (int t = 0; t < 6; t++) {
        assert_true(self.factor[calendar(t)] == scale && self.error[calendar(t)] == 0.0);
    }
    check_bounds(&self);
}

/* Nothing to learn from gives the parent back. */
static void test_nothing_to_learn(void **state)
{
    struct rh_season parent = rh_season_flat();
    double total[36] = {0.0};
    static const int months[] = {1, 5, 12, 36};
    (void)state;
    for (int c = 0; c < 12; c++) {
        parent.factor[c] = true_factor[c];
        parent.error[c] = 0.01 * c;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t k = 0; k < 4; k++) {
            if (pass == 1 && months[k] > 12) {
                continue;
            }
            const struct rh_season self = rh_season_estimate(total, months[k], FIRST, &parent, 1.0);
            for (int c = 0; c < 12; c++) {
                assert_true(fabs(self.factor[c] - true_factor[c]) < 1e-12 && self.error[c] == 0.01 * c);
            }
        }
        make_total(total, 36, 0.1, 7);
    }
}

/* A calendar month that nothing was seen of has the prior's error: all of them within a year, six in 18 months, none
 * in two years. */
static void test_what_was_not_seen(void **state)
{
    static const struct {
        int months, seen;
    } cases[] = {{1, 0}, {12, 0}, {13, 1}, {18, 6}, {24, 12}, {36, 12}};
    const struct rh_season flat = rh_season_flat();
    double total[36];
    (void)state;
    make_total(total, 36, 0.0, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        int seen = 0;
        const struct rh_season all = rh_season_estimate(total, cases[k].months, FIRST, &flat, 1.0);
        const struct rh_season self = rh_season_estimate(total, 1, FIRST, &all, 1.0); /* seen above is seen */
        for (int c = 0; c < 12; c++) {
            const double error = self.seen[c] ? self.error[c] / self.factor[c] : 0.15;
            seen += self.seen[c];
            assert_true(rh_season_relative_error(&self, c) == error);
        }
        assert_int_equal(seen, cases[k].seen);
    }
}

/* Sales in one month of the year: the season is as strong as the bounds allow, and still has mean 1 within them. */
static void test_extreme_season(void **state)
{
    const struct rh_season flat = rh_season_flat();
    double total[48];
    (void)state;
    for (int only = 1; only <= 3; only++) {
        for (int t = 0; t < 48; t++) {
            total[t] = calendar(t) % 4 == 3 && calendar(t) / 4 < only ? 1e6 : 0.0;
        }
        const struct rh_season self = rh_season_estimate(total, 48, FIRST, &flat, 1.0);
        check_bounds(&self);
        assert_true(self.factor[3] > 2.0);
    }
    uint64_t random = 12;
    for (int n = 0; n < 500; n++) {
        const int months = 1 + random_below(&random, 48);
        for (int t = 0; t < months; t++) {
            total[t] = random_below(&random, 3) == 0 ? 1e9 * pow(random_uniform(&random), 8.0) : 0.0;
        }
        const struct rh_season self = rh_season_estimate(total, months, FIRST + n, &flat, 1.0);
        check_bounds(&self);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean_season_is_found), cmocka_unit_test(test_constant_sales),
        cmocka_unit_test(test_noise_shrinks),         cmocka_unit_test(test_noise_alone_is_no_season),
        cmocka_unit_test(test_short_history),         cmocka_unit_test(test_nothing_to_learn),
        cmocka_unit_test(test_what_was_not_seen),     cmocka_unit_test(test_extreme_season),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
