/* Blocks over threads. Each thread has a kernel and a block of its own; a finished block waits for its turn, so that
 * the sink sees them in order. The only file with OpenMP. */
#include "engine/block.h"
#include "engine/engine.h"
#include "engine/isa.h"
#include "engine/kernel.h"
#include "stats/outcomes.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#define ROUND 256 /* blocks after which a run that has to stop is left */

/* What the threads share; changed in the ordered section only. */
struct run {
    const struct rh_plan *plan;
    const struct rh_kernel_code *code;
    rh_block_sink sink;
    void *user;
    const struct rh_progress *progress;
    struct rh_error *error;
    int status;
};

/* Hands on a finished block, in its turn. */
static void deliver(struct run *run, const struct rh_block *block)
{
    int status = run->status;
    if (status == RH_OK && rh_progress_stopped(run->progress)) {
        status = rh_error_set(run->error, RH_ERR_INTERRUPTED, "interrupted after %llu of %llu replications",
                              (unsigned long long)block->first, (unsigned long long)run->plan->replications);
    }
    if (status == RH_OK && block->broken != NULL) {
        status = rh_error_set(run->error, RH_ERR_BROKEN, "what must hold does not: %s", block->broken);
    }
    if (status == RH_OK && run->plan->outcomes != NULL && rh_outcomes_failed(run->plan->outcomes)) {
        status = rh_error_set(run->error, RH_ERR_NO_MEMORY, "no memory for what each partner gains");
    }
    if (status == RH_OK) {
        status = run->sink(run->user, block, run->error);
        rh_progress_report(run->progress, "replications", block->first + (uint64_t)block->num, run->plan->replications);
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

static void run_block(struct run *run, struct rh_kernel *kernel, struct rh_block *block, int64_t b)
{
    uint64_t first = (uint64_t)b * RH_LANES, left = run->plan->replications - first;
    if (status_of(run) == RH_OK && !rh_progress_stopped(run->progress)) {
        run->code->run(kernel, first, left < RH_LANES ? (int)left : RH_LANES, block);
    }
}

int rh_engine_threads(void)
{
    return omp_get_max_threads();
}

int rh_engine_run(const struct rh_plan *plan, int threads, rh_block_sink sink, void *user,
                  const struct rh_progress *progress, struct rh_error *error)
{
    struct run run = {plan, rh_kernel_code_find(plan->isa), sink, user, progress, error, RH_OK};
    int64_t blocks = (int64_t)((plan->replications + RH_LANES - 1) / RH_LANES);
    int team = threads > 0 ? threads : omp_get_max_threads();
    bool no_memory = false;
    if (run.code == NULL) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "this processor or this build has no kernel '%s'", plan->isa);
    }
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
        for (int64_t round = 0; going && round < blocks; round += ROUND) {
            int64_t end = round + ROUND < blocks ? round + ROUND : blocks;
#pragma omp for schedule(dynamic, 1) ordered
            for (int64_t b = round; b < end; b++) {
                run_block(&run, kernel, &block, b);
#pragma omp ordered
                deliver(&run, &block);
            }
            going = status_of(&run) == RH_OK;
#pragma omp barrier /* nobody changes the status before all have read it */
        }
        run.code->destroy(kernel);
        rh_block_free(&block);
    }
    return no_memory ? rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to simulate on %d threads", team) : run.status;
}
