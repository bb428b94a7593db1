/* The comparison for people: what each program does, how it differs from another in the same replication, and which
 * of them can be told apart. Verdicts follow docs/model.md, "What is reported". */
#include "report/compare.h"

#include "core/memory.h"
#include "report/compare_export.h"
#include "report/compare_spend.h"
#include "report/compare_winners.h"
#include "report/comparison.h"
#include "report/figure.h"
#include "report/verdict.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_WIDTH 28
#define LABEL_WIDTH 15 /* room for "    mean±s.e." */
#define HEAD_WIDTH 14
#define HEAD_LINES 4
#define NUM_LINES 3 /* of a program: median, range, mean */

static const enum rh_kpi headline[] = {RH_KPI_NET_BENEFIT,         RH_KPI_COST,
                                       RH_KPI_INCREMENTAL_REVENUE, RH_KPI_ROI,
                                       RH_KPI_COST_TO_INCENTIVE,   RH_KPI_PARTICIPATION};
#define NUM_HEADLINE ((int)(sizeof(headline) / sizeof(headline[0])))

static void heading(const struct rh_page *page)
{
    struct rh_text line;
    rh_text_init(&line);
    rh_page_heading(page, "Comparison of programs");
    rh_text_printf(&line, "Incremental figures and net benefit are measured against %s.",
                   page->results->scenario[page->results->reference]);
    rh_page_paragraph_text(page, &line, 0);
    rh_page_notes(page);
    rh_text_free(&line);
}

/* One column of the table of programs: a figure, its head, and for each program three lines. */
struct column {
    enum rh_kpi kpi;
    size_t width;
    int num_head;
    char head[HEAD_LINES][RH_PAGE_CELL];
    char (*cell)[NUM_LINES][RH_PAGE_CELL]; /* [num_scenarios] by rank */
};

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
        for (size_t i = 0; i < taken && length < RH_PAGE_CELL - 2; i++) {
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

static void fill_column(const struct rh_page *page, struct column *column)
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
        rh_figure_kpi(&text, column->kpi, summary->quantile[RH_P50]);
        rh_page_copy(column->cell[rank][0], &text);
        if (summary->quantile[RH_P05] < summary->quantile[RH_P95]) {
            rh_figure_range(&text, column->kpi, summary->quantile[RH_P05], summary->quantile[RH_P95]);
            rh_page_copy(column->cell[rank][1], &text);
            rh_figure_mean(&text, column->kpi, summary->mean, summary->mean_se);
            rh_page_copy(column->cell[rank][2], &text);
        }
        for (int i = 0; i < NUM_LINES; i++) {
            size_t width = rh_figure_width(column->cell[rank][i]);
            column->width = width > column->width ? width : column->width;
        }
    }
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

static void name_line(const struct rh_page *page, int rank)
{
    int digits = rh_page_rank_digits(page);
    rh_text_printf(page->out, "%*d ", digits, rank + 1);
    rh_page_style(page, "1");
    rh_figure_cut(page->out, page->results->scenario[page->comparison->order[rank]], page->width - (size_t)digits - 1);
    rh_page_style(page, "0");
    rh_text_puts(page->out, "\n");
}

static void print_head(const struct rh_page *page, const struct column *columns, int num)
{
    int lines = 1;
    size_t total = page->label_width;
    for (int i = 0; i < num; i++) {
        lines = columns[i].num_head > lines ? columns[i].num_head : lines;
        total += RH_PAGE_GAP + columns[i].width;
    }
    for (int line = 0; line < lines; line++) {
        size_t pending = page->label_width;
        for (int i = 0; i < num; i++) {
            int own = line - (lines - columns[i].num_head); /* heads stand on the rule */
            rh_page_cell(page, own >= 0 ? columns[i].head[own] : "", columns[i].width, &pending);
        }
        rh_text_puts(page->out, "\n");
    }
    rh_page_rule(page, total);
}

