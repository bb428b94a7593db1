/* What is random in a block: parameters, markets, sources of months, partners' levels, lives and attention. Every draw
 * is a function of seed, entity, replication and purpose alone. */
#include "core/rng_lanes.h"
#include "core/variates.h"
#include "engine/kernel_private.h"
#include "engine/look_up.h"
#include "engine/vmath.h"

#include <math.h>
#include <string.h>

#define MARKET_SHARED 0.75 /* of the variance of the outlook: common to all groups */
#define LIFE_SHARED 0.2    /* of the variance of what decides who has left: common to all partners */
#define LEAST_LEVEL 1e-30  /* whose logarithm is a number */
#define WALK_FREEDOM 5.0   /* degrees of freedom of the level's random walk */

void rh_draw_words(const struct rh_kernel *self, uint64_t entity, enum rh_purpose purpose, uint32_t month,
                   uint32_t index, rh_words_lanes words)
{
    rh_draw_lanes(self->plan->seed, entity, self->first, purpose, month, index, RH_LANES, words[0]);
}

/* Months from the middle of a month of sale to the end of the window in which it counts; to the middle of the next
 * review window where what it brings is a status there. */
static double wait_of(const struct rh_plan_program *program, const struct rh_plan_incentive *bound, int t)
{
    const int w = bound->window_of[t];
    if (w >= 0 && bound->role == RH_ROLE_TIER_REVIEW) {
        const struct rh_plan_window review = program->status.review[w];
        return review.last - t + 0.5 + 0.5 * (review.last - review.first + 1);
    }
    return w < 0 ? 0.0 : bound->window[w].last - t + 0.5;
}

/* What a reward to come is worth now, per incentive and month of sale: worth of its kind × claim rate × discount. */
static void draw_feel(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    const rh_real *discount = rh_drawn(self, RH_PARAM_DISCOUNT_RATE, 0);
    const rh_real *noncash = rh_drawn(self, RH_PARAM_NONCASH_WORTH, 0);
    for (int p = 0; p < plan->num_programs; p++) {
        for (int j = 0; j < plan->program[p].num_incentives; j++) {
            const struct rh_plan_incentive *bound = &plan->program[p].incentive[j];
            const rh_real *claim = rh_drawn(self, rh_claim_rate(bound->incentive), 0);
            const double value = (double)bound->incentive->partner_value / (double)RH_PPM_ONE;
            const bool cash = bound->incentive->kind != RH_KIND_NON_CASH;
            rh_lanes *feel = self->feel + (ptrdiff_t)(plan->program[p].first_incentive + j) * plan->num_months;
            for (int t = 0; t < plan->num_months; t++) {
                double months = wait_of(&plan->program[p], bound, t) + bound->payout_days / RH_DAYS_PER_MONTH;
                for (int l = 0; l < RH_LANES; l++) {
                    double delay = months + rh_processing_days(self, bound->incentive, l) / RH_DAYS_PER_MONTH;
                    feel[t][l] = (cash ? value : value * noncash[l]) * claim[l] * rh_vexp(-discount[l] * delay / 12.0);
                }
            }
        }
    }
}

/* True where the parameter is above 0 in some replication of some segment. */
static bool is_on(const struct rh_kernel *self, enum rh_parameter parameter)
{
    for (int k = 0; k < self->plan->num_drawn; k++) {
        for (int l = 0; self->plan->drawn[k].parameter == (int)parameter && l < RH_LANES; l++) {
            if (self->parameter[k][l] > 0.0) {
                return true;
            }
        }
    }
    return false;
}

/* What all partners of a replication have in common. */
static void draw_common_luck(struct rh_kernel *self)
{
    const uint64_t null_program = rh_entity("null_program"), life = rh_entity("life"), seed = self->plan->seed;
    for (int l = 0; l < RH_LANES; l++) {
        const uint32_t r = self->first + (uint32_t)l;
        self->null_luck[l] = rh_uniform(rh_draw(seed, null_program, r, RH_DRAW_NULL_PROGRAM, 0, 0).w[0]);
        self->common_life[l] = rh_normal(rh_uniform(rh_draw(seed, life, r, RH_DRAW_MARKET, 0, 2).w[0]));
    }
}

/* Of the block before. */
static void forget_luck(struct rh_kernel *self)
{
    for (int k = 0; k < self->plan->num_lucks * self->plan->num_months; k++) {
        self->luck_of[k] = -1;
    }
    for (int k = 0; k < self->plan->max_series * self->plan->num_months; k++) {
        self->completion_luck_of[k] = -1;
    }
}

