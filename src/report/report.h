/* The report: one page of HTML that answers which program, how sure, and what that rests on. It needs no network, no
 * other file, and no script to be read. */
#ifndef RH_REPORT_REPORT_H
#define RH_REPORT_REPORT_H

#include "core/progress.h"
#include "core/text.h"
#include "results/results.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_report_options {
    const char *folder;  /* where pictures are drawn, and stay, NAME.svg and what it is made of; NULL: no pictures */
    const char *gnuplot; /* command, "gnuplot" */
};

/* Appends the page. gnuplot missing or failing is RH_ERR_IO with a message that names the package; a picture for which
 * there is nothing to draw is left out. */
int rh_report(const struct rh_results *results, const struct rh_report_options *options,
              const struct rh_progress *progress, struct rh_text *out, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
