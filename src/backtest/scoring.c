#include "backtest/scoring.h"

#include "core/memory.h"
#include "core/rng.h"
#include "stats/score.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double rh_backtest_interval[RH_BACKTEST_INTERVALS] = {0.50, 0.80, 0.90, 0.95};

double rh_backtest_relative(const struct rh_backtest_score *self, enum rh_forecaster forecaster)
{
    return self->outcome > 0.0 ? self->crps[forecaster] / self->outcome : NAN;
}

/* While the forecasts of an origin are scored. */
struct work {
    const struct rh_scoring *scoring;
    struct rh_scores *scores;
    int *source;     /* [num_months][num_members] month of the last year that a resampled member draws, 0 to 11 */
    double *members; /* [2][num_members] of the model and resampled, being scored */
    int *room;       /* [num_partners] */
    struct rh_backtest_score *also; /* a second place for the score, or NULL */
};

/* What is forecast together: partners by index in the forecast. */
struct whole {
    const int *partner;
    size_t num;
    uint64_t entity; /* for the ranks of ties */
};

/* Outcome of the month that is `back` months before the origin's month t. */
static double outcome(const struct work *self, int partner, int t, int back)
{
    const rh_month month = self->scoring->month + t - back;
    return month >= self->scoring->outcomes->first_month
               ? rh_outcome(self->scoring->outcomes, (size_t)self->scoring->forecast->row[partner], month)
               : 0.0;
}

/* The last year's months stand for all later ones of the same calendar month. */
static int years_back(int t)
{
    return 12 * (t / 12 + 1);
}

/* Adds months [first, last] of one partner to the members, the naive forecast and the outcome. */
static void add_partner(const struct work *self, int partner, int first, int last, double *naive, double *happened)
{
    const size_t num = (size_t)self->scoring->forecast->num_members, T = (size_t)self->scoring->forecast->num_months;
    double *model = self->members, *resampled = model + num, year[12];
    for (int k = 0; k < 12; k++) {
        year[k] = outcome(self, partner, 0, 12 - k);
    }
    for (int t = first; t <= last; t++) {
        const float *member = self->scoring->forecast->member + ((size_t)partner * T + (size_t)t) * num;
        const int *source = self->source + (size_t)t * num;
        for (size_t k = 0; k < num; k++) {
            model[k] += (double)member[k];
        }
        for (size_t k = 0; self->scoring->peers && k < num; k++) {
            resampled[k] += year[source[k]];
        }
        *naive += outcome(self, partner, t, years_back(t));
        *happened += outcome(self, partner, t, 0);
    }
}

/* pit: of what happened. Of futures of the same value a part is within an interval that ends there, as chance has it:
 * months of nothing would be within every interval otherwise. */
static void add_score(struct rh_backtest_score *score, const double *crps, double happened, double pit)
{
    const int bin = (int)(RH_BACKTEST_BINS * pit);
    score->num++;
    score->outcome += fabs(happened);
    for (int k = 0; k < RH_NUM_FORECASTERS; k++) {
        score->crps[k] += crps[k];
    }
    for (int k = 0; k < RH_BACKTEST_INTERVALS; k++) {
        score->covered[k] += fabs(pit - 0.5) <= 0.5 * rh_backtest_interval[k];
    }
    score->rank[bin < RH_BACKTEST_BINS ? bin : RH_BACKTEST_BINS - 1]++;
}

/* Scores what is forecast of months [first, last] together. */
static void score(const struct work *self, const struct whole *whole, int first, int last,
                  struct rh_backtest_score *out)
{
    const struct rh_scoring *scoring = self->scoring;
    const size_t num = (size_t)scoring->forecast->num_members;
    double *model = self->members, *resampled = model + num, naive = 0.0, happened = 0.0;
    double crps[RH_NUM_FORECASTERS] = {0.0};
    const struct rh_words words = rh_draw(scoring->seed, whole->entity, (uint32_t)scoring->index, RH_DRAW_SOURCE,
                                          (uint32_t)first, first == last ? 1 : 2);
    memset(self->members, 0, 2 * num * sizeof *self->members);
    for (size_t k = 0; k < whole->num; k++) {
        add_partner(self, whole->partner[k], first, last, &naive, &happened);
    }
    rh_sort_numbers(model, num);
    crps[RH_FORECAST_MODEL] = rh_score_crps(model, num, happened);
    if (scoring->peers) {
        rh_sort_numbers(resampled, num);
        crps[RH_FORECAST_RESAMPLED] = rh_score_crps(resampled, num, happened);
        crps[RH_FORECAST_NAIVE] = rh_score_crps(&naive, 1, happened);
    }
    const double pit = rh_score_pit(model, num, happened, rh_uniform(words.w[0]));
    add_score(out, crps, happened, pit);
    if (self->also != NULL) {
        add_score(self->also, crps, happened, pit);
    }
}

