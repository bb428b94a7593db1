/* Whole files: read at once, or written beside and renamed, so that a file that exists is whole. */
#ifndef RH_CORE_FILE_H
#define RH_CORE_FILE_H

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads all of a file of at most max_bytes (a larger one is RH_ERR_INPUT) into *bytes (NUL-terminated, free with
 * free()). "-" is standard input. */
int rh_file_read(const char *path, size_t max_bytes, char **bytes, size_t *length, struct rh_error *error);

/* A file under a temporary name in the folder of `path`. What exists at `path` and is neither a file nor a folder (a
 * device, a pipe) is written directly. */
struct rh_output {
    FILE *stream;
    char *path, *temporary; /* owned */
};

/* Opens the temporary file; a link, a pipe or a device is written through instead. On failure *self may be passed to
 * _abort. */
int rh_output_open(struct rh_output *self, const char *path, struct rh_error *error);
/* Flushes, syncs, closes and renames; after any failure nothing is left behind. */
int rh_output_commit(struct rh_output *self, struct rh_error *error);
/* Closes and removes; safe after commit, after a failed open, and on a zeroed struct. */
void rh_output_abort(struct rh_output *self);
/* All of that at once: the file of these bytes. */
int rh_output_write(const char *path, const void *bytes, size_t length, struct rh_error *error);

/* Path of `name` relative to the folder of the file `base`; name itself where it is absolute. Free with free(). */
char *rh_path_beside(const char *base, const char *name);
/* A temporary name beside `path` (path, a dot, the process id, ".part"). Free with free(). */
char *rh_path_temporary(const char *path);
/* Creates the folder and its parents; existing ones are fine. */
int rh_make_folder(const char *path, struct rh_error *error);

#define RH_SHA256_TEXT 65
/* Lower-case hexadecimal SHA-256 (FIPS 180-4) of the bytes. */
void rh_sha256(const void *bytes, size_t length, char out[RH_SHA256_TEXT]);
/* The same of a file, read in pieces. */
int rh_sha256_file(const char *path, char out[RH_SHA256_TEXT], struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
