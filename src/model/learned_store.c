/* model.h5: what is written, what is read, and what each number means.
 *
 * The tables below are the format; docs/model-format.md is held against a file by a test. All text is in bytes, not in
 * HDF5's strings (core/h5_texts.c). A file is not trusted: what runs cannot draw from is refused. */
#include "core/file.h"
#include "core/h5.h"
#include "core/memory.h"
#include "core/text.h"
#include "model/learned.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORMAT "rehearse-model"
#define FORMAT_VERSION 1
#define MAX_PATH 128

/* ---- The format ---- */

#define AT(member) offsetof(struct rh_learned, member)

/* Attributes of the root, beside format and format_version. */
static const struct {
    const char *name;
    size_t member;
} attributes[] = {
    {"program_version", AT(version)}, {"command", AT(command)},
    {"history", AT(history)},         {"history_sha256", AT(history_sha256)},
    {"first_month", AT(first_month)}, {"last_month", AT(last_month)},
    {"in_force", AT(program)},        {"in_force_sha256", AT(program_sha256)},
};
#define NUM_ATTRIBUTES (sizeof attributes / sizeof *attributes)

/* The baseline's tuning: a number each, within [low, high]. */
static const struct tuned {
    const char *path;
    size_t member;
    bool whole; /* an int, else a double */
    double low, high;
    const char *units, *long_name, *description;
} tuned[] = {
    {"baseline/level_half_life", AT(tuning.level_half_life), false, 1e-6, 1e6, "month", "Half-life of the level",
     "Of the weights of past months in the mean that is a partner's level."},
    {"baseline/kernel_half_life", AT(tuning.kernel_half_life), false, 1e-6, 1e6, "month", "Half-life of what was usual",
     "Of the weights of the months around a past month, to which it is relative when it is replayed."},
    {"baseline/season_belief", AT(tuning.season_belief), false, 0.0, 1.0, "1", "Belief in the season",
     "Share of the season that the history shows that is believed."},
    {"baseline/level_spread", AT(tuning.level_spread), false, 0.0, 1e6, "1", "Spread of the level",
     "Variance of what a partner's level may be, relative to what its own months say."},
    {"baseline/level_walk", AT(tuning.level_walk), false, 0.0, 1e3, "month-0.5", "Walk of the level",
     "Standard deviation of the logarithm of a partner's level, per square root of a month."},
    {"baseline/growth", AT(tuning.growth), false, -1.0, 10.0, "year-1", "Growth", "Of all partners' sales."},
    {"baseline/growth_sd", AT(tuning.growth_sd), false, 0.0, 100.0, "year-1", "Uncertainty of the growth",
     "Its standard deviation."},
    {"baseline/block", AT(tuning.block_months), false, 1.0, 1e6, "month", "Block",
     "Mean length of a block of months that is replayed."},
    {"baseline/together", AT(tuning.together), true, RH_TOGETHER_ALL, RH_TOGETHER_PARTNER, "1", "Together",
     "Who shares the months that are replayed: 0 all, 1 those of a region, 2 of a segment, 3 nobody."},
    {"baseline/phase", AT(tuning.phase), true, 0.0, 12.0, "month", "Phase",
     "Blocks keep a month's place in a cycle of so many months; 0: found in the history."},
};
#define NUM_TUNED (sizeof tuned / sizeof *tuned)

/* What was tried, a column each. */
static const struct {
    const char *path, *long_name, *description;
    size_t member; /* in struct rh_learned_choice */
} tried[] = {
    {"tried/usual", "Usual value", "What is used without a model; `together` as in /baseline.",
     offsetof(struct rh_learned_choice, usual)},
    {"tried/chosen", "Chosen value", "What is used with this one.", offsetof(struct rh_learned_choice, chosen)},
    {"tried/gain", "Gain",
     "By how much the mean logarithm of the continuous ranked probability scores of forecasts from past months fell.",
     offsetof(struct rh_learned_choice, gain)},
};
#define NUM_TRIED (sizeof tried / sizeof *tried)

