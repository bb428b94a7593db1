/* All three forms say the same. Segments stand in the order of their names. */
#include "cli/assumptions_output.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What one line is about: a parameter, a yield or a base rate, of one segment or of all. */
struct entry {
    const char *name, *mechanism, *unit, *description, *origin;
    const char *idle; /* why the study does not read it; NULL where it does, or there is none */
    const struct rh_belief_of *belief;
    const char *segment; /* NULL: of all */
    bool says_more;      /* the unit is not enough: of a yield, with its product and lag */
};

/* Subjects of lines: the parameters in the order of the table, then yields, then base rates. */
static int num_subjects(const struct rh_assumptions_output *self)
{
    return RH_NUM_PARAMETERS + (int)self->assumptions->num_yields + (int)self->assumptions->num_base_rates;
}

static struct entry parameter_entry(const struct rh_assumptions_output *self, int parameter, int segment)
{
    const struct rh_parameter_info *info = &rh_parameter_table[parameter];
    const int cell = parameter * self->assumptions->num_segments + segment;
    return (struct entry){.name = info->name,
                          .mechanism = info->mechanism,
                          .unit = info->unit,
                          .description = info->description,
                          .origin = self->assumptions->origin[cell],
                          .idle = self->usage != NULL ? self->usage->idle[parameter] : NULL,
                          .belief = &self->assumptions->belief[cell]};
}

/* What the assumptions say of an activity; idle: in a study. */
static struct entry assumed_entry(const struct rh_assumptions_output *self, const struct rh_assumed *as,
                                  const char *unit, const struct rh_belief_of *belief, const char *idle)
{
    return (struct entry){.name = as->name,
                          .mechanism = RH_ASSUMED_MECHANISM,
                          .unit = unit,
                          .description = as->description,
                          .origin = as->origin,
                          .idle = self->usage != NULL ? idle : NULL,
                          .belief = belief};
}

static struct entry entry_of(const struct rh_assumptions_output *self, int subject, int segment)
{
    const struct rh_assumptions *assumptions = self->assumptions;
    const int yield = subject - RH_NUM_PARAMETERS, rate = yield - (int)assumptions->num_yields;
    if (yield < 0) {
        return parameter_entry(self, subject, segment);
    }
    if (rate < 0) {
        const struct rh_yield *of = &assumptions->yield[yield];
        struct entry out = assumed_entry(self, &of->as, RH_YIELD_UNIT, &of->revenue,
                                         self->usage != NULL ? rh_usage_idle_yield(self->usage, of) : NULL);
        out.says_more = true;
        return out;
    }
    const struct rh_base_rate *of = &assumptions->base_rate[rate];
    return assumed_entry(self, &of->as, RH_BASE_RATE_UNIT, &of->rate[segment],
                         self->usage != NULL ? rh_usage_idle_base_rate(self->usage, of) : NULL);
}

/* True where segments differ, or where one was given and another not. */
static bool is_split(const struct rh_assumptions_output *self, int subject)
{
    const struct rh_assumptions *assumptions = self->assumptions;
    const int rate = subject - RH_NUM_PARAMETERS - (int)assumptions->num_yields;
    if (rate >= 0) {
        return rh_base_rate_by_segment(&assumptions->base_rate[rate], assumptions->num_segments);
    }
    bool split = subject < RH_NUM_PARAMETERS && rh_assumptions_by_segment(assumptions, (enum rh_parameter)subject);
    for (int s = 1; s < assumptions->num_segments; s++) {
        split = split || strcmp(entry_of(self, subject, 0).origin, entry_of(self, subject, s).origin) != 0;
    }
    return split;
}

typedef void add_entry(const struct entry *entry, bool told, void *user, struct rh_text *out);

/* Calls add for the subject, or for each of its segments; told: there is a study to be idle in. */
static void add_subject(const struct rh_assumptions_output *self, int subject, add_entry *add, void *user,
                        struct rh_text *out)
{
    struct entry entry = entry_of(self, subject, 0);
    if (!is_split(self, subject)) {
        add(&entry, self->usage != NULL, user, out);
        return;
    }
    int32_t *order = rh_calloc(self->segments->num, sizeof *order);
    if (order == NULL) {
        out->failed = true;
        return;
    }
    rh_names_sorted(self->segments, order);
    for (size_t k = 0; k < self->segments->num; k++) {
        entry = entry_of(self, subject, order[k]);
        entry.segment = self->segments->name[order[k]];
        add(&entry, self->usage != NULL, user, out);
    }
    free(order);
}

/* ---- Text ---- */

enum { COLUMN_NAME, COLUMN_BELIEF, COLUMN_FROM, COLUMN_UNIT, NUM_COLUMNS };

