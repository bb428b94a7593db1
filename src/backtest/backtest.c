#include "backtest/backtest.h"

#include "backtest/forecast.h"
#include "core/memory.h"
#include "core/rng.h"
#include "engine/plan.h"
#include "history/until.h"
#include "stats/score.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double rh_backtest_interval[RH_BACKTEST_INTERVALS] = {0.50, 0.80, 0.90, 0.95};

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

double rh_backtest_relative(const struct rh_backtest_score *self, enum rh_forecaster forecaster)
{
    return self->outcome > 0.0 ? self->crps[forecaster] / self->outcome : NAN;
}

/* One origin: what was known, what followed, the model's members, and room for those of one thing that is forecast. */
struct origin {
    const struct rh_history *history;
    const struct rh_outcomes *outcomes;
    const struct rh_forecast *forecast;
    rh_month month; /* first that is held out */
    uint64_t seed;
    int index;       /* of the origin */
    int *source;     /* [num_months][num_members] month of the last year that a resampled member draws, 0 to 11 */
    double *members; /* [2][num_members] of the model and resampled, being scored */
    struct rh_backtest_score *also; /* a second place for the score, or NULL */
};

/* What is forecast together: partners by index in the forecast. */
struct whole {
    const int *partner;
    size_t num;
    uint64_t entity; /* for the ranks of ties */
};

/* Outcome of the month that is `back` months before the origin's month t. */
static double outcome(const struct origin *self, int partner, int t, int back)
{
    const rh_month month = self->month + t - back;
    return month >= self->outcomes->first_month
               ? rh_outcome(self->outcomes, (size_t)self->forecast->row[partner], month)
               : 0.0;
}

/* The last year's months stand for all later ones of the same calendar month. */
static int years_back(int t)
{
    return 12 * (t / 12 + 1);
}

/* Adds months [first, last] of one partner to the members, the naive forecast and the outcome. */
static void add_partner(const struct origin *self, int partner, int first, int last, double *naive, double *happened)
{
    const size_t num = (size_t)self->forecast->num_members, T = (size_t)self->forecast->num_months;
    double *model = self->members, *resampled = model + num, year[12];
    for (int k = 0; k < 12; k++) {
        year[k] = outcome(self, partner, 0, 12 - k);
    }
    for (int t = first; t <= last; t++) {
        const float *member = self->forecast->member + ((size_t)partner * T + (size_t)t) * num;
        const int *source = self->source + (size_t)t * num;
        for (size_t k = 0; k < num; k++) {
            model[k] += (double)member[k];
            resampled[k] += year[source[k]];
        }
        *naive += outcome(self, partner, t, years_back(t));
        *happened += outcome(self, partner, t, 0);
    }
}

static void add_score(struct rh_backtest_score *score, const double *crps, const double *sorted, size_t num,
                      double happened, double pit)
{
    const int bin = (int)(RH_BACKTEST_BINS * pit);
    score->num++;
    score->outcome += fabs(happened);
    for (int k = 0; k < RH_NUM_FORECASTERS; k++) {
        score->crps[k] += crps[k];
    }
    for (int k = 0; k < RH_BACKTEST_INTERVALS; k++) {
        const double tail = 0.5 * (1.0 - rh_backtest_interval[k]);
        const double low = rh_quantile_sorted(sorted, num, tail), high = rh_quantile_sorted(sorted, num, 1.0 - tail);
        score->covered[k] += low <= happened && happened <= high;
    }
    score->rank[bin < RH_BACKTEST_BINS ? bin : RH_BACKTEST_BINS - 1]++;
}

/* Scores what is forecast of months [first, last] together. */
static void score(const struct origin *self, const struct whole *whole, int first, int last,
                  struct rh_backtest_score *out)
{
    const size_t num = (size_t)self->forecast->num_members;
    double *model = self->members, *resampled = model + num, naive = 0.0, happened = 0.0;
    const struct rh_words words = rh_draw(self->seed, whole->entity, (uint32_t)self->index, RH_DRAW_SOURCE,
                                          (uint32_t)first, first == last ? 1 : 2);
    memset(self->members, 0, 2 * num * sizeof *self->members);
    for (size_t k = 0; k < whole->num; k++) {
        add_partner(self, whole->partner[k], first, last, &naive, &happened);
    }
    rh_sort_numbers(model, num);
    rh_sort_numbers(resampled, num);
    const double crps[RH_NUM_FORECASTERS] = {rh_score_crps(model, num, happened),
                                             rh_score_crps(resampled, num, happened),
                                             rh_score_crps(&naive, 1, happened)};
    const double pit = rh_score_pit(model, num, happened, rh_uniform(words.w[0]));
    add_score(out, crps, model, num, happened, pit);
    if (self->also != NULL) {
        add_score(self->also, crps, model, num, happened, pit);
    }
}

/* All months one by one, then all together. */
static void score_spans(struct rh_backtest *self, struct origin *origin, enum rh_backtest_of of,
                        const struct whole *whole, struct rh_backtest_score *also)
{
    const int T = origin->forecast->num_months;
    origin->also = also;
    for (int t = 0; t < T; t++) {
        score(origin, whole, t, t, &self->score[of][RH_BACKTEST_MONTH]);
    }
    origin->also = NULL;
    score(origin, whole, 0, T - 1, &self->score[of][RH_BACKTEST_HOLDOUT]);
}

