/* The history as the model sees it: partner × month × driver.
 *
 * A driver is a series that a partner moves: (measure, product). Money drivers keep gross sales (≥ 0) and returns (≥ 0)
 * apart; count drivers have no returns of their own kind but keep negative rows as returns too. Values are doubles in
 * units of 10⁻⁴ (whole numbers below 2⁵³: sums are exact).
 *
 * Money of partners that account in another currency is converted when a month's rows are summed up, so that all money
 * of a panel and of its views is in one currency. */
#ifndef RH_HISTORY_PANEL_H
#define RH_HISTORY_PANEL_H

#include "core/money.h"
#include "history/history.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rh_driver {
    int32_t measure, product; /* ids in the history's dictionaries */
    bool money;
};

/* One partner's series of one driver: row of the arrays below. */
struct rh_series {
    int32_t partner; /* rank in panel order, see partner_row */
    int32_t driver;
};

struct rh_panel {
    size_t num_partners;
    int32_t
        *partner_row; /* [num_partners] row in the history's partner table; partners are in byte order of their id */
    rh_month first_month;
    int num_months;
    size_t num_drivers;
    struct rh_driver *driver; /* [num_drivers], by byte order of (measure, product) names */
    size_t num_series;
    struct rh_series *series; /* [num_series] by partner, then driver; only those with an event */
    size_t *partner_series;   /* [num_partners + 1] first series of each partner */
    int32_t *event_series;    /* [events.num] the series of each row of the ledger */
    rh_ppm *exchange;     /* [num_partners] 10⁻⁶ of the panel's currency for one of the partner's; NULL: all 1 */
    double *gross;        /* [num_series][num_months] 10⁻⁴, sum of the rows ≥ 0 */
    double *returns;      /* [num_series][num_months] 10⁻⁴, minus the sum of the rows < 0 */
    double *driver_sales; /* [num_drivers] net amount of rows that have a cost, for the vendor's margin; what is
                             converted is not rounded */
    double *driver_cost;  /* [num_drivers] cost of those rows */
};

/* Builds the panel of the whole history, which rh_history_finish has seen. exchange: [partners.num] by row of the
 * partner table, above 0, read only here; NULL: all money is in one currency. Each month's gross and each month's
 * returns of a series of money, × exchange, are rounded half to even to 10⁻⁴. A history without rows is RH_ERR_INPUT, a
 * month's sum that is not exact in a double RH_ERR_OVERFLOW. *self may be freed after failure. */
int rh_panel_init(struct rh_panel *self, const struct rh_history *history, const rh_ppm *exchange,
                  struct rh_error *error);
void rh_panel_free(struct rh_panel *self);

/* A view of the drivers: for each series and month the part of it that a behavior counts (a `where` filter, or the
 * signed quantity of the rows instead of their amount). */
struct rh_view {
    double *value; /* [num_series][num_months] 10⁻⁴, net of returns; money is converted and rounded net */
};

/* Decides whether event `row` counts; user data as given. */
typedef bool (*rh_event_filter)(const struct rh_history *history, size_t row, void *user);

/* quantity: count quantities instead of amounts. filter NULL: all rows. Series of drivers for which
 * wanted[driver] is false stay 0; wanted NULL: all. Errors as rh_panel_init; *self may be freed after failure. */
int rh_view_init(struct rh_view *self, const struct rh_panel *panel, const struct rh_history *history, bool quantity,
                 const bool *wanted, rh_event_filter filter, void *user, struct rh_error *error);
void rh_view_free(struct rh_view *self);

#ifdef __cplusplus
}
#endif

#endif
