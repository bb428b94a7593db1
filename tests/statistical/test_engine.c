/* What the engine draws, against closed forms: the baseline's mean, markets, levels, lives, blocks. */
#include "support/steady.h"

#include "core/variates.h"
#include "stats/summary.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

/* Expected net revenue of month t under no program, from what the plan holds: mean × source's ratio and returns over
 * all sources, alive, growth. */
static double expected_month(const struct rehearsal *self, const double *weight, int t)
{
    const struct rh_plan *plan = &self->plan;
    const size_t H = (size_t)plan->history_months, T = (size_t)plan->num_months;
    double sum = 0.0;
    for (int i = 0; i < plan->num_partners; i++) {
        const struct rh_plan_partner *partner = &plan->partner[i];
        for (size_t s = partner->first_series; s < partner->first_series + (size_t)partner->num_series; s++) {
            const struct rh_view_table *view = &plan->views[s * (size_t)plan->num_views];
            double average = 0.0;
            for (size_t h = 0; h < H; h++) {
                const double net = view->constant ? view->conversion : plan->table[view->ratio + h];
                const double lone = view->constant || view->lone == RH_NO_VIEW ? 0.0 : plan->table[view->lone + h];
                average += weight[(size_t)t * H + h] * (plan->ratio[s * H + h] * net + lone);
            }
            if (plan->driver[plan->series_driver[s]].kind == RH_DRIVER_REVENUE) {
                sum += plan->mean[s * T + (size_t)t] * average * partner->alive[t] * 1e-4;
            }
        }
    }
    return sum * pow(1.0 + plan->growth, (t + 1) / 12.0);
}

/* Under no program the mean is the baseline's: in total, and month by month (floats). 40,000 replications of the small
 * channel, everything random that can be. */
static void test_mean_is_the_baseline(void **state)
{
    struct rehearsal self;
    double weight[12 * 36], expected = 0.0;
    (void)state;
    rehearsal_init(&self, 24, NULL, 0, NULL);
    self.study.replications = 40000;
    self.study.outlook_growth = 0.05;
    rehearsal_bind(&self);
    rehearsal_run(&self, 2);
    rh_replay_weights(&self.plan.replay, 12, weight);
    double *month = rh_calloc(40000, sizeof *month);
    for (int t = 0; t < 12; t++) {
        const double mean = expected_month(&self, weight, t);
        const size_t row = (size_t)(rh_cut_place(RH_CUT_MONTH, RH_KPI_REVENUE) * 12 + t);
        for (size_t r = 0; r < 40000; r++) {
            month[r] = (double)self.cut[RH_CUT_MONTH][row * 40000 + r];
        }
        const struct moments found = moments_of(month, 40000);
        assert_true(fabs(found.mean - mean) < BOUND * found.error);
        expected += mean;
    }
    const struct moments found = moments_of(rehearsal_kpi(&self, 0, RH_KPI_REVENUE), 40000);
    assert_true(fabs(found.mean - expected) < BOUND * found.error);
    assert_true(found.error < 0.005 * expected); /* or nothing is tested */
    free(month);
    rehearsal_free(&self);
}

/* Expected count of certifications, rounding and all, by a program that counts them and moves nobody. */
static void test_mean_of_counts(void **state)
{
    static const char program[] = "rehearse: program/1\nname: counts\ncurrency: USD\nincentives:\n  - name: C\n"
                                  "    behavior: {measure: certifications}\n    window: year\n"
                                  "    reward: {levels: [{from: 0, per_unit: 1}]}\n";
    const char *const programs[] = {program};
    struct rehearsal self;
    double weight[12 * 36], expected = 0.0;
    (void)state;
    rehearsal_init(&self, 24, NULL, 1, programs);
    self.study.replications = 20000;
    rh_assumptions_set(&self.assumptions, RH_PARAM_NULL_PROGRAM, 1.0);
    rehearsal_bind(&self);
    rehearsal_run(&self, 2);
    rh_replay_weights(&self.plan.replay, 12, weight);
    for (int i = 0; i < self.plan.num_partners; i++) {
        const struct rh_plan_partner *partner = &self.plan.partner[i];
        for (size_t s = partner->first_series; s < partner->first_series + (size_t)partner->num_series; s++) {
            for (int t = 0; t < 12 && self.plan.driver[self.plan.series_driver[s]].kind == RH_DRIVER_ACTIVITY; t++) {
                for (size_t h = 0; h < 36; h++) {
                    expected += weight[(size_t)t * 36 + h] * self.plan.ratio[s * 36 + h] * partner->alive[t] *
                                self.plan.mean[s * 12 + (size_t)t] * 1e-4 * pow(1.02, (t + 1) / 12.0);
                }
            }
        }
    }
    const struct moments found = moments_of(rehearsal_kpi(&self, 1, RH_KPI_EARNED), 20000);
    assert_true(fabs(found.mean - expected) < BOUND * found.error);
    rehearsal_free(&self);
}

