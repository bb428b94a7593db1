/* Pictures by gnuplot: each keeps its script and its data beside it, so that it can be changed by hand. */
#ifndef RH_REPORT_PLOT_H
#define RH_REPORT_PLOT_H

#include "core/progress.h"
#include "report/picture.h"
#include "results/results.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Name and one-line description of the k-th plot, NULL past the last. */
const char *rh_plot_name(int k);
const char *rh_plot_description(int k);

/* Writes NAME.gp, NAME.dat, NAME.png, NAME.svg for each plot. gnuplot missing or failing is RH_ERR_IO with a message
 * that names the package; scripts and data are still written. */
int rh_plot(const struct rh_results *results, const struct rh_plot_options *options, const struct rh_progress *progress,
            struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