static const struct {
    const char *path, *long_name, *description;
    bool may_miss, is_sd;
} moments[RH_NUM_LEARNED_MOMENTS] = {
    [RH_LEARNED_PRIOR_MEAN] = {"table/prior_mean", "Prior mean", "What is believed before the history speaks.", false,
                               false},
    [RH_LEARNED_PRIOR_SD] = {"table/prior_sd", "Prior sd", "Its standard deviation.", false, true},
    [RH_LEARNED_ESTIMATE] = {"table/estimate", "Estimate", "What the history alone says; NaN: nothing.", true, false},
    [RH_LEARNED_STANDARD_ERROR] = {"table/standard_error", "Standard error", "Of the estimate; NaN: there is none.",
                                   true, true},
    [RH_LEARNED_POSTERIOR_MEAN] = {"table/posterior_mean", "Posterior mean", "What is believed of both together.",
                                   false, false},
    [RH_LEARNED_POSTERIOR_SD] = {"table/posterior_sd", "Posterior sd", "Its standard deviation.", false, true},
};

static void *member(const struct rh_learned *self, size_t offset)
{
    return (char *)(uintptr_t)self + offset;
}

/* The text that is a member. */
static char *text_at(const struct rh_learned *self, size_t offset)
{
    char *out;
    memcpy(&out, member(self, offset), sizeof out);
    return out;
}

static int no_memory(struct rh_error *error)
{
    rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for a model");
    return RH_ERR_NO_MEMORY;
}

/* ---- Writing ---- */

static int write_root(hid_t file, const struct rh_learned *self, struct rh_error *error)
{
    static const char *const groups[] = {"baseline", "tried", "table", "draws"};
    int ret = rh_h5_write_attribute_fixed(file, "format", FORMAT, error);
    if (ret == RH_OK) {
        ret = rh_h5_write_attribute_int(file, "format_version", FORMAT_VERSION, error);
    }
    for (size_t k = 0; k < NUM_ATTRIBUTES && ret == RH_OK; k++) {
        ret = rh_h5_write_attribute_fixed(file, attributes[k].name, text_at(self, attributes[k].member), error);
    }
    for (size_t k = 0; k < sizeof groups / sizeof *groups && ret == RH_OK; k++) {
        ret = rh_h5_make_group(file, groups[k], error);
    }
    return ret;
}

static int write_tuning(hid_t file, const struct rh_learned *self, struct rh_error *error)
{
    int ret = RH_OK;
    for (size_t k = 0; k < NUM_TUNED && ret == RH_OK; k++) {
        const struct rh_h5_dataset dataset = {.name = tuned[k].path,
                                              .type = tuned[k].whole ? RH_H5_INT32 : RH_H5_DOUBLE,
                                              .units = tuned[k].units,
                                              .long_name = tuned[k].long_name,
                                              .description = tuned[k].description};
        ret = rh_h5_write(file, &dataset, member(self, tuned[k].member), error);
    }
    return ret;
}

static int write_texts(hid_t file, const char *path, const char *long_name, const char *description, char **texts,
                       size_t num, struct rh_error *error)
{
    const struct rh_h5_dataset dataset = {
        .name = path, .units = "1", .long_name = long_name, .description = description};
    return rh_h5_write_texts(file, &dataset, (const char *const *)texts, num, error);
}

