/* Files that only grow: records one after the other, each with its length and a checksum. A process that is killed
 * while it appends leaves all records before, and at worst a torn one, which readers take for the end. */
#ifndef RH_CORE_JOURNAL_H
#define RH_CORE_JOURNAL_H

#include "core/error.h"
#include "core/text.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rh_journal {
    char *path; /* owned */
    int descriptor;
    bool written;  /* opened for writing */
    uint64_t at;   /* where the next record is read or appended */
    uint64_t size; /* of the file when it was opened, or written since */
};

/* Creates the file anew, with no record; one that another process has open for writing is RH_ERR_IO. On failure there
 * is no file of ours, and self may be passed to _close, as a zeroed one may. */
int rh_journal_create(struct rh_journal *self, const char *path, struct rh_error *error);
/* Opens one, to read or also to append; the next record is the first one. A foreign file, one of another version or of
 * a machine with other numbers is RH_ERR_FORMAT. One that another process has open for writing is RH_ERR_IO where it is
 * to be written. */
int rh_journal_open(struct rh_journal *self, const char *path, bool write, struct rh_error *error);
void rh_journal_close(struct rh_journal *self);

/* Appends a record of so many bytes. What is appended is safe from the end of this process, not from that of the
 * machine. */
int rh_journal_append(struct rh_journal *self, uint32_t kind, const struct rh_text *record, struct rh_error *error);
/* Brings what was appended to the disk. */
int rh_journal_sync(struct rh_journal *self, struct rh_error *error);
/* Brings it to the disk and gives the file another name, in place of a file that has it. */
int rh_journal_rename(struct rh_journal *self, const char *path, struct rh_error *error);

/* Reads the next record into *record (initialized), or passes it unread where that is NULL. 1: there it is; 0: there is
 * none, or one that was torn; negative: a record that is whole but not what was written is RH_ERR_FORMAT. */
int rh_journal_next(struct rh_journal *self, uint32_t *kind, struct rh_text *record, struct rh_error *error);
/* Cuts off all records from `at` on, a value that self->at had; the next one is appended there. */
int rh_journal_cut(struct rh_journal *self, uint64_t at, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
