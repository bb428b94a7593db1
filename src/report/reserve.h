/* What finance asks of a program, from results.h5: what it will cost, how bad that can get, the reserve for it and
 * which incentive it is for, when the budget runs out, what of the revenue may be recognized, what is accrued and paid
 * out each month. docs/finance.md tells
 * what each figure means. */
#ifndef RH_REPORT_RESERVE_H
#define RH_REPORT_RESERVE_H

#include "core/text.h"
#include "report/mode.h"
#include "results/results.h"
#include "stats/contribution.h"
#include "stats/summary.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RH_RESERVE_LIKELY 0.80 /* where nothing else is asked for */

struct rh_reserve_options {
    double confidence; /* of the reserve, in (0, 1) */
    double likely;     /* what counts as highly probable (IFRS 15.56, ASC 606-10-32-11), in (0, 1) */
    int scenario;      /* the only one to look at; -1: all */
};

/* An estimate with its Monte Carlo standard error, NaN where the replications are too few for one. */
struct rh_estimate {
    double value, se;
};

/* One part of the cost. */
struct rh_reserve_part {
    const char *incentive; /* borrowed from the results; NULL: what of the cost is no incentive's */
    struct rh_contribution cost;
};

struct rh_reserve {
    int scenario;
    size_t num;     /* replications that have a cost; 0: all else is empty */
    double missing; /* share of the replications that have none */
    struct rh_contribution cost;
    struct rh_estimate at_risk;
    int num_parts;                /* incentives of the program, in the order of the results, and the rest */
    struct rh_reserve_part *part; /* [num_parts]; their contributions add up to those of cost */
    bool has_budget;
    double spendable;              /* NaN where it cannot be told, as nothing is ever earned */
    struct rh_estimate over;       /* probability that what is due exceeds the budget */
    struct rh_estimate *exhausted; /* [months] probability that this happens in the month first */
    struct rh_estimate revenue;    /* mean */
    struct rh_estimate paid;       /* mean of the rewards paid: the expected value of IFRS 15.53(a) */
    struct rh_mode paid_mode;      /* the most likely amount of IFRS 15.53(b) */
    struct rh_estimate paid_bound; /* not exceeded by the rewards paid with the probability `likely` */
    struct rh_estimate constraint; /* by how much that bound is above the expected value; not below 0 */
    /* [RH_NUM_FINANCE][months]; NULL where the results do not tell. Of all replications, with a cost or without. */
    struct rh_summary *booked;
};

struct rh_reserves {
    const struct rh_results *results; /* borrowed */
    struct rh_reserve_options options;
    int num;
    struct rh_reserve *program; /* [num], in the order of the results */
};

/* Reads and computes. RH_ERR_ARGUMENT where the scenario, the confidence or the probability is none. On failure *self
 * may be passed to _free. */
int rh_reserves_init(struct rh_reserves *self, const struct rh_results *results,
                     const struct rh_reserve_options *options, struct rh_error *error);
void rh_reserves_free(struct rh_reserves *self);

/* A booked figure in month t of the horizon; of a program that has them. */
const struct rh_summary *rh_reserve_booked(const struct rh_reserves *self, const struct rh_reserve *program,
                                           enum rh_finance figure, int t);
/* What is accrued in month t per unit of eligible revenue, of means; NaN where nothing is sold. */
double rh_reserve_accrual_rate(const struct rh_reserves *self, const struct rh_reserve *program, int t);

/* What is said for people: a sentence and tables for each program. Width 0: 100 columns. */
void rh_reserves_text(const struct rh_reserves *self, int width, bool color, struct rh_text *out);
/* One line per figure: scenario,figure,part_kind,part,unit,value,se. Names are added to, never changed. */
void rh_reserves_csv(const struct rh_reserves *self, struct rh_text *out);
/* Appends the sentence for finance about a program. */
void rh_reserve_sentence(const struct rh_reserves *self, const struct rh_reserve *program, struct rh_text *out);

#ifdef __cplusplus
}
#endif

#endif
