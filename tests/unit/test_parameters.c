/* The model's parameters: the table, what is drawn from it, and the assumptions file with every mistake one can make.
 */
#include "core/file.h"
#include "core/problems.h"
#include "model/parameters.h"

#include "scratch_files.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DRAWS 20000

static struct rh_names segments;

static int set_up(void **state)
{
    static const char *const names[] = {"Retailer", "Distributor", "Reseller"};
    rh_names_init(&segments);
    for (int s = 0; s < 3; s++) {
        rh_names_add(&segments, names[s], strlen(names[s]));
    }
    return scratch_set_up(state);
}

static int tear_down(void **state)
{
    rh_names_free(&segments);
    return scratch_tear_down(state);
}

static void test_table_is_complete(void **state)
{
    (void)state;
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        const struct rh_parameter_info *info = &rh_parameter_table[p];
        assert_non_null(info->name);
        assert_true(*info->name != '\0' && *info->unit != '\0' && strlen(info->description) > 10);
        assert_int_equal(rh_parameter_find(info->name), p); /* so names differ, too */
        assert_true(info->mechanism != NULL && *info->mechanism != '\0');
        const struct rh_belief_of *prior = &info->prior;
        assert_true(prior->low <= prior->mean && prior->mean <= prior->high);
        assert_true(prior->distribution == RH_DIST_FIXED ? prior->sd == 0.0
                                                         : prior->sd > 0.0 && prior->low < prior->high);
    }
    assert_int_equal(rh_parameter_find("effort"), -1);
    assert_int_equal(rh_parameter_find(""), -1);
}

/* Mean of the truncated prior in closed form. */
static double true_mean(const struct rh_belief_of *prior)
{
    if (prior->distribution == RH_DIST_HALF_NORMAL) { /* of |z| sd, all above high at it */
        const double z = prior->high / prior->sd;
        return 2.0 * prior->sd * (gsl_ran_ugaussian_pdf(0.0) - gsl_ran_ugaussian_pdf(z)) +
               2.0 * prior->high * gsl_cdf_ugaussian_Q(z);
    }
    if (prior->distribution == RH_DIST_NORMAL && isinf(prior->low)) {
        return prior->mean;
    }
    if (prior->distribution == RH_DIST_NORMAL) { /* max(0, ·) */
        const double z = prior->mean / prior->sd;
        assert_true(prior->low == 0.0 && isinf(prior->high));
        return prior->mean * gsl_cdf_ugaussian_P(z) + prior->sd * gsl_ran_ugaussian_pdf(z);
    }
    if (prior->distribution == RH_DIST_LOGNORMAL) {
        const double s = sqrt(log1p(pow(prior->sd / prior->mean, 2.0))), m = log(prior->mean) - 0.5 * s * s;
        const double low = (log(prior->low) - m) / s, high = (log(prior->high) - m) / s;
        return prior->mean * (gsl_cdf_ugaussian_P(high - s) - gsl_cdf_ugaussian_P(low - s)) /
               (gsl_cdf_ugaussian_P(high) - gsl_cdf_ugaussian_P(low));
    }
    return prior->mean;
}

/* Draws lie within the bounds; their mean is the prior's within 4 standard errors, a beta's deviation within 3%. */
static void test_draws(void **state)
{
    struct rh_assumptions self;
    (void)state;
    assert_int_equal(rh_assumptions_init(&self, &segments, NULL), RH_OK);
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        const struct rh_belief_of *prior = &rh_parameter_table[p].prior;
        double sum = 0.0, squares = 0.0;
        for (uint32_t r = 0; r < DRAWS; r++) {
            const double x = rh_assumptions_draw(&self, (enum rh_parameter)p, (int)(r % 3), 5, r);
            assert_true(x >= prior->low && x <= prior->high);
            assert_true(prior->distribution != RH_DIST_FIXED || x == prior->mean);
            sum += x;
            squares += x * x;
        }
        const double mean = sum / DRAWS, sd = sqrt(fmax(squares / DRAWS - mean * mean, 0.0));
        assert_true(fabs(mean - true_mean(prior)) <= 4.0 * sd / sqrt(DRAWS) + 1e-12);
        assert_true(prior->distribution != RH_DIST_BETA || fabs(sd / prior->sd - 1.0) < 0.03);
    }
    rh_assumptions_free(&self);
}

