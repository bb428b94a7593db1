/* rehearse reserve: what finance asks of the programs. */
#include "cli/cli.h"

#include "cli/reserve_cap.h"
#include "cli/scenario.h"
#include "core/text.h"
#include "program/value.h"
#include "report/reserve.h"
#include "report/reserve_workbook.h"

#include <stdio.h>
#include <string.h>

enum { KEY_CONFIDENCE = 256, KEY_LIKELY, KEY_SCENARIO, KEY_CSV, KEY_XLSX, KEY_CAP_FOR, KEY_BUDGET, KEY_REPLICATIONS };

#define PPM 1000000

struct arguments {
    const char *path, *scenario, *workbook;
    double confidence, likely; /* confidence 0: as the study has it */
    bool csv, confident;       /* confident: something was asked of the reserve alone */
    bool cap_for;              /* the file is a study, for which a cap is looked for */
    struct rh_cap_request cap;
};

static void parse_cap_for(struct arguments *arguments, const char *value, const struct argp_state *state)
{
    arguments->cap_for = true;
    if (!rh_cap_parse(value, &arguments->cap.probability)) {
        argp_error(state, "--cap-for takes 'P(overspend) <= SHARE', such as 'P(overspend) <= 5%%'; found '%s'", value);
    }
}

static void parse_budget(struct arguments *arguments, const char *value, const struct argp_state *state)
{
    if (rh_value_number(value, strlen(value), RH_QUANTITY_CENTS, &arguments->cap.budget) != RH_VALUE_OK ||
        arguments->cap.budget <= 0) {
        argp_error(state, "--budget takes an amount above 0, such as 2M or 750k; found '%s'", value);
    }
}

/* What goes together: a cap needs a budget, and is of a study; all else is of results. */
static void check_arguments(const struct arguments *arguments, const struct argp_state *state)
{
    if (arguments->cap_for != (arguments->cap.budget > 0)) {
        argp_error(state, "--cap-for and --budget go together");
    }
    if (arguments->cap_for && (arguments->csv || arguments->workbook != NULL || arguments->confident)) {
        argp_error(state, "--cap-for goes with --budget, --scenario and --replications alone");
    }
    if (!arguments->cap_for && arguments->cap.replications > 0) {
        argp_error(state, "--replications goes with --cap-for");
    }
}

