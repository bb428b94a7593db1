/* No formula of the response is repeated here: what a picture shows is what the kernel finds. */
#include "portrait/stage.h"

#include "core/memory.h"
#include "core/variates.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HISTORY_MONTHS 48
#define HISTORY_YEAR 2022
#define MOST_TEXT 3000 /* of a program */

static void fail(struct rh_stage *self, int status)
{
    if (self->status == RH_OK && status != RH_OK) {
        self->status = status;
    }
}

static void no_memory(struct rh_stage *self)
{
    fail(self, rh_error_set(self->error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY)));
}

/* ---- The channel ---- */

static int32_t intern(struct rh_stage *self, struct rh_names *names, const char *name)
{
    const int32_t id = rh_names_add(names, name, strlen(name));
    if (id < 0) {
        no_memory(self);
    }
    return id;
}

static void make_partners(struct rh_stage *self)
{
    struct rh_partners *partners = &self->history.partners;
    const size_t num = (size_t)self->setting.partners;
    int32_t **column[] = {&partners->segment, &partners->region, &partners->tier, &partners->parent,
                          &partners->currency};
    struct rh_names *names[] = {&partners->segments, &partners->regions, &partners->tiers, &partners->parents,
                                &partners->currencies};
    partners->name = rh_calloc(num, sizeof *partners->name);
    partners->joined = rh_calloc(num, sizeof *partners->joined);
    partners->margin = rh_calloc(num, sizeof *partners->margin);
    bool memory = partners->name != NULL && partners->joined != NULL && partners->margin != NULL;
    for (int c = 0; c < 5; c++) {
        *column[c] = rh_calloc(num, sizeof **column[c]); /* all of the first name */
        memory = memory && *column[c] != NULL;
        (void)intern(self, names[c], c == 0 ? "Standard" : "");
    }
    for (size_t i = 0; memory && i < num; i++) {
        char id[24];
        snprintf(id, sizeof id, "P%04zu", i);
        (void)intern(self, &partners->id, id);
        partners->name[i] = rh_strdup(id);
        memory = partners->name[i] != NULL;
        partners->joined[i] = RH_NO_DAY;
        partners->margin[i] = self->subject->margin;
        partners->num = partners->capacity = i + 1;
    }
    if (!memory) {
        no_memory(self);
    }
}

/* How a month is against the others, mean 1: lognormal, at points that fill (0, 1) evenly, others for each partner. */
static double month_factor(const struct rh_stage *self, int partner, int month)
{
    const double golden = 0.6180339887498949, other = 0.7548776662466927;
    const double spread = sqrt(log1p(self->setting.uneven * self->setting.uneven));
    const double u = fmod(0.5 + golden * month + other * partner, 1.0);
    return exp(spread * rh_normal(fmin(fmax(u, 1e-3), 1.0 - 1e-3)) - 0.5 * spread * spread);
}

static void add_event(struct rh_stage *self, int partner, int month, const struct rh_stage_line *line)
{
    struct rh_events *events = &self->history.events;
    const size_t row = events->num++;
    const bool money = rh_measure_is_always_money(line->measure);
    const double amount = line->amount * month_factor(self, partner, month);
    events->partner[row] = partner;
    events->date[row] = rh_month_first_day(rh_month_make(HISTORY_YEAR, 1) + month);
    events->measure[row] = intern(self, &self->history.measures, line->measure);
    events->product[row] = intern(self, &self->history.products, line->product != NULL ? line->product : "");
    events->quantity[row] = money ? RH_MISSING : 10000 * llround(amount);
    events->amount[row] = money ? 100 * llround(100.0 * amount) : RH_MISSING;
    events->cost[row] = money ? events->amount[row] / 10 * 7 : RH_MISSING; /* no picture shows it */
    events->discount[row] = events->days[row] = RH_MISSING;
}

static void make_ledger(struct rh_stage *self)
{
    const struct rh_stage_setting *setting = &self->setting;
    const size_t rows = (size_t)setting->partners * HISTORY_MONTHS * RH_STAGE_LINES;
    if (rh_events_init(&self->history.events, rows) != RH_OK) {
        no_memory(self);
    }
    for (int i = 0; i < setting->partners; i++) {
        for (int t = 0; t < HISTORY_MONTHS; t++) {
            for (int k = 0; k < RH_STAGE_LINES && setting->line[k].measure != NULL && self->status == RH_OK; k++) {
                add_event(self, i, t, &setting->line[k]);
            }
        }
    }
    if (self->status == RH_OK) {
        fail(self, rh_history_finish(&self->history, self->error));
    }
}

