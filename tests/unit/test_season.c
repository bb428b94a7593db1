/* Seasons: found where they are, shrunk where noise or a short history hides them, always mean 1 within the bounds. */
#include "model/season.h"
#include "support/random_schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

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
    /* each month's mean of three ratios has variance .03 / 3; positive-part shrinkage leaves well under half */
    assert_true(found < 0.4 * 0.01);
}

/* Average of the year around a month by the definition, and the growth that carries it beyond the ends. */
static double growth_of(const double *total, int months)
{
    double first = 0.0, last = 0.0;
    for (int t = 0; t < 12; t++) {
        first += total[t];
        last += total[months - 12 + t];
    }
    return log(last / first) / fmax((months - 12) / 12.0, 1.0);
}

static double average_around(const double *total, int months, int t)
{
    double sum = 0.0;
    const int center = t < 6 ? 6 : t + 6 >= months ? months - 7 : t;
    for (int u = center - 6; u <= center + 6; u++) {
        sum += total[u] * (abs(u - center) == 6 ? 1.0 : 2.0) / 24.0;
    }
    return sum * exp(growth_of(total, months) * (t - center) / 12.0);
}

/* All months count, those near the ends by the nearest year and the growth; noise is half the mean squared difference
 * of ratios a year apart. */
static void test_definition(void **state)
{
    static const int lengths[] = {18, 24, 31, 48};
    const struct rh_season flat = rh_season_flat();
    double total[48];
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        const int months = lengths[k];
        double ratio[48], mean[12] = {0.0}, squares = 0.0, spread = 0.0, sum = 0.0, expected[12];
        int num[12] = {0};
        make_total(total, months, 0.1, 3);
        for (int t = 0; t < months; t++) {
            total[t] *= exp(0.02 * t); /* grows by 27% a year */
        }
        for (int t = 0; t < months; t++) {
            ratio[t] = total[t] / average_around(total, months, t);
            mean[calendar(t)] += ratio[t];
            num[calendar(t)]++;
            squares += t >= 12 ? pow(ratio[t] - ratio[t - 12], 2.0) : 0.0;
        }
        const double noise = 0.5 * squares / (months - 12);
        for (int c = 0; c < 12; c++) {
            mean[c] /= num[c];
            spread += (pow(mean[c] - 1.0, 2.0) - noise / num[c]) / 12.0;
        }
        const struct rh_season self = rh_season_estimate(total, months, FIRST, &flat, 1.0);
        assert_true(fabs(self.noise / noise - 1.0) < 1e-9 && spread > 0.0);
        for (int c = 0; c < 12; c++) {
            const double belief = spread / (spread + noise / num[c]);
            expected[c] = 1.0 + belief * (mean[c] - 1.0);
            sum += expected[c];
            assert_true(fabs(self.error[c] / sqrt(spread * (1.0 - belief)) - 1.0) < 1e-9);
        }
        for (int c = 0; c < 12; c++) {
            assert_true(fabs(self.factor[c] / (12.0 * expected[c] / sum) - 1.0) < 1e-9);
        }
    }
}

/* Steady growth is no season, and no noise either: at the ends of the history a month is as usual as within. */
static void test_growth_is_no_season(void **state)
{
    const struct rh_season flat = rh_season_flat();
    double total[24];
    (void)state;
    for (int t = 0; t < 24; t++) {
        total[t] = 1e6 * exp(0.03 * t);
    }
    const struct rh_season self = rh_season_estimate(total, 24, FIRST, &flat, 1.0);
    assert_true(self.noise < 1e-9);
    for (int c = 0; c < 12; c++) { /* the average of a growing year is a little above its middle */
        assert_true(fabs(self.factor[c] - 1.0) < 0.005);
    }
}

/* What happens once and not again is noise, however far it is from other months; what happens again is not. */
static void test_what_repeats(void **state)
{
    const struct rh_season flat = rh_season_flat();
    double total[24], factor[2];
    (void)state;
    for (int again = 0; again < 2; again++) {
        for (int t = 0; t < 24; t++) {
            const int wave = t % 12 < 6 ? 1 : -1;
            total[t] = 1000.0 + 200.0 * wave * (again == 1 || t < 12 ? 1 : -1);
        }
        const struct rh_season self = rh_season_estimate(total, 24, FIRST, &flat, 1.0);
        factor[again] = self.factor[calendar(2)];
    }
    assert_true(fabs(factor[0] - 1.0) < 0.01 && factor[1] > 1.15);
}

