/* Who is in the channel. A partner is a few draws; what takes state is the market (one path, made first) and the list
 * of those that supply others, since a partner can only belong to one that is there already. */
#include "synth/channel.h"

#include "core/memory.h"
#include "core/variates.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNT_MANAGERS 4  /* per region */
#define LONGEST_TENURE 40.0 /* years; the exponential's far tail would predate the trade */

/* Adds a stationary AR(1) path of the given long-run sd, and minus half its variance, to path[num]. */
static void add_path(const struct rh_channel *self, uint64_t entity, double sd, double memory, size_t num, double *path)
{
    double state = 0.0;
    double step = sqrt(1.0 - memory * memory);
    for (size_t k = 0; k < num; k++) {
        rh_month month = self->market_from + (rh_month)k;
        double z = rh_normal(rh_uniform(rh_world_words(self, entity, RH_WORLD_MARKET, 0, month, 0).w[0]));
        state = k == 0 ? z : memory * state + step * z;
        path[k] += sd * state - 0.5 * sd * sd;
    }
}

/* The market's path begins as long before the history's end as any history can, so that a month's market does not
 * depend on how much of the history is asked for. */
static int make_market(struct rh_channel *self)
{
    const struct rh_world *world = self->world;
    size_t num = RH_WORLD_MAX_MONTHS + RH_WORLD_WARM_UP;
    self->market_from = self->ends - (rh_month)num + 1;
    self->num_market_months = num;
    self->market = rh_calloc(world->num_regions * num, sizeof *self->market);
    if (self->market == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    add_path(self, rh_entity("market"), world->market.common_sd, world->market.memory, num, self->market);
    for (size_t region = 1; region < world->num_regions; region++) {
        memcpy(&self->market[region * num], self->market, num * sizeof *self->market);
    }
    for (size_t region = 0; region < world->num_regions; region++) {
        add_path(self, rh_entity_pair("market", world->region[region].name), world->market.regional_sd,
                 world->market.memory, num, &self->market[region * num]);
    }
    return RH_OK;
}

int rh_channel_init(struct rh_channel *self, const struct rh_world *world, const struct rh_world_options *options,
                    struct rh_error *error)
{
    memset(self, 0, sizeof *self);
    self->world = world;
    double months = options->months > 0 ? options->months : world->months;
    double partners = options->partners > 0 ? options->partners : world->partners;
    if (months > RH_WORLD_MAX_MONTHS || partners > RH_WORLD_MAX_PARTNERS) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "a world has at most %d partners and %d months",
                            RH_WORLD_MAX_PARTNERS, RH_WORLD_MAX_MONTHS);
    }
    self->seed = options->seed >= 0 ? (uint64_t)options->seed : (uint64_t)world->seed;
    self->num_partners = (size_t)partners;
    self->ends = world->ends;
    self->first = world->ends - (rh_month)months + 1;
    self->supplier = rh_calloc(world->num_regions, sizeof *self->supplier);
    self->num_suppliers = rh_calloc(world->num_regions, sizeof *self->num_suppliers);
    self->supplier_capacity = rh_calloc(world->num_regions, sizeof *self->supplier_capacity);
    if (self->supplier == NULL || self->num_suppliers == NULL || self->supplier_capacity == NULL ||
        make_market(self) != RH_OK) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    return RH_OK;
}

void rh_channel_free(struct rh_channel *self)
{
    for (size_t region = 0; self->supplier != NULL && region < self->world->num_regions; region++) {
        free(self->supplier[region]);
    }
    free(self->supplier);
    free(self->num_suppliers);
    free(self->supplier_capacity);
    free(self->market);
    memset(self, 0, sizeof *self);
}