/* Those parameters that have a dimension, in place of what was drawn of each on its own. */
static void draw_points(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    for (int k = 0; k < plan->num_drawn; k++) {
        const struct rh_plan_drawn *drawn = &plan->drawn[k];
        for (int l = 0; l < RH_LANES && drawn->dimension >= 0; l++) {
            const double u = rh_sobol_uniform(plan->points, drawn->dimension, plan->seed, rh_plan_drawn_by(drawn),
                                              self->first + (uint32_t)l);
            self->parameter[k][l] = rh_belief_of_value(drawn->belief, u);
        }
    }
    for (int l = 0; l < RH_LANES; l++) {
        self->null_luck[l] = rh_sobol_uniform(plan->points, 0, plan->seed, "nobody_reacts", self->first + (uint32_t)l);
    }
}

void rh_draw_parameters(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    for (int k = 0; k < plan->num_drawn; k++) {
        const struct rh_plan_drawn *drawn = &plan->drawn[k];
        const uint64_t entity = rh_belief_of_entity(drawn->belief, drawn->entity);
        for (int l = 0; l < RH_LANES; l++) {
            self->parameter[k][l] = rh_belief_of_draw(drawn->belief, entity, plan->seed, self->first + (uint32_t)l);
        }
    }
    draw_common_luck(self);
    forget_luck(self);
    if (plan->points != NULL) {
        draw_points(self);
    }
    self->strives = is_on(self, RH_PARAM_GOAL_GRADIENT);
    self->reaches = is_on(self, RH_PARAM_TOPUP_REACH) && is_on(self, RH_PARAM_TOPUP_ABLE);
    self->displaces = is_on(self, RH_PARAM_DISPLACEMENT);
    self->leaves = is_on(self, RH_PARAM_LEAVE_MISSED) || is_on(self, RH_PARAM_LEAVE_REWARDED) ||
                   is_on(self, RH_PARAM_LEAVE_TRUST) || is_on(self, RH_PARAM_LEAVE_SHARE);
    self->trusts = is_on(self, RH_PARAM_TRUST_STEP);
    self->errs = is_on(self, RH_PARAM_CLAIM_ERROR);
    self->learns = plan->trains && is_on(self, RH_PARAM_CAPABILITY_GAIN);
    self->markets = plan->matches && is_on(self, RH_PARAM_AD_ELASTICITY);
    for (int l = 0; l < RH_LANES; l++) {
        self->processing_spread[l] =
            rh_log_spread(rh_drawn(self, RH_PARAM_PROCESSING_DAYS, 0)[l], rh_drawn(self, RH_PARAM_PROCESSING_SD, 0)[l]);
    }
    draw_feel(self);
}

/* Equally likely factors of the level's monthly change: quantiles of a t distribution scaled to the walk's sd, then to
 * mean 1 exactly. The table bounds the t's tails at ± 7 sd, where e^t has no mean of its own. */
void rh_draw_walk_factors(struct rh_kernel *self)
{
    double sd = rh_assumptions_draw(self->plan->assumptions, RH_PARAM_LEVEL_WALK, 0, self->plan->seed, 0);
    double scale = sd * sqrt((WALK_FREEDOM - 2.0) / WALK_FREEDOM), sum = 0.0;
    const bool walks = !self->plan->exact && sd > 0.0;
    for (int k = 0; k < RH_WALK_STEPS / 2; k++) { /* the quantiles are symmetric */
        const double log = walks ? scale * rh_student_t(WALK_FREEDOM, (k + 0.5) / RH_WALK_STEPS) : 0.0;
        self->walk_factor[k] = exp(log);
        self->walk_factor[RH_WALK_STEPS - 1 - k] = exp(-log);
    }
    for (int k = 0; k < RH_WALK_STEPS; k++) {
        sum += self->walk_factor[k];
    }
    for (int k = 0; k < RH_WALK_STEPS; k++) {
        self->walk_factor[k] *= RH_WALK_STEPS / sum;
    }
}

/* What the season is off by, as a logarithm, with all groups and in this one alone. error: [12 calendar months]. */
static void draw_season(const struct rh_kernel *self, int group, uint64_t common, rh_lanes *error)
{
    const struct rh_plan *plan = self->plan;
    const uint64_t own = plan->market_entity[group];
    rh_words_lanes with_all, alone;
    for (uint32_t k = 0; k < 12; k++) {
        const rh_real shared_error = plan->season_error_all[k], own_error = plan->season_error[12 * group + (int)k];
        const rh_real half = 0.5 * (shared_error * shared_error + own_error * own_error);
        if (k % 4 == 0) {
            rh_draw_words(self, common, RH_DRAW_MARKET, k / 4, 1, with_all);
            rh_draw_words(self, own, RH_DRAW_MARKET, k / 4, 1, alone);
        }
        for (int l = 0; l < RH_LANES; l++) {
            error[k][l] = own_error * rh_vnormal(rh_vuniform(alone[k % 4][l])) +
                          shared_error * rh_vnormal(rh_vuniform(with_all[k % 4][l])) - half;
        }
    }
}

