/* Lives, levels and their uncertainty against plain definitions: who is regular, what a rhythm is worth, silence. */
#include "core/variates.h"
#include "support/baseline.h"

#include "support/random_schedule.h"

/* One that sells every month: sales over what season would have of a level of 1, both weighted, half-life 3 months. */
static void test_regular_level(void **state)
{
    struct rehearsal self;
    uint64_t random = 3;
    double sold[36], sum = 0.0, weight = 0.0;
    (void)state;
    begin(&self);
    partner(&self, "A", "S", RH_NO_DAY);
    for (int t = 0; t < 36; t++) {
        sold[t] = floor(100.0 + 100.0 * random_uniform(&random) + 5.0 * t);
        sale(&self, "A", t, "x", sold[t]);
    }
    learn(&self, 0, NULL);
    rehearsal_bind(&self);
    for (int t = 0; t < 36; t++) {
        const double w = pow(0.5, (35 - t) / 3.0);
        sum += w * sold[t] * 1e4;
        weight += w * self.baseline.season[0].factor[t % 12];
    }
    assert_true(fabs(self.baseline.level[0] / (sum / weight) - 1.0) < 1e-12);
    check_run(&self);
    rehearsal_free(&self);
}

/* One that sells every fourth month: posterior frequency times the size of a sale without its season, not the last
 * months' mean. Sizes move with the sales: each weighs half as much as one three sales later. A second product in five
 * of its nine purchases has five ninths of the frequency. */
static void test_intermittent_level(void **state)
{
    struct rehearsal self;
    const struct rh_life_record record = {35, 8, 32};
    double size[2] = {0.0, 0.0}, recent = 0.0, weight = 0.0, lately = 0.0, weights = 0.0, sold[2] = {0.0, 0.0},
           usual[2] = {0.0, 0.0};
    (void)state;
    begin(&self);
    partner(&self, "A", "S", RH_NO_DAY);
    for (int t = 0; t < 33; t += 4) {
        sale(&self, "A", t, "x", 100.0 + 4 * t);
        if (t % 8 == 0) {
            sale(&self, "A", t, "y", 40.0);
        }
    }
    sale(&self, "A", 35, "x", -5.0); /* the history goes on for three months */
    learn(&self, 0, NULL);
    self.study.phase = 1;
    rehearsal_bind(&self);
    assert_memory_equal(&self.baseline.record[0], &record, sizeof record);
    for (int t = 0; t < 33; t += 4) {
        size[0] += (100.0 + 4 * t) * 1e4 / self.baseline.season[0].factor[t % 12] / 9.0;
        recent += (100.0 + 4 * t) * 1e4 / self.baseline.season[0].factor[t % 12] * pow(0.5, (32 - t) / 12.0);
        weight += pow(0.5, (32 - t) / 12.0);
        lately += t % 8 == 0 ? 40e4 / self.baseline.season[1].factor[t % 12] * pow(0.5, (32 - t) / 24.0) : 0.0;
        weights += t % 8 == 0 ? pow(0.5, (32 - t) / 24.0) : 0.0;
        size[1] += t % 8 == 0 ? 40e4 / self.baseline.season[1].factor[t % 12] / 5.0 : 0.0;
        sold[0] += (100.0 + 4 * t) * 1e4;
        sold[1] += t % 8 == 0 ? 40e4 : 0.0;
    }
    for (int t = 0; t < 33; t++) {
        usual[0] += self.baseline.season[0].factor[t % 12];
        usual[1] += self.baseline.season[1].factor[t % 12];
    }
    /* level over the span, corrected to the frequency believed; the size is its own, there being no peer to lean on */
    const double frequency = rh_life_frequency(self.baseline.life[0], record);
    const double first = sold[0] / usual[0] * frequency / (9.0 / 33.0) * (recent / weight / size[0]);
    const double second = sold[1] / usual[1] * (frequency * 5.0 / 9.0) / (5.0 / 33.0) * (lately / weights / size[1]);
    assert_true(recent / weight > 1.05 * size[0] && size[1] > 0.0);
    assert_true(fabs(self.baseline.level[0] / first - 1.0) < 1e-12);
    assert_true(fabs(self.baseline.level[1] / second - 1.0) < 1e-12);
    check_run(&self);
    rehearsal_free(&self);
}

