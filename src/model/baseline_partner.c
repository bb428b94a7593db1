/* What partners lend one another: lifetimes by size class, the size of a sale within a segment, months that one has and
 * another lacks. */
#include "core/memory.h"
#include "core/rng.h"
#include "model/baseline_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CLASSES 2
#define MIN_CLASS 40     /* partners in a size class */
#define LEAVING_ROUNDS 2 /* after which the months of leaving no longer move */
#define MIN_OWN_MONTHS 6 /* active months from which a partner stands in for itself */
#define MAX_PROBES 64    /* peers looked at for one month */

struct sized {
    double size;
    int partner;
};

static int by_size(const void *a, const void *b)
{
    const struct sized *x = a, *y = b;
    return x->size != y->size ? (x->size < y->size ? -1 : 1) : (x->partner > y->partner) - (x->partner < y->partner);
}

/* Partners that ever bought, by size; returns their number. */
static size_t sort_buyers(const struct rh_baseline *self, const double *size, struct sized *sorted)
{
    size_t buyers = 0;
    for (int i = 0; i < self->num_partners; i++) {
        if (self->span_last[i] >= self->span_first[i]) {
            sorted[buyers++] = (struct sized){size[i], i};
        }
    }
    qsort(sorted, buyers, sizeof *sorted, by_size);
    return buyers;
}

/* The lives of each size class, by when in the year partners leave. records: room for all. */
static int fit_classes(struct rh_baseline *self, const struct sized *sorted, size_t buyers,
                       struct rh_life_record *records, struct rh_error *error)
{
    int status = RH_OK;
    size_t classes = buyers / MIN_CLASS < 1 ? 1 : buyers / MIN_CLASS > MAX_CLASSES ? MAX_CLASSES : buyers / MIN_CLASS;
    for (size_t c = 0; status == RH_OK && c < classes; c++) {
        size_t first = buyers * c / classes, last = buyers * (c + 1) / classes;
        struct rh_life life;
        for (size_t k = first; k < last; k++) {
            records[k - first] = self->record[sorted[k].partner];
        }
        status = rh_life_fit(&life, &self->leaving, records, last - first, error);
        for (size_t k = first; status == RH_OK && k < last; k++) {
            self->life[sorted[k].partner] = life;
        }
    }
    return status;
}

/* When in the year those that seem gone have left, all classes together. */
static void learn_leaving(struct rh_baseline *self, const struct sized *sorted, size_t buyers)
{
    double left[12] = {0.0}, usual[12] = {0.0};
    for (size_t k = 0; k < buyers; k++) {
        const int partner = sorted[k].partner;
        rh_life_count_leavers(self->life[partner], &self->leaving, self->record[partner], left, usual);
    }
    rh_life_weigh(&self->leaving, left, usual, self->num_months / 12.0);
}

int rh_baseline_learn_life(struct rh_baseline *self, const double *size, struct rh_error *error)
{
    size_t partners = (size_t)self->num_partners;
    struct sized *sorted = rh_calloc(partners + 1, sizeof *sorted);
    struct rh_life_record *records = rh_calloc(partners + 1, sizeof *records);
    if (sorted == NULL || records == NULL) {
        free(sorted);
        free(records);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to fit partners' lifetimes");
    }
    const size_t buyers = sort_buyers(self, size, sorted);
    const int phase = self->tuning.phase;
    self->leaving = (struct rh_life_year)RH_LIFE_EVEN;
    int status = fit_classes(self, sorted, buyers, records, error);
    for (int round = 0; status == RH_OK && round < LEAVING_ROUNDS && 12 % phase == 0; round++) {
        if (round == 0) {
            self->leaving.num = 12 / phase;
            for (int k = 0; k < self->leaving.num; k++) {
                self->leaving.weight[k] = 1.0;
            }
        }
        learn_leaving(self, sorted, buyers);
        status = fit_classes(self, sorted, buyers, records, error);
    }
    for (size_t k = 0; status == RH_OK && k < buyers; k++) {
        const int partner = sorted[k].partner;
        self->alive[partner] = rh_life_alive(self->life[partner], &self->leaving, self->record[partner]);
    }
    free(sorted);
    free(records);
    return status;
}

