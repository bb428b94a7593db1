/* The truth of an artificial channel: every parameter of a world file, read and checked.
 *
 * Shares, rates and margins are fractions (5% is 0.05), money is in units of the world's currency, rates of time say
 * their unit. Whoever holds a struct rh_world may change its numbers before writing: that is how tests isolate one
 * mechanism. */
#ifndef RH_SYNTH_PARAMETERS_H
#define RH_SYNTH_PARAMETERS_H

#include "core/calendar.h"
#include "core/yaml.h"
#include "synth/world.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_WORLD_MAX_MONTHS 1200
#define RH_WORLD_MAX_PARTNERS 10000000
#define RH_WORLD_SEED_LIMIT 0x1p53 /* seeds of a world file are below it */

struct rh_world_region {
    char *name;
    double share;  /* of partners; all shares sum to 1 */
    double growth; /* of demand, per year */
};

struct rh_world_tier {
    char *name;
    double from;     /* annual sales from which a partner holds it; ascending, the first is 0 */
    double discount; /* off the list price */
};

struct rh_world_product {
    char *name;
    double price;      /* list price of one, currency */
    double margin;     /* vendor's margin on the list price */
    double returned;   /* share of order lines that come back */
    double renewal;    /* share of order lines that renew an earlier purchase */
    double season[12]; /* January first, mean 1 */
};

struct rh_world_promo {
    char *name;
    size_t product;
    bool month[12];  /* calendar months in which it runs, January first */
    double discount; /* off the list price, on top of the tier's */
    double lift;     /* of demand for the product */
    double taken;    /* share of the product's order lines that use it */
};

struct rh_world_segment {
    char *name;
    double share;                  /* of partners; all shares sum to 1 */
    bool supplies;                 /* its partners may be the parent of others */
    double has_parent;             /* share that belongs to a supplying partner of its region */
    double median, log_sd;         /* annual sales, lognormal */
    double orders;                 /* per month, of a partner of median size */
    double quarterly;              /* share that orders in one month of each quarter only */
    double margin_mean, margin_sd; /* partner's own margin */
    double online;                 /* share of orders placed online */
    double reports;                /* share that reports sell-through */
    double subscribes;             /* share that bills subscriptions */
    double effort_elasticity;      /* mean of its partners; negative: the response's */
    double *mix;                   /* [num_products] share of spending, sums to 1 */
};

/* A measure that is done rather than bought. It happens by itself (per_year), follows events of another, or both. */
struct rh_world_activity {
    char *measure;
    double *per_year;              /* [num_segments], of a partner of median size; 0: only follows */
    long follows;                  /* index of an earlier activity, or -1 */
    double share;                  /* of the events it follows that lead to it */
    double days_mean, days_sd;     /* days since the event it follows, or what the days column tells; 0 mean:
                                      the day of that event, and an empty column */
    double amount_mean, amount_sd; /* money per event as a share of the partner's annual sales; 0 mean: a count */
    double renewal; /* share of deal_type renewal, the rest is new; negative: no deal_type (as its event) */
};

struct rh_world_level {
    double from, rate; /* quarterly sales, share paid on sales inside the level, or on all of them */
};

/* A program that is or was in force, from its first month to that of the next one. */
struct rh_world_program {
    char *name, *description;
    rh_month from;                /* begins a fiscal quarter; RH_NO_MONTH: always was (the first program only) */
    bool retroactive;             /* the highest level reached pays on all sales of the quarter */
    struct rh_world_level *level; /* by fiscal quarter, ascending */
    size_t num_levels;
    double certification_bonus, certification_cap; /* per certification; per partner and quarter */
    double payout_days;
};

struct rh_world {
    struct rh_yaml yaml; /* the file; names below are copies */
    char *name, *currency;
    double year_starts;            /* first month of the fiscal year, 1-12 */
    double seed, partners, months; /* whole numbers, too: all numbers of the file are doubles */
    rh_month ends;                 /* last month of the history */

    struct {
        double common_sd, regional_sd; /* of the log of demand, stationary */
        double memory;                 /* autocorrelation from month to month, 0 to below 1 */
    } market;
    struct {
        double wander_sd, wander_memory; /* a partner's own ups and downs, as the market's */
        double mix_sd;                   /* log sd of a partner's taste for each product */
        double tier_sd;                  /* log sd of the size a tier was awarded on, against the true one */
        double activity_sd;              /* log sd of a partner's eagerness, all activities */
        double activity_power;           /* activities grow with size to this power */
        double margin_missing;           /* share of partners whose margin is not on file */
    } partner;
    struct {
        double years;                  /* mean years since joining at the history's end, exponential */
        double joined_missing;         /* share whose date is not on file */
        double ramp_from, ramp_months; /* a joiner starts at this share and grows to the whole */
        double leaving;                /* hazard per year */
        double fade_months;            /* months over which a leaver's sales fade */
    } life;
    struct {
        double power;                 /* orders grow with size to this power */
        double at_least, at_most;     /* orders per month, bounds */
        double size_sd;               /* of an order's value, relative, lognormal */
        double lines;                 /* mean lines of an order, 1 to 8 */
        double skipped;               /* share of quarters in which a quarterly buyer does not order */
        double phase[3];              /* how quarterly buyers spread over the quarter's months, sums to 1 */
        double quarter[3];            /* orders of regular buyers by month of the quarter, mean 1 */
        double late_share, late_days; /* share of orders in the month's last days, how many */
    } orders;
    struct {
        double days_mean, days_sd; /* from sale to return, lognormal */
        double part;               /* mean share of the line's quantity that comes back, uniform up to twice it */
    } returns;
    struct {
        double turnover; /* share of the stock sold on in a month */
    } sell_through;
    struct {
        size_t product;
        double price;        /* of a seat for a month */
        double seats, power; /* seats of a partner of median size; growth with size */
        double gained, lost; /* share of seats per month */
    } subscription;
    struct {
        double of_expected; /* target as a share of what the partner would sell on average */
        double noise;       /* log sd of the target */
        double at_least;    /* no target below it */
        double step;        /* targets are rounded to a multiple of it */
    } targets;
    struct {
        double effort_elasticity;    /* ln sales to ln(1 + marginal rate / own margin); see the segment's */
        double attention;            /* share of partners who react at all */
        double certification_effort; /* what one more certification costs a partner */
        double elasticity_spread;    /* log sd of a partner's elasticity, mean that of its segment */
        double stretch;          /* more sales, as a share of those expected, that it asks the worth of; 0: the next */
        double pass_through;     /* share of the reward handed on in its price */
        double price_elasticity; /* ln sales to what is handed on, as a share of the price */
        double goal_gradient;    /* ln sales just below a threshold, beyond what its money explains */
    } response;
    struct {
        double able;      /* share of the attentive that can buy ahead and put off; 0: no such thing in this world */
        double reach;     /* most that is bought ahead, as a share of the quarter's expected sales */
        double load_cost; /* of what is bought ahead: what it costs to hold */
        double deferral;  /* share of a month's purchases that is put off */
    } timing;

    struct rh_world_region *region;
    struct rh_world_tier *tier;
    struct rh_world_product *product;
    struct rh_world_promo *promo;
    struct rh_world_segment *segment;
    struct rh_world_activity *activity;
    struct rh_world_program *program; /* in the order of time; the last one is in force at the history's end */
    size_t num_regions, num_tiers, num_products, num_promos, num_segments, num_activities, num_programs;
    char **first_word, **second_word; /* of partners' names */
    size_t num_first_words, num_second_words;
};

#ifdef __cplusplus
}
#endif

#endif
