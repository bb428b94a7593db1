/* What becomes of what is earned: whether it is claimed, when and how rightly it is paid, and what that does to trust.
 */
#include "portrait/draw.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

#define CROWD 200 /* partners with a claim a month for a year */
#define YEAR 12
#define LATE_DAYS 20.0

#define ONE_PERCENT                      \
    "  - name: Rebate\n"                 \
    "    behavior: {measure: revenue}\n" \
    "    window: month\n"
#define REWARD (0.01 * RH_STAGE_SALES) /* of a partner and month */

/* Draws of the sum over all months, in those of the first. */
static double *sum_months(const struct rh_stage *stage, const struct rh_take *take, int program)
{
    double *sum = rh_stage_draws(stage, take, program, 0);
    for (int t = 1; t < stage->setting.months; t++) {
        const double *month = rh_stage_draws(stage, take, program, t);
        for (int r = 0; r < RH_STAGE_DRAWS; r++) {
            sum[r] += month[r];
        }
    }
    return sum;
}

int rh_draw_claims(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    static const struct {
        const char *name, *kind, *claim;
    } ways[] = {{"Paid automatically", "cash", "automatic"},
                {"Must be claimed", "cash", "required"},
                {"Points, to be redeemed", "points", "automatic"}};
    struct rh_stage stage;
    struct rh_take claimed = {.what = RH_SEEN_CLAIMED};
    struct rh_chart_panel *panel = rh_chart_panel(chart, NULL, "Claimed, % of what is earned", NULL);
    rh_text_printf(&chart->note, "%d partners over a year: thick, half of the draws", CROWD);
    panel->x_low = 0.0;
    panel->x_high = 100.0;
    rh_stage_init(&stage, subject, (struct rh_stage_setting){.partners = CROWD, .months = YEAR}, error);
    rh_stage_believe(&stage, "claims");
    for (int k = 0; k < 3; k++) {
        rh_stage_program(&stage,
                         ONE_PERCENT "    reward: {levels: [{from: 0, rate: 1%%}], kind: %s}\n"
                                     "    payout: {claim: %s}\n",
                         ways[k].kind, ways[k].claim);
    }
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, &claimed, 1);
    for (int k = 0; k < 3 && stage.status == RH_OK; k++) {
        rh_draw_point(chart, rh_chart_series(panel, RH_CHART_ROW, ways[k].name), 0.0, sum_months(&stage, &claimed, k),
                      100.0 / (REWARD * CROWD * YEAR), 0.0);
    }
    rh_stage_forget(&claimed, 1);
    rh_stage_free(&stage);
    return stage.status;
}

/* ---- Payment ---- */

/* One partner's payments of the months, the share of them that are made by a day. */
static int draw_days(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    enum { LAST_DAY = 60 };
    struct rh_stage stage;
    struct rh_take days = {.what = RH_SEEN_DAYS};
    struct rh_chart_panel *panel = rh_chart_panel(chart, NULL, "Days after the due date", "Claims that are paid, %");
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_LINE, NULL);
    panel->y_high = 100.0;
    rh_chart_mark(panel, LATE_DAYS, 0.08, "late");
    rh_stage_init(&stage, subject, (struct rh_stage_setting){.months = YEAR}, error);
    rh_stage_believe(&stage, "payment");
    rh_stage_program(&stage, ONE_PERCENT "    reward: {levels: [{from: 0, rate: 1%%}]}\n"
                                         "    payout: {after: 0 days}\n");
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, &days, 1);
    for (int day = 0; day <= LAST_DAY && stage.status == RH_OK; day++) {
        int paid = 0;
        for (int t = 0; t < YEAR; t++) {
            const double *draws = rh_stage_draws(&stage, &days, 0, t);
            for (int r = 0; r < RH_STAGE_DRAWS; r++) {
                paid += draws[r] <= day ? 1 : 0;
            }
        }
        rh_chart_add_value(chart, series, day, 100.0 * paid / (YEAR * RH_STAGE_DRAWS));
    }
    rh_stage_forget(&days, 1);
    rh_stage_free(&stage);
    return stage.status;
}

static double is_late(double days)
{
    return days > LATE_DAYS ? 1.0 : 0.0;
}

static double is_wrong(double paid)
{
    return fabs(paid - REWARD) > 1e-6 ? 1.0 : 0.0;
}

static double too_much(double paid)
{
    return fmax(paid / REWARD - 1.0, 0.0);
}

static double too_little(double paid)
{
    return fmax(1.0 - paid / REWARD, 0.0);
}

