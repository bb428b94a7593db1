#include "report/page.h"

#include "report/figure.h"

#include <inttypes.h>
#include <string.h>

void rh_page_heading(const struct rh_page *self, const char *title)
{
    const struct rh_results *results = self->results;
    const int months = results->cut_size[RH_CUT_MONTH];
    char first[RH_DAY_TEXT], last[RH_DAY_TEXT];
    struct rh_text line;
    rh_text_init(&line);
    rh_page_style(self, "1");
    rh_page_paragraph(self, results->title[0] != '\0' ? results->title : title, 0);
    rh_page_style(self, "0");
    rh_text_printf(&line, "%d month%s, %s to %s · ", months, months == 1 ? "" : "s",
                   rh_month_format(results->first_month, first),
                   rh_month_format(results->first_month + months - 1, last));
    rh_text_number(&line, (double)results->replications, 0);
    rh_text_printf(&line, " replications · seed %" PRIu64, results->seed);
    if (results->currency[0] != '\0') {
        rh_text_printf(&line, " · money in %s", results->currency);
    }
    rh_page_paragraph_text(self, &line, 0);
    rh_text_free(&line);
}

void rh_page_notes(const struct rh_page *self)
{
    struct rh_text line;
    rh_text_init(&line);
    if (strcmp(self->results->sampling, "random") != 0) {
        rh_text_printf(
            &line,
            "Parameters were drawn by a quasi-random sequence (%s): means are closer than their standard errors "
            "say, which are those of random draws.",
            self->results->sampling);
        rh_page_paragraph_text(self, &line, 0);
    }
    if (self->results->margin_assumed) {
        rh_page_paragraph(self, "Assumed: the vendor's margin of some products is not from the history.", 0);
    }
    for (int i = 0; i < self->results->num_notes; i++) {
        rh_text_printf(&line, "Note: %s", self->results->note[i]);
        rh_page_paragraph_text(self, &line, 6);
    }
    rh_text_free(&line);
}

void rh_page_style(const struct rh_page *self, const char *code)
{
    if (self->options->color) {
        rh_text_printf(self->out, "\x1b[%sm", code);
    }
}

void rh_page_spaces(struct rh_text *out, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        rh_text_puts(out, " ");
    }
}

void rh_page_paragraph(const struct rh_page *self, const char *text, size_t indent)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        struct rh_text word;
        rh_text_init(&word);
        rh_text_add(&word, text, length);
        size_t width = rh_figure_width(rh_text_string(&word));
        self->out->failed = self->out->failed || word.failed;
        rh_text_free(&word);
        if (column > indent && column + 1 + width > self->width) {
            rh_text_puts(self->out, "\n");
            rh_page_spaces(self->out, indent);
            column = indent;
        } else if (column > 0) {
            rh_text_puts(self->out, " ");
            column++;
        }
        rh_text_add(self->out, text, length);
        column += width;
        text += length;
        text += strspn(text, " ");
    }
    rh_text_puts(self->out, "\n");
}

void rh_page_paragraph_text(const struct rh_page *self, struct rh_text *text, size_t indent)
{
    rh_page_paragraph(self, rh_text_string(text), indent);
    self->out->failed = self->out->failed || text->failed;
    rh_text_clear(text);
}

void rh_page_copy(char out[RH_PAGE_CELL], struct rh_text *text)
{
    size_t length = text->length < RH_PAGE_CELL - 1 ? text->length : RH_PAGE_CELL - 1;
    const bool failed = text->failed;
    memcpy(out, rh_text_string(text), length);
    out[length] = '\0';
    rh_text_clear(text);
    text->failed = failed;
}

int rh_page_rank_digits(const struct rh_page *self)
{
    return self->results->num_scenarios > 9 ? 2 : 1;
}

void rh_page_name(const struct rh_page *self, int rank, size_t width)
{
    int digits = rh_page_rank_digits(self);
    rh_text_printf(self->out, "%*d ", digits, rank + 1);
    rh_page_style(self, "1");
    rh_figure_pad(self->out, self->results->scenario[self->comparison->order[rank]], width - (size_t)digits - 1, false);
    rh_page_style(self, "0");
}

void rh_page_cell(const struct rh_page *self, const char *text, size_t width, size_t *pending)
{
    size_t taken = rh_figure_width(text);
    *pending += RH_PAGE_GAP + (width > taken ? width - taken : 0);
    if (taken > 0) {
        rh_page_spaces(self->out, *pending);
        rh_text_puts(self->out, text);
        *pending = 0;
    } else {
        *pending += taken;
    }
}

void rh_page_rule(const struct rh_page *self, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        rh_text_puts(self->out, "─");
    }
    rh_text_puts(self->out, "\n");
}
