/* Goal gradients and buying ahead found on channels where they are known, and none found where there are none. */
#include "fit/fit.h"
#include "support/striving.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define WORLDS 40
#define ATTENTION 0.78 /* near the mean of what is believed at the program's complexity */

struct found {
    double mean, error;  /* of the estimates, and its standard error */
    double usual_se;     /* mean of what the fit says */
    double posterior;    /* mean of the posterior's means */
    int held, estimated; /* worlds whose 95% range holds the truth, of those with an estimate */
};

struct finds {
    struct found within[RH_NUM_FIT_WITHIN];
    struct found bunching;
    double squares[RH_NUM_FIT_WITHIN + 1];
    int above; /* worlds whose bunching is above 1 */
};

static void note(struct found *found, double *squares, double estimate, double se, double margin, double truth)
{
    found->estimated++;
    found->mean += estimate;
    *squares += estimate * estimate;
    found->usual_se += se;
    found->held += fabs(estimate - truth) <= margin;
}

static void fit_world(const struct striving *world, struct finds *finds)
{
    const double truth[] = {world->gradient, world->able, world->reach};
    struct rh_history history;
    struct rh_program program;
    struct rh_problems problems;
    struct rh_fit fit;
    struct rh_error error = {0};
    rh_problems_init(&problems);
    striving_history(world, &history);
    striving_program(world, &program);
    if (rh_fit_run(&fit, &history, &program, NULL, &problems, &error) != RH_OK) {
        fail_msg("%s%s", error.message, problems.num > 0 ? problems.items[0].message : "");
    }
    for (int q = 0; q < RH_NUM_FIT_WITHIN; q++) {
        const struct rh_fit_within *within = &fit.within[q];
        if (within->verdict == RH_FIT_WITHIN_ESTIMATED) {
            note(&finds->within[q], &finds->squares[q], within->estimate, within->se, rh_fit_within_margin(within),
                 truth[q]);
            finds->within[q].posterior += within->posterior.mean;
        }
    }
    if (!isnan(fit.bunching.ratio)) {
        note(&finds->bunching, &finds->squares[RH_NUM_FIT_WITHIN], log(fit.bunching.ratio),
             log(fit.bunching.high / fit.bunching.ratio) / 2.0, log(fit.bunching.high / fit.bunching.ratio), 0.0);
        finds->above += fit.bunching.low > 1.0;
    }
    rh_fit_free(&fit);
    rh_problems_free(&problems);
    rh_program_free(&program);
    rh_history_free(&history);
}

static void conclude(struct found *found, double squares, const char *name)
{
    const double n = found->estimated;
    if (found->estimated > 1) {
        found->mean /= n;
        found->usual_se /= n;
        found->posterior /= n;
        found->error = sqrt((squares / n - found->mean * found->mean) / (n - 1.0));
        print_message("  %-14s %.3f ± %.3f, se %.3f where they differ by %.3f, posterior %.3f, held %d of %d\n", name,
                      found->mean, found->error, found->usual_se, found->error * sqrt(n - 1.0), found->posterior,
                      found->held, found->estimated);
    }
}

static struct finds fit_worlds(struct striving world)
{
    struct finds finds = {0};
    for (int w = 0; w < WORLDS; w++) {
        world.seed = 7000 + (uint64_t)w;
        fit_world(&world, &finds);
    }
    print_message("goal_gradient %.2f, topup_able %.2f, topup_reach %.2f\n", world.gradient, world.able, world.reach);
    conclude(&finds.within[RH_FIT_GOAL_GRADIENT], finds.squares[RH_FIT_GOAL_GRADIENT], "goal_gradient");
    conclude(&finds.within[RH_FIT_TOPUP_ABLE], finds.squares[RH_FIT_TOPUP_ABLE], "topup_able");
    conclude(&finds.within[RH_FIT_TOPUP_REACH], finds.squares[RH_FIT_TOPUP_REACH], "topup_reach");
    conclude(&finds.bunching, finds.squares[RH_NUM_FIT_WITHIN], "ln bunching");
    print_message("  bunching above 1 in %d\n", finds.above);
    return finds;
}