static int write_tried(hid_t file, const struct rh_learned *self, struct rh_error *error)
{
    const size_t num = self->num_choices;
    char **name = rh_calloc(num + 1, sizeof *name);
    double *value = rh_calloc(num + 1, sizeof *value);
    if (name == NULL || value == NULL) {
        free(value);
        free(name);
        return no_memory(error);
    }
    for (size_t k = 0; k < num; k++) {
        name[k] = self->choice[k].name;
    }
    int ret =
        write_texts(file, "tried/name", "Name", "Of what was tried in forecasts of past months.", name, num, error);
    for (size_t c = 0; c < NUM_TRIED && ret == RH_OK && num > 0; c++) {
        const struct rh_h5_dataset dataset = {.name = tried[c].path,
                                              .type = RH_H5_DOUBLE,
                                              .rank = 1,
                                              .shape = {num},
                                              .units = "1",
                                              .long_name = tried[c].long_name,
                                              .description = tried[c].description};
        for (size_t k = 0; k < num; k++) {
            memcpy(&value[k], (const char *)&self->choice[k] + tried[c].member, sizeof *value);
        }
        ret = rh_h5_write(file, &dataset, value, error);
    }
    free(value);
    free(name);
    return ret;
}

static int write_table(hid_t file, const struct rh_learned *self, struct rh_error *error)
{
    int ret =
        write_texts(file, "table/segment", "Segment",
                    "Groups of partners: the first, whose text is empty, is of all, the others of a segment each.",
                    self->segment, self->num_groups, error);
    if (ret == RH_OK) {
        ret = write_texts(file, "table/quantity", "Quantity", "The response, then parameters of the model.",
                          self->quantity, self->num_quantities, error);
    }
    for (int m = 0; m < RH_NUM_LEARNED_MOMENTS && ret == RH_OK; m++) {
        const struct rh_h5_dataset dataset = {.name = moments[m].path,
                                              .type = RH_H5_DOUBLE,
                                              .rank = 2,
                                              .shape = {self->num_quantities, self->num_groups},
                                              .units = "1",
                                              .long_name = moments[m].long_name,
                                              .description = moments[m].description};
        ret = rh_h5_write(file, &dataset, self->moment[m], error);
    }
    return ret == RH_OK ? write_texts(file, "table/verdict", "Verdict",
                                      "What came of the estimate, a word, quantity by quantity and in these group by "
                                      "group; empty: none was tried.",
                                      self->verdict, self->num_quantities * self->num_groups, error)
                        : ret;
}

static void draw_path(char out[MAX_PATH], enum rh_parameter parameter)
{
    snprintf(out, MAX_PATH, "draws/%s", rh_parameter_table[parameter].name);
}

static int write_draws(hid_t file, const struct rh_learned *self, struct rh_error *error)
{
    char **name = rh_calloc(self->num_parameters + 1, sizeof *name);
    if (name == NULL) {
        return no_memory(error);
    }
    for (size_t p = 0; p < self->num_parameters; p++) {
        name[p] = (char *)(uintptr_t)rh_parameter_table[self->parameter[p]].name;
    }
    int ret =
        write_texts(file, "draws/parameter", "Parameter", "Those that have draws.", name, self->num_parameters, error);
    for (size_t p = 0; p < self->num_parameters && ret == RH_OK; p++) {
        const struct rh_parameter_info *info = &rh_parameter_table[self->parameter[p]];
        char path[MAX_PATH];
        draw_path(path, self->parameter[p]);
        const struct rh_h5_dataset dataset = {.name = path,
                                              .type = RH_H5_DOUBLE,
                                              .rank = 2,
                                              .shape = {self->num_groups, self->num_draws},
                                              .units = info->unit,
                                              .long_name = info->name,
                                              .description = info->description};
        ret = rh_h5_write(file, &dataset, rh_learned_draws(self, p, 0), error);
    }
    free(name);
    return ret;
}

static int write_all(hid_t file, const struct rh_learned *self, struct rh_error *error)
{
    int ret = write_root(file, self, error);
    ret = ret == RH_OK ? write_tuning(file, self, error) : ret;
    ret = ret == RH_OK ? write_tried(file, self, error) : ret;
    ret = ret == RH_OK ? write_table(file, self, error) : ret;
    return ret == RH_OK ? write_draws(file, self, error) : ret;
}

