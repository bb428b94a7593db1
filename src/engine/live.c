/* A partner's path under one program, month by month: who takes part, what is worth doing, what is sold, bought ahead
 * and put off, what is attained and settled. */
#include "engine/kernel_private.h"

#include <math.h>
#include <string.h>

/* What one partner's path under one program adds up to. */
struct path {
    rh_lanes month[RH_NUM_FLOWS], total[RH_NUM_FLOWS];
    rh_lanes own; /* revenue of the month without what others take over */
    struct rh_rewarded rewarded;
};

/* Windows that open in month t: who takes part. */
static void open_windows(struct rh_kernel *self, int t, struct rh_rewarded *rewarded)
{
    rh_find_status(self, t);
    for (int j = 0; j < self->num_taken; j++) {
        struct rh_taken *taken = &self->taken[j];
        const int w = taken->incentive->window_of[t];
        if (w < 0 || taken->incentive->window[w].first != t || !rh_is_eligible(taken, w)) {
            continue;
        }
        rh_open_window(self, taken, w, true);
        for (int l = 0; l < RH_LANES && taken->incentive->role == RH_ROLE_INCENTIVE; l++) {
            rewarded->enrolled[l] = rh_takes_part(taken, l) ? 1.0 : rewarded->enrolled[l];
        }
    }
}

/* How a month of a series is to be counted. */
struct counting {
    int t;
    const double *gross[RH_NUM_PATHS]; /* NULL for the reference: the same as own */
    const double *here[RH_NUM_PATHS];  /* NULL: without returns that come alone */
    double factor;                     /* -1: it comes back */
};

/* What a month of one series adds to a count: to `sold` what is sold, and to `returned` (NULL: to nothing) what comes
 * back, which may count elsewhere. */
static void count_series(const struct rh_kernel *self, const struct rh_plan_count *count, size_t series,
                         const struct counting *what, int path, double *sold, double *returned)
{
    rh_lanes value;
    double *place = what->factor > 0.0 || count->returns < 0 ? sold : returned;
    rh_attain(self, series, count->view, what->t, what->gross[path], what->here[path], value);
    if (place != NULL) {
        rh_add_lanes(place, value, what->factor);
    }
    if (count->returns >= 0 && returned != NULL) {
        rh_attain(self, series, count->returns, what->t, what->gross[path], what->here[path], value);
        rh_add_lanes(returned, value, what->factor);
    }
}

/* Adds a month of one series to the attainment of the incentives that count it. */
static void add_attainment(struct rh_kernel *self, size_t series, const struct counting *what)
{
    const struct rh_plan *plan = self->plan;
    for (int j = 0; j < self->num_taken; j++) {
        struct rh_taken *taken = &self->taken[j];
        const struct rh_plan_count *count = &taken->incentive->count;
        const int w = taken->incentive->window_of[what->t];
        if (w < 0 || !count->drivers[plan->series_driver[series]]) {
            continue;
        }
        const rh_month sale = plan->first_month + what->t, last = plan->first_month + taken->incentive->window[w].last;
        const double days = rh_month_last_day(last) - 0.5 * (rh_month_first_day(sale) + rh_month_last_day(sale));
        const int to = count->returned != NULL ? count->returned[what->t] : -1;
        rh_lanes added[RH_NUM_PATHS] = {{0}};
        const bool both = what->gross[RH_PATH_REFERENCE] != NULL;
        for (int path = 0; path < (both ? RH_NUM_PATHS : 1); path++) {
            count_series(self, count, series, what, path, added[path],
                         to >= 0 && taken->incentive->window_of[to] == w ? added[path] : NULL);
        }
        rh_add_lanes(taken->standing[RH_PATH_OWN].attained, added[RH_PATH_OWN], 1.0);
        rh_add_lanes(taken->standing[RH_PATH_REFERENCE].attained, added[both ? RH_PATH_REFERENCE : RH_PATH_OWN], 1.0);
        rh_add_lanes(taken->days, added[RH_PATH_OWN], days);
    }
}

