/* What the next sale is worth: the closed form against central finite differences of the expected reward, whose
 * integral is done by adaptive quadrature, the expected reward against that integral, and the kernel's form over lanes
 * against the closed form. */
#include "engine/kernel_private.h"
#include "model/belief.h"
#include "stats/summary.h"
#include "support/random_schedule.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MOST_BREAKS (4 * RANDOM_LEVELS + 8)
#define WORKSPACE 400

/* A random belief of a partner that sells about `top` in a window. */
static struct rh_belief random_belief(uint64_t *random, double top)
{
    const double mean = top * exp(2.0 * random_uniform(random) - 1.5);
    return rh_belief_make(mean, 0.05 + 1.45 * random_uniform(random), 1 + random_below(random, 12));
}

/* What an integral over R is made from: (reward(q + h + R) − reward(q − h + R)) / 2h, weighted by the density of R. */
struct slope {
    const struct rh_incentive *incentive;
    struct rh_belief belief;
    double q, h;
    double (*integrand)(double r, void *user);
};

static double weighted_slope(double r, void *user)
{
    const struct slope *self = user;
    const double odds = pow(r / self->belief.alpha, self->belief.beta);
    const double density = r > 0.0 ? self->belief.beta / r / ((1.0 + odds) * (1.0 + 1.0 / odds)) : 0.0;
    return density > 0.0 ? density *
                               (direct_reward(self->incentive, self->q + self->h + r) -
                                direct_reward(self->incentive, self->q - self->h + r)) /
                               (2.0 * self->h)
                         : 0.0;
}

static double weighted_reward(double r, void *user)
{
    const struct slope *self = user;
    const double odds = pow(r / self->belief.alpha, self->belief.beta);
    const double density = r > 0.0 ? self->belief.beta / r / ((1.0 + odds) * (1.0 + 1.0 / odds)) : 0.0;
    return density > 0.0 ? density * direct_reward(self->incentive, self->q + r) : 0.0;
}

/* Where the integrand has a kink or a jump, and some quantiles so that no peak is missed; ascending, from 0. */
static size_t breaks_of(const struct slope *self, double *out)
{
    static const double quantiles[] = {1e-9, 1e-4, 0.05, 0.5, 0.95, 1.0 - 1e-4, 1.0 - 1e-9};
    const struct rh_incentive *incentive = self->incentive;
    size_t num = 0;
    out[num++] = 0.0;
    for (size_t k = 0; k < sizeof quantiles / sizeof *quantiles; k++) {
        const double odds = quantiles[k] / (1.0 - quantiles[k]);
        out[num++] = self->belief.alpha * pow(odds, 1.0 / self->belief.beta);
    }
    for (size_t k = 0; k < incentive->num_levels; k++) {
        const double from = (double)incentive->level[k].from - self->q;
        for (int side = -1; side <= 1; side += 2) {
            if (from + side * self->h > 0.0) {
                out[num++] = from + side * self->h;
            }
        }
    }
    rh_sort_numbers(out, num);
    return num;
}

/* Kinks of a capped reward are at the ends of its bands or inside them; those inside, as attainments. */
static size_t cap_kinks(const struct rh_incentive *incentive, double *out)
{
    double flats = 0.0, banded = 0.0;
    size_t num = 0;
    for (size_t k = 0; incentive->cap_window != RH_MISSING && k < incentive->num_levels; k++) {
        const struct rh_level *level = &incentive->level[k];
        const double from = (double)level->from, slope = direct_slope(level), cap = (double)incentive->cap_window;
        const double end = k + 1 < incentive->num_levels ? (double)incentive->level[k + 1].from : INFINITY;
        const double flat = level->has_flat ? (double)level->flat : 0.0;
        flats += flat;
        const double at_start = incentive->bands == RH_BANDS_RETROACTIVE ? slope * from + flat : flats + banded;
        banded += isfinite(end) ? slope * (end - from) : 0.0;
        if (slope > 0.0 && at_start < cap && from + (cap - at_start) / slope < end) {
            out[num++] = from + (cap - at_start) / slope;
        }
    }
    return num;
}

/* The integrand of a tail, which may be a heavy one: by P(R > r) instead of r. */
static double tail(double beyond, void *user)
{
    const struct slope *self = user;
    const double r = self->belief.alpha * pow(1.0 / beyond - 1.0, 1.0 / self->belief.beta);
    const double density = self->belief.beta / r * beyond * (1.0 - beyond);
    return isfinite(r) && density > 0.0 ? self->integrand(r, user) / density : 0.0;
}

