/* Reading, inflating and hashing in one pass, so that standard input is hashed as well as a file is. */
#include "history/source.h"

#include "core/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define RAW_BYTES ((size_t)64 * 1024)
#define GZIP_WINDOW (15 + 16) /* largest window, gzip header and trailer */

struct rh_source {
    char *path;
    int descriptor;
    bool own_descriptor, raw_ended, started, gzip, between_members;
    z_stream inflater;
    bool inflater_made;
    struct sha256_ctx hash;
    uint64_t done, total;
    size_t raw_at, raw_length; /* what is left of raw: [raw_at, raw_length) */
    unsigned char raw[RAW_BYTES];
};

int rh_source_create(struct rh_source **out, const char *path, struct rh_error *error)
{
    struct stat facts;
    struct rh_source *self = rh_calloc(1, sizeof *self);
    *out = NULL;
    if (self == NULL) {
        return rh_error_set_at(error, RH_ERR_NO_MEMORY, path, 0, 0, "no memory to read it");
    }
    self->descriptor = -1;
    self->path = rh_strdup(path);
    if (self->path == NULL) {
        rh_source_destroy(self);
        return rh_error_set_at(error, RH_ERR_NO_MEMORY, path, 0, 0, "no memory to read it");
    }
    self->own_descriptor = strcmp(path, "-") != 0;
    self->descriptor = self->own_descriptor ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    if (self->descriptor < 0) {
        const int reason = errno;
        rh_source_destroy(self);
        return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "cannot be opened: %s", strerror(reason));
    }
    if (fstat(self->descriptor, &facts) == 0 && S_ISREG(facts.st_mode)) {
        self->total = (uint64_t)facts.st_size;
    }
    sha256_init(&self->hash);
    *out = self;
    return RH_OK;
}

void rh_source_destroy(struct rh_source *self)
{
    if (self == NULL) {
        return;
    }
    if (self->inflater_made) {
        inflateEnd(&self->inflater);
    }
    if (self->own_descriptor && self->descriptor >= 0) {
        close(self->descriptor);
    }
    free(self->path);
    free(self);
}

/* Reads up to `size` raw bytes; *length 0 is the end. */
static int read_raw(struct rh_source *self, void *bytes, size_t size, size_t *length, struct rh_error *error)
{
    *length = 0;
    if (self->raw_ended) {
        return RH_OK;
    }
    const ssize_t num = read(self->descriptor, bytes, size);
    if (num < 0) {
        return errno == EINTR
                   ? rh_error_set_at(error, RH_ERR_INTERRUPTED, self->path, 0, 0, "reading was interrupted")
                   : rh_error_set_at(error, RH_ERR_IO, self->path, 0, 0, "cannot be read: %s", strerror(errno));
    }
    self->raw_ended = num == 0;
    self->done += (uint64_t)num;
    sha256_update(&self->hash, (size_t)num, bytes);
    *length = (size_t)num;
    return RH_OK;
}

/* Appends to raw until it holds at least `wanted` bytes or the file ends. */
static int fill_raw(struct rh_source *self, size_t wanted, struct rh_error *error)
{
    memmove(self->raw, self->raw + self->raw_at, self->raw_length - self->raw_at);
    self->raw_length -= self->raw_at;
    self->raw_at = 0;
    while (self->raw_length < wanted && !self->raw_ended) {
        size_t length;
        const int ret =
            read_raw(self, self->raw + self->raw_length, sizeof self->raw - self->raw_length, &length, error);
        if (ret != RH_OK) {
            return ret;
        }
        self->raw_length += length;
    }
    return RH_OK;
}

static bool at_gzip(const struct rh_source *self)
{
    return self->raw_length - self->raw_at >= 2 && self->raw[self->raw_at] == 0x1f &&
           self->raw[self->raw_at + 1] == 0x8b;
}

