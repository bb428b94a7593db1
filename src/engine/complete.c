/* Completions of activities beyond the usual ones, or short of them: Poisson extra ones, or a binomial share.
 *
 * Both are the least count whose distribution function reaches the draw. As what is drawn is mostly 0 or a few, their
 * first terms are summed in all replications at once; the few replications in which that does not decide, or leaves
 * the bound too near for the last digits of a sum to tell, take the exact function. */
#include "core/variates.h"
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <math.h>
#include <string.h>

#define MOST_COUNTED 3 /* terms of the sum */
#define UNSURE 1e-11   /* of a probability: far more than sums err */

/* What is completed, as far as the first terms tell; NaN where they do not. */
static void count_terms(const double *restrict factor, const double *restrict rate, const double *restrict usual,
                        const uint64_t *restrict words, double *restrict out)
{
    for (int l = 0; l < RH_LANES; l++) {
        const bool more = factor[l] > 1.0;
        const double u = rh_vuniform(words[l]), odds = (1.0 - factor[l]) / factor[l];
        const double mean = rate[l] * (factor[l] - 1.0), n = floor(usual[l] * 1e-4);
        const double at = more ? u : 1.0 - u; /* of a share those that are missing are counted */
        const double a = more ? mean : n * odds, b = more ? 0.0 : odds;
        double term = rh_vexp(more ? -mean : n * rh_vlog(factor[l])), sum = term, count = 0.0, nearest = 1.0;
        for (int k = 0; k < MOST_COUNTED; k++) {
            const double distance = fabs(at - sum);
            nearest = distance < nearest ? distance : nearest;
            count += at > sum ? 1.0 : 0.0;
            term *= (a - b * k) / (k + 1);
            sum += term;
        }
        count = count < MOST_COUNTED && nearest > UNSURE ? count : NAN;
        const double changed = more ? usual[l] + 1e4 * count : 1e4 * (n - count);
        out[l] = factor[l] == 1.0 ? usual[l] : changed;
    }
}

static double complete_exactly(double factor, double rate, double usual, double u)
{
    return factor > 1.0 ? usual + 1e4 * (double)rh_poisson(rate * (factor - 1.0), u)
                        : 1e4 * (double)rh_binomial((int64_t)(usual * 1e-4), factor, u);
}

void rh_complete_activity(struct rh_kernel *self, size_t series, int t, const double *factor, const double *usual,
                          double *gross)
{
    const struct rh_plan *plan = self->plan;
    const double expected = 1e-4 * rh_plan_expected(plan, series, t);
    rh_words_lanes words;
    rh_lanes rate;
    int changes = 0, unsure = 0;
    for (int l = 0; l < RH_LANES; l++) {
        changes |= factor[l] != 1.0;
        rate[l] = expected * self->base[t][l] * self->relation.here[l];
    }
    if (!changes) {
        memcpy(gross, usual, sizeof(rh_lanes));
        return;
    }
    rh_draw_words(self, plan->activity_entity[series], RH_DRAW_ACTIVITY, (uint32_t)t, 0, words);
    count_terms(factor, rate, usual, words[0], gross);
    for (int l = 0; l < RH_LANES; l++) {
        unsure |= gross[l] != gross[l];
    }
    for (int l = 0; unsure && l < RH_LANES; l++) {
        gross[l] =
            isnan(gross[l]) ? complete_exactly(factor[l], rate[l], usual[l], rh_vuniform(words[0][l])) : gross[l];
    }
}
