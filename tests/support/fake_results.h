/* Results that no engine made: a plausible results.h5 of programs that pay a share of sales, written by the real
 * writer, always the same. For tests of what reads results, and to look at tables and pictures. */
#ifndef FAKE_RESULTS_H
#define FAKE_RESULTS_H

#include "core/memory.h"
#include "results/results.h"

#include <math.h>
#include <stdlib.h>

#define FAKE_MONTHS 12
#define FAKE_MAX_SCENARIOS 20
#define FAKE_PARTNERS 14

/* What to fake. */
struct fake_results {
    int num_scenarios; /* 2 to FAKE_MAX_SCENARIOS; 0 is "in_force", the reference */
    uint64_t replications;
    bool no_cost; /* nothing costs anything: no return on investment anywhere */
    bool no_partners;
    bool lottery; /* programs but the reference lose a little, and gain much in one replication of 20 */
};

/* Names are hard on purpose: long ones, quotes, what shells and gnuplot expand, other scripts. */
static const char *const fake_names[FAKE_MAX_SCENARIOS] = {
    "in_force",
    "volume-tiers",
    "flat-rebate",
    "spif-on-new-products",
    "twin-of-flat-rebate",
    "Prämien für große Händler, gestaffelt nach Quartalsumsatz und Region",
    "it's `date` @home_{1}",
    "Бонус дилерам",
    "retroactive \"all or nothing\" tiers",
    "growth",
    "growth-light",
    "growth-heavy",
    "training-only",
    "deal-registration",
    "co-op-fund",
    "points",
    "streak-of-four-quarters",
    "top-ten-club",
    "new-partner-bonus",
    "everything-at-once"};

/* Share of sales paid, how much of it moves partners, when it is paid (every so many months), fixed cost. */
static const struct {
    double rate, pull, spread;
    int every;
    double fixed;
} fake_terms[FAKE_MAX_SCENARIOS] = {
    {0.015, 1.0, 0.00, 3, 0},      {0.028, 1.9, 0.30, 3, 40000},  {0.022, 0.9, 0.10, 1, 10000},
    {0.009, 2.2, 0.50, 1, 60000},  {0.022, 0.9, 0.11, 1, 10000},  {0.034, 1.6, 0.25, 3, 90000},
    {0.018, 1.2, 0.20, 6, 20000},  {0.025, 1.4, 0.20, 3, 30000},  {0.040, 1.5, 0.45, 12, 50000},
    {0.020, 1.7, 0.30, 12, 20000}, {0.012, 1.6, 0.30, 12, 20000}, {0.045, 1.3, 0.30, 12, 20000},
    {0.004, 3.0, 0.60, 1, 150000}, {0.010, 1.8, 0.40, 1, 80000},  {0.020, 0.7, 0.20, 3, 30000},
    {0.017, 1.1, 0.20, 1, 70000},  {0.019, 1.5, 0.35, 12, 15000}, {0.006, 2.5, 0.60, 12, 90000},
    {0.003, 1.0, 0.30, 1, 20000},  {0.070, 1.2, 0.35, 1, 250000}};

/* A number in (0, 1) that depends on nothing but its place (SplitMix64, Steele et al. 2014). */
static double fake_uniform(uint64_t replication, uint64_t place)
{
    uint64_t z = (replication * 256u + place + 1u) * 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return ((double)(z >> 11) + 0.5) / 9007199254740992.0;
}

static double fake_normal(uint64_t replication, uint64_t place)
{
    return sqrt(-2.0 * log(fake_uniform(replication, place))) *
           cos(6.283185307179586 * fake_uniform(replication, place + 128u));
}

/* What was drawn: of the first all programs live, of the second nothing does, the third is not drawn. */
static const struct rh_results_parameter fake_parameters[] = {
    {"effort_elasticity", "1", "Response of effort to marginal pay.", "prior", "a mixture", "effort", true},
    {"weather/Gold", "1", "Of no concern.", "prior", "uniform 0 to 1", "none", true},
    {"claim_cost", "currency", "Cost of a claim.", "prior", "0", "claims", false}};
#define FAKE_DRAWN 2

static double fake_elasticity(uint64_t r)
{
    return fake_uniform(r, 1) < 0.1 ? 0.0 : 0.20 * exp(0.45 * fake_normal(r, 2));
}

