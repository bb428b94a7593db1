/* Records by libcsv, places by this file.
 *
 * libcsv takes bytes and gives fields; it knows nothing of lines. So it is fed one physical line at a time, and the
 * record's bytes stay in the buffer until the next record is asked for: that gives each record its line for nothing,
 * and the column of a field by looking again, which happens for fields that are wrong only. Whether a line break is
 * inside a quoted field follows from the number of quotes so far: an odd one means inside.
 *
 * After a record that is broken, reading goes on at the line behind the record's first: one forgotten quote then costs
 * one line and not the rest of the file. */
#include "history/csv.h"

#include "core/memory.h"
#include "history/source.h"

#include <assert.h>
#include <csv.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)256 * 1024)
#define LONGEST_EXCERPT ((size_t)16 * 1024) /* of a longer line the problem shows nothing */

struct rh_csv {
    char *path;
    char delimiter;
    struct rh_problems *problems;
    struct rh_source *source;
    struct csv_parser parser;

    char *buffer; /* bytes not yet done: [start, end); the last record's are [record, start) */
    size_t record, start, end, capacity;
    bool ended;       /* nothing more comes behind `end` */
    bool opened;      /* the first bytes have been looked at */
    long line;        /* of buffer[start] */
    long record_line; /* of buffer[record] */

    struct rh_csv_field *field;
    size_t num_fields, field_capacity;
    char *text; /* the fields' texts, each with its NUL */
    size_t text_length, text_capacity;
    int num_rows; /* that libcsv finished in this record */
    bool no_memory;
};

/* ---- Life ---- */

/* Spaces are text: libcsv would take them off. */
static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void start_parser(struct rh_csv *self)
{
    csv_init(&self->parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&self->parser, (unsigned char)self->delimiter);
    csv_set_space_func(&self->parser, no_space);
    csv_set_realloc_func(&self->parser, realloc); /* this library's, so that tests can make it fail there too */
}

int rh_csv_create(struct rh_csv **out, const char *path, char delimiter, struct rh_problems *problems)
{
    struct rh_error error = {.code = RH_ERR_NO_MEMORY, .message = "no memory to read it"};
    struct rh_csv *self = rh_calloc(1, sizeof *self);
    *out = NULL;
    if (self == NULL) {
        goto fail;
    }
    self->delimiter = delimiter;
    self->problems = problems;
    self->line = 1;
    start_parser(self);
    self->path = rh_strdup(path);
    if (self->path == NULL || rh_source_create(&self->source, path, &error) != RH_OK) {
        goto fail;
    }
    *out = self;
    return RH_OK;
fail:
    rh_csv_destroy(self);
    rh_problems_add(problems, error.code, path, 0, 0, NULL, "%s", error.message);
    return error.code;
}

void rh_csv_destroy(struct rh_csv *self)
{
    if (self == NULL) {
        return;
    }
    csv_free(&self->parser);
    rh_source_destroy(self->source);
    free(self->path);
    free(self->buffer);
    free(self->field);
    free(self->text);
    free(self);
}

/* ---- Problems and places ---- */

/* Bytes of the line that starts at `from`, without its end. */
static size_t line_length(const struct rh_csv *self, size_t from)
{
    const char *end = memchr(self->buffer + from, '\n', self->end - from);
    size_t length = end == NULL ? self->end - from : (size_t)(end - (self->buffer + from));
    if (length > 0 && self->buffer[from + length - 1] == '\r') {
        length--;
    }
    return length;
}

/* Adds a problem at buffer[at], which belongs to the record. */
static void complain_at(const struct rh_csv *self, size_t at, const char *message)
{
    long line = self->record_line;
    size_t first = self->record;
    if (self->problems->limit > 0 && self->problems->num >= self->problems->limit) {
        rh_problems_add(self->problems, RH_ERR_INPUT, self->path, line, 0, NULL, "%s", message);
        return; /* only counted: the place is not worth the search */
    }
    for (size_t k = self->record; k < at; k++) {
        if (self->buffer[k] == '\n') {
            line++;
            first = k + 1;
        }
    }
    const size_t length = line_length(self, first);
    const long column = (long)rh_utf8_length(self->buffer + first, at - first) + 1;
    char *excerpt = length <= LONGEST_EXCERPT && memchr(self->buffer + first, '\0', length) == NULL
                        ? rh_strndup(self->buffer + first, length)
                        : NULL;
    rh_problems_add(self->problems, RH_ERR_INPUT, self->path, line, column, excerpt, "%s", message);
    free(excerpt);
}

