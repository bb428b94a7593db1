/* Price elasticities found on channels where they are known, and none found where discounts tell nothing. */
#include "fit/fit.h"
#include "support/discounting.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define WORLDS 40

struct found {
    int estimated, held;
    int verdicts[RH_NUM_FIT_PRICE_VERDICTS];
    double mean, error; /* of the estimates, and its standard error */
    double usual_se;    /* mean of what the fit says */
};

static void add_world(struct found *found, const struct discounting *world, double *squares)
{
    struct rh_history history;
    struct rh_fit fit;
    struct rh_problems problems;
    rh_problems_init(&problems);
    discounting_history(world, &history);
    assert_int_equal(rh_fit_run(&fit, &history, NULL, NULL, &problems, NULL), RH_OK);
    const struct rh_fit_price *price = &fit.price;
    found->verdicts[price->verdict]++;
    if (price->verdict == RH_FIT_PRICE_ESTIMATED) {
        found->estimated++;
        found->mean += price->estimate;
        *squares += price->estimate * price->estimate;
        found->usual_se += price->se;
        found->held += fabs(price->estimate - world->elasticity) <= rh_fit_price_margin(price);
    } else {
        assert_true(isnan(price->estimate) && isnan(price->se));
        assert_memory_equal(fit.group[0].prior, fit.group[0].posterior, sizeof fit.group[0].prior);
    }
    rh_fit_free(&fit);
    rh_problems_free(&problems);
    rh_history_free(&history);
}

static struct found fit_worlds(struct discounting world, int worlds)
{
    struct found found = {0};
    double squares = 0.0;
    for (int w = 0; w < worlds; w++) {
        world.seed = 5000 + (uint64_t)w;
        add_world(&found, &world, &squares);
    }
    const double n = found.estimated;
    if (found.estimated > 0) {
        found.mean /= n;
        found.usual_se /= n;
        found.error = sqrt((squares / n - found.mean * found.mean) / (n - 1.0));
        print_message("elasticity %.2f: estimates %.3f ± %.3f, se %.3f where they differ by %.3f, held %d of %d\n",
                      world.elasticity, found.mean, found.error, found.usual_se, found.error * sqrt(n - 1.0),
                      found.held, found.estimated);
    }
    return found;
}

static const struct discounting usual = {
    .partners = 240, .months = 36, .taken = 0.7, .orders = 1.0, .shock = 0.1, .lasting = 0.2};

/* Errors: of the mean of 40 estimates; of the sd of 40; 95% intervals hold the truth in 36 of 40 worlds or more. */
static void expect_found(enum discounting_way way, double elasticity)
{
    struct discounting world = usual;
    world.way = way;
    world.elasticity = elasticity;
    const struct found found = fit_worlds(world, WORLDS);
    const double sd = found.error * sqrt(WORLDS - 1.0);
    assert_int_equal(found.estimated, WORLDS);
    assert_true(fabs(found.mean - elasticity) <= 3.0 * found.error);
    assert_true(fabs(found.usual_se / sd - 1.0) <= 3.0 / sqrt(2.0 * (WORLDS - 1.0)));
    assert_true(found.held >= 36);
}

static void promotions_of_segments(void **state)
{
    (void)state;
    expect_found(DISCOUNTING_PROMOTIONS, 0.0);
    expect_found(DISCOUNTING_PROMOTIONS, 1.5);
    expect_found(DISCOUNTING_PROMOTIONS, 3.0);
}

static void promotions_of_regions(void **state)
{
    (void)state;
    expect_found(DISCOUNTING_REGIONS, 1.5);
}

/* Discounts that tell nothing of what a price does: to all alike, by the single deal, by size. */
static void expect_nothing(enum discounting_way way, double elasticity, enum rh_fit_price_verdict verdict)
{
    struct discounting world = usual;
    world.way = way;
    world.elasticity = elasticity;
    assert_int_equal(fit_worlds(world, 10).verdicts[verdict], 10);
}

static void discounts_that_tell_nothing(void **state)
{
    (void)state;
    expect_nothing(DISCOUNTING_EVERYBODY, 3.0, RH_FIT_PRICE_ALIKE);
    expect_nothing(DISCOUNTING_DEALS, 0.0, RH_FIT_PRICE_NOT_SHARED);
    expect_nothing(DISCOUNTING_SIZE, 0.0, RH_FIT_PRICE_FOLLOWS_SIZE);
    expect_nothing(DISCOUNTING_SIZE, 3.0, RH_FIT_PRICE_FOLLOWS_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(promotions_of_segments),
                                       cmocka_unit_test(promotions_of_regions),
                                       cmocka_unit_test(discounts_that_tell_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
