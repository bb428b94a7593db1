#include "cli/run_simulate.h"

#include "cli/run_results.h"
#include "core/file.h"
#include "engine/engine.h"
#include "results/header.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* What partners gain is kept as often as is cheap: it takes no more than this share of the time. */
#define MOST_SHARE 0.04
#define LEAST_SECONDS 0.5
#define BYTES_A_SECOND 2e8 /* of its table, where it was not kept yet */

struct simulation {
    const struct rh_plan *plan;
    const struct rh_run_task *task;
    const struct rh_progress *progress;
    struct rh_results_writer *writer; /* NULL: a part is written, or nothing yet */
    rh_block_sink sink;               /* of blocks; NULL: they are kept and that is all */
    void *user;                       /* of the sink */
    struct rh_checkpoint *checkpoint; /* NULL: none is kept */
    double kept;                      /* when; seconds */
    double wait;                      /* until the next time */
};

static double monotonic_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int write_results(void *user, const struct rh_block *block, struct rh_error *error)
{
    return rh_results_writer_append(user, block, error);
}

/* A block that was kept before. */
static int take_kept(void *user, const struct rh_block *block, struct rh_error *error)
{
    struct simulation *self = user;
    return self->sink != NULL ? self->sink(self->user, block, error) : RH_OK;
}

static int take(void *user, const struct rh_block *block, struct rh_error *error)
{
    struct simulation *self = user;
    const int status = self->checkpoint != NULL ? rh_checkpoint_append(self->checkpoint, block, error) : RH_OK;
    return status == RH_OK ? take_kept(user, block, error) : status;
}

static bool due(void *user)
{
    const struct simulation *self = user;
    return monotonic_seconds() - self->kept >= self->wait || rh_progress_stopped(self->progress);
}

static int keep(void *user, uint64_t done, struct rh_error *error)
{
    struct simulation *self = user;
    const double now = monotonic_seconds();
    const int status = rh_checkpoint_keep(self->checkpoint, self->plan->outcomes, done, error);
    self->kept = monotonic_seconds();
    const double rest = (self->kept - now) / MOST_SHARE;
    self->wait = rest > LEAST_SECONDS ? rest : LEAST_SECONDS;
    return status;
}

static int open_checkpoint(struct simulation *self, const struct rh_results_header *header, struct rh_error *error)
{
    const struct rh_run_task *task = self->task;
    return task->keep ? rh_checkpoint_open(&self->checkpoint, task->output, header, task->first, task->start, error)
                      : RH_OK;
}

/* Opens what is written to. */
static int begin(struct simulation *self, const struct rh_results_header *about, struct rh_error *error)
{
    struct rh_results_header header = *about;
    header.replications = self->task->end;
    int status = open_checkpoint(self, &header, error);
    header.temporary = self->checkpoint != NULL ? rh_checkpoint_temporary(self->checkpoint) : NULL;
    if (status == RH_OK && !self->task->part) {
        status = rh_results_writer_create(&self->writer, self->task->output, &header, error);
        self->sink = write_results;
        self->user = self->writer;
    }
    return status;
}

/* Hands on what is kept, and simulates from there to *end, which the sink may move on meanwhile. */
static int go_on(struct simulation *self, const uint64_t *end, uint64_t *simulated, struct rh_error *error)
{
    struct rh_engine_job job = {.first = self->task->first,
                                .threads = self->task->threads,
                                .pause_seconds = LEAST_SECONDS / 2.0,
                                .sink = take,
                                .user = self,
                                .progress = self->progress};
    int status = RH_OK;
    if (self->checkpoint != NULL) {
        job.pause = keep;
        job.due = due;
        status = rh_checkpoint_replay(self->checkpoint, self->task->end, take_kept, self, self->plan->outcomes,
                                      &job.first, self->progress, error);
    }
    if (status == RH_OK && job.first > self->task->first && !self->task->piloted) {
        rh_progress_log(self->progress, "%s: goes on from replication %" PRIu64, self->task->output, job.first);
    }
    self->kept = monotonic_seconds();
    self->wait = self->plan->outcomes != NULL
                     ? (double)rh_outcomes_bytes(self->plan->outcomes) / BYTES_A_SECOND / MOST_SHARE
                     : 0.0;
    const uint64_t began = job.first;
    do {
        job.end = *end > job.first ? *end : job.first;
        status = status == RH_OK ? rh_ranks_run_job(self->task->ranks, self->plan, &job, error) : status;
        job.first = job.end;
    } while (status == RH_OK && job.first < *end);
    *simulated = job.first - began;
    return status;
}

