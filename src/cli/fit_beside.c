#include "cli/fit_beside.h"

#include "core/variates.h"

#include <math.h>

/* Why there is no estimate, to go on after a colon. */
static const char *const price_reasons[RH_NUM_FIT_PRICE_VERDICTS] = {
    [RH_FIT_PRICE_NO_DISCOUNTS] = "no row of sales has a discount",
    [RH_FIT_PRICE_NO_PEERS] = "nowhere did five partners of one segment and region, of whom it is known what they "
                              "usually pay, buy the same product line in the same month",
    [RH_FIT_PRICE_FOLLOWS_SIZE] = "who bought more than usual paid less than usual, beside what its peers paid, and a "
                                  "discount that follows the size of an order does not show what a price does",
    [RH_FIT_PRICE_ALIKE] =
        "prices hardly differed between the segments and regions of a market in the same month; what everybody gets "
        "cannot be told from the season, a promotion for half of the regions could",
    [RH_FIT_PRICE_NOT_SHARED] = "where its peers paid less, a partner did not: discounts go deal by deal, and who gets "
                                "one may have been about to buy",
    [RH_FIT_PRICE_FEW_GROUPS] = "prices moved apart for one or two segments of a region alone, and their luck cannot "
                                "be told from a response",
    [RH_FIT_PRICE_NO_NOISE] =
        "each partner bought exactly what it and the month let expect, so nothing shows how far chance goes",
    [RH_FIT_PRICE_NOT_CONVERGED] = "no elasticity fits best"};

void rh_fit_add_price(const struct rh_fit *self, struct rh_text *out)
{
    const struct rh_fit_price *price = &self->price;
    const struct rh_moments *prior = &self->group[0].prior[RH_FIT_PRICE_ELASTICITY];
    if (price->verdict != RH_FIT_PRICE_ESTIMATED) {
        rh_text_printf(out, "- price_elasticity: no estimate of its own: %s.\n", price_reasons[price->verdict]);
        return;
    }
    rh_text_printf(out,
                   "- price_elasticity: %s were held against each other (%d groups, as much as %.0f of equal weight). "
                   "What was bought for stock while it was cheap passes for demand; what partners kept of a discount "
                   "makes the estimate too small.\n",
                   price->by_segment ? "regions of the same segment" : "segments of the same region", price->groups,
                   price->effective);
    if (fabs(price->estimate - prior->mean) > 3.0 * hypot(price->se, prior->sd)) {
        rh_text_puts(out, "- price_elasticity: the estimate is farther from what is believed than its error "
                          "explains: find out what else moved with the discounts before you use it.\n");
    }
}

/* Why there is no estimate, to go on after a colon. */
static const char *const within_reasons[RH_NUM_FIT_WITHIN_VERDICTS] = {
    [RH_FIT_WITHIN_NO_PROGRAM] = "no program in force is named",
    [RH_FIT_WITHIN_NO_THRESHOLDS] = "the program has no incentive that pays the firm by a window's revenue from a "
                                    "threshold on, or nobody is known to have come near one",
    [RH_FIT_WITHIN_FEW] = "too few windows came near a threshold, or those of too few partners",
    [RH_FIT_WITHIN_NO_VARIATION] =
        "how close a threshold was followed from what partners had sold for their size: thresholds of other sizes, or "
        "partners of other sizes, would tell them apart",
    [RH_FIT_WITHIN_NOT_WORTH] = "buying ahead for these thresholds costs a partner more than it brings",
    [RH_FIT_WITHIN_NO_NOISE] =
        "each partner sold exactly what it and the month let expect, so nothing shows how far chance goes",
    [RH_FIT_WITHIN_NOT_CONVERGED] = "no value fits best"};

static const char *name_of(const struct rh_fit_within *within)
{
    return rh_parameter_table[within->parameter].name;
}

static bool is_estimated(const struct rh_fit_within *within)
{
    return within->verdict == RH_FIT_WITHIN_ESTIMATED;
}

