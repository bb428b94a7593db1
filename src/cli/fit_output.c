#include "cli/fit_output.h"

#include "cli/fit_baseline.h"
#include "cli/fit_beside.h"
#include "core/calendar.h"

#include <math.h>

#define NEXT_TO_NOTHING 0.1 /* of the prior's variance is gone */
#define MUCH 0.5

/* Why there is no estimate, to go on after "There is no estimate: ". */
static const char *const reasons[RH_NUM_PPML_VERDICTS] = {
    [RH_PPML_NOTHING] =
        "nobody sold anything later than 12 months after it began, and the first 12 months only show how "
        "large a partner is",
    [RH_PPML_NO_VARIATION] =
        "what the program offered for the next sale did not change while partners bought, or changed alike for all "
        "partners of a market; only a program that starts, ends or changes its terms shows what it brings",
    [RH_PPML_FEW_CLUSTERS] =
        "what the program offered changed for one or two partners alone, and their luck cannot be told from a response",
    [RH_PPML_NO_NOISE] =
        "each partner sold exactly what it and the month let expect, so nothing shows how far chance goes",
    [RH_PPML_NOT_CONVERGED] =
        "no response fits best: partners sold nothing at all wherever the program offered more, or "
        "less"};

static const struct rh_fit_group *all(const struct rh_fit *self)
{
    return &self->group[0];
}

/* Why a group has no estimate, to go on after a colon. */
static void add_reason(const struct rh_fit_group *group, struct rh_text *out)
{
    if (group->response.verdict == RH_PPML_ESTIMATED) {
        rh_text_printf(
            out,
            "what the program offered hardly differed; a response of 0.2 would have moved sales by %.2f%%, less "
            "than much else that partners share",
            20.0 * group->response.variation);
    } else {
        rh_text_puts(out, reasons[group->response.verdict]);
    }
}

static void add_heading(const struct rh_fit *self, struct rh_text *out)
{
    char first[RH_DAY_TEXT], last[RH_DAY_TEXT];
    rh_month_format(self->first, first);
    rh_month_format(self->last, last);
    if (self->program == NULL) {
        rh_text_printf(out, "History %s to %s, no program in force named\n\n", first, last);
    } else {
        rh_text_printf(out, "History %s to %s under '%s': %d partners, %zu partner-months\n\n", first, last,
                       self->program, all(self)->partners, all(self)->response.num);
    }
}

static void add_verdict(const struct rh_fit *self, struct rh_text *out)
{
    const struct rh_fit_group *group = all(self);
    const double moved = rh_fit_moved(group, RH_FIT_RESPONSE);
    if (self->program == NULL) {
        rh_text_puts(out, "Without a program in force a history tells nothing of how partners respond to one: what is "
                          "believed of that stays as it was.\n");
    } else if (!group->used) {
        rh_text_puts(out, "There is no estimate: ");
        add_reason(group, out);
        rh_text_puts(out, ". What is believed stays as it was.\n");
    } else if (rh_fit_conflicts(group)) {
        rh_text_puts(out,
                     "The estimate is farther from what is believed than its error explains: partners respond as no "
                     "study found, or something else moved with the program's offers. Find out which before you use "
                     "it.\n");
    } else if (moved < NEXT_TO_NOTHING) {
        rh_text_puts(out,
                     "The history says next to nothing of how partners respond: what is believed stays almost as it "
                     "was.\n");
    } else {
        rh_text_printf(out,
                       "The history tells %s of how partners respond: %.0f%% of what was uncertain (variance) is "
                       "gone.\n",
                       moved < MUCH ? "something" : "much", 100.0 * moved);
    }
}

static void add_moments(struct rh_moments moments, struct rh_text *out)
{
    rh_text_printf(out, " %7.3f %7.3f", moments.mean, moments.sd);
}

static void add_moved(const struct rh_fit_group *group, enum rh_fit_quantity quantity, struct rh_text *out)
{
    const double moved = rh_fit_moved(group, quantity);
    if (isnan(moved)) {
        rh_text_puts(out, "        -");
    } else {
        rh_text_printf(out, " %7.0f%%", round(100.0 * moved) + 0.0);
    }
}

/* What the history alone says of a quantity; NaN where that is nothing. */
struct estimate {
    double value, se, margin;
};

static struct estimate estimate_of(const struct rh_fit *self, const struct rh_fit_group *group,
                                   enum rh_fit_quantity quantity)
{
    const struct rh_fit_price *price = &self->price;
    return quantity == RH_FIT_RESPONSE
               ? (struct estimate){group->response.slope, group->response.se, rh_fit_margin_of_error(group)}
           : quantity == RH_FIT_PRICE_ELASTICITY
               ? (struct estimate){price->estimate, price->se, rh_fit_price_margin(price)}
               : (struct estimate){NAN, NAN, NAN};
}

