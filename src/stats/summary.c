/* Summaries of simulated figures.
 *
 * Sums run in a fixed order with Neumaier's compensation (ZAMM 54, 1974, doi:10.1002/zamm.19740540106),
 * so that they depend on nothing but the values. Second moments take two passes about the mean. A constant has exactly
 * itself for a mean and 0 for a standard deviation: "the same in every replication" can be told from "nearly so". */
#include "stats/summary.h"

#include "core/memory.h"
#include "stats/tail.h"

#include <gsl/gsl_cdf.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define INTERVAL_COVERAGE 0.95
#define TAIL_CONFIDENCE 0.95

const double rh_quantile_levels[RH_NUM_QUANTILES] = {0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99};
const double rh_difference_levels[RH_NUM_DIFFERENCE_QUANTILES] = {0.05, 0.50, 0.95};

/* ---- Sums ---- */

struct sum {
    double total, lost;
};

static void sum_add(struct sum *self, double value)
{
    const double total = self->total + value;
    /* What rounding took from the smaller of the two. */
    self->lost += fabs(self->total) >= fabs(value) ? (self->total - total) + value : (value - total) + self->total;
    self->total = total;
}

/* Infinite sums have no meaningful compensation. */
static double sum_value(const struct sum *self)
{
    return isfinite(self->total) ? self->total + self->lost : self->total;
}

double rh_sum(const double *values, size_t num)
{
    struct sum sum = {0.0, 0.0};
    for (size_t i = 0; i < num; i++) {
        sum_add(&sum, values[i]);
    }
    return sum_value(&sum);
}

#define PSEUDO 1.9207 /* half the square of the normal quantile of 97.5% */

double rh_share_se(double sum, double squares, size_t num)
{
    const double n = (double)num + 2.0 * PSEUDO, mean = (sum + PSEUDO) / n;
    return num == 0 ? (double)NAN : sqrt(fmax(0.0, (squares + PSEUDO) / n - mean * mean) / n);
}

/* sqrt(sum of squared deviations from mean / (num - 1)); NaN below two values. */
static double standard_deviation(const double *values, size_t num, double mean)
{
    struct sum squares = {0.0, 0.0};
    for (size_t i = 0; i < num; i++) {
        sum_add(&squares, (values[i] - mean) * (values[i] - mean));
    }
    return num < 2 ? (double)NAN : sqrt(sum_value(&squares) / (double)(num - 1));
}

/* ---- Sorting ---- */

#define DIGIT_BITS 11
#define NUM_DIGITS 6 /* 6 * 11 ≥ 64 */
#define NUM_BUCKETS (1u << DIGIT_BITS)

/* Doubles in the order of unsigned integers: flip all bits of negative ones, the sign of others. */
static uint64_t to_key(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ ((bits >> 63) != 0 ? UINT64_MAX : UINT64_C(1) << 63);
}

