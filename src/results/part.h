/* Part files: replications A … B - 1 of a study, block by block, to be merged into results.h5; unfinished, the
 * checkpoint of a run. docs/results-format.md tells what is in them. */
#ifndef RH_RESULTS_PART_H
#define RH_RESULTS_PART_H

#include "core/journal.h"
#include "results/header.h"
#include "stats/block.h"
#include "stats/outcomes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rh_part_record {
    RH_PART_HEADER = 1,   /* first replication, and what results.h5 will be about */
    RH_PART_BLOCK = 2,    /* in order, without gaps */
    RH_PART_PARTNERS = 3, /* some pairs of program and partner: what each program brings them */
    RH_PART_END = 4,      /* replication after the last one */
    RH_PART_SUMS = 5      /* first record of a file of partners alone: replications that it counts */
};

/* Appends the first record. */
int rh_part_put_header(struct rh_journal *journal, const struct rh_results_header *header, uint64_t first,
                       struct rh_error *error);
/* Reads it; free *header in either case. */
int rh_part_get_header(struct rh_journal *journal, struct rh_results_header_copy *header, uint64_t *first,
                       struct rh_error *error);
/* Appends a block; `room` is for its bytes and can be used again. */
int rh_part_put_block(struct rh_journal *journal, const struct rh_block *block, struct rh_text *room,
                      struct rh_error *error);
/* Hands on the block of a record of the journal. It has to begin at replication *done, which becomes the one after its
 * last; else RH_ERR_FORMAT. */
int rh_part_hand_on(const struct rh_journal *journal, const struct rh_text *record, rh_block_sink sink, void *user,
                    uint64_t *done, struct rh_error *error);
/* Appends what each program brings each partner, where outcomes is not NULL, and the end. */
int rh_part_put_end(struct rh_journal *journal, const struct rh_outcomes *outcomes, uint64_t done,
                    struct rh_error *error);
/* Adds a record of partners to outcomes. */
int rh_part_add_partners(const struct rh_journal *journal, const struct rh_text *record, struct rh_outcomes *outcomes,
                         struct rh_error *error);

/* Merges part files, in any order, to the results file of replications 0 … N - 1 that one run would have written, byte
 * by byte. replications: N, or 0 for as many as there are; *merged is N. RH_ERR_INPUT where parts overlap or are
 * missing or are of different studies: the file, what was found and what was expected. */
int rh_results_merge(const char *const *path, int num, const char *output, uint64_t replications,
                     const struct rh_progress *progress, uint64_t *merged, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
