/* Two files, as what partners gain is one table that changes in every block: the blocks only grow, the table is written
 * anew and renamed. Blocks are brought to the disk before the table that counts them is renamed; so a table never
 * counts a block that is not there, and blocks that it does not count yet are simulated again. */
#include "results/checkpoint.h"

#include "core/file.h"
#include "core/memory.h"
#include "results/part.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER, BLOCKS, NEW_BLOCKS, PARTNERS, NEW_PARTNERS, RESULTS, NUM_PATHS };
static const char *const names[NUM_PATHS] = {"", "/blocks", "/blocks.new", "/partners", "/partners.new", "/results.h5"};

struct rh_checkpoint {
    char *path[NUM_PATHS];
    struct rh_journal blocks;
    char sha256[RH_SHA256_TEXT]; /* of what the run is about */
    bool has_partners, ours;     /* ours: to be removed where nothing is kept */
    uint64_t first, appended, kept;
    struct rh_text room;
};

static int set_no_memory(struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to keep what is done");
}

/* Adds to what is wrong with a file what can be done about it. */
static int advise(int status, struct rh_error *error)
{
    if (status == RH_ERR_FORMAT && error != NULL) {
        const size_t length = strlen(error->message);
        snprintf(error->message + length, sizeof error->message - length, "; restore it, or begin anew with --restart");
    }
    return status;
}

/* ---- Opening ---- */

static int make_paths(struct rh_checkpoint *self, const char *output, struct rh_error *error)
{
    for (int k = 0; k < NUM_PATHS; k++) {
        struct rh_text path;
        rh_text_init(&path);
        rh_text_printf(&path, "%s.checkpoint%s", output, names[k]);
        if (rh_text_status(&path) != RH_OK) {
            rh_text_free(&path);
            return set_no_memory(error);
        }
        self->path[k] = path.bytes;
    }
    return RH_OK;
}

static int find_sha256(struct rh_checkpoint *self, const struct rh_results_header *header, struct rh_error *error)
{
    struct rh_text packed;
    rh_text_init(&packed);
    rh_bytes_put_int(&packed, (int64_t)self->first);
    rh_results_header_pack(header, &packed);
    const int status = rh_text_status(&packed) == RH_OK ? RH_OK : set_no_memory(error);
    rh_sha256(rh_text_string(&packed), packed.length, self->sha256);
    rh_text_free(&packed);
    return status;
}

/* The table goes first: blocks without one are begun anew, a table without its blocks could be another run's. */
static void remove_files(struct rh_checkpoint *self)
{
    unlink(self->path[PARTNERS]);
    unlink(self->path[BLOCKS]);
    unlink(self->path[NEW_PARTNERS]);
    unlink(self->path[NEW_BLOCKS]);
    unlink(self->path[RESULTS]);
}

/* Makes the folder and the file of blocks, which has its header once it has its name. */
static int begin(struct rh_checkpoint *self, const char *output, const struct rh_results_header *header,
                 struct rh_error *error)
{
    if (mkdir(self->path[FOLDER], 0777) != 0 && errno != EEXIST) {
        return rh_error_set_at(error, RH_ERR_IO, output, 0, 0, "cannot be created: %s", strerror(errno));
    }
    int status = rh_journal_create(&self->blocks, self->path[NEW_BLOCKS], error);
    self->ours = status == RH_OK;
    if (status != RH_OK) {
        rmdir(self->path[FOLDER]); /* where there is nothing in it */
    } else {
        unlink(self->path[PARTNERS]);
        status = rh_part_put_header(&self->blocks, header, self->first, error);
    }
    return status == RH_OK ? rh_journal_rename(&self->blocks, self->path[BLOCKS], error) : status;
}

static int set_other(const struct rh_checkpoint *self, const char *what, struct rh_error *error)
{
    return rh_error_set_at(error, RH_ERR_INPUT, self->path[FOLDER], 0, 0,
                           "is the checkpoint of another run: found %s; discard it with --restart, or write to another "
                           "file",
                           what);
}

static int resume(struct rh_checkpoint *self, const struct rh_results_header *header, struct rh_error *error)
{
    struct rh_results_header_copy found = {.bytes = NULL};
    struct rh_text what;
    uint64_t first = 0;
    rh_text_init(&what);
    int status = rh_journal_open(&self->blocks, self->path[BLOCKS], true, error);
    if (status == RH_OK) {
        status = rh_part_get_header(&self->blocks, &found, &first, error);
    }
    if (status == RH_OK && !rh_results_header_same(&found.header, header, &what)) {
        status = set_other(self, rh_text_string(&what), error);
    } else if (status == RH_OK && first != self->first) {
        rh_text_printf(&what, "replications from %" PRIu64 " on, expected %" PRIu64, first, self->first);
        status = set_other(self, rh_text_string(&what), error);
    }
    rh_text_free(&what);
    rh_results_header_free(&found);
    return status;
}