/* Where field k of the record starts; behind the last field where there is none. */
static size_t field_place(const struct rh_csv *self, size_t k)
{
    bool quoted = false;
    size_t at = self->record;
    for (; at < self->start && k > 0; at++) {
        if (self->buffer[at] == '"') {
            quoted = !quoted;
        } else if (!quoted && self->buffer[at] == self->delimiter) {
            k--;
        }
    }
    while (k > 0 && at > self->record && (self->buffer[at - 1] == '\n' || self->buffer[at - 1] == '\r')) {
        at--;
    }
    return at;
}

void rh_csv_complain(const struct rh_csv *self, size_t k, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    complain_at(self, field_place(self, k), message);
}

static int fail(const struct rh_csv *self, int code, const char *message)
{
    rh_problems_add(self->problems, code, self->path, 0, 0, NULL, "%s", message);
    return code;
}

/* ---- Bytes ---- */

/* Reads more; what is left is moved to the front where that makes the room. RH_OK or a code. */
static int fill(struct rh_csv *self)
{
    struct rh_error error;
    size_t length;
    if (self->record > 0 && self->capacity - self->end < CHUNK) {
        memmove(self->buffer, self->buffer + self->record, self->end - self->record);
        self->start -= self->record;
        self->end -= self->record;
        self->record = 0;
    }
    if (rh_reserve(&self->buffer, &self->capacity, self->end + CHUNK, 1) != RH_OK) {
        return fail(self, RH_ERR_NO_MEMORY, "no memory to read it");
    }
    const int ret = rh_source_read(self->source, self->buffer + self->end, CHUNK, &length, &error);
    if (ret != RH_OK) {
        return fail(self, ret, error.message);
    }
    self->end += length;
    self->ended = length == 0;
    return RH_OK;
}

/* Drops the byte order mark, refuses UTF-16. */
static int look_at_start(struct rh_csv *self)
{
    while (self->end < 3 && !self->ended) {
        const int ret = fill(self);
        if (ret != RH_OK) {
            return ret;
        }
    }
    self->opened = true;
    if (self->end >= 3 && memcmp(self->buffer, "\xEF\xBB\xBF", 3) == 0) {
        self->record = self->start = 3;
    } else if (self->end >= 2 &&
               (memcmp(self->buffer, "\xFF\xFE", 2) == 0 || memcmp(self->buffer, "\xFE\xFF", 2) == 0)) {
        return fail(self, RH_ERR_INPUT, "is UTF-16, expected UTF-8");
    }
    return RH_OK;
}

/* Finds the end of the line that starts at `start`: *length counts its LF. 0 at the end of the file. A line of more
 * than RH_CSV_MAX_RECORD bytes is given as far as it was read. */
static int find_line(struct rh_csv *self, size_t *length)
{
    size_t searched = 0;
    for (;;) {
        const char *from = self->buffer + self->start;
        const size_t have = self->end - self->start;
        const char *found = have > searched ? memchr(from + searched, '\n', have - searched) : NULL;
        if (found != NULL) {
            *length = (size_t)(found - from) + 1;
            return RH_OK;
        }
        if (self->ended || have > RH_CSV_MAX_RECORD) {
            *length = have;
            return RH_OK;
        }
        searched = have;
        const int ret = fill(self);
        if (ret != RH_OK) {
            return ret;
        }
    }
}

/* ---- Lines ---- */

/* True where all bytes are ASCII other than NUL: eight at a time, by the sign bits and the borrow of a zero byte. */
static bool is_plain(const char *bytes, size_t length)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t odd = 0, word;
    for (; length >= sizeof word; bytes += sizeof word, length -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        odd |= word | (word - ones);
    }
    for (; length > 0; bytes++, length--) {
        odd |= (uint64_t)(*bytes == '\0' || (*bytes & 0x80) != 0) << 7;
    }
    return (odd & highs) == 0;
}