/* The figures of one program in one replication. */
static void fake_figures(const struct fake_results *self, uint64_t r, int scenario, double kpi[RH_NUM_KPIS],
                         double cost_by_month[FAKE_MONTHS])
{
    double market = 80e6 * exp(0.08 * fake_normal(r, 0));
    double elasticity = fake_elasticity(r);
    double own = exp(fake_terms[scenario].spread * fake_normal(r, 3 + (uint64_t)(scenario % 20)));
    double reference_lift = elasticity * fake_terms[0].rate * fake_terms[0].pull * 4.0;
    double lift = elasticity * fake_terms[scenario].rate * fake_terms[scenario].pull * own * 4.0;
    double reference_cost = self->no_cost ? 0.0 : market * (1.0 + reference_lift) * fake_terms[0].rate * 0.95;
    double revenue = market * (1.0 + lift);
    double earned = self->no_cost ? 0.0 : revenue * fake_terms[scenario].rate * (0.9 + 0.1 * own);
    double paid = 0.95 * earned;
    double cost = paid + (self->no_cost ? 0.0 : fake_terms[scenario].fixed);
    if (scenario == 0) {
        cost = reference_cost;
    }
    double margin = 0.35 * market * (lift - reference_lift);
    for (int k = 0; k < RH_NUM_KPIS; k++) {
        kpi[k] = NAN;
    }
    kpi[RH_KPI_REVENUE] = revenue;
    kpi[RH_KPI_ELIGIBLE_REVENUE] = 0.9 * revenue;
    kpi[RH_KPI_INCREMENTAL_REVENUE] = market * (lift - reference_lift);
    kpi[RH_KPI_PULLED_FORWARD] = 0.04 * market * (lift - reference_lift);
    kpi[RH_KPI_DISPLACED] = 0.10 * market * (lift - reference_lift);
    kpi[RH_KPI_RETURNED] = 0.002 * market * (lift - reference_lift);
    kpi[RH_KPI_INCREMENTAL_MARGIN] = margin;
    kpi[RH_KPI_EARNED] = earned;
    kpi[RH_KPI_PAID] = paid;
    kpi[RH_KPI_BREAKAGE] = earned - paid;
    kpi[RH_KPI_WINDFALL] = 0.8 * earned;
    kpi[RH_KPI_COST] = cost;
    kpi[RH_KPI_NET_BENEFIT] = margin - (cost - reference_cost);
    if (self->lottery && scenario > 0) {
        kpi[RH_KPI_NET_BENEFIT] = r % 20 == 0 ? 1e6 : -1e3;
    }
    kpi[RH_KPI_ROI] = cost > 0.0001 * revenue ? (0.35 * market * lift - cost) / cost : NAN;
    kpi[RH_KPI_COST_TO_INCENTIVE] = paid / (0.9 * revenue);
    kpi[RH_KPI_INCREMENTAL_PER_COST] = cost > 0.0001 * revenue ? market * lift / cost : NAN;
    kpi[RH_KPI_PARTICIPATION] = floor(600.0 * (0.25 + 0.5 * fake_uniform(r, 30) * own / (own + 0.5))) / 600.0;
    kpi[RH_KPI_ENROLLED] = 1.0;
    kpi[RH_KPI_EARNING] = 0.8;
    kpi[RH_KPI_BASELINE_EARNING] = 0.7;
    kpi[RH_KPI_TIME_TO_PAYOUT] = 30.0;
    kpi[RH_KPI_SALE_TO_CASH] = 30.0 + 15.0 * fake_terms[scenario].every;
    kpi[RH_KPI_PAYOUT_ACCURACY] = 0.9;
    kpi[RH_KPI_TRUST_INDEX] = 0.7;
    kpi[RH_KPI_ATTRITION] = 0.08;
    kpi[RH_KPI_PARTNER_GAIN] = paid + 0.12 * market * lift;
    double weight[FAKE_MONTHS], total = 0.0;
    for (int t = 0; t < FAKE_MONTHS; t++) {
        double month = (1.0 + 0.25 * sin(0.5236 * t)) * exp(0.15 * fake_normal(r, 60u + (uint64_t)t));
        bool pays = (t + 1) % fake_terms[scenario].every == 0;
        weight[t] = pays ? month : 0.0;
        total += weight[t];
    }
    double fixed = cost - paid;
    for (int t = 0; t < FAKE_MONTHS; t++) {
        cost_by_month[t] = paid * weight[t] / total + (scenario == 0 ? 0.0 : fixed / FAKE_MONTHS);
    }
    if (scenario == 0) {
        for (int t = 0; t < FAKE_MONTHS; t++) {
            cost_by_month[t] = cost * weight[t] / total;
        }
    }
}

