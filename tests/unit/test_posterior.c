/* What an estimate makes of priors, against sums over their densities and by hand. */
#include "fit/posterior.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* An estimate of the response alone, of margins on file. */
#define ESTIMATE(response, error, of_freedom, offer, own, burden)                                         \
    {                                                                                                     \
        .slope = (response), .se = (error), .freedom = (of_freedom), .typical = (offer), .margin = (own), \
        .complexity = (burden), .price = NAN                                                              \
    }

static struct rh_names segments;
static struct rh_assumptions assumptions;
static double assumed; /* share of margins */
static struct rh_moments prior[RH_NUM_FIT_QUANTITIES], posterior[RH_NUM_FIT_QUANTITIES];

/* The response is the effort elasticity: all attend, nothing is passed on, no program is null. */
static int set_up(void **state)
{
    (void)state;
    rh_names_init(&segments);
    rh_names_add(&segments, "Reseller", 8);
    assert_int_equal(rh_assumptions_init(&assumptions, &segments, NULL), RH_OK);
    rh_assumptions_set(&assumptions, RH_PARAM_ATTENTION, 1.0);
    rh_assumptions_set(&assumptions, RH_PARAM_PASS_THROUGH, 0.0);
    rh_assumptions_set(&assumptions, RH_PARAM_NULL_PROGRAM, 0.0);
    assumed = 0.0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_assumptions_free(&assumptions);
    rh_names_free(&segments);
    return 0;
}

static void find(double slope, double se, double freedom)
{
    const struct rh_estimate estimate = {.slope = slope,
                                         .se = se,
                                         .freedom = freedom,
                                         .typical = 0.2,
                                         .margin = 0.1,
                                         .complexity = 1.0,
                                         .assumed = assumed,
                                         .price = NAN};
    assert_int_equal(rh_posterior_find(&assumptions, 0, &estimate, prior, posterior, NULL), RH_OK);
}

static void expect(double value, double expected, double error)
{
    if (!(fabs(value - expected) <= error)) {
        fail_msg("%.9g is not %.9g within %g", value, expected, error);
    }
}

/* Density of the effort elasticity, to a factor: lognormal of mean .2 and sd .1, in [.02, .7]. */
static double density(double x)
{
    const double variance = log1p(0.25), d = log(x) - log(0.2) + 0.5 * variance;
    return exp(-0.5 * d * d / variance) / x;
}

/* Moments of density · likelihood by the rectangle rule, and its sum over that of the density. */
static double integrate(double slope, double se, double *mean, double *sd)
{
    double weight = 0.0, sum = 0.0, square = 0.0, all = 0.0;
    for (int k = 0; k < 200000; k++) {
        const double x = 0.02 + 0.68 * (k + 0.5) / 200000, d = (x - slope) / se;
        const double w = density(x) * exp(-0.5 * d * d);
        weight += w;
        sum += w * x;
        square += w * x * x;
        all += density(x);
    }
    *mean = sum / weight;
    *sd = sqrt(square / weight - *mean * *mean);
    return weight / all;
}

static void is_prior_times_likelihood(void **state)
{
    (void)state;
    static const double slopes[] = {0.3, 0.05, -0.2, 0.6}, errors[] = {0.1, 0.03, 0.2, 0.02};
    for (int k = 0; k < 4; k++) {
        double mean, sd;
        find(slopes[k], errors[k], 1e12);
        integrate(slopes[k], errors[k], &mean, &sd);
        expect(posterior[RH_FIT_EFFORT_ELASTICITY].mean, mean, 5e-4);
        expect(posterior[RH_FIT_EFFORT_ELASTICITY].sd, sd, 1e-3);
        expect(posterior[RH_FIT_RESPONSE].mean, mean, 5e-4);
    }
    double mean, sd;
    integrate(0.0, 1e6, &mean, &sd);
    expect(prior[RH_FIT_EFFORT_ELASTICITY].mean, mean, 2e-4);
    expect(prior[RH_FIT_EFFORT_ELASTICITY].sd, sd, 5e-4);
}

/* Few clusters: tails are long, and an estimate far away pulls less than a normal's would. */
static void few_clusters_pull_less(void **state)
{
    (void)state;
    find(1.0, 0.1, 1e12);
    const double normal = posterior[RH_FIT_RESPONSE].mean;
    find(1.0, 0.1, 2.0);
    assert_true(posterior[RH_FIT_RESPONSE].mean < normal - 0.05);
}

