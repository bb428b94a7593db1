/* For finance: what each program may cost, the reserve and what it is for, and what of the rewards limits revenue. */
#include "report/report_parts.h"

#include "report/figure.h"

#include <math.h>

#define NEGLIGIBLE 1e-6 /* of the cost: what float32 leaves of the parts */

static void risk_table(const struct rh_report_page *page)
{
    static const struct rh_html_column heads[] = {{"Program", false},      {"Expected cost", true},
                                                  {"Value at risk", true}, {"Mean beyond it", true},
                                                  {"Reserve", true},       {"Budget runs out in", true}};
    rh_html_table_begin(page->out, "Cost, risk and reserve", heads, 6, true);
    for (int i = 0; i < page->reserves->num; i++) {
        const struct rh_reserve *program = &page->reserves->program[i];
        if (program->num > 0) {
            rh_html_row_begin(page->out, page->results->scenario[program->scenario], NULL);
            rh_report_mean_cell(page, program->cost.mean, program->cost.mean_se);
            rh_report_mean_cell(page, program->at_risk.value, program->at_risk.se);
            rh_report_mean_cell(page, program->cost.tail, program->cost.tail_se);
            rh_report_mean_cell(page, program->cost.excess, program->cost.excess_se);
            rh_report_probability_cell(page, program->has_budget ? program->over.value : NAN);
            rh_html_row_end(page->out);
        }
    }
    rh_html_table_end(page->out);
}

static void part_row(const struct rh_report_page *page, const struct rh_reserve *program,
                     const struct rh_reserve_part *part)
{
    const double limit = NEGLIGIBLE * fabs(program->cost.tail);
    if (part->incentive == NULL && fabs(part->cost.mean) <= limit && fabs(part->cost.tail) <= limit) {
        return;
    }
    rh_html_row_begin(page->out, page->results->scenario[program->scenario], NULL);
    rh_html_cell(page->out, part->incentive != NULL ? part->incentive : "other costs");
    rh_report_mean_cell(page, part->cost.mean, part->cost.mean_se);
    rh_report_mean_cell(page, part->cost.tail, part->cost.tail_se);
    rh_report_mean_cell(page, part->cost.excess, part->cost.excess_se);
    rh_html_row_end(page->out);
}

static void allocation_table(const struct rh_report_page *page)
{
    static const struct rh_html_column heads[] = {{"Program", false},
                                                  {"Incentive", false},
                                                  {"Expected cost", true},
                                                  {"In the worst futures", true},
                                                  {"Part of the reserve", true}};
    rh_html_table_begin(page->out, "What the reserve is for", heads, 5, true);
    for (int i = 0; i < page->reserves->num; i++) {
        const struct rh_reserve *program = &page->reserves->program[i];
        for (int k = 0; k < program->num_parts && program->cost.tail != 0.0; k++) {
            part_row(page, program, &program->part[k]);
        }
    }
    rh_html_table_end(page->out);
}

static void recognition_table(const struct rh_report_page *page)
{
    static const struct rh_html_column heads[] = {{"Program", false},
                                                  {"Expected value", true},
                                                  {"Most likely amount", true},
                                                  {"Bound", true},
                                                  {"Constraint", true}};
    rh_html_table_begin(page->out, "Rewards paid, as a reduction of revenue (IFRS 15, ASC 606)", heads, 5, true);
    for (int i = 0; i < page->reserves->num; i++) {
        const struct rh_reserve *program = &page->reserves->program[i];
        if (program->num > 0) {
            rh_html_row_begin(page->out, page->results->scenario[program->scenario], NULL);
            rh_report_mean_cell(page, program->paid.value, program->paid.se);
            rh_report_mean_cell(page, program->paid_mode.value, program->paid_mode.se);
            rh_report_mean_cell(page, program->paid_bound.value, program->paid_bound.se);
            rh_report_mean_cell(page, program->constraint.value, program->constraint.se);
            rh_html_row_end(page->out);
        }
    }
    rh_html_table_end(page->out);
}

void rh_report_finance(const struct rh_report_page *page)
{
    const struct rh_reserve_options *options = &page->reserves->options;
    struct rh_text line;
    rh_text_init(&line);
    rh_report_section(page, "finance", "For finance", "");
    for (int rank = 0; rank < page->results->num_scenarios; rank++) {
        rh_reserve_sentence(page->reserves, &page->reserves->program[page->comparison->order[rank]], &line);
        rh_report_paragraph(page, &line);
    }
    risk_table(page);
    allocation_table(page);
    recognition_table(page);
    rh_text_printf(
        &line,
        "Value at risk: not exceeded with %.6g%%. Reserve: the mean cost beyond it less the expected cost; its "
        "parts add up to it. Bound: not exceeded by the rewards with %.6g%%. Constraint: by how much the "
        "bound is above the expected value. ± is the Monte Carlo standard error.",
        100.0 * options->confidence, 100.0 * options->likely);
    rh_report_paragraph(page, &line);
    rh_report_section_end(page);
    rh_text_free(&line);
}
