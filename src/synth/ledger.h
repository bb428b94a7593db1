/* The rows of an artificial partner's ledger: orders and returns, sell-through, subscriptions, activities. */
#ifndef RH_SYNTH_LEDGER_H
#define RH_SYNTH_LEDGER_H

#include "core/text.h"
#include "synth/channel.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_ledger; /* opaque: what is under way, reused from partner to partner */

/* What is true of a partner while a program was in force, over the months of the history in which it was active; money
 * in currency. */
struct rh_ledger_truth {
    double months;
    double rate;           /* sum over the months of the rate that it expected, or would if it attended */
    double demand_without; /* expected with the market and its own ups and downs, but without any reaction */
    double demand;         /* the same with its reaction; before what is bought ahead or put off */
    double ahead, put_off; /* bought ahead, put off */
};

int rh_ledger_create(struct rh_ledger **out, const struct rh_channel *channel);
void rh_ledger_destroy(struct rh_ledger *self);

/* The header line of ledger.csv. */
const char *rh_ledger_header(void);

/* Appends the partner's rows in the order of their dates and adds their number to *num_rows. Memory beside `out` is
 * that of the rows under way. RH_OK or RH_ERR_NO_MEMORY. */
int rh_ledger_add(struct rh_ledger *self, const struct rh_channel_partner *partner, struct rh_text *out,
                  uint64_t *num_rows);

/* Of the partner that was added last: before the first program, then under each of them, [num_programs + 1]; the
 * ledger's. */
const struct rh_ledger_truth *rh_ledger_truth(const struct rh_ledger *self);

#ifdef __cplusplus
}
#endif

#endif
