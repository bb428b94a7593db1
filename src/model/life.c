/* The likelihood sums over the period of departure; its terms follow from one another by a ratio, and what they have of
 * the lives alone is the same for all records of a length. Equal records are counted once. */
#include "model/life.h"

#include <gsl/gsl_multimin.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* Weak prior on the logarithms: a partner buys in most periods and stays for years. */
static const double prior_mean[4] = {0.0, -0.7, -0.7, 4.1}; /* alpha 1, beta .5, gamma .5, delta 60 */
static const double prior_sd[4] = {1.5, 1.5, 1.0, 1.0};

#define EVEN_LEAVERS 10.0 /* leavers of each period of the year that left evenly: what the prior is worth */

static double lbeta_ratio(double a, double b, double more_a, double more_b)
{
    return gsl_sf_lnbeta(a + more_a, b + more_b) - gsl_sf_lnbeta(a, b);
}

/* Weight of the period that is `back` periods before the last; below 0 after it. */
static double weight_of(const struct rh_life_year *year, int back)
{
    return year->weight[(back % year->num + year->num) % year->num];
}

/* Living through a period. */
struct step {
    double log_stay, leaves;
};

/* The next step of a clock of weights. */
static struct step next_step(struct rh_life self, double weight, double *clock)
{
    const double log_stay = weight * log1p(-self.gamma / (self.gamma + self.delta + *clock));
    *clock += weight;
    return (struct step){log_stay, -expm1(log_stay)};
}

/* Steps of the periods of a record, from the first on. */
static void fill_steps(struct rh_life self, const struct rh_life_year *year, int periods, struct step *steps)
{
    double clock = 0.0;
    for (int k = 0; k < periods; k++) {
        steps[k] = next_step(self, weight_of(year, periods - 1 - k), &clock);
    }
}

/* How a record may end, relative to its likelihood until the partner bought last. */
struct ends {
    double log_until; /* that likelihood */
    double sum;       /* of all ends */
    double alive;     /* of being alive after the last period */
};

/* Probability that a living partner does not buy in period k, having never since its last purchase. */
static double waits(struct rh_life self, struct rh_life_record r, int k)
{
    return (self.beta + k - r.purchases) / (self.alpha + self.beta + k);
}

/* steps NULL: they are worked out. */
static struct ends ends_of(struct rh_life self, const struct rh_life_year *year, struct rh_life_record r,
                           const struct step *steps)
{
    struct ends ends = {lbeta_ratio(self.alpha, self.beta, r.purchases, r.last - r.purchases), 0.0, 1.0};
    double clock = 0.0;
    for (int k = 0; k < r.periods; k++) {
        const struct step step = steps != NULL ? steps[k] : next_step(self, weight_of(year, r.periods - 1 - k), &clock);
        if (k < r.last) {
            ends.log_until += step.log_stay;
            continue;
        }
        ends.sum += ends.alive * step.leaves;
        ends.alive *= (1.0 - step.leaves) * waits(self, r, k);
    }
    ends.sum += ends.alive;
    return ends;
}

double rh_life_log_likelihood(struct rh_life self, const struct rh_life_year *year, struct rh_life_record record)
{
    const struct ends ends = ends_of(self, year, record, NULL);
    return ends.log_until + log(ends.sum);
}

double rh_life_alive(struct rh_life self, const struct rh_life_year *year, struct rh_life_record record)
{
    const struct ends ends = ends_of(self, year, record, NULL);
    return ends.alive / ends.sum;
}

double rh_life_survival(struct rh_life self, const struct rh_life_year *year, struct rh_life_record record,
                        double periods)
{
    double clock = 0.0, log_survival = 0.0;
    for (int k = 0; k < record.periods; k++) {
        clock += weight_of(year, k);
    }
    for (int k = 0; k < periods; k++) {
        log_survival += fmin(periods - k, 1.0) * next_step(self, weight_of(year, -1 - k), &clock).log_stay;
    }
    return exp(log_survival);
}

void rh_life_count_leavers(struct rh_life self, const struct rh_life_year *year, struct rh_life_record record,
                           double *left, double *usual)
{
    const double all = ends_of(self, year, record, NULL).sum;
    double clock = 0.0, here = 1.0, waiting = 1.0;
    for (int k = 0; k < record.periods; k++) {
        const int back = record.periods - 1 - k, at = back % year->num;
        usual[at] += here * self.gamma / (self.gamma + self.delta + clock);
        const struct step step = next_step(self, weight_of(year, back), &clock);
        if (k >= record.last) {
            const double leaves = waiting * step.leaves / all;
            left[at] += leaves;
            here -= leaves;
            waiting *= (1.0 - step.leaves) * waits(self, record, k);
        }
    }
}

void rh_life_weigh(struct rh_life_year *year, const double *left, const double *usual, double years)
{
    double all_left = 0.0, all_usual = 0.0, sum = 0.0;
    for (int k = 0; k < year->num; k++) {
        all_left += left[k];
        all_usual += usual[k];
    }
    const double scale = all_usual > 0.0 ? all_left / all_usual : 0.0;
    const double prior = EVEN_LEAVERS + all_left / (year->num * fmax(years, 1.0));
    for (int k = 0; k < year->num; k++) {
        year->weight[k] = (left[k] + prior) / (usual[k] * scale + prior);
        sum += year->weight[k];
    }
    for (int k = 0; k < year->num; k++) {
        year->weight[k] *= year->num / sum;
    }
}

