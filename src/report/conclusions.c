#include "report/conclusions.h"

#include "report/figure.h"
#include "report/html.h"
#include "report/verdict.h"

#include <math.h>
#include <string.h>

#define ALL_BUT_NOTHING 1e-9 /* of what is paid: a share below is none */

/* ---- What is said everywhere ---- */

void rh_conclusions_init(struct rh_conclusions *self, const struct rh_comparison *comparison,
                         const struct rh_winners *winners, const struct rh_reserves *reserves,
                         const struct rh_spend *spend)
{
    const struct rh_results *results = comparison->results;
    *self = (struct rh_conclusions){comparison, winners, reserves, spend, -1, -1};
    for (int rank = 0; rank < results->num_scenarios; rank++) {
        const int scenario = comparison->order[rank];
        if (rh_winners_is_candidate(winners, scenario)) {
            int *place = self->best < 0 ? &self->best : self->next < 0 ? &self->next : NULL;
            if (place != NULL) {
                *place = scenario;
            }
        }
    }
    for (int rank = 0; rank < results->num_scenarios && self->best < 0; rank++) {
        const bool other = comparison->order[rank] != comparison->versus || results->num_scenarios == 1;
        self->best = other ? comparison->order[rank] : self->best;
    }
}

static const char *name(const struct rh_conclusions *self, int scenario)
{
    return self->comparison->results->scenario[scenario];
}

static const struct rh_summary *summary(const struct rh_conclusions *self, enum rh_kpi kpi)
{
    return rh_comparison_summary(self->comparison, self->best, kpi);
}

static const struct rh_difference *difference(const struct rh_conclusions *self, enum rh_kpi kpi)
{
    return rh_comparison_difference(self->comparison, self->best, kpi);
}

static bool alone(const struct rh_conclusions *self)
{
    return self->best == self->comparison->versus;
}

static void add_figure(enum rh_kpi kpi, double value, struct rh_text *out)
{
    struct rh_text figure;
    rh_text_init(&figure);
    rh_figure_kpi(&figure, kpi, value);
    rh_html_minus(out, &figure);
    rh_text_free(&figure);
}

static void say_figure(const struct rh_conclusions *self, enum rh_kpi kpi, double value, struct rh_text *out)
{
    const char *currency = self->comparison->results->currency;
    add_figure(kpi, value, out);
    if (rh_kpi_table[kpi].unit == RH_UNIT_MONEY && currency[0] != '\0') {
        rh_text_printf(out, " %s", currency);
    }
}

/* " (90% of the futures: 1.33M to 1.84M USD)"; nothing where both are the same. */
static void say_range(const struct rh_conclusions *self, enum rh_kpi kpi, double low, double high, struct rh_text *out)
{
    if (low < high) {
        rh_text_puts(out, " (90% of the futures: ");
        add_figure(kpi, low, out);
        rh_text_puts(out, " to ");
        say_figure(self, kpi, high, out);
        rh_text_puts(out, ")");
    }
}

static void say_mean(const struct rh_conclusions *self, enum rh_kpi kpi, struct rh_text *out)
{
    const struct rh_summary *of = summary(self, kpi);
    say_figure(self, kpi, of->mean, out);
    say_range(self, kpi, of->quantile[RH_P05], of->quantile[RH_P95], out);
}

/* "121k USD more than in_force", "as much as". */
static void say_more(const struct rh_conclusions *self, enum rh_kpi kpi, struct rh_text *out)
{
    const double mean = difference(self, kpi)->mean;
    if (mean == 0.0) {
        rh_text_puts(out, "as much as");
    } else {
        say_figure(self, kpi, fabs(mean), out);
        rh_text_puts(out, mean > 0.0 ? " more than" : " less than");
    }
    rh_text_printf(out, " %s", name(self, self->comparison->versus));
}

/* ---- The answer ---- */

/* "None of the 3 programs beats in_force". */
static void say_nobody(const struct rh_conclusions *self, struct rh_text *out)
{
    int num = 0;
    for (int scenario = 0; scenario < self->comparison->results->num_scenarios; scenario++) {
        num += rh_winners_is_candidate(self->winners, scenario);
    }
    if (num > 1) {
        rh_text_printf(out, "None of the %d programs", num);
    } else {
        rh_text_printf(out, "%s does not", name(self, self->best));
    }
    rh_text_printf(out, " beat%s %s", num > 1 ? "s" : "", name(self, self->comparison->versus));
}

