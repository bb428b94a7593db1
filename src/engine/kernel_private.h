/* The kernel's state, shared by its files: draw.c (what is random), open.c (who takes part in a window), worth.c,
 * respond.c and yield.c (what partners do), amount.c and settle.c (what they earn), pay.c (what becomes of it), share.c
 * (what they earn together), couple.c and account.c (what a block adds up to), brought.c (what it brings each partner).
 */
#ifndef RH_ENGINE_KERNEL_PRIVATE_H
#define RH_ENGINE_KERNEL_PRIVATE_H

#include "core/rng.h"
#include "engine/kernel.h"
#include "engine/watch.h"
#include "model/belief.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of its sales: a partner that earns nothing on them otherwise would react without bound. */
#define RH_LEAST_MARGIN 0.01
#define RH_WALK_STEPS 4096 /* points of the random walk's monthly factor */

/* By whose behavior: the program's own partners', or the reference's. */
enum rh_path { RH_PATH_OWN, RH_PATH_REFERENCE, RH_NUM_PATHS };

/* The words of one draw of all replications of a block. */
typedef uint32_t rh_words_lanes[4][RH_LANES] __attribute__((aligned(64)));

/* The luck of the claims of one incentive and month. */
struct rh_luck {
    rh_lanes days;  /* from the due date to the payment; below 0 where nothing is claimed */
    rh_lanes share; /* of what is claimed that is paid, its sign negative where it is paid wrong; where payments err */
    int soonest, latest; /* whole days of those that are claimed; soonest > latest where none is */
};

/* Where a partner stands with one incentive, by one behavior. */
struct rh_standing {
    rh_lanes attained; /* since the window opened */
    rh_lanes amount;   /* of the window that is settled */
    rh_lanes reached;  /* 1 where the amount is for more than a level `from: 0` */
    rh_lanes may;      /* 1 where it takes part in the open window; filled where rh_taken.selects */
    /* Filled where rh_looks_back. */
    rh_lanes cap_left; /* of cap.partner, INFINITY without one */
    rh_lanes used;     /* 1 where `once` has paid */
    rh_lanes carried;  /* below the minimum so far */
    /* Filled where rh_plan_incentive.several_values. */
    rh_lanes prior; /* total one year earlier, 0: no base */
    rh_lanes multiplier;
    rh_lanes streak;  /* `streak`: count after the last window */
    rh_lanes matched; /* `match`: of the open window, before the multiplier */
    rh_lanes *fund;   /* [num_months] `match`: what is left of what each month accrued */
};

/* One incentive as one partner meets it. */
struct rh_taken {
    const struct rh_plan_incentive *incentive;
    const uint64_t *eligible;           /* bits of windows */
    int index;                          /* among all incentives of the plan */
    int feel;                           /* its first month's place in rh_kernel.feel */
    uint64_t entity;                    /* of partner and incentive */
    double multiplier;                  /* NaN: by status, see rh_standing.multiplier */
    int ending;                         /* window that ends in the month, pays and is open to the partner, or -1 */
    bool selects;                       /* not all replications take part in the open window alike */
    const struct rh_schedule *schedule; /* of the window where values are not several: the incentive's, or own */
    struct rh_schedule own_schedule;
    struct rh_schedule lane_schedule; /* of one replication, where they are */
    struct rh_standing standing[RH_NUM_PATHS];
    double *rest;   /* [num_months] attainment that the partner is expected to add until the month's window ends */
    rh_lanes days;  /* attained × days to the window's end */
    rh_lanes goal;  /* how close the next threshold is, 0 to 1 */
    rh_lanes worth; /* what the partner feels of the next unit of attainment */
    rh_lanes matched_now;                /* `match`: of the month, by its own behavior */
    unsigned char (*enrolled)[RH_LANES]; /* [num_months] `opt_in`: decisions by window */
    double *streak_worth; /* [num_windows + 1][counts] what a streak of a count is expected to bring from a window on */
    double *streak_pays;  /* [counts] what a window pays at that count; before cap.window where multiplier is NaN */
};

/* A piece of a schedule as lanes take it in. */
struct rh_real_piece {
    rh_real start, jump, slope_change;
};

