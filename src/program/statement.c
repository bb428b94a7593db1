/* The statement as a file. Numbers are written by hand: a statement may have tens of millions of lines. */
#include "program/settle.h"

#include "core/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const reason_words[RH_NUM_REASONS] = {"once",    "window_cap", "exclusive", "partner_cap",
                                                         "minimum", "total_cap",  "budget"};

char *rh_reasons_text(unsigned reasons, char out[RH_REASONS_TEXT])
{
    char *at = out;
    for (int bit = 0; bit < RH_NUM_REASONS; bit++) {
        if ((reasons & 1U << bit) == 0)
            continue;
        if (at > out)
            *at++ = '+';
        const size_t length = strlen(reason_words[bit]);
        memcpy(at, reason_words[bit], length);
        at += length;
    }
    *at = '\0';
    return out;
}

void rh_line_name(int32_t incentive, const struct rh_program *program, struct rh_text *out)
{
    assert(incentive >= 0 && (size_t)incentive < program->num_incentives + program->num_tiers);
    if ((size_t)incentive < program->num_incentives) {
        rh_text_puts(out, program->incentive[incentive].name.text);
        return;
    }
    rh_text_printf(out, "tier:%s", program->tier[(size_t)incentive - program->num_incentives].name.text);
}

/* Writes a number of 10^-scale with `decimals` of them (the others are 0); the place after it. */
static char *put_number(char *at, int64_t value, int scale, int decimals)
{
    char reversed[32];
    int length = 0;
    uint64_t rest = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
    if (value < 0)
        *at++ = '-';
    for (int i = decimals; i < scale; i++) {
        assert(rest % 10 == 0);
        rest /= 10;
    }
    do {
        if (length == decimals && decimals > 0)
            reversed[length++] = '.';
        reversed[length++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0 || length <= decimals);
    while (length > 0)
        *at++ = reversed[--length];
    return at;
}

static char *put_text(char *at, const char *text)
{
    while (*text != '\0')
        *at++ = *text++;
    return at;
}

void rh_statement_csv_header(struct rh_text *out)
{
    rh_text_puts(out, "partner_id,incentive,window_start,window_end,attainment,level,multiplier,earned,cut,carried_in,"
                      "carried_out,payable,reason\n");
}

/* What lines of one incentive and window have in common: ",incentive,window_start,window_end,". */
static void describe(const struct rh_line *line, const struct rh_program *program, struct rh_text *out)
{
    struct rh_text name;
    char first[RH_DAY_TEXT], last[RH_DAY_TEXT];
    rh_text_init(&name);
    rh_text_clear(out);
    rh_line_name(line->incentive, program, &name);
    rh_text_puts(out, ",");
    rh_text_csv(out, rh_text_string(&name));
    rh_text_printf(out, ",%s,%s,", rh_day_format(rh_month_first_day(line->first), first),
                   rh_day_format(rh_month_last_day(line->last), last));
    out->failed |= name.failed;
    rh_text_free(&name);
}

static bool is_ratio(const struct rh_line *line, const struct rh_program *program)
{
    return (size_t)line->incentive < program->num_incentives &&
           program->incentive[line->incentive].metric == RH_METRIC_RATIO;
}

/* Attainment, level, multiplier, money, reasons, and the end of the line. */
static void put_numbers(const struct rh_line *line, bool ratio, struct rh_text *out)
{
    const rh_money money[] = {line->earned, line->cut, line->carried_in, line->carried_out, line->payable};
    char buffer[512], reasons[RH_REASONS_TEXT];
    char *at = put_number(buffer, line->attainment, ratio ? 6 : 4, ratio ? 6 : 4);
    *at++ = ',';
    at = put_number(at, line->level, 0, 0);
    *at++ = ',';
    at = put_number(at, line->multiplier, 6, 6);
    for (size_t i = 0; i < sizeof money / sizeof *money; i++) {
        *at++ = ',';
        at = put_number(at, money[i], 4, 2);
    }
    *at++ = ',';
    if (line->reasons != 0)
        at = put_text(at, rh_reasons_text(line->reasons, reasons));
    *at++ = '\n';
    rh_text_add(out, buffer, (size_t)(at - buffer));
}

int rh_statement_csv_lines(const struct rh_line *line, size_t num, const struct rh_program *program,
                           const struct rh_history *history, struct rh_text *out)
{
    struct rh_text common;
    rh_text_init(&common);
    for (size_t i = 0; i < num; i++) {
        if (i == 0 || line[i].incentive != line[i - 1].incentive || line[i].first != line[i - 1].first ||
            line[i].last != line[i - 1].last)
            describe(&line[i], program, &common);
        rh_text_csv(out, history->partners.id.name[line[i].partner]);
        rh_text_add(out, rh_text_string(&common), common.length);
        out->failed |= common.failed;
        put_numbers(&line[i], is_ratio(&line[i], program), out);
    }
    rh_text_free(&common);
    return rh_text_status(out);
}

int rh_statement_csv(const struct rh_statement *self, const struct rh_program *program,
                     const struct rh_history *history, struct rh_text *out)
{
    rh_statement_csv_header(out);
    return rh_statement_csv_lines(self->line, self->num, program, history, out);
}
