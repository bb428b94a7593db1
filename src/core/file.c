/* A file is written under another name in its own folder, brought to the disk and renamed, which POSIX makes a single
 * step: whoever sees the name sees all of the file. Devices and pipes cannot be renamed to and are written directly. */
#include "core/file.h"

#include "core/memory.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 65536 /* bytes read at once */

static int set_io_error(struct rh_error *error, const char *path, const char *what)
{
    int reason = errno;
    return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "%s: %s", what, strerror(reason));
}

static int set_no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
}

/* Opens a file for reading; a folder, which fopen would open, is an error. */
static int open_input(FILE **stream, const char *path, struct rh_error *error)
{
    *stream = fopen(path, "rb");
    if (*stream == NULL)
        return set_io_error(error, path, "cannot be opened");
    struct stat status;
    if (fstat(fileno(*stream), &status) == 0 && S_ISDIR(status.st_mode)) {
        fclose(*stream);
        *stream = NULL;
        return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "is a folder, expected a file");
    }
    return RH_OK;
}

static int read_all(FILE *stream, const char *name, size_t max_bytes, char **bytes, size_t *length,
                    struct rh_error *error)
{
    char *buffer = NULL;
    size_t capacity = 0, num = 0;
    int rc = RH_OK;
    for (;;) {
        /* One byte beyond the limit tells a file that is too large from one that just fits; one more is the NUL. */
        size_t wanted = max_bytes - num < PIECE ? max_bytes - num + 1 : PIECE;
        if (rh_reserve(&buffer, &capacity, num + wanted + 1, 1) != RH_OK) {
            rc = set_no_memory(error);
            goto out;
        }
        size_t got = fread(buffer + num, 1, wanted, stream);
        num += got;
        if (num > max_bytes) {
            rc = rh_error_set_at(error, RH_ERR_INPUT, name, 0, 0, "is larger than %zu bytes, the most that is read",
                                 max_bytes);
            goto out;
        }
        if (got < wanted)
            break;
    }
    if (ferror(stream)) {
        rc = set_io_error(error, name, "cannot be read");
        goto out;
    }
    buffer[num] = '\0';
    *bytes = buffer;
    *length = num;
    buffer = NULL;
out:
    free(buffer);
    return rc;
}

int rh_file_read(const char *path, size_t max_bytes, char **bytes, size_t *length, struct rh_error *error)
{
    *bytes = NULL;
    *length = 0;
    if (strcmp(path, "-") == 0)
        return read_all(stdin, "standard input", max_bytes, bytes, length, error);
    FILE *stream;
    int rc = open_input(&stream, path, error);
    if (rc != RH_OK)
        return rc;
    rc = read_all(stream, path, max_bytes, bytes, length, error);
    fclose(stream);
    return rc;
}

/* A new file of that name: not one that someone else made, and not what a link of that name points to. A file that a
 * killed run of the same process id left behind goes. */
static FILE *create_new(const char *path)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int descriptor = open(path, flags, 0666);
    if (descriptor < 0 && errno == EEXIST && unlink(path) == 0)
        descriptor = open(path, flags, 0666);
    if (descriptor < 0)
        return NULL;
    FILE *stream = fdopen(descriptor, "wb");
    if (stream == NULL) {
        int reason = errno;
        close(descriptor);
        unlink(path);
        errno = reason;
    }
    return stream;
}

int rh_output_open(struct rh_output *self, const char *path, struct rh_error *error)
{
    memset(self, 0, sizeof *self);
    struct stat status;
    bool exists = stat(path, &status) == 0;
    if (exists && S_ISDIR(status.st_mode))
        return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "is a folder, expected a file");
    self->path = rh_strdup(path);
    if (self->path == NULL)
        return set_no_memory(error);
    /* A link is written through, as are pipes and devices: renaming would put a file in its place. */
    struct stat entry;
    bool is_link = lstat(path, &entry) == 0 && S_ISLNK(entry.st_mode);
    if (is_link || (exists && !S_ISREG(status.st_mode))) {
        self->stream = fopen(path, "wb");
    } else {
        self->temporary = rh_path_temporary(path);
        if (self->temporary == NULL)
            return set_no_memory(error);
        self->stream = create_new(self->temporary);
    }
    if (self->stream == NULL) {
        int rc = set_io_error(error, path, "cannot be created");
        free(self->temporary); /* not ours to remove */
        self->temporary = NULL;
        return rc;
    }
    return RH_OK;
}

