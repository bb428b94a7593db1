/* What partners of the artificial channel do for a program: by formulas, and in the months of a ledger that is simple
 * enough to be worked out by hand. */
#include "core/text.h"
#include "synth/ledger.h"
#include "synth/response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MONTHS 12 /* 2025 */

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9 * fmax(fabs(expected), 1.0))) {
        fail_msg("%.17g, expected %.17g", value, expected);
    }
}

static struct rh_world *make_world(void)
{
    struct rh_problems problems;
    struct rh_world *world = NULL;
    rh_problems_init(&problems);
    assert_int_equal(rh_world_create(&world, NULL, &problems), RH_OK);
    rh_problems_free(&problems);
    assert_int_equal(world->num_programs, 1);
    assert_int_equal(world->program[0].num_levels, 3);
    return world;
}

/* Everybody buys for 10,000 a month, all of a quarter's in its month `phase`, in units of a cent and without any luck,
 * and reacts, but with an elasticity of 0. */
static struct rh_world *make_plain(int phase)
{
    struct rh_world *world = make_world();
    world->market.common_sd = world->market.regional_sd = 0.0;
    world->partner.wander_sd = world->partner.mix_sd = 0.0;
    world->life.years = 1000.0;
    world->life.leaving = 0.0;
    world->orders.skipped = world->orders.size_sd = 0.0;
    world->orders.lines = 1.0;
    for (int k = 0; k < 3; k++) {
        world->orders.phase[k] = k == phase;
    }
    for (size_t k = 0; k < world->num_regions; k++) {
        world->region[k].growth = 0.0;
    }
    for (size_t k = 0; k < world->num_tiers; k++) {
        world->tier[k].discount = 0.0;
    }
    for (size_t k = 0; k < world->num_promos; k++) {
        world->promo[k].lift = world->promo[k].taken = 0.0;
    }
    for (size_t k = 0; k < world->num_products; k++) {
        world->product[k].price = 0.01;
        world->product[k].returned = 0.0;
        for (int month = 0; month < 12; month++) {
            world->product[k].season[month] = 1.0;
        }
    }
    for (size_t k = 0; k < world->num_segments; k++) {
        world->segment[k].median = 120e3;
        world->segment[k].log_sd = world->segment[k].margin_sd = 0.0;
        world->segment[k].margin_mean = 0.2;
        world->segment[k].orders = 1.0 / 3.0; /* exactly one a quarter */
        world->segment[k].quarterly = 1.0;
    }
    world->response.attention = world->timing.able = 1.0;
    world->response.effort_elasticity = 0.0;
    return world;
}

static struct rh_world_level level(double from, double rate)
{
    return (struct rh_world_level){.from = from, .rate = rate};
}

struct test {
    struct rh_channel channel;
    struct rh_channel_partner partner;
    struct rh_ledger *ledger;
    double bought[MONTHS];
};

/* Makes the first partner and adds up its revenue by month. */
static void run(struct test *self, const struct rh_world *world)
{
    struct rh_world_options options = {.partners = 1, .months = MONTHS, .seed = 5};
    struct rh_text text;
    uint64_t num_rows = 0;
    memset(self, 0, sizeof *self);
    assert_int_equal(rh_channel_init(&self->channel, world, &options, NULL), RH_OK);
    assert_int_equal(rh_channel_partner_init(&self->partner, world), RH_OK);
    assert_int_equal(rh_ledger_create(&self->ledger, &self->channel), RH_OK);
    assert_int_equal(rh_channel_next(&self->channel, &self->partner), RH_OK);
    assert_true(rh_day_month(self->partner.joined) < self->channel.first - 24);
    rh_text_init(&text);
    assert_int_equal(rh_ledger_add(self->ledger, &self->partner, &text, &num_rows), RH_OK);
    for (const char *line = text.bytes; num_rows-- > 0; line = strchr(line, '\n') + 1) {
        const char *cell[6] = {line};
        for (int k = 1; k < 6; k++) {
            cell[k] = strchr(cell[k - 1], ',') + 1;
        }
        rh_day day;
        assert_true(rh_day_parse(cell[1], 10, &day));
        int month = rh_day_month(day) - self->channel.first;
        assert_in_range(month, 0, MONTHS - 1);
        if (strncmp(cell[2], "revenue,", 8) == 0) {
            self->bought[month] += atof(cell[5]);
        }
    }
    rh_text_free(&text);
}

