/* What an estimate makes of priors, against sums over their densities and by hand. */
#include "fit/posterior.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct rh_names segments;
static struct rh_assumptions assumptions;
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
    const struct rh_estimate estimate = {slope, se, freedom, 0.2, 0.1, 1.0, NAN, NAN, NAN};
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

/* What is known of the price elasticity by itself: prior × likelihood, whatever the response says where it does not
 * depend on it; and where it does, both count. */
static void the_price_by_itself(void **state)
{
    (void)state;
    static const double estimates[] = {1.0, 0.0, 2.5}, errors[] = {0.3, 0.5, 0.05};
    for (int n = 0; n < 3; n++) {
        struct rh_estimate estimate = {0.3, 0.1, 1e12, 0.2, 0.1, 1.0, estimates[n], errors[n], 1e12};
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
    struct rh_estimate estimate = {0.3, 0.03, 1e12, 2.0, 0.5, 1.0, NAN, NAN, NAN};
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(is_prior_times_likelihood),
                                       TEST(few_clusters_pull_less),
                                       TEST(null_programs),
                                       TEST(the_response_by_hand),
                                       TEST(the_price_by_itself),
                                       TEST(price_and_response_agree_on_effort),
                                       TEST(far_away)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