/* A market of its own: constant sales, one group, so that revenue is a sum of lognormals of one normal: mean, standard
 * deviation, and quantiles (each the same function of the normal's). */
static void test_lognormal_market(void **state)
{
    enum { R = 30000 };
    static const double levels[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    struct rehearsal self;
    double mean = 0.0, variance = 0.0;
    (void)state;
    steady(&self, 3, 1, 1000.0, 0, NULL, 0, NULL);
    self.study.replications = R;
    self.study.outlook_growth = 0.10;
    self.study.outlook_sd = 0.40;
    bind_immortal(&self);
    rehearsal_run(&self, 2);
    for (int t = 1; t <= 12; t++) {
        mean += 3000.0 * pow(1.1, t / 12.0);
        for (int u = 1; u <= 12; u++) {
            variance += 9e6 * pow(1.1, (t + u) / 12.0) * expm1(0.16 * t * u / 144.0);
        }
    }
    const struct moments found = moments_of(rehearsal_kpi(&self, 0, RH_KPI_REVENUE), R);
    assert_true(fabs(found.mean - mean) < BOUND * found.error);
    assert_true(fabs(found.sd - sqrt(variance)) < BOUND * found.sd_error);
    double *sorted = rh_calloc(R, sizeof *sorted);
    memcpy(sorted, rehearsal_kpi(&self, 0, RH_KPI_REVENUE), R * sizeof *sorted);
    rh_sort_numbers(sorted, R);
    for (size_t k = 0; k < 5; k++) {
        const double z = rh_normal(levels[k]);
        double quantile = 0.0;
        for (int t = 1; t <= 12; t++) {
            const double sd = 0.4 * t / 12.0;
            quantile += 3000.0 * pow(1.1, t / 12.0) * exp(sd * z - 0.5 * sd * sd);
        }
        int below = 0;
        while (below < R && sorted[below] <= quantile) {
            below++;
        }
        const double error = sqrt(R * levels[k] * (1.0 - levels[k]));
        assert_true(fabs(below - R * levels[k]) < BOUND * error);
    }
    free(sorted);
    rehearsal_free(&self);
}

/* Two groups share three quarters of the market's variance. */
static void test_market_is_shared(void **state)
{
    enum { R = 30000 };
    struct rehearsal self;
    (void)state;
    steady(&self, 2, 2, 1000.0, 0, NULL, 0, NULL);
    self.study.replications = R;
    self.study.horizon_months = 1;
    self.study.outlook_sd = 1.2; /* a tenth in the first month */
    bind_immortal(&self);
    rehearsal_run(&self, 2);
    const double variance = 2e6 * expm1(0.01) + 2e6 * expm1(0.0075);
    const struct moments found = moments_of(rehearsal_kpi(&self, 0, RH_KPI_REVENUE), R);
    assert_true(fabs(found.mean - 2000.0) < BOUND * found.error);
    assert_true(fabs(found.sd - sqrt(variance)) < BOUND * found.sd_error);
    rehearsal_free(&self);
}

/* What the seasons may be off by is drawn, lognormal of mean 1, for each calendar month: for each group, so that two
 * even out, and for all groups together, so that they do not. */
static void test_season_error(void **state)
{
    enum { R = 30000 };
    static const struct {
        double own, all;
    } cases[] = {{0.1, 0.0}, {0.0, 0.1}, {0.06, 0.08}};
    (void)state;
    for (size_t n = 0; n < 3; n++) {
        struct rehearsal self;
        const double own = cases[n].own * cases[n].own, all = cases[n].all * cases[n].all;
        steady(&self, 2, 2, 1000.0, 0, NULL, 0, NULL);
        self.study.replications = R;
        self.study.horizon_months = 2;
        bind_immortal(&self);
        for (int k = 0; k < 24; k++) {
            self.plan.season_error[k] = cases[n].own;
            self.plan.season_error_all[k % 12] = cases[n].all;
        }
        rehearsal_run(&self, 2);
        const struct moments found = moments_of(rehearsal_kpi(&self, 0, RH_KPI_REVENUE), R);
        const double variance = 4e6 * expm1(own + all) + 4e6 * expm1(all); /* of a group-month; of two groups' months */
        assert_true(fabs(found.mean - 4000.0) < BOUND * found.error);
        assert_true(fabs(found.sd - sqrt(variance)) < BOUND * found.sd_error);
        rehearsal_free(&self);
    }
}

/* Four partners with the same ups and downs: replayed together they add up, apart they even out. Variance of the total
 * in units of one partner's, when they always follow: everyone together 16; by region (two pairs) 8, by segment 8; each
 * for itself 4. What is beyond 4 is of pairs, both of which follow: it goes with the square of the share. */
static void test_together(void **state)
{
    enum { R = 20000 };
    static const double expected[] = {
        [RH_TOGETHER_ALL] = 16.0, [RH_TOGETHER_REGION] = 8.0, [RH_TOGETHER_SEGMENT] = 8.0, [RH_TOGETHER_PARTNER] = 4.0};
    (void)state;
    for (int k = 0; k < 8; k++) {
        const int together = k / 2;
        const double follow = k % 2 == 0 ? 1.0 : 0.6;
        struct rehearsal self;
        double mean = 0.0, variance = 0.0;
        steady(&self, 4, 4, 1000.0, 0, NULL, 0, NULL);
        self.study.replications = R;
        self.study.horizon_months = 1;
        self.study.phase = 1;
        self.study.together = (enum rh_together)together;
        self.study.follow = follow;
        bind_immortal(&self);
        for (int h = 0; h < 36; h++) {
            const double ratio = 1.0 + 0.01 * h;
            for (int i = 0; i < 4; i++) {
                self.plan.ratio[i * 36 + h] = ratio;
            }
            mean += ratio / 36.0;
            variance += ratio * ratio / 36.0;
        }
        variance -= mean * mean;
        rehearsal_run(&self, 2);
        const struct moments found = moments_of(rehearsal_kpi(&self, 0, RH_KPI_REVENUE), R);
        assert_true(fabs(found.mean - 4000.0 * mean) < BOUND * found.error);
        const double adds_up = 4.0 + (expected[together] - 4.0) * follow * follow;
        assert_true(fabs(found.sd - 1000.0 * sqrt(adds_up * variance)) < BOUND * found.sd_error);
        rehearsal_free(&self);
    }
}

/* Level uncertainty: a gamma factor of mean 1 and the variance that the plan says; the walk: a sum of steps. */
static void test_level(void **state)
{
    enum { R = 30000 };
    struct rehearsal self;
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        const int walk = kind == 1;
        steady(&self, 1, 1, 1000.0, 0, NULL, 0, NULL);
        self.study.replications = R;
        self.study.horizon_months = 9;
        rh_assumptions_set(&self.assumptions, RH_PARAM_LEVEL_WALK, walk * 0.06);
        bind_immortal(&self);
        self.plan.partner[0].level_shape = walk == 0 ? (kind == 0 ? 8.0 : 0.2) : INFINITY;
        rehearsal_run(&self, 2);
        double variance = walk == 0 ? 81e6 / 8.0 : 0.0;
        for (int t = 1; t <= 9 && walk == 1; t++) {
            for (int u = 1; u <= 9; u++) { /* a step's factor has variance near .06² (1 + its heavy tails' part) */
                variance += 1e6 * (pow(1.0036, t < u ? t : u) - 1.0);
            }
        }
        const struct moments found = moments_of(rehearsal_kpi(&self, 0, RH_KPI_REVENUE), R);
        assert_true(fabs(found.mean - 9000.0) < BOUND * found.error);
        /* Wilson and Hilferty's transform has the gamma's variance where the shape is not small. */
        assert_true(kind == 2 ||
                    fabs(found.sd / sqrt(variance) - 1.0) < (walk == 0 ? BOUND * found.sd_error / found.sd : 0.03));
        rehearsal_free(&self);
    }
}

