/* What thresholds relate to: the same window one year earlier, the partner's target, its peers. All of it is in the
 * history; a horizon that reaches further than a year ahead has no prior year there, and is refused. */
#include "core/memory.h"
#include "engine/plan_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One incentive's window and the same one year earlier, in days and in months of the history. */
struct earlier {
    rh_day first_day;
    int first, last; /* months of the history */
    bool known;      /* wholly in the history */
};

static bool needs_prior(const struct rh_incentive *incentive)
{
    return incentive->metric == RH_METRIC_GROWTH || incentive->pays_on_growth;
}

static bool needs_relation(const struct rh_incentive *incentive, enum rh_relation relation)
{
    for (size_t k = 0; k < incentive->num_levels; k++) {
        if (incentive->level[k].threshold.relation == relation) {
            return true;
        }
    }
    return false;
}

static bool is_relative(const struct rh_incentive *incentive)
{
    return needs_relation(incentive, RH_RELATIVE_PRIOR_YEAR) || needs_relation(incentive, RH_RELATIVE_TARGET) ||
           needs_relation(incentive, RH_RELATIVE_PERCENTILE);
}

static struct earlier one_year_earlier(const struct rh_plan *self, const struct rh_panel *panel,
                                       struct rh_plan_window window)
{
    rh_month first = self->first_month + window.first - 12, last = self->first_month + window.last - 12;
    struct earlier earlier = {.first_day = rh_month_first_day(first),
                              .first = (int)(first - panel->first_month),
                              .last = (int)(last - panel->first_month)};
    earlier.known = earlier.first >= 0 && earlier.last < self->history_months;
    return earlier;
}

/* total[panel partners] of what the incentive counts in months [first, last] of the history. */
static void add_up(const struct rh_plan *self, const struct rh_panel *panel, const struct rh_plan_incentive *bound,
                   const double *counted, const struct earlier *earlier, double *total)
{
    memset(total, 0, panel->num_partners * sizeof *total);
    for (int d = 0; d < self->num_drivers; d++) {
        for (size_t s = 0; bound->counts[d] && s < panel->num_series; s++) {
            for (int h = earlier->first; panel->series[s].driver == self->driver[d].panel_driver && h <= earlier->last;
                 h++) {
                total[panel->series[s].partner] += counted[s * (size_t)self->history_months + (size_t)h];
            }
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

/* Prior-year total of a partner; NaN without one that counts as a base. */
static double prior_of(const struct rh_plan_sources *from, const struct earlier *earlier, const double *total,
                       const struct rh_plan_partner *partner)
{
    rh_day joined = from->history->partners.joined[partner->row];
    bool there = joined == RH_NO_DAY || joined <= earlier->first_day;
    double prior = total[partner->panel_partner];
    return earlier->known && there && prior > 0.0 ? prior : NAN;
}

static double threshold_of(const struct rh_plan *self, const struct rh_plan_sources *from,
                           const struct rh_plan_incentive *bound, int w, const struct earlier *earlier,
                           const double *total, const struct rh_level *level, int i, double *room)
{
    const struct rh_plan_partner *partner = &self->partner[i];
    double share = (double)level->threshold.share / (double)RH_PPM_ONE;
    switch (level->threshold.relation) {
    case RH_RELATIVE_PRIOR_YEAR:
        return rint(share * prior_of(from, earlier, total, partner));
    case RH_RELATIVE_TARGET:
        return rint(share * target_of(self, from->history, bound, w, partner->row));
    case RH_RELATIVE_PERCENTILE:
        return earlier->known ? rint(percentile(from, earlier, total, &level->threshold, partner->row, room)) : NAN;
    default:
        return (double)level->from;
    }
}

static int bind_window(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_incentive *bound, int w,
                       const double *counted, double *total, struct rh_error *error)
{
    const struct rh_incentive *incentive = bound->incentive;
    const struct earlier earlier = one_year_earlier(self, from->panel, bound->window[w]);
    bool looks_back = needs_prior(incentive) || needs_relation(incentive, RH_RELATIVE_PRIOR_YEAR) ||
                      needs_relation(incentive, RH_RELATIVE_PERCENTILE);
    if (looks_back && earlier.last >= self->history_months) {
        return rh_error_set_at(error, RH_ERR_UNSUPPORTED, from->study->path, 0, 0,
                               "'%s' relates to a prior year that lies beyond the history: not supported in this "
                               "version, let the horizon end within a year of the history's end",
                               incentive->name.text);
    }
    if (looks_back && earlier.known) {
        add_up(self, from->panel, bound, counted, &earlier, total);
    }
    for (int i = 0; i < self->num_partners; i++) {
        size_t cell = (size_t)i * (size_t)bound->num_windows + (size_t)w;
        if (bound->prior != NULL) {
            bound->prior[cell] = prior_of(from, &earlier, total, &self->partner[i]);
        }
        for (size_t k = 0; bound->threshold != NULL && k < incentive->num_levels; k++) {
            bound->threshold[cell * incentive->num_levels + k] = threshold_of(
                self, from, bound, w, &earlier, total, &incentive->level[k], i, total + from->panel->num_partners);
        }
    }
    return RH_OK;
}

static int bind_incentive(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_incentive *bound,
                          const double *counted, double *total, struct rh_error *error)
{
    size_t cells = (size_t)self->num_partners * (size_t)bound->num_windows + 1;
    bool failed = false;
    if (needs_prior(bound->incentive)) {
        bound->prior = rh_calloc(cells, sizeof *bound->prior);
        failed = bound->prior == NULL;
    }
    if (is_relative(bound->incentive)) {
        bound->threshold = rh_calloc(cells * bound->incentive->num_levels, sizeof *bound->threshold);
        failed = failed || bound->threshold == NULL;
    }
    int status = failed ? RH_ERR_NO_MEMORY : RH_OK;
    for (int w = 0; w < bound->num_windows && status == RH_OK && (bound->prior != NULL || bound->threshold != NULL);
         w++) {
        status = bind_window(self, from, bound, w, counted, total, error);
    }
    return status;
}

int rh_plan_bind_bases(struct rh_plan *self, const struct rh_plan_sources *from, int v, const double *counted,
                       struct rh_error *error)
{
    int status = RH_OK;
    double *total = rh_calloc(2 * from->panel->num_partners + 1, sizeof *total);
    if (total == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (int p = 0; p < self->num_programs; p++) {
        for (int j = 0; j < self->program[p].num_incentives && status == RH_OK; j++) {
            if (self->program[p].incentive[j].view == v) {
                status = bind_incentive(self, from, &self->program[p].incentive[j], counted, total, error);
            }
        }
    }
    free(total);
    return status;
}

bool rh_plan_has_bases(const struct rh_plan_incentive *incentive, int partner, int w)
{
    size_t cell = (size_t)partner * (size_t)incentive->num_windows + (size_t)w;
    bool has = incentive->prior == NULL || !isnan(incentive->prior[cell]);
    for (size_t k = 0; has && incentive->threshold != NULL && k < incentive->incentive->num_levels; k++) {
        has = !isnan(incentive->threshold[cell * incentive->incentive->num_levels + k]);
    }
    return has;
}
