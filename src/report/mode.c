/* The density is looked for on a grid over all values, from counts: so leaving out a part of the replications takes a
 * subtraction of counts. Between grid points the top is that of the parabola through the three highest. */
#include "report/mode.h"

#include "core/memory.h"
#include "report/density.h"
#include "stats/summary.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NUM_POINTS 1024
#define NUM_PARTS 20
#define KERNEL_REACH 5.0 /* bandwidths */

struct grid {
    double low, step;
    double (*count)[NUM_POINTS]; /* [1 + NUM_PARTS]: of all values, and of each part */
    double *kernel;              /* [NUM_POINTS] by distance in steps */
    int reach;                   /* of the kernel, in steps */
};

/* Shares a value among the two points next to it. */
static void add(const struct grid *grid, double *count, double value)
{
    const double place = fmin(fmax((value - grid->low) / grid->step, 0.0), NUM_POINTS - 1.0);
    const int below = place < NUM_POINTS - 2 ? (int)place : NUM_POINTS - 2;
    count[below] += 1.0 - (place - below);
    count[below + 1] += place - below;
}

static double density(const struct grid *grid, int part, int at)
{
    const double *all = grid->count[0], *less = grid->count[1 + part];
    double sum = 0.0;
    for (int d = -grid->reach; d <= grid->reach; d++) {
        const int i = at + d;
        if (i >= 0 && i < NUM_POINTS) {
            sum += grid->kernel[abs(d)] * (all[i] - (part >= 0 ? less[i] : 0.0));
        }
    }
    return sum;
}

/* Top of the density without one part, or of all where part is -1. */
static double top(const struct grid *grid, int part)
{
    int best = 0;
    double highest = -1.0;
    for (int i = 0; i < NUM_POINTS; i++) {
        const double here = density(grid, part, i);
        if (here > highest) {
            highest = here;
            best = i;
        }
    }
    double shift = 0.0;
    if (best > 0 && best < NUM_POINTS - 1) {
        const double left = density(grid, part, best - 1), right = density(grid, part, best + 1);
        const double bend = left - 2.0 * highest + right;
        shift = bend < 0.0 ? 0.5 * (left - right) / bend : 0.0;
    }
    return grid->low + (best + shift) * grid->step;
}

static void top_of_density(struct rh_mode *self, const double *values, size_t num, struct grid *grid)
{
    for (size_t i = 0; i < num; i++) {
        add(grid, grid->count[0], values[i]);
        add(grid, grid->count[1 + i % NUM_PARTS], values[i]);
    }
    self->value = top(grid, -1);
    if (num < 2 * NUM_PARTS) {
        return;
    }
    double without[NUM_PARTS], squares = 0.0;
    for (int part = 0; part < NUM_PARTS; part++) {
        without[part] = top(grid, part);
    }
    const double mean = rh_sum(without, NUM_PARTS) / NUM_PARTS;
    for (int part = 0; part < NUM_PARTS; part++) {
        squares += (without[part] - mean) * (without[part] - mean);
    }
    self->se = sqrt((NUM_PARTS - 1.0) / NUM_PARTS * squares);
}

/* The value that occurs most often; the smallest of several. */
static size_t most_frequent(const double *sorted, size_t num, double *value)
{
    size_t most = 0;
    for (size_t first = 0, next; first < num; first = next) {
        for (next = first; next < num && sorted[next] == sorted[first]; next++) {
        }
        if (next - first > most) {
            most = next - first;
            *value = sorted[first];
        }
    }
    return most;
}

int rh_mode_compute(struct rh_mode *self, const double *values, size_t num, struct rh_error *error)
{
    struct grid grid = {0};
    double bandwidth = 0.0, value = NAN;
    *self = (struct rh_mode){NAN, NAN, 0.0};
    double *sorted = rh_calloc(num, sizeof *sorted);
    grid.count = rh_calloc(1 + NUM_PARTS, sizeof *grid.count);
    grid.kernel = rh_calloc(NUM_POINTS, sizeof *grid.kernel);
    int ret = sorted != NULL && grid.count != NULL && grid.kernel != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    if (ret != RH_OK) {
        rh_error_set(error, ret, "no memory for the most likely of %zu amounts", num);
        goto out;
    }
    memcpy(sorted, values, num * sizeof *sorted);
    rh_sort_numbers(sorted, num);
    const size_t most = most_frequent(sorted, num, &value);
    if ((double)most >= RH_MODE_SHARE * (double)num && (most > 1 || num == 1)) {
        *self = (struct rh_mode){value, 0.0, (double)most / (double)num};
        goto out;
    }
    ret = rh_density_bandwidth(sorted, num, &bandwidth, error);
    if (ret == RH_OK) {
        grid.low = sorted[0];
        grid.step = (sorted[num - 1] - sorted[0]) / (NUM_POINTS - 1.0);
        grid.reach = (int)fmin(ceil(KERNEL_REACH * bandwidth / grid.step), NUM_POINTS - 1.0);
        for (int d = 0; d <= grid.reach; d++) {
            const double z = d * grid.step / bandwidth;
            grid.kernel[d] = exp(-0.5 * z * z);
        }
        top_of_density(self, values, num, &grid);
    }
out:
    free(sorted);
    free(grid.count);
    free(grid.kernel);
    return ret;
}