/* Of a rare buyer whose level is below its mean months are left out, each by itself, and the others are worth more: the
 * mean of a month stays, and the chance of none in three is that of three misses at one level. */
static void test_rare_buyer(void **state)
{
    enum { R = 30000, STEPS = 20000 };
    static const double shape = 8.0, rarity = 0.7;
    struct rehearsal self;
    (void)state;
    steady(&self, 1, 1, 1000.0, 0, NULL, 0, NULL);
    self.study.replications = R;
    self.study.horizon_months = 3;
    rh_assumptions_set(&self.assumptions, RH_PARAM_LEVEL_WALK, 0.0);
    bind_immortal(&self);
    self.plan.partner[0].level_shape = shape;
    self.plan.partner[0].rarity = rarity;
    rehearsal_run(&self, 2);
    double nothing = 0.0, variance = 0.0;
    for (int k = 0; k < STEPS; k++) {
        const double level = rh_gamma(shape, (k + 0.5) / STEPS) / shape, kept = pow(fmin(level, 1.0), rarity);
        nothing += pow(1.0 - kept, 3.0) / STEPS;
        variance += (9.0 * pow(level - 1.0, 2.0) + 3.0 * level * level * (1.0 / kept - 1.0)) * 1e6 / STEPS;
    }
    const double *revenue = rehearsal_kpi(&self, 0, RH_KPI_REVENUE);
    const struct moments found = moments_of(revenue, R);
    int empty = 0;
    for (int r = 0; r < R; r++) {
        empty += revenue[r] == 0.0;
    }
    assert_true(fabs(found.mean - 3000.0) < BOUND * found.error);
    assert_true(fabs(found.sd - sqrt(variance)) < BOUND * found.sd_error);
    assert_true(nothing > 0.01 && fabs((double)empty / R - nothing) < BOUND * sqrt(nothing / R));
    rehearsal_free(&self);
}

