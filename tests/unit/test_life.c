/* Is a partner gone? The likelihood against all histories there can be, posteriors against the departures one by one,
 * the fit on simulated partners and on the donations that the model was published with. */
#include "model/life.h"
#include "support/random_schedule.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct rh_life lives[] = {
    {1.2, 0.75, 0.66, 2.8}, {0.3, 0.4, 0.5, 60.0}, {5.0, 1.0, 2.0, 8.0}, {1.0, 1.0, 1.0, 1.0}};

#define NUM_LIVES (sizeof lives / sizeof *lives)

static const struct rh_life_year even = RH_LIFE_EVEN;
static const struct rh_life_year uneven = {3, {0.4, 2.0, 0.6}};

/* Record of a string of n periods, bit t set where the partner bought in period t + 1. */
static struct rh_life_record record_of(unsigned bought, int n)
{
    struct rh_life_record record = {n, 0, 0};
    for (int t = 0; t < n; t++) {
        if ((bought >> t & 1u) != 0) {
            record.purchases++;
            record.last = t + 1;
        }
    }
    return record;
}

static double beta_of(double a, double b)
{
    return exp(lgamma(a) + lgamma(b) - lgamma(a + b));
}

/* Probability of the string and of living through exactly `lived` of its periods (of all, where lived is n). */
static double joint(struct rh_life life, unsigned bought, int n, int lived)
{
    int purchases = 0;
    for (int t = 0; t < n; t++) {
        if ((bought >> t & 1u) != 0 && t >= lived) {
            return 0.0; /* the dead do not buy */
        }
        purchases += (int)(bought >> t & 1u);
    }
    const double buying =
        beta_of(life.alpha + purchases, life.beta + lived - purchases) / beta_of(life.alpha, life.beta);
    const double leaving =
        lived < n ? beta_of(life.gamma + 1.0, life.delta + lived) : beta_of(life.gamma, life.delta + n);
    return buying * leaving / beta_of(life.gamma, life.delta);
}

/* All 2ⁿ strings together have probability 1, and each has the likelihood that its departures add up to. */
static void test_likelihoods_sum_to_one(void **state)
{
    (void)state;
    for (size_t k = 0; k < NUM_LIVES; k++) {
        for (int n = 0; n <= 10; n++) {
            double sum = 0.0;
            for (unsigned bought = 0; bought < 1u << n; bought++) {
                const double likelihood = exp(rh_life_log_likelihood(lives[k], &even, record_of(bought, n)));
                double expected = 0.0;
                for (int lived = 0; lived <= n; lived++) {
                    expected += joint(lives[k], bought, n, lived);
                }
                assert_true(fabs(likelihood - expected) <= 1e-11 * expected);
                sum += likelihood;
            }
            assert_true(fabs(sum - 1.0) < 1e-11);
        }
    }
}

/* Being alive: the departure after the last period over all departures. */
static void test_alive(void **state)
{
    (void)state;
    for (size_t k = 0; k < NUM_LIVES; k++) {
        for (int n = 0; n <= 8; n++) {
            for (unsigned bought = 0; bought < 1u << n; bought++) {
                double all = 0.0;
                for (int lived = 0; lived <= n; lived++) {
                    all += joint(lives[k], bought, n, lived);
                }
                const double alive = rh_life_alive(lives[k], &even, record_of(bought, n));
                assert_true(fabs(alive - joint(lives[k], bought, n, n) / all) < 1e-12);
                assert_true(alive <= 1.0 && (n == 0 || bought >> (n - 1) == 0 || alive == 1.0));
            }
        }
    }
}

/* Survival, frequency and likelihood tell one story: P(buys next period | record) and P(does not) from each other; and
 * what is not known of the frequency is what one purchase more says of the next. */
