/* What partners of the artificial channel do for a program, found again in the ledger: the lift of each segment, what
 * tells the partners of one apart, and that what is bought ahead or put off is neither made nor lost.
 *
 * Seeds are fixed; bounds are 4 standard errors. */
#include "core/text.h"
#include "core/variates.h"
#include "synth/channel.h"
#include "synth/ledger.h"
#include "synth/parameters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENTS 4
#define MONTHS 48
#define STARTS 24 /* month of the history in which the program begins */

static const double elasticities[SEGMENTS] = {0.0, 0.2, 0.5, 0.9};

static struct rh_world *make_world(void)
{
    struct rh_problems problems;
    struct rh_world *world = NULL;
    rh_problems_init(&problems);
    assert_int_equal(rh_world_create(&world, NULL, &problems), RH_OK);
    rh_problems_free(&problems);
    assert_int_equal(world->num_segments, SEGMENTS);
    return world;
}

/* Without shocks, joining, leaving and returns; a quarter of the partners in each segment, of which each has its own
 * margin for all, and orders at least twice a month. */
static struct rh_world *make_calm(void)
{
    struct rh_world *world = make_world();
    world->market.common_sd = world->market.regional_sd = 0.0;
    world->partner.wander_sd = 0.0;
    world->life.years = 1000.0;
    world->life.leaving = 0.0;
    world->orders.at_least = 2.0;
    world->orders.size_sd = 0.3;
    for (size_t k = 0; k < world->num_products; k++) {
        world->product[k].returned = 0.0;
        world->product[k].price = 1.0;
    }
    for (size_t k = 0; k < SEGMENTS; k++) {
        world->segment[k].share = 0.25;
        world->segment[k].quarterly = world->segment[k].margin_sd = 0.0;
        world->segment[k].effort_elasticity = elasticities[k];
    }
    world->program[0].from = world->ends - MONTHS + 1 + STARTS;
    return world;
}

/* Hands each partner to `look`, with what it bought before and under the program, and what is true of it. */
struct partner {
    const struct rh_channel *channel;
    const struct rh_channel_partner *is;
    double bought[2];
    const struct rh_ledger_truth *truth; /* [2] */
};

static void run(const struct rh_world *world, int partners, int seed, void (*look)(const struct partner *, void *),
                void *user)
{
    struct rh_channel channel;
    struct rh_channel_partner partner;
    struct rh_ledger *ledger;
    struct rh_text text;
    struct rh_world_options options = {.partners = partners, .months = MONTHS, .seed = seed};
    assert_int_equal(rh_channel_init(&channel, world, &options, NULL), RH_OK);
    assert_int_equal(rh_channel_partner_init(&partner, world), RH_OK);
    assert_int_equal(rh_ledger_create(&ledger, &channel), RH_OK);
    rh_text_init(&text);
    while (channel.num_made < (size_t)partners) {
        struct partner told = {&channel, &partner, {0}, NULL};
        uint64_t num_rows = 0;
        rh_text_clear(&text);
        assert_int_equal(rh_channel_next(&channel, &partner), RH_OK);
        assert_int_equal(rh_ledger_add(ledger, &partner, &text, &num_rows), RH_OK);
        for (const char *line = text.bytes; num_rows-- > 0; line = strchr(line, '\n') + 1) {
            const char *cell[6] = {line};
            rh_day day;
            for (int k = 1; k < 6; k++) {
                cell[k] = strchr(cell[k - 1], ',') + 1;
            }
            assert_true(rh_day_parse(cell[1], 10, &day));
            if (strncmp(cell[2], "revenue,", 8) == 0) {
                told.bought[rh_day_month(day) >= channel.first + STARTS] += atof(cell[5]);
            }
        }
        told.truth = rh_ledger_truth(ledger);
        look(&told, user);
    }
    rh_text_free(&text);
    rh_ledger_destroy(ledger);
    rh_channel_partner_free(&partner);
    rh_channel_free(&channel);
}

/* Mean and its standard error. */
struct mean {
    double num, sum, squares;
};

static void mean_add(struct mean *self, double x)
{
    self->num++;
    self->sum += x;
    self->squares += x * x;
}

static void assert_mean(const struct mean *self, double expected, const char *what)
{
    assert_true(self->num >= 100.0);
    double mean = self->sum / self->num;
    double error = sqrt((self->squares / self->num - mean * mean) / (self->num - 1.0));
    if (!(fabs(mean - expected) <= 4.0 * error + 1e-12)) {
        fail_msg("%s: %.6g, expected %.6g ± %.2g", what, mean, expected, error);
    }
}

/* Mean lift of a segment by the world file alone: over the lognormal of its partners' elasticities. */
static double expected_lift(const struct rh_world *world, size_t segment)
{
    const int num = 20000;
    double sum = 0.0, sd = world->response.elasticity_spread;
    double gain = 1.0 + world->program[0].level[0].rate / world->segment[segment].margin_mean;
    for (int k = 0; k < num; k++) {
        double spread = exp(sd * rh_normal((k + 0.5) / num) - 0.5 * sd * sd);
        sum += pow(gain, world->segment[segment].effort_elasticity * spread);
    }
    return 1.0 + world->response.attention * (sum / num - 1.0);
}

