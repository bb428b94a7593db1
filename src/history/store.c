/* history.h5: a dataset per column, a dictionary per text column.
 *
 * The table below is the format: what is written, what is read, and what each number means. Text is stored once, in
 * dictionaries in the order of first appearance, and rows hold codes; so the file reads back into the very arrays it
 * was written from. All of it is in bytes, not in HDF5's strings (core/h5_texts.c). What follows from the rows (months,
 * which measure is money) is derived again when it is read.
 *
 * A file is not trusted: codes, days and kinds that are out of range are refused, since they index arrays. */
#include "core/file.h"
#include "core/h5.h"
#include "core/memory.h"
#include "history/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORMAT "rehearse-history"
#define FORMAT_VERSION 2

/* ---- The format ---- */

enum kind {
    CODE,   /* int32, id in the dictionary `names`, or a row of the partners */
    DAY,    /* int32 */
    WINDOW, /* int32, enum rh_window_kind */
    FLAG,   /* int32, written for readers; derived again, not read */
    FIXED,  /* int64, 10⁻⁴ */
    SHARE,  /* double */
    NAMES,  /* dictionary */
    TEXTS   /* text per row */
};

/* Whose rows a column has. */
enum rows { EVENT_ROWS, PARTNER_ROWS, TARGET_ROWS, NO_ROWS };

struct stored {
    const char *path;
    enum rows rows;
    enum kind kind;
    size_t member; /* offset in struct rh_history */
    size_t names;  /* CODE: offset of its dictionary */
    const char *units, *long_name, *description;
};

#define AT(member) offsetof(struct rh_history, member)

