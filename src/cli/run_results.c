#include "cli/run_results.h"

#include "core/build.h"
#include "core/file.h"
#include "core/memory.h"
#include "model/usage.h"

#include <stdlib.h>
#include <string.h>

int rh_run_results_append(void *user, const struct rh_block *block, struct rh_error *error)
{
    return rh_results_writer_append(user, block, error);
}

/* "lognormal, mean 0.2, …", of one segment or of all. */
static int describe_parameters(const struct rh_plan *plan, struct rh_results_parameter *out, struct rh_text *drafts)
{
    for (int k = 0; k < plan->num_drawn; k++) {
        const struct rh_plan_drawn *drawn = &plan->drawn[k];
        const struct rh_parameter_info *info = &rh_parameter_table[drawn->parameter];
        size_t cell = (size_t)drawn->parameter * (size_t)plan->assumptions->num_segments +
                      (size_t)(drawn->segment < 0 ? 0 : drawn->segment);
        rh_text_init(&drafts[k]);
        rh_belief_of_describe(&plan->assumptions->belief[cell], &drafts[k]);
        if (rh_text_status(&drafts[k]) != RH_OK) {
            return RH_ERR_NO_MEMORY;
        }
        out[k] = (struct rh_results_parameter){.name = drawn->name,
                                               .unit = info->unit,
                                               .description = info->description,
                                               .origin = plan->assumptions->origin[cell],
                                               .distribution = rh_text_string(&drafts[k]),
                                               .mechanism = info->mechanism,
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
    size_t num = 4 + study->num_compare + study->in_force.num_bases;
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
    if (study->text != NULL) {
        out[num++] = (struct rh_results_input){"study", study->path, study->text, study->sha256};
    }
    out[num++] = (struct rh_results_input){"history", study->history_path, "", history_sha256};
    if (!study->in_force_none && study->in_force.text != NULL) {
        num = add_program("in_force", &study->in_force, out, num);
    }
    for (size_t k = 0; k < study->num_compare; k++) {
        num = add_program("program", &study->compare[k], out, num);
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

/* What a reader of the results is told in words of its own, and what was given in vain. */
struct remarks {
    const char *note[4], *unused[RH_NUM_PARAMETERS + 1], *reason[RH_NUM_PARAMETERS + 1];
    int num_notes, num_unused;
    struct rh_text given_in_vain;
};

void rh_run_results_add_unused(const struct rh_study *study, const struct rh_plan *plan, struct rh_text *out)
{
    struct rh_usage usage;
    enum rh_parameter unused[RH_NUM_PARAMETERS];
    rh_usage_find(&usage, study, plan->history);
    const int num = rh_usage_given_in_vain(&usage, plan->assumptions, unused);
    for (int k = 0; k < num; k++) {
        rh_text_printf(out, "%s%s",
                       k > 0 ? ", " : "Given, but read by nothing in this study: ", rh_parameter_table[unused[k]].name);
    }
    rh_text_puts(out, num > 0 ? " (rehearse assumptions says why)." : "");
}

/* What a reader must know. */
static void add_notes(struct remarks *self, const struct rh_study *study, const struct rh_plan *plan)
{
    if (study->text == NULL) {
        self->note[self->num_notes++] = "The history is assumed to have happened under no program.";
    }
    if (plan->exact) {
        self->note[self->num_notes++] =
            "Exact replay: the horizon is the end of the history itself; demand is not drawn.";
    }
    if (plan->num_extra > 0) {
        self->note[self->num_notes++] =
            "No revenue effect of activities is assumed: return counts what is sold in the horizon only.";
    }
    rh_run_results_add_unused(study, plan, &self->given_in_vain);
    if (self->given_in_vain.length > 0) {
        self->note[self->num_notes++] = rh_text_string(&self->given_in_vain);
    }
}

/* What a study says, or its assumptions, that nothing reads. */
static void add_unused(struct remarks *self, const struct rh_study *study, const struct rh_plan *plan)
{
    struct rh_usage usage;
    enum rh_parameter unused[RH_NUM_PARAMETERS];
    rh_usage_find(&usage, study, plan->history);
    self->num_unused = rh_usage_given_in_vain(&usage, plan->assumptions, unused);
    for (int k = 0; k < self->num_unused; k++) {
        self->unused[k] = rh_parameter_table[unused[k]].name;
        self->reason[k] = usage.idle[unused[k]];
    }
    if (study->confidence != RH_DEFAULT_CONFIDENCE) {
        self->unused[self->num_unused] = "finance.confidence";
        self->reason[self->num_unused++] = "no figure of this file depends on it";
    }
}

static const char *currency_of(const struct rh_plan *plan)
{
    const char *currency = plan->program[plan->num_programs - 1].program->currency;
    return currency[0] != '\0' ? currency : "units";
}

int rh_run_results_create(struct rh_results_writer **out, const char *path, const struct rh_study *study,
                          const struct rh_plan *plan, const struct rh_progress *progress, struct rh_error *error)
{
    static const char build[] = RH_BUILD_REVISION " " RH_BUILD_COMPILER " " RH_BUILD_FLAGS;
    size_t parameters = (size_t)plan->num_drawn, programs = (size_t)plan->num_programs;
    struct rh_results_parameter *parameter = rh_calloc(parameters + 1, sizeof *parameter);
    struct rh_text *drafts = rh_calloc(parameters + 1, sizeof *drafts);
    struct rh_results_input *inputs = rh_calloc(most_inputs(study), sizeof *inputs);
    const char **texts = rh_calloc(programs, sizeof *texts);
    struct remarks remarks = {.num_notes = 0};
    char history_sha256[RH_SHA256_TEXT];
    int status = parameter != NULL && drafts != NULL && inputs != NULL && texts != NULL
                     ? describe_parameters(plan, parameter, drafts)
                     : RH_ERR_NO_MEMORY;
    rh_text_init(&remarks.given_in_vain);
    add_notes(&remarks, study, plan);
    add_unused(&remarks, study, plan);
    status = status == RH_OK ? rh_text_status(&remarks.given_in_vain) : status;
    if (status != RH_OK) {
        rh_error_set(error, status, "no memory to describe the results");
        goto out;
    }
    status = rh_sha256_file(study->history_path, history_sha256, error);
    if (status != RH_OK) {
        goto out;
    }
    for (size_t p = 0; p < programs; p++) {
        const char *description = plan->program[p].program->description;
        texts[p] = description != NULL ? description : "";
    }
    struct rh_results_header header = {.title = study->title,
                                       .currency = currency_of(plan),
                                       .program_version = RH_BUILD_VERSION,
                                       .build = build,
                                       .instruction_set = "any: the results do not depend on it",
                                       .seed = plan->seed,
                                       .replications = plan->replications,
                                       .num_scenarios = plan->num_programs,
                                       .scenario = plan->scenario,
                                       .scenario_text = texts,
                                       .reference = plan->reference,
                                       .margin_assumed = plan->margin_assumed,
                                       .first_month = plan->first_month,
                                       .num_extra = plan->num_extra,
                                       .extra = plan->extra,
                                       .num_parameters = plan->num_drawn,
                                       .parameter = parameter,
                                       .input = inputs,
                                       .num_unused = remarks.num_unused,
                                       .unused = remarks.unused,
                                       .unused_reason = remarks.reason,
                                       .num_notes = remarks.num_notes,
                                       .note = remarks.note,
                                       .progress = progress};
    header.num_inputs = list_inputs(study, plan, history_sha256, inputs);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        header.cut_size[cut] = plan->num_labels[cut];
        header.cut_label[cut] = plan->label[cut];
    }
    status = rh_results_writer_create(out, path, &header, error);
out:
    for (size_t k = 0; drafts != NULL && k < parameters; k++) {
        rh_text_free(&drafts[k]);
    }
    rh_text_free(&remarks.given_in_vain);
    free(parameter);
    free(drafts);
    free(inputs);
    free(texts);
    return status;
}
