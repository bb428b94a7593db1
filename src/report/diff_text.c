/* The difference for people: what went in, what was believed, which programs there are, and which figures moved. */
#include "report/diff.h"

#include "report/figure.h"
#include "report/lines.h"
#include "report/page.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_LINES 12 /* of an input, where not all are asked for */
#define CLEAR 2.0      /* standard errors from which on a change is shown */
#define NARROW 96      /* columns below which the values before and after have no room */
#define FIGURE_WIDTH 26
#define VALUE_WIDTH 7
#define CHANGE_WIDTH 12
#define ERRORS_WIDTH 6
#define SHA_SHOWN 12

struct writer {
    struct rh_page page;
    const struct rh_diff *diff;
    bool all, headed; /* headed: the head of the part at hand is written */
};

static void head(struct writer *self, const char *title)
{
    if (!self->headed) {
        rh_text_puts(self->page.out, "\n");
        rh_page_style(&self->page, "1");
        rh_text_puts(self->page.out, title);
        rh_page_style(&self->page, "0");
        rh_text_puts(self->page.out, "\n");
    }
    self->headed = true;
}

/* Appends an indented paragraph, and clears the text. */
static void item(struct writer *self, struct rh_text *text)
{
    struct rh_page page = self->page;
    page.width -= 2;
    rh_page_spaces(page.out, 2);
    rh_page_paragraph_text(&page, text, 4);
}

static bool in_both(const struct rh_diff_match *match)
{
    return match->at[0] >= 0 && match->at[1] >= 0;
}

/* ---- What went in ---- */

static void put_files(struct writer *self)
{
    struct rh_text line;
    rh_text_init(&line);
    for (int side = 0; side < 2; side++) {
        const struct rh_results *results = self->diff->results[side];
        rh_text_printf(&line, "%s %s · ", side == 0 ? "before" : "after", results->path);
        rh_text_number(&line, (double)results->replications, 0);
        rh_text_printf(&line, " replications · seed %" PRIu64, results->seed);
        rh_page_paragraph_text(&self->page, &line, 7);
    }
    self->page.out->failed = self->page.out->failed || line.failed;
    rh_text_free(&line);
}

static void put_settings(struct writer *self)
{
    struct rh_text line;
    rh_text_init(&line);
    self->headed = false;
    for (int k = 0; k < self->diff->num_settings; k++) {
        const struct rh_diff_setting *setting = &self->diff->setting[k];
        head(self, "Settings");
        rh_text_printf(&line, "%s: %s → %s", setting->name, rh_text_string(&setting->value[0]),
                       rh_text_string(&setting->value[1]));
        item(self, &line);
    }
    self->page.out->failed = self->page.out->failed || line.failed;
    rh_text_free(&line);
}

/* The lines that differ, with their numbers, as far as they are shown. */
static int put_lines(struct writer *self, const struct rh_diff_match *input, struct rh_error *error)
{
    struct rh_line_change *change;
    struct rh_text line, *out = self->page.out;
    size_t num;
    const int status = rh_lines_compare(self->diff->origin[0].input_text[input->at[0]],
                                        self->diff->origin[1].input_text[input->at[1]], &change, &num, error);
    if (status != RH_OK) {
        return status;
    }
    const size_t shown = self->all || num <= SHOWN_LINES ? num : SHOWN_LINES;
    rh_text_init(&line);
    for (size_t k = 0; k < shown; k++) {
        rh_text_printf(&line, "    %5zu %c ", change[k].number, change[k].side == 0 ? '-' : '+');
        rh_text_add(&line, change[k].text, change[k].length);
        rh_figure_cut(out, rh_text_string(&line), self->page.width);
        rh_text_puts(out, "\n");
        out->failed = out->failed || line.failed;
        rh_text_clear(&line);
    }
    if (shown < num) {
        rh_text_printf(out, "          and %zu more lines: --all shows them\n", num - shown);
    }
    rh_text_free(&line);
    free(change);
    return RH_OK;
}

static int put_inputs(struct writer *self, struct rh_error *error)
{
    const struct rh_diff *diff = self->diff;
    struct rh_text line;
    int status = RH_OK;
    rh_text_init(&line);
    self->headed = false;
    for (int k = 0; status == RH_OK && k < diff->num_inputs; k++) {
        const struct rh_diff_match *input = &diff->input[k];
        if (rh_diff_input_same(diff, input)) {
            continue;
        }
        const int side = input->at[1] >= 0;
        const struct rh_results *results = diff->results[side];
        head(self, "Inputs");
        rh_text_printf(&line, "%s %s: ", results->input_role[input->at[side]], results->input_path[input->at[side]]);
        if (in_both(input)) {
            rh_text_printf(&line, "SHA-256 %.*s… → %.*s…", SHA_SHOWN, diff->results[0]->input_sha256[input->at[0]],
                           SHA_SHOWN, results->input_sha256[input->at[1]]);
        } else {
            rh_text_puts(&line, side == 0 ? "only before" : "only after");
        }
        item(self, &line);
        status = in_both(input) ? put_lines(self, input, error) : RH_OK;
    }
    self->page.out->failed = self->page.out->failed || line.failed;
    rh_text_free(&line);
    return status;
}

