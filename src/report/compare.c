/* The comparison for people: what each program does, how it differs from another in the same replication, and which
 * of them can be told apart. Verdicts follow docs/model.md, "What is reported". */
#include "report/compare.h"

#include "core/memory.h"
#include "report/compare_export.h"
#include "report/comparison.h"
#include "report/figure.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_WIDTH 28
#define LABEL_WIDTH 15 /* room for "    mean±s.e." */
#define GAP 2
#define HEAD_WIDTH 14
#define HEAD_LINES 4
#define NUM_LINES 3 /* of a program: median, range, mean */
#define CELL 64

static const enum rh_kpi headline[] = {RH_KPI_NET_BENEFIT,         RH_KPI_COST,
                                       RH_KPI_INCREMENTAL_REVENUE, RH_KPI_ROI,
                                       RH_KPI_COST_TO_INCENTIVE,   RH_KPI_PARTICIPATION};
#define NUM_HEADLINE ((int)(sizeof(headline) / sizeof(headline[0])))

/* Everything a part of the text needs. */
struct page {
    const struct rh_comparison *comparison;
    const struct rh_results *results;
    const struct rh_compare_options *options;
    struct rh_text *out;
    size_t width, name_width;
    size_t label_width; /* of the first column in the table of programs */
    bool own_line;      /* names stand there on a line of their own */
};

static void style(const struct page *page, const char *code)
{
    if (page->options->color) {
        rh_text_printf(page->out, "\x1b[%sm", code);
    }
}

static void spaces(struct rh_text *out, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        rh_text_puts(out, " ");
    }
}

/* Appends text broken at spaces so that no line is wider than the page; later lines are indented. */
static void paragraph(const struct page *page, const char *text, size_t indent)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        struct rh_text word;
        rh_text_init(&word);
        rh_text_add(&word, text, length);
        size_t width = rh_figure_width(rh_text_string(&word));
        page->out->failed = page->out->failed || word.failed;
        rh_text_free(&word);
        if (column > indent && column + 1 + width > page->width) {
            rh_text_puts(page->out, "\n");
            spaces(page->out, indent);
            column = indent;
        } else if (column > 0) {
            rh_text_puts(page->out, " ");
            column++;
        }
        rh_text_add(page->out, text, length);
        column += width;
        text += length;
        text += strspn(text, " ");
    }
    rh_text_puts(page->out, "\n");
}

static void paragraph_text(const struct page *page, struct rh_text *text, size_t indent)
{
    paragraph(page, rh_text_string(text), indent);
    page->out->failed = page->out->failed || text->failed;
    rh_text_clear(text);
}

static void heading(const struct page *page)
{
    const struct rh_results *results = page->results;
    int months = results->cut_size[RH_CUT_MONTH];
    char first[RH_DAY_TEXT], last[RH_DAY_TEXT];
    style(page, "1");
    paragraph(page, results->title[0] != '\0' ? results->title : "Comparison of programs", 0);
    style(page, "0");
    struct rh_text line;
    rh_text_init(&line);
    rh_text_printf(&line, "%d month%s, %s to %s · ", months, months == 1 ? "" : "s",
                   rh_month_format(results->first_month, first),
                   rh_month_format(results->first_month + months - 1, last));
    rh_text_number(&line, (double)results->replications, 0);
    rh_text_printf(&line, " replications · seed %" PRIu64, results->seed);
    if (results->currency[0] != '\0') {
        rh_text_printf(&line, " · money in %s", results->currency);
    }
    paragraph_text(page, &line, 0);
    rh_text_printf(&line, "Incremental figures and net benefit are measured against %s.",
                   results->scenario[results->reference]);
    paragraph_text(page, &line, 0);
    if (results->margin_assumed) {
        paragraph(page, "Assumed: the vendor's margin of some products is not from the history.", 0);
    }
    for (int i = 0; i < results->num_notes; i++) {
        rh_text_printf(&line, "Note: %s", results->note[i]);
        paragraph_text(page, &line, 6);
    }
    rh_text_free(&line);
}

/* One column of the table of programs: a figure, its head, and for each program three lines. */
struct column {
    enum rh_kpi kpi;
    size_t width;
    int num_head;
    char head[HEAD_LINES][CELL];
    char (*cell)[NUM_LINES][CELL]; /* [num_scenarios] by rank */
};

