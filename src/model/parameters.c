/* Priors with their sources in docs/model.md. The sd of a Beta(a, b) prior is √(ab / ((a + b)² (a + b + 1))). */
#include "model/parameters.h"

#include "core/memory.h"
#include "core/rng.h"
#include "core/variates.h"
#include "model/assumptions_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BELIEF(family, center, spread, least, most)                                                        \
    {                                                                                                      \
        .distribution = RH_DIST_##family, .mean = (center), .sd = (spread), .low = (least), .high = (most) \
    }
#define FIXED(value) BELIEF(FIXED, value, 0.0, -INFINITY, INFINITY)
#define BETA(mean, sd) BELIEF(BETA, mean, sd, 0.0, 1.0)
#define LOGNORMAL(mean, sd, low, high) BELIEF(LOGNORMAL, mean, sd, low, high)
#define NORMAL(mean, sd, low, high) BELIEF(NORMAL, mean, sd, low, high)
#define HALF_NORMAL(sd, high) BELIEF(HALF_NORMAL, 0.0, sd, 0.0, high)

const struct rh_parameter_info rh_parameter_table[RH_NUM_PARAMETERS] = {
    [RH_PARAM_EFFORT_ELASTICITY] = {"effort_elasticity", "1",
                                    "Elasticity of a partner's sales to its margin per sale, through the firm's effort",
                                    LOGNORMAL(.20, .10, .02, .70), true, "effort"},
    [RH_PARAM_REP_EFFORT_ELASTICITY] = {"rep_effort_elasticity", "1",
                                        "The same through the effort of the person who is paid",
                                        LOGNORMAL(.15, .08, .01, .50), true, "effort"},
    [RH_PARAM_ELASTICITY_SPREAD] = {"elasticity_spread", "1",
                                    "Standard deviation of the logarithm of the elasticities between partners",
                                    FIXED(.5), false, "effort"},
    [RH_PARAM_PARTNER_MARGIN] = {"partner_margin", "share of sales",
                                 "Partner's own margin where the partner file gives none",
                                 LOGNORMAL(.12, .05, .04, .35), true, "effort"},
    [RH_PARAM_REP_MARGIN] = {"rep_margin", "share of sales", "What a partner's sales person earns on a sale otherwise",
                             LOGNORMAL(.03, .015, .01, .10), true, "effort"},
    [RH_PARAM_PASS_THROUGH] = {"pass_through", "share",
                               "Share of the firm's expected reward that it passes on in its price",
                               BETA(.35, .14381222), true, "price"},
    [RH_PARAM_PRICE_ELASTICITY] = {"price_elasticity", "1", "Elasticity of end demand to the partner's price",
                                   LOGNORMAL(1.5, .7, .2, 4.0), true, "price"},
    [RH_PARAM_RESPONSE_LIMIT] = {"response_limit", "1", "Largest factor by which sales change (and its inverse)",
                                 FIXED(1.6), false, "effort"},
    [RH_PARAM_ACTIVITY_ELASTICITY] = {"activity_elasticity", "1",
                                      "Elasticity of an activity to one plus its reward per effort cost",
                                      LOGNORMAL(.20, .10, .02, .70), true, "activities"},
    [RH_PARAM_ACTIVITY_COST] = {"activity_cost", "share of a mean partner-month's revenue",
                                "What one completion of an activity costs a partner in effort",
                                LOGNORMAL(.02, .01, .002, .20), true, "activities"},
    [RH_PARAM_ATTENTION] = {"attention", "probability", "Probability that a partner attends to a simple program",
                            BETA(.8, .12060454), false, "attention"},
    [RH_PARAM_COMPLEXITY_SLOPE] = {"complexity_slope", "logit", "What a unit of complexity takes off attention's logit",
                                   NORMAL(.4, .3, 0.0, INFINITY), false, "attention"},
    [RH_PARAM_NULL_PROGRAM] = {"null_program", "probability", "Probability that nobody reacts to any program",
                               FIXED(.10), false, "attention"},
    [RH_PARAM_FELT_CAP] = {"felt_cap", "share of sales", "Largest expected marginal reward that is felt",
                           LOGNORMAL(.40, .10, .10, 1.0), false, "worth"},
    [RH_PARAM_NONCASH_WORTH] = {"noncash_worth", "1", "Worth to a partner of one unit of a non-cash reward's value",
                                LOGNORMAL(1.0, .15, .60, 1.5), false, "worth"},
    [RH_PARAM_DISCOUNT_RATE] = {"discount_rate", "per year", "Rate at which partners discount late payment",
                                LOGNORMAL(.25, .15, .05, .80), false, "worth"},
    [RH_PARAM_CLAIM_RATE_AUTOMATIC] = {"claim_rate_automatic", "probability",
                                       "Probability that a reward paid automatically reaches the partner",
                                       BETA(.98, .015), false, "claims"},
    [RH_PARAM_CLAIM_RATE_REQUIRED] = {"claim_rate_required", "probability",
                                      "Probability that a reward that must be claimed is claimed", BETA(.80, .10),
                                      false, "claims"},
    [RH_PARAM_CLAIM_RATE_POINTS] = {"claim_rate_points", "probability", "Probability that points are redeemed",
                                    BETA(.67, .10), false, "claims"},
    [RH_PARAM_TRUST] = {"trust", "index", "Partners' trust in being paid right and in time", FIXED(.7), false, "trust"},
    [RH_PARAM_TRUST_WEIGHT] = {"trust_weight", "share", "What a full lack of trust takes off a reward",
                               BETA(.3, .13816985), false, "trust"},
    [RH_PARAM_TRUST_STEP] = {"trust_step", "share",
                             "Share of the distance to full trust that a payment in time makes up; a late or wrong one "
                             "takes twice that share of trust away",
                             LOGNORMAL(.05, .02, .001, .5), false, "trust"},
    [RH_PARAM_TRUST_RETURN] = {"trust_return", "share per month",
                               "Share of its distance to `trust` that trust loses in a month", FIXED(.02), false,
                               "trust"},
    [RH_PARAM_PROCESSING_DAYS] = {"processing_days", "day", "Mean time from the due date to the payment", FIXED(10.0),
                                  false, "payment"},
    [RH_PARAM_PROCESSING_SD] = {"processing_sd", "day", "Standard deviation of that time", FIXED(10.0), false,
                                "payment"},
    [RH_PARAM_CLAIM_ERROR] = {"claim_error", "probability", "Probability that a claim is paid wrong", BETA(.10, .05),
                              false, "payment"},
    [RH_PARAM_OVERPAID] = {"overpaid", "share", "Overpayments, as a share of all that is claimed", BETA(.035, .015),
                           false, "payment"},
    [RH_PARAM_UNDERPAID] = {"underpaid", "share", "Underpayments, as a share of all that is claimed", BETA(.015, .012),
                            false, "payment"},
    [RH_PARAM_GOAL_GRADIENT] = {"goal_gradient", "logarithm of sales",
                                "Effort beyond the money just below the next threshold", HALF_NORMAL(.05, .25), true,
                                "goal"},
    [RH_PARAM_DISPLACEMENT] = {"displacement", "share",
                               "Share of the lift of one product line that comes out of the partner's other lines",
                               BETA(.1, .06546537), true, "displacement"},
    [RH_PARAM_CAPABILITY_GAIN] = {"capability_gain", "share",
                                  "Most that extra training and certifications add to sales",
                                  LOGNORMAL(.05, .03, 0.0, .15), true, "training"},
    [RH_PARAM_CAPABILITY_STOCK] = {"capability_stock", "completions",
                                   "Extra completions that bring 63% of `capability_gain`", FIXED(3.0), false,
                                   "training"},
    [RH_PARAM_CAPABILITY_LIFE] = {"capability_life", "month", "Time in which half of them is forgotten", FIXED(12.0),
                                  false, "training"},
    [RH_PARAM_FUND_USE] = {"fund_use", "share", "Share of what a fund would match that partners ask for",
                           BETA(.62, .18), false, "marketing"},
    [RH_PARAM_AD_ELASTICITY] = {"ad_elasticity", "1", "Elasticity of sales to marketing", LOGNORMAL(.10, .05, 0.0, .25),
                                true, "marketing"},
    [RH_PARAM_MARKETING_BASE] = {"marketing_base", "share of sales", "Marketing that a partner does without funds",
                                 FIXED(.02), false, "marketing"},
    [RH_PARAM_TOPUP_REACH] = {"topup_reach", "share of a window",
                              "Furthest that a partner buys ahead to reach a threshold", BETA(.15, .07792413), true,
                              "timing"},
    [RH_PARAM_TOPUP_ABLE] = {"topup_able", "probability", "Probability that a partner can buy ahead",
                             BETA(.25, .13055824), true, "timing"},
    [RH_PARAM_LOAD_COST] = {"load_cost", "share", "What buying ahead costs a partner, as a share of it",
                            LOGNORMAL(.02, .01, .003, .08), true, "timing"},
    [RH_PARAM_TOPUP_RETURNED] = {"topup_returned", "share",
                                 "Share of what is bought ahead that comes back within two months", FIXED(.05), false,
                                 "timing"},
    [RH_PARAM_DEFERRAL] = {"deferral", "share",
                           "Share of `topup_reach` that is put off where the next window earns more",
                           LOGNORMAL(.10, .10, 0.0, .5), true, "timing"},
    [RH_PARAM_LEAVE_MISSED] = {"leave_missed", "logarithm of hazard", "After a window in which no level was reached",
                               NORMAL(.3, .2, 0.0, INFINITY), false, "leaving"},
    [RH_PARAM_LEAVE_REWARDED] = {"leave_rewarded", "logarithm of hazard", "After a window that was rewarded",
                                 NORMAL(.2, .2, 0.0, INFINITY), false, "leaving"},
    [RH_PARAM_LEAVE_TRUST] = {"leave_trust", "logarithm of hazard", "What 0.3 more trust takes off it",
                              NORMAL(.4, .2, 0.0, INFINITY), false, "leaving"},
    [RH_PARAM_LEAVE_SHARE] = {"leave_share", "logarithm of hazard",
                              "What a unit of ln(1 + rewards per own margin) takes off it",
                              NORMAL(.2, .2, 0.0, INFINITY), false, "leaving"},
    [RH_PARAM_RECAPTURE] = {"recapture", "share",
                            "Share of the demand of partners that leave which other partners take over",
                            BETA(.2, .12060454), false, "leaving"},
    [RH_PARAM_OPT_IN] = {"opt_in", "logit", "Logit of opting in where the expected reward equals its effort cost",
                         NORMAL(0.0, .5, -INFINITY, INFINITY), false, "opting in"},
    [RH_PARAM_OPT_IN_REWARD] = {"opt_in_reward", "logit",
                                "What a unit of the logarithm of expected reward per effort cost adds to it",
                                NORMAL(.6, .3, 0.0, INFINITY), false, "opting in"},
    [RH_PARAM_OPT_IN_COMPLEXITY] = {"opt_in_complexity", "logit", "What a unit of complexity takes off it",
                                    NORMAL(.4, .3, 0.0, INFINITY), false, "opting in"},
    [RH_PARAM_OPT_IN_DELAY] = {"opt_in_delay", "logit per month", "What a month from sale to payment takes off it",
                               NORMAL(.05, .05, 0.0, INFINITY), false, "opting in"},
    [RH_PARAM_OPT_IN_TRUST] = {"opt_in_trust", "logit", "What trust of 1 instead of 0.7 adds to it",
                               NORMAL(.4, .3, 0.0, INFINITY), false, "opting in"},
    [RH_PARAM_OPT_IN_COST] = {"opt_in_cost", "share of a window's expected revenue",
                              "What taking part in a window costs a partner in effort", FIXED(.002), false,
                              "opting in"},
    [RH_PARAM_LEVEL_WALK] = {"level_walk", "per square root of a month",
                             "Standard deviation of the monthly change of the logarithm of a partner's level",
                             FIXED(.06), false, "baseline"},
};

