/* What is chosen of the baseline, on histories that were made with it: partners whose levels walk or stand still,
 * markets that grow alike every year or by surprise. */
#include "backtest/tune.h"
#include "build_history.h"
#include "core/rng.h"
#include "core/variates.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define PARTNERS 60

/* Standard deviations, of logarithms: of a level's step in a month, of a month around it, of the growth of the market
 * from one year to the next, which is drawn for each segment. */
struct world {
    int months;
    double walk, noise, growth;
    uint64_t seed;
};

static double draw(const struct world *world, const char *what, int who, int t)
{
    const struct rh_words words = rh_draw(world->seed, rh_entity(what), (uint32_t)who, RH_DRAW_MARKET, (uint32_t)t, 0);
    return rh_normal(rh_uniform(words.w[0]));
}

static void make(const struct world *world, struct rh_history *history)
{
    static const char *const segment[] = {"Big", "Small"}, *const region[] = {"East", "North", "West"};
    rh_history_init(history);
    for (int i = 0; i < PARTNERS; i++) {
        char id[16];
        double level = log(100.0);
        snprintf(id, sizeof id, "P%03d", i);
        build_partner(history, id, segment[i % 2], region[i % 3], RH_NO_DAY);
        for (int t = 0; t < world->months; t++) {
            char date[32];
            level += world->walk * draw(world, "walk", i, t) - 0.5 * world->walk * world->walk; /* mean 1 */
            level += world->growth / 12.0 * draw(world, "growth", i % 2, t / 12);
            const double sold = exp(level + world->noise * draw(world, "noise", i, t));
            snprintf(date, sizeof date, "%d-%02d-15", 2020 + t / 12, t % 12 + 1);
            build_event(history, id, date, "revenue", "alpha", 10000, (rh_money)llround(sold * 1e4), RH_MISSING);
        }
    }
    assert_int_equal(rh_history_finish(history, NULL), RH_OK);
}

static void tune(const struct world *world, size_t most_partners, struct rh_tune *self)
{
    struct rh_history history;
    struct rh_error error = {0};
    struct rh_tune_options options = rh_tune_defaults();
    const struct rh_tuning tuning = rh_tuning_defaults();
    options.most_partners = most_partners;
    make(world, &history);
    if (rh_tune_run(self, &history, &tuning, &options, NULL, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
    rh_history_free(&history);
}

/* Levels that stand still are learned from many months and are known; levels that walk from few, and are not. */
static void levels(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct rh_tune still, walking;
        tune(&(struct world){.months = 42, .noise = 0.3, .seed = seed}, 1000, &still);
        tune(&(struct world){.months = 42, .noise = 0.05, .walk = 0.2, .seed = seed}, 1000, &walking);
        assert_int_equal(still.num_origins, 3);
        assert_int_equal(still.holdout, 12);
        assert_int_equal(still.partners, PARTNERS);
        assert_true(still.tuning.level_half_life >= 6.0);
        assert_true(still.tuning.level_walk <= 0.03);
        assert_true(walking.tuning.level_half_life <= 1.5);
        assert_true(walking.tuning.level_walk >= 0.06);
        assert_true(still.choice[RH_TUNED_LEVEL_WALK].gain >= RH_TUNE_LEAST_GAIN);
        assert_true(still.choice[RH_TUNED_LEVEL_WALK].before == 0.06);
        assert_true(still.choice[RH_TUNED_LEVEL_WALK].after == still.tuning.level_walk);
    }
}

/* Growth that differs from year to year makes the next year uncertain. */
static void growth(void **state)
{
    (void)state;
    double sure = 0.0, unsure = 0.0;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct rh_tune self;
        tune(&(struct world){.months = 60, .noise = 0.1, .seed = seed}, 1000, &self);
        sure = fmax(sure, self.tuning.growth_sd);
        tune(&(struct world){.months = 60, .noise = 0.1, .growth = 0.3, .seed = seed}, 1000, &self);
        unsure += self.tuning.growth_sd / 3.0;
    }
    assert_true(sure < 0.06);
    assert_true(unsure > 0.12 && unsure < 0.5);
}

/* The same again, and of fewer partners where not all are wanted. */
static void draws(void **state)
{
    (void)state;
    struct rh_tune self, again;
    const struct world world = {.months = 24, .noise = 0.2, .seed = 5};
    tune(&world, 20, &self);
    tune(&world, 20, &again);
    assert_true(self.partners > 10 && self.partners < 32);
    assert_int_equal(self.holdout, 6);
    assert_memory_equal(&self.choice, &again.choice, sizeof self.choice);
    assert_true(self.choice[RH_TUNED_SEASON_BELIEF].gain == 0.0); /* two years do not tell */
}

static void too_short(void **state)
{
    (void)state;
    struct rh_tune self;
    const struct rh_tuning tuning = rh_tuning_defaults();
    tune(&(struct world){.months = 14, .noise = 0.2, .seed = 1}, 1000, &self);
    assert_int_equal(self.num_origins, 0);
    assert_int_equal(self.trials, 0);
    for (int k = 0; k < RH_NUM_TUNED; k++) {
        assert_true(self.choice[k].after == rh_tuning_value(&tuning, (enum rh_tuned)k));
    }
    tune(&(struct world){.months = 15, .noise = 0.2, .seed = 1}, 1000, &self);
    assert_int_equal(self.num_origins, 1);
    assert_int_equal(self.holdout, 3);
}

/* Nothing sold, or nothing before the first origin. */
static void nothing(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        struct rh_history history;
        struct rh_tune self;
        const struct rh_tune_options options = rh_tune_defaults();
        const struct rh_tuning tuning = rh_tuning_defaults();
        rh_history_init(&history);
        build_partner(&history, "A", "Big", "North", RH_NO_DAY);
        for (int t = 0; t < 24; t++) {
            char date[32];
            snprintf(date, sizeof date, "%d-%02d-15", 2020 + t / 12, t % 12 + 1);
            build_event(&history, "A", date, "revenue", "alpha", 10000, late > 0 && t == 23 ? 10000 : 0, RH_MISSING);
        }
        assert_int_equal(rh_history_finish(&history, NULL), RH_OK);
        assert_int_equal(rh_tune_run(&self, &history, &tuning, &options, NULL, NULL), RH_OK);
        assert_int_equal(self.num_origins, 0);
        assert_true(self.tuning.growth_sd == tuning.growth_sd);
        rh_history_free(&history);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(levels), cmocka_unit_test(growth), cmocka_unit_test(draws),
                                       cmocka_unit_test(too_short), cmocka_unit_test(nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