/* The same to the totals that are kept month by month. */
static void add_to_gauges(struct rh_kernel *self, size_t series, const struct counting *what)
{
    const struct rh_plan *plan = self->plan;
    const bool both = what->gross[RH_PATH_REFERENCE] != NULL;
    for (int g = 0; g < self->program->num_gauges; g++) {
        const struct rh_plan_count *count = self->program->gauge[g].count;
        const int to = count->returned != NULL ? count->returned[what->t] : -1;
        for (int path = 0; count->drivers[plan->series_driver[series]] && path < RH_NUM_PATHS; path++) {
            rh_lanes *months = self->gauge[path] + (ptrdiff_t)g * plan->num_months;
            count_series(self, count, series, what, both ? path : RH_PATH_OWN, months[what->t],
                         to >= 0 ? months[to] : NULL);
        }
    }
}

/* Net revenue of a gross, into a flow and its margin, in total and by product. */
static void add_revenue(struct rh_kernel *self, size_t series, int t, const double *gross, const double *here,
                        double factor, bool stock, struct path *path)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_driver *driver = &plan->driver[plan->series_driver[series]];
    const int products = plan->num_labels[RH_CUT_PRODUCT], row = stock ? 2 : 0;
    rh_lanes net;
    rh_attain(self, series, 0, t, gross, here, net);
    rh_add_lanes(path->month[stock ? RH_FLOW_STOCK : RH_FLOW_REVENUE], net, factor);
    rh_add_lanes(path->month[stock ? RH_FLOW_STOCK_MARGIN : RH_FLOW_VENDOR_MARGIN], net,
                 factor * driver->vendor_margin);
    rh_add_lanes(self->into->product[row * products + driver->product], net, factor);
    rh_add_lanes(self->into->product[(row + 1) * products + driver->product], net, factor * driver->vendor_margin);
}

/* The month's demand of all series: displacement, and what extra completions bring, included. */
static void meet_demand(struct rh_kernel *self, int p, int t, struct path *path)
{
    for (int k = 0; k < self->partner->num_series; k++) {
        rh_demand(self, p, k, t, self->gross[k]);
    }
    if (p != 0 && self->displaces) {
        rh_displace(self, t, self->gross, path->month[RH_FLOW_DISPLACED]);
    }
    if (p != 0) {
        rh_yield_month(self, t, self->gross);
    }
}

/* What others take over of the demand of a partner that has left, or would not have. */
static void recapture(struct rh_kernel *self, int p, size_t series, int k, int t, struct path *path)
{
    const double *share = rh_drawn(self, RH_PARAM_RECAPTURE, 0), *usual = self->sold[k * self->plan->num_months + t];
    rh_lanes lost;
    bool any = false;
    for (int l = 0; p != 0 && l < RH_LANES; l++) {
        const double would = self->life[l] < self->partner->alive[t] ? 1.0 : 0.0;
        lost[l] = share[l] * usual[l] * (would - self->relation.here[l]);
        any = any || lost[l] != 0.0;
    }
    if (any) {
        rh_lanes net;
        add_revenue(self, series, t, lost, NULL, 1.0, false, path);
        rh_attain(self, series, 0, t, lost, NULL, net);
        rh_add_lanes(path->own, net, -1.0);
    }
}

/* Counts what was bought of one series, and what was brought back. */
static void count_purchases(struct rh_kernel *self, int p, int k, int t, struct path *path)
{
    const struct rh_plan *plan = self->plan;
    const size_t series = self->partner->first_series + (size_t)k;
    const struct rh_plan_driver *driver = &plan->driver[plan->series_driver[series]];
    const bool other = p != plan->reference;
    const struct counting bought = {.t = t,
                                    .gross = {self->gross[k], other ? self->reference[k * plan->num_months + t] : NULL},
                                    .here = {self->relation.here, other ? self->reference_here[t] : NULL},
                                    .factor = 1.0};
    if (driver->kind == RH_DRIVER_REVENUE) {
        add_revenue(self, series, t, self->gross[k], self->relation.here, 1.0, false, path);
        if (self->leaves) {
            recapture(self, p, series, k, t, path);
        }
    } else if (driver->kind == RH_DRIVER_ACTIVITY) {
        rh_add_lanes(self->into->extra[driver->extra], self->gross[k], 1e-4);
    }
    add_attainment(self, series, &bought);
    add_to_gauges(self, series, &bought);
}

