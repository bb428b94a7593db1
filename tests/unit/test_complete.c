/* Completions that are told by the first terms of their distribution: the counts of the exact functions, always. */
#include "core/variates.h"
#include "engine/kernel_private.h"
#include "support/random_schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t entity = 77;
static double rate;
static struct rh_plan_partner partner;
static struct rh_plan plan = {
    .seed = 5, .num_months = 1, .partner = &partner, .activity_entity = &entity, .rate = &rate};
static rh_lanes base, luck;
static int luck_of;

/* One month of 128 replications: usual completions up to `most`, a factor from 1/limit to limit, an eighth of it 1. */
static void complete(struct rh_kernel *kernel, double most, double limit, uint64_t *random)
{
    rh_lanes factor, usual, gross;
    rate = 1e4 * most * random_uniform(random);
    for (int l = 0; l < RH_LANES; l++) {
        factor[l] = l % 8 == 0 ? 1.0 : exp((2.0 * random_uniform(random) - 1.0) * log(limit));
        usual[l] = 1e4 * floor(most * random_uniform(random)) + (l % 16 == 0 ? 123.0 : 0.0);
        kernel->base[0][l] = 0.5 + random_uniform(random);
        kernel->relation.here[l] = l % 9 == 3 ? 0.0 : 1.0;
    }
    rh_complete_activity(kernel, 0, 0, factor, usual, gross);
    for (int l = 0; l < RH_LANES; l++) {
        const struct rh_words words = rh_draw(plan.seed, entity, kernel->first + (uint32_t)l, RH_DRAW_ACTIVITY, 0, 0);
        const double u = rh_uniform(words.w[0]),
                     usual_rate = 1e-4 * rate * kernel->base[0][l] * kernel->relation.here[l];
        const double expected = factor[l] == 1.0 ? usual[l]
                                : factor[l] > 1.0
                                    ? usual[l] + 1e4 * (double)rh_poisson(usual_rate * (factor[l] - 1.0), u)
                                    : 1e4 * (double)rh_binomial((int64_t)(usual[l] * 1e-4), factor[l], u);
        assert_true(gross[l] == expected);
    }
}

static void test_counts(void **state)
{
    static const double most[] = {0.1, 1.0, 4.0, 30.0, 2000.0}, limit[] = {1.001, 1.2, 3.0, 1000.0};
    struct rh_kernel *kernel = aligned_alloc(64, sizeof *kernel);
    uint64_t random = 3;
    (void)state;
    memset(kernel, 0, sizeof *kernel);
    kernel->plan = &plan;
    kernel->partner = &partner;
    kernel->base = &base;
    kernel->completion_luck = &luck;
    kernel->completion_luck_of = &luck_of;
    for (int n = 0; n < 2000; n++) {
        kernel->first = (uint32_t)(RH_LANES * n);
        luck_of = -1;
        complete(kernel, most[n % 5], limit[n / 5 % 4], &random);
    }
    free(kernel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
