/* World files: the built-in one is whole, and every slip in one is told with its place, all in one pass. */
#include "core/file.h"
#include "synth/fields.h"
#include "synth/parameters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0.0},      {"1500", 1500.0}, {"15k", 15000.0}, {"2.5M", 2.5e6},
                {"2.5%", 0.025}, {"0.5%", 0.005},  {"-3%", -0.03},   {"123456789012345", 123456789012345.0}};
    static const char *const bad[] = {"", "k", "%", "-", "+1", "1e3", "1,000", "1 k", "k1", "ten", "1kk", "--1"};
    double value;
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        assert_true(rh_field_number(good[k].text, &value));
        assert_true(value == good[k].value);
    }
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        assert_false(rh_field_number(bad[k], &value));
    }
}

static void test_built_in_world(void **state)
{
    (void)state;
    struct rh_problems problems;
    struct rh_world *world;
    rh_problems_init(&problems);
    assert_int_equal(rh_world_create(&world, NULL, &problems), RH_OK);
    assert_int_equal(problems.num_total, 0);
    assert_true(world->partners == 600.0 && world->months == 36.0 && world->seed == 7.0);
    assert_int_equal(world->ends, rh_month_make(2025, 12));
    assert_int_equal(world->num_segments, 4);
    assert_int_equal(world->num_regions, 5);
    assert_int_equal(world->num_products, 6);
    assert_string_equal(world->segment[1].name, "Value-added reseller");
    assert_true(world->segment[0].supplies && !world->segment[1].supplies);
    assert_true(world->segment[1].mix[4] == 0.17);
    assert_true(world->region[4].growth == -0.03);
    assert_true(world->promo[0].product == 2 && world->promo[0].month[6] && !world->promo[0].month[5]);
    assert_string_equal(world->activity[world->activity[3].follows].measure, "deals_registered");
    assert_true(world->activity[0].follows == -1 && world->activity[0].renewal < 0.0);
    assert_int_equal(world->program[0].num_levels, 3);
    rh_world_destroy(world);
    rh_problems_free(&problems);
}

/* Writes the built-in world with the first occurrence of `from` replaced, and reads it. */
static void read_changed(const char *from, const char *to, struct rh_problems *problems)
{
    char path[] = "/tmp/rehearse-world-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    const char *place = strstr(rh_demo_world_yaml, from);
    assert_non_null(file);
    assert_non_null(place);
    fprintf(file, "%.*s%s%s", (int)(place - rh_demo_world_yaml), rh_demo_world_yaml, to, place + strlen(from));
    assert_int_equal(fclose(file), 0);
    struct rh_world *world = NULL;
    rh_problems_init(problems);
    int code = rh_world_create(&world, path, problems);
    assert_true(code == RH_OK ? world != NULL : world == NULL);
    assert_int_equal(code, rh_problems_status(problems, NULL));
    rh_world_destroy(world);
    unlink(path);
}

