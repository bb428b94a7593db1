#include "backtest/growth.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GROWTH_SD 0.06      /* prior of the uncertainty, per year */
#define GROWTH_PRIOR 3.0    /* observations that it is worth */
#define GROWTH_EVIDENCE 2.0 /* that a year held out is worth: what happens to a market happens to all of it */

/* One sum: of the partners with this id in ids[row] (all where NULL). members: [num_members] room. */
struct sum {
    const struct rh_outcomes *outcomes;
    const struct rh_forecast *forecast;
    rh_month origin;
    double *members;
};

static void add_miss(struct rh_misses *self, const struct sum *of, const int32_t *ids, int32_t id)
{
    const struct rh_forecast *forecast = of->forecast;
    const size_t num = (size_t)forecast->num_members, T = (size_t)forecast->num_months;
    double happened = 0.0, sum = 0.0, squares = 0.0;
    memset(of->members, 0, num * sizeof *of->members);
    for (int i = 0; i < forecast->num_partners; i++) {
        for (size_t t = 0; (ids == NULL || ids[forecast->row[i]] == id) && t < T; t++) {
            const float *member = forecast->member + ((size_t)i * T + t) * num;
            happened += rh_outcome(of->outcomes, (size_t)forecast->row[i], of->origin + (rh_month)t);
            for (size_t k = 0; k < num; k++) {
                of->members[k] += (double)member[k];
            }
        }
    }
    for (size_t k = 0; k < num; k++) {
        sum += of->members[k];
        squares += of->members[k] * of->members[k];
    }
    const double mean = sum / (double)num, variance = fmax(squares / (double)num - mean * mean, 0.0);
    if (mean > 0.0 && happened > 0.0) {
        const double years = 0.5 * ((double)T + 1.0) / 12.0, miss = log(happened / mean);
        const double own = variance / (mean * mean);
        self->weight += mean;
        self->miss += mean * miss / years;
        self->own += mean * own / (years * years);
        self->excess += mean * (miss * miss - own) / (years * years);
    }
}

int rh_misses_add(struct rh_misses *self, const struct rh_history *history, const struct rh_outcomes *outcomes,
                  const struct rh_forecast *forecast, rh_month origin, struct rh_error *error)
{
    const struct rh_partners *partners = &history->partners;
    struct sum sum = {outcomes, forecast, origin, NULL};
    sum.members = rh_calloc((size_t)forecast->num_members, sizeof *sum.members);
    if (sum.members == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to judge growth");
    }
    for (size_t id = 0; id < partners->segments.num; id++) {
        add_miss(self, &sum, partners->segment, (int32_t)id);
    }
    for (size_t id = 0; id < partners->regions.num; id++) {
        add_miss(self, &sum, partners->region, (int32_t)id);
    }
    add_miss(self, &sum, NULL, 0);
    free(sum.members);
    return RH_OK;
}

/* Not by scores: a market grows by one number a year, and scores of a few years follow its luck. The uncertainty is the
 * mean of a scaled inverse chi-square. Growth is shrunk to the tuning's, around which it is believed to differ as much
 * as it does from year to year; its error is what that leaves over the years held out, and what the forecasts
 * themselves did not know. */
void rh_misses_learn(const struct rh_misses *self, double years, struct rh_tuning *tuning)
{
    const double prior = GROWTH_SD * GROWTH_SD, evidence = GROWTH_EVIDENCE * years;
    if (self->weight > 0.0) {
        const double seen = fmax(self->excess / self->weight, 0.0);
        const double variance = (GROWTH_PRIOR * prior + evidence * seen) / (GROWTH_PRIOR + evidence);
        const double belief = prior / (prior + variance / years + self->own / self->weight);
        tuning->growth = (1.0 + tuning->growth) * exp(belief * self->miss / self->weight) - 1.0;
        tuning->growth_sd = sqrt(variance);
    }
}
