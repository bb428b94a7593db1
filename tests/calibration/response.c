/* What `rehearse fit` believes of the response, on channels whose partners respond by the model's equations with
 * parameters that are drawn from its priors. */
#include "calibration/channels.h"
#include "calibration/study.h"
#include "fit/posterior.h"
#include "model/belief.h"

#include <stdio.h>

#define MONTHS 36
#define MONTH_DAYS 30.4375
#define COMPLEXITY 0.2  /* of one incentive with three levels: 0.1 for each beyond the first */
#define RANGE_STEPS 800 /* of the response: to 0.8 by 0.001 */
#define USUAL_SIZE (40e3 / 12.0)

enum { RANK_RESPONSE, RANK_EFFORT, RANK_ATTENTION, RANK_NULL, NUM_RANKS };
static const char *const quantities[NUM_RANKS] = {"response", "effort_elasticity", "attention", "null_program"};

/* One channel: what its partners are like, and how they respond. */
struct channel {
    int partners, starts, ends;
    double noise, lasting, drift, quarterly; /* of sales, as in support/responding.h */
    double rate[3];
    double effort, passed, price, attention, attends, spread, limit;
    double claim, discount, trusted, felt_cap;
    double margin; /* of all partners, as uncertain as its prior; NaN: each its own, on file */
    bool reacts;
    uint64_t random;
};

static void draw_parameters(struct channel *self)
{
    uint64_t *random = &self->random;
    self->effort = draw_prior(RH_PARAM_EFFORT_ELASTICITY, random);
    self->passed = draw_prior(RH_PARAM_PASS_THROUGH, random);
    self->price = draw_prior(RH_PARAM_PRICE_ELASTICITY, random);
    self->attention = draw_prior(RH_PARAM_ATTENTION, random);
    const double slope = draw_prior(RH_PARAM_COMPLEXITY_SLOPE, random);
    self->attends = 1.0 / (1.0 + (1.0 - self->attention) / self->attention * exp(slope * COMPLEXITY));
    self->reacts = draw_uniform(random) >= prior_mean(RH_PARAM_NULL_PROGRAM);
    self->spread = prior_mean(RH_PARAM_ELASTICITY_SPREAD);
    self->limit = prior_mean(RH_PARAM_RESPONSE_LIMIT);
    self->claim = draw_prior(RH_PARAM_CLAIM_RATE_AUTOMATIC, random);
    self->discount = draw_prior(RH_PARAM_DISCOUNT_RATE, random);
    const double weight = draw_prior(RH_PARAM_TRUST_WEIGHT, random);
    self->felt_cap = draw_prior(RH_PARAM_FELT_CAP, random);
    const double margin = draw_prior(RH_PARAM_PARTNER_MARGIN, random);
    self->margin = draw_uniform(random) < 0.5 ? margin : NAN;
    self->trusted = 1.0 - weight * (1.0 - prior_mean(RH_PARAM_TRUST));
}

/* From quiet channels that tell much to noisy ones that tell hardly anything. */
static void draw_channel(struct channel *self, unsigned seed)
{
    uint64_t *random = &self->random;
    *self = (struct channel){.random = seed};
    draw_parameters(self);
    self->partners = (int)draw_within(random, 50.0, 151.0);
    self->starts = 18 + 3 * (int)draw_within(random, 0.0, 3.0); /* at a quarter */
    self->ends = draw_uniform(random) < 0.5 ? MONTHS : self->starts + 9;
    self->noise = exp(draw_within(random, log(0.05), log(0.5)));
    self->lasting = self->noise * draw_within(random, 0.0, 0.4);
    self->drift = self->noise * draw_within(random, 0.0, 0.1);
    self->quarterly = draw_within(random, 0.0, 0.1);
    const double scale = exp(draw_within(random, log(0.5), log(2.0)));
    for (int k = 0; k < 3; k++) {
        static const double rate[] = {0.02, 0.05, 0.10};
        self->rate[k] = 0.001 * round(1000.0 * scale * rate[k]);
    }
}

static void parse_program(const struct channel *self, struct rh_program *program)
{
    char text[1024], from[RH_DAY_TEXT], until[RH_DAY_TEXT];
    struct rh_problems problems;
    rh_month_format(CHANNEL_FIRST_MONTH + self->starts, from);
    rh_month_format(CHANNEL_FIRST_MONTH + self->ends - 1, until);
    snprintf(text, sizeof text,
             "rehearse: program/1\n"
             "name: tiers\n"
             "currency: USD\n"
             "incentives:\n"
             "  - name: Rebate\n"
             "    behavior: {measure: revenue}\n"
             "    window: quarter\n"
             "    active: {from: %s, until: %s}\n"
             "    reward: {bands: marginal, levels: [{from: 10k, rate: %.1f%%}, {from: 50k, rate: %.1f%%}, {from: "
             "250k, rate: %.1f%%}]}\n"
             "    payout: {after: 45 days}\n",
             from, until, 100.0 * self->rate[0], 100.0 * self->rate[1], 100.0 * self->rate[2]);
    rh_problems_init(&problems);
    if (rh_program_parse(program, "tiers.yaml", text, strlen(text), &problems) != RH_OK) {
        fprintf(stderr, "%s\n", problems.num > 0 ? problems.items[0].message : "?");
        abort();
    }
    rh_problems_free(&problems);
}

