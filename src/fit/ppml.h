/* Poisson pseudo-maximum likelihood with effects of units and of cells, and one regressor.
 *
 * E[y] = exp(unit effect + cell effect + slope · x). The estimate needs no Poisson variance (Gourieroux, Monfort &
 * Trognon 1984, doi:10.2307/1913472; Santos Silva & Tenreyro 2006, doi:10.1162/rest.88.4.641), and its standard error
 * allows for any variance and any dependence within a cluster. */
#ifndef RH_FIT_PPML_H
#define RH_FIT_PPML_H

#include "core/error.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rh_ppml_data {
    size_t num;
    const double *y;    /* [num] at least 0 */
    const double *x;    /* [num] */
    const int *unit;    /* [num] 0 to num_units - 1; an id may be unused */
    const int *cell;    /* [num] 0 to num_cells - 1 */
    const int *cluster; /* [num] 0 to num_clusters - 1 */
    int num_units, num_cells, num_clusters;
    int max_sweeps;    /* of a step, after which it is given up; 0: 20,000 */
    double *influence; /* [num_clusters] out, where the slope is estimated: by how much each cluster moves it, so that
                          errors of two slopes from the same rows can be held together; NULL: not asked for */
};

#define RH_PPML_LEAST_CLUSTERS 3 /* effective ones */

enum rh_ppml_verdict {
    RH_PPML_ESTIMATED,
    RH_PPML_NOTHING,       /* no observation, or y is 0 throughout */
    RH_PPML_NO_VARIATION,  /* the effects explain x */
    RH_PPML_FEW_CLUSTERS,  /* fewer than RH_PPML_LEAST_CLUSTERS carry it: the error would be far too small */
    RH_PPML_NO_NOISE,      /* the effects explain y: there is no error, so there is no standard error */
    RH_PPML_NOT_CONVERGED, /* no finite slope is best, or too many steps */
    RH_NUM_PPML_VERDICTS
};

/* slope and se are NaN where nothing is estimated; the counts hold as far as it came. */
struct rh_ppml {
    enum rh_ppml_verdict verdict;
    double slope, se;
    double variation; /* sd of x that the effects do not explain, weighted by what is expected of y */
    size_t num;       /* observations used: those of units and cells with y > 0 somewhere */
    int clusters;     /* among them */
    double effective; /* clusters that carry the estimate: (Σh)² / Σh² with h a cluster's share of that variation */
    int steps, sweeps; /* of Newton; of the effects, all steps together */
};

/* RH_OK whatever the verdict, or RH_ERR_NO_MEMORY. */
int rh_ppml_fit(struct rh_ppml *self, const struct rh_ppml_data *data, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