int rh_learned_write(const struct rh_learned *self, const char *path, struct rh_error *error)
{
    hid_t file = -1;
    struct rh_error ignored;
    char *temporary = rh_path_temporary(path);
    if (temporary == NULL) {
        return no_memory(error);
    }
    int ret = rh_h5_create(&file, temporary, error);
    ret = ret == RH_OK ? write_all(file, self, error) : ret;
    ret = ret == RH_OK ? rh_h5_commit(&file, temporary, path, error) : ret;
    if (ret != RH_OK) { /* creating one, too, can fail when there is a file already */
        rh_h5_close(&file, &ignored);
        unlink(temporary);
    }
    if (ret != RH_OK && error != NULL) { /* the user knows the file by its name, not by the temporary one */
        snprintf(error->file, sizeof error->file, "%s", path);
    }
    free(temporary);
    return ret;
}

/* ---- Reading ---- */

/* A file in reading. */
struct reader {
    hid_t file;
    const char *path;
    struct rh_learned *self;
    struct rh_error *error;
};

static int damaged(const struct reader *reader, const char *what, const char *reason)
{
    rh_error_set_at(reader->error, RH_ERR_FORMAT, reader->path, 0, 0, "is damaged: %s %s", what, reason);
    return RH_ERR_FORMAT;
}

/* Is it one of ours, and of a version that is known here? */
static int check_format(const struct reader *reader)
{
    struct rh_error ignored;
    char *format = NULL;
    int64_t version = 0;
    const int code = rh_h5_read_attribute(reader->file, NULL, "format", &format, &ignored);
    const bool ours = code == RH_OK && strcmp(format, FORMAT) == 0;
    free(format);
    if (code == RH_ERR_NO_MEMORY) {
        return no_memory(reader->error);
    }
    if (!ours || rh_h5_read_attribute_int(reader->file, NULL, "format_version", &version, &ignored) != RH_OK) {
        return rh_error_set_at(reader->error, RH_ERR_FORMAT, reader->path, 0, 0,
                               "is no model of rehearse, expected a file that `rehearse fit -o` wrote");
    }
    if (version != FORMAT_VERSION) {
        return rh_error_set_at(reader->error, version > FORMAT_VERSION ? RH_ERR_TOO_NEW : RH_ERR_TOO_OLD, reader->path,
                               0, 0, "has format version %lld, this program reads %d; %s", (long long)version,
                               FORMAT_VERSION,
                               version > FORMAT_VERSION ? "a newer rehearse is needed" : "fit the history again");
    }
    return RH_OK;
}

static int read_root(const struct reader *reader)
{
    int ret = RH_OK;
    for (size_t k = 0; k < NUM_ATTRIBUTES && ret == RH_OK; k++) {
        char *text = NULL;
        ret = rh_h5_read_attribute(reader->file, NULL, attributes[k].name, &text, reader->error);
        memcpy(member(reader->self, attributes[k].member), &text, sizeof text);
    }
    return ret;
}

static int read_tuning(const struct reader *reader)
{
    for (size_t k = 0; k < NUM_TUNED; k++) {
        int32_t number = 0;
        double value = 0.0;
        void *to = tuned[k].whole ? (void *)&number : (void *)&value;
        const int ret =
            rh_h5_read(reader->file, tuned[k].path, tuned[k].whole ? RH_H5_INT32 : RH_H5_DOUBLE, 1, to, reader->error);
        if (ret != RH_OK) {
            return ret;
        }
        value = tuned[k].whole ? (double)number : value;
        if (!(value >= tuned[k].low && value <= tuned[k].high)) {
            return damaged(reader, tuned[k].path, "is out of its range");
        }
        memcpy(member(reader->self, tuned[k].member), to, tuned[k].whole ? sizeof number : sizeof value);
    }
    return RH_OK;
}