static const struct stored table[] = {
    {"partners/partner_id", NO_ROWS, NAMES, AT(partners.id), 0, "1", "Partner", "Id of each partner, in file order."},
    {"names/measure", NO_ROWS, NAMES, AT(measures), 0, "1", "Measure", "What rows count, by order of appearance."},
    {"names/product", NO_ROWS, NAMES, AT(products), 0, "1", "Product line", "Empty: the row names none."},
    {"names/segment", NO_ROWS, NAMES, AT(partners.segments), 0, "1", "Segment", "Empty: not given."},
    {"names/region", NO_ROWS, NAMES, AT(partners.regions), 0, "1", "Region", "Empty: not given."},
    {"names/tier", NO_ROWS, NAMES, AT(partners.tiers), 0, "1", "Tier", "Status level; empty: not given."},
    {"names/parent", NO_ROWS, NAMES, AT(partners.parents), 0, "1", "Parent", "Group of partners; empty: not given."},
    {"names/currency", NO_ROWS, NAMES, AT(partners.currencies), 0, "1", "Currency", "ISO 4217; empty: not given."},
    {"partners/name", PARTNER_ROWS, TEXTS, AT(partners.name), 0, "1", "Name", "Name for people; may be empty."},
    {"partners/segment", PARTNER_ROWS, CODE, AT(partners.segment), AT(partners.segments), "1", "Segment",
     "Index in /names/segment."},
    {"partners/region", PARTNER_ROWS, CODE, AT(partners.region), AT(partners.regions), "1", "Region",
     "Index in /names/region."},
    {"partners/tier", PARTNER_ROWS, CODE, AT(partners.tier), AT(partners.tiers), "1", "Tier", "Index in /names/tier."},
    {"partners/parent", PARTNER_ROWS, CODE, AT(partners.parent), AT(partners.parents), "1", "Parent",
     "Index in /names/parent."},
    {"partners/currency", PARTNER_ROWS, CODE, AT(partners.currency), AT(partners.currencies), "1", "Currency",
     "Index in /names/currency; the currency of the partner's amounts."},
    {"partners/joined", PARTNER_ROWS, DAY, AT(partners.joined), 0, "day", "Joined",
     "Days since 1970-01-01 from which it is a partner; -2147483648 where not given."},
    {"partners/margin", PARTNER_ROWS, SHARE, AT(partners.margin), 0, "1", "Margin",
     "The partner's own margin as a share of its sales; NaN where not given."},
    {"ledger/partner", EVENT_ROWS, CODE, AT(events.partner), AT(partners.id), "1", "Partner",
     "Index in /partners/partner_id."},
    {"ledger/date", EVENT_ROWS, DAY, AT(events.date), 0, "days since 1970-01-01", "Date", "Day of the row."},
    {"ledger/measure", EVENT_ROWS, CODE, AT(events.measure), AT(measures), "1", "Measure", "Index in /names/measure."},
    {"ledger/product", EVENT_ROWS, CODE, AT(events.product), AT(products), "1", "Product line",
     "Index in /names/product."},
    {"ledger/quantity", EVENT_ROWS, FIXED, AT(events.quantity), 0, "1e-4", "Quantity",
     "Count times 10000, negative for a return; -9223372036854775808 where missing."},
    {"ledger/amount", EVENT_ROWS, FIXED, AT(events.amount), 0, "1e-4 currency", "Amount",
     "Money of the partner's currency times 10000, negative for a return; -9223372036854775808 where missing."},
    {"ledger/cost", EVENT_ROWS, FIXED, AT(events.cost), 0, "1e-4 currency", "Cost",
     "The vendor's cost of the row times 10000, of the amount's sign; -9223372036854775808 where missing."},
    {"ledger/discount", EVENT_ROWS, FIXED, AT(events.discount), 0, "1e-4 currency", "Discount",
     "Money taken off the list price times 10000; -9223372036854775808 where missing."},
    {"ledger/days", EVENT_ROWS, FIXED, AT(events.days), 0, "1e-4 day", "Days",
     "Days that the deal took, and the like, times 10000; -9223372036854775808 where missing."},
    {"targets/partner", TARGET_ROWS, CODE, AT(targets.partner), AT(partners.id), "1", "Partner",
     "Index in /partners/partner_id."},
    {"targets/measure", TARGET_ROWS, CODE, AT(targets.measure), AT(measures), "1", "Measure",
     "Index in /names/measure."},
    {"targets/window", TARGET_ROWS, WINDOW, AT(targets.window), 0, "1", "Window",
     "0 month, 1 quarter, 2 half, 3 year, 4 program."},
    {"targets/window_start", TARGET_ROWS, DAY, AT(targets.window_start), 0, "days since 1970-01-01",
     "Start of the window", "First day of the window."},
    {"targets/target", TARGET_ROWS, FIXED, AT(targets.target), 0, "1e-4", "Target",
     "In the program's currency, or a count, times 10000."},
    {"names/measure_is_money", NO_ROWS, FLAG, AT(measure_is_money), 0, "1", "Measure is money",
     "1 where the measure counts by amount, 0 where by quantity; row by row as /names/measure."},
};

#define NUM_STORED (sizeof table / sizeof table[0])

static const struct {
    const char *name;
    size_t member;
} texts[] = {
    {"ledger_path", AT(ledger_path)},
    {"partners_path", AT(partners_path)},
    {"targets_path", AT(targets_path)},
};

static const struct {
    const char *name;
    size_t member;
} hashes[] = {
    {"ledger_sha256", AT(ledger_sha256)},
    {"partners_sha256", AT(partners_sha256)},
    {"targets_sha256", AT(targets_sha256)},
};

static void *member(const struct rh_history *history, size_t offset)
{
    return (char *)(uintptr_t)history + offset;
}

/* The pointer that is a member: its bytes are copied, as pointers of different types are no aliases of each other. */
static void *pointer(const struct rh_history *history, size_t offset)
{
    void *out;
    memcpy(&out, member(history, offset), sizeof out);
    return out;
}

static size_t num_rows(const struct rh_history *history, const struct stored *column)
{
    switch (column->rows) {
    case EVENT_ROWS:
        return history->events.num;
    case PARTNER_ROWS:
        return history->partners.num;
    case TARGET_ROWS:
        return history->targets.num;
    default:
        return history->measures.num;
    }
}

static enum rh_h5_type type_of(enum kind kind)
{
    return kind == FIXED ? RH_H5_INT64 : kind == SHARE ? RH_H5_DOUBLE : RH_H5_INT32;
}

