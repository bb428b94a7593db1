/* How fast the engine is: one plan, run on every instruction set and number of threads in turn, blocks thrown away. */
#include "engine/engine.h"
#include "core/memory.h"
#include "dump.h"
#include "engine/isa.h"
#include "floor.h"
#include "stats/outcomes.h"
#include "stats/summary.h"

#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_CASES 32
#define MOST_RUNS 1000
#define FLOOR_TRIALS 5
#define FLOOR_VALUES 2560000 /* of an operation: some milliseconds */

struct arguments {
    const char *study, *isa, *arithmetic, *dump, *samples, *label;
    int threads[8], num_threads;
    int repeat;
    long replications; /* 0: the study's */
    bool partners, floor;
};

/* Everything that one plan is made of, in the order in which it is made. */
struct bench {
    struct rh_study study;
    struct rh_history history;
    struct rh_panel panel;
    struct rh_baseline baseline;
    struct rh_assumptions assumptions;
    struct rh_plan plan;
};

struct seconds {
    double wall, processor; /* elapsed; of all threads of this process, user and system */
};

static double clock_seconds(clockid_t id)
{
    struct timespec time;
    clock_gettime(id, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static struct seconds now(void)
{
    return (struct seconds){clock_seconds(CLOCK_MONOTONIC), clock_seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

static struct seconds since(struct seconds start)
{
    struct seconds end = now();
    return (struct seconds){end.wall - start.wall, end.processor - start.processor};
}

static double median(const double *value, int num)
{
    double sorted[MOST_RUNS];
    memcpy(sorted, value, (size_t)num * sizeof *sorted);
    rh_sort_numbers(sorted, (size_t)num);
    return 0.5 * (sorted[(num - 1) / 2] + sorted[num / 2]);
}

static double least(const double *value, int num)
{
    double best = value[0];
    for (int k = 1; k < num; k++) {
        best = fmin(best, value[k]);
    }
    return best;
}

/* Learns the baseline and makes the plan; times each. */
static int make_plan(struct bench *self, double *learn, double *bind, struct rh_error *error)
{
    const struct rh_tuning tuning = rh_tuning_of_study(&self->study);
    struct seconds start = now();
    int status = rh_study_panel(&self->study, &self->history, &self->panel, error);
    if (status == RH_OK) {
        status = rh_baseline_init(&self->baseline, &self->panel, &self->history, &tuning, error);
    }
    *learn = since(start).processor;
    start = now();
    if (status == RH_OK) {
        status = rh_plan_init(&self->plan, &self->study, &self->history, &self->panel, &self->baseline,
                              &self->assumptions, error);
    }
    *bind = since(start).processor;
    return status;
}

static void free_plan(struct bench *self)
{
    rh_plan_free(&self->plan);
    rh_baseline_free(&self->baseline);
    rh_panel_free(&self->panel);
}

static int read_study(struct bench *self, const struct arguments *arguments, struct rh_problems *problems,
                      struct rh_error *error)
{
    int status = rh_study_read(&self->study, arguments->study, problems);
    if (status == RH_OK) {
        status = rh_history_read(&self->history, self->study.history_path, error);
    }
    if (status == RH_OK) {
        status = rh_assumptions_of_study(&self->assumptions, &self->study, NULL, &self->history, problems, error);
    }
    if (status == RH_OK) {
        status = rh_study_check(&self->study, &self->history, problems);
    }
    if (arguments->replications > 0) {
        self->study.replications = arguments->replications;
    }
    return status;
}

/* Makes the plan as often as runs are repeated and keeps the last. */
static int make_ready(struct bench *self, const struct arguments *arguments, struct rh_error *error)
{
    double learn[MOST_RUNS], bind[MOST_RUNS];
    int status = RH_OK;
    for (int k = 0; k < arguments->repeat && status == RH_OK; k++) {
        free_plan(self);
        status = make_plan(self, &learn[k], &bind[k], error);
    }
    if (status == RH_OK) {
        const struct rh_plan *plan = &self->plan;
        printf(
            "%s: %d partners × %d months × %llu replications × %d scenarios, %d drivers, %zu series, %d incentives\n",
            arguments->label, plan->num_partners, plan->num_months, (unsigned long long)plan->replications,
            plan->num_programs, plan->num_drivers, plan->num_series, plan->num_incentives);
        printf("learning the baseline %.0f ms, making the plan %.0f ms of processor time (medians of %d)\n",
               1e3 * median(learn, arguments->repeat), 1e3 * median(bind, arguments->repeat), arguments->repeat);
    }
    return status;
}

/* Moments of the figures by which simulations are compared, by Welford's recurrence. */
struct moments {
    double count;
    double *mean, *square; /* [num_programs][NUM_CHECKS] mean and sum of squares around it */
};

static int take_moments(void *user, const struct rh_block *block, struct rh_error *error)
{
    static const enum rh_kpi kpis[NUM_CHECKS] = {[CHECK_REVENUE] = RH_KPI_REVENUE,
                                                 [CHECK_INCREMENTAL] = RH_KPI_INCREMENTAL_REVENUE,
                                                 [CHECK_EARNED] = RH_KPI_EARNED,
                                                 [CHECK_PAID] = RH_KPI_PAID,
                                                 [CHECK_WINDFALL] = RH_KPI_WINDFALL};
    struct moments *self = user;
    (void)error;
    for (int l = 0; l < block->num; l++) {
        self->count += 1.0;
        for (int k = 0; k < block->num_scenarios * NUM_CHECKS; k++) {
            size_t row = (size_t)(k / NUM_CHECKS) * RH_NUM_KPIS + (size_t)kpis[k % NUM_CHECKS];
            double value = block->kpi[row * (size_t)block->num + (size_t)l], step = value - self->mean[k];
            self->mean[k] += step / self->count;
            self->square[k] += step * (value - self->mean[k]);
        }
    }
    return RH_OK;
}

/* Runs the plan once more for its figures and dumps both. */
static int dump(const struct bench *self, const char *path, struct rh_error *error)
{
    size_t num = (size_t)self->plan.num_programs * NUM_CHECKS;
    struct moments moments = {.mean = rh_calloc(num, sizeof(double)), .square = rh_calloc(num, sizeof(double))};
    struct found found = {
        .mean = moments.mean, .error = rh_calloc(num, sizeof(double)), .sd = rh_calloc(num, sizeof(double))};
    int status = moments.mean == NULL || moments.square == NULL || found.error == NULL || found.sd == NULL
                     ? rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to dump the plan")
                     : rh_engine_run(&self->plan, 0, take_moments, &moments, NULL, error);
    for (size_t k = 0; status == RH_OK && k < num; k++) {
        found.sd[k] = sqrt(moments.square[k] / fmax(moments.count - 1.0, 1.0));
        found.error[k] = found.sd[k] / sqrt(moments.count);
    }
    if (status == RH_OK) {
        status = dump_plan(&self->plan, &found, path, error);
    }
    free(moments.mean);
    free(moments.square);
    free(found.error);
    free(found.sd);
    return status;
}

static int discard(void *user, const struct rh_block *block, struct rh_error *error)
{
    (void)error;
    *(uint64_t *)user += (uint64_t)block->num;
    return RH_OK;
}

/* One instruction set on one number of threads, and how long each run took. */
struct one_case {
    const char *isa;
    int threads;
    bool mixed;    /* in mixed precision */
    bool partners; /* what each partner gains is counted too */
    bool floor;    /* not the engine, but the floor of what it does */
    double wall[MOST_RUNS], processor[MOST_RUNS];
};

/* Adds a case of the engine, with what each partner gains and without where both are asked for; how many there are. */
static int add_case(const struct arguments *arguments, const char *isa, bool mixed, int threads, struct one_case *cases,
                    int num)
{
    if (num < MOST_CASES) {
        cases[num++] = (struct one_case){.isa = isa, .mixed = mixed, .threads = threads};
    }
    if (arguments->partners && num < MOST_CASES) {
        cases[num++] = (struct one_case){.isa = isa, .mixed = mixed, .threads = threads, .partners = true};
    }
    return num;
}

static int find_cases(const struct arguments *arguments, struct one_case *cases)
{
    const bool mixed_alone = strcmp(arguments->arithmetic, "mixed") == 0;
    const bool double_alone = strcmp(arguments->arithmetic, "double") == 0;
    int num = 0;
    for (int k = 0; rh_kernel_code_name(k) != NULL; k++) {
        const char *isa = rh_kernel_code_name(k);
        bool wanted = strcmp(arguments->isa, "all") == 0 || strcmp(arguments->isa, isa) == 0 ||
                      (strcmp(arguments->isa, "best") == 0 && k == 0);
        for (int t = 0; wanted && t < arguments->num_threads; t++) {
            num = mixed_alone ? num : add_case(arguments, isa, false, arguments->threads[t], cases, num);
            num = double_alone ? num : add_case(arguments, isa, true, arguments->threads[t], cases, num);
        }
        for (int mixed = mixed_alone; wanted && arguments->floor && mixed <= !double_alone && num < MOST_CASES;
             mixed++) {
            cases[num++] = (struct one_case){.isa = isa, .mixed = mixed, .threads = 1, .floor = true};
        }
    }
    return num;
}

/* What is measured, as tables call it. */
static const char *name_of(const struct one_case *one, char name[64])
{
    snprintf(name, 64, "%s, %s%s",
             one->floor      ? "floor"
             : one->partners ? "engine with partners"
                             : "engine",
             one->isa, one->mixed ? " mixed" : "");
    return name;
}

static void report(const struct one_case *cases, int num, int repeat, double steps, const char *label, FILE *samples)
{
    printf("%.3e steps (partner × month × replication × scenario) a run; median and best of %d\n\n", steps, repeat);
    printf(
        "| case | threads | steps/s | ns/step/core | best | seconds |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (int c = 0; c < num; c++) {
        const struct one_case *one = &cases[c];
        char name[64];
        printf("| %s | %d | %.3e | %.2f | %.2f | %.3f |\n", name_of(one, name), one->threads,
               steps / median(one->wall, repeat), 1e9 * median(one->processor, repeat) / steps,
               1e9 * least(one->processor, repeat) / steps, median(one->wall, repeat));
        for (int k = 0; samples != NULL && k < repeat; k++) {
            fprintf(samples, "%s\t%s\t%d\t%.0f\t%.6f\t%.6f\n", label, name_of(one, name), one->threads, steps,
                    one->wall[k], one->processor[k]);
        }
    }
}

/* What each operation of a floor takes. */
static int report_operations(const struct one_case *floor, const struct floor_counts *counts, struct rh_error *error)
{
    double sum = 0.0;
    char name[64];
    printf("\n%s: what the plan asks for\n\n| operation | a step | ns each | ns/step |\n"
           "| --- | ---: | ---: | ---: |\n",
           name_of(floor, name));
    for (int o = 0; o < FLOOR_NUM_OPERATIONS; o++) {
        double took[FLOOR_TRIALS];
        for (int k = 0; k < FLOOR_TRIALS; k++) {
            const struct seconds start = now();
            if (!floor_repeat(floor->isa, floor->mixed, (enum floor_operation)o, counts, FLOOR_VALUES)) {
                return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the floor");
            }
            took[k] = since(start).processor;
        }
        const double each = 1e9 * least(took, FLOOR_TRIALS) / FLOOR_VALUES;
        printf("| %s | %.3f | %.3f | %.2f |\n", floor_operation_name[o], counts->per_step[o], each,
               counts->per_step[o] * each);
        sum += counts->per_step[o] * each;
    }
    printf("| sum | | | %.2f |\n", sum);
    return RH_OK;
}

/* Each floor among the cases, operation by operation; and what the engine takes beside it, run by run. */
static int report_floors(const struct one_case *cases, int num, int repeat, const struct floor_counts *counts,
                         struct rh_error *error)
{
    int status = RH_OK;
    for (int c = 0; c < num && status == RH_OK; c++) {
        const struct one_case *floor = &cases[c];
        status = floor->floor ? report_operations(floor, counts, error) : RH_OK;
        for (int e = 0; floor->floor && e < num; e++) {
            const struct one_case *engine = &cases[e];
            double ratio[MOST_RUNS];
            char name[64];
            if (engine->isa != floor->isa || engine->mixed != floor->mixed || engine->floor || engine->partners ||
                engine->threads != 1) {
                continue;
            }
            for (int k = 0; k < repeat; k++) {
                ratio[k] = engine->processor[k] / floor->processor[k];
            }
            printf("\n%s, by the floor: %.2f (median of %d, run by run)\n", name_of(engine, name),
                   median(ratio, repeat), repeat);
        }
    }
    return status;
}

/* One run of one case. */
static int run_case(struct rh_plan *plan, const struct floor_counts *floor, struct one_case *one, int k,
                    struct rh_error *error)
{
    uint64_t taken = 0;
    if (one->floor) {
        const struct seconds start = now();
        const bool done = floor_run(one->isa, one->mixed, floor, (double)plan->replications);
        const struct seconds took = since(start);
        one->wall[k] = took.wall;
        one->processor[k] = took.processor;
        return done ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the floor");
    }
    plan->isa = one->isa;
    plan->mixed = one->mixed;
    plan->outcomes = one->partners ? rh_outcomes_create(plan->num_programs, plan->num_partners) : NULL;
    if (one->partners && plan->outcomes == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what each partner gains");
    }
    const struct seconds start = now();
    const int status = rh_engine_run(plan, one->threads, discard, &taken, NULL, error);
    const struct seconds took = since(start);
    one->wall[k] = took.wall;
    one->processor[k] = took.processor;
    if (one->partners && k == 0) {
        printf("what each partner gains takes %.0f bytes for each of %d partners and %d programs\n",
               (double)rh_outcomes_bytes(plan->outcomes) / plan->num_partners / plan->num_programs, plan->num_partners,
               plan->num_programs);
    }
    rh_outcomes_destroy(plan->outcomes);
    plan->outcomes = NULL;
    return status;
}

/* All cases in turn, as often as asked for, so that a noisy neighbor hits all of them. */
static int measure(struct bench *self, const struct arguments *arguments, struct rh_error *error)
{
    struct one_case *cases = rh_calloc(MOST_CASES, sizeof *cases);
    struct rh_plan *plan = &self->plan;
    double steps = (double)plan->num_partners * plan->num_months * (double)plan->replications * plan->num_programs;
    int num = cases == NULL ? 0 : find_cases(arguments, cases), status = RH_OK;
    const struct floor_counts floor = arguments->floor ? floor_count(plan) : (struct floor_counts){0};
    if (num == 0) {
        free(cases);
        return rh_error_set(error, RH_ERR_ARGUMENT, "nothing to measure: is there a kernel '%s' here?", arguments->isa);
    }
    for (int k = 0; k < arguments->repeat; k++) {
        for (int c = 0; c < num && status == RH_OK; c++) {
            status = run_case(plan, &floor, &cases[c], k, error);
        }
    }
    FILE *samples = arguments->samples == NULL ? NULL : fopen(arguments->samples, "a");
    if (status == RH_OK && arguments->samples != NULL && samples == NULL) {
        status = rh_error_set_at(error, RH_ERR_IO, arguments->samples, 0, 0, "cannot be written");
    }
    if (status == RH_OK) {
        report(cases, num, arguments->repeat, steps, arguments->label, samples);
        status = report_floors(cases, num, arguments->repeat, &floor, error);
    }
    if (samples != NULL && fclose(samples) != 0 && status == RH_OK) {
        status = rh_error_set_at(error, RH_ERR_IO, arguments->samples, 0, 0, "cannot be written");
    }
    free(cases);
    return status;
}

static long positive(struct argp_state *state, const char *text, long most)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || (*end != '\0' && *end != ',') || value < 1 || value > most) {
        argp_error(state, "expected a number from 1 to %ld, found '%s'", most, text);
    }
    return value;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case 'i':
        arguments->isa = value;
        return 0;
    case 't':
        arguments->num_threads = 0;
        for (char *next = value; next != NULL && arguments->num_threads < 8; next = strchr(next, ',')) {
            next += *next == ',';
            arguments->threads[arguments->num_threads++] = (int)positive(state, next, 4096);
        }
        return 0;
    case 'n':
        arguments->repeat = (int)positive(state, value, MOST_RUNS);
        return 0;
    case 'r':
        arguments->replications = positive(state, value, 100000000);
        return 0;
    case 'd':
        arguments->dump = value;
        return 0;
    case 's':
        arguments->samples = value;
        return 0;
    case 'l':
        arguments->label = value;
        return 0;
    case 'p':
        arguments->partners = true;
        return 0;
    case 'a':
        arguments->arithmetic = value;
        if (strcmp(value, "double") != 0 && strcmp(value, "mixed") != 0 && strcmp(value, "both") != 0) {
            argp_error(state, "--arithmetic: found '%s', expected double, mixed or both", value);
        }
        return 0;
    case 'f':
        arguments->floor = true;
        return 0;
    case ARGP_KEY_ARG:
        arguments->study = value;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which study?");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int run(struct bench *self, const struct arguments *arguments, struct rh_problems *problems,
               struct rh_error *error)
{
    int status = read_study(self, arguments, problems, error);
    if (status == RH_OK) {
        status = make_ready(self, arguments, error);
    }
    if (status == RH_OK && arguments->dump != NULL) {
        return dump(self, arguments->dump, error);
    }
    return status == RH_OK ? measure(self, arguments, error) : status;
}

int main(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"isa", 'i', "SET", 0, "Instruction set, best or all (default: all)", 0},
        {"threads", 't', "N,N…", 0, "Numbers of threads (default: 1,2)", 0},
        {"repeat", 'n', "N", 0, "Runs of each case (default: 5)", 0},
        {"replications", 'r', "N", 0, "Instead of the study's", 0},
        {"dump-plan", 'd', "FILE", 0, "Write plan and figures to this HDF5 file instead of measuring", 0},
        {"samples", 's', "FILE", 0, "Append label, case, threads, steps, seconds, processor seconds of each run", 0},
        {"partners", 'p', NULL, 0, "Each case with and without what each partner gains", 0},
        {"arithmetic", 'a', "KIND", 0, "Of double (the default) or mixed precision, or both", 0},
        {"floor", 'f', NULL, 0, "The floor of each instruction set beside it", 0},
        {"label", 'l', "TEXT", 0, "Name of the study in the output", 0},
        {0}};
    static const struct argp argp = {
        .options = options, .parser = parse, .args_doc = "STUDY", .doc = "Measures the engine on a study."};
    struct arguments arguments = {
        .isa = "all", .arithmetic = "double", .threads = {1, 2}, .num_threads = 2, .repeat = 5, .label = "study"};
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    struct bench *self = rh_calloc(1, sizeof *self);
    struct rh_error error = {0};
    struct rh_problems problems;
    rh_problems_init(&problems);
    int status = self == NULL ? RH_ERR_NO_MEMORY : run(self, &arguments, &problems, &error);
    if (status != RH_OK && problems.num_total > 0) {
        rh_problems_status(&problems, &error);
    }
    if (status != RH_OK) {
        fprintf(stderr, "%s: %s\n", error.file[0] != '\0' ? error.file : "rehearse_bench", error.message);
    }
    if (self != NULL) {
        free_plan(self);
        rh_assumptions_free(&self->assumptions);
        rh_history_free(&self->history);
        rh_study_free(&self->study);
        free(self);
    }
    rh_problems_free(&problems);
    return status == RH_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
