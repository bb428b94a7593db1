/* The reserve for people: what all figures are of, then for each program a sentence, the allocation, the budget, and
 * what may be recognized. */
#include "report/figure.h"
#include "report/page.h"
#include "report/reserve.h"

#include <math.h>

#define NAME_WIDTH 28
#define MONTH_WIDTH 7
#define NEARLY_ALL 0.995
#define NEGLIGIBLE 1e-6 /* of the cost: what float32 leaves of the parts */

static void money(struct rh_text *out, double value)
{
    rh_figure_short(out, value, 3);
}

static void mean_of(struct rh_text *out, struct rh_estimate estimate)
{
    rh_figure_mean(out, RH_KPI_COST, estimate.value, estimate.se);
}

/* " ±1.5" percentage points, where they can be seen. */
static void probability(struct rh_text *out, struct rh_estimate estimate)
{
    rh_figure_probability(out, estimate.value);
    if (estimate.se >= 0.0005) {
        rh_text_printf(out, " ±%.1f", 100.0 * estimate.se);
    }
}

/* "5%": as many decimals as the number has. */
static void plain_percent(struct rh_text *out, double share)
{
    rh_text_printf(out, "%.6g%%", 100.0 * share);
}

static bool negligible(const struct rh_reserve *program, const struct rh_contribution *cost)
{
    const double limit = NEGLIGIBLE * fabs(program->cost.tail);
    return fabs(cost->mean) <= limit && fabs(cost->tail) <= limit;
}

/* The incentive with the largest part of the reserve; NULL where that is the rest, or nothing. */
static const struct rh_reserve_part *largest_part(const struct rh_reserve *program)
{
    const struct rh_reserve_part *largest = NULL;
    for (int k = 0; k < program->num_parts; k++) {
        if (largest == NULL || program->part[k].cost.excess > largest->cost.excess) {
            largest = &program->part[k];
        }
    }
    return largest != NULL && largest->incentive != NULL ? largest : NULL;
}

static int likeliest_month(const struct rh_reserve *program, int months)
{
    int likeliest = 0;
    for (int t = 1; t < months; t++) {
        likeliest = program->exhausted[t].value > program->exhausted[likeliest].value ? t : likeliest;
    }
    return likeliest;
}

static void say_budget(const struct rh_reserves *self, const struct rh_reserve *program, struct rh_text *out)
{
    const int months = self->results->cut_size[RH_CUT_MONTH];
    rh_text_puts(out, " The budget");
    if (!isnan(program->spendable)) {
        rh_text_puts(out, " of ");
        money(out, program->spendable);
    }
    if (!(program->over.value > 0.0)) {
        rh_text_puts(out, " lasts in every replication.");
        return;
    }
    rh_text_puts(out, " runs out in ");
    rh_figure_probability(out, program->over.value);
    rh_text_printf(out, " of the futures, most often in %s.",
                   self->results->cut_label[RH_CUT_MONTH][likeliest_month(program, months)]);
}

void rh_reserve_sentence(const struct rh_reserves *self, const struct rh_reserve *program, struct rh_text *out)
{
    const char *name = self->results->scenario[program->scenario];
    if (program->num == 0) {
        rh_text_printf(out, "%s has no cost in any replication: nothing can be said of it.", name);
        return;
    }
    if (program->cost.mean == 0.0 && program->cost.tail == 0.0) {
        rh_text_printf(out, "%s costs nothing.", name);
        return;
    }
    rh_text_printf(out, "%s is expected to cost ", name);
    money(out, program->cost.mean);
    if (program->cost.excess <= NEGLIGIBLE * fabs(program->cost.tail)) {
        rh_text_puts(out, program->num == 1 ? ", by a single replication, which tells no risk."
                                            : " in every future: there is nothing to reserve for.");
    } else {
        rh_text_puts(out, ". In the worst ");
        plain_percent(out, 1.0 - self->options.confidence);
        rh_text_puts(out, " of the futures it costs more than ");
        money(out, program->at_risk.value);
        rh_text_puts(out, ", on average ");
        money(out, program->cost.tail);
        rh_text_puts(out, ": a reserve of ");
        money(out, program->cost.excess);
        rh_text_printf(out, " (%.3g%% of the expected cost) pays for that average.",
                       100.0 * program->cost.excess / program->cost.mean);
        const struct rh_reserve_part *largest = largest_part(program);
        if (largest != NULL && largest->cost.excess < NEARLY_ALL * program->cost.excess) {
            rh_text_printf(out, " Its largest part, %.0f%%, is for %s.",
                           100.0 * largest->cost.excess / program->cost.excess, largest->incentive);
        }
    }
    if (program->has_budget) {
        say_budget(self, program, out);
    }
}

/* ---- Tables ---- */

