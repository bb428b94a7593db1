/* Partners do not know the budget, so a lower cap never makes a replication cost more, and the probability of
 * overspending rises with the cap: bisection finds the largest cap that keeps it. All candidates are simulated on the
 * same random numbers, so that nothing but the cap differs. */
#include "cli/reserve_cap.h"

#include "cli/ready.h"
#include "core/memory.h"
#include "engine/engine.h"
#include "program/value.h"
#include "report/figure.h"
#include "stats/summary.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CURRENCY 1e-4
#define PPM 1e6
#define CENT 100        /* of the money's unit of 10⁻⁴ */
#define PRECISION 0.001 /* of the budget, to which the cap is found */
#define CUT_OFF 0.005   /* of what it is paid on average: who loses less is not named */

/* How what exceeds the cap is kept from being paid. */
enum rule {
    RULE_REPORT,     /* not at all: budget {when_exhausted: report} */
    RULE_FIRST_COME, /* budget {total: cap, when_exhausted: first_come} */
    RULE_TOTAL,      /* cap.total of each incentive, in proportion to what it is expected to pay */
    NUM_RULES
};

static const char *const rule_names[NUM_RULES] = {"report (no cap)", "budget, first_come", "cap.total per incentive"};

/* Means of the rewards paid, along one cut. */
struct paid {
    int num;
    double *mean; /* [num] */
};

/* What a simulation of the program gives. */
struct outcome {
    double over, over_se; /* probability that the cost exceeds the budget */
    double max_earned;    /* over the replications */
    struct rh_summary kpi[RH_NUM_KPIS];
    struct paid cut[RH_NUM_CUTS]; /* of those that `paid` is kept by */
};

struct search {
    const struct rh_cap_request *request;
    const struct rh_progress *progress;
    struct rh_error *error;
    struct rh_ready *ready;
    struct rh_program *program; /* of the study, whose caps are changed */
    int scenario;               /* of the plan */
    rh_money *own_total;        /* [num_incentives] cap.total as written */
    size_t num;                 /* replications */
    double *figure;             /* [RH_NUM_KPIS][num] */
    struct outcome *target;     /* of the simulation that runs */
};

static void outcome_free(struct outcome *self)
{
    for (int c = 0; c < RH_NUM_CUTS; c++) {
        free(self->cut[c].mean);
    }
    *self = (struct outcome){0};
}

/* ---- One simulation ---- */

static int take_block(void *user, const struct rh_block *block, struct rh_error *error)
{
    struct search *self = user;
    const size_t num = (size_t)block->num, s = (size_t)self->scenario;
    (void)error;
    for (size_t k = 0; k < RH_NUM_KPIS; k++) {
        memcpy(self->figure + k * self->num + block->first, block->kpi + (s * RH_NUM_KPIS + k) * num,
               num * sizeof *self->figure);
    }
    for (int c = 0; c < RH_NUM_CUTS; c++) {
        const int place = rh_cut_place((enum rh_cut)c, RH_KPI_PAID);
        const size_t kpis = (size_t)rh_cut_num_kpis((enum rh_cut)c), size = (size_t)block->cut_size[c];
        for (size_t j = 0; place >= 0 && j < size; j++) {
            const float *paid = block->cut[c] + ((s * kpis + (size_t)place) * size + j) * num;
            for (size_t i = 0; i < num; i++) {
                self->target->cut[c].mean[j] += isnan(paid[i]) ? 0.0 : (double)paid[i] / (double)self->num;
            }
        }
    }
    return RH_OK;
}

static int summarize(struct search *self, struct outcome *out)
{
    const double *cost = self->figure + (size_t)RH_KPI_COST * self->num;
    const double *earned = self->figure + (size_t)RH_KPI_EARNED * self->num;
    const double budget = CURRENCY * (double)self->request->budget, n = (double)self->num;
    size_t num_over = 0;
    for (size_t i = 0; i < self->num; i++) {
        num_over += cost[i] > budget;
        out->max_earned = fmax(out->max_earned, earned[i]);
    }
    out->over = (double)num_over / n;
    out->over_se = sqrt(out->over * (1.0 - out->over) / n);
    int code = RH_OK;
    for (size_t k = 0; code == RH_OK && k < RH_NUM_KPIS; k++) {
        const int by = rh_kpi_table[k].denominator;
        code = rh_summary_compute(&out->kpi[k], self->figure + k * self->num,
                                  by >= 0 ? self->figure + (size_t)by * self->num : NULL, self->num, self->error);
    }
    return code;
}