static void add_row(const struct rh_fit *self, const char *name, const struct rh_fit_group *group,
                    enum rh_fit_quantity quantity, struct rh_text *out)
{
    const struct estimate estimate = estimate_of(self, group, quantity);
    rh_text_printf(out, "%-26s", name);
    add_moments(group->prior[quantity], out);
    if (!isnan(estimate.value) && (quantity != RH_FIT_RESPONSE || group->used)) {
        rh_text_printf(out, "  %8.3f ± %-8.3f", estimate.value, estimate.margin);
    } else {
        rh_text_puts(out, "         -           ");
    }
    add_moments(group->posterior[quantity], out);
    add_moved(group, quantity, out);
    if (quantity == RH_FIT_RESPONSE) {
        rh_text_printf(out, " %8d", group->partners);
    }
    if (quantity == RH_FIT_RESPONSE && group->used) {
        rh_text_printf(out, " %9.0f", group->response.effective);
    }
    rh_text_puts(out, "\n");
}

static void add_tables(const struct rh_fit *self, struct rh_text *out)
{
    rh_text_puts(out,
                 "\n                              prior           estimate         posterior    moved by  partners\n"
                 "response                   mean      sd     (95% range)      mean      sd the data observed "
                 "effective\n");
    for (size_t k = 0; k < self->num_groups; k++) {
        add_row(self, self->group[k].segment != NULL ? self->group[k].segment : "all partners", &self->group[k],
                RH_FIT_RESPONSE, out);
    }
    rh_text_puts(out, "\nparameter (all partners)\n");
    for (int q = RH_FIT_EFFORT_ELASTICITY; q < RH_NUM_FIT_QUANTITIES; q++) {
        add_row(self, rh_fit_quantity_name[q], all(self), (enum rh_fit_quantity)q, out);
    }
    rh_fit_add_within(self, out);
    for (size_t k = 1; k < self->num_groups; k++) {
        rh_text_puts(out, k == 1 ? "\neffort_elasticity by segment\n" : "");
        add_row(self, self->group[k].segment, &self->group[k], RH_FIT_EFFORT_ELASTICITY, out);
    }
}

static const char *const doubt_texts[RH_NUM_FIT_DOUBTS] = {
    [RH_FIT_OWN_PAST] = "measures partners by what they themselves did before, so the offer follows from their sales: "
                        "the estimate may show that, and not a response",
    [RH_FIT_TARGET] =
        "goes by targets, and who sets targets knows what partners are about to sell: the estimate may show "
        "that, and not a response",
    [RH_FIT_OTHERS] = "goes by what other partners do: the offer is that of a usual year, not of what others then did",
    [RH_FIT_REP] = "pays reps: not looked at",
    [RH_FIT_OTHER_MEASURE] = "pays for something else than revenue: not looked at"};

/* What all partners are told already is not said of each segment again. */
static void add_group_notes(const struct rh_fit *self, const struct rh_fit_group *group, struct rh_text *out)
{
    const bool told = !all(self)->used && group->response.verdict == all(self)->response.verdict;
    const char *name = group->segment != NULL ? group->segment : "All partners";
    if (!group->used) {
        if (group->segment != NULL && !told) {
            rh_text_printf(out, "- %s: no estimate: ", name);
            add_reason(group, out);
            rh_text_puts(out, ".\n");
        }
        return;
    }
    if (group->response.effective < RH_FIT_FEW_PARTNERS) {
        rh_text_printf(
            out,
            "- %s: the estimate rests on as much as %.0f partners of equal weight would bring; below %d its error is "
            "itself uncertain.\n",
            name, group->response.effective, RH_FIT_FEW_PARTNERS);
    }
    if (rh_fit_conflicts(group) && group->segment != NULL) {
        rh_text_printf(out, "- %s: the estimate is farther from what is believed than its error explains.\n", name);
    }
}

static void add_count(int num, const char *one, const char *several, const char *what, struct rh_text *out)
{
    if (num > 0) {
        rh_text_printf(out, "- %d %s %s.\n", num, num == 1 ? one : several, what);
    }
}

