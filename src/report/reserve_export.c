/* CSV, one figure a line: what there is differs from program to program. Names are a promise to scripts. */
#include "report/reserve.h"

#include <math.h>

struct writer {
    const struct rh_reserves *self;
    const struct rh_reserve *program;
    struct rh_text *out;
};

static void number(struct rh_text *out, double value)
{
    rh_text_puts(out, ",");
    if (isfinite(value)) {
        rh_text_printf(out, "%.17g", value);
    }
}

static void line(const struct writer *writer, const char *figure, const char *part_kind, const char *part,
                 const char *unit, struct rh_estimate estimate)
{
    rh_text_csv(writer->out, writer->self->results->scenario[writer->program->scenario]);
    rh_text_printf(writer->out, ",%s,%s,", figure, part_kind);
    rh_text_csv(writer->out, part);
    rh_text_puts(writer->out, ",");
    rh_text_csv(writer->out, unit);
    number(writer->out, estimate.value);
    number(writer->out, estimate.se);
    rh_text_puts(writer->out, "\n");
}

static const char *currency(const struct writer *writer)
{
    const char *currency = writer->self->results->currency;
    return currency[0] != '\0' ? currency : rh_unit_text(RH_UNIT_MONEY);
}

static void contribution(const struct writer *writer, const char *part_kind, const char *part,
                         const struct rh_contribution *cost)
{
    const char *unit = currency(writer);
    line(writer, "expected_cost", part_kind, part, unit, (struct rh_estimate){cost->mean, cost->mean_se});
    line(writer, "expected_shortfall", part_kind, part, unit, (struct rh_estimate){cost->tail, cost->tail_se});
    line(writer, "reserve", part_kind, part, unit, (struct rh_estimate){cost->excess, cost->excess_se});
}

/* What is booked in a month: of true-ups, whose mean is 0, how far they scatter. */
static void month_lines(const struct writer *writer, int t)
{
    const struct rh_reserves *self = writer->self;
    const char *unit = currency(writer), *month = self->results->cut_label[RH_CUT_MONTH][t];
    static const struct {
        enum rh_finance figure;
        const char *low, *high; /* NULL: the mean alone */
    } lines[] = {{RH_FINANCE_SALES, NULL, NULL},
                 {RH_FINANCE_ACCRUAL, NULL, NULL},
                 {RH_FINANCE_TRUE_UP, "true_up_p05", "true_up_p95"},
                 {RH_FINANCE_CASH, "cash_p05", "cash_p95"},
                 {RH_FINANCE_LIABILITY, "liability_p05", "liability_p95"},
                 {RH_FINANCE_BUDGET_USED, NULL, NULL}};
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
        const enum rh_finance figure = lines[k].figure;
        const struct rh_summary *booked = rh_reserve_booked(self, writer->program, figure, t);
        const char *of = figure == RH_FINANCE_BUDGET_USED ? rh_unit_text(RH_UNIT_SHARE) : unit;
        if (figure == RH_FINANCE_BUDGET_USED && !writer->program->has_budget) {
            continue;
        }
        line(writer, rh_finance_table[figure].name, "month", month, of,
             (struct rh_estimate){booked->mean, booked->mean_se});
        if (figure == RH_FINANCE_TRUE_UP) {
            line(writer, "true_up_sd", "month", month, of, (struct rh_estimate){booked->sd, NAN});
        }
        if (lines[k].low != NULL) {
            line(writer, lines[k].low, "month", month, of,
                 (struct rh_estimate){booked->quantile[RH_P05], booked->quantile_se[RH_P05]});
            line(writer, lines[k].high, "month", month, of,
                 (struct rh_estimate){booked->quantile[RH_P95], booked->quantile_se[RH_P95]});
        }
    }
    line(writer, "accrual_rate", "month", month, rh_unit_text(RH_UNIT_RATIO),
         (struct rh_estimate){rh_reserve_accrual_rate(self, writer->program, t), NAN});
}

static void program_lines(const struct writer *writer)
{
    const struct rh_reserves *self = writer->self;
    const struct rh_reserve *program = writer->program;
    const char *unit = currency(writer);
    line(writer, "replications", "", "", "1", (struct rh_estimate){(double)program->num, NAN});
    line(writer, "missing", "", "", "1", (struct rh_estimate){program->missing, NAN});
    if (program->num == 0) {
        return;
    }
    contribution(writer, "", "", &program->cost);
    line(writer, "value_at_risk", "", "", unit, program->at_risk);
    for (int k = 0; k < program->num_parts; k++) {
        const struct rh_reserve_part *part = &program->part[k];
        contribution(writer, part->incentive != NULL ? "incentive" : "other",
                     part->incentive != NULL ? part->incentive : "", &part->cost);
    }
    if (program->has_budget) {
        line(writer, "spendable", "", "", unit, (struct rh_estimate){program->spendable, NAN});
        line(writer, "p_over_budget", "", "", "1", program->over);
        for (int t = 0; t < self->results->cut_size[RH_CUT_MONTH]; t++) {
            line(writer, "p_exhausted", "month", self->results->cut_label[RH_CUT_MONTH][t], "1", program->exhausted[t]);
        }
    }
    line(writer, "expected_revenue", "", "", unit, program->revenue);
    line(writer, "rewards_expected", "", "", unit, program->paid);
    line(writer, "rewards_most_likely", "", "", unit,
         (struct rh_estimate){program->paid_mode.value, program->paid_mode.se});
    line(writer, "rewards_bound", "", "", unit, program->paid_bound);
    line(writer, "constraint", "", "", unit, program->constraint);
    const int months = program->booked != NULL ? self->results->cut_size[RH_CUT_MONTH] : 0;
    for (int t = 0; t < months; t++) {
        month_lines(writer, t);
    }
    if (months > 0) {
        const struct rh_summary *left = rh_reserve_booked(self, program, RH_FINANCE_LIABILITY, months - 1);
        line(writer, "cash_later", "", "", unit, (struct rh_estimate){left->mean, left->mean_se});
    }
}

void rh_reserves_csv(const struct rh_reserves *self, struct rh_text *out)
{
    rh_text_puts(out, "scenario,figure,part_kind,part,unit,value,se\n");
    for (int i = 0; i < self->num; i++) {
        program_lines(&(struct writer){self, &self->program[i], out});
    }
}
