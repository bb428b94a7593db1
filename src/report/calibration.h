/* Pictures of forecasts held against what happened: where outcomes fell in their distributions, and how many of them
 * ranges held. */
#ifndef RH_REPORT_CALIBRATION_H
#define RH_REPORT_CALIBRATION_H

#include "report/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RH_CALIBRATION_OF 4    /* things that are forecast, most */
#define RH_CALIBRATION_SPANS 2 /* of time, most */

/* What was forecast, of each kind and span. Arrays and texts are borrowed. */
struct rh_calibration {
    const char *source; /* below the titles: of whom, when */
    int num_of, num_spans, num_bins, num_ranges;
    const char *of[RH_CALIBRATION_OF], *span[RH_CALIBRATION_SPANS];
    const double *range; /* [num_ranges] share of outcomes that each range should hold, ascending, in (0, 1) */
    size_t num[RH_CALIBRATION_OF][RH_CALIBRATION_SPANS];            /* outcomes; of none nothing is drawn */
    const size_t *rank[RH_CALIBRATION_OF][RH_CALIBRATION_SPANS];    /* [num_bins] outcomes by part of the forecast */
    const size_t *covered[RH_CALIBRATION_OF][RH_CALIBRATION_SPANS]; /* [num_ranges] outcomes within each range */
};

/* Name of the k-th picture, NULL past the last. */
const char *rh_calibration_name(int k);

/* Writes the pictures as rh_gallery_write does. Each shows in gray where 99 of 100 shares would be, by the binomial
 * distribution, if the forecasts were right and outcomes independent of each other. */
int rh_calibration_write(const struct rh_calibration *self, const struct rh_plot_options *options,
                         const struct rh_progress *progress, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
