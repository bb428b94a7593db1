/* The floor's operations in each instruction set. */
#ifndef BENCH_FLOOR_LOOPS_H
#define BENCH_FLOOR_LOOPS_H

#include "engine/isa.h"
#include "floor.h"

#ifdef __cplusplus
extern "C" {
#endif

struct floor_room; /* opaque: what one thread works on */

/* The operations of one instruction set, of lanes of the kernel's precision. */
struct floor_code {
    /* NULL where there is no memory. */
    struct floor_room *(*make)(size_t num_sums);
    void (*destroy)(struct floor_room *self);
    /* One operation on a vector of lanes. */
    void (*operate)(struct floor_room *self, enum floor_operation operation);
};

extern const struct floor_code floor_code_baseline, floor_code_baseline_mixed;
#ifdef RH_HAS_X86_KERNELS
extern const struct floor_code floor_code_avx2, floor_code_avx2_mixed;
extern const struct floor_code floor_code_avx512, floor_code_avx512_mixed;
#endif

#define floor_code_own RH_ISA_NAME(floor_code)

#ifdef __cplusplus
}
#endif

#endif
