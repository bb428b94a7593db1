/* rehearse plot: pictures by gnuplot, with script and data beside each. */
#include "cli/cli.h"

#include "core/text.h"
#include "report/plot.h"
#include "results/results.h"

#include <stdio.h>
#include <string.h>

enum { KEY_ONLY = 256, KEY_FORMAT, KEY_THEME };

struct arguments {
    const char *path, *folder, *only;
    struct rh_cli_formats formats;
    enum rh_theme theme;
    bool quiet;
};

static void parse_only(const char *value, struct arguments *arguments, struct argp_state *state)
{
    size_t length;
    const char *unknown = rh_plot_unknown(value, &length);
    arguments->only = value;
    if (unknown == NULL) {
        return;
    }
    struct rh_text known;
    rh_text_init(&known);
    for (int k = 0; rh_plot_name(k) != NULL; k++) {
        rh_text_printf(&known, "%s%s", k > 0 ? ", " : "", rh_plot_name(k));
    }
    argp_error(state, "--only: there is no plot '%.*s'; there are %s", (int)length, unknown, rh_text_string(&known));
    rh_text_free(&known);
}

static void parse_theme(const char *value, struct arguments *arguments, struct argp_state *state)
{
    for (int k = 0; rh_theme_name(k) != NULL; k++) {
        if (strcmp(rh_theme_name(k), value) == 0) {
            arguments->theme = (enum rh_theme)k;
            return;
        }
    }
    argp_error(state, "--theme: light, dark or print, found '%s'", value);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case 'o':
        arguments->folder = value;
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case KEY_ONLY:
        parse_only(value, arguments, state);
        return 0;
    case KEY_FORMAT:
        rh_cli_parse_formats(value, &arguments->formats, state);
        return 0;
    case KEY_THEME:
        parse_theme(value, arguments, state);
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

/* The list of plots goes into the help from the table that draws them. */
static char *help_filter(int key, const char *text, void *input)
{
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC || text == NULL) {
        return (char *)text; /* argp's own convention: text itself where it is not replaced */
    }
    struct rh_text help;
    rh_text_init(&help);
    rh_text_puts(&help, "Plots:\n");
    for (int k = 0; rh_plot_name(k) != NULL; k++) {
        rh_text_printf(&help, "  %-14s %s\n", rh_plot_name(k), rh_plot_description(k));
    }
    rh_text_puts(&help, "\n");
    rh_text_puts(&help, text);
    return help.failed ? (char *)text : help.bytes; /* argp frees it */
}

int rh_cmd_plot(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"output", 'o', "DIR", 0, "Folder for pictures, scripts and data, made where missing (default: plots)", 0},
        {"only", KEY_ONLY, "NAME,...", 0, "These plots instead of all", 0},
        {"format", KEY_FORMAT, "LIST", 0, "Some of png, svg and pdf (default: png,svg)", 0},
        {"theme", KEY_THEME, "THEME", 0,
         "light, dark (for dark pages and slides) or print (black and grays) (default: light)", 0},
        {"quiet", 'q', NULL, 0, "Say nothing but errors", 0},
        {0}};
    static const struct argp argp = {.options = options,
                                     .parser = parse,
                                     .args_doc = "RESULTS",
                                     .doc =
                                         "Draw the programs of a results file by gnuplot (Debian package gnuplot-nox)."
                                         "\vFor each plot NAME.gp (the script) and NAME.dat (its data) stay beside the "
                                         "pictures: change the script and "
                                         "run `gnuplot NAME.gp' in that folder to draw it your way.\n"
                                         "\n"
                                         "Examples:\n"
                                         "  rehearse plot results.h5\n"
                                         "  rehearse plot results.h5 --only money,winners --theme dark -o slides\n",
                                     .help_filter = help_filter};
    struct arguments arguments = {.folder = "plots", .formats = {.png = true, .svg = true}};
    int exit_code = RH_EXIT_OK;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    struct rh_error error = {0};
    struct rh_cli_progress progress;
    struct rh_results results;
    rh_cli_progress_init(&progress, arguments.quiet);
    int code = rh_results_open(&results, arguments.path, &error);
    if (code == RH_OK) {
        struct rh_plot_options plot = {.folder = arguments.folder,
                                       .png = arguments.formats.png,
                                       .svg = arguments.formats.svg,
                                       .pdf = arguments.formats.pdf,
                                       .theme = arguments.theme,
                                       .only = arguments.only,
                                       .gnuplot = "gnuplot"};
        code = rh_plot(&results, &plot, &progress.progress, &error);
    }
    rh_cli_progress_done(&progress);
    if (code == RH_OK && !arguments.quiet) {
        fprintf(stdout, "Plots are in %s\n", arguments.folder);
    } else if (code != RH_OK) {
        exit_code = rh_cli_fail(&error);
    }
    rh_results_close(&results);
    return exit_code;
}