/* One partner that bought for 100 in the months marked x, of a history of as many months. */
static void learn_one(struct rehearsal *self, const char *months, int phase)
{
    const int H = (int)strlen(months);
    begin(self);
    partner(self, "A", "S", RH_NO_DAY);
    for (int t = 0; t < H; t++) {
        if (months[t] == 'x') {
            sale(self, "A", t, "x", 100.0);
        }
    }
    sale(self, "A", H - 1, "x", -1.0); /* a return is no sale, but the history lasts */
    learn(self, 0, NULL);
    self->study.phase = phase;
    rehearsal_bind(self);
}

/* Lives are told in periods of the order rhythm, counted back from the history's end. */
static void test_life_in_periods(void **state)
{
    static const struct {
        const char *months;
        int phase;
        struct rh_life_record record;
    } cases[] = {
        {"x..x..x..x..x..", 3, {4, 4, 4}}, /* two months of silence are none */
        {"x..x..x..x..x.....", 3, {5, 4, 4}},
        {"x..x..x..x..x......", 3, {6, 4, 4}},
        {"x..x..x..x..x..", 1, {14, 4, 12}},
        {"x..x..x..x..x..", 2, {7, 4, 6}},
        {"x..............", 3, {4, 0, 0}},
        {"..............x", 3, {0, 0, 0}},
        {"xxxxxxxxxxxxxxx", 3, {4, 4, 4}},
        {"x", 12, {0, 0, 0}},
        {"x.xx..x", 12, {0, 0, 0}},
        {"x...........x", 12, {1, 1, 1}}, /* the first period is one month short of 12 */
        {"x.............", 3, {4, 0, 0}}, /* or has two months */
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct rehearsal self;
        learn_one(&self, cases[k].months, cases[k].phase);
        assert_memory_equal(&self.baseline.record[0], &cases[k].record, sizeof cases[k].record);
        for (int ahead = 0; ahead < 7; ahead++) {
            const double survival = rh_baseline_survival(&self.baseline, 0, ahead);
            const double lives = rh_life_survival(self.baseline.life[0], &self.baseline.leaving,
                                                  self.baseline.record[0], (ahead + 1.0) / cases[k].phase);
            assert_true(survival == self.baseline.alive[0] * lives && lives > 0.0);
        }
        check_run(&self);
        rehearsal_free(&self);
    }
}

/* A rhythm of quarters: the frequency believed is of quarters, and of a month a third of it. */
static void test_level_of_a_rhythm(void **state)
{
    struct rehearsal self;
    (void)state;
    learn_one(&self, "x..x..x..x..x..x..x..x..x..x..x..x..", 3);
    const double frequency = rh_life_frequency(self.baseline.life[0], (struct rh_life_record){11, 11, 11});
    double usual = 0.0, size = 0.0, recent = 0.0, weight = 0.0;
    for (int t = 0; t < 34; t++) {
        usual += self.baseline.season[0].factor[t % 12];
    }
    for (int t = 0; t < 34; t += 3) {
        const double w = pow(0.5, (33 - t) / 9.0), sold = 1e6 / self.baseline.season[0].factor[t % 12];
        size += sold / 12.0;
        recent += w * sold;
        weight += w;
    }
    const double expected = 12e6 / usual * (frequency / 3.0) / (12.0 / 34.0) * (recent / weight / size);
    assert_true(fabs(self.baseline.level[0] / expected - 1.0) < 1e-12);
    rehearsal_free(&self);
}

/* Three months in a row are no regular buyer yet: a quarter of its level is the weighted mean, the rest the frequency
 * of its life, which a long silence lowers. A year in a row is. */
