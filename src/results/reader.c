/* Reads results.h5 back, and refuses what is not a whole one. Every shape is checked before it is used: a file may come
 * from anywhere. */
#include "results/results.h"

#include "core/h5.h"
#include "core/memory.h"
#include "results/layout.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Opening ---- */

/* A foreign file lacks the format; an unfinished one has it, but not the last attribute. */
static int check_format(hid_t file, const char *path, struct rh_error *error)
{
    char *format = NULL;
    int64_t version = 0, complete = 0;
    int ret = rh_h5_read_attribute(file, NULL, "format", &format, error);
    if (ret == RH_OK) {
        ret = strcmp(format, RH_RESULTS_FORMAT) == 0
                  ? rh_h5_read_attribute_int(file, NULL, "format_version", &version, error)
                  : RH_ERR_FORMAT;
    }
    free(format);
    if (ret != RH_OK) {
        return ret != RH_ERR_FORMAT ? ret
                                    : rh_error_set_at(error, ret, path, 0, 0, "is not a results file of rehearse");
    }
    if (version < RH_RESULTS_OLDEST) {
        return rh_error_set_at(error, RH_ERR_TOO_OLD, path, 0, 0,
                               "has format version %" PRId64 ", the oldest that can be read is %d: run the study again",
                               version, RH_RESULTS_OLDEST);
    }
    if (version > RH_RESULTS_VERSION) {
        return rh_error_set_at(error, RH_ERR_TOO_NEW, path, 0, 0,
                               "has format version %" PRId64
                               ", the newest that can be read is %d: use a newer rehearse",
                               version, RH_RESULTS_VERSION);
    }
    if (rh_h5_read_attribute_int(file, NULL, "complete", &complete, NULL) != RH_OK || complete != 1) {
        return rh_error_set_at(error, RH_ERR_FORMAT, path, 0, 0, "is unfinished: the run that wrote it did not end");
    }
    return RH_OK;
}

static int read_seed(struct rh_results *self, struct rh_error *error)
{
    char *text = NULL, *end = NULL;
    int ret = rh_h5_read_attribute((hid_t)self->file, NULL, "seed", &text, error);
    if (ret == RH_OK) {
        errno = 0;
        self->seed = strtoull(text, &end, 10);
        if (end == text || *end != '\0' || errno != 0) {
            ret = rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0, "has the seed '%s', expected a number", text);
        }
    }
    free(text);
    return ret;
}

static int read_first_month(struct rh_results *self, struct rh_error *error)
{
    char *text = NULL;
    int ret = rh_h5_read_attribute((hid_t)self->file, NULL, "first_month", &text, error);
    if (ret == RH_OK && !rh_month_parse(text, strlen(text), &self->first_month)) {
        ret = rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0,
                              "has the first month '%s', expected one like 2024-01", text);
    }
    free(text);
    return ret;
}

/* Files of a rehearse that did not keep it have the default. */
static int read_confidence(struct rh_results *self, struct rh_error *error)
{
    char *text = NULL, *end = NULL;
    self->confidence = RH_RESULTS_CONFIDENCE;
    if (H5Aexists((hid_t)self->file, "confidence") == 0) {
        return RH_OK;
    }
    int ret = rh_h5_read_attribute((hid_t)self->file, NULL, "confidence", &text, error);
    if (ret != RH_OK) {
        return ret;
    }
    const double found = strtod(text, &end);
    if (end == text || *end != '\0' || !(found > 0.0 && found < 1.0)) {
        ret = rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0,
                              "has the confidence '%s', expected a number between 0 and 1", text);
    } else {
        self->confidence = found;
    }
    free(text);
    return ret;
}

/* The same. */
static int read_arithmetic(struct rh_results *self, struct rh_error *error)
{
    if (H5Aexists((hid_t)self->file, "arithmetic") != 0) {
        return rh_h5_read_attribute((hid_t)self->file, NULL, "arithmetic", &self->arithmetic, error);
    }
    self->arithmetic = strdup("double");
    return self->arithmetic != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to read results");
}