/* Chance to live where it is `alive` in the mean and z is common to all partners of the replication. */
static double alive_given(double alive, double z)
{
    return gsl_cdf_ugaussian_P((gsl_cdf_ugaussian_Pinv(alive) - sqrt(0.2) * z) / sqrt(0.8));
}

/* Mean share of those alive at first that are not at last, over what is common to a replication. */
static double mean_attrition(double first, double last)
{
    enum { STEPS = 2000 };
    double sum = 0.0;
    for (int k = 0; k < STEPS; k++) {
        const double z = gsl_cdf_ugaussian_Pinv((k + 0.5) / STEPS);
        sum += (1.0 - alive_given(last, z) / alive_given(first, z)) / STEPS;
    }
    return sum;
}

/* Lives: revenue of a month is the amount times a Bernoulli, attrition is the share that the plan's lives say, and a
 * fifth of what decides it is common to all. */
static void test_lives(void **state)
{
    enum { R = 4000, PARTNERS = 30 };
    struct rehearsal self;
    (void)state;
    steady(&self, PARTNERS, 1, 1000.0, 0, NULL, 0, NULL);
    self.study.replications = R;
    bind_immortal(&self);
    double revenue = 0.0;
    for (int i = 0; i < PARTNERS; i++) {
        for (int t = 0; t < 12; t++) {
            self.plan.partner[i].alive[t] = 0.9 * pow(0.95, t);
            revenue += 1000.0 * self.plan.partner[i].alive[t];
        }
    }
    rehearsal_run(&self, 2);
    const struct moments found = moments_of(rehearsal_kpi(&self, 0, RH_KPI_REVENUE), R);
    assert_true(fabs(found.mean - revenue) < BOUND * found.error);
    const struct moments left = moments_of(rehearsal_kpi(&self, 0, RH_KPI_ATTRITION), R);
    assert_true(fabs(left.mean - mean_attrition(0.9, 0.9 * pow(0.95, 11))) < BOUND * left.error);
    assert_true(left.sd > 1.5 * sqrt(left.mean * (1.0 - left.mean) / (0.9 * PARTNERS))); /* partners leave together */
    rehearsal_free(&self);
}