/* Counts what changes a series' month afterwards, by its own path alone: bought ahead, put off or brought back. */
static void count_change(struct rh_kernel *self, int p, int k, int t, const double *change, double factor,
                         struct path *path)
{
    const struct rh_plan *plan = self->plan;
    const size_t series = self->partner->first_series + (size_t)k;
    static const rh_lanes none = {0};
    const struct counting what = {
        .t = t, .gross = {change, p != plan->reference ? none : NULL}, .here = {NULL, NULL}, .factor = factor};
    if (plan->driver[plan->series_driver[series]].kind == RH_DRIVER_REVENUE) {
        add_revenue(self, series, t, change, NULL, factor, false, path);
        add_revenue(self, series, t, change, NULL, factor, true, path);
    }
    add_attainment(self, series, &what);
    add_to_gauges(self, series, &what);
}

/* True where the incentive can make partners buy ahead or put off in month t. */
static bool times(const struct rh_kernel *self, const struct rh_taken *taken, int t)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const enum rh_metric metric = bound->incentive->metric;
    const int w = bound->window_of[t];
    return self->reaches && bound->role == RH_ROLE_INCENTIVE && !bound->stands && !bound->shares &&
           (metric == RH_METRIC_TOTAL || metric == RH_METRIC_GROWTH) && !bound->incentive->match.given &&
           bound->incentive->paid_to == RH_PAID_TO_FIRM && w >= 0 && bound->window[w].last == t &&
           rh_is_eligible(taken, w);
}

/* Buys ahead or puts off what the incentive counts, by a factor of the month's gross. */
static void change_purchases(struct rh_kernel *self, int p, const struct rh_taken *taken, int t, const double *factor,
                             struct path *path)
{
    const double *returned = rh_drawn(self, RH_PARAM_TOPUP_RETURNED, 0);
    struct rh_stock *stock = &self->stock;
    for (int k = 0; k < self->partner->num_series; k++) {
        const int driver = self->plan->series_driver[self->partner->first_series + (size_t)k];
        rh_lanes change;
        if (!taken->incentive->count.drivers[driver] || self->plan->driver[driver].kind == RH_DRIVER_ACTIVITY) {
            continue;
        }
        for (int l = 0; l < RH_LANES; l++) {
            change[l] = factor[l] * self->gross[k][l];
            const double ahead = fmax(change[l], 0.0);
            stock->inventory[k][l] += ahead;
            stock->backlog[k][l] += ahead - change[l];
            stock->returning[0][k][l] += 0.5 * returned[l] * ahead;
            stock->returning[1][k][l] += 0.5 * returned[l] * ahead;
        }
        count_change(self, p, k, t, change, 1.0, path);
        rh_add_lanes(self->gross[k], change, 1.0);
    }
    if (!stock->used) { /* nothing came back in a month in which there was nothing yet */
        memset(self->back, 0, (size_t)self->partner->num_series * sizeof *self->back);
    }
    stock->used = true;
}

static void time_purchases(struct rh_kernel *self, int p, int t, struct path *path)
{
    rh_lanes factor;
    for (int j = 0; p != 0 && j < self->num_taken; j++) {
        if (times(self, &self->taken[j], t) && rh_stock_decide(self, &self->taken[j], t, factor)) {
            change_purchases(self, p, &self->taken[j], t, factor, path);
        }
    }
}

/* What is left of the month's stock after demand was met from it, as a change of stock; and what was brought back. */
static void count_stock(struct rh_kernel *self, int p, int t, struct path *path)
{
    const struct rh_plan *plan = self->plan;
    for (int k = 0; k < self->partner->num_series; k++) {
        const size_t series = self->partner->first_series + (size_t)k;
        rh_lanes change;
        for (int l = 0; l < RH_LANES; l++) {
            change[l] = self->gross[k][l] - self->demand[k][l];
        }
        if (plan->driver[plan->series_driver[series]].kind == RH_DRIVER_REVENUE) {
            rh_lanes net;
            add_revenue(self, series, t, change, NULL, 1.0, true, path);
            rh_attain(self, series, 0, t, self->back[k], NULL, net);
            rh_add_lanes(path->month[RH_FLOW_RETURNED], net, 1.0);
        }
        count_change(self, p, k, t, self->back[k], -1.0, path);
    }
}

