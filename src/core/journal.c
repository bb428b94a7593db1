/* A record is a frame and its bytes. The frame has a checksum of its own, so that a wrong length is not followed.
 *
 * What may be wrong, and what it is taken for: the file ends within a record, or is zero from somewhere on (a file
 * system that had made room but not yet written when the machine stopped): the record was torn, nobody needs it. A
 * checksum that does not fit in the last record: the same. Anything else does not happen to a file that only this
 * module wrote, and is an error. Checksums are those of zlib (CRC-32 of ISO 3309). */
#include "core/journal.h"

#include "core/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define PIECE 65536u /* bytes looked at at once */

struct head {
    char magic[16];
    uint32_t version, order; /* of the bytes of a number */
    uint64_t zero;
};
static const struct head own_head = {"rehearse-journal", 1, 0x01020304, 0};

struct frame {
    uint32_t kind, checksum; /* of the record */
    uint64_t length;
    uint32_t zero, own_checksum; /* of all before */
};

static uint32_t checksum_of(const void *bytes, size_t length)
{
    uLong sum = crc32_z(0, NULL, 0);
    return (uint32_t)crc32_z(sum, bytes, length);
}

static int set_io_error(const struct rh_journal *self, const char *what, struct rh_error *error)
{
    const int reason = errno;
    return rh_error_set_at(error, RH_ERR_IO, self->path, 0, 0, "cannot be %s: %s", what, strerror(reason));
}

static int set_damaged(const struct rh_journal *self, struct rh_error *error)
{
    return rh_error_set_at(error, RH_ERR_FORMAT, self->path, 0, 0,
                           "is damaged: what stands at byte %llu of %llu is not what was written there",
                           (unsigned long long)self->at, (unsigned long long)self->size);
}

/* ---- Opening ---- */

static int begin(struct rh_journal *self, const char *path, struct rh_error *error)
{
    memset(self, 0, sizeof *self);
    self->descriptor = -1;
    self->path = rh_strdup(path);
    return self->path != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the name of a file");
}

/* Nobody else writes it meanwhile. Where the file system knows no locks, everybody has to take care. */
static int lock(struct rh_journal *self, struct rh_error *error)
{
    struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(self->descriptor, F_SETLK, &all) != 0 && (errno == EACCES || errno == EAGAIN)) {
        return rh_error_set_at(error, RH_ERR_IO, self->path, 0, 0, "another run is writing it at this moment");
    }
    return RH_OK;
}

static int write_all(struct rh_journal *self, const void *bytes, size_t length, struct rh_error *error)
{
    for (size_t done = 0; done < length;) {
        const ssize_t put =
            pwrite(self->descriptor, (const char *)bytes + done, length - done, (off_t)(self->at + done));
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            errno = put == 0 ? ENOSPC : errno;
            return set_io_error(self, "written", error);
        }
        done += (size_t)put;
    }
    self->at += length;
    self->size = self->at > self->size ? self->at : self->size;
    return RH_OK;
}

int rh_journal_create(struct rh_journal *self, const char *path, struct rh_error *error)
{
    int status = begin(self, path, error);
    if (status != RH_OK) {
        return status;
    }
    self->written = true;
    self->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (self->descriptor < 0) {
        return set_io_error(self, "created", error);
    }
    status = lock(self, error); /* before anything is taken away that another run may need */
    if (status != RH_OK) {
        return status;
    }
    status = ftruncate(self->descriptor, 0) == 0 ? write_all(self, &own_head, sizeof own_head, error)
                                                 : set_io_error(self, "written", error);
    if (status != RH_OK) {
        unlink(path);
    }
    return status;
}

