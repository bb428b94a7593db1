#include "fit/price.h"

#include "core/memory.h"
#include "core/variates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_SALES 3       /* months with a sale by which a partner's usual price of a line is known */
#define MAX_SWEEPS 2000     /* where effects settle at all they do so in hundreds */
#define LEAST_FOLLOWING 0.1 /* correlation of discount and size that is worth a word */

/* What a partner bought of a line in a month, at list prices and in money. */
struct sale {
    int32_t partner, product, month; /* month of the history, from 0 */
    double list, net;
};

/* A partner and a line. */
struct unit {
    size_t first; /* of its sales */
    int num;      /* of them */
    int partner, product;
    int pool;      /* peers of the line: region × segment × line */
    double usual;  /* logarithm of what it pays of the list price, on average; NaN: not known */
    double size;   /* list price of a month of its span, relative to the median's */
    double bought; /* mean logarithm of the list price of a month with a sale */
};

/* Regions × segments × lines: what their partners paid in each month. */
struct pool {
    int group;  /* region × segment, compact */
    int market; /* region × line and segment × line, compact; [0] and [1] */
    int other_market;
};

struct job {
    const struct rh_history *history;
    int months;
    size_t num_sales, sale_capacity;
    struct sale *sale; /* by partner, line, month */
    size_t num_units;
    struct unit *unit;
    int *first, *last; /* [partners] months of its first and last sale of a line looked at; last < first: none */
    int num_pools, num_groups, num_markets, num_other_markets;
    struct pool *pool;  /* [num_pools] */
    double *below;      /* [num_pools][months] sum over those who bought of what they paid below their usual */
    int *buyers;        /* [num_pools][months] how many that were */
    double median;      /* of the units' sizes */
    bool by_segment;    /* markets are segments, else regions */
    size_t num;         /* observations */
    double *list, *net; /* [num] relative to the unit's size */
    double *offer;      /* [num] what peers paid below their usual, as a logarithm */
    int *of_unit, *cell, *cluster, *of_partner; /* [num] */
};

static void free_job(struct job *self)
{
    free(self->sale);
    free(self->unit);
    free(self->first);
    free(self->last);
    free(self->pool);
    free(self->below);
    free(self->buyers);
    free(self->list);
    free(self->net);
    free(self->offer);
    free(self->of_unit);
    free(self->cell);
    free(self->cluster);
    free(self->of_partner);
}

static int no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what partners paid");
}

static bool has(int64_t number)
{
    return number != RH_MISSING;
}

/* Lines of which some row has a discount: of the others no price is told. Returns the share of sales discounted. */
static double find_lines(const struct rh_history *history, int32_t revenue, bool *line)
{
    const struct rh_events *events = &history->events;
    double all = 0.0, discounted = 0.0;
    for (size_t k = 0; k < events->num; k++) {
        if (events->measure[k] == revenue && has(events->amount[k]) && events->amount[k] > 0) {
            const double discount = has(events->discount[k]) ? (double)events->discount[k] : 0.0;
            const double list = (double)events->amount[k] + discount;
            all += list;
            discounted += discount != 0.0 ? list : 0.0;
            line[events->product[k]] = line[events->product[k]] || discount != 0.0;
        }
    }
    return all > 0.0 ? discounted / all : 0.0;
}

static int by_unit_and_month(const void *a, const void *b)
{
    const struct sale *x = a, *y = b;
    return x->partner != y->partner   ? (x->partner > y->partner) - (x->partner < y->partner)
           : x->product != y->product ? (x->product > y->product) - (x->product < y->product)
                                      : (x->month > y->month) - (x->month < y->month);
}

/* Sums up rows of one partner, line and month; they are integers, so that their order does not matter. */
static void merge_sales(struct job *self)
{
    size_t num = 0;
    if (self->num_sales > 0) {
        qsort(self->sale, self->num_sales, sizeof *self->sale, by_unit_and_month);
    }
    for (size_t k = 0; k < self->num_sales; k++) {
        if (num > 0 && by_unit_and_month(&self->sale[num - 1], &self->sale[k]) == 0) {
            self->sale[num - 1].list += self->sale[k].list;
            self->sale[num - 1].net += self->sale[k].net;
        } else {
            self->sale[num++] = self->sale[k];
        }
    }
    self->num_sales = num;
}