/* Binds the study as it is now, and runs it. */
static int simulate(struct search *self, struct outcome *out)
{
    struct rh_ready *ready = self->ready;
    memset(out, 0, sizeof *out);
    rh_plan_free(&ready->plan);
    int code = rh_plan_init(&ready->plan, &ready->study, &ready->history, &ready->panel, &ready->baseline,
                            &ready->assumptions, self->error);
    for (int c = 0; code == RH_OK && c < RH_NUM_CUTS; c++) {
        out->cut[c].num = ready->plan.num_labels[c];
        out->cut[c].mean = rh_calloc((size_t)out->cut[c].num + 1, sizeof *out->cut[c].mean);
        if (out->cut[c].mean == NULL) {
            code = rh_error_set(self->error, RH_ERR_NO_MEMORY, "no memory for the figures of a cap");
        }
    }
    self->target = out;
    if (code == RH_OK) {
        code = rh_engine_run(&ready->plan, self->request->threads, take_block, self, self->progress, self->error);
    }
    self->target = NULL;
    return code == RH_OK ? summarize(self, out) : code;
}

/* The program under a rule and a cap of so many cents. shares: [incentives] of what is paid, for RULE_TOTAL. */
static int try_cap(struct search *self, enum rule rule, int64_t cents, const double *shares, struct outcome *out)
{
    struct rh_program *program = self->program;
    program->budget_total = rule == RULE_FIRST_COME ? cents * CENT : RH_MISSING;
    program->when_exhausted = RH_EXHAUSTED_FIRST_COME;
    program->budget_reserve = 0;
    for (size_t j = 0; j < program->num_incentives; j++) {
        program->incentive[j].cap_total = self->own_total[j];
        if (rule == RULE_TOTAL) {
            const rh_money own = self->own_total[j];
            const rh_money part = (rh_money)floor((double)cents * shares[j]) * CENT;
            program->incentive[j].cap_total = own == RH_MISSING || part < own ? part : own;
        }
    }
    return simulate(self, out);
}

/* ---- The search ---- */

/* The largest cap, in cents, at which the cost exceeds the budget rarely enough; -1 where none does, as even without a
 * reward it costs too much. *best is what it gives. */
static int search_cap(struct search *self, const struct outcome *free_of_cap, int64_t *cap, struct outcome *best)
{
    const int64_t step = (int64_t)fmax(1.0, PRECISION * (double)self->request->budget / CENT);
    int64_t low = 0, high = (int64_t)ceil(free_of_cap->max_earned * 100.0) + 1, middle = self->request->budget / CENT;
    int code = RH_OK;
    *cap = -1;
    while (code == RH_OK && high - low > step) {
        struct outcome outcome;
        middle = middle > low && middle < high ? middle : low + (high - low) / 2;
        code = try_cap(self, RULE_FIRST_COME, middle, NULL, &outcome);
        if (code == RH_OK && outcome.over <= self->request->probability) {
            outcome_free(best);
            *best = outcome;
            *cap = low = middle;
        } else {
            outcome_free(&outcome);
            high = middle;
        }
        middle = low + (high - low) / 2;
    }
    return code;
}

/* Shares of what the incentives pay together. The label of an incentive in the cut is its name's. */
static void find_shares(const struct search *self, const struct outcome *outcome, double *shares)
{
    const struct paid *paid = &outcome->cut[RH_CUT_INCENTIVE];
    double total = 0.0;
    assert(shares != NULL);
    for (size_t j = 0; j < self->program->num_incentives; j++) {
        for (int k = 0; k < paid->num; k++) {
            const char *label = self->ready->plan.label[RH_CUT_INCENTIVE][k];
            shares[j] = strcmp(label, self->program->incentive[j].name.text) == 0 ? paid->mean[k] : shares[j];
        }
        total += shares[j];
    }
    for (size_t j = 0; j < self->program->num_incentives && total > 0.0; j++) {
        shares[j] /= total;
    }
}

/* ---- What is said ---- */

static void amount(struct rh_text *out, double value)
{
    rh_figure_short(out, value, 4);
}

static void figure_line(struct rh_text *out, const char *name, const struct outcome *outcome)
{
    static const enum rh_kpi kpis[] = {RH_KPI_COST, RH_KPI_ROI, RH_KPI_NET_BENEFIT, RH_KPI_PARTICIPATION};
    struct rh_text cell;
    rh_text_init(&cell);
    rh_figure_pad(out, name, 24, false);
    rh_text_printf(&cell, "%.1f%% ±%.1f", 100.0 * outcome->over, 100.0 * outcome->over_se);
    rh_figure_pad(out, rh_text_string(&cell), 14, true);
    for (size_t k = 0; k < sizeof kpis / sizeof *kpis; k++) {
        rh_text_clear(&cell);
        rh_figure_mean(&cell, kpis[k], outcome->kpi[kpis[k]].mean, outcome->kpi[kpis[k]].mean_se);
        rh_figure_pad(out, rh_text_string(&cell), 16, true);
    }
    rh_text_puts(out, "\n");
    rh_text_free(&cell);
}