static void test_regular_needs_a_year(void **state)
{
    static const struct {
        const char *months;
        double regular, first, sales;
    } cases[] = {{"x..............................................", 1.0 / 12.0, 0.0, 1.0},
                 {".........xxx........................", 0.25, 9.0, 3.0},
                 {"......xxxxxxxxxxxx..................", 1.0, 6.0, 12.0}};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct rehearsal self;
        double sold = 0.0, weight = 0.0;
        learn_one(&self, cases[k].months, 1);
        const struct rh_baseline *b = &self.baseline;
        const int H = (int)strlen(cases[k].months), last = (int)(cases[k].first + cases[k].sales) - 1;
        double usual = 0.0;
        for (int t = (int)cases[k].first; t < H; t++) {
            const double w = pow(0.5, (H - 1 - t) / 3.0) * (t > last ? b->alive[0] : 1.0);
            sold += t <= last ? w * 1e6 : 0.0;
            weight += w * b->season[0].factor[t % 12];
            usual += t <= last ? b->season[0].factor[t % 12] : 0.0;
        }
        double size = 0.0, recent = 0.0, weights = 0.0;
        for (int t = (int)cases[k].first; t <= last; t++) {
            const double w = pow(0.5, (last - t) / 3.0);
            size += 1e6 / b->season[0].factor[t % 12] / cases[k].sales;
            recent += w * 1e6 / b->season[0].factor[t % 12];
            weights += w;
        }
        const double rare =
            cases[k].sales * 1e6 / usual * rh_life_frequency(b->life[0], b->record[0]) * (recent / weights / size);
        const double expected = cases[k].regular * sold / weight + (1.0 - cases[k].regular) * rare;
        assert_true(fabs(b->level[0] / expected - 1.0) < 1e-12);
        check_run(&self);
        rehearsal_free(&self);
    }
}

/* The months after the last sale lower a level as far as the partner was alive in them: between the mean to the last
 * sale, which ends with a month that has one, and the mean to the history's end. */
static void test_silence_at_the_end(void **state)
{
    struct rehearsal self;
    double to_last = 0.0, to_end = 0.0;
    (void)state;
    learn_one(&self, "xxxx.xxxx.xxxx.xxxx.xxxx.xxxx.xxxxx..", 1);
    const struct rh_baseline *b = &self.baseline;
    double sold = 0.0, before = 0.0, after = 0.0;
    for (int t = 0; t < 37; t++) {
        const double w = pow(0.5, (36 - t) / 3.0) * b->season[0].factor[t % 12];
        sold += self.panel.gross[t] > 0.0 ? pow(0.5, (36 - t) / 3.0) * 1e6 : 0.0;
        *(t > 34 ? &after : &before) += w;
    }
    to_last = sold / before;
    to_end = sold / (before + after);
    assert_true(b->alive[0] > 0.05 && b->alive[0] < 0.95);
    assert_true(fabs(b->level[0] / (sold / (before + b->alive[0] * after)) - 1.0) < 1e-12);
    assert_true(b->level[0] > 1.02 * to_end && b->level[0] < 0.98 * to_last);
    rehearsal_free(&self);
}

/* Variance of the level: of constant sales what the walk adds by itself, by hand from the definition; an intermittent
 * buyer's by the sales that tell, and how much of it is how often it buys; without a walk or noise none. */
