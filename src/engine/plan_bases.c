/* What thresholds relate to: the same window one year earlier, the partner's target, its peers. What the history knows
 * of it is worked out here. Of a prior year that lies beyond the history this is what is expected; the path's own takes
 * its place where the partner's own prior year is the base, for its peers' it stands. */
#include "core/memory.h"
#include "engine/plan_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One incentive's window and the same one year earlier. */
struct earlier {
    rh_day first_day;
    int first, last; /* months of the history; beyond its end they are months of gap and horizon */
    bool known;      /* begins in the history */
};

/* What a peer sold in the earlier window. */
struct peer {
    int32_t group; /* of those that it is a peer of */
    double total;
};

/* An incentive that is bound, and columns that each of its windows fills anew. */
struct binding {
    const struct rh_plan *plan;
    const struct rh_plan_sources *from;
    struct rh_plan_incentive *bound;
    const double *counted; /* [panel series][history_months] */
    double *total;         /* [panel partners] of the earlier window */
    double *target;        /* [partners of the history] NaN without one; filled where a threshold relates to it */
    struct peer *peer;     /* [panel partners] room to sort them in */
    size_t num_groups;     /* most groups of peers that a threshold may have */
    double *percentile;    /* [most levels][num_groups] of thresholds that are percentiles */
};

static bool has_relation(const struct rh_incentive *incentive, enum rh_relation relation)
{
    for (size_t k = 0; k < incentive->num_levels; k++) {
        if (incentive->level[k].threshold.relation == relation) {
            return true;
        }
    }
    return incentive->metric == RH_METRIC_STREAK && incentive->streak_at_least.relation == relation;
}

static struct earlier one_year_earlier(const struct rh_plan *self, struct rh_plan_window window)
{
    const struct earlier earlier = {.first_day = rh_month_first_day(self->first_month + window.first - 12),
                                    .first = self->months_known + window.first - 12,
                                    .last = self->months_known + window.last - 12,
                                    .known = self->months_known + window.first - 12 >= 0};
    return earlier;
}

/* Totals of what the incentive counts in the earlier window: as in the ledger, and behind it as expected. */
static void add_up(const struct binding *self, const struct earlier *earlier)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_panel *panel = self->from->panel;
    const int H = plan->history_months;
    memset(self->total, 0, panel->num_partners * sizeof *self->total);
    for (int d = 0; d < plan->num_drivers; d++) {
        for (size_t s = 0; self->bound->count.drivers[d] && s < panel->num_series; s++) {
            for (int h = earlier->first;
                 panel->series[s].driver == plan->driver[d].panel_driver && h <= earlier->last && h < H; h++) {
                self->total[panel->series[s].partner] += self->counted[s * (size_t)H + (size_t)h];
            }
        }
    }
    for (int h = earlier->first > H ? earlier->first : H; h <= earlier->last; h++) {
        for (int i = 0; i < plan->num_partners; i++) {
            self->total[plan->partner[i].panel_partner] +=
                rh_plan_expected_count(plan, self->from, &self->bound->count, i, h - plan->months_known);
        }
    }
}

/* By group, then by total. */
static int compare_peers(const void *left, const void *right)
{
    const struct peer *a = left, *b = right;
    return a->group != b->group ? (a->group > b->group) - (a->group < b->group)
                                : (a->total > b->total) - (a->total < b->total);
}

static int32_t group_of(const struct rh_partners *partners, enum rh_scope scope, int32_t row)
{
    return scope == RH_SCOPE_REGION ? partners->region[row] : scope == RH_SCOPE_ALL ? 0 : partners->segment[row];
}

/* Type-7 percentile (Hyndman & Fan 1996, doi:10.2307/2684934) of num peers in order; NaN where it is nothing. */
static double percentile_of(const struct peer *peer, size_t num, double percent)
{
    const double place = (double)(num - 1) * percent / 100.0;
    const size_t below = (size_t)place;
    const double above = below + 1 < num ? peer[below + 1].total : peer[below].total;
    const double value = peer[below].total + (place - (double)below) * (above - peer[below].total);
    return value > 0.0 ? value : NAN;
}

/* Percentile of each group of peers; those that sold nothing, or less, count as 0. out: [num_groups], NaN for groups
 * that nobody was in yet. */
