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

/* The first name of a list, "roi-cost,money", that is no plot's; the whole list where it is empty; else NULL. *length
 * of it. */
const char *rh_plot_unknown(const char *list, size_t *length);

/* Writes NAME.gp, NAME.dat, and NAME.png, NAME.svg, NAME.pdf for each plot. gnuplot missing or failing is RH_ERR_IO
 * with a message that names the package; scripts and data are still written. */
int rh_plot(const struct rh_results *results, const struct rh_plot_options *options, const struct rh_progress *progress,
            struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