/* The same where it differs between replications. */
struct rh_lane_piece {
    rh_lanes start, jump, slope_change;
};

/* Where a partner stands with the vendor under the program that is lived, beyond single incentives. */
struct rh_relation_state {
    rh_lanes trust;
    rh_lanes trusted;          /* what is left of a reward's worth by how far the partner trusts in being paid */
    rh_lanes *right, *wrong;   /* [num_months] payments of the month, in time and as claimed, or not; where there are */
    int *num_payments;         /* [num_months] of the month, in any replication */
    rh_lanes missed, rewarded; /* 1 where a window that ended last month reached no level, was rewarded */
    rh_lanes earned, sold;     /* so far */
    rh_lanes staying;          /* what the program makes of the probability of still being there */
    rh_lanes here;             /* 1 where the partner is there this month */
    rh_lanes learned;          /* extra completions of training, as far as not forgotten */
    rh_lanes funded;           /* by which last month's marketing was matched */
};

/* What a partner holds of each series beyond what it sold, and what it put off. */
struct rh_stock {
    bool used;                     /* anything is held, put off or about to come back */
    rh_lanes *inventory, *backlog; /* [max_series] gross */
    rh_lanes *returning[2];        /* [max_series] comes back this month, the next */
};

/* What an incentive in which partners meet comes to over all of them: made by a first pass over the partners. */
struct rh_meeting {
    rh_sums *sum;    /* [num_windows][pools] contributions; then the pool's reward per contribution */
    rh_sums *prior;  /* [num_windows][pools] sum of prior years; NULL: not needed */
    rh_sums *target; /* the same of targets */
    rh_lanes *best;  /* [num_windows][groups][places] best totals, the best first */
};

/* Series of a partner that are answered alike: same kind, same weights of all incentives. */
struct rh_response_class {
    bool activity;
    bool firm, rep;  /* some incentive that pays the firm, the rep */
    rh_lanes answer; /* binary logarithm of the change against no program */
};

/* How readily the partner answers, the same under all programs: what its answers, binary logarithms, are made of. An
 * effort is elasticity × spread, a gain what a money felt is to money earned otherwise. */
struct rh_readiness {
    rh_lanes effort, gain, price; /* price: of a money felt, passed on */
    rh_lanes rep_effort, rep_gain;
    rh_lanes activity_effort, activity_gain;
    rh_lanes gradient; /* of being just below a goal */
};

/* Series of a partner that change alike: same class under the program that is lived and under the one in force. */
struct rh_change {
    int series;      /* the first of them */
    rh_lanes factor; /* of what is sold without a candidate program; sales: 0 where the partner is not there */
};

/* What one scenario adds up to in one month, segment, … of the block. */
struct rh_figures {
    rh_sums flow[RH_NUM_FLOWS];
    rh_sums earned, claimed, paid, claims, wrong, windfall;
    rh_sums cost;                   /* paid at the vendor's cost, and in the end all costs */
    rh_sums cash;                   /* of it, what is paid out in the month, or within the horizon */
    rh_sums payout_days, sale_days; /* paid × days from window end, from sale, to payment */
    bool known;                     /* false: the scenario has no such incentive */
};

/* What one path brings the partner, over the horizon. */
struct rh_brought_path {
    rh_sums sold, margin; /* revenue sold through; own margin of it; in the end both less the reference's */
    rh_sums paid, kept;   /* before shared caps and the budget; what these leave, in the pass that corrects */
};

/* Whose payment it is, and of which window; of no window: what comes to the gain beside payments. */
struct rh_payment_of {
    int visit, program, slot; /* visit: of the plan's walk */
};

struct rh_brought {
    struct rh_brought_path *path, *now; /* [num_programs + 1] as tally; of the program that is lived */
    bool *remembers;                    /* [num_programs] payments may have to be corrected at the block's end */
    bool *cuts;                         /* [num_programs] in this block they have to be */
    bool corrects;                      /* the pass in which partners live these programs once more */
    rh_sums *payment;                   /* [most_payments] of programs that are remembered, by partner */
    struct rh_payment_of *of;           /* [most_payments] */
    size_t num_payments, most_payments; /* what does not fit is counted too */
    int remembered;                     /* visits, from the first on, of which everything is there */
};

