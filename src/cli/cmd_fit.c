/* rehearse fit: what the history can tell of how partners respond. */
#include "cli/cli.h"

#include "cli/fit_output.h"
#include "fit/fit.h"

#include <stdio.h>

enum { KEY_IN_FORCE = 256, KEY_CSV };

struct arguments {
    const char *history, *in_force;
    bool csv, quiet;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_IN_FORCE:
        arguments->in_force = value;
        return 0;
    case KEY_CSV:
        arguments->csv = true;
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->history != NULL) {
            argp_error(state, "one history at a time, '%s' is the second; a program is named by --in-force", value);
        }
        arguments->history = value;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which history? (HISTORY.h5)");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int fit(const struct arguments *arguments, const struct rh_progress *progress, struct rh_text *out,
               struct rh_problems *problems, struct rh_error *error)
{
    struct rh_history history;
    struct rh_program program = {0};
    struct rh_fit result = {0};
    int status = RH_OK;
    rh_history_init(&history);
    if (arguments->in_force != NULL) {
        status = rh_program_read(&program, arguments->in_force, problems);
    }
    if (status == RH_OK) {
        status = rh_history_read(&history, arguments->history, error);
    }
    if (status == RH_OK) {
        status =
            rh_fit_run(&result, &history, arguments->in_force != NULL ? &program : NULL, progress, problems, error);
    }
    if (status == RH_OK) {
        status = rh_fit_baseline(&result, &history, progress, error);
    }
    if (status == RH_OK) {
        (arguments->csv ? rh_fit_csv : rh_fit_text)(&result, out);
        status =
            rh_text_status(out) == RH_OK ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the report");
    }
    rh_fit_free(&result);
    rh_program_free(&program);
    rh_history_free(&history);
    return status;
}

int rh_cmd_fit(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"in-force", KEY_IN_FORCE, "PROGRAM.yaml", 0, "The program under which the history happened", 0},
        {"csv", KEY_CSV, NULL, 0, "Everything as CSV", 0},
        {"quiet", 'q', NULL, 0, "No progress bar", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "HISTORY.h5",
        .doc =
            "Tell what the history can tell of how partners respond to a program, and what it cannot: the sales of a "
            "partner when the program in force offered it more for the next sale are held against those when it "
            "offered less, next to its market in the same months. Beside that, what discounts tell of prices, and sales "
            "within windows of goals and of buying ahead."
            "\vFor all partners and for each segment: what is believed before (prior), what the history says "
            "(estimate, with its 95% range), both together (posterior), and how much of the uncertainty is gone. Where "
            "the history tells nothing the priors stay, and the reason is told. docs/fit.md says how.\n"
            "\n"
            "Examples:\n"
            "  rehearse fit history.h5 --in-force world/in-force.yaml\n"
            "  rehearse fit history.h5 --in-force program.yaml --csv > fit.csv\n"};
    struct arguments arguments = {0};
    int exit_code = RH_EXIT_OK;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    struct rh_error error = {0};
    struct rh_problems problems;
    struct rh_cli_progress progress;
    struct rh_text text;
    rh_text_init(&text);
    rh_problems_init(&problems);
    rh_cli_progress_init(&progress, arguments.quiet);
    const int status = fit(&arguments, &progress.progress, &text, &problems, &error);
    rh_cli_progress_done(&progress);
    if (status == RH_OK) {
        fputs(rh_text_string(&text), stdout);
    } else {
        exit_code = problems.num > 0 ? rh_cli_fail_problems(&problems) : rh_cli_fail(&error);
    }
    rh_problems_free(&problems);
    rh_text_free(&text);
    return exit_code;
}
