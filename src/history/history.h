/* What happened: the ledger as a columnar store of events, the partners, their targets. In memory and as history.h5.
 *
 * Events keep the order of the ledger and come back exactly as they were read. */
#ifndef RH_HISTORY_HISTORY_H
#define RH_HISTORY_HISTORY_H

#include "core/calendar.h"
#include "core/money.h"
#include "core/progress.h"
#include "core/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A further text column of a table, kept for `where`, `pooled_by` and multipliers: one code per row. */
struct rh_attribute {
    char *name;
    int32_t *code;          /* [rows] into values */
    struct rh_names values; /* texts as in the file; "" is the empty cell */
};

/* Rows of the ledger; every array has num entries. Missing numbers are RH_MISSING. */
struct rh_events {
    size_t num, capacity;
    int32_t *partner; /* row of the partner table */
    rh_day *date;
    int32_t *measure;               /* id in rh_history.measures */
    int32_t *product;               /* id in rh_history.products; the empty name where the row names none */
    int64_t *quantity;              /* 10⁻⁴ */
    rh_money *amount;               /* 10⁻⁴ of the partner's currency; negative: a return */
    rh_money *cost;                 /* 10⁻⁴, vendor's cost of the row; same sign as amount */
    rh_money *discount;             /* 10⁻⁴, taken off the list price */
    int64_t *days;                  /* 10⁻⁴ days, of deal-speed and the like */
    struct rh_attribute *attribute; /* [num_attributes], in the order of the file's columns */
    size_t num_attributes;
};

/* Partners; rows in the order of the file. Text columns are ids into names; the empty name is "not given". */
struct rh_partners {
    size_t num, capacity;
    struct rh_names id;                                   /* id k is row k */
    char **name;                                          /* [num] */
    int32_t *segment, *region, *tier, *parent, *currency; /* [num] ids in the dictionaries below */
    struct rh_names segments, regions, tiers, parents, currencies;
    rh_day *joined; /* RH_NO_DAY where not given */
    double *margin; /* partner's own margin as a share of its sales; NaN where not given */
    struct rh_attribute *attribute;
    size_t num_attributes;
};

/* Targets; sorted by partner, measure, window kind, window start; no duplicates. */
struct rh_targets {
    size_t num, capacity;
    int32_t *partner;
    int32_t *measure; /* id in rh_history.measures */
    int32_t *window;  /* enum rh_window_kind */
    rh_day *window_start;
    int64_t *target; /* 10⁻⁴ of the program's currency, or of one */
};

struct rh_history {
    struct rh_names measures; /* as they appear in the ledger (and targets) */
    struct rh_names products;
    int32_t *measure_is_money; /* [measures.num] 1: money (10⁻⁴ of currency), 0: a count; program.md "Measures" */
    struct rh_events events;
    struct rh_partners partners;
    struct rh_targets targets;
    rh_month first_month, last_month;                 /* of the first and last event; RH_NO_MONTH without events */
    char *ledger_path, *partners_path, *targets_path; /* provenance; targets_path may be NULL */
    char ledger_sha256[65], partners_sha256[65], targets_sha256[65];
};

/* Room for `capacity` rows, none of them taken (num is 0), and no further columns. RH_OK or RH_ERR_NO_MEMORY; freed
 * after either. rh_history_free frees the events of its history. */
int rh_events_init(struct rh_events *self, size_t capacity);
void rh_events_free(struct rh_events *self);

void rh_history_init(struct rh_history *self);
void rh_history_free(struct rh_history *self);

/* True for the measures that are money whatever their rows hold: revenue, sell_through, recurring_revenue,
 * marketing_spend. Any other is money if one of its rows has an amount, else a count. */
bool rh_measure_is_always_money(const char *name);

/* Derives first_month, last_month and measure_is_money from the events. */
int rh_history_finish(struct rh_history *self, struct rh_error *error);

/* Makes the name a measure of the finished history where it is none: a count that no row is of. RH_OK or
 * RH_ERR_NO_MEMORY. */
int rh_history_add_count(struct rh_history *self, const char *measure);

/* Writes history.h5 (beside and renamed) / reads it back exactly. */
int rh_history_write(const struct rh_history *self, const char *path, struct rh_error *error);
int rh_history_read(struct rh_history *self, const char *path, struct rh_error *error);

/* Index of an event attribute or partner column by name, or -1. */
int rh_history_event_attribute(const struct rh_history *self, const char *name);
int rh_history_partner_attribute(const struct rh_history *self, const char *name);
/* A text column of the partners by name: segment, region, tier, parent, currency or a further one. *ids: [partners.num]
 * into *names; both stay the history's. False where there is none. */
bool rh_history_partner_column(const struct rh_history *self, const char *name, const int32_t **ids,
                               const struct rh_names **names);

#ifdef __cplusplus
}
#endif

#endif
