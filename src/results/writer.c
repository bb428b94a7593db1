/* Appends blocks to results.h5 so that the file does not tell how large they were.
 *
 * Each dataset is cut into a column per scenario. A column collects the rows (replications) of one chunk and writes it
 * once, whole: no chunk is ever read back, decompressed or written twice. Blocks are taken in pieces that end where the
 * smallest chunks end, and at each such end the columns that are full are written in a fixed order; so the sequence of
 * HDF5 calls, and with it every address in the file, is the same for any sequence of block sizes. */
#include "results/results.h"

#include "core/file.h"
#include "core/h5.h"
#include "core/memory.h"
#include "results/finance.h"
#include "results/layout.h"
#include "results/skeleton.h"
#include "results/summarize.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A dataset, or its part of one scenario. */
struct column {
    char *path;
    enum rh_group group;
    int scenario; /* -1 where the dataset has no such dimension */
    int index;    /* figure's place, measure or parameter in the block */
    size_t width; /* values per replication */
    size_t size;  /* bytes per value */
    uint64_t rows, filled;
    unsigned char *buffer; /* [rows][width] */
};

struct rh_results_writer {
    char *path, *temporary;
    bool created; /* the temporary file is ours to remove */
    hid_t file;
    int num_scenarios, num_extra, num_parameters; /* as blocks have them */
    int cut_size[RH_NUM_CUTS];
    int num_partners; /* still to be written */
    int num_windows;
    struct rh_results_window *window; /* [num_windows] */
    double *window_cost;              /* [num_windows] so far, replication by replication */
    uint64_t replications, done;
    const struct rh_progress *progress;
    struct column *column;
    size_t num_columns, capacity;
};

/* ---- Columns ---- */

static int add_column(struct rh_results_writer *self, enum rh_group group, const char *name, int scenario, int index)
{
    const struct rh_layout_group *info = &rh_layout_groups[group];
    int ret = rh_reserve(&self->column, &self->capacity, self->num_columns + 1, sizeof *self->column);
    if (ret != RH_OK) {
        return ret;
    }
    struct column *column = &self->column[self->num_columns];
    memset(column, 0, sizeof *column);
    column->group = group;
    column->scenario = scenario;
    column->index = index;
    column->width = info->members == RH_MEMBERS_CUT ? (size_t)self->cut_size[info->cut] : 1;
    column->size = info->type == RH_H5_FLOAT ? sizeof(float) : sizeof(double);
    column->rows = rh_results_chunk_rows(column->width, column->size);
    column->path = rh_layout_path(group, name);
    /* Fewer replications than a chunk could hold need less room, and are written at the end. */
    const uint64_t room = column->rows < self->replications ? column->rows : self->replications;
    column->buffer = rh_calloc(room * column->width, column->size);
    if (column->path == NULL || column->buffer == NULL) {
        free(column->path);
        free(column->buffer);
        return RH_ERR_NO_MEMORY;
    }
    self->num_columns++;
    return RH_OK;
}

static int add_figures(struct rh_results_writer *self, enum rh_group group, int scenario)
{
    const struct rh_layout_group *info = &rh_layout_groups[group];
    int ret = RH_OK;
    for (int k = 0; ret == RH_OK && k < RH_NUM_KPIS; k++) {
        const int index = info->members == RH_MEMBERS_CUT ? rh_cut_place(info->cut, (enum rh_kpi)k) : k;
        if (index >= 0) {
            ret = add_column(self, group, rh_kpi_table[k].name, scenario, index);
        }
    }
    return ret;
}