/* "segment: Grocery 12%, Café 3%", of what is paid less on average than without the cap. */
static void losers(const struct search *self, enum rh_cut cut, const struct outcome *free_of_cap,
                   const struct outcome *outcome, struct rh_text *out)
{
    const struct paid *before = &free_of_cap->cut[cut], *after = &outcome->cut[cut];
    char month[RH_DAY_TEXT];
    bool any = false;
    for (int k = 0; k < before->num; k++) {
        const double lost = before->mean[k] > 0.0 ? 1.0 - after->mean[k] / before->mean[k] : 0.0;
        if (lost < CUT_OFF) {
            continue;
        }
        const char *label = cut == RH_CUT_MONTH ? rh_month_format(self->ready->plan.first_month + k, month)
                                                : self->ready->plan.label[cut][k];
        rh_text_printf(out, "%s%s %.0f%%", any ? ", " : "", label[0] != '\0' ? label : "(none)", 100.0 * lost);
        any = true;
    }
    rh_text_puts(out, any ? "\n" : "nobody\n");
}

/* What the cap costs, in a sentence. */
static void price(const struct outcome *before, const struct outcome *after, struct rh_text *out)
{
    static const struct {
        enum rh_kpi kpi;
        const char *name;
    } said[] = {{RH_KPI_COST, "the expected cost"},
                {RH_KPI_ROI, ", return on investment"},
                {RH_KPI_PARTICIPATION, " and participation"}};
    rh_text_puts(out, "It takes ");
    for (size_t k = 0; k < sizeof said / sizeof *said; k++) {
        rh_text_printf(out, "%s from ", said[k].name);
        rh_figure_kpi(out, said[k].kpi, before->kpi[said[k].kpi].mean);
        rh_text_puts(out, " to ");
        rh_figure_kpi(out, said[k].kpi, after->kpi[said[k].kpi].mean);
    }
    rh_text_puts(out, ".\n\n");
}

static void tell(const struct search *self, int64_t cap, const struct outcome outcome[NUM_RULES], struct rh_text *out)
{
    const struct rh_cap_request *request = self->request;
    const double budget = CURRENCY * (double)request->budget;
    const char *name = self->ready->plan.scenario[self->scenario];
    rh_text_printf(out, "%s: the cap that keeps P(cost > ", name);
    amount(out, budget);
    rh_text_printf(out, ") at %.6g%% or less\n", 100.0 * request->probability);
    rh_text_printf(out, "%zu replications per candidate, all on the same random numbers.\n\n", self->num);
    if (outcome[RULE_REPORT].over <= request->probability) {
        rh_text_puts(out, "No cap is needed: without one the cost exceeds the budget rarely enough.\n\n");
    } else if (cap < 0) {
        rh_text_puts(out, "No cap does it: what the program costs besides its rewards is too much.\n\n");
    } else {
        rh_text_puts(out, "Cap: ");
        rh_text_number(out, (double)cap / 100.0, 2);
        rh_text_puts(out, " of rewards earned, as budget: {total: …, when_exhausted: first_come}. Found to within ");
        amount(out, PRECISION * budget);
        rh_text_puts(out, ".\n\n");
    }
    if (cap >= 0) {
        price(&outcome[RULE_REPORT], &outcome[RULE_FIRST_COME], out);
    }
    rh_text_puts(out, "rule                          P(over) ±            cost             ROI     net benefit"
                      "   participation\n");
    const int num = cap >= 0 ? NUM_RULES : 1;
    for (int rule = 0; rule < num; rule++) {
        figure_line(out, rule_names[rule], &outcome[rule]);
    }
    static const enum rh_cut cuts[] = {RH_CUT_INCENTIVE, RH_CUT_SEGMENT, RH_CUT_REGION, RH_CUT_MONTH};
    for (int rule = 1; rule < num; rule++) {
        rh_text_printf(out, "\nCut off under %s: mean share of rewards paid that is lost\n", rule_names[rule]);
        for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++) {
            rh_text_printf(out, "  by %s: ", rh_cut_name(cuts[c]));
            losers(self, cuts[c], &outcome[RULE_REPORT], &outcome[rule], out);
        }
    }
}

/* ---- Beginning and end ---- */