/* True where the line is UTF-8 without NUL; else its first byte that is not is told. */
static bool check_text(const struct rh_csv *self, const char *line, size_t length)
{
    char message[64];
    if (is_plain(line, length) || rh_utf8_valid(line, length)) {
        return true;
    }
    size_t good = 0;
    for (size_t width = 1; good + width <= length;) { /* the longest prefix that is valid, character by character */
        if (rh_utf8_valid(line + good, width)) {
            good += width;
            width = 1;
        } else if (++width > 4) {
            break;
        }
    }
    if (line[good] == '\0') {
        snprintf(message, sizeof message, "found a NUL byte, expected text");
    } else {
        snprintf(message, sizeof message, "found byte 0x%02X, which is not UTF-8", (unsigned char)line[good]);
    }
    complain_at(self, (size_t)(line - self->buffer) + good, message);
    return false;
}

static size_t count(const char *bytes, size_t length, char wanted)
{
    size_t num = 0;
    for (const char *end = bytes + length; (bytes = memchr(bytes, wanted, (size_t)(end - bytes))) != NULL; bytes++) {
        num++;
    }
    return num;
}

/* The first CR of the line that is neither quoted nor part of its end, or NULL. */
static const char *find_stray_return(const char *line, size_t length, bool quoted)
{
    length -= length > 0 && line[length - 1] == '\n';
    length -= length > 0 && line[length - 1] == '\r';
    if (memchr(line, '\r', length) == NULL) {
        return NULL;
    }
    for (size_t k = 0; k < length; k++) {
        if (line[k] == '"') {
            quoted = !quoted;
        } else if (line[k] == '\r' && !quoted) {
            return line + k;
        }
    }
    return NULL;
}

static bool is_empty_line(const char *line, size_t length)
{
    return length == 0 || (length == 1 && (line[0] == '\n' || line[0] == '\r')) ||
           (length == 2 && line[0] == '\r' && line[1] == '\n');
}

/* ---- Fields ---- */

/* Room for `more` bytes of text; the fields move with it. */
static bool reserve_text(struct rh_csv *self, size_t more)
{
    if (self->text_capacity - self->text_length >= more) {
        return true;
    }
    size_t capacity = 0;
    char *text = NULL;
    if (rh_reserve(&text, &capacity, (self->text_length + more) * 2, 1) != RH_OK) {
        return false;
    }
    if (self->text_length > 0) {
        memcpy(text, self->text, self->text_length);
    }
    for (size_t k = 0; k < self->num_fields; k++) {
        self->field[k].text = text + (self->field[k].text - self->text);
    }
    free(self->text);
    self->text = text;
    self->text_capacity = capacity;
    return true;
}

/* libcsv's field: its bytes are good until this returns. */
static void take_field(void *bytes, size_t length, void *user)
{
    struct rh_csv *self = user;
    if (self->num_fields == self->field_capacity &&
        rh_reserve(&self->field, &self->field_capacity, self->num_fields + 1, sizeof *self->field) != RH_OK) {
        self->no_memory = true;
    }
    if (self->no_memory || !reserve_text(self, length + 1)) {
        self->no_memory = true;
        return;
    }
    char *text = self->text + self->text_length;
    if (length > 0) {
        memcpy(text, bytes, length);
    }
    text[length] = '\0';
    self->text_length += length + 1;
    self->field[self->num_fields++] = (struct rh_csv_field){text, length};
}

static void take_row(int terminator, void *user)
{
    struct rh_csv *self = user;
    (void)terminator;
    self->num_rows++;
}

/* ---- Records ---- */

/* Gives up the record: reading goes on behind its first line. */
static int give_up(struct rh_csv *self)
{
    size_t length = 0;
    csv_free(&self->parser);
    start_parser(self);
    self->start = self->record;
    self->line = self->record_line;
    for (;;) {
        const int ret = find_line(self, &length);
        if (ret != RH_OK) {
            return ret;
        }
        self->start += length;
        if (length == 0 || self->buffer[self->start - 1] == '\n') {
            break;
        }
        self->record = self->start; /* an endless line is dropped as it comes */
    }
    self->line++;
    return RH_CSV_BAD;
}

static int unclosed(struct rh_csv *self, const char *where)
{
    char message[96];
    size_t at = self->record, quote = at;
    bool quoted = false;
    for (; at < self->start; at++) {
        if (self->buffer[at] == '"') {
            quoted = !quoted;
            quote = quoted ? at : quote;
        }
    }
    snprintf(message, sizeof message, "found a quote that is not closed %s", where);
    complain_at(self, quote, message);
    return give_up(self);
}

