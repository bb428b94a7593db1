/* Newton's method on the slope. For a slope the effects follow by iterated proportional fitting (Deming & Stephan 1940,
 * doi:10.1214/aoms/1177731829); the step is that of a weighted least squares in which x has been freed of the effects
 * by alternating projections, as in Correia, Guimarães & Zylkin 2020, doi:10.1177/1536867X20909691. That is Newton on
 * the likelihood in which the effects are at their best, which is concave in the slope. */
#include "fit/ppml.h"

#include "core/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STEPS 60
#define MAX_SWEEPS 20000     /* within a step */
#define EFFECT_ERROR 1e-11   /* relative, of the effects */
#define SLOPE_ERROR 1e-10    /* of slope · largest x */
#define MOST_STEP 2.0        /* of the same */
#define FARTHEST 200.0       /* of the same: the likelihood goes on rising */
#define LEAST_VARIATION 1e-6 /* of x, relative to its largest: below is rounding */
#define LEAST_NOISE 1e-9     /* of y, relative to what is expected */

struct fit {
    const struct rh_ppml_data *data;
    bool *used;            /* [num] */
    double *mean, *left;   /* [num] expected y; x without the effects */
    double *unit, *cell;   /* factors */
    double *units, *cells; /* sums */
    double *sold_unit, *sold_cell;
    double *cell_mean;        /* [num_cells] of x */
    double *cluster, *weight; /* [num_clusters] */
    int max_sweeps;
    double largest; /* |x| */
};

static void free_fit(struct fit *self)
{
    free(self->used);
    free(self->mean);
    free(self->left);
    free(self->unit);
    free(self->cell);
    free(self->units);
    free(self->cells);
    free(self->sold_unit);
    free(self->sold_cell);
    free(self->cell_mean);
    free(self->cluster);
    free(self->weight);
}

static int make_fit(struct fit *self, const struct rh_ppml_data *data, struct rh_error *error)
{
    const size_t units = (size_t)data->num_units + 1, cells = (size_t)data->num_cells + 1;
    const size_t clusters = (size_t)data->num_clusters + 1;
    *self = (struct fit){.data = data, .max_sweeps = data->max_sweeps > 0 ? data->max_sweeps : MAX_SWEEPS};
    self->used = rh_calloc(data->num + 1, sizeof *self->used);
    self->mean = rh_calloc(data->num + 1, sizeof *self->mean);
    self->left = rh_calloc(data->num + 1, sizeof *self->left);
    self->unit = rh_calloc(units, sizeof *self->unit);
    self->cell = rh_calloc(cells, sizeof *self->cell);
    self->units = rh_calloc(units, sizeof *self->units);
    self->cells = rh_calloc(cells, sizeof *self->cells);
    self->sold_unit = rh_calloc(units, sizeof *self->sold_unit);
    self->sold_cell = rh_calloc(cells, sizeof *self->sold_cell);
    self->cell_mean = rh_calloc(cells, sizeof *self->cell_mean);
    self->cluster = rh_calloc(clusters, sizeof *self->cluster);
    self->weight = rh_calloc(clusters, sizeof *self->weight);
    if (self->used == NULL || self->mean == NULL || self->left == NULL || self->unit == NULL || self->cell == NULL ||
        self->units == NULL || self->cells == NULL || self->sold_unit == NULL || self->sold_cell == NULL ||
        self->cell_mean == NULL || self->cluster == NULL || self->weight == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to fit %zu observations", data->num);
    }
    return RH_OK;
}

/* Units and cells that sold nothing tell nothing of a factor: their own is 0. The rest may be dropped as it stands. */
static size_t choose_observations(struct fit *self)
{
    const struct rh_ppml_data *data = self->data;
    size_t used = 0;
    for (size_t k = 0; k < data->num; k++) {
        self->sold_unit[data->unit[k]] += data->y[k];
        self->sold_cell[data->cell[k]] += data->y[k];
    }
    for (size_t k = 0; k < data->num; k++) {
        self->used[k] = self->sold_unit[data->unit[k]] > 0.0 && self->sold_cell[data->cell[k]] > 0.0;
        used += self->used[k];
        self->largest = self->used[k] ? fmax(self->largest, fabs(data->x[k])) : self->largest;
    }
    for (int c = 0; c < data->num_cells; c++) {
        self->cell[c] = self->sold_cell[c] > 0.0 ? 1.0 : 0.0;
    }
    return used;
}

