/* libfyaml 0.7 finds where a text in quotes ends, but of some it gives another text: 'a''''b' loses its last character
 * (and memory), and so does one in double quotes with an escaped space at the end of a line. */
#include "core/yaml_text.h"

#include <stdint.h>
#include <string.h>

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || is_break(c);
}

/* Folds the spaces and line breaks at raw[at]: spaces alone stay as they are, one break is a space, more are one less.
 * `joined`: the first break is escaped and stands for nothing. Returns where they end. */
static size_t fold(const char *raw, size_t length, size_t at, bool joined, struct rh_text *out)
{
    size_t end = at, num_breaks = 0;
    for (; end < length && is_white(raw[end]); end++)
        num_breaks += raw[end] == '\n' || (raw[end] == '\r' && (end + 1 == length || raw[end + 1] != '\n'));
    if (num_breaks == 0)
        rh_text_add(out, raw + at, end - at);
    else if (num_breaks == 1 && !joined)
        rh_text_puts(out, " ");
    for (; num_breaks > 1; num_breaks--)
        rh_text_puts(out, "\n");
    return end;
}

static void add_character(struct rh_text *out, uint32_t c)
{
    char bytes[4];
    size_t num;
    if (c < 0x80) {
        bytes[0] = (char)c;
        num = 1;
    } else if (c < 0x800) {
        bytes[0] = (char)(0xC0 | c >> 6);
        num = 2;
    } else if (c < 0x10000) {
        bytes[0] = (char)(0xE0 | c >> 12);
        num = 3;
    } else {
        bytes[0] = (char)(c < 0x110000 ? 0xF0 | c >> 18 : 0xFF);
        num = 4;
    }
    for (size_t i = 1; i < num; i++)
        bytes[i] = (char)(0x80 | (c >> 6 * (num - 1 - i) & 0x3F));
    rh_text_add(out, bytes, num);
}

static uint32_t hex_digit(char c)
{
    return (uint32_t)(c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0');
}

/* Appends what the escape stands for whose character behind its sign is raw[at]. Returns where it ends. In single
 * quotes, where the sign is a quote, that is a quote too. */
static size_t unescape(const char *raw, size_t length, size_t at, struct rh_text *out)
{
    static const struct {
        char sign;
        uint8_t num_digits;
        uint16_t character;
    } table[] = {{'0', 0, 0},      {'a', 0, 7},      {'b', 0, 8},  {'t', 0, 9},  {'\t', 0, 9},   {'n', 0, 10},
                 {'v', 0, 11},     {'f', 0, 12},     {'r', 0, 13}, {'e', 0, 27}, {'N', 0, 0x85}, {'_', 0, 0xA0},
                 {'L', 0, 0x2028}, {'P', 0, 0x2029}, {'x', 2, 0},  {'u', 4, 0},  {'U', 8, 0}};
    if (is_break(raw[at]))
        return fold(raw, length, at, true, out);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (raw[at] != table[i].sign)
            continue;
        uint32_t character = table[i].character;
        size_t num = table[i].num_digits;
        for (at++; num > 0 && at < length; num--)
            character = character << 4 | hex_digit(raw[at++]);
        add_character(out, character);
        return at;
    }
    rh_text_add(out, raw + at, 1); /* a space, a slash, a backslash, or the quote itself */
    return at + 1;
}

void rh_yaml_unquote(const char *raw, size_t length, bool single, struct rh_text *out)
{
    const char escape = single ? '\'' : '\\';
    for (size_t at = 0; at < length;) {
        if (is_white(raw[at])) {
            at = fold(raw, length, at, false, out);
        } else if (raw[at] == escape && at + 1 < length) {
            at = unescape(raw, length, at + 1, out);
        } else {
            size_t end = at + 1;
            while (end < length && !is_white(raw[end]) && raw[end] != escape)
                end++;
            rh_text_add(out, raw + at, end - at);
            at = end;
        }
    }
}