static void add_notes(const struct rh_fit *self, struct rh_text *out)
{
    const struct rh_fit_group *group = all(self);
    rh_text_puts(out, "\nWhat to know\n");
    if (self->program == NULL) {
        rh_text_puts(out, "- Name what was in force: --in-force PROGRAM.yaml.\n");
        rh_fit_add_price(self, out);
        return;
    }
    if (group->share_offered > 0.999) {
        rh_text_puts(out,
                     "- The program was in force all the time. Months without it, or partners left out for a while, "
                     "would tell more.\n");
    }
    for (size_t k = 0; k < self->num_groups; k++) {
        add_group_notes(self, &self->group[k], out);
    }
    for (size_t k = 0; k < self->num_doubtful; k++) {
        rh_text_printf(out, "- '%s' %s.\n", self->doubtful[k].incentive, doubt_texts[self->doubtful[k].doubt]);
    }
    add_count(self->too_short, "partner has", "partners have",
              "bought for less than 13 months: nothing can be held against a size that takes 12 months to learn", out);
    add_count(self->margin_assumed, "partner has", "partners have",
              "no own margin on file: one is assumed, and the estimate is the worse for it", out);
    add_count(self->months_cut, "month at the end lies", "months at the end lie",
              "in a window that the history does not hold whole: not looked at", out);
    rh_fit_add_price(self, out);
    rh_fit_add_within_notes(self, out);
    rh_text_puts(out,
                 "- Effort and price cut cannot be told apart: a history shows what a reward brings, not whether by "
                 "more work or by a lower price.\n");
}

void rh_fit_text(const struct rh_fit *self, struct rh_text *out)
{
    add_heading(self, out);
    add_verdict(self, out);
    add_tables(self, out);
    if (self->chooses_baseline) {
        rh_fit_baseline_text(&self->baseline, out);
    }
    add_notes(self, out);
}

/* What the estimate of the quantity rests on; of a quantity without one of its own, that of the response. */
static void add_csv_basis(const struct rh_fit *self, const struct rh_fit_group *group, enum rh_fit_quantity quantity,
                          struct rh_text *out)
{
    const struct rh_fit_price *price = &self->price;
    const bool of_price = quantity == RH_FIT_PRICE_ELASTICITY;
    rh_text_printf(out, ",%d,%zu", of_price ? price->partners : group->partners,
                   of_price ? price->partner_months : group->response.num);
    rh_fit_add_field(of_price ? price->effective : group->response.effective, out);
    rh_fit_add_field(of_price ? NAN : group->share_offered, out);
    rh_fit_add_field(of_price ? NAN : group->typical, out);
    rh_fit_add_field(of_price ? price->variation : group->response.variation, out);
    if (of_price) {
        rh_text_printf(out, ",%s,%s\n", rh_fit_price_verdict_name[price->verdict],
                       price->verdict == RH_FIT_PRICE_ESTIMATED ? "yes" : "no");
    } else {
        rh_text_printf(out, ",%s,%s\n", rh_fit_verdict_name[group->response.verdict], group->used ? "yes" : "no");
    }
}

static void add_csv_row(const struct rh_fit *self, const struct rh_fit_group *group, enum rh_fit_quantity quantity,
                        struct rh_text *out)
{
    const struct estimate estimate = estimate_of(self, group, quantity);
    rh_text_puts(out, group->segment != NULL ? "segment," : "all,");
    rh_text_csv(out, group->segment != NULL ? group->segment : "");
    rh_text_printf(out, ",%s", rh_fit_quantity_name[quantity]);
    rh_fit_add_field(group->prior[quantity].mean, out);
    rh_fit_add_field(group->prior[quantity].sd, out);
    rh_fit_add_field(estimate.value, out);
    rh_fit_add_field(estimate.se, out);
    rh_fit_add_field(estimate.margin, out);
    rh_fit_add_field(group->posterior[quantity].mean, out);
    rh_fit_add_field(group->posterior[quantity].sd, out);
    rh_fit_add_field(rh_fit_moved(group, quantity), out);
    add_csv_basis(self, group, quantity, out);
}

void rh_fit_csv(const struct rh_fit *self, struct rh_text *out)
{
    rh_text_puts(out, "of,segment,quantity,prior_mean,prior_sd,estimate,standard_error,margin_95,posterior_mean,"
                      "posterior_sd,moved,partners,partner_months,effective_partners,share_offered,typical_offer,"
                      "variation,verdict,used\n");
    for (size_t k = 0; k < self->num_groups; k++) {
        for (int q = 0; q < RH_NUM_FIT_QUANTITIES; q++) {
            add_csv_row(self, &self->group[k], (enum rh_fit_quantity)q, out);
        }
        if (k == 0) {
            rh_fit_add_within_csv(self, out);
        }
    }
    if (self->chooses_baseline) {
        rh_fit_baseline_csv(&self->baseline, out);
    }
}