/* Reads num texts, or as many as there are where *num is SIZE_MAX. */
static int read_texts(const struct reader *reader, const char *path, char ***out, size_t *num)
{
    size_t found = 0;
    const int ret = rh_h5_read_texts(reader->file, path, out, &found, reader->error);
    if (ret != RH_OK) {
        return ret;
    }
    if (*num != SIZE_MAX && *num != found) {
        rh_h5_free_strings(*out, found);
        *out = NULL;
        return damaged(reader, path, "has another length than its table");
    }
    *num = found;
    for (size_t k = 0; k < found; k++) {
        if (!rh_utf8_valid((*out)[k], strlen((*out)[k]))) {
            return damaged(reader, path, "holds text that is not UTF-8");
        }
    }
    return RH_OK;
}

static int read_tried(const struct reader *reader)
{
    struct rh_learned *self = reader->self;
    size_t num = SIZE_MAX;
    char **name = NULL;
    int ret = read_texts(reader, "tried/name", &name, &num);
    double *value = ret == RH_OK ? rh_calloc(num + 1, sizeof *value) : NULL;
    self->choice = ret == RH_OK ? rh_calloc(num + 1, sizeof *self->choice) : NULL;
    if (ret == RH_OK && (value == NULL || self->choice == NULL)) {
        ret = no_memory(reader->error);
    }
    for (size_t k = 0; self->choice != NULL && ret == RH_OK && k < num; k++) {
        self->choice[k].name = name[k];
        self->num_choices = k + 1;
        name[k] = NULL;
    }
    for (size_t c = 0; c < NUM_TRIED && ret == RH_OK && num > 0; c++) {
        ret = rh_h5_read(reader->file, tried[c].path, RH_H5_DOUBLE, num, value, reader->error);
        for (size_t k = 0; k < num && ret == RH_OK; k++) {
            memcpy((char *)&self->choice[k] + tried[c].member, &value[k], sizeof *value);
        }
    }
    free(value);
    rh_h5_free_strings(name, num == SIZE_MAX ? 0 : num);
    return ret;
}

static bool is_moment(int moment, double value)
{
    return isfinite(value) ? value >= 0.0 || !moments[moment].is_sd : isnan(value) && moments[moment].may_miss;
}

static int read_table(const struct reader *reader)
{
    struct rh_learned *self = reader->self;
    size_t groups = SIZE_MAX, quantities = SIZE_MAX;
    int ret = read_texts(reader, "table/segment", &self->segment, &groups);
    self->num_groups = self->segment != NULL ? groups : 0;
    if (ret == RH_OK && (groups < 1 || groups > RH_LEARNED_MOST_GROUPS)) {
        ret = damaged(reader, "table/segment", "names no group, or too many");
    }
    if (ret == RH_OK) {
        ret = read_texts(reader, "table/quantity", &self->quantity, &quantities);
        self->num_quantities = self->quantity != NULL ? quantities : 0;
    }
    size_t cells = self->num_quantities * self->num_groups;
    for (int m = 0; m < RH_NUM_LEARNED_MOMENTS && ret == RH_OK; m++) {
        self->moment[m] = rh_calloc(cells + 1, sizeof *self->moment[m]);
        ret = self->moment[m] != NULL
                  ? rh_h5_read(reader->file, moments[m].path, RH_H5_DOUBLE, cells, self->moment[m], reader->error)
                  : no_memory(reader->error);
        for (size_t k = 0; k < cells && ret == RH_OK; k++) {
            ret = is_moment(m, self->moment[m][k]) ? RH_OK : damaged(reader, moments[m].path, "holds what cannot be");
        }
    }
    return ret == RH_OK ? read_texts(reader, "table/verdict", &self->verdict, &cells) : ret;
}

/* Number of draws of that dataset, which is [num_groups][num_draws]. */
static int read_num_draws(const struct reader *reader, const char *path, size_t *num)
{
    hsize_t shape[RH_H5_MAX_RANK];
    int rank;
    const int ret = rh_h5_shape(reader->file, path, &rank, shape, reader->error);
    if (ret != RH_OK) {
        return ret;
    }
    if (rank != 2 || shape[0] != reader->self->num_groups || shape[1] < 1 || shape[1] > RH_LEARNED_MOST_DRAWS) {
        return damaged(reader, path, "is no table of draws by groups");
    }
    *num = (size_t)shape[1];
    return RH_OK;
}

