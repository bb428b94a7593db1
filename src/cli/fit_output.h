/* What a fit says: for people, and as CSV. */
#ifndef RH_CLI_FIT_OUTPUT_H
#define RH_CLI_FIT_OUTPUT_H

#include "core/text.h"
#include "fit/fit.h"
#include "report/picture.h"

/* Both append to out. */
void rh_fit_text(const struct rh_fit *self, struct rh_text *out);
void rh_fit_csv(const struct rh_fit *self, struct rh_text *out);

/* fit_plots.c: a picture of what was believed before and after, as rh_gallery_write. */
int rh_fit_plots(const struct rh_fit *self, const struct rh_plot_options *options, const struct rh_progress *progress,
                 struct rh_error *error);

#endif
