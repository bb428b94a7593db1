/* A job over processes that MPI started, on one machine or many: each simulates its share, rank 0 alone has the sink.
 * Optional when the library is built; without it there are no ranks to be started. */
#ifndef RH_ENGINE_RANKS_H
#define RH_ENGINE_RANKS_H

#include "engine/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_ranks; /* opaque */

/* True where this library was built with MPI. */
bool rh_ranks_built(void);

/* Joins the other processes; once in a process, by its first thread. RH_ERR_UNSUPPORTED where there is no MPI. All that
 * follows is for this thread as well, and NULL stands for a process that is alone. */
int rh_ranks_start(struct rh_ranks **out, struct rh_error *error);
/* Leaves them: all of them call it with 0, or rank 0 with the exit code that ends all others at once. */
void rh_ranks_stop(struct rh_ranks *self, int exit_code);

int rh_ranks_rank(const struct rh_ranks *self); /* 0 where alone */
int rh_ranks_size(const struct rh_ranks *self);

/* For all ranks to call: the first one that has failed, or -1 where none has. */
int rh_ranks_first_failed(const struct rh_ranks *self, bool failed);
/* For all ranks to call: the first one whose text is another than that of rank 0, or -1. The text has `length` bytes.
 */
int rh_ranks_first_other(const struct rh_ranks *self, const char *text, size_t length);

/* rh_engine_run_job over all ranks, whose plans are made of the same. On rank 0: the sink sees what it would see alone,
 * and before a pause and at the end plan->outcomes counts what all have done; RH_ERR_INTERRUPTED comes without a last
 * pause. On others, the job is not looked at but for `threads`: they work until rank 0 is done. Where rank 0 fails they
 * wait to be ended by rh_ranks_stop. */
int rh_ranks_run_job(const struct rh_ranks *self, const struct rh_plan *plan, const struct rh_engine_job *job,
                     struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
