/* The list of pictures of a results file. */
#include "report/plot.h"

#include "report/drawing.h"
#include "report/figure.h"
#include "report/gnuplot.h"

static const struct plot {
    const char *name, *description;
    int (*draw)(struct rh_drawing *drawing, struct rh_error *error);
} plots[] = {
    {"net-benefit", "distribution of net benefit per program", rh_draw_net_benefit},
    {"roi-cost", "return on investment against cost, a dot per replication", rh_draw_roi_cost},
    {"cost-by-month", "cost by month with its range, program by program", rh_draw_cost_by_month},
    {"money", "where the money goes: incremental sales, windfall, breakage", rh_draw_money},
    {"segments", "which segments take part, and what each brings", rh_draw_segments},
    {"tornado", "which assumptions move net benefit most", rh_draw_tornado},
    {"winners", "which partners win and lose, by their size", rh_draw_winners},
};
#define NUM_PLOTS ((int)(sizeof(plots) / sizeof(plots[0])))

/* What they are drawn from. */
struct sheet {
    struct rh_comparison comparison;
    const struct rh_plot_options *options;
};

const char *rh_plot_name(int k)
{
    return k >= 0 && k < NUM_PLOTS ? plots[k].name : NULL;
}

const char *rh_plot_description(int k)
{
    return k >= 0 && k < NUM_PLOTS ? plots[k].description : NULL;
}

const char *rh_plot_unknown(const char *list, size_t *length)
{
    const struct rh_gallery gallery = {.num = NUM_PLOTS, .name = rh_plot_name};
    return rh_gallery_unknown(&gallery, list, length);
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

void rh_drawing_title(struct rh_drawing *self, int height, const char *title, const char *note)
{
    struct rh_text source;
    rh_text_init(&source);
    rh_drawing_source(&source, self);
    const char *const lines[] = {rh_text_string(&source), note};
    rh_gnuplot_title(&self->script, height, title, lines, 2);
    self->script.failed = self->script.failed || source.failed;
    rh_text_free(&source);
}

void rh_drawing_currency(struct rh_text *out, const struct rh_drawing *self)
{
    if (self->results->currency[0] != '\0') {
        rh_text_printf(out, " %s", self->results->currency);
    }
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
    rh_text_puts(script, " textcolor rgb 'black'\n");
    script->failed = script->failed || label.failed;
    rh_text_free(&label);
}

static int draw(void *user, int k, struct rh_picture *picture, struct rh_error *error)
{
    const struct sheet *sheet = user;
    struct rh_drawing drawing = {.comparison = &sheet->comparison,
                                 .results = sheet->comparison.results,
                                 .name = picture->name,
                                 .options = sheet->options,
                                 .script = picture->script,
                                 .data = picture->data,
                                 .skipped = picture->skipped};
    const int code = plots[k].draw(&drawing, error);
    picture->script = drawing.script;
    picture->data = drawing.data;
    picture->skipped = drawing.skipped;
    return code;
}

int rh_plot(const struct rh_results *results, const struct rh_plot_options *options, const struct rh_progress *progress,
            struct rh_error *error)
{
    struct sheet sheet = {.options = options};
    const struct rh_gallery gallery = {.num = NUM_PLOTS, .name = rh_plot_name, .draw = draw, .user = &sheet};
    int code = rh_comparison_init(&sheet.comparison, results, -1, error);
    if (code == RH_OK) {
        code = rh_gallery_write(&gallery, options, progress, error);
    }
    rh_comparison_free(&sheet.comparison);
    return code;
}
