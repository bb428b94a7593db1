#include "engine/plan.h"

#include "core/memory.h"
#include "core/rng.h"
#include "engine/plan_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAYMENT_ROOM ((size_t)64 << 20)

static int no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to make the study ready");
}

/* Which months the horizon has, and which past months it replays. */
static int bind_horizon(struct rh_plan *self, const struct rh_study *study, const struct rh_panel *panel,
                        const struct rh_baseline *baseline, struct rh_error *error)
{
    rh_month after = panel->first_month + panel->num_months;
    self->num_months = study->horizon_months;
    self->history_months = panel->num_months;
    self->exact = study->replay == RH_REPLAY_EXACT;
    self->first_month = self->exact                            ? after - self->num_months
                        : study->horizon_starts == RH_NO_MONTH ? after
                                                               : study->horizon_starts;
    if (self->exact && self->num_months > self->history_months) {
        return rh_error_set_at(error, RH_ERR_INPUT, study->path, 0, 0,
                               "an exact replay of %d months needs as many in the history, which has %d",
                               self->num_months, self->history_months);
    }
    if (self->first_month < after && !self->exact) {
        return rh_error_set_at(error, RH_ERR_INPUT, study->path, 0, 0,
                               "the horizon starts inside the history; to replay the history itself say "
                               "replay: {method: exact}");
    }
    self->months_known = (int)(self->first_month - panel->first_month);
    self->months_ahead = self->exact ? 0 : (int)(self->first_month - after);
    self->replay = rh_replay_make(panel->first_month, self->history_months, self->first_month, baseline->tuning.phase,
                                  study->block_months);
    return RH_OK;
}

/* Labels of a dictionary's names in byte order; rank[id] is the label of an id. */
static int make_labels(struct rh_plan *self, enum rh_cut cut, const struct rh_names *names, int *rank)
{
    int32_t *order = rh_calloc(names->num + 1, sizeof *order);
    self->label[cut] = rh_calloc(names->num + 1, sizeof *self->label[cut]);
    if (order == NULL || self->label[cut] == NULL) {
        free(order);
        return RH_ERR_NO_MEMORY;
    }
    rh_names_sorted(names, order);
    for (size_t k = 0; k < names->num; k++) {
        self->label[cut][k] = names->name[order[k]];
        rank[order[k]] = (int)k;
    }
    self->num_labels[cut] = (int)names->num;
    free(order);
    return RH_OK;
}

static int bind_labels(struct rh_plan *self, const struct rh_baseline *baseline)
{
    const struct rh_partners *partners = &self->history->partners;
    int *segment = rh_calloc(partners->segments.num + 1, sizeof *segment);
    int *region = rh_calloc(partners->regions.num + 1, sizeof *region);
    int *tier = rh_calloc(partners->tiers.num + 1, sizeof *tier);
    int status = segment != NULL && region != NULL && tier != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    if (status == RH_OK) {
        status = make_labels(self, RH_CUT_SEGMENT, &partners->segments, segment);
    }
    if (status == RH_OK) {
        status = make_labels(self, RH_CUT_REGION, &partners->regions, region);
    }
    if (status == RH_OK) {
        status = make_labels(self, RH_CUT_TIER, &partners->tiers, tier);
    }
    for (int i = 0; i < self->num_partners && status == RH_OK; i++) {
        int group = self->partner[i].group;
        self->partner[i].segment = segment[baseline->group_segment[group]];
        self->partner[i].region = region[baseline->group_region[group]];
        self->partner[i].tier_label = tier[self->partner[i].tier];
    }
    self->num_labels[RH_CUT_MONTH] = self->num_months;
    free(segment);
    free(region);
    free(tier);
    return status;
}

/* Appends a name so that a slash between names is no slash in one. */
static void add_escaped(struct rh_text *out, const char *name)
{
    for (; *name != '\0'; name++) {
        if (*name == '/' || *name == '\\') {
            rh_text_puts(out, "\\");
        }
        rh_text_add(out, name, 1);
    }
}

static uint64_t group_entity(const char *kind, const char *region, const char *segment, int *status)
{
    struct rh_text name;
    rh_text_init(&name);
    rh_text_printf(&name, "%s/", kind);
    add_escaped(&name, region);
    rh_text_puts(&name, "/");
    add_escaped(&name, segment);
    uint64_t entity = rh_entity(rh_text_string(&name));
    if (rh_text_status(&name) != RH_OK) {
        *status = RH_ERR_NO_MEMORY;
    }
    rh_text_free(&name);
    return entity;
}

