/* A backtest by hand: partners of constant sales that double when they are held out, so that every free forecast is off
 * by what they sold before; one that comes later and is not forecast; origins as the history has room for them. */
#include "backtest/backtest.h"
#include "support/constant.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MONTHS 40

static void sell(struct rh_history *history, const char *partner, int t, double amount)
{
    char date[RH_DAY_TEXT];
    rh_month_format(rh_month_make(2020, 1) + t, date);
    strcat(date, "-15");
    build_event(history, partner, date, "revenue", "alpha", 10000, (rh_money)llround(amount * 1e4), RH_MISSING);
}

/* A and B of one segment, C of another: 100, 40 and 60 a month, doubled from month `doubles` on; D comes with it. */
static void make(struct rh_history *history, int months, int doubles)
{
    static const char *const id[] = {"A", "B", "C", "D"}, *const segment[] = {"Big", "Big", "Small", "Small"};
    static const double usual[] = {100.0, 40.0, 60.0, 100.0};
    rh_history_init(history);
    for (int i = 0; i < 4; i++) {
        build_partner(history, id[i], segment[i], i % 2 == 0 ? "North" : "South", RH_NO_DAY);
    }
    for (int t = 0; t < months; t++) {
        for (int i = 0; i < (t < doubles ? 3 : 4); i++) {
            sell(history, id[i], t, usual[i] * (t < doubles ? 1.0 : i < 3 ? 2.0 : 1.0));
        }
    }
    assert_int_equal(rh_history_finish(history, NULL), RH_OK);
}

static void run(struct rh_backtest *self, const struct rh_history *history, int holdout, int origins)
{
    struct rh_backtest_options options = rh_backtest_defaults();
    struct rh_error error = {0};
    options.holdout = holdout;
    options.origins = origins;
    options.replications = 200;
    if (rh_backtest_run(self, history, &options, NULL, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
}

static void expect(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9 * fabs(expected))) {
        fail_msg("%.12g is not %.12g", value, expected);
    }
}

/* Each free forecast says what was usual, and double of it happens. */
static void scores_of_what_is_free(void **state)
{
    (void)state;
    struct rh_history history;
    struct rh_backtest self;
    make(&history, MONTHS, MONTHS - 12);
    run(&self, &history, 12, 1);
    assert_int_equal(self.num_origins, 1);
    assert_int_equal(self.origin[0], rh_month_make(2020, 1) + MONTHS - 12);
    assert_int_equal(self.num_partners, 3);
    assert_int_equal(self.options.replications, 256); /* whole blocks */
    const struct rh_backtest_score *month = &self.score[RH_BACKTEST_PARTNER][RH_BACKTEST_MONTH];
    const struct rh_backtest_score *holdout = &self.score[RH_BACKTEST_PARTNER][RH_BACKTEST_HOLDOUT];
    assert_int_equal(month->num, 36);
    assert_int_equal(holdout->num, 3);
    expect(month->outcome, 12.0 * 400.0);
    expect(holdout->outcome, 12.0 * 400.0);
    for (int k = RH_FORECAST_RESAMPLED; k <= RH_FORECAST_NAIVE; k++) {
        expect(month->crps[k], 12.0 * 200.0);
        expect(rh_backtest_relative(holdout, (enum rh_forecaster)k), 0.5);
        for (int of = 0; of < RH_NUM_BACKTEST_OF; of++) {
            expect(rh_backtest_relative(&self.score[of][RH_BACKTEST_HOLDOUT], (enum rh_forecaster)k), 0.5);
        }
    }
    assert_int_equal(self.score[RH_BACKTEST_SEGMENT][RH_BACKTEST_MONTH].num, 24);
    assert_int_equal(self.score[RH_BACKTEST_TOTAL][RH_BACKTEST_HOLDOUT].num, 1);
    expect(self.newcomers, 100.0 / 500.0);
    expect(self.segment_score[0].outcome + self.segment_score[1].outcome, month->outcome);
    assert_int_equal(month->covered[3], 0); /* twice the usual is beyond any of the model's futures */
    assert_int_equal(month->rank[RH_BACKTEST_BINS - 1], 36);
    rh_backtest_free(&self);
    rh_history_free(&history);
}

