/* Nothing but calls of what the caller gave, where it gave anything. */
#include "core/progress.h"

#include <stdarg.h>
#include <stdio.h>

void rh_progress_report(const struct rh_progress *self, const char *what, uint64_t done, uint64_t total)
{
    if (self != NULL && self->report != NULL)
        self->report(self->user, what, done, total);
}

void rh_progress_log(const struct rh_progress *self, const char *format, ...)
{
    if (self == NULL || self->log == NULL)
        return;
    char message[2048];
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (written >= 0)
        self->log(self->user, message);
}

bool rh_progress_stopped(const struct rh_progress *self)
{
    return self != NULL && self->stop != NULL && *self->stop != 0;
}