/* Gross of one series since the path began, for verification. */
struct rh_units {
    rh_lanes bought, back, demanded;
    rh_lanes extra;           /* of an activity: completions beyond the usual ones */
    rh_lanes yielded, lapsed; /* what such brought, and what fell behind the horizon or to one that has left */
};

struct rh_kernel {
    const struct rh_plan *plan;
    uint32_t first; /* replication of lane 0 */
    int num;        /* lanes that count */

    /* Drawn per block. */
    rh_lanes *parameter;              /* [num_drawn] */
    int (*column)[RH_NUM_PARAMETERS]; /* [segments of the history][parameter] column in parameter */
    rh_lanes null_luck;               /* nobody reacts where it is below null_program */
    rh_lanes common_life;             /* standard normal: the more, the more partners have left */
    rh_lanes least_change;            /* 1 / response_limit */
    rh_lanes retained;                /* of what was learned, a month later */
    int attention_segment;            /* of attention_logit, -1: none yet */
    rh_lanes attention_logit;         /* of the parameter; INFINITY where that is 1 */
    /* Mechanisms that are on in some replication of the block, and have something to act on in the study. */
    bool strives, reaches, displaces, leaves, learns, markets, trusts, errs;
    rh_lanes processing_spread;                 /* of the logarithm of the time to a payment */
    rh_lanes *feel;                             /* [num_incentives][num_months] worth now of a reward to come */
    double *days_left;                          /* [num_incentives][num_months] from the month's middle to the
                                                   window's end */
    struct rh_meeting (*meeting)[RH_NUM_PATHS]; /* [num_incentives] */
    bool meets;                                 /* the pass that fills them */
    struct rh_luck *luck;                       /* [num_lucks][num_months] of claims */
    rh_lanes *completion_luck;                  /* [max_series][num_months] uniforms of activities */
    int *completion_luck_of;                    /* as luck_of */
    int *luck_of;                               /* [num_lucks][num_months] the partner whose luck is there, -1: none */
    rh_real walk_factor[RH_WALK_STEPS];

    /* Drawn per group of partners. */
    int group;              /* of market, -1: none yet */
    uint64_t source_entity; /* of shared_source */
    bool has_source;
    rh_lanes *market;               /* [num_months] */
    int (*shared_source)[RH_LANES]; /* [num_months] past month of those that replay together */
    int (*new_block)[RH_LANES];     /* [num_months] 1 where a block begins, of all of them, else 0 */

    /* Drawn per partner. */
    rh_lanes inattention; /* ln(u / (1 - u)): attends where below the logit of attention */
    rh_lanes life;        /* uniform: lives while below rh_plan_partner.alive */
    rh_lanes spread;      /* of its elasticities */
    rh_lanes able;        /* uniform: can buy ahead where below the probability of it */
    struct rh_readiness ready;
    int (*source)[RH_LANES]; /* [num_months] past month */
    rh_lanes *base;          /* [num_months] market × level: what multiplies means */
    rh_lanes *sold;          /* [max_series][num_months] gross without candidate programs, of a partner that stays */

