/* By libxlsxwriter. Formulas are written with their values, so that readers which do not calculate show them too. A
 * cell without a figure (no standard error) stays empty. Sheets are read from left to right: what it costs, how bad it
 * can get, what for, when it runs out, what to book and pay each month, what of the revenue, and what all of it rests
 * on. */
#include "report/reserve_workbook.h"

#include "core/calendar.h"
#include "core/file.h"
#include "stats/summary.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

#define HEAD 2           /* row of the heads; above them the question, and an answer's terms */
#define FIRST (HEAD + 1) /* row of figures */
#define SECONDS_PER_DAY 86400
#define HEAD_HEIGHT 32.0 /* points: two lines */
#define WORDS_HEIGHT 62.0
#define WIDE 30.0 /* widths in characters */
#define NARROW 15.0
#define WORDS 70.0
#define CHART_SCALE 1.5
#define CHART_GAP 2 /* rows between a table and its chart */
#define NOT_BOOKED "These results are of a rehearse that did not keep it: run the study again."

enum style {
    STYLE_PLAIN,
    STYLE_TITLE,
    STYLE_NOTE,
    STYLE_HEAD,
    STYLE_MONEY,
    STYLE_SHARE,
    STYLE_RATE,
    STYLE_COUNT,
    STYLE_WORDS,
    NUM_STYLES
};

struct book {
    const struct rh_reserves *self;
    const char *path;
    struct rh_error *error;
    lxw_workbook *workbook;
    lxw_format *style[NUM_STYLES];
    lxw_worksheet *sheet; /* that is written to */
    const char *name;     /* of it */
    int code;             /* the first failure */
};

/* ---- Cells ---- */

static void check(struct book *book, lxw_error status)
{
    if (status != LXW_NO_ERROR && book->code == RH_OK) {
        book->code =
            rh_error_set_at(book->error, status == LXW_ERROR_MEMORY_MALLOC_FAILED ? RH_ERR_NO_MEMORY : RH_ERR_IO,
                            book->path, 0, 0, "the workbook cannot be written: %s", lxw_strerror(status));
    }
}

static void text(struct book *book, int row, int column, const char *string, enum style style)
{
    check(book, worksheet_write_string(book->sheet, (lxw_row_t)row, (lxw_col_t)column, string, book->style[style]));
}

static void number(struct book *book, int row, int column, double value, enum style style)
{
    if (isfinite(value)) {
        check(book, worksheet_write_number(book->sheet, (lxw_row_t)row, (lxw_col_t)column, value, book->style[style]));
    }
}

/* An estimate and, beside it, its standard error. */
static void estimate(struct book *book, int row, int column, struct rh_estimate figure, enum style style)
{
    number(book, row, column, figure.value, style);
    number(book, row, column + 1, figure.se, style);
}

/* A formula and what it comes to. */
static void formula(struct book *book, int row, int column, double value, enum style style, const char *format, ...)
    RH_PRINTF(6, 7);
static void formula(struct book *book, int row, int column, double value, enum style style, const char *format, ...)
{
    va_list arguments;
    char line[256];
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    check(book,
          worksheet_write_formula_num(book->sheet, (lxw_row_t)row, (lxw_col_t)column, line, book->style[style], value));
}

static void width(struct book *book, int column, double characters)
{
    check(book, worksheet_set_column(book->sheet, (lxw_col_t)column, (lxw_col_t)column, characters, NULL));
}

/* The next sheet: its question, what its figures are, heads of its columns, which stay in sight. */
static void sheet(struct book *book, const char *name, const char *question, const char *note, const char *const *heads,
                  int num_heads)
{
    book->name = name;
    book->sheet = workbook_add_worksheet(book->workbook, name);
    text(book, 0, 0, question, STYLE_TITLE);
    text(book, 1, 0, note, STYLE_NOTE);
    for (int k = 0; k < num_heads; k++) {
        text(book, HEAD, k, heads[k], STYLE_HEAD);
    }
    width(book, 0, WIDE);
    for (int k = 1; k < num_heads; k++) {
        width(book, k, NARROW);
    }
    check(book, worksheet_set_row(book->sheet, HEAD, HEAD_HEIGHT, NULL));
    worksheet_freeze_panes(book->sheet, FIRST, 1);
    worksheet_set_landscape(book->sheet);
    worksheet_fit_to_pages(book->sheet, 1, 0);
    check(book, worksheet_repeat_rows(book->sheet, 0, HEAD));
}

