/* From a fit to the model that runs draw from. */
#include "core/calendar.h"
#include "core/memory.h"
#include "fit/fit.h"
#include "fit/posterior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const rh_fit_price_verdict_name[RH_NUM_FIT_PRICE_VERDICTS] = {
    [RH_FIT_PRICE_ESTIMATED] = "estimated",        [RH_FIT_PRICE_NO_DISCOUNTS] = "no_discounts",
    [RH_FIT_PRICE_NO_PEERS] = "no_peers",          [RH_FIT_PRICE_FOLLOWS_SIZE] = "follows_size",
    [RH_FIT_PRICE_ALIKE] = "no_variation",         [RH_FIT_PRICE_NOT_SHARED] = "not_shared",
    [RH_FIT_PRICE_FEW_GROUPS] = "few_groups",      [RH_FIT_PRICE_NO_NOISE] = "no_noise",
    [RH_FIT_PRICE_NOT_CONVERGED] = "not_converged"};

const char *const rh_fit_within_verdict_name[RH_NUM_FIT_WITHIN_VERDICTS] = {
    [RH_FIT_WITHIN_ESTIMATED] = "estimated",         [RH_FIT_WITHIN_NO_PROGRAM] = "no_program",
    [RH_FIT_WITHIN_NO_THRESHOLDS] = "no_thresholds", [RH_FIT_WITHIN_FEW] = "few_windows",
    [RH_FIT_WITHIN_NO_VARIATION] = "no_variation",   [RH_FIT_WITHIN_NOT_WORTH] = "not_worth",
    [RH_FIT_WITHIN_NO_NOISE] = "no_noise",           [RH_FIT_WITHIN_NOT_CONVERGED] = "not_converged"};

_Static_assert(RH_FIT_WITHIN_DRAWS == RH_FIT_DRAWS, "a row holds a draw of each");

#define DRAWS_SEED 1 /* the same history gives the same draws */

const enum rh_parameter rh_fit_drawn[RH_FIT_NUM_DRAWN] = {
    RH_PARAM_EFFORT_ELASTICITY, RH_PARAM_PASS_THROUGH, RH_PARAM_PRICE_ELASTICITY, RH_PARAM_ATTENTION,
    RH_PARAM_COMPLEXITY_SLOPE,  RH_PARAM_NULL_PROGRAM, RH_PARAM_PARTNER_MARGIN};

int rh_fit_draw(const struct rh_fit *self, size_t i_group, enum rh_fit_belief belief, double *response, double *value,
                struct rh_error *error)
{
    const struct rh_fit_group *group = &self->group[i_group];
    const bool posterior = belief == RH_FIT_POSTERIOR, moved = posterior && group->used;
    const struct rh_estimate estimate = {.slope = moved ? group->response.slope : NAN,
                                         .se = group->response.se,
                                         .freedom = group->freedom,
                                         .typical = isnan(group->typical) ? RH_USUAL_OFFER : group->typical,
                                         .margin = group->margin,
                                         .assumed = group->margin_assumed,
                                         .complexity = group->complexity,
                                         .price = posterior ? self->price.estimate : NAN,
                                         .price_se = self->price.se,
                                         .price_freedom = self->price.freedom};
    struct rh_names none;
    struct rh_assumptions priors;
    rh_names_init(&none);
    int status = rh_assumptions_init(&priors, &none, error);
    if (status == RH_OK) {
        status = rh_posterior_draw(&priors, 0, &estimate, DRAWS_SEED, RH_FIT_DRAWS, response, value, error);
        rh_assumptions_free(&priors);
    }
    rh_names_free(&none);
    return status;
}

/* Copies a text; once one has failed, no more. */
static char *copy(const char *text, bool *memory)
{
    char *out = *memory ? rh_strdup(text) : NULL;
    *memory = out != NULL;
    return out;
}

static void name_sources(const struct rh_fit *self, const struct rh_fit_sources *sources, struct rh_learned *out,
                         bool *memory)
{
    char first[RH_DAY_TEXT], last[RH_DAY_TEXT];
    rh_month_format(self->first, first);
    rh_month_format(self->last, last);
    out->version = copy(sources->version, memory);
    out->command = copy(sources->command, memory);
    out->history = copy(sources->history, memory);
    out->history_sha256 = copy(sources->history_sha256, memory);
    out->first_month = copy(first, memory);
    out->last_month = copy(last, memory);
    out->program = copy(sources->program, memory);
    out->program_sha256 = copy(sources->program_sha256, memory);
}