/* One partner. */
struct partner {
    double size, margin, spread;
    int phase; /* the month of a quarter in which it buys; -1: all */
    bool attends;
};

/* How the model has it: docs/model.md, "What the next sale is worth", "What the partner feels", "Sales". */
static double change_of(const struct channel *self, const struct partner *partner, int t, double usual, double attained)
{
    const struct rh_piece piece[] = {{.start = 1e8, .slope_change = self->rate[0]},
                                     {.start = 5e8, .slope_change = self->rate[1] - self->rate[0]},
                                     {.start = 25e8, .slope_change = self->rate[2] - self->rate[1]}};
    const struct rh_schedule schedule = {.piece = (struct rh_piece *)piece, .num = 3};
    if (!self->reacts || !partner->attends || t < self->starts || t >= self->ends) {
        return 1.0;
    }
    const int left = 3 - t % 3;
    const double delay = left - 0.5 + (45.0 + prior_mean(RH_PARAM_PROCESSING_DAYS)) / MONTH_DAYS;
    const struct rh_belief belief = rh_belief_make(1e4 * usual * left, self->noise, left);
    const double g = rh_belief_marginal_reward(belief, &schedule, 1e4 * attained);
    const double felt = fmin(self->claim * self->trusted * exp(-self->discount * delay / 12.0) * g, self->felt_cap);
    const double answer = self->effort * partner->spread * log1p((1.0 - self->passed) * felt / partner->margin) +
                          self->price * self->passed * felt;
    return fmin(exp(answer), self->limit);
}

static void live(struct channel *self, const struct partner *partner, const double *market, const char *id,
                 struct rh_history *history)
{
    uint64_t *random = &self->random;
    const double shape = 1.0 / (self->noise * self->noise);
    double drift = 0.0, lasting = self->lasting * draw_normal(random), attained = 0.0;
    for (int t = 0; t < MONTHS; t++) {
        const double season = 1.0 + 0.3 * sin(2.0 * 3.14159265358979 * t / 12.0);
        attained = t % 3 == 0 ? 0.0 : attained;
        lasting = 0.8 * lasting + 0.6 * self->lasting * draw_normal(random);
        drift += self->drift * draw_normal(random);
        const double usual = partner->size * exp(drift) * season;
        double sold = usual * market[t] * exp(lasting) * change_of(self, partner, t, usual, attained);
        sold *= rh_gamma(shape, draw_uniform(random)) / shape;
        sold *= partner->phase < 0 ? 1.0 : t % 3 == partner->phase ? 3.0 : 0.0;
        if (sold >= 0.01) {
            add_sale(history, id, t, sold);
            attained += sold;
        }
    }
}

static void make_partner(struct channel *self, int i, const double *market, struct rh_history *history)
{
    uint64_t *random = &self->random;
    struct partner partner = {.phase = -1};
    char id[16], region[16];
    partner.size = USUAL_SIZE * exp(1.5 * draw_normal(random));
    const double own = fmin(fmax(0.15 + 0.04 * draw_normal(random), 0.03), 0.5);
    partner.margin = isnan(self->margin) ? own : self->margin;
    const double z = draw_normal(random);
    partner.spread = exp(self->spread * z - 0.5 * self->spread * self->spread);
    partner.attends = draw_uniform(random) < self->attends;
    if (draw_uniform(random) < self->quarterly) {
        partner.phase = (int)(3.0 * draw_uniform(random));
    }
    snprintf(id, sizeof id, "P%04d", i);
    snprintf(region, sizeof region, "R%d", i % 4);
    const int32_t row = build_partner(history, id, "Reseller", region, RH_NO_DAY);
    history->partners.margin[row] = isnan(self->margin) ? own : NAN;
    live(self, &partner, market, id, history);
}

static void make_history(struct channel *self, struct rh_history *history)
{
    double market[4][MONTHS];
    for (int r = 0; r < 4; r++) {
        double level = 0.0;
        for (int t = 0; t < MONTHS; t++) {
            level += 0.02 * draw_normal(&self->random);
            market[r][t] = exp(level);
        }
    }
    rh_history_init(history);
    for (int i = 0; i < self->partners; i++) {
        make_partner(self, i, market[i % 4], history);
    }
    const int status = rh_history_finish(history, NULL);
    assert(status == RH_OK);
}

/* What the fit calls response, of these partners at that offer: where it had to assume their margin, per percent of
 * what it assumed. */
static double true_response(const struct channel *self, const struct rh_fit_group *group)
{
    const double z = group->typical;
    const double worked =
        self->effort * log1p((1.0 - self->passed) * z) + self->price * self->passed * z * group->margin;
    return self->reacts ? self->attends * worked / log1p(z) : 0.0;
}

