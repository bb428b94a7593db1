/* Runs that draw from a model: rows are drawn alike and together, draws of the priors are the priors, a model of one
 * row is what that row says. */
#include "fit/posterior.h"
#include "model/learned.h"
#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char rebate[] = "rehearse: program/1\nname: rebate\ncurrency: USD\nincentives:\n  - name: Rebate\n"
                             "    behavior: {measure: revenue}\n    window: quarter\n"
                             "    reward: {bands: marginal, levels: [{from: 0, rate: 4%}, {from: 20k, rate: 8%}]}\n";

/* An estimate of the response alone, of margins on file. */
#define ESTIMATE(response, error, of_freedom, offer, own, burden)                                         \
    {                                                                                                     \
        .slope = (response), .se = (error), .freedom = (of_freedom), .typical = (offer), .margin = (own), \
        .complexity = (burden), .price = NAN                                                              \
    }

enum { DRAWS = 4096, GROUPS = 2 };

/* A model of two groups, all and the distributors, with draws of what these estimates say. */
static void learn(struct rh_learned *self, const struct rh_assumptions *priors, const struct rh_estimate *estimate,
                  double response[GROUPS][DRAWS])
{
    static double draw[RH_FIT_NUM_DRAWN][DRAWS];
    memset(self, 0, sizeof *self);
    self->tuning = rh_tuning_defaults();
    self->num_groups = GROUPS;
    self->segment = calloc(GROUPS, sizeof *self->segment);
    self->segment[0] = rh_strdup("");
    self->segment[1] = rh_strdup("Distributor");
    self->num_parameters = RH_FIT_NUM_DRAWN;
    self->parameter = calloc(RH_FIT_NUM_DRAWN, sizeof *self->parameter);
    self->num_draws = DRAWS;
    self->draw = calloc((size_t)RH_FIT_NUM_DRAWN * GROUPS * DRAWS, sizeof *self->draw);
    for (size_t g = 0; g < GROUPS; g++) {
        assert_int_equal(rh_posterior_draw(priors, 0, &estimate[g], 1, DRAWS, response[g], draw[0], NULL), RH_OK);
        for (size_t p = 0; p < RH_FIT_NUM_DRAWN; p++) {
            self->parameter[p] = rh_fit_drawn[p];
            memcpy(self->draw + (p * GROUPS + g) * DRAWS, draw[p], sizeof draw[p]);
        }
    }
}

static void begin(struct rehearsal *self, int64_t replications)
{
    const char *const programs[] = {rebate};
    rehearsal_init(self, 12, NULL, 1, programs);
    rehearsal_plain(self);
    self->study.replications = replications;
}

static void run(struct rehearsal *self, int threads)
{
    rehearsal_bind(self);
    self->plan.verify = false;
    rehearsal_run(self, threads);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Largest distance of the distribution functions of two samples of the same size, sorted here. */
static double distance(double *a, double *b, size_t num)
{
    double most = 0.0;
    size_t i = 0, k = 0;
    qsort(a, num, sizeof *a, compare);
    qsort(b, num, sizeof *b, compare);
    while (i < num && k < num) {
        const double at = fmin(a[i], b[k]);
        for (; i < num && a[i] <= at; i++) {
        }
        for (; k < num && b[k] <= at; k++) {
        }
        most = fmax(most, fabs((double)i - (double)k) / (double)num);
    }
    return most;
}

/* What a program brings, relative to what is sold without it. */
static double *lifts(const struct rehearsal *self)
{
    const double *before = rehearsal_kpi(self, 0, RH_KPI_REVENUE), *with = rehearsal_kpi(self, 1, RH_KPI_REVENUE);
    const size_t num = (size_t)self->study.replications;
    double *out = calloc(num, sizeof *out);
    for (size_t r = 0; r < num; r++) {
        out[r] = with[r] / before[r] - 1.0;
    }
    return out;
}

/* Draws of the priors against the priors: two samples of one distribution, within the bound that Smirnov's test of the
 * two keeps in all but one of 10,000 (2.23); draws of something else are beyond it. */
static void priors_are_priors(void **state)
{
    enum { REPLICATIONS = 4000 };
    static const struct rh_estimate nothing[GROUPS] = {ESTIMATE(NAN, NAN, NAN, 0.4, 0.15, 0.1),
                                                       ESTIMATE(NAN, NAN, NAN, 0.4, 0.15, 0.1)};
    static const struct rh_estimate weak[GROUPS] = {ESTIMATE(0.25, 0.1, 50.0, 0.4, 0.15, 0.1),
                                                    ESTIMATE(0.25, 0.1, 50.0, 0.4, 0.15, 0.1)};
    static double response[GROUPS][DRAWS];
    double *lift[3];
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct rehearsal self;
        struct rh_learned learned = {0};
        begin(&self, REPLICATIONS);
        if (k > 0) {
            learn(&learned, &self.assumptions, k == 1 ? nothing : weak, response);
            assert_int_equal(rh_learned_believe(&learned, &self.history.partners.segments, &self.assumptions, NULL),
                             RH_OK);
        }
        run(&self, 2);
        lift[k] = lifts(&self);
        rehearsal_free(&self);
        rh_learned_free(&learned);
    }
    const double bound = 2.23 * sqrt(2.0 / REPLICATIONS);
    const double same = distance(lift[0], lift[1], REPLICATIONS), other = distance(lift[0], lift[2], REPLICATIONS);
    print_message("distance %.4f, of something else %.4f, bound %.4f\n", same, other, bound);
    assert_true(same < bound);
    assert_true(other > bound);
    for (int k = 0; k < 3; k++) {
        free(lift[k]);
    }
}

