/* What is concluded: the answer follows the verdict, sentences hold the file's own figures, and nothing is said of what
 * the results do not tell. */
#include "report/conclusions.h"

#include "report/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scratch_files.h"
#include "support/fake_results.h"

/* Everything that conclusions need of faked results. */
struct scene {
    struct rh_results results;
    struct rh_comparison comparison;
    struct rh_winners winners;
    struct rh_reserves reserves;
    struct rh_spend *spend;
    struct rh_conclusions conclusions;
};

static void scene_open(struct scene *scene, const struct fake_results *fake)
{
    const struct rh_reserve_options options = {RH_RESULTS_CONFIDENCE, RH_RESERVE_LIKELY, -1};
    struct rh_error error = {0};
    assert_int_equal(fake_results_write(fake, scratch_path("results.h5"), &error), RH_OK);
    assert_int_equal(rh_results_open(&scene->results, scratch_path("results.h5"), &error), RH_OK);
    assert_int_equal(rh_comparison_init(&scene->comparison, &scene->results, -1, &error), RH_OK);
    assert_int_equal(rh_winners_init(&scene->winners, &scene->results, &error), RH_OK);
    assert_int_equal(rh_reserves_init(&scene->reserves, &scene->results, &options, &error), RH_OK);
    assert_int_equal(rh_spend_read_all(&scene->spend, &scene->results, &error), RH_OK);
    rh_conclusions_init(&scene->conclusions, &scene->comparison, &scene->winners, &scene->reserves, scene->spend);
}

static void scene_close(struct scene *scene)
{
    rh_comparison_free(&scene->comparison);
    rh_winners_free(&scene->winners);
    rh_reserves_free(&scene->reserves);
    free(scene->spend);
    rh_results_close(&scene->results);
}

static struct rh_text headline(const struct scene *scene)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_conclusions_headline(&scene->conclusions, &text);
    assert_int_equal(rh_text_status(&text), RH_OK);
    return text;
}

/* The sentences of that label; "" where there are none. */
static struct rh_text sentence(const struct scene *scene, const char *wanted)
{
    const char *label = NULL;
    struct rh_text text;
    rh_text_init(&text);
    for (int k = 0; rh_conclusions_sentence(&scene->conclusions, k, &label, &text); k++) {
        if (strcmp(label, wanted) == 0) {
            return text;
        }
        rh_text_clear(&text);
    }
    fail_msg("nothing is said of '%s'", wanted);
    return text;
}

static void assert_holds(const struct rh_text *text, const char *part)
{
    if (strstr(rh_text_string(text), part) == NULL) {
        fail_msg("'%s' does not hold '%s'", rh_text_string(text), part);
    }
}

static const char *figure(enum rh_kpi kpi, double value)
{
    static char out[80];
    struct rh_text text;
    rh_text_init(&text);
    rh_figure_kpi(&text, kpi, fabs(value));
    snprintf(out, sizeof out, "%s%s", value < 0.0 ? "−" : "", rh_text_string(&text));
    rh_text_free(&text);
    return out;
}

/* The best is the candidate of the highest mean, its neighbor the next, whatever the reference's rank. */
static void test_who_is_best(void **state)
{
    (void)state;
    static const int sizes[] = {2, 3, 9, 20};
    for (size_t i = 0; i < 4; i++) {
        struct scene scene;
        scene_open(&scene, &(struct fake_results){.num_scenarios = sizes[i], .replications = 300});
        const int best = scene.conclusions.best, next = scene.conclusions.next;
        const double top = rh_comparison_summary(&scene.comparison, best, RH_KPI_NET_BENEFIT)->mean;
        assert_int_not_equal(best, scene.results.reference);
        for (int s = 0; s < sizes[i]; s++) {
            const double mean = rh_comparison_summary(&scene.comparison, s, RH_KPI_NET_BENEFIT)->mean;
            assert_true(s == scene.results.reference || mean <= top);
            assert_true(s == scene.results.reference || s == best || next < 0 ||
                        mean <= rh_comparison_summary(&scene.comparison, next, RH_KPI_NET_BENEFIT)->mean);
        }
        assert_true((next < 0) == (sizes[i] == 2));
        scene_close(&scene);
    }
}

