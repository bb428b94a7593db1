/* What takes time: buying ahead, leaving, and what a partner would do anyway. */
#include "portrait/draw.h"

#include <math.h>

/* ---- Timing ---- */

#define BUYERS 200

int rh_draw_timing(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    enum { MONTHS = 12 };
    struct rh_stage stage;
    struct rh_take takes[] = {{.what = RH_SEEN_BOUGHT}, {.what = RH_SEEN_STOCK}};
    struct rh_chart_panel *bought = rh_chart_panel(chart, "What they buy", "Month", "Purchases against no program, %");
    struct rh_chart_panel *stock = rh_chart_panel(chart, "What lies in stock", "Month", "% of a month's sales");
    struct rh_chart_series *series[] = {rh_chart_series(bought, RH_CHART_BAND, NULL),
                                        rh_chart_series(stock, RH_CHART_BAND, NULL)};
    bought->months = stock->months = true;
    bought->x_low = stock->x_low = 0.0;
    rh_text_printf(&chart->note, "%d partners around the threshold of a rebate by the quarter: 3%% of everything",
                   BUYERS);
    rh_stage_init(&stage, subject, (struct rh_stage_setting){.partners = BUYERS, .months = MONTHS, .uneven = 0.25},
                  error);
    rh_stage_believe(&stage, "timing");
    rh_stage_program(&stage,
                     "  - name: Rebate\n    behavior: {measure: revenue}\n    window: quarter\n"
                     "    reward: {bands: retroactive, levels: [{from: %.0f, rate: 3%%}]}\n",
                     3.0 * RH_STAGE_SALES);
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, takes, 2);
    for (int t = 0; t < MONTHS && stage.status == RH_OK; t++) {
        const double usual = rh_stage_draws(&stage, &takes[0], -1, t)[0];
        rh_draw_point(chart, series[0], t + 1, rh_stage_draws(&stage, &takes[0], 0, t), 100.0 / usual, usual);
    }
    for (int t = 0; t < MONTHS && stage.status == RH_OK; t++) {
        rh_draw_point(chart, series[1], t + 1, rh_stage_draws(&stage, &takes[1], 0, t),
                      100.0 / (BUYERS * RH_STAGE_SALES), 0.0);
    }
    series[0]->dots = series[1]->dots = true;
    rh_stage_forget(takes, 2);
    rh_stage_free(&stage);
    return stage.status;
}

/* ---- Leaving ---- */

#define CROWD 300
#define LEAVING_MONTHS 25
#define STAYING 0.98 /* of a month, with no program */

/* Partners of whom all is certain but whether they stay. */
static void settle_lives(struct rh_stage *stage)
{
    for (int i = 0; stage->status == RH_OK && i < stage->plan.num_partners; i++) {
        struct rh_plan_partner *partner = &stage->plan.partner[i];
        partner->level_shape = INFINITY;
        for (int t = 0; t < LEAVING_MONTHS; t++) {
            partner->alive[t] = pow(STAYING, t);
        }
    }
}

/* Who stays with no program is known. What a program changes is counted: all programs meet the same luck. */
static void draw_staying(const struct rh_stage *stage, const struct rh_take *here, int program, struct rh_chart *chart,
                         struct rh_chart_panel *panel)
{
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, "with it");
    for (int t = 0; t < LEAVING_MONTHS && stage->status == RH_OK; t++) {
        double *draws = rh_stage_draws(stage, here, program, t);
        const double *none = rh_stage_draws(stage, here, -1, t);
        for (int r = 0; r < RH_STAGE_DRAWS; r++) {
            draws[r] = fmin(pow(STAYING, t) + (draws[r] - none[r]) / CROWD, 1.0);
        }
        rh_draw_point(chart, series, t, draws, 100.0, 0.0);
    }
    series = rh_chart_series(panel, RH_CHART_LINE, "without");
    series->color = RH_CHART_BLACK;
    for (int t = 0; t < LEAVING_MONTHS; t++) {
        rh_chart_add_value(chart, series, t, 100.0 * pow(STAYING, t));
    }
}