/* Rows with a price: sold for something, and not for more than nothing at list. */
static int collect_sales(struct job *self, int32_t revenue, const bool *line)
{
    const struct rh_events *events = &self->history->events;
    for (size_t k = 0; k < events->num; k++) {
        if (events->measure[k] != revenue || !has(events->amount[k]) || events->amount[k] <= 0 ||
            !line[events->product[k]]) {
            continue;
        }
        const double net = (double)events->amount[k];
        const double list = net + (has(events->discount[k]) ? (double)events->discount[k] : 0.0);
        if (list <= 0.0) {
            continue;
        }
        if (rh_reserve(&self->sale, &self->sale_capacity, self->num_sales + 1, sizeof *self->sale) != RH_OK) {
            return RH_ERR_NO_MEMORY;
        }
        self->sale[self->num_sales++] = (struct sale){
            .partner = events->partner[k],
            .product = events->product[k],
            .month = rh_day_month(events->date[k]) - self->history->first_month,
            .list = list,
            .net = net,
        };
    }
    merge_sales(self);
    return RH_OK;
}

static double below_list(const struct sale *sale)
{
    return log(sale->list / sale->net);
}

/* What a unit usually pays, and how much it usually buys. */
static void know_unit(struct job *self, struct unit *unit)
{
    double below = 0.0;
    unit->size = 0.0;
    unit->bought = 0.0;
    for (int k = 0; k < unit->num; k++) {
        const struct sale *sale = &self->sale[unit->first + (size_t)k];
        below += below_list(sale) / unit->num;
        unit->bought += log(sale->list) / unit->num;
        unit->size += sale->list;
    }
    unit->usual = unit->num >= LEAST_SALES ? below : NAN;
    unit->size /= self->last[unit->partner] - self->first[unit->partner] + 1;
}

static int make_units(struct job *self)
{
    const size_t partners = self->history->partners.num;
    self->first = rh_calloc(partners + 1, sizeof *self->first);
    self->last = rh_calloc(partners + 1, sizeof *self->last);
    self->unit = rh_calloc(self->num_sales + 1, sizeof *self->unit);
    if (self->first == NULL || self->last == NULL || self->unit == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < partners; i++) {
        self->first[i] = self->months;
        self->last[i] = -1;
    }
    for (size_t k = 0; k < self->num_sales; k++) {
        const struct sale *sale = &self->sale[k];
        struct unit *unit = self->num_units > 0 ? &self->unit[self->num_units - 1] : NULL;
        if (unit == NULL || unit->partner != sale->partner || unit->product != sale->product) {
            unit = &self->unit[self->num_units++];
            *unit = (struct unit){.first = k, .partner = sale->partner, .product = sale->product};
        }
        unit->num++;
        self->first[sale->partner] =
            sale->month < self->first[sale->partner] ? sale->month : self->first[sale->partner];
        self->last[sale->partner] = sale->month > self->last[sale->partner] ? sale->month : self->last[sale->partner];
    }
    for (size_t u = 0; u < self->num_units; u++) {
        know_unit(self, &self->unit[u]);
    }
    return RH_OK;
}

/* A name of something for a unit, that becomes a number from 0 on. */
struct key {
    int64_t name;
    size_t unit;
};

static int by_name(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    return x->name != y->name ? (x->name > y->name) - (x->name < y->name) : (x->unit > y->unit) - (x->unit < y->unit);
}

enum part { PART_POOL, PART_GROUP, PART_REGION_LINE, PART_SEGMENT_LINE };

/* Names are pairs and triples of ids, which are below 2³¹ together where there is memory for their dictionaries. */
static int64_t name_of(const struct job *self, const struct unit *unit, enum part part)
{
    const struct rh_partners *partners = &self->history->partners;
    const int64_t segments = (int64_t)partners->segments.num, lines = (int64_t)self->history->products.num;
    const int64_t region = partners->region[unit->partner], segment = partners->segment[unit->partner];
    return part == PART_GROUP         ? region * segments + segment
           : part == PART_REGION_LINE ? region * lines + unit->product
           : part == PART_POOL        ? (region * segments + segment) * lines + unit->product
                                      : segment * lines + unit->product;
}

/* Numbers what units have in common; returns how many there are. number: [num_units]. */
static int number_units(const struct job *self, enum part part, struct key *key, int *number)
{
    int num = 0;
    for (size_t u = 0; u < self->num_units; u++) {
        key[u] = (struct key){name_of(self, &self->unit[u], part), u};
    }
    qsort(key, self->num_units, sizeof *key, by_name);
    for (size_t k = 0; k < self->num_units; k++) {
        num += k == 0 || key[k].name != key[k - 1].name;
        number[key[k].unit] = num - 1;
    }
    return num;
}