/* Integral of self->integrand over all R, piece by piece. */
static double integrate(const struct slope *self, gsl_integration_workspace *workspace)
{
    double breaks[MOST_BREAKS + 2 * RANDOM_LEVELS], kinks[RANDOM_LEVELS], sum = 0.0, part, error;
    size_t num = breaks_of(self, breaks), num_kinks = cap_kinks(self->incentive, kinks);
    for (size_t k = 0; k < num_kinks; k++) {
        for (int side = -1; side <= 1; side += 2) {
            const double r = kinks[k] - self->q + side * self->h;
            if (r > 0.0) {
                breaks[num++] = r;
            }
        }
    }
    rh_sort_numbers(breaks, num);
    gsl_function function = {self->integrand, (void *)(uintptr_t)self}, beyond = {tail, function.params};
    for (size_t k = 1; k < num; k++) {
        if (breaks[k] > breaks[k - 1]) {
            gsl_integration_qags(&function, breaks[k - 1], breaks[k], 1e-16, 1e-11, WORKSPACE, workspace, &part,
                                 &error);
            sum += part;
        }
    }
    const double odds = pow(breaks[num - 1] / self->belief.alpha, self->belief.beta);
    gsl_integration_qags(&beyond, 0.0, 1.0 / (1.0 + odds), 1e-16, 1e-11, WORKSPACE, workspace, &part, &error);
    return sum + part;
}

/* Sum of the terms of g without their signs: what its rounding is relative to. */
static double size_of_terms(struct rh_belief belief, const struct rh_schedule *schedule, double q)
{
    double size = 0.0;
    for (int p = 0; p < schedule->num; p++) {
        const double x = schedule->piece[p].start - q;
        size += x <= 0.0 ? fabs(schedule->piece[p].slope_change)
                         : fabs(schedule->piece[p].slope_change) * rh_belief_survival(belief, x) +
                               fabs(schedule->piece[p].jump) * rh_belief_density(belief, x);
    }
    return size;
}

/* Distance from q to the nearest start of a piece. */
static double nearest_start(const struct rh_schedule *schedule, double q)
{
    double nearest = INFINITY;
    for (int p = 0; p < schedule->num; p++) {
        nearest = fmin(nearest, fabs(schedule->piece[p].start - q));
    }
    return nearest;
}

/* g is dE[reward]/dQ: within 10⁻⁶ of the sum of its terms' sizes, of which h² takes most. */
static void test_against_finite_differences(void **state)
{
    const double top = 5e8;
    uint64_t random = 5;
    int compared = 0;
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(WORKSPACE);
    (void)state;
    for (int n = 0; n < 4000; n++) {
        struct rh_level level[RANDOM_LEVELS];
        struct rh_schedule schedule;
        const struct rh_incentive incentive = random_incentive(&random, top, level);
        struct slope slope = {&incentive, random_belief(&random, top), random_uniform(&random) * top * 1.3, 0.0,
                              weighted_slope};
        assert_int_equal(rh_schedule_init(&schedule, &incentive, NULL), RH_OK);
        const double nearest = fmin(nearest_start(&schedule, slope.q), slope.q);
        slope.h = 1e-5 * fmin(nearest, slope.belief.alpha);
        if (nearest > 1e-3 * top) { /* nearer ones need an h that rounding eats */
            const double g = rh_belief_marginal_reward(slope.belief, &schedule, slope.q);
            const double expected = integrate(&slope, workspace);
            const double bound = 1e-6 * size_of_terms(slope.belief, &schedule, slope.q) + 1e-9;
            if (!(fabs(g - expected) <= bound)) {
                print_error("schedule %d: g %.17g, by differences %.17g\n", n, g, expected);
            }
            assert_true(fabs(g - expected) <= bound);
            compared++;
        }
        rh_schedule_free(&schedule);
    }
    assert_true(compared > 3000);
    gsl_integration_workspace_free(workspace);
    gsl_set_error_handler(handler);
}

/* The expected reward is the integral over R: within 10⁻⁹ of it. */
static void test_expected_reward(void **state)
{
    const double top = 5e8;
    uint64_t random = 7;
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(WORKSPACE);
    (void)state;
    for (int n = 0; n < 3000; n++) {
        struct rh_level level[RANDOM_LEVELS];
        struct rh_schedule schedule;
        const struct rh_incentive incentive = random_incentive(&random, top, level);
        struct slope slope = {&incentive, random_belief(&random, top), random_uniform(&random) * top * 1.3, 0.0,
                              weighted_reward};
        slope.q = n % 5 == 0 ? 0.0 : slope.q;
        assert_int_equal(rh_schedule_init(&schedule, &incentive, NULL), RH_OK);
        const double found = rh_belief_expected_reward(slope.belief, &schedule, slope.q);
        const double expected = integrate(&slope, workspace);
        if (!(fabs(found - expected) <= 1e-9 * fabs(expected) + 1e-3)) {
            fail_msg("schedule %d: %.17g, by quadrature %.17g, shape %.3f", n, found, expected, slope.belief.beta);
        }
        slope.belief.alpha = 0.0; /* nothing is expected: what is reached pays */
        assert_true(rh_belief_expected_reward(slope.belief, &schedule, slope.q) ==
                    rh_schedule_reward(&schedule, slope.q));
        rh_schedule_free(&schedule);
    }
    gsl_integration_workspace_free(workspace);
    gsl_set_error_handler(handler);
}

