#include "results/header.h"

#include "core/memory.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST 100000000 /* of whatever is listed */
#define PPM 1e6

static const char *arithmetic_of(const struct rh_results_header *self)
{
    return self->arithmetic != NULL ? self->arithmetic : "double";
}

static const char *sampling_of(const struct rh_results_header *self)
{
    return self->sampling != NULL ? self->sampling : "random";
}

/* ---- To bytes ---- */

static void put_texts(struct rh_text *out, const char *const *text, int num)
{
    for (int i = 0; i < num; i++) {
        rh_bytes_put_text(out, text[i]);
    }
}

static void put_list(struct rh_text *out, const char *const *text, int num)
{
    rh_bytes_put_int(out, num);
    put_texts(out, text, num);
}

static void put_windows(struct rh_text *out, const struct rh_results_header *self)
{
    rh_bytes_put_int(out, self->num_windows);
    for (int w = 0; w < self->num_windows; w++) {
        rh_bytes_put_int(out, self->window[w].scenario);
        rh_bytes_put_int(out, self->window[w].first);
        rh_bytes_put_int(out, self->window[w].last);
    }
}

static void put_partners(struct rh_text *out, const struct rh_results_header *self)
{
    rh_bytes_put_int(out, self->num_partners);
    for (int i = 0; i < self->num_partners; i++) {
        const struct rh_results_partner *partner = &self->partner[i];
        put_texts(out, (const char *const[]){partner->id, partner->segment, partner->region, partner->tier}, 4);
    }
}

static void put_parameters(struct rh_text *out, const struct rh_results_header *self)
{
    rh_bytes_put_int(out, self->num_parameters);
    for (int i = 0; i < self->num_parameters; i++) {
        const struct rh_results_parameter *parameter = &self->parameter[i];
        put_texts(out,
                  (const char *const[]){parameter->name, parameter->unit, parameter->description, parameter->origin,
                                        parameter->distribution, parameter->mechanism},
                  6);
        rh_bytes_put_int(out, parameter->drawn);
    }
}

static void put_inputs(struct rh_text *out, const struct rh_results_header *self)
{
    rh_bytes_put_int(out, self->num_inputs);
    for (int i = 0; i < self->num_inputs; i++) {
        const struct rh_results_input *input = &self->input[i];
        put_texts(out, (const char *const[]){input->role, input->path, input->text, input->sha256}, 4);
    }
}

void rh_results_header_pack(const struct rh_results_header *self, struct rh_text *out)
{
    put_texts(
        out,
        (const char *const[]){self->title, self->currency, self->program_version, self->build, self->instruction_set},
        5);
    rh_bytes_put_int(out, (int64_t)self->seed);
    put_texts(out, (const char *const[]){sampling_of(self), arithmetic_of(self)}, 2);
    put_list(out, self->scenario, self->num_scenarios);
    put_texts(out, self->scenario_text, self->num_scenarios);
    rh_bytes_put_int(out, self->reference);
    rh_bytes_put_int(out, self->margin_assumed);
    rh_bytes_put_int(out, self->first_month);
    rh_bytes_put_int(out, llround(self->confidence * PPM));
    put_windows(out, self);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        rh_bytes_put_int(out, self->cut_size[cut]);
        put_texts(out, self->cut_label[cut], cut == RH_CUT_MONTH ? 0 : self->cut_size[cut]);
    }
    put_partners(out, self);
    put_list(out, self->extra, self->num_extra);
    put_parameters(out, self);
    put_inputs(out, self);
    put_list(out, self->unused, self->num_unused);
    put_texts(out, self->unused_reason, self->num_unused);
    put_list(out, self->note, self->num_notes);
}

/* ---- From bytes ---- */

struct reader {
    struct rh_results_header_copy *self;
    struct rh_bytes bytes;
    bool no_memory;
};

/* Room for a list; each of its entries takes bytes, so that no list is longer than they are. */
static void *get_array(struct reader *reader, int num, size_t size)
{
    struct rh_results_header_copy *self = reader->self;
    if (reader->bytes.failed || (size_t)num > reader->bytes.left) {
        reader->bytes.failed = true;
        return NULL;
    }
    void *array = rh_calloc((size_t)num + 1, size);
    if (array == NULL ||
        rh_reserve(&self->array, &self->capacity, self->num_arrays + 1, sizeof *self->array) != RH_OK) {
        free(array);
        reader->no_memory = reader->bytes.failed = true;
        return NULL;
    }
    self->array[self->num_arrays++] = array;
    return array;
}

