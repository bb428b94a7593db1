/* The command line of run: its options, what they take, and what makes no sense together. */
#include "cli/run_options.h"

#include "cli/cli.h"
#include "engine/isa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_HISTORY = 256,
    KEY_MODEL,
    KEY_THREADS,
    KEY_REPLICATIONS,
    KEY_SEED,
    KEY_SAMPLING,
    KEY_PRECISION,
    KEY_MOST,
    KEY_ISA,
    KEY_ARITHMETIC,
    KEY_VERIFY,
    KEY_NO_PARTNERS,
    KEY_RESUME,
    KEY_RESTART,
    KEY_NO_CHECKPOINT
};

#define MOST_OF_PRECISION 100000 /* replications with --precision, where nothing is said */

static const char *isa_name(int k)
{
    return rh_kernel_code_name(k) != NULL ? rh_kernel_code_name(k) : "";
}

#define MOST_REPLICATIONS 1000000000

/* "N", or "A:B" for replications A … B - 1. */
static void parse_replications(struct rh_run_options *options, const char *value, const struct argp_state *state)
{
    const char *colon = strchr(value, ':');
    char first[32];
    options->part = colon != NULL;
    options->first = 0;
    if (colon != NULL) {
        snprintf(first, sizeof first, "%.*s", (int)(colon - value), value);
        options->first = rh_cli_whole_number(state, "replications", first, 0, MOST_REPLICATIONS - 1);
        value = colon + 1;
    }
    options->replications = rh_cli_whole_number(state, "replications", value, options->first + 1, MOST_REPLICATIONS);
}

