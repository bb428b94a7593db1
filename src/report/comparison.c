/* The ranking goes by the mean of net benefit: what a program brings over many years is its sum. The number of
 * replications that would settle a comparison follows from the standard error's fall with their square root. */
#include "report/comparison.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

static double rank_key(const struct rh_comparison *self, int scenario)
{
    double mean = rh_comparison_summary(self, scenario, RH_KPI_NET_BENEFIT)->mean;
    return isnan(mean) ? -INFINITY : mean;
}

/* Insertion sort: a few programs, and equal ones keep the study's order. */
static void rank(struct rh_comparison *self)
{
    for (int i = 0; i < self->results->num_scenarios; i++) {
        int place = i;
        double key = rank_key(self, i);
        while (place > 0 && rank_key(self, self->order[place - 1]) < key) {
            self->order[place] = self->order[place - 1];
            place--;
        }
        self->order[place] = i;
    }
}

int rh_comparison_init(struct rh_comparison *self, const struct rh_results *results, int versus, struct rh_error *error)
{
    *self = (struct rh_comparison){.results = results, .versus = versus < 0 ? results->reference : versus};
    size_t num = (size_t)results->num_scenarios;
    if (self->versus >= results->num_scenarios) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "there is no scenario %d: the results hold %d", versus,
                            results->num_scenarios);
    }
    self->order = rh_calloc(num, sizeof(*self->order));
    self->summary = rh_calloc(num * RH_NUM_KPIS, sizeof(*self->summary));
    self->difference = rh_calloc(num * RH_NUM_KPIS, sizeof(*self->difference));
    self->pair = rh_calloc(num * num, sizeof(*self->pair));
    if (self->order == NULL || self->summary == NULL || self->difference == NULL || self->pair == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    for (size_t i = 0; i < num; i++) {
        for (int k = 0; k < RH_NUM_KPIS; k++) {
            size_t at = i * RH_NUM_KPIS + (size_t)k;
            int code = rh_results_read_summary(results, (enum rh_kpi)k, (int)i, &self->summary[at], error);
            if (code == RH_OK) {
                code = rh_results_read_difference(results, (enum rh_kpi)k, (int)i, self->versus, &self->difference[at],
                                                  error);
            }
            if (code != RH_OK) {
                return code;
            }
        }
        for (size_t j = 0; j < num; j++) {
            int code = rh_results_read_difference(results, RH_KPI_NET_BENEFIT, (int)i, (int)j, &self->pair[i * num + j],
                                                  error);
            if (code != RH_OK) {
                return code;
            }
        }
    }
    rank(self);
    return RH_OK;
}

void rh_comparison_free(struct rh_comparison *self)
{
    free(self->order);
    free(self->summary);
    free(self->difference);
    free(self->pair);
    *self = (struct rh_comparison){0};
}

const struct rh_summary *rh_comparison_summary(const struct rh_comparison *self, int scenario, enum rh_kpi kpi)
{
    return &self->summary[(size_t)scenario * RH_NUM_KPIS + (size_t)kpi];
}

const struct rh_difference *rh_comparison_difference(const struct rh_comparison *self, int scenario, enum rh_kpi kpi)
{
    return &self->difference[(size_t)scenario * RH_NUM_KPIS + (size_t)kpi];
}

const struct rh_difference *rh_comparison_pair(const struct rh_comparison *self, int a, int b)
{
    return &self->pair[(size_t)a * (size_t)self->results->num_scenarios + (size_t)b];
}

double rh_difference_p_better(const struct rh_difference *self, bool higher_is_better)
{
    if (self->num == 0) {
        return NAN;
    }
    return higher_is_better ? self->p_positive : 1.0 - self->p_positive;
}

double rh_difference_replications(const struct rh_difference *self)
{
    if (self->num == 0 || isnan(self->mean) || isnan(self->mean_se)) {
        return NAN;
    }
    if (self->mean == 0.0) {
        return INFINITY;
    }
    double ratio = 2.0 * self->mean_se / self->mean;
    double needed = (double)self->num * ratio * ratio;
    if (needed < 100.0) {
        return ceil(needed);
    }
    double unit = pow(10.0, floor(log10(needed)) - 1.0);
    return ceil(needed / unit) * unit;
}

const char *rh_verdict_name(enum rh_verdict verdict)
{
    switch (verdict) {
    case RH_VERDICT_SAME:
        return "same";
    case RH_VERDICT_MORE_REPLICATIONS:
        return "more_replications";
    case RH_VERDICT_CANNOT_TELL:
        return "cannot_tell";
    case RH_VERDICT_BETTER:
        return "better";
    default:
        return "worse";
    }
}
