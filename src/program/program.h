/* A program as written: the incentives in force over a horizon. Parsed from YAML; see docs/program-language.md. */
#ifndef RH_PROGRAM_PROGRAM_H
#define RH_PROGRAM_PROGRAM_H

#include "core/calendar.h"
#include "core/money.h"
#include "core/problems.h"
#include "core/yaml.h"
#include "history/history.h"
#include "program/value.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A program may be made of several files: input 0 is its own, 1 the one it extends, and so on. */
struct rh_source {
    char *path, *text;
    char sha256[65];
};

/* Where something stands. line 0: nowhere, the file does not say it. */
struct rh_place {
    int input;
    long line, column;
};

/* A name in the file and where it stands, so that a history that does not know it can be told where. */
struct rh_reference {
    char *text;
    long line, column;
};

struct rh_reference_list {
    struct rh_reference *item;
    size_t num;
};

/* Keys are joined by and, values of a list by or; an empty list asks nothing. */
struct rh_audience_keys {
    struct rh_reference_list segment, region, tier, partner, parent;
    bool has_tenure_at_least, has_tenure_at_most;
    struct rh_duration tenure_at_least, tenure_at_most; /* joined + D ≤, ≥ the window's first day */
};

struct rh_audience {
    struct rh_audience_keys only;
    bool has_except;
    struct rh_audience_keys except;
};

enum rh_comparison { RH_EQUAL, RH_NOT_EQUAL, RH_LESS, RH_LESS_EQUAL, RH_GREATER, RH_GREATER_EQUAL };

/* One predicate on a column of the ledger. */
struct rh_predicate {
    struct rh_reference column; /* "days" or a further column */
    enum rh_comparison comparison;
    bool numeric;                   /* compare as number (RH_LESS and the like), else as texts */
    int64_t number;                 /* 10⁻⁶, where numeric */
    struct rh_reference_list texts; /* any of them, where not numeric; `none` is the empty cell and has text "" */
};

struct rh_behavior {
    struct rh_reference measure;
    struct rh_reference_list product; /* empty: all */
    struct rh_predicate *where;
    size_t num_where;
};

/* What a threshold is relative to. */
enum rh_relation {
    RH_RELATIVE_NONE,       /* an amount */
    RH_RELATIVE_PRIOR_YEAR, /* share of the partner's own same window one year earlier */
    RH_RELATIVE_TARGET,     /* share of the partner's target for the window */
    RH_RELATIVE_PERCENTILE  /* percentile of the peers in the same window one year earlier */
};
enum rh_scope { RH_SCOPE_ALL, RH_SCOPE_REGION, RH_SCOPE_SEGMENT };

/* A threshold: an amount, or relative to something the history knows. */
struct rh_threshold {
    enum rh_relation relation;
    rh_money amount; /* RH_RELATIVE_NONE: 10⁻⁴ of the measure (10⁻⁶ of a ratio, 10⁻⁴ of a streak's count) */
    rh_ppm share;    /* of prior year, of target: 110% is 1100000 */
    int percentile;  /* 0-100 */
    enum rh_scope scope; /* peers of a percentile */
};

struct rh_level {
    long line, column;
    rh_money from; /* 10⁻⁴ of the measure; what `threshold` says where it is an amount */
    struct rh_threshold threshold;
    int top; /* `rank_in`: pays ranks 1 to top; else 0 */
    bool has_rate, has_per_unit, has_flat;
    rh_ppm rate;       /* of attainment */
    rh_money per_unit; /* 10⁻⁴ of currency for one */
    rh_money flat;     /* 10⁻⁴ of currency */
};

enum rh_bands { RH_BANDS_MARGINAL, RH_BANDS_RETROACTIVE };
enum rh_payee { RH_PAID_TO_FIRM, RH_PAID_TO_REP };
enum rh_claim { RH_CLAIM_AUTOMATIC, RH_CLAIM_REQUIRED };

enum rh_metric {
    RH_METRIC_TOTAL,
    RH_METRIC_GROWTH, /* window total less the same window one year earlier, not below 0 */
    RH_METRIC_RATIO,  /* window total over that of another measure */
    RH_METRIC_STREAK, /* windows in a row with at least so much */
    RH_METRIC_RANK,   /* rank among the eligible of a scope */
    RH_METRIC_POOLED  /* total of all members of a pool */
};

/* One condition of `requires` and of a tier: a total of a measure over a window. */
struct rh_requirement {
    struct rh_reference measure;
    struct rh_reference_list product; /* empty: all */
    rh_money at_least;                /* 10⁻⁴ */
    enum rh_window_kind window;       /* of `requires`; a tier's is the review */
};

enum rh_multiplier_of { RH_MULTIPLIER_REGION, RH_MULTIPLIER_SEGMENT, RH_MULTIPLIER_TIER };