int rh_parameter_find(const char *name)
{
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        if (strcmp(rh_parameter_table[p].name, name) == 0) {
            return p;
        }
    }
    return -1;
}

bool rh_parameter_is_share(enum rh_parameter parameter)
{
    const struct rh_parameter_info *info = &rh_parameter_table[parameter];
    return strcmp(info->unit, "probability") == 0 || strcmp(info->unit, "index") == 0 ||
           info->prior.distribution == RH_DIST_BETA;
}

bool rh_parameter_allows(enum rh_parameter parameter, double value)
{
    const bool divides =
        parameter == RH_PARAM_PARTNER_MARGIN || parameter == RH_PARAM_REP_MARGIN || parameter == RH_PARAM_ACTIVITY_COST;
    const bool limits = parameter == RH_PARAM_RESPONSE_LIMIT;
    const struct rh_belief_of *prior = &rh_parameter_table[parameter].prior;
    if (prior->distribution == RH_DIST_NORMAL && isinf(prior->low)) { /* of either sign */
        return isfinite(value);
    }
    return isfinite(value) && value >= (limits ? 1.0 : 0.0) && !(divides && value == 0.0) &&
           !(rh_parameter_is_share(parameter) && value > 1.0);
}

const char *rh_parameter_range(enum rh_parameter parameter)
{
    return rh_parameter_is_share(parameter)       ? "a number from 0 to 1"
           : parameter == RH_PARAM_RESPONSE_LIMIT ? "1 or more"
           : !rh_parameter_allows(parameter, 0.0) ? "more than 0"
           : rh_parameter_allows(parameter, -1.0) ? "a number"
                                                  : "0 or more";
}

