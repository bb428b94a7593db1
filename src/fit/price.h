/* How purchases answer to the price, from discounts that not everybody was given; private to the room.
 *
 * Who buys when it is cheap may have asked for the discount, and a large order may have earned it. So a partner's own
 * price is not held against its own purchases. What is, is what its peers, the others of its segment and region, paid
 * for the same product line in the same month, less what they usually pay: that is what the partner was offered, also
 * in a month in which it bought nothing. Two slopes on it, by Poisson pseudo-maximum likelihood with effects of partner
 * × line and of market × line × month, are that of the purchases at list prices and that of the money paid for them;
 * their difference is by how much the partner's own price followed its peers'. Their ratio is the elasticity: an
 * instrumental variable (Wald 1940, doi:10.1214/aoms/1177731868), whose instrument leaves out the partner itself as in
 * Angrist, Imbens & Krueger 1999, doi:10.1002/(SICI)1099-1255(199901/02)14:1<57::AID-JAE501>3.0.CO;2-G. Errors are by
 * group of peers, as offers are made to these. */
#ifndef RH_FIT_PRICE_H
#define RH_FIT_PRICE_H

#include "fit/fit.h"

/* Estimates over the whole history. A verdict for every history; RH_OK or RH_ERR_NO_MEMORY. */
int rh_price_estimate(struct rh_fit_price *self, const struct rh_history *history, struct rh_error *error);

#endif
