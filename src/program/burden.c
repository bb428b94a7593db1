#include "program/burden.h"

#define PER_INCENTIVE 0.3 /* beyond the first */
#define PER_LEVEL 0.1     /* beyond the first */
#define RETROACTIVE 0.2
#define RELATIVE 0.3
#define CLAIM 0.2

/* Partners must know more than what they sell now. */
static bool is_relative(const struct rh_incentive *incentive)
{
    bool relative = incentive->metric == RH_METRIC_GROWTH || incentive->pays_on_growth ||
                    (incentive->metric == RH_METRIC_STREAK && incentive->streak_at_least.relation != RH_RELATIVE_NONE);
    for (size_t k = 0; k < incentive->num_levels; k++) {
        relative = relative || incentive->level[k].threshold.relation != RH_RELATIVE_NONE;
    }
    return relative;
}

struct rh_burden rh_incentive_burden(const struct rh_incentive *self)
{
    return (struct rh_burden){
        .levels = self->num_levels > 1 ? PER_LEVEL * ((double)self->num_levels - 1.0) : 0.0,
        .retroactive = self->bands == RH_BANDS_RETROACTIVE ? RETROACTIVE : 0.0,
        .relative = is_relative(self) ? RELATIVE : 0.0,
        .claim = self->claim == RH_CLAIM_REQUIRED ? CLAIM : 0.0,
    };
}

double rh_burden_sum(const struct rh_burden *self)
{
    return self->relative + self->levels + self->retroactive + self->claim;
}

double rh_complexity_of_number(int num)
{
    return num > 1 ? PER_INCENTIVE * (num - 1) : 0.0;
}

double rh_complexity_of(int num, double burdens)
{
    const double complexity = num > 0 ? rh_complexity_of_number(num) + burdens / num : 0.0;
    return complexity < RH_MOST_COMPLEX ? complexity : RH_MOST_COMPLEX;
}
