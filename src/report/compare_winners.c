#include "report/compare_winners.h"

#include "report/figure.h"

#include <string.h>

static const char *const side_heads[RH_NUM_SIDES] = {"win", "lose", "unclear", "unaffected"};
static const size_t side_widths[RH_NUM_SIDES] = {6, 6, 7, 10};

/* One partner. */
enum { NUM_FIGURES = 5 };
static const char *const figure_heads[NUM_FIGURES] = {"mean change", "P(better)", "lift 5…95%", "payout 5…95%",
                                                      "mean gain"};
static const size_t figure_widths[NUM_FIGURES] = {11, 9, 13, 13, 9};
#define MOST_LABEL 40

static size_t total_width(const size_t *widths, int num)
{
    size_t total = 0;
    for (int i = 0; i < num; i++) {
        total += RH_PAGE_GAP + widths[i];
    }
    return total;
}

/* Names and labels in full where there is room for them. */
static size_t side_label_width(const struct rh_page *page)
{
    const size_t sides = total_width(side_widths, RH_NUM_SIDES);
    size_t most = page->name_width;
    for (int cut = RH_CUT_SEGMENT; cut <= RH_CUT_TIER; cut++) {
        for (int k = 0; cut != RH_CUT_REGION && k < page->results->cut_size[cut]; k++) {
            const size_t width = 4 + rh_figure_width(page->results->cut_label[cut][k]);
            most = width > most ? width : most;
        }
    }
    return page->width > sides + most ? most : page->width - sides;
}

static void print_head(const struct rh_page *page, size_t label, const char *const *heads, const size_t *widths,
                       int num)
{
    size_t pending = label;
    rh_text_puts(page->out, "\n");
    for (int i = 0; i < num; i++) {
        rh_page_cell(page, heads[i], widths[i], &pending);
    }
    rh_text_puts(page->out, "\n");
    rh_page_rule(page, label + total_width(widths, num));
}

static void print_counts(const struct rh_page *page, const int *count)
{
    struct rh_text text;
    size_t pending = 0;
    rh_text_init(&text);
    for (int side = 0; side < RH_NUM_SIDES; side++) {
        char entry[RH_PAGE_CELL];
        rh_text_number(&text, count[side], 0);
        rh_page_copy(entry, &text);
        rh_page_cell(page, entry, side_widths[side], &pending);
    }
    rh_text_puts(page->out, "\n");
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

/* The partners of each segment, or tier, where there are several. */
static void print_cut(const struct rh_page *page, size_t width, const struct rh_winners *winners, int scenario,
                      enum rh_cut cut, char *const *column)
{
    const struct rh_results *results = page->results;
    struct rh_text text;
    rh_text_init(&text);
    for (int k = 0; results->cut_size[cut] > 1 && k < results->cut_size[cut]; k++) {
        const char *label = results->cut_label[cut][k];
        int count[RH_NUM_SIDES];
        rh_winners_count(winners, scenario, column, label, count);
        if (label[0] == '\0') {
            rh_text_printf(&text, "    no %s", rh_cut_name(cut));
        } else {
            rh_text_printf(&text, "    %s", label);
        }
        rh_page_style(page, "2");
        rh_figure_pad(page->out, rh_text_string(&text), width, false);
        print_counts(page, count);
        rh_page_style(page, "0");
        page->out->failed = page->out->failed || text.failed;
        rh_text_clear(&text);
    }
    rh_text_free(&text);
}

static void counts_table(const struct rh_page *page, const struct rh_winners *winners)
{
    const size_t width = side_label_width(page);
    struct rh_text text;
    rh_text_init(&text);
    rh_text_puts(page->out, "\n");
    rh_text_printf(&text,
                   "Winners and losers: partners by what they gain more than under %s, in payments and in their own "
                   "margin on what they sell; what effort costs them and what they pass on in prices is not in it. A "
                   "partner wins where it gains more on average and in over 90%% of the replications; it loses where "
                   "it gains less on average, and more in under 10%% of them.",
                   page->results->scenario[page->results->reference]);
    rh_page_paragraph_text(page, &text, 0);
    rh_text_free(&text);
    print_head(page, width, side_heads, side_widths, RH_NUM_SIDES);
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        const int scenario = page->comparison->order[rank];
        if (rh_winners_is_candidate(winners, scenario)) {
            int all[RH_NUM_SIDES];
            rh_winners_count(winners, scenario, NULL, NULL, all);
            rh_page_name(page, rank, width);
            print_counts(page, all);
            print_cut(page, width, winners, scenario, RH_CUT_SEGMENT, winners->partners.segment);
            print_cut(page, width, winners, scenario, RH_CUT_TIER, winners->partners.tier);
        }
    }
}

