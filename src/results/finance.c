/* Replications are read a slab at a time, as the file's chunks have them. What accrues needs means over all of them, so
 * they are read once for these, and then once for as many columns (figure and month) as memory holds. */
#include "results/finance.h"

#include "core/memory.h"
#include "results/layout.h"
#include "results/skeleton.h"
#include "stats/summary.h"

#include <stdlib.h>

#define MEMORY ((uint64_t)16 << 20) /* bytes of columns that nobody minds */

enum series { SERIES_SALES, SERIES_COST, SERIES_CASH, SERIES_EARNED, NUM_SERIES };
static const enum rh_kpi series_kpi[NUM_SERIES] = {RH_KPI_ELIGIBLE_REVENUE, RH_KPI_COST, RH_KPI_CASH, RH_KPI_EARNED};

/* What is being worked on. */
struct work {
    const struct rh_results_finance *of;
    struct rh_error *error;
    uint64_t rows;           /* of a slab */
    int columns;             /* that are kept at a time */
    float *slab[NUM_SERIES]; /* [rows][num_months] */
    double *earned, *used;   /* [rows] */
    double *month;           /* [RH_NUM_FINANCE][num_months] of one replication */
    double *mean[2];         /* [num_months] of sales, cost */
    double *kept;            /* [columns][replications] */
    struct rh_finance_window *window;
};

static void work_free(struct work *self)
{
    for (int k = 0; k < NUM_SERIES; k++) {
        free(self->slab[k]);
    }
    free(self->earned);
    free(self->used);
    free(self->month);
    free(self->mean[0]);
    free(self->mean[1]);
    free(self->kept);
    free(self->window);
}

static bool work_init(struct work *self)
{
    const struct rh_results_finance *of = self->of;
    const uint64_t fit = MEMORY / sizeof(double) / of->replications,
                   most = (uint64_t)RH_NUM_FINANCE * (uint64_t)of->num_months;
    const uint64_t least = (uint64_t)of->num_scenarios + 1, columns = fit > least ? fit : least;
    const size_t months = (size_t)of->num_months;
    self->columns = (int)(columns < most ? columns : most);
    self->rows = rh_results_chunk_rows(months, sizeof(float));
    bool made = true;
    for (int k = 0; k < NUM_SERIES; k++) {
        self->slab[k] = rh_calloc(self->rows * months, sizeof *self->slab[k]);
        made = made && self->slab[k] != NULL;
    }
    self->earned = rh_calloc(self->rows, sizeof *self->earned);
    self->used = rh_calloc(self->rows, sizeof *self->used);
    self->month = rh_calloc(most, sizeof *self->month);
    self->mean[0] = rh_calloc(months, sizeof(double));
    self->mean[1] = rh_calloc(months, sizeof(double));
    self->kept = rh_calloc((size_t)self->columns * of->replications, sizeof *self->kept);
    self->window = rh_calloc((size_t)of->num_windows + 1, sizeof *self->window);
    return made && self->earned != NULL && self->used != NULL && self->month != NULL && self->mean[0] != NULL &&
           self->mean[1] != NULL && self->kept != NULL && self->window != NULL;
}

/* Reads `num` replications of a dataset of figures from `first` on. */
static int read_slab(const struct work *self, enum rh_group group, enum rh_kpi kpi, int scenario, uint64_t first,
                     uint64_t num, void *out)
{
    const hsize_t start[3] = {(hsize_t)scenario, first, 0}, count[3] = {1, num, (hsize_t)self->of->num_months};
    char *path = rh_layout_path(group, rh_kpi_table[kpi].name);
    const int ret = path == NULL ? rh_error_set(self->error, RH_ERR_NO_MEMORY, "no memory for the names of results")
                                 : rh_h5_read_part(self->of->file, path, rh_layout_groups[group].type, start, count,
                                                   out, self->error);
    free(path);
    return ret;
}

/* All that one pass over the slabs looks at: the first `num_series` series, and with all of them the two figures. */
static int read_slabs(const struct work *self, int num_series, int scenario, uint64_t first, uint64_t num)
{
    int ret = RH_OK;
    for (int k = 0; ret == RH_OK && k < num_series; k++) {
        ret = read_slab(self, RH_GROUP_BY_MONTH, series_kpi[k], scenario, first, num, self->slab[k]);
    }
    if (ret == RH_OK && num_series == NUM_SERIES) {
        ret = read_slab(self, RH_GROUP_KPI, RH_KPI_EARNED, scenario, first, num, self->earned);
    }
    if (ret == RH_OK && num_series == NUM_SERIES) {
        ret = read_slab(self, RH_GROUP_KPI, RH_KPI_BUDGET_USED, scenario, first, num, self->used);
    }
    if (ret == RH_OK && rh_progress_stopped(self->of->progress)) {
        ret = rh_error_set(self->error, RH_ERR_INTERRUPTED, "interrupted while the results were summarized");
    }
    return ret;
}