/* A share from 50% to below 100%; anything else is a usage error. */
static double parse_share(const struct argp_state *state, const char *option, const char *value)
{
    int64_t ppm = 0;
    if (rh_value_number(value, strlen(value), RH_QUANTITY_RATE, &ppm) != RH_VALUE_OK || ppm < PPM / 2 || ppm >= PPM) {
        argp_error(state, "--%s takes a share from 50%% to below 100%%, such as 95%%; found '%s'", option, value);
    }
    return (double)ppm / PPM;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_CONFIDENCE:
        arguments->confident = true;
        arguments->confidence = parse_share(state, "confidence", value);
        return 0;
    case KEY_LIKELY:
        arguments->confident = true;
        arguments->likely = parse_share(state, "highly-probable", value);
        return 0;
    case KEY_SCENARIO:
        arguments->scenario = value;
        return 0;
    case KEY_CSV:
        arguments->csv = true;
        return 0;
    case KEY_XLSX:
        arguments->workbook = value;
        return 0;
    case KEY_CAP_FOR:
        parse_cap_for(arguments, value, state);
        return 0;
    case KEY_BUDGET:
        parse_budget(arguments, value, state);
        return 0;
    case KEY_REPLICATIONS:
        arguments->cap.replications = rh_cli_whole_number(state, "replications", value, 1, 100000000);
        return 0;
    case ARGP_KEY_END:
        check_arguments(arguments, state);
        return 0;
    case ARGP_KEY_ARG:
        rh_cli_parse_one(state, "results file", value, &arguments->path);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which results file?");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Writes what is asked for to out. */
static int reserve(const struct rh_results *results, const struct arguments *arguments, struct rh_text *out,
                   struct rh_error *error)
{
    struct rh_reserves reserves = {0};
    const double confidence = arguments->confidence > 0.0 ? arguments->confidence : results->confidence;
    struct rh_reserve_options options = {confidence, arguments->likely, -1};
    if (arguments->scenario != NULL) {
        options.scenario = rh_cli_find_scenario(results, "scenario", arguments->scenario, error);
        if (options.scenario < 0) {
            return error->code;
        }
    }
    int code = rh_reserves_init(&reserves, results, &options, error);
    if (code == RH_OK && arguments->workbook != NULL) {
        code = rh_reserves_workbook(&reserves, arguments->workbook, error);
    }
    if (code == RH_OK && arguments->csv) {
        rh_reserves_csv(&reserves, out);
    } else if (code == RH_OK) {
        rh_reserves_text(&reserves, rh_cli_width(), rh_cli_color(), out);
    }
    if (code == RH_OK && rh_text_status(out) != RH_OK) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    rh_reserves_free(&reserves);
    return code;
}

/* Looks for the cap; problems of the files are printed. Returns the exit code. */
static int find_cap(struct arguments *arguments)
{
    struct rh_error error = {0};
    struct rh_problems problems;
    struct rh_cli_progress progress;
    struct rh_text out;
    rh_text_init(&out);
    rh_problems_init(&problems);
    rh_cli_progress_init(&progress, false);
    arguments->cap.study = arguments->path;
    arguments->cap.scenario = arguments->scenario;
    const int code = rh_cap_find(&arguments->cap, &progress.progress, &out, &problems, &error);
    rh_cli_progress_done(&progress);
    int exit_code = RH_EXIT_OK;
    if (code == RH_OK) {
        fputs(rh_text_string(&out), stdout);
    } else {
        exit_code = problems.num_total > 0 ? rh_cli_fail_problems(&problems) : rh_cli_fail(&error);
    }
    rh_problems_free(&problems);
    rh_text_free(&out);
    return exit_code;
}

int rh_cmd_reserve(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"confidence", KEY_CONFIDENCE, "SHARE", 0,
         "Reserve for the worst futures but for this share (default: the study's finance.confidence, or 95%: the mean "
         "of "
         "the worst 5%)",
         0},
        {"highly-probable", KEY_LIKELY, "SHARE", 0,
         "Probability at which revenue is taken not to be reversed (IFRS 15.56, ASC 606-10-32-11; default 80%)", 0},
        {"scenario", KEY_SCENARIO, "NAME", 0, "Look at this program alone", 0},
        {"csv", KEY_CSV, NULL, 0, "All figures as CSV, one figure a line", 0},
        {"xlsx", KEY_XLSX, "FILE", 0, "Write a workbook as well: a sheet per question, with charts", 0},
        {"cap-for", KEY_CAP_FOR, "'P(overspend) <= SHARE'", 0,
         "Of a study: find the cap on all rewards of a program at which its cost exceeds --budget with at most this "
         "probability, what it costs, and who is cut off",
         0},
        {"budget", KEY_BUDGET, "AMOUNT", 0, "With --cap-for: what the program may cost", 0},
        {"replications", KEY_REPLICATIONS, "N", 0,
         "With --cap-for: simulate N replications instead of the study's number", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "RESULTS\nSTUDY --cap-for 'P(overspend) <= SHARE' --budget AMOUNT",
        .doc =
            "Tell finance what each program may cost: expected cost, value at risk and expected shortfall, the "
            "reserve and which incentive it is for, when the budget runs out, what to accrue and what is paid each "
            "month, and what of the rewards limits the revenue that may be recognized."
            "\vRisk is that of the cost, which is all that has to be paid for a program. The reserve is the expected "
            "shortfall less the expected cost; its parts add up to it. Each figure has its Monte Carlo standard "
            "error. docs/finance.md tells what each figure means.\n"
            "\n"
            "Examples:\n"
            "  rehearse reserve results.h5\n"
            "  rehearse reserve results.h5 --confidence 99% --scenario 'Volume tiers'\n"
            "  rehearse reserve results.h5 --csv > reserve.csv\n"
            "  rehearse reserve results.h5 --xlsx reserve.xlsx\n"
            "  rehearse reserve study.yaml --cap-for 'P(overspend) <= 5%' --budget 2M --scenario SPIF\n"
            "\n"
            "Exit status: 0 fine, 1 failed, 2 usage, 3 bad input.\n"};
    struct arguments arguments = {.likely = RH_RESERVE_LIKELY};
    int exit_code = RH_EXIT_OK;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    if (arguments.cap_for) {
        return find_cap(&arguments);
    }
    struct rh_error error = {0};
    struct rh_text out;
    struct rh_results results;
    rh_text_init(&out);
    int code = rh_results_open(&results, arguments.path, &error);
    if (code == RH_OK) {
        code = reserve(&results, &arguments, &out, &error);
    }
    if (code == RH_OK) {
        fputs(rh_text_string(&out), stdout);
    } else {
        exit_code = rh_cli_fail(&error);
    }
    rh_results_close(&results);
    rh_text_free(&out);
    return exit_code;
}