static void copy(char out[CELL], struct rh_text *text)
{
    size_t length = text->length < CELL - 1 ? text->length : CELL - 1;
    memcpy(out, rh_text_string(text), length);
    out[length] = '\0';
    rh_text_clear(text);
}

/* Breaks the name of a figure behind spaces and hyphens into lines of at most HEAD_WIDTH characters. */
static void break_head(struct column *column)
{
    const char *text = rh_kpi_table[column->kpi].long_name;
    column->num_head = 1;
    size_t length = 0;
    while (*text != '\0') {
        size_t word = strcspn(text, " -");
        size_t taken = word + (text[word] == '-' ? 1 : 0);
        char *line = column->head[column->num_head - 1];
        if (length > 0 && length + taken > HEAD_WIDTH && column->num_head < HEAD_LINES) {
            length -= line[length - 1] == ' ' ? 1 : 0;
            line[length] = '\0';
            column->num_head++;
            line = column->head[column->num_head - 1];
            length = 0;
        }
        for (size_t i = 0; i < taken && length < CELL - 2; i++) {
            line[length++] = text[i];
        }
        text += taken;
        if (*text == ' ') {
            line[length++] = ' ';
            text++;
        }
        line[length] = '\0';
    }
}

static void fill_column(const struct page *page, struct column *column)
{
    struct rh_text text;
    rh_text_init(&text);
    break_head(column);
    for (int i = 0; i < column->num_head; i++) {
        size_t width = rh_figure_width(column->head[i]);
        column->width = width > column->width ? width : column->width;
    }
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        const struct rh_summary *summary =
            rh_comparison_summary(page->comparison, page->comparison->order[rank], column->kpi);
        rh_figure_kpi(&text, column->kpi, summary->quantile[4]);
        copy(column->cell[rank][0], &text);
        if (summary->quantile[1] < summary->quantile[7]) {
            rh_figure_range(&text, column->kpi, summary->quantile[1], summary->quantile[7]);
            copy(column->cell[rank][1], &text);
            rh_figure_mean(&text, column->kpi, summary->mean, summary->mean_se);
            copy(column->cell[rank][2], &text);
        }
        for (int i = 0; i < NUM_LINES; i++) {
            size_t width = rh_figure_width(column->cell[rank][i]);
            column->width = width > column->width ? width : column->width;
        }
    }
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

static int rank_digits(const struct page *page)
{
    return page->results->num_scenarios > 9 ? 2 : 1;
}

static void name_cell(const struct page *page, int rank, size_t width)
{
    int digits = rank_digits(page);
    rh_text_printf(page->out, "%*d ", digits, rank + 1);
    style(page, "1");
    rh_figure_pad(page->out, page->results->scenario[page->comparison->order[rank]], width - (size_t)digits - 1, false);
    style(page, "0");
}

static void name_line(const struct page *page, int rank)
{
    int digits = rank_digits(page);
    rh_text_printf(page->out, "%*d ", digits, rank + 1);
    style(page, "1");
    rh_figure_cut(page->out, page->results->scenario[page->comparison->order[rank]], page->width - (size_t)digits - 1);
    style(page, "0");
    rh_text_puts(page->out, "\n");
}

/* Cells right-aligned, without spaces at the line's end. */
static void cell(const struct page *page, const char *text, size_t width, size_t *pending)
{
    size_t taken = rh_figure_width(text);
    *pending += GAP + (width > taken ? width - taken : 0);
    if (taken > 0) {
        spaces(page->out, *pending);
        rh_text_puts(page->out, text);
        *pending = 0;
    } else {
        *pending += taken;
    }
}

static void rule(const struct page *page, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        rh_text_puts(page->out, "─");
    }
    rh_text_puts(page->out, "\n");
}

static void print_head(const struct page *page, const struct column *columns, int num)
{
    int lines = 1;
    size_t total = page->label_width;
    for (int i = 0; i < num; i++) {
        lines = columns[i].num_head > lines ? columns[i].num_head : lines;
        total += GAP + columns[i].width;
    }
    for (int line = 0; line < lines; line++) {
        size_t pending = page->label_width;
        for (int i = 0; i < num; i++) {
            int own = line - (lines - columns[i].num_head); /* heads stand on the rule */
            cell(page, own >= 0 ? columns[i].head[own] : "", columns[i].width, &pending);
        }
        rh_text_puts(page->out, "\n");
    }
    rule(page, total);
}