static const struct rh_results_partner fake_partners[FAKE_PARTNERS] = {
    {"P001", "Gold", "North", ""},
    {"Müller & Söhne, \"Nord\"", "Gold", "North", "Elite"},
    {"P003", "Silver", "South", ""},
    {"P004", "Gold", "South", "Elite"},
    {"P005", "Silver", "North", ""},
    {"P006", "Gold", "South", ""},
    {"株式会社東京システム販売", "Silver", "South", "Elite"},
    {"P008", "Silver", "North", ""},
    {"P009", "Gold", "North", ""},
    {"P010", "Silver", "South", ""},
    {"P011", "Silver", "North", "Elite"},
    {"P012", "Gold", "South", ""},
    {"it's `date` \x1b[31m", "Silver", "North", ""},
    {"P014", "Gold", "South", ""}};

/* What a partner gets of the program's figures in one replication, in currency units. Every fifth is not concerned;
 * every third sells less where others sell more. */
static void fake_outcomes(const struct fake_results *self, uint64_t r, int scenario, int partner,
                          double out[RH_NUM_OUTCOMES])
{
    double kpi[RH_NUM_KPIS], reference[RH_NUM_KPIS], cost[FAKE_MONTHS];
    fake_figures(self, r, scenario, kpi, cost);
    fake_figures(self, r, 0, reference, cost);
    const double share =
        partner % 5 == 4 ? 0.0 : (1.0 + partner) / 100.0 * exp(0.4 * fake_normal(r, 90u + (uint64_t)partner));
    const double takes = partner % 3 == 0 ? pow(fake_terms[0].rate / fake_terms[scenario].rate, 2.0) : 1.0;
    out[RH_OUTCOME_PAYOUT] = share * takes * kpi[RH_KPI_PAID];
    out[RH_OUTCOME_LIFT] = share * (partner % 3 == 0 ? -0.5 : 1.0) * kpi[RH_KPI_INCREMENTAL_REVENUE];
    out[RH_OUTCOME_GAIN] = out[RH_OUTCOME_PAYOUT] + 0.12 * out[RH_OUTCOME_LIFT];
    out[RH_OUTCOME_CHANGE] = out[RH_OUTCOME_GAIN] - share * reference[RH_KPI_PAID];
}

static int fake_write_partners(const struct fake_results *self, struct rh_results_writer *writer,
                               struct rh_error *error)
{
    struct rh_outcomes *outcomes = rh_outcomes_create(self->num_scenarios, FAKE_PARTNERS);
    int code = outcomes != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    for (uint64_t r = 0; code == RH_OK && r < self->replications; r++) {
        for (int k = 0; k < self->num_scenarios * FAKE_PARTNERS; k++) {
            double value[RH_NUM_OUTCOMES];
            fake_outcomes(self, r, k / FAKE_PARTNERS, k % FAKE_PARTNERS, value);
            for (int outcome = 0; outcome < RH_NUM_OUTCOMES; outcome++) {
                const double units = 1e4 * value[outcome];
                rh_outcomes_add(outcomes, k / FAKE_PARTNERS, k % FAKE_PARTNERS, (enum rh_outcome)outcome, &units, 1);
            }
        }
    }
    code = code == RH_OK ? rh_results_writer_partners(writer, outcomes, error) : code;
    rh_outcomes_destroy(outcomes);
    return code;
}

/* Fills a block whose arrays are there; cuts other than the cost by month are split evenly. Thousands are enough, and
 * make small files. */
static void fake_block_fill(const struct fake_results *self, struct rh_block *block)
{
    size_t num = (size_t)block->num;
    for (int s = 0; s < self->num_scenarios; s++) {
        for (size_t i = 0; i < num; i++) {
            double kpi[RH_NUM_KPIS], cost[FAKE_MONTHS];
            fake_figures(self, block->first + i, s, kpi, cost);
            for (size_t k = 0; k < RH_NUM_KPIS; k++) {
                block->kpi[((size_t)s * RH_NUM_KPIS + k) * num + i] = kpi[k];
                for (int c = 0; c < RH_NUM_CUTS; c++) {
                    int place = rh_cut_place((enum rh_cut)c, (enum rh_kpi)k);
                    size_t size = (size_t)block->cut_size[c], kpis = (size_t)rh_cut_num_kpis((enum rh_cut)c);
                    for (size_t j = 0; place >= 0 && j < size; j++) {
                        double value = c == RH_CUT_MONTH && k == RH_KPI_COST ? cost[j] : kpi[k] / (double)size;
                        block->cut[c][(((size_t)s * kpis + (size_t)place) * size + j) * num + i] =
                            (float)(1000.0 * floor(value / 1000.0));
                    }
                }
            }
        }
    }
    for (size_t i = 0; i < num; i++) {
        block->parameter[i] = fake_elasticity(block->first + i);
        block->parameter[num + i] = fake_uniform(block->first + i, 31);
    }
}

