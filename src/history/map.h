/* How the columns of a foreign export are read: MAP.yaml, `rehearse: map/1`. See docs/import.md. */
#ifndef RH_HISTORY_MAP_H
#define RH_HISTORY_MAP_H

#include "core/problems.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum rh_table { RH_TABLE_LEDGER, RH_TABLE_PARTNERS, RH_TABLE_TARGETS, RH_NUM_TABLES };

/* Canonical columns of each table, in the order of rh_tables[].column. */
enum rh_ledger_column {
    RH_LEDGER_PARTNER_ID,
    RH_LEDGER_DATE,
    RH_LEDGER_MEASURE,
    RH_LEDGER_PRODUCT,
    RH_LEDGER_QUANTITY,
    RH_LEDGER_AMOUNT,
    RH_LEDGER_COST,
    RH_LEDGER_DISCOUNT,
    RH_LEDGER_DAYS
};
enum rh_partners_column {
    RH_PARTNERS_PARTNER_ID,
    RH_PARTNERS_NAME,
    RH_PARTNERS_SEGMENT,
    RH_PARTNERS_REGION,
    RH_PARTNERS_TIER,
    RH_PARTNERS_PARENT,
    RH_PARTNERS_CURRENCY,
    RH_PARTNERS_JOINED,
    RH_PARTNERS_MARGIN
};
enum rh_targets_column {
    RH_TARGETS_PARTNER_ID,
    RH_TARGETS_MEASURE,
    RH_TARGETS_WINDOW,
    RH_TARGETS_WINDOW_START,
    RH_TARGETS_TARGET
};
#define RH_MAX_COLUMNS 9

enum rh_cell_kind { RH_CELL_TEXT, RH_CELL_DATE, RH_CELL_NUMBER, RH_CELL_SHARE };

struct rh_column {
    const char *name;
    enum rh_cell_kind kind;
    bool required;   /* the column must be there and no cell of it may be empty */
    const char *doc; /* one sentence */
};

struct rh_table_info {
    const char *name; /* "ledger": the section of the map */
    int num_columns;
    struct rh_column column[RH_MAX_COLUMNS];
};

extern const struct rh_table_info rh_tables[RH_NUM_TABLES];

/* A text of the map and where it stands; text NULL: not given. */
struct rh_map_text {
    char *text;
    long line, column;
};

struct rh_map_list {
    struct rh_map_text *item;
    size_t num;
};

struct rh_map_table {
    struct rh_map_text theirs[RH_MAX_COLUMNS];   /* the file's name of a canonical column */
    struct rh_map_text constant[RH_MAX_COLUMNS]; /* the value of all of its cells */
    bool has_keep;
    struct rh_map_list keep, drop; /* further columns; without `keep` all but the dropped ones are kept */
    char delimiter;
    char point;        /* '.' or ',' */
    char grouping;     /* thousands separator, or 0 */
    bool round;        /* more than four decimals are rounded, half to even, instead of refused */
    char *date_format; /* NULL: ISO 8601 */
};

struct rh_map {
    char *path; /* NULL: the map of canonical files */
    struct rh_map_table table[RH_NUM_TABLES];
};

/* The map of canonical files: every column by its own name. Never fails. */
void rh_map_init(struct rh_map *self);
/* Reads a map; all problems of the file go to problems. RH_OK or the code of the first; *self may be freed in either
 * case. */
int rh_map_read(struct rh_map *self, const char *path, struct rh_problems *problems);
/* The same of text in memory; path is what problems name. */
int rh_map_parse(struct rh_map *self, const char *path, const char *text, size_t length, struct rh_problems *problems);
void rh_map_free(struct rh_map *self);

#ifdef __cplusplus
}
#endif

#endif
