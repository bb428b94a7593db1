/* Sums of a scenario over the partners of a block. Partners are walked cell by cell (plan.h); what belongs to cuts of
 * partners is summed for the cell alone, and added to totals and cuts when the walk leaves it: so each figure of a
 * partner is added once, to memory that stays near. */
#include "core/memory.h"
#include "engine/kernel_private.h"

#include <stdlib.h>
#include <string.h>

/* A table of a tally: its rows of lanes. */
struct table {
    rh_sums **rows;
    size_t num;
};

enum { NUM_TABLES = 12, NUM_SHORT_TABLES = 3 + RH_NUM_PARTS };

/* The same of what is summed over few partners: the cell's, and parts. */
struct short_table {
    rh_lanes **rows;
    size_t num;
};

/* Sums that have a part, and their rows. */
static void find_whole(struct rh_tally *self, const struct rh_plan *plan, const struct rh_plan_program *program,
                       struct table out[RH_NUM_PARTS])
{
    const size_t cash = (size_t)rh_num_cash(plan, program);
    out[RH_PART_MONTH] = (struct table){&self->month, RH_NUM_FLOWS * (size_t)plan->num_months};
    out[RH_PART_PRODUCT] = (struct table){&self->product, 4 * (size_t)plan->num_labels[RH_CUT_PRODUCT]};
    out[RH_PART_CASH] = (struct table){&self->cash, cash};
    out[RH_PART_CLAIMS] = (struct table){&self->cash_claims, program->program->cost_per_claim > 0 ? cash : 0};
}

static void find_tables(struct rh_tally *self, const struct rh_plan *plan, const struct rh_plan_program *program,
                        struct table *out)
{
    const size_t segments = (size_t)plan->num_labels[RH_CUT_SEGMENT], regions = (size_t)plan->num_labels[RH_CUT_REGION];
    const size_t tiers = (size_t)plan->num_labels[RH_CUT_TIER];
    const size_t all = (size_t)rh_num_dues(program);
    const size_t dues = RH_NUM_CUT_DUES * (size_t)rh_cut_rows(program);
    const struct table tables[NUM_TABLES - RH_NUM_PARTS] = {
        {&self->segment, RH_NUM_FLOWS * segments}, {&self->region, RH_NUM_FLOWS * regions},
        {&self->tier, RH_NUM_FLOWS * tiers},       {&self->due, all},
        {&self->due_segment, segments * dues},     {&self->due_region, regions * dues},
        {&self->due_tier, tiers * dues},           {&self->extra, (size_t)plan->num_extra}};
    find_whole(self, plan, program, out);
    memcpy(out + RH_NUM_PARTS, tables, sizeof tables);
}

static void find_short_tables(struct rh_tally *self, const struct rh_plan *plan, const struct rh_plan_program *program,
                              struct short_table *out)
{
    const size_t by_slot = RH_NUM_CUT_DUES * (size_t)program->num_slots;
    struct table whole[RH_NUM_PARTS];
    find_whole(self, plan, program, whole);
    for (int k = 0; k < RH_NUM_PARTS; k++) {
        out[k] = (struct short_table){&self->part[k], whole[k].num};
    }
    out[RH_NUM_PARTS] = (struct short_table){&self->cell_flow, RH_NUM_FLOWS};
    out[RH_NUM_PARTS + 1] = (struct short_table){&self->cell_due, by_slot};
    out[RH_NUM_PARTS + 2] = (struct short_table){&self->cell_whole, (size_t)rh_num_dues(program) - by_slot};
}

/* A window is paid out behind its end alone. */
static void find_cash_rows(struct rh_tally *self, const struct rh_plan *plan, const struct rh_plan_program *program)
{
    int next = 0;
    for (int j = 0; program->couples && j < program->num_paying; j++) {
        for (int w = 0; w < program->incentive[j].num_windows; w++) {
            const int first = program->incentive[j].window[w].last + 1;
            self->cash_row[program->incentive[j].first_slot + w] = next - first;
            next += plan->num_months - first;
        }
    }
}

bool rh_tally_init(struct rh_tally *self, const struct rh_plan *plan, const struct rh_plan_program *program)
{
    struct table tables[NUM_TABLES];
    struct short_table shorts[NUM_SHORT_TABLES];
    find_tables(self, plan, program, tables);
    find_short_tables(self, plan, program, shorts);
    self->in_cell = rh_calloc((size_t)program->num_slots + 1, sizeof *self->in_cell);
    self->cash_row = rh_calloc((size_t)program->num_slots + 1, sizeof *self->cash_row);
    bool made = self->in_cell != NULL && self->cash_row != NULL;
    for (int k = 0; k < NUM_TABLES; k++) {
        *tables[k].rows = rh_alloc_aligned(tables[k].num + 1, sizeof(rh_sums));
        made = made && *tables[k].rows != NULL;
    }
    for (int k = 0; k < NUM_SHORT_TABLES; k++) {
        *shorts[k].rows = rh_alloc_aligned(shorts[k].num + 1, sizeof(rh_lanes));
        made = made && *shorts[k].rows != NULL;
    }
    if (made) {
        find_cash_rows(self, plan, program);
    }
    return made;
}

void rh_tally_free(struct rh_tally *self)
{
    free(self->month);
    free(self->segment);
    free(self->region);
    free(self->tier);
    free(self->product);
    free(self->due);
    free(self->due_segment);
    free(self->due_region);
    free(self->due_tier);
    free(self->extra);
    free(self->cash);
    free(self->cash_claims);
    free(self->cash_row);
    for (int k = 0; k < RH_NUM_PARTS; k++) {
        free(self->part[k]);
    }
    free(self->cell_flow);
    free(self->cell_due);
    free(self->cell_whole);
    free(self->in_cell);
}

