/* What the reader of a run must know: what its figures rest on that neither the history nor the programs say. */
#include "cli/run_results.h"

#include "core/memory.h"
#include "model/usage.h"

#include <stdlib.h>
#include <string.h>

/* Adds what the text says, if anything, and frees it. */
static void add(struct rh_run_notes *self, struct rh_text *text)
{
    char *copy = text->length > 0 ? rh_strdup(rh_text_string(text)) : NULL;
    self->failed = self->failed || rh_text_status(text) != RH_OK || (text->length > 0 && copy == NULL);
    if (copy != NULL) {
        self->note[self->num++] = copy;
    }
    rh_text_free(text);
}

static void add_line(struct rh_run_notes *self, const char *line)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_text_puts(&text, line);
    add(self, &text);
}

/* True where extra training is assumed to make partners sell more. */
static bool trains(const struct rh_assumptions *assumptions)
{
    bool effect = false;
    for (int s = 0; s < assumptions->num_segments; s++) {
        const struct rh_belief_of *gain =
            &assumptions->belief[RH_PARAM_CAPABILITY_GAIN * assumptions->num_segments + s];
        effect = effect || gain->distribution != RH_DIST_FIXED || gain->mean > 0.0;
    }
    return effect;
}

/* True where something says what an extra completion of the measure brings. */
static bool has_effect(const struct rh_plan *plan, int extra)
{
    bool effect = false;
    for (int d = 0; d < plan->num_drivers; d++) {
        const struct rh_plan_driver *driver = &plan->driver[d];
        const bool brings = driver->yield != RH_NO_YIELD || (driver->trains && trains(plan->assumptions));
        effect = effect || (driver->extra == extra && brings);
    }
    return effect;
}

static void add_without_effect(struct rh_run_notes *self, const struct rh_study *study, const struct rh_plan *plan)
{
    struct rh_text text;
    rh_text_init(&text);
    for (int k = 0; k < plan->num_extra; k++) {
        if (rh_study_rewards(study, plan->extra[k]) && !has_effect(plan, k)) {
            rh_text_printf(&text, "%s%s", text.length > 0 ? ", " : "No revenue effect is assumed of ", plan->extra[k]);
        }
    }
    rh_text_puts(&text, text.length > 0 ? ": return counts what they cost, not what they bring (a yield in the "
                                          "assumptions would say that)."
                                        : "");
    add(self, &text);
}

static void add_yield(struct rh_run_notes *self, const struct rh_plan *plan, const struct rh_yield *yield)
{
    const int lag = yield->lag_months, months = plan->num_months;
    const char *currency = plan->program[plan->num_programs - 1].program->currency;
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "Assumed: an extra completion of %s brings ", yield->measure.text);
    if (yield->revenue.mean == 0.0) {
        rh_text_printf(&text, "no revenue (yield, %s).", yield->as.origin);
        add(self, &text);
        return;
    }
    rh_text_number(&text, yield->revenue.mean, 0);
    rh_text_printf(&text, " %s%s of %s", currency[0] != '\0' ? currency : "units",
                   yield->revenue.distribution == RH_DIST_FIXED ? "" : " on average", yield->product.text);
    if (lag > 0) {
        rh_text_printf(&text, ", %d month%s later", lag, lag == 1 ? "" : "s");
    }
    rh_text_printf(&text, " (yield, %s).", yield->as.origin);
    if (lag >= months) {
        rh_text_puts(&text, " All of that lies behind the horizon, and counts nowhere.");
    } else if (lag == 1) {
        rh_text_puts(&text, " What those of the horizon's last month bring lies behind it, and counts nowhere.");
    } else if (lag > 1) {
        rh_text_printf(&text, " What those of the horizon's last %d months bring lies behind it, and counts nowhere.",
                       lag);
    }
    add(self, &text);
}

static void add_base_rate(struct rh_run_notes *self, const struct rh_plan *plan, const struct rh_base_rate *rate)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "Assumed: %s, of which the history has no row, ", rate->measure.text);
    if (rh_base_rate_by_segment(rate, plan->assumptions->num_segments)) {
        rh_text_puts(&text, "at rates by segment");
    } else {
        rh_text_printf(&text, "%.10g per partner and month", rate->rate[0].mean);
    }
    rh_text_printf(&text, " (base_rate, %s), of whatever product and kind a program asks for.", rate->as.origin);
    add(self, &text);
}

static void add_model(struct rh_run_notes *self, const char *path)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(
        &text,
        "Drawn from what was learned of a history (%s), where neither the study nor its assumptions say otherwise.",
        path);
    add(self, &text);
}

static void add_in_vain(struct rh_run_notes *self, const struct rh_usage *usage, const struct rh_plan *plan)
{
    struct rh_unused unused;
    struct rh_text text;
    rh_text_init(&text);
    for (int k = 0; rh_usage_given_in_vain(usage, plan->assumptions, k, &unused); k++) {
        rh_text_printf(&text, "%s%s", k > 0 ? ", " : "Given, but read by nothing in this study: ", unused.name);
    }
    rh_text_puts(&text, text.length > 0 ? " (rehearse assumptions says why)." : "");
    add(self, &text);
}

void rh_run_notes_find(struct rh_run_notes *self, const struct rh_study *study, const struct rh_plan *plan)
{
    const struct rh_assumptions *assumptions = plan->assumptions;
    struct rh_usage usage;
    memset(self, 0, sizeof *self);
    self->note = rh_calloc(5 + assumptions->num_yields + assumptions->num_base_rates, sizeof *self->note);
    if (self->note == NULL) {
        self->failed = true;
        return;
    }
    rh_usage_find(&usage, study, plan->history);
    if (study->path[0] == '\0') { /* of programs alone */
        add_line(self, "The history is assumed to have happened under no program.");
    }
    if (plan->exact) {
        add_line(self, "Exact replay: the horizon is the end of the history itself; demand is not drawn.");
    }
    if (assumptions->learned != NULL) {
        add_model(self, assumptions->learned);
    }
    self->first_said = self->num;
    add_without_effect(self, study, plan);
    for (size_t k = 0; k < assumptions->num_base_rates; k++) {
        if (rh_usage_idle_base_rate(&usage, &assumptions->base_rate[k]) == NULL) {
            add_base_rate(self, plan, &assumptions->base_rate[k]);
        }
    }
    for (size_t k = 0; k < assumptions->num_yields; k++) {
        if (rh_usage_idle_yield(&usage, &assumptions->yield[k]) == NULL) {
            add_yield(self, plan, &assumptions->yield[k]);
        }
    }
    add_in_vain(self, &usage, plan);
}

void rh_run_notes_free(struct rh_run_notes *self)
{
    for (int k = 0; k < self->num; k++) {
        free(self->note[k]);
    }
    free(self->note);
    memset(self, 0, sizeof *self);
}
