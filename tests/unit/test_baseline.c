/* The baseline against plain definitions: spans, kernel means, ratios, stand-ins, seasons' errors, what the horizon's
 * mean is, and histories with nearly nothing in them. */
#include "support/baseline.h"

#include "support/random_schedule.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Ratio and scale of every series by the definition: gross over season times the two-sided kernel mean, by a double
 * loop, scaled to mean 1 over the span. */
static void test_ratios(void **state)
{
    struct rehearsal self;
    (void)state;
    rehearsal_init(&self, 24, NULL, 0, NULL);
    rehearsal_bind(&self);
    const struct rh_baseline *b = &self.baseline;
    for (size_t s = 0; s < self.panel.num_series; s++) {
        const int i = self.panel.series[s].partner, first = b->span_first[i], last = b->span_last[i];
        const struct rh_season *season = &b->season[b->group[i] * b->num_drivers + self.panel.series[s].driver];
        const double *gross = self.panel.gross + s * 36;
        double expected[36], scale[36], average = 0.0, mean = 0.0;
        for (int t = first; t <= last; t++) {
            double sum = 0.0, weight = 0.0;
            for (int u = first; u <= last; u++) {
                const double w = pow(0.5, abs(t - u) / 12.0);
                sum += w * gross[u] / season->factor[rh_month_of_year(FIRST + u) - 1];
                weight += w;
            }
            scale[t] = season->factor[rh_month_of_year(FIRST + t) - 1] * sum / weight;
            expected[t] = gross[t] > 0.0 ? gross[t] / scale[t] : 0.0;
            average += expected[t] / (last - first + 1);
        }
        for (int t = first; t <= last && average > 0.0; t++) {
            assert_true(fabs(b->ratio[s * 36 + (size_t)t] - expected[t] / average) < 1e-12 * (1.0 + expected[t]));
            assert_true(fabs(b->scale[s * 36 + (size_t)t] / (scale[t] * average) - 1.0) < 1e-12);
            mean += b->ratio[s * 36 + (size_t)t] / (last - first + 1);
        }
        assert_true(average == 0.0 || fabs(mean - 1.0) < 1e-12);
    }
    check_run(&self);
    rehearsal_free(&self);
}

/* Long histories lose nothing to rounding: 50 years of constant sales have ratios of exactly about 1. */
static void test_long_history(void **state)
{
    struct rehearsal self;
    (void)state;
    begin(&self);
    partner(&self, "A", "S", RH_NO_DAY);
    for (int t = 0; t < 600; t++) {
        sale(&self, "A", t, "x", 100.0);
    }
    learn(&self, 0, NULL);
    rehearsal_bind(&self);
    for (int t = 0; t < 600; t++) {
        assert_true(fabs(self.baseline.ratio[t] - 1.0) < 1e-9 && fabs(self.baseline.scale[t] / 1e6 - 1.0) < 1e-9);
    }
    check_finite(&self);
    rehearsal_free(&self);
}