static void test_slips_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *message;
    } slips[] = {
        {"rehearse: world/1", "rehearse: world/2", "world/1"},
        {"currency: USD", "currency: dollars", "three capital letters"},
        {"year_starts: 1 ", "year_starts: 13 ", "year_starts: found '13', expected a whole number from 1 to 12"},
        {"partners: 600", "partners: 0.5k5", "partners: found '0.5k5'"},
        {"partners: 600", "partners: 10.5", "expected a whole number"},
        {"partners: 600", "parnters: 600", "parnters"},
        {"ends: 2025-12", "ends: 2025-13", "ends: expected a month"},
        {"{name: North,   share: 22%", "{name: North,   share: 23%",
         "regions' shares: found a sum of 1.01, expected 1"},
        {"{name: South, ", "{name: North, ", "a second 'North'"},
        {"from: 60k,", "from: 600k,", "each next from more"},
        {"[0.85, 0.90, 1.10,", "[0.95, 0.90, 1.10,", "season: found a sum of 12.1, expected 12"},
        {"[0.85, 0.90, 1.10,", "[0.85, 1.10,", "season: expected a list of 12 numbers"},
        {"product: Access points, months", "product: Acess points, months", "no product line 'Acess points'"},
        {"months: [7, 8]", "months: [7, 13]", "calendar months, 1 to 12"},
        {"months: [7, 8]", "months: 7", "calendar months, 1 to 12"},
        {"share: 38%", "share: 39%", "segments' shares: found a sum of 1.01"},
        {"supplies: true", "supplies: yes", "supplies: expected true or false"},
        {"Firewalls: 25%, Switches: 30%", "Firewalls: 25%, Switches: 31%", "mix: found a sum of 1.01"},
        {"Firewalls: 25%, Switches: 30%", "Firewals: 25%, Switches: 30%", "Firewals"},
        {"[0.88, 0.96, 1.16]", "[0.88, 0.96, 1.15]", "quarter: found a sum of 2.99, expected 3"},
        {"at_most: 14", "at_most: 0.1", "at_most not below at_least"},
        {"leaving: 9%", "leaving: -9%", "leaving: found '-9%', expected a number from 0 to 10"},
        {"leaving: 9%", "leaving: ", "leaving"},
        {"follows: deals_registered,", "follows: deals_regstered,", "an activity above"},
        {"follows: deals_registered, share: 42%,", "follows: deals_registered,", "needs a share"},
        {"follows: deals_registered, share: 42%,", "", "expected per_year, follows, or both"},
        {"- measure: referrals", "- measure: leads", "a second 'leads'"},
        {"{measure: certifications,", "{measure: certificates,", "needs an activity 'certifications'"},
        {"{from: 50k,  rate: 1.5%}", "{from: 5k,  rate: 1.5%}", "each from more than the one before"},
        {"{product: Cloud services, price: 9.5", "{product: Clouds, price: 9.5", "no product line 'Clouds'"},
        {"attention: 80%", "attention: 80", "attention: found '80', expected a number from 0 to 1"},
        {"attention: 80%", "attention: 80%\n  goal_gradient: 3",
         "goal_gradient: found '3', expected a number from 0 to 2"},
        {"attention: 80%", "attention: 80%\n  timing: {able: 1}", "timing has no 'reach'"},
        {"attention: 80%", "attention: 80%\n  timing: often", "timing"},
        {"supplies: true", "supplies: true\n    effort_elasticity: 9", "effort_elasticity: found '9'"},
        {"  payout_days: 45", "  payout_days: 45\n  bands: both", "bands: expected marginal or retroactive"},
        {"  payout_days: 45", "  payout_days: 45\n  from: soon", "from: expected a month"},
        {"  payout_days: 45", "  payout_days: 45\n  from: 2024-02",
         "from: expected the first month of a fiscal quarter"},
        {"  payout_days: 45", "  payout_days: 45\n  from: 2026-01", "from: expected a month of the history"},
        {"  payout_days: 45", "  payout_days: 1.5", "payout_days: found '1.5', expected a whole number"},
        {"first: [Alder,", "first: [[Alder],", "expected a word"},
    };
    for (size_t k = 0; k < sizeof slips / sizeof *slips; k++) {
        struct rh_problems problems;
        read_changed(slips[k].from, slips[k].to, &problems);
        bool told = false;
        for (size_t i = 0; i < problems.num; i++) {
            told |= strstr(problems.items[i].message, slips[k].message) != NULL && problems.items[i].line > 0;
        }
        if (!told) {
            fail_msg("'%s' for '%s' gives %zu problems, the first '%s'", slips[k].to, slips[k].from, problems.num_total,
                     problems.num > 0 ? problems.items[0].message : "");
        }
        rh_problems_free(&problems);
    }
}

static void test_all_slips_in_one_pass(void **state)
{
    (void)state;
    struct rh_problems problems;
    read_changed("seed: 7                     # key of all draws; another seed is another channel of the same kind\n"
                 "partners: 600",
                 "seed: seven\npartners: none\nyears: 3", &problems);
    assert_int_equal(problems.num_total, 3);
    rh_problems_free(&problems);
    read_changed("rehearse: world/1", "rehearse: world/1", &problems);
    assert_int_equal(problems.num_total, 0);
    rh_problems_free(&problems);
}