static int make_pools(struct job *self)
{
    struct key *key = rh_calloc(self->num_units + 1, sizeof *key);
    int *number = rh_calloc(self->num_units + 1, sizeof *number);
    self->pool = rh_calloc(self->num_units + 1, sizeof *self->pool);
    const bool made = key != NULL && number != NULL && self->pool != NULL;
    if (made) {
        self->num_pools = number_units(self, PART_POOL, key, number);
        for (size_t u = 0; u < self->num_units; u++) {
            self->unit[u].pool = number[u];
        }
        self->num_groups = number_units(self, PART_GROUP, key, number);
        for (size_t u = 0; u < self->num_units; u++) {
            self->pool[self->unit[u].pool].group = number[u];
        }
        self->num_markets = number_units(self, PART_REGION_LINE, key, number);
        for (size_t u = 0; u < self->num_units; u++) {
            self->pool[self->unit[u].pool].market = number[u];
        }
        self->num_other_markets = number_units(self, PART_SEGMENT_LINE, key, number);
        for (size_t u = 0; u < self->num_units; u++) {
            self->pool[self->unit[u].pool].other_market = number[u];
        }
    }
    free(key);
    free(number);
    return made ? RH_OK : RH_ERR_NO_MEMORY;
}

/* What those paid who bought, less what each usually pays. */
static int add_pools(struct job *self)
{
    const size_t cells = (size_t)self->num_pools * (size_t)self->months;
    self->below = rh_calloc(cells + 1, sizeof *self->below);
    self->buyers = rh_calloc(cells + 1, sizeof *self->buyers);
    if (self->below == NULL || self->buyers == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t u = 0; u < self->num_units; u++) {
        const struct unit *unit = &self->unit[u];
        for (int k = 0; k < unit->num && !isnan(unit->usual); k++) {
            const struct sale *sale = &self->sale[unit->first + (size_t)k];
            const size_t at = (size_t)unit->pool * (size_t)self->months + (size_t)sale->month;
            self->below[at] += below_list(sale) - unit->usual;
            self->buyers[at]++;
        }
    }
    return RH_OK;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int median_size(const struct job *self, double *median)
{
    double *size = rh_calloc(self->num_units + 1, sizeof *size);
    if (size == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t u = 0; u < self->num_units; u++) {
        size[u] = self->unit[u].size;
    }
    qsort(size, self->num_units, sizeof *size, ascending);
    *median = size[self->num_units / 2];
    free(size);
    return RH_OK;
}

/* What the unit's peers paid below their usual in a month, NaN where too few of them bought. */
static double offered(const struct job *self, const struct unit *unit, int month, const struct sale *own)
{
    const size_t at = (size_t)unit->pool * (size_t)self->months + (size_t)month;
    const bool among = own != NULL && !isnan(unit->usual);
    const int peers = self->buyers[at] - among;
    const double below = self->below[at] - (among ? below_list(own) - unit->usual : 0.0);
    return peers >= RH_FIT_LEAST_PEERS ? below / peers : NAN;
}

static int num_cells(const struct job *self)
{
    return (self->by_segment ? self->num_other_markets : self->num_markets) * self->months;
}

static int market_of(const struct job *self, const struct pool *pool)
{
    return self->by_segment ? pool->other_market : pool->market;
}

/* The months of a unit in which enough of its peers bought. */
static void observe_unit(struct job *self, size_t u)
{
    const struct unit *unit = &self->unit[u];
    const double scale = unit->size + self->median;
    int next = 0;
    for (int t = self->first[unit->partner]; t <= self->last[unit->partner]; t++) {
        const struct sale *sale = &self->sale[unit->first + (size_t)next];
        const bool sold = next < unit->num && sale->month == t;
        const double offer = offered(self, unit, t, sold ? sale : NULL);
        next += sold;
        if (isnan(offer)) {
            continue;
        }
        self->list[self->num] = sold ? sale->list / scale : 0.0;
        self->net[self->num] = sold ? sale->net / scale : 0.0;
        self->offer[self->num] = offer;
        self->of_unit[self->num] = (int)u;
        self->cluster[self->num] = self->pool[unit->pool].group;
        self->of_partner[self->num] = unit->partner;
        self->cell[self->num++] = market_of(self, &self->pool[unit->pool]) * self->months + t;
    }
}

static int make_room(struct job *self)
{
    size_t room = 1;
    for (size_t u = 0; u < self->num_units; u++) {
        const int i = self->unit[u].partner;
        room += (size_t)(self->last[i] - self->first[i] + 1);
    }
    self->list = rh_calloc(room, sizeof *self->list);
    self->net = rh_calloc(room, sizeof *self->net);
    self->offer = rh_calloc(room, sizeof *self->offer);
    self->of_unit = rh_calloc(room, sizeof *self->of_unit);
    self->cell = rh_calloc(room, sizeof *self->cell);
    self->cluster = rh_calloc(room, sizeof *self->cluster);
    self->of_partner = rh_calloc(room, sizeof *self->of_partner);
    if (self->list == NULL || self->net == NULL || self->offer == NULL || self->of_unit == NULL || self->cell == NULL ||
        self->cluster == NULL || self->of_partner == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    return median_size(self, &self->median);
}

/* What is seen of a unit or of a cell. */
struct seen {
    double bought;
    size_t num;
};

/* Drops what tells nothing, until nothing is left to drop: months of units and of cells that bought nothing, and those
 * of which there is one alone, which its own effect explains. Beside them effects may have no finite value. Returns
 * how many were dropped. */
static size_t drop_idle(struct job *self, struct seen *unit, struct seen *cell)
{
    size_t num = 0;
    memset(unit, 0, self->num_units * sizeof *unit);
    memset(cell, 0, (size_t)num_cells(self) * sizeof *cell);
    for (size_t k = 0; k < self->num; k++) {
        struct seen *seen[] = {&unit[self->of_unit[k]], &cell[self->cell[k]]};
        for (int s = 0; s < 2; s++) {
            seen[s]->bought += self->list[k];
            seen[s]->num++;
        }
    }
    for (size_t k = 0; k < self->num; k++) {
        const struct seen *u = &unit[self->of_unit[k]], *c = &cell[self->cell[k]];
        if (u->num > 1 && c->num > 1 && u->bought > 0.0 && c->bought > 0.0) {
            self->list[num] = self->list[k];
            self->net[num] = self->net[k];
            self->offer[num] = self->offer[k];
            self->of_unit[num] = self->of_unit[k];
            self->cell[num] = self->cell[k];
            self->cluster[num] = self->cluster[k];
            self->of_partner[num++] = self->of_partner[k];
        }
    }
    const size_t dropped = self->num - num;
    self->num = num;
    return dropped;
}

/* The observations, with cells of region × line × month or of segment × line × month. */
static int observe(struct job *self, bool by_segment)
{
    self->num = 0;
    self->by_segment = by_segment;
    for (size_t u = 0; u < self->num_units; u++) {
        observe_unit(self, u);
    }
    struct seen *seen = rh_calloc(self->num_units + (size_t)num_cells(self) + 1, sizeof *seen);
    if (seen == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    while (drop_idle(self, seen, seen + self->num_units) > 0) {
    }
    free(seen);
    return RH_OK;
}

/* Partners and groups that are looked at. */
static void count_observed(const struct job *self, struct rh_fit_price *out)
{
    out->partner_months = self->num;
    out->partners = 0;
    for (size_t k = 0; k < self->num; k++) {
        out->partners += k == 0 || self->of_partner[k] != self->of_partner[k - 1];
    }
    out->groups = self->num_groups;
}

static enum rh_fit_price_verdict verdict_of(enum rh_ppml_verdict verdict)
{
    static const enum rh_fit_price_verdict verdicts[RH_NUM_PPML_VERDICTS] = {
        [RH_PPML_ESTIMATED] = RH_FIT_PRICE_ESTIMATED, [RH_PPML_NOTHING] = RH_FIT_PRICE_NO_PEERS,
        [RH_PPML_NO_VARIATION] = RH_FIT_PRICE_ALIKE,  [RH_PPML_FEW_CLUSTERS] = RH_FIT_PRICE_FEW_GROUPS,
        [RH_PPML_NO_NOISE] = RH_FIT_PRICE_NO_NOISE,   [RH_PPML_NOT_CONVERGED] = RH_FIT_PRICE_NOT_CONVERGED};
    return verdicts[verdict];
}

/* What a group did in a month of its market, before and after the market's mean is taken out of it. */
struct part_of {
    double bought, offer; /* sums over its observations: of list prices, and of these times offers */
};

/* By how much the variance is too small as groups are few: a market's month is expected to be the mean of its groups,
 * so that each group's error has lost its own share of that. 1 / (1 - share), by weight in the estimate; the idea of
 * Bell & McCaffrey 2002 (Survey Methodology 28(2)) for effects of cells alone. variation: sd of what groups were
 * offered around their market's month. */
static int few_groups(const struct job *self, double *factor, double *variation)
{
    const size_t T = (size_t)self->months;
    struct part_of *own = rh_calloc((size_t)self->num_pools * T + (size_t)num_cells(self) + 1, sizeof *own);
    double all = 0.0, left = 0.0, bought = 0.0, squares = 0.0;
    if (own == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    struct part_of *market = own + (size_t)self->num_pools * T;
    for (size_t k = 0; k < self->num; k++) {
        const size_t t = (size_t)self->cell[k] % T;
        struct part_of *parts[] = {&own[(size_t)self->unit[self->of_unit[k]].pool * T + t], &market[self->cell[k]]};
        for (int p = 0; p < 2; p++) {
            parts[p]->bought += self->list[k];
            parts[p]->offer += self->list[k] * self->offer[k];
        }
    }
    for (size_t k = 0; k < (size_t)self->num_pools * T; k++) {
        const struct pool *pool = &self->pool[k / T];
        const struct part_of *of = &market[(size_t)market_of(self, pool) * T + k % T];
        if (own[k].bought > 0.0) {
            const double apart = own[k].offer - own[k].bought * of->offer / of->bought;
            all += apart * apart;
            left += apart * apart * (1.0 - own[k].bought / of->bought);
            bought += own[k].bought;
            squares += apart * apart / own[k].bought;
        }
    }
    free(own);
    *factor = left > 0.0 ? all / left : 1.0;
    *variation = bought > 0.0 ? sqrt(squares / bought) : 0.0;
    return RH_OK;
}

/* The ratio of the slopes and its error, by the delta method on what each group moves both slopes by. */
static void divide(struct rh_fit_price *self, const struct rh_ppml *list, const struct rh_ppml *net,
                   const double *list_moved, const double *net_moved, double few)
{
    double shared = 0.0, ratio = 0.0;
    self->shared = list->slope - net->slope;
    self->estimate = list->slope / self->shared;
    for (int g = 0; g < self->groups; g++) {
        const double d = list_moved[g] - net_moved[g], e = (list_moved[g] - self->estimate * d) / self->shared;
        shared += d * d;
        ratio += e * e;
    }
    few *= list->clusters / (list->clusters - 1.0);
    self->shared_se = sqrt(shared * few);
    self->se = sqrt(ratio * few);
    self->freedom = fmax(list->effective - 1.0, 1.0);
    if (!(self->shared > 0.0 && self->shared * self->shared >= RH_FIT_LEAST_STRENGTH * shared * few)) {
        self->verdict = RH_FIT_PRICE_NOT_SHARED;
    } else if (!(self->se > 0.0)) {
        self->verdict = RH_FIT_PRICE_NO_NOISE;
    }
    if (self->verdict != RH_FIT_PRICE_ESTIMATED) {
        self->estimate = self->se = self->freedom = NAN;
    }
}

/* Both slopes, where offers differ enough to be worth it. */
static int fit_slopes(const struct job *self, double few, double *moved, struct rh_fit_price *out,
                      struct rh_error *error)
{
    struct rh_ppml list, net;
    struct rh_ppml_data data = {.num = self->num,
                                .y = self->list,
                                .x = self->offer,
                                .unit = self->of_unit,
                                .cell = self->cell,
                                .cluster = self->cluster,
                                .num_units = (int)self->num_units,
                                .num_cells = num_cells(self),
                                .num_clusters = self->num_groups,
                                .max_sweeps = MAX_SWEEPS,
                                .influence = moved};
    int status = rh_ppml_fit(&list, &data, error);
    out->verdict = verdict_of(list.verdict);
    out->variation = list.variation;
    out->effective = list.effective;
    if (status == RH_OK && list.verdict == RH_PPML_ESTIMATED && list.variation < RH_FIT_LEAST_VARIATION) {
        out->verdict = RH_FIT_PRICE_ALIKE;
    } else if (status == RH_OK && list.verdict == RH_PPML_ESTIMATED) {
        data.y = self->net;
        data.influence = moved + self->num_groups;
        status = rh_ppml_fit(&net, &data, error);
        out->verdict = verdict_of(net.verdict);
        if (status == RH_OK && net.verdict == RH_PPML_ESTIMATED) {
            divide(out, &list, &net, moved, moved + self->num_groups, few);
        }
    }
    return status;
}

static int fit_market(struct job *self, bool by_segment, struct rh_fit_price *out, struct rh_error *error)
{
    double *moved = rh_calloc(2 * (size_t)self->num_groups + 1, sizeof *moved);
    double few = 1.0;
    int status = RH_OK;
    out->by_segment = by_segment;
    if (moved == NULL || observe(self, by_segment) != RH_OK || few_groups(self, &few, &out->variation) != RH_OK) {
        status = no_memory(error);
    } else {
        count_observed(self, out);
        out->verdict = self->num > 0 ? RH_FIT_PRICE_ALIKE : RH_FIT_PRICE_NO_PEERS;
    }
    if (status == RH_OK && out->variation >= RH_FIT_LEAST_VARIATION) {
        status = fit_slopes(self, few, moved, out, error);
    }
    free(moved);
    return status;
}

/* Whether who bought more than usual paid less than usual, beside what its peers paid: by more than 4 standard errors
 * by partner, and with a correlation that matters. */
static bool follows_size(const struct job *self)
{
    double cross = 0.0, sizes = 0.0, belows = 0.0, squares = 0.0, own = 0.0;
    int partner = -1;
    for (size_t u = 0; u < self->num_units; u++) {
        const struct unit *unit = &self->unit[u];
        squares += unit->partner != partner ? own * own : 0.0;
        own = unit->partner != partner ? 0.0 : own;
        partner = unit->partner;
        for (int k = 0; k < unit->num && !isnan(unit->usual); k++) {
            const struct sale *sale = &self->sale[unit->first + (size_t)k];
            const double offer = offered(self, unit, sale->month, sale);
            if (!isnan(offer)) {
                const double size = log(sale->list) - unit->bought, below = below_list(sale) - unit->usual - offer;
                cross += size * below;
                own += size * below;
                sizes += size * size;
                belows += below * below;
            }
        }
    }
    squares += own * own;
    return cross > 4.0 * sqrt(squares) && cross > LEAST_FOLLOWING * sqrt(sizes * belows);
}

static int estimate(struct job *self, int32_t revenue, const bool *line, struct rh_fit_price *out,
                    struct rh_error *error)
{
    if (collect_sales(self, revenue, line) != RH_OK || make_units(self) != RH_OK || make_pools(self) != RH_OK ||
        add_pools(self) != RH_OK || make_room(self) != RH_OK) {
        return no_memory(error);
    }
    if (follows_size(self)) {
        out->verdict = RH_FIT_PRICE_FOLLOWS_SIZE;
        return RH_OK;
    }
    int status = fit_market(self, false, out, error);
    if (status == RH_OK && (out->verdict == RH_FIT_PRICE_ALIKE || out->verdict == RH_FIT_PRICE_NOT_SHARED)) {
        struct rh_fit_price other = *out;
        status = fit_market(self, true, &other, error);
        *out = status == RH_OK && other.verdict == RH_FIT_PRICE_ESTIMATED ? other : *out;
    }
    return status;
}

double rh_fit_price_margin(const struct rh_fit_price *price)
{
    return isnan(price->se) ? NAN : rh_student_t(price->freedom, 0.975) * price->se;
}

int rh_price_estimate(struct rh_fit_price *self, const struct rh_history *history, struct rh_error *error)
{
    struct job job = {.history = history, .months = (int)(history->last_month - history->first_month) + 1};
    const int32_t revenue = rh_names_find(&history->measures, "revenue");
    bool *line = rh_calloc(history->products.num + 1, sizeof *line);
    *self = (struct rh_fit_price){.verdict = RH_FIT_PRICE_NO_DISCOUNTS,
                                  .estimate = NAN,
                                  .se = NAN,
                                  .freedom = NAN,
                                  .shared = NAN,
                                  .shared_se = NAN};
    if (line == NULL) {
        return no_memory(error);
    }
    self->share_discounted = find_lines(history, revenue, line);
    const int status = self->share_discounted > 0.0 ? estimate(&job, revenue, line, self, error) : RH_OK;
    free_job(&job);
    free(line);
    return status;
}
