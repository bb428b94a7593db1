/* From parameters to files, partner by partner: what one needs is made, written and forgotten. */
#include "synth/world.h"

#include "core/file.h"
#include "core/memory.h"
#include "synth/channel.h"
#include "synth/ledger.h"
#include "synth/tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LEDGER, PARTNERS, TARGETS, IN_FORCE, NUM_FILES };
static const char *const file_names[NUM_FILES] = {"ledger.csv", "partners.csv", "targets.csv", "in-force.yaml"};

struct writer {
    struct rh_output file[NUM_FILES];
    struct rh_text text;
};

static int open_files(struct writer *self, const char *folder, struct rh_error *error)
{
    int code = rh_make_folder(folder, error);
    for (int k = 0; code == RH_OK && k < NUM_FILES; k++) {
        struct rh_text path;
        rh_text_init(&path);
        rh_text_printf(&path, "%s/%s", folder, file_names[k]);
        code = rh_text_status(&path) == RH_OK
                   ? rh_output_open(&self->file[k], rh_text_string(&path), error)
                   : rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
        rh_text_free(&path);
    }
    return code;
}

/* Writes the text to a file and empties it. */
static int flush_text(struct writer *self, int file, struct rh_error *error)
{
    struct rh_text *text = &self->text;
    if (rh_text_status(text) != RH_OK) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    if (fwrite(rh_text_string(text), 1, text->length, self->file[file].stream) != text->length) {
        return rh_error_set_at(error, RH_ERR_IO, self->file[file].path, 0, 0, "cannot be written: %s", strerror(errno));
    }
    rh_text_clear(text);
    return RH_OK;
}

static int write_string(struct writer *self, int file, const char *string, struct rh_error *error)
{
    rh_text_puts(&self->text, string);
    return flush_text(self, file, error);
}

static int write_partner(struct writer *self, struct rh_ledger *ledger, const struct rh_channel *channel,
                         const struct rh_channel_partner *partner, struct rh_world_counts *counts,
                         struct rh_error *error)
{
    int code = rh_ledger_add(ledger, partner, &self->text, &counts->rows);
    if (code != RH_OK) {
        return rh_error_set(error, code, "%s", rh_code_message(code));
    }
    code = flush_text(self, LEDGER, error);
    if (code == RH_OK) {
        rh_world_add_partner(channel, partner, &self->text);
        code = flush_text(self, PARTNERS, error);
    }
    if (code == RH_OK) {
        rh_world_add_targets(channel, partner, &self->text, &counts->targets);
        code = flush_text(self, TARGETS, error);
    }
    counts->partners++;
    return code;
}

static int write_partners(struct writer *self, struct rh_channel *channel, const struct rh_progress *progress,
                          struct rh_world_counts *counts, struct rh_error *error)
{
    struct rh_channel_partner partner;
    struct rh_ledger *ledger = NULL;
    int code = rh_channel_partner_init(&partner, channel->world);
    code = code == RH_OK ? rh_ledger_create(&ledger, channel) : code;
    if (code != RH_OK) {
        rh_error_set(error, code, "%s", rh_code_message(code));
    }
    while (code == RH_OK && channel->num_made < channel->num_partners) {
        if (rh_progress_stopped(progress)) {
            code = rh_error_set(error, RH_ERR_INTERRUPTED, "%s", rh_code_message(RH_ERR_INTERRUPTED));
            break;
        }
        code = rh_channel_next(channel, &partner);
        if (code != RH_OK) {
            rh_error_set(error, code, "%s", rh_code_message(code));
            break;
        }
        code = write_partner(self, ledger, channel, &partner, counts, error);
        rh_progress_report(progress, "partners", channel->num_made, channel->num_partners);
    }
    rh_ledger_destroy(ledger);
    rh_channel_partner_free(&partner);
    return code;
}

static int write_heads(struct writer *self, const struct rh_world *world, struct rh_error *error)
{
    int code = write_string(self, LEDGER, rh_ledger_header(), error);
    code = code == RH_OK ? write_string(self, PARTNERS, rh_world_partners_header(), error) : code;
    code = code == RH_OK ? write_string(self, TARGETS, rh_world_targets_header(), error) : code;
    if (code == RH_OK) {
        rh_world_add_in_force(world, &self->text);
        code = flush_text(self, IN_FORCE, error);
    }
    return code;
}

int rh_world_write(const struct rh_world *self, const struct rh_world_options *options, const char *folder,
                   const struct rh_progress *progress, struct rh_world_counts *counts, struct rh_error *error)
{
    struct writer writer = {0};
    struct rh_channel channel;
    memset(counts, 0, sizeof *counts);
    rh_text_init(&writer.text);
    int code = rh_channel_init(&channel, self, options, error);
    code = code == RH_OK ? open_files(&writer, folder, error) : code;
    code = code == RH_OK ? write_heads(&writer, self, error) : code;
    code = code == RH_OK ? write_partners(&writer, &channel, progress, counts, error) : code;
    for (int k = 0; code == RH_OK && k < NUM_FILES; k++) {
        code = rh_output_commit(&writer.file[k], error);
    }
    for (int k = 0; k < NUM_FILES; k++) {
        rh_output_abort(&writer.file[k]);
    }
    rh_text_free(&writer.text);
    rh_channel_free(&channel);
    return code;
}
