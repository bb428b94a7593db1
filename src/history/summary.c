/* What was imported, for the eye of someone who knows the business: totals that can be compared with the books, and
 * what looks odd.
 *
 * Sums are of integers and exact. Outliers are rows beyond three interquartile ranges of the logarithm of their
 * product's amounts (the "far out" of Tukey 1977, Exploratory Data Analysis, on the scale on which amounts are roughly
 * symmetric); quartiles come from a histogram of eighths of an octave, which is as fine as the question asks and needs
 * no sort. */
#include "core/memory.h"
#include "history/import.h"
#include "history/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LISTED 10    /* names in a list, then how many more */
#define MOST_SEGMENTS 30  /* lines of the table of segments */
#define YEARS_PER_TABLE 5 /* columns that fit a terminal */
#define LONG_PAUSE 6      /* months */
#define BINS_PER_OCTAVE 8 /* of the histograms */
#define NUM_BINS (64 * BINS_PER_OCTAVE)
#define FAR_OUT 3.0      /* interquartile ranges */
#define LEAST_RANGE 0.5  /* octaves: lines of one price do not make every other price odd */
#define LEAST_ROWS 20    /* below this a product has no shape to be out of */
#define MOST_GROUPS 1000 /* with more products, all are one group */
#define MOST_OUTLIERS 5

/* ---- A table of aligned cells ---- */

#define MOST_CELLS 8

struct grid {
    struct rh_text cells; /* NUL between cells */
    size_t num, columns;
};

static void grid_init(struct grid *self, size_t columns)
{
    memset(self, 0, sizeof *self);
    rh_text_init(&self->cells);
    self->columns = columns;
}

/* Ends the cell that was written into self->cells. */
static void grid_next(struct grid *self)
{
    rh_text_add(&self->cells, "", 1);
    self->num++;
}

static void grid_text(struct grid *self, const char *text)
{
    rh_text_puts(&self->cells, text);
    grid_next(self);
}

/* value in 10⁻⁴ with commas and that many decimals. */
static void add_fixed(struct rh_text *out, int64_t value, int decimals)
{
    char digits[RH_DECIMAL_TEXT];
    const char *at = rh_decimal_format(value, 4, decimals, digits);
    if (*at == '-') {
        rh_text_add(out, at++, 1);
    }
    for (size_t left = strcspn(at, "."); left > 0; left--) {
        rh_text_add(out, at++, 1);
        if (left > 1 && left % 3 == 1) {
            rh_text_add(out, ",", 1);
        }
    }
    rh_text_puts(out, at);
}

/* Money with cents; counts as whole numbers where they are. */
static void grid_fixed(struct grid *self, int64_t value, bool money)
{
    add_fixed(&self->cells, value, money ? 2 : value % 10000 == 0 ? 0 : 4);
    grid_next(self);
}

static void grid_count(struct grid *self, size_t value)
{
    rh_text_number(&self->cells, (double)value, 0);
    grid_next(self);
}

/* Appends the table, first column to the left, others to the right, and empties it. */
static void grid_flush(struct grid *self, struct rh_text *out)
{
    size_t width[MOST_CELLS] = {0};
    const char *cell = rh_text_string(&self->cells);
    for (size_t k = 0; k < self->num && !self->cells.failed; k++, cell += strlen(cell) + 1) {
        const size_t length = rh_utf8_length(cell, strlen(cell));
        width[k % self->columns] = length > width[k % self->columns] ? length : width[k % self->columns];
    }
    cell = rh_text_string(&self->cells);
    for (size_t k = 0; k < self->num && !self->cells.failed; k++, cell += strlen(cell) + 1) {
        const size_t column = k % self->columns;
        const int padding = (int)(width[column] - rh_utf8_length(cell, strlen(cell)));
        if (column == 0) {
            rh_text_printf(out, "  %s%*s", cell, padding, "");
        } else {
            rh_text_printf(out, "  %*s%s", padding, "", cell);
        }
        if (column + 1 == self->columns) {
            while (out->length > 0 && out->bytes[out->length - 1] == ' ') {
                out->bytes[--out->length] = '\0';
            }
            rh_text_puts(out, "\n");
        }
    }
    out->failed = out->failed || self->cells.failed;
    rh_text_free(&self->cells);
}

