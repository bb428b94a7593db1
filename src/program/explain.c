/* The document: a title, what holds for all of the program, a chapter for each incentive, and the status program. Each
 * paragraph is made as one line and laid out last, so that sentences know nothing of lines. */
#include "program/explain.h"

#include "program/explain_parts.h"

#include <assert.h>
#include <string.h>

/* A name in Markdown must stay a name. */
static void add_markdown(struct rh_text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("\\`*_[]<>#|", *text) != NULL)
            rh_text_puts(out, "\\");
        rh_text_add(out, text, 1);
    }
}

/* Bytes of the word at `text`, which ends at a space. */
static size_t word_length(const char *text)
{
    return strcspn(text, " \n");
}

static void add_wrapped(struct rh_text *out, const char *text, size_t width)
{
    size_t used = 0;
    while (*text != '\0') {
        text += strspn(text, " \n");
        const size_t length = word_length(text), characters = rh_utf8_length(text, length);
        if (length == 0)
            break;
        if (used > 0 && used + 1 + characters > width) {
            rh_text_puts(out, "\n");
            used = 0;
        } else if (used > 0) {
            rh_text_puts(out, " ");
            used++;
        }
        rh_text_add(out, text, length);
        used += characters;
        text += length;
    }
    rh_text_puts(out, "\n");
}

struct document {
    const struct rh_program *program;
    const struct rh_explain_options *options;
    struct rh_text *out;
};

static void put_heading(const struct document *self, const char *text, int level)
{
    if (self->out->length > 0)
        rh_text_puts(self->out, "\n");
    if (self->options->format == RH_EXPLAIN_MARKDOWN) {
        rh_text_puts(self->out, level == 1 ? "# " : "## ");
        add_markdown(self->out, text);
        rh_text_puts(self->out, "\n");
        return;
    }
    rh_text_printf(self->out, "%s\n", text);
    for (size_t i = rh_utf8_length(text, strlen(text)); i > 0; i--)
        rh_text_puts(self->out, level == 1 ? "=" : "-");
    rh_text_puts(self->out, "\n");
}

/* Puts a paragraph after a lead ("For example, ") and empties it. */
static void put_paragraph(const struct document *self, const char *lead, struct rh_text *paragraph)
{
    const char *text = rh_text_string(paragraph);
    text += *text == ' '; /* sentences that follow others begin with one */
    if (*text != '\0') {
        rh_text_puts(self->out, "\n");
        if (self->options->format == RH_EXPLAIN_MARKDOWN) {
            if (*lead != '\0')
                rh_text_printf(self->out, "*%.*s* ", (int)strlen(lead) - 1, lead);
            if (*lead == '\0' && (*text == '-' || *text == '+'))
                rh_text_puts(self->out, "\\"); /* no list */
            add_markdown(self->out, text);
            rh_text_puts(self->out, "\n");
        } else {
            struct rh_text whole;
            rh_text_init(&whole);
            rh_text_printf(&whole, "%s%s", lead, text);
            add_wrapped(self->out, rh_text_string(&whole), (size_t)self->options->width);
            self->out->failed = self->out->failed || whole.failed;
            rh_text_free(&whole);
        }
    }
    self->out->failed = self->out->failed || paragraph->failed;
    rh_text_clear(paragraph);
}

static void tell_calendar(const struct rh_program *program, struct rh_text *out)
{
    int months = 1; /* of the longest window */
    for (size_t i = 0; i < program->num_incentives; i++) {
        const int other = rh_window_months(program->incentive[i].window);
        months = other > months ? other : months;
    }
    if (months == 1)
        return;
    const char *const name = months == 3 ? "Quarters" : months == 6 ? "Half-years" : "Years";
    rh_text_printf(out, " %s start in ", name);
    for (int m = 0; m < 12; m += months) {
        rh_text_puts(out, m == 0 ? "" : m + months >= 12 ? " and " : ", ");
        rh_text_puts(out, rh_words_month((program->year_starts - 1 + m) % 12 + 1));
    }
    rh_text_puts(out, ".");
}

static void tell_budget(const struct rh_program *program, struct rh_text *out)
{
    int64_t spendable;
    if (program->budget_total == RH_MISSING || program->when_exhausted == RH_EXHAUSTED_REPORT ||
        rh_muldiv(program->budget_total, RH_PPM_ONE - program->budget_reserve, RH_PPM_ONE, &spendable) != RH_OK)
        return;
    rh_text_puts(out, " There are ");
    rh_words_money(out, spendable, program->currency);
    rh_text_puts(out, " for all rewards together, paid in the order in which they fall due: when they are used up, "
                      "nothing more is paid.");
}

