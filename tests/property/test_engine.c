/* Random studies of random histories under random programs and parameters: what must hold in every one of them. */
#include "support/random_schedule.h"
#include "support/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define STUDIES 14
#define MOST_PARTNERS 16
#define CANDIDATES 3
#define REPLICATIONS 150 /* no multiple of the lanes */

static const char *const segments[] = {"Reseller", "Distributor", "Retailer"}, *const regions[] = {"North", "South",
                                                                                                   "East"};

/* One partner's months, a function of study and partner alone, whatever else is in the history. */
static void write_partner(struct rh_history *history, uint64_t study, int i, int months)
{
    uint64_t random = study * 1000 + (uint64_t)i;
    char id[16];
    snprintf(id, sizeof id, "P%02d", (i * 7) % 100); /* byte order is not the order of i */
    const double size = exp(3.0 * random_uniform(&random)), often = 0.2 + 0.9 * random_uniform(&random);
    const int first = random_below(&random, 3) == 0 ? random_below(&random, months) : 0;
    const int last = random_below(&random, 4) == 0 ? first + random_below(&random, months) : months;
    for (int t = first; t < months && t <= last; t++) {
        for (int p = 0; p < 2; p++) {
            if (random_uniform(&random) < often) {
                const double units = ceil(size * (0.2 + 2.0 * random_uniform(&random)));
                rehearsal_event(history, id, rh_month_make(2021, 7) + t, "revenue", p == 0 ? "alpha" : "beta", units,
                                units * (p == 0 ? 100.0 : 37.5));
            }
            if (random_uniform(&random) < 0.07) {
                rehearsal_event(history, id, rh_month_make(2021, 7) + t, "revenue", p == 0 ? "alpha" : "beta", -2.0,
                                p == 0 ? -200.0 : -75.0);
            }
        }
        if (random_uniform(&random) < 0.4) {
            rehearsal_event(history, id, rh_month_make(2021, 7) + t, "certifications", "",
                            1.0 + random_below(&random, 3), 0.0);
        }
    }
}

/* The history of a study; its partners and rows in the order `order` says. */
static void write_history(struct rh_history *history, uint64_t study, const int *order, int partners, int months)
{
    rh_history_init(history);
    for (int k = 0; k < partners; k++) {
        uint64_t random = study * 77 + (uint64_t)order[k];
        char id[16];
        snprintf(id, sizeof id, "P%02d", (order[k] * 7) % 100);
        const char *segment = segments[random_below(&random, 3)], *region = regions[random_below(&random, 3)];
        const int32_t row =
            build_partner(history, id, segment, region,
                          random_below(&random, 3) == 0
                              ? rh_month_first_day(rh_month_make(2021, 7) + random_below(&random, months)) + 5
                              : RH_NO_DAY);
        if (random_below(&random, 3) == 0) {
            history->partners.margin[row] = 0.01 * random_below(&random, 30); /* none at all, too */
        }
    }
    for (int k = 0; k < partners; k++) {
        write_partner(history, study, order[k], months);
    }
    rehearsal_event(history, "P00", rh_month_make(2021, 7), "revenue", "alpha", 1.0, 100.0); /* the span is full */
    rehearsal_event(history, "P00", rh_month_make(2021, 7) + months - 1, "revenue", "beta", 1.0, 37.5);
    int status = rh_history_finish(history, NULL);
    assert(status == RH_OK);
}

static void write_levels(struct rh_text *text, uint64_t *random, bool money)
{
    double from = random_below(random, 3) == 0 ? 0.0 : 1.0 + random_below(random, money ? 4000 : 20);
    const int levels = 1 + random_below(random, 3);
    rh_text_puts(text, "      levels:\n");
    for (int k = 0; k < levels; k++) {
        const int what = random_below(random, 3);
        rh_text_printf(text, "        - {from: %.0f", from);
        if (what != 1) {
            rh_text_printf(text, money ? ", rate: %.1f%%" : ", per_unit: %.1f", 0.1 + 6.0 * random_uniform(random));
        }
        if (what != 0) {
            rh_text_printf(text, ", flat: %d", 10 + random_below(random, 400));
        }
        rh_text_puts(text, "}\n");
        from += 1.0 + random_below(random, money ? 8000 : 20);
    }
}

