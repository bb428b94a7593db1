/* All three forms say the same. Segments stand in the order of their names. */
#include "cli/assumptions_output.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t cell_of(const struct rh_assumptions_output *self, int parameter, int segment)
{
    return (size_t)parameter * (size_t)self->assumptions->num_segments + (size_t)segment;
}

static const char *origin_of(const struct rh_assumptions_output *self, int parameter, int segment)
{
    return self->assumptions->origin[cell_of(self, parameter, segment)];
}

/* Why the study does not read the parameter; NULL where it does, or there is none. */
static const char *idle_of(const struct rh_assumptions_output *self, int parameter)
{
    return self->usage != NULL ? self->usage->idle[parameter] : NULL;
}

/* True where segments differ, or where one was given and another not. */
static bool is_split(const struct rh_assumptions_output *self, int parameter)
{
    bool split = rh_assumptions_by_segment(self->assumptions, (enum rh_parameter)parameter);
    for (int s = 1; s < self->assumptions->num_segments; s++) {
        split = split || strcmp(origin_of(self, parameter, 0), origin_of(self, parameter, s)) != 0;
    }
    return split;
}

/* What one line is about. */
struct entry {
    int parameter, segment; /* segment: whose belief it is; of all segments where name is NULL */
    const char *name;       /* of the segment */
};

typedef void add_entry(const struct rh_assumptions_output *self, struct entry entry, void *user, struct rh_text *out);

/* Calls add for the parameter, or for each of its segments. */
static void add_parameter(const struct rh_assumptions_output *self, int parameter, add_entry *add, void *user,
                          struct rh_text *out)
{
    if (!is_split(self, parameter)) {
        add(self, (struct entry){parameter, 0, NULL}, user, out);
        return;
    }
    int32_t *order = rh_calloc(self->segments->num, sizeof *order);
    if (order == NULL) {
        out->failed = true;
        return;
    }
    rh_names_sorted(self->segments, order);
    for (size_t k = 0; k < self->segments->num; k++) {
        add(self, (struct entry){parameter, order[k], self->segments->name[order[k]]}, user, out);
    }
    free(order);
}

/* ---- Text ---- */

enum { COLUMN_NAME, COLUMN_BELIEF, COLUMN_FROM, COLUMN_UNIT, NUM_COLUMNS };