/* A draw is a function of seed, parameter and replication. */
static void test_draws_are_functions(void **state)
{
    struct rh_assumptions self;
    int equal = 0;
    (void)state;
    assert_int_equal(rh_assumptions_init(&self, &segments, NULL), RH_OK);
    for (uint32_t r = 0; r < 100; r++) {
        const double x = rh_assumptions_draw(&self, RH_PARAM_PASS_THROUGH, 0, 5, r);
        assert_true(x == rh_assumptions_draw(&self, RH_PARAM_PASS_THROUGH, 2, 5, r));
        equal += x == rh_assumptions_draw(&self, RH_PARAM_PASS_THROUGH, 0, 6, r);
        equal += x == rh_assumptions_draw(&self, RH_PARAM_PASS_THROUGH, 0, 5, r + 1);
    }
    assert_int_equal(equal, 0);
    rh_assumptions_free(&self);
}

static void test_set_and_neutral(void **state)
{
    struct rh_assumptions self;
    (void)state;
    assert_int_equal(rh_assumptions_init(&self, &segments, NULL), RH_OK);
    rh_assumptions_neutral(&self);
    for (int s = 0; s < 3; s++) {
        assert_true(rh_assumptions_draw(&self, RH_PARAM_EFFORT_ELASTICITY, s, 1, 9) == 0.0);
        assert_true(rh_assumptions_draw(&self, RH_PARAM_REP_EFFORT_ELASTICITY, s, 1, 9) == 0.0);
        assert_true(rh_assumptions_draw(&self, RH_PARAM_ACTIVITY_ELASTICITY, s, 1, 9) == 0.0);
        assert_true(rh_assumptions_draw(&self, RH_PARAM_PASS_THROUGH, s, 1, 9) == 0.0);
        assert_true(rh_assumptions_draw(&self, RH_PARAM_CLAIM_RATE_AUTOMATIC, s, 1, 9) == 1.0);
        assert_true(rh_assumptions_draw(&self, RH_PARAM_CLAIM_RATE_REQUIRED, s, 1, 9) == 1.0);
        assert_true(rh_assumptions_draw(&self, RH_PARAM_LEVEL_WALK, s, 1, 9) == 0.0);
    }
    rh_assumptions_set(&self, RH_PARAM_TRUST, 0.25);
    assert_true(rh_assumptions_draw(&self, RH_PARAM_TRUST, 1, 1, 9) == 0.25);
    assert_false(rh_assumptions_by_segment(&self, RH_PARAM_TRUST));
    rh_assumptions_free(&self);
    rh_assumptions_free(&self);
}

static bool same_belief(const struct rh_belief_of *a, const struct rh_belief_of *b)
{
    return a->distribution == b->distribution && a->mean == b->mean && a->sd == b->sd && a->low == b->low &&
           a->high == b->high;
}

/* scenarios/neutral-assumptions.yaml is what rh_assumptions_neutral does, parameter by parameter: no less, or a run
 * with the file would not be history; no more, as each of its lines is explained there. */