static void test_level_variance(void **state)
{
    struct rehearsal self;
    double weight = 0.0, missed = 0.0;
    (void)state;
    learn_one(&self, "xxxxxxxxxxxxxxxxxxxxxxxx", 1);
    for (int step = 1; step < 24; step++) { /* the step into this month is not in what weighs before it */
        double before = 0.0;
        for (int t = 0; t < step; t++) {
            before += pow(0.5, (23 - t) / 3.0);
        }
        missed += before * before;
    }
    for (int t = 0; t < 24; t++) {
        weight += pow(0.5, (23 - t) / 3.0);
    }
    assert_true(fabs(self.baseline.level_variance[0] / (0.0036 * missed / (weight * weight)) - 1.0) < 1e-9);
    struct rh_tuning tuning = rh_tuning_defaults();
    struct rh_baseline other;
    tuning.level_walk = 0.0;
    assert_int_equal(rh_baseline_init(&other, &self.panel, &self.history, &tuning, NULL), RH_OK);
    assert_true(other.level_variance[0] < 1e-12);
    assert_true(self.baseline.rarity[0] == 0.0 && other.rarity[0] == 0.0); /* regular */
    rh_baseline_free(&other);
    rehearsal_free(&self);

    static const char rare[] = "x..x.x....x.x...x..x..x.x....x..xx"; /* 12 sales in 34 months */
    double sum = 0.0, squares = 0.0;
    learn_one(&self, rare, 1);
    for (int k = 0; k < 12; k++) {
        sum += pow(0.5, k / 3.0);
        squares += pow(0.25, k / 3.0);
    }
    const double months = 34.0 * sum * sum / squares / 12.0;
    tuning.level_walk = 0.0;
    assert_int_equal(rh_baseline_init(&other, &self.panel, &self.history, &tuning, NULL), RH_OK);
    const double noise = other.level_variance[0] * months;
    assert_true(other.cv[0] < 1.5 && fabs(sqrt(noise) / other.cv[0] - 1.0) < 1e-9);
    assert_true(fabs(self.baseline.level_variance[0] / (noise / months + 0.0036 * months / 3.0) - 1.0) < 1e-9);
    const double often = rh_life_frequency_error(self.baseline.life[0], self.baseline.record[0]);
    const double level = sqrt(self.baseline.level_variance[0]);
    assert_true(often < level && fabs(self.baseline.rarity[0] - often / level) < 1e-12);
    rh_baseline_free(&other);
    rehearsal_free(&self);
}

/* Partners whose months are `lasting` like those before, learned without a walk. */
static void learn_lasting(struct rehearsal *self, double lasting)
{
    uint64_t random = 3;
    begin(self);
    for (int i = 0; i < 60; i++) {
        char id[16];
        double state = 0.0;
        snprintf(id, sizeof id, "P%02d", i);
        partner(self, id, "Reseller", RH_NO_DAY);
        for (int t = -20; t < 60; t++) {
            state = lasting * state + sqrt(1.0 - lasting * lasting) * rh_normal(rehearsal_uniform(&random));
            if (t >= 0) {
                sale(self, id, t, "alpha", 1000.0 * exp(0.2 * state));
            }
        }
    }
    learn(self, 0, NULL);
    rehearsal_bind(self);
}

/* How much a month depends on the one before is found, and makes the level the less certain, by the double sum of the
 * definition. Standard error of the mean correlation: 1 / √(60 · 60) or less, and the logarithm's bend. */
static void test_lasting_months(void **state)
{
    static const double lasting[] = {0.0, 0.5};
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct rehearsal self;
        struct rh_baseline without;
        struct rh_tuning tuning = rh_tuning_defaults();
        double sum = 0.0, together = 0.0;
        tuning.level_walk = 0.0;
        learn_lasting(&self, lasting[k]);
        assert_int_equal(rh_baseline_init(&without, &self.panel, &self.history, &tuning, NULL), RH_OK);
        const double r = without.lasting;
        assert_true(fabs(r - lasting[k]) < 3.0 / 60.0 + 0.02);
        for (int t = 0; t < 60; t++) {
            sum += pow(0.5, (59 - t) / 3.0);
            for (int u = 0; u < 60; u++) {
                together += pow(0.5, (59 - t) / 3.0) * pow(0.5, (59 - u) / 3.0) * pow(r, abs(t - u));
            }
        }
        const double noise = pow(without.cv[7], 2.0) * (1.0 - 1.0 / 60.0) / (1.0 - (1.0 + r) / (1.0 - r) / 60.0);
        assert_true(fabs(without.level_variance[7] / (noise * together / (sum * sum)) - 1.0) < 1e-9);
        rh_baseline_free(&without);
        rehearsal_free(&self);
    }
}