static void find_percentiles(const struct binding *self, const struct earlier *earlier,
                             const struct rh_threshold *threshold, double *out)
{
    const struct rh_partners *partners = &self->from->history->partners;
    size_t num = 0;
    for (size_t group = 0; group < self->num_groups; group++) {
        out[group] = NAN;
    }
    for (size_t i = 0; i < self->from->panel->num_partners; i++) {
        const int32_t row = self->from->panel->partner_row[i];
        if (partners->joined[row] == RH_NO_DAY || partners->joined[row] <= earlier->first_day) {
            self->peer[num++] = (struct peer){group_of(partners, threshold->scope, row), fmax(self->total[i], 0.0)};
        }
    }
    qsort(self->peer, num, sizeof *self->peer, compare_peers);
    for (size_t first = 0, end; first < num; first = end) {
        for (end = first + 1; end < num && self->peer[end].group == self->peer[first].group;) {
            end++;
        }
        out[self->peer[first].group] = percentile_of(self->peer + first, end - first, threshold->percentile);
    }
}

/* Targets of window w, by row of the partner table; of several the first. */
static void find_targets(const struct binding *self, int w)
{
    const struct rh_history *history = self->from->history;
    const struct rh_targets *targets = &history->targets;
    const struct rh_incentive *incentive = self->bound->incentive;
    const rh_day first = rh_month_first_day(self->plan->first_month + self->bound->window[w].first);
    for (size_t row = 0; row < history->partners.num; row++) {
        self->target[row] = NAN;
    }
    for (size_t k = 0; k < targets->num; k++) {
        double *target = &self->target[targets->partner[k]];
        if (targets->window_start[k] == first && targets->window[k] == (int32_t)incentive->window &&
            targets->target[k] > 0 && isnan(*target) &&
            strcmp(history->measures.name[targets->measure[k]], incentive->behavior.measure.text) == 0) {
            *target = (double)targets->target[k];
        }
    }
}

/* Prior-year total of a partner; NaN without one that counts as a base. Of one that is only expected, any will do. */
static double prior_of(const struct binding *self, const struct earlier *earlier, bool ahead,
                       const struct rh_plan_partner *partner)
{
    rh_day joined = self->from->history->partners.joined[partner->row];
    bool there = joined == RH_NO_DAY || joined <= earlier->first_day;
    double prior = self->total[partner->panel_partner];
    return earlier->known && there && (prior > 0.0 || ahead) ? fmax(prior, 0.0) : NAN;
}

/* Threshold of a level (0 of a streak) of partner i, whose bases those are. */
static double threshold_of(const struct binding *self, const struct rh_threshold *threshold, size_t level, int i,
                           double prior, double target)
{
    const struct rh_partners *partners = &self->from->history->partners;
    return threshold->relation != RH_RELATIVE_PERCENTILE
               ? rh_threshold_amount(threshold, prior, target)
               : rint(self->percentile[level * self->num_groups +
                                       (size_t)group_of(partners, threshold->scope, self->plan->partner[i].row)]);
}

/* Bases and thresholds of one partner in window w. */
static void bind_cell(const struct binding *self, const struct earlier *earlier, int i, int w)
{
    struct rh_plan_incentive *bound = self->bound;
    const struct rh_incentive *incentive = bound->incentive;
    const size_t cell = (size_t)i * (size_t)bound->num_windows + (size_t)w;
    const double prior = prior_of(self, earlier, bound->ahead[w], &self->plan->partner[i]);
    const double target = bound->target != NULL ? self->target[self->plan->partner[i].row] : NAN;
    if (bound->prior != NULL) {
        bound->prior[cell] = prior;
    }
    if (bound->target != NULL) {
        bound->target[cell] = target;
    }
    if (bound->at_least != NULL) {
        bound->at_least[cell] = threshold_of(self, &incentive->streak_at_least, 0, i, prior, target);
    }
    for (size_t k = 0; bound->threshold != NULL && k < incentive->num_levels; k++) {
        bound->threshold[cell * incentive->num_levels + k] =
            threshold_of(self, &incentive->level[k].threshold, k, i, prior, target);
    }
}

/* Percentiles of the window's thresholds that are such: of its streak, or level by level. */
static void bind_percentiles(const struct binding *self, const struct earlier *earlier)
{
    const struct rh_incentive *incentive = self->bound->incentive;
    const bool streak = incentive->metric == RH_METRIC_STREAK;
    for (size_t k = 0; k < (streak ? 1 : incentive->num_levels); k++) {
        const struct rh_threshold *threshold = streak ? &incentive->streak_at_least : &incentive->level[k].threshold;
        double *out = self->percentile + k * self->num_groups;
        if (threshold->relation == RH_RELATIVE_PERCENTILE && earlier->known) {
            find_percentiles(self, earlier, threshold, out);
        }
        for (size_t group = 0; !earlier->known && group < self->num_groups; group++) {
            out[group] = NAN;
        }
    }
}

