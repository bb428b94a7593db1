/* Blocks over threads. Each thread has a kernel and a block of its own; a finished block waits for its turn, so that
 * the sink sees them in order. Blocks come in rounds; between rounds nobody works, and who wants to keep what is done
 * so far finds it whole. The only file with OpenMP. */
#include "engine/block.h"
#include "engine/engine.h"
#include "engine/isa.h"
#include "engine/kernel.h"
#include "stats/outcomes.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#define ROUND 256 /* most blocks of a round, for each thread */

/* What the threads share. */
struct run {
    const struct rh_plan *plan;
    const struct rh_kernel_code *code;
    const struct rh_engine_job *job;
    struct rh_error *error;
    /* Changed in the ordered section and between rounds only. */
    int status;
    uint64_t done;      /* replications that were handed on, and those before the job */
    int64_t round_size; /* blocks */
    double round_began; /* seconds */
    /* Changed by who holds the lock only. */
    omp_lock_t lock;
    int64_t last_begun; /* block */
};

static uint64_t first_of(const struct run *run, int64_t b)
{
    return run->job->first + (uint64_t)(b * rh_plan_lanes(run->plan));
}

static int interrupted(const struct run *run)
{
    return rh_error_set(run->error, RH_ERR_INTERRUPTED, "interrupted after %llu of %llu replications",
                        (unsigned long long)run->done, (unsigned long long)run->job->end);
}

/* Hands on a block, in its turn; one that was not begun is where an interrupted run ends. */
static void deliver(struct run *run, const struct rh_block *block, bool begun)
{
    int status = run->status;
    if (status == RH_OK && !begun) {
        status = interrupted(run);
    }
    if (status == RH_OK && block->broken != NULL) {
        status = rh_error_set(run->error, RH_ERR_BROKEN, "what must hold does not: %s", block->broken);
    }
    if (status == RH_OK && run->plan->outcomes != NULL && rh_outcomes_failed(run->plan->outcomes)) {
        status = rh_error_set(run->error, RH_ERR_NO_MEMORY, "no memory for what each partner gains");
    }
    if (status == RH_OK) {
        status = run->job->sink(run->job->user, block, run->error);
    }
    if (status == RH_OK) {
        run->done = block->first + (uint64_t)block->num;
        rh_progress_report(run->job->progress, "replications", run->done, run->job->end);
    }
#pragma omp atomic write
    run->status = status;
}

/* Status as it is now; for threads outside the ordered section. */
static int status_of(struct run *run)
{
    int status;
#pragma omp atomic read
    status = run->status;
    return status;
}

/* Whether block b is to be simulated. Once a run has to stop no block begins but those before one that has begun: what
 * was counted partner by partner is then that of whole blocks without a gap. */
static bool begins(struct run *run, int64_t b)
{
    omp_set_lock(&run->lock);
    const bool begun = b < run->last_begun || (status_of(run) == RH_OK && !rh_progress_stopped(run->job->progress));
    run->last_begun = begun && b > run->last_begun ? b : run->last_begun;
    omp_unset_lock(&run->lock);
    return begun;
}

static bool run_block(struct run *run, struct rh_kernel *kernel, struct rh_block *block, int64_t b)
{
    const bool begun = begins(run, b);
    if (begun) {
        const uint64_t left = run->job->end - first_of(run, b), lanes = (uint64_t)rh_plan_lanes(run->plan);
        run->code->run(kernel, first_of(run, b), (int)(left < lanes ? left : lanes), block);
    }
    return begun;
}

/* Between rounds: a pause, and a size for the next round, a multiple of the team, that takes as long as is wanted. */
static void end_round(struct run *run, int team)
{
    const double now = omp_get_wtime(), seconds = now - run->round_began;
    const int64_t most = (int64_t)ROUND * team;
    if (run->job->pause == NULL) {
        run->round_size = most;
        return;
    }
    const bool whole = run->status == RH_OK || run->status == RH_ERR_INTERRUPTED;
    if (whole && (run->job->due == NULL || run->job->due(run->job->user))) {
        const int status = run->job->pause(run->job->user, run->done, run->error);
        run->status = status != RH_OK ? status : run->status;
    }
    const double wanted = (double)run->round_size * run->job->pause_seconds / (seconds > 1e-6 ? seconds : 1e-6);
    const int64_t size = wanted < (double)most ? (int64_t)wanted / team * team : most;
    run->round_size = size < team ? team : size;
    run->round_began = omp_get_wtime();
}

int rh_engine_threads(void)
{
    return omp_get_max_threads();
}

int rh_engine_run_job(const struct rh_plan *plan, const struct rh_engine_job *job, struct rh_error *error)
{
    const uint64_t lanes = (uint64_t)rh_plan_lanes(plan);
    const int64_t blocks = (int64_t)((job->end - job->first + lanes - 1) / lanes);
    const int team = job->threads > 0 ? job->threads : omp_get_max_threads();
    struct run run = {.plan = plan,
                      .code = rh_kernel_code_find(plan->isa, plan->mixed),
                      .job = job,
                      .error = error,
                      .done = job->first,
                      .round_size = job->pause != NULL ? team : (int64_t)ROUND * team,
                      .round_began = omp_get_wtime(),
                      .last_begun = -1};
    bool no_memory = false;
    if (run.code == NULL) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "this processor or this build has no kernel '%s'", plan->isa);
    }
    omp_init_lock(&run.lock);
#pragma omp parallel num_threads(team)
    {
        struct rh_block block;
        bool made = rh_block_init(&block, plan);
        struct rh_kernel *kernel = made ? run.code->create(plan) : NULL;
        if (kernel == NULL) {
#pragma omp atomic write
            no_memory = true;
        }
#pragma omp barrier
        bool going = !no_memory;
        for (int64_t round = 0; going && round < blocks;) {
            const int64_t end = blocks - round < run.round_size ? blocks : round + run.round_size;
#pragma omp for schedule(dynamic, 1) ordered
            for (int64_t b = round; b < end; b++) {
                const bool begun = run_block(&run, kernel, &block, b);
#pragma omp ordered
                deliver(&run, &block, begun);
            }
#pragma omp single
            end_round(&run, team);
            going = status_of(&run) == RH_OK;
            round = end;
#pragma omp barrier /* nobody changes the status before all have read it */
        }
        run.code->destroy(kernel);
        rh_block_free(&block);
    }
    omp_destroy_lock(&run.lock);
    return no_memory ? rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to simulate on %d threads", team) : run.status;
}

int rh_engine_run(const struct rh_plan *plan, int threads, rh_block_sink sink, void *user,
                  const struct rh_progress *progress, struct rh_error *error)
{
    const struct rh_engine_job job = {
        .end = plan->replications, .threads = threads, .sink = sink, .user = user, .progress = progress};
    return rh_engine_run_job(plan, &job, error);
}