/* Means of sales and cost by month, added in the order of the replications. */
static int find_means(struct work *self, int scenario)
{
    const struct rh_results_finance *of = self->of;
    const int T = of->num_months;
    int ret = RH_OK;
    for (int k = 0; k < 2 * T; k++) {
        self->mean[k / T][k % T] = 0.0;
    }
    for (uint64_t first = 0, num; ret == RH_OK && first < of->replications; first += num) {
        num = of->replications - first < self->rows ? of->replications - first : self->rows;
        ret = read_slabs(self, SERIES_COST + 1, scenario, first, num);
        for (uint64_t i = 0; ret == RH_OK && i < num * (uint64_t)T; i++) {
            self->mean[0][i % (uint64_t)T] += (double)self->slab[SERIES_SALES][i];
            self->mean[1][i % (uint64_t)T] += (double)self->slab[SERIES_COST][i];
        }
    }
    for (int k = 0; k < 2 * T; k++) {
        self->mean[k / T][k % T] /= (double)of->replications;
    }
    return ret;
}

/* Keeps columns [from, from + num) of all replications. */
static int keep_columns(const struct work *self, const struct rh_accruals *accruals, int scenario, int from, int num)
{
    const struct rh_results_finance *of = self->of;
    const size_t T = (size_t)of->num_months;
    int ret = RH_OK;
    for (uint64_t first = 0, rows; ret == RH_OK && first < of->replications; first += rows) {
        rows = of->replications - first < self->rows ? of->replications - first : self->rows;
        ret = read_slabs(self, NUM_SERIES, scenario, first, rows);
        for (uint64_t i = 0; ret == RH_OK && i < rows; i++) {
            const struct rh_finance_months months = {.sales = self->slab[SERIES_SALES] + i * T,
                                                     .cost = self->slab[SERIES_COST] + i * T,
                                                     .cash = self->slab[SERIES_CASH] + i * T,
                                                     .earned = self->slab[SERIES_EARNED] + i * T,
                                                     .all_earned = self->earned[i],
                                                     .budget_used = self->used[i]};
            rh_finance_compute(accruals, &months, self->month);
            for (int k = 0; k < num; k++) {
                self->kept[(uint64_t)k * of->replications + first + i] = self->month[from + k];
            }
        }
    }
    return ret;
}

static int write_column(const struct work *self, int scenario, int column, const double *value)
{
    const struct rh_results_finance *of = self->of;
    const hsize_t start[3] = {(hsize_t)scenario, (hsize_t)(column % of->num_months), 0};
    const hsize_t count[3] = {1, 1, RH_NUM_SUMMARY_STATISTICS};
    double row[RH_NUM_SUMMARY_STATISTICS];
    struct rh_summary summary;
    int ret = rh_summary_compute(&summary, value, NULL, of->replications, self->error);
    char *path = rh_layout_path(RH_GROUP_FINANCE, rh_finance_table[column / of->num_months].name);
    if (path == NULL) {
        return rh_error_set(self->error, RH_ERR_NO_MEMORY, "no memory for the names of results");
    }
    if (ret == RH_OK) {
        rh_summary_pack(&summary, row);
        ret = rh_h5_write_part(of->file, path, RH_H5_DOUBLE, start, count, row, self->error);
    }
    free(path);
    return ret;
}

static int summarize_scenario(struct work *self, int scenario)
{
    const struct rh_results_finance *of = self->of;
    const int all = RH_NUM_FINANCE * of->num_months;
    struct rh_accruals accruals;
    int num_windows = 0;
    for (int w = 0; w < of->num_windows; w++) {
        if (of->window[w].scenario == scenario) {
            self->window[num_windows++] =
                (struct rh_finance_window){of->window[w].first, of->window[w].last, of->window_cost[w]};
        }
    }
    int ret = find_means(self, scenario);
    if (!rh_accruals_init(&accruals, self->window, num_windows, self->mean[0], self->mean[1], of->num_months)) {
        ret = rh_error_set(self->error, RH_ERR_NO_MEMORY, "no memory to summarize the results");
    }
    for (int from = 0, num; ret == RH_OK && from < all; from += num) {
        num = all - from < self->columns ? all - from : self->columns;
        ret = keep_columns(self, &accruals, scenario, from, num);
        for (int k = 0; ret == RH_OK && k < num; k++) {
            ret = write_column(self, scenario, from + k, self->kept + (uint64_t)k * of->replications);
        }
    }
    rh_accruals_free(&accruals);
    return ret;
}

int rh_results_finance(const struct rh_results_finance *self, struct rh_error *error)
{
    struct work work = {.of = self, .error = error};
    int ret = work_init(&work) ? RH_OK : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to summarize the results");
    for (int s = 0; ret == RH_OK && s < self->num_scenarios; s++) {
        ret = summarize_scenario(&work, s);
        rh_progress_report(self->progress, "summarizing by month", (uint64_t)s + 1, (uint64_t)self->num_scenarios);
    }
    work_free(&work);
    return ret;
}
