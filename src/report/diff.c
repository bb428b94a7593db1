/* Two runs beside each other. What belongs to what is found by names; whether a figure moved is told by the errors of
 * its own replications, paired where both runs met the same luck. */
#include "report/diff.h"

#include "core/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDING 1e-9

static int no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
}

/* ---- Settings ---- */

static void put_title(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_puts(out, self->results[side]->title);
}

static void put_version(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_puts(out, self->origin[side].program_version);
}

static void put_build(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_puts(out, self->origin[side].build);
}

static void put_seed(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_printf(out, "%" PRIu64, self->results[side]->seed);
}

static void put_sampling(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_puts(out, self->results[side]->sampling);
}

static void put_arithmetic(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_puts(out, self->results[side]->arithmetic);
}

static void put_replications(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_printf(out, "%" PRIu64, self->results[side]->replications);
}

static void put_first_month(const struct rh_diff *self, int side, struct rh_text *out)
{
    char month[RH_DAY_TEXT];
    rh_text_puts(out, rh_month_format(self->results[side]->first_month, month));
}

static void put_months(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_printf(out, "%d", self->results[side]->cut_size[RH_CUT_MONTH]);
}

static void put_currency(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_puts(out, self->results[side]->currency);
}

static void put_reference(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_puts(out, self->results[side]->scenario[self->results[side]->reference]);
}

static void put_margin(const struct rh_diff *self, int side, struct rh_text *out)
{
    rh_text_puts(out, self->results[side]->margin_assumed ? "assumed" : "from the history");
}

static const struct {
    const char *name;
    void (*put)(const struct rh_diff *self, int side, struct rh_text *out);
} settings[] = {{"title", put_title},
                {"version", put_version},
                {"build", put_build},
                {"seed", put_seed},
                {"sampling", put_sampling},
                {"arithmetic", put_arithmetic},
                {"replications", put_replications},
                {"first_month", put_first_month},
                {"months", put_months},
                {"currency", put_currency},
                {"reference", put_reference},
                {"margin", put_margin}};
#define NUM_SETTINGS (sizeof(settings) / sizeof(settings[0]))
_Static_assert(NUM_SETTINGS <= RH_DIFF_MOST_SETTINGS, "room for all settings");

static int compare_settings(struct rh_diff *self, struct rh_error *error)
{
    for (size_t k = 0; k < NUM_SETTINGS; k++) {
        struct rh_diff_setting *setting = &self->setting[self->num_settings];
        setting->name = settings[k].name;
        for (int side = 0; side < 2; side++) {
            rh_text_init(&setting->value[side]);
            settings[k].put(self, side, &setting->value[side]);
        }
        const bool failed = setting->value[0].failed || setting->value[1].failed;
        if (failed || strcmp(rh_text_string(&setting->value[0]), rh_text_string(&setting->value[1])) != 0) {
            self->num_settings++;
        } else {
            rh_text_free(&setting->value[0]);
            rh_text_free(&setting->value[1]);
        }
        if (failed) {
            return no_memory(error);
        }
    }
    return RH_OK;
}

/* ---- Matching ---- */

/* What two lists have in common is found by a few rules, one after the other. */
typedef bool fits_function(const struct rh_diff *self, int rule, int first, int second);