static int no_memory(struct rh_error *error, const char *path)
{
    return rh_error_set_at(error, RH_ERR_NO_MEMORY, path, 0, 0, "%s", rh_code_message(RH_ERR_NO_MEMORY));
}

/* ---- Writing ---- */

static int write_column(hid_t file, const struct rh_history *history, const struct stored *column,
                        struct rh_error *error)
{
    const struct rh_h5_dataset dataset = {.name = column->path,
                                          .type = type_of(column->kind),
                                          .rank = 1,
                                          .shape = {num_rows(history, column)},
                                          .units = column->units,
                                          .long_name = column->long_name,
                                          .description = column->description};
    if (column->kind == NAMES) {
        const struct rh_names *names = member(history, column->member);
        return rh_h5_write_texts(file, &dataset, (const char *const *)names->name, names->num, error);
    }
    if (column->kind == TEXTS) {
        return rh_h5_write_texts(file, &dataset, pointer(history, column->member), num_rows(history, column), error);
    }
    return rh_h5_write(file, &dataset, pointer(history, column->member), error);
}

/* Further columns: their names may hold any character, which names of datasets may not, so they are numbered. */
static int write_attributes(hid_t file, const char *group, const struct rh_attribute *attribute, size_t num,
                            size_t rows, struct rh_error *error)
{
    char path[64];
    int ret = rh_h5_make_group(file, group, error);
    for (size_t k = 0; k < num && ret == RH_OK; k++) {
        snprintf(path, sizeof path, "%s/values_%zu", group, k);
        const struct rh_h5_dataset values = {
            .name = path,
            .units = "1",
            .long_name = attribute[k].name[0] == '\0' ? "(no name)" : attribute[k].name,
            .description = "Texts of a further column of the file, in order of appearance; empty: the empty cell."};
        ret = rh_h5_write_texts(file, &values, (const char *const *)attribute[k].values.name, attribute[k].values.num,
                                error);
        if (ret != RH_OK) {
            break;
        }
        snprintf(path, sizeof path, "%s/code_%zu", group, k);
        const struct rh_h5_dataset codes = {.name = path,
                                            .type = RH_H5_INT32,
                                            .rank = 1,
                                            .shape = {rows},
                                            .units = "1",
                                            .long_name = values.long_name,
                                            .description = "A further column of the file: index in values of the same "
                                                           "number."};
        ret = rh_h5_write(file, &codes, attribute[k].code, error);
    }
    return ret;
}

static int write_attribute_names(hid_t file, const char *group, const struct rh_attribute *attribute, size_t num,
                                 struct rh_error *error)
{
    char path[64];
    const char **names = rh_calloc(num, sizeof *names);
    if (names == NULL) {
        return no_memory(error, "");
    }
    for (size_t k = 0; k < num; k++) {
        names[k] = attribute[k].name;
    }
    snprintf(path, sizeof path, "%s/name", group);
    const struct rh_h5_dataset dataset = {.name = path,
                                          .units = "1",
                                          .long_name = "Further columns",
                                          .description = "Names of the further columns: the k-th is code_k, values_k."};
    const int ret = rh_h5_write_texts(file, &dataset, names, num, error);
    free(names);
    return ret;
}

static int write_root(hid_t file, const struct rh_history *history, struct rh_error *error)
{
    int ret = rh_h5_write_attribute_fixed(file, "format", FORMAT, error);
    if (ret == RH_OK) {
        ret = rh_h5_write_attribute_int(file, "format_version", FORMAT_VERSION, error);
    }
    for (size_t k = 0; k < sizeof texts / sizeof texts[0] && ret == RH_OK; k++) {
        const char *text = pointer(history, texts[k].member);
        if (text != NULL) {
            ret = rh_h5_write_attribute_fixed(file, texts[k].name, text, error);
        }
    }
    for (size_t k = 0; k < sizeof hashes / sizeof hashes[0] && ret == RH_OK; k++) {
        const char *hash = member(history, hashes[k].member);
        if (hash[0] != '\0') {
            ret = rh_h5_write_attribute_fixed(file, hashes[k].name, hash, error);
        }
    }
    return ret;
}