static int read_attributes(struct rh_results *self, struct rh_error *error)
{
    const hid_t file = (hid_t)self->file;
    int64_t replications = 0, reference = 0, margin = 0;
    int ret = rh_h5_read_attribute(file, NULL, "title", &self->title, error);
    if (ret == RH_OK) {
        ret = rh_h5_read_attribute(file, NULL, "currency", &self->currency, error);
    }
    if (ret == RH_OK) {
        ret = read_seed(self, error);
    }
    if (ret == RH_OK) {
        ret = rh_h5_read_attribute(file, NULL, "sampling", &self->sampling, error);
    }
    if (ret == RH_OK) {
        ret = read_arithmetic(self, error);
    }
    if (ret == RH_OK) {
        ret = read_first_month(self, error);
    }
    if (ret == RH_OK) {
        ret = read_confidence(self, error);
    }
    if (ret == RH_OK) {
        ret = rh_h5_read_attribute_int(file, NULL, "replications", &replications, error);
    }
    if (ret == RH_OK) {
        ret = rh_h5_read_attribute_int(file, NULL, "reference", &reference, error);
    }
    if (ret == RH_OK) {
        ret = rh_h5_read_attribute_int(file, NULL, "margin_assumed", &margin, error);
    }
    if (ret == RH_OK && (replications < 1 || reference < 0 || reference >= INT_MAX)) {
        ret = rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0,
                              "has %" PRId64 " replications and the reference scenario %" PRId64, replications,
                              reference);
    }
    self->replications = (uint64_t)replications;
    self->reference = (int)reference;
    self->margin_assumed = margin != 0;
    self->has_finance = rh_h5_exists(file, rh_layout_groups[RH_GROUP_FINANCE].name);
    return ret;
}

/* Texts that may be absent: then *num is 0. */
static int read_texts(struct rh_results *self, const char *name, char ***out, int *num, struct rh_error *error)
{
    size_t found = 0;
    *num = 0;
    if (!rh_h5_exists((hid_t)self->file, name)) {
        return RH_OK;
    }
    const int ret = rh_h5_read_strings((hid_t)self->file, name, out, &found, error);
    if (ret == RH_OK && found > INT_MAX) {
        rh_h5_free_strings(*out, found);
        *out = NULL;
        return rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0, "has %zu of '%s'", found, name);
    }
    *num = (int)found;
    return ret;
}

static int read_labels(struct rh_results *self, struct rh_error *error)
{
    int num_texts = 0;
    int ret = read_texts(self, rh_layout_axes[RH_AXIS_SCENARIO].name, &self->scenario, &self->num_scenarios, error);
    if (ret == RH_OK) {
        ret = read_texts(self, rh_layout_texts[RH_TEXT_SCENARIO_DESCRIPTION].path, &self->scenario_text, &num_texts,
                         error);
    }
    if (ret == RH_OK && (self->reference >= self->num_scenarios || num_texts != self->num_scenarios)) {
        ret = rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0,
                              "has %d scenarios, %d descriptions of them and the reference %d", self->num_scenarios,
                              num_texts, self->reference);
        rh_h5_free_strings(self->scenario_text, (size_t)num_texts);
        self->scenario_text = NULL;
    }
    for (int cut = 0; ret == RH_OK && cut < RH_NUM_CUTS; cut++) {
        ret = read_texts(self, rh_layout_axes[RH_AXIS_MONTH + cut].name, &self->cut_label[cut], &self->cut_size[cut],
                         error);
    }
    if (ret == RH_OK) {
        ret = read_texts(self, RH_LAYOUT_PROVENANCE "/extra", &self->extra, &self->num_extra, error);
    }
    if (ret == RH_OK) {
        ret = read_texts(self, RH_LAYOUT_PROVENANCE "/note", &self->note, &self->num_notes, error);
    }
    return ret;
}

