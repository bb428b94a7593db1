/* How windows end, by hand: what of it is bunching, and what is buying ahead; and what draws are worth. */
#include "fit/within.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PARTNERS 60
#define WINDOWS 12

static struct rh_names segments;
static struct rh_assumptions priors;
static struct rh_end end[PARTNERS * WINDOWS];
static struct rh_ends ends = {0, 0, end};
static struct rh_fit_within able, reach;

static int set_up(void **state)
{
    (void)state;
    rh_names_init(&segments);
    rh_names_add(&segments, "Reseller", 8);
    assert_int_equal(rh_assumptions_init(&priors, &segments, NULL), RH_OK);
    rh_assumptions_set(&priors, RH_PARAM_ATTENTION, 1.0);
    rh_assumptions_set(&priors, RH_PARAM_NULL_PROGRAM, 0.0);
    ends.num = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_assumptions_free(&priors);
    rh_names_free(&segments);
    return 0;
}

/* Ends of all partners' windows evenly from half a threshold to one and a half; of the first `ahead` partners those up
 * to `far` below the threshold end at it. */
static void make_ends(int partners, int ahead, double far, double pays)
{
    const double threshold = 1e8;
    for (int i = 0; i < partners; i++) {
        for (int w = 0; w < WINDOWS; w++) {
            const int place = (i * WINDOWS + w) * 389 % (partners * WINDOWS); /* each once, partners spread */
            double u = (place + 0.5) / (partners * WINDOWS) - 0.5;
            u = i < ahead && u < 0.0 && u > -far ? 0.0 : u;
            end[ends.num++] = (struct rh_end){.partner = i,
                                              .nearest = true,
                                              .attained = threshold * (1.0 + u),
                                              .threshold = threshold,
                                              .usual = threshold,
                                              .pays = pays};
        }
    }
}

static void find_topup(void)
{
    static const struct rh_fit_within nothing = {.estimate = NAN, .se = NAN, .freedom = NAN};
    able = reach = nothing;
    able.prior = able.posterior = rh_within_prior(&priors, RH_PARAM_TOPUP_ABLE);
    reach.prior = reach.posterior = rh_within_prior(&priors, RH_PARAM_TOPUP_REACH);
    assert_int_equal(rh_topup_find(&able, &reach, &ends, &priors, 0.0, NULL), RH_OK);
    assert_int_equal(able.verdict, reach.verdict);
    const bool estimated = able.verdict == RH_FIT_WITHIN_ESTIMATED;
    assert_true(isfinite(able.posterior.mean) && isfinite(able.posterior.sd) && isfinite(reach.posterior.mean));
    assert_int_equal(isfinite(able.estimate) && isfinite(able.se), estimated);
    assert_int_equal(isfinite(reach.estimate) && isfinite(reach.se), estimated);
}

static double mean_of(const double *draw)
{
    double sum = 0.0;
    for (int d = 0; d < RH_FIT_WITHIN_DRAWS; d++) {
        sum += draw[d] / RH_FIT_WITHIN_DRAWS;
    }
    return sum;
}

static void who_buys_ahead_is_found(void **state)
{
    (void)state;
    make_ends(PARTNERS, PARTNERS / 3, 0.2, 1.0);
    find_topup();
    assert_int_equal(able.verdict, RH_FIT_WITHIN_ESTIMATED);
    assert_int_equal(able.partners, PARTNERS);
    assert_int_equal(able.windows, PARTNERS * WINDOWS);
    assert_true(fabs(able.estimate - 1.0 / 3.0) < 2.0 * able.se && able.se < 0.1);
    assert_true(fabs(reach.estimate - 0.2) < 2.0 * reach.se && reach.se < 0.03);
    assert_true(rh_fit_within_moved(&able) > 0.5 && rh_fit_within_moved(&reach) > 0.5);
    assert_true(fabs(mean_of(able.draw) - able.posterior.mean) < 2e-3);
    assert_true(fabs(mean_of(reach.draw) - reach.posterior.mean) < 2e-3);
}

static void nobody_buys_ahead(void **state)
{
    (void)state;
    make_ends(PARTNERS, 0, 0.0, 1.0);
    find_topup();
    assert_int_equal(able.verdict, RH_FIT_WITHIN_ESTIMATED);
    assert_true(able.posterior.mean < able.prior.mean && reach.posterior.mean < reach.prior.mean);
    /* A share that could and a long reach would be seen together. */
    double both = 0.0;
    for (int d = 0; d < RH_FIT_WITHIN_DRAWS; d++) {
        both += able.draw[d] > 0.2 && reach.draw[d] > 0.15 ? 1.0 / RH_FIT_WITHIN_DRAWS : 0.0;
    }
    assert_true(both < 0.02);
}