static void null_programs(void **state)
{
    (void)state;
    double mean, sd;
    rh_assumptions_set(&assumptions, RH_PARAM_NULL_PROGRAM, 0.1);
    find(0.0, 0.05, 1e12);
    const double some = 0.9 * integrate(0.0, 0.05, &mean, &sd), none = 0.1, p = none / (none + some);
    expect(posterior[RH_FIT_NULL_PROGRAM].mean, p, 2e-3);
    expect(posterior[RH_FIT_RESPONSE].mean, (1.0 - p) * mean, 1e-3);
    /* In a null program nothing is learned of the elasticity. */
    expect(posterior[RH_FIT_EFFORT_ELASTICITY].mean, (1.0 - p) * mean + p * prior[RH_FIT_EFFORT_ELASTICITY].mean, 1e-3);
}

static void the_response_by_hand(void **state)
{
    (void)state;
    rh_assumptions_set(&assumptions, RH_PARAM_ATTENTION, 0.5);
    rh_assumptions_set(&assumptions, RH_PARAM_COMPLEXITY_SLOPE, 0.4);
    rh_assumptions_set(&assumptions, RH_PARAM_PASS_THROUGH, 0.35);
    rh_assumptions_set(&assumptions, RH_PARAM_PRICE_ELASTICITY, 1.5);
    find(NAN, NAN, NAN);
    const double effort = prior[RH_FIT_EFFORT_ELASTICITY].mean, attends = 1.0 / (1.0 + exp(0.4));
    expect(prior[RH_FIT_RESPONSE].mean, attends * (effort * log(1.0 + 0.65 * 0.2) + 1.5 * 0.35 * 0.2 * 0.1) / log(1.2),
           1e-12);
    assert_memory_equal(prior, posterior, sizeof prior); /* without an estimate nothing moves */
}

/* Of a margin that was taken for twice what it is, effort answers to twice the reward per margin. */
static void assumed_margins(void **state)
{
    (void)state;
    rh_assumptions_set(&assumptions, RH_PARAM_PARTNER_MARGIN, 0.05);
    find(NAN, NAN, NAN);
    const double effort = prior[RH_FIT_EFFORT_ELASTICITY].mean;
    expect(prior[RH_FIT_RESPONSE].mean, effort, 1e-12);
    assumed = 0.25;
    find(NAN, NAN, NAN);
    expect(prior[RH_FIT_RESPONSE].mean, effort * (0.75 + 0.25 * log(1.4) / log(1.2)), 1e-12);
}

/* Probabilities: by the prior's density, by the sums that the moments are of, and ascending. */
static void shares_below(void **state)
{
    (void)state;
    static const double value[] = {0.0, 0.1, 0.2, 0.3, 0.7};
    double below[5], equal[5], mean, sd;
    rh_assumptions_set(&assumptions, RH_PARAM_NULL_PROGRAM, 0.1);
    struct rh_estimate estimate = ESTIMATE(NAN, NAN, NAN, 0.2, 0.1, 1.0);
    assert_int_equal(rh_posterior_shares(&assumptions, 0, &estimate, RH_FIT_RESPONSE, value, 5, below, equal, NULL),
                     RH_OK);
    expect(below[0], 0.0, 0.0);
    expect(equal[0], 0.1, 1e-9);
    expect(below[4], 1.0, 1e-9);
    for (int k = 1; k < 4; k++) {
        double sum = 0.0, all = 0.0;
        for (int n = 0; n < 200000; n++) {
            const double x = 0.02 + 0.68 * (n + 0.5) / 200000;
            sum += x < value[k] ? density(x) : 0.0;
            all += density(x);
        }
        expect(below[k], 0.1 + 0.9 * sum / all, 1e-3);
        expect(equal[k], 0.0, 1e-12);
    }
    estimate = (struct rh_estimate)ESTIMATE(0.0, 0.05, 1e12, 0.2, 0.1, 1.0);
    const double some = 0.9 * integrate(0.0, 0.05, &mean, &sd);
    assert_int_equal(rh_posterior_shares(&assumptions, 0, &estimate, RH_FIT_RESPONSE, value, 5, below, equal, NULL),
                     RH_OK);
    expect(equal[0], 0.1 / (0.1 + some), 2e-3);
    assert_true(below[1] > equal[0] && below[2] > below[1] && below[2] > 0.99);
}

/* What is known of the price elasticity by itself: prior × likelihood, whatever the response says where it does not
 * depend on it; and where it does, both count. */