static struct rh_belief_of *belief_at(const struct rh_assumptions *self, int parameter, int segment)
{
    return &self->belief[parameter * self->num_segments + segment];
}

int rh_assumptions_init(struct rh_assumptions *self, const struct rh_names *segments, struct rh_error *error)
{
    memset(self, 0, sizeof *self);
    self->num_segments = segments->num > 0 ? (int)segments->num : 1;
    size_t num = (size_t)RH_NUM_PARAMETERS * (size_t)self->num_segments;
    self->belief = rh_calloc(num, sizeof *self->belief);
    self->origin = rh_calloc(num, sizeof *self->origin);
    if (self->belief == NULL || self->origin == NULL) {
        goto no_memory;
    }
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        for (int s = 0; s < self->num_segments; s++) {
            *belief_at(self, p, s) = rh_parameter_table[p].prior;
            char **origin = &self->origin[p * self->num_segments + s];
            *origin = rh_strdup(RH_ORIGIN_PRIOR);
            if (*origin == NULL) {
                goto no_memory;
            }
        }
    }
    return RH_OK;
no_memory:
    rh_assumptions_free(self);
    return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the model's parameters");
}

void rh_assumptions_free(struct rh_assumptions *self)
{
    for (int k = 0; self->origin != NULL && k < RH_NUM_PARAMETERS * self->num_segments; k++) {
        free(self->origin[k]);
    }
    free(self->origin);
    free(self->belief);
    rh_assumptions_free_activities(self);
    free(self->learned);
    free(self->path);
    free(self->text);
    memset(self, 0, sizeof *self);
}