static int read_inputs(struct rh_results *self, struct rh_error *error)
{
    int num_roles = 0, num_sums = 0;
    int ret = read_texts(self, RH_LAYOUT_PROVENANCE "/input", &self->input_path, &self->num_inputs, error);
    if (ret == RH_OK) {
        ret = read_texts(self, rh_layout_texts[RH_TEXT_INPUT_ROLE].path, &self->input_role, &num_roles, error);
    }
    if (ret == RH_OK) {
        ret = read_texts(self, rh_layout_texts[RH_TEXT_INPUT_SHA256].path, &self->input_sha256, &num_sums, error);
    }
    if (ret == RH_OK && (num_roles != self->num_inputs || num_sums != self->num_inputs)) {
        ret = rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0, "has %d inputs, %d roles and %d SHA-256 of them",
                              self->num_inputs, num_roles, num_sums);
        rh_h5_free_strings(self->input_role, (size_t)num_roles);
        rh_h5_free_strings(self->input_sha256, (size_t)num_sums);
        self->input_role = self->input_sha256 = NULL;
    }
    return ret;
}

int rh_results_open(struct rh_results *self, const char *path, struct rh_error *error)
{
    hid_t file;
    memset(self, 0, sizeof *self);
    self->file = -1;
    int ret = rh_h5_open(&file, path, error);
    if (ret != RH_OK) {
        return ret;
    }
    self->file = file;
    ret = check_format(file, path, error);
    if (ret == RH_OK) {
        self->path = rh_strdup(path);
        ret = self->path != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to read results");
    }
    if (ret == RH_OK) {
        ret = read_attributes(self, error);
    }
    if (ret == RH_OK) {
        ret = read_labels(self, error);
    }
    if (ret == RH_OK) {
        ret = read_inputs(self, error);
    }
    if (ret != RH_OK) {
        rh_results_close(self);
    }
    return ret;
}

void rh_results_close(struct rh_results *self)
{
    hid_t file = (hid_t)self->file;
    if (file > 0) {
        rh_h5_close(&file, NULL);
    }
    rh_h5_free_strings(self->scenario, (size_t)self->num_scenarios);
    rh_h5_free_strings(self->scenario_text, (size_t)self->num_scenarios);
    rh_h5_free_strings(self->extra, (size_t)self->num_extra);
    rh_h5_free_strings(self->note, (size_t)self->num_notes);
    rh_h5_free_strings(self->input_path, (size_t)self->num_inputs);
    rh_h5_free_strings(self->input_role, (size_t)self->num_inputs);
    rh_h5_free_strings(self->input_sha256, (size_t)self->num_inputs);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        rh_h5_free_strings(self->cut_label[cut], (size_t)self->cut_size[cut]);
    }
    free(self->title);
    free(self->currency);
    free(self->sampling);
    free(self->arithmetic);
    free(self->path);
    memset(self, 0, sizeof *self);
    self->file = -1;
}

/* ---- Numbers ---- */

/* Reads the part start, count of GROUP/NAME, whose shape must be `shape`. */
static int read_row(const struct rh_results *self, enum rh_group group, const char *name, const hsize_t *shape,
                    const hsize_t *start, const hsize_t *count, void *out, struct rh_error *error)
{
    const struct rh_layout_group *info = &rh_layout_groups[group];
    hsize_t found[RH_H5_MAX_RANK];
    int rank;
    char *path = rh_layout_path(group, name);
    if (path == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to read results");
    }
    int ret = rh_h5_shape((hid_t)self->file, path, &rank, found, error);
    if (ret == RH_OK && (rank != info->rank || memcmp(found, shape, (size_t)rank * sizeof *shape) != 0)) {
        ret = rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0,
                              "dataset '%s' has not the shape of its dimensions", path);
    }
    if (ret == RH_OK) {
        ret = rh_h5_read_part((hid_t)self->file, path, info->type, start, count, out, error);
    }
    free(path);
    return ret;
}

/* Files of version 1 may be older than the figure: then it is missing in all replications. */
static bool lacks(const struct rh_results *self, enum rh_group group, enum rh_kpi kpi)
{
    char path[64]; /* no allocation: without memory an old file would seem to be broken */
    snprintf(path, sizeof path, "%s/%s", rh_layout_groups[group].name, rh_kpi_table[kpi].name);
    return kpi == RH_KPI_CASH && !rh_h5_exists((hid_t)self->file, path);
}

/* A row of statistics of nothing: all is missing. */
static void fill_missing(double *row, int num)
{
    row[0] = 1.0;
    for (int k = 1; k < num; k++) {
        row[k] = NAN;
    }
}