/* Sums over units (of value · the cell's factor) or the other way round. */
static void add_up(const struct fit *self, const double *value, const int *by, size_t num, const int *other,
                   const double *factor, double *sum)
{
    memset(sum, 0, num * sizeof *sum);
    for (size_t k = 0; k < self->data->num; k++) {
        sum[by[k]] += self->used[k] ? value[k] * (factor != NULL ? factor[other[k]] : 1.0) : 0.0;
    }
}

/* The best effects for a slope, from those of the last one on; false where they do not settle. */
static bool settle_effects(struct fit *self, double slope, int *sweeps)
{
    const struct rh_ppml_data *data = self->data;
    double *lift = self->left; /* not needed before the effects are known */
    double change = INFINITY;
    for (size_t k = 0; k < data->num; k++) {
        lift[k] = exp(slope * data->x[k]);
    }
    for (int sweep = 0; sweep < self->max_sweeps && change > EFFECT_ERROR; sweep++, (*sweeps)++) {
        add_up(self, lift, data->unit, (size_t)data->num_units, data->cell, self->cell, self->units);
        for (int u = 0; u < data->num_units; u++) {
            self->unit[u] = self->units[u] > 0.0 ? self->sold_unit[u] / self->units[u] : 0.0;
        }
        add_up(self, lift, data->cell, (size_t)data->num_cells, data->unit, self->unit, self->cells);
        change = 0.0;
        for (int c = 0; c < data->num_cells; c++) {
            const double factor = self->cells[c] > 0.0 ? self->sold_cell[c] / self->cells[c] : 0.0;
            change = factor > 0.0 ? fmax(change, fabs(factor / self->cell[c] - 1.0)) : change;
            self->cell[c] = factor;
        }
    }
    for (size_t k = 0; k < data->num; k++) {
        self->mean[k] = self->used[k] ? lift[k] * self->unit[data->unit[k]] * self->cell[data->cell[k]] : 0.0;
    }
    return change <= EFFECT_ERROR;
}

/* Takes the weighted means of `by` out of what is left of x; returns the largest of them. */
static double take_out(struct fit *self, const int *by, int num, double *sum, const double *weight)
{
    const struct rh_ppml_data *data = self->data;
    double largest = 0.0;
    memset(sum, 0, (size_t)num * sizeof *sum);
    for (size_t k = 0; k < data->num; k++) {
        sum[by[k]] += self->mean[k] * self->left[k];
    }
    for (int g = 0; g < num; g++) {
        sum[g] = weight[g] > 0.0 ? sum[g] / weight[g] : 0.0;
        largest = fmax(largest, fabs(sum[g]));
    }
    for (size_t k = 0; k < data->num; k++) {
        self->left[k] -= sum[by[k]];
    }
    return largest;
}

/* Frees x of the effects, weighted by the means; false where that does not settle. */
static bool free_regressor(struct fit *self, int *sweeps)
{
    const struct rh_ppml_data *data = self->data;
    double moved = INFINITY;
    memcpy(self->left, data->x, data->num * sizeof *self->left);
    add_up(self, self->mean, data->unit, (size_t)data->num_units, NULL, NULL, self->units);
    add_up(self, self->mean, data->cell, (size_t)data->num_cells, NULL, NULL, self->cells);
    double *unit_mean = self->unit; /* the next step finds the units' effects anew */
    for (int sweep = 0; sweep < self->max_sweeps && moved > EFFECT_ERROR * self->largest; sweep++, (*sweeps)++) {
        moved = take_out(self, data->unit, data->num_units, unit_mean, self->units);
        moved = fmax(moved, take_out(self, data->cell, data->num_cells, self->cell_mean, self->cells));
    }
    return moved <= EFFECT_ERROR * self->largest;
}

/* Sums of the Newton step: Σ mean·left², Σ left·(y - mean), Σ mean, Σ (y - mean)²/mean. */
struct sums {
    double information, score, mean, noise;
};

