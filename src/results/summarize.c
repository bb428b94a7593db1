#include "results/summarize.h"

#include "core/memory.h"
#include "results/layout.h"

#include <stdlib.h>

/* The figure in hand. */
struct figure {
    hid_t file;
    int num_scenarios;
    uint64_t replications;
    enum rh_kpi kpi;
    double *value;       /* [num_scenarios][replications] */
    double *denominator; /* [replications], of one scenario */
};

static int read_scenario(const struct figure *self, enum rh_kpi kpi, int scenario, double *out, struct rh_error *error)
{
    const hsize_t start[2] = {(hsize_t)scenario, 0}, count[2] = {1, self->replications};
    char *path = rh_layout_path(RH_GROUP_KPI, rh_kpi_table[kpi].name);
    const int ret = path == NULL ? rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the names of results")
                                 : rh_h5_read_part(self->file, path, RH_H5_DOUBLE, start, count, out, error);
    free(path);
    return ret;
}

static int write_rows(const struct figure *self, enum rh_group group, const double *rows, struct rh_error *error)
{
    const hsize_t num = (hsize_t)self->num_scenarios, start[3] = {0, 0, 0};
    const hsize_t summary[2] = {num, RH_NUM_SUMMARY_STATISTICS};
    const hsize_t difference[3] = {num, num, RH_NUM_DIFFERENCE_STATISTICS};
    char *path = rh_layout_path(group, rh_kpi_table[self->kpi].name);
    const int ret = path == NULL ? rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the names of results")
                                 : rh_h5_write_part(self->file, path, RH_H5_DOUBLE, start,
                                                    group == RH_GROUP_SUMMARY ? summary : difference, rows, error);
    free(path);
    return ret;
}

static int write_summaries(const struct figure *self, struct rh_error *error)
{
    const int denominator = rh_kpi_table[self->kpi].denominator;
    int ret = RH_OK;
    double *rows = rh_calloc((size_t)self->num_scenarios * RH_NUM_SUMMARY_STATISTICS, sizeof *rows);
    if (rows == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for summaries");
    }
    for (int s = 0; ret == RH_OK && s < self->num_scenarios; s++) {
        struct rh_summary summary;
        if (denominator >= 0) {
            ret = read_scenario(self, (enum rh_kpi)denominator, s, self->denominator, error);
        }
        if (ret == RH_OK) {
            ret = rh_summary_compute(&summary, self->value + (size_t)s * self->replications,
                                     denominator >= 0 ? self->denominator : NULL, self->replications, error);
            rh_summary_pack(&summary, rows + (size_t)s * RH_NUM_SUMMARY_STATISTICS);
        }
    }
    if (ret == RH_OK) {
        ret = write_rows(self, RH_GROUP_SUMMARY, rows, error);
    }
    free(rows);
    return ret;
}

static int write_differences(const struct figure *self, struct rh_error *error)
{
    const size_t num = (size_t)self->num_scenarios;
    int ret = RH_OK;
    double *rows = rh_calloc(num * num * RH_NUM_DIFFERENCE_STATISTICS, sizeof *rows);
    if (rows == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for differences");
    }
    for (size_t pair = 0; ret == RH_OK && pair < num * num; pair++) {
        struct rh_difference difference;
        ret = rh_difference_compute(&difference, self->value + pair / num * self->replications,
                                    self->value + pair % num * self->replications, self->replications, error);
        rh_difference_pack(&difference, self->replications, rows + pair * RH_NUM_DIFFERENCE_STATISTICS);
    }
    if (ret == RH_OK) {
        ret = write_rows(self, RH_GROUP_DIFFERENCE, rows, error);
    }
    free(rows);
    return ret;
}

int rh_results_summarize(hid_t file, int num_scenarios, uint64_t replications, const struct rh_progress *progress,
                         struct rh_error *error)
{
    int ret = RH_OK;
    struct figure figure = {.file = file, .num_scenarios = num_scenarios, .replications = replications};
    figure.value = rh_calloc((size_t)num_scenarios * replications, sizeof *figure.value);
    figure.denominator = rh_calloc(replications, sizeof *figure.denominator);
    if (figure.value == NULL || figure.denominator == NULL) {
        ret = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to summarize the results");
    }
    for (int k = 0; ret == RH_OK && k < RH_NUM_KPIS; k++) {
        figure.kpi = (enum rh_kpi)k;
        rh_progress_report(progress, "summarizing", (uint64_t)k, RH_NUM_KPIS);
        if (rh_progress_stopped(progress)) {
            ret = rh_error_set(error, RH_ERR_INTERRUPTED, "interrupted while the results were summarized");
        }
        for (int s = 0; ret == RH_OK && s < num_scenarios; s++) {
            ret = read_scenario(&figure, figure.kpi, s, figure.value + (size_t)s * replications, error);
        }
        if (ret == RH_OK) {
            ret = write_summaries(&figure, error);
        }
        if (ret == RH_OK) {
            ret = write_differences(&figure, error);
        }
    }
    free(figure.value);
    free(figure.denominator);
    return ret;
}