static int check_scenario(const struct rh_results *self, int scenario, struct rh_error *error)
{
    if (scenario < 0 || scenario >= self->num_scenarios) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "scenario %d of %d", scenario, self->num_scenarios);
    }
    return RH_OK;
}

static int read_replications(const struct rh_results *self, enum rh_group group, const char *name, int scenario,
                             uint64_t first, uint64_t num, double *out, struct rh_error *error)
{
    const hsize_t shape[2] = {(hsize_t)self->num_scenarios, self->replications};
    const hsize_t start[2] = {(hsize_t)scenario, first}, count[2] = {1, num};
    const int ret = check_scenario(self, scenario, error);
    return ret == RH_OK ? read_row(self, group, name, shape, start, count, out, error) : ret;
}

int rh_results_read_kpi(const struct rh_results *self, enum rh_kpi kpi, int scenario, double *out,
                        struct rh_error *error)
{
    if (lacks(self, RH_GROUP_KPI, kpi)) {
        for (uint64_t i = 0; i < self->replications; i++) {
            out[i] = NAN;
        }
        return check_scenario(self, scenario, error);
    }
    return read_replications(self, RH_GROUP_KPI, rh_kpi_table[kpi].name, scenario, 0, self->replications, out, error);
}

int rh_results_read_figure(const struct rh_results *self, enum rh_kpi kpi, int scenario, uint64_t replication,
                           double *out, struct rh_error *error)
{
    if (replication >= self->replications) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "there is no replication %" PRIu64 ": they run from 0 to %" PRIu64,
                            replication, self->replications - 1);
    }
    if (lacks(self, RH_GROUP_KPI, kpi)) {
        *out = NAN;
        return check_scenario(self, scenario, error);
    }
    return read_replications(self, RH_GROUP_KPI, rh_kpi_table[kpi].name, scenario, replication, 1, out, error);
}

int rh_results_read_extra(const struct rh_results *self, int i_extra, int scenario, double *out, struct rh_error *error)
{
    if (i_extra < 0 || i_extra >= self->num_extra) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "activity measure %d of %d", i_extra, self->num_extra);
    }
    return read_replications(self, RH_GROUP_EXTRA, self->extra[i_extra], scenario, 0, self->replications, out, error);
}

int rh_results_read_cut(const struct rh_results *self, enum rh_cut cut, enum rh_kpi kpi, int scenario, float *out,
                        struct rh_error *error)
{
    const hsize_t width = (hsize_t)self->cut_size[cut];
    const hsize_t shape[3] = {(hsize_t)self->num_scenarios, self->replications, width};
    const hsize_t start[3] = {(hsize_t)scenario, 0, 0}, count[3] = {1, self->replications, width};
    if (rh_cut_place(cut, kpi) < 0 || width == 0) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "%s is not kept by %s", rh_kpi_table[kpi].name, rh_cut_name(cut));
    }
    const int ret = check_scenario(self, scenario, error);
    return ret == RH_OK ? read_row(self, (enum rh_group)(RH_GROUP_BY_MONTH + (int)cut), rh_kpi_table[kpi].name, shape,
                                   start, count, out, error)
                        : ret;
}

int rh_results_read_summary(const struct rh_results *self, enum rh_kpi kpi, int scenario, struct rh_summary *out,
                            struct rh_error *error)
{
    double row[RH_NUM_SUMMARY_STATISTICS];
    const hsize_t shape[2] = {(hsize_t)self->num_scenarios, RH_NUM_SUMMARY_STATISTICS};
    const hsize_t start[2] = {(hsize_t)scenario, 0}, count[2] = {1, RH_NUM_SUMMARY_STATISTICS};
    int ret = check_scenario(self, scenario, error);
    if (ret == RH_OK && lacks(self, RH_GROUP_SUMMARY, kpi)) {
        fill_missing(row, RH_NUM_SUMMARY_STATISTICS);
    } else if (ret == RH_OK) {
        ret = read_row(self, RH_GROUP_SUMMARY, rh_kpi_table[kpi].name, shape, start, count, row, error);
    }
    if (ret == RH_OK) {
        rh_summary_unpack(out, row, self->replications);
    }
    return ret;
}