static void write_incentive(struct rh_text *text, uint64_t *random, int j)
{
    static const char *const behaviors[] = {"{measure: revenue}", "{measure: revenue, product: [alpha]}",
                                            "{measure: units}", "{measure: units, product: [beta]}",
                                            "{measure: certifications}"};
    static const char *const windows[] = {"month", "quarter", "half", "year", "program"};
    const int behavior = random_below(random, 5);
    rh_text_printf(text, "  - name: Incentive %d\n", j);
    if (random_below(random, 2) == 0) {
        rh_text_printf(text, "    audience: {segment: [%s]}\n", segments[random_below(random, 3)]);
    }
    rh_text_printf(text, "    behavior: %s\n    window: %s\n    reward:\n", behaviors[behavior],
                   windows[random_below(random, 5)]);
    rh_text_printf(text, "      bands: %s\n", random_below(random, 2) == 0 ? "marginal" : "retroactive");
    rh_text_printf(text, "      paid_to: %s\n", random_below(random, 3) == 0 ? "rep" : "firm");
    write_levels(text, random, behavior < 2);
    const int caps = random_below(random, 4);
    if (caps > 0) {
        rh_text_printf(text, "    cap: {%s: %d}\n",
                       caps == 1   ? "window"
                       : caps == 2 ? "partner"
                                   : "total",
                       100 + random_below(random, 3000));
    }
    rh_text_printf(text, "    payout: {after: %d days, claim: %s}\n", random_below(random, 90),
                   random_below(random, 2) == 0 ? "automatic" : "required");
}

static char *random_program(uint64_t *random, const char *name)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "rehearse: program/1\nname: %s\ncurrency: USD\nincentives:\n", name);
    for (int j = 1 + random_below(random, 3); j > 0; j--) {
        write_incentive(&text, random, j);
    }
    if (random_below(random, 2) == 0) {
        rh_text_printf(&text, "budget: {total: %d, when_exhausted: %s, reserve: %d%%}\n",
                       500 + random_below(random, 20000), random_below(random, 4) == 0 ? "report" : "first_come",
                       random_below(random, 30));
    }
    if (random_below(random, 2) == 0) {
        rh_text_printf(&text, "costs: {fixed: %d, per_claim: %d}\n", random_below(random, 2000),
                       random_below(random, 20));
    }
    char *program = rh_strdup(rh_text_string(&text));
    rh_text_free(&text);
    return program;
}

/* A random study; candidates: which of its programs are compared, in which order, -1 the in-force one. */
struct recipe {
    uint64_t seed;
    int partners, months;
    char *in_force, *candidate[CANDIDATES];
};

static struct recipe recipe_of(uint64_t seed)
{
    static const char *const names[] = {"one", "two", "three"};
    uint64_t random = 90 + seed;
    struct recipe self = {.seed = seed};
    self.partners = 2 + random_below(&random, MOST_PARTNERS - 1);
    self.months = 8 + random_below(&random, 40);
    self.in_force = seed % 4 == 0 ? NULL : random_program(&random, "before");
    for (int k = 0; k < CANDIDATES; k++) {
        self.candidate[k] = random_program(&random, names[k]);
    }
    return self;
}

static void recipe_free(struct recipe *self)
{
    free(self->in_force);
    for (int k = 0; k < CANDIDATES; k++) {
        free(self->candidate[k]);
    }
}

static void draw_study(struct rehearsal *self, uint64_t seed)
{
    static const enum rh_parameter dials[] = {RH_PARAM_EFFORT_ELASTICITY, RH_PARAM_NULL_PROGRAM, RH_PARAM_ATTENTION,
                                              RH_PARAM_PASS_THROUGH, RH_PARAM_LEVEL_WALK};
    uint64_t random = 500 + seed;
    struct rh_study *study = &self->study;
    study->seed = random_word(&random);
    study->replications = REPLICATIONS;
    study->replay = seed % 3 == 2 ? RH_REPLAY_EXACT : RH_REPLAY_BOOTSTRAP;
    study->horizon_months =
        study->replay == RH_REPLAY_EXACT && self->history.last_month - self->history.first_month < 11 ? 6 : 12;
    study->phase = random_below(&random, 2) == 0 ? 0 : 1 + random_below(&random, 12);
    study->block_months = 1.0 + random_below(&random, 12);
    study->together = (enum rh_together)random_below(&random, 4);
    for (size_t k = 0; k < sizeof dials / sizeof *dials; k++) {
        if (random_below(&random, 3) == 0) {
            rh_assumptions_set(&self->assumptions, dials[k], random_uniform(&random));
        }
    }
}

