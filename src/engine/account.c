/* From sums to figures: every KPI of a block, in total and by its cuts, in currency units. Definitions are those of
 * stats/kpi.c and docs/model.md. */
#include "engine/kernel_private.h"

#include <math.h>
#include <string.h>

#define CURRENCY 1e-4     /* of a unit of the kernel's money */
#define TOTAL RH_NUM_CUTS /* the cut that cuts nothing */

static void add_flow(double *sum, const double *value)
{
    for (int l = 0; l < RH_LANES; l++) {
        sum[l] += CURRENCY * value[l];
    }
}

static void gather_flows(const struct rh_kernel *self, int p, int cut, int place, struct rh_figures *out)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_tally *tally = &self->tally[p];
    const int T = plan->num_months, products = plan->num_labels[RH_CUT_PRODUCT];
    for (int f = 0; f < RH_NUM_FLOWS; f++) {
        for (int t = cut == RH_CUT_MONTH ? place : 0; t < (cut == RH_CUT_MONTH ? place + 1 : T); t++) {
            if (cut == TOTAL || cut == RH_CUT_MONTH) {
                add_flow(out->flow[f], tally->month[f * T + t]);
            }
        }
        if (cut == RH_CUT_SEGMENT) {
            add_flow(out->flow[f], tally->segment[f * plan->num_labels[RH_CUT_SEGMENT] + place]);
        } else if (cut == RH_CUT_REGION) {
            add_flow(out->flow[f], tally->region[f * plan->num_labels[RH_CUT_REGION] + place]);
        } else if (cut == RH_CUT_TIER) {
            add_flow(out->flow[f], tally->tier[f * plan->num_labels[RH_CUT_TIER] + place]);
        }
    }
    if (cut == RH_CUT_PRODUCT) {
        add_flow(out->flow[RH_FLOW_REVENUE], tally->product[place]);
        add_flow(out->flow[RH_FLOW_VENDOR_MARGIN], tally->product[products + place]);
        add_flow(out->flow[RH_FLOW_STOCK], tally->product[2 * products + place]);
        add_flow(out->flow[RH_FLOW_STOCK_MARGIN], tally->product[3 * products + place]);
    }
}

/* One window of one incentive into the figures, or all its windows where nothing is taken off any; row: of its
 * payables, `stride` rows before those of the next due. */
static void gather_slot(const struct rh_kernel *self, int p, const struct rh_plan_incentive *incentive, int slot,
                        rh_sums *row, ptrdiff_t stride, struct rh_figures *out)
{
    const struct rh_plan_program *program = &self->plan->program[p];
    const double *keep = self->keep[p][slot], *windfall_keep = self->windfall_keep[p][slot];
    const double cost = (double)incentive->incentive->vendor_cost / (double)RH_PPM_ONE;
    const double *payable = row[RH_DUE_PAYABLE * stride], *claimed = row[RH_DUE_CLAIMED * stride];
    const double *paid = row[(self->errs ? RH_DUE_PAID : RH_DUE_CLAIMED) * stride];
    const double *claims = row[RH_DUE_CLAIMS * stride], *windfall = row[RH_DUE_WINDFALL * stride];
    const double *gross_up = row[RH_DUE_GROSS_UP * stride];
    for (int l = 0; l < RH_LANES; l++) {
        const double kept = CURRENCY * paid[l] * keep[l];
        out->earned[l] += CURRENCY * payable[l] * keep[l];
        out->claimed[l] += CURRENCY * claimed[l] * keep[l];
        out->paid[l] += kept;
        out->cost[l] += kept * cost;
        out->claims[l] += keep[l] > 0.0 ? claims[l] : 0.0;
        out->windfall[l] += CURRENCY * windfall[l] * windfall_keep[l];
    }
    for (int l = 0; program->gross_up != NULL && l < RH_LANES; l++) { /* money, whatever the reward is paid in */
        out->cost[l] += CURRENCY * gross_up[l] * keep[l];
    }
}

/* What is asked for of the whole scenario alone: of each slot, or of all at once where nothing is taken off them. */
static void gather_whole(const struct rh_kernel *self, int p, struct rh_figures *out)
{
    const struct rh_plan_program *program = &self->plan->program[p];
    rh_sums *dues = self->tally[p].due;
    for (int slot = 0; slot < (program->couples ? program->num_slots : 1); slot++) {
        const double *keep = program->couples ? self->keep[p][slot] : NULL;
        const double *wrong = dues[rh_due_row(program, RH_DUE_WRONG, slot)];
        const double *pay_days = dues[rh_due_row(program, RH_DUE_PAY_DAYS, slot)];
        const double *sale_days = dues[rh_due_row(program, RH_DUE_SALE_DAYS, slot)];
        for (int l = 0; l < RH_LANES; l++) {
            const double kept = keep != NULL ? keep[l] : 1.0;
            out->wrong[l] += kept > 0.0 ? wrong[l] : 0.0;
            out->payout_days[l] += CURRENCY * pay_days[l] * kept;
            out->sale_days[l] += CURRENCY * (pay_days[l] + sale_days[l]) * kept;
        }
    }
}