/* What stands in a column of an entry's line. */
static void add_cell(const struct rh_assumptions_output *self, struct entry entry, int column, struct rh_text *out)
{
    const struct rh_parameter_info *info = &rh_parameter_table[entry.parameter];
    switch (column) {
    case COLUMN_NAME:
        rh_text_puts(out, entry.name != NULL ? "  " : "");
        rh_text_puts(out, entry.name != NULL ? entry.name : info->name);
        break;
    case COLUMN_BELIEF:
        rh_belief_of_describe(&self->assumptions->belief[cell_of(self, entry.parameter, entry.segment)], out);
        break;
    case COLUMN_FROM:
        rh_text_puts(out, origin_of(self, entry.parameter, entry.segment));
        rh_text_puts(out, idle_of(self, entry.parameter) != NULL ? ", not used" : "");
        break;
    default:
        rh_text_puts(out, info->unit);
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

static void measure_entry(const struct rh_assumptions_output *self, struct entry entry, void *user, struct rh_text *out)
{
    struct widths *widths = user;
    for (int c = 0; c < NUM_COLUMNS; c++) {
        rh_text_clear(out);
        add_cell(self, entry, c, out);
        const size_t length = rh_utf8_length(rh_text_string(out), out->length);
        widths->column[c] = length > widths->column[c] ? length : widths->column[c];
    }
}

static void add_text_entry(const struct rh_assumptions_output *self, struct entry entry, void *user,
                           struct rh_text *out)
{
    const struct widths *widths = user;
    for (int c = 0; c < NUM_COLUMNS; c++) {
        rh_text_puts(out, "  ");
        const size_t start = out->length;
        add_cell(self, entry, c, out);
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
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        if (strcmp(rh_parameter_table[p].mechanism, mechanism) == 0) {
            if (is_split(self, p)) {
                rh_text_printf(out, "  %s\n", rh_parameter_table[p].name);
            }
            add_parameter(self, p, add_text_entry, widths, out);
        }
    }
}

static void add_given_in_vain(const struct rh_assumptions_output *self, struct rh_text *out)
{
    enum rh_parameter unused[RH_NUM_PARAMETERS];
    const int num = rh_usage_given_in_vain(self->usage, self->assumptions, unused);
    size_t width = 0;
    for (int k = 0; k < num; k++) {
        const size_t length = strlen(rh_parameter_table[unused[k]].name);
        width = length > width ? length : width;
    }
    rh_text_puts(out, num > 0 ? "\nGiven, but read by nothing in this study:\n" : "");
    for (int k = 0; k < num; k++) {
        rh_text_printf(out, "  %-*s  %s\n", (int)width, rh_parameter_table[unused[k]].name,
                       self->usage->idle[unused[k]]);
    }
}

void rh_assumptions_print_text(const struct rh_assumptions_output *self, struct rh_text *out)
{
    struct widths widths = {{0}};
    struct rh_text cell;
    rh_text_init(&cell);
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        add_parameter(self, p, measure_entry, &widths, &cell);
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

static const char *const distributions[] = {"fixed", "lognormal", "normal", "beta", "half-normal"};

/* The four numbers of a belief; those that it has not are not finite. */
static void numbers_of(const struct rh_belief_of *belief, double out[4])
{
    const bool fixed = belief->distribution == RH_DIST_FIXED;
    out[0] = belief->distribution == RH_DIST_HALF_NORMAL ? NAN : belief->mean;
    out[1] = fixed ? NAN : belief->sd;
    out[2] = fixed ? NAN : belief->low;
    out[3] = fixed ? NAN : belief->high;
}

static void add_number(struct rh_text *out, double value, const char *none)
{
    if (isfinite(value)) {
        rh_text_printf(out, "%.9g", value);
    } else {
        rh_text_puts(out, none);
    }
}

static void add_csv_entry(const struct rh_assumptions_output *self, struct entry entry, void *user, struct rh_text *out)
{
    (void)user;
    const struct rh_parameter_info *info = &rh_parameter_table[entry.parameter];
    const struct rh_belief_of *belief = &self->assumptions->belief[cell_of(self, entry.parameter, entry.segment)];
    const char *idle = idle_of(self, entry.parameter);
    double number[4];
    numbers_of(belief, number);
    rh_text_printf(out, "%s,%s,", info->name, info->mechanism);
    rh_text_csv(out, info->unit);
    rh_text_puts(out, ",");
    rh_text_csv(out, entry.name != NULL ? entry.name : "");
    rh_text_printf(out, ",%s", distributions[belief->distribution]);
    for (int k = 0; k < 4; k++) {
        rh_text_puts(out, ",");
        add_number(out, number[k], "");
    }
    rh_text_puts(out, ",");
    rh_text_csv(out, origin_of(self, entry.parameter, entry.segment));
    rh_text_printf(out, ",%s,", self->usage == NULL ? "" : idle == NULL ? "yes" : "no");
    rh_text_csv(out, idle != NULL ? idle : "");
    rh_text_puts(out, ",");
    rh_text_csv(out, info->description);
    rh_text_puts(out, "\n");
}

void rh_assumptions_print_csv(const struct rh_assumptions_output *self, struct rh_text *out)
{
    rh_text_puts(
        out, "parameter,mechanism,unit,segment,distribution,mean,sd,low,high,from,used,not_used_because,description\n");
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        add_parameter(self, p, add_csv_entry, NULL, out);
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

static void add_json_entry(const struct rh_assumptions_output *self, struct entry entry, void *user,
                           struct rh_text *out)
{
    (void)user;
    static const char *const keys[] = {"mean", "sd", "low", "high"};
    const struct rh_parameter_info *info = &rh_parameter_table[entry.parameter];
    const struct rh_belief_of *belief = &self->assumptions->belief[cell_of(self, entry.parameter, entry.segment)];
    const char *idle = idle_of(self, entry.parameter);
    double number[4];
    numbers_of(belief, number);
    rh_text_puts(out, out->bytes[out->length - 1] == '[' ? "\n  {" : ",\n  {");
    add_json_text(out, "parameter", info->name);
    rh_text_puts(out, ", ");
    add_json_text(out, "mechanism", info->mechanism);
    rh_text_puts(out, ", ");
    add_json_text(out, "unit", info->unit);
    rh_text_puts(out, ", ");
    add_json_text(out, "segment", entry.name);
    rh_text_puts(out, ", ");
    add_json_text(out, "distribution", distributions[belief->distribution]);
    for (int k = 0; k < 4; k++) {
        rh_text_printf(out, ", \"%s\": ", keys[k]);
        add_number(out, number[k], "null");
    }
    rh_text_puts(out, ", ");
    add_json_text(out, "from", origin_of(self, entry.parameter, entry.segment));
    rh_text_printf(out, ", \"used\": %s, ", self->usage == NULL ? "null" : idle == NULL ? "true" : "false");
    add_json_text(out, "not_used_because", idle);
    rh_text_puts(out, ", ");
    add_json_text(out, "description", info->description);
    rh_text_puts(out, "}");
}

void rh_assumptions_print_json(const struct rh_assumptions_output *self, struct rh_text *out)
{
    enum rh_parameter unused[RH_NUM_PARAMETERS];
    const int num = self->usage != NULL ? rh_usage_given_in_vain(self->usage, self->assumptions, unused) : 0;
    rh_text_puts(out, "{");
    add_json_text(out, "study", self->study != NULL ? self->study->path : NULL);
    rh_text_puts(out, ", ");
    add_json_text(out, "assumptions", self->assumptions->path);
    rh_text_puts(out, ",\n\"parameters\": [");
    for (int p = 0; p < RH_NUM_PARAMETERS && !out->failed; p++) {
        add_parameter(self, p, add_json_entry, NULL, out);
    }
    rh_text_puts(out, "],\n\"given_but_not_used\": [");
    for (int k = 0; k < num; k++) {
        rh_text_puts(out, k > 0 ? ", " : "");
        rh_text_json(out, rh_parameter_table[unused[k]].name);
    }
    rh_text_puts(out, "]}\n");
}