static int get_num(struct reader *reader)
{
    return (int)rh_bytes_get_within(&reader->bytes, 0, MOST);
}

static const char *get_text(struct reader *reader)
{
    return rh_bytes_get_text(&reader->bytes);
}

static const char *const *get_texts(struct reader *reader, int num)
{
    const char **text = get_array(reader, num, sizeof *text);
    for (int i = 0; text != NULL && i < num; i++) {
        text[i] = get_text(reader);
    }
    return text;
}

static const char *const *get_list(struct reader *reader, int *num)
{
    *num = get_num(reader);
    return get_texts(reader, *num);
}

static void get_windows(struct reader *reader, struct rh_results_header *header)
{
    header->num_windows = get_num(reader);
    struct rh_results_window *window = get_array(reader, header->num_windows, sizeof *window);
    for (int w = 0; window != NULL && w < header->num_windows; w++) {
        window[w].scenario = get_num(reader);
        window[w].first = get_num(reader);
        window[w].last = get_num(reader);
    }
    header->window = window;
}

static void get_partners(struct reader *reader, struct rh_results_header *header)
{
    header->num_partners = get_num(reader);
    struct rh_results_partner *partner = get_array(reader, header->num_partners, sizeof *partner);
    for (int i = 0; partner != NULL && i < header->num_partners; i++) {
        partner[i].id = get_text(reader);
        partner[i].segment = get_text(reader);
        partner[i].region = get_text(reader);
        partner[i].tier = get_text(reader);
    }
    header->partner = partner;
}

static void get_parameters(struct reader *reader, struct rh_results_header *header)
{
    header->num_parameters = get_num(reader);
    struct rh_results_parameter *parameter = get_array(reader, header->num_parameters, sizeof *parameter);
    for (int i = 0; parameter != NULL && i < header->num_parameters; i++) {
        parameter[i].name = get_text(reader);
        parameter[i].unit = get_text(reader);
        parameter[i].description = get_text(reader);
        parameter[i].origin = get_text(reader);
        parameter[i].distribution = get_text(reader);
        parameter[i].mechanism = get_text(reader);
        parameter[i].drawn = rh_bytes_get_within(&reader->bytes, 0, 1) != 0;
    }
    header->parameter = parameter;
}

static void get_inputs(struct reader *reader, struct rh_results_header *header)
{
    header->num_inputs = get_num(reader);
    struct rh_results_input *input = get_array(reader, header->num_inputs, sizeof *input);
    for (int i = 0; input != NULL && i < header->num_inputs; i++) {
        input[i].role = get_text(reader);
        input[i].path = get_text(reader);
        input[i].text = get_text(reader);
        input[i].sha256 = get_text(reader);
    }
    header->input = input;
}

static void get_header(struct reader *reader, struct rh_results_header *header)
{
    header->title = get_text(reader);
    header->currency = get_text(reader);
    header->program_version = get_text(reader);
    header->build = get_text(reader);
    header->instruction_set = get_text(reader);
    header->seed = (uint64_t)rh_bytes_get_int(&reader->bytes);
    header->sampling = get_text(reader);
    header->arithmetic = get_text(reader);
    header->scenario = get_list(reader, &header->num_scenarios);
    header->scenario_text = get_texts(reader, header->num_scenarios);
    header->reference = get_num(reader);
    header->margin_assumed = rh_bytes_get_within(&reader->bytes, 0, 1) != 0;
    header->first_month = (rh_month)rh_bytes_get_within(&reader->bytes, 0, MOST);
    header->confidence = (double)rh_bytes_get_within(&reader->bytes, 0, (int64_t)PPM) / PPM;
    get_windows(reader, header);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        header->cut_size[cut] = get_num(reader);
        header->cut_label[cut] = cut == RH_CUT_MONTH ? NULL : get_texts(reader, header->cut_size[cut]);
    }
    get_partners(reader, header);
    header->extra = get_list(reader, &header->num_extra);
    get_parameters(reader, header);
    get_inputs(reader, header);
    header->unused = get_list(reader, &header->num_unused);
    header->unused_reason = get_texts(reader, header->num_unused);
    header->note = get_list(reader, &header->num_notes);
}