/* One of the lines of a program, unless it would be empty. */
static void print_line(const struct rh_page *page, const struct column *columns, int num, int rank, int line)
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
        rh_page_name(page, rank, page->label_width);
    } else {
        rh_page_style(page, line > 0 ? "2" : "0");
        rh_text_puts(page->out, labels[line]);
        pending = page->label_width - rh_figure_width(labels[line]);
    }
    for (int i = 0; i < num; i++) {
        rh_page_cell(page, columns[i].cell[rank][line], columns[i].width, &pending);
    }
    rh_page_style(page, "0");
    rh_text_puts(page->out, "\n");
}

static void print_columns(const struct rh_page *page, const struct column *columns, int num)
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
static void print_missing(const struct rh_page *page, const struct column *columns, int num)
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
                rh_page_paragraph_text(page, &line, 2);
            }
        }
    }
    rh_text_free(&line);
}

/* How many of the columns fit, at least one. */
static int num_fitting(const struct rh_page *page, const struct column *columns, int num, size_t label_width)
{
    int fitting = 0;
    size_t total = label_width;
    while (fitting < num && (fitting == 0 || total + RH_PAGE_GAP + columns[fitting].width <= page->width)) {
        total += RH_PAGE_GAP + columns[fitting].width;
        fitting++;
    }
    return fitting;
}

static int programs_table(struct rh_page *page, struct rh_error *error)
{
    int num = page->options->all ? RH_NUM_KPIS : NUM_HEADLINE;
    size_t num_scenarios = (size_t)page->results->num_scenarios;
    struct column *columns = rh_calloc((size_t)num, sizeof(*columns));
    char(*cells)[NUM_LINES][RH_PAGE_CELL] = rh_calloc((size_t)num * num_scenarios, sizeof(*cells));
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
    rh_page_paragraph(page, "Programs by mean net benefit: median, 5…95% range, mean±Monte Carlo standard error.", 0);
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
static void differences_table(const struct rh_page *page)
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
    rh_page_paragraph_text(page, &text, 0);
    rh_text_puts(page->out, "\n");
    size_t total = page->name_width, pending = page->name_width;
    for (int i = 0; i < NUM; i++) {
        rh_page_cell(page, heads[i], widths[i], &pending);
        total += RH_PAGE_GAP + widths[i];
    }
    rh_text_puts(page->out, "\n");
    rh_page_rule(page, total);
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        int scenario = comparison->order[rank];
        if (scenario == comparison->versus) {
            continue;
        }
        const struct rh_difference *difference = rh_comparison_pair(comparison, scenario, comparison->versus);
        char cells[NUM][RH_PAGE_CELL];
        rh_figure_mean(&text, RH_KPI_NET_BENEFIT, difference->mean, difference->mean_se);
        rh_page_copy(cells[0], &text);
        rh_figure_short(&text, difference->p50, 3);
        rh_page_copy(cells[1], &text);
        rh_figure_range(&text, RH_KPI_NET_BENEFIT, difference->p05, difference->p95);
        rh_page_copy(cells[2], &text);
        probability_with_error(&text, rh_difference_p_better(difference, true), difference->p_positive_se);
        rh_page_copy(cells[3], &text);
        rh_page_name(page, rank, page->name_width);
        pending = 0;
        for (int i = 0; i < NUM; i++) {
            rh_page_cell(page, cells[i], widths[i], &pending);
        }
        rh_text_puts(page->out, "\n");
    }
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

static void common_numbers(const struct rh_page *page)
{
    struct rh_text line;
    rh_text_init(&line);
    rh_verdict_common_numbers(page->comparison, &line);
    if (line.length > 0) {
        rh_text_puts(page->out, "\n");
        rh_page_paragraph_text(page, &line, 0);
    }
    rh_text_free(&line);
}