/* "P0013 · Retailer · gold". */
static void print_partner(const struct rh_page *page, const struct rh_winners *winners, int i, size_t width)
{
    const char *const words[] = {winners->partners.id[i], winners->partners.segment[i], winners->partners.tier[i]};
    struct rh_text text;
    rh_text_init(&text);
    for (int k = 0; k < 3; k++) {
        rh_text_printf(&text, "%s%s", k > 0 && words[k][0] != '\0' ? " · " : "", words[k]);
    }
    rh_figure_pad(page->out, rh_text_string(&text), width, false);
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

static void print_figures(const struct rh_page *page, const struct rh_winners *winners, int scenario, int i)
{
    struct rh_text text;
    size_t pending = 0;
    rh_text_init(&text);
    for (int k = 0; k < NUM_FIGURES; k++) {
        char entry[RH_PAGE_CELL];
        const enum rh_partner_figure low = k == 2 ? RH_PARTNER_LIFT_P05 : RH_PARTNER_PAYOUT_P05;
        if (k == 1) {
            rh_figure_probability(&text, rh_winners_figure(winners, RH_PARTNER_P_BETTER, scenario, i));
        } else if (k == 2 || k == 3) {
            rh_figure_range(&text, RH_KPI_PARTNER_GAIN, rh_winners_figure(winners, low, scenario, i),
                            rh_winners_figure(winners, low + 2, scenario, i));
            if (text.length == 0) { /* the same at both ends */
                rh_figure_short(&text, rh_winners_figure(winners, low, scenario, i), 3);
            }
        } else {
            rh_figure_short(
                &text, rh_winners_figure(winners, k == 0 ? RH_PARTNER_CHANGE_MEAN : RH_PARTNER_GAIN_MEAN, scenario, i),
                3);
        }
        rh_page_copy(entry, &text);
        rh_page_cell(page, entry, figure_widths[k], &pending);
    }
    rh_text_puts(page->out, "\n");
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

/* The largest winners and losers of one program. */
static void largest_table(const struct rh_page *page, const struct rh_winners *winners, int rank)
{
    const int scenario = page->comparison->order[rank];
    const size_t figures = total_width(figure_widths, NUM_FIGURES);
    const size_t room = page->width > figures + 10 ? page->width - figures : 10;
    const size_t label = room < MOST_LABEL ? room : MOST_LABEL;
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "%s: the largest winners and losers by the mean change of their gain",
                   page->results->scenario[scenario]);
    rh_text_puts(page->out, "\n");
    rh_page_paragraph_text(page, &text, 0);
    rh_text_free(&text);
    print_head(page, label, figure_heads, figure_widths, NUM_FIGURES);
    for (int losers = 0; losers < 2; losers++) {
        int shown[RH_WINNERS_SHOWN];
        const int num = rh_winners_largest(winners, scenario, losers == 1, shown);
        for (int k = 0; k < num; k++) {
            const int place = losers == 1 ? num - 1 - k : k; /* from the best to the worst */
            print_partner(page, winners, shown[place], label);
            print_figures(page, winners, scenario, shown[place]);
        }
        if (num == 0) {
            rh_page_paragraph(page, losers == 1 ? "(nobody loses on average)" : "(nobody wins on average)", 0);
        } else if (losers == 0) {
            rh_text_puts(page->out, "…\n");
        }
    }
}

void rh_compare_winners(const struct rh_page *page, const struct rh_winners *winners, bool all)
{
    int shown = 0, candidates = 0;
    for (int scenario = 0; scenario < page->results->num_scenarios && winners->partners.num > 0; scenario++) {
        candidates += rh_winners_is_candidate(winners, scenario);
    }
    if (candidates == 0) {
        return;
    }
    counts_table(page, winners);
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        if (rh_winners_is_candidate(winners, page->comparison->order[rank]) && (all || shown == 0)) {
            largest_table(page, winners, rank);
            shown++;
        }
    }
    if (shown < candidates) {
        rh_page_paragraph(page, "(--all tells those of the other programs, too.)", 0);
    }
}
