/* Looking on while partners live: what the kernel finds for each of them, month by month, under every program. Nothing
 * that is simulated depends on whether somebody looks on. */
#ifndef RH_ENGINE_WATCH_H
#define RH_ENGINE_WATCH_H

#include "engine/plan.h"
#include "stats/kpi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What can be seen, in the order in which a month goes. docs/model.md has the equations. */
enum rh_seen {
    /* Of a partner and a month. */
    RH_SEEN_SOURCE,     /* past month that is replayed, as year · 100 + month */
    RH_SEEN_MARKET,     /* factor of the group's market */
    RH_SEEN_LEVEL,      /* factor of the partner's level */
    RH_SEEN_HERE,       /* 1 where the partner is still there, else 0 */
    RH_SEEN_COMPLEXITY, /* of the program, as the partner meets it */
    RH_SEEN_ATTENDS,    /* 1 where the partner attends to the program, else 0 */
    RH_SEEN_TRUST,      /* as it stands in the month */
    RH_SEEN_CAPABILITY, /* factor of what was learned */
    RH_SEEN_MARKETING,  /* factor of what was matched */
    RH_SEEN_REVENUE,    /* what the partner buys, net of returns */
    RH_SEEN_TAKEN_OVER, /* what others take over of its demand after it left; less than 0 where it stayed */
    /* Of a series: a measure of one product line. Gross, before returns. */
    RH_SEEN_BASELINE,  /* what it would sell if it stayed, with the program in force */
    RH_SEEN_FELT_FIRM, /* what the partner feels of the firm's rewards, per unit of gross */
    RH_SEEN_FELT_REP,  /* of the rep's */
    RH_SEEN_GOAL,      /* how close the next threshold is, from 0 to 1 */
    RH_SEEN_CHANGE,    /* factor by which it responds */
    RH_SEEN_YIELDED,   /* what extra completions of activities bring, or missing ones take away */
    RH_SEEN_DEMAND,    /* what is sold through */
    RH_SEEN_BOUGHT,    /* what is bought from the vendor */
    RH_SEEN_BROUGHT_BACK,
    RH_SEEN_STOCK,   /* bought ahead, at the month's end */
    RH_SEEN_PUT_OFF, /* at the month's end */
    /* Of an incentive whose window the month is part of. */
    RH_SEEN_TAKES_PART, /* 1 where the partner takes part in the window, else 0 */
    RH_SEEN_NEXT_SALE,  /* expected reward of one more unit of attainment */
    RH_SEEN_FELT,       /* the same as the partner feels it: discounted, trusted, attended to */
    RH_SEEN_ATTAINED,   /* since the window opened, at the month's end */
    RH_SEEN_MATCHED,    /* spending of the month that a fund matched */
    /* Of an incentive, in the month in which its window ends. */
    RH_SEEN_COUNTED, /* attainment that is settled */
    RH_SEEN_PAYABLE, /* before cap.total and budget */
    RH_SEEN_CLAIMED, /* of that, claimed */
    RH_SEEN_PAID,    /* of that, paid, rightly or not */
    RH_SEEN_DAYS,    /* from the window's end to the payment; 0 where none is made */
    RH_SEEN_KEPT,    /* share of all payables that cap.total and budget leave; seen once for all partners, at the end */
    RH_NUM_SEEN
};

enum rh_seen_of { RH_SEEN_OF_PARTNER, RH_SEEN_OF_SERIES, RH_SEEN_OF_INCENTIVE };

/* Units: currency and completions are units of the driver that the sight is of; "attainment" that of the incentive. */
enum rh_seen_unit { RH_SEEN_NUMBER, RH_SEEN_MONEY, RH_SEEN_AMOUNT, RH_SEEN_PER_UNIT, RH_SEEN_A_DAY, RH_SEEN_A_MONTH };

struct rh_seen_info {
    const char *name; /* "next_sale" */
    enum rh_seen_of of;
    enum rh_seen_unit unit;
};

extern const struct rh_seen_info rh_seen_table[RH_NUM_SEEN]; /* by enum rh_seen */

/* One thing seen in all replications of the block. */
struct rh_sight {
    enum rh_seen what;
    int program;         /* scenario of the plan */
    int partner;         /* index in rh_plan.partner; -1 of RH_SEEN_KEPT */
    int month;           /* of the horizon */
    int of;              /* a series of the plan, an incentive of the program; -1 of a partner */
    const double *value; /* [rh_plan_lanes] in currency, completions or quantities; valid during the call */
};

#define RH_WATCH_ALL (-1)
#define RH_WATCH_NOBODY (-2) /* only what is seen of all together */

struct rh_watch {
    int partner; /* index in rh_plan.partner, or one of these */
    void (*see)(void *user, const struct rh_sight *sight);
    void *user;
};

/* Simulates the block of replications that holds `replication`, as rh_engine_run does, and shows what the
 * watch asks for: partner by partner, for each program once, months in order. *lane is the replication's place in every
 * value. out_kpi, where it is not NULL: [num_programs][RH_NUM_KPIS] figures of the replication. RH_ERR_ARGUMENT where
 * the plan has fewer replications, RH_ERR_NO_MEMORY, RH_ERR_BROKEN as rh_engine_run. */
int rh_engine_watch(const struct rh_plan *plan, uint64_t replication, const struct rh_watch *watch, int *lane,
                    double *out_kpi, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