static void test_one_period_more(void **state)
{
    (void)state;
    for (size_t k = 0; k < NUM_LIVES; k++) {
        for (int n = 0; n <= 30; n += 3) {
            for (int last = 0; last <= n; last += 2) {
                const struct rh_life_record now = {n, (last + 1) / 2, last};
                const struct rh_life_record buys = {n + 1, now.purchases + 1, n + 1},
                                            waits = {n + 1, now.purchases, last};
                const double chance = rh_life_alive(lives[k], &even, now) * rh_life_survival(lives[k], &even, now, 1) *
                                      rh_life_frequency(lives[k], now);
                const double likelihood = exp(rh_life_log_likelihood(lives[k], &even, now));
                assert_true(fabs(exp(rh_life_log_likelihood(lives[k], &even, buys)) / likelihood - chance) < 1e-12);
                assert_true(fabs(exp(rh_life_log_likelihood(lives[k], &even, waits)) / likelihood - (1.0 - chance)) <
                            1e-12);
                const double again = rh_life_frequency(lives[k], buys) / rh_life_frequency(lives[k], now);
                assert_true(fabs(pow(rh_life_frequency_error(lives[k], now), 2.0) - (again - 1.0)) < 1e-12);
            }
        }
    }
}

static void test_survival(void **state)
{
    const struct rh_life_record record = {20, 8, 15};
    (void)state;
    for (size_t k = 0; k < NUM_LIVES; k++) {
        assert_true(rh_life_survival(lives[k], &even, record, 0) == 1.0);
        for (int m = 1; m < 60; m++) {
            const double expected =
                beta_of(lives[k].gamma, lives[k].delta + 20 + m) / beta_of(lives[k].gamma, lives[k].delta + 20);
            assert_true(fabs(rh_life_survival(lives[k], &even, record, m) - expected) < 1e-12);
            assert_true(rh_life_survival(lives[k], &even, record, m) <
                        rh_life_survival(lives[k], &even, record, m - 1));
        }
    }
}

/* Within a period the hazard is constant: the part lived is a power of the whole, and whole periods chain. */
static void test_survival_of_parts(void **state)
{
    const struct rh_life_record record = {6, 2, 4};
    (void)state;
    for (size_t k = 0; k < NUM_LIVES; k++) {
        for (int whole = 0; whole < 5; whole++) {
            const double from = rh_life_survival(lives[k], &even, record, whole);
            const double to = rh_life_survival(lives[k], &even, record, whole + 1);
            for (int part = 0; part <= 3; part++) {
                const double expected = from * pow(to / from, part / 3.0);
                assert_true(fabs(rh_life_survival(lives[k], &even, record, whole + part / 3.0) - expected) < 1e-14);
            }
        }
    }
}

/* Probability of living through the first `lived` of n periods, when some of a year weigh more: a product of powers of
 * the chances at the clock of the weights. */
static double lives_through(struct rh_life life, const struct rh_life_year *year, int n, int lived)
{
    double clock = 0.0, through = 1.0;
    for (int k = 0; k < lived; k++) {
        const double weight = year->weight[((n - 1 - k) % year->num + year->num) % year->num];
        through *= pow((life.delta + clock) / (life.gamma + life.delta + clock), weight);
        clock += weight;
    }
    return through;
}

/* As `joint`, with weights. */
static double joint_of(struct rh_life life, const struct rh_life_year *year, unsigned bought, int n, int lived)
{
    const double end = lived < n ? lives_through(life, year, n, lived + 1) : 0.0;
    const double leaving =
        lived < n ? beta_of(life.gamma + 1.0, life.delta + lived) : beta_of(life.gamma, life.delta + n);
    return joint(life, bought, n, lived) * beta_of(life.gamma, life.delta) / leaving *
           (lives_through(life, year, n, lived) - end);
}

/* With weights, too, the strings' likelihoods are what their departures add up to, and have sum 1; so are the chances
 * of being alive, of living on, and who has left in which period of the year. */
