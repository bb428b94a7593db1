/* Who wins and who loses: the bounds between the sides, counts, and the order of the largest. */
#include "report/winners.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define NUM 9

/* Two scenarios: all zero, and the one that is looked at. */
struct channel {
    struct rh_results results;
    struct rh_winners winners;
    double figure[RH_NUM_PARTNER_FIGURES][2 * NUM];
};

static char *names[] = {"in_force", "candidate"};
static char *segments[NUM] = {"A", "B", "A", "B", "A", "B", "A", "B", ""};

/* Mean change, P(better), P(worse), and the side that follows. */
static const struct {
    double mean, better, worse;
    enum rh_side side;
} cases[NUM] = {
    {10.0, 0.91, 0.09, RH_SIDE_WINS},    {30.0, 0.90, 0.10, RH_SIDE_UNCLEAR}, /* not more than 90% */
    {-5.0, 0.09, 0.50, RH_SIDE_LOSES},   {-9.0, 0.10, 0.90, RH_SIDE_UNCLEAR}, /* not less than 10% */
    {-1.0, 0.95, 0.05, RH_SIDE_UNCLEAR},                                      /* rare large losses */
    {2.0, 0.05, 0.95, RH_SIDE_UNCLEAR},  {0.0, 0.0, 0.0, RH_SIDE_UNAFFECTED},
    {10.0, 1.0, 0.0, RH_SIDE_WINS},      {-7.0, 0.0, 0.2, RH_SIDE_LOSES},
};

static void channel_init(struct channel *self)
{
    memset(self, 0, sizeof *self);
    self->results = (struct rh_results){.num_scenarios = 2, .scenario = names};
    self->winners = (struct rh_winners){.results = &self->results, .partners = {.num = NUM, .segment = segments}};
    for (int k = 0; k < RH_NUM_PARTNER_FIGURES; k++) {
        self->winners.partners.figure[k] = self->figure[k];
    }
    for (int i = 0; i < NUM; i++) {
        self->figure[RH_PARTNER_CHANGE_MEAN][NUM + i] = cases[i].mean;
        self->figure[RH_PARTNER_P_BETTER][NUM + i] = cases[i].better;
        self->figure[RH_PARTNER_P_WORSE][NUM + i] = cases[i].worse;
    }
}

static void test_sides(void **state)
{
    (void)state;
    struct channel self;
    channel_init(&self);
    for (int i = 0; i < NUM; i++) {
        if (rh_winners_side(&self.winners, 1, i) != cases[i].side) {
            fail_msg("case %d: %s", i, rh_side_name(rh_winners_side(&self.winners, 1, i)));
        }
        assert_int_equal(rh_winners_side(&self.winners, 0, i), RH_SIDE_UNAFFECTED);
    }
}

static void test_counts(void **state)
{
    (void)state;
    static const int all[RH_NUM_SIDES] = {2, 2, 4, 1}, of_a[RH_NUM_SIDES] = {1, 1, 1, 1}, none[RH_NUM_SIDES] = {0, 1};
    struct channel self;
    int found[RH_NUM_SIDES];
    channel_init(&self);
    rh_winners_count(&self.winners, 1, NULL, NULL, found);
    assert_memory_equal(found, all, sizeof all);
    rh_winners_count(&self.winners, 1, segments, "A", found);
    assert_memory_equal(found, of_a, sizeof of_a);
    rh_winners_count(&self.winners, 1, segments, "", found);
    assert_memory_equal(found, none, sizeof none);
}

/* Equal ones keep their order; who does not change is neither. */
static void test_largest(void **state)
{
    (void)state;
    static const int winners[] = {1, 0, 7, 5}, losers[] = {3, 8, 2, 4};
    struct channel self;
    int found[RH_WINNERS_SHOWN];
    channel_init(&self);
    assert_int_equal(rh_winners_largest(&self.winners, 1, false, found), 4);
    assert_memory_equal(found, winners, sizeof winners);
    assert_int_equal(rh_winners_largest(&self.winners, 1, true, found), 4);
    assert_memory_equal(found, losers, sizeof losers);
    assert_int_equal(rh_winners_largest(&self.winners, 0, false, found), 0);
    for (int i = 0; i < NUM; i++) {
        self.figure[RH_PARTNER_CHANGE_MEAN][NUM + i] = i + 1.0;
    }
    assert_int_equal(rh_winners_largest(&self.winners, 1, false, found), 5);
    for (int k = 0; k < 5; k++) {
        assert_int_equal(found[k], NUM - 1 - k);
    }
}

static void test_candidates(void **state)
{
    (void)state;
    static char *with_none[] = {"in_force", "none", "candidate"};
    struct channel self;
    channel_init(&self);
    assert_false(rh_winners_is_candidate(&self.winners, 0));
    assert_true(rh_winners_is_candidate(&self.winners, 1));
    self.results.reference = 1;
    assert_false(rh_winners_is_candidate(&self.winners, 1));
    self.results = (struct rh_results){.num_scenarios = 3, .scenario = with_none, .reference = 0};
    assert_false(rh_winners_is_candidate(&self.winners, 1));
    assert_true(rh_winners_is_candidate(&self.winners, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sides),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_largest),
        cmocka_unit_test(test_candidates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