void rh_assumptions_set(struct rh_assumptions *self, enum rh_parameter parameter, double value)
{
    for (int s = 0; s < self->num_segments; s++) {
        *belief_at(self, (int)parameter, s) = rh_belief_certain(value);
    }
}

void rh_assumptions_neutral(struct rh_assumptions *self)
{
    rh_assumptions_set(self, RH_PARAM_EFFORT_ELASTICITY, 0.0);
    rh_assumptions_set(self, RH_PARAM_REP_EFFORT_ELASTICITY, 0.0);
    rh_assumptions_set(self, RH_PARAM_ACTIVITY_ELASTICITY, 0.0);
    rh_assumptions_set(self, RH_PARAM_PASS_THROUGH, 0.0);
    rh_assumptions_set(self, RH_PARAM_NULL_PROGRAM, 0.0);
    rh_assumptions_set(self, RH_PARAM_CLAIM_RATE_AUTOMATIC, 1.0);
    rh_assumptions_set(self, RH_PARAM_CLAIM_RATE_REQUIRED, 1.0);
    rh_assumptions_set(self, RH_PARAM_CLAIM_RATE_POINTS, 1.0);
    rh_assumptions_set(self, RH_PARAM_OPT_IN, 1000.0); /* all who attend */
    rh_assumptions_set(self, RH_PARAM_OPT_IN_REWARD, 0.0);
    rh_assumptions_set(self, RH_PARAM_ATTENTION, 1.0);
    rh_assumptions_set(self, RH_PARAM_LEVEL_WALK, 0.0);
    rh_assumptions_set(self, RH_PARAM_TRUST_STEP, 0.0);
    rh_assumptions_set(self, RH_PARAM_CLAIM_ERROR, 0.0);
    rh_assumptions_set(self, RH_PARAM_GOAL_GRADIENT, 0.0);
    rh_assumptions_set(self, RH_PARAM_DISPLACEMENT, 0.0);
    rh_assumptions_set(self, RH_PARAM_CAPABILITY_GAIN, 0.0);
    rh_assumptions_set(self, RH_PARAM_FUND_USE, 1.0);
    rh_assumptions_set(self, RH_PARAM_AD_ELASTICITY, 0.0);
    rh_assumptions_set(self, RH_PARAM_TOPUP_REACH, 0.0); /* nobody defers either */
    rh_assumptions_set(self, RH_PARAM_LEAVE_MISSED, 0.0);
    rh_assumptions_set(self, RH_PARAM_LEAVE_REWARDED, 0.0);
    rh_assumptions_set(self, RH_PARAM_LEAVE_TRUST, 0.0);
    rh_assumptions_set(self, RH_PARAM_LEAVE_SHARE, 0.0);
}