    /* Of one partner under one program. */
    int visit; /* the partner's, of the plan's walk */
    const struct rh_plan_partner *partner;
    double shape_cv;                                  /* of shape */
    struct rh_belief_shape shape[RH_MAX_HORIZON + 1]; /* by months left, root 0: not worked out yet */
    const struct rh_plan_program *program;
    double complexity;                /* of the program, as the partner sees it */
    bool matches;                     /* some incentive that it meets matches what is spent */
    struct rh_taken *taken;           /* [most incentives of a program] */
    struct rh_piece *pieces;          /* room of taken */
    struct rh_lane_piece *lane_piece; /* [most pieces] of the incentive whose worth is worked out */
    double *thresholds;               /* [most levels] of one replication */
    rh_lanes *fund;                   /* room of taken, as the two that follow */
    unsigned char (*enrolled)[RH_LANES];
    double *streaks, *rest;
    rh_lanes *gauge[RH_NUM_PATHS];  /* [most gauges][num_months] of the program */
    rh_lanes *status[RH_NUM_PATHS]; /* [most reviews] level of the status program held in each, -1: none */
    int num_taken;
    double *weight; /* [max_series][most incentives] attainment per gross, 0 where it does not count */
    int *class_of;  /* [max_series] */
    struct rh_response_class *classes; /* [max_series] */
    int num_classes;
    int *change_of;           /* [max_series] */
    struct rh_change *change; /* [max_series] */
    int num_changes;
    rh_lanes attends;
    rh_lanes capability, marketing; /* what training and marketing make of the month's revenue */
    rh_lanes *viewed[RH_NUM_PATHS]; /* [num_views] what views see of the series' month that is counted */
    bool *has_viewed[RH_NUM_PATHS]; /* [num_views] it has been worked out */
    bool *sees_all;                 /* [max_series][num_views] the view sees the partner's series as it is */
    bool seen;                      /* somebody looks on while the partner lives under the program */
    rh_lanes *shadow;               /* [max_series][num_months] answer to the in-force program, by its class */
    int *shadow_class;              /* [max_series] */
    int num_shadow_classes;
    bool shadow_takes;       /* the partner meets an incentive of the program in force */
    rh_lanes *shadow_hazard; /* [num_months] binary logarithm of the hazard of leaving */
    rh_lanes *shadow_funded; /* [num_months] marketing that was matched */
    struct rh_relation_state relation;
    struct rh_stock stock;
    rh_lanes *gross;            /* [max_series] of the month that is lived: demand, then purchases */
    rh_lanes *demand, *lift;    /* [max_series] the same before purchases; by how much lines are lifted above others */
    rh_lanes *back;             /* [max_series] of it, brought back */
    rh_lanes *coming;           /* [max_series][num_months] what extra completions are to bring; NULL: no yields */
    rh_lanes *reference_here;   /* [num_months] */
    double mean_revenue;        /* expected of the partner in a month */
    struct rh_units *units;     /* [max_series] where the plan is verified, as the two that follow */
    rh_sums *attained;          /* [most incentives of a program] */
    char broken[600];           /* the first thing that does not hold, "": all does */
    rh_lanes *reference;        /* [max_series][num_months] gross under the reference */
    rh_lanes reference_revenue; /* over the horizon */

    struct rh_tally *tally; /* [num_programs + 1] the last takes what program 0 does before the reference is known */
    struct rh_tally *into;  /* where the partner's figures go */
    struct rh_brought brought;
    rh_sums active;             /* partners active at the start */
    rh_sums **keep;             /* [num_programs][num_slots] share of payables that shared caps and budget leave */
    rh_sums **windfall_keep;    /* the same of the windfall */
    rh_sums *exhausted;         /* [num_programs] month in which the budget ran out, NaN: it did not */
    struct rh_figures *figures; /* [num_programs] of the cut that is accounted */
    double *segment_share, *region_share, *tier_share; /* shares of partners, by which fixed costs are spread */
};

/* A limit that compilers do not know: of one that they know they make branches, over lanes four times as long. */
static inline rh_real rh_unknown(rh_real limit)
{
    const volatile rh_real read = limit;
    return read;
}

/* Lane-wise sum += factor · value. */
static inline void rh_add_lanes(rh_real *__restrict sum, const rh_real *__restrict value, rh_real factor)
{
    for (int l = 0; l < RH_LANES; l++) {
        sum[l] += factor * value[l];
    }
}

/* The same, of the first addend instead of the sum. */
static inline void rh_put_lanes(rh_real *__restrict sum, const rh_real *__restrict value, rh_real factor)
{
    for (int l = 0; l < RH_LANES; l++) {
        sum[l] = factor * value[l];
    }
}

/* The same of a sum over partners. */
static inline void rh_sum_lanes(double *__restrict sum, const rh_real *__restrict value, double factor)
{
    for (int l = 0; l < RH_LANES; l++) {
        sum[l] += factor * (double)value[l];
    }
}

/* The same of two sums. */
static inline void rh_add_sums(double *__restrict sum, const double *__restrict value, double factor)
{
    for (int l = 0; l < RH_LANES; l++) {
        sum[l] += factor * value[l];
    }
}