static void make_study(struct rh_stage *self)
{
    struct rh_study *study = &self->study;
    struct rh_program *compare = rh_calloc(RH_STAGE_PROGRAMS, sizeof *compare);
    if (rh_study_of_history(study, &self->history) != RH_OK || compare == NULL) {
        no_memory(self);
    }
    free(study->compare);
    study->compare = compare;
    study->horizon_months = self->setting.months;
    study->replications = RH_STAGE_DRAWS;
    study->replay = self->setting.future ? RH_REPLAY_BOOTSTRAP : RH_REPLAY_EXACT;
    study->phase = 1;
    study->together = RH_TOGETHER_PARTNER;
    study->outlook_sd = 0.0;
}

/* The subject's beliefs, neutral in every mechanism: also in what rh_assumptions_neutral leaves as it is, since without
 * a response nothing comes of it. */
static void make_neutral(struct rh_stage *self)
{
    const struct rh_assumptions *subject = self->subject->assumptions;
    static const struct {
        enum rh_parameter parameter;
        double value;
    } neutral[] = {{RH_PARAM_ELASTICITY_SPREAD, 0.0}, {RH_PARAM_FELT_CAP, 1e6},     {RH_PARAM_NONCASH_WORTH, 1.0},
                   {RH_PARAM_DISCOUNT_RATE, 0.0},     {RH_PARAM_TRUST_WEIGHT, 0.0}, {RH_PARAM_PROCESSING_DAYS, 0.0},
                   {RH_PARAM_PROCESSING_SD, 0.0},     {RH_PARAM_RECAPTURE, 0.0}};
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        self->assumptions.belief[p] = subject->belief[p * subject->num_segments + self->subject->segment];
    }
    rh_assumptions_neutral(&self->assumptions);
    for (size_t k = 0; k < sizeof neutral / sizeof *neutral; k++) {
        rh_assumptions_set(&self->assumptions, neutral[k].parameter, neutral[k].value);
    }
}

void rh_stage_init(struct rh_stage *self, const struct rh_subject *subject, struct rh_stage_setting setting,
                   struct rh_error *error)
{
    memset(self, 0, sizeof *self);
    self->subject = subject;
    self->setting = setting;
    self->error = error;
    self->setting.partners = setting.partners > 0 ? setting.partners : 1;
    self->setting.months = setting.months > 0 ? setting.months : 1;
    if (setting.line[0].measure == NULL) {
        self->setting.line[0] = (struct rh_stage_line){"revenue", "", RH_STAGE_SALES};
    }
    rh_history_init(&self->history);
    make_partners(self);
    if (self->status == RH_OK) {
        make_ledger(self);
    }
    if (self->status == RH_OK) {
        make_study(self);
    }
    if (self->status == RH_OK) {
        fail(self, rh_assumptions_init(&self->assumptions, &self->history.partners.segments, error));
    }
    if (self->status == RH_OK) {
        make_neutral(self);
    }
}

void rh_stage_free(struct rh_stage *self)
{
    rh_plan_free(&self->plan);
    rh_baseline_free(&self->baseline);
    rh_panel_free(&self->panel);
    rh_assumptions_free(&self->assumptions);
    rh_study_free(&self->study);
    rh_history_free(&self->history);
}

/* ---- What is believed, and what is offered ---- */

void rh_stage_believe(struct rh_stage *self, const char *mechanism)
{
    const struct rh_assumptions *subject = self->subject->assumptions;
    for (int p = 0; self->status == RH_OK && p < RH_NUM_PARAMETERS; p++) {
        if (strcmp(rh_parameter_table[p].mechanism, mechanism) == 0) {
            self->assumptions.belief[p] = subject->belief[p * subject->num_segments + self->subject->segment];
        }
    }
}

void rh_stage_set(struct rh_stage *self, enum rh_parameter parameter, double value)
{
    if (self->status == RH_OK) {
        rh_assumptions_set(&self->assumptions, parameter, value);
    }
}

