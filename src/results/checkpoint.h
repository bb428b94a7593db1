/* What a run has done so far, kept so that it survives the run's end at any moment: in a folder beside the results,
 * blocks as they come (a part file, results/part.h), and now and then what each program brings each partner, which can
 * be kept only between blocks. */
#ifndef RH_RESULTS_CHECKPOINT_H
#define RH_RESULTS_CHECKPOINT_H

#include "results/results.h"
#include "stats/block.h"
#include "stats/outcomes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rh_checkpoint_start {
    RH_CHECKPOINT_NEW,    /* there is none yet: else RH_ERR_ARGUMENT, which says what to do */
    RH_CHECKPOINT_RESUME, /* go on with the one that is there, or begin where there is none */
    RH_CHECKPOINT_RESTART /* discard the one that is there */
};

struct rh_checkpoint; /* opaque */

/* Opens the checkpoint OUTPUT.checkpoint of a run from replication `first` on. One of another study, seed, version,
 * first replication, or set of files is RH_ERR_INPUT, which names what differs; a damaged one is RH_ERR_FORMAT, one
 * that another run is writing RH_ERR_IO. In all these cases nothing of it has changed. */
int rh_checkpoint_open(struct rh_checkpoint **out, const char *output, const struct rh_results_header *header,
                       uint64_t first, enum rh_checkpoint_start how, struct rh_error *error);
/* Hands on the blocks that are kept, at most up to replication `end`, and adds what partners gained in them to
 * outcomes (empty; NULL where the header has no partners). *done is the replication to go on with. Once, after _open,
 * also where nothing is kept. */
int rh_checkpoint_replay(struct rh_checkpoint *self, uint64_t end, rh_block_sink sink, void *user,
                         struct rh_outcomes *outcomes, uint64_t *done, const struct rh_progress *progress,
                         struct rh_error *error);
/* A name for the results file until it is whole; rh_results_header.temporary. */
const char *rh_checkpoint_temporary(const struct rh_checkpoint *self);
/* Name of the folder. */
const char *rh_checkpoint_path(const struct rh_checkpoint *self);

/* Keeps a block, which follows the one before. */
int rh_checkpoint_append(struct rh_checkpoint *self, const struct rh_block *block, struct rh_error *error);
/* Keeps outcomes, which count the replications before `done` and no others, and brings all to the disk. */
int rh_checkpoint_keep(struct rh_checkpoint *self, const struct rh_outcomes *outcomes, uint64_t done,
                       struct rh_error *error);
/* The replication that a run would go on with that ended now. */
uint64_t rh_checkpoint_done(const struct rh_checkpoint *self);

/* Makes the finished part file `output` of what is kept, and removes the rest. */
int rh_checkpoint_finish_part(struct rh_checkpoint *self, const struct rh_outcomes *outcomes, const char *output,
                              struct rh_error *error);
/* Removes all of it: the run has ended well. */
void rh_checkpoint_remove(struct rh_checkpoint *self);
/* Closes and frees; a checkpoint that keeps nothing is removed. NULL is fine. */
void rh_checkpoint_destroy(struct rh_checkpoint *self);

#ifdef __cplusplus
}
#endif

#endif