void rh_tally_clear(struct rh_tally *self, const struct rh_plan *plan, const struct rh_plan_program *program)
{
    struct table tables[NUM_TABLES];
    struct short_table shorts[NUM_SHORT_TABLES];
    find_tables(self, plan, program, tables);
    find_short_tables(self, plan, program, shorts);
    for (int k = 0; k < NUM_TABLES; k++) {
        memset(*tables[k].rows, 0, tables[k].num * sizeof(rh_sums));
    }
    for (int k = 0; k < NUM_SHORT_TABLES; k++) {
        memset(*shorts[k].rows, 0, shorts[k].num * sizeof(rh_lanes));
    }
    memset(self->in_cell, 0, (size_t)program->num_slots * sizeof *self->in_cell);
    memset(self->flows, 0, sizeof self->flows);
    memset(self->open, 0, sizeof self->open);
    memset(self->enrolled, 0, sizeof self->enrolled);
    memset(self->left, 0, sizeof self->left);
    memset(self->trust, 0, sizeof self->trust);
    memset(self->earning, 0, sizeof self->earning);
    memset(self->baseline_earning, 0, sizeof self->baseline_earning);
    memset(self->participating, 0, sizeof self->participating);
}

/* Which dues are tallied: of the rest there is nothing, or it is what another one is. */
static bool is_tallied(const struct rh_kernel *self, const struct rh_plan_program *program, int due)
{
    return ((due != RH_DUE_PAID && due != RH_DUE_WRONG) || self->errs) &&
           (due != RH_DUE_GROSS_UP || program->gross_up != NULL);
}

rh_lanes *rh_tally_slot(struct rh_tally *self, int slot)
{
    self->in_cell[slot] = true;
    return self->cell_due + slot * RH_NUM_CUT_DUES;
}

/* Adds one row to the total, and clears it. */
static void leave_row(rh_real *restrict row, double *restrict total)
{
    for (int l = 0; l < RH_LANES; l++) {
        total[l] += (double)row[l];
        row[l] = 0.0;
    }
}

/* Adds what the cell holds of one flow or due to the partners' cuts. */
static void leave_cuts(const rh_real *restrict cell, double *restrict segment, double *restrict region,
                       double *restrict tier)
{
    for (int l = 0; l < RH_LANES; l++) {
        const double value = (double)cell[l];
        segment[l] += value;
        region[l] += value;
        tier[l] += value;
    }
}

/* What the cell holds of one slot of incentive j. */
static void leave_slot(struct rh_kernel *self, int p, int j, int slot, const struct rh_plan_partner *of)
{
    const struct rh_plan_program *program = &self->plan->program[p];
    const struct rh_tally *tally = &self->tally[p];
    const int rows = rh_cut_rows(program), block = RH_NUM_CUT_DUES * rows;
    for (int d = 0; d < RH_NUM_CUT_DUES; d++) {
        const int row = d * rows + (program->couples ? slot : j);
        if (is_tallied(self, program, d)) {
            rh_real *cell = tally->cell_due[slot * RH_NUM_CUT_DUES + d];
            leave_cuts(cell, tally->due_segment[of->segment * block + row], tally->due_region[of->region * block + row],
                       tally->due_tier[of->tier_label * block + row]);
            leave_row(cell, tally->due[rh_due_row(program, d, slot)]);
        }
    }
}

static void leave_slots(struct rh_kernel *self, int p, const struct rh_plan_partner *of)
{
    const struct rh_plan_program *program = &self->plan->program[p];
    bool *in_cell = self->tally[p].in_cell;
    for (int j = 0; j < program->num_paying; j++) {
        const int first = program->incentive[j].first_slot;
        for (int slot = first; slot < first + program->incentive[j].num_windows; slot++) {
            if (in_cell[slot]) {
                leave_slot(self, p, j, slot, of);
            }
            in_cell[slot] = false;
        }
    }
}

/* The dues that no cut has. */
static void leave_whole(struct rh_tally *tally, const struct rh_plan_program *program)
{
    for (int slot = 0; slot < (program->couples ? program->num_slots : 1); slot++) {
        for (int d = RH_NUM_CUT_DUES; d < RH_NUM_DUES; d++) {
            leave_row(rh_tally_whole(tally, program, slot)[d - RH_NUM_CUT_DUES],
                      tally->due[rh_due_row(program, d, slot)]);
        }
    }
}

void rh_tally_leave_cell(struct rh_kernel *self, const struct rh_plan_partner *of)
{
    const struct rh_plan *plan = self->plan;
    for (int p = 0; p < plan->num_programs; p++) {
        struct rh_tally *tally = &self->tally[p];
        for (int f = 0; f < RH_NUM_FLOWS; f++) {
            if (tally->flows[f]) {
                leave_cuts(tally->cell_flow[f], tally->segment[f * plan->num_labels[RH_CUT_SEGMENT] + of->segment],
                           tally->region[f * plan->num_labels[RH_CUT_REGION] + of->region],
                           tally->tier[f * plan->num_labels[RH_CUT_TIER] + of->tier_label]);
                memset(tally->cell_flow[f], 0, sizeof(rh_lanes));
            }
            tally->flows[f] = false;
        }
        leave_slots(self, p, of);
        leave_whole(tally, &plan->program[p]);
    }
}

void rh_tally_leave_parts(struct rh_kernel *self)
{
    for (int p = 0; p < self->plan->num_programs; p++) {
        struct table whole[RH_NUM_PARTS];
        find_whole(&self->tally[p], self->plan, &self->plan->program[p], whole);
        for (int k = 0; k < RH_NUM_PARTS; k++) {
            for (size_t row = 0; row < whole[k].num; row++) {
                leave_row(self->tally[p].part[k][row], (*whole[k].rows)[row]);
            }
        }
    }
}