static void allocation_line(const struct rh_page *page, const struct rh_reserve *program, const char *name,
                            const struct rh_contribution *cost)
{
    static const size_t width[] = {16, 16, 16, 7};
    struct rh_text text;
    char cell[RH_PAGE_CELL];
    size_t pending = 0;
    rh_text_init(&text);
    rh_text_puts(page->out, "  ");
    rh_figure_pad(page->out, name, page->name_width, false);
    const struct rh_estimate figure[] = {
        {cost->mean, cost->mean_se}, {cost->tail, cost->tail_se}, {cost->excess, cost->excess_se}};
    for (size_t k = 0; k < 4; k++) {
        if (k < 3) {
            mean_of(&text, figure[k]);
        } else if (program->cost.excess > 0.0) {
            rh_text_printf(&text, "%.1f%%", 100.0 * cost->excess / program->cost.excess);
        }
        rh_page_copy(cell, &text);
        rh_page_cell(page, cell, width[k], &pending);
    }
    rh_text_puts(page->out, "\n");
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

static void allocation(const struct rh_page *page, const struct rh_reserves *self, const struct rh_reserve *program)
{
    static const size_t total = 16 + 16 + 16 + 7 + 4 * RH_PAGE_GAP;
    struct rh_text text;
    char cell[RH_PAGE_CELL];
    size_t pending = page->name_width + 2;
    rh_text_init(&text);
    rh_page_cell(page, "expected", 16, &pending);
    rh_text_puts(&text, "worst ");
    plain_percent(&text, 1.0 - self->options.confidence);
    rh_page_copy(cell, &text);
    rh_page_cell(page, cell, 16, &pending);
    rh_page_cell(page, "reserve", 16, &pending);
    rh_page_cell(page, "share", 7, &pending);
    rh_text_puts(page->out, "\n  ");
    rh_page_rule(page, page->name_width + total);
    for (int k = 0; k < program->num_parts; k++) {
        const struct rh_reserve_part *part = &program->part[k];
        if (part->incentive != NULL || !negligible(program, &part->cost)) {
            allocation_line(page, program, part->incentive != NULL ? part->incentive : "other costs", &part->cost);
        }
    }
    allocation_line(page, program, "cost", &program->cost);
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

static void exhaustion(const struct rh_page *page, const struct rh_reserves *self, const struct rh_reserve *program,
                       struct rh_text *line)
{
    rh_text_puts(line, "Budget runs out with ");
    probability(line, program->over);
    rh_text_puts(line, ": ");
    for (int t = 0; t < self->results->cut_size[RH_CUT_MONTH]; t++) {
        if (program->exhausted[t].value > 0.0) {
            rh_text_printf(line, "%s ", self->results->cut_label[RH_CUT_MONTH][t]);
            probability(line, program->exhausted[t]);
            rh_text_puts(line, " · ");
        }
    }
    rh_text_puts(line, "never ");
    probability(line, (struct rh_estimate){1.0 - program->over.value, program->over.se});
    rh_page_paragraph_text(page, line, 2);
}

static void recognition(const struct rh_page *page, const struct rh_reserves *self, const struct rh_reserve *program,
                        struct rh_text *line)
{
    rh_text_puts(line, "Rewards paid: expected value ");
    mean_of(line, program->paid);
    rh_text_puts(line, " · most likely amount ");
    if (program->paid_mode.share > 0.0) {
        money(line, program->paid_mode.value);
        rh_text_puts(line, " (exactly, with ");
        rh_figure_probability(line, program->paid_mode.share);
        rh_text_puts(line, ")");
    } else {
        mean_of(line, (struct rh_estimate){program->paid_mode.value, program->paid_mode.se});
    }
    rh_text_puts(line, " · with ");
    plain_percent(line, self->options.likely);
    rh_text_puts(line, " no more than ");
    mean_of(line, program->paid_bound);
    rh_text_puts(line, " · constraint ");
    mean_of(line, program->constraint);
    rh_page_paragraph_text(page, line, 2);
}

/* "-12.3k…15k", or nothing where it does not scatter. */
static void scatter(struct rh_text *out, const struct rh_reserve *program, const struct rh_summary *booked)
{
    if (booked->sd > NEGLIGIBLE * fabs(program->cost.tail)) {
        rh_figure_range(out, RH_KPI_COST, booked->quantile[RH_P05], booked->quantile[RH_P95]);
    }
}

/* A month: what is accrued, of how much of the sales; what is corrected; what is paid out, what is owed at its end. */
static void month_line(const struct rh_page *page, const struct rh_reserves *self, const struct rh_reserve *program,
                       int t)
{
    static const size_t width[] = {10, 10, 16, 10, 10};
    struct rh_text text;
    char cell[RH_PAGE_CELL];
    size_t pending = 0;
    rh_text_init(&text);
    rh_text_puts(page->out, "  ");
    rh_figure_pad(page->out, self->results->cut_label[RH_CUT_MONTH][t], MONTH_WIDTH, false);
    for (size_t k = 0; k < sizeof width / sizeof *width; k++) {
        static const enum rh_finance figure[] = {RH_FINANCE_ACCRUAL, RH_FINANCE_SALES, RH_FINANCE_TRUE_UP,
                                                 RH_FINANCE_CASH, RH_FINANCE_LIABILITY};
        const struct rh_summary *booked = rh_reserve_booked(self, program, figure[k], t);
        if (figure[k] == RH_FINANCE_TRUE_UP) {
            scatter(&text, program, booked);
        } else if (figure[k] == RH_FINANCE_SALES) {
            rh_figure_kpi(&text, RH_KPI_COST_TO_INCENTIVE, rh_reserve_accrual_rate(self, program, t));
        } else {
            money(&text, booked->mean);
        }
        rh_page_copy(cell, &text);
        rh_page_cell(page, cell, width[k], &pending);
    }
    rh_text_puts(page->out, "\n");
    page->out->failed = page->out->failed || text.failed;
    rh_text_free(&text);
}

/* Accruals and cash by month, and what is paid out later. */
static void months(const struct rh_page *page, const struct rh_reserves *self, const struct rh_reserve *program,
                   struct rh_text *line)
{
    static const struct {
        const char *text;
        size_t width;
    } heads[] = {{"accrual", 10}, {"of sales", 10}, {"true-up 5–95%", 16}, {"cash", 10}, {"owed", 10}};
    const int num = self->results->cut_size[RH_CUT_MONTH];
    size_t pending = MONTH_WIDTH + 2, width = MONTH_WIDTH;
    rh_text_puts(page->out, "\n");
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++) {
        rh_page_cell(page, heads[k].text, heads[k].width, &pending);
        width += heads[k].width + RH_PAGE_GAP;
    }
    rh_text_puts(page->out, "\n  ");
    rh_page_rule(page, width);
    for (int t = 0; t < num; t++) {
        month_line(page, self, program, t);
    }
    const struct rh_summary *left = rh_reserve_booked(self, program, RH_FINANCE_LIABILITY, num - 1);
    rh_text_puts(line, "Paid out after the horizon: ");
    mean_of(line, (struct rh_estimate){left->mean, left->mean_se});
    rh_page_paragraph_text(page, line, 2);
}

static void program_text(const struct rh_page *page, const struct rh_reserves *self, const struct rh_reserve *program)
{
    struct rh_text line;
    rh_text_init(&line);
    rh_text_puts(page->out, "\n");
    rh_page_style(page, "1");
    rh_figure_cut(page->out, self->results->scenario[program->scenario], page->width);
    rh_page_style(page, "0");
    rh_text_puts(page->out, "\n");
    rh_reserve_sentence(self, program, &line);
    rh_page_paragraph_text(page, &line, 0);
    if (program->missing > 0.0 && program->num > 0) {
        rh_text_puts(&line, "The cost is missing in ");
        rh_figure_probability(&line, program->missing);
        rh_text_puts(&line, " of the replications, which are left out.");
        rh_page_paragraph_text(page, &line, 0);
    }
    if (program->num > 0 && (program->cost.mean != 0.0 || program->cost.tail != 0.0)) {
        rh_text_puts(page->out, "\n");
        allocation(page, self, program);
        rh_text_puts(page->out, "\n");
        rh_text_puts(&line, "Value at risk: ");
        mean_of(&line, program->at_risk);
        rh_page_paragraph_text(page, &line, 2);
        if (program->has_budget) {
            exhaustion(page, self, program, &line);
        }
        recognition(page, self, program, &line);
        if (program->booked != NULL) {
            months(page, self, program, &line);
        }
    }
    page->out->failed = page->out->failed || line.failed;
    rh_text_free(&line);
}

void rh_reserves_text(const struct rh_reserves *self, int width, bool color, struct rh_text *out)
{
    const struct rh_compare_options options = {.color = color};
    struct rh_page page = {.results = self->results,
                           .options = &options,
                           .out = out,
                           .width = (size_t)(width > 0 ? width : 100),
                           .name_width = 12};
    for (int k = 0; k < self->results->cut_size[RH_CUT_INCENTIVE]; k++) {
        const size_t name = rh_figure_width(self->results->cut_label[RH_CUT_INCENTIVE][k]);
        page.name_width = name > page.name_width ? name : page.name_width;
    }
    const size_t most = page.width < 90 ? 14 : NAME_WIDTH;
    page.name_width = page.name_width < most ? page.name_width : most;
    struct rh_text line;
    rh_text_init(&line);
    rh_page_heading(&page, "Reserves");
    rh_text_puts(&line, "Reserve: mean cost of the worst ");
    plain_percent(&line, 1.0 - self->options.confidence);
    rh_text_puts(
        &line,
        " of the futures (expected shortfall) less the expected cost; by incentive, what its rewards paid "
        "contribute. Cost is all that the program costs; its budget is used up by rewards earned; what "
        "reduces revenue is rewards paid. Each figure with its Monte Carlo standard error. By month, means: cost is "
        "accrued on sales, and corrected (true-up) when a window ends; owed is what is not paid out at the "
        "month's end.");
    rh_page_paragraph_text(&page, &line, 0);
    rh_page_notes(&page);
    for (int i = 0; i < self->num; i++) {
        program_text(&page, self, &self->program[i]);
    }
    out->failed = out->failed || line.failed;
    rh_text_free(&line);
}