/* The figures of the sentences are those of the file. */
static void test_figures_are_the_files(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene, &(struct fake_results){.num_scenarios = 5, .replications = 400});
    static const struct {
        const char *label;
        enum rh_kpi kpi;
        int quantile; /* -1: the mean */
    } cases[] = {{"Net benefit", RH_KPI_NET_BENEFIT, 4},
                 {"Net benefit", RH_KPI_NET_BENEFIT, 1},
                 {"Net benefit", RH_KPI_NET_BENEFIT, 7},
                 {"Sales", RH_KPI_INCREMENTAL_REVENUE, -1},
                 {"Sales", RH_KPI_PULLED_FORWARD, -1},
                 {"Cost", RH_KPI_COST, -1},
                 {"Cost", RH_KPI_COST, 7},
                 {"Return", RH_KPI_ROI, -1},
                 {"Return", RH_KPI_ROI, 1},
                 {"Participation", RH_KPI_PARTICIPATION, -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct rh_summary *of = rh_comparison_summary(&scene.comparison, scene.conclusions.best, cases[i].kpi);
        struct rh_text text = sentence(&scene, cases[i].label);
        assert_holds(&text, figure(cases[i].kpi, cases[i].quantile < 0 ? of->mean : of->quantile[cases[i].quantile]));
        rh_text_free(&text);
    }
    struct rh_text spent = sentence(&scene, "Where the money goes");
    for (int part = 0; part < RH_NUM_SPEND_PARTS; part++) {
        const struct rh_spend *spend = &scene.spend[scene.conclusions.best];
        assert_holds(&spent, figure(RH_KPI_PAID, part == RH_SPEND_ERROR ? spend->paid : spend->part[part]));
    }
    rh_text_free(&spent);
    int count[RH_NUM_SIDES];
    char counts[80];
    rh_winners_count(&scene.winners, scene.conclusions.best, NULL, NULL, count);
    snprintf(counts, sizeof counts, "Of 14 partners %d win and %d lose", count[RH_SIDE_WINS], count[RH_SIDE_LOSES]);
    struct rh_text text = sentence(&scene, "Winners and losers");
    assert_holds(&text, counts);
    rh_text_free(&text);
    scene_close(&scene);
}

/* Each verdict has its headline. The comparison is changed in memory, so that all of them come up. */
static void test_headline_follows_the_verdict(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene, &(struct fake_results){.num_scenarios = 3, .replications = 400});
    static const struct {
        double mean, se, p;
        const char *headline, *answer;
    } cases[] = {{1e6, 1e3, 0.97, "is better than in_force",
                  "is better than in_force in 97% of 400 simulated futures; its net "
                  "benefit is 1.00M EUR higher on average."},
                 {1e6, 1e3, 0.62, "leads, but it may not be better than in_force", "in 62% of 400"},
                 {-1e6, 1e3, 0.38, "None of the 2 programs beats in_force on average",
                  "comes closest. It is better than "
                  "in_force in 38% of 400"},
                 {-1e6, 1e3, 0.02, "None of the 2 programs beats in_force", "is 1.00M EUR lower on average."},
                 {1e3, 1e3, 0.51, "and in_force cannot be told apart yet", "51%"},
                 {0.0, 0.0, 0.5, "is worth as much as in_force", "the same on average"}};
    const size_t at = (size_t)scene.conclusions.best * RH_NUM_KPIS + RH_KPI_NET_BENEFIT;
    struct rh_difference *difference = &scene.comparison.difference[at];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        difference->mean = cases[i].mean;
        difference->mean_se = cases[i].se;
        difference->sd = 20.0 * cases[i].se;
        difference->p_positive = cases[i].p;
        struct rh_text text = headline(&scene);
        assert_holds(&text, cases[i].headline);
        assert_true(i != 3 || strstr(rh_text_string(&text), "average") == NULL);
        rh_text_clear(&text);
        rh_conclusions_answer(&scene.conclusions, &text);
        assert_holds(&text, cases[i].answer);
        rh_text_free(&text);
    }
    scene_close(&scene);
}

/* Without costs no return, without partners nobody wins; a single program is compared with nothing. */
static void test_says_nothing_of_what_is_not_told(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene,
               &(struct fake_results){.num_scenarios = 2, .replications = 60, .no_cost = true, .no_partners = true});
    static const char *const silent[] = {"Return", "Winners and losers", "Where the money goes", "Other budgets",
                                         "The next best program"};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        struct rh_text text = sentence(&scene, silent[i]);
        assert_string_equal(rh_text_string(&text), "");
        rh_text_free(&text);
    }
    scene_close(&scene);
    scene_open(&scene, &(struct fake_results){.num_scenarios = 1, .replications = 60});
    struct rh_text text = headline(&scene);
    assert_string_equal(rh_text_string(&text), "in_force: nothing to compare it with");
    rh_text_clear(&text);
    rh_conclusions_answer(&scene.conclusions, &text);
    assert_string_equal(rh_text_string(&text), "");
    rh_text_free(&text);
    text = sentence(&scene, "Cost");
    assert_null(strstr(rh_text_string(&text), "more than"));
    rh_text_free(&text);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_best),
        cmocka_unit_test(test_figures_are_the_files),
        cmocka_unit_test(test_headline_follows_the_verdict),
        cmocka_unit_test(test_says_nothing_of_what_is_not_told),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