static const struct striving usual = {
    .partners = 200, .months = 48, .starts = 12, .attention = ATTENTION, .lasting = 0.15, .noise = 0.35, .rare = 0.1};

static struct finds fit_usual(double gradient, double able, double reach)
{
    struct striving world = usual;
    world.gradient = gradient;
    world.able = able;
    world.reach = reach;
    return fit_worlds(world);
}

/* Errors: of the mean of 40 estimates; of the sd of 40. Of 95% ranges 38 of 40 hold the truth, with a standard error of
 * 1.4. slack: of the mean, relative, where the truth is not quite what is estimated. */
static void expect_found(const struct found *found, double truth, double slack)
{
    const double sd = found->error * sqrt(WORLDS - 1.0);
    assert_int_equal(found->estimated, WORLDS);
    assert_true(fabs(found->mean - truth) <= 3.0 * found->error + slack * truth);
    assert_true(fabs(found->usual_se / sd - 1.0) <= 3.0 / sqrt(2.0 * (WORLDS - 1.0)));
    assert_true(found->held >= 34);
}

/* Nobody looks at thresholds. The likelihood of a share that cannot be below 0 has its mean above it, and says nothing
 * of a reach; what is believed of the share falls. */
static void nothing_is_found_where_nothing_is(void **state)
{
    (void)state;
    const struct finds finds = fit_usual(0.0, 0.0, 0.15);
    const struct found *able = &finds.within[RH_FIT_TOPUP_ABLE];
    expect_found(&finds.within[RH_FIT_GOAL_GRADIENT], 0.0, 0.0);
    assert_true(able->held == WORLDS && able->posterior < 0.22); /* 0.25 before */
    assert_true(fabs(finds.bunching.mean) <= 3.0 * finds.bunching.error);
    assert_true(finds.bunching.held >= 34 && finds.above <= 4);
}

/* Who has sold much sells on, where ups and downs last: that is no goal. */
static void momentum_is_no_goal(void **state)
{
    (void)state;
    struct striving world = usual;
    world.lasting = 0.5;
    const struct finds finds = fit_worlds(world);
    expect_found(&finds.within[RH_FIT_GOAL_GRADIENT], 0.0, 0.0);
}

/* The reach is a share of what the partner expects, and found as one of its usual window, which ups and downs, whose
 * mean is above 1, and the goal make larger. */
static void buying_ahead_is_found(void **state)
{
    (void)state;
    const struct finds some = fit_usual(0.0, 0.25, 0.1), many = fit_usual(0.0, 0.5, 0.2);
    expect_found(&some.within[RH_FIT_GOAL_GRADIENT], 0.0, 0.0);
    expect_found(&some.within[RH_FIT_TOPUP_REACH], 0.1, 0.05);
    expect_found(&many.within[RH_FIT_GOAL_GRADIENT], 0.0, 0.0);
    expect_found(&many.within[RH_FIT_TOPUP_ABLE], 0.5, 0.0);
    expect_found(&many.within[RH_FIT_TOPUP_REACH], 0.2, 0.05);
    assert_true(fabs(some.within[RH_FIT_TOPUP_ABLE].mean - 0.25) <= 3.0 * some.within[RH_FIT_TOPUP_ABLE].error);
    assert_true(some.within[RH_FIT_TOPUP_ABLE].held >= 34);
    assert_true(some.above >= 25 && many.above == WORLDS);
}

static void goals_and_buying_ahead_are_told_apart(void **state)
{
    (void)state;
    const struct finds finds = fit_usual(0.1, 0.4, 0.15);
    expect_found(&finds.within[RH_FIT_GOAL_GRADIENT], 0.1, 0.0);
    expect_found(&finds.within[RH_FIT_TOPUP_ABLE], 0.4, 0.0);
    expect_found(&finds.within[RH_FIT_TOPUP_REACH], 0.15, 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_found_where_nothing_is),
                                       cmocka_unit_test(momentum_is_no_goal), cmocka_unit_test(buying_ahead_is_found),
                                       cmocka_unit_test(goals_and_buying_ahead_are_told_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