/* Lane-wise sum += a · b. */
static inline void rh_add_product(rh_real *__restrict sum, const rh_real *__restrict a, const rh_real *__restrict b)
{
    for (int l = 0; l < RH_LANES; l++) {
        sum[l] += a[l] * b[l];
    }
}

static inline struct rh_real_piece rh_real_piece_of(struct rh_piece piece)
{
    const struct rh_real_piece out = {(rh_real)piece.start, (rh_real)piece.jump, (rh_real)piece.slope_change};
    return out;
}

/* True where earlier windows have a say in what a window pays. */
static inline bool rh_looks_back(const struct rh_incentive *incentive)
{
    return incentive->cap_partner != RH_MISSING || incentive->minimum > 0 || incentive->once;
}

static inline bool rh_is_eligible(const struct rh_taken *taken, int window)
{
    return (taken->eligible[window / 64] >> (window % 64) & 1u) != 0;
}

/* True where the partner takes part in the open window, by its own behavior. */
static inline bool rh_takes_part(const struct rh_taken *taken, int l)
{
    return !taken->selects || taken->standing[RH_PATH_OWN].may[l] > 0.0;
}

static inline rh_real rh_multiplier_of(const struct rh_taken *taken, const struct rh_standing *standing, int l)
{
    return taken->incentive->several_values ? standing->multiplier[l] : (rh_real)taken->multiplier;
}

/* Column of a parameter for a segment of the history. */
static inline const rh_real *rh_drawn(const struct rh_kernel *self, enum rh_parameter parameter, int segment_id)
{
    return self->parameter[self->column[segment_id][parameter]];
}

/* Rows of a program's dues. In the totals those that cuts have are by slot, and the others are one for all slots unless
 * caps and a budget may take something off single windows; in cuts of partners a row is an incentive's, or a slot's
 * where they may. */
static inline int rh_due_row(const struct rh_plan_program *program, int due, int slot)
{
    return due < RH_NUM_CUT_DUES || program->couples ? due * program->num_slots + slot
                                                     : RH_NUM_CUT_DUES * program->num_slots + due - RH_NUM_CUT_DUES;
}

/* Rows of what is paid out: by month, and by window where something may be taken off single windows. */
static inline int rh_num_cash(const struct rh_plan *plan, const struct rh_plan_program *program)
{
    int num = 0;
    for (int j = 0; program->couples && j < program->num_paying; j++) {
        for (int w = 0; w < program->incentive[j].num_windows; w++) {
            num += plan->num_months - 1 - program->incentive[j].window[w].last;
        }
    }
    return program->couples ? num : plan->num_months;
}

/* Rows of each due in cuts of partners. */
static inline int rh_cut_rows(const struct rh_plan_program *program)
{
    return program->couples ? program->num_slots : program->num_paying;
}

static inline int rh_num_dues(const struct rh_plan_program *program)
{
    return rh_due_row(program, RH_NUM_DUES - 1, program->num_slots - 1) + 1;
}

/* Mean days from the due date to the payment. */
static inline rh_real rh_processing_days(const struct rh_kernel *self, const struct rh_incentive *incentive, int l)
{
    return incentive->has_processing ? (rh_real)incentive->processing_mean_days
                                     : rh_drawn(self, RH_PARAM_PROCESSING_DAYS, 0)[l];
}

/* Standard deviation of the logarithm of a lognormal of that mean and sd. */
static inline double rh_log_spread(double mean, double sd)
{
    return mean > 0.0 ? sqrt(log1p(sd * sd / (mean * mean))) : 0.0;
}

/* draw.c */
void rh_draw_parameters(struct rh_kernel *self);
void rh_draw_walk_factors(struct rh_kernel *self);
void rh_draw_group(struct rh_kernel *self, int group);
void rh_draw_partner(struct rh_kernel *self, const struct rh_plan_partner *partner);

/* The words of one draw of all replications. */
void rh_draw_words(const struct rh_kernel *self, uint64_t entity, enum rh_purpose purpose, uint32_t month,
                   uint32_t index, rh_words_lanes words);

/* open.c */
/* Attainment that the partner is expected to add to a count in months [first, last]. */
double rh_expected(const struct rh_kernel *self, const struct rh_plan_count *count, int first, int last);
/* Total of a gauge over months [first, last], which may lie before the horizon; those from `known` on as expected.
 * out: [RH_LANES]. */