/* What goes on as it was is within the model's intervals. */
static void what_goes_on_is_held(void **state)
{
    (void)state;
    struct rh_history history;
    struct rh_backtest self;
    make(&history, MONTHS, MONTHS);
    run(&self, &history, 6, 9);
    const struct rh_backtest_score *month = &self.score[RH_BACKTEST_PARTNER][RH_BACKTEST_MONTH];
    assert_int_equal(self.num_origins, 8); /* 22, 19, … months after the first 12 */
    assert_int_equal(month->num, 8 * 3 * 6);
    assert_true(month->crps[RH_FORECAST_NAIVE] == 0.0);
    assert_int_equal(month->covered[2], month->num);
    expect(self.newcomers, 0.0);
    size_t ranked = 0;
    for (int bin = 0; bin < RH_BACKTEST_BINS; bin++) {
        ranked += month->rank[bin];
    }
    assert_int_equal(ranked, month->num);
    rh_backtest_free(&self);
    rh_history_free(&history);
}

/* Months in which nothing was sold are not held because all futures are the same: as many are as the interval says. */
static void ties_are_held_by_chance(void **state)
{
    (void)state;
    char id[] = "Q00";
    struct rh_history history;
    struct rh_backtest self;
    rh_history_init(&history);
    build_partner(&history, "A", "Big", "North", RH_NO_DAY);
    for (int i = 0; i < 60; i++) {
        id[1] = (char)('0' + i / 10);
        id[2] = (char)('0' + i % 10);
        build_partner(&history, id, "Big", "North", RH_NO_DAY);
        build_event(&history, id, "2020-02-15", "training", "", 10000, RH_MISSING, RH_MISSING); /* known, never sells */
    }
    for (int t = 0; t < MONTHS; t++) {
        sell(&history, "A", t, 100.0);
    }
    assert_int_equal(rh_history_finish(&history, NULL), RH_OK);
    run(&self, &history, 12, 2);
    const struct rh_backtest_score *month = &self.score[RH_BACKTEST_PARTNER][RH_BACKTEST_MONTH];
    const double num = (double)month->num;
    assert_int_equal(month->num, 2 * 12 * 61);
    for (int k = 0; k < RH_BACKTEST_INTERVALS; k++) {
        const double share = rh_backtest_interval[k], error = sqrt(share * (1.0 - share) / num);
        assert_true(fabs((double)month->covered[k] / num - share) < 4.0 * error);
    }
    rh_backtest_free(&self);
    rh_history_free(&history);
}

/* What comes after the origin is not looked at: it may be anything, and the forecast is the same. */
static void the_future_is_not_known(void **state)
{
    (void)state;
    struct rh_history same, doubled;
    struct rh_backtest a, b;
    make(&same, MONTHS, MONTHS);
    make(&doubled, MONTHS, MONTHS - 12);
    run(&a, &same, 12, 1);
    run(&b, &doubled, 12, 1);
    const struct rh_backtest_score *one = &a.score[RH_BACKTEST_TOTAL][RH_BACKTEST_HOLDOUT];
    const struct rh_backtest_score *other = &b.score[RH_BACKTEST_TOTAL][RH_BACKTEST_HOLDOUT];
    /* All members are below 2400 and 4800 alike or not at all, so what is added to the outcome is added to the score.
     */
    assert_true(other->crps[RH_FORECAST_MODEL] - one->crps[RH_FORECAST_MODEL] > 2000.0);
    assert_true(other->crps[RH_FORECAST_MODEL] - one->crps[RH_FORECAST_MODEL] <= 2400.0);
    rh_backtest_free(&a);
    rh_backtest_free(&b);
    rh_history_free(&same);
    rh_history_free(&doubled);
}

static void too_short_is_an_error(void **state)
{
    (void)state;
    struct rh_history history;
    struct rh_backtest self;
    struct rh_error error = {0};
    const struct rh_backtest_options options = rh_backtest_defaults();
    make(&history, 23, 23);
    assert_int_equal(rh_backtest_run(&self, &history, &options, NULL, &error), RH_ERR_INPUT);
    assert_string_equal(error.message, "the history has 23 months: to hold out 12 it needs 24, so that 12 are left to "
                                       "learn from");
    rh_backtest_free(&self);
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_of_what_is_free),  cmocka_unit_test(what_goes_on_is_held),
        cmocka_unit_test(ties_are_held_by_chance), cmocka_unit_test(the_future_is_not_known),
        cmocka_unit_test(too_short_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
