/* The rows of an artificial partner's ledger: orders and returns, sell-through, subscriptions, activities. */
#ifndef RH_SYNTH_LEDGER_H
#define RH_SYNTH_LEDGER_H

#include "core/text.h"
#include "synth/channel.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_ledger; /* opaque: what is under way, reused from partner to partner */

int rh_ledger_create(struct rh_ledger **out, const struct rh_channel *channel);
void rh_ledger_destroy(struct rh_ledger *self);

/* The header line of ledger.csv. */
const char *rh_ledger_header(void);

/* Appends the partner's rows in the order of their dates and adds their number to *num_rows. Memory beside `out` is
 * that of the rows under way. RH_OK or RH_ERR_NO_MEMORY. */
int rh_ledger_add(struct rh_ledger *self, const struct rh_channel_partner *partner, struct rh_text *out,
                  uint64_t *num_rows);

#ifdef __cplusplus
}
#endif

#endif
