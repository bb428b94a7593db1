/* How much each drawn parameter moves the net benefit of programs. */
#ifndef RH_REPORT_TORNADO_H
#define RH_REPORT_TORNADO_H

#include "results/results.h"
#include "stats/thirds.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_tornado {
    struct rh_results_parameters parameters; /* all that the file names; those not drawn move nothing */
    int num_drawn;
    int num_scenarios;
    struct rh_thirds *thirds; /* [parameters.num][num_scenarios] of net benefit */
    int num_order;            /* parameters that move some scenario, as rh_thirds_moves says */
    int *order;               /* [num_order] largest first; see rh_tornado_share */
};

/* scenario: [num_scenarios], the columns. On failure *self may be passed to _free. */
int rh_tornado_init(struct rh_tornado *self, const struct rh_results *results, const int *scenario, int num_scenarios,
                    struct rh_error *error);
void rh_tornado_free(struct rh_tornado *self);
/* A parameter's difference as a share, 0 to 1, of the largest of any parameter in that column, where both are told from
 * 0; else 0. The order is by the largest share in any column, so that a program that depends little on anything is not
 * hidden by one that depends much. */
double rh_tornado_share(const struct rh_tornado *self, int parameter, int column);
const struct rh_thirds *rh_tornado_thirds(const struct rh_tornado *self, int parameter, int column);

#ifdef __cplusplus
}
#endif

#endif
