/* rehearse synth: an artificial channel to try things on. */
#include "cli/cli.h"

#include "core/text.h"
#include "synth/parameters.h"
#include "synth/world.h"

#include <stdio.h>

enum { KEY_WORLD = 256, KEY_PARTNERS, KEY_MONTHS, KEY_SEED, KEY_TRUTH, KEY_PRINT_WORLD };

struct arguments {
    const char *world, *folder;
    struct rh_world_options options;
    bool print_world, quiet;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_WORLD:
        arguments->world = value;
        return 0;
    case KEY_PARTNERS:
        arguments->options.partners = (int)rh_cli_whole_number(state, "partners", value, 1, RH_WORLD_MAX_PARTNERS);
        return 0;
    case KEY_MONTHS:
        arguments->options.months = (int)rh_cli_whole_number(state, "months", value, 1, RH_WORLD_MAX_MONTHS);
        return 0;
    case KEY_SEED:
        arguments->options.seed = rh_cli_whole_number(state, "seed", value, 0, INT64_MAX);
        return 0;
    case KEY_TRUTH:
        arguments->options.truth = true;
        return 0;
    case KEY_PRINT_WORLD:
        arguments->print_world = true;
        return 0;
    case 'o':
        arguments->folder = value;
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is too much: the folder goes after -o", value);
        return EINVAL;
    case ARGP_KEY_END:
        if (arguments->folder == NULL && !arguments->print_world) {
            argp_error(state, "which folder? (-o DIR)");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void tell(const char *folder, const struct rh_world_counts *counts)
{
    const struct {
        const char *file;
        double num;
        const char *what;
    } lines[] = {
        {"ledger.csv", (double)counts->rows, "rows"},
        {"partners.csv", (double)counts->partners, "partners"},
        {"targets.csv", (double)counts->targets, "targets"},
        {"in-force.yaml", 1.0, counts->changes ? "program, in force at the end" : "program, in force all the time"},
        {"in-force-*.yaml", (double)counts->earlier_programs, "before it"},
        {"truth.csv", (double)counts->truths, "lines of what is true, with truth.yaml"},
    };
    struct rh_text number;
    rh_text_init(&number);
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
        if (k > 3 && lines[k].num == 0.0) {
            continue; /* not written */
        }
        rh_text_clear(&number);
        rh_text_number(&number, lines[k].num, 0);
        printf("%s/%-15s %9s %s\n", folder, lines[k].file, rh_text_string(&number), lines[k].what);
    }
    rh_text_free(&number);
}

static int synth(const struct arguments *arguments)
{
    struct rh_world *world = NULL;
    struct rh_world_counts counts;
    struct rh_error error = {0};
    struct rh_problems problems;
    struct rh_cli_progress progress;
    rh_problems_init(&problems);
    int exit_code = RH_EXIT_OK;
    if (rh_world_create(&world, arguments->world, &problems) != RH_OK) {
        exit_code = rh_cli_fail_problems(&problems);
        goto out;
    }
    rh_cli_progress_init(&progress, arguments->quiet);
    int code = rh_world_write(world, &arguments->options, arguments->folder, &progress.progress, &counts, &error);
    rh_cli_progress_done(&progress);
    if (code != RH_OK) {
        exit_code = rh_cli_fail(&error);
    } else if (!arguments->quiet) {
        tell(arguments->folder, &counts);
    }
out:
    rh_world_destroy(world);
    rh_problems_free(&problems);
    return exit_code;
}

int rh_cmd_synth(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {NULL, 'o', "DIR", 0, "Folder to write ledger.csv, partners.csv, targets.csv and in-force.yaml into", 0},
        {"world", KEY_WORLD, "FILE", 0, "World file (default: the one built in)", 0},
        {"partners", KEY_PARTNERS, "N", 0, "Number of partners (default: the world file's, 600 in the one built in)",
         0},
        {"months", KEY_MONTHS, "N", 0, "Months of history up to the world's last one (default: the world file's, 36)",
         0},
        {"seed", KEY_SEED, "N", 0,
         "Seed: another one is another channel of the same kind (default: the world file's, 7)", 0},
        {"truth", KEY_TRUTH, NULL, 0, "Also write truth.csv and truth.yaml: how each partner behaves, and what it did",
         0},
        {"print-world", KEY_PRINT_WORLD, NULL, 0, "Print the world file that is built in, and exit", 0},
        {"quiet", 'q', NULL, 0, "Print nothing but errors", 0},
        {0},
    };
    static const struct argp argp = {
        options,
        parse,
        NULL,
        "Make an artificial channel, so that everything can be tried without anybody's ledger: partners of several "
        "kinds "
        "with sales, returns, deals, trainings and targets, made from a world file that documents what is true in it. "
        "The same world and seed give the same files."
        "\v"
        "Examples:\n"
        "  rehearse synth -o world\n"
        "  rehearse import world/ledger.csv --partners world/partners.csv \\\n"
        "      --targets world/targets.csv -o history.h5\n"
        "  rehearse synth --partners 50 --months 24 --seed 3 -o small\n"
        "  rehearse synth --print-world > my-world.yaml\n"
        "  rehearse synth --world my-world.yaml -o mine\n",
        NULL,
        NULL,
        NULL};
    struct arguments arguments = {.options = {.seed = -1}};
    int exit_code;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    if (arguments.print_world) {
        fputs(rh_demo_world_yaml, stdout);
        return RH_EXIT_OK;
    }
    return synth(&arguments);
}
