/* What makes a program hard to attend to (docs/model.md, "Who pays attention"): one notion for `check`, which tells it,
 * and the engine, which lowers attention by it. */
#ifndef RH_PROGRAM_BURDEN_H
#define RH_PROGRAM_BURDEN_H

#include "program/program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An incentive's own parts, each 0 where it has none. */
struct rh_burden {
    double levels, retroactive, relative, claim;
};

struct rh_burden rh_incentive_burden(const struct rh_incentive *self);
double rh_burden_sum(const struct rh_burden *self);

/* Complexity of a program whose num incentives a partner meets, burdens being the sum of theirs: from 0 to
 * RH_MOST_COMPLEX. */
double rh_complexity_of(int num, double burdens);
/* The part of it that comes from the number of incentives alone. */
double rh_complexity_of_number(int num);

#define RH_MOST_COMPLEX 3.0

#ifdef __cplusplus
}
#endif

#endif