/* Scores the sums of all partners with the same id, for each id. */
static void score_groups(struct rh_backtest *self, struct origin *origin, enum rh_backtest_of of, const int32_t *ids,
                         const struct rh_names *names, int *room)
{
    for (size_t id = 0; id < names->num; id++) {
        struct whole whole = {.partner = room, .entity = rh_entity_pair("backtest", names->name[id])};
        for (int i = 0; i < origin->forecast->num_partners; i++) {
            if (ids[origin->forecast->row[i]] == (int32_t)id) {
                room[whole.num++] = i;
            }
        }
        if (whole.num > 0) {
            score_spans(self, origin, of, &whole, NULL);
        }
    }
}

static void score_all(struct rh_backtest *self, struct origin *origin, int *room)
{
    const struct rh_partners *partners = &origin->history->partners;
    const int num = origin->forecast->num_partners;
    for (int i = 0; i < num; i++) {
        const int32_t row = origin->forecast->row[i];
        const struct whole one = {&i, 1, rh_entity_pair("backtest", partners->id.name[row])};
        score_spans(self, origin, RH_BACKTEST_PARTNER, &one, &self->segment_score[partners->segment[row]]);
    }
    score_groups(self, origin, RH_BACKTEST_SEGMENT, partners->segment, &partners->segments, room);
    score_groups(self, origin, RH_BACKTEST_REGION, partners->region, &partners->regions, room);
    for (int i = 0; i < num; i++) {
        room[i] = i;
    }
    const struct whole all = {room, (size_t)num, rh_entity("backtest")};
    score_spans(self, origin, RH_BACKTEST_TOTAL, &all, NULL);
}

/* Sold in the months held out, by those that are forecast (known) or by all. */
static double sold(const struct origin *self, bool all)
{
    double sum = 0.0;
    for (int t = 0; t < self->forecast->num_months; t++) {
        for (int i = 0; !all && i < self->forecast->num_partners; i++) {
            sum += outcome(self, i, t, 0);
        }
        for (size_t row = 0; all && row < self->outcomes->num_partners; row++) {
            sum += rh_outcome(self->outcomes, row, self->month + t);
        }
    }
    return sum;
}

/* Which months the resampled members draw: the same for all partners. */
static void draw_sources(struct origin *self)
{
    const uint64_t entity = rh_entity("backtest");
    const int num = self->forecast->num_members;
    for (int t = 0; t < self->forecast->num_months; t++) {
        for (int k = 0; k < num; k++) {
            const struct rh_words words =
                rh_draw(self->seed, entity, (uint32_t)k, RH_DRAW_SOURCE, (uint32_t)t, (uint32_t)self->index);
            self->source[t * num + k] = (int)(12.0 * rh_uniform(words.w[0]));
        }
    }
}

/* Forecasts from one origin, and their scores. */
static int run_origin(struct rh_backtest *self, const struct rh_history *history, const struct rh_outcomes *outcomes,
                      int index, double *known_sold, double *all_sold, struct rh_error *error)
{
    struct rh_history known;
    struct rh_forecast forecast = {0};
    int *room = NULL;
    struct origin origin = {.history = history,
                            .outcomes = outcomes,
                            .forecast = &forecast,
                            .month = self->origin[index],
                            .seed = self->options.seed,
                            .index = index};
    int status = rh_history_until(history, origin.month, &known, error);
    if (status == RH_OK) {
        status = rh_forecast_init(&forecast, &known, &self->options, error);
    }
    if (status == RH_OK) {
        const size_t num = (size_t)forecast.num_members;
        room = rh_calloc((size_t)forecast.num_partners + 1, sizeof *room);
        origin.source = rh_calloc((size_t)forecast.num_months * num, sizeof *origin.source);
        origin.members = rh_calloc(2 * num, sizeof *origin.members);
        status = room != NULL && origin.source != NULL && origin.members != NULL
                     ? RH_OK
                     : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to score %zu members", num);
    }
    if (status == RH_OK) {
        self->num_partners = index == 0 ? (size_t)forecast.num_partners : self->num_partners;
        draw_sources(&origin);
        score_all(self, &origin, room);
        *known_sold += sold(&origin, false);
        *all_sold += sold(&origin, true);
    }
    free(room);
    free(origin.source);
    free(origin.members);
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
                            "the history has %d months: to hold out %d it needs %d, so that %d are left to learn from",
                            months, options->holdout, options->holdout + RH_BACKTEST_LEAST_HISTORY,
                            RH_BACKTEST_LEAST_HISTORY);
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
    for (int k = 0; status == RH_OK && k < self->num_origins; k++) {
        rh_progress_report(progress, "origins", (uint64_t)k, (uint64_t)self->num_origins);
        status =
            rh_progress_stopped(progress)
                ? rh_error_set(error, RH_ERR_INTERRUPTED, "interrupted after %d of %d origins", k, self->num_origins)
                : run_origin(self, history, &outcomes, k, &known_sold, &all_sold, error);
    }
    self->newcomers = all_sold > 0.0 ? 1.0 - known_sold / all_sold : 0.0;
    rh_outcomes_free(&outcomes);
    return status;
}
