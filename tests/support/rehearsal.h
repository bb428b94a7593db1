/* A small channel with every quirk that the engine must live with, and a study of it without files: returns (also in
 * months without sales), a leaver, a joiner, a quarterly buyer, one that never bought, counts of deals and
 * certifications. */
#ifndef REHEARSAL_H
#define REHEARSAL_H

#include "build_history.h"
#include "engine/engine.h"
#include "model/baseline.h"
#include "program/study.h"
#include "stats/kpi.h"

#include <stdio.h>

#define REHEARSAL_PROGRAMS 6

struct rehearsal {
    struct rh_history history;
    struct rh_study study;
    struct rh_panel panel;
    struct rh_baseline baseline;
    struct rh_assumptions assumptions;
    struct rh_plan plan;
    /* What a run gave: kpi[(scenario * RH_NUM_KPIS + kpi) * replications + r], and the cuts alike. */
    double *kpi, *extra;
    float *cut[RH_NUM_CUTS];
    uint64_t received;
};

/* A small generator of its own, so that no change of the product's changes the channel: splitmix64 (Steele et al.
 * 2014). */
static inline double rehearsal_uniform(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static inline void rehearsal_event(struct rh_history *history, const char *partner, rh_month month, const char *measure,
                                   const char *product, double quantity, double amount)
{
    char date[RH_DAY_TEXT];
    rh_month_format(month, date);
    strcat(date, "-15");
    rh_money money = amount == 0.0 ? RH_MISSING : (rh_money)llround(amount * 100.0) * 100;
    build_event(history, partner, date, measure, product, (int64_t)llround(quantity) * 10000, money,
                money == RH_MISSING ? RH_MISSING : money * 7 / 10);
}

/* One month of a partner. */
static inline void rehearsal_month(struct rh_history *history, int i, int t, rh_month month, uint64_t *random)
{
    static const char *const products[] = {"alpha", "beta"};
    char id[16];
    snprintf(id, sizeof id, "P%03d", i);
    bool buys = i % 5 != 3 || t % 3 == i % 3; /* every fifth buys once a quarter */
    bool here = !(i == 4 && t > 20) && !(i == 6 && t < 18) && i != 8;
    for (int p = 0; p < 2 && here && buys; p++) {
        double season = 1.0 + 0.3 * (month % 12 == 11) - 0.2 * (month % 12 == 6);
        double units = ceil((5.0 + 3.0 * i) * season * (0.5 + rehearsal_uniform(random)) * (p == 0 ? 1.0 : 0.4));
        rehearsal_event(history, id, month, "revenue", products[p], units, units * (p == 0 ? 100.0 : 37.5));
        if (rehearsal_uniform(random) < 0.1) {
            rehearsal_event(history, id, month, "revenue", products[p], -1.0, p == 0 ? -100.0 : -37.5);
        }
    }
    if (here && !buys && rehearsal_uniform(random) < 0.2) {
        rehearsal_event(history, id, month, "revenue", "alpha", -1.0, -100.0); /* a return without a sale */
    }
    if (here && rehearsal_uniform(random) < 0.3) {
        rehearsal_event(history, id, month, "certifications", "", 1.0, 0.0);
    }
}

/* What some programs look at beside sales, from numbers of its own: marketing spend, leads, deals. */
static inline void rehearsal_activities(struct rh_history *history, int i, rh_month month, uint64_t *random)
{
    static const char *const counts[] = {"deals_registered", "deals_won"};
    char id[16];
    snprintf(id, sizeof id, "P%03d", i);
    if (i % 4 < 2 && rehearsal_uniform(random) < 0.4) {
        rehearsal_event(history, id, month, "marketing_spend", "", 1.0, 20.0 + 300.0 * rehearsal_uniform(random));
    }
    for (int k = 0; k < 2; k++) {
        double deals = floor(rehearsal_uniform(random) * (k == 0 ? 5.0 : 3.0));
        if (deals > 0.0) {
            rehearsal_event(history, id, month, counts[k], "", deals, 0.0);
        }
    }
}

static inline void rehearsal_history(struct rehearsal *self, int partners, int months)
{
    static const char *const segments[] = {"Reseller", "Distributor"}, *const regions[] = {"North", "South", "East"};
    uint64_t random = 11;
    rh_history_init(&self->history);
    for (int i = 0; i < partners; i++) {
        char id[16];
        snprintf(id, sizeof id, "P%03d", i);
        int32_t row = build_partner(&self->history, id, segments[i % 2], regions[i % 3], RH_NO_DAY);
        if (i % 4 != 0) {
            snprintf(id, sizeof id, "P%03d", i % 8);
            self->history.partners.parent[row] = build_name(&self->history.partners.parents, id);
        }
    }
    for (int t = 0; t < months; t++) {
        for (int i = 0; i < partners; i++) {
            rehearsal_month(&self->history, i, t, rh_month_make(2022, 1) + t, &random);
        }
    }
    for (int t = 0; t < months; t++) {
        for (int i = 0; i < partners; i++) {
            rehearsal_activities(&self->history, i, rh_month_make(2022, 1) + t, &random);
        }
    }
    int status = rh_history_finish(&self->history, NULL);
    assert(status == RH_OK);
}

static inline void rehearsal_parse(struct rh_program *program, const char *text)
{
    struct rh_problems problems;
    rh_problems_init(&problems);
    int status = rh_program_parse(program, "test.yaml", text, strlen(text), &problems);
    if (status != RH_OK) {
        struct rh_error error;
        rh_problems_status(&problems, &error);
        fprintf(stderr, "%s:%ld:%ld: %s\n", error.file, error.line, error.column, error.message);
    }
    assert(status == RH_OK);
    rh_problems_free(&problems);
}

/* A study with defaults of the history that self holds; in_force NULL: none. */
static inline void rehearsal_study(struct rehearsal *self, const char *in_force, int num_programs,
                                   const char *const *programs)
{
    struct rh_study *study = &self->study;
    study->path = rh_strdup("test-study.yaml");
    study->history_path = rh_strdup("test.h5");
    study->title = rh_strdup("Test");
    study->horizon_starts = RH_NO_MONTH;
    study->horizon_months = 12;
    study->in_force_none = in_force == NULL;
    study->replications = 256;
    study->seed = 3;
    study->block_months = 6.0;
    study->together = RH_TOGETHER_REGION;
    study->outlook_growth = 0.02;
    study->outlook_sd = 0.03;
    study->compare = rh_calloc(REHEARSAL_PROGRAMS, sizeof *study->compare);
    study->num_compare = (size_t)num_programs;
    if (in_force != NULL) {
        rehearsal_parse(&study->in_force, in_force);
    } else {
        int status = rh_program_none(&study->in_force);
        assert(status == RH_OK);
    }
    for (int k = 0; k < num_programs; k++) {
        rehearsal_parse(&study->compare[k], programs[k]);
    }
    int status = rh_assumptions_init(&self->assumptions, &self->history.partners.segments, NULL);
    assert(status == RH_OK);
}

/* The small channel of so many partners over 36 months, and a study of it. */
static inline void rehearsal_init(struct rehearsal *self, int partners, const char *in_force, int num_programs,
                                  const char *const *programs)
{
    memset(self, 0, sizeof *self);
    rehearsal_history(self, partners, 36);
    rehearsal_study(self, in_force, num_programs, programs);
}

/* Leaves of the response what answers to the next sale's worth: no timing, no goals, nobody who leaves, learns or is
 * paid wrong. */
static inline void rehearsal_plain(struct rehearsal *self)
{
    static const enum rh_parameter off[] = {RH_PARAM_TRUST_STEP,   RH_PARAM_CLAIM_ERROR,     RH_PARAM_GOAL_GRADIENT,
                                            RH_PARAM_DISPLACEMENT, RH_PARAM_CAPABILITY_GAIN, RH_PARAM_AD_ELASTICITY,
                                            RH_PARAM_TOPUP_REACH,  RH_PARAM_LEAVE_MISSED,    RH_PARAM_LEAVE_REWARDED,
                                            RH_PARAM_LEAVE_TRUST,  RH_PARAM_LEAVE_SHARE,     RH_PARAM_PROCESSING_SD};
    for (size_t k = 0; k < sizeof off / sizeof *off; k++) {
        rh_assumptions_set(&self->assumptions, off[k], 0.0);
    }
    rh_assumptions_set(&self->assumptions, RH_PARAM_FUND_USE, 1.0);
}

/* Learns and binds, after the test has changed what it wants of study and assumptions. */
static inline void rehearsal_bind(struct rehearsal *self)
{
    struct rh_error error = {0};
    const struct rh_tuning tuning = rh_tuning_of_study(&self->study);
    int status = rh_study_panel(&self->study, &self->history, &self->panel, &error);
    assert(status == RH_OK);
    status = rh_baseline_init(&self->baseline, &self->panel, &self->history, &tuning, &error);
    assert(status == RH_OK);
    status = rh_plan_init(&self->plan, &self->study, &self->history, &self->panel, &self->baseline, &self->assumptions,
                          &error);
    if (status != RH_OK) {
        fprintf(stderr, "%s\n", error.message);
    }
    assert(status == RH_OK);
    self->plan.verify = true;
}

static inline int rehearsal_take(void *user, const struct rh_block *block, struct rh_error *error)
{
    struct rehearsal *self = user;
    size_t R = (size_t)self->study.replications, num = (size_t)block->num;
    (void)error;
    assert(block->first == self->received);
    for (size_t row = 0; row < (size_t)block->num_scenarios * RH_NUM_KPIS; row++) {
        memcpy(self->kpi + row * R + block->first, block->kpi + row * num, num * sizeof(double));
    }
    for (size_t row = 0; row < (size_t)(block->num_scenarios * block->num_extra); row++) {
        memcpy(self->extra + row * R + block->first, block->extra + row * num, num * sizeof(double));
    }
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        size_t rows = (size_t)(block->num_scenarios * rh_cut_num_kpis((enum rh_cut)cut) * block->cut_size[cut]);
        for (size_t row = 0; row < rows; row++) {
            memcpy(self->cut[cut] + row * R + block->first, block->cut[cut] + row * num, num * sizeof(float));
        }
    }
    self->received += num;
    return RH_OK;
}