static void test_neutral_file(void **state)
{
    struct rh_assumptions self, file;
    struct rh_problems problems;
    char *path = rh_path_beside(__FILE__, "../../scenarios/neutral-assumptions.yaml");
    (void)state;
    assert_non_null(path);
    rh_problems_init(&problems);
    assert_int_equal(rh_assumptions_init(&self, &segments, NULL), RH_OK);
    assert_int_equal(rh_assumptions_init(&file, &segments, NULL), RH_OK);
    rh_assumptions_neutral(&self);
    assert_int_equal(rh_assumptions_read(&file, path, &segments, &problems), RH_OK);
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        const char *name = rh_parameter_table[p].name;
        const bool said = strcmp(file.origin[p * file.num_segments], "prior") != 0;
        for (int s = 0; s < file.num_segments; s++) {
            const struct rh_belief_of *wanted = &self.belief[p * self.num_segments + s];
            const struct rh_belief_of *found = &file.belief[p * file.num_segments + s];
            if (!same_belief(found, wanted) && same_belief(wanted, &rh_parameter_table[p].prior)) {
                fail_msg("%s: remove the line '  %s: …', which rh_assumptions_neutral leaves alone", path, name);
            }
            if (!same_belief(found, wanted)) {
                fail_msg("%s: %s the line '  %s: %g', as rh_assumptions_neutral has it", path,
                         said ? "change to" : "add", name, wanted->mean);
            }
        }
    }
    rh_problems_free(&problems);
    rh_assumptions_free(&self);
    rh_assumptions_free(&file);
    free(path);
}

static const char good_file[] = "rehearse: assumptions/1\n"
                                "parameters:\n"
                                "  effort_elasticity: {mean: 0.25, sd: 0.1}\n"
                                "  pass_through: 0.4\n"
                                "  null_program: {mean: 0.2, sd: 0.1}\n"
                                "  response_limit: 2\n"
                                "  partner_margin: {segments: {Distributor: 0.06, Retailer: {mean: 0.2, sd: 0.05}}}\n";

static void read_file(struct rh_assumptions *self, const char *text, struct rh_problems *problems)
{
    rh_problems_init(problems);
    assert_int_equal(rh_assumptions_init(self, &segments, NULL), RH_OK);
    rh_assumptions_read(self, scratch_write_bytes("assumptions.yaml", text, strlen(text)), &segments, problems);
}

static void test_file(void **state)
{
    struct rh_assumptions self;
    struct rh_problems problems;
    char origin[128];
    (void)state;
    read_file(&self, good_file, &problems);
    assert_int_equal(problems.num_total, 0);
    assert_string_equal(self.text, good_file);
    assert_int_equal(strlen(self.sha256), 64);
    for (uint32_t r = 0; r < 2000; r++) {
        const double x = rh_assumptions_draw(&self, RH_PARAM_NULL_PROGRAM, 0, 1, r);
        assert_true(x > 0.0 && x < 1.0); /* a probability stays one */
        assert_true(rh_assumptions_draw(&self, RH_PARAM_PASS_THROUGH, 1, 1, r) == 0.4);
        assert_true(rh_assumptions_draw(&self, RH_PARAM_PARTNER_MARGIN, 1, 1, r) == 0.06);
    }
    const struct rh_belief_of *effort = &self.belief[RH_PARAM_EFFORT_ELASTICITY * 3 + 2];
    assert_true(effort->mean == 0.25 && effort->sd == 0.1 && effort->high == 0.7); /* the prior's family and bounds */
    const struct rh_belief_of *other = &self.belief[RH_PARAM_PARTNER_MARGIN * 3 + 2];
    assert_true(other->mean == 0.12); /* a segment that is not named keeps the prior */
    assert_true(rh_assumptions_by_segment(&self, RH_PARAM_PARTNER_MARGIN));
    assert_false(rh_assumptions_by_segment(&self, RH_PARAM_EFFORT_ELASTICITY));
    snprintf(origin, sizeof origin, "%s:3", self.path);
    assert_string_equal(self.origin[RH_PARAM_EFFORT_ELASTICITY * 3 + 1], origin);
    snprintf(origin, sizeof origin, "%s:7", self.path);
    assert_string_equal(self.origin[RH_PARAM_PARTNER_MARGIN * 3 + 0], origin);
    assert_string_equal(self.origin[RH_PARAM_PARTNER_MARGIN * 3 + 2], "prior");
    rh_problems_free(&problems);
    rh_assumptions_free(&self);
}