/* A model of one row, the same for all, is those values. */
static void one_row_is_its_values(void **state)
{
    static const double value[RH_FIT_NUM_DRAWN] = {0.35, 0.2, 2.0, 0.7, 0.5, 0.25, 0.1};
    struct rehearsal self[2];
    struct rh_learned learned = {.num_groups = 1, .num_parameters = RH_FIT_NUM_DRAWN, .num_draws = 1};
    (void)state;
    learned.tuning = rh_tuning_defaults();
    learned.parameter = calloc(RH_FIT_NUM_DRAWN, sizeof *learned.parameter);
    learned.draw = calloc(RH_FIT_NUM_DRAWN, sizeof *learned.draw);
    for (int k = 0; k < 2; k++) {
        begin(&self[k], 300);
        for (int p = 0; p < RH_FIT_NUM_DRAWN; p++) {
            learned.parameter[p] = rh_fit_drawn[p];
            learned.draw[p] = value[p];
            rh_assumptions_set(&self[k].assumptions, rh_fit_drawn[p], value[p]);
        }
        if (k == 1) {
            assert_int_equal(
                rh_learned_believe(&learned, &self[k].history.partners.segments, &self[k].assumptions, NULL), RH_OK);
        }
        run(&self[k], 1 + k);
    }
    assert_memory_equal(self[0].kpi, self[1].kpi,
                        (size_t)self[0].plan.num_programs * RH_NUM_KPIS * 300 * sizeof(double));
    rehearsal_free(&self[0]);
    rehearsal_free(&self[1]);
    rh_learned_free(&learned);
}

/* Column of a parameter of a segment in the plan. */
static const struct rh_plan_drawn *drawn_of(const struct rh_plan *plan, enum rh_parameter parameter, int segment)
{
    for (int k = 0; k < plan->num_drawn; k++) {
        if (plan->drawn[k].parameter == (int)parameter && plan->drawn[k].segment == segment) {
            return &plan->drawn[k];
        }
    }
    fail();
    return NULL;
}

/* Each segment is null as often as its posterior says, and by its own row: its revenue with the program is that without
 * it in each replication whose row is null there, else hardly ever, where none of its few partners attends. A segment
 * that is null in fewer rows is null only where the other is. */
static void null_programs_by_segment(void **state)
{
    enum { REPLICATIONS = 4000 };
    static const struct rh_estimate estimate[GROUPS] = {ESTIMATE(0.01, 0.05, 50.0, 0.4, 0.15, 0.1),
                                                        ESTIMATE(0.30, 0.15, 50.0, 0.4, 0.15, 0.1)};
    static double response[GROUPS][DRAWS];
    struct rehearsal self;
    struct rh_learned learned;
    int null[GROUPS] = {0}, nobody[GROUPS] = {0};
    (void)state;
    begin(&self, REPLICATIONS);
    learn(&learned, &self.assumptions, estimate, response);
    assert_int_equal(rh_learned_believe(&learned, &self.history.partners.segments, &self.assumptions, NULL), RH_OK);
    run(&self, 2);
    const int place = rh_cut_place(RH_CUT_SEGMENT, RH_KPI_REVENUE), labels = self.plan.num_labels[RH_CUT_SEGMENT];
    const int kept = rh_cut_num_kpis(RH_CUT_SEGMENT);
    assert_true(place >= 0);
    for (int64_t r = 0; r < REPLICATIONS; r++) {
        bool is_null[GROUPS];
        for (int s = 0; s < GROUPS; s++) { /* segments of the history: Reseller, Distributor */
            const char *segment = self.history.partners.segments.name[s];
            const struct rh_plan_drawn *drawn = drawn_of(&self.plan, RH_PARAM_NULL_PROGRAM, s);
            const double none = rh_belief_of_draw(drawn->belief, rh_belief_of_entity(drawn->belief, drawn->entity),
                                                  self.plan.seed, (uint32_t)r);
            float revenue[2] = {0.0F, 0.0F};
            for (int l = 0; l < labels; l++) {
                for (int p = 0; p < 2 && strcmp(self.plan.label[RH_CUT_SEGMENT][l], segment) == 0; p++) {
                    revenue[p] = self.cut[RH_CUT_SEGMENT][((p * kept + place) * labels + l) * REPLICATIONS + r];
                }
            }
            is_null[s] = none == 1.0;
            null[s] += is_null[s];
            assert_true(revenue[0] > 0.0F && revenue[1] >= revenue[0] && !(revenue[1] > revenue[0] && is_null[s]));
            nobody[s] += !is_null[s] && revenue[1] == revenue[0];
        }
        assert_true(!is_null[1] || is_null[0]); /* the distributors' rows are null less often */
    }
    for (int g = 0; g < GROUPS; g++) {
        double share = 0.0;
        for (int k = 0; k < DRAWS; k++) {
            share += rh_learned_draws(&learned, 5, (size_t)g)[k] / DRAWS;
        }
        print_message("null in %d of %d, expected %.1f\n", null[g], REPLICATIONS, share * REPLICATIONS);
        assert_true(fabs(null[g] - share * REPLICATIONS) < 4.0 * sqrt(REPLICATIONS * share * (1.0 - share)));
    }
    assert_true(null[0] > 2 * null[1]);
    assert_true(nobody[0] < REPLICATIONS / 20 && nobody[1] < REPLICATIONS / 20);
    rehearsal_free(&self);
    rh_learned_free(&learned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(priors_are_priors), cmocka_unit_test(one_row_is_its_values),
                                       cmocka_unit_test(null_programs_by_segment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
