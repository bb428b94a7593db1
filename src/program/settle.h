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
    int32_t partner;          /* row of the partner table */
    int32_t incentive;        /* index in the program; num_incentives + k: the bonus of tier level k */
    rh_month first, last;     /* window */
    int64_t attainment;       /* 10⁻⁴; 10⁻⁶ for ratio_to */
    int32_t level;            /* 1-based, 0: none */
    rh_ppm multiplier;
    rh_money earned, cut, carried_in, carried_out, payable;
    rh_money withheld, gross_up; /* reported beside the payable amount */
    unsigned reasons;         /* enum rh_reason */
};

struct rh_statement {
    struct rh_line *line;     /* [num] by window end, incentive, partner id */
    size_t num, capacity;
    rh_month first_month, last_month; /* horizon that was settled */
    rh_money budget_left;     /* RH_MISSING without a budget */
};

/* Settles months [from, until] (RH_NO_MONTH: the history's first, last); every eligible partner counts as enrolled and
 * every reward as claimed. The program's names must have been checked against the history. */
int rh_settle(struct rh_statement *self, const struct rh_program *program, const struct rh_history *history,
              rh_month from, rh_month until, const struct rh_progress *progress, struct rh_error *error);
void rh_statement_free(struct rh_statement *self);

/* "once+window_cap": the reasons of a line, in the statement's order; "" where none. Returns out. */
#define RH_REASONS_TEXT 96
char *rh_reasons_text(unsigned reasons, char out[RH_REASONS_TEXT]);

/* Appends the statement as CSV, with its header, as docs/program-language.md has it. */
int rh_statement_csv(const struct rh_statement *self, const struct rh_program *program, const struct rh_history *history,
                     struct rh_text *out);

#ifdef __cplusplus
}
#endif

#endif