/* What stands in a column of an entry's line. */
static void add_cell(const struct entry *entry, int column, struct rh_text *out)
{
    switch (column) {
    case COLUMN_NAME:
        rh_text_puts(out, entry->segment != NULL ? "  " : "");
        rh_text_puts(out, entry->segment != NULL ? entry->segment : entry->name);
        break;
    case COLUMN_BELIEF:
        rh_belief_of_describe(entry->belief, out);
        break;
    case COLUMN_FROM:
        rh_text_puts(out, entry->origin);
        rh_text_puts(out, entry->idle != NULL ? ", not used" : "");
        break;
    default:
        rh_text_puts(out, entry->unit);
        if (entry->says_more) {
            rh_text_printf(out, ". %s", entry->description);
        }
    }
}

/* Widths of the columns, in characters. */
struct widths {
    size_t column[NUM_COLUMNS];
};

/* Pads what began at `start` to a width. */
static void pad(struct rh_text *out, size_t start, size_t width)
{
    const char *cell = rh_text_string(out) + start;
    for (size_t length = rh_utf8_length(cell, strlen(cell)); length < width && !out->failed; length++) {
        rh_text_puts(out, " ");
    }
}

static void measure_entry(const struct entry *entry, bool told, void *user, struct rh_text *out)
{
    struct widths *widths = user;
    (void)told;
    for (int c = 0; c < NUM_COLUMNS; c++) {
        rh_text_clear(out);
        add_cell(entry, c, out);
        const size_t length = rh_utf8_length(rh_text_string(out), out->length);
        widths->column[c] = length > widths->column[c] ? length : widths->column[c];
    }
}

static void add_text_entry(const struct entry *entry, bool told, void *user, struct rh_text *out)
{
    const struct widths *widths = user;
    (void)told;
    for (int c = 0; c < NUM_COLUMNS; c++) {
        rh_text_puts(out, "  ");
        const size_t start = out->length;
        add_cell(entry, c, out);
        pad(out, start, c < NUM_COLUMNS - 1 ? widths->column[c] : 0);
    }
    rh_text_puts(out, "\n");
}

static void add_heading(const struct rh_assumptions_output *self, struct rh_text *out)
{
    if (self->study == NULL) {
        rh_text_puts(out, "Priors of the model, by the mechanism that reads them.\n");
        return;
    }
    rh_text_printf(out, "Parameters of %s, by the mechanism that reads them", self->study->path);
    if (self->assumptions->learned != NULL) {
        rh_text_printf(out, "; what was learned is in %s", self->assumptions->learned);
    }
    if (self->assumptions->path != NULL) {
        rh_text_printf(out, "; what is given is in %s", self->assumptions->path);
    }
    rh_text_puts(out, ".\n");
}

/* Parameters of a mechanism that stands here for the first time. */
static void add_mechanism(const struct rh_assumptions_output *self, const char *mechanism, struct widths *widths,
                          struct rh_text *out)
{
    rh_text_printf(out, "\n%s\n", mechanism);
    for (int i = 0; i < num_subjects(self); i++) {
        const struct entry entry = entry_of(self, i, 0);
        if (strcmp(entry.mechanism, mechanism) == 0) {
            if (is_split(self, i)) {
                rh_text_printf(out, "  %s\n", entry.name);
            }
            add_subject(self, i, add_text_entry, widths, out);
        }
    }
}

static void add_given_in_vain(const struct rh_assumptions_output *self, struct rh_text *out)
{
    struct rh_unused unused;
    size_t width = 0;
    for (int k = 0; rh_usage_given_in_vain(self->usage, self->assumptions, k, &unused); k++) {
        const size_t length = rh_utf8_length(unused.name, strlen(unused.name));
        width = length > width ? length : width;
    }
    rh_text_puts(out, width > 0 ? "\nGiven, but read by nothing in this study:\n" : "");
    for (int k = 0; rh_usage_given_in_vain(self->usage, self->assumptions, k, &unused); k++) {
        rh_text_puts(out, "  ");
        const size_t start = out->length;
        rh_text_puts(out, unused.name);
        pad(out, start, width);
        rh_text_printf(out, "  %s\n", unused.reason);
    }
}

void rh_assumptions_print_text(const struct rh_assumptions_output *self, struct rh_text *out)
{
    struct widths widths = {{0}};
    struct rh_text cell;
    rh_text_init(&cell);
    for (int i = 0; i < num_subjects(self); i++) {
        add_subject(self, i, measure_entry, &widths, &cell);
    }
    out->failed = out->failed || cell.failed;
    rh_text_free(&cell);
    add_heading(self, out);
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        const char *mechanism = rh_parameter_table[p].mechanism;
        bool told = false;
        for (int before = 0; before < p; before++) {
            told = told || strcmp(rh_parameter_table[before].mechanism, mechanism) == 0;
        }
        if (!told) {
            add_mechanism(self, mechanism, &widths, out);
        }
    }
    if (self->usage != NULL) {
        add_given_in_vain(self, out);
    }
}

/* ---- CSV and JSON ---- */

#define NUM_NUMBERS 7

static const char *const distributions[] = {"fixed", "lognormal", "normal", "beta", "half-normal", "draws"};