int rh_results_read_finance(const struct rh_results *self, enum rh_finance figure, int scenario, struct rh_summary *out,
                            struct rh_error *error)
{
    const hsize_t months = (hsize_t)self->cut_size[RH_CUT_MONTH];
    const hsize_t shape[3] = {(hsize_t)self->num_scenarios, months, RH_NUM_SUMMARY_STATISTICS};
    const hsize_t start[3] = {(hsize_t)scenario, 0, 0}, count[3] = {1, months, RH_NUM_SUMMARY_STATISTICS};
    int ret = check_scenario(self, scenario, error);
    double *row = rh_calloc(months, RH_NUM_SUMMARY_STATISTICS * sizeof *row);
    if (ret == RH_OK && row == NULL) {
        ret = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to read results");
    }
    if (ret == RH_OK) {
        ret = read_row(self, RH_GROUP_FINANCE, rh_finance_table[figure].name, shape, start, count, row, error);
    }
    for (hsize_t t = 0; ret == RH_OK && t < months; t++) {
        rh_summary_unpack(&out[t], row + t * RH_NUM_SUMMARY_STATISTICS, self->replications);
    }
    free(row);
    return ret;
}

int rh_results_read_difference(const struct rh_results *self, enum rh_kpi kpi, int scenario, int versus,
                               struct rh_difference *out, struct rh_error *error)
{
    double row[RH_NUM_DIFFERENCE_STATISTICS];
    const hsize_t num = (hsize_t)self->num_scenarios;
    const hsize_t shape[3] = {num, num, RH_NUM_DIFFERENCE_STATISTICS};
    const hsize_t start[3] = {(hsize_t)scenario, (hsize_t)versus, 0}, count[3] = {1, 1, RH_NUM_DIFFERENCE_STATISTICS};
    int ret = check_scenario(self, scenario, error);
    if (ret == RH_OK) {
        ret = check_scenario(self, versus, error);
    }
    if (ret == RH_OK && lacks(self, RH_GROUP_DIFFERENCE, kpi)) {
        fill_missing(row, RH_NUM_DIFFERENCE_STATISTICS);
    } else if (ret == RH_OK) {
        ret = read_row(self, RH_GROUP_DIFFERENCE, rh_kpi_table[kpi].name, shape, start, count, row, error);
    }
    if (ret == RH_OK) {
        rh_difference_unpack(out, row, self->replications);
    }
    return ret;
}

/* ---- Partners ---- */

/* Texts of a dimension, as many as expected of `what`. */
static int read_column(const struct rh_results *self, const char *path, const char *what, int expected, char ***out,
                       struct rh_error *error)
{
    size_t num = 0;
    int ret = rh_h5_read_strings((hid_t)self->file, path, out, &num, error);
    if (ret == RH_OK && num != (size_t)expected) {
        ret = rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0, "'%s' is of %zu %s, there are %d", path, num,
                              what, expected);
        rh_h5_free_strings(*out, num);
        *out = NULL;
    }
    return ret;
}

/* The names along a dimension; none where the file has no such dimension. */
static int read_names(const struct rh_results *self, const char *scale, const char *what, char ***out, int *num,
                      struct rh_error *error)
{
    size_t found = 0;
    *num = 0;
    if (!rh_h5_exists((hid_t)self->file, scale)) {
        return RH_OK;
    }
    int ret = rh_h5_read_strings((hid_t)self->file, scale, out, &found, error);
    if (ret == RH_OK && found > INT_MAX) {
        rh_h5_free_strings(*out, found);
        *out = NULL;
        return rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0, "has %zu %s", found, what);
    }
    *num = ret == RH_OK ? (int)found : 0;
    return ret;
}

static int read_partner_figure(const struct rh_results *self, const char *name, int num, double **out,
                               struct rh_error *error)
{
    const hsize_t shape[2] = {(hsize_t)self->num_scenarios, (hsize_t)num}, start[2] = {0, 0};
    *out = rh_calloc((size_t)self->num_scenarios * (size_t)num, sizeof **out);
    return *out != NULL ? read_row(self, RH_GROUP_PARTNER, name, shape, start, shape, *out, error)
                        : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to read results");
}