static void finish(struct test *self)
{
    rh_ledger_destroy(self->ledger);
    rh_channel_partner_free(&self->partner);
    rh_channel_free(&self->channel);
}

/* Bought by month, to the cent that rounding may take. */
static void assert_bought(const struct rh_world *world, const double expected[MONTHS])
{
    struct test test;
    run(&test, world);
    for (int month = 0; month < MONTHS; month++) {
        if (fabs(test.bought[month] - expected[month]) > 0.015) {
            fail_msg("month %d: %.2f, expected %.2f", month + 1, test.bought[month], expected[month]);
        }
    }
    finish(&test);
}

static void test_what_sales_earn(void **state)
{
    (void)state;
    struct rh_world_level levels[] = {level(10e3, 0.01), level(50e3, 0.02)};
    struct rh_world_program program = {.level = levels, .num_levels = 2};
    assert_near(rh_world_reward(&program, 10e3), 0.0);
    assert_near(rh_world_reward(&program, 30e3), 200.0);
    assert_near(rh_world_reward(&program, 60e3), 600.0);
    assert_near(rh_world_rate(&program, 9999.0, 0.0), 0.0);
    assert_near(rh_world_rate(&program, 10e3, 0.0), 0.01);
    assert_near(rh_world_rate(&program, 60e3, 0.0), 0.02);
    assert_near(rh_world_rate(&program, 40e3, 0.5), (400.0 + 200.0 - 300.0) / 20e3);
    program.retroactive = true;
    assert_near(rh_world_reward(&program, 9999.0), 0.0);
    assert_near(rh_world_reward(&program, 30e3), 300.0);
    assert_near(rh_world_reward(&program, 50e3), 1000.0);
    assert_near(rh_world_rate(&program, 40e3, 0.0), 0.01);
    assert_near(rh_world_rate(&program, 40e3, 0.5), (1200.0 - 400.0) / 20e3); /* the jump is in it */
    assert_near(rh_world_rate(&program, 0.0, 0.5), 0.0);
    assert_near(rh_world_goal(&program, 4e3), 0.0);
    assert_near(rh_world_goal(&program, 7.5e3), 0.5);
    assert_near(rh_world_goal(&program, 10e3), 0.0); /* of the next level */
    assert_near(rh_world_goal(&program, 45e3), 0.8);
    assert_near(rh_world_goal(&program, 50e3), 0.0);
    levels[1].rate = 0.01; /* pays no more: no goal */
    assert_near(rh_world_goal(&program, 45e3), 0.0);
}