int rh_results_header_unpack(struct rh_results_header_copy *self, const char *bytes, size_t length)
{
    memset(self, 0, sizeof *self);
    self->bytes = rh_calloc(length + 1, 1);
    if (self->bytes == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    memcpy(self->bytes, bytes, length);
    struct reader reader = {.self = self, .bytes = {.at = self->bytes, .left = length}};
    get_header(&reader, &self->header);
    if (reader.no_memory) {
        return RH_ERR_NO_MEMORY;
    }
    return reader.bytes.failed || reader.bytes.left > 0 ? RH_ERR_FORMAT : RH_OK;
}

void rh_results_header_free(struct rh_results_header_copy *self)
{
    for (size_t i = 0; i < self->num_arrays; i++) {
        free(self->array[i]);
    }
    free(self->array);
    free(self->bytes);
    memset(self, 0, sizeof *self);
}

/* ---- Differences ---- */

static bool say_text(const char *name, const char *found, const char *expected, struct rh_text *what)
{
    if (strcmp(found, expected) == 0) {
        return false;
    }
    rh_text_printf(what, "%s '%s', expected '%s'", name, found, expected);
    return true;
}

/* The first eight digits tell contents apart. */
static bool say_input(const struct rh_results_input *found, const struct rh_results_input *expected,
                      struct rh_text *what)
{
    if (strcmp(found->role, expected->role) != 0 || strcmp(found->path, expected->path) != 0) {
        rh_text_printf(what, "%s '%s', expected %s '%s'", found->role, found->path, expected->role, expected->path);
    } else if (strcmp(found->sha256, expected->sha256) != 0) {
        rh_text_printf(what, "%s '%s' with other content (SHA-256 %.8s…, expected %.8s…)", found->role, found->path,
                       found->sha256, expected->sha256);
    } else {
        return false;
    }
    return true;
}

/* The history and the programs say more than the study that names them, whose text has changed as well. */
static bool say_inputs(const struct rh_results_header *found, const struct rh_results_header *expected,
                       struct rh_text *what)
{
    if (found->num_inputs != expected->num_inputs) {
        rh_text_printf(what, "%d input files, expected %d", found->num_inputs, expected->num_inputs);
        return true;
    }
    for (int i = found->num_inputs - 1; i >= 0; i--) {
        if (say_input(&found->input[i], &expected->input[i], what)) {
            return true;
        }
    }
    return false;
}

static bool say_difference(const struct rh_results_header *found, const struct rh_results_header *expected,
                           struct rh_text *what)
{
    if (say_text("version of rehearse", found->program_version, expected->program_version, what) ||
        say_text("build of rehearse", found->build, expected->build, what)) {
        return true;
    }
    if (found->seed != expected->seed) {
        rh_text_printf(what, "seed %" PRIu64 ", expected %" PRIu64, found->seed, expected->seed);
        return true;
    }
    if (say_text("sampling", sampling_of(found), sampling_of(expected), what) ||
        say_text("arithmetic", arithmetic_of(found), arithmetic_of(expected), what) ||
        say_inputs(found, expected, what)) {
        return true;
    }
    if ((found->num_partners > 0) != (expected->num_partners > 0)) {
        rh_text_printf(what, "a run with%s --no-partners, expected one with%s", found->num_partners > 0 ? "out" : "",
                       expected->num_partners > 0 ? "out" : "");
        return true;
    }
    return false;
}

bool rh_results_header_same(const struct rh_results_header *found, const struct rh_results_header *expected,
                            struct rh_text *what)
{
    struct rh_text bytes[2];
    if (say_difference(found, expected, what)) {
        return false;
    }
    rh_text_init(&bytes[0]);
    rh_text_init(&bytes[1]);
    rh_results_header_pack(found, &bytes[0]);
    rh_results_header_pack(expected, &bytes[1]);
    const bool packed = rh_text_status(&bytes[0]) == RH_OK && rh_text_status(&bytes[1]) == RH_OK;
    const bool same =
        packed && bytes[0].length == bytes[1].length && memcmp(bytes[0].bytes, bytes[1].bytes, bytes[0].length) == 0;
    if (!same) {
        rh_text_puts(what, packed ? "other options, or other programs of the machine that they were made on"
                                  : "something that there is no memory to compare");
    }
    rh_text_free(&bytes[0]);
    rh_text_free(&bytes[1]);
    return same;
}
