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

/* An incentive that is bound, and columns of one value per partner of the panel. */
struct binding {
    const struct rh_plan *plan;
    const struct rh_plan_sources *from;
    struct rh_plan_incentive *bound;
    const double *counted; /* [panel series][history_months] */
    double *total;         /* of the earlier window */
    double *room;
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

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Type-7 percentile (Hyndman & Fan 1996, doi:10.2307/2684934) among the peers of a partner; those that sold nothing, or
 * less, count as 0. room: [panel partners]. */
static double percentile(const struct rh_plan_sources *from, const struct earlier *earlier, const double *total,
                         const struct rh_threshold *threshold, int32_t row, double *room)
{
    const struct rh_partners *partners = &from->history->partners;
    size_t num = 0;
    for (size_t i = 0; i < from->panel->num_partners; i++) {
        int32_t peer = from->panel->partner_row[i];
        bool near = threshold->scope == RH_SCOPE_ALL ||
                    (threshold->scope == RH_SCOPE_REGION ? partners->region[peer] == partners->region[row]
                                                         : partners->segment[peer] == partners->segment[row]);
        if (near && (partners->joined[peer] == RH_NO_DAY || partners->joined[peer] <= earlier->first_day)) {
            room[num++] = fmax(total[i], 0.0);
        }
    }
    if (num == 0) {
        return NAN;
    }
    qsort(room, num, sizeof *room, ascending);
    double place = (double)(num - 1) * threshold->percentile / 100.0;
    size_t below = (size_t)place;
    double above = below + 1 < num ? room[below + 1] : room[below];
    double value = room[below] + (place - (double)below) * (above - room[below]);
    return value > 0.0 ? value : NAN;
}

static double target_of(const struct rh_plan *self, const struct rh_history *history,
                        const struct rh_plan_incentive *bound, int w, int32_t row)
{
    const struct rh_targets *targets = &history->targets;
    rh_day first = rh_month_first_day(self->first_month + bound->window[w].first);
    for (size_t k = 0; k < targets->num; k++) {
        if (targets->partner[k] == row && targets->window_start[k] == first &&
            targets->window[k] == (int32_t)bound->incentive->window && targets->target[k] > 0 &&
            strcmp(history->measures.name[targets->measure[k]], bound->incentive->behavior.measure.text) == 0) {
            return (double)targets->target[k];
        }
    }
    return NAN;
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

/* A threshold of partner i, whose bases are those. */
static double threshold_of(const struct binding *self, const struct earlier *earlier,
                           const struct rh_threshold *threshold, int i, double prior, double target)
{
    if (threshold->relation != RH_RELATIVE_PERCENTILE) {
        return rh_threshold_amount(threshold, prior, target);
    }
    return earlier->known
               ? rint(percentile(self->from, earlier, self->total, threshold, self->plan->partner[i].row, self->room))
               : NAN;
}

/* Bases and thresholds of one partner in window w. */
static void bind_cell(const struct binding *self, const struct earlier *earlier, int i, int w)
{
    struct rh_plan_incentive *bound = self->bound;
    const struct rh_incentive *incentive = bound->incentive;
    const size_t cell = (size_t)i * (size_t)bound->num_windows + (size_t)w;
    const double prior = prior_of(self, earlier, bound->ahead[w], &self->plan->partner[i]);
    const double target = has_relation(incentive, RH_RELATIVE_TARGET)
                              ? target_of(self->plan, self->from->history, bound, w, self->plan->partner[i].row)
                              : NAN;
    if (bound->prior != NULL) {
        bound->prior[cell] = prior;
    }
    if (bound->target != NULL) {
        bound->target[cell] = target;
    }
    if (bound->at_least != NULL) {
        bound->at_least[cell] = threshold_of(self, earlier, &incentive->streak_at_least, i, prior, target);
    }
    for (size_t k = 0; bound->threshold != NULL && k < incentive->num_levels; k++) {
        bound->threshold[cell * incentive->num_levels + k] =
            threshold_of(self, earlier, &incentive->level[k].threshold, i, prior, target);
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

int rh_plan_bind_bases(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_incentive *bound,
                       const double *counted, struct rh_error *error)
{
    struct binding binding = {.plan = self, .from = from, .bound = bound, .counted = counted};
    int status = make_room(bound, self->num_partners);
    if (bound->prior == NULL && bound->target == NULL && bound->at_least == NULL && bound->threshold == NULL) {
        return status == RH_OK ? RH_OK : rh_error_set(error, status, "no memory for what thresholds relate to");
    }
    double *room = rh_calloc(2 * from->panel->num_partners + 1, sizeof *room);
    if (status != RH_OK || room == NULL) {
        free(room);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what thresholds relate to");
    }
    binding.total = room;
    binding.room = room + from->panel->num_partners;
    for (int w = 0; w < bound->num_windows; w++) {
        const struct earlier earlier = one_year_earlier(self, bound->window[w]);
        if (earlier.known) {
            add_up(&binding, &earlier);
        }
        if (bound->incentive->metric == RH_METRIC_RANK) {
            bind_rank(&binding, &earlier, w);
        }
        for (int i = 0; bound->incentive->metric != RH_METRIC_RANK && i < self->num_partners; i++) {
            bind_cell(&binding, &earlier, i, w);
        }
    }
    free(room);
    return RH_OK;
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