static void the_price_by_itself(void **state)
{
    (void)state;
    static const double estimates[] = {1.0, 0.0, 2.5}, errors[] = {0.3, 0.5, 0.05};
    for (int n = 0; n < 3; n++) {
        struct rh_estimate estimate = ESTIMATE(0.3, 0.1, 1e12, 0.2, 0.1, 1.0);
        estimate.price = estimates[n];
        estimate.price_se = errors[n];
        estimate.price_freedom = 1e12;
        double weight = 0.0, sum = 0.0, square = 0.0;
        assert_int_equal(rh_posterior_find(&assumptions, 0, &estimate, prior, posterior, NULL), RH_OK);
        for (int k = 0; k < 200000; k++) {
            const double variance = log1p(0.49 / 2.25), x = 0.2 + 3.8 * (k + 0.5) / 200000;
            const double d = log(x) - log(1.5) + 0.5 * variance, e = (x - estimates[n]) / errors[n];
            const double w = exp(-0.5 * d * d / variance - 0.5 * e * e) / x;
            weight += w;
            sum += w * x;
            square += w * x * x;
        }
        const double mean = sum / weight, sd = sqrt(square / weight - mean * mean);
        expect(posterior[RH_FIT_PRICE_ELASTICITY].mean, mean, 0.05 * sd);
        expect(posterior[RH_FIT_PRICE_ELASTICITY].sd, sd, 0.05 * sd);
        integrate(0.3, 0.1, &weight, &sum);
        expect(posterior[RH_FIT_EFFORT_ELASTICITY].mean, weight, 1e-3); /* nothing is passed on */
        estimate.slope = NAN;
        assert_int_equal(rh_posterior_find(&assumptions, 0, &estimate, prior, posterior, NULL), RH_OK);
        expect(posterior[RH_FIT_EFFORT_ELASTICITY].mean, prior[RH_FIT_EFFORT_ELASTICITY].mean, 1e-12);
        expect(posterior[RH_FIT_PRICE_ELASTICITY].mean, mean, 0.05 * sd);
    }
}

static void price_and_response_agree_on_effort(void **state)
{
    (void)state;
    struct rh_estimate estimate = ESTIMATE(0.3, 0.03, 1e12, 2.0, 0.5, 1.0);
    rh_assumptions_set(&assumptions, RH_PARAM_PASS_THROUGH, 0.5);
    assert_int_equal(rh_posterior_find(&assumptions, 0, &estimate, prior, posterior, NULL), RH_OK);
    const double alone = posterior[RH_FIT_EFFORT_ELASTICITY].mean;
    estimate.price = 0.3;
    estimate.price_se = 0.05;
    estimate.price_freedom = 1e12;
    assert_int_equal(rh_posterior_find(&assumptions, 0, &estimate, prior, posterior, NULL), RH_OK);
    assert_true(posterior[RH_FIT_EFFORT_ELASTICITY].mean >
                alone + 0.02); /* a price that does little leaves more to it */
}

/* However far away and however sure an estimate is, moments are numbers. Where nothing explains it, what comes nearest
 * does: that nobody reacts. */
static void far_away(void **state)
{
    (void)state;
    rh_assumptions_set(&assumptions, RH_PARAM_NULL_PROGRAM, 0.1);
    find(-1.0, 1e-4, 500.0);
    for (int k = 0; k < RH_NUM_FIT_QUANTITIES; k++) {
        assert_true(isfinite(posterior[k].mean) && isfinite(posterior[k].sd));
    }
    assert_true(posterior[RH_FIT_NULL_PROGRAM].mean > 0.99);
}

/* ---- Draws ---- */

enum { DRAWS = 4096, EFFORT = 0, PASSED, PRICE, ATTENTION, SLOPE, NONE };
static double response[DRAWS], draw[RH_FIT_NUM_DRAWN][DRAWS];

static const struct rh_estimate usual = ESTIMATE(0.3, 0.1, 30.0, 0.4, 0.15, 1.5);

/* The priors as they are. */
static void set_priors(void)
{
    rh_assumptions_free(&assumptions);
    assert_int_equal(rh_assumptions_init(&assumptions, &segments, NULL), RH_OK);
}

static void take_draws(const struct rh_estimate *estimate)
{
    assert_int_equal(rh_posterior_find(&assumptions, 0, estimate, prior, posterior, NULL), RH_OK);
    assert_int_equal(rh_posterior_draw(&assumptions, 0, estimate, 1, DRAWS, response, draw[0], NULL), RH_OK);
}

static struct rh_moments moments_of(const double *value)
{
    double mean = 0.0, square = 0.0;
    for (int r = 0; r < DRAWS; r++) {
        mean += value[r] / DRAWS;
    }
    for (int r = 0; r < DRAWS; r++) {
        square += (value[r] - mean) * (value[r] - mean) / DRAWS;
    }
    return (struct rh_moments){mean, sqrt(square)};
}