/* ---- What is counted ---- */

struct summary {
    const struct rh_history *history;
    struct rh_text *out;
    int first_year, num_years;
    int32_t sales_measure; /* revenue; -1 (every row is a sale) where the ledger has none */
    bool many_currencies;

    int32_t *line_of; /* [measures.num][currencies.num] line of the totals, for pairs that occur */
    size_t num_lines;
    int32_t *line_measure, *line_currency; /* [num_lines] */
    int64_t *total;                        /* [num_lines][num_years] */
    int64_t *returned;                     /* [num_lines] */
    size_t *num_rows, *num_without;        /* [num_lines]; without: no number to count */

    size_t *partner_rows;    /* [partners.num] sales */
    int64_t *partner_amount; /* [partners.num] of revenue */
    uint64_t *months;        /* [partners.num][words] a bit for each month with a sale */
    size_t words;
    size_t *month_rows; /* [num_months] */
    size_t num_months;
};

static void summary_free(struct summary *self)
{
    free(self->line_of);
    free(self->line_measure);
    free(self->line_currency);
    free(self->total);
    free(self->returned);
    free(self->num_rows);
    free(self->num_without);
    free(self->partner_rows);
    free(self->partner_amount);
    free(self->months);
    free(self->month_rows);
}

/* Numbers the (measure, currency) pairs that occur; counts have no currency. */
static int make_lines(struct summary *self)
{
    const struct rh_history *history = self->history;
    const size_t num_measures = history->measures.num, num_currencies = history->partners.currencies.num;
    const size_t num_pairs = num_measures * num_currencies;
    self->line_of = rh_calloc(num_pairs, sizeof *self->line_of);
    if (self->line_of == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t row = 0; row < history->events.num; row++) {
        const size_t measure = (size_t)history->events.measure[row];
        const size_t currency = (size_t)history->partners.currency[history->events.partner[row]];
        self->line_of[measure * num_currencies + (history->measure_is_money[measure] ? currency : 0)] = 1;
    }
    for (size_t k = 0; k < num_pairs; k++) {
        self->num_lines += self->line_of[k] != 0;
    }
    self->line_measure = rh_calloc(self->num_lines, sizeof *self->line_measure);
    self->line_currency = rh_calloc(self->num_lines, sizeof *self->line_currency);
    if (self->line_measure == NULL || self->line_currency == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    int32_t line = 0;
    for (size_t k = 0; k < num_pairs; k++) {
        if (self->line_of[k] != 0) {
            self->line_measure[line] = (int32_t)(k / num_currencies);
            self->line_currency[line] = (int32_t)(k % num_currencies);
            self->line_of[k] = line++;
        }
    }
    return RH_OK;
}

static int summary_init(struct summary *self)
{
    const struct rh_history *history = self->history;
    self->first_year = rh_month_year(history->first_month);
    self->num_years = rh_month_year(history->last_month) - self->first_year + 1;
    self->num_months = (size_t)(history->last_month - history->first_month) + 1;
    self->words = (self->num_months + 63) / 64;
    self->sales_measure = rh_names_find(&history->measures, "revenue");
    self->many_currencies = history->partners.currencies.num > 1;
    if (make_lines(self) != RH_OK) {
        return RH_ERR_NO_MEMORY;
    }
    self->total = rh_calloc(self->num_lines * (size_t)self->num_years, sizeof *self->total);
    self->returned = rh_calloc(self->num_lines, sizeof *self->returned);
    self->num_rows = rh_calloc(self->num_lines, sizeof *self->num_rows);
    self->num_without = rh_calloc(self->num_lines, sizeof *self->num_without);
    self->partner_rows = rh_calloc(history->partners.num, sizeof *self->partner_rows);
    self->partner_amount = rh_calloc(history->partners.num, sizeof *self->partner_amount);
    self->months = rh_calloc(history->partners.num, self->words * sizeof *self->months);
    self->month_rows = rh_calloc(self->num_months, sizeof *self->month_rows);
    return self->total == NULL || self->returned == NULL || self->num_rows == NULL || self->num_without == NULL ||
                   self->partner_rows == NULL || self->partner_amount == NULL || self->months == NULL ||
                   self->month_rows == NULL
               ? RH_ERR_NO_MEMORY
               : RH_OK;
}

/* Takes one row into the totals of its line. */
static int count_total(struct summary *self, size_t row, int year)
{
    const struct rh_history *history = self->history;
    const struct rh_events *events = &history->events;
    const size_t measure = (size_t)events->measure[row];
    const bool money = history->measure_is_money[measure] != 0;
    const size_t currency = money ? (size_t)history->partners.currency[events->partner[row]] : 0;
    const size_t line = (size_t)self->line_of[measure * history->partners.currencies.num + currency];
    const int64_t value = money ? events->amount[row] : events->quantity[row];
    int64_t *total = &self->total[line * (size_t)self->num_years + (size_t)(year - self->first_year)];
    self->num_rows[line]++;
    if (value == RH_MISSING) {
        self->num_without[line]++;
        return RH_OK;
    }
    if (value < 0 && rh_add(self->returned[line], value, &self->returned[line]) != RH_OK) {
        return RH_ERR_OVERFLOW;
    }
    return rh_add(*total, value, total);
}

static int count_rows(struct summary *self)
{
    const struct rh_history *history = self->history;
    const struct rh_events *events = &history->events;
    for (size_t row = 0; row < events->num; row++) {
        const rh_month month = rh_day_month(events->date[row]);
        const size_t at = (size_t)(month - history->first_month), partner = (size_t)events->partner[row];
        if (count_total(self, row, rh_month_year(month)) != RH_OK) {
            return RH_ERR_OVERFLOW;
        }
        if (self->sales_measure >= 0 && events->measure[row] != self->sales_measure) {
            continue;
        }
        self->month_rows[at]++;
        self->partner_rows[partner]++;
        self->months[partner * self->words + at / 64] |= UINT64_C(1) << at % 64;
        if (events->amount[row] != RH_MISSING &&
            rh_add(self->partner_amount[partner], events->amount[row], &self->partner_amount[partner]) != RH_OK) {
            return RH_ERR_OVERFLOW;
        }
    }
    return RH_OK;
}

/* ---- Head and segments ---- */

/* Names come from files: what a terminal would obey is left out. */
static void add_name(struct rh_text *out, const char *name)
{
    char shown[RH_SHOWN];
    rh_text_puts(out, name[0] == '\0' ? "(not given)" : rh_shown(name, shown));
}

static void grid_name(struct grid *self, const char *name)
{
    add_name(&self->cells, name);
    grid_next(self);
}

static void tell_head(const struct summary *self)
{
    const struct rh_history *history = self->history;
    const struct rh_partners *partners = &history->partners;
    char first[RH_DAY_TEXT], last[RH_DAY_TEXT];
    rh_day from = history->events.date[0], until = from;
    size_t num_selling = 0;
    for (size_t row = 0; row < history->events.num; row++) {
        from = history->events.date[row] < from ? history->events.date[row] : from;
        until = history->events.date[row] > until ? history->events.date[row] : until;
    }
    for (size_t k = 0; k < partners->num; k++) {
        num_selling += self->partner_rows[k] > 0;
    }
    rh_text_puts(self->out, "Ledger    ");
    rh_text_number(self->out, (double)history->events.num, 0);
    rh_text_printf(self->out, " row%s, %s to %s (%zu month%s)\n", history->events.num == 1 ? "" : "s",
                   rh_day_format(from, first), rh_day_format(until, last), self->num_months,
                   self->num_months == 1 ? "" : "s");
    rh_text_puts(self->out, "Partners  ");
    rh_text_number(self->out, (double)partners->num, 0);
    rh_text_puts(self->out, ", ");
    rh_text_number(self->out, (double)num_selling, 0);
    rh_text_puts(self->out, " of them with sales\n");
    if (history->targets.num > 0) {
        rh_text_puts(self->out, "Targets   ");
        rh_text_number(self->out, (double)history->targets.num, 0);
        rh_text_puts(self->out, "\n");
    }
    for (size_t k = 0; k < history->events.num_attributes; k++) {
        rh_text_puts(self->out, k == 0 ? "Also kept " : ", ");
        add_name(self->out, history->events.attribute[k].name);
        rh_text_puts(self->out, k + 1 == history->events.num_attributes ? "\n" : "");
    }
}

struct segment {
    int32_t id;
    size_t num, num_selling;
    int64_t amount;
};

/* Most partners first; ties as in the file. */
static int compare_segments(const void *a, const void *b)
{
    const struct segment *first = a, *second = b;
    if (first->num != second->num) {
        return first->num > second->num ? -1 : 1;
    }
    return first->id < second->id ? -1 : first->id > second->id;
}

/* Amounts of different currencies do not add up: then there are none. */
static int tell_segments(const struct summary *self)
{
    const struct rh_partners *partners = &self->history->partners;
    const size_t num = partners->segments.num;
    const bool amounts = self->sales_measure >= 0 && !self->many_currencies;
    struct grid grid;
    struct segment *segment = rh_calloc(num, sizeof *segment);
    if (segment == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t k = 0; k < num; k++) {
        segment[k].id = (int32_t)k;
    }
    for (size_t k = 0; k < partners->num; k++) {
        struct segment *own = &segment[partners->segment[k]];
        own->num++;
        own->num_selling += self->partner_rows[k] > 0;
        if (rh_add(own->amount, self->partner_amount[k], &own->amount) != RH_OK) {
            free(segment);
            return RH_ERR_OVERFLOW;
        }
    }
    qsort(segment, num, sizeof *segment, compare_segments);
    grid_init(&grid, amounts ? 4 : 3);
    grid_text(&grid, "segment");
    grid_text(&grid, "partners");
    grid_text(&grid, "with sales");
    if (amounts) {
        grid_text(&grid, "revenue");
    }
    for (size_t k = 0; k < num && k < MOST_SEGMENTS; k++) {
        grid_name(&grid, partners->segments.name[segment[k].id]);
        grid_count(&grid, segment[k].num);
        grid_count(&grid, segment[k].num_selling);
        if (amounts) {
            grid_fixed(&grid, segment[k].amount, true);
        }
    }
    free(segment);
    rh_text_puts(self->out, "\nPartners by segment\n");
    grid_flush(&grid, self->out);
    if (num > MOST_SEGMENTS) {
        rh_text_printf(self->out, "  and %zu more segments\n", num - MOST_SEGMENTS);
    }
    return RH_OK;
}

/* ---- Totals ---- */

static void line_name(const struct summary *self, size_t line, struct rh_text *out)
{
    const bool money = self->history->measure_is_money[self->line_measure[line]] != 0;
    add_name(out, self->history->measures.name[self->line_measure[line]]);
    if (!money) {
        rh_text_puts(out, ", count");
    } else if (self->many_currencies) {
        rh_text_puts(out, ", ");
        add_name(out, self->history->partners.currencies.name[self->line_currency[line]]);
    }
}

/* One table of the years [first, first + num); the last one has the total over all years, too. */
static int tell_years(const struct summary *self, int first, int num, bool is_last)
{
    struct grid grid;
    grid_init(&grid, 1 + (size_t)num + (is_last ? 2 : 0));
    grid_text(&grid, "measure");
    for (int year = first; year < first + num; year++) {
        rh_text_printf(&grid.cells, "%d", self->first_year + year);
        grid_next(&grid);
    }
    if (is_last) {
        grid_text(&grid, "total");
        grid_text(&grid, "rows");
    }
    for (size_t line = 0; line < self->num_lines; line++) {
        const int64_t *total = &self->total[line * (size_t)self->num_years];
        const bool money = self->history->measure_is_money[self->line_measure[line]] != 0;
        int64_t sum = 0;
        line_name(self, line, &grid.cells);
        grid_next(&grid);
        for (int year = 0; year < self->num_years; year++) {
            if (rh_add(sum, total[year], &sum) != RH_OK) {
                rh_text_free(&grid.cells);
                return RH_ERR_OVERFLOW;
            }
            if (year >= first && year < first + num) {
                grid_fixed(&grid, total[year], money);
            }
        }
        if (is_last) {
            grid_fixed(&grid, sum, money);
            grid_count(&grid, self->num_rows[line]);
        }
    }
    grid_flush(&grid, self->out);
    return RH_OK;
}

static int tell_totals(const struct summary *self)
{
    rh_text_puts(self->out, "\nTotals by measure and year\n");
    for (int first = 0; first < self->num_years; first += YEARS_PER_TABLE) {
        const int left = self->num_years - first;
        const int num = left < YEARS_PER_TABLE ? left : YEARS_PER_TABLE;
        if (tell_years(self, first, num, num == left) != RH_OK) {
            return RH_ERR_OVERFLOW;
        }
    }
    for (size_t line = 0; line < self->num_lines; line++) {
        const bool money = self->history->measure_is_money[self->line_measure[line]] != 0;
        if (self->returned[line] < 0) {
            rh_text_puts(self->out, "  of ");
            line_name(self, line, self->out);
            rh_text_puts(self->out, ", returns: ");
            add_fixed(self->out, self->returned[line], money ? 2 : 0);
            rh_text_puts(self->out, "\n");
        }
        if (self->num_without[line] > 0) {
            rh_text_puts(self->out, "  of ");
            line_name(self, line, self->out);
            rh_text_printf(self->out, ", rows without %s, which count as 0: ", money ? "an amount" : "a quantity");
            rh_text_number(self->out, (double)self->num_without[line], 0);
            rh_text_puts(self->out, "\n");
        }
    }
    return RH_OK;
}

/* How much of revenue has a cost, and the margin there. */
static void tell_cost(const struct summary *self)
{
    const struct rh_events *events = &self->history->events;
    double amount = 0.0, with_cost = 0.0, cost = 0.0;
    for (size_t row = 0; row < events->num; row++) {
        if (events->measure[row] == self->sales_measure && events->amount[row] != RH_MISSING) {
            amount += (double)events->amount[row];
            with_cost += events->cost[row] != RH_MISSING ? (double)events->amount[row] : 0.0;
            cost += events->cost[row] != RH_MISSING ? (double)events->cost[row] : 0.0;
        }
    }
    if (self->sales_measure < 0 || self->many_currencies || !(amount > 0.0)) {
        return;
    }
    rh_text_puts(self->out, "Cost      ");
    if (with_cost > 0.0) {
        rh_text_printf(self->out, "given for %.1f%% of revenue; the vendor's margin there is %.1f%%\n",
                       100.0 * with_cost / amount, 100.0 * (with_cost - cost) / with_cost);
    } else {
        rh_text_puts(self->out, "not given: margins must be assumed\n");
    }
}

/* ---- What is missing ---- */

static void tell_quiet_months(const struct summary *self)
{
    char text[RH_DAY_TEXT];
    size_t num = 0;
    rh_text_puts(self->out, "Months    ");
    for (size_t k = 0; k < self->num_months; k++) {
        if (self->month_rows[k] == 0) {
            if (num < MOST_LISTED) {
                rh_text_printf(self->out, "%s%s", num == 0 ? "without sales: " : ", ",
                               rh_month_format(self->history->first_month + (rh_month)k, text));
            }
            num++;
        }
    }
    if (num == 0) {
        rh_text_puts(self->out, "each has sales");
    } else if (num > MOST_LISTED) {
        rh_text_printf(self->out, " and %zu more", num - MOST_LISTED);
    }
    rh_text_puts(self->out, "\n");
}

static void tell_quiet_partners(const struct summary *self)
{
    const struct rh_partners *partners = &self->history->partners;
    size_t num = 0;
    for (size_t k = 0; k < partners->num; k++) {
        num += self->partner_rows[k] == 0;
    }
    rh_text_puts(self->out, "Silent    ");
    if (num == 0) {
        rh_text_puts(self->out, "no partner is without sales\n");
        return;
    }
    rh_text_printf(self->out, "%zu partner%s without sales: ", num, num == 1 ? "" : "s");
    for (size_t k = 0, listed = 0; k < partners->num && listed < MOST_LISTED; k++) {
        if (self->partner_rows[k] == 0) {
            rh_text_puts(self->out, listed++ == 0 ? "" : ", ");
            add_name(self->out, partners->id.name[k]);
        }
    }
    if (num > MOST_LISTED) {
        rh_text_printf(self->out, " and %zu more", num - MOST_LISTED);
    }
    rh_text_puts(self->out, "\n");
}

/* Longest run of months without a sale between two months with one; *from is its first month. */
static size_t longest_pause(const struct summary *self, size_t partner, size_t *from)
{
    size_t longest = 0, last = SIZE_MAX;
    for (size_t month = 0; month < self->num_months; month++) {
        if ((self->months[partner * self->words + month / 64] >> month % 64 & 1) == 0) {
            continue;
        }
        if (last != SIZE_MAX && month - last - 1 > longest) {
            longest = month - last - 1;
            *from = last + 1;
        }
        last = month;
    }
    return longest;
}

static void tell_gaps(const struct summary *self)
{
    size_t num_any = 0, num_long = 0, longest = 0, longest_from = 0, longest_partner = 0;
    char month[RH_DAY_TEXT];
    for (size_t k = 0; k < self->history->partners.num; k++) {
        size_t from = 0;
        const size_t pause = longest_pause(self, k, &from);
        num_any += pause > 0;
        num_long += pause >= LONG_PAUSE;
        if (pause > longest) {
            longest = pause;
            longest_from = from;
            longest_partner = k;
        }
    }
    rh_text_puts(self->out, "Gaps      ");
    if (num_any == 0) {
        rh_text_puts(self->out, "no partner has a month without sales between two with sales\n");
        return;
    }
    rh_text_printf(self->out,
                   "%zu partner%s with months without sales between others, %zu with %d such months on end or more;\n"
                   "          the longest: ",
                   num_any, num_any == 1 ? "" : "s", num_long, LONG_PAUSE);
    add_name(self->out, self->history->partners.id.name[longest_partner]);
    rh_text_printf(self->out, ", %zu month%s from %s\n", longest, longest == 1 ? "" : "s",
                   rh_month_format(self->history->first_month + (rh_month)longest_from, month));
}

/* ---- Outliers ---- */

struct outlier {
    size_t row;
    double distance; /* interquartile ranges from the nearer quartile */
};

struct quartiles {
    size_t num;
    double low, high; /* log2 of 10⁻⁴ */
};

/* Eighths of an octave: three bits behind the leading one. Zero has no logarithm: -1. */
static int bin_of(int64_t value)
{
    if (value == RH_MISSING || value == 0) {
        return -1;
    }
    const uint64_t size = (uint64_t)(value < 0 ? -value : value);
    const int octave = 63 - __builtin_clzll(size);
    const uint64_t eighth = (octave >= 3 ? size >> (octave - 3) : size << (3 - octave)) & 7;
    return octave * BINS_PER_OCTAVE + (int)eighth;
}

static double bin_middle(int bin)
{
    const int octave = bin / BINS_PER_OCTAVE, eighth = bin % BINS_PER_OCTAVE;
    return octave + log2(1.0 + (eighth + 0.5) / BINS_PER_OCTAVE);
}

static struct quartiles find_quartiles(const uint32_t *count)
{
    struct quartiles out = {0, 0.0, 0.0};
    size_t sum = 0;
    for (int bin = 0; bin < NUM_BINS; bin++) {
        out.num += count[bin];
    }
    for (int bin = 0; bin < NUM_BINS; bin++) {
        const size_t before = sum;
        sum += count[bin];
        if (before * 4 < out.num && sum * 4 >= out.num) {
            out.low = bin_middle(bin);
        }
        if (before * 4 < out.num * 3 && sum * 4 >= out.num * 3) {
            out.high = bin_middle(bin);
        }
    }
    return out;
}

/* How far out the row is; 0 where it is not. */
static double distance_of(int64_t amount, const struct quartiles *quartiles)
{
    const double range = fmax(quartiles->high - quartiles->low, LEAST_RANGE);
    if (quartiles->num < LEAST_ROWS || amount == RH_MISSING || amount == 0) {
        return 0.0;
    }
    const double size = log2(fabs((double)amount));
    const double distance = fmax(size - quartiles->high, quartiles->low - size) / range;
    return distance > FAR_OUT ? distance : 0.0;
}

/* Keeps the farthest, farthest first; of equals the earlier row. */
static void keep_outlier(struct outlier *kept, size_t row, double distance)
{
    for (int k = 0; k < MOST_OUTLIERS; k++) {
        if (distance > kept[k].distance) {
            memmove(&kept[k + 1], &kept[k], (size_t)(MOST_OUTLIERS - 1 - k) * sizeof *kept);
            kept[k] = (struct outlier){row, distance};
            return;
        }
    }
}

static void tell_outlier(const struct summary *self, struct grid *grid, size_t row, const struct quartiles *quartiles)
{
    const struct rh_events *events = &self->history->events;
    char day[RH_DAY_TEXT];
    grid_text(grid, rh_day_format(events->date[row], day));
    grid_name(grid, self->history->partners.id.name[events->partner[row]]);
    grid_name(grid, self->history->products.name[events->product[row]]);
    grid_fixed(grid, events->amount[row], true);
    rh_text_puts(&grid->cells, "about half are ");
    rh_text_short_number(&grid->cells, exp2(quartiles->low) / 1e4);
    rh_text_puts(&grid->cells, " to ");
    rh_text_short_number(&grid->cells, exp2(quartiles->high) / 1e4);
    grid_next(grid);
}

static int tell_outliers(const struct summary *self)
{
    const struct rh_events *events = &self->history->events;
    const size_t num_products = self->history->products.num;
    const bool by_product = num_products <= MOST_GROUPS;
    const size_t num_groups = by_product ? num_products : 1;
    struct outlier kept[MOST_OUTLIERS] = {{0, 0.0}};
    struct grid grid;
    size_t num = 0;
    if (self->sales_measure < 0) {
        return RH_OK;
    }
    uint32_t(*count)[NUM_BINS] = rh_calloc(num_groups, sizeof *count);
    struct quartiles *quartiles = rh_calloc(num_groups, sizeof *quartiles);
    if (count == NULL || quartiles == NULL) {
        free(count);
        free(quartiles);
        return RH_ERR_NO_MEMORY;
    }
    for (size_t row = 0; row < events->num; row++) {
        const int bin = bin_of(events->amount[row]);
        if (events->measure[row] == self->sales_measure && bin >= 0) {
            count[by_product ? events->product[row] : 0][bin]++;
        }
    }
    for (size_t k = 0; k < num_groups; k++) {
        quartiles[k] = find_quartiles(count[k]);
    }
    for (size_t row = 0; row < events->num; row++) {
        if (events->measure[row] == self->sales_measure) {
            const double distance = distance_of(events->amount[row], &quartiles[by_product ? events->product[row] : 0]);
            num += distance > 0.0;
            keep_outlier(kept, row, distance);
        }
    }
    rh_text_printf(self->out, "Outliers  %zu revenue row%s far from the others of %s%s\n", num, num == 1 ? "" : "s",
                   by_product ? "the same product" : "the ledger", num == 0 ? "" : ", the farthest:");
    grid_init(&grid, 5);
    for (int k = 0; k < MOST_OUTLIERS && kept[k].distance > 0.0; k++) {
        tell_outlier(self, &grid, kept[k].row, &quartiles[by_product ? events->product[kept[k].row] : 0]);
    }
    grid_flush(&grid, self->out);
    free(count);
    free(quartiles);
    return RH_OK;
}

/* ---- All of it ---- */

static int tell_all(const struct summary *self)
{
    int ret;
    tell_head(self);
    if ((ret = tell_segments(self)) != RH_OK || (ret = tell_totals(self)) != RH_OK) {
        return ret;
    }
    rh_text_puts(self->out, "\n");
    tell_cost(self);
    tell_quiet_months(self);
    tell_quiet_partners(self);
    tell_gaps(self);
    if ((ret = tell_outliers(self)) != RH_OK) {
        return ret;
    }
    return rh_text_status(self->out);
}

int rh_history_summarize(const struct rh_history *history, struct rh_text *out, struct rh_error *error)
{
    struct summary self = {.history = history, .out = out};
    if (history->events.num == 0) {
        return rh_error_set(error, RH_ERR_INPUT, "the history has no rows, expected at least one");
    }
    int ret = summary_init(&self);
    if (ret == RH_OK && (ret = count_rows(&self)) == RH_OK) {
        ret = tell_all(&self);
    }
    summary_free(&self);
    if (ret == RH_ERR_OVERFLOW) {
        return rh_error_set(error, ret, "a total is beyond 922,337,203,685,477, expected less");
    }
    return ret == RH_OK ? RH_OK : rh_error_set(error, ret, "%s", rh_code_message(ret));
}
