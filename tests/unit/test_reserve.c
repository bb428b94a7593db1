/* The reserve of programs whose figures are known, and of those of which little can be said. */
#include "report/reserve.h"

#include "report/figure.h"
#include "stats/summary.h"
#include "support/plain_results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "scratch_files.h"

#define MONEY(x) (1000.0 * (x))

/* Writes, reads, and says it in words, in lines that fit. Both are freed by the test. */
static void reserve(const struct plain_results *plain, const char *name, double confidence, struct rh_results *results,
                    struct rh_reserves *out, struct rh_text *text)
{
    struct rh_error error = {0};
    const struct rh_reserve_options options = {confidence, 0.8, -1};
    const char *path = scratch_path(name);
    if (plain_results_write(plain, path, &error) != RH_OK || rh_results_open(results, path, &error) != RH_OK ||
        rh_reserves_init(out, results, &options, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
    rh_text_init(text);
    rh_reserves_text(out, 80, false, text);
    assert_int_equal(rh_text_status(text), RH_OK);
    assert_null(strstr(rh_text_string(text), "nan"));
    assert_null(strstr(rh_text_string(text), "inf"));
    const char *line = rh_text_string(text);
    for (const char *end = strchr(line, '\n'); end != NULL; line = end + 1, end = strchr(line, '\n')) {
        char copy[512];
        snprintf(copy, sizeof copy, "%.*s", (int)(end - line), line);
        if (rh_figure_width(copy) > 80 || (end > line && end[-1] == ' ')) {
            fail_msg("too wide, or ends in a space: '%s'", copy);
        }
    }
}

static void done(struct rh_results *results, struct rh_reserves *reserves, struct rh_text *text)
{
    rh_reserves_free(reserves);
    rh_results_close(results);
    rh_text_free(text);
}

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-9 * fmax(fabs(b), MONEY(1)))) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

/* ---- One hundred replications, by hand ---- */

/* The first program's rebate costs 1 … 100 thousand, its bonus ten in every second one, its fixed cost is five; what is
 * due exceeds the budget of 80 thousand in twenty replications, half of them in the second month. The second program
 * has the bonus alone. */
static float counted_paid(int scenario, int incentive, uint64_t r)
{
    const float rebate = scenario == 0 ? 1000.0f * (float)(r + 1) : NAN;
    return incentive == 0 ? rebate : r % 2 == 0 ? 10000.0f : 0.0f;
}

static double counted_kpi(int scenario, enum rh_kpi kpi, uint64_t r)
{
    const double rebate = scenario == 0 ? MONEY((double)(r + 1)) : 0.0;
    const double paid = rebate + (double)counted_paid(scenario, 1, r);
    switch (kpi) {
    case RH_KPI_PAID:
        return paid;
    case RH_KPI_COST:
        return paid + (scenario == 0 ? MONEY(5) : 0.0);
    case RH_KPI_EARNED:
        return rebate;
    case RH_KPI_BUDGET_USED:
        return scenario == 0 ? rebate / MONEY(80) : NAN;
    case RH_KPI_EXHAUSTED_MONTH:
        return scenario == 0 && r + 1 > 80 ? 2.0 + (double)(r % 2) : NAN;
    default:
        return 0.0;
    }
}