/* The variance of a year under the stationary bootstrap is that of its definition (Politis & Romano 1994, lemma 1): a
 * sum of the history's circular autocovariances, each weighted with the chance that a block reaches so far. The history
 * is an autoregression, whose sums vary more than those of single months. */
static void test_block_bootstrap_variance(void **state)
{
    enum { R = 40000, H = 60, T = 12 };
    struct rehearsal self;
    uint64_t random = 6;
    double previous = 0.0, variance = 0.0, single = 0.0;
    (void)state;
    memset(&self, 0, sizeof self);
    rh_history_init(&self.history);
    build_partner(&self.history, "A", "Reseller", "North", RH_NO_DAY);
    for (int t = 0; t < H; t++) {
        previous = 0.8 * previous + rh_normal(rehearsal_uniform(&random));
        rehearsal_event(&self.history, "A", rh_month_make(2020, 1) + t, "revenue", "alpha", 1.0,
                        round(1000.0 * exp(0.2 * previous)));
    }
    assert_int_equal(rh_history_finish(&self.history, NULL), RH_OK);
    rehearsal_study(&self, NULL, 0, NULL);
    rh_assumptions_set(&self.assumptions, RH_PARAM_LEVEL_WALK, 0.0);
    self.study.replications = R;
    self.study.phase = 1;
    self.study.outlook_growth = self.study.outlook_sd = 0.0;
    bind_immortal(&self);
    memset(self.plan.season_error, 0, 12 * sizeof *self.plan.season_error);
    memset(self.plan.season_error_all, 0, sizeof self.plan.season_error_all);
    for (int t = 0; t < T; t++) {
        self.plan.mean[t] = 1e7;
    }
    rehearsal_run(&self, 2);
    double mean = 0.0;
    const double *ratio = self.plan.ratio;
    for (int h = 0; h < H; h++) {
        mean += ratio[h] / H;
    }
    for (int lag = 0; lag < T; lag++) {
        double covariance = 0.0;
        for (int h = 0; h < H; h++) {
            covariance += (ratio[h] - mean) * (ratio[(h + lag) % H] - mean) / H;
        }
        variance += (lag == 0 ? 1.0 : 2.0) * (T - lag) * pow(1.0 - 1.0 / 6.0, lag) * covariance;
        single += lag == 0 ? T * covariance : 0.0;
    }
    const struct moments found = moments_of(rehearsal_kpi(&self, 0, RH_KPI_REVENUE), R);
    assert_true(fabs(found.mean - 1000.0 * T * mean) < BOUND * found.error);
    assert_true(fabs(found.sd - 1000.0 * sqrt(variance)) < BOUND * found.sd_error);
    assert_true(variance > 1.3 * single);
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mean_is_the_baseline),
        cmocka_unit_test(test_mean_of_counts),
        cmocka_unit_test(test_lognormal_market),
        cmocka_unit_test(test_market_is_shared),
        cmocka_unit_test(test_season_error),
        cmocka_unit_test(test_together),
        cmocka_unit_test(test_level),
        cmocka_unit_test(test_rare_buyer),
        cmocka_unit_test(test_lives),
        cmocka_unit_test(test_block_bootstrap_variance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
