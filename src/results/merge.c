/* Parts are looked at first: only frames of records are read, and what they are about. Only when they belong together
 * the results file is begun. */
#include "results/part.h"

#include "core/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct part {
    const char *path;
    uint64_t first, end;
};

struct merge {
    struct part *part; /* [num], by `first` */
    int num;
    struct rh_results_header_copy header; /* of the first one looked at */
    const char *header_path;
    const struct rh_progress *progress;
};

static int by_first(const void *a, const void *b)
{
    const struct part *one = a, *other = b;
    return one->first != other->first ? (one->first < other->first ? -1 : 1) : strcmp(one->path, other->path);
}

/* ---- Looking ---- */

/* Goes through a part without reading its numbers; the last record tells where it ends. */
static int find_end(struct rh_journal *journal, struct part *part, struct rh_error *error)
{
    struct rh_text record;
    uint32_t kind = 0;
    uint64_t at = journal->at;
    int status = 1;
    while (status > 0 && kind != RH_PART_END) {
        at = journal->at;
        status = rh_journal_next(journal, &kind, NULL, error);
    }
    if (status == 0) {
        return rh_error_set_at(error, RH_ERR_INPUT, part->path, 0, 0, "is unfinished or was cut short; make it again");
    }
    rh_text_init(&record);
    if (status > 0) {
        journal->at = at;
        status = rh_journal_next(journal, &kind, &record, error);
    }
    if (status >= 0) {
        struct rh_bytes bytes = {.at = rh_text_string(&record), .left = record.length};
        part->end = (uint64_t)rh_bytes_get_within(&bytes, (int64_t)part->first, INT64_MAX);
        status =
            bytes.failed ? rh_error_set_at(error, RH_ERR_FORMAT, part->path, 0, 0, "is damaged at its end") : RH_OK;
    }
    rh_text_free(&record);
    return status;
}

static int look(struct merge *self, struct part *part, struct rh_error *error)
{
    struct rh_journal journal;
    struct rh_results_header_copy header = {.bytes = NULL};
    struct rh_text what;
    rh_text_init(&what);
    int status = rh_journal_open(&journal, part->path, false, error);
    if (status == RH_OK) {
        status = rh_part_get_header(&journal, &header, &part->first, error);
    }
    if (status == RH_OK) {
        status = find_end(&journal, part, error);
    }
    if (status == RH_OK && self->header_path == NULL) {
        self->header = header;
        self->header_path = part->path;
        header = (struct rh_results_header_copy){.bytes = NULL};
    } else if (status == RH_OK && !rh_results_header_same(&header.header, &self->header.header, &what)) {
        status = rh_error_set_at(error, RH_ERR_INPUT, part->path, 0, 0, "is a part of another run than %s: found %s",
                                 self->header_path, rh_text_string(&what));
    }
    rh_text_free(&what);
    rh_results_header_free(&header);
    rh_journal_close(&journal);
    return status;
}

/* Every replication once. */
static int check_order(const struct merge *self, uint64_t replications, struct rh_error *error)
{
    uint64_t expected = 0;
    for (int k = 0; k < self->num; k++) {
        const struct part *part = &self->part[k];
        if (part->first < expected) {
            return rh_error_set_at(error, RH_ERR_INPUT, part->path, 0, 0,
                                   "overlaps %s: found replications %" PRIu64 ":%" PRIu64 ", expected %" PRIu64 ":…",
                                   self->part[k - 1].path, part->first, part->end, expected);
        }
        if (part->first > expected) {
            return rh_error_set_at(error, RH_ERR_INPUT, part->path, 0, 0,
                                   "found replications %" PRIu64 ":%" PRIu64 ", expected %" PRIu64
                                   ":…; the part of %" PRIu64 ":%" PRIu64 " is missing",
                                   part->first, part->end, expected, expected, part->first);
        }
        expected = part->end;
    }
    if (replications > 0 && expected != replications) {
        return rh_error_set_at(error, RH_ERR_INPUT, self->part[self->num - 1].path, 0, 0,
                               "the last part ends with replication %" PRIu64 ", expected %" PRIu64, expected,
                               replications);
    }
    return RH_OK;
}

