/* Completions of activities beyond the usual ones, or short of them: Poisson extra ones, or a binomial share.
 *
 * Both are the least count whose distribution function reaches the draw, and mostly that is the usual one, which a
 * line below the function tells. The others are told by its first terms, in all replications at once where they are
 * many; what these do not decide, or leave too near a bound for the last digits of a sum, takes the exact function. */
#include "core/variates.h"
#include "engine/kernel_private.h"
#include "engine/vmath_double.h"

#include <math.h>
#include <string.h>

#define MOST_COUNTED 3          /* terms of the sum */
#define UNSURE 1e-11            /* of a probability: far more than sums err */
#define FEW 12                  /* replications that are told one by one */
#define MOST_LUCK 0x1.fffffep-1 /* the float below 1 */

/* What is completed where it is the usual; NaN where it may not be. Returns in how many. */
static int find_usual(const rh_real *restrict factor, const rh_real *restrict rate, const rh_real *restrict usual,
                      const rh_real *restrict luck, rh_real *restrict out)
{
    double others = 0.0;
    for (int l = 0; l < RH_LANES; l++) {
        const bool more = factor[l] > 1.0;
        const double n = rint(usual[l] * 1e-4), at = more ? luck[l] : 1.0 - luck[l];
        const double change = more ? rate[l] * (factor[l] - 1.0) : n * (1.0 - factor[l]);
        const double same = factor[l] < 1.0 ? 1e4 * n : usual[l];
        out[l] = at < 1.0 - change - UNSURE ? same : NAN;
    }
    for (int l = 0; l < RH_LANES; l++) {
        others += out[l] != out[l] ? 1.0 : 0.0;
    }
    return (int)others;
}

/* What is completed, as far as the first terms tell; NaN where they do not. */
static inline double sum_terms(double factor, double rate, double usual, double u)
{
    const bool more = factor > 1.0;
    const double mean = rate * (factor - 1.0), n = rint(usual * 1e-4), odds = (1.0 - factor) / factor;
    const double at = more ? u : 1.0 - u; /* of a share those that are missing are counted */
    const double a = more ? mean : n * odds, b = more ? 0.0 : odds;
    double term = rh_vexp(more ? -mean : n * rh_vlog(factor)), sum = term, count = 0.0, nearest = 1.0;
    for (int k = 0; k < MOST_COUNTED; k++) {
        nearest = rh_vmin(nearest, fabs(at - sum));
        count += at > sum ? 1.0 : 0.0;
        term *= (a - b * k) / (k + 1);
        sum += term;
    }
    count = count < MOST_COUNTED && nearest > UNSURE ? count : NAN;
    const double changed = more ? usual + 1e4 * count : 1e4 * (n - count);
    return factor == 1.0 ? usual : changed;
}

static double complete(double factor, double rate, double usual, double u)
{
    const double told = sum_terms(factor, rate, usual, u);
    return !isnan(told)   ? told
           : factor > 1.0 ? usual + 1e4 * (double)rh_poisson(rate * (factor - 1.0), u)
                          : 1e4 * (double)rh_binomial(llrint(usual * 1e-4), factor, u);
}

/* The partner's uniforms of a month, which all programs share. */
static const rh_real *luck_of(struct rh_kernel *self, size_t series, int t)
{
    const size_t place = (series - self->partner->first_series) * (size_t)self->plan->num_months + (size_t)t;
    const int i = (int)(self->partner - self->plan->partner);
    rh_real *luck = self->completion_luck[place];
    if (self->completion_luck_of[place] != i) {
        rh_words_lanes words;
        rh_draw_words(self, self->plan->activity_entity[series], RH_DRAW_ACTIVITY, (uint32_t)t, 0, words);
        for (int l = 0; l < RH_LANES; l++) {
            const rh_real u = (rh_real)rh_vuniform(words[0][l]); /* rounded to a float it may be 1 */
            luck[l] = u < 1.0 ? u : MOST_LUCK;
        }
        self->completion_luck_of[place] = i;
    }
    return luck;
}

void rh_complete_activity(struct rh_kernel *self, size_t series, int t, const rh_real *factor, const rh_real *usual,
                          rh_real *gross)
{
    const double expected = 1e-4 * rh_plan_expected(self->plan, series, t);
    rh_lanes rate;
    int changes = 0;
    for (int l = 0; l < RH_LANES; l++) {
        changes |= factor[l] != 1.0;
        rate[l] = expected * self->base[t][l] * self->relation.here[l];
    }
    if (!changes) {
        memcpy(gross, usual, sizeof(rh_lanes));
        return;
    }
    const rh_real *luck = luck_of(self, series, t);
    const int others = find_usual(factor, rate, usual, luck, gross);
    for (int l = 0; others > FEW && l < RH_LANES; l++) {
        gross[l] = sum_terms(factor[l], rate[l], usual[l], luck[l]);
    }
    for (int l = 0; others > 0 && l < RH_LANES; l++) {
        gross[l] = isnan(gross[l]) ? complete(factor[l], rate[l], usual[l], luck[l]) : gross[l];
    }
}
