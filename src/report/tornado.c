#include "report/tornado.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct rh_thirds *rh_tornado_thirds(const struct rh_tornado *self, int parameter, int column)
{
    return &self->thirds[(size_t)parameter * (size_t)self->num_scenarios + (size_t)column];
}

/* Absolute difference, 0 where it is not told from 0. */
static double difference(const struct rh_tornado *self, int parameter, int column)
{
    const struct rh_thirds *thirds = rh_tornado_thirds(self, parameter, column);
    return rh_thirds_moves(thirds) ? fabs(thirds->difference) : 0.0;
}

double rh_tornado_share(const struct rh_tornado *self, int parameter, int column)
{
    double most = 0.0;
    for (int i = 0; i < self->parameters.num; i++) {
        most = fmax(most, difference(self, i, column));
    }
    return most > 0.0 ? difference(self, parameter, column) / most : 0.0;
}

/* Ties, as of the largest of each column, are broken by the sum. */
static double weight(const struct rh_tornado *self, int parameter)
{
    double most = 0.0, sum = 0.0;
    for (int s = 0; s < self->num_scenarios; s++) {
        const double share = rh_tornado_share(self, parameter, s);
        most = fmax(most, share);
        sum += share;
    }
    return most + 1e-6 * sum;
}

static void sort(struct rh_tornado *self)
{
    for (int i = 0; i < self->parameters.num; i++) {
        const double value = weight(self, i);
        if (value > 0.0) {
            int k = self->num_order++;
            for (; k > 0 && weight(self, self->order[k - 1]) < value; k--) {
                self->order[k] = self->order[k - 1];
            }
            self->order[k] = i;
        }
    }
}

/* x: [replications]; y: [num_scenarios][replications]. */
static int read(struct rh_tornado *self, const struct rh_results *results, const int *scenario, double *x, double *y,
                struct rh_error *error)
{
    const size_t replications = (size_t)results->replications;
    int code = RH_OK;
    for (int s = 0; s < self->num_scenarios && code == RH_OK; s++) {
        code = rh_results_read_kpi(results, RH_KPI_NET_BENEFIT, scenario[s], y + (size_t)s * replications, error);
    }
    for (int i = 0; i < self->parameters.num && code == RH_OK; i++) {
        if (strcmp(self->parameters.drawn[i], "yes") != 0) {
            continue;
        }
        self->num_drawn++;
        code = rh_results_read_parameter(results, self->parameters.name[i], x, error);
        for (int s = 0; s < self->num_scenarios && code == RH_OK; s++) {
            code = rh_thirds_compute(&self->thirds[(size_t)i * (size_t)self->num_scenarios + (size_t)s], x,
                                     y + (size_t)s * replications, replications, error);
        }
    }
    return code;
}

int rh_tornado_init(struct rh_tornado *self, const struct rh_results *results, const int *scenario, int num_scenarios,
                    struct rh_error *error)
{
    *self = (struct rh_tornado){.num_scenarios = num_scenarios};
    int code = rh_results_read_parameters(results, &self->parameters, error);
    if (code != RH_OK || self->parameters.num == 0 || num_scenarios == 0) {
        return code;
    }
    const size_t replications = (size_t)results->replications, columns = (size_t)num_scenarios;
    double *x = rh_calloc(replications, sizeof *x), *y = rh_calloc(replications * columns, sizeof *y);
    self->thirds = rh_calloc((size_t)self->parameters.num * columns, sizeof *self->thirds);
    self->order = rh_calloc((size_t)self->parameters.num, sizeof *self->order);
    code = x != NULL && y != NULL && self->thirds != NULL && self->order != NULL
               ? read(self, results, scenario, x, y, error)
               : rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    if (code == RH_OK) {
        sort(self);
    }
    free(y);
    free(x);
    return code;
}

void rh_tornado_free(struct rh_tornado *self)
{
    rh_results_parameters_free(&self->parameters);
    free(self->thirds);
    free(self->order);
    *self = (struct rh_tornado){0};
}