/* Standard error of the standard deviation of as many independent draws, relative to it. */
static double error_of_sd(const double *value, struct rh_moments moments)
{
    double fourth = 0.0;
    for (int r = 0; r < DRAWS; r++) {
        fourth += pow((value[r] - moments.mean) / moments.sd, 4.0) / DRAWS;
    }
    return sqrt((fourth - 1.0) / (4.0 * DRAWS));
}

/* Moments are those of the grid, and closer than those of as many independent draws, whose means are off by 1/64 of the
 * standard deviation: those of stratified draws are by about a third of that. */
static void draws_have_its_moments(void **state)
{
    static const struct rh_estimate others[] = {
        ESTIMATE(0.3, 0.1, 30.0, 0.4, 0.15, 1.5), ESTIMATE(0.05, 0.02, 4.0, 0.1, 0.1, 0.0),
        ESTIMATE(-0.5, 0.05, 100.0, 0.4, 0.15, 1.0), ESTIMATE(NAN, NAN, NAN, 0.4, 0.15, 1.5)};
    static const enum rh_fit_quantity quantity[] = {RH_FIT_EFFORT_ELASTICITY, RH_FIT_PASS_THROUGH,
                                                    RH_FIT_PRICE_ELASTICITY, RH_FIT_ATTENTION, RH_FIT_RESPONSE};
    double square = 0.0;
    (void)state;
    set_priors();
    for (int e = 0; e < 4; e++) {
        take_draws(&others[e]);
        for (int q = 0; q < 5; q++) {
            const double *value = q < 4 ? draw[q] : response;
            const struct rh_moments *all = &posterior[quantity[q]], found = moments_of(value);
            const double off = (found.mean - all->mean) / (all->sd / 64.0 + 1e-12);
            assert_true(fabs(off) < 1.0);
            square += off * off / 20.0;
            expect(found.sd, all->sd, 4.0 * error_of_sd(value, found) * all->sd);
        }
        expect(moments_of(draw[NONE]).mean, posterior[RH_FIT_NULL_PROGRAM].mean, 1.0 / DRAWS);
    }
    assert_true(sqrt(square) < 0.5);
}

/* Where a program cannot be null, efforts are spread as evenly as they can be: a part of the weight that ends one rest
 * and begins the next has efforts that are alike. */
static void efforts_are_even(void **state)
{
    double square = 0.0;
    (void)state;
    set_priors();
    rh_assumptions_set(&assumptions, RH_PARAM_NULL_PROGRAM, 0.0);
    for (int e = 0; e < 10; e++) {
        const struct rh_estimate estimate = ESTIMATE(0.05 * e, 0.1, 30.0, 0.4, 0.15, 1.5);
        take_draws(&estimate);
        const struct rh_moments *all = &posterior[RH_FIT_EFFORT_ELASTICITY];
        const double off = (moments_of(draw[EFFORT]).mean - all->mean) / (all->sd / 64.0);
        square += off * off / 10.0;
    }
    assert_true(sqrt(square) < 0.25);
}

static double correlation(const double *x, const double *y)
{
    const struct rh_moments a = moments_of(x), b = moments_of(y);
    double sum = 0.0;
    for (int r = 0; r < DRAWS; r++) {
        sum += (x[r] - a.mean) * (y[r] - b.mean) / DRAWS;
    }
    return sum / (a.sd * b.sd);
}

