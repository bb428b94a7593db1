/* The table of figures. Definitions follow docs/model.md, "What is reported". */
#include "stats/kpi.h"

#include <string.h>

#define BY(cut) (1u << RH_CUT_##cut)
#define BY_PARTNER (BY(MONTH) | BY(SEGMENT) | BY(REGION) | BY(TIER))

const struct rh_kpi_info rh_kpi_table[RH_NUM_KPIS] = {
    [RH_KPI_REVENUE] = {"revenue", "Revenue", RH_UNIT_MONEY, true, BY_PARTNER | BY(PRODUCT), -1,
                        "Net sell-in over the horizon: sales less returns."},
    [RH_KPI_ELIGIBLE_REVENUE] = {"eligible_revenue", "Eligible revenue", RH_UNIT_MONEY, true, BY_PARTNER, -1,
                                 "Revenue of the partners that any incentive of the program is open to."},
    [RH_KPI_INCREMENTAL_REVENUE] =
        {"incremental_revenue", "Incremental revenue", RH_UNIT_MONEY, true, BY_PARTNER | BY(PRODUCT), -1,
         "Revenue less the reference's in the same replication, without what is only pulled forward."},
    [RH_KPI_PULLED_FORWARD] = {"pulled_forward", "Pulled forward", RH_UNIT_MONEY, false, BY_PARTNER | BY(PRODUCT), -1,
                               "Revenue that partners hold in stock at the end, less what they have put off, above "
                               "the reference's."},
    [RH_KPI_DISPLACED] = {"displaced", "Displaced", RH_UNIT_MONEY, false, BY_PARTNER, -1,
                          "Revenue taken from other product lines of the same partners, above the reference's."},
    [RH_KPI_RETURNED] = {"returned", "Returned", RH_UNIT_MONEY, false, BY_PARTNER, -1,
                         "Revenue bought ahead and brought back, above the reference's."},
    [RH_KPI_INCREMENTAL_MARGIN] = {"incremental_margin", "Incremental margin", RH_UNIT_MONEY, true,
                                   BY_PARTNER | BY(PRODUCT), -1,
                                   "Vendor's margin of the incremental revenue, product by product."},
    [RH_KPI_EARNED] = {"earned", "Earned", RH_UNIT_MONEY, false, BY_PARTNER | BY(INCENTIVE), -1,
                       "Rewards owed for windows that end in the horizon, after caps and budget."},
    [RH_KPI_PAID] = {"paid", "Paid", RH_UNIT_MONEY, false, BY_PARTNER | BY(INCENTIVE), -1,
                     "Earned rewards that are claimed, whenever they are paid."},
    [RH_KPI_BREAKAGE] = {"breakage", "Breakage", RH_UNIT_MONEY, false, BY_PARTNER | BY(INCENTIVE), -1,
                         "Earned rewards that are never claimed."},
    [RH_KPI_WINDFALL] = {"windfall", "Windfall", RH_UNIT_MONEY, false, BY_PARTNER | BY(INCENTIVE), -1,
                         "What the program would have earned partners for the reference's behavior."},
    [RH_KPI_COST] =
        {"cost", "Cost", RH_UNIT_MONEY, false, BY_PARTNER, -1,
         "Paid rewards at the vendor's cost, gross-up of taxes, fixed costs, costs per claim, and expected benefits of "
         "the status held after the horizon."},
    [RH_KPI_CASH] = {"cash", "Cash", RH_UNIT_MONEY, false, BY(MONTH), -1,
                     "Cost that is paid out within the horizon, by month of payment; the rest of the cost is later."},
    [RH_KPI_NET_BENEFIT] = {"net_benefit", "Net benefit", RH_UNIT_MONEY, true, BY_PARTNER, -1,
                            "Incremental margin less the cost above the reference's cost."},
    [RH_KPI_ROI] = {"roi", "ROI", RH_UNIT_RATIO, true, 0, RH_KPI_COST,
                    "Net benefit against no program, per unit of cost; missing where cost is below 0.01% of revenue."},
    [RH_KPI_COST_TO_INCENTIVE] = {"cost_to_incentive", "Cost-to-incentive ratio", RH_UNIT_RATIO, false, 0,
                                  RH_KPI_ELIGIBLE_REVENUE,
                                  "Paid rewards per unit of revenue of the eligible partners."},
    [RH_KPI_INCREMENTAL_PER_COST] = {"incremental_per_cost", "Incremental revenue per cost", RH_UNIT_RATIO, true, 0,
                                     RH_KPI_COST, "Incremental revenue against no program, per unit of cost."},
    [RH_KPI_PARTICIPATION] = {"participation", "Participation", RH_UNIT_SHARE, true, 0, -1,
                              "Share of eligible partners active at the start that earn, and reach a level above "
                              "`from: 0` or raise their sales by 1%."},
    [RH_KPI_ENROLLED] =
        {"enrolled", "Enrolled", RH_UNIT_SHARE, true, 0, -1,
         "Share of eligible partners active at the start that take part in a window: status, requirements and base are "
         "met, and they opt in where that is asked for."},
    [RH_KPI_EARNING] = {"earning", "Earning", RH_UNIT_SHARE, true, 0, -1,
                        "Share of eligible partners active at the start that earn anything."},
    [RH_KPI_BASELINE_EARNING] = {"baseline_earning", "Earning anyway", RH_UNIT_SHARE, false, 0, -1,
                                 "Share of eligible partners active at the start that would earn by the reference's "
                                 "behavior."},
    [RH_KPI_TIME_TO_PAYOUT] = {"time_to_payout", "Time to payout", RH_UNIT_DAYS, false, 0, RH_KPI_PAID,
                               "Days from the window's end to the payment, weighted by payment."},
    [RH_KPI_SALE_TO_CASH] = {"sale_to_cash", "Sale to cash", RH_UNIT_DAYS, false, 0, RH_KPI_PAID,
                             "Days from the middle of a sale's month to the payment of its reward: within a window "
                             "weighted by sales, across windows by payment."},
    [RH_KPI_PAYOUT_ACCURACY] = {"payout_accuracy", "Payout accuracy", RH_UNIT_SHARE, true, 0, -1,
                                "Share of claims that are paid right; follows from priors."},
    [RH_KPI_TRUST_INDEX] = {"trust_index", "Trust", RH_UNIT_SHARE, true, 0, -1,
                            "Partners' mean trust in being paid right at the end, 0 to 1; follows from priors."},
    [RH_KPI_ATTRITION] = {"attrition", "Attrition", RH_UNIT_SHARE, false, 0, -1,
                          "Share of the partners active at the start that have left by the horizon's end."},
    [RH_KPI_BUDGET_USED] = {"budget_used", "Budget used", RH_UNIT_SHARE, false, 0, -1,
                            "Earned rewards per unit of spendable budget; missing without a budget."},
    [RH_KPI_EXHAUSTED_MONTH] = {"exhausted_month", "Month of exhaustion", RH_UNIT_MONTH, true, 0, -1,
                                "Month of the horizon (1 is its first) in which the budget runs out; missing where it "
                                "does not."},
    [RH_KPI_PARTNER_GAIN] = {"partner_gain", "Partners' gain", RH_UNIT_MONEY, true, BY_PARTNER, -1,
                             "Payments to partners and their own margin on the incremental revenue."},
};