/* In the study the mean over all source sequences and the horizon is the baseline's, to 10⁻¹². */
static void test_horizon_mean(void **state)
{
    static const struct {
        int phase, months, gap;
        double block;
    } cases[] = {{0, 12, 0, 6.0}, {3, 7, 0, 6.0}, {12, 12, 4, 1.0}, {1, 24, 0, 12.0}, {6, 1, 2, 3.0}};
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct rehearsal self;
        double *weight = rh_calloc(24 * 36, sizeof *weight);
        int compared = 0;
        rehearsal_init(&self, 24, NULL, 0, NULL);
        self.study.phase = cases[c].phase;
        self.study.horizon_months = cases[c].months;
        self.study.block_months = cases[c].block;
        self.study.horizon_starts = cases[c].gap > 0 ? FIRST + 36 + cases[c].gap : RH_NO_MONTH;
        rehearsal_bind(&self);
        rh_replay_weights(&self.plan.replay, cases[c].months, weight);
        for (size_t s = 0; s < self.plan.num_series; s++) {
            double replayed = 0.0, expected = 0.0;
            for (int t = 0; t < cases[c].months; t++) {
                const double mean = self.plan.mean[s * (size_t)cases[c].months + (size_t)t];
                const size_t panel_series = self.plan.series_panel[s];
                const struct rh_series *series = &self.panel.series[panel_series];
                assert_true(mean == rh_baseline_mean(&self.baseline, series->partner, series->driver, panel_series,
                                                     self.plan.first_month + t));
                for (int h = 0; h < 36; h++) {
                    replayed += weight[t * 36 + h] * mean * self.plan.ratio[s * 36 + (size_t)h];
                }
                expected += mean;
            }
            if (replayed > 0.0) { /* a one-month horizon may replay nothing but empty months of a rhythm */
                assert_true(fabs(replayed / expected - 1.0) < 1e-12);
                compared++;
            }
        }
        assert_true(compared > 30);
        free(weight);
        rehearsal_free(&self);
    }
}

static void test_spans(void **state)
{
    static const struct {
        const char *id;
        int joined; /* month of the history, 99: not given */
        int first, last, span_first, span_last;
    } cases[] = {
        {"A", 99, 5, 30, 5, 30}, {"B", 2, 5, 35, 2, 35}, {"C", 8, 5, 35, 5, 35},
        {"D", -40, 5, 6, 0, 6},  {"E", 5, 5, 5, 5, 5},   {"F", 40, 20, 25, 20, 25},
    };
    struct rehearsal self;
    (void)state;
    begin(&self);
    for (size_t k = 0; k < 6; k++) {
        partner(&self, cases[k].id, "S",
                cases[k].joined == 99 ? RH_NO_DAY : rh_month_first_day(FIRST + cases[k].joined) + 9);
        sale(&self, cases[k].id, cases[k].first, "x", 100.0);
        sale(&self, cases[k].id, cases[k].last, "x", 200.0);
        sale(&self, cases[k].id, 35, "x", -10.0);      /* a return is no sale */
        count(&self, cases[k].id, 0, "training", 1.0); /* nor is a training, where there is revenue */
    }
    learn(&self, 0, NULL);
    rehearsal_bind(&self);
    for (size_t k = 0; k < 6; k++) {
        const int i = index_of(&self, cases[k].id);
        const struct rh_life_record record = self.baseline.record[i];
        assert_int_equal(self.baseline.span_first[i], cases[k].span_first);
        assert_int_equal(self.baseline.span_last[i], cases[k].span_last);
        assert_int_equal(record.periods, 35 - cases[k].first); /* life starts with the first sale */
        assert_int_equal(record.last, cases[k].last - cases[k].first);
        assert_int_equal(record.purchases, cases[k].last > cases[k].first ? 1 : 0);
    }
    check_run(&self);
    rehearsal_free(&self);
}

/* Months outside the span: an own one of the same rank in the rhythm where there are six, else a peer's of that month.
 */
