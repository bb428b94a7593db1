/* Learns spans, lives, ratios and levels: what is asked of each partner and each series in turn. Seasons, levels and
 * what partners lend one another have files of their own. */
#include "model/baseline.h"

#include "core/memory.h"
#include "core/rng.h"
#include "model/baseline_parts.h"
#include "model/replay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_revenue(const struct rh_history *history, const struct rh_driver *driver)
{
    return strcmp(history->measures.name[driver->measure], "revenue") == 0;
}

/* Sum over a partner's revenue series by month, over all its series where it sold nothing. value:
 * [num_series][num_months]; total: [num_months]. */
static void partner_total(const struct rh_panel *panel, const struct rh_history *history, int partner,
                          const double *value, double *total)
{
    bool found = false;
    size_t months = (size_t)panel->num_months;
    for (int pass = 0; pass < 2 && !found; pass++) {
        memset(total, 0, sizeof *total * months);
        for (size_t s = panel->partner_series[partner]; s < panel->partner_series[partner + 1]; s++) {
            if (pass == 1 || is_revenue(history, &panel->driver[panel->series[s].driver])) {
                for (size_t t = 0; t < months; t++) {
                    found = found || panel->gross[s * months + t] > 0.0;
                    total[t] += value[s * months + t];
                }
            }
        }
    }
}

/* Active months: from joining (else the first sale) to the last sale. */
static void find_span(struct rh_baseline *self, const struct rh_history *history, const struct rh_panel *panel,
                      int partner, const double *total)
{
    int first = 0, last = self->num_months - 1;
    while (last >= 0 && !(total[last] > 0.0)) {
        last--;
    }
    while (first <= last && !(total[first] > 0.0)) {
        first++;
    }
    rh_day joined = history->partners.joined[panel->partner_row[partner]];
    if (joined != RH_NO_DAY && first <= last) {
        int month = (int)(rh_day_month(joined) - self->first_month);
        first = month < 0 ? 0 : month < first ? month : first;
    }
    self->span_first[partner] = first;
    self->span_last[partner] = last;
}

/* Two-sided exponential kernel mean of x over the span, in two passes. mean: [num_months], set inside the span. */
static void kernel_mean(const double *x, int first, int last, double half_life, double *mean)
{
    double keep = exp2(-1.0 / half_life), sum = 0.0, back = 0.0, back_weight = 0.0;
    for (int t = first; t <= last; t++) {
        sum = sum * keep + x[t];
        mean[t] = sum;
    }
    for (int t = last; t >= first; t--) {
        double forward_weight = (1.0 - exp2(-(t - first + 1) / half_life)) / (1.0 - keep);
        mean[t] = (mean[t] + back) / (forward_weight + back_weight);
        back = (back + x[t]) * keep;
        back_weight = (back_weight + 1.0) * keep;
    }
}

/* Ratios of one series: month / (season · kernel mean), scaled to mean 1 over the span. x is sales / season. */
static void series_ratios(struct rh_baseline *self, int partner, size_t series, const double *gross,
                          const struct rh_season *season, const double *x, double *mean)
{
    int first = self->span_first[partner], last = self->span_last[partner];
    double *scale = self->scale + series * (size_t)self->num_months;
    double *ratio = self->ratio + series * (size_t)self->num_months, sum = 0.0;
    kernel_mean(x, first, last, self->tuning.kernel_half_life, mean);
    for (int t = first; t <= last; t++) {
        scale[t] = season->factor[rh_month_of_year(self->first_month + t) - 1] * mean[t];
        ratio[t] = gross[t] > 0.0 ? gross[t] / scale[t] : 0.0;
        sum += ratio[t];
    }
    double average = sum / (last - first + 1);
    for (int t = first; t <= last && sum > 0.0; t++) {
        ratio[t] /= average;
        scale[t] *= average;
    }
}

/* The life of a partner in periods of the order rhythm, counted back from the history's end: one that orders every
 * quarter, and did in the last, is no more likely to have gone than one that bought in the last month of all. The first
 * period may be short. All 0 for one that never bought. */
static struct rh_life_record life_record(const unsigned char *bought, int num_months, int period)
{
    struct rh_life_record record = {0, 0, 0};
    int first = -1, last = -1; /* period of the first purchase, which starts the record, and of the last one so far */
    for (int t = 0; t < num_months; t++) {
        const int now = (num_months - 1) / period - (num_months - 1 - t) / period;
        if (bought[t]) {
            record.purchases += first >= 0 && now > last;
            first = first < 0 ? now : first;
            last = now;
        }
    }
    if (first >= 0) {
        record.periods = (num_months - 1) / period - first;
        record.last = last - first;
    }
    return record;
}