/* Learns, binds and runs the programs of `which`; order NULL: partners as they come. reference NULL: in_force. */
static void rehearse(struct rehearsal *self, const struct recipe *recipe, const int *order, int num, const int *which,
                     const char *reference)
{
    const char *programs[CANDIDATES + 1];
    int as_they_come[MOST_PARTNERS];
    memset(self, 0, sizeof *self);
    for (int i = 0; i < MOST_PARTNERS; i++) {
        as_they_come[i] = i;
    }
    for (int k = 0; k < num; k++) {
        programs[k] = which[k] < 0 ? recipe->in_force : recipe->candidate[which[k]];
    }
    write_history(&self->history, recipe->seed, order != NULL ? order : as_they_come, recipe->partners, recipe->months);
    rehearsal_study(self, recipe->in_force, num, programs);
    draw_study(self, recipe->seed);
    if (reference != NULL) {
        self->study.reference = (struct rh_reference){rh_strdup(reference), 1, 1};
    }
    rehearsal_bind(self);
    rehearsal_run(self, 2);
}

static const int all_candidates[] = {0, 1, 2};

/* All figures of scenario p of one run and q of another are the same bytes; by cut as well, but by incentive, whose
 * labels depend on the programs. */
static void expect_same(const struct rehearsal *a, int p, const struct rehearsal *b, int q, bool cuts)
{
    for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
        assert_memory_equal(rehearsal_kpi(a, p, (enum rh_kpi)kpi), rehearsal_kpi(b, q, (enum rh_kpi)kpi),
                            sizeof(double) * REPLICATIONS);
    }
    for (int cut = 0; cut < RH_CUT_INCENTIVE && cuts; cut++) {
        const size_t rows = (size_t)(rh_cut_num_kpis((enum rh_cut)cut) * a->plan.num_labels[cut]);
        assert_int_equal(a->plan.num_labels[cut], b->plan.num_labels[cut]);
        for (int k = 0; k < a->plan.num_labels[cut] && cut != RH_CUT_MONTH; k++) {
            assert_string_equal(a->plan.label[cut][k], b->plan.label[cut][k]);
        }
        assert_memory_equal(a->cut[cut] + (size_t)p * rows * REPLICATIONS,
                            b->cut[cut] + (size_t)q * rows * REPLICATIONS, sizeof(float) * rows * REPLICATIONS);
    }
}

/* What may be missing, by scenario: ratios of what can be 0, and what only a budget has. */
static bool may_be_missing(enum rh_kpi kpi)
{
    static const enum rh_kpi kpis[] = {RH_KPI_ROI,
                                       RH_KPI_INCREMENTAL_PER_COST,
                                       RH_KPI_COST_TO_INCENTIVE,
                                       RH_KPI_PARTICIPATION,
                                       RH_KPI_ENROLLED,
                                       RH_KPI_EARNING,
                                       RH_KPI_BASELINE_EARNING,
                                       RH_KPI_TIME_TO_PAYOUT,
                                       RH_KPI_SALE_TO_CASH,
                                       RH_KPI_PAYOUT_ACCURACY,
                                       RH_KPI_TRUST_INDEX,
                                       RH_KPI_ATTRITION,
                                       RH_KPI_BUDGET_USED,
                                       RH_KPI_EXHAUSTED_MONTH};
    for (size_t k = 0; k < sizeof kpis / sizeof *kpis; k++) {
        if (kpis[k] == kpi) {
            return true;
        }
    }
    return false;
}