static struct sums add_observations(const struct fit *self)
{
    struct sums sums = {0};
    for (size_t k = 0; k < self->data->num; k++) {
        if (self->mean[k] > 0.0) {
            const double error = self->data->y[k] - self->mean[k];
            sums.information += self->mean[k] * self->left[k] * self->left[k];
            sums.score += self->left[k] * error;
            sums.mean += self->mean[k];
            sums.noise += error * error / self->mean[k];
        }
    }
    return sums;
}

/* Counts clusters, and their shares of information; returns the sum of their squared scores. */
static double add_clusters(struct fit *self, struct rh_ppml *out)
{
    const struct rh_ppml_data *data = self->data;
    double scores = 0.0, shares = 0.0, squares = 0.0;
    for (size_t k = 0; k < data->num; k++) {
        self->cluster[data->cluster[k]] += self->mean[k] > 0.0 ? self->left[k] * (data->y[k] - self->mean[k]) : 0.0;
        self->weight[data->cluster[k]] += self->mean[k] * self->left[k] * self->left[k];
    }
    for (int g = 0; g < data->num_clusters; g++) {
        scores += self->cluster[g] * self->cluster[g];
        shares += self->weight[g];
        squares += self->weight[g] * self->weight[g];
        out->clusters += self->weight[g] > 0.0;
    }
    out->effective = squares > 0.0 ? shares * shares / squares : 0.0;
    return scores;
}

/* What the last step leaves to say. */
static void conclude(struct fit *self, double slope, struct sums sums, struct rh_ppml *out)
{
    const double scores = add_clusters(self, out), clusters = out->clusters;
    out->variation = sqrt(sums.information / sums.mean);
    if (out->variation <= LEAST_VARIATION * self->largest || out->clusters == 0) {
        out->verdict = RH_PPML_NO_VARIATION;
    } else if (sums.noise <= LEAST_NOISE * sums.mean) {
        out->verdict = RH_PPML_NO_NOISE;
    } else if (out->effective < RH_PPML_LEAST_CLUSTERS) {
        out->verdict = RH_PPML_FEW_CLUSTERS;
    } else {
        out->verdict = RH_PPML_ESTIMATED;
        out->slope = slope;
        out->se = sqrt(scores * clusters / (clusters - 1.0)) / sums.information;
        for (int g = 0; self->data->influence != NULL && g < self->data->num_clusters; g++) {
            self->data->influence[g] = self->cluster[g] / sums.information;
        }
    }
}

/* Steps until the slope stays. Whether x varies at all is seen at the first step: there the mean is what the effects
 * alone expect, and a slope of a regressor without variation is noise over noise. */
static void step_to_slope(struct fit *self, struct rh_ppml *out)
{
    double slope = 0.0;
    out->verdict = RH_PPML_NOT_CONVERGED;
    for (out->steps = 0; out->steps < MAX_STEPS && fabs(slope) * self->largest < FARTHEST; out->steps++) {
        if (!settle_effects(self, slope, &out->sweeps) || !free_regressor(self, &out->sweeps)) {
            return;
        }
        const struct sums sums = add_observations(self);
        const double least = LEAST_VARIATION * LEAST_VARIATION * self->largest * self->largest * sums.mean;
        const double step = sums.score / sums.information;
        const bool still = sums.information <= least, exact = sums.noise <= LEAST_NOISE * sums.mean;
        if (still && slope != 0.0) {
            return; /* where x is high, or low, less and less is expected */
        }
        if (still || exact || fabs(step) * self->largest <= SLOPE_ERROR) {
            conclude(self, slope, sums, out);
            return;
        }
        slope += fmin(fmax(step, -MOST_STEP / self->largest), MOST_STEP / self->largest);
    }
}

int rh_ppml_fit(struct rh_ppml *self, const struct rh_ppml_data *data, struct rh_error *error)
{
    struct fit fit;
    *self = (struct rh_ppml){.verdict = RH_PPML_NOTHING, .slope = NAN, .se = NAN};
    const int status = make_fit(&fit, data, error);
    if (status == RH_OK) {
        self->num = choose_observations(&fit);
        if (self->num > 0 && fit.largest > 0.0) {
            step_to_slope(&fit, self);
        } else if (self->num > 0) {
            self->verdict = RH_PPML_NO_VARIATION;
        }
    }
    free_fit(&fit);
    return status;
}
