/* A partner's path under one program, month by month: who takes part, what is worth doing, what is sold, bought ahead
 * and put off, what is attained and settled. */
#include "engine/kernel_private.h"

#include <math.h>
#include <string.h>

/* What one partner's path under one program adds up to. */
struct path {
    rh_lanes total[RH_NUM_FLOWS];
    struct rh_rewarded rewarded;
    rh_lanes month[RH_NUM_FLOWS]; /* of those that are in use */
    rh_lanes own;                 /* revenue of the month without what others take over; where somebody asks */
    rh_lanes gone;                /* 1 who has left that would not have, -1 the other way around; where recaptures */
    bool recaptures;              /* others take over in this month */
    bool uses[RH_NUM_FLOWS];      /* the flow can be other than 0, and is not another one's copy */
    bool asks;                    /* for the partner's own revenue */
};

/* 1 where the partner takes part in the window. */
static void count_part(const struct rh_taken *taken, rh_real *__restrict enrolled)
{
    const rh_real *may = taken->standing[RH_PATH_OWN].may;
    for (int l = 0; taken->selects && l < RH_LANES; l++) {
        enrolled[l] = may[l] > 0.0 ? 1.0 : enrolled[l];
    }
    for (int l = 0; !taken->selects && l < RH_LANES; l++) {
        enrolled[l] = 1.0;
    }
}

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
        if (taken->incentive->role == RH_ROLE_INCENTIVE) {
            count_part(taken, rewarded->enrolled);
        }
    }
}

/* How a month of a series is to be counted. */
struct counting {
    int t;
    const rh_real *gross[RH_NUM_PATHS]; /* NULL for the reference: the same as own */
    const rh_real *here[RH_NUM_PATHS];  /* NULL: without returns that come alone */
    rh_real factor;                     /* -1: it comes back */
};

/* What a view sees of a month of the series: worked out once for all that look. */
static const rh_real *viewed(struct rh_kernel *self, size_t series, int view, const struct counting *what, int path)
{
    if (rh_sees_all(self, series, view)) {
        return what->gross[path];
    }
    if (!self->has_viewed[path][view]) {
        rh_attain(self, series, view, what->t, what->gross[path], what->here[path], self->viewed[path][view]);
        self->has_viewed[path][view] = true;
    }
    return self->viewed[path][view];
}

/* Another month or series is counted. */
static void forget_views(struct rh_kernel *self)
{
    for (int path = 0; path < RH_NUM_PATHS; path++) {
        memset(self->has_viewed[path], 0, (size_t)self->plan->num_views * sizeof *self->has_viewed[path]);
    }
}

/* What a month of one series adds to a count: to `sold` what is sold, and to `returned` (NULL: to nothing) what comes
 * back, which may count elsewhere. */
static void count_series(struct rh_kernel *self, const struct rh_plan_count *count, size_t series,
                         const struct counting *what, int path, rh_real *sold, rh_real *returned)
{
    rh_real *place = what->factor > 0.0 || count->returns < 0 ? sold : returned;
    if (place != NULL) {
        rh_add_lanes(place, viewed(self, series, count->view, what, path), what->factor);
    }
    if (count->returns >= 0 && returned != NULL) {
        rh_add_lanes(returned, viewed(self, series, count->returns, what, path), what->factor);
    }
}

/* Attainment of the own and the reference's behavior, and its days to the window's end. */
static void attain(struct rh_kernel *self, struct rh_taken *taken, int t, const rh_real *own, const rh_real *reference,
                   rh_real factor)
{
    rh_real *__restrict attained = taken->standing[RH_PATH_OWN].attained, *__restrict days = taken->days;
    rh_real *__restrict before = taken->standing[RH_PATH_REFERENCE].attained;
    const rh_real left = self->days_left[taken->feel + t];
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real added = factor * own[l];
        attained[l] += added;
        before[l] += factor * reference[l];
        days[l] += added * left;
    }
}

