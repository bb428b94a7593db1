/* Errors are plain structs of fixed size, so that telling one needs no memory: running out of it is one of them. */
#include "core/error.h"

#include <gsl/gsl_errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *rh_code_message(int code)
{
    switch (code) {
    case RH_OK:
        return "no error";
    case RH_ERR_NO_MEMORY:
        return "out of memory";
    case RH_ERR_IO:
        return "a file cannot be read or written";
    case RH_ERR_INPUT:
        return "the input does not say what it must";
    case RH_ERR_FORMAT:
        return "the file is foreign, damaged or unfinished";
    case RH_ERR_TOO_OLD:
        return "the file was written by a version too old to be read";
    case RH_ERR_TOO_NEW:
        return "the file was written by a newer version";
    case RH_ERR_UNSUPPORTED:
        return "not supported in this version";
    case RH_ERR_OVERFLOW:
        return "a number is too large";
    case RH_ERR_INTERRUPTED:
        return "interrupted";
    case RH_ERR_ARGUMENT:
        return "an argument is out of its range";
    case RH_ERR_BROKEN:
        return "a result that cannot be";
    default:
        return "an unknown error";
    }
}

/* A text that was cut must not end within a character: terminals and JSON writers would choke on it. */
static void drop_partial_character(char *text)
{
    size_t end = strlen(text);
    size_t start = end;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (end - (start - 1) < width)
        text[start - 1] = '\0';
}

static void fill(struct rh_error *self, int code, const char *file, long line, long column, const char *format,
                 va_list arguments) RH_PRINTF(6, 0);

static void fill(struct rh_error *self, int code, const char *file, long line, long column, const char *format,
                 va_list arguments)
{
    /* The arguments may point into *self, as where an error is told again with more around it. */
    char message[sizeof self->message], name[sizeof self->file];
    int written = vsnprintf(message, sizeof message, format, arguments);
    if (written < 0)
        message[0] = '\0';
    else if ((size_t)written >= sizeof message)
        drop_partial_character(message);
    if (snprintf(name, sizeof name, "%s", file != NULL ? file : "") >= (int)sizeof name)
        drop_partial_character(name);
    self->code = code;
    self->line = line;
    self->column = column;
    memcpy(self->file, name, sizeof name);
    memcpy(self->message, message, sizeof message);
}

int rh_error_set(struct rh_error *self, int code, const char *format, ...)
{
    if (self != NULL) {
        va_list arguments;
        va_start(arguments, format);
        fill(self, code, NULL, 0, 0, format, arguments);
        va_end(arguments);
    }
    return code;
}

int rh_error_set_at(struct rh_error *self, int code, const char *file, long line, long column, const char *format, ...)
{
    if (self != NULL) {
        va_list arguments;
        va_start(arguments, format);
        fill(self, code, file, line, column, format, arguments);
        va_end(arguments);
    }
    return code;
}

void rh_gsl_return_errors(void)
{
    gsl_set_error_handler_off();
}