void rh_gauge_total(const struct rh_kernel *self, enum rh_path path, int gauge, int first, int last, int known,
                    rh_real *out);
/* Finds the status held in the review windows that begin in month t (and in the first month the one held then). */
void rh_find_status(struct rh_kernel *self, int t);
/* Index of the review window that holds month t, which may be the first one after the horizon. */
int rh_review_of(const struct rh_kernel *self, int t);
/* Starts counting in window w: who takes part, and on which terms. Decides on enrollment where `decides`. */
void rh_open_window(struct rh_kernel *self, struct rh_taken *taken, int w, bool decides);
/* A prior year that is not over when window w opens, as known before month `known`. */
void rh_learn_prior(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path, int known);
/* Schedule of replication l where values are several; denominator: of a ratio. Stands until the next call. */
const struct rh_schedule *rh_bind_lane(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path, int l,
                                       double denominator);
/* Product of all multipliers that fit the partner as the holder of a tier. */
double rh_multiplied(const struct rh_plan *plan, const struct rh_plan_partner *partner,
                     const struct rh_incentive *incentive, const char *tier);

/* worth.c */
/* Expected marginal reward at attained[l]: rh_belief_marginal_reward over lanes. attained, g: [RH_LANES]. */
void rh_marginal_reward(const struct rh_schedule *schedule, struct rh_belief belief, const rh_real *attained,
                        rh_real *g);
/* What the next unit of attainment of one incentive is worth in month t, as felt; 0 outside its windows. */
void rh_find_worth(struct rh_kernel *self, struct rh_taken *taken, int t);
/* Makes of value nothing where the partner takes no part, or can earn no more as far as it looks ahead. */
void rh_leave_open(const struct rh_taken *taken, rh_real *value);
/* What taking part in window w, which opens, is expected to pay. out: [RH_LANES]. */
void rh_expect_reward(struct rh_kernel *self, struct rh_taken *taken, int w, rh_real *out);
/* Least total of window w of a streak in each replication. */
void rh_streak_least(const struct rh_kernel *self, const struct rh_taken *taken, int w, enum rh_path path,
                     rh_real *least);
/* Fills streak_pays and streak_worth. */
void rh_expect_streaks(struct rh_kernel *self, struct rh_taken *taken);
/* First month whose accrual a match of month t may draw on; the last is the one before t. */
static inline int rh_fund_first(const struct rh_match *match, int t)
{
    return match->expires_months > 0 && t > match->expires_months ? t - match->expires_months : 0;
}

/* amount.c */
/* Amount and `reached` of window w, which ends, by its metric, after the multiplier and cap.window. */
void rh_find_amount(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path);
/* Matches what was spent in month t, then lets the fund accrue. */
void rh_match_month(struct rh_kernel *self, struct rh_taken *taken, int t, enum rh_path path);

/* share.c */
/* Clears what the pass over the partners will fill, and makes of it what amount.c asks for. */
void rh_clear_meetings(struct rh_kernel *self);
void rh_finish_meetings(struct rh_kernel *self);
/* Adds the partner's window w to a ranking or a pool. */
void rh_meet(struct rh_kernel *self, const struct rh_taken *taken, int w, enum rh_path path);

/* respond.c */
/* What answers are made of, and is drawn: before the block's first partner; before each partner's first program. */
void rh_prepare_answers(struct rh_kernel *self);
void rh_find_readiness(struct rh_kernel *self);
/* Before the first month under program p: the incentives it meets, who attends, which series answer alike. */
void rh_meet_program(struct rh_kernel *self, int p);
/* Answers to month t, kept as the shadow under program 0. */
void rh_answer_month(struct rh_kernel *self, int p, int t);
/* Demand that the partner's series k meets in month t. gross: [RH_LANES]. */
void rh_demand(struct rh_kernel *self, int p, int k, int t, rh_real *gross);
/* Shows what the partner feels in month t of program p, and by how much it responds. */
void rh_see_answers(const struct rh_kernel *self, int p, int t);
/* Takes from the other product lines a share of what lifts one above them. gross: [series of the partner]; taken:
 * [RH_LANES] revenue that is lost so. */