static void check_figures(const struct rehearsal *self, int p)
{
    static const enum rh_kpi shares[] = {RH_KPI_PARTICIPATION, RH_KPI_ENROLLED, RH_KPI_EARNING, RH_KPI_BASELINE_EARNING,
                                         RH_KPI_ATTRITION};
    static const enum rh_kpi not_negative[] = {RH_KPI_EARNED, RH_KPI_PAID, RH_KPI_BREAKAGE, RH_KPI_WINDFALL,
                                               RH_KPI_COST};
    const struct rh_program *program = self->plan.program[p].program;
    const double spendable = self->plan.program[p].spendable * 1e-4;
    for (int r = 0; r < REPLICATIONS; r++) {
        for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
            const double value = rehearsal_kpi(self, p, (enum rh_kpi)kpi)[r];
            assert_true(isfinite(value) || (isnan(value) && may_be_missing((enum rh_kpi)kpi)));
        }
        for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
            const double value = rehearsal_kpi(self, p, shares[k])[r];
            assert_true(isnan(value) || (value >= 0.0 && value <= 1.0));
        }
        for (size_t k = 0; k < sizeof not_negative / sizeof *not_negative; k++) {
            assert_true(rehearsal_kpi(self, p, not_negative[k])[r] >= -1e-9);
        }
        const double earned = rehearsal_kpi(self, p, RH_KPI_EARNED)[r];
        assert_true(rehearsal_kpi(self, p, RH_KPI_BREAKAGE)[r] <= earned * (1.0 + 1e-12));
        assert_true(rehearsal_kpi(self, p, RH_KPI_PARTICIPATION)[r] <= rehearsal_kpi(self, p, RH_KPI_EARNING)[r] ||
                    isnan(rehearsal_kpi(self, p, RH_KPI_EARNING)[r]));
        assert_true(rehearsal_kpi(self, p, RH_KPI_COST)[r] >= rehearsal_kpi(self, p, RH_KPI_PAID)[r]);
        if (isfinite(spendable)) {
            const bool ran_out = !isnan(rehearsal_kpi(self, p, RH_KPI_EXHAUSTED_MONTH)[r]);
            const double used = rehearsal_kpi(self, p, RH_KPI_BUDGET_USED)[r];
            assert_true(fabs(used * spendable - earned) <= 1e-9 * spendable);
            assert_true(program->when_exhausted == RH_EXHAUSTED_REPORT || earned <= spendable * (1.0 + 1e-12));
            assert_true(program->when_exhausted == RH_EXHAUSTED_REPORT ? ran_out == (used > 1.0)
                                                                       : !ran_out || fabs(used - 1.0) < 1e-9);
        } else {
            assert_true(isnan(rehearsal_kpi(self, p, RH_KPI_BUDGET_USED)[r]));
            assert_true(isnan(rehearsal_kpi(self, p, RH_KPI_EXHAUSTED_MONTH)[r]));
        }
    }
}

/* cap.total, cap.partner and cap.window bound what each incentive pays; by incentive in floats. */
static void check_caps(const struct rehearsal *self, int p)
{
    const struct rh_plan_program *program = &self->plan.program[p];
    const size_t labels = (size_t)self->plan.num_labels[RH_CUT_INCENTIVE],
                 kpis = (size_t)rh_cut_num_kpis(RH_CUT_INCENTIVE);
    const size_t earned = (size_t)rh_cut_place(RH_CUT_INCENTIVE, RH_KPI_EARNED);
    for (int j = 0; j < program->num_incentives; j++) {
        const struct rh_plan_incentive *bound = &program->incentive[j];
        const struct rh_incentive *source = bound->incentive;
        double cap = source->cap_total != RH_MISSING ? (double)source->cap_total : INFINITY;
        const double partners = self->plan.num_partners;
        cap = source->cap_partner != RH_MISSING ? fmin(cap, partners * (double)source->cap_partner) : cap;
        cap = source->cap_window != RH_MISSING ? fmin(cap, partners * bound->num_windows * (double)source->cap_window)
                                               : cap;
        for (size_t r = 0; r < REPLICATIONS; r++) {
            const size_t row = ((size_t)p * kpis + earned) * labels + (size_t)bound->label;
            assert_true((double)self->cut[RH_CUT_INCENTIVE][row * REPLICATIONS + r] <= cap * 1e-4 * (1.0 + 1e-6));
        }
    }
}

static void test_figures_make_sense(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < STUDIES; seed++) {
        struct recipe recipe = recipe_of(seed);
        struct rehearsal self;
        rehearse(&self, &recipe, NULL, CANDIDATES, all_candidates, NULL);
        for (int p = 0; p < self.plan.num_programs; p++) {
            check_figures(&self, p);
            check_caps(&self, p);
        }
        for (int r = 0; r < REPLICATIONS; r++) { /* the reference against itself */
            assert_true(rehearsal_kpi(&self, 0, RH_KPI_INCREMENTAL_REVENUE)[r] == 0.0);
            assert_true(rehearsal_kpi(&self, 0, RH_KPI_INCREMENTAL_MARGIN)[r] == 0.0);
            assert_true(rehearsal_kpi(&self, 0, RH_KPI_NET_BENEFIT)[r] == 0.0);
            assert_true(rehearsal_kpi(&self, 0, RH_KPI_WINDFALL)[r] == rehearsal_kpi(&self, 0, RH_KPI_EARNED)[r]);
        }
        rehearsal_free(&self);
        recipe_free(&recipe);
    }
}

