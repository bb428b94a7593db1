/* Tails are looked at from outside: the k-th outermost value, k from 0, is the k-th largest, or the k-th smallest. */
#include "stats/tail.h"

#include "stats/summary.h"

#include <assert.h>
#include <math.h>

#define COVERAGE 0.95 /* of the ranks that tell a quantile's slope */

double rh_quantile_se(const double *sorted, size_t num, double level)
{
    size_t low, high;
    if (!rh_quantile_ranks(num, level, COVERAGE, &low, &high)) {
        return NAN;
    }
    return (sorted[high] - sorted[low]) / (double)(high - low) * sqrt((double)num * level * (1.0 - level));
}

/* Mean of the outermost `size` values, less `from`, each, which keeps what is summed small; size > 0 need not be whole.
 * *squares is the mean of the squares. */
static double mean_beyond(const double *sorted, size_t num, enum rh_tail_side side, double size, double from,
                          double *squares)
{
    double sum = 0.0;
    *squares = 0.0;
    for (size_t k = 0; k < num && (double)k < size; k++) {
        const double value = side == RH_TAIL_HIGH ? sorted[num - 1 - k] : sorted[k];
        const double weight = fmin(1.0, size - (double)k), beyond = value - from;
        sum += weight * beyond;
        *squares += weight * beyond * beyond;
    }
    *squares /= size;
    return sum / size;
}

void rh_tail_sorted(struct rh_tail *self, enum rh_tail_side side, double confidence, const double *sorted, size_t num)
{
    assert(confidence > 0.0 && confidence < 1.0);
    const double level = side == RH_TAIL_HIGH ? confidence : 1.0 - confidence;
    const double n = (double)num, rest = 1.0 - confidence, size = n * rest;
    *self = (struct rh_tail){NAN, NAN, NAN, NAN};
    if (num == 0) {
        return;
    }
    self->at_risk = rh_quantile_sorted(sorted, num, level);
    self->at_risk_se = rh_quantile_se(sorted, num, level);
    /* The innermost value of the tail; 0.95 is a little less than 19/20, and must not add a value to the tail. */
    size_t last = (size_t)fmax(ceil(size - 1e-9 * n) - 1.0, 0.0);
    last = last < num ? last : num - 1;
    const double from = side == RH_TAIL_HIGH ? sorted[num - 1 - last] : sorted[last];
    double squares;
    const double beyond = mean_beyond(sorted, num, side, size, from, &squares);
    self->shortfall = from + beyond;
    if (size >= 2.0) {
        /* Beyond `from` lies the share `rest`, the others have an excess of 0. */
        const double variance = rest * squares - rest * beyond * rest * beyond;
        self->shortfall_se = sqrt(fmax(variance, 0.0) / (n - 1.0)) / rest;
    }
}
