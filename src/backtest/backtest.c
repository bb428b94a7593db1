#include "backtest/backtest.h"

#include "backtest/scoring.h"
#include "backtest/tune.h"
#include "core/memory.h"
#include "engine/plan.h"
#include "history/until.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct rh_backtest_options rh_backtest_defaults(void)
{
    return (struct rh_backtest_options){
        .holdout = 12, .origins = 3, .step = 3, .replications = 512, .seed = 1, .tuning = rh_tuning_defaults()};
}

void rh_backtest_free(struct rh_backtest *self)
{
    free(self->origin);
    free(self->segment);
    free(self->segment_score);
    memset(self, 0, sizeof *self);
}

/* Sold in the months held out, by those that are forecast (known) or by all. */
static double sold(const struct rh_scoring *self, bool all)
{
    const struct rh_outcomes *outcomes = self->outcomes;
    double sum = 0.0;
    for (int t = 0; t < self->forecast->num_months; t++) {
        for (int i = 0; !all && i < self->forecast->num_partners; i++) {
            sum += rh_outcome(outcomes, (size_t)self->forecast->row[i], self->month + t);
        }
        for (size_t row = 0; all && row < outcomes->num_partners; row++) {
            sum += rh_outcome(outcomes, row, self->month + t);
        }
    }
    return sum;
}

/* Says of which origin it is that there is nothing to learn from. */
static int tell_origin(int status, rh_month origin, struct rh_error *error)
{
    if (status != RH_ERR_INPUT) {
        return status;
    }
    char month[RH_DAY_TEXT];
    const struct rh_error reason = *error;
    return rh_error_set(error, status, "before %s: %s", rh_month_format(origin, month), reason.message);
}

/* Forecasts from one origin, and their scores. */
static int run_origin(struct rh_backtest *self, const struct rh_history *history, const struct rh_outcomes *outcomes,
                      int index, struct rh_scores *scores, double *known_sold, double *all_sold, struct rh_error *error)
{
    struct rh_history known;
    struct rh_forecast forecast = {0};
    const struct rh_scoring scoring = {.history = history,
                                       .outcomes = outcomes,
                                       .forecast = &forecast,
                                       .month = self->origin[index],
                                       .seed = self->options.seed,
                                       .index = index,
                                       .peers = true};
    int status = rh_history_until(history, scoring.month, NULL, &known, error);
    struct rh_backtest_options options = self->options;
    if (status == RH_OK && options.tune) {
        struct rh_tune tune;
        const struct rh_tune_options how = rh_tune_defaults();
        status = rh_tune_run(&tune, &known, &self->options.tuning, &how, NULL, error);
        options.tuning = tune.tuning;
    }
    if (status == RH_OK) {
        status = rh_forecast_init(&forecast, &known, &options, error);
    }
    status = tell_origin(status, scoring.month, error);
    if (status == RH_OK) {
        status = rh_scoring_run(&scoring, scores, error);
    }
    if (status == RH_OK) {
        self->num_partners = index == 0 ? (size_t)forecast.num_partners : self->num_partners;
        *known_sold += sold(&scoring, false);
        *all_sold += sold(&scoring, true);
    }
    rh_forecast_free(&forecast);
    rh_history_until_free(&known);
    return status;
}

/* As many origins as the history has room for, the last first. */
static int find_origins(struct rh_backtest *self, const struct rh_history *history, struct rh_error *error)
{
    const struct rh_backtest_options *options = &self->options;
    const int months = (int)(history->last_month - history->first_month) + 1;
    const int room = months - options->holdout - RH_BACKTEST_LEAST_HISTORY;
    if (room < 0) {
        return rh_error_set(error, RH_ERR_INPUT,
                            "the history has %d month%s: to hold out %d it needs %d, so that %d are left to learn from",
                            months, months == 1 ? "" : "s", options->holdout,
                            options->holdout + RH_BACKTEST_LEAST_HISTORY, RH_BACKTEST_LEAST_HISTORY);
    }
    const int fit = room / options->step + 1;
    self->num_origins = options->origins < fit ? options->origins : fit;
    self->origin = rh_calloc((size_t)self->num_origins, sizeof *self->origin);
    for (int k = 0; self->origin != NULL && k < self->num_origins; k++) {
        self->origin[k] = history->last_month + 1 - options->holdout - k * options->step;
    }
    return self->origin != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the origins");
}

/* Segments by name, in the order of the history. */
static int make_segments(struct rh_backtest *self, const struct rh_history *history, struct rh_error *error)
{
    const struct rh_names *names = &history->partners.segments;
    self->num_segments = names->num;
    self->segment = rh_calloc(names->num + 1, sizeof *self->segment);
    self->segment_score = rh_calloc(names->num + 1, sizeof *self->segment_score);
    if (self->segment == NULL || self->segment_score == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the segments");
    }
    for (size_t k = 0; k < names->num; k++) {
        self->segment[k] = names->name[k];
    }
    return RH_OK;
}

static int expect_one_currency(const struct rh_history *history, struct rh_error *error)
{
    for (size_t row = 1; row < history->partners.num; row++) {
        if (history->partners.currency[row] != history->partners.currency[0]) {
            return rh_error_set(error, RH_ERR_INPUT,
                                "partners account in several currencies ('%s' and '%s'), which cannot be added up here",
                                history->partners.currencies.name[history->partners.currency[0]],
                                history->partners.currencies.name[history->partners.currency[row]]);
        }
    }
    return RH_OK;
}

int rh_backtest_run(struct rh_backtest *self, const struct rh_history *history,
                    const struct rh_backtest_options *options, const struct rh_progress *progress,
                    struct rh_error *error)
{
    struct rh_outcomes outcomes = {0};
    struct rh_scores scores = {0};
    double known_sold = 0.0, all_sold = 0.0;
    memset(self, 0, sizeof *self);
    self->options = *options;
    self->options.replications = (options->replications + RH_LANES - 1) / RH_LANES * RH_LANES;
    int status = expect_one_currency(history, error);
    if (status == RH_OK) {
        status = find_origins(self, history, error);
    }
    if (status == RH_OK) {
        status = make_segments(self, history, error);
    }
    if (status == RH_OK) {
        status = rh_outcomes_init(&outcomes, history, error);
    }
    scores.segment = self->segment_score;
    for (int k = 0; status == RH_OK && k < self->num_origins; k++) {
        rh_progress_report(progress, "origins", (uint64_t)k, (uint64_t)self->num_origins);
        status =
            rh_progress_stopped(progress)
                ? rh_error_set(error, RH_ERR_INTERRUPTED, "interrupted after %d of %d origins", k, self->num_origins)
                : run_origin(self, history, &outcomes, k, &scores, &known_sold, &all_sold, error);
    }
    memcpy(self->score, scores.of, sizeof self->score);
    self->newcomers = all_sold > 0.0 ? 1.0 - known_sold / all_sold : 0.0;
    rh_outcomes_free(&outcomes);
    return status;
}