static double from_key(uint64_t key)
{
    const uint64_t bits = key ^ ((key >> 63) != 0 ? UINT64_C(1) << 63 : UINT64_MAX);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* For few columns: nothing can fail. */
void rh_sort_numbers(double *value, size_t num)
{
    qsort(value, num, sizeof *value, ascending);
}

/* Least significant digit radix sort: a run sorts hundreds of columns, and comparisons would take ten times as long. */
static int sort(double *values, size_t num)
{
    uint64_t *keys = rh_calloc(2 * num, sizeof *keys);
    size_t *starts = rh_calloc(NUM_BUCKETS, sizeof *starts);
    int ret = keys == NULL || starts == NULL ? RH_ERR_NO_MEMORY : RH_OK;
    if (ret == RH_OK) {
        uint64_t *from = keys, *to = keys + num;
        for (size_t i = 0; i < num; i++) {
            from[i] = to_key(values[i]);
        }
        for (int digit = 0; digit < NUM_DIGITS; digit++) {
            const int shift = digit * DIGIT_BITS;
            memset(starts, 0, NUM_BUCKETS * sizeof *starts);
            for (size_t i = 0; i < num; i++) {
                starts[(from[i] >> shift) % NUM_BUCKETS]++;
            }
            size_t start = 0;
            for (size_t b = 0; b < NUM_BUCKETS; b++) {
                const size_t count = starts[b];
                starts[b] = start;
                start += count;
            }
            for (size_t i = 0; i < num; i++) {
                to[starts[(from[i] >> shift) % NUM_BUCKETS]++] = from[i];
            }
            uint64_t *swap = from;
            from = to;
            to = swap;
        }
        for (size_t i = 0; i < num; i++) {
            values[i] = from_key(from[i]);
        }
    }
    free(keys);
    free(starts);
    return ret;
}

/* ---- Quantiles ---- */

double rh_quantile_sorted(const double *sorted, size_t num, double level)
{
    if (num == 0) {
        return NAN;
    }
    const double position = (double)(num - 1) * level;
    const size_t below = (size_t)position;
    const double part = position - (double)below;
    if (below + 1 >= num || part <= 0.0 || sorted[below] == sorted[below + 1]) {
        return sorted[below];
    }
    return (1.0 - part) * sorted[below] + part * sorted[below + 1];
}

/* Of num values, those below the quantile number Binomial(num, level): the k-th smallest (from 1) is at most the
 * quantile unless fewer than k are below it. Each side may miss by half of 1 - coverage. The search starts where the
 * normal approximation points and ends on the exact distribution. David & Nagaraja, Order Statistics, 3rd ed., 7.1. */
int rh_quantile_ranks(size_t num, double level, double coverage, size_t *low, size_t *high)
{
    const double tail = 0.5 * (1.0 - coverage);
    if (num < 1 || num > UINT_MAX - 1 || !(level > 0.0 && level < 1.0)) {
        return false;
    }
    const unsigned n = (unsigned)num;
    const double half_width = gsl_cdf_ugaussian_Qinv(tail) * sqrt((double)n * level * (1.0 - level));
    const double center = (double)n * level;
    unsigned k = (unsigned)fmax(0.0, center - half_width);
    unsigned m = (unsigned)fmin((double)n, center + half_width);
    /* k: the smallest count whose cumulative probability exceeds the tail, which is the largest rank allowed. */
    while (k > 0 && gsl_cdf_binomial_P(k - 1, level, n) > tail) {
        k--;
    }
    while (k < n && gsl_cdf_binomial_P(k, level, n) <= tail) {
        k++;
    }
    /* m: the smallest count that is exceeded with at most the tail's probability; rank m + 1 is the upper end. */
    while (m > 0 && gsl_cdf_binomial_Q(m - 1, level, n) <= tail) {
        m--;
    }
    while (m < n && gsl_cdf_binomial_Q(m, level, n) > tail) {
        m++;
    }
    if (k < 1 || m + 1 > n) {
        return false;
    }
    *low = k - 1;
    *high = m;
    return true;
}

static void quantile_interval(const double *sorted, size_t num, double level, double *out_low, double *out_high)
{
    size_t low, high;
    *out_low = *out_high = NAN;
    if (rh_quantile_ranks(num, level, INTERVAL_COVERAGE, &low, &high)) {
        *out_low = sorted[low];
        *out_high = sorted[high];
    }
}

static void quantiles(struct rh_summary *self, const double *sorted, size_t num)
{
    for (int q = 0; q < RH_NUM_QUANTILES; q++) {
        const double level = rh_quantile_levels[q];
        self->quantile[q] = rh_quantile_sorted(sorted, num, level);
        self->quantile_se[q] = rh_quantile_se(sorted, num, level);
        quantile_interval(sorted, num, level, &self->quantile_low[q], &self->quantile_high[q]);
    }
}

static void difference_quantiles(struct rh_difference *self, const double *sorted, size_t num)
{
    double *const out[RH_NUM_DIFFERENCE_QUANTILES] = {&self->p05, &self->p50, &self->p95};
    for (int q = 0; q < RH_NUM_DIFFERENCE_QUANTILES; q++) {
        const double level = rh_difference_levels[q];
        *out[q] = rh_quantile_sorted(sorted, num, level);
        self->quantile_se[q] = rh_quantile_se(sorted, num, level);
        quantile_interval(sorted, num, level, &self->quantile_low[q], &self->quantile_high[q]);
    }
}

static struct rh_tails both_tails(const double *sorted, size_t num)
{
    struct rh_tail low, high;
    rh_tail_sorted(&low, RH_TAIL_LOW, TAIL_CONFIDENCE, sorted, num);
    rh_tail_sorted(&high, RH_TAIL_HIGH, TAIL_CONFIDENCE, sorted, num);
    return (struct rh_tails){low.shortfall, low.shortfall_se, high.shortfall, high.shortfall_se};
}

/* ---- Means ---- */

/* Rounding must not push a mean out of its values' range. */
static double clamp(double mean, const double *sorted, size_t num)
{
    return fmin(fmax(mean, sorted[0]), sorted[num - 1]);
}

/* Headline of a ratio r = sum(ratio * x) / sum(x), and its jackknife error. Without replication i the headline is
 * r + x_i (r - ratio_i) / (sum(x) - x_i); the error is that of these, as if they were pseudo-values:
 * se^2 = (n - 1) / n * sum((shift_i - mean shift)^2). Efron & Stein 1981, doi:10.1214/aos/1176345462. */
static void ratio_of_means(struct rh_summary *self, const double *ratio, const double *x, size_t num)
{
    struct sum total = {0.0, 0.0}, product = {0.0, 0.0}, shifts = {0.0, 0.0}, squares = {0.0, 0.0};
    size_t n = 0;
    for (size_t i = 0; i < num; i++) {
        if (!isnan(ratio[i]) && !isnan(x[i])) {
            sum_add(&total, x[i]);
            sum_add(&product, ratio[i] * x[i]);
            n++;
        }
    }
    const double sum_x = sum_value(&total);
    self->mean = self->mean_se = NAN;
    if (n == 0 || sum_x == 0.0) {
        return;
    }
    const double r = sum_value(&product) / sum_x;
    self->mean = r;
    if (n < 2) {
        return;
    }
    for (int pass = 0; pass < 2; pass++) {
        const double mean_shift = sum_value(&shifts) / (double)n;
        for (size_t i = 0; i < num; i++) {
            if (!isnan(ratio[i]) && !isnan(x[i])) {
                const double shift = x[i] * (r - ratio[i]) / (sum_x - x[i]);
                if (pass == 0) {
                    sum_add(&shifts, shift);
                } else {
                    sum_add(&squares, (shift - mean_shift) * (shift - mean_shift));
                }
            }
        }
    }
    self->mean_se = sqrt((double)(n - 1) / (double)n * sum_value(&squares));
}

/* The values that are not missing, in order, in new memory of num elements; NULL where there is none. */
static double *present(const double *a, const double *b, size_t num, size_t *num_present)
{
    double *out = rh_calloc(num, sizeof *out);
    *num_present = 0;
    for (size_t i = 0; out != NULL && i < num; i++) {
        const double value = b == NULL ? a[i] : a[i] - b[i];
        if (!isnan(value)) {
            out[(*num_present)++] = value;
        }
    }
    return out;
}

int rh_summary_compute(struct rh_summary *self, const double *value, const double *denominator, size_t num,
                       struct rh_error *error)
{
    int ret = RH_OK;
    size_t n;
    memset(self, 0, sizeof *self);
    double *sorted = present(value, NULL, num, &n);
    if (sorted == NULL) {
        ret = RH_ERR_NO_MEMORY;
        goto out;
    }
    const double plain = rh_sum(sorted, n) / (double)n; /* before sorting: in the order of the replications */
    ret = sort(sorted, n);
    if (ret != RH_OK) {
        goto out;
    }
    self->num = n;
    self->missing = num == 0 ? 0.0 : (double)(num - n) / (double)num;
    self->mean = n == 0 ? (double)NAN : clamp(plain, sorted, n);
    self->sd = standard_deviation(sorted, n, self->mean);
    self->mean_se = self->sd / sqrt((double)n);
    quantiles(self, sorted, n);
    self->tails = both_tails(sorted, n);
    if (denominator != NULL) {
        ratio_of_means(self, value, denominator, num);
    }
out:
    free(sorted);
    return ret == RH_OK ? RH_OK : rh_error_set(error, ret, "no memory to summarize %zu replications", num);
}

/* Variance of `own` over the pairs of which none is missing in own or other. */
static double paired_variance(const double *own, const double *other, size_t num)
{
    struct sum total = {0.0, 0.0}, squares = {0.0, 0.0};
    size_t n = 0;
    for (size_t i = 0; i < num; i++) {
        if (!isnan(own[i] - other[i])) {
            sum_add(&total, own[i]);
            n++;
        }
    }
    const double mean = sum_value(&total) / (double)n;
    for (size_t i = 0; i < num; i++) {
        if (!isnan(own[i] - other[i])) {
            sum_add(&squares, (own[i] - mean) * (own[i] - mean));
        }
    }
    return n < 2 ? (double)NAN : sum_value(&squares) / (double)(n - 1);
}

static double variance_ratio(const struct rh_difference *self, const double *a, const double *b, size_t num)
{
    const double apart = paired_variance(a, b, num) + paired_variance(b, a, num);
    return apart > 0.0 ? self->sd * self->sd / apart : (double)NAN;
}

int rh_difference_compute(struct rh_difference *self, const double *a, const double *b, size_t num,
                          struct rh_error *error)
{
    int ret = RH_OK;
    size_t n, num_more = 0, num_same = 0;
    memset(self, 0, sizeof *self);
    double *sorted = present(a, b, num, &n);
    if (sorted == NULL) {
        ret = RH_ERR_NO_MEMORY;
        goto out;
    }
    const double plain = rh_sum(sorted, n) / (double)n;
    ret = sort(sorted, n);
    if (ret != RH_OK) {
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        num_more += sorted[i] > 0.0;
        num_same += sorted[i] == 0.0;
    }
    self->num = n;
    self->mean = n == 0 ? (double)NAN : clamp(plain, sorted, n);
    self->sd = standard_deviation(sorted, n, self->mean);
    self->mean_se = self->sd / sqrt((double)n);
    difference_quantiles(self, sorted, n);
    self->tails = both_tails(sorted, n);
    self->variance_ratio = variance_ratio(self, a, b, num);
    /* A replication scores 1, 1/2 or 0. */
    const double score = (double)num_more + 0.5 * (double)num_same;
    self->p_positive = score / (double)n;
    self->p_positive_se = rh_share_se(score, (double)num_more + 0.25 * (double)num_same, n);
    if (n > 0 && num_same == n) {
        self->p_positive_se = 0.0; /* as the verdict has it: the same */
    }
out:
    free(sorted);
    return ret == RH_OK ? RH_OK : rh_error_set(error, ret, "no memory to compare %zu replications", num);
}

enum rh_verdict rh_difference_verdict(const struct rh_difference *self, int higher_is_better)
{
    if (self->num > 0 && self->mean == 0.0 && (self->num == 1 || self->sd == 0.0)) {
        return RH_VERDICT_SAME;
    }
    if (self->num < 2 || fabs(self->mean) < 2.0 * self->mean_se) {
        return RH_VERDICT_MORE_REPLICATIONS;
    }
    const double better = higher_is_better ? self->p_positive : 1.0 - self->p_positive;
    const bool mean_better = higher_is_better ? self->mean > 0.0 : self->mean < 0.0;
    if (better > 0.9 && mean_better) {
        return RH_VERDICT_BETTER;
    }
    /* Usually better but worse on average, or the other way round, is no verdict either. */
    return better < 0.1 && !mean_better ? RH_VERDICT_WORSE : RH_VERDICT_CANNOT_TELL;
}
