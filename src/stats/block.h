/* A block of replications as bytes, for files and messages, and back. */
#ifndef RH_STATS_BLOCK_H
#define RH_STATS_BLOCK_H

#include "core/bytes.h"
#include "core/error.h"
#include "stats/kpi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Takes a finished block, which is valid during the call. A negative rh_code stops whoever hands blocks on. */
typedef int (*rh_block_sink)(void *user, const struct rh_block *block, struct rh_error *error);

/* Appends shape and figures; `broken` is not part of it. */
void rh_block_pack(const struct rh_block *self, struct rh_text *out);
/* Takes room and fills it with what _pack wrote: free with rh_block_drop, also where it failed. RH_ERR_FORMAT where the
 * bytes are no block, RH_ERR_NO_MEMORY. */
int rh_block_unpack(struct rh_block *self, struct rh_bytes *bytes);
void rh_block_drop(struct rh_block *self);

#ifdef __cplusplus
}
#endif

#endif