/* Nothing overflows or vanishes in a history that is long for the half-life, however likely it is that one left. */
static void test_long_silence(void **state)
{
    static const double half_lives[] = {0.05, 3.0, 1e6};
    (void)state;
    for (int gone = 0; gone < 2; gone++) {
        struct rehearsal self;
        begin(&self);
        partner(&self, "A", "S", RH_NO_DAY);
        partner(&self, "B", "S", RH_NO_DAY);
        for (int t = 0; t < 600; t++) {
            sale(&self, "A", t, "x", 100.0);
            if (t < (gone == 1 ? 100 : 596)) {
                sale(&self, "B", t, "x", 100.0);
            }
        }
        learn(&self, 0, NULL);
        rehearsal_bind(&self);
        for (size_t k = 0; k < 3; k++) {
            struct rh_tuning tuning = rh_tuning_defaults();
            struct rh_baseline baseline;
            tuning.level_half_life = half_lives[k];
            assert_int_equal(rh_baseline_init(&baseline, &self.panel, &self.history, &tuning, NULL), RH_OK);
            for (int i = 0; i < 2; i++) {
                assert_true(isfinite(baseline.level[i]) && isfinite(baseline.level_variance[i]));
                assert_true(baseline.level[i] >= 0.0 && baseline.level[i] <= 1.1e6);
            }
            rh_baseline_free(&baseline);
        }
        rehearsal_free(&self);
    }
}

/* A product that sells half of the year, in a channel that sells it alike: the year that is expected is the year that
 * was. */
static void test_seasonal_level(void **state)
{
    struct rehearsal self;
    uint64_t random = 5;
    double last_year = 0.0, expected = 0.0;
    (void)state;
    begin(&self);
    for (int i = 0; i < 20; i++) {
        char id[8];
        snprintf(id, sizeof id, "P%02d", i);
        partner(&self, id, "S", RH_NO_DAY);
        for (int t = 0; t < 36; t++) {
            bool summer = t % 12 >= 3 && t % 12 < 9;
            double amount = floor(summer ? 1000.0 + 200.0 * random_uniform(&random) : 0.0);
            sale(&self, id, t, "winter tires", floor(300.0 + 50.0 * random_uniform(&random)));
            if (summer) {
                sale(&self, id, t, "ice", amount);
            }
            last_year += t >= 24 ? amount * 1e4 : 0.0;
        }
    }
    learn(&self, 0, NULL);
    rehearsal_bind(&self);
    for (size_t s = 0; s < self.plan.num_series; s++) {
        for (int t = 0; t < 12 && strcmp(self.plan.driver[self.plan.series_driver[s]].name, "revenue/ice") == 0; t++) {
            expected += self.plan.mean[s * 12 + (size_t)t];
        }
    }
    assert_true(fabs(expected / last_year - 1.0) < 0.05);
    rehearsal_free(&self);
}

/* The level of a leaver is that of its life, not of the silence after it; being gone is told by `alive`. */
static void test_leaver(void **state)
{
    struct rehearsal self;
    char id[8];
    (void)state;
    begin(&self);
    for (int i = 0; i < 12; i++) {
        snprintf(id, sizeof id, "P%02d", i);
        partner(&self, id, "S", RH_NO_DAY);
        for (int t = 0; t < (i == 0 ? 20 : 36); t++) {
            sale(&self, id, t, "x", 100.0);
        }
    }
    learn(&self, 0, NULL);
    rehearsal_bind(&self);
    assert_true(fabs(self.baseline.level[0] / 1e6 - 1.0) < 0.05);
    assert_true(self.baseline.alive[0] < 0.05 && self.baseline.alive[1] == 1.0);
    assert_true(rh_baseline_survival(&self.baseline, 0, 0) < self.baseline.alive[0]);
    for (int t = 0; t < 12; t++) {
        const double survival = rh_baseline_survival(&self.baseline, 1, t);
        assert_true(survival ==
                    rh_life_survival(self.baseline.life[1], &self.baseline.leaving, self.baseline.record[1], t + 1));
        assert_true(self.plan.partner[1].alive[t] == survival);
    }
    check_run(&self);
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_regular_level),        cmocka_unit_test(test_intermittent_level),
        cmocka_unit_test(test_life_in_periods),      cmocka_unit_test(test_level_of_a_rhythm),
        cmocka_unit_test(test_regular_needs_a_year), cmocka_unit_test(test_silence_at_the_end),
        cmocka_unit_test(test_level_variance),       cmocka_unit_test(test_long_silence),
        cmocka_unit_test(test_seasonal_level),       cmocka_unit_test(test_leaver),
        cmocka_unit_test(test_lasting_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