/* One uniform for all segments: where one is high, the others are. */
static void test_segments_are_comonotone(void **state)
{
    static const char text[] = "rehearse: assumptions/1\n"
                               "parameters:\n"
                               "  effort_elasticity:\n"
                               "    segments: {Retailer: {mean: 0.1, sd: 0.05}, Distributor: {mean: 0.4, sd: 0.2}}\n";
    struct rh_assumptions self;
    struct rh_problems problems;
    double drawn[3][200];
    (void)state;
    read_file(&self, text, &problems);
    assert_int_equal(problems.num_total, 0);
    for (uint32_t r = 0; r < 200; r++) {
        for (int s = 0; s < 3; s++) {
            drawn[s][r] = rh_assumptions_draw(&self, RH_PARAM_EFFORT_ELASTICITY, s, 1, r);
        }
    }
    for (int a = 0; a < 200; a++) {
        for (int b = 0; b < a; b++) {
            assert_int_equal(drawn[0][a] < drawn[0][b], drawn[1][a] < drawn[1][b]);
            assert_int_equal(drawn[0][a] < drawn[0][b], drawn[2][a] < drawn[2][b]);
        }
    }
    rh_problems_free(&problems);
    rh_assumptions_free(&self);
}

#define HEAD "rehearse: assumptions/1\nparameters:\n"

static const struct {
    const char *text;
    long line, column;
    const char *message;
} mistakes[] = {
    {"", 1, 1, "the file is empty; expected rehearse: assumptions/1"},
    {"rehearse: program/1\nparameters: {}\n", 1, 11, "expected assumptions/1"},
    {HEAD "  effort: 1\n", 3, 3, "the model has no parameter 'effort'"},
    {HEAD "  trust: high\n", 3, 10, "expected a number, found 'high'"},
    {HEAD "  trust: '0.5'\n", 3, 10, "expected a number, found '0.5'"},
    {HEAD "  trust: .inf\n", 3, 10, "expected a number, found '.inf'"},
    {HEAD "  trust: 1e999\n", 3, 10, "expected a number, found '1e999'"},
    {HEAD "  trust: 1.5\n", 3, 10, "'trust' is 1.5; expected a number from 0 to 1"},
    {HEAD "  null_program: -0.1\n", 3, 17, "'null_program' is -0.1; expected a number from 0 to 1"},
    {HEAD "  pass_through: 1.01\n", 3, 17, "'pass_through' is 1.01; expected a number from 0 to 1"},
    {HEAD "  felt_cap: -1\n", 3, 13, "'felt_cap' is -1; expected 0 or more"},
    {HEAD "  partner_margin: 0\n", 3, 19, "'partner_margin' is 0; expected more than 0"},
    {HEAD "  rep_margin: 0\n", 3, 15, "'rep_margin' is 0; expected more than 0"},
    {HEAD "  activity_cost: 0\n", 3, 18, "'activity_cost' is 0; expected more than 0"},
    {HEAD "  response_limit: 0.9\n", 3, 19, "'response_limit' is 0.9; expected 1 or more"},
    {HEAD "  pass_through: {mean: 0.5, sd: 0.5}\n", 3, 33, "no beta distribution in [0, 1] has mean 0.5 and sd 0.5"},
    {HEAD "  effort_elasticity: {mean: 0.8, sd: 0.1}\n", 3, 38,
     "no truncated distribution in [0.02, 0.7] has mean 0.8 and sd 0.1"},
    {HEAD "  effort_elasticity: {mean: 0.2, sd: 0}\n", 3, 38,
     "no truncated distribution in [0.02, 0.7] has mean 0.2 and sd 0"},
    {HEAD "  level_walk: {mean: 0.1, sd: 0.05}\n", 3, 15, "'level_walk' takes a number, no distribution"},
    {HEAD "  trust: {segments: {Retailer: 0.5}}\n", 3, 10, "trust cannot differ by segment"},
    {HEAD "  partner_margin: {segments: {Nobody: 0.5}}\n", 3, 31, "the history has no segment 'Nobody'"},
    {HEAD "  partner_margin: {segments: 0.5}\n", 3, 19,
     "expected segments with their values: {segments: {NAME: VALUE}}"},
    {HEAD "  partner_margin: {segments: {Retailer: [1]}}\n", 3, 41, NULL},
    {HEAD "  partner_margin: {mean: 0.5}\n", 3, 19, NULL},
    {HEAD "  partner_margin: {mean: 0.1, sd: 0.1, low: 0}\n", 3, 40, NULL},
    {HEAD "  partner_margin: [0.1]\n", 3, 19, NULL},
    {"rehearse: assumptions/1\nparameters: 7\n", 2, 13, "expected parameters by name"},
    {"parameters: {}\n", 1, 1, NULL},
    {"rehearse: assumptions/1\n", 1, 1, NULL},
    {HEAD "  trust: 0.5\nmore: 1\n", 4, 1, NULL},
};

