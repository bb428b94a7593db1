/* rehearse merge: parts of a run, made anywhere and in any order, become its results. */
#include "cli/cli.h"

#include "results/part.h"

#include <inttypes.h>
#include <stdlib.h>

enum { KEY_REPLICATIONS = 256 };

struct arguments {
    const char **part; /* [num] */
    int num;
    const char *output;
    int64_t replications; /* 0: as many as there are */
    bool quiet;
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
    case KEY_REPLICATIONS:
        arguments->replications = rh_cli_whole_number(state, "replications", value, 1, 1000000000);
        return 0;
    case ARGP_KEY_ARG:
        arguments->part[arguments->num++] = value;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which parts?");
        return EINVAL;
    case ARGP_KEY_END:
        if (arguments->output == NULL) {
            argp_error(state, "where to? Say -o results.h5");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int rh_cmd_merge(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"output", 'o', "FILE", 0, "Write the results to this HDF5 file", 0},
        {"replications", KEY_REPLICATIONS, "N", 0, "Fail unless the parts are all of N replications", 0},
        {"quiet", 'q', NULL, 0, "No progress bar and no notes", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "PART...",
        .doc =
            "Put parts that `rehearse run --replications A:B' wrote together into the results file that one run of all "
            "replications would have written, byte by byte."
            "\vThe parts may come in any order. Together they have to be replications 0 to N - 1 of one study, each "
            "once, by one build of rehearse.\n"
            "\n"
            "Example:\n"
            "  rehearse run study.yaml --replications 0:5000 -o 0.part\n"
            "  rehearse run study.yaml --replications 5000:10000 -o 1.part\n"
            "  rehearse merge 0.part 1.part -o results.h5\n"};
    struct arguments arguments = {.part = calloc((size_t)argc + 1, sizeof *arguments.part)};
    struct rh_error error = {0};
    struct rh_cli_progress progress;
    uint64_t merged = 0;
    int exit_code = RH_EXIT_FAILED;
    if (arguments.part == NULL || !rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        free(arguments.part);
        return exit_code;
    }
    rh_cli_progress_init(&progress, arguments.quiet);
    const int status = rh_results_merge(arguments.part, arguments.num, arguments.output,
                                        (uint64_t)arguments.replications, &progress.progress, &merged, &error);
    rh_cli_progress_done(&progress);
    if (status == RH_OK) {
        rh_progress_log(&progress.progress, "%s: %" PRIu64 " replications of %d part%s", arguments.output, merged,
                        arguments.num, arguments.num == 1 ? "" : "s");
        rh_progress_log(&progress.progress, "To see it: rehearse compare %s", arguments.output);
    }
    free(arguments.part);
    return status == RH_OK ? RH_EXIT_OK : rh_cli_fail(&error);
}