double rh_life_frequency(struct rh_life self, struct rh_life_record record)
{
    return (self.alpha + record.purchases) / (self.alpha + self.beta + record.periods);
}

double rh_life_frequency_error(struct rh_life self, struct rh_life_record record)
{
    const double bought = self.alpha + record.purchases, waited = self.beta + record.periods - record.purchases;
    return sqrt(waited / (bought * (bought + waited + 1.0)));
}

/* Distinct records, by length, with their counts. */
struct counted {
    const struct rh_life_year *year;
    const struct rh_life_record *record;
    const size_t *count;
    size_t num;
    struct step *steps; /* room for the longest */
};

static double minus_log_posterior(const gsl_vector *x, void *user)
{
    const struct counted *data = user;
    double penalty = 0.0, sum = 0.0;
    for (size_t k = 0; k < 4; k++) {
        double z = (gsl_vector_get(x, k) - prior_mean[k]) / prior_sd[k];
        penalty += 0.5 * z * z;
    }
    const struct rh_life life = {exp(gsl_vector_get(x, 0)), exp(gsl_vector_get(x, 1)), exp(gsl_vector_get(x, 2)),
                                 exp(gsl_vector_get(x, 3))};
    if (penalty > 200.0) {
        return 1e12; /* far outside of all reason, where the gamma functions overflow */
    }
    for (size_t k = 0; k < data->num; k++) {
        const int periods = data->record[k].periods;
        if (k == 0 || periods != data->record[k - 1].periods) {
            fill_steps(life, data->year, periods, data->steps);
        }
        const struct ends ends = ends_of(life, data->year, data->record[k], data->steps);
        sum += (double)data->count[k] * (ends.log_until + log(ends.sum));
    }
    return penalty - sum;
}

static int by_value(const void *a, const void *b)
{
    const struct rh_life_record *x = a, *y = b;
    return x->periods != y->periods       ? (x->periods < y->periods ? -1 : 1)
           : x->purchases != y->purchases ? (x->purchases < y->purchases ? -1 : 1)
                                          : (x->last > y->last) - (x->last < y->last);
}

/* Moves distinct records to the front; count[k] says how often each stands. Returns their number. */
static size_t count_distinct(struct rh_life_record *records, size_t *count, size_t num)
{
    size_t distinct = 0;
    qsort(records, num, sizeof *records, by_value);
    for (size_t k = 0; k < num; k++) {
        if (distinct > 0 && by_value(&records[distinct - 1], &records[k]) == 0) {
            count[distinct - 1]++;
        } else {
            records[distinct] = records[k];
            count[distinct++] = 1;
        }
    }
    return distinct;
}

/* GSL's code; anything but 0 is a likelihood that is no number. */
static int minimize(gsl_multimin_fminimizer *minimizer, const struct counted *data, gsl_vector *x, gsl_vector *step)
{
    gsl_multimin_function function = {minus_log_posterior, 4, (void *)(uintptr_t)data};
    for (size_t k = 0; k < 4; k++) {
        gsl_vector_set(x, k, prior_mean[k]);
        gsl_vector_set(step, k, 0.5);
    }
    int code = gsl_multimin_fminimizer_set(minimizer, &function, x, step);
    for (int iteration = 0; code == 0 && iteration < 400; iteration++) {
        code = gsl_multimin_fminimizer_iterate(minimizer);
        if (gsl_multimin_fminimizer_size(minimizer) < 1e-4) {
            break;
        }
    }
    return code;
}

int rh_life_fit(struct rh_life *out, const struct rh_life_year *year, struct rh_life_record *records, size_t num,
                struct rh_error *error)
{
    int status = RH_OK, longest = 0;
    for (size_t k = 0; k < num; k++) {
        longest = records[k].periods > longest ? records[k].periods : longest;
    }
    size_t *count = calloc(num + 1, sizeof *count);
    struct step *steps = calloc((size_t)longest + 1, sizeof *steps);
    gsl_vector *x = gsl_vector_alloc(4), *step = gsl_vector_alloc(4);
    gsl_multimin_fminimizer *minimizer = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, 4);
    if (count == NULL || steps == NULL || x == NULL || step == NULL || minimizer == NULL) {
        status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to fit partners' lifetimes");
        goto out;
    }
    const struct counted data = {year, records, count, count_distinct(records, count, num), steps};
    if (minimize(minimizer, &data, x, step) != 0) {
        status = rh_error_set(error, RH_ERR_OVERFLOW, "the likelihood of partners' lifetimes is no number");
        goto out;
    }
    const gsl_vector *best = gsl_multimin_fminimizer_x(minimizer);
    *out = (struct rh_life){exp(gsl_vector_get(best, 0)), exp(gsl_vector_get(best, 1)), exp(gsl_vector_get(best, 2)),
                            exp(gsl_vector_get(best, 3))};
out:
    if (minimizer != NULL) {
        gsl_multimin_fminimizer_free(minimizer);
    }
    if (x != NULL) {
        gsl_vector_free(x);
    }
    if (step != NULL) {
        gsl_vector_free(step);
    }
    free(steps);
    free(count);
    return status;
}