/* ---- What was believed ---- */

static void put_assumption(struct writer *self, const struct rh_diff_match *assumption, struct rh_text *line)
{
    const struct rh_results_parameters *parameters = self->diff->parameters;
    const int side = assumption->at[0] < 0, at = assumption->at[side];
    rh_text_printf(line, "%s", parameters[side].name[at]);
    if (in_both(assumption)) {
        rh_text_printf(line, ": %s (%s) → %s (%s)", parameters[0].distribution[assumption->at[0]],
                       parameters[0].origin[assumption->at[0]], parameters[1].distribution[assumption->at[1]],
                       parameters[1].origin[assumption->at[1]]);
    } else {
        rh_text_printf(line, ": only %s, %s (%s)", side == 0 ? "before" : "after", parameters[side].distribution[at],
                       parameters[side].origin[at]);
    }
    item(self, line);
}

static void put_assumptions(struct writer *self)
{
    const struct rh_diff *diff = self->diff;
    struct rh_text line;
    int moved = 0;
    rh_text_init(&line);
    self->headed = false;
    for (int k = 0; k < diff->num_assumptions; k++) {
        const struct rh_diff_match *assumption = &diff->assumption[k];
        const bool value = rh_diff_value_same(diff, assumption), origin = rh_diff_origin_same(diff, assumption);
        moved += value && !origin;
        if (!value || (self->all && !origin)) {
            head(self, "Assumptions");
            put_assumption(self, assumption, &line);
        }
    }
    if (moved > 0 && !self->all) {
        head(self, "Assumptions");
        rh_text_printf(&line, "%d other%s the same, only from another place: --all shows %s.", moved,
                       moved == 1 ? " is" : "s are", moved == 1 ? "it" : "them");
        item(self, &line);
    }
    self->page.out->failed = self->page.out->failed || line.failed;
    rh_text_free(&line);
}

static void put_programs(struct writer *self)
{
    const struct rh_diff *diff = self->diff;
    self->headed = false;
    for (int k = 0; k < diff->num_programs; k++) {
        const int side = diff->program[k].at[0] < 0;
        if (!in_both(&diff->program[k])) {
            head(self, "Programs");
            rh_text_puts(self->page.out, "  ");
            rh_figure_cut(self->page.out, diff->results[side]->scenario[diff->program[k].at[side]],
                          self->page.width - 20);
            rh_text_puts(self->page.out, side == 0 ? ": only before\n" : ": only after\n");
        }
    }
}

/* ---- What moved ---- */

static void errors_cell(struct writer *self, double z, size_t *pending)
{
    char cell[RH_PAGE_CELL];
    if (isnan(z)) {
        snprintf(cell, sizeof cell, "–");
    } else if (isinf(z)) {
        snprintf(cell, sizeof cell, "%s∞", z < 0.0 ? "-" : "+");
    } else {
        snprintf(cell, sizeof cell, fabs(z) < 1000.0 ? "%+.1f" : "%+.0e", z == 0.0 ? 0.0 : z);
    }
    rh_page_cell(&self->page, cell, ERRORS_WIDTH, pending);
}

static void shift_cells(struct writer *self, const struct rh_diff_figure *figure, const struct rh_shift *shift,
                        size_t *pending)
{
    struct rh_text text;
    char cell[RH_PAGE_CELL];
    rh_text_init(&text);
    rh_figure_mean(&text, figure->kpi, shift->change, shift->se);
    rh_page_copy(cell, &text);
    rh_page_cell(&self->page, cell, CHANGE_WIDTH, pending);
    errors_cell(self, shift->z, pending);
    self->page.out->failed = self->page.out->failed || text.failed;
    rh_text_free(&text);
}

static void put_figure(struct writer *self, const struct rh_diff_figure *figure)
{
    struct rh_text text;
    char cell[RH_PAGE_CELL];
    size_t pending = 0;
    rh_text_init(&text);
    rh_text_puts(self->page.out, "  ");
    rh_figure_pad(self->page.out, self->diff->results[0]->scenario[figure->program.at[0]], self->page.name_width,
                  false);
    rh_text_puts(self->page.out, "  ");
    rh_figure_pad(self->page.out, rh_kpi_table[figure->kpi].long_name, FIGURE_WIDTH, false);
    for (int side = 0; self->page.width >= NARROW && side < 2; side++) {
        rh_figure_kpi(&text, figure->kpi, side == 0 ? figure->mean.before : figure->mean.after);
        rh_page_copy(cell, &text);
        rh_page_cell(&self->page, cell, VALUE_WIDTH, &pending);
    }
    shift_cells(self, figure, &figure->mean, &pending);
    if (self->page.width >= NARROW) {
        shift_cells(self, figure, &figure->median, &pending);
    } else {
        errors_cell(self, figure->median.z, &pending);
    }
    rh_text_puts(self->page.out, "\n");
    self->page.out->failed = self->page.out->failed || text.failed;
    rh_text_free(&text);
}