void rh_displace(struct rh_kernel *self, int t, rh_lanes *gross, rh_real *taken);

/* complete.c: what a partner completes of an activity in month t that responds by a factor to what is usual. All
 * [RH_LANES]. */
void rh_complete_activity(struct rh_kernel *self, size_t series, int t, const rh_real *factor, const rh_real *usual,
                          rh_real *gross);

/* yield.c: what extra completions bring. */
void rh_yield_start(struct rh_kernel *self);
/* Takes down what the month's completions are to bring, and adds to the demand of revenue what is due in month t.
 * gross: [series of the partner]. */
void rh_yield_month(struct rh_kernel *self, int t, rh_lanes *gross);

/* relation.c: trust, training, marketing, leaving. */
void rh_relation_start(struct rh_kernel *self);
/* Month t begins: payments of the month, who is still there. */
void rh_relation_begin(struct rh_kernel *self, int p, int t);
/* Month t ends: what the partner has learned and spent, what its windows brought. revenue: the partner's own. */
void rh_relation_end(struct rh_kernel *self, int p, int t, const rh_real *revenue);

/* stock.c: buying ahead and putting off. */
void rh_stock_start(struct rh_kernel *self);
/* Turns the month's demand into purchases: what was put off is bought, what is held is sold first. back: gross that is
 * returned, [series of the partner]. False: none is, in no replication. */
bool rh_stock_purchases(struct rh_kernel *self, rh_lanes *gross, rh_lanes *back);
/* What the incentive, whose window ends in month t, makes the partner buy more, or put off: as a factor of the month's
 * gross of the series it counts. False where it does neither in any replication. */
bool rh_stock_decide(struct rh_kernel *self, struct rh_taken *taken, int t, rh_real *factor);

/* verify.c: what must hold, where the plan says so. The first thing that does not is kept in `broken`. */
void rh_verify_start(struct rh_kernel *self);
void rh_verify_month(struct rh_kernel *self, int t);
void rh_verify_block(struct rh_kernel *self);

/* see.c: what the month came to, for who looks on. Nothing is called where nobody does. */
/* Shows one thing of month t; of: a series of the plan, an incentive of the program, or -1. */
void rh_see(const struct rh_kernel *self, enum rh_seen what, int t, int of, const rh_real *value);
/* The month's end; revenue: with what others take over, own: without. */
void rh_see_month(const struct rh_kernel *self, int t, const rh_real *revenue, const rh_real *own);
/* What shared caps and the budgets left. */
void rh_see_block(const struct rh_kernel *self);

/* live.c */
/* Margins by product, from revenue and stock by product, when all partners have lived. */
void rh_finish_products(struct rh_kernel *self);
/* The partner under program p, all months; month by month calls settle.c. counts: the reference is known, so
 * that what is settled late can be. */
void rh_respond(struct rh_kernel *self, int p, bool counts);

/* settle.c */
/* Attainment that a series adds in month t through a view: gross is of that month, here who is there; NULL: returns
 * that come without sales are not added. out: [RH_LANES]. */
void rh_attain(const struct rh_kernel *self, size_t series, int view, int t, const rh_real *gross, const rh_real *here,
               rh_real *out);
/* True where the view sees a gross of the partner's series as it is. */
static inline bool rh_sees_all(const struct rh_kernel *self, size_t series, int view)
{
    return self->sees_all[(series - self->partner->first_series) * (size_t)self->plan->num_views + (size_t)view];
}
/* Finds out, of the partner that begins. */
void rh_find_views(struct rh_kernel *self);
/* Net revenue of a gross of month t, without returns that come alone: the gross itself where that is it, else in room.
 * gross, room: [RH_LANES]. */
const rh_real *rh_net(const struct rh_kernel *self, size_t series, int t, const rh_real *gross, rh_real *room);
/* Reward of a schedule at attained[l]; none at or below 0. */
void rh_reward(const struct rh_schedule *schedule, const rh_real *attained, rh_real *out);
/* Flags of one partner under one program. */
struct rh_rewarded {
    rh_lanes earned, reached; /* 1 where anything was earned, where a level above 0 was reached with it */
    rh_lanes enrolled;        /* 1 where it took part in a window */
    rh_lanes reference;       /* 1 where the reference's behavior would have earned */
};