/* What makes no sense together. */
static void check_arguments(const struct rh_run_options *options, const struct argp_state *state)
{
    if (options->part && options->output == NULL) {
        argp_error(state, "--replications A:B writes a part file: name it with -o");
    }
    if (options->part && options->no_checkpoint) {
        argp_error(state, "--no-checkpoint: a part file is made of its checkpoint");
    }
    if (options->resume + options->restart + options->no_checkpoint > 1) {
        argp_error(state, "--resume, --restart and --no-checkpoint exclude one another");
    }
    if ((options->resume || options->restart) && options->output == NULL) {
        argp_error(state, "--%s needs -o: without it nothing is kept", options->resume ? "resume" : "restart");
    }
    if (options->precision.num > 0 && options->replications > 0) {
        argp_error(state, "--precision says how many replications there are, --replications as well");
    }
    if (options->has_most && options->precision.num == 0) {
        argp_error(state, "--most goes with --precision");
    }
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct rh_run_options *options = state->input;
    switch (key) {
    case 'o':
        options->output = value;
        return 0;
    case 'q':
        options->quiet = true;
        return 0;
    case KEY_HISTORY:
        options->history = value;
        return 0;
    case KEY_MODEL:
        options->model = value;
        return 0;
    case KEY_ISA:
        options->isa = value;
        if (rh_kernel_code_find(value, false) == NULL) {
            argp_error(state, "--isa: '%s' is not among those that this processor and this build have: %s, %s, %s",
                       value, isa_name(0), isa_name(1), isa_name(2));
        }
        return 0;
    case KEY_VERIFY:
        options->verify = true;
        return 0;
    case KEY_NO_PARTNERS:
        options->no_partners = true;
        return 0;
    case KEY_THREADS:
        options->threads = (long)rh_cli_whole_number(state, "threads", value, 1, 4096);
        return 0;
    case KEY_REPLICATIONS:
        parse_replications(options, value, state);
        return 0;
    case KEY_RESUME:
        options->resume = true;
        return 0;
    case KEY_RESTART:
        options->restart = true;
        return 0;
    case KEY_NO_CHECKPOINT:
        options->no_checkpoint = true;
        return 0;
    case KEY_SEED:
        options->has_seed = true;
        options->seed = (uint64_t)rh_cli_whole_number(state, "seed", value, 0, INT64_MAX);
        return 0;
    case KEY_PRECISION:
        options->precision.text[options->precision.num++] = value;
        return 0;
    case KEY_MOST:
        options->has_most = true;
        options->precision.most = (uint64_t)rh_cli_whole_number(state, "most", value, 1, 1000000000);
        return 0;
    case KEY_SAMPLING:
        options->sampling = rh_sampling_find(value);
        if (options->sampling < 0) {
            argp_error(state, "--sampling: found '%s', expected random or sobol", value);
        }
        return 0;
    case KEY_ARITHMETIC:
        options->arithmetic = rh_arithmetic_find(value);
        if (options->arithmetic < 0) {
            argp_error(state, "--arithmetic: found '%s', expected double or mixed", value);
        }
        return 0;
    case ARGP_KEY_ARG:
        options->file[options->num_files++] = value;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which study?");
        return EINVAL;
    case ARGP_KEY_END:
        check_arguments(options, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

bool rh_run_options_init(struct rh_run_options *self, int argc, char **argv, int *exit_code)
{
    static const struct argp_option options[] = {
        {"output", 'o', "FILE", 0, "Write the distributions to this HDF5 file; without it only the comparison is shown",
         0},
        {"history", KEY_HISTORY, "FILE", 0, "Use this history instead of the study's", 0},
        {"model", KEY_MODEL, "FILE", 0,
         "Draw from what `rehearse fit -o FILE' learned, where neither the study nor its assumptions say otherwise", 0},
        {"replications", KEY_REPLICATIONS, "N|A:B", 0,
         "Simulate N replications instead of the study's number; A:B: replications A to B - 1, counted from 0, into a "
         "part file for `rehearse merge'",
         0},
        {"seed", KEY_SEED, "N", 0, "Draw from this seed instead of the study's", 0},
        {"precision", KEY_PRECISION, "GOAL", 0,
         "Simulate as many replications as the 95% interval of a figure needs to be that narrow to both sides, in "
         "every program: `net_benefit 1%', `p95(cost) of flat-rebate 10k', `revenue vs in_force 5%'. Can be repeated",
         0},
        {"most", KEY_MOST, "N", 0, "With --precision: no more than N replications (default: 100000)", 0},
        {"sampling", KEY_SAMPLING, "HOW", 0,
         "Draw the model's parameters at random (`random', the default), or spread evenly by a scrambled Sobol "
         "sequence (`sobol'): means are then closer at the same number of replications",
         0},
        {"arithmetic", KEY_ARITHMETIC, "KIND", 0,
         "Live replications in `double' precision (the default), or in `mixed', single precision with double sums: "
         "about twice as fast, and figures differ by a few millionths",
         0},
        {"threads", KEY_THREADS, "N", 0, "Use N threads (default: one per processor); results do not depend on it", 0},
        {"isa", KEY_ISA, "SET", 0,
         "Use this instruction set (baseline, avx2, avx512) instead of the best there is; the "
         "results are the same",
         0},
        {"verify", KEY_VERIFY, NULL, 0,
         "Check after every month of every partner that units are neither made nor lost, attainment is what was "
         "bought, and caps hold; slower",
         0},
        {"no-partners", KEY_NO_PARTNERS, NULL, 0,
         "Do not keep what each partner gains: saves 1 to 2 kB of memory for each partner and program", 0},
        {"resume", KEY_RESUME, NULL, 0,
         "Go on with what an unfinished run to FILE has done, kept in FILE.checkpoint; begin where there is none", 0},
        {"restart", KEY_RESTART, NULL, 0, "Discard what an unfinished run to FILE has done", 0},
        {"no-checkpoint", KEY_NO_CHECKPOINT, NULL, 0,
         "Keep nothing to go on with; saves the disk space of the results without compression while the run lasts", 0},
        {"quiet", 'q', NULL, 0, "No progress bar and no notes", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "STUDY\nHISTORY.h5 PROGRAM...",
        .doc = "Rehearse the programs of a study: replay the history under each of them, let partners respond, and "
               "write what each would cost and bring."
               "\vThe same study and seed give the same bytes, on any number of threads, in one go or resumed, whole "
               "or merged of parts.\n"
               "\n"
               "Examples:\n"
               "  rehearse run study.yaml -o results.h5\n"
               "  rehearse run study.yaml --replications 500\n"
               "  rehearse run study.yaml --precision 'net_benefit 2%' -o results.h5\n"
               "  rehearse run study.yaml --model model.h5 -o results.h5\n"
               "  rehearse run study.yaml -o results.h5 --resume\n"
               "  rehearse run study.yaml --replications 0:5000 -o 0.part\n"
               "  rehearse run history.h5 programs/*.yaml -o results.h5\n"};
    *self = (struct rh_run_options){
        .file = calloc((size_t)argc + 1, sizeof *self->file),
        .precision = {.text = calloc((size_t)argc + 1, sizeof *self->precision.text), .most = MOST_OF_PRECISION}};
    rh_text_init(&self->precision.told);
    *exit_code = RH_EXIT_FAILED;
    return self->file != NULL && self->precision.text != NULL && rh_cli_parse(&argp, argc, argv, self, exit_code);
}

void rh_run_options_free(struct rh_run_options *self)
{
    rh_text_free(&self->precision.told);
    free(self->precision.text);
    free(self->file);
}