/* Each mistake is one problem at its place; what a study said before it is no matter. */
static void test_mistakes(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        struct rh_assumptions self;
        struct rh_problems problems;
        read_file(&self, mistakes[k].text, &problems);
        const struct rh_problem *found = problems.num > 0 ? &problems.items[0] : NULL;
        if (problems.num_total != 1 || found->line != mistakes[k].line || found->column != mistakes[k].column ||
            (mistakes[k].message != NULL && strcmp(found->message, mistakes[k].message) != 0)) {
            print_error("mistake %zu: %zu problems, first %ld:%ld: %s\n", k, problems.num_total,
                        found != NULL ? found->line : 0, found != NULL ? found->column : 0,
                        found != NULL ? found->message : "");
            fail();
        }
        assert_int_equal(found->code, RH_ERR_INPUT);
        rh_problems_free(&problems);
        rh_assumptions_free(&self);
    }
}

/* All mistakes of a file are told at once. */
static void test_all_in_one_pass(void **state)
{
    struct rh_assumptions self;
    struct rh_problems problems;
    (void)state;
    read_file(&self, HEAD "  trust: 2\n  effort: 1\n  pass_through: {mean: 0.5, sd: 0.9}\n", &problems);
    assert_int_equal(problems.num_total, 3);
    rh_problems_free(&problems);
    rh_assumptions_free(&self);
}

static void test_describe(void **state)
{
    static const struct {
        struct rh_belief_of belief;
        const char *text;
    } cases[] = {
        {{.distribution = RH_DIST_FIXED, .mean = 0.5, .sd = 0.0, .low = -INFINITY, .high = INFINITY}, "fixed at 0.5"},
        {{.distribution = RH_DIST_LOGNORMAL, .mean = 0.2, .sd = 0.1, .low = 0.02, .high = 0.7},
         "lognormal, mean 0.2, sd 0.1, in [0.02, 0.7]"},
        {{.distribution = RH_DIST_NORMAL, .mean = 0.4, .sd = 0.3, .low = 0.0, .high = INFINITY},
         "normal, mean 0.4, sd 0.3, at least 0"},
        {{.distribution = RH_DIST_BETA, .mean = 0.8, .sd = 0.1, .low = 0.0, .high = 1.0},
         "beta, mean 0.8, sd 0.1, in [0, 1]"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct rh_text text;
        rh_text_init(&text);
        rh_belief_of_describe(&cases[k].belief, &text);
        assert_string_equal(rh_text_string(&text), cases[k].text);
        rh_text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_is_complete),
        cmocka_unit_test(test_draws),
        cmocka_unit_test(test_draws_are_functions),
        cmocka_unit_test(test_set_and_neutral),
        cmocka_unit_test(test_neutral_file),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_segments_are_comonotone),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_all_in_one_pass),
        cmocka_unit_test(test_describe),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