/* False where the file ends before. */
static bool read_at(const struct rh_journal *self, uint64_t at, void *out, size_t length)
{
    for (size_t done = 0; done < length;) {
        const ssize_t got = pread(self->descriptor, (char *)out + done, length - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

int rh_journal_open(struct rh_journal *self, const char *path, bool write, struct rh_error *error)
{
    struct stat facts;
    struct head head = {0};
    int status = begin(self, path, error);
    if (status != RH_OK) {
        return status;
    }
    self->written = write;
    self->descriptor = open(path, (write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (self->descriptor < 0 || fstat(self->descriptor, &facts) != 0) {
        return set_io_error(self, "opened", error);
    }
    if (!S_ISREG(facts.st_mode)) {
        return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "is not a file");
    }
    status = write ? lock(self, error) : RH_OK;
    if (status != RH_OK) {
        return status;
    }
    self->size = (uint64_t)facts.st_size;
    self->at = sizeof head;
    if (!read_at(self, 0, &head, sizeof head) || memcmp(&head, &own_head, sizeof head) != 0) {
        const bool foreign = memcmp(head.magic, own_head.magic, sizeof head.magic) != 0;
        return rh_error_set_at(error, RH_ERR_FORMAT, path, 0, 0,
                               foreign ? "is no file of `rehearse run', or its beginning is lost"
                                       : "was written by another version of rehearse or on another kind of machine");
    }
    return RH_OK;
}

void rh_journal_close(struct rh_journal *self)
{
    if (self->path != NULL && self->descriptor >= 0) {
        close(self->descriptor);
    }
    free(self->path);
    memset(self, 0, sizeof *self);
    self->descriptor = -1;
}

/* ---- Writing ---- */

int rh_journal_append(struct rh_journal *self, uint32_t kind, const struct rh_text *record, struct rh_error *error)
{
    struct frame frame = {.kind = kind, .length = record->length};
    if (rh_text_status(record) != RH_OK) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to write %s", self->path);
    }
    frame.checksum = checksum_of(rh_text_string(record), record->length);
    frame.own_checksum = checksum_of(&frame, offsetof(struct frame, own_checksum));
    const uint64_t began = self->at;
    int status = write_all(self, &frame, sizeof frame, error);
    if (status == RH_OK) {
        status = write_all(self, rh_text_string(record), record->length, error);
    }
    if (status != RH_OK && ftruncate(self->descriptor, (off_t)began) == 0) {
        self->at = self->size = began;
    }
    return status;
}

int rh_journal_sync(struct rh_journal *self, struct rh_error *error)
{
    return fsync(self->descriptor) == 0 ? RH_OK : set_io_error(self, "written", error);
}

int rh_journal_rename(struct rh_journal *self, const char *path, struct rh_error *error)
{
    int status = rh_journal_sync(self, error);
    char *copy = status == RH_OK ? rh_strdup(path) : NULL;
    if (status == RH_OK && copy == NULL) {
        status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the name of a file");
    }
    if (status == RH_OK && rename(self->path, path) != 0) {
        status = rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "cannot be created: %s", strerror(errno));
    }
    if (status == RH_OK) {
        free(self->path);
        self->path = copy;
        copy = NULL;
    }
    free(copy);
    return status;
}

int rh_journal_cut(struct rh_journal *self, uint64_t at, struct rh_error *error)
{
    if (self->size > at && ftruncate(self->descriptor, (off_t)at) != 0) {
        return set_io_error(self, "written", error);
    }
    self->at = self->size = at;
    return RH_OK;
}

/* ---- Reading ---- */

/* True where nothing but zeros is left. */
static bool zero_to_the_end(const struct rh_journal *self)
{
    unsigned char bytes[PIECE];
    for (uint64_t at = self->at; at < self->size;) {
        const size_t length = self->size - at < PIECE ? (size_t)(self->size - at) : PIECE;
        if (!read_at(self, at, bytes, length)) {
            return true;
        }
        for (size_t i = 0; i < length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        at += length;
    }
    return true;
}

/* The bytes behind a frame. The checksum is of all of them: they are read in one. */
static int read_record(const struct rh_journal *self, const struct frame *frame, uint64_t left, struct rh_text *record,
                       struct rh_error *error)
{
    rh_text_clear(record);
    if (rh_reserve(&record->bytes, &record->capacity, (size_t)frame->length + 1, 1) != RH_OK) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to read %s", self->path);
    }
    if (!read_at(self, self->at + sizeof *frame, record->bytes, (size_t)frame->length)) {
        return set_io_error(self, "read", error);
    }
    record->length = (size_t)frame->length;
    record->bytes[record->length] = '\0';
    if (frame->checksum != checksum_of(record->bytes, record->length)) {
        return frame->length == left ? 0 : set_damaged(self, error);
    }
    return 1;
}

int rh_journal_next(struct rh_journal *self, uint32_t *kind, struct rh_text *record, struct rh_error *error)
{
    struct frame frame;
    if (self->size - self->at < sizeof frame) {
        return 0;
    }
    if (!read_at(self, self->at, &frame, sizeof frame)) {
        return set_io_error(self, "read", error);
    }
    if (frame.own_checksum != checksum_of(&frame, offsetof(struct frame, own_checksum))) {
        return zero_to_the_end(self) ? 0 : set_damaged(self, error);
    }
    const uint64_t left = self->size - self->at - sizeof frame;
    if (frame.length > left) {
        return 0;
    }
    const int status = record != NULL ? read_record(self, &frame, left, record, error) : 1;
    *kind = frame.kind;
    self->at += status == 1 ? sizeof frame + frame.length : 0;
    return status;
}
