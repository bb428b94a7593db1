/* What is seen of partners is what is simulated: sums over all that is seen are the figures of the run, month by month,
 * for every replication, with all constructs of the program language; and looking on changes nothing. */
#include "core/file.h"
#include "engine/watch.h"
#include "support/assume.h"
#include "support/everything.h"
#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PARTNERS 12
#define REPLICATIONS 200 /* not a multiple of the lanes */
#define SCENARIOS 4      /* in force, none, everything, nobody meets */

/* What all partners' sights add up to. */
struct seen {
    const struct rh_plan *plan;
    double revenue[SCENARIOS][RH_LANES];
    double paying[SCENARIOS][RH_NUM_SEEN][64][24][RH_LANES]; /* by incentive and month in which the window ends */
    double kept[SCENARIOS][64][24][RH_LANES];
    int last_partner, last_program, last_month;
    long sights[RH_NUM_SEEN];
};

static void add(double *sum, const double *value)
{
    for (int l = 0; l < RH_LANES; l++) {
        sum[l] += value[l];
    }
}

/* Paths are seen one after the other, months in order. */
static void expect_order(struct seen *self, const struct rh_sight *sight)
{
    const bool same = sight->partner == self->last_partner && sight->program == self->last_program;
    assert_true(sight->month >= 0 && sight->month < self->plan->num_months);
    assert_true(sight->partner >= self->last_partner);
    if (same && rh_seen_table[sight->what].of != RH_SEEN_OF_INCENTIVE) {
        assert_true(sight->month >= self->last_month);
        self->last_month = sight->month;
    } else if (!same) {
        self->last_month = 0;
    }
    self->last_partner = sight->partner;
    self->last_program = sight->program;
}

static void see(void *user, const struct rh_sight *sight)
{
    struct seen *self = user;
    self->sights[sight->what]++;
    if (sight->what == RH_SEEN_KEPT) {
        assert_int_equal(sight->partner, -1);
        add(self->kept[sight->program][sight->of][sight->month], sight->value);
        return;
    }
    expect_order(self, sight);
    switch (rh_seen_table[sight->what].of) {
    case RH_SEEN_OF_PARTNER:
        assert_int_equal(sight->of, -1);
        break;
    case RH_SEEN_OF_SERIES:
        assert_true((size_t)sight->of >= self->plan->partner[sight->partner].first_series);
        break;
    case RH_SEEN_OF_INCENTIVE:
        assert_true(sight->of < self->plan->program[sight->program].num_incentives);
        add(self->paying[sight->program][sight->what][sight->of][sight->month], sight->value);
        break;
    }
    if (sight->what == RH_SEEN_REVENUE || sight->what == RH_SEEN_TAKEN_OVER) {
        add(self->revenue[sight->program], sight->value);
    }
    for (int l = 0; l < RH_LANES; l++) {
        if (!(sight->value[l] == sight->value[l])) {
            fail_msg("%s of partner %d under program %d, %d, month %d, is not a number",
                     rh_seen_table[sight->what].name, sight->partner, sight->program, sight->of, sight->month);
        }
        assert_true(sight->what != RH_SEEN_TRUST || (sight->value[l] >= 0.0 && sight->value[l] <= 1.0));
        assert_true(sight->what != RH_SEEN_SOURCE || (sight->value[l] >= 202201.0 && sight->value[l] <= 202412.0));
    }
}

static void make(struct rehearsal *self)
{
    const char *const programs[] = {everything, nobody_meets};
    rehearsal_init(self, PARTNERS, rehearsal_tiers, 2, programs);
    self->study.horizon_months = 18;
    self->study.replications = REPLICATIONS;
    assume(self, ASSUMPTIONS "yield: {deals_won: {revenue: 500, lag: 1 month, product: beta}}\n");
    rehearsal_bind(self);
    assert_int_equal(self->plan.num_programs, SCENARIOS);
}

