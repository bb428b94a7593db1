/* What sales answer to: rewards by effort and by price, the nearness of a goal, the lift of other lines. */
#include "portrait/draw.h"

#include <math.h>

#define FLAT_RATE                        \
    "  - name: Rebate\n"                 \
    "    behavior: {measure: revenue}\n" \
    "    window: month\n"                \
    "    reward: {levels: [{from: 0, rate: %.4g%%}], paid_to: %s}\n"

/* Draws how sales change with a rate on all of them, 0% to `highest`%, paid to the firm or its reps. */
static void draw_rates(struct rh_stage *stage, const char *payee, double highest, struct rh_chart *chart,
                       struct rh_chart_panel *panel)
{
    enum { STEPS = 24 };
    struct rh_take change = {.what = RH_SEEN_CHANGE};
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, NULL);
    for (int k = 1; k <= STEPS; k++) {
        rh_stage_program(stage, FLAT_RATE, highest * k / STEPS, payee);
    }
    rh_stage_bind(stage);
    rh_stage_watch(stage, &change, 1);
    rh_chart_add_value(chart, series, 0.0, 0.0);
    for (int k = 1; k <= STEPS && stage->status == RH_OK; k++) {
        rh_draw_point(chart, series, highest * k / STEPS, rh_stage_draws(stage, &change, k - 1, 0), 100.0, 1.0);
    }
    rh_stage_forget(&change, 1);
}

int rh_draw_effort(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    static const struct {
        const char *title, *payee;
        double highest;
    } sides[] = {{"Paid to the firm", "firm", 12.0}, {"Paid to its sales people", "rep", 6.0}};
    int status = RH_OK;
    rh_text_puts(&chart->note, "A partner");
    if (!isnan(subject->margin)) {
        rh_text_printf(&chart->note, " with a margin of %.3g%%", 100.0 * subject->margin);
    }
    rh_text_puts(&chart->note, " is offered a share of each sale, and passes nothing on");
    chart->same_height = true;
    for (int k = 0; k < 2 && status == RH_OK; k++) {
        struct rh_stage stage;
        rh_stage_init(&stage, subject, (struct rh_stage_setting){0}, error);
        rh_stage_believe(&stage, "effort");
        draw_rates(&stage, sides[k].payee, sides[k].highest, chart,
                   rh_chart_panel(chart, sides[k].title, "Reward felt, % of the sale", "Change of sales, %"));
        status = stage.status;
        rh_stage_free(&stage);
    }
    return status;
}

int rh_draw_price(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    struct rh_stage stage;
    rh_text_puts(&chart->note, "A partner is offered a share of each sale; nobody works harder for it");
    rh_stage_init(&stage, subject, (struct rh_stage_setting){0}, error);
    rh_stage_believe(&stage, "price");
    draw_rates(&stage, "firm", 12.0, chart,
               rh_chart_panel(chart, NULL, "Reward felt, % of the sale", "Change of sales, %"));
    rh_stage_free(&stage);
    return stage.status;
}

/* In the second month a month's sales are attained. Thresholds are set so that this is a given share of them. */
int rh_draw_goal(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    static const double shares[] = {0.2, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.999, 1.0, 1.2};
    enum { NUM = sizeof shares / sizeof *shares };
    struct rh_stage stage;
    struct rh_take change = {.what = RH_SEEN_CHANGE};
    struct rh_chart_panel *panel =
        rh_chart_panel(chart, NULL, "Attained so far, % of the threshold", "Change of sales, %");
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, NULL);
    rh_text_puts(&chart->note, "What nearness alone does, beyond the money that waits there");
    rh_stage_init(&stage, subject, (struct rh_stage_setting){.months = 3}, error);
    rh_stage_believe(&stage, "goal");
    for (int k = 0; k < NUM; k++) {
        rh_stage_program(&stage,
                         "  - name: Goal\n    behavior: {measure: revenue}\n    window: quarter\n"
                         "    reward: {levels: [{from: %.0f, flat: 1}]}\n",
                         RH_STAGE_SALES / shares[k]);
    }
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, &change, 1);
    for (int k = 0; k < NUM && stage.status == RH_OK; k++) {
        rh_draw_point(chart, series, 100.0 * shares[k], rh_stage_draws(&stage, &change, k, 1), 100.0, 1.0);
    }
    rh_chart_mark(panel, 100.0, 0.9, "reached");
    rh_stage_forget(&change, 1);
    rh_stage_free(&stage);
    return stage.status;
}

/* An elasticity of 1 to a margin of 10%: a rate of 1% lifts its line by 10%, in every replication. */
int rh_draw_displacement(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    enum { STEPS = 10 };
    const struct rh_subject certain = {subject->assumptions, subject->segment, NAN};
    struct rh_stage stage;
    struct rh_take others = {.what = RH_SEEN_DEMAND, .of = 1};
    struct rh_chart_panel *panel =
        rh_chart_panel(chart, NULL, "Lift of the line that is rewarded, %", "Change of the partner's other line, %");
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, NULL);
    rh_text_puts(&chart->note, "A partner sells as much of either line; only one of them is rewarded");
    rh_stage_init(&stage, &certain,
                  (struct rh_stage_setting){
                      .line = {{"revenue", "A", 0.5 * RH_STAGE_SALES}, {"revenue", "B", 0.5 * RH_STAGE_SALES}}},
                  error);
    rh_stage_believe(&stage, "displacement");
    rh_stage_set(&stage, RH_PARAM_EFFORT_ELASTICITY, 1.0);
    rh_stage_set(&stage, RH_PARAM_PARTNER_MARGIN, 0.1);
    rh_stage_set(&stage, RH_PARAM_RESPONSE_LIMIT, 2.0);
    for (int k = 1; k <= STEPS; k++) {
        rh_stage_program(&stage,
                         "  - name: Line A\n    behavior: {measure: revenue, product: [A]}\n    window: month\n"
                         "    reward: {levels: [{from: 0, rate: %.4g%%}]}\n",
                         0.5 * k);
    }
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, &others, 1);
    rh_chart_add_value(chart, series, 0.0, 0.0);
    for (int k = 1; k <= STEPS && stage.status == RH_OK; k++) {
        rh_draw_point(chart, series, 5.0 * k, rh_stage_draws(&stage, &others, k - 1, 0), 100.0 / (0.5 * RH_STAGE_SALES),
                      0.5 * RH_STAGE_SALES);
    }
    rh_stage_forget(&others, 1);
    rh_stage_free(&stage);
    return stage.status;
}