/* What places took is compared by what partners sold a year earlier, or are expected to sell where nothing is known. */
static void bind_rank(const struct binding *self, const struct earlier *earlier, int w)
{
    const struct rh_plan *plan = self->plan;
    struct rh_plan_incentive *bound = self->bound;
    const struct rh_plan_window window = bound->window[w];
    for (int i = 0; i < plan->num_partners; i++) {
        double total = earlier->known ? self->total[plan->partner[i].panel_partner] : 0.0;
        for (int t = window.first; !earlier->known && t <= window.last; t++) {
            total += rh_plan_expected_count(plan, self->from, &bound->count, i, t);
        }
        bound->prior[(size_t)i * (size_t)bound->num_windows + (size_t)w] = total;
    }
}

/* Arrays of the bases that the incentive asks for. */
static int make_room(struct rh_plan_incentive *bound, int num_partners)
{
    const struct rh_incentive *incentive = bound->incentive;
    const size_t cells = (size_t)num_partners * (size_t)bound->num_windows + 1;
    const bool rank = incentive->metric == RH_METRIC_RANK, streak = incentive->metric == RH_METRIC_STREAK;
    const bool target = has_relation(incentive, RH_RELATIVE_TARGET);
    const bool relative =
        target || has_relation(incentive, RH_RELATIVE_PRIOR_YEAR) || has_relation(incentive, RH_RELATIVE_PERCENTILE);
    bool failed = false;
    if (bound->needs_prior || rank) {
        bound->prior = rh_calloc(cells, sizeof *bound->prior);
        failed = bound->prior == NULL;
    }
    if (target) {
        bound->target = rh_calloc(cells, sizeof *bound->target);
        failed = failed || bound->target == NULL;
    }
    if (streak) {
        bound->at_least = rh_calloc(cells, sizeof *bound->at_least);
        failed = failed || bound->at_least == NULL;
    }
    if (rank || (relative && !streak)) {
        bound->threshold = rh_calloc(cells * incentive->num_levels, sizeof *bound->threshold);
        failed = failed || bound->threshold == NULL;
    }
    return failed ? RH_ERR_NO_MEMORY : RH_OK;
}

/* Bases and thresholds of all partners in window w. */
static void bind_window(const struct binding *self, int w)
{
    const struct earlier earlier = one_year_earlier(self->plan, self->bound->window[w]);
    if (earlier.known) {
        add_up(self, &earlier);
    }
    if (self->bound->incentive->metric == RH_METRIC_RANK) {
        bind_rank(self, &earlier, w);
        return;
    }
    if (self->bound->target != NULL) {
        find_targets(self, w);
    }
    bind_percentiles(self, &earlier);
    for (int i = 0; i < self->plan->num_partners; i++) {
        bind_cell(self, &earlier, i, w);
    }
}

int rh_plan_bind_bases(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_incentive *bound,
                       const double *counted, struct rh_error *error)
{
    const struct rh_partners *partners = &from->history->partners;
    const size_t groups = (size_t)partners->regions.num + (size_t)partners->segments.num + 1;
    struct binding binding = {.plan = self,
                              .from = from,
                              .bound = bound,
                              .counted = counted,
                              .total = rh_calloc(from->panel->num_partners + 1, sizeof *binding.total),
                              .target = rh_calloc(partners->num + 1, sizeof *binding.target),
                              .peer = rh_calloc(from->panel->num_partners + 1, sizeof *binding.peer),
                              .num_groups = groups,
                              .percentile = rh_calloc(groups * (bound->incentive->num_levels + 1), sizeof(double))};
    const bool made =
        binding.total != NULL && binding.target != NULL && binding.peer != NULL && binding.percentile != NULL;
    const int status = made ? make_room(bound, self->num_partners) : RH_ERR_NO_MEMORY;
    const bool asked =
        bound->prior != NULL || bound->target != NULL || bound->at_least != NULL || bound->threshold != NULL;
    for (int w = 0; status == RH_OK && asked && w < bound->num_windows; w++) {
        bind_window(&binding, w);
    }
    free(binding.total);
    free(binding.target);
    free(binding.peer);
    free(binding.percentile);
    return status == RH_OK ? RH_OK : rh_error_set(error, status, "no memory for what thresholds relate to");
}

bool rh_plan_has_bases(const struct rh_plan_incentive *incentive, int partner, int w)
{
    const size_t cell = (size_t)partner * (size_t)incentive->num_windows + (size_t)w;
    bool has = incentive->prior == NULL || !isnan(incentive->prior[cell]);
    has = has && (incentive->target == NULL || !isnan(incentive->target[cell]));
    has = has && (incentive->at_least == NULL || !isnan(incentive->at_least[cell]));
    for (size_t k = 0; has && incentive->threshold != NULL && k < incentive->incentive->num_levels; k++) {
        has = !isnan(incentive->threshold[cell * incentive->incentive->num_levels + k]);
    }
    return has;
}