void rh_fit_add_within(const struct rh_fit *self, struct rh_text *out)
{
    for (int q = 0; q < RH_NUM_FIT_WITHIN; q++) {
        const struct rh_fit_within *within = &self->within[q];
        rh_text_printf(out, "%-26s %7.3f %7.3f", name_of(within), within->prior.mean, within->prior.sd);
        if (is_estimated(within)) {
            rh_text_printf(out, "  %8.3f ± %-8.3f", within->estimate, rh_fit_within_margin(within));
        } else {
            rh_text_puts(out, "         -           ");
        }
        rh_text_printf(out, " %7.3f %7.3f %7.0f%%", within->posterior.mean, within->posterior.sd,
                       round(100.0 * rh_fit_within_moved(within)) + 0.0);
        if (is_estimated(within)) {
            rh_text_printf(out, " %8d", within->partners);
        }
        rh_text_puts(out, "\n");
    }
}

void rh_fit_add_field(double value, struct rh_text *out)
{
    if (isnan(value)) {
        rh_text_puts(out, ",");
    } else {
        rh_text_printf(out, ",%.6g", value + 0.0);
    }
}

static void add_csv(const char *name, const double field[8], int partners, size_t rows, const char *verdict, bool used,
                    struct rh_text *out)
{
    rh_text_printf(out, "all,,%s", name);
    for (int k = 0; k < 8; k++) {
        rh_fit_add_field(field[k], out);
    }
    rh_text_printf(out, ",%d,%zu,,,,,%s,%s\n", partners, rows, verdict, used ? "yes" : "no");
}

void rh_fit_add_within_csv(const struct rh_fit *self, struct rh_text *out)
{
    for (int q = 0; q < RH_NUM_FIT_WITHIN; q++) {
        const struct rh_fit_within *within = &self->within[q];
        const double field[] = {
            within->prior.mean,           within->prior.sd,       within->estimate,     within->se,
            rh_fit_within_margin(within), within->posterior.mean, within->posterior.sd, rh_fit_within_moved(within)};
        add_csv(name_of(within), field, within->partners, within->windows, rh_fit_within_verdict_name[within->verdict],
                is_estimated(within), out);
    }
    const struct rh_fit_bunching *bunching = &self->bunching;
    const bool told = !isnan(bunching->ratio);
    const double se = told ? 0.5 * (bunching->high - bunching->low) / rh_normal(0.975) : NAN;
    const double field[] = {NAN, NAN, bunching->ratio, se, told ? 0.5 * (bunching->high - bunching->low) : NAN, NAN,
                            NAN, NAN};
    add_csv("bunching", field, bunching->partners, (size_t)bunching->ends, told ? "estimated" : "few_windows", false,
            out);
}

static void add_bunching(const struct rh_fit_bunching *bunching, struct rh_text *out)
{
    if (isnan(bunching->ratio)) {
        rh_text_puts(out, "- Bunching: too few windows ended near a threshold to tell.\n");
        return;
    }
    rh_text_printf(out,
                   "- Bunching: %d windows ended within 5%% above a threshold, %.1f times what is to be expected (95%% "
                   "%.1f to %.1f): ",
                   bunching->above, bunching->ratio, bunching->low, bunching->high);
    rh_text_puts(out, bunching->low > 1.0 ? "partners look at levels. It does not say how much more they sell for a "
                                            "reward.\n"
                                          : "nothing shows that partners look at levels.\n");
}

void rh_fit_add_within_notes(const struct rh_fit *self, struct rh_text *out)
{
    for (int q = 0; q < RH_NUM_FIT_WITHIN; q++) {
        const struct rh_fit_within *within = &self->within[q];
        if (!is_estimated(within) && q != RH_FIT_TOPUP_REACH) {
            rh_text_printf(out, "- %s%s: no estimate: %s.\n", name_of(within),
                           q == RH_FIT_TOPUP_ABLE ? ", topup_reach" : "", within_reasons[within->verdict]);
        } else if (is_estimated(within) &&
                   fabs(within->estimate - within->prior.mean) > 3.0 * hypot(within->se, within->prior.sd)) {
            rh_text_printf(out, "- %s: the estimate is farther from what is believed than its error explains.\n",
                           name_of(within));
        }
    }
    if (is_estimated(&self->within[RH_FIT_TOPUP_ABLE])) {
        rh_text_printf(out,
                       "- topup_able, topup_reach: by %zu windows of %d partners that ended within half a usual window "
                       "of a threshold.\n",
                       self->within[RH_FIT_TOPUP_ABLE].windows, self->within[RH_FIT_TOPUP_ABLE].partners);
    }
    if (self->program != NULL) {
        add_bunching(&self->bunching, out);
    }
}