/* Growth of a group and what its season may be off by; mean (1 + growth)^years. */
static void draw_market(struct rh_kernel *self, int group)
{
    const struct rh_plan *plan = self->plan;
    const uint64_t common = rh_entity("market");
    rh_words_lanes with_all, alone;
    rh_lanes z, error[12];
    rh_draw_words(self, common, RH_DRAW_MARKET, 0, 0, with_all);
    rh_draw_words(self, plan->market_entity[group], RH_DRAW_MARKET, 0, 0, alone);
    for (int l = 0; l < RH_LANES; l++) {
        z[l] = (rh_real)sqrt(MARKET_SHARED) * rh_vnormal(rh_vuniform(with_all[0][l])) +
               (rh_real)sqrt(1.0 - MARKET_SHARED) * rh_vnormal(rh_vuniform(alone[0][l]));
    }
    draw_season(self, group, common, error);
    for (int t = 0; t < plan->num_months; t++) {
        const double years = (plan->months_ahead + t + 1) / 12.0, of_years = plan->growth_sd * years;
        const rh_real sd = of_years, mean = years * log1p(plan->growth) - 0.5 * of_years * of_years;
        const rh_real *season = error[rh_month_of_year(plan->first_month + t) - 1];
        for (int l = 0; l < RH_LANES; l++) {
            self->market[t][l] = rh_vexp(mean + sd * z[l] + season[l]);
        }
    }
}

/* The months of those that replay together. */
static void draw_source(struct rh_kernel *self, uint64_t entity)
{
    const struct rh_plan *plan = self->plan;
    int source[RH_LANES] = {0};
    rh_words_lanes words;
    for (int t = 0; t < plan->num_months; t++) {
        rh_draw_words(self, entity, RH_DRAW_SOURCE, (uint32_t)t, 0, words);
        for (int l = 0; l < RH_LANES; l++) {
            const double u = rh_uniform(words[0][l]), v = rh_uniform(words[1][l]);
            source[l] = rh_replay_next(&plan->replay, t, source[l], u, v);
            self->shared_source[t][l] = source[l];
            self->new_block[t][l] = t == 0 || u * plan->replay.block_months < 1.0;
        }
    }
    self->source_entity = entity;
    self->has_source = true;
}

/* An exact replay: months are themselves and nothing is drawn. */
static void no_market(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    for (int t = 0; t < plan->num_months; t++) {
        for (int l = 0; l < RH_LANES; l++) {
            self->market[t][l] = 1.0;
            self->source[t][l] = plan->history_months - plan->num_months + t;
        }
    }
}

void rh_draw_group(struct rh_kernel *self, int group)
{
    if (self->plan->exact) {
        no_market(self);
    } else {
        draw_market(self, group);
    }
    self->group = group;
}

/* Gamma quantile of mean 1 by Wilson and Hilferty (1931, doi:10.1073/pnas.17.12.684): the cube of a normal root, 0
 * where that is below. Within 1% of the true quantile between the 5th and the 95th percentile for shapes from 1. */
struct gamma_factor {
    double mean, sd; /* of the root */
    double norm;     /* mean of the cube */
};

/* The cube's mean from the moments of a normal variate above 0, so that what is drawn has mean 1 exactly. */
static struct gamma_factor gamma_of(double shape)
{
    const double c = 1.0 / (9.0 * shape), mean = 1.0 - c, sd = sqrt(c), at = mean / sd;
    const double density = exp(-0.5 * at * at) / sqrt(2.0 * 3.14159265358979323846);
    const double norm = mean * (mean * mean + 3.0 * c) * rh_normal_cdf(at) + sd * (mean * mean + 2.0 * c) * density;
    return (struct gamma_factor){mean, sd, norm};
}

static double gamma_factor(const struct gamma_factor *self, double z)
{
    const double drawn = self->mean + self->sd * z, root = drawn > 0.0 ? drawn : 0.0;
    return root * root * root / self->norm;
}