/* What goes wrong with the payments of a year. */
static int draw_errors(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    static const char *const names[] = {"late", "wrong", "overpaid", "underpaid"};
    struct rh_stage stage;
    struct rh_take takes[] = {{.what = RH_SEEN_DAYS, .map = is_late},
                              {.what = RH_SEEN_PAID, .map = is_wrong},
                              {.what = RH_SEEN_PAID, .map = too_much},
                              {.what = RH_SEEN_PAID, .map = too_little}};
    struct rh_chart_panel *panel = rh_chart_panel(chart, NULL, "% of what is claimed", NULL);
    panel->x_low = 0.0;
    rh_stage_init(&stage, subject, (struct rh_stage_setting){.partners = CROWD, .months = YEAR}, error);
    rh_stage_believe(&stage, "payment");
    rh_stage_program(&stage, ONE_PERCENT "    reward: {levels: [{from: 0, rate: 1%%}]}\n"
                                         "    payout: {after: 0 days}\n");
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, takes, 4);
    for (int k = 0; k < 4 && stage.status == RH_OK; k++) {
        rh_draw_point(chart, rh_chart_series(panel, RH_CHART_ROW, names[k]), 0.0, sum_months(&stage, &takes[k], 0),
                      100.0 / (CROWD * YEAR), 0.0);
    }
    rh_stage_forget(takes, 4);
    rh_stage_free(&stage);
    return stage.status;
}

int rh_draw_payment(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    rh_text_printf(&chart->note, "Left: all claims of all draws. Right: %d partners over a year", CROWD);
    const int status = draw_days(subject, chart, error);
    return status == RH_OK ? draw_errors(subject, chart, error) : status;
}

/* ---- Trust ---- */

#define TRUST_MONTHS 25

/* Program 0 pays once, in time; 1 once, late; 2 every month, in time; 3 every month, late. */
static void pay_partner(struct rh_stage *stage)
{
    char month[RH_DAY_TEXT];
    rh_stage_month(stage, 0, month);
    for (int k = 0; k < 4; k++) {
        rh_stage_program(stage,
                         ONE_PERCENT "    active: {from: %s%s%s}\n"
                                     "    reward: {levels: [{from: 0, rate: 1%%}]}\n"
                                     "    payout: {after: 0 days, processing: {mean: %d, sd: 0}}\n",
                         month, k < 2 ? ", until: " : "", k < 2 ? month : "", k % 2 == 0 ? 5 : 25);
    }
}

static int draw_trust(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    static const char *const titles[] = {"After one payment", "Paid every month"};
    static const char *const names[] = {"in time", "late"};
    struct rh_stage stage;
    struct rh_take trust = {.what = RH_SEEN_TRUST};
    rh_stage_init(&stage, subject, (struct rh_stage_setting){.months = TRUST_MONTHS}, error);
    rh_stage_believe(&stage, "trust");
    pay_partner(&stage);
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, &trust, 1);
    for (int k = 0; k < 2; k++) {
        struct rh_chart_panel *panel = rh_chart_panel(chart, titles[k], "Month", "Trust");
        panel->y_high = 1.0;
        panel->x_low = 0.0;
        panel->months = true;
        for (int late = 0; late < 2; late++) {
            struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, names[late]);
            for (int t = 0; t < TRUST_MONTHS && stage.status == RH_OK; t++) {
                rh_draw_point(chart, series, t, rh_stage_draws(&stage, &trust, 2 * k + late, t), 1.0, 0.0);
            }
        }
    }
    rh_stage_forget(&trust, 1);
    rh_stage_free(&stage);
    return stage.status;
}

/* What is felt of a reward at a level of trust: a channel for each of them. */
static int draw_trusted(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    enum { STEPS = 5 };
    struct rh_chart_panel *panel = rh_chart_panel(chart, "What trust is for", "Trust", "Reward felt, %");
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_BAND, NULL);
    int status = RH_OK;
    panel->y_high = 100.0;
    for (int k = 0; k <= STEPS && status == RH_OK; k++) {
        struct rh_stage stage;
        struct rh_take felt = {.what = RH_SEEN_FELT};
        rh_stage_init(&stage, subject, (struct rh_stage_setting){0}, error);
        rh_stage_believe(&stage, "trust");
        rh_stage_set(&stage, RH_PARAM_TRUST, (double)k / STEPS);
        rh_stage_program(&stage, ONE_PERCENT "    reward: {levels: [{from: 0, rate: 1%%}]}\n");
        rh_stage_bind(&stage);
        rh_stage_watch(&stage, &felt, 1);
        if (stage.status == RH_OK) {
            rh_draw_point(chart, series, (double)k / STEPS, rh_stage_draws(&stage, &felt, 0, 0), 100.0 / 0.01, 0.0);
        }
        rh_stage_forget(&felt, 1);
        status = stage.status;
        rh_stage_free(&stage);
    }
    return status;
}

int rh_draw_trust(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error)
{
    rh_text_puts(&chart->note, "A partner that is paid within 5 days of the due date, or after 25");
    const int status = draw_trust(subject, chart, error);
    return status == RH_OK ? draw_trusted(subject, chart, error) : status;
}
