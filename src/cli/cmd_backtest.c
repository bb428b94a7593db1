/* rehearse backtest: how far to trust the baseline, by what is known already. */
#include "cli/cli.h"

#include "backtest/backtest.h"
#include "cli/backtest_output.h"
#include "engine/plan.h"

#include <stdio.h>

enum {
    KEY_HOLDOUT = 256,
    KEY_ORIGINS,
    KEY_STEP,
    KEY_REPLICATIONS,
    KEY_SEED,
    KEY_FITTED,
    KEY_CSV,
    KEY_PLOTS,
    KEY_FORMAT
};

struct arguments {
    const char *history;
    struct rh_backtest_options options;
    const char *plots; /* folder, or NULL */
    bool csv, format, quiet;
    struct rh_cli_formats formats;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    struct rh_backtest_options *options = &arguments->options;
    switch (key) {
    case KEY_HOLDOUT:
        options->holdout = (int)rh_cli_whole_number(state, "holdout", value, 1, RH_MAX_HORIZON);
        return 0;
    case KEY_ORIGINS:
        options->origins = (int)rh_cli_whole_number(state, "origins", value, 1, 120);
        return 0;
    case KEY_STEP:
        options->step = (int)rh_cli_whole_number(state, "step", value, 1, 120);
        return 0;
    case KEY_REPLICATIONS:
        options->replications = (int)rh_cli_whole_number(state, "replications", value, 1, 1000000);
        return 0;
    case KEY_SEED:
        options->seed = (uint64_t)rh_cli_whole_number(state, "seed", value, 0, INT64_MAX);
        return 0;
    case KEY_FITTED:
        options->tune = true;
        return 0;
    case KEY_CSV:
        arguments->csv = true;
        return 0;
    case KEY_PLOTS:
        arguments->plots = value;
        return 0;
    case KEY_FORMAT:
        arguments->format = true;
        rh_cli_parse_formats(value, &arguments->formats, state);
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        rh_cli_parse_one(state, "history", value, &arguments->history);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which history? (HISTORY.h5)");
        return EINVAL;
    case ARGP_KEY_END:
        if (arguments->plots == NULL && arguments->format) {
            argp_error(state, "--format: is of pictures, which --plots DIR asks for");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int draw(const struct arguments *arguments, const struct rh_backtest *result, const struct rh_progress *progress,
                struct rh_error *error)
{
    const struct rh_plot_options options = {.folder = arguments->plots,
                                            .png = arguments->formats.png,
                                            .svg = arguments->formats.svg,
                                            .pdf = arguments->formats.pdf,
                                            .gnuplot = "gnuplot"};
    return rh_backtest_plots(result, &options, progress, error);
}

/* What is told is in *out also where the pictures fail. */
static int backtest(const struct arguments *arguments, const struct rh_progress *progress, struct rh_text *out,
                    struct rh_error *error)
{
    struct rh_history history;
    struct rh_backtest result = {0};
    rh_history_init(&history);
    int status = rh_history_read(&history, arguments->history, error);
    if (status == RH_OK) {
        status = rh_backtest_run(&result, &history, &arguments->options, progress, error);
    }
    if (status == RH_OK) {
        (arguments->csv ? rh_backtest_csv : rh_backtest_text)(&result, out);
        status =
            rh_text_status(out) == RH_OK ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the report");
    }
    if (status == RH_OK && arguments->plots != NULL) {
        status = draw(arguments, &result, progress, error);
        if (status == RH_OK && !arguments->csv && !arguments->quiet) {
            rh_text_printf(out, "\nPlots are in %s\n", arguments->plots);
        }
    }
    rh_backtest_free(&result);
    rh_history_free(&history);
    return status;
}

int rh_cmd_backtest(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"holdout", KEY_HOLDOUT, "MONTHS", 0, "Hold out this many months (default: 12)", 0},
        {"origins", KEY_ORIGINS, "N", 0, "Forecast from N past months (default: 3, fewer where the history is short)",
         0},
        {"step", KEY_STEP, "MONTHS", 0, "Months from one origin to the next (default: 3)", 0},
        {"replications", KEY_REPLICATIONS, "N", 0, "Simulated futures of each forecast (default: 512)", 0},
        {"seed", KEY_SEED, "N", 0, "Seed of the simulation (default: 1)", 0},
        {"fitted", KEY_FITTED, NULL, 0, "Choose the baseline at each origin, as `rehearse fit' does", 0},
        {"csv", KEY_CSV, NULL, 0, "All scores as CSV", 0},
        {"plots", KEY_PLOTS, "DIR", 0,
         "Also draw where outcomes fell in their forecasts and how many the intervals held, into this folder, made "
         "where missing (by gnuplot, Debian package gnuplot-nox)",
         0},
        {"format", KEY_FORMAT, "LIST", 0, "With --plots: some of png, svg and pdf (default: png,svg)", 0},
        {"quiet", 'q', NULL, 0, "No progress bar, and no word of where the plots are", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "HISTORY.h5",
        .doc = "Forecast what is known already: learn from the history up to a past month, simulate the months after "
               "it with no program, and hold what partners then sold against the distribution."
               "\vFor a partner's month and its whole holdout, for segments, regions and all partners: the continuous "
               "ranked probability score (CRPS, lower is better) relative to the mean outcome, next to two forecasts "
               "that cost nothing (months of the last year drawn at random, and the last year repeated), and how many "
               "outcomes the 50, 80, 90 and 95% intervals held.\n"
               "\n"
               "For each picture NAME.gp (the script) and NAME.dat (its data) stay beside it: change the script and "
               "run `gnuplot NAME.gp' in that folder to draw it your way.\n"
               "\n"
               "Examples:\n"
               "  rehearse backtest history.h5\n"
               "  rehearse backtest history.h5 --plots plots\n"
               "  rehearse backtest history.h5 --holdout 6 --origins 6 --csv > backtest.csv\n"};
    struct arguments arguments = {.options = rh_backtest_defaults(), .formats = {.png = true, .svg = true}};
    int exit_code = RH_EXIT_OK;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    struct rh_error error = {0};
    struct rh_cli_progress progress;
    struct rh_text text;
    rh_text_init(&text);
    rh_cli_progress_init(&progress, arguments.quiet);
    const int status = backtest(&arguments, &progress.progress, &text, &error);
    rh_cli_progress_done(&progress);
    if (rh_text_status(&text) == RH_OK) {
        fputs(rh_text_string(&text), stdout);
    }
    if (status != RH_OK) {
        exit_code = rh_cli_fail(&error);
    }
    rh_text_free(&text);
    return exit_code;
}