void rh_stage_program(struct rh_stage *self, const char *incentives, ...)
{
    char items[MOST_TEXT];
    va_list arguments;
    va_start(arguments, incentives);
    const int length = vsnprintf(items, sizeof items, incentives, arguments);
    va_end(arguments);
    assert(length > 0 && (size_t)length < sizeof items);
    if (self->status != RH_OK) {
        return;
    }
    struct rh_study *study = &self->study;
    struct rh_problems problems;
    struct rh_text text;
    rh_problems_init(&problems);
    rh_text_init(&text);
    rh_text_printf(&text, "rehearse: program/1\nname: P%zu\ncurrency: USD\nincentives:\n", study->num_compare);
    rh_text_puts(&text, items);
    assert(study->num_compare < RH_STAGE_PROGRAMS);
    if (text.failed || rh_program_parse(&study->compare[study->num_compare++], "", rh_text_string(&text), text.length,
                                        &problems) != RH_OK) {
        assert(text.failed || problems.failed != 0); /* the texts are ours */
        no_memory(self);
    }
    rh_text_free(&text);
    rh_problems_free(&problems);
}

const char *rh_stage_month(const struct rh_stage *self, int t, char out[RH_DAY_TEXT])
{
    const int before = self->setting.future ? 0 : self->setting.months;
    return rh_month_format(rh_month_make(HISTORY_YEAR, 1) + HISTORY_MONTHS - before + t, out);
}

void rh_stage_bind(struct rh_stage *self)
{
    const struct rh_tuning tuning = rh_tuning_of_study(&self->study);
    if (self->status == RH_OK) {
        fail(self, rh_panel_init(&self->panel, &self->history, NULL, self->error));
    }
    if (self->status == RH_OK) {
        fail(self, rh_baseline_init(&self->baseline, &self->panel, &self->history, &tuning, self->error));
    }
    if (self->status == RH_OK) {
        fail(self, rh_plan_init(&self->plan, &self->study, &self->history, &self->panel, &self->baseline,
                                &self->assumptions, self->error));
    }
}

/* ---- What is seen ---- */

/* Takes of a watch, and which replications it shows. */
struct spectator {
    const struct rh_stage *stage;
    struct rh_take *takes;
    int num_takes, first;
};

static double *draws_of(const struct rh_stage *self, const struct rh_take *take, int scenario, int month)
{
    return take->value + ((ptrdiff_t)scenario * self->plan.num_months + month) * RH_STAGE_DRAWS;
}

double *rh_stage_draws(const struct rh_stage *self, const struct rh_take *take, int program, int month)
{
    return draws_of(self, take, program + 1, month); /* the first scenario is no program */
}

static void see(void *user, const struct rh_sight *sight)
{
    const struct spectator *self = user;
    const struct rh_plan *plan = &self->stage->plan;
    for (int k = 0; k < self->num_takes; k++) {
        struct rh_take *take = &self->takes[k];
        const enum rh_seen_of of = rh_seen_table[take->what].of;
        if (take->what != sight->what) {
            continue;
        }
        const int first = of == RH_SEEN_OF_SERIES ? (int)plan->partner[sight->partner].first_series : 0;
        if (of != RH_SEEN_OF_PARTNER && sight->of != first + take->of) {
            continue;
        }
        double *sum = draws_of(self->stage, take, sight->program, sight->month) + self->first;
        for (int l = 0; l < RH_LANES; l++) {
            sum[l] += take->map != NULL ? take->map(sight->value[l]) : sight->value[l];
        }
    }
}

void rh_stage_watch(struct rh_stage *self, struct rh_take *takes, int num_takes)
{
    const size_t size = (size_t)self->plan.num_programs * (size_t)self->plan.num_months * RH_STAGE_DRAWS;
    for (int k = 0; k < num_takes && self->status == RH_OK; k++) {
        takes[k].value = rh_calloc(size, sizeof *takes[k].value);
        if (takes[k].value == NULL) {
            no_memory(self);
        }
    }
    static_assert(RH_STAGE_DRAWS % RH_LANES == 0, "blocks are whole");
    struct spectator spectator = {.stage = self, .takes = takes, .num_takes = num_takes};
    const struct rh_watch watch = {.partner = RH_WATCH_ALL, .see = see, .user = &spectator};
    for (int first = 0; first < RH_STAGE_DRAWS && self->status == RH_OK; first += RH_LANES) {
        int lane;
        spectator.first = first;
        fail(self, rh_engine_watch(&self->plan, (uint64_t)first, &watch, &lane, NULL, self->error));
    }
}

void rh_stage_forget(struct rh_take *takes, int num_takes)
{
    for (int k = 0; k < num_takes; k++) {
        free(takes[k].value);
        takes[k].value = NULL;
    }
}
