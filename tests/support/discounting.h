/* A channel whose answer to prices is known: partners of lognormal size, of 4 regions and 4 segments, order two lines
 * by luck, with a season, a market per region, shocks of each segment in each region, and ups and downs of their own
 * that last. Discounts are given in one of several ways, and purchases at list prices are (1 - average
 * discount)^-elasticity times as much. */
#ifndef DISCOUNTING_H
#define DISCOUNTING_H

#include "support/responding.h"

enum discounting_way {
    DISCOUNTING_PROMOTIONS, /* to a segment of a region, one line, for a month */
    DISCOUNTING_REGIONS,    /* to a whole region alike */
    DISCOUNTING_EVERYBODY,  /* to all, in July, as every year */
    DISCOUNTING_DEALS,      /* to single orders, by luck that nobody shares */
    DISCOUNTING_SIZE        /* to single orders, the larger the more, beside the promotions of segments */
};

struct discounting {
    int partners, months;
    enum discounting_way way;
    double elasticity;
    double taken;  /* share of orders that use a promotion */
    double orders; /* of a line, in a month */
    double shock;  /* sd of the logarithm of a month of a region's segment */
    double lasting;
    uint64_t seed;
};

#define DISCOUNTING_GROUPS 16
#define DISCOUNTING_LINES 2

struct discounting_month {
    double discount, shock; /* offered; on the logarithm */
};

static inline double discounting_at(const struct discounting *self, int group, int line, int t, uint64_t *random)
{
    const double u = responding_uniform(random), depth = 0.05 + 0.10 * responding_uniform(random);
    switch (self->way) {
    case DISCOUNTING_PROMOTIONS:
    case DISCOUNTING_SIZE:
        return u < 0.15 ? depth : 0.0;
    case DISCOUNTING_REGIONS: {
        uint64_t shared = self->seed + 1000u * (uint64_t)(group % 4) + 100u * (uint64_t)line + (uint64_t)t;
        return responding_uniform(&shared) < 0.15 ? 0.1 : 0.0;
    }
    case DISCOUNTING_EVERYBODY:
        return t % 12 == 6 ? 0.1 : 0.0;
    default:
        return 0.0;
    }
}

/* The discount of an order; expected: what the partner orders of the line in a month without one. */
static inline double discounting_order(const struct discounting *self, double offered, double list, double expected,
                                       uint64_t *random)
{
    const double u = responding_uniform(random), v = responding_uniform(random);
    const double taken = u < self->taken ? offered : 0.0;
    return self->way == DISCOUNTING_DEALS  ? (u < 0.3 ? 0.15 * v : 0.0)
           : self->way == DISCOUNTING_SIZE ? taken + (list > expected ? 0.1 : 0.0)
                                           : taken;
}

static inline void discounting_orders(const struct discounting *self, struct rh_history *history, const char *id, int t,
                                      int line, double expected, double offered, uint64_t *random)
{
    static const char *const lines[] = {"alpha", "beta"};
    const double mean = self->orders * pow(1.0 - self->taken * offered, -self->elasticity);
    const int orders = (int)rh_poisson(mean, responding_uniform(random));
    for (int k = 0; k < orders; k++) {
        char date[RH_DAY_TEXT];
        const double list = expected / self->orders * exp(0.5 * responding_normal(random) - 0.125);
        const double discount = discounting_order(self, offered, list, expected / self->orders, random);
        rh_month_format(rh_month_make(2020, 1) + t, date);
        strcat(date, "-15");
        const size_t row = build_event(history, id, date, "revenue", lines[line], 10000,
                                       (rh_money)llround(list * (1.0 - discount) * 100.0) * 100, RH_MISSING);
        history->events.discount[row] = (rh_money)llround(list * discount * 100.0) * 100;
    }
}

static inline void discounting_partner(const struct discounting *self, struct rh_history *history, int i,
                                       const struct discounting_month *table, uint64_t *random)
{
    char id[16], region[16], segment[16];
    const int group = i % DISCOUNTING_GROUPS;
    const double size = 5e3 * exp(1.2 * responding_normal(random));
    double lasting = self->lasting * responding_normal(random);
    snprintf(id, sizeof id, "P%04d", i);
    snprintf(region, sizeof region, "R%d", group % 4);
    snprintf(segment, sizeof segment, "S%d", group / 4);
    build_partner(history, id, segment, region, RH_NO_DAY);
    for (int t = 0; t < self->months; t++) {
        lasting = 0.8 * lasting + 0.6 * self->lasting * responding_normal(random);
        for (int line = 0; line < DISCOUNTING_LINES; line++) {
            const struct discounting_month *at = &table[(group * DISCOUNTING_LINES + line) * self->months + t];
            const double season = 1.0 + 0.3 * sin(2.0 * 3.14159265358979 * (t + 3 * line) / 12.0);
            discounting_orders(self, history, id, t, line, size * season * exp(lasting + at->shock), at->discount,
                               random);
        }
    }
}

static inline void discounting_history(const struct discounting *self, struct rh_history *history)
{
    uint64_t random = self->seed;
    const size_t cells = (size_t)(DISCOUNTING_GROUPS * DISCOUNTING_LINES * self->months);
    struct discounting_month *table = calloc(cells, sizeof *table);
    assert(table != NULL);
    for (size_t k = 0; k < cells; k++) {
        const int t = (int)(k % (size_t)self->months), of = (int)(k / (size_t)self->months);
        table[k].discount = discounting_at(self, of / DISCOUNTING_LINES, of % DISCOUNTING_LINES, t, &random);
        table[k].shock = self->shock * responding_normal(&random);
    }
    rh_history_init(history);
    for (int i = 0; i < self->partners; i++) {
        discounting_partner(self, history, i, table, &random);
    }
    const int status = rh_history_finish(history, NULL);
    assert(status == RH_OK);
    free(table);
}

#endif