/* Moments of the logarithms of partners' mean sizes in one (segment, driver). */
struct pool {
    double sum, squares, within;
    double num, within_freedom;
};

/* Number, mean, and variance of the logarithms of the sales of a series, season taken out. */
static int sale_sizes(const struct rh_baseline *self, const struct rh_panel *panel, size_t series, double *mean,
                      double *log_variance)
{
    int partner = panel->series[series].partner, driver = panel->series[series].driver, num = 0;
    const struct rh_season *season = &self->season[self->group[partner] * self->num_drivers + driver];
    double sum = 0.0, logs = 0.0, squares = 0.0;
    for (int t = 0; t < self->num_months; t++) {
        double sold = panel->gross[series * (size_t)self->num_months + (size_t)t];
        if (sold > 0.0) {
            double x = sold / season->factor[rh_month_of_year(self->first_month + t) - 1];
            sum += x;
            logs += log(x);
            squares += log(x) * log(x);
            num++;
        }
    }
    *mean = num > 0 ? sum / num : 0.0;
    *log_variance = num > 1 ? fmax(squares - logs * logs / num, 0.0) / (num - 1) : 0.0;
    return num;
}

static struct pool *pool_of(const struct rh_baseline *self, const struct rh_panel *panel, struct pool *pools,
                            size_t series)
{
    int segment = self->group_segment[self->group[panel->series[series].partner]];
    return &pools[segment * self->num_drivers + panel->series[series].driver];
}

int rh_baseline_mean_sizes(const struct rh_baseline *self, const struct rh_panel *panel,
                           const struct rh_history *history, double *mean_size, struct rh_error *error)
{
    struct pool *pools = rh_calloc(history->partners.segments.num * (size_t)self->num_drivers + 1, sizeof *pools);
    if (pools == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the sizes of sales");
    }
    double mean, variance;
    for (size_t s = 0; s < panel->num_series; s++) {
        int num = sale_sizes(self, panel, s, &mean, &variance);
        struct pool *pool = pool_of(self, panel, pools, s);
        if (num > 0) {
            pool->sum += log(mean);
            pool->squares += log(mean) * log(mean);
            pool->num += 1.0;
            pool->within += variance * (num - 1);
            pool->within_freedom += num - 1;
        }
    }
    for (size_t s = 0; s < panel->num_series; s++) {
        int num = sale_sizes(self, panel, s, &mean, &variance);
        const struct pool *pool = pool_of(self, panel, pools, s);
        if (num > 0) {
            double center = pool->sum / pool->num;
            double between = pool->num > 1 ? fmax(pool->squares / pool->num - center * center, 0.0) : INFINITY;
            double noise = pool->within_freedom > 0 ? pool->within / pool->within_freedom / num : 0.0;
            double own = isfinite(between) && between + noise > 0.0 ? between / (between + noise) : 1.0;
            mean_size[s] = exp(own * log(mean) + (1.0 - own) * center);
        }
    }
    free(pools);
    return RH_OK;
}

/* Partners of each segment that may lend months: those with enough of their own. */
struct lenders {
    int *partner;  /* sorted by segment */
    size_t *first; /* [num_segments + 1] */
};

static int find_lenders(struct lenders *self, const struct rh_baseline *baseline, size_t num_segments,
                        struct rh_error *error)
{
    self->partner = rh_calloc((size_t)baseline->num_partners + 1, sizeof *self->partner);
    self->first = rh_calloc(num_segments + 2, sizeof *self->first);
    if (self->partner == NULL || self->first == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the stand-ins of missing months");
    }
    size_t num = 0;
    for (size_t segment = 0; segment < num_segments; segment++) {
        self->first[segment] = num;
        for (int i = 0; i < baseline->num_partners; i++) {
            int months = baseline->span_last[i] - baseline->span_first[i] + 1;
            if ((size_t)baseline->group_segment[baseline->group[i]] == segment && months >= MIN_OWN_MONTHS) {
                self->partner[num++] = i;
            }
        }
    }
    self->first[num_segments] = num;
    return RH_OK;
}

