/* The other files of an artificial channel: its partners, their targets, the programs in force. */
#ifndef RH_SYNTH_TABLES_H
#define RH_SYNTH_TABLES_H

#include "core/text.h"
#include "synth/channel.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Header line of partners.csv, and a partner's line. */
const char *rh_world_partners_header(void);
void rh_world_add_partner(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                          struct rh_text *out);

/* Header line of targets.csv, and a partner's lines, one per fiscal quarter of the history and the twelve months after
 * it; their number is added to *num_targets. */
const char *rh_world_targets_header(void);
void rh_world_add_targets(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                          struct rh_text *out, uint64_t *num_targets);

/* Program k of the world in the program language, active in its part of the history. */
void rh_world_add_program(const struct rh_world *world, size_t k, struct rh_text *out);

#ifdef __cplusplus
}
#endif

#endif