void rh_conclusions_headline(const struct rh_conclusions *self, struct rh_text *out)
{
    const char *best = name(self, self->best), *reference = name(self, self->comparison->versus);
    const struct rh_difference *pair = difference(self, RH_KPI_NET_BENEFIT);
    if (alone(self) || pair->num == 0) {
        rh_text_printf(out, "%s: nothing to compare it with", best);
        return;
    }
    switch (rh_difference_verdict(pair, 1)) {
    case RH_VERDICT_SAME:
        rh_text_printf(out, "%s is worth as much as %s", best, reference);
        break;
    case RH_VERDICT_MORE_REPLICATIONS:
        rh_text_printf(out, "%s and %s cannot be told apart yet", best, reference);
        break;
    case RH_VERDICT_BETTER:
        rh_text_printf(out, "%s is better than %s", best, reference);
        break;
    case RH_VERDICT_WORSE:
        say_nobody(self, out);
        break;
    default:
        if (pair->mean > 0.0) {
            rh_text_printf(out, "%s leads, but it may not be better than %s", best, reference);
        } else {
            say_nobody(self, out);
            rh_text_puts(out, " on average");
        }
    }
}

/* Whether it takes a program at all. */
static void say_nothing_paid(const struct rh_conclusions *self, struct rh_text *out)
{
    const struct rh_comparison *comparison = self->comparison;
    const int first = comparison->order[0];
    if (first == self->best || first == comparison->versus) {
        return;
    }
    const struct rh_difference *pair = rh_comparison_pair(comparison, first, comparison->versus);
    if (rh_difference_verdict(pair, 1) == RH_VERDICT_BETTER) {
        const char *best = name(self, first);
        rh_text_printf(
            out, strcmp(best, "none") == 0 ? " Paying nothing (%s) is best of all: " : " Best of all is %s: ", best);
        rh_text_printf(out, "better than %s in ", name(self, comparison->versus));
        rh_figure_probability(out, pair->p_positive);
        rh_text_puts(out, " of the futures.");
    }
}

void rh_conclusions_answer(const struct rh_conclusions *self, struct rh_text *out)
{
    const struct rh_difference *pair = difference(self, RH_KPI_NET_BENEFIT);
    const char *best = name(self, self->best), *reference = name(self, self->comparison->versus);
    if (alone(self) || pair->num == 0) {
        return;
    }
    if (pair->mean > 0.0 || rh_difference_verdict(pair, 1) == RH_VERDICT_SAME) {
        rh_text_printf(out, "%s is better than %s in ", best, reference);
    } else {
        rh_text_printf(out, "%s comes closest. It is better than %s in ", best, reference);
    }
    rh_figure_probability(out, pair->p_positive);
    rh_text_puts(out, " of ");
    rh_text_number(out, (double)pair->num, 0);
    rh_text_puts(out, " simulated futures; its net benefit is ");
    if (pair->mean == 0.0) {
        rh_text_puts(out, "the same on average");
    } else {
        say_figure(self, RH_KPI_NET_BENEFIT, fabs(pair->mean), out);
        rh_text_puts(out, pair->mean > 0.0 ? " higher on average" : " lower on average");
    }
    rh_text_puts(out, ".");
    say_nothing_paid(self, out);
}

/* ---- The findings ---- */

static void net_benefit(const struct rh_conclusions *self, struct rh_text *out)
{
    const struct rh_summary *of = summary(self, RH_KPI_NET_BENEFIT);
    rh_text_printf(out, "%s has a net benefit of ", name(self, self->best));
    say_figure(self, RH_KPI_NET_BENEFIT, of->quantile[RH_P50], out);
    rh_text_puts(out, " in the median future");
    say_range(self, RH_KPI_NET_BENEFIT, of->quantile[RH_P05], of->quantile[RH_P95], out);
    rh_text_puts(out, ". It is the margin on what is sold more");
    if (!alone(self)) {
        rh_text_printf(out, " than under %s, less what the program costs more", name(self, self->comparison->versus));
    }
    rh_text_puts(out, ".");
}

static void sales(const struct rh_conclusions *self, struct rh_text *out)
{
    const double ahead = summary(self, RH_KPI_PULLED_FORWARD)->mean,
                 more = summary(self, RH_KPI_INCREMENTAL_REVENUE)->mean;
    if (alone(self) || isnan(more)) {
        return;
    }
    rh_text_puts(out, "Incremental revenue is on average ");
    say_mean(self, RH_KPI_INCREMENTAL_REVENUE, out);
    rh_text_puts(out, ".");
    if (ahead > 0.0) {
        rh_text_puts(out, " Another ");
        say_figure(self, RH_KPI_PULLED_FORWARD, ahead, out);
        rh_text_puts(out, " is only bought ahead, lies in stock at the end, and is not counted.");
    }
}