static void test_stand_ins(void **state)
{
    struct rehearsal self;
    uint64_t random = 8;
    static const char *const ids[] = {"A", "B", "C", "D", "E"};
    static const int first[] = {0, 14, 30, 0, 33}, last[] = {35, 25, 34, 4, 35};
    (void)state;
    begin(&self);
    for (size_t k = 0; k < 5; k++) {
        partner(&self, ids[k], k == 3 ? "Other" : "S", RH_NO_DAY);
        for (int t = first[k]; t <= last[k]; t++) {
            sale(&self, ids[k], t, "x", 100.0 + 100.0 * random_uniform(&random));
        }
    }
    learn(&self, 0, NULL);
    self.study.phase = 3;
    rehearsal_bind(&self);
    for (size_t k = 0; k < 5; k++) {
        const size_t i = (size_t)index_of(&self, ids[k]);
        const double *ratio = self.baseline.ratio + self.panel.partner_series[i] * 36;
        for (int t = 0; t < 36; t++) {
            const int source = self.baseline.source_month[i * 36 + (size_t)t];
            if (t >= first[k] && t <= last[k]) {
                assert_int_equal(source, t);
            } else if (last[k] - first[k] + 1 >= 6) {
                assert_in_range(source, first[k], last[k]);
                assert_int_equal((t - source) % 3, 0);
                assert_true(ratio[t] == ratio[source]);
            } else {
                double found = k == 3 ? 1.0 : -1.0;                 /* no peer in its segment: a usual month */
                for (size_t peer = 0; peer < 2 && k != 3; peer++) { /* A and B have six months */
                    const size_t p = (size_t)index_of(&self, ids[peer]);
                    const double lent = self.baseline.ratio[self.panel.partner_series[p] * 36 + (size_t)t];
                    found = t >= first[peer] && t <= last[peer] && lent == ratio[t] ? lent : found;
                }
                assert_int_equal(source, RH_NO_SOURCE);
                assert_true(ratio[t] == found);
            }
        }
    }
    check_run(&self);
    rehearsal_free(&self);
}

/* What the seasons of all groups have in common is the error of all, and what a group has beyond it its own: two groups
 * with one season have none, and one with a season of its own has. */
static void test_season_errors(void **state)
{
    struct rehearsal self;
    uint64_t random = 9;
    (void)state;
    for (int own = 0; own < 2; own++) {
        begin(&self);
        for (int i = 0; i < 2; i++) {
            char id[8];
            snprintf(id, sizeof id, "P%d", i);
            partner(&self, id, i == 0 ? "S" : "T", RH_NO_DAY);
            for (int t = 0; t < 36; t++) {
                const double season = 1.0 + 0.4 * cos(0.5236 * (t + (own == 1 ? 6 * i : 0)));
                sale(&self, id, t, "x", floor(1e4 * season * (0.9 + 0.2 * random_uniform(&random))));
            }
        }
        learn(&self, 0, NULL);
        rehearsal_bind(&self);
        double all = 0.0, beyond = 0.0;
        for (int c = 0; c < 12; c++) {
            all += self.baseline.season_error_all[c] / 12.0;
            beyond += (self.baseline.season_error[c] + self.baseline.season_error[12 + c]) / 24.0;
            assert_true(self.plan.season_error_all[c] == self.baseline.season_error_all[c]);
        }
        assert_true(own == 1 ? beyond > 0.02 : all > 0.02);
        assert_true(own == 1 || beyond < 0.02);
        check_run(&self);
        rehearsal_free(&self);
    }
}

/* Constant sales: no variation but the walk behind a weighted mean, no season, and every replayed month is that amount.
 */
static void test_all_equal(void **state)
{
    struct rehearsal self;
    (void)state;
    begin(&self);
    partner(&self, "A", "S", RH_NO_DAY);
    partner(&self, "B", "S", RH_NO_DAY);
    for (int t = 0; t < 36; t++) {
        sale(&self, "A", t, "x", 100.0);
        sale(&self, "B", t, "x", 300.0);
    }
    learn(&self, 0, NULL);
    rehearsal_bind(&self);
    const double walk = 0.0036 * exp2(-2.0 / 3.0) / (1.0 - exp2(-2.0 / 3.0)); /* sum of the squares of 2^(-k/3) */
    for (int i = 0; i < 2; i++) {
        assert_true(self.baseline.cv[i] == 0.05 && fabs(self.baseline.level_variance[i] - walk) < 1e-5);
        assert_true(fabs(self.baseline.level[i] / (i == 0 ? 1e6 : 3e6) - 1.0) < 1e-12);
        for (int t = 0; t < 36; t++) {
            assert_true(fabs(self.baseline.ratio[i * 36 + t] - 1.0) < 1e-12);
        }
    }
    check_run(&self);
    rehearsal_free(&self);
}

