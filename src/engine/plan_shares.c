/* Incentives in which partners meet: who shares a pool or a ranking with whom, and what one is expected to find there.
 */
#include "core/memory.h"
#include "engine/plan_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers the partners' groups: equal ids are one group; `empty` (-1: none) and groups of one are none. */
static int number_groups(const struct rh_plan *self, const int32_t *ids, size_t num_ids, int32_t empty,
                         struct rh_plan_pools *pools)
{
    int *members = rh_calloc(num_ids + 1, sizeof *members), *number = rh_calloc(num_ids + 1, sizeof *number);
    pools->of = rh_calloc((size_t)self->num_partners + 1, sizeof *pools->of);
    for (int i = 0; members != NULL && i < self->num_partners; i++) {
        members[ids[self->partner[i].row]]++;
    }
    for (size_t id = 0; members != NULL && number != NULL && id < num_ids; id++) {
        number[id] = (int32_t)id == empty || members[id] < 2 ? -1 : pools->num++;
    }
    for (int i = 0; members != NULL && number != NULL && pools->of != NULL && i < self->num_partners; i++) {
        pools->of[i] = number[ids[self->partner[i].row]];
    }
    const bool failed = members == NULL || number == NULL || pools->of == NULL;
    free(members);
    free(number);
    return failed ? RH_ERR_NO_MEMORY : RH_OK;
}

