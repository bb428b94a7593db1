/* The floor: the arithmetic that a study cannot do without, as many operations as its plan asks for and nothing else.
 * No partner is simulated; what is measured is what the processor needs for so many random words, logarithms and so on,
 * done by the kernel's own functions over the kernel's lanes. */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include "engine/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is counted, per lane. */
enum floor_operation {
    FLOOR_WORDS,     /* a draw of Philox, four words */
    FLOOR_LOG,       /* rh_vlog */
    FLOOR_EXP,       /* rh_vexp */
    FLOOR_SHORT_LOG, /* rh_short_log2 */
    FLOOR_SHORT_EXP, /* rh_short_exp2 */
    FLOOR_NORMAL,    /* rh_vnormal of a word */
    FLOOR_LOOK_UP,   /* a past month's entry by the lane's index, times a value */
    FLOOR_STEP,      /* one of the walk's factors by the lane's index, times a value */
    FLOOR_SUM,       /* a value added to a sum in memory */
    FLOOR_NUM_OPERATIONS
};

extern const char *const floor_operation_name[FLOOR_NUM_OPERATIONS];

/* What a plan asks for. */
struct floor_counts {
    double per_step[FLOOR_NUM_OPERATIONS]; /* mean over its partners, months and programs */
    double steps;                          /* partner × month × program, of one replication */
    size_t num_sums;                       /* vectors of sums that a block keeps */
};

/* Counts them, by the plan alone:
 * - a partner, once for all programs: a draw for attention, life, level and spread (two where purchases may be timed),
 *   and one for four months of its walk; the logit of attention, two normals, the spread's exponential; a look-up for
 *   each month of the walk, and one for each month of each series;
 * - what groups of partners share: growth, season, source months;
 * - an incentive's month after the one that opens its window: a short logarithm and exponential for each threshold
 *   above 0; none where the window opens, as nothing is attained in any replication;
 * - a class of series that answer alike: a short logarithm for each of firm and rep that is paid, a short exponential;
 * - a partner's hazard of leaving where it moves: a short logarithm and two short exponentials;
 * - a claim, once for all programs with an incentive of the name: a draw, a normal and an exponential for its time;
 * - sums: each series' month; own margin; attainment of the program's and the reference's behavior and its days; each
 *   due of a window that ends.
 * Left out are comparisons, products, quotients, and what only some replications need (Poisson counts, displacement,
 * buying ahead): no engine does with less than what is counted, this one needs more. */
struct floor_counts floor_count(const struct rh_plan *plan);

/* Does what so many replications ask for with the instruction set's code; false where there is no memory or no such
 * set. */
bool floor_run(const char *isa, bool mixed, const struct floor_counts *counts, double replications);
/* Does one operation on so many values, in whole vectors of lanes; false as above. */
bool floor_repeat(const char *isa, bool mixed, enum floor_operation operation, const struct floor_counts *counts,
                  double values);

#ifdef __cplusplus
}
#endif

#endif
