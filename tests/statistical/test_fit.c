/* Estimates of the response on channels whose truth is known: none of it where there is none, the true one where there
 * is one, and intervals that hold it as often as they say. */
#include "fit/fit.h"
#include "support/responding.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define WORLDS 40

struct found {
    double mean, error; /* of the estimates, and its standard error */
    double usual_se;    /* mean of what the fit says */
    int held;           /* worlds whose 95% interval holds the truth */
    int believed;       /* worlds whose posterior mean is nearer to the truth than the prior's */
};

static void fit_world(const struct responding *world, struct rh_fit *fit)
{
    struct rh_history history;
    struct rh_program program;
    struct rh_problems problems;
    struct rh_error error = {0};
    responding_history(world, &history);
    responding_program(world, &program);
    rh_problems_init(&problems);
    if (rh_fit_run(fit, &history, &program, NULL, &problems, &error) != RH_OK) {
        fail_msg("%s%s", error.message, problems.num > 0 ? problems.items[0].message : "");
    }
    rh_problems_free(&problems);
    rh_program_free(&program);
    rh_history_free(&history);
}

static struct found fit_worlds(struct responding world)
{
    struct found found = {0};
    double squares = 0.0;
    for (int w = 0; w < WORLDS; w++) {
        struct rh_fit fit;
        world.seed = 1000 + (uint64_t)w;
        fit_world(&world, &fit);
        const struct rh_fit_group *all = &fit.group[0];
        assert_int_equal(all->response.verdict, RH_PPML_ESTIMATED);
        const double estimate = all->response.slope;
        found.mean += estimate / WORLDS;
        squares += estimate * estimate;
        found.usual_se += all->response.se / WORLDS;
        found.held += fabs(estimate - world.response) <= rh_fit_margin_of_error(all);
        found.believed += fabs(all->posterior[RH_FIT_RESPONSE].mean - world.response) <
                          fabs(all->prior[RH_FIT_RESPONSE].mean - world.response);
        rh_fit_free(&fit);
    }
    found.error = sqrt((squares / WORLDS - found.mean * found.mean) / (WORLDS - 1));
    print_message("response %.2f: estimates %.3f ± %.3f, se %.3f where they differ by %.3f, held %d, nearer %d of %d\n",
                  world.response, found.mean, found.error, found.usual_se, found.error * sqrt(WORLDS - 1.0), found.held,
                  found.believed, WORLDS);
    return found;
}

/* Levels that drift and ups and downs that last are what makes partners that grow earn more, and so what would pass for
 * a response; some buy once a quarter, after which a marginal rate is highest and sales are nothing. */
static const struct responding usual = {.partners = 200,
                                        .months = 48,
                                        .starts = 24,
                                        .ends = 48,
                                        .lasting = 0.2,
                                        .drift = 0.05,
                                        .noise = 0.5,
                                        .quarterly = 0.1};

/* Errors: of the mean of 40 estimates; of the sd of 40; 95% intervals hold the truth in 36 of 40 worlds or more. */
static void expect_found(struct found found, double truth)
{
    const double sd = found.error * sqrt(WORLDS - 1.0);
    assert_true(fabs(found.mean - truth) <= 3.0 * found.error);
    assert_true(fabs(found.usual_se / sd - 1.0) <= 3.0 / sqrt(2.0 * (WORLDS - 1.0)));
    assert_true(found.held >= 36);
    assert_true(found.believed >= 20);
}

static void no_response_is_found_where_there_is_none(void **state)
{
    (void)state;
    struct responding world = usual;
    world.response = 0.0;
    expect_found(fit_worlds(world), 0.0);
}

static void a_response_is_found(void **state)
{
    (void)state;
    struct responding world = usual;
    world.response = 0.5;
    expect_found(fit_worlds(world), 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_response_is_found_where_there_is_none),
                                       cmocka_unit_test(a_response_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