static int check_draws(const struct reader *reader, const char *path, size_t i_parameter)
{
    const struct rh_learned *self = reader->self;
    const double *draw = rh_learned_draws(self, i_parameter, 0);
    for (size_t k = 0; k < self->num_groups * self->num_draws; k++) {
        if (!rh_parameter_allows(self->parameter[i_parameter], draw[k])) {
            return rh_error_set_at(reader->error, RH_ERR_FORMAT, reader->path, 0, 0,
                                   "is damaged: %s holds %g, expected %s", path, draw[k],
                                   rh_parameter_range(self->parameter[i_parameter]));
        }
    }
    return RH_OK;
}

static int read_parameter(const struct reader *reader, size_t i_parameter)
{
    struct rh_learned *self = reader->self;
    char path[MAX_PATH];
    size_t num = 0;
    draw_path(path, self->parameter[i_parameter]);
    int ret = read_num_draws(reader, path, &num);
    if (ret == RH_OK && i_parameter == 0) {
        self->num_draws = num;
        self->draw = rh_calloc(self->num_parameters * self->num_groups * num, sizeof *self->draw);
        ret = self->draw != NULL ? RH_OK : no_memory(reader->error);
    }
    if (ret == RH_OK && num != self->num_draws) {
        ret = damaged(reader, path, "has another number of draws than the others");
    }
    if (ret == RH_OK) {
        ret = rh_h5_read(reader->file, path, RH_H5_DOUBLE, self->num_groups * num,
                         self->draw + i_parameter * self->num_groups * num, reader->error);
    }
    return ret == RH_OK ? check_draws(reader, path, i_parameter) : ret;
}

static int read_draws(const struct reader *reader)
{
    struct rh_learned *self = reader->self;
    size_t num = SIZE_MAX;
    char **name = NULL;
    int ret = read_texts(reader, "draws/parameter", &name, &num);
    if (ret == RH_OK && num > RH_NUM_PARAMETERS) {
        ret = damaged(reader, "draws/parameter", "names more parameters than the model has");
    }
    self->parameter = ret == RH_OK ? rh_calloc(num + 1, sizeof *self->parameter) : NULL;
    if (ret == RH_OK && self->parameter == NULL) {
        ret = no_memory(reader->error);
    }
    for (size_t p = 0; ret == RH_OK && p < num; p++) {
        const int parameter = rh_parameter_find(name[p]);
        if (parameter < 0) {
            ret = damaged(reader, "draws/parameter", "names what is no parameter of the model");
        } else {
            self->parameter[self->num_parameters++] = (enum rh_parameter)parameter;
        }
    }
    rh_h5_free_strings(name, num == SIZE_MAX ? 0 : num);
    for (size_t p = 0; ret == RH_OK && p < self->num_parameters; p++) {
        ret = read_parameter(reader, p);
    }
    return ret;
}

static int read_all(const struct reader *reader)
{
    int ret = check_format(reader);
    ret = ret == RH_OK ? read_root(reader) : ret;
    ret = ret == RH_OK ? read_tuning(reader) : ret;
    ret = ret == RH_OK ? read_tried(reader) : ret;
    ret = ret == RH_OK ? read_table(reader) : ret;
    return ret == RH_OK ? read_draws(reader) : ret;
}

int rh_learned_read(struct rh_learned *self, const char *path, struct rh_error *error)
{
    struct reader reader = {.file = -1, .path = path, .self = self, .error = error};
    struct rh_error ignored;
    memset(self, 0, sizeof *self);
    int ret = rh_h5_open(&reader.file, path, error);
    if (ret == RH_OK) {
        ret = read_all(&reader);
        rh_h5_close(&reader.file, &ignored);
    }
    if (ret == RH_OK && (self->path = rh_strdup(path)) == NULL) {
        ret = no_memory(error);
    }
    return ret == RH_OK ? rh_sha256_file(path, self->sha256, error) : ret;
}