/* Purchases of the month, attained and counted. */
static void buy(struct rh_kernel *self, int p, int t, struct path *path)
{
    const bool stocked = self->stock.used;
    const size_t size = (size_t)self->partner->num_series * sizeof(rh_lanes);
    if (stocked || self->plan->verify || self->seen) {
        memcpy(self->demand, self->gross, size);
    }
    if (stocked) {
        rh_stock_purchases(self, self->gross, self->back);
    }
    for (int k = 0; k < self->partner->num_series; k++) {
        count_purchases(self, p, k, t, path);
    }
    if (stocked) {
        count_stock(self, p, t, path);
    }
    time_purchases(self, p, t, path);
    for (int k = 0; p == self->plan->reference && k < self->partner->num_series; k++) {
        double *reference = self->reference[k * self->plan->num_months + t];
        memcpy(reference, self->gross[k], sizeof(rh_lanes));
        if (stocked) {
            rh_add_lanes(reference, self->back[k], -1.0);
        }
    }
}

/* Funds match what the month spent, and accrue. */
static void match_month(struct rh_kernel *self, int t)
{
    for (int j = 0; j < self->num_taken; j++) {
        for (int path = 0; self->taken[j].incentive->incentive->match.given && path < RH_NUM_PATHS; path++) {
            rh_match_month(self, &self->taken[j], t, (enum rh_path)path);
        }
    }
}

/* Adds flows to those that are kept by month or of the cell: place says where in a flow's row of `stride` lanes. */
static void tally_flows(rh_lanes *flows, int stride, int place, rh_lanes *value)
{
    for (int f = 0; f < RH_NUM_FLOWS; f++) {
        rh_add_lanes(flows[f * stride + place], value[f], 1.0);
    }
}

/* Flows that follow from the month's others. */
static void finish_flows(const struct rh_kernel *self, struct path *path)
{
    const double *margin = rh_drawn(self, RH_PARAM_PARTNER_MARGIN, self->partner->segment_id);
    const double own = self->partner->margin, open = self->num_taken > 0 ? 1.0 : 0.0;
    for (int l = 0; l < RH_LANES; l++) {
        const double revenue = path->month[RH_FLOW_REVENUE][l];
        path->month[RH_FLOW_ELIGIBLE][l] = open * revenue;
        path->month[RH_FLOW_OWN_MARGIN][l] = (isnan(own) ? margin[l] : own) * (revenue - path->month[RH_FLOW_STOCK][l]);
    }
}

/* Month t of the partner under program p. */
static void live_month(struct rh_kernel *self, int p, int t, struct path *path)
{
    memset(path->month, 0, sizeof path->month);
    memset(path->own, 0, sizeof path->own);
    rh_relation_begin(self, p, t);
    open_windows(self, t, &path->rewarded);
    rh_answer_month(self, p, t);
    if (self->seen) {
        rh_see_answers(self, p, t);
    }
    meet_demand(self, p, t, path);
    buy(self, p, t, path);
    match_month(self, t);
    rh_settle_month(self, p, t, &path->rewarded);
    if (self->plan->verify) {
        rh_verify_month(self, t);
    }
    finish_flows(self, path);
    rh_add_lanes(path->own, path->month[RH_FLOW_REVENUE], 1.0);
    if (self->seen) {
        rh_see_month(self, t, path->month[RH_FLOW_REVENUE], path->own);
    }
    rh_relation_end(self, p, t, path->own);
    tally_flows(self->into->month, self->plan->num_months, t, path->month);
    for (int f = 0; f < RH_NUM_FLOWS; f++) {
        rh_add_lanes(path->total[f], path->month[f], 1.0);
    }
}

