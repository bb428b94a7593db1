#include "backtest/tune.h"

#include "backtest/growth.h"
#include "backtest/scoring.h"
#include "core/memory.h"
#include "core/rng.h"
#include "engine/plan.h"
#include "history/until.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_HISTORY 12
#define LEAST_HOLDOUT 3
#define MOST_HOLDOUT 12
#define MOST_ORIGINS 3
#define LEAST_STEP 3
#define MOST_STEP 12
#define MOST_VALUES 8
#define SEASON_HISTORY 24 /* months before the first origin, to choose how far seasons are believed */

const char *const rh_tuned_name[RH_NUM_TUNED] = {"season_belief",    "together",     "level_half_life",
                                                 "level_walk",       "level_spread", "block_months",
                                                 "kernel_half_life", "growth",       "growth_sd"};

/* Values that are tried, in ascending order, except of `together`, which has none. */
static const struct grid {
    int num;
    double value[MOST_VALUES];
} grids[RH_NUM_TUNED] = {
    [RH_TUNED_SEASON_BELIEF] = {3, {0.0, 0.5, 1.0}},
    [RH_TUNED_TOGETHER] = {4, {RH_TOGETHER_ALL, RH_TOGETHER_REGION, RH_TOGETHER_SEGMENT, RH_TOGETHER_PARTNER}},
    [RH_TUNED_LEVEL_HALF_LIFE] = {5, {1.5, 3.0, 6.0, 12.0, 24.0}},
    [RH_TUNED_LEVEL_WALK] = {6, {0.0, 0.03, 0.06, 0.09, 0.12, 0.18}},
    [RH_TUNED_LEVEL_SPREAD] = {4, {0.5, 1.0, 2.0, 4.0}},
    [RH_TUNED_BLOCK_MONTHS] = {3, {3.0, 6.0, 12.0}},
    [RH_TUNED_KERNEL_HALF_LIFE] = {3, {6.0, 12.0, 24.0}},
};

/* How much the scores of what is forecast count: partners as much as all sums of them. */
static const double weight[RH_NUM_BACKTEST_OF] = {[RH_BACKTEST_PARTNER] = 1.0,
                                                  [RH_BACKTEST_SEGMENT] = 1.0 / 3,
                                                  [RH_BACKTEST_REGION] = 1.0 / 3,
                                                  [RH_BACKTEST_TOTAL] = 1.0 / 3};

struct rh_tune_options rh_tune_defaults(void)
{
    return (struct rh_tune_options){.members = 128, .most_partners = 400, .seed = 1};
}

double rh_tuning_value(const struct rh_tuning *self, enum rh_tuned which)
{
    const double value[RH_NUM_TUNED] = {[RH_TUNED_SEASON_BELIEF] = self->season_belief,
                                        [RH_TUNED_TOGETHER] = self->together,
                                        [RH_TUNED_LEVEL_HALF_LIFE] = self->level_half_life,
                                        [RH_TUNED_LEVEL_WALK] = self->level_walk,
                                        [RH_TUNED_LEVEL_SPREAD] = self->level_spread,
                                        [RH_TUNED_BLOCK_MONTHS] = self->block_months,
                                        [RH_TUNED_KERNEL_HALF_LIFE] = self->kernel_half_life,
                                        [RH_TUNED_GROWTH] = self->growth,
                                        [RH_TUNED_GROWTH_SD] = self->growth_sd};
    return value[which];
}

static void set_value(struct rh_tuning *self, enum rh_tuned which, double value)
{
    double *const at[RH_NUM_TUNED] = {
        [RH_TUNED_SEASON_BELIEF] = &self->season_belief, [RH_TUNED_LEVEL_HALF_LIFE] = &self->level_half_life,
        [RH_TUNED_LEVEL_WALK] = &self->level_walk,       [RH_TUNED_LEVEL_SPREAD] = &self->level_spread,
        [RH_TUNED_BLOCK_MONTHS] = &self->block_months,   [RH_TUNED_KERNEL_HALF_LIFE] = &self->kernel_half_life};
    if (which == RH_TUNED_TOGETHER) {
        self->together = (enum rh_together)value;
    } else {
        *at[which] = value;
    }
}

/* What all trials share, and the scores of the best so far. */
struct trials {
    const struct rh_history *history;
    struct rh_outcomes outcomes;
    struct rh_backtest_options options;
    int num_origins;
    rh_month origin[MOST_ORIGINS];
    struct rh_history known[MOST_ORIGINS]; /* of the partners that are forecast */
    const struct rh_progress *progress;
    int done;
};

/* Marks the partners that are forecast: those whose hashes are lowest. keep: [partners.num]. */
static size_t choose_partners(const struct rh_history *history, size_t most, unsigned char *keep)
{
    const size_t num = history->partners.num;
    size_t kept = 0;
    for (size_t row = 0; row < num; row++) {
        const double u = rh_uniform((uint32_t)rh_entity_pair("tune", history->partners.id.name[row]));
        keep[row] = num <= most || u * (double)num < (double)most;
        kept += keep[row];
    }
    return kept;
}

