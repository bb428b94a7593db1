/* What partners do beside selling, and what comes of it. */
#include "portrait/draw.h"

#include <math.h>

int rh_draw_activities(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    enum { STEPS = 20 };
    struct rh_stage stage;
    struct rh_take change = {.what = RH_SEEN_CHANGE};
    struct rh_chart_panel *panel =
        rh_chart_panel(chart, NULL, "Reward of a completion, % of a partner's mean monthly sales",
                       "Change of expected completions, %");
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, NULL);
    rh_text_puts(&chart->note, "A partner is rewarded for each certification");
    rh_stage_init(&stage, subject,
                  (struct rh_stage_setting){.line = {{"certifications", "", 1.0}, {"revenue", "", RH_STAGE_SALES}}},
                  error);
    rh_stage_believe(&stage, "activities");
    for (int k = 1; k <= STEPS; k++) {
        rh_stage_program(&stage,
                         "  - name: Certified\n    behavior: {measure: certifications}\n    window: month\n"
                         "    reward: {levels: [{from: 0, per_unit: %.4g}]}\n",
                         0.005 * k * RH_STAGE_SALES);
    }
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, &change, 1);
    rh_chart_add_value(chart, series, 0.0, 0.0);
    for (int k = 1; k <= STEPS && stage.status == RH_OK; k++) {
        rh_draw_point(chart, series, 0.5 * k, rh_stage_draws(&stage, &change, k - 1, 0), 100.0, 1.0);
    }
    rh_stage_forget(&change, 1);
    rh_stage_free(&stage);
    return stage.status;
}

/* ---- Training ---- */

#define MOST_COMPLETIONS 12
#define TRAINING_MONTHS 36
#define OFFERS 20         /* of 1, 2, 3, … of them on average: enough for draws of up to MOST_COMPLETIONS */
#define FULL_TRAINING 4.0 /* of them a month, for a quarter */

/* One completion a month; an elasticity of 1 to its cost makes k more where k times that is paid. Program k - 1 pays
 * for k more in the first month alone; the last one for a quarter. */
static void offer_training(struct rh_stage *stage)
{
    rh_stage_believe(stage, "training");
    rh_stage_set(stage, RH_PARAM_ACTIVITY_ELASTICITY, 1.0);
    rh_stage_set(stage, RH_PARAM_ACTIVITY_COST, 0.02);
    rh_stage_set(stage, RH_PARAM_RESPONSE_LIMIT, 100.0);
    for (int k = 1; k <= OFFERS + 1; k++) {
        const bool quarter = k > OFFERS;
        char from[RH_DAY_TEXT], until[RH_DAY_TEXT];
        rh_stage_program(stage,
                         "  - name: Certified\n    behavior: {measure: certifications}\n    window: month\n"
                         "    active: {from: %s, until: %s}\n"
                         "    reward: {levels: [{from: 0, per_unit: %.4g}]}\n",
                         rh_stage_month(stage, 0, from), rh_stage_month(stage, quarter ? 2 : 0, until),
                         0.02 * RH_STAGE_SALES * (quarter ? FULL_TRAINING : k));
    }
}

/* Of all replications under all programs those with so many extra completions: capability is a function of them. */
static void draw_gain(const struct rh_stage *stage, const struct rh_take *takes, struct rh_chart *chart,
                      struct rh_chart_panel *panel)
{
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, NULL);
    rh_chart_add_value(chart, series, 0.0, 0.0);
    for (int extra = 1; extra <= MOST_COMPLETIONS && stage->status == RH_OK; extra++) {
        double found[OFFERS * RH_STAGE_DRAWS];
        size_t num = 0;
        for (int p = 0; p < OFFERS; p++) {
            const double *done = rh_stage_draws(stage, &takes[0], p, 0);
            const double *capability = rh_stage_draws(stage, &takes[1], p, 1);
            for (int r = 0; r < RH_STAGE_DRAWS; r++) {
                if (lround(done[r]) == 1 + extra) {
                    found[num++] = 100.0 * (capability[r] - 1.0);
                }
            }
        }
        if (num > 0) {
            rh_chart_add(chart, series, extra, found, num);
        }
    }
}

int rh_draw_training(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    struct rh_stage stage;
    struct rh_take takes[] = {{.what = RH_SEEN_BOUGHT, .of = 0}, {.what = RH_SEEN_CAPABILITY}};
    struct rh_chart_panel *gain = rh_chart_panel(chart, "A month after", "Extra completions", "Change of sales, %");
    struct rh_chart_panel *path =
        rh_chart_panel(chart, "A quarter with 12 of them, then none", "Month", "Change of sales, %");
    path->months = true;
    path->x_low = 0.0;
    rh_text_puts(&chart->note, "Training and certifications beyond what a partner does anyway");
    chart->same_height = true;
    rh_stage_init(&stage, subject,
                  (struct rh_stage_setting){.months = TRAINING_MONTHS,
                                            .line = {{"certifications", "", 1.0}, {"revenue", "", RH_STAGE_SALES}}},
                  error);
    offer_training(&stage);
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, takes, 2);
    draw_gain(&stage, takes, chart, gain);
    struct rh_chart_series *series = rh_chart_series(path, RH_CHART_BAND, NULL);
    for (int t = 0; t < TRAINING_MONTHS && stage.status == RH_OK; t++) {
        rh_draw_point(chart, series, t + 1, rh_stage_draws(&stage, &takes[1], OFFERS, t), 100.0, 1.0);
    }
    rh_stage_forget(takes, 2);
    rh_stage_free(&stage);
    return stage.status;
}

int rh_draw_marketing(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    enum { STEPS = 16 };
    struct rh_stage stage;
    struct rh_take marketing = {.what = RH_SEEN_MARKETING};
    struct rh_chart_panel *panel =
        rh_chart_panel(chart, NULL, "What the fund would match, % of sales", "Change of next month's sales, %");
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, NULL);
    rh_text_puts(&chart->note, "A partner spends 4% of its sales on marketing, of which a fund matches a share");
    rh_stage_init(
        &stage, subject,
        (struct rh_stage_setting){
            .months = 3, .line = {{"marketing_spend", "", 0.04 * RH_STAGE_SALES}, {"revenue", "", RH_STAGE_SALES}}},
        error);
    rh_stage_believe(&stage, "marketing");
    for (int k = 1; k <= STEPS; k++) {
        rh_stage_program(&stage,
                         "  - name: Fund\n    behavior: {measure: marketing_spend}\n    window: month\n"
                         "    reward: {match: %.4g%%, fund: {accrues: 50%%, of: revenue}}\n",
                         100.0 * k / STEPS);
    }
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, &marketing, 1);
    rh_chart_add_value(chart, series, 0.0, 0.0);
    for (int k = 1; k <= STEPS && stage.status == RH_OK; k++) {
        rh_draw_point(chart, series, 4.0 * k / STEPS, rh_stage_draws(&stage, &marketing, k - 1, 2), 100.0, 1.0);
    }
    rh_stage_forget(&marketing, 1);
    rh_stage_free(&stage);
    return stage.status;
}