/* Who of the partners active at the start has left, and how the rest trusts. */
static void tally_relation(struct rh_kernel *self)
{
    struct rh_tally *tally = self->into;
    for (int l = 0; l < RH_LANES; l++) {
        const double active = self->life[l] < self->partner->alive[0] ? 1.0 : 0.0;
        tally->left[l] += active * (1.0 - self->relation.here[l]);
        tally->trust[l] += active * self->relation.trust[l];
    }
}

/* Shares of partners: of those active at the start and open to the program, who earns, and who takes part. */
static void tally_people(struct rh_kernel *self, const struct path *path)
{
    struct rh_tally *tally = self->into;
    for (int l = 0; l < RH_LANES; l++) {
        const double active = self->life[l] < self->partner->alive[0] ? 1.0 : 0.0;
        const double sold = path->total[RH_FLOW_REVENUE][l] - path->total[RH_FLOW_STOCK][l];
        const bool raised = sold >= 1.01 * self->reference_revenue[l] && sold > 0.0;
        tally->open[l] += active;
        tally->enrolled[l] += active * path->rewarded.enrolled[l];
        tally->earning[l] += active * path->rewarded.earned[l];
        tally->baseline_earning[l] += active * path->rewarded.reference[l];
        tally->participating[l] += active * path->rewarded.earned[l] * (raised ? 1.0 : path->rewarded.reached[l]);
    }
}

/* What the status that is held after the horizon is expected to cost until its review window ends. */
static void add_benefits(struct rh_kernel *self, struct path *path)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_program *program = self->program;
    const int T = plan->num_months;
    rh_find_status(self, T);
    const double *held = self->status[RH_PATH_OWN][rh_review_of(self, T)];
    const double revenue = program->status.revenue_after[self->partner - plan->partner];
    for (int l = 0; l < RH_LANES; l++) {
        const rh_ppm bonus = held[l] >= 0.0 ? program->program->tier[(int)held[l]].rate_bonus : 0;
        const double benefit = self->relation.here[l] * ((double)bonus / (double)RH_PPM_ONE * revenue);
        self->into->month[RH_FLOW_BENEFITS * T + T - 1][l] += benefit;
        path->total[RH_FLOW_BENEFITS][l] += benefit;
    }
}

/* The partner's path under the program, from the first month to the last. */
static void live(struct rh_kernel *self, int p, struct path *path)
{
    const struct rh_plan *plan = self->plan;
    const size_t gauges = (size_t)self->program->num_gauges * (size_t)plan->num_months * sizeof(rh_lanes);
    for (int who = 0; who < RH_NUM_PATHS; who++) {
        memset(self->gauge[who], 0, gauges);
    }
    rh_relation_start(self);
    rh_stock_start(self);
    rh_yield_start(self);
    if (plan->verify) {
        rh_verify_start(self);
    }
    rh_meet_program(self, p);
    for (int t = 0; t < plan->num_months; t++) {
        live_month(self, p, t, path);
    }
    if (p == plan->reference) {
        for (int l = 0; l < RH_LANES; l++) {
            self->reference_revenue[l] = path->total[RH_FLOW_REVENUE][l] - path->total[RH_FLOW_STOCK][l];
        }
    }
}

void rh_respond(struct rh_kernel *self, int p, bool counts)
{
    const struct rh_plan *plan = self->plan;
    struct path path;
    memset(&path, 0, sizeof path);
    const struct rh_watch *watch = plan->watch;
    const bool looked_at =
        watch != NULL && (watch->partner == RH_WATCH_ALL || watch->partner == (int)(self->partner - plan->partner));
    self->program = &plan->program[p];
    self->seen = looked_at && counts && !self->meets && !self->brought.corrects;
    if (plan->outcomes != NULL) {
        rh_brought_start(self);
    }
    live(self, p, &path);
    if (self->program->late && counts) {
        rh_settle_late(self, p, &path.rewarded);
    }
    if (self->program->status.num_tiers > 0) {
        add_benefits(self, &path);
    }
    tally_flows(self->into->cell_flow, 1, 0, path.total);
    if (plan->outcomes != NULL) {
        rh_brought_end(self, path.total);
    }
    tally_relation(self);
    if (self->num_taken > 0) {
        tally_people(self, &path);
    }
}