/* All months one by one, then all together. */
static void score_spans(struct work *self, enum rh_backtest_of of, const struct whole *whole,
                        struct rh_backtest_score *also)
{
    const int T = self->scoring->forecast->num_months;
    self->also = also;
    for (int t = 0; t < T; t++) {
        score(self, whole, t, t, &self->scores->of[of][RH_BACKTEST_MONTH]);
    }
    self->also = NULL;
    score(self, whole, 0, T - 1, &self->scores->of[of][RH_BACKTEST_HOLDOUT]);
}

/* Scores the sums of all partners with the same id, for each id. */
static void score_groups(struct work *self, enum rh_backtest_of of, const int32_t *ids, const struct rh_names *names)
{
    const struct rh_forecast *forecast = self->scoring->forecast;
    for (size_t id = 0; id < names->num; id++) {
        struct whole whole = {.partner = self->room, .entity = rh_entity_pair("backtest", names->name[id])};
        for (int i = 0; i < forecast->num_partners; i++) {
            if (ids[forecast->row[i]] == (int32_t)id) {
                self->room[whole.num++] = i;
            }
        }
        if (whole.num > 0) {
            score_spans(self, of, &whole, NULL);
        }
    }
}

static void score_all(struct work *self)
{
    const struct rh_forecast *forecast = self->scoring->forecast;
    const struct rh_partners *partners = &self->scoring->history->partners;
    for (int i = 0; i < forecast->num_partners; i++) {
        const int32_t row = forecast->row[i];
        const struct whole one = {&i, 1, rh_entity_pair("backtest", partners->id.name[row])};
        struct rh_backtest_score *segment = self->scores->segment;
        score_spans(self, RH_BACKTEST_PARTNER, &one, segment != NULL ? &segment[partners->segment[row]] : NULL);
    }
    score_groups(self, RH_BACKTEST_SEGMENT, partners->segment, &partners->segments);
    score_groups(self, RH_BACKTEST_REGION, partners->region, &partners->regions);
    for (int i = 0; i < forecast->num_partners; i++) {
        self->room[i] = i;
    }
    const struct whole all = {self->room, (size_t)forecast->num_partners, rh_entity("backtest")};
    score_spans(self, RH_BACKTEST_TOTAL, &all, NULL);
}

/* Which months the resampled members draw: the same for all partners. */
static void draw_sources(struct work *self)
{
    const uint64_t entity = rh_entity("backtest");
    const int num = self->scoring->forecast->num_members;
    for (int t = 0; t < self->scoring->forecast->num_months; t++) {
        for (int k = 0; k < num; k++) {
            const struct rh_words words = rh_draw(self->scoring->seed, entity, (uint32_t)k, RH_DRAW_SOURCE, (uint32_t)t,
                                                  (uint32_t)self->scoring->index);
            self->source[t * num + k] = (int)(12.0 * rh_uniform(words.w[0]));
        }
    }
}

int rh_scoring_run(const struct rh_scoring *self, struct rh_scores *scores, struct rh_error *error)
{
    const size_t num = (size_t)self->forecast->num_members;
    struct work work = {.scoring = self, .scores = scores};
    work.room = rh_calloc((size_t)self->forecast->num_partners + 1, sizeof *work.room);
    work.source = rh_calloc((size_t)self->forecast->num_months * num, sizeof *work.source);
    work.members = rh_calloc(2 * num, sizeof *work.members);
    int status = RH_OK;
    if (work.room == NULL || work.source == NULL || work.members == NULL) {
        status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to score %zu members", num);
    } else {
        draw_sources(&work);
        score_all(&work);
    }
    free(work.room);
    free(work.source);
    free(work.members);
    return status;
}
