/* The level of a series, and how well it is known. The choices (the half-life, the blend of a weighted mean with
 * frequency × size, what is regular) are those that predicted unseen stores best; docs/model.md tells how they were
 * measured. */
#include "model/baseline_parts.h"

#include <math.h>

#define REGULAR_FROM 0.4  /* share of months with a sale below which the level is frequency × size, */
#define REGULAR_FULL 0.8  /* and above which it is the weighted mean, */
#define REGULAR_MONTHS 12 /* once there are so many months */
#define MOST_VARIANCE 1.5
#define LEAST_MONTHS 12 /* of a regular partner that says how much its months depend on those before */
#define MOST_LASTING 0.9

/* How much each month tells of the level at the history's end: half as much every half-life back. Months after the last
 * sale tell that nothing was sold as far as the partner was alive then. In logarithms of base 2 relative to the largest
 * weight, which is 1, so that no history is too long for them. */
struct weights {
    int first, last, end; /* first and last month of the span; last month of the history */
    double half_life, log_alive, log_largest;
};

static struct weights weights_of(const struct rh_baseline *self, int partner)
{
    const double half_life = self->tuning.level_half_life, log_alive = log2(self->alive[partner]);
    const int last = self->span_last[partner], end = self->num_months - 1;
    return (struct weights){.first = self->span_first[partner],
                            .last = last,
                            .end = end,
                            .half_life = half_life,
                            .log_alive = log_alive,
                            .log_largest = fmax((last - end) / half_life, last < end ? log_alive : 0.0)};
}

static double weight_at(const struct weights *self, int t)
{
    return exp2((t - self->end) / self->half_life + (t > self->last ? self->log_alive : 0.0) - self->log_largest);
}

/* Sold ÷ what season would have of a level of 1, both weighted. Months that never sell because of their season do not
 * pull it down. */
static double weighted_level(const struct weights *weights, const double *sold, const double *usual)
{
    double sum = 0.0, season = 0.0;
    for (int t = weights->first; t <= weights->end; t++) {
        const double w = weight_at(weights, t);
        sum += w * sold[t];
        season += w * usual[t];
    }
    return sum / season;
}

/* Variance of the weighted level, where months vary by `noise` and the level walks by `walk` a month (variances). Of
 * what a month is off by `lasting` is left in the next. A step of the walk is missed by the share of the weight that
 * lies before it. */
static double weighted_variance(const struct weights *weights, double noise, double lasting, double walk)
{
    double sum = 0.0, squares = 0.0, missed = 0.0, left = 0.0;
    for (int t = weights->first; t <= weights->end; t++) {
        const double w = weight_at(weights, t);
        missed += sum * sum; /* by the step into month t; nothing lies before the first */
        sum += w;
        squares += w * (w + 2.0 * left);
        left = lasting * (left + w);
    }
    return (noise * squares + walk * missed) / (sum * sum);
}

/* How regular a series is: 0 intermittent, 1 sold in nearly every month of a span of a year or more. A few months tell
 * too little of how often a partner buys: there its life, which leans on others, decides. */
static double regularity(const double *sold, int first, int last)
{
    const int span = last - first + 1;
    int sales = 0;
    for (int t = first; t <= last; t++) {
        sales += sold[t] > 0.0;
    }
    const double share = (double)sales / span, known = fmin((double)span / REGULAR_MONTHS, 1.0);
    return known * fmin(fmax((share - REGULAR_FROM) / (REGULAR_FULL - REGULAR_FROM), 0.0), 1.0);
}

/* The sales of an intermittent buyer. Its clock is the sale: a sale weighs half as much every half-life of sales back.
 */
struct sales {
    int num;
    double mean;   /* size without season, all sales alike */
    double recent; /* the same, weighted */
    double told;   /* share of them that would tell as much, were they alike: (Σw)² / Σw² over num */
};

static struct sales sales_of(const struct rh_baseline *self, int partner, const double *sold, const double *usual)
{
    struct sales sales = {.told = 1.0};
    double sum = 0.0, weight = 0.0, squares = 0.0, weighted = 0.0;
    for (int t = self->span_last[partner]; t >= self->span_first[partner]; t--) {
        if (sold[t] > 0.0) {
            const double w = exp2(-sales.num / self->tuning.level_half_life);
            sum += sold[t] / usual[t];
            weighted += w * sold[t] / usual[t];
            weight += w;
            squares += w * w;
            sales.num++;
        }
    }
    if (sales.num > 0) {
        sales.mean = sum / sales.num;
        sales.recent = weighted / weight;
        sales.told = weight * weight / squares / sales.num;
    }
    return sales;
}

