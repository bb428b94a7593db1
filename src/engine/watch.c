#include "engine/watch.h"

#include "engine/block.h"
#include "engine/isa.h"
#include "engine/kernel.h"

#include <string.h>

const struct rh_seen_info rh_seen_table[RH_NUM_SEEN] = {
    [RH_SEEN_SOURCE] = {"source", RH_SEEN_OF_PARTNER, RH_SEEN_A_MONTH},
    [RH_SEEN_MARKET] = {"market", RH_SEEN_OF_PARTNER, RH_SEEN_NUMBER},
    [RH_SEEN_LEVEL] = {"level", RH_SEEN_OF_PARTNER, RH_SEEN_NUMBER},
    [RH_SEEN_HERE] = {"here", RH_SEEN_OF_PARTNER, RH_SEEN_NUMBER},
    [RH_SEEN_COMPLEXITY] = {"complexity", RH_SEEN_OF_PARTNER, RH_SEEN_NUMBER},
    [RH_SEEN_ATTENDS] = {"attends", RH_SEEN_OF_PARTNER, RH_SEEN_NUMBER},
    [RH_SEEN_TRUST] = {"trust", RH_SEEN_OF_PARTNER, RH_SEEN_NUMBER},
    [RH_SEEN_CAPABILITY] = {"capability", RH_SEEN_OF_PARTNER, RH_SEEN_NUMBER},
    [RH_SEEN_MARKETING] = {"marketing", RH_SEEN_OF_PARTNER, RH_SEEN_NUMBER},
    [RH_SEEN_REVENUE] = {"revenue", RH_SEEN_OF_PARTNER, RH_SEEN_MONEY},
    [RH_SEEN_TAKEN_OVER] = {"taken_over", RH_SEEN_OF_PARTNER, RH_SEEN_MONEY},
    [RH_SEEN_BASELINE] = {"baseline", RH_SEEN_OF_SERIES, RH_SEEN_AMOUNT},
    [RH_SEEN_FELT_FIRM] = {"felt_firm", RH_SEEN_OF_SERIES, RH_SEEN_PER_UNIT},
    [RH_SEEN_FELT_REP] = {"felt_rep", RH_SEEN_OF_SERIES, RH_SEEN_PER_UNIT},
    [RH_SEEN_GOAL] = {"goal", RH_SEEN_OF_SERIES, RH_SEEN_NUMBER},
    [RH_SEEN_CHANGE] = {"change", RH_SEEN_OF_SERIES, RH_SEEN_NUMBER},
    [RH_SEEN_YIELDED] = {"yielded", RH_SEEN_OF_SERIES, RH_SEEN_AMOUNT},
    [RH_SEEN_DEMAND] = {"demand", RH_SEEN_OF_SERIES, RH_SEEN_AMOUNT},
    [RH_SEEN_BOUGHT] = {"bought", RH_SEEN_OF_SERIES, RH_SEEN_AMOUNT},
    [RH_SEEN_BROUGHT_BACK] = {"brought_back", RH_SEEN_OF_SERIES, RH_SEEN_AMOUNT},
    [RH_SEEN_STOCK] = {"stock", RH_SEEN_OF_SERIES, RH_SEEN_AMOUNT},
    [RH_SEEN_PUT_OFF] = {"put_off", RH_SEEN_OF_SERIES, RH_SEEN_AMOUNT},
    [RH_SEEN_TAKES_PART] = {"takes_part", RH_SEEN_OF_INCENTIVE, RH_SEEN_NUMBER},
    [RH_SEEN_NEXT_SALE] = {"next_sale", RH_SEEN_OF_INCENTIVE, RH_SEEN_PER_UNIT},
    [RH_SEEN_FELT] = {"felt", RH_SEEN_OF_INCENTIVE, RH_SEEN_PER_UNIT},
    [RH_SEEN_ATTAINED] = {"attained", RH_SEEN_OF_INCENTIVE, RH_SEEN_AMOUNT},
    [RH_SEEN_MATCHED] = {"matched", RH_SEEN_OF_INCENTIVE, RH_SEEN_MONEY},
    [RH_SEEN_COUNTED] = {"counted", RH_SEEN_OF_INCENTIVE, RH_SEEN_AMOUNT},
    [RH_SEEN_PAYABLE] = {"payable", RH_SEEN_OF_INCENTIVE, RH_SEEN_MONEY},
    [RH_SEEN_CLAIMED] = {"claimed", RH_SEEN_OF_INCENTIVE, RH_SEEN_MONEY},
    [RH_SEEN_PAID] = {"paid", RH_SEEN_OF_INCENTIVE, RH_SEEN_MONEY},
    [RH_SEEN_DAYS] = {"days", RH_SEEN_OF_INCENTIVE, RH_SEEN_A_DAY},
    [RH_SEEN_KEPT] = {"kept", RH_SEEN_OF_INCENTIVE, RH_SEEN_NUMBER},
};

/* One replication's figures out of a block's. */
static void copy_figures(const struct rh_block *block, int lane, double *out)
{
    for (int k = 0; k < block->num_scenarios * RH_NUM_KPIS; k++) {
        out[k] = block->kpi[(size_t)k * (size_t)block->num + (size_t)lane];
    }
}

int rh_engine_watch(const struct rh_plan *plan, uint64_t replication, const struct rh_watch *watch, int *lane,
                    double *out_kpi, struct rh_error *error)
{
    struct rh_plan watched = *plan;
    const struct rh_kernel_code *code = rh_kernel_code_find(plan->isa, plan->mixed);
    const uint64_t lanes = (uint64_t)rh_plan_lanes(plan);
    const uint64_t first = replication - replication % lanes, left = plan->replications - first;
    if (replication >= plan->replications) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "there is no replication %llu: they run from 0 to %llu",
                            (unsigned long long)replication, (unsigned long long)plan->replications - 1);
    }
    if (code == NULL) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "this processor or this build has no kernel '%s'", plan->isa);
    }
    watched.watch = watch;
    *lane = (int)(replication - first);
    struct rh_block block;
    struct rh_kernel *kernel = rh_block_init(&block, &watched) ? code->create(&watched) : NULL;
    int status = kernel != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to simulate a block");
    if (status == RH_OK) {
        code->run(kernel, first, (int)(left < lanes ? left : lanes), &block);
        status = block.broken == NULL ? RH_OK
                                      : rh_error_set(error, RH_ERR_BROKEN, "what must hold does not: %s", block.broken);
    }
    if (status == RH_OK && out_kpi != NULL) {
        copy_figures(&block, *lane, out_kpi);
    }
    code->destroy(kernel);
    rh_block_free(&block);
    return status;
}