static int write_all(hid_t file, const struct rh_history *history, struct rh_error *error)
{
    static const char *const groups[] = {"ledger", "partners", "targets", "names"};
    const struct rh_events *events = &history->events;
    const struct rh_partners *partners = &history->partners;
    int ret = write_root(file, history, error);
    for (size_t k = 0; k < sizeof groups / sizeof groups[0] && ret == RH_OK; k++) {
        ret = rh_h5_make_group(file, groups[k], error);
    }
    for (size_t k = 0; k < NUM_STORED && ret == RH_OK; k++) {
        ret = write_column(file, history, &table[k], error);
    }
    if (ret == RH_OK) {
        ret = write_attributes(file, "ledger/further", events->attribute, events->num_attributes, events->num, error);
    }
    if (ret == RH_OK) {
        ret = write_attribute_names(file, "ledger/further", events->attribute, events->num_attributes, error);
    }
    if (ret == RH_OK) {
        ret = write_attributes(file, "partners/further", partners->attribute, partners->num_attributes, partners->num,
                               error);
    }
    return ret == RH_OK
               ? write_attribute_names(file, "partners/further", partners->attribute, partners->num_attributes, error)
               : ret;
}

int rh_history_write(const struct rh_history *self, const char *path, struct rh_error *error)
{
    hid_t file = -1;
    struct rh_error ignored;
    char *temporary = rh_path_temporary(path);
    if (temporary == NULL) {
        return no_memory(error, path);
    }
    int ret = rh_h5_create(&file, temporary, error);
    if (ret == RH_OK) {
        ret = write_all(file, self, error);
        if (ret == RH_OK) {
            ret = rh_h5_commit(&file, temporary, path, error);
        } else {
            rh_h5_close(&file, &ignored);
            unlink(temporary);
        }
    }
    if (ret != RH_OK && error != NULL) { /* the user knows the file by its name, not by the temporary one */
        snprintf(error->file, sizeof error->file, "%s", path);
    }
    free(temporary);
    return ret;
}

/* ---- Reading ---- */

static int damaged(struct rh_error *error, const char *path, const char *what, const char *reason)
{
    return rh_error_set_at(error, RH_ERR_FORMAT, path, 0, 0, "is damaged: %s %s", what, reason);
}

static int read_names(hid_t file, const char *path, const char *dataset, struct rh_names *names, struct rh_error *error)
{
    char **strings = NULL;
    size_t num = 0;
    int ret = rh_h5_read_texts(file, dataset, &strings, &num, error);
    for (size_t k = 0; k < num && ret == RH_OK; k++) {
        const size_t length = strlen(strings[k]);
        if (!rh_utf8_valid(strings[k], length)) {
            ret = damaged(error, path, dataset, "holds text that is not UTF-8");
            break;
        }
        const int32_t id = rh_names_add(names, strings[k], length);
        if (id < 0) {
            ret = no_memory(error, path);
        } else if ((size_t)id != k) {
            ret = damaged(error, path, dataset, "holds a text twice");
        }
    }
    rh_h5_free_strings(strings, num);
    return ret;
}

/* Reads num numbers into a new array. */
static int read_array(hid_t file, const char *path, const char *dataset, enum rh_h5_type type, size_t num, void **out,
                      struct rh_error *error)
{
    *out = rh_calloc(num, type == RH_H5_INT32 ? 4 : 8);
    return *out == NULL ? no_memory(error, path) : rh_h5_read(file, dataset, type, num, *out, error);
}

static bool all_between(const int32_t *value, size_t num, int32_t low, int32_t high)
{
    for (size_t k = 0; k < num; k++) {
        if (value[k] < low || value[k] > high) {
            return false;
        }
    }
    return true;
}

static bool all_days(const int32_t *value, size_t num, bool may_miss)
{
    const rh_day first = rh_day_make(1, 1, 1), last = rh_day_make(9999, 12, 31);
    for (size_t k = 0; k < num; k++) {
        if ((value[k] < first || value[k] > last) && !(may_miss && value[k] == RH_NO_DAY)) {
            return false;
        }
    }
    return true;
}