static int add_columns(struct rh_results_writer *self, const struct rh_results_header *header)
{
    int ret = RH_OK;
    for (int s = 0; ret == RH_OK && s < header->num_scenarios; s++) {
        ret = add_figures(self, RH_GROUP_KPI, s);
        for (int group = RH_GROUP_BY_MONTH; ret == RH_OK && group <= RH_GROUP_BY_INCENTIVE; group++) {
            if (header->cut_size[rh_layout_groups[group].cut] > 0) {
                ret = add_figures(self, (enum rh_group)group, s);
            }
        }
        for (int i = 0; ret == RH_OK && i < header->num_extra; i++) {
            ret = add_column(self, RH_GROUP_EXTRA, header->extra[i], s, i);
        }
    }
    for (int i = 0; ret == RH_OK && i < header->num_parameters; i++) {
        if (header->parameter[i].drawn) {
            ret = add_column(self, RH_GROUP_PARAMETERS, header->parameter[i].name, -1, self->num_parameters);
            self->num_parameters++;
        }
    }
    return ret;
}

/* Where the column's values of the block start. */
static const void *block_values(const struct column *self, const struct rh_block *block)
{
    const size_t num = (size_t)block->num, scenario = (size_t)self->scenario, index = (size_t)self->index;
    const struct rh_layout_group *info = &rh_layout_groups[self->group];
    switch (info->members) {
    case RH_MEMBERS_KPIS:
        return block->kpi + (scenario * RH_NUM_KPIS + index) * num;
    case RH_MEMBERS_EXTRAS:
        return block->extra + (scenario * (size_t)block->num_extra + index) * num;
    case RH_MEMBERS_PARAMETERS:
        return block->parameter + index * num;
    default:
        return block->cut[info->cut] + (scenario * (size_t)rh_cut_num_kpis(info->cut) + index) * self->width * num;
    }
}

/* Takes replications from … from + count - 1 of the block. Cuts are turned from [cut][replication] into the file's
 * [replication][cut]. */
static void column_take(struct column *self, const struct rh_block *block, size_t from, size_t count)
{
    const void *values = block_values(self, block);
    if (self->size == sizeof(double)) {
        memcpy((double *)(void *)self->buffer + self->filled, (const double *)values + from, count * sizeof(double));
    } else {
        const float *source = (const float *)values + from;
        float *row = (float *)(void *)self->buffer + self->filled * self->width;
        for (size_t r = 0; r < count; r++, row += self->width) {
            for (size_t c = 0; c < self->width; c++) {
                row[c] = source[c * (size_t)block->num + r];
            }
        }
    }
    self->filled += count;
}

/* Writes what was taken since the last time; it ends at replication `done`. */
static int column_flush(struct column *self, hid_t file, uint64_t done, struct rh_error *error)
{
    const hsize_t first = done - self->filled;
    const hsize_t start[3] = {(hsize_t)self->scenario, first, 0}, count[3] = {1, self->filled, self->width};
    const int skip = self->scenario < 0 ? 1 : 0; /* parameters have no scenario */
    const int ret = rh_h5_write_part(file, self->path, rh_layout_groups[self->group].type, start + skip, count + skip,
                                     self->buffer, error);
    self->filled = 0;
    return ret;
}

/* ---- Windows ---- */

