/* rehearse run: a study from history to results. What is read, what is bound, what is simulated, in that order. */
#include "cli/cli.h"

#include "cli/ready.h"
#include "cli/run_precision.h"
#include "cli/run_results.h"
#include "cli/run_simulate.h"
#include "core/memory.h"
#include "engine/engine.h"
#include "engine/isa.h"
#include "report/compare.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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
    KEY_VERIFY,
    KEY_NO_PARTNERS,
    KEY_RESUME,
    KEY_RESTART,
    KEY_NO_CHECKPOINT
};

#define MOST_OF_PRECISION 100000 /* replications with --precision, where nothing is said */

struct arguments {
    const char **file; /* [num_files]: a study, or a history and programs */
    size_t num_files;
    const char *output, *history, *model, *isa;
    long threads;
    int64_t first, replications; /* simulated are first … replications - 1; 0: as many as the study says */
    bool part;                   /* the numbers were given as A:B */
    bool resume, restart, no_checkpoint;
    bool has_seed, quiet, verify, no_partners;
    uint64_t seed;
    int sampling; /* enum rh_sampling */
    bool has_most;
    struct rh_run_precision precision;
    struct rh_ranks *ranks; /* processes that share the work, or NULL */
};

static const char *isa_name(int k)
{
    return rh_kernel_code_name(k) != NULL ? rh_kernel_code_name(k) : "";
}

#define MOST_REPLICATIONS 1000000000

/* "N", or "A:B" for replications A … B - 1. */
static void parse_replications(struct arguments *arguments, const char *value, const struct argp_state *state)
{
    const char *colon = strchr(value, ':');
    char first[32];
    arguments->part = colon != NULL;
    arguments->first = 0;
    if (colon != NULL) {
        snprintf(first, sizeof first, "%.*s", (int)(colon - value), value);
        arguments->first = rh_cli_whole_number(state, "replications", first, 0, MOST_REPLICATIONS - 1);
        value = colon + 1;
    }
    arguments->replications =
        rh_cli_whole_number(state, "replications", value, arguments->first + 1, MOST_REPLICATIONS);
}