/* Partners with only returns, only activities, nothing at all, among others that sell. */
static void test_odd_partners(void **state)
{
    struct rehearsal self;
    const char *const programs[] = {rehearsal_tiers, rehearsal_mix};
    (void)state;
    begin(&self);
    partner(&self, "seller", "Reseller", RH_NO_DAY);
    partner(&self, "returns", "Reseller", RH_NO_DAY);
    partner(&self, "trained", "Reseller", RH_NO_DAY);
    partner(&self, "nothing", "Reseller", RH_NO_DAY);
    partner(&self, "returns and trained", "Reseller", RH_NO_DAY);
    for (int t = 0; t < 36; t++) {
        sale(&self, "seller", t, "beta", 900.0 + t);
        count(&self, "trained", t, "certifications", 1.0 + t % 2);
        count(&self, "returns and trained", t, "certifications", 1.0);
        if (t % 7 == 0) {
            sale(&self, "returns", t, "beta", -10.0);
            sale(&self, "returns and trained", t, "beta", -10.0);
        }
    }
    learn(&self, 2, programs);
    rehearsal_bind(&self);
    const int returns = index_of(&self, "returns"), nothing = index_of(&self, "nothing");
    assert_true(self.baseline.span_last[returns] < self.baseline.span_first[returns]);
    assert_true(self.baseline.span_last[nothing] < self.baseline.span_first[nothing]);
    assert_int_equal(self.plan.num_partners, 3); /* those with something to replay */
    check_run(&self);
    rehearsal_free(&self);
}

/* Short histories and horizons. */
static void test_short(void **state)
{
    static const int months[] = {1, 2, 5, 12, 13}, horizons[] = {1, 12, 120};
    const char *const programs[] = {rehearsal_flat};
    (void)state;
    for (size_t m = 0; m < 5; m++) {
        for (size_t h = 0; h < 3; h++) {
            for (int partners = 1; partners <= 3; partners += 2) {
                struct rehearsal self;
                memset(&self, 0, sizeof self);
                rehearsal_history(&self, partners, months[m]);
                rehearsal_study(&self, NULL, 1, programs);
                self.study.horizon_months = horizons[h];
                self.study.replications = 40;
                rehearsal_bind(&self);
                for (int k = 0; k < 12 * self.plan.num_groups && months[m] <= 12; k++) {
                    assert_true(self.plan.season_error_all[k % 12] >= RH_SEASON_PRIOR_ERROR);
                }
                check_run(&self);
                assert_true(rehearsal_mean(&self, 0, RH_KPI_REVENUE) > 0.0);
                rehearsal_free(&self);
            }
        }
    }
}

/* A history in which nobody ever sold cannot be replayed, and one of activities alone has no effort cost: errors. */
static void test_nothing_to_replay(void **state)
{
    const char *const programs[] = {rehearsal_mix};
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        struct rehearsal self;
        struct rh_error error = {0};
        begin(&self);
        partner(&self, "A", "Reseller", RH_NO_DAY);
        for (int t = 0; t < 24; t++) {
            if (kind == 0) {
                sale(&self, "A", t, "beta", -10.0);
            } else {
                count(&self, "A", t, "certifications", 1.0);
            }
        }
        learn(&self, 1, programs);
        assert_int_equal(rh_panel_init(&self.panel, &self.history, NULL, &error), RH_OK);
        assert_int_equal(rh_baseline_init(&self.baseline, &self.panel, &self.history, NULL, &error), RH_OK);
        check_finite(&self);
        if (kind ==
            0) { /* returns have a cost, but nothing was sold: the margin is unknown, unless the study says it */
            self.study.vendor_margin_product = rh_calloc(1, sizeof *self.study.vendor_margin_product);
            self.study.vendor_margin_product[0].text = rh_strdup("beta");
            self.study.vendor_margin = rh_calloc(1, sizeof *self.study.vendor_margin);
            self.study.vendor_margin[0] = 0.3;
            self.study.num_vendor_margins = 1;
        }
        assert_int_equal(rh_plan_init(&self.plan, &self.study, &self.history, &self.panel, &self.baseline,
                                      &self.assumptions, &error),
                         RH_ERR_INPUT);
        assert_true(strlen(error.message) > 20);
        rehearsal_free(&self);
    }
}