/* Its slope in q is the expected marginal reward: central differences, extrapolated once (Richardson 1911). */
static void test_expectation_and_margin(void **state)
{
    const double top = 5e8;
    uint64_t random = 8;
    int compared = 0;
    (void)state;
    for (int n = 0; n < 4000; n++) {
        struct rh_level level[RANDOM_LEVELS];
        struct rh_schedule schedule;
        const struct rh_incentive incentive = random_incentive(&random, top, level);
        const struct rh_belief belief = random_belief(&random, top);
        const double q = random_uniform(&random) * top * 1.3;
        assert_int_equal(rh_schedule_init(&schedule, &incentive, NULL), RH_OK);
        const double nearest = fmin(nearest_start(&schedule, q), q), h = 1e-3 * fmin(nearest, belief.alpha);
        double slope[2];
        for (int k = 0; k < 2; k++) {
            const double step = h * (k + 1);
            slope[k] = (rh_belief_expected_reward(belief, &schedule, q + step) -
                        rh_belief_expected_reward(belief, &schedule, q - step)) /
                       (2.0 * step);
        }
        if (nearest > 1e-3 * top) {
            const double g = rh_belief_marginal_reward(belief, &schedule, q), found = (4.0 * slope[0] - slope[1]) / 3.0;
            if (!(fabs(g - found) <= 1e-7 * size_of_terms(belief, &schedule, q) + 1e-9)) {
                fail_msg("schedule %d: g %.17g, by differences %.17g", n, g, found);
            }
            compared++;
        }
        rh_schedule_free(&schedule);
    }
    assert_true(compared > 3000);
}

/* The kernel's form is the closed form: within 10⁻¹² of the sum of its terms' sizes, also close to thresholds, far from
 * them and without any expectation. */
static void test_kernel_form(void **state)
{
    const double top = 5e8;
    uint64_t random = 6;
    (void)state;
    for (int n = 0; n < 3000; n++) {
        struct rh_level level[RANDOM_LEVELS];
        struct rh_schedule schedule;
        rh_lanes attained, g;
        const struct rh_incentive incentive = random_incentive(&random, top, level);
        struct rh_belief belief = random_belief(&random, top);
        belief.alpha *= n % 10 == 0 ? 0.0 : 1.0;
        assert_int_equal(rh_schedule_init(&schedule, &incentive, NULL), RH_OK);
        for (int l = 0; l < RH_LANES; l++) {
            const double from = schedule.piece[random_below(&random, schedule.num)].start;
            attained[l] = l % 4 == 0   ? from
                          : l % 4 == 1 ? from + random_below(&random, 5) - 2.0
                                       : random_uniform(&random) * top * (l % 4 == 2 ? 2.0 : 1e-3);
            attained[l] = l == 0 ? 0.0 : attained[l];
        }
        rh_marginal_reward(&schedule, belief, attained, g);
        for (int l = 0; l < RH_LANES; l++) {
            const double expected = rh_belief_marginal_reward(belief, &schedule, attained[l]);
            assert_true(fabs(g[l] - expected) <= 1e-12 * size_of_terms(belief, &schedule, attained[l]));
        }
        rh_schedule_free(&schedule);
    }
}

/* Median, shape, and the bounds of what is expected. */
static void test_belief(void **state)
{
    const struct rh_belief self = rh_belief_make(3e6, 0.6, 3), nothing = rh_belief_make(0.0, 0.6, 3);
    const double variance = 0.36 / 3.0;
    (void)state;
    assert_true(fabs(self.alpha - 3e6 / sqrt(1.0 + variance)) < 1e-9 * self.alpha);
    assert_true(fabs(self.beta - 3.14159265358979 / (sqrt(3.0) * sqrt(log(1.0 + variance)))) < 1e-12 * self.beta);
    assert_true(fabs(rh_belief_survival(self, self.alpha) - 0.5) < 1e-15);
    assert_true(fabs(rh_belief_density(self, self.alpha) - 0.25 * self.beta / self.alpha) < 1e-15);
    assert_true(rh_belief_survival(nothing, 1.0) == 0.0 && rh_belief_density(nothing, 1.0) == 0.0);
    for (double x = 1.0; x < 1e12; x *= 1.7) {
        const double odds = pow(x / self.alpha, self.beta);
        if (fabs(self.beta * log(x / self.alpha)) < RH_BELIEF_CLAMP) {
            assert_true(fabs(rh_belief_survival(self, x) * (1.0 + odds) - 1.0) < 1e-12);
            assert_true(fabs(rh_belief_density(self, x) * x / self.beta * (1.0 + odds) * (1.0 + 1.0 / odds) - 1.0) <
                        1e-12);
        }
        assert_true(rh_belief_survival(self, x) >= rh_belief_survival(self, 1.7 * x));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_belief),          cmocka_unit_test(test_against_finite_differences),
        cmocka_unit_test(test_expected_reward), cmocka_unit_test(test_expectation_and_margin),
        cmocka_unit_test(test_kernel_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
