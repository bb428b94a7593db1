/* A picture of what was believed before a history spoke and after: densities, a panel for each quantity. */
#ifndef RH_REPORT_BELIEFS_H
#define RH_REPORT_BELIEFS_H

#include "report/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RH_BELIEFS_CURVES 6 /* most: what was believed before, and after of all and of some segments */

/* Draws of a quantity, or a probability. Borrowed. */
struct rh_beliefs_panel {
    const char *title;
    bool probability;                       /* each curve is one value, drawn as a bar in percent */
    const double *value[RH_BELIEFS_CURVES]; /* [num] ascending, no NaN */
    size_t num[RH_BELIEFS_CURVES];          /* 0: nothing is drawn */
};

/* Texts and arrays are borrowed. The first curve is what was believed before, in gray. */
struct rh_beliefs {
    const char *source; /* below the title: of what */
    int num_curves;     /* 0: nothing was learned, and nothing is drawn */
    const char *curve[RH_BELIEFS_CURVES];
    int num_panels;
    const struct rh_beliefs_panel *panel; /* [num_panels] three in a row */
};

#define RH_BELIEFS_PICTURE "fit-beliefs"

/* Writes the picture as rh_gallery_write does. */
int rh_beliefs_write(const struct rh_beliefs *self, const struct rh_plot_options *options,
                     const struct rh_progress *progress, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
