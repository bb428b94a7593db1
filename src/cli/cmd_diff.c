/* rehearse diff: what changed between two runs. */
#include "cli/cli.h"

#include "core/text.h"
#include "report/diff.h"
#include "results/results.h"

#include <stdio.h>

enum { KEY_CSV = 256, KEY_ALL, KEY_EXIT_CODE };

struct arguments {
    const char *path[2];
    int num_paths;
    bool csv, all, exit_code;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_CSV:
        arguments->csv = true;
        return 0;
    case KEY_ALL:
        arguments->all = true;
        return 0;
    case KEY_EXIT_CODE:
        arguments->exit_code = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->num_paths == 2) {
            argp_error(state, "two results files at a time, '%s' is the third", value);
        }
        arguments->path[arguments->num_paths++] = value;
        return 0;
    case ARGP_KEY_END:
        if (arguments->num_paths < 2) {
            argp_error(state, "which two results files?");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Writes what is asked for to out. */
static int compare(const struct rh_results *results, const struct arguments *arguments, bool *differ,
                   struct rh_text *out, struct rh_error *error)
{
    struct rh_diff diff;
    int code = rh_diff_init(&diff, &results[0], &results[1], error);
    if (code == RH_OK) {
        *differ = rh_diff_any(&diff);
        code = arguments->csv ? rh_diff_csv(&diff, out, error)
                              : rh_diff_text(&diff, rh_cli_width(), rh_cli_color(), arguments->all, out, error);
    }
    if (code == RH_OK && rh_text_status(out) != RH_OK) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    rh_diff_free(&diff);
    return code;
}

int rh_cmd_diff(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"csv", KEY_CSV, NULL, 0, "Every difference and every figure as CSV, one a line", 0},
        {"all", KEY_ALL, NULL, 0,
         "Show all figures that moved and all lines that differ, not the clearest and first alone", 0},
        {"exit-code", KEY_EXIT_CODE, NULL, 0, "Exit with 4 where anything differs", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "BEFORE AFTER",
        .doc =
            "Tell what changed between two runs, by their results files: settings, inputs line by line, assumptions, "
            "programs, and which figures moved by how many standard errors."
            "\vA figure moved where its change is large beside its Monte Carlo standard error. Runs of the same seed "
            "share their luck: their replications are compared in pairs, and even small changes show. docs/diff.md "
            "tells what is compared and how.\n"
            "\n"
            "Examples:\n"
            "  rehearse diff monday.h5 tuesday.h5\n"
            "  rehearse diff monday.h5 tuesday.h5 --all\n"
            "  rehearse diff monday.h5 tuesday.h5 --csv > changes.csv\n"
            "  rehearse diff expected.h5 results.h5 --exit-code >/dev/null || echo changed\n"
            "\n"
            "Exit status: 0 fine, 1 failed, 2 usage, 3 bad input, 4 something differs (with --exit-code).\n"};
    struct arguments arguments = {.num_paths = 0};
    int exit_code = RH_EXIT_OK;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    struct rh_error error = {0};
    struct rh_text out;
    struct rh_results results[2] = {{.file = -1}, {.file = -1}};
    bool differ = false;
    rh_text_init(&out);
    int code = rh_results_open(&results[0], arguments.path[0], &error);
    if (code == RH_OK) {
        code = rh_results_open(&results[1], arguments.path[1], &error);
    }
    if (code == RH_OK) {
        code = compare(results, &arguments, &differ, &out, &error);
    }
    if (code == RH_OK) {
        fputs(rh_text_string(&out), stdout);
        exit_code = differ && arguments.exit_code ? RH_EXIT_FINDINGS : RH_EXIT_OK;
    } else {
        exit_code = rh_cli_fail(&error);
    }
    rh_results_close(&results[0]);
    rh_results_close(&results[1]);
    rh_text_free(&out);
    return exit_code;
}
