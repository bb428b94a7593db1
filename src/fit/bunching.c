/* Bunching: window ends by attainment over threshold, against a smooth curve through those farther away (Saez 2010,
 * doi:10.1257/pol.2.3.180; Chetty, Friedman, Olsen & Pistaferri 2011, doi:10.1093/qje/qjr013; Kleven 2016,
 * doi:10.1146/annurev-economics-080315-015234). The error is that of a jackknife over partners. */
#include "fit/within.h"

#include "core/memory.h"
#include "core/variates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BINS 20
#define WIDTH 0.05
#define FIRST 0.5       /* the lowest bin begins at that share of the threshold */
#define ABOVE 10        /* the bin that begins at the threshold */
#define LEFT_OUT 3      /* bins below it that bunching may empty, so that the curve is not drawn by them */
#define DEGREES 3       /* of its logarithm */
#define GROUPS 40       /* of partners, for the jackknife */
#define LEAST_ENDS 50   /* within half a threshold */
#define LEAST_ABOVE 5.0 /* expected just above */
#define ROUNDING 1e-4   /* of a bin: what reaches a threshold to a cent has reached it */

/* Solves the normal equations a · x = b in place, by elimination with pivots; false where they are singular. */
static bool solve(double a[DEGREES + 1][DEGREES + 1], double b[DEGREES + 1])
{
    const int n = DEGREES + 1;
    for (int k = 0; k < n; k++) {
        int pivot = k;
        for (int r = k + 1; r < n; r++) {
            pivot = fabs(a[r][k]) > fabs(a[pivot][k]) ? r : pivot;
        }
        if (!(fabs(a[pivot][k]) > 1e-12)) {
            return false;
        }
        for (int c = 0; c < n; c++) {
            const double swapped = a[k][c];
            a[k][c] = a[pivot][c];
            a[pivot][c] = swapped;
        }
        const double swapped = b[k];
        b[k] = b[pivot];
        b[pivot] = swapped;
        for (int r = 0; r < n; r++) {
            const double factor = r == k ? 0.0 : a[r][k] / a[k][k];
            for (int c = k; c < n; c++) {
                a[r][c] -= factor * a[k][c];
            }
            b[r] -= factor * b[k];
        }
    }
    for (int k = 0; k < n; k++) {
        b[k] /= a[k][k];
    }
    return true;
}

static double middle_of(int bin)
{
    return 2.0 * (bin + 0.5) / BINS - 1.0;
}

static bool is_left_out(int bin)
{
    return bin >= ABOVE - LEFT_OUT && bin <= ABOVE;
}

static double curve_at(const double *coefficient, int bin)
{
    double value = 0.0, power = 1.0;
    for (int d = 0; d <= DEGREES; d++, power *= middle_of(bin)) {
        value += coefficient[d] * power;
    }
    return exp(fmin(fmax(value, -50.0), 50.0));
}

/* What the curve expects just above the threshold: a Poisson regression of the other bins by Newton's method. NaN where
 * they give none. */
static double expected_above(const double *count)
{
    double coefficient[DEGREES + 1] = {0}, total = 0.0;
    for (int b = 0; b < BINS; b++) {
        total += is_left_out(b) ? 0.0 : count[b] / (BINS - LEFT_OUT - 1);
    }
    coefficient[0] = log(fmax(total, 1e-6));
    for (int step = 0; step < 50; step++) {
        double information[DEGREES + 1][DEGREES + 1] = {{0}}, score[DEGREES + 1] = {0}, largest = 0.0;
        for (int b = 0; b < BINS; b++) {
            const double mean = curve_at(coefficient, b);
            double power[DEGREES + 1] = {1.0};
            for (int d = 1; d <= DEGREES; d++) {
                power[d] = power[d - 1] * middle_of(b);
            }
            for (int d = 0; d <= DEGREES && !is_left_out(b); d++) {
                score[d] += power[d] * (count[b] - mean);
                for (int e = 0; e <= DEGREES; e++) {
                    information[d][e] += power[d] * power[e] * mean;
                }
            }
        }
        if (!solve(information, score)) {
            return NAN;
        }
        for (int d = 0; d <= DEGREES; d++) {
            coefficient[d] += fmin(fmax(score[d], -2.0), 2.0);
            largest = fmax(largest, fabs(score[d]));
        }
        if (largest < 1e-9) {
            break;
        }
    }
    return curve_at(coefficient, ABOVE);
}

/* Logarithm of observed over expected; NaN where either is nothing. */
static double excess_of(const double *count)
{
    const double expected = expected_above(count);
    return count[ABOVE] > 0.0 && expected > 0.0 ? log(count[ABOVE] / expected) : NAN;
}

static int bin_of(const struct rh_end *end)
{
    const double x = (end->attained / end->threshold - FIRST) / WIDTH + ROUNDING;
    return x >= 0.0 && x < BINS ? (int)floor(x) : -1;
}

/* The jackknife's error over groups of partners, which are taken in turns. NaN where a group decides alone. */
static double error_of(double (*group)[BINS], const double *all, int groups)
{
    double sum = 0.0, squares = 0.0;
    for (int g = 0; g < groups; g++) {
        double count[BINS];
        for (int b = 0; b < BINS; b++) {
            count[b] = all[b] - group[g][b];
        }
        const double excess = excess_of(count);
        sum += excess;
        squares += excess * excess;
    }
    const double mean = sum / groups;
    return sqrt(fmax(squares / groups - mean * mean, 0.0) * (groups - 1.0));
}

int rh_bunching_find(struct rh_fit_bunching *self, const struct rh_ends *ends, struct rh_error *error)
{
    double all[BINS] = {0}, (*group)[BINS] = rh_calloc(GROUPS, sizeof *group);
    int partner = -1;
    *self = (struct rh_fit_bunching){.ratio = NAN, .low = NAN, .high = NAN};
    if (group == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for how windows ended");
    }
    for (size_t k = 0; k < ends->num; k++) {
        const int bin = bin_of(&ends->end[k]);
        if (bin >= 0) {
            self->partners += ends->end[k].partner != partner;
            partner = ends->end[k].partner;
            self->ends++;
            all[bin]++;
            group[(self->partners - 1) % GROUPS][bin]++;
        }
    }
    const int groups = self->partners < GROUPS ? self->partners : GROUPS;
    self->above = (int)all[ABOVE];
    self->expected = self->ends >= LEAST_ENDS && groups > 2 ? expected_above(all) : NAN;
    if (self->expected >= LEAST_ABOVE && self->above > 0) {
        const double se = error_of(group, all, groups), margin = rh_student_t(groups - 1.0, 0.975) * se;
        if (isfinite(se)) {
            self->ratio = self->above / self->expected;
            self->low = self->ratio * exp(-margin);
            self->high = self->ratio * exp(margin);
        }
    }
    free(group);
    return RH_OK;
}
