/* What is doubtful about a program that is correct: findings about its design, each with the line it stands on, and how
 * complicated it is. */
#ifndef RH_PROGRAM_CHECK_H
#define RH_PROGRAM_CHECK_H

#include "core/progress.h"
#include "program/program.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rh_finding_kind {
    RH_FINDING_NEVER_REACHED,     /* a level that nobody in the history came near to */
    RH_FINDING_ALWAYS_REACHED,    /* a level that next to everybody reached */
    RH_FINDING_CLIFF,             /* a threshold where the next sale pays more than it can be worth */
    RH_FINDING_FALLING_RATE,      /* a level that pays less than the one before */
    RH_FINDING_PAYS_TWICE,        /* two incentives that pay for the same sale */
    RH_FINDING_CAP_NEVER_BINDS,   /* a limit that changed nothing */
    RH_FINDING_CAP_ALWAYS_BINDS,  /* a limit that is all that was paid */
    RH_FINDING_BUDGET_SHORT,      /* a budget below what past behavior costs */
    RH_FINDING_NEGATIVE_MARGIN,   /* a rewarded product that loses money */
    RH_FINDING_DROPPED_THRESHOLD, /* a threshold in force that the program no longer has */
    RH_FINDING_UNCOVERED_MONTHS,  /* months that earn nothing, as no whole window covers them */
    RH_NUM_FINDING_KINDS
};

/* "never-reached": what a finding is called in lists. */
const char *rh_finding_name(enum rh_finding_kind kind);

struct rh_finding {
    enum rh_finding_kind kind;
    struct rh_problem at; /* place, sentence and line; owned. Its code is RH_OK */
};

struct rh_findings {
    struct rh_finding *item; /* [num] */
    size_t num, capacity;
    int failed; /* RH_ERR_NO_MEMORY where one could not be kept */
};

void rh_findings_init(struct rh_findings *self);
void rh_findings_free(struct rh_findings *self);
/* Appends `file:line:column: finding: sentence [kind]`, the line and a caret, as rh_problem_format does. */
void rh_finding_format(const struct rh_finding *self, struct rh_text *out);

/* The complexity index of docs/model.md and what drives it; parts add up to the index where that is below the most. */
struct rh_complexity {
    double index;                                             /* 0-3; with a history, the mean over num_partners */
    double least, most;                                       /* of a partner that takes part */
    double incentives, levels, retroactive, relative, claims; /* parts; means likewise */
    size_t num_partners; /* that at least one incentive applies to; 0 without a history: of one that all apply to */
};
/* Appends "1.24 of 3: incentives at once 0.60, claims 0.20, …", the largest part first; "at most …" without a history.
 */
void rh_complexity_format(const struct rh_complexity *self, struct rh_text *out);

struct rh_check_options {
    const struct rh_history *history; /* NULL: only what the file alone tells. The names must have been checked on it */
    const struct rh_program *in_force;                /* program that the history happened under; NULL: none */
    rh_month horizon_first, horizon_last;             /* RH_NO_MONTH: not known */
    const struct rh_reference *vendor_margin_product; /* [num_vendor_margins] assumed instead of the ledger's costs */
    const double *vendor_margin;
    size_t num_vendor_margins;
    const struct rh_progress *progress; /* may be NULL */
};

/* Adds the findings, in the order of the program's lines (those in the in-force program's file last), and fills
 * *complexity, which may be NULL. The past is the whole history for what is said of levels and windows, and the
 * horizon's months as many years earlier as it takes for what is said of a year's payments; without a horizon, the year
 * after the history is the horizon. RH_OK, or a code that the settlement or memory gives. */
int rh_program_check(const struct rh_program *self, const struct rh_check_options *options,
                     struct rh_findings *findings, struct rh_complexity *complexity, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
