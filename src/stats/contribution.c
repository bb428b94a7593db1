/* With w the weights of the tail, s its size, n the replications and m = E[part | sum = value at risk], the estimate
 * C = sum(w part) / s has the influence n/s w (part - m) - (C - m): the second m is what a shift of the value at risk
 * moves into the tail. Of the sum itself m is the value at risk, and the formula that of Manistre & Hancock 2005,
 * doi:10.1080/10920277.2005.10596207. */
#include "stats/contribution.h"

#include "core/memory.h"
#include "stats/summary.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Weights, and the neighborhood of the tail's beginning, from the sorted sums. Near it are as many ranks to either side
 * as the root of num, but no more than the tail has: few enough to be near, and enough for a mean. */
static void weigh(struct rh_tail_members *self, const double *total, const double *sorted, double confidence)
{
    const size_t num = self->num;
    const double n = (double)num;
    self->size = n * (1.0 - confidence);
    /* The innermost value of the tail, from outside; a little more than a whole number must not add one to it. */
    size_t last = (size_t)fmax(ceil(self->size - 1e-9 * n) - 1.0, 0.0);
    last = last < num ? last : num - 1;
    const size_t reach = (size_t)fmin(ceil(sqrt(n)), (double)last + 1.0), at = num - 1 - last;
    const double from = sorted[at];
    size_t num_above = 0, num_equal = 0;
    for (size_t i = 0; i < num; i++) {
        num_above += total[i] > from;
        num_equal += total[i] == from;
    }
    const double share = (self->size - (double)num_above) / (double)num_equal;
    for (size_t i = 0; i < num; i++) {
        self->weight[i] = total[i] > from ? 1.0 : total[i] == from ? share : 0.0;
    }
    self->low = sorted[at > reach ? at - reach : 0];
    self->high = sorted[at + reach < num ? at + reach : num - 1];
}

int rh_tail_members_init(struct rh_tail_members *self, const double *total, size_t num, double confidence,
                         struct rh_error *error)
{
    assert(num > 0 && confidence > 0.0 && confidence < 1.0);
    *self = (struct rh_tail_members){.num = num};
    double *sorted = rh_calloc(num, sizeof *sorted);
    self->weight = rh_calloc(num, sizeof *self->weight);
    int ret = sorted != NULL && self->weight != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    if (ret == RH_OK) {
        memcpy(sorted, total, num * sizeof *sorted);
        rh_sort_numbers(sorted, num);
        weigh(self, total, sorted, confidence);
    } else {
        rh_error_set(error, ret, "no memory for the tail of %zu replications", num);
    }
    free(sorted);
    return ret;
}

void rh_tail_members_free(struct rh_tail_members *self)
{
    free(self->weight);
    *self = (struct rh_tail_members){0};
}

/* Standard error of the mean of values[num], which are changed; NaN below two. */
static double standard_error(double *values, size_t num)
{
    const double mean = rh_sum(values, num) / (double)num;
    for (size_t i = 0; i < num; i++) {
        values[i] = (values[i] - mean) * (values[i] - mean);
    }
    return num < 2 ? (double)NAN : sqrt(rh_sum(values, num) / ((double)num - 1.0) / (double)num);
}

/* Mean of the part where the sum is next to the value at risk. */
static double mean_near(const struct rh_tail_members *self, const double *part, const double *total)
{
    double sum = 0.0, num = 0.0;
    for (size_t i = 0; i < self->num; i++) {
        if (total[i] >= self->low && total[i] <= self->high) {
            sum += part[i];
            num += 1.0;
        }
    }
    return sum / num;
}

void rh_contribution_compute(struct rh_contribution *out, const struct rh_tail_members *self, const double *part,
                             const double *total, double *scratch)
{
    const size_t num = self->num;
    const double n = (double)num, near = mean_near(self, part, total);
    out->mean = rh_sum(part, num) / n;
    for (size_t i = 0; i < num; i++) {
        scratch[i] = self->weight[i] * (part[i] - out->mean);
    }
    out->excess = rh_sum(scratch, num) / self->size;
    out->tail = out->mean + out->excess;
    memcpy(scratch, part, num * sizeof *scratch);
    out->mean_se = standard_error(scratch, num);
    out->tail_se = out->excess_se = NAN;
    if (self->size >= 2.0) {
        for (size_t i = 0; i < num; i++) {
            scratch[i] = n / self->size * self->weight[i] * (part[i] - near);
        }
        out->tail_se = standard_error(scratch, num);
        for (size_t i = 0; i < num; i++) {
            scratch[i] = n / self->size * self->weight[i] * (part[i] - near) - part[i];
        }
        out->excess_se = standard_error(scratch, num);
    }
}
