/* Rounds: rank 0 says which replications the next one is, each rank simulates a share that is without gaps, and the
 * shares are handed on in order of their ranks, that of rank 0 while it is made. The others keep theirs in memory until
 * they are asked for, so that a rank that is slow to write slows nobody else within the round.
 *
 * Messages are waited for in short sleeps: a rank that has nothing to do leaves the processor to others, and one whose
 * partner has died sees that it is asked to stop. The only file with MPI. */
#include "engine/ranks.h"

#ifdef RH_HAS_MPI

#include "core/memory.h"
#include "stats/outcomes.h"

#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PIECE ((size_t)1 << 22)      /* bytes of a message, about, where many things go */
#define MOST_SHARE ((size_t)1 << 28) /* bytes of blocks that a rank keeps for rank 0 */
#define NANOSECONDS 200000           /* between looks */

enum { TAG_COMMAND, TAG_STATUS, TAG_BLOCK, TAG_OUTCOMES };
enum { COMMAND_RUN, COMMAND_OUTCOMES, COMMAND_END };

struct rh_ranks {
    int rank, size;
};

struct command {
    int64_t kind;
    uint64_t first, share, end; /* rank r simulates first + r · share …, at most to end - 1 */
};

/* How a share went, and the blocks that follow. */
struct report {
    int64_t status, num_blocks;
    struct rh_error error;
};

bool rh_ranks_built(void)
{
    return true;
}

int rh_ranks_start(struct rh_ranks **out, struct rh_error *error)
{
    int provided = 0;
    *out = rh_calloc(1, sizeof **out);
    if (*out == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to join other ranks");
    }
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &(*out)->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &(*out)->size);
    if (provided < MPI_THREAD_FUNNELED) {
        return rh_error_set(error, RH_ERR_UNSUPPORTED, "this MPI cannot be used by a program with threads");
    }
    return RH_OK;
}

void rh_ranks_stop(struct rh_ranks *self, int exit_code)
{
    if (self == NULL) {
        return;
    }
    if (exit_code != 0 && self->size > 1) {
        MPI_Abort(MPI_COMM_WORLD, exit_code);
    }
    MPI_Finalize();
    free(self);
}

int rh_ranks_rank(const struct rh_ranks *self)
{
    return self != NULL ? self->rank : 0;
}

int rh_ranks_size(const struct rh_ranks *self)
{
    return self != NULL ? self->size : 1;
}

int rh_ranks_first_failed(const struct rh_ranks *self, bool failed)
{
    int mine = failed ? rh_ranks_rank(self) : INT_MAX, first = mine;
    if (self != NULL) {
        MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    }
    return first == INT_MAX ? -1 : first;
}

int rh_ranks_first_other(const struct rh_ranks *self, const char *text, size_t length)
{
    char *expected = self != NULL ? rh_calloc(length + 1, 1) : NULL;
    bool other = self != NULL && expected == NULL;
    if (rh_ranks_first_failed(self, other) < 0 && expected != NULL) {
        memcpy(expected, text, length);
        MPI_Bcast(expected, (int)length, MPI_CHAR, 0, MPI_COMM_WORLD);
        other = memcmp(expected, text, length) != 0;
    }
    free(expected);
    return rh_ranks_first_failed(self, other);
}

/* ---- Messages ---- */

/* Waits for a message and tells its length; false where this rank is asked to stop before it is there. */
static bool wait_for(int rank, int tag, int *length, const struct rh_progress *progress)
{
    const struct timespec pause = {.tv_nsec = NANOSECONDS};
    int there = 0;
    MPI_Status status;
    for (;;) {
        MPI_Iprobe(rank, tag, MPI_COMM_WORLD, &there, &status);
        if (there != 0) {
            MPI_Get_count(&status, MPI_BYTE, length);
            return true;
        }
        if (rh_progress_stopped(progress)) {
            return false;
        }
        nanosleep(&pause, NULL);
    }
}

static int set_alone(int rank, struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_INTERRUPTED,
                        "stopped while it waited for rank %d, which may have failed: see what it and mpirun say", rank);
}

