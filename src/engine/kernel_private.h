/* The kernel's state, shared by its files: draw.c (what is random), respond.c (what partners do), settle.c (what they
 * earn), couple.c and account.c (what a block adds up to). */
#ifndef RH_ENGINE_KERNEL_PRIVATE_H
#define RH_ENGINE_KERNEL_PRIVATE_H

#include "engine/kernel.h"
#include "model/belief.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_WALK_STEPS 4096 /* points of the random walk's monthly factor */

/* Where a partner stands with one incentive, by its own behavior or by the reference's. */
struct rh_standing {
    rh_lanes attained; /* since the window opened */
    rh_lanes cap_left; /* of cap.partner, INFINITY without one */
    rh_lanes used;     /* 1 where `once` has paid */
    rh_lanes carried;  /* below the minimum so far */
    rh_lanes amount;   /* of the window that is settled */
};

/* One incentive as one partner meets it. */
struct rh_taken {
    const struct rh_plan_incentive *incentive;
    const uint64_t *eligible; /* bits of windows */
    int feel;                 /* index among all incentives of the plan */
    uint64_t claim_entity;
    double multiplier;
    const struct rh_schedule *schedule; /* of the window: the incentive's, or own */
    struct rh_schedule own_schedule;
    struct rh_standing own, reference;
    rh_lanes days;  /* attained × days to the window's end */
    rh_lanes worth; /* what the partner feels of the next unit of attainment */
};

/* Series of a partner that are answered alike: same kind, same weights of all incentives. */
struct rh_response_class {
    bool activity;
    bool firm, rep;  /* some incentive that pays the firm, the rep */
    rh_lanes answer; /* ln of the change against no program */
};

/* What one scenario adds up to in one month, segment, … of the block. */
struct rh_figures {
    rh_lanes flow[RH_NUM_FLOWS];
    rh_lanes earned, paid, claims, windfall;
    rh_lanes cost;                   /* paid at the vendor's cost, and in the end all costs */
    rh_lanes payout_days, sale_days; /* paid × days from window end, from sale, to payment */
    bool known;                      /* false: the scenario has no such incentive */
};

struct rh_kernel {
    const struct rh_plan *plan;
    uint32_t first; /* replication of lane 0 */

    /* Drawn per block. */
    rh_lanes *parameter;              /* [num_drawn] */
    int (*column)[RH_NUM_PARAMETERS]; /* [segments of the history][parameter] column in parameter */
    rh_lanes reacts;                  /* 0 where nobody does */
    rh_lanes *feel;                   /* [num_incentives][num_months] worth now of a reward to come */
    double walk_factor[RH_WALK_STEPS];

    /* Drawn per group of partners. */
    int group;              /* of market, -1: none yet */
    uint64_t source_entity; /* of source */
    bool has_source;
    rh_lanes *market;        /* [num_months] */
    int (*source)[RH_LANES]; /* [num_months] past month */

    /* Drawn per partner. */
    rh_lanes inattention; /* ln(u / (1 - u)): attends where below the logit of attention */
    rh_lanes life;        /* uniform: lives while below rh_plan_partner.alive */
    rh_lanes spread;      /* of its elasticities */
    rh_lanes *base;       /* [num_months] market × level × life: what multiplies means */
    rh_lanes *sold;       /* [max_series][num_months] gross without candidate programs */

    /* Of one partner under one program. */
    const struct rh_plan_partner *partner;
    struct rh_taken *taken;  /* [most incentives of a program] */
    struct rh_piece *pieces; /* room for the schedules of taken */
    int num_taken;
    double *weight; /* [max_series][most incentives] attainment per gross, 0 where it does not count */
    int *class_of;  /* [max_series] */
    struct rh_response_class *classes; /* [max_series] */
    int num_classes;
    rh_lanes attends;
    rh_lanes *shadow;  /* [max_series][num_months] answer to the in-force program, by its class */
    int *shadow_class; /* [max_series] */
    int num_shadow_classes;
    rh_lanes *reference;        /* [max_series][num_months] gross under the reference */
    rh_lanes reference_revenue; /* over the horizon */

