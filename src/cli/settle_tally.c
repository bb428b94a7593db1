/* Totals of a settlement. On each row earned - cut - carried = payable: what is carried is set aside, and lost where no
 * later window brings it back. */
#include "cli/settle_tally.h"

#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

int rh_settle_tally_init(struct rh_settle_tally *self, const struct rh_program *program,
                         const struct rh_history *history, struct rh_error *error)
{
    const size_t num_partners = history->partners.num;
    *self = (struct rh_settle_tally){.program = program,
                                     .history = history,
                                     .num_incentives = program->num_incentives + program->num_tiers,
                                     .num_segments = history->partners.segments.num};
    self->incentive = rh_calloc(self->num_incentives, sizeof *self->incentive);
    self->segment = rh_calloc(self->num_segments, sizeof *self->segment);
    self->paid = rh_calloc(self->num_incentives, num_partners * sizeof *self->paid);
    self->any_paid = rh_calloc(num_partners, sizeof *self->any_paid);
    if (self->incentive == NULL || self->segment == NULL || self->paid == NULL || self->any_paid == NULL)
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    return RH_OK;
}

void rh_settle_tally_free(struct rh_settle_tally *self)
{
    free(self->incentive);
    free(self->segment);
    free(self->paid);
    free(self->any_paid);
    memset(self, 0, sizeof *self);
}

static int add(struct rh_settle_sum *sum, const struct rh_line *line)
{
    const rh_money values[] = {line->earned,  line->cut,      line->carried_out - line->carried_in,
                               line->payable, line->withheld, line->gross_up};
    rh_money *const sums[] = {&sum->earned, &sum->cut, &sum->carried, &sum->payable, &sum->withheld, &sum->gross_up};
    sum->lines++;
    int code = RH_OK;
    for (size_t i = 0; i < sizeof values / sizeof *values && code == RH_OK; i++)
        code = rh_add(*sums[i], values[i], sums[i]);
    return code;
}

/* Counts the partner once. */
static void count(bool *paid, const struct rh_line *line, struct rh_settle_sum *sum)
{
    if (line->payable > 0 && !paid[line->partner]) {
        paid[line->partner] = true;
        sum->partners++;
    }
}

int rh_settle_tally_add(struct rh_settle_tally *self, const struct rh_line *line, struct rh_error *error)
{
    const size_t num_partners = self->history->partners.num;
    struct rh_settle_sum *incentive = &self->incentive[line->incentive];
    struct rh_settle_sum *segment = &self->segment[self->history->partners.segment[line->partner]];
    const bool first = line->payable > 0 && !self->any_paid[line->partner];
    count(self->paid + (size_t)line->incentive * num_partners, line, incentive);
    count(self->any_paid, line, &self->all);
    segment->partners += first;
    if (add(incentive, line) != RH_OK || add(segment, line) != RH_OK || add(&self->all, line) != RH_OK)
        return rh_error_set(error, RH_ERR_OVERFLOW, "the total over all lines is too large");
    return RH_OK;
}

/* ---- The tables */

#define NUM_COLUMNS 7
#define CELL_TEXT 48