/* What makes no sense together. */
static void check_arguments(const struct arguments *arguments, const struct argp_state *state)
{
    if (arguments->part && arguments->output == NULL) {
        argp_error(state, "--replications A:B writes a part file: name it with -o");
    }
    if (arguments->part && arguments->no_checkpoint) {
        argp_error(state, "--no-checkpoint: a part file is made of its checkpoint");
    }
    if (arguments->resume + arguments->restart + arguments->no_checkpoint > 1) {
        argp_error(state, "--resume, --restart and --no-checkpoint exclude one another");
    }
    if ((arguments->resume || arguments->restart) && arguments->output == NULL) {
        argp_error(state, "--%s needs -o: without it nothing is kept", arguments->resume ? "resume" : "restart");
    }
    if (arguments->precision.num > 0 && arguments->replications > 0) {
        argp_error(state, "--precision says how many replications there are, --replications as well");
    }
    if (arguments->has_most && arguments->precision.num == 0) {
        argp_error(state, "--most goes with --precision");
    }
}

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
    case KEY_HISTORY:
        arguments->history = value;
        return 0;
    case KEY_MODEL:
        arguments->model = value;
        return 0;
    case KEY_ISA:
        arguments->isa = value;
        if (rh_kernel_code_find(value) == NULL) {
            argp_error(state, "--isa: '%s' is not among those that this processor and this build have: %s, %s, %s",
                       value, isa_name(0), isa_name(1), isa_name(2));
        }
        return 0;
    case KEY_VERIFY:
        arguments->verify = true;
        return 0;
    case KEY_NO_PARTNERS:
        arguments->no_partners = true;
        return 0;
    case KEY_THREADS:
        arguments->threads = (long)rh_cli_whole_number(state, "threads", value, 1, 4096);
        return 0;
    case KEY_REPLICATIONS:
        parse_replications(arguments, value, state);
        return 0;
    case KEY_RESUME:
        arguments->resume = true;
        return 0;
    case KEY_RESTART:
        arguments->restart = true;
        return 0;
    case KEY_NO_CHECKPOINT:
        arguments->no_checkpoint = true;
        return 0;
    case KEY_SEED:
        arguments->has_seed = true;
        arguments->seed = (uint64_t)rh_cli_whole_number(state, "seed", value, 0, INT64_MAX);
        return 0;
    case KEY_PRECISION:
        arguments->precision.text[arguments->precision.num++] = value;
        return 0;
    case KEY_MOST:
        arguments->has_most = true;
        arguments->precision.most = (uint64_t)rh_cli_whole_number(state, "most", value, 1, 1000000000);
        return 0;
    case KEY_SAMPLING:
        arguments->sampling = rh_sampling_find(value);
        if (arguments->sampling < 0) {
            argp_error(state, "--sampling: found '%s', expected random or sobol", value);
        }
        return 0;
    case ARGP_KEY_ARG:
        arguments->file[arguments->num_files++] = value;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which study?");
        return EINVAL;
    case ARGP_KEY_END:
        check_arguments(arguments, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool is_study(const char *path)
{
    size_t length = strlen(path);
    return length < 3 || strcmp(path + length - 3, ".h5") != 0;
}

static int read_study(struct rh_ready *run, const struct arguments *arguments, struct rh_problems *problems,
                      struct rh_error *error)
{
    int status = is_study(arguments->file[0])
                     ? rh_study_read_with(&run->study, arguments->file[0], arguments->history, problems)
                     : rh_study_of_programs(&run->study, arguments->file[0], arguments->file + 1,
                                            arguments->num_files - 1, problems);
    if (status != RH_OK) {
        return status;
    }
    run->study.replications = arguments->replications > 0 ? arguments->replications : run->study.replications;
    if (arguments->precision.num > 0) { /* what there is room for, until the pilot has found the number */
        run->study.replications = (int64_t)arguments->precision.most;
    }
    run->study.seed = arguments->has_seed ? arguments->seed : run->study.seed;
    run->study.sampling = (enum rh_sampling)arguments->sampling;
    return rh_cli_replace_path(&run->study.model_path, arguments->model, error);
}

static double monotonic_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What is asked for, without a checkpoint. */
static struct rh_run_task task_of(const struct rh_ready *run, const struct arguments *arguments, const char *output)
{
    return (struct rh_run_task){.output = output,
                                .first = (uint64_t)arguments->first,
                                .end = run->plan.replications,
                                .part = arguments->part,
                                .threads = (int)arguments->threads,
                                .ranks = arguments->ranks};
}

static int show(const char *path, struct rh_error *error)
{
    const struct rh_compare_options options = {
        .format = RH_TABLE_TEXT, .versus = -1, .color = rh_cli_color(), .width = rh_cli_width()};
    struct rh_results results;
    struct rh_text table;
    rh_text_init(&table);
    int status = rh_results_open(&results, path, error);
    if (status == RH_OK) {
        status = rh_compare(&results, &options, &table, error);
        rh_results_close(&results);
    }
    if (status == RH_OK) {
        fputs(rh_text_string(&table), stdout);
    }
    rh_text_free(&table);
    return status;
}

/* Without -o the results only feed the comparison, from a temporary file. */
static int run_and_show(struct rh_ready *run, const struct arguments *arguments, const struct rh_progress *progress,
                        struct rh_error *error)
{
    const char *folder = getenv("TMPDIR");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/rehearse-XXXXXX", folder != NULL && *folder != '\0' ? folder : "/tmp");
    int descriptor = mkstemp(path);
    if (descriptor < 0) {
        return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "no temporary file can be made here");
    }
    close(descriptor);
    const struct rh_run_task task = task_of(run, arguments, path);
    uint64_t simulated;
    int status = rh_run_simulate(run, &task, &simulated, progress, error);
    if (status == RH_OK && rh_ranks_rank(arguments->ranks) == 0) {
        rh_progress_report(progress, NULL, 0, 0);
        status = show(path, error);
    }
    unlink(path);
    return status;
}