struct rh_multiplier {
    enum rh_multiplier_of of;
    struct rh_reference name;
    rh_ppm factor;
};

enum rh_reward_kind { RH_KIND_CASH, RH_KIND_CREDIT, RH_KIND_POINTS, RH_KIND_NON_CASH };
enum rh_enrollment { RH_ENROLLMENT_AUTOMATIC, RH_ENROLLMENT_OPT_IN };

/* `match`: a share of the partner's own spend, from a fund that accrues with a measure and expires. */
struct rh_match {
    bool given;
    rh_ppm share;
    rh_ppm accrues;
    struct rh_reference of; /* measure that the fund accrues with */
    int expires_months;     /* 0: never */
};

/* Values of an incentive that can be pointed at, each where its key has it. */
enum rh_incentive_place {
    RH_AT_AUDIENCE,
    RH_AT_REQUIRES,
    RH_AT_BEHAVIOR,
    RH_AT_METRIC,
    RH_AT_STREAK_AT_LEAST,
    RH_AT_WINDOW,
    RH_AT_ACTIVE,
    RH_AT_REWARD,
    RH_AT_BANDS,
    RH_AT_PAYS_ON,
    RH_AT_MATCH,
    RH_AT_PAID_TO,
    RH_AT_KIND,
    RH_AT_COST,
    RH_AT_VALUE,
    RH_AT_MULTIPLIER,
    RH_AT_ONCE,
    RH_AT_EXCLUSIVE,
    RH_AT_CAP_WINDOW,
    RH_AT_CAP_PARTNER,
    RH_AT_CAP_TOTAL,
    RH_AT_MINIMUM,
    RH_AT_CLAWBACK,
    RH_AT_ENROLLMENT,
    RH_AT_PAYOUT,
    RH_NUM_INCENTIVE_PLACES
};

struct rh_incentive {
    int input; /* file that all its lines and columns are of */
    struct rh_place place[RH_NUM_INCENTIVE_PLACES];
    struct rh_reference name;
    enum rh_metric metric;
    struct rh_reference ratio_measure; /* RH_METRIC_RATIO: the denominator */
    struct rh_reference_list ratio_product;
    int streak; /* RH_METRIC_STREAK: length n */
    struct rh_threshold streak_at_least;
    enum rh_scope rank_scope;           /* RH_METRIC_RANK */
    struct rh_reference pooled_by;      /* RH_METRIC_POOLED: a column of the partners */
    struct rh_requirement *requirement; /* [num_requirements] `requires` */
    size_t num_requirements;
    bool pays_on_growth;
    struct rh_match match;
    enum rh_reward_kind kind;
    rh_ppm vendor_cost, partner_value; /* per unit of face value; 100% where not given */
    struct rh_multiplier *multiplier;  /* [num_multipliers] */
    size_t num_multipliers;
    bool once;
    char *exclusive;     /* group, or NULL */
    rh_money minimum;    /* 0: none */
    int clawback_months; /* 0: returns count when dated */
    enum rh_enrollment enrollment;
    struct rh_audience audience;
    struct rh_behavior behavior;
    enum rh_window_kind window;
    rh_month active_from, active_until; /* RH_NO_MONTH: open */
    enum rh_bands bands;
    enum rh_payee paid_to;
    struct rh_level *level; /* [num_levels], thresholds ascending */
    size_t num_levels;
    rh_money cap_window, cap_partner, cap_total; /* RH_MISSING: none */
    int payout_after_days;
    int payout_after_months; /* one of the two is 0 */
    enum rh_claim claim;
    bool has_processing; /* else the model's */
    double processing_mean_days, processing_sd_days;
};

enum rh_exhaustion { RH_EXHAUSTED_FIRST_COME, RH_EXHAUSTED_REPORT };

/* `fx`: currency units of the program per unit of the partner's. */
struct rh_exchange {
    struct rh_reference currency;
    rh_ppm rate;
};

struct rh_withholding {
    struct rh_reference region;
    rh_ppm rate;
};

/* One level of the status program, lowest first. */
struct rh_tier {
    struct rh_reference name;
    struct rh_requirement *when; /* [num_when]; all must hold over the review window */
    size_t num_when;
    bool has_rate_bonus;
    rh_ppm rate_bonus; /* of the month's revenue */
};

/* Values of a program that can be pointed at. */
enum rh_program_place {
    RH_AT_CURRENCY,
    RH_AT_BUDGET,
    RH_AT_COSTS,
    RH_AT_FX,
    RH_AT_WITHHOLDING,
    RH_AT_TIERS,
    RH_NUM_PROGRAM_PLACES
};