static void test_year(void **state)
{
    enum { N = 8 };
    (void)state;
    for (size_t k = 0; k < NUM_LIVES; k++) {
        double sum = 0.0;
        for (unsigned bought = 0; bought < 1u << N; bought++) {
            const struct rh_life_record record = record_of(bought, N);
            double all = 0.0, left[12] = {0.0}, usual[12] = {0.0}, expected[3] = {0.0}, at_risk[3] = {0.0};
            for (int lived = 0; lived <= N; lived++) {
                all += joint_of(lives[k], &uneven, bought, N, lived);
            }
            for (int lived = 0; lived < N; lived++) {
                expected[(N - 1 - lived) % 3] += joint_of(lives[k], &uneven, bought, N, lived) / all;
                double here = 0.0, clock = 0.0; /* alive before that period */
                for (int longer = lived; longer <= N; longer++) {
                    here += joint_of(lives[k], &uneven, bought, N, longer) / all;
                }
                for (int before = 0; before < lived; before++) {
                    clock += uneven.weight[(N - 1 - before) % 3];
                }
                at_risk[(N - 1 - lived) % 3] += here * lives[k].gamma / (lives[k].gamma + lives[k].delta + clock);
            }
            rh_life_count_leavers(lives[k], &uneven, record, left, usual);
            for (int c = 0; c < 3; c++) {
                assert_true(fabs(left[c] - expected[c]) < 1e-11 && fabs(usual[c] - at_risk[c]) < 1e-11);
            }
            assert_true(fabs(exp(rh_life_log_likelihood(lives[k], &uneven, record)) - all) <= 1e-11 * all);
            assert_true(fabs(rh_life_alive(lives[k], &uneven, record) -
                             joint_of(lives[k], &uneven, bought, N, N) / all) < 1e-12);
            sum += all;
        }
        assert_true(fabs(sum - 1.0) < 1e-11);
        for (int m = 1; m < 9; m++) {
            const double longer = lives_through(lives[k], &uneven, N, N + m) / lives_through(lives[k], &uneven, N, N);
            assert_true(fabs(rh_life_survival(lives[k], &uneven, record_of(1, N), m) / longer - 1.0) < 1e-12);
        }
    }
}

/* Half leave in one period of four: it is found, and few that leave, or a year alone, are not believed. */
static void test_year_is_found(void **state)
{
    enum { PARTNERS = 2000, PERIODS = 16 };
    static const struct rh_life_year truth = {4, {0.5, 0.5, 2.5, 0.5}};
    static const struct rh_life life = {5.0, 1.0, 2.0, 40.0};
    struct rh_life_record *records = calloc(PARTNERS, sizeof *records);
    uint64_t random = 5;
    (void)state;
    for (int i = 0; i < PARTNERS; i++) {
        const double buys = gsl_cdf_beta_Pinv(random_uniform(&random), life.alpha, life.beta);
        const double u = random_uniform(&random);
        records[i].periods = PERIODS;
        for (int t = 1; t <= PERIODS && u < lives_through(life, &truth, PERIODS, t); t++) {
            if (random_uniform(&random) < buys) {
                records[i].purchases++;
                records[i].last = t;
            }
        }
    }
    struct rh_life_year found = {4, {1.0, 1.0, 1.0, 1.0}};
    for (int round = 0; round < 3; round++) {
        double left[12] = {0.0}, usual[12] = {0.0};
        for (int i = 0; i < PARTNERS; i++) {
            rh_life_count_leavers(life, &found, records[i], left, usual);
        }
        rh_life_weigh(&found, left, usual, PERIODS / 4.0);
    }
    for (int c = 0; c < 4; c++) { /* shrunk by a fifth towards 1, and about 900 leave: within 4 standard errors */
        const double shrunk = 1.0 + 0.8 * (truth.weight[c] - 1.0);
        assert_true(fabs(found.weight[c] - shrunk) < 4.0 * sqrt(truth.weight[c] / 225.0));
    }
    struct rh_life_year few = {4, {1.0, 1.0, 1.0, 1.0}};
    rh_life_weigh(&few, (const double[4]){0.0, 0.0, 3.0, 0.0}, (const double[4]){1.0, 1.0, 1.0, 1.0}, 4.0);
    assert_true(few.weight[2] < 1.25 && few.weight[0] > 0.9);
    struct rh_life_year none = {4, {1.0, 1.0, 1.0, 1.0}};
    rh_life_weigh(&none, (const double[4]){0.0}, (const double[4]){0.0}, 1.0);
    for (int c = 0; c < 4; c++) {
        assert_true(none.weight[c] == 1.0);
    }
    free(records);
}