static void test_what_is_no_world_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "[1, 2]", "rehearse: program/1\nname: x\n", "a: [", "just text"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        char path[] = "/tmp/rehearse-world-XXXXXX";
        int descriptor = mkstemp(path);
        assert_int_equal(write(descriptor, texts[k], strlen(texts[k])), (long)strlen(texts[k]));
        close(descriptor);
        struct rh_problems problems;
        struct rh_world *world;
        rh_problems_init(&problems);
        assert_true(rh_world_create(&world, path, &problems) != RH_OK);
        assert_null(world);
        assert_true(problems.num_total > 0);
        rh_problems_free(&problems);
        unlink(path);
    }
    struct rh_problems problems;
    struct rh_world *world;
    rh_problems_init(&problems);
    assert_int_equal(rh_world_create(&world, "/nowhere/world.yaml", &problems), RH_ERR_IO);
    rh_problems_free(&problems);
}

#define PROGRAM(name, more)                                                                        \
    "  - {name: " name ", description: D, levels: [{from: 0, rate: 1%}], certification_bonus: 0, " \
    "certification_cap: 0, payout_days: 30" more "}\n"

/* Replaces the program in force by a list of programs; *world may be NULL. */
static void read_programs(const char *list, struct rh_world **world, struct rh_problems *problems)
{
    const char *start = strstr(rh_demo_world_yaml, "\nin_force:\n"),
               *stop = strstr(rh_demo_world_yaml, "\nresponse:\n");
    char path[] = "/tmp/rehearse-world-XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    assert_non_null(start);
    assert_non_null(stop);
    fprintf(file, "%.*s\nin_force:\n%s%s", (int)(start - rh_demo_world_yaml), rh_demo_world_yaml, list, stop);
    assert_int_equal(fclose(file), 0);
    rh_problems_init(problems);
    rh_world_create(world, path, problems);
    unlink(path);
}

static void test_programs_follow_one_another(void **state)
{
    (void)state;
    struct rh_problems problems;
    struct rh_world *world;
    read_programs(PROGRAM("One", "") PROGRAM("Two", ", from: 2024-04, bands: retroactive")
                      PROGRAM("Three", ", from: 2025-01, bands: marginal"),
                  &world, &problems);
    assert_int_equal(problems.num_total, 0);
    assert_int_equal(world->num_programs, 3);
    assert_string_equal(world->program[1].name, "Two");
    assert_true(world->program[1].retroactive && !world->program[0].retroactive && !world->program[2].retroactive);
    assert_int_equal(world->program[0].from, RH_NO_MONTH);
    assert_int_equal(world->program[1].from, rh_month_make(2024, 4));
    assert_int_equal(world->program[2].from, rh_month_make(2025, 1));
    rh_world_destroy(world);
    rh_problems_free(&problems);

    static const char *const slips[] = {
        PROGRAM("One", "") PROGRAM("Two", ""),
        PROGRAM("One", ", from: 2024-04") PROGRAM("Two", ", from: 2024-04"),
        PROGRAM("One", ", from: 2024-04") PROGRAM("Two", ", from: 2024-01"),
        PROGRAM("One", ", from: 2024-04") PROGRAM("Two", ""),
    };
    for (size_t k = 0; k < sizeof slips / sizeof *slips; k++) {
        read_programs(slips[k], &world, &problems);
        assert_null(world);
        assert_int_equal(problems.num_total, 1);
        assert_string_equal(problems.items[0].message, "in_force: expected each from a later month");
        assert_true(problems.items[0].line > 0);
        rh_problems_free(&problems);
    }
    read_programs("  []\n", &world, &problems);
    assert_null(world);
    assert_string_equal(problems.items[0].message, "in_force: expected a list of 1 to 10000");
    rh_problems_free(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_built_in_world),
        cmocka_unit_test(test_slips_are_told),
        cmocka_unit_test(test_all_slips_in_one_pass),
        cmocka_unit_test(test_programs_follow_one_another),
        cmocka_unit_test(test_what_is_no_world_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
