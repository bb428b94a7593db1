/* rehearse fit: what the history can tell of how partners respond. */
#include "cli/cli.h"

#include "cli/fit_output.h"
#include "core/build.h"
#include "core/file.h"
#include "fit/fit.h"

#include <stdio.h>
#include <string.h>

enum { KEY_IN_FORCE = 256, KEY_USUAL_BASELINE, KEY_CSV, KEY_PLOTS, KEY_FORMAT };

struct arguments {
    const char *history, *in_force, *output, *plots; /* all but the first: or NULL */
    bool csv, quiet, usual_baseline, format;
    struct rh_cli_formats formats;
    int argc;
    char **argv;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_IN_FORCE:
        arguments->in_force = value;
        return 0;
    case 'o':
        arguments->output = value;
        return 0;
    case KEY_USUAL_BASELINE:
        arguments->usual_baseline = true;
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
        if (arguments->history != NULL) {
            argp_error(state, "one history at a time, '%s' is the second; a program is named by --in-force", value);
        }
        arguments->history = value;
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

/* How the command was called, in a line. */
static void add_command(const struct arguments *arguments, struct rh_text *out)
{
    for (int k = 0; k < arguments->argc; k++) {
        const bool plain = k == 0 || (arguments->argv[k][0] != '\0' && strpbrk(arguments->argv[k], " \t\n\"'") == NULL);
        rh_text_puts(out, k > 0 ? " " : "");
        if (plain) {
            rh_text_puts(out, arguments->argv[k]);
        } else {
            rh_text_json(out, arguments->argv[k]);
        }
    }
}

/* Writes what was learned. */
static int keep(const struct arguments *arguments, const struct rh_fit *result, const struct rh_program *program,
                struct rh_error *error)
{
    char sha256[RH_SHA256_TEXT];
    struct rh_learned learned = {0};
    struct rh_text command;
    rh_text_init(&command);
    add_command(arguments, &command);
    const bool none = arguments->in_force == NULL;
    const struct rh_fit_sources sources = {.version = RH_BUILD_VERSION,
                                           .command = rh_text_string(&command),
                                           .history = arguments->history,
                                           .history_sha256 = sha256,
                                           .program = none ? "" : arguments->in_force,
                                           .program_sha256 = none ? "" : program->sha256};
    int status = rh_text_status(&command) == RH_OK
                     ? rh_sha256_file(arguments->history, sha256, error)
                     : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to tell how the model was made");
    if (status == RH_OK) {
        status = rh_fit_learn(result, &sources, &learned, error);
    }
    if (status == RH_OK) {
        status = rh_learned_write(&learned, arguments->output, error);
    }
    rh_learned_free(&learned);
    rh_text_free(&command);
    return status;
}

static int draw(const struct arguments *arguments, const struct rh_fit *result, const struct rh_progress *progress,
                struct rh_text *out, struct rh_error *error)
{
    const struct rh_plot_options options = {.folder = arguments->plots,
                                            .png = arguments->formats.png,
                                            .svg = arguments->formats.svg,
                                            .pdf = arguments->formats.pdf,
                                            .gnuplot = "gnuplot"};
    const int status = rh_fit_plots(result, &options, progress, error);
    if (status == RH_OK && rh_fit_tells(result) && !arguments->csv && !arguments->quiet) {
        rh_text_printf(out, "\nPlots are in %s\n", arguments->plots);
    }
    return status;
}

/* What is told is in *out also where what is kept or drawn fails. */
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
    if (status == RH_OK && !arguments->usual_baseline) {
        status = rh_fit_baseline(&result, &history, progress, error);
    }
    if (status == RH_OK) {
        (arguments->csv ? rh_fit_csv : rh_fit_text)(&result, out);
        status =
            rh_text_status(out) == RH_OK ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the report");
    }
    if (status == RH_OK && arguments->output != NULL) {
        status = keep(arguments, &result, &program, error);
    }
    if (status == RH_OK && arguments->plots != NULL) {
        status = draw(arguments, &result, progress, out, error);
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
        {"output", 'o', "MODEL.h5", 0, "Write what was learned to this file, for `rehearse run --model'", 0},
        {"usual-baseline", KEY_USUAL_BASELINE, NULL, 0,
         "Do not choose the baseline by forecasts, which takes most of the time", 0},
        {"csv", KEY_CSV, NULL, 0, "Everything as CSV", 0},
        {"plots", KEY_PLOTS, "DIR", 0,
         "Also draw what is believed before and after, into this folder, made where missing (by gnuplot, Debian "
         "package "
         "gnuplot-nox)",
         0},
        {"format", KEY_FORMAT, "LIST", 0, "With --plots: some of png, svg and pdf (default: png,svg)", 0},
        {"quiet", 'q', NULL, 0, "No progress bar, and no word of where the plots are", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "HISTORY.h5",
        .doc =
            "Tell what the history can tell of how partners respond to a program, and what it cannot: the sales of a "
            "partner when the program in force offered it more for the next sale are held against those when it "
            "offered less, next to its market in the same months. Beside that, what discounts tell of prices, and "
            "sales "
            "within windows of goals and of buying ahead."
            "\vFor all partners and for each segment: what is believed before (prior), what the history says "
            "(estimate, with its 95% range), both together (posterior), and how much of the uncertainty is gone. Where "
            "the history tells nothing the priors stay, and the reason is told. docs/fit.md says how.\n"
            "\n"
            "With -o a file that `rehearse run', `trace' and `assumptions' take by --model, and a study by its key "
            "model: "
            "runs draw the response from the posterior then.\n"
            "\n"
            "Examples:\n"
            "  rehearse fit history.h5 --in-force world/in-force.yaml\n"
            "  rehearse fit history.h5 --in-force program.yaml --csv > fit.csv\n"
            "  rehearse fit history.h5 --in-force program.yaml -o model.h5\n"};
    struct arguments arguments = {.argc = argc, .argv = argv, .formats = {.png = true, .svg = true}};
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
    fputs(rh_text_string(&text), stdout);
    if (status != RH_OK) {
        exit_code = problems.num > 0 ? rh_cli_fail_problems(&problems) : rh_cli_fail(&error);
    }
    rh_problems_free(&problems);
    rh_text_free(&text);
    return exit_code;
}