/* Tells what is assumed of activities, and what was given in vain; the results file tells it too. */
static void tell_notes(const struct rh_ready *run, const struct rh_progress *progress)
{
    struct rh_run_notes notes;
    rh_run_notes_find(&notes, &run->study, &run->plan);
    for (int k = notes.first_said; k < notes.num; k++) {
        rh_progress_log(progress, "%s", notes.note[k]);
    }
    rh_run_notes_free(&notes);
}

static void tell_end(const struct rh_ready *run, const struct arguments *arguments, const struct rh_run_record *record,
                     const struct rh_progress *progress)
{
    char part[64] = "";
    if (arguments->part) {
        snprintf(part, sizeof part, " (%lld:%lld)", (long long)arguments->first, (long long)run->plan.replications);
    }
    rh_progress_log(progress,
                    "%s: %lld replications%s of %d scenarios for %d partners over %d months, %.1f s on %d thread%s",
                    arguments->output, (long long)run->plan.replications - (long long)arguments->first, part,
                    run->plan.num_programs, run->plan.num_partners, run->plan.num_months, record->seconds,
                    record->threads, record->threads == 1 ? "" : "s");
    tell_notes(run, progress);
    rh_progress_log(progress,
                    arguments->part ? "To put parts together: rehearse merge PART... -o results.h5"
                                    : "To see it: rehearse compare %s",
                    arguments->output);
}

/* Writes the results file or the part, its record, and says so. */
static int run_and_keep(struct rh_ready *run, const struct arguments *arguments, struct rh_run_record *record,
                        const struct rh_progress *progress, struct rh_error *error)
{
    const double started = monotonic_seconds();
    struct rh_run_task task = task_of(run, arguments, arguments->output);
    task.keep = !arguments->no_checkpoint;
    task.start = arguments->resume    ? RH_CHECKPOINT_RESUME
                 : arguments->restart ? RH_CHECKPOINT_RESTART
                                      : RH_CHECKPOINT_NEW;
    int status = rh_run_simulate(run, &task, &record->replications, progress, error);
    record->seconds = monotonic_seconds() - started;
    record->threads = arguments->threads > 0 ? (int)arguments->threads : rh_engine_threads();
    record->ranks = rh_ranks_size(arguments->ranks);
    record->isa = rh_kernel_code_find(arguments->isa)->name;
    if (rh_ranks_rank(arguments->ranks) > 0) {
        return status;
    }
    if (status == RH_OK) {
        status = rh_run_record_write(record, arguments->output, &run->plan, error);
    }
    if (status == RH_OK && !arguments->quiet) {
        tell_end(run, arguments, record, progress);
    }
    return status;
}

/* Asks the engine what each partner gains. */
static int count_partners(struct rh_ready *run, struct rh_error *error)
{
    run->plan.outcomes = rh_outcomes_create(run->plan.num_programs, run->plan.num_partners);
    return run->plan.outcomes != NULL ? RH_OK
                                      : rh_error_set(error, RH_ERR_NO_MEMORY,
                                                     "no memory for what each of %d partners gains: see --no-partners",
                                                     run->plan.num_partners);
}

/* Finds the number of replications, and says what it gives; what is not reached is said in any case. Ranks find it each
 * for itself, and the same. */
static int find_replications(struct rh_ready *run, struct arguments *arguments, const struct rh_progress *progress,
                             struct rh_error *error)
{
    const int status = rh_run_precision(&arguments->precision, run, (int)arguments->threads, progress, error);
    if (status == RH_OK && rh_ranks_rank(arguments->ranks) == 0 && (arguments->precision.missed || !arguments->quiet)) {
        rh_progress_report(progress, NULL, 0, 0);
        fputs(rh_text_string(&arguments->precision.told), stderr);
    }
    return status;
}

