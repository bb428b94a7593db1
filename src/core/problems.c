/* Problems are kept rather than printed, so that one pass over a file tells all of them, in the order of the file. */
#include "core/problems.h"

#include "core/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANY 256

void rh_problems_init(struct rh_problems *self)
{
    memset(self, 0, sizeof *self);
}

static void free_problem(struct rh_problem *problem)
{
    free(problem->file);
    free(problem->message);
    free(problem->excerpt);
}

void rh_problems_free(struct rh_problems *self)
{
    for (size_t i = 0; i < self->num; i++)
        free_problem(&self->items[i]);
    free(self->items);
    rh_problems_init(self);
}

static char *format_message(const char *format, va_list arguments) RH_PRINTF(1, 0);

static char *format_message(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *message = length < 0 ? NULL : rh_calloc((size_t)length + 1, 1);
    if (message != NULL)
        vsnprintf(message, (size_t)length + 1, format, again);
    va_end(again);
    return message;
}

void rh_problems_add(struct rh_problems *self, int code, const char *file, long line, long column, const char *excerpt,
                     const char *format, ...)
{
    self->num_total++;
    if (self->limit > 0 && self->num >= self->limit)
        return;
    struct rh_problem problem = {.code = code, .line = line, .column = column};
    va_list arguments;
    va_start(arguments, format);
    problem.message = format_message(format, arguments);
    va_end(arguments);
    problem.file = rh_strdup(file != NULL ? file : "");
    problem.excerpt = excerpt != NULL ? rh_strdup(excerpt) : NULL;
    if (problem.message == NULL || problem.file == NULL || (excerpt != NULL && problem.excerpt == NULL) ||
        rh_reserve(&self->items, &self->capacity, self->num + 1, sizeof *self->items) != RH_OK) {
        free_problem(&problem);
        self->failed = RH_ERR_NO_MEMORY;
        return;
    }
    self->items[self->num++] = problem;
}

bool rh_problems_many(const struct rh_problems *self)
{
    return self->num_total >= MANY;
}

int rh_problems_status(const struct rh_problems *self, struct rh_error *error)
{
    if (self->failed != 0)
        return rh_error_set(error, self->failed, "%s", rh_code_message(self->failed));
    if (self->num == 0)
        return RH_OK;
    const struct rh_problem *first = &self->items[0];
    size_t num_more = self->num_total - 1;
    if (num_more == 0)
        return rh_error_set_at(error, first->code, first->file, first->line, first->column, "%s", first->message);
    return rh_error_set_at(error, first->code, first->file, first->line, first->column, "%s (and %zu more problem%s)",
                           first->message, num_more, num_more == 1 ? "" : "s");
}

/* Bytes of the character at `text`: 1 for bytes that are no UTF-8. */
static size_t character_bytes(const char *text)
{
    size_t width = 1;
    while (((unsigned char)text[width] & 0xC0) == 0x80 && width < 4)
        width++;
    return rh_utf8_valid(text, width) ? width : 1;
}

/* Appends what a terminal shows as it is: a file must not be able to send it commands. */
static void add_printable(struct rh_text *out, const char *character, size_t width)
{
    unsigned char first = (unsigned char)*character;
    bool is_c1_control = width == 2 && first == 0xC2 && (unsigned char)character[1] < 0xA0;
    if ((first < 0x20 && first != '\t') || first == 0x7F || is_c1_control || !rh_utf8_valid(character, width))
        rh_text_puts(out, "\xEF\xBF\xBD"); /* U+FFFD, the replacement character */
    else
        rh_text_add(out, character, width);
}

static void add_printable_string(struct rh_text *out, const char *string)
{
    for (size_t width; *string != '\0'; string += width) {
        width = character_bytes(string);
        if (*string == '\n')
            rh_text_puts(out, "\n");
        else
            add_printable(out, string, width);
    }
}

#define WIDEST_EXCERPT 110 /* characters of a line that are shown */

/* Appends the excerpt, or the part of a long one around the column, and the caret below the column. */
static void add_excerpt(struct rh_text *out, const char *excerpt, long column)
{
    size_t num_characters = 0;
    for (const char *at = excerpt; *at != '\0' && *at != '\n' && *at != '\r'; at += character_bytes(at))
        num_characters++;
    size_t caret = column > 0 ? (size_t)column - 1 : 0;
    size_t from = 0;
    if (num_characters > WIDEST_EXCERPT && caret > WIDEST_EXCERPT * 2 / 3)
        from = caret - WIDEST_EXCERPT * 2 / 3;
    struct rh_text below;
    rh_text_init(&below);
    rh_text_puts(out, from > 0 ? "  …" : "  ");
    rh_text_puts(&below, from > 0 ? "   " : "  ");
    const char *at = excerpt;
    for (size_t i = 0; i < num_characters && i < from + WIDEST_EXCERPT; i++) {
        size_t width = character_bytes(at);
        if (i >= from) {
            add_printable(out, at, width);
            if (i < caret)
                rh_text_puts(&below, *at == '\t' ? "\t" : " "); /* tabs keep the caret where it belongs */
        }
        at += width;
    }
    rh_text_puts(out, num_characters > from + WIDEST_EXCERPT ? "…\n" : "\n");
    /* A column past the end of the line (something is missing there) is right behind it. */
    if (column > 0) {
        rh_text_puts(out, rh_text_string(&below));
        rh_text_puts(out, "^\n");
        out->failed = out->failed || below.failed;
    }
    rh_text_free(&below);
}

void rh_problem_format(const struct rh_problem *self, struct rh_text *out)
{
    add_printable_string(out, self->file);
    if (self->file[0] != '\0') {
        if (self->line > 0)
            rh_text_printf(out, ":%ld", self->line);
        if (self->line > 0 && self->column > 0)
            rh_text_printf(out, ":%ld", self->column);
        rh_text_puts(out, ": ");
    }
    add_printable_string(out, self->message);
    rh_text_puts(out, "\n");
    if (self->excerpt != NULL)
        add_excerpt(out, self->excerpt, self->column);
}

/* A problem with what it is sorted by. */
struct ranked {
    struct rh_problem problem;
    size_t file_rank, position;
};

static int compare(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;
    if (one->file_rank != other->file_rank)
        return one->file_rank < other->file_rank ? -1 : 1;
    if (one->problem.line != other->problem.line)
        return one->problem.line < other->problem.line ? -1 : 1;
    if (one->problem.column != other->problem.column)
        return one->problem.column < other->problem.column ? -1 : 1;
    return one->position < other->position ? -1 : one->position > other->position;
}

void rh_problems_sort(struct rh_problems *self)
{
    struct rh_names files;
    rh_names_init(&files);
    struct ranked *ranked = rh_calloc(self->num, sizeof *ranked);
    if (ranked == NULL) {
        self->failed = RH_ERR_NO_MEMORY;
        return;
    }
    for (size_t i = 0; i < self->num; i++) {
        int32_t rank = rh_names_add(&files, self->items[i].file, strlen(self->items[i].file));
        if (rank < 0) {
            self->failed = RH_ERR_NO_MEMORY;
            goto out;
        }
        ranked[i] = (struct ranked){self->items[i], (size_t)rank, i};
    }
    if (self->num > 1)
        qsort(ranked, self->num, sizeof *ranked, compare);
    for (size_t i = 0; i < self->num; i++)
        self->items[i] = ranked[i].problem;
out:
    rh_names_free(&files);
    free(ranked);
}
