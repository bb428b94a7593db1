/* rehearse report: one page of HTML. Its pictures are drawn in a folder of their own, which goes away again. */
#include "cli/cli.h"

#include "core/file.h"
#include "core/text.h"
#include "report/report.h"
#include "results/results.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_NO_PLOTS = 256 };

struct arguments {
    const char *path, *output;
    bool no_plots, quiet;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case 'o':
        arguments->output = value;
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case KEY_NO_PLOTS:
        arguments->no_plots = true;
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

/* Makes a folder for pictures. */
static int make_folder(char path[PATH_MAX], struct rh_error *error)
{
    rh_cli_temporary(path);
    return mkdtemp(path) != NULL ? RH_OK
                                 : rh_error_set_at(error, RH_ERR_IO, path, 0, 0,
                                                   "no temporary folder can be made here: %s", strerror(errno));
}

/* Takes it away with all that is in it, which are files. */
static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        (void)unlinkat(dirfd(folder), entry->d_name, 0); /* not . and .. */
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    (void)rmdir(path);
}

static int report(const struct rh_results *results, const struct arguments *arguments,
                  const struct rh_progress *progress, struct rh_error *error)
{
    char folder[PATH_MAX];
    struct rh_report_options options = {.gnuplot = "gnuplot"};
    struct rh_text page;
    int code = RH_OK;
    rh_text_init(&page);
    if (!arguments->no_plots) {
        code = make_folder(folder, error);
        options.folder = code == RH_OK ? folder : NULL;
    }
    if (code == RH_OK) {
        code = rh_report(results, &options, progress, &page, error);
    }
    if (options.folder != NULL) {
        remove_folder(folder);
    }
    if (code == RH_OK) {
        code = rh_output_write(arguments->output, rh_text_string(&page), page.length, error);
    }
    rh_text_free(&page);
    return code;
}

int rh_cmd_report(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"output", 'o', "FILE", 0, "The page (default: report.html)", 0},
        {"no-plots", KEY_NO_PLOTS, NULL, 0, "Write the page without pictures; gnuplot is not needed", 0},
        {"quiet", 'q', NULL, 0, "Say nothing but errors", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "RESULTS",
        .doc = "Write one page of HTML that answers which program, how sure that is, and what it rests on: findings as "
               "sentences, the pictures of `rehearse plot', tables that sort, reserves, assumptions and where they are "
               "from."
               "\vThe page is a single file: it needs no network, can be sent and printed, and is read on a phone, "
               "too. Pictures are drawn by gnuplot (Debian package gnuplot-nox).\n"
               "\n"
               "Examples:\n"
               "  rehearse report results.h5 -o report.html\n"
               "  rehearse report results.h5 --no-plots -o report.html\n"};
    struct arguments arguments = {.output = "report.html"};
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
        code = report(&results, &arguments, &progress.progress, &error);
    }
    rh_cli_progress_done(&progress);
    if (code == RH_OK && !arguments.quiet) {
        fprintf(stdout, "The report is %s\n", arguments.output);
    } else if (code != RH_OK) {
        exit_code = rh_cli_fail(&error);
    }
    rh_results_close(&results);
    return exit_code;
}
