/* A channel whose goals and buying ahead are known: partners of lognormal size around quarterly thresholds, with a
 * season, ups and downs of their own that last, and months of noise. In the program's months those that attend sell
 * exp(goal_gradient · closeness of the next threshold) times as much; of them those that are able buy at the quarter's
 * end what is missing to it, within their reach, and sell it before they buy again. */
#ifndef STRIVING_H
#define STRIVING_H

#include "support/responding.h"

struct striving {
    int partners, months, starts;
    double attention, gradient, able, reach;
    double lasting, noise, rare; /* as of struct responding; rare: share of partners that buy in half of the months */
    uint64_t seed;
};

static const double striving_threshold[] = {20e3, 50e3, 120e3};

/* Marginal rates; a format. */
#define STRIVING_LEVELS \
    "[{from: 0, rate: 4%%}, {from: 20k, rate: 6%%}, {from: 50k, rate: 8%%}, {from: 120k, rate: 10%%}]"

static inline double striving_next(double attained)
{
    for (int k = 0; k < 3; k++) {
        if (attained < striving_threshold[k]) {
            return striving_threshold[k];
        }
    }
    return INFINITY;
}

static inline void striving_partner(const struct striving *self, struct rh_history *history, int i, uint64_t *random)
{
    char id[16], region[16];
    const double size = 12e3 * exp(0.8 * responding_normal(random)), k = 1.0 / (self->noise * self->noise);
    const bool attends = responding_uniform(random) < self->attention;
    const bool able = responding_uniform(random) < self->able && attends;
    const double buys = responding_uniform(random) < self->rare ? 0.5 : 1.0;
    double lasting = self->lasting * responding_normal(random), attained = 0.0, stock = 0.0;
    snprintf(id, sizeof id, "P%04d", i);
    snprintf(region, sizeof region, "R%d", i % 4);
    const int32_t row = build_partner(history, id, "All", region, RH_NO_DAY);
    history->partners.margin[row] = 0.15;
    for (int t = 0; t < self->months; t++) {
        const double season = 1.0 + 0.2 * sin(2.0 * 3.14159265358979 * t / 12.0);
        const bool on = t >= self->starts;
        attained = t % 3 == 0 ? 0.0 : attained;
        lasting = 0.8 * lasting + 0.6 * self->lasting * responding_normal(random);
        const double ahead = striving_next(attained);
        const double goal = on && attends && attained > 0.0 ? fmax(2.0 * attained / ahead - 1.0, 0.0) : 0.0;
        double sold = size / buys * season * exp(lasting + self->gradient * goal);
        sold *= rh_gamma(k, responding_uniform(random)) / k;
        sold *= responding_uniform(random) < buys ? 1.0 : 0.0;
        const double from_stock = fmin(stock, sold);
        double bought = sold - from_stock;
        stock -= from_stock;
        const double missing = striving_next(attained + bought) - attained - bought;
        if (on && able && t % 3 == 2 && missing < self->reach * 3.0 * size * season) {
            stock += missing;
            bought += missing + 0.01;
        }
        attained += floor(bought * 100.0) / 100.0;
        if (bought >= 0.01) {
            char date[RH_DAY_TEXT];
            rh_month_format(rh_month_make(2020, 1) + t, date);
            strcat(date, "-15");
            build_event(history, id, date, "revenue", "alpha", 10000, (rh_money)floor(bought * 100.0) * 100,
                        RH_MISSING);
        }
    }
}

static inline void striving_history(const struct striving *self, struct rh_history *history)
{
    uint64_t random = self->seed;
    rh_history_init(history);
    for (int i = 0; i < self->partners; i++) {
        striving_partner(self, history, i, &random);
    }
    const int status = rh_history_finish(history, NULL);
    assert(status == RH_OK);
}

static inline void striving_program(const struct striving *self, struct rh_program *program)
{
    char text[1024], from[RH_DAY_TEXT];
    struct rh_problems problems;
    rh_month_format(rh_month_make(2020, 1) + self->starts, from);
    snprintf(text, sizeof text,
             "rehearse: program/1\n"
             "name: levels\n"
             "currency: USD\n"
             "incentives:\n"
             "  - name: Rebate\n"
             "    behavior: {measure: revenue}\n"
             "    window: quarter\n"
             "    active: {from: %s}\n"
             "    reward: {bands: marginal, levels: " STRIVING_LEVELS "}\n",
             from);
    rh_problems_init(&problems);
    const int status = rh_program_parse(program, "levels.yaml", text, strlen(text), &problems);
    if (status != RH_OK) {
        fprintf(stderr, "%s\n", problems.num > 0 ? problems.items[0].message : "?");
    }
    assert(status == RH_OK);
    rh_problems_free(&problems);
}

#endif