/* Rates of an activity: Gamma-Poisson with the segment's moments, so between a partner's own rate and its segment's,
 * nearer to the own the longer it was watched; one that never did it has a rate above 0, and a series in the plan. */
static void test_activity_rates(void **state)
{
    struct rehearsal self;
    const char *const programs[] = {rehearsal_mix};
    double rate[4];
    (void)state;
    begin(&self);
    partner(&self, "eager", "Reseller", RH_NO_DAY);
    partner(&self, "late", "Reseller", RH_NO_DAY);
    partner(&self, "never", "Reseller", RH_NO_DAY);
    partner(&self, "other", "Distributor", RH_NO_DAY);
    for (int t = 0; t < 36; t++) {
        sale(&self, "eager", t, "beta", 100.0);
        sale(&self, "never", t, "beta", 100.0);
        sale(&self, "other", t, "beta", 100.0);
        count(&self, "eager", t, "certifications", 2.0);
        if (t >= 30) {
            sale(&self, "late", t, "beta", 100.0);
            count(&self, "late", t, "certifications", 2.0);
        }
    }
    learn(&self, 1, programs);
    rehearsal_bind(&self);
    int driver = -1;
    for (size_t d = 0; d < self.panel.num_drivers; d++) {
        driver = self.panel.driver[d].money ? driver : (int)d;
    }
    assert_int_equal(
        rh_baseline_rates(&self.baseline, &self.panel, driver, self.history.partners.segments.num, rate, NULL), RH_OK);
    double eager = rate[index_of(&self, "eager")], late = rate[index_of(&self, "late")];
    double never = rate[index_of(&self, "never")], other = rate[index_of(&self, "other")];
    double mean = 4.0 / 3.0,
           noise = mean * (1.0 / 36 + 1.0 / 6 + 1.0 / 36) / 3.0; /* rates 2, 2, 0 in 36, 6, 36 months */
    double spread = 8.0 / 3.0 - mean * mean - noise, weight = mean / spread;
    assert_true(fabs(eager * 1e-4 - (mean * weight + 72.0) / (weight + 36.0)) < 1e-12);
    assert_true(fabs(late * 1e-4 - (mean * weight + 12.0) / (weight + 6.0)) < 1e-12);
    assert_true(fabs(never * 1e-4 - mean * weight / (weight + 36.0)) < 1e-12);
    assert_true(never > 0.0 && late < eager && other == 0.0);
    for (int i = 0; i < self.plan.num_partners; i++) {
        int activities = 0;
        for (int k = 0; k < self.plan.partner[i].num_series; k++) {
            size_t s = self.plan.partner[i].first_series + (size_t)k;
            activities += self.plan.driver[self.plan.series_driver[s]].kind == RH_DRIVER_ACTIVITY;
        }
        assert_int_equal(activities, self.plan.partner[i].panel_partner == index_of(&self, "other") ? 0 : 1);
    }
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ratios),         cmocka_unit_test(test_long_history),
        cmocka_unit_test(test_horizon_mean),   cmocka_unit_test(test_spans),
        cmocka_unit_test(test_stand_ins),      cmocka_unit_test(test_season_errors),
        cmocka_unit_test(test_all_equal),      cmocka_unit_test(test_odd_partners),
        cmocka_unit_test(test_short),          cmocka_unit_test(test_nothing_to_replay),
        cmocka_unit_test(test_activity_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