int rh_results_read_partners(const struct rh_results *self, struct rh_results_partners *out, struct rh_error *error)
{
    memset(out, 0, sizeof *out);
    int ret = read_names(self, "partner/partner", "partners", &out->id, &out->num, error);
    if (ret != RH_OK || out->id == NULL) {
        return ret;
    }
    char ***const text[] = {&out->segment, &out->region, &out->tier};
    for (int k = 0; ret == RH_OK && k < 3; k++) {
        ret =
            read_column(self, rh_layout_texts[RH_TEXT_PARTNER_SEGMENT + k].path, "partners", out->num, text[k], error);
    }
    for (int k = 0; ret == RH_OK && k < RH_NUM_PARTNER_FIGURES; k++) {
        ret = read_partner_figure(self, rh_partner_figure_table[k].name, out->num, &out->figure[k], error);
    }
    return ret;
}

void rh_results_partners_free(struct rh_results_partners *self)
{
    rh_h5_free_strings(self->id, (size_t)self->num);
    rh_h5_free_strings(self->segment, (size_t)self->num);
    rh_h5_free_strings(self->region, (size_t)self->num);
    rh_h5_free_strings(self->tier, (size_t)self->num);
    for (int k = 0; k < RH_NUM_PARTNER_FIGURES; k++) {
        free(self->figure[k]);
    }
    memset(self, 0, sizeof *self);
}

/* ---- Parameters ---- */

int rh_results_read_parameters(const struct rh_results *self, struct rh_results_parameters *out, struct rh_error *error)
{
    memset(out, 0, sizeof *out);
    int ret = read_names(self, RH_LAYOUT_PROVENANCE "/parameter", "parameters", &out->name, &out->num, error);
    const struct {
        enum rh_text_column column;
        char ***out;
    } text[] = {{RH_TEXT_PARAMETER_UNIT, &out->unit},
                {RH_TEXT_PARAMETER_DESCRIPTION, &out->description},
                {RH_TEXT_PARAMETER_ORIGIN, &out->origin},
                {RH_TEXT_PARAMETER_DISTRIBUTION, &out->distribution},
                {RH_TEXT_PARAMETER_DRAWN, &out->drawn}};
    for (size_t k = 0; ret == RH_OK && out->name != NULL && k < sizeof text / sizeof *text; k++) {
        ret = read_column(self, rh_layout_texts[text[k].column].path, "parameters", out->num, text[k].out, error);
    }
    return ret;
}

void rh_results_parameters_free(struct rh_results_parameters *self)
{
    char **const text[] = {self->name, self->unit, self->description, self->origin, self->distribution, self->drawn};
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) {
        rh_h5_free_strings(text[k], (size_t)self->num);
    }
    memset(self, 0, sizeof *self);
}

int rh_results_read_parameter(const struct rh_results *self, const char *name, double *out, struct rh_error *error)
{
    const hsize_t shape[1] = {self->replications}, start[1] = {0};
    return read_row(self, RH_GROUP_PARAMETERS, name, shape, start, shape, out, error);
}

/* ---- Origin ---- */

int rh_results_read_origin(const struct rh_results *self, struct rh_results_origin *out, struct rh_error *error)
{
    const hid_t file = (hid_t)self->file;
    *out = (struct rh_results_origin){0};
    int ret = rh_h5_read_attribute(file, NULL, "program_version", &out->program_version, error);
    if (ret == RH_OK) {
        ret = rh_h5_read_attribute(file, NULL, "build", &out->build, error);
    }
    if (ret == RH_OK && self->num_inputs > 0) {
        ret = read_column(self, rh_layout_texts[RH_TEXT_INPUT_TEXT].path, "inputs", self->num_inputs, &out->input_text,
                          error);
        out->num_inputs = ret == RH_OK ? self->num_inputs : 0;
    }
    return ret;
}

void rh_results_origin_free(struct rh_results_origin *self)
{
    rh_h5_free_strings(self->input_text, (size_t)self->num_inputs);
    free(self->program_version);
    free(self->build);
    *self = (struct rh_results_origin){0};
}