/* Where it is one of two, as much is random as it is believed. */
static double rank_of_state(double probability, bool is, double u)
{
    return is ? 1.0 - probability * u : (1.0 - probability) * u;
}

static double share_below(const struct rh_assumptions *priors, const struct rh_estimate *estimate,
                          enum rh_fit_quantity quantity, double value, double share_of_equal)
{
    double below, equal;
    const int status = rh_posterior_shares(priors, 0, estimate, quantity, &value, 1, &below, &equal, NULL);
    assert(status == RH_OK);
    return fmin(below + share_of_equal * equal, 1.0);
}

/* The response that the posterior puts below with probabilities of 2.5 and 97.5%. */
static void find_range(const struct rh_assumptions *priors, const struct rh_estimate *estimate,
                       struct recovered *recovered)
{
    double value[RANGE_STEPS], below[RANGE_STEPS], equal[RANGE_STEPS];
    for (int k = 0; k < RANGE_STEPS; k++) {
        value[k] = 0.001 * k;
    }
    const int status =
        rh_posterior_shares(priors, 0, estimate, RH_FIT_RESPONSE, value, RANGE_STEPS, below, equal, NULL);
    assert(status == RH_OK);
    recovered->low = recovered->high = 0.0;
    for (int k = 0; k < RANGE_STEPS; k++) {
        recovered->low = below[k] + equal[k] < 0.025 ? value[k] : recovered->low;
        recovered->high = below[k] + equal[k] < 0.975 ? value[k] : recovered->high;
    }
}

/* The ranks of the truth. recovered: by the history alone, and together with the prior. */
static void rank(struct channel *self, const struct rh_history *history, const struct rh_fit_group *group,
                 double *ranks, struct recovered *recovered)
{
    const double response = true_response(self, group);
    const double truth[] = {response, self->effort, self->attention};
    static const enum rh_fit_quantity quantity[] = {RH_FIT_RESPONSE, RH_FIT_EFFORT_ELASTICITY, RH_FIT_ATTENTION};
    const struct rh_estimate estimate = {.slope = group->used ? group->response.slope : NAN,
                                         .se = group->response.se,
                                         .freedom = group->freedom,
                                         .typical = group->typical,
                                         .margin = group->margin,
                                         .complexity = group->complexity,
                                         .assumed = group->margin_assumed,
                                         .price = NAN}; /* no rows have discounts */
    const double room = rh_fit_margin_of_error(group);
    struct rh_assumptions priors;
    const int status = rh_assumptions_init(&priors, &history->partners.segments, NULL);
    assert(status == RH_OK);
    for (int k = 0; k < RANK_NULL; k++) {
        ranks[k] = share_below(&priors, &estimate, quantity[k], truth[k], draw_uniform(&self->random));
    }
    ranks[RANK_NULL] =
        rank_of_state(group->posterior[RH_FIT_NULL_PROGRAM].mean, !self->reacts, draw_uniform(&self->random));
    recovered[0] =
        (struct recovered){response, group->response.slope, group->response.slope - room, group->response.slope + room};
    recovered[1] = (struct recovered){.truth = response, .middle = group->posterior[RH_FIT_RESPONSE].mean};
    find_range(&priors, &estimate, &recovered[1]);
    rh_assumptions_free(&priors);
}

static void find(unsigned seed, double *ranks, struct recovered *recovered)
{
    struct channel channel;
    struct rh_history history;
    struct rh_program program;
    struct rh_problems problems;
    struct rh_error error = {0};
    struct rh_fit fit;
    draw_channel(&channel, seed);
    make_history(&channel, &history);
    parse_program(&channel, &program);
    rh_problems_init(&problems);
    if (rh_fit_run(&fit, &history, &program, NULL, &problems, &error) != RH_OK) {
        fprintf(stderr, "%s%s\n", error.message, problems.num > 0 ? problems.items[0].message : "");
        abort();
    }
    rank(&channel, &history, &fit.group[0], ranks, recovered);
    rh_fit_free(&fit);
    rh_problems_free(&problems);
    rh_program_free(&program);
    rh_history_free(&history);
}

static const char *picture(int k)
{
    static const char *const name[STUDY_PICTURES] = {"calibration-response", "calibration-response-ranks"};
    return name[k];
}

static const struct recovered_panel panels[] = {
    {"By the history alone", "true response", "estimate and its 95% range", 0.0, 0.5, -0.4, 1.0},
    {"With the prior", "true response", "posterior mean and 95% range", 0.0, 0.5, -0.4, 1.0}};

const struct study study_response = {.name = "response",
                                     .picture = picture,
                                     .title = "Is the response what fit believes it to be?",
                                     .recovers = "The response that was, and what fit says of it",
                                     .num_worlds = 200,
                                     .num = NUM_RANKS,
                                     .quantity = quantities,
                                     .num_recovered = 2,
                                     .panel = panels,
                                     .find = find};
