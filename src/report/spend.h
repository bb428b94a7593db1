/* Where the money of a program goes: what is paid and what is not, divided by what it is paid for. */
#ifndef RH_REPORT_SPEND_H
#define RH_REPORT_SPEND_H

#include "results/results.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Parts of a program's rewards. The first four add up to what is paid; all five to what is paid and what is never
 * claimed, or to what is earned and the error. */
enum rh_spend_part {
    RH_SPEND_INCREMENTAL, /* for sales that partners make more than under the reference */
    RH_SPEND_PULLED,      /* for sales that are only pulled forward */
    RH_SPEND_WINDFALL,    /* for what partners do anyway */
    RH_SPEND_ERROR,       /* overpaid less underpaid; may be negative */
    RH_SPEND_BREAKAGE,    /* earned and never claimed: not paid */
    RH_NUM_SPEND_PARTS
};

/* The figures of one replication that are divided, currency. */
struct rh_spend_figures {
    double earned, paid, breakage, windfall, incremental_revenue, pulled_forward;
};

/* Divides them. What is claimed is earned - breakage; of it windfall/earned, at most all, is windfall. The rest is paid
 * for a change of sales, and divided as that change is: pulled_forward to incremental_revenue, a negative one counting
 * as none, all of it incremental where neither is positive. The error is paid less what is claimed. */
void rh_spend_divide(const struct rh_spend_figures *figures, double out[RH_NUM_SPEND_PARTS]);

/* What is known of one program, over the replications. */
struct rh_spend {
    double part[RH_NUM_SPEND_PARTS]; /* means */
    double paid, paid_p05, paid_p95;
};
/* Reads it. RH_OK, RH_ERR_NO_MEMORY, or why the file cannot be read. */
int rh_spend_read(struct rh_spend *self, const struct rh_results *results, int scenario, struct rh_error *error);
/* Reads those of all programs into *out: [num_scenarios], to be freed with free() in any case. */
int rh_spend_read_all(struct rh_spend **out, const struct rh_results *results, struct rh_error *error);
/* "incremental", "pulled_forward", …: stable names for exports. */
const char *rh_spend_part_name(enum rh_spend_part part);

#ifdef __cplusplus
}
#endif

#endif
