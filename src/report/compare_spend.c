#include "report/compare_spend.h"

#include "report/figure.h"

#include <math.h>

enum { PAID = RH_NUM_SPEND_PARTS, NUM_COLUMNS }; /* the parts come first */

/* Narrow enough for a page of 80 columns. */
static const struct {
    int what;
    const char *above, *head; /* lines of the head */
    size_t width;
} columns[NUM_COLUMNS] = {
    {PAID, "", "paid", 6},
    {RH_SPEND_INCREMENTAL, "", "incremental", 11},
    {RH_SPEND_PULLED, "pulled", "forward", 7},
    {RH_SPEND_WINDFALL, "", "windfall", 8},
    {RH_SPEND_ERROR, "", "error", 6},
    {RH_SPEND_BREAKAGE, "", "breakage", 8},
};

/* Of the reference there is nothing to tell: all that it pays is for what is done under it. */
static bool is_told(const struct rh_page *page, const struct rh_spend *spend, int scenario)
{
    return scenario != page->results->reference &&
           (spend[scenario].paid > 0.0 || spend[scenario].part[RH_SPEND_BREAKAGE] > 0.0);
}

static double amount_of(const struct rh_spend *spend, int what)
{
    return what == PAID ? spend->paid : spend->part[what];
}

static void print_head(const struct rh_page *page)
{
    size_t above = page->name_width, pending = page->name_width, total = page->name_width;
    rh_text_puts(page->out, "\n");
    for (int k = 0; k < NUM_COLUMNS; k++) {
        rh_page_cell(page, columns[k].above, columns[k].width, &above);
        total += RH_PAGE_GAP + columns[k].width;
    }
    rh_text_puts(page->out, "\n");
    for (int k = 0; k < NUM_COLUMNS; k++) {
        rh_page_cell(page, columns[k].head, columns[k].width, &pending);
    }
    rh_text_puts(page->out, "\n");
    rh_page_rule(page, total);
}

/* Amounts, or each as a share of what is paid. */
static void print_line(const struct rh_page *page, const struct rh_spend *spend, bool shares, size_t pending)
{
    struct rh_text text;
    char cell[RH_PAGE_CELL];
    rh_text_init(&text);
    for (int k = 0; k < NUM_COLUMNS; k++) {
        const double amount = amount_of(spend, columns[k].what);
        if (!shares) {
            rh_figure_short(&text, amount, 3);
        } else if (columns[k].what != PAID) {
            rh_figure_share(&text, amount / spend->paid);
        }
        rh_page_copy(cell, &text);
        rh_page_cell(page, cell, columns[k].width, &pending);
    }
    rh_text_puts(page->out, "\n");
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

static void print_program(const struct rh_page *page, int rank, const struct rh_spend *spend)
{
    rh_page_name(page, rank, page->name_width);
    print_line(page, spend, false, 0);
    if (spend->paid > 0.0) {
        rh_page_style(page, "2");
        print_line(page, spend, true, page->name_width);
        rh_page_style(page, "0");
    }
}

void rh_compare_spend(const struct rh_page *page, const struct rh_spend *spend)
{
    struct rh_text text;
    int told = 0;
    for (int scenario = 0; scenario < page->results->num_scenarios; scenario++) {
        told += is_told(page, spend, scenario);
    }
    if (told == 0) {
        return;
    }
    rh_text_init(&text);
    rh_text_printf(&text,
                   "Where the money goes: what is paid for sales beyond those under %s (incremental), for sales pulled "
                   "forward, for what partners do anyway (windfall) and by error add up to what is paid; breakage is "
                   "earned but never claimed. Means, and shares of what is paid.",
                   page->results->scenario[page->results->reference]);
    rh_text_puts(page->out, "\n");
    rh_page_paragraph_text(page, &text, 0);
    rh_text_free(&text);
    print_head(page);
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        const int scenario = page->comparison->order[rank];
        if (is_told(page, spend, scenario)) {
            print_program(page, rank, &spend[scenario]);
        }
    }
}