struct rh_program {
    char *path; /* as given */
    char *text; /* the file, for provenance */
    char sha256[65];
    struct rh_source *base; /* [num_bases] files that it extends, nearest first: input k is base[k - 1] */
    size_t num_bases;
    struct rh_place place[RH_NUM_PROGRAM_PLACES];
    char *name, *description;    /* description may be NULL */
    long name_line, name_column; /* where the name stands; 0 for `none` */
    char currency[4];            /* ISO 4217; "" for `none` */
    int year_starts;             /* 1-12 */
    struct rh_incentive *incentive;
    size_t num_incentives;
    rh_money budget_total; /* RH_MISSING: none */
    enum rh_exhaustion when_exhausted;
    rh_ppm budget_reserve;
    rh_money cost_fixed, cost_per_claim; /* 0 where not given */
    struct rh_exchange *exchange;        /* [num_exchanges] */
    size_t num_exchanges;
    struct rh_withholding *withholding; /* [num_withholdings] */
    size_t num_withholdings;
    bool gross_up;
    enum rh_window_kind tier_review;
    struct rh_tier *tier; /* [num_tiers]; 0: tiers are the partner file's */
    size_t num_tiers;
};

/* Parses a program file ("-": standard input) or text, and the files that it extends. All problems of the files go to
 * problems in one pass; those of an extended file that are there already are not added again. RH_OK, or the code of the
 * first problem. *self may be freed in either case. */
int rh_program_read(struct rh_program *self, const char *path, struct rh_problems *problems);
int rh_program_parse(struct rh_program *self, const char *path, const char *text, size_t length,
                     struct rh_problems *problems);
/* The program without incentives, named "none". */
int rh_program_none(struct rh_program *self);
void rh_program_free(struct rh_program *self);

/* 10⁻⁶ of the program's currency for one of that name; RH_PPM_ONE where one of the two is not named ("") or they are
 * the same, 0 where `fx` has no rate. */
rh_ppm rh_program_exchange(const struct rh_program *self, const char *currency);

/* Checks all names against a history: segments, regions, tiers, partners, parents, measures, products, columns,
 * currencies; exchange rates against the partners' currencies; `where` numbers against cells that are not numbers; rate
 * on counts and per_unit on money; products of multipliers above 100 for a partner. Problems name the place in the
 * program's files. */
int rh_program_check_names(const struct rh_program *self, const struct rh_history *history,
                           struct rh_problems *problems);

/* True where an incentive of the program, a fund, a requirement or a condition of a tier looks at the measure. */
bool rh_program_looks_at(const struct rh_program *self, const char *measure);
/* True where more of the measure may earn more: an incentive is on it, or a condition of a tier that a bonus is for. */
bool rh_program_rewards(const struct rh_program *self, const char *measure);

/* True where every key of the two says the same, wherever they stand. */
bool rh_incentive_equal(const struct rh_incentive *a, const struct rh_incentive *b);
/* True where the program has the very same incentive, under the same name. */
bool rh_program_has(const struct rh_program *self, const struct rh_incentive *incentive);
/* The same of two behaviors' `where` alone. */
bool rh_predicates_equal(const struct rh_behavior *a, const struct rh_behavior *b);

/* First day of the fiscal window etc. are calendar.h's; these two decide who takes part. */

/* True where the partner (row of the table) is in the incentive's audience for a window that starts and ends on those
 * days: audience keys, tenure, joined. */
bool rh_incentive_eligible(const struct rh_incentive *self, const struct rh_history *history, int32_t partner_row,
                           rh_day window_first, rh_day window_last);
/* The same of a partner that holds this tier, whatever the partner table says; "": none. */
bool rh_incentive_eligible_as(const struct rh_incentive *self, const struct rh_history *history, int32_t partner_row,
                              const char *tier, rh_day window_first, rh_day window_last);
/* The tenure among those keys alone; joined may be RH_NO_DAY. */
bool rh_audience_tenure_fits(const struct rh_audience_keys *self, rh_day joined, rh_day window_first);
/* True where the event (row of the ledger) passes the behavior's `where`. The product and measure are not looked at. */
bool rh_behavior_passes(const struct rh_behavior *self, const struct rh_history *history, size_t row);

/* The month in whose window a return dated in `month` counts under a clawback of so many months: the month itself, or
 * the last one of an earlier window of the grid. Not for RH_WINDOW_PROGRAM. */
rh_month rh_clawback_month(enum rh_window_kind window, int year_starts, int clawback_months, rh_month month);

/* Months [first, last] of the k-th whole window of the incentive inside both its active months and the horizon
 * [horizon_first, horizon_last]; false where there is no k-th. */
bool rh_incentive_window(const struct rh_incentive *self, int year_starts, rh_month horizon_first,
                         rh_month horizon_last, int k, rh_month *first, rh_month *last);

#ifdef __cplusplus
}
#endif

#endif
