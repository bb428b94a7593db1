/* What a partner is owed, to the cent: the exact settlement of a program on a history (docs/program-language.md,
 * "Settlement, exactly"). Integers throughout; an amount that does not fit is RH_ERR_OVERFLOW, never a wrap. */
#ifndef RH_PROGRAM_SETTLE_H
#define RH_PROGRAM_SETTLE_H

#include "core/progress.h"
#include "program/program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Steps that took something off a line, or set it aside; bits of rh_line.reasons, in the order of the statement. */
enum rh_reason {
    RH_REASON_ONCE = 1 << 0,
    RH_REASON_WINDOW_CAP = 1 << 1,
    RH_REASON_EXCLUSIVE = 1 << 2,
    RH_REASON_PARTNER_CAP = 1 << 3,
    RH_REASON_MINIMUM = 1 << 4,
    RH_REASON_TOTAL_CAP = 1 << 5,
    RH_REASON_BUDGET = 1 << 6
};

/* One line of the statement: payable = earned - cut + carried_in - carried_out. Money in 10⁻⁴, whole cents. */
struct rh_line {
    int32_t partner;      /* row of the partner table */
    int32_t incentive;    /* index in the program; num_incentives + k: the bonus of tier level k */
    rh_month first, last; /* window */
    int64_t attainment;   /* 10⁻⁴; 10⁻⁶ for ratio_to */
    int32_t level;        /* 1-based, 0: none */
    rh_ppm multiplier;
    rh_money earned, cut, carried_in, carried_out, payable;
    rh_money withheld, gross_up; /* reported beside the payable amount */
    unsigned reasons;            /* enum rh_reason */
};

struct rh_statement {
    struct rh_line *line; /* [num] by window end, incentive, partner id */
    size_t num, capacity;
    rh_month first_month, last_month; /* horizon that was settled */
    rh_money budget_left;             /* below 0 where it is only reported; RH_MISSING without a budget */
};

/* Settles months [from, until] (RH_NO_MONTH: the history's first, last); every eligible partner counts as enrolled and
 * every reward as claimed. The program's names must have been checked against the history. Months outside the history
 * are RH_ERR_ARGUMENT, an incentive without a whole window in them RH_ERR_INPUT. *self may be freed in either case. */
int rh_settle(struct rh_statement *self, const struct rh_program *program, const struct rh_history *history,
              rh_month from, rh_month until, const struct rh_progress *progress, struct rh_error *error);
void rh_statement_free(struct rh_statement *self);

#define RH_NUM_REASONS 7

/* `match`: one month of a window. Money in 10⁻⁴, for the reader: the settlement itself rounds the sum alone. */
struct rh_match_month {
    rh_month month;
    rh_money spend, wanted; /* the month's spend, and the share of it that is matched */
    rh_money fund, paid;    /* what the fund held for it, and what it gave */
};

/* What one line was reckoned from. Numbers that the incentive does not ask for are RH_MISSING. */
struct rh_line_arithmetic {
    struct rh_line line;
    rh_money total;                   /* the behavior's total over the window, returns subtracted */
    rh_money prior, target;           /* the same window one year earlier; the partner's target */
    rh_money denominator;             /* `ratio_to` */
    rh_money at_least;                /* `streak` */
    int64_t rank, num_ranked;         /* `rank_in`: place among so many; 0 elsewhere */
    rh_money pool_total, pool_reward; /* `pooled_by`; prior and target are then the pool's */
    size_t pool_members;
    int64_t *threshold; /* [num_thresholds] of each level, in the unit of attainment; RH_MISSING: out of reach */
    size_t num_thresholds;
    struct rh_match_month *match; /* [num_match] */
    size_t num_match;
    rh_money cut_by[RH_NUM_REASONS]; /* what each step took, by bit of enum rh_reason */
};

struct rh_arithmetic {
    struct rh_line_arithmetic *line; /* [num] the partner's lines, in the statement's order */
    size_t num, capacity;
};
void rh_arithmetic_free(struct rh_arithmetic *self);

/* Takes the lines of one month, in the statement's order; they are valid during the call. RH_OK, or a code that ends
 * the settlement, told in *error. */
typedef int (*rh_settle_sink)(void *user, const struct rh_line *line, size_t num, struct rh_error *error);

struct rh_settle_request {
    rh_month from, until; /* as rh_settle */
    rh_settle_sink sink;
    void *user;
    int32_t partner;                  /* row of the partner whose arithmetic is kept; -1: nobody's */
    struct rh_arithmetic *arithmetic; /* zeroed by the caller, who frees it in either case; NULL where nobody's is */
};

/* The same month by month, without keeping the lines: memory does not grow with their number. */
int rh_settle_months(const struct rh_program *program, const struct rh_history *history,
                     const struct rh_settle_request *request, rh_money *budget_left, const struct rh_progress *progress,
                     struct rh_error *error);

/* "once+window_cap": the reasons of a line, in the statement's order; "" where none. Returns out. */
#define RH_REASONS_TEXT 96
char *rh_reasons_text(unsigned reasons, char out[RH_REASONS_TEXT]);

/* Appends the name that a line goes by: the incentive's, or "tier:<name>". */
void rh_line_name(int32_t incentive, const struct rh_program *program, struct rh_text *out);

/* Appends the statement as CSV, with its header, as docs/program-language.md has it. */
int rh_statement_csv(const struct rh_statement *self, const struct rh_program *program,
                     const struct rh_history *history, struct rh_text *out);
/* The same in pieces: the header, and lines of it. */
void rh_statement_csv_header(struct rh_text *out);
int rh_statement_csv_lines(const struct rh_line *line, size_t num, const struct rh_program *program,
                           const struct rh_history *history, struct rh_text *out);

/* Appends one partner's statement for people: each line with its arithmetic. `partner` is a row of the table. */
int rh_arithmetic_text(const struct rh_arithmetic *self, int32_t partner, const struct rh_program *program,
                       const struct rh_history *history, struct rh_text *out);

#ifdef __cplusplus
}
#endif

#endif