static void test_by_hand(void **state)
{
    (void)state;
    const struct plain_results plain = {2, 2, 100, counted_kpi, counted_paid};
    struct rh_results results;
    struct rh_reserves reserves;
    struct rh_text text;
    reserve(&plain, "counted.h5", 0.95, &results, &reserves, &text);
    assert_int_equal(reserves.num, 2);
    const struct rh_reserve *first = &reserves.program[0], *second = &reserves.program[1];
    assert_near(first->at_risk.value, MONEY(105.05)); /* type 7, between 105 and 106 */
    /* Costs are 15 + r for odd r = 1 … 99 and 5 + r for even r: the worst five are 114, 112, 110, 108, 106. */
    assert_near(first->cost.mean, MONEY(50.5 + 5 + 5));
    assert_near(first->cost.tail, MONEY(110));
    assert_near(first->cost.excess, MONEY(110 - 60.5));
    assert_int_equal(first->num_parts, 3);
    assert_string_equal(first->part[0].incentive, "Rebate");
    assert_near(first->part[0].cost.tail, MONEY(95));
    assert_near(first->part[1].cost.tail, MONEY(10));
    assert_near(first->part[1].cost.excess, MONEY(5));
    assert_null(first->part[2].incentive);
    assert_near(first->part[2].cost.mean, MONEY(5));
    assert_near(first->part[2].cost.tail, MONEY(5));
    assert_near(first->part[2].cost.excess, 0.0);
    assert_true(first->has_budget);
    assert_near(first->spendable, MONEY(80));
    assert_near(first->over.value, 0.2);
    assert_near(first->over.se, rh_share_se(20.0, 20.0, 100));
    assert_near(first->exhausted[0].value, 0.0);
    assert_near(first->exhausted[1].value, 0.1);
    assert_near(first->exhausted[2].value, 0.1);
    assert_near(first->paid.value, MONEY(55.5));
    assert_near(first->constraint.value, first->paid_bound.value - MONEY(55.5));
    rh_text_clear(&text);
    rh_reserve_sentence(&reserves, first, &text);
    assert_string_equal(rh_text_string(&text),
                        "First is expected to cost 60.5k. In the worst 5% of the futures it costs more than 105k, on "
                        "average 110k: a reserve of 49.5k (81.8% of the expected cost) pays for that average. Its "
                        "largest part, 90%, is for Rebate. The budget of 80.0k runs out in 20% of the futures, most "
                        "often in 2025-02.");
    /* The second has no rebate, and pays nothing or ten thousand, as often. */
    assert_int_equal(second->num_parts, 2);
    assert_string_equal(second->part[0].incentive, "Bonus");
    assert_false(second->has_budget);
    assert_near(second->paid_mode.share, 0.5);
    assert_near(second->paid_mode.value, 0.0);
    assert_near(second->paid_bound.value, MONEY(10));
    assert_near(second->constraint.value, MONEY(5));
    assert_near(second->cost.excess, MONEY(5));
    done(&results, &reserves, &text);
}

/* ---- Degenerate ---- */

static float constant_paid(int scenario, int incentive, uint64_t r)
{
    (void)r;
    return scenario == 0 ? NAN : incentive == 0 ? 300.0f : 0.0f;
}

/* The first costs nothing, the second always the same, the third is missing, but for two in odd replications. */
static double constant_kpi(int scenario, enum rh_kpi kpi, uint64_t r)
{
    const double amount = scenario == 0 ? 0.0 : 300.0;
    if (kpi == RH_KPI_COST && scenario == 2 && r < 100) {
        return NAN;
    }
    return kpi == RH_KPI_COST || kpi == RH_KPI_PAID ? amount : kpi == RH_KPI_BUDGET_USED ? NAN : 0.0;
}

static void test_all_equal(void **state)
{
    (void)state;
    const struct plain_results plain = {3, 1, 60, constant_kpi, constant_paid};
    struct rh_results results;
    struct rh_reserves reserves;
    struct rh_text text;
    reserve(&plain, "equal.h5", 0.95, &results, &reserves, &text);
    const struct rh_reserve *same = &reserves.program[1], *missing = &reserves.program[2];
    assert_true(same->cost.mean == 300.0 && same->cost.tail == 300.0 && same->at_risk.value == 300.0);
    assert_true(same->cost.excess == 0.0 && same->cost.excess_se == 0.0 && same->constraint.value == 0.0);
    assert_true(same->paid_mode.value == 300.0 && same->paid_mode.share == 1.0);
    assert_non_null(strstr(rh_text_string(&text), "First costs nothing."));
    assert_non_null(strstr(rh_text_string(&text), "cost 300 in every future"));
    assert_int_equal(missing->num, 0);
    assert_true(missing->missing == 1.0 && missing->part == NULL);
    assert_non_null(strstr(rh_text_string(&text), "Third has no cost in any replication"));
    rh_text_clear(&text);
    rh_reserves_csv(&reserves, &text);
    assert_null(strstr(rh_text_string(&text), "nan"));
    assert_non_null(strstr(rh_text_string(&text), "Third,missing,,,1,1,\n"));
    done(&results, &reserves, &text);
}