/* What was tried for the baseline, where anything was. */
static void fill_choices(const struct rh_tune *baseline, struct rh_learned *out, bool *memory)
{
    if (baseline->num_origins == 0 || !*memory) {
        return;
    }
    out->choice = rh_calloc(RH_NUM_TUNED, sizeof *out->choice);
    *memory = out->choice != NULL;
    out->num_choices = *memory ? RH_NUM_TUNED : 0;
    for (int k = 0; k < RH_NUM_TUNED && *memory; k++) {
        const struct rh_tune_choice *choice = &baseline->choice[k];
        out->choice[k] = (struct rh_learned_choice){.name = copy(rh_tuned_name[k], memory),
                                                    .usual = choice->before,
                                                    .chosen = choice->after,
                                                    .gain = choice->gain};
    }
}

static void set_cell(const struct rh_fit *self, struct rh_learned *out, const struct rh_fit_group *group, size_t cell,
                     enum rh_fit_quantity quantity)
{
    const bool estimated = quantity == RH_FIT_RESPONSE && group->used, price = quantity == RH_FIT_PRICE_ELASTICITY;
    out->moment[RH_LEARNED_PRIOR_MEAN][cell] = group->prior[quantity].mean;
    out->moment[RH_LEARNED_PRIOR_SD][cell] = group->prior[quantity].sd;
    out->moment[RH_LEARNED_ESTIMATE][cell] = estimated ? group->response.slope : price ? self->price.estimate : NAN;
    out->moment[RH_LEARNED_STANDARD_ERROR][cell] = estimated ? group->response.se : price ? self->price.se : NAN;
    out->moment[RH_LEARNED_POSTERIOR_MEAN][cell] = group->posterior[quantity].mean;
    out->moment[RH_LEARNED_POSTERIOR_SD][cell] = group->posterior[quantity].sd;
}

/* A row of the table, the same of all groups. */
static void fill_within(const struct rh_fit_within *within, struct rh_learned *out, size_t q, bool *memory)
{
    out->quantity[q] = copy(rh_parameter_table[within->parameter].name, memory);
    for (size_t g = 0; g < out->num_groups && *memory; g++) {
        const size_t cell = q * out->num_groups + g;
        out->moment[RH_LEARNED_PRIOR_MEAN][cell] = within->prior.mean;
        out->moment[RH_LEARNED_PRIOR_SD][cell] = within->prior.sd;
        out->moment[RH_LEARNED_ESTIMATE][cell] = within->estimate;
        out->moment[RH_LEARNED_STANDARD_ERROR][cell] = within->se;
        out->moment[RH_LEARNED_POSTERIOR_MEAN][cell] = within->posterior.mean;
        out->moment[RH_LEARNED_POSTERIOR_SD][cell] = within->posterior.sd;
        out->verdict[cell] = copy(rh_fit_within_verdict_name[within->verdict], memory);
    }
}

