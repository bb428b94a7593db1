/* The example of build_results.h as a run that keeps what it has done. */
#ifndef BUILD_PARTS_H
#define BUILD_PARTS_H

#include "build_results.h"
#include "results/checkpoint.h"

/* Adds what partners gain in replications first … end - 1. */
static inline void example_gain(struct rh_outcomes *outcomes, uint64_t first, uint64_t end)
{
    for (int k = 0; k < EXAMPLE_SCENARIOS * EXAMPLE_PARTNERS * RH_NUM_OUTCOMES; k++) {
        const int s = k / RH_NUM_OUTCOMES / EXAMPLE_PARTNERS, i = k / RH_NUM_OUTCOMES % EXAMPLE_PARTNERS;
        for (uint64_t r = first; r < end; r++) {
            const double units = 1e4 * example_outcome(s, i, k % RH_NUM_OUTCOMES, r);
            rh_outcomes_add(outcomes, s, i, (enum rh_outcome)(k % RH_NUM_OUTCOMES), &units, 1);
        }
    }
}

/* "Simulates" first … end - 1 in blocks of `size`; what partners gain is added. */
static inline int example_go_on(struct rh_checkpoint *checkpoint, struct rh_outcomes *outcomes, uint64_t first,
                                uint64_t end, uint64_t size, struct rh_error *error)
{
    int status = RH_OK;
    for (uint64_t at = first; status == RH_OK && at < end; at += size) {
        struct rh_block block;
        status = example_block(&block, at, (int)(end - at < size ? end - at : size)) ? RH_OK : RH_ERR_NO_MEMORY;
        if (status == RH_OK) {
            status = rh_checkpoint_append(checkpoint, &block, error);
            example_gain(outcomes, at, at + (uint64_t)block.num);
        }
        example_block_free(&block);
    }
    return status;
}

static inline int example_forget(void *user, const struct rh_block *block, struct rh_error *error)
{
    (void)error;
    *(uint64_t *)user += (uint64_t)block->num;
    return RH_OK;
}

#endif