/* Runs on so many threads and keeps all figures. */
static inline void rehearsal_run(struct rehearsal *self, int threads)
{
    size_t R = (size_t)self->study.replications, S = (size_t)self->plan.num_programs;
    struct rh_error error = {0};
    self->received = 0;
    free(self->kpi);
    free(self->extra);
    self->kpi = rh_calloc(S * RH_NUM_KPIS * R, sizeof(double));
    self->extra = rh_calloc(S * (size_t)self->plan.num_extra * R + 1, sizeof(double));
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        size_t rows = S * (size_t)rh_cut_num_kpis((enum rh_cut)cut) * (size_t)self->plan.num_labels[cut];
        free(self->cut[cut]);
        self->cut[cut] = rh_calloc(rows * R + 1, sizeof(float));
    }
    int status = rh_engine_run(&self->plan, threads, rehearsal_take, self, NULL, &error);
    assert(status == RH_OK);
    assert(self->received == R);
}

static inline const double *rehearsal_kpi(const struct rehearsal *self, int scenario, enum rh_kpi kpi)
{
    return self->kpi + ((size_t)scenario * RH_NUM_KPIS + (size_t)kpi) * (size_t)self->study.replications;
}

static inline double rehearsal_mean(const struct rehearsal *self, int scenario, enum rh_kpi kpi)
{
    const double *value = rehearsal_kpi(self, scenario, kpi);
    double sum = 0.0;
    for (int64_t r = 0; r < self->study.replications; r++) {
        sum += value[r];
    }
    return sum / (double)self->study.replications;
}