static int make_ready(struct rh_ready *run, struct arguments *arguments, const struct rh_progress *progress,
                      struct rh_problems *problems, struct rh_error *error)
{
    int status = read_study(run, arguments, problems, error);
    if (status == RH_OK) {
        status = rh_ready_make(run, progress, problems, error);
    }
    if (status == RH_OK) {
        run->plan.isa = arguments->isa;
        run->plan.verify = arguments->verify;
        status = arguments->precision.num > 0 ? find_replications(run, arguments, progress, error) : RH_OK;
    }
    if (status == RH_OK) {
        status = arguments->no_partners ? RH_OK : count_partners(run, error);
    }
    return status;
}

/* Runs the study. Where several ranks do, what keeps one of them from beginning keeps all; *telling is the rank that
 * tells what is wrong. */
static int run_study(struct rh_ready *run, struct arguments *arguments, struct rh_run_record *record, int *telling,
                     const struct rh_progress *progress, struct rh_problems *problems, struct rh_error *error)
{
    int status = make_ready(run, arguments, progress, problems, error);
    const int failed = rh_ranks_first_failed(arguments->ranks, status != RH_OK);
    *telling = failed > 0 ? failed : 0;
    if (failed >= 0) {
        return status;
    }
    return arguments->output != NULL ? run_and_keep(run, arguments, record, progress, error)
                                     : run_and_show(run, arguments, progress, error);
}

/* Whether a launcher of MPI started this process: beside others, or one that this build can join. */
static bool started_by_mpi(void)
{
    const char *size = getenv("OMPI_COMM_WORLD_SIZE");
    size = size != NULL ? size : getenv("PMI_SIZE");
    return (size != NULL && strcmp(size, "1") != 0) || (rh_ranks_built() && getenv("PMIX_RANK") != NULL);
}

/* Does all, and returns the exit code. */
static int run_command(struct rh_ready *run, struct arguments *arguments, struct rh_run_record *record)
{
    struct rh_error error = {0};
    struct rh_problems problems;
    struct rh_cli_progress progress;
    int telling = 0, exit_code = RH_EXIT_OK;
    int status = started_by_mpi() ? rh_ranks_start(&arguments->ranks, &error) : RH_OK;
    const int rank = rh_ranks_rank(arguments->ranks);
    rh_problems_init(&problems);
    arguments->quiet = arguments->quiet || rank > 0;
    rh_cli_progress_init(&progress, arguments->quiet);
    if (status == RH_OK) {
        status = run_study(run, arguments, record, &telling, &progress.progress, &problems, &error);
    }
    rh_cli_progress_done(&progress);
    if (status != RH_OK && rank == telling) {
        exit_code = problems.num_total > 0 ? rh_cli_fail_problems(&problems) : rh_cli_fail(&error);
    } else if (status == RH_OK && rank == 0 && arguments->precision.missed) {
        exit_code = RH_EXIT_FINDINGS;
    }
    rh_ranks_stop(arguments->ranks, exit_code);
    rh_problems_free(&problems);
    return exit_code;
}

int rh_cmd_run(int argc, char **argv)
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
    struct arguments arguments = {
        .file = calloc((size_t)argc + 1, sizeof *arguments.file),
        .precision = {.text = calloc((size_t)argc + 1, sizeof *arguments.precision.text), .most = MOST_OF_PRECISION}};
    int exit_code = RH_EXIT_FAILED;
    rh_text_init(&arguments.precision.told);
    if (arguments.file == NULL || arguments.precision.text == NULL ||
        !rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        free(arguments.file);
        free(arguments.precision.text);
        return exit_code;
    }
    struct rh_ready *run = calloc(1, sizeof *run);
    struct rh_run_record record = {.argc = argc, .argv = argv, .started = time(NULL)};
    if (run == NULL) {
        exit_code = rh_cli_fail(&(struct rh_error){.code = RH_ERR_NO_MEMORY});
    } else {
        exit_code = run_command(run, &arguments, &record);
        rh_outcomes_destroy(run->plan.outcomes);
        rh_ready_free(run);
        free(run);
    }
    rh_text_free(&arguments.precision.told);
    free(arguments.precision.text);
    free(arguments.file);
    return exit_code;
}
