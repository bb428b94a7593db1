/* The bytes of a file or of standard input: inflated where they are gzip, hashed as they pass. */
#ifndef RH_HISTORY_SOURCE_H
#define RH_HISTORY_SOURCE_H

#include "core/error.h"
#include "core/file.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rh_source;

/* Opens path ("-": standard input, which stays open). Gzip is told by its first two bytes, not by the name; a name that
 * ends in .gz without them is RH_ERR_FORMAT at the first read. *out is NULL after a failure. */
int rh_source_create(struct rh_source **out, const char *path, struct rh_error *error);
void rh_source_destroy(struct rh_source *self); /* NULL is fine */

/* Reads at most `size` (> 0) bytes of content into `bytes`; *length is 0 at the end only. Damaged or truncated gzip is
 * RH_ERR_FORMAT, a read that a signal broke off RH_ERR_INTERRUPTED. */
int rh_source_read(struct rh_source *self, char *bytes, size_t size, size_t *length, struct rh_error *error);

/* Bytes of the file read so far (before inflation), and its size, 0 where that is not known. */
uint64_t rh_source_done(const struct rh_source *self);
uint64_t rh_source_total(const struct rh_source *self);

/* SHA-256 of the file's bytes (before inflation), once, after a read has come to the end. */
void rh_source_sha256(struct rh_source *self, char out[RH_SHA256_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