/* The partner's own month: of a new block that of the others, or one of its own. u: where it follows them by its lower
 * part, else where its block begins. What begins or ends a block is the same for all, so that each partner's months are
 * those of a stationary bootstrap. */
static void follow_source(struct rh_kernel *self, int t, const double *restrict u)
{
    const struct rh_replay replay = self->plan->replay; /* a copy, which no lane can change */
    const int first = rh_replay_class_first(&replay, t), size = rh_replay_class_size(&replay, t);
    const double follow = self->plan->follow, scale = follow < 1.0 ? size / (1.0 - follow) : 0.0;
    const int *restrict shared = self->shared_source[t], *restrict is_new = self->new_block[t];
    const int *restrict before = t > 0 ? self->source[t - 1] : shared; /* which at first is not looked at */
    int *restrict source = self->source[t];
    for (int l = 0; l < RH_LANES; l++) {
        const int place = (int)((u[l] - follow) * scale), last = place < size ? place : size - 1;
        const int begins = u[l] < follow ? shared[l] : first + replay.phase * last, next = before[l] + 1;
        const int goes_on = next < replay.history_months ? next : first;
        source[l] = is_new[l] ? begins : goes_on;
    }
}

/* Takes months out of the base, with all that is replayed in them. It is not known how often one that buys rarely does:
 * where its level, the mean of which is 1, is below that, it may leave out months rather than buy less in each. What is
 * kept is worth more by as much, so that the mean stays what the level makes of it. */
static void leave_out(struct rh_kernel *self, const struct rh_plan_partner *partner, const rh_real *level)
{
    const rh_real rarity = (rh_real)partner->rarity;
    rh_lanes keeps;
    rh_words_lanes words;
    int any = 0;
    for (int l = 0; l < RH_LANES; l++) {
        keeps[l] = rh_vexp(rarity * rh_vlog(rh_vmin(rh_vmax(level[l], LEAST_LEVEL), 1)));
        any |= keeps[l] < 1.0;
    }
    for (int t = 0; any && t < self->plan->num_months; t++) {
        if (t % 4 == 0) {
            rh_draw_words(self, partner->entity, RH_DRAW_LEVEL, (uint32_t)(t / 4), 1, words);
        }
        for (int l = 0; l < RH_LANES; l++) {
            self->base[t][l] *= rh_vuniform(words[t % 4][l]) < keeps[l] ? 1.0 / keeps[l] : 0.0;
        }
    }
}

/* Four months to a draw: of each word the upper 12 bits are the level's step, the lower 20 the month that is replayed.
 */
static void draw_base(struct rh_kernel *self, const struct rh_plan_partner *partner, rh_real *walk)
{
    rh_words_lanes words;
    rh_sums u; /* a double, so that it is the same month in both precisions */
    for (int t = 0; t < self->plan->num_months; t++) {
        if (t % 4 == 0) {
            rh_draw_words(self, partner->entity, RH_DRAW_LEVEL, (uint32_t)(t / 4), 0, words);
        }
        for (int l = 0; l < RH_LANES; l++) {
            u[l] = (int32_t)(words[t % 4][l] << 12 >> 12) * 0x1p-20 + 0x1p-33;
        }
        if (!self->plan->exact) {
            follow_source(self, t, u);
        }
        for (int l = 0; l < RH_LANES; l++) {
            walk[l] *= self->walk_factor[words[t % 4][l] >> 20];
            self->base[t][l] = self->market[t][l] * walk[l];
        }
    }
}

/* Counts are whole: rounded up with the probability of the fraction. */
static void round_counts(const struct rh_kernel *self, size_t series, rh_lanes *sold)
{
    const struct rh_plan *plan = self->plan;
    rh_words_lanes words;
    for (int t = 0; t < plan->num_months; t++) {
        if (t % 4 == 0) {
            rh_draw_words(self, plan->activity_entity[series], RH_DRAW_ROUND, (uint32_t)(t / 4), 0, words);
        }
        for (int l = 0; l < RH_LANES; l++) {
            sold[t][l] = 1e4 * floor(sold[t][l] * 1e-4 + rh_vuniform(words[t % 4][l]));
        }
    }
}

/* Counts of what is assumed: Poisson around the rate, by the uniforms that would round what history has. */
static void draw_assumed(const struct rh_kernel *self, size_t series, rh_lanes *sold)
{
    const struct rh_plan *plan = self->plan;
    const double rate = 1e-4 * plan->rate[series];
    rh_words_lanes words;
    for (int t = 0; t < plan->num_months; t++) {
        if (t % 4 == 0) {
            rh_draw_words(self, plan->activity_entity[series], RH_DRAW_ROUND, (uint32_t)(t / 4), 0, words);
        }
        for (int l = 0; l < RH_LANES; l++) {
            sold[t][l] = 1e4 * (double)rh_poisson(rate * self->base[t][l], rh_vuniform(words[t % 4][l]));
        }
    }
}

