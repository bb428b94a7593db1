/* Results of which a test says what they are: a few programs, 3 months, at most two incentives, all figures 0 that are
 * not told. */
#ifndef PLAIN_RESULTS_H
#define PLAIN_RESULTS_H

#include "core/memory.h"
#include "results/results.h"

#include <math.h>
#include <stdlib.h>

#define PLAIN_MONTHS 3

struct plain_results {
    int num_scenarios, num_incentives; /* at least 1; at most 2 */
    uint64_t replications;
    /* Figure of a program in a replication, by KPI; and what of `paid` is of an incentive. */
    double (*kpi)(int scenario, enum rh_kpi kpi, uint64_t replication);
    float (*paid)(int scenario, int incentive, uint64_t replication);
};

static void plain_fill(const struct plain_results *self, struct rh_block *block)
{
    const size_t num = (size_t)block->num, paid = (size_t)rh_cut_place(RH_CUT_INCENTIVE, RH_KPI_PAID);
    const size_t kpis = (size_t)rh_cut_num_kpis(RH_CUT_INCENTIVE), width = (size_t)self->num_incentives;
    for (size_t s = 0; s < (size_t)self->num_scenarios; s++) {
        for (size_t i = 0; i < num; i++) {
            for (size_t k = 0; k < RH_NUM_KPIS; k++) {
                block->kpi[(s * RH_NUM_KPIS + k) * num + i] = self->kpi((int)s, (enum rh_kpi)k, i);
            }
            for (size_t j = 0; j < width; j++) {
                block->cut[RH_CUT_INCENTIVE][((s * kpis + paid) * width + j) * num + i] = self->paid((int)s, (int)j, i);
            }
        }
    }
}

/* Writes the results to path. */
static int plain_results_write(const struct plain_results *self, const char *path, struct rh_error *error)
{
    static const char *const names[] = {"First", "Second", "Third"}, *const texts[] = {"", "", ""};
    static const char *const labels[] = {"all"}, *const incentives[] = {"Rebate", "Bonus"};
    const struct rh_results_header header = {.title = "Plain",
                                             .currency = "USD",
                                             .program_version = "0",
                                             .build = "test",
                                             .instruction_set = "none",
                                             .seed = 1,
                                             .replications = self->replications,
                                             .num_scenarios = self->num_scenarios,
                                             .scenario = names,
                                             .scenario_text = texts,
                                             .first_month = rh_month_make(2025, 1),
                                             .cut_size = {PLAIN_MONTHS, 1, 1, 1, 1, self->num_incentives},
                                             .cut_label = {NULL, labels, labels, labels, labels, incentives}};
    struct rh_results_writer *writer = NULL;
    struct rh_block block = {.num = (int)self->replications, .num_scenarios = self->num_scenarios};
    const size_t cells = (size_t)self->num_scenarios * self->replications;
    bool there = true;
    block.kpi = rh_calloc(cells * RH_NUM_KPIS, sizeof *block.kpi);
    block.extra = rh_calloc(1, sizeof *block.extra);
    block.parameter = rh_calloc(1, sizeof *block.parameter);
    for (int c = 0; c < RH_NUM_CUTS; c++) {
        block.cut_size[c] = header.cut_size[c];
        block.cut[c] = rh_calloc(cells * (size_t)rh_cut_num_kpis((enum rh_cut)c) * (size_t)(header.cut_size[c] + 1),
                                 sizeof *block.cut[c]);
        there = there && block.cut[c] != NULL;
    }
    int code = RH_ERR_NO_MEMORY;
    if (there && block.kpi != NULL && block.extra != NULL && block.parameter != NULL) {
        plain_fill(self, &block);
        code = rh_results_writer_create(&writer, path, &header, error);
    }
    code = code == RH_OK ? rh_results_writer_append(writer, &block, error) : code;
    code = code == RH_OK ? rh_results_writer_finish(writer, error) : code;
    rh_results_writer_destroy(writer);
    free(block.kpi);
    free(block.extra);
    free(block.parameter);
    for (int c = 0; c < RH_NUM_CUTS; c++) {
        free(block.cut[c]);
    }
    return code;
}

#endif