/* ---- Merging ---- */

static int append(void *user, const struct rh_block *block, struct rh_error *error)
{
    return rh_results_writer_append(user, block, error);
}

static int take_part(const struct merge *self, const struct part *part, struct rh_results_writer *writer,
                     struct rh_outcomes *outcomes, struct rh_error *error)
{
    struct rh_journal journal;
    struct rh_text record;
    uint64_t done = part->first;
    uint32_t kind = 0;
    rh_text_init(&record);
    int status = rh_journal_open(&journal, part->path, false, error);
    bool more = status == RH_OK;
    while (more) {
        status = rh_journal_next(&journal, &kind, &record, error);
        more = status > 0 && kind != RH_PART_END;
        if (more && kind == RH_PART_BLOCK) {
            status = rh_part_hand_on(&journal, &record, append, writer, &done, error);
            rh_progress_report(self->progress, "merging", done, self->part[self->num - 1].end);
        } else if (more && kind == RH_PART_PARTNERS && outcomes != NULL) {
            status = rh_part_add_partners(&journal, &record, outcomes, error);
        }
        more = more && status >= 0;
        if (more && rh_progress_stopped(self->progress)) {
            status = rh_error_set(error, RH_ERR_INTERRUPTED, "interrupted while parts were merged");
            more = false;
        }
    }
    if (status >= 0 && (kind != RH_PART_END || done != part->end)) {
        status =
            rh_error_set_at(error, RH_ERR_FORMAT, part->path, 0, 0,
                            "is damaged: found replications up to %" PRIu64 ", expected %" PRIu64, done, part->end);
    }
    rh_text_free(&record);
    rh_journal_close(&journal);
    return status < 0 ? status : RH_OK;
}

static int write_results(struct merge *self, const char *output, uint64_t replications, struct rh_error *error)
{
    struct rh_results_header header = self->header.header;
    struct rh_results_writer *writer = NULL;
    struct rh_outcomes *outcomes = NULL;
    int status = RH_OK;
    header.replications = replications;
    header.progress = self->progress;
    if (header.num_partners > 0) {
        outcomes = rh_outcomes_create(header.num_scenarios, header.num_partners);
        status =
            outcomes != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what each partner gains");
    }
    if (status == RH_OK) {
        status = rh_results_writer_create(&writer, output, &header, error);
    }
    for (int k = 0; status == RH_OK && k < self->num; k++) {
        status = take_part(self, &self->part[k], writer, outcomes, error);
    }
    if (status == RH_OK && outcomes != NULL) {
        status = rh_results_writer_partners(writer, outcomes, error);
    }
    if (status == RH_OK) {
        status = rh_results_writer_finish(writer, error);
    }
    rh_results_writer_destroy(writer);
    rh_outcomes_destroy(outcomes);
    return status;
}

int rh_results_merge(const char *const *path, int num, const char *output, uint64_t replications,
                     const struct rh_progress *progress, uint64_t *merged, struct rh_error *error)
{
    struct merge merge = {.part = rh_calloc((size_t)num, sizeof *merge.part), .num = num, .progress = progress};
    int status = merge.part != NULL ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to merge parts");
    *merged = 0;
    if (status == RH_OK && num < 1) {
        status = rh_error_set(error, RH_ERR_ARGUMENT, "no parts to merge");
    }
    for (int k = 0; status == RH_OK && k < num; k++) {
        merge.part[k].path = path[k];
        rh_progress_report(progress, "looking at parts", (uint64_t)k, (uint64_t)num);
        status = look(&merge, &merge.part[k], error);
    }
    if (status == RH_OK) {
        qsort(merge.part, (size_t)num, sizeof *merge.part, by_first);
        status = check_order(&merge, replications, error);
    }
    if (status == RH_OK) {
        *merged = merge.part[num - 1].end;
        status = write_results(&merge, output, *merged, error);
    }
    rh_results_header_free(&merge.header);
    free(merge.part);
    return status;
}