static void cost(const struct rh_conclusions *self, struct rh_text *out)
{
    const double rate = summary(self, RH_KPI_COST_TO_INCENTIVE)->mean;
    if (isnan(summary(self, RH_KPI_COST)->mean)) {
        return;
    }
    rh_text_printf(out, "%s costs on average ", name(self, self->best));
    say_mean(self, RH_KPI_COST, out);
    if (!alone(self)) {
        rh_text_puts(out, ", ");
        say_more(self, RH_KPI_COST, out);
    }
    rh_text_puts(out, ".");
    if (!isnan(rate)) {
        rh_text_puts(out, " It pays ");
        say_figure(self, RH_KPI_COST_TO_INCENTIVE, rate, out);
        rh_text_puts(out, " of what the partners buy that it is open to.");
    }
}

static void roi(const struct rh_conclusions *self, struct rh_text *out)
{
    const struct rh_summary *of = summary(self, RH_KPI_ROI);
    const char *currency = self->comparison->results->currency;
    if (isnan(of->mean)) {
        return;
    }
    rh_text_puts(out, "Against no program, each ");
    rh_text_puts(out, currency[0] != '\0' ? currency : "unit of money");
    rh_text_puts(out, " of cost brings a net benefit of ");
    say_mean(self, RH_KPI_ROI, out);
    rh_text_puts(out, ".");
}

static void participation(const struct rh_conclusions *self, struct rh_text *out)
{
    const double anyway = summary(self, RH_KPI_BASELINE_EARNING)->mean;
    const double before = rh_comparison_summary(self->comparison, self->comparison->versus, RH_KPI_PARTICIPATION)->mean;
    if (isnan(summary(self, RH_KPI_PARTICIPATION)->mean)) {
        return;
    }
    say_mean(self, RH_KPI_PARTICIPATION, out);
    rh_text_puts(out, " of the eligible partners earn by selling more or reaching a level");
    if (!alone(self) && !isnan(before)) {
        rh_text_puts(out, ", against ");
        say_figure(self, RH_KPI_PARTICIPATION, before, out);
        rh_text_printf(out, " under %s", name(self, self->comparison->versus));
    }
    rh_text_puts(out, ".");
    if (!isnan(anyway)) {
        rh_text_puts(out, " ");
        say_figure(self, RH_KPI_BASELINE_EARNING, anyway, out);
        rh_text_puts(out, " would earn something without changing what they do.");
    }
}

/* The incentive with the largest expected payments, where there are several. */
static void say_largest(const struct rh_reserve *program, struct rh_text *out)
{
    const struct rh_reserve_part *largest = NULL;
    double total = 0.0;
    int num = 0;
    for (int k = 0; k < program->num_parts; k++) {
        const struct rh_reserve_part *part = &program->part[k];
        if (part->incentive != NULL) {
            num++;
            total += part->cost.mean;
            largest = largest == NULL || part->cost.mean > largest->cost.mean ? part : largest;
        }
    }
    if (num > 1 && total > 0.0) {
        rh_text_printf(out, " The largest incentive is %s, with %.0f%% of the payments.", largest->incentive,
                       100.0 * largest->cost.mean / total);
    }
}

/* "22.8k USD (1%)", with what stands before it and after it. */
static void say_part(const struct rh_conclusions *self, const char *before, enum rh_spend_part part, const char *after,
                     struct rh_text *out)
{
    const struct rh_spend *spend = &self->spend[self->best];
    struct rh_text share;
    rh_text_init(&share);
    rh_text_puts(out, before);
    say_figure(self, RH_KPI_PAID, spend->part[part], out);
    rh_text_puts(&share, " (");
    rh_figure_share(&share, spend->part[part] / spend->paid);
    rh_text_puts(&share, ")");
    rh_html_minus(out, &share);
    rh_text_puts(out, after);
    rh_text_free(&share);
}

static void money(const struct rh_conclusions *self, struct rh_text *out)
{
    const struct rh_spend *spend = &self->spend[self->best];
    if (alone(self) || !(spend->paid > 0.0)) {
        return;
    }
    rh_text_puts(out, "Of ");
    say_figure(self, RH_KPI_PAID, spend->paid, out);
    rh_text_puts(out, " that are paid on average, ");
    say_part(self, "", RH_SPEND_INCREMENTAL, " are for sales that would not be made", out);
    rh_text_printf(out, " under %s", name(self, self->comparison->versus));
    say_part(self, ", ", RH_SPEND_PULLED, " for sales pulled forward", out);
    const bool errs = fabs(spend->part[RH_SPEND_ERROR]) > ALL_BUT_NOTHING * spend->paid;
    say_part(self, errs ? ", " : ", and ", RH_SPEND_WINDFALL, " for what partners do anyway", out);
    if (errs) {
        say_part(self, ", and ", RH_SPEND_ERROR, " are paid by error", out);
    }
    rh_text_puts(out, ".");
    if (spend->part[RH_SPEND_BREAKAGE] > ALL_BUT_NOTHING * spend->paid) {
        rh_text_puts(out, " Another ");
        say_figure(self, RH_KPI_BREAKAGE, spend->part[RH_SPEND_BREAKAGE], out);
        rh_text_puts(out, " are earned and never claimed.");
    }
    say_largest(&self->reserves->program[self->best], out);
}