/* Fewer than six pairs of months a year apart: a fifth of what was seen is believed, the parent's noise stands in. */
static void test_seen_once(void **state)
{
    static const int lengths[] = {9, 12, 17};
    struct rh_season parent = rh_season_flat();
    double total[18];
    (void)state;
    parent.noise = 0.01;
    make_total(total, 18, 0.0, 1);
    for (size_t k = 0; k < 3; k++) {
        const int months = lengths[k];
        double mean[12] = {0.0}, whole = 0.0, spread = 0.0;
        int num[12] = {0}, seen = 0;
        for (int t = 0; t < months; t++) {
            whole += total[t] / months;
        }
        for (int t = 0; t < months; t++) {
            mean[calendar(t)] += total[t] / (months > 12 ? average_around(total, months, t) : whole);
            num[calendar(t)]++;
        }
        for (int c = 0; c < 12; c++) {
            if (num[c] > 0) {
                mean[c] /= num[c];
                spread += pow(mean[c] - 1.0, 2.0) - 0.01 / num[c];
                seen++;
            }
        }
        spread /= seen;
        assert_true(spread > 0.0);
        const struct rh_season self = rh_season_estimate(total, months, FIRST, &parent, 1.0);
        const struct rh_season half = rh_season_estimate(total, months, FIRST, &parent, 0.5);
        const double scale = self.factor[calendar(0)] / (1.0 + 0.2 * (mean[calendar(0)] - 1.0));
        const double smaller = half.factor[calendar(0)] / (1.0 + 0.1 * (mean[calendar(0)] - 1.0));
        for (int c = 0; c < 12; c++) {
            const double expected = num[c] > 0 ? 0.2 * (mean[c] - 1.0) : 0.0; /* unseen: the parent's */
            assert_true(fabs(self.factor[c] / scale - 1.0 - expected) < 1e-12);
            assert_true(fabs(half.factor[c] / smaller - 1.0 - 0.5 * expected) < 1e-12);
            assert_true(fabs(self.error[c] - (num[c] > 0 ? sqrt(0.8 * spread) : 0.0)) < 1e-12);
            assert_true(!self.known[c] && self.noise == 0.01);
        }
        check_bounds(&self);
    }
    assert_true(isfinite(rh_season_estimate(total, 18, FIRST, &parent, 1.0).noise)); /* six pairs tell */
    assert_true(rh_season_estimate(total, 18, FIRST, &parent, 1.0).noise != 0.01);
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

/* Of a calendar month of which nothing was seen to repeat, here or above, the error is at least the prior's. */
static void test_what_is_not_known(void **state)
{
    static const struct {
        int months, known;
    } cases[] = {{1, 0}, {12, 0}, {13, 0}, {17, 0}, {18, 12}, {24, 12}, {36, 12}};
    const struct rh_season flat = rh_season_flat();
    double total[36];
    (void)state;
    make_total(total, 36, 0.0, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        int known = 0;
        const struct rh_season all = rh_season_estimate(total, cases[k].months, FIRST, &flat, 1.0);
        const struct rh_season self = rh_season_estimate(total, 1, FIRST, &all, 1.0); /* known above is known */
        for (int c = 0; c < 12; c++) {
            const double error = self.error[c] / self.factor[c];
            known += self.known[c];
            assert_true(rh_season_relative_error(&self, c) == (self.known[c] ? error : fmax(error, 0.15)));
        }
        assert_int_equal(known, cases[k].known);
    }
    struct rh_season wide = rh_season_flat();
    wide.error[3] = 0.4;
    assert_true(rh_season_relative_error(&wide, 3) == 0.4 && rh_season_relative_error(&wide, 4) == 0.15);
}

/* A group that begins late, in a history in which nothing was sold before: numbers within the bounds. */
static void test_late_group(void **state)
{
    const struct rh_season flat = rh_season_flat();
    double total[48];
    (void)state;
    for (int begins = 0; begins < 48; begins++) {
        make_total(total, 48, 0.1, 5);
        memset(total, 0, (size_t)begins * sizeof *total);
        const struct rh_season self = rh_season_estimate(total, 48, FIRST, &flat, 1.0);
        check_bounds(&self);
        assert_true(isfinite(self.noise) && self.noise >= 0.0);
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
        cmocka_unit_test(test_clean_season_is_found),
        cmocka_unit_test(test_constant_sales),
        cmocka_unit_test(test_noise_shrinks),
        cmocka_unit_test(test_noise_alone_is_no_season),
        cmocka_unit_test(test_definition),
        cmocka_unit_test(test_growth_is_no_season),
        cmocka_unit_test(test_what_repeats),
        cmocka_unit_test(test_seen_once),
        cmocka_unit_test(test_nothing_to_learn),
        cmocka_unit_test(test_what_is_not_known),
        cmocka_unit_test(test_late_group),
        cmocka_unit_test(test_extreme_season),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
