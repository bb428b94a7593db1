#include "cli/fit_beside.h"

#include <math.h>

static const char *const price_verdict_names[RH_NUM_FIT_PRICE_VERDICTS] = {
    [RH_FIT_PRICE_ESTIMATED] = "estimated",        [RH_FIT_PRICE_NO_DISCOUNTS] = "no_discounts",
    [RH_FIT_PRICE_NO_PEERS] = "no_peers",          [RH_FIT_PRICE_FOLLOWS_SIZE] = "follows_size",
    [RH_FIT_PRICE_ALIKE] = "no_variation",         [RH_FIT_PRICE_NOT_SHARED] = "not_shared",
    [RH_FIT_PRICE_FEW_GROUPS] = "few_groups",      [RH_FIT_PRICE_NO_NOISE] = "no_noise",
    [RH_FIT_PRICE_NOT_CONVERGED] = "not_converged"};

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

const char *rh_fit_price_verdict_name(enum rh_fit_price_verdict verdict)
{
    return price_verdict_names[verdict];
}

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
