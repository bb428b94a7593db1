/* Changes between runs. Influences are subtracted replication by replication before they are squared: the difference of
 * two variances and a covariance would cancel where the runs are nearly the same. */
#include "stats/shift.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

static bool is_present(const struct rh_shift_run *run, size_t i)
{
    return !isnan(run->value[i]) && (run->denominator == NULL || !isnan(run->denominator[i]));
}

/* out: [run->num] influence of each replication on the headline, not scaled; 0 where it is missing. With a
 * denominator it is the shift when the replication is left out. */
static void mean_influence(const struct rh_shift_run *run, double *out)
{
    const double mean = run->summary->mean;
    double total = 0.0;
    for (size_t i = 0; run->denominator != NULL && i < run->num; i++) {
        total += is_present(run, i) ? run->denominator[i] : 0.0;
    }
    for (size_t i = 0; i < run->num; i++) {
        if (is_present(run, i)) {
            out[i] = run->value[i] - mean;
            out[i] *= run->denominator != NULL ? run->denominator[i] / (total - run->denominator[i]) : 1.0;
        }
    }
}

static void median_influence(const struct rh_shift_run *run, double *out)
{
    const double median = run->summary->quantile[RH_P50];
    for (size_t i = 0; i < run->num; i++) {
        if (is_present(run, i)) {
            out[i] = (double)(run->value[i] > median) - (double)(run->value[i] < median);
        }
    }
}

/* Centers the influences of the replications that are there, and scales them so that their squares add up to that of
 * the standard error. */
static void scale(const struct rh_shift_run *run, double standard_error, double *influence)
{
    double total = 0.0, squares = 0.0;
    size_t num = 0;
    for (size_t i = 0; i < run->num; i++) {
        total += influence[i];
        num += is_present(run, i);
    }
    for (size_t i = 0; i < run->num; i++) {
        if (is_present(run, i)) {
            influence[i] -= total / (double)num;
            squares += influence[i] * influence[i];
        }
    }
    const double factor = squares > 0.0 ? standard_error / sqrt(squares) : 0.0;
    for (size_t i = 0; i < run->num; i++) {
        influence[i] *= factor;
    }
}

typedef void influence_function(const struct rh_shift_run *run, double *out);

static int paired_error(const struct rh_shift_run *before, const struct rh_shift_run *after,
                        influence_function *influence, double before_se, double after_se, double *out,
                        struct rh_error *error)
{
    const size_t num = before->num > after->num ? before->num : after->num;
    double *u = rh_calloc(num + 1, sizeof *u), *v = rh_calloc(num + 1, sizeof *v);
    const bool there = u != NULL && v != NULL;
    if (there) {
        double squares = 0.0;
        influence(before, u);
        influence(after, v);
        scale(before, before_se, u);
        scale(after, after_se, v);
        for (size_t i = 0; i < num; i++) {
            squares += (v[i] - u[i]) * (v[i] - u[i]);
        }
        *out = sqrt(squares);
    }
    free(u);
    free(v);
    return there ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to compare %zu replications", num);
}

static int shift(struct rh_shift *self, const struct rh_shift_run *before, const struct rh_shift_run *after,
                 influence_function *influence, double before_se, double after_se, bool common, struct rh_error *error)
{
    int status = RH_OK;
    self->change = self->after - self->before;
    self->se = sqrt(before_se * before_se + after_se * after_se);
    if (common && !isnan(self->se) && !isnan(self->change)) {
        status = paired_error(before, after, influence, before_se, after_se, &self->se, error);
    }
    self->z = self->change == 0.0 && !isnan(self->se) ? 0.0 : self->change / self->se;
    return status;
}

int rh_shift_mean(struct rh_shift *self, const struct rh_shift_run *before, const struct rh_shift_run *after,
                  bool common, struct rh_error *error)
{
    *self = (struct rh_shift){.before = before->summary->mean, .after = after->summary->mean};
    return shift(self, before, after, mean_influence, before->summary->mean_se, after->summary->mean_se, common, error);
}

int rh_shift_median(struct rh_shift *self, const struct rh_shift_run *before, const struct rh_shift_run *after,
                    bool common, struct rh_error *error)
{
    *self = (struct rh_shift){.before = before->summary->quantile[RH_P50], .after = after->summary->quantile[RH_P50]};
    return shift(self, before, after, median_influence, before->summary->quantile_se[RH_P50],
                 after->summary->quantile_se[RH_P50], common, error);
}