/* Who always ends above a threshold need not have bought ahead for it, nor who always ends below be unable. */
static void partners_of_different_sizes(void **state)
{
    (void)state;
    make_ends(PARTNERS, 0, 0.0, 1.0);
    for (size_t k = 0; k < ends.num; k++) {
        const double center = 0.8 * ((end[k].partner + 0.5) / PARTNERS - 0.5), far = (double)(k % WINDOWS) + 0.5;
        end[k].attained = 1e8 * (1.0 + center + 0.2 * (far / WINDOWS - 0.5));
        end[k].usual = 1e8 * (1.0 + center);
    }
    find_topup();
    assert_int_equal(able.verdict, RH_FIT_WITHIN_ESTIMATED);
    assert_true(able.posterior.mean < able.prior.mean && able.posterior.mean * reach.posterior.mean < 0.02);
}

static void partners_that_do_not_attend_do_not_count(void **state)
{
    (void)state;
    make_ends(PARTNERS, PARTNERS / 3, 0.2, 1.0);
    find_topup();
    const double all = able.estimate;
    rh_assumptions_set(&priors, RH_PARAM_ATTENTION, 0.5);
    find_topup();
    assert_true(fabs(able.estimate / all - 2.0) < 1e-9);
    rh_assumptions_set(&priors, RH_PARAM_NULL_PROGRAM, 1.0);
    find_topup();
    assert_true(fabs(able.posterior.mean - able.prior.mean) < 2e-3); /* in cells of 1/200 */
}

static void ends_that_tell_nothing(void **state)
{
    (void)state;
    find_topup();
    assert_int_equal(able.verdict, RH_FIT_WITHIN_NO_THRESHOLDS);
    make_ends(5, 2, 0.2, 1.0);
    find_topup();
    assert_int_equal(able.verdict, RH_FIT_WITHIN_FEW);
    ends.num = 0;
    make_ends(PARTNERS, 20, 0.2, 0.01); /* less than load_cost */
    find_topup();
    assert_int_equal(able.verdict, RH_FIT_WITHIN_NOT_WORTH);
    for (size_t k = 0; k < ends.num; k++) {
        end[k].pays = 1.0;
        end[k].usual = NAN;
    }
    find_topup();
    assert_int_equal(able.verdict, RH_FIT_WITHIN_FEW);
}

static void bunching_by_hand(void **state)
{
    (void)state;
    struct rh_fit_bunching bunching;
    make_ends(PARTNERS, 0, 0.0, 1.0);
    assert_int_equal(rh_bunching_find(&bunching, &ends, NULL), RH_OK);
    assert_int_equal(bunching.ends, PARTNERS * WINDOWS);
    assert_int_equal(bunching.above, PARTNERS * WINDOWS / 20);
    assert_true(fabs(bunching.expected - PARTNERS * WINDOWS / 20.0) < 1e-6); /* a flat curve */
    assert_true(fabs(bunching.ratio - 1.0) < 1e-6 && bunching.low < 1.0 && bunching.high > 1.0);
    ends.num = 0;
    make_ends(PARTNERS, PARTNERS / 3, 0.1, 1.0); /* a third of two bins comes to it */
    assert_int_equal(rh_bunching_find(&bunching, &ends, NULL), RH_OK);
    assert_true(fabs(bunching.ratio - 5.0 / 3.0) < 0.1 && bunching.low > 1.0);
}

static void bunching_without_enough(void **state)
{
    (void)state;
    struct rh_fit_bunching bunching;
    assert_int_equal(rh_bunching_find(&bunching, &ends, NULL), RH_OK);
    assert_true(isnan(bunching.ratio) && isnan(bunching.low) && bunching.ends == 0);
    make_ends(2, 0, 0.0, 1.0);
    assert_int_equal(rh_bunching_find(&bunching, &ends, NULL), RH_OK);
    assert_true(isnan(bunching.ratio));
    ends.num = 0;
    make_ends(PARTNERS, PARTNERS, 0.6, 1.0); /* nothing below it at all */
    for (size_t k = 0; k < ends.num; k++) {
        end[k].attained = end[k].threshold;
    }
    assert_int_equal(rh_bunching_find(&bunching, &ends, NULL), RH_OK);
    assert_true(isnan(bunching.ratio) || isfinite(bunching.high));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(who_buys_ahead_is_found),     TEST(nobody_buys_ahead),
        TEST(partners_of_different_sizes), TEST(partners_that_do_not_attend_do_not_count),
        TEST(ends_that_tell_nothing),      TEST(bunching_by_hand),
        TEST(bunching_without_enough)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