/* One of the lines of a program, unless it would be empty. */
static void print_line(const struct page *page, const struct column *columns, int num, int rank, int line)
{
    static const char *const labels[NUM_LINES] = {"    median", "    5…95%", "    mean±s.e."};
    bool empty = line > 0, with_name = line == 0 && !page->own_line;
    for (int i = 0; i < num; i++) {
        empty = empty && columns[i].cell[rank][line][0] == '\0';
    }
    if (empty) {
        return;
    }
    size_t pending = 0;
    if (with_name) {
        name_cell(page, rank, page->label_width);
    } else {
        style(page, line > 0 ? "2" : "0");
        rh_text_puts(page->out, labels[line]);
        pending = page->label_width - rh_figure_width(labels[line]);
    }
    for (int i = 0; i < num; i++) {
        cell(page, columns[i].cell[rank][line], columns[i].width, &pending);
    }
    style(page, "0");
    rh_text_puts(page->out, "\n");
}

static void print_columns(const struct page *page, const struct column *columns, int num)
{
    print_head(page, columns, num);
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        if (page->own_line) {
            name_line(page, rank);
        }
        for (int line = 0; line < NUM_LINES; line++) {
            print_line(page, columns, num, rank, line);
        }
    }
}

/* Figures whose values are missing in a part of the replications: their quantiles are of the rest. */
static void print_missing(const struct page *page, const struct column *columns, int num)
{
    struct rh_text line;
    rh_text_init(&line);
    for (int i = 0; i < num; i++) {
        for (int rank = 0; rank < page->results->num_scenarios; rank++) {
            int scenario = page->comparison->order[rank];
            double missing = rh_comparison_summary(page->comparison, scenario, columns[i].kpi)->missing;
            if (missing > 0.0 && missing < 1.0) {
                rh_text_printf(&line, "%s of %s is missing in ", rh_kpi_table[columns[i].kpi].long_name,
                               page->results->scenario[scenario]);
                rh_figure_probability(&line, missing);
                rh_text_puts(&line, " of the replications.");
                paragraph_text(page, &line, 2);
            }
        }
    }
    rh_text_free(&line);
}

/* How many of the columns fit, at least one. */
static int num_fitting(const struct page *page, const struct column *columns, int num, size_t label_width)
{
    int fitting = 0;
    size_t total = label_width;
    while (fitting < num && (fitting == 0 || total + GAP + columns[fitting].width <= page->width)) {
        total += GAP + columns[fitting].width;
        fitting++;
    }
    return fitting;
}

static int programs_table(struct page *page, struct rh_error *error)
{
    int num = page->options->all ? RH_NUM_KPIS : NUM_HEADLINE;
    size_t num_scenarios = (size_t)page->results->num_scenarios;
    struct column *columns = rh_calloc((size_t)num, sizeof(*columns));
    char(*cells)[NUM_LINES][CELL] = rh_calloc((size_t)num * num_scenarios, sizeof(*cells));
    int code = RH_OK;
    if (columns == NULL || cells == NULL) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
        goto out;
    }
    for (int i = 0; i < num; i++) {
        columns[i].kpi = page->options->all ? (enum rh_kpi)i : headline[i];
        columns[i].cell = &cells[(size_t)i * num_scenarios];
        fill_column(page, &columns[i]);
    }
    /* Names beside the figures where all columns fit, else above them, else several tables. */
    page->own_line =
        num_fitting(page, columns, num, page->name_width) < num && num_fitting(page, columns, num, LABEL_WIDTH) == num;
    page->label_width = page->own_line ? LABEL_WIDTH : page->name_width;
    rh_text_puts(page->out, "\n");
    paragraph(page, "Programs by mean net benefit: median, 5…95% range, mean±Monte Carlo standard error.", 0);
    for (int first = 0; first < num;) {
        int fitting = num_fitting(page, &columns[first], num - first, page->label_width);
        rh_text_puts(page->out, "\n");
        print_columns(page, &columns[first], fitting);
        first += fitting;
    }
    print_missing(page, columns, num);
out:
    free(cells);
    free(columns);
    return code;
}

static void probability_with_error(struct rh_text *text, double p, double error)
{
    rh_figure_probability(text, p);
    if (error >= 0.0005) {
        rh_text_printf(text, " ±%.1f", 100.0 * error);
    }
}