/* A window's column of the file would be as long as those of months, and only its mean is asked for. */
static int take_windows(struct rh_results_writer *self, const struct rh_results_header *header)
{
    self->num_windows = header->num_windows;
    self->window = rh_calloc((size_t)header->num_windows + 1, sizeof *self->window);
    self->window_cost = rh_calloc((size_t)header->num_windows + 1, sizeof *self->window_cost);
    if (self->window == NULL || self->window_cost == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (int w = 0; w < header->num_windows; w++) {
        self->window[w] = header->window[w];
    }
    return RH_OK;
}

/* One replication after the other, whatever the blocks. */
static void add_windows(struct rh_results_writer *self, const struct rh_block *block)
{
    const size_t num = (size_t)block->num;
    for (size_t w = 0; w < (size_t)self->num_windows; w++) {
        for (size_t i = 0; i < num; i++) {
            self->window_cost[w] += (double)block->window[w * num + i];
        }
    }
}

/* /finance, where there are months. */
static int finish_finance(struct rh_results_writer *self, struct rh_error *error)
{
    for (int w = 0; w < self->num_windows; w++) {
        self->window_cost[w] /= (double)self->replications;
    }
    const struct rh_results_finance finance = {.file = self->file,
                                               .num_scenarios = self->num_scenarios,
                                               .num_months = self->cut_size[RH_CUT_MONTH],
                                               .replications = self->replications,
                                               .num_windows = self->num_windows,
                                               .window = self->window,
                                               .window_cost = self->window_cost,
                                               .progress = self->progress};
    return finance.num_months > 0 ? rh_results_finance(&finance, error) : RH_OK;
}

/* ---- The writer ---- */

/* Users know the file they asked for, not the temporary one that could not be written. */
static int about_path(int ret, const char *path, struct rh_error *error)
{
    if (ret == RH_ERR_IO && error != NULL) {
        snprintf(error->file, sizeof error->file, "%s", path);
    }
    return ret;
}

static int check_header(const struct rh_results_header *header, struct rh_error *error)
{
    if (header->num_scenarios < 1 || header->replications < 1 || header->replications > INT64_MAX / 4096) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "%d scenarios and %" PRIu64 " replications cannot be results",
                            header->num_scenarios, header->replications);
    }
    if (header->reference < 0 || header->reference >= header->num_scenarios) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "reference %d is not one of %d scenarios", header->reference,
                            header->num_scenarios);
    }
    for (int w = 0; w < header->num_windows; w++) {
        const struct rh_results_window *window = &header->window[w];
        if (window->scenario < 0 || window->scenario >= header->num_scenarios || window->first < 0 ||
            window->first > window->last || window->last >= header->cut_size[RH_CUT_MONTH]) {
            return rh_error_set(error, RH_ERR_FORMAT, "window %d of scenario %d has months %d to %d", w,
                                window->scenario, window->first, window->last);
        }
    }
    return RH_OK;
}

int rh_results_writer_create(struct rh_results_writer **out, const char *path, const struct rh_results_header *header,
                             struct rh_error *error)
{
    *out = NULL;
    int ret = check_header(header, error);
    if (ret != RH_OK) {
        return ret;
    }
    struct rh_results_writer *self = rh_calloc(1, sizeof *self);
    if (self == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to write results");
    }
    self->file = -1;
    self->num_scenarios = header->num_scenarios;
    self->num_extra = header->num_extra;
    self->num_partners = header->num_partners;
    self->replications = header->replications;
    self->progress = header->progress;
    memcpy(self->cut_size, header->cut_size, sizeof self->cut_size);
    self->path = rh_strdup(path);
    self->temporary = header->temporary != NULL ? rh_strdup(header->temporary) : rh_path_temporary(path);
    if (self->path == NULL || self->temporary == NULL || take_windows(self, header) != RH_OK ||
        add_columns(self, header) != RH_OK) {
        ret = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to write results");
        goto out;
    }
    ret = rh_h5_create(&self->file, self->temporary, error);
    self->created = ret == RH_OK;
    if (ret == RH_OK) {
        ret = rh_results_make_skeleton(self->file, header, error);
    }
out:
    if (ret != RH_OK) {
        rh_results_writer_destroy(self);
    } else {
        *out = self;
    }
    return about_path(ret, path, error);
}

void rh_results_writer_destroy(struct rh_results_writer *self)
{
    if (self == NULL) {
        return;
    }
    rh_h5_close(&self->file, NULL);
    if (self->created) {
        unlink(self->temporary);
    }
    for (size_t i = 0; i < self->num_columns; i++) {
        free(self->column[i].path);
        free(self->column[i].buffer);
    }
    free(self->column);
    free(self->window);
    free(self->window_cost);
    free(self->temporary);
    free(self->path);
    free(self);
}