/* Receives a message of so many bytes, which both sides know. */
static int receive(int rank, int tag, void *out, size_t size, const struct rh_progress *progress,
                   struct rh_error *error)
{
    int length = 0;
    if (!wait_for(rank, tag, &length, progress)) {
        return set_alone(rank, error);
    }
    MPI_Recv(out, (int)size, MPI_BYTE, rank, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return RH_OK;
}

/* Receives one of any length. */
static int receive_text(int rank, int tag, struct rh_text *out, const struct rh_progress *progress,
                        struct rh_error *error)
{
    int length = 0;
    if (!wait_for(rank, tag, &length, progress)) {
        return set_alone(rank, error);
    }
    rh_text_clear(out);
    if (rh_reserve(&out->bytes, &out->capacity, (size_t)length + 1, 1) != RH_OK) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what rank %d has done", rank);
    }
    MPI_Recv(out->bytes, length, MPI_BYTE, rank, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    out->length = (size_t)length;
    out->bytes[length] = '\0';
    return RH_OK;
}

static void command_all(const struct rh_ranks *self, const struct command *command)
{
    for (int rank = 1; rank < self->size; rank++) {
        MPI_Send(command, sizeof *command, MPI_BYTE, rank, TAG_COMMAND, MPI_COMM_WORLD);
    }
}

static void share_of(const struct command *command, int rank, struct rh_engine_job *job)
{
    const uint64_t first = command->first + (uint64_t)rank * command->share;
    job->first = first < command->end ? first : command->end;
    job->end = command->end - job->first < command->share ? command->end : job->first + command->share;
}

/* ---- What partners gain ---- */

static size_t num_pairs(const struct rh_plan *plan)
{
    return plan->outcomes == NULL
               ? 0
               : (size_t)rh_outcomes_num_scenarios(plan->outcomes) * (size_t)rh_outcomes_num_partners(plan->outcomes);
}

/* Sends all that this rank has added up and forgets it; a message without pairs is the last. */
static void send_outcomes(const struct rh_plan *plan)
{
    const size_t num = num_pairs(plan);
    struct rh_text message;
    rh_text_init(&message);
    for (size_t first = 0; first <= num;) {
        size_t count = 0;
        rh_text_clear(&message);
        while (first + count < num && message.length < PIECE) {
            rh_outcomes_pack(plan->outcomes, first + count++, 1, &message);
        }
        /* An empty message in its place is too short: rank 0 tells that there was no memory. */
        MPI_Send(rh_text_string(&message), rh_text_status(&message) == RH_OK ? (int)message.length : 0, MPI_BYTE, 0,
                 TAG_OUTCOMES, MPI_COMM_WORLD);
        const int64_t sent = (int64_t)count;
        MPI_Send(&sent, sizeof sent, MPI_BYTE, 0, TAG_STATUS, MPI_COMM_WORLD);
        first += count > 0 ? count : 1;
    }
    if (num > 0) {
        rh_outcomes_clear(plan->outcomes);
    }
    rh_text_free(&message);
}

static int add_outcomes(const struct rh_plan *plan, int rank, const struct rh_progress *progress,
                        struct rh_error *error)
{
    struct rh_text message;
    int64_t count = 1;
    int status = RH_OK;
    rh_text_init(&message);
    for (size_t first = 0; status == RH_OK && count > 0; first += (size_t)count) {
        status = receive_text(rank, TAG_OUTCOMES, &message, progress, error);
        if (status == RH_OK) {
            status = receive(rank, TAG_STATUS, &count, sizeof count, progress, error);
        }
        if (status == RH_OK && count > 0) {
            struct rh_bytes bytes = {.at = rh_text_string(&message), .left = message.length};
            rh_outcomes_unpack(plan->outcomes, first, (size_t)count, &bytes);
            if (bytes.failed || rh_outcomes_failed(plan->outcomes)) {
                status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what each partner gains");
            }
        }
    }
    rh_text_free(&message);
    return status;
}

static int gather(const struct rh_ranks *self, const struct rh_plan *plan, const struct rh_progress *progress,
                  struct rh_error *error)
{
    const struct command command = {.kind = COMMAND_OUTCOMES};
    int status = RH_OK;
    if (plan->outcomes == NULL) {
        return RH_OK;
    }
    command_all(self, &command);
    for (int rank = 1; status == RH_OK && rank < self->size; rank++) {
        status = add_outcomes(plan, rank, progress, error);
    }
    return status;
}

/* ---- The others ---- */

/* Blocks that wait to be sent. */
struct share {
    struct rh_text *block; /* [num] packed */
    size_t num, capacity;
};

static int keep_block(void *user, const struct rh_block *block, struct rh_error *error)
{
    struct share *self = user;
    if (rh_reserve(&self->block, &self->capacity, self->num + 1, sizeof *self->block) != RH_OK) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for a rank's blocks");
    }
    struct rh_text *packed = &self->block[self->num++];
    rh_text_init(packed);
    rh_block_pack(block, packed);
    return rh_text_status(packed) == RH_OK && packed->length < INT_MAX
               ? RH_OK
               : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for a rank's blocks");
}

