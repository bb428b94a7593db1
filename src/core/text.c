/* Text for machines must not follow the locale, and text for people follows this project's one style; so digits are
 * taken from printf and everything between them is put in here. */
#include "core/text.h"

#include "core/memory.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void rh_text_init(struct rh_text *self)
{
    memset(self, 0, sizeof *self);
}

void rh_text_free(struct rh_text *self)
{
    free(self->bytes);
    rh_text_init(self);
}

void rh_text_clear(struct rh_text *self)
{
    self->length = 0;
    self->failed = false;
    if (self->bytes != NULL)
        self->bytes[0] = '\0';
}

/* Room for `length` more bytes and the NUL; false, and remembered, where there is none. */
static bool make_room(struct rh_text *self, size_t length)
{
    if (self->failed)
        return false;
    if (length >= PTRDIFF_MAX - self->length ||
        rh_reserve(&self->bytes, &self->capacity, self->length + length + 1, 1) != RH_OK)
        self->failed = true;
    return !self->failed;
}

void rh_text_add(struct rh_text *self, const char *bytes, size_t length)
{
    if (!make_room(self, length))
        return;
    if (length > 0)
        memcpy(self->bytes + self->length, bytes, length);
    self->length += length;
    self->bytes[self->length] = '\0';
}

void rh_text_puts(struct rh_text *self, const char *string)
{
    rh_text_add(self, string, strlen(string));
}

void rh_text_printf(struct rh_text *self, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        self->failed = true;
        return;
    }
    if (!make_room(self, (size_t)length))
        return;
    va_start(arguments, format);
    vsnprintf(self->bytes + self->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    self->length += (size_t)length;
}

const char *rh_text_string(const struct rh_text *self)
{
    return self->bytes != NULL ? self->bytes : "";
}

int rh_text_status(const struct rh_text *self)
{
    return self->failed ? RH_ERR_NO_MEMORY : RH_OK;
}

/* Numbers that are not finite; false for those that are. */
static bool add_special_number(struct rh_text *self, double value)
{
    if (isnan(value))
        rh_text_puts(self, "–");
    else if (isinf(value))
        rh_text_puts(self, value < 0 ? "-∞" : "∞");
    else
        return false;
    return true;
}

void rh_text_number(struct rh_text *self, double value, int decimals)
{
    assert(decimals >= 0 && decimals <= 20);
    if (add_special_number(self, value))
        return;
    char digits[352]; /* DBL_MAX has 309 digits */
    int length = snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    assert(length > 0 && (size_t)length < sizeof digits);
    /* A value that rounds to zero has no sign. */
    if (value < 0 && strspn(digits, "0.,") < (size_t)length)
        rh_text_puts(self, "-");
    size_t num_integer = strspn(digits, "0123456789");
    for (size_t i = 0; i < num_integer; i++) {
        if (i > 0 && (num_integer - i) % 3 == 0)
            rh_text_puts(self, ",");
        rh_text_add(self, digits + i, 1);
    }
    if (decimals > 0) {
        rh_text_puts(self, ".");
        rh_text_add(self, digits + length - decimals, (size_t)decimals);
    }
}

/* Appends value with `decimals` decimals, less those that are zeros at the end. */
static void add_trimmed_number(struct rh_text *self, double value, int decimals)
{
    rh_text_number(self, value, decimals);
    if (self->failed || decimals == 0)
        return;
    while (self->bytes[self->length - 1] == '0')
        self->length--;
    if (self->bytes[self->length - 1] == '.')
        self->length--;
    self->bytes[self->length] = '\0';
}

