/* rehearse assumptions: what the model believes, where it is from, and what of it a study has no use for. */
#include "cli/cli.h"

#include "cli/assumptions_output.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEY_HISTORY = 256, KEY_CSV, KEY_JSON };

struct arguments {
    const char *study, *history; /* or NULL */
    void (*print)(const struct rh_assumptions_output *output, struct rh_text *out);
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_HISTORY:
        arguments->history = value;
        return 0;
    case KEY_CSV:
        arguments->print = rh_assumptions_print_csv;
        return 0;
    case KEY_JSON:
        arguments->print = rh_assumptions_print_json;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->study != NULL) {
            argp_error(state, "one study at a time, '%s' is the second", value);
        }
        arguments->study = value;
        return 0;
    case ARGP_KEY_END:
        if (arguments->study == NULL && arguments->history != NULL) {
            argp_error(state, "--history: which study? (priors need no history)");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void print(const struct arguments *arguments, const struct rh_assumptions_output *output, int *status,
                  struct rh_error *error)
{
    struct rh_text text;
    rh_text_init(&text);
    arguments->print(output, &text);
    if (rh_text_status(&text) == RH_OK) {
        fputs(rh_text_string(&text), stdout);
    } else {
        *status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to print the parameters");
    }
    rh_text_free(&text);
}

static int tell_priors(const struct arguments *arguments)
{
    struct rh_error error = {0};
    struct rh_names segments;
    struct rh_assumptions assumptions;
    rh_names_init(&segments);
    int status = rh_assumptions_init(&assumptions, &segments, &error);
    if (status == RH_OK) {
        print(arguments, &(struct rh_assumptions_output){&assumptions, &segments, NULL, NULL}, &status, &error);
    }
    rh_assumptions_free(&assumptions);
    rh_names_free(&segments);
    return status == RH_OK ? RH_EXIT_OK : rh_cli_fail(&error);
}

/* Reads what a run would read; what is wrong with files goes to problems, the rest to *error. */
static int read_all(const struct arguments *arguments, struct rh_study *study, struct rh_history *history,
                    struct rh_assumptions *assumptions, struct rh_problems *problems, struct rh_error *error)
{
    int status = rh_study_read_with(study, arguments->study, arguments->history, problems);
    if (status == RH_OK) {
        status = rh_history_read(history, study->history_path, error);
    }
    if (status == RH_OK) {
        status = rh_study_check(study, history, problems);
    }
    if (status == RH_OK) {
        status = rh_assumptions_init(assumptions, &history->partners.segments, error);
    }
    if (status == RH_OK && study->assumptions_path != NULL) {
        status = rh_assumptions_read(assumptions, study->assumptions_path, &history->partners.segments, problems);
    }
    return status;
}

static int tell_study(const struct arguments *arguments)
{
    struct rh_study study;
    struct rh_history history;
    struct rh_assumptions assumptions = {0};
    struct rh_usage usage;
    struct rh_problems problems;
    struct rh_error error = {0};
    rh_problems_init(&problems);
    rh_history_init(&history);
    int status = read_all(arguments, &study, &history, &assumptions, &problems, &error);
    if (status == RH_OK) {
        rh_usage_find(&usage, &study, &history);
        print(arguments, &(struct rh_assumptions_output){&assumptions, &history.partners.segments, &study, &usage},
              &status, &error);
    }
    const int exit_code = status == RH_OK          ? RH_EXIT_OK
                          : problems.num_total > 0 ? rh_cli_fail_problems(&problems)
                                                   : rh_cli_fail(&error);
    rh_assumptions_free(&assumptions);
    rh_history_free(&history);
    rh_study_free(&study);
    rh_problems_free(&problems);
    return exit_code;
}

int rh_cmd_assumptions(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"history", KEY_HISTORY, "FILE", 0, "Use this history instead of the study's", 0},
        {"csv", KEY_CSV, NULL, 0, "CSV, one line per parameter, or per segment where segments differ", 0},
        {"json", KEY_JSON, NULL, 0, "The same as JSON", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[STUDY]",
        .doc = "Tell every parameter of the model as a study has it: its distribution, whether that is the prior or "
               "where it was given, its unit, the mechanism that reads it, and what was given though nothing in the "
               "study reads it. Without a study: the priors."
               "\vWhere the priors are from, and how to replace them, is in docs/model.md.\n"
               "\n"
               "Examples:\n"
               "  rehearse assumptions\n"
               "  rehearse assumptions study.yaml\n"
               "  rehearse assumptions study.yaml --csv > assumptions.csv\n"
               "  rehearse assumptions study.yaml --json | jq '.given_but_not_used'\n"};
    struct arguments arguments = {.print = rh_assumptions_print_text};
    int exit_code = RH_EXIT_OK;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    return arguments.study != NULL ? tell_study(&arguments) : tell_priors(&arguments);
}