static int bind_groups(const struct rh_plan *self, const struct rh_history *history, struct rh_plan_incentive *bound)
{
    const struct rh_incentive *incentive = bound->incentive;
    const struct rh_names *names;
    const int32_t *ids;
    if (incentive->metric == RH_METRIC_POOLED) {
        const bool found = rh_history_partner_column(history, incentive->pooled_by.text, &ids, &names);
        return found ? number_groups(self, ids, names->num, rh_names_find(names, ""), &bound->pools) : RH_ERR_INPUT;
    }
    if (incentive->rank_scope != RH_SCOPE_ALL) { /* a region or segment without a name is one as well */
        (void)rh_history_partner_column(history, incentive->rank_scope == RH_SCOPE_REGION ? "region" : "segment", &ids,
                                        &names);
        return number_groups(self, ids, names->num, -1, &bound->pools);
    }
    bound->pools.num = 1; /* all are group 0 */
    bound->pools.of = rh_calloc((size_t)self->num_partners + 1, sizeof *bound->pools.of);
    return bound->pools.of != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

static bool takes_part(const struct rh_plan *self, const struct rh_plan_program *program, int j, int i, int w)
{
    const uint64_t *bits =
        self->eligible[(size_t)i * (size_t)self->num_incentives + (size_t)(program->first_incentive + j)];
    return (bits[w / 64] >> (w % 64) & 1u) != 0;
}

/* What one partner is expected to add to its pool, month by month of its window. */
static void add_member(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_plan_incentive *bound, int i,
                       int w)
{
    const struct rh_plan_window window = bound->window[w];
    const size_t row = (size_t)bound->pools.of[i] * (size_t)self->num_months;
    double rest = 0.0, so_far = 0.0;
    for (int t = window.last; t >= window.first; t--) {
        rest += rh_plan_expected_count(self, from, &bound->count, i, t);
        const double sd = self->partner[i].cv * rest;
        bound->pools.rest[row + (size_t)t] += rest;
        bound->pools.variance[row + (size_t)t] += sd * sd / (window.last - t + 1);
    }
    for (int t = window.first; t <= window.last; t++) {
        bound->pools.so_far[row + (size_t)t] += so_far;
        so_far += rh_plan_expected_count(self, from, &bound->count, i, t);
    }
}

/* Thresholds of a pool: of the sum of its members' bases. */
static void bind_thresholds(struct rh_plan_incentive *bound, int pool, int w, double prior, double target)
{
    const struct rh_incentive *incentive = bound->incentive;
    const size_t cell = (size_t)pool * (size_t)bound->num_windows + (size_t)w;
    if (bound->pools.prior != NULL) {
        bound->pools.prior[cell] = prior;
    }
    for (size_t k = 0; bound->pools.threshold != NULL && k < incentive->num_levels; k++) {
        bound->pools.threshold[cell * incentive->num_levels + k] =
            rh_threshold_amount(&incentive->level[k].threshold, prior, target);
    }
}

static int make_pools(const struct rh_plan *self, struct rh_plan_incentive *bound)
{
    struct rh_plan_pools *pools = &bound->pools;
    const size_t cells = (size_t)pools->num * (size_t)self->num_months + 1;
    const size_t windows = (size_t)pools->num * (size_t)bound->num_windows + 1;
    pools->rest = rh_calloc(cells, sizeof *pools->rest);
    pools->variance = rh_calloc(cells, sizeof *pools->variance);
    pools->so_far = rh_calloc(cells, sizeof *pools->so_far);
    pools->prior = bound->prior != NULL ? rh_calloc(windows, sizeof *pools->prior) : NULL;
    pools->threshold =
        bound->threshold != NULL ? rh_calloc(windows * bound->incentive->num_levels, sizeof *pools->threshold) : NULL;
    return pools->rest != NULL && pools->variance != NULL && pools->so_far != NULL &&
                   (pools->prior != NULL || bound->prior == NULL) &&
                   (pools->threshold != NULL || bound->threshold == NULL)
               ? RH_OK
               : RH_ERR_NO_MEMORY;
}

static int bind_pools(struct rh_plan *self, const struct rh_plan_sources *from, const struct rh_plan_program *program,
                      int j)
{
    struct rh_plan_incentive *bound = &program->incentive[j];
    const size_t windows = (size_t)bound->num_windows;
    double *base = rh_calloc(2 * (size_t)bound->pools.num * windows + 1, sizeof *base);
    int status = base != NULL ? make_pools(self, bound) : RH_ERR_NO_MEMORY;
    for (int i = 0; i < self->num_partners && status == RH_OK; i++) {
        for (int w = 0; bound->pools.of[i] >= 0 && w < bound->num_windows; w++) {
            const size_t cell = (size_t)i * windows + (size_t)w;
            const size_t place = 2 * ((size_t)bound->pools.of[i] * windows + (size_t)w);
            if (takes_part(self, program, j, i, w)) {
                add_member(self, from, bound, i, w);
                base[place] += bound->prior != NULL ? bound->prior[cell] : 0.0;
                base[place + 1] += bound->target != NULL ? bound->target[cell] : 0.0;
            }
        }
    }
    for (int cell = 0; cell < bound->pools.num * bound->num_windows && status == RH_OK; cell++) {
        bind_thresholds(bound, cell / bound->num_windows, cell % bound->num_windows, base[2 * cell],
                        base[2 * cell + 1]);
    }
    free(base);
    return status;
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Totals that the places of one group took in window w a year earlier, the best first; room: [num_partners]. */
static int sort_group(const struct rh_plan *self, const struct rh_plan_program *program, int j, int group, int w,
                      double *room)
{
    const struct rh_plan_incentive *bound = &program->incentive[j];
    int num = 0;
    for (int i = 0; i < self->num_partners; i++) {
        const double total = bound->prior[(size_t)i * (size_t)bound->num_windows + (size_t)w];
        if (bound->pools.of[i] == group && total > 0.0 && takes_part(self, program, j, i, w)) {
            room[num++] = total;
        }
    }
    qsort(room, (size_t)num, sizeof *room, descending);
    return num;
}

/* What partner i has to reach for each prize: the total that took its last place among the others. */
static void bind_places(struct rh_plan_incentive *bound, int i, int w, const double *best, int num)
{
    const struct rh_incentive *incentive = bound->incentive;
    const size_t cell = (size_t)i * (size_t)bound->num_windows + (size_t)w;
    const double own = bound->prior[cell];
    for (size_t k = 0; k < incentive->num_levels; k++) {
        int place = incentive->level[k].top - 1;
        place += place < num && own >= best[place]; /* without itself */
        bound->threshold[cell * incentive->num_levels + k] = place < num ? best[place] : 0.0;
    }
}

static int bind_ranks(struct rh_plan *self, const struct rh_plan_program *program, int j)
{
    struct rh_plan_incentive *bound = &program->incentive[j];
    double *room = rh_calloc((size_t)self->num_partners + 1, sizeof *room);
    for (size_t k = 0; k < bound->incentive->num_levels; k++) {
        const int top = bound->incentive->level[k].top;
        bound->places = top > bound->places ? top : bound->places;
    }
    bound->places = bound->places < self->num_partners ? bound->places : self->num_partners;
    for (int group = 0; room != NULL && group < bound->pools.num; group++) {
        for (int w = 0; w < bound->num_windows; w++) {
            const int num = sort_group(self, program, j, group, w, room);
            for (int i = 0; i < self->num_partners; i++) {
                if (bound->pools.of[i] == group) {
                    bind_places(bound, i, w, room, num);
                }
            }
        }
    }
    const int status = room != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    free(room);
    return status;
}

int rh_plan_bind_shares(struct rh_plan *self, const struct rh_plan_sources *from, struct rh_error *error)
{
    int status = RH_OK;
    for (int p = 0; p < self->num_programs; p++) {
        const struct rh_plan_program *program = &self->program[p];
        for (int j = 0; j < program->num_incentives && status == RH_OK; j++) {
            const enum rh_metric metric = program->incentive[j].incentive->metric;
            if (metric != RH_METRIC_POOLED && metric != RH_METRIC_RANK) {
                continue;
            }
            status = bind_groups(self, from->history, &program->incentive[j]);
            if (status == RH_OK) {
                status = metric == RH_METRIC_POOLED ? bind_pools(self, from, program, j) : bind_ranks(self, program, j);
            }
        }
    }
    return status == RH_OK ? RH_OK
                           : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for pools and rankings of the programs");
}