/* splitmix64 (Steele et al. 2014) */
static double uniform(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

/* Correlations against random points of the prior, weighted by the likelihood: an estimate below the prior's mean makes
 * those that attend more try less. Among what the grid has 256 points of they are as far off as those of 256. */
static void draws_hold_together(void **state)
{
    enum { POINTS = 400000 };
    static const enum rh_parameter parameter[] = {RH_PARAM_EFFORT_ELASTICITY, RH_PARAM_PASS_THROUGH,
                                                  RH_PARAM_PRICE_ELASTICITY, RH_PARAM_ATTENTION,
                                                  RH_PARAM_COMPLEXITY_SLOPE};
    static const struct rh_estimate low = ESTIMATE(0.10, 0.03, 30.0, 0.4, 0.15, 1.5);
    double weight = 0.0, mean[6] = {0.0}, product[6][6] = {{0.0}};
    uint64_t random = 7;
    (void)state;
    set_priors();
    take_draws(&low);
    for (int k = 0; k < POINTS; k++) {
        double value[6];
        for (int p = 0; p < 5; p++) {
            value[p] = rh_belief_of_quantile(&assumptions.belief[parameter[p]], uniform(&random));
        }
        value[NONE] = uniform(&random) < 0.1 ? 1.0 : 0.0;
        const double odds = value[ATTENTION] / (1.0 - value[ATTENTION]) * exp(-value[SLOPE] * low.complexity);
        const double worked = value[EFFORT] * log(1.0 + (1.0 - value[PASSED]) * low.typical) +
                              value[PRICE] * value[PASSED] * low.typical * low.margin;
        const double brings = (1.0 - value[NONE]) * odds / (1.0 + odds) * worked / log(1.0 + low.typical);
        const double d = (brings - low.slope) / low.se, w = pow(1.0 + d * d / low.freedom, -15.5);
        weight += w;
        for (int a = 0; a < 6; a++) {
            mean[a] += w * value[a];
            for (int b = 0; b <= a; b++) {
                product[a][b] += w * value[a] * value[b];
            }
        }
    }
    for (int a = 0; a < 6; a++) {
        for (int b = 0; b < a; b++) {
            const double covariance = product[a][b] / weight - mean[a] * mean[b] / (weight * weight);
            const double variance_a = product[a][a] / weight - mean[a] * mean[a] / (weight * weight),
                         variance_b = product[b][b] / weight - mean[b] * mean[b] / (weight * weight);
            const bool coarse = a < NONE && b > EFFORT;
            expect(correlation(draw[a], draw[b]), covariance / sqrt(variance_a * variance_b),
                   coarse ? 2.0 / 16.0 : 4.0 / sqrt(DRAWS));
        }
    }
    assert_true(correlation(draw[EFFORT], draw[ATTENTION]) < -0.1);
}

/* Rows rise with the response, null programs first: so a row is a quantile. What stands in a row gives its response. */
static void draws_are_in_order(void **state)
{
    (void)state;
    set_priors();
    take_draws(&usual);
    for (int r = 0; r < DRAWS; r++) {
        const double odds = draw[ATTENTION][r] / (1.0 - draw[ATTENTION][r]) * exp(-draw[SLOPE][r] * usual.complexity);
        const double worked = draw[EFFORT][r] * log(1.0 + (1.0 - draw[PASSED][r]) * usual.typical) +
                              draw[PRICE][r] * draw[PASSED][r] * usual.typical * usual.margin;
        const double brings = odds / (1.0 + odds) * worked / log(1.0 + usual.typical);
        expect(response[r], draw[NONE][r] == 1.0 ? 0.0 : brings, 1e-12);
        assert_true(draw[NONE][r] == 1.0 || draw[NONE][r] == 0.0);
        assert_true(r == 0 || (response[r] >= response[r - 1] && draw[NONE][r] <= draw[NONE][r - 1]));
    }
}

/* The same again; others of another seed; of a single draw, and where nothing can be null, all that is taken weighs.
 */
static void draws_are_decided(void **state)
{
    static double again[DRAWS], others[RH_FIT_NUM_DRAWN][DRAWS];
    (void)state;
    set_priors();
    take_draws(&usual);
    assert_int_equal(rh_posterior_draw(&assumptions, 0, &usual, 1, DRAWS, again, others[0], NULL), RH_OK);
    assert_memory_equal(again, response, sizeof again);
    assert_memory_equal(others, draw, sizeof others);
    assert_int_equal(rh_posterior_draw(&assumptions, 0, &usual, 2, DRAWS, again, others[0], NULL), RH_OK);
    assert_true(memcmp(others, draw, sizeof others) != 0);
    rh_assumptions_set(&assumptions, RH_PARAM_NULL_PROGRAM, 0.0);
    for (size_t num = 1; num <= 3; num++) {
        assert_int_equal(rh_posterior_draw(&assumptions, 0, &usual, 1, num, again, others[0], NULL), RH_OK);
        for (size_t r = 0; r < num; r++) {
            assert_true(again[r] > 0.0 && others[0][NONE * num + r] == 0.0);
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(is_prior_times_likelihood),
                                       TEST(few_clusters_pull_less),
                                       TEST(null_programs),
                                       TEST(the_response_by_hand),
                                       TEST(assumed_margins),
                                       TEST(shares_below),
                                       TEST(the_price_by_itself),
                                       TEST(price_and_response_agree_on_effort),
                                       TEST(far_away),
                                       TEST(draws_have_its_moments),
                                       TEST(efforts_are_even),
                                       TEST(draws_hold_together),
                                       TEST(draws_are_in_order),
                                       TEST(draws_are_decided)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
