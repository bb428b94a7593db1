/* A small results file whose numbers are a function of where they stand, so that readers can check each one. The Python
 * test knows the same function. */
#ifndef BUILD_RESULTS_H
#define BUILD_RESULTS_H

#include "core/memory.h"
#include "results/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLE_SCENARIOS 3
#define EXAMPLE_EXTRAS 2
#define EXAMPLE_DRAWN 2
#define EXAMPLE_PARTNERS 3
#define EXAMPLE_WINDOWS 3

static const char *const example_scenarios[EXAMPLE_SCENARIOS] = {"none", "Volume tiers", "Prämie"};
static const char *const example_texts[EXAMPLE_SCENARIOS] = {"", "Three tiers per quarter.", "Flat 3% rebate."};
static const char *const example_segments[] = {"Grocery", "Café/Bar"};
static const char *const example_regions[] = {"North", "South", "Île"};
static const char *const example_tiers[] = {"", "Gold"};
static const char *const example_products[] = {"Core", "Plus"};
static const char *const example_incentives[] = {"rebate"};
static const char *const example_extras[EXAMPLE_EXTRAS] = {"demo/visit", "scenario"};
static const struct rh_results_partner example_partners[EXAMPLE_PARTNERS] = {
    {"P1", "Grocery", "North", ""}, {"P2", "Café/Bar", "Île", "Gold"}, {"Ünal & Söhne", "", "", ""}};
static const char *const example_unused[] = {"spif.typo"}, *const example_reasons[] = {"no program has it"};
static const char *const example_notes[] = {"History assumed to be under no program.", "Margins are assumed."};
static const struct rh_results_parameter example_parameters[] = {
    {"effort_elasticity/Grocery", "1", "Response of effort to marginal pay.", "prior", "lognormal, mean 0.2, sd 0.1",
     "effort", true},
    {"claim_cost", "currency", "Cost of a claim to the vendor.", "assumptions.yaml:12", "3.5", "claims", false},
    {"pass_through", "1", "Share that is passed on.", "prior", "Beta(3.5, 6.5)", "price", true},
};
static const struct rh_results_window example_windows[EXAMPLE_WINDOWS] = {{1, 0, 1}, {1, 2, 3}, {2, 0, 2}};
static const struct rh_results_input example_inputs[] = {
    {"study", "study.yaml", "title: Example\n", "00ff"},
    {"history", "history.h5", "", "11ee"},
};

static inline struct rh_results_header example_header(uint64_t replications)
{
    const struct rh_results_header header = {
        .title = "Example – Übung",
        .currency = "EUR",
        .program_version = "0.1.0",
        .build = "test",
        .instruction_set = "baseline",
        .seed = UINT64_MAX,
        .replications = replications,
        .num_scenarios = EXAMPLE_SCENARIOS,
        .scenario = example_scenarios,
        .scenario_text = example_texts,
        .reference = 0,
        .margin_assumed = true,
        .first_month = 2023 * 12 + 10, /* 2023-11 */
        .confidence = 0.9,
        .num_windows = EXAMPLE_WINDOWS,
        .window = example_windows,
        .cut_size = {4, 2, 3, 2, 2, 1},
        .cut_label = {NULL, example_segments, example_regions, example_tiers, example_products, example_incentives},
        .num_partners = EXAMPLE_PARTNERS,
        .partner = example_partners,
        .num_extra = EXAMPLE_EXTRAS,
        .extra = example_extras,
        .num_parameters = 3,
        .parameter = example_parameters,
        .num_inputs = 2,
        .input = example_inputs,
        .num_unused = 1,
        .unused = example_unused,
        .unused_reason = example_reasons,
        .note = example_notes,
        .num_notes = 2,
    };
    return header;
}

/* Noise in [0, 1): a fixed permutation of 0 … 9972, scaled. */
static inline double example_noise(uint64_t replication, int salt)
{
    return (double)((replication * 7919 + (uint64_t)salt * 104729 + replication * replication) % 9973) / 9973.0;
}

/* Months of exhaustion are missing in every third replication, ROI without a program always. */
static inline double example_kpi(int scenario, int kpi, uint64_t replication)
{
    if ((kpi == RH_KPI_EXHAUSTED_MONTH && replication % 3 == 0) || (kpi == RH_KPI_ROI && scenario == 0)) {
        return NAN;
    }
    return 100.0 * (kpi + 1) + 10.0 * scenario * example_noise(replication, 1) + example_noise(replication, 2 + kpi);
}

static inline float example_cut(int scenario, int cut, int kpi, int label, uint64_t replication)
{
    return (float)(1000 * cut + 100 * scenario + kpi) + (float)label / 8.0f + (float)(replication % 1024) / 8192.0f;
}

static inline double example_extra(int scenario, int measure, uint64_t replication)
{
    return 10.0 * scenario + measure + (double)(replication % 5);
}

static inline double example_parameter(int parameter, uint64_t replication)
{
    return parameter + example_noise(replication, 50 + parameter);
}

static inline float example_window(int window, uint64_t replication)
{
    return (float)(100 * (window + 1)) + (float)(replication % 7);
}

/* In currency units: the first partner loses, the second does either, the third gains. */
static inline double example_outcome(int scenario, int partner, int outcome, uint64_t replication)
{
    return 100.0 * (scenario + 1) * (partner - 1) + outcome + example_noise(replication, 7 + partner) - 0.5;
}

