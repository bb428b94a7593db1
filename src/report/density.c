/* Bandwidth by the improved Sheather-Jones plug-in of Botev, Grotowski & Kroese (2010, Annals of Statistics 38:2916,
 * doi:10.1214/10-AOS799): Silverman's rule takes the data for one normal hump and smooths two of them (a program that
 * works, and one that nobody reacts to) into one. Values beyond a margin around the central 98% are left out of the
 * choice: one outlier would leave the grid with nothing to see. Silverman's rule stands where the equation has no
 * root, and keeps the result within a factor: rounded money has ties, which would make the bandwidth tiny. */
#include "report/density.h"

#include "core/memory.h"
#include "stats/summary.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define NUM_BINS ((size_t)1024)
#define PI 3.14159265358979323846

/* Silverman (1986, Density Estimation, eq. 3.31). */
static double silverman(const double *sorted, size_t num)
{
    double mean = rh_sum(sorted, num) / (double)num;
    double squares = 0.0;
    for (size_t i = 0; i < num; i++) {
        squares += (sorted[i] - mean) * (sorted[i] - mean);
    }
    double sd = sqrt(squares / (double)(num - 1));
    double iqr = (rh_quantile_sorted(sorted, num, 0.75) - rh_quantile_sorted(sorted, num, 0.25)) / 1.349;
    double width = iqr > 0.0 && iqr < sd ? iqr : sd;
    return 0.9 * width * pow((double)num, -0.2);
}

/* Squared cosine coefficients 1 … NUM_BINS-1 of the histogram over [low, high]. */
static void cosine_squares(const double *sorted, size_t num, double low, double high, double *share, double *cosine,
                           double *square)
{
    size_t used = 0;
    for (size_t i = 0; i < num; i++) {
        if (sorted[i] >= low && sorted[i] <= high) {
            size_t bin = (size_t)((sorted[i] - low) / (high - low) * (double)NUM_BINS);
            share[bin < NUM_BINS ? bin : NUM_BINS - 1] += 1.0;
            used++;
        }
    }
    for (size_t i = 0; i < 4 * NUM_BINS; i++) {
        cosine[i] = cos(PI * (double)i / (2.0 * (double)NUM_BINS));
    }
    for (size_t k = 1; k < NUM_BINS; k++) {
        double sum = 0.0;
        for (size_t j = 0; j < NUM_BINS; j++) {
            sum += share[j] * cosine[(2 * j + 1) * k % (4 * NUM_BINS)];
        }
        square[k] = sum / (double)used * (sum / (double)used);
    }
}

/* Σ k^(2s) a_k² exp(-k² π² t) · 2 π^(2s): squared norm of the s-th derivative of the density smoothed by t. */
static double derivative_norm(const double *square, int s, double t)
{
    double sum = 0.0;
    for (size_t k = 1; k < NUM_BINS; k++) {
        double k2 = (double)k * (double)k;
        sum += pow(k2, s) * square[k] * exp(-k2 * PI * PI * t);
    }
    return 2.0 * pow(PI, 2.0 * s) * sum;
}

/* t - ξ γ^[7](t) of the paper's section 3.2; its root is the squared bandwidth, in units of the range. */
static double fixed_point(const double *square, double num, double t)
{
    double norm = derivative_norm(square, 7, t);
    for (int s = 6; s >= 2; s--) {
        double odd = 1.0;
        for (int i = 3; i <= 2 * s - 1; i += 2) {
            odd *= i;
        }
        double constant = (1.0 + pow(0.5, s + 0.5)) / 3.0 * odd / sqrt(2.0 * PI);
        norm = derivative_norm(square, s, pow(2.0 * constant / (num * norm), 2.0 / (3.0 + 2.0 * s)));
    }
    return t - pow(2.0 * num * sqrt(PI) * norm, -0.4);
}

/* The smallest root: bracketed on a coarse logarithmic grid, then halved. False where there is none. */
static bool solve(const double *square, double num, double *root)
{
    double below = 1e-9;
    if (!(fixed_point(square, num, below) < 0.0)) {
        return false;
    }
    for (int doublings = 1; doublings <= 26; doublings++) { /* to 0.07, a bandwidth of a quarter of the range */
        double above = 2.0 * below;
        if (fixed_point(square, num, above) >= 0.0) {
            for (int i = 0; i < 30; i++) {
                double middle = 0.5 * (below + above);
                *(fixed_point(square, num, middle) < 0.0 ? &below : &above) = middle;
            }
            *root = above;
            return true;
        }
        below = above;
    }
    return false;
}

int rh_density_bandwidth(const double *sorted, size_t num, double *bandwidth, struct rh_error *error)
{
    *bandwidth = 0.0;
    if (num < 2 || !(sorted[num - 1] > sorted[0])) {
        return RH_OK;
    }
    double rule = silverman(sorted, num);
    double low = rh_quantile_sorted(sorted, num, 0.01), high = rh_quantile_sorted(sorted, num, 0.99);
    *bandwidth = rule;
    if (!(high > low)) {
        return RH_OK;
    }
    double margin = 0.5 * (high - low);
    low -= margin;
    high += margin;
    double *work = rh_calloc(6 * NUM_BINS, sizeof(*work));
    if (work == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    double *share = work, *square = work + NUM_BINS, *cosine = work + 2 * NUM_BINS, root;
    cosine_squares(sorted, num, low, high, share, cosine, square);
    if (solve(square, (double)num, &root)) {
        *bandwidth = fmin(fmax(sqrt(root) * (high - low), 0.25 * rule), 2.0 * rule);
    }
    free(work);
    return RH_OK;
}

/* Beyond this many bandwidths the kernel is below 10⁻⁷ of its top. */
#define KERNEL_REACH 6.0

void rh_density_compute(const double *sorted, size_t num, double bandwidth, double low, double high, size_t num_points,
                        double *density)
{
    size_t first = 0, last = 0; /* values within reach of the point: both only move up */
    double scale = 1.0 / ((double)num * bandwidth * sqrt(2.0 * PI));
    for (size_t i = 0; i < num_points; i++) {
        double at = low + (high - low) * (double)i / (double)(num_points - 1);
        while (first < num && sorted[first] < at - KERNEL_REACH * bandwidth) {
            first++;
        }
        while (last < num && sorted[last] <= at + KERNEL_REACH * bandwidth) {
            last++;
        }
        double sum = 0.0;
        for (size_t j = first; j < last; j++) {
            double z = (at - sorted[j]) / bandwidth;
            sum += exp(-0.5 * z * z);
        }
        density[i] = sum * scale;
    }
}
