/* rehearse run: a study from history to results. What is read, what is bound, what is simulated, in that order. */
#include "cli/cli.h"

#include "cli/ready.h"
#include "cli/run_options.h"
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

static bool is_study(const char *path)
{
    size_t length = strlen(path);
    return length < 3 || strcmp(path + length - 3, ".h5") != 0;
}

static int read_study(struct rh_ready *run, const struct rh_run_options *options, struct rh_problems *problems,
                      struct rh_error *error)
{
    int status =
        is_study(options->file[0])
            ? rh_study_read_with(&run->study, options->file[0], options->history, problems)
            : rh_study_of_programs(&run->study, options->file[0], options->file + 1, options->num_files - 1, problems);
    if (status != RH_OK) {
        return status;
    }
    run->study.replications = options->replications > 0 ? options->replications : run->study.replications;
    if (options->precision.num > 0) { /* what there is room for, until the pilot has found the number */
        run->study.replications = (int64_t)options->precision.most;
    }
    run->study.seed = options->has_seed ? options->seed : run->study.seed;
    run->study.sampling = (enum rh_sampling)options->sampling;
    run->study.arithmetic = (enum rh_arithmetic_kind)options->arithmetic;
    if (run->study.arithmetic == RH_ARITHMETIC_MIXED && run->study.replay == RH_REPLAY_EXACT) {
        return rh_error_set(
            error, RH_ERR_ARGUMENT,
            "--arithmetic mixed: the study replays history itself, of whole hundredths of a cent, which "
            "takes double precision");
    }
    return rh_cli_replace_path(&run->study.model_path, options->model, error);
}

