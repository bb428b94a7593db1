/* Each parameter waits for one fact of the study, and is idle without it. The facts are those that the engine asks for
 * where it reads the parameter, or weaker ones. */
#include "model/usage.h"

#include "program/burden.h"

#include <math.h>
#include <string.h>

enum fact {
    ALWAYS, /* a program has incentives */
    COMPLEX,
    SALES,
    FIRM_SALES,
    REP_SALES,
    GOAL,
    TIMING,
    ACTIVITY,
    TRAINING,
    NON_CASH,
    AUTOMATIC,
    CLAIM,
    POINTS,
    PROCESSING,
    FUND,
    OPT_IN,
    OPT_IN_COMPLEX,
    NO_MARGIN,
    LINES,
    LEAVING,
    LEVELS,
    NUM_FACTS
};

/* What to say of a parameter that waits for the fact. */
static const char *const missing[NUM_FACTS] = {
    [COMPLEX] = "every program is as simple as can be",
    [SALES] = "no program rewards sales",
    [FIRM_SALES] = "no program rewards the firm for sales",
    [REP_SALES] = "no program pays the rep for sales",
    [GOAL] = "no reward of the firm for sales has a threshold",
    [TIMING] = "no candidate rewards a total or growth of the firm's sales that the program in force does not",
    [ACTIVITY] = "no program rewards an activity",
    [TRAINING] = "no program rewards training or certifications",
    [NON_CASH] = "no reward is non-cash",
    [AUTOMATIC] = "no reward is paid automatically",
    [CLAIM] = "no reward must be claimed",
    [POINTS] = "no reward is in points",
    [PROCESSING] = "every incentive states its own processing time",
    [FUND] = "no program matches spending from a fund",
    [OPT_IN] = "no program asks to opt in",
    [OPT_IN_COMPLEX] = "no program that asks to opt in is complex",
    [NO_MARGIN] = "the partner file gives every partner's margin",
    [LINES] = "the history has one product line",
    [LEAVING] = "in an exact replay nobody leaves",
    [LEVELS] = "in an exact replay levels are those of the history",
};

static const enum fact needs[RH_NUM_PARAMETERS] = {
    [RH_PARAM_EFFORT_ELASTICITY] = FIRM_SALES,
    [RH_PARAM_REP_EFFORT_ELASTICITY] = REP_SALES,
    [RH_PARAM_ELASTICITY_SPREAD] = ALWAYS,
    [RH_PARAM_PARTNER_MARGIN] = NO_MARGIN,
    [RH_PARAM_REP_MARGIN] = REP_SALES,
    [RH_PARAM_PASS_THROUGH] = FIRM_SALES,
    [RH_PARAM_PRICE_ELASTICITY] = FIRM_SALES,
    [RH_PARAM_RESPONSE_LIMIT] = ALWAYS,
    [RH_PARAM_ACTIVITY_ELASTICITY] = ACTIVITY,
    [RH_PARAM_ACTIVITY_COST] = ACTIVITY,
    [RH_PARAM_ATTENTION] = ALWAYS,
    [RH_PARAM_COMPLEXITY_SLOPE] = COMPLEX,
    [RH_PARAM_NULL_PROGRAM] = ALWAYS,
    [RH_PARAM_FELT_CAP] = SALES,
    [RH_PARAM_NONCASH_WORTH] = NON_CASH,
    [RH_PARAM_DISCOUNT_RATE] = ALWAYS,
    [RH_PARAM_CLAIM_RATE_AUTOMATIC] = AUTOMATIC,
    [RH_PARAM_CLAIM_RATE_REQUIRED] = CLAIM,
    [RH_PARAM_CLAIM_RATE_POINTS] = POINTS,
    [RH_PARAM_TRUST] = ALWAYS,
    [RH_PARAM_TRUST_WEIGHT] = ALWAYS,
    [RH_PARAM_TRUST_STEP] = ALWAYS,
    [RH_PARAM_TRUST_RETURN] = ALWAYS,
    [RH_PARAM_PROCESSING_DAYS] = PROCESSING,
    [RH_PARAM_PROCESSING_SD] = PROCESSING,
    [RH_PARAM_CLAIM_ERROR] = ALWAYS,
    [RH_PARAM_OVERPAID] = ALWAYS,
    [RH_PARAM_UNDERPAID] = ALWAYS,
    [RH_PARAM_GOAL_GRADIENT] = GOAL,
    [RH_PARAM_DISPLACEMENT] = LINES,
    [RH_PARAM_CAPABILITY_GAIN] = TRAINING,
    [RH_PARAM_CAPABILITY_STOCK] = TRAINING,
    [RH_PARAM_CAPABILITY_LIFE] = TRAINING,
    [RH_PARAM_FUND_USE] = FUND,
    [RH_PARAM_AD_ELASTICITY] = FUND,
    [RH_PARAM_MARKETING_BASE] = FUND,
    [RH_PARAM_TOPUP_REACH] = TIMING,
    [RH_PARAM_TOPUP_ABLE] = TIMING,
    [RH_PARAM_LOAD_COST] = TIMING,
    [RH_PARAM_TOPUP_RETURNED] = TIMING,
    [RH_PARAM_DEFERRAL] = TIMING,
    [RH_PARAM_LEAVE_MISSED] = LEAVING,
    [RH_PARAM_LEAVE_REWARDED] = LEAVING,
    [RH_PARAM_LEAVE_TRUST] = LEAVING,
    [RH_PARAM_LEAVE_SHARE] = LEAVING,
    [RH_PARAM_RECAPTURE] = LEAVING,
    [RH_PARAM_OPT_IN] = OPT_IN,
    [RH_PARAM_OPT_IN_REWARD] = OPT_IN,
    [RH_PARAM_OPT_IN_COMPLEXITY] = OPT_IN_COMPLEX,
    [RH_PARAM_OPT_IN_DELAY] = OPT_IN,
    [RH_PARAM_OPT_IN_TRUST] = OPT_IN,
    [RH_PARAM_OPT_IN_COST] = OPT_IN,
    [RH_PARAM_LEVEL_WALK] = LEVELS,
};