/* Writes what partners gain; RH_ERR_NO_MEMORY where that cannot be had. */
static inline int example_write_partners(struct rh_results_writer *writer, uint64_t replications,
                                         struct rh_error *error)
{
    struct rh_outcomes *outcomes = rh_outcomes_create(EXAMPLE_SCENARIOS, EXAMPLE_PARTNERS);
    int ret = outcomes != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    for (int k = 0; ret == RH_OK && k < EXAMPLE_SCENARIOS * EXAMPLE_PARTNERS * RH_NUM_OUTCOMES; k++) {
        const int s = k / RH_NUM_OUTCOMES / EXAMPLE_PARTNERS, i = k / RH_NUM_OUTCOMES % EXAMPLE_PARTNERS;
        for (uint64_t r = 0; r < replications; r++) {
            const double units = 1e4 * example_outcome(s, i, k % RH_NUM_OUTCOMES, r);
            rh_outcomes_add(outcomes, s, i, (enum rh_outcome)(k % RH_NUM_OUTCOMES), &units, 1);
        }
        ret = rh_outcomes_failed(outcomes) ? RH_ERR_NO_MEMORY : RH_OK;
    }
    if (ret == RH_OK) {
        ret = rh_results_writer_partners(writer, outcomes, error);
    }
    rh_outcomes_destroy(outcomes);
    return ret;
}

static inline void example_block_free(struct rh_block *block)
{
    free(block->kpi);
    free(block->extra);
    free(block->parameter);
    free(block->window);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        free(block->cut[cut]);
    }
    memset(block, 0, sizeof *block);
}

static inline void example_fill_cut(struct rh_block *block, int cut)
{
    const int kpis = rh_cut_num_kpis((enum rh_cut)cut), size = block->cut_size[cut];
    for (int s = 0; s < block->num_scenarios; s++) {
        for (int k = 0; k < RH_NUM_KPIS; k++) {
            const int place = rh_cut_place((enum rh_cut)cut, (enum rh_kpi)k);
            for (int label = 0; place >= 0 && label < size; label++) {
                float *out =
                    block->cut[cut] +
                    (((size_t)s * (size_t)kpis + (size_t)place) * (size_t)size + (size_t)label) * (size_t)block->num;
                for (int r = 0; r < block->num; r++) {
                    out[r] = example_cut(s, cut, k, label, block->first + (uint64_t)r);
                }
            }
        }
    }
}

static inline void example_fill(struct rh_block *block)
{
    for (int r = 0; r < block->num; r++) {
        const uint64_t replication = block->first + (uint64_t)r;
        const size_t num = (size_t)block->num, at = (size_t)r;
        for (int s = 0; s < block->num_scenarios; s++) {
            for (int k = 0; k < RH_NUM_KPIS; k++) {
                block->kpi[((size_t)s * RH_NUM_KPIS + (size_t)k) * num + at] = example_kpi(s, k, replication);
            }
            for (int m = 0; m < block->num_extra; m++) {
                block->extra[((size_t)s * (size_t)block->num_extra + (size_t)m) * num + at] =
                    example_extra(s, m, replication);
            }
        }
        for (int p = 0; p < block->num_parameters; p++) {
            block->parameter[(size_t)p * num + at] = example_parameter(p, replication);
        }
        for (int w = 0; w < block->num_windows; w++) {
            block->window[(size_t)w * num + at] = example_window(w, replication);
        }
    }
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        example_fill_cut(block, cut);
    }
}

/* False where there is no memory; free in either case. */
static inline bool example_block(struct rh_block *block, uint64_t first, int num)
{
    static const int sizes[RH_NUM_CUTS] = {4, 2, 3, 2, 2, 1};
    memset(block, 0, sizeof *block);
    block->first = first;
    block->num = num;
    block->num_scenarios = EXAMPLE_SCENARIOS;
    block->num_extra = EXAMPLE_EXTRAS;
    block->num_parameters = EXAMPLE_DRAWN;
    block->num_windows = EXAMPLE_WINDOWS;
    memcpy(block->cut_size, sizes, sizeof sizes);
    const size_t n = (size_t)num, scenarios = EXAMPLE_SCENARIOS;
    block->kpi = calloc(scenarios * RH_NUM_KPIS * n + 1, sizeof *block->kpi);
    block->extra = calloc(scenarios * EXAMPLE_EXTRAS * n + 1, sizeof *block->extra);
    block->parameter = calloc(EXAMPLE_DRAWN * n + 1, sizeof *block->parameter);
    block->window = calloc(EXAMPLE_WINDOWS * n + 1, sizeof *block->window);
    bool ok = block->window != NULL && block->kpi != NULL && block->extra != NULL && block->parameter != NULL;
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        const size_t kpis = (size_t)rh_cut_num_kpis((enum rh_cut)cut);
        block->cut[cut] = calloc(scenarios * kpis * (size_t)sizes[cut] * n + 1, sizeof(float));
        ok = ok && block->cut[cut] != NULL;
    }
    if (ok) {
        example_fill(block);
    }
    return ok;
}

/* Writes the example in blocks of `block_size`. */
static inline int example_write(const char *path, uint64_t replications, int block_size, struct rh_error *error)
{
    struct rh_results_writer *writer = NULL;
    const struct rh_results_header header = example_header(replications);
    int ret = rh_results_writer_create(&writer, path, &header, error);
    for (uint64_t first = 0; ret == RH_OK && first < replications; first += (uint64_t)block_size) {
        struct rh_block block;
        const uint64_t left = replications - first;
        if (!example_block(&block, first, left < (uint64_t)block_size ? (int)left : block_size)) {
            ret = RH_ERR_NO_MEMORY;
        } else {
            ret = rh_results_writer_append(writer, &block, error);
        }
        example_block_free(&block);
    }
    if (ret == RH_OK) {
        ret = example_write_partners(writer, replications, error);
    }
    if (ret == RH_OK) {
        ret = rh_results_writer_finish(writer, error);
    }
    rh_results_writer_destroy(writer);
    return ret;
}

#endif
