/* The partners of an artificial channel and the market they live in.
 *
 * Every draw is a function of the seed, the partner's id (or region, or product) and what is drawn: another number of
 * partners leaves the first ones as they are, to the byte. */
#ifndef RH_SYNTH_CHANNEL_H
#define RH_SYNTH_CHANNEL_H

#include "core/calendar.h"
#include "core/error.h"
#include "core/rng.h"
#include "synth/parameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a draw of the world is for; part of "same world, same bytes": append, never renumber. */
enum rh_world_draw {
    RH_WORLD_MARKET = 0, /* entity: market, or market and region */
    RH_WORLD_KIND = 1,   /* segment, region, account manager */
    RH_WORLD_NAME = 2,
    RH_WORLD_SIZE = 3,  /* annual sales, size the tier was awarded on */
    RH_WORLD_LIFE = 4,  /* joined, whether on file */
    RH_WORLD_LEAVE = 5, /* by month */
    RH_WORLD_MARGIN = 6,
    RH_WORLD_RHYTHM = 7, /* quarterly, its month */
    RH_WORLD_TRAITS = 8, /* reports, subscribes, attentive, eagerness */
    RH_WORLD_PARENT = 9,
    RH_WORLD_TASTE = 10,    /* entity: partner and product */
    RH_WORLD_WANDER = 11,   /* by month */
    RH_WORLD_ORDERS = 12,   /* by month: how many */
    RH_WORLD_ORDER = 13,    /* value, lines, day; online */
    RH_WORLD_LINE = 14,     /* product, rounding, renewal, promotion */
    RH_WORLD_RETURN = 15,   /* whether, delay, part */
    RH_WORLD_STOCK = 16,    /* entity: partner and product, by month */
    RH_WORLD_SEATS = 17,    /* by month */
    RH_WORLD_ACTIVITY = 18, /* entity: partner and measure, by month: how many */
    RH_WORLD_EVENT = 19,    /* entity: partner and measure */
    RH_WORLD_TARGET = 20,   /* by first month of the window */
    RH_WORLD_ANSWER = 21,   /* elasticity, whether it shifts purchases */
    RH_WORLD_SHIFT = 22     /* by month: product bought ahead; product and rounding of what was put off */
};

/* Months simulated before the history begins, so that stock, deals under way and returns of earlier sales exist. */
#define RH_WORLD_WARM_UP 6

struct rh_channel {
    const struct rh_world *world;
    uint64_t seed;
    size_t num_partners;
    rh_month first, ends; /* months of the history */
    rh_month market_from; /* first month of the market's path */
    size_t num_market_months;
    double *market;    /* [num_regions][num_market_months] log of demand, minus half its variance */
    size_t num_made;   /* partners made so far */
    size_t **supplier; /* [num_regions][num_suppliers[region]] numbers of the partners that supply others */
    size_t *num_suppliers, *supplier_capacity; /* [num_regions] */
};

#define RH_WORLD_NO_PARENT SIZE_MAX

struct rh_channel_partner {
    size_t number; /* 0, 1, … */
    char id[24];   /* P0001, P0002, … */
    uint64_t entity;
    size_t segment, region, tier;
    size_t parent;                  /* number of the partner it belongs to, or RH_WORLD_NO_PARENT */
    int account_manager;            /* 1-4, of the region */
    size_t first_word, second_word; /* of its name */
    double size;                    /* annual sales it would reach by itself in the history's last year, currency */
    double relative_size;           /* to the segment's median */
    rh_day joined;
    bool joined_on_file, margin_on_file;
    rh_month left; /* its last month, or RH_NO_MONTH */
    double margin;
    double orders; /* mean number per month */
    int phase;     /* a quarterly buyer's month of the quarter, 0-2; -1: orders in every month */
    bool reports, subscribes, attentive;
    double elasticity; /* of its effort */
    bool shifts;       /* can buy ahead and put off */
    double eagerness;  /* in activities, mean 1 */
    double *mix;       /* [num_products] share of its spending; owned */
};

/* Options as in rh_world_write. *self may be freed after failure. */
int rh_channel_init(struct rh_channel *self, const struct rh_world *world, const struct rh_world_options *options,
                    struct rh_error *error);
void rh_channel_free(struct rh_channel *self);

int rh_channel_partner_init(struct rh_channel_partner *self, const struct rh_world *world);
void rh_channel_partner_free(struct rh_channel_partner *self);

/* Makes partner number num_made in the caller's storage, which is reused from partner to partner. RH_OK or
 * RH_ERR_NO_MEMORY. */
int rh_channel_next(struct rh_channel *self, struct rh_channel_partner *partner);

/* Sales of a month, in currency, that the partner's size, its region's growth, its ramp after joining, the season,
 * promotions and its own rhythm let expect; 0 before it joined. Knows nothing of market, luck, leaving and programs. */
double rh_channel_expected(const struct rh_channel *self, const struct rh_channel_partner *partner, rh_month month);
/* The same for an even rhythm: every month of a quarter alike. */
double rh_channel_demand(const struct rh_channel *self, const struct rh_channel_partner *partner, rh_month month);
/* Demand for a product in that calendar month relative to the year's mean: season and promotions. */
double rh_channel_season(const struct rh_world *world, size_t product, rh_month month);
/* Mean-one factor of the market in that region and month; months from RH_WORLD_WARM_UP before the history to its end.
 */
double rh_channel_market(const struct rh_channel *self, size_t region, rh_month month);
/* Mean elasticity of a segment's partners. */
double rh_channel_elasticity(const struct rh_world *world, size_t segment);
/* Month of the fiscal quarter, 0-2. */
int rh_channel_month_of_quarter(const struct rh_world *world, rh_month month);

/* Four random words; index 0-255. */
static inline struct rh_words rh_world_words(const struct rh_channel *self, uint64_t entity, enum rh_world_draw what,
                                             uint32_t which, rh_month month, uint32_t index)
{
    return rh_draw(self->seed, entity, (uint32_t)what | which << 8, RH_DRAW_WORLD, (uint32_t)month, index);
}

#ifdef __cplusplus
}
#endif

#endif