static int learn_partner_totals(struct rh_baseline *self, const struct rh_panel *panel,
                                const struct rh_history *history, struct rh_error *error)
{
    size_t months = (size_t)self->num_months;
    double *total = rh_calloc(months, sizeof *total);
    double *size = rh_calloc((size_t)self->num_partners, sizeof *size);
    unsigned char *bought = rh_calloc((size_t)self->num_partners * months, 1);
    int status = total != NULL && size != NULL && bought != NULL
                     ? RH_OK
                     : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to learn the baseline");
    for (int i = 0; status == RH_OK && i < self->num_partners; i++) {
        partner_total(panel, history, i, panel->gross, total);
        find_span(self, history, panel, i, total);
        for (int t = 0; t < self->num_months; t++) {
            bought[(size_t)i * months + (size_t)t] = total[t] > 0.0;
            size[i] += total[t];
        }
        size[i] /= fmax(self->span_last[i] - self->span_first[i] + 1, 1.0);
    }
    if (status == RH_OK) {
        if (self->tuning.phase == 0) {
            self->tuning.phase =
                rh_replay_detect_phase(bought, self->span_first, self->span_last, self->num_partners, self->num_months);
        }
        for (int i = 0; i < self->num_partners; i++) {
            self->record[i] = life_record(bought + (size_t)i * months, self->num_months, self->tuning.phase);
        }
        status = rh_baseline_learn_life(self, size, error);
    }
    free(total);
    free(size);
    free(bought);
    return status;
}

static int learn_series(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                        struct rh_error *error)
{
    size_t months = (size_t)self->num_months;
    double *x = rh_calloc(3 * months, sizeof *x);
    double *mean_size = rh_calloc(panel->num_series, sizeof *mean_size);
    int status = x != NULL && mean_size != NULL
                     ? rh_baseline_mean_sizes(self, panel, history, mean_size, error)
                     : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to learn the baseline");
    for (size_t s = 0; status == RH_OK && s < panel->num_series; s++) {
        int partner = panel->series[s].partner, driver = panel->series[s].driver;
        const struct rh_season *season = &self->season[self->group[partner] * self->num_drivers + driver];
        const double *gross = panel->gross + s * months;
        double *usual = x + 2 * months;
        if (self->span_last[partner] < self->span_first[partner]) {
            continue;
        }
        for (int t = 0; t < self->num_months; t++) {
            usual[t] = season->factor[rh_month_of_year(self->first_month + t) - 1];
            x[t] = gross[t] / usual[t];
        }
        series_ratios(self, partner, s, gross, season, x, x + months);
        self->level[s] = rh_baseline_series_level(self, partner, gross, usual, mean_size[s]);
    }
    free(x);
    free(mean_size);
    return status;
}

static int learn_variation(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                           struct rh_error *error)
{
    size_t months = (size_t)self->num_months;
    double *sold = rh_calloc(2 * months, sizeof *sold);
    if (sold == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to learn the baseline");
    }
    double *usual = sold + months, correlation, correlations = 0.0;
    int num = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < self->num_partners; i++) {
            if (self->span_last[i] < self->span_first[i]) {
                continue;
            }
            partner_total(panel, history, i, panel->gross, sold);
            partner_total(panel, history, i, self->scale, usual);
            if (pass == 1) {
                rh_baseline_learn_variation(self, i, sold, usual);
            } else if (rh_baseline_month_correlation(self, i, sold, usual, &correlation)) {
                correlations += correlation;
                num++;
            }
        }
        self->lasting = rh_baseline_lasting(correlations, num);
    }
    free(sold);
    return RH_OK;
}

static int allocate(struct rh_baseline *self, const struct rh_panel *panel, struct rh_error *error)
{
    size_t partners = panel->num_partners, months = (size_t)panel->num_months, series = panel->num_series;
    self->num_partners = (int)partners;
    self->num_months = panel->num_months;
    self->num_drivers = (int)panel->num_drivers;
    self->first_month = panel->first_month;
    self->group = rh_calloc(partners, sizeof *self->group);
    self->span_first = rh_calloc(partners, sizeof *self->span_first);
    self->span_last = rh_calloc(partners, sizeof *self->span_last);
    self->cv = rh_calloc(partners, sizeof *self->cv);
    self->level_variance = rh_calloc(partners, sizeof *self->level_variance);
    self->rarity = rh_calloc(partners, sizeof *self->rarity);
    self->life = rh_calloc(partners, sizeof *self->life);
    self->record = rh_calloc(partners, sizeof *self->record);
    self->alive = rh_calloc(partners, sizeof *self->alive);
    self->source_month = rh_calloc(partners * months, sizeof *self->source_month);
    self->level = rh_calloc(series, sizeof *self->level);
    self->scale = rh_calloc(series * months, sizeof *self->scale);
    self->ratio = rh_calloc(series * months, sizeof *self->ratio);
    bool all = self->group && self->span_first && self->span_last && self->cv && self->level_variance && self->rarity &&
               self->life && self->record && self->alive && self->source_month && self->level && self->scale &&
               self->ratio;
    return all ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the baseline");
}