/* Rows of a table are those of its first column of numbers. */
static int read_num_rows(hid_t file, const char *path, const char *dataset, size_t *num, struct rh_error *error)
{
    hsize_t shape[RH_H5_MAX_RANK];
    int rank;
    const int ret = rh_h5_shape(file, dataset, &rank, shape, error);
    if (ret != RH_OK) {
        return ret;
    }
    if (rank != 1 || shape[0] > INT32_MAX) {
        return damaged(error, path, dataset, "is not a column");
    }
    *num = (size_t)shape[0];
    return RH_OK;
}

static int check_column(const struct rh_history *history, const char *path, const struct stored *column,
                        const void *array, struct rh_error *error)
{
    const size_t num = num_rows(history, column);
    if (column->kind == CODE) {
        const struct rh_names *names = member(history, column->names);
        if (!all_between(array, num, 0, (int32_t)names->num - 1)) {
            return damaged(error, path, column->path, "holds a code without a name");
        }
    } else if (column->kind == DAY && !all_days(array, num, column->rows == PARTNER_ROWS)) {
        return damaged(error, path, column->path, "holds a day outside of the calendar");
    } else if (column->kind == WINDOW && !all_between(array, num, RH_WINDOW_MONTH, RH_WINDOW_PROGRAM)) {
        return damaged(error, path, column->path, "holds a kind of window that there is not");
    }
    return RH_OK;
}

static int read_column(hid_t file, struct rh_history *history, const char *path, const struct stored *column,
                       struct rh_error *error)
{
    void *array = NULL;
    size_t num = num_rows(history, column);
    int ret;
    if (column->kind == FLAG) {
        return RH_OK;
    }
    if (column->kind == NAMES) {
        return read_names(file, path, column->path, member(history, column->member), error);
    }
    if (column->kind == TEXTS) {
        ret = rh_h5_read_texts(file, column->path, (char ***)&array, &num, error);
        if (ret == RH_OK && num != num_rows(history, column)) {
            rh_h5_free_strings(array, num);
            return damaged(error, path, column->path, "has another length than its table");
        }
    } else {
        ret = read_array(file, path, column->path, type_of(column->kind), num, &array, error);
        if (ret == RH_OK) {
            ret = check_column(history, path, column, array, error);
        }
    }
    memcpy(member(history, column->member), &array, sizeof array);
    return ret;
}

static int read_attributes(hid_t file, const char *path, const char *group, size_t rows,
                           struct rh_attribute **attribute, size_t *num, struct rh_error *error)
{
    char dataset[64], **names = NULL;
    size_t num_names = 0;
    snprintf(dataset, sizeof dataset, "%s/name", group);
    int ret = rh_h5_read_texts(file, dataset, &names, &num_names, error);
    if (ret == RH_OK && (*attribute = rh_calloc(num_names, sizeof **attribute)) == NULL) {
        ret = no_memory(error, path);
    }
    for (size_t k = 0; k < num_names && ret == RH_OK; k++) {
        struct rh_attribute *self = &(*attribute)[k];
        void *code = NULL;
        rh_names_init(&self->values);
        self->name = names[k];
        names[k] = NULL;
        *num = k + 1;
        snprintf(dataset, sizeof dataset, "%s/values_%zu", group, k);
        ret = read_names(file, path, dataset, &self->values, error);
        if (ret == RH_OK) {
            snprintf(dataset, sizeof dataset, "%s/code_%zu", group, k);
            ret = read_array(file, path, dataset, RH_H5_INT32, rows, &code, error);
            self->code = code;
        }
        if (ret == RH_OK && !all_between(self->code, rows, 0, (int32_t)self->values.num - 1)) {
            ret = damaged(error, path, dataset, "holds a code without a name");
        }
    }
    rh_h5_free_strings(names, num_names);
    return ret;
}