/* Only a run that may write the blocks may throw them away. */
static int discard(struct rh_checkpoint *self, struct rh_error *error)
{
    struct rh_journal blocks;
    const int status = rh_journal_open(&blocks, self->path[BLOCKS], true, error);
    rh_journal_close(&blocks);
    if (status == RH_ERR_IO || status == RH_ERR_NO_MEMORY) {
        return status;
    }
    remove_files(self);
    return RH_OK;
}

static int start(struct rh_checkpoint *self, const char *output, const struct rh_results_header *header,
                 enum rh_checkpoint_start how, struct rh_error *error)
{
    const bool there = access(self->path[BLOCKS], F_OK) == 0;
    if (there && how == RH_CHECKPOINT_NEW) {
        return rh_error_set_at(error, RH_ERR_ARGUMENT, self->path[FOLDER], 0, 0,
                               "keeps what an unfinished run has done: go on with it by --resume, or discard it by "
                               "--restart");
    }
    if (there && how == RH_CHECKPOINT_RESUME) {
        return resume(self, header, error);
    }
    const int status = there ? discard(self, error) : RH_OK;
    return status == RH_OK ? begin(self, output, header, error) : status;
}

int rh_checkpoint_open(struct rh_checkpoint **out, const char *output, const struct rh_results_header *header,
                       uint64_t first, enum rh_checkpoint_start how, struct rh_error *error)
{
    struct rh_checkpoint *self = rh_calloc(1, sizeof *self);
    *out = NULL;
    if (self == NULL) {
        return set_no_memory(error);
    }
    self->blocks.descriptor = -1;
    self->first = self->appended = self->kept = first;
    self->has_partners = header->num_partners > 0;
    rh_text_init(&self->room);
    int status = make_paths(self, output, error);
    if (status == RH_OK) {
        status = find_sha256(self, header, error);
    }
    if (status == RH_OK) {
        status = start(self, output, header, how, error);
    }
    if (status != RH_OK) {
        rh_checkpoint_destroy(self);
        return advise(status, error);
    }
    *out = self;
    return RH_OK;
}

const char *rh_checkpoint_temporary(const struct rh_checkpoint *self)
{
    return self->path[RESULTS];
}

const char *rh_checkpoint_path(const struct rh_checkpoint *self)
{
    return self->path[FOLDER];
}

uint64_t rh_checkpoint_done(const struct rh_checkpoint *self)
{
    return self->has_partners ? self->kept : self->appended;
}

/* ---- Going on ---- */

static int set_damaged(const char *path, const char *what, struct rh_error *error)
{
    return rh_error_set_at(error, RH_ERR_FORMAT, path, 0, 0, "%s", what);
}

/* Reads the table of partners, up to its end: whatever is missing of it was taken away since. */
static int read_partners(struct rh_checkpoint *self, struct rh_journal *journal, struct rh_outcomes *outcomes,
                         struct rh_error *error)
{
    struct rh_text record;
    uint32_t kind = 0;
    rh_text_init(&record);
    int status = rh_journal_next(journal, &kind, &record, error);
    if (status > 0) {
        struct rh_bytes bytes = {.at = rh_text_string(&record), .left = record.length};
        const uint64_t done = (uint64_t)rh_bytes_get_within(&bytes, (int64_t)self->first, INT64_MAX);
        const bool ours = kind == RH_PART_SUMS && strcmp(rh_bytes_get_text(&bytes), self->sha256) == 0;
        self->kept = ours && !bytes.failed ? done : self->first;
        status = ours && !bytes.failed ? 1 : set_damaged(journal->path, "is of another run than the blocks", error);
    }
    while (status > 0 && kind != RH_PART_END) {
        status = rh_journal_next(journal, &kind, &record, error);
        if (status > 0 && kind == RH_PART_PARTNERS) {
            const int added = rh_part_add_partners(journal, &record, outcomes, error);
            status = added != RH_OK ? added : status;
        }
    }
    if (status == 0) {
        status = set_damaged(journal->path, "was cut short", error);
    }
    rh_text_free(&record);
    return status < 0 ? status : RH_OK;
}

static int replay_partners(struct rh_checkpoint *self, struct rh_outcomes *outcomes, struct rh_error *error)
{
    struct rh_journal journal;
    if (!self->has_partners || access(self->path[PARTNERS], F_OK) != 0) {
        return RH_OK;
    }
    int status = rh_journal_open(&journal, self->path[PARTNERS], false, error);
    if (status == RH_OK) {
        status = read_partners(self, &journal, outcomes, error);
    }
    rh_journal_close(&journal);
    return status;
}

static int set_too_many(const struct rh_checkpoint *self, uint64_t found, uint64_t end, struct rh_error *error)
{
    char what[96];
    snprintf(what, sizeof what, "replications up to %" PRIu64 ", expected no more than %" PRIu64, found, end);
    return set_other(self, what, error);
}

/* A sink that lets nothing beyond `end` through. */
struct limit {
    const struct rh_checkpoint *checkpoint;
    uint64_t end;
    rh_block_sink sink;
    void *user;
};