/* The same where what comes back counts in a month of its own. */
static void attain_clawback(struct rh_kernel *self, struct rh_taken *taken, size_t series, const struct counting *what)
{
    const struct rh_plan_count *count = &taken->incentive->count;
    const int *window_of = taken->incentive->window_of, to = count->returned[what->t];
    const bool both = what->gross[RH_PATH_REFERENCE] != NULL;
    rh_lanes added[RH_NUM_PATHS] = {{0}};
    for (int path = 0; path < (both ? RH_NUM_PATHS : 1); path++) {
        count_series(self, count, series, what, path, added[path],
                     to >= 0 && window_of[to] == window_of[what->t] ? added[path] : NULL);
    }
    attain(self, taken, what->t, added[RH_PATH_OWN], added[both ? RH_PATH_REFERENCE : RH_PATH_OWN], 1.0);
}

/* Adds a month of one series to the attainment of the incentives that count it. */
static void add_attainment(struct rh_kernel *self, size_t series, const struct counting *what)
{
    const int driver = self->plan->series_driver[series];
    const bool both = what->gross[RH_PATH_REFERENCE] != NULL;
    for (int j = 0; j < self->num_taken; j++) {
        struct rh_taken *taken = &self->taken[j];
        const struct rh_plan_count *count = &taken->incentive->count;
        if (taken->incentive->window_of[what->t] < 0 || !count->drivers[driver]) {
            continue;
        }
        if (count->returned != NULL) {
            attain_clawback(self, taken, series, what);
        } else {
            const rh_real *own = viewed(self, series, count->view, what, RH_PATH_OWN);
            const rh_real *reference = both ? viewed(self, series, count->view, what, RH_PATH_REFERENCE) : own;
            attain(self, taken, what->t, own, reference, what->factor);
        }
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

/* Net revenue into its flow and its margin's, in total and by product; of stock where `stock`. Margins by product are
 * made when the block ends. */
static void add_revenue(struct rh_kernel *self, size_t series, const rh_real *net, rh_real factor, bool stock,
                        struct path *path)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_driver *driver = &plan->driver[plan->series_driver[series]];
    const rh_real margin = factor * driver->vendor_margin;
    rh_real *__restrict flow = path->month[stock ? RH_FLOW_STOCK : RH_FLOW_REVENUE];
    rh_real *__restrict margins = path->month[stock ? RH_FLOW_STOCK_MARGIN : RH_FLOW_VENDOR_MARGIN];
    rh_real *__restrict product =
        self->into->part[RH_PART_PRODUCT][(stock ? 2 : 0) * plan->num_labels[RH_CUT_PRODUCT] + driver->product];
    for (int l = 0; l < RH_LANES; l++) {
        flow[l] += factor * net[l];
        margins[l] += margin * net[l];
        product[l] += factor * net[l];
    }
}

void rh_finish_products(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    const int products = plan->num_labels[RH_CUT_PRODUCT];
    for (int p = 0; p < plan->num_programs; p++) {
        rh_sums *revenue = self->tally[p].product, *stock = revenue + 2 * products;
        for (int d = 0; d < plan->num_drivers; d++) {
            const struct rh_plan_driver *driver = &plan->driver[d];
            if (driver->kind == RH_DRIVER_REVENUE) {
                rh_add_sums(revenue[products + driver->product], revenue[driver->product], driver->vendor_margin);
                rh_add_sums(stock[products + driver->product], stock[driver->product], driver->vendor_margin);
            }
        }
    }
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

/* Who has left that would not have, less who is there that would have left; false where nobody is. */
static bool find_gone(const struct rh_kernel *self, int t, rh_real *gone)
{
    const rh_real alive = self->partner->alive[t];
    int any = 0;
    for (int l = 0; l < RH_LANES; l++) {
        gone[l] = (self->life[l] < alive ? 1.0 : 0.0) - self->relation.here[l];
        any |= gone[l] != 0.0;
    }
    return any != 0;
}

/* What others take over of the demand of a partner that has left, or would not have. */
static void recapture(struct rh_kernel *self, size_t series, int k, int t, struct path *path)
{
    const rh_real *share = rh_drawn(self, RH_PARAM_RECAPTURE, 0), *usual = self->sold[k * self->plan->num_months + t];
    rh_lanes lost, room;
    for (int l = 0; l < RH_LANES; l++) {
        lost[l] = share[l] * usual[l] * path->gone[l];
    }
    const rh_real *net = rh_net(self, series, t, lost, room);
    add_revenue(self, series, net, 1.0, false, path);
    rh_add_lanes(path->own, net, -1.0);
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
    forget_views(self);
    if (driver->kind == RH_DRIVER_REVENUE) {
        add_revenue(self, series, viewed(self, series, 0, &bought, RH_PATH_OWN), 1.0, false, path);
        if (path->recaptures) {
            recapture(self, series, k, t, path);
        }
    } else if (driver->kind == RH_DRIVER_ACTIVITY) {
        rh_sum_lanes(self->into->extra[driver->extra], self->gross[k], 1e-4);
    }
    add_attainment(self, series, &bought);
    add_to_gauges(self, series, &bought);
}

/* Counts what changes a series' month afterwards, by its own path alone: bought ahead, put off or brought back. */
static void count_change(struct rh_kernel *self, int p, int k, int t, const rh_real *change, rh_real factor,
                         struct path *path)
{
    const struct rh_plan *plan = self->plan;
    const size_t series = self->partner->first_series + (size_t)k;
    static const rh_lanes none = {0};
    const struct counting what = {
        .t = t, .gross = {change, p != plan->reference ? none : NULL}, .here = {NULL, NULL}, .factor = factor};
    forget_views(self);
    if (plan->driver[plan->series_driver[series]].kind == RH_DRIVER_REVENUE) {
        const rh_real *net = viewed(self, series, 0, &what, RH_PATH_OWN);
        add_revenue(self, series, net, factor, false, path);
        add_revenue(self, series, net, factor, true, path);
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

/* What is bought ahead or put off, by a factor of the gross: into stock, and half of what comes back of it each month.
 */
static void hold(const rh_real *restrict factor, const rh_real *restrict gross, const rh_real *restrict returned,
                 rh_real *restrict change, rh_real *restrict held, rh_real *restrict off, rh_real *restrict due,
                 rh_real *restrict later)
{
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real more = factor[l] * gross[l], ahead = more > 0.0 ? more : 0.0, back = 0.5 * returned[l] * ahead;
        change[l] = more;
        held[l] += ahead;
        off[l] += ahead - more;
        due[l] += back;
        later[l] += back;
    }
}

/* The same of series k. */
static void change_stock(struct rh_kernel *self, int k, const rh_real *factor, rh_real *change)
{
    const struct rh_stock *stock = &self->stock;
    hold(factor, self->gross[k], rh_drawn(self, RH_PARAM_TOPUP_RETURNED, 0), change, stock->inventory[k],
         stock->backlog[k], stock->returning[0][k], stock->returning[1][k]);
}

/* Buys ahead or puts off what the incentive counts, by a factor of the month's gross. */
static void change_purchases(struct rh_kernel *self, int p, const struct rh_taken *taken, int t, const rh_real *factor,
                             struct path *path)
{
    struct rh_stock *stock = &self->stock;
    for (int k = 0; k < self->partner->num_series; k++) {
        const int driver = self->plan->series_driver[self->partner->first_series + (size_t)k];
        rh_lanes change;
        if (!taken->incentive->count.drivers[driver] || self->plan->driver[driver].kind == RH_DRIVER_ACTIVITY) {
            continue;
        }
        change_stock(self, k, factor, change);
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

/* What is left of the month's stock after demand was met from it, as a change of stock; and what was brought back, if
 * anything was. */
static void count_stock(struct rh_kernel *self, int p, int t, bool returned, struct path *path)
{
    const struct rh_plan *plan = self->plan;
    for (int k = 0; k < self->partner->num_series; k++) {
        const size_t series = self->partner->first_series + (size_t)k;
        const bool sells = plan->driver[plan->series_driver[series]].kind == RH_DRIVER_REVENUE;
        rh_lanes change, room;
        for (int l = 0; sells && l < RH_LANES; l++) {
            change[l] = self->gross[k][l] - self->demand[k][l];
        }
        if (sells) {
            add_revenue(self, series, rh_net(self, series, t, change, room), 1.0, true, path);
        }
        if (sells && returned) {
            rh_add_lanes(path->month[RH_FLOW_RETURNED], rh_net(self, series, t, self->back[k], room), 1.0);
        }
        if (returned) {
            count_change(self, p, k, t, self->back[k], -1.0, path);
        }
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
    const bool returned = stocked && rh_stock_purchases(self, self->gross, self->back);
    path->recaptures = self->leaves && p != 0 && find_gone(self, t, path->gone);
    for (int k = 0; k < self->partner->num_series; k++) {
        count_purchases(self, p, k, t, path);
    }
    if (stocked) {
        count_stock(self, p, t, returned, path);
    }
    time_purchases(self, p, t, path);
    for (int k = 0; p == self->plan->reference && k < self->partner->num_series; k++) {
        rh_real *reference = self->reference[k * self->plan->num_months + t];
        memcpy(reference, self->gross[k], sizeof(rh_lanes));
        if (returned) {
            rh_add_lanes(reference, self->back[k], -1.0);
        }
    }
}

/* Funds match what the month spent, and accrue. */
static void match_month(struct rh_kernel *self, int t)
{
    for (int j = 0; self->matches && j < self->num_taken; j++) {
        for (int path = 0; self->taken[j].incentive->incentive->match.given && path < RH_NUM_PATHS; path++) {
            rh_match_month(self, &self->taken[j], t, (enum rh_path)path);
        }
    }
}

/* Adds the partner's own margin of the month's revenue to the block's and to the path's. */
static void tally_own_margin(struct rh_kernel *self, int t, struct path *path)
{
    const rh_real *assumed = rh_drawn(self, RH_PARAM_PARTNER_MARGIN, self->partner->segment_id);
    const rh_real *restrict revenue = path->month[RH_FLOW_REVENUE], *restrict stock = path->month[RH_FLOW_STOCK];
    const rh_real own = self->partner->margin;
    const bool stocks = path->uses[RH_FLOW_STOCK];
    rh_real *restrict total = path->total[RH_FLOW_OWN_MARGIN];
    rh_real *restrict block = self->into->part[RH_PART_MONTH][RH_FLOW_OWN_MARGIN * self->plan->num_months + t];
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real margin = (revenue[l] - (stocks ? stock[l] : 0.0)) * (isnan(own) ? assumed[l] : own);
        block[l] += margin;
        total[l] += margin;
    }
}

/* Adds the month's flows to the block's and to the path's. */
static void tally_month(struct rh_kernel *self, int t, struct path *path)
{
    const int T = self->plan->num_months;
    tally_own_margin(self, t, path);
    for (int f = 0; f < RH_NUM_FLOWS; f++) {
        const rh_real *__restrict month = path->month[f];
        rh_real *__restrict block = self->into->part[RH_PART_MONTH][f * T + t], *__restrict total = path->total[f];
        for (int l = 0; path->uses[f] && f != RH_FLOW_OWN_MARGIN && l < RH_LANES; l++) {
            block[l] += month[l];
            total[l] += month[l];
        }
    }
    if (self->num_taken > 0) {
        rh_add_lanes(self->into->part[RH_PART_MONTH][RH_FLOW_ELIGIBLE * T + t], path->month[RH_FLOW_REVENUE], 1.0);
    }
}

/* Adds the path's flows to those of its cell. */
static void tally_flows(struct rh_tally *tally, const struct path *path)
{
    for (int f = 0; f < RH_NUM_FLOWS; f++) {
        if (path->uses[f]) {
            rh_add_lanes(tally->cell_flow[f], path->total[f], 1.0);
            tally->flows[f] = true;
        }
    }
}

/* Month t of the partner under program p. */
static void live_month(struct rh_kernel *self, int p, int t, struct path *path)
{
    for (int f = 0; f < RH_NUM_FLOWS; f++) {
        if (path->uses[f] && f != RH_FLOW_OWN_MARGIN) {
            memset(path->month[f], 0, sizeof path->month[f]);
        }
    }
    if (path->asks) {
        memset(path->own, 0, sizeof path->own);
    }
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
    if (path->asks) {
        rh_add_lanes(path->own, path->month[RH_FLOW_REVENUE], 1.0);
    }
    if (self->seen) {
        rh_see_month(self, t, path->month[RH_FLOW_REVENUE], path->own);
    }
    rh_relation_end(self, p, t, path->own);
    tally_month(self, t, path);
}

/* Who of the partners active at the start has left, and how the rest trusts. */
static void tally_relation(struct rh_kernel *self)
{
    struct rh_tally *tally = self->into;
    const rh_real alive = (rh_real)self->partner->alive[0];
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real active = self->life[l] < alive ? 1.0 : 0.0;
        tally->left[l] += active * (1.0 - self->relation.here[l]);
        tally->trust[l] += active * self->relation.trust[l];
    }
}

/* Shares of partners: of those active at the start and open to the program, who earns, and who takes part. */
static void tally_people(struct rh_kernel *self, const struct path *path)
{
    struct rh_tally *tally = self->into;
    const rh_real alive = (rh_real)self->partner->alive[0];
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real active = self->life[l] < alive ? 1.0 : 0.0;
        const rh_real sold = path->total[RH_FLOW_REVENUE][l] - path->total[RH_FLOW_STOCK][l];
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
    const rh_real *held = self->status[RH_PATH_OWN][rh_review_of(self, T)];
    const rh_real revenue = program->status.revenue_after[self->partner - plan->partner];
    for (int l = 0; l < RH_LANES; l++) {
        const rh_ppm bonus = held[l] >= 0.0 ? program->program->tier[(int)held[l]].rate_bonus : 0;
        const rh_real benefit = self->relation.here[l] * ((rh_real)bonus / (rh_real)RH_PPM_ONE * revenue);
        self->into->part[RH_PART_MONTH][RH_FLOW_BENEFITS * T + T - 1][l] += benefit;
        path->total[RH_FLOW_BENEFITS][l] += benefit;
    }
    path->uses[RH_FLOW_BENEFITS] = true;
}

/* The path is at its start. */
static void begin(const struct rh_kernel *self, int p, struct path *path)
{
    const bool stocks = p != 0 && self->reaches;
    memset(path->total, 0, sizeof path->total);
    memset(&path->rewarded, 0, sizeof path->rewarded);
    memset(path->uses, 0, sizeof path->uses);
    path->uses[RH_FLOW_REVENUE] = path->uses[RH_FLOW_VENDOR_MARGIN] = path->uses[RH_FLOW_OWN_MARGIN] = true;
    path->uses[RH_FLOW_STOCK] = path->uses[RH_FLOW_STOCK_MARGIN] = path->uses[RH_FLOW_RETURNED] = stocks;
    path->uses[RH_FLOW_DISPLACED] = p != 0 && self->displaces;
    path->asks = self->leaves || self->seen;
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
    const struct rh_watch *watch = plan->watch;
    const bool looked_at =
        watch != NULL && (watch->partner == RH_WATCH_ALL || watch->partner == (int)(self->partner - plan->partner));
    self->program = &plan->program[p];
    self->seen = looked_at && counts && !self->meets && !self->brought.corrects;
    if (plan->outcomes != NULL) {
        rh_brought_start(self);
    }
    begin(self, p, &path);
    live(self, p, &path);
    if (self->num_taken > 0) { /* an incentive is open to all its revenue */
        memcpy(path.total[RH_FLOW_ELIGIBLE], path.total[RH_FLOW_REVENUE], sizeof(rh_lanes));
        path.uses[RH_FLOW_ELIGIBLE] = true;
    }
    if (self->program->late && counts) {
        rh_settle_late(self, p, &path.rewarded);
    }
    if (self->program->status.num_tiers > 0) {
        add_benefits(self, &path);
    }
    tally_flows(self->into, &path);
    if (plan->outcomes != NULL) {
        rh_brought_end(self, path.total);
    }
    tally_relation(self);
    if (self->num_taken > 0) {
        tally_people(self, &path);
    }
}
