/* Three files to one history. Partners come first, since the other two name them; the headers of all three are read
 * before any row, so that a wrong column is not hidden behind a million rows.
 *
 * A row that is bad is told and left out; whether the rest may be used is decided at the end, by the number of bad rows
 * (max_bad). So one pass tells everything. */
#include "history/import.h"

#include "core/memory.h"
#include "history/table.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_PER_REPORT 16384
#define MOST_MEASURES 1000 /* more are the sign of a column that is none of measures */

struct import {
    struct rh_history *history;
    const struct rh_import_options *options;
    const struct rh_progress *progress;
    struct rh_import_report *report;
    struct rh_problems *problems;
    struct rh_map map;
    struct rh_table_reader table[RH_NUM_TABLES];
    bool has_table[RH_NUM_TABLES];

    long *partner_line; /* [partners.num] where each partner stands in its file */
    size_t partner_line_capacity;
    struct rh_names bad_partners; /* ids that stand in bad lines only */
    long *target_line;            /* [targets.num] */
    size_t target_line_capacity;
};

static int no_memory(struct import *self)
{
    rh_problems_add(self->problems, RH_ERR_NO_MEMORY, NULL, 0, 0, NULL, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    return RH_ERR_NO_MEMORY;
}

/* ---- Appending to columns of one length ---- */

struct growing {
    void *array; /* address of the pointer */
    size_t size; /* of an element */
};

/* Makes room for one more in all arrays, which hold `num` of *capacity. */
static int grow(const struct growing *array, size_t num_arrays, size_t num, size_t *capacity)
{
    if (num < *capacity) {
        return RH_OK;
    }
    size_t grown = *capacity;
    for (size_t k = 0; k < num_arrays; k++) {
        size_t have = *capacity;
        if (rh_reserve(array[k].array, &have, num + 1, array[k].size) != RH_OK) {
            return RH_ERR_NO_MEMORY;
        }
        grown = k == 0 || have < grown ? have : grown;
    }
    *capacity = grown;
    return RH_OK;
}

#define GROWING(pointer)              \
    {                                 \
        &(pointer), sizeof *(pointer) \
    }

/* The attributes' arrays have the same capacity as the table's own, but are as many as the file has columns. */
static int grow_attributes(struct rh_attribute *attribute, size_t num_attributes, size_t num, size_t capacity)
{
    for (size_t k = 0; k < num_attributes && num == capacity; k++) {
        size_t have = capacity;
        if (rh_reserve(&attribute[k].code, &have, num + 1, sizeof *attribute[k].code) != RH_OK) {
            return RH_ERR_NO_MEMORY;
        }
    }
    return RH_OK;
}

/* Sets up the attributes of a table for its further columns. */
static int make_attributes(const struct rh_table_reader *table, struct rh_attribute **attribute, size_t *num)
{
    *attribute = rh_calloc(table->num_further, sizeof **attribute);
    if (*attribute == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (; *num < table->num_further; ++*num) {
        (*attribute)[*num].name = rh_strdup(table->further[*num].name);
        if ((*attribute)[*num].name == NULL) {
            return RH_ERR_NO_MEMORY;
        }
        rh_names_init(&(*attribute)[*num].values);
    }
    return RH_OK;
}

/* Writes the row's further cells. */
static int add_attributes(const struct rh_table_reader *table, struct rh_attribute *attribute, size_t row)
{
    for (size_t k = 0; k < table->num_further; k++) {
        const struct rh_csv_field *cell = &table->field[table->further[k].field];
        const int32_t code = rh_names_add(&attribute[k].values, cell->text, cell->length);
        if (code < 0) {
            return RH_ERR_NO_MEMORY;
        }
        attribute[k].code[row] = code;
    }
    return RH_OK;
}

/* Interns the text of a cell; false where memory is out. */
static bool intern(const struct rh_table_reader *table, int column, struct rh_names *names, int32_t *out)
{
    const struct rh_csv_field cell = rh_table_text(table, column);
    *out = rh_names_add(names, cell.text, cell.length);
    return *out >= 0;
}

/* ---- Partners ---- */

/* Empty, or three capital letters. */
static void check_currency(struct rh_table_reader *table)
{
    const struct rh_csv_field cell = rh_table_text(table, RH_PARTNERS_CURRENCY);
    char shown[RH_SHOWN];
    size_t capitals = 0;
    for (; capitals < cell.length && cell.text[capitals] >= 'A' && cell.text[capitals] <= 'Z'; capitals++) {
    }
    if (cell.length > 0 && (cell.length != 3 || capitals != 3)) {
        rh_table_complain(table, RH_PARTNERS_CURRENCY, "found '%s', expected three capital letters such as USD",
                          rh_shown(cell.text, shown));
    }
}

static int append_partner(struct import *self, struct rh_table_reader *table, rh_day joined, double margin)
{
    struct rh_partners *partners = &self->history->partners;
    const size_t row = partners->num;
    const struct growing arrays[] = {GROWING(partners->name),     GROWING(partners->segment), GROWING(partners->region),
                                     GROWING(partners->tier),     GROWING(partners->parent),  GROWING(partners->joined),
                                     GROWING(partners->currency), GROWING(partners->margin)};
    if (rh_reserve(&self->partner_line, &self->partner_line_capacity, row + 1, sizeof *self->partner_line) != RH_OK ||
        grow_attributes(partners->attribute, partners->num_attributes, row, partners->capacity) != RH_OK ||
        grow(arrays, sizeof arrays / sizeof arrays[0], row, &partners->capacity) != RH_OK ||
        add_attributes(table, partners->attribute, row) != RH_OK ||
        !intern(table, RH_PARTNERS_SEGMENT, &partners->segments, &partners->segment[row]) ||
        !intern(table, RH_PARTNERS_REGION, &partners->regions, &partners->region[row]) ||
        !intern(table, RH_PARTNERS_TIER, &partners->tiers, &partners->tier[row]) ||
        !intern(table, RH_PARTNERS_PARENT, &partners->parents, &partners->parent[row]) ||
        !intern(table, RH_PARTNERS_CURRENCY, &partners->currencies, &partners->currency[row])) {
        return RH_ERR_NO_MEMORY;
    }
    int32_t id;
    partners->name[row] = rh_strdup(rh_table_text(table, RH_PARTNERS_NAME).text);
    if (partners->name[row] == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    partners->joined[row] = joined;
    partners->margin[row] = margin;
    self->partner_line[row] = rh_csv_line(table->csv);
    partners->num = row + 1; /* the name is owned from here on */
    return intern(table, RH_PARTNERS_PARTNER_ID, &partners->id, &id) ? RH_OK : RH_ERR_NO_MEMORY;
}

static int add_partner(struct import *self, struct rh_table_reader *table)
{
    char shown[RH_SHOWN];
    struct rh_csv_field id;
    rh_day joined;
    double margin;
    if (rh_table_required(table, RH_PARTNERS_PARTNER_ID, &id)) {
        const int32_t row = rh_names_find(&self->history->partners.id, id.text);
        if (row >= 0) {
            rh_table_complain(table, RH_PARTNERS_PARTNER_ID,
                              "found '%s', which is already in line %ld, expected it once", rh_shown(id.text, shown),
                              self->partner_line[row]);
        }
    }
    rh_table_date(table, RH_PARTNERS_JOINED, &joined);
    rh_table_share(table, RH_PARTNERS_MARGIN, &margin);
    check_currency(table);
    if (table->row_bad) {
        return id.length == 0 || rh_names_add(&self->bad_partners, id.text, id.length) >= 0 ? RH_OK : RH_ERR_NO_MEMORY;
    }
    return append_partner(self, table, joined, margin);
}

/* The cell's partner; false, and told, where there is none. `guess` is tried first: ledgers are often in runs. */
static bool find_partner(struct import *self, struct rh_table_reader *table, int column, int32_t guess, int32_t *out)
{
    const struct rh_names *ids = &self->history->partners.id;
    char shown[RH_SHOWN];
    struct rh_csv_field id;
    if (!rh_table_required(table, column, &id)) {
        return false;
    }
    if (guess >= 0 && strcmp(ids->name[guess], id.text) == 0) {
        *out = guess;
        return true;
    }
    *out = rh_names_find(ids, id.text);
    if (*out >= 0) {
        return true;
    }
    rh_table_complain(table, column, "found '%s', %s %s", rh_shown(id.text, shown),
                      rh_names_find(&self->bad_partners, id.text) >= 0 ? "which is in a bad line of"
                                                                       : "expected a partner of",
                      self->options->partners);
    return false;
}

/* ---- Ledger ---- */

/* The numbers of a row; missing ones are RH_MISSING. */
struct numbers {
    int64_t quantity, amount, cost, discount, days;
};

static bool opposite(int64_t a, int64_t b)
{
    return a != RH_MISSING && b != RH_MISSING && ((a < 0 && b > 0) || (a > 0 && b < 0));
}

/* What a row of the measure must have: money its amount, anything else at least one number. */
static void check_measure(struct rh_table_reader *table, const char *measure, const struct numbers *numbers)
{
    if (strcmp(measure, "units") == 0) {
        rh_table_complain(table, RH_LEDGER_MEASURE,
                          "found 'units', expected rows of revenue with a quantity: that is "
                          "what units are");
    } else if (rh_measure_is_always_money(measure) && numbers->amount == RH_MISSING) {
        rh_table_complain(table, RH_LEDGER_AMOUNT, "found nothing, expected a number, as %s is money", measure);
    } else if (numbers->amount == RH_MISSING && numbers->quantity == RH_MISSING) {
        rh_table_complain(table, RH_LEDGER_QUANTITY, "found neither quantity nor amount, expected one of them");
    }
}

static void read_numbers(struct rh_table_reader *table, const char *measure, struct numbers *out)
{
    bool good = rh_table_number(table, RH_LEDGER_QUANTITY, &out->quantity);
    good = rh_table_number(table, RH_LEDGER_AMOUNT, &out->amount) && good;
    good = rh_table_number(table, RH_LEDGER_COST, &out->cost) && good;
    good = rh_table_number(table, RH_LEDGER_DISCOUNT, &out->discount) && good;
    good = rh_table_number(table, RH_LEDGER_DAYS, &out->days) && good;
    if (!good) {
        return;
    }
    check_measure(table, measure, out);
    if (opposite(out->amount, out->quantity)) {
        rh_table_complain(table, RH_LEDGER_QUANTITY, "found '%s' and an amount of '%s', expected the same sign",
                          rh_table_text(table, RH_LEDGER_QUANTITY).text, rh_table_text(table, RH_LEDGER_AMOUNT).text);
    }
    if (opposite(out->amount, out->cost)) {
        rh_table_complain(table, RH_LEDGER_COST, "found '%s' and an amount of '%s', expected the same sign",
                          rh_table_text(table, RH_LEDGER_COST).text, rh_table_text(table, RH_LEDGER_AMOUNT).text);
    }
}

static int append_event(struct import *self, struct rh_table_reader *table, const char *measure, int32_t partner,
                        rh_day date, const struct numbers *numbers)
{
    struct rh_events *events = &self->history->events;
    const size_t row = events->num;
    if (row == events->capacity) {
        const struct growing arrays[] = {GROWING(events->partner), GROWING(events->date),     GROWING(events->measure),
                                         GROWING(events->product), GROWING(events->quantity), GROWING(events->amount),
                                         GROWING(events->cost),    GROWING(events->discount), GROWING(events->days)};
        if (grow_attributes(events->attribute, events->num_attributes, row, events->capacity) != RH_OK ||
            grow(arrays, sizeof arrays / sizeof arrays[0], row, &events->capacity) != RH_OK) {
            return RH_ERR_NO_MEMORY;
        }
    }
    events->measure[row] = rh_names_add(&self->history->measures, measure, strlen(measure));
    if (events->measure[row] < 0 ||
        !intern(table, RH_LEDGER_PRODUCT, &self->history->products, &events->product[row]) ||
        add_attributes(table, events->attribute, row) != RH_OK) {
        return RH_ERR_NO_MEMORY;
    }
    events->partner[row] = partner;
    events->date[row] = date;
    events->quantity[row] = numbers->quantity;
    events->amount[row] = numbers->amount;
    events->cost[row] = numbers->cost;
    events->discount[row] = numbers->discount;
    events->days[row] = numbers->days;
    events->num = row + 1;
    return RH_OK;
}

static int add_event(struct import *self, struct rh_table_reader *table)
{
    const struct rh_events *events = &self->history->events;
    const int32_t guess = events->num > 0 ? events->partner[events->num - 1] : -1;
    const struct rh_csv_field cell = rh_table_text(table, RH_LEDGER_MEASURE);
    const char *measure = cell.length == 0 ? "revenue" : cell.text;
    struct numbers numbers;
    int32_t partner = -1;
    rh_day date;
    find_partner(self, table, RH_LEDGER_PARTNER_ID, guess, &partner);
    rh_table_date(table, RH_LEDGER_DATE, &date);
    read_numbers(table, measure, &numbers);
    if (self->history->measures.num >= MOST_MEASURES && rh_names_find(&self->history->measures, measure) < 0) {
        char shown[RH_SHOWN];
        rh_table_complain(table, RH_LEDGER_MEASURE, "found '%s' after %d other measures, expected no more of them",
                          rh_shown(measure, shown), MOST_MEASURES);
    }
    return table->row_bad ? RH_OK : append_event(self, table, measure, partner, date, &numbers);
}

/* ---- Targets ---- */

static bool find_window(struct rh_table_reader *table, int32_t *out)
{
    char shown[RH_SHOWN];
    const struct rh_csv_field cell = rh_table_text(table, RH_TARGETS_WINDOW);
    for (int kind = RH_WINDOW_MONTH; kind <= RH_WINDOW_PROGRAM; kind++) {
        if (strcmp(cell.text, rh_window_name((enum rh_window_kind)kind)) == 0) {
            *out = kind;
            return true;
        }
    }
    rh_table_complain(table, RH_TARGETS_WINDOW, "found '%s', expected month, quarter, half, year or program",
                      rh_shown(cell.text, shown));
    return false;
}

static int append_target(struct import *self, struct rh_table_reader *table, int32_t partner, int32_t window,
                         rh_day start, int64_t target)
{
    struct rh_targets *targets = &self->history->targets;
    const size_t row = targets->num;
    const struct growing arrays[] = {GROWING(targets->partner), GROWING(targets->measure), GROWING(targets->window),
                                     GROWING(targets->window_start), GROWING(targets->target)};
    if (rh_reserve(&self->target_line, &self->target_line_capacity, row + 1, sizeof *self->target_line) != RH_OK ||
        grow(arrays, sizeof arrays / sizeof arrays[0], row, &targets->capacity) != RH_OK ||
        !intern(table, RH_TARGETS_MEASURE, &self->history->measures, &targets->measure[row])) {
        return RH_ERR_NO_MEMORY;
    }
    targets->partner[row] = partner;
    targets->window[row] = window;
    targets->window_start[row] = start;
    targets->target[row] = target;
    self->target_line[row] = rh_csv_line(table->csv);
    targets->num = row + 1;
    return RH_OK;
}

static int add_target(struct import *self, struct rh_table_reader *table)
{
    struct rh_csv_field measure;
    int32_t partner = -1, window = 0;
    rh_day start;
    int64_t target;
    find_partner(self, table, RH_TARGETS_PARTNER_ID, -1, &partner);
    rh_table_required(table, RH_TARGETS_MEASURE, &measure);
    find_window(table, &window);
    if (rh_table_date(table, RH_TARGETS_WINDOW_START, &start) && rh_month_first_day(rh_day_month(start)) != start) {
        char day[RH_DAY_TEXT];
        rh_table_complain(table, RH_TARGETS_WINDOW_START, "found '%s', expected the first day of a month",
                          rh_day_format(start, day));
    }
    rh_table_number(table, RH_TARGETS_TARGET, &target);
    return table->row_bad ? RH_OK : append_target(self, table, partner, window, start, target);
}

struct target {
    int32_t partner, measure, window;
    rh_day start;
    int64_t target;
    long line;
};

static int compare_numbers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* Order of the target table; 0 for two targets of the same window. */
static int compare_keys(const struct target *a, const struct target *b)
{
    int order = compare_numbers(a->partner, b->partner);
    order = order != 0 ? order : compare_numbers(a->measure, b->measure);
    order = order != 0 ? order : compare_numbers(a->window, b->window);
    return order != 0 ? order : compare_numbers(a->start, b->start);
}

static int compare_targets(const void *a, const void *b)
{
    const int order = compare_keys(a, b);
    return order != 0 ? order : compare_numbers(((const struct target *)a)->line, ((const struct target *)b)->line);
}

static void complain_of_duplicate(struct import *self, const struct target *first, const struct target *second)
{
    const struct rh_history *history = self->history;
    char day[RH_DAY_TEXT], id[RH_SHOWN], measure[RH_SHOWN];
    rh_problems_add(self->problems, RH_ERR_INPUT, self->options->targets, second->line, 0, NULL,
                    "found a target of %s in the %s from %s for '%s', which is already in line %ld, expected it once",
                    rh_shown(history->measures.name[second->measure], measure),
                    rh_window_name((enum rh_window_kind)second->window), rh_day_format(second->start, day),
                    rh_shown(history->partners.id.name[second->partner], id), first->line);
    self->report->rows_bad++;
    self->report->rows_kept--;
}

/* Sorts the targets; of two for the same window the later line is bad. */
static int sort_targets(struct import *self)
{
    struct rh_targets *targets = &self->history->targets;
    struct target *sorted = rh_calloc(targets->num, sizeof *sorted);
    if (sorted == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t k = 0; k < targets->num; k++) {
        sorted[k] = (struct target){targets->partner[k],      targets->measure[k], targets->window[k],
                                    targets->window_start[k], targets->target[k],  self->target_line[k]};
    }
    if (targets->num > 1) {
        qsort(sorted, targets->num, sizeof *sorted, compare_targets);
    }
    size_t num = 0, last = 0;
    for (size_t k = 0; k < targets->num; k++) {
        if (k > 0 && compare_keys(&sorted[last], &sorted[k]) == 0) {
            complain_of_duplicate(self, &sorted[last], &sorted[k]);
            continue;
        }
        last = k;
        targets->partner[num] = sorted[k].partner;
        targets->measure[num] = sorted[k].measure;
        targets->window[num] = sorted[k].window;
        targets->window_start[num] = sorted[k].start;
        targets->target[num++] = sorted[k].target;
    }
    targets->num = num;
    free(sorted);
    return RH_OK;
}

/* ---- All of it ---- */

/* Reads all rows of a table. */
static int read_rows(struct import *self, enum rh_table which,
                     int (*add)(struct import *self, struct rh_table_reader *table))
{
    static const char *const what[RH_NUM_TABLES] = {"reading the ledger", "reading partners", "reading targets"};
    struct rh_table_reader *table = &self->table[which];
    uint64_t num_rows = 0;
    int status;
    while ((status = rh_table_next(table)) > 0) {
        if (++num_rows % ROWS_PER_REPORT == 0) {
            rh_progress_report(self->progress, what[which], rh_csv_done(table->csv), rh_csv_total(table->csv));
            if (rh_progress_stopped(self->progress)) {
                rh_problems_add(self->problems, RH_ERR_INTERRUPTED, NULL, 0, 0, NULL, "%s",
                                rh_code_message(RH_ERR_INTERRUPTED));
                return RH_ERR_INTERRUPTED;
            }
        }
        if (status == RH_CSV_RECORD && add(self, table) != RH_OK) {
            return no_memory(self);
        }
        self->report->rows_read++;
        self->report->rows_bad += table->row_bad;
        self->report->rows_kept += !table->row_bad;
    }
    if (num_rows == 0 && status == RH_CSV_END && which != RH_TABLE_TARGETS) {
        rh_problems_add(self->problems, RH_ERR_INPUT, table->path, 0, 0, NULL,
                        "found no rows, expected at least one below the names of the columns");
        return RH_ERR_INPUT;
    }
    return status;
}

/* Opens all files, so that what is wrong with the headers is told together. */
static int open_tables(struct import *self)
{
    const char *const path[RH_NUM_TABLES] = {self->options->ledger, self->options->partners, self->options->targets};
    int num_stdin = self->options->map != NULL && strcmp(self->options->map, "-") == 0, ret = RH_OK;
    for (int k = 0; k < RH_NUM_TABLES; k++) {
        num_stdin += path[k] != NULL && strcmp(path[k], "-") == 0;
    }
    if (num_stdin > 1) {
        rh_problems_add(self->problems, RH_ERR_ARGUMENT, NULL, 0, 0, NULL,
                        "found '-' for %d files, expected standard input for one at most", num_stdin);
        return RH_ERR_ARGUMENT;
    }
    if (self->options->map != NULL) {
        ret = rh_map_read(&self->map, self->options->map, self->problems);
    }
    for (int k = 0; k < RH_NUM_TABLES && ret == RH_OK; k++) {
        if (path[k] != NULL) {
            self->has_table[k] = true;
            rh_table_open(&self->table[k], (enum rh_table)k, path[k], &self->map, self->problems);
        }
    }
    return ret != RH_OK ? ret : rh_problems_status(self->problems, NULL);
}

/* A ledger without any number to count is no ledger: said once, not in each row. */
static int check_number_columns(struct import *self)
{
    struct rh_table_reader *table = &self->table[RH_TABLE_LEDGER];
    if (rh_table_has(table, RH_LEDGER_AMOUNT) || rh_table_has(table, RH_LEDGER_QUANTITY)) {
        return RH_OK;
    }
    rh_csv_complain(table->csv, 0, "no column amount and no column quantity, of which a ledger needs one");
    return RH_ERR_INPUT;
}

static int read_all(struct import *self)
{
    struct rh_history *history = self->history;
    int ret = open_tables(self);
    if (ret != RH_OK || (ret = check_number_columns(self)) != RH_OK) {
        return ret;
    }
    if (make_attributes(&self->table[RH_TABLE_PARTNERS], &history->partners.attribute,
                        &history->partners.num_attributes) != RH_OK ||
        make_attributes(&self->table[RH_TABLE_LEDGER], &history->events.attribute, &history->events.num_attributes) !=
            RH_OK) {
        return no_memory(self);
    }
    ret = read_rows(self, RH_TABLE_PARTNERS, add_partner);
    if (ret == RH_OK) {
        ret = read_rows(self, RH_TABLE_LEDGER, add_event);
    }
    if (ret == RH_OK && self->has_table[RH_TABLE_TARGETS]) {
        ret = read_rows(self, RH_TABLE_TARGETS, add_target);
        if (ret == RH_OK && sort_targets(self) != RH_OK) {
            ret = no_memory(self);
        }
    }
    return ret;
}

/* Paths as given, hashes of the bytes as they were read. */
static int note_provenance(struct import *self)
{
    struct rh_history *history = self->history;
    rh_csv_sha256(self->table[RH_TABLE_LEDGER].csv, history->ledger_sha256);
    rh_csv_sha256(self->table[RH_TABLE_PARTNERS].csv, history->partners_sha256);
    history->ledger_path = rh_strdup(self->options->ledger);
    history->partners_path = rh_strdup(self->options->partners);
    if (self->has_table[RH_TABLE_TARGETS]) {
        rh_csv_sha256(self->table[RH_TABLE_TARGETS].csv, history->targets_sha256);
        history->targets_path = rh_strdup(self->options->targets);
    }
    return history->ledger_path == NULL || history->partners_path == NULL ||
                   (self->has_table[RH_TABLE_TARGETS] && history->targets_path == NULL)
               ? no_memory(self)
               : RH_OK;
}

/* After all rows: the verdict on the bad ones, and what follows from the good ones. */
static int conclude(struct import *self)
{
    struct rh_error error;
    if (self->problems->failed != 0) {
        return self->problems->failed;
    }
    if (self->report->rows_bad > self->options->max_bad) {
        return rh_problems_status(self->problems, NULL);
    }
    if (self->history->events.num == 0) {
        rh_problems_add(self->problems, RH_ERR_INPUT, self->options->ledger, 0, 0, NULL,
                        "found no good row, expected at least one");
        return RH_ERR_INPUT;
    }
    if (note_provenance(self) != RH_OK) {
        return RH_ERR_NO_MEMORY;
    }
    return rh_history_finish(self->history, &error) == RH_OK ? RH_OK : no_memory(self);
}

int rh_import(struct rh_history *history, const struct rh_import_options *options, const struct rh_progress *progress,
              struct rh_import_report *report, struct rh_problems *problems)
{
    struct import self = {
        .history = history, .options = options, .progress = progress, .report = report, .problems = problems};
    *report = (struct rh_import_report){0, 0, 0};
    rh_history_init(history);
    rh_map_init(&self.map);
    rh_names_init(&self.bad_partners);
    int ret = read_all(&self);
    if (ret == RH_OK) {
        ret = conclude(&self);
    }
    for (int k = 0; k < RH_NUM_TABLES; k++) {
        if (self.has_table[k]) {
            rh_table_close(&self.table[k]);
        }
    }
    rh_map_free(&self.map);
    rh_names_free(&self.bad_partners);
    free(self.partner_line);
    free(self.target_line);
    return ret;
}