/* Of the totals: all windows, those that end in a month, those of an incentive. */
static void gather_totals(const struct rh_kernel *self, int p, int cut, int place, struct rh_figures *out)
{
    const struct rh_plan_program *program = &self->plan->program[p];
    rh_sums *due = self->tally[p].due;
    out->known = cut != RH_CUT_INCENTIVE;
    for (int j = 0; j < program->num_paying; j++) {
        const struct rh_plan_incentive *incentive = &program->incentive[j];
        if (cut == RH_CUT_INCENTIVE && incentive->label != place) {
            continue;
        }
        out->known = true;
        for (int w = 0; w < incentive->num_windows; w++) {
            const int slot = incentive->first_slot + w;
            if (cut != RH_CUT_MONTH || incentive->window[w].last == place) {
                gather_slot(self, p, incentive, slot, due + slot, program->num_slots, out);
            }
        }
    }
}

/* Of partners: due is [RH_NUM_CUT_DUES][rh_cut_rows]. */
static void gather_partners(const struct rh_kernel *self, int p, rh_sums *due, struct rh_figures *out)
{
    const struct rh_plan_program *program = &self->plan->program[p];
    const int rows = rh_cut_rows(program);
    out->known = true;
    for (int j = 0; j < program->num_paying; j++) {
        const struct rh_plan_incentive *incentive = &program->incentive[j];
        for (int w = 0; w < (program->couples ? incentive->num_windows : incentive->num_windows > 0); w++) {
            const int slot = incentive->first_slot + w;
            gather_slot(self, p, incentive, slot, due + (program->couples ? slot : j), rows, out);
        }
    }
}

/* One row of what is paid out; keep: what shared caps and the budget leave of it, NULL: all. */
static void add_cash(const struct rh_kernel *self, int p, int row, const double *keep, struct rh_figures *out)
{
    const struct rh_tally *tally = &self->tally[p];
    const double per_claim = (double)self->plan->program[p].program->cost_per_claim;
    for (int l = 0; l < RH_LANES; l++) {
        const double kept = keep != NULL ? keep[l] : 1.0;
        const double claims = per_claim > 0.0 && kept > 0.0 ? tally->cash_claims[row][l] : 0.0;
        out->cash[l] += CURRENCY * (kept * tally->cash[row][l] + per_claim * claims);
    }
}

/* What of the rewards is paid out in month t: by window, where something may be taken off single windows. */
static void gather_cash(const struct rh_kernel *self, int p, int t, struct rh_figures *out)
{
    const struct rh_plan_program *program = &self->plan->program[p];
    if (!program->couples) {
        add_cash(self, p, t, NULL, out);
        return;
    }
    for (int j = 0; j < program->num_paying; j++) {
        const struct rh_plan_incentive *incentive = &program->incentive[j];
        for (int w = 0; w < incentive->num_windows && incentive->window[w].last < t; w++) {
            const int slot = incentive->first_slot + w;
            add_cash(self, p, self->tally[p].cash_row[slot] + t, self->keep[p][slot], out);
        }
    }
}

static void gather_dues(const struct rh_kernel *self, int p, int cut, int place, struct rh_figures *out)
{
    const struct rh_tally *tally = &self->tally[p];
    const ptrdiff_t block = (ptrdiff_t)RH_NUM_CUT_DUES * rh_cut_rows(&self->plan->program[p]);
    if (cut == RH_CUT_SEGMENT || cut == RH_CUT_REGION || cut == RH_CUT_TIER) {
        rh_sums *of = cut == RH_CUT_SEGMENT  ? tally->due_segment
                      : cut == RH_CUT_REGION ? tally->due_region
                                             : tally->due_tier;
        gather_partners(self, p, of + place * block, out);
    } else if (cut != RH_CUT_PRODUCT) {
        gather_totals(self, p, cut, place, out);
    } else {
        out->known = true;
    }
}