    struct rh_tally *tally;   /* [num_programs + 1] the last takes what program 0 does before the reference is known */
    struct rh_tally *into;    /* where the partner's figures go */
    rh_lanes active, left;    /* partners active at the start; of them, gone at the end */
    rh_lanes **keep;          /* [num_programs][num_slots] share of payables that shared caps and budget leave */
    rh_lanes **windfall_keep; /* the same of the windfall */
    rh_lanes *exhausted;      /* [num_programs] month in which the budget ran out, NaN: it did not */
    struct rh_figures *figures;           /* [num_programs] of the cut that is accounted */
    double *segment_share, *region_share; /* share of partners, by which fixed costs are spread */
};

static inline bool rh_is_eligible(const struct rh_taken *taken, int window)
{
    return (taken->eligible[window / 64] >> (window % 64) & 1u) != 0;
}

/* Column of a parameter for a segment of the history. */
static inline const double *rh_drawn(const struct rh_kernel *self, enum rh_parameter parameter, int segment_id)
{
    return self->parameter[self->column[segment_id][parameter]];
}

/* Rows of enum rh_due that the tallies of a program have. */
static inline int rh_num_dues(const struct rh_plan_program *program)
{
    return program->gross_up != NULL ? RH_NUM_DUES : RH_DUE_GROSS_UP;
}

/* draw.c */
void rh_draw_parameters(struct rh_kernel *self);
void rh_draw_walk_factors(struct rh_kernel *self);
void rh_draw_group(struct rh_kernel *self, int group);
void rh_draw_partner(struct rh_kernel *self, const struct rh_plan_partner *partner);

/* Attainment that an incentive counts per gross of a series, over the whole history; 0 where it does not look at it. */
static inline double rh_conversion(const struct rh_plan *plan, size_t series, const struct rh_plan_incentive *incentive)
{
    return incentive->counts[plan->series_driver[series]]
               ? plan->views[series * (size_t)plan->num_views + (size_t)incentive->view].conversion
               : 0.0;
}

/* worth.c */
/* Expected marginal reward at attained[l]: rh_belief_marginal_reward over lanes. attained, g: [RH_LANES]. */
void rh_marginal_reward(const struct rh_schedule *schedule, struct rh_belief belief, const double *attained, double *g);
/* What the next unit of attainment of one incentive is worth in month t, as felt; 0 outside its windows. Opens windows.
 */
void rh_find_worth(struct rh_kernel *self, struct rh_taken *taken, int t);

/* respond.c: the partner under program p, all months; month by month calls settle.c. */
void rh_respond(struct rh_kernel *self, int p);

/* settle.c */
/* Attainment that a series adds in month t through a view: gross and base are of that month. out: [RH_LANES]. */
void rh_attain(const struct rh_kernel *self, size_t series, int view, int t, const double *gross, double *out);
/* Flags of one partner under one program. */
struct rh_rewarded {
    rh_lanes earned, reached; /* 1 where anything was earned, where a level above 0 was reached with it */
    rh_lanes reference;       /* 1 where the reference's behavior would have earned */
};

/* Settles all windows of program p that end in month t, in the order of the settlement's steps. */
void rh_settle_month(struct rh_kernel *self, int p, int t, struct rh_rewarded *rewarded);

/* Parameter that says how likely a reward is claimed. */
static inline enum rh_parameter rh_claim_rate(const struct rh_incentive *incentive)
{
    return incentive->kind == RH_KIND_POINTS       ? RH_PARAM_CLAIM_RATE_POINTS
           : incentive->claim == RH_CLAIM_REQUIRED ? RH_PARAM_CLAIM_RATE_REQUIRED
                                                   : RH_PARAM_CLAIM_RATE_AUTOMATIC;
}

/* couple.c: keep [num_slots] and exhausted [RH_LANES] for program p from one due of its tally. */
void rh_couple(const struct rh_kernel *self, int p, enum rh_due what, rh_lanes *keep, double *exhausted);

/* account.c */
void rh_account(struct rh_kernel *self, int num, struct rh_block *block);

#ifdef __cplusplus
}
#endif

#endif