/* True where the history counts the measure; all others react as sales do. */
static bool is_activity(const struct rh_history *history, const char *measure)
{
    const int32_t id = rh_names_find(&history->measures, measure);
    return id >= 0 && history->measure_is_money[id] == 0;
}

bool rh_measure_trains(const char *measure)
{
    return strcmp(measure, "training") == 0 || strcmp(measure, "certifications") == 0;
}

/* What rewards a measure makes partners do, and with whose effort. */
static void find_doing(bool *fact, const struct rh_history *history, const char *measure, enum rh_payee payee)
{
    const bool activity = is_activity(history, measure);
    fact[ACTIVITY] = fact[ACTIVITY] || activity;
    fact[TRAINING] = fact[TRAINING] || (activity && rh_measure_trains(measure));
    fact[SALES] = fact[SALES] || !activity;
    fact[FIRM_SALES] = fact[FIRM_SALES] || (!activity && payee == RH_PAID_TO_FIRM);
    fact[REP_SALES] = fact[REP_SALES] || (!activity && payee == RH_PAID_TO_REP);
}

/* A threshold that is above 0, or may be. */
static bool has_threshold(const struct rh_incentive *incentive)
{
    bool has = incentive->metric == RH_METRIC_GROWTH || incentive->metric == RH_METRIC_STREAK ||
               incentive->metric == RH_METRIC_RANK || incentive->pays_on_growth;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        has = has || incentive->level[k].threshold.relation != RH_RELATIVE_NONE || incentive->level[k].from > 0;
    }
    return has;
}

/* True where partners can see more in it than one plain rate. */
static bool is_complex(const struct rh_incentive *incentive)
{
    const struct rh_burden burden = rh_incentive_burden(incentive);
    return rh_burden_sum(&burden) > 0.0;
}

static void find_payment(bool *fact, const struct rh_incentive *incentive)
{
    const enum fact claim = incentive->kind == RH_KIND_POINTS       ? POINTS
                            : incentive->claim == RH_CLAIM_REQUIRED ? CLAIM
                                                                    : AUTOMATIC;
    fact[claim] = true;
    fact[NON_CASH] = fact[NON_CASH] || incentive->kind == RH_KIND_NON_CASH;
    fact[PROCESSING] = fact[PROCESSING] || !incentive->has_processing;
    fact[FUND] = fact[FUND] || incentive->match.given;
}

/* A status brings a bonus on the firm's revenue, for what its conditions ask. */
static void find_status(bool *fact, const struct rh_history *history, const struct rh_program *program)
{
    bool pays = false;
    for (size_t k = 0; k < program->num_tiers; k++) {
        pays = pays || program->tier[k].has_rate_bonus;
    }
    for (size_t k = 0; pays && k < program->num_tiers; k++) {
        for (size_t c = 0; c < program->tier[k].num_when; c++) {
            find_doing(fact, history, program->tier[k].when[c].measure.text, RH_PAID_TO_FIRM);
        }
    }
    if (pays) {
        find_doing(fact, history, "revenue", RH_PAID_TO_FIRM);
        fact[COMPLEX] = fact[GOAL] = fact[AUTOMATIC] = fact[PROCESSING] = true;
    }
}