/* The in-force program as a candidate is the in-force scenario, in every figure and cut, under any reference. */
static void test_in_force_as_candidate(void **state)
{
    static const int which[] = {1, -1, 0};
    static const char *const references[] = {NULL, "none", "two"};
    (void)state;
    for (uint64_t seed = 1; seed < STUDIES; seed++) {
        struct recipe recipe = recipe_of(seed);
        struct rehearsal self;
        if (recipe.in_force != NULL) {
            rehearse(&self, &recipe, NULL, 3, which, references[seed % 3]);
            expect_same(&self, 0, &self, 3, true);
            rehearsal_free(&self);
        }
        recipe_free(&recipe);
    }
}

/* Nobody's luck depends on where the partner stands in the files. */
static void test_order_of_partners(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < STUDIES; seed++) {
        struct recipe recipe = recipe_of(seed);
        struct rehearsal one, other;
        int order[MOST_PARTNERS];
        uint64_t random = seed;
        for (int i = 0; i < recipe.partners; i++) { /* Fisher-Yates */
            const int j = random_below(&random, i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        rehearse(&one, &recipe, NULL, CANDIDATES, all_candidates, NULL);
        rehearse(&other, &recipe, order, CANDIDATES, all_candidates, NULL);
        assert_int_equal(one.plan.num_programs, other.plan.num_programs);
        for (int p = 0; p < one.plan.num_programs; p++) {
            expect_same(&one, p, &other, p, true);
        }
        rehearsal_free(&one);
        rehearsal_free(&other);
        recipe_free(&recipe);
    }
}

/* Other programs of a study change nothing of a program, wherever they stand. */
static void test_other_programs(void **state)
{
    static const int alone[] = {1}, among[] = {2, 1, 0};
    (void)state;
    for (uint64_t seed = 0; seed < STUDIES; seed++) {
        struct recipe recipe = recipe_of(seed);
        struct rehearsal one, three;
        rehearse(&one, &recipe, NULL, 1, alone, seed % 2 == 0 ? NULL : "none");
        rehearse(&three, &recipe, NULL, 3, among, seed % 2 == 0 ? NULL : "none");
        const int first = recipe.in_force == NULL ? 1 : 2;
        for (int p = 0; p < first; p++) {
            expect_same(&one, p, &three, p, false);
        }
        expect_same(&one, first, &three, first + 1, false);
        rehearsal_free(&one);
        rehearsal_free(&three);
        recipe_free(&recipe);
    }
}

/* With every mechanism neutral, programs change what is paid, never what is sold. */
static void test_neutral_programs_move_nobody(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < STUDIES; seed += 3) {
        struct recipe recipe = recipe_of(seed);
        struct rehearsal self;
        const char *const programs[] = {recipe.candidate[0], recipe.candidate[1]};
        int order[MOST_PARTNERS];
        for (int i = 0; i < MOST_PARTNERS; i++) {
            order[i] = i;
        }
        memset(&self, 0, sizeof self);
        write_history(&self.history, seed, order, recipe.partners, recipe.months);
        rehearsal_study(&self, recipe.in_force, 2, programs);
        self.study.replications = REPLICATIONS;
        rh_assumptions_neutral(&self.assumptions);
        rehearsal_bind(&self);
        rehearsal_run(&self, 1);
        for (int p = 1; p < self.plan.num_programs; p++) {
            assert_memory_equal(rehearsal_kpi(&self, 0, RH_KPI_REVENUE), rehearsal_kpi(&self, p, RH_KPI_REVENUE),
                                sizeof(double) * REPLICATIONS);
            for (int r = 0; r < REPLICATIONS; r++) {
                assert_true(rehearsal_kpi(&self, p, RH_KPI_WINDFALL)[r] == rehearsal_kpi(&self, p, RH_KPI_EARNED)[r]);
                assert_true(rehearsal_kpi(&self, p, RH_KPI_PAID)[r] == rehearsal_kpi(&self, p, RH_KPI_EARNED)[r]);
            }
        }
        rehearsal_free(&self);
        recipe_free(&recipe);
    }
}

