/* An artificial channel, so that everything can be tried without anybody's ledger: from a world file to ledger.csv,
 * partners.csv, targets.csv and the program in force. The same world and seed give the same bytes. */
#ifndef RH_SYNTH_WORLD_H
#define RH_SYNTH_WORLD_H

#include "core/problems.h"
#include "core/progress.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The world file of the demo, built in (scenarios/demo/world.yaml). */
extern const char rh_demo_world_yaml[];

struct rh_world; /* opaque */

/* Reads a world file; path NULL: the built-in one. All problems of the file in one pass. */
int rh_world_create(struct rh_world **out, const char *path, struct rh_problems *problems);
void rh_world_destroy(struct rh_world *self);

/* What a user may set instead of the world file's own value; 0 (negative for seed): as in the file. */
struct rh_world_options {
    int partners; /* 1 to 10,000,000 */
    int months;   /* 1 to 1200 */
    int64_t seed;
    bool truth; /* also write truth.csv and truth.yaml */
};

/* What was written, for the caller to tell. */
struct rh_world_counts {
    uint64_t partners, rows, targets;
    uint64_t earlier_programs; /* written as in-force-1.yaml and so on */
    uint64_t truths;           /* lines of truth.csv */
    bool changes;              /* the last program was not in force all the time */
};

/* Writes ledger.csv, partners.csv, targets.csv, in-force.yaml, and where programs changed in-force-1.yaml and so on
 * for the earlier ones, into the folder (made where missing), each written beside and renamed. Memory does not grow
 * with rows. */
int rh_world_write(const struct rh_world *self, const struct rh_world_options *options, const char *folder,
                   const struct rh_progress *progress, struct rh_world_counts *counts, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