/* Net benefit less that of `versus`, paired by replication. */
static void differences_table(const struct page *page)
{
    static const char *const heads[] = {"mean±s.e.", "median", "5…95%", "P(better) ±s.e."};
    enum { NUM = 4 };
    const size_t widths[NUM] = {14, 8, 15, 15};
    const struct rh_comparison *comparison = page->comparison;
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "Net benefit less that of %s in the same replication",
                   page->results->scenario[comparison->versus]);
    rh_text_puts(page->out, "\n");
    paragraph_text(page, &text, 0);
    rh_text_puts(page->out, "\n");
    size_t total = page->name_width, pending = page->name_width;
    for (int i = 0; i < NUM; i++) {
        cell(page, heads[i], widths[i], &pending);
        total += GAP + widths[i];
    }
    rh_text_puts(page->out, "\n");
    rule(page, total);
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        int scenario = comparison->order[rank];
        if (scenario == comparison->versus) {
            continue;
        }
        const struct rh_difference *difference = rh_comparison_pair(comparison, scenario, comparison->versus);
        char cells[NUM][CELL];
        rh_figure_mean(&text, RH_KPI_NET_BENEFIT, difference->mean, difference->mean_se);
        copy(cells[0], &text);
        rh_figure_short(&text, difference->p50, 3);
        copy(cells[1], &text);
        rh_figure_range(&text, RH_KPI_NET_BENEFIT, difference->p05, difference->p95);
        copy(cells[2], &text);
        probability_with_error(&text, rh_difference_p_better(difference, true), difference->p_positive_se);
        copy(cells[3], &text);
        name_cell(page, rank, page->name_width);
        pending = 0;
        for (int i = 0; i < NUM; i++) {
            cell(page, cells[i], widths[i], &pending);
        }
        rh_text_puts(page->out, "\n");
    }
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

