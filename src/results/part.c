#include "results/part.h"

#include <inttypes.h>

#define PIECE ((size_t)1 << 20) /* bytes of partners in one record, about */

static int set_foreign(const struct rh_journal *journal, struct rh_error *error)
{
    return rh_error_set_at(error, RH_ERR_FORMAT, journal->path, 0, 0,
                           "is damaged: its records are whole, but not those that belong here");
}

int rh_part_put_header(struct rh_journal *journal, const struct rh_results_header *header, uint64_t first,
                       struct rh_error *error)
{
    struct rh_text record;
    rh_text_init(&record);
    rh_bytes_put_int(&record, (int64_t)first);
    rh_results_header_pack(header, &record);
    const int status = rh_journal_append(journal, RH_PART_HEADER, &record, error);
    rh_text_free(&record);
    return status;
}

int rh_part_get_header(struct rh_journal *journal, struct rh_results_header_copy *header, uint64_t *first,
                       struct rh_error *error)
{
    struct rh_text record;
    uint32_t kind = 0;
    *header = (struct rh_results_header_copy){.bytes = NULL};
    *first = 0;
    rh_text_init(&record);
    int status = rh_journal_next(journal, &kind, &record, error);
    if (status == 0) {
        status = rh_error_set_at(error, RH_ERR_FORMAT, journal->path, 0, 0, "is cut short at its beginning");
    } else if (status > 0) {
        struct rh_bytes bytes = {.at = rh_text_string(&record), .left = record.length};
        *first = (uint64_t)rh_bytes_get_within(&bytes, 0, INT64_MAX);
        status = kind == RH_PART_HEADER && !bytes.failed ? rh_results_header_unpack(header, bytes.at, bytes.left)
                                                         : RH_ERR_FORMAT;
        if (status == RH_ERR_NO_MEMORY) {
            rh_error_set(error, status, "no memory to read %s", journal->path);
        } else if (status != RH_OK) {
            set_foreign(journal, error);
        }
    }
    rh_text_free(&record);
    return status;
}

int rh_part_put_block(struct rh_journal *journal, const struct rh_block *block, struct rh_text *room,
                      struct rh_error *error)
{
    rh_text_clear(room);
    rh_block_pack(block, room);
    return rh_journal_append(journal, RH_PART_BLOCK, room, error);
}

int rh_part_hand_on(const struct rh_journal *journal, const struct rh_text *record, rh_block_sink sink, void *user,
                    uint64_t *done, struct rh_error *error)
{
    struct rh_block block;
    struct rh_bytes bytes = {.at = rh_text_string(record), .left = record->length};
    int status = rh_block_unpack(&block, &bytes);
    if (status == RH_ERR_NO_MEMORY) {
        rh_error_set(error, status, "no memory to read %s", journal->path);
    } else if (status != RH_OK || block.first != *done) {
        status = set_foreign(journal, error);
    } else {
        status = sink(user, &block, error);
        *done += (uint64_t)block.num;
    }
    rh_block_drop(&block);
    return status;
}

static int put_partners(struct rh_journal *journal, const struct rh_outcomes *outcomes, struct rh_error *error)
{
    const size_t num = (size_t)rh_outcomes_num_scenarios(outcomes) * (size_t)rh_outcomes_num_partners(outcomes);
    struct rh_text record;
    int status = RH_OK;
    rh_text_init(&record);
    for (size_t first = 0; status == RH_OK && first < num;) {
        size_t count = 0;
        rh_text_clear(&record);
        rh_bytes_put_int(&record, (int64_t)first);
        while (first + count < num && record.length < PIECE) {
            rh_outcomes_pack(outcomes, first + count, 1, &record);
            count++;
        }
        rh_bytes_put_int(&record, (int64_t)count);
        status = rh_journal_append(journal, RH_PART_PARTNERS, &record, error);
        first += count;
    }
    rh_text_free(&record);
    return status;
}

int rh_part_put_end(struct rh_journal *journal, const struct rh_outcomes *outcomes, uint64_t done,
                    struct rh_error *error)
{
    int status = outcomes != NULL ? put_partners(journal, outcomes, error) : RH_OK;
    if (status == RH_OK) {
        struct rh_text record;
        rh_text_init(&record);
        rh_bytes_put_int(&record, (int64_t)done);
        status = rh_journal_append(journal, RH_PART_END, &record, error);
        rh_text_free(&record);
    }
    return status;
}

int rh_part_add_partners(const struct rh_journal *journal, const struct rh_text *record, struct rh_outcomes *outcomes,
                         struct rh_error *error)
{
    const size_t num = (size_t)rh_outcomes_num_scenarios(outcomes) * (size_t)rh_outcomes_num_partners(outcomes);
    if (record->length < 2 * sizeof(int64_t)) {
        return set_foreign(journal, error);
    }
    const size_t length = record->length - sizeof(int64_t); /* the count stands at the end, known when all is packed */
    struct rh_bytes bytes = {.at = rh_text_string(record), .left = length};
    struct rh_bytes tail = {.at = rh_text_string(record) + length, .left = sizeof(int64_t)};
    const size_t first = (size_t)rh_bytes_get_within(&bytes, 0, (int64_t)num);
    const size_t count = (size_t)rh_bytes_get_within(&tail, 0, (int64_t)(num - first));
    if (bytes.failed || tail.failed) {
        return set_foreign(journal, error);
    }
    rh_outcomes_unpack(outcomes, first, count, &bytes);
    if (bytes.failed || bytes.left > 0) {
        return set_foreign(journal, error);
    }
    return rh_outcomes_failed(outcomes) ? rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what each partner gains")
                                        : RH_OK;
}
