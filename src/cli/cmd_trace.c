/* rehearse trace: one replication once more, and what one partner lived through in it. */
#include "cli/cli.h"

#include "cli/ready.h"
#include "cli/run_results.h"
#include "cli/trace_rows.h"
#include "core/file.h"
#include "core/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_REPLICATION = 256, KEY_PARTNER, KEY_PROGRAM, KEY_STUDY, KEY_HISTORY, KEY_MODEL, KEY_CSV };

struct arguments {
    const char *results, *partner, *program, *study, *history, *model;
    bool has_replication, csv, quiet;
    uint64_t replication;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    char *end = NULL;
    switch (key) {
    case 'q':
        arguments->quiet = true;
        return 0;
    case KEY_CSV:
        arguments->csv = true;
        return 0;
    case KEY_PARTNER:
        arguments->partner = value;
        return 0;
    case KEY_PROGRAM:
        arguments->program = value;
        return 0;
    case KEY_STUDY:
        arguments->study = value;
        return 0;
    case KEY_HISTORY:
        arguments->history = value;
        return 0;
    case KEY_MODEL:
        arguments->model = value;
        return 0;
    case KEY_REPLICATION:
        arguments->has_replication = true;
        arguments->replication = strtoull(value, &end, 10);
        if (end == value || *end != '\0' || *value == '-') {
            argp_error(state, "--replication: found '%s', expected a number from 0", value);
        }
        return 0;
    case ARGP_KEY_ARG:
        rh_cli_parse_one(state, "results file", value, &arguments->results);
        return 0;
    case ARGP_KEY_END:
        if (arguments->results == NULL) {
            argp_error(state, "which results file?");
        } else if (!arguments->has_replication) {
            argp_error(state, "which replication? (--replication R)");
        } else if (arguments->partner == NULL && !arguments->csv) {
            argp_error(state, "which partner? (--partner ID; all of them with --csv)");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Path of the first input of that role, NULL without. */
static const char *input_of(const struct rh_results *results, const char *role)
{
    for (int k = 0; k < results->num_inputs; k++) {
        if (strcmp(results->input_role[k], role) == 0) {
            return results->input_path[k];
        }
    }
    return NULL;
}

/* How the run drew and lived its replications. */
static int read_choices(struct rh_study *study, const struct rh_results *results, struct rh_error *error)
{
    const int sampling = rh_sampling_find(results->sampling), arithmetic = rh_arithmetic_find(results->arithmetic);
    if (sampling < 0 || arithmetic < 0) {
        return rh_error_set_at(error, RH_ERR_FORMAT, results->path, 0, 0,
                               "was simulated by '%s' sampling in '%s' arithmetic, which this rehearse does not know",
                               results->sampling, results->arithmetic);
    }
    study->sampling = (enum rh_sampling)sampling;
    study->arithmetic = (enum rh_arithmetic_kind)arithmetic;
    return RH_OK;
}

/* Reads the study that the results are of: its file, or the programs that a run without one was given. */
static int read_study(struct rh_ready *ready, const struct rh_results *results, const struct arguments *arguments,
                      struct rh_problems *problems, struct rh_error *error)
{
    const char *study = arguments->study != NULL ? arguments->study : input_of(results, "study");
    const char *history = arguments->history != NULL ? arguments->history : input_of(results, "history");
    const char *model = arguments->model != NULL ? arguments->model : input_of(results, "model");
    const char **program = rh_calloc((size_t)results->num_inputs + 1, sizeof *program);
    size_t num = 0;
    int status = program != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to read the study");
    for (int k = 0; status == RH_OK && k < results->num_inputs; k++) {
        if (strcmp(results->input_role[k], "program") == 0) {
            program[num++] = results->input_path[k];
        }
    }
    if (status == RH_OK) {
        status = study != NULL ? rh_study_read_with(&ready->study, study, history, problems)
                               : rh_study_of_programs(&ready->study, history, program, num, problems);
    }
    if (status == RH_OK) {
        status = rh_cli_replace_path(&ready->study.model_path, model, error);
    }
    ready->study.seed = results->seed;
    status = status == RH_OK ? read_choices(&ready->study, results, error) : status;
    ready->study.replications = (int64_t)results->replications;
    free(program);
    return status;
}

/* The files are those that went into the run, byte by byte; else what is simulated is something else. */
static int expect_inputs(const struct rh_ready *ready, const struct rh_results *results, struct rh_error *error)
{
    char history_sha256[RH_SHA256_TEXT];
    struct rh_results_input *input = NULL;
    int num = 0, status = rh_sha256_file(ready->study.history_path, history_sha256, error);
    if (status == RH_OK && rh_run_results_inputs(&ready->study, &ready->plan, history_sha256, &input, &num) != RH_OK) {
        status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to compare the study's files");
    }
    for (int k = 0; status == RH_OK && k < num; k++) {
        if (k >= results->num_inputs || strcmp(input[k].role, results->input_role[k]) != 0 ||
            strcmp(input[k].sha256, results->input_sha256[k]) != 0) {
            status = rh_error_set_at(error, RH_ERR_ARGUMENT, input[k].path, 0, 0,
                                     "is not the %s that '%s' is of: it has changed since, or is another file "
                                     "(--study, --history and --model name others)",
                                     input[k].role, results->path);
        }
    }
    if (status == RH_OK && num != results->num_inputs) {
        status = rh_error_set(error, RH_ERR_ARGUMENT, "'%s' is of %d files, this study has %d", results->path,
                              results->num_inputs, num);
    }
    free(input);
    return status;
}

/* "; did you mean 'X'?" for a name among others; *near, where there is one, is of names. */
static int unknown_name(const char *what, const char *name, const struct rh_names *names, struct rh_error *error)
{
    const char *near = rh_names_nearest(names, name);
    return rh_error_set(error, RH_ERR_ARGUMENT, "%s '%s'%s%s%s", what, name, near != NULL ? "; did you mean '" : "",
                        near != NULL ? near : "", near != NULL ? "'?" : "");
}

static int find_partner(const struct rh_plan *plan, const char *id, int *out, struct rh_error *error)
{
    const int32_t row = rh_names_find(&plan->history->partners.id, id);
    if (row < 0) {
        return unknown_name("--partner: the history has no partner", id, &plan->history->partners.id, error);
    }
    for (int i = 0; i < plan->num_partners; i++) {
        if (plan->partner[i].row == row) {
            *out = i;
            return RH_OK;
        }
    }
    return rh_error_set(error, RH_ERR_ARGUMENT, "--partner: '%s' has never sold a thing, so it is not simulated", id);
}

static int find_program(const struct rh_plan *plan, const char *name, int *out, struct rh_error *error)
{
    struct rh_names names;
    rh_names_init(&names);
    *out = -1;
    for (int p = 0; p < plan->num_programs; p++) {
        *out = strcmp(plan->scenario[p], name) == 0 ? p : *out;
        rh_names_add(&names, plan->scenario[p], strlen(plan->scenario[p]));
    }
    const int status = *out >= 0 ? RH_OK : unknown_name("--program: the results have no program", name, &names, error);
    rh_names_free(&names);
    return status;
}

/* What was simulated now is what the results hold, to the last bit. */
static int expect_figures(const struct rh_plan *plan, const struct rh_results *results, uint64_t replication,
                          const double *figure, struct rh_error *error)
{
    for (int p = 0; p < plan->num_programs; p++) {
        for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
            const double now = figure[p * RH_NUM_KPIS + kpi];
            double then;
            const int status = rh_results_read_figure(results, (enum rh_kpi)kpi, p, replication, &then, error);
            if (status != RH_OK) {
                return status;
            }
            if (now != then && !(now != now && then != then)) {
                return rh_error_set(error, RH_ERR_BROKEN,
                                    "'%s' of '%s' is %.17g in replication %" PRIu64 ", and %.17g in '%s': another "
                                    "version of rehearse wrote that",
                                    rh_kpi_table[kpi].name, plan->scenario[p], now, replication, then, results->path);
            }
        }
    }
    return RH_OK;
}

static bool print_csv(void *user, const struct rh_trace_rows *trace)
{
    struct rh_text *text = user;
    rh_text_clear(text);
    rh_trace_rows_csv(trace, text);
    return rh_text_status(text) == RH_OK && fputs(rh_text_string(text), stdout) >= 0;
}

static void print_story(const struct rh_trace_rows *trace, const struct arguments *arguments)
{
    const struct rh_plan *plan = trace->plan;
    const struct rh_plan_partner *partner = &plan->partner[trace->partner];
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "Partner %s (%s, %s), replication %" PRIu64 "\n", arguments->partner,
                   plan->label[RH_CUT_SEGMENT][partner->segment], plan->label[RH_CUT_REGION][partner->region],
                   arguments->replication);
    for (int p = 0; p < plan->num_programs; p++) {
        if (trace->program < 0 || trace->program == p) {
            rh_text_puts(&text, "\n");
            rh_trace_rows_story(trace, p, &text);
        }
    }
    fputs(rh_text_string(&text), stdout);
    rh_text_free(&text);
}

/* First what all partners together make of shared caps and budgets, and whether the figures are those of the results;
 * then, in a second pass, who was asked for. */
static int show(const struct rh_ready *ready, const struct rh_results *results, const struct arguments *arguments,
                struct rh_trace_rows *trace, struct rh_error *error)
{
    const struct rh_plan *plan = &ready->plan;
    struct rh_watch watch = {.partner = RH_WATCH_NOBODY, .see = rh_trace_rows_see, .user = trace};
    double *figure = rh_calloc((size_t)plan->num_programs * RH_NUM_KPIS, sizeof *figure);
    struct rh_text text;
    int partner = RH_WATCH_ALL;
    int status = figure != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the figures");
    rh_text_init(&text);
    if (status == RH_OK && arguments->partner != NULL) {
        status = find_partner(plan, arguments->partner, &partner, error);
    }
    if (status == RH_OK && arguments->program != NULL) {
        status = find_program(plan, arguments->program, &trace->program, error);
    }
    if (status == RH_OK) {
        status = rh_engine_watch(plan, arguments->replication, &watch, &trace->lane, figure, error);
    }
    if (status == RH_OK) {
        status = expect_figures(plan, results, arguments->replication, figure, error);
    }
    if (status == RH_OK && arguments->csv) {
        rh_trace_rows_csv_head(&text);
        fputs(rh_text_string(&text), stdout);
        trace->done = print_csv;
        trace->user = &text;
    }
    watch.partner = partner;
    if (status == RH_OK) {
        status = rh_engine_watch(plan, arguments->replication, &watch, &trace->lane, NULL, error);
        rh_trace_rows_finish(trace);
    }
    if (status == RH_OK && trace->failed) {
        status = rh_error_set(error, RH_ERR_IO, "the trace cannot be written, or there is no memory for it");
    }
    if (status == RH_OK && !arguments->csv) {
        print_story(trace, arguments);
    }
    rh_text_free(&text);
    free(figure);
    return status;
}

static int trace_results(struct rh_ready *ready, const struct arguments *arguments, const struct rh_progress *progress,
                         struct rh_problems *problems, struct rh_error *error)
{
    struct rh_results results;
    struct rh_trace_rows trace = {0};
    int status = rh_results_open(&results, arguments->results, error);
    if (status != RH_OK) {
        return status;
    }
    status = read_study(ready, &results, arguments, problems, error);
    if (status == RH_OK) {
        status = rh_ready_make(ready, progress, problems, error);
    }
    if (status == RH_OK) {
        status = expect_inputs(ready, &results, error);
    }
    if (status == RH_OK && rh_trace_rows_init(&trace, &ready->plan) != RH_OK) {
        status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the trace");
    }
    if (status == RH_OK) {
        trace.currency = results.currency;
        rh_progress_report(progress, "simulating the replication's block", 0, 0);
        status = show(ready, &results, arguments, &trace, error);
    }
    if (status == RH_OK && !arguments->quiet) {
        rh_progress_log(
            progress, "Simulated again: all %d figures of all %d programs in replication %" PRIu64 " are those of %s.",
            RH_NUM_KPIS, ready->plan.num_programs, arguments->replication, arguments->results);
    }
    rh_trace_rows_free(&trace);
    rh_results_close(&results);
    return status;
}

int rh_cmd_trace(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"replication", KEY_REPLICATION, "R", 0, "The replication to simulate again, from 0", 0},
        {"partner", KEY_PARTNER, "ID", 0, "The partner to follow", 0},
        {"program", KEY_PROGRAM, "NAME", 0, "Only under this program of the results (default: all)", 0},
        {"csv", KEY_CSV, NULL, 0, "One line per number, with all digits; without --partner of all partners", 0},
        {"study", KEY_STUDY, "FILE", 0, "The study, where it is not at the path that the results name", 0},
        {"history", KEY_HISTORY, "FILE", 0, "The history, where it is not at the path that the results name", 0},
        {"model", KEY_MODEL, "FILE", 0, "The model, where it is not at the path that the results name", 0},
        {"quiet", 'q', NULL, 0, "No progress bar and no notes", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "RESULTS",
        .doc =
            "Follow one partner through one replication: month by month what it would have sold, what the next sale "
            "was worth to it, how it responded, what it held in stock, attained, earned, claimed and was paid."
            "\vThe replication is simulated again from the seed, and its figures are compared with those in RESULTS, "
            "which are the same to the last bit or the trace is refused. The files of the study must be those that "
            "went into the run.\n"
            "\n"
            "Columns of the CSV: program, partner, month, quantity, measure, product, incentive, unit, value. "
            "docs/trace.md tells what each quantity is.\n"
            "\n"
            "Examples:\n"
            "  rehearse trace results.h5 --replication 42 --partner P0007\n"
            "  rehearse trace results.h5 --replication 42 --partner P0007 --program growth\n"
            "  rehearse trace results.h5 --replication 42 --csv > replication-42.csv\n"};
    struct arguments arguments = {0};
    int exit_code = RH_EXIT_OK;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    struct rh_ready *ready = calloc(1, sizeof *ready);
    struct rh_error error = {0};
    struct rh_problems problems;
    struct rh_cli_progress progress;
    rh_problems_init(&problems);
    rh_cli_progress_init(&progress, arguments.quiet);
    int status = ready == NULL ? rh_error_set(&error, RH_ERR_NO_MEMORY, "no memory for the study")
                               : trace_results(ready, &arguments, &progress.progress, &problems, &error);
    rh_cli_progress_done(&progress);
    exit_code = status == RH_OK          ? RH_EXIT_OK
                : problems.num_total > 0 ? rh_cli_fail_problems(&problems)
                                         : rh_cli_fail(&error);
    if (ready != NULL) {
        rh_ready_free(ready);
        free(ready);
    }
    rh_problems_free(&problems);
    return exit_code;
}