bool rh_assumptions_given(const struct rh_assumptions *self, enum rh_parameter parameter)
{
    for (int s = 0; s < self->num_segments; s++) {
        const char *origin = self->origin[(int)parameter * self->num_segments + s];
        if (strcmp(origin, RH_ORIGIN_PRIOR) != 0 && (self->learned == NULL || strcmp(origin, self->learned) != 0)) {
            return true;
        }
    }
    return false;
}

bool rh_assumptions_by_segment(const struct rh_assumptions *self, enum rh_parameter parameter)
{
    for (int s = 1; s < self->num_segments; s++) {
        const struct rh_belief_of *first = belief_at(self, (int)parameter, 0),
                                  *other = belief_at(self, (int)parameter, s);
        if (first->distribution != other->distribution || first->mean != other->mean || first->sd != other->sd ||
            first->draw != other->draw) {
            return true;
        }
    }
    return false;
}

struct rh_belief_of rh_belief_certain(double value)
{
    return (struct rh_belief_of)FIXED(value);
}

/* The (below + 1)-th smallest of the draws: by halving, since they are in an order of their own and are not to be
 * copied. It is within [low, high], both of which are draws. */
static double order_statistic(const struct rh_belief_of *belief, size_t below)
{
    double low = belief->low, high = belief->high;
    while (low < high) {
        const double half = low + 0.5 * (high - low), middle = half < high ? half : low;
        double most_under = low, least_over = high;
        size_t num_under = 0;
        for (size_t k = 0; k < belief->num_draws; k++) {
            const double value = belief->draw[k];
            const bool under = value <= middle;
            num_under += under;
            most_under = under ? fmax(most_under, value) : most_under;
            least_over = under ? least_over : fmin(least_over, value);
        }
        if (num_under > below) {
            high = most_under;
        } else {
            low = least_over;
        }
    }
    return high;
}

