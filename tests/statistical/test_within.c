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

static void try_all(void **state)
{
    (void)state;
    static const double gradients[] = {0.0, 0.0, 0.0, 0.1}, ables[] = {0.0, 0.25, 0.5, 0.4},
                        reaches[] = {0.15, 0.1, 0.2, 0.15};
    for (int k = 0; k < 4; k++) {
        struct striving world = usual;
        world.gradient = gradients[k];
        world.able = ables[k];
        world.reach = reaches[k];
        fit_worlds(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(try_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
