#include "backtest/forecast.h"

#include "core/memory.h"
#include "engine/watch.h"
#include "model/baseline.h"
#include "model/parameters.h"
#include "program/study.h"

#include <stdlib.h>
#include <string.h>

#define CURRENCY 1e-4 /* of a unit of the panel's */

void rh_outcomes_free(struct rh_outcomes *self)
{
    free(self->value);
    memset(self, 0, sizeof *self);
}

static bool is_revenue(const struct rh_history *history, const struct rh_panel *panel, size_t series)
{
    return strcmp(history->measures.name[panel->driver[panel->series[series].driver].measure], "revenue") == 0;
}

int rh_outcomes_init(struct rh_outcomes *self, const struct rh_history *history, struct rh_error *error)
{
    struct rh_panel panel = {0};
    memset(self, 0, sizeof *self);
    int status = rh_panel_init(&panel, history, NULL, error);
    if (status == RH_OK) {
        const size_t T = (size_t)panel.num_months;
        self->num_partners = history->partners.num;
        self->first_month = panel.first_month;
        self->num_months = panel.num_months;
        self->value = rh_calloc(self->num_partners * T + 1, sizeof *self->value);
        status = self->value != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what happened");
    }
    for (size_t s = 0; status == RH_OK && s < panel.num_series; s++) {
        const size_t T = (size_t)panel.num_months, row = (size_t)panel.partner_row[panel.series[s].partner];
        for (size_t t = 0; t < T && is_revenue(history, &panel, s); t++) {
            self->value[row * T + t] += CURRENCY * (panel.gross[s * T + t] - panel.returns[s * T + t]);
        }
    }
    rh_panel_free(&panel);
    return status;
}

/* Where the block that is simulated goes. */
struct sink {
    struct rh_forecast *forecast;
    int first; /* member of lane 0 */
};

static void see(void *user, const struct rh_sight *sight)
{
    const struct sink *sink = user;
    struct rh_forecast *forecast = sink->forecast;
    if (sight->what != RH_SEEN_REVENUE) {
        return;
    }
    float *member = forecast->member + ((size_t)sight->partner * (size_t)forecast->num_months + (size_t)sight->month) *
                                           (size_t)forecast->num_members;
    for (int l = 0; l < RH_LANES && sink->first + l < forecast->num_members; l++) {
        member[sink->first + l] = (float)sight->value[l];
    }
}

static int simulate(struct rh_forecast *self, const struct rh_plan *plan, struct rh_error *error)
{
    const size_t cells = (size_t)plan->num_partners * (size_t)plan->num_months * (size_t)plan->replications;
    self->num_partners = plan->num_partners;
    self->num_months = plan->num_months;
    self->num_members = (int)plan->replications;
    self->row = rh_calloc((size_t)plan->num_partners + 1, sizeof *self->row);
    self->member = rh_calloc(cells + 1, sizeof *self->member);
    int status = self->row != NULL && self->member != NULL
                     ? RH_OK
                     : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %zu simulated partner-months", cells);
    for (int i = 0; status == RH_OK && i < plan->num_partners; i++) {
        self->row[i] = plan->partner[i].row;
    }
    for (int first = 0; status == RH_OK && first < self->num_members; first += RH_LANES) {
        struct sink sink = {self, first};
        const struct rh_watch watch = {RH_WATCH_ALL, see, &sink};
        int lane;
        status = rh_engine_watch(plan, (uint64_t)first, &watch, &lane, NULL, error);
    }
    return status;
}

int rh_forecast_init(struct rh_forecast *self, const struct rh_history *known,
                     const struct rh_backtest_options *options, struct rh_error *error)
{
    struct rh_study study;
    struct rh_panel panel = {0};
    struct rh_baseline baseline = {0};
    struct rh_assumptions assumptions = {0};
    struct rh_plan plan = {0};
    memset(self, 0, sizeof *self);
    int status = rh_study_of_history(&study, known);
    study.horizon_months = options->holdout;
    study.replications = options->replications;
    study.seed = options->seed;
    rh_tuning_to_study(&options->tuning, &study);
    if (status != RH_OK) {
        rh_error_set(error, status, "no memory for a study of the history");
    }
    if (status == RH_OK) {
        status = rh_panel_init(&panel, known, NULL, error);
    }
    if (status == RH_OK) {
        status = rh_baseline_init(&baseline, &panel, known, &options->tuning, error);
    }
    if (status == RH_OK) {
        status = rh_assumptions_init(&assumptions, &known->partners.segments, error);
    }
    if (status == RH_OK) {
        rh_assumptions_set(&assumptions, RH_PARAM_LEVEL_WALK, options->tuning.level_walk);
        status = rh_plan_init(&plan, &study, known, &panel, &baseline, &assumptions, error);
    }
    if (status == RH_OK) {
        status = simulate(self, &plan, error);
    }
    rh_plan_free(&plan);
    rh_assumptions_free(&assumptions);
    rh_baseline_free(&baseline);
    rh_panel_free(&panel);
    rh_study_free(&study);
    return status;
}

void rh_forecast_free(struct rh_forecast *self)
{
    free(self->row);
    free(self->member);
    memset(self, 0, sizeof *self);
}
