/* What the parts of the exact settlement share. Not installed.
 *
 * Partners are counted in byte order of their ids: partner k is row[k] of the table. A column is an array of one value
 * per partner. Money and counts are in 10⁻⁴, ratios and rates in 10⁻⁶; gross rewards in 10⁻¹⁰, exact. All functions
 * that return int return RH_OK or a negative rh_code, told in self->error. */
#ifndef RH_PROGRAM_SETTLE_PRIVATE_H
#define RH_PROGRAM_SETTLE_PRIVATE_H

#include "program/settle.h"

#ifdef __cplusplus
extern "C" {
#endif

__extension__ typedef __int128 rh_wide;
#define RH_WIDE_MAX ((rh_wide)(((rh_wide)INT64_MAX << 64) | (rh_wide)UINT64_MAX))
#define RH_GROSS_PER_CENT ((rh_wide)100000000) /* 10⁻² / 10⁻¹⁰ */
#define RH_MONEY_PER_CENT ((rh_money)100)      /* 10⁻² / 10⁻⁴ */

/* Which rows of the ledger a total counts. */
struct rh_row_choice {
    const char *measure;                     /* `units`: the quantities of revenue */
    const struct rh_reference_list *product; /* NULL or empty: all */
    const struct rh_behavior *where;         /* whose `where` must hold; NULL: all */
    int clawback_months;                     /* 0: returns count when dated */
    enum rh_window_kind window;              /* the grid that clawback lies on */
};

/* Totals by month and partner, converted to the program's currency. */
struct rh_totals {
    struct rh_row_choice rows;
    int64_t *value; /* [num_data_months][num_partners]; a return is in the last month of a window that claws it back */
    int64_t *returns; /* the same shape: under the clawback of a `program` window, returns when dated; else NULL */
};

/* Reachable levels, thresholds strictly ascending. */
struct rh_reachable {
    size_t num;
    int32_t *level; /* [num] index in the incentive */
    int64_t *theta; /* [num] */
    int64_t *all;   /* [num_levels] thresholds of all levels */
};

/* Factors of `multiplier` by name. NULL: none is given. */
struct rh_factors {
    rh_ppm *region, *segment; /* [names of the history] */
    rh_ppm *tier;             /* [levels of the status program], or [tiers of the history] where there is none */
};

/* An incentive bound to the history, and what it remembers from window to window. */
struct rh_bound {
    const struct rh_incentive *incentive;
    int32_t index; /* in the program */
    int num_windows, next_window;
    const struct rh_totals *total, *denominator, *accrual;
    const struct rh_totals **requirement; /* [num_requirements] */
    bool needs_prior;                     /* a missing prior year makes a partner ineligible */
    bool needs_target, has_percentile;
    bool relative;           /* thresholds differ between partners */
    unsigned char *audience; /* [num_partners] bits of enum rh_audience_bit */
    bool *tier_only;         /* [num_tiers] status levels in the audience; NULL: not asked */
    bool *tier_except;
    int32_t target_measure;
    rh_money **percentile; /* [num_levels + 1] by group of the threshold's scope; the last is the streak's; RH_MISSING:
                            * no base; NULL: no percentile */
    struct rh_reachable reachable;
    struct rh_factors factors;
    size_t num_pools;
    size_t *pool_start;   /* [num_pools + 1] into pool_member */
    int32_t *pool_member; /* [num_partners] by pool, then partner */
    bool *used;           /* `once` */
    rh_money *kept;       /* `cap.partner`: after its step, over earlier windows */
    rh_money *carry;      /* `minimum` */
    int32_t *streak;      /* count after the last window */
    rh_wide *fund;        /* `match`: [num_months][num_partners] of what accrued in a month, what is left, 10⁻¹⁰ */
    int32_t *fund_oldest; /* first month of the horizon that may have something left */
    rh_money total_left;  /* `cap.total`; RH_MISSING: none */
};

enum rh_audience_bit { RH_AUDIENCE_ONLY = 1, RH_AUDIENCE_EXCEPT = 2 };

/* A window that is being settled, and its columns. */
struct rh_settle_window {
    struct rh_bound *bound;
    rh_month first, last;
    bool is_last;          /* of the incentive */
    const int32_t *status; /* level of the status program at the window's first day, -1: none; NULL: no such program */
    bool *eligible;
    int64_t *total;                        /* of the behavior, may be below 0 */
    int64_t *prior, *target, *denominator; /* what the incentive does not ask for is not filled */
    int64_t *rank;                         /* `rank_in`: 0 for those without */
    int32_t *level;                        /* `pooled_by`: the pool's; 1-based */
    rh_money *share;                       /* `pooled_by`: of the pool's reward, whole cents */
};

/* What one partner earns in a window. */
struct rh_due {
    int64_t attainment;
    int32_t level; /* 1-based, 0: none */
    rh_wide gross;
};

/* Lines of one incentive (or tier) in the month that is being settled. */
struct rh_slice {
    struct rh_bound *bound; /* NULL: tier lines */
    size_t begin, end;      /* into rh_settle.line */
    bool is_last;
};

struct rh_remainder {
    rh_wide rest;
    size_t index;
};

/* Values by group, ascending within each. */
struct rh_groups {
    int64_t *value; /* [start[num]] */
    size_t *start;  /* [num + 1] */
    size_t num;
};

struct rh_settle {
    const struct rh_program *program;
    const struct rh_history *history;
    const struct rh_settle_request *request;
    const struct rh_progress *progress;
    struct rh_error *error;
    rh_month from, until; /* the horizon */
    int num_months;
    rh_month data_first; /* months of the history */
    int num_data_months;
    size_t num_partners;
    int32_t *row, *rank;  /* [num_partners]: partner k is row[k]; rank[row[k]] = k */
    int32_t *event_month; /* [events.num] from data_first */
    rh_ppm *exchange;     /* [num_partners] */
    bool exchanges;       /* some of them are not 1 */
    struct rh_totals **totals;
    size_t num_totals, totals_capacity;
    struct rh_bound *bound; /* [num_incentives] */
    int32_t **status;       /* [num_reviews] columns, by review window from that of the horizon's first month */
    size_t num_reviews;
    const struct rh_totals ***condition; /* [num_tiers][num_when] */
    const struct rh_totals *revenue;     /* what rate_bonus is paid on; NULL: no such bonus */
    struct rh_settle_window window;      /* columns are allocated once */
    int64_t *scratch;                    /* columns for a moment */
    bool *peer;
    struct rh_groups groups;
    struct rh_remainder *remainder;
    size_t remainder_capacity;
    int64_t *weight, *part; /* columns to split an amount with */
    size_t weight_capacity, part_capacity;
    size_t *best;         /* `exclusive`: [num_partners] line of the month + 1, 0: none */
    struct rh_line *line; /* [num_lines] of the month */
    size_t num_lines, line_capacity;
    struct rh_slice *slice; /* [num_incentives + num_tiers] */
    size_t num_slices;
    rh_ppm *withheld;                 /* [regions.num] share that is withheld; NULL: none */
    rh_money budget_left;             /* RH_MISSING: none */
    int32_t traced;                   /* partner whose arithmetic is kept, or -1 */
    struct rh_line_arithmetic *draft; /* of the traced partner in the window that is being settled; NULL: nobody's */
    size_t draft_capacity;            /* of its months of `match` */
    size_t num_finished;              /* lines of request->arithmetic of earlier months */
    size_t *traced_line;              /* [num_slices] line of the month of each later one */
    size_t traced_capacity;
};

/* ---- settle.c */

/* RH_ERR_OVERFLOW that names partner k, the incentive (NULL: none) and the months. */
int rh_settle_overflow(const struct rh_settle *self, const struct rh_bound *bound, size_t k, rh_month first,
                       rh_month last);
int rh_settle_no_memory(const struct rh_settle *self);
/* The program's file, or one that it extends. */
const char *rh_settle_path(const struct rh_settle *self, int input);
/* Appends a line that earned so much, where that or its attainment is not 0. `window` NULL: a tier line. */
int rh_settle_add_line(struct rh_settle *self, const struct rh_line *line, rh_money earned,
                       const struct rh_settle_window *window, size_t k);

/* ---- settle_wide.c */

/* *out = a · b for a, b ≥ 0; RH_ERR_OVERFLOW, then *out is unchanged. */
int rh_wide_mul(rh_wide a, rh_wide b, rh_wide *out);
int rh_wide_add(rh_wide a, rh_wide b, rh_wide *out);
/* a / d rounded half to even; a ≥ 0, d > 0. */
rh_wide rh_wide_half_even(rh_wide a, rh_wide d);
/* Gross (10⁻¹⁰, ≥ 0) times the multiplier, rounded once, half to even, to cents; in 10⁻⁴. */
int rh_wide_earned(rh_wide gross, rh_ppm multiplier, rh_money *out);

/* ---- settle_totals.c */

/* Totals of these rows; shared with others that count the same. They live as long as self. */
int rh_settle_totals(struct rh_settle *self, const struct rh_row_choice *rows, const struct rh_totals **out);
/* Totals of a window: out[k], 0 for months outside the history. */
int rh_totals_window(const struct rh_settle *self, const struct rh_totals *totals, rh_month first, rh_month last,
                     int64_t *out);
/* Partner k's total of one month of the window: what is clawed back after the window's end is in its last month. */
int64_t rh_totals_month(const struct rh_settle *self, const struct rh_totals *totals, size_t k, rh_month month,
                        rh_month last);
void rh_totals_free(struct rh_totals *self);

/* ---- settle_bind.c */

/* Binds incentive `index`: totals, audience, factors, pools, and what it remembers. */
int rh_bound_init(struct rh_settle *self, struct rh_bound *bound, int32_t index);
void rh_bound_free(struct rh_bound *self);
/* The partner's group in a scope, and how many there are. */
int32_t rh_settle_group(const struct rh_settle *self, enum rh_scope scope, size_t k);
size_t rh_settle_num_groups(const struct rh_settle *self, enum rh_scope scope);

/* ---- settle_tier.c */

/* Binds the conditions of the status program and its bonus. */
int rh_settle_tiers_init(struct rh_settle *self);
void rh_settle_tiers_free(struct rh_settle *self);
/* The column of levels (0-based, -1: none) that partners hold in the month; NULL where the program has no tiers. */
int rh_settle_status(struct rh_settle *self, rh_month month, const int32_t **out);
/* Appends the month's tier lines, a slice per level with a bonus. */
int rh_settle_tier_lines(struct rh_settle *self, rh_month month);

/* ---- settle_eligible.c */

/* Fills window->status and window->eligible: audience, tenure, tier, `requires`. */
int rh_settle_eligible(struct rh_settle *self, struct rh_settle_window *window);
/* Factor of the partner's reward, 10⁻⁶; above 100 is RH_ERR_INPUT. */
int rh_settle_multiplier(const struct rh_settle *self, const struct rh_settle_window *window, size_t k, rh_ppm *out);

/* ---- settle_base.c */

/* Fills what thresholds relate to, and takes those without it out of window->eligible. */
int rh_settle_base(struct rh_settle *self, struct rh_settle_window *window);
/* Fills self->groups with the column's values; partners that `include` leaves out do not count. */
void rh_settle_sort_groups(struct rh_settle *self, enum rh_scope scope, const bool *include, const int64_t *value);
/* The threshold for partner k, whose base (or whose pool's) is prior or target; `which` is a level's index, or
 * num_levels for the streak's. */
int rh_settle_threshold(const struct rh_settle *self, const struct rh_bound *bound,
                        const struct rh_threshold *threshold, size_t which, size_t k, rh_money prior, rh_money target,
                        int64_t *out);
/* Fills bound->reachable for partner k. */
int rh_settle_reachable(const struct rh_settle *self, struct rh_bound *bound, size_t k, rh_money prior,
                        rh_money target);

/* ---- settle_attain.c */

/* Fills the columns that the metric needs beyond totals: denominator, streak, ranks, pools. */
int rh_settle_metric(struct rh_settle *self, struct rh_settle_window *window);
/* Attainment, level and gross reward of the eligible partner k. */
int rh_settle_due(struct rh_settle *self, struct rh_settle_window *window, size_t k, struct rh_due *out);

/* ---- settle_bands.c */

/* Level and gross reward by bound->reachable. `a` decides the level; levels pay on `base` where the metric alone
 * decides the level (a ratio), else on `a` above `floor` (0, or the prior year). */
int rh_bands_pay(const struct rh_bound *bound, int64_t a, int64_t base, int64_t floor, struct rh_due *out);

/* ---- settle_share.c */

/* Splits `amount` ≥ 0 by weight ≥ 0, whose sum is above 0: floors, and the spare ones to the largest remainders, ties
 * to the lower index. */
int rh_settle_split(struct rh_settle *self, size_t num, const int64_t *weight, int64_t amount, int64_t *part);
/* Fills window->rank. */
int rh_settle_ranks(struct rh_settle *self, struct rh_settle_window *window);
/* Fills window->level and window->share. */
int rh_settle_pools(struct rh_settle *self, struct rh_settle_window *window);

/* ---- settle_fund.c */

/* Fills bound->fund with what accrues in each month of the horizon. */
int rh_fund_init(struct rh_settle *self, struct rh_bound *bound);
/* What the fund reimburses of partner k's spend in the window, 10⁻¹⁰; takes it off the fund. */
int rh_fund_match(struct rh_settle *self, const struct rh_settle_window *window, size_t k, rh_wide *out);

/* ---- settle_cut.c */

/* Steps 5 to 10 of the month over self->slice. */
int rh_settle_cut(struct rh_settle *self);

/* ---- settle_trace.c: the arithmetic of the traced partner's lines. Without one nothing is done. */

/* Begins a draft for the window. */
void rh_trace_window(struct rh_settle *self);
/* Puts the thresholds of bound->reachable into the draft. */
int rh_trace_thresholds(struct rh_settle *self, const struct rh_bound *bound);
/* Adds a month of `match` to the draft; wanted, held and paid in 10⁻¹⁰. */
int rh_trace_match(struct rh_settle *self, rh_month month, int64_t spend, rh_wide wanted, rh_wide held, rh_wide paid);
/* Keeps the draft for the line that was appended last, partner k's. `window` NULL: a tier line. */
int rh_trace_line(struct rh_settle *self, const struct rh_settle_window *window, size_t k);
/* A step took the amount off line i of the month. */
void rh_trace_cut(struct rh_settle *self, size_t i, unsigned reason, rh_money amount);
/* Copies the lines of the month, which are finished. */
void rh_trace_month(struct rh_settle *self);
/* Frees what the drafts hold. */
void rh_trace_free(struct rh_settle *self);

#ifdef __cplusplus
}
#endif

#endif