static void gather(const struct rh_kernel *self, int p, int cut, int place, struct rh_figures *out)
{
    const struct rh_program *program = self->plan->program[p].program;
    double share = cut == RH_CUT_MONTH     ? 1.0 / self->plan->num_months
                   : cut == RH_CUT_SEGMENT ? self->segment_share[place]
                   : cut == RH_CUT_REGION  ? self->region_share[place]
                   : cut == RH_CUT_TIER    ? self->tier_share[place]
                                           : 1.0;
    memset(out, 0, sizeof *out);
    gather_flows(self, p, cut, place, out);
    gather_dues(self, p, cut, place, out);
    for (int t = cut == RH_CUT_MONTH ? place : 0; t < (cut == RH_CUT_MONTH ? place + 1 : self->plan->num_months); t++) {
        if (cut == TOTAL || cut == RH_CUT_MONTH) {
            gather_cash(self, p, t, out);
        }
    }
    for (int l = 0; l < RH_LANES; l++) {
        out->cost[l] += out->flow[RH_FLOW_BENEFITS][l];
        out->cost[l] +=
            CURRENCY * (share * (double)program->cost_fixed + (double)program->cost_per_claim * out->claims[l]);
        out->cash[l] += CURRENCY * share * (double)program->cost_fixed;
    }
}

static double ratio(double numerator, double denominator)
{
    return denominator > 0.0 ? numerator / denominator : NAN;
}

/* What end customers bought, not what partners hold: revenue and the vendor's margin of it. */
static double sold(const struct rh_figures *self, int l)
{
    return self->flow[RH_FLOW_REVENUE][l] - self->flow[RH_FLOW_STOCK][l];
}

static double margin_sold(const struct rh_figures *self, int l)
{
    return self->flow[RH_FLOW_VENDOR_MARGIN][l] - self->flow[RH_FLOW_STOCK_MARGIN][l];
}

/* A figure that adds up over partners, of scenario p in lane l. */
static double additive(const struct rh_kernel *self, enum rh_kpi kpi, int p, int l)
{
    const struct rh_figures *own = &self->figures[p], *reference = &self->figures[self->plan->reference];
    const double margin = margin_sold(own, l) - margin_sold(reference, l);
    switch (kpi) {
    case RH_KPI_REVENUE:
        return own->flow[RH_FLOW_REVENUE][l];
    case RH_KPI_ELIGIBLE_REVENUE:
        return own->flow[RH_FLOW_ELIGIBLE][l];
    case RH_KPI_INCREMENTAL_REVENUE:
        return sold(own, l) - sold(reference, l);
    case RH_KPI_PULLED_FORWARD:
        return own->flow[RH_FLOW_STOCK][l] - reference->flow[RH_FLOW_STOCK][l];
    case RH_KPI_DISPLACED:
        return own->flow[RH_FLOW_DISPLACED][l] - reference->flow[RH_FLOW_DISPLACED][l];
    case RH_KPI_RETURNED:
        return own->flow[RH_FLOW_RETURNED][l] - reference->flow[RH_FLOW_RETURNED][l];
    case RH_KPI_INCREMENTAL_MARGIN:
        return margin;
    case RH_KPI_EARNED:
        return own->earned[l];
    case RH_KPI_PAID:
        return own->paid[l];
    case RH_KPI_BREAKAGE:
        return own->earned[l] - own->claimed[l];
    case RH_KPI_WINDFALL:
        return own->windfall[l];
    case RH_KPI_COST:
        return own->cost[l];
    case RH_KPI_CASH:
        return own->cash[l];
    case RH_KPI_NET_BENEFIT:
        return margin - (own->cost[l] - reference->cost[l]);
    case RH_KPI_PARTNER_GAIN:
        return own->paid[l] + own->flow[RH_FLOW_OWN_MARGIN][l] - reference->flow[RH_FLOW_OWN_MARGIN][l];
    default:
        return NAN;
    }
}

/* A figure of the whole scenario that is a ratio or a share. */
static double whole(const struct rh_kernel *self, enum rh_kpi kpi, int p, int l)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_figures *own = &self->figures[p], *none = &self->figures[plan->none];
    const struct rh_tally *tally = &self->tally[p];
    double revenue = own->flow[RH_FLOW_REVENUE][l], cost = own->cost[l];
    double spread = cost > 0.0 && cost >= 1e-4 * revenue ? cost : 0.0; /* what ratios to cost may divide by */
    switch (kpi) {
    case RH_KPI_ROI:
        return ratio(margin_sold(own, l) - margin_sold(none, l) - cost, spread);
    case RH_KPI_INCREMENTAL_PER_COST:
        return ratio(sold(own, l) - sold(none, l), spread);
    case RH_KPI_COST_TO_INCENTIVE:
        return ratio(own->paid[l], own->flow[RH_FLOW_ELIGIBLE][l]);
    case RH_KPI_PARTICIPATION:
        return ratio(tally->participating[l], tally->open[l]);
    case RH_KPI_ENROLLED:
        return ratio(tally->enrolled[l], tally->open[l]);
    case RH_KPI_EARNING:
        return ratio(tally->earning[l], tally->open[l]);
    case RH_KPI_BASELINE_EARNING:
        return ratio(tally->baseline_earning[l], tally->open[l]);
    case RH_KPI_TIME_TO_PAYOUT:
        return ratio(own->payout_days[l], own->paid[l]);
    case RH_KPI_SALE_TO_CASH:
        return ratio(own->sale_days[l], own->paid[l]);
    case RH_KPI_PAYOUT_ACCURACY:
        return ratio(own->claims[l] - own->wrong[l], own->claims[l]);
    case RH_KPI_TRUST_INDEX:
        return ratio(tally->trust[l], self->active[l]);
    case RH_KPI_ATTRITION:
        return ratio(tally->left[l], self->active[l]);
    case RH_KPI_BUDGET_USED:
        return isfinite(plan->program[p].spendable) ? ratio(own->earned[l], CURRENCY * plan->program[p].spendable)
                                                    : NAN;
    case RH_KPI_EXHAUSTED_MONTH:
        return self->exhausted[p][l];
    default:
        return additive(self, kpi, p, l);
    }
}

