/* The verdict of a backtest: what its scores say of a partner's whole holdout, in sentences. */
#include "cli/backtest_output.h"

#include "core/variates.h"

#include <math.h>

#define NINETY 2       /* of the intervals */
#define NOMINAL 0.9    /* of it */
#define ENOUGH 30      /* outcomes by which a share of 90% is judged */
#define SURE 0.005     /* probability of as few outcomes within right ranges, below which fewer are judged too */
#define ROUNDING 1e-9  /* of the outcome: what sums are off by */
#define MANY_TIMES 2.0 /* scores beyond are told as multiples */

static const char *in_words(enum rh_forecaster forecaster)
{
    return forecaster == RH_FORECAST_NAIVE ? "repeating the last year" : "months of the last year at random";
}

/* The better of the two forecasts that cost nothing. */
static enum rh_forecaster better_peer(const struct rh_backtest_score *score)
{
    return score->crps[RH_FORECAST_RESAMPLED] <= score->crps[RH_FORECAST_NAIVE] ? RH_FORECAST_RESAMPLED
                                                                                : RH_FORECAST_NAIVE;
}

/* Few outcomes may all be held by ranges that are too narrow, or wide enough; only where hardly any is held it shows.
 */
static void add_ranges(const struct rh_backtest_score *score, int months, struct rh_text *out)
{
    const size_t held = score->covered[NINETY], num = score->num;
    const double share = (double)held / (double)num;
    const bool few = num < ENOUGH, sure = (int64_t)held < rh_binomial((int64_t)num, NOMINAL, SURE);
    rh_text_printf(out, "Of what a partner sold in %d month%s, the range that should hold it 90 times in 100 held it ",
                   months, months == 1 ? "" : "s");
    if (few) {
        rh_text_printf(out, "%zu of %zu time%s: ", held, num, num == 1 ? "" : "s");
    } else {
        rh_text_printf(out, "%.0f times: ", 100.0 * share);
    }
    rh_text_puts(out, few && !sure   ? "too few to judge the ranges by.\n"
                      : share < 0.85 ? "the ranges are too narrow, so add to reserves.\n"
                      : share > 0.95 ? "the ranges are too wide, so reserves by them are on the safe side.\n"
                                     : "they can be believed.\n");
}

static void add_gain(const struct rh_backtest_score *score, struct rh_text *out)
{
    const enum rh_forecaster peer = better_peer(score);
    const double model = score->crps[RH_FORECAST_MODEL], other = score->crps[peer];
    const double exact = ROUNDING * score->outcome, gain = 1.0 - model / other;
    if (other <= exact && model <= exact) {
        rh_text_printf(out, "The forecast was exactly right, and so was one that costs nothing (%s).\n",
                       in_words(peer));
    } else if (other <= exact) {
        rh_text_printf(out,
                       "The better of the two that cost nothing (%s) was exactly right; the forecast was off by %.1f%% "
                       "of the mean outcome.\n",
                       in_words(peer), 100.0 * model / score->outcome);
    } else if (model >= MANY_TIMES * other) {
        rh_text_printf(out, "The forecast is %.1f times as far off as the better of the two that cost nothing (%s).\n",
                       model / other, in_words(peer));
    } else if (fabs(gain) < 0.005) {
        rh_text_printf(out, "The forecast is as close as the better of the two that cost nothing (%s).\n",
                       in_words(peer));
    } else {
        rh_text_printf(out, "The forecast is %.0f%% %s than the better of the two that cost nothing (%s).\n",
                       100.0 * fabs(gain), gain >= 0.0 ? "closer" : "farther off", in_words(peer));
    }
}

void rh_backtest_verdict(const struct rh_backtest *self, struct rh_text *out)
{
    const struct rh_backtest_score *year = &self->score[RH_BACKTEST_PARTNER][RH_BACKTEST_HOLDOUT];
    if (year->num == 0 || !(year->outcome > 0.0)) {
        rh_text_puts(out, "Nothing was sold in the months held out: there is nothing to judge by.\n");
        return;
    }
    add_ranges(year, self->options.holdout, out);
    add_gain(year, out);
    /* Where returns outweigh sales the share says nothing. */
    if (self->newcomers > 0.005 && self->newcomers <= 1.0) {
        rh_text_printf(out, "%.1f%% of sales came from partners that were not there yet: no forecast has them.\n",
                       100.0 * self->newcomers);
    }
}
