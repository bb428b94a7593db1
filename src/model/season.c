/* Ratio to the year around each month, shrunk to the level above by what repeats: empirical Bayes (Efron & Morris
 * 1975, doi:10.1080/01621459.1975.10479864). The spread of the calendar months' mean ratios around the parent's
 * factors, less what noise alone would give, says how much of them to believe. Noise is what a month does not do again
 * a year later. With too few such pairs it is not seen: then the parent's (or a cautious .09) stands in, and little is
 * believed of what was seen once. */
#include "model/season.h"

#include <math.h>

#define LEAST_FACTOR 0.2
#define MOST_FACTOR 5.0
#define CAUTIOUS_NOISE 0.09   /* sd .3 of a monthly ratio, where nothing is known */
#define MOST_GROWTH 1.0       /* of the logarithm in a year; what grows faster has hardly begun */
#define LEAST_PAIRS 6         /* of months a year apart, from which noise is seen */
#define UNREPEATED_BELIEF 0.2 /* share of what was seen once that is believed to come again */

struct rh_season rh_season_flat(void)
{
    struct rh_season self = {.noise = NAN};
    for (int c = 0; c < 12; c++) {
        self.factor[c] = 1.0;
    }
    return self;
}

/* Logarithm of the growth in a year: of the last twelve months over the first, as far apart as they are, at least a
 * year. 0 within a year of history. */
static double yearly_growth(const double *total, int num_months)
{
    double first = 0.0, last = 0.0;
    for (int k = 0; num_months > 12 && k < 12; k++) {
        first += total[k];
        last += total[num_months - 1 - k];
    }
    const double years = fmax((num_months - 12) / 12.0, 1.0);
    return first > 0.0 && last > 0.0 ? fmin(fmax(log(last / first) / years, -MOST_GROWTH), MOST_GROWTH) : 0.0;
}

/* Mean over the year around month t, the two half-months at the ends counted half; within half a year of the history's
 * ends that of the nearest such year, carried on by the growth. Within a year of history the mean of all of it. */
static double year_average(const double *total, int num_months, double growth, int t)
{
    double sum = 0.0;
    if (num_months <= 12) {
        for (int k = 0; k < num_months; k++) {
            sum += total[k];
        }
        return sum / num_months;
    }
    const int center = t < 6 ? 6 : t > num_months - 7 ? num_months - 7 : t;
    for (int k = -6; k <= 6; k++) {
        sum += (k == -6 || k == 6 ? 0.5 : 1.0) * total[center + k];
    }
    return sum / 12.0 * exp(growth * (t - center) / 12.0);
}

/* Month t relative to the year around it, at most MOST_FACTOR; NaN where nothing was sold in that year. */
static double ratio_of(const double *total, int num_months, double growth, int t)
{
    const double average = year_average(total, num_months, growth, t);
    return average > 0.0 ? fmin(total[t] / average, MOST_FACTOR) : NAN;
}

struct ratios {
    int num[12];
    double mean[12];
    double noise; /* variance of a ratio around its calendar month's; NaN with fewer than LEAST_PAIRS */
};

static struct ratios calendar_ratios(const double *total, int num_months, rh_month first_month)
{
    struct ratios ratios = {.noise = NAN};
    const double growth = yearly_growth(total, num_months);
    double squares = 0.0;
    int pairs = 0;
    for (int t = 0; t < num_months; t++) {
        const int c = rh_month_of_year(first_month + t) - 1;
        const double ratio = ratio_of(total, num_months, growth, t);
        const double before = t >= 12 ? ratio_of(total, num_months, growth, t - 12) : NAN;
        if (isfinite(ratio)) {
            ratios.num[c]++;
            ratios.mean[c] += ratio;
        }
        if (isfinite(ratio) && isfinite(before)) {
            squares += (ratio - before) * (ratio - before);
            pairs++;
        }
    }
    for (int c = 0; c < 12; c++) {
        ratios.mean[c] /= ratios.num[c] > 0 ? ratios.num[c] : 1;
    }
    if (pairs >= LEAST_PAIRS) {
        ratios.noise = 0.5 * squares / pairs; /* the difference of two has twice the variance */
    }
    return ratios;
}

/* Variance of the calendar months around the parent's factors beyond what noise gives. */
static double true_spread(const struct ratios *ratios, double noise, const struct rh_season *parent)
{
    double spread = 0.0, expected = 0.0;
    int num = 0;
    for (int c = 0; c < 12; c++) {
        if (ratios->num[c] > 0) {
            double difference = ratios->mean[c] - parent->factor[c];
            spread += difference * difference;
            expected += noise / ratios->num[c];
            num++;
        }
    }
    return num > 0 ? fmax(spread - expected, 0.0) / num : 0.0;
}

static double clipped(double factor)
{
    return fmin(fmax(factor, LEAST_FACTOR), MOST_FACTOR);
}

/* Clips and scales to mean 1. Scaling can lead out of the bounds again, where a few months hold nearly everything: the
 * scale whose clipped factors have mean 1 is then found by halving, since their mean grows with it. */
static void clip_and_scale(struct rh_season *self)
{
    double sum = 0.0, low = LEAST_FACTOR / MOST_FACTOR, high = MOST_FACTOR / LEAST_FACTOR;
    for (int c = 0; c < 12; c++) {
        self->factor[c] = clipped(self->factor[c]);
        sum += self->factor[c];
    }
    double scale = 12.0 / sum;
    bool within = true;
    for (int c = 0; c < 12; c++) {
        within = within && scale * self->factor[c] == clipped(scale * self->factor[c]);
    }
    for (int k = 0; k < 60 && !within; k++) {
        scale = 0.5 * (low + high);
        sum = 0.0;
        for (int c = 0; c < 12; c++) {
            sum += clipped(scale * self->factor[c]);
        }
        *(sum > 12.0 ? &high : &low) = scale;
    }
    for (int c = 0; c < 12; c++) {
        self->factor[c] = clipped(scale * self->factor[c]);
    }
}

struct rh_season rh_season_estimate(const double *total, int num_months, rh_month first_month,
                                    const struct rh_season *parent, double trust)
{
    struct rh_season self = *parent;
    const struct ratios ratios = calendar_ratios(total, num_months, first_month);
    const bool repeated = isfinite(ratios.noise);
    const double noise = repeated ? ratios.noise : isfinite(parent->noise) ? parent->noise : CAUTIOUS_NOISE;
    const double spread = true_spread(&ratios, noise, parent);
    for (int c = 0; c < 12; c++) {
        self.known[c] = parent->known[c] || (repeated && ratios.num[c] > 0);
        if (ratios.num[c] > 0 && spread > 0.0) {
            const double variance = noise / ratios.num[c];
            const double belief = trust * (repeated ? spread / (spread + variance) : UNREPEATED_BELIEF);
            self.factor[c] = parent->factor[c] + belief * (ratios.mean[c] - parent->factor[c]);
            self.error[c] = sqrt(spread * (1.0 - belief));
        }
    }
    self.noise = noise;
    clip_and_scale(&self);
    return self;
}

double rh_season_relative_error(const struct rh_season *self, int month)
{
    return fmax(self->error[month] / self->factor[month], self->known[month] ? 0.0 : RH_SEASON_PRIOR_ERROR);
}
