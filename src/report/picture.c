/* A picture that fails leaves its script and data, which say why, but no half picture and none of an earlier run. */
#include "report/picture.h"

#include "core/file.h"
#include "report/gnuplot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* folder/name.extension; NULL without memory. */
static char *file_path(const char *folder, const char *name, const char *extension)
{
    struct rh_text path;
    rh_text_init(&path);
    rh_text_printf(&path, "%s/%s.%s", folder, name, extension);
    if (path.failed) {
        rh_text_free(&path);
        return NULL;
    }
    return path.bytes;
}

static int write_file(const char *folder, const char *name, const char *extension, const struct rh_text *text,
                      struct rh_error *error)
{
    char *path = file_path(folder, name, extension);
    const int code = path != NULL ? rh_output_write(path, rh_text_string(text), text->length, error)
                                  : rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    free(path);
    return code;
}

/* RH_OK, also where there is no such file, or RH_ERR_NO_MEMORY. */
static int remove_file(const char *folder, const char *name, const char *extension)
{
    char *path = file_path(folder, name, extension);
    if (path == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    (void)remove(path); /* mostly it is not there */
    free(path);
    return RH_OK;
}

/* Files of an earlier run, or half a picture, must not stand beside other data. */
static int remove_pictures(const struct rh_plot_options *options, const char *name, struct rh_error *error)
{
    const struct {
        bool asked;
        const char *extension;
    } pictures[] = {{options->png, "png"}, {options->svg, "svg"}, {options->pdf, "pdf"}};
    int code = RH_OK;
    for (size_t k = 0; k < sizeof pictures / sizeof *pictures && code == RH_OK; k++) {
        code = pictures[k].asked ? remove_file(options->folder, name, pictures[k].extension) : RH_OK;
    }
    return code == RH_OK ? code : rh_error_set(error, code, "%s", rh_code_message(code));
}

static int run(const struct rh_plot_options *options, const char *name, const struct rh_progress *progress,
               bool *missing, struct rh_error *error)
{
    struct rh_text script;
    rh_text_init(&script);
    rh_text_printf(&script, "%s.gp", name);
    int code = script.failed ? rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY))
                             : rh_gnuplot_run(options->gnuplot, options->folder, script.bytes, missing, error);
    rh_text_free(&script);
    if (code != RH_OK && rh_progress_stopped(progress)) { /* the interrupt reached gnuplot too */
        code = rh_error_set(error, RH_ERR_INTERRUPTED, "%s", rh_code_message(RH_ERR_INTERRUPTED));
    }
    if (code != RH_OK) {
        const int left = remove_pictures(options, name, error); /* half of one is worse than what is told here */
        code = left == RH_OK ? code : left;
    }
    return code;
}

/* Where gnuplot was found missing before, only script and data are written. */
static int write_picture(struct rh_picture *picture, const struct rh_plot_options *options,
                         const struct rh_progress *progress, bool *missing, struct rh_error *error)
{
    if (picture->skipped.length > 0) {
        int code = remove_file(options->folder, picture->name, "dat");
        code = code == RH_OK ? remove_file(options->folder, picture->name, "gp") : code;
        rh_progress_log(progress, "%s: not drawn, %s", picture->name, rh_text_string(&picture->skipped));
        return code == RH_OK ? code : rh_error_set(error, code, "%s", rh_code_message(code));
    }
    if (rh_text_status(&picture->data) != RH_OK || rh_text_status(&picture->skipped) != RH_OK ||
        rh_theme_apply(options->theme, &picture->script) != RH_OK) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    int code = write_file(options->folder, picture->name, "dat", &picture->data, error);
    if (code == RH_OK) {
        code = write_file(options->folder, picture->name, "gp", &picture->script, error);
    }
    if (code == RH_OK && !*missing) {
        code = run(options, picture->name, progress, missing, error);
    }
    return code;
}

static int draw(const struct rh_gallery *self, int k, const struct rh_plot_options *options,
                const struct rh_progress *progress, bool *missing, struct rh_error *error)
{
    struct rh_picture picture = {.name = self->name(k)};
    rh_text_init(&picture.script);
    rh_text_init(&picture.data);
    rh_text_init(&picture.skipped);
    int code = remove_pictures(options, picture.name, error);
    if (code == RH_OK) {
        code = self->draw(self->user, k, &picture, error);
    }
    if (code == RH_OK) {
        code = write_picture(&picture, options, progress, missing, error);
    }
    rh_text_free(&picture.script);
    rh_text_free(&picture.data);
    rh_text_free(&picture.skipped);
    return code;
}

/* Whether the name is that at `text`, which ends at a comma or at the end. */
static bool is_named(const char *text, const char *name)
{
    const size_t length = strcspn(text, ",");
    return strlen(name) == length && strncmp(text, name, length) == 0;
}

/* The text after the next comma, NULL where there is none. */
static const char *next_of(const char *list)
{
    list += strcspn(list, ",");
    return *list == ',' ? list + 1 : NULL;
}

static bool is_in(const char *list, const char *name)
{
    for (const char *at = list; at != NULL; at = next_of(at)) {
        if (is_named(at, name)) {
            return true;
        }
    }
    return false;
}

const char *rh_gallery_unknown(const struct rh_gallery *self, const char *list, size_t *length)
{
    for (const char *at = list; at != NULL; at = next_of(at)) {
        int k = 0;
        while (k < self->num && !is_named(at, self->name(k))) {
            k++;
        }
        if (k == self->num) {
            *length = strcspn(at, ",");
            return at;
        }
    }
    return NULL;
}

static int check_only(const struct rh_gallery *self, const char *only, struct rh_error *error)
{
    size_t length;
    const char *unknown = rh_gallery_unknown(self, only, &length);
    return unknown == NULL ? RH_OK
                           : rh_error_set(error, RH_ERR_ARGUMENT, "there is no plot '%.*s'", (int)length, unknown);
}

int rh_gallery_write(const struct rh_gallery *self, const struct rh_plot_options *options,
                     const struct rh_progress *progress, struct rh_error *error)
{
    bool missing = false;
    int failed = RH_OK;
    int code = options->only != NULL ? check_only(self, options->only, error) : RH_OK;
    if (code == RH_OK) {
        code = rh_make_folder(options->folder, error);
    }
    for (int k = 0; k < self->num && code == RH_OK; k++) {
        if (rh_progress_stopped(progress)) {
            code = rh_error_set(error, RH_ERR_INTERRUPTED, "%s", rh_code_message(RH_ERR_INTERRUPTED));
        } else if (options->only == NULL || is_in(options->only, self->name(k))) {
            rh_progress_report(progress, "plots", (uint64_t)k, (uint64_t)self->num);
            bool was_missing = missing;
            code = draw(self, k, options, progress, &missing, error);
            if (missing && !was_missing) {
                failed = code; /* told at the end: the other scripts are still of use */
                code = RH_OK;
            }
        }
    }
    if (code == RH_OK) {
        rh_progress_report(progress, "plots", (uint64_t)self->num, (uint64_t)self->num);
    }
    return code != RH_OK ? code : failed;
}