static void find_program(bool *fact, const struct rh_history *history, const struct rh_program *program)
{
    bool complex = program->num_incentives > 1 || program->num_tiers > 0, opts_in = false;
    for (size_t j = 0; j < program->num_incentives; j++) {
        const struct rh_incentive *incentive = &program->incentive[j];
        const char *measure = incentive->behavior.measure.text;
        find_doing(fact, history, measure, incentive->paid_to);
        find_payment(fact, incentive);
        fact[GOAL] = fact[GOAL] || (incentive->paid_to == RH_PAID_TO_FIRM && !is_activity(history, measure) &&
                                    has_threshold(incentive));
        complex = complex || is_complex(incentive);
        opts_in = opts_in || incentive->enrollment == RH_ENROLLMENT_OPT_IN;
    }
    fact[COMPLEX] = fact[COMPLEX] || complex;
    fact[OPT_IN] = fact[OPT_IN] || opts_in;
    fact[OPT_IN_COMPLEX] = fact[OPT_IN_COMPLEX] || (opts_in && complex);
    find_status(fact, history, program);
}

/* Whether somebody may buy ahead or put off: what stands in the program in force has its timing in the history. */
static bool has_timing(const struct rh_study *study, const struct rh_history *history)
{
    for (size_t p = 0; p < study->num_compare; p++) {
        for (size_t j = 0; j < study->compare[p].num_incentives; j++) {
            const struct rh_incentive *incentive = &study->compare[p].incentive[j];
            const bool moves = incentive->metric == RH_METRIC_TOTAL || incentive->metric == RH_METRIC_GROWTH;
            if (moves && !incentive->match.given && incentive->paid_to == RH_PAID_TO_FIRM &&
                !is_activity(history, incentive->behavior.measure.text) &&
                !rh_program_has(&study->in_force, incentive)) {
                return true;
            }
        }
    }
    return false;
}

static bool lacks_margin(const struct rh_history *history)
{
    bool lacks = false;
    for (size_t i = 0; !lacks && i < history->partners.num; i++) {
        lacks = isnan(history->partners.margin[i]);
    }
    return lacks;
}

/* True where revenue is of more than one product line. */
static bool has_lines(const struct rh_history *history)
{
    const int32_t revenue = rh_names_find(&history->measures, "revenue");
    int32_t first = -1;
    for (size_t e = 0; e < history->events.num; e++) {
        if (history->events.measure[e] == revenue) {
            first = first < 0 ? history->events.product[e] : first;
            if (history->events.product[e] != first) {
                return true;
            }
        }
    }
    return false;
}

void rh_usage_find(struct rh_usage *self, const struct rh_study *study, const struct rh_history *history)
{
    bool fact[NUM_FACTS] = {[ALWAYS] = true};
    find_program(fact, history, &study->in_force);
    for (size_t p = 0; p < study->num_compare; p++) {
        find_program(fact, history, &study->compare[p]);
    }
    self->study = study;
    fact[TIMING] = has_timing(study, history);
    fact[NO_MARGIN] = lacks_margin(history);
    fact[LINES] = has_lines(history);
    fact[LEAVING] = fact[LEVELS] = study->replay != RH_REPLAY_EXACT;
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        self->idle[p] = fact[needs[p]] ? NULL : missing[needs[p]];
    }
}

const char *rh_usage_idle_yield(const struct rh_usage *self, const struct rh_yield *yield)
{
    return rh_study_rewards(self->study, yield->measure.text) ? NULL : "no program rewards the activity";
}

const char *rh_usage_idle_base_rate(const struct rh_usage *self, const struct rh_base_rate *rate)
{
    return rh_study_looks_at(self->study, rate->measure.text) ? NULL : "no program looks at the measure";
}

/* The i-th of all that can be given; false: there are no more. Its reason is NULL where it is used, or not given. */
static bool given(const struct rh_usage *self, const struct rh_assumptions *assumptions, size_t i,
                  struct rh_unused *out)
{
    const size_t yields = RH_NUM_PARAMETERS + assumptions->num_yields, all = yields + assumptions->num_base_rates;
    if (i < RH_NUM_PARAMETERS) {
        const bool is_given = rh_assumptions_given(assumptions, (enum rh_parameter)i);
        *out = (struct rh_unused){rh_parameter_table[i].name, is_given ? self->idle[i] : NULL};
    } else if (i < yields) {
        const struct rh_yield *yield = &assumptions->yield[i - RH_NUM_PARAMETERS];
        *out = (struct rh_unused){yield->as.name, rh_usage_idle_yield(self, yield)};
    } else if (i < all) {
        const struct rh_base_rate *rate = &assumptions->base_rate[i - yields];
        *out = (struct rh_unused){rate->as.name, rh_usage_idle_base_rate(self, rate)};
    }
    return i < all;
}

bool rh_usage_given_in_vain(const struct rh_usage *self, const struct rh_assumptions *assumptions, int k,
                            struct rh_unused *out)
{
    int before = 0;
    for (size_t i = 0; given(self, assumptions, i, out); i++) {
        if (out->reason != NULL && before++ == k) {
            return true;
        }
    }
    return false;
}