/* *out, for free(): all of either list. */
static int match(const struct rh_diff *self, int num_first, int num_second, int num_rules, fits_function *fits,
                 struct rh_diff_match **out, int *num, struct rh_error *error)
{
    struct rh_diff_match *list = *out = rh_calloc((size_t)(num_first + num_second) + 1, sizeof *list);
    bool *taken = rh_calloc((size_t)num_second + 1, sizeof *taken);
    if (list == NULL || taken == NULL) {
        free(taken);
        return no_memory(error);
    }
    for (int i = 0; i < num_first; i++) {
        list[i] = (struct rh_diff_match){{i, -1}};
    }
    for (int rule = 0; rule < num_rules; rule++) {
        for (int i = 0; i < num_first; i++) {
            for (int j = 0; j < num_second && list[i].at[1] < 0; j++) {
                if (!taken[j] && fits(self, rule, i, j)) {
                    list[i].at[1] = j;
                    taken[j] = true;
                }
            }
        }
    }
    *num = num_first;
    for (int j = 0; j < num_second; j++) {
        if (!taken[j]) {
            list[(*num)++] = (struct rh_diff_match){{-1, j}};
        }
    }
    free(taken);
    return RH_OK;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static int count_role(const struct rh_results *results, const char *role)
{
    int num = 0;
    for (int i = 0; i < results->num_inputs; i++) {
        num += strcmp(results->input_role[i], role) == 0;
    }
    return num;
}

enum { BY_PATH, BY_CONTENT, BY_FILE_NAME, BY_ROLE, NUM_INPUT_RULES };

static bool input_fits(const struct rh_diff *self, int rule, int first, int second)
{
    const struct rh_results *a = self->results[0], *b = self->results[1];
    const char *role = a->input_role[first];
    if (strcmp(role, b->input_role[second]) != 0) {
        return false;
    }
    switch (rule) {
    case BY_PATH:
        return strcmp(a->input_path[first], b->input_path[second]) == 0;
    case BY_CONTENT:
        return strcmp(a->input_sha256[first], b->input_sha256[second]) == 0;
    case BY_FILE_NAME:
        return strcmp(file_name(a->input_path[first]), file_name(b->input_path[second])) == 0;
    default:
        return count_role(a, role) == 1 && count_role(b, role) == 1;
    }
}

static bool assumption_fits(const struct rh_diff *self, int rule, int first, int second)
{
    (void)rule;
    return strcmp(self->parameters[0].name[first], self->parameters[1].name[second]) == 0;
}

static bool program_fits(const struct rh_diff *self, int rule, int first, int second)
{
    (void)rule;
    return strcmp(self->results[0]->scenario[first], self->results[1]->scenario[second]) == 0;
}

/* ---- Figures ---- */

/* A figure of a run, and the memory of its replications. */
struct column {
    struct rh_shift_run run;
    struct rh_summary summary;
    double *value, *denominator; /* [num] */
};

static int column_init(struct column *self, const struct rh_results *results, bool values, struct rh_error *error)
{
    *self = (struct column){.run.summary = &self->summary};
    if (!values) {
        return RH_OK;
    }
    self->run.num = (size_t)results->replications;
    self->value = rh_calloc(self->run.num, sizeof *self->value);
    self->denominator = rh_calloc(self->run.num, sizeof *self->denominator);
    self->run.value = self->value;
    return self->value != NULL && self->denominator != NULL ? RH_OK : no_memory(error);
}

static void column_free(struct column *self)
{
    free(self->value);
    free(self->denominator);
}

static int column_read(struct column *self, const struct rh_results *results, enum rh_kpi kpi, int scenario,
                       struct rh_error *error)
{
    const int denominator = rh_kpi_table[kpi].denominator;
    int status = rh_results_read_summary(results, kpi, scenario, &self->summary, error);
    if (status == RH_OK && self->value != NULL) {
        status = rh_results_read_kpi(results, kpi, scenario, self->value, error);
    }
    self->run.denominator = NULL;
    if (status == RH_OK && self->value != NULL && denominator >= 0) {
        status = rh_results_read_kpi(results, (enum rh_kpi)denominator, scenario, self->denominator, error);
        self->run.denominator = self->denominator;
    }
    return status;
}

static int compare_figure(struct rh_diff *self, struct column *column, const struct rh_diff_match *program,
                          enum rh_kpi kpi, struct rh_error *error)
{
    struct rh_diff_figure *figure = &self->figure[self->num_figures];
    int status = RH_OK;
    for (int side = 0; status == RH_OK && side < 2; side++) {
        status = column_read(&column[side], self->results[side], kpi, program->at[side], error);
    }
    *figure = (struct rh_diff_figure){.program = *program, .kpi = kpi};
    if (status == RH_OK) {
        status = rh_shift_mean(&figure->mean, &column[0].run, &column[1].run, self->common, error);
    }
    if (status == RH_OK) {
        status = rh_shift_median(&figure->median, &column[0].run, &column[1].run, self->common, error);
    }
    self->num_figures += status == RH_OK;
    return status;
}

/* Falling |z|; figures without come last, and equal ones stand as in the results. */
static int by_errors(const void *first, const void *second)
{
    const struct rh_diff_figure *a = first, *b = second;
    const double x = rh_diff_errors(a), y = rh_diff_errors(b);
    if (isnan(x) != isnan(y)) {
        return isnan(x) ? 1 : -1;
    }
    if (!isnan(x) && x != y) {
        return x > y ? -1 : 1;
    }
    return a->program.at[0] != b->program.at[0] ? a->program.at[0] - b->program.at[0] : (int)a->kpi - (int)b->kpi;
}

static int compare_figures(struct rh_diff *self, struct rh_error *error)
{
    struct column column[2];
    int status = RH_OK;
    for (int side = 0; side < 2; side++) {
        const int code = column_init(&column[side], self->results[side], self->common, error);
        status = status == RH_OK ? code : status;
    }
    self->figure = rh_calloc((size_t)self->num_programs * RH_NUM_KPIS, sizeof *self->figure);
    if (status == RH_OK && self->figure == NULL) {
        status = no_memory(error);
    }
    for (int p = 0; self->figure != NULL && status == RH_OK && p < self->num_programs; p++) {
        const bool both = self->program[p].at[0] >= 0 && self->program[p].at[1] >= 0;
        for (int k = 0; status == RH_OK && both && k < RH_NUM_KPIS; k++) {
            if (self->money || rh_kpi_table[k].unit != RH_UNIT_MONEY) {
                status = compare_figure(self, column, &self->program[p], (enum rh_kpi)k, error);
            }
        }
    }
    column_free(&column[0]);
    column_free(&column[1]);
    if (self->figure != NULL && status == RH_OK && self->num_figures > 0) {
        qsort(self->figure, (size_t)self->num_figures, sizeof *self->figure, by_errors);
    }
    return status;
}

int rh_diff_init(struct rh_diff *self, const struct rh_results *before, const struct rh_results *after,
                 struct rh_error *error)
{
    *self = (struct rh_diff){.results = {before, after}};
    self->common = before->seed == after->seed && strcmp(before->sampling, after->sampling) == 0;
    self->money = strcmp(before->currency, after->currency) == 0;
    int status = RH_OK;
    for (int side = 0; status == RH_OK && side < 2; side++) {
        status = rh_results_read_origin(self->results[side], &self->origin[side], error);
        status =
            status == RH_OK ? rh_results_read_parameters(self->results[side], &self->parameters[side], error) : status;
    }
    if (status == RH_OK) {
        status = compare_settings(self, error);
    }
    if (status == RH_OK) {
        status = match(self, before->num_inputs, after->num_inputs, NUM_INPUT_RULES, input_fits, &self->input,
                       &self->num_inputs, error);
    }
    if (status == RH_OK) {
        status = match(self, self->parameters[0].num, self->parameters[1].num, 1, assumption_fits, &self->assumption,
                       &self->num_assumptions, error);
    }
    if (status == RH_OK) {
        status = match(self, before->num_scenarios, after->num_scenarios, 1, program_fits, &self->program,
                       &self->num_programs, error);
    }
    return status == RH_OK ? compare_figures(self, error) : status;
}

void rh_diff_free(struct rh_diff *self)
{
    for (int side = 0; side < 2; side++) {
        rh_results_origin_free(&self->origin[side]);
        rh_results_parameters_free(&self->parameters[side]);
        for (int k = 0; k < self->num_settings; k++) {
            rh_text_free(&self->setting[k].value[side]);
        }
    }
    free(self->input);
    free(self->assumption);
    free(self->program);
    free(self->figure);
    *self = (struct rh_diff){0};
}

/* ---- Questions ---- */

static bool in_both(const struct rh_diff_match *match)
{
    return match->at[0] >= 0 && match->at[1] >= 0;
}

bool rh_diff_input_same(const struct rh_diff *self, const struct rh_diff_match *input)
{
    return in_both(input) &&
           strcmp(self->results[0]->input_sha256[input->at[0]], self->results[1]->input_sha256[input->at[1]]) == 0;
}

bool rh_diff_value_same(const struct rh_diff *self, const struct rh_diff_match *assumption)
{
    const struct rh_results_parameters *a = &self->parameters[0], *b = &self->parameters[1];
    return in_both(assumption) && strcmp(a->distribution[assumption->at[0]], b->distribution[assumption->at[1]]) == 0 &&
           strcmp(a->unit[assumption->at[0]], b->unit[assumption->at[1]]) == 0;
}

bool rh_diff_origin_same(const struct rh_diff *self, const struct rh_diff_match *assumption)
{
    return in_both(assumption) &&
           strcmp(self->parameters[0].origin[assumption->at[0]], self->parameters[1].origin[assumption->at[1]]) == 0;
}

static bool shifted(const struct rh_shift *shift)
{
    return isnan(shift->before) != isnan(shift->after) ||
           fabs(shift->change) > ROUNDING * fmax(fabs(shift->before), fabs(shift->after));
}

bool rh_diff_moved(const struct rh_diff_figure *figure)
{
    return shifted(&figure->mean) || shifted(&figure->median);
}

double rh_diff_errors(const struct rh_diff_figure *figure)
{
    return fmax(fabs(figure->mean.z), fabs(figure->median.z)); /* of a number and NaN, the number */
}

bool rh_diff_any(const struct rh_diff *self)
{
    bool any = self->num_settings > 0;
    for (int k = 0; k < self->num_inputs; k++) {
        any = any || !rh_diff_input_same(self, &self->input[k]);
    }
    for (int k = 0; k < self->num_assumptions; k++) {
        any =
            any || !rh_diff_value_same(self, &self->assumption[k]) || !rh_diff_origin_same(self, &self->assumption[k]);
    }
    for (int k = 0; k < self->num_programs; k++) {
        any = any || !in_both(&self->program[k]);
    }
    for (int k = 0; k < self->num_figures; k++) {
        any = any || rh_diff_moved(&self->figure[k]);
    }
    return any;
}