/* 1,234,567.89 */
static void format_money(rh_money value, char out[CELL_TEXT])
{
    char digits[RH_DECIMAL_TEXT];
    rh_decimal_format(value, 4, 2, digits);
    const size_t sign = digits[0] == '-', num_integer = strspn(digits + sign, "0123456789");
    char *at = out;
    if (sign > 0)
        *at++ = '-';
    for (size_t i = 0; i < num_integer; i++) {
        if (i > 0 && (num_integer - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[sign + i];
    }
    memcpy(at, digits + sign + num_integer, strlen(digits + sign + num_integer) + 1);
}

static void format_row(const struct rh_settle_sum *sum, char cells[NUM_COLUMNS - 1][CELL_TEXT])
{
    rh_decimal_format((int64_t)sum->lines, 0, 0, cells[0]);
    rh_decimal_format((int64_t)sum->partners, 0, 0, cells[1]);
    format_money(sum->earned, cells[2]);
    format_money(sum->cut, cells[3]);
    format_money(sum->carried, cells[4]);
    format_money(sum->payable, cells[5]);
}

/* One table: a heading, rows of a name and its sums. */
struct table {
    const char *heading;
    char **name;                      /* [num] */
    const struct rh_settle_sum **sum; /* [num] */
    size_t num;
    size_t width[NUM_COLUMNS];
};

static const char *const headings[NUM_COLUMNS] = {"", "lines", "partners", "earned", "cut", "carried", "payable"};

static size_t max(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void measure(struct table *table)
{
    table->width[0] = strlen(table->heading);
    for (int c = 1; c < NUM_COLUMNS; c++)
        table->width[c] = strlen(headings[c]);
    for (size_t i = 0; i < table->num; i++) {
        char cells[NUM_COLUMNS - 1][CELL_TEXT];
        format_row(table->sum[i], cells);
        table->width[0] = max(table->width[0], rh_utf8_length(table->name[i], strlen(table->name[i])));
        for (int c = 1; c < NUM_COLUMNS; c++)
            table->width[c] = max(table->width[c], strlen(cells[c - 1]));
    }
}

static void put_cell(const struct table *table, int column, const char *text, struct rh_text *out)
{
    const size_t length = rh_utf8_length(text, strlen(text));
    if (column == 0)
        rh_text_puts(out, text);
    for (size_t i = length; i < table->width[column]; i++)
        rh_text_puts(out, " ");
    if (column > 0)
        rh_text_puts(out, text);
    rh_text_puts(out, column + 1 < NUM_COLUMNS ? "  " : "\n");
}

static void put_table(struct table *table, struct rh_text *out)
{
    measure(table);
    put_cell(table, 0, table->heading, out);
    for (int c = 1; c < NUM_COLUMNS; c++)
        put_cell(table, c, headings[c], out);
    for (size_t i = 0; i < table->num; i++) {
        char cells[NUM_COLUMNS - 1][CELL_TEXT];
        format_row(table->sum[i], cells);
        put_cell(table, 0, table->name[i], out);
        for (int c = 1; c < NUM_COLUMNS; c++)
            put_cell(table, c, cells[c - 1], out);
    }
}

static int table_init(struct table *self, const char *heading, size_t most)
{
    *self = (struct table){.heading = heading};
    self->name = rh_calloc(most, sizeof *self->name);
    self->sum = rh_calloc(most, sizeof *self->sum);
    return self->name != NULL && self->sum != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

static void table_free(struct table *self)
{
    for (size_t i = 0; self->name != NULL && i < self->num; i++)
        free(self->name[i]);
    free(self->name);
    free(self->sum);
}

static int add_row(struct table *self, const char *name, const struct rh_settle_sum *sum)
{
    char *copy = rh_strdup(name);
    if (copy == NULL)
        return RH_ERR_NO_MEMORY;
    self->name[self->num] = copy;
    self->sum[self->num++] = sum;
    return RH_OK;
}

/* Incentives in the order of the file, then levels with a bonus, then all of them. */
static int put_incentives(const struct rh_settle_tally *self, struct rh_text *out)
{
    const struct rh_program *program = self->program;
    struct table table;
    struct rh_text name;
    rh_text_init(&name);
    int code = table_init(&table, "incentive", self->num_incentives + 1);
    for (size_t i = 0; i < self->num_incentives && code == RH_OK; i++) {
        if (i >= program->num_incentives && !program->tier[i - program->num_incentives].has_rate_bonus)
            continue;
        rh_text_clear(&name);
        rh_line_name((int32_t)i, program, &name);
        code = rh_text_status(&name) == RH_OK ? add_row(&table, rh_text_string(&name), &self->incentive[i])
                                              : RH_ERR_NO_MEMORY;
    }
    if (code == RH_OK)
        code = add_row(&table, "all", &self->all);
    if (code == RH_OK)
        put_table(&table, out);
    table_free(&table);
    rh_text_free(&name);
    return code;
}

/* Segments with lines, in byte order of their names. */
static int put_segments(const struct rh_settle_tally *self, struct rh_text *out)
{
    const struct rh_names *segments = &self->history->partners.segments;
    int32_t *order = rh_calloc(segments->num, sizeof *order);
    struct table table;
    int code = table_init(&table, "segment", segments->num + 1);
    if (order == NULL)
        code = RH_ERR_NO_MEMORY;
    if (code == RH_OK)
        rh_names_sorted(segments, order);
    for (size_t i = 0; i < segments->num && code == RH_OK; i++) {
        const char *name = segments->name[order[i]];
        if (self->segment[order[i]].lines > 0)
            code = add_row(&table, name[0] != '\0' ? name : "(none)", &self->segment[order[i]]);
    }
    if (code == RH_OK && table.num > 0)
        put_table(&table, out);
    table_free(&table);
    free(order);
    return code;
}

static void put_money_line(struct rh_text *out, const char *what, rh_money value)
{
    char money[CELL_TEXT];
    format_money(value, money);
    rh_text_printf(out, "%s %s\n", what, money);
}

int rh_settle_tally_text(const struct rh_settle_tally *self, rh_money budget_left, struct rh_text *out)
{
    int code = put_incentives(self, out);
    rh_text_puts(out, "\n");
    if (code == RH_OK)
        code = put_segments(self, out);
    if (code == RH_OK && (budget_left != RH_MISSING || self->program->num_withholdings > 0))
        rh_text_puts(out, "\n");
    if (budget_left != RH_MISSING && budget_left >= 0)
        put_money_line(out, "Left of the budget:", budget_left);
    else if (budget_left != RH_MISSING)
        put_money_line(out, "Paid beyond the budget:", -budget_left);
    if (self->program->num_withholdings > 0)
        put_money_line(out, "Withheld:", self->all.withheld);
    if (self->program->gross_up)
        put_money_line(out, "Grossed up on top:", self->all.gross_up);
    return code != RH_OK ? code : rh_text_status(out);
}
