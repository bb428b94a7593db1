/* rehearse: rehearse a partner incentive program on your own history before you launch it.
 *
 * The table of commands is the way data flows: a ledger (or a made-up one) is imported into a history, a study of
 * programs runs on it, and what came out is compared and drawn. */
#include "cli/cli.h"

#include "core/build.h"
#include "core/text.h"
#include "engine/ranks.h"

#include <gsl/gsl_version.h>
#include <stdio.h>
#include <string.h>

static const struct command {
    const char *name;
    const char *doc; /* one line */
    int (*run)(int argc, char **argv);
} commands[] = {
    {"synth", "make an artificial channel to try things on: ledger, partners, targets", rh_cmd_synth},
    {"import", "read a sales ledger and a partner list into a history", rh_cmd_import},
    {"check", "tell what is wrong with programs and studies, and what is doubtful about their design", rh_cmd_check},
    {"explain", "explain a program to its partners, with worked examples", rh_cmd_explain},
    {"settle", "tell what a program would have paid on what happened, to the cent", rh_cmd_settle},
    {"assumptions", "tell what the model believes of partners, where it is from, and what a study does not use",
     rh_cmd_assumptions},
    {"backtest", "tell how far the forecasts of partners' sales can be trusted, by what is known already",
     rh_cmd_backtest},
    {"fit", "tell what the history says of how partners respond to a program, and what it cannot", rh_cmd_fit},
    {"run", "rehearse the programs of a study on a history, many times", rh_cmd_run},
    {"merge", "put parts of a run, made by several machines, together into one results file", rh_cmd_merge},
    {"compare", "tell what each program costs and brings, and how sure that is", rh_cmd_compare},
    {"diff", "tell what changed between two runs: inputs, assumptions, and which figures moved", rh_cmd_diff},
    {"reserve", "tell finance what each program may cost, the reserve for it, and when its budget runs out",
     rh_cmd_reserve},
    {"trace", "follow one partner through one replication, month by month", rh_cmd_trace},
    {"plot", "draw the programs: net benefit, return against cost, cost by month", rh_cmd_plot},
    {"report", "write one page that answers which program, and how sure that is", rh_cmd_report},
};
#define NUM_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < NUM_COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static void print_help(FILE *stream)
{
    fputs("Usage: rehearse COMMAND [OPTION...]\n"
          "Rehearse a partner incentive program on your own history before you launch it.\n"
          "\n"
          "Commands, in the order data flows:\n",
          stream);
    for (size_t i = 0; i < NUM_COMMANDS; i++) {
        fprintf(stream, "  %-12s %s\n", commands[i].name, commands[i].doc);
    }
    fputs("\n"
          "  rehearse COMMAND --help   options and examples of a command\n"
          "  rehearse --version        version and how it was built\n"
          "\n"
          "Example:\n"
          "  rehearse import ledger.csv --partners partners.csv -o history.h5\n"
          "  rehearse run study.yaml -o results.h5\n"
          "  rehearse compare results.h5\n"
          "  rehearse plot results.h5 -o plots\n"
          "  rehearse report results.h5 -o report.html\n"
          "\n"
          "Exit status: 0 fine, 1 failed, 2 usage, 3 bad input, 4 `check' found problems or `diff' a difference, 130 "
          "interrupted.\n",
          stream);
}

/* The instructions the compiler was allowed to use. */
#if defined(__AVX512F__)
#define INSTRUCTION_SET "AVX-512"
#elif defined(__AVX2__)
#define INSTRUCTION_SET "AVX2"
#elif defined(__SSE2__)
#define INSTRUCTION_SET "SSE2"
#else
#define INSTRUCTION_SET "baseline"
#endif

static void print_version(void)
{
    fprintf(stdout,
            "rehearse %s\n"
            "  revision         %s\n"
            "  system           %s\n"
            "  compiler         %s\n"
            "  flags            %s\n"
            "  instruction set  %s\n"
            "  GSL              %s\n"
            "  HDF5             %s\n"
            "  MPI              %s\n",
            RH_BUILD_VERSION, RH_BUILD_REVISION, RH_BUILD_SYSTEM, RH_BUILD_COMPILER, RH_BUILD_FLAGS, INSTRUCTION_SET,
            gsl_version, RH_BUILD_HDF5, rh_ranks_built() ? "with" : "without");
}

static int unknown_command(const char *name)
{
    struct rh_names names;
    rh_names_init(&names);
    for (size_t i = 0; i < NUM_COMMANDS; i++) {
        rh_names_add(&names, commands[i].name, strlen(commands[i].name));
    }
    const char *nearest = rh_names_nearest(&names, name);
    fprintf(stderr, "rehearse: there is no %s '%s'", name[0] == '-' ? "option" : "command", name);
    if (nearest != NULL) {
        fprintf(stderr, "; did you mean '%s'?", nearest);
    }
    fputs("\nTry `rehearse --help'.\n", stderr);
    rh_names_free(&names);
    return RH_EXIT_USAGE;
}

/* Runs a command with its whole name as argv[0], so that its messages name it: "rehearse import: …". */
static int run_command(const struct command *command, int argc, char **argv)
{
    char name[64];
    snprintf(name, sizeof(name), "rehearse %s", command->name);
    argv[0] = name;
    return command->run(argc, argv);
}

static int help_command(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stdout);
        return RH_EXIT_OK;
    }
    const struct command *command = find_command(argv[1]);
    if (command == NULL) {
        return unknown_command(argv[1]);
    }
    char option[] = "--help";
    char *arguments[] = {argv[0], option, NULL};
    return run_command(command, 2, arguments);
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return RH_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return RH_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        print_version();
        return RH_EXIT_OK;
    }
    if (strcmp(argv[1], "help") == 0) {
        return help_command(argc - 1, argv + 1);
    }
    const struct command *command = find_command(argv[1]);
    return command != NULL ? run_command(command, argc - 1, argv + 1) : unknown_command(argv[1]);
}

int main(int argc, char **argv)
{
    rh_gsl_return_errors();
    int exit_code = dispatch(argc, argv);
    /* A table that did not reach a full disk is not a success. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("rehearse: standard output cannot be written\n", stderr);
        return exit_code == RH_EXIT_OK ? RH_EXIT_FAILED : exit_code;
    }
    return exit_code;
}