static void draw_sold(struct rh_kernel *self, const struct rh_plan_partner *partner)
{
    const struct rh_plan *plan = self->plan;
    for (int k = 0; k < partner->num_series; k++) {
        size_t series = partner->first_series + (size_t)k;
        const double *ratio = plan->ratio + series * (size_t)plan->history_months;
        const double *mean = plan->mean + series * (size_t)plan->num_months;
        rh_lanes *sold = self->sold + (ptrdiff_t)k * plan->num_months;
        if (plan->driver[plan->series_driver[series]].rate_of != NULL) {
            draw_assumed(self, series, sold);
            continue;
        }
        for (int t = 0; t < plan->num_months; t++) {
            const rh_real usual = (rh_real)(plan->exact ? 1.0 : mean[t]);
            rh_look_up(ratio, plan->history_months, self->source[t], usual, self->base[t], sold[t]);
        }
        if (!plan->exact && plan->driver[plan->series_driver[series]].kind == RH_DRIVER_ACTIVITY) {
            round_counts(self, series, sold);
        }
    }
}

/* What the partner is expected to sell in a month, the yardstick of its marketing. */
static void find_mean_revenue(struct rh_kernel *self, const struct rh_plan_partner *partner)
{
    const struct rh_plan *plan = self->plan;
    double sum = 0.0;
    for (size_t s = partner->first_series; s < partner->first_series + (size_t)partner->num_series; s++) {
        const bool revenue = plan->driver[plan->series_driver[s]].kind == RH_DRIVER_REVENUE;
        for (int t = 0; revenue && t < plan->num_months; t++) {
            sum += rh_plan_expected(plan, s, t);
        }
    }
    self->mean_revenue = sum / plan->num_months;
}

/* What is the partner's own: attention, life, the elasticities' factor, whether it can buy ahead; and its level. Life
 * is uniform, but partners leave together more often than by chance: a Gaussian copula of one factor. */
static void draw_traits(struct rh_kernel *self, const struct rh_plan_partner *partner, rh_real *level)
{
    const rh_real *spread = rh_drawn(self, RH_PARAM_ELASTICITY_SPREAD, partner->segment_id);
    const struct gamma_factor gamma = gamma_of(partner->level_shape);
    rh_words_lanes words;
    rh_draw_words(self, partner->entity, RH_DRAW_PARTNER, 0, 0, words);
    for (int l = 0; l < RH_LANES; l++) {
        const double u = rh_vuniform(words[0][l]);
        self->inattention[l] = rh_vlog(u / (1.0 - u));
        self->spread[l] = rh_vexp(spread[l] * rh_vnormal(rh_vuniform(words[3][l])) - 0.5 * spread[l] * spread[l]);
    }
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real own = rh_vnormal(rh_vuniform(words[1][l]));
        self->life[l] =
            rh_vnormal_cdf((rh_real)sqrt(LIFE_SHARED) * self->common_life[l] + (rh_real)sqrt(1.0 - LIFE_SHARED) * own);
    }
    for (int l = 0; l < RH_LANES; l++) {
        level[l] = isinf(partner->level_shape) ? 1.0 : gamma_factor(&gamma, rh_vnormal(rh_vuniform(words[2][l])));
    }
    rh_draw_words(self, partner->entity, RH_DRAW_PARTNER, 0, 1, words);
    for (int l = 0; l < RH_LANES; l++) {
        self->able[l] = rh_vuniform(words[0][l]);
    }
}

void rh_draw_partner(struct rh_kernel *self, const struct rh_plan_partner *partner)
{
    const struct rh_plan *plan = self->plan;
    rh_lanes level, walk;
    if (self->group != partner->group) {
        rh_draw_group(self, partner->group);
    }
    uint64_t entity = plan->together == RH_TOGETHER_PARTNER ? partner->entity : plan->source_entity[partner->group];
    if (!plan->exact && !(self->has_source && self->source_entity == entity)) {
        draw_source(self, entity);
    }
    draw_traits(self, partner, level);
    memcpy(walk, level, sizeof walk);
    draw_base(self, partner, walk);
    if (partner->rarity > 0.0 && !isinf(partner->level_shape)) {
        leave_out(self, partner, level);
    }
    find_mean_revenue(self, partner);
    draw_sold(self, partner);
}