/* Relative, to what sums of so many doubles may round. */
static void expect_close(double a, double b)
{
    if (!(fabs(a - b) <= 1e-10 * fmax(fabs(b), 1.0))) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

/* Sum of a due over the program's incentives and months, less what shared caps and the budget take. */
static double sum_of(const struct seen *self, int p, enum rh_seen what, int l)
{
    double sum = 0.0;
    for (int j = 0; j < self->plan->program[p].num_paying; j++) {
        for (int t = 0; t < self->plan->num_months; t++) {
            sum += self->paying[p][what][j][t][l] * self->kept[p][j][t][l];
        }
    }
    return sum;
}

static void sights_add_up_to_the_figures(void **state)
{
    (void)state;
    struct rehearsal study;
    struct seen *seen = calloc(1, sizeof *seen);
    make(&study);
    rehearsal_run(&study, 2);
    struct rh_error error = {0};
    const struct rh_watch watch = {-1, see, seen};
    double figures[SCENARIOS][RH_NUM_KPIS];
    int lane = -1;
    seen->plan = &study.plan;
    assert_int_equal(rh_engine_watch(&study.plan, 130, &watch, &lane, figures[0], &error), RH_OK);
    assert_int_equal(lane, 130 - RH_LANES);
    for (int p = 0; p < SCENARIOS; p++) {
        for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) { /* the same bits as without a watch */
            const double *run = rehearsal_kpi(&study, p, (enum rh_kpi)kpi);
            assert_memory_equal(&figures[p][kpi], &run[130], sizeof(double));
        }
        for (int r = RH_LANES; r < REPLICATIONS; r++) {
            const int l = r - RH_LANES;
            const double earned = sum_of(seen, p, RH_SEEN_PAYABLE, l), claimed = sum_of(seen, p, RH_SEEN_CLAIMED, l);
            expect_close(seen->revenue[p][l], rehearsal_kpi(&study, p, RH_KPI_REVENUE)[r]);
            expect_close(earned, rehearsal_kpi(&study, p, RH_KPI_EARNED)[r]);
            expect_close(earned - claimed, rehearsal_kpi(&study, p, RH_KPI_BREAKAGE)[r]);
            expect_close(sum_of(seen, p, RH_SEEN_PAID, l), rehearsal_kpi(&study, p, RH_KPI_PAID)[r]);
        }
    }
    for (int what = 0; what < RH_NUM_SEEN; what++) { /* all of it was there to be seen */
        assert_true(seen->sights[what] > 0);
    }
    free(seen);
    rehearsal_free(&study);
}

/* One partner alone is seen as it is among all. */
struct one {
    int partner;
    long num;
    double sum;
};

static void see_one(void *user, const struct rh_sight *sight)
{
    struct one *self = user;
    if (sight->partner == self->partner) {
        self->num++;
        self->sum += sight->value[0];
    } else {
        assert_int_equal(sight->what, RH_SEEN_KEPT);
    }
}

static void see_among_all(void *user, const struct rh_sight *sight)
{
    struct one *self = user;
    if (sight->partner == self->partner) {
        see_one(user, sight);
    }
}

static void one_partner_is_seen_alone(void **state)
{
    (void)state;
    struct rehearsal study;
    struct one alone = {.partner = 5}, among = {.partner = 5};
    make(&study);
    struct rh_error error = {0};
    const struct rh_watch one = {5, see_one, &alone}, all = {-1, see_among_all, &among};
    int lane;
    assert_int_equal(rh_engine_watch(&study.plan, 0, &one, &lane, NULL, &error), RH_OK);
    assert_int_equal(rh_engine_watch(&study.plan, 0, &all, &lane, NULL, &error), RH_OK);
    assert_true(alone.num > 1000);
    assert_int_equal(alone.num, among.num);
    assert_true(alone.sum == among.sum);
    rehearsal_free(&study);
}

static void there_is_no_replication_beyond_the_last(void **state)
{
    (void)state;
    struct rehearsal study;
    struct one nobody = {.partner = -2};
    make(&study);
    struct rh_error error = {0};
    const struct rh_watch watch = {0, see_one, &nobody};
    int lane;
    assert_int_equal(rh_engine_watch(&study.plan, REPLICATIONS, &watch, &lane, NULL, &error), RH_ERR_ARGUMENT);
    assert_string_equal(error.message, "there is no replication 200: they run from 0 to 199");
    assert_int_equal(nobody.num, 0);
    rehearsal_free(&study);
}

/* docs/trace.md tells what each of them is. */
static void sights_are_documented(void **state)
{
    (void)state;
    struct rh_error error;
    char *path = rh_path_beside(__FILE__, "../../docs/trace.md"), *text;
    size_t length;
    assert_int_equal(rh_file_read(path, 1u << 20, &text, &length, &error), RH_OK);
    for (int what = 0; what < RH_NUM_SEEN; what++) {
        char row[64];
        snprintf(row, sizeof row, "\n| `%s` | ", what == RH_SEEN_KEPT ? "earned" : rh_seen_table[what].name);
        if (strstr(text, row) == NULL) {
            fail_msg("docs/trace.md has no row%s", row);
        }
    }
    free(text);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sights_add_up_to_the_figures),
        cmocka_unit_test(one_partner_is_seen_alone),
        cmocka_unit_test(there_is_no_replication_beyond_the_last),
        cmocka_unit_test(sights_are_documented),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