/* Where the months held out begin: as late as possible, each with a year before it. */
static void find_origins(struct trials *self)
{
    const struct rh_history *history = self->history;
    const int months = (int)(history->last_month - history->first_month) + 1;
    const int room = (months - LEAST_HISTORY) / 2;
    const int holdout = room > MOST_HOLDOUT ? MOST_HOLDOUT : room < LEAST_HOLDOUT ? LEAST_HOLDOUT : room;
    const int apart = (months - LEAST_HISTORY - holdout) / MOST_ORIGINS;
    const int step = apart > MOST_STEP ? MOST_STEP : apart < LEAST_STEP ? LEAST_STEP : apart;
    self->options.holdout = holdout;
    for (int k = 0; k < MOST_ORIGINS && months - holdout - k * step >= LEAST_HISTORY; k++) {
        self->origin[self->num_origins++] = history->last_month + 1 - holdout - k * step;
    }
}

/* What was known at each origin. An origin before which nothing was sold ends the list. */
static int make_known(struct trials *self, const unsigned char *keep, struct rh_error *error)
{
    struct rh_error none = {0};
    for (int k = 0; k < self->num_origins; k++) {
        const int status = rh_history_until(self->history, self->origin[k], keep, &self->known[k], &none);
        if (status == RH_ERR_INPUT) {
            self->num_origins = k;
        } else if (status != RH_OK) {
            return rh_error_set(error, status, "%s", none.message);
        }
    }
    return RH_OK;
}

/* Mean logarithm of the relative scores of all that is forecast; what is always forecast exactly says nothing. */
static double loss_of(const struct rh_scores *scores)
{
    double sum = 0.0, total = 0.0;
    for (int of = 0; of < RH_NUM_BACKTEST_OF; of++) {
        for (int span = 0; span < RH_NUM_BACKTEST_SPANS; span++) {
            const double score = rh_backtest_relative(&scores->of[of][span], RH_FORECAST_MODEL);
            if (score > 0.0) {
                sum += weight[of] * log(score);
                total += weight[of];
            }
        }
    }
    return total > 0.0 ? sum / total : NAN;
}

/* Forecasts with this tuning from all origins. *loss is NaN where nothing was sold. */
static int try(struct trials *self, const struct rh_tuning *tuning, double *loss, size_t *partners,
               struct rh_error *error)
{
    struct rh_scores scores = {0};
    int status = RH_OK;
    self->options.tuning = *tuning;
    for (int k = 0; status == RH_OK && k < self->num_origins; k++) {
        struct rh_forecast forecast = {0};
        const struct rh_scoring scoring = {.history = self->history,
                                           .outcomes = &self->outcomes,
                                           .forecast = &forecast,
                                           .month = self->origin[k],
                                           .seed = self->options.seed,
                                           .index = k};
        status = rh_progress_stopped(self->progress)
                     ? rh_error_set(error, RH_ERR_INTERRUPTED, "interrupted after %d forecasts", self->done)
                     : rh_forecast_init(&forecast, &self->known[k], &self->options, error);
        if (status == RH_OK) {
            status = rh_scoring_run(&scoring, &scores, error);
        }
        if (k == 0 && partners != NULL) {
            *partners = (size_t)forecast.num_partners;
        }
        rh_forecast_free(&forecast);
    }
    self->done++;
    rh_progress_report(self->progress, "choosing the baseline", (uint64_t)self->done, 0);
    *loss = loss_of(&scores);
    return status;
}

/* Tries a value of the grid; takes it where it is better. */
static int try_value(struct trials *self, struct rh_tune *tune, enum rh_tuned which, int index, double *least,
                     bool *better, struct rh_error *error)
{
    struct rh_tuning tuning = tune->tuning;
    double loss;
    set_value(&tuning, which, grids[which].value[index]);
    const int status = try(self, &tuning, &loss, NULL, error);
    *better = status == RH_OK && loss < *least - RH_TUNE_LEAST_GAIN;
    if (*better) {
        tune->tuning = tuning;
        tune->choice[which].gain += *least - loss;
        *least = loss;
    }
    return status;
}

/* The grid's value that is nearest to the one that stands. */
static int place_of(const struct rh_tuning *tuning, enum rh_tuned which)
{
    const struct grid *grid = &grids[which];
    const double value = rh_tuning_value(tuning, which);
    int place = 0;
    for (int k = 1; k < grid->num; k++) {
        place = fabs(grid->value[k] - value) < fabs(grid->value[place] - value) ? k : place;
    }
    return place;
}

