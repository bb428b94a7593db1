/* What an estimate makes of priors, against sums over their densities and by hand. */
#include "fit/posterior.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

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
                                         .assumed = assumed};
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
    struct rh_estimate estimate = {NAN, NAN, NAN, 0.2, 0.1, 1.0, 0.0};
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
    estimate = (struct rh_estimate){0.0, 0.05, 1e12, 0.2, 0.1, 1.0, 0.0};
    const double some = 0.9 * integrate(0.0, 0.05, &mean, &sd);
    assert_int_equal(rh_posterior_shares(&assumptions, 0, &estimate, RH_FIT_RESPONSE, value, 5, below, equal, NULL),
                     RH_OK);
    expect(equal[0], 0.1 / (0.1 + some), 2e-3);
    assert_true(below[1] > equal[0] && below[2] > below[1] && below[2] > 0.99);
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(is_prior_times_likelihood), TEST(few_clusters_pull_less), TEST(null_programs), TEST(the_response_by_hand),
        TEST(assumed_margins),           TEST(shares_below),           TEST(far_away)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