int rh_kpi_find(const char *name)
{
    for (int k = 0; k < RH_NUM_KPIS; k++) {
        if (strcmp(rh_kpi_table[k].name, name) == 0) {
            return k;
        }
    }
    return -1;
}

const char *rh_cut_name(enum rh_cut cut)
{
    static const char *const names[RH_NUM_CUTS] = {"month", "segment", "region", "tier", "product", "incentive"};
    return names[cut];
}

const char *rh_unit_text(enum rh_unit unit)
{
    switch (unit) {
    case RH_UNIT_MONEY:
        return "currency";
    case RH_UNIT_DAYS:
        return "day";
    case RH_UNIT_MONTH:
        return "month";
    default:
        return "1";
    }
}

int rh_cut_num_kpis(enum rh_cut cut)
{
    int num = 0;
    for (int k = 0; k < RH_NUM_KPIS; k++) {
        num += (int)((rh_kpi_table[k].cuts >> cut) & 1u);
    }
    return num;
}

int rh_cut_place(enum rh_cut cut, enum rh_kpi kpi)
{
    if (((rh_kpi_table[kpi].cuts >> cut) & 1u) == 0) {
        return -1;
    }
    int place = 0;
    for (int k = 0; k < (int)kpi; k++) {
        place += (int)((rh_kpi_table[k].cuts >> cut) & 1u);
    }
    return place;
}