/* With 10,000 bought of the 30,000 of the quarter, and of the partner's own 20,000 to come. */
static void test_factor_of_demand(void **state)
{
    (void)state;
    struct rh_world *world = make_plain(2);
    struct test test;
    world->program[0].level[0] = level(0.0, 0.01);
    world->program[0].level[1] = level(40e3, 0.05);
    world->program[0].num_levels = 2;
    world->response.effort_elasticity = 0.5;
    run(&test, world);
    rh_month december = test.channel.ends;
    const struct rh_channel_partner *partner = &test.partner;
    assert_near(rh_answer_rate(&test.channel, partner, december, 5e3), 0.01);
    assert_near(rh_answer_rate(&test.channel, partner, december, 10e3), 0.05); /* the threshold, crossed */
    assert_near(rh_answer_factor(&test.channel, partner, december, 5e3), sqrt(1.05));
    assert_near(rh_answer_factor(&test.channel, partner, december, 10e3), sqrt(1.25));
    world->response.goal_gradient = 0.1;
    assert_near(rh_answer_factor(&test.channel, partner, december, 30e3), sqrt(1.25) * exp(0.1 * 0.5));
    world->response.pass_through = 0.4;
    world->response.price_elasticity = 2.0;
    assert_near(rh_answer_factor(&test.channel, partner, december, 10e3), sqrt(1.0 + 0.03 / 0.2) * exp(2.0 * 0.02));
    world->program[0].certification_bonus = world->response.certification_effort;
    assert_near(rh_answer_certifying(&test.channel, partner, december), sqrt(2.0));
    world->program[0].from = december; /* not yet */
    assert_near(rh_answer_factor(&test.channel, partner, december - 1, 10e3), 1.0);
    assert_near(rh_answer_rate(&test.channel, partner, december - 1, 10e3), 0.0);
    assert_near(rh_answer_certifying(&test.channel, partner, december - 1), 1.0);
    world->program[0].from = RH_NO_MONTH;
    test.partner.attentive = false;
    assert_near(rh_answer_factor(&test.channel, partner, december, 10e3), 1.0);
    assert_near(rh_answer_rate(&test.channel, partner, december, 10e3), 0.05);
    assert_near(rh_answer_certifying(&test.channel, partner, december), 1.0);
    finish(&test);
    rh_world_destroy(world);
}

/* No program, one that pays 2% of a margin of 20%, then one that pays 4%. */
static void test_programs_change(void **state)
{
    (void)state;
    static const double bought[MONTHS] = {30e3, 0, 0, 33e3, 0, 0, 33e3, 0, 0, 36e3, 0, 0};
    struct rh_world *world = make_plain(0);
    struct rh_world_level first = level(0.0, 0.02), second = level(0.0, 0.04);
    struct rh_world_program programs[] = {
        {.name = "First", .from = rh_month_make(2025, 4), .level = &first, .num_levels = 1},
        {.name = "Second", .from = rh_month_make(2025, 10), .level = &second, .num_levels = 1}};
    struct rh_world_program *owned = world->program;
    world->response.effort_elasticity = 1.0;
    world->program = programs;
    world->num_programs = 2;
    assert_bought(world, bought);
    assert_null(rh_world_program_at(world, rh_month_make(2025, 3)));
    assert_ptr_equal(rh_world_program_at(world, rh_month_make(2025, 4)), &programs[0]);
    assert_ptr_equal(rh_world_program_at(world, rh_month_make(2025, 9)), &programs[0]);
    assert_ptr_equal(rh_world_program_at(world, rh_month_make(2025, 12)), &programs[1]);

    struct test test;
    run(&test, world);
    const struct rh_ledger_truth *truth = rh_ledger_truth(test.ledger);
    static const double months[] = {3, 6, 3}, rates[] = {0.0, 0.12, 0.12};
    static const double without[] = {30e3, 60e3, 30e3}, with[] = {30e3, 66e3, 36e3};
    for (int k = 0; k < 3; k++) {
        assert_near(truth[k].months, months[k]);
        assert_near(truth[k].rate, rates[k]);
        assert_near(truth[k].demand_without, without[k]);
        assert_near(truth[k].demand, with[k]);
        assert_near(truth[k].ahead, 0.0);
        assert_near(truth[k].put_off, 0.0);
    }
    finish(&test);
    world->program = owned;
    world->num_programs = 1;
    rh_world_destroy(world);
}

