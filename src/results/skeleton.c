/* The structure of results.h5, made from the tables of layout.c and a header.
 *
 * Each group has its own copy of the scales of its dimensions: xarray opens one group at a time and looks for
 * coordinates there and nowhere else. */
#include "results/skeleton.h"

#include "core/memory.h"
#include "results/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((uint64_t)128 * SCALE_ROWS)
#define MAX_ROWS 1024 /* the writer has room for as many replications of everything */
#define PARTNER_ROWS 16384
#define MAX_PATH 320
#define SCALE_ROWS 4096 /* of a chunk of numbers of replications */

/* What the file is made from, and what every axis counts. */
struct maker {
    hid_t file;
    const struct rh_results_header *header;
    const char **label[RH_NUM_AXES]; /* owned arrays of borrowed texts; NULL for replication */
    uint64_t length[RH_NUM_AXES];
    char (*month)[RH_DAY_TEXT];
};

uint64_t rh_results_chunk_rows(uint64_t width, size_t size)
{
    uint64_t rows = MAX_ROWS;
    while (rows > RH_RESULTS_MIN_ROWS && rows * width * size > CHUNK_BYTES) {
        rows /= 2;
    }
    return rows;
}

/* ---- Labels ---- */

static const char *parameter_text(const struct rh_results_parameter *parameter, enum rh_text_column column)
{
    switch (column) {
    case RH_TEXT_PARAMETER_UNIT:
        return parameter->unit;
    case RH_TEXT_PARAMETER_DESCRIPTION:
        return parameter->description;
    case RH_TEXT_PARAMETER_ORIGIN:
        return parameter->origin;
    case RH_TEXT_PARAMETER_DISTRIBUTION:
        return parameter->distribution;
    case RH_TEXT_PARAMETER_MECHANISM:
        return parameter->mechanism;
    default:
        return parameter->drawn ? "yes" : "no";
    }
}

static const char *column_text(const struct rh_results_header *header, enum rh_text_column column, uint64_t i)
{
    switch (column) {
    case RH_TEXT_SCENARIO_DESCRIPTION:
        return header->scenario_text[i];
    case RH_TEXT_PARTNER_SEGMENT:
        return header->partner[i].segment;
    case RH_TEXT_PARTNER_REGION:
        return header->partner[i].region;
    case RH_TEXT_PARTNER_TIER:
        return header->partner[i].tier;
    case RH_TEXT_INPUT_ROLE:
        return header->input[i].role;
    case RH_TEXT_INPUT_SHA256:
        return header->input[i].sha256;
    case RH_TEXT_INPUT_TEXT:
        return header->input[i].text;
    case RH_TEXT_UNUSED_REASON:
        return header->unused_reason[i];
    default:
        return parameter_text(&header->parameter[i], column);
    }
}

static const char *axis_text(const struct maker *self, enum rh_axis axis, uint64_t i)
{
    const struct rh_results_header *header = self->header;
    switch (axis) {
    case RH_AXIS_SCENARIO:
    case RH_AXIS_VERSUS:
        return header->scenario[i];
    case RH_AXIS_MONTH:
        return self->month[i];
    case RH_AXIS_SEGMENT:
    case RH_AXIS_REGION:
    case RH_AXIS_TIER:
    case RH_AXIS_PRODUCT:
    case RH_AXIS_INCENTIVE:
        return header->cut_label[axis - RH_AXIS_MONTH][i];
    case RH_AXIS_SUMMARY_STATISTIC:
        return rh_summary_statistics[i];
    case RH_AXIS_DIFFERENCE_STATISTIC:
        return rh_difference_statistics[i];
    case RH_AXIS_PARTNER:
        return header->partner[i].id;
    case RH_AXIS_PARAMETER:
        return header->parameter[i].name;
    case RH_AXIS_INPUT:
        return header->input[i].path;
    case RH_AXIS_EXTRA:
        return header->extra[i];
    case RH_AXIS_UNUSED:
        return header->unused[i];
    default:
        return header->note[i];
    }
}

static uint64_t axis_length(const struct rh_results_header *header, enum rh_axis axis)
{
    switch (axis) {
    case RH_AXIS_SCENARIO:
    case RH_AXIS_VERSUS:
        return (uint64_t)header->num_scenarios;
    case RH_AXIS_REPLICATION:
        return header->replications;
    case RH_AXIS_MONTH:
    case RH_AXIS_SEGMENT:
    case RH_AXIS_REGION:
    case RH_AXIS_TIER:
    case RH_AXIS_PRODUCT:
    case RH_AXIS_INCENTIVE:
        return (uint64_t)header->cut_size[axis - RH_AXIS_MONTH];
    case RH_AXIS_SUMMARY_STATISTIC:
        return RH_NUM_SUMMARY_STATISTICS;
    case RH_AXIS_DIFFERENCE_STATISTIC:
        return RH_NUM_DIFFERENCE_STATISTICS;
    case RH_AXIS_PARTNER:
        return (uint64_t)header->num_partners;
    case RH_AXIS_PARAMETER:
        return (uint64_t)header->num_parameters;
    case RH_AXIS_INPUT:
        return (uint64_t)header->num_inputs;
    case RH_AXIS_EXTRA:
        return (uint64_t)header->num_extra;
    case RH_AXIS_UNUSED:
        return (uint64_t)header->num_unused;
    default:
        return (uint64_t)header->num_notes;
    }
}