/* Climbs from the value that stands, up and else down, as long as it gets better; of `together` all are tried. */
static int choose(struct trials *self, struct rh_tune *tune, enum rh_tuned which, double *least, struct rh_error *error)
{
    const int from = place_of(&tune->tuning, which);
    bool better = false, any = false;
    int status = RH_OK;
    const bool all = which == RH_TUNED_TOGETHER;
    for (int k = 0; all && status == RH_OK && k < grids[which].num; k++) {
        if (k != from) {
            status = try_value(self, tune, which, k, least, &better, error);
        }
    }
    for (int step = 1; !all && step >= -1 && !any; step -= 2) {
        better = true;
        for (int k = from + step; status == RH_OK && better && k >= 0 && k < grids[which].num; k += step) {
            status = try_value(self, tune, which, k, least, &better, error);
            any = any || better;
        }
    }
    return status;
}

/* Seasons show from two years on. Growth is not chosen by scores. */
static bool can_choose(const struct trials *self, enum rh_tuned which)
{
    const rh_month earliest = self->origin[self->num_origins - 1];
    return which == RH_TUNED_SEASON_BELIEF ? earliest - self->history->first_month >= SEASON_HISTORY
                                           : which != RH_TUNED_GROWTH && which != RH_TUNED_GROWTH_SD;
}

/* Growth and its uncertainty, by what forecasts that are sure of it missed. */
static int find_growth(struct trials *self, struct rh_tune *tune, struct rh_error *error)
{
    struct rh_misses misses = {0};
    int status = RH_OK;
    self->options.tuning = tune->tuning;
    self->options.tuning.growth_sd = 0.0;
    for (int k = 0; status == RH_OK && k < self->num_origins; k++) {
        struct rh_forecast forecast = {0};
        status = rh_forecast_init(&forecast, &self->known[k], &self->options, error);
        if (status == RH_OK) {
            status = rh_misses_add(&misses, self->history, &self->outcomes, &forecast, self->origin[k], error);
        }
        rh_forecast_free(&forecast);
    }
    const rh_month held_out = self->history->last_month + 1 - self->origin[self->num_origins - 1];
    if (status == RH_OK) {
        rh_misses_learn(&misses, (double)held_out / 12.0, &tune->tuning);
    }
    return status;
}

/* The first forecast; where there is nothing to forecast, nothing is chosen. */
static int begin(struct trials *self, struct rh_tune *tune, double *least, struct rh_error *error)
{
    struct rh_error why = {0};
    const int status = try(self, &tune->tuning, least, &tune->partners, &why);
    if (status == RH_ERR_INPUT || (status == RH_OK && isnan(*least))) {
        self->num_origins = 0;
        return RH_OK;
    }
    return status == RH_OK ? RH_OK : rh_error_set(error, status, "%s", why.message);
}

static int choose_all(struct trials *self, struct rh_tune *tune, struct rh_error *error)
{
    double least;
    int status = begin(self, tune, &least, error);
    if (self->num_origins == 0) {
        return status;
    }
    for (int which = 0; status == RH_OK && which < RH_NUM_TUNED; which++) {
        if (can_choose(self, (enum rh_tuned)which)) {
            status = choose(self, tune, (enum rh_tuned)which, &least, error);
        }
    }
    return status == RH_OK ? find_growth(self, tune, error) : status;
}

int rh_tune_run(struct rh_tune *self, const struct rh_history *history, const struct rh_tuning *tuning,
                const struct rh_tune_options *options, const struct rh_progress *progress, struct rh_error *error)
{
    struct trials trials = {.history = history, .progress = progress};
    memset(self, 0, sizeof *self);
    self->tuning = *tuning;
    trials.options.replications = (options->members + RH_LANES - 1) / RH_LANES * RH_LANES;
    trials.options.seed = options->seed;
    unsigned char *keep = rh_calloc(history->partners.num + 1, sizeof *keep);
    int status = keep != NULL ? rh_outcomes_init(&trials.outcomes, history, error)
                              : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to choose the baseline");
    if (status == RH_OK) {
        choose_partners(history, options->most_partners, keep);
        find_origins(&trials);
        status = make_known(&trials, keep, error);
    }
    if (status == RH_OK && trials.num_origins > 0) {
        status = choose_all(&trials, self, error);
    }
    self->num_origins = trials.num_origins;
    self->holdout = trials.options.holdout;
    for (int k = 0; k < RH_NUM_TUNED; k++) {
        self->choice[k].before = rh_tuning_value(tuning, (enum rh_tuned)k);
        self->choice[k].after = rh_tuning_value(&self->tuning, (enum rh_tuned)k);
    }
    self->trials = trials.done;
    for (int k = 0; k < MOST_ORIGINS; k++) {
        rh_history_until_free(&trials.known[k]);
    }
    rh_outcomes_free(&trials.outcomes);
    free(keep);
    return status;
}
