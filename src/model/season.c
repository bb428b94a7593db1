/* Empirical-Bayes shrinkage of seasonal ratios (Efron & Morris 1975, doi:10.1080/01621459.1975.10479864): the spread of
 * the calendar months' mean ratios around the parent's factors, less what noise alone would give, says how much of them
 * to believe. With fewer than two ratios per calendar month the noise is not seen; the parent's (or a cautious .09)
 * stands in and what is believed is halved again and again as the history gets shorter. */
#include "model/season.h"

#include <math.h>

#define LEAST_FACTOR 0.2
#define MOST_FACTOR 5.0
#define CAUTIOUS_NOISE 0.09 /* sd .3 of a monthly ratio, where nothing is known */
#define FULL_MONTHS 24      /* shorter histories are believed less */

struct rh_season rh_season_flat(void)
{
    struct rh_season self = {.noise = NAN};
    for (int c = 0; c < 12; c++) {
        self.factor[c] = 1.0;
    }
    return self;
}

/* Mean over the year around month t, the two half-months at the ends counted half. */
static double centered_average(const double *total, int t)
{
    double sum = 0.5 * (total[t - 6] + total[t + 6]);
    for (int k = -5; k <= 5; k++) {
        sum += total[t + k];
    }
    return sum / 12.0;
}

struct ratios {
    int num[12];
    double mean[12];
    double noise; /* pooled variance within calendar months, NaN with fewer than 6 degrees of freedom */
};

static struct ratios calendar_ratios(const double *total, int num_months, rh_month first_month)
{
    struct ratios ratios = {.noise = NAN};
    double square[12] = {0.0}, within = 0.0;
    int freedom = 0;
    for (int t = 6; t + 6 < num_months; t++) {
        double average = centered_average(total, t);
        if (average > 0.0) {
            int c = rh_month_of_year(first_month + t) - 1;
            double ratio = total[t] / average;
            ratios.num[c]++;
            ratios.mean[c] += ratio;
            square[c] += ratio * ratio;
        }
    }
    for (int c = 0; c < 12; c++) {
        if (ratios.num[c] > 0) {
            ratios.mean[c] /= ratios.num[c];
            within += square[c] - ratios.num[c] * ratios.mean[c] * ratios.mean[c];
            freedom += ratios.num[c] - 1;
        }
    }
    if (freedom >= 6) {
        ratios.noise = fmax(within, 0.0) / freedom;
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
    double noise = isfinite(ratios.noise) ? ratios.noise : isfinite(parent->noise) ? parent->noise : CAUTIOUS_NOISE;
    double spread = true_spread(&ratios, noise, parent);
    double length = fmin((double)num_months / FULL_MONTHS, 1.0);
    for (int c = 0; c < 12; c++) {
        self.seen[c] = parent->seen[c] || ratios.num[c] > 0;
        if (ratios.num[c] > 0 && spread > 0.0) {
            double variance = noise / ratios.num[c];
            double belief = trust * length * length * spread / (spread + variance);
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
    return self->seen[month] ? self->error[month] / self->factor[month] : RH_SEASON_PRIOR_ERROR;
}
