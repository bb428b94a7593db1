/* Header and cells. What a cell must be is the column's kind; how it is written is the map's. */
#include "history/table.h"

#include "core/memory.h"
#include "core/money.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_CHARACTERS 40
#define NUMBER_DECIMALS 4
#define SHARE_DECIMALS 9
#define FIRST_DAY (-25567) /* 1900-01-01 */
#define LAST_DAY 84005     /* 2199-12-31 */

/* Bytes of the character at text; what a terminal would obey is one of them. */
static size_t character_width(const char *text, bool *control)
{
    const unsigned char first = (unsigned char)text[0], second = (unsigned char)(first == 0 ? 0 : text[1]);
    size_t width = 1;
    while (width < 4 && ((unsigned char)text[width] & 0xC0) == 0x80) {
        width++;
    }
    *control = (width == 1 && (first < 0x20 || first == 0x7F)) || (width == 2 && first == 0xC2 && second < 0xA0);
    return width;
}

const char *rh_shown(const char *text, char out[RH_SHOWN])
{
    size_t num = 0, used = 0;
    for (; *text != '\0' && num < SHOWN_CHARACTERS && used + 8 < RH_SHOWN; num++) {
        bool control;
        const size_t width = character_width(text, &control);
        if (control) {
            out[used++] = ' ';
        } else {
            memcpy(out + used, text, width);
            used += width;
        }
        text += width;
    }
    snprintf(out + used, RH_SHOWN - used, "%s", *text == '\0' ? "" : "…");
    return out;
}

/* ---- Problems ---- */

static void no_memory(struct rh_table_reader *self)
{
    rh_problems_add(self->problems, RH_ERR_NO_MEMORY, self->path, 0, 0, NULL, "%s", rh_code_message(RH_ERR_NO_MEMORY));
}

void rh_table_complain(struct rh_table_reader *self, int column, const char *format, ...)
{
    char message[512], shown[RH_SHOWN];
    const struct rh_map_text *constant = &self->map->constant[column];
    const char *name = self->info->column[column].name;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    self->row_bad = true;
    if (constant->text != NULL) {
        rh_problems_add(self->problems, RH_ERR_INPUT, self->map_path, constant->line, constant->column, NULL, "%s: %s",
                        name, message);
    } else if (self->map->theirs[column].text != NULL) {
        rh_csv_complain(self->csv, (size_t)self->source[column], "%s (%s): %s",
                        rh_shown(self->map->theirs[column].text, shown), name, message);
    } else {
        const size_t field = self->source[column] < 0 ? self->num_columns : (size_t)self->source[column];
        rh_csv_complain(self->csv, field, "%s: %s", name, message);
    }
}

/* ---- Header ---- */

/* Copies the header's names. False where memory is out. */
static bool take_header(struct rh_table_reader *self, const struct rh_csv_field *field, size_t num)
{
    self->header = rh_calloc(num, sizeof *self->header);
    if (self->header == NULL) {
        return false;
    }
    for (; self->num_columns < num; self->num_columns++) {
        const char *text = field[self->num_columns].text;
        size_t length = field[self->num_columns].length;
        for (; length > 0 && text[0] == ' '; length--) {
            text++;
        }
        for (; length > 0 && text[length - 1] == ' '; length--) {
        }
        self->header[self->num_columns] = rh_strndup(text, length);
        if (self->header[self->num_columns] == NULL) {
            return false;
        }
    }
    return true;
}

/* Names the columns of the file for a message: 'a', 'b' and so on, as many as there is room for. */
static void list_header(const struct rh_table_reader *self, char *out, size_t room)
{
    char shown[RH_SHOWN];
    size_t used = 0;
    out[0] = '\0';
    for (size_t k = 0; k < self->num_columns; k++) {
        rh_shown(self->header[k], shown);
        if (used + strlen(shown) + 16 > room) {
            snprintf(out + used, room - used, ", …");
            return;
        }
        used += (size_t)snprintf(out + used, room - used, "%s'%s'", k == 0 ? "" : ", ", shown);
    }
}

static int find_header(const struct rh_table_reader *self, const char *name)
{
    for (size_t k = 0; k < self->num_columns; k++) {
        if (strcmp(self->header[k], name) == 0) {
            return (int)k;
        }
    }
    return -1;
}