/* Simulates a share and reports it. Rank 0 alone decides when to stop. */
static void work(const struct rh_ranks *self, const struct rh_plan *plan, const struct command *command, int threads)
{
    struct share share = {.num = 0};
    struct rh_engine_job job = {.threads = threads, .sink = keep_block, .user = &share};
    struct report report = {.status = RH_OK};
    share_of(command, self->rank, &job);
    report.status = rh_engine_run_job(plan, &job, &report.error);
    report.num_blocks = report.status == RH_OK ? (int64_t)share.num : 0;
    MPI_Send(&report, sizeof report, MPI_BYTE, 0, TAG_STATUS, MPI_COMM_WORLD);
    for (size_t k = 0; k < share.num; k++) {
        if ((int64_t)k < report.num_blocks) {
            MPI_Send(share.block[k].bytes, (int)share.block[k].length, MPI_BYTE, 0, TAG_BLOCK, MPI_COMM_WORLD);
        }
        rh_text_free(&share.block[k]);
    }
    free(share.block);
}

static int serve(const struct rh_ranks *self, const struct rh_plan *plan, int threads, struct rh_error *error)
{
    struct command command = {.kind = COMMAND_RUN};
    int status = RH_OK;
    while (status == RH_OK && command.kind != COMMAND_END) {
        status = receive(0, TAG_COMMAND, &command, sizeof command, NULL, error);
        if (status == RH_OK && command.kind == COMMAND_RUN) {
            work(self, plan, &command, threads);
        } else if (status == RH_OK && command.kind == COMMAND_OUTCOMES) {
            send_outcomes(plan);
        }
    }
    return status;
}

/* ---- Rank 0 ---- */

/* What rank 0 knows of its own blocks: how large they are, and how far the sink has come. */
struct lead {
    const struct rh_engine_job *job;
    uint64_t done;
    size_t block_bytes;
    uint64_t lanes; /* replications of a block */
};

static int hand_on(void *user, const struct rh_block *block, struct rh_error *error)
{
    struct lead *self = user;
    const int status = self->job->sink(self->job->user, block, error);
    if (status == RH_OK) {
        self->done = block->first + (uint64_t)block->num;
        rh_progress_report(self->job->progress, "replications", self->done, self->job->end);
    }
    return status;
}

/* Hands on what a rank reports. */
static int take_share(struct lead *lead, int rank, struct rh_text *message, struct rh_error *error)
{
    const struct rh_progress *progress = lead->job->progress;
    struct report report;
    int status = receive(rank, TAG_STATUS, &report, sizeof report, progress, error);
    if (status == RH_OK && report.status != RH_OK) {
        return rh_error_set_at(error, (int)report.status, report.error.file, report.error.line, report.error.column,
                               "rank %d: %s", rank, report.error.message);
    }
    for (int64_t k = 0; status == RH_OK && k < report.num_blocks; k++) {
        struct rh_block block;
        status = receive_text(rank, TAG_BLOCK, message, progress, error);
        if (status != RH_OK) {
            break;
        }
        struct rh_bytes bytes = {.at = rh_text_string(message), .left = message->length};
        lead->block_bytes = message->length;
        status = rh_block_unpack(&block, &bytes);
        status = status == RH_OK ? hand_on(lead, &block, error)
                                 : rh_error_set(error, status, "no memory for what rank %d has done", rank);
        rh_block_drop(&block);
    }
    return status;
}

/* Simulates the share of rank 0, while the others simulate theirs. */
static int lead_share(struct lead *lead, const struct rh_plan *plan, const struct command *command,
                      struct rh_error *error)
{
    /* The bar shows the whole job, and is drawn by the sink. */
    const struct rh_progress quiet = {.stop = lead->job->progress != NULL ? lead->job->progress->stop : NULL};
    struct rh_engine_job job = {.threads = lead->job->threads, .sink = hand_on, .user = lead, .progress = &quiet};
    share_of(command, 0, &job);
    const int status = rh_engine_run_job(plan, &job, error);
    return status != RH_ERR_INTERRUPTED
               ? status
               : rh_error_set(error, status, "interrupted after %llu of %llu replications",
                              (unsigned long long)lead->done, (unsigned long long)lead->job->end);
}