/* Own active month that stands for month t: of the same rank in the order rhythm, chosen by the hash. */
static int own_stand_in(const struct rh_baseline *self, int partner, int t, uint64_t hash)
{
    int first = self->span_first[partner], last = self->span_last[partner], phase = self->tuning.phase;
    int start = first + (((t - first) % phase) + phase) % phase;
    int num = last >= start ? (last - start) / phase + 1 : 0;
    if (last - first + 1 < MIN_OWN_MONTHS || num == 0) {
        return RH_NO_SOURCE;
    }
    return start + phase * (int)(hash % (uint64_t)num);
}

/* A partner of the segment that was active in month t, from a start chosen by the hash; -1 where there is none. */
static int lender_of(const struct rh_baseline *self, const struct lenders *lenders, int partner, int t, uint64_t hash)
{
    size_t segment = (size_t)self->group_segment[self->group[partner]];
    size_t first = lenders->first[segment], num = lenders->first[segment + 1] - first;
    for (size_t probe = 0; probe < num && probe < MAX_PROBES; probe++) {
        int peer = lenders->partner[first + (size_t)((hash + probe) % num)];
        if (self->span_first[peer] <= t && t <= self->span_last[peer]) {
            return peer;
        }
    }
    return -1;
}

/* Ratio of a peer's month: of the same driver, else of all it sold; 1 without a peer. */
static double lent_ratio(const struct rh_baseline *self, const struct rh_panel *panel, int peer, int driver, int t)
{
    double sold = 0.0, usual = 0.0;
    for (size_t s = peer < 0 ? 0 : panel->partner_series[peer]; peer >= 0 && s < panel->partner_series[peer + 1]; s++) {
        size_t cell = s * (size_t)self->num_months + (size_t)t;
        if (panel->series[s].driver == driver && self->level[s] > 0.0) {
            return self->ratio[cell];
        }
        if (panel->driver[panel->series[s].driver].money) {
            sold += self->ratio[cell] * self->scale[cell];
            usual += self->scale[cell];
        }
    }
    return usual > 0.0 ? sold / usual : 1.0;
}

static void fill_month(struct rh_baseline *self, const struct rh_panel *panel, const struct lenders *lenders,
                       int partner, int t, uint64_t hash)
{
    size_t months = (size_t)self->num_months;
    int own = own_stand_in(self, partner, t, hash);
    int peer = own == RH_NO_SOURCE ? lender_of(self, lenders, partner, t, hash) : -1;
    self->source_month[(size_t)partner * months + (size_t)t] = (int16_t)own;
    for (size_t s = panel->partner_series[partner]; s < panel->partner_series[partner + 1]; s++) {
        double *ratio = self->ratio + s * months;
        ratio[t] = own != RH_NO_SOURCE ? ratio[own] : lent_ratio(self, panel, peer, panel->series[s].driver, t);
    }
}

int rh_baseline_fill_gaps(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                          struct rh_error *error)
{
    struct lenders lenders = {NULL, NULL};
    int status = find_lenders(&lenders, self, history->partners.segments.num, error);
    for (int i = 0; status == RH_OK && i < self->num_partners; i++) {
        uint64_t entity = rh_entity(history->partners.id.name[panel->partner_row[i]]);
        for (int t = 0; t < self->num_months; t++) {
            if (self->span_first[i] <= t && t <= self->span_last[i]) {
                self->source_month[(size_t)i * (size_t)self->num_months + (size_t)t] = (int16_t)t;
            } else if (self->span_last[i] >= self->span_first[i]) {
                struct rh_words words = rh_draw(0, entity, 0, RH_DRAW_SOURCE, (uint32_t)t, 255);
                fill_month(self, panel, &lenders, i, t, words.w[0]);
            }
        }
    }
    free(lenders.partner);
    free(lenders.first);
    return status;
}
