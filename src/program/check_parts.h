/* What the parts of a check share. Not installed. */
#ifndef RH_PROGRAM_CHECK_PARTS_H
#define RH_PROGRAM_CHECK_PARTS_H

#include "program/check.h"
#include "program/settle.h"
#include "program/words.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How far partners came to a level. */
struct rh_level_facts {
    size_t num_reached;   /* windows of partners */
    double nearest;       /* largest attainment as a share of the threshold; NaN: not known */
    int64_t best;         /* that attainment, in its unit */
    int32_t partner;      /* whose it was (one of the pool) */
    rh_month first, last; /* when */
};

/* What an incentive would have done. */
struct rh_incentive_facts {
    size_t num_lines;                     /* windows of partners that attained anything */
    size_t num_windows;                   /* of the incentive */
    struct rh_level_facts *level;         /* [num_levels] */
    size_t num_earned, num_window_capped; /* windows of partners with a reward; those that cap.window cut */
    rh_money largest;                     /* earned in a window */
    rh_money *paid;                       /* [partners] payable */
    bool *earned, *partner_capped;        /* [partners] earned anything; cut by cap.partner */
    rh_money total_paid;
    size_t num_paid_months, num_capped_months; /* with a reward; those in which cap.total cut */
};

/* A settlement of the past, as far as findings need it: nothing of it grows with the number of lines. */
struct rh_past {
    bool settled;
    rh_month first, last;
    struct rh_program program;        /* a copy with the incentives that have a window there */
    struct rh_incentive *incentive;   /* [program.num_incentives] copies; what they point to is the program's */
    struct rh_incentive_facts *facts; /* [num_incentives of the original]; num_windows 0: not settled */
    int32_t *original;                /* [program.num_incentives] places in the program */
    rh_money total_paid;              /* with the bonuses of tiers */
};

struct rh_check {
    const struct rh_program *program;
    const struct rh_check_options *options;
    const struct rh_history *history; /* NULL: none */
    struct rh_findings *findings;
    struct rh_error *error;
    rh_month year_first, year_last; /* the horizon in the past */
    int shift;                      /* months from there to the horizon, whole years */
    struct rh_past all;             /* every window of the history, without what carries over between windows */
    struct rh_past year;            /* the horizon's months in the past, without the budget */
};

/* Adds a finding at a place of an incentive's file; line 0: at the incentive's name. Frees the message. */
void rh_check_tell(const struct rh_check *self, const struct rh_incentive *incentive, enum rh_finding_kind kind,
                   long line, long column, struct rh_text *message);
/* The same at one of the incentive's values. */
void rh_check_tell_at(const struct rh_check *self, const struct rh_incentive *incentive, enum rh_finding_kind kind,
                      enum rh_incentive_place place, struct rh_text *message);
/* At any place of a program. */
void rh_check_tell_place(const struct rh_check *self, const struct rh_program *program, enum rh_finding_kind kind,
                         struct rh_place place, struct rh_text *message);
/* Appends "2016-01 to 2016-12". */
void rh_check_months(struct rh_text *out, rh_month first, rh_month last);

/* Settles self->all and self->year; nothing without a history that has events. */
int rh_check_settle(struct rh_check *self);
void rh_past_free(struct rh_past *self, size_t num_incentives);
/* What is known of incentive i over all windows that there are to look at; NULL: nothing. */
const struct rh_incentive_facts *rh_check_facts(const struct rh_check *self, size_t i, const struct rh_past **past);
/* Totals of the year before, by window, that relative thresholds of incentive i relate to; see check_base.c. */
struct rh_check_base {
    int64_t *total; /* [num_months][num_partners] of the window that begins in the month; 0 where there is none */
    rh_month first;
    int num_months;
    size_t num_partners;
};
/* Fills *self for an incentive with thresholds relative to the prior year, else leaves it empty. */
int rh_check_base_init(struct rh_check_base *self, const struct rh_check *check, const struct rh_incentive *incentive);
void rh_check_base_free(struct rh_check_base *self);
/* The partner's (row) base of a threshold for the window; 0: none or not known. */
int64_t rh_check_base_of(const struct rh_check_base *self, const struct rh_check *check,
                         const struct rh_incentive *incentive, const struct rh_threshold *threshold, int32_t partner,
                         rh_month window_first);
/* True where the list is empty, or names it. */
bool rh_check_listed(const struct rh_reference_list *list, const char *name);
/* True where the two lists let the same name through. */
bool rh_check_lists_meet(const struct rh_reference_list *a, const struct rh_reference_list *b);

/* Findings that the file alone tells; `units` are valued by the history where there is one. */
void rh_check_cliffs(struct rh_check *self);
void rh_check_falling_rates(struct rh_check *self);
void rh_check_windows(struct rh_check *self);
void rh_check_dropped(struct rh_check *self);
void rh_check_overlaps(struct rh_check *self);
/* Findings that the history tells. */
void rh_check_levels(struct rh_check *self);
void rh_check_caps(struct rh_check *self);
void rh_check_budget(struct rh_check *self);
int rh_check_margins(struct rh_check *self);

/* The complexity of the program for the partners of the history, or for one that all of its incentives apply to. */
void rh_check_complexity(const struct rh_check *self, struct rh_complexity *out);

#ifdef __cplusplus
}
#endif

#endif
