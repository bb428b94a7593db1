/* Levels into money. Gross rewards are exact in 10⁻¹⁰: a rate (10⁻⁶) of money (10⁻⁴); money for one (10⁻⁴) of a count
 * (10⁻⁴) is 10⁻⁸. */
#include "program/settle_private.h"

/* *gross += what the level pays on `amount`. */
static int add_slope(const struct rh_level *level, int64_t amount, rh_wide *gross)
{
    rh_wide part;
    if (amount <= 0)
        return RH_OK;
    if (level->has_rate && rh_wide_add(*gross, (rh_wide)level->rate * amount, gross) != RH_OK)
        return RH_ERR_OVERFLOW;
    if (level->has_per_unit && (rh_wide_mul((rh_wide)level->per_unit * amount, 100, &part) != RH_OK ||
                                rh_wide_add(*gross, part, gross) != RH_OK))
        return RH_ERR_OVERFLOW;
    return RH_OK;
}

static int add_flat(const struct rh_level *level, rh_wide *gross)
{
    return level->has_flat ? rh_wide_add(*gross, (rh_wide)level->flat * RH_PPM_ONE, gross) : RH_OK;
}

/* Marginal bands: each level pays for the part of `a` inside it and above `floor`. */
static int add_bands(const struct rh_bound *bound, size_t num_reached, int64_t a, int64_t floor, rh_wide *gross)
{
    const struct rh_reachable *reachable = &bound->reachable;
    int code = RH_OK;
    for (size_t i = 0; i < num_reached && code == RH_OK; i++) {
        const int64_t from = reachable->theta[i] > floor ? reachable->theta[i] : floor;
        const int64_t until = i + 1 < num_reached ? reachable->theta[i + 1] : a;
        if (until > from)
            code = add_slope(&bound->incentive->level[reachable->level[i]], until - from, gross);
    }
    return code;
}

int rh_bands_pay(const struct rh_bound *bound, int64_t a, int64_t base, int64_t floor, struct rh_due *out)
{
    const struct rh_incentive *incentive = bound->incentive;
    const struct rh_reachable *reachable = &bound->reachable;
    const bool marginal = incentive->bands == RH_BANDS_MARGINAL;
    size_t num_reached = 0;
    while (a > 0 && num_reached < reachable->num && reachable->theta[num_reached] <= a)
        num_reached++;
    out->level = 0;
    out->gross = 0;
    if (num_reached == 0)
        return RH_OK;
    out->level = reachable->level[num_reached - 1] + 1;
    const struct rh_level *highest = &incentive->level[out->level - 1];
    int code = RH_OK;
    if (incentive->metric == RH_METRIC_RATIO)
        code = add_slope(highest, base, &out->gross);
    else if (marginal)
        code = add_bands(bound, num_reached, a, floor, &out->gross);
    else
        code = add_slope(highest, a > floor ? a - floor : 0, &out->gross);
    for (size_t i = marginal ? 0 : num_reached - 1; i < num_reached && code == RH_OK; i++)
        code = add_flat(&incentive->level[reachable->level[i]], &out->gross);
    return code;
}