/* Names num rows of a column for formulas elsewhere. */
static void name_column(struct book *book, const char *name, int column, int num)
{
    char target[128];
    const char letter = (char)('A' + column);
    if (num > 0) {
        snprintf(target, sizeof target, "='%s'!$%c$%d:$%c$%d", book->name, letter, FIRST + 1, letter, FIRST + num);
        check(book, workbook_define_name(book->workbook, name, target));
    }
}

static void name_cell(struct book *book, const char *name, int row, int column)
{
    char target[128];
    snprintf(target, sizeof target, "='%s'!$%c$%d", book->name, 'A' + column, row + 1);
    check(book, workbook_define_name(book->workbook, name, target));
}

/* ---- Charts ---- */

static lxw_chart *chart(struct book *book, uint8_t type, const char *title, const char *axis, const char *format)
{
    lxw_chart *chart = workbook_add_chart(book->workbook, type);
    if (chart == NULL) {
        check(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return NULL;
    }
    chart_title_set_name(chart, title);
    chart_axis_set_name(chart->y_axis, axis);
    chart_axis_set_num_format(chart->y_axis, format);
    chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
    return chart;
}

/* Adds cells as a series: those of `row` to `last_row` and `column` to `last_column`, one of which is one. */
struct cells {
    int row, column, last_row, last_column;
};

static void series(struct book *book, lxw_chart *chart, struct cells categories, struct cells values, int name_row,
                   int name_column)
{
    lxw_chart_series *series = chart != NULL ? chart_add_series(chart, NULL, NULL) : NULL;
    if (series == NULL) {
        check(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    chart_series_set_categories(series, book->name, (lxw_row_t)categories.row, (lxw_col_t)categories.column,
                                (lxw_row_t)categories.last_row, (lxw_col_t)categories.last_column);
    chart_series_set_values(series, book->name, (lxw_row_t)values.row, (lxw_col_t)values.column,
                            (lxw_row_t)values.last_row, (lxw_col_t)values.last_column);
    chart_series_set_name_range(series, book->name, (lxw_row_t)name_row, (lxw_col_t)name_column);
}

static void place(struct book *book, lxw_chart *chart, int row)
{
    lxw_chart_options options = {.x_scale = CHART_SCALE, .y_scale = CHART_SCALE};
    if (chart != NULL) {
        check(book, worksheet_insert_chart_opt(book->sheet, (lxw_row_t)(row + CHART_GAP), 0, chart, &options));
    }
}

/* ---- Sheets ---- */

static const char *program_name(const struct book *book, const struct rh_reserve *program)
{
    return book->self->results->scenario[program->scenario];
}

static void cost_sheet(struct book *book)
{
    static const char *const heads[] = {"Program", "Expected cost", "± s.e.",         "Reserve",
                                        "± s.e.",  "Cost covered",  "Reserve / cost", "In words"};
    const int num = book->self->num;
    sheet(book, "What will it cost", "What will it cost?",
          "Cost is all that a program costs. Expected cost and reserve together pay for the average of the worst "
          "futures.",
          heads, 8);
    width(book, 7, WORDS);
    for (int i = 0; i < num; i++) {
        const struct rh_reserve *program = &book->self->program[i];
        const struct rh_contribution *cost = &program->cost;
        const int row = FIRST + i;
        struct rh_text words;
        rh_text_init(&words);
        rh_reserve_sentence(book->self, program, &words);
        text(book, row, 0, program_name(book, program), STYLE_PLAIN);
        text(book, row, 7, rh_text_string(&words), STYLE_WORDS);
        check(book, worksheet_set_row(book->sheet, (lxw_row_t)row, WORDS_HEIGHT, NULL));
        rh_text_free(&words);
        if (program->num > 0) {
            estimate(book, row, 1, (struct rh_estimate){cost->mean, cost->mean_se}, STYLE_MONEY);
            estimate(book, row, 3, (struct rh_estimate){cost->excess, cost->excess_se}, STYLE_MONEY);
            formula(book, row, 5, cost->mean + cost->excess, STYLE_MONEY, "=B%d+D%d", row + 1, row + 1);
            formula(book, row, 6, cost->mean > 0.0 ? cost->excess / cost->mean : 0.0, STYLE_SHARE,
                    "=IF(B%d>0,D%d/B%d,0)", row + 1, row + 1, row + 1);
        }
    }
    name_column(book, "Programs", 0, num);
    name_column(book, "Expected_cost", 1, num);
    name_column(book, "Reserve", 3, num);
    lxw_chart *stack = chart(book, LXW_CHART_COLUMN_STACKED, "Expected cost and reserve", "Cost", "#,##0");
    const struct cells names = {FIRST, 0, FIRST + num - 1, 0};
    series(book, stack, names, (struct cells){FIRST, 1, FIRST + num - 1, 1}, HEAD, 1);
    series(book, stack, names, (struct cells){FIRST, 3, FIRST + num - 1, 3}, HEAD, 3);
    place(book, stack, FIRST + num);
}

/* Quantiles are those of /summary, which the reserve's replications without a cost are no part of either. */
static void risk_sheet(struct book *book)
{
    static const char *const heads[] = {"Program",
                                        "p01",
                                        "p05",
                                        "p10",
                                        "p25",
                                        "p50",
                                        "p75",
                                        "p90",
                                        "p95",
                                        "p99",
                                        "Value at risk",
                                        "± s.e.",
                                        "Expected shortfall",
                                        "± s.e."};
    const int num = book->self->num;
    char note[160];
    snprintf(note, sizeof note,
             "Cost not exceeded with 1%% to 99%% probability; value at risk and expected shortfall (mean beyond it) at "
             "%.6g%%.",
             100.0 * book->self->options.confidence);
    sheet(book, "How bad can it be", "How bad can it be?", note, heads, 14);
    for (int i = 0; i < num; i++) {
        const struct rh_reserve *program = &book->self->program[i];
        struct rh_summary summary;
        text(book, FIRST + i, 0, program_name(book, program), STYLE_PLAIN);
        const int code =
            rh_results_read_summary(book->self->results, RH_KPI_COST, program->scenario, &summary, book->error);
        book->code = book->code == RH_OK ? code : book->code;
        for (int q = 0; code == RH_OK && q < RH_NUM_QUANTILES; q++) {
            number(book, FIRST + i, 1 + q, summary.quantile[q], STYLE_MONEY);
        }
        if (program->num > 0) {
            estimate(book, FIRST + i, 10, program->at_risk, STYLE_MONEY);
            estimate(book, FIRST + i, 12, (struct rh_estimate){program->cost.tail, program->cost.tail_se}, STYLE_MONEY);
        }
    }
    name_column(book, "Value_at_risk", 10, num);
    name_column(book, "Expected_shortfall", 12, num);
    lxw_chart *lines = chart(book, LXW_CHART_LINE, "Cost not exceeded", "Cost", "#,##0");
    for (int i = 0; i < num; i++) {
        series(book, lines, (struct cells){HEAD, 1, HEAD, RH_NUM_QUANTILES},
               (struct cells){FIRST + i, 1, FIRST + i, RH_NUM_QUANTILES}, FIRST + i, 0);
    }
    place(book, lines, FIRST + num);
}

/* The program's part i_part, of which the first is in row `first`. */
static void incentive_line(struct book *book, int first, const struct rh_reserve *program, int i_part)
{
    const struct rh_reserve_part *part = &program->part[i_part];
    const struct rh_contribution *cost = &part->cost;
    const int row = first + i_part, last = first + program->num_parts - 1;
    const double whole = program->cost.excess;
    text(book, row, 0, program_name(book, program), STYLE_PLAIN);
    text(book, row, 1, part->incentive != NULL ? part->incentive : "other costs", STYLE_PLAIN);
    estimate(book, row, 2, (struct rh_estimate){cost->mean, cost->mean_se}, STYLE_MONEY);
    estimate(book, row, 4, (struct rh_estimate){cost->tail, cost->tail_se}, STYLE_MONEY);
    estimate(book, row, 6, (struct rh_estimate){cost->excess, cost->excess_se}, STYLE_MONEY);
    formula(book, row, 8, whole > 0.0 ? cost->excess / whole : 0.0, STYLE_SHARE,
            "=IF(SUM(G$%d:G$%d)>0,G%d/SUM(G$%d:G$%d),0)", first + 1, last + 1, row + 1, first + 1, last + 1);
}

/* The parts of each program, and beneath them that they add up to what the first sheet says. */
static void incentive_sheet(struct book *book)
{
    static const char *const heads[] = {
        "Program", "Incentive",           "Expected", "± s.e.", "In the worst futures", "± s.e.", "Reserve",
        "± s.e.",  "Share of the reserve"};
    int num = 0;
    sheet(book, "Reserve by incentive", "Which incentive is the reserve for?",
          "Euler contributions: the mean of what each pays in the worst futures of the whole program, less its mean. "
          "They "
          "add up.",
          heads, 9);
    width(book, 1, WIDE);
    for (int i = 0; i < book->self->num; i++) {
        const struct rh_reserve *program = &book->self->program[i];
        for (int k = 0; k < program->num_parts; k++) {
            incentive_line(book, FIRST + num, program, k);
        }
        num += program->num_parts;
    }
    name_column(book, "Reserve_by_incentive", 6, num);
    const int check_row = FIRST + num + 1;
    text(book, check_row, 0, "Sum of all parts", STYLE_PLAIN);
    text(book, check_row + 1, 0, "Less the reserves of the programs", STYLE_PLAIN);
    double sum = 0.0;
    for (int i = 0; i < book->self->num; i++) {
        sum += book->self->program[i].cost.excess;
    }
    if (num > 0) {
        formula(book, check_row, 6, sum, STYLE_MONEY, "=SUM(Reserve_by_incentive)");
        formula(book, check_row + 1, 6, 0.0, STYLE_MONEY, "=ROUND(SUM(Reserve_by_incentive)-SUM(Reserve),2)");
        lxw_chart *bars = chart(book, LXW_CHART_COLUMN, "Reserve by incentive", "Reserve", "#,##0");
        series(book, bars, (struct cells){FIRST, 0, FIRST + num - 1, 1}, (struct cells){FIRST, 6, FIRST + num - 1, 6},
               HEAD, 6);
        place(book, bars, check_row + 2);
    }
}

/* A row per program with a budget, a column per month: the probability that it has run out by then. */
static void budget_sheet(struct book *book)
{
    const struct rh_results *results = book->self->results;
    const int months = results->cut_size[RH_CUT_MONTH];
    int num = 0;
    static const char *const heads[] = {"Program", "Month", "May be spent", "Runs out then", "± s.e.", "Has run out"};
    sheet(book, "When does the money run out", "When does the money run out?",
          "Probability that rewards owed exceed what may be spent: for the first time in the month, and by its end.",
          heads, 6);
    lxw_chart *lines = chart(book, LXW_CHART_LINE, "The budget has run out", "Probability", "0%");
    for (int i = 0; i < book->self->num; i++) {
        const struct rh_reserve *program = &book->self->program[i];
        double until = 0.0;
        for (int t = 0; program->has_budget && t < months; t++) {
            const int row = FIRST + num * months + t;
            until += program->exhausted[t].value;
            text(book, row, 0, program_name(book, program), STYLE_PLAIN);
            text(book, row, 1, results->cut_label[RH_CUT_MONTH][t], STYLE_PLAIN);
            number(book, row, 2, program->spendable, STYLE_MONEY);
            estimate(book, row, 3, program->exhausted[t], STYLE_SHARE);
            if (t == 0) {
                formula(book, row, 5, until, STYLE_SHARE, "=D%d", row + 1);
            } else {
                formula(book, row, 5, until, STYLE_SHARE, "=F%d+D%d", row, row + 1);
            }
        }
        if (program->has_budget) {
            const int first = FIRST + num * months, last = first + months - 1;
            series(book, lines, (struct cells){first, 1, last, 1}, (struct cells){first, 5, last, 5}, first, 0);
            num++;
        }
    }
    if (num > 0) {
        name_column(book, "Runs_out_in_month", 3, num * months);
        place(book, lines, FIRST + num * months);
    } else {
        text(book, FIRST, 0, "No program has a budget.", STYLE_PLAIN);
    }
}

/* Rows of a program in a table by month, which begin at `first`: its name, its months. */
static void month_rows(struct book *book, const struct rh_reserve *program, int first)
{
    const struct rh_results *results = book->self->results;
    for (int t = 0; t < results->cut_size[RH_CUT_MONTH]; t++) {
        text(book, first + t, 0, program_name(book, program), STYLE_PLAIN);
        text(book, first + t, 1, results->cut_label[RH_CUT_MONTH][t], STYLE_PLAIN);
    }
}

static struct rh_estimate mean_of(const struct rh_summary *summary)
{
    return (struct rh_estimate){summary->mean, summary->mean_se};
}

/* A row per program and month: what is accrued on sales, and by how much the true-up of the windows that end then is
 * off. */
static void accrual_sheet(struct book *book)
{
    static const char *const heads[] = {"Program",     "Month",        "Eligible revenue", "Accrual",
                                        "± s.e.",      "Accrual rate", "Accrued so far",   "True-up: sd",
                                        "True-up p05", "± s.e.",       "True-up p95",      "± s.e."};
    const int months = book->self->results->cut_size[RH_CUT_MONTH];
    int num = 0;
    sheet(book, "What to accrue", "What is to be accrued each month, and how far off will it be?",
          "Means: eligible revenue of the month at the mean cost of each window per eligible revenue. True-up: cost of "
          "windows that end in the month less what was accrued; its mean is 0.",
          heads, 12);
    lxw_chart *bars = chart(book, LXW_CHART_COLUMN, "Accrual by month", "Accrual", "#,##0");
    for (int i = 0; i < book->self->num; i++) {
        const struct rh_reserve *program = &book->self->program[i];
        const int first = FIRST + num * months;
        double so_far = 0.0;
        if (program->booked == NULL) {
            continue;
        }
        month_rows(book, program, first);
        for (int t = 0; t < months; t++) {
            const int row = first + t;
            const struct rh_summary *sales = rh_reserve_booked(book->self, program, RH_FINANCE_SALES, t);
            const struct rh_summary *accrual = rh_reserve_booked(book->self, program, RH_FINANCE_ACCRUAL, t);
            const struct rh_summary *true_up = rh_reserve_booked(book->self, program, RH_FINANCE_TRUE_UP, t);
            const double rate = rh_reserve_accrual_rate(book->self, program, t);
            so_far += accrual->mean;
            number(book, row, 2, sales->mean, STYLE_MONEY);
            estimate(book, row, 3, mean_of(accrual), STYLE_MONEY);
            formula(book, row, 5, isnan(rate) ? 0.0 : rate, STYLE_RATE, "=IF(C%d>0,D%d/C%d,0)", row + 1, row + 1,
                    row + 1);
            formula(book, row, 6, so_far, STYLE_MONEY, "=SUM(D%d:D%d)", first + 1, row + 1);
            number(book, row, 7, true_up->sd, STYLE_MONEY);
            estimate(book, row, 8, (struct rh_estimate){true_up->quantile[RH_P05], true_up->quantile_se[RH_P05]},
                     STYLE_MONEY);
            estimate(book, row, 10, (struct rh_estimate){true_up->quantile[RH_P95], true_up->quantile_se[RH_P95]},
                     STYLE_MONEY);
        }
        series(book, bars, (struct cells){first, 1, first + months - 1, 1},
               (struct cells){first, 3, first + months - 1, 3}, first, 0);
        num++;
    }
    if (num == 0) {
        text(book, FIRST, 0, NOT_BOOKED, STYLE_PLAIN);
        return;
    }
    name_column(book, "Accrual_by_month", 3, num * months);
    name_column(book, "Accrual_rate", 5, num * months);
    place(book, bars, FIRST + num * months);
}

/* A row per program and month, and one for what comes later: what is paid out, and what is still owed. */
static void cash_sheet(struct book *book)
{
    static const char *const heads[] = {"Program",     "Month",           "Cash",  "± s.e.", "Cash p05", "Cash p95",
                                        "Paid so far", "Owed at the end", "± s.e."};
    const int months = book->self->results->cut_size[RH_CUT_MONTH];
    int num = 0;
    sheet(book, "When is it paid", "When is it paid?",
          "Cost by the month in which it is paid out; owed: accrued and corrected until then, and not paid out. Later: "
          "paid out after the last month.",
          heads, 9);
    lxw_chart *bars = chart(book, LXW_CHART_COLUMN, "Cash by month", "Cash", "#,##0");
    for (int i = 0; i < book->self->num; i++) {
        const struct rh_reserve *program = &book->self->program[i];
        const int first = FIRST + num * (months + 1), later = first + months;
        double paid = 0.0;
        if (program->booked == NULL) {
            continue;
        }
        month_rows(book, program, first);
        for (int t = 0; t < months; t++) {
            const struct rh_summary *cash = rh_reserve_booked(book->self, program, RH_FINANCE_CASH, t);
            const struct rh_summary *owed = rh_reserve_booked(book->self, program, RH_FINANCE_LIABILITY, t);
            paid += cash->mean;
            estimate(book, first + t, 2, mean_of(cash), STYLE_MONEY);
            number(book, first + t, 4, cash->quantile[RH_P05], STYLE_MONEY);
            number(book, first + t, 5, cash->quantile[RH_P95], STYLE_MONEY);
            formula(book, first + t, 6, paid, STYLE_MONEY, "=SUM(C%d:C%d)", first + 1, first + t + 1);
            estimate(book, first + t, 7, mean_of(owed), STYLE_MONEY);
        }
        const double left = rh_reserve_booked(book->self, program, RH_FINANCE_LIABILITY, months - 1)->mean;
        text(book, later, 0, program_name(book, program), STYLE_PLAIN);
        text(book, later, 1, "later", STYLE_PLAIN);
        formula(book, later, 2, left, STYLE_MONEY, "=H%d", later);
        formula(book, later, 6, paid + left, STYLE_MONEY, "=SUM(C%d:C%d)", first + 1, later + 1);
        series(book, bars, (struct cells){first, 1, later, 1}, (struct cells){first, 2, later, 2}, first, 0);
        num++;
    }
    if (num == 0) {
        text(book, FIRST, 0, NOT_BOOKED, STYLE_PLAIN);
        return;
    }
    name_column(book, "Cash_by_month", 2, num * (months + 1));
    name_column(book, "Owed_by_month", 7, num * (months + 1));
    place(book, bars, FIRST + num * (months + 1));
}

static void recognition_sheet(struct book *book)
{
    const int num = book->self->num;
    char bound[32], note[200];
    snprintf(bound, sizeof bound, "Not exceeded with %.6g%%", 100.0 * book->self->options.likely);
    const char *const heads[] = {"Program", "Expected revenue",   "± s.e.", "Rewards: expected value",
                                 "± s.e.",  "Most likely amount", "± s.e.", bound,
                                 "± s.e.",  "Constraint",         "± s.e.", "Revenue less both"};
    snprintf(
        note, sizeof note,
        "Variable consideration, IFRS 15.50-58 and ASC 606-10-32-5 to 32-13: so much of the rewards reduces revenue "
        "that a reversal is unlikely at %.6g%%.",
        100.0 * book->self->options.likely);
    sheet(book, "What may be recognized", "What may be recognized?", note, heads, 12);
    for (int i = 0; i < num; i++) {
        const struct rh_reserve *program = &book->self->program[i];
        const int row = FIRST + i;
        text(book, row, 0, program_name(book, program), STYLE_PLAIN);
        if (program->num > 0) {
            const struct rh_estimate mode = {program->paid_mode.value, program->paid_mode.se};
            estimate(book, row, 1, program->revenue, STYLE_MONEY);
            estimate(book, row, 3, program->paid, STYLE_MONEY);
            estimate(book, row, 5, mode, STYLE_MONEY);
            estimate(book, row, 7, program->paid_bound, STYLE_MONEY);
            estimate(book, row, 9, program->constraint, STYLE_MONEY);
            formula(book, row, 11, program->revenue.value - program->paid.value - program->constraint.value,
                    STYLE_MONEY, "=B%d-D%d-J%d", row + 1, row + 1, row + 1);
        }
    }
    name_column(book, "Rewards_expected", 3, num);
    name_column(book, "Constraint", 9, num);
    lxw_chart *stack = chart(book, LXW_CHART_COLUMN_STACKED, "Rewards that reduce revenue", "Rewards", "#,##0");
    const struct cells names = {FIRST, 0, FIRST + num - 1, 0};
    series(book, stack, names, (struct cells){FIRST, 3, FIRST + num - 1, 3}, HEAD, 3);
    series(book, stack, names, (struct cells){FIRST, 9, FIRST + num - 1, 9}, HEAD, 9);
    place(book, stack, FIRST + num);
}

/* A line of the last sheet: what, and its value. */
static int fact(struct book *book, int row, const char *what, const char *value)
{
    text(book, row, 0, what, STYLE_PLAIN);
    text(book, row, 1, value, STYLE_PLAIN);
    return row + 1;
}

static int run_facts(struct book *book, int row)
{
    const struct rh_results *results = book->self->results;
    char seed[32];
    snprintf(seed, sizeof seed, "%" PRIu64, results->seed);
    row = fact(book, row, "Study", results->title);
    row = fact(book, row, "Currency", results->currency);
    row = fact(book, row, "First month", results->cut_label[RH_CUT_MONTH][0]);
    row = fact(book, row, "Last month", results->cut_label[RH_CUT_MONTH][results->cut_size[RH_CUT_MONTH] - 1]);
    row = fact(book, row, "Measured against", results->scenario[results->reference]);
    row = fact(book, row, "Seed", seed); /* 64 bits are more than a cell's number holds */
    text(book, row, 0, "Replications", STYLE_PLAIN);
    number(book, row++, 1, (double)results->replications, STYLE_COUNT);
    text(book, row, 0, "Confidence of the reserve", STYLE_PLAIN);
    name_cell(book, "Confidence", row, 1);
    number(book, row++, 1, book->self->options.confidence, STYLE_SHARE);
    text(book, row, 0, "Highly probable is", STYLE_PLAIN);
    name_cell(book, "Highly_probable", row, 1);
    number(book, row++, 1, book->self->options.likely, STYLE_SHARE);
    if (results->margin_assumed) {
        row = fact(book, row, "Assumed", "The vendor's margin of some products is not from the history.");
    }
    for (int i = 0; i < results->num_notes; i++) {
        row = fact(book, row, "Note", results->note[i]);
    }
    return row;
}

static void assumptions_sheet(struct book *book)
{
    static const char *const heads[] = {"What", "Value"};
    static const char *const files[] = {"File", "Role", "SHA-256"};
    static const char *const columns[] = {"Parameter", "Value or distribution", "Where from", "Unit", "Meaning"};
    const struct rh_results *results = book->self->results;
    struct rh_results_parameters parameters;
    sheet(book, "Assumptions and provenance", "What does all of this rest on?",
          "The run, the files that went into it, and what the model assumes.", heads, 2);
    width(book, 1, WORDS);
    width(book, 2, WIDE);
    int row = run_facts(book, FIRST) + 1;
    for (int k = 0; k < 3; k++) {
        text(book, row, k, files[k], STYLE_HEAD);
    }
    row++;
    for (int i = 0; i < results->num_inputs; i++, row++) {
        text(book, row, 0, results->input_path[i], STYLE_PLAIN);
        text(book, row, 1, results->input_role[i], STYLE_PLAIN);
        text(book, row, 2, results->input_sha256[i], STYLE_PLAIN);
    }
    const int code = rh_results_read_parameters(results, &parameters, book->error);
    book->code = book->code == RH_OK ? code : book->code;
    row++;
    for (int k = 0; k < 5 && parameters.num > 0; k++) {
        text(book, row, k, columns[k], STYLE_HEAD);
    }
    row++;
    for (int i = 0; code == RH_OK && i < parameters.num; i++, row++) {
        const char *const cells[] = {parameters.name[i], parameters.distribution[i], parameters.origin[i],
                                     parameters.unit[i], parameters.description[i]};
        for (int k = 0; k < 5; k++) {
            text(book, row, k, cells[k], STYLE_PLAIN);
        }
    }
    rh_results_parameters_free(&parameters);
}

/* ---- The file ---- */

static void make_styles(struct book *book)
{
    static const char *const formats[NUM_STYLES] = {[STYLE_MONEY] = "[>=0.005]#,##0.00;[Red][<=-0.005]-#,##0.00;0.00",
                                                    [STYLE_SHARE] = "0.0%",
                                                    [STYLE_RATE] = "0.000%",
                                                    [STYLE_COUNT] = "#,##0"};
    for (int k = 0; k < NUM_STYLES; k++) {
        lxw_format *style = workbook_add_format(book->workbook);
        if (style == NULL) {
            check(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
            return;
        }
        if (formats[k] != NULL) {
            format_set_num_format(style, formats[k]);
        }
        format_set_align(style, LXW_ALIGN_VERTICAL_TOP);
        book->style[k] = style;
    }
    format_set_text_wrap(book->style[STYLE_WORDS]);
    format_set_bold(book->style[STYLE_TITLE]);
    format_set_font_size(book->style[STYLE_TITLE], 14.0);
    format_set_italic(book->style[STYLE_NOTE]);
    format_set_bold(book->style[STYLE_HEAD]);
    format_set_text_wrap(book->style[STYLE_HEAD]);
    format_set_bottom(book->style[STYLE_HEAD], LXW_BORDER_THIN);
    format_set_align(book->style[STYLE_HEAD], LXW_ALIGN_VERTICAL_BOTTOM);
}

static void fill(struct book *book)
{
    const struct rh_results *results = book->self->results;
    lxw_doc_properties properties = {.title = results->title[0] != '\0' ? results->title : (char[]){"Reserves"},
                                     .created = (time_t)rh_month_first_day(results->first_month) * SECONDS_PER_DAY};
    check(book, workbook_set_properties(book->workbook, &properties));
    make_styles(book);
    if (book->code == RH_OK) {
        cost_sheet(book);
        risk_sheet(book);
        incentive_sheet(book);
        budget_sheet(book);
        accrual_sheet(book);
        cash_sheet(book);
        recognition_sheet(book);
        assumptions_sheet(book);
    }
}

int rh_reserves_workbook(const struct rh_reserves *self, const char *path, struct rh_error *error)
{
    struct rh_output output;
    struct book book = {.self = self, .path = path, .error = error};
    book.code = rh_output_open(&output, path, error);
    if (book.code == RH_OK) {
        /* The library opens the file by its name; what is open stays the same file. */
        book.workbook = workbook_new(output.temporary != NULL ? output.temporary : path);
        if (book.workbook == NULL) {
            check(&book, LXW_ERROR_MEMORY_MALLOC_FAILED);
        } else {
            fill(&book);
            check(&book, workbook_close(book.workbook));
        }
    }
    if (book.code == RH_OK) {
        book.code = rh_output_commit(&output, error);
    }
    rh_output_abort(&output);
    return book.code;
}