int rh_channel_partner_init(struct rh_channel_partner *self, const struct rh_world *world)
{
    memset(self, 0, sizeof *self);
    self->mix = rh_calloc(world->num_products, sizeof *self->mix);
    return self->mix != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

void rh_channel_partner_free(struct rh_channel_partner *self)
{
    free(self->mix);
    memset(self, 0, sizeof *self);
}

static struct rh_words trait(const struct rh_channel *self, const struct rh_channel_partner *partner,
                             enum rh_world_draw what)
{
    return rh_world_words(self, partner->entity, what, 0, 0, 0);
}

static void draw_kind(const struct rh_channel *self, struct rh_channel_partner *partner)
{
    const struct rh_world *world = self->world;
    struct rh_words words = trait(self, partner, RH_WORLD_KIND);
    double u = rh_uniform(words.w[0]);
    partner->segment = 0;
    while (partner->segment + 1 < world->num_segments && u >= world->segment[partner->segment].share) {
        u -= world->segment[partner->segment++].share;
    }
    u = rh_uniform(words.w[1]);
    partner->region = 0;
    while (partner->region + 1 < world->num_regions && u >= world->region[partner->region].share) {
        u -= world->region[partner->region++].share;
    }
    partner->account_manager = 1 + (int)(rh_uniform(words.w[2]) * ACCOUNT_MANAGERS);
    words = trait(self, partner, RH_WORLD_NAME);
    partner->first_word = (size_t)(rh_uniform(words.w[0]) * (double)world->num_first_words);
    partner->second_word = (size_t)(rh_uniform(words.w[1]) * (double)world->num_second_words);
}

static void draw_size(const struct rh_channel *self, struct rh_channel_partner *partner)
{
    const struct rh_world *world = self->world;
    const struct rh_world_segment *segment = &world->segment[partner->segment];
    struct rh_words words = trait(self, partner, RH_WORLD_SIZE);
    partner->relative_size = exp(segment->log_sd * rh_normal(rh_uniform(words.w[0])));
    partner->size = segment->median * partner->relative_size;
    double seen = partner->size * exp(world->partner.tier_sd * rh_normal(rh_uniform(words.w[1])));
    partner->tier = 0;
    while (partner->tier + 1 < world->num_tiers && seen >= world->tier[partner->tier + 1].from) {
        partner->tier++;
    }
    double orders = segment->orders * pow(partner->relative_size, world->orders.power);
    partner->orders = fmin(fmax(orders, world->orders.at_least), world->orders.at_most);
    words = trait(self, partner, RH_WORLD_MARGIN);
    partner->margin = segment->margin_sd > 0.0 ? rh_normal_truncated(segment->margin_mean, segment->margin_sd, 0.02,
                                                                     0.60, rh_uniform(words.w[0]))
                                               : segment->margin_mean;
    partner->margin = round(partner->margin * 1000.0) / 1000.0; /* as it is written, so that the truth is on file */
    partner->margin_on_file = rh_uniform(words.w[1]) >= world->partner.margin_missing;
}

static void draw_life(const struct rh_channel *self, struct rh_channel_partner *partner)
{
    const struct rh_world *world = self->world;
    struct rh_words words = trait(self, partner, RH_WORLD_LIFE);
    double years = fmin(-world->life.years * log(rh_uniform(words.w[0])), LONGEST_TENURE);
    partner->joined = rh_month_last_day(self->ends) - (rh_day)(years * 365.25);
    partner->joined_on_file = rh_uniform(words.w[1]) >= world->life.joined_missing;
    partner->left = RH_NO_MONTH;
    double leaves = -expm1(-world->life.leaving / 12.0);
    rh_month joined = rh_day_month(partner->joined);
    for (rh_month month = joined > self->first ? joined : self->first; month <= self->ends; month++) {
        if (rh_uniform(rh_world_words(self, partner->entity, RH_WORLD_LEAVE, 0, month, 0).w[0]) < leaves) {
            partner->left = month;
            break;
        }
    }
}

static void draw_rhythm(const struct rh_channel *self, struct rh_channel_partner *partner)
{
    const struct rh_world *world = self->world;
    struct rh_words words = trait(self, partner, RH_WORLD_RHYTHM);
    partner->phase = -1;
    if (rh_uniform(words.w[0]) < world->segment[partner->segment].quarterly) {
        double u = rh_uniform(words.w[1]);
        partner->phase = u < world->orders.phase[0] ? 0 : u < world->orders.phase[0] + world->orders.phase[1] ? 1 : 2;
        /* At least one order whenever it orders at all. */
        partner->orders = fmax(partner->orders, (1.0 - world->orders.skipped) / 3.0);
    }
}

static void draw_traits(const struct rh_channel *self, struct rh_channel_partner *partner)
{
    const struct rh_world *world = self->world;
    const struct rh_world_segment *segment = &world->segment[partner->segment];
    struct rh_words words = trait(self, partner, RH_WORLD_TRAITS);
    partner->reports = rh_uniform(words.w[0]) < segment->reports;
    partner->subscribes = rh_uniform(words.w[1]) < segment->subscribes;
    partner->attentive = rh_uniform(words.w[2]) < world->response.attention;
    double sd = world->partner.activity_sd;
    partner->eagerness = exp(sd * rh_normal(rh_uniform(words.w[3])) - 0.5 * sd * sd);
    double sum = 0.0;
    for (size_t k = 0; k < world->num_products; k++) {
        uint64_t entity = rh_entity_pair(partner->id, world->product[k].name);
        double z = rh_normal(rh_uniform(rh_world_words(self, entity, RH_WORLD_TASTE, 0, 0, 0).w[0]));
        partner->mix[k] = segment->mix[k] * exp(world->partner.mix_sd * z);
        sum += partner->mix[k];
    }
    for (size_t k = 0; k < world->num_products; k++) {
        partner->mix[k] /= sum;
    }
}

/* What it does for a reward. Its elasticity is lognormal around its segment's. */
static void draw_answer(const struct rh_channel *self, struct rh_channel_partner *partner)
{
    const struct rh_world *world = self->world;
    struct rh_words words = trait(self, partner, RH_WORLD_ANSWER);
    double sd = world->response.elasticity_spread;
    double z = rh_normal(rh_uniform(words.w[0]));
    partner->elasticity = rh_channel_elasticity(world, partner->segment) * exp(sd * z - 0.5 * sd * sd);
    partner->shifts = rh_uniform(words.w[1]) < world->timing.able;
}

static int draw_parent(struct rh_channel *self, struct rh_channel_partner *partner)
{
    const struct rh_world_segment *segment = &self->world->segment[partner->segment];
    size_t num = self->num_suppliers[partner->region];
    struct rh_words words = trait(self, partner, RH_WORLD_PARENT);
    partner->parent = RH_WORLD_NO_PARENT;
    if (num > 0 && rh_uniform(words.w[0]) < segment->has_parent) {
        partner->parent = self->supplier[partner->region][(size_t)(rh_uniform(words.w[1]) * (double)num)];
    }
    if (!segment->supplies) {
        return RH_OK;
    }
    int code = rh_reserve(&self->supplier[partner->region], &self->supplier_capacity[partner->region], num + 1,
                          sizeof **self->supplier);
    if (code == RH_OK) {
        self->supplier[partner->region][num] = partner->number;
        self->num_suppliers[partner->region] = num + 1;
    }
    return code;
}

int rh_channel_next(struct rh_channel *self, struct rh_channel_partner *partner)
{
    partner->number = self->num_made;
    snprintf(partner->id, sizeof partner->id, "P%04zu", partner->number + 1);
    partner->entity = rh_entity(partner->id);
    draw_kind(self, partner);
    draw_size(self, partner);
    draw_life(self, partner);
    draw_rhythm(self, partner);
    draw_traits(self, partner);
    draw_answer(self, partner);
    int code = draw_parent(self, partner);
    if (code == RH_OK) {
        self->num_made++;
    }
    return code;
}

double rh_channel_elasticity(const struct rh_world *world, size_t segment)
{
    double own = world->segment[segment].effort_elasticity;
    return own >= 0.0 ? own : world->response.effort_elasticity;
}

int rh_channel_month_of_quarter(const struct rh_world *world, rh_month month)
{
    rh_month first, last;
    rh_window_around(RH_WINDOW_QUARTER, (int)world->year_starts, month, &first, &last);
    return month - first;
}

double rh_channel_season(const struct rh_world *world, size_t product, rh_month month)
{
    int calendar_month = rh_month_of_year(month) - 1;
    double season = world->product[product].season[calendar_month];
    for (size_t k = 0; k < world->num_promos; k++) {
        if (world->promo[k].product == product && world->promo[k].month[calendar_month]) {
            season *= 1.0 + world->promo[k].lift;
        }
    }
    return season;
}

/* Linear from ramp_from in the month of joining to 1 after ramp_months. */
static double ramp(const struct rh_channel *self, const struct rh_channel_partner *partner, rh_month month)
{
    int since = month - rh_day_month(partner->joined);
    double months = self->world->life.ramp_months;
    if (since < 0) {
        return 0.0;
    }
    return since >= months ? 1.0 : self->world->life.ramp_from + (1.0 - self->world->life.ramp_from) * since / months;
}

double rh_channel_demand(const struct rh_channel *self, const struct rh_channel_partner *partner, rh_month month)
{
    double appetite = 0.0;
    for (size_t k = 0; k < self->world->num_products; k++) {
        appetite += partner->mix[k] * rh_channel_season(self->world, k, month);
    }
    /* The size is that of the history's last twelve months, whose middle lies 5½ months before the last. */
    double years = (month - self->ends + 5.5) / 12.0;
    double growth = pow(1.0 + self->world->region[partner->region].growth, years);
    return partner->size / 12.0 * growth * ramp(self, partner, month) * appetite;
}

double rh_channel_expected(const struct rh_channel *self, const struct rh_channel_partner *partner, rh_month month)
{
    int k = rh_channel_month_of_quarter(self->world, month);
    double weight = partner->phase < 0 ? self->world->orders.quarter[k] : k == partner->phase ? 3.0 : 0.0;
    return weight * rh_channel_demand(self, partner, month);
}

double rh_channel_market(const struct rh_channel *self, size_t region, rh_month month)
{
    assert(month >= self->market_from && month <= self->ends && region < self->world->num_regions);
    return exp(self->market[region * self->num_market_months + (size_t)(month - self->market_from)]);
}
