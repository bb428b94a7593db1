/* From parameters to files, partner by partner: what one needs is made, written and forgotten. */
#include "synth/world.h"

#include "core/file.h"
#include "core/memory.h"
#include "synth/channel.h"
#include "synth/ledger.h"
#include "synth/tables.h"
#include "synth/truth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The programs before the one in force stand behind these. */
enum { LEDGER, PARTNERS, TARGETS, IN_FORCE, TRUTH, TRUTH_YAML, EARLIER };
static const char *const file_names[EARLIER] = {"ledger.csv",    "partners.csv", "targets.csv",
                                                "in-force.yaml", "truth.csv",    "truth.yaml"};

struct writer {
    struct rh_output *file; /* [num_files]; those that are not asked for stay closed */
    size_t num_files;
    bool truth;
    struct rh_text text;
};

static bool is_asked_for(const struct writer *self, size_t file)
{
    return self->truth || (file != TRUTH && file != TRUTH_YAML);
}

static int open_file(struct writer *self, const char *folder, size_t file, struct rh_error *error)
{
    struct rh_text path;
    rh_text_init(&path);
    if (file < EARLIER) {
        rh_text_printf(&path, "%s/%s", folder, file_names[file]);
    } else {
        rh_text_printf(&path, "%s/in-force-%zu.yaml", folder, file - EARLIER + 1);
    }
    int code = rh_text_status(&path) == RH_OK
                   ? rh_output_open(&self->file[file], rh_text_string(&path), error)
                   : rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    rh_text_free(&path);
    return code;
}

static int open_files(struct writer *self, const struct rh_world *world, const char *folder, struct rh_error *error)
{
    size_t num = EARLIER + world->num_programs - 1;
    self->file = rh_calloc(num, sizeof *self->file);
    if (self->file == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    self->num_files = num;
    int code = rh_make_folder(folder, error);
    for (size_t k = 0; code == RH_OK && k < num; k++) {
        code = is_asked_for(self, k) ? open_file(self, folder, k, error) : RH_OK;
    }
    return code;
}

/* Writes the text to a file and empties it. */
static int flush_text(struct writer *self, size_t file, struct rh_error *error)
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

static int write_string(struct writer *self, size_t file, const char *string, struct rh_error *error)
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
    if (code == RH_OK && self->truth) {
        rh_truth_add_partner(channel, partner, rh_ledger_truth(ledger), &self->text, &counts->truths);
        code = flush_text(self, TRUTH, error);
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

static int write_truth_heads(struct writer *self, const struct rh_channel *channel, struct rh_error *error)
{
    int code = write_string(self, TRUTH, rh_truth_header(), error);
    if (code == RH_OK) {
        rh_truth_add_world(channel, &self->text);
        code = flush_text(self, TRUTH_YAML, error);
    }
    return code;
}

static int write_heads(struct writer *self, const struct rh_world *world, struct rh_error *error)
{
    int code = write_string(self, LEDGER, rh_ledger_header(), error);
    code = code == RH_OK ? write_string(self, PARTNERS, rh_world_partners_header(), error) : code;
    code = code == RH_OK ? write_string(self, TARGETS, rh_world_targets_header(), error) : code;
    for (size_t k = 0; code == RH_OK && k < world->num_programs; k++) {
        rh_world_add_program(world, k, &self->text);
        code = flush_text(self, k + 1 == world->num_programs ? IN_FORCE : EARLIER + k, error);
    }
    return code;
}

int rh_world_write(const struct rh_world *self, const struct rh_world_options *options, const char *folder,
                   const struct rh_progress *progress, struct rh_world_counts *counts, struct rh_error *error)
{
    struct writer writer = {.truth = options->truth};
    struct rh_channel channel;
    memset(counts, 0, sizeof *counts);
    rh_text_init(&writer.text);
    int code = rh_channel_init(&channel, self, options, error);
    code = code == RH_OK ? open_files(&writer, self, folder, error) : code;
    code = code == RH_OK ? write_heads(&writer, self, error) : code;
    code = code == RH_OK && writer.truth ? write_truth_heads(&writer, &channel, error) : code;
    code = code == RH_OK ? write_partners(&writer, &channel, progress, counts, error) : code;
    counts->earlier_programs = self->num_programs - 1;
    counts->changes = self->program[counts->earlier_programs].from > channel.first;
    for (size_t k = 0; code == RH_OK && k < writer.num_files; k++) {
        code = is_asked_for(&writer, k) ? rh_output_commit(&writer.file[k], error) : RH_OK;
    }
    for (size_t k = 0; k < writer.num_files; k++) {
        rh_output_abort(&writer.file[k]);
    }
    free(writer.file);
    rh_text_free(&writer.text);
    rh_channel_free(&channel);
    return code;
}
