/* Records of a CSV file as RFC 4180 has them, each with the line and column it stands at.
 *
 * Fields may be quoted, then a quote is written twice and the field may hold delimiters and line breaks. Lines end in
 * LF or CRLF; empty lines are skipped; a byte order mark is dropped; spaces belong to the field. A record has at most
 * RH_CSV_MAX_RECORD bytes. Text is UTF-8 without NUL. */
#ifndef RH_HISTORY_CSV_H
#define RH_HISTORY_CSV_H

#include "core/file.h"
#include "core/problems.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RH_CSV_MAX_RECORD ((size_t)1024 * 1024)

struct rh_csv_field {
    const char *text; /* NUL-terminated, unquoted; valid until the next call of rh_csv_next */
    size_t length;
};

struct rh_csv;

enum rh_csv_status {
    RH_CSV_END = 0,    /* no more records */
    RH_CSV_RECORD = 1, /* a record */
    RH_CSV_BAD = 2     /* a record that is no CSV or no UTF-8; told to problems; reading may go on */
};

/* Opens the file (rh_source_create), whose problems go to `problems` (kept, not owned). *out is NULL after a failure,
 * which is told to problems too. */
int rh_csv_create(struct rh_csv **out, const char *path, char delimiter, struct rh_problems *problems);
void rh_csv_destroy(struct rh_csv *self); /* NULL is fine */

/* The next record: an rh_csv_status, or a negative rh_code after which nothing more can be read, told to problems. */
int rh_csv_next(struct rh_csv *self, const struct rh_csv_field **field, size_t *num_fields);

/* 1-based line of the record's first character. */
long rh_csv_line(const struct rh_csv *self);

/* Adds a problem (RH_ERR_INPUT) at field `k` of the last record, with the line it stands on; k = the number of fields
 * or more: behind the last one. */
void rh_csv_complain(const struct rh_csv *self, size_t k, const char *format, ...) RH_PRINTF(3, 4);

/* As rh_source. */
uint64_t rh_csv_done(const struct rh_csv *self);
uint64_t rh_csv_total(const struct rh_csv *self);
void rh_csv_sha256(struct rh_csv *self, char out[RH_SHA256_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