/* Brings what was written to the disk and closes; a write that failed before is told here. */
static int finish(struct rh_output *self, struct rh_error *error)
{
    FILE *stream = self->stream;
    bool failed_before = ferror(stream) != 0;
    bool failed = fflush(stream) != 0;
    if (!failed && !failed_before && self->temporary != NULL)
        failed = fsync(fileno(stream)) != 0;
    int rc = RH_OK;
    if (failed)
        rc = set_io_error(error, self->path, "cannot be written");
    else if (failed_before)
        rc = rh_error_set_at(error, RH_ERR_IO, self->path, 0, 0, "cannot be written; is the disk full?");
    self->stream = NULL;
    if (fclose(stream) != 0 && rc == RH_OK)
        rc = set_io_error(error, self->path, "cannot be written");
    return rc;
}

/* Brings a renamed entry of the folder to the disk. The file is whole in any case, so that a file system which cannot
 * sync a folder is no error. */
static void sync_folder(const char *folder)
{
    int descriptor = open(folder, O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        (void)fsync(descriptor);
        close(descriptor);
    }
}

static int move_into_place(struct rh_output *self, struct rh_error *error)
{
    char *folder = rh_path_beside(self->path, ".");
    if (folder == NULL)
        return set_no_memory(error);
    int rc = RH_OK;
    if (rename(self->temporary, self->path) == 0) {
        free(self->temporary);
        self->temporary = NULL;
        sync_folder(folder);
    } else {
        rc = set_io_error(error, self->path, "cannot be created");
    }
    free(folder);
    return rc;
}

int rh_output_commit(struct rh_output *self, struct rh_error *error)
{
    int rc = finish(self, error);
    if (rc == RH_OK && self->temporary != NULL)
        rc = move_into_place(self, error);
    rh_output_abort(self);
    return rc;
}

void rh_output_abort(struct rh_output *self)
{
    if (self->stream != NULL)
        fclose(self->stream);
    if (self->temporary != NULL)
        unlink(self->temporary);
    free(self->temporary);
    free(self->path);
    memset(self, 0, sizeof *self);
}

int rh_output_write(const char *path, const void *bytes, size_t length, struct rh_error *error)
{
    struct rh_output output;
    int rc = rh_output_open(&output, path, error);
    if (rc == RH_OK) {
        /* A short write stays in the stream's error flag, which commit reports. */
        (void)fwrite(bytes, 1, length, output.stream);
        rc = rh_output_commit(&output, error);
    }
    rh_output_abort(&output);
    return rc;
}

static char *take(struct rh_text *text)
{
    if (rh_text_status(text) != RH_OK) {
        rh_text_free(text);
        return NULL;
    }
    return text->bytes;
}

char *rh_path_beside(const char *base, const char *name)
{
    const char *slash = strrchr(base, '/');
    if (name[0] == '/' || slash == NULL)
        return rh_strdup(name);
    struct rh_text path;
    rh_text_init(&path);
    rh_text_add(&path, base, (size_t)(slash - base) + 1);
    rh_text_puts(&path, name);
    return take(&path);
}

char *rh_path_temporary(const char *path)
{
    struct rh_text temporary;
    rh_text_init(&temporary);
    rh_text_printf(&temporary, "%s.%ld.part", path, (long)getpid());
    return take(&temporary);
}

static int make_one_folder(const char *path, struct rh_error *error)
{
    if (mkdir(path, 0777) == 0)
        return RH_OK;
    int reason = errno;
    struct stat status;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return RH_OK;
        return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "is a file, expected a folder");
    }
    errno = reason;
    return set_io_error(error, path, "cannot be created");
}

int rh_make_folder(const char *path, struct rh_error *error)
{
    char *partial = rh_strdup(path);
    if (partial == NULL)
        return set_no_memory(error);
    int rc = RH_OK;
    for (char *at = partial; *at != '\0' && rc == RH_OK; at++) {
        if (*at != '/' || at == partial)
            continue;
        *at = '\0';
        rc = make_one_folder(partial, error);
        *at = '/';
    }
    if (rc == RH_OK)
        rc = make_one_folder(partial, error);
    free(partial);
    return rc;
}

static void finish_sha256(struct sha256_ctx *context, char out[RH_SHA256_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[2 * sizeof digest] = '\0';
}

void rh_sha256(const void *bytes, size_t length, char out[RH_SHA256_TEXT])
{
    struct sha256_ctx context;
    sha256_init(&context);
    if (length > 0)
        sha256_update(&context, length, bytes);
    finish_sha256(&context, out);
}

int rh_sha256_file(const char *path, char out[RH_SHA256_TEXT], struct rh_error *error)
{
    out[0] = '\0';
    FILE *stream;
    int rc = open_input(&stream, path, error);
    if (rc != RH_OK)
        return rc;
    struct sha256_ctx context;
    sha256_init(&context);
    uint8_t piece[PIECE];
    size_t got;
    while ((got = fread(piece, 1, sizeof piece, stream)) > 0)
        sha256_update(&context, got, piece);
    if (ferror(stream))
        rc = set_io_error(error, path, "cannot be read");
    else
        finish_sha256(&context, out);
    fclose(stream);
    return rc;
}
