/* What the commands share: printing errors and problems, the progress bar, the interrupt, exit codes. */
#ifndef RH_CLI_CLI_H
#define RH_CLI_CLI_H

#include "core/problems.h"
#include "core/progress.h"

#include <argp.h>
#include <limits.h>
#include <stdbool.h>

enum rh_exit {
    RH_EXIT_OK = 0,
    RH_EXIT_FAILED = 1,
    RH_EXIT_USAGE = 2,
    RH_EXIT_INPUT = 3,
    RH_EXIT_FINDINGS = 4,
    RH_EXIT_INTERRUPTED = 130
};

/* A command: argv[0] is "rehearse NAME". Returns an enum rh_exit. */
int rh_cmd_import(int argc, char **argv);
int rh_cmd_synth(int argc, char **argv);
int rh_cmd_check(int argc, char **argv);
int rh_cmd_explain(int argc, char **argv);
int rh_cmd_settle(int argc, char **argv);
int rh_cmd_assumptions(int argc, char **argv);
int rh_cmd_run(int argc, char **argv);
int rh_cmd_merge(int argc, char **argv);
int rh_cmd_compare(int argc, char **argv);
int rh_cmd_diff(int argc, char **argv);
int rh_cmd_reserve(int argc, char **argv);
int rh_cmd_backtest(int argc, char **argv);
int rh_cmd_fit(int argc, char **argv);
int rh_cmd_trace(int argc, char **argv);
int rh_cmd_plot(int argc, char **argv);
int rh_cmd_report(int argc, char **argv);

/* Exit code that belongs to an rh_code. */
int rh_cli_exit_code(int code);
/* Prints "rehearse: file:line:column: message" to standard error and returns the exit code. */
int rh_cli_fail(const struct rh_error *error);
/* Prints all problems with excerpt and caret, and their number, to standard error; returns the exit code. */
int rh_cli_fail_problems(const struct rh_problems *problems);

/* Progress for a command: a bar with rate and remaining time on standard error where that is a terminal and quiet is
 * false; log lines go to standard error unless quiet. `stop` is set by SIGINT and SIGTERM. */
struct rh_cli_progress {
    struct rh_progress progress; /* to hand on */
    bool bar, quiet;
    char what[64];         /* the phase the bar shows */
    uint64_t first_done;   /* where the phase began, not part of its rate */
    double started, drawn; /* of the phase; seconds of the monotonic clock */
    bool line_open;
};
/* *self must not move while its progress is in use. The first signal asks the work to stop, the second kills. */
void rh_cli_progress_init(struct rh_cli_progress *self, bool quiet);
/* Ends the bar's line. */
void rh_cli_progress_done(struct rh_cli_progress *self);

/* True where standard output is a terminal and NO_COLOR is not set. */
bool rh_cli_color(void);
/* Columns of the terminal, 100 where unknown. */
int rh_cli_width(void);

/* Sets *out, the only argument of its kind (`what`: "results file"); a second one is a usage error. */
void rh_cli_parse_one(const struct argp_state *state, const char *what, const char *value, const char **out);
/* An option's value as a whole number from low to high; anything else is a usage error that names the option. */
int64_t rh_cli_whole_number(const struct argp_state *state, const char *option, const char *value, int64_t low,
                            int64_t high);

/* Parses options by argp with this project's conventions (exit code 2, --help with examples); true where the command
 * should go on, else *exit_code holds what to return. */
bool rh_cli_parse(const struct argp *argp, int argc, char **argv, void *input, int *exit_code);
/* Puts a copy of the path in the place of *to, which is owned; nothing happens where path is NULL. RH_OK or
 * RH_ERR_NO_MEMORY. */
int rh_cli_replace_path(char **to, const char *path, struct rh_error *error);
/* Where mkstemp and mkdtemp are to make something that goes away again: a name in $TMPDIR, or /tmp, that ends in the
 * six X they ask for. */
void rh_cli_temporary(char path[PATH_MAX]);
/* Which pictures are drawn. */
struct rh_cli_formats {
    bool png, svg, pdf;
};
/* Reads the value of --format, some of "png,svg,pdf" in any order; a usage error where there is another or none. */
void rh_cli_parse_formats(const char *value, struct rh_cli_formats *formats, struct argp_state *state);

#endif
