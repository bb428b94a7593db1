/* Arithmetic in 128 bits that says where it ends. Products are checked by division, since not every compiler's library
 * has a checked product of that width. */
#include "program/settle_private.h"

#include <assert.h>

int rh_wide_mul(rh_wide a, rh_wide b, rh_wide *out)
{
    assert(a >= 0 && b >= 0);
    /* Factors of 63 bits are the rule, and their product fits. */
    if ((a > INT64_MAX || b > INT64_MAX) && b != 0 && a > RH_WIDE_MAX / b)
        return RH_ERR_OVERFLOW;
    *out = a * b;
    return RH_OK;
}

int rh_wide_add(rh_wide a, rh_wide b, rh_wide *out)
{
    assert(a >= 0 && b >= 0);
    if (a > RH_WIDE_MAX - b)
        return RH_ERR_OVERFLOW;
    *out = a + b;
    return RH_OK;
}

rh_wide rh_wide_half_even(rh_wide a, rh_wide d)
{
    assert(a >= 0 && d > 0);
    /* Division of 64 bits is several times faster, and nearly always enough. */
    if (a <= INT64_MAX && d <= INT64_MAX) {
        const uint64_t n = (uint64_t)a, by = (uint64_t)d, quotient = n / by, rest = n % by, half = by - rest;
        const uint64_t up = rest > half || (rest == half && (quotient & 1) != 0);
        return (rh_wide)quotient + up;
    }
    const rh_wide quotient = a / d, rest = a % d, half = d - rest;
    return quotient + (rest > half || (rest == half && (quotient & 1) != 0));
}

int rh_wide_earned(rh_wide gross, rh_ppm multiplier, rh_money *out)
{
    rh_wide cents = 0, product;
    if (multiplier == RH_PPM_ONE) {
        cents = rh_wide_half_even(gross, RH_GROSS_PER_CENT);
    } else {
        if (rh_wide_mul(gross, multiplier, &product) != RH_OK)
            return RH_ERR_OVERFLOW;
        cents = rh_wide_half_even(product, RH_GROSS_PER_CENT * RH_PPM_ONE);
    }
    if (cents > INT64_MAX / RH_MONEY_PER_CENT)
        return RH_ERR_OVERFLOW;
    *out = (rh_money)cents * RH_MONEY_PER_CENT;
    return RH_OK;
}
