#include "cli/run_results.h"

#include "core/build.h"
#include "core/memory.h"
#include "model/usage.h"

#include <stdlib.h>
#include <string.h>

/* "lognormal, mean 0.2, …", of one segment or of all. */
static int describe_parameters(const struct rh_plan *plan, struct rh_results_parameter *out, struct rh_text *drafts)
{
    for (int k = 0; k < plan->num_drawn; k++) {
        const struct rh_plan_drawn *drawn = &plan->drawn[k];
        rh_text_init(&drafts[k]);
        rh_belief_of_describe(drawn->belief, &drafts[k]);
        if (rh_text_status(&drafts[k]) != RH_OK) {
            return RH_ERR_NO_MEMORY;
        }
        out[k] = (struct rh_results_parameter){.name = drawn->name,
                                               .unit = drawn->unit,
                                               .description = drawn->description,
                                               .origin = drawn->origin,
                                               .distribution = rh_text_string(&drafts[k]),
                                               .mechanism = drawn->mechanism,
                                               .drawn = true};
    }
    return RH_OK;
}

/* Adds a program's file and those that it extends, each once. Returns the number of inputs. */
static int add_program(const char *role, const struct rh_program *program, struct rh_results_input *out, int num)
{
    out[num++] = (struct rh_results_input){role, program->path, program->text, program->sha256};
    for (size_t k = 0; k < program->num_bases; k++) {
        const struct rh_source *base = &program->base[k];
        bool listed = false;
        for (int i = 0; i < num && !listed; i++) {
            listed = strcmp(out[i].role, "base") == 0 && strcmp(out[i].path, base->path) == 0;
        }
        if (!listed) {
            out[num++] = (struct rh_results_input){"base", base->path, base->text, base->sha256};
        }
    }
    return num;
}

/* Room for what list_inputs writes. */
static size_t most_inputs(const struct rh_study *study)
{
    size_t num = 5 + study->num_compare + study->in_force.num_bases;
    for (size_t k = 0; k < study->num_compare; k++) {
        num += study->compare[k].num_bases;
    }
    return num;
}

/* The files that went into the run. Returns their number; out has room for all. */
static int list_inputs(const struct rh_study *study, const struct rh_plan *plan, const char *history_sha256,
                       struct rh_results_input *out)
{
    int num = 0;
    if (study->path[0] != '\0') {
        out[num++] = (struct rh_results_input){"study", study->path, study->text, study->sha256};
    }
    out[num++] = (struct rh_results_input){"history", study->history_path, "", history_sha256};
    if (!study->in_force_none && study->in_force.text != NULL) {
        num = add_program("in_force", &study->in_force, out, num);
    }
    for (size_t k = 0; k < study->num_compare; k++) {
        num = add_program("program", &study->compare[k], out, num);
    }
    if (plan->assumptions->learned != NULL) {
        out[num++] =
            (struct rh_results_input){"model", plan->assumptions->learned, "", plan->assumptions->learned_sha256};
    }
    if (plan->assumptions->text != NULL) {
        out[num++] = (struct rh_results_input){"assumptions", plan->assumptions->path, plan->assumptions->text,
                                               plan->assumptions->sha256};
    }
    return num;
}