/* pay.c: claims what window w of program p, which is settled, makes payable, and counts it. */
void rh_pay(struct rh_kernel *self, int p, const struct rh_taken *taken, int w, struct rh_rewarded *rewarded);

/* Settles the windows of program p that end in month t, in the order of the settlement's steps. Those of incentives
 * that are settled late only as far as the partner can tell by then, and not for good. */
void rh_settle_month(struct rh_kernel *self, int p, int t, struct rh_rewarded *rewarded);
/* Settles the windows of incentives that are settled late, now that the partner's whole path is known. */
void rh_settle_late(struct rh_kernel *self, int p, struct rh_rewarded *rewarded);
/* Starts a standing from nothing. */
void rh_standing_clear(const struct rh_kernel *self, const struct rh_taken *taken, struct rh_standing *standing);

/* Parameter that says how likely a reward is claimed. */
static inline enum rh_parameter rh_claim_rate(const struct rh_incentive *incentive)
{
    return incentive->kind == RH_KIND_POINTS       ? RH_PARAM_CLAIM_RATE_POINTS
           : incentive->claim == RH_CLAIM_REQUIRED ? RH_PARAM_CLAIM_RATE_REQUIRED
                                                   : RH_PARAM_CLAIM_RATE_AUTOMATIC;
}

/* couple.c: keep [num_slots] and exhausted [RH_LANES] for program p from one due of its tally. */
void rh_couple(const struct rh_kernel *self, int p, enum rh_due what, rh_sums *keep, double *exhausted);

/* tally.c: what a block adds up to. */
/* False where there is no memory; free in any case. */
bool rh_tally_init(struct rh_tally *self, const struct rh_plan *plan, const struct rh_plan_program *program);
void rh_tally_free(struct rh_tally *self);
void rh_tally_clear(struct rh_tally *self, const struct rh_plan *plan, const struct rh_plan_program *program);
/* The cell's rows of a slot's dues that cuts have, [RH_NUM_CUT_DUES], from now on in use. */
rh_lanes *rh_tally_slot(struct rh_tally *self, int slot);
/* Those of its other dues, from RH_NUM_CUT_DUES on: the slot's, or all slots'. */
static inline rh_lanes *rh_tally_whole(const struct rh_tally *self, const struct rh_plan_program *program, int slot)
{
    return self->cell_whole + (program->couples ? slot : 0) * (RH_NUM_DUES - RH_NUM_CUT_DUES);
}
/* Adds what the cell came to, of which `of` is a partner, to totals and cuts, and clears it. */
void rh_tally_leave_cell(struct rh_kernel *self, const struct rh_plan_partner *of);
/* Adds the parts to their sums, and clears them. */
void rh_tally_leave_parts(struct rh_kernel *self);

/* brought.c: what each program brings each partner, where the plan asks for it. */
/* False where there is no memory; free in any case. */
bool rh_brought_init(struct rh_kernel *self);
void rh_brought_free(struct rh_kernel *self);
/* A block begins. */
void rh_brought_begin(struct rh_kernel *self);
/* A path begins; pays what is due of a window before shared caps and budget; ends, with the path's flows. */
void rh_brought_start(struct rh_kernel *self);
void rh_brought_pay(struct rh_kernel *self, int p, int slot, const rh_real *paid);
void rh_brought_end(struct rh_kernel *self, rh_lanes *flow);
/* Counts what the partner has lived under all programs; in the pass that corrects, replaces it under those in `cuts`.
 */
void rh_brought_count(struct rh_kernel *self);
/* Fills cuts from what caps and budget leave of the block, and corrects partners whose payments are remembered. False
 * where nothing has to be corrected. */
bool rh_brought_correct(struct rh_kernel *self);
/* True where the partner of a visit has to live again what is to be corrected. */
bool rh_brought_lives_again(const struct rh_kernel *self, int visit);

/* account.c */
void rh_account(struct rh_kernel *self, int num, struct rh_block *block);

#ifdef __cplusplus
}
#endif

#endif
