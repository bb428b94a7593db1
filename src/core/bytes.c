#include "core/bytes.h"

#include <string.h>

void rh_bytes_put(struct rh_text *self, const void *bytes, size_t length)
{
    rh_text_add(self, bytes, length);
}

void rh_bytes_put_int(struct rh_text *self, int64_t value)
{
    rh_bytes_put(self, &value, sizeof value);
}

void rh_bytes_put_text(struct rh_text *self, const char *text)
{
    const size_t length = strlen(text);
    rh_bytes_put_int(self, (int64_t)length);
    rh_bytes_put(self, text, length + 1);
}

const void *rh_bytes_take(struct rh_bytes *self, size_t length)
{
    if (self->failed || length > self->left) {
        self->failed = true;
        return NULL;
    }
    const char *bytes = self->at;
    self->at += length;
    self->left -= length;
    return bytes;
}

bool rh_bytes_get(struct rh_bytes *self, void *out, size_t length)
{
    const void *bytes = rh_bytes_take(self, length);
    if (bytes != NULL && length > 0) {
        memcpy(out, bytes, length);
    }
    return bytes != NULL;
}

int64_t rh_bytes_get_int(struct rh_bytes *self)
{
    int64_t value = 0;
    rh_bytes_get(self, &value, sizeof value);
    return value;
}

int64_t rh_bytes_get_within(struct rh_bytes *self, int64_t low, int64_t high)
{
    const int64_t value = rh_bytes_get_int(self);
    if (value >= low && value <= high && !self->failed) {
        return value;
    }
    self->failed = true;
    return low > 0 ? low : 0;
}

const char *rh_bytes_get_text(struct rh_bytes *self)
{
    const int64_t length = rh_bytes_get_within(self, 0, INT64_MAX - 1);
    const char *text = self->failed ? NULL : rh_bytes_take(self, (size_t)length + 1);
    if (text == NULL || text[length] != '\0' || strlen(text) != (size_t)length) {
        self->failed = true;
        return "";
    }
    return text;
}