/* Looks at the first two bytes. */
static int start(struct rh_source *self, struct rh_error *error)
{
    const size_t length = strlen(self->path);
    const int ret = fill_raw(self, 2, error);
    if (ret != RH_OK) {
        return ret;
    }
    self->started = true;
    self->gzip = at_gzip(self);
    if (!self->gzip && length > 3 && strcmp(self->path + length - 3, ".gz") == 0) {
        return rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0, "is not gzip, as its name says");
    }
    if (self->gzip) {
        if (inflateInit2(&self->inflater, GZIP_WINDOW) != Z_OK) {
            return rh_error_set_at(error, RH_ERR_NO_MEMORY, self->path, 0, 0, "no memory to inflate it");
        }
        self->inflater_made = true;
    }
    return RH_OK;
}

/* After a member: the next one or the end. */
static int next_member(struct rh_source *self, bool *ended, struct rh_error *error)
{
    const int ret = fill_raw(self, 2, error);
    *ended = ret == RH_OK && self->raw_length == 0;
    if (ret != RH_OK || *ended) {
        return ret;
    }
    if (!at_gzip(self) || inflateReset(&self->inflater) != Z_OK) {
        return rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0,
                               "has bytes behind its gzip data that are not gzip");
    }
    self->between_members = false;
    return RH_OK;
}

/* One call of inflate. At the end of the file it is called without input: there may be output that had no room. */
static int inflate_some(struct rh_source *self, char *bytes, size_t size, size_t *length, struct rh_error *error)
{
    self->inflater.next_in = self->raw + self->raw_at;
    self->inflater.avail_in = (uInt)(self->raw_length - self->raw_at);
    self->inflater.next_out = (Bytef *)bytes;
    self->inflater.avail_out = (uInt)(size < RAW_BYTES ? size : RAW_BYTES);
    const uInt room = self->inflater.avail_out;
    const int status = inflate(&self->inflater, Z_NO_FLUSH);
    self->raw_at = self->raw_length - self->inflater.avail_in;
    *length = room - self->inflater.avail_out;
    self->between_members = status == Z_STREAM_END;
    if (status == Z_OK || status == Z_STREAM_END) {
        return RH_OK;
    }
    if (status == Z_MEM_ERROR) {
        return rh_error_set_at(error, RH_ERR_NO_MEMORY, self->path, 0, 0, "no memory to inflate it");
    }
    if (status == Z_BUF_ERROR && self->raw_ended) {
        return rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0, "ends in the middle of its gzip data");
    }
    return rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0, "is damaged gzip: %s",
                           self->inflater.msg == NULL ? "no reason known" : self->inflater.msg);
}

static int read_gzip(struct rh_source *self, char *bytes, size_t size, size_t *length, struct rh_error *error)
{
    int ret = RH_OK;
    *length = 0;
    while (ret == RH_OK && *length == 0) {
        bool ended = false;
        if (self->between_members) {
            ret = next_member(self, &ended, error);
        } else if (self->raw_at == self->raw_length) {
            ret = fill_raw(self, 1, error);
        }
        if (ret != RH_OK || ended) {
            break;
        }
        ret = inflate_some(self, bytes, size, length, error);
    }
    return ret;
}

int rh_source_read(struct rh_source *self, char *bytes, size_t size, size_t *length, struct rh_error *error)
{
    *length = 0;
    if (!self->started) {
        const int ret = start(self, error);
        if (ret != RH_OK) {
            return ret;
        }
    }
    if (self->gzip) {
        return read_gzip(self, bytes, size, length, error);
    }
    if (self->raw_at < self->raw_length) { /* what was read to look at the first bytes */
        const size_t left = self->raw_length - self->raw_at;
        *length = left < size ? left : size;
        memcpy(bytes, self->raw + self->raw_at, *length);
        self->raw_at += *length;
        return RH_OK;
    }
    return read_raw(self, bytes, size, length, error);
}

uint64_t rh_source_done(const struct rh_source *self)
{
    return self->done;
}

uint64_t rh_source_total(const struct rh_source *self)
{
    return self->total;
}

void rh_source_sha256(struct rh_source *self, char out[RH_SHA256_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&self->hash, sizeof digest, digest);
    for (size_t k = 0; k < sizeof digest; k++) {
        out[2 * k] = digits[digest[k] >> 4];
        out[2 * k + 1] = digits[digest[k] & 15];
    }
    out[2 * sizeof digest] = '\0';
}