static void tell_currency(const struct rh_program *program, struct rh_text *out)
{
    const char *name = rh_words_currency(program->currency);
    if (program->currency[0] != '\0')
        rh_text_printf(out, " All amounts are in %s.", name != NULL ? name : program->currency);
    for (size_t i = 0; i < program->num_exchanges; i++) {
        rh_text_puts(out, i == 0                            ? " If you account in another currency, we convert at "
                          : i + 1 == program->num_exchanges ? " and "
                                                            : ", ");
        rh_words_number(out, program->exchange[i].rate, 6, 2);
        rh_text_printf(out, " %s for 1 %s", program->currency, program->exchange[i].currency.text);
    }
    if (program->num_exchanges > 0)
        rh_text_puts(out, ".");
}

static void tell_withholding(const struct rh_program *program, struct rh_text *out)
{
    for (size_t i = 0; i < program->num_withholdings; i++) {
        rh_text_puts(out, i > 0               ? ", "
                          : program->gross_up ? " We pay the tax on rewards for you: "
                                              : " We withhold tax: ");
        rh_words_percent(out, program->withholding[i].rate);
        rh_text_printf(out, " in %s", program->withholding[i].region.text);
    }
    if (program->num_withholdings > 0)
        rh_text_puts(out, ".");
}

static int put_incentive(const struct document *self, const struct rh_incentive *incentive, struct rh_error *error)
{
    struct rh_text paragraph;
    rh_text_init(&paragraph);
    put_heading(self, incentive->name.text, 2);
    rh_explain_incentive(self->program, incentive, &paragraph);
    put_paragraph(self, "", &paragraph);
    const int code = rh_explain_example(self->program, incentive, &paragraph, error);
    put_paragraph(self, "For example, ", &paragraph);
    rh_text_free(&paragraph);
    return code;
}

static void tell_tier(const struct rh_program *program, const struct rh_tier *tier, struct rh_text *out)
{
    if (tier->num_when == 0)
        rh_text_printf(out, " Every partner is at least %s", tier->name.text);
    else
        rh_text_printf(out, " For %s you need ", tier->name.text);
    for (size_t i = 0; i < tier->num_when; i++) {
        rh_text_puts(out, i == 0 ? "" : i + 1 == tier->num_when ? " and " : ", ");
        rh_explain_requirement(program, &tier->when[i], out);
    }
    if (tier->has_rate_bonus) {
        const struct rh_reference_list all = {0};
        rh_text_puts(out, "; it pays you ");
        rh_words_percent(out, tier->rate_bonus);
        rh_text_puts(out, " of ");
        rh_words_total(out, "revenue", &all);
        rh_text_puts(out, " every month");
    }
    rh_text_puts(out, ".");
}

static void put_tiers(const struct document *self)
{
    const struct rh_program *program = self->program;
    struct rh_text paragraph;
    if (program->num_tiers == 0)
        return;
    rh_text_init(&paragraph);
    put_heading(self, "Your status", 2);
    rh_text_printf(&paragraph, "What you do in one %s decides your status in the next.",
                   rh_words_window(program->tier_review));
    for (size_t i = 0; i < program->num_tiers; i++)
        tell_tier(program, &program->tier[i], &paragraph);
    rh_text_puts(&paragraph, " You hold the highest status whose conditions you all meet.");
    put_paragraph(self, "", &paragraph);
    rh_text_free(&paragraph);
}

int rh_program_explain(const struct rh_program *self, const struct rh_explain_options *options, struct rh_text *out,
                       struct rh_error *error)
{
    assert(options->format == RH_EXPLAIN_MARKDOWN || options->width >= 40);
    const struct document document = {self, options, out};
    struct rh_text paragraph;
    rh_text_init(&paragraph);
    put_heading(&document, self->name, 1);
    rh_text_puts(&paragraph, self->description != NULL ? self->description : "");
    put_paragraph(&document, "", &paragraph);
    tell_currency(self, &paragraph);
    tell_calendar(self, &paragraph);
    tell_budget(self, &paragraph);
    tell_withholding(self, &paragraph);
    put_paragraph(&document, "", &paragraph);
    rh_text_free(&paragraph);
    int code = RH_OK;
    for (size_t i = 0; i < self->num_incentives && code == RH_OK; i++)
        code = put_incentive(&document, &self->incentive[i], error);
    put_tiers(&document);
    if (code == RH_OK && rh_text_status(out) != RH_OK)
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    return code;
}
