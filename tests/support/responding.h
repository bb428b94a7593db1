/* A channel whose response to a program is known: partners of lognormal size, with a season, a market per region, ups
 * and downs of their own that last, levels that drift for good, months of noise, some that buy once a quarter. From one
 * month to another they are offered marginal quarterly rates, and sell (1 + felt rate / own margin)^response times as
 * much. */
#ifndef RESPONDING_H
#define RESPONDING_H

#include "build_history.h"
#include "core/variates.h"
#include "program/program.h"

#include <stdio.h>

struct responding {
    int partners, months;
    int starts, ends; /* first month with the program; first without it again, `months` where it stays */
    double response;
    double lasting;   /* sd of the logarithm of ups and downs that last: 0.8 of them the month after */
    double drift;     /* sd of the monthly step of a level that drifts for good */
    double noise;     /* coefficient of variation of a month */
    double quarterly; /* share of partners that buy in one month of a quarter */
    uint64_t seed;
};

/* Claims, trust and a delay of 4.31 months at the means of the priors: what a unit of such a reward is felt as, seen
 * from the first month of a quarter. */
#define RESPONDING_FELT (0.98 * (1.0 - 0.3 * 0.3) * exp(-0.25 * ((2.5 * 30.4375 + 45.0 + 10.0) / 30.4375) / 12.0))

static const double responding_from[] = {10e3, 50e3, 250e3}, responding_rate[] = {0.02, 0.05, 0.10};

/* splitmix64 (Steele et al. 2014): no change of the product's generator changes the channel. */
static inline double responding_uniform(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static inline double responding_normal(uint64_t *state)
{
    return rh_normal(responding_uniform(state));
}

static inline double responding_rate_at(double attained)
{
    double rate = 0.0;
    for (int k = 0; k < 3 && attained >= responding_from[k]; k++) {
        rate = responding_rate[k];
    }
    return rate;
}

/* One partner's months, appended to the history. market: [months] of its region. */
static inline void responding_partner(const struct responding *self, struct rh_history *history, int i,
                                      const double *market, uint64_t *random)
{
    static const char *const segments[] = {"Large", "Small"};
    char id[16], region[16];
    const double size = 40e3 / 12.0 * exp(1.5 * responding_normal(random)); /* a month */
    const double margin = fmin(fmax(0.15 + 0.04 * responding_normal(random), 0.03), 0.5),
                 k = 1.0 / (self->noise * self->noise);
    const int phase = responding_uniform(random) < self->quarterly ? (int)(3.0 * responding_uniform(random)) : -1;
    double drift = 0.0, lasting = self->lasting * responding_normal(random), attained = 0.0;
    snprintf(id, sizeof id, "P%04d", i);
    snprintf(region, sizeof region, "R%d", i % 4);
    const int32_t row = build_partner(history, id, segments[size < 40e3 / 12.0], region, RH_NO_DAY);
    history->partners.margin[row] = margin;
    for (int t = 0; t < self->months; t++) {
        const double season = 1.0 + 0.3 * sin(2.0 * 3.14159265358979 * t / 12.0);
        attained = t % 3 == 0 ? 0.0 : attained;
        lasting = 0.8 * lasting + 0.6 * self->lasting * responding_normal(random);
        drift += self->drift * responding_normal(random);
        const double usual = size * exp(drift) * season, expected = attained + usual * (3 - t % 3);
        const bool on = t >= self->starts && t < self->ends;
        const double rate = on ? RESPONDING_FELT * responding_rate_at(expected) : 0.0;
        double sold = usual * market[t] * exp(lasting) * pow(1.0 + rate / margin, self->response);
        sold *= rh_gamma(k, responding_uniform(random)) / k;
        sold *= phase < 0 ? 1.0 : t % 3 == phase ? 3.0 : 0.0;
        if (sold >= 0.01) {
            char date[RH_DAY_TEXT];
            rh_month_format(rh_month_make(2020, 1) + t, date);
            strcat(date, "-15");
            build_event(history, id, date, "revenue", "alpha", 10000, (rh_money)llround(sold * 100.0) * 100,
                        RH_MISSING);
            attained += sold;
        }
    }
}

static inline void responding_history(const struct responding *self, struct rh_history *history)
{
    uint64_t random = self->seed;
    double *market = calloc((size_t)(4 * self->months), sizeof *market);
    assert(market != NULL);
    for (int r = 0; r < 4; r++) {
        double level = 0.0;
        for (int t = 0; t < self->months; t++) {
            level += 0.02 * responding_normal(&random);
            market[r * self->months + t] = exp(level);
        }
    }
    rh_history_init(history);
    for (int i = 0; i < self->partners; i++) {
        responding_partner(self, history, i, market + i % 4 * self->months, &random);
    }
    const int status = rh_history_finish(history, NULL);
    assert(status == RH_OK);
    free(market);
}

/* The program, in force in the months that the channel says. */
static inline void responding_program(const struct responding *self, struct rh_program *program)
{
    char text[1024], from[RH_DAY_TEXT], until[RH_DAY_TEXT];
    struct rh_problems problems;
    rh_month_format(rh_month_make(2020, 1) + self->starts, from);
    rh_month_format(rh_month_make(2020, 1) + self->ends - 1, until);
    snprintf(text, sizeof text,
             "rehearse: program/1\n"
             "name: tiers\n"
             "currency: USD\n"
             "incentives:\n"
             "  - name: Rebate\n"
             "    behavior: {measure: revenue}\n"
             "    window: quarter\n"
             "    active: {from: %s, until: %s}\n"
             "    reward: {bands: marginal, levels: [{from: 10k, rate: 2%%}, {from: 50k, rate: 5%%}, {from: 250k, "
             "rate: 10%%}]}\n"
             "    payout: {after: 45 days}\n",
             from, until);
    rh_problems_init(&problems);
    const int status = rh_program_parse(program, "tiers.yaml", text, strlen(text), &problems);
    if (status != RH_OK) {
        fprintf(stderr, "%s\n", problems.num > 0 ? problems.items[0].message : "?");
    }
    assert(status == RH_OK);
    rh_problems_free(&problems);
}

#endif