static int finish(struct simulation *self, struct rh_error *error)
{
    const struct rh_outcomes *outcomes = self->plan->outcomes;
    int status = RH_OK;
    rh_progress_report(self->progress, "summarizing", 0, 0);
    if (self->task->part) {
        return rh_checkpoint_finish_part(self->checkpoint, outcomes, self->task->output, error);
    }
    status = outcomes != NULL ? rh_results_writer_partners(self->writer, outcomes, error) : RH_OK;
    if (status == RH_OK) {
        status = rh_results_writer_finish(self->writer, error);
    }
    if (status == RH_OK && self->checkpoint != NULL) {
        rh_checkpoint_remove(self->checkpoint);
    }
    return status;
}

/* Tells how to go on, where the run had begun and something is kept. */
static void say_kept(const struct simulation *self, struct rh_error *error)
{
    if (self->checkpoint == NULL || rh_checkpoint_done(self->checkpoint) == self->task->first || error == NULL) {
        return;
    }
    const size_t length = strlen(error->message);
    snprintf(error->message + length, sizeof error->message - length,
             "; what was done up to replication %" PRIu64 " is kept in %s: go on by --resume",
             rh_checkpoint_done(self->checkpoint), rh_checkpoint_path(self->checkpoint));
}

/* All ranks have to be ready, with `status`, and to simulate the same. */
static int check_ranks(const struct rh_ranks *ranks, int status, const struct rh_results_header *header,
                       struct rh_error *error)
{
    const int failed = rh_ranks_first_failed(ranks, status != RH_OK);
    if (failed >= 0) {
        return status != RH_OK ? status : rh_error_set(error, RH_ERR_IO, "rank %d cannot begin", failed);
    }
    char sha256[RH_SHA256_TEXT] = "";
    struct rh_text packed;
    rh_text_init(&packed);
    rh_results_header_pack(header, &packed);
    rh_sha256(rh_text_string(&packed), packed.length, sha256);
    rh_text_free(&packed);
    const int other = rh_ranks_first_other(ranks, sha256, sizeof sha256);
    return other < 0 ? RH_OK
                     : rh_error_set(error, RH_ERR_INPUT,
                                    "rank %d reads other files than rank 0, or is another build of rehearse", other);
}

int rh_run_simulate(struct rh_ready *run, const struct rh_run_task *task, uint64_t *simulated,
                    const struct rh_progress *progress, struct rh_error *error)
{
    struct simulation self = {.plan = &run->plan, .task = task, .progress = progress};
    struct rh_run_header header;
    *simulated = 0;
    int status = rh_run_header_make(&header, &run->study, &run->plan, progress, error);
    status = check_ranks(task->ranks, status, &header.header, error);
    if (rh_ranks_rank(task->ranks) > 0) {
        const struct rh_engine_job job = {.threads = task->threads};
        status = status == RH_OK ? rh_ranks_run_job(task->ranks, &run->plan, &job, error) : status;
        rh_run_header_free(&header, &run->plan);
        return status;
    }
    if (status == RH_OK) {
        status = begin(&self, &header.header, error);
    }
    if (status == RH_OK) {
        status = go_on(&self, &task->end, simulated, error);
        status = status == RH_OK ? finish(&self, error) : status;
        if (status != RH_OK && status != RH_ERR_FORMAT && status != RH_ERR_INPUT) {
            say_kept(&self, error);
        }
    }
    rh_results_writer_destroy(self.writer);
    rh_checkpoint_destroy(self.checkpoint);
    rh_run_header_free(&header, &run->plan);
    return status;
}

int rh_run_pilot(struct rh_ready *run, const struct rh_run_task *task, rh_block_sink sink, void *user,
                 const uint64_t *end, uint64_t *simulated, const struct rh_progress *progress, struct rh_error *error)
{
    struct simulation self = {.plan = &run->plan, .task = task, .progress = progress, .sink = sink, .user = user};
    struct rh_outcomes *outcomes = run->plan.outcomes;
    struct rh_run_header header;
    *simulated = 0;
    int status = rh_run_header_make(&header, &run->study, &run->plan, progress, error);
    if (status == RH_OK) {
        status = open_checkpoint(&self, &header.header, error);
    }
    run->plan.outcomes = task->keep ? outcomes : NULL;
    if (status == RH_OK) {
        status = go_on(&self, end, simulated, error);
        if (status == RH_OK && self.checkpoint != NULL && *simulated > 0) {
            status = rh_checkpoint_keep(self.checkpoint, outcomes, *end, error);
        }
        if (status != RH_OK && status != RH_ERR_FORMAT && status != RH_ERR_INPUT) {
            say_kept(&self, error);
        }
    }
    run->plan.outcomes = outcomes;
    if (outcomes != NULL) {
        rh_outcomes_clear(outcomes);
    }
    rh_checkpoint_destroy(self.checkpoint);
    rh_run_header_free(&header, &run->plan);
    return status;
}
