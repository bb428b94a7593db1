/* A plan as a file, so that another program can simulate the same thing (bench/peers). */
#ifndef BENCH_DUMP_H
#define BENCH_DUMP_H

#include "engine/plan.h"

/* Figures by which two simulations of one plan are compared. */
enum check { CHECK_REVENUE, CHECK_INCREMENTAL, CHECK_EARNED, CHECK_PAID, CHECK_WINDFALL, NUM_CHECKS };

/* What the engine found: [num_programs][NUM_CHECKS], in currency units. */
struct found {
    double *mean, *error; /* of the mean */
    double *sd;           /* of a replication */
};

/* Writes all that the kernel looks up to an HDF5 file. Tables are [rows][columns] of doubles; their `description` names
 * the columns. */
int dump_plan(const struct rh_plan *plan, const struct found *found, const char *path, struct rh_error *error);

#endif