/* The last ten of the third program's replications are there. */
static void test_missing_in_part(void **state)
{
    (void)state;
    const struct plain_results plain = {3, 1, 110, constant_kpi, constant_paid};
    struct rh_results results;
    struct rh_reserves reserves;
    struct rh_text text;
    reserve(&plain, "missing.h5", 0.95, &results, &reserves, &text);
    const struct rh_reserve *third = &reserves.program[2];
    assert_int_equal(third->num, 10);
    assert_near(third->missing, 100.0 / 110.0);
    assert_true(third->cost.mean == 300.0 && third->part[0].cost.mean == 300.0);
    assert_non_null(strstr(rh_text_string(&text), "missing in 91% of the replications"));
    done(&results, &reserves, &text);
}

static void test_one_replication(void **state)
{
    (void)state;
    const struct plain_results plain = {2, 2, 1, counted_kpi, counted_paid};
    struct rh_results results;
    struct rh_reserves reserves;
    struct rh_text text;
    reserve(&plain, "one.h5", 0.95, &results, &reserves, &text);
    const struct rh_reserve *first = &reserves.program[0];
    assert_true(first->cost.mean == 16000.0 && first->cost.tail == 16000.0 && first->cost.excess == 0.0);
    assert_true(isnan(first->cost.mean_se) && isnan(first->cost.tail_se) && isnan(first->at_risk.se));
    assert_non_null(strstr(rh_text_string(&text), "by a single replication, which tells no risk"));
    done(&results, &reserves, &text);
}

/* All of the cost is other costs. */
static void test_no_incentives(void **state)
{
    (void)state;
    const struct plain_results plain = {2, 0, 40, counted_kpi, counted_paid};
    struct rh_results results;
    struct rh_reserves reserves;
    struct rh_text text;
    reserve(&plain, "none.h5", 0.9, &results, &reserves, &text);
    const struct rh_reserve *first = &reserves.program[0];
    assert_int_equal(first->num_parts, 1);
    assert_null(first->part[0].incentive);
    assert_true(first->part[0].cost.tail == first->cost.tail && first->part[0].cost.excess == first->cost.excess);
    done(&results, &reserves, &text);
}

static void test_arguments(void **state)
{
    (void)state;
    const struct plain_results plain = {2, 2, 10, counted_kpi, counted_paid};
    struct rh_results results;
    struct rh_reserves reserves;
    struct rh_text text;
    struct rh_error error = {0};
    const struct rh_reserve_options wrong[] = {{1.0, 0.8, -1}, {0.95, 0.0, -1}, {NAN, 0.8, -1}, {0.95, 0.8, 2}};
    const struct rh_reserve_options only = {0.95, 0.8, 1};
    reserve(&plain, "arguments.h5", 0.95, &results, &reserves, &text);
    rh_reserves_free(&reserves);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(rh_reserves_init(&reserves, &results, &wrong[i], &error), RH_ERR_ARGUMENT);
        rh_reserves_free(&reserves);
    }
    assert_int_equal(rh_reserves_init(&reserves, &results, &only, &error), RH_OK);
    assert_int_equal(reserves.num, 1);
    assert_int_equal(reserves.program[0].scenario, 1);
    done(&results, &reserves, &text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_hand),         cmocka_unit_test(test_all_equal),
                                       cmocka_unit_test(test_missing_in_part), cmocka_unit_test(test_one_replication),
                                       cmocka_unit_test(test_no_incentives),   cmocka_unit_test(test_arguments)};
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
