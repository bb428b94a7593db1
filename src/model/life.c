/* The likelihood sums over the month of departure; its terms follow from one another by a ratio, so that one record
 * costs six lgamma calls and a short loop. Equal records are counted once. */
#include "model/life.h"

#include <gsl/gsl_multimin.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* Weak prior on the logarithms: a partner buys in most periods and stays for years. */
static const double prior_mean[4] = {0.0, -0.7, -0.7, 4.1}; /* alpha 1, beta .5, gamma .5, delta 60 */
static const double prior_sd[4] = {1.5, 1.5, 1.0, 1.0};

static double lbeta_ratio(double a, double b, double more_a, double more_b)
{
    return gsl_sf_lnbeta(a + more_a, b + more_b) - gsl_sf_lnbeta(a, b);
}

/* Log-likelihood of the record with the partner alive at the end. */
static double log_alive_term(struct rh_life self, struct rh_life_record r)
{
    return lbeta_ratio(self.alpha, self.beta, r.purchases, r.periods - r.purchases) +
           lbeta_ratio(self.gamma, self.delta, 0.0, r.periods);
}

/* The terms fall from the first departure on, so that they are summed relative to it or to being alive: long records
 * have likelihoods below any double. */
double rh_life_log_likelihood(struct rh_life self, struct rh_life_record r)
{
    double log_alive = log_alive_term(self, r);
    double log_first = lbeta_ratio(self.alpha, self.beta, r.purchases, r.last - r.purchases) +
                       lbeta_ratio(self.gamma, self.delta, 1.0, r.last);
    double scale = r.last < r.periods ? fmax(log_alive, log_first) : log_alive;
    double sum = exp(log_alive - scale), term = exp(log_first - scale);
    for (int i = 0; i < r.periods - r.last; i++) {
        sum += term;
        term *= (self.beta + r.last - r.purchases + i) / (self.alpha + self.beta + r.last + i);
        term *= (self.delta + r.last + i) / (self.gamma + 1.0 + self.delta + r.last + i);
    }
    return scale + log(sum);
}

double rh_life_alive(struct rh_life self, struct rh_life_record record)
{
    return fmin(exp(log_alive_term(self, record) - rh_life_log_likelihood(self, record)), 1.0);
}

double rh_life_survival(struct rh_life self, struct rh_life_record record, double periods)
{
    const int whole = (int)periods;
    double survival = 1.0;
    for (int k = 0; k <= whole; k++) {
        const double lived = self.delta + record.periods + k, stays = lived / (self.gamma + lived);
        survival *= k < whole ? stays : periods > whole ? pow(stays, periods - whole) : 1.0;
    }
    return survival;
}

double rh_life_frequency(struct rh_life self, struct rh_life_record record)
{
    return (self.alpha + record.purchases) / (self.alpha + self.beta + record.periods);
}

/* Distinct records with their counts. */
struct counted {
    const struct rh_life_record *record;
    const size_t *count;
    size_t num;
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
        sum += (double)data->count[k] * rh_life_log_likelihood(life, data->record[k]);
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

int rh_life_fit(struct rh_life *out, struct rh_life_record *records, size_t num, struct rh_error *error)
{
    int status = RH_OK;
    size_t *count = calloc(num + 1, sizeof *count);
    gsl_vector *x = gsl_vector_alloc(4), *step = gsl_vector_alloc(4);
    gsl_multimin_fminimizer *minimizer = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, 4);
    if (count == NULL || x == NULL || step == NULL || minimizer == NULL) {
        status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to fit partners' lifetimes");
        goto out;
    }
    const struct counted data = {records, count, count_distinct(records, count, num)};
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
    free(count);
    return status;
}
