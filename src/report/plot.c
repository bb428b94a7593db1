/* The list of pictures, and the way from one to its files: data and script first, so that they are there even where
 * gnuplot is not. */
#include "report/plot.h"

#include "core/file.h"
#include "core/memory.h"
#include "report/drawing.h"
#include "report/figure.h"
#include "report/gnuplot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct plot {
    const char *name, *description;
    int (*draw)(struct rh_drawing *drawing, struct rh_error *error);
} plots[] = {
    {"net-benefit", "distribution of net benefit per program", rh_draw_net_benefit},
    {"roi-cost", "return on investment against cost, a dot per replication", rh_draw_roi_cost},
    {"cost-by-month", "cost by month with its range, program by program", rh_draw_cost_by_month},
};
#define NUM_PLOTS ((int)(sizeof(plots) / sizeof(plots[0])))

const char *rh_plot_name(int k)
{
    return k >= 0 && k < NUM_PLOTS ? plots[k].name : NULL;
}

const char *rh_plot_description(int k)
{
    return k >= 0 && k < NUM_PLOTS ? plots[k].description : NULL;
}

void rh_drawing_name(struct rh_text *out, const struct rh_drawing *self, int rank, size_t width)
{
    rh_figure_cut(out, self->results->scenario[self->comparison->order[rank]], width);
}

void rh_drawing_ranked_name(struct rh_text *out, const struct rh_drawing *self, int rank, size_t width)
{
    rh_text_printf(out, "%d ", rank + 1);
    rh_drawing_name(out, self, rank, width);
}

void rh_drawing_source(struct rh_text *out, const struct rh_drawing *self)
{
    const struct rh_results *results = self->results;
    int months = results->cut_size[RH_CUT_MONTH];
    char month[RH_DAY_TEXT];
    if (results->title[0] != '\0') {
        rh_figure_cut(out, results->title, 60);
        rh_text_puts(out, " · ");
    }
    rh_text_printf(out, "%d month%s from %s · ", months, months == 1 ? "" : "s",
                   rh_month_format(results->first_month, month));
    rh_text_number(out, (double)results->replications, 0);
    rh_text_puts(out, " replications");
}

void rh_drawing_axis_label(struct rh_text *script, const struct rh_drawing *self, const char *axis, enum rh_kpi kpi)
{
    struct rh_text label;
    rh_text_init(&label);
    rh_text_puts(&label, rh_kpi_table[kpi].long_name);
    if (rh_kpi_table[kpi].unit == RH_UNIT_MONEY && self->results->currency[0] != '\0') {
        rh_text_printf(&label, ", %s", self->results->currency);
    }
    rh_text_printf(script, "    set %slabel ", axis);
    rh_gnuplot_label(script, rh_text_string(&label));
    rh_text_puts(script, "\n");
    script->failed = script->failed || label.failed;
    rh_text_free(&label);
}

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
    struct rh_output output = {0};
    int code;
    char *path = file_path(folder, name, extension);
    if (path == NULL || rh_text_status(text) != RH_OK) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
        goto out;
    }
    code = rh_output_open(&output, path, error);
    if (code != RH_OK) {
        goto out;
    }
    /* A short write stays in the stream's error flag, which commit reports. */
    (void)fwrite(rh_text_string(text), 1, text->length, output.stream);
    code = rh_output_commit(&output, error);
out:
    rh_output_abort(&output);
    free(path);
    return code;
}

static void remove_file(const char *folder, const char *name, const char *extension)
{
    char *path = file_path(folder, name, extension);
    if (path != NULL) {
        (void)remove(path); /* mostly it is not there */
    }
    free(path);
}

/* Files of an earlier run, or half a picture, must not stand beside other data. */
static void remove_pictures(const struct rh_plot_options *options, const char *name)
{
    if (options->png) {
        remove_file(options->folder, name, "png");
    }
    if (options->svg) {
        remove_file(options->folder, name, "svg");
    }
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
        remove_pictures(options, name);
    }
    return code;
}

/* Draws one plot; where gnuplot was found missing before, only script and data are written. */
static int draw(const struct rh_comparison *comparison, const struct rh_plot_options *options, const struct plot *plot,
                const struct rh_progress *progress, bool *missing, struct rh_error *error)
{
    struct rh_drawing drawing = {.comparison = comparison,
                                 .results = comparison->results,
                                 .name = plot->name,
                                 .png = options->png,
                                 .svg = options->svg};
    rh_text_init(&drawing.script);
    rh_text_init(&drawing.data);
    rh_text_init(&drawing.skipped);
    remove_pictures(options, plot->name);
    int code = plot->draw(&drawing, error);
    if (code != RH_OK) {
        goto out;
    }
    if (drawing.skipped.length > 0) {
        remove_file(options->folder, plot->name, "dat");
        remove_file(options->folder, plot->name, "gp");
        rh_progress_log(progress, "%s: not drawn, %s", plot->name, rh_text_string(&drawing.skipped));
        goto out;
    }
    code = write_file(options->folder, plot->name, "dat", &drawing.data, error);
    if (code == RH_OK) {
        code = write_file(options->folder, plot->name, "gp", &drawing.script, error);
    }
    if (code == RH_OK && !*missing) {
        code = run(options, plot->name, progress, missing, error);
    }
out:
    rh_text_free(&drawing.script);
    rh_text_free(&drawing.data);
    rh_text_free(&drawing.skipped);
    return code;
}

static int find_plot(const char *name, struct rh_error *error)
{
    for (int k = 0; k < NUM_PLOTS; k++) {
        if (strcmp(plots[k].name, name) == 0) {
            return RH_OK;
        }
    }
    return rh_error_set(error, RH_ERR_ARGUMENT, "there is no plot '%s'", name);
}

int rh_plot(const struct rh_results *results, const struct rh_plot_options *options, const struct rh_progress *progress,
            struct rh_error *error)
{
    struct rh_comparison comparison = {0};
    bool missing = false;
    int failed = RH_OK;
    int code = options->only != NULL ? find_plot(options->only, error) : RH_OK;
    if (code == RH_OK) {
        code = rh_make_folder(options->folder, error);
    }
    if (code == RH_OK) {
        code = rh_comparison_init(&comparison, results, -1, error);
    }
    for (int k = 0; k < NUM_PLOTS && code == RH_OK; k++) {
        if (rh_progress_stopped(progress)) {
            code = rh_error_set(error, RH_ERR_INTERRUPTED, "%s", rh_code_message(RH_ERR_INTERRUPTED));
        } else if (options->only == NULL || strcmp(plots[k].name, options->only) == 0) {
            rh_progress_report(progress, "plots", (uint64_t)k, NUM_PLOTS);
            bool was_missing = missing;
            code = draw(&comparison, options, &plots[k], progress, &missing, error);
            if (missing && !was_missing) {
                failed = code; /* told at the end: the other scripts are still of use */
                code = RH_OK;
            }
        }
    }
    if (code == RH_OK) {
        rh_progress_report(progress, "plots", NUM_PLOTS, NUM_PLOTS);
    }
    rh_comparison_free(&comparison);
    return code != RH_OK ? code : failed;
}