int rh_draw_leaving(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    static const struct {
        const char *title, *level;
        int days;
    } fates[] = {{"No level is ever reached", "from: 100M, flat: 1", 5},
                 {"2% every quarter, in time", "from: 0, rate: 2%", 5},
                 {"2% every quarter, late", "from: 0, rate: 2%", 25}};
    struct rh_stage stage;
    struct rh_take here = {.what = RH_SEEN_HERE};
    rh_text_printf(&chart->note, "Of %d partners 2%% leave in a month with no program", CROWD);
    chart->same_height = true;
    rh_stage_init(&stage, subject,
                  (struct rh_stage_setting){.partners = CROWD, .months = LEAVING_MONTHS, .future = true}, error);
    rh_stage_believe(&stage, "leaving");
    rh_stage_believe(&stage, "trust");
    for (int k = 0; k < 3; k++) {
        rh_stage_program(&stage,
                         "  - name: Rebate\n    behavior: {measure: revenue}\n    window: quarter\n"
                         "    payout: {after: 0 days, processing: {mean: %d, sd: 0}}\n"
                         "    reward: {levels: [{%s}]}\n",
                         fates[k].days, fates[k].level);
    }
    rh_stage_bind(&stage);
    settle_lives(&stage);
    rh_stage_watch(&stage, &here, 1);
    for (int k = 0; k < 3; k++) {
        struct rh_chart_panel *panel = rh_chart_panel(chart, fates[k].title, "Month", "Partners still there, %");
        panel->y_high = 100.0;
        panel->without_zero = panel->months = true;
        draw_staying(&stage, &here, k, chart, panel);
    }
    rh_stage_forget(&here, 1);
    rh_stage_free(&stage);
    return stage.status;
}

/* ---- Baseline ---- */

#define AHEAD 24 /* months, and as many of history */

int rh_draw_baseline(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    struct rh_stage stage;
    struct rh_take takes[] = {{.what = RH_SEEN_BASELINE}, {.what = RH_SEEN_LEVEL}};
    struct rh_chart_panel *sales = rh_chart_panel(chart, "What it may sell", "Month", "Sales of a month");
    struct rh_chart_panel *level = rh_chart_panel(chart, "Its level alone", "Month", "% of what was learned");
    struct rh_chart_series *past = rh_chart_series(sales, RH_CHART_LINE, "history");
    struct rh_chart_series *series[] = {rh_chart_series(sales, RH_CHART_FAN, "future"),
                                        rh_chart_series(level, RH_CHART_FAN, NULL)};
    rh_text_puts(&chart->note, "A partner whose months differ by 20%, after four years of history; dark: half of the "
                               "draws");
    sales->months = level->months = true;
    level->x_low = 0.0;
    past->color = RH_CHART_BLACK;
    series[0]->color = 0;
    rh_stage_init(&stage, subject, (struct rh_stage_setting){.months = AHEAD, .uneven = 0.2, .future = true}, error);
    rh_stage_believe(&stage, "baseline");
    rh_stage_program(&stage, "  - name: Any\n    behavior: {measure: revenue}\n    window: month\n"
                             "    reward: {levels: [{from: 0, rate: 1%%}]}\n");
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, takes, 2);
    for (int t = 1 - AHEAD; t <= 0 && stage.status == RH_OK; t++) {
        rh_chart_add_value(chart, past, t, 1e-4 * stage.panel.gross[stage.panel.num_months - 1 + t]);
    }
    for (int k = 0; k < 2; k++) {
        for (int t = 0; t < AHEAD && stage.status == RH_OK; t++) {
            rh_draw_point(chart, series[k], t + 1, rh_stage_draws(&stage, &takes[k], -1, t), k == 0 ? 1.0 : 100.0, 0.0);
        }
    }
    rh_stage_forget(takes, 2);
    rh_stage_free(&stage);
    return stage.status;
}