/* The numbers of a belief: mean, sd, low, high, and three quantiles; those that it has not are not finite. */
static void numbers_of(const struct rh_belief_of *belief, double out[NUM_NUMBERS])
{
    static const double level[] = {0.05, 0.5, 0.95};
    const bool fixed = belief->distribution == RH_DIST_FIXED;
    out[0] = belief->distribution == RH_DIST_HALF_NORMAL ? NAN : belief->mean;
    out[1] = fixed ? NAN : belief->sd;
    out[2] = fixed ? NAN : belief->low;
    out[3] = fixed ? NAN : belief->high;
    for (int k = 0; k < 3; k++) {
        out[4 + k] = rh_belief_of_quantile(belief, level[k]);
    }
}

static void add_number(struct rh_text *out, double value, const char *none)
{
    if (isfinite(value)) {
        rh_text_printf(out, "%.9g", value);
    } else {
        rh_text_puts(out, none);
    }
}

static void add_csv_entry(const struct entry *entry, bool told, void *user, struct rh_text *out)
{
    (void)user;
    double number[NUM_NUMBERS];
    numbers_of(entry->belief, number);
    rh_text_csv(out, entry->name);
    rh_text_printf(out, ",%s,", entry->mechanism);
    rh_text_csv(out, entry->unit);
    rh_text_puts(out, ",");
    rh_text_csv(out, entry->segment != NULL ? entry->segment : "");
    rh_text_printf(out, ",%s", distributions[entry->belief->distribution]);
    for (int k = 0; k < 4; k++) {
        rh_text_puts(out, ",");
        add_number(out, number[k], "");
    }
    rh_text_puts(out, ",");
    rh_text_csv(out, entry->origin);
    rh_text_printf(out, ",%s,", !told ? "" : entry->idle == NULL ? "yes" : "no");
    rh_text_csv(out, entry->idle != NULL ? entry->idle : "");
    rh_text_puts(out, ",");
    rh_text_csv(out, entry->description);
    for (int k = 4; k < NUM_NUMBERS; k++) {
        rh_text_puts(out, ",");
        add_number(out, number[k], "");
    }
    rh_text_puts(out, "\n");
}

void rh_assumptions_print_csv(const struct rh_assumptions_output *self, struct rh_text *out)
{
    rh_text_puts(
        out,
        "parameter,mechanism,unit,segment,distribution,mean,sd,low,high,from,used,not_used_because,description,p05,"
        "p50,p95\n");
    for (int i = 0; i < num_subjects(self); i++) {
        add_subject(self, i, add_csv_entry, NULL, out);
    }
}

static void add_json_text(struct rh_text *out, const char *key, const char *value)
{
    rh_text_printf(out, "\"%s\": ", key);
    if (value != NULL) {
        rh_text_json(out, value);
    } else {
        rh_text_puts(out, "null");
    }
}

static void add_json_entry(const struct entry *entry, bool told, void *user, struct rh_text *out)
{
    (void)user;
    static const char *const keys[NUM_NUMBERS] = {"mean", "sd", "low", "high", "p05", "p50", "p95"};
    double number[NUM_NUMBERS];
    numbers_of(entry->belief, number);
    rh_text_puts(out, out->bytes[out->length - 1] == '[' ? "\n  {" : ",\n  {");
    add_json_text(out, "parameter", entry->name);
    rh_text_puts(out, ", ");
    add_json_text(out, "mechanism", entry->mechanism);
    rh_text_puts(out, ", ");
    add_json_text(out, "unit", entry->unit);
    rh_text_puts(out, ", ");
    add_json_text(out, "segment", entry->segment);
    rh_text_puts(out, ", ");
    add_json_text(out, "distribution", distributions[entry->belief->distribution]);
    for (int k = 0; k < NUM_NUMBERS; k++) {
        rh_text_printf(out, ", \"%s\": ", keys[k]);
        add_number(out, number[k], "null");
    }
    rh_text_puts(out, ", ");
    add_json_text(out, "from", entry->origin);
    rh_text_printf(out, ", \"used\": %s, ", !told ? "null" : entry->idle == NULL ? "true" : "false");
    add_json_text(out, "not_used_because", entry->idle);
    rh_text_puts(out, ", ");
    add_json_text(out, "description", entry->description);
    rh_text_puts(out, "}");
}

void rh_assumptions_print_json(const struct rh_assumptions_output *self, struct rh_text *out)
{
    struct rh_unused unused;
    rh_text_puts(out, "{");
    add_json_text(out, "study", self->study != NULL ? self->study->path : NULL);
    rh_text_puts(out, ", ");
    add_json_text(out, "model", self->assumptions->learned);
    rh_text_puts(out, ", ");
    add_json_text(out, "assumptions", self->assumptions->path);
    rh_text_puts(out, ",\n\"parameters\": [");
    for (int i = 0; i < num_subjects(self) && !out->failed; i++) {
        add_subject(self, i, add_json_entry, NULL, out);
    }
    rh_text_puts(out, "],\n\"given_but_not_used\": [");
    for (int k = 0; self->usage != NULL && rh_usage_given_in_vain(self->usage, self->assumptions, k, &unused); k++) {
        rh_text_puts(out, k > 0 ? ", " : "");
        rh_text_json(out, unused.name);
    }
    rh_text_puts(out, "]}\n");
}
