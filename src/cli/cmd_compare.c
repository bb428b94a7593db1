/* rehearse compare: the table of programs. */
#include "cli/cli.h"

#include "cli/scenario.h"
#include "core/text.h"
#include "report/compare.h"
#include "results/results.h"

#include <stdio.h>

enum { KEY_CSV = 256, KEY_JSON, KEY_VERSUS, KEY_ALL, KEY_PARTNERS };

struct arguments {
    const char *path, *versus;
    enum rh_table_format format;
    bool all, partners;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_CSV:
        arguments->format = RH_TABLE_CSV;
        return 0;
    case KEY_JSON:
        arguments->format = RH_TABLE_JSON;
        return 0;
    case KEY_VERSUS:
        arguments->versus = value;
        return 0;
    case KEY_ALL:
        arguments->all = true;
        return 0;
    case KEY_PARTNERS:
        arguments->partners = true;
        return 0;
    case ARGP_KEY_ARG:
        rh_cli_parse_one(state, "results file", value, &arguments->path);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which results file?");
        return EINVAL;
    case ARGP_KEY_END:
        if (arguments->partners && arguments->format != RH_TABLE_CSV) {
            argp_error(state, "--partners goes with --csv");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int rh_cmd_compare(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"csv", KEY_CSV, NULL, 0, "All figures and statistics as CSV, one line per program and figure", 0},
        {"json", KEY_JSON, NULL, 0, "All figures and statistics as JSON", 0},
        {"versus", KEY_VERSUS, "NAME", 0, "Take differences to this program instead of the study's reference", 0},
        {"partners", KEY_PARTNERS, NULL, 0, "With --csv: one line per program and partner instead", 0},
        {"all", KEY_ALL, NULL, 0,
         "All figures in the table, not the headline ones alone, and winners and losers of each program", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "RESULTS",
        .doc =
            "Compare the programs of a results file: medians, ranges, paired differences, which of them can be "
            "told apart, and which partners gain and lose by them."
            "\vEach figure is given with its median, the range that holds 90% of the replications, and its mean with "
            "the Monte Carlo standard error. Differences are taken replication by replication: all programs meet "
            "the same demand, the same partners and the same luck.\n"
            "\n"
            "Examples:\n"
            "  rehearse compare results.h5\n"
            "  rehearse compare results.h5 --versus flat-rebate\n"
            "  rehearse compare results.h5 --csv > comparison.csv\n"
            "  rehearse compare results.h5 --csv --partners > partners.csv\n"
            "  rehearse compare results.h5 --json | jq '.verdicts'\n"};
    struct arguments arguments = {.format = RH_TABLE_TEXT};
    int exit_code = RH_EXIT_OK;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    struct rh_error error = {0};
    struct rh_text table;
    struct rh_results results;
    rh_text_init(&table);
    int code = rh_results_open(&results, arguments.path, &error);
    if (code != RH_OK) {
        goto out;
    }
    struct rh_compare_options compare = {.format = arguments.format,
                                         .versus = -1,
                                         .color = rh_cli_color(),
                                         .width = rh_cli_width(),
                                         .all = arguments.all,
                                         .partners = arguments.partners};
    if (arguments.versus != NULL &&
        (compare.versus = rh_cli_find_scenario(&results, "versus", arguments.versus, &error)) < 0) {
        code = error.code;
        goto out;
    }
    code = rh_compare(&results, &compare, &table, &error);
out:
    if (code == RH_OK) {
        fputs(rh_text_string(&table), stdout);
    } else {
        exit_code = rh_cli_fail(&error);
    }
    rh_results_close(&results);
    rh_text_free(&table);
    return exit_code;
}
