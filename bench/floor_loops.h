/* What the floor's operations work on, and their name in each instruction set. */
#ifndef BENCH_FLOOR_LOOPS_H
#define BENCH_FLOOR_LOOPS_H

#include "engine/isa.h"
#include "floor.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FLOOR_TABLE 36 /* months of history */

struct floor_room {
    double out[RH_LANES], positive[RH_LANES], small[RH_LANES]; /* small: between -1 and 1 */
    uint64_t words[4][RH_LANES];
    double table[FLOOR_TABLE];
    int index[RH_LANES]; /* in table */
    double (*sum)[RH_LANES];
    size_t num_sums, next;
    uint64_t num_done;
};

#define floor_operate RH_ISA_NAME(floor_operate)
/* One operation on a vector of lanes. */
void floor_operate(struct floor_room *room, enum floor_operation operation);

#ifdef __cplusplus
}
#endif

#endif