static int fake_block_init(const struct fake_results *self, struct rh_block *block, uint64_t first, int num,
                           const int cut_size[RH_NUM_CUTS])
{
    *block = (struct rh_block){.first = first, .num = num, .num_scenarios = self->num_scenarios};
    size_t scenarios = (size_t)self->num_scenarios;
    block->kpi = rh_calloc(scenarios * RH_NUM_KPIS * (size_t)num, sizeof(double));
    block->extra = rh_calloc(1, sizeof(double));
    block->num_parameters = FAKE_DRAWN;
    block->parameter = rh_calloc(FAKE_DRAWN * (size_t)num, sizeof(double));
    bool there = block->kpi != NULL && block->extra != NULL && block->parameter != NULL;
    for (int c = 0; c < RH_NUM_CUTS; c++) {
        block->cut_size[c] = cut_size[c];
        block->cut[c] =
            rh_calloc(scenarios * (size_t)rh_cut_num_kpis((enum rh_cut)c) * (size_t)(cut_size[c] * num), sizeof(float));
        there = there && block->cut[c] != NULL;
    }
    return there ? RH_OK : RH_ERR_NO_MEMORY;
}

static void fake_block_free(struct rh_block *block)
{
    free(block->kpi);
    free(block->extra);
    free(block->parameter);
    for (int c = 0; c < RH_NUM_CUTS; c++) {
        free(block->cut[c]);
    }
}

/* Writes the results to path. */
static int fake_results_write(const struct fake_results *self, const char *path, struct rh_error *error)
{
    enum { BLOCK = 250 };
    static const char *const segments[] = {"Gold", "Silver"};
    static const char *const regions[] = {"North", "South"};
    static const char *const tiers[] = {"", "Elite"};
    static const char *const products[] = {"Hardware", "Software"};
    static const char *const incentives[] = {"rebate"};
    static const char *const notes[] = {"the history is taken to be under the in-force program throughout"};
    const char *texts[FAKE_MAX_SCENARIOS];
    for (int i = 0; i < FAKE_MAX_SCENARIOS; i++) {
        texts[i] = i == 0 ? "the program of today" : "";
    }
    struct rh_results_header header = {.title = "Demo channel",
                                       .currency = "EUR",
                                       .program_version = "0",
                                       .build = "test",
                                       .instruction_set = "none",
                                       .seed = 7,
                                       .replications = self->replications,
                                       .num_scenarios = self->num_scenarios,
                                       .scenario = fake_names,
                                       .scenario_text = texts,
                                       .first_month = rh_month_make(2025, 1),
                                       .cut_size = {FAKE_MONTHS, 2, 2, 2, 2, 1},
                                       .cut_label = {NULL, segments, regions, tiers, products, incentives},
                                       .num_partners = self->no_partners ? 0 : FAKE_PARTNERS,
                                       .partner = fake_partners,
                                       .parameter = fake_parameters,
                                       .num_parameters = 3,
                                       .note = notes,
                                       .num_notes = 1};
    struct rh_results_writer *writer = NULL;
    struct rh_block block = {0};
    int code = rh_results_writer_create(&writer, path, &header, error);
    for (uint64_t first = 0; code == RH_OK && first < self->replications; first += BLOCK) {
        uint64_t rest = self->replications - first;
        code = fake_block_init(self, &block, first, (int)(rest < BLOCK ? rest : BLOCK), header.cut_size);
        if (code == RH_OK) {
            fake_block_fill(self, &block);
            code = rh_results_writer_append(writer, &block, error);
        }
        fake_block_free(&block);
        block = (struct rh_block){0};
    }
    if (code == RH_OK && !self->no_partners) {
        code = fake_write_partners(self, writer, error);
    }
    if (code == RH_OK) {
        code = rh_results_writer_finish(writer, error);
    }
    rh_results_writer_destroy(writer);
    return code;
}

#endif