/* Level over the whole span, corrected from the frequency and the size that were seen to those that are believed. */
static double intermittent_level(const struct rh_baseline *self, int partner, const double *sold, const double *usual,
                                 const struct sales *sales, double believed_size)
{
    const int first = self->span_first[partner], last = self->span_last[partner], period = self->tuning.phase;
    const struct rh_life_record *record = &self->record[partner];
    const int active = record->purchases + 1; /* periods with any purchase, the first included */
    double sum = 0.0, season = 0.0;
    for (int t = first; t <= last; t++) {
        sum += sold[t];
        season += usual[t];
    }
    const double seen = (double)sales->num / (last - first + 1);
    const double of_period = fmin((double)sales->num / active, period) / period; /* months with a sale, where any */
    const double frequency = rh_life_frequency(self->life[partner], *record) * of_period;
    const double size = believed_size / sales->mean * (sales->recent / sales->mean);
    return sum / season * (frequency / seen) * size;
}

double rh_baseline_series_level(const struct rh_baseline *self, int partner, const double *sold, const double *usual,
                                double believed_size)
{
    const struct sales sales = sales_of(self, partner, sold, usual);
    if (sales.num == 0) {
        return 0.0;
    }
    const struct weights weights = weights_of(self, partner);
    const double regular = regularity(sold, self->span_first[partner], self->span_last[partner]);
    return regular * weighted_level(&weights, sold, usual) +
           (1.0 - regular) * intermittent_level(self, partner, sold, usual, &sales, believed_size);
}

/* Relative variance of a month within the span around what is usual; 1 of a single month, which tells nothing. */
static double month_variance(const struct rh_baseline *self, int partner, const double *sold, const double *usual)
{
    const int first = self->span_first[partner], last = self->span_last[partner], months = last - first + 1;
    double sum = 0.0, squares = 0.0;
    for (int t = first; t <= last; t++) {
        const double ratio = usual[t] > 0.0 ? sold[t] / usual[t] : 0.0;
        sum += ratio;
        squares += ratio * ratio;
    }
    const double average = sum / months;
    return months > 1 ? fmax(squares - sum * average, 0.0) / (months - 1) / (average * average) : 1.0;
}

bool rh_baseline_month_correlation(const struct rh_baseline *self, int partner, const double *sold, const double *usual,
                                   double *correlation)
{
    const int first = self->span_first[partner], last = self->span_last[partner], months = last - first + 1;
    double average = 0.0, before = 0.0, products = 0.0, squares = 0.0;
    if (months < LEAST_MONTHS || regularity(sold, first, last) < 1.0) {
        return false;
    }
    for (int t = first; t <= last; t++) {
        average += usual[t] > 0.0 ? sold[t] / usual[t] / months : 0.0;
    }
    for (int t = first; t <= last; t++) {
        const double off = (usual[t] > 0.0 ? sold[t] / usual[t] : 0.0) - average;
        products += off * before;
        squares += off * off;
        before = off;
    }
    /* Around a mean of its own, a correlation r is found as r - (1 + 4r) / months. */
    *correlation =
        squares > 1e-12 * average * average ? (products / squares + 1.0 / months) / (1.0 - 4.0 / months) : 0.0;
    return true;
}

double rh_baseline_lasting(double sum, int num)
{
    return num > 0 ? fmin(fmax(sum / num, 0.0), MOST_LASTING) : 0.0;
}

/* The variance of months that last, from that of independent ones that would vary around their mean by as much. */
static double freed_of_mean(double noise, double lasting, int months)
{
    const double taken = fmin((1.0 + lasting) / (1.0 - lasting) / months, 0.5);
    return months > 2 ? noise * (1.0 - 1.0 / months) / (1.0 - taken) : noise;
}

void rh_baseline_learn_variation(struct rh_baseline *self, int partner, const double *sold, const double *usual)
{
    const int first = self->span_first[partner], last = self->span_last[partner];
    const double noise = month_variance(self, partner, sold, usual), walk = pow(self->tuning.level_walk, 2.0);
    const double lasts = freed_of_mean(noise, self->lasting, last - first + 1);
    const struct weights weights = weights_of(self, partner);
    const double months = (last - first + 1) * sales_of(self, partner, sold, usual).told; /* alike, that tell as much */
    const double intermittent = noise / months + walk * months / 3.0;
    const double regular = regularity(sold, first, last);
    const double variance =
        regular * weighted_variance(&weights, lasts, self->lasting, walk) + (1.0 - regular) * intermittent;
    self->cv[partner] = fmin(fmax(sqrt(noise), 0.05), 1.5);
    self->level_variance[partner] = fmin(self->tuning.level_spread * variance, MOST_VARIANCE);
    const double often = rh_life_frequency_error(self->life[partner], self->record[partner]);
    const double level = sqrt(self->level_variance[partner]);
    self->rarity[partner] = (1.0 - regular) * (often < level ? often / level : 1.0);
}
