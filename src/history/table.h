/* A CSV file seen through a map: rows of cells by canonical column, and the further columns.
 *
 * Whatever is wrong with a cell is told to the problems at its place; the row is then bad. */
#ifndef RH_HISTORY_TABLE_H
#define RH_HISTORY_TABLE_H

#include "core/calendar.h"
#include "history/csv.h"
#include "history/map.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A further column: kept as it is. */
struct rh_further {
    char *name;
    size_t field;
};

struct rh_table_reader {
    const struct rh_table_info *info;
    const struct rh_map_table *map; /* not owned */
    const char *path, *map_path;    /* not owned */
    struct rh_problems *problems;   /* not owned */
    struct rh_csv *csv;
    char **header; /* [num_columns] names as in the file, without spaces around them */
    size_t num_columns;
    int source[RH_MAX_COLUMNS];                   /* field of a canonical column, or -1 */
    struct rh_csv_field constant[RH_MAX_COLUMNS]; /* text NULL: none */
    struct rh_further *further;
    size_t num_further;

    const struct rh_csv_field *field; /* of the row */
    bool row_bad;                     /* something was told about the row */
};

/* Opens the file and reads its header against the map: columns that are required and missing, named in the map and
 * missing, named twice, constants that cannot be read. RH_OK, or the code of the first problem. *self may be closed in
 * either case; map, map_path, path and problems must outlive it. */
int rh_table_open(struct rh_table_reader *self, enum rh_table table, const char *path, const struct rh_map *map,
                  struct rh_problems *problems);
void rh_table_close(struct rh_table_reader *self);

/* The next row: RH_CSV_RECORD, RH_CSV_BAD (also: another number of fields than the header has), RH_CSV_END, or a
 * negative rh_code. */
int rh_table_next(struct rh_table_reader *self);

/* True where the column is in the file or a constant. */
bool rh_table_has(const struct rh_table_reader *self, int column);
/* The cell as it is; empty where there is no such column. */
struct rh_csv_field rh_table_text(const struct rh_table_reader *self, int column);
/* The cell of a required column: false, and told, where it is empty. */
bool rh_table_required(struct rh_table_reader *self, int column, struct rh_csv_field *out);
/* Numbers in 10⁻⁴, days, shares of one. Empty cells give RH_MISSING, RH_NO_DAY, NaN; false, and told, where the cell
 * does not hold one. A required column's empty cell is told, too. */
bool rh_table_number(struct rh_table_reader *self, int column, int64_t *out);
bool rh_table_date(struct rh_table_reader *self, int column, rh_day *out);
bool rh_table_share(struct rh_table_reader *self, int column, double *out);

/* Tells a problem of the cell, after the column's name; where the column is a constant, at its place in the map. */
void rh_table_complain(struct rh_table_reader *self, int column, const char *format, ...) RH_PRINTF(3, 4);

#define RH_SHOWN 128
/* The text for a message: at most 40 characters of it, control characters as spaces. Returns out. */
const char *rh_shown(const char *text, char out[RH_SHOWN]);

#ifdef __cplusplus
}
#endif

#endif
