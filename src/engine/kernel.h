/* The kernel: one block of replications, serial and pure. Partner by partner over all months; lanes are replications.
 *
 * A lane's sums are made in partner order by one thread, so that results do not depend on how blocks are spread over
 * threads. Memory is that of the plan's sizes and RH_LANES, not of the number of replications. */
#ifndef RH_ENGINE_KERNEL_H
#define RH_ENGINE_KERNEL_H

#include "engine/isa.h"
#include "engine/real.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Figures that are summed by month, segment, region, tier: in 10⁻⁴ of currency. */
enum rh_flow {
    RH_FLOW_REVENUE,       /* net of returns */
    RH_FLOW_ELIGIBLE,      /* of partners that an incentive of the program is open to */
    RH_FLOW_VENDOR_MARGIN, /* vendor's margin of revenue */
    RH_FLOW_OWN_MARGIN,    /* partners' margin of revenue */
    RH_FLOW_BENEFITS,      /* of status earned, expected behind the horizon */
    RH_FLOW_STOCK,         /* increase of what partners hold beyond what they sold, less what they put off */
    RH_FLOW_STOCK_MARGIN,  /* vendor's margin of that */
    RH_FLOW_DISPLACED,     /* taken from other product lines */
    RH_FLOW_RETURNED,      /* of what was bought ahead, brought back */
    RH_NUM_FLOWS
};

/* Figures of one window of one incentive, summed over partners. Those from RH_NUM_CUT_DUES on are asked for of the
 * whole scenario alone. */
enum rh_due {
    RH_DUE_PAYABLE,  /* earned after window cap and partner cap */
    RH_DUE_CLAIMED,  /* of it, what is claimed */
    RH_DUE_CLAIMS,   /* number of claims */
    RH_DUE_WINDFALL, /* what the reference's behavior would have earned */
    RH_DUE_PAID,     /* what is paid for it, rightly or wrongly; not tallied where nothing is paid wrong */
    RH_DUE_GROSS_UP, /* tax that the vendor pays on top of what is paid; only of programs that gross up */
    RH_NUM_CUT_DUES,
    RH_DUE_WRONG = RH_NUM_CUT_DUES, /* claims paid wrong */
    RH_DUE_PAY_DAYS,                /* paid × days from window end to payment */
    RH_DUE_SALE_DAYS,               /* paid × mean days from sale to window end */
    RH_NUM_DUES
};

/* Sums of which the partners that were walked last have a part of their own, of the kernel's precision: in mixed
 * precision half as much memory is walked for each partner. */
enum rh_part { RH_PART_MONTH, RH_PART_PRODUCT, RH_PART_CASH, RH_PART_CLAIMS, RH_NUM_PARTS };

/* Sums of one scenario over all partners of a block, and over those of the cell that is walked. Rows of dues: see
 * rh_due_row and rh_cut_rows. */
struct rh_tally {
    rh_sums *month;       /* [RH_NUM_FLOWS][num_months] */
    rh_sums *segment;     /* [RH_NUM_FLOWS][segments] */
    rh_sums *region;      /* [RH_NUM_FLOWS][regions] */
    rh_sums *tier;        /* [RH_NUM_FLOWS][tiers] */
    rh_sums *product;     /* [4][products] revenue, its margin, stock, its margin */
    rh_sums *due;         /* [rh_num_dues] */
    rh_sums *due_segment; /* [segments][RH_NUM_CUT_DUES][rh_cut_rows] */
    rh_sums *due_region;  /* [regions][RH_NUM_CUT_DUES][rh_cut_rows] */
    rh_sums *due_tier;    /* [tiers][RH_NUM_CUT_DUES][rh_cut_rows] */
    rh_sums *extra;       /* [num_extra] completions */
    rh_lanes *cell_flow;  /* [RH_NUM_FLOWS] */
    rh_lanes *cell_due;   /* [num_slots][RH_NUM_CUT_DUES] */
    rh_lanes *cell_whole; /* [num_slots where windows may be taken apart, else 1][the other dues] */
    bool *in_cell;        /* [num_slots] the cell has dues of it */
    rh_sums *cash;        /* [rh_num_cash] paid out in a month of the horizon, at the vendor's cost, with gross-up */
    rh_sums *cash_claims; /* [the same; nothing where a claim costs nothing] number of claims paid out */
    rh_lanes *part[RH_NUM_PARTS]; /* of month, product, cash, cash_claims: rows as theirs, which do not hold it yet */
    int *cash_row;                /* [num_slots] cash[cash_row[slot] + t] is of month t, behind the window */
    bool flows[RH_NUM_FLOWS];     /* that the cell has */
    rh_sums open;                 /* partners active at the start that an incentive is open to */
    rh_sums enrolled, earning, baseline_earning, participating;
    rh_sums left;  /* partners active at the start and gone at the end */
    rh_sums trust; /* of partners active at the start, at the end */
};

/* NULL where there is no memory. The plan is borrowed. */
struct rh_kernel *rh_kernel_create(const struct rh_plan *plan);
void rh_kernel_destroy(struct rh_kernel *self);

/* Simulates replications first … first + RH_LANES - 1 and fills the first `num` of them into block, whose arrays hold
 * `num` lanes each (see struct rh_block). */
void rh_kernel_run(struct rh_kernel *self, uint64_t first, int num, struct rh_block *block);

#ifdef __cplusplus
}
#endif

#endif