/* Every program against every other, where it fits. */
static void pairs_table(const struct rh_page *page)
{
    enum { WIDTH = 6 };
    int num = page->results->num_scenarios;
    size_t total = page->name_width + (size_t)num * (RH_PAGE_GAP + WIDTH);
    if (num < 3 || total > page->width) {
        return;
    }
    struct rh_text text;
    rh_text_init(&text);
    rh_text_puts(page->out, "\n");
    rh_page_paragraph(page, "P(the row's net benefit is larger than the column's)", 0);
    rh_text_puts(page->out, "\n");
    size_t pending = page->name_width;
    char entry[RH_PAGE_CELL];
    for (int rank = 0; rank < num; rank++) {
        rh_text_printf(&text, "%d", rank + 1);
        rh_page_copy(entry, &text);
        rh_page_cell(page, entry, WIDTH, &pending);
    }
    rh_text_puts(page->out, "\n");
    rh_page_rule(page, total);
    for (int row = 0; row < num; row++) {
        rh_page_name(page, row, page->name_width);
        pending = 0;
        for (int column = 0; column < num; column++) {
            if (row == column) {
                rh_text_puts(&text, "·");
            } else {
                const struct rh_difference *pair =
                    rh_comparison_pair(page->comparison, page->comparison->order[row], page->comparison->order[column]);
                rh_figure_probability(&text, rh_difference_p_better(pair, true));
            }
            rh_page_copy(entry, &text);
            rh_page_cell(page, entry, WIDTH, &pending);
        }
        rh_text_puts(page->out, "\n");
    }
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

static void verdicts(const struct rh_page *page)
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
        rh_text_puts(&text, "• ");
        rh_verdict_sentence(rh_comparison_pair(comparison, first, second), page->results->scenario[first],
                            page->results->scenario[second], &text);
        rh_page_paragraph_text(page, &text, 2);
    }
    rh_text_free(&text);
}

static int write_text(const struct rh_comparison *comparison, const struct rh_winners *winners,
                      const struct rh_spend *spend, const struct rh_compare_options *options, struct rh_text *out,
                      struct rh_error *error)
{
    struct rh_page page = {.comparison = comparison,
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
        common_numbers(&page);
        pairs_table(&page);
    }
    verdicts(&page);
    rh_compare_spend(&page, spend);
    rh_compare_winners(&page, winners, options->all);
    return RH_OK;
}

static int write_csv(const struct rh_comparison *comparison, const struct rh_winners *winners,
                     const struct rh_compare_options *options, struct rh_text *out, struct rh_error *error)
{
    if (!options->partners) {
        rh_compare_csv(comparison, out);
    } else if (winners->partners.num > 0) {
        rh_compare_partners_csv(comparison, winners, out);
    } else {
        return rh_error_set_at(
            error, RH_ERR_INPUT, comparison->results->path, 0, 0,
            "tells nothing of single partners: the run was told not to keep that, or was of an older "
            "rehearse");
    }
    return RH_OK;
}

int rh_compare(const struct rh_results *results, const struct rh_compare_options *options, struct rh_text *out,
               struct rh_error *error)
{
    struct rh_comparison comparison;
    struct rh_winners winners = {.results = results};
    struct rh_spend *spend = NULL;
    int code = rh_comparison_init(&comparison, results, options->versus, error);
    if (code == RH_OK) {
        code = rh_winners_init(&winners, results, error);
    }
    if (code == RH_OK && options->format != RH_TABLE_CSV) {
        code = rh_spend_read_all(&spend, results, error);
    }
    if (code != RH_OK) {
        goto out;
    }
    switch (options->format) {
    case RH_TABLE_CSV:
        code = write_csv(&comparison, &winners, options, out, error);
        break;
    case RH_TABLE_JSON:
        rh_compare_json(&comparison, &winners, spend, out);
        break;
    default:
        code = write_text(&comparison, &winners, spend, options, out, error);
        break;
    }
    if (code == RH_OK && rh_text_status(out) != RH_OK) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
out:
    rh_comparison_free(&comparison);
    rh_winners_free(&winners);
    free(spend);
    return code;
}
