#include "stats/thirds.h"

#include "core/memory.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>

/* Up to where a third reaches; `inside`: without the limit itself. */
struct limit {
    double at;
    bool inside;
};

static bool is_low(double x, struct limit limit)
{
    return limit.inside ? x < limit.at : x <= limit.at;
}

static bool is_high(double x, struct limit limit)
{
    return limit.inside ? x > limit.at : x >= limit.at;
}

/* sorted: [num], num ≥ 1. */
static void choose_limits(const double *sorted, size_t num, struct limit *low, struct limit *high)
{
    low->at = rh_quantile_sorted(sorted, num, 1.0 / 3.0);
    high->at = rh_quantile_sorted(sorted, num, 2.0 / 3.0);
    const bool tied = low->at == high->at; /* as where most of the draws are 0 */
    low->inside = tied && sorted[0] < low->at;
    high->inside = tied && sorted[num - 1] > high->at;
}

/* Mean of values[num] and variance of that mean. */
static double mean_of(const double *values, size_t num, double *variance)
{
    const double mean = num > 0 ? rh_sum(values, num) / (double)num : NAN;
    double squares = 0.0;
    for (size_t i = 0; i < num; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    *variance = num > 1 ? squares / ((double)num - 1.0) / (double)num : NAN;
    return mean;
}

int rh_thirds_compute(struct rh_thirds *self, const double *x, const double *y, size_t num, struct rh_error *error)
{
    *self = (struct rh_thirds){.low = NAN, .high = NAN, .difference = NAN, .difference_se = NAN};
    double *values = rh_calloc(num > 0 ? num : 1, sizeof *values), low_variance, high_variance;
    if (values == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    size_t used = 0;
    for (size_t i = 0; i < num; i++) {
        if (!isnan(x[i]) && !isnan(y[i])) {
            values[used++] = x[i];
        }
    }
    rh_sort_numbers(values, used);
    if (used > 0 && values[0] < values[used - 1]) {
        struct limit low, high;
        choose_limits(values, used, &low, &high);
        for (size_t i = 0; i < num; i++) {
            if (!isnan(y[i]) && is_low(x[i], low)) {
                values[self->num_low++] = y[i];
            }
        }
        self->low = mean_of(values, self->num_low, &low_variance);
        for (size_t i = 0; i < num; i++) {
            if (!isnan(y[i]) && is_high(x[i], high)) {
                values[self->num_high++] = y[i];
            }
        }
        self->high = mean_of(values, self->num_high, &high_variance);
        self->difference_se = sqrt(low_variance + high_variance);
        self->difference = isnan(self->difference_se) ? NAN : self->high - self->low;
    }
    free(values);
    return RH_OK;
}

bool rh_thirds_moves(const struct rh_thirds *self)
{
    return fabs(self->difference) > 0.0 && fabs(self->difference) >= RH_THIRDS_SURE * self->difference_se;
}