static int check_block(const struct rh_results_writer *self, const struct rh_block *block, struct rh_error *error)
{
    if (self->file < 0) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "results are finished, a block came after them");
    }
    if (block->first != self->done || block->num < 0 || (uint64_t)block->num > self->replications - self->done) {
        return rh_error_set(error, RH_ERR_ARGUMENT,
                            "block of replications %" PRIu64 " + %d, expected %" PRIu64 " of %" PRIu64, block->first,
                            block->num, self->done, self->replications);
    }
    if (block->num_scenarios != self->num_scenarios || block->num_extra != self->num_extra ||
        block->num_parameters != self->num_parameters || block->num_windows != self->num_windows ||
        memcmp(block->cut_size, self->cut_size, sizeof self->cut_size) != 0) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "a block's shape is not that of the results' header");
    }
    return RH_OK;
}

int rh_results_writer_append(struct rh_results_writer *self, const struct rh_block *block, struct rh_error *error)
{
    int ret = check_block(self, block, error);
    if (ret == RH_OK) {
        add_windows(self, block);
    }
    for (uint64_t from = 0; ret == RH_OK && from < (uint64_t)block->num;) {
        const uint64_t to_end = RH_RESULTS_MIN_ROWS - self->done % RH_RESULTS_MIN_ROWS;
        const uint64_t left = (uint64_t)block->num - from, count = left < to_end ? left : to_end;
        for (size_t i = 0; i < self->num_columns; i++) {
            column_take(&self->column[i], block, from, count);
        }
        from += count;
        self->done += count;
        for (size_t i = 0; ret == RH_OK && i < self->num_columns; i++) {
            if (self->column[i].filled == self->column[i].rows) {
                ret = column_flush(&self->column[i], self->file, self->done, error);
            }
        }
    }
    return about_path(ret, self->path, error);
}

int rh_results_writer_partners(struct rh_results_writer *self, const struct rh_outcomes *outcomes,
                               struct rh_error *error)
{
    const hsize_t num = (hsize_t)rh_outcomes_num_partners(outcomes);
    if (self->file < 0 || rh_outcomes_num_scenarios(outcomes) != self->num_scenarios ||
        rh_outcomes_num_partners(outcomes) != self->num_partners) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "%d programs and %d partners, expected %d and %d",
                            rh_outcomes_num_scenarios(outcomes), rh_outcomes_num_partners(outcomes),
                            self->num_scenarios, self->num_partners);
    }
    double *value = rh_calloc(num, sizeof *value);
    int ret = value != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to write results");
    for (int k = 0; ret == RH_OK && k < RH_NUM_PARTNER_FIGURES; k++) {
        char *path = rh_layout_path(RH_GROUP_PARTNER, rh_partner_figure_table[k].name);
        ret = path != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to write results");
        for (int s = 0; ret == RH_OK && s < self->num_scenarios; s++) {
            const hsize_t start[2] = {(hsize_t)s, 0}, count[2] = {1, num};
            rh_outcomes_read(outcomes, (enum rh_partner_figure)k, s, value);
            ret = rh_h5_write_part(self->file, path, RH_H5_DOUBLE, start, count, value, error);
        }
        free(path);
    }
    free(value);
    self->num_partners = 0;
    return about_path(ret, self->path, error);
}

int rh_results_writer_finish(struct rh_results_writer *self, struct rh_error *error)
{
    int ret = RH_OK;
    if (self->file < 0 || self->done != self->replications) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "%" PRIu64 " of %" PRIu64 " replications are there", self->done,
                            self->replications);
    }
    if (self->num_partners > 0) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "what %d partners gain is not there", self->num_partners);
    }
    for (size_t i = 0; ret == RH_OK && i < self->num_columns; i++) {
        if (self->column[i].filled > 0) {
            ret = column_flush(&self->column[i], self->file, self->done, error);
        }
    }
    if (ret == RH_OK) {
        ret = rh_results_summarize(self->file, self->num_scenarios, self->replications, self->progress, error);
    }
    if (ret == RH_OK) {
        ret = finish_finance(self, error);
    }
    if (ret == RH_OK) {
        ret = rh_h5_write_attribute_int(self->file, "complete", 1, error);
    }
    if (ret == RH_OK) {
        ret = rh_h5_commit(&self->file, self->temporary, self->path, error);
        self->created = false; /* renamed, or removed */
    }
    return about_path(ret, self->path, error);
}
