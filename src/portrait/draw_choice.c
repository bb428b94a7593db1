/* What partners look at, what it is worth to them, and whether they take part. */
#include "portrait/draw.h"

#include <stdio.h>

#define CROWD 200 /* partners, of whom a share is seen */

int rh_draw_attention(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    enum { MOST = 11 };
    struct rh_stage stage;
    struct rh_take takes[] = {{.what = RH_SEEN_COMPLEXITY}, {.what = RH_SEEN_ATTENDS}};
    struct rh_chart_panel *panel =
        rh_chart_panel(chart, NULL, "Complexity: 0.3 for each incentive beyond the first", "Partners that attend, %");
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, NULL);
    const struct rh_belief_of *null_program =
        &subject->assumptions->belief[RH_PARAM_NULL_PROGRAM * subject->assumptions->num_segments + subject->segment];
    rh_text_printf(&chart->note, "%d partners; beside that, nobody reacts to any program in %.3g%% of the replications",
                   CROWD, 100.0 * null_program->mean);
    char incentives[MOST * 120];
    int length = 0;
    rh_stage_init(&stage, subject, (struct rh_stage_setting){.partners = CROWD}, error);
    rh_stage_believe(&stage, "attention");
    rh_stage_set(&stage, RH_PARAM_NULL_PROGRAM, 0.0);
    for (int k = 1; k <= MOST; k++) {
        length += snprintf(incentives + length, sizeof incentives - (size_t)length,
                           "  - name: Rebate %d\n    behavior: {measure: revenue}\n    window: month\n"
                           "    reward: {levels: [{from: 0, rate: 1%%}]}\n",
                           k);
        rh_stage_program(&stage, "%s", incentives);
    }
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, takes, 2);
    panel->y_high = 100.0;
    for (int k = 0; k < MOST && stage.status == RH_OK; k++) {
        rh_draw_point(chart, series, rh_stage_draws(&stage, &takes[0], k, 0)[0] / CROWD,
                      rh_stage_draws(&stage, &takes[1], k, 0), 100.0 / CROWD, 0.0);
    }
    rh_stage_forget(takes, 2);
    rh_stage_free(&stage);
    return stage.status;
}

/* ---- Worth ---- */

/* In a quarter's last month two months' sales are attained and a third is expected; thresholds are set so that the
 * attained is a given share of them. */
static int draw_next_sale(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    enum { STEPS = 38 };
    static const char *const bands[] = {"retroactive", "marginal"};
    struct rh_chart_panel *panel = rh_chart_panel(chart, "2% from a threshold on",
                                                  "Attained so far, % of the threshold", "Worth of the next sale, %");
    int status = RH_OK;
    for (int b = 0; b < 2 && status == RH_OK; b++) {
        struct rh_stage stage;
        struct rh_take next = {.what = RH_SEEN_NEXT_SALE};
        struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_LINE, bands[b]);
        rh_stage_init(&stage, subject, (struct rh_stage_setting){.months = 3}, error);
        for (int k = 0; k <= STEPS; k++) {
            rh_stage_program(&stage,
                             "  - name: Rebate\n    behavior: {measure: revenue}\n    window: quarter\n"
                             "    reward: {bands: %s, levels: [{from: %.0f, rate: 2%%}]}\n",
                             bands[b], 2.0 * RH_STAGE_SALES / (0.44 + 0.02 * k));
        }
        rh_stage_bind(&stage);
        if (stage.status == RH_OK) {
            stage.plan.partner[0].cv = 0.3; /* a partner whose months differ, in a history that shows none of it */
        }
        rh_stage_watch(&stage, &next, 1);
        for (int k = 0; k <= STEPS && stage.status == RH_OK; k++) {
            rh_draw_point(chart, series, 44.0 + 2.0 * k, rh_stage_draws(&stage, &next, k, 2), 100.0, 0.0);
        }
        rh_stage_forget(&next, 1);
        status = stage.status;
        rh_stage_free(&stage);
    }
    return status;
}

