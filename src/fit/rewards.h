/* What partners sold, and what the program in force offered them for it: the observations of a fit, private to the
 * room.
 *
 * The offer is what the next sale was worth on the first day of its window, to a partner of the size that its first
 * twelve months show, in a year without seasons; sales are those of the months after. So nothing that is sold enters
 * the offer it is held against, and the offer changes where the program does: it starts, ends, or changes its terms. */
#ifndef RH_FIT_REWARDS_H
#define RH_FIT_REWARDS_H

#include "engine/plan.h"

#define RH_FIT_SIZE_MONTHS 12 /* by which a partner's size is known; the longest window is no longer */

/* A month of a unit: of the lines of one partner that the same incentives count. */
struct rh_offer {
    double sold;   /* gross, relative to the unit's size and the median size together */
    double size;   /* of the unit: gross of a month of its first year */
    double reward; /* ln(1 + felt / margin) */
    double felt;   /* reward per unit of sales, as it is felt */
    double margin; /* the partner's own, or what is assumed */
    bool assumed;
    int unit;
    int cell;    /* market × kind of unit × month */
    int partner; /* index in the plan */
    int segment; /* id in the history */
};

struct rh_rewards {
    size_t num, capacity;
    struct rh_offer *offer;                 /* [num] by partner */
    int num_units, num_cells, num_partners; /* partners: of the plan */
    double *complexity;                     /* [num_partners] of the program, as the partner meets it */
    float *attained;                /* [num_partners][num_incentives][num_months] in 10⁻⁴, at the month's end
                                       since the window opened; NaN where it takes no part */
    float *felt;                    /* [num_partners][num_months] ln(1 + felt / margin) as the month begins */
    int num_incentives, num_months; /* of the program in force; of the plan */
    int too_short;                  /* partners with no month after those that show their size */
    int margin_assumed;             /* partners here without an own margin on file */
    int last_month;                 /* of the plan: the last of which all windows are whole */
    bool by_region;                 /* markets are regions, else segments */
};

/* Gives each series of the baseline the level of its partner's first RH_FIT_SIZE_MONTHS months from `first_month` of
 * the history on (counted from its first), and flattens the seasons: those of partners of one size are alike, and an
 * offer that rises with the season would be held against sales that do. To be called before the plan is made. */
void rh_rewards_steady(struct rh_baseline *baseline, const struct rh_panel *panel, int first_month);

/* Collects them from an exact replay. RH_OK also where there is none; *self may be freed after failure. */
int rh_rewards_init(struct rh_rewards *self, const struct rh_plan *plan, const struct rh_panel *panel,
                    const struct rh_baseline *baseline, struct rh_error *error);
void rh_rewards_free(struct rh_rewards *self);

#endif