/* Feeds libcsv the line at [start, start + length). RH_CSV_RECORD where it took it, else what rh_csv_next returns. */
static int feed(struct rh_csv *self, size_t length)
{
    const size_t taken = csv_parse(&self->parser, self->buffer + self->start, length, take_field, take_row, self);
    if (self->no_memory || csv_error(&self->parser) == CSV_ENOMEM) {
        return fail(self, RH_ERR_NO_MEMORY, "no memory to read it");
    }
    if (taken == length) {
        return RH_CSV_RECORD;
    }
    complain_at(self, self->start + taken,
                "found a quote inside of a field or text behind its closing quote, expected the whole field in quotes "
                "and quotes in it written twice");
    return give_up(self);
}

/* Ends the last record of a file without a line end. */
static int finish_record(struct rh_csv *self)
{
    csv_fini(&self->parser, take_field, take_row, self);
    if (self->no_memory || csv_error(&self->parser) == CSV_ENOMEM) {
        return fail(self, RH_ERR_NO_MEMORY, "no memory to read it");
    }
    csv_free(&self->parser);
    start_parser(self);
    return RH_CSV_RECORD;
}

/* Reads lines until a record is whole. `first` is the length of its first line. */
static int read_record(struct rh_csv *self, size_t first)
{
    size_t num_quotes = 0;
    bool good = true;
    for (size_t length = first;;) {
        const char *line = self->buffer + self->start;
        if (self->start + length - self->record > RH_CSV_MAX_RECORD) {
            if (num_quotes % 2 == 1) {
                return unclosed(self, "within 1 MiB");
            }
            complain_at(self, self->record, "found a line of more than 1 MiB, expected a shorter one");
            return give_up(self);
        }
        if (!check_text(self, line, length)) {
            good = false;
        }
        const char *stray = find_stray_return(line, length, num_quotes % 2 == 1);
        if (stray != NULL) {
            complain_at(self, (size_t)(stray - self->buffer),
                        "found a carriage return inside of a line, expected lines that end in LF or CRLF");
            return give_up(self);
        }
        const int status = feed(self, length);
        if (status != RH_CSV_RECORD) {
            return status;
        }
        num_quotes += count(line, length, '"');
        self->start += length;
        self->line++;
        if (num_quotes % 2 == 0) {
            break;
        }
        const int ret = find_line(self, &length);
        if (ret != RH_OK) {
            return ret;
        }
        if (length == 0) {
            return unclosed(self, "before the end of the file");
        }
    }
    if (self->num_rows == 0) {
        const int status = finish_record(self);
        if (status != RH_CSV_RECORD) {
            return status;
        }
    }
    assert(self->num_rows == 1);
    return good ? RH_CSV_RECORD : RH_CSV_BAD;
}

int rh_csv_next(struct rh_csv *self, const struct rh_csv_field **field, size_t *num_fields)
{
    size_t length = 0;
    int ret = self->opened ? RH_OK : look_at_start(self);
    *field = NULL;
    *num_fields = 0;
    for (;;) {
        self->record = self->start;
        self->record_line = self->line;
        if (ret == RH_OK) {
            ret = find_line(self, &length);
        }
        if (ret != RH_OK || length == 0) {
            return ret == RH_OK ? RH_CSV_END : ret;
        }
        if (!is_empty_line(self->buffer + self->start, length)) {
            break;
        }
        self->start += length;
        self->line++;
    }
    self->num_fields = 0;
    self->text_length = 0;
    self->num_rows = 0;
    const int status = read_record(self, length);
    if (status == RH_CSV_RECORD) {
        *field = self->field;
        *num_fields = self->num_fields;
    }
    return status;
}

long rh_csv_line(const struct rh_csv *self)
{
    return self->record_line;
}

uint64_t rh_csv_done(const struct rh_csv *self)
{
    return rh_source_done(self->source);
}

uint64_t rh_csv_total(const struct rh_csv *self)
{
    return rh_source_total(self->source);
}

void rh_csv_sha256(struct rh_csv *self, char out[RH_SHA256_TEXT])
{
    rh_source_sha256(self->source, out);
}