/* A partner file may say that a partner earns nothing on its sales: it reacts as one of the least margin, and not at
 * all where nothing is to be had. */
static void test_no_margin(void **state)
{
    static const double attention[] = {0.0, 1.0};
    const char *const programs[] = {rehearsal_flat};
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct rehearsal self, least;
        for (int pass = 0; pass < 2; pass++) {
            struct rehearsal *one = pass == 0 ? &self : &least;
            rehearsal_init(one, 12, NULL, 1, programs);
            for (int i = 0; i < 12; i++) {
                one->history.partners.margin[i] = pass == 0 ? 0.0 : 0.01;
            }
            one->study.replications = REPLICATIONS;
            rehearsal_plain(one);
            rh_assumptions_set(&one->assumptions, RH_PARAM_ATTENTION, attention[k]);
            rehearsal_bind(one);
            rehearsal_run(one, 1);
        }
        assert_memory_equal(rehearsal_kpi(&self, 1, RH_KPI_REVENUE), rehearsal_kpi(&least, 1, RH_KPI_REVENUE),
                            sizeof(double) * REPLICATIONS);
        for (int r = 0; r < REPLICATIONS; r++) {
            const double lift = rehearsal_kpi(&self, 1, RH_KPI_REVENUE)[r] / rehearsal_kpi(&self, 0, RH_KPI_REVENUE)[r];
            assert_true(k == 0 ? lift == 1.0 : lift >= 1.0 && lift <= 1.6);
        }
        rehearsal_free(&self);
        rehearsal_free(&least);
    }
}

/* Who comes into an audience within the horizon earns and reacts from then on, not before. */
static void test_audience_within_the_horizon(void **state)
{
    static const char tenure[] = "rehearse: program/1\nname: tenure\ncurrency: USD\nincentives:\n  - name: Loyal\n"
                                 "    audience: {tenure: {at_least: 30 months}}\n    behavior: {measure: revenue}\n"
                                 "    window: month\n    reward: {levels: [{from: 0, rate: 5%}]}\n";
    const char *const programs[] = {tenure};
    struct rehearsal self;
    (void)state;
    rehearsal_init(&self, 12, NULL, 1, programs);
    for (int i = 0; i < 12; i++) { /* 30 months later it is 2024-09-10: October is the first window */
        self.history.partners.joined[i] = rh_day_make(2022, 3, 10);
    }
    self.study.replay = RH_REPLAY_EXACT;
    self.study.replications = REPLICATIONS;
    rh_assumptions_set(&self.assumptions, RH_PARAM_ATTENTION, 1.0);
    rh_assumptions_set(&self.assumptions, RH_PARAM_COMPLEXITY_SLOPE, 0.0);
    rh_assumptions_set(&self.assumptions, RH_PARAM_NULL_PROGRAM, 0.0);
    rehearsal_bind(&self);
    rehearsal_run(&self, 1);
    const size_t kpis = (size_t)rh_cut_num_kpis(RH_CUT_MONTH) * 12;
    const size_t revenue = (size_t)rh_cut_place(RH_CUT_MONTH, RH_KPI_REVENUE) * 12;
    const size_t earned = (size_t)rh_cut_place(RH_CUT_MONTH, RH_KPI_EARNED) * 12;
    for (size_t t = 0; t < 12; t++) {
        for (size_t r = 0; r < REPLICATIONS; r++) {
            const double before = (double)self.cut[RH_CUT_MONTH][(revenue + t) * REPLICATIONS + r];
            const double after = (double)self.cut[RH_CUT_MONTH][(kpis + revenue + t) * REPLICATIONS + r];
            const double owed = (double)self.cut[RH_CUT_MONTH][(kpis + earned + t) * REPLICATIONS + r];
            assert_true(t < 9 ? after == before && owed == 0.0 : after > before && owed > 0.0);
        }
    }
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_make_sense),
        cmocka_unit_test(test_in_force_as_candidate),
        cmocka_unit_test(test_order_of_partners),
        cmocka_unit_test(test_other_programs),
        cmocka_unit_test(test_neutral_programs_move_nobody),
        cmocka_unit_test(test_no_margin),
        cmocka_unit_test(test_audience_within_the_horizon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
