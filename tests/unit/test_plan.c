/* The plan's hashes: names that look alike when joined have hashes of their own, and hashes that are equal are told. */
#include "core/rng.h"
#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Another name of what is there. */
static void rename_entry(struct rh_names *names, const char *from, const char *to)
{
    int32_t id = rh_names_find(names, from);
    assert_true(id >= 0);
    free(names->name[id]);
    names->name[id] = rh_strdup(to);
    assert_non_null(names->name[id]);
}

static void make(struct rehearsal *self, const char *program)
{
    const char *const programs[] = {program};
    rehearsal_init(self, 12, NULL, 1, programs);
}

static uint64_t market_of(const struct rehearsal *self, const char *region, const char *segment)
{
    for (int g = 0; g < self->plan.num_groups; g++) {
        const struct rh_partners *partners = &self->history.partners;
        if (strcmp(partners->regions.name[self->baseline.group_region[g]], region) == 0 &&
            strcmp(partners->segments.name[self->baseline.group_segment[g]], segment) == 0) {
            return self->plan.market_entity[g];
        }
    }
    fail_msg("there is no group %s, %s", region, segment);
    return 0;
}

/* Names join to the same text, and are still told apart. */
static void test_slashes_in_names(void **state)
{
    struct rehearsal self;
    (void)state;
    make(&self, rehearsal_flat);
    rename_entry(&self.history.partners.regions, "North", "a/b");
    rename_entry(&self.history.partners.regions, "South", "a");
    rename_entry(&self.history.partners.regions, "East", "a\\");
    rename_entry(&self.history.partners.segments, "Reseller", "c");
    rename_entry(&self.history.partners.segments, "Distributor", "b/c");
    rehearsal_bind(&self);
    for (int g = 0; g < self.plan.num_groups; g++) {
        for (int k = 0; k < g; k++) {
            assert_true(self.plan.market_entity[g] != self.plan.market_entity[k]);
        }
    }
    assert_true(market_of(&self, "a/b", "c") == rh_entity("market/a\\/b/c"));
    assert_true(market_of(&self, "a", "b/c") == rh_entity("market/a/b\\/c"));
    rehearsal_free(&self);
}

static void test_ordinary_names(void **state)
{
    struct rehearsal self;
    (void)state;
    make(&self, rehearsal_flat);
    rehearsal_bind(&self);
    assert_true(market_of(&self, "North", "Reseller") == rh_entity("market/North/Reseller"));
    rehearsal_free(&self);
}

/* A partner whose id is what another thing is hashed from. */
static void check_told(const char *id, const char *other)
{
    struct rehearsal self;
    struct rh_error error = {0};
    char expected[256], reversed[256];
    make(&self, rehearsal_mix);
    const struct rh_tuning tuning = rh_tuning_of_study(&self.study);
    rename_entry(&self.history.partners.id, "P001", id);
    assert_int_equal(rh_panel_init(&self.panel, &self.history, NULL, &error), RH_OK);
    assert_int_equal(rh_baseline_init(&self.baseline, &self.panel, &self.history, &tuning, &error), RH_OK);
    assert_int_equal(
        rh_plan_init(&self.plan, &self.study, &self.history, &self.panel, &self.baseline, &self.assumptions, &error),
        RH_ERR_INPUT);
    snprintf(expected, sizeof expected, "partner '%s' and %s have the same hash", id, other);
    snprintf(reversed, sizeof reversed, "%s and partner '%s' have the same hash", other, id);
    if (strstr(error.message, expected) == NULL && strstr(error.message, reversed) == NULL) {
        fail_msg("%s", error.message);
    }
    rehearsal_free(&self);
}

static void test_collisions_are_told(void **state)
{
    (void)state;
    check_told("market/North/Reseller", "the market of region 'North', segment 'Reseller'");
    check_told("source/South/", "the months' source of region 'South', segment ''");
    check_told("P000\x1fSpif", "partner 'P000' with 'Spif'");
    check_told("P000\x1f"
               "certifications/",
               "partner 'P000' with 'certifications/'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_slashes_in_names), cmocka_unit_test(test_ordinary_names),
                                       cmocka_unit_test(test_collisions_are_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