/* Every program against every other, where it fits. */
static void pairs_table(const struct page *page)
{
    enum { WIDTH = 6 };
    int num = page->results->num_scenarios;
    size_t total = page->name_width + (size_t)num * (GAP + WIDTH);
    if (num < 3 || total > page->width) {
        return;
    }
    struct rh_text text;
    rh_text_init(&text);
    rh_text_puts(page->out, "\n");
    paragraph(page, "P(the row's net benefit is larger than the column's)", 0);
    rh_text_puts(page->out, "\n");
    size_t pending = page->name_width;
    char entry[CELL];
    for (int rank = 0; rank < num; rank++) {
        rh_text_printf(&text, "%d", rank + 1);
        copy(entry, &text);
        cell(page, entry, WIDTH, &pending);
    }
    rh_text_puts(page->out, "\n");
    rule(page, total);
    for (int row = 0; row < num; row++) {
        name_cell(page, row, page->name_width);
        pending = 0;
        for (int column = 0; column < num; column++) {
            if (row == column) {
                rh_text_puts(&text, "·");
            } else {
                const struct rh_difference *pair =
                    rh_comparison_pair(page->comparison, page->comparison->order[row], page->comparison->order[column]);
                rh_figure_probability(&text, rh_difference_p_better(pair, true));
            }
            copy(entry, &text);
            cell(page, entry, WIDTH, &pending);
        }
        rh_text_puts(page->out, "\n");
    }
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

/* Beyond this a rehearsal is no longer practical, and what is left of the difference is nobody's business. */
#define MANY_REPLICATIONS 1e8

static void not_distinguishable(const struct rh_difference *pair, const char *first, const char *second,
                                struct rh_text *text)
{
    rh_text_printf(text, "• %s and %s are not distinguishable at ", first, second);
    rh_text_number(text, (double)pair->num, 0);
    rh_text_puts(text, " replications (difference ");
    rh_figure_mean(text, RH_KPI_NET_BENEFIT, pair->mean, pair->mean_se);
    double needed = rh_difference_replications(pair);
    if (needed <= MANY_REPLICATIONS) {
        rh_text_puts(text, "): about ");
        rh_text_number(text, needed, 0);
        rh_text_puts(text, " would settle it.");
    } else {
        rh_text_puts(text, "): for any practical purpose they are equal.");
    }
}

/* " = 97%", " > 99.9%". */
static void equals_probability(struct rh_text *text, double p)
{
    struct rh_text figure;
    rh_text_init(&figure);
    rh_figure_probability(&figure, p);
    const char *string = rh_text_string(&figure);
    if (string[0] == '>') {
        rh_text_printf(text, " > %s", string + 1);
    } else {
        rh_text_printf(text, " = %s", string);
    }
    text->failed = text->failed || figure.failed;
    rh_text_free(&figure);
}

#define RARELY 0.1 /* what is better less often has its mean from a few large differences */

/* The sentence about two programs, the first of which has the higher mean: it is not the worse one. */
static void verdict(const struct rh_difference *pair, const char *first, const char *second, struct rh_text *text)
{
    double p = rh_difference_p_better(pair, true);
    switch (rh_difference_verdict(pair, 1)) {
    case RH_VERDICT_SAME:
        rh_text_printf(text, "• %s and %s have the same net benefit in every replication.", first, second);
        return;
    case RH_VERDICT_MORE_REPLICATIONS:
        not_distinguishable(pair, first, second, text);
        return;
    case RH_VERDICT_CANNOT_TELL:
        if (p < RARELY) {
            rh_text_printf(text, "• %s has the higher mean, but %s is better with P", first, second);
            equals_probability(text, 1.0 - p);
            rh_text_puts(text, ": rare large gains carry it");
            break;
        }
        rh_text_printf(text, "• %s or %s: the assumptions cannot tell, a pilot could; %s is better in ", first, second,
                       first);
        rh_figure_probability(text, p);
        rh_text_puts(text, " of the replications");
        break;
    default:
        rh_text_printf(text, "• %s is better than %s with P", first, second);
        equals_probability(text, p);
        break;
    }
    rh_text_puts(text, " (mean difference ");
    rh_figure_mean(text, RH_KPI_NET_BENEFIT, pair->mean, pair->mean_se);
    rh_text_puts(text, ").");
}

static void verdicts(const struct page *page)
{
    const struct rh_comparison *comparison = page->comparison;
    if (page->results->num_scenarios < 2) {
        return;
    }
    rh_text_puts(page->out, "\nTelling them apart, by net benefit, each from the next:\n");
    struct rh_text text;
    rh_text_init(&text);
    for (int rank = 0; rank + 1 < page->results->num_scenarios; rank++) {
        int first = comparison->order[rank], second = comparison->order[rank + 1];
        const struct rh_difference *pair = rh_comparison_pair(comparison, first, second);
        if (pair->num == 0) {
            rh_text_printf(&text, "• %s and %s: no replication has a net benefit of both.",
                           page->results->scenario[first], page->results->scenario[second]);
        } else {
            verdict(pair, page->results->scenario[first], page->results->scenario[second], &text);
        }
        paragraph_text(page, &text, 2);
    }
    rh_text_free(&text);
}

static int write_text(const struct rh_comparison *comparison, const struct rh_compare_options *options,
                      struct rh_text *out, struct rh_error *error)
{
    struct page page = {.comparison = comparison,
                        .results = comparison->results,
                        .options = options,
                        .out = out,
                        .width = (size_t)(options->width > 0 ? options->width : 100),
                        .name_width = LABEL_WIDTH};
    for (int i = 0; i < comparison->results->num_scenarios; i++) {
        size_t width =
            rh_figure_width(comparison->results->scenario[i]) + (comparison->results->num_scenarios > 9 ? 3 : 2);
        page.name_width = width > page.name_width ? width : page.name_width;
    }
    size_t most = page.width < 90 ? 20 : NAME_MAX_WIDTH;
    page.name_width = page.name_width < most ? page.name_width : most;
    heading(&page);
    int code = programs_table(&page, error);
    if (code != RH_OK) {
        return code;
    }
    if (comparison->results->num_scenarios > 1) {
        differences_table(&page);
        pairs_table(&page);
    }
    verdicts(&page);
    return RH_OK;
}

int rh_compare(const struct rh_results *results, const struct rh_compare_options *options, struct rh_text *out,
               struct rh_error *error)
{
    struct rh_comparison comparison;
    int code = rh_comparison_init(&comparison, results, options->versus, error);
    if (code != RH_OK) {
        goto out;
    }
    switch (options->format) {
    case RH_TABLE_CSV:
        rh_compare_csv(&comparison, out);
        break;
    case RH_TABLE_JSON:
        rh_compare_json(&comparison, out);
        break;
    default:
        code = write_text(&comparison, options, out, error);
        break;
    }
    if (code == RH_OK && rh_text_status(out) != RH_OK) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
out:
    rh_comparison_free(&comparison);
    return code;
}
