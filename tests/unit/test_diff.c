/* Two runs beside each other: what is found, in which order, and how it is told. What of the inputs differs is tested
 * on the command line, where runs have some. */
#include "report/diff.h"

#include "report/figure.h"
#include "support/fake_results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch_files.h"

struct pair {
    struct rh_results results[2];
    struct rh_diff diff;
};

static void compare(struct pair *self, const struct fake_results *before, const struct fake_results *after)
{
    struct rh_error error = {0};
    const struct fake_results *const fake[] = {before, after};
    for (int side = 0; side < 2; side++) {
        const char *path = scratch_path(side == 0 ? "before.h5" : "after.h5");
        if (fake_results_write(fake[side], path, &error) != RH_OK ||
            rh_results_open(&self->results[side], path, &error) != RH_OK) {
            fail_msg("%s", error.message);
        }
    }
    assert_int_equal(rh_diff_init(&self->diff, &self->results[0], &self->results[1], &error), RH_OK);
}

static void done(struct pair *self)
{
    rh_diff_free(&self->diff);
    rh_results_close(&self->results[0]);
    rh_results_close(&self->results[1]);
}

/* At 80 columns no line is wider, and none ends in a space. */
static void told(const struct pair *self, bool all, struct rh_text *text)
{
    struct rh_error error = {0};
    rh_text_init(text);
    assert_int_equal(rh_diff_text(&self->diff, 80, false, all, text, &error), RH_OK);
    assert_null(strstr(rh_text_string(text), "nan"));
    const char *line = rh_text_string(text);
    for (const char *end = strchr(line, '\n'); end != NULL; line = end + 1, end = strchr(line, '\n')) {
        char copy[512];
        snprintf(copy, sizeof copy, "%.*s", (int)(end - line), line);
        if (rh_figure_width(copy) > 80 || (end > line && end[-1] == ' ')) {
            fail_msg("too wide, or ends in a space: '%s'", copy);
        }
    }
}

static const struct rh_diff_figure *find(const struct rh_diff *diff, int program, enum rh_kpi kpi)
{
    for (int k = 0; k < diff->num_figures; k++) {
        if (diff->figure[k].program.at[0] == program && diff->figure[k].kpi == kpi) {
            return &diff->figure[k];
        }
    }
    return NULL;
}

static void test_same(void **state)
{
    (void)state;
    const struct fake_results fake = {.num_scenarios = 3, .replications = 200, .no_partners = true};
    struct pair pair;
    struct rh_text text;
    compare(&pair, &fake, &fake);
    assert_false(rh_diff_any(&pair.diff));
    assert_int_equal(pair.diff.num_figures, 3 * RH_NUM_KPIS);
    told(&pair, false, &text);
    assert_non_null(strstr(rh_text_string(&text), "Nothing differs."));
    rh_text_free(&text);
    done(&pair);
}

/* Programs without cost, and one program more: what costs has moved, what sells has not. */
static void test_moved(void **state)
{
    (void)state;
    const struct fake_results before = {.num_scenarios = 6, .replications = 200, .no_partners = true};
    const struct fake_results after = {.num_scenarios = 7, .replications = 200, .no_partners = true, .no_cost = true};
    struct pair pair;
    struct rh_text text;
    compare(&pair, &before, &after);
    const struct rh_diff *diff = &pair.diff;
    assert_true(rh_diff_any(diff) && diff->common && diff->money);
    assert_int_equal(diff->num_settings, 0);
    assert_int_equal(diff->num_programs, 7);
    assert_int_equal(diff->program[6].at[0], -1);
    assert_int_equal(diff->num_figures, 6 * RH_NUM_KPIS);
    assert_false(rh_diff_moved(find(diff, 1, RH_KPI_REVENUE)));
    const struct rh_diff_figure *cost = find(diff, 1, RH_KPI_COST), *roi = find(diff, 1, RH_KPI_ROI);
    assert_true(rh_diff_moved(cost) && cost->mean.change < 0.0 && cost->mean.z < -20.0);
    assert_true(rh_diff_moved(roi) && isnan(rh_diff_errors(roi))); /* there is none where nothing costs */
    for (int k = 1; k < diff->num_figures; k++) {
        const double last = rh_diff_errors(&diff->figure[k - 1]), here = rh_diff_errors(&diff->figure[k]);
        assert_true(isnan(here) || last >= here);
    }
    told(&pair, true, &text);
    assert_non_null(strstr(rh_text_string(&text), "paired differences"));
    rh_text_free(&text);
    told(&pair, false, &text);
    assert_non_null(strstr(rh_text_string(&text), ": only after"));
    rh_text_free(&text);
    done(&pair);
}

/* More replications of the same seed are no other luck. */
static void test_longer(void **state)
{
    (void)state;
    const struct fake_results before = {.num_scenarios = 2, .replications = 200, .no_partners = true};
    const struct fake_results after = {.num_scenarios = 2, .replications = 400, .no_partners = true};
    struct pair pair;
    struct rh_text text;
    compare(&pair, &before, &after);
    assert_true(pair.diff.common);
    assert_int_equal(pair.diff.num_settings, 1);
    assert_string_equal(pair.diff.setting[0].name, "replications");
    assert_string_equal(rh_text_string(&pair.diff.setting[0].value[1]), "400");
    const struct rh_shift *shift = &find(&pair.diff, 1, RH_KPI_REVENUE)->mean;
    assert_true(shift->se > 0.0 && fabs(shift->z) < 4.0);
    told(&pair, true, &text);
    assert_non_null(strstr(rh_text_string(&text), "count by themselves"));
    rh_text_free(&text);
    done(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same), cmocka_unit_test(test_moved),
                                       cmocka_unit_test(test_longer)};
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