static void maker_free(struct maker *self)
{
    for (int axis = 0; axis < RH_NUM_AXES; axis++) {
        free(self->label[axis]);
    }
    free(self->month);
}

static int maker_init(struct maker *self, hid_t file, const struct rh_results_header *header)
{
    memset(self, 0, sizeof *self);
    self->file = file;
    self->header = header;
    self->month = rh_calloc((size_t)header->cut_size[RH_CUT_MONTH], sizeof *self->month);
    if (self->month == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (int i = 0; i < header->cut_size[RH_CUT_MONTH]; i++) {
        rh_month_format(header->first_month + i, self->month[i]);
    }
    for (int axis = 0; axis < RH_NUM_AXES; axis++) {
        self->length[axis] = axis_length(header, (enum rh_axis)axis);
        if (axis == RH_AXIS_REPLICATION) {
            continue;
        }
        self->label[axis] = rh_calloc((size_t)self->length[axis], sizeof *self->label[axis]);
        if (self->label[axis] == NULL) {
            return RH_ERR_NO_MEMORY;
        }
        for (uint64_t i = 0; i < self->length[axis]; i++) {
            self->label[axis][i] = axis_text(self, (enum rh_axis)axis, i);
        }
    }
    return RH_OK;
}

/* ---- Scales ---- */

/* "GROUP/NAME", or NAME in the root. */
static void join(char path[MAX_PATH], const char *group, const char *name)
{
    snprintf(path, MAX_PATH, "%s%s%s", group, group[0] == '\0' ? "" : "/", name);
}

/* Numbers of the replications, a chunk at a time: there may be more than memory should hold, or than anybody waits for.
 */
static int fill_replications(const struct maker *self, const char *path, struct rh_error *error)
{
    const struct rh_progress *progress = self->header->progress;
    int64_t numbers[SCALE_ROWS];
    int ret = RH_OK;
    for (hsize_t start = 0, count; ret == RH_OK && start < self->header->replications; start += count) {
        count = self->header->replications - start;
        count = count < SCALE_ROWS ? count : SCALE_ROWS;
        for (hsize_t i = 0; i < count; i++) {
            numbers[i] = (int64_t)(start + i);
        }
        if (rh_progress_stopped(progress)) {
            return rh_error_set(error, RH_ERR_INTERRUPTED, "interrupted while the results were laid out");
        }
        ret = rh_h5_write_part(self->file, path, RH_H5_INT64, &start, &count, numbers, error);
        rh_progress_report(progress, "laying out the results", 0, 0);
    }
    return ret;
}

static int make_scale(const struct maker *self, const char *group, enum rh_axis axis, struct rh_error *error)
{
    char path[MAX_PATH];
    int ret;
    const struct rh_layout_axis *info = &rh_layout_axes[axis];
    join(path, group, info->name);
    struct rh_h5_dataset dataset = {.name = path,
                                    .type = RH_H5_INT64,
                                    .rank = 1,
                                    .shape = {self->length[axis]},
                                    .scale = {path},
                                    .units = "1",
                                    .long_name = info->long_name,
                                    .description = info->description};
    if (axis == RH_AXIS_REPLICATION) {
        dataset.chunk[0] = SCALE_ROWS;
        ret = rh_h5_write(self->file, &dataset, NULL, error);
        if (ret == RH_OK) {
            ret = fill_replications(self, path, error);
        }
    } else {
        ret = rh_h5_write_strings(self->file, &dataset, self->label[axis], error);
    }
    return ret == RH_OK ? rh_h5_make_scale(self->file, path, error) : ret;
}

/* ---- Groups ---- */

/* A dataset of the group, all missing. One chunk holds a scenario's replications, all values of the cut; summaries are
 * one chunk, for its checksum. */
static int make_member(const struct maker *self, enum rh_group group, const char *path, const char *units,
                       const char *long_name, const char *description, struct rh_error *error)
{
    const struct rh_layout_group *info = &rh_layout_groups[group];
    struct rh_h5_dataset dataset = {.name = path,
                                    .type = info->type,
                                    .rank = info->rank,
                                    .units = units,
                                    .long_name = long_name,
                                    .description = description};
    uint64_t width = 1;
    for (int i = 0; i < info->rank; i++) {
        dataset.shape[i] = dataset.chunk[i] = self->length[info->axis[i]];
        dataset.scale[i] = rh_layout_axes[info->axis[i]].name;
        width *= i == 2 ? dataset.shape[i] : 1;
    }
    for (int i = 0; i < info->rank; i++) {
        if (info->axis[i] == RH_AXIS_REPLICATION) {
            dataset.chunk[0] = 1;
            dataset.chunk[i] = rh_results_chunk_rows(width, info->type == RH_H5_FLOAT ? 4 : 8);
        } else if (info->axis[i] == RH_AXIS_PARTNER && dataset.shape[i] > PARTNER_ROWS) {
            dataset.chunk[0] = 1;
            dataset.chunk[i] = PARTNER_ROWS;
        }
    }
    return rh_h5_write(self->file, &dataset, NULL, error);
}

static int make_figure(const struct maker *self, enum rh_group group, enum rh_kpi kpi, struct rh_error *error)
{
    const struct rh_kpi_info *info = &rh_kpi_table[kpi];
    char *path = rh_layout_path(group, info->name);
    if (path == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the names of results");
    }
    const int ret = make_member(self, group, path, rh_unit_text(info->unit), info->long_name, info->description, error);
    free(path);
    return ret;
}

static int make_partner_figure(const struct maker *self, const struct rh_partner_figure_info *info,
                               struct rh_error *error)
{
    char *path = rh_layout_path(RH_GROUP_PARTNER, info->name);
    if (path == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the names of results");
    }
    const int ret =
        make_member(self, RH_GROUP_PARTNER, path, rh_unit_text(info->unit), info->long_name, info->description, error);
    free(path);
    return ret;
}

static int make_finance(const struct maker *self, const struct rh_finance_info *info, struct rh_error *error)
{
    char *path = rh_layout_path(RH_GROUP_FINANCE, info->name);
    if (path == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the names of results");
    }
    const int ret =
        make_member(self, RH_GROUP_FINANCE, path, rh_unit_text(info->unit), info->long_name, info->description, error);
    free(path);
    return ret;
}

static int make_extra(const struct maker *self, const char *measure, struct rh_error *error)
{
    char *path = rh_layout_path(RH_GROUP_EXTRA, measure);
    if (path == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the names of results");
    }
    const int ret = make_member(self, RH_GROUP_EXTRA, path, rh_unit_text(RH_UNIT_COUNT), measure,
                                rh_layout_groups[RH_GROUP_EXTRA].description, error);
    free(path);
    return ret;
}

static int make_parameter(const struct maker *self, const struct rh_results_parameter *parameter,
                          struct rh_error *error)
{
    char *path = rh_layout_path(RH_GROUP_PARAMETERS, parameter->name);
    if (path == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the names of results");
    }
    const int ret =
        make_member(self, RH_GROUP_PARAMETERS, path, parameter->unit, parameter->name, parameter->description, error);
    free(path);
    return ret;
}

static int make_members(const struct maker *self, enum rh_group group, struct rh_error *error)
{
    const struct rh_layout_group *info = &rh_layout_groups[group];
    int ret = RH_OK;
    switch (info->members) {
    case RH_MEMBERS_KPIS:
    case RH_MEMBERS_CUT:
        for (int k = 0; ret == RH_OK && k < RH_NUM_KPIS; k++) {
            if (info->members == RH_MEMBERS_KPIS || rh_cut_place(info->cut, (enum rh_kpi)k) >= 0) {
                ret = make_figure(self, group, (enum rh_kpi)k, error);
            }
        }
        break;
    case RH_MEMBERS_PARTNERS:
        for (int k = 0; ret == RH_OK && k < RH_NUM_PARTNER_FIGURES; k++) {
            ret = make_partner_figure(self, &rh_partner_figure_table[k], error);
        }
        break;
    case RH_MEMBERS_FINANCE:
        for (int k = 0; ret == RH_OK && k < RH_NUM_FINANCE; k++) {
            ret = make_finance(self, &rh_finance_table[k], error);
        }
        break;
    case RH_MEMBERS_EXTRAS:
        for (int i = 0; ret == RH_OK && i < self->header->num_extra; i++) {
            ret = make_extra(self, self->header->extra[i], error);
        }
        break;
    default:
        for (int i = 0; ret == RH_OK && i < self->header->num_parameters; i++) {
            if (self->header->parameter[i].drawn) {
                ret = make_parameter(self, &self->header->parameter[i], error);
            }
        }
    }
    return ret;
}

/* A cut that has no values (no incentives) has no group: netCDF-4 takes a dimension of length 0 for an unlimited one.
 */
static int make_group(const struct maker *self, enum rh_group group, struct rh_error *error)
{
    const struct rh_layout_group *info = &rh_layout_groups[group];
    int ret = RH_OK;
    for (int i = 0; i < info->rank; i++) {
        if (self->length[info->axis[i]] == 0) {
            return RH_OK;
        }
    }
    ret = rh_h5_make_group(self->file, info->name, error);
    for (int i = 0; ret == RH_OK && i < info->rank; i++) {
        ret = make_scale(self, info->name, info->axis[i], error);
    }
    return ret == RH_OK ? make_members(self, group, error) : ret;
}

/* ---- Texts ---- */

static int make_text(const struct maker *self, enum rh_text_column column, struct rh_error *error)
{
    const struct rh_layout_text *info = &rh_layout_texts[column];
    const uint64_t num = self->length[info->axis];
    if (num == 0) {
        return RH_OK;
    }
    const char **texts = rh_calloc((size_t)num, sizeof *texts);
    if (texts == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %" PRIu64 " texts", num);
    }
    for (uint64_t i = 0; i < num; i++) {
        texts[i] = column_text(self->header, column, i);
    }
    const struct rh_h5_dataset dataset = {.name = info->path,
                                          .rank = 1,
                                          .shape = {num},
                                          .scale = {rh_layout_axes[info->axis].name},
                                          .units = "1",
                                          .long_name = info->long_name,
                                          .description = info->description};
    const int ret = rh_h5_write_strings(self->file, &dataset, texts, error);
    free(texts);
    return ret;
}

static int make_provenance(const struct maker *self, struct rh_error *error)
{
    int ret = rh_h5_make_group(self->file, RH_LAYOUT_PROVENANCE, error);
    for (int axis = RH_AXIS_PARAMETER; ret == RH_OK && axis <= RH_AXIS_NOTE; axis++) {
        if (self->length[axis] > 0) {
            ret = make_scale(self, RH_LAYOUT_PROVENANCE, (enum rh_axis)axis, error);
        }
    }
    for (int column = 0; ret == RH_OK && column < RH_NUM_TEXTS; column++) {
        ret = make_text(self, (enum rh_text_column)column, error);
    }
    return ret;
}

/* ---- Root ---- */

/* In the order of rh_layout_attributes, which names them all; `complete` is written when the file is. */
static int make_attributes(hid_t file, const struct rh_results_header *header, struct rh_error *error)
{
    char seed[32], month[RH_DAY_TEXT], confidence[32];
    snprintf(confidence, sizeof confidence, "%.6g",
             header->confidence > 0.0 ? header->confidence : RH_RESULTS_CONFIDENCE);
    snprintf(seed, sizeof seed, "%" PRIu64, header->seed);
    rh_month_format(header->first_month, month);
    const struct {
        const char *text;
        int64_t number;
    } value[RH_NUM_ROOT_ATTRIBUTES - 1] = {
        {RH_RESULTS_FORMAT, 0},
        {NULL, RH_RESULTS_VERSION},
        {header->title, 0},
        {header->currency, 0},
        {header->program_version, 0},
        {header->build, 0},
        {header->instruction_set, 0},
        {seed, 0},
        {header->sampling != NULL ? header->sampling : "random", 0},
        {header->arithmetic != NULL ? header->arithmetic : "double", 0},
        {NULL, (int64_t)header->replications},
        {NULL, header->reference},
        {NULL, header->margin_assumed ? 1 : 0},
        {confidence, 0},
        {month, 0},
    };
    int ret = RH_OK;
    for (int i = 0; ret == RH_OK && i < RH_NUM_ROOT_ATTRIBUTES - 1; i++) {
        const char *name = rh_layout_attributes[i].name;
        ret = rh_layout_attributes[i].number ? rh_h5_write_attribute_int(file, name, value[i].number, error)
                                             : rh_h5_write_attribute(file, name, value[i].text, error);
    }
    return ret;
}

int rh_results_make_skeleton(hid_t file, const struct rh_results_header *header, struct rh_error *error)
{
    struct maker maker;
    int ret = maker_init(&maker, file, header);
    if (ret != RH_OK) {
        rh_error_set(error, ret, "no memory for the names of results");
        goto out;
    }
    ret = make_attributes(file, header, error);
    for (int axis = RH_AXIS_SCENARIO; ret == RH_OK && axis <= RH_AXIS_INCENTIVE; axis++) {
        if (maker.length[axis] > 0) {
            ret = make_scale(&maker, "", (enum rh_axis)axis, error);
        }
    }
    for (int group = 0; ret == RH_OK && group < RH_NUM_GROUPS; group++) {
        ret = make_group(&maker, (enum rh_group)group, error);
    }
    if (ret == RH_OK) {
        ret = make_provenance(&maker, error);
    }
out:
    maker_free(&maker);
    return ret;
}