struct lifts {
    struct mean before[SEGMENTS], under[SEGMENTS];              /* bought, by what was expected without the program */
    struct mean elasticity[SEGMENTS], log_elasticity[SEGMENTS]; /* the latter squared, around its mean */
    struct mean shifts;
};

static void look_at_lift(const struct partner *partner, void *user)
{
    struct lifts *lifts = user;
    const struct rh_world *world = partner->channel->world;
    size_t segment = partner->is->segment;
    double expected[2] = {0}, sd = world->response.elasticity_spread;
    for (rh_month t = partner->channel->first; t <= partner->channel->ends; t++) {
        expected[t >= partner->channel->first + STARTS] += rh_channel_expected(partner->channel, partner->is, t);
    }
    mean_add(&lifts->shifts, partner->is->shifts);
    mean_add(&lifts->elasticity[segment], partner->is->elasticity);
    if (partner->is->elasticity > 0.0) {
        double z = (log(partner->is->elasticity / elasticities[segment]) + 0.5 * sd * sd) / sd;
        mean_add(&lifts->log_elasticity[segment], z * z);
    }
    if (expected[0] <= 0.0) {
        return; /* joined late */
    }
    mean_add(&lifts->before[segment], partner->bought[0] / expected[0]);
    mean_add(&lifts->under[segment], partner->bought[1] / expected[1]);
    assert_true(fabs(partner->truth[0].demand - expected[0]) <= 1e-9 * expected[0]);
    assert_true(fabs(partner->truth[1].demand_without - expected[1]) <= 1e-9 * expected[1]);
}

static void test_segments_lift_as_told(void **state)
{
    (void)state;
    struct lifts lifts = {0};
    struct rh_world *world = make_calm();
    world->response.elasticity_spread = 0.5;
    world->timing.able = 0.3; /* able, but neither reach nor deferral: nobody does */
    world->program[0].num_levels = 1;
    world->program[0].level[0] = (struct rh_world_level){.from = 0.0, .rate = 0.10};
    run(world, 2000, 21, look_at_lift, &lifts);
    for (size_t k = 0; k < SEGMENTS; k++) {
        const char *name = world->segment[k].name;
        double lift = expected_lift(world, k);
        assert_true(k == 0 ? lift == 1.0 : lift > 1.05); /* there is something to find */
        assert_mean(&lifts.before[k], 1.0, name);
        assert_mean(&lifts.under[k], lift, name);
        assert_mean(&lifts.elasticity[k], elasticities[k], name);
        if (k > 0) {
            assert_mean(&lifts.log_elasticity[k], 1.0, name);
        }
    }
    assert_mean(&lifts.shifts, world->timing.able, "share that can shift purchases");
    rh_world_destroy(world);
}

/* Over the years as much is bought as in the same world where nobody can shift purchases: what was bought ahead or put
 * off has been used up or made up for. */

#define SHIFTERS 2000

struct shifted {
    double unshifted[SHIFTERS];             /* bought by each partner in the world without */
    struct mean difference, ahead, put_off; /* shares of the demand */
};

static void look_at_unshifted(const struct partner *partner, void *user)
{
    struct shifted *shifted = user;
    assert_true(partner->is->number < SHIFTERS && !partner->is->shifts);
    shifted->unshifted[partner->is->number] = partner->bought[0] + partner->bought[1];
}

static void look_at_shifts(const struct partner *partner, void *user)
{
    struct shifted *shifted = user;
    const struct rh_ledger_truth *truth = partner->truth;
    double demand = truth[0].demand + truth[1].demand;
    double ahead = truth[0].ahead + truth[1].ahead, put_off = truth[0].put_off + truth[1].put_off;
    if (demand <= 0.0) {
        return;
    }
    double bought = partner->bought[0] + partner->bought[1];
    mean_add(&shifted->difference, (bought - shifted->unshifted[partner->is->number]) / demand);
    mean_add(&shifted->ahead, ahead / demand);
    mean_add(&shifted->put_off, put_off / demand);
    if (!partner->is->shifts || !partner->is->attentive) {
        assert_true(ahead + put_off == 0.0);
    }
}

static void test_shifts_make_and_lose_nothing(void **state)
{
    (void)state;
    struct shifted *shifted = calloc(1, sizeof *shifted);
    struct rh_world *world = make_calm();
    assert_non_null(shifted);
    for (size_t k = 0; k < SEGMENTS; k++) {
        world->segment[k].effort_elasticity = 0.0; /* it depends on what was bought, and so on what was shifted */
    }
    world->ends -= 1; /* two months after a quarter's end; the program still begins with a quarter */
    world->program[0].retroactive = true;
    world->timing.able = 0.0;
    world->timing.reach = 0.15;
    world->timing.load_cost = 0.005;
    world->timing.deferral = 0.5;
    run(world, SHIFTERS, 31, look_at_unshifted, shifted);
    world->timing.able = 0.8;
    run(world, SHIFTERS, 31, look_at_shifts, shifted);
    assert_mean(&shifted->difference, 0.0, "bought, over the same world without shifts");
    /* There is something to lose, many times the standard error of the difference. */
    assert_true(shifted->ahead.sum / shifted->ahead.num > 0.0005);
    assert_true(shifted->put_off.sum / shifted->put_off.num > 0.005);
    rh_world_destroy(world);
    free(shifted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_segments_lift_as_told),
        cmocka_unit_test(test_shifts_make_and_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