double rh_belief_of_quantile(const struct rh_belief_of *belief, double u)
{
    switch (belief->distribution) {
    case RH_DIST_BETA: {
        const double total = belief->mean * (1.0 - belief->mean) / (belief->sd * belief->sd) - 1.0;
        return rh_beta(belief->mean * total, (1.0 - belief->mean) * total, u);
    }
    case RH_DIST_HALF_NORMAL:
        return fmin(belief->sd * rh_normal(0.5 + 0.5 * u), belief->high);
    case RH_DIST_NORMAL:
        return fmin(fmax(belief->mean + belief->sd * rh_normal(u), belief->low), belief->high);
    case RH_DIST_LOGNORMAL:
        return rh_lognormal_truncated(belief->mean, belief->sd, belief->low, belief->high, u);
    case RH_DIST_DRAWS:
        return order_statistic(belief, (size_t)(u * (double)belief->num_draws));
    default:
        return belief->mean;
    }
}

double rh_belief_of_value(const struct rh_belief_of *belief, double u)
{
    return belief->distribution == RH_DIST_DRAWS ? belief->draw[(size_t)(u * (double)belief->num_draws)]
                                                 : rh_belief_of_quantile(belief, u);
}

uint64_t rh_belief_of_entity(const struct rh_belief_of *belief, const char *name)
{
    return rh_entity(belief->distribution == RH_DIST_DRAWS ? RH_DRAWS_ENTITY : name);
}

double rh_belief_of_draw(const struct rh_belief_of *belief, uint64_t entity, uint64_t seed, uint32_t replication)
{
    if (belief->distribution == RH_DIST_FIXED) {
        return belief->mean;
    }
    const struct rh_words words = rh_draw(seed, entity, replication, RH_DRAW_PARAMETER, 0, 0);
    return rh_belief_of_value(belief, rh_uniform53(words.w[0], words.w[1]));
}

double rh_assumptions_draw(const struct rh_assumptions *self, enum rh_parameter parameter, int segment, uint64_t seed,
                           uint32_t replication)
{
    const struct rh_belief_of *belief = belief_at(self, (int)parameter, segment);
    return rh_belief_of_draw(belief, rh_belief_of_entity(belief, rh_parameter_table[parameter].name), seed,
                             replication);
}

void rh_belief_of_describe(const struct rh_belief_of *self, struct rh_text *out)
{
    static const char *const names[] = {"", "lognormal", "normal", "beta", "half-normal"};
    if (self->distribution == RH_DIST_DRAWS) {
        rh_text_printf(out, "%zu draws, mean %.6g, sd %.6g, 90%% in [%.4g, %.4g]", self->num_draws, self->mean,
                       self->sd, rh_belief_of_quantile(self, 0.05), rh_belief_of_quantile(self, 0.95));
        return;
    }
    if (self->distribution == RH_DIST_FIXED) {
        rh_text_printf(out, "fixed at %.6g", self->mean);
        return;
    }
    if (self->distribution == RH_DIST_HALF_NORMAL) {
        rh_text_printf(out, "half-normal, sd %.6g, at most %.6g", self->sd, self->high);
        return;
    }
    rh_text_printf(out, "%s, mean %.6g, sd %.6g", names[self->distribution], self->mean, self->sd);
    if (isfinite(self->high)) {
        rh_text_printf(out, ", in [%.6g, %.6g]", self->low, self->high);
    } else if (isfinite(self->low)) {
        rh_text_printf(out, ", at least %.6g", self->low);
    }
}
