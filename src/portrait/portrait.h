/* A picture of each mechanism of the model under somebody's assumptions: what it does to a small channel that the
 * engine simulates, all other mechanisms being neutral. */
#ifndef RH_PORTRAIT_PORTRAIT_H
#define RH_PORTRAIT_PORTRAIT_H

#include "model/parameters.h"
#include "model/usage.h"
#include "report/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_portrait {
    const struct rh_assumptions *assumptions;
    int segment;                  /* of the assumptions: whose beliefs are drawn */
    const char *segment_name;     /* told where segments differ in what a picture shows; NULL: there is but one */
    double margin;                /* of that segment's partners: rh_portrait_margin; NaN: as the assumptions have it */
    const char *source;           /* whose assumptions they are: "priors", or the title of a study */
    const struct rh_usage *usage; /* of the study; NULL without one */
};

/* Median margin of the segment's partners by the partner file; NaN where it gives less than half of them one. RH_OK or
 * RH_ERR_NO_MEMORY. */
int rh_portrait_margin(const struct rh_partners *partners, int segment, double *out, struct rh_error *error);

/* Name of the k-th picture, "mechanism-effort", and the mechanism that it shows, "effort"; NULL past the last. There is
 * one for each mechanism of rh_parameter_table, in its order. */
const char *rh_portrait_name(int k);
const char *rh_portrait_mechanism(int k);

/* Draws all of them, or options->only; as rh_gallery_write. The same assumptions give the same scripts and data. */
int rh_portrait_write(const struct rh_portrait *self, const struct rh_plot_options *options,
                      const struct rh_progress *progress, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