void rh_text_short_number(struct rh_text *self, double value)
{
    static const struct {
        const char *suffix;
        double scale;
    } units[] = {{"", 1}, {"k", 1e3}, {"M", 1e6}, {"B", 1e9}};
    if (add_special_number(self, value))
        return;
    /* The exponent after rounding to four digits: 999,960 is 1.000M and not 1000.0k. */
    char rounded[32];
    snprintf(rounded, sizeof rounded, "%.3e", fabs(value));
    int exponent = atoi(strchr(rounded, 'e') + 1);
    if (exponent < 3) {
        add_trimmed_number(self, value, exponent < -6 ? 9 : 3 - exponent);
        return;
    }
    int unit = exponent >= 12 ? 3 : exponent / 3;
    int num_integer = exponent - 3 * unit + 1;
    rh_text_number(self, value / units[unit].scale, num_integer < 4 ? 4 - num_integer : 0);
    rh_text_puts(self, units[unit].suffix);
}

/* Bytes of the UTF-8 character at `bytes` (Unicode 15, table 3-7), or 0 where there is no valid one or a NUL. */
static size_t character_bytes(const char *bytes, size_t length)
{
    const unsigned char *b = (const unsigned char *)bytes;
    if (length == 0 || b[0] == 0)
        return 0;
    if (b[0] < 0x80)
        return 1;
    size_t width = b[0] >= 0xC2 && b[0] <= 0xDF   ? 2
                   : b[0] >= 0xE0 && b[0] <= 0xEF ? 3
                   : b[0] >= 0xF0 && b[0] <= 0xF4 ? 4
                                                  : 0;
    if (width == 0 || length < width)
        return 0;
    /* The second byte excludes overlong forms, surrogates, and what is beyond U+10FFFF. */
    unsigned least = b[0] == 0xE0 ? 0xA0 : b[0] == 0xF0 ? 0x90 : 0x80;
    unsigned greatest = b[0] == 0xED ? 0x9F : b[0] == 0xF4 ? 0x8F : 0xBF;
    if (b[1] < least || b[1] > greatest)
        return 0;
    for (size_t i = 2; i < width; i++) {
        if ((b[i] & 0xC0) != 0x80)
            return 0;
    }
    return width;
}

bool rh_utf8_valid(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t width = character_bytes(bytes + i, length - i);
        if (width == 0)
            return false;
        i += width;
    }
    return true;
}

size_t rh_utf8_length(const char *bytes, size_t length)
{
    size_t num = 0;
    for (size_t i = 0; i < length; i++)
        num += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    return num;
}

static void add_json_character(struct rh_text *self, char c)
{
    switch (c) {
    case '"':
        rh_text_puts(self, "\\\"");
        break;
    case '\\':
        rh_text_puts(self, "\\\\");
        break;
    case '\n':
        rh_text_puts(self, "\\n");
        break;
    case '\r':
        rh_text_puts(self, "\\r");
        break;
    case '\t':
        rh_text_puts(self, "\\t");
        break;
    default:
        if ((unsigned char)c < 0x20 || c == 0x7F)
            rh_text_printf(self, "\\u%04x", (unsigned)(unsigned char)c);
        else
            rh_text_add(self, &c, 1);
    }
}

void rh_text_json(struct rh_text *self, const char *string)
{
    size_t length = strlen(string);
    rh_text_puts(self, "\"");
    for (size_t i = 0; i < length;) {
        size_t width = character_bytes(string + i, length - i);
        if (width == 0)
            rh_text_puts(self, "\\ufffd"); /* JSON is UTF-8, whatever came in */
        else if (width == 1)
            add_json_character(self, string[i]);
        else
            rh_text_add(self, string + i, width);
        i += width > 0 ? width : 1;
    }
    rh_text_puts(self, "\"");
}

void rh_text_csv(struct rh_text *self, const char *string)
{
    if (strpbrk(string, ",\"\r\n") == NULL) {
        rh_text_puts(self, string);
        return;
    }
    rh_text_puts(self, "\"");
    for (const char *at = string; *at != '\0'; at++) {
        if (*at == '"')
            rh_text_puts(self, "\"");
        rh_text_add(self, at, 1);
    }
    rh_text_puts(self, "\"");
}