static int draw_felt(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    enum { MONTHS = 12 };
    static const struct {
        const char *kind, *name;
    } kinds[] = {{"cash", "cash"}, {"non_cash", "in kind"}};
    struct rh_stage stage;
    struct rh_take felt = {.what = RH_SEEN_FELT};
    struct rh_chart_panel *panel =
        rh_chart_panel(chart, "What is felt of it", "Months from sale to payment", "Felt, % of face value");
    panel->months = true;
    panel->x_low = 0.0;
    rh_stage_init(&stage, subject, (struct rh_stage_setting){0}, error);
    rh_stage_believe(&stage, "worth");
    for (int k = 0; k < 2 * (MONTHS + 1); k++) {
        rh_stage_program(&stage,
                         "  - name: Rebate\n    behavior: {measure: revenue}\n    window: month\n"
                         "    reward: {levels: [{from: 0, rate: 10%%}], kind: %s}\n"
                         "    payout: {after: %d months}\n",
                         kinds[k / (MONTHS + 1)].kind, k % (MONTHS + 1));
    }
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, &felt, 1);
    for (int kind = 0; kind < 2 && stage.status == RH_OK; kind++) {
        struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, kinds[kind].name);
        for (int month = 0; month <= MONTHS; month++) { /* of the sale on average half a month before the month's end */
            rh_draw_point(chart, series, 0.5 + month, rh_stage_draws(&stage, &felt, kind * (MONTHS + 1) + month, 0),
                          100.0 / 0.1, 0.0);
        }
    }
    rh_stage_forget(&felt, 1);
    rh_stage_free(&stage);
    return stage.status;
}

int rh_draw_worth(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    rh_text_puts(&chart->note,
                 "Left: a month before a quarter ends, in which a partner expects what it sold before, ± 30%");
    const int status = draw_next_sale(subject, chart, error);
    return status == RH_OK ? draw_felt(subject, chart, error) : status;
}

/* ---- Opting in ---- */

static const double rates[] = {0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0};
#define NUM_RATES ((int)(sizeof rates / sizeof *rates))

/* Programs 0 … NUM_RATES - 2 are simple, those that follow pay alike and are hard to see through. */
static void offer_to_join(struct rh_stage *stage)
{
    for (int k = 1; k < NUM_RATES; k++) {
        rh_stage_program(stage,
                         "  - name: Simple\n    behavior: {measure: revenue}\n    window: month\n"
                         "    enrollment: opt_in\n    payout: {after: 0 days}\n"
                         "    reward: {levels: [{from: 0, rate: %.4g%%}]}\n",
                         rates[k]);
    }
    for (int k = 1; k < NUM_RATES; k++) {
        rh_stage_program(stage,
                         "  - name: Hard\n    behavior: {measure: revenue}\n    window: quarter\n"
                         "    enrollment: opt_in\n    payout: {after: 6 months, claim: required}\n"
                         "    reward:\n      bands: retroactive\n      levels:\n        - {from: 0, rate: %.4g%%}\n"
                         "        - {from: 10M, rate: 10%%}\n        - {from: 20M, rate: 11%%}\n"
                         "        - {from: 30M, rate: 12%%}\n        - {from: 40M, rate: 13%%}\n"
                         "  - name: Extra\n    behavior: {measure: revenue}\n    window: quarter\n"
                         "    payout: {claim: required}\n"
                         "    reward:\n      bands: retroactive\n      levels:\n        - {from: 50M, rate: 10%%}\n"
                         "        - {from: 60M, rate: 11%%}\n        - {from: 70M, rate: 12%%}\n"
                         "        - {from: 80M, rate: 13%%}\n",
                         rates[k]);
    }
}

int rh_draw_opting_in(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    static const char *const titles[] = {"By the month, paid soon, simple", "By the quarter, paid late, complex"};
    struct rh_stage stage;
    struct rh_take joins = {.what = RH_SEEN_TAKES_PART};
    rh_text_printf(&chart->note, "%d partners that attend, and know what they sell", CROWD);
    chart->same_height = true;
    rh_stage_init(&stage, subject, (struct rh_stage_setting){.partners = CROWD, .months = 3}, error);
    rh_stage_believe(&stage, "opting in");
    offer_to_join(&stage);
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, &joins, 1);
    for (int hard = 0; hard < 2; hard++) {
        struct rh_chart_panel *panel =
            rh_chart_panel(chart, titles[hard], "Expected reward, % of expected sales", "Partners that join, %");
        struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, NULL);
        panel->y_high = 100.0;
        rh_chart_add_value(chart, series, 0.0, 0.0);
        for (int k = 1; k < NUM_RATES && stage.status == RH_OK; k++) {
            rh_draw_point(chart, series, rates[k], rh_stage_draws(&stage, &joins, hard * (NUM_RATES - 1) + k - 1, 0),
                          100.0 / CROWD, 0.0);
        }
    }
    rh_stage_forget(&joins, 1);
    rh_stage_free(&stage);
    return stage.status;
}
