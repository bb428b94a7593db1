/* The comparison table: programs × figures, with ranges, paired differences and how sure they are. */
#ifndef RH_REPORT_COMPARE_H
#define RH_REPORT_COMPARE_H

#include "core/text.h"
#include "results/results.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rh_table_format { RH_TABLE_TEXT, RH_TABLE_CSV, RH_TABLE_JSON };

struct rh_compare_options {
    enum rh_table_format format;
    int versus;    /* scenario differences are taken to; -1: the file's reference */
    bool color;    /* RH_TABLE_TEXT only */
    int width;     /* columns of the terminal; 0: 100 */
    bool all;      /* all KPIs, not the headline ones alone; single partners of each program, not of the best alone */
    bool partners; /* RH_TABLE_CSV only: one line per program and partner instead */
};

/* Appends the table of the results to out: programs sorted by mean net benefit. */
int rh_compare(const struct rh_results *results, const struct rh_compare_options *options, struct rh_text *out,
               struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