static int take_within(void *user, const struct rh_block *block, struct rh_error *error)
{
    const struct limit *self = user;
    const uint64_t end = block->first + (uint64_t)block->num;
    return end <= self->end ? self->sink(self->user, block, error)
                            : set_too_many(self->checkpoint, end, self->end, error);
}

/* Hands on what is kept. Blocks that the table of partners does not count are cut off. */
static int replay_blocks(struct rh_checkpoint *self, uint64_t end, rh_block_sink sink, void *user,
                         const struct rh_progress *progress, struct rh_error *error)
{
    int status = 1;
    uint32_t kind = 0;
    uint64_t at = self->blocks.at;
    struct limit limit = {self, end, sink, user};
    while (status > 0 && (!self->has_partners || self->appended < self->kept)) {
        at = self->blocks.at;
        status = rh_journal_next(&self->blocks, &kind, &self->room, error);
        if (status > 0 && kind != RH_PART_BLOCK) {
            break; /* the run was about to make a part file of it */
        }
        if (status > 0) {
            const int handed = rh_part_hand_on(&self->blocks, &self->room, take_within, &limit, &self->appended, error);
            status = handed != RH_OK ? handed : status;
            at = self->blocks.at;
            rh_progress_report(progress, "reading what is done", self->appended, end);
        }
    }
    if (status >= 0 && self->has_partners && self->appended != self->kept) {
        status = set_damaged(self->path[BLOCKS], "was cut short", error);
    }
    return status < 0 ? status : rh_journal_cut(&self->blocks, at, error);
}

int rh_checkpoint_replay(struct rh_checkpoint *self, uint64_t end, rh_block_sink sink, void *user,
                         struct rh_outcomes *outcomes, uint64_t *done, const struct rh_progress *progress,
                         struct rh_error *error)
{
    int status = replay_partners(self, outcomes, error);
    if (status == RH_OK && self->kept > end) {
        status = set_too_many(self, self->kept, end, error);
    }
    if (status == RH_OK) {
        status = replay_blocks(self, end, sink, user, progress, error);
    }
    *done = self->appended;
    return advise(status, error);
}

/* ---- Keeping ---- */

int rh_checkpoint_append(struct rh_checkpoint *self, const struct rh_block *block, struct rh_error *error)
{
    const int status = rh_part_put_block(&self->blocks, block, &self->room, error);
    self->appended += status == RH_OK ? (uint64_t)block->num : 0;
    return status;
}

static int write_partners(struct rh_checkpoint *self, struct rh_journal *journal, const struct rh_outcomes *outcomes,
                          uint64_t done, struct rh_error *error)
{
    int status = rh_journal_create(journal, self->path[NEW_PARTNERS], error);
    if (status == RH_OK) {
        rh_text_clear(&self->room);
        rh_bytes_put_int(&self->room, (int64_t)done);
        rh_bytes_put_text(&self->room, self->sha256);
        status = rh_journal_append(journal, RH_PART_SUMS, &self->room, error);
    }
    if (status == RH_OK) {
        status = rh_part_put_end(journal, outcomes, done, error);
    }
    return status == RH_OK ? rh_journal_rename(journal, self->path[PARTNERS], error) : status;
}

int rh_checkpoint_keep(struct rh_checkpoint *self, const struct rh_outcomes *outcomes, uint64_t done,
                       struct rh_error *error)
{
    if (done == self->kept) {
        return RH_OK;
    }
    int status = rh_journal_sync(&self->blocks, error);
    if (status == RH_OK && self->has_partners) {
        struct rh_journal journal;
        status = write_partners(self, &journal, outcomes, done, error);
        rh_journal_close(&journal);
    }
    self->kept = status == RH_OK ? done : self->kept;
    return status;
}

/* ---- The end ---- */

int rh_checkpoint_finish_part(struct rh_checkpoint *self, const struct rh_outcomes *outcomes, const char *output,
                              struct rh_error *error)
{
    const uint64_t at = self->blocks.at;
    int status = rh_part_put_end(&self->blocks, outcomes, self->appended, error);
    if (status == RH_OK) {
        status = rh_journal_rename(&self->blocks, output, error);
    }
    if (status == RH_OK) {
        rh_checkpoint_remove(self);
    } else {
        rh_journal_cut(&self->blocks, at, NULL); /* as it was; a reader would do the same */
    }
    return status;
}

void rh_checkpoint_remove(struct rh_checkpoint *self)
{
    remove_files(self);
    rmdir(self->path[FOLDER]);
    self->ours = false;
}

void rh_checkpoint_destroy(struct rh_checkpoint *self)
{
    if (self == NULL) {
        return;
    }
    if (self->ours && rh_checkpoint_done(self) == self->first) {
        rh_checkpoint_remove(self);
    }
    rh_journal_close(&self->blocks);
    rh_text_free(&self->room);
    for (int k = 0; k < NUM_PATHS; k++) {
        free(self->path[k]);
    }
    free(self);
}