static inline void rehearsal_free(struct rehearsal *self)
{
    free(self->kpi);
    free(self->extra);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        free(self->cut[cut]);
    }
    rh_plan_free(&self->plan);
    rh_baseline_free(&self->baseline);
    rh_panel_free(&self->panel);
    rh_assumptions_free(&self->assumptions);
    rh_study_free(&self->study);
    rh_history_free(&self->history);
}

/* Programs that the tests compare. */
static const char rehearsal_tiers[] = "rehearse: program/1\n"
                                      "name: tiers\n"
                                      "currency: USD\n"
                                      "incentives:\n"
                                      "  - name: Volume\n"
                                      "    behavior: {measure: revenue}\n"
                                      "    window: quarter\n"
                                      "    reward:\n"
                                      "      bands: retroactive\n"
                                      "      levels:\n"
                                      "        - {from: 5k, rate: 1%}\n"
                                      "        - {from: 12k, rate: 2.5%, flat: 200}\n"
                                      "        - {from: 25k, rate: 4%}\n"
                                      "    cap: {window: 1500}\n";
static const char rehearsal_flat[] = "rehearse: program/1\n"
                                     "name: flat\n"
                                     "currency: USD\n"
                                     "incentives:\n"
                                     "  - name: Rebate\n"
                                     "    behavior: {measure: revenue, product: [alpha]}\n"
                                     "    window: month\n"
                                     "    reward: {levels: [{from: 0, rate: 2%}]}\n";
static const char rehearsal_mix[] = "rehearse: program/1\n"
                                    "name: mix\n"
                                    "currency: USD\n"
                                    "incentives:\n"
                                    "  - name: Spif\n"
                                    "    audience: {segment: [Reseller]}\n"
                                    "    behavior: {measure: units, product: [beta]}\n"
                                    "    window: month\n"
                                    "    reward: {levels: [{from: 0, per_unit: 1.50}, {from: 20, per_unit: 3}], "
                                    "paid_to: rep}\n"
                                    "    cap: {partner: 900}\n"
                                    "    payout: {after: 30 days, claim: required}\n"
                                    "  - name: Certified\n"
                                    "    behavior: {measure: certifications}\n"
                                    "    window: half\n"
                                    "    reward: {levels: [{from: 1, flat: 100}, {from: 3, flat: 250}]}\n"
                                    "  - name: Growth\n"
                                    "    behavior: {measure: revenue}\n"
                                    "    window: year\n"
                                    "    reward: {levels: [{from: 40k, rate: 1%}, {from: 80k, rate: 3%}]}\n"
                                    "    cap: {total: 20k}\n"
                                    "budget: {total: 15k, when_exhausted: first_come, reserve: 10%}\n";

#endif