static void risk(const struct rh_conclusions *self, struct rh_text *out)
{
    rh_reserve_sentence(self->reserves, &self->reserves->program[self->best], out);
}

/* The budgets of the other programs. */
static void budgets(const struct rh_conclusions *self, struct rh_text *out)
{
    for (int i = 0; i < self->reserves->num; i++) {
        const struct rh_reserve *program = &self->reserves->program[i];
        if (program->scenario != self->best && program->has_budget) {
            rh_text_printf(out, "%sThe budget of %s", out->length > 0 ? " " : "", name(self, program->scenario));
            if (!isnan(program->spendable)) {
                rh_text_puts(out, ", ");
                say_figure(self, RH_KPI_COST, program->spendable, out);
                rh_text_puts(out, ",");
            }
            if (!(program->over.value > 0.0)) {
                rh_text_puts(out, " lasts in every future.");
                continue;
            }
            rh_text_puts(out, " runs out");
            rh_text_puts(out, " in ");
            rh_figure_probability(out, program->over.value);
            rh_text_puts(out, " of the futures.");
        }
    }
}

/* The segment in which the largest share of partners is on that side, and one is. */
static void say_segment(const struct rh_conclusions *self, enum rh_side side, const char *what, struct rh_text *out)
{
    const struct rh_results *results = self->comparison->results;
    const char *most = NULL;
    int hits = 0, of = 1;
    for (int k = 0; results->cut_size[RH_CUT_SEGMENT] > 1 && k < results->cut_size[RH_CUT_SEGMENT]; k++) {
        const char *label = results->cut_label[RH_CUT_SEGMENT][k];
        int count[RH_NUM_SIDES], all = 0;
        rh_winners_count(self->winners, self->best, self->winners->partners.segment, label, count);
        for (int i = 0; i < RH_NUM_SIDES; i++) {
            all += count[i];
        }
        if (count[side] * of > hits * all) {
            most = label;
            hits = count[side];
            of = all;
        }
    }
    if (most != NULL) {
        rh_text_printf(out, " %s are most frequent among %s (%d of %d).", what,
                       most[0] != '\0' ? most : "partners without a segment", hits, of);
    }
}

static void winners(const struct rh_conclusions *self, struct rh_text *out)
{
    int count[RH_NUM_SIDES];
    if (self->winners->partners.num == 0 || !rh_winners_is_candidate(self->winners, self->best)) {
        return;
    }
    rh_winners_count(self->winners, self->best, NULL, NULL, count);
    rh_text_printf(out,
                   "Of %d partners %d win and %d lose compared with %s; for %d it is unclear, %d are not affected.",
                   self->winners->partners.num, count[RH_SIDE_WINS], count[RH_SIDE_LOSES],
                   name(self, self->comparison->versus), count[RH_SIDE_UNCLEAR], count[RH_SIDE_UNAFFECTED]);
    say_segment(self, RH_SIDE_WINS, "Winners", out);
    say_segment(self, RH_SIDE_LOSES, "Losers", out);
}

static void rival(const struct rh_conclusions *self, struct rh_text *out)
{
    if (self->next >= 0) {
        rh_verdict_sentence(rh_comparison_pair(self->comparison, self->best, self->next), name(self, self->best),
                            name(self, self->next), out);
    }
}

static const struct {
    const char *label;
    void (*say)(const struct rh_conclusions *self, struct rh_text *out);
} findings[] = {
    {"Net benefit", net_benefit},
    {"Sales", sales},
    {"Cost", cost},
    {"Return", roi},
    {"Participation", participation},
    {"Where the money goes", money},
    {"Risk", risk},
    {"Other budgets", budgets},
    {"Winners and losers", winners},
    {"The next best program", rival},
};

bool rh_conclusions_sentence(const struct rh_conclusions *self, int k, const char **label, struct rh_text *out)
{
    if (k < 0 || k >= (int)(sizeof findings / sizeof *findings)) {
        return false;
    }
    *label = findings[k].label;
    findings[k].say(self, out);
    return true;
}