static int run_round(const struct rh_ranks *self, struct lead *lead, const struct rh_plan *plan,
                     const struct command *command, struct rh_error *error)
{
    struct rh_text message;
    rh_text_init(&message);
    command_all(self, command);
    int status = lead_share(lead, plan, command, error);
    for (int rank = 1; status == RH_OK && rank < self->size; rank++) {
        status = take_share(lead, rank, &message, error);
    }
    rh_text_free(&message);
    return status;
}

/* Replications of the next round's shares: as many as take the time that is wanted, in whole blocks for all threads,
 * and no more than there is room for. */
static uint64_t next_share(const struct lead *lead, uint64_t share, double seconds)
{
    const int threads = lead->job->threads > 0 ? lead->job->threads : rh_engine_threads();
    const uint64_t unit = (uint64_t)threads * lead->lanes;
    const uint64_t room = MOST_SHARE / (lead->block_bytes + 1) * lead->lanes;
    const double wanted = (double)share * lead->job->pause_seconds / (seconds > 1e-6 ? seconds : 1e-6);
    uint64_t next = wanted < (double)room ? (uint64_t)wanted : room;
    next -= next % unit;
    return next < unit ? unit : next;
}

static int lead_job(const struct rh_ranks *self, const struct rh_plan *plan, const struct rh_engine_job *job,
                    struct rh_error *error)
{
    struct lead lead = {.job = job, .done = job->first, .lanes = (uint64_t)rh_plan_lanes(plan)};
    const int threads = job->threads > 0 ? job->threads : rh_engine_threads();
    uint64_t share = (uint64_t)threads * lead.lanes;
    int status = RH_OK;
    while (status == RH_OK && lead.done < job->end) {
        const struct command command = {COMMAND_RUN, lead.done, share, job->end};
        const double began = MPI_Wtime();
        status = run_round(self, &lead, plan, &command, error);
        share = next_share(&lead, share, MPI_Wtime() - began);
        const bool last = lead.done == job->end;
        if (status == RH_OK && (last || (job->pause != NULL && (job->due == NULL || job->due(job->user))))) {
            status = gather(self, plan, job->progress, error);
            if (status == RH_OK && job->pause != NULL) {
                status = job->pause(job->user, lead.done, error);
            }
        }
        if (status == RH_OK && !last && rh_progress_stopped(job->progress)) {
            status = rh_error_set(error, RH_ERR_INTERRUPTED, "interrupted after %llu of %llu replications",
                                  (unsigned long long)lead.done, (unsigned long long)job->end);
        }
    }
    if (status == RH_OK) {
        command_all(self, &(struct command){.kind = COMMAND_END});
    }
    return status;
}

int rh_ranks_run_job(const struct rh_ranks *self, const struct rh_plan *plan, const struct rh_engine_job *job,
                     struct rh_error *error)
{
    if (self == NULL || self->size == 1) {
        return rh_engine_run_job(plan, job, error);
    }
    return self->rank == 0 ? lead_job(self, plan, job, error) : serve(self, plan, job->threads, error);
}

#else

bool rh_ranks_built(void)
{
    return false;
}

int rh_ranks_start(struct rh_ranks **out, struct rh_error *error)
{
    *out = NULL;
    return rh_error_set(error, RH_ERR_UNSUPPORTED,
                        "was started by MPI, but built without it: build with -DREHEARSE_MPI=ON (docs/cluster.md)");
}

void rh_ranks_stop(struct rh_ranks *self, int exit_code)
{
    (void)self;
    (void)exit_code;
}

int rh_ranks_rank(const struct rh_ranks *self)
{
    (void)self;
    return 0;
}

int rh_ranks_size(const struct rh_ranks *self)
{
    (void)self;
    return 1;
}

int rh_ranks_first_failed(const struct rh_ranks *self, bool failed)
{
    (void)self;
    return failed ? 0 : -1;
}

int rh_ranks_first_other(const struct rh_ranks *self, const char *text, size_t length)
{
    (void)self;
    (void)text;
    (void)length;
    return -1;
}

int rh_ranks_run_job(const struct rh_ranks *self, const struct rh_plan *plan, const struct rh_engine_job *job,
                     struct rh_error *error)
{
    (void)self;
    return rh_engine_run_job(plan, job, error);
}

#endif