int rh_run_results_inputs(const struct rh_study *study, const struct rh_plan *plan, const char *history_sha256,
                          struct rh_results_input **out, int *num)
{
    *out = rh_calloc(most_inputs(study), sizeof **out);
    *num = *out != NULL ? list_inputs(study, plan, history_sha256, *out) : 0;
    return *out != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

/* What a study says, or its assumptions, that nothing reads. */
static int find_in_vain(struct rh_run_in_vain *self, const struct rh_study *study, const struct rh_plan *plan)
{
    const struct rh_assumptions *assumptions = plan->assumptions;
    const size_t most = RH_NUM_PARAMETERS + assumptions->num_yields + assumptions->num_base_rates;
    struct rh_usage usage;
    struct rh_unused unused;
    self->name = rh_calloc(most, sizeof *self->name);
    self->reason = rh_calloc(most, sizeof *self->reason);
    if (self->name == NULL || self->reason == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    rh_usage_find(&usage, study, plan->history);
    for (; rh_usage_given_in_vain(&usage, assumptions, self->num, &unused); self->num++) {
        self->name[self->num] = unused.name;
        self->reason[self->num] = unused.reason;
    }
    return RH_OK;
}

/* The windows of the plan, in the order of rh_block.window; NULL where there is no memory. */
static struct rh_results_window *list_windows(const struct rh_plan *plan, int *num)
{
    int most = 0;
    for (int p = 0; p < plan->num_programs; p++) {
        most += plan->program[p].num_slots;
    }
    struct rh_results_window *out = rh_calloc((size_t)most + 1, sizeof *out);
    *num = 0;
    for (int p = 0; out != NULL && p < plan->num_programs; p++) {
        for (int j = 0; j < plan->program[p].num_paying; j++) {
            const struct rh_plan_incentive *incentive = &plan->program[p].incentive[j];
            for (int w = 0; w < incentive->num_windows; w++) {
                out[(*num)++] = (struct rh_results_window){p, incentive->window[w].first, incentive->window[w].last};
            }
        }
    }
    return out;
}

static const char *currency_of(const struct rh_plan *plan)
{
    const char *currency = plan->program[plan->num_programs - 1].program->currency;
    return currency[0] != '\0' ? currency : "units";
}

/* Those that are simulated, in the order of the plan; NULL where there is no memory. */
static struct rh_results_partner *list_partners(const struct rh_plan *plan)
{
    struct rh_results_partner *out = rh_calloc((size_t)plan->num_partners, sizeof *out);
    for (int i = 0; out != NULL && i < plan->num_partners; i++) {
        const struct rh_plan_partner *partner = &plan->partner[i];
        out[i] = (struct rh_results_partner){.id = plan->history->partners.id.name[partner->row],
                                             .segment = plan->label[RH_CUT_SEGMENT][partner->segment],
                                             .region = plan->label[RH_CUT_REGION][partner->region],
                                             .tier = plan->label[RH_CUT_TIER][partner->tier_label]};
    }
    return out;
}

/* Takes room and describes what has to be described in words. */
static int describe(struct rh_run_header *self, const struct rh_study *study, const struct rh_plan *plan)
{
    const size_t parameters = (size_t)plan->num_drawn, programs = (size_t)plan->num_programs;
    self->parameter = rh_calloc(parameters + 1, sizeof *self->parameter);
    self->drafts = rh_calloc(parameters + 1, sizeof *self->drafts);
    self->inputs = rh_calloc(most_inputs(study), sizeof *self->inputs);
    self->texts = rh_calloc(programs, sizeof *self->texts);
    self->partners = list_partners(plan);
    self->windows = list_windows(plan, &self->num_windows);
    rh_run_notes_find(&self->notes, study, plan);
    if (self->parameter == NULL || self->drafts == NULL || self->inputs == NULL || self->texts == NULL ||
        self->partners == NULL || self->windows == NULL || self->notes.failed) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t p = 0; p < programs; p++) {
        const char *description = plan->program[p].program->description;
        self->texts[p] = description != NULL ? description : "";
    }
    const int status = describe_parameters(plan, self->parameter, self->drafts);
    return status == RH_OK ? find_in_vain(&self->in_vain, study, plan) : status;
}

int rh_run_header_make(struct rh_run_header *self, const struct rh_study *study, const struct rh_plan *plan,
                       const struct rh_progress *progress, struct rh_error *error)
{
    static const char build[] = RH_BUILD_REVISION " " RH_BUILD_COMPILER " " RH_BUILD_FLAGS;
    memset(self, 0, sizeof *self);
    int status = describe(self, study, plan);
    if (status != RH_OK) {
        return rh_error_set(error, status, "no memory to describe the results");
    }
    status = rh_sha256_file(study->history_path, self->history_sha256, error);
    if (status != RH_OK) {
        return status;
    }
    self->header = (struct rh_results_header){.title = study->title,
                                              .currency = currency_of(plan),
                                              .program_version = RH_BUILD_VERSION,
                                              .build = build,
                                              .instruction_set = "any: the results do not depend on it",
                                              .seed = plan->seed,
                                              .arithmetic = rh_arithmetic_names[study->arithmetic],
                                              .sampling = rh_sampling_names[study->sampling],
                                              .replications = plan->replications,
                                              .num_scenarios = plan->num_programs,
                                              .scenario = plan->scenario,
                                              .scenario_text = self->texts,
                                              .reference = plan->reference,
                                              .margin_assumed = plan->margin_assumed,
                                              .first_month = plan->first_month,
                                              .confidence = study->confidence,
                                              .num_windows = self->num_windows,
                                              .window = self->windows,
                                              .num_partners = plan->outcomes != NULL ? plan->num_partners : 0,
                                              .partner = self->partners,
                                              .num_extra = plan->num_extra,
                                              .extra = plan->extra,
                                              .num_parameters = plan->num_drawn,
                                              .parameter = self->parameter,
                                              .input = self->inputs,
                                              .num_unused = self->in_vain.num,
                                              .unused = self->in_vain.name,
                                              .unused_reason = self->in_vain.reason,
                                              .num_notes = self->notes.num,
                                              .note = (const char *const *)self->notes.note,
                                              .progress = progress};
    self->header.num_inputs = list_inputs(study, plan, self->history_sha256, self->inputs);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        self->header.cut_size[cut] = plan->num_labels[cut];
        self->header.cut_label[cut] = plan->label[cut];
    }
    return RH_OK;
}

void rh_run_header_free(struct rh_run_header *self, const struct rh_plan *plan)
{
    for (int k = 0; self->drafts != NULL && k < plan->num_drawn; k++) {
        rh_text_free(&self->drafts[k]);
    }
    rh_run_notes_free(&self->notes);
    free(self->in_vain.name);
    free(self->in_vain.reason);
    free(self->parameter);
    free(self->drafts);
    free(self->inputs);
    free(self->texts);
    free(self->partners);
    free(self->windows);
    memset(self, 0, sizeof *self);
}