int rh_baseline_init(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                     const struct rh_tuning *tuning, struct rh_error *error)
{
    memset(self, 0, sizeof *self);
    self->tuning = tuning != NULL ? *tuning : rh_tuning_defaults();
    int status = allocate(self, panel, error);
    if (status == RH_OK) {
        status = rh_baseline_learn_season(self, panel, history, error);
    }
    if (status == RH_OK) {
        status = learn_partner_totals(self, panel, history, error);
    }
    if (status == RH_OK) {
        status = learn_series(self, panel, history, error);
    }
    if (status == RH_OK) {
        status = learn_variation(self, panel, history, error);
    }
    if (status == RH_OK) {
        status = rh_baseline_fill_gaps(self, panel, history, error);
    }
    if (status != RH_OK) {
        rh_baseline_free(self);
    }
    return status;
}

void rh_baseline_free(struct rh_baseline *self)
{
    free(self->group);
    free(self->group_region);
    free(self->group_segment);
    free(self->season);
    free(self->season_error);
    free(self->span_first);
    free(self->span_last);
    free(self->cv);
    free(self->level_variance);
    free(self->rarity);
    free(self->life);
    free(self->record);
    free(self->alive);
    free(self->source_month);
    free(self->level);
    free(self->scale);
    free(self->ratio);
    memset(self, 0, sizeof *self);
}

double rh_baseline_mean(const struct rh_baseline *self, int partner, int driver, size_t series, rh_month month)
{
    const struct rh_season *season = &self->season[self->group[partner] * self->num_drivers + driver];
    return self->level[series] * season->factor[rh_month_of_year(month) - 1];
}

double rh_baseline_survival(const struct rh_baseline *self, int partner, int ahead)
{
    return self->alive[partner] * rh_life_survival(self->life[partner], &self->leaving, self->record[partner],
                                                   (double)(ahead + 1) / self->tuning.phase);
}

/* Counts of one driver over the partners of one segment: moments of their monthly rates. */
struct rate_pool {
    double partners, sum, squares, inverse_months;
};

/* Months that a partner could have done something in, from the first of its span to the history's end. */
static int exposure(const struct rh_baseline *self, int partner)
{
    return self->span_last[partner] < self->span_first[partner] ? 0 : self->num_months - self->span_first[partner];
}

/* Completions of a driver by a partner over its exposure; 0 where it has no such series. */
static double completions(const struct rh_baseline *self, const struct rh_panel *panel, int partner, int driver)
{
    double sum = 0.0;
    for (size_t s = panel->partner_series[partner]; s < panel->partner_series[partner + 1]; s++) {
        for (int t = self->span_first[partner]; panel->series[s].driver == driver && t < self->num_months; t++) {
            sum += panel->gross[s * (size_t)self->num_months + (size_t)t] * 1e-4;
        }
    }
    return sum;
}

static void pool_rates(const struct rh_baseline *self, const struct rh_panel *panel, int driver,
                       struct rate_pool *pools)
{
    for (int i = 0; i < self->num_partners; i++) {
        int months = exposure(self, i);
        if (months > 0) {
            struct rate_pool *pool = &pools[self->group_segment[self->group[i]]];
            double rate = completions(self, panel, i, driver) / months;
            pool->partners += 1.0;
            pool->sum += rate;
            pool->squares += rate * rate;
            pool->inverse_months += 1.0 / months;
        }
    }
}

int rh_baseline_rates(const struct rh_baseline *self, const struct rh_panel *panel, int driver, size_t num_segments,
                      double *rate, struct rh_error *error)
{
    struct rate_pool *pools = rh_calloc(num_segments + 1, sizeof *pools);
    if (pools == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the rates of an activity");
    }
    pool_rates(self, panel, driver, pools);
    for (int i = 0; i < self->num_partners; i++) {
        const struct rate_pool *pool = &pools[self->group_segment[self->group[i]]];
        int months = exposure(self, i);
        double mean = pool->partners > 0.0 ? pool->sum / pool->partners : 0.0;
        double noise = pool->partners > 0.0 ? mean * pool->inverse_months / pool->partners : 0.0;
        double spread = pool->partners > 0.0 ? pool->squares / pool->partners - mean * mean - noise : 0.0;
        double weight = mean / fmax(spread, 0.01 * mean * mean); /* the Gamma prior's rate, in months */
        rate[i] = mean > 0.0 && months > 0
                      ? 1e4 * (mean * weight + completions(self, panel, i, driver)) / (weight + months)
                      : 0.0;
    }
    free(pools);
    return RH_OK;
}