/* 2% of everything from 32,000 in a quarter on: 640 at once for what is missing, which stands in stock in the next. */
static void test_buying_ahead(void **state)
{
    (void)state;
    static const double cheap[MONTHS] = {30e3, 0, 2e3, 28e3, 0, 4e3, 26e3, 0, 0, 30e3, 0, 2e3};
    static const double dear[MONTHS] = {30e3, 0, 2e3, 28e3, 0, 0, 30e3, 0, 2e3, 28e3, 0, 0};
    static const double never[MONTHS] = {30e3, 0, 0, 30e3, 0, 0, 30e3, 0, 0, 30e3, 0, 0};
    struct rh_world *world = make_plain(0);
    world->program[0].from = rh_month_make(2025, 1);
    world->program[0].retroactive = true;
    world->program[0].level[0] = level(32e3, 0.02);
    world->program[0].num_levels = 1;
    world->timing.reach = 0.15; /* 4,500 */
    world->timing.load_cost = 0.1;
    assert_bought(world, cheap);
    world->timing.load_cost = 0.2; /* of 4,000: 800 */
    assert_bought(world, dear);

    struct test test;
    run(&test, world);
    assert_near(rh_ledger_truth(test.ledger)[1].ahead, 4e3);
    assert_near(rh_ledger_truth(test.ledger)[1].demand, 120e3);
    finish(&test);

    world->timing.load_cost = 0.4; /* of 2,000: 800 */
    assert_bought(world, never);
    world->timing.load_cost = 0.1;
    world->timing.able = 0.0;
    assert_bought(world, never);
    world->timing.able = 1.0;
    world->response.attention = 0.0;
    assert_bought(world, never);
    rh_world_destroy(world);
}

/* Units of 1,500: two are bought for what two thousand are missing, and not where two cost more than they bring. */
static void test_units_are_whole(void **state)
{
    (void)state;
    static const double two[MONTHS] = {30e3, 0, 3e3, 27e3, 0, 0, 30e3, 0, 3e3, 27e3, 0, 0};
    static const double none[MONTHS] = {30e3, 0, 0, 30e3, 0, 0, 30e3, 0, 0, 30e3, 0, 0};
    struct rh_world *world = make_plain(0);
    world->program[0].from = rh_month_make(2025, 1);
    world->program[0].retroactive = true;
    world->program[0].level[0] = level(32e3, 0.02);
    world->program[0].num_levels = 1;
    for (size_t k = 0; k < world->num_products; k++) {
        world->product[k].price = 1500.0;
    }
    world->timing.reach = 0.15;
    world->timing.load_cost = 0.2; /* of 3,000: 600, and 660 earned */
    assert_bought(world, two);
    world->timing.load_cost = 0.25; /* 750; of the 2,000 that are missing it would be 500 */
    assert_bought(world, none);
    rh_world_destroy(world);
}

/* Who knows that a rebate begins with July buys a quarter of June's later. */
static void test_putting_off(void **state)
{
    (void)state;
    static const double bought[MONTHS] = {0, 0, 30e3, 0, 0, 22.5e3, 7.5e3, 0, 30e3, 0, 0, 30e3};
    static const double kept[MONTHS] = {0, 0, 30e3, 0, 0, 30e3, 0, 0, 30e3, 0, 0, 30e3};
    struct rh_world *world = make_plain(2);
    world->program[0].from = rh_month_make(2025, 7);
    world->program[0].level[0] = level(0.0, 0.02);
    world->program[0].num_levels = 1;
    world->timing.deferral = 0.25;
    assert_bought(world, bought);

    struct test test;
    run(&test, world);
    assert_near(rh_ledger_truth(test.ledger)[0].put_off, 7.5e3);
    assert_near(rh_ledger_truth(test.ledger)[0].demand, 60e3);
    assert_near(rh_ledger_truth(test.ledger)[1].put_off, 0.0);
    assert_near(rh_answer_deferral(&test.channel, &test.partner, rh_month_make(2025, 6), 0.0), 0.25);
    assert_near(rh_answer_deferral(&test.channel, &test.partner, rh_month_make(2025, 5), 0.0), 0.0);
    finish(&test);

    world->timing.able = 0.0;
    assert_bought(world, kept);
    rh_world_destroy(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_sales_earn), cmocka_unit_test(test_factor_of_demand),
        cmocka_unit_test(test_programs_change), cmocka_unit_test(test_buying_ahead),
        cmocka_unit_test(test_units_are_whole), cmocka_unit_test(test_putting_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