static bool in_list(const struct rh_map_list *list, const char *name)
{
    for (size_t k = 0; k < list->num; k++) {
        if (strcmp(list->item[k].text, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Finds each canonical column: by the map's name, else by its own. */
static void find_columns(struct rh_table_reader *self)
{
    char found[512], shown[RH_SHOWN];
    list_header(self, found, sizeof found);
    for (int k = 0; k < self->info->num_columns; k++) {
        const struct rh_map_text *theirs = &self->map->theirs[k], *constant = &self->map->constant[k];
        const char *name = self->info->column[k].name;
        self->source[k] = -1;
        if (constant->text != NULL) {
            self->constant[k] = (struct rh_csv_field){constant->text, strlen(constant->text)};
        } else if (theirs->text != NULL || !in_list(&self->map->drop, name)) {
            /* a dropped column of a canonical name is something else */
            self->source[k] = find_header(self, theirs->text != NULL ? theirs->text : name);
        }
        if (self->source[k] >= 0 || constant->text != NULL) {
            continue;
        }
        if (theirs->text != NULL) {
            rh_csv_complain(self->csv, 0, "no column '%s', which %s:%ld reads as %s; found %s",
                            rh_shown(theirs->text, shown), self->map_path, theirs->line, name, found);
        } else if (self->info->column[k].required) {
            rh_csv_complain(self->csv, 0, "no column %s, which a %s file needs; found %s", name, self->info->name,
                            found);
        }
    }
}

/* Lists of the map name columns of the file. */
static void check_list(struct rh_table_reader *self, const struct rh_map_list *list, const char *key)
{
    char found[512], shown[RH_SHOWN];
    list_header(self, found, sizeof found);
    for (size_t k = 0; k < list->num; k++) {
        if (find_header(self, list->item[k].text) < 0) {
            rh_problems_add(self->problems, RH_ERR_INPUT, self->map_path, list->item[k].line, list->item[k].column,
                            NULL, "no column '%s' in %s to %s; found %s", rh_shown(list->item[k].text, shown),
                            self->path, key, found);
        }
    }
}

/* True where a canonical column is read from the field. */
static bool is_taken(const struct rh_table_reader *self, size_t field)
{
    for (int k = 0; k < self->info->num_columns; k++) {
        if (self->source[k] == (int)field) {
            return true;
        }
    }
    return false;
}

/* A further column with a canonical name would be two columns of one name. */
static void check_further_name(struct rh_table_reader *self, size_t field)
{
    for (int k = 0; k < self->info->num_columns; k++) {
        if (strcmp(self->header[field], self->info->column[k].name) == 0) {
            rh_csv_complain(self->csv, field, "'%s' is in the file, but the map reads it from elsewhere; drop it there",
                            self->header[field]);
        }
    }
}

/* Sets up the columns that are kept as they are. False where memory is out. */
static bool find_further(struct rh_table_reader *self)
{
    self->further = rh_calloc(self->num_columns, sizeof *self->further);
    if (self->further == NULL) {
        return false;
    }
    for (size_t k = 0; k < self->num_columns; k++) {
        const char *name = self->header[k];
        if (is_taken(self, k) || find_header(self, name) != (int)k || in_list(&self->map->drop, name) ||
            (self->map->has_keep && !in_list(&self->map->keep, name))) {
            continue;
        }
        if (name[0] == '\0') {
            rh_csv_complain(self->csv, k, "column %zu has no name, expected one, or a map with drop: [\"\"]", k + 1);
        }
        check_further_name(self, k);
        self->further[self->num_further] = (struct rh_further){rh_strdup(name), k};
        if (self->further[self->num_further++].name == NULL) {
            return false;
        }
    }
    return true;
}

static void check_duplicates(struct rh_table_reader *self)
{
    char shown[RH_SHOWN];
    for (size_t k = 0; k < self->num_columns; k++) {
        const size_t first = (size_t)find_header(self, self->header[k]);
        if (first < k && !in_list(&self->map->drop, self->header[k])) {
            rh_csv_complain(self->csv, k, "'%s' is column %zu and column %zu, expected it once",
                            rh_shown(self->header[k], shown), first + 1, k + 1);
        }
    }
}

/* Reads constants once: what is wrong with one is told here and not in every row. */
static void check_constants(struct rh_table_reader *self)
{
    for (int k = 0; k < self->info->num_columns; k++) {
        int64_t number;
        rh_day day;
        double share;
        if (self->constant[k].text == NULL) {
            continue;
        }
        switch (self->info->column[k].kind) {
        case RH_CELL_TEXT:
            break;
        case RH_CELL_DATE:
            rh_table_date(self, k, &day);
            break;
        case RH_CELL_NUMBER:
            rh_table_number(self, k, &number);
            break;
        case RH_CELL_SHARE:
            rh_table_share(self, k, &share);
            break;
        }
    }
}

#define MOST_COLUMNS 4096 /* the searches above are linear; no ledger comes near it */

static int read_header(struct rh_table_reader *self)
{
    const struct rh_csv_field *field;
    size_t num;
    const int status = rh_csv_next(self->csv, &field, &num);
    if (status == RH_CSV_END) {
        rh_problems_add(self->problems, RH_ERR_INPUT, self->path, 1, 1, NULL,
                        "the file is empty, expected a line with the names of the columns");
        return RH_ERR_INPUT;
    }
    if (status == RH_CSV_BAD || status < 0) {
        return status == RH_CSV_BAD ? RH_ERR_INPUT : status;
    }
    if (num > MOST_COLUMNS) {
        rh_csv_complain(self->csv, 0, "found %zu columns, expected at most %d", num, MOST_COLUMNS);
        return RH_ERR_INPUT;
    }
    const size_t num_before = self->problems->num_total;
    if (!take_header(self, field, num)) {
        no_memory(self);
        return RH_ERR_NO_MEMORY;
    }
    check_duplicates(self);
    find_columns(self);
    check_list(self, &self->map->keep, "keep");
    check_list(self, &self->map->drop, "drop");
    if (!find_further(self)) {
        no_memory(self);
        return RH_ERR_NO_MEMORY;
    }
    check_constants(self);
    return self->problems->num_total == num_before ? RH_OK : RH_ERR_INPUT;
}

int rh_table_open(struct rh_table_reader *self, enum rh_table table, const char *path, const struct rh_map *map,
                  struct rh_problems *problems)
{
    memset(self, 0, sizeof *self);
    self->info = &rh_tables[table];
    self->map = &map->table[table];
    self->path = path;
    self->map_path = map->path == NULL ? "" : map->path;
    self->problems = problems;
    const int ret = rh_csv_create(&self->csv, path, self->map->delimiter, problems);
    return ret == RH_OK ? read_header(self) : ret;
}

void rh_table_close(struct rh_table_reader *self)
{
    for (size_t k = 0; k < self->num_columns; k++) {
        free(self->header[k]);
    }
    for (size_t k = 0; k < self->num_further; k++) {
        free(self->further[k].name);
    }
    free(self->header);
    free(self->further);
    rh_csv_destroy(self->csv);
    memset(self, 0, sizeof *self);
}

/* ---- Rows and cells ---- */

int rh_table_next(struct rh_table_reader *self)
{
    size_t num;
    const int status = rh_csv_next(self->csv, &self->field, &num);
    self->row_bad = status == RH_CSV_BAD;
    if (status != RH_CSV_RECORD || num == self->num_columns) {
        return status;
    }
    self->row_bad = true;
    rh_csv_complain(self->csv, num < self->num_columns ? num : self->num_columns,
                    "found %zu field%s, expected %zu as in the header", num, num == 1 ? "" : "s", self->num_columns);
    return RH_CSV_BAD;
}

bool rh_table_has(const struct rh_table_reader *self, int column)
{
    return self->source[column] >= 0 || self->constant[column].text != NULL;
}

struct rh_csv_field rh_table_text(const struct rh_table_reader *self, int column)
{
    static const struct rh_csv_field empty = {"", 0};
    if (self->source[column] >= 0) {
        return self->field[self->source[column]];
    }
    return self->constant[column].text != NULL ? self->constant[column] : empty;
}

bool rh_table_required(struct rh_table_reader *self, int column, struct rh_csv_field *out)
{
    *out = rh_table_text(self, column);
    if (out->length == 0) {
        rh_table_complain(self, column, "found nothing, expected a value");
        return false;
    }
    return true;
}

/* The cell without spaces and tabs around it; false where nothing is left, told where the column is required. */
static bool trimmed(struct rh_table_reader *self, int column, struct rh_csv_field *out, const char *expected)
{
    *out = rh_table_text(self, column);
    for (; out->length > 0 && (out->text[0] == ' ' || out->text[0] == '\t'); out->length--) {
        out->text++;
    }
    for (; out->length > 0 && (out->text[out->length - 1] == ' ' || out->text[out->length - 1] == '\t');
         out->length--) {
    }
    if (out->length == 0 && self->info->column[column].required) {
        rh_table_complain(self, column, "found nothing, expected %s", expected);
    }
    return out->length > 0;
}

/* A number of more than four decimals, rounded half to even. What lies behind the fourth decimal decides: more than a
 * half, a half, or less. The text is known to be a number. */
static enum rh_decimal_status round_number(const struct rh_csv_field *cell, char point, char grouping, int64_t *out)
{
    const char *fraction = (const char *)memchr(cell->text, point, cell->length) + 1;
    const size_t kept = (size_t)(fraction - cell->text) + NUMBER_DECIMALS;
    const enum rh_decimal_status status = rh_decimal_parse(cell->text, kept, NUMBER_DECIMALS, point, grouping, out);
    if (status != RH_DECIMAL_OK) {
        return status;
    }
    bool more = cell->text[kept] > '5';
    for (size_t k = kept + 1; k < cell->length; k++) {
        more = more || (cell->text[kept] == '5' && cell->text[k] != '0');
    }
    if (more || (cell->text[kept] == '5' && *out % 2 != 0)) {
        if (*out == INT64_MAX || *out == -INT64_MAX) {
            return RH_DECIMAL_TOO_LARGE;
        }
        *out += cell->text[0] == '-' ? -1 : 1;
    }
    return RH_DECIMAL_OK;
}

bool rh_table_number(struct rh_table_reader *self, int column, int64_t *out)
{
    char shown[RH_SHOWN];
    struct rh_csv_field cell;
    const char point = self->map->point, grouping = self->map->grouping;
    *out = RH_MISSING;
    if (!trimmed(self, column, &cell, "a number")) {
        return !self->info->column[column].required;
    }
    enum rh_decimal_status status = rh_decimal_parse(cell.text, cell.length, NUMBER_DECIMALS, point, grouping, out);
    if (status == RH_DECIMAL_TOO_PRECISE && self->map->round) {
        status = round_number(&cell, point, grouping, out);
    }
    if (status == RH_DECIMAL_OK) {
        return true;
    }
    *out = RH_MISSING;
    rh_shown(rh_table_text(self, column).text, shown);
    if (status == RH_DECIMAL_TOO_PRECISE) {
        rh_table_complain(self, column, "found '%s', expected at most %d decimals, or a map with round: true", shown,
                          NUMBER_DECIMALS);
    } else if (status == RH_DECIMAL_TOO_LARGE) {
        rh_table_complain(self, column, "found '%s', expected a number below 922,337,203,685,477", shown);
    } else {
        rh_table_complain(self, column, "found '%s', expected a number such as %s", shown,
                          point == ',' ? "-1234,56" : "-1234.56");
    }
    return false;
}

bool rh_table_date(struct rh_table_reader *self, int column, rh_day *out)
{
    char shown[RH_SHOWN];
    struct rh_csv_field cell;
    const char *format = self->map->date_format;
    *out = RH_NO_DAY;
    if (!trimmed(self, column, &cell, "a date")) {
        return !self->info->column[column].required;
    }
    const bool is_date = format == NULL ? rh_day_parse(cell.text, cell.length, out)
                                        : rh_day_parse_format(cell.text, cell.length, format, out);
    if (is_date && *out >= FIRST_DAY && *out <= LAST_DAY) {
        return true;
    }
    *out = RH_NO_DAY;
    rh_shown(rh_table_text(self, column).text, shown);
    if (is_date) {
        rh_table_complain(self, column, "found '%s', expected a date of the years 1900 to 2199", shown);
    } else {
        rh_table_complain(self, column, "found '%s', expected a date %s%s", shown,
                          format == NULL ? "such as 2014-03-31" : "that reads ", format == NULL ? "" : format);
    }
    return false;
}

bool rh_table_share(struct rh_table_reader *self, int column, double *out)
{
    char shown[RH_SHOWN];
    struct rh_csv_field cell;
    int64_t value;
    *out = NAN;
    if (!trimmed(self, column, &cell, "a share")) {
        return !self->info->column[column].required;
    }
    const bool percent = cell.text[cell.length - 1] == '%';
    const size_t length = cell.length - percent;
    enum rh_decimal_status status = rh_decimal_parse(cell.text, length, SHARE_DECIMALS, self->map->point, 0, &value);
    if (status == RH_DECIMAL_TOO_PRECISE) { /* a share is no money: what is finer than 10⁻⁹ is cut */
        const char *point = memchr(cell.text, self->map->point, length);
        status = rh_decimal_parse(cell.text, (size_t)(point - cell.text) + 1 + SHARE_DECIMALS, SHARE_DECIMALS,
                                  self->map->point, 0, &value);
    }
    if (status == RH_DECIMAL_OK) {
        *out = (double)value / (percent ? 1e11 : 1e9);
    }
    if (!(*out >= 0 && *out <= 1)) {
        *out = NAN;
        rh_table_complain(self, column, "found '%s', expected a share from 0 to 1, such as 0.25 or 25%%",
                          rh_shown(rh_table_text(self, column).text, shown));
        return false;
    }
    return true;
}
