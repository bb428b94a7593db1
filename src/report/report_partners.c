/* Who wins and who loses: how many partners of each segment and tier, and those that do most. */
#include "report/report_parts.h"

#include "report/figure.h"

#include <math.h>

static void count_row(const struct rh_report_page *page, const char *program, const char *group,
                      const int count[RH_NUM_SIDES])
{
    struct rh_text figure;
    rh_text_init(&figure);
    rh_html_row_begin(page->out, program, NULL);
    rh_html_cell(page->out, group);
    for (int side = 0; side < RH_NUM_SIDES; side++) {
        rh_text_number(&figure, count[side], 0);
        rh_html_number_cell(page->out, count[side], &figure, NULL);
    }
    rh_html_row_end(page->out);
    rh_text_free(&figure);
}

/* A row for each segment, or tier, where there are several. */
static void cut_rows(const struct rh_report_page *page, int scenario, enum rh_cut cut, char *const *column)
{
    struct rh_text label;
    rh_text_init(&label);
    for (int k = 0; page->results->cut_size[cut] > 1 && k < page->results->cut_size[cut]; k++) {
        const char *text = page->results->cut_label[cut][k];
        int count[RH_NUM_SIDES];
        rh_winners_count(page->winners, scenario, column, text, count);
        if (text[0] != '\0') {
            rh_text_printf(&label, "%s %s", rh_cut_name(cut), text);
        } else {
            rh_text_printf(&label, "no %s", rh_cut_name(cut));
        }
        count_row(page, page->results->scenario[scenario], rh_text_string(&label), count);
        rh_text_clear(&label);
    }
    rh_text_free(&label);
}

static void counts(const struct rh_report_page *page)
{
    static const struct rh_html_column heads[] = {{"Program", false}, {"Partners", false}, {"Win", true},
                                                  {"Lose", true},     {"Unclear", true},   {"Not affected", true}};
    const struct rh_results_partners *partners = &page->winners->partners;
    rh_html_table_begin(page->out, "Partners that win and lose", heads, 6, true);
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        const int scenario = page->comparison->order[rank];
        if (rh_winners_is_candidate(page->winners, scenario)) {
            int all[RH_NUM_SIDES];
            rh_winners_count(page->winners, scenario, NULL, NULL, all);
            count_row(page, page->results->scenario[scenario], "all", all);
            cut_rows(page, scenario, RH_CUT_SEGMENT, partners->segment);
            cut_rows(page, scenario, RH_CUT_TIER, partners->tier);
        }
    }
    rh_html_table_end(page->out);
}

static void partner_row(const struct rh_report_page *page, int scenario, int i)
{
    const struct rh_winners *winners = page->winners;
    const char *segment = winners->partners.segment[i], *tier = winners->partners.tier[i];
    struct rh_text text;
    rh_text_init(&text);
    rh_text_printf(&text, "%s%s%s", segment, segment[0] != '\0' && tier[0] != '\0' ? ", " : "", tier);
    rh_html_row_begin(page->out, winners->partners.id[i], rh_text_string(&text));
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
    rh_report_cell(page, RH_KPI_PARTNER_GAIN, rh_winners_figure(winners, RH_PARTNER_CHANGE_MEAN, scenario, i), NAN,
                   NAN);
    rh_report_probability_cell(page, rh_winners_figure(winners, RH_PARTNER_P_BETTER, scenario, i));
    static const enum rh_partner_figure medians[][3] = {
        {RH_PARTNER_LIFT_P50, RH_PARTNER_LIFT_P05, RH_PARTNER_LIFT_P95},
        {RH_PARTNER_PAYOUT_P50, RH_PARTNER_PAYOUT_P05, RH_PARTNER_PAYOUT_P95}};
    for (size_t k = 0; k < 2; k++) {
        rh_report_cell(page, RH_KPI_PARTNER_GAIN, rh_winners_figure(winners, medians[k][0], scenario, i),
                       rh_winners_figure(winners, medians[k][1], scenario, i),
                       rh_winners_figure(winners, medians[k][2], scenario, i));
    }
    rh_html_row_end(page->out);
}

/* From the one that wins most to the one that loses most. */
static void largest(const struct rh_report_page *page, int scenario)
{
    static const struct rh_html_column heads[] = {{"Partner", false},
                                                  {"Change of its gain, mean", true},
                                                  {"Better off in", true},
                                                  {"Sells more", true},
                                                  {"Is paid", true}};
    struct rh_text caption;
    rh_text_init(&caption);
    rh_text_printf(&caption, "%s: the partners that win and lose most", page->results->scenario[scenario]);
    rh_html_table_begin(page->out, rh_text_string(&caption), heads, 5, true);
    for (int losers = 0; losers < 2; losers++) {
        int shown[RH_WINNERS_SHOWN];
        const int num = rh_winners_largest(page->winners, scenario, losers == 1, shown);
        for (int k = 0; k < num; k++) {
            partner_row(page, scenario, shown[losers == 1 ? num - 1 - k : k]);
        }
    }
    rh_html_table_end(page->out);
    page->out->failed = page->out->failed || caption.failed;
    rh_text_free(&caption);
}

void rh_report_partners(const struct rh_report_page *page)
{
    const int best = page->conclusions->best;
    struct rh_text line;
    if (page->winners->partners.num == 0 || !rh_winners_is_candidate(page->winners, best)) {
        return;
    }
    rh_text_init(&line);
    rh_text_printf(&line,
                   "By what partners gain more than under %s, in payments and in their own margin on what they sell; "
                   "what effort costs them and what they pass on in prices is not in it. A partner wins where it gains "
                   "more on average and in over 90%% of the futures, and loses where it gains less on average, and "
                   "more in under 10%% of them.",
                   page->results->scenario[page->results->reference]);
    rh_report_section(page, "partners", "Who wins, who loses", rh_text_string(&line));
    largest(page, best);
    counts(page);
    rh_report_section_end(page);
    page->out->failed = page->out->failed || line.failed;
    rh_text_free(&line);
}
