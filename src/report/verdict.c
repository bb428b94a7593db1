/* The first of the two has the higher mean, so it is not the worse one. Verdicts follow docs/model.md, "What is
 * reported". */
#include "report/verdict.h"

#include "report/figure.h"

#include <math.h>
#include <string.h>

/* "0.2%" or "0.2% to 3%", "500" or "33 to 500". */
static void add_range(struct rh_text *out, const struct rh_text *from, const struct rh_text *to)
{
    rh_text_puts(out, rh_text_string(from));
    if (strcmp(rh_text_string(from), rh_text_string(to)) != 0) {
        rh_text_printf(out, " to %s", rh_text_string(to));
    }
    out->failed = out->failed || from->failed || to->failed;
}

/* What it is worth that programs meet the same replications, over the programs that sell otherwise than `versus`. Told
 * of revenue: net benefit is a difference to the reference within the replication already. */
void rh_verdict_common_numbers(const struct rh_comparison *comparison, struct rh_text *out)
{
    double least = INFINITY, most = 0.0;
    struct rh_text from, to;
    for (int i = 0; i < comparison->results->num_scenarios; i++) {
        const double ratio = rh_comparison_difference(comparison, i, RH_KPI_REVENUE)->variance_ratio;
        if (i != comparison->versus && ratio > 0.0) {
            least = fmin(least, ratio);
            most = fmax(most, ratio);
        }
    }
    if (!(most > 0.0)) {
        return;
    }
    rh_text_init(&from);
    rh_text_init(&to);
    rh_text_puts(out, "Because programs meet the same replications, their differences in revenue have ");
    rh_figure_probability(&from, least);
    rh_figure_probability(&to, most);
    add_range(out, &from, &to);
    rh_text_puts(out, " of the variance that separate runs would leave");
    if (most < 0.5) {
        rh_text_clear(&from);
        rh_text_clear(&to);
        rh_figure_short(&from, 1.0 / most, 2);
        rh_figure_short(&to, 1.0 / least, 2);
        rh_text_puts(out, ": as sure as with ");
        add_range(out, &from, &to);
        rh_text_puts(out, " times as many replications");
    }
    rh_text_puts(out, ".");
    rh_text_free(&from);
    rh_text_free(&to);
}

/* Beyond this a rehearsal is no longer practical, and what is left of the difference is nobody's business. */
#define MANY_REPLICATIONS 1e8

static void not_distinguishable(const struct rh_difference *pair, const char *first, const char *second,
                                struct rh_text *out)
{
    rh_text_printf(out, "%s and %s are not distinguishable at ", first, second);
    rh_text_number(out, (double)pair->num, 0);
    rh_text_puts(out, " replications (difference ");
    rh_figure_mean(out, RH_KPI_NET_BENEFIT, pair->mean, pair->mean_se);
    double needed = rh_difference_replications(pair);
    if (needed <= MANY_REPLICATIONS) {
        rh_text_puts(out, "): about ");
        rh_text_number(out, needed, 0);
        rh_text_puts(out, " would settle it.");
    } else {
        rh_text_puts(out, "): for any practical purpose they are equal.");
    }
}

/* " = 97%", " > 99.9%". */
static void equals_probability(struct rh_text *out, double p)
{
    struct rh_text figure;
    rh_text_init(&figure);
    rh_figure_probability(&figure, p);
    const char *string = rh_text_string(&figure);
    if (string[0] == '>') {
        rh_text_printf(out, " > %s", string + 1);
    } else {
        rh_text_printf(out, " = %s", string);
    }
    out->failed = out->failed || figure.failed;
    rh_text_free(&figure);
}

#define RARELY 0.1 /* what is better less often has its mean from a few large differences */

void rh_verdict_sentence(const struct rh_difference *pair, const char *first, const char *second, struct rh_text *out)
{
    double p = rh_difference_p_better(pair, true);
    if (pair->num == 0) {
        rh_text_printf(out, "%s and %s: no replication has a net benefit of both.", first, second);
        return;
    }
    switch (rh_difference_verdict(pair, 1)) {
    case RH_VERDICT_SAME:
        rh_text_printf(out, "%s and %s have the same net benefit in every replication.", first, second);
        return;
    case RH_VERDICT_MORE_REPLICATIONS:
        not_distinguishable(pair, first, second, out);
        return;
    case RH_VERDICT_CANNOT_TELL:
        if (p < RARELY) {
            rh_text_printf(out, "%s has the higher mean, but %s is better with P", first, second);
            equals_probability(out, 1.0 - p);
            rh_text_puts(out, ": rare large gains carry it");
            break;
        }
        rh_text_printf(out, "%s or %s: the assumptions cannot tell, a pilot could; %s is better in ", first, second,
                       first);
        rh_figure_probability(out, p);
        rh_text_puts(out, " of the replications");
        break;
    default:
        rh_text_printf(out, "%s is better than %s with P", first, second);
        equals_probability(out, p);
        break;
    }
    rh_text_puts(out, " (mean difference ");
    rh_figure_mean(out, RH_KPI_NET_BENEFIT, pair->mean, pair->mean_se);
    rh_text_puts(out, ").");
}
