/* Rewards are owed for windows, not for single sales, so no ledger tells which cent was paid for what. The division is
 * that of the figures: the windfall is what the same terms pay without a change of behavior, the rest is paid for the
 * change, and goes to its parts by their revenue. */
#include "report/spend.h"

#include "core/memory.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>

void rh_spend_divide(const struct rh_spend_figures *figures, double out[RH_NUM_SPEND_PARTS])
{
    const double claimed = figures->earned - figures->breakage;
    const double anyway = figures->earned > 0.0 ? fmin(1.0, fmax(0.0, figures->windfall / figures->earned)) : 0.0;
    const double pulled = fmax(0.0, figures->pulled_forward), more = fmax(0.0, figures->incremental_revenue);
    const double changed = (1.0 - anyway) * claimed;
    out[RH_SPEND_WINDFALL] = anyway * claimed;
    out[RH_SPEND_PULLED] = pulled > 0.0 ? changed * pulled / (pulled + more) : 0.0;
    out[RH_SPEND_INCREMENTAL] = changed - out[RH_SPEND_PULLED];
    out[RH_SPEND_ERROR] = figures->paid - claimed;
    out[RH_SPEND_BREAKAGE] = figures->breakage;
}

const char *rh_spend_part_name(enum rh_spend_part part)
{
    static const char *const names[RH_NUM_SPEND_PARTS] = {"incremental", "pulled_forward", "windfall", "error",
                                                          "breakage"};
    return names[part];
}

enum { EARNED, PAID, BREAKAGE, WINDFALL, INCREMENTAL, PULLED, NUM_FIGURES };

static const enum rh_kpi figures_of[NUM_FIGURES] = {
    RH_KPI_EARNED, RH_KPI_PAID, RH_KPI_BREAKAGE, RH_KPI_WINDFALL, RH_KPI_INCREMENTAL_REVENUE, RH_KPI_PULLED_FORWARD};

/* value: [NUM_FIGURES][num]; the parts replace the first of its rows. */
static void take_means(struct rh_spend *self, double *value, size_t num)
{
    for (size_t r = 0; r < num; r++) {
        const struct rh_spend_figures figures = {.earned = value[EARNED * num + r],
                                                 .paid = value[PAID * num + r],
                                                 .breakage = value[BREAKAGE * num + r],
                                                 .windfall = value[WINDFALL * num + r],
                                                 .incremental_revenue = value[INCREMENTAL * num + r],
                                                 .pulled_forward = value[PULLED * num + r]};
        double part[RH_NUM_SPEND_PARTS];
        rh_spend_divide(&figures, part);
        for (size_t k = 0; k < RH_NUM_SPEND_PARTS; k++) {
            value[k * num + r] = part[k];
        }
    }
    for (size_t k = 0; k < RH_NUM_SPEND_PARTS; k++) {
        self->part[k] = rh_sum(value + k * num, num) / (double)num;
    }
}

int rh_spend_read(struct rh_spend *self, const struct rh_results *results, int scenario, struct rh_error *error)
{
    const size_t num = (size_t)results->replications;
    struct rh_summary paid;
    double *value = rh_calloc(NUM_FIGURES * num, sizeof *value);
    int code = value != NULL ? rh_results_read_summary(results, RH_KPI_PAID, scenario, &paid, error)
                             : rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    for (size_t k = 0; k < NUM_FIGURES && code == RH_OK; k++) {
        code = rh_results_read_kpi(results, figures_of[k], scenario, value + k * num, error);
    }
    if (code == RH_OK) {
        *self =
            (struct rh_spend){.paid = paid.mean, .paid_p05 = paid.quantile[RH_P05], .paid_p95 = paid.quantile[RH_P95]};
        take_means(self, value, num);
    }
    free(value);
    return code;
}

int rh_spend_read_all(struct rh_spend **out, const struct rh_results *results, struct rh_error *error)
{
    int code = RH_OK;
    *out = rh_calloc((size_t)results->num_scenarios, sizeof **out);
    if (*out == NULL) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    for (int scenario = 0; code == RH_OK && scenario < results->num_scenarios; scenario++) {
        code = rh_spend_read(*out + scenario, results, scenario, error);
    }
    return code;
}