/* The table of quantities by groups. */
static void fill_table(const struct rh_fit *self, struct rh_learned *out, bool *memory)
{
    out->num_quantities = (size_t)RH_NUM_FIT_QUANTITIES + RH_NUM_FIT_WITHIN;
    out->num_groups = self->num_groups;
    const size_t cells = out->num_quantities * out->num_groups;
    out->segment = rh_calloc(out->num_groups, sizeof *out->segment);
    out->quantity = rh_calloc(out->num_quantities, sizeof *out->quantity);
    out->verdict = rh_calloc(cells, sizeof *out->verdict);
    *memory = *memory && out->segment != NULL && out->quantity != NULL && out->verdict != NULL;
    for (int m = 0; m < RH_NUM_LEARNED_MOMENTS; m++) {
        out->moment[m] = rh_calloc(cells, sizeof *out->moment[m]);
        *memory = *memory && out->moment[m] != NULL;
    }
    for (size_t g = 0; g < out->num_groups && *memory; g++) {
        out->segment[g] = copy(self->group[g].segment != NULL ? self->group[g].segment : "", memory);
    }
    for (size_t q = 0; q < RH_NUM_FIT_QUANTITIES && *memory; q++) {
        out->quantity[q] = copy(rh_fit_quantity_name[q], memory);
        for (size_t g = 0; g < out->num_groups && *memory; g++) {
            const struct rh_fit_group *group = &self->group[g];
            const size_t cell = q * out->num_groups + g;
            set_cell(self, out, group, cell, (enum rh_fit_quantity)q);
            out->verdict[cell] = copy(q == RH_FIT_RESPONSE           ? rh_fit_verdict_name[group->response.verdict]
                                      : q == RH_FIT_PRICE_ELASTICITY ? rh_fit_price_verdict_name[self->price.verdict]
                                                                     : "",
                                      memory);
        }
    }
    for (size_t q = 0; q < RH_NUM_FIT_WITHIN && *memory; q++) {
        fill_within(&self->within[q], out, RH_NUM_FIT_QUANTITIES + q, memory);
    }
}

/* What was found within windows, the same of all groups; its draws are in an order of their own. */
static void add_within(const struct rh_fit *self, struct rh_learned *out)
{
    for (int q = 0; q < RH_NUM_FIT_WITHIN; q++) {
        const struct rh_fit_within *within = &self->within[q];
        const size_t p = out->num_parameters;
        if (within->verdict == RH_FIT_WITHIN_ESTIMATED) {
            out->parameter[out->num_parameters++] = within->parameter;
            for (size_t g = 0; g < out->num_groups; g++) {
                memcpy(out->draw + (p * out->num_groups + g) * RH_FIT_DRAWS, within->draw, sizeof within->draw);
            }
        }
    }
}

/* Draws of all groups, where one of them is moved: a segment of which nothing is learned keeps the prior. */
static int fill_draws(const struct rh_fit *self, struct rh_learned *out, struct rh_error *error)
{
    if (!rh_fit_tells(self)) {
        return RH_OK;
    }
    /* The last is the margin: where all are on file nothing is learned of it. */
    const size_t num = self->margin_assumed > 0 ? RH_FIT_NUM_DRAWN : RH_FIT_NUM_DRAWN - 1;
    double *response = rh_calloc(RH_FIT_DRAWS, sizeof *response);
    double *value = rh_calloc((size_t)RH_FIT_NUM_DRAWN * RH_FIT_DRAWS, sizeof *value);
    out->parameter = rh_calloc(RH_FIT_NUM_DRAWN + RH_NUM_FIT_WITHIN, sizeof *out->parameter);
    out->draw = rh_calloc((RH_FIT_NUM_DRAWN + RH_NUM_FIT_WITHIN) * out->num_groups * RH_FIT_DRAWS, sizeof *out->draw);
    if (response == NULL || value == NULL || out->parameter == NULL || out->draw == NULL) {
        free(response);
        free(value);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for draws of what was learned");
    }
    int status = RH_OK;
    for (size_t g = 0; g < out->num_groups && status == RH_OK; g++) {
        status = rh_fit_draw(self, g, RH_FIT_POSTERIOR, response, value, error);
        for (size_t p = 0; p < num && status == RH_OK; p++) {
            out->parameter[p] = rh_fit_drawn[p];
            memcpy(out->draw + (p * out->num_groups + g) * RH_FIT_DRAWS, value + p * RH_FIT_DRAWS,
                   RH_FIT_DRAWS * sizeof *value);
        }
    }
    if (status == RH_OK) {
        out->num_parameters = num;
        out->num_draws = RH_FIT_DRAWS;
        add_within(self, out);
    }
    free(response);
    free(value);
    return status;
}

int rh_fit_learn(const struct rh_fit *self, const struct rh_fit_sources *sources, struct rh_learned *out,
                 struct rh_error *error)
{
    bool memory = true;
    memset(out, 0, sizeof *out);
    out->tuning = self->baseline.tuning;
    name_sources(self, sources, out, &memory);
    fill_choices(&self->baseline, out, &memory);
    fill_table(self, out, &memory);
    return memory ? fill_draws(self, out, error)
                  : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what was learned");
}