static void account_cut(struct rh_kernel *self, enum rh_cut cut, int num, struct rh_block *block)
{
    const int size = block->cut_size[cut], kpis = rh_cut_num_kpis(cut);
    for (int place = 0; place < size; place++) {
        for (int p = 0; p < self->plan->num_programs; p++) {
            gather(self, p, (int)cut, place, &self->figures[p]);
        }
        for (int p = 0; p < self->plan->num_programs; p++) {
            for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
                int k = rh_cut_place(cut, (enum rh_kpi)kpi);
                size_t row = (((size_t)p * (size_t)kpis + (size_t)(k < 0 ? 0 : k)) * (size_t)size + (size_t)place);
                for (int l = 0; k >= 0 && l < num; l++) {
                    block->cut[cut][row * (size_t)num + (size_t)l] =
                        self->figures[p].known ? (float)additive(self, (enum rh_kpi)kpi, p, l) : NAN;
                }
            }
        }
    }
}

static void account_extra(const struct rh_kernel *self, int num, struct rh_block *block)
{
    const rh_sums *reference = (const rh_sums *)self->tally[self->plan->reference].extra;
    for (int p = 0; p < self->plan->num_programs; p++) {
        for (int k = 0; k < self->plan->num_extra; k++) {
            double *out = block->extra + ((size_t)p * (size_t)self->plan->num_extra + (size_t)k) * (size_t)num;
            for (int l = 0; l < num; l++) {
                out[l] = self->tally[p].extra[k][l] - reference[k][l];
            }
        }
    }
}

/* What the rewards of each window cost, after shared caps and budget. */
static void account_windows(const struct rh_kernel *self, int num, struct rh_block *block)
{
    float *out = block->window;
    for (int p = 0; p < self->plan->num_programs; p++) {
        const struct rh_plan_program *program = &self->plan->program[p];
        const double per_claim = CURRENCY * (double)program->program->cost_per_claim;
        for (int j = 0; j < program->num_paying; j++) {
            const struct rh_plan_incentive *incentive = &program->incentive[j];
            for (int w = 0; w < incentive->num_windows; w++, out += num) {
                struct rh_figures of = {0};
                gather_slot(self, p, incentive, incentive->first_slot + w,
                            self->tally[p].due + incentive->first_slot + w, program->num_slots, &of);
                for (int l = 0; l < num; l++) {
                    out[l] = (float)(of.cost[l] + per_claim * of.claims[l]);
                }
            }
        }
    }
}

void rh_account(struct rh_kernel *self, int num, struct rh_block *block)
{
    const struct rh_plan *plan = self->plan;
    rh_sums ignored;
    for (int p = 0; p < plan->num_programs; p++) {
        rh_couple(self, p, RH_DUE_PAYABLE, self->keep[p], self->exhausted[p]);
        rh_couple(self, p, RH_DUE_WINDFALL, self->windfall_keep[p], ignored);
    }
    for (int p = 0; p < plan->num_programs; p++) {
        gather(self, p, TOTAL, 0, &self->figures[p]);
        gather_whole(self, p, &self->figures[p]);
    }
    for (int p = 0; p < plan->num_programs; p++) {
        for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
            double *out = block->kpi + ((size_t)p * RH_NUM_KPIS + (size_t)kpi) * (size_t)num;
            for (int l = 0; l < num; l++) {
                out[l] = whole(self, (enum rh_kpi)kpi, p, l);
            }
        }
    }
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        account_cut(self, (enum rh_cut)cut, num, block);
    }
    account_extra(self, num, block);
    if (block->num_windows > 0) {
        account_windows(self, num, block);
    }
    for (int k = 0; k < plan->num_drawn; k++) {
        for (int l = 0; l < num; l++) {
            block->parameter[(size_t)k * (size_t)num + (size_t)l] = self->parameter[k][l];
        }
    }
}