bool rh_cap_parse(const char *text, double *probability)
{
    char plain[64];
    size_t length = 0;
    int64_t ppm;
    for (; *text != '\0' && length < sizeof plain - 1; text++) {
        if (!isspace((unsigned char)*text)) {
            plain[length++] = *text;
        }
    }
    plain[length] = '\0';
    static const char head[] = "P(overspend)<=";
    if (*text != '\0' || strncmp(plain, head, sizeof head - 1) != 0 ||
        rh_value_number(plain + sizeof head - 1, length - (sizeof head - 1), RH_QUANTITY_RATE, &ppm) != RH_VALUE_OK ||
        (double)ppm >= PPM) {
        return false;
    }
    *probability = (double)ppm / PPM;
    return true;
}

/* The program of that name; the only one where none is named. */
static int find_program(struct search *self)
{
    struct rh_study *study = &self->ready->study;
    const char *name = self->request->scenario;
    struct rh_text known;
    rh_text_init(&known);
    for (size_t k = 0; k < study->num_compare; k++) {
        struct rh_program *program = &study->compare[k];
        if (name != NULL ? strcmp(program->name, name) == 0 : study->num_compare == 1) {
            self->program = program;
        }
        rh_text_printf(&known, "%s%s", k > 0 ? ", " : "", program->name);
    }
    int code = RH_OK;
    if (self->program == NULL && name != NULL) {
        code = rh_error_set(self->error, RH_ERR_ARGUMENT, "--scenario: '%s' is not one of the study's programs %s",
                            name, rh_text_string(&known));
    } else if (self->program == NULL) {
        code = rh_error_set(self->error, RH_ERR_ARGUMENT, "which of the study's programs? --scenario takes one of %s",
                            rh_text_string(&known));
    }
    rh_text_free(&known);
    return code;
}

static int prepare(struct search *self, struct rh_problems *problems)
{
    struct rh_ready *ready = self->ready;
    int code = rh_study_read(&ready->study, self->request->study, problems);
    if (code == RH_OK) {
        code = find_program(self);
    }
    if (code == RH_OK) {
        ready->study.replications =
            self->request->replications > 0 ? self->request->replications : ready->study.replications;
        code = rh_ready_make(ready, self->progress, problems, self->error);
    }
    if (code != RH_OK) {
        return code;
    }
    assert(self->program != NULL);
    self->num = (size_t)ready->study.replications;
    self->figure = rh_calloc(self->num, RH_NUM_KPIS * sizeof *self->figure);
    self->own_total = rh_calloc(self->program->num_incentives, sizeof *self->own_total);
    if (self->figure == NULL || self->own_total == NULL) {
        return rh_error_set(self->error, RH_ERR_NO_MEMORY, "no memory for %zu replications", self->num);
    }
    for (size_t j = 0; j < self->program->num_incentives; j++) {
        self->own_total[j] = self->program->incentive[j].cap_total;
    }
    for (int s = 0; s < ready->plan.num_programs; s++) {
        self->scenario = strcmp(ready->plan.scenario[s], self->program->name) == 0 ? s : self->scenario;
    }
    return RH_OK;
}

static int find(struct search *self, struct rh_text *out)
{
    struct outcome outcome[NUM_RULES] = {0};
    assert(self->program != NULL);
    double *shares = rh_calloc(self->program->num_incentives, sizeof *shares);
    int64_t cap = -1;
    int code = shares != NULL ? try_cap(self, RULE_REPORT, 0, NULL, &outcome[RULE_REPORT])
                              : rh_error_set(self->error, RH_ERR_NO_MEMORY, "no memory for the incentives");
    if (code == RH_OK && outcome[RULE_REPORT].over > self->request->probability) {
        code = search_cap(self, &outcome[RULE_REPORT], &cap, &outcome[RULE_FIRST_COME]);
    }
    if (code == RH_OK && cap >= 0) {
        find_shares(self, &outcome[RULE_REPORT], shares);
        code = try_cap(self, RULE_TOTAL, cap, shares, &outcome[RULE_TOTAL]);
    }
    if (code == RH_OK) {
        tell(self, cap, outcome, out);
        code = rh_text_status(out) == RH_OK ? RH_OK : rh_error_set(self->error, RH_ERR_NO_MEMORY, "no memory to tell");
    }
    for (int rule = 0; rule < NUM_RULES; rule++) {
        outcome_free(&outcome[rule]);
    }
    free(shares);
    return code;
}

int rh_cap_find(const struct rh_cap_request *request, const struct rh_progress *progress, struct rh_text *out,
                struct rh_problems *problems, struct rh_error *error)
{
    struct search self = {.request = request, .progress = progress, .error = error};
    self.ready = rh_calloc(1, sizeof *self.ready);
    if (self.ready == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the study");
    }
    int code = prepare(&self, problems);
    if (code == RH_OK) {
        code = find(&self, out);
    }
    rh_ready_free(self.ready);
    free(self.ready);
    free(self.figure);
    free(self.own_total);
    return code;
}
