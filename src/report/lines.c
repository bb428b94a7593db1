/* The longest common subsequence of lines, by the table of its lengths (Wagner & Fischer 1974,
 * doi:10.1145/321796.321811), of what lies between the common beginning and the common end. */
#include "report/lines.h"

#include "core/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct line {
    const char *text;
    size_t length;
};

struct lines {
    struct line *line;
    size_t num;
};

static bool split(struct lines *self, const char *text)
{
    size_t most = 1;
    for (const char *c = text; *c != '\0'; c++) {
        most += *c == '\n';
    }
    self->num = 0;
    self->line = rh_calloc(most, sizeof *self->line);
    while (self->line != NULL && *text != '\0') {
        const size_t length = strcspn(text, "\n");
        const bool carriage = length > 0 && text[length - 1] == '\r';
        self->line[self->num++] = (struct line){text, length - (carriage ? 1 : 0)};
        text += length + (text[length] == '\n' ? 1 : 0);
    }
    return self->line != NULL;
}

static bool same(const struct line *a, const struct line *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* What differs of two texts: lines first … end[side] - 1 of each. */
struct middle {
    const struct lines *lines; /* [2] */
    size_t first, end[2];
    uint32_t
        *length; /* [rows + 1][columns + 1] of the longest common subsequence from here on; NULL: none is looked for */
    struct rh_line_change *out;
    size_t num;
};

static void put(struct middle *self, int side, size_t i)
{
    const struct line *line = &self->lines[side].line[i];
    self->out[self->num++] = (struct rh_line_change){side, i + 1, line->text, line->length};
}

static void walk(struct middle *self)
{
    const struct line *a = self->lines[0].line, *b = self->lines[1].line;
    const size_t width = self->end[1] - self->first + 1;
    size_t i = self->first, j = self->first;
    for (size_t row = self->end[0] - self->first; self->length != NULL && row-- > 0;) {
        for (size_t column = width - 1; column-- > 0;) {
            uint32_t *cell = &self->length[row * width + column];
            *cell = same(&a[i + row], &b[j + column]) ? cell[width + 1] + 1
                    : cell[width] > cell[1]           ? cell[width]
                                                      : cell[1];
        }
    }
    while (self->length != NULL && i < self->end[0] && j < self->end[1]) {
        const uint32_t *cell = &self->length[(i - self->first) * width + (j - self->first)];
        if (same(&a[i], &b[j])) {
            i++;
            j++;
        } else if (cell[width] >= cell[1]) {
            put(self, 0, i++);
        } else {
            put(self, 1, j++);
        }
    }
    while (i < self->end[0]) {
        put(self, 0, i++);
    }
    while (j < self->end[1]) {
        put(self, 1, j++);
    }
}

int rh_lines_compare(const char *first, const char *second, struct rh_line_change **out, size_t *num,
                     struct rh_error *error)
{
    struct lines lines[2] = {{NULL, 0}, {NULL, 0}};
    struct middle middle = {.lines = lines};
    bool there = split(&lines[0], first);
    there = split(&lines[1], second) && there;
    if (there) {
        size_t *end = middle.end;
        end[0] = lines[0].num;
        end[1] = lines[1].num;
        while (middle.first < end[0] && middle.first < end[1] &&
               same(&lines[0].line[middle.first], &lines[1].line[middle.first])) {
            middle.first++;
        }
        while (end[0] > middle.first && end[1] > middle.first &&
               same(&lines[0].line[end[0] - 1], &lines[1].line[end[1] - 1])) {
            end[0]--;
            end[1]--;
        }
        const size_t rows = end[0] - middle.first, columns = end[1] - middle.first;
        const bool few = rows == 0 || columns <= RH_LINES_MOST_PAIRS / rows;
        middle.out = rh_calloc(rows + columns + 1, sizeof *middle.out);
        middle.length = few ? rh_calloc((rows + 1) * (columns + 1), sizeof *middle.length) : NULL;
        there = middle.out != NULL && (!few || middle.length != NULL);
    }
    if (there) {
        walk(&middle);
    }
    free(lines[0].line);
    free(lines[1].line);
    free(middle.length);
    if (!there) {
        free(middle.out);
        middle.out = NULL;
    }
    *out = middle.out;
    *num = middle.num;
    return there ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to compare texts");
}
