/* Backtests of histories that have little to say: each gives finite scores or an error that says why, and shares are of
 * what was forecast. */
#include "backtest/backtest.h"
#include "build_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* What partner i sells in month t, counted from 0; NaN: no row. */
typedef double sales(int i, int t);

/* Some number in [0, 1), another for each partner and month. */
static double any(int i, int t)
{
    const uint32_t mixed = ((uint32_t)i * 2654435761U + (uint32_t)t) * 2246822519U;
    return (double)((mixed ^ mixed >> 15) * 3266489917U >> 8) / 16777216.0;
}

static double ordinary(int i, int t)
{
    return 100.0 * (1.0 + any(i, t));
}

static double zeros(int i, int t)
{
    (void)i;
    (void)t;
    return 0.0;
}

static double constant(int i, int t)
{
    (void)t;
    return 100.0 / (1.0 + i);
}

static double giant(int i, int t)
{
    return (i == 0 ? 1e7 : 10.0) * (1.0 + any(i, t));
}

static double intermittent(int i, int t)
{
    return any(i, t) < 0.9 ? NAN : 100.0 * (1.0 + any(t, i));
}

static double returns_outweigh(int i, int t)
{
    return t % 3 == 2 ? -400.0 : ordinary(i, t);
}

static double stops(int i, int t)
{
    return t < 12 ? ordinary(i, t) : 0.0;
}

static double late(int i, int t)
{
    return t < 25 ? 0.0 : ordinary(i, t);
}

static void make(struct rh_history *history, int partners, int months, sales *of)
{
    char id[32], date[32];
    rh_history_init(history);
    for (int i = 0; i < partners; i++) {
        snprintf(id, sizeof id, "P%02d", i);
        build_partner(history, id, i % 2 == 0 ? "Even" : "Odd", "", RH_NO_DAY);
    }
    for (int t = 0; t < months; t++) {
        for (int i = 0; i < partners; i++) {
            const double amount = of(i, t);
            if (!isnan(amount)) {
                snprintf(id, sizeof id, "P%02d", i);
                snprintf(date, sizeof date, "%d-%02d-15", 2021 + t / 12, t % 12 + 1);
                build_event(history, id, date, "revenue", "alpha", amount < 0.0 ? -10000 : 10000,
                            (rh_money)llround(amount * 1e4), RH_MISSING);
            }
        }
    }
    assert_int_equal(rh_history_finish(history, NULL), RH_OK);
}

static void expect_sound(const struct rh_backtest_score *score)
{
    size_t ranked = 0;
    assert_true(isfinite(score->outcome) && score->outcome >= 0.0);
    for (int k = 0; k < RH_NUM_FORECASTERS; k++) {
        const double relative = rh_backtest_relative(score, (enum rh_forecaster)k);
        assert_true(isfinite(score->crps[k]) && score->crps[k] >= -1e-6 * score->outcome);
        assert_true(score->outcome > 0.0 ? isfinite(relative) : isnan(relative));
    }
    for (int k = 0; k < RH_BACKTEST_INTERVALS; k++) {
        assert_true(score->covered[k] <= score->num);
        assert_true(k == 0 || score->covered[k - 1] <= score->covered[k]);
    }
    for (int bin = 0; bin < RH_BACKTEST_BINS; bin++) {
        ranked += score->rank[bin];
    }
    assert_int_equal(ranked, score->num);
}

static void judge(int partners, int months, int holdout, sales *of, struct rh_backtest *self)
{
    struct rh_history history;
    struct rh_error error = {0};
    struct rh_backtest_options options = rh_backtest_defaults();
    make(&history, partners, months, of);
    options.holdout = holdout;
    options.replications = 128;
    if (rh_backtest_run(self, &history, &options, NULL, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
    for (int of_what = 0; of_what < RH_NUM_BACKTEST_OF; of_what++) {
        for (int span = 0; span < RH_NUM_BACKTEST_SPANS; span++) {
            assert_true(self->score[of_what][span].num > 0);
            expect_sound(&self->score[of_what][span]);
        }
    }
    for (size_t k = 0; k < self->num_segments; k++) {
        expect_sound(&self->segment_score[k]);
    }
    assert_true(isfinite(self->newcomers));
    rh_history_free(&history);
}

static void little_to_learn_from(void **state)
{
    static const struct {
        int partners, months, holdout;
        sales *of;
    } cases[] = {
        {1, 36, 12, ordinary}, {5, 13, 1, ordinary},       {1, 13, 1, constant},          {5, 36, 12, constant},
        {10, 36, 12, giant},   {20, 36, 12, intermittent}, {5, 36, 12, returns_outweigh}, {5, 36, 12, stops},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct rh_backtest self;
        judge(cases[k].partners, cases[k].months, cases[k].holdout, cases[k].of, &self);
        rh_backtest_free(&self);
    }
}

/* Nothing happens in the holdout: nothing to hold scores against. */
static void nothing_happens(void **state)
{
    struct rh_backtest self;
    (void)state;
    judge(5, 36, 12, stops, &self);
    assert_true(self.score[RH_BACKTEST_TOTAL][RH_BACKTEST_HOLDOUT].outcome == 0.0);
    assert_true(isnan(rh_backtest_relative(&self.score[RH_BACKTEST_TOTAL][RH_BACKTEST_HOLDOUT], RH_FORECAST_MODEL)));
    rh_backtest_free(&self);
}

/* What never changes is forecast exactly by what costs nothing, and held by the model's ranges. */
static void constant_sales(void **state)
{
    struct rh_backtest self;
    (void)state;
    judge(5, 36, 12, constant, &self);
    const struct rh_backtest_score *year = &self.score[RH_BACKTEST_PARTNER][RH_BACKTEST_HOLDOUT];
    assert_true(rh_backtest_relative(year, RH_FORECAST_NAIVE) < 1e-9);
    assert_true(rh_backtest_relative(year, RH_FORECAST_RESAMPLED) < 1e-9);
    assert_true(rh_backtest_relative(year, RH_FORECAST_MODEL) < 0.1);
    assert_int_equal(year->covered[3], year->num);
    rh_backtest_free(&self);
}

static void expect_error(int partners, int months, sales *of, const char *message)
{
    struct rh_history history;
    struct rh_backtest self;
    struct rh_error error = {0};
    const struct rh_backtest_options options = rh_backtest_defaults();
    make(&history, partners, months, of);
    assert_int_equal(rh_backtest_run(&self, &history, &options, NULL, &error), RH_ERR_INPUT);
    assert_string_equal(error.message, message);
    rh_backtest_free(&self);
    rh_history_free(&history);
}

static void nothing_to_learn_from(void **state)
{
    (void)state;
    expect_error(5, 1, ordinary,
                 "the history has 1 month: to hold out 12 it needs 24, so that 12 are left to learn from");
    expect_error(5, 36, zeros, "before 2023-01: no partner of the history has sales to replay");
    expect_error(5, 36, late, "before 2023-01: no partner of the history has sales to replay");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(little_to_learn_from),
        cmocka_unit_test(nothing_happens),
        cmocka_unit_test(constant_sales),
        cmocka_unit_test(nothing_to_learn_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
