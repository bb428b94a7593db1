/* Accruals and true-ups add up to the cost, month by month and in each replication: what a true-up corrects is what
 * was accrued. */
#include "stats/finance.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

const struct rh_finance_info rh_finance_table[RH_NUM_FINANCE] = {
    [RH_FINANCE_SALES] = {"eligible_revenue", "Eligible revenue", RH_UNIT_MONEY,
                          "Revenue of the month that accruals are made on."},
    [RH_FINANCE_EARNED] = {"earned", "Earned", RH_UNIT_MONEY, "Rewards owed for windows that end in the month."},
    [RH_FINANCE_ACCRUAL] =
        {"accrual", "Accrual", RH_UNIT_MONEY,
         "Eligible revenue of the month, times the mean cost per mean eligible revenue of each window "
         "that the month is in, and the mean of other costs of the month."},
    [RH_FINANCE_TRUE_UP] =
        {"true_up", "True-up", RH_UNIT_MONEY,
         "Cost of windows that end in the month and other costs of the month, less what was accrued for "
         "them."},
    [RH_FINANCE_CASH] = {"cash", "Cash", RH_UNIT_MONEY, "Cost that is paid out in the month."},
    [RH_FINANCE_LIABILITY] =
        {"liability", "Liability", RH_UNIT_MONEY,
         "Accruals and true-ups up to the month's end, less cash until then; in the last month what "
         "is paid out after the horizon."},
    [RH_FINANCE_BUDGET_USED] = {"budget_used", "Budget used", RH_UNIT_SHARE,
                                "Rewards owed up to the month's end per unit of spendable budget; missing without a "
                                "budget."},
};

bool rh_accruals_init(struct rh_accruals *self, const struct rh_finance_window *window, int num_windows,
                      const double *sales, const double *cost, int num_months)
{
    *self = (struct rh_accruals){.num_months = num_months, .num_windows = num_windows, .window = window};
    self->rate = rh_calloc((size_t)num_windows + 1, sizeof *self->rate);
    self->month_rate = rh_calloc((size_t)num_months + 1, sizeof *self->month_rate);
    self->other = rh_calloc((size_t)num_months + 1, sizeof *self->other);
    if (self->rate == NULL || self->month_rate == NULL || self->other == NULL) {
        return false;
    }
    for (int t = 0; t < num_months; t++) {
        self->other[t] = cost[t];
    }
    for (int w = 0; w < num_windows; w++) {
        double sold = 0.0;
        for (int t = window[w].first; t <= window[w].last; t++) {
            sold += sales[t];
        }
        self->rate[w] = sold > 0.0 ? window[w].cost / sold : 0.0;
        self->other[window[w].last] -= window[w].cost;
        for (int t = window[w].first; t <= window[w].last; t++) {
            self->month_rate[t] += self->rate[w];
        }
    }
    return true;
}

void rh_accruals_free(struct rh_accruals *self)
{
    free(self->rate);
    free(self->month_rate);
    free(self->other);
    *self = (struct rh_accruals){0};
}

void rh_finance_compute(const struct rh_accruals *accruals, const struct rh_finance_months *months, double *out)
{
    const int T = accruals->num_months;
    double *accrual = out + RH_FINANCE_ACCRUAL * T, *true_up = out + RH_FINANCE_TRUE_UP * T;
    double owed = 0.0, paid = 0.0, earned = 0.0;
    for (int t = 0; t < T; t++) {
        accrual[t] = accruals->other[t] + accruals->month_rate[t] * (double)months->sales[t];
        true_up[t] = (double)months->cost[t] - accruals->other[t];
    }
    for (int w = 0; w < accruals->num_windows; w++) {
        const struct rh_finance_window *window = &accruals->window[w];
        for (int t = window->first; t <= window->last; t++) {
            true_up[window->last] -= accruals->rate[w] * (double)months->sales[t];
        }
    }
    for (int t = 0; t < T; t++) {
        owed += accrual[t] + true_up[t];
        paid += (double)months->cash[t];
        earned += (double)months->earned[t];
        const double share = months->all_earned > 0.0 ? earned / months->all_earned : 0.0;
        out[RH_FINANCE_SALES * T + t] = (double)months->sales[t];
        out[RH_FINANCE_EARNED * T + t] = (double)months->earned[t];
        out[RH_FINANCE_CASH * T + t] = (double)months->cash[t];
        out[RH_FINANCE_LIABILITY * T + t] = owed - paid;
        out[RH_FINANCE_BUDGET_USED * T + t] = months->budget_used * share;
    }
}
