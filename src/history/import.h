/* From a foreign export to a history: CSV files read by a map, every bad line told. */
#ifndef RH_HISTORY_IMPORT_H
#define RH_HISTORY_IMPORT_H

#include "core/problems.h"
#include "core/progress.h"
#include "history/history.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rh_import_options {
    const char *ledger;   /* path, ".gz" is inflated, "-" is standard input */
    const char *partners; /* path */
    const char *targets;  /* path or NULL */
    const char *map;      /* path or NULL: files are canonical */
    uint64_t max_bad;     /* bad lines that are skipped and listed instead of failing */
};

struct rh_import_report {
    uint64_t rows_read, rows_kept, rows_bad;
};

/* Fills *history. All bad lines go to problems in one pass (its `limit` says how many are kept; num_total counts all).
 * RH_OK where there are at most max_bad of them and nothing else is wrong; else the code of what is. `problems` is
 * empty when it is handed over; *history may be freed in either case. The rows of *report are those of all files. */
int rh_import(struct rh_history *history, const struct rh_import_options *options, const struct rh_progress *progress,
              struct rh_import_report *report, struct rh_problems *problems);

/* Appends the data summary: rows, span, partners by segment, totals by measure and year, gaps, partners without sales,
 * months without any, outliers. Totals equal the file's to the cent. */
int rh_history_summarize(const struct rh_history *history, struct rh_text *out, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