/* Is it one of ours, and of a version that is known here? */
static int check_format(hid_t file, const char *path, struct rh_error *error)
{
    struct rh_error ignored;
    char *format = NULL;
    int64_t version = 0;
    const int code = rh_h5_read_attribute(file, NULL, "format", &format, &ignored);
    const bool ours = code == RH_OK && strcmp(format, FORMAT) == 0;
    free(format);
    if (code == RH_ERR_NO_MEMORY) {
        return no_memory(error, path);
    }
    if (!ours || rh_h5_read_attribute_int(file, NULL, "format_version", &version, &ignored) != RH_OK) {
        return rh_error_set_at(error, RH_ERR_FORMAT, path, 0, 0,
                               "is no history of rehearse, expected a file that `rehearse import` wrote");
    }
    if (version > FORMAT_VERSION) {
        return rh_error_set_at(error, RH_ERR_TOO_NEW, path, 0, 0,
                               "has format version %lld, this program reads up to %d; a newer rehearse is needed",
                               (long long)version, FORMAT_VERSION);
    }
    if (version < FORMAT_VERSION) {
        return rh_error_set_at(error, RH_ERR_TOO_OLD, path, 0, 0,
                               "has format version %lld, this program reads from %d; import the ledger again",
                               (long long)version, FORMAT_VERSION);
    }
    return RH_OK;
}

/* Texts that were not written (no target file) stay NULL. */
static int read_root(hid_t file, struct rh_history *history, struct rh_error *error)
{
    struct rh_error ignored;
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        char *text = NULL;
        if (rh_h5_read_attribute(file, NULL, texts[k].name, &text, &ignored) == RH_ERR_NO_MEMORY) {
            return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", ignored.message);
        }
        memcpy(member(history, texts[k].member), &text, sizeof text);
    }
    for (size_t k = 0; k < sizeof hashes / sizeof hashes[0]; k++) {
        char *text = NULL, *hash = member(history, hashes[k].member);
        if (rh_h5_read_attribute(file, NULL, hashes[k].name, &text, &ignored) == RH_ERR_NO_MEMORY) {
            return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", ignored.message);
        }
        snprintf(hash, RH_SHA256_TEXT, "%s", text == NULL ? "" : text);
        free(text);
    }
    return RH_OK;
}

static int read_all(hid_t file, struct rh_history *history, const char *path, struct rh_error *error)
{
    struct rh_events *events = &history->events;
    struct rh_partners *partners = &history->partners;
    int ret = check_format(file, path, error);
    if (ret != RH_OK || (ret = read_root(file, history, error)) != RH_OK ||
        (ret = read_num_rows(file, path, "ledger/partner", &events->num, error)) != RH_OK ||
        (ret = read_num_rows(file, path, "partners/segment", &partners->num, error)) != RH_OK ||
        (ret = read_num_rows(file, path, "targets/partner", &history->targets.num, error)) != RH_OK) {
        return ret;
    }
    events->capacity = events->num;
    partners->capacity = partners->num;
    history->targets.capacity = history->targets.num;
    for (size_t k = 0; k < NUM_STORED && ret == RH_OK; k++) {
        ret = read_column(file, history, path, &table[k], error);
    }
    if (ret == RH_OK && partners->id.num != partners->num) {
        ret = damaged(error, path, "partners/partner_id", "has another length than its table");
    }
    if (ret == RH_OK) {
        ret = read_attributes(file, path, "ledger/further", events->num, &events->attribute, &events->num_attributes,
                              error);
    }
    if (ret == RH_OK) {
        ret = read_attributes(file, path, "partners/further", partners->num, &partners->attribute,
                              &partners->num_attributes, error);
    }
    return ret == RH_OK ? rh_history_finish(history, error) : ret;
}

int rh_history_read(struct rh_history *self, const char *path, struct rh_error *error)
{
    hid_t file = -1;
    struct rh_error ignored;
    rh_history_init(self);
    int ret = rh_h5_open(&file, path, error);
    if (ret == RH_OK) {
        ret = read_all(file, self, path, error);
        rh_h5_close(&file, &ignored);
    }
    return ret;
}