static double monotonic_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What is asked for, without a checkpoint. */
static struct rh_run_task task_of(const struct rh_ready *run, const struct rh_run_options *options, const char *output)
{
    return (struct rh_run_task){.output = output,
                                .first = (uint64_t)options->first,
                                .end = run->plan.replications,
                                .part = options->part,
                                .threads = (int)options->threads,
                                .ranks = options->ranks};
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
static int run_and_show(struct rh_ready *run, const struct rh_run_options *options, const struct rh_progress *progress,
                        struct rh_error *error)
{
    char path[PATH_MAX];
    rh_cli_temporary(path);
    int descriptor = mkstemp(path);
    if (descriptor < 0) {
        return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "no temporary file can be made here");
    }
    close(descriptor);
    const struct rh_run_task task = task_of(run, options, path);
    uint64_t simulated;
    int status = rh_run_simulate(run, &task, &simulated, progress, error);
    if (status == RH_OK && rh_ranks_rank(options->ranks) == 0) {
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

static void tell_end(const struct rh_ready *run, const struct rh_run_options *options,
                     const struct rh_run_record *record, const struct rh_progress *progress)
{
    char part[64] = "";
    if (options->part) {
        snprintf(part, sizeof part, " (%lld:%lld)", (long long)options->first, (long long)run->plan.replications);
    }
    rh_progress_log(progress,
                    "%s: %lld replications%s of %d scenarios for %d partners over %d months, %.1f s on %d thread%s",
                    options->output, (long long)run->plan.replications - (long long)options->first, part,
                    run->plan.num_programs, run->plan.num_partners, run->plan.num_months, record->seconds,
                    record->threads, record->threads == 1 ? "" : "s");
    tell_notes(run, progress);
    rh_progress_log(progress,
                    options->part ? "To put parts together: rehearse merge PART... -o results.h5"
                                  : "To see it: rehearse compare %s",
                    options->output);
}

static enum rh_checkpoint_start start_of(const struct rh_run_options *options)
{
    return options->resume ? RH_CHECKPOINT_RESUME : options->restart ? RH_CHECKPOINT_RESTART : RH_CHECKPOINT_NEW;
}

/* Whether what is simulated to find the number of replications is kept, so that results are made of it. */
static bool piloted(const struct rh_run_options *options)
{
    return options->precision.num > 0 && options->output != NULL && !options->no_checkpoint &&
           rh_ranks_size(options->ranks) == 1;
}

/* Writes the results file or the part, its record, and says so. */
static int run_and_keep(struct rh_ready *run, const struct rh_run_options *options, struct rh_run_record *record,
                        const struct rh_progress *progress, struct rh_error *error)
{
    const double started = monotonic_seconds();
    struct rh_run_task task = task_of(run, options, options->output);
    task.keep = !options->no_checkpoint;
    task.piloted = piloted(options);
    task.start = task.piloted ? RH_CHECKPOINT_RESUME : start_of(options);
    uint64_t simulated;
    int status = rh_run_simulate(run, &task, &simulated, progress, error);
    record->replications += simulated;
    record->seconds += monotonic_seconds() - started;
    record->threads = options->threads > 0 ? (int)options->threads : rh_engine_threads();
    record->ranks = rh_ranks_size(options->ranks);
    record->isa = rh_kernel_code_find(options->isa, false)->name;
    if (rh_ranks_rank(options->ranks) > 0) {
        return status;
    }
    if (status == RH_OK) {
        status = rh_run_record_write(record, options->output, &run->plan, error);
    }
    if (status == RH_OK && !options->quiet) {
        tell_end(run, options, record, progress);
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
static int find_replications(struct rh_ready *run, struct rh_run_options *options, struct rh_run_record *record,
                             const struct rh_progress *progress, struct rh_error *error)
{
    const double started = monotonic_seconds();
    struct rh_run_task task = task_of(run, options, options->output);
    uint64_t simulated;
    task.ranks = NULL;
    task.keep = piloted(options);
    task.start = start_of(options);
    const int status = rh_run_precision(&options->precision, run, &task, &simulated, progress, error);
    if (task.keep) {
        record->replications = simulated;
        record->seconds = monotonic_seconds() - started;
    }
    if (status == RH_OK && rh_ranks_rank(options->ranks) == 0 && (options->precision.missed || !options->quiet)) {
        rh_progress_report(progress, NULL, 0, 0);
        fputs(rh_text_string(&options->precision.told), stderr);
    }
    return status;
}

static int make_ready(struct rh_ready *run, struct rh_run_options *options, struct rh_run_record *record,
                      const struct rh_progress *progress, struct rh_problems *problems, struct rh_error *error)
{
    int status = read_study(run, options, problems, error);
    if (status == RH_OK) {
        status = rh_ready_make(run, progress, problems, error);
    }
    if (status == RH_OK) {
        run->plan.isa = options->isa;
        run->plan.verify = options->verify;
        status = options->no_partners ? RH_OK : count_partners(run, error);
    }
    if (status == RH_OK && options->precision.num > 0) {
        status = find_replications(run, options, record, progress, error);
    }
    return status;
}

/* Runs the study. Where several ranks do, what keeps one of them from beginning keeps all; *telling is the rank that
 * tells what is wrong. */
static int run_study(struct rh_ready *run, struct rh_run_options *options, struct rh_run_record *record, int *telling,
                     const struct rh_progress *progress, struct rh_problems *problems, struct rh_error *error)
{
    int status = make_ready(run, options, record, progress, problems, error);
    const int failed = rh_ranks_first_failed(options->ranks, status != RH_OK);
    *telling = failed > 0 ? failed : 0;
    if (failed >= 0) {
        return status;
    }
    return options->output != NULL ? run_and_keep(run, options, record, progress, error)
                                   : run_and_show(run, options, progress, error);
}

/* Whether a launcher of MPI started this process: beside others, or one that this build can join. */
static bool started_by_mpi(void)
{
    const char *size = getenv("OMPI_COMM_WORLD_SIZE");
    size = size != NULL ? size : getenv("PMI_SIZE");
    return (size != NULL && strcmp(size, "1") != 0) || (rh_ranks_built() && getenv("PMIX_RANK") != NULL);
}

/* Does all, and returns the exit code. */
static int run_command(struct rh_ready *run, struct rh_run_options *options, struct rh_run_record *record)
{
    struct rh_error error = {0};
    struct rh_problems problems;
    struct rh_cli_progress progress;
    int telling = 0, exit_code = RH_EXIT_OK;
    int status = started_by_mpi() ? rh_ranks_start(&options->ranks, &error) : RH_OK;
    const int rank = rh_ranks_rank(options->ranks);
    rh_problems_init(&problems);
    options->quiet = options->quiet || rank > 0;
    rh_cli_progress_init(&progress, options->quiet);
    if (status == RH_OK) {
        status = run_study(run, options, record, &telling, &progress.progress, &problems, &error);
    }
    rh_cli_progress_done(&progress);
    if (status != RH_OK && rank == telling) {
        exit_code = problems.num_total > 0 ? rh_cli_fail_problems(&problems) : rh_cli_fail(&error);
    } else if (status == RH_OK && rank == 0 && options->precision.missed) {
        exit_code = RH_EXIT_FINDINGS;
    }
    rh_ranks_stop(options->ranks, exit_code);
    rh_problems_free(&problems);
    return exit_code;
}

int rh_cmd_run(int argc, char **argv)
{
    struct rh_run_options options;
    int exit_code;
    if (!rh_run_options_init(&options, argc, argv, &exit_code)) {
        rh_run_options_free(&options);
        return exit_code;
    }
    struct rh_ready *run = calloc(1, sizeof *run);
    struct rh_run_record record = {.argc = argc, .argv = argv, .started = time(NULL)};
    if (run == NULL) {
        exit_code = rh_cli_fail(&(struct rh_error){.code = RH_ERR_NO_MEMORY});
    } else {
        exit_code = run_command(run, &options, &record);
        rh_outcomes_destroy(run->plan.outcomes);
        rh_ready_free(run);
        free(run);
    }
    rh_run_options_free(&options);
    return exit_code;
}