static void simulate(struct rh_life life, struct rh_life_record *records, size_t num, int months)
{
    uint64_t random = 77;
    for (size_t i = 0; i < num; i++) {
        const double buys = gsl_cdf_beta_Pinv(random_uniform(&random), life.alpha, life.beta);
        const double leaves = gsl_cdf_beta_Pinv(random_uniform(&random), life.gamma, life.delta);
        records[i] = (struct rh_life_record){months, 0, 0};
        for (int t = 1; t <= months && random_uniform(&random) >= leaves; t++) {
            if (random_uniform(&random) < buys) {
                records[i].purchases++;
                records[i].last = t;
            }
        }
    }
}

static double total_log_likelihood(const double *logs, const struct rh_life_record *records, size_t num)
{
    const struct rh_life life = {exp(logs[0]), exp(logs[1]), exp(logs[2]), exp(logs[3])};
    double sum = 0.0;
    for (size_t i = 0; i < num; i++) {
        sum += rh_life_log_likelihood(life, &even, records[i]);
    }
    return sum;
}

/* Standard errors of the four logarithms from the curvature of the likelihood at `life`. */
static void standard_errors(struct rh_life life, const struct rh_life_record *records, size_t num, double *out)
{
    const double at[4] = {log(life.alpha), log(life.beta), log(life.gamma), log(life.delta)}, h = 0.01;
    gsl_matrix *information = gsl_matrix_alloc(4, 4);
    for (size_t a = 0; a < 4; a++) {
        for (size_t b = 0; b < 4; b++) {
            double second = 0.0;
            for (int corner = 0; corner < 4; corner++) {
                double logs[4];
                memcpy(logs, at, sizeof logs);
                logs[a] += (corner & 1) != 0 ? h : -h;
                logs[b] += (corner & 2) != 0 ? h : -h;
                const double sign = (corner == 0 || corner == 3) ? 1.0 : -1.0;
                second += sign * total_log_likelihood(logs, records, num) / (4.0 * h * h);
            }
            gsl_matrix_set(information, a, b, -second);
        }
    }
    gsl_linalg_cholesky_decomp1(information);
    gsl_linalg_cholesky_invert(information);
    for (size_t a = 0; a < 4; a++) {
        out[a] = sqrt(gsl_matrix_get(information, a, a));
    }
    gsl_matrix_free(information);
}

/* Four thousand simulated partners over five years: each parameter within 4 standard errors of the truth. */
static void test_fit_recovers(void **state)
{
    enum { PARTNERS = 4000 };
    static const struct rh_life truths[] = {{1.2, 0.75, 0.66, 8.0}, {2.0, 3.0, 0.8, 30.0}};
    struct rh_life_record *records = calloc(PARTNERS, sizeof *records);
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        struct rh_life fitted;
        double error[4];
        simulate(truths[k], records, PARTNERS, 60);
        standard_errors(truths[k], records, PARTNERS, error);
        assert_int_equal(rh_life_fit(&fitted, &even, records, PARTNERS, NULL), RH_OK);
        const double found[4] = {fitted.alpha, fitted.beta, fitted.gamma, fitted.delta};
        const double truth[4] = {truths[k].alpha, truths[k].beta, truths[k].gamma, truths[k].delta};
        for (int p = 0; p < 4; p++) {
            assert_true(error[p] < 0.3); /* or nothing is tested */
            assert_true(fabs(log(found[p] / truth[p])) < 4.0 * error[p]);
        }
    }
    free(records);
}

/* Fader, Hardie & Shang (2010), table 1: 11,104 donors who first gave in 1995, in the six years that follow, by number
 * of years with a gift and the year of the last. */
