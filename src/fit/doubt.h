/* Which incentives of a program an estimate should not be trusted on, private to the room. */
#ifndef RH_FIT_DOUBT_H
#define RH_FIT_DOUBT_H

#include "fit/fit.h"

/* Fills num_doubtful and doubtful. RH_OK or RH_ERR_NO_MEMORY. */
int rh_fit_find_doubts(struct rh_fit *self, const struct rh_program *program);

#endif