static void figures_head(struct writer *self)
{
    const bool wide = self->page.width >= NARROW;
    size_t pending = self->page.name_width + FIGURE_WIDTH + 4;
    head(self, "Figures");
    if (wide) {
        rh_page_cell(&self->page, "before", VALUE_WIDTH, &pending);
        rh_page_cell(&self->page, "after", VALUE_WIDTH, &pending);
    }
    rh_page_cell(&self->page, "mean", CHANGE_WIDTH, &pending);
    rh_page_cell(&self->page, "s.e.", ERRORS_WIDTH, &pending);
    if (wide) {
        rh_page_cell(&self->page, "median", CHANGE_WIDTH, &pending);
        rh_page_cell(&self->page, "s.e.", ERRORS_WIDTH, &pending);
    } else {
        rh_page_cell(&self->page, "median", ERRORS_WIDTH, &pending);
    }
    rh_text_puts(self->page.out, "\n");
}

/* What the errors are, so that nobody takes luck for a change. */
static void say_errors(struct writer *self)
{
    const struct rh_diff *diff = self->diff;
    struct rh_text line;
    rh_text_init(&line);
    if (diff->common) {
        rh_text_puts(&line,
                     "Both runs have the same seed, so a replication of one meets the luck of the same one of the "
                     "other: standard errors are those of paired differences.");
        if (diff->results[0]->replications != diff->results[1]->replications) {
            rh_text_puts(&line, " Replications that one run alone has count by themselves.");
        }
    } else {
        rh_text_puts(&line, "The runs do not share their luck (seed or sampling differ): standard errors are those of "
                            "independent runs, and of figures that nothing has changed one in twenty is beyond two of "
                            "them.");
    }
    if (!diff->money) {
        rh_text_puts(&line, " Amounts are left out: the currencies differ.");
    }
    rh_page_paragraph_text(&self->page, &line, 0);
    self->page.out->failed = self->page.out->failed || line.failed;
    rh_text_free(&line);
}

static void put_figures(struct writer *self)
{
    const struct rh_diff *diff = self->diff;
    struct rh_text line;
    int same = 0, within = 0;
    rh_text_init(&line);
    self->headed = false;
    for (int k = 0; k < diff->num_figures; k++) {
        const struct rh_diff_figure *figure = &diff->figure[k];
        if (!rh_diff_moved(figure)) {
            same++;
        } else if (!self->all && rh_diff_errors(figure) < CLEAR) {
            within++;
        } else {
            if (!self->headed) {
                figures_head(self);
            }
            put_figure(self, figure);
        }
    }
    rh_text_puts(self->page.out, "\n");
    if (within > 0) {
        rh_text_printf(&line, "%d figure%s moved by less than two standard errors: --all shows %s. ", within,
                       within == 1 ? "" : "s", within == 1 ? "it" : "them");
    }
    if (diff->num_figures == 0) {
        rh_text_puts(&line, "No program is in both runs.");
    } else if (same == diff->num_figures) {
        rh_text_puts(&line, "No figure changed.");
    } else if (same > 0) {
        rh_text_printf(&line, "%d figure%s did not change.", same, same == 1 ? "" : "s");
    }
    if (line.length > 0) {
        rh_page_paragraph_text(&self->page, &line, 0);
    }
    if (same < diff->num_figures) {
        say_errors(self);
    }
    self->page.out->failed = self->page.out->failed || line.failed;
    rh_text_free(&line);
}

int rh_diff_text(const struct rh_diff *self, int width, bool color, bool all, struct rh_text *out,
                 struct rh_error *error)
{
    const struct rh_compare_options options = {.color = color};
    struct writer writer = {.page = {.results = self->results[1],
                                     .options = &options,
                                     .out = out,
                                     .width = (size_t)(width > 0 ? width : 100)},
                            .diff = self,
                            .all = all};
    for (int k = 0; k < self->num_programs; k++) {
        const int side = self->program[k].at[0] < 0;
        const size_t name = rh_figure_width(self->results[side]->scenario[self->program[k].at[side]]);
        writer.page.name_width = name > writer.page.name_width ? name : writer.page.name_width;
    }
    const size_t most = writer.page.width < NARROW ? 16 : 18;
    writer.page.name_width = writer.page.name_width < most ? writer.page.name_width : most;
    put_files(&writer);
    if (!rh_diff_any(self)) {
        rh_text_puts(out, "\nNothing differs.\n");
        return RH_OK;
    }
    put_settings(&writer);
    const int status = put_inputs(&writer, error);
    put_assumptions(&writer);
    put_programs(&writer);
    put_figures(&writer);
    return status;
}
