/* What is true of an artificial channel, for those who want to see whether it was found: of each partner under each
 * program, and of the world. */
#ifndef RH_SYNTH_TRUTH_H
#define RH_SYNTH_TRUTH_H

#include "core/text.h"
#include "synth/channel.h"
#include "synth/ledger.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Header line of truth.csv, and a partner's lines: one for each part of the history with its own program, or without
 * one; their number is added to *num_lines. */
const char *rh_truth_header(void);
void rh_truth_add_partner(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                          const struct rh_ledger_truth *truth, struct rh_text *out, uint64_t *num_lines);

/* The text of truth.yaml: programs and their months, and the parameters of what partners do for them. */
void rh_truth_add_world(const struct rh_channel *channel, struct rh_text *out);

#ifdef __cplusplus
}
#endif

#endif
