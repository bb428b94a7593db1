/* The channel's expectations in closed form, and what belongs to whom. */
#include "synth/channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

struct channel {
    struct rh_world *world;
    struct rh_channel channel;
    struct rh_channel_partner partner;
};

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-12 * fmax(fabs(expected), 1.0))) {
        fail_msg("%.17g, expected %.17g", value, expected);
    }
}

static void set_up(struct channel *self, int months)
{
    struct rh_problems problems;
    struct rh_world_options options = {.months = months, .seed = -1};
    rh_problems_init(&problems);
    assert_int_equal(rh_world_create(&self->world, NULL, &problems), RH_OK);
    assert_int_equal(rh_channel_init(&self->channel, self->world, &options, NULL), RH_OK);
    assert_int_equal(rh_channel_partner_init(&self->partner, self->world), RH_OK);
    assert_int_equal(rh_channel_next(&self->channel, &self->partner), RH_OK);
    rh_problems_free(&problems);
}

static void tear_down(struct channel *self)
{
    rh_channel_partner_free(&self->partner);
    rh_channel_free(&self->channel);
    rh_world_destroy(self->world);
}

static void test_demand_grows_from_the_last_year(void **state)
{
    (void)state;
    struct channel test;
    set_up(&test, 0);
    struct rh_channel_partner *partner = &test.partner;
    partner->joined = rh_day_make(2000, 1, 1);
    for (size_t region = 0; region < test.world->num_regions; region++) {
        partner->region = region;
        double growth = 1.0 + test.world->region[region].growth;
        for (rh_month t = test.channel.first; t <= test.channel.ends; t++) {
            double ratio =
                rh_channel_demand(&test.channel, partner, t + 12) / rh_channel_demand(&test.channel, partner, t);
            assert_near(ratio, growth);
        }
    }
    /* Without season and growth the last year is the size, and every month alike. */
    test.world->region[0].growth = 0.0;
    partner->region = 0;
    for (size_t k = 0; k < test.world->num_promos; k++) {
        test.world->promo[k].lift = 0.0;
    }
    for (size_t k = 0; k < test.world->num_products; k++) {
        for (int month = 0; month < 12; month++) {
            test.world->product[k].season[month] = 1.0;
        }
    }
    assert_near(rh_channel_demand(&test.channel, partner, test.channel.ends), partner->size / 12.0);
    tear_down(&test);
}

static void test_season_is_that_of_the_calendar_month(void **state)
{
    (void)state;
    struct channel test;
    set_up(&test, 0);
    struct rh_world *world = test.world;
    /* Access points: a promotion in July and August lifts demand by a quarter. */
    assert_string_equal(world->product[2].name, "Access points");
    assert_near(rh_channel_season(world, 2, rh_month_make(2024, 1)), 0.80);
    assert_near(rh_channel_season(world, 2, rh_month_make(2024, 6)), 1.15);
    assert_near(rh_channel_season(world, 2, rh_month_make(2024, 7)), 1.35 * 1.25);
    assert_near(rh_channel_season(world, 4, rh_month_make(2024, 12)), 1.60);
    tear_down(&test);
}

static void test_joiners_ramp_up(void **state)
{
    (void)state;
    struct channel test;
    set_up(&test, 0);
    struct rh_channel_partner joiner = test.partner, veteran = test.partner;
    joiner.joined = rh_day_make(2024, 4, 20);
    veteran.joined = rh_day_make(2000, 1, 1);
    rh_month joined = rh_month_make(2024, 4);
    assert_true(rh_channel_demand(&test.channel, &joiner, joined - 1) == 0.0);
    for (int k = 0; k < 10; k++) {
        double share = rh_channel_demand(&test.channel, &joiner, joined + k) /
                       rh_channel_demand(&test.channel, &veteran, joined + k);
        assert_near(share, k >= 6 ? 1.0 : 0.3 + 0.7 * k / 6.0);
    }
    tear_down(&test);
}

static void test_rhythm_moves_sales_within_the_quarter_only(void **state)
{
    (void)state;
    struct channel test;
    set_up(&test, 0);
    struct rh_channel_partner regular = test.partner, quarterly = test.partner;
    regular.phase = -1;
    quarterly.phase = 2;
    rh_month april = rh_month_make(2024, 4);
    const double shape[3] = {0.88, 0.96, 1.16};
    for (int k = 0; k < 3; k++) {
        double demand = rh_channel_demand(&test.channel, &regular, april + k);
        assert_near(rh_channel_expected(&test.channel, &regular, april + k) / demand, shape[k]);
        assert_near(rh_channel_expected(&test.channel, &quarterly, april + k) / demand, k == 2 ? 3.0 : 0.0);
    }
    /* Quarters are those of the fiscal year. */
    test.world->year_starts = 2.0;
    assert_int_equal(rh_channel_month_of_quarter(test.world, april), 2);
    assert_int_equal(rh_channel_month_of_quarter(test.world, april + 1), 0);
    tear_down(&test);
}

static void test_market_does_not_depend_on_the_months_asked_for(void **state)
{
    (void)state;
    struct channel a, b;
    set_up(&a, 0);
    set_up(&b, 120);
    for (rh_month t = a.channel.first; t <= a.channel.ends; t++) {
        for (size_t region = 0; region < a.world->num_regions; region++) {
            assert_true(rh_channel_market(&a.channel, region, t) == rh_channel_market(&b.channel, region, t));
        }
    }
    tear_down(&a);
    tear_down(&b);
}

static void test_parents_supply_and_are_of_the_region(void **state)
{
    (void)state;
    struct channel test;
    set_up(&test, 0);
    size_t region[2000], segment[2000], num_with_parent = 0;
    for (size_t k = 0; k < 2000; k++) {
        const struct rh_channel_partner *partner = &test.partner;
        region[k] = partner->region;
        segment[k] = partner->segment;
        if (partner->parent != RH_WORLD_NO_PARENT) {
            assert_true(partner->parent < k);
            assert_int_equal(region[partner->parent], partner->region);
            assert_true(test.world->segment[segment[partner->parent]].supplies);
            assert_true(test.world->segment[partner->segment].has_parent > 0.0);
            num_with_parent++;
        }
        assert_int_equal(rh_channel_next(&test.channel, &test.partner), RH_OK);
    }
    assert_true(num_with_parent > 500);
    tear_down(&test);
}

static void test_too_much_is_refused(void **state)
{
    (void)state;
    struct channel test;
    set_up(&test, 0);
    struct rh_channel channel;
    struct rh_error error;
    struct rh_world_options options = {.months = RH_WORLD_MAX_MONTHS + 1};
    assert_int_equal(rh_channel_init(&channel, test.world, &options, &error), RH_ERR_ARGUMENT);
    assert_non_null(strstr(error.message, "1200 months"));
    rh_channel_free(&channel);
    tear_down(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_demand_grows_from_the_last_year),
        cmocka_unit_test(test_season_is_that_of_the_calendar_month),
        cmocka_unit_test(test_joiners_ramp_up),
        cmocka_unit_test(test_rhythm_moves_sales_within_the_quarter_only),
        cmocka_unit_test(test_market_does_not_depend_on_the_months_asked_for),
        cmocka_unit_test(test_parents_supply_and_are_of_the_region),
        cmocka_unit_test(test_too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