static const struct {
    int purchases, last;
    size_t donors;
} donations[] = {{0, 0, 3464}, {1, 1, 1091}, {1, 2, 277}, {1, 3, 129}, {1, 4, 78},  {1, 5, 119},
                 {1, 6, 129},  {2, 2, 613},  {2, 3, 255}, {2, 4, 155}, {2, 5, 173}, {2, 6, 234},
                 {3, 3, 322},  {3, 4, 181},  {3, 5, 225}, {3, 6, 357}, {4, 4, 240}, {4, 5, 284},
                 {4, 6, 512},  {5, 5, 335},  {5, 6, 728}, {6, 6, 1203}};

/* Their estimates alpha 1.204, beta .750, gamma .657, delta 2.783 with log-likelihood -33,225.6. The prior may move the
 * fit by little: each parameter within a tenth, the likelihood within one of the maximum. */
static void test_published_donations(void **state)
{
    enum { DONORS = 11104 };
    const struct rh_life published = {1.204, 0.750, 0.657, 2.783};
    struct rh_life_record *records = calloc(DONORS, sizeof *records);
    size_t num = 0;
    (void)state;
    for (size_t k = 0; k < sizeof donations / sizeof *donations; k++) {
        for (size_t i = 0; i < donations[k].donors; i++) {
            records[num++] = (struct rh_life_record){6, donations[k].purchases, donations[k].last};
        }
    }
    assert_int_equal(num, DONORS);
    const double logs[4] = {log(published.alpha), log(published.beta), log(published.gamma), log(published.delta)};
    assert_true(fabs(total_log_likelihood(logs, records, DONORS) + 33225.6) < 0.05);

    struct rh_life_record *copy = calloc(DONORS, sizeof *copy);
    memcpy(copy, records, DONORS * sizeof *copy);
    struct rh_life fitted;
    assert_int_equal(rh_life_fit(&fitted, &even, copy, DONORS, NULL), RH_OK);
    const double found[4] = {log(fitted.alpha), log(fitted.beta), log(fitted.gamma), log(fitted.delta)};
    for (int p = 0; p < 4; p++) {
        assert_true(fabs(found[p] - logs[p]) < 0.1);
    }
    const double reached = total_log_likelihood(found, records, DONORS);
    assert_true(reached > -33226.6 && reached < -33225.55);
    free(records);
    free(copy);
}

/* Few records, or records all alike, leave the prior to decide: positive, finite, sensible. */
static void test_little_to_learn(void **state)
{
    (void)state;
    for (size_t num = 0; num < 6; num++) {
        for (int kind = 0; kind < 4; kind++) {
            struct rh_life_record records[6];
            struct rh_life life;
            for (size_t i = 0; i < 6; i++) {
                records[i] = kind == 0   ? (struct rh_life_record){0, 0, 0}
                             : kind == 1 ? (struct rh_life_record){36, 36, 36}
                             : kind == 2 ? (struct rh_life_record){36, 0, 0}
                                         : (struct rh_life_record){1199, 600, 1100};
            }
            assert_int_equal(rh_life_fit(&life, &even, records, num, NULL), RH_OK);
            assert_true(life.alpha > 0.0 && life.beta > 0.0 && life.gamma > 0.0 && life.delta > 0.0);
            assert_true(isfinite(life.alpha + life.beta + life.gamma + life.delta));
            for (int months = 0; months <= 1200; months += 100) {
                const struct rh_life_record some = {months, months / 2, months - months / 4};
                const double alive = rh_life_alive(life, &even, some);
                assert_true(alive >= 0.0 && alive <= 1.0);
                assert_true(isfinite(rh_life_log_likelihood(life, &even, some)));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_likelihoods_sum_to_one),
        cmocka_unit_test(test_alive),
        cmocka_unit_test(test_one_period_more),
        cmocka_unit_test(test_survival),
        cmocka_unit_test(test_year),
        cmocka_unit_test(test_year_is_found),
        cmocka_unit_test(test_survival_of_parts),
        cmocka_unit_test(test_fit_recovers),
        cmocka_unit_test(test_published_donations),
        cmocka_unit_test(test_little_to_learn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