/* Entities of the market paths and of the sources that partners share. */
static int bind_groups(struct rh_plan *self, const struct rh_baseline *baseline)
{
    size_t num = (size_t)baseline->num_groups;
    const struct rh_partners *partners = &self->history->partners;
    self->num_groups = baseline->num_groups;
    self->market_entity = rh_calloc(num + 1, sizeof *self->market_entity);
    self->source_entity = rh_calloc(num + 1, sizeof *self->source_entity);
    self->season_error = rh_calloc(num * 12 + 1, sizeof *self->season_error);
    if (self->market_entity == NULL || self->source_entity == NULL || self->season_error == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    memcpy(self->season_error_all, baseline->season_error_all, sizeof self->season_error_all);
    memcpy(self->season_error, baseline->season_error, num * 12 * sizeof *self->season_error);
    int status = RH_OK;
    for (size_t g = 0; g < num; g++) {
        const char *region = partners->regions.name[baseline->group_region[g]];
        const char *segment = partners->segments.name[baseline->group_segment[g]];
        self->market_entity[g] = group_entity("market", region, segment, &status);
        self->source_entity[g] = group_entity("source", self->together == RH_TOGETHER_REGION ? region : "",
                                              self->together == RH_TOGETHER_SEGMENT ? segment : "", &status);
    }
    return status;
}

/* Keeps another belief per replication; segment -1: of all. self->drawn has room. */
static int add_drawn(struct rh_plan *self, struct rh_plan_drawn drawn)
{
    struct rh_text name;
    rh_text_init(&name);
    rh_text_puts(&name, drawn.entity);
    if (drawn.segment >= 0) {
        rh_text_printf(&name, "/%s", self->history->partners.segments.name[drawn.segment]);
    }
    drawn.name = rh_text_status(&name) == RH_OK ? rh_strdup(rh_text_string(&name)) : NULL;
    rh_text_free(&name);
    drawn.dimension = -1;
    self->drawn[self->num_drawn] = drawn;
    self->num_drawn += drawn.name != NULL;
    return drawn.name != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

static int draw_parameter(struct rh_plan *self, int p, int segment)
{
    const struct rh_parameter_info *info = &rh_parameter_table[p];
    const int cell = p * self->assumptions->num_segments + (segment < 0 ? 0 : segment);
    return add_drawn(self, (struct rh_plan_drawn){.parameter = p,
                                                  .segment = segment,
                                                  .entity = info->name,
                                                  .belief = &self->assumptions->belief[cell],
                                                  .unit = info->unit,
                                                  .description = info->description,
                                                  .origin = self->assumptions->origin[cell],
                                                  .mechanism = info->mechanism});
}

static int draw_assumed(struct rh_plan *self, const struct rh_assumed *as, const char *unit,
                        const struct rh_belief_of *belief, int segment)
{
    return add_drawn(self, (struct rh_plan_drawn){.parameter = RH_NUM_PARAMETERS,
                                                  .segment = segment,
                                                  .entity = as->name,
                                                  .belief = belief,
                                                  .unit = unit,
                                                  .description = as->description,
                                                  .origin = as->origin,
                                                  .mechanism = RH_ASSUMED_MECHANISM});
}

/* What the assumptions say of activities. */
static int bind_drawn_activities(struct rh_plan *self, int segments)
{
    const struct rh_assumptions *assumptions = self->assumptions;
    int status = RH_OK;
    for (size_t k = 0; k < assumptions->num_yields && status == RH_OK; k++) {
        const struct rh_yield *yield = &assumptions->yield[k];
        for (int y = 0; y < self->num_yields; y++) {
            self->yield[y].drawn = self->yield[y].yield == yield ? self->num_drawn : self->yield[y].drawn;
        }
        status = draw_assumed(self, &yield->as, RH_YIELD_UNIT, &yield->revenue, -1);
    }
    for (size_t k = 0; k < assumptions->num_base_rates; k++) {
        const struct rh_base_rate *rate = &assumptions->base_rate[k];
        const bool split = rh_base_rate_by_segment(rate, segments);
        for (int s = split ? 0 : -1; s < (split ? segments : 0) && status == RH_OK; s++) {
            status = draw_assumed(self, &rate->as, RH_BASE_RATE_UNIT, &rate->rate[s < 0 ? 0 : s], s);
        }
    }
    return status;
}

/* What is kept per replication: one column each, or one per segment where segments differ. */
static int bind_drawn(struct rh_plan *self)
{
    const int segments = (int)self->history->partners.segments.num;
    const size_t each = RH_NUM_PARAMETERS + self->assumptions->num_base_rates;
    int status = RH_OK;
    self->drawn = rh_calloc(each * (size_t)(segments + 1) + self->assumptions->num_yields, sizeof *self->drawn);
    if (self->drawn == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        const bool split = rh_assumptions_by_segment(self->assumptions, (enum rh_parameter)p);
        for (int s = split ? 0 : -1; s < (split ? segments : 0) && status == RH_OK; s++) {
            status = draw_parameter(self, p, s);
        }
    }
    return status == RH_OK ? bind_drawn_activities(self, segments) : status;
}

/* The walk: partners stand by group already, and stay in order where group and tier are the same. */
static int bind_walk(struct rh_plan *self)
{
    self->walk = rh_calloc((size_t)self->num_partners + 1, sizeof *self->walk);
    int num = 0;
    for (int first = 0, end; self->walk != NULL && first < self->num_partners; first = end) {
        for (end = first; end < self->num_partners && self->partner[end].group == self->partner[first].group;) {
            end++;
        }
        for (int tier = 0; tier < self->num_labels[RH_CUT_TIER]; tier++) {
            for (int i = first; i < end; i++) {
                if (self->partner[i].tier_label == tier) {
                    self->walk[num++] = i;
                }
            }
        }
    }
    return self->walk != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

/* Entities of pairs: of each partner with each incentive's name, and with its activities. */
static int bind_pairs(struct rh_plan *self)
{
    const size_t labels = (size_t)self->num_labels[RH_CUT_INCENTIVE];
    self->claim_entity = rh_calloc((size_t)self->num_partners * labels + 1, sizeof *self->claim_entity);
    self->activity_entity = rh_calloc(self->num_series + 1, sizeof *self->activity_entity);
    if (self->claim_entity == NULL || self->activity_entity == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < (size_t)self->num_partners; i++) {
        const struct rh_plan_partner *partner = &self->partner[i];
        const char *id = self->history->partners.id.name[partner->row];
        for (size_t k = 0; k < labels; k++) {
            self->claim_entity[i * labels + k] = rh_entity_pair(id, self->label[RH_CUT_INCENTIVE][k]);
        }
        for (size_t s = partner->first_series; s < partner->first_series + (size_t)partner->num_series; s++) {
            const struct rh_plan_driver *driver = &self->driver[self->series_driver[s]];
            const bool draws = driver->kind == RH_DRIVER_ACTIVITY;
            self->activity_entity[s] = draws ? rh_entity_pair(id, driver->name) : 0;
        }
    }
    return RH_OK;
}

/* Who draws the uniform of a parameter: draws of a model are all of one row. */
const char *rh_plan_drawn_by(const struct rh_plan_drawn *drawn)
{
    return drawn->belief->distribution == RH_DIST_DRAWS ? RH_DRAWS_ENTITY : drawn->entity;
}

/* Gives each parameter that is uncertain a dimension of its own, in the order of the table, as far as there are any. */
static int bind_points(struct rh_plan *self, enum rh_sampling sampling, struct rh_error *error)
{
    int num = 1;
    if (sampling != RH_SAMPLING_SOBOL) {
        return RH_OK;
    }
    for (int k = 0; k < self->num_drawn; k++) {
        struct rh_plan_drawn *drawn = &self->drawn[k];
        const bool uncertain = drawn->belief->distribution != RH_DIST_FIXED;
        for (int other = 0; other < k && uncertain && drawn->dimension < 0; other++) {
            const bool same = strcmp(rh_plan_drawn_by(&self->drawn[other]), rh_plan_drawn_by(drawn)) == 0;
            drawn->dimension = same ? self->drawn[other].dimension : -1;
        }
        if (uncertain && drawn->dimension < 0 && num < RH_SOBOL_DIMENSIONS) {
            drawn->dimension = num++;
        }
    }
    self->points = rh_calloc(1, sizeof *self->points);
    /* The lanes behind the last replication are simulated as well. */
    return self->points != NULL ? rh_sobol_init(self->points, self->replications + RH_MIXED_LANES, error)
                                : no_memory(error);
}

/* What a hash stands for, with the two names of it ("" where it has none). */
struct named_entity {
    uint64_t entity;
    enum { ENTITY_PARTNER, ENTITY_INCENTIVE, ENTITY_ACTIVITY, ENTITY_MARKET, ENTITY_SOURCE } kind;
    const char *first, *second;
};

static int by_entity(const void *a, const void *b)
{
    const struct named_entity *x = a, *y = b;
    return (x->entity > y->entity) - (x->entity < y->entity);
}

/* A source stands there once for each group that shares it, and an activity draws for other purposes than an incentive
 * of its name. */
static bool is_collision(const struct named_entity *a, const struct named_entity *b)
{
    bool same_name = strcmp(a->first, b->first) == 0 && strcmp(a->second, b->second) == 0;
    bool shared = a->kind == ENTITY_SOURCE && b->kind == ENTITY_SOURCE;
    bool no_rivals = (a->kind == ENTITY_INCENTIVE && b->kind == ENTITY_ACTIVITY) ||
                     (a->kind == ENTITY_ACTIVITY && b->kind == ENTITY_INCENTIVE);
    return a->entity == b->entity && !(same_name && (shared || no_rivals));
}

static size_t add_partner(const struct rh_plan *self, int i, struct named_entity *out)
{
    const struct rh_plan_partner *partner = &self->partner[i];
    const char *id = self->history->partners.id.name[partner->row];
    size_t num = 0;
    out[num++] = (struct named_entity){partner->entity, ENTITY_PARTNER, id, ""};
    for (int k = 0; k < self->num_labels[RH_CUT_INCENTIVE]; k++) {
        out[num++] = (struct named_entity){self->claim_entity[i * self->num_labels[RH_CUT_INCENTIVE] + k],
                                           ENTITY_INCENTIVE, id, self->label[RH_CUT_INCENTIVE][k]};
    }
    for (size_t s = partner->first_series; s < partner->first_series + (size_t)partner->num_series; s++) {
        const struct rh_plan_driver *driver = &self->driver[self->series_driver[s]];
        if (driver->kind == RH_DRIVER_ACTIVITY) {
            out[num++] = (struct named_entity){self->activity_entity[s], ENTITY_ACTIVITY, id, driver->name};
        }
    }
    return num;
}

static size_t add_group(const struct rh_plan *self, const struct rh_baseline *baseline, int g, struct named_entity *out)
{
    const char *region = self->history->partners.regions.name[baseline->group_region[g]];
    const char *segment = self->history->partners.segments.name[baseline->group_segment[g]];
    out[0] = (struct named_entity){self->market_entity[g], ENTITY_MARKET, region, segment};
    out[1] =
        (struct named_entity){self->source_entity[g], ENTITY_SOURCE, self->together == RH_TOGETHER_REGION ? region : "",
                              self->together == RH_TOGETHER_SEGMENT ? segment : ""};
    return 2;
}

static void add_entity(struct rh_text *out, const struct named_entity *entity)
{
    switch (entity->kind) {
    case ENTITY_PARTNER:
        rh_text_printf(out, "partner '%s'", entity->first);
        break;
    case ENTITY_INCENTIVE:
    case ENTITY_ACTIVITY:
        rh_text_printf(out, "partner '%s' with '%s'", entity->first, entity->second);
        break;
    default:
        rh_text_printf(out, "the %s of region '%s', segment '%s'",
                       entity->kind == ENTITY_MARKET ? "market" : "months' source", entity->first, entity->second);
        break;
    }
}

static int tell_collision(const struct named_entity *a, const struct named_entity *b, struct rh_error *error)
{
    struct rh_text message;
    rh_text_init(&message);
    add_entity(&message, a);
    rh_text_puts(&message, " and ");
    add_entity(&message, b);
    rh_text_puts(&message, " have the same hash and would share their luck: rename one of them");
    int status = rh_text_status(&message) == RH_OK ? rh_error_set(error, RH_ERR_INPUT, "%s", rh_text_string(&message))
                                                   : no_memory(error);
    rh_text_free(&message);
    return status;
}

/* Two names with one hash would share their luck: an error, told instead of lived with. */
static int check_collisions(const struct rh_plan *self, const struct rh_baseline *baseline, struct rh_error *error)
{
    size_t capacity = (size_t)self->num_partners * (size_t)(self->num_labels[RH_CUT_INCENTIVE] + 1) + self->num_series +
                      2 * (size_t)self->num_groups + 1;
    size_t num = 0;
    struct named_entity *all = rh_calloc(capacity, sizeof *all);
    if (all == NULL) {
        return no_memory(error);
    }
    for (int i = 0; i < self->num_partners; i++) {
        num += add_partner(self, i, all + num);
    }
    for (int g = 0; g < self->num_groups; g++) {
        num += add_group(self, baseline, g, all + num);
    }
    qsort(all, num, sizeof *all, by_entity);
    int status = RH_OK;
    for (size_t k = 1; k < num && status == RH_OK; k++) {
        if (is_collision(&all[k - 1], &all[k])) {
            status = tell_collision(&all[k - 1], &all[k], error);
        }
    }
    free(all);
    return status;
}

int rh_plan_init(struct rh_plan *self, const struct rh_study *study, const struct rh_history *history,
                 const struct rh_panel *panel, const struct rh_baseline *baseline,
                 const struct rh_assumptions *assumptions, struct rh_error *error)
{
    const struct rh_plan_sources from = {study, history, panel, baseline};
    memset(self, 0, sizeof *self);
    self->history = history;
    self->assumptions = assumptions;
    self->seed = study->seed;
    self->replications = (uint64_t)study->replications;
    self->mixed = study->arithmetic == RH_ARITHMETIC_MIXED;
    self->together = study->together;
    self->follow = study->together == RH_TOGETHER_PARTNER ? 1.0 : study->follow;
    self->growth = study->outlook_growth;
    self->growth_sd = study->outlook_sd;
    self->payment_room = PAYMENT_ROOM;
    int status = bind_horizon(self, study, panel, baseline, error);
    if (status == RH_OK) {
        status = rh_plan_bind_drivers(self, &from, error);
    }
    if (status == RH_OK) {
        status = rh_plan_bind_assumed(self, &from, error);
    }
    if (status == RH_OK) {
        status = rh_plan_bind_programs(self, &from, error);
    }
    if (status == RH_OK) {
        status = rh_plan_bind_series(self, &from, error);
    }
    if (status == RH_OK) {
        status = rh_plan_bind_views(self, &from, error);
    }
    if (status == RH_OK) {
        status = rh_plan_bind_benefits(self, &from, error);
    }
    if (status == RH_OK) {
        status = rh_plan_bind_eligible(self, &from, error);
    }
    if (status == RH_OK) {
        status = rh_plan_bind_shares(self, &from, error);
    }
    if (status == RH_OK && (bind_labels(self, baseline) != RH_OK || bind_groups(self, baseline) != RH_OK ||
                            bind_drawn(self) != RH_OK || bind_walk(self) != RH_OK || bind_pairs(self) != RH_OK)) {
        status = no_memory(error);
    }
    if (status == RH_OK) {
        status = bind_points(self, study->sampling, error);
    }
    if (status == RH_OK && self->num_series == 0) {
        status = rh_error_set_at(error, RH_ERR_INPUT, study->history_path, 0, 0,
                                 "no partner of the history has sales to replay");
    }
    if (status == RH_OK) {
        status = check_collisions(self, baseline, error);
    }
    if (status != RH_OK) {
        rh_plan_free(self);
    }
    return status;
}

static void free_incentive(struct rh_plan_incentive *self)
{
    rh_schedule_free(&self->schedule);
    rh_plan_count_free(&self->count);
    free(self->threshold);
    free(self->prior);
    free(self->target);
    free(self->at_least);
    free(self->ahead);
    free(self->pools.of);
    free(self->pools.rest);
    free(self->pools.variance);
    free(self->pools.so_far);
    free(self->pools.prior);
    free(self->pools.threshold);
    free(self->requirement);
    free(self->after);
    free(self->window);
    free(self->window_of);
}

static void free_program(struct rh_plan_program *self)
{
    for (int j = 0; j < self->num_incentives; j++) {
        free_incentive(&self->incentive[j]);
    }
    for (int g = 0; g < self->num_gauges; g++) {
        rh_plan_gauge_free(&self->gauge[g]);
    }
    rh_plan_status_free(self);
    free(self->incentive);
    free(self->gauge);
    free(self->gross_up);
}

void rh_plan_free(struct rh_plan *self)
{
    for (int d = 0; self->driver != NULL && d < self->num_drivers; d++) {
        free((void *)(uintptr_t)self->driver[d].name);
    }
    for (int p = 0; self->program != NULL && p < self->num_programs; p++) {
        free_program(&self->program[p]);
    }
    for (int i = 0; self->partner != NULL && i < self->num_partners; i++) {
        free(self->partner[i].alive);
    }
    for (int k = 0; self->drawn != NULL && k < self->num_drawn; k++) {
        free(self->drawn[k].name);
    }
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        free(self->label[cut]);
    }
    free(self->driver);
    free(self->extra);
    free(self->yield);
    free(self->program);
    free(self->scenario);
    free(self->partner);
    free(self->walk);
    free(self->series_driver);
    free(self->series_panel);
    free(self->rate);
    free(self->mean);
    free(self->ratio);
    free(self->view);
    free(self->views);
    free(self->table);
    free(self->market_entity);
    free(self->source_entity);
    free(self->season_error);
    free(self->eligible);
    free(self->claim_entity);
    free(self->activity_entity);
    free(self->drawn);
    free(self->points);
    memset(self, 0, sizeof *self);
}
